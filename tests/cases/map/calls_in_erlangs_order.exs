# Functions of maps and tuples that are Erlang's evaluate their arguments in Erlang's order, and what fails in them is the
# caller's own or the guard function.
seen = fn value ->
  Process.put(:seen, [value | Process.get(:seen, [])])
  value
end

order = fn name, fun ->
  Process.put(:seen, [])
  result = fun.()
  IO.inspect({name, Enum.reverse(Process.get(:seen)), result})
end

order.(:put, fn -> Map.put(seen.(%{}), seen.(1), seen.(2)) end)
order.(:fetch!, fn -> Map.fetch!(seen.(%{1 => 2}), seen.(1)) end)
order.(:fetch, fn -> Map.fetch(seen.(%{1 => 2}), seen.(1)) end)
order.(:has_key?, fn -> Map.has_key?(seen.(%{1 => 2}), seen.(1)) end)
order.(:delete, fn -> Map.delete(seen.(%{1 => 2}), seen.(1)) end)
order.(:replace!, fn -> Map.replace!(seen.(%{1 => 2}), seen.(1), seen.(5)) end)
order.(:merge, fn -> Map.merge(seen.(%{1 => 2}), %{seen.(7) => seen.(8)}) end)
order.(:maps_put, fn -> :maps.put(seen.(1), seen.(2), seen.(%{})) end)
order.(:elem, fn -> elem(seen.({2}), seen.(0)) end)
order.(:put_elem, fn -> put_elem(seen.({2}), seen.(0), seen.(9)) end)
order.(:insert_at, fn -> Tuple.insert_at(seen.({2}), seen.(0), seen.(9)) end)
order.(:duplicate, fn -> Tuple.duplicate(seen.(3), seen.(2)) end)
order.(:pipe, fn -> seen.(%{}) |> Map.put(seen.(:a), seen.(1)) |> Map.fetch!(seen.(:a)) end)

defmodule Additions do
  def put(map, key), do: Map.put(map, key, 1) |> Map.put(:b, 2) |> Map.put(:a, 3)
  def merge(map), do: Map.merge(map, %{a: 1, b: %{c: [1]}})
  def merge(map, key), do: Map.merge(map, %{:a => 1, key => 2})
  def both(x, y), do: Map.merge(%{x | a: 2}, %{y | b: 3})
  def into(map), do: Map.merge(%{a: 1}, map) |> Map.merge(%{z: 1})
  def size(map), do: :maps.size(map)
  def fetch(map), do: Map.fetch!(map, :x)
  def key(map), do: Map.has_key?(map, :x)
end

IO.inspect(Additions.put(%{b: 1}, :a))
IO.inspect(Additions.merge(%{a: 2}))
IO.inspect([Additions.merge(%{b: 1}, :a), Additions.merge(%{b: 1}, :b)])
IO.inspect(Additions.both(%{a: 1}, %{b: 1}))
IO.inspect(Additions.into(%{a: 2}))
IO.inspect(Map.merge(Map.new(1..40, &{&1, &1}), %{1 => :a, 50 => :b}) |> map_size())

for {name, args} <- [put: [1, :a], merge: [1], merge: [1, :a], size: [1], fetch: [1], fetch: [%{}], key: [1]] do
  try do
    apply(Additions, name, args)
  rescue
    error -> IO.inspect({error, __STACKTRACE__ |> hd() |> Tuple.delete_at(3)})
  end
end
