# A rate limiter: each key has a bucket of tokens that fills at a steady rate, and every request takes one. The clock is
# a function, so the program below can make its own time pass and prints the same on every run.

defmodule RateLimiter do
  use GenServer

  @type key :: term
  @type option ::
          {:capacity, pos_integer} | {:per_second, number} | {:clock, (() -> integer)} | {:idle_ms, pos_integer} | GenServer.option()

  @doc "Starts a limiter: at most `:capacity` requests at once, `:per_second` on average."
  @spec start_link([option]) :: GenServer.on_start()
  def start_link(options) do
    {own, options} = Keyword.split(options, [:capacity, :per_second, :clock, :idle_ms])
    GenServer.start_link(__MODULE__, own, options)
  end

  @doc "Takes `cost` tokens from the bucket of `key`, or says after how many milliseconds there will be enough."
  @spec hit(GenServer.server(), key, pos_integer) :: {:ok, remaining :: non_neg_integer} | {:error, :never} | {:wait, pos_integer}
  def hit(limiter, key, cost \\ 1) when is_integer(cost) and cost > 0, do: GenServer.call(limiter, {:hit, key, cost})

  @doc "Runs a function if the limiter lets it."
  @spec run(GenServer.server(), key, (() -> result)) :: {:ok, result} | {:wait, pos_integer} when result: var
  def run(limiter, key, fun) do
    with {:ok, _} <- hit(limiter, key), do: {:ok, fun.()}
  end

  @doc "Forgets the buckets that have been full for a while; returns how many are left."
  @spec sweep(GenServer.server()) :: non_neg_integer
  def sweep(limiter), do: GenServer.call(limiter, :sweep)

  @impl true
  def init(options) do
    {:ok,
     %{
       capacity: Keyword.fetch!(options, :capacity),
       per_ms: Keyword.fetch!(options, :per_second) / 1000,
       clock: Keyword.get(options, :clock, fn -> System.monotonic_time(:millisecond) end),
       idle_ms: Keyword.get(options, :idle_ms, 60_000),
       buckets: %{}
     }}
  end

  @impl true
  def handle_call({:hit, _key, cost}, _from, %{capacity: capacity} = state) when cost > capacity do
    {:reply, {:error, :never}, state}
  end

  def handle_call({:hit, key, cost}, _from, state) do
    now = state.clock.()
    tokens = filled(state, key, now)

    if tokens >= cost do
      left = tokens - cost
      {:reply, {:ok, trunc(left)}, put_in(state.buckets[key], {left, now})}
    else
      wait = ceil((cost - tokens) / state.per_ms)
      {:reply, {:wait, wait}, put_in(state.buckets[key], {tokens, now})}
    end
  end

  def handle_call(:sweep, _from, state) do
    now = state.clock.()

    buckets =
      Map.reject(state.buckets, fn {key, {_, touched}} ->
        now - touched >= state.idle_ms and filled(state, key, now) >= state.capacity
      end)

    {:reply, map_size(buckets), %{state | buckets: buckets}}
  end

  defp filled(state, key, now) do
    case state.buckets do
      %{^key => {tokens, then}} -> min(state.capacity * 1.0, tokens + (now - then) * state.per_ms)
      %{} -> state.capacity * 1.0
    end
  end
end

defmodule Clock do
  use Agent

  def start_link(now), do: Agent.start_link(fn -> now end, name: __MODULE__)
  def now, do: Agent.get(__MODULE__, & &1)
  def advance(ms), do: Agent.update(__MODULE__, &(&1 + ms))
end

{:ok, _} = Clock.start_link(0)
{:ok, limiter} = RateLimiter.start_link(capacity: 3, per_second: 2, clock: &Clock.now/0, idle_ms: 2_000)

IO.puts("five requests at once, three of which may pass:")
for n <- 1..5, do: IO.inspect(RateLimiter.hit(limiter, "alice"), label: "  #{n}")

IO.puts("bob has a bucket of his own:")
IO.inspect(RateLimiter.hit(limiter, "bob"), label: "  bob")

IO.puts("two tokens come back each second:")

for ms <- [250, 250, 1_000, 10_000] do
  Clock.advance(ms)
  answers = for _ <- 1..4, do: RateLimiter.hit(limiter, "alice")
  IO.puts("  at #{Clock.now()} ms: " <> Enum.map_join(answers, ", ", &inspect/1))
end

IO.puts("expensive requests:")
IO.inspect(RateLimiter.hit(limiter, "carol", 3), label: "  all at once")
IO.inspect(RateLimiter.hit(limiter, "carol", 2), label: "  two more")
IO.inspect(RateLimiter.hit(limiter, "carol", 4), label: "  more than fit")

IO.puts("functions that run only when they may:")
for n <- 1..4, do: IO.inspect(RateLimiter.run(limiter, "dave", fn -> n * n end), label: "  #{n}")

IO.inspect(RateLimiter.sweep(limiter), label: "buckets")
Clock.advance(5_000)
IO.inspect(RateLimiter.sweep(limiter), label: "buckets a while later")

# Many clients at once never get more than there is.
Clock.advance(60_000)

passed =
  1..50
  |> Task.async_stream(fn _ -> RateLimiter.hit(limiter, "shared") end, max_concurrency: 10)
  |> Enum.count(&match?({:ok, {:ok, _}}, &1))

IO.puts("of 50 clients at one moment, #{passed} passed")
