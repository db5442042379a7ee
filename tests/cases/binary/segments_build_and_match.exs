# Every kind of segment, built and taken apart again.
bin = <<1, 258::16, 3::little-32, -1::8, 2.5::float, "hi", "é"::utf8, 5::3, 1::5>>
IO.inspect(bin)
<<a, b::16, c::little-32, d::signed-8, f::float, s::binary-size(2), u::utf8, e::3, g::5>> = bin
IO.inspect({a, b, c, d, f, s, u, e, g})
n = 3
<<head::binary-size(n), tail::binary>> = "abcdef"
IO.inspect({head, tail})
<<len, data::binary-size(len), rest::bits>> = <<2, "xyz">>
IO.inspect({len, data, rest})
IO.inspect(<<1::1, 0::1>>)
IO.inspect(for <<r::4 <- <<0xAB, 0xCD>> >>, do: r)
IO.inspect(for <<c <- "abc">>, into: "", do: <<c + 1>>)
IO.inspect(match?(<<_::8, _::binary>>, ""))
IO.inspect(byte_size(<<1::size(17)>>))
IO.inspect("a" <> "b" <> "c")
"pre" <> rest = "prefix"
IO.inspect(rest)
IO.inspect(<<"utf16"::utf16>>)
