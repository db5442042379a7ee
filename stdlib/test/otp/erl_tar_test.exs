defmodule ErlTarTest do
  use ExUnit.Case, async: true

  setup do
    path = Path.join(System.tmp_dir!(), "tar_test_#{System.unique_integer([:positive])}_#{System.pid()}")
    File.mkdir_p!(path)
    on_exit(fn -> File.rm_rf!(path) end)
    {:ok, dir: path, at: &String.to_charlist(Path.join(path, &1))}
  end

  test "what goes in comes out, in order", %{at: at} do
    long = String.to_charlist(String.duplicate("long/", 30) <> "name")
    files = [{~c"a.txt", "hello"}, {~c"d/empty", ""}, {long, "x"}, {List.duplicate(?n, 150), "y"}, {~c"ü", String.duplicate("z", 1000)}]
    assert :erl_tar.create(at.("x.tar"), files) == :ok
    assert :erl_tar.extract(at.("x.tar"), [:memory]) == {:ok, files}
    assert :erl_tar.table(at.("x.tar")) == {:ok, Enum.map(files, &elem(&1, 0))}
    bytes = File.read!(at.("x.tar"))
    assert byte_size(bytes) == 512 * (2 + 1 + 2 + 4 + 5 + 2)
    assert :erl_tar.extract({:binary, bytes}, [:memory, {:files, [~c"a.txt"]}]) == {:ok, [{~c"a.txt", "hello"}]}

    assert :erl_tar.create(at.("x.tgz"), files, [:compressed]) == :ok
    assert <<0x1F, 0x8B, _::binary>> = compressed = File.read!(at.("x.tgz"))
    assert :erl_tar.extract({:binary, compressed}, [:memory, :compressed]) == {:ok, files}
    assert {:error, _} = :erl_tar.extract({:binary, compressed}, [:memory])
  end

  test "the form of a header", %{at: at} do
    assert :erl_tar.create(at.("x.tar"), [{~c"a.txt", "hello"}]) == :ok
    <<name::binary-100, mode::binary-8, uid::binary-8, gid::binary-8, size::binary-12, _::binary-12, sum::binary-8, type, _::binary-100, magic::binary-8, _::binary>> = File.read!(at.("x.tar"))
    assert String.trim_trailing(name, <<0>>) == "a.txt"
    assert {mode, uid, gid, size, type, magic} == {"0100644\0", "0000000\0", "0000000\0", "00000000005\0", ?0, "ustar\x0000"}
    assert <<?0, _::binary-6, 0>> = sum
  end

  test "files and directories of the disk", %{dir: dir, at: at} do
    File.mkdir_p!(Path.join(dir, "d/e"))
    File.write!(Path.join(dir, "d/e/f"), "inside")
    File.chmod!(Path.join(dir, "d/e/f"), 0o640)
    File.ln_s!("e/f", Path.join(dir, "d/link"))
    assert :erl_tar.create(at.("x.tar"), [{~c"top", at.("d")}, {~c"bytes", "b"}]) == :ok
    assert {:ok, rows} = :erl_tar.table(at.("x.tar"), [:verbose])

    assert rows |> Enum.map(fn {name, type, size, _mtime, mode, _, _} -> {name, type, size, mode} end) |> Enum.sort() ==
             [{~c"bytes", :regular, 1, 0o100644}, {~c"top/e/f", :regular, 6, 0o100640}, {~c"top/link", :symlink, 0, 0o120777}]

    assert :erl_tar.extract(at.("x.tar"), cwd: at.("out")) == :ok
    assert File.read!(Path.join(dir, "out/top/link")) == "inside"
    assert File.stat!(Path.join(dir, "out/top/e/f")).mode == 0o100640
    File.write!(Path.join(dir, "out/bytes"), "kept")
    assert :erl_tar.extract(at.("x.tar"), [:keep_old_files, {:cwd, at.("out")}]) == :ok
    assert File.read!(Path.join(dir, "out/bytes")) == "kept"
  end

  test "adding one by one", %{at: at} do
    {:ok, tar} = :erl_tar.open(at.("o.tar"), [:write])
    assert :erl_tar.add(tar, "bytes", ~c"name", mtime: 5, uid: 7, gid: 8) == :ok
    assert :erl_tar.add(tar, ~c"/no/such", []) == {:error, {~c"/no/such", :enoent}}
    assert :erl_tar.close(tar) == :ok
    assert :erl_tar.table(at.("o.tar"), [:verbose]) == {:ok, [{~c"name", :regular, 5, 5, 0o100644, 7, 8}]}
  end

  test "what cannot be is refused", %{at: at} do
    assert :erl_tar.extract(~c"/no/such.tar", [:memory]) == {:error, {~c"/no/such.tar", :enoent}}
    assert :erl_tar.table({:binary, "short"}) == {:error, :eof}
    assert :erl_tar.table({:binary, String.duplicate("garbage", 100)}) == {:error, :invalid_tar_checksum}
    assert :erl_tar.create(at.("e.tar"), [{~c"../evil", "x"}]) == :ok
    assert :erl_tar.extract(at.("e.tar"), cwd: at.("out")) == {:error, {~c"../evil", :unsafe_path}}
    <<_, rest::binary>> = File.read!(at.("e.tar"))
    assert :erl_tar.table({:binary, "Z" <> rest}) == {:error, :bad_header}
    assert :erl_tar.format_error({~c"x", :enoent}) == ~c"x: no such file or directory"
    assert :erl_tar.format_error(:bad_header) == ~c"Unrecognized tar header format"
    assert :erl_tar.format_error(:invalid_tar_checksum) == ~c"Checksum failed"
  end
end
