defmodule DateTimeTest.Zones do
  # A database of one zone: an hour east of UTC, two from March 31, 2019, 01:00 UTC to October 27, 2019, 01:00 UTC.
  @behaviour Calendar.TimeZoneDatabase

  @winter %{utc_offset: 3600, std_offset: 0, zone_abbr: "CET"}
  @summer %{utc_offset: 3600, std_offset: 3600, zone_abbr: "CEST"}

  @impl true
  def time_zone_period_from_utc_iso_days(iso_days, "Here") do
    utc = iso_days |> Calendar.ISO.naive_datetime_from_iso_days() |> then(&apply(NaiveDateTime, :new!, Tuple.to_list(&1)))
    summer? = NaiveDateTime.compare(utc, ~N[2019-03-31 01:00:00]) != :lt and NaiveDateTime.compare(utc, ~N[2019-10-27 01:00:00]) == :lt
    {:ok, if(summer?, do: @summer, else: @winter)}
  end

  def time_zone_period_from_utc_iso_days(_iso_days, _zone), do: {:error, :time_zone_not_found}

  @impl true
  def time_zone_periods_from_wall_datetime(wall, "Here") do
    cond do
      within?(wall, ~N[2019-03-31 02:00:00], ~N[2019-03-31 03:00:00]) ->
        {:gap, {@winter, ~N[2019-03-31 02:00:00]}, {@summer, ~N[2019-03-31 03:00:00]}}

      within?(wall, ~N[2019-10-27 02:00:00], ~N[2019-10-27 03:00:00]) ->
        {:ambiguous, @summer, @winter}

      within?(wall, ~N[2019-03-31 03:00:00], ~N[2019-10-27 02:00:00]) ->
        {:ok, @summer}

      true ->
        {:ok, @winter}
    end
  end

  def time_zone_periods_from_wall_datetime(_wall, _zone), do: {:error, :time_zone_not_found}

  defp within?(wall, first, last), do: NaiveDateTime.compare(wall, first) != :lt and NaiveDateTime.compare(wall, last) == :lt
end

