# A source is opened when something walks it, however little it takes, and what a step gives comes in one order whoever ends the walk.
source = Stream.resource(fn -> IO.puts("open"); 1 end, fn n -> if n > 3, do: {:halt, n}, else: {[n], n + 1} end, fn n -> IO.puts("close #{n}") end)

{:suspended, [], continue} = Enumerable.reduce(source, {:suspend, []}, fn x, acc -> {:suspend, [x | acc]} end)
IO.inspect(continue.({:halt, []}))
IO.inspect(Enumerable.reduce(source, {:halt, []}, fn x, acc -> {:cont, [x | acc]} end))
IO.inspect(Enum.zip([], source))
IO.inspect(Enum.zip(source, [:a, :b]))
IO.inspect(Enum.take(source, 0))

taken = Stream.cycle([1, 2, 3]) |> Stream.take(5) |> Stream.intersperse(0)
IO.inspect(taken |> Stream.flat_map(&[&1, &1]) |> Enum.to_list())
{:suspended, one, continue} = Enumerable.reduce(taken, {:cont, []}, fn x, acc -> {:suspend, [x | acc]} end)
{:suspended, two, continue} = continue.({:cont, one})
IO.inspect({one, two, elem(continue.({:cont, two}), 1)})
IO.inspect(1..10 |> Stream.take(6) |> Stream.chunk_every(4) |> Enum.to_list())
IO.inspect(Stream.zip([[1, 2], source, 5..9]) |> Enum.to_list())
