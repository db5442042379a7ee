defmodule MapSetTest do
  use ExUnit.Case, async: true

  describe "new" do
    test "MapSet.new([1,2]).a" do
      assert message(KeyError, fn -> MapSet.new([1, 2]).a end) == "key :a not found in: MapSet.new([1, 2])"
    end

    test "MapSet.new([1,2])[:a]" do
      assert message(UndefinedFunctionError, fn -> MapSet.new([1, 2])[:a] end) ==
               "function MapSet.fetch/2 is undefined (MapSet does not implement the Access behaviour. If you are using get_in/put_in/update_in, you can specify the field to be accessed using Access.key!/1)"
    end

    test "MapSet.new([1,2]).b.c" do
      assert message(KeyError, fn -> MapSet.new([1, 2]).b.c end) == "key :b not found in: MapSet.new([1, 2])"
    end

    test "MapSet.new([1,2]).foo()" do
      assert String.starts_with?(
               message(ArgumentError, fn -> MapSet.new([1, 2]).foo() end),
               "errors were found at the given arguments:\n\n  * 1st argument: not an atom"
             )
    end
  end

  describe "member?" do
    test "MapSet.member?(MapSet.new([1,2]),1)" do
      assert MapSet.member?(MapSet.new([1, 2]), 1) === true
    end
  end

  describe "union" do
    test "MapSet.union(MapSet.new([1,2]),MapSet.new([9]))" do
      assert MapSet.union(MapSet.new([1, 2]), MapSet.new([9])) === MapSet.new([1, 2, 9])
    end
  end

  describe "to_list" do
    test "MapSet.to_list(MapSet.new([1,2]))" do
      assert MapSet.to_list(MapSet.new([1, 2])) === [1, 2]
    end
  end

  describe "equal?" do
    test "MapSet.equal?(MapSet.new([1,2]),MapSet.new([1,2]))" do
      assert MapSet.equal?(MapSet.new([1, 2]), MapSet.new([1, 2])) === true
    end
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))
end
