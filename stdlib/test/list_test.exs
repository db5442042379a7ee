defmodule ListTest do
  use ExUnit.Case, async: true

  describe "to_integer" do
    test "List.to_integer(to_charlist(\"12\"))" do
      assert List.to_integer(to_charlist("12")) === 12
    end

    test "List.to_integer(to_charlist(\"-5\"))" do
      assert List.to_integer(to_charlist("-5")) === -5
    end

    test "List.to_integer(to_charlist(\"+5\"))" do
      assert List.to_integer(to_charlist("+5")) === 5
    end

    test "List.to_integer(to_charlist(\"-0\"))" do
      assert List.to_integer(to_charlist("-0")) === 0
    end

    test "List.to_integer(to_charlist(\"12abc\"))" do
      assert String.starts_with?(
               message(ArgumentError, fn -> List.to_integer(to_charlist("12abc")) end),
               "errors were found at the given arguments:\n\n  * 1st argument: not a textual representation of an integer"
             )
    end
  end

  describe "to_float" do
    test "List.to_float(to_charlist(\"1.5\"))" do
      assert List.to_float(to_charlist("1.5")) === 1.5
    end

    test "List.to_float(to_charlist(\"12\"))" do
      assert String.starts_with?(
               message(ArgumentError, fn -> List.to_float(to_charlist("12")) end),
               "errors were found at the given arguments:\n\n  * 1st argument: not a textual representation of a float"
             )
    end
  end

  describe "ascii_printable?" do
    test "List.ascii_printable?([])" do
      assert List.ascii_printable?([]) === true
    end

    test "List.ascii_printable?([1])" do
      assert List.ascii_printable?([1]) === false
    end
  end

  describe "delete" do
    test "List.delete([],1)" do
      assert List.delete([], 1) === []
    end

    test "List.delete([1,2,3],1)" do
      assert List.delete([1, 2, 3], 1) === [2, 3]
    end

    test "List.delete([1,[2,[3]]],1)" do
      assert List.delete([1, [2, [3]]], 1) === [[2, [3]]]
    end

    test "List.delete([a: 1, b: 2],1)" do
      assert List.delete([a: 1, b: 2], 1) === [a: 1, b: 2]
    end

    test "List.delete([{:a,1},{1,2},:x],1)" do
      assert List.delete([{:a, 1}, {1, 2}, :x], 1) === [{:a, 1}, {1, 2}, :x]
    end
  end

  describe "delete_at" do
    test "List.delete_at([],0)" do
      assert List.delete_at([], 0) === []
    end

    test "List.delete_at([1],9)" do
      assert List.delete_at([1], 9) === [1]
    end

    test "List.delete_at([1,2,3],0)" do
      assert List.delete_at([1, 2, 3], 0) === [2, 3]
    end

    test "List.delete_at([1,2,3],-1)" do
      assert List.delete_at([1, 2, 3], -1) === [1, 2]
    end

    test "List.delete_at([1,2,3],9)" do
      assert List.delete_at([1, 2, 3], 9) === [1, 2, 3]
    end

    test "List.delete_at(:a,-1)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> List.delete_at(:a, -1) end),
               "errors were found at the given arguments:\n\n  * 1st argument: not a list"
             )
    end
  end

  describe "duplicate" do
    test "List.duplicate([],2)" do
      assert List.duplicate([], 2) === [[], []]
    end

    test "List.duplicate([1],2)" do
      assert List.duplicate([1], 2) === [[1], [1]]
    end

    test "List.duplicate([1,2,3],2)" do
      assert List.duplicate([1, 2, 3], 2) === [[1, 2, 3], [1, 2, 3]]
    end

    test "List.duplicate([1,[2,[3]]],2)" do
      assert List.duplicate([1, [2, [3]]], 2) === [[1, [2, [3]]], [1, [2, [3]]]]
    end

    test "List.duplicate([a: 1, b: 2],2)" do
      assert List.duplicate([a: 1, b: 2], 2) === [[a: 1, b: 2], [a: 1, b: 2]]
    end
  end

  describe "first" do
    test "List.first([])" do
      assert List.first([]) === nil
    end

    test "List.first([],:d)" do
      assert List.first([], :d) === :d
    end

    test "List.first([1])" do
      assert List.first([1]) === 1
    end

    test "List.first([a: 1, b: 2])" do
      assert List.first(a: 1, b: 2) === {:a, 1}
    end

    test "List.first('abc')" do
      assert List.first('abc') === 97
    end
  end

  describe "last" do
    test "List.last([])" do
      assert List.last([]) === nil
    end

    test "List.last([],:d)" do
      assert List.last([], :d) === :d
    end

    test "List.last([1])" do
      assert List.last([1]) === 1
    end

    test "List.last([1,2,3])" do
      assert List.last([1, 2, 3]) === 3
    end

    test "List.last([1,[2,[3]]])" do
      assert List.last([1, [2, [3]]]) === [2, [3]]
    end
  end

  describe "flatten" do
    test "List.flatten([])" do
      assert List.flatten([]) === []
    end

    test "List.flatten([],[9])" do
      assert List.flatten([], [9]) === '\t'
    end

    test "List.flatten([1])" do
      assert List.flatten([1]) === [1]
    end

    test "List.flatten([1],[9])" do
      assert List.flatten([1], [9]) === [1, 9]
    end

    test "List.flatten([1,2,3])" do
      assert List.flatten([1, 2, 3]) === [1, 2, 3]
    end
  end

  describe "foldl" do
    test "List.foldl([],0,&{&1,&2})" do
      assert List.foldl([], 0, &{&1, &2}) === 0
    end

    test "List.foldl([1],0,&{&1,&2})" do
      assert List.foldl([1], 0, &{&1, &2}) === {1, 0}
    end

    test "List.foldl([1,2,3],0,&{&1,&2})" do
      assert List.foldl([1, 2, 3], 0, &{&1, &2}) === {3, {2, {1, 0}}}
    end

    test "List.foldl([1,[2,[3]]],0,&{&1,&2})" do
      assert List.foldl([1, [2, [3]]], 0, &{&1, &2}) === {[2, [3]], {1, 0}}
    end

    test "List.foldl([a: 1, b: 2],0,&{&1,&2})" do
      assert List.foldl([a: 1, b: 2], 0, &{&1, &2}) === {{:b, 2}, {{:a, 1}, 0}}
    end
  end

  describe "foldr" do
    test "List.foldr([],0,&{&1,&2})" do
      assert List.foldr([], 0, &{&1, &2}) === 0
    end

    test "List.foldr([1],0,&{&1,&2})" do
      assert List.foldr([1], 0, &{&1, &2}) === {1, 0}
    end

    test "List.foldr([1,2,3],0,&{&1,&2})" do
      assert List.foldr([1, 2, 3], 0, &{&1, &2}) === {1, {2, {3, 0}}}
    end

    test "List.foldr([1,[2,[3]]],0,&{&1,&2})" do
      assert List.foldr([1, [2, [3]]], 0, &{&1, &2}) === {1, {[2, [3]], 0}}
    end

    test "List.foldr([a: 1, b: 2],0,&{&1,&2})" do
      assert List.foldr([a: 1, b: 2], 0, &{&1, &2}) === {{:a, 1}, {{:b, 2}, 0}}
    end
  end

  describe "improper?" do
    test "List.improper?([])" do
      assert List.improper?([]) === false
    end
  end

  describe "insert_at" do
    test "List.insert_at([],1,:n)" do
      assert List.insert_at([], 1, :n) === [:n]
    end

    test "List.insert_at([1],1,:n)" do
      assert List.insert_at([1], 1, :n) === [1, :n]
    end

    test "List.insert_at([1],-9,:n)" do
      assert List.insert_at([1], -9, :n) === [:n, 1]
    end

    test "List.insert_at([1,2,3],1,:n)" do
      assert List.insert_at([1, 2, 3], 1, :n) === [1, :n, 2, 3]
    end

    test "List.insert_at([1,2,3],-1,:n)" do
      assert List.insert_at([1, 2, 3], -1, :n) === [1, 2, 3, :n]
    end
  end

  describe "keydelete" do
    test "List.keydelete([],:a,0)" do
      assert List.keydelete([], :a, 0) === []
    end

    test "List.keydelete([1],:a,0)" do
      assert List.keydelete([1], :a, 0) === [1]
    end

    test "List.keydelete([1,2,3],:a,0)" do
      assert List.keydelete([1, 2, 3], :a, 0) === [1, 2, 3]
    end

    test "List.keydelete([1,[2,[3]]],:a,0)" do
      assert List.keydelete([1, [2, [3]]], :a, 0) === [1, [2, [3]]]
    end

    test "List.keydelete([a: 1, b: 2],:a,0)" do
      assert List.keydelete([a: 1, b: 2], :a, 0) === [b: 2]
    end
  end

  describe "keyfind" do
    test "List.keyfind([],:a,0)" do
      assert List.keyfind([], :a, 0) === nil
    end

    test "List.keyfind([],:z,0,:d)" do
      assert List.keyfind([], :z, 0, :d) === :d
    end

    test "List.keyfind([a: 1, b: 2],:a,0)" do
      assert List.keyfind([a: 1, b: 2], :a, 0) === {:a, 1}
    end

    test "List.keyfind(:a,:a,0)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> List.keyfind(:a, :a, 0) end),
               "errors were found at the given arguments:\n\n  * 3rd argument: not a list"
             )
    end
  end

  describe "keyfind!" do
    test "List.keyfind!([],:z,0)" do
      assert message(KeyError, fn -> List.keyfind!([], :z, 0) end) == "key :z at position 0 not found in: []"
    end

    test "List.keyfind!(:a,:z,0)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> List.keyfind!(:a, :z, 0) end),
               "errors were found at the given arguments:\n\n  * 3rd argument: not a list"
             )
    end
  end

  describe "keymember?" do
    test "List.keymember?([],:a,0)" do
      assert List.keymember?([], :a, 0) === false
    end

    test "List.keymember?([a: 1, b: 2],:a,0)" do
      assert List.keymember?([a: 1, b: 2], :a, 0) === true
    end

    test "List.keymember?(:a,:a,0)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> List.keymember?(:a, :a, 0) end),
               "errors were found at the given arguments:\n\n  * 3rd argument: not a list"
             )
    end
  end

  describe "keyreplace" do
    test "List.keyreplace([],:a,0,{:a,5})" do
      assert List.keyreplace([], :a, 0, {:a, 5}) === []
    end

    test "List.keyreplace([1],:a,0,{:a,5})" do
      assert List.keyreplace([1], :a, 0, {:a, 5}) === [1]
    end

    test "List.keyreplace([1,2,3],:a,0,{:a,5})" do
      assert List.keyreplace([1, 2, 3], :a, 0, {:a, 5}) === [1, 2, 3]
    end

    test "List.keyreplace([1,[2,[3]]],:a,0,{:a,5})" do
      assert List.keyreplace([1, [2, [3]]], :a, 0, {:a, 5}) === [1, [2, [3]]]
    end

    test "List.keyreplace([a: 1, b: 2],:a,0,{:a,5})" do
      assert List.keyreplace([a: 1, b: 2], :a, 0, {:a, 5}) === [a: 5, b: 2]
    end
  end

  describe "keysort" do
    test "List.keysort([],0)" do
      assert List.keysort([], 0) === []
    end

    test "List.keysort([1],0)" do
      assert List.keysort([1], 0) === [1]
    end

    test "List.keysort([a: 1, b: 2],0)" do
      assert List.keysort([a: 1, b: 2], 0) === [a: 1, b: 2]
    end

    test "List.keysort([a: 1, b: 2],0,:desc)" do
      assert List.keysort([a: 1, b: 2], 0, :desc) === [b: 2, a: 1]
    end

    test "List.keysort([0x10FFFF+1],0)" do
      assert List.keysort([0x10FFFF + 1], 0) === [1_114_112]
    end

    test "List.keysort([1,2,3],0)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> List.keysort([1, 2, 3], 0) end),
               "errors were found at the given arguments:\n\n  * 2nd argument: not a tuple"
             )
    end
  end

  describe "keystore" do
    test "List.keystore([],:z,0,{:z,1})" do
      assert List.keystore([], :z, 0, {:z, 1}) === [z: 1]
    end

    test "List.keystore([1],:z,0,{:z,1})" do
      assert List.keystore([1], :z, 0, {:z, 1}) === [1, {:z, 1}]
    end

    test "List.keystore([1,2,3],:z,0,{:z,1})" do
      assert List.keystore([1, 2, 3], :z, 0, {:z, 1}) === [1, 2, 3, {:z, 1}]
    end

    test "List.keystore([1,[2,[3]]],:z,0,{:z,1})" do
      assert List.keystore([1, [2, [3]]], :z, 0, {:z, 1}) === [1, [2, [3]], {:z, 1}]
    end

    test "List.keystore([a: 1, b: 2],:z,0,{:z,1})" do
      assert List.keystore([a: 1, b: 2], :z, 0, {:z, 1}) === [a: 1, b: 2, z: 1]
    end
  end

  describe "keytake" do
    test "List.keytake([],:a,0)" do
      assert List.keytake([], :a, 0) === nil
    end

    test "List.keytake([a: 1, b: 2],:a,0)" do
      assert List.keytake([a: 1, b: 2], :a, 0) === {{:a, 1}, [b: 2]}
    end

    test "List.keytake([{:a,1},{1,2},:x],:a,0)" do
      assert List.keytake([{:a, 1}, {1, 2}, :x], :a, 0) === {{:a, 1}, [{1, 2}, :x]}
    end
  end

  describe "pop_at" do
    test "List.pop_at([],0)" do
      assert List.pop_at([], 0) === {nil, []}
    end

    test "List.pop_at([],9,:d)" do
      assert List.pop_at([], 9, :d) === {:d, []}
    end

    test "List.pop_at([1],0)" do
      assert List.pop_at([1], 0) === {1, []}
    end

    test "List.pop_at([1],9,:d)" do
      assert List.pop_at([1], 9, :d) === {:d, [1]}
    end

    test "List.pop_at([1,2,3],0)" do
      assert List.pop_at([1, 2, 3], 0) === {1, [2, 3]}
    end

    test "List.pop_at(:a,-1)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> List.pop_at(:a, -1) end),
               "errors were found at the given arguments:\n\n  * 1st argument: not a list"
             )
    end
  end

  describe "replace_at" do
    test "List.replace_at([],0,:r)" do
      assert List.replace_at([], 0, :r) === []
    end

    test "List.replace_at([1],0,:r)" do
      assert List.replace_at([1], 0, :r) === [:r]
    end

    test "List.replace_at([1],9,:r)" do
      assert List.replace_at([1], 9, :r) === [1]
    end

    test "List.replace_at([1,2,3],0,:r)" do
      assert List.replace_at([1, 2, 3], 0, :r) === [:r, 2, 3]
    end

    test "List.replace_at([1,2,3],-1,:r)" do
      assert List.replace_at([1, 2, 3], -1, :r) === [1, 2, :r]
    end
  end

  describe "update_at" do
    test "List.update_at([],0,&{&1})" do
      assert List.update_at([], 0, &{&1}) === []
    end

    test "List.update_at([1],0,&{&1})" do
      assert List.update_at([1], 0, &{&1}) === [{1}]
    end

    test "List.update_at([1],-9,&{&1})" do
      assert List.update_at([1], -9, &{&1}) === [1]
    end

    test "List.update_at([1,2,3],0,&{&1})" do
      assert List.update_at([1, 2, 3], 0, &{&1}) === [{1}, 2, 3]
    end

    test "List.update_at([1,2,3],-9,&{&1})" do
      assert List.update_at([1, 2, 3], -9, &{&1}) === [1, 2, 3]
    end
  end

  describe "starts_with?" do
    test "List.starts_with?([],[1])" do
      assert List.starts_with?([], [1]) === false
    end

    test "List.starts_with?([1],[1])" do
      assert List.starts_with?([1], [1]) === true
    end
  end

  describe "to_atom" do
    test "List.to_atom([])" do
      assert List.to_atom([]) === :""
    end

    test "List.to_atom([1])" do
      assert List.to_atom([1]) === :"\x01"
    end

    test "List.to_atom([1,2,3])" do
      assert List.to_atom([1, 2, 3]) === :"\x01\x02\x03"
    end

    test "List.to_atom('abc')" do
      assert List.to_atom('abc') === :abc
    end

    test "List.to_atom([3,1,2,1])" do
      assert List.to_atom([3, 1, 2, 1]) === :"\x03\x01\x02\x01"
    end

    test "List.to_atom([1,[2,[3]]])" do
      assert String.starts_with?(
               message(ArgumentError, fn -> List.to_atom([1, [2, [3]]]) end),
               "errors were found at the given arguments:\n\n  * 1st argument: not a list of characters"
             )
    end
  end

  describe "to_charlist" do
    test "List.to_charlist([])" do
      assert List.to_charlist([]) === []
    end

    test "List.to_charlist([1])" do
      assert List.to_charlist([1]) === [1]
    end

    test "List.to_charlist([1,2,3])" do
      assert List.to_charlist([1, 2, 3]) === [1, 2, 3]
    end

    test "List.to_charlist('abc')" do
      assert List.to_charlist('abc') === 'abc'
    end

    test "List.to_charlist([\"a\",\"b\"])" do
      assert List.to_charlist(["a", "b"]) === 'ab'
    end

    test "List.to_charlist([0x10FFFF+1])" do
      assert message(UnicodeConversionError, fn -> List.to_charlist([0x10FFFF + 1]) end) == "invalid code point 1114112"
    end
  end

  describe "to_string" do
    test "List.to_string([])" do
      assert List.to_string([]) === ""
    end

    test "List.to_string([1])" do
      assert List.to_string([1]) === <<1>>
    end

    test "List.to_string([1,2,3])" do
      assert List.to_string([1, 2, 3]) === <<1, 2, 3>>
    end

    test "List.to_string('abc')" do
      assert List.to_string('abc') === "abc"
    end

    test "List.to_string([\"a\",\"b\"])" do
      assert List.to_string(["a", "b"]) === "ab"
    end

    test "List.to_string([0x10FFFF+1])" do
      assert message(UnicodeConversionError, fn -> List.to_string([0x10FFFF + 1]) end) == "invalid code point 1114112"
    end
  end

  describe "to_tuple" do
    test "List.to_tuple([])" do
      assert List.to_tuple([]) === {}
    end

    test "List.to_tuple([1])" do
      assert List.to_tuple([1]) === {1}
    end

    test "List.to_tuple([1,2,3])" do
      assert List.to_tuple([1, 2, 3]) === {1, 2, 3}
    end

    test "List.to_tuple([1,[2,[3]]])" do
      assert List.to_tuple([1, [2, [3]]]) === {1, [2, [3]]}
    end

    test "List.to_tuple([a: 1, b: 2])" do
      assert List.to_tuple(a: 1, b: 2) === {{:a, 1}, {:b, 2}}
    end

    test "List.to_tuple(:a)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> List.to_tuple(:a) end),
               "errors were found at the given arguments:\n\n  * 1st argument: not a list"
             )
    end
  end

  describe "wrap" do
    test "List.wrap([])" do
      assert List.wrap([]) === []
    end

    test "List.wrap([1])" do
      assert List.wrap([1]) === [1]
    end

    test "List.wrap([1,2,3])" do
      assert List.wrap([1, 2, 3]) === [1, 2, 3]
    end

    test "List.wrap([1,[2,[3]]])" do
      assert List.wrap([1, [2, [3]]]) === [1, [2, [3]]]
    end

    test "List.wrap([a: 1, b: 2])" do
      assert List.wrap(a: 1, b: 2) === [a: 1, b: 2]
    end
  end

  describe "zip" do
    test "List.zip([[],[]])" do
      assert List.zip([[], []]) === []
    end

    test "List.zip([[1],[1]])" do
      assert List.zip([[1], [1]]) === [{1, 1}]
    end

    test "List.zip([[1,2,3],[1,2,3]])" do
      assert List.zip([[1, 2, 3], [1, 2, 3]]) === [{1, 1}, {2, 2}, {3, 3}]
    end

    test "List.zip([[1,[2,[3]]],[1,[2,[3]]]])" do
      assert List.zip([[1, [2, [3]]], [1, [2, [3]]]]) === [{1, 1}, {[2, [3]], [2, [3]]}]
    end

    test "List.zip([[a: 1, b: 2],[a: 1, b: 2]])" do
      assert List.zip([[a: 1, b: 2], [a: 1, b: 2]]) === [{{:a, 1}, {:a, 1}}, {{:b, 2}, {:b, 2}}]
    end
  end

  describe "myers_difference" do
    test "List.myers_difference([],[1,2])" do
      assert List.myers_difference([], [1, 2]) === [ins: [1, 2]]
    end

    test "List.myers_difference([1,2],[])" do
      assert List.myers_difference([1, 2], []) === [del: [1, 2]]
    end

    test "List.myers_difference([1],[1,2])" do
      assert List.myers_difference([1], [1, 2]) === [eq: [1], ins: [2]]
    end

    test "List.myers_difference([1,2],[1])" do
      assert List.myers_difference([1, 2], [1]) === [eq: [1], del: [2]]
    end

    test "List.myers_difference([1,2,3],[1,2])" do
      assert List.myers_difference([1, 2, 3], [1, 2]) === [eq: [1, 2], del: [3]]
    end
  end

  describe "to_existing_atom" do
    test "List.to_existing_atom([])" do
      assert List.to_existing_atom([]) === :""
    end

    test "List.to_existing_atom([1])" do
      assert List.to_existing_atom([1]) === :"\x01"
    end

    test "List.to_existing_atom([1,2,3])" do
      assert List.to_existing_atom([1, 2, 3]) === :"\x01\x02\x03"
    end

    test "List.to_existing_atom('abc')" do
      assert List.to_existing_atom('abc') === :abc
    end

    test "List.to_existing_atom([3,1,2,1])" do
      assert List.to_existing_atom([3, 1, 2, 1]) === :"\x03\x01\x02\x01"
    end

    test "List.to_existing_atom([1,[2,[3]]])" do
      assert String.starts_with?(
               message(ArgumentError, fn -> List.to_existing_atom([1, [2, [3]]]) end),
               "errors were found at the given arguments:\n\n  * 1st argument: not a list of characters"
             )
    end
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))
end
