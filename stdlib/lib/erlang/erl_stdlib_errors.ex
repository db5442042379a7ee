defmodule :erl_stdlib_errors do
  @moduledoc """
  Says which arguments of a failed call to a native of `:ets`, `:lists`, `:binary` and their like are wrong, and why.

  The counterpart of `:erl_erts_errors` for natives outside `:erlang`.
  """

  import :erl_erts_errors, only: [problems: 1]

  @doc """
  Explains the failure of the call on top of the stack trace: a map from argument numbers to messages.
  """
  @spec format_error(term, [tuple]) :: %{optional(pos_integer) => binary}
  def format_error(:system_limit, [{module, :new, [_, _], _location} | _]) when module in [:counters, :atomics],
    do: problems([:erlang.atom_to_binary(module) <> " array size reached a system limit"])

  def format_error(_reason, [{module, function, args, _location} | _]) when is_list(args),
    do: problems(check(module, function, args))

  def format_error(_reason, _stacktrace), do: %{}

  @range "out of range"
  @character_data "not valid character data (an iodata term)"
  @no_access "the table identifier refers to an ETS table with insufficient access rights"
  @no_key "not a key that exists in the table"

  defp check(:lists, f, [_, position, list]) when f in [:keyfind, :keymember, :keysearch] do
    cond do
      not is_integer(position) -> [:ok, "not an integer", list(list)]
      position < 1 -> [:ok, @range, list(list)]
      true -> [:ok, :ok, list(list)]
    end
  end

  defp check(:lists, :member, [_, list]), do: [:ok, list(list)]
  defp check(:lists, :reverse, [list | _]), do: [list(list)]

  defp check(:lists, :seq, [first, last, increment]) do
    case [integer(first), integer(last), integer(increment)] do
      [:ok, :ok, :ok] when first <= last -> [:ok, :ok, "not a positive increment"]
      [:ok, :ok, :ok] -> [:ok, :ok, "not a negative increment"]
      messages -> messages
    end
  end

  defp check(:maps, :from_list, [list]), do: [list(list)]
  defp check(:maps, f, [fun, map]) when f in [:map, :filter, :filtermap, :foreach], do: [fun(fun, 2), map(map)]
  defp check(:maps, :fold, [fun, _, map]), do: [fun(fun, 3), :ok, map(map)]

  defp check(:maps, f, [fun, first, second]) when f in [:merge_with, :intersect_with], do: [fun(fun, 3), plain_map(first), plain_map(second)]
  defp check(:maps, f, [keys, _]) when f in [:with, :without, :from_keys], do: [list(keys)]
  defp check(:maps, :groups_from_list, [fun, list]), do: [fun(fun, 1), list(list)]
  defp check(:maps, :groups_from_list, [fun, value_fun, list]), do: [fun(fun, 1), fun(value_fun, 1), list(list)]
  defp check(:maps, :update_with, [_, fun | _]), do: [:ok, fun(fun, 1)]
  defp check(:maps, :next, [_]), do: ["not a valid iterator"]

  defp check(:math, _, args), do: for(x <- args, do: if(is_number(x), do: :ok, else: "not a number"))

  defp check(:unicode, f, [_ | encodings]) when f in [:characters_to_binary, :characters_to_list] do
    case for(e <- encodings, do: encoding(e)) do
      [] -> [@character_data]
      messages -> [if(Enum.all?(messages, &(&1 == :ok)), do: @character_data, else: :ok) | messages]
    end
  end

  defp check(:binary, f, [b]) when f in [:first, :last] do
    [if(b == "", do: "a zero-sized binary is not allowed", else: binary(b))]
  end

  defp check(:binary, f, [_]) when f in [:longest_common_prefix, :longest_common_suffix], do: ["not a flat list of binaries"]
  defp check(:binary, :list_to_bin, [_]), do: ["not an iodata term"]
  defp check(:binary, :compile_pattern, [_]), do: ["not a valid pattern"]
  defp check(:binary, :encode_unsigned, [n]), do: [if(is_integer(n), do: @range, else: "not an integer")]

  defp check(:binary, :encode_unsigned, [n, order]) do
    [if(is_integer(n), do: if(n < 0, do: @range, else: :ok), else: "not an integer"), order(order)]
  end

  defp check(:binary, :decode_unsigned, [b, order]), do: [binary(b), order(order)]

  defp check(:binary, :decode_hex, [b]) do
    cond do
      not is_binary(b) -> [binary(b)]
      rem(byte_size(b), 2) == 1 -> ["must contain an even number of bytes"]
      true -> ["must only contain hex digits 0-9, A-F, and a-f"]
    end
  end

  defp check(:binary, :copy, [b, n]), do: [binary(b), if(is_integer(n), do: if(n < 0, do: @range, else: :ok), else: "not an integer")]

  defp check(:binary, f, [b, start, length]) when f in [:part, :bin_to_list] do
    from =
      cond do
        not is_integer(start) -> "not an integer"
        start < 0 or (is_binary(b) and is_integer(length) and start > byte_size(b)) -> @range
        true -> :ok
      end

    size =
      cond do
        not is_integer(length) -> "not an integer"
        is_binary(b) and from == :ok -> @range
        true -> :ok
      end

    [binary(b), from, size]
  end

  defp check(:binary, f, [b, {start, length}]) when f in [:part, :bin_to_list] and is_integer(start) and is_integer(length),
    do: [binary(b), if(is_binary(b) and start <= byte_size(b), do: @range, else: :ok)]

  defp check(:binary, f, [b, _]) when f in [:part, :bin_to_list], do: [binary(b), "not a valid {Pos,Length} tuple"]

  defp check(:binary, :replace, [b, pattern, replacement | options]) do
    case [binary(b), if(pattern?(pattern), do: :ok, else: "not a valid pattern"), if(is_binary(replacement), do: :ok, else: "not a binary")] do
      [:ok, :ok, :ok] -> [:ok, :ok, :ok, "invalid options"]
      messages -> messages ++ for(options <- options, list(options) != :ok, do: "invalid options")
    end
  end

  defp check(:binary, f, [b, pattern | rest]) when f in [:match, :matches, :split] do
    case {binary(b), pattern?(pattern), f, rest} do
      {:ok, true, f, [[{:scope, _}]]} when f in [:match, :matches] -> [:ok, :ok, "specified part is not wholly inside binary"]
      {:ok, true, _, _} -> [:ok, :ok, "invalid options"]
      {:ok, false, _, _} -> [:ok, "not a valid pattern"]
      {problem, true, _, _} -> [problem]
      {problem, false, _, _} -> [problem, "not a valid pattern"]
    end
  end

  defp check(:binary, :at, [b, n]) do
    [binary(b), if(is_integer(n), do: if(n < 0, do: @range, else: :ok), else: "not an integer")]
  end

  defp check(:binary, _, [b | _]), do: [binary(b)]

  defp check(:persistent_term, :get, [_]), do: ["no persistent term stored with this key"]

  defp check(module, :new, [size, options]) when module in [:counters, :atomics] do
    size = if is_integer(size) and size <= 0, do: @range, else: integer(size)
    options = list(options)
    if size == :ok and options == :ok, do: [:ok, "invalid option in list"], else: [size, options]
  end

  defp check(module, _, [r | _]) when module in [:counters, :atomics] and not is_reference(r), do: ["invalid atomics reference"]
  defp check(module, _, [_ | _]) when module in [:counters, :atomics], do: [:ok, @range]
  defp check(:os, f, [_ | _]) when f in [:getenv, :putenv, :unsetenv], do: ["not a list"]

  defp check(:re, f, [subject, expression | rest]) when f in [:run, :split, :replace] do
    {replacement, options} =
      case {f, rest} do
        {:replace, [replacement | rest]} -> {[iodata(replacement)], rest}
        _ -> {[], rest}
      end

    found = [iodata(subject), expression(expression, options) | replacement]

    case options do
      [options] when f == :run -> if(plain_options?(options), do: found, else: found ++ ["invalid options"])
      _ -> found
    end
  end

  defp check(:re, :compile, [expression | options]) do
    case {iodata(expression), options} do
      {:ok, [options]} -> if(plain_options?(options), do: [:ok], else: [:ok, "invalid options"])
      {problem, _} -> [problem]
    end
  end

  defp check(:re, :inspect, [expression, _item]) do
    if compiled?(expression), do: [:ok, "not a valid item"], else: ["not a compiled regular expression"]
  end

  defp check(:ets, :new, [name, options]) do
    cond do
      not is_atom(name) -> ["not an atom", list(options)]
      :ets.whereis(name) != :undefined -> ["table name already exists"]
      list(options) != :ok -> [:ok, list(options)]
      true -> [:ok, "invalid options"]
    end
  end

  defp check(:ets, f, [table | rest]), do: table(table, f, rest)
  defp check(:io, :format, [_device, format, args]), do: [:ok | :io_lib.problems(format, args)]
  defp check(:io, :format, [format, args]), do: :io_lib.problems(format, args)
  defp check(_, _, _), do: []

  defp table(table, f, rest) do
    cond do
      not is_atom(table) and not is_reference(table) ->
        ["not an atom or a table identifier" | row(f, rest)]

      :ets.info(table, :id) == :undefined ->
        ["the table identifier does not refer to an existing ETS table" | row(f, rest)]

      f in [:update_counter, :update_element] and :ets.info(table, :type) in [:bag, :duplicate_bag] ->
        ["the table identifier refers to an ETS table of a type not supported by this operation"]

      true ->
        case rows(table, f, rest) do
          # OTP does not say that a row is too short for the table's keys.
          [] when f in [:insert, :insert_new] -> if writable?(table), do: [], else: [@no_access]
          [] -> [@no_access]
          messages -> [:ok | messages]
        end
    end
  end

  defp writable?(table), do: :ets.info(table, :protection) == :public or :ets.info(table, :owner) == self()

  defp rows(_, f, [_] = args) when f in [:insert, :insert_new], do: row(f, args)

  defp rows(table, :lookup_element, [key, position]) do
    cond do
      not is_integer(position) or position < 1 -> [:ok, @range]
      :ets.member(table, key) -> [:ok, "position is greater than the size of the object"]
      true -> [@no_key]
    end
  end

  defp rows(table, f, [key]) when f in [:next, :prev], do: if(:ets.member(table, key), do: [], else: [@no_key])

  defp rows(table, :update_counter, [key, operation | default]) do
    operations = if is_list(operation), do: operation, else: [operation]

    case {:ets.lookup(table, key), default} do
      {_, [default]} when not is_tuple(default) -> [:ok, :ok, "not a tuple"]
      {[row | _], _} -> counters(operations, row, :ets.info(table, :keypos))
      {[], [row]} -> counters(operations, row, :ets.info(table, :keypos))
      {[], []} -> [@no_key]
    end
  end

  defp rows(_table, :slot, [number]) when is_integer(number), do: [@range]
  defp rows(_table, :setopts, [_options]), do: ["invalid options"]

  defp rows(table, :update_element, [key, element]) do
    elements = if is_list(element), do: element, else: [element]
    keypos = :ets.info(table, :keypos)

    cond do
      not Enum.all?(elements, &match?({position, _} when is_integer(position), &1)) -> [:ok, "is not a valid element specification"]
      Enum.any?(elements, &(elem(&1, 0) == keypos)) -> [:ok, "the position is the same as the key position"]
      :ets.member(table, key) -> [:ok, @range]
      true -> []
    end
  end

  defp rows(_, :info, [_]), do: ["not a valid info item"]
  defp rows(_, :give_away, [pid, _]), do: [if(is_pid(pid), do: "the process is not alive or owns the table", else: "not a pid")]

  defp rows(_, f, [_, limit]) when f in [:match, :match_object, :select, :select_reverse] do
    [:ok, if(is_integer(limit), do: @range, else: "not an integer")]
  end

  defp rows(_, f, [_]) when f in [:select, :select_count, :select_delete, :select_replace, :select_reverse],
    do: ["not a valid match specification"]

  defp rows(_, _, _), do: []

  # Why the counters of a row cannot be updated: the first operation that cannot says it.
  defp counters(operations, row, keypos) do
    Enum.find_value(operations, [], fn operation ->
      position = if is_tuple(operation) and tuple_size(operation) > 0, do: elem(operation, 0), else: keypos + 1

      cond do
        not is_integer(operation) and not operation?(operation) -> [:ok, "not a valid update operation"]
        position == keypos -> [:ok, "the position is the same as the key position"]
        position < 1 or position > tuple_size(row) -> [:ok, "the position in the update operation is out of range"]
        not is_integer(elem(row, position - 1)) -> [:ok, "the value in the given position, in the object, is not an integer"]
        true -> nil
      end
    end)
  end

  # What is wrong with a row, whatever the table.
  defp row(f, [row]) when f in [:insert, :insert_new] do
    cond do
      row == {} -> ["is an empty tuple"]
      is_list(row) and not Enum.all?(row, &(is_tuple(&1) and &1 != {})) -> ["not a non-empty tuple or a list of non-empty tuples"]
      not is_list(row) and not is_tuple(row) -> ["not a tuple"]
      true -> []
    end
  end

  defp row(_, _), do: []

  defp iodata(data) do
    _ = :erlang.iolist_size(data)
    :ok
  catch
    :error, :badarg -> if(match?([_ | _], data) and is_list(:unicode.characters_to_list(data)), do: :ok, else: "not an iodata term")
  end

  defp expression(expression, options) do
    cond do
      compiled?(expression) ->
        :ok

      iodata(expression) != :ok ->
        "neither an iodata term nor a compiled regular expression"

      true ->
        unicode = match?([[_ | _]], options) and :lists.member(:unicode, hd(options))

        case :re.compile(expression, if(unicode, do: [:unicode], else: [])) do
          {:ok, _} ->
            :ok

          {:error, {reason, position}} ->
            :unicode.characters_to_binary(["could not parse regular expression\n", reason, " on character ", :erlang.integer_to_list(position)])
        end
    end
  catch
    :error, _ -> :ok
  end

  @options [
    :unicode, :anchored, :caseless, :dollar_endonly, :dotall, :extended, :firstline, :multiline, :no_auto_capture, :dupnames, :ungreedy,
    :bsr_anycrlf, :bsr_unicode, :no_start_optimize, :ucp, :never_utf, :global, :notbol, :noteol, :notempty, :notempty_atstart, :report_errors
  ]

  defp plain_options?(options), do: list(options) == :ok and :lists.all(fn option -> is_tuple(option) or :lists.member(option, @options) end, options)

  defp compiled?({:re_pattern, _, _, _, binary}), do: is_binary(binary)
  defp compiled?(_other), do: false

  defp operation?({position, increment}), do: is_integer(position) and is_integer(increment)

  defp operation?({position, increment, threshold, value}),
    do: is_integer(position) and is_integer(increment) and is_integer(threshold) and is_integer(value)

  defp operation?(_), do: false

  defp order(order), do: if(order in [:big, :little], do: :ok, else: "must be 'big' or 'little'")

  defp binary(x) when is_binary(x), do: :ok
  defp binary(x) when is_bitstring(x), do: "is a bitstring (expected a binary)"
  defp binary(_), do: "not a binary"

  defp list([_ | rest]), do: proper(rest)
  defp list([]), do: :ok
  defp list(_), do: "not a list"

  defp proper([_ | rest]), do: proper(rest)
  defp proper([]), do: :ok
  defp proper(_), do: "not a proper list"

  defp plain_map(x), do: if(is_map(x), do: :ok, else: "not a map")
  defp map(x), do: if(is_map(x), do: :ok, else: "not a map or an iterator")

  defp integer(x), do: if(is_integer(x), do: :ok, else: "not an integer")

  defp fun(fun, 1), do: if(is_function(fun, 1), do: :ok, else: "not a fun that takes one argument")
  defp fun(fun, 2), do: if(is_function(fun, 2), do: :ok, else: "not a fun that takes two arguments")
  defp fun(fun, 3), do: if(is_function(fun, 3), do: :ok, else: "not a fun that takes three arguments")

  defp encoding(name) when name in [:latin1, :unicode, :utf8, :utf16, :utf32], do: :ok
  defp encoding({name, order}) when name in [:utf16, :utf32] and order in [:big, :little], do: :ok
  defp encoding(_), do: "not a valid encoding"

  defp pattern?(pattern) when is_binary(pattern), do: pattern != ""
  defp pattern?({tag, compiled}) when tag in [:bm, :ac], do: is_reference(compiled)
  defp pattern?([_ | _] = patterns), do: list(patterns) == :ok and Enum.all?(patterns, &(is_binary(&1) and &1 != ""))
  defp pattern?(_), do: false
end
