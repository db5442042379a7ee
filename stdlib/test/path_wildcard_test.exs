ExUnit.start()

defmodule PathWildcardTest do
  use ExUnit.Case
  @moduletag :tmp_dir

  setup %{tmp_dir: dir} do
    File.mkdir_p!(Path.join(dir, "t/a/b"))
    File.mkdir_p!(Path.join(dir, "t/.hidden"))
    for file <- ~w(t/x.txt t/a/y.ex t/a/b/z.log t/.hidden/h), do: File.write!(Path.join(dir, file), "")
    {:ok, list: fn pattern, options -> File.cd!(dir, fn -> Path.wildcard(pattern, options) end) end}
  end

  test "two stars at the end stand for all files and directories below", %{list: list} do
    below = ~w(t/a t/a/b t/a/b/z.log t/a/y.ex t/x.txt)
    assert list.("t/**", []) == below
    assert list.("t/**/", []) == below
    assert list.("t/**/**", []) == below
    assert list.("**", []) == ["t" | below]
    assert list.("t/*/**", []) == ~w(t/a/b t/a/b/z.log t/a/y.ex)
    assert list.("t/x.txt/**", []) == []
    assert list.("t/**", match_dot: true) == ~w(t/.hidden t/.hidden/h) ++ below
  end

  test "two stars before something stand for any directories", %{list: list} do
    assert list.("t/**/b/**", []) == ["t/a/b/z.log"]
    assert list.("t/**/*.{ex,txt}", []) == ~w(t/a/y.ex t/x.txt)
    assert list.("**/b", []) == ["t/a/b"]
  end

  test "the directory that a path is in adds nothing to it", %{list: list} do
    assert list.("./t/*", []) == ~w(t/a t/x.txt)
    assert list.("t/./*", []) == ~w(t/a t/x.txt)
    assert list.("./t/x.txt", []) == ["t/x.txt"]
    assert list.("./**/*.ex", []) == ["t/a/y.ex"]
    assert list.(".", []) == ["."]
  end

  test "erlang's function too", %{tmp_dir: dir} do
    assert :filelib.wildcard('**/*.ex', to_charlist(dir)) == ['t/a/y.ex']
    assert :filelib.wildcard('t/**', to_charlist(dir)) == ['t/.hidden', 't/.hidden/h', 't/a', 't/a/b', 't/a/b/z.log', 't/a/y.ex', 't/x.txt']
  end
end
