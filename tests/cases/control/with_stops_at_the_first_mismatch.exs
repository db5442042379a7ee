# `with` threads matches and hands the first value that does not match to `else`.
parse = fn
  {:int, s} ->
    with {n, ""} <- Integer.parse(s),
         true <- n > 0,
         doubled = n * 2 do
      {:ok, doubled}
    else
      :error -> {:error, :not_a_number}
      {_, rest} -> {:error, {:rest, rest}}
      false -> {:error, :not_positive}
    end
end

for s <- ["21", "x", "12abc", "-3"], do: IO.inspect(parse.({:int, s}))
IO.inspect(with {:ok, x} <- {:error, :as_is}, do: x)

try do
  with {:ok, x} <- :oops do
    x
  else
    {:error, _} -> :never
  end
rescue
  e in WithClauseError -> IO.inspect(e)
end
