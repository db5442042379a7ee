# What `:io.format` says of a format that does not fit its arguments, and what `:io_lib.format` makes of those that do.
message = fn fun ->
  try do
    fun.()
  rescue
    error -> Exception.message(elem(Exception.blame(:error, error, __STACKTRACE__), 0))
  end
end

for format <- ["~d", "~s", "~p ~p", "~.2f", "~B", "~c~c", "~5", "~", "~e", "~i ~s", "~*B", "~X", "~P", "~#", "a", "~z~s"],
    args <- [[:a], [1], [1, :b], [], :x, [2, 'b'], [[:a]]] do
  IO.inspect({format, args, message.(fn -> :io.format(format <> "\n", args) end)})
  IO.inspect(message.(fn -> :io_lib.format(format, args) end))
end

IO.inspect(message.(fn -> :io.format(5, []) end))
IO.inspect(message.(fn -> :io.format("~s~n", [[300]]) end))
IO.inspect(for {f, a} <- [{"~s|~p", [:a, :b]}, {"~B-~c", [1, ?x]}, {"~s", ["text"]}, {"~5s", [:ab]}], do: :io_lib.format(f, a))

# Text has to be text, but for a binary on standard output.
for chars <- [[1, :a], [<<255>>, ?\n], ["é", [300, ?\n]], [-1], [0x110000]] do
  IO.inspect({chars, message.(fn -> IO.write(chars) end), message.(fn -> IO.puts(:stderr, chars) end)})
end

IO.inspect(message.(fn -> IO.puts(<<255>>) end))
IO.inspect(message.(fn -> IO.write(:stderr, <<255>>) end))
