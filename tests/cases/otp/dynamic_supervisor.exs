# Children that come and go: limits, restart types, extra arguments, and ending.
Logger.configure(level: :none)

defmodule W do
  use GenServer, restart: :transient
  def start_link(extra \\ [], arg), do: GenServer.start_link(__MODULE__, {extra, arg})
  @impl true
  def init({_, :ignore}), do: :ignore
  def init({_, :stop}), do: {:stop, :no}
  def init(state), do: {:ok, state}
  @impl true
  def handle_call(:get, _from, state), do: {:reply, state, state}
end

defmodule Down do
  def await(pid, reason) do
    ref = Process.monitor(pid)
    Process.exit(pid, reason)

    receive do
      {:DOWN, ^ref, _, _, _} -> :ok
    end
  end
end

{:ok, s} = DynamicSupervisor.start_link(strategy: :one_for_one, max_children: 3, max_restarts: 2, name: Dyn)
IO.inspect(DynamicSupervisor.count_children(s))
{:ok, a} = DynamicSupervisor.start_child(Dyn, {W, 1})
{:ok, _} = DynamicSupervisor.start_child(Dyn, %{id: :x, start: {W, :start_link, [2]}, restart: :permanent})
{:ok, c} = DynamicSupervisor.start_child(Dyn, Supervisor.child_spec({W, 3}, restart: :temporary))
IO.inspect(DynamicSupervisor.start_child(Dyn, {W, 4}))
IO.inspect(DynamicSupervisor.count_children(s))
IO.inspect(DynamicSupervisor.terminate_child(s, a))
IO.inspect(DynamicSupervisor.terminate_child(s, a))
IO.inspect(DynamicSupervisor.start_child(Dyn, {W, :ignore}))
IO.inspect(DynamicSupervisor.start_child(Dyn, {W, :stop}))
IO.inspect(DynamicSupervisor.start_child(Dyn, %{id: 1, start: {W, :start_link, :args}}))
IO.inspect(DynamicSupervisor.start_child(Dyn, %{id: 1, start: {W, :start_link, []}, restart: :x}))

Down.await(c, :kill)
IO.inspect(DynamicSupervisor.count_children(s).active)
[{:undefined, b, :worker, [W]}] = DynamicSupervisor.which_children(s)
Down.await(b, :kill)
[{:undefined, new, :worker, [W]}] = DynamicSupervisor.which_children(s)
IO.inspect({new != b, GenServer.call(new, :get)})

# Beyond the intensity the supervisor ends, children first.
Process.flag(:trap_exit, true)
Down.await(new, :kill)
[{:undefined, newer, _, _}] = DynamicSupervisor.which_children(s)
Down.await(newer, :kill)

receive do
  {:EXIT, ^s, reason} -> IO.inspect(reason)
end

IO.inspect(Process.whereis(Dyn))

defmodule Sup do
  use DynamicSupervisor
  def start_link(arg), do: DynamicSupervisor.start_link(__MODULE__, arg, name: __MODULE__)
  @impl true
  def init(arg), do: DynamicSupervisor.init(strategy: :one_for_one, extra_arguments: [arg])
end

IO.inspect(Sup.child_spec(:arg))
{:ok, _} = Supervisor.start_link([{Sup, :extra}], strategy: :one_for_one)
{:ok, pid} = DynamicSupervisor.start_child(Sup, {W, 5})
IO.inspect(GenServer.call(pid, :get))
IO.inspect(DynamicSupervisor.stop(Sup))
IO.inspect(Process.alive?(pid))
IO.inspect(DynamicSupervisor.child_spec(name: Foo))
