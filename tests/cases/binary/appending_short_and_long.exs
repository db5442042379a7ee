# What is appended to is never changed, however short or long it is, and whoever appends to it a second time.
defmodule Appending do
  def step(acc, n), do: <<acc::binary, n>>
  def text(acc, n), do: "#{acc}#{n}"
  def join(left, right), do: left <> right
  def all(x), do: "#{x}"
end

for length <- [0, 1, 7, 8, 15, 62, 63, 64, 65, 66, 127, 128, 129, 300] do
  base = Enum.reduce(List.duplicate(?a, length), <<>>, &Appending.step(&2, &1))
  one = Appending.step(base, ?1)
  two = Appending.step(base, ?2)
  three = Appending.join(base, base)
  four = Appending.join(one, two)

  IO.inspect({length, byte_size(base), base == String.duplicate("a", length), binary_part(one, length, 1), binary_part(two, length, 1),
   byte_size(three), three == base <> base, binary_part(four, length, 1), binary_part(four, 2 * length + 1, 1)})
end

steps = Enum.scan(1..90, "", fn n, acc -> Appending.text(acc, rem(n, 10)) end)
IO.inspect(steps |> Enum.with_index(1) |> Enum.all?(fn {text, n} -> byte_size(text) == n end))
IO.inspect(List.last(steps))
IO.inspect(Enum.map([1, :a, 2.5, nil, "long " |> String.duplicate(20)], &Appending.all/1))
<<_, part::binary>> = Appending.join("ab", "cdefgh")
IO.inspect({part, Appending.join(part, "x"), Appending.step(part, ?y), part})
