# A receive that only waits leaves the messages alone, those that are there and those that come.
me = self()
send(me, :before)
before = System.monotonic_time(:millisecond)
spawn(fn -> for n <- 1..3, do: send(me, {:while, n}) end)

receive do
after
  60 -> :ok
end

IO.inspect(System.monotonic_time(:millisecond) - before >= 60)

for _ <- 1..4 do
  receive do
    message -> IO.inspect(message)
  end
end

send(me, :unread)
Process.sleep(20)
:timer.sleep(10)
IO.inspect(Process.info(me, :message_queue_len))
