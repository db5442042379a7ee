defmodule KernelTest do
  use ExUnit.Case, async: true

  test "to_string" do
    assert to_string(0) === "0"
    assert to_string(1) === "1"
    assert to_string(-7) === "-7"
    assert to_string(10) === "10"
    assert to_string(255) === "255"
    assert to_string(123_456_789_012_345_678) === "123456789012345678"
    assert to_string(1.0) === "1.0"
    assert to_string(-0.0) === "-0.0"
    assert to_string(1.5) === "1.5"
    assert to_string(2.5) === "2.5"
    assert to_string(-2.5) === "-2.5"
    assert to_string(1.0e10) === "1.0e10"
    assert message(Protocol.UndefinedError, fn -> to_string(%{}) end) == "protocol String.Chars not implemented for %{} of type Map"
    assert message(UnicodeConversionError, fn -> to_string([0x10FFFF + 1]) end) == "invalid code point 1114112"
  end

  test "inspect" do
    assert inspect(0) === "0"
    assert inspect(0, base: :hex) === "0x0"
    assert inspect(0, base: :binary) === "0b0"
    assert inspect(0, base: :octal) === "0o0"
    assert inspect(1) === "1"
    assert inspect(1, base: :hex) === "0x1"
    assert inspect(1, base: :binary) === "0b1"
    assert inspect(1, base: :octal) === "0o1"
    assert inspect(-7) === "-7"
    assert inspect(-7, base: :hex) === "-0x7"
    assert inspect(-7, base: :binary) === "-0b111"
    assert inspect(-7, base: :octal) === "-0o7"
    assert message(UnicodeConversionError, fn -> inspect([0x10FFFF + 1], charlists: :as_charlists) end) == "invalid code point 1114112"
  end

  test "round" do
    assert round(0) === 0
    assert round(1) === 1
    assert round(-7) === -7
    assert round(10) === 10
    assert round(255) === 255
    assert round(123_456_789_012_345_678) === 123_456_789_012_345_678
    assert round(1.5) === 2
    assert round(2.5) === 3
    assert round(-2.5) === -3
    assert round(1.0e10) === 10_000_000_000
    assert round(1.0e22) === 10_000_000_000_000_000_000_000
    assert round(123.456) === 123

    assert String.starts_with?(
             message(ArgumentError, fn -> round(:a) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a number"
           )
  end

  test "trunc" do
    assert trunc(0) === 0
    assert trunc(1) === 1
    assert trunc(-7) === -7
    assert trunc(10) === 10
    assert trunc(255) === 255
    assert trunc(123_456_789_012_345_678) === 123_456_789_012_345_678
    assert trunc(2.5) === 2
    assert trunc(-2.5) === -2
    assert trunc(1.0e10) === 10_000_000_000
    assert trunc(1.0e22) === 10_000_000_000_000_000_000_000
    assert trunc(123.456) === 123

    assert String.starts_with?(
             message(ArgumentError, fn -> trunc(:a) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a number"
           )
  end

  test "ceil" do
    assert ceil(0) === 0
    assert ceil(1) === 1
    assert ceil(-7) === -7
    assert ceil(10) === 10
    assert ceil(255) === 255
    assert ceil(123_456_789_012_345_678) === 123_456_789_012_345_678
    assert ceil(1.5) === 2
    assert ceil(2.5) === 3
    assert ceil(-2.5) === -2
    assert ceil(1.0e10) === 10_000_000_000
    assert ceil(1.0e22) === 10_000_000_000_000_000_000_000
    assert ceil(123.456) === 124

    assert String.starts_with?(
             message(ArgumentError, fn -> ceil(:a) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a number"
           )
  end

  test "floor" do
    assert floor(0) === 0
    assert floor(1) === 1
    assert floor(-7) === -7
    assert floor(10) === 10
    assert floor(255) === 255
    assert floor(123_456_789_012_345_678) === 123_456_789_012_345_678
    assert floor(2.5) === 2
    assert floor(-2.5) === -3
    assert floor(1.0e10) === 10_000_000_000
    assert floor(1.0e22) === 10_000_000_000_000_000_000_000
    assert floor(123.456) === 123

    assert String.starts_with?(
             message(ArgumentError, fn -> floor(:a) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a number"
           )
  end

  test "abs" do
    assert abs(0) === 0
    assert abs(1) === 1
    assert abs(-7) === 7
    assert abs(10) === 10
    assert abs(255) === 255
    assert abs(123_456_789_012_345_678) === 123_456_789_012_345_678
    assert abs(1.0) === 1.0
    assert abs(1.5) === 1.5
    assert abs(2.5) === 2.5
    assert abs(1.0e10) === 10_000_000_000.0
    assert abs(1.0e22) === 1.0e22
    assert abs(1.0e-5) === 1.0e-5

    assert String.starts_with?(
             message(ArgumentError, fn -> abs(:a) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a number"
           )
  end

  test "div" do
    assert div(0, 3) === 0
    assert div(-7, 3) === -2
    assert div(10, 3) === 3
    assert div(255, 3) === 85
    assert div(123_456_789_012_345_678, 3) === 41_152_263_004_115_226
    assert message(ArithmeticError, fn -> div(1.0, 3) end) == "bad argument in arithmetic expression"
  end

  test "rem" do
    assert rem(0, 3) === 0
    assert rem(1, 3) === 1
    assert rem(-7, 3) === -1
    assert message(ArithmeticError, fn -> rem(1.0, 3) end) == "bad argument in arithmetic expression"
  end

  test "operators" do
    assert 0 / 3 === 0.0
    assert 0 * 2 === 0
    assert 0 + 1 === 1
    assert 0 == 1 === false
    assert 0 < 1 === true
    assert "#{0}" === "0"
    assert 1 / 3 === 0.3333333333333333
    assert 1 * 2 === 2
    assert -1 === -1
    assert :math.sqrt(1) === 1.0
    assert "#{1}" === "1"
    assert -7 / 3 === -2.3333333333333335
    assert message(ArithmeticError, fn -> :math.log(0) end) == "bad argument in arithmetic expression"

    assert String.starts_with?(
             message(ArgumentError, fn -> :math.sqrt(:a) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a number"
           )
  end

  test "max" do
    assert max(0, 1) === 1
    assert max(10, 1) === 10
    assert max(255, 1) === 255
    assert max(123_456_789_012_345_678, 1) === 123_456_789_012_345_678
    assert max(1.0, 1) === 1.0
    assert max(1.5, 1) === 1.5
    assert max(2.5, 1) === 2.5
    assert max(1.0e10, 1) === 10_000_000_000.0
    assert max(1.0e22, 1) === 1.0e22
    assert max(123.456, 1) === 123.456
    assert max(1.7976931348623157e308, 1) === 1.7976931348623157e308
    assert max(:a, 1) === :a
  end

  test "min" do
    assert min(0, 1) === 0
    assert min(1, 1) === 1
    assert min(-7, 1) === -7
    assert min(1.0, 1) === 1.0
    assert min(-0.0, 1) === -0.0
    assert min(-2.5, 1) === -2.5
    assert min(1.0e-5, 1) === 1.0e-5
    assert min(0.1, 1) === 0.1
    assert min(5.0e-324, 1) === 5.0e-324
  end

  test "is_number" do
    assert is_number(0) === true
    assert is_number(:a) === false
  end

  test "to_charlist" do
    assert to_charlist(0) === '0'
    assert to_charlist(1) === '1'
    assert to_charlist(-7) === '-7'
    assert to_charlist(10) === '10'
    assert to_charlist(255) === '255'
    assert to_charlist(123_456_789_012_345_678) === '123456789012345678'
    assert to_charlist(1.0) === '1.0'
    assert to_charlist(-0.0) === '-0.0'
    assert to_charlist(1.5) === '1.5'
    assert to_charlist(2.5) === '2.5'
    assert to_charlist(-2.5) === '-2.5'
    assert to_charlist(1.0e10) === '1.0e10'
    assert message(Protocol.UndefinedError, fn -> to_charlist(%{}) end) == "protocol List.Chars not implemented for %{} of type Map"
  end

  test "hd" do
    assert String.starts_with?(
             message(ArgumentError, fn -> hd([]) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a nonempty list"
           )

    assert hd([1]) === 1
    assert hd([1, 2, 3]) === 1
    assert hd([1, [2, [3]]]) === 1
    assert hd(a: 1, b: 2) === {:a, 1}
    assert hd([{:a, 1}, {1, 2}, :x]) === {:a, 1}
    assert hd('abc') === 97
    assert hd(["a", "b"]) === "a"

    assert String.starts_with?(
             message(ArgumentError, fn -> hd(:a) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a nonempty list"
           )

    assert String.starts_with?(
             message(ArgumentError, fn -> hd(%{}) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a nonempty list"
           )

    assert hd([3, 1, 2, 1]) === 3
    assert hd([0x10FFFF + 1]) === 1_114_112
    assert hd([:a]) === :a
    assert hd([["a"], 'b']) === ["a"]
  end

  test "tl" do
    assert String.starts_with?(
             message(ArgumentError, fn -> tl([]) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a nonempty list"
           )

    assert tl([1]) === []
    assert tl([1, 2, 3]) === [2, 3]
    assert tl([1, [2, [3]]]) === [[2, [3]]]
    assert tl(a: 1, b: 2) === [b: 2]
    assert tl([{:a, 1}, {1, 2}, :x]) === [{1, 2}, :x]
    assert tl('abc') === 'bc'
    assert tl(["a", "b"]) === ["b"]

    assert String.starts_with?(
             message(ArgumentError, fn -> tl(:a) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a nonempty list"
           )

    assert String.starts_with?(
             message(ArgumentError, fn -> tl(%{}) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a nonempty list"
           )

    assert tl([3, 1, 2, 1]) === [1, 2, 1]
    assert tl([0x10FFFF + 1]) === []
    assert tl([:a]) === []
    assert tl([["a"], 'b']) === ['b']
  end

  test "length" do
    assert length([]) === 0
    assert length([1]) === 1
    assert length([1, 2, 3]) === 3
    assert length([1, [2, [3]]]) === 2
    assert length(a: 1, b: 2) === 2
    assert length([{:a, 1}, {1, 2}, :x]) === 3
    assert length('abc') === 3
    assert length(["a", "b"]) === 2

    assert String.starts_with?(
             message(ArgumentError, fn -> length(:a) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a list"
           )

    assert String.starts_with?(
             message(ArgumentError, fn -> length(%{}) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a list"
           )

    assert length([3, 1, 2, 1]) === 4
    assert length([0x10FFFF + 1]) === 1
    assert length([:a]) === 1
    assert length([["a"], 'b']) === 2
  end

  test "get_in" do
    assert get_in([], [Access.at(0)]) === nil
    assert get_in([], [Access.all()]) === []
    assert get_in([1], [Access.at(0)]) === 1
    assert get_in([1], [Access.all()]) === [1]
    assert get_in([1, 2, 3], [Access.all()]) === [1, 2, 3]
    assert get_in([1, 2, 3], [Access.slice(0..1)]) === [1, 2]
    assert get_in([1, [2, [3]]], [Access.all()]) === [1, [2, [3]]]
    assert get_in([a: 1, b: 2], [Access.at(0)]) === {:a, 1}
    assert get_in([a: 1, b: 2], [Access.all()]) === [a: 1, b: 2]
    assert get_in([{:a, 1}, {1, 2}, :x], [Access.all()]) === [{:a, 1}, {1, 2}, :x]
    assert get_in([{:a, 1}, {1, 2}, :x], [Access.slice(0..1)]) === [{:a, 1}, {1, 2}]
    assert get_in('abc', [Access.at(0)]) === 97
    assert message(Enum.OutOfBoundsError, fn -> get_in([], [Access.at!(5)]) end) == "out of bounds error"
    assert message(RuntimeError, fn -> get_in(:a, [Access.at(0)]) end) == "Access.at/1 expected a list, got: :a"
  end

  test "update_in" do
    assert update_in([], [Access.at(0)], &{&1}) === []
    assert update_in([1], [Access.at(0)], &{&1}) === [{1}]
    assert update_in([1, 2, 3], [Access.at(0)], &{&1}) === [{1}, 2, 3]
    assert update_in([1, [2, [3]]], [Access.at(0)], &{&1}) === [{1}, [2, [3]]]
    assert update_in([a: 1, b: 2], [Access.at(0)], &{&1}) === [{{:a, 1}}, {:b, 2}]
    assert update_in([{:a, 1}, {1, 2}, :x], [Access.at(0)], &{&1}) === [{{:a, 1}}, {1, 2}, :x]
    assert update_in('abc', [Access.at(0)], &{&1}) === [{97}, 98, 99]
    assert update_in(["a", "b"], [Access.at(0)], &{&1}) === [{"a"}, "b"]
    assert update_in([3, 1, 2, 1], [Access.at(0)], &{&1}) === [{3}, 1, 2, 1]
    assert update_in([0x10FFFF + 1], [Access.at(0)], &{&1}) === [{1_114_112}]
    assert update_in([:a], [Access.at(0)], &{&1}) === [{:a}]
    assert update_in([["a"], 'b'], [Access.at(0)], &{&1}) === [{["a"]}, 'b']
    assert message(RuntimeError, fn -> update_in(:a, [Access.at(0)], &{&1}) end) == "Access.at/1 expected a list, got: :a"

    assert message(UndefinedFunctionError, fn -> update_in(MapSet.new([1, 2])[:a], &{&1}) end) ==
             "function MapSet.get_and_update/3 is undefined (MapSet does not implement the Access behaviour. If you are using get_in/put_in/update_in, you can specify the field to be accessed using Access.key!/1)"
  end

  test "pop_in" do
    assert pop_in([], [Access.at(0)]) === {nil, []}
    assert pop_in([1], [Access.at(0)]) === {1, []}
    assert pop_in([1, 2, 3], [Access.at(0)]) === {1, [2, 3]}
    assert pop_in([1, [2, [3]]], [Access.at(0)]) === {1, [[2, [3]]]}
    assert pop_in([a: 1, b: 2], [Access.at(0)]) === {{:a, 1}, [b: 2]}
    assert pop_in([{:a, 1}, {1, 2}, :x], [Access.at(0)]) === {{:a, 1}, [{1, 2}, :x]}
    assert pop_in('abc', [Access.at(0)]) === {97, 'bc'}
    assert pop_in(["a", "b"], [Access.at(0)]) === {"a", ["b"]}
    assert pop_in([3, 1, 2, 1], [Access.at(0)]) === {3, [1, 2, 1]}
    assert pop_in([0x10FFFF + 1], [Access.at(0)]) === {1_114_112, []}
    assert pop_in([:a], [Access.at(0)]) === {:a, []}
    assert pop_in([["a"], 'b'], [Access.at(0)]) === {["a"], ['b']}
    assert message(RuntimeError, fn -> pop_in(:a, [Access.at(0)]) end) == "Access.at/1 expected a list, got: :a"

    assert message(UndefinedFunctionError, fn -> pop_in(MapSet.new([1, 2])[:a]) end) ==
             "function MapSet.pop/2 is undefined (MapSet does not implement the Access behaviour. If you are using get_in/put_in/update_in, you can specify the field to be accessed using Access.key!/1)"
  end

  test "put_in" do
    assert put_in([], [Access.at(-1)], 9) === []
    assert put_in([1], [Access.at(-1)], 9) === '\t'
    assert put_in([1, 2, 3], [Access.at(-1)], 9) === [1, 2, 9]
    assert put_in([1, [2, [3]]], [Access.at(-1)], 9) === [1, 9]
    assert put_in([a: 1, b: 2], [Access.at(-1)], 9) === [{:a, 1}, 9]
    assert put_in([{:a, 1}, {1, 2}, :x], [Access.at(-1)], 9) === [{:a, 1}, {1, 2}, 9]
    assert put_in('abc', [Access.at(-1)], 9) === 'ab\t'
    assert put_in(["a", "b"], [Access.at(-1)], 9) === ["a", 9]
    assert put_in([3, 1, 2, 1], [Access.at(-1)], 9) === [3, 1, 2, 9]
    assert put_in([["a"], 'b'], [Access.at(-1)], 9) === [["a"], 9]
    assert put_in(%{}[:a], 1) === %{a: 1}
    assert put_in(%{}, [Access.key(:q, %{}), :b], 1) === %{q: %{b: 1}}
    assert message(RuntimeError, fn -> put_in(:a, [Access.at(-1)], 9) end) == "Access.at/1 expected a list, got: :a"

    assert message(UndefinedFunctionError, fn -> put_in(MapSet.new([1, 2])[:a], 1) end) ==
             "function MapSet.get_and_update/3 is undefined (MapSet does not implement the Access behaviour. If you are using get_in/put_in/update_in, you can specify the field to be accessed using Access.key!/1)"
  end

  test "map_size" do
    assert map_size(%{}) === 0
    assert map_size(%{a: 1}) === 1
    assert map_size(%{a: 1, b: 2}) === 2
    assert map_size(%{1 => 2}) === 1
    assert map_size(MapSet.new([1, 2])) === 3
    assert map_size(1..3) === 4
    assert message(BadMapError, fn -> map_size(a: 1) end) == "expected a map, got: [a: 1]"
    assert message(BadMapError, fn -> map_size(nil) end) == "expected a map, got: nil"
  end

  test "get_and_update_in" do
    assert get_and_update_in(%{}[:a], &{&1, 2}) === {nil, %{a: 2}}
    assert get_and_update_in(%{a: 1}[:a], &{&1, 2}) === {1, %{a: 2}}
    assert get_and_update_in(%{a: 1, b: 2}[:a], &{&1, 2}) === {1, %{a: 2, b: 2}}
    assert get_and_update_in(%{1 => 2}[:a], &{&1, 2}) === {nil, %{1 => 2, :a => 2}}

    assert message(UndefinedFunctionError, fn -> get_and_update_in(MapSet.new([1, 2])[:a], &{&1, 2}) end) ==
             "function MapSet.get_and_update/3 is undefined (MapSet does not implement the Access behaviour. If you are using get_in/put_in/update_in, you can specify the field to be accessed using Access.key!/1)"

    assert get_and_update_in([a: 1][:a], &{&1, 2}) === {1, [a: 2]}
    assert message(ArgumentError, fn -> get_and_update_in(nil[:a], &{&1, 2}) end) == "could not put/update key :a on a nil value"
  end

  test "is_struct" do
    assert is_struct(%{}) === false
    assert is_struct(%{a: 1}) === false
    assert is_struct(%{a: 1, b: 2}) === false
    assert is_struct(%{1 => 2}) === false
    assert is_struct(MapSet.new([1, 2])) === true
    assert is_struct(1..3) === true
    assert is_struct(a: 1) === false
    assert is_struct(nil) === false
  end

  test "is_map" do
    assert is_map(%{}) === true
    assert is_map(%{a: 1}) === true
    assert is_map(%{a: 1, b: 2}) === true
    assert is_map(%{1 => 2}) === true
    assert is_map(MapSet.new([1, 2])) === true
    assert is_map(1..3) === true
    assert is_map(a: 1) === false
    assert is_map(nil) === false
  end

  test "is_map_key" do
    assert is_map_key(%{}, :a) === false
    assert is_map_key(%{a: 1}, :a) === true
    assert is_map_key(%{a: 1, b: 2}, :a) === true
    assert is_map_key(%{1 => 2}, :a) === false
    assert is_map_key(MapSet.new([1, 2]), :a) === false
    assert is_map_key(1..3, :a) === false
    assert message(BadMapError, fn -> is_map_key([a: 1], :a) end) == "expected a map, got: [a: 1]"
    assert message(BadMapError, fn -> is_map_key(nil, :a) end) == "expected a map, got: nil"
  end

  test "struct" do
    assert struct(MapSet.new([1, 2])) === MapSet.new([1, 2])
    assert struct(1..3) === 1..3
    assert message(UndefinedFunctionError, fn -> struct(nil) end) == "function nil.__struct__/0 is undefined"
  end

  test "elem" do
    assert String.starts_with?(
             message(ArgumentError, fn -> elem({}, 0) end),
             "errors were found at the given arguments:\n\n  * 1st argument: out of range"
           )

    assert String.starts_with?(
             message(ArgumentError, fn -> elem({}, -1) end),
             "errors were found at the given arguments:\n\n  * 1st argument: out of range"
           )

    assert elem({1}, 0) === 1

    assert String.starts_with?(
             message(ArgumentError, fn -> elem({1}, -1) end),
             "errors were found at the given arguments:\n\n  * 1st argument: out of range"
           )

    assert elem({1, 2, 3}, 0) === 1

    assert String.starts_with?(
             message(ArgumentError, fn -> elem({1, 2, 3}, -1) end),
             "errors were found at the given arguments:\n\n  * 1st argument: out of range"
           )

    assert String.starts_with?(
             message(ArgumentError, fn -> elem([], 0) end),
             "errors were found at the given arguments:\n\n  * 2nd argument: not a tuple"
           )
  end

  test "put_elem" do
    assert String.starts_with?(
             message(ArgumentError, fn -> put_elem({}, 0, 9) end),
             "errors were found at the given arguments:\n\n  * 1st argument: out of range"
           )

    assert put_elem({1}, 0, 9) === {9}
    assert put_elem({1, 2, 3}, 0, 9) === {9, 2, 3}

    assert String.starts_with?(
             message(ArgumentError, fn -> put_elem([], 0, 9) end),
             "errors were found at the given arguments:\n\n  * 2nd argument: not a tuple"
           )
  end

  test "tuple_size" do
    assert tuple_size({}) === 0
    assert tuple_size({1}) === 1
    assert tuple_size({1, 2, 3}) === 3

    assert String.starts_with?(
             message(ArgumentError, fn -> tuple_size([]) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a tuple"
           )
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))
end
