# What expands to a proper list may stand before `++` in a pattern.
defmodule P do
  @prefix 'ab'
  @dyn [1, 2]
  defmacro three(x), do: [1, 2, x]
  defmacro nolist, do: (quote do: x)
  def a(~c"Elixir." ++ rest), do: {:mod, rest}
  def a('x' ++ [y | _]), do: {:x, y}
  def a([1, z] ++ t), do: {z, t}
  def a(@prefix ++ t), do: {:attr, t}
  def a(other), do: other
  def b(@dyn ++ t), do: t
  def b(three(y) ++ t), do: {y, t}
  def b([] ++ t), do: {:empty, t}
  def c(~w(a b)a ++ t), do: t
  def c("pre" <> ~s(fix) <> t), do: t
end
IO.inspect [P.a(Atom.to_charlist(Foo.Bar)), P.a('xyz'), P.a([1, 2, 3]), P.a('abc'), P.a(:q), P.b([1, 2, 4]), P.b([1]), P.c([:a, :b, :c]), P.c("prefixed")]
IO.inspect match?(~c"Elixir." ++ _, Atom.to_charlist(P))
for s <- ["x ++ [1] = [1]", "[a | b] ++ c = [1]", "foo() ++ c = [1]", "'a' ++ 'b' ++ c = 'abd'", "~c(a) ++ ~c(b) ++ c = 'abd'", "\"a\" ++ c = 'abd'", "[1] ++ 2 = [1 | 2]", "~c(a#{1}) ++ c = 'a1'"] do
  try do IO.inspect {s, Code.eval_string(s)} rescue e -> IO.inspect {s, e.__struct__, Exception.message(e)} end
end
