defprotocol Enumerable do
  @moduledoc """
  The protocol behind `Enum` and `Stream`: anything that can be walked element by element.

  `reduce/3` does the work; the others let a collection answer faster than by walking, or decline with
  `{:error, __MODULE__}`.
  """

  @type acc :: {:cont, term} | {:halt, term} | {:suspend, term}
  @type reducer :: (element :: term, current_acc :: acc -> updated_acc :: acc)
  @type result :: {:done, term} | {:halted, term} | {:suspended, term, continuation}
  @type continuation :: (acc -> result)
  @type slicing_fun :: (start :: non_neg_integer, length :: pos_integer, step :: pos_integer -> [term])
  @typedoc "What enumerates elements of one type."
  @type t(_element) :: t
  @type to_list_fun :: (t -> [term])

  @doc "Reduces the collection, obeying the accumulator's tag: `:cont` goes on, `:halt` stops, `:suspend` pauses."
  @spec reduce(t, acc, reducer) :: result
  def reduce(enumerable, acc, fun)

  @doc "Counts the elements: `{:ok, count}`, or `{:error, module}` when only walking can tell."
  @spec count(t) :: {:ok, non_neg_integer} | {:error, module}
  def count(enumerable)

  @doc "Tells whether the element is in the collection, or `{:error, module}` when only walking can tell."
  @spec member?(t, term) :: {:ok, boolean} | {:error, module}
  def member?(enumerable, element)

  @doc "Returns the size and a function that slices, or `{:error, module}` when only walking can tell."
  @spec slice(t) :: {:ok, size :: non_neg_integer, slicing_fun | to_list_fun} | {:error, module}
  def slice(enumerable)
end

defimpl Enumerable, for: List do
  def count(list), do: {:ok, length(list)}
  def member?(list, element), do: {:ok, :lists.member(element, list)}

  def slice([]), do: {:ok, 0, fn _start, _count -> [] end}
  def slice(list), do: {:ok, length(list), fn start, count -> part(list, start, count) end}

  defp part(list, 0, count), do: take(list, count)
  defp part([_ | tail], start, count), do: part(tail, start - 1, count)

  defp take(_list, 0), do: []
  defp take([head | tail], count), do: [head | take(tail, count - 1)]

  def reduce(_list, {:halt, acc}, _fun), do: {:halted, acc}
  def reduce(list, {:suspend, acc}, fun), do: {:suspended, acc, &reduce(list, &1, fun)}
  def reduce([], {:cont, acc}, _fun), do: {:done, acc}
  def reduce([head | tail], {:cont, acc}, fun), do: reduce(tail, fun.(head, acc), fun)
end

defimpl Enumerable, for: Map do
  def count(map), do: {:ok, map_size(map)}

  def member?(map, {key, value}) do
    case map do
      %{^key => ^value} -> {:ok, true}
      %{} -> {:ok, false}
    end
  end

  def member?(_map, _other), do: {:ok, false}

  def slice(map) do
    {:ok, map_size(map), fn start, count -> :lists.sublist(:maps.to_list(map), start + 1, count) end}
  end

  def reduce(map, acc, fun), do: Enumerable.List.reduce(:maps.to_list(map), acc, fun)
end

defimpl Enumerable, for: Function do
  def count(_fun), do: {:error, __MODULE__}
  def member?(_fun, _element), do: {:error, __MODULE__}
  def slice(_fun), do: {:error, __MODULE__}

  def reduce(function, acc, fun) when is_function(function, 2), do: function.(acc, fun)

  def reduce(function, _acc, _fun) do
    raise Protocol.UndefinedError,
      protocol: @protocol,
      value: function,
      description: "only anonymous functions of arity 2 are enumerable"
  end
end

