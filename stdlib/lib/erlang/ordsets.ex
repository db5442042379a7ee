defmodule :ordsets do
  @moduledoc """
  Erlang's `:ordsets`: sets as ordered lists without duplicates.
  """

  def new(), do: []
  def is_set(list), do: is_list(list) and list == :lists.usort(list)
  def size(set), do: length(set)
  def is_empty(set), do: set == []
  def to_list(set), do: set
  def from_list(list), do: :lists.usort(list)
  def is_equal(left, right), do: left == right

  def is_element(element, [head | tail]) when element > head, do: is_element(element, tail)
  def is_element(element, [head | _]), do: element == head
  def is_element(_element, []), do: false

  def add_element(element, [head | tail]) when element > head, do: [head | add_element(element, tail)]
  def add_element(element, [head | _] = set) when element < head, do: [element | set]
  def add_element(_element, [_ | _] = set), do: set
  def add_element(element, []), do: [element]

  def del_element(element, [head | tail]) when element > head, do: [head | del_element(element, tail)]
  def del_element(element, [head | _] = set) when element < head, do: set
  def del_element(_element, [_ | tail]), do: tail
  def del_element(_element, []), do: []

  # Of elements that are equal but not the same, union and intersection keep the one from the list that is walked, and whenever an element
  # of the other list comes first, the two change places.
  def union([a | as], [b | _] = right) when a < b, do: [a | union(as, right)]
  def union([a | _] = left, [b | bs]) when a > b, do: [b | union(bs, left)]
  def union([a | as], [_ | bs]), do: [a | union(as, bs)]
  def union([], right) when is_list(right), do: right
  def union(left, []) when is_list(left), do: left

  def union(sets), do: :lists.foldl(&union(&2, &1), [], sets)

  def intersection([a | as], [b | _] = right) when a < b, do: intersection(as, right)
  def intersection([a | _] = left, [b | bs]) when a > b, do: intersection(bs, left)
  def intersection([a | as], [_ | bs]), do: [a | intersection(as, bs)]
  def intersection(_, _), do: []

  def intersection([set]), do: set
  def intersection([first, second | rest]), do: intersection([intersection(first, second) | rest])

  def is_disjoint(left, right), do: intersection(left, right) == []

  def subtract([a | as], [b | _] = right) when a < b, do: [a | subtract(as, right)]
  def subtract([a | _] = left, [b | bs]) when a > b, do: subtract(left, bs)
  def subtract([_ | as], [_ | bs]), do: subtract(as, bs)
  def subtract(left, []), do: left
  def subtract([], _right), do: []

  def is_subset(left, right), do: subtract(left, right) == []
  def filter(fun, set), do: :lists.filter(fun, set)
  def fold(fun, acc, set), do: :lists.foldl(fun, acc, set)
end
