defmodule Beamlet.PathTest do
  use ExUnit.Case, async: true

  test "join minds only the slashes where two paths meet and the last one" do
    for {left, right, joined} <- [
          {"", "", ""},
          {"", "//a", "/a"},
          {"/", "", "/"},
          {"/", "//a", "//a"},
          {"//", "a", "//a"},
          {"a", "//b", "a//b"},
          {"a/", "/b/", "a/b"},
          {"a//", "", "a/"},
          {"a//", "/", "a"},
          {"a//b", "c//d//", "a//b/c//d/"},
          {'a', ["b", ?/], "a/b"}
        ] do
      assert Path.join(left, right) == joined
    end

    assert Path.join(["/", "", "a", "b/"]) == "/a/b"
  end

  test "absname keeps what it was given but for dots in between" do
    assert Path.absname("a", "") == "/a"
    assert Path.absname("a", ".") == "./a"
    assert Path.absname("a/./b/.", "/c/") == "/c/a/b/."
    assert Path.absname("./a/../b", "/c") == "/c/a/../b"
    assert Path.absname("//a//b/", "c") == "/a/b"
    assert Path.expand("a", "") == "/a"
    assert Path.expand("a/../b", "/c/./d") == "/c/d/b"
  end

  test "names and extensions" do
    assert Enum.map(["a.b.c", ".a", "x/.a", "x/.a.b", "a.", "a.b/"], &{Path.basename(&1), Path.extname(&1), Path.rootname(&1)}) == [
             {"a.b.c", ".c", "a.b"},
             {".a", "", ""},
             {".a", "", "x/.a"},
             {".a.b", ".b", "x/.a"},
             {"a.", ".", "a"},
             {"a.b", "", "a.b/"}
           ]

    assert Path.basename("a/b.ex", ".ex") == "b"
    assert Path.basename("a/b.ex", "b.ex") == ""
    assert Path.rootname("a/b.ex", "b.ex") == "a/b.ex"
    assert Path.rootname("a/b.ex", ".ex") == "a/b"
  end

  test "relative and dirname" do
    assert Enum.map(["/", "//a//b/", "a/", "/a/b"], &Path.relative/1) == [".", "/a//b/", "a/", "a/b"]
    assert Enum.map(["a", "a/b//c", "a//", "/a", "//a//b//"], &Path.dirname/1) == [".", "a/b", "a", "/", "//a//b"]
    assert Path.relative_to("/a//b/c", "/a") == "b/c"
    assert Path.relative_to("/a", "/b") == "/a"
    assert Path.relative_to("", "") == "."
  end

  test "wildcard" do
    base = Path.join(System.tmp_dir!(), "beamlet_wildcard_#{System.unique_integer([:positive])}")
    on_exit(fn -> File.rm_rf!(base) end)

    for name <- ["a/x.ex", "a/y.exs", "a/b/z.ex", "a/b/.dot", "c/x.ex", "c/[br]", "c/é.ex", ".top"] do
      File.mkdir_p!(Path.dirname(Path.join(base, name)))
      File.write!(Path.join(base, name), "")
    end

    found = fn pattern, options ->
      for path <- Path.wildcard(Path.join(base, pattern), options), do: Path.relative_to(path, base)
    end

    for {pattern, names} <- [
          {"*", ["a", "c"]},
          {"**", ["a", "a/b", "a/b/z.ex", "a/x.ex", "a/y.exs", "c", "c/[br]", "c/x.ex", "c/é.ex"]},
          {"a/**", ["a/b", "a/b/z.ex", "a/x.ex", "a/y.exs"]},
          {"**/b/**", ["a/b/z.ex"]},
          {"**/**/x.*", ["a/x.ex", "c/x.ex"]},
          {"**/.dot", []},
          {"a/b/.dot", ["a/b/.dot"]},
          {".*", []},
          {"./c/?.ex", ["c/x.ex", "c/é.ex"]},
          {"{a,c}/{x,y}.ex*", ["a/x.ex", "a/y.exs", "c/x.ex"]},
          {"c/{x\\.ex,[w-x]*}", ["c/x.ex"]},
          {"c/[]^[]b*", ["c/[br]"]},
          {"c/\\[br\\]", ["c/[br]"]},
          {"c/[z-w].ex", []},
          {"c/[x-w].ex", ["c/x.ex"]},
          {"a/x.ex/", ["a/x.ex"]},
          {"*/nope", []}
        ] do
      assert {pattern, found.(pattern, [])} == {pattern, names}
    end

    assert found.("**/.*", match_dot: true) == [".top", "a/b/.dot"]
    assert_raise ErlangError, fn -> found.("{a,c", []) end
    assert_raise ErlangError, fn -> found.("{a/b,c}", []) end
    assert :filelib.wildcard('*', to_charlist(base)) == ['.top', 'a', 'c']
  end

  test "the empty name is no file" do
    assert File.rm_rf("") == {:ok, []}
    assert File.ls("") == {:error, :enoent}
    assert File.stat("") == {:error, :enoent}
    refute File.exists?("")
  end
end
