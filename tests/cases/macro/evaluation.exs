# What evaluation gives back, and what options of it mean.
IO.inspect(Code.eval_string("b = a", a: 0))
IO.inspect(Code.eval_string("c = 1; b = a; a = 5", a: 0))
IO.inspect(Code.eval_string("z = 1; y = 2; x = 3", z: 0, b: 1, a: 2))
IO.inspect(Code.eval_string("a + 1", a: 0, z: 1, b: 3))
IO.inspect(Code.eval_string("a + 1", a: 0, a: 1))
IO.inspect(Code.eval_quoted(quote(do: x = 1)))
IO.inspect(Code.eval_quoted(quote(do: (var!(x) = 1; z = 3)), y: 2))
IO.inspect(Code.eval_string("K.is_list([]) and M.is_map(%{})", [], aliases: [{K, Kernel}, {M, Kernel}]))
IO.inspect(Code.eval_string("is_list([])", [], functions: [{Kernel, [is_list: 1]}], macros: []))
IO.inspect(Code.eval_string("__ENV__.line + __ENV__.line", [], line: 20))

for code <- [
      "if true, do: 1",
      "defmodule EvalA do\n defstruct [:a]\nend\n%EvalA{}",
      "defmodule EvalB do\n defmacro m, do: 1\nend\nrequire EvalB",
      "defmodule EvalC do\n defmacro m, do: 1\nend\nEvalC.m()",
      "IO.puts(\"not printed\")\nundefined_here(1)",
      "x = 1\nx + y",
      "send(self(), pid = self()) && pid == self()",
      "f = fn x -> x * 2 end\nf.(4)",
      "{a = 1, a}",
      "case 1 do\n  x -> x\nend\nx"
    ] do
  options = if code =~ "if true", do: [functions: [], macros: []], else: []

  try do
    {value, _} = Code.eval_string(code, [], options)
    IO.inspect(value)
  rescue
    e -> IO.puts(e |> Exception.message() |> String.split("\n") |> hd())
  end
end

# The same code again and again.
IO.inspect(Enum.reduce(1..2000, 0, fn n, sum -> sum + elem(Code.eval_string("x * 2 + Enum.sum([y, 1])", x: n, y: 1), 0) end))

# Modules in a loop, and one that sees variables around it.
for n <- 1..3 do
  defmodule Module.concat(EvalLoop, "N#{n}") do
    @value n * 10
    def value, do: @value
  end
end

IO.inspect({EvalLoop.N1.value(), EvalLoop.N3.value()})
outside = %{deep: [1, 2]}

defmodule EvalOutside do
  def value, do: unquote(Macro.escape(outside))
end

IO.inspect(EvalOutside.value())
define = fn name, value -> defmodule(name, do: def(value, do: unquote(value))) end
define.(EvalFn, 7)
IO.inspect(EvalFn.value())
