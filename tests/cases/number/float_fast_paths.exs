# Arithmetic on floats gives the same whether operands are floats, small or large integers, and fails alike.

defmodule Calc do
  def all(a, b) do
    for {name, f} <- [add: &+/2, sub: &-/2, mul: &*/2, div: &//2] do
      try do
        {name, f.(a, b)}
      rescue
        e in ArithmeticError -> {name, e.message}
      end
    end
  end

  def inline(a, b), do: {a + b, a - b, a * b, b + 1, b - 1, b * 3}
  def guarded(a, b) when a / b > 1.5, do: :more
  def guarded(a, b) when a - b == 0.0, do: :same
  def guarded(_, _), do: :other

  # The heap fills up in the middle of this.
  def series(0, sum, _x), do: sum
  def series(n, sum, x), do: series(n - 1, sum + x / n - n * 0.5 + (n - 1.5), x)

  def list(0, acc), do: acc
  def list(n, acc), do: list(n - 1, [n / 8 + 0.25 | acc])
end

pairs = [
  {1.5, 2},
  {3, 0.25},
  {7, 2},
  {0, -5},
  {0.0, -1},
  {1.0, 0},
  {1, 0.0},
  {1.0e308, 1.0e308},
  {-1.0e308, 10},
  {9_007_199_254_740_993, 2},
  {1_152_921_504_606_846_975, 3},
  {123_456_789_012_345_678_901_234_567_890, 1.0e10},
  {2.5, 123_456_789_012_345_678_901_234_567_890},
  {:atom, 1.0},
  {1.0, nil}
]

for {a, b} <- pairs, do: IO.inspect({a, b, Calc.all(a, b)})
IO.inspect(Calc.inline(1.5, 2.25))
IO.inspect(Calc.inline(1, 2.25))
IO.inspect(for {a, b} <- [{3, 1.5}, {2.0, 2}, {1.0, 0}, {1.0, :x}, {1, 3}], do: Calc.guarded(a, b))
IO.inspect(Calc.series(100_000, 0.0, 3))
list = Calc.list(10_000, [])
IO.inspect({length(list), hd(list), List.last(list), Enum.sum(list)})
IO.inspect(for {a, b} <- [{1.0, 2.0}, {2.0, 1.0}, {1.0, 1}, {1, 1.0}, {-0.0, 0.0}], do: {a < b, a <= b, a > b, a >= b, a == b, a === b})
IO.inspect({rem(17, 5), rem(-17, 5), div(-17, 5), Bitwise.band(-1, 255), 17 * 5, 0 == 0.0, 1 != 1.0})
