defmodule Integer do
  @moduledoc """
  Functions for integers, which have no upper limit.
  """

  @doc "Tells whether an integer is odd. Allowed in guards."
  defmacro is_odd(integer) do
    quote do
      is_integer(unquote(integer)) and :erlang.band(unquote(integer), 1) == 1
    end
  end

  @doc "Tells whether an integer is even. Allowed in guards."
  defmacro is_even(integer) do
    quote do
      is_integer(unquote(integer)) and :erlang.band(unquote(integer), 1) == 0
    end
  end

  @doc """
  Raises an integer to a non-negative power.

  ## Examples

      iex> Integer.pow(0, 3)
      0
      iex> Integer.pow(1, 3)
      1

  """
  @spec pow(integer, non_neg_integer) :: integer
  def pow(base, exponent) when is_integer(base) and is_integer(exponent) do
    if exponent < 0, do: raise(ArithmeticError)
    base ** exponent
  end

  @doc """
  Returns the remainder with the sign of the divisor.

  ## Examples

      iex> Integer.mod(-5, 3)
      1

  """
  @spec mod(integer, neg_integer | pos_integer) :: integer
  def mod(dividend, divisor) do
    remainder = rem(dividend, divisor)
    if remainder * divisor < 0, do: remainder + divisor, else: remainder
  end

  @doc """
  Divides, rounding down.

  ## Examples

      iex> Integer.floor_div(0, 3)
      0
      iex> Integer.floor_div(10, 3)
      3

  """
  @spec floor_div(integer, neg_integer | pos_integer) :: integer
  def floor_div(dividend, divisor) do
    quotient = div(dividend, divisor)
    if dividend < 0 != divisor < 0 and quotient * divisor != dividend, do: quotient - 1, else: quotient
  end

  @doc """
  Lists the digits of an integer.

  ## Examples

      iex> Integer.digits(123)
      [1, 2, 3]
      iex> Integer.digits(-170, 2)
      [-1, 0, -1, 0, -1, 0, -1, 0]

  """
  @spec digits(integer, pos_integer) :: [integer, ...]
  def digits(integer, base \\ 10) when is_integer(integer) and is_integer(base) and base >= 2 do
    case integer do
      0 -> [0]
      _ -> digits(integer, base, [])
    end
  end

  defp digits(0, _base, acc), do: acc
  defp digits(integer, base, acc), do: digits(div(integer, base), base, [rem(integer, base) | acc])

  @doc """
  Puts digits together to an integer.

  ## Examples

      iex> Integer.undigits([1, 2, 3], 10)
      123

  """
  @spec undigits([integer], pos_integer) :: integer
  def undigits(digits, base \\ 10) when is_list(digits) and is_integer(base) and base >= 2, do: do_undigits(digits, base, 0)

  defp do_undigits([], _base, acc), do: acc

  defp do_undigits([digit | _], base, _acc) when is_integer(digit) and digit >= base,
    do: raise(ArgumentError, "invalid digit #{digit} in base #{base}")

  defp do_undigits([digit | rest], base, acc) when is_integer(digit), do: do_undigits(rest, base, acc * base + digit)

  @doc """
  Parses an integer at the start of a text: `{integer, rest}`, or `:error`.

  ## Examples

      iex> Integer.parse("34.5")
      {34, ".5"}
      iex> Integer.parse("three")
      :error
      iex> Integer.parse("F4", 16)
      {244, ""}

  """
  @spec parse(binary, 2..36) :: {integer, remainder_of_binary :: binary} | :error
  def parse(binary, base \\ 10)

  def parse(_binary, base) when base not in 2..36, do: raise(ArgumentError, "invalid base #{inspect(base)}")

  def parse(binary, base) when is_binary(binary) do
    case count_digits(binary, base) do
      0 ->
        :error

      count ->
        {digits, rest} = :erlang.split_binary(binary, count)
        {:erlang.binary_to_integer(digits, base), rest}
    end
  end

  defp count_digits(<<sign, rest::bits>>, base) when sign in [?+, ?-] do
    case count_digits(rest, base, 1) do
      1 -> 0
      count -> count
    end
  end

  defp count_digits(binary, base), do: count_digits(binary, base, 0)

  defp count_digits(<<char, rest::bits>>, base, count) do
    if digit(char) < base, do: count_digits(rest, base, count + 1), else: count
  end

  defp count_digits(<<>>, _base, count), do: count

  defp digit(char) when char in ?0..?9, do: char - ?0
  defp digit(char) when char in ?A..?Z, do: char - ?A + 10
  defp digit(char) when char in ?a..?z, do: char - ?a + 10
  defp digit(_char), do: 99

  @doc """
  Turns an integer into text, in a base from 2 to 36.

  ## Examples

      iex> Integer.to_string(1)
      "1"
      iex> Integer.to_string(0)
      "0"

  """
  @spec to_string(integer, 2..36) :: String.t()
  def to_string(integer, base \\ 10)
  def to_string(integer, 10), do: :erlang.integer_to_binary(integer)
  def to_string(integer, base), do: :erlang.integer_to_binary(integer, base)

  @doc """
  Turns an integer into a charlist, in a base from 2 to 36.

  ## Examples

      iex> Integer.to_charlist(0, 2)
      '0'
      iex> Integer.to_charlist(1, 2)
      '1'

  """
  @spec to_charlist(integer, 2..36) :: charlist
  def to_charlist(integer, base \\ 10)
  def to_charlist(integer, 10), do: :erlang.integer_to_list(integer)
  def to_charlist(integer, base), do: :erlang.integer_to_list(integer, base)

  @doc false
  @deprecated "Use Integer.to_charlist/1 instead"
  def to_char_list(integer), do: :erlang.integer_to_list(integer)

  @doc false
  @deprecated "Use Integer.to_charlist/2 instead"
  def to_char_list(integer, base), do: :erlang.integer_to_list(integer, base)

  @doc """
  Divides and rounds up.

  ## Examples

      iex> Integer.ceil_div(5, 2)
      3
      iex> Integer.ceil_div(6, -4)
      -1
      iex> Integer.ceil_div(-99, 2)
      -49

  """
  @doc since: "1.20.0"
  @spec ceil_div(integer, neg_integer | pos_integer) :: integer
  def ceil_div(dividend, divisor) when is_integer(dividend) and is_integer(divisor), do: -floor_div(-dividend, divisor)

  @doc """
  Counts the ones among the binary digits of a number that is not negative.

  ## Examples

      iex> Integer.popcount(0b1011)
      3

  """
  @doc since: "1.20.0"
  @spec popcount(non_neg_integer) :: non_neg_integer
  def popcount(integer) when is_integer(integer) and integer >= 0, do: for(<<bit::1 <- :binary.encode_unsigned(integer)>>, reduce: 0, do: (count -> count + bit))

  @doc """
  Returns the greatest common divisor, never negative.

  ## Examples

      iex> Integer.gcd(1, 12)
      1
      iex> Integer.gcd(0, 12)
      12

  """
  @spec gcd(integer, integer) :: non_neg_integer
  def gcd(integer1, integer2) when is_integer(integer1) and is_integer(integer2), do: gcd_positive(abs(integer1), abs(integer2))

  defp gcd_positive(a, 0), do: a
  defp gcd_positive(a, b), do: gcd_positive(b, rem(a, b))

  @doc """
  Returns the greatest common divisor and factors `m` and `n` with `a * m + b * n == gcd`.

  ## Examples

      iex> Integer.extended_gcd(240, 46)
      {2, -9, 47}

  """
  @spec extended_gcd(integer, integer) :: {integer, integer, integer}
  def extended_gcd(0, 0), do: {0, 0, 0}
  def extended_gcd(0, b), do: {b, 0, 1}
  def extended_gcd(a, 0), do: {a, 1, 0}

  def extended_gcd(integer1, integer2) when is_integer(integer1) and is_integer(integer2) do
    {gcd, m, n} = extended_gcd(integer2, integer1, 0, 1, 1, 0)
    if gcd < 0, do: {-gcd, -m, -n}, else: {gcd, m, n}
  end

  defp extended_gcd(0, r0, _s1, s0, _t1, t0), do: {r0, s0, t0}

  defp extended_gcd(r1, r0, s1, s0, t1, t0) do
    quotient = div(r0, r1)
    extended_gcd(r0 - quotient * r1, r1, s0 - quotient * s1, s1, t0 - quotient * t1, t1)
  end
end
