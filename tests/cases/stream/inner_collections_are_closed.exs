# Collections inside of streams and side by side: what is opened and closed, in which order, however the walk ends.
resource = fn name, bad ->
  Stream.resource(
    fn ->
      IO.puts("open #{name}")
      0
    end,
    fn
      ^bad -> raise "bad #{name}"
      i when i > 3 -> {:halt, i}
      i -> {[i], i + 1}
    end,
    fn i -> IO.puts("close #{name} at #{i}") end
  )
end

try_it = fn fun ->
  try do
    IO.inspect(fun.())
  rescue
    error -> IO.inspect(error)
  catch
    kind, reason -> IO.inspect({kind, reason})
  end
end

for {a, b} <- [{-1, -1}, {1, -1}, {-1, 1}] do
  IO.puts("-- #{a} #{b}")
  try_it.(fn -> Stream.concat(resource.(1, a), resource.(2, b)) |> Enum.to_list() end)
  try_it.(fn -> Stream.concat([resource.(1, a), 1..3, [7, 8], Stream.take(1..10, 2)]) |> Enum.take(8) end)
  try_it.(fn -> Stream.concat(resource.(1, a), resource.(2, b)) |> Enum.each(&if(&1 == 2, do: throw(:enough))) end)
  try_it.(fn -> Stream.flat_map([1, 2], &Stream.concat(resource.(&1, a), &1..3)) |> Enum.take(6) end)
  try_it.(fn -> Stream.zip(Stream.concat([resource.(1, a), resource.(2, b)]), 1..20) |> Enum.to_list() end)
  try_it.(fn -> Stream.transform(1..3, 0, &if(&1 == 3, do: {:halt, &2}, else: {resource.(&1, a), &2})) |> Enum.take_while(&(&1 < 3)) end)
  try_it.(fn -> Enum.zip(resource.(1, a), resource.(2, b)) end)
  try_it.(fn -> Stream.zip_with([resource.(1, a), 1..5, resource.(3, b)], & &1) |> Enum.each(fn _ -> raise "consumer" end) end)

  try_it.(fn ->
    stream = Stream.concat(resource.(1, a), 1..3)
    {:suspended, 0, next} = Enumerable.reduce(stream, {:suspend, 0}, fn x, acc -> {:suspend, x + acc} end)
    {:suspended, acc, next} = next.({:cont, 1})
    {acc, next.({:halt, :stop})}
  end)
end

try_it.(fn -> Enum.zip(1, 2) end)
try_it.(fn -> Enum.zip([1, 2, 3]) end)
try_it.(fn -> Stream.zip([1, 2, 3], [4, 5]) |> Stream.zip([7, 8, 9]) |> Enum.to_list() end)
