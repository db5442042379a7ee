# Conditions jump; their values are made only where someone wants them.
defmodule Truth do
  def both(a, b), do: if(a > 1 and b > 1, do: :both, else: :not_both)
  def either(a, b), do: if(a || b, do: :some, else: :none)
  def value(a, b), do: a == b

  def closure(n), do: fn x -> x + n end
  def squares(list), do: for(x <- list, x != 0, do: x * x)
end
