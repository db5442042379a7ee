# Default arguments make functions of fewer arguments; captures name or build funs.
defmodule D do
  def f(a, b \\ 2, c \\ a_default(), d), do: {a, b, c, d}
  defp a_default, do: :c
  def g(x \\ 1)
  def g(1), do: :one
  def g(_), do: :other
end

IO.inspect([D.f(1, 9), D.f(1, 5, 9), D.f(1, 5, 6, 9), D.g(), D.g(2)])
add = &(&1 + &2)
IO.inspect(add.(1, 2))
IO.inspect(Enum.map([1, 2], &{&1, [&1 | [:t]]}))
IO.inspect(Enum.map(["a", "b"], &String.upcase/1))
IO.inspect(Enum.map([1, 2], &"n#{&1}"))
up = &D.g/1
IO.inspect(up)
IO.inspect(is_function(up, 1))
IO.inspect(Function.info(up, :arity))
