# A receive for one tag leaves everything else where it is, whatever it looks like, and in order.
defmodule Tags do
  def fill(n) do
    for i <- 1..n do
      case rem(i, 8) do
        0 -> send(self(), {:want, i})
        1 -> send(self(), {:other, i})
        2 -> send(self(), :want)
        3 -> send(self(), {:want, i, :longer})
        4 -> send(self(), [:want, i])
        5 -> send(self(), i)
        6 -> send(self(), {"want", i})
        7 -> send(self(), {})
      end
    end
  end

  def take(sum, count) do
    receive do
      {:want, i} -> take(sum + i, count + 1)
    after
      0 -> {sum, count}
    end
  end

  def take_one(i) do
    receive do
      {:want, ^i} -> i
    end
  end

  # The body of a receive receives too, and the rest of the message is used afterwards.
  def nested do
    receive do
      {:want, i} ->
        receive do
          {:other, j} -> {i, j}
        end
    end
  end

  def rest(acc) do
    receive do
      message -> rest([message | acc])
    after
      0 -> Enum.reverse(acc)
    end
  end

  # A guard that fails makes a message one of those that stay.
  def large(acc) do
    receive do
      {:want, i} when i > 900 -> large([i | acc])
    after
      0 -> Enum.reverse(acc)
    end
  end

  def late(parent) do
    receive do
      {:go, from} -> send(from, {:gone, self() != parent})
    after
      5_000 -> send(parent, :late)
    end
  end
end

Tags.fill(1_000)
IO.inspect(Tags.nested())
IO.inspect(Tags.large([]), limit: :infinity)
IO.inspect(Tags.take_one(800))
IO.inspect(Process.info(self(), :message_queue_len))
IO.inspect(Tags.take(0, 0))
IO.inspect(Process.info(self(), :message_queue_len))
rest = Tags.rest([])
IO.inspect({length(rest), :erlang.phash2(rest), Enum.take(rest, 10)})

# More messages than a turn looks at.
Tags.fill(30_000)
IO.inspect(Tags.take_one(30_000))
IO.inspect(Tags.take(0, 0))
IO.inspect(length(Tags.rest([])))

# Those that come while it waits are passed over too.
parent = self()
pid = spawn(fn -> Tags.late(parent) end)
for i <- 1..100, do: send(pid, {:noise, i})
send(pid, {:go, self()})
IO.inspect(receive(do: ({:gone, other} -> other)))
