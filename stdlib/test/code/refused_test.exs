defmodule Code.RefusedTest do
  use ExUnit.Case, async: true

  # The text of the exception that code raises, without what explains it at length.
  defp refused(code) do
    Code.eval_string(code)
    :accepted
  rescue
    error -> error |> Exception.message() |> String.split(["\n", ". "]) |> hd()
  end

  test "bitstrings matched in parallel" do
    message = "nofile:1: binary patterns cannot be matched in parallel using \"=\", excess pattern: "
    assert refused("<<a>> = <<b>> = <<1>>") == message <> "<<b>>"
    assert refused("fn <<a>> = <<b>> -> {a, b} end") == message <> "<<b>>"
    assert refused("{<<a>>} = {<<b>>} = {<<1>>}") == message <> "<<b>>"
    assert refused("%{k: <<a>>} = %{o: 1, k: <<b>>} = %{}") == message <> "<<b>>"
    assert refused("\"a\" <> x = <<y::8, _::binary>> = \"ab\"") == message <> "<<y::integer-size(8), _::binary>>"
    assert {<<1>>, 1} = (fn <<x>> = y -> {y, x} end).(<<1>>)
  end

  test "binaries that are no whole bytes" do
    message = "nofile:1: expected <<1::integer-size(4)>> to be a binary but its number of bits is not divisible by 8"
    assert refused("<<1::4>> <> \"foo\"") == message
    assert refused("<<(<<1::4>>)::binary, 2>>") == message
    assert refused("<<(<<x::4, y::3>>)::binary>> = <<1>>") =~ "expected <<x::integer-size(4), y::integer-size(3)>> to be a binary"
    assert Code.eval_string("<<(<<1::4, 2::4>>)::binary>>") |> elem(0) == <<18>>
  end

  test "sizes of segments" do
    assert refused("<<x::size(foo)>> = 1") == "nofile:1: undefined variable \"foo\""
    assert refused("fn <<_::size(Foo.bar())>> -> :ok end") == "nofile:1: cannot invoke remote function Foo.bar/0 inside bitstring size specifier"
    assert refused("foo = 1; fn <<_::size(foo.())>> -> :ok end") == "nofile:1: anonymous call is not allowed in bitstring size specifier"
    assert refused("<<'foo'::binary>>") == "nofile:1: invalid literal 'foo' in <<>>"
  end

  test "calls that may be operations, and fields of what has none" do
    assert refused("x = 1; x -1") == "nofile:1: \"x -1\" looks like a function call but there is a variable named \"x\""
    assert refused("a = 1\na -1 .. a + 1") == "nofile:2: \"a -1..(a + 1)\" looks like a function call but there is a variable named \"a\""
    assert refused("nil.foo") == "key :foo not found in: nil"
    assert refused("true.foo") == "key :foo not found in: true"
    assert refused("__ENV__.line.foo") =~ "nofile:1: invalid call "
    assert Code.eval_string("__ENV__.module") |> elem(0) == nil
  end

  test "structs with keys that they lack, before those that must be given" do
    assert refused("%Date{aa: 1}") == "key :aa not found"
    assert refused("defmodule Code.RefusedTest.Own do\n  def f, do: %Code.RefusedTest.Own{}\nend") =~ "Own.__struct__/1 is undefined, cannot expand struct"
  end

  test "paths that begin with what has none" do
    message = "expression given to put_in/2 must start with a variable, local or remote call and be followed by an element access, got: "
    assert refused("put_in(map.foo(1, 2)[:bar], 1)") == message <> "map.foo(1, 2)"
    assert refused("put_in((fn -> %{} end).()[:a], 2)") == message <> "(fn -> %{} end).()"
  end

  test "what the reader does not take" do
    syntax = fn text -> text |> Code.string_to_quoted() |> elem(1) end
    assert {[line: 1, column: 5], "syntax error before: ", "'}'"} = syntax.("%{:a}")
    assert {[line: 1, column: 9], {"unexpected keyword: ", ". In case you wanted to write a \"do\" expression" <> _}, "do:"} = syntax.("if true do:\n")
    assert {[line: 1, column: 1], "invalid bidirectional formatting character in comment: ", "\\u202A"} = syntax.("# \u202A")
    assert {[line: 2, column: 2], {"invalid bidirectional formatting character in string: ", _}, "\\u2066"} = syntax.("x\n\"\u2066\"")
    assert {_, {"unexpected reserved word: ", hint}, "end"} = syntax.("a do\n  def b end\nend\nend\n")
    assert hint =~ "the \"end\" on line 2 does not have a matching \"do\""
  end

  test "the snippet stands where the text began" do
    message = "nofile:10:7: syntax error before: '*'\n    |\n 10 | 1 + * 3\n    |     ^"
    assert_raise SyntaxError, message, fn -> Code.string_to_quoted!("1 + * 3", line: 10, column: 3) end
    message = "nofile:3:1: missing terminator: end (for \"do\" starting at line 1)"
    assert_raise TokenMissingError, message, fn -> Code.string_to_quoted!("foo do\n\n") end
  end

  test "processes may stand in code" do
    assert {:sent, _} = Code.eval_quoted(quote(do: send(unquote(self()), :sent)))
    assert_received :sent
  end
end
