defmodule IntegerTest do
  use ExUnit.Case, async: true

  test "to_string" do
    assert Integer.to_string(0) === "0"
    assert Integer.to_string(0) |> String.length() === 1
    assert Integer.to_string(1) === "1"
    assert Integer.to_string(-7) === "-7"
    assert Integer.to_string(-7) |> String.length() === 2
    assert Integer.to_string(10) === "10"
    assert Integer.to_string(10, 16) === "A"
    assert Integer.to_string(255) === "255"
    assert Integer.to_string(255, 16) === "FF"
    assert Integer.to_string(255) |> String.length() === 3
    assert Integer.to_string(123_456_789_012_345_678) === "123456789012345678"
    assert Integer.to_string(123_456_789_012_345_678, 16) === "1B69B4BA630F34E"

    assert String.starts_with?(
             message(ArgumentError, fn -> Integer.to_string(0, 1) end),
             "errors were found at the given arguments:\n\n  * 2nd argument: not an integer in the range 2 through 36"
           )
  end

  test "to_charlist" do
    assert Integer.to_charlist(0, 2) === '0'
    assert Integer.to_charlist(1, 2) === '1'
    assert Integer.to_charlist(-7, 2) === '-111'
    assert Integer.to_charlist(10, 2) === '1010'
    assert Integer.to_charlist(255, 2) === '11111111'
    assert Integer.to_charlist(123_456_789_012_345_678, 2) === '110110110100110110100101110100110001100001111001101001110'

    assert String.starts_with?(
             message(ArgumentError, fn -> Integer.to_charlist(1.0, 2) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not an integer"
           )
  end

  test "digits" do
    assert Integer.digits(0) === [0]
    assert Integer.digits(0, 16) === [0]
    assert Integer.digits(1) === [1]
    assert Integer.digits(1, 16) === [1]
    assert Integer.digits(-7) === [-7]
    assert Integer.digits(-7, 16) === [-7]
    assert Integer.digits(10) === [1, 0]
    assert Integer.digits(10, 16) === '\n'
    assert Integer.digits(255) === [2, 5, 5]
    assert Integer.digits(255, 16) === [15, 15]
    assert Integer.digits(123_456_789_012_345_678) === [1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8]
    assert Integer.digits(123_456_789_012_345_678, 16) === [1, 11, 6, 9, 11, 4, 11, 10, 6, 3, 0, 15, 3, 4, 14]
  end

  test "undigits" do
    assert Integer.undigits([1, 2, 3], 10) === 123
  end

  test "mod" do
    assert Integer.mod(0, 3) === 0
    assert Integer.mod(1, 3) === 1
    assert Integer.mod(1, -3) === -2
    assert Integer.mod(-7, 3) === 2
    assert Integer.mod(-7, -3) === -1
    assert message(ArithmeticError, fn -> Integer.mod(0, 0) end) == "bad argument in arithmetic expression"
  end

  test "floor_div" do
    assert Integer.floor_div(0, 3) === 0
    assert Integer.floor_div(-7, 3) === -3
    assert Integer.floor_div(10, 3) === 3
    assert Integer.floor_div(255, 3) === 85
    assert Integer.floor_div(123_456_789_012_345_678, 3) === 41_152_263_004_115_226
    assert message(ArithmeticError, fn -> Integer.floor_div(0, 0) end) == "bad argument in arithmetic expression"
  end

  test "gcd" do
    assert Integer.gcd(0, 12) === 12
    assert Integer.gcd(1, 12) === 1
    assert Integer.gcd(-7, 12) === 1
    assert Integer.gcd(10, 12) === 2
    assert Integer.gcd(255, 12) === 3
    assert Integer.gcd(123_456_789_012_345_678, 12) === 6
  end

  test "extended_gcd" do
    assert Integer.extended_gcd(0, 12) === {12, 0, 1}
    assert Integer.extended_gcd(1, 12) === {1, 1, 0}
    assert Integer.extended_gcd(-7, 12) === {1, 5, 3}
    assert Integer.extended_gcd(10, 12) === {2, -1, 1}
    assert Integer.extended_gcd(255, 12) === {3, 1, -21}
    assert Integer.extended_gcd(123_456_789_012_345_678, 12) === {6, 1, -10_288_065_751_028_806}
  end

  test "pow" do
    assert Integer.pow(0, 3) === 0
    assert Integer.pow(1, 3) === 1
    assert Integer.pow(-7, 3) === -343
    assert Integer.pow(10, 3) === 1000
    assert Integer.pow(255, 3) === 16_581_375
    assert Integer.pow(123_456_789_012_345_678, 3) === 1_881_676_372_353_657_731_338_003_115_679_818_096_684_294_558_605_752
  end

  test "is_odd" do
    assert message(UndefinedFunctionError, fn -> Integer.is_odd(0) end) == "function Integer.is_odd/1 is undefined or private"
  end

  test "parse" do
    assert Integer.parse("12") === {12, ""}
    assert Integer.parse("12", 16) === {18, ""}
    assert Integer.parse("12", 36) === {38, ""}
    assert Integer.parse("12abc") === {12, "abc"}
    assert Integer.parse("12abc", 16) === {76476, ""}
    assert Integer.parse("12abc", 36) === {1_786_296, ""}
    assert Integer.parse("-5") === {-5, ""}
    assert Integer.parse("+5") === {5, ""}
    assert Integer.parse("") === :error
    assert Integer.parse("abc", 16) === {2748, ""}
    assert Integer.parse("abc", 36) === {13368, ""}
    assert Integer.parse("1_000") === {1, "_000"}
    assert message(ArgumentError, fn -> Integer.parse("12", 1) end) == "invalid base 1"
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))
end
