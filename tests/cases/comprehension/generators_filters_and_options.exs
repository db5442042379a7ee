# Comprehensions: several generators, filters, patterns, into, uniq, reduce.
IO.inspect(for x <- 1..3, y <- [:a, :b], do: {x, y})
IO.inspect(for x <- 1..10, rem(x, 2) == 0, x > 4, do: x)
IO.inspect(for {:ok, v} <- [ok: 1, error: 2, ok: 3], do: v)
IO.inspect(for {k, v} <- %{a: 1, b: 2}, into: %{}, do: {v, k})
IO.inspect(for x <- [1, 1, 2, 3, 3], uniq: true, do: x * 2)
IO.inspect(for x <- 1..4, reduce: 0, do: (acc -> acc + x))

IO.inspect(
  for <<c <- "hello">>, reduce: %{} do
    acc -> Map.update(acc, <<c>>, 1, &(&1 + 1))
  end
)

IO.inspect(for x <- [3, 1, 2], into: MapSet.new(), do: x)
IO.inspect(for x <- 'ab', y = x + 1, do: y)
IO.inspect(for x when x > 1 <- [1, 2, 3], do: x)
IO.inspect(for n <- 10..1//-3, do: n)
