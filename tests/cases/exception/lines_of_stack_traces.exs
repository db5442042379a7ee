# The lines that stack traces name: of the last clause of a cond, of a function that calls itself, of a protocol's functions,
# of a struct that cannot be built.
defmodule Lines do
  def loop(0), do: raise("deep")

  def loop(n) do
    1 + loop(n - 1)
  end

  def other(0), do: loop(3)
  def other(n), do: [loop_or_other(n)]
  def loop_or_other(n), do: [other(n - 1)]

  def undecided(x) do
    cond do
      x -> 1
      x == 2 -> 3
      !x and is_list(x) -> 4
    end
  end

  def trace(fun) do
    fun.()
  rescue
    _ -> for {module, name, arity, place} <- __STACKTRACE__, own?(module), do: {module, name, if(is_list(arity), do: length(arity), else: arity), place[:line]}
  end

  defp own?(module), do: module in [Lines, Sized, Builder, Point] or hd(inspect(module) |> to_charlist()) == ?:
end

defprotocol Sized do
  @doc "The size."
  def size(x)

  def other(x, y)
end

defmodule Point do
  @enforce_keys [:x]
  defstruct [:x, :y]
end

own = fn entries -> Enum.filter(entries, fn {module, _, _, _} -> module in [Lines, Sized] end) end
IO.inspect(own.(Lines.trace(fn -> Lines.loop(20) end)))
IO.inspect(own.(Lines.trace(fn -> Lines.other(3) end)))
IO.inspect(own.(Lines.trace(fn -> Lines.undecided(false) end)))
IO.inspect(own.(Lines.trace(fn -> Sized.size(1) end)))
IO.inspect(own.(Lines.trace(fn -> Sized.other([], 2) end)))

for code <- ["%Point{z: 1, x: 2}", "%Point{y: 1}"] do
  try do
    Code.compile_string("defmodule Builder do\n  def build(x),\n    do: {x, #{code}}\nend", "builder.ex")
  rescue
    error ->
      IO.puts(Exception.message(error))
      for {Point, name, arity, place} <- __STACKTRACE__, do: IO.inspect({name, arity, place})
      for {Builder, name, arity, place} <- __STACKTRACE__, do: IO.inspect({name, arity, place[:file], place[:line]})
  end
end
