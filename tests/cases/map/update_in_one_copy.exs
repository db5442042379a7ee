# Setting several keys of a map at once: new keys, keys that are there, the same key twice, keys of every kind.

defmodule Point do
  defstruct x: 0, y: 0, z: %{}
end

defmodule Setting do
  def both(map, a, b), do: %{map | a: a, b: b}
  def put(map, k, v), do: Map.merge(map, %{k => v, :last => k})
  def mixed(map, v), do: Map.put(%{map | :a => v}, {v, "k"}, v)
  def new, do: %Point{}
  def point(p, x, y), do: %Point{p | x: x, y: y, z: p}
end

m = %{a: 1, b: 2, c: 3}
IO.inspect(Setting.both(m, 10, 20))
IO.inspect(m)
IO.inspect(Setting.both(m, 1, 2) == m)
IO.inspect(try do Setting.both(%{a: 1, c: 2}, 1, 2) rescue e -> e end)
IO.inspect(try do Setting.both(:none, 1, 2) rescue e -> e end)
IO.inspect(Setting.put(m, 1.0, :float) |> Setting.put(1, :integer) |> Setting.put("s", :binary) |> Enum.sort())
IO.inspect(Setting.mixed(m, 5) |> Enum.sort())
p = Setting.point(Setting.new(), 1, 2)
IO.inspect(Setting.point(p, 3, 4))
grown = Enum.reduce(1..40, %{}, fn i, acc -> Map.put(acc, {rem(i * 7, 41), :k}, i) end)
IO.inspect(map_size(grown))
IO.inspect(Enum.all?(1..40, fn i -> grown[{rem(i * 7, 41), :k}] == i end))
small = Enum.reduce(32..1//-1, %{}, fn i, acc -> Map.put(acc, :"k#{i}", i) end)
IO.inspect(map_size(small))
IO.inspect(Map.keys(small) == Enum.sort(Map.keys(small)))
IO.inspect(%{small | k1: :a, k32: :b, k7: :c} |> Map.take([:k1, :k2, :k7, :k32]))
