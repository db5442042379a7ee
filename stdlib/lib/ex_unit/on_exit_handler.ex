defmodule ExUnit.OnExitHandler do
  @moduledoc false
  # Remembers, per process that runs a test or a `setup_all`, the callbacks of `on_exit` and the supervisor, and runs
  # them when that process has done its part.

  use Agent

  @table __MODULE__

  def start_link(_options) do
    Agent.start_link(
      fn ->
        :ets.new(@table, [:public, :named_table, :ordered_set, read_concurrency: true, write_concurrency: true])
        nil
      end,
      name: __MODULE__
    )
  end

  def register(pid) when is_pid(pid), do: :ets.insert(@table, {pid, nil, []})

  # :error unless the process is registered. A callback under a name already used takes the other's place.
  def add(pid, name, callback) when is_pid(pid) and is_function(callback, 0) do
    case :ets.lookup(@table, pid) do
      [{^pid, _supervisor, callbacks}] ->
        :ets.update_element(@table, pid, {3, List.keystore(callbacks, name, 0, {name, callback})})
        :ok

      [] ->
        :error
    end
  end

  def put_supervisor(pid, supervisor) when is_pid(pid), do: :ets.update_element(@table, pid, {2, supervisor})

  def get_supervisor(pid) when is_pid(pid) do
    case :ets.whereis(@table) != :undefined and :ets.lookup(@table, pid) do
      [{^pid, supervisor, _callbacks}] -> {:ok, supervisor}
      _ -> :error
    end
  end

  # Stops the supervisor and runs the callbacks, the latest first: :ok, or the first failure as {kind, reason, stack}.
  def run(pid, timeout) when is_pid(pid) do
    [{^pid, supervisor, callbacks}] = :ets.take(@table, pid)
    failure = supervisor && stop_supervisor(supervisor, timeout)
    run_callbacks(Enum.reverse(callbacks), timeout) || failure || :ok
  end

  defp stop_supervisor(supervisor, timeout) do
    ref = Process.monitor(supervisor)
    # The test that was linked to it may be gone; the supervisor ends like one whose parent asks it to.
    Process.exit(supervisor, :shutdown)

    receive do
      {:DOWN, ^ref, _, _, _} -> nil
    after
      timeout ->
        Process.demonitor(ref, [:flush])
        {:error, ExUnit.TimeoutError.exception(timeout: timeout, type: "supervisor shutdown"), []}
    end
  end

  defp run_callbacks([], _timeout), do: nil

  defp run_callbacks(callbacks, timeout) do
    {runner, ref} = spawn_monitor(__MODULE__, :on_exit_runner_loop, [])
    run_callbacks(callbacks, {runner, ref}, timeout, nil)
  end

  # Each callback runs in the same process, until one ends or blocks it: the rest then get another.
  defp run_callbacks([], {runner, ref}, _timeout, failure) do
    Process.demonitor(ref, [:flush])
    Process.exit(runner, :shutdown)
    failure
  end

  defp run_callbacks([{_name, callback} | rest], {runner, ref}, timeout, failure) do
    send(runner, {:run, self(), ref, callback})

    receive do
      {^ref, nil} ->
        run_callbacks(rest, {runner, ref}, timeout, failure)

      {^ref, reason} ->
        run_callbacks(rest, {runner, ref}, timeout, failure || reason)

      {:DOWN, ^ref, :process, ^runner, reason} ->
        failure = failure || {{:EXIT, runner}, reason, []}
        failure_and_rest(rest, timeout, failure)
    after
      timeout ->
        stack =
          case Process.info(runner, :current_stacktrace) do
            {:current_stacktrace, stack} -> stack
            nil -> []
          end

        Process.demonitor(ref, [:flush])
        Process.exit(runner, :kill)
        exception = ExUnit.TimeoutError.exception(timeout: timeout, type: "on_exit callback")
        failure_and_rest(rest, timeout, failure || {:error, exception, stack})
    end
  end

  defp failure_and_rest([], _timeout, failure), do: failure

  defp failure_and_rest(rest, timeout, failure) do
    {runner, ref} = spawn_monitor(__MODULE__, :on_exit_runner_loop, [])
    run_callbacks(rest, {runner, ref}, timeout, failure)
  end

  @doc false
  def on_exit_runner_loop do
    receive do
      {:run, from, ref, callback} ->
        send(from, {ref, exec_callback(callback)})
        on_exit_runner_loop()
    end
  end

  defp exec_callback(callback) do
    callback.()
    nil
  catch
    kind, error -> {kind, error, ExUnit.Runner.prune_stacktrace(__STACKTRACE__)}
  end
end
