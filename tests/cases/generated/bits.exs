# Building and matching bitstrings with every size, sign and byte order.
Code.require_file("terms.ex", __DIR__)

Terms.digests(40, 60, fn ->
  n = Terms.integer()
  size = Terms.below(140)
  pad = Terms.below(9)
  big = <<0::size(pad), n::size(size)>>
  little = <<0::size(pad), n::size(size)-little>>
  <<_::size(pad), bu::size(size)>> = big
  <<_::size(pad), bs::size(size)-signed>> = big
  <<_::size(pad), lu::size(size)-little>> = little
  <<_::size(pad), ls::size(size)-little-signed>> = little
  <<_::size(pad), mixed::size(size)-little>> = big
  [big, little, bu, bs, lu, ls, mixed]
end)

Terms.digests(30, 60, fn ->
  f = Terms.float()
  pad = Terms.below(9)
  bits = <<1::size(pad), f::float, 2::3>>
  <<_::size(pad), g::float, _::bits>> = bits
  short = Terms.result(fn -> <<1::size(pad), f::float-32-little>> end)
  half = Terms.result(fn -> <<f::float-16>> end)
  <<a::float-little, _::bits>> = <<f::float-little, 7>>
  any = case <<Terms.below(0x100000000)::32, 3>> do
    <<x::float-32, _>> -> x
    other -> other
  end
  [bits, g === f, short, half, a === f, any]
end)

Terms.digests(30, 60, fn ->
  bits = Terms.bitstring()
  n = bit_size(bits)
  at = Terms.below(n)
  <<left::bits-size(at), right::bits>> = bits
  joined = <<left::bits, right::bits>>
  again = for <<b::1 <- bits>>, into: <<>>, do: <<b::1>>
  bytes = for <<b <- bits>>, do: b
  [left, right, joined === bits, again === bits, bytes, <<right::bits, left::bits>>, :erlang.bitstring_to_list(right), Terms.result(fn -> :binary.part(bits, 0, 1) end)]
end)

Terms.digests(20, 60, fn ->
  c = Terms.pick([?a, ?é, 0x7FF, 0x800, 0x20AC, 0xD7FF, 0xD800, 0xDFFF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF, 0x110000, Terms.below(0x110000)])
  bytes = for(_ <- 1..4, into: "", do: <<Terms.pick([Terms.below(256), 0xC3, 0x80 + Terms.below(64), 0xE2, 0xF0])>>)
  decoded = fn
    <<x::utf8, rest::bits>> -> {x, rest}
    other -> {:no, other}
  end
  decoded16 = fn
    <<x::utf16-little, rest::bits>> -> {x, rest}
    other -> {:no, other}
  end
  [Terms.result(fn -> <<c::utf8>> end), Terms.result(fn -> <<c::utf16>> end), Terms.result(fn -> <<1::3, c::utf16-little>> end), Terms.result(fn -> <<c::utf32-little>> end), decoded.(bytes), decoded16.(bytes), String.valid?(bytes)]
end)
