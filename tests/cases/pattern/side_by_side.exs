# Expressions side by side see what was bound before all of them; what they bind is visible after the last.
a = 0
IO.inspect({a = 1, a})
IO.inspect(a)
IO.inspect([a = 2, a, a = 3, a])
IO.inspect(a)
IO.inspect([a = 4 | [a]])
IO.inspect(%{(a = 5) => a, other: a})
IO.inspect(a)
IO.inspect(%{%{k: 1} | k: a = 6})
IO.inspect((a = 7) + a)
IO.inspect(a)
IO.inspect(max(a = 8, a))
IO.inspect((fn x, y -> {x, y} end).(a = 9, a))
f = fn x -> {x, :old} end
IO.inspect((f = fn x -> {x, :new, f.(0)} end).(1))
IO.inspect(f.(2))
IO.inspect(<<a = 10, a, (a = 11)::16>>)
IO.inspect(a)
IO.inspect("#{a = 12} #{a}")
IO.inspect(Enum.map([a = 1, a], fn x -> {x, a} end))
IO.inspect({b = 1, {c = b = 2, 3}, 4})
IO.inspect({a, b, c})
x = 1
IO.inspect({x = 2, (fn -> x end).(), if(x > 1, do: x = 5, else: x), x})
IO.inspect(x)
IO.inspect({(case 1 do 1 -> y = 3; y end), z = 4})
IO.inspect(z)

defmodule Sides do
  def f(a), do: [g(a = 2, a), a]
  def g(x, y), do: {x, y}
  def m(a), do: {%{p: a = 1, q: a}, a}
  def p(a) when {a, 1} == {2, 1}, do: {a = 3, {a, a = 4}, a}
  defmacro both(x), do: quote(do: {unquote(x), unquote(x)})
  def n(a), do: (both(a = a + 1))
end

IO.inspect(Sides.f(1))
IO.inspect(Sides.m(0))
IO.inspect(Sides.p(2))
IO.inspect(Sides.n(1))
