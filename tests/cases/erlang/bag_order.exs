# The order of the rows of one key: lists go into a bag from their end.
t = :ets.new(:t, [:bag]); :ets.insert_new(t, [{:a,1},{:a,2},{:a,3},{:a,2}]); IO.inspect :ets.lookup(t, :a)
t = :ets.new(:t, [:bag, {:write_concurrency, true}]); :ets.insert(t, [{:a,1},{:a,2},{:a,3},{:a,2}]); IO.inspect :ets.lookup(t, :a)
t = :ets.new(:t, [:bag, :public]); :ets.insert(t, for(i <- 1..20, do: {:a,i})); IO.inspect :ets.lookup(t, :a)
t = :ets.new(:t, [:duplicate_bag, :public]); :ets.insert(t, for(i <- 1..20, do: {:a,i})); IO.inspect :ets.lookup(t, :a)
t = :ets.new(:t, [:duplicate_bag, :public]); :ets.insert_new(t, for(i <- 1..5, do: {:a,i})); IO.inspect :ets.lookup(t, :a)
t = :ets.new(:t, [:bag, :public]); :ets.insert(t, [{:a,1},{:b,1},{:a,2},{:b,2}]); IO.inspect :ets.tab2list(t)
t = :ets.new(:t, [:ordered_set, :public]); :ets.insert(t, [{1,1},{1.0,2},{1,3}]); IO.inspect :ets.tab2list(t)
t = :ets.new(:t, [:set, :public]); :ets.insert_new(t, [{1,1},{1,2},{1,3}]); IO.inspect :ets.tab2list(t)
for type <- [:bag, :duplicate_bag, :set] do
t = :ets.new(:t, [type]); :ets.insert(t, [{:a,1},{:a,2},{:a,3}]); IO.inspect :ets.lookup(t, :a)
:ets.insert(t, [{:a,4},{:a,5},{:a,6}]); IO.inspect :ets.lookup(t, :a)
:ets.insert(t, {:a,7});:ets.insert(t, {:a,1}); IO.inspect :ets.lookup(t, :a)
:ets.delete_object(t, {:a,2});:ets.insert(t, {:a,9});:ets.insert(t, {:a,2}); IO.inspect :ets.lookup(t, :a)
end
for type <- [:bag, :duplicate_bag] do
  t = :ets.new(:t, [type])
  for i <- [3,1,2,3,5,4], do: :ets.insert(t, {:a, i})
  IO.inspect({:ets.lookup(t, :a), :ets.tab2list(t), :ets.match(t, {:a, :"$1"}), :ets.select(t, [{{:a, :"$1"}, [], [:"$1"]}]), :ets.lookup_element(t, :a, 2)})
  IO.inspect(:ets.match(t, {:"$0", :"$1"}))
  IO.inspect(:ets.foldl(fn x, acc -> [x | acc] end, [], t))
  IO.inspect(:ets.select(t, [{{:_, :"$1"}, [], [:"$1"]}]))
  :ets.delete_object(t, {:a, 2}); :ets.insert(t, [{:a, 9}, {:a, 2}])
  IO.inspect(:ets.lookup(t, :a)); IO.inspect(:ets.tab2list(t)); IO.inspect(:ets.take(t, :a))
  :ets.insert(t, {:b, 1}); :ets.insert(t, {:b, 2}); :ets.insert(t, {:b, 1})
  IO.inspect({:ets.first(t), :ets.next(t, :b), :ets.tab2list(t), :ets.match_object(t, {:b, :_}), :ets.select(t, [{:_, [], [:"$_"]}], 1) |> elem(0)})
  IO.inspect(:ets.select_reverse(t, [{:_, [], [:"$_"]}]))
end
