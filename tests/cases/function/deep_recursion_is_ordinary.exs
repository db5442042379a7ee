# Body recursion ten million deep needs only heap.
defmodule Deep do
  def count(0), do: 0
  def count(n), do: 1 + count(n - 1)
  def build(0), do: []
  def build(n), do: [n | build(n - 1)]
end

IO.inspect(Deep.count(10_000_000))
IO.inspect(length(Deep.build(1_000_000)))
nested = Enum.reduce(1..1_000_000, [], fn _, acc -> [acc] end)
IO.inspect(nested == nested)
send(self(), nested)
IO.inspect(receive do: (x -> is_list(x)))
