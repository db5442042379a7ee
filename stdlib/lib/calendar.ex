defmodule Calendar do
  @moduledoc """
  What `Date`, `Time`, `NaiveDateTime` and `DateTime` need to know of a calendar, and formatting by patterns.

  A calendar is a module with this behaviour; `Calendar.ISO` is the one used everywhere unless another is asked for. Values travel
  between calendars as *iso days*: the count of days since January 1 of the year 0, and the part of the day that has passed, as a fraction.
  """

  @type year :: integer
  @type month :: pos_integer
  @type day :: pos_integer
  @type week :: pos_integer
  @type day_of_week :: non_neg_integer
  @type era :: non_neg_integer
  @typedoc "The day since the beginning of an era, and the era."
  @type day_of_era :: {day :: non_neg_integer, era}
  @typedoc "The part of a day that has passed: parts, and how many parts a day has."
  @type day_fraction :: {parts_in_day :: non_neg_integer, parts_per_day :: pos_integer}
  @typedoc "Days since the beginning of the year 0, and the part of the day."
  @type iso_days :: {days :: integer, day_fraction}
  @typedoc "Microseconds, and how many of their digits count."
  @type microsecond :: {value :: non_neg_integer, precision :: non_neg_integer}
  @type calendar :: module
  @type time_zone :: String.t()
  @type zone_abbr :: String.t()
  @type utc_offset :: integer
  @type std_offset :: integer
  @type hour :: non_neg_integer
  @type minute :: non_neg_integer
  @type second :: non_neg_integer
  @type time_zone_database :: module

  @type date :: %{optional(any) => any, calendar: calendar, year: year, month: month, day: day}
  @type time :: %{optional(any) => any, hour: hour, minute: minute, second: second, microsecond: microsecond}
  @type naive_datetime :: %{
          optional(any) => any,
          calendar: calendar,
          year: year,
          month: month,
          day: day,
          hour: hour,
          minute: minute,
          second: second,
          microsecond: microsecond
        }
  @type datetime :: %{
          optional(any) => any,
          calendar: calendar,
          year: year,
          month: month,
          day: day,
          hour: hour,
          minute: minute,
          second: second,
          microsecond: microsecond,
          time_zone: time_zone,
          zone_abbr: zone_abbr,
          utc_offset: utc_offset,
          std_offset: std_offset
        }

  @doc "Tells how many days a month of a year has."
  @callback days_in_month(year, month) :: day
  @doc "Tells how many months a year has."
  @callback months_in_year(year) :: month
  @doc "Tells whether a year is a leap year."
  @callback leap_year?(year) :: boolean
  @doc "Returns the day of the week, with the first and the last that are possible."
  @callback day_of_week(year, month, day, starting_on :: :default | atom) ::
              {day_of_week, first_day_of_week :: non_neg_integer, last_day_of_week :: non_neg_integer}
  @doc "Returns the day of the year, from 1."
  @callback day_of_year(year, month, day) :: non_neg_integer
  @doc "Returns the quarter of the year, from 1."
  @callback quarter_of_year(year, month, day) :: non_neg_integer
  @doc "Returns the year within its era, and the era."
  @callback year_of_era(year, month, day) :: {year, era}
  @doc "Returns the day within its era, and the era."
  @callback day_of_era(year, month, day) :: day_of_era
  @doc "Writes a date."
  @callback date_to_string(year, month, day) :: String.t()
  @doc "Writes a date with time but without zone."
  @callback naive_datetime_to_string(year, month, day, hour, minute, second, microsecond) :: String.t()
  @doc "Writes a date with time and zone."
  @callback datetime_to_string(year, month, day, hour, minute, second, microsecond, time_zone, zone_abbr, utc_offset, std_offset) :: String.t()
  @doc "Writes a time."
  @callback time_to_string(hour, minute, second, microsecond) :: String.t()
  @doc "Counts the days up to a moment."
  @callback naive_datetime_to_iso_days(year, month, day, hour, minute, second, microsecond) :: iso_days
  @doc "Names the moment of a count of days."
  @callback naive_datetime_from_iso_days(iso_days) :: {year, month, day, hour, minute, second, microsecond}
  @doc "Turns a time into the part of the day that has passed."
  @callback time_to_day_fraction(hour, minute, second, microsecond) :: day_fraction
  @doc "Turns a part of a day into a time."
  @callback time_from_day_fraction(day_fraction) :: {hour, minute, second, microsecond}
  @doc "Tells when, seen from midnight in UTC, a day of the calendar begins. Times convert only between calendars that agree."
  @callback day_rollover_relative_to_midnight_utc() :: day_fraction
  @doc "Tells whether there is such a date."
  @callback valid_date?(year, month, day) :: boolean
  @doc "Tells whether there is such a time."
  @callback valid_time?(hour, minute, second, microsecond) :: boolean
  @doc "Reads a time."
  @callback parse_time(String.t()) :: {:ok, {hour, minute, second, microsecond}} | {:error, atom}
  @doc "Reads a date."
  @callback parse_date(String.t()) :: {:ok, {year, month, day}} | {:error, atom}
  @doc "Reads a date with time."
  @callback parse_naive_datetime(String.t()) :: {:ok, {year, month, day, hour, minute, second, microsecond}} | {:error, atom}
  @doc "Reads a date with time and offset, as UTC."
  @callback parse_utc_datetime(String.t()) :: {:ok, {year, month, day, hour, minute, second, microsecond}, utc_offset} | {:error, atom}

  @doc """
  Tells whether dates and times of two calendars convert into each other.

  They do when their days begin at the same moment.

  ## Examples

      iex> Calendar.compatible_calendars?(Calendar.ISO, Calendar.ISO)
      true

  """
  @spec compatible_calendars?(calendar, calendar) :: boolean
  def compatible_calendars?(calendar, calendar), do: true

  def compatible_calendars?(calendar1, calendar2) do
    {parts1, per_day1} = calendar1.day_rollover_relative_to_midnight_utc()
    {parts2, per_day2} = calendar2.day_rollover_relative_to_midnight_utc()
    parts1 * per_day2 == parts2 * per_day1
  end

  @doc """
  Cuts microseconds off to `:microsecond`, `:millisecond` or `:second`. What is coarser already stays.

  ## Examples

      iex> Calendar.truncate({123456, 6}, :millisecond)
      {123000, 3}
      iex> Calendar.truncate({120000, 2}, :millisecond)
      {120000, 2}

  """
  @spec truncate(microsecond, :microsecond | :millisecond | :second) :: microsecond
  def truncate(microsecond, unit)
  def truncate(microsecond_tuple, :microsecond), do: microsecond_tuple

  def truncate({microsecond, precision}, :millisecond),
    do: if(precision > 3, do: {microsecond - rem(microsecond, 1000), 3}, else: {microsecond, precision})

  def truncate(_, :second), do: {0, 0}

  @doc """
  Sets the time zone database for the whole program, instead of the one that knows UTC only.
  """
  @spec put_time_zone_database(time_zone_database) :: :ok
  def put_time_zone_database(database) when is_atom(database), do: Application.put_env(:elixir, :time_zone_database, database)

  @doc """
  Returns the time zone database that is used when none is given.
  """
  @spec get_time_zone_database() :: time_zone_database
  def get_time_zone_database(), do: Application.get_env(:elixir, :time_zone_database, Calendar.UTCOnlyTimeZoneDatabase)

  @doc """
  Writes a date or time after a pattern.

  In the pattern, `%` begins a directive: an optional padding (`-` for none, `_` for spaces, `0` for zeros), an optional width, and a letter:

  | letter | stands for |
  |---|---|
  | `a`, `A` | day of the week, short and long |
  | `b`, `B` | month, short and long |
  | `c`, `x`, `X` | preferred form of date and time, date, time |
  | `d`, `m`, `y`, `Y` | day, month, last two digits of the year, year |
  | `f` | microseconds, as many digits as the precision says |
  | `H`, `I`, `M`, `S` | hour of 24, hour of 12, minute, second |
  | `j`, `u`, `q` | day of the year, day of the week from 1, quarter |
  | `p`, `P` | AM or PM, am or pm |
  | `z`, `Z` | offset from UTC, abbreviation of the zone |
  | `%` | a percent sign |

  The options replace what belongs to a language: `:preferred_datetime`, `:preferred_date`, `:preferred_time` are patterns;
  `:am_pm_names`, `:month_names`, `:abbreviated_month_names`, `:day_of_week_names`, `:abbreviated_day_of_week_names` are functions of one
  argument (of one or two for months: the month, and the whole date). Raises `ArgumentError` for what is not a directive.

  ## Examples

      iex> Calendar.strftime(~U[2019-08-26 13:52:06.0Z], "%y-%m-%d %I:%M:%S %p")
      "19-08-26 01:52:06 PM"
      iex> Calendar.strftime(~D[2019-08-26], "%a, %B %-d %Y")
      "Mon, August 26 2019"
      iex> Calendar.strftime(~N[2019-08-26 09:05:00], "%-H|%_H|%4H")
      "9| 9|0009"

  """
  @spec strftime(map, String.t(), keyword) :: String.t()
  def strftime(date_or_time_or_datetime, string_format, user_options \\ [])
      when is_map(date_or_time_or_datetime) and is_binary(string_format) do
    Calendar.Format.strftime(date_or_time_or_datetime, string_format, user_options)
  end
