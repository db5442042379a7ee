defmodule FloatTest do
  use ExUnit.Case, async: true

  test "round" do
    assert Float.round(1.0) === 1.0
    assert Float.round(-0.0) === 0.0
    assert Float.round(-0.0, 1) === -0.0
    assert Float.round(1.5) === 2.0
    assert Float.round(1.5, 1) === 1.5
    assert Float.round(2.5) === 3.0
    assert Float.round(2.5, 1) === 2.5
    assert Float.round(-2.5) === -3.0
    assert Float.round(-2.5, 1) === -2.5
    assert Float.round(1.0e10) === 10_000_000_000.0
    assert Float.round(1.0e22) === 1.0e22
    assert Float.round(123.456) === 123.0
    assert message(ArgumentError, fn -> Float.round(1.0, 16) end) == "precision 16 is out of valid range of 0..15"
  end

  test "ceil" do
    assert Float.ceil(1.0) === 1.0
    assert Float.ceil(-0.0) === -0.0
    assert Float.ceil(1.5) === 2.0
    assert Float.ceil(1.5, 1) === 1.5
    assert Float.ceil(2.5) === 3.0
    assert Float.ceil(2.5, 1) === 2.5
    assert Float.ceil(-2.5) === -2.0
    assert Float.ceil(-2.5, 1) === -2.5
    assert Float.ceil(1.0e10) === 10_000_000_000.0
    assert Float.ceil(1.0e22) === 1.0e22
    assert Float.ceil(1.0e-5, 1) === 0.1
    assert Float.ceil(123.456) === 124.0
  end

  test "floor" do
    assert Float.floor(1.0) === 1.0
    assert Float.floor(-0.0) === -0.0
    assert Float.floor(1.5, 1) === 1.5
    assert Float.floor(2.5) === 2.0
    assert Float.floor(2.5, 1) === 2.5
    assert Float.floor(-2.5) === -3.0
    assert Float.floor(-2.5, 1) === -2.5
    assert Float.floor(1.0e10) === 10_000_000_000.0
    assert Float.floor(1.0e22) === 1.0e22
    assert Float.floor(1.0e-5) === 0.0
    assert Float.floor(123.456) === 123.0
    assert Float.floor(123.456, 1) === 123.4
  end

  test "to_string" do
    assert Float.to_string(1.0) === "1.0"
    assert Float.to_string(-0.0) === "-0.0"
    assert Float.to_string(1.5) === "1.5"
    assert Float.to_string(2.5) === "2.5"
    assert Float.to_string(-2.5) === "-2.5"
    assert Float.to_string(1.0e10) === "1.0e10"
    assert Float.to_string(1.0e22) === "1.0e22"
    assert Float.to_string(1.0e-5) === "1.0e-5"
    assert Float.to_string(123.456) === "123.456"
    assert Float.to_string(0.1) === "0.1"
    assert Float.to_string(1.7976931348623157e308) === "1.7976931348623157e308"
    assert Float.to_string(5.0e-324) === "5.0e-324"
  end

  test "to_charlist" do
    assert Float.to_charlist(1.0) === '1.0'
    assert Float.to_charlist(-0.0) === '-0.0'
    assert Float.to_charlist(1.5) === '1.5'
    assert Float.to_charlist(2.5) === '2.5'
    assert Float.to_charlist(-2.5) === '-2.5'
    assert Float.to_charlist(1.0e10) === '1.0e10'
    assert Float.to_charlist(1.0e22) === '1.0e22'
    assert Float.to_charlist(1.0e-5) === '1.0e-5'
    assert Float.to_charlist(123.456) === '123.456'
    assert Float.to_charlist(0.1) === '0.1'
    assert Float.to_charlist(1.7976931348623157e308) === '1.7976931348623157e308'
    assert Float.to_charlist(5.0e-324) === '5.0e-324'
  end

  test "ratio" do
    assert Float.ratio(1.0) === {1, 1}
    assert Float.ratio(-0.0) === {0, 1}
    assert Float.ratio(1.5) === {3, 2}
    assert Float.ratio(2.5) === {5, 2}
    assert Float.ratio(-2.5) === {-5, 2}
    assert Float.ratio(1.0e10) === {10_000_000_000, 1}
    assert Float.ratio(1.0e22) === {10_000_000_000_000_000_000_000, 1}
    assert Float.ratio(1.0e-5) === {5_902_958_103_587_057, 590_295_810_358_705_651_712}
    assert Float.ratio(123.456) === {8_687_443_681_197_687, 70_368_744_177_664}
    assert Float.ratio(0.1) === {3_602_879_701_896_397, 36_028_797_018_963_968}
  end

  test "pow" do
    assert Float.pow(1.0, 2) === 1.0
    assert Float.pow(-0.0, 2) === 0.0
    assert Float.pow(1.5, 2) === 2.25
    assert Float.pow(2.5, 2) === 6.25
    assert Float.pow(-2.5, 2) === 6.25
    assert Float.pow(1.0e10, 2) === 1.0e20
    assert Float.pow(1.0e22, 2) === 1.0e44
    assert Float.pow(1.0e-5, 2) === 1.0000000000000002e-10
    assert Float.pow(123.456, 2) === 15241.383936
    assert Float.pow(0.1, 2) === 0.010000000000000002
    assert message(ArithmeticError, fn -> Float.pow(1.7976931348623157e308, 2) end) == "bad argument in arithmetic expression"
    assert Float.pow(5.0e-324, 2) === 0.0
  end

  test "parse" do
    assert Float.parse("12") === {12.0, ""}
    assert Float.parse("12abc") === {12.0, "abc"}
    assert Float.parse("-5") === {-5.0, ""}
    assert Float.parse("+5") === {5.0, ""}
    assert Float.parse("") === :error
    assert Float.parse("1_000") === {1.0, "_000"}
    assert Float.parse("1.5") === {1.5, ""}
    assert Float.parse("1.") === {1.0, "."}
    assert Float.parse("1e3") === {1000.0, ""}
    assert Float.parse("-0") === {-0.0, ""}
    assert Float.parse("0x1F") === {0.0, "x1F"}
    assert Float.parse("1.5.6") === {1.5, ".6"}
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))
end
