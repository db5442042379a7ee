defmodule VersionTest do
  use ExUnit.Case, async: true

  test "parse" do
    assert Version.parse("12") === :error
    assert Version.parse("1.5.6") === {:ok, %Version{major: 1, minor: 5, patch: 6}}
  end
end
