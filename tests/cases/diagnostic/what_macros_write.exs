# What a macro wrote is not told of; what a module sets for a definition that does not follow is. Clauses that a loop makes
# need not stand together, and `@impl` takes a macro for a callback's implementation.
Application.ensure_all_started(:ex_unit)

warnings = fn source ->
  IO.puts(ExUnit.CaptureIO.capture_io(:stderr, fn -> Code.eval_string(source, [], file: "w.ex") end))
  IO.puts("--")
end

defmodule Writes do
  @callback init(keyword) :: any
  defmacro attributes do
    quote do
      @doc "x"
      @one 1
      (fn -> @two 2 end).()
    end
  end

  defmacro __using__(_) do
    quote do
      @behaviour Writes
      @impl true
      defmacro init(_), do: nil
      defoverridable init: 1
    end
  end
end

warnings.("""
defmodule A do
  require Writes
  Writes.attributes()
  (fn -> @three 3 end).()
end
""")

warnings.("""
defmodule B do
  use Writes
  @impl true
  defmacro init(_), do: 3
end
defmodule C do
  @behaviour Writes
  defmacro init(_), do: 3
end
""")

warnings.("""
defmodule D do
  for x <- [1, 2], do: def(f(unquote(x)), do: unquote(x))
  defmacro m, do: 3
  def f(3), do: 3
  def h(1), do: 1
  def i(1), do: 1
  for x <- [3, 4], do: def(h(unquote(x)), do: 1)
  def j(1), do: 1
  def h(5), do: 1
  def i(6), do: 1
end
""")

warnings.("""
defmodule E do
  @doc false
  defimpl String.Chars, for: Writes do
    def to_string(_), do: ""
  end
  @typedoc "t"
  @impl true
  @deprecated "d"
  @zzz 3
end
""")

for call <- ["compile_env(:a, :b)", "compile_env!(:a, :b)"] do
  try do
    Code.eval_string("defmodule Late do\n  import Application\n  def value, do: #{call}\nend")
  rescue
    error -> IO.inspect(error)
  end
end
