defmodule RegexTest do
  use ExUnit.Case, async: true

  describe "run" do
    test "Regex.run(~r/a(b)(c)?/, \"xabx\")" do
      assert Regex.run(~r/a(b)(c)?/, "xabx") === ["ab", "b"]
    end

    test "Regex.run(~r/a(b)(c)?(x)/, \"xabx\")" do
      assert Regex.run(~r/a(b)(c)?(x)/, "xabx") === ["abx", "b", "", "x"]
    end

    test "Regex.run(~r/a(?<n>b)/, \"xab\", capture: :all_names)" do
      assert Regex.run(~r/a(?<n>b)/, "xab", capture: :all_names) === ["b"]
    end

    test "Regex.run(~r/a(?<n>b)/, \"xab\", capture: [:n, 0])" do
      assert Regex.run(~r/a(?<n>b)/, "xab", capture: [:n, 0]) === ["b", "ab"]
    end

    test "Regex.run(~r/a(b)/, \"xab\", return: :index)" do
      assert Regex.run(~r/a(b)/, "xab", return: :index) === [{1, 2}, {2, 1}]
    end
  end

  describe "scan" do
    test "Regex.scan(~r/a(b)?/, \"abaab\")" do
      assert Regex.scan(~r/a(b)?/, "abaab") === [["ab", "b"], ["a"], ["ab", "b"]]
    end

    test "Regex.scan(~r/(?<x>a)(?<y>b)?/, \"abaab\", capture: :all_names)" do
      assert Regex.scan(~r/(?<x>a)(?<y>b)?/, "abaab", capture: :all_names) === [["a", "b"], ["a", ""], ["a", "b"]]
    end

    test "Regex.scan(~r/a/, \"aaa\", return: :index)" do
      assert Regex.scan(~r/a/, "aaa", return: :index) === [[{0, 1}], [{1, 1}], [{2, 1}]]
    end

    test "Regex.scan(~r//, \"abc\")" do
      assert Regex.scan(~r//, "abc") === [[""], [""], [""], [""]]
    end

    test "Regex.scan(~r/é/u, \"aéé\", return: :index)" do
      assert Regex.scan(~r/é/u, "aéé", return: :index) === [[{1, 2}], [{3, 2}]]
    end
  end

  describe "named_captures" do
    test "Regex.named_captures(~r/a(?<foo>b)c(?<bar>d)/, \"abcd\")" do
      assert Regex.named_captures(~r/a(?<foo>b)c(?<bar>d)/, "abcd") === %{"bar" => "d", "foo" => "b"}
    end

    test "Regex.named_captures(~r/a(?<foo>b)?/, \"a\")" do
      assert Regex.named_captures(~r/a(?<foo>b)?/, "a") === %{"foo" => ""}
    end

    test "Regex.named_captures(~r/a(?<foo>b)c/, \"x\")" do
      assert Regex.named_captures(~r/a(?<foo>b)c/, "x") === nil
    end

    test "Regex.named_captures(~r/(?<a>.)(?<b>.)/, \"xy\", return: :index)" do
      assert Regex.named_captures(~r/(?<a>.)(?<b>.)/, "xy", return: :index) === %{"a" => {0, 1}, "b" => {1, 1}}
    end
  end

  describe "names" do
    test "Regex.names(~r/(?<b>.)(?<a>.)/)" do
      assert Regex.names(~r/(?<b>.)(?<a>.)/) === ["a", "b"]
    end
  end

  describe "split" do
    test "Regex.split(~r/,/, \"a,b,,c\")" do
      assert Regex.split(~r/,/, "a,b,,c") === ["a", "b", "", "c"]
    end

    test "Regex.split(~r/,/, \"a,b,,c\", trim: true)" do
      assert Regex.split(~r/,/, "a,b,,c", trim: true) === ["a", "b", "c"]
    end

    test "Regex.split(~r/,/, \"a,b,,c\", parts: 2)" do
      assert Regex.split(~r/,/, "a,b,,c", parts: 2) === ["a", "b,,c"]
    end

    test "Regex.split(~r/(,)/, \"a,b\", include_captures: true)" do
      assert Regex.split(~r/(,)/, "a,b", include_captures: true) === ["a", ",", "b"]
    end

    test "Regex.split(~r/a(?<x>b)c/, \"1abc2\", on: [:x])" do
      assert Regex.split(~r/a(?<x>b)c/, "1abc2", on: [:x]) === ["1a", "c2"]
    end
  end

  describe "replace" do
    test "Regex.replace(~r/(b)/, \"abc\", \"[\\\\1]\")" do
      assert Regex.replace(~r/(b)/, "abc", "[\\1]") === "a[b]c"
    end

    test "Regex.replace(~r/b/, \"abc\", \"[\\\\g{0}\\\\\\\\]\")" do
      assert Regex.replace(~r/b/, "abc", "[\\g{0}\\\\]") === "a[b\\]c"
    end

    test "Regex.replace(~r/b/, \"abcb\", \"X\", global: false)" do
      assert Regex.replace(~r/b/, "abcb", "X", global: false) === "aXcb"
    end

    test "Regex.replace(~r/(b)(c)?/, \"abcb\", fn a, b, c -> \"<\#{a}|\#{b}|\#{c}>\" end)" do
      assert Regex.replace(~r/(b)(c)?/, "abcb", fn a, b, c -> "<#{a}|#{b}|#{c}>" end) === "a<bc|b|c><b|b|>"
    end

    test "Regex.replace(~r/(b)/, \"abcb\", fn a -> String.upcase(a) end)" do
      assert Regex.replace(~r/(b)/, "abcb", fn a -> String.upcase(a) end) === "aBcB"
    end
  end

  describe "compile" do
    test "Regex.compile(\"*foo\")" do
      assert Regex.compile("*foo") === {:error, {'nothing to repeat', 0}}
    end

    test "Regex.compile(\"(\", \"i\")" do
      assert Regex.compile("(", "i") === {:error, {'missing )', 1}}
    end

    test "Regex.compile(\"a\", \"z\")" do
      assert Regex.compile("a", "z") === {:error, {:invalid_option, "z"}}
    end

    test "Regex.compile(\"a\", [:caseless])" do
      assert Regex.compile("a", [:caseless]) === {:ok, Regex.compile!("a", [:caseless])}
    end
  end

  describe "compile!" do
    test "Regex.compile!(\"*foo\")" do
      assert message(Regex.CompileError, fn -> Regex.compile!("*foo") end) == "nothing to repeat at position 0"
    end

    test "Regex.compile!(\"a\", \"iz\")" do
      assert message(Regex.CompileError, fn -> Regex.compile!("a", "iz") end) == "invalid_option at position z"
    end

    test "Regex.compile!(\"a[\")" do
      assert message(Regex.CompileError, fn -> Regex.compile!("a[") end) == "missing terminating ] for character class at position 2"
    end

    test "Regex.compile!(\"a{2,1}\")" do
      assert message(Regex.CompileError, fn -> Regex.compile!("a{2,1}") end) == "numbers out of order in {} quantifier at position 5"
    end

    test "Regex.compile!(\"\\\\\")" do
      assert String.starts_with?(message(Regex.CompileError, fn -> Regex.compile!("\\") end), "\\ at end of pattern at position 1")
    end
  end

  describe "opts" do
    test "Regex.opts(~r/a/imsxfU)" do
      assert Regex.opts(~r/a/imsxfU) === "imsxfU"
    end
  end

  describe "source" do
    test "Regex.source(~r/a\\/b/)" do
      assert Regex.source(~r/a\/b/) === "a/b"
    end
  end

  describe "match?" do
    test "Regex.match?(~r/foo/, \"foo\")" do
      assert Regex.match?(~r/foo/, "foo") === true
    end
  end

  describe "regex?" do
    test "Regex.regex?(~r/a/)" do
      assert Regex.regex?(~r/a/) === true
    end
  end

  describe "patterns" do
    test "inspect Regex.compile!(\"a\", [:caseless])" do
      assert inspect(Regex.compile!("a", [:caseless])) === "Regex.compile!(\"a\", [:caseless])"
    end

    test "\"foo\" =~ ~r/o/" do
      assert "foo" =~ ~r/o/ === true
    end

    test "\"foobar\" |> String.replace(~r/(o+)(b)/, \"\\\\2\\\\1\")" do
      assert "foobar" |> String.replace(~r/(o+)(b)/, "\\2\\1") === "fbooar"
    end

    test "String.split(\"a1b22c\", ~r/\\d+/)" do
      assert String.split("a1b22c", ~r/\d+/) === ["a", "b", "c"]
    end

    test "String.split(\"a1b22c\", ~r/\\d+/, include_captures: true)" do
      assert String.split("a1b22c", ~r/\d+/, include_captures: true) === ["a", "1", "b", "22", "c"]
    end
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))
end
