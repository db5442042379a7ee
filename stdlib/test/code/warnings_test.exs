defmodule Code.CompilerWarningsTest do
  use ExUnit.Case, async: false

  import ExUnit.CaptureIO

  defp warnings(code) do
    capture_io(:stderr, fn -> Code.eval_string(code) end)
  after
    :code.purge(CompilerWarningsTest.Sample)
    :code.delete(CompilerWarningsTest.Sample)
  end

  defp in_module(body), do: warnings("defmodule CompilerWarningsTest.Sample do\n#{body}\nend")

  test "variables" do
    assert in_module("def f(a), do: 1") =~
             "variable \"a\" is unused (if the variable is not meant to be used, prefix it with an underscore)\n  nofile:2: CompilerWarningsTest.Sample.f/1"

    assert in_module("def f(_a), do: _a") =~ "the underscored variable \"_a\" is used after being set"
    assert in_module("def f({_a, _a}), do: 1") =~ "the underscored variable \"_a\" appears more than once in a match"
  end

  test "aliases and imports" do
    assert in_module("alias A.B") =~ "unused alias B\n  nofile:2"
    assert in_module("import List") =~ "unused import List\n  nofile:2"
    assert in_module("import List, only: [first: 1, last: 1]\ndef f(x), do: first(x)") =~ "unused import List.last/1"
    assert in_module("import List\ndef f(x), do: first(x)") == ""
  end

  test "definitions" do
    assert in_module("defp f, do: 1") =~ "function f/0 is unused"
    assert in_module("defp f(x \\\\ 1), do: x\ndef g, do: f(2)") =~ "default values for the optional arguments in f/1 are never used"
    assert in_module("def f(_), do: 1\ndef f(1), do: 2") =~ "this clause for f/1 cannot match because a previous clause at line 2 always matches"

    assert in_module("def f(1), do: 1\ndef g, do: 1\ndef f(2), do: 2") =~
             "clauses with the same name and arity (number of arguments) should be grouped together, \"def f/1\" was previously defined (nofile:2)"

    assert in_module("@doc \"x\"\ndefp f, do: 1\ndef g, do: f()") =~ "defp f/0 is private, @doc attribute is always discarded"
    assert in_module("@unused 1") =~ "module attribute @unused was set but never used"
  end

  test "behaviours" do
    assert in_module("@behaviour Nowhere.Atall") =~ "@behaviour Nowhere.Atall does not exist (in module CompilerWarningsTest.Sample)"
    assert in_module("@impl true\ndef f, do: 1") =~ "got \"@impl true\" for function f/0 but no behaviour was declared"

    assert in_module("@behaviour Access") =~
             "function fetch/2 required by behaviour Access is not implemented (in module CompilerWarningsTest.Sample)"
  end

  test "values that nobody takes" do
    assert in_module("def f do\n\"a\"\n1\nend") =~ "code block contains unused literal \"a\" (remove the literal or assign it to _ to avoid warnings)"
    assert in_module("def f(x) do\nx\n1\nend") =~ "variable x in code block has no effect as it is never returned"
    assert in_module("def f(x) do\nx + 1\n1\nend") =~ "the result of evaluating operator '+'/2 is ignored"
  end
end
