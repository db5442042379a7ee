# Operators, calls and names that mean nothing in a pattern, and words that are reserved.
for code <- [
      "!x = 1",
      "x && y = 1",
      "case 1 do x || y -> 1 end",
      "fn x and y -> 1 end",
      "a.b.c = 1",
      "a.b = 1",
      "\"a\#{b}\" = 1",
      "to_string(x) = 1",
      "is_nil(x) = 1",
      "x = \"a\"; raise x, b: 1",
      "raise ArgumentError, message: \"m\"",
      "try do raise(KeyError, key: 1, term: %{}) rescue e -> reraise RuntimeError, [message: Exception.message(e)], [] end",
      "if a do\n  1 +\nend",
      "if a do @end",
      "fn -> x |> end",
      "Macro.to_string(quote(do: is_nil(x)) |> Macro.expand(__ENV__))"
    ] do
  try do
    {value, _} = Code.eval_string(code, [], file: "c.exs")
    IO.inspect(value)
  rescue
    error -> IO.puts("#{inspect(error.__struct__)}: #{Exception.message(error)}")
  end
end

# Comparing with what only equals itself, and with numbers, which equal those of the other kind.
defmodule Equal do
  def test(x) do
    {x == :a, x == nil, x == [], x == "b", x == 1, x == 1.0, x != :a, x != "b", x != [], 1 == x, :a != x}
  end

  def guard(x) when x == :a or x == "b" or x == [], do: :constant
  def guard(x) when x != nil and x == 1, do: :one
  def guard(x) when is_nil(x), do: nil
  def guard(_), do: :other
end

for x <- [:a, nil, [], "b", 1, 1.0, {1}], do: IO.inspect({x, Equal.test(x), Equal.guard(x)})
