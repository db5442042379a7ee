# Linked processes share their fate unless they trap exits.
Process.flag(:trap_exit, true)
pid = spawn_link(fn -> exit(:boom) end)

receive do
  {:EXIT, ^pid, reason} -> IO.inspect(reason)
end

pid = spawn_link(fn -> :ok end)

receive do
  {:EXIT, ^pid, reason} -> IO.inspect(reason)
end
