# What Macro.expand makes of code has the lines that it was given, none of where it is expanded.
defmodule Alone do
  defmacro line, do: __CALLER__.line
  defmacro pair(x), do: quote(do: {unquote(x), call(unquote(__CALLER__.line))})
end

# The counters of variables are not of interest.
plain = fn code -> Macro.prewalk(code, &Macro.update_meta(&1, fn meta -> Keyword.drop(meta, [:counter]) end)) end

defmodule Uses do
  import Alone
  def env, do: __ENV__
  IO.inspect(Macro.expand(quote(do: line()), __ENV__))
  IO.inspect(Macro.expand(quote(do: Alone.pair(x)), __ENV__))
  IO.inspect(Macro.expand(quote(line: 77, do: Alone.pair(x)), __ENV__))
  IO.inspect(Macro.expand(quote(do: pair(x)), %{__ENV__ | line: 5}))
  IO.inspect(Macro.expand_once(quote(do: unless(x, do: y)), __ENV__))
end

env = Uses.env()

for code <- [quote(do: a and b), quote(do: a or b), quote(do: rand() in [1 | [2]]), quote(do: rand() in [1, 2])] do
  expanded = plain.(Macro.expand(code, %{env | function: {:f, 0}, module: nil}))
  IO.inspect(expanded)
  IO.puts(Macro.to_string(expanded))
end

# Guards are what they were.
guard = %{env | context: :guard}
IO.puts(Macro.to_string(Macro.expand(quote(do: a and b), guard)))
IO.puts(Macro.to_string(Macro.expand(quote(do: a in [1 | [2]]), guard)))

# Monitors are asked of the machine itself.
f = &Process.monitor/1
IO.inspect(f.(self()) |> Process.demonitor())

try do
  Process.monitor("no process")
rescue
  error -> IO.inspect({error.__struct__, __STACKTRACE__ |> hd() |> Tuple.delete_at(3)})
end

# Literals in parentheses say where these are.
encoder = [literal_encoder: &{:ok, {:__block__, &2, [&1]}}, token_metadata: true]
for text <- ["(1)", "fn (:a) -> ([1]) end", "((nil))", "(x)", "((1); 2)"], do: IO.inspect(Code.string_to_quoted!(text, encoder))

# Tracers of one evaluation, and what it was told to be.
defmodule Tracer do
  def trace({:compile_env, app, path, result}, _env), do: send(self(), {:asked, app, path, result}) && :ok
  def trace({:remote_function, _, module, name, arity}, _env), do: send(self(), {:called, module, name, arity}) && :ok
  def trace(_event, _env), do: :ok
end

received = fn received -> receive(do: (message -> [message | received.(received)]), after: (0 -> [])) end
Code.eval_string("require Application\nApplication.compile_env(:elixir, [:no_such, :key], 1)\nString.length(\"a\")", [], tracers: [Tracer])
IO.inspect(Enum.uniq(received.(received)) |> Enum.reject(&match?({:called, Application, _, _}, &1)))
Code.eval_quoted(quote(do: String.length("a")), [], %{env | tracers: [Tracer]})
IO.inspect(received.(received))

defmodule Places do
  Module.eval_quoted(__MODULE__, quote(do: def(place, do: {__MODULE__, __ENV__.file, __ENV__.line})), [], file: "sample.ex", line: 13)
end

IO.inspect(Places.place())

# What Erlang has no more.
for {module, function, args} <- [{:erlang, :hash, [1, 2]}, {:erlang, :get_stacktrace, []}, {:crypto, :hmac, [1, 2, 3]}] do
  try do
    apply(module, function, args)
  rescue
    error -> IO.puts(Exception.blame(:error, error, __STACKTRACE__) |> elem(0) |> Exception.message())
  end
end
