# The order in which tables of hashed keys list their rows: by bucket, and within one as keys came.
walk = fn table ->
  Stream.unfold(:ets.first(table), fn
    :"$end_of_table" -> nil
    key -> {key, :ets.next(table, key)}
  end)
  |> Enum.to_list()
end

keys = [3, 1, :b, :a, "x", 2.5, {1, 2}, [1], 100, :zebra, "longer string", -4, 12_345_678_901_234_567_890, [], "", :Élan]
all = [{{:"$1", :_}, [], [:"$1"]}]

for options <- [[:set], [:set, :public, write_concurrency: true], [:ordered_set]] do
  table = :ets.new(:order, options)
  for key <- keys, do: :ets.insert(table, {key, 1})
  IO.inspect(walk.(table))
  IO.inspect(for {key, _} <- :ets.tab2list(table), do: key)
  IO.inspect(:ets.select(table, all))
  IO.inspect(:ets.select_reverse(table, all))
  IO.inspect(:ets.foldl(fn {key, _}, acc -> [key | acc] end, [], table))
  IO.inspect(:ets.foldr(fn {key, _}, acc -> [key | acc] end, [], table))
  IO.inspect({:ets.last(table), :ets.prev(table, :a), :ets.next(table, :a)})
  {some, continuation} = :ets.select(table, all, 5)
  IO.inspect(some)
  {some, continuation} = :ets.select(continuation)
  IO.inspect(some)
  {some, _} = :ets.select(continuation)
  IO.inspect(some)
  for key <- [:a, 100, "x"], do: :ets.delete(table, key)
  :ets.insert(table, {:a, 2})
  IO.inspect(walk.(table))
end

for kind <- [:bag, :duplicate_bag] do
  table = :ets.new(:order, [kind])
  for key <- [3, 1, :b, "x", 3, :b], value <- [1, 2], do: :ets.insert(table, {key, value})
  for key <- [3, 1, :b], value <- [1, 3], do: :ets.insert(table, {key, value})
  IO.inspect(:ets.tab2list(table), limit: :infinity)
  IO.inspect(:ets.lookup(table, 3))
  IO.inspect(:ets.match(table, {3, :"$1"}))
  {some, continuation} = :ets.match_object(table, {:_, :_}, 3)
  IO.inspect({some, elem(:ets.match_object(continuation), 0)})
  :ets.delete_object(table, {3, 1})
  :ets.insert(table, {3, 9})
  IO.inspect(:ets.lookup(table, 3))
  IO.inspect(:ets.foldr(&[&1 | &2], [], table), limit: :infinity)
end

# Beyond 256 rows there are as many buckets as rows, and they stay for a while when rows go.
table = :ets.new(:order, [:set])
for number <- 1..1000, do: :ets.insert(table, {number, to_string(number)})
IO.inspect(Enum.take(walk.(table), 40), limit: :infinity)
for number <- 1..700, do: :ets.delete(table, number)
IO.inspect(Enum.take(walk.(table), 40), limit: :infinity)
IO.inspect(elem(:ets.info(table, :stats), 0))
IO.inspect(:ets.slot(table, 1000))
IO.inspect(Enum.sum(for bucket <- 0..999, do: length(:ets.slot(table, bucket))))

# While a table is fixed it neither grows nor forgets a key that somebody stands on.
table = :ets.new(:order, [:set])
for number <- 1..300, do: :ets.insert(table, {number})
:ets.safe_fixtable(table, true)
first = :ets.first(table)
:ets.delete(table, first)
IO.inspect(:ets.next(table, first))
for number <- 301..400, do: :ets.insert(table, {number})
:ets.safe_fixtable(table, false)
:ets.insert(table, {401})
IO.inspect(elem(:ets.info(table, :stats), 0))
IO.inspect(Enum.take(walk.(table), 20))
