# Small maps print in key order; update syntax needs the key.
m = %{:b => 1, "a" => 2, 3 => 4, 1.5 => :f, [1] => :l, {1} => :t}
IO.inspect(m)
m2 = %{m | :b => 10}
IO.inspect(m2.b)

try do
  %{m | missing: 1}
rescue
  e in KeyError -> IO.puts(Exception.message(e))
end

try do
  m.nothing
rescue
  e in KeyError -> IO.inspect(e.key)
end

try do
  %{:not_a_map | a: 1}
rescue
  e in BadMapError -> IO.puts(Exception.message(e))
end

big = Map.new(1..100, fn i -> {i, i * i} end)
IO.inspect({map_size(big), big[50], Map.get(big, 101, :none)})
IO.inspect(Enum.sum(Map.values(big)))
IO.inspect(Map.delete(big, 50) |> Map.has_key?(50))
IO.inspect(%{1 => :int, 1.0 => :float} |> map_size())
IO.inspect(Map.merge(%{a: 1, b: 2}, %{b: 3}, fn _k, x, y -> x + y end))
