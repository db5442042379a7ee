defmodule Float do
  @moduledoc """
  Functions for floats, the 64-bit numbers of IEEE 754.
  """

  @max_finite 1.7976931348623157e308

  @doc """
  Raises a float to a power.

  ## Examples

      iex> Float.pow(1.0, 2)
      1.0
      iex> Float.pow(2.5, 2)
      6.25

  """
  @spec pow(float, number) :: float
  def pow(base, exponent) when is_float(base) and is_number(exponent), do: :math.pow(base, exponent)

  @doc "Returns the largest finite float."
  @spec max_finite() :: float
  def max_finite(), do: @max_finite

  @doc "Returns the smallest finite float."
  @spec min_finite() :: float
  def min_finite(), do: -@max_finite

  @doc """
  Parses a float at the start of a text: `{float, rest}`, or `:error`.

  ## Examples

      iex> Float.parse("56.5xyz")
      {56.5, "xyz"}
      iex> Float.parse("34")
      {34.0, ""}
      iex> Float.parse("pi")
      :error

  """
  @spec parse(binary) :: {float, binary} | :error
  def parse("-" <> binary) do
    case parse_unsigned(binary) do
      {number, rest} -> {-number, rest}
      :error -> :error
    end
  end

  def parse("+" <> binary), do: parse_unsigned(binary)
  def parse(binary), do: parse_unsigned(binary)

  defp parse_unsigned(binary) when is_binary(binary) do
    case digits(binary, 0) do
      0 ->
        :error

      whole ->
        <<integer::binary-size(whole), rest::bits>> = binary
        {fraction, rest} = fraction(rest)
        {exponent, rest} = exponent(rest)
        in_range(integer <> "." <> fraction <> exponent, rest)
    end
  end

  # Digits that no float can hold are no float.
  defp in_range(text, rest) do
    {:erlang.binary_to_float(text), rest}
  rescue
    ArgumentError -> :error
  end

  defp fraction("." <> rest = all) do
    case digits(rest, 0) do
      0 -> {"0", all}
      count -> :erlang.split_binary(rest, count)
    end
  end

  defp fraction(rest), do: {"0", rest}

  defp exponent(<<e, rest::bits>> = all) when e in [?e, ?E] do
    {sign, tail} =
      case rest do
        "-" <> tail -> {"-", tail}
        "+" <> tail -> {"", tail}
        tail -> {"", tail}
      end

    case digits(tail, 0) do
      0 ->
        {"", all}

      count ->
        {digits, rest} = :erlang.split_binary(tail, count)
        {"e" <> sign <> digits, rest}
    end
  end

  defp exponent(rest), do: {"", rest}

  defp digits(<<char, rest::bits>>, count) when char in ?0..?9, do: digits(rest, count + 1)
  defp digits(_rest, count), do: count

  @doc """
  Rounds down to a number of decimal places, from 0 to 15.

  ## Examples

      iex> Float.floor(1.0)
      1.0
      iex> Float.floor(0.1)
      0.0

  """
  @spec floor(float, 0..15) :: float
  def floor(number, precision \\ 0)
  def floor(number, 0) when is_float(number), do: :math.floor(number)
  def floor(number, precision) when is_float(number) and precision in 0..15, do: decimal(number, precision, :floor)
  def floor(number, precision) when is_float(number), do: bad_precision(precision)

  @doc """
  Rounds up to a number of decimal places, from 0 to 15.

  ## Examples

      iex> Float.ceil(2.5)
      3.0
      iex> Float.ceil(1.0)
      1.0

  """
  @spec ceil(float, 0..15) :: float
  def ceil(number, precision \\ 0)
  def ceil(number, 0) when is_float(number), do: :math.ceil(number)
  def ceil(number, precision) when is_float(number) and precision in 0..15, do: decimal(number, precision, :ceil)
  def ceil(number, precision) when is_float(number), do: bad_precision(precision)

  @doc """
  Rounds to a number of decimal places, from 0 to 15; halves away from zero.

  The float's exact value decides, not its shortest notation.

  ## Examples

      iex> Float.round(5.5674, 3)
      5.567
      iex> Float.round(-5.5)
      -6.0

  """
  @spec round(float, 0..15) :: float
  def round(float, precision \\ 0)
  def round(float, 0) when is_float(float) and float == 0.0, do: 0.0

  def round(float, 0) when is_float(float) do
    float |> :erlang.round() |> :erlang.float()
  end

  def round(float, precision) when is_float(float) and precision in 0..15, do: decimal(float, precision, :round)
  def round(float, precision) when is_float(float), do: bad_precision(precision)

  defp bad_precision(precision), do: raise(ArgumentError, "precision #{precision} is out of valid range of 0..15")

  # Exact arithmetic on the ratio that the float is.
  defp decimal(float, _precision, _mode) when float == 0.0, do: float
  # From here on floats are whole numbers.
  defp decimal(float, _precision, _mode) when abs(float) >= 4_503_599_627_370_496.0, do: float

  defp decimal(float, precision, mode) do
    {numerator, denominator} = ratio(abs(float))
    power = 10 ** precision
    scaled = numerator * power
    quotient = div(scaled, denominator)
    remainder = scaled - quotient * denominator
    negative = float < 0

    up =
      case mode do
        :round -> remainder * 2 >= denominator
        :ceil -> remainder > 0 and not negative
        :floor -> remainder > 0 and negative
      end

    quotient = if up, do: quotient + 1, else: quotient

    # Division rounds once when both are floats without rounding; reading decimals always does.
    result =
      if quotient < 9_007_199_254_740_992,
        do: quotient / power,
        else: :erlang.binary_to_float("#{quotient}.0e-#{precision}")

    cond do
      not negative -> result
      quotient == 0 -> 0.0
      true -> -result
    end
  end

  @doc """
  Returns the integers whose ratio is the float, reduced, the second one positive.

  ## Examples

      iex> Float.ratio(3.14)
      {7070651414971679, 2251799813685248}

  """
  @spec ratio(float) :: {integer, pos_integer}
  def ratio(float) when is_float(float) do
    case <<float::float>> do
      <<_sign::1, 0::63>> ->
        {0, 1}

      <<sign::1, 0::11, mantissa::52>> ->
        reduce(signed(sign, mantissa), 1074)

      <<sign::1, exponent::11, mantissa::52>> ->
        reduce(signed(sign, mantissa + 4_503_599_627_370_496), 1075 - exponent)
    end
  end

  defp signed(0, integer), do: integer
  defp signed(1, integer), do: -integer

  defp reduce(integer, power) when power <= 0, do: {:erlang.bsl(integer, -power), 1}

  defp reduce(integer, power) do
    case :erlang.band(integer, 1) do
      0 -> reduce(:erlang.bsr(integer, 1), power - 1)
      1 -> {integer, :erlang.bsl(1, power)}
    end
  end

  @doc """
  Turns a float into the shortest charlist that reads back as the same float.

  ## Examples

      iex> Float.to_charlist(2.5)
      '2.5'
      iex> Float.to_charlist(1.5)
      '1.5'

  """
  @spec to_charlist(float) :: charlist
  def to_charlist(float) when is_float(float), do: :erlang.float_to_list(float, [:short])

  @doc false
  @deprecated "Use Float.to_charlist/1 instead"
  def to_char_list(float), do: Float.to_charlist(float)

  @doc false
  @deprecated "Use :erlang.float_to_list/2 instead"
  def to_char_list(float, options), do: :erlang.float_to_list(float, expand_compact(options))

  @doc """
  Turns a float into the shortest text that reads back as the same float.

  ## Examples

      iex> Float.to_string(1.5)
      "1.5"
      iex> Float.to_string(0.1)
      "0.1"

  """
  @spec to_string(float) :: String.t()
  def to_string(float) when is_float(float), do: :erlang.float_to_binary(float, [:short])

  @doc false
  @deprecated "Use :erlang.float_to_binary/2 instead"
  def to_string(float, options), do: :erlang.float_to_binary(float, expand_compact(options))

  defp expand_compact([{:compact, false} | t]), do: expand_compact(t)
  defp expand_compact([{:compact, true} | t]), do: [:compact | expand_compact(t)]
  defp expand_compact([h | t]), do: [h | expand_compact(t)]
  defp expand_compact([]), do: []
end
