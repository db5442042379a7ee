# Counts the words of a large file without ever holding the file: it is read in pieces, and a word that a piece cuts in
# two is kept for the next. The file is one that the program writes itself, also as a stream.

defmodule WordCount do
  @piece 64 * 1024

  # How often each word occurs, most frequent first, and how many bytes were read.
  def of(path) do
    {counts, bytes, rest} =
      path
      |> File.stream!([], @piece)
      |> Enum.reduce({%{}, 0, ""}, fn piece, {counts, bytes, rest} ->
        {counts, rest} = count(rest <> piece, counts)
        {counts, bytes + byte_size(piece), rest}
      end)

    counts = if rest == "", do: counts, else: add(counts, rest)
    {Enum.sort_by(counts, fn {word, n} -> {-n, word} end), bytes}
  end

  # Counts the words of a piece of text; what follows the last blank may be the beginning of a longer word.
  defp count(text, counts) do
    {words, [rest]} = text |> :binary.split([" ", "\n", ".", ","], [:global]) |> Enum.split(-1)
    {Enum.reduce(words, counts, &add(&2, &1)), rest}
  end

  defp add(counts, ""), do: counts
  # The word is a part of the piece it was read with: a copy lets go of the piece.
  defp add(counts, word) when is_map_key(counts, word), do: Map.update!(counts, word, &(&1 + 1))
  defp add(counts, word), do: Map.put(counts, :binary.copy(word), 1)
end

defmodule Text do
  @words ~w(the of a and to in river stone über light naïve wind café north seven glass)

  # Endless lines, the same on every run: a generator of the linear congruential kind draws the words.
  def lines do
    Stream.unfold(42, fn state ->
      {words, state} = Enum.map_reduce(1..12, state, fn _, state -> word(state) end)
      {Enum.join(words, " ") <> ".\n", state}
    end)
  end

  defp word(state) do
    next = rem(state * 1_103_515_245 + 12_345, 2_147_483_648)
    # The product of two draws favours the words in front.
    place = div(rem(div(next, 65_536), 16) * rem(div(next, 1_024), 16), 16)
    {Enum.at(@words, place), next}
  end
end

path = Path.join(System.tmp_dir!(), "word_count_#{System.pid()}.txt")

try do
  Text.lines() |> Stream.take(25_000) |> Stream.into(File.stream!(path)) |> Stream.run()
  %File.Stat{size: size} = File.stat!(path)

  # In a process of its own, to see what it takes.
  parent = self()

  {pid, ref} =
    spawn_monitor(fn ->
      result = WordCount.of(path)
      :erlang.garbage_collect()
      {:memory, memory} = Process.info(self(), :memory)
      send(parent, {:counted, result, memory})
    end)

  {counts, bytes, memory} =
    receive do
      {:counted, {counts, bytes}, memory} -> {counts, bytes, memory}
      {:DOWN, ^ref, :process, ^pid, reason} -> exit(reason)
    end

  IO.puts("#{bytes} bytes read of #{size}")
  IO.puts("#{Enum.sum(Enum.map(counts, &elem(&1, 1)))} words, #{length(counts)} different")

  for {word, n} <- counts do
    IO.puts(String.pad_leading(Integer.to_string(n), 8) <> "  " <> word)
  end

  IO.puts("what is kept in the end is small: #{memory < 256 * 1024}")
after
  File.rm(path)
end
