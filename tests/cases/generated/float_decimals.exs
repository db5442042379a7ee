# Rounding floats to decimal places.
Code.require_file("terms.ex", __DIR__)

Terms.digests(40, 100, fn ->
  f = Terms.float()
  places = Terms.below(16)
  near = :erlang.binary_to_float(:erlang.float_to_binary(:math.fmod(f, 1.0e6), decimals: Terms.below(6) + 1))
  for x <- [f, near, :math.fmod(f, 1.0e3)], g <- [&Float.round/2, &Float.ceil/2, &Float.floor/2], do: g.(x, places)
end)
