defmodule :array do
  @moduledoc """
  Erlang's `:array`: sparse arrays that grow, as trees of tuples with ten ways.

  An array is `{:array, size, max, default, elements}`; `max` is what the tree has room for, or 0 when the size is fixed.
  A subtree in which nothing has been set is the number of elements it stands for; an inner node is a tuple of ten subtrees and the
  room of each.

  ## Examples

      iex> array = :array.set(3, :x, :array.new(default: 0))
      iex> :array.to_list(array)
      [0, 0, 0, :x]
      iex> :array.get(100, array)
      0
  """

  @leaf 10

  @type array :: {:array, non_neg_integer, non_neg_integer, term, term}

  defguardp is_index(index) when is_integer(index) and index >= 0

  @doc "Gives an empty array that grows, with `:undefined` where nothing is set."
  @spec new() :: array
  def new(), do: make([], {0, false, :undefined})

  @doc "Gives an array as options tell: a size (which fixes it), `{:size, n}`, `{:fixed, boolean}`, `:fixed`, `{:default, term}`."
  @spec new(term) :: array
  def new(options), do: options(0, options)

  @doc "As `new/1`, with a size, which fixes the array unless `fixed: false` is given."
  @spec new(non_neg_integer, term) :: array
  def new(size, options) when is_index(size), do: options(size, options, true)
  def new(size, options), do: :erlang.error(:badarg, [size, options])

  defp options(_size, options) when is_integer(options) and options < 0, do: :erlang.error(:badarg, [options])
  defp options(size, options), do: options(size, options, false)

  defp options(size, options, fixed) when is_list(options), do: make(options, {size, fixed, :undefined})
  defp options(size, option, fixed), do: make([option], {size, fixed, :undefined})

  defp make([size | rest], {_, _, default}) when is_index(size), do: make(rest, {size, true, default})
  defp make([{:size, size} | rest], {_, _, default}) when is_index(size), do: make(rest, {size, true, default})
  defp make([:fixed | rest], {size, _, default}), do: make(rest, {size, true, default})
  defp make([{:fixed, fixed} | rest], {size, _, default}) when is_boolean(fixed), do: make(rest, {size, fixed, default})
  defp make([{:default, default} | rest], {size, fixed, _}), do: make(rest, {size, fixed, default})

  defp make([], {size, fixed, default}) do
    room = room_for(size, @leaf)
    {:array, size, if(fixed, do: 0, else: room), default, room}
  end

  defp make(_options, _), do: :erlang.error(:badarg)

  defp room_for(size, room) when size > room, do: room_for(size, room * @leaf)
  defp room_for(_size, room), do: room

  @doc "Tells whether a term looks like an array."
  @spec is_array(term) :: boolean
  def is_array({:array, size, max, _default, _elements}) when is_integer(size) and is_integer(max), do: true
  def is_array(_other), do: false

  @doc "Counts the entries, unset ones included."
  @spec size(array) :: non_neg_integer
  def size({:array, size, _, _, _}), do: size
  def size(_other), do: :erlang.error(:badarg)

  @doc "Gives what stands where nothing is set."
  @spec default(array) :: term
  def default({:array, _, _, default, _}), do: default
  def default(_other), do: :erlang.error(:badarg)

  @doc "Fixes the size: setting beyond it raises `:badarg`."
  @spec fix(array) :: array
  def fix({:array, size, _, default, elements}), do: {:array, size, 0, default, elements}

  @doc "Tells whether the size is fixed."
  @spec is_fix(array) :: boolean
  def is_fix({:array, _, 0, _, _}), do: true
  def is_fix({:array, _, _, _, _}), do: false

  @doc "Lets a fixed array grow again."
  @spec relax(array) :: array
  def relax({:array, size, 0, default, elements}), do: {:array, size, room_for(size, @leaf), default, elements}
  def relax({:array, _, _, _, _} = array), do: array

  @doc "Sets the size to that of the entries up to the last that is set."
  @spec resize(array) :: array
  def resize(array), do: resize(sparse_size(array), array)

  @doc "Sets the size. What lies beyond it is forgotten only when the array grows over it by setting."
  @spec resize(non_neg_integer, array) :: array
  def resize(size, {:array, old, max, default, elements} = array) when is_index(size) do
    cond do
      size > old ->
        {elements, room} = grow(size, elements, if(max > 0, do: max, else: room_for(old, @leaf)))
        {:array, size, if(max > 0, do: room, else: 0), default, elements}

      size < old ->
        {:array, size, max, default, elements}

      true ->
        array
    end
  end

  def resize(size, array), do: :erlang.error(:badarg, [size, array])

  # The tree with room for more, and that room.
  defp grow(size, elements, room) when size <= room, do: {elements, room}
  defp grow(size, elements, _room) when is_integer(elements), do: with_room(room_for(size, elements))

  defp grow(size, elements, room) do
    node = :erlang.setelement(1, inner(room), elements)
    grow(size, node, room * @leaf)
  end

  defp with_room(room), do: {room, room}

  # An inner node of ten unset subtrees of some room each.
  defp inner(room), do: :erlang.setelement(@leaf + 1, :erlang.make_tuple(@leaf + 1, room), room)

  @doc "Sets an entry; an array that is not fixed grows to it."
  @spec set(non_neg_integer, term, array) :: array
  def set(index, value, {:array, size, max, default, elements}) when is_index(index) do
    cond do
      index < size ->
        {:array, size, max, default, set_1(index, elements, value, default)}

      index < max ->
        {:array, index + 1, max, default, set_1(index, elements, value, default)}

      max > 0 ->
        {elements, max} = grow(index + 1, elements, max)
        {:array, index + 1, max, default, set_1(index, elements, value, default)}

      true ->
        :erlang.error(:badarg, [index, value, {:array, size, max, default, elements}])
    end
  end

  def set(index, value, array), do: :erlang.error(:badarg, [index, value, array])

  defp set_1(index, node, value, default) when is_integer(node), do: set_1(index, open(node, default), value, default)

  defp set_1(index, node, value, default) when :erlang.tuple_size(node) == @leaf + 1 do
    room = :erlang.element(@leaf + 1, node)
    way = div(index, room) + 1
    :erlang.setelement(way, node, set_1(rem(index, room), :erlang.element(way, node), value, default))
  end

  defp set_1(index, leaf, value, _default), do: :erlang.setelement(index + 1, leaf, value)

  # A subtree in which nothing is set, as a node.
  defp open(@leaf, default), do: :erlang.make_tuple(@leaf, default)
  defp open(room, _default), do: inner(div(room, @leaf))

  @doc "Gives an entry; beyond the size of an array that is not fixed, the default."
  @spec get(non_neg_integer, array) :: term
  def get(index, {:array, size, max, default, elements} = array) when is_index(index) do
    cond do
      index < size -> get_1(index, elements, default)
      max > 0 -> default
      true -> :erlang.error(:badarg, [index, array])
    end
  end

  def get(index, array), do: :erlang.error(:badarg, [index, array])

  defp get_1(_index, node, default) when is_integer(node), do: default

  defp get_1(index, node, default) when :erlang.tuple_size(node) == @leaf + 1 do
    room = :erlang.element(@leaf + 1, node)
    get_1(rem(index, room), :erlang.element(div(index, room) + 1, node), default)
  end

  defp get_1(index, leaf, _default), do: :erlang.element(index + 1, leaf)

  @doc "Sets an entry back to the default."
  @spec reset(non_neg_integer, array) :: array
  def reset(index, {:array, size, max, default, elements} = array) when is_index(index) do
    cond do
      index < size -> {:array, size, max, default, reset_1(index, elements, default)}
      max > 0 -> array
      true -> :erlang.error(:badarg, [index, array])
    end
  end

  def reset(index, array), do: :erlang.error(:badarg, [index, array])

  defp reset_1(_index, node, _default) when is_integer(node), do: node

  defp reset_1(index, node, default) when :erlang.tuple_size(node) == @leaf + 1 do
    room = :erlang.element(@leaf + 1, node)
    way = div(index, room) + 1
    :erlang.setelement(way, node, reset_1(rem(index, room), :erlang.element(way, node), default))
  end

  defp reset_1(index, leaf, default), do: :erlang.setelement(index + 1, leaf, default)

  @doc "Lists all entries."
  @spec to_list(array) :: [term]
  def to_list({:array, size, _, default, elements}), do: values(elements, size, default, [])
  def to_list(_other), do: :erlang.error(:badarg)

  @doc "Lists the entries that differ from the default."
  @spec sparse_to_list(array) :: [term]
  def sparse_to_list(array), do: sparse_foldr(fn _index, value, list -> [value | list] end, [], array)

  @doc "Lists all entries with their indices."
  @spec to_orddict(array) :: [{non_neg_integer, term}]
  def to_orddict({:array, _, _, _, _} = array), do: foldr(fn index, value, list -> [{index, value} | list] end, [], array)
  def to_orddict(_other), do: :erlang.error(:badarg)

  @doc "Lists the entries that differ from the default, with their indices."
  @spec sparse_to_orddict(array) :: [{non_neg_integer, term}]
  def sparse_to_orddict(array), do: sparse_foldr(fn index, value, list -> [{index, value} | list] end, [], array)

  @doc "Makes an array of a list."
  @spec from_list([term]) :: array
  def from_list(list), do: from_list(list, :undefined)

  @doc "Makes an array of a list, with a default."
  @spec from_list([term], term) :: array
  def from_list([], default), do: new(default: default)

  def from_list(list, default) when is_list(list) do
    size = length(list)
    room = room_for(size, @leaf)
    {elements, []} = fill(list, room, default)
    {:array, size, room, default, elements}
  end

  def from_list(list, default), do: :erlang.error(:badarg, [list, default])

  # A tree of some room with the first elements of a list, and the rest of the list.
  defp fill([], room, _default), do: {room, []}

  defp fill([a, b, c, d, e, f, g, h, i, j | rest], @leaf, _default), do: {{a, b, c, d, e, f, g, h, i, j}, rest}

  defp fill(list, @leaf, default) do
    {first, rest} = take(list, @leaf, default)
    {:erlang.list_to_tuple(first), rest}
  end

  defp fill(list, room, default) do
    below = div(room, @leaf)
    {nodes, rest} = :lists.mapfoldl(fn _, list -> fill(list, below, default) end, list, :lists.seq(1, @leaf))
    {:erlang.list_to_tuple(nodes ++ [below]), rest}
  end

  defp take(rest, 0, _default), do: {[], rest}

  defp take([], count, default) do
    {more, []} = take([], count - 1, default)
    {[default | more], []}
  end

  defp take([head | rest], count, default) do
    {more, rest} = take(rest, count - 1, default)
    {[head | more], rest}
  end

  @doc "Makes an array of pairs in ascending order of their indices."
  @spec from_orddict([{non_neg_integer, term}]) :: array
  def from_orddict(pairs), do: from_orddict(pairs, :undefined)

  @doc "As `from_orddict/1`, with a default."
  @spec from_orddict([{non_neg_integer, term}], term) :: array
  def from_orddict([], default), do: new(default: default)

  def from_orddict(pairs, default) when is_list(pairs), do: from_pairs(pairs, -1, new(default: default))

  def from_orddict(pairs, default), do: :erlang.error(:badarg, [pairs, default])

  defp from_pairs([{index, value} | pairs], last, array) when is_index(index) and index > last,
    do: from_pairs(pairs, index, set(index, value, array))

  defp from_pairs([], _last, array), do: array
  defp from_pairs(pairs, _last, _array), do: :erlang.error({:badarg, pairs})

  @doc "Maps all entries with `fun.(index, value)`."
  @spec map((non_neg_integer, term -> term), array) :: array
  def map(fun, {:array, size, _, _, _} = array) when is_function(fun, 2), do: map_from(fun, array, 0, size, false)
  def map(fun, array), do: :erlang.error(:badarg, [fun, array])

  @doc "Maps the entries that differ from the default."
  @spec sparse_map((non_neg_integer, term -> term), array) :: array
  def sparse_map(fun, {:array, size, _, _, _} = array) when is_function(fun, 2), do: map_from(fun, array, 0, size, true)
  def sparse_map(fun, array), do: :erlang.error(:badarg, [fun, array])

  defp map_from(_fun, array, size, size, _sparse), do: array

  defp map_from(fun, {:array, _, _, default, _} = array, index, size, sparse) do
    value = get(index, array)

    if sparse and value === default,
      do: map_from(fun, array, index + 1, size, sparse),
      else: map_from(fun, set(index, fun.(index, value), array), index + 1, size, sparse)
  end

  @doc "Folds `fun.(index, value, acc)` over all entries from the first."
  @spec foldl((non_neg_integer, term, term -> term), term, array) :: term
  def foldl(fun, acc, {:array, size, _, default, elements}) when is_function(fun, 3),
    do: fold_up(fun, acc, values(elements, size, default, []), 0)

  def foldl(fun, acc, array), do: :erlang.error(:badarg, [fun, acc, array])

  @doc "Folds `fun.(index, value, acc)` over all entries from the last."
  @spec foldr((non_neg_integer, term, term -> term), term, array) :: term
  def foldr(fun, acc, {:array, size, _, default, elements}) when is_function(fun, 3),
    do: fold_down(fun, acc, :lists.reverse(values(elements, size, default, [])), size - 1)

  def foldr(fun, acc, array), do: :erlang.error(:badarg, [fun, acc, array])

  defp fold_up(_fun, acc, [], _index), do: acc
  defp fold_up(fun, acc, [value | values], index), do: fold_up(fun, fun.(index, value, acc), values, index + 1)

  defp fold_down(_fun, acc, [], _index), do: acc
  defp fold_down(fun, acc, [value | values], index), do: fold_down(fun, fun.(index, value, acc), values, index - 1)

  @doc "Folds over the entries that differ from the default, from the first."
  @spec sparse_foldl((non_neg_integer, term, term -> term), term, array) :: term
  def sparse_foldl(fun, acc, {:array, size, _, default, elements}) when is_function(fun, 3),
    do: :lists.foldl(fn {index, value}, acc -> fun.(index, value, acc) end, acc, set_entries(elements, size, default))

  def sparse_foldl(fun, acc, array), do: :erlang.error(:badarg, [fun, acc, array])

  @doc "Folds over the entries that differ from the default, from the last."
  @spec sparse_foldr((non_neg_integer, term, term -> term), term, array) :: term
  def sparse_foldr(fun, acc, {:array, size, _, default, elements}) when is_function(fun, 3),
    do: :lists.foldr(fn {index, value}, acc -> fun.(index, value, acc) end, acc, set_entries(elements, size, default))

  def sparse_foldr(fun, acc, array), do: :erlang.error(:badarg, [fun, acc, array])

  @doc "Counts the entries up to the last that differs from the default."
  @spec sparse_size(array) :: non_neg_integer
  def sparse_size({:array, size, _, default, elements}) do
    case set_entries(elements, size, default) do
      [] -> 0
      entries -> :erlang.element(1, :lists.last(entries)) + 1
    end
  end

  def sparse_size(_other), do: :erlang.error(:badarg)

  # The first values of a subtree in front of `rest`.
  defp values(_node, 0, _default, rest), do: rest
  defp values(room, count, default, rest) when is_integer(room), do: unset(count, default, rest)
  defp values({a, b, c, d, e, f, g, h, i, j}, @leaf, _default, rest), do: [a, b, c, d, e, f, g, h, i, j | rest]

  defp values(node, count, default, rest) when :erlang.tuple_size(node) == @leaf + 1 do
    room = :erlang.element(@leaf + 1, node)
    last = div(count - 1, room)
    ways(node, last + 1, room, count - last * room, default, rest)
  end

  defp values(leaf, count, default, rest),
    do: values(leaf, count - 1, default, [:erlang.element(count, leaf) | rest])

  # So many values of a way, and all of those before it.
  defp ways(_node, 0, _room, _count, _default, rest), do: rest

  defp ways(node, way, room, count, default, rest),
    do: ways(node, way - 1, room, room, default, values(:erlang.element(way, node), count, default, rest))

  defp unset(0, _default, rest), do: rest
  defp unset(count, default, rest), do: unset(count - 1, default, [default | rest])

  defp set_entries(elements, size, default),
    do: :lists.filter(fn {_, value} -> value !== default end, present(elements, 0, size, []))

  # The entries of leaves that exist.
  defp present(_node, from, size, rest) when from >= size, do: rest
  defp present(room, _from, _size, rest) when is_integer(room), do: rest

  defp present(node, from, size, rest) when :erlang.tuple_size(node) == @leaf + 1 do
    room = :erlang.element(@leaf + 1, node)

    :lists.foldr(
      fn way, rest -> present(:erlang.element(way, node), from + (way - 1) * room, size, rest) end,
      rest,
      :lists.seq(1, @leaf)
    )
  end

  defp present(leaf, from, size, rest) do
    last = min(from + @leaf, size) - from
    :lists.foldr(fn way, rest -> [{from + way - 1, :erlang.element(way, leaf)} | rest] end, rest, :lists.seq(1, last))
  end
end
