defmodule DetsTest do
  use ExUnit.Case, async: true

  setup do
    path = Path.join(System.tmp_dir!(), "dets_test_#{System.unique_integer([:positive])}_#{System.pid()}")
    File.mkdir_p!(path)
    on_exit(fn -> File.rm_rf!(path) end)
    {:ok, path: String.to_charlist(Path.join(path, "table"))}
  end

  test "rows go in, are found and changed", %{path: file} do
    assert :dets.open_file(:dets_a, file: file) == {:ok, :dets_a}
    assert :dets.insert(:dets_a, {1, :a}) == :ok
    assert :dets.insert(:dets_a, [{2, :b}, {3, 10}]) == :ok
    assert :dets.lookup(:dets_a, 1) == [{1, :a}]
    assert :dets.lookup(:dets_a, 9) == []
    assert :dets.insert_new(:dets_a, {1, :z}) == false
    assert :dets.insert_new(:dets_a, [{4, :z}, {5, :z}]) == true
    assert :dets.member(:dets_a, 4)
    assert :dets.update_counter(:dets_a, 3, 5) == 15
    assert :dets.update_counter(:dets_a, 3, {2, 5}) == 20
    assert :dets.delete(:dets_a, 4) == :ok
    assert :dets.delete(:dets_a, 4) == :ok
    assert :dets.delete_object(:dets_a, {5, :other}) == :ok
    assert Enum.sort(:dets.match(:dets_a, {:"$1", :"$2"})) == [[1, :a], [2, :b], [3, 20], [5, :z]]
    assert :dets.match_object(:dets_a, {:_, :a}) == [{1, :a}]
    assert :dets.select(:dets_a, [{{:"$1", :_}, [{:>, :"$1", 2}], [:"$1"]}]) |> Enum.sort() == [3, 5]
    assert :dets.foldl(fn {key, _}, acc -> key + acc end, 0, :dets_a) == 11
    assert :dets.traverse(:dets_a, fn {key, _} -> {:continue, key} end) |> Enum.sort() == [1, 2, 3, 5]
    assert :dets.traverse(:dets_a, fn _ -> {:done, 1} end) == [1]
    assert :dets.info(:dets_a, :size) == 4
    assert :dets.info(:dets_a, :filename) == file
    assert :dets.delete_all_objects(:dets_a) == :ok
    assert :dets.match(:dets_a, :_) == []
    assert :dets.close(:dets_a) == :ok
  end

  test "what was written is there again, for each type and key position", %{path: file} do
    for {type, found} <- [set: [{3, :k}], bag: [{1, :k}, {3, :k}], duplicate_bag: [{1, :k}, {1, :k}, {3, :k}]] do
      name = {:dets_b, type}
      options = [type: type, keypos: 2, file: file ++ Atom.to_charlist(type)]
      assert :dets.open_file(name, options) == {:ok, name}
      assert :dets.insert(name, [{1, :k}, {1, :k}, {3, :k}]) == :ok
      assert :dets.close(name) == :ok
      assert :dets.is_dets_file(options[:file])
      assert :dets.open_file(name, options) == {:ok, name}
      assert Enum.sort(:dets.lookup(name, :k)) == found
      assert :dets.first(name) == :k
      assert :dets.next(name, :k) == :"$end_of_table"
      assert :dets.close(name) == :ok

      assert {:ok, ref} = :dets.open_file(options[:file])
      assert :dets.info(ref, :type) == type
      assert :dets.info(ref, :keypos) == 2
      assert :dets.close(ref) == :ok
    end
  end

  test "a table is open as long as somebody has it open", %{path: file} do
    options = [file: file]
    assert :dets.open_file(:dets_c, options) == {:ok, :dets_c}
    assert :dets.open_file(:dets_c, options) == {:ok, :dets_c}
    assert :dets.close(:dets_c) == :ok
    assert :dets.insert(:dets_c, {1}) == :ok
    assert :dets.sync(:dets_c) == :ok
    assert :dets.open_file(:dets_c, [{:type, :bag} | options]) == {:error, :incompatible_arguments}
    assert :dets_c in :dets.all()
    assert :dets.close(:dets_c) == :ok
    assert :dets.close(:dets_c) == {:error, :not_owner}
    assert :dets.info(:dets_c) == :undefined

    task = Task.async(fn -> {:dets.open_file(:dets_c, options), :dets.insert(:dets_c, {2})} end)
    assert Task.await(task) == {{:ok, :dets_c}, :ok}
    assert :dets.open_file(:dets_c, options) == {:ok, :dets_c}
    assert Enum.sort(:dets.match_object(:dets_c, :_)) == [{1}, {2}]
    assert :dets.close(:dets_c) == :ok
  end

  test "tables of ets and functions fill a table", %{path: file} do
    assert :dets.open_file(:dets_d, file: file) == {:ok, :dets_d}
    ets = :ets.new(:any, [])
    :ets.insert(ets, [{1, 2}, {3, 4}])
    assert :dets.insert(:dets_d, {9, 9}) == :ok
    assert :dets.from_ets(:dets_d, ets) == :ok
    assert :dets.select_delete(:dets_d, [{{1, :_}, [], [true]}]) == 1
    :ets.delete_all_objects(ets)
    assert :dets.to_ets(:dets_d, ets) == ets
    assert :ets.tab2list(ets) == [{3, 4}]

    last = fn :read -> :end_of_input end

    assert :dets.init_table(:dets_d, fn
             :read -> {[{5, 6}], last}
             :close -> :ok
           end) == :ok

    assert :dets.match_object(:dets_d, :_) == [{5, 6}]
    assert :dets.close(:dets_d) == :ok
  end

  test "what cannot be is refused", %{path: file} do
    assert_raise ArgumentError, fn -> :dets.lookup(:no_dets, 1) end
    assert_raise ArgumentError, fn -> :dets.insert(:no_dets, {1}) end
    assert_raise ArgumentError, fn -> :dets.open_file(:dets_e, type: :other) end
    assert_raise ArgumentError, fn -> :dets.open_file(:dets_e, other: 1) end
    assert :dets.open_file(:dets_e, file: ~c"/no/such/table") == {:error, {:file_error, ~c"/no/such/table", :enoent}}
    assert :dets.open_file(:dets_e, file: file, access: :read) == {:error, {:file_error, file, :enoent}}
    File.write!(file, String.duplicate("not a table", 10))
    assert :dets.open_file(:dets_e, file: file) == {:error, {:not_a_dets_file, file}}
    assert :dets.is_dets_file(file) == false
    File.rm!(file)
    assert :dets.open_file(:dets_e, file: file) == {:ok, :dets_e}
    assert_raise ArgumentError, fn -> :dets.insert(:dets_e, :no_row) end
    assert_raise ArgumentError, fn -> :dets.insert(:dets_e, {}) end
    assert_raise ArgumentError, fn -> :dets.update_counter(:dets_e, 1, 1) end
    assert :dets.close(:dets_e) == :ok
    assert :dets.open_file(:dets_e, file: file, type: :bag) == {:error, {:type_mismatch, file}}
    assert :dets.open_file(:dets_e, file: file, keypos: 2) == {:error, {:keypos_mismatch, file}}
    assert :dets.open_file(:dets_e, file: file, access: :read) == {:ok, :dets_e}
    assert :dets.insert(:dets_e, {1}) == {:error, {:access_mode, file}}
    assert :dets.close(:dets_e) == :ok
  end
end
