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
  def last_day_of_the_month(year, 2), do: if(is_leap_year(year), do: 29, else: 28)
  def last_day_of_the_month(_year, month) when month in [4, 6, 9, 11], do: 30
  def last_day_of_the_month(_year, month) when month in 1..12, do: 31

  @doc "Returns whether there is such a day."
  def valid_date({year, month, day}), do: valid_date(year, month, day)

  @doc "Returns whether there is such a day."
  def valid_date(year, month, day)
      when is_integer(year) and is_integer(month) and is_integer(day) and year >= 0 and month in 1..12 and day >= 1,
      do: day <= last_day_of_the_month(year, month)

  def valid_date(_year, _month, _day), do: false

  @doc "Returns the number of the day."
  def date_to_gregorian_days({year, month, day}), do: date_to_gregorian_days(year, month, day)

  @doc "Returns the number of the day."
  def date_to_gregorian_days(year, month, day) do
    true = valid_date(year, month, day)
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
end
