# The definition that is overridden can be captured like any function, with and without parameters.
defmodule Root do
  defmacro __using__(_) do
    quote do
      def name, do: :base
      def twice(x), do: x * 2
      def pair(x, y), do: {x, y}
      defoverridable name: 0, twice: 1, pair: 2
    end
  end
end

defmodule Over do
  use Root
  def name, do: {:over, (&super/0).()}
  def twice(x), do: Enum.map([x, x + 1], &super/1)
  def pair(x, y), do: Enum.map([x, y], &super(&1, x))
end

IO.inspect({Over.name(), Over.twice(3), Over.pair(1, 2)})

for code <- ["0.foo", "\"a\".foo(1, b: 2)", "[1].foo()"] do
  try do
    Code.eval_string(code, [], file: "c.exs")
  rescue
    error in CompileError -> IO.puts(Exception.message(error))
  end
end
