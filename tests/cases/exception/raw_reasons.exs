# What a linked or monitoring process sees of errors in library calls: the bare reason, not the exception.
defmodule Raw do
  defstruct [:a]

  def id(x), do: x |> :erlang.term_to_binary() |> :erlang.binary_to_term()

  def reason(fun) do
    {pid, ref} = spawn_monitor(fun)

    receive do
      {:DOWN, ^ref, _, ^pid, {reason, [{module, name, args, _} | _]}} ->
        {reason, {module, name, if(is_list(args), do: length(args), else: args)}}
    end
  end

  def initial(stream), do: Enum.map(stream, fn {:ok, call} -> call end)
end

Logger.configure(level: :none)
id = &Raw.id/1

calls = [
  fn -> Map.update!(id.(%{}), :a, & &1) end,
  fn -> Map.update!(id.(1), :a, & &1) end,
  fn -> String.split(id.(nil)) end,
  fn -> String.split(id.(1), ",") end
]

for call <- calls, do: call |> Raw.reason() |> IO.inspect()

IO.inspect(elem(Raw.reason(fn -> struct!(id.(struct(Raw)), zip: 1) end), 0))
IO.inspect(elem(Raw.reason(fn -> struct!(id.(Raw), zip: 1) end), 0))

try do
  String.split(id.(nil))
rescue
  error -> IO.puts(Exception.message(error))
end

IO.inspect(Raw.initial(Task.async_stream([1], fn _ -> Process.get(:"$initial_call") end)))
