defmodule Duration do
  @moduledoc """
  Lengths of time in units of the calendar, each of which is an integer of its own and may be negative.

  A month is no fixed number of days, so units are not converted into each other: `Date.shift/2` and its kin apply them one after the
  other, from years to microseconds. The microseconds have a precision, as times have.
  """

  @moduledoc since: "1.17.0"

  @derive {Inspect,
           optional: [:year, :month, :week, :day, :hour, :minute, :second, :microsecond]}
  defstruct year: 0, month: 0, week: 0, day: 0, hour: 0, minute: 0, second: 0, microsecond: {0, 0}

  @type t :: %Duration{
          year: integer,
          month: integer,
          week: integer,
          day: integer,
          hour: integer,
          minute: integer,
          second: integer,
          microsecond: {integer, 0..6}
        }

  @type unit_pair ::
          {:year, integer}
          | {:month, integer}
          | {:week, integer}
          | {:day, integer}
          | {:hour, integer}
          | {:minute, integer}
          | {:second, integer}
          | {:microsecond, {integer, 0..6}}

  @type duration :: t | [unit_pair]

  @date_units [:year, :month, :week, :day]
  @time_units [:hour, :minute, :second]
  @integer_units @date_units ++ @time_units

  @doc """
  Makes a duration of units, or raises `ArgumentError`. A duration stays as it is.

      iex> Duration.new!(year: 1, week: 3, hour: 4, second: 1)
      %Duration{year: 1, week: 3, hour: 4, second: 1}

  """
  @spec new!(duration) :: t
  def new!(%Duration{} = duration), do: duration

  def new!(unit_pairs) do
    Enum.each(unit_pairs, &check_pair!/1)
    struct!(Duration, unit_pairs)
  end

  defp check_pair!({unit, value}) when unit in @integer_units and is_integer(value), do: :ok
  defp check_pair!({:microsecond, {value, precision}}) when is_integer(value) and precision in 0..6, do: :ok

  defp check_pair!({:microsecond, microsecond}) do
    raise ArgumentError,
          "unsupported value #{inspect(microsecond)} for :microsecond. Expected a tuple {ms, precision} where precision is an integer from 0 to 6"
  end

  defp check_pair!({unit, value}) when unit in @integer_units do
    raise ArgumentError, "unsupported value #{inspect(value)} for #{inspect(unit)}. Expected an integer"
  end

  defp check_pair!({unit, _value}), do: raise_unknown(unit)

  defp raise_unknown(unit) do
    known = Enum.map_join(@integer_units ++ [:microsecond], ", ", &inspect/1)
    raise ArgumentError, "unknown unit #{inspect(unit)}. Expected " <> known
  end

  @doc false
  def for_date!(duration) do
    if pair = foreign(duration, @date_units) do
      raise ArgumentError, "unsupported unit #{inspect(pair)}. Expected :year, :month, :week, :day"
    end

    new!(duration)
  end

  @doc false
  def for_time!(duration) do
    if pair = foreign(duration, @time_units ++ [:microsecond]) do
      raise ArgumentError, "unsupported unit #{inspect(pair)}. Expected :hour, :minute, :second, :microsecond"
    end

    new!(duration)
  end

  @doc false
  def for_datetime!(duration), do: new!(duration)

  # The first unit that is given and not among the allowed ones.
  defp foreign(%Duration{} = duration, allowed) do
    Enum.find(@integer_units ++ [:microsecond], fn unit ->
      unit not in allowed and Map.fetch!(duration, unit) not in [0, {0, 0}]
    end)
  end

  defp foreign(pairs, allowed), do: Enum.find_value(pairs, fn {unit, _} -> if unit in allowed, do: nil, else: unit end)

  @doc """
  Adds two durations unit by unit.

      iex> Duration.add(Duration.new!(week: 2, day: 1), Duration.new!(day: 2))
      %Duration{week: 2, day: 3}

  """
  @spec add(t, t) :: t
  def add(%Duration{} = d1, %Duration{} = d2) do
    {value1, precision1} = d1.microsecond
    {value2, precision2} = d2.microsecond
    combine(d1, d2, &+/2, {value1 + value2, max(precision1, precision2)})
  end

  @doc """
  Takes the second duration from the first, unit by unit.
  """
  @spec subtract(t, t) :: t
  def subtract(%Duration{} = d1, %Duration{} = d2), do: add(d1, negate(d2))

  @doc """
  Multiplies every unit.

      iex> Duration.multiply(Duration.new!(day: 1, minute: 15), 3)
      %Duration{day: 3, minute: 45}

  """
  @spec multiply(t, integer) :: t
  def multiply(%Duration{microsecond: {value, precision}} = duration, integer) when is_integer(integer),
    do: combine(duration, duration, fn amount, _ -> amount * integer end, {value * integer, precision})

  @doc """
  Turns every unit around.
  """
  @spec negate(t) :: t
  def negate(%Duration{} = duration), do: multiply(duration, -1)

  defp combine(d1, d2, fun, microsecond) do
    Enum.reduce(@integer_units, %Duration{microsecond: microsecond}, fn unit, duration ->
      %{duration | unit => fun.(Map.fetch!(d1, unit), Map.fetch!(d2, unit))}
    end)
  end

  @doc """
  Reads a duration after ISO 8601: `{:ok, duration}` or `{:error, reason}`.

  Signs in front of the whole and in front of units are allowed, fractions only of seconds.

      iex> Duration.from_iso8601("P1Y2M3DT4H5M6.25S")
      {:ok, %Duration{year: 1, month: 2, day: 3, hour: 4, minute: 5, second: 6, microsecond: {250000, 2}}}

  """
  @spec from_iso8601(String.t()) :: {:ok, t} | {:error, atom}
  def from_iso8601(string) when is_binary(string) do
    case read_sign(string) do
      {sign, "P" <> rest} when rest != "" ->
        with {:ok, duration} <- read(rest, :date, @date_units, %Duration{}),
             do: {:ok, if(sign < 0, do: negate(duration), else: duration)}

      _ ->
        {:error, :invalid_duration}
    end
  end

  @doc """
  Reads a duration after ISO 8601, or raises `ArgumentError`.
  """
  @spec from_iso8601!(String.t()) :: t
  def from_iso8601!(string) when is_binary(string) do
    case from_iso8601(string) do
      {:ok, duration} -> duration
      {:error, reason} -> raise ArgumentError, ~s/failed to parse duration "#{string}". reason: #{inspect(reason)}/
    end
  end

  defp read_sign("-" <> rest), do: {-1, rest}
  defp read_sign("+" <> rest), do: {1, rest}
  defp read_sign(rest), do: {1, rest}

  # `units` are those that may still come: each is given once, and longer ones before shorter ones.
  defp read("", :date, units, duration), do: if(units == @date_units, do: {:error, :invalid_duration}, else: {:ok, duration})
  defp read("", :time, units, duration), do: if(units == @time_units, do: {:error, :invalid_time_component}, else: {:ok, duration})
  defp read("T" <> rest, :date, _units, duration), do: read(rest, :time, @time_units, duration)

  defp read(string, part, units, duration) do
    {sign, rest} = read_sign(string)

    with {amount, rest} <- Integer.parse(unsigned(rest)),
         {fraction, <<letter, rest::binary>>} <- read_fraction(rest, sign),
         unit when unit != nil <- unit(part, letter),
         true <- fraction == nil or unit == :second,
         [_ | later] <- Enum.drop_while(units, &(&1 != unit)) do
      duration = Map.put(duration, unit, sign * amount)
      read(rest, part, later, if(fraction, do: %{duration | microsecond: fraction}, else: duration))
    else
      _ -> {:error, if(part == :date, do: :invalid_date_component, else: :invalid_time_component)}
    end
  end

  defp unsigned(<<digit, _::binary>> = text) when digit in ?0..?9, do: text
  defp unsigned(_text), do: ""

  defp read_fraction(<<mark, rest::binary>>, sign) when mark in [?., ?,] do
    case digits(rest, "") do
      {"", _rest} ->
        :error

      {digits, rest} ->
        kept = binary_part(digits, 0, min(byte_size(digits), 6))
        {{sign * String.to_integer(String.pad_trailing(kept, 6, "0")), byte_size(kept)}, rest}
    end
  end

  defp read_fraction(rest, _sign), do: {nil, rest}

  defp digits(<<digit, rest::binary>>, acc) when digit in ?0..?9, do: digits(rest, <<acc::binary, digit>>)
  defp digits(rest, acc), do: {acc, rest}

  defp unit(:date, ?Y), do: :year
  defp unit(:date, ?M), do: :month
  defp unit(:date, ?W), do: :week
  defp unit(:date, ?D), do: :day
  defp unit(:time, ?H), do: :hour
  defp unit(:time, ?M), do: :minute
  defp unit(:time, ?S), do: :second
  defp unit(_part, _letter), do: nil

  @doc """
  Writes a duration after ISO 8601.

      iex> Duration.to_iso8601(Duration.new!(year: 3, day: -2, second: 6))
      "P3Y-2DT6S"

  """
  @spec to_iso8601(t) :: String.t()
  def to_iso8601(%Duration{} = duration) do
    date = for {unit, letter} <- [year: "Y", month: "M", week: "W", day: "D"], do: part(Map.fetch!(duration, unit), letter)
    time = for {unit, letter} <- [hour: "H", minute: "M"], do: part(Map.fetch!(duration, unit), letter)
    time = IO.iodata_to_binary([time, seconds(duration)])

    case {IO.iodata_to_binary(date), time} do
      {"", ""} -> "PT0S"
      {date, ""} -> "P" <> date
      {date, time} -> "P" <> date <> "T" <> time
    end
  end

  defp part(0, _letter), do: []
  defp part(amount, letter), do: [Integer.to_string(amount), letter]

  defp seconds(%{second: 0, microsecond: {0, _}}), do: []
  defp seconds(%{second: second, microsecond: {_, 0}}), do: [Integer.to_string(second), "S"]

  # Seconds and microseconds may have different signs.
  defp seconds(%{second: second, microsecond: {value, precision}}) do
    total = second * 1_000_000 + value
    sign = if total < 0, do: "-", else: ""
    fraction = total |> abs() |> rem(1_000_000) |> Integer.to_string() |> String.pad_leading(6, "0") |> binary_part(0, precision)
    [sign, total |> abs() |> div(1_000_000) |> Integer.to_string(), ".", fraction, "S"]
  end

  defimpl String.Chars do
    def to_string(duration), do: Duration.to_string(duration)
  end

  @doc """
  Writes a duration for reading, with the units' abbreviations.

  Options: `:units`, the names of units, e.g. `[year: "years"]`; `:separator`, a space by default.

      iex> Duration.to_string(Duration.new!(day: 40, hour: 12, minute: 42, second: 12))
      "40d 12h 42min 12s"

  """
  @spec to_string(t, keyword) :: String.t()
  def to_string(%Duration{} = duration, opts \\ []) do
    units = Keyword.get(opts, :units, [])
    separator = Keyword.get(opts, :separator, " ")
    names = [year: "a", month: "mo", week: "wk", day: "d", hour: "h", minute: "min"]

    parts = for {unit, name} <- names, (amount = Map.fetch!(duration, unit)) != 0, do: "#{amount}#{Keyword.get(units, unit, name)}"

    case parts ++ second_text(duration, Keyword.get(units, :second, "s")) do
      [] -> "0" <> Keyword.get(units, :second, "s")
      parts -> Enum.join(parts, separator)
    end
  end

  defp second_text(duration, name) do
    case seconds(duration) do
      [] -> []
      text -> [String.replace_suffix(IO.iodata_to_binary(text), "S", name)]
    end
  end
end