end

defmodule Calendar.TimeZoneDatabase do
  @moduledoc """
  What a database of time zones answers: which period holds in a zone at a moment, and which hold for a time on the wall.

  A wall time can be ambiguous, when clocks go back, or fall into a gap, when they go forward.
  """

  @typedoc "A period in which the rules of a zone do not change."
  @type time_zone_period :: %{
          optional(any) => any,
          utc_offset: Calendar.utc_offset(),
          std_offset: Calendar.std_offset(),
          zone_abbr: Calendar.zone_abbr()
        }

  @typedoc "The wall time at which a period begins or ends."
  @type time_zone_period_limit :: Calendar.naive_datetime()

  @doc "Finds the period that holds in a zone at a moment of UTC."
  @callback time_zone_period_from_utc_iso_days(Calendar.iso_days(), Calendar.time_zone()) ::
              {:ok, time_zone_period} | {:error, :time_zone_not_found | :utc_only_time_zone_database}

  @doc "Finds the period, or periods, of a wall time in a zone."
  @callback time_zone_periods_from_wall_datetime(Calendar.naive_datetime(), Calendar.time_zone()) ::
              {:ok, time_zone_period}
              | {:ambiguous, time_zone_period, time_zone_period}
              | {:gap, {time_zone_period, time_zone_period_limit}, {time_zone_period, time_zone_period_limit}}
              | {:error, :time_zone_not_found | :utc_only_time_zone_database}
end

defmodule Calendar.UTCOnlyTimeZoneDatabase do
  @moduledoc """
  The time zone database that is used unless another is set: it knows `"Etc/UTC"` and nothing else.
  """

  @behaviour Calendar.TimeZoneDatabase

  @impl true
  def time_zone_period_from_utc_iso_days(_iso_days, time_zone), do: period(time_zone)

  @impl true
  def time_zone_periods_from_wall_datetime(_naive_datetime, time_zone), do: period(time_zone)

  defp period("Etc/UTC"), do: {:ok, %{std_offset: 0, utc_offset: 0, zone_abbr: "UTC"}}
  defp period(_time_zone), do: {:error, :utc_only_time_zone_database}
end
