defmodule DiffTest do
  use ExUnit.Case, async: true

  alias ExUnit.{Assertions, Diff}
  alias Inspect.Algebra

  defmodule Point do
    defstruct x: 0, y: 0
  end

  defmacrop two, do: 2
  defmacrop pair(a, b), do: {a, b}

  # Both sides of a difference, with `-` and `+` around what has no counterpart.
  defp sides(left, right, context) do
    {diff, _} = Diff.compute(left, right, context)
    refute diff.equivalent?
    {side(diff.left, "-"), side(diff.right, "+")}
  end

  defp side(node, sign) do
    node |> Diff.to_algebra(&Algebra.concat([sign, &1, sign])) |> Algebra.format(:infinity) |> IO.iodata_to_binary()
  end

  defmacrop match(pattern, value, pins \\ []) do
    pattern = pattern |> Assertions.__expand_pattern__(__CALLER__) |> Macro.escape()
    quote(do: sides(unquote(pattern), unquote(value), {:match, for({name, value} <- unquote(pins), do: {{name, nil}, value})}))
  end

  test "terms" do
    assert sides(%{a: [1, 2], b: 1}, %{a: [1, 3], c: 1}, :==) == {"%{a: [1, -2-], -b: 1-}", "%{a: [1, +3+], +c: 1+}"}
    assert sides({1, "abc"}, {1.0, "abd"}, :===) == {"{-1-, \"ab-c-\"}", "{+1.0+, \"ab+d+\"}"}
    assert sides(%Point{x: 1}, %Point{x: 2}, :==) == {"%DiffTest.Point{x: -1-, y: 0}", "%DiffTest.Point{x: +2+, y: 0}"}
    assert sides({[], 1}, {~c"ab", 1}, :==) == {"{'--', 1}", "{'+ab+', 1}"}
  end

  test "patterns of lists are compared as one list" do
    assert match([:a, :b | [:c]], [:a, :c]) == {"[:a, -:b- | [:c]]", "[:a, :c]"}
    assert match([:a] ++ [:b, :c], [:a, :c]) == {"[:a] ++ [-:b-, :c]", "[:a, :c]"}
    assert match([:a, :b | :c], [:a, :x | :c]) == {"[:a, -:b- | :c]", "[:a, +:x+ | :c]"}
    assert match([:b, :a, :c], [:a, :c, :d]) == {"[-:b-, :a, :c]", "[:a, :c, +:d+]"}
    assert match([x, x], [1, 2]) == {"[x, -x-]", "[1, +2+]"}
    assert match([a: 1, b: _], a: 2, b: 3) == {"[a: -1-, b: _]", "[a: +2+, b: 3]"}
  end

  test "patterns of binaries are compared as one text" do
    assert match("one " <> "two", "one too") == {~s("one " <> "t-w-o"), ~s("one to+o+")}
    assert match("one" <> _, "ane more") == {~s("-o-ne" <> _), ~s("+a+ne more")}
    assert match(<<n::8>> <> "x", "ab") == {~s(-<<n::8>> <> "x"-), ~s(+"ab"+)}
  end

  test "maps and structs" do
    assert match(%{a: 1, b: _}, %{a: 2, c: 3}) == {"%{a: -1-, -b: _-}", "%{a: +2+, c: 3}"}
    assert match(%Point{x: 1}, %{x: 2}) == {"%-DiffTest.Point-{x: -1-}", "%{x: +2+}"}
    assert match(~D[2020-01-01], ~D[2020-01-02]) == {"-~D[2020-01-01]-", "~D[2020-01-0+2+]"}
  end

  test "macros and pins stand as they are written" do
    assert match(pair(x, two()), {1, 3}) == {"-pair(x, two())-", "{1, +3+}"}
    assert match({^a, 1}, {3, 1}, a: 2) == {"{-^a-, 1}", "{+3+, 1}"}
    assert match(%{^k => 1}, %{a: 2}, k: :a) == {"%{^k => -1-}", "%{a: +2+}"}
  end

  test "guards show which part fails" do
    assert match(x when is_integer(x) and x > 5, 3) == {"x when is_integer(x) and -x > 5-", "3"}
    assert match({:ok, x} when x > 5, :error) == {"-{:ok, x}- when x > 5", "+:error+"}
  end

  test "a guard binds what its pattern binds" do
    {diff, env} = Diff.compute(quote(do: [x | y]), [1, 2], {:match, []})
    assert diff.equivalent?
    assert for({{name, _}, value} <- env.current_vars, do: {name, value}) |> Enum.sort() == [x: 1, y: [2]]
  end
end
