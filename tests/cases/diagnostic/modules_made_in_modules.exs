# What modules inside of modules use counts for the file, whether or not their names are known beforehand.
defmodule Used do
  def x, do: 1
end

source = """
defmodule Around do
  alias Used, as: Thing
  import List
  alias Used, as: Nothing

  defimpl String.Chars, for: Around.Data do
    alias Used, as: Inner
    alias Used, as: Idle
    def to_string(_), do: inspect({Thing.x(), Inner.x(), first([1]), Around.Later.y()})
  end

  for name <- [Around.One, Around.Two] do
    defmodule name do
      def z, do: {Thing.x(), Around.Later.y(), Around.Later.w()}
    end
  end
end

defmodule Around.Later do
  def y, do: 2
end
"""

Application.ensure_all_started(:ex_unit)
IO.puts(ExUnit.CaptureIO.capture_io(:stderr, fn -> Code.compile_string(source, "around.ex") end))
