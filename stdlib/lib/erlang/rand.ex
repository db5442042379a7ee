defmodule :rand do
  @moduledoc """
  Erlang's `:rand`: pseudo-random numbers, by default from the generator `exsss`.

  `exsss` is Vigna's xorshift116 with the ** scrambler, 58 bits a step; `exsp` and `exsplus` add instead, `exrop` is xoroshiro116+,
  `exs1024s` and `exs1024` xorshift1024*, `exs64` xorshift64*. Seeds are spread by splitmix64. For a given seed the numbers are those of
  OTP. Functions ending in `_s` take and return the state; the others keep it in
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
  def seed_s(alg, seed), do: {handler(alg), start(alg, seed)}

  # What each generator draws: `bits` a step of which the lowest may be weak, or up to `max` in the old ones.
  defp handler(:exsss), do: %{type: :exsss, bits: 58}
  defp handler(:exrop), do: %{type: :exrop, bits: 58, weak_low_bits: 1}
  defp handler(:exsp), do: %{type: :exsp, bits: 58, weak_low_bits: 1}
  defp handler(:exs1024s), do: %{type: :exs1024s, bits: 64, weak_low_bits: 3}
  defp handler(:exsplus), do: %{type: :exsplus, max: @mask58}
  defp handler(:exs64), do: %{type: :exs64, max: @mask64}
  defp handler(:exs1024), do: %{type: :exs1024, max: @mask64}
  defp handler(:default), do: handler(:exsss)
  defp handler(alg) when alg in [:exro928ss, :dummy, :mwc59], do: :erlang.error({:unsupported_algorithm, alg})
  defp handler(alg), do: :erlang.error({:no_such_algorithm, alg})

  defp start(:exs64, [seed]), do: Bitwise.band(seed, @mask64)
  defp start(:exs64, seed) when is_integer(seed), do: elem(seed64(Bitwise.band(seed, @mask64)), 0)

  defp start(:exs64, {a1, a2, a3}) do
    {v1, _} = step(:exs64, Bitwise.band(a1, 0xFFFFFFFF) * 4_294_967_197 + 1)
    {v2, _} = step(:exs64, Bitwise.band(a2, 0xFFFFFFFF) * 4_294_967_231 + 1)
    {v3, _} = step(:exs64, Bitwise.band(a3, 0xFFFFFFFF) * 4_294_967_279 + 1)
    rem(v1 * v2 * v3, @mask64 - 1) + 1
  end

  defp start(alg, [_ | _] = seeds) when alg in [:exs1024, :exs1024s] and length(seeds) == 16,
    do: {for(seed <- seeds, do: Bitwise.band(seed, @mask64)), []}

  defp start(alg, seed) when alg in [:exs1024, :exs1024s] and is_integer(seed) do
    {seeds, _} = :lists.mapfoldl(fn _, x -> seed64(x) end, Bitwise.band(seed, @mask64), :lists.seq(1, 16))
    {seeds, []}
  end

  defp start(alg, {a1, a2, a3}) when alg in [:exs1024, :exs1024s] do
    part = fn a, prime -> Bitwise.band((Bitwise.band(a, 0x1FFFFF) + 1) * prime, 0x1FFFFF) end
    {b1, b2, b3} = {part.(a1, 2_097_131), part.(a2, 2_097_133), part.(a3, 2_097_143)}
    first = Enum.reduce([Bitwise.bsl(b1, 43), Bitwise.bsl(b2, 22), Bitwise.bsl(b3, 1), 1], &Bitwise.bor/2)

    {seeds, _} =
      :lists.mapfoldl(
        fn _, x ->
          step(:exs64, x)
        end,
        first,
        :lists.seq(1, 16)
      )

    {:lists.reverse(seeds), []}
  end

  defp start(_alg, [s0, s1]), do: [Bitwise.band(s0, @mask58) | Bitwise.band(s1, @mask58)]

  defp start(_alg, seed) when is_integer(seed) do
    {s0, x} = seed58(Bitwise.band(seed, @mask64))
    {s1, _} = seed58(x)
    [s0 | s1]
  end

  defp start(:exsss, {a1, a2, a3}) do
    {_, x1} = seed58(Bitwise.band(a1, @mask64))
    {s0, x2} = seed58(Bitwise.bxor(Bitwise.band(a2, @mask64), x1))
    {s1, _} = seed58(Bitwise.bxor(Bitwise.band(a3, @mask64), x2))
    [s0 | s1]
  end

  defp start(:exrop, {a1, a2, a3}) do
    {_, s} = step(:exrop, [Bitwise.band(a1 * 4_294_967_197 + 1, @mask58) | Bitwise.band(a2 * 4_294_967_231 + 1, @mask58)])
    {_, s} = step(:exrop, [Bitwise.band(a3 * 4_294_967_279 + 1, @mask58) | tl(s)])
    s
  end

  defp start(_exsp, {a1, a2, a3}) do
    {_, s} = step(:exsp, [Bitwise.band(a1 * 4_294_967_197 + 1, @mask58) | Bitwise.band(a2 * 4_294_967_231 + 1, @mask58)])
    {_, s} = step(:exsp, [Bitwise.band(a3 * 4_294_967_279 + 1, @mask58) | tl(s)])
    s
  end

  # Splitmix64; a seed is never zero.
  defp mix64(x) do
    x = Bitwise.band(x + 0x9E3779B97F4A7C15, @mask64)
    z = Bitwise.band(Bitwise.bxor(x, Bitwise.bsr(x, 30)) * 0xBF58476D1CE4E5B9, @mask64)
    z = Bitwise.band(Bitwise.bxor(z, Bitwise.bsr(z, 27)) * 0x94D049BB133111EB, @mask64)
    {Bitwise.bxor(z, Bitwise.bsr(z, 31)), x}
  end

  defp seed64(x) do
    case mix64(x) do
      {0, x} -> seed64(x)
      made -> made
    end
  end

  defp seed58(x) do
    {z, x} = mix64(x)

    case Bitwise.band(z, @mask58) do
      0 -> seed58(x)
      z -> {z, x}
    end
  end

  @doc "Gives the next 64 bits of splitmix64, and its state."
  def splitmix64_next(x) when is_integer(x), do: mix64(Bitwise.band(x, @mask64))

  @doc "Gives the next 58 bits of xorshift116+, and its state."
  def exsp_next(state), do: step(:exsp, state)

  @doc "Gives the next state of MWC59: a multiply-with-carry generator of 59 bits."
  def mwc59(x), do: 0x7FA6502 * Bitwise.band(x, 0xFFFFFFFF) + Bitwise.bsr(x, 32)

  @doc "Gives 59 scrambled bits of a state of MWC59."
  def mwc59_value(x) do
    x = Bitwise.bxor(x, Bitwise.band(Bitwise.bsl(x, 4), 0x7FFFFFFFFFFFFFF))
    Bitwise.bxor(x, Bitwise.band(Bitwise.bsl(x, 27), 0x7FFFFFFFFFFFFFF))
  end

  @doc "Gives 32 scrambled bits of a state of MWC59."
  def mwc59_value32(x) do
    x = Bitwise.band(x, 0xFFFFFFFF)
    Bitwise.bxor(x, Bitwise.band(Bitwise.bsl(x, 8), 0xFFFFFFFF))
  end

  def export_seed() do
    case :erlang.get(@key) do
      {%{type: alg}, state} -> {alg, state}
      _ -> :undefined
    end
  end

  def export_seed_s({%{type: alg}, state}), do: {alg, state}

  ## Drawing

  defp step(%{type: type}, s), do: step(type, s)

  defp step(:exsss, [s1 | s0]), do: {scramble(s0), [s0 | shift(s1, s0)]}

  defp step(alg, [s1 | s0]) when alg in [:exsp, :exsplus] do
    new = shift(s1, s0)
    {Bitwise.band(s0 + new, @mask58), [s0 | new]}
  end

  defp step(:exrop, [s1 | s0]) do
    value = Bitwise.band(s0 + s1, @mask58)
    mixed = Bitwise.bxor(s0, s1)
    next1 = turn(s1, 24) |> Bitwise.bxor(mixed) |> Bitwise.bxor(left(mixed, 2))
    {value, [next1 | turn(mixed, 35)]}
  end

  defp step(:exs64, x) do
    x = Bitwise.bxor(x, Bitwise.bsr(x, 12))
    x = Bitwise.bxor(x, Bitwise.band(Bitwise.bsl(x, 25), @mask64))
    x = Bitwise.bxor(x, Bitwise.bsr(x, 27))
    {Bitwise.band(x * 2_685_821_657_736_338_717, @mask64), x}
  end

  defp step(alg, {[s0, s1 | rest], used}) when alg in [:exs1024, :exs1024s] do
    mixed = Bitwise.bxor(s1, Bitwise.band(Bitwise.bsl(s1, 31), @mask64))
    mixed = Bitwise.bxor(mixed, Bitwise.bsr(mixed, 11))
    new = Bitwise.bxor(Bitwise.bxor(s0, Bitwise.bsr(s0, 30)), mixed)
    {Bitwise.band(new * 1_181_783_497_276_652_981, @mask64), {[new | rest], [s0 | used]}}
  end

  defp step(alg, {[last], used}) when alg in [:exs1024, :exs1024s], do: step(alg, {[last | :lists.reverse(used)], []})

  defp shift(s1, s0) do
    mixed = Bitwise.bxor(s1, left(s1, 24))
    Bitwise.bxor(Bitwise.bxor(mixed, s0), Bitwise.bxor(Bitwise.bsr(mixed, 11), Bitwise.bsr(s0, 41)))
  end

  # Within 58 bits nothing grows into a large integer: what would be shifted out is masked off before.
  defp left(x, bits), do: Bitwise.bsl(Bitwise.band(x, Bitwise.bsr(@mask58, bits)), bits)
  defp turn(x, bits), do: Bitwise.bor(left(x, bits), Bitwise.bsr(x, 58 - bits))

  defp scramble(s) do
    turned = turn(Bitwise.band(s + left(s, 2), @mask58), 7)
    Bitwise.band(turned + left(turned, 3), @mask58)
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

  def uniform_s({%{max: max} = alg, s}) do
    {value, s} = step(alg, s)
    {value / (max + 1), {alg, s}}
  end

  def uniform_s({%{bits: bits} = alg, s}) do
    {value, s} = step(alg, s)
    {Bitwise.bsr(value, bits - 53) * 1.1102230246251565e-16, {alg, s}}
  end

  def uniform_s(n, {%{max: max} = alg, s}) when is_integer(n) and n >= 1 and n <= max do
    {value, s} = step(alg, s)
    index = rem(value, n)
    if value - index <= max - n, do: {index + 1, {alg, s}}, else: uniform_s(n, {alg, s})
  end

  def uniform_s(n, {%{bits: bits} = alg, s}) when is_integer(n) and n >= 1 do
    case Bitwise.bsl(1, bits) - n do
      # Every start of a whole range below the bits of a step is taken.
      more when more >= 0 ->
        {value, s} = step(alg, s)

        if value < n do
          {value + 1, {alg, s}}
        else
          index = rem(value, n)
          if value - index <= more, do: {index + 1, {alg, s}}, else: uniform_s(n, {alg, s})
        end

      _beyond ->
        wide(n, alg, s)
    end
  end

  def uniform_s(n, {%{max: max} = alg, s}) when is_integer(n) and n > max do
    {value, state} = uniform_s({alg, s})
    {trunc(value * n) + 1, state}
  end

  # A range beyond the bits of a step: steps are put one after the other, without their weak bits, until there are bits enough; two more
  # than needed where the range is no power of two, so that little has to be drawn again.
  defp wide(n, alg, s) do
    {value, s} = step(alg, s)

    if Bitwise.band(n, n - 1) == 0 do
      {value, s, _bits} = append(Bitwise.bsr(n, alg.bits), alg, s, value, alg.bits)
      {Bitwise.band(value, n - 1) + 1, {alg, s}}
    else
      {value, s, bits} = append(Bitwise.bsr(n, alg.bits - 2), alg, s, value, alg.bits)
      index = rem(value, n)
      if value - index <= Bitwise.bsl(1, bits) - n, do: {index + 1, {alg, s}}, else: wide(n, alg, s)
    end
  end

  defp append(left, _alg, s, value, bits) when left <= 1, do: {value, s, bits}

  defp append(left, alg, s, value, bits) do
    weak = Map.get(alg, :weak_low_bits, 0)
    usable = alg.bits - weak
    {more, s} = step(alg, s)
    value = Bitwise.bsr(value, weak) |> Bitwise.bsl(weak + usable) |> Bitwise.bor(more)
    append(Bitwise.bsr(left, usable), alg, s, value, bits + usable)
  end

  def uniform_real() do
    {value, state} = uniform_real_s(state())
    :erlang.put(@key, state)
    value
  end

  # The highest 56 bits of a step, or, of the old generators, the lowest.
  def uniform_real_s({alg, s}) do
    {drawn, s} = step(alg, s)
    top = some_bits(alg, drawn, 56)

    case 53 - significant(top, 0) do
      more when more <= 0 ->
        {Bitwise.bsr(top, -more) * :math.pow(2.0, -56 - more), {alg, s}}

      # A small number gets as many digits as a large one: bits of the next step go behind its own.
      more ->
        {next, s} = step(alg, s)
        {Bitwise.bor(Bitwise.bsl(top, more), some_bits(alg, next, more)) * :math.pow(2.0, -56 - more), {alg, s}}
    end
  end

  defp some_bits(%{bits: bits}, value, count), do: Bitwise.bsr(value, bits - count)
  defp some_bits(%{max: _}, value, count), do: Bitwise.bsr(Bitwise.band(value, 0xFFFFFFFFFFFFFF), 56 - count)

  defp significant(0, count), do: count
  defp significant(number, count), do: significant(Bitwise.bsr(number, 1), count + 1)

  def normal() do
    {value, state} = normal_s(state())
    :erlang.put(@key, state)
    value
  end

  def normal(mean, variance), do: mean + :math.sqrt(variance) * normal()

  def normal_s({alg, _} = state) do
    # The old generators say how much they draw at most.
    bits = Map.get(alg, :bits) || if(alg.max == @mask58, do: 58, else: 64)

    draw = fn {alg, s} ->
      {value, s} = step(alg, s)
      {value, bits, {alg, s}}
    end

    :beamlet_normal.draw(state, draw, &uniform_s/1)
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
    # Of the old generators that say no number of bits, 58 count.
    bits = Map.get(alg, :bits, 58)
    {bytes, s} = draw_bytes(n, alg, bits, div(bits - Map.get(alg, :weak_low_bits, 0), 8), s, <<>>)
    {bytes, {alg, s}}
  end

  # The last step fills up to a whole draw from its lower bits; asked for no bytes, OTP draws all the same.
  defp draw_bytes(n, alg, bits, whole, s, acc) when n > whole do
    {value, s} = step(alg, s)
    draw_bytes(n - whole, alg, bits, whole, s, <<acc::binary, Bitwise.bsr(value, bits - whole * 8)::size(whole)-unit(8)>>)
  end

  defp draw_bytes(n, alg, _bits, whole, s, acc) do
    {value, s} = step(alg, s)
    {<<acc::binary, Bitwise.bsr(value, (whole - n) * 8)::size(n)-unit(8)>>, s}
  end
end
