# Timers of one process that are due in one order fire in that order, however close they lie.
defmodule Order do
  def run(0), do: :ok

  def run(round) do
    for i <- 1..50, do: Process.send_after(self(), {:tick, i}, 1 + div(i, 10))
    got = for _ <- 1..50, do: receive(do: ({:tick, i} -> i))
    if got == Enum.to_list(1..50), do: run(round - 1), else: {:out_of_order, got}
  end
end

IO.inspect(Order.run(5))
IO.inspect(1..4 |> Enum.map(fn _ -> Task.async(fn -> Order.run(5) end) end) |> Task.await_many(:infinity))
