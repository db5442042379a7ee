# Arithmetic and bit operations on integers of every size.
Code.require_file("terms.ex", __DIR__)
import Bitwise

Terms.digests(80, 120, fn ->
  {a, b} = {Terms.integer(), Terms.integer()}
  s = Terms.below(140) - 70

  [a + b, a - b, a * b, Terms.result(fn -> div(a, b) end), Terms.result(fn -> rem(a, b) end), band(a, b), bor(a, b), bxor(a, b), bnot(a), a <<< s, a >>> s, -a, abs(a),
   Terms.result(fn -> Integer.mod(a, b) end), Terms.result(fn -> Integer.floor_div(a, b) end), Integer.gcd(a, b), a * a - b * b == (a + b) * (a - b)]
end)

Terms.digests(30, 100, fn ->
  a = Terms.integer()
  base = Terms.below(35) + 2
  text = Integer.to_string(a, base)
  {text, String.to_integer(text, base) === a, :erlang.integer_to_list(a), :binary.encode_unsigned(abs(a)), Integer.digits(abs(a), base) |> Integer.undigits(base) |> Kernel.==(abs(a))}
end)

Terms.digests(20, 100, fn ->
  {a, b} = {Terms.integer(), Terms.integer()}
  [Terms.result(fn -> a / b end), Terms.result(fn -> a * 1.0 end), Terms.result(fn -> :erlang.float(a) end), Integer.pow(rem(a, 100), Terms.below(60))]
end)
