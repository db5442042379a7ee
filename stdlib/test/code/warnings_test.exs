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

  test "names that mean nothing: all but the first are told of, from the last line on" do
    body = "def f(x \\\\ d(), y \\\\ e()), do: a(x) + b(y)\ndef g(1), do: h(2) + h(3) + i()"

    told =
      capture_io(:stderr, fn ->
        error = assert_raise CompileError, fn -> Code.eval_string("defmodule CompilerWarningsTest.Sample do\n#{body}\nend") end
        assert error.description =~ "undefined function a/1"
        assert error.line == 2
      end)

    assert Regex.scan(~r{undefined function (./.)[^\n]*\n +nofile:(.)}, told, capture: :all_but_first) ==
             [["i/0", "3"], ["h/1", "3"], ["e/0", "2"], ["d/0", "2"], ["b/1", "2"]]
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

  # The lines of clauses that are said to be hidden, each with the line of the clause that hides it.
  defp hidden(body) do
    for [_, first, later] <- Regex.scan(~r/a previous clause at line (\d+) always matches\n  nofile:(\d+)/, in_module(body)) do
      {String.to_integer(first), String.to_integer(later)}
    end
  end

  test "clauses that an earlier one hides" do
    assert hidden("""
           def a(1), do: 1
           def a(2), do: 2
           def a(1), do: 3
           def b([_ | _]), do: 1
           def b([1, 2]), do: 1
           def c(:a, 1), do: 1
           def c(x, 1), do: x
           def c(:a, 1), do: 1
           def d(%{}), do: 1
           def d(%{a: 1}), do: 1
           def d(%{b: _}), do: 1
           def d(%{b: 1}), do: 1
           def e(x, x), do: 1
           def e(1, 1), do: 1
           def f(x) when x > 1, do: x
           def f(2), do: 1
           def g("a"), do: 1
           def g("a"), do: 1
           def h({:ok, x} = y), do: {x, y}
           def h({:ok, 1}), do: 1
           """) == [{2, 4}, {5, 6}, {12, 13}, {18, 19}, {20, 21}]

    assert hidden("""
           def f(x) do
             case x do
               {:b, 1} -> 1
               {:b, _} -> 2
               {:b, 2} -> 3
               _ -> 4
               :never -> 5
             end
           end
           def g(x) do
             try do
               x.()
             rescue
               _ -> 1
               ArgumentError -> 2
             catch
               :exit, _ -> 3
               :exit, 1 -> 4
             end
           end
           def h(x) do
             receive do
               {:a, _} -> 1
               {:a, 1} -> x
             end
           end
           def i do
             fn
               x when is_atom(x) -> 1
               _ -> 2
               1 -> 3
             end
           end
           def j(x) do
             with :a <- x do
               1
             else
               _ -> 2
               3 -> 4
             end
           end
           """) == [{5, 6}, {7, 8}, {15, 16}, {18, 19}, {24, 25}, {31, 32}]
  end

  test "guards that never hold" do
    never = ~r"^warning: this check/guard will always yield the same result\n  nofile:3\n"
    assert in_module("def f(x) do\nfn y when y in [] -> {x, y} end\nend") =~ never
    assert in_module("def f(1), do: 1\ndef f(x) when false, do: x") =~ never
  end

  test "the line of the module's own defmodule is none" do
    assert warnings("defmodule CompilerWarningsTest.Sample do def f(x), do: x\ndef f(1), do: 2 end") =~ "a previous clause at line 0 always matches\n  nofile:2"
    assert warnings("defmodule CompilerWarningsTest.Sample do def f(x), do: x; def f(1), do: 2 end") == ""
  end

  # The names of variables in the order in which they are said to be unused.
  defp unused(warnings), do: for([_, name] <- Regex.scan(~r/variable "(\w+)" is unused/, warnings), do: name)

  test "unused variables come as their scopes end" do
    body = "def f(a) do\nb = 1\nif a do\nc = 1\nelse\nd = 1\nend\nfn e -> 1 end\n:ok\nend"
    assert unused(in_module(body)) == ["d", "c", "e", "b"]
    # Those that could still be used are no matter of code that is evaluated.
    assert unused(warnings("a = 1; a = 2; b = fn c -> 1 end; 1")) == ["c"]
    # What a scope did not use is told of even where the code behind it does not compile.
    failing = "case 1 do\n  x -> 1\nend\nx()"
    assert unused(capture_io(:stderr, fn -> assert_raise(CompileError, fn -> Code.eval_string(failing) end) end)) == ["x"]
  end

  test "unused functions come by name" do
    found = in_module("defp g(x), do: x\ndefp b(x), do: x\ndefp a(x \\\\ 1, y \\\\ 2), do: {x, y}\ndef f, do: a(1)")
    assert for([_, name] <- Regex.scan(~r/function (\w+\/\d) is unused/, found), do: name) == ["b/1", "g/1"]
    assert found =~ "the default value for the first optional argument in a/2 is never used"
  end

  test "a literal in parentheses has their line" do
    assert in_module("def f do\n(1; 2)\nend") =~ "unused literal 1 (remove the literal or assign it to _ to avoid warnings)\n  nofile:3: "
    assert in_module("def f do\n1\n2\nend") =~ "unused literal 1 (remove the literal or assign it to _ to avoid warnings)\n  nofile: "
  end

  test "calls of what is deprecated" do
    assert in_module("@deprecated \"no\"\ndef f, do: 1\ndef g, do: __MODULE__.f()\ndef h, do: f()") =~
             ~r"^warning: CompilerWarningsTest.Sample.f/0 is deprecated. no\n  nofile:4: CompilerWarningsTest.Sample.g/0\n\n$"

    body = "def a, do: [Enum.nope(), Nowhere.b(), Nowhere.a(1), Enum.filter_map([], 1, 2), Enum.also_nope()]\n"
    found = in_module(body)
    order = for [_, call] <- Regex.scan(~r/warning: ([\w.]+)\//, found), do: call
    assert order == ["Nowhere.a", "Nowhere.b", "Enum.filter_map", "Enum.also_nope", "Enum.nope"]
  end

  test "guards that walk a list to see whether it is empty" do
    assert in_module("def f(x) do\ncase x do\ny when length(y) == 0 -> y\n_ -> 1\nend\nend") =~
             "do not use \"length(y) == 0\" to check if a list is empty since length always traverses the whole list. " <>
               "Prefer to pattern match on an empty list or use \"y == []\" as a guard\n  nofile:4\n"

    assert in_module("def f(x), do: fn y when length(y) > 0 -> x end") =~ "or use \"y != []\" as a guard\n  nofile:2\n"
    assert in_module("def f(x) when length(x) == 0, do: x") == ""
    assert in_module("def f(x) do\ncase x do\ny when is_list(y) and length(y) == 0 -> y\n_ -> 1\nend\nend") == ""
  end

  test "the trace of what a module's last expression raises shows where it is" do
    Code.eval_string("defmodule CompilerWarningsTest.Sample do\n  :ok\n  Nowhere.fun()\nend")
  rescue
    UndefinedFunctionError -> assert Exception.format_stacktrace(__STACKTRACE__) =~ "nofile:3: (module)\n"
  end
end
