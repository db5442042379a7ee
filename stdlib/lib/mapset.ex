defmodule MapSet do
  @moduledoc """
  Sets: collections without duplicates, elements being compared with `===`.

  Membership, insertion and removal take logarithmic time. The struct's fields are private.
  """

  @type value :: term
  @opaque internal(value) :: %{optional(value) => []}
  @type t(value) :: %__MODULE__{map: internal(value)}
  @type t :: t(term)

  defstruct map: %{}, version: 2

  @doc "Returns an empty set."
  @spec new() :: t
  def new(), do: %MapSet{}

  @doc """
  Builds a set of the elements of a collection.

  ## Examples

      iex> MapSet.new([:b, :a, 3, :a])
      MapSet.new([3, :a, :b])

  """
  @spec new(Enumerable.t()) :: t
  def new(enumerable)
  def new(%{__struct__: MapSet} = set), do: set
  def new(enumerable), do: %MapSet{map: :maps.from_keys(Enum.to_list(enumerable), [])}

  @doc "Builds a set of what a function makes of the elements of a collection."
  @spec new(Enumerable.t(), (term -> val)) :: t(val) when val: value
  def new(enumerable, transform) when is_function(transform, 1), do: %MapSet{map: :maps.from_keys(Enum.map(enumerable, transform), [])}

  @doc "Removes an element."
  @spec delete(t(val1), val2) :: t(val1) when val1: value, val2: value
  def delete(%MapSet{map: map} = map_set, value), do: %{map_set | map: :maps.remove(value, map)}

  @doc "Returns the elements of the first set that are not in the second."
  @spec difference(t(val1), t(val2)) :: t(val1) when val1: value, val2: value
  def difference(map_set1, map_set2)

  def difference(%MapSet{map: map1}, %MapSet{map: map2}) when map_size(map1) < map_size(map2) * 2,
    do: %MapSet{map: :maps.from_keys(for(key <- :maps.keys(map1), not is_map_key(map2, key), do: key), [])}

  def difference(%MapSet{map: map1} = map_set, %MapSet{map: map2}), do: %{map_set | map: :maps.without(:maps.keys(map2), map1)}

  @doc "Returns the elements that are in exactly one of two sets."
  @spec symmetric_difference(t(val1), t(val2)) :: t(val1 | val2) when val1: value, val2: value
  def symmetric_difference(%MapSet{map: map1}, %MapSet{map: map2}),
    do: %MapSet{map: :maps.merge(:maps.without(:maps.keys(map2), map1), :maps.without(:maps.keys(map1), map2))}

  @doc "Tells whether two sets have no common element."
  @spec disjoint?(t, t) :: boolean
  def disjoint?(%MapSet{map: map1}, %MapSet{map: map2}) do
    {small, large} = if map_size(map1) <= map_size(map2), do: {map1, map2}, else: {map2, map1}
    not :lists.any(fn key -> is_map_key(large, key) end, :maps.keys(small))
  end

  @doc "Tells whether two sets have the same elements."
  @spec equal?(t, t) :: boolean
  def equal?(%MapSet{map: map1, version: version}, %MapSet{map: map2, version: version}), do: map1 === map2

  # Sets of the first version hold other values under their elements.
  def equal?(%MapSet{map: map1}, %MapSet{map: map2}), do: map_size(map1) == map_size(map2) and subset?(%MapSet{map: map1}, %MapSet{map: map2})

  @doc "Returns the elements that are in both sets."
  @spec intersection(t(val), t(val)) :: t(val) when val: value
  def intersection(%MapSet{map: map1} = map_set, %MapSet{map: map2}) do
    {small, large} = if map_size(map1) <= map_size(map2), do: {map1, map2}, else: {map2, map1}
    %{map_set | map: :maps.with(:maps.keys(small), large)}
  end

  @doc "Tells whether the set has the element."
  @spec member?(t, value) :: boolean
  def member?(%MapSet{map: map}, value), do: is_map_key(map, value)

  @doc "Puts an element into the set."
  @spec put(t(val), new_val) :: t(val | new_val) when val: value, new_val: value
  def put(%MapSet{map: map} = map_set, value), do: %{map_set | map: :maps.put(value, [], map)}

  @doc "Counts the elements. O(1) time."
  @spec size(t) :: non_neg_integer
  def size(%MapSet{map: map}), do: map_size(map)

  @doc "Tells whether all elements of the first set are in the second."
  @spec subset?(t, t) :: boolean
  def subset?(%MapSet{map: map1}, %MapSet{map: map2}) do
    map_size(map1) <= map_size(map2) and :lists.all(fn key -> is_map_key(map2, key) end, :maps.keys(map1))
  end

  @doc "Lists the elements."
  @spec to_list(t(val)) :: [val] when val: value
  def to_list(%MapSet{map: map}), do: :maps.keys(map)

  @doc "Returns the elements of both sets."
  @spec union(t(val1), t(val2)) :: t(val1 | val2) when val1: value, val2: value
  def union(map_set1, map_set2)
  def union(%MapSet{map: map1, version: version} = map_set, %MapSet{map: map2, version: version}), do: %{map_set | map: :maps.merge(map1, map2)}
  def union(%MapSet{map: map1}, %MapSet{map: map2}), do: %MapSet{map: :maps.from_keys(:maps.keys(map1) ++ :maps.keys(map2), [])}

  @doc "Keeps the elements for which the function is truthy."
  @spec filter(t(a), (a -> as_boolean(term))) :: t(a) when a: value
  def filter(%MapSet{map: map}, fun) when is_map(map) and is_function(fun), do: %MapSet{map: :maps.from_keys(Enum.filter(:maps.keys(map), fun), [])}

  @doc "Drops the elements for which the function is truthy."
  @spec reject(t(a), (a -> as_boolean(term))) :: t(a) when a: value
  def reject(%MapSet{map: map}, fun) when is_map(map) and is_function(fun), do: %MapSet{map: :maps.from_keys(Enum.reject(:maps.keys(map), fun), [])}

  @doc "Returns the elements for which the function is truthy and the others."
  @spec split_with(t, (any -> as_boolean(term))) :: {t, t}
  def split_with(%MapSet{map: map}, fun) when is_function(fun, 1) do
    {yes, no} = Enum.split_with(:maps.keys(map), fun)
    {%MapSet{map: :maps.from_keys(yes, [])}, %MapSet{map: :maps.from_keys(no, [])}}
  end

  defimpl Enumerable do
    def count(set), do: {:ok, MapSet.size(set)}
    def member?(set, value), do: {:ok, MapSet.member?(set, value)}
    def reduce(set, acc, fun), do: Enumerable.List.reduce(MapSet.to_list(set), acc, fun)
    def slice(set), do: {:ok, MapSet.size(set), &MapSet.to_list/1}
  end

  defimpl Collectable do
    def into(%{map: map} = set) do
      collector = fn
        list, {:cont, element} -> [element | list]
        list, :done -> %{set | map: :maps.merge(map, :maps.from_keys(list, []))}
        _, :halt -> :ok
      end

      {[], collector}
    end
  end

  defimpl Inspect do
    import Inspect.Algebra

    def inspect(set, opts) do
      opts = %{opts | charlists: :as_lists}
      concat(["MapSet.new(", Inspect.List.inspect(MapSet.to_list(set), opts), ")"])
    end
  end
end
