# Each strategy restarts exactly the children that the OTP guide says, in the order in which they were started, and
# ends them in the reverse order.
Logger.configure(level: :none)

defmodule Child do
  use GenServer

  def start_link({name, owner}), do: GenServer.start_link(__MODULE__, {name, owner}, name: name)
  def child_spec({name, _} = arg), do: %{id: name, start: {__MODULE__, :start_link, [arg]}}

  @impl true
  def init({name, owner}) do
    Process.flag(:trap_exit, true)
    send(owner, {:up, name})
    {:ok, {name, owner}}
  end

  @impl true
  def handle_cast(:crash, _state), do: raise("crash")

  @impl true
  def terminate(reason, {name, owner}) do
    send(owner, {:down, name, if(reason == :shutdown, do: :shutdown, else: :crash)})
  end
end

defmodule Mailbox do
  def take(0), do: []

  def take(n) do
    receive do
      message -> [message | take(n - 1)]
    after
      2000 -> [:missing]
    end
  end

  def empty? do
    receive do
      message -> {:unexpected, message}
    after
      0 -> true
    end
  end
end

for strategy <- [:one_for_one, :one_for_all, :rest_for_one] do
  IO.puts("== #{strategy}")
  children = for name <- [:a, :b, :c], do: {Child, {name, self()}}
  {:ok, supervisor} = Supervisor.start_link(children, strategy: strategy)
  IO.inspect(Mailbox.take(3))
  before = Map.new([:a, :b, :c], &{&1, Process.whereis(&1)})

  GenServer.cast(:b, :crash)
  expected = %{one_for_one: 2, one_for_all: 6, rest_for_one: 4}[strategy]
  IO.inspect(Mailbox.take(expected))

  # A request to the supervisor returns when it has finished with the restart.
  IO.inspect(Enum.map(Supervisor.which_children(supervisor), &elem(&1, 0)))
  for name <- [:a, :b, :c], do: IO.puts("#{name} is new: #{Process.whereis(name) != before[name]}")

  Supervisor.stop(supervisor)
  IO.inspect(Mailbox.take(3))
  IO.inspect(Mailbox.empty?())
end
