defmodule :digraph do
  @moduledoc """
  Erlang's `:digraph`: directed graphs that change in place, held in three ETS tables.

  A graph belongs to the process that made it, and goes away with it. Vertices are any terms; edges have names of their own, so that there
  may be several from one vertex to another. Both carry a label, `[]` when none is given.

  ## Examples

      iex> graph = :digraph.new()
      iex> for vertex <- [:a, :b, :c], do: :digraph.add_vertex(graph, vertex)
      iex> :digraph.add_edge(graph, :a, :b)
      iex> :digraph.add_edge(graph, :b, :c)
      iex> :digraph.get_path(graph, :a, :c)
      [:a, :b, :c]
  """

  # The tables: vertices {vertex, label}; edges {edge, from, to, label}; neighbours {{:out, from}, edge}, {{:in, to}, edge}.
  defguardp is_graph(graph) when is_tuple(graph) and tuple_size(graph) == 5 and elem(graph, 0) == :digraph

  @doc "Makes a graph in which cycles may be and that only the calling process may change."
  def new(), do: new([])

  @doc "Makes a graph with options `:cyclic`, `:acyclic`, `:protected`, `:private`."
  def new(options) when is_list(options) do
    unknown = :lists.any(fn option -> option not in [:cyclic, :acyclic, :protected, :private] end, options)
    if unknown, do: :erlang.error(:badarg, [options])
    access = if :lists.member(:private, options), do: :private, else: :protected
    cyclic = :lists.foldl(fn :acyclic, _ -> false; :cyclic, _ -> true; _, cyclic -> cyclic end, true, options)
    vertices = :ets.new(:vertices, [:set, access])
    edges = :ets.new(:edges, [:set, access])
    neighbours = :ets.new(:neighbours, [:bag, access])
    :ets.insert(neighbours, [{:"$vid", 0}, {:"$eid", 0}])
    {:digraph, vertices, edges, neighbours, cyclic}
  end

  def new(options), do: :erlang.error(:badarg, [options])

  @doc "Deletes a graph."
  def delete({:digraph, vertices, edges, neighbours, _}) do
    :ets.delete(vertices)
    :ets.delete(edges)
    :ets.delete(neighbours)
  end

  @doc "Tells whether cycles are allowed, who may change the graph, and the words of memory it takes."
  def info({:digraph, vertices, edges, neighbours, cyclic}) do
    memory = :ets.info(vertices, :memory) + :ets.info(edges, :memory) + :ets.info(neighbours, :memory)
    [{:cyclicity, if(cyclic, do: :cyclic, else: :acyclic)}, {:memory, memory}, {:protection, :ets.info(vertices, :protection)}]
  end

  # The next name for something without one.
  defp fresh({:digraph, _, _, neighbours, _}, key, name) do
    [{^key, number}] = :ets.lookup(neighbours, key)
    :ets.delete(neighbours, key)
    :ets.insert(neighbours, {key, number + 1})
    [name | number]
  end

  ## Vertices

  @doc "Adds a vertex with a name of its own."
  def add_vertex(graph) when is_graph(graph), do: put_vertex(graph, fresh(graph, :"$vid", :"$v"), [])

  @doc "Adds a vertex, or takes its label away."
  def add_vertex(graph, vertex), do: put_vertex(graph, vertex, [])

  @doc "Adds a vertex with a label, or changes the label."
  def add_vertex(graph, vertex, label), do: put_vertex(graph, vertex, label)

  defp put_vertex({:digraph, vertices, _, _, _}, vertex, label) do
    :ets.insert(vertices, {vertex, label})
    vertex
  end

  @doc "Gives `{vertex, label}`, or `false`."
  def vertex({:digraph, vertices, _, _, _}, vertex) do
    case :ets.lookup(vertices, vertex) do
      [found] -> found
      [] -> false
    end
  end

  @doc "Counts the vertices."
  def no_vertices({:digraph, vertices, _, _, _}), do: :ets.info(vertices, :size)

  @doc "Lists the vertices."
  def vertices({:digraph, vertices, _, _, _}), do: :ets.select(vertices, [{{:"$1", :_}, [], [:"$1"]}])

  @doc "Lists the vertices at which no edge ends."
  def source_vertices(graph), do: without(graph, :in)

  @doc "Lists the vertices from which no edge goes."
  def sink_vertices(graph), do: without(graph, :out)

  defp without({:digraph, _, _, neighbours, _} = graph, direction),
    do: :lists.filter(fn vertex -> not :ets.member(neighbours, {direction, vertex}) end, vertices(graph))

  @doc "Deletes a vertex with its edges."
  def del_vertex({:digraph, vertices, _, _, _} = graph, vertex) do
    del_edges(graph, edges(graph, vertex))
    :ets.delete(vertices, vertex)
    true
  end

  @doc "Deletes vertices with their edges."
  def del_vertices(graph, vertices) do
    :lists.foreach(fn vertex -> del_vertex(graph, vertex) end, vertices)
    true
  end

  ## Edges

  @doc "Adds an edge with a name of its own; gives the name, or `{:error, reason}`."
  def add_edge(graph, from, to), do: put_edge(graph, fresh(graph, :"$eid", :"$e"), from, to, [])

  @doc "Adds an edge with a label."
  def add_edge(graph, from, to, label), do: put_edge(graph, fresh(graph, :"$eid", :"$e"), from, to, label)

  @doc "Adds an edge with a name and a label, or changes an edge between the same vertices."
  def add_edge(graph, edge, from, to, label), do: put_edge(graph, edge, from, to, label)

  defp put_edge({:digraph, vertices, edges, neighbours, cyclic} = graph, edge, from, to, label) do
    cond do
      not :ets.member(vertices, from) ->
        {:error, {:bad_vertex, from}}

      not :ets.member(vertices, to) ->
        {:error, {:bad_vertex, to}}

      other_edge?(edges, edge, from, to) ->
        {:error, {:bad_edge, [from, to]}}

      not cyclic and from == to ->
        {:error, {:bad_edge, [from, to]}}

      not cyclic and get_path(graph, to, from) != false ->
        {:error, {:bad_edge, get_path(graph, to, from)}}

      true ->
        :ets.insert(neighbours, [{{:in, to}, edge}, {{:out, from}, edge}])
        :ets.insert(edges, {edge, from, to, label})
        edge
    end
  end

  defp other_edge?(edges, edge, from, to) do
    case :ets.lookup(edges, edge) do
      [{_, ^from, ^to, _}] -> false
      [] -> false
      [_other] -> true
    end
  end

  @doc "Gives `{edge, from, to, label}`, or `false`."
  def edge({:digraph, _, edges, _, _}, edge) do
    case :ets.lookup(edges, edge) do
      [found] -> found
      [] -> false
    end
  end

  @doc "Counts the edges."
  def no_edges({:digraph, _, edges, _, _}), do: :ets.info(edges, :size)

  @doc "Lists the edges."
  def edges({:digraph, _, edges, _, _}), do: :ets.select(edges, [{{:"$1", :_, :_, :_}, [], [:"$1"]}])

  @doc "Lists the edges at a vertex, those that end there first."
  def edges({:digraph, _, _, _, _} = graph, vertex), do: in_edges(graph, vertex) ++ out_edges(graph, vertex)

  defp at({:digraph, _, _, neighbours, _}, direction, vertex),
    do: for({_, edge} <- :ets.lookup(neighbours, {direction, vertex}), do: edge)

  @doc "Lists the edges that end at a vertex, the latest last."
  def in_edges(graph, vertex), do: at(graph, :in, vertex)

  @doc "Lists the edges that begin at a vertex, the latest last."
  def out_edges(graph, vertex), do: at(graph, :out, vertex)

  @doc "Counts the edges that end at a vertex."
  def in_degree(graph, vertex), do: length(in_edges(graph, vertex))

  @doc "Counts the edges that begin at a vertex."
  def out_degree(graph, vertex), do: length(out_edges(graph, vertex))

  @doc "Lists the vertices from which an edge goes to a vertex, by the latest edge first."
  def in_neighbours({:digraph, _, edges, _, _} = graph, vertex),
    do: :lists.reverse(for(edge <- in_edges(graph, vertex), do: :ets.lookup_element(edges, edge, 2)))

  @doc "Lists the vertices to which an edge goes from a vertex, by the latest edge first."
  def out_neighbours({:digraph, _, edges, _, _} = graph, vertex),
    do: :lists.reverse(for(edge <- out_edges(graph, vertex), do: :ets.lookup_element(edges, edge, 3)))

  @doc "Deletes an edge."
  def del_edge({:digraph, _, edges, neighbours, _}, edge) do
    case :ets.lookup(edges, edge) do
      [{_, from, to, _}] ->
        :ets.delete_object(neighbours, {{:in, to}, edge})
        :ets.delete_object(neighbours, {{:out, from}, edge})
        :ets.delete(edges, edge)

      [] ->
        true
    end
  end

  @doc "Deletes edges."
  def del_edges(graph, edges) do
    :lists.foreach(fn edge -> del_edge(graph, edge) end, edges)
    true
  end

  @doc "Deletes the edges of paths until there is none from a vertex to another."
  def del_path({:digraph, _, edges, _, _} = graph, from, to) do
    case get_path(graph, from, to) do
      false ->
        true

      path ->
        for {first, second} <- :lists.zip(:lists.droplast(path), tl(path)),
            edge <- out_edges(graph, first),
            :ets.lookup_element(edges, edge, 3) == second,
            do: del_edge(graph, edge)

        del_path(graph, from, to)
    end
  end

  ## Paths

  @doc "Gives a path of at least one edge as a list of vertices, or `false`."
  def get_path(graph, from, to), do: deep(graph, latest_first(graph, from), to, from)

  defp latest_first(graph, vertex), do: :lists.reverse(out_edges(graph, vertex))

  # Depth first: the work list holds edges yet to be followed, each with the way that leads to it.
  defp deep(graph, edges, target, from), do: walk(graph, [{edges, [from]}], target, %{from => true})

  defp walk(graph, [{[edge | edges], way} | work], target, seen) do
    {_, _, next, _} = edge(graph, edge)

    cond do
      next == target -> :lists.reverse([next | way])
      is_map_key(seen, next) -> walk(graph, [{edges, way} | work], target, seen)
      true -> walk(graph, [{latest_first(graph, next), [next | way]}, {edges, way} | work], target, Map.put(seen, next, true))
    end
  end

  defp walk(graph, [{[], _way} | work], target, seen), do: walk(graph, work, target, seen)
  defp walk(_graph, [], _target, _seen), do: false

  @doc "Gives a cycle through a vertex, one of more than one vertex if there is, or `false`; `[vertex]` for an edge to itself."
  def get_cycle(graph, vertex) do
    others = :lists.filter(fn edge -> :erlang.element(3, edge(graph, edge)) != vertex end, latest_first(graph, vertex))

    case deep(graph, others, vertex, vertex) do
      false -> if :lists.member(vertex, out_neighbours(graph, vertex)), do: [vertex], else: false
      cycle -> cycle
    end
  end

  @doc "Gives a shortest path of at least one edge, or `false`."
  def get_short_path(graph, from, to), do: wide(graph, :queue.from_list([[from]]), to, %{})

  @doc "Gives a shortest cycle through a vertex, or `false`."
  def get_short_cycle(graph, vertex), do: get_short_path(graph, vertex, vertex)

  # Breadth first over ways, each from its last vertex back.
  defp wide(graph, ways, target, seen) do
    case :queue.out(ways) do
      {:empty, _} ->
        false

      {{:value, [vertex | _] = way}, ways} ->
        next = :lists.reverse(out_neighbours(graph, vertex))

        if :lists.member(target, next) do
          :lists.reverse([target | way])
        else
          {ways, seen} =
            :lists.foldl(
              fn vertex, {ways, seen} ->
                if is_map_key(seen, vertex),
                  do: {ways, seen},
                  else: {:queue.in([vertex | way], ways), Map.put(seen, vertex, true)}
              end,
              {ways, seen},
              next
            )

          wide(graph, ways, target, seen)
        end
    end
  end
end
