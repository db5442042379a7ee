# A process that never waits is preempted: timers and other processes go on.
defmodule Spin do
  def loop(n), do: loop(n + 1)
end

spinner = spawn(fn -> Spin.loop(0) end)
parent = self()

for i <- 1..3 do
  Process.send_after(parent, {:tick, i}, i)
end

for i <- 1..3 do
  receive do
    {:tick, ^i} -> IO.puts("tick #{i}")
  end
end

Process.exit(spinner, :kill)
ref = Process.monitor(spinner)

receive do
  {:DOWN, ^ref, _, _, _} -> IO.puts("gone")
end
