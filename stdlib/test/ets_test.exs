defmodule Beamlet.EtsTest do
  use ExUnit.Case, async: true

  test "a table goes to a file and comes back" do
    base = Path.join(System.tmp_dir!(), "beamlet_ets_#{System.unique_integer([:positive])}")
    on_exit(fn -> File.rm(base) end)
    name = String.to_charlist(base)

    table = :ets.new(:kept, [:ordered_set, {:keypos, 2}])
    :ets.insert(table, [{:x, 2}, {"y", 1}, {%{z: 1}, 1.5}])
    assert :ets.tab2file(table, name) == :ok

    {:ok, again} = :ets.file2tab(name)
    assert :ets.tab2list(again) == [{"y", 1}, {%{z: 1}, 1.5}, {:x, 2}]
    assert {:ets.info(again, :type), :ets.info(again, :keypos), :ets.info(again, :name)} == {:ordered_set, 2, :kept}
    {:ok, info} = :ets.tabfile_info(name)
    assert {info[:type], info[:keypos], info[:size]} == {:ordered_set, 2, 3}

    assert {:error, _} = :ets.file2tab(name ++ '.nothing')
    assert :ets.tab2file(:beamlet_no_such_table, name) == {:error, :badtab}
    assert {:error, _} = :ets.tab2file(table, '/no/such/directory/file')
  end

  test "match specifications can be tried out, and tables filled by a function" do
    specification = [{{:"$1", :"$2"}, [{:>, :"$2", 1}], [{{:"$2", :"$1"}}]}]
    assert :ets.test_ms({:a, 2}, specification) == {:ok, {2, :a}}
    assert :ets.test_ms({:a, 1}, specification) == {:ok, false}
    assert {:error, [{:error, _}]} = :ets.test_ms({:a, 1}, [{{:"$1", :_}, [], [:"$2"]}])

    table = :ets.new(:filled, [:ordered_set])
    :ets.insert(table, {:old, 1})
    more = fn :read -> {[{2}, {1}], fn :read -> :end_of_input end} end
    assert :ets.init_table(table, more)
    assert :ets.tab2list(table) == [{1}, {2}]
  end

  test "graphs are walked by what was added last" do
    graph = :digraph.new()
    for vertex <- [:a, :b, :c, :d], do: :digraph.add_vertex(graph, vertex)
    for {from, to} <- [a: :b, a: :c, b: :d, c: :d], do: :digraph.add_edge(graph, from, to)
    assert :digraph.out_neighbours(graph, :a) == [:c, :b]
    assert :digraph.out_edges(graph, :a) == [[:"$e" | 0], [:"$e" | 1]]
    assert :digraph.get_path(graph, :a, :d) == [:a, :c, :d]
    assert :digraph.get_short_path(graph, :a, :d) == [:a, :b, :d]
    :digraph.add_edge(graph, :d, :a)
    assert :digraph_utils.cyclic_strong_components(graph) |> Enum.map(&Enum.sort/1) == [[:a, :b, :c, :d]]
    assert {:error, {:bad_vertex, :e}} = :digraph.add_edge(graph, :a, :e)
    assert :digraph.add_edge(graph, :d, :d) == [:"$e" | 6]
  end
end
