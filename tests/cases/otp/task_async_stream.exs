# Streams of tasks: order, limits, time-outs, failures, laziness, and cleaning up.
Logger.configure(level: :none)
me = self()

IO.inspect(Enum.to_list(Task.async_stream(1..5, &(&1 * 2))))
IO.inspect(Enum.to_list(Task.async_stream([], & &1)))
IO.inspect(Enum.to_list(Task.async_stream([a: 1, b: 2], Kernel, :elem, [1])))

# Ordered or not: the first task waits for the second.
run = fn ordered ->
  gate =
    spawn(fn ->
      receive do
        {:wait, first} ->
          receive do
            :open -> send(first, :go)
          end
      end
    end)

  Task.async_stream(
    [1, 2],
    fn
      1 ->
        send(gate, {:wait, self()})

        receive do
          :go -> 1
        end

      2 ->
        if ordered, do: send(gate, :open)
        2
    end,
    max_concurrency: 2,
    ordered: ordered
  )
  |> Enum.map(fn {:ok, n} ->
    send(gate, :open)
    n
  end)
end

IO.inspect(run.(true))
IO.inspect(run.(false))

# Never more at the same time than allowed.
counter = :counters.new(2, [])

Task.async_stream(
  1..20,
  fn _ ->
    :counters.add(counter, 1, 1)
    if :counters.get(counter, 1) > 3, do: :counters.add(counter, 2, 1)
    Process.sleep(1)
    :counters.sub(counter, 1, 1)
  end,
  max_concurrency: 3
)
|> Stream.run()

IO.inspect(:counters.get(counter, 2), label: "too many")

# Lazy: only what is needed is taken from the input.
Stream.map(1..1000, fn n ->
  send(me, {:taken, n})
  n
end)
|> Task.async_stream(& &1, max_concurrency: 2)
|> Enum.take(2)
|> IO.inspect()

taken = fn taken, n ->
  receive do
    {:taken, _} -> taken.(taken, n + 1)
  after
    0 -> n
  end
end

IO.inspect(taken.(taken, 0) <= 5)

# Time-outs.
forever = fn
  2 -> Process.sleep(:infinity)
  n -> n
end

options = [timeout: 20, on_timeout: :kill_task, max_concurrency: 3]
IO.inspect(Enum.to_list(Task.async_stream(1..3, forever, options)))
IO.inspect(Enum.to_list(Task.async_stream(1..3, forever, [zip_input_on_exit: true] ++ options)))

IO.inspect(
  try do
    Enum.to_list(Task.async_stream(1..3, forever, timeout: 20))
  catch
    :exit, reason -> reason
  end
)

# A failing task ends a caller that does not trap exits, and is a result for one that does.
defmodule Caller do
  def end_of(fun) do
    {pid, ref} = spawn_monitor(fun)

    receive do
      {:DOWN, ^ref, _, ^pid, reason} -> reason
    end
  end
end

two_fails = fn
  2 -> exit(:two)
  n -> n
end

IO.inspect(Caller.end_of(fn -> Stream.run(Task.async_stream(1..3, two_fails)) end))

failing = fn
  2 -> exit(:two)
  n -> n
end

spawn_monitor(fn ->
  Process.flag(:trap_exit, true)
  send(me, {:results, Enum.to_list(Task.async_stream(1..3, failing))})
  send(me, {:mailbox, Process.info(self(), :messages)})
end)

for _ <- 1..2 do
  receive do
    {tag, value} when tag in [:results, :mailbox] -> IO.inspect({tag, value})
  end
end

{:ok, supervisor} = Task.Supervisor.start_link()
IO.inspect(Enum.to_list(Task.Supervisor.async_stream_nolink(supervisor, 1..3, failing)))
IO.inspect(Enum.to_list(Task.Supervisor.async_stream(supervisor, 1..3, &(&1 + 1))))

# What the consumer or the input raises passes through.
IO.inspect(
  try do
    1..3
    |> Task.async_stream(fn n -> if n > 1, do: Process.sleep(:infinity), else: n end, max_concurrency: 3)
    |> Enum.each(fn {:ok, 1} -> raise "consumer" end)
  rescue
    e -> Exception.message(e)
  end
)

IO.inspect(
  try do
    Stream.map(1..3, fn _ -> throw(:input) end) |> Task.async_stream(& &1) |> Enum.to_list()
  catch
    :input -> :caught
  end
)

IO.inspect(try(do: Task.async_stream(1..3, & &1, max_concurrency: 0) |> Enum.to_list(), rescue: (e -> Exception.message(e))))

# Streams of tasks can be zipped, which suspends them.
IO.inspect(Enum.to_list(Stream.zip(Task.async_stream(1..3, & &1), [:a, :b, :c])))
