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

  # A queue whose elements are a list from the front: the rear takes the larger half.
  defp to_front([]), do: {[], []}

  defp to_front(list) do
    {front, rear} = :lists.split(div(length(list), 2), list)
    {:lists.reverse(rear), front}
  end

  # A queue whose elements are a list from the rear: the front takes the larger half.
  defp to_rear([]), do: {[], []}

  defp to_rear(list) do
    {rear, front} = :lists.split(div(length(list), 2), list)
    {rear, :lists.reverse(front)}
  end

  # A queue of what is left of both lists: if one is empty, it gets its share of the other.
  defp balanced(rear, []), do: to_rear(rear)
  defp balanced([], front), do: to_front(front)
  defp balanced(rear, front), do: {rear, front}

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

  def join({rear, front}, {[], []}) when is_list(rear) and is_list(front), do: {rear, front}
  def join({[], []}, {rear, front}) when is_list(rear) and is_list(front), do: {rear, front}
  def join({r1, f1}, {r2, f2}) when is_list(r1) and is_list(f1) and is_list(r2) and is_list(f2), do: {r2, f1 ++ :lists.reverse(r1, f2)}
  def join(left, right), do: :erlang.error(:badarg, [left, right])

  def split(0, {rear, front} = queue) when is_list(rear) and is_list(front), do: {{[], []}, queue}

  def split(n, {rear, front} = queue) when is_integer(n) and n >= 1 and is_list(rear) and is_list(front) do
    size = length(front)

    cond do
      n < size ->
        {[first | rest], front} = :lists.split(n, front)
        {{:lists.reverse(rest), [first]}, {rear, front}}

      n == size ->
        {to_front(front), to_rear(rear)}

      n == size + length(rear) ->
        {queue, {[], []}}

      n > size + length(rear) ->
        :erlang.error(:badarg, [n, queue])

      true ->
        {[last | others], rear} = :lists.split(size + length(rear) - n, rear)
        {{rear, front}, {[last], :lists.reverse(others)}}
    end
  end

  def split(n, queue), do: :erlang.error(:badarg, [n, queue])

  def filter(fun, {rear, front}) when is_function(fun, 1) and is_list(rear) and is_list(front) do
    front = :lists.flatmap(fn element -> kept(fun.(element), element) end, front)
    # The rear is looked at from the middle of the queue on.
    rear = :lists.foldr(fn element, rear -> :lists.reverse(kept(fun.(element), element), rear) end, [], rear)
    balanced(rear, front)
  end

  def filter(fun, queue), do: :erlang.error(:badarg, [fun, queue])

  defp kept(answer, element) do
    case answer do
      true -> [element]
      false -> []
      list when is_list(list) -> list
    end
  end

  def filtermap(fun, {rear, front}) when is_function(fun, 1) and is_list(rear) and is_list(front) do
    front = :lists.filtermap(fun, front)
    balanced(:lists.reverse(:lists.filtermap(fun, :lists.reverse(rear))), front)
  end

  def filtermap(fun, queue), do: :erlang.error(:badarg, [fun, queue])

  def fold(fun, acc, {rear, front}) when is_function(fun, 2), do: :lists.foldr(fun, :lists.foldl(fun, acc, front), rear)
  def any(fun, {rear, front}) when is_function(fun, 1), do: :lists.any(fun, front) or :lists.any(fun, rear)
  def all(fun, {rear, front}) when is_function(fun, 1), do: :lists.all(fun, front) and :lists.all(fun, rear)

  @doc "Removes the first occurrence of an element."
  def delete(element, {rear, front}) when is_list(rear) and is_list(front),
    do: without_first(&(&1 === element), {rear, front})

  def delete(element, queue), do: :erlang.error(:badarg, [element, queue])

  @doc "Removes the first element for which `fun` is true."
  def delete_with(fun, {rear, front}) when is_function(fun, 1) and is_list(rear) and is_list(front),
    do: without_first(fun, {rear, front})

  def delete_with(fun, queue), do: :erlang.error(:badarg, [fun, queue])

  defp without_first(fun, {rear, front} = queue) do
    case without(fun, front, []) do
      :error ->
        case without(fun, :lists.reverse(rear), []) do
          :error -> queue
          rear -> balanced(:lists.reverse(rear), front)
        end

      front ->
        balanced(rear, front)
    end
  end

  defp without(fun, [element | rest], before) do
    if fun.(element), do: :lists.reverse(before, rest), else: without(fun, rest, [element | before])
  end

  defp without(_fun, [], _before), do: :error

  @doc "Removes the last occurrence of an element."
  def delete_r(element, {rear, front}) when is_list(rear) and is_list(front),
    do: reverse(delete(element, reverse({rear, front})))

  def delete_r(element, queue), do: :erlang.error(:badarg, [element, queue])

  @doc "Removes the last element for which `fun` is true."
  def delete_with_r(fun, {rear, front}) when is_function(fun, 1) and is_list(rear) and is_list(front),
    do: reverse(delete_with(fun, reverse({rear, front})))

  def delete_with_r(fun, queue), do: :erlang.error(:badarg, [fun, queue])
end
