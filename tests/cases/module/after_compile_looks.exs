# Hooks that run after compiling may look at the module, and change nothing.
defmodule Look do
  def __after_compile__(env, beam) do
    IO.inspect({env.module, is_binary(beam), Module.open?(env.module), Module.get_attribute(env.module, :kept)})
    IO.inspect(Enum.sort(Module.definitions_in(env.module)))

    {:v1, :def, _, clauses} = Module.get_definition(env.module, {:both, 1})
    IO.inspect(for {_, args, guards, _} <- clauses, do: {length(args), length(guards)})

    changes = [
      fn -> Module.put_attribute(env.module, :kept, 2) end,
      fn -> Module.delete_attribute(env.module, :kept) end,
      fn -> Module.register_attribute(env.module, :kept, accumulate: true) end
    ]

    for change <- changes do
      try do
        change.()
      rescue
        error in ArgumentError -> IO.puts(error.message)
      end
    end
  end
end

defmodule Looked do
  @after_compile Look
  @kept 1
  def both(x) when is_integer(x) when x == :a when is_nil(x) and x != 1, do: {x, @kept}
  def both(_), do: :other
end

IO.inspect(Looked.both(:a))
