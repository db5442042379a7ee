defmodule :sets do
  @moduledoc """
  Erlang's `:sets`: sets whose elements are compared with `=:=`.

  There are two forms. The first, which `new/0` and `from_list/1` give, is a hash table of tuples; the second, asked for with
  `version: 2`, is a map from each element to `[]`, faster in every respect. All functions take both.

  ## Examples

      iex> set = :sets.from_list([1, 2, 2], version: 2)
      iex> :sets.size(set)
      2
      iex> :sets.is_element(1.0, set)
      false
  """

  alias :beamlet_buckets, as: Table

  @type set :: tuple | map

  defguardp is_table(set) when is_tuple(set) and tuple_size(set) == 9 and elem(set, 0) == :set

  @doc "Gives the empty set of the first form."
  @spec new() :: set
  def new(), do: Table.new(:set)

  @doc "Gives the empty set of the form asked for: `version: 1` or `version: 2`."
  @spec new(version: 1 | 2) :: set
  def new(version: 2), do: %{}
  def new(options), do: new_1(:proplists.get_value(:version, options, 1))

  defp new_1(1), do: new()
  defp new_1(2), do: %{}

  @doc "Makes a set of the first form."
  @spec from_list([term]) :: set
  def from_list(list), do: :lists.foldl(&add_element/2, new(), list)

  @doc "Makes a set of the form asked for."
  @spec from_list([term], version: 1 | 2) :: set
  def from_list(list, version: 2), do: :maps.from_keys(list, [])
  def from_list(list, options), do: from_list_1(list, :proplists.get_value(:version, options, 1))

  defp from_list_1(list, 1), do: from_list(list)
  defp from_list_1(list, 2), do: :maps.from_keys(list, [])

  @doc "Tells whether a term is a set."
  @spec is_set(term) :: boolean
  def is_set(%{} = map), do: is_set_1(:maps.values(map))
  def is_set(set) when is_table(set), do: true
  def is_set(_other), do: false

  defp is_set_1(values), do: :lists.all(&(&1 == []), values)

  @doc "Counts the elements. O(1)."
  @spec size(set) :: non_neg_integer
  def size(%{} = set), do: map_size(set)
  def size(set) when is_table(set), do: elem(set, 1)

  @doc "Tells whether there are no elements."
  @spec is_empty(set) :: boolean
  def is_empty(set), do: size(set) == 0

  @doc "Lists the elements."
  @spec to_list(set) :: [term]
  def to_list(%{} = set), do: :maps.keys(set)
  def to_list(set) when is_table(set), do: Table.fold(&[&1 | &2], [], set)

  @doc "Tells whether the element is in the set."
  @spec is_element(term, set) :: boolean
  def is_element(element, %{} = set), do: :erlang.is_map_key(element, set)
  def is_element(element, set) when is_table(set), do: :lists.member(element, Table.bucket(set, Table.slot(set, element)))

  @doc "Adds an element."
  @spec add_element(term, set) :: set
  def add_element(element, %{} = set), do: :maps.put(element, [], set)

  def add_element(element, set) when is_table(set) do
    slot = Table.slot(set, element)
    bucket = Table.bucket(set, slot)

    case :lists.member(element, bucket) do
      true -> set
      false -> Table.grow(Table.put(set, slot, [element | bucket]), 1, & &1)
    end
  end

  @doc "Removes an element if it is there."
  @spec del_element(term, set) :: set
  def del_element(element, %{} = set), do: :maps.remove(element, set)

  def del_element(element, set) when is_table(set) do
    slot = Table.slot(set, element)
    bucket = Table.bucket(set, slot)

    case :lists.member(element, bucket) do
      true -> Table.shrink(Table.put(set, slot, :lists.filter(&(&1 !== element), bucket)), 1)
      false -> set
    end
  end

  @doc "Gives the elements of either set, in the form of the first when both have one form."
  @spec union(set, set) :: set
  def union(%{} = left, %{} = right), do: :maps.merge(left, right)

  def union(left, right) do
    if size(left) < size(right),
      do: fold(&add_element/2, right, left),
      else: fold(&add_element/2, left, right)
  end

  @doc "Gives the elements of any of the sets."
  @spec union([set]) :: set
  def union([set]), do: set
  def union([first, second | sets]), do: union([union(first, second) | sets])
  def union([]), do: new()

  @doc "Gives the elements of both sets."
  @spec intersection(set, set) :: set
  def intersection(left, right) do
    if size(left) < size(right),
      do: filter(&is_element(&1, right), left),
      else: filter(&is_element(&1, left), right)
  end

  @doc "Gives the elements of all of the sets, of which there is at least one."
  @spec intersection([set]) :: set
  def intersection([set]), do: set
  def intersection([first, second | sets]), do: intersection([intersection(first, second) | sets])

  @doc "Tells whether no element is in both sets."
  @spec is_disjoint(set, set) :: boolean
  def is_disjoint(left, right) do
    if size(left) < size(right),
      do: fold(fn element, disjoint -> disjoint and not is_element(element, right) end, true, left),
      else: fold(fn element, disjoint -> disjoint and not is_element(element, left) end, true, right)
  end

  @doc "Gives the elements of the first set that are not in the second."
  @spec subtract(set, set) :: set
  def subtract(left, right), do: filter(&(not is_element(&1, right)), left)

  @doc "Tells whether all elements of the first set are in the second."
  @spec is_subset(set, set) :: boolean
  def is_subset(left, right),
    do: size(left) <= size(right) and fold(fn element, subset -> subset and is_element(element, right) end, true, left)

  @doc "Folds `fun.(element, acc)` over the elements."
  @spec fold((term, term -> term), term, set) :: term
  def fold(fun, acc, %{} = set) when is_function(fun, 2), do: :lists.foldl(fun, acc, :maps.keys(set))
  def fold(fun, acc, set) when is_function(fun, 2) and is_table(set), do: Table.fold(fun, acc, set)

  @doc "Keeps the elements for which `predicate` is true."
  @spec filter((term -> boolean), set) :: set
  def filter(predicate, %{} = set) when is_function(predicate, 1),
    do: :maps.from_keys(:lists.filter(predicate, :maps.keys(set)), [])

  def filter(predicate, set) when is_function(predicate, 1) and is_table(set) do
    {set, change} = Table.map_buckets(&:lists.reverse(:lists.filter(predicate, &1)), set)
    Table.shrink(set, -change)
  end
end
