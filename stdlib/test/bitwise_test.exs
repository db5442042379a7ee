defmodule BitwiseTest do
  use ExUnit.Case, async: true

  describe "band" do
    test "Bitwise.band(0,5)" do
      assert Bitwise.band(0, 5) === 0
    end

    test "Bitwise.band(1,5)" do
      assert Bitwise.band(1, 5) === 1
    end

    test "Bitwise.band(255,5)" do
      assert Bitwise.band(255, 5) === 5
    end

    test "Bitwise.band(123456789012345678,5)" do
      assert Bitwise.band(123_456_789_012_345_678, 5) === 4
    end

    test "Bitwise.band(1.0,5)" do
      assert message(ArithmeticError, fn -> Bitwise.band(1.0, 5) end) == "bad argument in arithmetic expression"
    end
  end

  describe "bsl" do
    test "Bitwise.bsl(0,3)" do
      assert Bitwise.bsl(0, 3) === 0
    end

    test "Bitwise.bsl(1,3)" do
      assert Bitwise.bsl(1, 3) === 8
    end

    test "Bitwise.bsl((-7),3)" do
      assert Bitwise.bsl(-7, 3) === -56
    end

    test "Bitwise.bsl(10,3)" do
      assert Bitwise.bsl(10, 3) === 80
    end

    test "Bitwise.bsl(255,3)" do
      assert Bitwise.bsl(255, 3) === 2040
    end

    test "Bitwise.bsl(1.0,3)" do
      assert message(ArithmeticError, fn -> Bitwise.bsl(1.0, 3) end) == "bad argument in arithmetic expression"
    end
  end

  describe "bnot" do
    test "Bitwise.bnot(0)" do
      assert Bitwise.bnot(0) === -1
    end

    test "Bitwise.bnot(1)" do
      assert Bitwise.bnot(1) === -2
    end

    test "Bitwise.bnot((-7))" do
      assert Bitwise.bnot(-7) === 6
    end

    test "Bitwise.bnot(10)" do
      assert Bitwise.bnot(10) === -11
    end

    test "Bitwise.bnot(255)" do
      assert Bitwise.bnot(255) === -256
    end

    test "Bitwise.bnot(1.0)" do
      assert message(ArithmeticError, fn -> Bitwise.bnot(1.0) end) == "bad argument in arithmetic expression"
    end
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))
end