defmodule DateTimeTest do
  use ExUnit.Case, async: true
  # The documentation of the real library shows these with modules that only its own tests have.
  @foreign [add: 4, convert!: 2, convert: 2, from_naive!: 3, from_naive: 3, new!: 4, new: 4, now!: 2, now: 2, shift_zone!: 3, shift_zone: 3]
  doctest DateTime, except: @foreign
  doctest NaiveDateTime, except: [convert: 2, convert!: 2]

  alias DateTimeTest.Zones

  test "the sigil wants UTC" do
    assert ~U[2015-12-01T00:00:00.5Z].microsecond == {500_000, 1}

    for {text, reason} <- [{"2015-12-01 00:00:00+01:00", :non_utc_offset}, {"2015-12-01 00:00:00", :missing_offset}, {"x", :invalid_format}] do
      assert_raise ArgumentError, "cannot parse #{inspect(text)} as UTC DateTime for Calendar.ISO, reason: #{inspect(reason)}", fn ->
        Code.eval_string("~U[#{text}]")
      end
    end
  end

  test "parsing" do
    assert DateTime.from_iso8601("2015-01-23T23:50:07.123+02:30") == {:ok, ~U[2015-01-23 21:20:07.123Z], 9000}
    assert DateTime.from_iso8601("-2015-01-01T00:00:00+00:30") == {:ok, ~U[-2016-12-31 23:30:00Z], 1800}
    assert DateTime.from_iso8601("2015-13-23T23:50:07Z") == {:error, :invalid_date}
    assert DateTime.from_iso8601("2015-01-23T23:60:07Z") == {:error, :invalid_time}
    assert NaiveDateTime.from_iso8601("2015-01-23 23:50:07-00:00") == {:error, :invalid_format}
  end

  test "Unix times have limits and the precision of their unit" do
    assert DateTime.from_unix(253_402_300_799) == {:ok, ~U[9999-12-31 23:59:59Z]}
    assert DateTime.from_unix(253_402_300_800) == {:error, :invalid_unix_time}
    assert DateTime.from_unix(-377_705_116_801) == {:error, :invalid_unix_time}
    assert DateTime.from_unix!(1, 10) == ~U[1970-01-01 00:00:00.1Z]
    assert DateTime.from_unix!(1, 7).microsecond == {142_857, 6}
    assert DateTime.to_unix(~U[0000-01-01 00:00:00Z]) == -62_167_219_200
    assert DateTime.to_unix(~U[1969-12-31 23:59:59.5Z], :millisecond) == -500
    assert_raise ArgumentError, "invalid Unix time 1000000000000000", fn -> DateTime.from_unix!(1_000_000_000_000_000) end
  end

  test "without a database there is only UTC" do
    assert DateTime.shift_zone(~U[2015-01-23T23:50:07Z], "Europe/Paris") == {:error, :utc_only_time_zone_database}

    assert_raise ArgumentError,
                 "cannot get current datetime in \"Europe/Paris\" time zone, reason: :utc_only_time_zone_database",
                 fn -> DateTime.now!("Europe/Paris") end
  end

  test "wall times can be ambiguous or missing" do
    assert {:ok, summer} = DateTime.from_naive(~N[2019-07-01 12:00:00], "Here", Zones)
    assert inspect(summer) == "#DateTime<2019-07-01 12:00:00+02:00 CEST Here>"
    assert to_string(summer) == "2019-07-01 12:00:00+02:00 CEST Here"
    assert DateTime.to_unix(summer) == DateTime.to_unix(~U[2019-07-01 10:00:00Z])

    assert {:ambiguous, first, second} = DateTime.from_naive(~N[2019-10-27 02:30:00.123], "Here", Zones)
    assert DateTime.diff(second, first) == 3600
    assert {:gap, before, later} = DateTime.new(~D[2019-03-31], ~T[02:30:00], "Here", Zones)
    assert inspect(before) == "#DateTime<2019-03-31 01:59:59.999999+01:00 CET Here>"
    assert inspect(later) == "#DateTime<2019-03-31 03:00:00+02:00 CEST Here>"
    assert DateTime.diff(later, before, :microsecond) == 1

    assert_raise ArgumentError,
                 "cannot convert ~N[2019-10-27 02:30:00] to datetime because such instant is ambiguous in time zone Here as there is an overlap " <>
                   "between #DateTime<2019-10-27 02:30:00+02:00 CEST Here> and #DateTime<2019-10-27 02:30:00+01:00 CET Here>",
                 fn -> DateTime.from_naive!(~N[2019-10-27 02:30:00], "Here", Zones) end

    assert_raise ArgumentError, ~r/^cannot build datetime with ~D\[2019-03-31\] and ~T\[02:30:00\] because such instant does not exist/, fn ->
      DateTime.new!(~D[2019-03-31], ~T[02:30:00], "Here", Zones)
    end

    assert DateTime.from_naive(~N[2019-10-27 02:30:00], "There", Zones) == {:error, :time_zone_not_found}
  end

  test "moments move through the changes of a zone" do
    winter = DateTime.shift_zone!(~U[2019-03-31 00:30:00.5Z], "Here", Zones)
    assert inspect(winter) == "#DateTime<2019-03-31 01:30:00.5+01:00 CET Here>"
    summer = DateTime.add(winter, 1, :hour, Zones)
    assert inspect(summer) == "#DateTime<2019-03-31 03:30:00.5+02:00 CEST Here>"
    assert DateTime.diff(summer, winter, :minute) == 60
    assert DateTime.compare(summer, ~U[2019-03-31 01:30:00.500Z]) == :eq
    assert DateTime.to_iso8601(summer) == "2019-03-31T03:30:00.5+02:00"
    assert DateTime.to_iso8601(summer, :basic, -3661) == "20190331T002859.5-0101"
    assert DateTime.to_gregorian_seconds(summer) == DateTime.to_gregorian_seconds(~U[2019-03-31 01:30:00.5Z])

    assert_raise ArgumentError, ~r/^cannot add 1 second to #DateTime<.* There> \(with time zone database DateTimeTest.Zones\), reason: :time_zone_not_found/, fn ->
      DateTime.add(%{summer | time_zone: "There"}, 1, :second, Zones)
    end
  end

  test "naive times add, subtract and truncate" do
    naive = ~N[2020-02-29 10:11:12.123]
    assert NaiveDateTime.add(naive, 1, :day) == ~N[2020-03-01 10:11:12.123]
    assert NaiveDateTime.add(naive, -1, :microsecond).microsecond == {122_999, 3}
    assert NaiveDateTime.add(~N[2020-01-01 00:00:00], -5, :nanosecond) == %{~N[2019-12-31 23:59:59] | microsecond: {999_999, 0}}
    assert NaiveDateTime.diff(naive, ~N[2020-02-28 10:11:12.124], :hour) == 24
    assert NaiveDateTime.diff(naive, ~N[2020-02-28 10:11:12.124], :millisecond) == 86_399_999
    assert NaiveDateTime.to_gregorian_seconds(~N[-0001-01-01 00:00:00]) == {-31_536_000, 0}
    assert NaiveDateTime.from_gregorian_seconds(-1, {5, 6}) == ~N[-0001-12-31 23:59:59.000005]
    assert NaiveDateTime.new(2000, 1, 41, 1, 1, 61) == {:error, :invalid_date}
    assert NaiveDateTime.truncate(~U[2020-01-01 00:00:00.123456Z], :second) == ~N[2020-01-01 00:00:00]
    assert NaiveDateTime.convert(~U[2020-01-01 00:00:00Z], Calendar.ISO) == {:ok, ~N[2020-01-01 00:00:00]}
  end
end
