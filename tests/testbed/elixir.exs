# Elixir's own Enum, Map, Keyword, String, Task, GenServer and the Inspect protocol
loaded = fn modules -> Enum.all?(modules, &(is_list(:code.which(&1)) and to_string(:code.which(&1)) =~ ".beam")) end
IO.inspect(loaded.([Enum, Map, Keyword, String, Task, GenServer, Inspect]))

IO.inspect(Enum.chunk_every(1..10, 3, 2, [:pad]))
IO.inspect(Enum.group_by(~w(apple avocado banana), &String.first/1, &String.length/1))
IO.inspect(Enum.sort_by([%{n: 3}, %{n: 1}], & &1.n, :desc))
IO.inspect(Enum.zip_with([1..3, [:a, :b, :c], ~w(x y z)], &List.to_tuple/1))
IO.inspect(Enum.scan(1..5, &*/2))
IO.inspect(Enum.slide(0..9, 3..5, 0))
IO.inspect({Enum.min_max_by(~w(bb a ccc), &byte_size/1), Enum.frequencies('mississippi'), Enum.dedup([1, 1, 2, 1])})
IO.inspect(Enum.split_with(1..6, &(rem(&1, 2) == 0)))
IO.inspect(Enum.reduce_while(1..100, 0, fn x, s -> if s > 20, do: {:halt, {x, s}}, else: {:cont, s + x} end))
IO.inspect(Enum.flat_map_reduce(1..5, 0, fn x, s -> if x < 4, do: {[x, s], s + x}, else: {:halt, s} end))
IO.inspect(try(do: Enum.fetch!([], 0), rescue: (e -> Exception.message(e))))
IO.inspect(Enum.into(%{a: 1}, [], fn {k, v} -> {v, k} end))

IO.inspect(Map.get_and_update(%{a: 1}, :a, &{&1, &1 + 1}))
IO.inspect(Map.filter(%{a: 1, b: 2}, fn {_, v} -> v > 1 end))
IO.inspect(try(do: Map.fetch!(%{a: 1}, :b), rescue: (e -> Exception.message(e))))
IO.inspect(Keyword.merge([a: 1, b: 2], [b: 3, b: 4], fn _, x, y -> x + y end))
IO.inspect(Keyword.validate([one: 1], [:one, two: 2]))
IO.inspect(Keyword.pop_values([a: 1, b: 2, a: 3], :a))

IO.inspect(String.split("a b  c", " ", trim: true))
IO.inspect(String.upcase("straße") <> String.capitalize("élan"))
IO.inspect(String.graphemes("e\u0301👨‍👩‍👧x"))
IO.inspect(String.pad_leading("7", 3, "0") <> String.replace("a.b.c", ".", "-", global: false))
IO.inspect({String.jaro_distance("martha", "marhta"), String.myers_difference("abc", "adc")})
IO.inspect(String.split("one,two;three", [",", ";"]) |> Enum.map(&String.reverse/1))
IO.inspect({String.valid?("a\xff"), String.printable?("a\n"), String.slice("naïve", 1..-2), String.to_integer("ff", 16)})
IO.inspect(String.normalize("e\u0301", :nfc) == "é")
IO.inspect(String.next_codepoint("añ"))

IO.inspect(Task.await_many(for x <- 1..4, do: Task.async(fn -> x * x end)))
IO.inspect(Task.async_stream(1..5, &(&1 * 2), max_concurrency: 2) |> Enum.to_list())
IO.inspect(Task.yield(Task.async(fn -> :done end)))

defmodule Bank do
  use GenServer
  def init(state), do: {:ok, state}
  def handle_call({:take, n}, _, state) when n <= state, do: {:reply, :ok, state - n}
  def handle_call({:take, _}, _, state), do: {:reply, {:error, state}, state}
  def handle_cast({:put, n}, state), do: {:noreply, state + n}
end

{:ok, bank} = GenServer.start_link(Bank, 10)
GenServer.cast(bank, {:put, 5})
IO.inspect({GenServer.call(bank, {:take, 12}), GenServer.call(bank, {:take, 12}), GenServer.stop(bank)})

defmodule Point do
  defstruct x: 0, y: 0
  defimpl Inspect do
    import Inspect.Algebra
    def inspect(point, opts), do: concat(["#Point<", to_doc(point.x, opts), ",", to_doc(point.y, opts), ">"])
  end
end

defmodule Hidden do
  @derive {Inspect, only: [:shown]}
  defstruct shown: 1, secret: 2
end

IO.inspect([struct(Point, x: 1, y: -2), struct(Hidden), ~r/a+/i, 1..3, MapSet.new([1]), {:tuple, 'chars', "bin\0"}])
IO.inspect(%{deep: Enum.to_list(1..60), text: String.duplicate("long ", 30)}, limit: 10, width: 40)
