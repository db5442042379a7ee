# Clauses that read the same bytes at first, one of them stopping early, each behind a guard that may fail.
defmodule Rows do
  def pairs(<<a, b, rest::binary>>, acc) when a < b, do: pairs(rest, [{a, b} | acc])
  def pairs(<<a, rest::binary>>, acc) when a > 200, do: pairs(rest, [a | acc])
  def pairs(<<"xya", rest::binary>>, acc), do: pairs(rest, [:xya | acc])
  def pairs(<<b, a, c, rest::binary>>, acc) when a > c, do: pairs(rest, [{b, a, c} | acc])
  def pairs(rest, acc), do: {rest, Enum.reverse(acc)}
end

for text <- ["abcd", "yx", "xya", <<250, 1>>, <<9, 8, 7, 6, 5, 4>>, <<9, 8, 8>>, <<1, 2, 3::4>>, <<201, 200, 199::7>>] do
  IO.inspect(Rows.pairs(text, []))
end
