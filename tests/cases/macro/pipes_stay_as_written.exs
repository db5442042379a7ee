# A pipe is taken apart one call at a time, so a macro at its end is given what stands on the left as it is written.
show = fn quoted -> IO.puts(Macro.to_string(Macro.expand_once(quoted, __ENV__))) end
show.(quote do: a |> f(1) |> g)
show.(quote do: a |> f(1) |> g() |> h(2))
show.(quote do: (a |> b()) |> (c() |> d()))
show.(quote do: a |> f(b |> c()) |> X.g())
show.(quote do: x + 1 |> f())

defmodule Written do
  defmacro code(value), do: Macro.to_string(value)
  defmacro code(value, other), do: Macro.to_string({value, other})
end

defmodule Reader do
  import Written
  def a, do: 1 |> Kernel.+(1) |> code()
  def b, do: 1 |> Kernel.+(1) |> code(2 |> Kernel.-(1)) |> String.upcase()
  def c, do: [1, 2] |> Enum.map(&(&1 * 2)) |> Enum.sum()
end

IO.inspect({Reader.a(), Reader.b(), Reader.c()})

chain = Enum.map_join(1..2000, " |> ", fn _ -> "Kernel.+(1)" end)
IO.inspect(elem(Code.eval_string("0 |> " <> chain), 0))
