# Stages that work at the same time, each on what the one before it has finished: words are read, cleaned, counted.
# Each stage is a process with a small buffer, and asks for more only when it has room, so a slow stage slows the rest
# instead of drowning.

defmodule Stage do
  use GenServer

  # A stage turns each item into any number of items, which go to the next stage, or to a process at the end.
  def start_link(fun, next), do: GenServer.start_link(__MODULE__, {fun, next})

  # Hands an item over, and returns when the stage has taken it.
  def push(stage, item), do: GenServer.call(stage, {:push, item}, :infinity)

  def finish(stage), do: GenServer.call(stage, :finish, :infinity)

  @impl true
  def init({fun, next}), do: {:ok, %{fun: fun, next: next, items: 0}}

  @impl true
  def handle_call({:push, item}, from, state) do
    GenServer.reply(from, :ok)
    Enum.each(state.fun.(item), &deliver(state.next, &1))
    {:noreply, %{state | items: state.items + 1}}
  end

  # The calls before this one have been handled, so everything has been passed on.
  def handle_call(:finish, _from, %{next: {:stage, next}} = state) do
    {:stop, :normal, [state.items | finish(next)], state}
  end

  def handle_call(:finish, _from, %{next: {:collector, collector}} = state) do
    send(collector, :finished)
    {:stop, :normal, [state.items], state}
  end

  defp deliver({:stage, next}, item), do: push(next, item)
  defp deliver({:collector, collector}, item), do: send(collector, {:item, item})
end

text = """
The quick brown fox jumps over the lazy dog.
The dog barks; the fox runs away.
A lazy afternoon for a quick fox, and a slow dog.
"""

{:ok, filter} = Stage.start_link(fn word -> if String.length(word) > 2, do: [word], else: [] end, {:collector, self()})
{:ok, clean} = Stage.start_link(&[String.downcase(&1)], {:stage, filter})
{:ok, split} = Stage.start_link(&String.split(&1, [" ", ".", ",", ";"], trim: true), {:stage, clean})

text |> String.split("\n", trim: true) |> Enum.each(&Stage.push(split, &1))
IO.inspect(Stage.finish(split), label: "items through each stage")

defmodule Collector do
  def counts(counts \\ %{}) do
    receive do
      {:item, word} -> counts(Map.update(counts, word, 1, &(&1 + 1)))
      :finished -> counts
    end
  end
end

Collector.counts()
|> Enum.sort_by(fn {word, count} -> {-count, word} end)
|> Enum.take(5)
|> Enum.each(fn {word, count} -> IO.puts("#{String.pad_trailing(word, 6)} #{count}") end)

# The same without processes of our own: tasks do the work, in order, four at a time.
text
|> String.split("\n", trim: true)
|> Task.async_stream(fn line -> line |> String.split() |> length() end, max_concurrency: 4)
|> Enum.map(fn {:ok, words} -> words end)
|> IO.inspect(label: "words per line", charlists: :as_lists)
