# 100,000 processes alive at once, each answering.
parent = self()

pids =
  for i <- 1..100_000 do
    spawn(fn ->
      receive do
        {:ask, from} -> send(from, {:answer, i})
      end
    end)
  end

for pid <- pids, do: send(pid, {:ask, parent})

sum =
  Enum.reduce(1..100_000, 0, fn _, acc ->
    receive do
      {:answer, i} -> acc + i
    end
  end)

IO.inspect(sum)
