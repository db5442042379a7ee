# Messages that do not match stay, in order.
for i <- 1..5, do: send(self(), {:n, i})
send(self(), :urgent)

receive do
  :urgent -> IO.puts("urgent first")
end

take = fn take ->
  receive do
    {:n, i} ->
      IO.inspect(i)
      take.(take)
  after
    0 -> IO.puts("empty")
  end
end

take.(take)
IO.inspect(Process.info(self(), :message_queue_len))

receive do
  :never -> :ok
after
  10 -> IO.puts("timed out")
end
