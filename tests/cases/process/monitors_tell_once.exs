# A monitor gives one message, also when the process is gone already.
{pid, ref} = spawn_monitor(fn -> Process.exit(self(), :kill) end)

receive do
  {:DOWN, ^ref, :process, ^pid, reason} -> IO.inspect(reason)
end

ref = Process.monitor(pid)

receive do
  {:DOWN, ^ref, :process, ^pid, reason} -> IO.inspect(reason)
end
