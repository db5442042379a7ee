# Errors of arithmetic name the operands, except where compiled code has instructions of its own: floats, and sums with a
# constant. A constant operand of what commutes is named second. Of several segments of a binary, that is complained of whose
# size is worked out first.
defmodule Told do
  def add(x), do: {x + 1, x}
  def from_the_left(x), do: {1 + x, x}
  def subtract(x), do: {x - 1, x}
  def subtract_from(x), do: {1 - x, x}
  def subtract_negative(x), do: {x - -5, x}
  def add_large(x), do: {x + 100_000_000_000_000_000_000, x}
  def add_two(x), do: {x + hd([x]), x}
  def scale(x), do: {x * 1.5, x}
  def scale_by_integer(x), do: {2 * x, x}
  def less_float(x), do: {1.0 - x, x}
  def divide(x), do: {x / hd([x]), x}
  def half(x), do: {x / 2, x}
  def whole(x), do: {div(x, 2), rem(x, 2)}
  def bits(x), do: {Bitwise.bxor(1, x), x}
  def shift(x), do: {Bitwise.bsl(1, x), x}

  def join(x), do: x <> hd([x])
  def join_three(x), do: x <> "-" <> hd([x])
  def numbers(x), do: <<x, hd([x])>>
  def text_then_letter(x), do: <<x::binary, hd([x])::utf8>>
  def float_then_text(x), do: <<x::float, hd([x])::binary>>
  def sized(x), do: <<x, hd([x])::binary-size(x)>>
end

for {name, 1} <- Enum.sort(Told.__info__(:functions)) do
  try do
    apply(Told, name, [:no])
  rescue
    error ->
      {error, _} = Exception.blame(:error, error, __STACKTRACE__)
      IO.puts("#{name}: #{Exception.message(error)}")
  end
end

# What a closure carries is no argument of a call that no clause takes.
defmodule Closures do
  def one(x), do: fn a when is_atom(a) -> {a, x} end
  def two(x, y), do: fn {1, b}, _ when b > x -> {x, y} end
  def none(_), do: fn %{} -> 1 end
  def mapped(x), do: Enum.map([1], fn {a, b} -> a + b + x end)
  def called(x), do: {x.(1), 2}
end

calls = [
  fn -> Closures.one(7).(8) end,
  fn -> Closures.two(7, 9).(:a, :b) end,
  fn -> Closures.none(7).(8) end,
  fn -> Closures.mapped(7) end
]

for call <- calls do
  try do
    call.()
  rescue
    error in FunctionClauseError ->
      {error, _} = Exception.blame(:error, error, __STACKTRACE__)
      IO.puts(Exception.message(error))
  end
end

# The place of a call of what cannot be called is in the trace twice.
for fun <- [fn -> 1 end, :no_function] do
  try do
    Closures.called(fun)
  rescue
    error -> IO.inspect({error.__struct__, for({Closures, name, arity, _} <- __STACKTRACE__, do: {name, arity})})
  end
end

# A comprehension that opens a function has a line of its own.
defmodule Opening do
  def first do
    for x <- [1, 2], do: fail(x)
  end

  defp fail(x), do: raise("#{x}")
end

try do
  Opening.first()
rescue
  _ -> for {Opening, :first, 0, place} <- __STACKTRACE__, do: IO.puts("line #{place[:line]}")
end
