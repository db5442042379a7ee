defmodule RegexTest do
  use ExUnit.Case, async: true

  test "run" do
    assert Regex.run(~r/a(b)(c)?/, "xabx") === ["ab", "b"]
    assert Regex.run(~r/a(b)(c)?(x)/, "xabx") === ["abx", "b", "", "x"]
    assert Regex.run(~r/a(?<n>b)/, "xab", capture: :all_names) === ["b"]
    assert Regex.run(~r/a(?<n>b)/, "xab", capture: [:n, 0]) === ["b", "ab"]
    assert Regex.run(~r/a(b)/, "xab", return: :index) === [{1, 2}, {2, 1}]
    assert Regex.run(~r/a(b)/, "xab", capture: :first) === ["ab"]
    assert Regex.run(~r/a(b)/, "xab", capture: :none) === []
    assert Regex.run(~r/a(b)/, "xabab", offset: 2, return: :index) === [{3, 2}, {4, 1}]
    assert Regex.run(~r/z/, "xab") === nil
    assert Regex.run(~r/(\d{4})-(\d{2})/, "on 2024-01-02") === ["2024-01", "2024", "01"]
    assert Regex.run(~r/a.b/s, "a\nb") === ["a\nb"]
    assert Regex.run(~r/a+?/, "aaa") === ["a"]
  end

  test "scan" do
    assert Regex.scan(~r/a(b)?/, "abaab") === [["ab", "b"], ["a"], ["ab", "b"]]
    assert Regex.scan(~r/(?<x>a)(?<y>b)?/, "abaab", capture: :all_names) === [["a", "b"], ["a", ""], ["a", "b"]]
    assert Regex.scan(~r/a/, "aaa", return: :index) === [[{0, 1}], [{1, 1}], [{2, 1}]]
    assert Regex.scan(~r//, "abc") === [[""], [""], [""], [""]]
    assert Regex.scan(~r/é/u, "aéé", return: :index) === [[{1, 2}], [{3, 2}]]
    assert Regex.scan(~r/./, "é") === [[<<195>>], [<<169>>]]
    assert Regex.scan(~r/./u, "é") === [["é"]]
    assert Regex.scan(~r/(?<l>[a-z])(?<d>\d)?/, "a1b") === [["a1", "a", "1"], ["b", "b"]]
  end

  test "named_captures" do
    assert Regex.named_captures(~r/a(?<foo>b)c(?<bar>d)/, "abcd") === %{"bar" => "d", "foo" => "b"}
    assert Regex.named_captures(~r/a(?<foo>b)?/, "a") === %{"foo" => ""}
    assert Regex.named_captures(~r/a(?<foo>b)c/, "x") === nil
    assert Regex.named_captures(~r/(?<a>.)(?<b>.)/, "xy", return: :index) === %{"a" => {0, 1}, "b" => {1, 1}}
  end

  test "names" do
    assert Regex.names(~r/(?<b>.)(?<a>.)/) === ["a", "b"]
  end

  test "split" do
    assert Regex.split(~r/,/, "a,b,,c") === ["a", "b", "", "c"]
    assert Regex.split(~r/,/, "a,b,,c", trim: true) === ["a", "b", "c"]
    assert Regex.split(~r/,/, "a,b,,c", parts: 2) === ["a", "b,,c"]
    assert Regex.split(~r/(,)/, "a,b", include_captures: true) === ["a", ",", "b"]
    assert Regex.split(~r/(,)/, "a,b", on: [1], include_captures: true) === ["a", ",", "b"]
    assert Regex.split(~r/a(?<x>b)c/, "1abc2", on: [:x]) === ["1a", "c2"]
    assert Regex.split(~r//, "abc") === ["", "a", "b", "c", ""]
    assert Regex.split(~r//, "abc", trim: true) === ["a", "b", "c"]
    assert Regex.split(~r/x/, "") === [""]
    assert Regex.split(~r/x/, "", trim: true) === []
    assert Regex.split(~r/b/, "abcb", parts: 2, include_captures: true) === ["a", "b", "cb"]
  end

  test "replace" do
    assert Regex.replace(~r/(b)/, "abc", "[\\1]") === "a[b]c"
    assert Regex.replace(~r/b/, "abc", "[\\0]") === "a[b]c"
    assert Regex.replace(~r/b/, "abc", "[\\g{0}\\\\]") === "a[b\\]c"
    assert Regex.replace(~r/(?<x>b)/, "abc", "[\\g{1}]") === "a[b]c"
    assert Regex.replace(~r/b/, "abcb", "X", global: false) === "aXcb"
    assert Regex.replace(~r/(b)(c)?/, "abcb", fn a, b, c -> "<#{a}|#{b}|#{c}>" end) === "a<bc|b|c><b|b|>"
    assert Regex.replace(~r/(b)/, "abcb", fn a -> String.upcase(a) end) === "aBcB"
    assert Regex.replace(~r/b/, "abcb", fn -> "Q" end) === "aQcQ"
    assert Regex.replace(~r/b/, "abcb", fn _ -> 1 end) === <<97, 1, 99, 1>>
    assert Regex.replace(~r//, "abc", "-") === "-a-b-c-"
    assert Regex.replace(~r/b*/, "abc", "-") === "-a--c-"
    assert Regex.replace(~r/\./, "a.b.c", "\\\\") === "a\\b\\c"
    assert Regex.replace(~r/(a)/, "a", "\\2") === ""
  end

  test "compile" do
    assert Regex.compile("*foo") === {:error, {'nothing to repeat', 0}}
    assert Regex.compile("(", "i") === {:error, {'missing )', 1}}
    assert Regex.compile("a", "z") === {:error, {:invalid_option, "z"}}
    assert Regex.compile("a", [:caseless]) === {:ok, Regex.compile!("a", [:caseless])}
  end

  test "compile!" do
    assert message(Regex.CompileError, fn -> Regex.compile!("*foo") end) == "nothing to repeat at position 0"
    assert message(Regex.CompileError, fn -> Regex.compile!("a", "iz") end) == "invalid_option at position z"
    assert message(Regex.CompileError, fn -> Regex.compile!("a[") end) == "missing terminating ] for character class at position 2"
    assert message(Regex.CompileError, fn -> Regex.compile!("a{2,1}") end) == "numbers out of order in {} quantifier at position 5"
    assert String.starts_with?(message(Regex.CompileError, fn -> Regex.compile!("\\") end), "\\ at end of pattern at position 1")
  end

  test "opts" do
    assert Regex.opts(~r/a/imsxfU) === "imsxfU"
  end

  test "source" do
    assert Regex.source(~r/a\/b/) === "a/b"
  end

  test "match?" do
    assert Regex.match?(~r/foo/, "foo") === true
  end

  test "regex?" do
    assert Regex.regex?(~r/a/) === true
  end

  test "patterns" do
    assert inspect(Regex.compile!("a", [:caseless])) === "Regex.compile!(\"a\", [:caseless])"
    assert "foo" =~ ~r/o/ === true
    assert "foo" =~ "o" === true
    assert "foo" =~ "" === true
    assert "foobar" |> String.replace(~r/(o+)(b)/, "\\2\\1") === "fbooar"
    assert String.split("a1b22c", ~r/\d+/) === ["a", "b", "c"]
    assert String.split("a1b22c", ~r/\d+/, include_captures: true) === ["a", "1", "b", "22", "c"]
    assert String.match?("abc", ~r/b/) === true
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))
end
