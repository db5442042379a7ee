# phash2 of random terms, with ranges, and of long lists, binaries and big maps.
Code.require_file("terms.ex", __DIR__)

Terms.digests(60, 200, fn ->
  term = Terms.term(3)
  {:erlang.phash2(term), :erlang.phash2(term, 1000), :erlang.phash2(term, 0x100000000)}
end)

Terms.digests(20, 30, fn ->
  {:erlang.phash2(Terms.bitstring()), :erlang.phash2(Terms.integer()), :erlang.phash2(Terms.float()), :erlang.phash2(Terms.atom()), :erlang.phash2({Terms.number(), [Terms.binary() | Terms.atom()]})}
end)

for n <- [0, 1, 2, 15, 16, 17, 32, 33, 100, 1000] do
  list = Enum.to_list(1..n//1)
  map = Map.new(list, &{{:key, &1}, &1 * 1.5})
  IO.inspect({n, :erlang.phash2(list), :erlang.phash2(map), :erlang.phash2(List.to_tuple(list)), :erlang.phash2(:binary.copy("x", n)), :erlang.phash2(Enum.map(list, &rem(&1, 256)))})
end

IO.inspect(for x <- [&Enum.map/2, :erlang.list_to_pid('<0.5.0>'), -0.0, 0.0, [], {}, %{}, "", <<1::1>>], do: :erlang.phash2(x))
IO.inspect(for x <- ["", "a", :binary.copy("abc", 99)], do: {:erlang.crc32(x), :erlang.adler32(x), Base.encode16(:erlang.md5(x)), :erlang.crc32_combine(:erlang.crc32(x), :erlang.crc32("tail"), 4) == :erlang.crc32(x <> "tail")})
