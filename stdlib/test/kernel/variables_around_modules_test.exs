defmodule Beamlet.VariablesAroundModulesTest do
  use ExUnit.Case, async: true
  import ExUnit.CaptureIO

  # The names of the variables that compiling the code warns of.
  defp unused(code) do
    warnings = capture_io(:stderr, fn -> Code.compile_string(code) end)
    Enum.sort(for [_, name] <- Regex.scan(~r/variable "(\w+)" is unused/, warnings), do: name)
  end

  test "a module reads all variables that it could read" do
    assert unused("a = 1\nb = fn c -> 1 end\ndefmodule VariablesAround1 do\nend\nd = 2") == ["c", "d"]
    assert unused("a = 1\nif true do\n  b = 2\n  defmodule VariablesAround2 do\n    c = 3\n  end\n  d = 4\nend") == ["c", "d"]
    assert unused("defmodule VariablesAround3 do\n  a = 1\n  defmodule Inner do\n    b = 1\n  end\nend") == ["b"]
  end
end