defprotocol Collectable do
  @moduledoc """
  The protocol behind `Enum.into/2` and `for … into:`: anything that elements can be put into.
  """

  @type command :: {:cont, term} | :done | :halt

  @doc """
  Returns an initial accumulator and a function that collects: it is given `{:cont, element}` for each element, `:done`
  at the end, and `:halt` when collecting is abandoned.
  """
  @spec into(t) :: {initial_acc :: term, collector :: (term, command -> t | term)}
  def into(collectable)
end

defimpl Collectable, for: List do
  def into(list) do
    if list != [] do
      IO.warn(
        "the Collectable protocol is deprecated for non-empty lists. The behaviour of Enum.into/2 and \"for\" comprehensions with an :into option is incorrect " <>
          "when collecting into non-empty lists. If you're collecting into a non-empty keyword list, consider using Keyword.merge/2 instead. " <>
          "If you're collecting into a non-empty list, consider concatenating the two lists with the ++ operator."
      )
    end

    collector = fn
      acc, {:cont, element} -> [element | acc]
      acc, :done -> list ++ :lists.reverse(acc)
      _acc, :halt -> :ok
    end

    {[], collector}
  end
end

defimpl Collectable, for: BitString do
  def into(binary) when is_binary(binary) do
    collector = fn
      acc, {:cont, part} when is_binary(part) -> [acc | part]
      acc, {:cont, part} when is_bitstring(part) -> :erlang.list_to_bitstring([acc | part])
      acc, :done when is_bitstring(acc) -> acc
      acc, :done -> :erlang.iolist_to_binary(acc)
      _acc, :halt -> :ok
    end

    {[binary], collector}
  end

  def into(bitstring) do
    collector = fn
      acc, {:cont, part} when is_bitstring(part) -> <<acc::bitstring, part::bitstring>>
      acc, :done -> acc
      _acc, :halt -> :ok
    end

    {bitstring, collector}
  end
end

defimpl Collectable, for: Map do
  def into(map) do
    collector = fn
      acc, {:cont, {key, value}} -> :maps.put(key, value, acc)
      acc, :done -> acc
      _acc, :halt -> :ok
    end

    {map, collector}
  end
end

defprotocol String.Chars do
  @moduledoc "The protocol that turns a term into a string, for `to_string/1` and interpolation."

  @doc "Turns the term into a string."
  @spec to_string(t) :: String.t()
  def to_string(term)
end

defimpl String.Chars, for: Atom do
  def to_string(nil), do: ""
  def to_string(atom), do: :erlang.atom_to_binary(atom)
end

defimpl String.Chars, for: BitString do
  def to_string(binary) when is_binary(binary), do: binary

  def to_string(bitstring) do
    raise Protocol.UndefinedError, protocol: @protocol, value: bitstring, description: "cannot convert a bitstring to a string"
  end
end

defimpl String.Chars, for: List do
  def to_string(charlist), do: List.to_string(charlist)
end

defimpl String.Chars, for: Integer do
  def to_string(integer), do: :erlang.integer_to_binary(integer)
end

defimpl String.Chars, for: Float do
  def to_string(float), do: Float.to_string(float)
end

defprotocol List.Chars do
  @moduledoc "The protocol that turns a term into a charlist, for `to_charlist/1`."

  @doc "Turns the term into a charlist."
  @spec to_charlist(t) :: charlist
  def to_charlist(term)
end

defimpl List.Chars, for: Atom do
  def to_charlist(nil), do: []
  def to_charlist(atom), do: :erlang.atom_to_list(atom)
end

defimpl List.Chars, for: BitString do
  def to_charlist(binary) when is_binary(binary), do: String.to_charlist(binary)

  def to_charlist(bitstring) do
    raise Protocol.UndefinedError, protocol: @protocol, value: bitstring, description: "cannot convert a bitstring to a charlist"
  end
end

defimpl List.Chars, for: List do
  def to_charlist(list), do: list
end

defimpl List.Chars, for: Integer do
  def to_charlist(integer), do: :erlang.integer_to_list(integer)
end

defimpl List.Chars, for: Float do
  def to_charlist(float), do: :erlang.binary_to_list(Float.to_string(float))
end
