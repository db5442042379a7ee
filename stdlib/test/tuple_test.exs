defmodule TupleTest do
  use ExUnit.Case, async: true

  describe "product" do
    test "Tuple.product(List.to_tuple([]))" do
      assert Tuple.product(List.to_tuple([])) === 1
    end

    test "Tuple.product(List.to_tuple([1,2,3]))" do
      assert Tuple.product(List.to_tuple([1, 2, 3])) === 6
    end

    test "Tuple.product(List.to_tuple('abc'))" do
      assert Tuple.product(List.to_tuple('abc')) === 941_094
    end

    test "Tuple.product(List.to_tuple([0x10FFFF+1]))" do
      assert Tuple.product(List.to_tuple([0x10FFFF + 1])) === 1_114_112
    end

    test "Tuple.product(List.to_tuple([1,[2,[3]]]))" do
      assert message(ArithmeticError, fn -> Tuple.product(List.to_tuple([1, [2, [3]]])) end) == "bad argument in arithmetic expression"
    end

    test "Tuple.product(List.to_tuple(:a))" do
      assert String.starts_with?(
               message(ArgumentError, fn -> Tuple.product(List.to_tuple(:a)) end),
               "errors were found at the given arguments:\n\n  * 1st argument: not a list"
             )
    end
  end

  describe "append" do
    test "Tuple.append({},1)" do
      assert Tuple.append({}, 1) === {1}
    end

    test "Tuple.append({1},1)" do
      assert Tuple.append({1}, 1) === {1, 1}
    end

    test "Tuple.append({1,2,3},1)" do
      assert Tuple.append({1, 2, 3}, 1) === {1, 2, 3, 1}
    end

    test "Tuple.append([],1)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> Tuple.append([], 1) end),
               "errors were found at the given arguments:\n\n  * 1st argument: not a tuple"
             )
    end
  end

  describe "delete_at" do
    test "Tuple.delete_at({1},0)" do
      assert Tuple.delete_at({1}, 0) === {}
    end

    test "Tuple.delete_at({1,2,3},0)" do
      assert Tuple.delete_at({1, 2, 3}, 0) === {2, 3}
    end

    test "Tuple.delete_at({},0)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> Tuple.delete_at({}, 0) end),
               "errors were found at the given arguments:\n\n  * 1st argument: out of range"
             )
    end
  end

  describe "insert_at" do
    test "Tuple.insert_at({},0,:n)" do
      assert Tuple.insert_at({}, 0, :n) === {:n}
    end

    test "Tuple.insert_at({1},0,:n)" do
      assert Tuple.insert_at({1}, 0, :n) === {:n, 1}
    end

    test "Tuple.insert_at({1,2,3},0,:n)" do
      assert Tuple.insert_at({1, 2, 3}, 0, :n) === {:n, 1, 2, 3}
    end

    test "Tuple.insert_at({},9,:n)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> Tuple.insert_at({}, 9, :n) end),
               "errors were found at the given arguments:\n\n  * 1st argument: out of range"
             )
    end
  end

  describe "to_list" do
    test "Tuple.to_list({})" do
      assert Tuple.to_list({}) === []
    end

    test "Tuple.to_list({1})" do
      assert Tuple.to_list({1}) === [1]
    end

    test "Tuple.to_list({1,2,3})" do
      assert Tuple.to_list({1, 2, 3}) === [1, 2, 3]
    end

    test "Tuple.to_list([])" do
      assert String.starts_with?(
               message(ArgumentError, fn -> Tuple.to_list([]) end),
               "errors were found at the given arguments:\n\n  * 1st argument: not a tuple"
             )
    end
  end

  describe "sum" do
    test "Tuple.sum({})" do
      assert Tuple.sum({}) === 0
    end

    test "Tuple.sum({1})" do
      assert Tuple.sum({1}) === 1
    end

    test "Tuple.sum({1,2,3})" do
      assert Tuple.sum({1, 2, 3}) === 6
    end

    test "Tuple.sum([])" do
      assert String.starts_with?(
               message(ArgumentError, fn -> Tuple.sum([]) end),
               "errors were found at the given arguments:\n\n  * 1st argument: not a tuple"
             )
    end
  end

  describe "duplicate" do
    test "Tuple.duplicate({},2)" do
      assert Tuple.duplicate({}, 2) === {{}, {}}
    end

    test "Tuple.duplicate({1},2)" do
      assert Tuple.duplicate({1}, 2) === {{1}, {1}}
    end

    test "Tuple.duplicate({1,2,3},2)" do
      assert Tuple.duplicate({1, 2, 3}, 2) === {{1, 2, 3}, {1, 2, 3}}
    end

    test "Tuple.duplicate([],2)" do
      assert Tuple.duplicate([], 2) === {[], []}
    end

    test "Tuple.duplicate({},-1)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> Tuple.duplicate({}, -1) end),
               "errors were found at the given arguments:\n\n  * 1st argument: out of range"
             )
    end
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))
end
