defmodule KeywordTest do
  use ExUnit.Case, async: true

  test "keyword?" do
    assert Keyword.keyword?([]) === true
    assert Keyword.keyword?([1]) === false
    assert Keyword.keyword?([1, 2, 3]) === false
    assert Keyword.keyword?([1, [2, [3]]]) === false
    assert Keyword.keyword?(a: 1, b: 2) === true
    assert Keyword.keyword?([{:a, 1}, {1, 2}, :x]) === false
    assert Keyword.keyword?('abc') === false
    assert Keyword.keyword?(["a", "b"]) === false
    assert Keyword.keyword?(:a) === false
    assert Keyword.keyword?(%{}) === false
    assert Keyword.keyword?([3, 1, 2, 1]) === false
    assert Keyword.keyword?([0x10FFFF + 1]) === false
    assert Keyword.keyword?([:a]) === false
    assert Keyword.keyword?([["a"], 'b']) === false
  end

  test "new" do
    assert Keyword.new([]) === []
    assert Keyword.new([], &{&1, 1}) === []
    assert Keyword.new(a: 1, b: 2) === [a: 1, b: 2]
    assert message(Protocol.UndefinedError, fn -> Keyword.new(:a) end) == "protocol Enumerable not implemented for :a of type Atom"

    assert message(Protocol.UndefinedError, fn -> Keyword.new(:a, &{&1, 1}) end) ==
             "protocol Enumerable not implemented for :a of type Atom"

    assert Keyword.new(%{}) === []
    assert Keyword.new(%{}, &{&1, 1}) === []
    assert Keyword.new([:a], &{&1, 1}) === [a: 1]
  end

  test "get" do
    assert Keyword.get([], :a) === nil
    assert Keyword.get([1], :a) === nil
    assert Keyword.get([1, 2, 3], :a) === nil
    assert Keyword.get([1, [2, [3]]], :a) === nil
    assert Keyword.get([a: 1, b: 2], :a) === 1
    assert Keyword.get([{:a, 1}, {1, 2}, :x], :a) === 1
    assert Keyword.get('abc', :a) === nil
    assert Keyword.get(["a", "b"], :a) === nil
    assert Keyword.get([3, 1, 2, 1], :a) === nil
    assert Keyword.get([0x10FFFF + 1], :a) === nil
    assert Keyword.get([:a], :a) === nil
    assert Keyword.get([["a"], 'b'], :a) === nil
  end

  test "fetch" do
    assert Keyword.fetch([], :a) === :error
    assert Keyword.fetch([1], :a) === :error
    assert Keyword.fetch([1, 2, 3], :a) === :error
    assert Keyword.fetch([1, [2, [3]]], :a) === :error
    assert Keyword.fetch([a: 1, b: 2], :a) === {:ok, 1}
    assert Keyword.fetch([{:a, 1}, {1, 2}, :x], :a) === {:ok, 1}
    assert Keyword.fetch('abc', :a) === :error
    assert Keyword.fetch(["a", "b"], :a) === :error
    assert Keyword.fetch([3, 1, 2, 1], :a) === :error
    assert Keyword.fetch([0x10FFFF + 1], :a) === :error
    assert Keyword.fetch([:a], :a) === :error
    assert Keyword.fetch([["a"], 'b'], :a) === :error
  end

  test "fetch!" do
    assert message(KeyError, fn -> Keyword.fetch!([], :z) end) == "key :z not found in: []"
    assert message(KeyError, fn -> Keyword.fetch!([1], :z) end) == "key :z not found in: [1]"
    assert message(KeyError, fn -> Keyword.fetch!([1, 2, 3], :z) end) == "key :z not found in: [1, 2, 3]"
    assert message(KeyError, fn -> Keyword.fetch!([1, [2, [3]]], :z) end) == "key :z not found in: [1, [2, [3]]]"
    assert message(KeyError, fn -> Keyword.fetch!([a: 1, b: 2], :z) end) == "key :z not found in: [a: 1, b: 2]"
    assert message(KeyError, fn -> Keyword.fetch!([{:a, 1}, {1, 2}, :x], :z) end) == "key :z not found in: [{:a, 1}, {1, 2}, :x]"
    assert message(KeyError, fn -> Keyword.fetch!('abc', :z) end) == "key :z not found in: 'abc'"
    assert String.starts_with?(message(KeyError, fn -> Keyword.fetch!(["a", "b"], :z) end), "key :z not found in: [\"a\", \"b\"]")
    assert message(KeyError, fn -> Keyword.fetch!([3, 1, 2, 1], :z) end) == "key :z not found in: [3, 1, 2, 1]"
    assert message(KeyError, fn -> Keyword.fetch!([0x10FFFF + 1], :z) end) == "key :z not found in: [1114112]"
    assert message(KeyError, fn -> Keyword.fetch!([:a], :z) end) == "key :z not found in: [:a]"
    assert String.starts_with?(message(KeyError, fn -> Keyword.fetch!([["a"], 'b'], :z) end), "key :z not found in: [[\"a\"], 'b']")
  end

  test "keys" do
    assert Keyword.keys([]) === []

    assert message(ArgumentError, fn -> Keyword.keys([1]) end) ==
             "expected a keyword list, but an entry in the list is not a two-element tuple with an atom as its first element, got: 1"

    assert message(ArgumentError, fn -> Keyword.keys([1, 2, 3]) end) ==
             "expected a keyword list, but an entry in the list is not a two-element tuple with an atom as its first element, got: 1"

    assert message(ArgumentError, fn -> Keyword.keys([1, [2, [3]]]) end) ==
             "expected a keyword list, but an entry in the list is not a two-element tuple with an atom as its first element, got: 1"

    assert Keyword.keys(a: 1, b: 2) === [:a, :b]

    assert message(ArgumentError, fn -> Keyword.keys([{:a, 1}, {1, 2}, :x]) end) ==
             "expected a keyword list, but an entry in the list is not a two-element tuple with an atom as its first element, got: {1, 2}"

    assert message(ArgumentError, fn -> Keyword.keys('abc') end) ==
             "expected a keyword list, but an entry in the list is not a two-element tuple with an atom as its first element, got: 97"

    assert String.starts_with?(
             message(ArgumentError, fn -> Keyword.keys(["a", "b"]) end),
             "expected a keyword list, but an entry in the list is not a two-element tuple with an atom as its first element, got: \"a\""
           )

    assert message(ArgumentError, fn -> Keyword.keys([3, 1, 2, 1]) end) ==
             "expected a keyword list, but an entry in the list is not a two-element tuple with an atom as its first element, got: 3"

    assert message(ArgumentError, fn -> Keyword.keys([0x10FFFF + 1]) end) ==
             "expected a keyword list, but an entry in the list is not a two-element tuple with an atom as its first element, got: 1114112"

    assert message(ArgumentError, fn -> Keyword.keys([:a]) end) ==
             "expected a keyword list, but an entry in the list is not a two-element tuple with an atom as its first element, got: :a"

    assert String.starts_with?(
             message(ArgumentError, fn -> Keyword.keys([["a"], 'b']) end),
             "expected a keyword list, but an entry in the list is not a two-element tuple with an atom as its first element, got: [\"a\"]"
           )
  end

  test "values" do
    assert Keyword.values([]) === []
    assert Keyword.values(a: 1, b: 2) === [1, 2]
  end

  test "put" do
    assert Keyword.put([], :a, 9) === [a: 9]
    assert Keyword.put([1], :a, 9) === [{:a, 9}, 1]
    assert Keyword.put([1, 2, 3], :a, 9) === [{:a, 9}, 1, 2, 3]
    assert Keyword.put([1, [2, [3]]], :a, 9) === [{:a, 9}, 1, [2, [3]]]
    assert Keyword.put([a: 1, b: 2], :a, 9) === [a: 9, b: 2]
    assert Keyword.put('abc', :a, 9) === [{:a, 9}, 97, 98, 99]
    assert Keyword.put(["a", "b"], :a, 9) === [{:a, 9}, "a", "b"]
    assert Keyword.put([3, 1, 2, 1], :a, 9) === [{:a, 9}, 3, 1, 2, 1]
    assert Keyword.put([0x10FFFF + 1], :a, 9) === [{:a, 9}, 1_114_112]
    assert Keyword.put([:a], :a, 9) === [{:a, 9}, :a]
    assert Keyword.put([["a"], 'b'], :a, 9) === [{:a, 9}, ["a"], 'b']
  end

  test "put_new" do
    assert Keyword.put_new([], :z, 9) === [z: 9]
    assert Keyword.put_new([1], :z, 9) === [{:z, 9}, 1]
    assert Keyword.put_new([1, 2, 3], :z, 9) === [{:z, 9}, 1, 2, 3]
    assert Keyword.put_new([1, [2, [3]]], :z, 9) === [{:z, 9}, 1, [2, [3]]]
    assert Keyword.put_new([a: 1, b: 2], :z, 9) === [z: 9, a: 1, b: 2]
    assert Keyword.put_new([{:a, 1}, {1, 2}, :x], :z, 9) === [{:z, 9}, {:a, 1}, {1, 2}, :x]
    assert Keyword.put_new('abc', :z, 9) === [{:z, 9}, 97, 98, 99]
    assert Keyword.put_new(["a", "b"], :z, 9) === [{:z, 9}, "a", "b"]
    assert Keyword.put_new([3, 1, 2, 1], :z, 9) === [{:z, 9}, 3, 1, 2, 1]
    assert Keyword.put_new([0x10FFFF + 1], :z, 9) === [{:z, 9}, 1_114_112]
    assert Keyword.put_new([:a], :z, 9) === [{:z, 9}, :a]
    assert Keyword.put_new([["a"], 'b'], :z, 9) === [{:z, 9}, ["a"], 'b']
  end

  test "delete" do
    assert Keyword.delete([], :a) === []
    assert Keyword.delete([1], :a) === [1]
    assert Keyword.delete([1, 2, 3], :a) === [1, 2, 3]
    assert Keyword.delete([1, [2, [3]]], :a) === [1, [2, [3]]]
    assert Keyword.delete([a: 1, b: 2], :a) === [b: 2]
    assert Keyword.delete('abc', :a) === 'abc'
    assert Keyword.delete(["a", "b"], :a) === ["a", "b"]
    assert Keyword.delete([3, 1, 2, 1], :a) === [3, 1, 2, 1]
    assert Keyword.delete([0x10FFFF + 1], :a) === [1_114_112]
    assert Keyword.delete([:a], :a) === [:a]
    assert Keyword.delete([["a"], 'b'], :a) === [["a"], 'b']
  end

  test "merge" do
    assert Keyword.merge([], a: 5) === [a: 5]
    assert Keyword.merge([a: 1, b: 2], a: 5) === [b: 2, a: 5]
    assert Keyword.merge([a: 5], a: 1, b: 2) === [a: 1, b: 2]
    assert Keyword.merge([a: 1, b: 2], [a: 5], fn k, a, b -> {k, a, b} end) === [b: 2, a: {:a, 1, 5}]
    assert message(ArgumentError, fn -> Keyword.merge([1], a: 5) end) == "expected a keyword list as the first argument, got: [1]"
  end

  test "pop" do
    assert Keyword.pop([], :a) === {nil, []}
    assert Keyword.pop([1], :a) === {nil, [1]}
    assert Keyword.pop([1, 2, 3], :a) === {nil, [1, 2, 3]}
    assert Keyword.pop([1, [2, [3]]], :a) === {nil, [1, [2, [3]]]}
    assert Keyword.pop([a: 1, b: 2], :a) === {1, [b: 2]}
    assert Keyword.pop('abc', :a) === {nil, 'abc'}
    assert Keyword.pop(["a", "b"], :a) === {nil, ["a", "b"]}
    assert Keyword.pop([3, 1, 2, 1], :a) === {nil, [3, 1, 2, 1]}
    assert Keyword.pop([0x10FFFF + 1], :a) === {nil, [1_114_112]}
    assert Keyword.pop([:a], :a) === {nil, [:a]}
    assert Keyword.pop([["a"], 'b'], :a) === {nil, [["a"], 'b']}
  end

  test "pop!" do
    assert message(KeyError, fn -> Keyword.pop!([], :z) end) == "key :z not found in: []"
    assert message(KeyError, fn -> Keyword.pop!([1], :z) end) == "key :z not found in: [1]"
    assert message(KeyError, fn -> Keyword.pop!([1, 2, 3], :z) end) == "key :z not found in: [1, 2, 3]"
    assert message(KeyError, fn -> Keyword.pop!([1, [2, [3]]], :z) end) == "key :z not found in: [1, [2, [3]]]"
    assert message(KeyError, fn -> Keyword.pop!([a: 1, b: 2], :z) end) == "key :z not found in: [a: 1, b: 2]"
    assert message(KeyError, fn -> Keyword.pop!([{:a, 1}, {1, 2}, :x], :z) end) == "key :z not found in: [{:a, 1}, {1, 2}, :x]"
    assert message(KeyError, fn -> Keyword.pop!('abc', :z) end) == "key :z not found in: 'abc'"
    assert String.starts_with?(message(KeyError, fn -> Keyword.pop!(["a", "b"], :z) end), "key :z not found in: [\"a\", \"b\"]")
    assert message(KeyError, fn -> Keyword.pop!([3, 1, 2, 1], :z) end) == "key :z not found in: [3, 1, 2, 1]"
    assert message(KeyError, fn -> Keyword.pop!([0x10FFFF + 1], :z) end) == "key :z not found in: [1114112]"
    assert message(KeyError, fn -> Keyword.pop!([:a], :z) end) == "key :z not found in: [:a]"
    assert String.starts_with?(message(KeyError, fn -> Keyword.pop!([["a"], 'b'], :z) end), "key :z not found in: [[\"a\"], 'b']")
  end

  test "pop_first" do
    assert Keyword.pop_first([], :a) === {nil, []}
    assert Keyword.pop_first([1], :a) === {nil, [1]}
    assert Keyword.pop_first([1, 2, 3], :a) === {nil, [1, 2, 3]}
    assert Keyword.pop_first([1, [2, [3]]], :a) === {nil, [1, [2, [3]]]}
    assert Keyword.pop_first([a: 1, b: 2], :a) === {1, [b: 2]}
    assert Keyword.pop_first([{:a, 1}, {1, 2}, :x], :a) === {1, [{1, 2}, :x]}
    assert Keyword.pop_first('abc', :a) === {nil, 'abc'}
    assert Keyword.pop_first(["a", "b"], :a) === {nil, ["a", "b"]}
    assert Keyword.pop_first([3, 1, 2, 1], :a) === {nil, [3, 1, 2, 1]}
    assert Keyword.pop_first([0x10FFFF + 1], :a) === {nil, [1_114_112]}
    assert Keyword.pop_first([:a], :a) === {nil, [:a]}
    assert Keyword.pop_first([["a"], 'b'], :a) === {nil, [["a"], 'b']}
  end

  test "pop_values" do
    assert Keyword.pop_values([], :a) === {[], []}
    assert Keyword.pop_values([a: 1, b: 2], :a) === {[1], [b: 2]}
  end

  test "pop_lazy" do
    assert Keyword.pop_lazy([], :z, fn -> 1 end) === {1, []}
    assert Keyword.pop_lazy([1], :z, fn -> 1 end) === {1, [1]}
    assert Keyword.pop_lazy([1, 2, 3], :z, fn -> 1 end) === {1, [1, 2, 3]}
    assert Keyword.pop_lazy([1, [2, [3]]], :z, fn -> 1 end) === {1, [1, [2, [3]]]}
    assert Keyword.pop_lazy([a: 1, b: 2], :z, fn -> 1 end) === {1, [a: 1, b: 2]}
    assert Keyword.pop_lazy([{:a, 1}, {1, 2}, :x], :z, fn -> 1 end) === {1, [{:a, 1}, {1, 2}, :x]}
    assert Keyword.pop_lazy('abc', :z, fn -> 1 end) === {1, 'abc'}
    assert Keyword.pop_lazy(["a", "b"], :z, fn -> 1 end) === {1, ["a", "b"]}
    assert Keyword.pop_lazy([3, 1, 2, 1], :z, fn -> 1 end) === {1, [3, 1, 2, 1]}
    assert Keyword.pop_lazy([0x10FFFF + 1], :z, fn -> 1 end) === {1, [1_114_112]}
    assert Keyword.pop_lazy([:a], :z, fn -> 1 end) === {1, [:a]}
    assert Keyword.pop_lazy([["a"], 'b'], :z, fn -> 1 end) === {1, [["a"], 'b']}
  end

  test "take" do
    assert Keyword.take([], [:a]) === []
    assert Keyword.take([a: 1, b: 2], [:a]) === [a: 1]
  end

  test "drop" do
    assert Keyword.drop([], [:a]) === []
    assert Keyword.drop([a: 1, b: 2], [:a]) === [b: 2]
  end

  test "split" do
    assert Keyword.split([], [:a]) === {[], []}
    assert Keyword.split([a: 1, b: 2], [:a]) === {[a: 1], [b: 2]}
  end

  test "update" do
    assert Keyword.update([], :a, 1, &{&1}) === [a: 1]
    assert Keyword.update([a: 1, b: 2], :a, 1, &{&1}) === [a: {1}, b: 2]
    assert Keyword.update([{:a, 1}, {1, 2}, :x], :a, 1, &{&1}) === [{:a, {1}}, {1, 2}, :x]
  end

  test "update!" do
    assert message(KeyError, fn -> Keyword.update!([], :z, & &1) end) == "key :z not found in: []"
    assert message(KeyError, fn -> Keyword.update!([a: 1, b: 2], :z, & &1) end) == "key :z not found in: [a: 1, b: 2]"
  end

  test "replace" do
    assert Keyword.replace([], :a, 2) === []
    assert Keyword.replace([a: 1, b: 2], :a, 2) === [a: 2, b: 2]
    assert Keyword.replace([{:a, 1}, {1, 2}, :x], :a, 2) === [{:a, 2}, {1, 2}, :x]
  end

  test "replace!" do
    assert message(KeyError, fn -> Keyword.replace!([], :z, 2) end) == "key :z not found in: []"
    assert message(KeyError, fn -> Keyword.replace!([a: 1, b: 2], :z, 2) end) == "key :z not found in: [a: 1, b: 2]"
  end

  test "replace_lazy" do
    assert Keyword.replace_lazy([], :a, &{&1}) === []
    assert Keyword.replace_lazy([a: 1, b: 2], :a, &{&1}) === [a: {1}, b: 2]
    assert Keyword.replace_lazy([{:a, 1}, {1, 2}, :x], :a, &{&1}) === [{:a, {1}}, {1, 2}, :x]
  end

  test "equal?" do
    assert Keyword.equal?([], []) === true
    assert Keyword.equal?([1], [1]) === true
    assert Keyword.equal?([1, 2, 3], [1, 2, 3]) === true
    assert Keyword.equal?([1, [2, [3]]], [1, [2, [3]]]) === true
    assert Keyword.equal?([a: 1, b: 2], a: 1, b: 2) === true
    assert Keyword.equal?([{:a, 1}, {1, 2}, :x], [{:a, 1}, {1, 2}, :x]) === true
    assert Keyword.equal?('abc', 'abc') === true
    assert Keyword.equal?(["a", "b"], ["a", "b"]) === true
    assert Keyword.equal?([3, 1, 2, 1], [3, 1, 2, 1]) === true
    assert Keyword.equal?([0x10FFFF + 1], [0x10FFFF + 1]) === true
    assert Keyword.equal?([:a], [:a]) === true
    assert Keyword.equal?([["a"], 'b'], [["a"], 'b']) === true
  end

  test "filter" do
    assert Keyword.filter([], fn {k, _} -> k == :a end) === []
    assert Keyword.filter([a: 1, b: 2], fn {k, _} -> k == :a end) === [a: 1]
  end

  test "reject" do
    assert Keyword.reject([], fn {k, _} -> k == :a end) === []
    assert Keyword.reject([a: 1, b: 2], fn {k, _} -> k == :a end) === [b: 2]
  end

  test "map" do
    assert Keyword.map([], fn {k, v} -> {k, v} end) === []
    assert Keyword.map([a: 1, b: 2], fn {k, v} -> {k, v} end) === [a: {:a, 1}, b: {:b, 2}]
  end

  test "from_keys" do
    assert Keyword.from_keys([], 1) === []
    assert Keyword.from_keys([:a], 1) === [a: 1]
  end

  test "get_values" do
    assert Keyword.get_values([], :a) === []
    assert Keyword.get_values([a: 1, b: 2], :a) === [1]
  end

  test "get_and_update" do
    assert Keyword.get_and_update([], :a, &{&1, 2}) === {nil, [a: 2]}
    assert Keyword.get_and_update([], :a, fn _ -> :pop end) === {nil, []}

    assert message(RuntimeError, fn -> Keyword.get_and_update([], :a, fn _ -> :bad end) end) ==
             "the given function must return a two-element tuple or :pop, got: :bad"

    assert Keyword.get_and_update([a: 1, b: 2], :a, &{&1, 2}) === {1, [a: 2, b: 2]}
    assert Keyword.get_and_update([a: 1, b: 2], :a, fn _ -> :pop end) === {1, [b: 2]}

    assert message(RuntimeError, fn -> Keyword.get_and_update([a: 1, b: 2], :a, fn _ -> :bad end) end) ==
             "the given function must return a two-element tuple or :pop, got: :bad"

    assert Keyword.get_and_update([{:a, 1}, {1, 2}, :x], :a, &{&1, 2}) === {1, [{:a, 2}, {1, 2}, :x]}
    assert Keyword.get_and_update([{:a, 1}, {1, 2}, :x], :a, fn _ -> :pop end) === {1, [{1, 2}, :x]}

    assert message(RuntimeError, fn -> Keyword.get_and_update([{:a, 1}, {1, 2}, :x], :a, fn _ -> :bad end) end) ==
             "the given function must return a two-element tuple or :pop, got: :bad"
  end

  test "get_and_update!" do
    assert message(KeyError, fn -> Keyword.get_and_update!([], :z, &{&1, 2}) end) == "key :z not found in: []"
  end

  test "validate" do
    assert Keyword.validate([], [:a, c: 3]) === {:ok, [c: 3]}

    assert message(ArgumentError, fn -> Keyword.validate([1], [:a, c: 3]) end) ==
             "expected a keyword list as first argument, got invalid entry: 1"

    assert message(ArgumentError, fn -> Keyword.validate([1, 2, 3], [:a, c: 3]) end) ==
             "expected a keyword list as first argument, got invalid entry: 1"

    assert message(ArgumentError, fn -> Keyword.validate([1, [2, [3]]], [:a, c: 3]) end) ==
             "expected a keyword list as first argument, got invalid entry: 1"

    assert Keyword.validate([a: 1, b: 2], [:a, c: 3]) === {:error, [:b]}

    assert message(ArgumentError, fn -> Keyword.validate([{:a, 1}, {1, 2}, :x], [:a, c: 3]) end) ==
             "expected a keyword list as first argument, got invalid entry: {1, 2}"

    assert message(ArgumentError, fn -> Keyword.validate('abc', [:a, c: 3]) end) ==
             "expected a keyword list as first argument, got invalid entry: 97"

    assert String.starts_with?(
             message(ArgumentError, fn -> Keyword.validate(["a", "b"], [:a, c: 3]) end),
             "expected a keyword list as first argument, got invalid entry: \"a\""
           )

    assert message(ArgumentError, fn -> Keyword.validate([3, 1, 2, 1], [:a, c: 3]) end) ==
             "expected a keyword list as first argument, got invalid entry: 3"

    assert message(ArgumentError, fn -> Keyword.validate([0x10FFFF + 1], [:a, c: 3]) end) ==
             "expected a keyword list as first argument, got invalid entry: 1114112"

    assert message(ArgumentError, fn -> Keyword.validate([:a], [:a, c: 3]) end) ==
             "expected a keyword list as first argument, got invalid entry: :a"

    assert String.starts_with?(
             message(ArgumentError, fn -> Keyword.validate([["a"], 'b'], [:a, c: 3]) end),
             "expected a keyword list as first argument, got invalid entry: [\"a\"]"
           )
  end

  test "validate!" do
    assert Keyword.validate!([], [:a]) === []

    assert message(ArgumentError, fn -> Keyword.validate!([1], [:a]) end) ==
             "expected a keyword list as first argument, got invalid entry: 1"

    assert message(ArgumentError, fn -> Keyword.validate!([1, 2, 3], [:a]) end) ==
             "expected a keyword list as first argument, got invalid entry: 1"

    assert message(ArgumentError, fn -> Keyword.validate!([1, [2, [3]]], [:a]) end) ==
             "expected a keyword list as first argument, got invalid entry: 1"

    assert message(ArgumentError, fn -> Keyword.validate!([a: 1, b: 2], [:a]) end) ==
             "unknown keys [:b] in [a: 1, b: 2], the allowed keys are: [:a]"

    assert message(ArgumentError, fn -> Keyword.validate!([{:a, 1}, {1, 2}, :x], [:a]) end) ==
             "expected a keyword list as first argument, got invalid entry: {1, 2}"

    assert message(ArgumentError, fn -> Keyword.validate!('abc', [:a]) end) ==
             "expected a keyword list as first argument, got invalid entry: 97"

    assert String.starts_with?(
             message(ArgumentError, fn -> Keyword.validate!(["a", "b"], [:a]) end),
             "expected a keyword list as first argument, got invalid entry: \"a\""
           )

    assert message(ArgumentError, fn -> Keyword.validate!([3, 1, 2, 1], [:a]) end) ==
             "expected a keyword list as first argument, got invalid entry: 3"

    assert message(ArgumentError, fn -> Keyword.validate!([0x10FFFF + 1], [:a]) end) ==
             "expected a keyword list as first argument, got invalid entry: 1114112"

    assert message(ArgumentError, fn -> Keyword.validate!([:a], [:a]) end) ==
             "expected a keyword list as first argument, got invalid entry: :a"

    assert String.starts_with?(
             message(ArgumentError, fn -> Keyword.validate!([["a"], 'b'], [:a]) end),
             "expected a keyword list as first argument, got invalid entry: [\"a\"]"
           )
  end

  test "has_key?" do
    assert Keyword.has_key?([], :a) === false
    assert Keyword.has_key?([1], :a) === false
    assert Keyword.has_key?([1, 2, 3], :a) === false
    assert Keyword.has_key?([1, [2, [3]]], :a) === false
    assert Keyword.has_key?([a: 1, b: 2], :a) === true
    assert Keyword.has_key?([{:a, 1}, {1, 2}, :x], :a) === true
    assert Keyword.has_key?('abc', :a) === false
    assert Keyword.has_key?(["a", "b"], :a) === false
    assert Keyword.has_key?([3, 1, 2, 1], :a) === false
    assert Keyword.has_key?([0x10FFFF + 1], :a) === false
    assert Keyword.has_key?([:a], :a) === false
    assert Keyword.has_key?([["a"], 'b'], :a) === false
  end

  test "to_list" do
    assert Keyword.to_list([]) === []
    assert Keyword.to_list([1]) === [1]
    assert Keyword.to_list([1, 2, 3]) === [1, 2, 3]
    assert Keyword.to_list([1, [2, [3]]]) === [1, [2, [3]]]
    assert Keyword.to_list(a: 1, b: 2) === [a: 1, b: 2]
    assert Keyword.to_list([{:a, 1}, {1, 2}, :x]) === [{:a, 1}, {1, 2}, :x]
    assert Keyword.to_list('abc') === 'abc'
    assert Keyword.to_list(["a", "b"]) === ["a", "b"]
    assert Keyword.to_list([3, 1, 2, 1]) === [3, 1, 2, 1]
    assert Keyword.to_list([0x10FFFF + 1]) === [1_114_112]
    assert Keyword.to_list([:a]) === [:a]
    assert Keyword.to_list([["a"], 'b']) === [["a"], 'b']
  end

  test "get_lazy" do
    assert Keyword.get_lazy([], :z, fn -> 1 end) === 1
    assert Keyword.get_lazy([1], :z, fn -> 1 end) === 1
    assert Keyword.get_lazy([1, 2, 3], :z, fn -> 1 end) === 1
    assert Keyword.get_lazy([1, [2, [3]]], :z, fn -> 1 end) === 1
    assert Keyword.get_lazy([a: 1, b: 2], :z, fn -> 1 end) === 1
    assert Keyword.get_lazy([{:a, 1}, {1, 2}, :x], :z, fn -> 1 end) === 1
    assert Keyword.get_lazy('abc', :z, fn -> 1 end) === 1
    assert Keyword.get_lazy(["a", "b"], :z, fn -> 1 end) === 1
    assert Keyword.get_lazy([3, 1, 2, 1], :z, fn -> 1 end) === 1
    assert Keyword.get_lazy([0x10FFFF + 1], :z, fn -> 1 end) === 1
    assert Keyword.get_lazy([:a], :z, fn -> 1 end) === 1
    assert Keyword.get_lazy([["a"], 'b'], :z, fn -> 1 end) === 1
  end

  test "put_new_lazy" do
    assert Keyword.put_new_lazy([], :z, fn -> 1 end) === [z: 1]
    assert Keyword.put_new_lazy([1], :z, fn -> 1 end) === [{:z, 1}, 1]
    assert Keyword.put_new_lazy([1, 2, 3], :z, fn -> 1 end) === [{:z, 1}, 1, 2, 3]
    assert Keyword.put_new_lazy([1, [2, [3]]], :z, fn -> 1 end) === [{:z, 1}, 1, [2, [3]]]
    assert Keyword.put_new_lazy([a: 1, b: 2], :z, fn -> 1 end) === [z: 1, a: 1, b: 2]
    assert Keyword.put_new_lazy([{:a, 1}, {1, 2}, :x], :z, fn -> 1 end) === [{:z, 1}, {:a, 1}, {1, 2}, :x]
    assert Keyword.put_new_lazy('abc', :z, fn -> 1 end) === [{:z, 1}, 97, 98, 99]
    assert Keyword.put_new_lazy(["a", "b"], :z, fn -> 1 end) === [{:z, 1}, "a", "b"]
    assert Keyword.put_new_lazy([3, 1, 2, 1], :z, fn -> 1 end) === [{:z, 1}, 3, 1, 2, 1]
    assert Keyword.put_new_lazy([0x10FFFF + 1], :z, fn -> 1 end) === [{:z, 1}, 1_114_112]
    assert Keyword.put_new_lazy([:a], :z, fn -> 1 end) === [{:z, 1}, :a]
    assert Keyword.put_new_lazy([["a"], 'b'], :z, fn -> 1 end) === [{:z, 1}, ["a"], 'b']
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))
end
