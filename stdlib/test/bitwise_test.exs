defmodule BitwiseTest do
  use ExUnit.Case, async: true

  test "band" do
    assert Bitwise.band(0, 5) === 0
    assert Bitwise.band(1, 5) === 1
    assert Bitwise.band(255, 5) === 5
    assert Bitwise.band(123_456_789_012_345_678, 5) === 4
    assert message(ArithmeticError, fn -> Bitwise.band(1.0, 5) end) == "bad argument in arithmetic expression"
  end

  test "bsl" do
    assert Bitwise.bsl(0, 3) === 0
    assert Bitwise.bsl(1, 3) === 8
    assert Bitwise.bsl(-7, 3) === -56
    assert Bitwise.bsl(10, 3) === 80
    assert Bitwise.bsl(255, 3) === 2040
    assert Bitwise.bsl(123_456_789_012_345_678, 3) === 987_654_312_098_765_424
    assert message(ArithmeticError, fn -> Bitwise.bsl(1.0, 3) end) == "bad argument in arithmetic expression"
  end

  test "bnot" do
    assert Bitwise.bnot(0) === -1
    assert Bitwise.bnot(1) === -2
    assert Bitwise.bnot(-7) === 6
    assert Bitwise.bnot(10) === -11
    assert Bitwise.bnot(255) === -256
    assert Bitwise.bnot(123_456_789_012_345_678) === -123_456_789_012_345_679
    assert message(ArithmeticError, fn -> Bitwise.bnot(1.0) end) == "bad argument in arithmetic expression"
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))
end
