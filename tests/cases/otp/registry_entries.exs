# A registry: unique and duplicate keys, values, patterns, dispatching, and what the end of a process removes.
Logger.configure(level: :none)

defmodule Try do
  def it(fun) do
    fun.()
  rescue
    e -> {e.__struct__, Exception.message(e)}
  end
end

{:ok, _} = Registry.start_link(keys: :unique, name: U, meta: [a: 1])
{:ok, _} = Registry.start_link(keys: :duplicate, name: D, partitions: 2)
me = self()

IO.inspect(elem(Registry.register(U, :k, 1), 0))
IO.inspect(Registry.register(U, :k, 2) == {:error, {:already_registered, me}})
IO.inspect(Registry.lookup(U, :k) == [{me, 1}])
IO.inspect(Registry.lookup(U, :none))
IO.inspect(Registry.keys(U, me))
IO.inspect(Registry.update_value(U, :k, &(&1 + 1)))
IO.inspect(Registry.update_value(U, :none, & &1))
IO.inspect(Registry.values(U, :k, me))
IO.inspect(Registry.count(U))
IO.inspect({Registry.meta(U, :a), Registry.meta(U, :b), Registry.put_meta(U, :b, 2), Registry.meta(U, :b)})
IO.inspect({Registry.delete_meta(U, :b), Registry.meta(U, :b)})
IO.inspect(length(Registry.match(U, :k, :"$1", [{:>, :"$1", 1}])))
IO.inspect(Registry.count_match(U, :k, 7))
IO.inspect(Registry.select(U, [{{:"$1", :_, :"$2"}, [], [{{:"$1", :"$2"}}]}]))
IO.inspect(Registry.count_select(U, [{{:_, :_, :_}, [], [true]}]))
IO.inspect(Try.it(fn -> Registry.select(U, [{:a, [], [true]}]) end))
IO.inspect(Registry.unregister(U, :k))
IO.inspect(Registry.lookup(U, :k))

for n <- 1..3, do: {:ok, _} = Registry.register(D, :topic, n)
IO.inspect(Enum.sort(for {_, n} <- Registry.lookup(D, :topic), do: n))
IO.inspect(Registry.keys(D, me))
IO.inspect(Registry.unregister_match(D, :topic, 2))
IO.inspect(Enum.sort(Registry.values(D, :topic, me)))
Registry.dispatch(D, :topic, fn entries -> for {pid, n} <- entries, do: send(pid, {:news, n}) end)

for _ <- 1..2 do
  receive do
    {:news, n} -> IO.inspect(n in [1, 3])
  end
end

Registry.dispatch(D, :nobody, fn _ -> IO.puts("not called") end)
IO.inspect(Registry.unregister(D, :topic))
IO.inspect(Registry.count(D))

# The end of a process removes its entries.
{:ok, agent} = Agent.start(fn -> 5 end, name: {:via, Registry, {U, "agent", :value}})
IO.inspect(Agent.get({:via, Registry, {U, "agent"}}, & &1))
IO.inspect(Registry.lookup(U, "agent") == [{agent, :value}])
IO.inspect(match?({:error, {:already_started, ^agent}}, Agent.start(fn -> 6 end, name: {:via, Registry, {U, "agent"}})))
Agent.stop(agent)
IO.inspect(Registry.lookup(U, "agent"))
IO.inspect(Registry.whereis_name({U, "agent"}))
{:ok, _} = Agent.start_link(fn -> 7 end, name: {:via, Registry, {U, "agent"}})
IO.inspect(Agent.get({:via, Registry, {U, "agent"}}, & &1))

# Listeners hear of both.
Process.register(self(), Listener)
{:ok, _} = Registry.start_link(keys: :unique, name: L, listeners: [Listener])
Registry.register(L, :key, :value)
Registry.unregister(L, :key)

for _ <- 1..2 do
  receive do
    message -> IO.inspect(for item <- Tuple.to_list(message), do: if(item == me, do: :me, else: item))
  end
end

IO.inspect(Try.it(fn -> Registry.lookup(Unknown, :k) end))
IO.inspect(Try.it(fn -> Registry.register(Unknown, :k, 1) end))
IO.inspect(Try.it(fn -> Registry.start_link(keys: :some, name: X) end))
IO.inspect(Try.it(fn -> Registry.start_link(keys: :unique) end))
IO.inspect(Try.it(fn -> Registry.whereis_name({D, :k}) end))
IO.inspect(Registry.child_spec(keys: :unique, name: Foo))
