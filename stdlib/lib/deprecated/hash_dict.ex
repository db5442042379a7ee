defmodule :beamlet_trie do
  @moduledoc """
  The tree behind `HashDict` and `HashSet`: each node has eight slots, three bits of a key's hash choose one, and the keys that follow the first
  one into a slot go to a node below it. A slot is `[]`, or `{key, value, below}` where `below` is `[]` or a node.
  """

  import Bitwise

  @empty {[], [], [], [], [], [], [], []}

  def new, do: @empty

  defp index(hash), do: hash &&& 7

  def fetch(node, key), do: find(node, key, :erlang.phash2(key))

  defp find([], _key, _hash), do: :error

  defp find(node, key, hash) do
    case elem(node, index(hash)) do
      [] -> :error
      {^key, value, _below} -> {:ok, value}
      {_, _, below} -> find(below, key, hash >>> 3)
    end
  end

  @doc "Puts a key into a node: `{node, 1}` for a new key, `{node, 0}` for one that was there."
  def put(node, key, value), do: insert(node, key, :erlang.phash2(key), value)

  defp insert([], key, hash, value), do: insert(@empty, key, hash, value)

  defp insert(node, key, hash, value) do
    at = index(hash)

    {slot, count} =
      case elem(node, at) do
        [] ->
          {{key, value, []}, 1}

        {^key, _, below} ->
          {{key, value, below}, 0}

        {other, its_value, below} ->
          {below, count} = insert(below, key, hash >>> 3, value)
          {{other, its_value, below}, count}
      end

    {put_elem(node, at, slot), count}
  end

  @doc "Takes a key out of a node; `:error` if it is not there."
  def delete(node, key), do: remove(node, key, :erlang.phash2(key))

  defp remove([], _key, _hash), do: :error

  defp remove(node, key, hash) do
    at = index(hash)

    case elem(node, at) do
      [] ->
        :error

      {^key, _, below} ->
        put_elem(node, at, lift(below))

      {other, value, below} ->
        with below when is_tuple(below) <- remove(below, key, hash >>> 3), do: put_elem(node, at, {other, value, prune(below)})
    end
  end

  # The first key below moves up into a slot that lost its own.
  defp lift([]), do: []

  defp lift(node) do
    at = Enum.find_index(Tuple.to_list(node), &(&1 != []))
    {key, value, below} = elem(node, at)
    {key, value, prune(put_elem(node, at, lift(below)))}
  end

  defp prune(@empty), do: []
  defp prune(node), do: node

  @doc "Lists keys and values: of the last slot first, and of a slot its own key first."
  def to_list([]), do: []
  def to_list(node), do: collect(node, 0, [])

  defp collect(_node, 8, acc), do: acc

  defp collect(node, at, acc) do
    case elem(node, at) do
      [] -> collect(node, at + 1, acc)
      {key, value, []} -> collect(node, at + 1, [{key, value} | acc])
      {key, value, below} -> collect(node, at + 1, [{key, value} | collect(below, 0, acc)])
    end
  end
end

defmodule HashDict do
  @moduledoc """
  Dictionaries in a tree of hashes. Deprecated; maps took their place. `Dict` says what the functions do.
  """

  use Dict

  @opaque t :: %__MODULE__{size: non_neg_integer, root: tuple}
  @message "Use maps and the Map module instead"

  defstruct size: 0, root: :beamlet_trie.new()

  @doc "Makes an empty dictionary."
  @deprecated @message
  @spec new :: t
  def new, do: %HashDict{}

  @doc "Puts a value under a key."
  @deprecated @message
  @spec put(t, any, any) :: t
  def put(%HashDict{root: root, size: size}, key, value) do
    {root, count} = :beamlet_trie.put(root, key, value)
    %HashDict{root: root, size: size + count}
  end

  @doc "Returns `{:ok, value}` of a key, or `:error`."
  @deprecated @message
  @spec fetch(t, any) :: {:ok, any} | :error
  def fetch(%HashDict{root: root}, key), do: :beamlet_trie.fetch(root, key)

  @doc "Takes a key out."
  @deprecated @message
  @spec delete(t, any) :: t
  def delete(%HashDict{root: root, size: size} = dict, key) do
    case :beamlet_trie.delete(root, key) do
      :error -> dict
      root -> %HashDict{root: root, size: size - 1}
    end
  end

  @doc "Counts the entries."
  @deprecated @message
  @spec size(t) :: non_neg_integer
  def size(%HashDict{size: size}), do: size

  @doc false
  @deprecated @message
  def reduce(%HashDict{root: root}, acc, fun), do: Enumerable.List.reduce(:beamlet_trie.to_list(root), acc, fun)
end

