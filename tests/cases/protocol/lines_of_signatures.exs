# A stack trace names the line of a protocol function's signature, and that of the protocol for the search.
defprotocol Sized do
  @doc "The size."
  def size(x)

  def other(x, y)
end

trace = fn fun ->
  try do
    fun.()
  rescue
    _ -> for {Sized, name, arity, place} <- __STACKTRACE__, do: {name, arity, place[:line]}
  end
end

IO.inspect(trace.(fn -> Sized.size(1) end))
IO.inspect(trace.(fn -> Sized.other([], 2) end))

# What stands to the right of a match is asked as an expression.
try do
  "text" =~ {:not, :an, :expression}
rescue
  e in FunctionClauseError -> IO.inspect({e.module, e.function, e.arity})
end

# A row too short for its table is refused without a reason.
table = :ets.new(:rows, keypos: 2)

for row <- [{:x}, [{:x, 1}, {:y}], :a, [:a]] do
  try do
    :ets.insert(table, row)
  rescue
    e -> IO.puts(Exception.message(elem(Exception.blame(:error, e, __STACKTRACE__), 0)))
  end
end
