# The messages that built-in errors show.
show = fn f ->
  try do
    f.()
  rescue
    e -> IO.puts("#{inspect(e.__struct__)}: #{Exception.message(e)}")
  end
end

show.(fn -> String.to_integer("x") end)
show.(fn -> :erlang.binary_to_atom(1) end)
show.(fn -> Map.fetch!(%{a: 1}, :b) end)
show.(fn -> Keyword.fetch!([a: 1], :b) end)
show.(fn -> hd([]) end)
show.(fn -> elem({1}, 1) end)
show.(fn -> Enum.fetch!([1], 5) end)
show.(fn -> String.to_existing_atom("surely this is not there") end)
show.(fn -> apply(Enum, :nope, [1]) end)
show.(fn -> Enum.reduce(:a, 0, fn x, y -> x + y end) end)
show.(fn -> "a" + 1 end)
show.(fn -> raise "plain" end)
show.(fn -> to_string({1}) end)
show.(fn -> List.first(%{}) end)
show.(fn -> Process.register(self(), nil) end)
