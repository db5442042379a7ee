defmodule DateTest.Julianish do
  # The ISO calendar under another name, so that conversions are visible.
  defdelegate days_in_month(year, month), to: Calendar.ISO
  defdelegate leap_year?(year), to: Calendar.ISO
  defdelegate valid_date?(year, month, day), to: Calendar.ISO
  defdelegate day_of_week(year, month, day, starting_on), to: Calendar.ISO
  defdelegate naive_datetime_to_iso_days(year, month, day, hour, minute, second, microsecond), to: Calendar.ISO
  defdelegate naive_datetime_from_iso_days(iso_days), to: Calendar.ISO
  def day_rollover_relative_to_midnight_utc(), do: {0, 1}
  def date_to_string(year, month, day), do: "#{day}/#{month}/#{year}"
  def parse_date(text), do: Calendar.ISO.parse_date(text)
end

defmodule DateTest.Noon do
  # Days that begin at noon: nothing converts to or from it.
  def day_rollover_relative_to_midnight_utc(), do: {1, 2}
  def date_to_string(year, month, day), do: "noon #{year} #{month} #{day}"
end

defmodule DateTest do
  use ExUnit.Case, async: true
  # The documentation of the real library shows these with modules that only its own tests have.
  doctest Date, except: [convert: 2, convert!: 2]

  alias DateTest.{Julianish, Noon}

  for {row, number} <- Enum.with_index([
      {"2015-13-01", ~s(cannot parse "2015-13-01" as Date for Calendar.ISO, reason: :invalid_date)},
      {"2015-1-1", ~s(cannot parse "2015-1-1" as Date for Calendar.ISO, reason: :invalid_format)},
      {"2015-12-01 bar", ~s(cannot parse "2015-12-01 bar" as Date for Calendar.ISO, reason: :invalid_format)}
      ], 1) do
    test "sigils read the text at compile time and name the calendar, case #{number}" do
      {text, message} = unquote(Macro.escape(row))
      assert_raise ArgumentError, message, fn -> Code.eval_string("~D[#{text}]") end
    end
  end

  test "sigils read the text at compile time and name the calendar" do
    assert ~D[2000-02-29] == %Date{year: 2000, month: 2, day: 29}
    assert ~D[2000-02-29 DateTest.Julianish].calendar == Julianish
    assert inspect(~D[2000-02-29 DateTest.Julianish]) == "~D[29/2/2000 DateTest.Julianish]"
  end

  for {row, number} <- Enum.with_index([
      {"+2015-01-01", {:ok, ~D[2015-01-01]}},
      {"-0001-12-31", {:ok, ~D[-0001-12-31]}},
      {"--2015-01-01", {:error, :invalid_format}},
      {"12015-01-01", {:error, :invalid_format}},
      {"2015-02-29", {:error, :invalid_date}},
      {"20150101", {:error, :invalid_format}},
      {"2015-01-01 ", {:error, :invalid_format}},
      {"", {:error, :invalid_format}}
      ], 1) do
    test "parsing takes signs and exactly four, two and two digits, case #{number}" do
      {text, result} = unquote(Macro.escape(row))
      assert Date.from_iso8601(text) == result
    end
  end

  test "parsing takes signs and exactly four, two and two digits" do
    assert Calendar.ISO.parse_date("20150101", :basic) == {:ok, {2015, 1, 1}}
  end

  test "years go from -9999 to 9999" do
    assert Date.new(9999, 12, 31) == {:ok, ~D[9999-12-31]}
    assert Date.new(10000, 1, 1) == {:error, :invalid_date}
    assert_raise FunctionClauseError, fn -> Date.add(~D[9999-12-31], 1) end
    assert_raise ArgumentError, "cannot build date, reason: :invalid_date", fn -> Date.new!(2000, 13, 1) end
  end

  test "every day of 400 years comes back from its number, one after the other" do
    Enum.reduce(Date.range(~D[1899-12-28], ~D[2300-01-05]), nil, fn date, previous ->
      days = Date.to_gregorian_days(date)
      assert previous == nil or days == previous + 1
      assert Date.from_gregorian_days(days) == date
      assert Date.day_of_week(date) == Integer.mod(days + 5, 7) + 1
      days
    end)
  end

  test "weeks, months, quarters and eras" do
    assert Date.day_of_week(~D[2016-11-06], :sunday) == 1
    assert Date.beginning_of_week(~N[2020-02-29 10:00:00]) == ~D[2020-02-24]
    assert Date.beginning_of_week(~D[2020-02-29], :sunday) == ~D[2020-02-23]
    assert Date.end_of_week(~D[2020-02-29], :sunday) == ~D[2020-02-29]
    assert Date.end_of_month(~U[2020-02-10 00:00:00Z]) == ~D[2020-02-29]
    assert Enum.map(1..12, &Date.quarter_of_year(Date.new!(2001, &1, 1))) == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]
    assert Date.day_of_era(~D[-0001-12-31]) == {367, 0}
    assert Date.year_of_era(~D[0000-01-01]) == {1, 0}
    assert_raise FunctionClauseError, fn -> Date.day_of_week(~D[2000-01-01], :someday) end
  end

  test "comparing, adding and subtracting" do
    assert Date.compare(~D[2020-01-01], ~N[2020-01-01 23:59:59]) == :eq
    assert Date.compare(~D[2020-01-02], ~D[2020-01-01]) == :gt
    assert Enum.sort([~D[2020-10-01], ~D[2020-09-30], ~D[2019-12-31]], Date) == [~D[2019-12-31], ~D[2020-09-30], ~D[2020-10-01]]
    assert Date.add(~D[2000-02-28], 366) == ~D[2001-02-28]
    assert Date.diff(~D[2001-02-28], ~D[2000-02-28]) == 366
    assert Date.diff(~D[-0001-01-01], ~D[0001-01-01]) == -731
  end

  test "other calendars convert if their days begin together" do
    date = Date.convert!(~D[2020-02-29], Julianish)
    assert to_string(date) == "29/2/2020"
    assert Date.to_iso8601(date) == "2020-02-29"
    assert Date.compare(date, ~D[2020-02-29]) == :eq
    assert Date.add(date, 1) == Date.convert!(~D[2020-03-01], Julianish)
    assert Date.convert(~D[2020-02-29], Noon) == {:error, :incompatible_calendars}

    noon = %{~D[2020-02-29] | calendar: Noon}

    assert_raise ArgumentError,
                 "cannot calculate the difference between ~D[2020-02-29] and ~D[noon 2020 2 29 DateTest.Noon] because their calendars are not compatible and thus the result would be ambiguous",
                 fn -> Date.diff(~D[2020-02-29], noon) end

    assert_raise ArgumentError, ~r/incompatible day rollover moments/, fn -> Date.compare(noon, ~D[2020-02-29]) end

    assert_raise ArgumentError,
                 "cannot convert ~D[2020-02-29] to target calendar DateTest.Noon, reason: :incompatible_calendars",
                 fn -> Date.convert!(~D[2020-02-29], Noon) end
  end

  describe "ranges" do
    test "are enumerable with steps, both ways" do
      range = Date.range(~D[2020-02-27], ~D[2020-03-02], 2)
      assert Enum.to_list(range) == [~D[2020-02-27], ~D[2020-02-29], ~D[2020-03-02]]
      assert Enum.count(range) == 3
      assert ~D[2020-02-29] in range
      refute ~D[2020-02-28] in range
      refute :other in range
      assert Enum.at(range, -1) == ~D[2020-03-02]
      assert Enum.slice(range, 1, 5) == [~D[2020-02-29], ~D[2020-03-02]]
      assert Enum.zip(range, [:a]) == [{~D[2020-02-27], :a}]
      assert Enum.to_list(Date.range(~D[2020-03-01], ~D[2020-02-28])) == [~D[2020-03-01], ~D[2020-02-29], ~D[2020-02-28]]
      assert Enum.to_list(Date.range(~D[2020-02-28], ~D[2020-03-01], -1)) == []
    end

    test "are shown as the call that makes them" do
      assert inspect(Date.range(~D[2000-01-01], ~D[2000-01-03])) == "Date.range(~D[2000-01-01], ~D[2000-01-03])"
      assert inspect(Date.range(~D[2000-01-03], ~D[2000-01-01])) == "Date.range(~D[2000-01-03], ~D[2000-01-01], -1)"
    end

    test "need one calendar and a step" do
      assert_raise ArgumentError, "both dates must have matching calendars", fn ->
        Date.range(~D[2000-01-01], Date.convert!(~D[2000-01-02], Julianish))
      end

      assert_raise ArgumentError,
                   "both dates must have matching calendar and the step must be a non-zero integer, got: ~D[2000-01-01], ~D[2000-01-02], 0",
                   fn -> Date.range(~D[2000-01-01], ~D[2000-01-02], 0) end
    end
  end
end
