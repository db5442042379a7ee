defmodule VersionTest do
  use ExUnit.Case, async: true

  describe "parse" do
    test "Version.parse(\"12\")" do
      assert Version.parse("12") === :error
    end

    test "Version.parse(\"1.5.6\")" do
      assert Version.parse("1.5.6") === {:ok, %Version{major: 1, minor: 5, patch: 6}}
    end
  end
end
