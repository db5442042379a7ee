defmodule ZipTest do
  use ExUnit.Case, async: true

  defp info(size), do: {:file_info, size, :regular, :read_write, {{2020, 1, 2}, {3, 4, 6}}, {{2020, 1, 2}, {3, 4, 6}}, {{2020, 1, 2}, {3, 4, 6}}, 33188, 1, 0, 0, 0, 0, 0}

  defp in_memory(files, options \\ []) do
    assert {:ok, {~c"x.zip", bytes}} = :zip.create(~c"x.zip", files, [:memory | options])
    bytes
  end

  defp directory do
    path = Path.join(System.tmp_dir!(), "zip_test_#{System.unique_integer([:positive])}_#{System.pid()}")
    File.mkdir_p!(path)
    on_exit(fn -> File.rm_rf!(path) end)
    path
  end

  test "what goes in comes out, in order" do
    files = [{~c"a.txt", String.duplicate("hello ", 100)}, {~c"d/b", ""}, {~c"ü.txt", <<0, 255, 1>>}]
    assert :zip.extract(in_memory(files), [:memory]) == {:ok, files}
    assert :zip.unzip(in_memory([]), [:memory]) == {:ok, []}
  end

  test "the form of an archive" do
    bytes = in_memory([{~c"a", "xyz", info(3)}], comment: ~c"hey")

    assert Base.encode16(bytes) ==
             "504B03041400000000008618225067BA8EEB0300000003000000010000006178797A" <>
               "504B010214031400000000008618225067BA8EEB0300000003000000010000000000000000000000A4010000000061" <>
               "504B050600000000010001002F000000220000000300686579"
  end

  test "a table tells sizes, times, offsets and the comment" do
    bytes = in_memory([{~c"a", "xyz", info(3)}, {~c"b.txt", String.duplicate("b", 100), info(100)}], comment: ~c"hey")
    time = {{2020, 1, 2}, {3, 4, 6}}

    assert {:ok,
            [
              {:zip_comment, ~c"hey"},
              {:zip_file, ~c"a", {:file_info, 3, :regular, :read_write, ^time, ^time, ^time, 54, 1, 0, 0, 0, 0, 0}, [], 0, 3},
              {:zip_file, ~c"b.txt", {:file_info, 100, :regular, :read_write, ^time, ^time, ^time, 54, 1, 0, 0, 0, 0, 0}, [], 34, packed}
            ]} = :zip.table(bytes)

    assert packed < 20
    assert :zip.list_dir(bytes) == :zip.table(bytes)
  end

  test "small files and those with certain endings are stored" do
    sizes = fn files, options ->
      {:ok, [_ | files]} = :zip.table(in_memory(files, options))
      Enum.map(files, &elem(&1, 5))
    end

    long = String.duplicate("a", 1000)
    assert [9, 1000, small] = sizes.([{~c"a", String.duplicate("a", 9)}, {~c"a.zip", long}, {~c"a.txt", long}], [])
    assert small < 30
    assert sizes.([{~c"a.txt", long}], uncompress: [~c".txt"]) == [1000]
    assert sizes.([{~c"a.txt", long}], compress: [~c".doc"]) == [1000]
  end

  test "a list or a filter chooses" do
    bytes = in_memory([{~c"a", "1"}, {~c"b", "2"}, {~c"c", "3"}])
    assert :zip.extract(bytes, [:memory, {:file_list, [~c"c", ~c"a"]}]) == {:ok, [{~c"a", "1"}, {~c"c", "3"}]}
    assert :zip.extract(bytes, [:memory, {:file_filter, fn file -> elem(file, 1) == ~c"b" end}]) == {:ok, [{~c"b", "2"}]}
    assert :zip.foldl(fn name, info, get, acc -> [{name, elem(info.(), 1), get.()} | acc] end, [], {~c"n", bytes}) == {:ok, [{~c"c", 1, "3"}, {~c"b", 1, "2"}, {~c"a", 1, "1"}]}
  end

  test "files and directories on the disk" do
    dir = directory()
    at = &String.to_charlist(Path.join(dir, &1))
    File.mkdir_p!(Path.join(dir, "d/e"))
    File.write!(Path.join(dir, "d/e/f.txt"), "inside")
    assert :zip.create(at.("x.zip"), [~c"d"], cwd: String.to_charlist(dir)) == {:ok, at.("x.zip")}
    assert {:ok, [{:zip_comment, []} | files]} = :zip.table(at.("x.zip"))
    assert Enum.map(files, &elem(&1, 1)) == [~c"d/", ~c"d/e/", ~c"d/e/f.txt"]
    assert :zip.extract(at.("x.zip"), cwd: at.("out")) == {:ok, [at.("out/d/e/f.txt")]}
    assert File.read!(Path.join(dir, "out/d/e/f.txt")) == "inside"
    assert :zip.extract(at.("x.zip"), [:memory]) == {:ok, [{~c"d/e/f.txt", "inside"}]}

    assert {:ok, handle} = :zip.zip_open(at.("x.zip"), [:memory])
    assert :zip.zip_get(~c"d/e/f.txt", handle) == {:ok, {~c"d/e/f.txt", "inside"}}
    assert :zip.zip_get(~c"none", handle) == {:error, :file_not_found}
    assert :zip.zip_get(handle) == {:ok, [{~c"d/e/f.txt", "inside"}]}
    assert {:ok, [{:zip_comment, []} | _]} = :zip.zip_list_dir(handle)
    assert :zip.zip_close(handle) == :ok
  end

  test "what cannot be is refused" do
    assert :zip.extract(~c"/no/such.zip", [:memory]) == {:error, :enoent}
    assert {:error, _} = :zip.table(String.duplicate("x", 100))
    assert :zip.create(~c"x.zip", [~c"/no/such/file"], [:memory]) == {:error, :enoent}
    assert :zip.create(~c"x.zip", [{"a", "b"}], [:memory]) == {:error, :einval}
    assert :zip.create(~c"x.zip", [], [:no_option]) == {:error, {:bad_option, :no_option}}
    assert :zip.extract(in_memory([]), [:no_option]) == {:error, {:bad_option, :no_option}}
  end
end
