defmodule TimeTest do
  use ExUnit.Case, async: true
  # The documentation of the real library shows these with modules that only its own tests have.
  doctest Time, except: [convert: 2, convert!: 2]
  doctest Calendar.ISO

  for {row, number} <- Enum.with_index([
      {"10:00:00", {:ok, ~T[10:00:00]}},
      {"10:00:00.1234567", {:ok, ~T[10:00:00.123456]}},
      {"10:00:00,5", {:ok, ~T[10:00:00.5]}},
      {"T10:00:00Z", {:ok, ~T[10:00:00]}},
      {"10:00:00+0100", {:ok, ~T[10:00:00]}},
      {"10:00:00-00", {:ok, ~T[10:00:00]}},
      {"10:00:00-00:00", {:error, :invalid_format}},
      {"10:00:00+24:00", {:error, :invalid_format}},
      {"10:00:00.", {:error, :invalid_format}},
      {"10:00", {:error, :invalid_format}},
      {"24:00:00", {:error, :invalid_time}},
      {"23:59:60", {:error, :invalid_time}}
      ], 1) do
    test "parsing keeps the precision, cuts it at six digits, and checks an offset only to drop it, case #{number}" do
      {text, result} = unquote(Macro.escape(row))
      assert Time.from_iso8601(text) == result, text
    end
  end

  test "parsing keeps the precision, cuts it at six digits, and checks an offset only to drop it" do
    assert Calendar.ISO.parse_time("100000.25", :basic) == {:ok, {10, 0, 0, {250_000, 2}}}
  end

  test "making" do
    assert Time.new(1, 1, 1, 5) == {:ok, ~T[01:01:01.000005]}
    assert Time.new(1, 1, 1, {5, 7}) == {:error, :invalid_time}
    assert_raise ArgumentError, "cannot build time, reason: :invalid_time", fn -> Time.new!(24, 0, 0) end
    assert_raise ArgumentError, ~s(cannot parse "2" as time, reason: :invalid_format), fn -> Time.from_iso8601!("2") end
    assert_raise ArgumentError, "cannot convert {1, 1, 61} to time, reason: :invalid_time", fn -> Time.from_erl!({1, 1, 61}) end
    assert Time.from_seconds_after_midnight(-1, {5, 6}) == ~T[23:59:59.000005]
    assert Time.to_seconds_after_midnight(~N[2020-01-01 10:11:12.123]) == {36672, 123_000}
  end

  test "adding goes around the clock and keeps the precision" do
    assert Time.add(~T[10:11:12.123], 100_000) == ~T[13:57:52.123]
    assert Time.add(~T[10:11:12.123], -100_000) == ~T[06:24:32.123]
    assert Time.add(~T[23:00:00], 2, :hour) == ~T[01:00:00]
    assert Time.add(~T[23:00:00], -90, :minute) == ~T[21:30:00]
    assert_raise FunctionClauseError, fn -> Time.add(~T[10:00:00], 1.5) end

    assert_raise ArgumentError,
                 "unsupported time unit. Expected :second, :millisecond, :microsecond, :nanosecond, or a positive integer, got :fortnight",
                 fn -> Time.add(~T[10:00:00], 1, :fortnight) end
  end

  test "differences count whole units" do
    assert Time.diff(~T[10:00:00], ~T[09:00:00.5], :hour) == 1
    assert Time.diff(~T[00:00:00], ~T[10:11:12.123]) == -36672
    assert Time.diff(~T[00:00:00], ~T[10:11:12.123], :minute) == -611
    assert Time.diff(~T[10:11:12.123], ~T[00:00:00], :microsecond) == 36_672_123_000
    assert Time.compare(~T[10:00:00], ~T[10:00:00.000]) == :eq
    assert Time.truncate(~T[10:00:00.123456], :millisecond) == ~T[10:00:00.123]
    assert_raise FunctionClauseError, fn -> Time.truncate(~T[10:00:00.1], :minute) end
  end

  test "the parts of :calendar" do
    assert Enum.map([{2020, 12, 31}, {2021, 1, 3}, {2021, 1, 4}, {2008, 12, 29}], &:calendar.iso_week_number/1) ==
             [{2020, 53}, {2020, 53}, {2021, 1}, {2009, 1}]

    assert :calendar.time_difference({{2020, 1, 2}, {0, 0, 0}}, {{2020, 1, 1}, {1, 0, 0}}) == {-1, {1, 0, 0}}
    assert :calendar.system_time_to_rfc3339(1_517_498_278_123, unit: :millisecond, offset: '+01:00') == '2018-02-01T16:17:58.123+01:00'
    assert :calendar.rfc3339_to_system_time('2018-02-01T16:17:58.5-01:30', unit: :millisecond) == 1_517_507_278_500
    assert :calendar.now_to_datetime({1500, 5, 9}) == {{2017, 7, 14}, {2, 40, 5}}
  end
end
