defmodule DateTime do
  @moduledoc """
  Moments of the world: a date and time with its time zone and offset from UTC.

  In UTC, written `~U[2000-01-01 23:00:07Z]`. Other zones need a database of time zones, which is given to the functions or set by
  `Calendar.put_time_zone_database/1`; the one that comes with the library knows UTC only. The offset from UTC is the sum of `:utc_offset`, the
  standard one of the zone, and `:std_offset`, that of daylight saving time. They are structs: compare them with `compare/2`, sort them with
  `Enum.sort(datetimes, DateTime)`.
  """

  @enforce_keys [:year, :month, :day, :hour, :minute, :second] ++ [:time_zone, :zone_abbr, :utc_offset, :std_offset]
  defstruct [
    :year,
    :month,
    :day,
    :hour,
    :minute,
    :second,
    :time_zone,
    :zone_abbr,
    :utc_offset,
    :std_offset,
    microsecond: {0, 0},
    calendar: Calendar.ISO
  ]

  @type t :: %__MODULE__{
          year: Calendar.year(),
          month: Calendar.month(),
          day: Calendar.day(),
          calendar: Calendar.calendar(),
          hour: Calendar.hour(),
          minute: Calendar.minute(),
          second: Calendar.second(),
          microsecond: Calendar.microsecond(),
          time_zone: Calendar.time_zone(),
          zone_abbr: Calendar.zone_abbr(),
          utc_offset: Calendar.utc_offset(),
          std_offset: Calendar.std_offset()
        }

  @type unit :: :day | :hour | :minute | System.time_unit()
  @typep from_wall :: {:ok, t} | {:ambiguous, t, t} | {:gap, t, t} | {:error, atom}

  @utc %{time_zone: "Etc/UTC", zone_abbr: "UTC", utc_offset: 0, std_offset: 0}
  @units [:native, :microsecond, :millisecond, :second]
  # The number of the day January 1, 1970.
  @unix_day 719_528

  @doc """
  Returns the present moment in UTC, in a calendar, or cut off to a unit.

  ## Examples

      iex> DateTime.utc_now().time_zone
      "Etc/UTC"

  """
  @spec utc_now(Calendar.calendar() | :native | :microsecond | :millisecond | :second) :: t
  def utc_now(calendar_or_time_unit \\ Calendar.ISO)
  def utc_now(time_unit) when time_unit in @units, do: utc_now(time_unit, Calendar.ISO)
  def utc_now(calendar), do: utc_now(:native, calendar)

  @doc """
  Returns the present moment in UTC, cut off to a unit, in a calendar.
  """
  @spec utc_now(:native | :microsecond | :millisecond | :second, Calendar.calendar()) :: t
  def utc_now(time_unit, calendar) when time_unit in @units, do: :os.system_time(time_unit) |> from_unix!(time_unit, calendar)

  @doc """
  Returns the present moment in a time zone.

  ## Examples

      iex> {:ok, datetime} = DateTime.now("Etc/UTC")
      iex> datetime.time_zone
      "Etc/UTC"
      iex> DateTime.now("not a real time zone")
      {:error, :utc_only_time_zone_database}

  """
  @spec now(Calendar.time_zone(), Calendar.time_zone_database()) ::
          {:ok, t} | {:error, :time_zone_not_found | :utc_only_time_zone_database}
  def now(time_zone, time_zone_database \\ Calendar.get_time_zone_database())
  def now("Etc/UTC", _time_zone_database), do: {:ok, utc_now()}
  def now(time_zone, time_zone_database), do: shift_zone(utc_now(), time_zone, time_zone_database)

  @doc """
  Returns the present moment in a time zone, or raises `ArgumentError`.
  """
  @spec now!(Calendar.time_zone(), Calendar.time_zone_database()) :: t
  def now!(time_zone, time_zone_database \\ Calendar.get_time_zone_database()) do
    case now(time_zone, time_zone_database) do
      {:ok, datetime} ->
        datetime

      {:error, reason} ->
        raise ArgumentError, "cannot get current datetime in #{inspect(time_zone)} time zone, reason: #{inspect(reason)}"
    end
  end

  @doc """
  Puts a date and a time in a zone together.

  A time on the wall may be two moments, `{:ambiguous, first, second}`, or none, `{:gap, last_before, first_after}`.

  ## Examples

      iex> DateTime.new(~D[2016-05-24], ~T[13:26:08.003])
      {:ok, ~U[2016-05-24 13:26:08.003Z]}

  """
  @spec new(Date.t(), Time.t(), Calendar.time_zone(), Calendar.time_zone_database()) :: from_wall
  def new(date, time, time_zone \\ "Etc/UTC", time_zone_database \\ Calendar.get_time_zone_database())

  def new(%Date{calendar: calendar} = date, %Time{calendar: calendar} = time, "Etc/UTC", _time_zone_database) do
    {:ok, naive_datetime} = NaiveDateTime.new(date, time)
    {:ok, in_zone(naive_datetime, @utc)}
  end

  def new(date, time, time_zone, time_zone_database) do
    with {:ok, naive_datetime} <- NaiveDateTime.new(date, time), do: from_naive(naive_datetime, time_zone, time_zone_database)
  end

  @doc """
  Puts a date and a time in a zone together, or raises `ArgumentError`.

  ## Examples

      iex> DateTime.new!(~D[2016-05-24], ~T[13:26:08])
      ~U[2016-05-24 13:26:08Z]

  """
  @spec new!(Date.t(), Time.t(), Calendar.time_zone(), Calendar.time_zone_database()) :: t
  def new!(date, time, time_zone \\ "Etc/UTC", time_zone_database \\ Calendar.get_time_zone_database()) do
    only!(new(date, time, time_zone, time_zone_database), time_zone, fn -> "cannot build datetime with #{inspect(date)} and #{inspect(time)}" end)
  end

  @doc """
  Takes a wall time as one in a zone.

  See `new/4` for ambiguous times and gaps. Given a `DateTime` it ignores its zone.

  ## Examples

      iex> DateTime.from_naive(~N[2016-05-24 13:26:08.003], "Etc/UTC")
      {:ok, ~U[2016-05-24 13:26:08.003Z]}

  """
  @spec from_naive(Calendar.naive_datetime(), Calendar.time_zone(), Calendar.time_zone_database()) :: from_wall
  def from_naive(naive_datetime, time_zone, time_zone_database \\ Calendar.get_time_zone_database())

  def from_naive(naive_datetime, "Etc/UTC", _), do: {:ok, in_zone(naive_datetime, @utc)}

  # Databases know the ISO calendar only.
  def from_naive(%{calendar: Calendar.ISO} = naive_datetime, time_zone, time_zone_database) do
    case time_zone_database.time_zone_periods_from_wall_datetime(naive_datetime, time_zone) do
      {:ok, period} ->
        {:ok, in_zone(naive_datetime, zone(period, time_zone))}

      {:ambiguous, first, second} ->
        {:ambiguous, in_zone(naive_datetime, zone(first, time_zone)), in_zone(naive_datetime, zone(second, time_zone))}

      {:gap, {before, gap_begins}, {later, gap_ends}} ->
        # The last microsecond that the clocks show before they jump.
        %{microsecond: {value, _}} = last = NaiveDateTime.add(gap_begins, -1, :microsecond)
        {:gap, in_zone(%{last | microsecond: {value, 6}}, zone(before, time_zone)), in_zone(gap_ends, zone(later, time_zone))}

      {:error, reason} ->
        {:error, reason}
    end
  end

  def from_naive(%{calendar: calendar} = naive_datetime, time_zone, time_zone_database) when calendar != Calendar.ISO do
    if Calendar.compatible_calendars?(calendar, Calendar.ISO) do
      back = &convert!(&1, calendar)

      case naive_datetime |> NaiveDateTime.convert!(Calendar.ISO) |> from_naive(time_zone, time_zone_database) do
        {:ok, datetime} -> {:ok, back.(datetime)}
        {:ambiguous, first, second} -> {:ambiguous, back.(first), back.(second)}
        {:gap, before, later} -> {:gap, back.(before), back.(later)}
        {:error, reason} -> {:error, reason}
      end
    else
      {:error, :incompatible_calendars}
    end
  end

  @doc """
  Takes a wall time as one in a zone, or raises `ArgumentError`.

  ## Examples

      iex> DateTime.from_naive!(~N[2016-05-24 13:26:08.003], "Etc/UTC")
      ~U[2016-05-24 13:26:08.003Z]

  """
  @spec from_naive!(Calendar.naive_datetime(), Calendar.time_zone(), Calendar.time_zone_database()) :: t
  def from_naive!(naive_datetime, time_zone, time_zone_database \\ Calendar.get_time_zone_database()) do
    only!(from_naive(naive_datetime, time_zone, time_zone_database), time_zone, fn -> "cannot convert #{inspect(naive_datetime)} to datetime" end)
  end

  defp only!({:ok, datetime}, _time_zone, _what), do: datetime

  defp only!({:ambiguous, first, second}, time_zone, what) do
    raise ArgumentError,
          what.() <>
            " because such instant is ambiguous in time zone #{time_zone} as there is an overlap between #{inspect(first)} and #{inspect(second)}"
  end

  defp only!({:gap, before, later}, time_zone, what) do
    raise ArgumentError,
          what.() <>
            " because such instant does not exist in time zone #{time_zone} as there is a gap between #{inspect(before)} and #{inspect(later)}"
  end

  defp only!({:error, reason}, _time_zone, what), do: raise(ArgumentError, what.() <> ", reason: #{inspect(reason)}")

  defp zone(%{utc_offset: utc_offset, std_offset: std_offset, zone_abbr: zone_abbr}, time_zone),
    do: %{time_zone: time_zone, zone_abbr: zone_abbr, utc_offset: utc_offset, std_offset: std_offset}

  defp in_zone(naive_datetime, zone) do
    %{year: year, month: month, day: day, hour: hour, minute: minute, second: second, microsecond: microsecond, calendar: calendar} = naive_datetime
    build({year, month, day, hour, minute, second, microsecond}, calendar, zone)
  end

  defp build({year, month, day, hour, minute, second, microsecond}, calendar, zone) do
    %DateTime{
      calendar: calendar,
      year: year,
      month: month,
      day: day,
      hour: hour,
      minute: minute,
      second: second,
      microsecond: microsecond,
      time_zone: zone.time_zone,
      zone_abbr: zone.zone_abbr,
      utc_offset: zone.utc_offset,
      std_offset: zone.std_offset
    }
  end

  @doc """
  Shows the same moment in another time zone.

  ## Examples

      iex> DateTime.shift_zone(~U[2018-07-16 10:00:00Z], "bad timezone")
      {:error, :utc_only_time_zone_database}

  """
  @spec shift_zone(t, Calendar.time_zone(), Calendar.time_zone_database()) ::
          {:ok, t} | {:error, :time_zone_not_found | :utc_only_time_zone_database}
  def shift_zone(datetime, time_zone, time_zone_database \\ Calendar.get_time_zone_database())
  def shift_zone(%{time_zone: time_zone} = datetime, time_zone, _time_zone_database), do: {:ok, datetime}

  def shift_zone(datetime, time_zone, time_zone_database) do
    %{std_offset: std_offset, utc_offset: utc_offset, calendar: calendar, microsecond: {_, precision}} = datetime
    datetime |> to_iso_days() |> plus_seconds(-utc_offset - std_offset) |> wall(precision, calendar, time_zone, time_zone_database)
  end

  @doc """
  Shows the same moment in another time zone, or raises `ArgumentError`.
  """
  @spec shift_zone!(t, Calendar.time_zone(), Calendar.time_zone_database()) :: t
  def shift_zone!(datetime, time_zone, time_zone_database \\ Calendar.get_time_zone_database()) do
    case shift_zone(datetime, time_zone, time_zone_database) do
      {:ok, datetime} ->
        datetime

      {:error, reason} ->
        raise ArgumentError, "cannot shift #{inspect(datetime)} to #{inspect(time_zone)} time zone, reason: #{inspect(reason)}"
    end
  end

  # What the clocks of a zone show at a moment of UTC.
  defp wall(utc_iso_days, precision, calendar, "Etc/UTC", _database), do: {:ok, from_iso_days(utc_iso_days, calendar, precision, @utc)}

  defp wall(utc_iso_days, precision, calendar, time_zone, database) do
    case database.time_zone_period_from_utc_iso_days(utc_iso_days, time_zone) do
      {:ok, %{std_offset: std_offset, utc_offset: utc_offset} = period} ->
        {:ok, utc_iso_days |> plus_seconds(utc_offset + std_offset) |> from_iso_days(calendar, precision, zone(period, time_zone))}

      {:error, reason} ->
        {:error, reason}
    end
  end

  @doc """
  Returns the moment of a Unix time, in UTC. The unit tells the precision.

  ## Examples

      iex> DateTime.from_unix(1_464_096_368)
      {:ok, ~U[2016-05-24 13:26:08Z]}
      iex> DateTime.from_unix(-1, :millisecond)
      {:ok, ~U[1969-12-31 23:59:59.999Z]}
      iex> DateTime.from_unix(1_000_000_000_000_000)
      {:error, :invalid_unix_time}

  """
  @spec from_unix(integer, :native | System.time_unit(), Calendar.calendar()) :: {:ok, t} | {:error, atom}
  def from_unix(integer, unit \\ :second, calendar \\ Calendar.ISO) when is_integer(integer) do
    case Calendar.ISO.from_unix(integer, unit) do
      {:ok, {year, month, day}, {hour, minute, second}, microsecond} ->
        {year, month, day, hour, minute, second, microsecond} |> build(Calendar.ISO, @utc) |> convert(calendar)

      {:error, reason} ->
        {:error, reason}
    end
  end

  @doc """
  Returns the moment of a Unix time, in UTC, or raises `ArgumentError`.

  ## Examples

      iex> DateTime.from_unix!(1_432_560_368_868_569, :microsecond)
      ~U[2015-05-25 13:26:08.868569Z]

  """
  @spec from_unix!(integer, :native | System.time_unit(), Calendar.calendar()) :: t
  def from_unix!(integer, unit \\ :second, calendar \\ Calendar.ISO) do
    case from_unix(integer, unit, calendar) do
      {:ok, datetime} -> datetime
      {:error, :invalid_unix_time} -> raise ArgumentError, "invalid Unix time #{integer}"
    end
  end

  @doc """
  Returns the Unix time of a moment.

  ## Examples

      iex> DateTime.to_unix(~U[2016-05-24 13:26:08Z])
      1_464_096_368
      iex> DateTime.to_unix(~U[2016-05-24 13:26:08.5Z], :millisecond)
      1_464_096_368_500

  """
  @spec to_unix(Calendar.datetime(), System.time_unit()) :: integer
  def to_unix(datetime, unit \\ :second)

  def to_unix(%{utc_offset: utc_offset, std_offset: std_offset} = datetime, unit) do
    {days, fraction} = to_iso_days(datetime)
    Calendar.ISO.iso_days_to_unit({days - @unix_day, fraction}, unit) - System.convert_time_unit(utc_offset + std_offset, :second, unit)
  end

  @doc """
  Drops the zone.

  ## Examples

      iex> DateTime.to_naive(~U[2016-05-24 13:26:08.003Z])
      ~N[2016-05-24 13:26:08.003]

  """
  @spec to_naive(Calendar.datetime()) :: NaiveDateTime.t()
  def to_naive(%{calendar: calendar, time_zone: _} = datetime) do
    %{year: year, month: month, day: day, hour: hour, minute: minute, second: second, microsecond: microsecond} = datetime

    %NaiveDateTime{
      year: year,
      month: month,
      day: day,
      calendar: calendar,
      hour: hour,
      minute: minute,
      second: second,
      microsecond: microsecond
    }
  end

  @doc """
  Returns the date that the zone has.

  ## Examples

      iex> DateTime.to_date(~U[2016-05-24 13:26:08Z])
      ~D[2016-05-24]

  """
  @spec to_date(Calendar.datetime()) :: Date.t()
  def to_date(%{year: year, month: month, day: day, calendar: calendar, time_zone: _}),
    do: %Date{year: year, month: month, day: day, calendar: calendar}

  @doc """
  Returns the time that the zone has.

  ## Examples

      iex> DateTime.to_time(~U[2016-05-24 13:26:08Z])
      ~T[13:26:08]

  """
  @spec to_time(Calendar.datetime()) :: Time.t()
  def to_time(%{hour: hour, minute: minute, second: second, microsecond: microsecond, calendar: calendar, time_zone: _}),
    do: %Time{hour: hour, minute: minute, second: second, microsecond: microsecond, calendar: calendar}

  @doc """
  Writes a moment after ISO 8601, with its offset, or with another one in seconds.

  ## Examples

      iex> DateTime.to_iso8601(~U[2000-02-28 23:00:13Z])
      "2000-02-28T23:00:13Z"
      iex> DateTime.to_iso8601(~U[2000-02-28 23:00:13Z], :basic)
      "20000228T230013Z"
      iex> DateTime.to_iso8601(~U[2000-02-28 23:00:13Z], :extended, 3600)
      "2000-02-29T00:00:13+01:00"

  """
  @spec to_iso8601(Calendar.datetime(), :extended | :basic, nil | integer) :: String.t()
  def to_iso8601(datetime, format \\ :extended, offset \\ nil)

  def to_iso8601(%{calendar: Calendar.ISO} = datetime, format, nil) when format in [:extended, :basic] do
    %{time_zone: time_zone, utc_offset: utc_offset, std_offset: std_offset} = datetime
    NaiveDateTime.to_iso8601(datetime, format) <> Calendar.ISO.offset_to_string(utc_offset, std_offset, time_zone, format)
  end

  def to_iso8601(%{calendar: Calendar.ISO, microsecond: {_, precision}, time_zone: "Etc/UTC"} = datetime, format, 0) when format in [:extended, :basic],
    do: iso8601_at(datetime, precision, format, 0)

  def to_iso8601(%{calendar: Calendar.ISO} = datetime, format, offset) when format in [:extended, :basic] do
    %{microsecond: {_, precision}} = datetime
    iso8601_at(datetime, precision, format, offset)
  end

  def to_iso8601(%{calendar: _} = datetime, format, offset) when format in [:extended, :basic],
    do: datetime |> convert!(Calendar.ISO) |> to_iso8601(format, offset)

  defp iso8601_at(datetime, precision, format, offset) do
    %{utc_offset: utc_offset, std_offset: std_offset, time_zone: time_zone} = datetime
    # Without daylight saving time; what is not in UTC is not said to be, not even with the offset zero.
    zone = %{@utc | time_zone: if(offset == 0, do: time_zone, else: ""), utc_offset: offset}

    datetime
    |> to_iso_days()
    |> plus_seconds(offset - utc_offset - std_offset)
    |> from_iso_days(Calendar.ISO, precision, zone)
    |> to_iso8601(format, nil)
  end

  @doc """
  Reads a moment in the extended form of ISO 8601, or in the basic one; returns it in UTC, with the offset that was read.

  ## Examples

      iex> DateTime.from_iso8601("2015-01-23T23:50:07Z")
      {:ok, ~U[2015-01-23 23:50:07Z], 0}
      iex> DateTime.from_iso8601("2015-01-23 23:50:07.123+02:30")
      {:ok, ~U[2015-01-23 21:20:07.123Z], 9000}
      iex> DateTime.from_iso8601("20150123T235007Z", :basic)
      {:ok, ~U[2015-01-23 23:50:07Z], 0}
      iex> DateTime.from_iso8601("2015-01-23 23:50:07")
      {:error, :missing_offset}

  """
  @spec from_iso8601(String.t(), Calendar.calendar() | :extended | :basic) :: {:ok, t, Calendar.utc_offset()} | {:error, atom}
  def from_iso8601(string, format_or_calendar \\ Calendar.ISO)
  def from_iso8601(string, format) when format in [:basic, :extended], do: from_iso8601(string, Calendar.ISO, format)
  def from_iso8601(string, calendar) when is_atom(calendar), do: from_iso8601(string, calendar, :extended)

  @doc """
  Reads a moment in a form of ISO 8601, into a calendar.
  """
  @spec from_iso8601(String.t(), Calendar.calendar(), :extended | :basic) :: {:ok, t, Calendar.utc_offset()} | {:error, atom}
  def from_iso8601(string, calendar, format) do
    with {:ok, fields, offset} <- Calendar.ISO.parse_utc_datetime(string, format),
         {:ok, datetime} <- fields |> build(Calendar.ISO, @utc) |> convert(calendar) do
      {:ok, datetime, offset}
    end
  end

  @doc """
  Returns the moment of a number of seconds since the beginning of the year 0, in UTC.

  ## Examples

      iex> DateTime.from_gregorian_seconds(63_755_511_991, {5000, 3})
      ~U[2020-05-01 00:26:31.005Z]

  """
  @spec from_gregorian_seconds(integer, Calendar.microsecond(), Calendar.calendar()) :: t
  def from_gregorian_seconds(seconds, {microsecond, precision} \\ {0, 0}, calendar \\ Calendar.ISO) when is_integer(seconds) do
    seconds |> Calendar.ISO.gregorian_seconds_to_iso_days(microsecond) |> from_iso_days(calendar, precision, @utc)
  end

  @doc """
  Counts the seconds since the beginning of the year 0, in UTC; microseconds apart.

  ## Examples

      iex> DateTime.to_gregorian_seconds(~U[2020-05-01 00:26:31.005Z])
      {63_755_511_991, 5000}

  """
  @spec to_gregorian_seconds(Calendar.datetime()) :: {integer, non_neg_integer}
  def to_gregorian_seconds(%{std_offset: std_offset, utc_offset: utc_offset, microsecond: {microsecond, _}} = datetime) do
    {days, {parts, per_day}} = to_iso_days(datetime)
    {days * 86_400 + div(parts * 86_400, per_day) - utc_offset - std_offset, microsecond}
  end

  @doc """
  Writes a moment as its calendar does.

  ## Examples

      iex> DateTime.to_string(~U[2000-02-28 23:00:13Z])
      "2000-02-28 23:00:13Z"

  """
  @spec to_string(Calendar.datetime()) :: String.t()
  def to_string(%{calendar: calendar} = datetime) do
    %{year: year, month: month, day: day, hour: hour, minute: minute, second: second, microsecond: microsecond} = datetime
    %{time_zone: time_zone, zone_abbr: zone_abbr, utc_offset: utc_offset, std_offset: std_offset} = datetime

    calendar.datetime_to_string(year, month, day, hour, minute, second, microsecond, time_zone, zone_abbr, utc_offset, std_offset)
  end

  @doc """
  Tells whether the first moment is earlier than the second, later, or the same one.

  ## Examples

      iex> DateTime.compare(~U[2016-05-24 13:26:08Z], ~U[2016-05-24 13:26:08.000Z])
      :eq
      iex> DateTime.compare(~U[2016-05-24 13:26:08Z], ~U[2016-05-24 13:26:09Z])
      :lt

  """
  @spec compare(Calendar.datetime(), Calendar.datetime()) :: :lt | :eq | :gt
  def compare(
        %{utc_offset: utc_offset1, std_offset: std_offset1} = datetime1,
        %{utc_offset: utc_offset2, std_offset: std_offset2} = datetime2
      ) do
    {days1, {parts1, per_day1}} = datetime1 |> to_iso_days() |> plus_seconds(-utc_offset1 - std_offset1)
    {days2, {parts2, per_day2}} = datetime2 |> to_iso_days() |> plus_seconds(-utc_offset2 - std_offset2)

    case {{days1, parts1 * per_day2}, {days2, parts2 * per_day1}} do
      {first, second} when first > second -> :gt
      {first, second} when first < second -> :lt
      _ -> :eq
    end
  end

  @doc """
  Tells whether the first moment is earlier than the second.
  """
  @spec before?(Calendar.datetime(), Calendar.datetime()) :: boolean
  def before?(datetime1, datetime2), do: compare(datetime1, datetime2) == :lt

  @doc """
  Tells whether the first moment is later than the second.
  """
  @spec after?(Calendar.datetime(), Calendar.datetime()) :: boolean
  def after?(datetime1, datetime2), do: compare(datetime1, datetime2) == :gt

  @doc """
  Counts the units from the second moment to the first.

  ## Examples

      iex> DateTime.diff(~U[2018-07-16 10:00:10Z], ~U[2018-07-16 10:00:00Z])
      10
      iex> DateTime.diff(~U[2018-07-18 10:00:00Z], ~U[2018-07-16 10:00:00Z], :day)
      2

  """
  @spec diff(Calendar.datetime(), Calendar.datetime(), unit) :: integer
  def diff(datetime1, datetime2, unit \\ :second)
  def diff(datetime1, datetime2, :day), do: div(diff(datetime1, datetime2, :second), 86_400)
  def diff(datetime1, datetime2, :hour), do: div(diff(datetime1, datetime2, :second), 3600)
  def diff(datetime1, datetime2, :minute), do: div(diff(datetime1, datetime2, :second), 60)

  def diff(
        %{utc_offset: utc_offset1, std_offset: std_offset1} = datetime1,
        %{utc_offset: utc_offset2, std_offset: std_offset2} = datetime2,
        unit
      ) do
    units1 = datetime1 |> to_iso_days() |> Calendar.ISO.iso_days_to_unit(unit)
    units2 = datetime2 |> to_iso_days() |> Calendar.ISO.iso_days_to_unit(unit)
    units1 - units2 + System.convert_time_unit(utc_offset2 + std_offset2 - utc_offset1 - std_offset1, :second, unit)
  end

  @doc """
  Adds an amount of a unit to the moment; the wall time follows the rules of the zone.

  ## Examples

      iex> DateTime.add(~U[2018-11-15 10:00:00Z], 3600)
      ~U[2018-11-15 11:00:00Z]
      iex> DateTime.add(~U[2018-11-15 10:00:00Z], -1, :day)
      ~U[2018-11-14 10:00:00Z]

  """
  @spec add(Calendar.datetime(), integer, unit, Calendar.time_zone_database()) :: t
  def add(datetime, amount_to_add, unit \\ :second, time_zone_database \\ Calendar.get_time_zone_database())
  def add(datetime, amount_to_add, :day, time_zone_database) when is_integer(amount_to_add), do: add(datetime, amount_to_add * 86_400, :second, time_zone_database)
  def add(datetime, amount_to_add, :hour, time_zone_database) when is_integer(amount_to_add), do: add(datetime, amount_to_add * 3600, :second, time_zone_database)
  def add(datetime, amount_to_add, :minute, time_zone_database) when is_integer(amount_to_add), do: add(datetime, amount_to_add * 60, :second, time_zone_database)

  def add(datetime, amount_to_add, unit, time_zone_database) when is_integer(amount_to_add) do
    %{calendar: calendar, microsecond: {_, precision}} = datetime
    %{utc_offset: utc_offset, std_offset: std_offset, time_zone: time_zone} = datetime
    per_day = System.convert_time_unit(86_400, :second, unit)

    datetime
    |> to_iso_days()
    |> plus_seconds(-utc_offset - std_offset)
    |> Calendar.ISO.add_day_fraction_to_iso_days(amount_to_add, per_day)
    |> wall(precision, calendar, time_zone, time_zone_database)
    |> case do
      {:ok, datetime} ->
        datetime

      {:error, reason} ->
        raise ArgumentError,
              "cannot add #{amount_to_add} #{unit} to #{inspect(datetime)} (with time zone database #{inspect(time_zone_database)}), reason: #{inspect(reason)}"
    end
  end

  @doc """
  Moves a moment by a duration: the wall time by years to days, the moment by hours and less.

  A wall time that is ambiguous becomes the earlier moment, one in a gap moves on by the length of the gap.
  """
  @spec shift(Calendar.datetime(), Duration.t() | keyword, Calendar.time_zone_database()) :: t
  def shift(%{calendar: calendar, time_zone: time_zone} = datetime, duration, database \\ Calendar.get_time_zone_database()) do
    duration = Duration.for_datetime!(duration)
    %{utc_offset: utc_offset, std_offset: std_offset} = datetime
    %{year: year, month: month, day: day, hour: hour, minute: minute, second: second, microsecond: microsecond} = datetime

    fields =
      {_, _, _, _, _, _, {_, precision}} =
      calendar.shift_naive_datetime(year, month, day, hour, minute, second, microsecond, duration)

    result =
      fields
      |> build(calendar, datetime)
      |> to_iso_days()
      |> plus_seconds(-utc_offset - std_offset)
      |> wall(precision, calendar, time_zone, database)

    case result do
      {:ok, shifted} ->
        # Crossing a change of the offset keeps the wall time when only the date was moved.
        keep_wall(shifted, datetime, duration)

      {:error, reason} ->
        raise ArgumentError,
              "cannot shift #{inspect(datetime)} to #{inspect(duration)} (with time zone database #{inspect(database)}), reason: #{inspect(reason)}"
    end
  end

  defp keep_wall(shifted, datetime, duration) do
    offset = datetime.utc_offset + datetime.std_offset
    shifted_offset = shifted.utc_offset + shifted.std_offset

    if shifted_offset != offset and Enum.any?([:year, :month, :week, :day], &(Map.fetch!(duration, &1) != 0)),
      do: add(shifted, offset - shifted_offset),
      else: shifted
  end

  @doc """
  Cuts the microseconds off to `:microsecond`, `:millisecond` or `:second`.

  ## Examples

      iex> DateTime.truncate(~U[2017-11-06 00:23:51.123456Z], :millisecond)
      ~U[2017-11-06 00:23:51.123Z]

  """
  @spec truncate(Calendar.datetime(), :microsecond | :millisecond | :second) :: t
  def truncate(%DateTime{microsecond: microsecond} = datetime, precision),
    do: %{datetime | microsecond: Calendar.truncate(microsecond, precision)}

  def truncate(%{calendar: calendar, time_zone: _, microsecond: microsecond} = datetime, precision) do
    %{year: year, month: month, day: day, hour: hour, minute: minute, second: second} = datetime
    build({year, month, day, hour, minute, second, Calendar.truncate(microsecond, precision)}, calendar, datetime)
  end

  @doc """
  Converts a moment to another calendar, if the days of both begin at the same moment.

  ## Examples

      iex> DateTime.convert(~U[2016-05-24 13:26:08Z], Calendar.ISO)
      {:ok, ~U[2016-05-24 13:26:08Z]}

  """
  @spec convert(Calendar.datetime(), Calendar.calendar()) :: {:ok, t} | {:error, :incompatible_calendars}
  def convert(%DateTime{calendar: calendar} = datetime, calendar), do: {:ok, datetime}

  def convert(%{calendar: calendar} = datetime, calendar) do
    %{year: year, month: month, day: day, hour: hour, minute: minute, second: second, microsecond: microsecond} = datetime
    {:ok, build({year, month, day, hour, minute, second, microsecond}, calendar, datetime)}
  end

  def convert(%{calendar: dt_calendar, microsecond: {_, precision}} = datetime, calendar) do
    if Calendar.compatible_calendars?(dt_calendar, calendar),
      do: {:ok, datetime |> to_iso_days() |> from_iso_days(calendar, precision, datetime)},
      else: {:error, :incompatible_calendars}
  end

  @doc """
  Converts a moment to another calendar, or raises `ArgumentError`.
  """
  @spec convert!(Calendar.datetime(), Calendar.calendar()) :: t
  def convert!(datetime, calendar) do
    case convert(datetime, calendar) do
      {:ok, datetime} ->
        datetime

      {:error, :incompatible_calendars} ->
        raise ArgumentError,
              "cannot convert #{inspect(datetime)} to target calendar #{inspect(calendar)}, " <>
                "reason: #{inspect(datetime.calendar)} and #{inspect(calendar)} have different day rollover moments, making this conversion ambiguous"
    end
  end

  defp to_iso_days(%{calendar: calendar} = datetime) do
    %{year: year, month: month, day: day, hour: hour, minute: minute, second: second, microsecond: microsecond} = datetime
    calendar.naive_datetime_to_iso_days(year, month, day, hour, minute, second, microsecond)
  end

  defp from_iso_days(iso_days, calendar, precision, zone) do
    {year, month, day, hour, minute, second, {value, _}} = calendar.naive_datetime_from_iso_days(iso_days)
    build({year, month, day, hour, minute, second, {value, precision}}, calendar, zone)
  end

  defp plus_seconds(iso_days, 0), do: iso_days
  defp plus_seconds(iso_days, seconds), do: Calendar.ISO.add_day_fraction_to_iso_days(iso_days, seconds, 86_400)

  defimpl String.Chars do
    def to_string(datetime), do: DateTime.to_string(datetime)
  end

  defimpl Inspect do
    def inspect(%{utc_offset: 0, std_offset: 0, time_zone: "Etc/UTC", calendar: calendar} = datetime, _opts),
      do: "~U[" <> DateTime.to_string(datetime) <> suffix(calendar) <> "]"

    def inspect(%{calendar: calendar} = datetime, _opts), do: "#DateTime<" <> DateTime.to_string(datetime) <> suffix(calendar) <> ">"

    defp suffix(Calendar.ISO), do: ""
    defp suffix(calendar), do: " " <> Kernel.inspect(calendar)
  end
end
