defmodule :erl_erts_errors do
  @moduledoc """
  Says which arguments of a failed native call are wrong, and why.

  A native of `:erlang` that raises `badarg` leaves its arguments and the name of this module in the first entry of the
  stack trace; `Exception` asks `format_error/2` for the explanation. The answer is worked out from the arguments
  alone, after the fact, so natives need not carry messages.
  """

  @doc """
  Explains the failure of the call on top of the stack trace: a map from argument numbers to messages.

  The map is empty where nothing is known to be wrong with any argument.
  """
  @spec format_error(term, [tuple]) :: %{optional(pos_integer) => binary}
  def format_error(reason, [{_module, function, args, _location} | _]) when is_list(args) do
    # What limit was reached is not said.
    if reason == :system_limit, do: %{}, else: problems(check(function, args))
  end

  def format_error(_reason, _stacktrace), do: %{}

  @doc """
  Explains why a binary could not be built, from the cause that is noted in the first entry of the stack trace.
  """
  @spec format_bs_fail(term, [tuple]) :: %{optional(:reason | :general) => binary}
  def format_bs_fail(reason, [{_module, _function, _args, location} | _]) do
    {:error_info, %{cause: {segment, type, error, value}} = info} = :lists.keyfind(:error_info, 1, location)
    show = :maps.get(:pretty_printer, info, fn value -> :io_lib.format(~c"~0p", [value]) end)
    what = if reason == :system_limit, do: "construction of binary failed due to a system limit", else: "construction of binary failed"
    place = ["segment ", :erlang.integer_to_binary(segment), " of type '", :erlang.atom_to_binary(type), "': "]
    error = if reason == :system_limit, do: :too_big, else: error
    %{reason: what, general: :unicode.characters_to_binary([place | segment_problem(type, error, show.(value))])}
  end

  defp segment_problem(:binary, :type, value), do: ["expected a binary but got: ", value]
  defp segment_problem(:integer, :type, value), do: ["expected an integer but got: ", value]
  defp segment_problem(:float, :type, value), do: ["expected a float or an integer but got: ", value]

  defp segment_problem(type, :type, value),
    do: ["expected a non-negative integer encodable as ", :erlang.atom_to_binary(type), " but got: ", value]

  defp segment_problem(:binary, :short, value), do: ["the value ", value, " is shorter than the size of the segment"]
  defp segment_problem(:binary, :unit, value), do: ["the size of the value ", value, " is not a multiple of the unit for the segment"]
  defp segment_problem(:float, :invalid, value), do: ["expected one of the supported sizes 16, 32, or 64 but got: ", value]
  defp segment_problem(:float, :no_float, value), do: ["the value ", value, " is outside the range expressible as a float"]
  defp segment_problem(_, :too_big, value), do: ["the size ", value, " is too large"]
  defp segment_problem(_, :size, value), do: ["expected a non-negative integer as size but got: ", value]

  @doc """
  Turns a list of messages, one for each argument with `:ok` where it is right, into a map of the wrong ones.
  """
  @spec problems([:ok | binary]) :: %{optional(pos_integer) => binary}
  def problems(messages), do: number(messages, 1, %{})

  defp number([], _, found), do: found
  defp number([:ok | rest], n, found), do: number(rest, n + 1, found)
  defp number([message | rest], n, found), do: number(rest, n + 1, :maps.put(n, message, found))

  @text_integer "not a textual representation of an integer"
  @text_float "not a textual representation of a float"
  @base "not an integer in the range 2 through 36"
  @range "out of range"
  @bad_option "invalid option in list"
  @encodings "not one of the atoms: latin1, utf8, or unicode"

  defp check(f, [x]) when f in [:abs, :round, :trunc, :ceil, :floor], do: [number(x)]
  defp check(:float, [x]), do: [if(is_number(x), do: "the value cannot be represented as a float", else: number(x))]
  defp check(f, [_]) when f in [:hd, :tl], do: ["not a nonempty list"]
  defp check(:length, [_]), do: ["not a list"]
  defp check(f, [_]) when f in [:byte_size, :bit_size], do: ["not a bitstring"]
  defp check(:size, [_]), do: ["not tuple or binary"]
  defp check(f, [_]) when f in [:tuple_size, :tuple_to_list], do: ["not a tuple"]
  defp check(f, [i, t]) when f in [:element, :delete_element], do: index(i, t)
  defp check(f, [i, t, _]) when f in [:setelement, :insert_element], do: index(i, t)
  defp check(:append_element, [t, _]), do: [tuple(t)]
  defp check(:make_tuple, [_, _]), do: [@range]
  defp check(:make_tuple, [n, _, list]) when is_integer(n) and n >= 0, do: [:ok, :ok, otherwise(options(list), @bad_option)]
  defp check(:make_tuple, [_, _, _]), do: [@range]

  defp check(:atom_to_binary, [a | rest]) do
    if is_atom(a) and rest != [], do: [:ok, "is an invalid encoding option"], else: [atom(a)]
  end

  defp check(:atom_to_list, [a]), do: [atom(a)]

  defp check(f, [b | rest]) when f in [:binary_to_atom, :binary_to_existing_atom] do
    cond do
      rest != [] and not :lists.member(hd(rest), [:latin1, :utf8, :unicode]) -> [binary(b), @encodings]
      not is_binary(b) -> ["not a binary"]
      not is_list(:unicode.characters_to_list(b)) -> ["invalid UTF8 encoding"]
      f == :binary_to_existing_atom -> ["not an already existing atom"]
      true -> [:ok]
    end
  end

  defp check(f, [l]) when f in [:list_to_atom, :list_to_existing_atom] do
    cond do
      not proper?(l) -> [list(l)]
      not characters?(l) -> ["not a list of characters"]
      f == :list_to_existing_atom -> ["not an already existing atom"]
      true -> [:ok]
    end
  end

  defp check(:binary_to_integer, [b | rest]), do: based(binary(b), rest)
  defp check(:list_to_integer, [l]), do: based(if(proper?(l), do: :ok, else: "not a list"), [])
  defp check(:list_to_integer, [l, base]), do: based(list(l), [base])
  defp check(:binary_to_float, [b]), do: [otherwise(binary(b), @text_float)]
  defp check(:list_to_float, [l]), do: [if(proper?(l), do: @text_float, else: "not a list")]
  defp check(:binary_to_list, [b]), do: [binary(b)]
  defp check(:binary_to_list, [b, first, last]), do: slice(b, first, last)
  defp check(:binary_to_term, [b]), do: [otherwise(binary(b), "invalid external representation of a term")]

  defp check(:binary_to_term, [b, options]) do
    case options(options) do
      :ok ->
        known? = Enum.all?(options, &(&1 in [:safe, :used]))

        if known?,
          do: [otherwise(binary(b), "invalid external representation of a term")],
          else: [binary(b), @bad_option]

      problem ->
        [binary(b), problem]
    end
  end

  defp check(:binary_part, [b, {start, length}]) when is_integer(start) and is_integer(length),
    do: [binary(b), if(is_binary(b), do: @range, else: :ok)]

  defp check(:binary_part, [b, _]), do: [binary(b), "not a valid {Pos,Length} tuple"]

  defp check(:binary_part, [b, start, length]) do
    cond do
      not is_binary(b) or not is_integer(start) or not is_integer(length) ->
        [binary(b), offset(start), integer(length)]

      start < 0 or start > byte_size(b) ->
        [:ok, @range]

      true ->
        [:ok, :ok, @range]
    end
  end

  defp check(f, [i]) when f in [:integer_to_list, :integer_to_binary], do: [integer(i)]

  defp check(f, [i, base]) when f in [:integer_to_list, :integer_to_binary],
    do: [integer(i), if(base in 2..36, do: :ok, else: @base)]

  defp check(f, [x]) when f in [:float_to_list, :float_to_binary], do: [float(x)]
  defp check(f, [x, o]) when f in [:float_to_list, :float_to_binary], do: float_options(float(x), options(o))

  defp check(f, [_]) when f in [:list_to_binary], do: ["not an iolist term"]
  defp check(f, [_]) when f in [:iolist_to_binary, :iolist_size, :md5, :crc32, :adler32], do: ["not an iodata term"]
  defp check(:list_to_bitstring, [_]), do: ["not a bitstring list"]
  defp check(:list_to_tuple, [_]), do: ["not a list"]
  defp check(:list_to_pid, [l]), do: [if(proper?(l), do: "not a textual representation of a pid", else: "not a list")]
  defp check(:list_to_ref, [l]), do: [if(proper?(l), do: "not a textual representation of a reference", else: "not a list")]
  defp check(:list_to_port, [l]), do: [if(proper?(l), do: "not a textual representation of a port", else: "not a list")]

  defp check(:split_binary, [b, at]) do
    case [binary(b), if(is_integer(at) and at < 0, do: @range, else: integer(at))] do
      [:ok, :ok] -> [:ok, @range]
      messages -> messages
    end
  end

  defp check(:apply, [_, _]), do: []
  defp check(f, [m, n, a]) when f in [:apply, :spawn, :spawn_link, :spawn_monitor], do: [atom(m), atom(n), list(a)]
  defp check(f, [_]) when f in [:spawn, :spawn_link, :spawn_monitor], do: ["not a fun"]
  defp check(:spawn_opt, [fun, options]), do: [fun(fun), otherwise(options(options), "invalid spawn option")]

  defp check(:spawn_opt, [m, f, a, options]),
    do: [atom(m), atom(f), list(a), otherwise(options(options), "invalid spawn option")]

  defp check(:register, [name, pid]) do
    cond do
      not is_atom(name) -> ["not an atom"]
      name == :undefined -> ["'undefined' is not a valid name"]
      not is_pid(pid) and not is_port(pid) -> [:ok, "not a pid or port"]
      :erlang.whereis(name) != :undefined -> ["name is in use"]
      true -> [:ok, "this process is already registered with another name or is not alive"]
    end
  end

  defp check(:unregister, [_]), do: ["not a pid"]
  defp check(:whereis, [_]), do: ["not an atom"]
  defp check(:send, [_, _, options]) do
    case options(options, [:nosuspend, :noconnect]) do
      :ok -> ["invalid destination"]
      problem -> [:ok, :ok, problem]
    end
  end

  defp check(:send, [_, _ | _]), do: ["invalid destination"]

  defp check(f, [p]) when f in [:link, :unlink, :is_process_alive, :suspend_process, :resume_process, :node],
    do: [pid(p)]

  defp check(:process_info, [p]), do: [pid(p)]
  defp check(:process_info, [p, _]), do: [pid(p), if(is_pid(p), do: "invalid item or item list", else: :ok)]
  defp check(:garbage_collect, [p | _]), do: [pid(p)]
  defp check(:exit, [p, _]), do: [pid(p)]
  defp check(:group_leader, [leader, p]), do: [pid(leader), pid(p)]
  defp check(:monitor, [:process, p, options]), do: [:ok, if(is_pid(p), do: :ok, else: "not a pid"), options(options, [:alias, :tag])]
  defp check(:monitor, [:process, _ | _]), do: [:ok, "not a pid"]
  defp check(:monitor, [_, _ | _]), do: ["invalid monitor type"]
  defp check(:demonitor, [r]), do: [reference(r)]
  defp check(:demonitor, [r, o]), do: [reference(r), otherwise(options(o), @bad_option)]

  defp check(:process_flag, [flag, _]) do
    known = [:trap_exit, :priority, :min_heap_size, :min_bin_vheap_size, :max_heap_size, :message_queue_data, :error_handler, :fullsweep_after, :save_calls, :sensitive]
    if :lists.member(flag, known), do: [:ok, "invalid value for this process flag"], else: ["invalid process flag"]
  end

  defp check(f, [time, to, _ | rest]) when f in [:send_after, :start_timer] do
    cond do
      rest != [] and options(hd(rest), [:abs]) != :ok -> [offset(time), if(is_pid(to) or is_atom(to), do: :ok, else: "not a pid or an atom"), options(hd(rest), [:abs])]
      not is_integer(time) -> ["not an integer", if(is_pid(to) or is_atom(to), do: :ok, else: "not a pid or an atom")]
      not is_pid(to) and not is_atom(to) -> [:ok, "not a pid or an atom"]
      true -> [@range]
    end
  end

  defp check(f, [r | rest]) when f in [:cancel_timer, :read_timer], do: [reference(r) | :lists.map(&if(is_reference(r), do: options(&1, [:async, :info]), else: options(&1)), rest)]
  defp check(:phash2, [_, range]), do: [if(is_integer(range), do: @range, else: "not an integer")]
  defp check(f, [m, f2, a]) when f in [:function_exported, :make_fun], do: [atom(m), atom(f2), arity(a)]
  defp check(:fun_info, [f | rest]), do: [fun(f) | if(is_function(f) and rest != [], do: ["invalid item"], else: [])]
  defp check(:is_function, [_, a]), do: [:ok, if(is_integer(a), do: @range, else: "not an integer")]
  defp check(f, [_]) when f in [:system_time, :monotonic_time, :time_offset], do: ["invalid time unit"]

  defp check(:convert_time_unit, [time, from, to]),
    do: [integer(time), time_unit(from), time_unit(to)]

  defp check(:unique_integer, [o]), do: [otherwise(list(o), "invalid modifier")]
  defp check(:bitstring_to_list, [_]), do: ["not a bitstring"]
  defp check(:alias, [o]), do: [otherwise(options(o), @bad_option)]
  defp check(:term_to_binary, [_, o]), do: [:ok, otherwise(options(o), @bad_option)]
  defp check(:halt, [_ | _]), do: ["invalid status"]
  defp check(:system_info, [_]), do: ["invalid system info item"]
  defp check(:statistics, [_]), do: ["invalid statistics item"]
  defp check(:memory, [_]), do: ["invalid memory type option"]
  defp check(:nodes, [_]), do: ["not a valid node type"]
  defp check(:load_module, [m, b]), do: [atom(m), binary(b)]
  defp check(_, _), do: []

  defp number(x), do: if(is_number(x), do: :ok, else: "not a number")
  defp integer(x), do: if(is_integer(x), do: :ok, else: "not an integer")
  defp float(x), do: if(is_float(x), do: :ok, else: "not a float")
  defp atom(x), do: if(is_atom(x), do: :ok, else: "not an atom")
  defp tuple(x), do: if(is_tuple(x), do: :ok, else: "not a tuple")
  defp binary(x), do: if(is_binary(x), do: :ok, else: "not a binary")
  defp pid(x), do: if(is_pid(x), do: :ok, else: "not a pid")
  defp reference(x), do: if(is_reference(x), do: :ok, else: "not a reference")
  defp fun(x), do: if(is_function(x), do: :ok, else: "not a fun")

  defp list(x) do
    cond do
      proper?(x) -> :ok
      is_list(x) -> "not a proper list"
      true -> "not a list"
    end
  end

  defp arity(x), do: if(is_integer(x) and x not in 0..255, do: @range, else: integer(x))
  defp offset(x), do: if(is_integer(x) and x < 0, do: @range, else: integer(x))

  defp otherwise(:ok, message), do: message
  defp otherwise(problem, _), do: problem

  defp options(list), do: list(list)

  defp options(options, known) do
    case list(options) do
      :ok -> if(:lists.all(&(:lists.member(&1, known) or (is_tuple(&1) and &1 != {} and :lists.member(elem(&1, 0), known))), options), do: :ok, else: @bad_option)
      problem -> problem
    end
  end

  defp float_options(problem, :ok) when problem != :ok, do: [problem]
  defp float_options(number, :ok), do: [number, @bad_option]
  defp float_options(number, problem), do: [number, problem]

  defp time_unit(unit) when is_integer(unit) and unit > 0, do: :ok

  defp time_unit(unit) do
    units = [:second, :millisecond, :microsecond, :nanosecond, :native, :perf_counter, :seconds, :milli_seconds, :micro_seconds, :nano_seconds]
    if :lists.member(unit, units), do: :ok, else: "invalid time unit"
  end

  defp index(i, t) do
    case [if(is_integer(i) and i < 1, do: @range, else: integer(i)), tuple(t)] do
      [:ok, :ok] -> [@range]
      messages -> messages
    end
  end

  defp based(:ok, []), do: [@text_integer]
  defp based(:ok, [base]) when base in 2..36, do: [@text_integer]
  defp based(:ok, [_]), do: [:ok, @base]
  defp based(problem, []), do: [problem]
  defp based(problem, [base]), do: [problem, if(base in 2..36, do: :ok, else: @base)]

  defp slice(b, first, last) do
    position = fn at, room -> if is_integer(at) and (at < 1 or at > room), do: @range, else: integer(at) end

    case [binary(b), position.(first, :infinity), position.(last, :infinity)] do
      [:ok, :ok, :ok] when first > last -> [:ok, "start position greater than stop position"]
      [:ok, :ok, :ok] -> [:ok, position.(first, byte_size(b)), position.(last, byte_size(b))]
      messages -> messages
    end
  end

  defp proper?([_ | rest]), do: proper?(rest)
  defp proper?(rest), do: rest == []

  defp characters?([c | rest]), do: is_integer(c) and c >= 0 and c <= 0x10FFFF and characters?(rest)
  defp characters?([]), do: true
end
