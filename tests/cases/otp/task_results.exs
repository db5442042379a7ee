# Tasks: awaiting, yielding, shutting down, failing with and without a link.
Logger.configure(level: :none)

IO.inspect(Task.await(Task.async(fn -> 1 + 1 end)))
IO.inspect(Task.await(Task.async(Enum, :sum, [[1, 2, 3]])))
IO.inspect(Task.await_many(for(n <- 1..4, do: Task.async(fn -> n * n end))))
IO.inspect(Task.await(Task.completed(:at_once)))

# A task that takes too long.
slow = Task.async(fn -> Process.sleep(:infinity) end)
IO.inspect(Task.yield(slow, 5))
IO.inspect(Task.shutdown(slow, :brutal_kill))
IO.inspect(Process.alive?(slow.pid))

slow = Task.async(fn -> Process.sleep(:infinity) end)

IO.inspect(
  try do
    Task.await(slow, 5)
  catch
    :exit, {reason, {module, function, [_task, timeout]}} -> {reason, module, function, timeout}
  end
)

IO.inspect(Task.shutdown(slow))

# Several with one limit.
tasks = [Task.async(fn -> :fast end), Task.async(fn -> Process.sleep(:infinity) end)]
IO.inspect(for {task, result} <- Task.yield_many(tasks, 20), do: result || Task.shutdown(task, :brutal_kill))

# Who did not start a task cannot await it.
task = Task.async(fn -> :mine end)
me = self()

spawn(fn ->
  try do
    Task.await(task)
  rescue
    e in ArgumentError -> send(me, {:refused, e.message =~ "must be queried from the owner"})
  end
end)

receive do
  {:refused, _} = refused -> IO.inspect(refused)
end

IO.inspect(Task.await(task))

# A failing task takes its caller with it ...
{_pid, ref} =
  spawn_monitor(fn ->
    task = Task.async(fn -> exit(:broken) end)
    Task.await(task)
  end)

receive do
  {:DOWN, ^ref, _, _, reason} ->
    # Either the link or the await is first.
    IO.inspect(match?(:broken, reason) or match?({:broken, {Task, :await, _}}, reason))
end

# ... unless it traps exits, or the task has no link.
{:ok, supervisor} = Task.Supervisor.start_link()
task = Task.Supervisor.async_nolink(supervisor, fn -> raise "oops" end)
{:exit, {error, stack}} = Task.yield(task)
IO.inspect({error, is_list(stack)})
task = Task.Supervisor.async_nolink(supervisor, fn -> throw(:ball) end)
{:exit, {reason, _}} = Task.yield(task)
IO.inspect(reason)
task = Task.Supervisor.async_nolink(supervisor, fn -> :fine end)
IO.inspect(Task.await(task))

# $callers and $ancestors say whom a task works for.
IO.inspect(Task.await(Task.async(fn -> Process.get(:"$callers") end)) == [self()])

nested =
  Task.async(fn ->
    outer = self()
    {outer, Task.await(Task.async(fn -> Process.get(:"$callers") end))}
  end)

{outer, callers} = Task.await(nested)
IO.inspect(callers == [outer, self()])

{:ok, pid} = Task.Supervisor.start_child(supervisor, fn -> send(me, {:ran, Process.get(:"$callers") == [me]}) end)
IO.inspect(is_pid(pid))

receive do
  {:ran, _} = ran -> IO.inspect(ran)
end

IO.inspect(Task.child_spec(:arg))
IO.inspect(Task.Supervisor.child_spec(name: My.Tasks))

defmodule Job do
  use Task, restart: :transient
  def start_link(arg), do: Task.start_link(__MODULE__, :run, [arg])
  def run(owner), do: send(owner, {:job, Process.get(:"$initial_call")})
end

IO.inspect(Job.child_spec(1))
{:ok, _} = Supervisor.start_link([{Job, self()}], strategy: :one_for_one)

receive do
  {:job, _} = job -> IO.inspect(job)
end
