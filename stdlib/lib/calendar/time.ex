defmodule Time do
  @moduledoc """
  Times of day: hour, minute, second and microseconds with their precision, without date or zone.

  Written `~T[23:00:07.001]`. The functions take any map with the fields of a time, so also `NaiveDateTime` and `DateTime`. Times are structs:
  compare them with `compare/2`, sort them with `Enum.sort(times, Time)`. What is added or taken goes around midnight.
  """

  @enforce_keys [:hour, :minute, :second]
  defstruct [:hour, :minute, :second, microsecond: {0, 0}, calendar: Calendar.ISO]

  @type t :: %__MODULE__{
          hour: Calendar.hour(),
          minute: Calendar.minute(),
          second: Calendar.second(),
          microsecond: Calendar.microsecond(),
          calendar: Calendar.calendar()
        }

  @doc """
  Returns the time that it is in UTC.

  ## Examples

      iex> Time.utc_now().calendar
      Calendar.ISO

  """
  @spec utc_now(Calendar.calendar()) :: t
  def utc_now(calendar \\ Calendar.ISO) do
    {:ok, _, {hour, minute, second}, microsecond} = Calendar.ISO.from_unix(:os.system_time(), :native)
    {value, _} = microsecond
    convert!(%Time{hour: hour, minute: minute, second: second, microsecond: {value, 6}}, calendar)
  end

  @doc """
  Makes a time, if there is such one. The microseconds are a number, or a number and a precision.

  ## Examples

      iex> Time.new(0, 0, 0, 0)
      {:ok, ~T[00:00:00.000000]}
      iex> Time.new(23, 59, 59, {5000, 3})
      {:ok, ~T[23:59:59.005]}
      iex> Time.new(24, 0, 0)
      {:error, :invalid_time}

  """
  @spec new(Calendar.hour(), Calendar.minute(), Calendar.second(), Calendar.microsecond() | non_neg_integer, Calendar.calendar()) ::
          {:ok, t} | {:error, atom}
  def new(hour, minute, second, microsecond \\ {0, 0}, calendar \\ Calendar.ISO)

  def new(hour, minute, second, microsecond, calendar) when is_integer(microsecond),
    do: new(hour, minute, second, {microsecond, 6}, calendar)

  def new(hour, minute, second, {microsecond, precision}, calendar)
      when is_integer(hour) and is_integer(minute) and is_integer(second) and is_integer(microsecond) and is_integer(precision) do
    if calendar.valid_time?(hour, minute, second, {microsecond, precision}),
      do: {:ok, %Time{hour: hour, minute: minute, second: second, microsecond: {microsecond, precision}, calendar: calendar}},
      else: {:error, :invalid_time}
  end

  @doc """
  Makes a time, or raises `ArgumentError`.

  ## Examples

      iex> Time.new!(23, 59, 59)
      ~T[23:59:59]

  """
  @spec new!(Calendar.hour(), Calendar.minute(), Calendar.second(), Calendar.microsecond() | non_neg_integer, Calendar.calendar()) :: t
  def new!(hour, minute, second, microsecond \\ {0, 0}, calendar \\ Calendar.ISO) do
    case new(hour, minute, second, microsecond, calendar) do
      {:ok, time} -> time
      {:error, reason} -> raise ArgumentError, "cannot build time, reason: #{inspect(reason)}"
    end
  end

  @doc """
  Writes a time as its calendar does.

  ## Examples

      iex> Time.to_string(~N[2015-01-01 23:00:00.005])
      "23:00:00.005"

  """
  @spec to_string(Calendar.time()) :: String.t()
  def to_string(time)

  def to_string(%{hour: hour, minute: minute, second: second, microsecond: microsecond, calendar: calendar}),
    do: calendar.time_to_string(hour, minute, second, microsecond)

  @doc """
  Reads the extended form of ISO 8601. A `T` in front is allowed, and so is an offset behind, which is ignored.

  ## Examples

      iex> Time.from_iso8601("23:50:07.123")
      {:ok, ~T[23:50:07.123]}
      iex> Time.from_iso8601("T23:50:07Z")
      {:ok, ~T[23:50:07]}
      iex> Time.from_iso8601("23:50:61")
      {:error, :invalid_time}
      iex> Time.from_iso8601("23 50 07")
      {:error, :invalid_format}

  """
  @spec from_iso8601(String.t(), Calendar.calendar()) :: {:ok, t} | {:error, atom}
  def from_iso8601(string, calendar \\ Calendar.ISO) do
    with {:ok, {hour, minute, second, microsecond}} <- Calendar.ISO.parse_time(string) do
      convert(%Time{hour: hour, minute: minute, second: second, microsecond: microsecond}, calendar)
    end
  end

  @doc """
  Reads the extended form of ISO 8601, or raises `ArgumentError`.

  ## Examples

      iex> Time.from_iso8601!("23:50:07,123")
      ~T[23:50:07.123]

  """
  @spec from_iso8601!(String.t(), Calendar.calendar()) :: t
  def from_iso8601!(string, calendar \\ Calendar.ISO) do
    case from_iso8601(string, calendar) do
      {:ok, time} -> time
      {:error, reason} -> raise ArgumentError, "cannot parse #{inspect(string)} as time, reason: #{inspect(reason)}"
    end
  end

  @doc """
  Writes a time after ISO 8601.

  ## Examples

      iex> Time.to_iso8601(~T[23:00:13.001])
      "23:00:13.001"
      iex> Time.to_iso8601(~T[23:00:13.001], :basic)
      "230013.001"

  """
  @spec to_iso8601(Calendar.time(), :extended | :basic) :: String.t()
  def to_iso8601(time, format \\ :extended)

  def to_iso8601(%{calendar: Calendar.ISO} = time, format) when format in [:extended, :basic] do
    %{hour: hour, minute: minute, second: second, microsecond: microsecond} = time
    Calendar.ISO.time_to_string(hour, minute, second, microsecond, format)
  end

  def to_iso8601(%{calendar: _} = time, format) when format in [:extended, :basic],
    do: time |> convert!(Calendar.ISO) |> to_iso8601(format)

  @doc """
  Returns the tuple that Erlang has for a time; microseconds are lost.

  ## Examples

      iex> Time.to_erl(~T[23:30:15.999])
      {23, 30, 15}

  """
  @spec to_erl(Calendar.time()) :: :calendar.time()
  def to_erl(time) do
    %{hour: hour, minute: minute, second: second} = convert!(time, Calendar.ISO)
    {hour, minute, second}
  end

  @doc """
  Takes Erlang's tuple for a time.

  ## Examples

      iex> Time.from_erl({23, 30, 15}, {5000, 3})
      {:ok, ~T[23:30:15.005]}
      iex> Time.from_erl({24, 30, 15})
      {:error, :invalid_time}

  """
  @spec from_erl(:calendar.time(), Calendar.microsecond() | non_neg_integer, Calendar.calendar()) :: {:ok, t} | {:error, atom}
  def from_erl(tuple, microsecond \\ {0, 0}, calendar \\ Calendar.ISO)

  def from_erl({hour, minute, second}, microsecond, calendar) do
    with {:ok, time} <- new(hour, minute, second, microsecond, Calendar.ISO), do: convert(time, calendar)
  end

  @doc """
  Takes Erlang's tuple for a time, or raises `ArgumentError`.

  ## Examples

      iex> Time.from_erl!({23, 30, 15})
      ~T[23:30:15]

  """
  @spec from_erl!(:calendar.time(), Calendar.microsecond() | non_neg_integer, Calendar.calendar()) :: t
  def from_erl!(tuple, microsecond \\ {0, 0}, calendar \\ Calendar.ISO) do
    case from_erl(tuple, microsecond, calendar) do
      {:ok, time} -> time
      {:error, reason} -> raise ArgumentError, "cannot convert #{inspect(tuple)} to time, reason: #{inspect(reason)}"
    end
  end

  @doc """
  Returns the time of a number of seconds since midnight, of any day.

  ## Examples

      iex> Time.from_seconds_after_midnight(4000)
      ~T[01:06:40]
      iex> Time.from_seconds_after_midnight(-1)
      ~T[23:59:59]

  """
  @spec from_seconds_after_midnight(integer, Calendar.microsecond(), Calendar.calendar()) :: t
  def from_seconds_after_midnight(seconds, microsecond \\ {0, 0}, calendar \\ Calendar.ISO) when is_integer(seconds) do
    second_of_day = Integer.mod(seconds, 86_400)
    {hour, minute, second, _} = Calendar.ISO.time_from_day_fraction({second_of_day, 86_400})
    convert!(%Time{hour: hour, minute: minute, second: second, microsecond: microsecond}, calendar)
  end

  @doc """
  Counts the seconds since midnight; microseconds apart.

  ## Examples

      iex> Time.to_seconds_after_midnight(~T[01:00:00.25])
      {3600, 250000}

  """
  @spec to_seconds_after_midnight(Calendar.time()) :: {integer, non_neg_integer}
  def to_seconds_after_midnight(%{microsecond: {microsecond, _precision}} = time) do
    {Calendar.ISO.iso_days_to_unit({0, to_day_fraction(time)}, :second), microsecond}
  end

  @doc """
  Adds an amount of a unit, around midnight.

  ## Examples

      iex> Time.add(~T[10:00:00], 27000)
      ~T[17:30:00]
      iex> Time.add(~T[17:10:05], -3, :hour)
      ~T[14:10:05]
      iex> Time.add(~T[23:59:59], 2)
      ~T[00:00:01]

  """
  @spec add(Calendar.time(), integer, :hour | :minute | System.time_unit()) :: t
  def add(time, amount_to_add, unit \\ :second)

  def add(time, amount_to_add, :hour) when is_integer(amount_to_add), do: add(time, amount_to_add * 3600, :second)
  def add(time, amount_to_add, :minute) when is_integer(amount_to_add), do: add(time, amount_to_add * 60, :second)

  def add(%{calendar: calendar, microsecond: {_, precision}} = time, amount_to_add, unit) when is_integer(amount_to_add) do
    amount_per_day = System.convert_time_unit(86_400, :second, unit)
    iso_days = Calendar.ISO.add_day_fraction_to_iso_days({0, to_day_fraction(time)}, amount_to_add, amount_per_day)
    {_days, day_fraction} = iso_days
    {hour, minute, second, {value, _}} = calendar.time_from_day_fraction(day_fraction)
    %Time{hour: hour, minute: minute, second: second, microsecond: {value, precision}, calendar: calendar}
  end

  @doc """
  Moves a time by a duration of hours, minutes, seconds and microseconds, around midnight.

  Units of days and longer raise `ArgumentError`.
  """
  @spec shift(Calendar.time(), Duration.t() | keyword) :: t
  def shift(%{calendar: calendar} = time, duration) do
    %{hour: hour, minute: minute, second: second, microsecond: microsecond} = time
    {hour, minute, second, microsecond} = calendar.shift_time(hour, minute, second, microsecond, Duration.for_time!(duration))
    %Time{hour: hour, minute: minute, second: second, microsecond: microsecond, calendar: calendar}
  end

  @doc """
  Tells whether the first time is earlier than the second, later, or the same. The precision does not count.

  ## Examples

      iex> Time.compare(~T[16:04:16], ~T[16:04:28])
      :lt
      iex> Time.compare(~T[16:04:16.01], ~T[16:04:16.010])
      :eq

  """
  @spec compare(Calendar.time(), Calendar.time()) :: :lt | :eq | :gt
  def compare(%{calendar: calendar} = time1, %{calendar: calendar} = time2) do
    %{hour: hour1, minute: minute1, second: second1, microsecond: {value1, _}} = time1
    %{hour: hour2, minute: minute2, second: second2, microsecond: {value2, _}} = time2
    order({hour1, minute1, second1, value1}, {hour2, minute2, second2, value2})
  end

  def compare(time1, time2) do
    {parts1, per_day1} = to_day_fraction(time1)
    {parts2, per_day2} = to_day_fraction(time2)
    order(parts1 * per_day2, parts2 * per_day1)
  end

  defp order(first, second) when first > second, do: :gt
  defp order(first, second) when first < second, do: :lt
  defp order(_first, _second), do: :eq

  @doc """
  Tells whether the first time is earlier than the second.
  """
  @spec before?(Calendar.time(), Calendar.time()) :: boolean
  def before?(time1, time2), do: compare(time1, time2) == :lt

  @doc """
  Tells whether the first time is later than the second.
  """
  @spec after?(Calendar.time(), Calendar.time()) :: boolean
  def after?(time1, time2), do: compare(time1, time2) == :gt

  @doc """
  Converts a time to another calendar, if the days of both begin at the same moment.

  ## Examples

      iex> Time.convert(~N[2000-01-01 13:30:15], Calendar.ISO)
      {:ok, ~T[13:30:15]}

  """
  @spec convert(Calendar.time(), Calendar.calendar()) :: {:ok, t} | {:error, atom}
  def convert(%{calendar: calendar, hour: hour, minute: minute, second: second, microsecond: microsecond}, calendar) do
    {:ok, %Time{calendar: calendar, hour: hour, minute: minute, second: second, microsecond: microsecond}}
  end

  def convert(%{microsecond: {_, precision}} = time, calendar) do
    {hour, minute, second, {value, _}} = time |> to_day_fraction() |> calendar.time_from_day_fraction()
    {:ok, %Time{calendar: calendar, hour: hour, minute: minute, second: second, microsecond: {value, precision}}}
  end

  @doc """
  Converts a time to another calendar, or raises `ArgumentError`.
  """
  @spec convert!(Calendar.time(), Calendar.calendar()) :: t
  def convert!(time, calendar) do
    case convert(time, calendar) do
      {:ok, time} -> time
      {:error, reason} -> raise ArgumentError, "cannot convert #{inspect(time)} to target calendar #{inspect(calendar)}, reason: #{inspect(reason)}"
    end
  end

  @doc """
  Counts the units from the second time to the first. What is less than a unit does not count.

  ## Examples

      iex> Time.diff(~T[00:29:12], ~T[00:29:10])
      2
      iex> Time.diff(~T[02:29:10], ~T[00:29:12], :hour)
      1
      iex> Time.diff(~T[00:29:10], ~T[00:29:12], :millisecond)
      -2000

  """
  @spec diff(Calendar.time(), Calendar.time(), :hour | :minute | System.time_unit()) :: integer
  def diff(time1, time2, unit \\ :second)
  def diff(time1, time2, :hour), do: div(diff(time1, time2, :second), 3600)
  def diff(time1, time2, :minute), do: div(diff(time1, time2, :second), 60)

  def diff(time1, time2, unit) do
    units1 = Calendar.ISO.iso_days_to_unit({0, to_day_fraction(time1)}, unit)
    units2 = Calendar.ISO.iso_days_to_unit({0, to_day_fraction(time2)}, unit)
    units1 - units2
  end

  @doc """
  Cuts the microseconds off to `:microsecond`, `:millisecond` or `:second`.

  ## Examples

      iex> Time.truncate(~T[01:01:01.123456], :millisecond)
      ~T[01:01:01.123]
      iex> Time.truncate(~T[01:01:01.123456], :second)
      ~T[01:01:01]

  """
  @spec truncate(t, :microsecond | :millisecond | :second) :: t
  def truncate(%Time{microsecond: microsecond} = time, precision), do: %{time | microsecond: Calendar.truncate(microsecond, precision)}

  defp to_day_fraction(%{hour: hour, minute: minute, second: second, microsecond: {_, _} = microsecond, calendar: calendar}),
    do: calendar.time_to_day_fraction(hour, minute, second, microsecond)

  defimpl String.Chars do
    def to_string(%{hour: hour, minute: minute, second: second, microsecond: microsecond, calendar: calendar}),
      do: calendar.time_to_string(hour, minute, second, microsecond)
  end

  defimpl Inspect do
    def inspect(%{hour: hour, minute: minute, second: second, microsecond: microsecond, calendar: calendar}, _opts),
      do: "~T[" <> calendar.time_to_string(hour, minute, second, microsecond) <> suffix(calendar) <> "]"

    defp suffix(Calendar.ISO), do: ""
    defp suffix(calendar), do: " " <> Kernel.inspect(calendar)
  end
end
