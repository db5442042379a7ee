defmodule :random do
  @moduledoc """
  Erlang's old `:random`: the generator AS183 of Wichmann and Hill. New programs use `:rand`.

  The numbers for a given seed are those of OTP.

  ## Examples

      iex> {number, _state} = :random.uniform_s(6, {1, 2, 3})
      iex> number in 1..6
      true
  """

  @primes {30269, 30307, 30323}
  @key :random_seed

  @doc "Gives the seed that is used where none was set."
  def seed0(), do: {3172, 9814, 20125}

  @doc "Sets the default seed; gives the one before."
  def seed(), do: replace(seed0())

  @doc "Sets the seed of three numbers."
  def seed({a, b, c}), do: seed(a, b, c)

  @doc "Sets the seed of three numbers; gives the one before, or `:undefined`."
  def seed(a, b, c) do
    {p, q, r} = @primes
    replace({rem(abs(a), p - 1) + 1, rem(abs(b), q - 1) + 1, rem(abs(c), r - 1) + 1})
  end

  defp replace(seed), do: :erlang.put(@key, seed)

  @doc "Gives a float from 0.0 to below 1.0."
  def uniform() do
    {float, seed} = uniform_s(current())
    replace(seed)
    float
  end

  @doc "Gives an integer from 1 to `limit`."
  def uniform(limit) when is_integer(limit) and limit >= 1, do: trunc(uniform() * limit) + 1

  @doc "As `uniform/0`, with a seed that is given and returned."
  def uniform_s({a, b, c}) do
    {p, q, r} = @primes
    {a, b, c} = {rem(a * 171, p), rem(b * 172, q), rem(c * 170, r)}
    sum = a / p + b / q + c / r
    {sum - trunc(sum), {a, b, c}}
  end

  @doc "As `uniform/1`, with a seed that is given and returned."
  def uniform_s(limit, seed) when is_integer(limit) and limit >= 1 do
    {float, seed} = uniform_s(seed)
    {trunc(float * limit) + 1, seed}
  end

  defp current() do
    case :erlang.get(@key) do
      :undefined -> seed0()
      seed -> seed
    end
  end
end
