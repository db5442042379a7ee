# A process that traps exits gets `exit/2` signals as messages.
parent = self()

child =
  spawn(fn ->
    Process.flag(:trap_exit, true)
    send(parent, :ready)

    receive do
      {:EXIT, from, reason} -> send(parent, {:got, from == parent, reason})
    end
  end)

receive do: (:ready -> :ok)
Process.exit(child, :please)

receive do
  {:got, from_parent, reason} -> IO.inspect({from_parent, reason})
end

IO.inspect(Process.alive?(self()))
