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
end
