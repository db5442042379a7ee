# The rest of a binary that is matched again is read on in place; what else wants it gets a binary of its own.
defmodule Ctx do
  def sum(<<n, rest::binary>>, acc), do: sum(rest, acc + n)
  def sum(<<>>, acc), do: acc

  def skip(<<c, rest::binary>>) when c in [?\s, ?\t], do: skip(rest)
  def skip(rest), do: rest

  def trim(bin, n), do: {skip(bin), n}

  # whole kept
  def both(<<c, rest::binary>> = whole, acc) when c < 128, do: both(rest, [byte_size(whole) | acc])
  def both(other, acc), do: {other, acc}

  # several segments, then failing
  def pairs(<<a, b, rest::binary>>, acc) when a < b, do: pairs(rest, [{a, b} | acc])
  def pairs(<<a, rest::binary>>, acc) when a > 200, do: pairs(rest, [a | acc])
  def pairs(<<"xyz", rest::binary>>, acc), do: pairs(rest, [:xyz | acc])
  def pairs(rest, acc), do: {rest, Enum.reverse(acc)}

  # mutual
  def even(<<_, rest::binary>>), do: odd(rest)
  def even(<<>>), do: true
  def odd(<<_, rest::binary>>), do: even(rest)
  def odd(<<>>), do: false

  # not a tail call
  def list(<<x::16, rest::binary>>), do: [x | list(rest)]
  def list(rest), do: [rest]

  # used after
  def twice(<<_, rest::binary>>), do: {sum(rest, 0), sum(rest, 1), rest}
  def later(<<_, rest::binary>>) do
    s = sum(rest, 0)
    {s, rest}
  end

  # clause failing with no clause
  def strict(<<?a, rest::binary>>, n), do: strict(rest, n + 1)
  def strict(<<?b, ?c, rest::binary>>, n), do: strict(rest, n + 10)
  def strict("", n), do: n

  # utf8, dynamic sizes
  def chars(<<c::utf8, rest::binary>>), do: [c | chars(rest)]
  def chars(<<c, rest::binary>>), do: [{:bad, c} | chars(rest)]
  def chars(""), do: []

  def fields(<<len, s::binary-size(len), rest::binary>>, acc), do: fields(rest, [s | acc])
  def fields(<<>>, acc), do: Enum.reverse(acc)
  def fields(other, acc), do: {:left, other, acc}

  # bits
  def bits(<<a::3, rest::bitstring>>), do: [a | bits(rest)]
  def bits(rest), do: [rest]

  # other arguments decide first
  def count(_bin, 0, acc), do: acc
  def count(<<_, rest::binary>>, n, acc), do: count(rest, n - 1, acc + 1)
  def count(bin, n, acc), do: {bin, n, acc}

  def is_it(bin) when is_binary(bin), do: it(bin)
  def it(<<?i, rest::binary>>), do: is_it(rest)
  def it(rest), do: {:rest, rest}

  # case inside
  def cased(bin, acc) do
    case bin do
      <<?(, rest::binary>> -> cased(rest, acc + 1)
      <<?), rest::binary>> -> cased(rest, acc - 1)
      <<>> -> acc
    end
  end

  def guarded(<<a, rest::binary>>, k) when byte_size(rest) > 2, do: guarded(rest, k + a)
  def guarded(rest, k), do: {rest, k}

  def value(<<?[, rest::binary>>), do: array(rest, [])
  def value(<<?1, rest::binary>>), do: {1, rest}
  def value(other), do: {:error, other}
  def array(<<?], rest::binary>>, acc), do: {Enum.reverse(acc), rest}
  def array(<<?,, rest::binary>>, acc), do: array(rest, acc)
  def array(bin, acc) do
    case value(bin) do
      {:error, other} -> {:stop, other, bin}
      {v, rest} -> array(rest, [v | acc])
    end
  end

  def rescue_it(<<_, rest::binary>>) do
    try do
      strict(rest, 0)
    rescue
      e in FunctionClauseError -> {:clause, e.function, e.arity}
    end
  end

  def hand(<<"a", _::binary>> = b, n), do: sum(b, n)
  def hand(<<"b", rest::binary>>, n), do: hand(rest, n + 1)
  def hand(b, n), do: {b, n}

  def closure(<<c, rest::binary>>), do: [fn -> {c, rest} end | closure(rest)]
  def closure(<<>>), do: []
  def dropped(<<_, rest::binary>>, n) when n > 0, do: dropped(rest, n - 1)
  def dropped(bin, _), do: IO.iodata_length(bin)
end

big = String.duplicate("ab c\tåé zz!", 50)
IO.inspect(Ctx.sum(big, 0))
IO.inspect(Ctx.skip("  \t x y"))
IO.inspect(Ctx.skip("  \t "))
IO.inspect(Ctx.skip(:atom))
IO.inspect(Ctx.trim(" a", 3))
IO.inspect(Ctx.both("abcé", []))
IO.inspect(Ctx.pairs("abcd", []))
IO.inspect(Ctx.pairs(<<1, 2, 250, 3, "xyzq">>, []))
IO.inspect(Ctx.pairs("ba", []))
IO.inspect(Ctx.pairs(<<1, 2, 3::4>>, []))
IO.inspect({Ctx.even("abcd"), Ctx.even("abc")})
IO.inspect(Ctx.list("abcdefg"))
IO.inspect(Ctx.twice("abc"))
IO.inspect(Ctx.later("abc"))
IO.inspect(Ctx.strict("aabca", 0))
for bad <- ["aax", "bd", "aab", <<"a", 3::4>>, :x, "aabcz" <> big] do
  try do
    Ctx.strict(bad, 0)
  rescue
    e -> IO.inspect({e.__struct__, e.function, e.arity, hd(__STACKTRACE__) |> elem(2)})
  end
end
IO.inspect(Ctx.chars("aé€😀" <> <<255, 0x80>>))
IO.inspect(Ctx.fields(<<1, "a", 3, "bcd", 0>>, []))
IO.inspect(Ctx.fields(<<1, "a", 30, "bcd", 0>>, []))
IO.inspect(Ctx.bits(<<0b10110111, 5::6>>))
IO.inspect(Ctx.count("abc", 2, 0))
IO.inspect(Ctx.count("abc", 5, 0))
IO.inspect(Ctx.is_it("iix"))
IO.inspect(try do Ctx.is_it(<<"ii", 1::1>>) rescue e -> {e.__struct__, hd(__STACKTRACE__) |> elem(2)} end)
IO.inspect(Ctx.cased("(())(", 0))
IO.inspect(try do Ctx.cased("(())(x(", 0) rescue e -> e end)
IO.inspect(Ctx.guarded("abcdef", 0))
IO.inspect(Ctx.value("[1,1,[1]]x"))
IO.inspect(Ctx.value("[1,1,z"))
IO.inspect(Ctx.rescue_it("xaab"))
IO.inspect({Ctx.hand("bbab", 0), Ctx.hand("bbxb", 0), Ctx.hand("b", 0)})
IO.inspect(Enum.map(Ctx.closure("abc"), & &1.()))
IO.inspect({Ctx.dropped(big, 5), Ctx.dropped("abc", 1)})
IO.inspect(for <<r, g, b <- <<1, 2, 3, 4, 5, 6, 7>> >>, do: {r, g, b})
IO.inspect(for <<c::utf8 <- "héllo">>, c > 100, into: "", do: <<c::utf8>>)
