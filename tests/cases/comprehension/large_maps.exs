# A comprehension goes over a map in the order of its iterator, as Enum does.
map = Map.new(1..50, &{&1, &1 * 2})
IO.inspect(for {k, _} <- map, do: k)
IO.inspect(Enum.map(map, &elem(&1, 0)) == for({k, _} <- map, do: k))
IO.inspect(for {k, v} <- map, rem(k, 7) == 0, x <- [1, 2], do: {k, v, x})
IO.inspect(for {k, _} <- map, k < 5, into: "", do: <<k + ?a>>)
IO.inspect(for({k, _} <- map, reduce: 0, do: (acc -> rem(acc * 31 + k, 65_536))))
