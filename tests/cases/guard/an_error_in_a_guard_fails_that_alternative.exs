# Errors in guards do not raise; alternatives after `when` are tried in turn.
defmodule G do
  def a(x) when hd(x) == 1, do: :head_one
  def a(x) when map_size(x) == 0 when x == :m, do: :empty_or_m
  def a(x) when is_tuple(x) and elem(x, 1) > 5, do: :big_second
  def a(x) when not is_atom(x) or x in [:p, :q], do: :not_atom_or_pq
  def a(_), do: :none
  defguard is_even(n) when is_integer(n) and rem(n, 2) == 0
  def b(n) when is_even(n), do: :even
  def b(_), do: :odd
end

for v <- [[1], [2], %{}, :m, {1, 6}, {1}, :p, :z, "s"], do: IO.inspect({v, G.a(v)})
IO.inspect(Enum.map([1, 2, 3.0, 4], &G.b/1))
