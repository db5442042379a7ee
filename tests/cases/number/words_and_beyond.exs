# Integers around the limits of words: small ones, one limb, two limbs, and what crosses between them.
import Bitwise

powers = [0, 1, 31, 32, 58, 59, 60, 61, 62, 63, 64, 65, 95, 126, 127, 128, 129, 192]
near = for p <- powers, d <- [-1, 0, 1], do: (1 <<< p) + d
values = Enum.uniq(near ++ Enum.map(near, &(-&1)))

ops = [
  add: &+/2,
  subtract: &-/2,
  multiply: &*/2,
  band: &band/2,
  bor: &bor/2,
  bxor: &bxor/2,
  div: fn a, b -> if b == 0, do: :none, else: div(a, b) end,
  rem: fn a, b -> if b == 0, do: :none, else: rem(a, b) end
]

for {name, op} <- ops do
  results = for a <- values, b <- values, do: op.(a, b)
  text = results |> Enum.map(&inspect/1) |> Enum.join(",")
  IO.puts("#{name} #{length(results)} #{:erlang.phash2(results)} #{:erlang.crc32(text)}")
end

shifts = [-200, -129, -128, -127, -64, -63, -62, -61, -1, 0, 1, 2, 60, 61, 62, 63, 64, 65, 127, 128]

for {name, op} <- [bsl: &bsl/2, bsr: &bsr/2] do
  results = for a <- values, by <- shifts, do: op.(a, by)
  text = results |> Enum.map(&inspect/1) |> Enum.join(",")
  IO.puts("#{name} #{length(results)} #{:erlang.phash2(results)} #{:erlang.crc32(text)}")
end

# The same number is the same term, whichever way it was reached.
same = for a <- values, b <- values, do: a + b - b === a and (b == 0 or div(a * b, b) === a) and bxor(bxor(a, b), b) === a
IO.inspect(Enum.all?(same))
IO.inspect(for a <- [1 <<< 61, -(1 <<< 61), 1 <<< 64, -(1 <<< 127)], do: {a, bnot(a), abs(a), -a, is_integer(a)})
IO.inspect(Enum.map([fn -> (1 <<< 64) / 2 end, fn -> (1 <<< 64) + 0.5 end, fn -> rem(-(1 <<< 64), 10) end], & &1.()))
IO.inspect(try do (1 <<< 64) + :a rescue e -> e end)
IO.inspect(try do div(1 <<< 64, 0) rescue e -> e end)
IO.inspect(try do band(1 <<< 64, 1.0) rescue e -> e end)
