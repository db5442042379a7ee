# Hooks get the line of their module, however its last statement ends.
defmodule Hooks do
  defmacro __using__(_) do
    quote do
      @before_compile Hooks
      @after_compile Hooks
    end
  end

  defmacro __before_compile__(env) do
    IO.inspect({:before, env.line, env.function})
    nil
  end

  def __after_compile__(env, _), do: IO.inspect({:after, env.line, env.function})
end

defmodule Main do
  use Hooks

  def f(x),
    do: x
end

for name <- [One, Two] do
  defmodule name do
    use Hooks
  end
end
