defmodule AccessTest do
  use ExUnit.Case, async: true

  describe "get" do
    test "Access.get([],:a)" do
      assert Access.get([], :a) === nil
    end

    test "Access.get([a: 1, b: 2],:a)" do
      assert Access.get([a: 1, b: 2], :a) === 1
    end
  end

  describe "fetch" do
    test "Access.fetch([],:a)" do
      assert Access.fetch([], :a) === :error
    end

    test "Access.fetch([a: 1, b: 2],:a)" do
      assert Access.fetch([a: 1, b: 2], :a) === {:ok, 1}
    end
  end

  describe "pop" do
    test "Access.pop([],:a)" do
      assert Access.pop([], :a) === {nil, []}
    end

    test "Access.pop([1],:a)" do
      assert Access.pop([1], :a) === {nil, [1]}
    end

    test "Access.pop([1,2,3],:a)" do
      assert Access.pop([1, 2, 3], :a) === {nil, [1, 2, 3]}
    end

    test "Access.pop([1,[2,[3]]],:a)" do
      assert Access.pop([1, [2, [3]]], :a) === {nil, [1, [2, [3]]]}
    end

    test "Access.pop([a: 1, b: 2],:a)" do
      assert Access.pop([a: 1, b: 2], :a) === {1, [b: 2]}
    end
  end

  describe "fetch!" do
    test "Access.fetch!(%{},:z)" do
      assert message(KeyError, fn -> Access.fetch!(%{}, :z) end) == "key :z not found in: %{}"
    end

    test "Access.fetch!(MapSet.new([1,2]),:z)" do
      assert message(UndefinedFunctionError, fn -> Access.fetch!(MapSet.new([1, 2]), :z) end) ==
               "function MapSet.fetch/2 is undefined (MapSet does not implement the Access behaviour. If you are using get_in/put_in/update_in, you can specify the field to be accessed using Access.key!/1)"
    end
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))

  describe "what cannot be put" do
    test "a key of a map into nil" do
      assert_raise BadMapError, "expected a map, got: nil", fn -> put_in(%{a: nil}, [:a, Access.key(:b)], 1) end
      assert_raise BadMapError, fn -> put_in(%{a: nil}, [:a, Access.key(:b, %{}), :c], 1) end
      assert get_in(%{a: nil}, [:a, Access.key(:b, 3)]) == nil
      assert pop_in(%{a: nil}, [:a, Access.key(:b, 3)]) == {nil, %{}}
      assert put_in(%{a: %{}}, [:a, Access.key(:b, %{}), :c], 1) == %{a: %{b: %{c: 1}}}
    end

    test "what is no atom into a keyword list" do
      assert_raise FunctionClauseError, fn -> put_in([a: 1], ["a"], 1) end
      assert_raise FunctionClauseError, fn -> pop_in([a: 1], [1]) end
      assert_raise ArgumentError, fn -> get_in([a: 1], ["a"]) end
    end
  end
end
