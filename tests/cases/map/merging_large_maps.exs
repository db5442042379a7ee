# Merging is as putting, for maps of all sizes, keys of many kinds, and maps that share parts.
key = fn n ->
  case rem(n, 5) do
    0 -> n
    1 -> "k#{n}"
    2 -> {n, "x"}
    3 -> n * 1.0
    4 -> [n, n]
  end
end

map = fn size, from -> for n <- from..(from + size - 1)//1, into: %{}, do: {key.(n), n} end
sizes = [0, 1, 20, 32, 33, 64, 300, 1500]

for a <- sizes, b <- sizes do
  {one, two} = {map.(a, 0), map.(b, div(a, 2))}
  merged = Map.merge(one, two)
  true = merged == Enum.reduce(two, one, fn {key, value}, map -> Map.put(map, key, value) end)
  true = merged == Map.new(Enum.reverse(Map.to_list(merged)))
  true = Map.merge(merged, two) == merged and Map.merge(one, merged) == merged
  # Equal maps that were made in other ways, and maps that differ in one key or value.
  true = Map.delete(Map.put(merged, :new, 1), :new) == merged
  false = Map.put(merged, :new, 1) == merged
  false = merged != %{} and Map.new(merged, fn {key, value} -> {key, value + 1} end) == merged
  bytes = :erlang.term_to_binary(merged)
  true = :erlang.binary_to_term(bytes) == merged

  IO.inspect({a, b, map_size(merged), :erlang.phash2(Map.to_list(merged)), :erlang.phash2(Map.keys(merged)), :erlang.phash2(Map.values(merged)), :erlang.phash2(bytes)})
end

big = map.(1000, 0)
left = Enum.reduce(0..999, big, fn n, map -> Map.delete(map, key.(n)) end)
IO.inspect(left)
IO.inspect(Map.take(big, Enum.map(990..1010, key)))
IO.inspect(Map.merge(%{1 => :a, 1.0 => :b, "s" => 1}, %{1 => :c, "s" => 2}))
IO.inspect(MapSet.union(MapSet.new(1..40), MapSet.new(30..70)) |> MapSet.size())
