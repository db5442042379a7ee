# The tuples of Supervisor.Spec, which old programs describe children with.
defmodule Worker do
  use GenServer
  def start_link(a), do: GenServer.start_link(__MODULE__, a)
  def start_link(a, b), do: GenServer.start_link(__MODULE__, {a, b})
  def init(a), do: {:ok, a}
end

defmodule Top do
  use Supervisor
  def start_link(x), do: Supervisor.start_link(__MODULE__, x, name: __MODULE__)

  def init(x) do
    import Supervisor.Spec

    children = [
      worker(Worker, [x]),
      worker(Worker, [x, 2], id: :two, restart: :temporary, shutdown: 10),
      supervisor(Task.Supervisor, [[]], id: :tasks)
    ]

    supervise(children, strategy: :one_for_all, max_restarts: 5)
  end
end

import Supervisor.Spec
IO.inspect(worker(Worker, [1]))
IO.inspect(worker(Worker, [1], function: :go, modules: [A]))
IO.inspect(supervisor(Worker, []))
IO.inspect(supervise([], strategy: :one_for_one))
IO.inspect(supervise([worker(Worker, [1])], strategy: :one_for_one, max_seconds: 1))
{:ok, top} = Top.start_link(1)
IO.inspect(for {id, _, type, modules} <- Supervisor.which_children(top), do: {id, type, modules})
{:ok, plain} = Supervisor.start_link([worker(Worker, [1]), worker(Worker, [1], id: 2)], strategy: :one_for_one)
IO.inspect(Supervisor.count_children(plain))
IO.inspect(try do: supervise([worker(Worker, [1]), worker(Worker, [2])], strategy: :one_for_one), rescue: (e -> e))
{:ok, alike} = Supervisor.start_link([worker(Worker, [])], strategy: :simple_one_for_one)
{:ok, child} = Supervisor.start_child(alike, [7])
IO.inspect(:sys.get_state(child))
IO.inspect(try do: supervise([], []), rescue: (e -> e))
