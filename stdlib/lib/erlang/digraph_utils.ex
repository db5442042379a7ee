defmodule :digraph_utils do
  @moduledoc """
  Erlang's `:digraph_utils`: what graphs of `:digraph` are made of.

  ## Examples

      iex> graph = :digraph.new()
      iex> for vertex <- [:a, :b], do: :digraph.add_vertex(graph, vertex)
      iex> :digraph.add_edge(graph, :a, :b)
      iex> :digraph_utils.topsort(graph)
      [:a, :b]
      iex> :digraph_utils.is_acyclic(graph)
      true
  """

  @doc "Lists the parts that are connected, edges taken in both directions."
  def components(graph), do: forest(graph, &both/2)

  defp both(graph, vertex), do: :digraph.in_neighbours(graph, vertex) ++ :digraph.out_neighbours(graph, vertex)

  @doc "Lists the parts in which each vertex can be reached from each."
  def strong_components(graph), do: forest(graph, &:digraph.in_neighbours/2, reverse_postorder(graph))

  @doc "Lists the parts that are cycles: of several vertices, or of one with an edge to itself."
  def cyclic_strong_components(graph),
    do: :lists.reverse(:lists.filter(&cyclic?(graph, &1), strong_components(graph)))

  defp cyclic?(graph, [vertex]), do: loop?(graph, vertex)
  defp cyclic?(_graph, _vertices), do: true

  defp loop?(graph, vertex), do: :lists.member(vertex, :digraph.out_neighbours(graph, vertex))

  @doc "Lists the vertices that can be reached from some, these included."
  def reachable(vertices, graph), do: :lists.append(forest(graph, &:digraph.out_neighbours/2, vertices, :first))

  @doc "Lists the vertices that can be reached from some by at least one edge."
  def reachable_neighbours(vertices, graph),
    do: :lists.append(forest(graph, &:digraph.out_neighbours/2, vertices, :not_first))

  @doc "Lists the vertices from which some can be reached, these included."
  def reaching(vertices, graph), do: :lists.append(forest(graph, &:digraph.in_neighbours/2, vertices, :first))

  @doc "Lists the vertices from which some can be reached by at least one edge."
  def reaching_neighbours(vertices, graph),
    do: :lists.append(forest(graph, &:digraph.in_neighbours/2, vertices, :not_first))

  @doc "Lists the vertices so that each edge goes forward, or gives `false` when there are cycles of several vertices."
  def topsort(graph) do
    order = reverse_postorder(graph)
    if length(forest(graph, &:digraph.in_neighbours/2, order)) == length(order), do: order, else: false
  end

  @doc "Tells whether there are no cycles."
  def is_acyclic(graph), do: loop_vertices(graph) == [] and topsort(graph) != false

  @doc "Lists the vertices with an edge to themselves."
  def loop_vertices(graph), do: :lists.filter(&loop?(graph, &1), :digraph.vertices(graph))

  @doc "Gives `{:yes, root}` when the graph is a tree whose edges lead away from the root, otherwise `:no`."
  def arborescence_root(graph) do
    if :digraph.no_edges(graph) == :digraph.no_vertices(graph) - 1 do
      roots = :lists.filter(fn vertex -> :digraph.in_degree(graph, vertex) == 0 end, :digraph.vertices(graph))
      single = :lists.all(fn vertex -> :digraph.in_degree(graph, vertex) <= 1 end, :digraph.vertices(graph))

      case roots do
        [root] when single -> {:yes, root}
        _other -> :no
      end
    else
      :no
    end
  end

  @doc "Tells whether the graph is a tree whose edges lead away from a root."
  def is_arborescence(graph), do: arborescence_root(graph) != :no

  @doc "Tells whether the graph is connected and has one edge less than vertices."
  def is_tree(graph), do: :digraph.no_edges(graph) == :digraph.no_vertices(graph) - 1 and length(components(graph)) == 1

  @doc "Lists the vertices, each before what is found from it."
  def preorder(graph), do: :lists.reverse(:lists.append(forest(graph, &:digraph.out_neighbours/2)))

  @doc "Lists the vertices, each after what is found from it."
  def postorder(graph), do: :lists.reverse(reverse_postorder(graph))

  defp reverse_postorder(graph) do
    {order, _seen} = :lists.foldl(&post(graph, &1, &2), {[], %{}}, :digraph.vertices(graph))
    order
  end

  # An explicit stack: vertices to enter, and vertices to leave.
  defp post(graph, vertex, {order, seen}), do: post_1([{:enter, vertex}], graph, order, seen)

  defp post_1([{:enter, vertex} | work], graph, order, seen) do
    if is_map_key(seen, vertex) do
      post_1(work, graph, order, seen)
    else
      next = for vertex <- :digraph.out_neighbours(graph, vertex), do: {:enter, vertex}
      post_1(next ++ [{:leave, vertex} | work], graph, order, Map.put(seen, vertex, true))
    end
  end

  defp post_1([{:leave, vertex} | work], graph, order, seen), do: post_1(work, graph, [vertex | order], seen)
  defp post_1([], _graph, order, seen), do: {order, seen}

  defp forest(graph, next), do: forest(graph, next, :digraph.vertices(graph))
  defp forest(graph, next, vertices), do: forest(graph, next, vertices, :first)

  # The trees found from each vertex that no earlier tree has; a tree lists its vertices from the last found.
  defp forest(graph, next, vertices, handling) do
    {trees, _seen} =
      :lists.foldl(
        fn vertex, {trees, seen} ->
          {tree, seen} =
            case handling do
              :first -> tree([vertex], graph, next, [], seen)
              :not_first -> tree(next.(graph, vertex), graph, next, [], seen)
            end

          {if(tree == [], do: trees, else: [tree | trees]), seen}
        end,
        {[], %{}},
        vertices
      )

    trees
  end

  defp tree([vertex | work], graph, next, found, seen) do
    if is_map_key(seen, vertex),
      do: tree(work, graph, next, found, seen),
      else: tree(next.(graph, vertex) ++ work, graph, next, [vertex | found], Map.put(seen, vertex, true))
  end

  defp tree([], _graph, _next, found, seen), do: {found, seen}

  @doc "Makes the graph whose vertices are the strong components of another."
  def condensation(graph) do
    components = strong_components(graph)
    of = for component <- components, vertex <- component, into: %{}, do: {vertex, component}
    condensed = :digraph.new()
    for component <- components, do: :digraph.add_vertex(condensed, component)

    for component <- components,
        target <- :lists.usort(for vertex <- component, next <- :digraph.out_neighbours(graph, vertex), do: Map.fetch!(of, next)),
        target != component,
        do: :digraph.add_edge(condensed, component, target)

    condensed
  end

  @doc "Makes the graph of some vertices and the edges between them."
  def subgraph(graph, vertices), do: subgraph(graph, vertices, [])

  @doc "As `subgraph/2`, with options: `{:type, type}` (that of the graph unless given), `{:keep_labels, boolean}`."
  def subgraph(graph, vertices, options) do
    labels = :proplists.get_value(:keep_labels, options, true)

    type =
      case :proplists.get_value(:type, options, :inherit) do
        :inherit -> for({key, value} <- :digraph.info(graph), key in [:cyclicity, :protection], do: value)
        type -> type
      end

    made = :digraph.new(type)

    for vertex <- vertices, {_, label} <- [:digraph.vertex(graph, vertex)],
        do: if(labels, do: :digraph.add_vertex(made, vertex, label), else: :digraph.add_vertex(made, vertex))

    for vertex <- vertices, edge <- :digraph.out_edges(graph, vertex) do
      {edge, from, to, label} = :digraph.edge(graph, edge)

      if :digraph.vertex(made, to) != false,
        do: :digraph.add_edge(made, edge, from, to, if(labels, do: label, else: []))
    end

    made
  end
end
