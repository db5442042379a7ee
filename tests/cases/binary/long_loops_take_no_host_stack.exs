# Matching many small fields at each step, and applying with a list of arguments, go on for ever.
defmodule Loops do
  def sum(<<a::4, b::4, c::4, d::4, e::4, f::4, g::4, h::4, rest::bits>>, n), do: sum(rest, n + a + b + c + d + e + f + g + h)
  def sum(<<>>, n), do: n

  def seek(<<5::4, rest::bits>>, n), do: seek(rest, n + 1)
  def seek(<<6::3, rest::bits>>, n), do: seek(rest, n + 2)
  def seek(<<_::1, rest::bits>>, n), do: seek(rest, n)
  def seek(<<>>, n), do: n

  def size(bits, n, width) when bit_size(bits) >= width do
    <<a::size(width)-signed-little, rest::bits>> = bits
    size(rest, n + a, width)
  end

  def size(_bits, n, _width), do: n

  def down(0, args), do: args
  def down(n, args), do: apply(__MODULE__, :down, :lists.append([n - 1], [args]))

  def fun(0, _fun), do: :done
  def fun(n, fun), do: apply(fun, :lists.append([n - 1], [fun]))
end

IO.puts(Loops.sum(:binary.copy(<<1, 2, 0xF3, 0x44>>, 100_000), 0))
IO.puts(Loops.seek(:binary.copy(<<0x55, 0x66, 0x12>>, 100_000), 0))
IO.puts(Loops.size(:binary.copy(<<0x55, 0x66, 0xF2>>, 100_000), 0, 12))
IO.inspect(Loops.down(1_000_000, [:x]))
IO.inspect(Loops.fun(1_000_000, &Loops.fun/2))
