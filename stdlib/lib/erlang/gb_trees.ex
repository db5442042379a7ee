defmodule :gb_trees do
  @moduledoc """
  Erlang's `:gb_trees`: general balanced trees, dictionaries ordered by key.

  A tree is `{size, node}`; a node is `{key, value, smaller, larger}` or `nil`. There is no rule for each node: only the height of
  the whole is bounded by the size, and when an insertion goes too deep, the lowest subtree on its way that is too high for its
  size is rebuilt in perfect balance (Andersson's general balanced trees). Deleting never rebalances. Keys are compared with `==`.

  ## Examples

      iex> tree = :gb_trees.from_orddict(a: 1, b: 2)
      iex> :gb_trees.lookup(:b, tree)
      {:value, 2}
      iex> :gb_trees.to_list(:gb_trees.insert(:c, 3, tree))
      [a: 1, b: 2, c: 3]
  """

  @type tree :: {non_neg_integer, nil | {term, term, term, term}}

  @doc "Gives the empty tree."
  @spec empty() :: tree
  def empty(), do: {0, nil}

  @doc "Tells whether there are no keys."
  @spec is_empty(tree) :: boolean
  def is_empty({0, nil}), do: true
  def is_empty(_tree), do: false

  @doc "Counts the keys. O(1)."
  @spec size(tree) :: non_neg_integer
  def size({size, _node}) when is_integer(size) and size >= 0, do: size

  @doc "Gives `{:value, value}` or `:none`."
  @spec lookup(term, tree) :: {:value, term} | :none
  def lookup(key, {_size, node}), do: lookup_1(key, node)

  defp lookup_1(key, {other, _, smaller, _}) when key < other, do: lookup_1(key, smaller)
  defp lookup_1(key, {other, _, _, larger}) when key > other, do: lookup_1(key, larger)
  defp lookup_1(_key, {_, value, _, _}), do: {:value, value}
  defp lookup_1(_key, nil), do: :none

  @doc "Tells whether the key is there."
  @spec is_defined(term, tree) :: boolean
  def is_defined(key, {_size, node}), do: is_defined_1(key, node)

  defp is_defined_1(key, {other, _, smaller, _}) when key < other, do: is_defined_1(key, smaller)
  defp is_defined_1(key, {other, _, _, larger}) when key > other, do: is_defined_1(key, larger)
  defp is_defined_1(_key, {_, _, _, _}), do: true
  defp is_defined_1(_key, nil), do: false

  @doc "Gives the value of a key that must be there."
  @spec get(term, tree) :: term
  def get(key, {_size, node}), do: get_1(key, node)

  defp get_1(key, {other, _, smaller, _}) when key < other, do: get_1(key, smaller)
  defp get_1(key, {other, _, _, larger}) when key > other, do: get_1(key, larger)
  defp get_1(_key, {_, value, _, _}), do: value

  @doc "Sets the value of a key that must be there."
  @spec update(term, term, tree) :: tree
  def update(key, value, {size, node}), do: {size, update_1(key, value, node)}

  defp update_1(key, value, {other, old, smaller, larger}) when key < other,
    do: {other, old, update_1(key, value, smaller), larger}

  defp update_1(key, value, {other, old, smaller, larger}) when key > other,
    do: {other, old, smaller, update_1(key, value, larger)}

  defp update_1(key, value, {_, _, smaller, larger}), do: {key, value, smaller, larger}

  @doc "Adds a key that must not be there; raises `{:key_exists, key}` otherwise."
  @spec insert(term, term, tree) :: tree
  def insert(key, value, {size, node}) when is_integer(size) do
    size = size + 1
    {size, insert_1(key, value, node, size * size)}
  end

  # The budget halves on the way down; where it is used up, the way is too long for the size and the new node carries its
  # size and height upwards as {node, size, height}, until a subtree is found that is too high for its own size.
  defp insert_1(key, value, {other, old, smaller, larger}, budget) when key < other do
    case insert_1(key, value, smaller, div(budget, 2)) do
      {deep, deep_size, deep_height} ->
        {size, height} = measure(larger)
        settle({other, old, deep, larger}, deep_size + size + 1, 2 * max(deep_height, height))

      inserted ->
        {other, old, inserted, larger}
    end
  end

  defp insert_1(key, value, {other, old, smaller, larger}, budget) when key > other do
    case insert_1(key, value, larger, div(budget, 2)) do
      {deep, deep_size, deep_height} ->
        {size, height} = measure(smaller)
        settle({other, old, smaller, deep}, deep_size + size + 1, 2 * max(deep_height, height))

      inserted ->
        {other, old, smaller, inserted}
    end
  end

  defp insert_1(key, value, nil, 0), do: {{key, value, nil, nil}, 1, 1}
  defp insert_1(key, value, nil, _budget), do: {key, value, nil, nil}
  defp insert_1(key, _value, _node, _budget), do: :erlang.error({:key_exists, key})

  # Heights are counted as powers of two, so that the bound is on squares of sizes.
  defp settle(node, size, height) when height > size * size, do: balance_node(node, size)
  defp settle(node, size, height), do: {node, size, height}

  defp measure({_, _, nil, nil}), do: {1, 1}

  defp measure({_, _, smaller, larger}) do
    {size, height} = measure(smaller)
    {other_size, other_height} = measure(larger)
    {size + other_size + 1, 2 * max(height, other_height)}
  end

  defp measure(nil), do: {0, 1}

  @doc "Adds a key or sets its value."
  @spec enter(term, term, tree) :: tree
  def enter(key, value, tree) do
    case is_defined(key, tree) do
      true -> update(key, value, tree)
      false -> insert(key, value, tree)
    end
  end

  @doc "Rebuilds the tree in perfect balance. O(n)."
  @spec balance(tree) :: tree
  def balance({size, node}), do: {size, balance_node(node, size)}

  defp balance_node(node, size), do: build(list_node(node, []), size)

  defp build(pairs, size) do
    {node, []} = build_1(pairs, size)
    node
  end

  defp build_1(pairs, size) when size > 1 do
    left = div(size, 2)
    right = size - 1 - left
    {smaller, [{key, value} | pairs]} = build_1(pairs, left)
    {larger, pairs} = build_1(pairs, right)
    {{key, value, smaller, larger}, pairs}
  end

  defp build_1([{key, value} | pairs], 1), do: {{key, value, nil, nil}, pairs}
  defp build_1(pairs, 0), do: {nil, pairs}

  @doc "Makes a tree of pairs in ascending order of keys, none twice."
  @spec from_orddict([{term, term}]) :: tree
  def from_orddict(pairs) do
    size = length(pairs)
    {size, build(pairs, size)}
  end

  @doc "Removes a key that must be there."
  @spec delete(term, tree) :: tree
  def delete(key, {size, node}) when is_integer(size) and size >= 0, do: {size - 1, delete_1(key, node)}

  defp delete_1(key, {other, value, smaller, larger}) when key < other,
    do: {other, value, delete_1(key, smaller), larger}

  defp delete_1(key, {other, value, smaller, larger}) when key > other,
    do: {other, value, smaller, delete_1(key, larger)}

  defp delete_1(_key, {_, _, smaller, larger}), do: merge(smaller, larger)

  defp merge(smaller, nil), do: smaller
  defp merge(nil, larger), do: larger

  defp merge(smaller, larger) do
    {key, value, larger} = take_smallest1(larger)
    {key, value, smaller, larger}
  end

  @doc "Removes a key if it is there."
  @spec delete_any(term, tree) :: tree
  def delete_any(key, tree) do
    case is_defined(key, tree) do
      true -> delete(key, tree)
      false -> tree
    end
  end

  @doc "Gives the value of a key that must be there, and the tree without it."
  @spec take(term, tree) :: {term, tree}
  def take(key, {size, node}) when is_integer(size) and size >= 0 do
    {value, node} = take_1(key, node)
    {value, {size - 1, node}}
  end

  defp take_1(key, {other, value, smaller, larger}) when key < other do
    {found, smaller} = take_1(key, smaller)
    {found, {other, value, smaller, larger}}
  end

  defp take_1(key, {other, value, smaller, larger}) when key > other do
    {found, larger} = take_1(key, larger)
    {found, {other, value, smaller, larger}}
  end

  defp take_1(_key, {_, value, smaller, larger}), do: {value, merge(smaller, larger)}

  @doc "As `take/2`, or `:error` when the key is not there."
  @spec take_any(term, tree) :: {term, tree} | :error
  def take_any(key, tree) do
    case is_defined(key, tree) do
      true -> take(key, tree)
      false -> :error
    end
  end

  @doc "Gives `{key, value, tree}` of the smallest key of a tree that is not empty."
  @spec take_smallest(tree) :: {term, term, tree}
  def take_smallest({size, node}) when is_integer(size) and size >= 0 do
    {key, value, node} = take_smallest1(node)
    {key, value, {size - 1, node}}
  end

  defp take_smallest1({key, value, nil, larger}), do: {key, value, larger}

  defp take_smallest1({key, value, smaller, larger}) do
    {least, found, smaller} = take_smallest1(smaller)
    {least, found, {key, value, smaller, larger}}
  end

  @doc "Gives `{key, value, tree}` of the largest key of a tree that is not empty."
  @spec take_largest(tree) :: {term, term, tree}
  def take_largest({size, node}) when is_integer(size) and size >= 0 do
    {key, value, node} = take_largest1(node)
    {key, value, {size - 1, node}}
  end

  defp take_largest1({key, value, smaller, nil}), do: {key, value, smaller}

  defp take_largest1({key, value, smaller, larger}) do
    {greatest, found, larger} = take_largest1(larger)
    {greatest, found, {key, value, smaller, larger}}
  end

  @doc "Gives the smallest key with its value."
  @spec smallest(tree) :: {term, term}
  def smallest({_size, node}), do: smallest_1(node)

  defp smallest_1({key, value, nil, _}), do: {key, value}
  defp smallest_1({_, _, smaller, _}), do: smallest_1(smaller)

  @doc "Gives the largest key with its value."
  @spec largest(tree) :: {term, term}
  def largest({_size, node}), do: largest_1(node)

  defp largest_1({key, value, _, nil}), do: {key, value}
  defp largest_1({_, _, _, larger}), do: largest_1(larger)

  @doc "Lists the pairs, keys ascending."
  @spec to_list(tree) :: [{term, term}]
  def to_list({_size, node}), do: list_node(node, [])

  defp list_node({key, value, smaller, larger}, rest), do: list_node(smaller, [{key, value} | list_node(larger, rest)])
  defp list_node(nil, rest), do: rest

  @doc "Lists the keys, ascending."
  @spec keys(tree) :: [term]
  def keys({_size, node}), do: keys(node, [])

  defp keys({key, _, smaller, larger}, rest), do: keys(smaller, [key | keys(larger, rest)])
  defp keys(nil, rest), do: rest

  @doc "Lists the values in the order of their keys."
  @spec values(tree) :: [term]
  def values({_size, node}), do: values(node, [])

  defp values({_, value, smaller, larger}, rest), do: values(smaller, [value | values(larger, rest)])
  defp values(nil, rest), do: rest

  @doc "Gives an iterator for `next/1` over all pairs, keys ascending."
  @spec iterator(tree) :: [term]
  def iterator({_size, node}), do: open(node, [])

  # An iterator is the stack of nodes whose key comes next, each with what is larger still unopened.
  defp open({_, _, nil, _} = node, stack), do: [node | stack]
  defp open({_, _, smaller, _} = node, stack), do: open(smaller, [node | stack])
  defp open(nil, stack), do: stack

  @doc "As `iterator/1`, from the first key that is not smaller than `key`."
  @spec iterator_from(term, tree) :: [term]
  def iterator_from(key, {_size, node}), do: open_from(key, node, [])

  defp open_from(key, {other, _, _, larger}, stack) when other < key, do: open_from(key, larger, stack)
  defp open_from(_key, {_, _, nil, _} = node, stack), do: [node | stack]
  defp open_from(key, {other, _, smaller, _} = node, stack) when key < other, do: open_from(key, smaller, [node | stack])
  defp open_from(_key, {_, _, _, _} = node, stack), do: [node | stack]
  defp open_from(_key, nil, stack), do: stack

  @doc "Gives `{key, value, iterator}`, or `:none` at the end."
  @spec next([term]) :: {term, term, [term]} | :none
  def next([{key, value, _, larger} | stack]), do: {key, value, open(larger, stack)}
  def next([]), do: :none

  @doc "Maps the values with `fun.(key, value)`; the shape stays."
  @spec map((term, term -> term), tree) :: tree
  def map(fun, {size, node}) when is_function(fun, 2), do: {size, map_1(fun, node)}

  defp map_1(_fun, nil), do: nil

  defp map_1(fun, {key, value, smaller, larger}),
    do: {key, fun.(key, value), map_1(fun, smaller), map_1(fun, larger)}
end
