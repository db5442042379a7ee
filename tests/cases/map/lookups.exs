# Map.get in every position, of maps and of what is none.
defmodule Lookup do
  def last(map, key), do: Map.get(map, key)
  def inside(map, key, default), do: {Map.get(map, key, default), :after}
  def condition(map, key), do: if(Map.get(map, key), do: :yes, else: :no)
  def negated(map, key), do: not Map.has_key?(map, key) and !Map.get(map, key)

  def ignored(map) do
    Map.get(map, :x)
    :done
  end

  # The default is evaluated even where it is not needed, and before the map is looked at.
  def default(map), do: Map.get(map, :x, IO.puts("default"))

  def rescued(map) do
    try do
      [Map.get(map, :x, :none)]
    rescue
      error in BadMapError -> {error.term, elem(hd(__STACKTRACE__), 1)}
    end
  end

  def chained(map), do: map |> Map.get(:a, %{}) |> Map.get("b", []) |> Enum.sum()
end

IO.inspect(for key <- [:a, :b, "c", 1, 1.0, nil], do: Lookup.last(%{:a => 1, "c" => false, 1 => :one, nil => :nothing}, key))
IO.inspect({Lookup.inside(%{a: nil}, :a, 5), Lookup.inside(%{}, :a, 5), Lookup.inside(1..2, :last, 5)})
IO.inspect({Lookup.condition(%{a: nil}, :a), Lookup.condition(%{a: 1}, :a), Lookup.condition(%{}, :a), Lookup.negated(%{}, :a)})
IO.inspect({Lookup.ignored(%{}), Lookup.default(%{x: 1}), Lookup.default(%{})})
IO.inspect({Lookup.rescued(%{x: 1}), Lookup.rescued(%{}), Lookup.rescued(nil), Lookup.rescued(x: 1)})
IO.inspect({Lookup.chained(%{a: %{"b" => [1, 2]}}), Lookup.chained(%{a: %{}}), Lookup.chained(%{})})

for fun <- [
      fn -> Lookup.last(nil, 1) end,
      fn -> Lookup.inside([], :a, 2) end,
      fn -> Lookup.condition(1, 1) end,
      fn -> Lookup.ignored("") end,
      fn -> Lookup.default(:no) end,
      fn -> Lookup.chained(%{a: 1}) end,
      fn -> Map.get({}, fn -> 1 end) end
    ] do
  try do
    fun.()
  rescue
    error ->
      names = for {module, name, _, _} <- __STACKTRACE__, module in [Map, Lookup], do: name
      IO.inspect({Exception.message(error), names})
  end
end
