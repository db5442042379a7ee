# Order, equality and sorting of random terms: numbers around 2^53 and 2^63, bitstrings, maps with mixed keys.
Code.require_file("terms.ex", __DIR__)

Terms.digests(30, 300, fn ->
  a = Terms.pick([&Terms.term/0, &Terms.number/0]).()
  b = if Terms.below(4) == 0, do: a, else: Terms.pick([&Terms.term/0, &Terms.number/0]).()
  {a < b, a <= b, a == b, a === b, a > b, a != b, max(a, b) === a}
end)

Terms.digests(30, 20, fn ->
  # Which of two equal numbers comes first depends on the algorithm, so no two are equal.
  list = Enum.reduce(1..12, [], fn _, list -> [Terms.number() | list] |> Enum.uniq_by(&Terms.result(fn -> &1 * 1.0 end)) end)
  {Enum.sort(list), :lists.usort(list)}
end)

Terms.digests(10, 20, fn ->
  list = for _ <- 1..10, do: Terms.term(2)
  {:erlang.term_to_binary(Enum.sort(list), [:deterministic]) |> byte_size(), Enum.sort(list) == Enum.sort(Enum.reverse(list)), :lists.max(list) == List.last(Enum.sort(list))}
end)

# The two kinds of number near where floats lose integers.
for n <- [53, 54, 59, 60, 63, 64, 100, 1023], d <- -2..2 do
  import Bitwise
  i = (1 <<< n) + d
  f = (1 <<< n) * 1.0
  IO.inspect({n, d, i < f, i == f, i === trunc(f), f < i, Map.get(%{f => 1}, i), i in [f]})
end
