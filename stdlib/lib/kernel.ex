defmodule Kernel do
  @moduledoc """
  The functions and macros that every module imports without asking.

  They fall into guards and type tests, arithmetic and comparison, process basics, and the macros that define
  modules, functions, structs, protocols and exceptions. A handful of macros that must exist before this module
  (`def`, `defmodule`, `if`, `|>`, `@` and their like) are part of the compiler; they are listed here all the same.

  Functions marked as allowed in guards never have side effects. Inside this file, guards name `:erlang` directly,
  for nothing is imported yet.
  """

  @doc """
  Makes the range `0..-1//1`, which stands for all of something that is sliced.

  ## Examples

      iex> Enum.slice([1, 2, 3], ..)
      [1, 2, 3]

  """
  defmacro unquote(:..)(), do: {:%{}, [], [__struct__: Range, first: 0, last: -1, step: 1]}

  ## Comparison

  @doc "Tells whether the left term is equal to the right one, integers and floats being comparable. Allowed in guards."
  @spec term == term :: boolean
  def left == right, do: :erlang.==(left, right)

  @doc "Tells whether two terms differ, integers and floats being comparable. Allowed in guards."
  @spec term != term :: boolean
  def left != right, do: :erlang."/="(left, right)

  @doc "Tells whether two terms are the same, `1` and `1.0` being different. Allowed in guards."
  @spec term === term :: boolean
  def left === right, do: :erlang."=:="(left, right)

  @doc "Tells whether two terms are not exactly the same. Allowed in guards."
  @spec term !== term :: boolean
  def left !== right, do: :erlang."=/="(left, right)

  @doc "Tells whether the left term comes before the right one in the order of all terms. Allowed in guards."
  @spec term < term :: boolean
  def left < right, do: :erlang.<(left, right)

  @doc "Tells whether the left term comes after the right one in the order of all terms. Allowed in guards."
  @spec term > term :: boolean
  def left > right, do: :erlang.>(left, right)

  @doc "Tells whether the left term comes before the right one or equals it. Allowed in guards."
  @spec term <= term :: boolean
  def left <= right, do: :erlang."=<"(left, right)

  @doc "Tells whether the left term comes after the right one or equals it. Allowed in guards."
  @spec term >= term :: boolean
  def left >= right, do: :erlang.>=(left, right)

  @doc """
  Negates a boolean. Raises `ArgumentError` for anything else. Allowed in guards.

  ## Examples

      iex> not false
      true
  """
  @spec not true :: false
  @spec not false :: true
  def not value, do: :erlang.not(value)

  @doc "Returns the larger of two terms; the first when they are equal. Allowed in guards from newer releases on."
  @spec max(first, second) :: first | second when first: term, second: term
  def max(first, second), do: :erlang.max(first, second)

  @doc "Returns the smaller of two terms; the first when they are equal."
  @spec min(first, second) :: first | second when first: term, second: term
  def min(first, second), do: :erlang.min(first, second)

  ## Arithmetic

  @doc "Returns the number itself. Allowed in guards."
  @spec +number :: number
  def +value, do: :erlang.+(value)

  @doc "Negates a number. Allowed in guards."
  @spec -number :: number
  def -value, do: :erlang.-(value)

  @doc "Adds two numbers. Allowed in guards."
  @spec number + number :: number
  def left + right, do: :erlang.+(left, right)

  @doc "Subtracts the right number from the left one. Allowed in guards."
  @spec number - number :: number
  def left - right, do: :erlang.-(left, right)

  @doc "Multiplies two numbers. Allowed in guards."
  @spec number * number :: number
  def left * right, do: :erlang.*(left, right)

  @doc "Divides, always giving a float. Raises `ArithmeticError` when the divisor is zero. Allowed in guards."
  @spec number / number :: float
  def left / right, do: :erlang./(left, right)

  @doc """
  Raises the base to a power: an integer for integers with a non-negative exponent, else a float.

  ## Examples

      iex> 2 ** 10
      1024
      iex> 2 ** -1
      0.5

  """
  @spec integer ** integer :: number
  def base ** exponent when :erlang.is_integer(base) and :erlang.is_integer(exponent) and :erlang.>=(exponent, 0),
    do: integer_power(base, exponent, 1)

  def base ** exponent when :erlang.is_number(base) and :erlang.is_number(exponent), do: :math.pow(base, exponent)

  defp integer_power(_base, 0, result), do: result

  defp integer_power(base, exponent, result) do
    result =
      case :erlang.band(exponent, 1) do
        1 -> :erlang.*(result, base)
        0 -> result
      end

    case :erlang.bsr(exponent, 1) do
      0 -> result
      half -> integer_power(:erlang.*(base, base), half, result)
    end
  end

  @doc "Returns the absolute value of a number. Allowed in guards."
  @spec abs(number) :: number
  def abs(number), do: :erlang.abs(number)

  @doc "Rounds up to an integer. Allowed in guards."
  @spec ceil(number) :: integer
  def ceil(number), do: :erlang.ceil(number)

  @doc "Rounds down to an integer. Allowed in guards."
  @spec floor(number) :: integer
  def floor(number), do: :erlang.floor(number)

  @doc "Divides integers, truncating towards zero. Raises `ArithmeticError` for a zero divisor. Allowed in guards."
  @spec div(integer, neg_integer | pos_integer) :: integer
  def div(dividend, divisor), do: :erlang.div(dividend, divisor)

  @doc "Returns the remainder of `div/2`, which has the sign of the dividend. Allowed in guards."
  @spec rem(integer, neg_integer | pos_integer) :: integer
  def rem(dividend, divisor), do: :erlang.rem(dividend, divisor)

  @doc "Rounds to the nearest integer, halves away from zero. Allowed in guards."
  @spec round(number) :: integer
  def round(number), do: :erlang.round(number)

  @doc "Drops the fractional part of a number. Allowed in guards."
  @spec trunc(number) :: integer
  def trunc(number), do: :erlang.trunc(number)

  ## Type tests

  @doc "Tells whether the term is an atom. Allowed in guards."
  @spec is_atom(term) :: boolean
  def is_atom(term), do: :erlang.is_atom(term)

  @doc "Tells whether the term is a binary: a bitstring with a whole number of bytes. Allowed in guards."
  @spec is_binary(term) :: boolean
  def is_binary(term), do: :erlang.is_binary(term)

  @doc "Tells whether the term is a bitstring. Allowed in guards."
  @spec is_bitstring(term) :: boolean
  def is_bitstring(term), do: :erlang.is_bitstring(term)

  @doc "Tells whether the term is `true` or `false`. Allowed in guards."
  @spec is_boolean(term) :: boolean
  def is_boolean(term), do: :erlang.is_boolean(term)

  @doc "Tells whether the term is a float. Allowed in guards."
  @spec is_float(term) :: boolean
  def is_float(term), do: :erlang.is_float(term)

  @doc "Tells whether the term is a function. Allowed in guards."
  @spec is_function(term) :: boolean
  def is_function(term), do: :erlang.is_function(term)

  @doc "Tells whether the term is a function that takes `arity` arguments. Allowed in guards."
  @spec is_function(term, non_neg_integer) :: boolean
  def is_function(term, arity), do: :erlang.is_function(term, arity)

  @doc "Tells whether the term is an integer. Allowed in guards."
  @spec is_integer(term) :: boolean
  def is_integer(term), do: :erlang.is_integer(term)

  @doc "Tells whether the term is a list, proper or not. Allowed in guards."
  @spec is_list(term) :: boolean
  def is_list(term), do: :erlang.is_list(term)

  @doc "Tells whether the term is a map, structs included. Allowed in guards."
  @spec is_map(term) :: boolean
  def is_map(term), do: :erlang.is_map(term)

  @doc "Tells whether the map has the key. Raises `BadMapError` for anything but a map. Allowed in guards."
  @spec is_map_key(map, term) :: boolean
  def is_map_key(map, key), do: :erlang.is_map_key(key, map)

  @doc "Tells whether the term is an integer or a float. Allowed in guards."
  @spec is_number(term) :: boolean
  def is_number(term), do: :erlang.is_number(term)

  @doc "Tells whether the term is a process identifier. Allowed in guards."
  @spec is_pid(term) :: boolean
  def is_pid(term), do: :erlang.is_pid(term)

  @doc "Tells whether the term is a port identifier. Allowed in guards."
  @spec is_port(term) :: boolean
  def is_port(term), do: :erlang.is_port(term)

  @doc "Tells whether the term is a reference. Allowed in guards."
  @spec is_reference(term) :: boolean
  def is_reference(term), do: :erlang.is_reference(term)

  @doc "Tells whether the term is a tuple. Allowed in guards."
  @spec is_tuple(term) :: boolean
  def is_tuple(term), do: :erlang.is_tuple(term)

  @doc "Tells whether the term is `nil`. Allowed in guards."
  defmacro is_nil(term) do
    quote do: unquote(term) == nil
  end

  @doc "Tells whether the term is a struct: a map whose `:__struct__` is an atom. Allowed in guards."
  defmacro is_struct(term) do
    case __CALLER__.context do
      nil ->
        quote do
          case unquote(term) do
            %{__struct__: module} when :erlang.is_atom(module) -> true
            _ -> false
          end
        end

      :match ->
        Kernel.Utils.no_match!("is_struct/1")

      :guard ->
        quote do
          :erlang.is_map(unquote(term)) and :erlang.is_map_key(:__struct__, unquote(term)) and
            :erlang.is_atom(:erlang.map_get(:__struct__, unquote(term)))
        end
    end
  end

  @doc "Tells whether the term is a struct of the module `name`. Allowed in guards."
  defmacro is_struct(term, name) do
    case __CALLER__.context do
      nil ->
        quote generated: true do
          case unquote(name) do
            name when :erlang.is_atom(name) ->
              case unquote(term) do
                %{__struct__: ^name} -> true
                _ -> false
              end

            _ ->
              :erlang.error(ArgumentError.exception("argument error"))
          end
        end

      :match ->
        Kernel.Utils.no_match!("is_struct/2")

      :guard ->
        quote do
          :erlang.is_map(unquote(term)) and
            (:erlang.is_atom(unquote(name)) or :fail) and
            :erlang.is_map_key(:__struct__, unquote(term)) and
            :erlang."=:="(:erlang.map_get(:__struct__, unquote(term)), unquote(name))
        end
    end
  end

  @doc "Tells whether the term is an exception: a struct with `__exception__: true`. Allowed in guards."
  defmacro is_exception(term) do
    case __CALLER__.context do
      nil ->
        quote do
          case unquote(term) do
            %{__struct__: module, __exception__: true} when :erlang.is_atom(module) -> true
            _ -> false
          end
        end

      :match ->
        Kernel.Utils.no_match!("is_exception/1")

      :guard ->
        quote do
          :erlang.is_map(unquote(term)) and :erlang.is_map_key(:__struct__, unquote(term)) and
            :erlang.is_atom(:erlang.map_get(:__struct__, unquote(term))) and
            :erlang.is_map_key(:__exception__, unquote(term)) and
            :erlang."=:="(:erlang.map_get(:__exception__, unquote(term)), true)
        end
    end
  end

  @doc "Tells whether the term is an exception of the module `name`. Allowed in guards."
  defmacro is_exception(term, name) do
    case __CALLER__.context do
      nil ->
        quote generated: true do
          case unquote(name) do
            name when :erlang.is_atom(name) ->
              case unquote(term) do
                %{__struct__: ^name, __exception__: true} -> true
                _ -> false
              end

            _ ->
              :erlang.error(ArgumentError.exception("argument error"))
          end
        end

      :match ->
        Kernel.Utils.no_match!("is_exception/2")

      :guard ->
        quote do
          :erlang.is_map(unquote(term)) and
            (:erlang.is_atom(unquote(name)) or :fail) and
            :erlang.is_map_key(:__struct__, unquote(term)) and
            :erlang."=:="(:erlang.map_get(:__struct__, unquote(term)), unquote(name)) and
            :erlang.is_map_key(:__exception__, unquote(term)) and
            :erlang."=:="(:erlang.map_get(:__exception__, unquote(term)), true)
        end
    end
  end

  ## Data

  @doc "Concatenates two lists; the right side may be any term, which then ends an improper list."
  @spec list ++ term :: maybe_improper_list
  def left ++ right, do: :erlang.++(left, right)

  @doc "Removes the first occurrence of each element of the right list from the left one."
  @spec list -- list :: list
  def left -- right, do: :erlang.--(left, right)

  @doc "Returns the first element of a non-empty list. Allowed in guards."
  @spec hd(nonempty_maybe_improper_list(elem, any)) :: elem when elem: term
  def hd(list), do: :erlang.hd(list)

  @doc "Returns all of a non-empty list but its first element. Allowed in guards."
  @spec tl(nonempty_maybe_improper_list(elem, last)) :: maybe_improper_list(elem, last) | last when elem: term, last: term
  def tl(list), do: :erlang.tl(list)

  @doc "Counts the elements of a proper list. O(n) time. Allowed in guards."
  @spec length(list) :: non_neg_integer
  def length(list), do: :erlang.length(list)

  @doc "Returns the element at a zero-based index of a tuple. Allowed in guards."
  @spec elem(tuple, non_neg_integer) :: term
  def elem(tuple, index), do: :erlang.element(:erlang.+(index, 1), tuple)

  @doc "Replaces the element at a zero-based index of a tuple."
  @spec put_elem(tuple, non_neg_integer, term) :: tuple
  def put_elem(tuple, index, value), do: :erlang.setelement(:erlang.+(index, 1), tuple, value)

  @doc "Counts the elements of a tuple. Allowed in guards."
  @spec tuple_size(tuple) :: non_neg_integer
  def tuple_size(tuple), do: :erlang.tuple_size(tuple)

  @doc "Counts the keys of a map. O(1) time. Allowed in guards."
  @spec map_size(map) :: non_neg_integer
  def map_size(map), do: :erlang.map_size(map)

  @doc "Counts the bits of a bitstring. Allowed in guards."
  @spec bit_size(bitstring) :: non_neg_integer
  def bit_size(bitstring), do: :erlang.bit_size(bitstring)

  @doc "Counts the bytes that hold a bitstring. Allowed in guards."
  @spec byte_size(bitstring) :: non_neg_integer
  def byte_size(bitstring), do: :erlang.byte_size(bitstring)

  @doc "Returns the part of a binary that starts at a byte and has a size; a negative size looks back. Allowed in guards."
  @spec binary_part(binary, non_neg_integer, integer) :: binary
  def binary_part(binary, start, size), do: :erlang.binary_part(binary, start, size)

  @doc """
  Returns the bytes of a binary whose offsets are in a range; negative bounds count from the end.

  ## Examples

      iex> binary_slice("elixir", 1..3)
      "lix"
      iex> binary_slice("elixir", -3..-1)
      "xir"

  """
  @spec binary_slice(binary, Range.t()) :: binary
  def binary_slice(binary, %{__struct__: Range, first: first, last: last, step: step}) when :erlang.is_binary(binary) do
    case step do
      1 -> Kernel.Utils.slice_between(binary, first, last)
      -1 when :erlang.>(first, last) -> Kernel.Utils.slice_between(binary, first, last)
      _ when :erlang.>(step, 1) -> Kernel.Utils.every_byte(Kernel.Utils.slice_between(binary, first, last), step)
      _ -> :erlang.error(ArgumentError.exception("binary_slice/2 does not accept ranges with custom steps, got: " <> inspect(%{__struct__: Range, first: first, last: last, step: step})))
    end
  end

  @doc """
  Returns at most `size` bytes of a binary from an offset on; a negative offset counts from the end.

  ## Examples

      iex> binary_slice("elixir", 2, 3)
      "ixi"
      iex> binary_slice("elixir", 9, 3)
      ""

  """
  @spec binary_slice(binary, integer, non_neg_integer) :: binary
  def binary_slice(binary, start, size)
      when :erlang.is_binary(binary) and :erlang.is_integer(start) and :erlang.is_integer(size) and :erlang.>=(size, 0) do
    total = :erlang.byte_size(binary)
    start = :erlang.max(0, case :erlang.<(start, 0) do
      true -> :erlang.+(total, start)
      false -> start
    end)

    case :erlang.>=(start, total) do
      true -> ""
      false -> :erlang.binary_part(binary, start, :erlang.min(size, :erlang.-(total, start)))
    end
  end

  ## Calls and processes

  @doc "Calls a function with a list of arguments."
  @spec apply(fun, [any]) :: any
  def apply(fun, args), do: :erlang.apply(fun, args)

  @doc "Calls a function of a module, both known at run time, with a list of arguments."
  @spec apply(module, function_name :: atom, [any]) :: any
  def apply(module, function_name, args), do: :erlang.apply(module, function_name, args)

  @doc "Stops the calling process with a reason; inside `try`, `catch :exit, reason` sees it."
  @spec exit(term) :: no_return
  def exit(reason), do: :erlang.exit(reason)

  @doc "Leaves the current computation with a value that a surrounding `try` catches."
  @spec throw(term) :: no_return
  def throw(term), do: :erlang.throw(term)

  @doc "Returns the identifier of the calling process. Allowed in guards."
  @spec self() :: pid
  def self(), do: :erlang.self()

  @doc "Sends a message to a process, a registered name or `{name, node}`, and returns the message."
  @spec send(dest :: Process.dest(), message) :: message when message: any
  def send(dest, message), do: :erlang.send(dest, message)

  @doc "Makes a reference unlike any other of this node."
  @spec make_ref() :: reference
  def make_ref(), do: :erlang.make_ref()

  @doc "Returns the name of this node. Allowed in guards."
  @spec node() :: node
  def node(), do: :erlang.node()

  @doc "Returns the node of a process identifier, port or reference. Allowed in guards."
  @spec node(pid | reference | port) :: node
  def node(arg), do: :erlang.node(arg)

  @doc "Starts a process that runs a function of no arguments."
  @spec spawn((() -> any)) :: pid
  def spawn(fun), do: :erlang.spawn(fun)

  @doc "Starts a process that calls a function of a module."
  @spec spawn(module, atom, list) :: pid
  def spawn(module, fun, args), do: :erlang.spawn(module, fun, args)

  @doc "Starts a process linked to the caller that runs a function of no arguments."
  @spec spawn_link((() -> any)) :: pid
  def spawn_link(fun), do: :erlang.spawn_link(fun)

  @doc "Starts a process linked to the caller that calls a function of a module."
  @spec spawn_link(module, atom, list) :: pid
  def spawn_link(module, fun, args), do: :erlang.spawn_link(module, fun, args)

  @doc "Starts a process monitored by the caller; returns its identifier and the monitor's reference."
  @spec spawn_monitor((() -> any)) :: {pid, reference}
  def spawn_monitor(fun), do: :erlang.spawn_monitor(fun)

  @doc "Starts a process monitored by the caller that calls a function of a module."
  @spec spawn_monitor(module, atom, list) :: {pid, reference}
  def spawn_monitor(module, fun, args), do: :erlang.spawn_monitor(module, fun, args)

  @doc "Tells whether a module that is already loaded exports the function. Loads nothing itself."
  @spec function_exported?(module, atom, arity) :: boolean
  def function_exported?(module, function, arity), do: :erlang.function_exported(module, function, arity)

  @doc "Tells whether a module that is already loaded exports the macro."
  @spec macro_exported?(module, atom, arity) :: boolean
  def macro_exported?(module, macro, arity)
      when :erlang.is_atom(module) and :erlang.is_atom(macro) and :erlang.is_integer(arity) do
    case :erlang.function_exported(module, :__info__, 1) do
      true -> :lists.member({macro, arity}, module.__info__(:macros))
      false -> false
    end
  end

  ## Text

  @doc """
  Shows a term as text that Elixir reads back where it can. Options are those of `Inspect.Opts`.

  ## Examples

      iex> inspect(:ok)
      ":ok"
      iex> inspect([1, 2, 3], limit: 2)
      "[1, 2, ...]"

  """
  @spec inspect(Inspect.t(), keyword) :: String.t()
  def inspect(term, opts \\ []) when :erlang.is_list(opts), do: Kernel.Utils.inspect(term, opts)

  @doc """
  Tells whether the left text contains the right one, or matches the regular expression on the right.

  ## Examples

      iex> "abcd" =~ "bc"
      true
      iex> "abcd" =~ ""
      true

  """
  @spec String.t() =~ (String.t() | Regex.t()) :: boolean
  def left =~ "" when :erlang.is_binary(left), do: true

  def left =~ right when :erlang.is_binary(left) and :erlang.is_binary(right),
    do: :erlang."=/="(:binary.match(left, right), :nomatch)

  def left =~ right when :erlang.is_binary(left), do: Regex.match?(right, left)

  @doc "Turns a term into a charlist through the `List.Chars` protocol."
  defmacro to_charlist(term) do
    quote do: List.Chars.to_charlist(unquote(term))
  end

  @doc false
  defmacro to_char_list(term) do
    quote do: Kernel.to_charlist(unquote(term))
  end

  ## Exceptions

  @doc """
  Raises an exception: a `RuntimeError` for text, else the given module's or struct's.

  ## Examples

      iex> try do
      ...>   raise "oops"
      ...> rescue
      ...>   error in RuntimeError -> error.message
      ...> end
      "oops"

  """
  defmacro raise(message) do
    case Kernel.Utils.raise_kind(message, __CALLER__) do
      :message -> quote do: :erlang.error(RuntimeError.exception(unquote(message)), :none, error_info: %{module: Exception})
      {:module, module} -> quote do: :erlang.error(unquote(module).exception([]), :none, error_info: %{module: Exception})
      :other -> quote do: :erlang.error(Kernel.Utils.raise(unquote(message)), :none, error_info: %{module: Exception})
    end
  end

  @doc "Raises the exception that `exception.exception(attributes)` makes."
  defmacro raise(exception, attributes) do
    quote do: :erlang.error(unquote(exception).exception(unquote(attributes)))
  end

  @doc "Raises an exception with a stack trace from before, as `__STACKTRACE__` gives it inside `rescue`."
  defmacro reraise(message, stacktrace) do
    case Kernel.Utils.raise_kind(message, __CALLER__) do
      :message ->
        quote do: :erlang.raise(:error, RuntimeError.exception(unquote(message)), unquote(stacktrace))

      {:module, module} ->
        quote do: :erlang.raise(:error, unquote(module).exception([]), unquote(stacktrace))

      :other ->
        quote do: :erlang.raise(:error, Kernel.Utils.raise(unquote(message)), unquote(stacktrace))
    end
  end

  @doc "Raises the exception that `exception.exception(attributes)` makes, with a stack trace from before."
  defmacro reraise(exception, attributes, stacktrace) do
    quote do: :erlang.raise(:error, unquote(exception).exception(unquote(attributes)), unquote(stacktrace))
  end

  ## Structs

  @doc """
  Makes a struct of a module, or a changed copy of a struct, from pairs; keys the struct lacks are skipped.
  """
  @spec struct(module | struct, Enum.t()) :: struct
  def struct(struct, fields \\ []) do
    struct(struct, fields, fn
      {:__struct__, _}, acc ->
        acc

      {key, value}, acc ->
        case acc do
          %{^key => _} -> %{acc | key => value}
          _ -> acc
        end
    end)
  end

  defp struct(struct, [], _fun) when is_atom(struct), do: Kernel.Utils.defaults(struct)
  defp struct(struct, fields, fun) when is_atom(struct), do: struct(Kernel.Utils.defaults(struct), fields, fun)
  defp struct(%_{} = struct, [], _fun), do: struct
  defp struct(%_{} = struct, fields, fun), do: Enum.reduce(fields, struct, fun)

  @doc "Makes a struct like `struct/2`, but raises `KeyError` for keys the struct lacks and checks enforced keys."
  @spec struct!(module | struct, Enum.t()) :: struct
  def struct!(struct, fields \\ [])
  def struct!(struct, fields) when is_atom(struct), do: Kernel.Utils.made(struct, fields)

  def struct!(struct, fields) when is_map(struct) do
    struct(struct, fields, fn
      {:__struct__, _}, acc ->
        acc

      {key, value}, acc ->
        case acc do
          %{^key => _} -> %{acc | key => value}
          _ -> :maps.update(key, value, acc)
        end
    end)
  end

  @doc """
  Defines the struct of the module: its fields, with their defaults.

  `@enforce_keys` names fields that literals must give; `@derive` lists protocols to implement for it.
  """
  defmacro defstruct(fields) do
    quote bind_quoted: [fields: fields] do
      {struct, derive, enforced} = Kernel.Utils.defstruct(__MODULE__, fields)
      @__struct__ struct
      @__kernel_enforced__ enforced

      if Module.get_attribute(__MODULE__, :doc) == nil, do: @doc(false)
      def __struct__(), do: @__struct__

      @doc false
      def __struct__(kv), do: Kernel.Utils.build_struct(@__struct__, @__kernel_enforced__, kv)

      Kernel.Utils.announce_struct(__MODULE__)
      Kernel.Utils.derive(__MODULE__, derive, struct, __ENV__)
      struct
    end
  end

  @doc """
  Defines an exception: a struct with `exception/1` and, when there is a `:message` field, `message/1`.
  """
  defmacro defexception(fields) do
    quote bind_quoted: [fields: fields] do
      @behaviour Exception
      fields = Kernel.Utils.exception_fields(fields)
      defstruct(fields)

      case Kernel.Utils.message_field?(fields) do
        true ->
          @impl true
          def message(exception), do: exception.message
          defoverridable message: 1

          @impl true
          def exception(message) when Kernel.is_binary(message), do: Kernel.struct(__struct__(), message: message)

        false ->
          :ok
      end

      @impl true
      def exception(arguments) when Kernel.is_list(arguments), do: Kernel.Utils.make_exception(__struct__(), arguments)
      defoverridable exception: 1
    end
  end

  @doc "Defines a protocol: functions whose implementation is chosen by the type of their first argument."
  defmacro defprotocol(name, do: block) do
    Protocol.__defprotocol__(name, block, __CALLER__)
  end

  @doc "Implements a protocol for a type or a list of types."
  defmacro defimpl(name, opts, do_block \\ []) do
    Protocol.__defimpl__(name, :lists.append(opts, do_block), __CALLER__)
  end

  @doc """
  Defines functions that call functions of another module with the same arguments.

  Options: `:to`, the module; `:as`, the function's name there.
  """
  defmacro defdelegate(funs, opts) do
    funs = Macro.escape(funs, unquote: true)
    env = :maps.put(:function, {:__info__, 1}, __CALLER__)

    # A module named in the options is called when the code runs, and not needed to compile it.
    opts =
      Macro.prewalk(opts, fn
        {:__aliases__, _, _} = name -> Macro.expand(name, env)
        other -> other
      end)

    quote bind_quoted: [funs: funs, opts: opts] do
      target = Kernel.Utils.delegate_target(opts, __MODULE__)

      for fun <- Kernel.Utils.wrap(funs) do
        {name, args, as, as_args} = Kernel.Utils.delegate(fun, opts)

        @doc delegate_to: {target, as, :erlang.length(as_args)}
        def unquote(name)(unquote_splicing(args)) do
          unquote(target).unquote(as)(unquote_splicing(as_args))
        end
      end
    end
  end

  @doc "Defines a macro for use in guards (and elsewhere), checking that its body may stand in a guard."
  defmacro defguard(guard) do
    Kernel.Utils.define_guard(:defmacro, guard, __CALLER__)
  end

  @doc "Defines a guard like `defguard/1` that is private to the module."
  defmacro defguardp(guard) do
    Kernel.Utils.define_guard(:defmacrop, guard, __CALLER__)
  end

  @doc "Makes definitions of the module so far, or of a behaviour's callbacks, replaceable; `super` calls the replaced one."
  defmacro defoverridable(keywords_or_behaviour) do
    quote do
      Module.make_overridable(__MODULE__, unquote(keywords_or_behaviour))
    end
  end

  ## Small macros

  @doc "Tells whether the expression matches the pattern. Variables bound by the pattern stay inside it."
  defmacro match?(pattern, expression) do
    clauses =
      case Kernel.Utils.catch_all?(pattern) do
        true ->
          quote generated: true do
            unquote(pattern) -> true
          end

        false ->
          quote generated: true do
            unquote(pattern) -> true
            _ -> false
          end
      end

    {:case, [generated: true], [expression, [do: clauses]]}
  end

  @doc "Passes the value to the function and returns what that returns."
  defmacro then(value, fun) do
    quote do: unquote(fun).(unquote(value))
  end

  @doc "Passes the value to the function for its effect and returns the value."
  defmacro tap(value, fun) do
    quote bind_quoted: [fun: fun, value: value] do
      _ = fun.(value)
      value
    end
  end

  @doc "Shows the code given and the value of it (and of each step of a pipeline), and returns the value."
  defmacro dbg(code \\ quote(do: binding()), options \\ []) do
    Macro.dbg(code, options, __CALLER__)
  end

  @doc "Returns the variables of the given context (by default the caller's own) with their values."
  defmacro binding(context \\ nil) do
    variables =
      for {name, ^context} <- Macro.Env.vars(__CALLER__) do
        {name, {:var!, [], [{name, [], context}, context]}}
      end

    variables
  end

  @doc """
  Binds as many elements of a list as there are patterns, missing ones to `nil`.

  ## Examples

      iex> destructure([x, y], [1])
      iex> {x, y}
      {1, nil}

  """
  defmacro destructure(left, right) when :erlang.is_list(left) do
    quote do
      unquote(left) = Kernel.Utils.destructure(unquote(right), unquote(:erlang.length(left)))
    end
  end

  @doc "Makes a variable of quoted code the caller's instead of the macro's own."
  defmacro var!(var, context \\ nil)

  defmacro var!({name, meta, atom}, context) when :erlang.is_atom(name) and :erlang.is_atom(atom) do
    meta = :lists.keydelete(:counter, 1, :lists.keydelete(:if_undefined, 1, meta))

    case Macro.expand(context, __CALLER__) do
      context when :erlang.is_atom(context) ->
        {name, [{:if_undefined, :raise} | meta], context}

      other ->
        :erlang.error(ArgumentError.exception("expected var! context to expand to an atom, got: " <> Macro.to_string(other)))
    end
  end

  defmacro var!(other, _context) do
    :erlang.error(ArgumentError.exception("expected a variable to be given to var!, got: " <> Macro.to_string(other)))
  end

  @doc "Makes an alias of quoted code expand in the caller instead of in the macro's module."
  defmacro alias!(alias) when :erlang.is_atom(alias), do: alias
  defmacro alias!({:__aliases__, meta, args}), do: {:__aliases__, :lists.keydelete(:alias, 1, meta), args}

  ## Nested data

  @doc "Gets a value from nested data; the path holds keys and access functions."
  @spec get_in(Access.t(), nonempty_list(term)) :: term
  def get_in(nil, [_ | _]), do: nil
  def get_in(data, [h]) when :erlang.is_function(h), do: h.(:get, data, fn x -> x end)
  def get_in(data, [h | t]) when :erlang.is_function(h), do: h.(:get, data, fn next -> get_in(next, t) end)
  def get_in(data, [h]), do: Access.get(data, h)
  def get_in(data, [h | t]), do: get_in(Access.get(data, h), t)

  @doc "Puts a value into nested data."
  @spec put_in(Access.t(), nonempty_list(term), term) :: Access.t()
  def put_in(data, [_ | _] = keys, value), do: :erlang.element(2, get_and_update_in(data, keys, fn _ -> {nil, value} end))

  @doc "Updates a value of nested data with a function."
  @spec update_in(Access.t(), nonempty_list(term), (term -> term)) :: Access.t()
  def update_in(data, [_ | _] = keys, fun) when :erlang.is_function(fun),
    do: :erlang.element(2, get_and_update_in(data, keys, fn value -> {nil, fun.(value)} end))

  @doc "Gets a value of nested data and updates it in one go; the function returns `{got, new}` or `:pop`."
  @spec get_and_update_in(Access.t(), nonempty_list(term), (term -> {term, term} | :pop)) :: {term, Access.t()}
  def get_and_update_in(data, [head], fun) when :erlang.is_function(head, 3), do: head.(:get_and_update, data, fun)

  def get_and_update_in(data, [head | tail], fun) when :erlang.is_function(head, 3),
    do: head.(:get_and_update, data, fn next -> get_and_update_in(next, tail, fun) end)

  def get_and_update_in(data, [head], fun) when :erlang.is_function(fun, 1), do: Access.get_and_update(data, head, fun)

  def get_and_update_in(data, [head | tail], fun) when :erlang.is_function(fun, 1),
    do: Access.get_and_update(data, head, fn next -> get_and_update_in(next, tail, fun) end)

  @doc "Takes a value out of nested data; returns it and the rest."
  @spec pop_in(Access.t(), nonempty_list(term)) :: {term, Access.t()}
  def pop_in(data, [_ | _] = keys), do: Kernel.Utils.pop_in(data, keys)

  @doc "Puts a value at a path written as code: `put_in(user.address[:city], \"Oslo\")`."
  defmacro put_in(path, value) do
    {root, steps} = Kernel.Utils.path(path, "put_in/2")
    Kernel.Utils.path_put(steps, root, value)
  end

  @doc "Updates the value at a path written as code."
  defmacro update_in(path, fun) do
    {root, steps} = Kernel.Utils.path(path, "update_in/2")
    Kernel.Utils.path_update(steps, root, fun)
  end

  @doc "Gets and updates the value at a path written as code."
  defmacro get_and_update_in(path, fun) do
    {root, steps} = Kernel.Utils.path(path, "get_and_update_in/2")
    Kernel.Utils.path_get_and_update(steps, root, fun)
  end

  @doc "Takes out the value at a path written as code, whose last step must be an access with brackets."
  defmacro pop_in(path) do
    {root, steps} = Kernel.Utils.path(path, "pop_in/1")
    Kernel.Utils.path_pop(steps, root, path)
  end

  ## Sigils

  @doc "Handles `~S`: text without interpolation or escapes."
  defmacro sigil_S(term, modifiers)
  defmacro sigil_S({:<<>>, _, [binary]}, []) when :erlang.is_binary(binary), do: binary

  @doc "Handles `~s`: text with interpolation and escapes."
  defmacro sigil_s(term, modifiers)

  defmacro sigil_s({:<<>>, _, [piece]}, []) when :erlang.is_binary(piece), do: Macro.unescape_string(piece)
  defmacro sigil_s({:<<>>, meta, pieces}, []), do: {:<<>>, meta, Kernel.Utils.unescape_pieces(pieces)}

  @doc "Handles `~C`: a charlist without interpolation or escapes."
  defmacro sigil_C(term, modifiers)
  defmacro sigil_C({:<<>>, _, [string]}, []) when :erlang.is_binary(string), do: String.to_charlist(string)

  @doc "Handles `~c`: a charlist with interpolation and escapes."
  defmacro sigil_c(term, modifiers)

  defmacro sigil_c({:<<>>, _, [piece]}, []) when :erlang.is_binary(piece),
    do: String.to_charlist(Macro.unescape_string(piece))

  defmacro sigil_c({:<<>>, meta, pieces}, []) do
    quote do: String.to_charlist(unquote({:<<>>, meta, Kernel.Utils.unescape_pieces(pieces)}))
  end

  @doc "Handles `~W`: a list of words without interpolation; modifiers `a`, `c` and `s` choose the words' type."
  defmacro sigil_W(term, modifiers)
  defmacro sigil_W({:<<>>, _, [string]}, modifiers) when :erlang.is_binary(string),
    do: Kernel.Utils.split_words(string, modifiers, __CALLER__)

  @doc "Handles `~w`: a list of words with interpolation and escapes; modifiers as for `~W`."
  defmacro sigil_w(term, modifiers)

  defmacro sigil_w({:<<>>, _, [string]}, modifiers) when :erlang.is_binary(string),
    do: Kernel.Utils.split_words(Macro.unescape_string(string), modifiers, __CALLER__)

  defmacro sigil_w({:<<>>, meta, pieces}, modifiers),
    do: Kernel.Utils.split_words({:<<>>, meta, Kernel.Utils.unescape_pieces(pieces)}, modifiers, __CALLER__)

  @doc "Handles `~R`: a regular expression without interpolation."
  defmacro sigil_R(term, modifiers)
  defmacro sigil_R({:<<>>, _, [string]}, modifiers) when :erlang.is_binary(string),
    do: Kernel.Utils.compile_regex(string, modifiers)

  @doc "Handles `~r`: a regular expression with interpolation."
  defmacro sigil_r(term, modifiers)

  defmacro sigil_r({:<<>>, _, [string]}, modifiers) when :erlang.is_binary(string),
    do: Kernel.Utils.compile_regex(Macro.unescape_string(string, &Regex.unescape_map/1), modifiers)

  defmacro sigil_r({:<<>>, meta, pieces}, modifiers),
    do: Kernel.Utils.compile_regex({:<<>>, meta, Kernel.Utils.unescape_regex_pieces(pieces)}, modifiers)

  @doc "Handles `~D`: a date."
  defmacro sigil_D(date_string, modifiers)
  defmacro sigil_D({:<<>>, _, [string]}, []), do: Kernel.Utils.date_sigil(Date, string)

  @doc "Handles `~T`: a time."
  defmacro sigil_T(time_string, modifiers)
  defmacro sigil_T({:<<>>, _, [string]}, []), do: Kernel.Utils.date_sigil(Time, string)

  @doc "Handles `~N`: a date and time without time zone."
  defmacro sigil_N(naive_datetime_string, modifiers)
  defmacro sigil_N({:<<>>, _, [string]}, []), do: Kernel.Utils.date_sigil(NaiveDateTime, string)

  @doc "Handles `~U`: a date and time in UTC."
  defmacro sigil_U(datetime_string, modifiers)
  defmacro sigil_U({:<<>>, _, [string]}, []), do: Kernel.Utils.date_sigil(DateTime, string)
end
