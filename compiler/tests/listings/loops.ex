# Loops are jumps, leaves have no frame, and a frame is made only where a call needs it.
defmodule Loops do
  def length([], n), do: n
  def length([_ | rest], n), do: length(rest, n + 1)

  def fib(0), do: 0
  def fib(1), do: 1
  def fib(n), do: fib(n - 1) + fib(n - 2)

  def map([], _), do: []
  def map([head | tail], fun), do: [fun.(head) | map(tail, fun)]

  def rotate(a, b, c), do: rotate(b, c, a)
end
