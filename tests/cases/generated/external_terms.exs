# The external term format: what is written, and that it is read back.
Code.require_file("terms.ex", __DIR__)

# Maps of more keys than a small one has no promised order; none is that large here.
Terms.digests(60, 120, fn ->
  term = Terms.term(3)
  binary = :erlang.term_to_binary(term)
  [binary, :erlang.binary_to_term(binary) === term, :erlang.external_size(term) == byte_size(binary), :erlang.binary_to_term(:erlang.term_to_binary(term, [:compressed])) === term]
end)

Terms.digests(20, 60, fn ->
  term = Terms.term(2)
  [:erlang.term_to_binary(term, minor_version: 2), :erlang.term_to_binary(term, minor_version: 0), :erlang.binary_to_term(:erlang.term_to_binary(term, minor_version: 0)) == term,
   :erlang.binary_to_term(:erlang.term_to_binary(term) <> "rest", [:used]) |> elem(1)]
end)

# Damage: each byte changed, each cut.
damage = fn binary ->
  for(at <- 1..(byte_size(binary) - 1)) do
    <<before::binary-size(at), byte, rest::binary>> = binary
    for new <- [0, 255, byte + 1, Bitwise.bxor(byte, 64)], do: Terms.result(fn -> :erlang.binary_to_term(<<before::binary, new, rest::binary>>) |> :erlang.phash2() end)
  end
end

for term <- [[1, 2, 300, -5], {1.5, 'abc', "bin"}, <<5::3>>, [1 | 2], Bitwise.bsl(1, 70), {[], {}}] do
  binary = :erlang.term_to_binary(term)
  IO.inspect({term, :erlang.phash2(damage.(binary)), for(at <- 0..(byte_size(binary) - 1), uniq: true, do: Terms.result(fn -> :erlang.binary_to_term(binary_part(binary, 0, at)) end))})
end

# Every tag by hand, old ones too.
for bytes <- [<<100, 2::16, "ok">>, <<115, 2, "ok">>, <<118, 2::16, "é">>, <<119, 2, "é">>, <<100, 1::16, 233>>, <<107, 3::16, 1, 2, 3>>, <<99, "1.50000000000000000000e+00", 0, 0, 0, 0, 0>>,
              <<70, 1.5::float>>, <<70, 255, 255, 0, 0, 0, 0, 0, 0>>, <<77, 1::32, 3, 0xE0>>, <<77, 1::32, 0, 0xE0>>, <<77, 1::32, 9, 0xE0>>, <<77, 0::32, 0>>, <<110, 1, 0, 5>>, <<110, 0, 0>>, <<110, 9, 1, 1::72>>,
              <<111, 2::32, 0, 1, 2>>, <<108, 0::32, 106>>, <<108, 1::32, 97, 1, 97, 2>>, <<105, 1::32, 97, 1>>, <<116, 1::32, 97, 1, 97, 2>>, <<116, 2::32, 97, 1, 97, 2, 97, 1, 97, 3>>, <<113, 100, 1::16, "a", 100, 1::16, "b", 97, 2>>,
              <<104, 0>>, <<106, 0>>, <<98, -5::32>>, <<97>>, <<255>>, <<>>, <<80, 3::32>>, <<108, 0xFFFFFFFF::32>>, <<109, 0xFFFFFFFF::32>>, <<111, 0xFFFFFFFF::32, 0>>, <<105, 0xFFFFFFFF::32>>, <<116, 0xFFFFFFFF::32>>] do
  IO.inspect(Terms.result(fn -> :erlang.binary_to_term(<<131, bytes::binary>>) end))
end

IO.inspect(Terms.result(fn -> :erlang.binary_to_term(<<131, 100, 11::16, "never made ">>, [:safe]) end))
IO.inspect(:erlang.binary_to_term(:erlang.term_to_binary(&Enum.map/2), [:safe]))
IO.inspect(Terms.result(fn -> :erlang.binary_to_term(<<131, 113, 100, 8::16, "unlikely", 100, 1::16, "b", 97, 2>>, [:safe]) end))
fun = fn x -> {x, :made_here} end
IO.inspect(:erlang.binary_to_term(:erlang.term_to_binary(fun)) == fun)
IO.inspect(:erlang.binary_to_term(:erlang.term_to_binary([self(), make_ref()])) |> length())
deep = Enum.reduce(1..200_000, [], fn _, acc -> [acc] end)
IO.inspect(:erlang.binary_to_term(:erlang.term_to_binary(deep)) === deep)
