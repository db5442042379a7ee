defmodule MapSetTest do
  use ExUnit.Case, async: true

  test "new" do
    assert message(KeyError, fn -> MapSet.new([1, 2]).a end) == "key :a not found in: MapSet.new([1, 2])"

    assert message(UndefinedFunctionError, fn -> MapSet.new([1, 2])[:a] end) ==
             "function MapSet.fetch/2 is undefined (MapSet does not implement the Access behaviour. If you are using get_in/put_in/update_in, you can specify the field to be accessed using Access.key!/1)"

    assert message(KeyError, fn -> MapSet.new([1, 2]).b.c end) == "key :b not found in: MapSet.new([1, 2])"

    assert String.starts_with?(
             message(ArgumentError, fn -> MapSet.new([1, 2]).foo() end),
             "errors were found at the given arguments:\n\n  * 1st argument: not an atom"
           )
  end

  test "member?" do
    assert MapSet.member?(MapSet.new([1, 2]), 1) === true
  end

  test "union" do
    assert MapSet.union(MapSet.new([1, 2]), MapSet.new([9])) === MapSet.new([1, 2, 9])
  end

  test "to_list" do
    assert MapSet.to_list(MapSet.new([1, 2])) === [1, 2]
  end

  test "equal?" do
    assert MapSet.equal?(MapSet.new([1, 2]), MapSet.new([1, 2])) === true
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))
end
