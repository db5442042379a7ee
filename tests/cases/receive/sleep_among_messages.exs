# Waiting without looking at messages ends when its time is over, however many there are.
send(self(), :one)
before = System.monotonic_time(:millisecond)
Process.sleep(30)
send(self(), :two)
Process.sleep(1)
waited = System.monotonic_time(:millisecond) - before
IO.inspect(waited >= 31)
IO.inspect(Process.info(self(), :messages))
parent = self()
pid = spawn(fn -> receive(do: (:go -> Process.sleep(40))); send(parent, :slept) end)
send(pid, :go)
for i <- 1..5, do: send(pid, i)

receive do
  :slept -> IO.puts("slept")
end
