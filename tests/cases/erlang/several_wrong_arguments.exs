# Each wrong argument is named, and lists that are none are told apart from improper ones.
show = fn fun ->
  try do
    fun.()
  rescue
    error -> {error.__struct__, Exception.message(error)}
  end
  |> IO.inspect(width: :infinity)
end

id = fn x -> x end

for bad <- [nil, %{a: 1}] do
  show.(fn -> :lists.map(id, bad) end)
  show.(fn -> :lists.foldl(fn x, _ -> x end, 0, bad) end)
  show.(fn -> :lists.any(id, bad) end)
  show.(fn -> :lists.all(id, bad) end)
  show.(fn -> :lists.filter(id, bad) end)
  show.(fn -> :lists.keysort(1, bad) end)
  show.(fn -> :timer.tc(bad) end)
  show.(fn -> :ets.new(1, bad) end)
  show.(fn -> :ets.insert(1, bad) end)
end

for {first, last, step} <- [{1, 2, 0}, {2, 1, 1}, {1, 5, -1}, {nil, 2, nil}, {1.0, 2, 1}, {1, 1, 0}, {1, 2, -1}, {5, 1, -2}],
    do: show.(fn -> :lists.seq(first, last, step) end)

show.(fn -> :lists.filter(fn _ -> true end, [1 | 2]) end)
show.(fn -> :lists.keysort(1, [1 | 2]) end)
show.(fn -> :lists.member(7, [1 | 2]) end)
show.(fn -> :lists.reverse([1 | 2], []) end)
show.(fn -> :erlang.list_to_atom([1 | 2]) end)
show.(fn -> :erlang.list_to_integer([1 | 2]) end)

for {at, tuple} <- [{0, nil}, {-1, {1}}, {3, {1}}, {:a, 5}] do
  show.(fn -> :erlang.element(at, tuple) end)
  show.(fn -> :erlang.setelement(at, tuple, 1) end)
  show.(fn -> :erlang.delete_element(at, tuple) end)
  show.(fn -> :erlang.split_binary(tuple, at) end)
  show.(fn -> String.duplicate(tuple, at) end)
  show.(fn -> :binary.replace(at, "a", tuple) end)
  show.(fn -> :binary.replace("a", at, tuple) end)
  show.(fn -> :binary.replace(at, "a", "b", tuple) end)
  show.(fn -> :maps.merge_with(id, at, tuple) end)
  show.(fn -> :re.run(tuple, at, tuple) end)
  show.(fn -> :counters.new(at, tuple) end)
  show.(fn -> :erlang.unique_integer(tuple) end)
  show.(fn -> :io_lib.format(<<255>>, [at]) end)
  show.(fn -> :erlang.binary_to_list(tuple, at, 10) end)
end

for {from, to} <- [{0, 1}, {2, 1}, {2, 9}, {8, 9}, {8, 1}, {:a, 2}, {1, nil}, {9, -1}],
    do: show.(fn -> :erlang.binary_to_list("abc", from, to) end)

for text <- [<<255>>, <<"é", 0xE2, 0x82>>, "a\u{fffe}", "\\é", <<1, "/\t">>], options <- ["", "u"], do: show.(fn -> Regex.compile(text, options) end)
