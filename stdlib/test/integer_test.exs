defmodule IntegerTest do
  use ExUnit.Case, async: true

  describe "to_string" do
    test "Integer.to_string(0)" do
      assert Integer.to_string(0) === "0"
    end

    test "Integer.to_string(0) |> String.length" do
      assert Integer.to_string(0) |> String.length() === 1
    end

    test "Integer.to_string(1)" do
      assert Integer.to_string(1) === "1"
    end

    test "Integer.to_string((-7))" do
      assert Integer.to_string(-7) === "-7"
    end

    test "Integer.to_string((-7)) |> String.length" do
      assert Integer.to_string(-7) |> String.length() === 2
    end

    test "Integer.to_string(0,1)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> Integer.to_string(0, 1) end),
               "errors were found at the given arguments:\n\n  * 2nd argument: not an integer in the range 2 through 36"
             )
    end
  end

  describe "to_charlist" do
    test "Integer.to_charlist(0,2)" do
      assert Integer.to_charlist(0, 2) === '0'
    end

    test "Integer.to_charlist(1,2)" do
      assert Integer.to_charlist(1, 2) === '1'
    end

    test "Integer.to_charlist((-7),2)" do
      assert Integer.to_charlist(-7, 2) === '-111'
    end

    test "Integer.to_charlist(10,2)" do
      assert Integer.to_charlist(10, 2) === '1010'
    end

    test "Integer.to_charlist(255,2)" do
      assert Integer.to_charlist(255, 2) === '11111111'
    end

    test "Integer.to_charlist(1.0,2)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> Integer.to_charlist(1.0, 2) end),
               "errors were found at the given arguments:\n\n  * 1st argument: not an integer"
             )
    end
  end

  describe "digits" do
    test "Integer.digits(0)" do
      assert Integer.digits(0) === [0]
    end

    test "Integer.digits(1)" do
      assert Integer.digits(1) === [1]
    end

    test "Integer.digits((-7))" do
      assert Integer.digits(-7) === [-7]
    end

    test "Integer.digits(10)" do
      assert Integer.digits(10) === [1, 0]
    end

    test "Integer.digits(10,16)" do
      assert Integer.digits(10, 16) === '\n'
    end
  end

  describe "undigits" do
    test "Integer.undigits([1,2,3],10)" do
      assert Integer.undigits([1, 2, 3], 10) === 123
    end
  end

  describe "mod" do
    test "Integer.mod(0,3)" do
      assert Integer.mod(0, 3) === 0
    end

    test "Integer.mod(1,3)" do
      assert Integer.mod(1, 3) === 1
    end

    test "Integer.mod(1,-3)" do
      assert Integer.mod(1, -3) === -2
    end

    test "Integer.mod((-7),3)" do
      assert Integer.mod(-7, 3) === 2
    end

    test "Integer.mod((-7),-3)" do
      assert Integer.mod(-7, -3) === -1
    end

    test "Integer.mod(0,0)" do
      assert message(ArithmeticError, fn -> Integer.mod(0, 0) end) == "bad argument in arithmetic expression"
    end
  end

  describe "floor_div" do
    test "Integer.floor_div(0,3)" do
      assert Integer.floor_div(0, 3) === 0
    end

    test "Integer.floor_div((-7),3)" do
      assert Integer.floor_div(-7, 3) === -3
    end

    test "Integer.floor_div(10,3)" do
      assert Integer.floor_div(10, 3) === 3
    end

    test "Integer.floor_div(255,3)" do
      assert Integer.floor_div(255, 3) === 85
    end

    test "Integer.floor_div(123456789012345678,3)" do
      assert Integer.floor_div(123_456_789_012_345_678, 3) === 41_152_263_004_115_226
    end

    test "Integer.floor_div(0,0)" do
      assert message(ArithmeticError, fn -> Integer.floor_div(0, 0) end) == "bad argument in arithmetic expression"
    end
  end

  describe "gcd" do
    test "Integer.gcd(0,12)" do
      assert Integer.gcd(0, 12) === 12
    end

    test "Integer.gcd(1,12)" do
      assert Integer.gcd(1, 12) === 1
    end

    test "Integer.gcd((-7),12)" do
      assert Integer.gcd(-7, 12) === 1
    end

    test "Integer.gcd(10,12)" do
      assert Integer.gcd(10, 12) === 2
    end

    test "Integer.gcd(255,12)" do
      assert Integer.gcd(255, 12) === 3
    end

    test "Integer.gcd(123456789012345678,12)" do
      assert Integer.gcd(123_456_789_012_345_678, 12) === 6
    end
  end

  describe "extended_gcd" do
    test "Integer.extended_gcd(0,12)" do
      assert Integer.extended_gcd(0, 12) === {12, 0, 1}
    end

    test "Integer.extended_gcd(1,12)" do
      assert Integer.extended_gcd(1, 12) === {1, 1, 0}
    end

    test "Integer.extended_gcd((-7),12)" do
      assert Integer.extended_gcd(-7, 12) === {1, 5, 3}
    end

    test "Integer.extended_gcd(10,12)" do
      assert Integer.extended_gcd(10, 12) === {2, -1, 1}
    end

    test "Integer.extended_gcd(255,12)" do
      assert Integer.extended_gcd(255, 12) === {3, 1, -21}
    end

    test "Integer.extended_gcd(123456789012345678,12)" do
      assert Integer.extended_gcd(123_456_789_012_345_678, 12) === {6, 1, -10_288_065_751_028_806}
    end
  end

  describe "pow" do
    test "Integer.pow(0,3)" do
      assert Integer.pow(0, 3) === 0
    end

    test "Integer.pow(1,3)" do
      assert Integer.pow(1, 3) === 1
    end

    test "Integer.pow((-7),3)" do
      assert Integer.pow(-7, 3) === -343
    end

    test "Integer.pow(10,3)" do
      assert Integer.pow(10, 3) === 1000
    end

    test "Integer.pow(255,3)" do
      assert Integer.pow(255, 3) === 16_581_375
    end

    test "Integer.pow(123456789012345678,3)" do
      assert Integer.pow(123_456_789_012_345_678, 3) === 1_881_676_372_353_657_731_338_003_115_679_818_096_684_294_558_605_752
    end
  end

  describe "is_odd" do
    test "Integer.is_odd(0)" do
      assert message(UndefinedFunctionError, fn -> Integer.is_odd(0) end) == "function Integer.is_odd/1 is undefined or private"
    end
  end

  describe "parse" do
    test "Integer.parse(\"12\")" do
      assert Integer.parse("12") === {12, ""}
    end

    test "Integer.parse(\"12\",16)" do
      assert Integer.parse("12", 16) === {18, ""}
    end

    test "Integer.parse(\"12\",36)" do
      assert Integer.parse("12", 36) === {38, ""}
    end

    test "Integer.parse(\"12abc\")" do
      assert Integer.parse("12abc") === {12, "abc"}
    end

    test "Integer.parse(\"12abc\",16)" do
      assert Integer.parse("12abc", 16) === {76476, ""}
    end

    test "Integer.parse(\"12\",1)" do
      assert message(ArgumentError, fn -> Integer.parse("12", 1) end) == "invalid base 1"
    end
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))
end
