# Children are added, ended, restarted and forgotten at run time; restart types and intensity decide what comes back.
Logger.configure(level: :none)

defmodule A do
  use Agent, restart: :transient
  def start_link(:fail), do: {:error, :nope}
  def start_link(:ignore), do: :ignore
  def start_link(state), do: Agent.start_link(fn -> state end)
end

child = fn id, arg, more -> Supervisor.child_spec({A, arg}, [id: id] ++ more) end
{:ok, s} = Supervisor.start_link([child.(:a, 1, []), child.(:b, 2, [])], strategy: :one_for_one, max_restarts: 10)
ids = fn -> for {id, pid, type, modules} <- Supervisor.which_children(s), do: {id, is_pid(pid) || pid, type, modules} end
pid_of = fn id -> Enum.find_value(Supervisor.which_children(s), &(elem(&1, 0) == id && elem(&1, 1))) end

IO.inspect(ids.())
{:ok, _} = Supervisor.start_child(s, child.(:c, 3, []))
IO.inspect(ids.())
IO.inspect(Supervisor.start_child(s, child.(:f, :fail, [])))
IO.inspect(Supervisor.start_child(s, child.(:i, :ignore, [])))
IO.inspect(Supervisor.start_child(s, child.(:t, :ignore, restart: :temporary)))
IO.inspect(match?({:error, {:already_started, _}}, Supervisor.start_child(s, child.(:a, 1, []))))
IO.inspect(Supervisor.delete_child(s, :a))
IO.inspect(Supervisor.restart_child(s, :a))
IO.inspect(Supervisor.terminate_child(s, :a))
IO.inspect(Supervisor.start_child(s, child.(:a, 1, [])))
IO.inspect(match?({:ok, _}, Supervisor.restart_child(s, :a)))
IO.inspect(Supervisor.terminate_child(s, :a))
IO.inspect(Supervisor.delete_child(s, :a))
IO.inspect(Supervisor.terminate_child(s, :zz))
IO.inspect(ids.())
IO.inspect(Supervisor.count_children(s))
IO.inspect(:supervisor.get_childspec(s, :b))

# Restart types: what a normal and an abnormal end do to each.
ended = fn id, reason ->
  pid = pid_of.(id)
  ref = Process.monitor(pid)
  Process.exit(pid, reason)

  receive do
    {:DOWN, ^ref, _, _, _} -> :ok
  end

  # The supervisor has handled the exit when it answers: the signal came before the question.
  case pid_of.(id) do
    nil -> :forgotten
    :undefined -> :kept
    new when new != pid -> :restarted
  end
end

for restart <- [:permanent, :transient, :temporary], reason <- [:shutdown, :kill] do
  id = {restart, reason}
  {:ok, _} = Supervisor.start_child(s, child.(id, 0, restart: restart))
  IO.inspect({restart, reason, ended.(id, reason)})
end

# Too many restarts end the supervisor, and the children with it.
Process.flag(:trap_exit, true)
{:ok, s} = Supervisor.start_link([child.(:x, 1, []), child.(:y, 1, [])], strategy: :one_for_one, max_restarts: 2)
[{:y, y, _, _}, _] = Supervisor.which_children(s)
ref = Process.monitor(y)

for _ <- 1..3 do
  case Process.alive?(s) && Supervisor.which_children(s) do
    [_, {:x, x, _, _}] ->
      x_ref = Process.monitor(x)
      Process.exit(x, :kill)

      receive do
        {:DOWN, ^x_ref, _, _, _} -> :ok
      end

    _ ->
      :gone
  end
end

receive do
  {:EXIT, ^s, reason} -> IO.inspect({:supervisor, reason})
end

receive do
  {:DOWN, ^ref, _, _, reason} -> IO.inspect({:other_child, reason})
end

# Children that cannot be started, or are described wrongly.
IO.inspect(Supervisor.start_link([{A, :fail}], strategy: :one_for_one))
IO.inspect(Supervisor.start_link([{A, 1}, {A, 2}], strategy: :one_for_one))
IO.inspect(Supervisor.start_link([%{id: 1, start: {A, :x, []}, restart: :often}], strategy: :one_for_one))
IO.inspect(Supervisor.start_link([], strategy: :all))

# A child that does not end in its time is killed.
{:ok, s} =
  Supervisor.start_link(
    [%{id: :s, start: {Agent, :start_link, [fn -> Process.flag(:trap_exit, true) end]}, shutdown: 10}],
    strategy: :one_for_one
  )

[{:s, pid, _, _}] = Supervisor.which_children(s)
ref = Process.monitor(pid)
Agent.cast(pid, fn _ -> Process.sleep(:infinity) end)
IO.inspect(Supervisor.stop(s))

receive do
  {:DOWN, ^ref, _, _, reason} -> IO.inspect(reason)
end
