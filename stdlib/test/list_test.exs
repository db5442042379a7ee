defmodule ListTest do
  use ExUnit.Case, async: true

  test "to_integer" do
    assert List.to_integer(to_charlist("12")) === 12
    assert List.to_integer(to_charlist("-5")) === -5
    assert List.to_integer(to_charlist("+5")) === 5
    assert List.to_integer(to_charlist("-0")) === 0

    assert String.starts_with?(
             message(ArgumentError, fn -> List.to_integer(to_charlist("12abc")) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a textual representation of an integer"
           )
  end

  test "to_float" do
    assert List.to_float(to_charlist("1.5")) === 1.5

    assert String.starts_with?(
             message(ArgumentError, fn -> List.to_float(to_charlist("12")) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a textual representation of a float"
           )
  end

  test "ascii_printable?" do
    assert List.ascii_printable?([]) === true
    assert List.ascii_printable?([1]) === false
  end

  test "delete" do
    assert List.delete([], 1) === []
    assert List.delete([1], 1) === []
    assert List.delete([1, 2, 3], 1) === [2, 3]
    assert List.delete([1, [2, [3]]], 1) === [[2, [3]]]
    assert List.delete([a: 1, b: 2], 1) === [a: 1, b: 2]
    assert List.delete([{:a, 1}, {1, 2}, :x], 1) === [{:a, 1}, {1, 2}, :x]
    assert List.delete('abc', 1) === 'abc'
    assert List.delete(["a", "b"], 1) === ["a", "b"]
    assert List.delete([3, 1, 2, 1], 1) === [3, 2, 1]
    assert List.delete([0x10FFFF + 1], 1) === [1_114_112]
    assert List.delete([:a], 1) === [:a]
    assert List.delete([["a"], 'b'], 1) === [["a"], 'b']
  end

  test "delete_at" do
    assert List.delete_at([], 0) === []
    assert List.delete_at([1], 9) === [1]
    assert List.delete_at([1, 2, 3], 0) === [2, 3]
    assert List.delete_at([1, 2, 3], -1) === [1, 2]
    assert List.delete_at([1, 2, 3], 9) === [1, 2, 3]
    assert List.delete_at([1, [2, [3]]], 0) === [[2, [3]]]
    assert List.delete_at([1, [2, [3]]], 9) === [1, [2, [3]]]
    assert List.delete_at([a: 1, b: 2], 0) === [b: 2]
    assert List.delete_at([a: 1, b: 2], -1) === [a: 1]
    assert List.delete_at([a: 1, b: 2], 9) === [a: 1, b: 2]
    assert List.delete_at([{:a, 1}, {1, 2}, :x], 0) === [{1, 2}, :x]
    assert List.delete_at([{:a, 1}, {1, 2}, :x], -1) === [{:a, 1}, {1, 2}]

    assert String.starts_with?(
             message(ArgumentError, fn -> List.delete_at(:a, -1) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a list"
           )
  end

  test "duplicate" do
    assert List.duplicate([], 2) === [[], []]
    assert List.duplicate([1], 2) === [[1], [1]]
    assert List.duplicate([1, 2, 3], 2) === [[1, 2, 3], [1, 2, 3]]
    assert List.duplicate([1, [2, [3]]], 2) === [[1, [2, [3]]], [1, [2, [3]]]]
    assert List.duplicate([a: 1, b: 2], 2) === [[a: 1, b: 2], [a: 1, b: 2]]
    assert List.duplicate([{:a, 1}, {1, 2}, :x], 2) === [[{:a, 1}, {1, 2}, :x], [{:a, 1}, {1, 2}, :x]]
    assert List.duplicate('abc', 2) === ['abc', 'abc']
    assert List.duplicate(["a", "b"], 2) === [["a", "b"], ["a", "b"]]
    assert List.duplicate(:a, 2) === [:a, :a]
    assert List.duplicate(%{}, 2) === [%{}, %{}]
    assert List.duplicate([3, 1, 2, 1], 2) === [[3, 1, 2, 1], [3, 1, 2, 1]]
    assert List.duplicate([0x10FFFF + 1], 2) === [[1_114_112], [1_114_112]]
    assert List.duplicate([:a], 2) === [[:a], [:a]]
    assert List.duplicate([["a"], 'b'], 2) === [[["a"], 'b'], [["a"], 'b']]
  end

  test "first" do
    assert List.first([]) === nil
    assert List.first([], :d) === :d
    assert List.first([1]) === 1
    assert List.first(a: 1, b: 2) === {:a, 1}
    assert List.first('abc') === 97
    assert List.first(["a", "b"]) === "a"
    assert List.first([3, 1, 2, 1]) === 3
    assert List.first([0x10FFFF + 1]) === 1_114_112
    assert List.first([:a]) === :a
    assert List.first([["a"], 'b']) === ["a"]
  end

  test "last" do
    assert List.last([]) === nil
    assert List.last([], :d) === :d
    assert List.last([1]) === 1
    assert List.last([1, 2, 3]) === 3
    assert List.last([1, [2, [3]]]) === [2, [3]]
    assert List.last(a: 1, b: 2) === {:b, 2}
    assert List.last([{:a, 1}, {1, 2}, :x]) === :x
    assert List.last('abc') === 99
    assert List.last(["a", "b"]) === "b"
    assert List.last([0x10FFFF + 1]) === 1_114_112
    assert List.last([:a]) === :a
    assert List.last([["a"], 'b']) === 'b'
  end

  test "flatten" do
    assert List.flatten([]) === []
    assert List.flatten([], [9]) === '\t'
    assert List.flatten([1]) === [1]
    assert List.flatten([1], [9]) === [1, 9]
    assert List.flatten([1, 2, 3]) === [1, 2, 3]
    assert List.flatten([1, 2, 3], [9]) === [1, 2, 3, 9]
    assert List.flatten(a: 1, b: 2) === [a: 1, b: 2]
    assert List.flatten([a: 1, b: 2], [9]) === [{:a, 1}, {:b, 2}, 9]
    assert List.flatten([{:a, 1}, {1, 2}, :x]) === [{:a, 1}, {1, 2}, :x]
    assert List.flatten([{:a, 1}, {1, 2}, :x], [9]) === [{:a, 1}, {1, 2}, :x, 9]
    assert List.flatten('abc') === 'abc'
    assert List.flatten('abc', [9]) === 'abc\t'
  end

  test "foldl" do
    assert List.foldl([], 0, &{&1, &2}) === 0
    assert List.foldl([1], 0, &{&1, &2}) === {1, 0}
    assert List.foldl([1, 2, 3], 0, &{&1, &2}) === {3, {2, {1, 0}}}
    assert List.foldl([1, [2, [3]]], 0, &{&1, &2}) === {[2, [3]], {1, 0}}
    assert List.foldl([a: 1, b: 2], 0, &{&1, &2}) === {{:b, 2}, {{:a, 1}, 0}}
    assert List.foldl([{:a, 1}, {1, 2}, :x], 0, &{&1, &2}) === {:x, {{1, 2}, {{:a, 1}, 0}}}
    assert List.foldl('abc', 0, &{&1, &2}) === {99, {98, {97, 0}}}
    assert List.foldl(["a", "b"], 0, &{&1, &2}) === {"b", {"a", 0}}
    assert List.foldl([3, 1, 2, 1], 0, &{&1, &2}) === {1, {2, {1, {3, 0}}}}
    assert List.foldl([0x10FFFF + 1], 0, &{&1, &2}) === {1_114_112, 0}
    assert List.foldl([:a], 0, &{&1, &2}) === {:a, 0}
    assert List.foldl([["a"], 'b'], 0, &{&1, &2}) === {'b', {["a"], 0}}
  end

  test "foldr" do
    assert List.foldr([], 0, &{&1, &2}) === 0
    assert List.foldr([1], 0, &{&1, &2}) === {1, 0}
    assert List.foldr([1, 2, 3], 0, &{&1, &2}) === {1, {2, {3, 0}}}
    assert List.foldr([1, [2, [3]]], 0, &{&1, &2}) === {1, {[2, [3]], 0}}
    assert List.foldr([a: 1, b: 2], 0, &{&1, &2}) === {{:a, 1}, {{:b, 2}, 0}}
    assert List.foldr([{:a, 1}, {1, 2}, :x], 0, &{&1, &2}) === {{:a, 1}, {{1, 2}, {:x, 0}}}
    assert List.foldr('abc', 0, &{&1, &2}) === {97, {98, {99, 0}}}
    assert List.foldr(["a", "b"], 0, &{&1, &2}) === {"a", {"b", 0}}
    assert List.foldr([3, 1, 2, 1], 0, &{&1, &2}) === {3, {1, {2, {1, 0}}}}
    assert List.foldr([0x10FFFF + 1], 0, &{&1, &2}) === {1_114_112, 0}
    assert List.foldr([:a], 0, &{&1, &2}) === {:a, 0}
    assert List.foldr([["a"], 'b'], 0, &{&1, &2}) === {["a"], {'b', 0}}
  end

  test "improper?" do
    assert List.improper?([]) === false
    assert List.improper?([1]) === false
    assert List.improper?([1, 2, 3]) === false
    assert List.improper?([1, [2, [3]]]) === false
    assert List.improper?(a: 1, b: 2) === false
    assert List.improper?([{:a, 1}, {1, 2}, :x]) === false
    assert List.improper?('abc') === false
    assert List.improper?(["a", "b"]) === false
    assert List.improper?([3, 1, 2, 1]) === false
    assert List.improper?([0x10FFFF + 1]) === false
    assert List.improper?([:a]) === false
    assert List.improper?([["a"], 'b']) === false
  end

  test "insert_at" do
    assert List.insert_at([], 1, :n) === [:n]
    assert List.insert_at([1], 1, :n) === [1, :n]
    assert List.insert_at([1], -9, :n) === [:n, 1]
    assert List.insert_at([1, 2, 3], 1, :n) === [1, :n, 2, 3]
    assert List.insert_at([1, 2, 3], -1, :n) === [1, 2, 3, :n]
    assert List.insert_at([1, 2, 3], -9, :n) === [:n, 1, 2, 3]
    assert List.insert_at([1, [2, [3]]], 1, :n) === [1, :n, [2, [3]]]
    assert List.insert_at([1, [2, [3]]], -1, :n) === [1, [2, [3]], :n]
    assert List.insert_at([1, [2, [3]]], -9, :n) === [:n, 1, [2, [3]]]
    assert List.insert_at([a: 1, b: 2], 1, :n) === [{:a, 1}, :n, {:b, 2}]
    assert List.insert_at([a: 1, b: 2], -1, :n) === [{:a, 1}, {:b, 2}, :n]
    assert List.insert_at([a: 1, b: 2], -9, :n) === [:n, {:a, 1}, {:b, 2}]
  end

  test "keydelete" do
    assert List.keydelete([], :a, 0) === []
    assert List.keydelete([1], :a, 0) === [1]
    assert List.keydelete([1, 2, 3], :a, 0) === [1, 2, 3]
    assert List.keydelete([1, [2, [3]]], :a, 0) === [1, [2, [3]]]
    assert List.keydelete([a: 1, b: 2], :a, 0) === [b: 2]
    assert List.keydelete([{:a, 1}, {1, 2}, :x], :a, 0) === [{1, 2}, :x]
    assert List.keydelete('abc', :a, 0) === 'abc'
    assert List.keydelete(["a", "b"], :a, 0) === ["a", "b"]
    assert List.keydelete([3, 1, 2, 1], :a, 0) === [3, 1, 2, 1]
    assert List.keydelete([0x10FFFF + 1], :a, 0) === [1_114_112]
    assert List.keydelete([:a], :a, 0) === [:a]
    assert List.keydelete([["a"], 'b'], :a, 0) === [["a"], 'b']
  end

  test "keyfind" do
    assert List.keyfind([], :a, 0) === nil
    assert List.keyfind([], :z, 0, :d) === :d
    assert List.keyfind([a: 1, b: 2], :a, 0) === {:a, 1}

    assert String.starts_with?(
             message(ArgumentError, fn -> List.keyfind(:a, :a, 0) end),
             "errors were found at the given arguments:\n\n  * 3rd argument: not a list"
           )
  end

  test "keyfind!" do
    assert message(KeyError, fn -> List.keyfind!([], :z, 0) end) == "key :z at position 0 not found in: []"
    assert message(KeyError, fn -> List.keyfind!([1], :z, 0) end) == "key :z at position 0 not found in: [1]"
    assert message(KeyError, fn -> List.keyfind!([1, 2, 3], :z, 0) end) == "key :z at position 0 not found in: [1, 2, 3]"
    assert message(KeyError, fn -> List.keyfind!([1, [2, [3]]], :z, 0) end) == "key :z at position 0 not found in: [1, [2, [3]]]"
    assert message(KeyError, fn -> List.keyfind!([a: 1, b: 2], :z, 0) end) == "key :z at position 0 not found in: [a: 1, b: 2]"

    assert message(KeyError, fn -> List.keyfind!([{:a, 1}, {1, 2}, :x], :z, 0) end) ==
             "key :z at position 0 not found in: [{:a, 1}, {1, 2}, :x]"

    assert message(KeyError, fn -> List.keyfind!('abc', :z, 0) end) == "key :z at position 0 not found in: 'abc'"

    assert String.starts_with?(
             message(KeyError, fn -> List.keyfind!(["a", "b"], :z, 0) end),
             "key :z at position 0 not found in: [\"a\", \"b\"]"
           )

    assert String.starts_with?(
             message(ArgumentError, fn -> List.keyfind!(:a, :z, 0) end),
             "errors were found at the given arguments:\n\n  * 3rd argument: not a list"
           )

    assert String.starts_with?(
             message(ArgumentError, fn -> List.keyfind!(%{}, :z, 0) end),
             "errors were found at the given arguments:\n\n  * 3rd argument: not a list"
           )

    assert message(KeyError, fn -> List.keyfind!([3, 1, 2, 1], :z, 0) end) == "key :z at position 0 not found in: [3, 1, 2, 1]"
    assert message(KeyError, fn -> List.keyfind!([0x10FFFF + 1], :z, 0) end) == "key :z at position 0 not found in: [1114112]"
    assert message(KeyError, fn -> List.keyfind!([:a], :z, 0) end) == "key :z at position 0 not found in: [:a]"

    assert String.starts_with?(
             message(KeyError, fn -> List.keyfind!([["a"], 'b'], :z, 0) end),
             "key :z at position 0 not found in: [[\"a\"], 'b']"
           )
  end

  test "keymember?" do
    assert List.keymember?([], :a, 0) === false
    assert List.keymember?([1], :a, 0) === false
    assert List.keymember?([1, 2, 3], :a, 0) === false
    assert List.keymember?([1, [2, [3]]], :a, 0) === false
    assert List.keymember?([a: 1, b: 2], :a, 0) === true
    assert List.keymember?([{:a, 1}, {1, 2}, :x], :a, 0) === true
    assert List.keymember?('abc', :a, 0) === false
    assert List.keymember?(["a", "b"], :a, 0) === false

    assert String.starts_with?(
             message(ArgumentError, fn -> List.keymember?(:a, :a, 0) end),
             "errors were found at the given arguments:\n\n  * 3rd argument: not a list"
           )

    assert String.starts_with?(
             message(ArgumentError, fn -> List.keymember?(%{}, :a, 0) end),
             "errors were found at the given arguments:\n\n  * 3rd argument: not a list"
           )

    assert List.keymember?([3, 1, 2, 1], :a, 0) === false
    assert List.keymember?([0x10FFFF + 1], :a, 0) === false
    assert List.keymember?([:a], :a, 0) === false
    assert List.keymember?([["a"], 'b'], :a, 0) === false
  end

  test "keyreplace" do
    assert List.keyreplace([], :a, 0, {:a, 5}) === []
    assert List.keyreplace([1], :a, 0, {:a, 5}) === [1]
    assert List.keyreplace([1, 2, 3], :a, 0, {:a, 5}) === [1, 2, 3]
    assert List.keyreplace([1, [2, [3]]], :a, 0, {:a, 5}) === [1, [2, [3]]]
    assert List.keyreplace([a: 1, b: 2], :a, 0, {:a, 5}) === [a: 5, b: 2]
    assert List.keyreplace([{:a, 1}, {1, 2}, :x], :a, 0, {:a, 5}) === [{:a, 5}, {1, 2}, :x]
    assert List.keyreplace('abc', :a, 0, {:a, 5}) === 'abc'
    assert List.keyreplace(["a", "b"], :a, 0, {:a, 5}) === ["a", "b"]
    assert List.keyreplace([3, 1, 2, 1], :a, 0, {:a, 5}) === [3, 1, 2, 1]
    assert List.keyreplace([0x10FFFF + 1], :a, 0, {:a, 5}) === [1_114_112]
    assert List.keyreplace([:a], :a, 0, {:a, 5}) === [:a]
    assert List.keyreplace([["a"], 'b'], :a, 0, {:a, 5}) === [["a"], 'b']
  end

  test "keysort" do
    assert List.keysort([], 0) === []
    assert List.keysort([1], 0) === [1]
    assert List.keysort([a: 1, b: 2], 0) === [a: 1, b: 2]
    assert List.keysort([a: 1, b: 2], 0, :desc) === [b: 2, a: 1]
    assert List.keysort([0x10FFFF + 1], 0) === [1_114_112]
    assert List.keysort([:a], 0) === [:a]

    assert String.starts_with?(
             message(ArgumentError, fn -> List.keysort([1, 2, 3], 0) end),
             "errors were found at the given arguments:\n\n  * 2nd argument: not a tuple"
           )
  end

  test "keystore" do
    assert List.keystore([], :z, 0, {:z, 1}) === [z: 1]
    assert List.keystore([1], :z, 0, {:z, 1}) === [1, {:z, 1}]
    assert List.keystore([1, 2, 3], :z, 0, {:z, 1}) === [1, 2, 3, {:z, 1}]
    assert List.keystore([1, [2, [3]]], :z, 0, {:z, 1}) === [1, [2, [3]], {:z, 1}]
    assert List.keystore([a: 1, b: 2], :z, 0, {:z, 1}) === [a: 1, b: 2, z: 1]
    assert List.keystore([{:a, 1}, {1, 2}, :x], :z, 0, {:z, 1}) === [{:a, 1}, {1, 2}, :x, {:z, 1}]
    assert List.keystore('abc', :z, 0, {:z, 1}) === [97, 98, 99, {:z, 1}]
    assert List.keystore(["a", "b"], :z, 0, {:z, 1}) === ["a", "b", {:z, 1}]
    assert List.keystore([3, 1, 2, 1], :z, 0, {:z, 1}) === [3, 1, 2, 1, {:z, 1}]
    assert List.keystore([0x10FFFF + 1], :z, 0, {:z, 1}) === [1_114_112, {:z, 1}]
    assert List.keystore([:a], :z, 0, {:z, 1}) === [:a, {:z, 1}]
    assert List.keystore([["a"], 'b'], :z, 0, {:z, 1}) === [["a"], 'b', {:z, 1}]
  end

  test "keytake" do
    assert List.keytake([], :a, 0) === nil
    assert List.keytake([1], :a, 0) === nil
    assert List.keytake([1, 2, 3], :a, 0) === nil
    assert List.keytake([1, [2, [3]]], :a, 0) === nil
    assert List.keytake([a: 1, b: 2], :a, 0) === {{:a, 1}, [b: 2]}
    assert List.keytake([{:a, 1}, {1, 2}, :x], :a, 0) === {{:a, 1}, [{1, 2}, :x]}
    assert List.keytake('abc', :a, 0) === nil
    assert List.keytake(["a", "b"], :a, 0) === nil
    assert List.keytake([3, 1, 2, 1], :a, 0) === nil
    assert List.keytake([0x10FFFF + 1], :a, 0) === nil
    assert List.keytake([:a], :a, 0) === nil
    assert List.keytake([["a"], 'b'], :a, 0) === nil
  end

  test "pop_at" do
    assert List.pop_at([], 0) === {nil, []}
    assert List.pop_at([], 9, :d) === {:d, []}
    assert List.pop_at([1], 0) === {1, []}
    assert List.pop_at([1], 9, :d) === {:d, [1]}
    assert List.pop_at([1, 2, 3], 0) === {1, [2, 3]}
    assert List.pop_at([1, 2, 3], -1) === {3, [1, 2]}
    assert List.pop_at([1, 2, 3], 9, :d) === {:d, [1, 2, 3]}
    assert List.pop_at([1, [2, [3]]], 0) === {1, [[2, [3]]]}
    assert List.pop_at([1, [2, [3]]], -1) === {[2, [3]], [1]}
    assert List.pop_at([1, [2, [3]]], 9, :d) === {:d, [1, [2, [3]]]}
    assert List.pop_at([a: 1, b: 2], 0) === {{:a, 1}, [b: 2]}
    assert List.pop_at([a: 1, b: 2], -1) === {{:b, 2}, [a: 1]}

    assert String.starts_with?(
             message(ArgumentError, fn -> List.pop_at(:a, -1) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a list"
           )
  end

  test "replace_at" do
    assert List.replace_at([], 0, :r) === []
    assert List.replace_at([1], 0, :r) === [:r]
    assert List.replace_at([1], 9, :r) === [1]
    assert List.replace_at([1, 2, 3], 0, :r) === [:r, 2, 3]
    assert List.replace_at([1, 2, 3], -1, :r) === [1, 2, :r]
    assert List.replace_at([1, 2, 3], 9, :r) === [1, 2, 3]
    assert List.replace_at([1, [2, [3]]], 0, :r) === [:r, [2, [3]]]
    assert List.replace_at([1, [2, [3]]], -1, :r) === [1, :r]
    assert List.replace_at([1, [2, [3]]], 9, :r) === [1, [2, [3]]]
    assert List.replace_at([a: 1, b: 2], 0, :r) === [:r, {:b, 2}]
    assert List.replace_at([a: 1, b: 2], -1, :r) === [{:a, 1}, :r]
    assert List.replace_at([a: 1, b: 2], 9, :r) === [a: 1, b: 2]
  end

  test "update_at" do
    assert List.update_at([], 0, &{&1}) === []
    assert List.update_at([1], 0, &{&1}) === [{1}]
    assert List.update_at([1], -9, &{&1}) === [1]
    assert List.update_at([1, 2, 3], 0, &{&1}) === [{1}, 2, 3]
    assert List.update_at([1, 2, 3], -9, &{&1}) === [1, 2, 3]
    assert List.update_at([1, [2, [3]]], 0, &{&1}) === [{1}, [2, [3]]]
    assert List.update_at([1, [2, [3]]], -9, &{&1}) === [1, [2, [3]]]
    assert List.update_at([a: 1, b: 2], 0, &{&1}) === [{{:a, 1}}, {:b, 2}]
    assert List.update_at([a: 1, b: 2], -9, &{&1}) === [a: 1, b: 2]
    assert List.update_at([{:a, 1}, {1, 2}, :x], 0, &{&1}) === [{{:a, 1}}, {1, 2}, :x]
    assert List.update_at([{:a, 1}, {1, 2}, :x], -9, &{&1}) === [{:a, 1}, {1, 2}, :x]
    assert List.update_at('abc', 0, &{&1}) === [{97}, 98, 99]
  end

  test "starts_with?" do
    assert List.starts_with?([], [1]) === false
    assert List.starts_with?([1], [1]) === true
    assert List.starts_with?([1, 2, 3], [1]) === true
    assert List.starts_with?([1, [2, [3]]], [1]) === true
    assert List.starts_with?([a: 1, b: 2], [1]) === false
    assert List.starts_with?([{:a, 1}, {1, 2}, :x], [1]) === false
    assert List.starts_with?('abc', [1]) === false
    assert List.starts_with?(["a", "b"], [1]) === false
    assert List.starts_with?([3, 1, 2, 1], [1]) === false
    assert List.starts_with?([0x10FFFF + 1], [1]) === false
    assert List.starts_with?([:a], [1]) === false
    assert List.starts_with?([["a"], 'b'], [1]) === false
  end

  test "to_atom" do
    assert List.to_atom([]) === :""
    assert List.to_atom([1]) === :"\x01"
    assert List.to_atom([1, 2, 3]) === :"\x01\x02\x03"

    assert String.starts_with?(
             message(ArgumentError, fn -> List.to_atom([1, [2, [3]]]) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a list of characters"
           )

    assert String.starts_with?(
             message(ArgumentError, fn -> List.to_atom(a: 1, b: 2) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a list of characters"
           )

    assert String.starts_with?(
             message(ArgumentError, fn -> List.to_atom([{:a, 1}, {1, 2}, :x]) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a list of characters"
           )

    assert List.to_atom('abc') === :abc

    assert String.starts_with?(
             message(ArgumentError, fn -> List.to_atom(["a", "b"]) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a list of characters"
           )

    assert String.starts_with?(
             message(ArgumentError, fn -> List.to_atom(:a) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a list"
           )

    assert String.starts_with?(
             message(ArgumentError, fn -> List.to_atom(%{}) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a list"
           )

    assert List.to_atom([3, 1, 2, 1]) === :"\x03\x01\x02\x01"

    assert String.starts_with?(
             message(ArgumentError, fn -> List.to_atom([0x10FFFF + 1]) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a list of characters"
           )

    assert String.starts_with?(
             message(ArgumentError, fn -> List.to_atom([:a]) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a list of characters"
           )

    assert String.starts_with?(
             message(ArgumentError, fn -> List.to_atom([["a"], 'b']) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a list of characters"
           )
  end

  test "to_charlist" do
    assert List.to_charlist([]) === []
    assert List.to_charlist([1]) === [1]
    assert List.to_charlist([1, 2, 3]) === [1, 2, 3]
    assert List.to_charlist([1, [2, [3]]]) === [1, 2, 3]
    assert List.to_charlist('abc') === 'abc'
    assert List.to_charlist(["a", "b"]) === 'ab'
    assert List.to_charlist([3, 1, 2, 1]) === [3, 1, 2, 1]
    assert message(UnicodeConversionError, fn -> List.to_charlist([0x10FFFF + 1]) end) == "invalid code point 1114112"
    assert List.to_charlist([["a"], 'b']) === 'ab'
  end

  test "to_string" do
    assert List.to_string([]) === ""
    assert List.to_string([1]) === <<1>>
    assert List.to_string([1, 2, 3]) === <<1, 2, 3>>
    assert List.to_string([1, [2, [3]]]) === <<1, 2, 3>>
    assert List.to_string('abc') === "abc"
    assert List.to_string(["a", "b"]) === "ab"
    assert List.to_string([3, 1, 2, 1]) === <<3, 1, 2, 1>>
    assert message(UnicodeConversionError, fn -> List.to_string([0x10FFFF + 1]) end) == "invalid code point 1114112"
    assert List.to_string([["a"], 'b']) === "ab"
  end

  test "to_tuple" do
    assert List.to_tuple([]) === {}
    assert List.to_tuple([1]) === {1}
    assert List.to_tuple([1, 2, 3]) === {1, 2, 3}
    assert List.to_tuple([1, [2, [3]]]) === {1, [2, [3]]}
    assert List.to_tuple(a: 1, b: 2) === {{:a, 1}, {:b, 2}}
    assert List.to_tuple([{:a, 1}, {1, 2}, :x]) === {{:a, 1}, {1, 2}, :x}
    assert List.to_tuple('abc') === {97, 98, 99}
    assert List.to_tuple(["a", "b"]) === {"a", "b"}

    assert String.starts_with?(
             message(ArgumentError, fn -> List.to_tuple(:a) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a list"
           )

    assert String.starts_with?(
             message(ArgumentError, fn -> List.to_tuple(%{}) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a list"
           )

    assert List.to_tuple([3, 1, 2, 1]) === {3, 1, 2, 1}
    assert List.to_tuple([0x10FFFF + 1]) === {1_114_112}
    assert List.to_tuple([:a]) === {:a}
    assert List.to_tuple([["a"], 'b']) === {["a"], 'b'}
  end

  test "wrap" do
    assert List.wrap([]) === []
    assert List.wrap([1]) === [1]
    assert List.wrap([1, 2, 3]) === [1, 2, 3]
    assert List.wrap([1, [2, [3]]]) === [1, [2, [3]]]
    assert List.wrap(a: 1, b: 2) === [a: 1, b: 2]
    assert List.wrap([{:a, 1}, {1, 2}, :x]) === [{:a, 1}, {1, 2}, :x]
    assert List.wrap('abc') === 'abc'
    assert List.wrap(["a", "b"]) === ["a", "b"]
    assert List.wrap(:a) === [:a]
    assert List.wrap(%{}) === [%{}]
    assert List.wrap([3, 1, 2, 1]) === [3, 1, 2, 1]
    assert List.wrap([0x10FFFF + 1]) === [1_114_112]
    assert List.wrap([:a]) === [:a]
    assert List.wrap([["a"], 'b']) === [["a"], 'b']
  end

  test "zip" do
    assert List.zip([[], []]) === []
    assert List.zip([]) === []
    assert List.zip([[1], [1]]) === [{1, 1}]
    assert List.zip([[1, 2, 3], [1, 2, 3]]) === [{1, 1}, {2, 2}, {3, 3}]
    assert List.zip([[1, [2, [3]]], [1, [2, [3]]]]) === [{1, 1}, {[2, [3]], [2, [3]]}]
    assert List.zip([[a: 1, b: 2], [a: 1, b: 2]]) === [{{:a, 1}, {:a, 1}}, {{:b, 2}, {:b, 2}}]
    assert List.zip([[{:a, 1}, {1, 2}, :x], [{:a, 1}, {1, 2}, :x]]) === [{{:a, 1}, {:a, 1}}, {{1, 2}, {1, 2}}, {:x, :x}]
    assert List.zip(['abc', 'abc']) === [{97, 97}, {98, 98}, {99, 99}]
    assert List.zip([["a", "b"], ["a", "b"]]) === [{"a", "a"}, {"b", "b"}]
    assert List.zip([[3, 1, 2, 1], [3, 1, 2, 1]]) === [{3, 3}, {1, 1}, {2, 2}, {1, 1}]
    assert List.zip([[0x10FFFF + 1], [0x10FFFF + 1]]) === [{1_114_112, 1_114_112}]
    assert List.zip([[:a], [:a]]) === [a: :a]
    assert List.zip([[["a"], 'b'], [["a"], 'b']]) === [{["a"], ["a"]}, {'b', 'b'}]
    assert List.zip([["a"], 'b']) === [{"a", 98}]
  end

  test "myers_difference" do
    assert List.myers_difference([], [1, 2]) === [ins: [1, 2]]
    assert List.myers_difference([1, 2], []) === [del: [1, 2]]
    assert List.myers_difference([1], [1, 2]) === [eq: [1], ins: [2]]
    assert List.myers_difference([1, 2], [1]) === [eq: [1], del: [2]]
    assert List.myers_difference([1, 2, 3], [1, 2]) === [eq: [1, 2], del: [3]]
    assert List.myers_difference([1, 2], [1, 2, 3]) === [eq: [1, 2], ins: [3]]
    assert List.myers_difference([1, [2, [3]]], [1, 2]) === [eq: [1], del: [[2, [3]]], ins: [2]]
    assert List.myers_difference([1, 2], [1, [2, [3]]]) === [eq: [1], del: [2], ins: [[2, [3]]]]
    assert List.myers_difference([a: 1, b: 2], [1, 2]) === [del: [a: 1, b: 2], ins: [1, 2]]
    assert List.myers_difference([1, 2], a: 1, b: 2) === [del: [1, 2], ins: [a: 1, b: 2]]
    assert List.myers_difference([{:a, 1}, {1, 2}, :x], [1, 2]) === [del: [{:a, 1}, {1, 2}, :x], ins: [1, 2]]
    assert List.myers_difference([1, 2], [{:a, 1}, {1, 2}, :x]) === [del: [1, 2], ins: [{:a, 1}, {1, 2}, :x]]
  end

  test "to_existing_atom" do
    assert List.to_existing_atom([]) === :""
    assert List.to_existing_atom([1]) === :"\x01"
    assert List.to_existing_atom([1, 2, 3]) === :"\x01\x02\x03"

    assert String.starts_with?(
             message(ArgumentError, fn -> List.to_existing_atom([1, [2, [3]]]) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a list of characters"
           )

    assert String.starts_with?(
             message(ArgumentError, fn -> List.to_existing_atom(a: 1, b: 2) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a list of characters"
           )

    assert String.starts_with?(
             message(ArgumentError, fn -> List.to_existing_atom([{:a, 1}, {1, 2}, :x]) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a list of characters"
           )

    assert List.to_existing_atom('abc') === :abc

    assert String.starts_with?(
             message(ArgumentError, fn -> List.to_existing_atom(["a", "b"]) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a list of characters"
           )

    assert String.starts_with?(
             message(ArgumentError, fn -> List.to_existing_atom(:a) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a list"
           )

    assert String.starts_with?(
             message(ArgumentError, fn -> List.to_existing_atom(%{}) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a list"
           )

    assert List.to_existing_atom([3, 1, 2, 1]) === :"\x03\x01\x02\x01"

    assert String.starts_with?(
             message(ArgumentError, fn -> List.to_existing_atom([0x10FFFF + 1]) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a list of characters"
           )

    assert String.starts_with?(
             message(ArgumentError, fn -> List.to_existing_atom([:a]) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a list of characters"
           )

    assert String.starts_with?(
             message(ArgumentError, fn -> List.to_existing_atom([["a"], 'b']) end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a list of characters"
           )
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))
end
