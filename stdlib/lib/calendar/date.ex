defmodule Date do
  @moduledoc """
  Days of a calendar: year, month and day, without time or zone.

  Written `~D[2000-01-01]`. The functions take any map with the fields of a date, so also `NaiveDateTime` and `DateTime`. Dates are structs:
  `==`, `<` and sorting without a module compare fields, not days; use `compare/2`, `before?/2`, `after?/2`, `Enum.sort(dates, Date)`.
  """

  @enforce_keys [:year, :month, :day]
  defstruct [:year, :month, :day, calendar: Calendar.ISO]

  @type t :: %__MODULE__{year: Calendar.year(), month: Calendar.month(), day: Calendar.day(), calendar: Calendar.calendar()}

  @doc """
  Makes a range of days, which is enumerable; it goes backwards when the last day is before the first.

  ## Examples

      iex> Enum.to_list(Date.range(~D[2001-01-01], ~D[2001-01-03]))
      [~D[2001-01-01], ~D[2001-01-02], ~D[2001-01-03]]
      iex> Enum.count(Date.range(~D[2001-12-31], ~D[2001-01-01]))
      365

  """
  @spec range(Calendar.date(), Calendar.date()) :: Date.Range.t()
  def range(%{calendar: calendar} = first, %{calendar: calendar} = last) do
    {first_days, _} = to_iso_days(first)
    {last_days, _} = to_iso_days(last)
    Date.Range.new(only_date(first), first_days, only_date(last), last_days, if(first_days <= last_days, do: 1, else: -1))
  end

  def range(%{calendar: _, year: _, month: _, day: _}, %{calendar: _, year: _, month: _, day: _}),
    do: raise(ArgumentError, "both dates must have matching calendars")

  @doc """
  Makes a range of days with a step, in days, that is not zero.

  ## Examples

      iex> Enum.to_list(Date.range(~D[2001-01-01], ~D[2001-01-06], 2))
      [~D[2001-01-01], ~D[2001-01-03], ~D[2001-01-05]]
      iex> Enum.to_list(Date.range(~D[2001-01-01], ~D[2001-01-06], -1))
      []

  """
  @spec range(Calendar.date(), Calendar.date(), integer) :: Date.Range.t()
  def range(%{calendar: calendar} = first, %{calendar: calendar} = last, step) when is_integer(step) and step != 0 do
    {first_days, _} = to_iso_days(first)
    {last_days, _} = to_iso_days(last)
    Date.Range.new(only_date(first), first_days, only_date(last), last_days, step)
  end

  def range(%{calendar: _, year: _, month: _, day: _} = first, %{calendar: _, year: _, month: _, day: _} = last, step) do
    raise ArgumentError,
          "both dates must have matching calendar and the step must be a non-zero integer, got: " <>
            "#{inspect(first)}, #{inspect(last)}, #{step}"
  end

  defp only_date(%{year: year, month: month, day: day, calendar: calendar}),
    do: %Date{year: year, month: month, day: day, calendar: calendar}

  @doc """
  Returns the day that it is in UTC.

  ## Examples

      iex> Date.utc_today().calendar
      Calendar.ISO

  """
  @spec utc_today(Calendar.calendar()) :: t
  def utc_today(calendar \\ Calendar.ISO)

  def utc_today(Calendar.ISO) do
    {:ok, {year, month, day}, _, _} = Calendar.ISO.from_unix(:os.system_time(:second), :second)
    %Date{year: year, month: month, day: day}
  end

  def utc_today(calendar), do: calendar |> DateTime.utc_now() |> DateTime.to_date()

  @doc """
  Tells whether the year has a leap day.

  ## Examples

      iex> Date.leap_year?(~D[2000-01-01])
      true
      iex> Date.leap_year?(~D[2001-01-01])
      false

  """
  @spec leap_year?(Calendar.date()) :: boolean
  def leap_year?(date)
  def leap_year?(%{calendar: calendar, year: year}), do: calendar.leap_year?(year)

  @doc """
  Counts the days of the month.

  ## Examples

      iex> Date.days_in_month(~D[1900-02-27])
      28

  """
  @spec days_in_month(Calendar.date()) :: Calendar.day()
  def days_in_month(date)
  def days_in_month(%{calendar: calendar, year: year, month: month}), do: calendar.days_in_month(year, month)

  @doc """
  Counts the months of the year.

  ## Examples

      iex> Date.months_in_year(~D[1900-01-13])
      12

  """
  @spec months_in_year(Calendar.date()) :: Calendar.month()
  def months_in_year(date)
  def months_in_year(%{calendar: calendar, year: year}), do: calendar.months_in_year(year)

  @doc """
  Makes a date, if there is such a day.

  ## Examples

      iex> Date.new(2000, 1, 1)
      {:ok, ~D[2000-01-01]}
      iex> Date.new(2001, 2, 29)
      {:error, :invalid_date}

  """
  @spec new(Calendar.year(), Calendar.month(), Calendar.day(), Calendar.calendar()) :: {:ok, t} | {:error, atom}
  def new(year, month, day, calendar \\ Calendar.ISO) do
    if calendar.valid_date?(year, month, day),
      do: {:ok, %Date{year: year, month: month, day: day, calendar: calendar}},
      else: {:error, :invalid_date}
  end

  @doc """
  Makes a date, or raises `ArgumentError`.

  ## Examples

      iex> Date.new!(2000, 1, 1)
      ~D[2000-01-01]

  """
  @spec new!(Calendar.year(), Calendar.month(), Calendar.day(), Calendar.calendar()) :: t
  def new!(year, month, day, calendar \\ Calendar.ISO) do
    case new(year, month, day, calendar) do
      {:ok, date} -> date
      {:error, reason} -> raise ArgumentError, "cannot build date, reason: #{inspect(reason)}"
    end
  end

  @doc """
  Writes a date as its calendar does.

  ## Examples

      iex> Date.to_string(~N[2000-02-28 23:00:13])
      "2000-02-28"

  """
  @spec to_string(Calendar.date()) :: String.t()
  def to_string(date)
  def to_string(%{calendar: calendar, year: year, month: month, day: day}), do: calendar.date_to_string(year, month, day)

  @doc """
  Reads the extended form of ISO 8601.

  ## Examples

      iex> Date.from_iso8601("2015-01-23")
      {:ok, ~D[2015-01-23]}
      iex> Date.from_iso8601("2015:01:23")
      {:error, :invalid_format}
      iex> Date.from_iso8601("2015-01-32")
      {:error, :invalid_date}

  """
  @spec from_iso8601(String.t(), Calendar.calendar()) :: {:ok, t} | {:error, atom}
  def from_iso8601(string, calendar \\ Calendar.ISO) do
    with {:ok, {year, month, day}} <- Calendar.ISO.parse_date(string) do
      convert(%Date{year: year, month: month, day: day}, calendar)
    end
  end

  @doc """
  Reads the extended form of ISO 8601, or raises `ArgumentError`.

  ## Examples

      iex> Date.from_iso8601!("2015-01-23")
      ~D[2015-01-23]

  """
  @spec from_iso8601!(String.t(), Calendar.calendar()) :: t
  def from_iso8601!(string, calendar \\ Calendar.ISO) do
    case from_iso8601(string, calendar) do
      {:ok, date} -> date
      {:error, reason} -> raise ArgumentError, "cannot parse #{inspect(string)} as date, reason: #{inspect(reason)}"
    end
  end

  @doc """
  Writes a date after ISO 8601, converting it if need be.

  ## Examples

      iex> Date.to_iso8601(~D[2000-02-28])
      "2000-02-28"
      iex> Date.to_iso8601(~D[2000-02-28], :basic)
      "20000228"

  """
  @spec to_iso8601(Calendar.date(), :extended | :basic) :: String.t()
  def to_iso8601(date, format \\ :extended)

  def to_iso8601(%{calendar: Calendar.ISO} = date, format) when format in [:basic, :extended] do
    %{year: year, month: month, day: day} = date
    Calendar.ISO.date_to_string(year, month, day, format)
  end

  def to_iso8601(%{calendar: _} = date, format) when format in [:basic, :extended],
    do: date |> convert!(Calendar.ISO) |> to_iso8601(format)

  @doc """
  Returns the tuple that Erlang has for a date.

  ## Examples

      iex> Date.to_erl(~D[2000-01-01])
      {2000, 1, 1}

  """
  @spec to_erl(Calendar.date()) :: :calendar.date()
  def to_erl(date) do
    %{year: year, month: month, day: day} = convert!(date, Calendar.ISO)
    {year, month, day}
  end

  @doc """
  Takes Erlang's tuple for a date.

  ## Examples

      iex> Date.from_erl({2000, 1, 1})
      {:ok, ~D[2000-01-01]}
      iex> Date.from_erl({2000, 13, 1})
      {:error, :invalid_date}

  """
  @spec from_erl(:calendar.date(), Calendar.calendar()) :: {:ok, t} | {:error, atom}
  def from_erl(tuple, calendar \\ Calendar.ISO)

  def from_erl({year, month, day}, calendar) do
    with {:ok, date} <- new(year, month, day, Calendar.ISO), do: convert(date, calendar)
  end

  @doc """
  Takes Erlang's tuple for a date, or raises `ArgumentError`.

  ## Examples

      iex> Date.from_erl!({2000, 1, 1})
      ~D[2000-01-01]

  """
  @spec from_erl!(:calendar.date(), Calendar.calendar()) :: t
  def from_erl!(tuple, calendar \\ Calendar.ISO) do
    case from_erl(tuple, calendar) do
      {:ok, date} -> date
      {:error, reason} -> raise ArgumentError, "cannot convert #{inspect(tuple)} to date, reason: #{inspect(reason)}"
    end
  end

  @doc """
  Returns the date of a count of days since January 1 of the year 0.

  ## Examples

      iex> Date.from_gregorian_days(730_485)
      ~D[2000-01-01]

  """
  @spec from_gregorian_days(integer, Calendar.calendar()) :: t
  def from_gregorian_days(days, calendar \\ Calendar.ISO) when is_integer(days), do: from_iso_days({days, {0, 86_400_000_000}}, calendar)

  @doc """
  Counts the days since January 1 of the year 0.

  ## Examples

      iex> Date.to_gregorian_days(~D[2000-01-01])
      730_485

  """
  @spec to_gregorian_days(Calendar.date()) :: integer
  def to_gregorian_days(date) do
    {days, _} = to_iso_days(date)
    days
  end

  @doc """
  Tells whether the first date is earlier than the second, later, or the same day.

  ## Examples

      iex> Date.compare(~D[2016-04-16], ~D[2016-04-28])
      :lt
      iex> Date.compare(~D[2016-04-16], ~N[2016-04-16 12:00:00])
      :eq

  """
  @spec compare(Calendar.date(), Calendar.date()) :: :lt | :eq | :gt
  def compare(date1, date2)

  def compare(%{calendar: calendar} = date1, %{calendar: calendar} = date2) do
    %{year: year1, month: month1, day: day1} = date1
    %{year: year2, month: month2, day: day2} = date2
    order({year1, month1, day1}, {year2, month2, day2})
  end

  def compare(%{calendar: calendar1} = date1, %{calendar: calendar2} = date2) do
    if Calendar.compatible_calendars?(calendar1, calendar2) do
      order(to_iso_days(date1), to_iso_days(date2))
    else
      raise ArgumentError, """
      cannot compare #{inspect(date1)} with #{inspect(date2)}.

      This comparison would be ambiguous as their calendars have incompatible day rollover moments.
      Specify an exact time of day (using DateTime) to resolve this ambiguity
      """
    end
  end

  defp order(first, second) when first > second, do: :gt
  defp order(first, second) when first < second, do: :lt
  defp order(_first, _second), do: :eq

  @doc """
  Tells whether the first date is earlier than the second.
  """
  @spec before?(Calendar.date(), Calendar.date()) :: boolean
  def before?(date1, date2), do: compare(date1, date2) == :lt

  @doc """
  Tells whether the first date is later than the second.
  """
  @spec after?(Calendar.date(), Calendar.date()) :: boolean
  def after?(date1, date2), do: compare(date1, date2) == :gt

  @doc """
  Converts a date to another calendar, if the days of both begin at the same moment.

  ## Examples

      iex> Date.convert(~N[2000-01-01 10:00:00], Calendar.ISO)
      {:ok, ~D[2000-01-01]}

  """
  @spec convert(Calendar.date(), Calendar.calendar()) :: {:ok, t} | {:error, :incompatible_calendars}
  def convert(%{calendar: calendar, year: year, month: month, day: day}, calendar),
    do: {:ok, %Date{calendar: calendar, year: year, month: month, day: day}}

  def convert(%{calendar: calendar} = date, target_calendar) do
    if Calendar.compatible_calendars?(calendar, target_calendar),
      do: {:ok, date |> to_iso_days() |> from_iso_days(target_calendar)},
      else: {:error, :incompatible_calendars}
  end

  @doc """
  Converts a date to another calendar, or raises `ArgumentError`.
  """
  @spec convert!(Calendar.date(), Calendar.calendar()) :: t
  def convert!(date, calendar) do
    case convert(date, calendar) do
      {:ok, date} -> date
      {:error, reason} -> raise ArgumentError, "cannot convert #{inspect(date)} to target calendar #{inspect(calendar)}, reason: #{inspect(reason)}"
    end
  end

  @doc """
  Adds days, which may be negative.

  ## Examples

      iex> Date.add(~D[2000-01-03], -2)
      ~D[2000-01-01]
      iex> Date.add(~D[2000-02-28], 2)
      ~D[2000-03-01]

  """
  @spec add(Calendar.date(), integer) :: t
  def add(date, days)

  def add(%{calendar: Calendar.ISO} = date, days) do
    %{year: year, month: month, day: day} = date
    {year, month, day} = Calendar.ISO.date_from_iso_days(Calendar.ISO.date_to_iso_days(year, month, day) + days)
    %Date{calendar: Calendar.ISO, year: year, month: month, day: day}
  end

  def add(%{calendar: calendar} = date, days) do
    {base, fraction} = to_iso_days(date)
    from_iso_days({base + days, fraction}, calendar)
  end

  @doc """
  Counts the days from the second date to the first.

  ## Examples

      iex> Date.diff(~D[2000-01-03], ~D[2000-01-01])
      2

  """
  @spec diff(Calendar.date(), Calendar.date()) :: integer
  def diff(%{calendar: Calendar.ISO} = date1, %{calendar: Calendar.ISO} = date2) do
    Calendar.ISO.date_to_iso_days(date1.year, date1.month, date1.day) - Calendar.ISO.date_to_iso_days(date2.year, date2.month, date2.day)
  end

  def diff(%{calendar: calendar1} = date1, %{calendar: calendar2} = date2) do
    if Calendar.compatible_calendars?(calendar1, calendar2) do
      {days1, _} = to_iso_days(date1)
      {days2, _} = to_iso_days(date2)
      days1 - days2
    else
      raise ArgumentError,
            "cannot calculate the difference between #{inspect(date1)} and #{inspect(date2)} because their calendars are not compatible " <>
              "and thus the result would be ambiguous"
    end
  end

  @doc """
  Moves a date by a duration of years, months, weeks and days.

  Months come before days, and a day that the month does not have becomes its last one. Units of time raise `ArgumentError`.
  """
  @spec shift(Calendar.date(), Duration.t() | keyword) :: t
  def shift(%{calendar: calendar} = date, duration) do
    %{year: year, month: month, day: day} = date
    {year, month, day} = calendar.shift_date(year, month, day, Duration.for_date!(duration))
    %Date{calendar: calendar, year: year, month: month, day: day}
  end

  @doc """
  Returns the day of the week, from 1 for the day that weeks start on: Monday, or the one given.

  ## Examples

      iex> Date.day_of_week(~D[2016-10-31])
      1
      iex> Date.day_of_week(~D[2016-10-31], :sunday)
      2

  """
  @spec day_of_week(Calendar.date(), starting_on :: :default | atom) :: Calendar.day_of_week()
  def day_of_week(date, starting_on \\ :default)

  def day_of_week(%{calendar: calendar, year: year, month: month, day: day}, starting_on) do
    {day_of_week, _first, _last} = calendar.day_of_week(year, month, day, starting_on)
    day_of_week
  end

  @doc """
  Returns the first day of the week.

  ## Examples

      iex> Date.beginning_of_week(~D[2020-07-12])
      ~D[2020-07-06]
      iex> Date.beginning_of_week(~D[2020-07-12], :sunday)
      ~D[2020-07-12]

  """
  @spec beginning_of_week(Calendar.date(), starting_on :: :default | atom) :: t
  def beginning_of_week(date, starting_on \\ :default)

  def beginning_of_week(%{calendar: calendar} = date, starting_on) do
    %{year: year, month: month, day: day} = date
    {day_of_week, first, _last} = calendar.day_of_week(year, month, day, starting_on)
    add(date, first - day_of_week)
  end

  @doc """
  Returns the last day of the week.

  ## Examples

      iex> Date.end_of_week(~D[2020-07-11])
      ~D[2020-07-12]
      iex> Date.end_of_week(~D[2020-07-11], :sunday)
      ~D[2020-07-11]

  """
  @spec end_of_week(Calendar.date(), starting_on :: :default | atom) :: t
  def end_of_week(date, starting_on \\ :default)

  def end_of_week(%{calendar: calendar} = date, starting_on) do
    %{year: year, month: month, day: day} = date
    {day_of_week, _first, last} = calendar.day_of_week(year, month, day, starting_on)
    add(date, last - day_of_week)
  end

  @doc """
  Returns the day of the year, from 1.

  ## Examples

      iex> Date.day_of_year(~D[2016-02-01])
      32

  """
  @spec day_of_year(Calendar.date()) :: Calendar.day()
  def day_of_year(date)
  def day_of_year(%{calendar: calendar, year: year, month: month, day: day}), do: calendar.day_of_year(year, month, day)

  @doc """
  Returns the quarter of the year, from 1.

  ## Examples

      iex> Date.quarter_of_year(~D[2016-10-31])
      4

  """
  @spec quarter_of_year(Calendar.date()) :: non_neg_integer
  def quarter_of_year(date)
  def quarter_of_year(%{calendar: calendar, year: year, month: month, day: day}), do: calendar.quarter_of_year(year, month, day)

  @doc """
  Returns the year within its era, and the era.

  ## Examples

      iex> Date.year_of_era(~D[0001-01-01])
      {1, 1}
      iex> Date.year_of_era(~D[-0001-01-01])
      {2, 0}

  """
  @spec year_of_era(Calendar.date()) :: {Calendar.year(), non_neg_integer}
  def year_of_era(date)
  def year_of_era(%{calendar: calendar, year: year, month: month, day: day}), do: calendar.year_of_era(year, month, day)

  @doc """
  Returns the day within its era, and the era.

  ## Examples

      iex> Date.day_of_era(~D[0001-01-01])
      {1, 1}
      iex> Date.day_of_era(~D[0000-12-31])
      {1, 0}

  """
  @spec day_of_era(Calendar.date()) :: {Calendar.day(), non_neg_integer}
  def day_of_era(date)
  def day_of_era(%{calendar: calendar, year: year, month: month, day: day}), do: calendar.day_of_era(year, month, day)

  @doc """
  Returns the first day of the month.

  ## Examples

      iex> Date.beginning_of_month(~N[2000-01-31 01:23:45])
      ~D[2000-01-01]

  """
  @spec beginning_of_month(Calendar.date()) :: t
  def beginning_of_month(date)
  def beginning_of_month(%{year: year, month: month, calendar: calendar}), do: %Date{year: year, month: month, day: 1, calendar: calendar}

  @doc """
  Returns the last day of the month.

  ## Examples

      iex> Date.end_of_month(~D[2000-02-01])
      ~D[2000-02-29]

  """
  @spec end_of_month(Calendar.date()) :: t
  def end_of_month(date)

  def end_of_month(%{year: year, month: month, calendar: calendar} = date),
    do: %Date{year: year, month: month, day: days_in_month(date), calendar: calendar}

  @doc false
  def to_iso_days(%{calendar: Calendar.ISO, year: year, month: month, day: day}),
    do: {Calendar.ISO.date_to_iso_days(year, month, day), {0, 86_400_000_000}}

  def to_iso_days(%{calendar: calendar, year: year, month: month, day: day}),
    do: calendar.naive_datetime_to_iso_days(year, month, day, 0, 0, 0, {0, 0})

  defp from_iso_days({days, _}, Calendar.ISO) do
    {year, month, day} = Calendar.ISO.date_from_iso_days(days)
    %Date{year: year, month: month, day: day, calendar: Calendar.ISO}
  end

  defp from_iso_days(iso_days, calendar) do
    {year, month, day, _, _, _, _} = calendar.naive_datetime_from_iso_days(iso_days)
    %Date{year: year, month: month, day: day, calendar: calendar}
  end

  defimpl String.Chars do
    def to_string(%{calendar: calendar, year: year, month: month, day: day}), do: calendar.date_to_string(year, month, day)
  end

  defimpl Inspect do
    def inspect(%{calendar: calendar, year: year, month: month, day: day}, _opts),
      do: "~D[" <> calendar.date_to_string(year, month, day) <> suffix(calendar) <> "]"

    defp suffix(Calendar.ISO), do: ""
    defp suffix(calendar), do: " " <> Kernel.inspect(calendar)
  end
end
