# Erlang's collections, driven by the same random steps everywhere: what they hold and how they hold it.
:rand.seed(:exsss, {1,2,3})
t = fn f -> try do f.() rescue e -> {:err, e.__struct__, Exception.message(e) |> String.split("\n") |> hd} end end
ops = for _ <- 1..400, do: {:rand.uniform(6), :rand.uniform(60), :rand.uniform(1000)}
# Inner forms are compared too, by their hashes.
pr = fn x -> IO.puts(:erlang.phash2(x)) end
# gb_trees
Enum.reduce(ops, :gb_trees.empty(), fn {o,k,v}, tr ->
  r = t.(fn -> case o do
    1 -> :gb_trees.insert(k, v, tr)
    2 -> :gb_trees.enter(k, v, tr)
    3 -> :gb_trees.delete_any(k, tr)
    4 -> :gb_trees.delete(k, tr)
    5 -> :gb_trees.update(k, v, tr)
    6 -> :gb_trees.insert(k+100+v, v, tr)
  end end)
  case r do {:err,_,_} -> pr.(r); tr; _ -> r end
end) |> then(fn tr -> pr.(tr); pr.(:gb_trees.balance(tr)); pr.(:gb_trees.to_list(tr)); pr.(:gb_trees.keys(tr)); pr.(:gb_trees.take_smallest(tr)); pr.(:gb_trees.take_largest(tr)); pr.(:gb_trees.smallest(tr)); pr.(:gb_trees.largest(tr))
  pr.(:gb_trees.iterator(tr)); pr.(:gb_trees.iterator_from(30, tr)); pr.(:gb_trees.next(:gb_trees.iterator(tr))); pr.(:gb_trees.map(fn k,v -> k+v end, tr)); pr.(t.(fn -> :gb_trees.get(:x, tr) end)); pr.(t.(fn -> :gb_trees.take(1000000, tr) end)); pr.(:gb_trees.values(tr)) end)
pr.(Enum.reduce(1..50, :gb_trees.empty(), &:gb_trees.insert(&1,&1,&2)))
pr.(t.(fn -> :gb_trees.take_smallest(:gb_trees.empty()) end))
Enum.reduce(ops, :gb_sets.empty(), fn {o,k,v}, tr ->
  r = t.(fn -> case o do
    1 -> :gb_sets.insert(k, tr)
    2 -> :gb_sets.add(k, tr)
    3 -> :gb_sets.delete_any(k, tr)
    4 -> :gb_sets.delete(k, tr)
    5 -> :gb_sets.add_element(k+v, tr)
    6 -> :gb_sets.insert(k+100+v, tr)
  end end)
  case r do {:err,_,_} -> pr.(r); tr; _ -> r end
end) |> then(fn tr -> pr.(tr); pr.(:gb_sets.balance(tr)); pr.(:gb_sets.take_smallest(tr)); pr.(:gb_sets.iterator(tr)); pr.(:gb_sets.iterator_from(35,tr))
  o = :gb_sets.from_list(Enum.to_list(1..40)); p = :gb_sets.from_list([5, 900, 77, 3])
  for {a,b} <- [{tr,o},{o,tr},{tr,p},{p,tr},{o,p},{p,o}], do: pr.({:gb_sets.union(a,b), :gb_sets.intersection(a,b), :gb_sets.difference(a,b), :gb_sets.subtract(b,a), :gb_sets.is_subset(a,b), :gb_sets.is_disjoint(a,b)})
  pr.(:gb_sets.union([o,p,tr])); pr.(:gb_sets.filter(&(rem(&1,2)==0), tr)); pr.(:gb_sets.fold(&+/2, 0, tr)) end)
