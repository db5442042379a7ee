defmodule FloatTest do
  use ExUnit.Case, async: true

  describe "round" do
    test "Float.round(1.0)" do
      assert Float.round(1.0) === 1.0
    end

    test "Float.round((-0.0))" do
      assert Float.round(-0.0) === 0.0
    end

    test "Float.round((-0.0),1)" do
      assert Float.round(-0.0, 1) === -0.0
    end

    test "Float.round(1.5)" do
      assert Float.round(1.5) === 2.0
    end

    test "Float.round(1.5,1)" do
      assert Float.round(1.5, 1) === 1.5
    end

    test "Float.round(1.0,16)" do
      assert message(ArgumentError, fn -> Float.round(1.0, 16) end) == "precision 16 is out of valid range of 0..15"
    end
  end

  describe "ceil" do
    test "Float.ceil(1.0)" do
      assert Float.ceil(1.0) === 1.0
    end

    test "Float.ceil((-0.0))" do
      assert Float.ceil(-0.0) === -0.0
    end

    test "Float.ceil(1.5)" do
      assert Float.ceil(1.5) === 2.0
    end

    test "Float.ceil(1.5,1)" do
      assert Float.ceil(1.5, 1) === 1.5
    end

    test "Float.ceil(2.5)" do
      assert Float.ceil(2.5) === 3.0
    end
  end

  describe "floor" do
    test "Float.floor(1.0)" do
      assert Float.floor(1.0) === 1.0
    end

    test "Float.floor((-0.0))" do
      assert Float.floor(-0.0) === -0.0
    end

    test "Float.floor(1.5,1)" do
      assert Float.floor(1.5, 1) === 1.5
    end

    test "Float.floor(2.5)" do
      assert Float.floor(2.5) === 2.0
    end

    test "Float.floor(2.5,1)" do
      assert Float.floor(2.5, 1) === 2.5
    end
  end

  describe "to_string" do
    test "Float.to_string(1.0)" do
      assert Float.to_string(1.0) === "1.0"
    end

    test "Float.to_string((-0.0))" do
      assert Float.to_string(-0.0) === "-0.0"
    end

    test "Float.to_string(1.5)" do
      assert Float.to_string(1.5) === "1.5"
    end

    test "Float.to_string(2.5)" do
      assert Float.to_string(2.5) === "2.5"
    end

    test "Float.to_string((-2.5))" do
      assert Float.to_string(-2.5) === "-2.5"
    end
  end

  describe "to_charlist" do
    test "Float.to_charlist(1.0)" do
      assert Float.to_charlist(1.0) === '1.0'
    end

    test "Float.to_charlist((-0.0))" do
      assert Float.to_charlist(-0.0) === '-0.0'
    end

    test "Float.to_charlist(1.5)" do
      assert Float.to_charlist(1.5) === '1.5'
    end

    test "Float.to_charlist(2.5)" do
      assert Float.to_charlist(2.5) === '2.5'
    end

    test "Float.to_charlist((-2.5))" do
      assert Float.to_charlist(-2.5) === '-2.5'
    end
  end

  describe "ratio" do
    test "Float.ratio(1.0)" do
      assert Float.ratio(1.0) === {1, 1}
    end

    test "Float.ratio((-0.0))" do
      assert Float.ratio(-0.0) === {0, 1}
    end

    test "Float.ratio(1.5)" do
      assert Float.ratio(1.5) === {3, 2}
    end

    test "Float.ratio(2.5)" do
      assert Float.ratio(2.5) === {5, 2}
    end

    test "Float.ratio((-2.5))" do
      assert Float.ratio(-2.5) === {-5, 2}
    end
  end

  describe "pow" do
    test "Float.pow(1.0,2)" do
      assert Float.pow(1.0, 2) === 1.0
    end

    test "Float.pow((-0.0),2)" do
      assert Float.pow(-0.0, 2) === 0.0
    end

    test "Float.pow(1.5,2)" do
      assert Float.pow(1.5, 2) === 2.25
    end

    test "Float.pow(2.5,2)" do
      assert Float.pow(2.5, 2) === 6.25
    end

    test "Float.pow(1.0e10,2)" do
      assert Float.pow(1.0e10, 2) === 1.0e20
    end

    test "Float.pow(1.7976931348623157e308,2)" do
      assert message(ArithmeticError, fn -> Float.pow(1.7976931348623157e308, 2) end) == "bad argument in arithmetic expression"
    end
  end

  describe "parse" do
    test "Float.parse(\"12\")" do
      assert Float.parse("12") === {12.0, ""}
    end

    test "Float.parse(\"12abc\")" do
      assert Float.parse("12abc") === {12.0, "abc"}
    end

    test "Float.parse(\"-5\")" do
      assert Float.parse("-5") === {-5.0, ""}
    end

    test "Float.parse(\"+5\")" do
      assert Float.parse("+5") === {5.0, ""}
    end

    test "Float.parse(\"\")" do
      assert Float.parse("") === :error
    end
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))
end
