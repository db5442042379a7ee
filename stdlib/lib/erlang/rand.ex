defmodule :rand do
  @moduledoc """
  Erlang's `:rand`: pseudo-random numbers, by default from the generator `exsss`.

  The generator is Vigna's xorshift116 with the ** scrambler, 58 bits a step; seeds are spread by splitmix64. For a
  given seed the numbers are those of OTP. Functions ending in `_s` take and return the state; the others keep it in
  the process dictionary. Not for secrets.
  """

  @mask58 0x3FFFFFFFFFFFFFF
  @mask64 0xFFFFFFFFFFFFFFFF
  @key :rand_seed

  ## Seeding

  def seed(alg_or_state) do
    state = seed_s(alg_or_state)
    :erlang.put(@key, state)
    state
  end

  def seed(alg, seed) do
    state = seed_s(alg, seed)
    :erlang.put(@key, state)
    state
  end

  def seed_s({%{type: _}, _} = state), do: state
  def seed_s({alg, state}) when is_atom(alg), do: {handler(alg), state}

  def seed_s(alg) when is_atom(alg) do
    seed_s(alg, {:beamlet_system.random(), :erlang.system_time(), :erlang.unique_integer()})
  end

  def seed_s(:default, seed), do: seed_s(:exsss, seed)

  def seed_s(alg, integer) when is_integer(integer) do
    {s0, x} = seed58(Bitwise.band(integer, @mask64))
    {s1, _} = seed58(x)
    {handler(alg), [s0 | s1]}
  end

  def seed_s(alg, {a1, a2, a3}) do
    {_, x1} = seed58(Bitwise.band(a1, @mask64))
    {s0, x2} = seed58(Bitwise.bxor(Bitwise.band(a2, @mask64), x1))
    {s1, _} = seed58(Bitwise.bxor(Bitwise.band(a3, @mask64), x2))
    {handler(alg), [s0 | s1]}
  end

  def seed_s(alg, [s0, s1]), do: {handler(alg), [Bitwise.band(s0, @mask58) | Bitwise.band(s1, @mask58)]}

  defp handler(alg) when alg in [:exsss, :default], do: %{type: :exsss, bits: 58}
  defp handler(alg) when alg in [:exrop, :exs1024s, :exs1024, :exsp, :exsplus, :exs64, :exro928ss, :dummy, :mwc59], do: :erlang.error({:unsupported_algorithm, alg})
  defp handler(alg), do: :erlang.error({:no_such_algorithm, alg})

  defp seed58(x) do
    x = Bitwise.band(x + 0x9E3779B97F4A7C15, @mask64)
    z = Bitwise.band(Bitwise.bxor(x, Bitwise.bsr(x, 30)) * 0xBF58476D1CE4E5B9, @mask64)
    z = Bitwise.band(Bitwise.bxor(z, Bitwise.bsr(z, 27)) * 0x94D049BB133111EB, @mask64)

    case Bitwise.band(Bitwise.bxor(z, Bitwise.bsr(z, 31)), @mask58) do
      0 -> seed58(x)
      z -> {z, x}
    end
  end

  def export_seed() do
    case :erlang.get(@key) do
      {%{type: alg}, state} -> {alg, state}
      _ -> :undefined
    end
  end

  def export_seed_s({%{type: alg}, state}), do: {alg, state}

  ## Drawing

  defp step([s1 | s0]) do
    mixed = Bitwise.bxor(s1, Bitwise.band(Bitwise.bsl(s1, 24), @mask58))
    new = Bitwise.bxor(Bitwise.bxor(mixed, s0), Bitwise.bxor(Bitwise.bsr(mixed, 11), Bitwise.bsr(s0, 41)))
    {scramble(s0), [s0 | new]}
  end

  defp scramble(s) do
    five = Bitwise.band(s * 5, @mask58)
    turned = Bitwise.band(Bitwise.bor(Bitwise.bsl(five, 7), Bitwise.bsr(five, 51)), @mask58)
    Bitwise.band(turned * 9, @mask58)
  end

  defp state() do
    case :erlang.get(@key) do
      :undefined -> seed(:default)
      {%{}, _} = state -> state
      exported -> seed(exported)
    end
  end

  def uniform() do
    {value, state} = uniform_s(state())
    :erlang.put(@key, state)
    value
  end

  def uniform(n) do
    {value, state} = uniform_s(n, state())
    :erlang.put(@key, state)
    value
  end

  def uniform_s({alg, s}) do
    {value, s} = step(s)
    {Bitwise.bsr(value, 5) * 1.1102230246251565e-16, {alg, s}}
  end

  def uniform_s(n, {alg, s}) when is_integer(n) and n >= 1 and n <= @mask58 do
    {value, s} = step(s)

    if value < n do
      {value + 1, {alg, s}}
    else
      index = rem(value, n)
      if value - index <= @mask58 + 1 - n, do: {index + 1, {alg, s}}, else: uniform_s(n, {alg, s})
    end
  end

  def uniform_s(n, {alg, s}) when is_integer(n) and n > @mask58 do
    {value, s} = wide(n, s)
    if value < n, do: {value + 1, {alg, s}}, else: uniform_s(n, {alg, s})
  end

  # As many steps as the range has bits; what lies beyond the range is drawn again.
  defp wide(n, s) do
    bits = length(:erlang.integer_to_list(n - 1, 2))
    wide(bits, s, 0)
  end

  defp wide(bits, s, acc) when bits <= 0, do: {acc, s}

  defp wide(bits, s, acc) do
    {value, s} = step(s)
    take = if bits >= 58, do: 58, else: bits
    wide(bits - take, s, Bitwise.bor(Bitwise.bsl(acc, take), Bitwise.bsr(value, 58 - take)))
  end

  def uniform_real() do
    {value, state} = uniform_real_s(state())
    :erlang.put(@key, state)
    value
  end

  def uniform_real_s(state) do
    case uniform_s(state) do
      {value, state} when value == 0.0 -> uniform_real_s(state)
      drawn -> drawn
    end
  end

  def normal() do
    {value, state} = normal_s(state())
    :erlang.put(@key, state)
    value
  end

  def normal(mean, variance), do: mean + :math.sqrt(variance) * normal()

  # Marsaglia's polar method.
  def normal_s(state) do
    {u, state} = uniform_s(state)
    {v, state} = uniform_s(state)
    {u, v} = {2.0 * u - 1.0, 2.0 * v - 1.0}
    s = u * u + v * v

    if s >= 1.0 or s == 0.0 do
      normal_s(state)
    else
      {u * :math.sqrt(-2.0 * :math.log(s) / s), state}
    end
  end

  def normal_s(mean, variance, state) do
    {value, state} = normal_s(state)
    {mean + :math.sqrt(variance) * value, state}
  end

  def bytes(n) when is_integer(n) and n >= 0 do
    {bytes, state} = bytes_s(n, state())
    :erlang.put(@key, state)
    bytes
  end

  def bytes_s(n, {alg, s}) do
    {bytes, s} = draw_bytes(n, s, <<>>)
    {bytes, {alg, s}}
  end

  # The last step fills one to seven bytes from its lower bits; asked for no bytes, OTP draws all the same.
  defp draw_bytes(n, s, acc) when n > 7 do
    {value, s} = step(s)
    draw_bytes(n - 7, s, <<acc::binary, Bitwise.bsr(value, 2)::56>>)
  end

  defp draw_bytes(n, s, acc) do
    {value, s} = step(s)
    bits = n * 8
    {<<acc::binary, Bitwise.bsr(value, 56 - bits)::size(bits)>>, s}
  end
end
