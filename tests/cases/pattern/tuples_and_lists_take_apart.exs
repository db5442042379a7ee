# Tuples and lists are taken apart by position; repeated variables must be equal.
{a, [b, c | rest], _} = {1, [2, 3, 4, 5], :ignored}
IO.inspect({a, b, c, rest})

same? = fn
  x, x -> true
  _, _ -> false
end

IO.inspect({same?.(1, 1), same?.(1, 1.0), same?.([a], [1])})

result =
  try do
    {:ok, value} = {:error, :nope}
    value
  rescue
    e in MatchError -> Exception.message(e)
  end

IO.puts(result)
