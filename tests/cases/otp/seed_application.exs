# The OTP guide's application: it starts MySupervisor under MyApp.Supervisor, which starts the server.
Logger.configure(level: :none)

defmodule MyServer do
  use GenServer
  def start_link(initial_state), do: GenServer.start_link(__MODULE__, initial_state, name: __MODULE__)
  @impl true
  def init(initial_state), do: {:ok, initial_state}
  @impl true
  def handle_call(:get_state, _from, state), do: {:reply, state, state}
end

defmodule MySupervisor do
  use Supervisor

  def start_link(_init_arg) do
    Supervisor.start_link(__MODULE__, :ok, name: __MODULE__)
  end

  @impl true
  def init(:ok) do
    Supervisor.init([{MyServer, [:some, :state]}], strategy: :one_for_one)
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

:ok =
  :application.load(
    {:application, :my_app,
     [
       description: 'my app',
       vsn: '0.1.0',
       modules: [MyApp.Application],
       registered: [],
       applications: [:kernel, :stdlib, :elixir, :logger],
       mod: {MyApp.Application, []},
       env: [answer: 42]
     ]}
  )

IO.inspect(Application.ensure_all_started(:my_app))
IO.inspect(Application.ensure_all_started(:my_app))
IO.inspect(Application.start(:my_app))
IO.inspect(Enum.map(Supervisor.which_children(MyApp.Supervisor), &Tuple.delete_at(&1, 1)))
IO.inspect(Enum.map(Supervisor.which_children(MySupervisor), &Tuple.delete_at(&1, 1)))
IO.inspect(GenServer.call(MyServer, :get_state))
IO.inspect(hd(Application.started_applications()))
IO.inspect(Application.get_env(:my_app, :answer))
IO.inspect(Application.get_application(MyApp.Application))
IO.inspect(MyApp.Application.stop([]))

IO.inspect(Application.stop(:my_app))
IO.inspect([Process.whereis(MyApp.Supervisor), Process.whereis(MySupervisor), Process.whereis(MyServer)])
IO.inspect(Application.stop(:my_app))
IO.inspect(Application.unload(:my_app))
