defmodule :dict do
  @moduledoc """
  Erlang's `:dict`: a dictionary as a hash table of tuples (see `:beamlet_buckets`); keys are compared with `=:=`.

  New programs are better served by maps. The order of `to_list/1` is that of the hash table.

  ## Examples

      iex> dict = :dict.from_list(a: 1)
      iex> :dict.fetch(:a, :dict.update_counter(:a, 2, dict))
      3
      iex> :dict.find(:b, dict)
      :error
  """

  alias :beamlet_buckets, as: Table

  @type dict :: tuple

  # An entry is a list cell of key and value.
  defp key_of([key | _]), do: key

  @doc "Gives the empty dictionary."
  @spec new() :: dict
  def new(), do: Table.new(:dict)

  @doc "Tells whether the key is there."
  @spec is_key(term, dict) :: boolean
  def is_key(key, dict), do: lookup(key, dict) != :error

  defp lookup(key, dict), do: in_bucket(key, Table.bucket(dict, Table.slot(dict, key)))

  defp in_bucket(key, [[other | value] | _]) when key === other, do: {:ok, value}
  defp in_bucket(key, [_ | rest]), do: in_bucket(key, rest)
  defp in_bucket(_key, []), do: :error

  @doc "Gives `{:ok, value}` or `:error`."
  @spec find(term, dict) :: {:ok, term} | :error
  def find(key, dict), do: lookup(key, dict)

  @doc "Gives the value of a key that must be there."
  @spec fetch(term, dict) :: term
  def fetch(key, dict) do
    case lookup(key, dict) do
      {:ok, value} -> value
      :error -> :erlang.error(:badarg, [key, dict])
    end
  end

  @doc "Lists the keys."
  @spec fetch_keys(dict) :: [term]
  def fetch_keys(dict), do: Table.fold(fn [key | _], keys -> [key | keys] end, [], dict)

  @doc "Lists the pairs."
  @spec to_list(dict) :: [{term, term}]
  def to_list(dict), do: Table.fold(fn [key | value], pairs -> [{key, value} | pairs] end, [], dict)

  @doc "Makes a dictionary of pairs; of several with one key the last counts."
  @spec from_list([{term, term}]) :: dict
  def from_list(pairs), do: :lists.foldl(fn {key, value}, dict -> store(key, value, dict) end, new(), pairs)

  @doc "Counts the keys. O(1)."
  @spec size(dict) :: non_neg_integer
  def size({:dict, size, _, _, _, _, _, _, _}) when is_integer(size) and size >= 0, do: size

  @doc "Tells whether there are no keys."
  @spec is_empty(dict) :: boolean
  def is_empty({:dict, size, _, _, _, _, _, _, _}), do: size == 0

  # Changes the entry of a key: `present` makes a value of the old one; `absent` is `{:ok, value}` to add, or `:error` to raise.
  defp change(key, dict, present, absent) do
    slot = Table.slot(dict, key)

    case change_in(key, Table.bucket(dict, slot), present, absent) do
      {bucket, added} -> Table.grow(Table.put(dict, slot, bucket), added, &key_of/1)
      :error -> :error
    end
  end

  defp change_in(key, [[other | value] | rest], present, _absent) when key === other,
    do: {[[key | present.(value)] | rest], 0}

  defp change_in(key, [entry | rest], present, absent) do
    case change_in(key, rest, present, absent) do
      {rest, added} -> {[entry | rest], added}
      :error -> :error
    end
  end

  defp change_in(key, [], _present, {:ok, value}), do: {[[key | value]], 1}
  defp change_in(_key, [], _present, :error), do: :error

  @doc "Sets the value of a key."
  @spec store(term, term, dict) :: dict
  def store(key, value, dict), do: change(key, dict, fn _ -> value end, {:ok, value})

  @doc "Adds an item at the end of the list at a key."
  @spec append(term, term, dict) :: dict
  def append(key, item, dict), do: change(key, dict, &(&1 ++ [item]), {:ok, [item]})

  @doc "Adds items at the end of the list at a key."
  @spec append_list(term, [term], dict) :: dict
  def append_list(key, items, dict) when is_list(items), do: change(key, dict, &(&1 ++ items), {:ok, items})

  @doc "Sets the value of a key that must be there to what `fun` makes of it."
  @spec update(term, (term -> term), dict) :: dict
  def update(key, fun, dict) do
    case change(key, dict, fun, :error) do
      :error -> :erlang.error(:badarg, [key, fun, dict])
      dict -> dict
    end
  end

  @doc "As `update/3`; a new key gets `initial`."
  @spec update(term, (term -> term), term, dict) :: dict
  def update(key, fun, initial, dict), do: change(key, dict, fun, {:ok, initial})

  @doc "Adds to the number at a key, which is 0 when the key is new."
  @spec update_counter(term, number, dict) :: dict
  def update_counter(key, increment, dict) when is_number(increment),
    do: change(key, dict, &(&1 + increment), {:ok, increment})

  @doc "Removes a key if it is there."
  @spec erase(term, dict) :: dict
  def erase(key, dict) do
    case take(key, dict) do
      {_value, dict} -> dict
      :error -> dict
    end
  end

  @doc "Gives `{value, dict}` without the key, or `:error`."
  @spec take(term, dict) :: {term, dict} | :error
  def take(key, dict) do
    slot = Table.slot(dict, key)
    bucket = Table.bucket(dict, slot)

    case in_bucket(key, bucket) do
      {:ok, value} ->
        rest = :lists.filter(fn [other | _] -> other !== key end, bucket)
        {value, Table.shrink(Table.put(dict, slot, rest), 1)}

      :error ->
        :error
    end
  end

  @doc "Folds `fun.(key, value, acc)` over the pairs."
  @spec fold((term, term, term -> term), term, dict) :: term
  def fold(fun, acc, dict), do: Table.fold(fn [key | value], acc -> fun.(key, value, acc) end, acc, dict)

  @doc "Maps the values with `fun.(key, value)`."
  @spec map((term, term -> term), dict) :: dict
  def map(fun, dict) do
    {dict, 0} = Table.map_buckets(fn bucket -> for [key | value] <- bucket, do: [key | fun.(key, value)] end, dict)
    dict
  end

  @doc "Keeps the pairs for which `fun.(key, value)` is true."
  @spec filter((term, term -> boolean), dict) :: dict
  def filter(fun, dict) do
    {dict, change} = Table.map_buckets(fn bucket -> :lists.filter(fn [key | value] -> fun.(key, value) end, bucket) end, dict)
    Table.shrink(dict, -change)
  end

  @doc "Merges two dictionaries; a key in both gets `fun.(key, left, right)`."
  @spec merge((term, term, term -> term), dict, dict) :: dict
  def merge(fun, left, right) do
    if size(left) < size(right) do
      fold(fn key, value, dict -> update(key, &fun.(key, value, &1), value, dict) end, right, left)
    else
      fold(fn key, value, dict -> update(key, &fun.(key, &1, value), value, dict) end, left, right)
    end
  end
end
