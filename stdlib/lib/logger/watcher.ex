defmodule Logger.Watcher do
  @moduledoc false
  # Keeps a backend installed: when its handler fails, the event manager throws it out, and its watcher installs it again.

  # Installs a backend and leaves a watcher with it: `{:ok, pid}` of the watcher, or the error of the event manager.
  def start(manager, handler, args) do
    result = :beamlet_boot.service(fn -> installed(manager, handler, args) end)

    case result do
      {:ok, pid} -> {:ok, pid}
      {:error, reason} -> {:error, reason}
    end
  end

  defp installed(manager, handler, args) do
    parent = self()
    ref = make_ref()
    {pid, monitor} = spawn_monitor(fn -> install(manager, handler, args, parent, ref) end)

    receive do
      {^ref, :ok} ->
        Process.demonitor(monitor, [:flush])
        {:ok, pid}

      {^ref, error} ->
        Process.demonitor(monitor, [:flush])
        {:error, error}

      {:DOWN, ^monitor, :process, ^pid, reason} ->
        {:error, reason}
    end
  end

  defp install(manager, handler, args, parent, ref) do
    Process.flag(:trap_exit, true)
    result = :gen_event.add_sup_handler(manager, handler, args)
    send(parent, {ref, result})
    if result == :ok, do: watch(manager, handler, args)
  end

  defp watch(manager, handler, args) do
    receive do
      {:gen_event_EXIT, ^handler, reason} when reason in [:normal, :shutdown] -> :ok
      {:gen_event_EXIT, ^handler, {:swapped, _, _}} -> :ok
      {:gen_event_EXIT, ^handler, reason} -> restart(manager, handler, args, reason)
      {:EXIT, ^manager, _reason} -> :ok
      _ -> watch(manager, handler, args)
    end
  end

  defp restart(manager, handler, args, reason) do
    complain(handler, reason)
    if :gen_event.add_sup_handler(manager, handler, args) == :ok, do: watch(manager, handler, args)
  end

  # Without the console nobody would see the event manager's own report.
  defp complain(handler, reason) do
    unless :console in Logger.Handler.backends() do
      reason = with {:EXIT, why} <- reason, do: why
      text = [":gen_event handler ", inspect(handler), " installed in Logger terminating\n** (exit) ", Exception.format_exit(reason)]
      IO.puts(:stderr, text)
    end
  end
end
