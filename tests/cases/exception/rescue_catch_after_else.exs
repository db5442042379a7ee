# try in all its forms, with what each clause sees.
defmodule Boom do
  defexception message: "default", code: 0
end

run = fn f ->
  try do
    f.()
  rescue
    e in [ArgumentError, Boom] -> {:rescued, e.__struct__, Exception.message(e)}
    e in ArithmeticError -> {:arith, Exception.message(e)}
    _ in UndefinedFunctionError -> :undefined
  catch
    :throw, v -> {:thrown, v}
    :exit, r -> {:exited, r}
    kind, v -> {kind, v}
  else
    :special -> :else_special
    v -> {:else, v}
  after
    IO.puts("after")
  end
end

IO.inspect(run.(fn -> raise Boom end))
IO.inspect(run.(fn -> raise Boom, message: "given", code: 3 end))
IO.inspect(run.(fn -> raise ArgumentError, "bad" end))
IO.inspect(run.(fn -> 1 / 0 end))
IO.inspect(run.(fn -> throw(:ball) end))
IO.inspect(run.(fn -> exit(:stop) end))
IO.inspect(run.(fn -> Nope.nope() end))
IO.inspect(run.(fn -> :erlang.error(:odd) end))
IO.inspect(run.(fn -> :special end))
IO.inspect(run.(fn -> 5 end))

try do
  try do
    raise "inner"
  rescue
    e -> reraise e, __STACKTRACE__
  end
rescue
  e -> IO.inspect(e)
end

f = fn -> try do: throw(1), catch: (x -> x) end
IO.inspect(f.())
