# A comprehension's call stands on its own line, and a macro that fails shows what it called, not itself.
defmodule Frames do
  defmacro through(x), do: helper(x)
  defmacro direct(_x), do: raise("direct")
  defp helper(_), do: [raise("helper")]

  def list do
    for n <- [1], do: raise("list #{n}")
    :ok
  end

  def bytes do
    for <<c <- "ab">>, do: raise("bytes #{c}")
    :ok
  end

  def reduce do
    _ = 1

    for n <- [1], reduce: 0 do
      _ -> raise("reduce #{n}")
    end

    :ok
  end
end

lines = fn stacktrace -> for {Frames, name, arity, place} when is_atom(name) <- stacktrace, do: {name, arity, place[:line]} end

for name <- [:list, :bytes, :reduce] do
  try do
    apply(Frames, name, [])
  rescue
    error ->
      own = for {^name, 0, line} <- lines.(__STACKTRACE__), do: line
      IO.inspect({Exception.message(error), own}, charlists: :as_lists)
  end
end

for call <- [quote(do: Frames.through(1)), quote(do: Frames.direct(1))] do
  try do
    Code.eval_quoted({:__block__, [], [quote(do: require(Frames)), call]})
  rescue
    error ->
      shown = for {Frames, name, arity, place} <- __STACKTRACE__, do: {name, arity, place[:file]}
      IO.inspect({Exception.message(error), Enum.map(shown, fn {name, arity, file} -> {name, arity, Path.basename(file)} end)})
  end
end
