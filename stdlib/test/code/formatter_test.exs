defmodule Code.FormatterLayoutTest do
  use ExUnit.Case, async: true

  defp format(text, opts \\ []), do: text |> Code.format_string!(opts) |> IO.iodata_to_binary()

  test "operators get spaces, precedence keeps its parentheses" do
    assert format("a+b *c") == "a + b * c"
    assert format("(a+b)*c") == "(a + b) * c"
    assert format("a&&b||c") == "(a && b) || c"
    assert format("1 .. 2") == "1..2"
    assert format("not(a in b)") == "a not in b"
    assert format("a - (b - c)") == "a - (b - c)"
  end

  test "pipelines break as a whole, other operators where they must" do
    assert format("aaaa |> bbbb |> cccc", line_length: 12) == "aaaa\n|> bbbb\n|> cccc"
    assert format("aaaaaa + bbbbbb", line_length: 12) == "aaaaaa +\n  bbbbbb"
    assert format("a |>\nb") == "a\n|> b"
    assert format("xxxx = [aaaaaaaaa, bbbb]", line_length: 16) == "xxxx = [\n  aaaaaaaaa,\n  bbbb\n]"
  end

  test "arguments written one to a line stay so" do
    assert format("foo(a,\n b)") == "foo(\n  a,\n  b\n)"
    assert format("foo(a, b,\n c)") == "foo(a, b, c)"
    assert format("foo(a, b: 1,\n c: 2)") == "foo(a,\n  b: 1,\n  c: 2\n)"
    assert format("assert a: 1,\n b: 2") == "assert a: 1,\n       b: 2"
    assert format("if a,\n do: b,\n else: c") == "if a,\n  do: b,\n  else: c"
    assert format("@foo a: 1,\n b: 2") == "@foo a: 1,\n     b: 2"
    assert format("x when a: 1,\n b: 2") == "x\nwhen a: 1,\n     b: 2"
  end

  test "comments find a place in operators, calls and clauses" do
    assert format("foo\n# one\n|> bar # two") == "foo\n# one\n# two\n|> bar"
    assert format("a(\n b # one\n # two\n)") == "a(\n  # one\n  b\n  # two\n)"
    assert format("config :a,\n # one\n b: 1,\n # two\n c: 2") == "config :a,\n  # one\n  b: 1,\n  # two\n  c: 2"
    assert format("foo[\n # one\n a\n]") == "foo[\n  # one\n  a\n]"
    assert format("fn # one\n -> a end") == "# one\nfn ->\n  a\nend"

    clauses = "case x do\n  1 ->\n    :one\n\n  # other\n  _ ->\n    :more\n    # last\nend"
    assert format(clauses) == clauses
    assert format("\"\#{ # one\na}\"") == "# one\n\"\#{a}\""
  end

  test "the beginning of a block needs room only behind guards and plain arguments" do
    name = String.duplicate("a", 88)
    assert format("def f(#{name}) when is_b do\n:ok\nend", line_length: 108) == "def f(#{name}) when is_b do\n  :ok\nend"
    assert format("def f(#{name}) when is_b do\n:ok\nend", line_length: 106) == "def f(#{name})\n    when is_b do\n  :ok\nend"
  end

  test "parentheses where something would be taken for another thing" do
    assert format("x |> (&foo/1)") == "x |> (&foo/1)"
    assert format("x = (&foo/1)") == "x = &foo/1"
    assert format("@(+foo)") == "@(+foo)"
    assert format("quote((a when b: c), [])") == "quote((a when b: c), [])"
    assert format("<< <<>>::<<>> >>") == "<<(<<>>)::(<<>>)>>"
    assert format("assert (..) == x") == "assert (..) == x"
  end

  test "a block in the keywords of a call without parentheses gets its own" do
    assert format("for a <- b, do: (if c do d end)") == "for a <- b,\n    do:\n      (if c do\n         d\n       end)"
    assert format("if a, do: (case b do 1 -> 2 end), else: 3") == "if a,\n  do:\n    (case b do\n       1 -> 2\n     end),\n  else: 3"
    assert format("foo(a, b: (if c do d end))") == "foo(a,\n  b:\n    if c do\n      d\n    end\n)"
  end

  test "when one clause breaks, all do" do
    assert format("case a do\n  x -> x\n  y -> y\nend") == "case a do\n  x -> x\n  y -> y\nend"

    assert format("case a do\n  x -> x\n  y -> if b do c end\nend") ==
             "case a do\n  x ->\n    x\n\n  y ->\n    if b do\n      c\n    end\nend"

    assert format("fn\n  x -> x\n  y -> foo(aaaa, bbbb)\nend", line_length: 19) ==
             "fn\n  x ->\n    x\n\n  y ->\n    foo(aaaa, bbbb)\nend"

    assert format("case a do\n  # one\n  x -> x\n  # two\n  y -> y\nend") ==
             "case a do\n  # one\n  x -> x\n  # two\n  y -> y\nend"
  end

  test "calls" do
    assert format("foo a,b") == "foo(a, b)"
    assert format("import Foo,only: [a: 1]") == "import Foo, only: [a: 1]"
    assert format("foo( [a: 1] )") == "foo(a: 1)"
    assert format("Foo.bar") == "Foo.bar()"
    assert format("foo(aaaa, bbbb, [1, 2, 3])", line_length: 18) == "foo(aaaa, bbbb, [\n  1,\n  2,\n  3\n])"
    assert format("my foo", locals_without_parens: [my: 1]) == "my foo"
  end

  test "blocks and clauses" do
    assert format("if a do b else c end") == "if a do\n  b\nelse\n  c\nend"
    assert format("case a do b->c;d->e end") == "case a do\n  b -> c\n  d -> e\nend"
    assert format("fn a->b end") == "fn a -> b end"
    assert format("fn a->b;c end") == "fn a ->\n  b\n  c\nend"
    assert format("a\n\n\n\nb") == "a\n\nb"
  end

  test "literals" do
    assert format("1000000") == "1_000_000"
    assert format("0xab") == "0xAB"
    assert format(":\"foo\"") == ":foo"
    assert format("\"a\#{b}\"") == "\"a\#{b}\""
    assert format("%{:a=>1,b: 2}") == "%{:a => 1, b: 2}"
    assert format("<<a::binary-size(4)>>") == "<<a::binary-size(4)>>"
  end

  test "comments stay" do
    assert format("#a\nb") == "# a\nb"
    assert format("a # b") == "# b\na"
    assert format("[\n# a\n]") == "[\n  # a\n]"
    assert format("foo do\n a\n # b\nend") == "foo do\n  a\n  # b\nend"
  end

  test "keywords below arguments" do
    narrow = fn source -> IO.iodata_to_binary(Code.format_string!(source, line_length: 40)) end

    assert narrow.("for <<c <- \"str\">>, c > ?a, into: \"\", do: <<c::utf8>>") ==
             "for <<c <- \"str\">>, c > ?a,\n  into: \"\",\n  do: <<c::utf8>>"

    assert narrow.("for c <- list, c > ?a, into: \"\", do: <<c::utf8>>") ==
             "for c <- list,\n    c > ?a,\n    into: \"\",\n    do: <<c::utf8>>"

    assert narrow.("def f(%{a: a, b: b} = map, [h | t] = list), do: {a, b, h}") ==
             "def f(\n      %{a: a, b: b} = map,\n      [h | t] = list\n    ),\n    do: {a, b, h}"

    assert narrow.("foo a <- b, c, do: some_function_call(c), else: d") ==
             "foo(\n  a <- b,\n  c,\n  do: some_function_call(c),\n  else: d\n)"
  end

  test "text that does not parse" do
    assert_raise TokenMissingError, fn -> format("foo(") end
    assert_raise SyntaxError, fn -> format("foo)") end
  end

  test "comments behind code go right above it" do
    assert format("a # 1\n\nb") == "# 1\na\n\nb"
    assert format("x\n\na # 1\nb") == "x\n\n# 1\na\nb"
    assert format("x\na # 1\n\n# 2\nb # 3\n\n# 4") == "x\n# 1\na\n\n# 2\n# 3\nb\n\n# 4"
    assert format("# 1\n\na # 2\n\nb") == "# 1\n\n# 2\na\n\nb"
    assert format("[1, # a\n\n 2, # b\n 3]") == "# a\n[\n  1,\n  # b\n  2,\n  3\n]"
    assert format("case x do # a\n\n  # b\n  1 -> 2 # c\n\n  3 -> 4 # d\nend") == "# a\ncase x do\n  # b\n  # c\n  1 -> 2\n  # d\n  3 -> 4\nend"
    assert format("def g do\n  y\nend # c\n\n\nz") == "def g do\n  y\nend\n\n# c\n\nz"
  end

  test "quoted code as text" do
    assert Macro.to_string(quote(do: for(x <- [1], into: [], do: x))) == "for x <- [1], into: [], do: x"
    assert Macro.to_string(quote(do: & &1.a)) == "& &1.a"
    assert Macro.to_string(quote(do: raise(ArgumentError, "x"))) == "raise ArgumentError, \"x\""
    assert Macro.to_string(quote(do: (fn -> a end).())) == "(fn -> a end).()"
    assert Macro.to_string(quote(do: 'abc')) == "'abc'"
  end
end
