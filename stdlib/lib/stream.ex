defmodule Stream do
  @moduledoc """
  Lazy collections: each step is applied element by element, when something asks for the elements.

  Streams are functions or structs that implement `Enumerable`; nothing runs before an `Enum` function, `run/1` or a
  comprehension walks them. Use them for what is large, endless, or costly to produce.
  """

  defstruct enum: nil, funs: [], accs: [], done: nil

  @type acc :: any
  @type element :: any
  @type index :: non_neg_integer
  @type default :: any
  @type timer :: non_neg_integer | :infinity

  # A lazy struct holds a source and, innermost first, makers of reducers. A reducer takes an element and the state
  # `[acc | states]`, one state for each stateful step, and returns a tagged state. With `done`, the last step has elements to add when
  # the source has ended; what is done with such a stream is done with a new one around it.

  defp lazy(%Stream{done: nil, funs: funs} = lazy, fun), do: %{lazy | funs: [fun | funs]}
  defp lazy(enum, fun), do: %Stream{enum: enum, funs: [fun]}

  defp lazy(%Stream{done: nil, funs: funs, accs: accs} = lazy, acc, fun), do: %{lazy | funs: [fun | funs], accs: [acc | accs]}
  defp lazy(enum, acc, fun), do: %Stream{enum: enum, funs: [fun], accs: [acc]}

  ## Mapping and filtering

  @doc """
  Applies the function to each element.

  ## Examples

      iex> Enum.to_list(Stream.map([1, 2, 3], fn x -> x * 2 end))
      [2, 4, 6]

  """
  @spec map(Enumerable.t(), (element -> any)) :: Enumerable.t()
  def map(enum, fun) when is_function(fun, 1), do: lazy(enum, fn f1 -> fn entry, acc -> f1.(fun.(entry), acc) end end)

  @doc "Applies the function to the first and every `nth` element after it."
  @spec map_every(Enumerable.t(), non_neg_integer, (element -> any)) :: Enumerable.t()
  def map_every(enum, nth, fun)
  def map_every(enum, 1, fun), do: map(enum, fun)
  def map_every(enum, 0, _fun), do: %Stream{enum: enum}
  def map_every([], nth, _fun) when is_integer(nth) and nth > 1, do: %Stream{enum: []}

  def map_every(enum, nth, fun) when is_integer(nth) and nth >= 0 and is_function(fun, 1) do
    lazy(enum, nth, fn f1 ->
      fn
        entry, [head | [counter | tail]] when counter < nth -> put_state(f1.(entry, [head | tail]), counter + 1)
        entry, [head | [_ | tail]] -> put_state(f1.(fun.(entry), [head | tail]), 1)
      end
    end)
  end

  # After the next steps ran on the states below, puts this step's own state back on.
  defp put_state({tag, [head | tail]}, state), do: {tag, [head | [state | tail]]}

  @doc """
  Calls the function with each element for its effect.

  ## Examples

      iex> Stream.each([1], & &1) |> Stream.run()
      :ok

  """
  @spec each(Enumerable.t(), (element -> term)) :: Enumerable.t()
  def each(enum, fun) when is_function(fun, 1) do
    lazy(enum, fn f1 ->
      fn entry, acc ->
        fun.(entry)
        f1.(entry, acc)
      end
    end)
  end

  @doc "Maps each element to a collection and concatenates them."
  @spec flat_map(Enumerable.t(), (element -> Enumerable.t())) :: Enumerable.t()
  def flat_map(enum, mapper) when is_function(mapper, 1), do: transform(enum, nil, fn val, nil -> {mapper.(val), nil} end)

  @doc """
  Keeps the elements for which the function is truthy.

  ## Examples

      iex> Stream.filter(1..5, &(&1 < 3)) |> Enum.to_list()
      [1, 2]

  """
  @spec filter(Enumerable.t(), (element -> as_boolean(term))) :: Enumerable.t()
  def filter(enum, fun) when is_function(fun, 1) do
    lazy(enum, fn f1 -> fn entry, acc -> if(fun.(entry), do: f1.(entry, acc), else: {:cont, acc}) end end)
  end

  @doc false
  @deprecated "Use Stream.filter/2 + Stream.map/2 instead"
  def filter_map(enum, filter, mapper), do: enum |> filter(filter) |> map(mapper)

  @doc """
  Drops the elements for which the function is truthy.

  ## Examples

      iex> Stream.reject(1..5, &(&1 < 3)) |> Enum.to_list()
      [3, 4, 5]

  """
  @spec reject(Enumerable.t(), (element -> as_boolean(term))) :: Enumerable.t()
  def reject(enum, fun) when is_function(fun, 1) do
    lazy(enum, fn f1 -> fn entry, acc -> if(fun.(entry), do: {:cont, acc}, else: f1.(entry, acc)) end end)
  end

  @doc """
  Drops elements equal to the one right before.

  ## Examples

      iex> Stream.dedup([1, 1, 2, 2, 1]) |> Enum.to_list()
      [1, 2, 1]

  """
  @spec dedup(Enumerable.t()) :: Enumerable.t()
  def dedup(enum), do: dedup_by(enum, fn x -> x end)

  @doc "Drops elements for which the function gives the same value as for the one right before."
  @spec dedup_by(Enumerable.t(), (element -> term)) :: Enumerable.t()
  def dedup_by(enum, fun) when is_function(fun, 1) do
    lazy(enum, nil, fn f1 ->
      fn entry, [head | [previous | tail]] = state ->
        case {:value, fun.(entry)} do
          ^previous -> {:cont, state}
          value -> put_state(f1.(entry, [head | tail]), value)
        end
      end
    end)
  end

  @doc "Drops elements seen before."
  @spec uniq(Enumerable.t()) :: Enumerable.t()
  def uniq(enum), do: uniq_by(enum, fn x -> x end)

  @doc false
  @deprecated "Use Stream.uniq_by/2 instead"
  def uniq(enum, fun), do: uniq_by(enum, fun)

  @doc "Drops elements for which the function gives a value seen before."
  @spec uniq_by(Enumerable.t(), (element -> term)) :: Enumerable.t()
  def uniq_by(enum, fun) when is_function(fun, 1) do
    lazy(enum, %{}, fn f1 ->
      fn entry, [head | [seen | tail]] = state ->
        value = fun.(entry)
        if is_map_key(seen, value), do: {:cont, state}, else: put_state(f1.(entry, [head | tail]), Map.put(seen, value, true))
      end
    end)
  end

  @doc """
  Lists all states of an accumulator that starts with the first element.

  ## Examples

      iex> Stream.scan(1..5, &(&1 + &2)) |> Enum.to_list()
      [1, 3, 6, 10, 15]

  """
  @spec scan(Enumerable.t(), (element, acc -> any)) :: Enumerable.t()
  def scan(enum, fun) when is_function(fun, 2) do
    lazy(enum, :first, fn f1 ->
      fn
        entry, [head | [:first | tail]] ->
          put_state(f1.(entry, [head | tail]), {:ok, entry})

        entry, [head | [{:ok, acc} | tail]] ->
          value = fun.(entry, acc)
          put_state(f1.(value, [head | tail]), {:ok, value})
      end
    end)
  end

  @doc """
  Lists all states of an accumulator, the initial one left out.

  ## Examples

      iex> Stream.scan(1..5, 10, &(&1 + &2)) |> Enum.to_list()
      [11, 13, 16, 20, 25]

  """
  @spec scan(Enumerable.t(), acc, (element, acc -> any)) :: Enumerable.t()
  def scan(enum, acc, fun) when is_function(fun, 2) do
    lazy(enum, acc, fn f1 ->
      fn entry, [head | [acc | tail]] ->
        value = fun.(entry, acc)
        put_state(f1.(value, [head | tail]), value)
      end
    end)
  end

  @doc """
  Pairs each element with an index, from an offset on, or maps with a function of element and index.

  ## Examples

      iex> Stream.with_index([:a, :b], 1) |> Enum.to_list()
      [a: 1, b: 2]

  """
  @spec with_index(Enumerable.t(), integer | (element, index -> any)) :: Enumerable.t()
  def with_index(enum, fun_or_offset \\ 0)
  def with_index(enum, offset) when is_integer(offset), do: indexed(enum, offset, fn entry, index -> {entry, index} end)
  def with_index(enum, fun) when is_function(fun, 2), do: indexed(enum, 0, fun)

  defp indexed(enum, offset, fun) do
    lazy(enum, offset, fn f1 ->
      fn entry, [head | [index | tail]] -> put_state(f1.(fun.(entry, index), [head | tail]), index + 1) end
    end)
  end

  @doc "Puts a separator between the elements."
  @spec intersperse(Enumerable.t(), any) :: Enumerable.t()
  def intersperse(enum, separator) do
    transform(enum, false, fn
      entry, true -> {[separator, entry], true}
      entry, false -> {[entry], true}
    end)
  end

  @doc """
  Takes the first elements; a negative count takes the last ones, after walking everything.

  ## Examples

      iex> Stream.take(1..3, -2) |> Enum.to_list()
      [2, 3]

  """
  @spec take(Enumerable.t(), integer) :: Enumerable.t()
  def take(enum, count) when is_integer(count), do: take_count(enum, count)

  defp take_count(_enum, 0), do: %Stream{enum: []}
  defp take_count([], _count), do: %Stream{enum: []}

  defp take_count(enum, count) when count > 0 do
    lazy(enum, count, fn f1 ->
      fn
        entry, [head | [1 | tail]] ->
          case f1.(entry, [head | tail]) do
            {_, [head | tail]} -> {:halt, [head | [0 | tail]]}
          end

        entry, [head | [left | tail]] ->
          put_state(f1.(entry, [head | tail]), left - 1)
      end
    end)
  end

  defp take_count(enum, count), do: &Enumerable.reduce(Enum.take(enum, count), &1, &2)

  @doc """
  Takes the first and every `nth` element after it.

  ## Examples

      iex> Stream.take_every(1..10, 3) |> Enum.to_list()
      [1, 4, 7, 10]

  """
  @spec take_every(Enumerable.t(), non_neg_integer) :: Enumerable.t()
  def take_every(enum, nth) when is_integer(nth) and nth >= 0, do: every(enum, nth)

  defp every(_enum, 0), do: %Stream{enum: []}
  defp every([], _nth), do: %Stream{enum: []}

  defp every(enum, nth) do
    lazy(enum, 0, fn f1 ->
      fn
        entry, [head | [0 | tail]] -> put_state(f1.(entry, [head | tail]), nth - 1)
        _entry, [head | [left | tail]] -> {:cont, [head | [left - 1 | tail]]}
      end
    end)
  end

  @doc """
  Takes elements as long as the function is truthy.

  ## Examples

      iex> Stream.take_while(1..5, &(&1 < 3)) |> Enum.to_list()
      [1, 2]

  """
  @spec take_while(Enumerable.t(), (element -> as_boolean(term))) :: Enumerable.t()
  def take_while(enum, fun) when is_function(fun, 1) do
    lazy(enum, fn f1 -> fn entry, acc -> if(fun.(entry), do: f1.(entry, acc), else: {:halt, acc}) end end)
  end

  @doc """
  Drops the first elements; a negative count drops the last ones.

  ## Examples

      iex> Stream.drop(1..10, -3) |> Enum.to_list()
      [1, 2, 3, 4, 5, 6, 7]

  """
  @spec drop(Enumerable.t(), integer) :: Enumerable.t()
  def drop(enum, n)

  def drop(enum, n) when is_integer(n) and n >= 0 do
    lazy(enum, n, fn f1 ->
      fn
        entry, [head | [0 | tail]] -> put_state(f1.(entry, [head | tail]), 0)
        _entry, [head | [left | tail]] -> {:cont, [head | [left - 1 | tail]]}
      end
    end)
  end

  def drop(enum, n) when is_integer(n) and n < 0 do
    keep = abs(n)

    lazy(enum, {0, [], []}, fn f1 ->
      fn entry, [head | [{count, front, back} | tail]] ->
        case {count, front} do
          {^keep, [oldest | front]} ->
            put_state(f1.(oldest, [head | tail]), {count, front, [entry | back]})

          {^keep, []} ->
            [oldest | front] = :lists.reverse(back)
            put_state(f1.(oldest, [head | tail]), {count, front, [entry]})

          _ ->
            {:cont, [head | [{count + 1, front, [entry | back]} | tail]]}
        end
      end
    end)
  end

  @doc """
  Drops the first and every `nth` element after it.

  ## Examples

      iex> Stream.drop_every([1, 2, 3], 0) |> Enum.to_list()
      [1, 2, 3]

  """
  @spec drop_every(Enumerable.t(), non_neg_integer) :: Enumerable.t()
  def drop_every(enum, nth)
  def drop_every(enum, 0), do: %Stream{enum: enum}
  def drop_every([], _nth), do: %Stream{enum: []}

  def drop_every(enum, nth) when is_integer(nth) and nth > 0 do
    lazy(enum, 0, fn f1 ->
      fn
        _entry, [head | [0 | tail]] -> {:cont, [head | [nth - 1 | tail]]}
        entry, [head | [left | tail]] -> put_state(f1.(entry, [head | tail]), left - 1)
      end
    end)
  end

  @doc """
  Drops elements as long as the function is truthy.

  ## Examples

      iex> Stream.drop_while(1..5, &(&1 < 3)) |> Enum.to_list()
      [3, 4, 5]

  """
  @spec drop_while(Enumerable.t(), (element -> as_boolean(term))) :: Enumerable.t()
  def drop_while(enum, fun) when is_function(fun, 1) do
    lazy(enum, true, fn f1 ->
      fn entry, [head | [dropping | tail]] = state ->
        if dropping && fun.(entry), do: {:cont, state}, else: put_state(f1.(entry, [head | tail]), false)
      end
    end)
  end

  ## Cutting

  @doc "Cuts into lists of `count` elements, the last one possibly shorter."
  @spec chunk_every(Enumerable.t(), pos_integer) :: Enumerable.t()
  def chunk_every(enum, count), do: chunk_every(enum, count, count, [])

  @doc "Cuts into lists of `count` elements that start `step` apart; leftovers are filled up or discarded."
  @spec chunk_every(Enumerable.t(), pos_integer, pos_integer, Enumerable.t() | :discard) :: Enumerable.t()
  def chunk_every(enum, count, step, leftover \\ []) when is_integer(count) and count > 0 and is_integer(step) and step > 0 do
    chunk_fun = fn entry, {buffer, size, skip} ->
      cond do
        skip > 0 ->
          {:cont, {buffer, size, skip - 1}}

        size + 1 == count ->
          chunk = :lists.reverse([entry | buffer])
          kept = if step >= count, do: [], else: :lists.reverse(Enum.drop(chunk, step))
          {:cont, chunk, {kept, length(kept), max(step - count, 0)}}

        true ->
          {:cont, {[entry | buffer], size + 1, 0}}
      end
    end

    after_fun = fn {buffer, size, _skip} = acc ->
      # What a chunk shares with the one before does not make a chunk alone, unless something came after it.
      cond do
        size == 0 or leftover == :discard -> {:cont, acc}
        true -> {:cont, :lists.reverse(buffer, Enum.take(leftover, count - size)), {[], 0, 0}}
      end
    end

    chunk_while(enum, {[], 0, 0}, chunk_fun, after_fun)
  end

  @doc false
  @deprecated "Use Stream.chunk_every/2 instead"
  def chunk(enum, n), do: chunk(enum, n, n, nil)

  @doc false
  @deprecated "Use Stream.chunk_every/3 instead"
  def chunk(enum, n, step), do: chunk_every(enum, n, step, :discard)

  @doc false
  @deprecated "Use Stream.chunk_every/4 instead"
  def chunk(enum, n, step, leftover) when is_integer(n) and n > 0 and is_integer(step) and step > 0, do: chunk_every(enum, n, step, leftover || :discard)

  @doc "Cuts wherever the function gives another value than for the element before."
  @spec chunk_by(Enumerable.t(), (element -> any)) :: Enumerable.t()
  def chunk_by(enum, fun) when is_function(fun, 1) do
    chunk_fun = fn
      entry, nil ->
        {:cont, {[entry], fun.(entry)}}

      entry, {acc, value} ->
        case fun.(entry) do
          ^value -> {:cont, {[entry | acc], value}}
          new -> {:cont, :lists.reverse(acc), {[entry], new}}
        end
    end

    after_fun = fn
      nil -> {:cont, :done}
      {acc, _value} -> {:cont, :lists.reverse(acc), :done}
    end

    chunk_while(enum, nil, chunk_fun, after_fun)
  end

  @doc "Cuts with a function that decides for each element, as `Enum.chunk_while/4`."
  @spec chunk_while(Enumerable.t(), acc, (element, acc -> {:cont, any, acc} | {:cont, acc} | {:halt, acc}), (acc -> {:cont, any, acc} | {:cont, acc})) :: Enumerable.t()
  def chunk_while(enum, acc, chunk_fun, after_fun) when is_function(chunk_fun, 2) and is_function(after_fun, 1) do
    step = fn f1 ->
      fn entry, [head | [{:open, acc} | tail]] ->
        case chunk_fun.(entry, acc) do
          {:cont, chunk, acc} -> given(f1.(chunk, [head | tail]), acc)
          {:cont, acc} -> {:cont, [head | [{:open, acc} | tail]]}
          {:halt, acc} -> {:halt, [head | [{:open, acc} | tail]]}
        end
      end
    end

    %{lazy(enum, {:open, acc}, step) | done: after_fun}
  end

  # Whoever takes the chunks may have had enough; then there is no last one.
  defp given({:halt, _} = halt, acc), do: put_state(halt, {:closed, acc})
  defp given(result, acc), do: put_state(result, {:open, acc})

  ## Sources

  @doc """
  Returns the endless stream of a value, the function of it, the function of that, and so on.

  ## Examples

      iex> Stream.iterate(1, &(&1 * 2)) |> Enum.take(4)
      [1, 2, 4, 8]

  """
  @spec iterate(element, (element -> element)) :: Enumerable.t()
  def iterate(start_value, next_fun) when is_function(next_fun, 1) do
    unfold({:ok, start_value}, fn
      {:ok, value} -> {value, {:next, value}}
      {:next, value} ->
        next = next_fun.(value)
        {next, {:next, next}}
    end)
  end

  @doc """
  Returns the endless stream of what a function returns, call after call.

  ## Examples

      iex> Stream.repeatedly(fn -> 1 end) |> Enum.take(2)
      [1, 1]

  """
  @spec repeatedly((() -> element)) :: Enumerable.t()
  def repeatedly(generator_fun) when is_function(generator_fun, 0), do: &do_repeatedly(generator_fun, &1, &2)

  defp do_repeatedly(generator_fun, {:suspend, acc}, fun), do: {:suspended, acc, &do_repeatedly(generator_fun, &1, fun)}
  defp do_repeatedly(_generator_fun, {:halt, acc}, _fun), do: {:halted, acc}
  defp do_repeatedly(generator_fun, {:cont, acc}, fun), do: do_repeatedly(generator_fun, fun.(generator_fun.(), acc), fun)

  @doc """
  Returns a stream of `n` times a value.

  ## Examples

      iex> Stream.duplicate(:a, 3) |> Enum.to_list()
      [:a, :a, :a]

  """
  @spec duplicate(any, non_neg_integer) :: Enumerable.t()
  def duplicate(value, n) when is_integer(n) and n >= 0 do
    unfold(n, fn
      0 -> nil
      remaining -> {value, remaining - 1}
    end)
  end

  @doc "Returns the endless stream of numbers from an index on, or of what the function makes of the indexes from zero on."
  @spec from_index(integer | (index -> any)) :: Enumerable.t()
  def from_index(start_or_fun \\ 0)
  def from_index(start) when is_integer(start), do: iterate(start, &(&1 + 1))
  def from_index(fun) when is_function(fun, 1), do: unfold(0, &{fun.(&1), &1 + 1})

  @doc """
  Returns a stream of what a function makes of an accumulator: `{element, acc}`, or `nil` at the end.

  ## Examples

      iex> Stream.unfold(3, fn 0 -> nil; n -> {n, n - 1} end) |> Enum.to_list()
      [3, 2, 1]

  """
  @spec unfold(acc, (acc -> {element, acc} | nil)) :: Enumerable.t()
  def unfold(next_acc, next_fun) when is_function(next_fun, 1), do: &do_unfold(next_acc, next_fun, &1, &2)

  defp do_unfold(next_acc, next_fun, {:suspend, acc}, fun), do: {:suspended, acc, &do_unfold(next_acc, next_fun, &1, fun)}
  defp do_unfold(_next_acc, _next_fun, {:halt, acc}, _fun), do: {:halted, acc}

  defp do_unfold(next_acc, next_fun, {:cont, acc}, fun) do
    case next_fun.(next_acc) do
      nil -> {:done, acc}
      {value, next_acc} -> do_unfold(next_acc, next_fun, fun.(value, acc), fun)
    end
  end

  @doc "Returns a stream that goes through a collection again and again."
  @spec cycle(Enumerable.t()) :: Enumerable.t()
  def cycle(enumerable)
  def cycle([]), do: raise(ArgumentError, "cannot cycle over an empty enumerable")
  def cycle(enumerable) when is_list(enumerable), do: unfold({enumerable, enumerable}, fn
    {source, [head | tail]} -> {head, {source, tail}}
    {[head | tail] = source, []} -> {head, {source, tail}}
  end)

  def cycle(enumerable) do
    fn acc, fun -> cycling(:start, enumerable, acc, fun) end
  end

  defp cycling(source, enumerable, {:suspend, acc}, fun), do: {:suspended, acc, &cycling(source, enumerable, &1, fun)}

  defp cycling(source, _enumerable, {:halt, acc}, _fun) do
    if source != :start, do: close(source)
    {:halted, acc}
  end

  defp cycling(:start, enumerable, acc, fun) do
    case pull_source(reducible(enumerable)) do
      :done -> raise ArgumentError, "cannot cycle over an empty enumerable"
      {:entry, entry, source} -> cycled(entry, source, enumerable, acc, fun)
    end
  end

  defp cycling(source, enumerable, acc, fun) do
    case pull_source(source) do
      :done -> cycling(:start, enumerable, acc, fun)
      {:entry, entry, source} -> cycled(entry, source, enumerable, acc, fun)
    end
  end

  defp cycled(entry, source, enumerable, {:cont, acc}, fun) do
    acc = guarded(source, &close/1, fn -> fun.(entry, acc) end)
    cycling(source, enumerable, acc, fun)
  end

  # A collection as something to pull elements from, one by one.
  defp reducible(enumerable), do: {:fun, &Enumerable.reduce(enumerable, &1, fn entry, acc -> {:suspend, [entry | acc]} end)}

  @doc """
  Returns a stream of 0, 1, 2 and so on, one every `n` milliseconds.

  ## Examples

      iex> Stream.interval(1) |> Enum.take(3)
      [0, 1, 2]

  """
  @spec interval(timer) :: Enumerable.t()
  def interval(n)
      when is_integer(n) and n >= 0
      when n == :infinity do
    unfold(0, fn count ->
      Process.sleep(n)
      {count, count + 1}
    end)
  end

  @doc """
  Returns a stream of one 0, after `n` milliseconds.

  ## Examples

      iex> Stream.timer(1) |> Enum.to_list()
      [0]

  """
  @spec timer(timer) :: Enumerable.t()
  def timer(n)
      when is_integer(n) and n >= 0
      when n == :infinity,
      do: take(interval(n), 1)

  @doc """
  Concatenates collections.

  ## Examples

      iex> Stream.concat([1..2, [3]]) |> Enum.to_list()
      [1, 2, 3]

  """
  @spec concat(Enumerable.t()) :: Enumerable.t()
  def concat(enumerables), do: flat_map(enumerables, & &1)

  @doc """
  Concatenates two collections.

  ## Examples

      iex> Stream.concat(1..2, [3]) |> Enum.to_list()
      [1, 2, 3]

  """
  @spec concat(Enumerable.t(), Enumerable.t()) :: Enumerable.t()
  def concat(first, second), do: flat_map([first, second], & &1)

  @doc """
  Returns a stream over a resource: opened by one function, read by another, closed by a third however reading ends.

  The reading function returns `{elements, acc}` or `{:halt, acc}`.
  """
  @spec resource((() -> acc), (acc -> {[element], acc} | {:halt, acc}), (acc -> term)) :: Enumerable.t()
  def resource(start_fun, next_fun, after_fun) when is_function(start_fun, 0) and is_function(next_fun, 1) and is_function(after_fun, 1) do
    fn acc, fun -> read_resource(start_fun.(), next_fun, after_fun, acc, fun) end
  end

  defp read_resource(next_acc, next_fun, after_fun, {:suspend, acc}, fun),
    do: {:suspended, acc, &read_resource(next_acc, next_fun, after_fun, &1, fun)}

  defp read_resource(next_acc, _next_fun, after_fun, {:halt, acc}, _fun) do
    after_fun.(next_acc)
    {:halted, acc}
  end

  defp read_resource(next_acc, next_fun, after_fun, {:cont, acc}, fun) do
    case guarded(next_acc, after_fun, fn -> next_fun.(next_acc) end) do
      {:halt, next_acc} ->
        after_fun.(next_acc)
        {:done, acc}

      {items, next_acc} when is_list(items) ->
        give(items, next_acc, after_fun, {:cont, acc}, fun, &read_resource(next_acc, next_fun, after_fun, &1, fun))

      {items, next_acc} ->
        give_enum(items, next_acc, after_fun, {:cont, acc}, fun, &read_resource(next_acc, next_fun, after_fun, &1, fun))
    end
  end

  # Runs user code; when it fails, the resource is closed first.
  defp guarded(next_acc, after_fun, fun) do
    try do
      fun.()
    catch
      kind, reason ->
        after_fun.(next_acc)
        :erlang.raise(kind, reason, __STACKTRACE__)
    end
  end

  @halted_by_consumer {__MODULE__, :halted_by_consumer}

  # Gives elements to the consumer and goes on with `continue` once they are used up.
  defp give([], _next_acc, _after_fun, acc, _fun, continue), do: continue.(acc)

  defp give(items, next_acc, after_fun, {:suspend, acc}, fun, continue),
    do: {:suspended, acc, &give(items, next_acc, after_fun, &1, fun, continue)}

  defp give(_items, next_acc, after_fun, {:halt, acc}, _fun, _continue) do
    after_fun.(next_acc)
    {:halted, acc}
  end

  defp give(items, next_acc, after_fun, acc, fun, continue) do
    {items, acc} = guarded(next_acc, after_fun, fn -> consume(items, acc, fun) end)
    give(items, next_acc, after_fun, acc, fun, continue)
  end

  # Gives elements until the consumer wants no more, or not now.
  defp consume([item | items], {:cont, acc}, fun), do: consume(items, fun.(item, acc), fun)
  defp consume(items, acc, _fun), do: {items, acc}

  # The consumer's own function sees the elements of an inner collection. Where it halts, it says so in the accumulator: the collection may
  # also halt by itself, and then the outer one goes on.
  defp give_enum(enum, next_acc, after_fun, acc, fun, continue) do
    step = fn entry, acc ->
      case fun.(entry, acc) do
        {:halt, acc} -> {:halt, {@halted_by_consumer, acc}}
        other -> other
      end
    end

    push(&Enumerable.reduce(enum, &1, step), next_acc, after_fun, acc, continue)
  end

  defp push(inner, next_acc, after_fun, {:halt, acc}, _continue) do
    guarded(next_acc, after_fun, fn -> inner.({:halt, acc}) end)
    after_fun.(next_acc)
    {:halted, acc}
  end

  defp push(inner, next_acc, after_fun, command, continue) do
    case guarded(next_acc, after_fun, fn -> inner.(command) end) do
      {:suspended, acc, inner} ->
        {:suspended, acc, &push(inner, next_acc, after_fun, &1, continue)}

      {_, {@halted_by_consumer, acc}} ->
        after_fun.(next_acc)
        {:halted, acc}

      {_, acc} ->
        continue.({:cont, acc})
    end
  end

  ## Transforming

  @doc "Maps each element and an accumulator to `{elements, acc}`, or stops with `{:halt, acc}`."
  @spec transform(Enumerable.t(), acc, (element, acc -> {Enumerable.t(), acc} | {:halt, acc})) :: Enumerable.t()
  def transform(enum, acc, reducer) when is_function(reducer, 2),
    do: &start_transform(enum, fn -> acc end, reducer, nil, fn acc -> acc end, &1, &2)

  @doc "Transforms like `transform/3`, with functions that make the accumulator and close it in any case."
  @spec transform(Enumerable.t(), (() -> acc), (element, acc -> {Enumerable.t(), acc} | {:halt, acc}), (acc -> term)) :: Enumerable.t()
  def transform(enum, start_fun, reducer, after_fun) when is_function(start_fun, 0) and is_function(reducer, 2) and is_function(after_fun, 1),
    do: &start_transform(enum, start_fun, reducer, nil, after_fun, &1, &2)

  @doc "Transforms like `transform/4`, with a function that may emit elements at the end."
  @spec transform(Enumerable.t(), (() -> acc), (element, acc -> {Enumerable.t(), acc} | {:halt, acc}), (acc -> {Enumerable.t(), acc} | {:halt, acc}), (acc -> term)) :: Enumerable.t()
  def transform(enum, start_fun, reducer, last_fun, after_fun)
      when is_function(start_fun, 0) and is_function(reducer, 2) and is_function(last_fun, 1) and is_function(after_fun, 1) do
    fn acc, fun -> start_transform(enum, start_fun, reducer, last_fun, after_fun, acc, fun) end
  end

  defp start_transform(enum, start_fun, reducer, last_fun, after_fun, {:suspend, acc}, fun),
    do: {:suspended, acc, &start_transform(enum, start_fun, reducer, last_fun, after_fun, &1, fun)}

  defp start_transform(_enum, start_fun, _reducer, _last_fun, after_fun, {:halt, acc}, _fun) do
    after_fun.(start_fun.())
    {:halted, acc}
  end

  defp start_transform(enum, start_fun, reducer, last_fun, after_fun, acc, fun) do
    state = start_fun.()

    source =
      case enum do
        list when is_list(list) -> {:list, list}
        _ -> reducible(enum)
      end

    transforming(source, state, {reducer, last_fun, after_fun}, acc, fun)
  end

  defp transforming(source, state, funs, {:suspend, acc}, fun), do: {:suspended, acc, &transforming(source, state, funs, &1, fun)}

  defp transforming(source, state, {_, _, after_fun}, {:halt, acc}, _fun) do
    close(source)
    after_fun.(state)
    {:halted, acc}
  end

  defp transforming(source, state, {reducer, _, after_fun} = funs, {:cont, acc}, fun) do
    case guarded(state, after_fun, fn -> pull_source(source) end) do
      {:entry, entry, source} ->
        closing = fn state ->
          close(source)
          after_fun.(state)
        end

        case guarded(state, closing, fn -> reducer.(entry, state) end) do
          {:halt, state} ->
            close(source)
            finish(state, funs, acc)

          {items, state} when is_list(items) ->
            give(items, state, closing, {:cont, acc}, fun, &transforming(source, state, funs, &1, fun))

          {items, state} ->
            give_enum(items, state, closing, {:cont, acc}, fun, &transforming(source, state, funs, &1, fun))
        end

      :done ->
        last(state, funs, acc, fun)
    end
  end

  defp finish(state, {_, _, after_fun}, acc) do
    after_fun.(state)
    {:halted, acc}
  end

  defp last(state, {_, nil, after_fun}, acc, _fun) do
    after_fun.(state)
    {:done, acc}
  end

  defp last(state, {_, last_fun, after_fun}, acc, fun) do
    case guarded(state, after_fun, fn -> last_fun.(state) end) do
      {:halt, state} -> last(state, {nil, nil, after_fun}, acc, fun)
      {items, state} when is_list(items) -> give(items, state, after_fun, {:cont, acc}, fun, &ended(state, after_fun, &1))
      {items, state} -> give_enum(items, state, after_fun, {:cont, acc}, fun, &ended(state, after_fun, &1))
    end
  end

  defp ended(state, after_fun, {:suspend, acc}), do: {:suspended, acc, &ended(state, after_fun, &1)}

  defp ended(state, after_fun, {:cont, acc}) do
    after_fun.(state)
    {:done, acc}
  end

  defp ended(state, after_fun, {:halt, acc}) do
    after_fun.(state)
    {:halted, acc}
  end

  # One step of a source may give several elements before it pauses, the last one first. What comes with its end is
  # the source's own answer, and is taken as it is.
  defp pull_source({:list, [head | tail]}), do: {:entry, head, {:list, tail}}
  defp pull_source({:list, []}), do: :done
  defp pull_source({:some, [head], continuation}), do: {:entry, head, {:fun, continuation}}
  defp pull_source({:some, [head | tail], continuation}), do: {:entry, head, {:some, tail, continuation}}

  defp pull_source({:fun, continuation}) do
    case continuation.({:cont, []}) do
      {:suspended, [entry], continuation} -> {:entry, entry, {:fun, continuation}}
      {:suspended, [], continuation} -> pull_source({:fun, continuation})
      {:suspended, entries, continuation} -> pull_source({:some, :lists.reverse(entries), continuation})
      {_, entries} -> pull_source({:list, entries})
    end
  end

  defp close({:list, _}), do: :ok
  defp close({:some, _, continuation}), do: continuation.({:halt, []})
  defp close({:fun, continuation}), do: continuation.({:halt, []})

  ## Putting together

  @doc "Puts each element into a collectable as it passes."
  @spec into(Enumerable.t(), Collectable.t(), (term -> term)) :: Enumerable.t()
  def into(enum, collectable, transform \\ fn x -> x end) when is_function(transform, 1) do
    fn acc, fun ->
      {initial, collector} = Collectable.into(collectable)
      collecting(&Enumerable.reduce(enum, &1, collecting_step(collector, transform, fun)), initial, collector, acc)
    end
  end

  defp collecting_step(collector, transform, fun) do
    fn entry, [state | acc] ->
      state = collector.(state, {:cont, transform.(entry)})
      {tag, acc} = fun.(entry, acc)
      {tag, [state | acc]}
    end
  end

  defp collecting(reduce, state, collector, {command, acc}) do
    try do
      reduce.({command, [state | acc]})
    catch
      kind, reason ->
        collector.(state, :halt)
        :erlang.raise(kind, reason, __STACKTRACE__)
    else
      {:suspended, [state | acc], continuation} ->
        {:suspended, acc, &collecting(continuation, state, collector, &1)}

      {outcome, [state | acc]} ->
        collector.(state, :done)
        {outcome, acc}
    end
  end

  @doc "Walks the stream for its effects."
  @spec run(Enumerable.t()) :: :ok
  def run(stream) do
    _ = Enumerable.reduce(stream, {:cont, nil}, fn _, _ -> {:cont, nil} end)
    :ok
  end

  @doc "Pairs the elements of two collections, as far as the shorter one goes."
  @spec zip(Enumerable.t(), Enumerable.t()) :: Enumerable.t()
  def zip(left, right), do: zip_with(left, right, fn a, b -> {a, b} end)

  @doc "Makes tuples of the elements of all given collections, as far as the shortest one goes."
  @spec zip(Enumerable.t()) :: Enumerable.t()
  def zip(enumerables), do: zip_with(enumerables, &List.to_tuple/1)

  @doc """
  Calls the function with the elements of two collections, as far as the shorter one goes.

  ## Examples

      iex> Stream.zip_with([1, 2], [3, 4], &+/2) |> Enum.to_list()
      [4, 6]

  """
  @spec zip_with(Enumerable.t(), Enumerable.t(), (term, term -> term)) :: Enumerable.t()
  def zip_with(enumerable1, enumerable2, zip_fun) when is_list(enumerable1) and is_list(enumerable2) and is_function(zip_fun, 2),
    do: &zip_two(enumerable1, enumerable2, zip_fun, &1, &2)

  def zip_with(enumerable1, enumerable2, zip_fun) when is_function(zip_fun, 2), do: zip_with([enumerable1, enumerable2], fn [a, b] -> zip_fun.(a, b) end)

  @doc "Calls the function with lists of the elements of all given collections, as far as the shortest one goes."
  @spec zip_with(Enumerable.t(), ([term] -> term)) :: Enumerable.t()
  def zip_with(enumerables, zip_fun) when is_function(zip_fun, 1) do
    fn acc, fun ->
      enumerables = Enum.to_list(enumerables)

      cond do
        enumerables == [] -> {:done, elem(acc, 1)}
        Enum.all?(enumerables, &is_list/1) -> zip_lists(enumerables, acc, fun, zip_fun)
        true -> zipping(for(enum <- enumerables, do: if(is_list(enum), do: {:list, enum}, else: reducible(enum))), acc, fun, zip_fun)
      end
    end
  end

  defp zip_two([a | as], [b | bs], zip_fun, {:cont, acc}, fun), do: zip_two(as, bs, zip_fun, fun.(zip_fun.(a, b), acc), fun)
  defp zip_two(_as, _bs, _zip_fun, {:cont, acc}, _fun), do: {:done, acc}
  defp zip_two(_as, _bs, _zip_fun, {:halt, acc}, _fun), do: {:halted, acc}
  defp zip_two(as, bs, zip_fun, {:suspend, acc}, fun), do: {:suspended, acc, &zip_two(as, bs, zip_fun, &1, fun)}

  # Lists cannot fail and need not be closed.
  defp zip_lists(lists, {:cont, acc}, fun, zip_fun) do
    case zip_list_heads(lists, [], []) do
      {heads, tails} -> zip_lists(tails, fun.(zip_fun.(heads), acc), fun, zip_fun)
      :done -> {:done, acc}
    end
  end

  defp zip_lists(_lists, {:halt, acc}, _fun, _zip_fun), do: {:halted, acc}
  defp zip_lists(lists, {:suspend, acc}, fun, zip_fun), do: {:suspended, acc, &zip_lists(lists, &1, fun, zip_fun)}

  defp zip_list_heads([[head | tail] | lists], heads, tails), do: zip_list_heads(lists, [head | heads], [tail | tails])
  defp zip_list_heads([], heads, tails), do: {:lists.reverse(heads), :lists.reverse(tails)}
  defp zip_list_heads([[] | _], _heads, _tails), do: :done

  defp zipping(sources, {:suspend, acc}, fun, zip_fun), do: {:suspended, acc, &zipping(sources, &1, fun, zip_fun)}

  defp zipping(sources, {:halt, acc}, _fun, _zip_fun) do
    close_all(sources)
    {:halted, acc}
  end

  # When something fails, all that the round began with is closed, what failed and what has moved on meanwhile too.
  defp zipping(sources, {:cont, acc}, fun, zip_fun) do
    guarded(sources, &close_all/1, fn ->
      case zip_heads(sources, [], []) do
        {:ok, heads, sources} ->
          {:next, sources, fun.(zip_fun.(heads), acc)}

        {:done, open} ->
          close_all(open)
          {:done, acc}
      end
    end)
    |> case do
      {:next, sources, acc} -> zipping(sources, acc, fun, zip_fun)
      done -> done
    end
  end

  defp close_all(sources), do: Enum.each(sources, &close/1)

  # Lists need not be closed.
  defp zip_heads([{:list, [entry | tail]} | rest], heads, sources), do: zip_heads(rest, [entry | heads], [{:list, tail} | sources])
  defp zip_heads([{:list, []} | rest], _heads, sources), do: {:done, :lists.reverse(sources, rest)}

  defp zip_heads([source | rest], heads, sources) do
    case pull_source(source) do
      {:entry, entry, source} -> zip_heads(rest, [entry | heads], [source | sources])
      :done -> {:done, :lists.reverse(sources, rest)}
    end
  end

  defp zip_heads([], heads, sources), do: {:ok, :lists.reverse(heads), :lists.reverse(sources)}

  ## Enumerable

  @doc false
  def __reduce__(%Stream{enum: enum, funs: funs, accs: accs, done: done}, acc, fun) do
    composed =
      :lists.foldl(fn maker, reducer -> maker.(reducer) end, last_step(fun), funs)

    finish = if done, do: &finish_chunks(&1, done, fun)
    walk(&Enumerable.reduce(enum, &1, composed), :lists.reverse(accs), acc, finish)
  end

  # The last step's state is that of the chunks.
  defp finish_chunks({tag, [acc | accs]}, done, fun) do
    case :lists.last(accs) do
      {:open, state} -> add_last(state, acc, done, fun)
      {:closed, _} -> {tag, acc}
    end
  end

  defp add_last(state, acc, done, fun) do
    case done.(state) do
      {:cont, _state} ->
        {:done, acc}

      {:cont, chunk, _state} ->
        case fun.(chunk, acc) do
          {:cont, acc} -> {:done, acc}
          {:halt, acc} -> {:halted, acc}
          {:suspend, acc} -> {:suspended, acc, &added/1}
        end
    end
  end

  defp added({:cont, acc}), do: {:done, acc}
  defp added({:halt, acc}), do: {:halted, acc}
  defp added({:suspend, acc}), do: {:suspended, acc, &added/1}

  # States are stacked in the order of the steps: the first step's state is on top.
  defp last_step(fun) do
    fn entry, [acc | states] ->
      {tag, acc} = fun.(entry, acc)
      {tag, [acc | states]}
    end
  end

  defp walk(reduce, accs, {command, acc}, finish) do
    case reduce.({command, [acc | accs]}) do
      {:suspended, [acc | accs], continuation} -> {:suspended, acc, &walk(continuation, accs, &1, finish)}
      result when finish != nil and command != :halt -> finish.(result)
      {:halted, [acc | _]} -> {:halted, acc}
      {:done, [acc | _]} -> {:done, acc}
    end
  end

  defimpl Enumerable do
    def count(_lazy), do: {:error, __MODULE__}
    def member?(_lazy, _value), do: {:error, __MODULE__}
    def slice(_lazy), do: {:error, __MODULE__}
    def reduce(lazy, acc, fun), do: Stream.__reduce__(lazy, acc, fun)
  end

  defimpl Inspect do
    import Inspect.Algebra

    def inspect(%{enum: enum, funs: funs}, opts) do
      inner = [enum: enum, funs: Enum.reverse(funs)]
      concat(["#Stream<", to_doc(inner, opts), ">"])
    end
  end
end
