defmodule Date.Range do
  @moduledoc """
  Ranges of days, made by `Date.range/2` and `Date.range/3`; they are enumerable.

  The fields `:first`, `:last` and `:step` may be read and matched on; the others belong to the implementation.
  """

  @type t :: %__MODULE__{
          first: Date.t(),
          last: Date.t(),
          first_in_iso_days: days,
          last_in_iso_days: days,
          step: integer
        }
  @typep days :: integer

  defstruct [:first, :last, :first_in_iso_days, :last_in_iso_days, :step]

  @doc false
  def new(first, first_days, last, last_days, step),
    do: %Date.Range{first: first, last: last, first_in_iso_days: first_days, last_in_iso_days: last_days, step: step}

  @doc false
  # The days of a range, as a range of integers. Ranges of old programs may lack the step.
  def days(%{first_in_iso_days: first, last_in_iso_days: last, step: step}) when is_integer(step), do: Range.new(first, last, step)
  def days(%{first_in_iso_days: first, last_in_iso_days: last}), do: Range.new(first, last)

  @doc false
  def date(days, Calendar.ISO) do
    {year, month, day} = Calendar.ISO.date_from_iso_days(days)
    %Date{year: year, month: month, day: day, calendar: Calendar.ISO}
  end

  def date(days, calendar) do
    {year, month, day, _, _, _, _} = calendar.naive_datetime_from_iso_days({days, {0, 86_400_000_000}})
    %Date{year: year, month: month, day: day, calendar: calendar}
  end

  defimpl Enumerable do
    def count(range), do: {:ok, Range.size(Date.Range.days(range))}

    def member?(%{first: %{calendar: calendar}} = range, %Date{calendar: calendar} = date) do
      {days, _} = Date.to_iso_days(date)
      Enumerable.member?(Date.Range.days(range), days)
    end

    def member?(_range, _term), do: {:ok, false}

    def slice(%{first: %{calendar: calendar}} = range) do
      %{first: first, step: step} = days = Date.Range.days(range)
      {:ok, Range.size(days), fn start, length -> slice(first + start * step, step, length, calendar) end}
    end

    defp slice(_day, _step, 0, _calendar), do: []
    defp slice(day, step, length, calendar), do: [Date.Range.date(day, calendar) | slice(day + step, step, length - 1, calendar)]

    def reduce(%{first: %{calendar: calendar}} = range, acc, fun) do
      Enumerable.reduce(Date.Range.days(range), acc, fn day, acc -> fun.(Date.Range.date(day, calendar), acc) end)
    end
  end

  defimpl Inspect do
    def inspect(%{first: first, last: last} = range, _opts) do
      %{step: step} = Date.Range.days(range)
      step = if step == 1, do: "", else: ", #{step}"
      "Date.range(#{Kernel.inspect(first)}, #{Kernel.inspect(last)}#{step})"
    end
  end
end
