defmodule NaiveDateTime do
  @moduledoc """
  Dates with times, without time zone: naive, for nobody knows which moment of the world they mean.

  Written `~N[2000-01-01 23:00:07]`. The functions take any map with the fields of a date and a time, so also `DateTime`, whose zone they
  ignore. They are structs: compare them with `compare/2`, sort them with `Enum.sort(datetimes, NaiveDateTime)`. Days have 86400 seconds.
  """

  @enforce_keys [:year, :month, :day, :hour, :minute, :second]
  defstruct [:year, :month, :day, :hour, :minute, :second, microsecond: {0, 0}, calendar: Calendar.ISO]

  @type t :: %NaiveDateTime{
          year: Calendar.year(),
          month: Calendar.month(),
          day: Calendar.day(),
          hour: Calendar.hour(),
          minute: Calendar.minute(),
          second: Calendar.second(),
          microsecond: Calendar.microsecond(),
          calendar: Calendar.calendar()
        }

  @type unit :: :day | :hour | :minute | System.time_unit()

  @doc """
  Returns the date and time that it is in UTC.

  ## Examples

      iex> NaiveDateTime.utc_now().calendar
      Calendar.ISO

  """
  @spec utc_now(Calendar.calendar() | :native | :microsecond | :millisecond | :second) :: t
  def utc_now(calendar_or_time_unit \\ Calendar.ISO)

  def utc_now(time_unit) when time_unit in [:native, :microsecond, :millisecond, :second], do: time_unit |> DateTime.utc_now() |> DateTime.to_naive()
  def utc_now(calendar), do: calendar |> DateTime.utc_now() |> DateTime.to_naive()

  @doc """
  Returns the date and time that it is where the program runs, in whole seconds.

  ## Examples

      iex> NaiveDateTime.local_now().microsecond
      {0, 0}

  """
  @spec local_now(Calendar.calendar()) :: t
  def local_now(calendar \\ Calendar.ISO) do
    case from_erl(:calendar.local_time(), {0, 0}, calendar) do
      {:ok, datetime} ->
        datetime

      {:error, :incompatible_calendars} ->
        raise ArgumentError,
              ~s(cannot get "local now" in target calendar #{inspect(calendar)}, reason: cannot convert from Calendar.ISO to #{inspect(calendar)}.)
    end
  end

  @doc """
  Makes a date and time, if there is such one.

  ## Examples

      iex> NaiveDateTime.new(2000, 1, 1, 0, 0, 0)
      {:ok, ~N[2000-01-01 00:00:00]}
      iex> NaiveDateTime.new(2000, 13, 1, 0, 0, 0)
      {:error, :invalid_date}
      iex> NaiveDateTime.new(2000, 1, 1, 24, 59, 59)
      {:error, :invalid_time}

  """
  @spec new(
          Calendar.year(),
          Calendar.month(),
          Calendar.day(),
          Calendar.hour(),
          Calendar.minute(),
          Calendar.second(),
          Calendar.microsecond() | non_neg_integer,
          Calendar.calendar()
        ) :: {:ok, t} | {:error, atom}
  def new(year, month, day, hour, minute, second, microsecond \\ {0, 0}, calendar \\ Calendar.ISO)

  def new(year, month, day, hour, minute, second, microsecond, calendar) when is_integer(microsecond),
    do: new(year, month, day, hour, minute, second, {microsecond, 6}, calendar)

  def new(year, month, day, hour, minute, second, microsecond, calendar) do
    cond do
      not calendar.valid_date?(year, month, day) ->
        {:error, :invalid_date}

      not calendar.valid_time?(hour, minute, second, microsecond) ->
        {:error, :invalid_time}

      true ->
        {:ok, build({year, month, day, hour, minute, second, microsecond}, calendar)}
    end
  end

  @doc """
  Makes a date and time, or raises `ArgumentError`.

  ## Examples

      iex> NaiveDateTime.new!(2000, 1, 1, 0, 0, 0, {3000, 3})
      ~N[2000-01-01 00:00:00.003]

  """
  @spec new!(
          Calendar.year(),
          Calendar.month(),
          Calendar.day(),
          Calendar.hour(),
          Calendar.minute(),
          Calendar.second(),
          Calendar.microsecond() | non_neg_integer,
          Calendar.calendar()
        ) :: t
  def new!(year, month, day, hour, minute, second, microsecond \\ {0, 0}, calendar \\ Calendar.ISO) do
    built!(new(year, month, day, hour, minute, second, microsecond, calendar))
  end

  @doc """
  Puts a date and a time of one calendar together.

  ## Examples

      iex> NaiveDateTime.new(~D[2010-01-13], ~T[23:00:07.005])
      {:ok, ~N[2010-01-13 23:00:07.005]}

  """
  @spec new(Date.t(), Time.t()) :: {:ok, t}
  def new(date, time)

  def new(%Date{calendar: calendar} = date, %Time{calendar: calendar} = time) do
    %{year: year, month: month, day: day} = date
    %{hour: hour, minute: minute, second: second, microsecond: microsecond} = time
    {:ok, build({year, month, day, hour, minute, second, microsecond}, calendar)}
  end

  @doc """
  Puts a date and a time of one calendar together.

  ## Examples

      iex> NaiveDateTime.new!(~D[2010-01-13], ~T[23:00:07])
      ~N[2010-01-13 23:00:07]

  """
  @spec new!(Date.t(), Time.t()) :: t
  def new!(date, time)
  def new!(%Date{calendar: calendar} = date, %Time{calendar: calendar} = time), do: built!(new(date, time))

  defp built!({:ok, naive_datetime}), do: naive_datetime
  defp built!({:error, reason}), do: raise(ArgumentError, "cannot build naive datetime, reason: #{inspect(reason)}")

  @doc """
  Adds an amount of a unit. The precision of the microseconds stays.

  ## Examples

      iex> NaiveDateTime.add(~N[2014-10-02 00:29:10], 2)
      ~N[2014-10-02 00:29:12]
      iex> NaiveDateTime.add(~N[2014-10-02 00:29:10], -1, :day)
      ~N[2014-10-01 00:29:10]
      iex> NaiveDateTime.add(~N[2014-10-02 00:29:10.021], 21, :millisecond)
      ~N[2014-10-02 00:29:10.042]

  """
  @spec add(Calendar.naive_datetime(), integer, unit) :: t
  def add(naive_datetime, amount_to_add, unit \\ :second)
  def add(naive_datetime, amount_to_add, :day) when is_integer(amount_to_add), do: add(naive_datetime, amount_to_add * 86_400, :second)
  def add(naive_datetime, amount_to_add, :hour) when is_integer(amount_to_add), do: add(naive_datetime, amount_to_add * 3600, :second)
  def add(naive_datetime, amount_to_add, :minute) when is_integer(amount_to_add), do: add(naive_datetime, amount_to_add * 60, :second)

  def add(%{microsecond: {_, precision}, calendar: calendar} = naive_datetime, amount_to_add, unit) when is_integer(amount_to_add) do
    per_day = System.convert_time_unit(86_400, :second, unit)
    naive_datetime |> to_iso_days() |> Calendar.ISO.add_day_fraction_to_iso_days(amount_to_add, per_day) |> from_iso_days(calendar, precision)
  end

  @doc """
  Moves a date and time by a duration: by years and months, then weeks and days, then by time.
  """
  @spec shift(Calendar.naive_datetime(), Duration.t() | keyword) :: t
  def shift(%{calendar: calendar} = naive_datetime, duration) do
    %{year: year, month: month, day: day, hour: hour, minute: minute, second: second, microsecond: microsecond} = naive_datetime

    year
    |> calendar.shift_naive_datetime(month, day, hour, minute, second, microsecond, Duration.for_datetime!(duration))
    |> build(calendar)
  end

  @doc """
  Counts the units from the second to the first.

  ## Examples

      iex> NaiveDateTime.diff(~N[2014-10-02 00:29:12], ~N[2014-10-02 00:29:10])
      2
      iex> NaiveDateTime.diff(~N[2014-10-04 00:29:10], ~N[2014-10-02 00:29:12], :day)
      1

  """
  @spec diff(Calendar.naive_datetime(), Calendar.naive_datetime(), unit) :: integer
  def diff(naive_datetime1, naive_datetime2, unit \\ :second)
  def diff(naive_datetime1, naive_datetime2, :day), do: div(diff(naive_datetime1, naive_datetime2, :second), 86_400)
  def diff(naive_datetime1, naive_datetime2, :hour), do: div(diff(naive_datetime1, naive_datetime2, :second), 3600)
  def diff(naive_datetime1, naive_datetime2, :minute), do: div(diff(naive_datetime1, naive_datetime2, :second), 60)

  def diff(%{calendar: calendar1} = naive_datetime1, %{calendar: calendar2} = naive_datetime2, unit) do
    if not Calendar.compatible_calendars?(calendar1, calendar2) do
      raise ArgumentError,
            "cannot calculate the difference between #{inspect(naive_datetime1)} and #{inspect(naive_datetime2)} " <>
              "because their calendars are not compatible and thus the result would be ambiguous"
    end

    units1 = naive_datetime1 |> to_iso_days() |> Calendar.ISO.iso_days_to_unit(unit)
    units2 = naive_datetime2 |> to_iso_days() |> Calendar.ISO.iso_days_to_unit(unit)
    units1 - units2
  end

  @doc """
  Cuts the microseconds off to `:microsecond`, `:millisecond` or `:second`.

  ## Examples

      iex> NaiveDateTime.truncate(~N[2017-11-06 00:23:51.123456], :millisecond)
      ~N[2017-11-06 00:23:51.123]

  """
  @spec truncate(t, :microsecond | :millisecond | :second) :: t
  def truncate(%NaiveDateTime{microsecond: microsecond} = naive_datetime, precision),
    do: %{naive_datetime | microsecond: Calendar.truncate(microsecond, precision)}

  def truncate(%{calendar: calendar, microsecond: microsecond} = datetime, precision) do
    %{year: year, month: month, day: day, hour: hour, minute: minute, second: second} = datetime
    build({year, month, day, hour, minute, second, Calendar.truncate(microsecond, precision)}, calendar)
  end

  @doc """
  Returns the date.

  ## Examples

      iex> NaiveDateTime.to_date(~N[2002-01-13 23:00:07])
      ~D[2002-01-13]

  """
  @spec to_date(Calendar.naive_datetime()) :: Date.t()
  def to_date(%{year: year, month: month, day: day, calendar: calendar, hour: _, minute: _, second: _, microsecond: _}),
    do: %Date{year: year, month: month, day: day, calendar: calendar}

  @doc """
  Returns the time.

  ## Examples

      iex> NaiveDateTime.to_time(~N[2002-01-13 23:00:07])
      ~T[23:00:07]

  """
  @spec to_time(Calendar.naive_datetime()) :: Time.t()
  def to_time(%{hour: hour, minute: minute, second: second, microsecond: microsecond, calendar: calendar, year: _, month: _, day: _}),
    do: %Time{hour: hour, minute: minute, second: second, microsecond: microsecond, calendar: calendar}

  @doc """
  Writes a date and time as its calendar does.

  ## Examples

      iex> NaiveDateTime.to_string(~N[2000-02-28 23:00:13.001])
      "2000-02-28 23:00:13.001"

  """
  @spec to_string(Calendar.naive_datetime()) :: String.t()
  def to_string(%{calendar: calendar} = naive_datetime) do
    %{year: year, month: month, day: day, hour: hour, minute: minute, second: second, microsecond: microsecond} = naive_datetime
    calendar.naive_datetime_to_string(year, month, day, hour, minute, second, microsecond)
  end

  @doc """
  Reads the extended form of ISO 8601, with `T` or a space in the middle. An offset is checked and ignored.

  ## Examples

      iex> NaiveDateTime.from_iso8601("2015-01-23 23:50:07.5")
      {:ok, ~N[2015-01-23 23:50:07.5]}
      iex> NaiveDateTime.from_iso8601("2015-01-23T23:50:07+01:00")
      {:ok, ~N[2015-01-23 23:50:07]}
      iex> NaiveDateTime.from_iso8601("2015-01-23P23:50:07")
      {:error, :invalid_format}

  """
  @spec from_iso8601(String.t(), Calendar.calendar()) :: {:ok, t} | {:error, atom}
  def from_iso8601(string, calendar \\ Calendar.ISO) do
    with {:ok, fields} <- Calendar.ISO.parse_naive_datetime(string), do: fields |> build(Calendar.ISO) |> convert(calendar)
  end

  @doc """
  Reads the extended form of ISO 8601, or raises `ArgumentError`.

  ## Examples

      iex> NaiveDateTime.from_iso8601!("2015-01-23T23:50:07,123Z")
      ~N[2015-01-23 23:50:07.123]

  """
  @spec from_iso8601!(String.t(), Calendar.calendar()) :: t
  def from_iso8601!(string, calendar \\ Calendar.ISO) do
    case from_iso8601(string, calendar) do
      {:ok, naive_datetime} -> naive_datetime
      {:error, reason} -> raise ArgumentError, "cannot parse #{inspect(string)} as naive datetime, reason: #{inspect(reason)}"
    end
  end

  @doc """
  Writes a date and time after ISO 8601.

  ## Examples

      iex> NaiveDateTime.to_iso8601(~N[2000-02-28 23:00:13])
      "2000-02-28T23:00:13"
      iex> NaiveDateTime.to_iso8601(~N[2000-02-28 23:00:13.001], :basic)
      "20000228T230013.001"

  """
  @spec to_iso8601(Calendar.naive_datetime(), :basic | :extended) :: String.t()
  def to_iso8601(naive_datetime, format \\ :extended)

  def to_iso8601(%{calendar: Calendar.ISO} = naive_datetime, format) when format in [:basic, :extended] do
    %{year: year, month: month, day: day, hour: hour, minute: minute, second: second, microsecond: microsecond} = naive_datetime
    Calendar.ISO.date_to_string(year, month, day, format) <> "T" <> Calendar.ISO.time_to_string(hour, minute, second, microsecond, format)
  end

  def to_iso8601(%{calendar: _} = naive_datetime, format) when format in [:basic, :extended],
    do: naive_datetime |> convert!(Calendar.ISO) |> to_iso8601(format)

  @doc """
  Returns the tuple that Erlang has for a date and time; microseconds are lost.

  ## Examples

      iex> NaiveDateTime.to_erl(~N[2000-01-01 13:30:15])
      {{2000, 1, 1}, {13, 30, 15}}

  """
  @spec to_erl(Calendar.naive_datetime()) :: :calendar.datetime()
  def to_erl(%{calendar: _} = naive_datetime) do
    %{year: year, month: month, day: day, hour: hour, minute: minute, second: second} = convert!(naive_datetime, Calendar.ISO)
    {{year, month, day}, {hour, minute, second}}
  end

  @doc """
  Takes Erlang's tuple for a date and time.

  ## Examples

      iex> NaiveDateTime.from_erl({{2000, 1, 1}, {13, 30, 15}}, {5000, 3})
      {:ok, ~N[2000-01-01 13:30:15.005]}
      iex> NaiveDateTime.from_erl({{2000, 13, 1}, {13, 30, 15}})
      {:error, :invalid_date}

  """
  @spec from_erl(:calendar.datetime(), Calendar.microsecond() | non_neg_integer, Calendar.calendar()) :: {:ok, t} | {:error, atom}
  def from_erl(tuple, microsecond \\ {0, 0}, calendar \\ Calendar.ISO)

  def from_erl({{year, month, day}, {hour, minute, second}}, microsecond, calendar) do
    with {:ok, utc} <- new(year, month, day, hour, minute, second, microsecond), do: convert(utc, calendar)
  end

  @doc """
  Takes Erlang's tuple for a date and time, or raises `ArgumentError`.

  ## Examples

      iex> NaiveDateTime.from_erl!({{2000, 1, 1}, {13, 30, 15}})
      ~N[2000-01-01 13:30:15]

  """
  @spec from_erl!(:calendar.datetime(), Calendar.microsecond() | non_neg_integer, Calendar.calendar()) :: t
  def from_erl!(tuple, microsecond \\ {0, 0}, calendar \\ Calendar.ISO) do
    case from_erl(tuple, microsecond, calendar) do
      {:ok, naive_datetime} -> naive_datetime
      {:error, reason} -> raise ArgumentError, "cannot convert #{inspect(tuple)} to naive datetime, reason: #{inspect(reason)}"
    end
  end

  @doc """
  Returns the date and time of a number of seconds since the beginning of the year 0.

  ## Examples

      iex> NaiveDateTime.from_gregorian_seconds(63_755_511_991, {5000, 3})
      ~N[2020-05-01 00:26:31.005]

  """
  @spec from_gregorian_seconds(integer, Calendar.microsecond(), Calendar.calendar()) :: t
  def from_gregorian_seconds(seconds, {microsecond, precision} \\ {0, 0}, calendar \\ Calendar.ISO) when is_integer(seconds) do
    seconds |> Calendar.ISO.gregorian_seconds_to_iso_days(microsecond) |> from_iso_days(calendar, precision)
  end

  @doc """
  Counts the seconds since the beginning of the year 0; microseconds apart.

  ## Examples

      iex> NaiveDateTime.to_gregorian_seconds(~N[2020-05-01 00:26:31.005])
      {63_755_511_991, 5000}

  """
  @spec to_gregorian_seconds(Calendar.naive_datetime()) :: {integer, non_neg_integer}
  def to_gregorian_seconds(%{calendar: _, microsecond: {microsecond, _}} = naive_datetime) do
    {days, {parts, per_day}} = to_iso_days(naive_datetime)
    {days * 86_400 + div(parts * 86_400, per_day), microsecond}
  end

  @doc """
  Tells whether the first is earlier than the second, later, or the same. The precision does not count.

  ## Examples

      iex> NaiveDateTime.compare(~N[2016-04-16 13:30:15], ~N[2016-04-28 16:19:25])
      :lt
      iex> NaiveDateTime.compare(~N[2016-04-16 13:30:15.10], ~N[2016-04-16 13:30:15.1])
      :eq

  """
  @spec compare(Calendar.naive_datetime(), Calendar.naive_datetime()) :: :lt | :eq | :gt
  def compare(%{calendar: calendar1} = naive_datetime1, %{calendar: calendar2} = naive_datetime2) do
    if Calendar.compatible_calendars?(calendar1, calendar2) do
      {days1, {parts1, per_day1}} = to_iso_days(naive_datetime1)
      {days2, {parts2, per_day2}} = to_iso_days(naive_datetime2)

      case {{days1, parts1 * per_day2}, {days2, parts2 * per_day1}} do
        {first, second} when first > second -> :gt
        {first, second} when first < second -> :lt
        _ -> :eq
      end
    else
      raise ArgumentError, """
      cannot compare #{inspect(naive_datetime1)} with #{inspect(naive_datetime2)}.

      This comparison would be ambiguous as their calendars have incompatible day rollover moments.
      Specify an exact time of day (using `DateTime`s) to resolve this ambiguity
      """
    end
  end

  @doc """
  Tells whether the first is earlier than the second.
  """
  @spec before?(Calendar.naive_datetime(), Calendar.naive_datetime()) :: boolean
  def before?(naive_datetime1, naive_datetime2), do: compare(naive_datetime1, naive_datetime2) == :lt

  @doc """
  Tells whether the first is later than the second.
  """
  @spec after?(Calendar.naive_datetime(), Calendar.naive_datetime()) :: boolean
  def after?(naive_datetime1, naive_datetime2), do: compare(naive_datetime1, naive_datetime2) == :gt

  @doc """
  Converts to another calendar, if the days of both begin at the same moment.

  ## Examples

      iex> NaiveDateTime.convert(~U[2000-01-01 13:30:15Z], Calendar.ISO)
      {:ok, ~N[2000-01-01 13:30:15]}

  """
  @spec convert(Calendar.naive_datetime(), Calendar.calendar()) :: {:ok, t} | {:error, :incompatible_calendars}
  def convert(%{calendar: calendar} = naive_datetime, calendar) do
    %{year: year, month: month, day: day, hour: hour, minute: minute, second: second, microsecond: microsecond} = naive_datetime
    {:ok, build({year, month, day, hour, minute, second, microsecond}, calendar)}
  end

  def convert(%{calendar: ndt_calendar, microsecond: {_, precision}} = naive_datetime, calendar) do
    if Calendar.compatible_calendars?(ndt_calendar, calendar),
      do: {:ok, naive_datetime |> to_iso_days() |> from_iso_days(calendar, precision)},
      else: {:error, :incompatible_calendars}
  end

  @doc """
  Converts to another calendar, or raises `ArgumentError`.
  """
  @spec convert!(Calendar.naive_datetime(), Calendar.calendar()) :: t
  def convert!(naive_datetime, calendar) do
    case convert(naive_datetime, calendar) do
      {:ok, naive_datetime} ->
        naive_datetime

      {:error, :incompatible_calendars} ->
        raise ArgumentError,
              "cannot convert #{inspect(naive_datetime)} to target calendar #{inspect(calendar)}, " <>
                "reason: #{inspect(naive_datetime.calendar)} and #{inspect(calendar)} have different day rollover moments, making this conversion ambiguous"
    end
  end

  @doc """
  Returns the first moment of the day, with the same precision.
  """
  @spec beginning_of_day(Calendar.naive_datetime()) :: t
  def beginning_of_day(%{calendar: calendar, microsecond: {_, precision}} = naive_datetime) do
    {days, {_parts, per_day}} = to_iso_days(naive_datetime)
    from_iso_days({days, {0, per_day}}, calendar, precision)
  end

  @doc """
  Returns the last moment of the day that the precision can tell.
  """
  @spec end_of_day(Calendar.naive_datetime()) :: t
  def end_of_day(%{calendar: calendar, microsecond: {_, precision}} = naive_datetime) do
    {days, {_parts, per_day}} = to_iso_days(naive_datetime)
    %{microsecond: {value, _}} = last = from_iso_days({days, {per_day - 1, per_day}}, calendar, precision)
    unit = Integer.pow(10, 6 - precision)
    %{last | microsecond: {value - rem(value, unit), precision}}
  end

  defp build({year, month, day, hour, minute, second, microsecond}, calendar) do
    %NaiveDateTime{
      calendar: calendar,
      year: year,
      month: month,
      day: day,
      hour: hour,
      minute: minute,
      second: second,
      microsecond: microsecond
    }
  end

  defp to_iso_days(%{calendar: calendar, year: year, month: month, day: day, hour: hour, minute: minute, second: second, microsecond: microsecond}),
    do: calendar.naive_datetime_to_iso_days(year, month, day, hour, minute, second, microsecond)

  defp from_iso_days(iso_days, calendar, precision) do
    {year, month, day, hour, minute, second, {value, _}} = calendar.naive_datetime_from_iso_days(iso_days)
    build({year, month, day, hour, minute, second, {value, precision}}, calendar)
  end

  defimpl String.Chars do
    def to_string(naive_datetime), do: NaiveDateTime.to_string(naive_datetime)
  end

  defimpl Inspect do
    def inspect(%{calendar: calendar} = naive_datetime, _opts),
      do: "~N[" <> NaiveDateTime.to_string(naive_datetime) <> suffix(calendar) <> "]"

    defp suffix(Calendar.ISO), do: ""
    defp suffix(calendar), do: " " <> Kernel.inspect(calendar)
  end
end
