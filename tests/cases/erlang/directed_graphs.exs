# Directed graphs, random ones: paths, parts and orders.
p = &IO.inspect(&1, limit: :infinity, width: 150)
:rand.seed(:exsss, {7,8,9})
for n <- [4, 8, 15], dens <- [0.8, 1.5, 3], _ <- 1..4 do
  g = :digraph.new()
  for v <- 1..n, do: :digraph.add_vertex(g, v, {:l, v})
  for _ <- 1..round(n*dens), do: :digraph.add_edge(g, :rand.uniform(n), :rand.uniform(n))
  p.({:e, Enum.sort(:digraph.edges(g))})
  p.({:path, for(a <- 1..4, b <- 1..4, do: :digraph.get_path(g, a, b))})
  p.({:cyc, for(a <- 1..4, do: {:digraph.get_cycle(g, a)})})
  p.({:nb, for(a <- 1..4, do: {:digraph.in_neighbours(g, a), :digraph.out_neighbours(g, a), :digraph.edges(g, a)})})
  s = fn l -> Enum.sort(Enum.map(l, &Enum.sort/1)) end
  p.({:comp, s.(:digraph_utils.components(g)), s.(:digraph_utils.strong_components(g)), s.(:digraph_utils.cyclic_strong_components(g))})
  p.({:reach, for(a <- 1..4, do: Enum.map([:digraph_utils.reachable([a], g), :digraph_utils.reachable_neighbours([a], g), :digraph_utils.reaching([a], g), :digraph_utils.reaching_neighbours([a], g)], &Enum.sort/1))})
  p.({:acyc, :digraph_utils.is_acyclic(g), :digraph_utils.topsort(g) != false, Enum.sort(:digraph_utils.loop_vertices(g)), :digraph_utils.is_tree(g), :digraph_utils.arborescence_root(g)})
  sg = :digraph_utils.subgraph(g, [1,2,3]); p.({Enum.sort(:digraph.vertices(sg)), Enum.sort(:digraph.edges(sg))})
  c = :digraph_utils.condensation(g); p.({Enum.sort(Enum.map(:digraph.vertices(c), &Enum.sort/1)), :digraph.no_edges(c)})
end
g = :digraph.new([:acyclic])
p.(for v <- [:a,:b,:c], do: :digraph.add_vertex(g, v))
p.(:digraph.add_edge(g, :a, :b)); p.(:digraph.add_edge(g, :b, :c, "lab")); p.(:digraph.add_edge(g, :c, :a)); p.(:digraph.add_edge(g, :a, :a)); p.(:digraph.add_edge(g, :zz, :a)); p.(:digraph.add_vertex(g)); p.(:digraph.add_edge(g, :ee, :a, :c, 1)); p.(:digraph.add_edge(g, :ee, :a, :b, 1)); p.(:digraph.edge(g, :ee)); p.(:digraph.edge(g, :nope)); p.(:digraph.vertex(g, :nope))
p.(:digraph.info(g) |> Keyword.delete(:memory)); p.(:digraph.del_path(g, :a, :c)); p.(:digraph.no_edges(g)); p.(:digraph.del_vertex(g, :b)); p.(:digraph.source_vertices(g)|>Enum.sort); p.(:digraph.sink_vertices(g)|>Enum.sort); p.(:digraph.delete(g))
