defmodule Range do
  @moduledoc """
  Ranges of integers with a step: `first..last//step`.

  A range holds no elements: its size and membership are computed in constant time.
  """

  @enforce_keys [:first, :last, :step]
  defstruct first: nil, last: nil, step: nil

  @type limit :: integer
  @type step :: pos_integer | neg_integer
  @type t :: %Range{first: limit, last: limit, step: step}
  @typedoc "A range between two limits of these types."
  @type t(first, last) :: %Range{first: first, last: last, step: step}

  @doc """
  Makes a range that rises or falls by one.

  ## Examples

      iex> Range.new(-3, 3)
      -3..3

  """
  @spec new(limit, limit) :: t
  def new(first, last) when is_integer(first) and is_integer(last) do
    step = if first <= last, do: 1, else: -1
    %Range{first: first, last: last, step: step}
  end

  def new(first, last) do
    raise ArgumentError, "ranges (first..last) expect both sides to be integers, got: #{inspect(first)}..#{inspect(last)}"
  end

  @doc """
  Makes a range with a step, which must not be zero.

  ## Examples

      iex> Range.new(10, 0, -2)
      10..0//-2

  """
  @spec new(limit, limit, step) :: t
  def new(first, last, step) when is_integer(first) and is_integer(last) and is_integer(step) and step != 0 do
    %Range{first: first, last: last, step: step}
  end

  def new(first, last, step) do
    raise ArgumentError,
          "ranges (first..last//step) expect both sides to be integers and the step to be a non-zero integer, got: #{inspect(first)}..#{inspect(last)}//#{inspect(step)}"
  end

  @doc """
  Counts the integers of a range.

  ## Examples

      iex> Range.size(1..10//3)
      4
      iex> Range.size(1..0//1)
      0

  """
  @spec size(t) :: non_neg_integer
  def size(range)
  def size(%{__struct__: Range, first: first, last: last, step: step}) when step > 0 and first > last, do: 0
  def size(%{__struct__: Range, first: first, last: last, step: step}) when step < 0 and first < last, do: 0
  def size(%{__struct__: Range, first: first, last: last, step: step}), do: abs(div(last - first, step)) + 1
  def size(%{__struct__: Range, first: first, last: last} = range), do: size(Map.put(range, :step, new(first, last).step))

  @doc "Cuts a range in two: the first so many elements, counted from the end if negative, and the others."
  @spec split(t, integer) :: {t, t}
  def split(%{__struct__: Range, first: first, last: last, step: step} = range, count) when is_integer(count) do
    size = size(range)
    at = if count >= 0, do: min(count, size), else: max(size + count, 0)

    {new(first, first + (at - 1) * step, step), new(first + at * step, if(at == size, do: first + (at - 1) * step, else: last), step)}
  end

  @doc """
  Moves both ends of a range by a number of steps.

  ## Examples

      iex> Range.shift(0..10//2, 2)
      4..14//2

  """
  @spec shift(t, integer) :: t
  def shift(%Range{first: first, last: last, step: step}, steps_to_shift)
      when is_integer(first) and is_integer(last) and is_integer(step) and is_integer(steps_to_shift) do
    new(first + steps_to_shift * step, last + steps_to_shift * step, step)
  end

  @doc """
  Tells whether two ranges share no integer.

  ## Examples

      iex> Range.disjoint?(1..5, 6..9)
      true
      iex> Range.disjoint?(1..10//2, 2..10//2)
      true

  """
  @spec disjoint?(t, t) :: boolean
  def disjoint?(%Range{} = left, %Range{} = right) do
    case {size(left), size(right)} do
      {0, _} -> true
      {_, 0} -> true
      _ -> no_common?(rising(left), rising(right))
    end
  end

  defp rising(%{first: first, last: last, step: step}) when step > 0, do: {first, last - rem(last - first, step), step}
  defp rising(%{first: first, last: last, step: step}), do: {last - rem(last - first, step), first, -step}

  # The common elements of two arithmetic progressions form one themselves: its first element at or above both
  # starts is found by the Chinese remainder theorem, and must not lie beyond an end.
  defp no_common?({first1, last1, step1}, {first2, last2, step2}) do
    {gcd, factor, _} = Integer.extended_gcd(step1, step2)
    difference = first2 - first1

    case rem(difference, gcd) do
      0 ->
        lcm = div(step1 * step2, gcd)
        candidate = first1 + step1 * Integer.mod(factor * div(difference, gcd), div(step2, gcd))
        lowest = max(first1, first2)
        lowest + Integer.mod(candidate - lowest, lcm) > min(last1, last2)

      _ ->
        true
    end
  end

  @doc false
  @deprecated "Pattern match on first..last//step instead"
  def range?(term)
  def range?(%{__struct__: Range, first: first, last: last}) when is_integer(first) and is_integer(last), do: true
  def range?(_), do: false
end

defimpl Enumerable, for: Range do
  def reduce(%{__struct__: Range, first: first, last: last, step: step}, acc, fun), do: reduce(first, last, acc, fun, step)
  def reduce(%{__struct__: Range, first: first, last: last}, acc, fun), do: reduce(Range.new(first, last), acc, fun)

  defp reduce(_first, _last, {:halt, acc}, _fun, _step), do: {:halted, acc}

  defp reduce(first, last, {:suspend, acc}, fun, step), do: {:suspended, acc, &reduce(first, last, &1, fun, step)}

  defp reduce(first, last, {:cont, acc}, fun, step) when (step > 0 and first <= last) or (step < 0 and first >= last),
    do: reduce(first + step, last, fun.(first, acc), fun, step)

  defp reduce(_first, _last, {:cont, acc}, _fun, _step), do: {:done, acc}

  def member?(%{__struct__: Range, first: first, last: last, step: step} = range, value) when is_integer(value) do
    case Range.size(range) do
      0 -> {:ok, false}
      _ when step > 0 -> {:ok, first <= value and value <= last and rem(value - first, step) == 0}
      _ -> {:ok, last <= value and value <= first and rem(value - first, step) == 0}
    end
  end

  def member?(%{__struct__: Range, first: first, last: last} = range, value) when not is_map_key(range, :step),
    do: member?(Range.new(first, last), value)

  def member?(_range, _value), do: {:ok, false}

  def count(range), do: {:ok, Range.size(range)}

  def slice(%{__struct__: Range, first: first, step: step} = range) do
    {:ok, Range.size(range), fn start, count -> slice(first + start * step, step, count) end}
  end

  # Code compiled before ranges had steps makes them without.
  def slice(%{__struct__: Range, first: first, last: last}), do: slice(Range.new(first, last))

  defp slice(_current, _step, 0), do: []
  defp slice(current, step, count), do: [current | slice(current + step, step, count - 1)]
end
