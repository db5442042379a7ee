defmodule KernelTest do
  use ExUnit.Case, async: true

  describe "to_string" do
    test "to_string(0)" do
      assert to_string(0) === "0"
    end

    test "to_string(1)" do
      assert to_string(1) === "1"
    end

    test "to_string((-7))" do
      assert to_string(-7) === "-7"
    end

    test "to_string(10)" do
      assert to_string(10) === "10"
    end

    test "to_string(255)" do
      assert to_string(255) === "255"
    end

    test "to_string(%{})" do
      assert message(Protocol.UndefinedError, fn -> to_string(%{}) end) == "protocol String.Chars not implemented for %{} of type Map"
    end

    test "to_string([0x10FFFF+1])" do
      assert message(UnicodeConversionError, fn -> to_string([0x10FFFF + 1]) end) == "invalid code point 1114112"
    end
  end

  describe "inspect" do
    test "inspect(0)" do
      assert inspect(0) === "0"
    end

    test "inspect(0, base: :hex)" do
      assert inspect(0, base: :hex) === "0x0"
    end

    test "inspect(0, base: :binary)" do
      assert inspect(0, base: :binary) === "0b0"
    end

    test "inspect(0, base: :octal)" do
      assert inspect(0, base: :octal) === "0o0"
    end

    test "inspect(1)" do
      assert inspect(1) === "1"
    end

    test "inspect([0x10FFFF+1], charlists: :as_charlists)" do
      assert message(UnicodeConversionError, fn -> inspect([0x10FFFF + 1], charlists: :as_charlists) end) == "invalid code point 1114112"
    end
  end

  describe "round" do
    test "round(0)" do
      assert round(0) === 0
    end

    test "round(1)" do
      assert round(1) === 1
    end

    test "round((-7))" do
      assert round(-7) === -7
    end

    test "round(10)" do
      assert round(10) === 10
    end

    test "round(255)" do
      assert round(255) === 255
    end

    test "round(:a)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> round(:a) end),
               "errors were found at the given arguments:\n\n  * 1st argument: not a number"
             )
    end
  end

  describe "trunc" do
    test "trunc(0)" do
      assert trunc(0) === 0
    end

    test "trunc(1)" do
      assert trunc(1) === 1
    end

    test "trunc((-7))" do
      assert trunc(-7) === -7
    end

    test "trunc(10)" do
      assert trunc(10) === 10
    end

    test "trunc(255)" do
      assert trunc(255) === 255
    end

    test "trunc(:a)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> trunc(:a) end),
               "errors were found at the given arguments:\n\n  * 1st argument: not a number"
             )
    end
  end

  describe "ceil" do
    test "ceil(0)" do
      assert ceil(0) === 0
    end

    test "ceil(1)" do
      assert ceil(1) === 1
    end

    test "ceil((-7))" do
      assert ceil(-7) === -7
    end

    test "ceil(10)" do
      assert ceil(10) === 10
    end

    test "ceil(255)" do
      assert ceil(255) === 255
    end

    test "ceil(:a)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> ceil(:a) end),
               "errors were found at the given arguments:\n\n  * 1st argument: not a number"
             )
    end
  end

  describe "floor" do
    test "floor(0)" do
      assert floor(0) === 0
    end

    test "floor(1)" do
      assert floor(1) === 1
    end

    test "floor((-7))" do
      assert floor(-7) === -7
    end

    test "floor(10)" do
      assert floor(10) === 10
    end

    test "floor(255)" do
      assert floor(255) === 255
    end

    test "floor(:a)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> floor(:a) end),
               "errors were found at the given arguments:\n\n  * 1st argument: not a number"
             )
    end
  end

  describe "abs" do
    test "abs(0)" do
      assert abs(0) === 0
    end

    test "abs(1)" do
      assert abs(1) === 1
    end

    test "abs((-7))" do
      assert abs(-7) === 7
    end

    test "abs(10)" do
      assert abs(10) === 10
    end

    test "abs(255)" do
      assert abs(255) === 255
    end

    test "abs(:a)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> abs(:a) end),
               "errors were found at the given arguments:\n\n  * 1st argument: not a number"
             )
    end
  end

  describe "div" do
    test "div(0,3)" do
      assert div(0, 3) === 0
    end

    test "div((-7),3)" do
      assert div(-7, 3) === -2
    end

    test "div(10,3)" do
      assert div(10, 3) === 3
    end

    test "div(255,3)" do
      assert div(255, 3) === 85
    end

    test "div(123456789012345678,3)" do
      assert div(123_456_789_012_345_678, 3) === 41_152_263_004_115_226
    end

    test "div(1.0,3)" do
      assert message(ArithmeticError, fn -> div(1.0, 3) end) == "bad argument in arithmetic expression"
    end
  end

  describe "rem" do
    test "rem(0,3)" do
      assert rem(0, 3) === 0
    end

    test "rem(1,3)" do
      assert rem(1, 3) === 1
    end

    test "rem((-7),3)" do
      assert rem(-7, 3) === -1
    end

    test "rem(1.0,3)" do
      assert message(ArithmeticError, fn -> rem(1.0, 3) end) == "bad argument in arithmetic expression"
    end
  end

  describe "operators" do
    test "0/3" do
      assert 0 / 3 === 0.0
    end

    test "0*2" do
      assert 0 * 2 === 0
    end

    test "0+1" do
      assert 0 + 1 === 1
    end

    test "0 == 1" do
      assert 0 == 1 === false
    end

    test "0 < 1" do
      assert 0 < 1 === true
    end

    test ":math.log(0)" do
      assert message(ArithmeticError, fn -> :math.log(0) end) == "bad argument in arithmetic expression"
    end

    test ":math.sqrt(:a)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> :math.sqrt(:a) end),
               "errors were found at the given arguments:\n\n  * 1st argument: not a number"
             )
    end
  end

  describe "max" do
    test "max(0,1)" do
      assert max(0, 1) === 1
    end

    test "max(10,1)" do
      assert max(10, 1) === 10
    end

    test "max(255,1)" do
      assert max(255, 1) === 255
    end

    test "max(123456789012345678,1)" do
      assert max(123_456_789_012_345_678, 1) === 123_456_789_012_345_678
    end

    test "max(1.0,1)" do
      assert max(1.0, 1) === 1.0
    end
  end

  describe "min" do
    test "min(0,1)" do
      assert min(0, 1) === 0
    end

    test "min(1,1)" do
      assert min(1, 1) === 1
    end

    test "min((-7),1)" do
      assert min(-7, 1) === -7
    end

    test "min(1.0,1)" do
      assert min(1.0, 1) === 1.0
    end

    test "min((-0.0),1)" do
      assert min(-0.0, 1) === -0.0
    end
  end

  describe "is_number" do
    test "is_number(0)" do
      assert is_number(0) === true
    end

    test "is_number(:a)" do
      assert is_number(:a) === false
    end
  end

  describe "to_charlist" do
    test "to_charlist(0)" do
      assert to_charlist(0) === '0'
    end

    test "to_charlist(1)" do
      assert to_charlist(1) === '1'
    end

    test "to_charlist((-7))" do
      assert to_charlist(-7) === '-7'
    end

    test "to_charlist(10)" do
      assert to_charlist(10) === '10'
    end

    test "to_charlist(255)" do
      assert to_charlist(255) === '255'
    end

    test "to_charlist(%{})" do
      assert message(Protocol.UndefinedError, fn -> to_charlist(%{}) end) == "protocol List.Chars not implemented for %{} of type Map"
    end
  end

  describe "hd" do
    test "hd([1])" do
      assert hd([1]) === 1
    end

    test "hd([a: 1, b: 2])" do
      assert hd(a: 1, b: 2) === {:a, 1}
    end

    test "hd('abc')" do
      assert hd('abc') === 97
    end

    test "hd([\"a\",\"b\"])" do
      assert hd(["a", "b"]) === "a"
    end

    test "hd([3,1,2,1])" do
      assert hd([3, 1, 2, 1]) === 3
    end

    test "hd([])" do
      assert String.starts_with?(
               message(ArgumentError, fn -> hd([]) end),
               "errors were found at the given arguments:\n\n  * 1st argument: not a nonempty list"
             )
    end
  end

  describe "tl" do
    test "tl([1])" do
      assert tl([1]) === []
    end

    test "tl([1,2,3])" do
      assert tl([1, 2, 3]) === [2, 3]
    end

    test "tl([1,[2,[3]]])" do
      assert tl([1, [2, [3]]]) === [[2, [3]]]
    end

    test "tl([a: 1, b: 2])" do
      assert tl(a: 1, b: 2) === [b: 2]
    end

    test "tl([{:a,1},{1,2},:x])" do
      assert tl([{:a, 1}, {1, 2}, :x]) === [{1, 2}, :x]
    end

    test "tl([])" do
      assert String.starts_with?(
               message(ArgumentError, fn -> tl([]) end),
               "errors were found at the given arguments:\n\n  * 1st argument: not a nonempty list"
             )
    end
  end

  describe "length" do
    test "length([])" do
      assert length([]) === 0
    end

    test "length([1])" do
      assert length([1]) === 1
    end

    test "length([1,2,3])" do
      assert length([1, 2, 3]) === 3
    end

    test "length([1,[2,[3]]])" do
      assert length([1, [2, [3]]]) === 2
    end

    test "length([3,1,2,1])" do
      assert length([3, 1, 2, 1]) === 4
    end

    test "length(:a)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> length(:a) end),
               "errors were found at the given arguments:\n\n  * 1st argument: not a list"
             )
    end
  end

  describe "get_in" do
    test "get_in([],[Access.at(0)])" do
      assert get_in([], [Access.at(0)]) === nil
    end

    test "get_in([],[Access.all()])" do
      assert get_in([], [Access.all()]) === []
    end

    test "get_in([1],[Access.at(0)])" do
      assert get_in([1], [Access.at(0)]) === 1
    end

    test "get_in([1],[Access.all()])" do
      assert get_in([1], [Access.all()]) === [1]
    end

    test "get_in([1,2,3],[Access.all()])" do
      assert get_in([1, 2, 3], [Access.all()]) === [1, 2, 3]
    end

    test "get_in([],[Access.at!(5)])" do
      assert message(Enum.OutOfBoundsError, fn -> get_in([], [Access.at!(5)]) end) == "out of bounds error"
    end

    test "get_in(:a,[Access.at(0)])" do
      assert message(RuntimeError, fn -> get_in(:a, [Access.at(0)]) end) == "Access.at/1 expected a list, got: :a"
    end
  end

  describe "update_in" do
    test "update_in([],[Access.at(0)],&{&1})" do
      assert update_in([], [Access.at(0)], &{&1}) === []
    end

    test "update_in([1],[Access.at(0)],&{&1})" do
      assert update_in([1], [Access.at(0)], &{&1}) === [{1}]
    end

    test "update_in([1,2,3],[Access.at(0)],&{&1})" do
      assert update_in([1, 2, 3], [Access.at(0)], &{&1}) === [{1}, 2, 3]
    end

    test "update_in([1,[2,[3]]],[Access.at(0)],&{&1})" do
      assert update_in([1, [2, [3]]], [Access.at(0)], &{&1}) === [{1}, [2, [3]]]
    end

    test "update_in([a: 1, b: 2],[Access.at(0)],&{&1})" do
      assert update_in([a: 1, b: 2], [Access.at(0)], &{&1}) === [{{:a, 1}}, {:b, 2}]
    end

    test "update_in(:a,[Access.at(0)],&{&1})" do
      assert message(RuntimeError, fn -> update_in(:a, [Access.at(0)], &{&1}) end) == "Access.at/1 expected a list, got: :a"
    end

    test "update_in(MapSet.new([1,2])[:a],&{&1})" do
      assert message(UndefinedFunctionError, fn -> update_in(MapSet.new([1, 2])[:a], &{&1}) end) ==
               "function MapSet.get_and_update/3 is undefined (MapSet does not implement the Access behaviour. If you are using get_in/put_in/update_in, you can specify the field to be accessed using Access.key!/1)"
    end
  end

  describe "pop_in" do
    test "pop_in([],[Access.at(0)])" do
      assert pop_in([], [Access.at(0)]) === {nil, []}
    end

    test "pop_in([1],[Access.at(0)])" do
      assert pop_in([1], [Access.at(0)]) === {1, []}
    end

    test "pop_in([1,2,3],[Access.at(0)])" do
      assert pop_in([1, 2, 3], [Access.at(0)]) === {1, [2, 3]}
    end

    test "pop_in([1,[2,[3]]],[Access.at(0)])" do
      assert pop_in([1, [2, [3]]], [Access.at(0)]) === {1, [[2, [3]]]}
    end

    test "pop_in([a: 1, b: 2],[Access.at(0)])" do
      assert pop_in([a: 1, b: 2], [Access.at(0)]) === {{:a, 1}, [b: 2]}
    end

    test "pop_in(:a,[Access.at(0)])" do
      assert message(RuntimeError, fn -> pop_in(:a, [Access.at(0)]) end) == "Access.at/1 expected a list, got: :a"
    end

    test "pop_in(MapSet.new([1,2])[:a])" do
      assert message(UndefinedFunctionError, fn -> pop_in(MapSet.new([1, 2])[:a]) end) ==
               "function MapSet.pop/2 is undefined (MapSet does not implement the Access behaviour. If you are using get_in/put_in/update_in, you can specify the field to be accessed using Access.key!/1)"
    end
  end

  describe "put_in" do
    test "put_in([],[Access.at(-1)],9)" do
      assert put_in([], [Access.at(-1)], 9) === []
    end

    test "put_in([1],[Access.at(-1)],9)" do
      assert put_in([1], [Access.at(-1)], 9) === '\t'
    end

    test "put_in([1,2,3],[Access.at(-1)],9)" do
      assert put_in([1, 2, 3], [Access.at(-1)], 9) === [1, 2, 9]
    end

    test "put_in([1,[2,[3]]],[Access.at(-1)],9)" do
      assert put_in([1, [2, [3]]], [Access.at(-1)], 9) === [1, 9]
    end

    test "put_in([a: 1, b: 2],[Access.at(-1)],9)" do
      assert put_in([a: 1, b: 2], [Access.at(-1)], 9) === [{:a, 1}, 9]
    end

    test "put_in(:a,[Access.at(-1)],9)" do
      assert message(RuntimeError, fn -> put_in(:a, [Access.at(-1)], 9) end) == "Access.at/1 expected a list, got: :a"
    end

    test "put_in(MapSet.new([1,2])[:a],1)" do
      assert message(UndefinedFunctionError, fn -> put_in(MapSet.new([1, 2])[:a], 1) end) ==
               "function MapSet.get_and_update/3 is undefined (MapSet does not implement the Access behaviour. If you are using get_in/put_in/update_in, you can specify the field to be accessed using Access.key!/1)"
    end
  end

  describe "map_size" do
    test "map_size(%{})" do
      assert map_size(%{}) === 0
    end

    test "map_size(%{a: 1})" do
      assert map_size(%{a: 1}) === 1
    end

    test "map_size(%{a: 1, b: 2})" do
      assert map_size(%{a: 1, b: 2}) === 2
    end

    test "map_size(MapSet.new([1,2]))" do
      assert map_size(MapSet.new([1, 2])) === 3
    end

    test "map_size(1..3)" do
      assert map_size(1..3) === 4
    end

    test "map_size([a: 1])" do
      assert message(BadMapError, fn -> map_size(a: 1) end) == "expected a map, got: [a: 1]"
    end
  end

  describe "get_and_update_in" do
    test "get_and_update_in(%{}[:a],&{&1,2})" do
      assert get_and_update_in(%{}[:a], &{&1, 2}) === {nil, %{a: 2}}
    end

    test "get_and_update_in(%{a: 1}[:a],&{&1,2})" do
      assert get_and_update_in(%{a: 1}[:a], &{&1, 2}) === {1, %{a: 2}}
    end

    test "get_and_update_in(%{a: 1, b: 2}[:a],&{&1,2})" do
      assert get_and_update_in(%{a: 1, b: 2}[:a], &{&1, 2}) === {1, %{a: 2, b: 2}}
    end

    test "get_and_update_in(%{1=>2}[:a],&{&1,2})" do
      assert get_and_update_in(%{1 => 2}[:a], &{&1, 2}) === {nil, %{1 => 2, :a => 2}}
    end

    test "get_and_update_in(MapSet.new([1,2])[:a],&{&1,2})" do
      assert message(UndefinedFunctionError, fn -> get_and_update_in(MapSet.new([1, 2])[:a], &{&1, 2}) end) ==
               "function MapSet.get_and_update/3 is undefined (MapSet does not implement the Access behaviour. If you are using get_in/put_in/update_in, you can specify the field to be accessed using Access.key!/1)"
    end

    test "get_and_update_in([a: 1][:a],&{&1,2})" do
      assert get_and_update_in([a: 1][:a], &{&1, 2}) === {1, [a: 2]}
    end

    test "get_and_update_in(nil[:a],&{&1,2})" do
      assert message(ArgumentError, fn -> get_and_update_in(nil[:a], &{&1, 2}) end) == "could not put/update key :a on a nil value"
    end
  end

  describe "is_struct" do
    test "is_struct(%{})" do
      assert is_struct(%{}) === false
    end

    test "is_struct(MapSet.new([1,2]))" do
      assert is_struct(MapSet.new([1, 2])) === true
    end
  end

  describe "is_map" do
    test "is_map(%{})" do
      assert is_map(%{}) === true
    end

    test "is_map([a: 1])" do
      assert is_map(a: 1) === false
    end
  end

  describe "is_map_key" do
    test "is_map_key(%{},:a)" do
      assert is_map_key(%{}, :a) === false
    end

    test "is_map_key(%{a: 1},:a)" do
      assert is_map_key(%{a: 1}, :a) === true
    end

    test "is_map_key([a: 1],:a)" do
      assert message(BadMapError, fn -> is_map_key([a: 1], :a) end) == "expected a map, got: [a: 1]"
    end
  end

  describe "struct" do
    test "struct(MapSet.new([1,2]))" do
      assert struct(MapSet.new([1, 2])) === MapSet.new([1, 2])
    end

    test "struct(1..3)" do
      assert struct(1..3) === 1..3
    end

    test "struct(nil)" do
      assert message(UndefinedFunctionError, fn -> struct(nil) end) == "function nil.__struct__/0 is undefined"
    end
  end

  describe "elem" do
    test "elem({},0)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> elem({}, 0) end),
               "errors were found at the given arguments:\n\n  * 1st argument: out of range"
             )
    end

    test "elem({},-1)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> elem({}, -1) end),
               "errors were found at the given arguments:\n\n  * 1st argument: out of range"
             )
    end

    test "elem({1},0)" do
      assert elem({1}, 0) === 1
    end

    test "elem({1},-1)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> elem({1}, -1) end),
               "errors were found at the given arguments:\n\n  * 1st argument: out of range"
             )
    end

    test "elem({1,2,3},0)" do
      assert elem({1, 2, 3}, 0) === 1
    end

    test "elem({1,2,3},-1)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> elem({1, 2, 3}, -1) end),
               "errors were found at the given arguments:\n\n  * 1st argument: out of range"
             )
    end

    test "elem([],0)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> elem([], 0) end),
               "errors were found at the given arguments:\n\n  * 2nd argument: not a tuple"
             )
    end
  end

  describe "put_elem" do
    test "put_elem({},0,9)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> put_elem({}, 0, 9) end),
               "errors were found at the given arguments:\n\n  * 1st argument: out of range"
             )
    end

    test "put_elem({1},0,9)" do
      assert put_elem({1}, 0, 9) === {9}
    end

    test "put_elem({1,2,3},0,9)" do
      assert put_elem({1, 2, 3}, 0, 9) === {9, 2, 3}
    end

    test "put_elem([],0,9)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> put_elem([], 0, 9) end),
               "errors were found at the given arguments:\n\n  * 2nd argument: not a tuple"
             )
    end
  end

  describe "tuple_size" do
    test "tuple_size({})" do
      assert tuple_size({}) === 0
    end

    test "tuple_size({1})" do
      assert tuple_size({1}) === 1
    end

    test "tuple_size({1,2,3})" do
      assert tuple_size({1, 2, 3}) === 3
    end

    test "tuple_size([])" do
      assert String.starts_with?(
               message(ArgumentError, fn -> tuple_size([]) end),
               "errors were found at the given arguments:\n\n  * 1st argument: not a tuple"
             )
    end
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))
end
