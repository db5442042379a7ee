defmodule Terms do
  # Random terms that are the same on every run and engine: a generator of numbers of its own, its state in the process dictionary.
  import Bitwise

  def seed(n), do: Process.put(:terms, n)

  def below(n) do
    state = band(Process.get(:terms) * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407, 0xFFFFFFFFFFFFFFFF)
    Process.put(:terms, state)
    rem(state >>> 24, n)
  end

  def pick(list), do: Enum.at(list, below(length(list)))

  def integer do
    case below(7) do
      0 -> below(20) - 10
      1 -> below(1 <<< 20) - (1 <<< 19)
      2 -> pick([1 <<< 27, 1 <<< 28, 1 <<< 31, 1 <<< 32, 1 <<< 53, 1 <<< 58, 1 <<< 59, 1 <<< 60, 1 <<< 62, 1 <<< 63, 1 <<< 64]) * pick([1, -1]) + below(5) - 2
      3 -> below(1 <<< 38) * below(1 <<< 38) * pick([1, -1])
      4 -> (below(1 <<< 30) <<< below(200)) * pick([1, -1])
      5 -> below(256)
      6 -> (1 <<< below(300)) - below(3) + 1
    end
  end

  def float do
    case below(7) do
      0 -> (below(2001) - 1000) / 8
      1 -> pick([0.0, -0.0, 1.0, 0.1, 1.0e100, 1.0e-100, 9007199254740992.0, 9007199254740993.0, 4.9e-324, 1.7976931348623157e308, 2.2250738585072014e-308])
      2 -> (below(1 <<< 38) + below(1000) / 1000) * pick([1, -1])
      3 -> bits_float()
      4 -> below(100_000) / 1000
      5 -> integer() |> max(-(1 <<< 200)) |> min(1 <<< 200) |> Kernel.*(1.0)
      6 -> :math.pow(10.0, below(40) - 20) * (below(9) + 1)
    end
  end

  defp bits_float do
    case <<below(1 <<< 32)::32, below(1 <<< 32)::32>> do
      <<f::float>> -> f
      _ -> 1.5
    end
  end

  def atom, do: pick([:a, :b, :ok, nil, true, false, :"", :"with space", :é, :日本, Enum, :zzzzzzzz, :aaaaaaab, :aaaaaaaa])

  def binary do
    case below(4) do
      0 -> pick(["", "a", "ab", "text", "é", "日本", <<0>>, <<255, 0>>])
      1 -> for(_ <- 1..(below(12) + 1), into: "", do: <<below(256)>>)
      2 -> for(_ <- 1..(below(100) + 1), into: "", do: <<below(256)>>)
      3 -> String.duplicate("ab", below(80))
    end
  end

  def bitstring do
    size = below(7) + 1
    <<binary()::binary, below(128)::size(size)>>
  end

  def number, do: pick([&integer/0, &integer/0, &float/0]).()

  def term(depth \\ 3)
  def term(0), do: pick([&integer/0, &float/0, &atom/0, &binary/0, &bitstring/0, fn -> [] end, fn -> {} end]).()

  def term(depth) do
    case below(9) do
      n when n < 3 -> term(0)
      3 -> for _ <- 1..(below(5) + 1), do: term(depth - 1)
      4 -> List.to_tuple(for _ <- 1..(below(5) + 1), do: term(depth - 1))
      5 -> Map.new(for _ <- 1..(below(5) + 1), do: {term(depth - 1), term(depth - 1)})
      6 -> [term(depth - 1) | term(depth - 1)]
      7 -> for _ <- 1..(below(8) + 1), do: below(256)
      8 -> %{}
    end
  end

  # Runs `fun` for `groups` groups of `size` cases, and prints a digest for each group: a wrong line names the group.
  def digests(groups, size, fun) do
    for group <- 1..groups do
      seed(group)
      results = for _ <- 1..size, do: fun.()
      text = results |> Enum.map(&text/1) |> Enum.intersperse("\n")
      if System.get_env("GROUP") == "#{group}", do: IO.puts(text)
      IO.puts("#{group} #{Base.encode16(:erlang.md5(text), case: :lower)}")
    end
  end

  defp text(term) when is_binary(term), do: Base.encode16(term)
  defp text(term), do: :io_lib.format('~w', [term])

  # What a calculation gives, or the error that it raises.
  def result(fun) do
    fun.()
  rescue
    e -> e.__struct__
  end
end
