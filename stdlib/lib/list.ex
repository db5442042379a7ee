defmodule List do
  @moduledoc """
  Functions for lists, the linked sequences.

  Prepending takes constant time; anything that needs the length, the end or an index walks the list. Functions that
  work on any collection are in `Enum`.
  """

  @doc """
  Removes the first occurrence of an element.

  ## Examples

      iex> List.delete([1, 2, 3], 1)
      [2, 3]
      iex> List.delete([a: 1, b: 2], 1)
      [a: 1, b: 2]

  """
  @spec delete([element], any) :: list when element: any
  def delete(list, element)
  def delete([element | list], element), do: list
  def delete([other | list], element), do: [other | delete(list, element)]
  def delete([], _element), do: []

  @doc """
  Makes a list of `n` times the same element.

  ## Examples

      iex> List.duplicate([1, 2, 3], 2)
      [[1, 2, 3], [1, 2, 3]]
      iex> List.duplicate([a: 1, b: 2], 2)
      [[a: 1, b: 2], [a: 1, b: 2]]

  """
  @spec duplicate(elem, non_neg_integer) :: [elem] when elem: any
  def duplicate(elem, n), do: :lists.duplicate(n, elem)

  @doc """
  Flattens nested lists.

  ## Examples

      iex> List.flatten([1, [[2], 3]])
      [1, 2, 3]

  """
  @spec flatten(list) :: list
  def flatten(list), do: :lists.flatten(list)

  @doc """
  Flattens nested lists and appends a tail.

  ## Examples

      iex> List.flatten([1, 2, 3], [9])
      [1, 2, 3, 9]
      iex> List.flatten([a: 1, b: 2], [9])
      [{:a, 1}, {:b, 2}, 9]

  """
  @spec flatten(list, list) :: list
  def flatten(list, tail), do: :lists.flatten(list, tail)

  @doc """
  Folds from the left.

  ## Examples

      iex> List.foldl([1, 2, 3], 0, &{&1, &2})
      {3, {2, {1, 0}}}
      iex> List.foldl([a: 1, b: 2], 0, &{&1, &2})
      {{:b, 2}, {{:a, 1}, 0}}

  """
  @spec foldl([elem], acc, (elem, acc -> acc)) :: acc when elem: any, acc: any
  def foldl(list, acc, fun) when is_list(list) and is_function(fun), do: fold_left(list, acc, fun)

  defp fold_left([head | rest], acc, fun), do: fold_left(rest, fun.(head, acc), fun)
  defp fold_left([], acc, fun) when is_function(fun, 2), do: acc

  @doc """
  Folds from the right.

  ## Examples

      iex> List.foldr([1, 2, 3], 0, &{&1, &2})
      {1, {2, {3, 0}}}
      iex> List.foldr([a: 1, b: 2], 0, &{&1, &2})
      {{:a, 1}, {{:b, 2}, 0}}

  """
  @spec foldr([elem], acc, (elem, acc -> acc)) :: acc when elem: any, acc: any
  def foldr(list, acc, fun) when is_list(list) and is_function(fun), do: list |> :lists.reverse() |> fold_left(acc, fun)

  @doc """
  Returns the first element, else the default.

  ## Examples

      iex> List.first([1, 2, 3])
      1
      iex> List.first(a: 1, b: 2)
      {:a, 1}

  """
  @spec first([elem], any) :: nil | elem | any when elem: any
  def first(list, default \\ nil)
  def first([], default), do: default
  def first([head | _], _default), do: head

  @doc """
  Returns the last element, else the default.

  ## Examples

      iex> List.last([1, 2, 3])
      3
      iex> List.last(a: 1, b: 2)
      {:b, 2}

  """
  @spec last([elem], any) :: nil | elem | any when elem: any
  def last(list, default \\ nil)
  def last([], default), do: default
  def last([head], _default), do: head
  def last([_ | tail], default), do: last(tail, default)

  @doc """
  Returns the tuple whose element at a zero-based position equals the key, else the default.

  ## Examples

      iex> List.keyfind([a: 1, b: 2], :a, 0)
      {:a, 1}
      iex> List.keyfind([1, 2, 3], :z, 0, :d)
      :d

  """
  @spec keyfind([tuple], any, non_neg_integer, any) :: any
  def keyfind(list, key, position, default \\ nil) when is_integer(position), do: :lists.keyfind(key, position + 1, list) || default

  @doc "Returns the tuple whose element at a zero-based position equals the key, or raises `KeyError`."
  @spec keyfind!([tuple], any, non_neg_integer) :: any
  def keyfind!(list, key, position) when is_integer(position) do
    :lists.keyfind(key, position + 1, list) ||
      raise KeyError, key: key, term: list, message: "key #{inspect(key)} at position #{inspect(position)} not found in: #{inspect(list)}"
  end

  @doc """
  Tells whether a tuple has the key at a zero-based position.

  ## Examples

      iex> List.keymember?([1, 2, 3], :a, 0)
      false
      iex> List.keymember?([a: 1, b: 2], :a, 0)
      true

  """
  @spec keymember?([tuple], any, non_neg_integer) :: boolean
  def keymember?(list, key, position) when is_integer(position), do: :lists.keymember(key, position + 1, list)

  @doc """
  Replaces the first tuple that has the key at a zero-based position.

  ## Examples

      iex> List.keyreplace([1, 2, 3], :a, 0, {:a, 5})
      [1, 2, 3]
      iex> List.keyreplace([a: 1, b: 2], :a, 0, {:a, 5})
      [a: 5, b: 2]

  """
  @spec keyreplace([tuple], any, non_neg_integer, tuple) :: [tuple]
  def keyreplace(list, key, position, new_tuple) when is_integer(position), do: :lists.keyreplace(key, position + 1, list, new_tuple)

  @doc """
  Sorts tuples by the element at a zero-based position; sorters are those of `Enum.sort/2`.

  ## Examples

      iex> List.keysort([a: 1, b: 2], 0)
      [a: 1, b: 2]
      iex> List.keysort([1], 0)
      [1]

  """
  @spec keysort([tuple], non_neg_integer, (any, any -> boolean) | :asc | :desc | module | {:asc | :desc, module}) :: [tuple]
  def keysort(list, position, sorter \\ :asc)
  def keysort(list, position, :asc) when is_list(list) and is_integer(position), do: :lists.keysort(position + 1, list)
  def keysort(list, position, sorter) when is_list(list) and is_integer(position), do: Enum.sort_by(list, &elem(&1, position), sorter)

  @doc """
  Replaces the first tuple that has the key at a zero-based position, or appends the tuple.

  ## Examples

      iex> List.keystore([1, 2, 3], :z, 0, {:z, 1})
      [1, 2, 3, {:z, 1}]
      iex> List.keystore([a: 1, b: 2], :z, 0, {:z, 1})
      [a: 1, b: 2, z: 1]

  """
  @spec keystore([tuple], any, non_neg_integer, tuple) :: [tuple, ...]
  def keystore(list, key, position, new_tuple) when is_integer(position), do: :lists.keystore(key, position + 1, list, new_tuple)

  @doc """
  Removes the first tuple that has the key at a zero-based position.

  ## Examples

      iex> List.keydelete([1, 2, 3], :a, 0)
      [1, 2, 3]
      iex> List.keydelete([a: 1, b: 2], :a, 0)
      [b: 2]

  """
  @spec keydelete([tuple], any, non_neg_integer) :: [tuple]
  def keydelete(list, key, position) when is_integer(position), do: :lists.keydelete(key, position + 1, list)

  @doc """
  Returns the first tuple that has the key at a zero-based position and the list without it, or `nil`.

  ## Examples

      iex> List.keytake([a: 1, b: 2], :a, 0)
      {{:a, 1}, [b: 2]}
      iex> List.keytake([1, 2, 3], :a, 0)
      nil

  """
  @spec keytake([tuple], any, non_neg_integer) :: {tuple, [tuple]} | nil
  def keytake(list, key, position) when is_integer(position) do
    case :lists.keytake(key, position + 1, list) do
      {:value, item, list} -> {item, list}
      false -> nil
    end
  end

  @doc """
  Wraps a term in a list, unless it is one; `nil` gives an empty list.

  ## Examples

      iex> List.wrap(nil)
      []
      iex> List.wrap("hello")
      ["hello"]

  """
  @spec wrap(term) :: maybe_improper_list
  def wrap(term)
  def wrap(list) when is_list(list), do: list
  def wrap(nil), do: []
  def wrap(term), do: [term]

  @doc """
  Makes tuples of the elements of several lists, as far as the shortest goes.

  ## Examples

      iex> List.zip([[1, 2, 3], [1, 2, 3]])
      [{1, 1}, {2, 2}, {3, 3}]
      iex> List.zip([[1], [1]])
      [{1, 1}]

  """
  @spec zip([list]) :: [tuple]
  def zip([]), do: []
  def zip(list_of_lists) when is_list(list_of_lists), do: (for list <- list_of_lists, do: to_list(list)) |> Enum.zip()

  # Tuples are taken for the lists of their elements.
  defp to_list(tuple) when is_tuple(tuple), do: :erlang.tuple_to_list(tuple)
  defp to_list(list) when is_list(list), do: list

  @doc """
  Inserts a value before an index; negative indexes count from the end.

  ## Examples

      iex> List.insert_at([1, 2, 3], 1, :n)
      [1, :n, 2, 3]
      iex> List.insert_at([1, 2, 3], 9, :n)
      [1, 2, 3, :n]

  """
  @spec insert_at(list, integer, any) :: list
  def insert_at(list, index, value) when is_list(list) and is_integer(index) do
    case index do
      -1 -> list ++ [value]
      _ when index < 0 -> do_insert_at(list, max(length(list) + index + 1, 0), value)
      _ -> do_insert_at(list, index, value)
    end
  end

  defp do_insert_at([], _index, value), do: [value]
  defp do_insert_at(list, 0, value), do: [value | list]
  defp do_insert_at([head | tail], index, value), do: [head | do_insert_at(tail, index - 1, value)]

  @doc """
  Replaces the element at an index; an index outside the list changes nothing.

  ## Examples

      iex> List.replace_at([1, 2, 3], 9, :r)
      [1, 2, 3]
      iex> List.replace_at([1, 2, 3], 0, :r)
      [:r, 2, 3]

  """
  @spec replace_at(list, integer, any) :: list
  def replace_at(list, index, value) when is_list(list) and is_integer(index), do: do_update_at(list, positive(list, index), fn _ -> value end)

  @doc """
  Updates the element at an index with a function.

  ## Examples

      iex> List.update_at([1, 2, 3], 0, &{&1})
      [{1}, 2, 3]
      iex> List.update_at([1, 2, 3], -9, &{&1})
      [1, 2, 3]

  """
  @spec update_at([elem], integer, (elem -> any)) :: list when elem: any
  def update_at(list, index, fun) when is_list(list) and is_function(fun) and is_integer(index), do: do_update_at(list, positive(list, index), fun)

  defp positive(_list, index) when index >= 0, do: index
  defp positive(list, index), do: length(list) + index

  defp do_update_at(list, index, _fun) when index < 0, do: list
  defp do_update_at([head | tail], 0, fun), do: [fun.(head) | tail]
  defp do_update_at([head | tail], index, fun), do: [head | do_update_at(tail, index - 1, fun)]
  defp do_update_at([], _index, _fun), do: []

  @doc """
  Removes the element at an index; an index outside the list changes nothing.

  ## Examples

      iex> List.delete_at([1, 2, 3], 0)
      [2, 3]
      iex> List.delete_at([1, 2, 3], -1)
      [1, 2]

  """
  @spec delete_at(list, integer) :: list
  def delete_at(list, index) when is_integer(index), do: elem(pop_at(list, index), 1)

  @doc """
  Returns the element at an index, else the default, and the list without it.

  ## Examples

      iex> List.pop_at([1, 2, 3], 0)
      {1, [2, 3]}
      iex> List.pop_at([1, 2, 3], -1)
      {3, [1, 2]}

  """
  @spec pop_at(list, integer, any) :: {any, list}
  def pop_at(list, index, default \\ nil) when is_integer(index) do
    case positive(list, index) do
      index when index < 0 -> {default, list}
      index -> do_pop_at(list, index, default, [])
    end
  end

  defp do_pop_at([], _index, default, acc), do: {default, :lists.reverse(acc)}
  defp do_pop_at([head | tail], 0, _default, acc), do: {head, :lists.reverse(acc, tail)}
  defp do_pop_at([head | tail], index, default, acc), do: do_pop_at(tail, index - 1, default, [head | acc])

  @doc """
  Tells whether the list begins with the elements of another.

  ## Examples

      iex> List.starts_with?([1, 2, 3], [1])
      true
      iex> List.starts_with?([a: 1, b: 2], [1])
      false

  """
  @spec starts_with?(list, list) :: boolean
  def starts_with?([head | tail], [head | prefix_tail]), do: starts_with?(tail, prefix_tail)
  def starts_with?(list, []) when is_list(list), do: true
  def starts_with?(list, [_ | _]) when is_list(list), do: false

  @doc "Tells whether the list ends with the elements of another."
  @spec ends_with?(list, list) :: boolean
  def ends_with?(list, suffix) when is_list(list) and is_list(suffix) do
    skipped = length(list) - length(suffix)
    skipped >= 0 and :lists.nthtail(skipped, list) === suffix
  end

  @doc """
  Tells whether the list does not end in `[]`.

  ## Examples

      iex> List.improper?([1, 2, 3])
      false

  """
  @spec improper?(maybe_improper_list) :: boolean
  def improper?(list) when is_list(list) and length(list) >= 0, do: false
  def improper?(list) when is_list(list), do: true

  @doc """
  Tells whether the first `limit` elements are printable ASCII characters.

  ## Examples

      iex> List.ascii_printable?([1, 2, 3])
      false
      iex> List.ascii_printable?('abc')
      true

  """
  @spec ascii_printable?(list, :infinity | non_neg_integer) :: boolean
  def ascii_printable?(list, limit \\ :infinity) when is_list(list) and (limit == :infinity or (is_integer(limit) and limit >= 0)),
    do: do_ascii_printable?(list, limit)

  defp do_ascii_printable?(_list, 0), do: true
  defp do_ascii_printable?([char | rest], limit) when is_integer(char) and char >= 32 and char <= ?~, do: do_ascii_printable?(rest, less(limit))
  defp do_ascii_printable?([char | rest], limit) when char in [?\n, ?\r, ?\t, ?\v, ?\b, ?\f, ?\e, ?\a], do: do_ascii_printable?(rest, less(limit))
  defp do_ascii_printable?([], _limit), do: true
  defp do_ascii_printable?(_, _limit), do: false

  defp less(:infinity), do: :infinity
  defp less(limit), do: limit - 1

  ## Conversions

  @doc """
  Turns a charlist into an atom.

  ## Examples

      iex> List.to_atom([1, 2, 3])
      :"\\x01\\x02\\x03"
      iex> List.to_atom([1])
      :"\\x01"

  """
  @spec to_atom(charlist) :: atom
  def to_atom(charlist), do: :erlang.list_to_atom(charlist)

  @doc """
  Turns a charlist into an atom that exists already, or raises `ArgumentError`.

  ## Examples

      iex> List.to_existing_atom([1, 2, 3])
      :"\\x01\\x02\\x03"
      iex> List.to_existing_atom([1])
      :"\\x01"

  """
  @spec to_existing_atom(charlist) :: atom
  def to_existing_atom(charlist), do: :erlang.list_to_existing_atom(charlist)

  @doc """
  Turns a charlist into a float.

  ## Examples

      iex> List.to_float(to_charlist("1.5"))
      1.5

  """
  @spec to_float(charlist) :: float
  def to_float(charlist), do: :erlang.list_to_float(charlist)

  @doc """
  Turns a charlist into an integer.

  ## Examples

      iex> List.to_integer(to_charlist(12))
      12
      iex> List.to_integer(to_charlist("-0"))
      0

  """
  @spec to_integer(charlist) :: integer
  def to_integer(charlist), do: :erlang.list_to_integer(charlist)

  @doc "Turns a charlist into an integer of a base from 2 to 36."
  @spec to_integer(charlist, 2..36) :: integer
  def to_integer(charlist, base), do: :erlang.list_to_integer(charlist, base)

  @doc """
  Turns a list into a tuple.

  ## Examples

      iex> List.to_tuple([1, 2, 3])
      {1, 2, 3}
      iex> List.to_tuple(a: 1, b: 2)
      {{:a, 1}, {:b, 2}}

  """
  @spec to_tuple(list) :: tuple
  def to_tuple(list), do: :erlang.list_to_tuple(list)

  @doc """
  Turns chardata, a nested list of code points and strings, into a string.

  ## Examples

      iex> List.to_string([0x00E6, 0x00DF])
      "æß"

  """
  @spec to_string(:unicode.charlist()) :: String.t()
  def to_string(list) when is_list(list) do
    case :unicode.characters_to_binary(list) do
      result when is_binary(result) ->
        result

      {:error, encoded, rest} ->
        raise UnicodeConversionError, encoded: encoded, rest: rest, kind: :invalid

      {:incomplete, encoded, rest} ->
        raise UnicodeConversionError, encoded: encoded, rest: rest, kind: :incomplete
    end
  rescue
    ArgumentError ->
      raise ArgumentError, """
      cannot convert the given list to a string.

      To be converted to a string, a list must either be empty or only
      contain the following elements:

        * strings
        * integers representing Unicode code points
        * a list containing one of these three elements

      Please check the given list or call inspect/1 to get the list representation, got:

      #{inspect(list)}
      """
  end

  @doc """
  Turns chardata into a charlist.

  ## Examples

      iex> List.to_charlist([1, 2, 3])
      [1, 2, 3]
      iex> List.to_charlist([1])
      [1]

  """
  @spec to_charlist(:unicode.charlist()) :: charlist
  def to_charlist(list) when is_list(list) do
    case :unicode.characters_to_list(list) do
      result when is_list(result) -> result
      {:error, encoded, rest} -> raise UnicodeConversionError, encoded: encoded, rest: rest, kind: :invalid
      {:incomplete, encoded, rest} -> raise UnicodeConversionError, encoded: encoded, rest: rest, kind: :incomplete
    end
  rescue
    ArgumentError ->
      raise ArgumentError, """
      cannot convert the given list to a charlist.

      To be converted to a charlist, a list must contain only:

        * strings
        * integers representing Unicode code points
        * or a list containing one of these three elements

      Please check the given list or call inspect/1 to get the list representation, got:

      #{inspect(list)}
      """
  end

  ## Differences

  @doc """
  Returns the edits that turn one list into another, as few as possible: a keyword list of `:eq`, `:ins` and `:del`.

  The algorithm is Myers's greedy one, in O((n + m)d) time for d edits.

  ## Examples

      iex> List.myers_difference([1, 4, 2, 3], [1, 2, 3, 4])
      [eq: [1], del: [4], eq: [2, 3], ins: [4]]

  """
  @spec myers_difference(list, list) :: [{:eq | :ins | :del, list}]
  def myers_difference(list1, list2) when is_list(list1) and is_list(list2), do: myers(list1, list2, nil)

  @doc "Returns edits like `myers_difference/2`, with `:diff` for elements that the script function can compare."
  @spec myers_difference(list, list, (term, term -> script | nil)) :: script when script: [{:eq | :ins | :del | :diff, list}]
  def myers_difference(list1, list2, diff_script) when is_list(list1) and is_list(list2) and is_function(diff_script),
    do: myers(list1, list2, diff_script)

  defp myers(left, right, script), do: rounds(0, length(left) + length(right), [{0, left, right, []}], script)

  # Each path is {how much of the left is consumed, left to delete, right to insert, edits so far in reverse}; a round allows one more edit.
  defp rounds(envelope, most, paths, script) do
    case diagonals(-envelope, envelope, paths, [], script) do
      {:done, edits} -> compact(edits, [])
      {:next, paths} when envelope <= most -> rounds(envelope + 1, most, paths, script)
    end
  end

  defp diagonals(diagonal, limit, _paths, next, _script) when diagonal > limit, do: {:next, :lists.reverse(next)}

  defp diagonals(diagonal, limit, paths, next, script) do
    {path, rest} = step(diagonal, limit, paths, script)

    case follow(path) do
      {:done, edits} -> {:done, edits}
      {:cont, path} -> diagonals(diagonal + 2, limit, rest, [path | next], script)
    end
  end

  defp step(_diagonal, 0, paths, _script), do: {hd(paths), []}
  defp step(diagonal, limit, [path | _] = paths, script) when diagonal == -limit, do: {move_down(path, script), paths}
  defp step(diagonal, limit, [path], script) when diagonal == limit, do: {move_right(path, script), []}

  defp step(_diagonal, _limit, [path1, path2 | rest], script) do
    if elem(path1, 0) > elem(path2, 0), do: {move_right(path1, script), [path2 | rest]}, else: {move_down(path2, script), [path2 | rest]}
  end

  defp move_right({y, [], [element | rest], edits}, _script), do: {y, [], rest, [{:ins, element} | edits]}
  defp move_right({y, left, [element | rest], edits}, nil), do: {y, left, rest, [{:ins, element} | edits]}

  defp move_right({y, [a | as] = left, [b | bs], edits}, script) do
    case script.(a, b) do
      none when none in [nil, false] -> {y, left, bs, [{:ins, b} | edits]}
      diff -> {y + 1, as, bs, [{:diff, diff} | edits]}
    end
  end

  defp move_right({y, left, [], edits}, _script), do: {y, left, [], edits}

  defp move_down({y, [element | rest], [], edits}, _script), do: {y + 1, rest, [], [{:del, element} | edits]}
  defp move_down({y, [element | rest], right, edits}, nil), do: {y + 1, rest, right, [{:del, element} | edits]}

  defp move_down({y, [a | as], [b | bs] = right, edits}, script) do
    case script.(a, b) do
      none when none in [nil, false] -> {y + 1, as, right, [{:del, a} | edits]}
      diff -> {y + 1, as, bs, [{:diff, diff} | edits]}
    end
  end

  defp move_down({y, [], right, edits}, _script), do: {y + 1, [], right, edits}

  defp follow({y, [element | left], [element | right], edits}), do: follow({y + 1, left, right, [{:eq, element} | edits]})
  defp follow({_y, [], [], edits}), do: {:done, edits}
  defp follow(path), do: {:cont, path}

  # Runs of one kind become one edit. An insertion that repeats the equal run before it goes in front of that, so that equal
  # parts grow together; where nothing comes before, it stays.
  defp compact([], acc), do: acc
  defp compact([{:diff, diff} | rest], acc), do: compact(rest, [{:diff, diff} | acc])
  defp compact([{kind, element} | rest], [{kind, list} | acc]), do: compact(rest, [{kind, [element | list]} | acc])
  defp compact(rest, [{:eq, run}, {:ins, run}, {:eq, equal} | acc]), do: compact(rest, [{:ins, run}, {:eq, run ++ equal} | acc])
  defp compact([{kind, element} | rest], acc), do: compact(rest, [{kind, [element]} | acc])
end
