# Macros that their modules advise against are told of where they are expanded, `use` by its own name.
defmodule Old do
  @deprecated "require Young instead"
  defmacro __using__(_), do: nil

  @deprecated "write 1"
  defmacro one(), do: 1

  defmacro two(), do: 2
end

warnings = fn source ->
  ExUnit.CaptureIO.capture_io(:stderr, fn -> Code.eval_string(source, [], file: "old.ex") end)
end

Application.ensure_all_started(:ex_unit)

IO.puts(
  warnings.("""
  defmodule User do
    use Old
    require Old
    use Bitwise
    def three, do: Old.one() + Old.two()
    def four, do: bsl(1, 2)
  end
  """)
)

IO.puts(warnings.("import Old\none()"))

# A module takes `do` and nothing else.
for source <- ["defmodule A do\n  1\nrescue\n  _ -> 2\nend", "defmodule A, do: 1, else: 2", "defmodule A, [foo: 1]"] do
  try do
    Code.eval_string(source)
  rescue
    error -> IO.puts(Exception.message(error))
  end
end

try do
  Code.eval_string("defimpl Inspect, for: Old do\n  1\nelse\n  2\nend")
rescue
  error -> IO.puts(Exception.message(error))
end

IO.inspect(Old.__info__(:deprecated))
