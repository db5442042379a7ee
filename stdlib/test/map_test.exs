defmodule MapTest do
  use ExUnit.Case, async: true

  test "new" do
    assert Map.new([]) === %{}
    assert Map.new([1], &{&1, 1}) === %{1 => 1}
    assert Map.new([1, 2, 3], &{&1, 1}) === %{1 => 1, 2 => 1, 3 => 1}
    assert Map.new([1, [2, [3]]], &{&1, 1}) === %{1 => 1, [2, [3]] => 1}
    assert Map.new(a: 1, b: 2) === %{a: 1, b: 2}
    assert Map.new([a: 1, b: 2], &{&1, 1}) === %{{:a, 1} => 1, {:b, 2} => 1}
    assert Map.new([{:a, 1}, {1, 2}, :x], &{&1, 1}) === %{:x => 1, {1, 2} => 1, {:a, 1} => 1}
    assert Map.new('abc', &{&1, 1}) === %{97 => 1, 98 => 1, 99 => 1}
    assert Map.new(["a", "b"], &{&1, 1}) === %{"a" => 1, "b" => 1}
    assert Map.new([0x10FFFF + 1], &{&1, 1}) === %{1_114_112 => 1}
    assert Map.new([:a], &{&1, 1}) === %{a: 1}
    assert Map.new([["a"], 'b'], &{&1, 1}) === %{'b' => 1, ["a"] => 1}
    assert message(ArgumentError, fn -> Map.new([1]) end) == "argument error"
    assert message(Protocol.UndefinedError, fn -> Map.new(:a) end) == "protocol Enumerable not implemented for :a of type Atom"
  end

  test "from_keys" do
    assert Map.from_keys([], 0) === %{}
    assert Map.from_keys([1], 0) === %{1 => 0}
    assert Map.from_keys([1, 2, 3], 0) === %{1 => 0, 2 => 0, 3 => 0}
    assert Map.from_keys([1, [2, [3]]], 0) === %{1 => 0, [2, [3]] => 0}
    assert Map.from_keys([a: 1, b: 2], 0) === %{{:a, 1} => 0, {:b, 2} => 0}
    assert Map.from_keys([{:a, 1}, {1, 2}, :x], 0) === %{:x => 0, {1, 2} => 0, {:a, 1} => 0}
    assert Map.from_keys('abc', 0) === %{97 => 0, 98 => 0, 99 => 0}
    assert Map.from_keys(["a", "b"], 0) === %{"a" => 0, "b" => 0}
    assert Map.from_keys([3, 1, 2, 1], 0) === %{1 => 0, 2 => 0, 3 => 0}
    assert Map.from_keys([0x10FFFF + 1], 0) === %{1_114_112 => 0}
    assert Map.from_keys([:a], 0) === %{a: 0}
    assert Map.from_keys([["a"], 'b'], 0) === %{'b' => 0, ["a"] => 0}
  end

  test "delete" do
    assert Map.delete(%{}, :a) === %{}
    assert Map.delete(%{a: 1}, :a) === %{}
    assert Map.delete(%{a: 1, b: 2}, :a) === %{b: 2}
    assert Map.delete(%{1 => 2}, :a) === %{1 => 2}
    assert message(BadMapError, fn -> Map.delete([a: 1], :a) end) == "expected a map, got: [a: 1]"
    assert message(BadMapError, fn -> Map.delete(nil, :a) end) == "expected a map, got: nil"
  end

  test "drop" do
    assert Map.drop(%{}, [:a]) === %{}
    assert Map.drop(%{a: 1}, [:a]) === %{}
    assert Map.drop(%{a: 1, b: 2}, [:a]) === %{b: 2}
    assert Map.drop(%{1 => 2}, [:a]) === %{1 => 2}
    assert message(BadMapError, fn -> Map.drop([a: 1], [:a]) end) == "expected a map, got: [a: 1]"
    assert message(BadMapError, fn -> Map.drop(nil, [:a]) end) == "expected a map, got: nil"
  end

  test "equal?" do
    assert Map.equal?(%{}, %{a: 1}) === false
    assert Map.equal?(%{a: 1}, %{a: 1}) === true
    assert Map.equal?(%{a: 1, b: 2}, %{a: 1}) === false
    assert Map.equal?(%{1 => 2}, %{a: 1}) === false
    assert message(BadMapError, fn -> Map.equal?([a: 1], %{a: 1}) end) == "expected a map, got: [a: 1]"
    assert message(BadMapError, fn -> Map.equal?(nil, %{a: 1}) end) == "expected a map, got: nil"
  end

  test "fetch" do
    assert Map.fetch(%{}, :a) === :error
    assert Map.fetch(%{a: 1}, :a) === {:ok, 1}
    assert Map.fetch(%{a: 1, b: 2}, :a) === {:ok, 1}
    assert Map.fetch(%{1 => 2}, :a) === :error
    assert message(BadMapError, fn -> Map.fetch([a: 1], :a) end) == "expected a map, got: [a: 1]"
    assert message(BadMapError, fn -> Map.fetch(nil, :a) end) == "expected a map, got: nil"
  end

  test "fetch!" do
    assert message(KeyError, fn -> Map.fetch!(%{}, :z) end) == "key :z not found in: %{}"
    assert message(KeyError, fn -> Map.fetch!(%{a: 1}, :z) end) == "key :z not found in: %{a: 1}"
    assert message(KeyError, fn -> Map.fetch!(%{a: 1, b: 2}, :z) end) == "key :z not found in: %{a: 1, b: 2}"
    assert message(KeyError, fn -> Map.fetch!(%{1 => 2}, :z) end) == "key :z not found in: %{1 => 2}"
    assert message(BadMapError, fn -> Map.fetch!([a: 1], :z) end) == "expected a map, got: [a: 1]"
    assert message(BadMapError, fn -> Map.fetch!(nil, :z) end) == "expected a map, got: nil"
  end

  test "filter" do
    assert Map.filter(%{}, fn {_, v} -> v == 1 end) === %{}
    assert Map.filter(%{a: 1}, fn {_, v} -> v == 1 end) === %{a: 1}
    assert Map.filter(%{a: 1, b: 2}, fn {_, v} -> v == 1 end) === %{a: 1}
    assert Map.filter(%{1 => 2}, fn {_, v} -> v == 1 end) === %{}
  end

  test "reject" do
    assert Map.reject(%{}, fn {_, v} -> v == 1 end) === %{}
    assert Map.reject(%{a: 1}, fn {_, v} -> v == 1 end) === %{}
    assert Map.reject(%{a: 1, b: 2}, fn {_, v} -> v == 1 end) === %{b: 2}
    assert Map.reject(%{1 => 2}, fn {_, v} -> v == 1 end) === %{1 => 2}
  end

  test "map" do
    assert Map.map(%{}, fn {_, v} -> v end) === %{}
    assert Map.map(%{a: 1}, fn {_, v} -> v end) === %{a: 1}
    assert Map.map(%{a: 1, b: 2}, fn {_, v} -> v end) === %{a: 1, b: 2}
    assert Map.map(%{1 => 2}, fn {_, v} -> v end) === %{1 => 2}
  end

  test "get" do
    assert Map.get(%{}, :a) === nil
    assert Map.get(%{}, :z, :d) === :d
    assert Map.get(%{a: 1}, :a) === 1
    assert Map.get(%{a: 1}, :z, :d) === :d
    assert Map.get(%{a: 1, b: 2}, :a) === 1
    assert Map.get(%{a: 1, b: 2}, :z, :d) === :d
    assert Map.get(%{1 => 2}, :a) === nil
    assert Map.get(%{1 => 2}, :z, :d) === :d
    assert message(BadMapError, fn -> Map.get([a: 1], :a) end) == "expected a map, got: [a: 1]"
    assert message(BadMapError, fn -> Map.get([a: 1], :z, :d) end) == "expected a map, got: [a: 1]"
    assert message(BadMapError, fn -> Map.get(nil, :a) end) == "expected a map, got: nil"
    assert message(BadMapError, fn -> Map.get(nil, :z, :d) end) == "expected a map, got: nil"
  end

  test "get_and_update" do
    assert Map.get_and_update(%{}, :a, &{&1, 2}) === {nil, %{a: 2}}
    assert Map.get_and_update(%{}, :a, fn _ -> :pop end) === {nil, %{}}
    assert Map.get_and_update(%{a: 1}, :a, &{&1, 2}) === {1, %{a: 2}}
    assert Map.get_and_update(%{a: 1}, :a, fn _ -> :pop end) === {1, %{}}
    assert Map.get_and_update(%{a: 1, b: 2}, :a, &{&1, 2}) === {1, %{a: 2, b: 2}}
    assert Map.get_and_update(%{a: 1, b: 2}, :a, fn _ -> :pop end) === {1, %{b: 2}}
    assert Map.get_and_update(%{1 => 2}, :a, &{&1, 2}) === {nil, %{1 => 2, :a => 2}}
    assert Map.get_and_update(%{1 => 2}, :a, fn _ -> :pop end) === {nil, %{1 => 2}}

    assert message(RuntimeError, fn -> Map.get_and_update(%{}, :a, fn _ -> :bad end) end) ==
             "the given function must return a two-element tuple or :pop, got: :bad"

    assert message(BadMapError, fn -> Map.get_and_update([a: 1], :a, &{&1, 2}) end) == "expected a map, got: [a: 1]"
  end

  test "get_and_update!" do
    assert message(KeyError, fn -> Map.get_and_update!(%{}, :z, &{&1, 2}) end) == "key :z not found in: %{}"
    assert message(KeyError, fn -> Map.get_and_update!(%{a: 1}, :z, &{&1, 2}) end) == "key :z not found in: %{a: 1}"
    assert message(KeyError, fn -> Map.get_and_update!(%{a: 1, b: 2}, :z, &{&1, 2}) end) == "key :z not found in: %{a: 1, b: 2}"
    assert message(KeyError, fn -> Map.get_and_update!(%{1 => 2}, :z, &{&1, 2}) end) == "key :z not found in: %{1 => 2}"
    assert message(BadMapError, fn -> Map.get_and_update!([a: 1], :z, &{&1, 2}) end) == "expected a map, got: [a: 1]"
    assert message(BadMapError, fn -> Map.get_and_update!(nil, :z, &{&1, 2}) end) == "expected a map, got: nil"
  end

  test "get_lazy" do
    assert Map.get_lazy(%{}, :z, fn -> 1 end) === 1
    assert Map.get_lazy(%{a: 1}, :z, fn -> 1 end) === 1
    assert Map.get_lazy(%{a: 1, b: 2}, :z, fn -> 1 end) === 1
    assert Map.get_lazy(%{1 => 2}, :z, fn -> 1 end) === 1
    assert message(BadMapError, fn -> Map.get_lazy([a: 1], :z, fn -> 1 end) end) == "expected a map, got: [a: 1]"
    assert message(BadMapError, fn -> Map.get_lazy(nil, :z, fn -> 1 end) end) == "expected a map, got: nil"
  end

  test "has_key?" do
    assert Map.has_key?(%{}, :a) === false
    assert Map.has_key?(%{a: 1}, :a) === true
    assert Map.has_key?(%{a: 1, b: 2}, :a) === true
    assert Map.has_key?(%{1 => 2}, :a) === false
    assert message(BadMapError, fn -> Map.has_key?([a: 1], :a) end) == "expected a map, got: [a: 1]"
    assert message(BadMapError, fn -> Map.has_key?(nil, :a) end) == "expected a map, got: nil"
  end

  test "keys" do
    assert Map.keys(%{}) === []
    assert Map.keys(%{a: 1}) === [:a]
    assert Map.keys(%{a: 1, b: 2}) === [:a, :b]
    assert Map.keys(%{1 => 2}) === [1]
    assert message(BadMapError, fn -> Map.keys(a: 1) end) == "expected a map, got: [a: 1]"
    assert message(BadMapError, fn -> Map.keys(nil) end) == "expected a map, got: nil"
  end

  test "merge" do
    assert Map.merge(%{}, %{a: 5}) === %{a: 5}
    assert Map.merge(%{}, %{a: 5}, fn k, a, b -> {k, a, b} end) === %{a: 5}
    assert Map.merge(%{a: 1}, %{a: 5}) === %{a: 5}
    assert Map.merge(%{a: 1}, %{a: 5}, fn k, a, b -> {k, a, b} end) === %{a: {:a, 1, 5}}
    assert Map.merge(%{a: 1, b: 2}, %{a: 5}) === %{a: 5, b: 2}
    assert Map.merge(%{a: 1, b: 2}, %{a: 5}, fn k, a, b -> {k, a, b} end) === %{a: {:a, 1, 5}, b: 2}
    assert Map.merge(%{1 => 2}, %{a: 5}) === %{1 => 2, :a => 5}
    assert Map.merge(%{1 => 2}, %{a: 5}, fn k, a, b -> {k, a, b} end) === %{1 => 2, :a => 5}
    assert message(BadMapError, fn -> Map.merge([a: 1], %{a: 5}) end) == "expected a map, got: [a: 1]"
    assert message(BadMapError, fn -> Map.merge(nil, %{a: 5}) end) == "expected a map, got: nil"
  end

  test "pop" do
    assert Map.pop(%{}, :a) === {nil, %{}}
    assert Map.pop(%{a: 1}, :a) === {1, %{}}
    assert Map.pop(%{a: 1, b: 2}, :a) === {1, %{b: 2}}
    assert Map.pop(%{1 => 2}, :a) === {nil, %{1 => 2}}
    assert message(BadMapError, fn -> Map.pop([a: 1], :a) end) == "expected a map, got: [a: 1]"
    assert message(BadMapError, fn -> Map.pop(nil, :a) end) == "expected a map, got: nil"
  end

  test "pop!" do
    assert message(KeyError, fn -> Map.pop!(%{}, :z) end) == "key :z not found in: %{}"
    assert message(KeyError, fn -> Map.pop!(%{a: 1}, :z) end) == "key :z not found in: %{a: 1}"
    assert message(KeyError, fn -> Map.pop!(%{a: 1, b: 2}, :z) end) == "key :z not found in: %{a: 1, b: 2}"
    assert message(KeyError, fn -> Map.pop!(%{1 => 2}, :z) end) == "key :z not found in: %{1 => 2}"
    assert message(BadMapError, fn -> Map.pop!([a: 1], :z) end) == "expected a map, got: [a: 1]"
    assert message(BadMapError, fn -> Map.pop!(nil, :z) end) == "expected a map, got: nil"
  end

  test "pop_lazy" do
    assert Map.pop_lazy(%{}, :z, fn -> 1 end) === {1, %{}}
    assert Map.pop_lazy(%{a: 1}, :z, fn -> 1 end) === {1, %{a: 1}}
    assert Map.pop_lazy(%{a: 1, b: 2}, :z, fn -> 1 end) === {1, %{a: 1, b: 2}}
    assert Map.pop_lazy(%{1 => 2}, :z, fn -> 1 end) === {1, %{1 => 2}}
    assert message(BadMapError, fn -> Map.pop_lazy([a: 1], :z, fn -> 1 end) end) == "expected a map, got: [a: 1]"
    assert message(BadMapError, fn -> Map.pop_lazy(nil, :z, fn -> 1 end) end) == "expected a map, got: nil"
  end

  test "put" do
    assert Map.put(%{}, :a, 9) === %{a: 9}
    assert Map.put(%{a: 1}, :a, 9) === %{a: 9}
    assert Map.put(%{a: 1, b: 2}, :a, 9) === %{a: 9, b: 2}
    assert Map.put(%{1 => 2}, :a, 9) === %{1 => 2, :a => 9}
    assert message(BadMapError, fn -> Map.put([a: 1], :a, 9) end) == "expected a map, got: [a: 1]"
    assert message(BadMapError, fn -> Map.put(nil, :a, 9) end) == "expected a map, got: nil"
  end

  test "put_new" do
    assert Map.put_new(%{}, :z, 9) === %{z: 9}
    assert Map.put_new(%{a: 1}, :z, 9) === %{a: 1, z: 9}
    assert Map.put_new(%{a: 1, b: 2}, :z, 9) === %{a: 1, b: 2, z: 9}
    assert Map.put_new(%{1 => 2}, :z, 9) === %{1 => 2, :z => 9}
    assert message(BadMapError, fn -> Map.put_new([a: 1], :z, 9) end) == "expected a map, got: [a: 1]"
    assert message(BadMapError, fn -> Map.put_new(nil, :z, 9) end) == "expected a map, got: nil"
  end

  test "put_new_lazy" do
    assert Map.put_new_lazy(%{}, :z, fn -> 1 end) === %{z: 1}
    assert Map.put_new_lazy(%{a: 1}, :z, fn -> 1 end) === %{a: 1, z: 1}
    assert Map.put_new_lazy(%{a: 1, b: 2}, :z, fn -> 1 end) === %{a: 1, b: 2, z: 1}
    assert Map.put_new_lazy(%{1 => 2}, :z, fn -> 1 end) === %{1 => 2, :z => 1}
    assert message(BadMapError, fn -> Map.put_new_lazy([a: 1], :z, fn -> 1 end) end) == "expected a map, got: [a: 1]"
    assert message(BadMapError, fn -> Map.put_new_lazy(nil, :z, fn -> 1 end) end) == "expected a map, got: nil"
  end

  test "replace" do
    assert Map.replace(%{}, :a, 9) === %{}
    assert Map.replace(%{a: 1}, :a, 9) === %{a: 9}
    assert Map.replace(%{a: 1, b: 2}, :a, 9) === %{a: 9, b: 2}
    assert Map.replace(%{1 => 2}, :a, 9) === %{1 => 2}
    assert message(BadMapError, fn -> Map.replace([a: 1], :a, 9) end) == "expected a map, got: [a: 1]"
    assert message(BadMapError, fn -> Map.replace(nil, :a, 9) end) == "expected a map, got: nil"
  end

  test "replace!" do
    assert message(KeyError, fn -> Map.replace!(%{}, :z, 9) end) == "key :z not found in: %{}"
    assert message(KeyError, fn -> Map.replace!(%{a: 1}, :z, 9) end) == "key :z not found in: %{a: 1}"
    assert message(KeyError, fn -> Map.replace!(%{a: 1, b: 2}, :z, 9) end) == "key :z not found in: %{a: 1, b: 2}"
    assert message(KeyError, fn -> Map.replace!(%{1 => 2}, :z, 9) end) == "key :z not found in: %{1 => 2}"
    assert message(BadMapError, fn -> Map.replace!([a: 1], :z, 9) end) == "expected a map, got: [a: 1]"
    assert message(BadMapError, fn -> Map.replace!(nil, :z, 9) end) == "expected a map, got: nil"
  end

  test "replace_lazy" do
    assert Map.replace_lazy(%{}, :a, &{&1}) === %{}
    assert Map.replace_lazy(%{a: 1}, :a, &{&1}) === %{a: {1}}
    assert Map.replace_lazy(%{a: 1, b: 2}, :a, &{&1}) === %{a: {1}, b: 2}
    assert Map.replace_lazy(%{1 => 2}, :a, &{&1}) === %{1 => 2}
  end

  test "split" do
    assert Map.split(%{}, [:a]) === {%{}, %{}}
    assert Map.split(%{a: 1}, [:a]) === {%{a: 1}, %{}}
    assert Map.split(%{a: 1, b: 2}, [:a]) === {%{a: 1}, %{b: 2}}
    assert Map.split(%{1 => 2}, [:a]) === {%{}, %{1 => 2}}
    assert message(BadMapError, fn -> Map.split([a: 1], [:a]) end) == "expected a map, got: [a: 1]"
    assert message(BadMapError, fn -> Map.split(nil, [:a]) end) == "expected a map, got: nil"
  end

  test "take" do
    assert Map.take(%{}, [:a, :z]) === %{}
    assert Map.take(%{a: 1}, [:a, :z]) === %{a: 1}
    assert Map.take(%{a: 1, b: 2}, [:a, :z]) === %{a: 1}
    assert Map.take(%{1 => 2}, [:a, :z]) === %{}
    assert message(BadMapError, fn -> Map.take([a: 1], [:a, :z]) end) == "expected a map, got: [a: 1]"
    assert message(BadMapError, fn -> Map.take(nil, [:a, :z]) end) == "expected a map, got: nil"
  end

  test "to_list" do
    assert Map.to_list(%{}) === []
    assert Map.to_list(%{a: 1}) === [a: 1]
    assert Map.to_list(%{a: 1, b: 2}) === [a: 1, b: 2]
    assert Map.to_list(%{1 => 2}) === [{1, 2}]
    assert message(BadMapError, fn -> Map.to_list(a: 1) end) == "expected a map, got: [a: 1]"
    assert message(BadMapError, fn -> Map.to_list(nil) end) == "expected a map, got: nil"
  end

  test "update" do
    assert Map.update(%{}, :a, 0, &{&1}) === %{a: 0}
    assert Map.update(%{a: 1}, :a, 0, &{&1}) === %{a: {1}}
    assert Map.update(%{a: 1, b: 2}, :a, 0, &{&1}) === %{a: {1}, b: 2}
    assert Map.update(%{1 => 2}, :a, 0, &{&1}) === %{1 => 2, :a => 0}
    assert message(BadMapError, fn -> Map.update([a: 1], :a, 0, &{&1}) end) == "expected a map, got: [a: 1]"
    assert message(BadMapError, fn -> Map.update(nil, :a, 0, &{&1}) end) == "expected a map, got: nil"
  end

  test "update!" do
    assert message(KeyError, fn -> Map.update!(%{}, :z, & &1) end) == "key :z not found in: %{}"
    assert message(KeyError, fn -> Map.update!(%{a: 1}, :z, & &1) end) == "key :z not found in: %{a: 1}"
    assert message(KeyError, fn -> Map.update!(%{a: 1, b: 2}, :z, & &1) end) == "key :z not found in: %{a: 1, b: 2}"
    assert message(KeyError, fn -> Map.update!(%{1 => 2}, :z, & &1) end) == "key :z not found in: %{1 => 2}"
    assert message(BadMapError, fn -> Map.update!([a: 1], :z, & &1) end) == "expected a map, got: [a: 1]"
    assert message(BadMapError, fn -> Map.update!(nil, :z, & &1) end) == "expected a map, got: nil"
  end

  test "values" do
    assert Map.values(%{}) === []
    assert Map.values(%{a: 1}) === [1]
    assert Map.values(%{a: 1, b: 2}) === [1, 2]
    assert Map.values(%{1 => 2}) === [2]
    assert message(BadMapError, fn -> Map.values(a: 1) end) == "expected a map, got: [a: 1]"
    assert message(BadMapError, fn -> Map.values(nil) end) == "expected a map, got: nil"
  end

  test "from_struct" do
    assert message(UndefinedFunctionError, fn -> Map.from_struct(nil) end) == "function nil.__struct__/0 is undefined"
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))
end
