defmodule :queue do
  @moduledoc """
  Erlang's `:queue`: double-ended queues in a pair of lists.

  `{rear, front}`: elements enter at the head of `rear` and leave at the head of `front`. A queue of two or more
  elements has something in both lists, so that either end is at hand; all but the conversions take constant time on
  average.
  """

  def new(), do: {[], []}

  def is_queue({rear, front}) when is_list(rear) and is_list(front), do: true
  def is_queue(_), do: false

  def is_empty({[], []}), do: true
  def is_empty({rear, front}) when is_list(rear) and is_list(front), do: false
  def is_empty(queue), do: :erlang.error(:badarg, [queue])

  def len({rear, front}) when is_list(rear) and is_list(front), do: length(rear) + length(front)
  def len(queue), do: :erlang.error(:badarg, [queue])

  def to_list({rear, front}) when is_list(rear) and is_list(front), do: front ++ :lists.reverse(rear)
  def to_list(queue), do: :erlang.error(:badarg, [queue])

  def from_list(list) when is_list(list), do: to_front(list)
  def from_list(list), do: :erlang.error(:badarg, [list])

  # A queue whose elements are a list from the front.
  defp to_front([]), do: {[], []}
  defp to_front([_] = list), do: {[], list}
  defp to_front([a, b]), do: {[b], [a]}

  defp to_front(list) do
    {front, rear} = :lists.split(div(length(list), 2) + 1, list)
    {:lists.reverse(rear), front}
  end

  # A queue whose elements are a list from the rear.
  defp to_rear([]), do: {[], []}
  defp to_rear([_] = list), do: {list, []}
  defp to_rear([a, b]), do: {[a], [b]}

  defp to_rear(list) do
    {rear, front} = :lists.split(div(length(list), 2) + 1, list)
    {rear, :lists.reverse(front)}
  end

  def member(element, {rear, front}) when is_list(rear) and is_list(front), do: :lists.member(element, rear) or :lists.member(element, front)
  def member(element, queue), do: :erlang.error(:badarg, [element, queue])

  def unquote(:in)(element, {[_] = rear, []}), do: {[element], rear}
  def unquote(:in)(element, {rear, front}) when is_list(rear) and is_list(front), do: {[element | rear], front}
  def unquote(:in)(element, queue), do: :erlang.error(:badarg, [element, queue])

  def in_r(element, {[], [_] = front}), do: {front, [element]}
  def in_r(element, {rear, front}) when is_list(rear) and is_list(front), do: {rear, [element | front]}
  def in_r(element, queue), do: :erlang.error(:badarg, [element, queue])

  def out({[], []} = queue), do: {:empty, queue}
  def out({[element], []}), do: {{:value, element}, {[], []}}

  def out({[last | rear], []}) do
    [element | front] = :lists.reverse(rear)
    {{:value, element}, {[last], front}}
  end

  def out({rear, [element]}) when is_list(rear), do: {{:value, element}, to_rear(rear)}
  def out({rear, [element | front]}) when is_list(rear), do: {{:value, element}, {rear, front}}
  def out(queue), do: :erlang.error(:badarg, [queue])

  def out_r({[], []} = queue), do: {:empty, queue}
  def out_r({[], [element]}), do: {{:value, element}, {[], []}}

  def out_r({[], [first | front]}) do
    [element | rear] = :lists.reverse(front)
    {{:value, element}, {rear, [first]}}
  end

  def out_r({[element], front}) when is_list(front), do: {{:value, element}, to_front(front)}
  def out_r({[element | rear], front}) when is_list(front), do: {{:value, element}, {rear, front}}
  def out_r(queue), do: :erlang.error(:badarg, [queue])

  def peek({[], []}), do: :empty
  def peek({rear, [element | _]}) when is_list(rear), do: {:value, element}
  def peek({[element], []}), do: {:value, element}
  def peek(queue), do: :erlang.error(:badarg, [queue])

  def peek_r({[], []}), do: :empty
  def peek_r({[element | _], front}) when is_list(front), do: {:value, element}
  def peek_r({[], [element]}), do: {:value, element}
  def peek_r(queue), do: :erlang.error(:badarg, [queue])

  def get({[], []} = queue), do: :erlang.error(:empty, [queue])
  def get({rear, front}) when is_list(rear) and is_list(front), do: elem(peek({rear, front}), 1)
  def get(queue), do: :erlang.error(:badarg, [queue])

  def get_r({[], []} = queue), do: :erlang.error(:empty, [queue])
  def get_r({rear, front}) when is_list(rear) and is_list(front), do: elem(peek_r({rear, front}), 1)
  def get_r(queue), do: :erlang.error(:badarg, [queue])

  def head(queue), do: get(queue)
  def last(queue), do: get_r(queue)
  def daeh(queue), do: get_r(queue)

  def drop(queue) do
    case out(queue) do
      {:empty, _} -> :erlang.error(:empty, [queue])
      {_, rest} -> rest
    end
  end

  def drop_r(queue) do
    case out_r(queue) do
      {:empty, _} -> :erlang.error(:empty, [queue])
      {_, rest} -> rest
    end
  end

  def tail(queue), do: drop(queue)
  def init(queue), do: drop_r(queue)
  def liat(queue), do: drop_r(queue)
  def lait(queue), do: drop_r(queue)
  def cons(element, queue), do: in_r(element, queue)
  def snoc(queue, element), do: :queue.in(element, queue)

  def reverse({rear, front}) when is_list(rear) and is_list(front), do: {front, rear}
  def reverse(queue), do: :erlang.error(:badarg, [queue])

  def join({r1, f1}, {r2, f2}) when is_list(r1) and is_list(f1) and is_list(r2) and is_list(f2), do: {r2, f1 ++ :lists.reverse(r1, f2)}
  def join(left, right), do: :erlang.error(:badarg, [left, right])

  def split(0, {rear, front} = queue) when is_list(rear) and is_list(front), do: {{[], []}, queue}

  def split(n, {rear, front} = queue) when is_integer(n) and n >= 1 and is_list(rear) and is_list(front) do
    list = to_list(queue)

    if n > length(list) do
      :erlang.error(:badarg, [n, queue])
    else
      {left, right} = :lists.split(n, list)
      {from_list(left), from_list(right)}
    end
  end

  def split(n, queue), do: :erlang.error(:badarg, [n, queue])

  def filter(fun, {rear, front}) when is_function(fun, 1) do
    keep = fn list ->
      :lists.flatmap(
        fn element ->
          case fun.(element) do
            true -> [element]
            false -> []
            list when is_list(list) -> list
          end
        end,
        list
      )
    end

    from_list(keep.(to_list({rear, front})))
  end

  def filtermap(fun, {_, _} = queue) when is_function(fun, 1), do: from_list(:lists.filtermap(fun, to_list(queue)))

  def fold(fun, acc, {rear, front}) when is_function(fun, 2), do: :lists.foldr(fun, :lists.foldl(fun, acc, front), rear)
  def any(fun, {rear, front}) when is_function(fun, 1), do: :lists.any(fun, front) or :lists.any(fun, rear)
  def all(fun, {rear, front}) when is_function(fun, 1), do: :lists.all(fun, front) and :lists.all(fun, rear)

  def delete(element, {_, _} = queue), do: from_list(:lists.delete(element, to_list(queue)))

  def delete_with(fun, {_, _} = queue) do
    case :lists.splitwith(fn element -> not fun.(element) end, to_list(queue)) do
      {_, []} -> queue
      {before, [_ | rest]} -> from_list(before ++ rest)
    end
  end

  @doc "Removes the last occurrence of an element."
  def delete_r(element, {rear, front}) when is_list(rear) and is_list(front),
    do: reverse(delete(element, reverse({rear, front})))

  def delete_r(element, queue), do: :erlang.error(:badarg, [element, queue])

  @doc "Removes the last element for which `fun` is true."
  def delete_with_r(fun, {rear, front}) when is_function(fun, 1) and is_list(rear) and is_list(front),
    do: reverse(delete_with(fun, reverse({rear, front})))

  def delete_with_r(fun, queue), do: :erlang.error(:badarg, [fun, queue])
end