# dict, sets
Enum.reduce(ops ++ Enum.map(1..150, &{2,&1*7,&1}) , :dict.new(), fn {o,k,v}, d ->
  r = t.(fn -> case o do
    1 -> :dict.store(k, v, d)
    2 -> :dict.store({k,"x"}, v, d)
    3 -> :dict.erase(k, d)
    4 -> :dict.update_counter(k, v, d)
    5 -> :dict.update(k, &(&1+1), d)
    6 -> :dict.store([k,300], v, d)
  end end)
  case r do {:err,_,_} -> pr.(r); d; _ -> r end
end) |> then(fn d -> pr.(d); pr.(:dict.to_list(d)); pr.(:dict.fetch_keys(d)); pr.(:dict.filter(fn _, v -> rem(v,2)==0 end, d)); pr.(:dict.map(fn k, v -> {k,v} end, d)); pr.(t.(fn -> :dict.fetch(:zzz, d) end)); pr.(:dict.size(d)); pr.(:dict.take([1,300], d))
 e = Enum.reduce(:dict.fetch_keys(d), d, fn k, d -> :dict.erase(k, d) end); pr.(e)
 pr.(:dict.merge(fn k,a,b -> {k,a,b} end, d, :dict.from_list([{1,2},{3,4},{:a,"b"}])))
 pr.(:dict.merge(fn k,a,b -> {k,a,b} end, :dict.from_list([{1,2},{3,4},{:a,"b"}]),d))
 pr.(:dict.append(:l, 3, :dict.append_list(:l, [1,2], :dict.new())))
end)
s1 = :sets.from_list(Enum.to_list(1..100)); s2 = :sets.from_list(Enum.to_list(90..140) ++ [:a, "b", 1.5, {1}, [1]])
for {a,b} <- [{s1,s2},{s2,s1},{:sets.from_list([1,2,3],version: 2), s1},{s1, :sets.from_list([1,2,300],version: 2)},{:sets.from_list([1,2,3],version: 2),:sets.from_list([2,3,4],[{:version, 2}])}] do
  pr.(t.(fn -> :sets.union(a,b) end)); pr.(:sets.intersection(a,b)); pr.(:sets.subtract(a,b)); pr.(:sets.to_list(a)); pr.(:sets.is_subset(a,b)); pr.(:sets.is_disjoint(a,b)); pr.(:sets.size(b)); pr.(:sets.fold(fn x,acc -> [x|acc] end, [], b)); pr.(:sets.filter(&(is_integer(&1) and rem(&1,3)==0), b)); pr.(:sets.del_element(2,a)); pr.(:sets.is_set(a))
end
# array
a = Enum.reduce(ops, :array.new(), fn {o,k,v}, a -> r = t.(fn -> case o do
  1 -> :array.set(k, v, a)
  2 -> :array.set(v, k, a)
  3 -> :array.reset(k, a)
  4 -> :array.resize(v, a)
  5 -> :array.set(k*37, v, a)
  6 -> :array.fix(a) |> :array.relax
 end end); case r do {:err,_,_} -> pr.(r); a; _ -> r end end)
pr.(a); pr.(:array.to_list(a)); pr.(:array.sparse_to_list(a)); pr.(:array.sparse_to_orddict(a)); pr.(:array.sparse_size(a)); pr.(:array.resize(a))
pr.(:array.from_list(Enum.to_list(1..25))); pr.(:array.from_list([])); pr.(:array.from_list(Enum.to_list(1..250), 0)); pr.(:array.from_orddict([{3,:a},{40,:b}])); pr.(:array.new(5)); pr.(:array.new([{:size, 12}, {:fixed, false}, {:default, 0}])); pr.(:array.new(:fixed)); pr.(:array.new(20, default: 1))
pr.(t.(fn -> :array.get(10, :array.new(5)) end)); pr.(t.(fn -> :array.set(10, 1, :array.new(5)) end)); pr.(t.(fn -> :array.get(-1, :array.new(5)) end)); pr.(t.(fn -> :array.new(-1) end)); pr.(t.(fn -> :array.size(1) end))
pr.(:array.map(fn i, v -> {i,v} end, :array.from_list([1,2,3]))); pr.(:array.map(fn i, v -> {i,v} end, :array.resize(15, :array.from_list([1,2,3])))); pr.(:array.sparse_map(fn i, v -> {i,v} end, :array.set(13, 1, :array.new()))); pr.(:array.foldl(fn i,v,acc -> [{i,v}|acc] end, [], :array.from_list([1,2,3])))
for n <- [0,1,10,11,100,101,1000], do: pr.(:array.new(n))
pr.(:array.set(150, :x, :array.new()))
# orddict
Enum.reduce(ops, :orddict.new(), fn {o,k,v}, d ->
  r = t.(fn -> case o do
    1 -> :orddict.store(k, v, d)
    2 -> :orddict.store(k/1, v, d)
    3 -> :orddict.erase(k, d)
    4 -> :orddict.update_counter(k, v, d)
    5 -> :orddict.update(k, &(&1+1), d)
    6 -> :orddict.update(k, &(&1+1), 7, d)
  end end)
  case r do {:err,_,_} -> pr.(r); d; _ -> r end
end) |> then(fn d -> pr.(d); pr.(t.(fn -> :orddict.fetch(:z, d) end)); pr.(:orddict.take(5,d)); pr.(:orddict.merge(fn k,a,b -> {k,a,b} end, d, [{1,2},{30,5}])); pr.(:orddict.filter(fn _,v -> v > 30 end, d)); pr.(:orddict.from_list([b: 1, a: 2, b: 3, a: 4, c: 1])) end)
