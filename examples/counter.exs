# A server that keeps a number, under a supervisor, in an application: it is asked, changed, killed, and comes back.
# Then each supervision strategy restarts what it promises to.

defmodule MyServer do
  use GenServer

  # Client API

  def start_link(initial_state) do
    GenServer.start_link(__MODULE__, initial_state, name: __MODULE__)
  end

  def get_state do
    GenServer.call(__MODULE__, :get_state)
  end

  def set_state(new_state) do
    GenServer.cast(__MODULE__, {:set_state, new_state})
  end

  # Server (callbacks)

  @impl true
  def init(initial_state) do
    {:ok, initial_state}
  end

  @impl true
  def handle_call(:get_state, _from, state) do
    {:reply, state, state}
  end

  @impl true
  def handle_cast({:set_state, new_state}, _state) do
    {:noreply, new_state}
  end
end

defmodule MySupervisor do
  use Supervisor

  def start_link(_init_arg) do
    Supervisor.start_link(__MODULE__, :ok, name: __MODULE__)
  end

  @impl true
  def init(:ok) do
    children = [
      {MyServer, [0]}
    ]

    Supervisor.init(children, strategy: :one_for_one)
  end
end

defmodule MyApp.Application do
  use Application

  @impl true
  def start(_type, _args) do
    children = [
      MySupervisor
    ]

    opts = [strategy: :one_for_one, name: MyApp.Supervisor]
    Supervisor.start_link(children, opts)
  end
end

# A worker that tells who it is and which life it is in.
defmodule Worker do
  use Agent

  def start_link({name, owner}) do
    send(owner, {:started, name})
    Agent.start_link(fn -> name end, name: name)
  end

  def child_spec({name, owner}) do
    %{id: name, start: {__MODULE__, :start_link, [{name, owner}]}}
  end
end

defmodule Show do
  # Kills a process and waits until its supervisor has started another one under the same name.
  def kill(name) do
    old = Process.whereis(name)
    ref = Process.monitor(old)
    Process.exit(old, :kill)

    receive do
      {:DOWN, ^ref, :process, ^old, reason} -> IO.puts("#{inspect(name)} ended: #{inspect(reason)}")
    end

    await_new(name, old)
  end

  defp await_new(name, old) do
    case Process.whereis(name) do
      pid when is_pid(pid) and pid != old ->
        pid

      _ ->
        Process.sleep(1)
        await_new(name, old)
    end
  end

  def strategy(strategy) do
    owner = self()
    workers = for name <- [:first, :second, :third], do: {Worker, {name, owner}}
    {:ok, supervisor} = Supervisor.start_link(workers, strategy: strategy)
    starts(3)

    Process.exit(Process.whereis(:second), :kill)
    expected = %{one_for_one: 1, rest_for_one: 2, one_for_all: 3}
    IO.puts("#{strategy}: killing :second starts #{inspect(starts(expected[strategy]))}")
    Supervisor.stop(supervisor)
  end

  defp starts(0), do: []

  defp starts(n) do
    receive do
      {:started, name} -> [name | starts(n - 1)]
    end
  end
end

# The application is loaded as a mix project would load it, and started.
:ok =
  :application.load(
    {:application, :my_app,
     [
       description: 'A counter',
       vsn: '0.1.0',
       modules: [MyApp.Application, MySupervisor, MyServer],
       registered: [],
       applications: [:kernel, :stdlib, :elixir],
       mod: {MyApp.Application, []}
     ]}
  )

{:ok, started} = Application.ensure_all_started(:my_app)
IO.puts("started #{inspect(started)}")

IO.inspect(MyServer.get_state(), label: "at first")
MyServer.set_state(41)
IO.inspect(MyServer.get_state(), label: "after set_state(41)")

Show.kill(MyServer)
IO.inspect(MyServer.get_state(), label: "after a restart")
IO.inspect(Supervisor.count_children(MySupervisor), label: "children")

for strategy <- [:one_for_one, :rest_for_one, :one_for_all], do: Show.strategy(strategy)

Logger.configure(level: :warning)
:ok = Application.stop(:my_app)
IO.inspect(Process.whereis(MyServer), label: "after Application.stop")
