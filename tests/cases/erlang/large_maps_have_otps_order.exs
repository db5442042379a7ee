# Maps of more than 32 keys list numbers, binaries, and lists and tuples of these in OTP's order, and go over them in the opposite one.
hash = fn term -> IO.puts(:erlang.phash2(term)) end

makers = [
  & &1,
  &(&1 * 1_000_003_000_003_000_003),
  &(-&1),
  &"k#{&1}",
  &{&1, &1},
  &[&1, &1 + 300],
  &(&1 / 7),
  &String.to_charlist("abcdefgh#{&1}"),
  &(String.duplicate("x", rem(&1, 50)) <> "#{&1}"),
  &<<&1::33>>,
  &[[&1], {&1} | &1],
  &{&1, "x"}
]

for size <- [33, 40, 1000], make <- makers do
  map = for number <- 1..size, into: %{}, do: {make.(number), number}
  hash.([Map.keys(map), Map.values(map), Map.to_list(map), :erlang.term_to_binary(map)])
  hash.(:maps.fold(fn key, _, keys -> [key | keys] end, [], map))
  smaller = map |> Map.drop(Enum.map(5..div(size, 2), make)) |> Map.delete(make.(1))
  hash.(Map.keys(smaller))
end

map = Map.new(1..40, &{&1, &1 * 2})
set = MapSet.new(1..40)
show = &IO.inspect(&1, limit: :infinity, width: 120, charlists: :as_lists)
show.(Enum.map(map, &elem(&1, 0)))
show.(Enum.map(map, fn {k, _} -> k end) == Enum.map(Map.to_list(map), fn {k, _} -> k end))
show.(Enum.reduce(map, [], fn {k, _}, a -> [k | a] end))
show.(Enum.filter(map, fn {k, _} -> k > 20 end))
show.(Enum.reject(map, fn {k, _} -> k > 20 end))
show.(Enum.flat_map(map, fn {k, _} -> [k] end))
show.(Enum.take(map, 3))
show.(Enum.drop(map, 37))
show.(Enum.at(map, 3))
show.(Enum.zip(map, 1..3))

show.((
  Enum.each(map, fn {k, _} -> send(self(), k) end); for _ <- 1..40, do: (receive do x -> x end)
))
show.(Enum.with_index(map) |> Enum.take(4))
show.(Enum.to_list(map) |> Enum.take(4))
show.(Enum.group_by(map, fn {k, _} -> rem(k, 3) end, fn {k, _} -> k end))
show.(Enum.find(map, fn {k, _} -> k > 30 end))
show.(Enum.chunk_every(map, 10) |> hd |> hd)
show.(Enum.split(map, 3) |> elem(0))
show.(Enum.min_by(map, fn {k, _} -> rem(k, 2) end))
show.(Enum.max_by(map, fn {k, _} -> rem(k, 2) end))
show.(Enum.sort_by(map, fn {k, _} -> rem(k, 2) end))
show.(Enum.uniq_by(map, fn {k, _} -> rem(k, 4) end))
show.(Enum.partition(map, fn {k, _} -> k > 30 end) |> elem(0) )
show.(Enum.split_with(map, fn {k, _} -> k > 30 end) |> elem(0))
show.(Enum.reverse(map) |> hd)
show.(Enum.map_join(map, ",", fn {k, _} -> "#{k}" end))
show.(Enum.join(Map.keys(map), ","))
show.(Enum.map_reduce(map, 0, fn {k, _}, a -> {k + a, k} end) |> elem(0))
show.(Enum.scan(map, fn {k, _}, {a, _} -> {k - a, 1} end) |> List.last)
show.(Enum.into(map, []))
show.(Enum.into(map, [], fn {k, _} -> k end))
show.(Enum.concat(map, [1]) |> hd)
show.(Enum.concat([map, map]) |> hd)
show.(Enum.slice(map, 2, 2))
show.(Enum.dedup_by(map, fn {k, _} -> k > 20 end))
show.(Stream.map(map, &elem(&1, 0)) |> Enum.to_list)
show.(Stream.take(map, 3) |> Enum.to_list)
show.(Map.filter(map, fn {k, _} -> k < 40 end) |> Map.keys |> hd)
show.(Map.new(map, fn {k, v} -> {v, k} end) |> Map.keys)
show.({Enum.to_list(set), Enum.map(set, & &1), MapSet.to_list(set), Enum.reduce(set, [], &[&1 | &2])})
show.(inspect(set, limit: :infinity))
show.(inspect(map, limit: 6))
IO.puts(inspect(Map.new(1..40, &{"k#{&1}", &1 * 2})))

show.((
  Enum.count(map, fn {k, _} -> send(self(), k); true end); (receive do x -> x end)
))

show.((
  Enum.any?(map, fn {k, _} -> send(self(), {:a, k}); true end); (receive do {:a, x} -> x end)
))
show.(Enum.reduce_while(map, nil, fn {k, _}, _ -> {:halt, k} end))
show.(Enum.frequencies_by(map, fn {k, _} -> k * 100 end) |> Map.keys)
show.(Enum.unzip(map) |> elem(0))
show.(Map.values(map))
show.(Map.split(map, Enum.to_list(1..5)) |> elem(1) |> Map.keys)
show.(:maps.fold(fn k, _, a -> [k | a] end, [], map))

show.((
  :maps.map(fn k, _ -> send(self(), {:map, k}) end, map); (receive do {:map, x} -> x end)
))

show.((
  :maps.filter(fn k, _ -> send(self(), {:f, k}); true end, map); (receive do {:f, x} -> x end)
))

show.((
  :maps.foreach(fn k, _ -> send(self(), {:e, k}); true end, map); (receive do {:e, x} -> x end)
))
show.(Map.update!(map, 5, & &1) |> Map.keys |> hd)
show.(Enum.flat_map_reduce(map, 0, fn {k, _}, a -> {[k], a} end) |> elem(0) |> hd)
show.(Enum.zip_with([map, map], fn [{a, _}, {b, _}] -> a + b end) |> hd)
show.(Enum.sum(Map.values(map)))
show.(Enum.intersperse(map, 0) |> hd)
show.(Enum.take_while(map, fn {k, _} -> k != 5 end) |> length)
show.(Enum.drop_while(map, fn {k, _} -> k != 5 end) |> length)
show.(Enum.find_index(map, fn {k, _} -> k == 5 end))
show.(Enum.find_value(map, fn {k, _} -> k > 5 && k end))
show.(Enum.map_every(map, 2, fn _ -> 0 end) |> Enum.take(3))
show.(Enum.map_intersperse(map, 0, fn {k, _} -> k end) |> hd)

show.((
  Enum.all?(map, fn {k, _} -> send(self(), {:al, k}); false end); (receive do {:al, x} -> x end)
))
