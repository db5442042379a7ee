defmodule Calendar.ISO do
  @moduledoc """
  The calendar of ISO 8601: Gregorian, extended backwards to year 0 and beyond, with years from -9999 to 9999.

  Days begin at midnight and have 86400 seconds; there are no leap seconds. Parsing and writing know the extended form (`2015-01-23T23:50:07`)
  and the basic one (`20150123T235007`).
  """

  @behaviour Calendar

  @type year :: -9999..9999
  @type month :: 1..12
  @type day :: 1..31
  @type hour :: 0..23
  @type minute :: 0..59
  @type second :: 0..59
  @type day_of_week :: 1..7
  @type day_of_year :: 1..366
  @type quarter_of_year :: 1..4
  @type year_of_era :: {1..10000, era}
  @typedoc "The era before the year 1."
  @type bce :: 0
  @typedoc "The current era."
  @type ce :: 1
  @type era :: bce | ce
  @type microsecond :: {0..999_999, 0..6}
  @type utc_offset :: integer
  @type format :: :basic | :extended
  @type weekday :: :monday | :tuesday | :wednesday | :thursday | :friday | :saturday | :sunday

  @seconds_per_day 86_400
  @micros_per_day 86_400_000_000
  # Day numbers of January 1, 1970, of January 1, -9999 and of December 31, 9999.
  @unix_day 719_528
  @first_day -3_652_059
  @last_day 3_652_424

  defguardp is_format(format) when format in [:basic, :extended]

  ## Reading

  @doc """
  Reads a time; an offset behind it is checked and ignored.

  ## Examples

      iex> Calendar.ISO.parse_time("23:50:07.001")
      {:ok, {23, 50, 7, {1000, 3}}}
      iex> Calendar.ISO.parse_time("235007")
      {:error, :invalid_format}

  """
  @impl true
  @spec parse_time(String.t()) :: {:ok, {hour, minute, second, microsecond}} | {:error, atom}
  def parse_time(string) when is_binary(string), do: parse_time(string, :extended)

  @doc """
  Reads a time of the `:extended` or the `:basic` form.

  ## Examples

      iex> Calendar.ISO.parse_time("235007", :basic)
      {:ok, {23, 50, 7, {0, 0}}}

  """
  @spec parse_time(String.t(), format) :: {:ok, {hour, minute, second, microsecond}} | {:error, atom}
  def parse_time("T" <> string, format) when is_format(format), do: only_time(string, format)
  def parse_time(string, format) when is_binary(string) and is_format(format), do: only_time(string, format)

  defp only_time(string, format) do
    with {:ok, time, rest} <- read_time(string, format),
         {:ok, _offset, ""} <- read_offset(rest) do
      if sound_time?(time), do: {:ok, time}, else: {:error, :invalid_time}
    else
      _ -> {:error, :invalid_format}
    end
  end

  @doc """
  Reads a date; the year may have a sign.

  ## Examples

      iex> Calendar.ISO.parse_date("-2015-01-23")
      {:ok, {-2015, 1, 23}}
      iex> Calendar.ISO.parse_date("2015-02-29")
      {:error, :invalid_date}

  """
  @impl true
  @spec parse_date(String.t()) :: {:ok, {year, month, day}} | {:error, atom}
  def parse_date(string) when is_binary(string), do: parse_date(string, :extended)

  @doc """
  Reads a date of the `:extended` or the `:basic` form.

  ## Examples

      iex> Calendar.ISO.parse_date("20150123", :basic)
      {:ok, {2015, 1, 23}}

  """
  @spec parse_date(String.t(), format) :: {:ok, {year, month, day}} | {:error, atom}
  def parse_date(string, format) when is_binary(string) and is_format(format) do
    case read_date(string, format) do
      {:ok, {year, month, day} = date, ""} -> if valid_date?(year, month, day), do: {:ok, date}, else: {:error, :invalid_date}
      _ -> {:error, :invalid_format}
    end
  end

  @doc """
  Reads a date and a time, with `T` or a space between; an offset behind is checked and ignored.

  ## Examples

      iex> Calendar.ISO.parse_naive_datetime("2015-01-23 23:50:07.0")
      {:ok, {2015, 1, 23, 23, 50, 7, {0, 1}}}

  """
  @impl true
  @spec parse_naive_datetime(String.t()) :: {:ok, {year, month, day, hour, minute, second, microsecond}} | {:error, atom}
  def parse_naive_datetime(string) when is_binary(string), do: parse_naive_datetime(string, :extended)

  @doc """
  Reads a date and a time of the `:extended` or the `:basic` form.

  ## Examples

      iex> Calendar.ISO.parse_naive_datetime("20150123 235007.0", :basic)
      {:ok, {2015, 1, 23, 23, 50, 7, {0, 1}}}

  """
  @spec parse_naive_datetime(String.t(), format) :: {:ok, {year, month, day, hour, minute, second, microsecond}} | {:error, atom}
  def parse_naive_datetime(string, format) when is_binary(string) and is_format(format) do
    with {:ok, {year, month, day}, {hour, minute, second, microsecond}, _offset} <- read_datetime(string, format) do
      {:ok, {year, month, day, hour, minute, second, microsecond}}
    end
  end

  @doc """
  Reads a date, a time and an offset; returns the moment in UTC, and the offset in seconds.

  ## Examples

      iex> Calendar.ISO.parse_utc_datetime("2015-01-23 23:50:07+02:30")
      {:ok, {2015, 1, 23, 21, 20, 7, {0, 0}}, 9000}
      iex> Calendar.ISO.parse_utc_datetime("2015-01-23 23:50:07")
      {:error, :missing_offset}

  """
  @impl true
  @spec parse_utc_datetime(String.t()) :: {:ok, {year, month, day, hour, minute, second, microsecond}, utc_offset} | {:error, atom}
  def parse_utc_datetime(string) when is_binary(string), do: parse_utc_datetime(string, :extended)

  @doc """
  Reads a date, a time and an offset of the `:extended` or the `:basic` form.

  ## Examples

      iex> Calendar.ISO.parse_utc_datetime("20150123T235007Z", :basic)
      {:ok, {2015, 1, 23, 23, 50, 7, {0, 0}}, 0}

  """
  @spec parse_utc_datetime(String.t(), format) ::
          {:ok, {year, month, day, hour, minute, second, microsecond}, utc_offset} | {:error, atom}
  def parse_utc_datetime(string, format) when is_binary(string) and is_format(format) do
    with {:ok, {year, month, day}, {hour, minute, second, microsecond}, offset} <- read_datetime(string, format) do
      cond do
        offset == nil ->
          {:error, :missing_offset}

        offset == 0 ->
          {:ok, {year, month, day, hour, minute, second, microsecond}, 0}

        true ->
          seconds = date_to_iso_days(year, month, day) * @seconds_per_day + hour * 3600 + minute * 60 + second - offset
          {year, month, day} = date_from_iso_days(Integer.floor_div(seconds, @seconds_per_day))
          {hour, minute, second} = clock(Integer.mod(seconds, @seconds_per_day))
          {:ok, {year, month, day, hour, minute, second, microsecond}, offset}
      end
    end
  end

  defp read_datetime(string, format) do
    with {:ok, {year, month, day} = date, <<separator, rest::binary>>} when separator in [?T, ?\s] <- read_date(string, format),
         {:ok, time, rest} <- read_time(rest, format),
         {:ok, offset, ""} <- read_offset(rest) do
      cond do
        not valid_date?(year, month, day) -> {:error, :invalid_date}
        not sound_time?(time) -> {:error, :invalid_time}
        true -> {:ok, date, time, offset}
      end
    else
      _ -> {:error, :invalid_format}
    end
  end

  defp read_date("-" <> rest, format), do: read_unsigned_date(rest, -1, format)
  defp read_date("+" <> rest, format), do: read_unsigned_date(rest, 1, format)
  defp read_date(rest, format), do: read_unsigned_date(rest, 1, format)

  defp read_unsigned_date(string, sign, format) do
    with {year, rest} <- digits(string, 4, 0),
         {:ok, rest} <- separator(rest, ?-, format),
         {month, rest} <- digits(rest, 2, 0),
         {:ok, rest} <- separator(rest, ?-, format),
         {day, rest} <- digits(rest, 2, 0) do
      {:ok, {sign * year, month, day}, rest}
    end
  end

  defp read_time(string, format) do
    with {hour, rest} <- digits(string, 2, 0),
         {:ok, rest} <- separator(rest, ?:, format),
         {minute, rest} <- digits(rest, 2, 0),
         {:ok, rest} <- separator(rest, ?:, format),
         {second, rest} <- digits(rest, 2, 0),
         {:ok, microsecond, rest} <- read_fraction(rest) do
      {:ok, {hour, minute, second, microsecond}, rest}
    end
  end

  defp digits(rest, 0, value), do: {value, rest}
  defp digits(<<digit, rest::binary>>, count, value) when digit in ?0..?9, do: digits(rest, count - 1, value * 10 + digit - ?0)
  defp digits(_rest, _count, _value), do: :error

  defp separator(rest, _char, :basic), do: {:ok, rest}
  defp separator(<<char, rest::binary>>, char, :extended), do: {:ok, rest}
  defp separator(_rest, _char, :extended), do: :error

  defp read_fraction(<<mark, digit, rest::binary>>) when mark in [?., ?,] and digit in ?0..?9,
    do: read_fraction(rest, digit - ?0, 1)

  defp read_fraction(<<mark, _rest::binary>>) when mark in [?., ?,], do: :error
  defp read_fraction(rest), do: {:ok, {0, 0}, rest}

  # Digits beyond the sixth are read and dropped.
  defp read_fraction(<<digit, rest::binary>>, value, count) when digit in ?0..?9 and count < 6,
    do: read_fraction(rest, value * 10 + digit - ?0, count + 1)

  defp read_fraction(<<digit, rest::binary>>, value, 6) when digit in ?0..?9, do: read_fraction(rest, value, 6)
  defp read_fraction(rest, value, count), do: {:ok, {value * power(6 - count), count}, rest}

  defp read_offset(""), do: {:ok, nil, ""}
  defp read_offset("Z" <> rest), do: {:ok, 0, rest}
  # Minus zero says that the offset is unknown, which nothing here can express.
  defp read_offset("-00:00" <> _rest), do: :error
  defp read_offset("+" <> rest), do: read_offset(rest, 1)
  defp read_offset("-" <> rest), do: read_offset(rest, -1)
  defp read_offset(_rest), do: :error

  defp read_offset(rest, sign) do
    with {hour, rest} <- digits(rest, 2, 0),
         {minute, rest} <- offset_minutes(rest) do
      if hour > 23 or minute > 59, do: :error, else: {:ok, sign * (hour * 3600 + minute * 60), rest}
    end
  end

  defp offset_minutes(""), do: {0, ""}
  defp offset_minutes(":" <> rest), do: digits(rest, 2, 0)
  defp offset_minutes(rest), do: digits(rest, 2, 0)

  defp sound_time?({hour, minute, second, microsecond}), do: valid_time?(hour, minute, second, microsecond)

  ## Counting

  @doc """
  Counts the days up to a moment, with the part of the last day in microseconds.

  ## Examples

      iex> Calendar.ISO.naive_datetime_to_iso_days(0, 1, 2, 12, 0, 0, {0, 0})
      {1, {43200000000, 86400000000}}

  """
  @impl true
  @spec naive_datetime_to_iso_days(year, month, day, hour, minute, second, microsecond) :: Calendar.iso_days()
  def naive_datetime_to_iso_days(year, month, day, hour, minute, second, microsecond) do
    {date_to_iso_days(year, month, day), time_to_day_fraction(hour, minute, second, microsecond)}
  end

  @doc """
  Names the moment of a count of days.

  ## Examples

      iex> Calendar.ISO.naive_datetime_from_iso_days({1, {1, 2}})
      {0, 1, 2, 12, 0, 0, {0, 6}}

  """
  @impl true
  @spec naive_datetime_from_iso_days(Calendar.iso_days()) :: {year, month, day, hour, minute, second, microsecond}
  def naive_datetime_from_iso_days({days, day_fraction}) do
    {year, month, day} = date_from_iso_days(days)
    {hour, minute, second, microsecond} = time_from_day_fraction(day_fraction)
    {year, month, day, hour, minute, second, microsecond}
  end

  @doc """
  Turns a time into the part of the day that has passed.

  ## Examples

      iex> Calendar.ISO.time_to_day_fraction(0, 0, 1, {5, 6})
      {1000005, 86400000000}

  """
  @impl true
  @spec time_to_day_fraction(hour, minute, second, microsecond) :: Calendar.day_fraction()
  def time_to_day_fraction(hour, minute, second, microsecond)
  def time_to_day_fraction(0, 0, 0, {0, _}), do: {0, @micros_per_day}

  def time_to_day_fraction(hour, minute, second, {microsecond, _}) do
    {(hour * 3600 + minute * 60 + second) * 1_000_000 + microsecond, @micros_per_day}
  end

  @doc """
  Turns a part of a day into a time with microseconds.

  ## Examples

      iex> Calendar.ISO.time_from_day_fraction({1, 3})
      {8, 0, 0, {0, 6}}

  """
  @impl true
  @spec time_from_day_fraction(Calendar.day_fraction()) :: {hour, minute, second, microsecond}
  def time_from_day_fraction({0, _parts_per_day}), do: {0, 0, 0, {0, 6}}

  def time_from_day_fraction({parts, ppd}) do
    micros = micros({parts, ppd})
    {hour, minute, second} = clock(div(micros, 1_000_000))
    {hour, minute, second, {rem(micros, 1_000_000), 6}}
  end

  # Most fractions are microseconds already; to multiply them would make large integers.
  defp micros({parts, @micros_per_day}), do: parts
  defp micros({parts, parts_per_day}), do: Integer.floor_div(parts * @micros_per_day, parts_per_day)

  defp clock(seconds), do: {div(seconds, 3600), div(rem(seconds, 3600), 60), rem(seconds, 60)}

  @doc false
  # Years that begin in March have the leap day as their last, so that a day's place in its year does not depend on leap years.
  def date_to_iso_days(year, month, day) when year in -9999..9999 do
    ensure_day_in_month!(year, month, day)
    {year, month} = if month > 2, do: {year, month - 3}, else: {year - 1, month + 9}
    era = Integer.floor_div(year, 400)
    year = year - era * 400
    era * 146_097 + year * 365 + div(year, 4) - div(year, 100) + div(153 * month + 2, 5) + day + 59
  end

  defp ensure_day_in_month!(year, month, day) when is_integer(day) do
    if day < 1 or day > days_in_month(year, month), do: raise(ArgumentError, "invalid date: " <> date_to_string(year, month, day))
  end

  @doc false
  def date_from_iso_days(days) when days in @first_day..@last_day do
    days = days - 60
    era = Integer.floor_div(days, 146_097)
    day = days - era * 146_097
    year = div(day - div(day, 1460) + div(day, 36_524) - div(day, 146_096), 365)
    day = day - (365 * year + div(year, 4) - div(year, 100))
    month = div(5 * day + 2, 153)
    day = day - div(153 * month + 2, 5) + 1
    year = year + era * 400
    if month < 10, do: {year, month + 3, day}, else: {year + 1, month - 9, day}
  end

  @doc """
  Counts the days of a month.

  ## Examples

      iex> Calendar.ISO.days_in_month(1900, 2)
      28

  """
  @impl true
  @spec days_in_month(year, month) :: 28..31
  def days_in_month(year, month) when year in -9999..9999 and month in 1..12 do
    case month do
      2 -> if(leap_year?(year), do: 29, else: 28)
      month when month in [4, 6, 9, 11] -> 30
      _ -> 31
    end
  end

  @doc """
  Counts the months of a year: always 12.

  ## Examples

      iex> Calendar.ISO.months_in_year(2004)
      12

  """
  @impl true
  @spec months_in_year(year) :: 12
  def months_in_year(year) when year in -9999..9999, do: 12

  @doc """
  Tells whether a year has a February 29.

  ## Examples

      iex> Calendar.ISO.leap_year?(2000)
      true
      iex> Calendar.ISO.leap_year?(1900)
      false
      iex> Calendar.ISO.leap_year?(-4)
      true

  """
  @impl true
  @spec leap_year?(year) :: boolean
  def leap_year?(year) when year in -9999..9999, do: rem(year, 4) === 0 and (rem(year, 100) !== 0 or rem(year, 400) === 0)

  @doc """
  Returns the day of the week, counted from 1 for the day that weeks start on (Monday by default).

  ## Examples

      iex> Calendar.ISO.day_of_week(2016, 10, 31, :default)
      {1, 1, 7}
      iex> Calendar.ISO.day_of_week(2016, 10, 31, :sunday)
      {2, 1, 7}

  """
  @impl true
  @spec day_of_week(year, month, day, :default | weekday) :: {day_of_week, 1, 7}
  def day_of_week(year, month, day, starting_on) do
    days = date_to_iso_days(year, month, day)
    {iso_days_to_day_of_week(days, starting_on), 1, 7}
  end

  @doc false
  def day_of_week(year, month, day), do: iso_days_to_day_of_week(date_to_iso_days(year, month, day), :default)

  @doc false
  # January 1 of the year 0 was a Saturday.
  def iso_days_to_day_of_week(days, starting_on), do: Integer.mod(days + day_of_week_offset(starting_on), 7) + 1

  defp day_of_week_offset(:default), do: 5

  for {weekday, offset} <- Enum.with_index(~w(wednesday tuesday monday sunday saturday friday thursday)a, 3) do
    defp day_of_week_offset(unquote(weekday)), do: unquote(offset)
  end

  @doc """
  Returns the day of the year, from 1.

  ## Examples

      iex> Calendar.ISO.day_of_year(2016, 12, 31)
      366

  """
  @impl true
  @spec day_of_year(year, month, day) :: day_of_year
  def day_of_year(year, month, day), do: date_to_iso_days(year, month, day) - date_to_iso_days(year, 1, 1) + 1

  @doc """
  Returns the quarter of the year, from 1.

  ## Examples

      iex> Calendar.ISO.quarter_of_year(2016, 6, 30)
      2

  """
  @impl true
  @spec quarter_of_year(year, month, day) :: quarter_of_year
  def quarter_of_year(year, month, day) when year in -9999..9999 and month in 1..12 and day in 1..31, do: div(month + 2, 3)

  @doc """
  Returns the year within its era, and the era: 1 for the current, 0 for the years up to 0, which count backwards.

  ## Examples

      iex> Calendar.ISO.year_of_era(2015, 1, 1)
      {2015, 1}
      iex> Calendar.ISO.year_of_era(-3, 1, 1)
      {4, 0}

  """
  @impl true
  @spec year_of_era(year, month, day) :: {1..10000, era}
  def year_of_era(year, _month, _day), do: year_of_era(year)

  @doc """
  Returns the year within its era, and the era.

  ## Examples

      iex> Calendar.ISO.year_of_era(0)
      {1, 0}

  """
  @spec year_of_era(year) :: {1..10000, era}
  def year_of_era(year) when year in 1..9999, do: {year, 1}
  def year_of_era(year) when year in -9999..0, do: {1 - year, 0}

  @doc """
  Returns the day within its era, and the era.

  ## Examples

      iex> Calendar.ISO.day_of_era(1, 1, 1)
      {1, 1}
      iex> Calendar.ISO.day_of_era(0, 12, 31)
      {1, 0}

  """
  @impl true
  @spec day_of_era(year, month, day) :: {pos_integer, era}
  def day_of_era(year, month, day) when year in 1..9999, do: {date_to_iso_days(year, month, day) - 365, 1}
  def day_of_era(year, month, day) when year in -9999..0, do: {366 - date_to_iso_days(year, month, day), 0}

  @doc """
  Returns `{0, 1}`: days begin at midnight.

  ## Examples

      iex> Calendar.ISO.day_rollover_relative_to_midnight_utc()
      {0, 1}

  """
  @impl true
  @spec day_rollover_relative_to_midnight_utc() :: {0, 1}
  def day_rollover_relative_to_midnight_utc(), do: {0, 1}

  @doc """
  Tells whether there is such a date.

  ## Examples

      iex> Calendar.ISO.valid_date?(2015, 2, 28)
      true
      iex> Calendar.ISO.valid_date?(2015, 2, 30)
      false

  """
  @impl true
  @spec valid_date?(year, month, day) :: boolean
  def valid_date?(year, month, day) when is_integer(year) and is_integer(month) and is_integer(day),
    do: year in -9999..9999 and month in 1..12 and day >= 1 and day <= days_in_month(year, month)

  @doc """
  Tells whether there is such a time. No minute has a leap second.

  ## Examples

      iex> Calendar.ISO.valid_time?(10, 50, 25, {3006, 6})
      true
      iex> Calendar.ISO.valid_time?(23, 59, 60, {0, 0})
      false

  """
  @impl true
  @spec valid_time?(hour, minute, second, microsecond) :: boolean
  def valid_time?(hour, minute, second, microsecond)

  def valid_time?(hour, minute, second, {ms_value, ms_precision} = _microsecond)
      when is_integer(hour) and is_integer(minute) and is_integer(second) and is_integer(ms_value) and is_integer(ms_value),
      do: hour in 0..23 and minute in 0..59 and second in 0..59 and ms_value in 0..999_999 and ms_precision in 0..6

  ## Writing

  @doc """
  Writes a time with as many digits of the second as the precision says.

  ## Examples

      iex> Calendar.ISO.time_to_string(2, 2, 2, {2, 6})
      "02:02:02.000002"
      iex> Calendar.ISO.time_to_string(2, 2, 2, {2, 0}, :basic)
      "020202"

  """
  @impl true
  @spec time_to_string(hour, minute, second, microsecond) :: String.t()
  @spec time_to_string(hour, minute, second, microsecond, format) :: String.t()
  def time_to_string(hour, minute, second, microsecond, format \\ :extended)

  def time_to_string(hour, minute, second, {value, precision}, format)
      when hour in 0..23 and minute in 0..59 and second in 0..59 and value in 0..999_999 and precision in 0..6 and is_format(format) do
    mark = if format == :extended, do: ":", else: ""
    two(hour) <> mark <> two(minute) <> mark <> two(second) <> fraction(value, precision)
  end

  defp fraction(_value, 0), do: ""
  defp fraction(value, precision), do: "." <> pad(div(value, power(6 - precision)), precision)

  @doc """
  Writes a date.

  ## Examples

      iex> Calendar.ISO.date_to_string(-99, 2, 28)
      "-0099-02-28"
      iex> Calendar.ISO.date_to_string(2015, 2, 28, :basic)
      "20150228"

  """
  @impl true
  @spec date_to_string(year, month, day) :: String.t()
  @spec date_to_string(year, month, day, format) :: String.t()
  def date_to_string(year, month, day, format \\ :extended)

  def date_to_string(year, month, day, format)
      when is_integer(year) and is_integer(month) and is_integer(day) and is_format(format) do
    mark = if format == :extended, do: "-", else: ""
    sign = if year < 0, do: "-", else: ""
    sign <> pad(abs(year), 4) <> mark <> two(month) <> mark <> two(day)
  end

  @doc """
  Writes a date and a time.

  ## Examples

      iex> Calendar.ISO.naive_datetime_to_string(2015, 2, 28, 1, 2, 3, {4, 6})
      "2015-02-28 01:02:03.000004"

  """
  @impl true
  @spec naive_datetime_to_string(year, month, day, hour, minute, second, microsecond) :: String.t()
  @spec naive_datetime_to_string(year, month, day, hour, minute, second, microsecond, format) :: String.t()
  def naive_datetime_to_string(year, month, day, hour, minute, second, microsecond, format \\ :extended) do
    date_to_string(year, month, day, format) <> " " <> time_to_string(hour, minute, second, microsecond, format)
  end

  @doc """
  Writes a date, a time, the offset and the zone; of UTC, only a `Z`.

  ## Examples

      iex> Calendar.ISO.datetime_to_string(2017, 8, 1, 1, 2, 3, {4, 5}, "Europe/Berlin", "CET", 3600, 3600)
      "2017-08-01 01:02:03.00000+02:00 CET Europe/Berlin"
      iex> Calendar.ISO.datetime_to_string(2017, 8, 1, 1, 2, 3, {4, 0}, "Etc/UTC", "UTC", 0, 0)
      "2017-08-01 01:02:03Z"

  """
  @impl true
  @spec datetime_to_string(
          year,
          month,
          day,
          hour,
          minute,
          second,
          microsecond,
          Calendar.time_zone(),
          Calendar.zone_abbr(),
          Calendar.utc_offset(),
          Calendar.std_offset()
        ) :: String.t()
  @spec datetime_to_string(
          year,
          month,
          day,
          hour,
          minute,
          second,
          microsecond,
          Calendar.time_zone(),
          Calendar.zone_abbr(),
          Calendar.utc_offset(),
          Calendar.std_offset(),
          format
        ) :: String.t()
  def datetime_to_string(
        year,
        month,
        day,
        hour,
        minute,
        second,
        microsecond,
        time_zone,
        zone_abbr,
        utc_offset,
        std_offset,
        format \\ :extended
      )
      when is_binary(time_zone) and is_binary(zone_abbr) and is_integer(utc_offset) and is_integer(std_offset) and is_format(format) do
    naive_datetime_to_string(year, month, day, hour, minute, second, microsecond, format) <>
      offset_to_string(utc_offset, std_offset, time_zone, format) <> zone(zone_abbr, time_zone)
  end

  defp zone(_zone_abbr, "Etc/UTC"), do: ""
  defp zone(zone_abbr, time_zone), do: " " <> zone_abbr <> " " <> time_zone

  @doc false
  def offset_to_string(0, 0, "Etc/UTC", _format), do: "Z"

  def offset_to_string(utc_offset, std_offset, _time_zone, format) do
    total = utc_offset + std_offset
    minutes = div(abs(total), 60)
    mark = if format == :extended, do: ":", else: ""
    if(total < 0, do: "-", else: "+") <> two(div(minutes, 60)) <> mark <> two(rem(minutes, 60))
  end

  defp two(number) when number in 10..99, do: Integer.to_string(number)
  defp two(number) when number in 0..9, do: "0" <> Integer.to_string(number)
  defp two(number), do: pad(number, 2)

  defp pad(number, count) when number < 0, do: "-" <> pad(-number, count)
  defp pad(number, count), do: String.pad_leading(Integer.to_string(number), count, "0")

  defp power(0), do: 1
  defp power(count), do: 10 * power(count - 1)

  ## Helpers of the modules of dates and times

  @doc false
  def from_unix(integer, unit) when is_integer(integer) do
    micros = System.convert_time_unit(integer, unit, :microsecond)
    seconds = Integer.floor_div(micros, 1_000_000)
    days = Integer.floor_div(seconds, @seconds_per_day) + @unix_day

    if days in @first_day..@last_day do
      microsecond = {Integer.mod(micros, 1_000_000), precision(unit)}
      {:ok, date_from_iso_days(days), clock(Integer.mod(seconds, @seconds_per_day)), microsecond}
    else
      {:error, :invalid_unix_time}
    end
  end

  @doc false
  # How many digits of a second a unit has: six, unless it divides the second into tenths, hundredths and so on.
  def precision(unit), do: digits_of(System.convert_time_unit(1, :second, unit), 0)

  defp digits_of(1, count), do: count
  defp digits_of(per_second, count) when count < 6 and rem(per_second, 10) == 0, do: digits_of(div(per_second, 10), count + 1)
  defp digits_of(_per_second, _count), do: 6

  @doc false
  def iso_days_to_unit({days, {parts, ppd}}, unit) do
    System.convert_time_unit(days * @micros_per_day + micros({parts, ppd}), :microsecond, unit)
  end

  @doc false
  def gregorian_seconds_to_iso_days(seconds, microsecond) do
    {Integer.floor_div(seconds, @seconds_per_day), {Integer.mod(seconds, @seconds_per_day) * 1_000_000 + microsecond, @micros_per_day}}
  end

  @doc false
  def add_day_fraction_to_iso_days({days, {parts, per_day}}, add, per_day), do: normal(days, parts + add, per_day)

  def add_day_fraction_to_iso_days({days, {parts, per_day}}, add, add_per_day) when rem(per_day, add_per_day) == 0,
    do: normal(days, parts + add * div(per_day, add_per_day), per_day)

  def add_day_fraction_to_iso_days({days, {parts, per_day}}, add, add_per_day) do
    parts = parts * add_per_day + add * per_day
    common = Integer.gcd(per_day, add_per_day)
    normal(days, div(parts, common), div(per_day * add_per_day, common))
  end

  defp normal(days, parts, per_day) do
    whole = Integer.floor_div(parts, per_day)
    {days + whole, {parts - whole * per_day, per_day}}
  end

  ## Shifting

  @doc """
  Moves a date by a `Duration`: by years and months first, cutting the day to the length of the month, then by weeks and days.
  """
  @spec shift_date(year, month, day, Duration.t()) :: {year, month, day}
  def shift_date(year, month, day, duration) do
    {year, month, day} = shift_months(year, month, day, duration)
    date_from_iso_days(date_to_iso_days(year, month, day) + duration.week * 7 + duration.day)
  end

  @doc """
  Moves a date and time by a `Duration`.
  """
  @spec shift_naive_datetime(year, month, day, hour, minute, second, microsecond, Duration.t()) ::
          {year, month, day, hour, minute, second, microsecond}
  def shift_naive_datetime(year, month, day, hour, minute, second, {_, precision} = microsecond, duration) do
    {year, month, day} = shift_date(year, month, day, duration)
    {days, {parts, per_day}} = naive_datetime_to_iso_days(year, month, day, hour, minute, second, microsecond)
    {amount, duration_precision} = clock_of(duration)

    {year, month, day, hour, minute, second, {value, _}} =
      naive_datetime_from_iso_days(normal(days, parts + amount, per_day))

    {year, month, day, hour, minute, second, {value, max(precision, duration_precision)}}
  end

  @doc """
  Moves a time by a `Duration`, around the clock.
  """
  @spec shift_time(hour, minute, second, microsecond, Duration.t()) :: {hour, minute, second, microsecond}
  def shift_time(hour, minute, second, {_, precision} = microsecond, duration) do
    {parts, per_day} = time_to_day_fraction(hour, minute, second, microsecond)
    {amount, duration_precision} = clock_of(duration)
    {hour, minute, second, {value, _}} = time_from_day_fraction({Integer.mod(parts + amount, per_day), per_day})
    {hour, minute, second, {value, max(precision, duration_precision)}}
  end

  defp shift_months(year, month, day, %{year: 0, month: 0}), do: {year, month, day}

  defp shift_months(year, month, day, duration) do
    months = year * 12 + month - 1 + duration.year * 12 + duration.month
    year = Integer.floor_div(months, 12)
    month = Integer.mod(months, 12) + 1
    {year, month, min(day, days_in_month(year, month))}
  end

  defp clock_of(%{hour: hour, minute: minute, second: second, microsecond: {value, precision}}),
    do: {(hour * 3600 + minute * 60 + second) * 1_000_000 + value, precision}
end
