# What each control of `io_lib:format/2` writes, and what it refuses.
for {f, a} <- [
      {"~.16x", [255, "0x"]},
      {"~.16x", [255, '0x']},
      {"~x", [255, "0x"]},
      {"~.2b", [5]},
      {"~.0b", [5]},
      {"~.1b", [5]},
      {"~.37b", [5]},
      {"~+b", [5]},
      {"~+.2b", [5]},
      {"~kp", ["x"]},
      {"~lp", ["x"]},
      {"~0p", [%{a: 1}]},
      {"~.0f", [2.5]},
      {"~.1f", [2.45]},
      {"~8.2.0f", [1.0]},
      {"~.3e", [1.0]},
      {"~.1e", [1.0]},
      {"~.0e", [1.0]},
      {"~.20f", [0.1]},
      {"~f", [1]},
      {"~f", ["x"]},
      {"~5c", [?a]},
      {"~c", ["a"]},
      {"~s", [5]},
      {"~s", [[300]]},
      {"~s", ["é"]},
      {"~ts", [[300]]},
      {"~10.3s", ["abcdef"]},
      {"~-10.3sx", ["abcdef"]},
      {"~.3s", ["ab"]},
      {"~*s", [5, "ab"]},
      {"~.*s", [1, "ab"]},
      {"~..*s", [1, "ab"]},
      {"~10..-s", ["ab"]},
      {"~p", []},
      {"~p", [1, 2]},
      {"~q", [1]},
      {"~", []},
      {"~5", [1]},
      {"~i", [1]},
      {"~n~3n", []},
      {"~~~5~", []},
      {"~W", [[1, 2, 3, 4], 2]},
      {"~P", [%{a: [1, 2, 3]}, 3]},
      {"~tp", ["é"]},
      {"~p", ["é"]},
      {"~p", [[233]]},
      {"~tp", [[233, 300]]},
      {"~w", [[233]]},
      {"~p", [:é]},
      {"~tp", [:"é b"]},
      {"~b", [1.0]},
      {"~B", ["x"]},
      {"~g", [1.0e-10]},
      {"~g", [123_456.789]},
      {"~g", [0.1]},
      {"~g", [1.0e10]},
      {"~.3g", [3.14159]},
      {"~e", [0.0]},
      {"~f", [1.0e30]},
      {"~10w|", [{1, 2}]},
      {"~-10w|", [{1, 2}]},
      {"~3w|", [{1, 2, 3}]},
      {"~3s|", ["abcd"]},
      {"~3p", [[1, 2, 3]]},
      {"~20p", [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]]},
      {"~p", [[1 | 2]]},
      {"~p", [{:a, "b", 'c', 1.5, self() |> is_pid}]},
      {"~p", [%{1 => 2, :a => "x", "k" => []}]},
      {"~p", [<<1, 2, 200>>]},
      {"~p", [<<1::3>>]},
      {"~p", [""]},
      {"~p", [[]]},
      {"~p", ['']},
      {"~p", ["a\"b\n"]},
      {"~p", ['a"b\n\e']},
      {"~w", ["ab"]},
      {"~p", [Enum.to_list(1..60)]},
      {"~p", [List.duplicate("abcdefghij", 12)]},
      {"~p", [{:tuple, List.duplicate({:abc, 1}, 15), %{key: List.duplicate(:value, 20)}}]},
      {"~p", [:lists.duplicate(100, ?a)]},
      {"~p", [String.duplicate("abc ", 40)]},
      {"~p", [%{nested: %{a: 1, b: %{c: 2}}, list: [[1, [2]], {}]}]},
      {"a~tsb~ts", ["é", 'x']},
      {"~p~p", ["a", :b]}
    ] do
  r =
    try do
      {:ok, :io_lib.format(f, a) |> IO.chardata_to_string()}
    rescue
      e -> {e.__struct__, Exception.message(e)}
    end

  IO.inspect({f, a, r}, limit: :infinity, width: 150)
end

IO.inspect(:io.printable_range())

for x <- ["日本", "é", [0x65E5], 'é', [233, 10], <<233>>, [300], "aé", [97, 0x1F600], %{"日" => [0x65E5]}, {:日, "ü"}] do
  IO.inspect(
    for f <- ["~tp", "~p", "~tw", "~tP"],
      do:
        try do
          :io_lib.format(f, if(f == "~tP", do: [x, 9], else: [x])) |> IO.chardata_to_string()
        rescue
          e -> e.__struct__
        end
  )
end

IO.inspect(
  {:io_lib.printable_list([300]), :io_lib.printable_unicode_list([300]), :io_lib.printable_latin1_list([233]),
   :io_lib.deep_char_list([[300]]), :io_lib.char_list([300]), :io_lib.write_string([300]),
   :io_lib.print([300]) |> IO.chardata_to_string(), :io_lib.write([300]) |> IO.chardata_to_string()}
)

IO.inspect(
  for f <- ["~w", "~p", "~tw"], do: :io_lib.format(f, [{:日, :"a b", :é, :ok, :"日 x"}]) |> IO.chardata_to_string()
)

IO.inspect(:io_lib.write_atom(:日))
