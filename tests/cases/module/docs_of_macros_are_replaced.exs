# A definition that a macro wrote may get another documentation; no warning is due.
Application.ensure_all_started(:ex_unit)

defmodule Part do
  defmacro __using__(_) do
    quote do
      @doc "given"
      def part(x), do: x
      defoverridable part: 1
    end
  end
end

warnings =
  ExUnit.CaptureIO.capture_io(:stderr, fn ->
    Code.eval_string("""
    defmodule Whole do
      use Part
      @doc "own"
      def part(x), do: {x}
    end
    """)
  end)

IO.inspect({warnings, Whole.part(1)})

twice =
  ExUnit.CaptureIO.capture_io(:stderr, fn ->
    Code.eval_string("""
    defmodule Twice do
      @doc "one"
      def f(0), do: 0
      @doc "two"
      def f(x), do: x
    end
    """)
  end)

IO.puts(twice =~ "redefining @doc attribute previously set at line 2")
