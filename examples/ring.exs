# A ring of processes that pass a token round and round.

defmodule Ring do
  # Starts `n` processes, each knowing the next; the last one's next is the caller.
  def start(n), do: Enum.reduce(1..n, self(), fn _, next -> spawn_link(fn -> pass(next) end) end)

  defp pass(next) do
    receive do
      {:token, hops} ->
        send(next, {:token, hops + 1})
        pass(next)

      :stop ->
        send(next, :stop)
    end
  end

  # Sends the token through the ring as many times as there are rounds, and returns the hops it made.
  def run(first, rounds), do: round(first, rounds, 0)

  defp round(first, 0, hops) do
    send(first, :stop)

    receive do
      :stop -> hops
    end
  end

  defp round(first, rounds, hops) do
    send(first, {:token, hops})

    receive do
      {:token, hops} -> round(first, rounds - 1, hops)
    end
  end
end

for {size, rounds} <- [{1, 10}, {100, 100}, {10_000, 3}] do
  hops = size |> Ring.start() |> Ring.run(rounds)
  IO.puts("#{size} processes, #{rounds} rounds: #{hops} hops")
end
