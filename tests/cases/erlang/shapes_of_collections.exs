# What shows when collections of Erlang's are printed: shapes of trees, and which of equal elements stay.
range = fn size, step -> :gb_sets.from_list(Enum.map(1..size//1, &(&1 * step))) end

for operation <- [:union, :intersection, :difference], a <- [0, 1, 4, 9, 20], b <- [0, 2, 5, 10, 30] do
  IO.inspect({operation, a, b, apply(:gb_sets, operation, [range.(a, 2), range.(b, 3)])}, limit: :infinity)
end

for {a, b} <- [{[1], [1.0]}, {[1, 2], [1.0]}, {[1, 2, 3, 4], [1.0, 3.0]}, {[1.0, 2, 5.0], [1, 3, 5]}],
    operation <- [:union, :intersection, :subtract] do
  IO.inspect({apply(:gb_sets, operation, [:gb_sets.from_list(a), :gb_sets.from_list(b)]), apply(:ordsets, operation, [a, b])})
end

message = fn fun ->
  try do
    fun.()
  rescue
    error -> Exception.format_banner(:error, error)
  end
end

for pairs <- [[{-1, 1}], [{3, 1}, {2, 2}, {5, 1}], [:a]], do: IO.puts(message.(fn -> :array.from_orddict(pairs) end))
IO.inspect(:proplists.expand([{:a, [[b: 1], [:c]]}], [:x, :a, [:y]]))
IO.inspect(:proplists.expand([{{:a, 1}, [:b, [:c]]}], [{:a, 1}, {:a, 2}, :b]))
IO.inspect(Enum.sort([1, 1.0, 3, 2.0, 2, 3.0, 1], :desc))
IO.inspect(Enum.sort([{1, :a}, {1.0, :b}, {2, :c}], &>=/2))
IO.inspect(for a <- -6..6//3, b <- -4..4//2, do: Integer.extended_gcd(a, b))
for float <- [-0.0, 2.675, 1.005, 0.125, -0.05, 1.0e22, 5.0e-324], digits <- [1, 2, 20], do: IO.puts(:io_lib.format("~.#{digits}f", [float]))
IO.puts(message.(fn -> :calendar.date_to_gregorian_days(-1, 4, 17) end))

for system <- [:linux, :darwin, :windows], kind <- [:user_cache, :user_log, :site_data], options <- [%{}, %{author: "me", version: ~c"2"}] do
  System.delete_env("XDG_DATA_DIRS")
  System.delete_env("XDG_CACHE_HOME")
  System.put_env("HOME", "/home/me")
  IO.inspect(:filename.basedir(kind, ~c"app", Map.put(options, :os, system)))
end
