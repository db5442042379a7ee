# What a mailbox does: messages keep their order, `receive` picks the first that fits, and the rest waits.

parent = self()

# A process answers in the order in which it was asked.
echo =
  spawn(fn ->
    loop = fn loop ->
      receive do
        {from, message} ->
          send(from, {:echo, message})
          loop.(loop)

        :stop ->
          send(parent, :stopped)
      end
    end

    loop.(loop)
  end)

for n <- 1..3, do: send(echo, {self(), n})

answers =
  for _ <- 1..3 do
    receive do
      {:echo, n} -> n
    end
  end

IO.inspect(answers, label: "echoed")
send(echo, :stop)

receive do
  :stopped -> IO.puts("the echo stopped")
end

# Selective receive: the urgent one first, whatever came before it.
send(self(), {:normal, "tea"})
send(self(), {:normal, "cake"})
send(self(), {:urgent, "fire"})

receive do
  {:urgent, what} -> IO.puts("urgent: #{what}")
end

IO.inspect(Process.info(self(), :message_queue_len), label: "left")

flush = fn flush ->
  receive do
    {:normal, what} ->
      IO.puts("normal: #{what}")
      flush.(flush)
  after
    0 -> IO.puts("nothing left")
  end
end

flush.(flush)

# A time-out is an answer too.
receive do
  :never -> IO.puts("impossible")
after
  10 -> IO.puts("nobody wrote for 10 ms")
end

defmodule Ends do
  # A monitor turns the end of a process into a message.
  def monitored do
    {pid, ref} = spawn_monitor(fn -> exit(:done) end)

    receive do
      {:DOWN, ^ref, :process, ^pid, reason} -> reason
    end
  end

  # So does a link, for one who traps exits.
  def linked do
    Process.flag(:trap_exit, true)
    pid = spawn_link(fn -> exit(:broken) end)

    receive do
      {:EXIT, ^pid, reason} -> reason
    end
  end
end

IO.inspect(Ends.monitored(), label: "a process ended with")
IO.inspect(Ends.linked(), label: "a linked process ended with")
