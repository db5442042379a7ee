# A queue of jobs under a supervisor: so many run at a time, one that fails is tried again after a pause that doubles,
# and one that fails too often is given up and kept for inspection. A crash of the queue itself loses no job, for they
# are kept in a table that belongs to the supervisor's other child.

defmodule JobQueue.Store do
  use Agent

  # Owns the table: it outlives the queue that works with it.
  def start_link(table) do
    Agent.start_link(fn -> :ets.new(table, [:named_table, :public, :ordered_set]) end)
  end
end

defmodule JobQueue.Server do
  use GenServer

  def start_link(options), do: GenServer.start_link(__MODULE__, options, name: Keyword.fetch!(options, :name))

  @impl true
  def init(options) do
    table = Keyword.fetch!(options, :table)

    # Jobs that ran when an earlier queue crashed run again.
    for {id, :running, job} <- :ets.tab2list(table), do: :ets.insert(table, {id, :waiting, job})

    state = %{
      table: table,
      tasks: Keyword.fetch!(options, :tasks),
      limit: Keyword.get(options, :limit, 2),
      attempts: Keyword.get(options, :attempts, 3),
      pause: Keyword.get(options, :pause, 10),
      running: %{},
      idle: []
    }

    {:ok, state, {:continue, :work}}
  end

  @impl true
  def handle_continue(:work, state), do: {:noreply, work(state)}

  @impl true
  def handle_call({:push, name, fun}, _from, state) do
    id = :ets.info(state.table, :size) + 1
    :ets.insert(state.table, {id, :waiting, %{name: name, fun: fun, attempt: 1, errors: []}})
    {:reply, id, work(state)}
  end

  def handle_call(:await_idle, from, state), do: {:noreply, work(%{state | idle: [from | state.idle]})}

  @impl true
  def handle_cast(:crash, _state), do: raise("the queue has crashed")

  @impl true
  def handle_info({ref, result}, state) when is_map_key(state.running, ref) do
    Process.demonitor(ref, [:flush])
    {id, running} = Map.pop!(state.running, ref)
    update(state, id, :done, &Map.put(&1, :result, result))
    {:noreply, work(%{state | running: running})}
  end

  def handle_info({:DOWN, ref, :process, _pid, reason}, state) when is_map_key(state.running, ref) do
    {id, running} = Map.pop!(state.running, ref)
    [{^id, :running, job}] = :ets.lookup(state.table, id)
    job = %{job | errors: job.errors ++ [describe(reason)]}

    if job.attempt < state.attempts do
      Process.send_after(self(), {:retry, id}, state.pause * Integer.pow(2, job.attempt - 1))
      :ets.insert(state.table, {id, :paused, %{job | attempt: job.attempt + 1}})
    else
      :ets.insert(state.table, {id, :failed, job})
    end

    {:noreply, work(%{state | running: running})}
  end

  def handle_info({:retry, id}, state) do
    update(state, id, :waiting, & &1)
    {:noreply, work(state)}
  end

  # What a task of an earlier queue sends is nobody's any more.
  def handle_info(_message, state), do: {:noreply, state}

  # Starts jobs while there is room, the oldest first, and tells those who wait when there is nothing left.
  defp work(state) do
    cond do
      map_size(state.running) < state.limit and waiting(state.table) != nil ->
        {id, job} = waiting(state.table)
        :ets.insert(state.table, {id, :running, job})
        task = Task.Supervisor.async_nolink(state.tasks, fn -> job.fun.(job.attempt) end)
        work(put_in(state.running[task.ref], id))

      open(state.table) == 0 ->
        Enum.each(state.idle, &GenServer.reply(&1, :ok))
        %{state | idle: []}

      true ->
        state
    end
  end

  defp waiting(table) do
    case :ets.select(table, [{{:"$1", :waiting, :"$2"}, [], [{{:"$1", :"$2"}}]}], 1) do
      {[{id, job}], _} -> {id, job}
      :"$end_of_table" -> nil
    end
  end

  defp open(table) do
    :ets.select_count(table, [{{:_, :"$1", :_}, [{:andalso, {:"/=", :"$1", :done}, {:"/=", :"$1", :failed}}], [true]}])
  end

  defp update(state, id, status, fun) do
    [{^id, _, job}] = :ets.lookup(state.table, id)
    :ets.insert(state.table, {id, status, fun.(job)})
  end

  defp describe({%{__exception__: true} = error, _stacktrace}), do: Exception.message(error)
  defp describe({{:nocatch, value}, _stacktrace}), do: "threw #{inspect(value)}"
  defp describe(reason), do: inspect(reason)
end

defmodule JobQueue do
  use Supervisor

  def start_link(options), do: Supervisor.start_link(__MODULE__, options, name: __MODULE__)
  def push(name, fun) when is_function(fun, 1), do: GenServer.call(JobQueue.Server, {:push, name, fun})
  def await_idle, do: GenServer.call(JobQueue.Server, :await_idle)

  def report do
    for {id, status, job} <- :ets.tab2list(JobQueue.Jobs), do: {id, job.name, status, job.attempt, job[:result], job.errors}
  end

  @impl true
  def init(options) do
    children = [
      {JobQueue.Store, JobQueue.Jobs},
      {Task.Supervisor, name: JobQueue.Tasks},
      {JobQueue.Server, [name: JobQueue.Server, table: JobQueue.Jobs, tasks: JobQueue.Tasks] ++ options}
    ]

    Supervisor.init(children, strategy: :one_for_one)
  end
end

# The crashes below are wanted.
Logger.configure(level: :none)

{:ok, _} = JobQueue.start_link(limit: 2, attempts: 3, pause: 5)

JobQueue.push("adds", fn _ -> Enum.sum(1..100) end)
JobQueue.push("works at the second try", fn attempt -> if attempt < 2, do: raise("not yet"), else: :at_last end)
JobQueue.push("never works", fn attempt -> raise ArgumentError, "bad luck, #{attempt}" end)
JobQueue.push("exits once", fn attempt -> if attempt == 1, do: exit(:no_network), else: attempt end)
JobQueue.push("throws", fn _ -> throw(:ball) end)

:ok = JobQueue.await_idle()

IO.puts("after the first jobs:")
Enum.each(JobQueue.report(), &IO.inspect/1)

# The queue crashes while a job runs: another takes its place, and the job starts again.
parent = self()

JobQueue.push("survives a crash of the queue", fn _ ->
  send(parent, {:started, self()})

  receive do
    :go -> :survived
  end
end)

receive do
  {:started, _first} -> :ok
end

before = Process.whereis(JobQueue.Server)
GenServer.cast(JobQueue.Server, :crash)

receive do
  {:started, second} -> send(second, :go)
end

:ok = JobQueue.await_idle()
IO.puts("another queue: #{Process.whereis(JobQueue.Server) != before}")
IO.inspect(List.last(JobQueue.report()))
IO.inspect(Supervisor.count_children(JobQueue), label: "the supervisor has")
