# Falling out of case and cond raises the errors that programs rescue.
run = fn f ->
  try do
    f.()
  rescue
    e -> IO.inspect({e.__struct__, Exception.message(e)})
  end
end

run.(fn ->
  case :x do
    :y -> 1
  end
end)

run.(fn ->
  cond do
    nil -> 1
    false -> 2
  end
end)

run.(fn -> Process.get(:none, :not_a_fun).(1) end)
run.(fn -> if "truthy", do: raise("in branch") end)
IO.inspect(if nil, do: 1)
IO.inspect(unless(nil, do: 1))
IO.inspect({nil && 1, 1 && 2, nil || 3, !nil, true and false, false or 5})
