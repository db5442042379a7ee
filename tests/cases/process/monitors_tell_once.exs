# A monitor gives one message, also when the process is gone already.
defmodule Watch do
  def down(pid, ref) do
    receive do
      {:DOWN, ^ref, :process, ^pid, reason} -> reason
    end
  end
end

{pid, ref} = spawn_monitor(fn -> Process.exit(self(), :kill) end)
IO.inspect(Watch.down(pid, ref))
again = Process.monitor(pid)
IO.inspect(Watch.down(pid, again))
gone = Process.monitor(:nobody_is_called_this)

receive do
  {:DOWN, ^gone, :process, {name, _node}, reason} -> IO.inspect({name, reason})
end

waiting = spawn(fn -> receive do: (:never -> :ok) end)
quiet = Process.monitor(waiting)
IO.inspect(Process.demonitor(quiet, [:flush]))
Process.exit(waiting, :kill)
loud = Process.monitor(waiting)
IO.inspect(Watch.down(waiting, loud) in [:killed, :noproc])
IO.inspect(receive do: (other -> other), after: (0 -> :silence))
