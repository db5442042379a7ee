# A closure holds the bindings of the moment it was made.
make = fn n -> fn m -> {n, m, fn -> n + m end} end end
x = 1
f = fn -> x end
x = 2
IO.inspect({f.(), x})
{n, m, sum} = make.(10).(20)
IO.inspect({n, m, sum.()})
counter = Enum.map(1..3, fn i -> fn -> i * x end end)
IO.inspect(Enum.map(counter, & &1.()))

defmodule Fix do
  def fact(n) do
    go = fn
      _, 0, acc -> acc
      self, n, acc -> self.(self, n - 1, n * acc)
    end

    go.(go, n, 1)
  end
end

IO.inspect(Fix.fact(25))
