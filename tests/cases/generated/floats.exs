# Printing and reading floats.
Code.require_file("terms.ex", __DIR__)

Terms.digests(60, 200, fn ->
  f = Terms.float()
  text = Float.to_string(f)
  {text, String.to_float(text) === f, :erlang.float_to_binary(f, [:short]), inspect(f)}
end)

Terms.digests(30, 100, fn ->
  f = Terms.float()
  d = Terms.below(20)
  small = if abs(f) < 1.0e15, do: f, else: 0.5

  {Terms.result(fn -> :erlang.float_to_binary(small, decimals: d) end), Terms.result(fn -> :erlang.float_to_binary(small, [{:decimals, d}, :compact]) end),
   :erlang.float_to_binary(f, scientific: d), :erlang.float_to_list(f)}
end)

Terms.digests(30, 100, fn ->
  {a, b} = {Terms.float(), Terms.number()}
  ops = [&+/2, &-/2, &*/2, &//2]
  for op <- ops, do: Terms.result(fn -> op.(a, b) end)
end)

Terms.digests(20, 100, fn ->
  f = Terms.float()
  for g <- [&trunc/1, &round/1, &floor/1, &ceil/1, &abs/1, &:math.sqrt/1, &:math.exp/1, &:math.log/1, &:math.atan/1], do: Terms.result(fn -> g.(f) end) |> then(&if is_float(&1), do: :erlang.float_to_binary(&1, scientific: 9), else: &1)
end)
