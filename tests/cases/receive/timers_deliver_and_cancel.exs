# Timers send their message once, unless cancelled.
ref = Process.send_after(self(), :late, 60_000)
IO.inspect(is_integer(Process.read_timer(ref)))
IO.inspect(is_integer(Process.cancel_timer(ref)))
IO.inspect(Process.cancel_timer(ref))
Process.send_after(self(), :soon, 1)

receive do
  :soon -> IO.puts("soon")
  :late -> IO.puts("late")
end

ref = :erlang.start_timer(1, self(), :payload)

receive do
  {:timeout, ^ref, :payload} -> IO.puts("timeout message")
end
