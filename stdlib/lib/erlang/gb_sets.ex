defmodule :gb_sets do
  @moduledoc """
  Erlang's `:gb_sets`: ordered sets as general balanced trees.

  A set is `{size, node}`; a node is `{element, smaller, larger}` or `nil`. How it is kept in balance is told at `:gb_trees`.
  Elements are compared with `==`.

  ## Examples

      iex> set = :gb_sets.from_list([3, 1, 2, 3])
      iex> :gb_sets.to_list(:gb_sets.add(0, set))
      [0, 1, 2, 3]
      iex> :gb_sets.smallest(set)
      1
  """

  @type set :: {non_neg_integer, nil | {term, term, term}}

  @doc "Gives the empty set."
  @spec empty() :: set
  def empty(), do: {0, nil}

  @doc "Gives the empty set."
  @spec new() :: set
  def new(), do: empty()

  @doc "Tells whether there are no elements."
  @spec is_empty(set) :: boolean
  def is_empty({0, nil}), do: true
  def is_empty(_set), do: false

  @doc "Counts the elements. O(1)."
  @spec size(set) :: non_neg_integer
  def size({size, _node}), do: size

  @doc "Gives the set of one element."
  @spec singleton(term) :: set
  def singleton(element), do: {1, {element, nil, nil}}

  @doc "Tells whether the element is in the set."
  @spec is_element(term, set) :: boolean
  def is_element(element, set), do: is_member(element, set)

  @doc "Tells whether the element is in the set."
  @spec is_member(term, set) :: boolean
  def is_member(element, {_size, node}), do: is_member_1(element, node)

  defp is_member_1(element, {other, smaller, _}) when element < other, do: is_member_1(element, smaller)
  defp is_member_1(element, {other, _, larger}) when element > other, do: is_member_1(element, larger)
  defp is_member_1(_element, {_, _, _}), do: true
  defp is_member_1(_element, nil), do: false

  @doc "Adds an element that must not be there; raises `{:key_exists, element}` otherwise."
  @spec insert(term, set) :: set
  def insert(element, {size, node}) do
    size = size + 1
    {size, insert_1(element, node, size * size)}
  end

  defp insert_1(element, {other, smaller, larger}, budget) when element < other do
    case insert_1(element, smaller, div(budget, 2)) do
      {deep, deep_size, deep_height} when is_integer(deep_size) ->
        {size, height} = measure(larger)
        settle({other, deep, larger}, deep_size + size + 1, 2 * max(deep_height, height))

      inserted ->
        {other, inserted, larger}
    end
  end

  defp insert_1(element, {other, smaller, larger}, budget) when element > other do
    case insert_1(element, larger, div(budget, 2)) do
      {deep, deep_size, deep_height} when is_integer(deep_size) ->
        {size, height} = measure(smaller)
        settle({other, smaller, deep}, deep_size + size + 1, 2 * max(deep_height, height))

      inserted ->
        {other, smaller, inserted}
    end
  end

  defp insert_1(element, nil, 0), do: {{element, nil, nil}, 1, 1}
  defp insert_1(element, nil, _budget), do: {element, nil, nil}
  defp insert_1(element, _node, _budget), do: :erlang.error({:key_exists, element})

  defp settle(node, size, height) when height > size * size, do: balance_node(node, size)
  defp settle(node, size, height), do: {node, size, height}

  defp measure({_, nil, nil}), do: {1, 1}

  defp measure({_, smaller, larger}) do
    {size, height} = measure(smaller)
    {other_size, other_height} = measure(larger)
    {size + other_size + 1, 2 * max(height, other_height)}
  end

  defp measure(nil), do: {0, 1}

  @doc "Adds an element."
  @spec add_element(term, set) :: set
  def add_element(element, set), do: add(element, set)

  @doc "Adds an element."
  @spec add(term, set) :: set
  def add(element, set) do
    case is_member(element, set) do
      true -> set
      false -> insert(element, set)
    end
  end

  @doc "Makes a set of the elements of a list, in any order."
  @spec from_list([term]) :: set
  def from_list(list), do: from_ordset(:ordsets.from_list(list))

  @doc "Makes a set of a list in ascending order, no element twice."
  @spec from_ordset([term]) :: set
  def from_ordset(list) do
    size = length(list)
    {size, build(list, size)}
  end

  @doc "Rebuilds the tree in perfect balance. O(n)."
  @spec balance(set) :: set
  def balance({size, node}), do: {size, balance_node(node, size)}

  defp balance_node(node, size), do: build(list_node(node, []), size)

  defp build(elements, size) do
    {node, []} = build_1(elements, size)
    node
  end

  defp build_1(elements, size) when size > 1 do
    left = div(size, 2)
    right = size - 1 - left
    {smaller, [element | elements]} = build_1(elements, left)
    {larger, elements} = build_1(elements, right)
    {{element, smaller, larger}, elements}
  end

  defp build_1([element | elements], 1), do: {{element, nil, nil}, elements}
  defp build_1(elements, 0), do: {nil, elements}

  @doc "Removes an element if it is there."
  @spec del_element(term, set) :: set
  def del_element(element, set), do: delete_any(element, set)

  @doc "Removes an element if it is there."
  @spec delete_any(term, set) :: set
  def delete_any(element, set) do
    case is_member(element, set) do
      true -> delete(element, set)
      false -> set
    end
  end

  @doc "Removes an element that must be there."
  @spec delete(term, set) :: set
  def delete(element, {size, node}), do: {size - 1, delete_1(element, node)}

  defp delete_1(element, {other, smaller, larger}) when element < other, do: {other, delete_1(element, smaller), larger}
  defp delete_1(element, {other, smaller, larger}) when element > other, do: {other, smaller, delete_1(element, larger)}
  defp delete_1(_element, {_, smaller, larger}), do: merge(smaller, larger)

  defp merge(smaller, nil), do: smaller
  defp merge(nil, larger), do: larger

  defp merge(smaller, larger) do
    {element, larger} = take_smallest1(larger)
    {element, smaller, larger}
  end

  @doc "Gives the smallest element, and the set without it. The set is not empty."
  @spec take_smallest(set) :: {term, set}
  def take_smallest({size, node}) do
    {element, node} = take_smallest1(node)
    {element, {size - 1, node}}
  end

  defp take_smallest1({element, nil, larger}), do: {element, larger}

  defp take_smallest1({element, smaller, larger}) do
    {least, smaller} = take_smallest1(smaller)
    {least, {element, smaller, larger}}
  end

  @doc "Gives the largest element, and the set without it. The set is not empty."
  @spec take_largest(set) :: {term, set}
  def take_largest({size, node}) do
    {element, node} = take_largest1(node)
    {element, {size - 1, node}}
  end

  defp take_largest1({element, smaller, nil}), do: {element, smaller}

  defp take_largest1({element, smaller, larger}) do
    {greatest, larger} = take_largest1(larger)
    {greatest, {element, smaller, larger}}
  end

  @doc "Gives the smallest element of a set that is not empty."
  @spec smallest(set) :: term
  def smallest({_size, node}), do: smallest_1(node)

  defp smallest_1({element, nil, _}), do: element
  defp smallest_1({_, smaller, _}), do: smallest_1(smaller)

  @doc "Gives the largest element of a set that is not empty."
  @spec largest(set) :: term
  def largest({_size, node}), do: largest_1(node)

  defp largest_1({element, _, nil}), do: element
  defp largest_1({_, _, larger}), do: largest_1(larger)

  @doc "Lists the elements, ascending."
  @spec to_list(set) :: [term]
  def to_list({_size, node}), do: list_node(node, [])

  defp list_node({element, smaller, larger}, rest), do: list_node(smaller, [element | list_node(larger, rest)])
  defp list_node(nil, rest), do: rest

  @doc "Gives an iterator for `next/1` over all elements, ascending."
  @spec iterator(set) :: [term]
  def iterator({_size, node}), do: open(node, [])

  defp open({_, nil, _} = node, stack), do: [node | stack]
  defp open({_, smaller, _} = node, stack), do: open(smaller, [node | stack])
  defp open(nil, stack), do: stack

  @doc "As `iterator/1`, from the first element that is not smaller than `element`."
  @spec iterator_from(term, set) :: [term]
  def iterator_from(element, {_size, node}), do: open_from(element, node, [])

  defp open_from(element, {other, _, larger}, stack) when other < element, do: open_from(element, larger, stack)
  defp open_from(_element, {_, nil, _} = node, stack), do: [node | stack]

  defp open_from(element, {other, smaller, _} = node, stack) when element < other,
    do: open_from(element, smaller, [node | stack])

  defp open_from(_element, {_, _, _} = node, stack), do: [node | stack]
  defp open_from(_element, nil, stack), do: stack

  @doc "Gives `{element, iterator}`, or `:none` at the end."
  @spec next([term]) :: {term, [term]} | :none
  def next([{element, _, larger} | stack]), do: {element, open(larger, stack)}
  def next([]), do: :none

  @doc "Gives the elements of either set."
  @spec union(set, set) :: set
  def union({size, node}, {other_size, other}) when other_size < size,
    do: combine(node, size, other, other_size, :union)

  def union({size, node}, {other_size, other}), do: combine(other, other_size, node, size, :union)

  @doc "Gives the elements of any of the sets; the empty set for no sets."
  @spec union([set]) :: set
  def union([set | sets]), do: :lists.foldl(fn other, union -> union(union, other) end, set, sets)
  def union([]), do: empty()

  @doc "Gives the elements of both sets."
  @spec intersection(set, set) :: set
  def intersection({size, node}, {other_size, other}) when other_size < size,
    do: combine(node, size, other, other_size, :intersection)

  def intersection({size, node}, {other_size, other}), do: combine(other, other_size, node, size, :intersection)

  @doc "Gives the elements of all of the sets, of which there is at least one."
  @spec intersection([set]) :: set
  def intersection([set]), do: set
  def intersection([set, other | sets]), do: intersection([intersection(set, other) | sets])

  # Of a large set and one much smaller, each element of the smaller is looked up; otherwise both are walked side by side.
  defp combine(large, large_size, small, small_size, kind) do
    elements = list_node(small, [])

    case {kind, one_by_one?(small_size, large_size)} do
      {:union, true} -> :lists.foldl(&add/2, {large_size, large}, elements)
      {:union, false} -> from_merged(:ordsets.union(elements, list_node(large, [])))
      {:intersection, true} -> from_merged(for element <- elements, is_member_1(element, large), do: element)
      {:intersection, false} -> from_merged(:ordsets.intersection(elements, list_node(large, [])))
    end
  end

  # A lookup goes about 1.46 * ln(n) levels deep, the height of a golden tree.
  defp one_by_one?(_small, large) when large < 10, do: false
  defp one_by_one?(small, large), do: large >= small * :erlang.round(1.46 * :math.log(large))

  # What comes out of a walk gives its middle element's odd neighbour to the right, where `from_ordset/1` gives it to the left.
  defp from_merged(elements) do
    size = length(elements)
    {node, []} = build_right(:lists.reverse(elements), size)
    {size, node}
  end

  defp build_right(elements, size) when size > 1 do
    right = div(size, 2)
    left = size - 1 - right
    {larger, [element | elements]} = build_right(elements, right)
    {smaller, elements} = build_right(elements, left)
    {{element, smaller, larger}, elements}
  end

  defp build_right([element | elements], 1), do: {{element, nil, nil}, elements}
  defp build_right(elements, 0), do: {nil, elements}

  @doc "Tells whether no element is in both sets."
  @spec is_disjoint(set, set) :: boolean
  def is_disjoint({size, _} = set, {other_size, other}) when other_size < size,
    do: :lists.all(fn element -> not is_member(element, set) end, list_node(other, []))

  def is_disjoint({_, node}, other),
    do: :lists.all(fn element -> not is_member(element, other) end, list_node(node, []))

  @doc "Gives the elements of the first set that are not in the second."
  @spec subtract(set, set) :: set
  def subtract(set, other), do: difference(set, other)

  @doc "Gives the elements of the first set that are not in the second."
  @spec difference(set, set) :: set
  def difference({_size, node}, {_other_size, other}),
    do: from_merged(for element <- list_node(node, []), not is_member_1(element, other), do: element)

  @doc "Tells whether all elements of the first set are in the second."
  @spec is_subset(set, set) :: boolean
  def is_subset({size, node}, {other_size, other}) do
    size <= other_size and :lists.all(fn element -> is_member_1(element, other) end, list_node(node, []))
  end

  @doc "Tells whether a term looks like a set."
  @spec is_set(term) :: boolean
  def is_set({0, nil}), do: true
  def is_set({size, {_, _, _}}) when is_integer(size) and size >= 0, do: true
  def is_set(_other), do: false

  @doc "Keeps the elements for which `predicate` is true."
  @spec filter((term -> boolean), set) :: set
  def filter(predicate, set) when is_function(predicate, 1),
    do: from_ordset(for element <- to_list(set), predicate.(element), do: element)

  @doc "Folds `fun.(element, acc)` over the elements, ascending."
  @spec fold((term, term -> term), term, set) :: term
  def fold(fun, acc, {_size, node}) when is_function(fun, 2), do: :lists.foldl(fun, acc, list_node(node, []))
end
