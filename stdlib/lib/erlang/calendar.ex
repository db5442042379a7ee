defmodule :calendar do
  @moduledoc """
  Dates and times of the proleptic Gregorian calendar as tuples: `{year, month, day}` and `{hour, minute, second}`.

  Days are counted from January 1 of the year 0, which is day 0. Every conversion takes constant time.
  """

  @seconds_per_day 86_400
  # The day number of January 1, 1970.
  @epoch_days 719_528

  @doc "Returns whether the year has a February 29."
  def is_leap_year(year) when is_integer(year) and year >= 0,
    do: rem(year, 4) == 0 and (rem(year, 100) != 0 or rem(year, 400) == 0)

  @doc "Returns how many days the month has."
  def last_day_of_the_month(year, 2) when is_integer(year) and year >= 0, do: if(is_leap_year(year), do: 29, else: 28)
  def last_day_of_the_month(year, month) when month in [4, 6, 9, 11] and is_integer(year) and year >= 0, do: 30
  def last_day_of_the_month(year, month) when month in 1..12 and is_integer(year) and year >= 0, do: 31

  @doc "Returns whether there is such a day."
  def valid_date({year, month, day}), do: valid_date(year, month, day)

  @doc "Returns whether there is such a day."
  def valid_date(year, month, day)
      when is_integer(year) and is_integer(month) and is_integer(day) and year >= 0 and month in 1..12 and day >= 1,
      do: day <= last_day_of_the_month(year, month)

  def valid_date(year, month, day) when is_integer(year) and is_integer(month) and is_integer(day), do: false

  @doc "Returns the number of the day."
  def date_to_gregorian_days({year, month, day}), do: date_to_gregorian_days(year, month, day)

  @doc "Returns the number of the day."
  def date_to_gregorian_days(year, month, day) when is_integer(day) and day > 0 do
    if day > last_day_of_the_month(year, month), do: :erlang.error(:if_clause)
    # With years that begin in March, the leap day is the last of its year.
    {y, m} = if month > 2, do: {year, month - 3}, else: {year - 1, month + 9}
    days = 365 * y + Integer.floor_div(y, 4) - Integer.floor_div(y, 100) + Integer.floor_div(y, 400)
    days + div(153 * m + 2, 5) + day - 1 + 60
  end

  @doc "Returns the day of a number."
  def gregorian_days_to_date(days) when is_integer(days) and days >= 0 do
    # The inverse: eras of 400 years, years that begin in March.
    shifted = days - 60
    era = Integer.floor_div(shifted, 146_097)
    day_of_era = shifted - era * 146_097
    year_of_era = div(day_of_era - div(day_of_era, 1460) + div(day_of_era, 36_524) - div(day_of_era, 146_096), 365)
    day_of_year = day_of_era - (365 * year_of_era + div(year_of_era, 4) - div(year_of_era, 100))
    m = div(5 * day_of_year + 2, 153)
    day = day_of_year - div(153 * m + 2, 5) + 1
    month = if m < 10, do: m + 3, else: m - 9
    year = year_of_era + era * 400
    {if(month <= 2, do: year + 1, else: year), month, day}
  end

  @doc "Returns the day of the week, from 1 for Monday to 7."
  def day_of_the_week({year, month, day}), do: day_of_the_week(year, month, day)

  @doc "Returns the day of the week, from 1 for Monday to 7."
  def day_of_the_week(year, month, day), do: rem(date_to_gregorian_days(year, month, day) + 5, 7) + 1

  @doc "Returns the seconds since midnight."
  def time_to_seconds({hour, minute, second}), do: hour * 3600 + minute * 60 + second

  @doc "Returns the time of a number of seconds since midnight."
  def seconds_to_time(seconds) when seconds in 0..86_399,
    do: {div(seconds, 3600), div(rem(seconds, 3600), 60), rem(seconds, 60)}

  @doc "Returns whole days and the time of the rest, which is never negative."
  def seconds_to_daystime(seconds),
    do: {Integer.floor_div(seconds, @seconds_per_day), seconds_to_time(Integer.mod(seconds, @seconds_per_day))}

  @doc "Returns the seconds from the beginning of the year 0."
  def datetime_to_gregorian_seconds({date, time}),
    do: date_to_gregorian_days(date) * @seconds_per_day + time_to_seconds(time)

  @doc "Returns the day and time of a number of seconds from the beginning of the year 0."
  def gregorian_seconds_to_datetime(seconds) when seconds >= 0,
    do: {gregorian_days_to_date(div(seconds, @seconds_per_day)), seconds_to_time(rem(seconds, @seconds_per_day))}

  @doc "Returns the day and time, in universal time, of a system time in the unit given."
  def system_time_to_universal_time(time, unit) do
    seconds = :erlang.convert_time_unit(time, unit, :second)
    gregorian_seconds_to_datetime(seconds + @epoch_days * @seconds_per_day)
  end

  @doc "Returns the current day and time in universal time."
  def universal_time, do: :erlang.universaltime()

  @doc "Returns the current day and time where the host is."
  def local_time, do: :erlang.localtime()

  @doc "Returns the local day and time of one in universal time."
  def universal_time_to_local_time(datetime), do: :erlang.universaltime_to_localtime(datetime)

  @doc "Returns the universal day and time of one where the host is; of one that the clocks never show, the one an hour off."
  def local_time_to_universal_time(datetime), do: :erlang.localtime_to_universaltime(datetime)

  @doc "Returns the universal day and time of one where the host is, with or without daylight saving time."
  def local_time_to_universal_time(datetime, dst?), do: :erlang.localtime_to_universaltime(datetime, dst?)

  @doc "Returns the universal days and times of one where the host is: two when the clocks show it twice, none when they never do."
  def local_time_to_universal_time_dst(datetime) do
    candidates =
      for dst? <- [true, false],
          universal = :erlang.localtime_to_universaltime(datetime, dst?),
          :erlang.universaltime_to_localtime(universal) == datetime,
          do: universal

    :lists.usort(candidates)
  end

  @doc "Returns the universal day and time of a time stamp of megaseconds, seconds and microseconds."
  def now_to_datetime({megaseconds, seconds, _microseconds}),
    do: system_time_to_universal_time(megaseconds * 1_000_000 + seconds, :second)

  @doc "Returns the universal day and time of a time stamp."
  def now_to_universal_time(now), do: now_to_datetime(now)

  @doc "Returns the local day and time of a time stamp."
  def now_to_local_time(now), do: now |> now_to_datetime() |> :erlang.universaltime_to_localtime()

  @doc "Returns the day and time, where the host is, of a system time in the unit given."
  def system_time_to_local_time(time, unit), do: time |> system_time_to_universal_time(unit) |> :erlang.universaltime_to_localtime()

  @doc "Returns the days and the time from the first to the second; days may be negative, times never are."
  def time_difference(from, to), do: seconds_to_daystime(datetime_to_gregorian_seconds(to) - datetime_to_gregorian_seconds(from))

  @doc "Returns the year and the number of the present week."
  def iso_week_number do
    {date, _time} = local_time()
    iso_week_number(date)
  end

  @doc "Returns the year and the number of the week a day is in: a week belongs to the year that its Thursday is in."
  def iso_week_number({_, _, _} = date) do
    days = date_to_gregorian_days(date)
    thursday = days - day_of_the_week(date) + 4
    {year, _, _} = gregorian_days_to_date(thursday)
    {year, div(thursday - date_to_gregorian_days(year, 1, 1), 7) + 1}
  end

  ## RFC 3339

  @doc "Writes a system time after RFC 3339, as local time."
  def system_time_to_rfc3339(time), do: system_time_to_rfc3339(time, [])

  @doc "Writes a system time after RFC 3339. Options: `:unit`, `:time_designator`, and `:offset`, in units or as text such as `+02:00` or `Z`."
  def system_time_to_rfc3339(time, options) do
    unit = :proplists.get_value(:unit, options, :second)
    designator = :proplists.get_value(:time_designator, options, ?T)
    per_second = :erlang.convert_time_unit(1, :second, unit)
    {offset, suffix} = offset(:proplists.get_value(:offset, options, ''), time, unit, per_second)

    seconds = Integer.floor_div(time, per_second)
    {{year, month, day}, {hour, minute, second}} = system_time_to_universal_time(seconds + offset, :second)

    pad(year, 4) ++
      '-' ++
      pad(month, 2) ++
      '-' ++
      pad(day, 2) ++
      [designator] ++
      pad(hour, 2) ++ ':' ++ pad(minute, 2) ++ ':' ++ pad(second, 2) ++ fraction(Integer.mod(time, per_second), per_second) ++ suffix
  end

  # The offset in seconds, and how it is written.
  defp offset('', time, unit, _per_second) do
    universal = system_time_to_universal_time(time, unit)
    offset = datetime_to_gregorian_seconds(:erlang.universaltime_to_localtime(universal)) - datetime_to_gregorian_seconds(universal)
    {offset, offset_text(offset)}
  end

  defp offset('Z', _time, _unit, _per_second), do: {0, 'Z'}
  defp offset('z', _time, _unit, _per_second), do: {0, 'z'}

  defp offset([sign, h1, h2, ?:, m1, m2] = text, _time, _unit, _per_second) when sign in [?+, ?-],
    do: {signed(sign, List.to_integer([h1, h2]) * 3600 + List.to_integer([m1, m2]) * 60), text}

  defp offset(units, _time, _unit, per_second) when is_integer(units) do
    seconds = div(units, per_second)
    {seconds, offset_text(seconds)}
  end

  defp offset_text(seconds) do
    minutes = div(abs(seconds), 60)
    [if(seconds < 0, do: ?-, else: ?+) | pad(div(minutes, 60), 2)] ++ ':' ++ pad(rem(minutes, 60), 2)
  end

  defp fraction(_units, 1), do: ''
  defp fraction(units, per_second), do: [?. | pad(units, length(Integer.to_charlist(per_second)) - 1)]

  defp pad(number, width), do: number |> Integer.to_string() |> String.pad_leading(width, "0") |> String.to_charlist()

  @doc "Reads a time after RFC 3339 into system time in seconds."
  def rfc3339_to_system_time(text), do: rfc3339_to_system_time(text, [])

  @doc "Reads a time after RFC 3339 into system time. Option `:unit`."
  def rfc3339_to_system_time(text, options) do
    unit = :proplists.get_value(:unit, options, :second)
    [y1, y2, y3, y4, ?-, mo1, mo2, ?-, d1, d2, _designator, h1, h2, ?:, mi1, mi2, ?:, s1, s2 | rest] = text
    date = {List.to_integer([y1, y2, y3, y4]), List.to_integer([mo1, mo2]), List.to_integer([d1, d2])}
    time = {List.to_integer([h1, h2]), List.to_integer([mi1, mi2]), List.to_integer([s1, s2])}
    {nanoseconds, zone} = nanoseconds(rest)
    seconds = datetime_to_gregorian_seconds({date, time}) - @epoch_days * @seconds_per_day - zone(zone)
    :erlang.convert_time_unit(seconds * 1_000_000_000 + nanoseconds, :nanosecond, unit)
  end

  defp nanoseconds([?. | rest]) do
    {digits, zone} = :lists.splitwith(&(&1 in ?0..?9), rest)
    {digits |> Enum.take(9) |> List.to_string() |> String.pad_trailing(9, "0") |> String.to_integer(), zone}
  end

  defp nanoseconds(rest), do: {0, rest}

  defp zone([z]) when z in [?Z, ?z], do: 0

  defp zone(text) do
    [sign, h1, h2, ?:, m1, m2] = text
    signed(sign, List.to_integer([h1, h2]) * 3600 + List.to_integer([m1, m2]) * 60)
  end

  defp signed(?+, seconds), do: seconds
  defp signed(?-, seconds), do: -seconds
end
