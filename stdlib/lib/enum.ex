defmodule Enum do
  @moduledoc """
  Functions that walk collections: lists, maps, ranges, streams, and whatever implements `Enumerable`.

  They are eager: each call walks its input and, unless said otherwise, returns a list. Use `Stream` to compose
  steps that run element by element instead. Lists take the shortest path through every function here; other
  collections go through `Enumerable.reduce/3`. Unless a cost is given, a function takes O(n) time.
  """

  @type t :: Enumerable.t()
  @type acc :: any
  @type element :: any
  @type index :: integer
  @type default :: any

  defmodule OutOfBoundsError do
    @moduledoc "Raised when an index lies outside a collection."
    defexception message: "out of bounds error"
  end

  defmodule EmptyError do
    @moduledoc "Raised when a function needs at least one element and the collection has none."
    defexception message: "empty error"
  end

  ## Testing

  @doc """
  Tells whether all elements are truthy.

  ## Examples

      iex> Enum.all?([1, 2, nil])
      false
      iex> Enum.all?([])
      true

  """
  @spec all?(t) :: boolean
  def all?(enumerable) when is_list(enumerable), do: all_list(enumerable)
  def all?(enumerable), do: all?(enumerable, & &1)

  defp all_list([]), do: true
  defp all_list([head | tail]), do: if(head, do: all_list(tail), else: false)

  @doc """
  Tells whether the function returns a truthy value for all elements.

  ## Examples

      iex> Enum.all?([3, 1, 2], & &1)
      true

  """
  @spec all?(t, (element -> as_boolean(term))) :: boolean
  def all?(enumerable, fun) when is_list(enumerable), do: all_list(enumerable, fun)

  def all?(enumerable, fun) do
    Enumerable.reduce(enumerable, {:cont, true}, fn entry, _ ->
      if fun.(entry), do: {:cont, true}, else: {:halt, false}
    end)
    |> elem(1)
  end

  defp all_list([], _fun), do: true
  defp all_list([head | tail], fun), do: if(fun.(head), do: all_list(tail, fun), else: false)

  @doc """
  Tells whether any element is truthy.

  ## Examples

      iex> Enum.any?([false, nil, 1])
      true

  """
  @spec any?(t) :: boolean
  def any?(enumerable) when is_list(enumerable), do: any_list(enumerable)
  def any?(enumerable), do: any?(enumerable, & &1)

  defp any_list([]), do: false
  defp any_list([head | tail]), do: if(head, do: true, else: any_list(tail))

  @doc "Tells whether the function returns a truthy value for any element."
  @spec any?(t, (element -> as_boolean(term))) :: boolean
  def any?(enumerable, fun) when is_list(enumerable), do: any_list(enumerable, fun)

  def any?(enumerable, fun) do
    Enumerable.reduce(enumerable, {:cont, false}, fn entry, _ ->
      if fun.(entry), do: {:halt, true}, else: {:cont, false}
    end)
    |> elem(1)
  end

  defp any_list([], _fun), do: false
  defp any_list([head | tail], fun), do: if(fun.(head), do: true, else: any_list(tail, fun))

  @doc """
  Tells whether the collection has no elements.

  ## Examples

      iex> Enum.empty?([3, 1, 2])
      false
      iex> Enum.empty?(1..0//1)
      true

  """
  @spec empty?(t) :: boolean
  def empty?(enumerable) when is_list(enumerable), do: enumerable == []

  def empty?(enumerable) do
    case Enumerable.slice(enumerable) do
      {:ok, size, _} -> size == 0
      {:error, _} -> Enumerable.reduce(enumerable, {:cont, true}, fn _, _ -> {:halt, false} end) |> elem(1)
    end
  end

  @doc """
  Tells whether an element equal (`===`) to the given one is in the collection.

  ## Examples

      iex> Enum.member?([3, 1, 2], 1)
      true
      iex> Enum.member?(%{a: 1, b: 2}, 1)
      false

  """
  @spec member?(t, element) :: boolean
  def member?(enumerable, element) when is_list(enumerable), do: :lists.member(element, enumerable)

  def member?(enumerable, element) do
    case Enumerable.member?(enumerable, element) do
      {:ok, answer} when is_boolean(answer) ->
        answer

      {:error, module} ->
        module.reduce(enumerable, {:cont, false}, fn
          found, _ when found === element -> {:halt, true}
          _, _ -> {:cont, false}
        end)
        |> elem(1)
    end
  end

  ## Counting

  @doc """
  Counts the elements; constant time where the collection knows its size.

  ## Examples

      iex> Enum.count([3, 1, 2])
      3
      iex> Enum.count(%{a: 1, b: 2})
      2

  """
  @spec count(t) :: non_neg_integer
  def count(enumerable) when is_list(enumerable), do: length(enumerable)

  def count(enumerable) do
    case Enumerable.count(enumerable) do
      {:ok, value} when is_integer(value) -> value
      {:error, module} -> module.reduce(enumerable, {:cont, 0}, fn _, acc -> {:cont, acc + 1} end) |> elem(1)
    end
  end

  @doc """
  Counts the elements for which the function returns a truthy value.

  ## Examples

      iex> Enum.count([3, 1, 2], &(&1 == 1))
      1
      iex> Enum.count(%{a: 1, b: 2}, &(&1 == 1))
      0

  """
  @spec count(t, (element -> as_boolean(term))) :: non_neg_integer
  def count(enumerable, fun), do: reduce(enumerable, 0, fn entry, acc -> if(fun.(entry), do: acc + 1, else: acc) end)

  @doc """
  Counts the elements, but stops at `limit`.

  ## Examples

      iex> Enum.count_until([3, 1, 2], 2)
      2
      iex> Enum.count_until([1], 2)
      1

  """
  @spec count_until(t, pos_integer) :: non_neg_integer
  def count_until(enumerable, limit) when is_integer(limit) and limit > 0 do
    case is_list(enumerable) do
      true ->
        count_list_until(enumerable, limit, 0)

      false ->
        case Enumerable.count(enumerable) do
          {:ok, value} -> Kernel.min(value, limit)
          {:error, module} -> count_by(module, enumerable, limit, fn _ -> true end)
        end
    end
  end

  defp count_list_until([_ | tail], limit, count) when count < limit, do: count_list_until(tail, limit, count + 1)
  defp count_list_until(_, _limit, count), do: count

  @doc """
  Counts the elements for which the function returns a truthy value, but stops at `limit`.

  ## Examples

      iex> Enum.count_until([3, 1, 2], &(&1 == 1), 1)
      1
      iex> Enum.count_until(%{a: 1, b: 2}, &(&1 == 1), 1)
      0

  """
  @spec count_until(t, (element -> as_boolean(term)), pos_integer) :: non_neg_integer
  def count_until(enumerable, fun, limit) when is_integer(limit) and limit > 0, do: count_by(Enumerable, enumerable, limit, fun)

  defp count_by(module, enumerable, limit, fun) do
    module.reduce(enumerable, {:cont, 0}, fn entry, acc ->
      case fun.(entry) do
        no when no in [false, nil] -> {:cont, acc}
        _ when acc + 1 == limit -> {:halt, limit}
        _ -> {:cont, acc + 1}
      end
    end)
    |> elem(1)
  end

  @doc """
  Counts how often each element occurs.

  ## Examples

      iex> Enum.frequencies(~w{ant buffalo ant})
      %{"ant" => 2, "buffalo" => 1}

  """
  @spec frequencies(t) :: map
  def frequencies(enumerable), do: reduce(enumerable, %{}, &tally(&1, &2))

  defp tally(key, acc) do
    case acc do
      %{^key => value} -> %{acc | key => value + 1}
      %{} -> :maps.put(key, 1, acc)
    end
  end

  @doc """
  Counts how often each key occurs that the function gives.

  ## Examples

      iex> Enum.frequencies_by([3, 1, 2], &is_integer/1)
      %{true: 3}
      iex> Enum.frequencies_by(%{a: 1, b: 2}, &is_integer/1)
      %{false: 2}

  """
  @spec frequencies_by(t, (element -> any)) :: map
  def frequencies_by(enumerable, key_fun) when is_function(key_fun), do: reduce(enumerable, %{}, &tally(key_fun.(&1), &2))

  ## Mapping

  @doc """
  Applies the function to each element and lists the results.

  ## Examples

      iex> Enum.map([1, 2, 3], fn x -> x * 2 end)
      [2, 4, 6]
      iex> Enum.map(1..3, &(&1 + 1))
      [2, 3, 4]

  """
  @spec map(t, (element -> any)) :: list
  def map(enumerable, fun) when is_list(enumerable), do: map_list(enumerable, fun)
  def map(%{__struct__: Range, first: first, last: last, step: step}, fun), do: map_range(first, last, step, fun)
  def map(enumerable, fun), do: :lists.reverse(reduce(enumerable, [], fn entry, acc -> [fun.(entry) | acc] end))

  # Walks over lists are written out here: what is no function of the right arity fails when it is called, with the first element.
  defp map_list([head | tail], fun), do: [fun.(head) | map_list(tail, fun)]
  defp map_list([], fun) when is_function(fun, 1), do: []

  defp fold([head | tail], acc, fun), do: fold(tail, fun.(head, acc), fun)
  defp fold([], acc, fun) when is_function(fun, 2), do: acc

  defp map_range(first, last, step, fun) when (step > 0 and first <= last) or (step < 0 and first >= last),
    do: [fun.(first) | map_range(first + step, last, step, fun)]

  defp map_range(_first, _last, _step, _fun), do: []

  @doc """
  Applies the function to the first and every `nth` element after it; `nth` 0 changes nothing.

  ## Examples

      iex> Enum.map_every([3, 1, 2], 0, &{&1})
      [3, 1, 2]
      iex> Enum.map_every([3, 1, 2], 2, &{&1})
      [{3}, 1, {2}]

  """
  @spec map_every(t, non_neg_integer, (element -> any)) :: list
  def map_every(enumerable, 1, fun), do: map(enumerable, fun)
  def map_every(enumerable, 0, _fun), do: to_list(enumerable)
  def map_every([], nth, _fun) when is_integer(nth) and nth > 1, do: []

  def map_every(enumerable, nth, fun) when is_integer(nth) and nth > 1 do
    {result, _} =
      reduce(enumerable, {[], 0}, fn
        entry, {acc, 0} -> {[fun.(entry) | acc], nth - 1}
        entry, {acc, left} -> {[entry | acc], left - 1}
      end)

    :lists.reverse(result)
  end

  @doc """
  Maps while carrying an accumulator; the function returns `{mapped, accumulator}`.

  ## Examples

      iex> Enum.map_reduce([3, 1, 2], 0, &{&1, &2 + 1})
      {[3, 1, 2], 3}
      iex> Enum.map_reduce(%{a: 1, b: 2}, 0, &{&1, &2 + 1})
      {[a: 1, b: 2], 2}

  """
  @spec map_reduce(t, acc, (element, acc -> {element, acc})) :: {list, acc}
  def map_reduce(enumerable, acc, fun) when is_list(enumerable), do: map_fold(enumerable, acc, fun, [])

  def map_reduce(enumerable, acc, fun) do
    {list, acc} =
      reduce(enumerable, {[], acc}, fn entry, {list, acc} ->
        {new, acc} = fun.(entry, acc)
        {[new | list], acc}
      end)

    {:lists.reverse(list), acc}
  end

  defp map_fold([head | tail], acc, fun, done) do
    {result, acc} = fun.(head, acc)
    map_fold(tail, acc, fun, [result | done])
  end

  defp map_fold([], acc, fun, done) when is_function(fun, 2), do: {:lists.reverse(done), acc}

  @doc """
  Maps each element to a collection and concatenates them.

  ## Examples

      iex> Enum.flat_map([:a, :b], fn x -> [x, x] end)
      [:a, :a, :b, :b]

  """
  @spec flat_map(t, (element -> t)) :: list
  def flat_map(enumerable, fun) when is_list(enumerable), do: flat_map_list(enumerable, fun)

  def flat_map(enumerable, fun) do
    reduce(enumerable, [], fn entry, acc ->
      case fun.(entry) do
        list when is_list(list) -> :lists.reverse(list, acc)
        other -> reduce(other, acc, &[&1 | &2])
      end
    end)
    |> :lists.reverse()
  end

  defp flat_map_list([head | tail], fun) do
    case fun.(head) do
      [] -> flat_map_list(tail, fun)
      [one] -> [one | flat_map_list(tail, fun)]
      list when is_list(list) -> list ++ flat_map_list(tail, fun)
      other -> walked(other) ++ flat_map_list(tail, fun)
    end
  end

  defp flat_map_list([], _fun), do: []

  @doc """
  Maps to collections while carrying an accumulator; the function returns `{collection, acc}` or `{:halt, acc}`.

  ## Examples

      iex> Enum.flat_map_reduce([3, 1, 2], 0, fn x, a -> {[x], a + 1} end)
      {[3, 1, 2], 3}
      iex> Enum.flat_map_reduce(%{a: 1, b: 2}, 0, fn x, a -> {[x], a + 1} end)
      {[a: 1, b: 2], 2}

  """
  @spec flat_map_reduce(t, acc, (element, acc -> {t, acc} | {:halt, acc})) :: {[any], acc}
  def flat_map_reduce(enumerable, acc, fun) do
    {_, {list, acc}} =
      Enumerable.reduce(enumerable, {:cont, {[], acc}}, fn entry, {list, acc} ->
        case fun.(entry, acc) do
          {:halt, acc} -> {:halt, {list, acc}}
          {[], acc} -> {:cont, {list, acc}}
          {[one], acc} -> {:cont, {[one | list], acc}}
          {more, acc} -> {:cont, {reduce(more, list, &[&1 | &2]), acc}}
        end
      end)

    {:lists.reverse(list), acc}
  end

  @doc """
  Calls the function with each element for its effect; returns `:ok`.

  ## Examples

      iex> Enum.each([3, 1, 2], & &1)
      :ok

  """
  @spec each(t, (element -> any)) :: :ok
  def each(enumerable, fun) when is_list(enumerable), do: each_in_list(enumerable, fun)

  def each(enumerable, fun) do
    reduce(enumerable, nil, fn entry, _ ->
      fun.(entry)
      nil
    end)

    :ok
  end

  defp each_in_list([head | tail], fun) do
    fun.(head)
    each_in_list(tail, fun)
  end

  defp each_in_list([], fun) when is_function(fun, 1), do: :ok

  @doc """
  Lists all states of an accumulator that starts with the first element.

  ## Examples

      iex> Enum.scan([3, 1, 2], &{&1, &2})
      [3, {1, 3}, {2, {1, 3}}]
      iex> Enum.scan([1], &{&1, &2})
      [1]

  """
  @spec scan(t, (element, any -> any)) :: list
  def scan(enumerable, fun) do
    case walked(enumerable) do
      [first | rest] -> [first | scan_list(rest, first, fun)]
      [] -> []
    end
  end

  defp scan_list([entry | rest], acc, fun) do
    value = fun.(entry, acc)
    [value | scan_list(rest, value, fun)]
  end

  defp scan_list([], _acc, _fun), do: []

  @doc """
  Lists all states of an accumulator, the initial one left out.

  ## Examples

      iex> Enum.scan([3, 1, 2], 0, &{&1, &2})
      [{3, 0}, {1, {3, 0}}, {2, {1, {3, 0}}}]
      iex> Enum.scan([1], 0, &{&1, &2})
      [{1, 0}]

  """
  @spec scan(t, any, (element, any -> any)) :: list
  def scan(enumerable, acc, fun), do: enumerable |> walked() |> scan_list(acc, fun)

  @doc """
  Pairs each element with an index, from an offset on, or maps with a function of element and index.

  ## Examples

      iex> Enum.with_index([:a, :b])
      [a: 0, b: 1]
      iex> Enum.with_index([:a, :b], fn element, index -> {index, element} end)
      [{0, :a}, {1, :b}]

  """
  @spec with_index(t, integer | (element, index -> value)) :: [{element, index}] | [value] when value: any
  def with_index(enumerable, fun_or_offset \\ 0)

  def with_index(enumerable, offset) when is_list(enumerable) and is_integer(offset), do: with_index_list(enumerable, offset)
  def with_index(enumerable, fun) when is_list(enumerable) and is_function(fun, 2), do: with_index_list(enumerable, 0, fun)
  def with_index(enumerable, offset) when is_integer(offset), do: with_index_list(walked(enumerable), offset)
  def with_index(enumerable, fun) when is_function(fun, 2), do: with_index_list(walked(enumerable), 0, fun)

  defp with_index_list([head | tail], index), do: [{head, index} | with_index_list(tail, index + 1)]
  defp with_index_list([], _index), do: []

  defp with_index_list([head | tail], index, fun), do: [fun.(head, index) | with_index_list(tail, index + 1, fun)]
  defp with_index_list([], _index, _fun), do: []

  ## Reducing

  @doc """
  Folds the elements into one value, the first element being the initial one. Raises `Enum.EmptyError` when there is none.

  ## Examples

      iex> Enum.reduce([1, 2, 3, 4], fn x, acc -> x * acc end)
      24

  """
  @spec reduce(t, (element, acc -> acc)) :: acc
  def reduce(enumerable, fun)
  def reduce([head | tail], fun), do: fold(tail, head, fun)
  def reduce([], _fun), do: raise(Enum.EmptyError)

  def reduce(enumerable, fun) do
    case Enumerable.reduce(enumerable, {:cont, :first}, fn
           entry, :first -> {:cont, {:acc, entry}}
           entry, {:acc, acc} -> {:cont, {:acc, fun.(entry, acc)}}
         end) do
      {_, :first} -> raise Enum.EmptyError
      {_, {:acc, acc}} -> acc
    end
  end

  @doc """
  Folds the elements into an accumulator.

  ## Examples

      iex> Enum.reduce([1, 2, 3], 0, fn x, acc -> x + acc end)
      6

  """
  @spec reduce(t, acc, (element, acc -> acc)) :: acc
  def reduce(enumerable, acc, fun) when is_list(enumerable), do: fold(enumerable, acc, fun)
  def reduce(%{__struct__: Range, first: first, last: last, step: step}, acc, fun), do: reduce_range(first, last, step, acc, fun)
  def reduce(%{__struct__: _} = enumerable, acc, fun), do: reduce_any(enumerable, acc, fun)
  # In the order of the map's iterator, which for large maps is the opposite of that of its list.
  def reduce(%{} = enumerable, acc, fun) when map_size(enumerable) > 32, do: enumerable |> :maps.to_list() |> :lists.reverse() |> fold(acc, fun)
  def reduce(%{} = enumerable, acc, fun), do: enumerable |> :maps.to_list() |> fold(acc, fun)
  def reduce(enumerable, acc, fun), do: reduce_any(enumerable, acc, fun)

  defp reduce_any(enumerable, acc, fun), do: Enumerable.reduce(enumerable, {:cont, acc}, fn x, acc -> {:cont, fun.(x, acc)} end) |> elem(1)

  defp reduce_range(first, last, step, acc, fun) when (step > 0 and first <= last) or (step < 0 and first >= last),
    do: reduce_range(first + step, last, step, fun.(first, acc), fun)

  defp reduce_range(_first, _last, _step, acc, _fun), do: acc

  # The elements in the order in which `reduce/3` goes over them.
  defp walked(%{} = enumerable) when map_size(enumerable) > 32 and not is_map_key(enumerable, :__struct__),
    do: :lists.reverse(:maps.to_list(enumerable))

  defp walked(enumerable), do: to_list(enumerable)

  @doc """
  Folds until the function returns `{:halt, acc}` instead of `{:cont, acc}`.

  ## Examples

      iex> Enum.reduce_while(1..0//1, 0, fn x, a -> :bad end)
      0

  """
  @spec reduce_while(t, any, (element, any -> {:cont, any} | {:halt, any})) :: any
  def reduce_while(enumerable, acc, fun) when is_list(enumerable), do: reduce_list_while(enumerable, {:cont, acc}, fun)
  def reduce_while(enumerable, acc, fun), do: Enumerable.reduce(enumerable, {:cont, acc}, fun) |> elem(1)

  defp reduce_list_while([head | tail], {:cont, acc}, fun), do: reduce_list_while(tail, fun.(head, acc), fun)
  defp reduce_list_while([], {:cont, acc}, _fun), do: acc
  defp reduce_list_while(_, {:halt, acc}, _fun), do: acc
  defp reduce_list_while(list, acc, fun), do: Enumerable.List.reduce(list, acc, fun) |> elem(1)

  @doc """
  Adds up the numbers.

  ## Examples

      iex> Enum.sum([3, 1, 2])
      6
      iex> Enum.sum(1..5)
      15

  """
  @spec sum(t) :: number
  def sum(enumerable)
  def sum(%{__struct__: Range, first: first, last: last, step: step} = range) do
    case Range.size(range) do
      0 -> 0
      size -> div((first + (last - rem(last - first, step))) * size, 2)
    end
  end

  def sum(enumerable) when is_list(enumerable), do: sum_list(enumerable, 0)
  def sum(enumerable), do: reduce(enumerable, 0, &+/2)

  defp sum_list([head | tail], acc), do: sum_list(tail, head + acc)
  defp sum_list([], acc), do: acc

  @doc "Adds up what the function makes of the elements."
  @spec sum_by(t, (element -> number)) :: number
  def sum_by(enumerable, mapper) when is_function(mapper, 1), do: reduce(enumerable, 0, &(mapper.(&1) + &2))

  @doc "Multiplies what the function makes of the elements."
  @spec product_by(t, (element -> number)) :: number
  def product_by(enumerable, mapper) when is_function(mapper, 1), do: reduce(enumerable, 1, &(mapper.(&1) * &2))

  @doc """
  Multiplies the numbers.

  ## Examples

      iex> Enum.product([3, 1, 2])
      6
      iex> Enum.product(1..5)
      120

  """
  @spec product(t) :: number
  def product(enumerable), do: reduce(enumerable, 1, &*/2)

  ## Extremes

  @doc """
  Returns the largest element, the first one of equals.

  `sorter` is a function telling whether its first argument is at least the second, or a module with `compare/2`.
  `empty_fallback` gives the result for an empty collection; without it `Enum.EmptyError` is raised.
  """
  @spec max(t, (element, element -> boolean) | module, (() -> empty)) :: element | empty when empty: any
  def max(enumerable, sorter \\ &>=/2, empty_fallback \\ fn -> raise Enum.EmptyError end)
  def max(enumerable, empty_fallback, _) when is_function(empty_fallback, 0), do: extreme(enumerable, &>=/2, empty_fallback)
  def max(enumerable, sorter, empty_fallback), do: extreme(enumerable, max_sort_fun(sorter), empty_fallback)

  @doc """
  Returns the smallest element, the first one of equals. Arguments as for `max/3`.

  ## Examples

      iex> Enum.min([3, 1, 2])
      1
      iex> Enum.min(%{a: 1, b: 2})
      {:a, 1}

  """
  @spec min(t, (element, element -> boolean) | module, (() -> empty)) :: element | empty when empty: any
  def min(enumerable, sorter \\ &<=/2, empty_fallback \\ fn -> raise Enum.EmptyError end)
  def min(enumerable, empty_fallback, _) when is_function(empty_fallback, 0), do: extreme(enumerable, &<=/2, empty_fallback)
  def min(enumerable, sorter, empty_fallback), do: extreme(enumerable, min_sort_fun(sorter), empty_fallback)

  defp max_sort_fun(sorter) when is_function(sorter, 2), do: sorter
  defp max_sort_fun(module) when is_atom(module), do: &(module.compare(&1, &2) != :lt)

  defp min_sort_fun(sorter) when is_function(sorter, 2), do: sorter
  defp min_sort_fun(module) when is_atom(module), do: &(module.compare(&1, &2) != :gt)

  # The usual orders of a list need no call for each element. Of equal elements the first one is kept.
  defp extreme([first | rest], keeps, _empty_fallback) do
    cond do
      keeps == (&>=/2) -> largest(rest, first)
      keeps == (&<=/2) -> smallest(rest, first)
      true -> :lists.foldl(fn entry, best -> better(keeps.(best, entry), best, entry) end, first, rest)
    end
  end

  defp extreme(enumerable, keeps, empty_fallback) do
    case reduce(enumerable, :first, fn
           entry, :first -> {:ok, entry}
           entry, {:ok, best} = acc -> better(keeps.(best, entry), acc, {:ok, entry})
         end) do
      :first -> empty_fallback.()
      {:ok, best} -> best
    end
  end

  # An order says true or false, nothing else.
  defp better(keeps, best, other) do
    case keeps do
      true -> best
      false -> other
    end
  end

  defp largest([entry | rest], best) when entry > best, do: largest(rest, entry)
  defp largest([_ | rest], best), do: largest(rest, best)
  defp largest([], best), do: best

  defp smallest([entry | rest], best) when entry < best, do: smallest(rest, entry)
  defp smallest([_ | rest], best), do: smallest(rest, best)
  defp smallest([], best), do: best

  @doc """
  Returns the element for which the function gives the largest value. Other arguments as for `max/3`.

  ## Examples

      iex> Enum.max_by([3, 1, 2], &inspect/1)
      3
      iex> Enum.max_by(%{a: 1, b: 2}, &inspect/1)
      {:b, 2}

  """
  @spec max_by(t, (element -> any), (element, element -> boolean) | module, (() -> empty)) :: element | empty when empty: any
  def max_by(enumerable, fun, sorter \\ &>=/2, empty_fallback \\ fn -> raise Enum.EmptyError end)

  def max_by(enumerable, fun, sorter, empty_fallback) when is_function(fun, 1) do
    case is_function(sorter, 0) do
      true -> extreme_by(enumerable, fun, &>=/2, sorter)
      false -> extreme_by(enumerable, fun, max_sort_fun(sorter), empty_fallback)
    end
  end

  @doc """
  Returns the element for which the function gives the smallest value. Other arguments as for `max/3`.

  ## Examples

      iex> Enum.min_by([3, 1, 2], &inspect/1)
      1
      iex> Enum.min_by(%{a: 1, b: 2}, &inspect/1)
      {:a, 1}

  """
  @spec min_by(t, (element -> any), (element, element -> boolean) | module, (() -> empty)) :: element | empty when empty: any
  def min_by(enumerable, fun, sorter \\ &<=/2, empty_fallback \\ fn -> raise Enum.EmptyError end)

  def min_by(enumerable, fun, sorter, empty_fallback) when is_function(fun, 1) do
    case is_function(sorter, 0) do
      true -> extreme_by(enumerable, fun, &<=/2, sorter)
      false -> extreme_by(enumerable, fun, min_sort_fun(sorter), empty_fallback)
    end
  end

  defp extreme_by([entry | entries], fun, keeps, _empty_fallback) do
    # The usual orders are compared by without a call.
    cond do
      keeps == (&>=/2) -> greatest_by(entries, entry, fun.(entry), fun)
      keeps == (&<=/2) -> least_by(entries, entry, fun.(entry), fun)
      true -> extreme_by_of_list(entries, entry, fun.(entry), fun, keeps)
    end
  end

  defp extreme_by([], _fun, _keeps, empty_fallback), do: empty_fallback.()

  defp extreme_by(enumerable, fun, keeps, empty_fallback) do
    case reduce(enumerable, :first, fn
           entry, :first ->
             {entry, fun.(entry)}

           entry, {_, best} = acc ->
             value = fun.(entry)

             case keeps.(best, value) do
               true -> acc
               false -> {entry, value}
             end
         end) do
      :first -> empty_fallback.()
      {entry, _} -> entry
    end
  end

  defp extreme_by_of_list([entry | entries], best, value, fun, keeps) do
    next = fun.(entry)

    case keeps.(value, next) do
      true -> extreme_by_of_list(entries, best, value, fun, keeps)
      false -> extreme_by_of_list(entries, entry, next, fun, keeps)
    end
  end

  defp extreme_by_of_list([], best, _value, _fun, _keeps), do: best

  defp greatest_by([entry | entries], best, value, fun) do
    next = fun.(entry)
    if value >= next, do: greatest_by(entries, best, value, fun), else: greatest_by(entries, entry, next, fun)
  end

  defp greatest_by([], best, _value, _fun), do: best

  defp least_by([entry | entries], best, value, fun) do
    next = fun.(entry)
    if value <= next, do: least_by(entries, best, value, fun), else: least_by(entries, entry, next, fun)
  end

  defp least_by([], best, _value, _fun), do: best

  @doc """
  Returns the smallest and the largest element.

  ## Examples

      iex> Enum.min_max([3, 1, 2])
      {1, 3}
      iex> Enum.min_max(%{a: 1, b: 2})
      {{:a, 1}, {:b, 2}}

  """
  @spec min_max(t, (() -> empty)) :: {element, element} | empty when empty: any
  def min_max(enumerable, empty_fallback \\ fn -> raise Enum.EmptyError end)

  def min_max(first..last//step = range, empty_fallback) when is_function(empty_fallback, 0) do
    case Range.size(range) do
      0 ->
        empty_fallback.()

      _ ->
        last = last - rem(last - first, step)
        {Kernel.min(first, last), Kernel.max(first, last)}
    end
  end

  def min_max(enumerable, empty_fallback) when is_function(empty_fallback, 0) do
    case reduce(enumerable, :first, fn
           entry, :first -> {entry, entry}
           entry, {min, max} when entry < min -> {entry, max}
           entry, {min, max} when entry > max -> {min, entry}
           _, acc -> acc
         end) do
      :first -> empty_fallback.()
      pair -> pair
    end
  end

  @doc """
  Returns the elements for which the function gives the smallest and the largest value.

  ## Examples

      iex> Enum.min_max_by([3, 1, 2], &inspect/1)
      {1, 3}
      iex> Enum.min_max_by([3, 1, 2], &inspect/1, &>/2)
      {3, 1}

  """
  @spec min_max_by(t, (element -> any), (any, any -> boolean) | module, (() -> empty)) :: {element, element} | empty when empty: any
  def min_max_by(enumerable, fun, sorter_or_empty_fallback \\ &</2, empty_fallback \\ fn -> raise Enum.EmptyError end)

  def min_max_by(enumerable, fun, empty_fallback, _) when is_function(fun, 1) and is_function(empty_fallback, 0),
    do: min_max_by(enumerable, fun, &</2, empty_fallback)

  def min_max_by(enumerable, fun, sorter, empty_fallback) when is_function(fun, 1) and is_atom(sorter) and is_function(empty_fallback, 0),
    do: min_max_by(enumerable, fun, &(sorter.compare(&1, &2) == :lt), empty_fallback)

  def min_max_by(enumerable, fun, sorter, empty_fallback) when is_function(fun, 1) and is_function(sorter, 2) and is_function(empty_fallback, 0) do
    case reduce(enumerable, :first, fn
           entry, :first ->
             value = fun.(entry)
             {entry, value, entry, value}

           entry, {min, min_value, max, max_value} = acc ->
             value = fun.(entry)

             cond do
               sorter.(value, min_value) -> {entry, value, max, max_value}
               sorter.(max_value, value) -> {min, min_value, entry, value}
               true -> acc
             end
         end) do
      :first -> empty_fallback.()
      {min, _, max, _} -> {min, max}
    end
  end

  ## Filtering and finding

  @doc """
  Keeps the elements for which the function returns a truthy value.

  ## Examples

      iex> Enum.filter([1, 2, 3], fn x -> rem(x, 2) == 0 end)
      [2]

  """
  @spec filter(t, (element -> as_boolean(term))) :: list
  def filter(enumerable, fun) when is_list(enumerable), do: filter_list(enumerable, fun)

  def filter(enumerable, fun),
    do: :lists.reverse(reduce(enumerable, [], fn entry, acc -> if(fun.(entry), do: [entry | acc], else: acc) end))

  defp filter_list([head | tail], fun) do
    if fun.(head), do: [head | filter_list(tail, fun)], else: filter_list(tail, fun)
  end

  defp filter_list([], _fun), do: []

  @doc """
  Drops the elements for which the function returns a truthy value.

  ## Examples

      iex> Enum.reject([3, 1, 2], & &1)
      []

  """
  @spec reject(t, (element -> as_boolean(term))) :: list
  def reject(enumerable, fun) when is_list(enumerable), do: reject_list(enumerable, fun)

  def reject(enumerable, fun),
    do: :lists.reverse(reduce(enumerable, [], fn entry, acc -> if(fun.(entry), do: acc, else: [entry | acc]) end))

  defp reject_list([head | tail], fun) do
    if fun.(head), do: reject_list(tail, fun), else: [head | reject_list(tail, fun)]
  end

  defp reject_list([], _fun), do: []

  @doc false
  @deprecated "Use Enum.filter/2 + Enum.map/2 or for comprehensions instead"
  def filter_map(enumerable, filter, mapper), do: enumerable |> filter(filter) |> map(mapper)

  @doc false
  @deprecated "Use Enum.split_with/2 instead"
  def partition(enumerable, fun), do: split_with(enumerable, fun)

  @doc """
  Returns the elements for which the function is truthy and those for which it is not.

  ## Examples

      iex> Enum.split_with([3, 1, 2], &is_integer/1)
      {[3, 1, 2], []}
      iex> Enum.split_with(%{a: 1, b: 2}, &is_integer/1)
      {[], [a: 1, b: 2]}

  """
  @spec split_with(t, (element -> as_boolean(term))) :: {list, list}
  def split_with(enumerable, fun) do
    {yes, no} =
      reduce(enumerable, {[], []}, fn entry, {yes, no} ->
        if fun.(entry), do: {[entry | yes], no}, else: {yes, [entry | no]}
      end)

    {:lists.reverse(yes), :lists.reverse(no)}
  end

  @doc """
  Returns the first element for which the function is truthy, else the default.

  ## Examples

      iex> Enum.find([2, 3, 4], fn x -> rem(x, 2) == 1 end)
      3

  """
  @spec find(t, default, (element -> any)) :: element | default
  def find(enumerable, default \\ nil, fun)
  def find(enumerable, default, fun) when is_list(enumerable), do: find_list(enumerable, default, fun)

  def find(enumerable, default, fun) do
    Enumerable.reduce(enumerable, {:cont, default}, fn entry, default ->
      if fun.(entry), do: {:halt, entry}, else: {:cont, default}
    end)
    |> elem(1)
  end

  defp find_list([head | tail], default, fun), do: if(fun.(head), do: head, else: find_list(tail, default, fun))
  defp find_list([], default, _fun), do: default

  @doc """
  Returns the zero-based index of the first element for which the function is truthy, or `nil`.

  ## Examples

      iex> Enum.find_index([3, 1, 2], &(&1 == 2))
      2
      iex> Enum.find_index(MapSet.new([3, 1, 2]), &(&1 == 2))
      1

  """
  @spec find_index(t, (element -> any)) :: non_neg_integer | nil
  def find_index(enumerable, fun) when is_list(enumerable), do: find_index_list(enumerable, 0, fun)

  def find_index(enumerable, fun) do
    case reduce_while(enumerable, 0, fn entry, index -> if(fun.(entry), do: {:halt, {:found, index}}, else: {:cont, index + 1}) end) do
      {:found, index} -> index
      _ -> nil
    end
  end

  defp find_index_list([head | tail], index, fun), do: if(fun.(head), do: index, else: find_index_list(tail, index + 1, fun))
  defp find_index_list([], _index, _fun), do: nil

  @doc """
  Returns the first truthy value that the function gives, else the default.

  ## Examples

      iex> Enum.find_value([3, 1, 2], :d, &(&1 == 99))
      :d
      iex> Enum.find_value([3, 1, 2], &(&1 == 2))
      true

  """
  @spec find_value(t, any, (element -> any)) :: any | nil
  def find_value(enumerable, default \\ nil, fun)

  def find_value(enumerable, default, fun) when is_list(enumerable), do: find_value_list(enumerable, default, fun)

  def find_value(enumerable, default, fun) do
    reduce_while(enumerable, default, fn entry, default ->
      value = fun.(entry)
      if value, do: {:halt, value}, else: {:cont, default}
    end)
  end

  defp find_value_list([head | tail], default, fun), do: fun.(head) || find_value_list(tail, default, fun)
  defp find_value_list([], default, _fun), do: default

  @doc """
  Drops elements equal (`===`) to one seen before.

  ## Examples

      iex> Enum.uniq([3, 1, 2])
      [3, 1, 2]
      iex> Enum.uniq(%{a: 1, b: 2})
      [a: 1, b: 2]

  """
  @spec uniq(t) :: list
  def uniq(enumerable), do: :lists.uniq(walked(enumerable))

  @doc false
  @deprecated "Use Enum.uniq_by/2 instead"
  def uniq(enumerable, fun), do: uniq_by(enumerable, fun)

  @doc """
  Drops elements for which the function gives a value seen before.

  ## Examples

      iex> Enum.uniq_by([3, 1, 2], &is_integer/1)
      [3]
      iex> Enum.uniq_by(%{a: 1, b: 2}, &is_integer/1)
      [a: 1]

  """
  @spec uniq_by(t, (element -> term)) :: list
  def uniq_by(enumerable, fun), do: uniq_list(walked(enumerable), fun, %{})

  defp uniq_list([head | tail], fun, seen) do
    key = fun.(head)

    case seen do
      %{^key => _} -> uniq_list(tail, fun, seen)
      %{} -> [head | uniq_list(tail, fun, :maps.put(key, true, seen))]
    end
  end

  defp uniq_list([], _fun, _seen), do: []

  @doc """
  Drops elements equal to the one right before.

  ## Examples

      iex> Enum.dedup([3, 1, 2])
      [3, 1, 2]
      iex> Enum.dedup(%{a: 1, b: 2})
      [a: 1, b: 2]

  """
  @spec dedup(t) :: list
  def dedup(enumerable), do: dedup_list(walked(enumerable))

  defp dedup_list([a, b | rest]) when a === b, do: dedup_list([a | rest])
  defp dedup_list([a | rest]), do: [a | dedup_list(rest)]
  defp dedup_list([]), do: []

  @doc """
  Drops elements for which the function gives the same value as for the one right before.

  ## Examples

      iex> Enum.dedup_by([3, 1, 2], &is_integer/1)
      [3]
      iex> Enum.dedup_by(%{a: 1, b: 2}, &is_integer/1)
      [a: 1]

  """
  @spec dedup_by(t, (element -> term)) :: list
  def dedup_by(enumerable, fun) do
    {result, _} =
      reduce(enumerable, {[], :none}, fn entry, {acc, last} ->
        case {:some, fun.(entry)} do
          ^last -> {acc, last}
          new -> {[entry | acc], new}
        end
      end)

    :lists.reverse(result)
  end

  ## Positions

  @doc """
  Returns the element at a zero-based index, else the default; a negative index counts from the end.

  ## Examples

      iex> Enum.at([2, 4, 6], -1)
      6
      iex> Enum.at([2, 4, 6], 4, :none)
      :none

  """
  @spec at(t, index, default) :: element | default
  def at(enumerable, index, default \\ nil) when is_integer(index) do
    case find_at(enumerable, index) do
      {:ok, element} -> element
      :error -> default
    end
  end

  @doc """
  Returns `{:ok, element}` at a zero-based index, or `:error`.

  ## Examples

      iex> Enum.fetch([3, 1, 2], 0)
      {:ok, 3}
      iex> Enum.fetch([3, 1, 2], -1)
      {:ok, 2}

  """
  @spec fetch(t, index) :: {:ok, element} | :error
  def fetch(enumerable, index) when is_integer(index), do: find_at(enumerable, index)

  @doc """
  Returns the element at a zero-based index or raises `Enum.OutOfBoundsError`.

  ## Examples

      iex> Enum.fetch!([3, 1, 2], 0)
      3
      iex> Enum.fetch!(%{a: 1, b: 2}, 0)
      {:a, 1}

  """
  @spec fetch!(t, index) :: element
  def fetch!(enumerable, index) when is_integer(index) do
    case find_at(enumerable, index) do
      {:ok, element} -> element
      :error -> raise Enum.OutOfBoundsError
    end
  end

  defp find_at(list, index) when is_list(list) and index >= 0, do: nth(list, index)

  defp find_at(list, index) when is_list(list) do
    case length(list) + index do
      negative when negative < 0 -> :error
      index -> nth(list, index)
    end
  end

  defp find_at(enumerable, index) do
    case Enumerable.slice(enumerable) do
      {:ok, size, slicer} ->
        index = if index < 0, do: index + size, else: index

        case index >= 0 and index < size do
          true ->
            [element | _] = call_slicer(slicer, enumerable, index, 1, size)
            {:ok, element}

          false ->
            :error
        end

      {:error, _module} when index < 0 ->
        find_at(to_list(enumerable), index)

      {:error, module} ->
        case module.reduce(enumerable, {:cont, index}, fn
               entry, 0 -> {:halt, {:found, entry}}
               _, left -> {:cont, left - 1}
             end) do
          {_, {:found, entry}} -> {:ok, entry}
          _ -> :error
        end
    end
  end

  # Far places are reached in strides.
  defp nth([_, _, _, _, _, _, _, _ | tail], index) when index >= 8, do: nth(tail, index - 8)
  defp nth([head | _], 0), do: {:ok, head}
  defp nth([_ | tail], index), do: nth(tail, index - 1)
  defp nth([], _index), do: :error

  defp call_slicer(slicer, _enumerable, start, count, _size) when is_function(slicer, 2), do: slicer.(start, count)
  defp call_slicer(slicer, _enumerable, start, count, _size) when is_function(slicer, 3), do: slicer.(start, count, 1)
  defp call_slicer(slicer, enumerable, start, count, _size) when is_function(slicer, 1), do: :lists.sublist(slicer.(enumerable), start + 1, count)

  @doc """
  Takes the first elements, or with a negative count the last ones.

  ## Examples

      iex> Enum.take([3, 1, 2], 2)
      [3, 1]
      iex> Enum.take([3, 1, 2], -2)
      [1, 2]

  """
  @spec take(t, integer) :: list
  def take(enumerable, amount)
  def take(_enumerable, 0), do: []
  def take(enumerable, amount) when is_list(enumerable) and is_integer(amount) and amount > 0, do: take_list(enumerable, amount)

  def take(enumerable, amount) when is_integer(amount) and amount > 0 do
    {_, {result, _}} =
      Enumerable.reduce(enumerable, {:cont, {[], amount}}, fn
        entry, {acc, 1} -> {:halt, {[entry | acc], 0}}
        entry, {acc, left} -> {:cont, {[entry | acc], left - 1}}
      end)

    :lists.reverse(result)
  end

  def take(enumerable, amount) when is_integer(amount) and amount < 0 do
    list = to_list(enumerable)
    drop_list(list, length(list) + amount)
  end

  defp take_list([head | _], 1), do: [head]
  defp take_list([head | tail], amount), do: [head | take_list(tail, amount - 1)]
  defp take_list([], _amount), do: []

  defp drop_list(list, amount) when amount <= 0, do: list
  defp drop_list([_ | tail], amount), do: drop_list(tail, amount - 1)
  defp drop_list([], _amount), do: []

  @doc """
  Drops the first elements, or with a negative amount the last ones.

  ## Examples

      iex> Enum.drop([3, 1, 2], 1)
      [1, 2]
      iex> Enum.drop([3, 1, 2], -1)
      [3, 1]

  """
  @spec drop(t, integer) :: list
  def drop(enumerable, amount) when is_list(enumerable) and is_integer(amount) and amount >= 0, do: drop_list(enumerable, amount)
  def drop(enumerable, 0), do: walked(enumerable)

  def drop(enumerable, amount) when is_integer(amount) and amount > 0 do
    # Large maps are walked in the order of reduce/3, not of their slices.
    large? = is_map(enumerable) and map_size(enumerable) > 32 and not is_map_key(enumerable, :__struct__)

    case if(large?, do: {:error, Enumerable.Map}, else: Enumerable.slice(enumerable)) do
      {:ok, size, _} when amount >= size -> []
      {:ok, size, slicer} -> call_slicer(slicer, enumerable, amount, size - amount, size)
      {:error, _} -> drop_list(walked(enumerable), amount)
    end
  end

  def drop(enumerable, amount) when is_integer(amount) and amount < 0 do
    list = to_list(enumerable)

    case length(list) + amount do
      left when left > 0 -> take_list(list, left)
      _ -> []
    end
  end

  @doc """
  Takes the first and every `nth` element after it.

  ## Examples

      iex> Enum.take_every([3, 1, 2], 2)
      [3, 2]
      iex> Enum.take_every(%{a: 1, b: 2}, 2)
      [a: 1]

  """
  @spec take_every(t, non_neg_integer) :: list
  def take_every(_enumerable, 0), do: []
  def take_every(enumerable, 1), do: to_list(enumerable)
  def take_every(list, nth) when is_list(list) and is_integer(nth) and nth > 1, do: every(list, 0, nth, true)
  def take_every(enumerable, nth) when is_integer(nth) and nth > 1, do: every(walked(enumerable), 0, nth, true)

  @doc """
  Drops the first and every `nth` element after it.

  ## Examples

      iex> Enum.drop_every([3, 1, 2], 2)
      [1]
      iex> Enum.drop_every([3, 1, 2], 0)
      [3, 1, 2]

  """
  @spec drop_every(t, non_neg_integer) :: list
  def drop_every(_enumerable, 1), do: []
  def drop_every(enumerable, 0), do: to_list(enumerable)
  def drop_every([], nth) when is_integer(nth), do: []
  def drop_every(enumerable, nth) when is_integer(nth) and nth > 1, do: every(walked(enumerable), 0, nth, false)

  defp every([head | tail], 0, nth, true), do: [head | every(tail, nth - 1, nth, true)]
  defp every([_ | tail], 0, nth, false), do: every(tail, nth - 1, nth, false)
  defp every([_ | tail], left, nth, true), do: every(tail, left - 1, nth, true)
  defp every([head | tail], left, nth, false), do: [head | every(tail, left - 1, nth, false)]
  defp every([], _left, _nth, _taking), do: []

  @doc """
  Takes elements as long as the function returns a truthy value.

  ## Examples

      iex> Enum.take_while([3, 1, 2], &(&1 != 2))
      [3, 1]
      iex> Enum.take_while(%{a: 1, b: 2}, &(&1 != 2))
      [a: 1, b: 2]

  """
  @spec take_while(t, (element -> as_boolean(term))) :: list
  def take_while(enumerable, fun) when is_list(enumerable), do: take_list_while(enumerable, fun)

  def take_while(enumerable, fun) do
    reduce_while(enumerable, [], fn entry, acc -> if(fun.(entry), do: {:cont, [entry | acc]}, else: {:halt, acc}) end)
    |> :lists.reverse()
  end

  defp take_list_while([head | tail], fun), do: if(fun.(head), do: [head | take_list_while(tail, fun)], else: [])
  defp take_list_while([], _fun), do: []

  @doc """
  Drops elements as long as the function returns a truthy value.

  ## Examples

      iex> Enum.drop_while([3, 1, 2], &(&1 == 1))
      [3, 1, 2]
      iex> Enum.drop_while(%{a: 1, b: 2}, &(&1 == 1))
      [a: 1, b: 2]

  """
  @spec drop_while(t, (element -> as_boolean(term))) :: list
  def drop_while(enumerable, fun), do: drop_list_while(walked(enumerable), fun)

  defp drop_list_while([head | tail] = list, fun), do: if(fun.(head), do: drop_list_while(tail, fun), else: list)
  defp drop_list_while([], _fun), do: []

  @doc """
  Splits in two: the first `count` elements and the rest; a negative count is taken from the end.

  ## Examples

      iex> Enum.split([1, 2, 3], 2)
      {[1, 2], [3]}
      iex> Enum.split([1, 2, 3], -1)
      {[1, 2], [3]}

  """
  @spec split(t, integer) :: {list, list}
  def split(enumerable, count) when is_list(enumerable) and is_integer(count) and count >= 0, do: split_list(enumerable, count, [])
  def split(enumerable, count) when is_integer(count) and count >= 0, do: split_list(walked(enumerable), count, [])

  def split(enumerable, count) when is_integer(count) and count < 0 do
    list = walked(enumerable)
    split_list(list, Kernel.max(length(list) + count, 0), [])
  end

  defp split_list([head | tail], count, acc) when count > 0, do: split_list(tail, count - 1, [head | acc])
  defp split_list(rest, 0, acc), do: {:lists.reverse(acc), rest}
  defp split_list([], _count, acc), do: {:lists.reverse(acc), []}

  @doc """
  Splits in two before the first element for which the function is not truthy.

  ## Examples

      iex> Enum.split_while([3, 1, 2], &(&1 == 1))
      {[], [3, 1, 2]}
      iex> Enum.split_while(%{a: 1, b: 2}, &(&1 == 1))
      {[], [a: 1, b: 2]}

  """
  @spec split_while(t, (element -> as_boolean(term))) :: {list, list}
  def split_while(enumerable, fun), do: split_list_while(walked(enumerable), fun, [])

  defp split_list_while([head | tail] = list, fun, acc) do
    if fun.(head), do: split_list_while(tail, fun, [head | acc]), else: {:lists.reverse(acc), list}
  end

  defp split_list_while([], _fun, acc), do: {:lists.reverse(acc), []}

  @doc """
  Returns the elements whose indexes are in a range; negative bounds count from the end.

  ## Examples

      iex> Enum.slice([1, 2, 3, 4, 5], 1..3)
      [2, 3, 4]
      iex> Enum.slice([1, 2, 3, 4, 5], -2..-1)
      [4, 5]

  """
  @spec slice(t, Range.t()) :: list
  def slice(enumerable, first..last//step = index_range) do
    cond do
      step == 1 or (step == -1 and first > last) ->
        slice_range(enumerable, first, last)

      step > 1 ->
        enumerable |> slice_range(first, last) |> take_every(step)

      true ->
        raise ArgumentError, "Enum.slice/2 does not accept ranges with negative steps, got: #{inspect(index_range)}"
    end
  end

  # Code compiled before ranges had steps makes them without.
  def slice(enumerable, %{__struct__: Range, first: first, last: last} = index_range),
    do: slice(enumerable, Map.put(index_range, :step, if(first <= last, do: 1, else: -1)))

  defp slice_range(enumerable, first, last) when first >= 0 and last >= 0 and last >= first, do: slice(enumerable, first, last - first + 1)
  defp slice_range(enumerable, first, last) when first >= 0 and last >= 0, do: nothing_of(enumerable)

  defp slice_range(enumerable, first, last) do
    size = count(enumerable)
    first = if first < 0, do: Kernel.max(first + size, 0), else: first
    last = if last < 0, do: last + size, else: last
    if last >= first, do: slice(enumerable, first, last - first + 1), else: []
  end

  # Even an empty slice is one of something that can be walked.
  defp nothing_of(enumerable) do
    if not is_list(enumerable), do: Enumerable.slice(enumerable)
    []
  end

  @doc """
  Returns at most `amount` elements from a zero-based index on; a negative index counts from the end.

  ## Examples

      iex> Enum.slice([3, 1, 2], -2, 1)
      [1]
      iex> Enum.slice([3, 1, 2], 1, 2)
      [1, 2]

  """
  @spec slice(t, index, non_neg_integer) :: list
  def slice(_enumerable, start_index, 0) when is_integer(start_index), do: []

  def slice(enumerable, start_index, amount) when is_integer(start_index) and start_index < 0 and is_integer(amount) and amount >= 0 do
    case is_list(enumerable) do
      true -> enumerable |> drop_list(Kernel.max(length(enumerable) + start_index, 0)) |> take_list(amount)
      false -> slice_any(enumerable, start_index, amount)
    end
  end

  def slice(enumerable, start_index, amount) when is_integer(start_index) and is_integer(amount) and amount >= 0 do
    case is_list(enumerable) do
      true -> enumerable |> drop_list(start_index) |> take_list(amount)
      false -> slice_any(enumerable, start_index, amount)
    end
  end

  defp slice_any(enumerable, start, amount) do
    case Enumerable.slice(enumerable) do
      {:ok, size, slicer} ->
        start = if start < 0, do: Kernel.max(size + start, 0), else: start
        amount = Kernel.min(amount, size - start)
        if amount > 0, do: call_slicer(slicer, enumerable, start, amount, size), else: []

      {:error, _} when start < 0 ->
        slice(to_list(enumerable), start, amount)

      {:error, module} ->
        {_, {_, _, result}} =
          module.reduce(enumerable, {:cont, {start, amount, []}}, fn
            _, {start, amount, acc} when start > 0 -> {:cont, {start - 1, amount, acc}}
            entry, {0, 1, acc} -> {:halt, {0, 0, [entry | acc]}}
            entry, {0, amount, acc} -> {:cont, {0, amount - 1, [entry | acc]}}
          end)

        :lists.reverse(result)
    end
  end

  @doc """
  Moves an element, or a range of elements, to another index.

  ## Examples

      iex> Enum.slide([3, 1, 2], 0, 1)
      [1, 3, 2]
      iex> Enum.slide([3, 1, 2], 1, -2)
      [3, 1, 2]

  """
  @spec slide(t, Range.t() | index, index) :: list
  def slide(enumerable, range_or_single_index, insertion_index)

  def slide(enumerable, single_index, insertion_index) when is_integer(single_index),
    do: slide(enumerable, single_index..single_index//1, insertion_index)

  def slide(_, _.._//step = index_range, _insertion_index) when step != 1 do
    raise ArgumentError, "Enum.slide/3 does not accept ranges with custom steps, got: #{inspect(index_range)}"
  end

  def slide(enumerable, %{__struct__: Range, first: first, last: last}, insertion_index) when first < 0 or last < 0 or insertion_index < 0 do
    list = to_list(enumerable)
    size = length(list)
    from_end = fn index -> if index < 0, do: Integer.mod(index, size), else: index end
    first = if first < 0, do: Kernel.max(first + size, 0), else: first
    if size == 0, do: [], else: slide(list, first..from_end.(last)//1, from_end.(insertion_index))
  end

  def slide(enumerable, %{__struct__: Range, first: insertion_index, last: _}, insertion_index), do: to_list(enumerable)

  def slide(_, %{__struct__: Range, first: first, last: last}, insertion_index) when insertion_index > first and insertion_index <= last do
    raise ArgumentError, "insertion index for slide must be outside the range being moved (tried to insert #{first}..#{last} at #{insertion_index})"
  end

  def slide(enumerable, %{__struct__: Range, first: first, last: last}, _insertion_index) when first > last, do: to_list(enumerable)

  def slide(enumerable, %{__struct__: Range, first: first, last: last}, insertion_index) do
    list = to_list(enumerable)
    {before, rest} = split_list(list, first, [])
    {moved, rest} = split_list(rest, last - first + 1, [])
    index = if insertion_index > last, do: insertion_index - length(moved) + 1, else: insertion_index
    {front, back} = split_list(before ++ rest, index, [])
    front ++ moved ++ back
  end

  @doc "Returns a random element. Raises `Enum.EmptyError` when there is none."
  @spec random(t) :: element
  def random(enumerable)
  def random(%{__struct__: Range, first: first, step: step} = range) do
    case Range.size(range) do
      0 -> raise Enum.EmptyError
      size -> first + step * random_place(size - 1)
    end
  end

  def random(enumerable) do
    case Enumerable.slice(enumerable) do
      {:ok, 0, _} ->
        raise Enum.EmptyError

      {:ok, size, slicer} ->
        [element] = call_slicer(slicer, enumerable, random_place(size - 1), 1, size)
        element

      {:error, _} ->
        case take_random(enumerable, 1) do
          [element] -> element
          [] -> raise Enum.EmptyError
        end
    end
  end

  @doc """
  Takes `count` random elements in random order, all of them when there are fewer.

  Reads the collection once and keeps no more than `count` elements at a time.

  ## Examples

      iex> Enum.take_random(1..10, 0)
      []
      iex> 1..10 |> Enum.take_random(20) |> Enum.sort()
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

  """
  @spec take_random(t, non_neg_integer) :: list
  def take_random(enumerable, count)
  def take_random(_enumerable, 0), do: []
  def take_random([], _), do: []

  def take_random(enumerable, count) when is_integer(count) and count >= 0 do
    # A reservoir: while it fills, a new element takes a random place and its occupant moves to the end; later ones
    # replace an occupant with falling likelihood.
    {seen, sample} =
      reduce(enumerable, {0, %{}}, fn entry, {index, sample} ->
        place = random_place(index)

        sample =
          case sample do
            _ when index < count and place == index -> :maps.put(index, entry, sample)
            %{^place => moved} when index < count -> :maps.put(place, entry, :maps.put(index, moved, sample))
            _ when place < count -> :maps.put(place, entry, sample)
            _ -> sample
          end

        {index + 1, sample}
      end)

    kept(Kernel.min(seen, count) - 1, sample, [])
  end

  # One place is no choice: no number is drawn, so that seeded programs draw the same ones as elsewhere.
  defp random_place(0), do: 0
  defp random_place(index), do: :rand.uniform(index + 1) - 1

  defp kept(-1, _sample, acc), do: acc
  defp kept(index, sample, acc), do: kept(index - 1, sample, [:erlang.map_get(index, sample) | acc])

  @doc "Puts the elements in random order, with the process's `:rand` generator."
  @spec shuffle(t) :: list
  def shuffle(enumerable) do
    reduce(enumerable, [], fn entry, acc -> [{:rand.uniform(), entry} | acc] end)
    |> then(&:lists.keysort(1, &1))
    |> then(&unwrap(&1, []))
  end

  defp unwrap([{_, entry} | rest], acc), do: unwrap(rest, [entry | acc])
  defp unwrap([], acc), do: acc

  ## Order

  @doc """
  Reverses the elements into a list.

  ## Examples

      iex> Enum.reverse([3, 1, 2])
      [2, 1, 3]
      iex> Enum.reverse(%{a: 1, b: 2})
      [b: 2, a: 1]

  """
  @spec reverse(t) :: list
  def reverse(enumerable)
  def reverse([]), do: []
  def reverse(enumerable) when is_list(enumerable), do: :lists.reverse(enumerable)
  def reverse(map) when is_map(map) and not is_struct(map), do: map |> :maps.iterator() |> :maps.to_list() |> :lists.reverse()
  def reverse(enumerable), do: reduce(enumerable, [], &[&1 | &2])

  @doc """
  Reverses the elements and appends a tail to them.

  ## Examples

      iex> Enum.reverse([3, 1, 2], 1..2)
      [2, 1, 3, 1, 2]
      iex> Enum.reverse([3, 1, 2], [:t])
      [2, 1, 3, :t]

  """
  @spec reverse(t, t) :: list
  def reverse(enumerable, tail) when is_list(enumerable), do: :lists.reverse(enumerable, to_list(tail))
  def reverse(enumerable, tail), do: reduce(enumerable, to_list(tail), &[&1 | &2])

  @doc """
  Reverses `count` elements from an index on.

  ## Examples

      iex> Enum.reverse_slice([3, 1, 2], 1, 2)
      [3, 2, 1]
      iex> Enum.reverse_slice([3, 1, 2], 0, 10)
      [2, 1, 3]

  """
  @spec reverse_slice(t, non_neg_integer, non_neg_integer) :: list
  def reverse_slice(enumerable, start_index, count) when is_integer(start_index) and start_index >= 0 and is_integer(count) and count >= 0 do
    {before, rest} = split(enumerable, start_index)
    {turned, rest} = split_list(rest, count, [])
    before ++ :lists.reverse(turned, rest)
  end

  @doc """
  Sorts by the order of all terms; equal elements keep their order.

  ## Examples

      iex> Enum.sort([3, 2, 1])
      [1, 2, 3]

  """
  @spec sort(t) :: list
  def sort(enumerable) when is_list(enumerable), do: :lists.sort(enumerable)
  def sort(enumerable), do: :lists.sort(to_list(enumerable))

  @doc """
  Sorts by `:asc`, `:desc`, a module with `compare/2`, `{:asc | :desc, module}`, or a function telling whether its first
  argument may stand before the second.

  ## Examples

      iex> Enum.sort([1, 3, 2], :desc)
      [3, 2, 1]
      iex> Enum.sort([1, 3, 2], &(&1 >= &2))
      [3, 2, 1]

  """
  @spec sort(t, (element, element -> boolean) | :asc | :desc | module | {:asc | :desc, module}) :: list
  def sort(enumerable, sorter)
  def sort(enumerable, :asc), do: sort(enumerable)
  def sort(enumerable, :desc), do: sort_down(to_list(enumerable))

  def sort(enumerable, sorter) do
    cond do
      sorter == (&>=/2) -> sort_down(to_list(enumerable))
      sorter == (&<=/2) -> sort(enumerable)
      true -> :lists.sort(to_sort_fun(sorter), to_list(enumerable))
    end
  end

  # Sorted the other way round from the back, equal elements stay in order.
  defp sort_down(list), do: list |> :lists.reverse() |> :lists.sort() |> :lists.reverse()

  defp to_sort_fun(sorter) when is_function(sorter, 2), do: sorter
  defp to_sort_fun(:asc), do: &<=/2
  defp to_sort_fun(:desc), do: &>=/2
  defp to_sort_fun(module) when is_atom(module), do: &(module.compare(&1, &2) != :gt)
  defp to_sort_fun({:asc, module}) when is_atom(module), do: &(module.compare(&1, &2) != :gt)
  defp to_sort_fun({:desc, module}) when is_atom(module), do: &(module.compare(&1, &2) != :lt)

  @doc """
  Sorts by a value that the mapper gives for each element, computed once. Sorters are those of `sort/2`.

  ## Examples

      iex> Enum.sort_by([3, 1, 2], &inspect/1)
      [1, 2, 3]
      iex> Enum.sort_by(%{a: 1, b: 2}, &inspect/1)
      [a: 1, b: 2]

  """
  @spec sort_by(t, (element -> mapped), (element, element -> boolean) | :asc | :desc | module | {:asc | :desc, module}) :: list
        when mapped: element
  def sort_by(enumerable, mapper, sorter \\ &<=/2)

  def sort_by(enumerable, mapper, :desc) when is_function(mapper, 1), do: sort_down_by(enumerable, mapper)

  def sort_by(enumerable, mapper, sorter) when is_function(mapper, 1) do
    cond do
      sorter == :asc or sorter == (&<=/2) -> entries(:lists.keysort(1, map(enumerable, &{mapper.(&1), &1})))
      sorter == (&>=/2) -> sort_down_by(enumerable, mapper)
      true -> sort_with(enumerable, mapper, to_sort_fun(sorter))
    end
  end

  defp entries([{_, entry} | rest]), do: [entry | entries(rest)]
  defp entries([]), do: []

  defp sort_down_by(enumerable, mapper) do
    pairs = map(enumerable, &{mapper.(&1), &1})
    entries(:lists.reverse(:lists.keysort(1, :lists.reverse(pairs))))
  end

  defp sort_with(enumerable, mapper, sorter) do

    enumerable
    |> map(&{&1, mapper.(&1)})
    |> then(&:lists.sort(fn {_, left}, {_, right} -> sorter.(left, right) end, &1))
    |> then(&:lists.map(fn {entry, _} -> entry end, &1))
  end

  ## Grouping

  @doc """
  Groups elements by the key that a function gives, in order within each group.

  ## Examples

      iex> Enum.group_by(~w{ant buffalo cat}, &String.length/1)
      %{3 => ["ant", "cat"], 7 => ["buffalo"]}

  """
  @spec group_by(t, (element -> any), (element -> any)) :: map
  def group_by(enumerable, key_fun, value_fun \\ fn x -> x end)

  def group_by(enumerable, key_fun, value_fun) do
    reduce(reverse(enumerable), %{}, fn entry, acc ->
      key = key_fun.(entry)
      value = value_fun.(entry)

      case acc do
        %{^key => existing} -> %{acc | key => [value | existing]}
        %{} -> :maps.put(key, [value], acc)
      end
    end)
  end

  @doc """
  Cuts into lists of `count` elements, the last one possibly shorter.

  ## Examples

      iex> Enum.chunk_every([3, 1, 2], 2)
      [[3, 1], [2]]
      iex> Enum.chunk_every(%{a: 1, b: 2}, 2)
      [[a: 1, b: 2]]

  """
  @spec chunk_every(t, pos_integer) :: [list]
  def chunk_every(enumerable, count), do: chunk_every(enumerable, count, count, [])

  @doc """
  Cuts into lists of `count` elements that start `step` apart.

  What is left over at the end is filled up from `leftover`, or dropped with `:discard`.

  ## Examples

      iex> Enum.chunk_every([1, 2, 3, 4, 5], 2)
      [[1, 2], [3, 4], [5]]
      iex> Enum.chunk_every([1, 2, 3, 4, 5, 6], 3, 2, :discard)
      [[1, 2, 3], [3, 4, 5]]

  """
  @spec chunk_every(t, pos_integer, pos_integer, t | :discard) :: [list]
  def chunk_every(enumerable, count, step, leftover \\ []) when is_integer(count) and count > 0 and is_integer(step) and step > 0 do
    chunks(to_list(enumerable), count, step, leftover)
  end

  defp chunks([], _count, _step, _leftover), do: []

  defp chunks(list, count, step, leftover) when is_list(list) do
    case split_list(list, count, []) do
      {chunk, rest} when step == count and rest != [] ->
        [chunk | chunks(rest, count, step, leftover)]

      {chunk, rest} ->
        case length(chunk) do
          ^count when rest == [] and step >= count -> [chunk]
          ^count -> [chunk | chunks(drop_list(list, step), count, step, leftover)]
          _ when leftover == :discard -> []
          short -> [chunk ++ take(leftover, count - short)]
        end
    end
  end

  @doc false
  @deprecated "Use Enum.chunk_every/2 instead"
  def chunk(enumerable, count), do: chunk(enumerable, count, count, nil)

  @doc false
  @deprecated "Use Enum.chunk_every/3 instead"
  def chunk(enumerable, count, step, leftover \\ nil), do: chunk_every(enumerable, count, step, leftover || :discard)

  @doc """
  Cuts wherever the function gives another value than for the element before.

  ## Examples

      iex> Enum.chunk_by([3, 1, 2], &is_integer/1)
      [[3, 1, 2]]
      iex> Enum.chunk_by(%{a: 1, b: 2}, &is_integer/1)
      [[a: 1, b: 2]]

  """
  @spec chunk_by(t, (element -> any)) :: [list]
  def chunk_by(enumerable, fun) do
    case reduce(enumerable, nil, fn
           entry, nil ->
             {[entry], fun.(entry), []}

           entry, {chunk, value, done} ->
             case fun.(entry) do
               ^value -> {[entry | chunk], value, done}
               new -> {[entry], new, [:lists.reverse(chunk) | done]}
             end
         end) do
      nil -> []
      {chunk, _, done} -> :lists.reverse([:lists.reverse(chunk) | done])
    end
  end

  @doc """
  Cuts with a function that decides for each element: `{:cont, chunk, acc}` emits, `{:cont, acc}` goes on, `{:halt, acc}`
  stops; `after_fun` emits what is left.
  """
  @spec chunk_while(t, acc, (element, acc -> {:cont, any, acc} | {:cont, acc} | {:halt, acc}), (acc -> {:cont, any, acc} | {:cont, acc})) :: list
  def chunk_while(enumerable, acc, chunk_fun, after_fun) do
    {_, {result, acc}} =
      Enumerable.reduce(enumerable, {:cont, {[], acc}}, fn entry, {list, acc} ->
        case chunk_fun.(entry, acc) do
          {:cont, chunk, acc} -> {:cont, {[chunk | list], acc}}
          {:cont, acc} -> {:cont, {list, acc}}
          {:halt, acc} -> {:halt, {list, acc}}
        end
      end)

    case after_fun.(acc) do
      {:cont, _acc} -> :lists.reverse(result)
      {:cont, chunk, _acc} -> :lists.reverse([chunk | result])
    end
  end

  ## Joining

  @doc """
  Joins the elements, turned into strings, with a separator.

  ## Examples

      iex> Enum.join([1, 2, 3], ", ")
      "1, 2, 3"

  """
  @spec join(t, String.t()) :: String.t()
  def join(enumerable, joiner \\ "")
  def join(enumerable, ""), do: enumerable |> map(&entry_to_string/1) |> IO.iodata_to_binary()

  def join(enumerable, joiner) when is_list(enumerable) and is_binary(joiner) do
    enumerable |> map(&entry_to_string/1) |> join_list(joiner) |> IO.iodata_to_binary()
  end

  def join(enumerable, joiner) when is_binary(joiner) do
    enumerable |> map(&entry_to_string/1) |> join_list(joiner) |> IO.iodata_to_binary()
  end

  defp join_list([head | tail], joiner) when tail != [], do: [head, joiner | join_list(tail, joiner)]
  defp join_list(list, _joiner), do: list

  defp entry_to_string(entry) when is_binary(entry), do: entry
  defp entry_to_string(entry) when is_integer(entry), do: :erlang.integer_to_binary(entry)
  defp entry_to_string(entry), do: String.Chars.to_string(entry)

  @doc """
  Maps the elements and joins the results with a separator.

  ## Examples

      iex> Enum.map_join([3, 1, 2], ",", &inspect/1)
      "3,1,2"
      iex> Enum.map_join(%{a: 1, b: 2}, ",", &inspect/1)
      "{:a, 1},{:b, 2}"

  """
  @spec map_join(t, String.t(), (element -> String.Chars.t())) :: String.t()
  def map_join(enumerable, joiner \\ "", mapper) when is_binary(joiner) do
    enumerable |> map(&entry_to_string(mapper.(&1))) |> join_list(joiner) |> IO.iodata_to_binary()
  end

  @doc """
  Puts a separator between the elements.

  ## Examples

      iex> Enum.intersperse([3, 1, 2], :s)
      [3, :s, 1, :s, 2]
      iex> Enum.intersperse(%{a: 1, b: 2}, :s)
      [{:a, 1}, :s, {:b, 2}]

  """
  @spec intersperse(t, element) :: list
  def intersperse(enumerable, separator), do: :lists.join(separator, walked(enumerable))

  @doc """
  Maps the elements and puts a separator between the results.

  ## Examples

      iex> Enum.map_intersperse([3, 1, 2], :s, &{&1})
      [{3}, :s, {1}, :s, {2}]
      iex> Enum.map_intersperse(%{a: 1, b: 2}, :s, &{&1})
      [{{:a, 1}}, :s, {{:b, 2}}]

  """
  @spec map_intersperse(t, element, (element -> any)) :: list
  def map_intersperse(enumerable, separator, mapper), do: :lists.join(separator, map(enumerable, mapper))

  @doc """
  Concatenates a collection of collections.

  ## Examples

      iex> Enum.concat(1..0//1)
      []

  """
  @spec concat(t) :: list
  def concat([list | rest]) when is_list(list) and is_list(rest), do: list ++ concat(rest)
  def concat(enumerables), do: flat_map(enumerables, & &1)

  @doc """
  Concatenates two collections.

  ## Examples

      iex> Enum.concat([3, 1, 2], [9])
      [3, 1, 2, 9]
      iex> Enum.concat([0], [3, 1, 2])
      [0, 3, 1, 2]

  """
  @spec concat(t, t) :: list
  def concat(left, right) when is_list(left) and is_list(right), do: left ++ right
  def concat(left, right), do: walked(left) ++ walked(right)

  @doc """
  Lists the elements.

  ## Examples

      iex> Enum.to_list([3, 1, 2])
      [3, 1, 2]
      iex> Enum.to_list(%{a: 1, b: 2})
      [a: 1, b: 2]

  """
  @spec to_list(t) :: list
  def to_list(enumerable) when is_list(enumerable), do: enumerable
  def to_list(%{__struct__: Range, first: first, last: last, step: step}), do: map_range(first, last, step, & &1)
  def to_list(%{__struct__: _} = enumerable), do: :lists.reverse(reduce_any(enumerable, [], &[&1 | &2]))
  def to_list(%{} = enumerable), do: :maps.to_list(enumerable)
  def to_list(enumerable), do: :lists.reverse(reduce(enumerable, [], &[&1 | &2]))

  @doc """
  Puts the elements into a collectable.

  ## Examples

      iex> Enum.into([a: 1, b: 2], %{})
      %{a: 1, b: 2}

  """
  @spec into(t, Collectable.t()) :: Collectable.t()
  def into(enumerable, collectable)
  def into(enumerable, []), do: to_list(enumerable)
  def into(%{__struct__: _} = enumerable, collectable), do: into_protocol(enumerable, collectable)
  def into(enumerable, %{__struct__: _} = collectable), do: into_protocol(enumerable, collectable)
  def into(enumerable, %{} = collectable) when is_list(enumerable), do: into_map(enumerable, collectable)
  def into(%{} = enumerable, %{} = collectable), do: :maps.merge(collectable, enumerable)
  def into(%{} = enumerable, [_ | _] = collectable), do: enumerable |> :maps.to_list() |> into_protocol(collectable)
  def into(enumerable, collectable), do: into_protocol(enumerable, collectable)

  defp into_map(list, map) when map_size(map) == 0, do: :maps.from_list(list)
  defp into_map(list, map), do: :maps.merge(map, :maps.from_list(list))

  @doc """
  Maps the elements and puts the results into a collectable.

  ## Examples

      iex> Enum.into([3, 1, 2], [], &{&1, 1})
      [{3, 1}, {1, 1}, {2, 1}]
      iex> Enum.into([3, 1, 2], %{}, &{&1, 1})
      %{1 => 1, 2 => 1, 3 => 1}

  """
  @spec into(t, Collectable.t(), (term -> term)) :: Collectable.t()
  def into(enumerable, collectable, transform) do
    case collectable do
      [] -> map(enumerable, transform)
      %{__struct__: _} -> into_protocol(map(enumerable, transform), collectable)
      %{} when map_size(collectable) == 0 -> :maps.from_list(map(enumerable, transform))
      %{} -> into_entries(map(enumerable, transform), collectable)
      _ -> into_protocol(map(enumerable, transform), collectable)
    end
  end

  defp into_entries([entry | rest], map) do
    {key, value} = entry
    into_entries(rest, :maps.put(key, value, map))
  end

  defp into_entries([], map), do: map

  defp into_protocol(enumerable, collectable) do
    {initial, fun} = Collectable.into(collectable)

    try do
      reduce(enumerable, initial, fn entry, acc -> fun.(acc, {:cont, entry}) end)
    catch
      kind, reason ->
        fun.(initial, :halt)
        :erlang.raise(kind, reason, __STACKTRACE__)
    else
      acc -> fun.(acc, :done)
    end
  end

  ## Zipping

  @doc """
  Pairs the elements of two collections, as far as the shorter one goes.

  ## Examples

      iex> Enum.zip([1, 2, 3], [:a, :b])
      [{1, :a}, {2, :b}]

  """
  @spec zip(t, t) :: [{any, any}]
  def zip(left, right) when is_list(left) and is_list(right), do: zip_pairs(left, right)

  def zip(left, right) do
    if finite?(left) and finite?(right), do: zip_pairs(to_list(left), to_list(right)), else: left |> Stream.zip(right) |> to_list()
  end

  # What is known to be finite and to have no effects may be listed before anything is paired; all else is asked by turns.
  defp finite?(enumerable), do: is_list(enumerable) or (is_map(enumerable) and not is_map_key(enumerable, :__struct__)) or is_struct(enumerable, Range) or is_struct(enumerable, MapSet)

  defp zip_pairs([a | as], [b | bs]), do: [{a, b} | zip_pairs(as, bs)]
  defp zip_pairs(_, _), do: []

  @doc """
  Makes tuples of the elements of all given collections, as far as the shortest one goes.

  ## Examples

      iex> Enum.zip([[3, 1, 2], [3, 1, 2]])
      [{3, 3}, {1, 1}, {2, 2}]
      iex> Enum.zip([[1], [1]])
      [{1, 1}]

  """
  @spec zip(t) :: [tuple]
  def zip(enumerables), do: zip_with(enumerables, &:erlang.list_to_tuple/1)

  @doc """
  Calls the function with the elements of two collections, as far as the shorter one goes.

  ## Examples

      iex> Enum.zip_with([3, 1, 2], [:a, :b], &{&1, &2})
      [{3, :a}, {1, :b}]
      iex> Enum.zip_with(%{a: 1, b: 2}, [:a, :b], &{&1, &2})
      [{{:a, 1}, :a}, {{:b, 2}, :b}]

  """
  @spec zip_with(t, t, (any, any -> any)) :: list
  def zip_with(enumerable1, enumerable2, zip_fun) when is_list(enumerable1) and is_list(enumerable2) and is_function(zip_fun, 2),
    do: zip_with_list(enumerable1, enumerable2, zip_fun)

  def zip_with(enumerable1, enumerable2, zip_fun) when is_function(zip_fun, 2) do
    if finite?(enumerable1) and finite?(enumerable2),
      do: zip_with_list(to_list(enumerable1), to_list(enumerable2), zip_fun),
      else: enumerable1 |> Stream.zip_with(enumerable2, zip_fun) |> to_list()
  end

  defp zip_with_list([a | as], [b | bs], fun), do: [fun.(a, b) | zip_with_list(as, bs, fun)]
  defp zip_with_list([], _, _fun), do: []
  defp zip_with_list(_, [], _fun), do: []

  @doc """
  Calls the function with lists of the elements of all given collections, as far as the shortest one goes.

  ## Examples

      iex> Enum.zip_with([[3, 1, 2], [1, 2]], & &1)
      [[3, 1], [1, 2]]
      iex> Enum.zip_with([%{a: 1, b: 2}, [1, 2]], & &1)
      [[{:a, 1}, 1], [{:b, 2}, 2]]

  """
  @spec zip_with(t, ([any] -> any)) :: list
  def zip_with(enumerables, fun) when is_function(fun, 1) do
    enumerables = to_list(enumerables)

    cond do
      enumerables == [] -> []
      all?(enumerables, &finite?/1) -> zip_all(map(enumerables, &to_list/1), fun)
      true -> enumerables |> Stream.zip_with(fun) |> to_list()
    end
  end

  defp zip_all(lists, fun) do
    case heads_and_tails(lists, [], []) do
      {heads, tails} -> [fun.(heads) | zip_all(tails, fun)]
      :done -> []
    end
  end

  defp heads_and_tails([[head | tail] | rest], heads, tails), do: heads_and_tails(rest, [head | heads], [tail | tails])
  defp heads_and_tails([[] | _], _heads, _tails), do: :done
  defp heads_and_tails([], heads, tails), do: {:lists.reverse(heads), :lists.reverse(tails)}

  @doc """
  Folds the elements of two collections side by side.

  ## Examples

      iex> Enum.zip_reduce([3, 1, 2], [1, 2], 0, fn a, b, c -> {a, b, c} end)
      {1, 2, {3, 1, 0}}

  """
  @spec zip_reduce(t, t, acc, (any, any, acc -> acc)) :: acc
  def zip_reduce(left, right, acc, reducer) when is_list(left) and is_list(right) and is_function(reducer, 3),
    do: zip_reduce_list(left, right, acc, reducer)

  def zip_reduce(left, right, acc, reducer) when is_function(reducer, 3) do
    if finite?(left) and finite?(right),
      do: zip_reduce_list(to_list(left), to_list(right), acc, reducer),
      else: left |> Stream.zip(right) |> reduce(acc, fn {a, b}, acc -> reducer.(a, b, acc) end)
  end

  defp zip_reduce_list([a | as], [b | bs], acc, fun), do: zip_reduce_list(as, bs, fun.(a, b, acc), fun)
  defp zip_reduce_list([], _, acc, _fun), do: acc
  defp zip_reduce_list(_, [], acc, _fun), do: acc

  @doc """
  Folds the elements of all given collections side by side.

  ## Examples

      iex> Enum.zip_reduce([[3, 1, 2], [1, 2]], [], fn a, b -> [a | b] end)
      [[1, 2], [3, 1]]

  """
  @spec zip_reduce(t, acc, ([term], acc -> acc)) :: acc
  def zip_reduce([], acc, reducer) when is_function(reducer, 2), do: acc

  def zip_reduce(enums, acc, reducer) when is_function(reducer, 2) do
    enumerables = to_list(enums)

    cond do
      enumerables == [] -> acc
      all?(enumerables, &finite?/1) -> enumerables |> zip_with(& &1) |> reduce(acc, reducer)
      true -> enumerables |> Stream.zip_with(& &1) |> reduce(acc, reducer)
    end
  end

  @doc """
  Takes a collection of pairs apart into two lists.

  ## Examples

      iex> Enum.unzip(%{a: 1, b: 2})
      {[:a, :b], [1, 2]}
      iex> Enum.unzip(a: 1, b: 2, a: 3)
      {[:a, :b, :a], [1, 2, 3]}

  """
  @spec unzip(t) :: {list, list}
  def unzip(enumerable), do: enumerable |> walked() |> unzip([], [])

  defp unzip([{el1, el2} | reversed_list], list1, list2), do: unzip(reversed_list, [el1 | list1], [el2 | list2])
  defp unzip([], list1, list2), do: {:lists.reverse(list1), :lists.reverse(list2)}
end
