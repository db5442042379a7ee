# Servers under local, global and via names; what happens when nobody has the name.
Logger.configure(level: :none)

defmodule Names do
  use GenServer
  @impl true
  def init(state), do: {:ok, state}
  @impl true
  def handle_call(:get, _from, state), do: {:reply, state, state}
  @impl true
  def handle_cast({:put, state}, _), do: {:noreply, state}
end

{:ok, _} = Registry.start_link(keys: :unique, name: Reg)

for {name, state} <- [{:local, 1}, {{:global, {:any, "term"}}, 2}, {{:via, Registry, {Reg, "key"}}, 3}] do
  {:ok, pid} = GenServer.start_link(Names, state, name: name)
  IO.inspect(GenServer.call(name, :get))
  IO.inspect(GenServer.cast(name, {:put, state * 10}))
  IO.inspect(GenServer.call(name, :get))
  IO.inspect(GenServer.whereis(name) == pid)
  IO.inspect(match?({:error, {:already_started, ^pid}}, GenServer.start_link(Names, 0, name: name)))
  IO.inspect(GenServer.stop(name))
  IO.inspect(GenServer.whereis(name))
  IO.inspect(GenServer.cast(name, :nobody))
  IO.inspect(try(do: GenServer.call(name, :get), catch: (:exit, reason -> reason)))
  IO.inspect(try(do: GenServer.stop(name), catch: (:exit, reason -> reason)))
end

IO.inspect(try(do: GenServer.call(self(), :get), catch: (:exit, {reason, _} -> reason)))

IO.inspect(
  try do
    GenServer.start_link(Names, 0, name: "text")
  rescue
    e in ArgumentError -> Exception.message(e)
  end
)

# A call that takes too long: the late reply does not arrive.
defmodule Slow do
  use GenServer
  @impl true
  def init(owner), do: {:ok, owner}
  @impl true
  def handle_call(:slow, _from, owner) do
    receive do
      :go -> {:reply, :late, owner}
    end
  end

  def handle_call(:sync, _from, owner), do: {:reply, :ok, owner}
end

{:ok, slow} = GenServer.start_link(Slow, self())
IO.inspect(try(do: GenServer.call(slow, :slow, 10), catch: (:exit, {reason, {m, f, [_ | args]}} -> {reason, m, f, args})))
send(slow, :go)
IO.inspect(GenServer.call(slow, :sync))
IO.inspect(Process.info(self(), :messages))
