# The first clause whose pattern and guard hold is taken, however the matches are arranged.
defmodule Order do
  def kind(:a), do: :atom_a
  def kind(n) when is_integer(n) and n > 10, do: :big
  def kind(1), do: :one
  def kind([]), do: :empty
  def kind([1 | _]), do: :starts_with_one
  def kind([_, 2]), do: :second_is_two
  def kind({:a, _}), do: :pair_a
  def kind({_, :b}), do: :pair_b
  def kind({_, _, _}), do: :triple
  def kind("abc"), do: :abc
  def kind("ab" <> rest), do: {:ab, rest}
  def kind(%{kind: k}), do: k
  def kind(f) when is_float(f), do: :float
  def kind(1.5), do: :never
  def kind(_), do: :other
end

for v <- [:a, 11, 1, 5, [], [1, 2], [3, 2], {:a, :b}, {1, :b}, {1, 2, 3}, "abc", "abd", %{kind: :k}, 1.5, %{}] do
  IO.inspect({v, Order.kind(v)})
end
