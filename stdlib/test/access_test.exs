defmodule AccessTest do
  use ExUnit.Case, async: true

  test "get" do
    assert Access.get([], :a) === nil
    assert Access.get([1], :a) === nil
    assert Access.get([1, 2, 3], :a) === nil
    assert Access.get([1, [2, [3]]], :a) === nil
    assert Access.get([a: 1, b: 2], :a) === 1
    assert Access.get([{:a, 1}, {1, 2}, :x], :a) === 1
    assert Access.get('abc', :a) === nil
    assert Access.get(["a", "b"], :a) === nil
    assert Access.get(%{}, :a) === nil
    assert Access.get([3, 1, 2, 1], :a) === nil
    assert Access.get([0x10FFFF + 1], :a) === nil
    assert Access.get([:a], :a) === nil
    assert Access.get([["a"], 'b'], :a) === nil
  end

  test "fetch" do
    assert Access.fetch([], :a) === :error
    assert Access.fetch([1], :a) === :error
    assert Access.fetch([1, 2, 3], :a) === :error
    assert Access.fetch([1, [2, [3]]], :a) === :error
    assert Access.fetch([a: 1, b: 2], :a) === {:ok, 1}
    assert Access.fetch([{:a, 1}, {1, 2}, :x], :a) === {:ok, 1}
    assert Access.fetch('abc', :a) === :error
    assert Access.fetch(["a", "b"], :a) === :error
    assert Access.fetch(%{}, :a) === :error
    assert Access.fetch([3, 1, 2, 1], :a) === :error
    assert Access.fetch([0x10FFFF + 1], :a) === :error
    assert Access.fetch([:a], :a) === :error
    assert Access.fetch([["a"], 'b'], :a) === :error
  end

  test "pop" do
    assert Access.pop([], :a) === {nil, []}
    assert Access.pop([1], :a) === {nil, [1]}
    assert Access.pop([1, 2, 3], :a) === {nil, [1, 2, 3]}
    assert Access.pop([1, [2, [3]]], :a) === {nil, [1, [2, [3]]]}
    assert Access.pop([a: 1, b: 2], :a) === {1, [b: 2]}
    assert Access.pop('abc', :a) === {nil, 'abc'}
    assert Access.pop(["a", "b"], :a) === {nil, ["a", "b"]}
    assert Access.pop(%{}, :a) === {nil, %{}}
    assert Access.pop([3, 1, 2, 1], :a) === {nil, [3, 1, 2, 1]}
    assert Access.pop([0x10FFFF + 1], :a) === {nil, [1_114_112]}
    assert Access.pop([:a], :a) === {nil, [:a]}
    assert Access.pop([["a"], 'b'], :a) === {nil, [["a"], 'b']}
  end

  test "fetch!" do
    assert message(KeyError, fn -> Access.fetch!(%{}, :z) end) == "key :z not found in: %{}"
    assert message(KeyError, fn -> Access.fetch!(%{a: 1}, :z) end) == "key :z not found in: %{a: 1}"
    assert message(KeyError, fn -> Access.fetch!(%{a: 1, b: 2}, :z) end) == "key :z not found in: %{a: 1, b: 2}"
    assert message(KeyError, fn -> Access.fetch!(%{1 => 2}, :z) end) == "key :z not found in: %{1 => 2}"

    assert message(UndefinedFunctionError, fn -> Access.fetch!(MapSet.new([1, 2]), :z) end) ==
             "function MapSet.fetch/2 is undefined (MapSet does not implement the Access behaviour. If you are using get_in/put_in/update_in, you can specify the field to be accessed using Access.key!/1)"

    assert message(UndefinedFunctionError, fn -> Access.fetch!(1..3, :z) end) ==
             "function Range.fetch/2 is undefined (Range does not implement the Access behaviour. If you are using get_in/put_in/update_in, you can specify the field to be accessed using Access.key!/1)"

    assert message(KeyError, fn -> Access.fetch!([a: 1], :z) end) == "key :z not found in: [a: 1]"
    assert message(KeyError, fn -> Access.fetch!(nil, :z) end) == "key :z not found"
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))
end
