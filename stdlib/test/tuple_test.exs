defmodule TupleTest do
  use ExUnit.Case, async: true

  test "product" do
    assert Tuple.product(List.to_tuple([])) === 1
    assert Tuple.product(List.to_tuple([1, 2, 3])) === 6
    assert Tuple.product(List.to_tuple('abc')) === 941_094
    assert Tuple.product(List.to_tuple([0x10FFFF + 1])) === 1_114_112
    assert message(ArithmeticError, fn -> Tuple.product(List.to_tuple([1, [2, [3]]])) end) == "bad argument in arithmetic expression"

    assert String.starts_with?(
             message(ArgumentError, fn -> Tuple.product(List.to_tuple(:a)) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a list"
           )
  end

  test "append" do
    assert Tuple.append({}, 1) === {1}
    assert Tuple.append({1}, 1) === {1, 1}
    assert Tuple.append({1, 2, 3}, 1) === {1, 2, 3, 1}

    assert String.starts_with?(
             message(ArgumentError, fn -> Tuple.append([], 1) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a tuple"
           )
  end

  test "delete_at" do
    assert String.starts_with?(
             message(ArgumentError, fn -> Tuple.delete_at({}, 0) end),
             "errors were found at the given arguments:\n\n  * 1st argument: out of range"
           )

    assert String.starts_with?(
             message(ArgumentError, fn -> Tuple.delete_at({}, 5) end),
             "errors were found at the given arguments:\n\n  * 1st argument: out of range"
           )

    assert Tuple.delete_at({1}, 0) === {}

    assert String.starts_with?(
             message(ArgumentError, fn -> Tuple.delete_at({1}, 5) end),
             "errors were found at the given arguments:\n\n  * 1st argument: out of range"
           )

    assert Tuple.delete_at({1, 2, 3}, 0) === {2, 3}

    assert String.starts_with?(
             message(ArgumentError, fn -> Tuple.delete_at({1, 2, 3}, 5) end),
             "errors were found at the given arguments:\n\n  * 1st argument: out of range"
           )

    assert String.starts_with?(
             message(ArgumentError, fn -> Tuple.delete_at([], 0) end),
             "errors were found at the given arguments:\n\n  * 2nd argument: not a tuple"
           )

    assert String.starts_with?(
             message(ArgumentError, fn -> Tuple.delete_at([], 5) end),
             "errors were found at the given arguments:\n\n  * 2nd argument: not a tuple"
           )
  end

  test "insert_at" do
    assert Tuple.insert_at({}, 0, :n) === {:n}

    assert String.starts_with?(
             message(ArgumentError, fn -> Tuple.insert_at({}, 9, :n) end),
             "errors were found at the given arguments:\n\n  * 1st argument: out of range"
           )

    assert String.starts_with?(
             message(ArgumentError, fn -> Tuple.insert_at({}, -1, :n) end),
             "errors were found at the given arguments:\n\n  * 1st argument: out of range"
           )

    assert Tuple.insert_at({1}, 0, :n) === {:n, 1}

    assert String.starts_with?(
             message(ArgumentError, fn -> Tuple.insert_at({1}, 9, :n) end),
             "errors were found at the given arguments:\n\n  * 1st argument: out of range"
           )

    assert String.starts_with?(
             message(ArgumentError, fn -> Tuple.insert_at({1}, -1, :n) end),
             "errors were found at the given arguments:\n\n  * 1st argument: out of range"
           )

    assert Tuple.insert_at({1, 2, 3}, 0, :n) === {:n, 1, 2, 3}

    assert String.starts_with?(
             message(ArgumentError, fn -> Tuple.insert_at({1, 2, 3}, 9, :n) end),
             "errors were found at the given arguments:\n\n  * 1st argument: out of range"
           )

    assert String.starts_with?(
             message(ArgumentError, fn -> Tuple.insert_at({1, 2, 3}, -1, :n) end),
             "errors were found at the given arguments:\n\n  * 1st argument: out of range"
           )

    assert String.starts_with?(
             message(ArgumentError, fn -> Tuple.insert_at([], 0, :n) end),
             "errors were found at the given arguments:\n\n  * 2nd argument: not a tuple"
           )

    assert String.starts_with?(
             message(ArgumentError, fn -> Tuple.insert_at([], 9, :n) end),
             "errors were found at the given arguments:\n\n  * 2nd argument: not a tuple"
           )
  end

  test "to_list" do
    assert Tuple.to_list({}) === []
    assert Tuple.to_list({1}) === [1]
    assert Tuple.to_list({1, 2, 3}) === [1, 2, 3]

    assert String.starts_with?(
             message(ArgumentError, fn -> Tuple.to_list([]) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a tuple"
           )
  end

  test "sum" do
    assert Tuple.sum({}) === 0
    assert Tuple.sum({1}) === 1
    assert Tuple.sum({1, 2, 3}) === 6

    assert String.starts_with?(
             message(ArgumentError, fn -> Tuple.sum([]) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a tuple"
           )
  end

  test "duplicate" do
    assert Tuple.duplicate({}, 2) === {{}, {}}

    assert String.starts_with?(
             message(ArgumentError, fn -> Tuple.duplicate({}, -1) end),
             "errors were found at the given arguments:\n\n  * 1st argument: out of range"
           )

    assert Tuple.duplicate({1}, 2) === {{1}, {1}}

    assert String.starts_with?(
             message(ArgumentError, fn -> Tuple.duplicate({1}, -1) end),
             "errors were found at the given arguments:\n\n  * 1st argument: out of range"
           )

    assert Tuple.duplicate({1, 2, 3}, 2) === {{1, 2, 3}, {1, 2, 3}}

    assert String.starts_with?(
             message(ArgumentError, fn -> Tuple.duplicate({1, 2, 3}, -1) end),
             "errors were found at the given arguments:\n\n  * 1st argument: out of range"
           )

    assert Tuple.duplicate([], 2) === {[], []}

    assert String.starts_with?(
             message(ArgumentError, fn -> Tuple.duplicate([], -1) end),
             "errors were found at the given arguments:\n\n  * 1st argument: out of range"
           )
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))
end