defmodule HashSet do
  @moduledoc """
  Sets in a tree of hashes. Deprecated; `MapSet` took their place.
  """

  @opaque t :: %__MODULE__{size: non_neg_integer, root: tuple}
  @message "Use the MapSet module instead"

  defstruct size: 0, root: :beamlet_trie.new()

  @doc "Makes an empty set."
  @deprecated @message
  @spec new :: t
  def new, do: %HashSet{}

  @doc "Puts an element in."
  @deprecated @message
  @spec put(t, any) :: t
  def put(%HashSet{root: root, size: size}, element) do
    {root, count} = :beamlet_trie.put(root, element, true)
    %HashSet{root: root, size: size + count}
  end

  @doc "Takes an element out."
  @deprecated @message
  @spec delete(t, any) :: t
  def delete(%HashSet{root: root, size: size} = set, element) do
    case :beamlet_trie.delete(root, element) do
      :error -> set
      root -> %HashSet{root: root, size: size - 1}
    end
  end

  @doc "Tells whether an element is there."
  @deprecated @message
  @spec member?(t, any) :: boolean
  def member?(%HashSet{root: root}, element), do: :beamlet_trie.fetch(root, element) != :error

  @doc "Counts the elements."
  @deprecated @message
  @spec size(t) :: non_neg_integer
  def size(%HashSet{size: size}), do: size

  @doc "Lists the elements."
  @deprecated @message
  @spec to_list(t) :: list
  def to_list(set), do: elements(set)

  @doc false
  @deprecated @message
  def reduce(set, acc, fun), do: set |> elements() |> Enumerable.List.reduce(acc, fun)

  @doc "Puts two sets together."
  @deprecated @message
  @spec union(t, t) :: t
  def union(%HashSet{size: size1} = left, %HashSet{size: size2} = right) when size1 <= size2, do: gather(elements(left), right)
  def union(%HashSet{} = left, %HashSet{} = right), do: gather(elements(right), left)

  @doc "Returns what both sets have."
  @deprecated @message
  @spec intersection(t, t) :: t
  def intersection(%HashSet{} = left, %HashSet{} = right), do: gather(for(x <- elements(left), has?(right, x), do: x), %HashSet{})

  @doc "Returns what only the first set has."
  @deprecated @message
  @spec difference(t, t) :: t
  def difference(%HashSet{} = left, %HashSet{} = right), do: gather(for(x <- elements(left), not has?(right, x), do: x), %HashSet{})

  @doc "Tells whether the sets have nothing in common."
  @deprecated @message
  @spec disjoint?(t, t) :: boolean
  def disjoint?(%HashSet{} = left, %HashSet{} = right), do: not Enum.any?(elements(left), &has?(right, &1))

  @doc "Tells whether the second set has all of the first."
  @deprecated @message
  @spec subset?(t, t) :: boolean
  def subset?(%HashSet{} = left, %HashSet{} = right), do: Enum.all?(elements(left), &has?(right, &1))

  @doc "Tells whether two sets have the same elements."
  @deprecated @message
  @spec equal?(t, t) :: boolean
  def equal?(%HashSet{size: size} = left, %HashSet{size: size} = right), do: Enum.all?(elements(left), &has?(right, &1))
  def equal?(%HashSet{}, %HashSet{}), do: false

  defp elements(%HashSet{root: root}), do: for({element, _} <- :beamlet_trie.to_list(root), do: element)
  defp has?(%HashSet{root: root}, element), do: :beamlet_trie.fetch(root, element) != :error

  defp gather(elements, set) do
    Enum.reduce(elements, set, fn element, %HashSet{root: root, size: size} ->
      {root, count} = :beamlet_trie.put(root, element, true)
      %HashSet{root: root, size: size + count}
    end)
  end
end

defimpl Enumerable, for: HashDict do
  def count(%{size: size}), do: {:ok, size}
  def member?(%{root: root}, {key, value}), do: {:ok, :beamlet_trie.fetch(root, key) === {:ok, value}}
  def member?(_dict, _), do: {:ok, false}
  def slice(_dict), do: {:error, __MODULE__}
  def reduce(%{root: root}, acc, fun), do: Enumerable.List.reduce(:beamlet_trie.to_list(root), acc, fun)
end

defimpl Enumerable, for: HashSet do
  def count(%{size: size}), do: {:ok, size}
  def member?(%{root: root}, element), do: {:ok, :beamlet_trie.fetch(root, element) != :error}
  def slice(_set), do: {:error, __MODULE__}
  def reduce(%{root: root}, acc, fun), do: Enumerable.List.reduce(for({element, _} <- :beamlet_trie.to_list(root), do: element), acc, fun)
end

defimpl Collectable, for: HashDict do
  def into(original) do
    collector = fn
      %{root: root, size: size} = acc, {:cont, {key, value}} ->
        {root, count} = :beamlet_trie.put(root, key, value)
        %{acc | root: root, size: size + count}

      acc, :done ->
        acc

      _acc, :halt ->
        :ok
    end

    {original, collector}
  end
end

defimpl Collectable, for: HashSet do
  def into(original) do
    collector = fn
      %{root: root, size: size} = acc, {:cont, element} ->
        {root, count} = :beamlet_trie.put(root, element, true)
        %{acc | root: root, size: size + count}

      acc, :done ->
        acc

      _acc, :halt ->
        :ok
    end

    {original, collector}
  end
end

defimpl Inspect, for: HashDict do
  import Inspect.Algebra
  def inspect(%{root: root}, opts), do: concat(["#HashDict<", Inspect.List.inspect(:beamlet_trie.to_list(root), opts), ">"])
end

defimpl Inspect, for: HashSet do
  import Inspect.Algebra
  def inspect(set, opts), do: concat(["#HashSet<", Inspect.List.inspect(Enum.to_list(set), opts), ">"])
end
