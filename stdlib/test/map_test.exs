defmodule MapTest do
  use ExUnit.Case, async: true

  describe "new" do
    test "Map.new([])" do
      assert Map.new([]) === %{}
    end

    test "Map.new([1],&{&1,1})" do
      assert Map.new([1], &{&1, 1}) === %{1 => 1}
    end

    test "Map.new([1,2,3],&{&1,1})" do
      assert Map.new([1, 2, 3], &{&1, 1}) === %{1 => 1, 2 => 1, 3 => 1}
    end

    test "Map.new([1,[2,[3]]],&{&1,1})" do
      assert Map.new([1, [2, [3]]], &{&1, 1}) === %{1 => 1, [2, [3]] => 1}
    end

    test "Map.new([a: 1, b: 2])" do
      assert Map.new(a: 1, b: 2) === %{a: 1, b: 2}
    end

    test "Map.new([1])" do
      assert message(ArgumentError, fn -> Map.new([1]) end) == "argument error"
    end

    test "Map.new(:a)" do
      assert message(Protocol.UndefinedError, fn -> Map.new(:a) end) == "protocol Enumerable not implemented for :a of type Atom"
    end
  end

  describe "from_keys" do
    test "Map.from_keys([],0)" do
      assert Map.from_keys([], 0) === %{}
    end

    test "Map.from_keys([1],0)" do
      assert Map.from_keys([1], 0) === %{1 => 0}
    end

    test "Map.from_keys([1,2,3],0)" do
      assert Map.from_keys([1, 2, 3], 0) === %{1 => 0, 2 => 0, 3 => 0}
    end

    test "Map.from_keys([1,[2,[3]]],0)" do
      assert Map.from_keys([1, [2, [3]]], 0) === %{1 => 0, [2, [3]] => 0}
    end

    test "Map.from_keys([a: 1, b: 2],0)" do
      assert Map.from_keys([a: 1, b: 2], 0) === %{{:a, 1} => 0, {:b, 2} => 0}
    end
  end

  describe "delete" do
    test "Map.delete(%{},:a)" do
      assert Map.delete(%{}, :a) === %{}
    end

    test "Map.delete(%{a: 1},:a)" do
      assert Map.delete(%{a: 1}, :a) === %{}
    end

    test "Map.delete(%{a: 1, b: 2},:a)" do
      assert Map.delete(%{a: 1, b: 2}, :a) === %{b: 2}
    end

    test "Map.delete(%{1=>2},:a)" do
      assert Map.delete(%{1 => 2}, :a) === %{1 => 2}
    end

    test "Map.delete([a: 1],:a)" do
      assert message(BadMapError, fn -> Map.delete([a: 1], :a) end) == "expected a map, got: [a: 1]"
    end

    test "Map.delete(nil,:a)" do
      assert message(BadMapError, fn -> Map.delete(nil, :a) end) == "expected a map, got: nil"
    end
  end

  describe "drop" do
    test "Map.drop(%{},[:a])" do
      assert Map.drop(%{}, [:a]) === %{}
    end

    test "Map.drop(%{a: 1},[:a])" do
      assert Map.drop(%{a: 1}, [:a]) === %{}
    end

    test "Map.drop(%{a: 1, b: 2},[:a])" do
      assert Map.drop(%{a: 1, b: 2}, [:a]) === %{b: 2}
    end

    test "Map.drop(%{1=>2},[:a])" do
      assert Map.drop(%{1 => 2}, [:a]) === %{1 => 2}
    end

    test "Map.drop([a: 1],[:a])" do
      assert message(BadMapError, fn -> Map.drop([a: 1], [:a]) end) == "expected a map, got: [a: 1]"
    end

    test "Map.drop(nil,[:a])" do
      assert message(BadMapError, fn -> Map.drop(nil, [:a]) end) == "expected a map, got: nil"
    end
  end

  describe "equal?" do
    test "Map.equal?(%{},%{a: 1})" do
      assert Map.equal?(%{}, %{a: 1}) === false
    end

    test "Map.equal?(%{a: 1},%{a: 1})" do
      assert Map.equal?(%{a: 1}, %{a: 1}) === true
    end

    test "Map.equal?(%{a: 1, b: 2},%{a: 1})" do
      assert Map.equal?(%{a: 1, b: 2}, %{a: 1}) === false
    end

    test "Map.equal?(%{1=>2},%{a: 1})" do
      assert Map.equal?(%{1 => 2}, %{a: 1}) === false
    end

    test "Map.equal?([a: 1],%{a: 1})" do
      assert message(BadMapError, fn -> Map.equal?([a: 1], %{a: 1}) end) == "expected a map, got: [a: 1]"
    end

    test "Map.equal?(nil,%{a: 1})" do
      assert message(BadMapError, fn -> Map.equal?(nil, %{a: 1}) end) == "expected a map, got: nil"
    end
  end

  describe "fetch" do
    test "Map.fetch(%{},:a)" do
      assert Map.fetch(%{}, :a) === :error
    end

    test "Map.fetch(%{a: 1},:a)" do
      assert Map.fetch(%{a: 1}, :a) === {:ok, 1}
    end

    test "Map.fetch(%{a: 1, b: 2},:a)" do
      assert Map.fetch(%{a: 1, b: 2}, :a) === {:ok, 1}
    end

    test "Map.fetch(%{1=>2},:a)" do
      assert Map.fetch(%{1 => 2}, :a) === :error
    end

    test "Map.fetch([a: 1],:a)" do
      assert message(BadMapError, fn -> Map.fetch([a: 1], :a) end) == "expected a map, got: [a: 1]"
    end

    test "Map.fetch(nil,:a)" do
      assert message(BadMapError, fn -> Map.fetch(nil, :a) end) == "expected a map, got: nil"
    end
  end

  describe "fetch!" do
    test "Map.fetch!(%{},:z)" do
      assert message(KeyError, fn -> Map.fetch!(%{}, :z) end) == "key :z not found in: %{}"
    end

    test "Map.fetch!(%{a: 1},:z)" do
      assert message(KeyError, fn -> Map.fetch!(%{a: 1}, :z) end) == "key :z not found in: %{a: 1}"
    end

    test "Map.fetch!(%{a: 1, b: 2},:z)" do
      assert message(KeyError, fn -> Map.fetch!(%{a: 1, b: 2}, :z) end) == "key :z not found in: %{a: 1, b: 2}"
    end

    test "Map.fetch!(%{1=>2},:z)" do
      assert message(KeyError, fn -> Map.fetch!(%{1 => 2}, :z) end) == "key :z not found in: %{1 => 2}"
    end

    test "Map.fetch!([a: 1],:z)" do
      assert message(BadMapError, fn -> Map.fetch!([a: 1], :z) end) == "expected a map, got: [a: 1]"
    end

    test "Map.fetch!(nil,:z)" do
      assert message(BadMapError, fn -> Map.fetch!(nil, :z) end) == "expected a map, got: nil"
    end
  end

  describe "filter" do
    test "Map.filter(%{},fn {_,v}->v==1 end)" do
      assert Map.filter(%{}, fn {_, v} -> v == 1 end) === %{}
    end

    test "Map.filter(%{a: 1},fn {_,v}->v==1 end)" do
      assert Map.filter(%{a: 1}, fn {_, v} -> v == 1 end) === %{a: 1}
    end

    test "Map.filter(%{a: 1, b: 2},fn {_,v}->v==1 end)" do
      assert Map.filter(%{a: 1, b: 2}, fn {_, v} -> v == 1 end) === %{a: 1}
    end

    test "Map.filter(%{1=>2},fn {_,v}->v==1 end)" do
      assert Map.filter(%{1 => 2}, fn {_, v} -> v == 1 end) === %{}
    end
  end

  describe "reject" do
    test "Map.reject(%{},fn {_,v}->v==1 end)" do
      assert Map.reject(%{}, fn {_, v} -> v == 1 end) === %{}
    end

    test "Map.reject(%{a: 1},fn {_,v}->v==1 end)" do
      assert Map.reject(%{a: 1}, fn {_, v} -> v == 1 end) === %{}
    end

    test "Map.reject(%{a: 1, b: 2},fn {_,v}->v==1 end)" do
      assert Map.reject(%{a: 1, b: 2}, fn {_, v} -> v == 1 end) === %{b: 2}
    end

    test "Map.reject(%{1=>2},fn {_,v}->v==1 end)" do
      assert Map.reject(%{1 => 2}, fn {_, v} -> v == 1 end) === %{1 => 2}
    end
  end

  describe "map" do
    test "Map.map(%{},fn {_,v}->v end)" do
      assert Map.map(%{}, fn {_, v} -> v end) === %{}
    end

    test "Map.map(%{a: 1},fn {_,v}->v end)" do
      assert Map.map(%{a: 1}, fn {_, v} -> v end) === %{a: 1}
    end

    test "Map.map(%{a: 1, b: 2},fn {_,v}->v end)" do
      assert Map.map(%{a: 1, b: 2}, fn {_, v} -> v end) === %{a: 1, b: 2}
    end

    test "Map.map(%{1=>2},fn {_,v}->v end)" do
      assert Map.map(%{1 => 2}, fn {_, v} -> v end) === %{1 => 2}
    end
  end

  describe "get" do
    test "Map.get(%{},:a)" do
      assert Map.get(%{}, :a) === nil
    end

    test "Map.get(%{},:z,:d)" do
      assert Map.get(%{}, :z, :d) === :d
    end

    test "Map.get(%{a: 1},:a)" do
      assert Map.get(%{a: 1}, :a) === 1
    end

    test "Map.get([a: 1],:a)" do
      assert message(BadMapError, fn -> Map.get([a: 1], :a) end) == "expected a map, got: [a: 1]"
    end
  end

  describe "get_and_update" do
    test "Map.get_and_update(%{},:a,&{&1,2})" do
      assert Map.get_and_update(%{}, :a, &{&1, 2}) === {nil, %{a: 2}}
    end

    test "Map.get_and_update(%{},:a,fn _->:pop end)" do
      assert Map.get_and_update(%{}, :a, fn _ -> :pop end) === {nil, %{}}
    end

    test "Map.get_and_update(%{a: 1},:a,&{&1,2})" do
      assert Map.get_and_update(%{a: 1}, :a, &{&1, 2}) === {1, %{a: 2}}
    end

    test "Map.get_and_update(%{a: 1},:a,fn _->:pop end)" do
      assert Map.get_and_update(%{a: 1}, :a, fn _ -> :pop end) === {1, %{}}
    end

    test "Map.get_and_update(%{a: 1, b: 2},:a,&{&1,2})" do
      assert Map.get_and_update(%{a: 1, b: 2}, :a, &{&1, 2}) === {1, %{a: 2, b: 2}}
    end

    test "Map.get_and_update(%{},:a,fn _->:bad end)" do
      assert message(RuntimeError, fn -> Map.get_and_update(%{}, :a, fn _ -> :bad end) end) ==
               "the given function must return a two-element tuple or :pop, got: :bad"
    end

    test "Map.get_and_update([a: 1],:a,&{&1,2})" do
      assert message(BadMapError, fn -> Map.get_and_update([a: 1], :a, &{&1, 2}) end) == "expected a map, got: [a: 1]"
    end
  end

  describe "get_and_update!" do
    test "Map.get_and_update!(%{},:z,&{&1,2})" do
      assert message(KeyError, fn -> Map.get_and_update!(%{}, :z, &{&1, 2}) end) == "key :z not found in: %{}"
    end

    test "Map.get_and_update!(%{a: 1},:z,&{&1,2})" do
      assert message(KeyError, fn -> Map.get_and_update!(%{a: 1}, :z, &{&1, 2}) end) == "key :z not found in: %{a: 1}"
    end

    test "Map.get_and_update!(%{a: 1, b: 2},:z,&{&1,2})" do
      assert message(KeyError, fn -> Map.get_and_update!(%{a: 1, b: 2}, :z, &{&1, 2}) end) == "key :z not found in: %{a: 1, b: 2}"
    end

    test "Map.get_and_update!(%{1=>2},:z,&{&1,2})" do
      assert message(KeyError, fn -> Map.get_and_update!(%{1 => 2}, :z, &{&1, 2}) end) == "key :z not found in: %{1 => 2}"
    end

    test "Map.get_and_update!([a: 1],:z,&{&1,2})" do
      assert message(BadMapError, fn -> Map.get_and_update!([a: 1], :z, &{&1, 2}) end) == "expected a map, got: [a: 1]"
    end

    test "Map.get_and_update!(nil,:z,&{&1,2})" do
      assert message(BadMapError, fn -> Map.get_and_update!(nil, :z, &{&1, 2}) end) == "expected a map, got: nil"
    end
  end

  describe "get_lazy" do
    test "Map.get_lazy(%{},:z,fn->1 end)" do
      assert Map.get_lazy(%{}, :z, fn -> 1 end) === 1
    end

    test "Map.get_lazy(%{a: 1},:z,fn->1 end)" do
      assert Map.get_lazy(%{a: 1}, :z, fn -> 1 end) === 1
    end

    test "Map.get_lazy(%{a: 1, b: 2},:z,fn->1 end)" do
      assert Map.get_lazy(%{a: 1, b: 2}, :z, fn -> 1 end) === 1
    end

    test "Map.get_lazy(%{1=>2},:z,fn->1 end)" do
      assert Map.get_lazy(%{1 => 2}, :z, fn -> 1 end) === 1
    end

    test "Map.get_lazy([a: 1],:z,fn->1 end)" do
      assert message(BadMapError, fn -> Map.get_lazy([a: 1], :z, fn -> 1 end) end) == "expected a map, got: [a: 1]"
    end

    test "Map.get_lazy(nil,:z,fn->1 end)" do
      assert message(BadMapError, fn -> Map.get_lazy(nil, :z, fn -> 1 end) end) == "expected a map, got: nil"
    end
  end

  describe "has_key?" do
    test "Map.has_key?(%{},:a)" do
      assert Map.has_key?(%{}, :a) === false
    end

    test "Map.has_key?(%{a: 1},:a)" do
      assert Map.has_key?(%{a: 1}, :a) === true
    end

    test "Map.has_key?(%{a: 1, b: 2},:a)" do
      assert Map.has_key?(%{a: 1, b: 2}, :a) === true
    end

    test "Map.has_key?(%{1=>2},:a)" do
      assert Map.has_key?(%{1 => 2}, :a) === false
    end

    test "Map.has_key?([a: 1],:a)" do
      assert message(BadMapError, fn -> Map.has_key?([a: 1], :a) end) == "expected a map, got: [a: 1]"
    end

    test "Map.has_key?(nil,:a)" do
      assert message(BadMapError, fn -> Map.has_key?(nil, :a) end) == "expected a map, got: nil"
    end
  end

  describe "keys" do
    test "Map.keys(%{})" do
      assert Map.keys(%{}) === []
    end

    test "Map.keys(%{a: 1})" do
      assert Map.keys(%{a: 1}) === [:a]
    end

    test "Map.keys(%{a: 1, b: 2})" do
      assert Map.keys(%{a: 1, b: 2}) === [:a, :b]
    end

    test "Map.keys(%{1=>2})" do
      assert Map.keys(%{1 => 2}) === [1]
    end

    test "Map.keys([a: 1])" do
      assert message(BadMapError, fn -> Map.keys(a: 1) end) == "expected a map, got: [a: 1]"
    end

    test "Map.keys(nil)" do
      assert message(BadMapError, fn -> Map.keys(nil) end) == "expected a map, got: nil"
    end
  end

  describe "merge" do
    test "Map.merge(%{},%{a: 5})" do
      assert Map.merge(%{}, %{a: 5}) === %{a: 5}
    end

    test "Map.merge(%{a: 1},%{a: 5},fn k,a,b->{k,a,b} end)" do
      assert Map.merge(%{a: 1}, %{a: 5}, fn k, a, b -> {k, a, b} end) === %{a: {:a, 1, 5}}
    end

    test "Map.merge(%{a: 1, b: 2},%{a: 5})" do
      assert Map.merge(%{a: 1, b: 2}, %{a: 5}) === %{a: 5, b: 2}
    end

    test "Map.merge(%{a: 1, b: 2},%{a: 5},fn k,a,b->{k,a,b} end)" do
      assert Map.merge(%{a: 1, b: 2}, %{a: 5}, fn k, a, b -> {k, a, b} end) === %{a: {:a, 1, 5}, b: 2}
    end

    test "Map.merge(%{1=>2},%{a: 5})" do
      assert Map.merge(%{1 => 2}, %{a: 5}) === %{1 => 2, :a => 5}
    end

    test "Map.merge([a: 1],%{a: 5})" do
      assert message(BadMapError, fn -> Map.merge([a: 1], %{a: 5}) end) == "expected a map, got: [a: 1]"
    end
  end

  describe "pop" do
    test "Map.pop(%{},:a)" do
      assert Map.pop(%{}, :a) === {nil, %{}}
    end

    test "Map.pop(%{a: 1},:a)" do
      assert Map.pop(%{a: 1}, :a) === {1, %{}}
    end

    test "Map.pop(%{a: 1, b: 2},:a)" do
      assert Map.pop(%{a: 1, b: 2}, :a) === {1, %{b: 2}}
    end

    test "Map.pop(%{1=>2},:a)" do
      assert Map.pop(%{1 => 2}, :a) === {nil, %{1 => 2}}
    end

    test "Map.pop([a: 1],:a)" do
      assert message(BadMapError, fn -> Map.pop([a: 1], :a) end) == "expected a map, got: [a: 1]"
    end

    test "Map.pop(nil,:a)" do
      assert message(BadMapError, fn -> Map.pop(nil, :a) end) == "expected a map, got: nil"
    end
  end

  describe "pop!" do
    test "Map.pop!(%{},:z)" do
      assert message(KeyError, fn -> Map.pop!(%{}, :z) end) == "key :z not found in: %{}"
    end

    test "Map.pop!(%{a: 1},:z)" do
      assert message(KeyError, fn -> Map.pop!(%{a: 1}, :z) end) == "key :z not found in: %{a: 1}"
    end

    test "Map.pop!(%{a: 1, b: 2},:z)" do
      assert message(KeyError, fn -> Map.pop!(%{a: 1, b: 2}, :z) end) == "key :z not found in: %{a: 1, b: 2}"
    end

    test "Map.pop!(%{1=>2},:z)" do
      assert message(KeyError, fn -> Map.pop!(%{1 => 2}, :z) end) == "key :z not found in: %{1 => 2}"
    end

    test "Map.pop!([a: 1],:z)" do
      assert message(BadMapError, fn -> Map.pop!([a: 1], :z) end) == "expected a map, got: [a: 1]"
    end

    test "Map.pop!(nil,:z)" do
      assert message(BadMapError, fn -> Map.pop!(nil, :z) end) == "expected a map, got: nil"
    end
  end

  describe "pop_lazy" do
    test "Map.pop_lazy(%{},:z,fn->1 end)" do
      assert Map.pop_lazy(%{}, :z, fn -> 1 end) === {1, %{}}
    end

    test "Map.pop_lazy(%{a: 1},:z,fn->1 end)" do
      assert Map.pop_lazy(%{a: 1}, :z, fn -> 1 end) === {1, %{a: 1}}
    end

    test "Map.pop_lazy(%{a: 1, b: 2},:z,fn->1 end)" do
      assert Map.pop_lazy(%{a: 1, b: 2}, :z, fn -> 1 end) === {1, %{a: 1, b: 2}}
    end

    test "Map.pop_lazy(%{1=>2},:z,fn->1 end)" do
      assert Map.pop_lazy(%{1 => 2}, :z, fn -> 1 end) === {1, %{1 => 2}}
    end

    test "Map.pop_lazy([a: 1],:z,fn->1 end)" do
      assert message(BadMapError, fn -> Map.pop_lazy([a: 1], :z, fn -> 1 end) end) == "expected a map, got: [a: 1]"
    end

    test "Map.pop_lazy(nil,:z,fn->1 end)" do
      assert message(BadMapError, fn -> Map.pop_lazy(nil, :z, fn -> 1 end) end) == "expected a map, got: nil"
    end
  end

  describe "put" do
    test "Map.put(%{},:a,9)" do
      assert Map.put(%{}, :a, 9) === %{a: 9}
    end

    test "Map.put(%{a: 1},:a,9)" do
      assert Map.put(%{a: 1}, :a, 9) === %{a: 9}
    end

    test "Map.put(%{a: 1, b: 2},:a,9)" do
      assert Map.put(%{a: 1, b: 2}, :a, 9) === %{a: 9, b: 2}
    end

    test "Map.put(%{1=>2},:a,9)" do
      assert Map.put(%{1 => 2}, :a, 9) === %{1 => 2, :a => 9}
    end

    test "Map.put([a: 1],:a,9)" do
      assert message(BadMapError, fn -> Map.put([a: 1], :a, 9) end) == "expected a map, got: [a: 1]"
    end

    test "Map.put(nil,:a,9)" do
      assert message(BadMapError, fn -> Map.put(nil, :a, 9) end) == "expected a map, got: nil"
    end
  end

  describe "put_new" do
    test "Map.put_new(%{},:z,9)" do
      assert Map.put_new(%{}, :z, 9) === %{z: 9}
    end

    test "Map.put_new(%{a: 1},:z,9)" do
      assert Map.put_new(%{a: 1}, :z, 9) === %{a: 1, z: 9}
    end

    test "Map.put_new(%{a: 1, b: 2},:z,9)" do
      assert Map.put_new(%{a: 1, b: 2}, :z, 9) === %{a: 1, b: 2, z: 9}
    end

    test "Map.put_new(%{1=>2},:z,9)" do
      assert Map.put_new(%{1 => 2}, :z, 9) === %{1 => 2, :z => 9}
    end

    test "Map.put_new([a: 1],:z,9)" do
      assert message(BadMapError, fn -> Map.put_new([a: 1], :z, 9) end) == "expected a map, got: [a: 1]"
    end

    test "Map.put_new(nil,:z,9)" do
      assert message(BadMapError, fn -> Map.put_new(nil, :z, 9) end) == "expected a map, got: nil"
    end
  end

  describe "put_new_lazy" do
    test "Map.put_new_lazy(%{},:z,fn->1 end)" do
      assert Map.put_new_lazy(%{}, :z, fn -> 1 end) === %{z: 1}
    end

    test "Map.put_new_lazy(%{a: 1},:z,fn->1 end)" do
      assert Map.put_new_lazy(%{a: 1}, :z, fn -> 1 end) === %{a: 1, z: 1}
    end

    test "Map.put_new_lazy(%{a: 1, b: 2},:z,fn->1 end)" do
      assert Map.put_new_lazy(%{a: 1, b: 2}, :z, fn -> 1 end) === %{a: 1, b: 2, z: 1}
    end

    test "Map.put_new_lazy(%{1=>2},:z,fn->1 end)" do
      assert Map.put_new_lazy(%{1 => 2}, :z, fn -> 1 end) === %{1 => 2, :z => 1}
    end

    test "Map.put_new_lazy([a: 1],:z,fn->1 end)" do
      assert message(BadMapError, fn -> Map.put_new_lazy([a: 1], :z, fn -> 1 end) end) == "expected a map, got: [a: 1]"
    end

    test "Map.put_new_lazy(nil,:z,fn->1 end)" do
      assert message(BadMapError, fn -> Map.put_new_lazy(nil, :z, fn -> 1 end) end) == "expected a map, got: nil"
    end
  end

  describe "replace" do
    test "Map.replace(%{},:a,9)" do
      assert Map.replace(%{}, :a, 9) === %{}
    end

    test "Map.replace(%{a: 1},:a,9)" do
      assert Map.replace(%{a: 1}, :a, 9) === %{a: 9}
    end

    test "Map.replace(%{a: 1, b: 2},:a,9)" do
      assert Map.replace(%{a: 1, b: 2}, :a, 9) === %{a: 9, b: 2}
    end

    test "Map.replace(%{1=>2},:a,9)" do
      assert Map.replace(%{1 => 2}, :a, 9) === %{1 => 2}
    end

    test "Map.replace([a: 1],:a,9)" do
      assert message(BadMapError, fn -> Map.replace([a: 1], :a, 9) end) == "expected a map, got: [a: 1]"
    end

    test "Map.replace(nil,:a,9)" do
      assert message(BadMapError, fn -> Map.replace(nil, :a, 9) end) == "expected a map, got: nil"
    end
  end

  describe "replace!" do
    test "Map.replace!(%{},:z,9)" do
      assert message(KeyError, fn -> Map.replace!(%{}, :z, 9) end) == "key :z not found in: %{}"
    end

    test "Map.replace!(%{a: 1},:z,9)" do
      assert message(KeyError, fn -> Map.replace!(%{a: 1}, :z, 9) end) == "key :z not found in: %{a: 1}"
    end

    test "Map.replace!(%{a: 1, b: 2},:z,9)" do
      assert message(KeyError, fn -> Map.replace!(%{a: 1, b: 2}, :z, 9) end) == "key :z not found in: %{a: 1, b: 2}"
    end

    test "Map.replace!(%{1=>2},:z,9)" do
      assert message(KeyError, fn -> Map.replace!(%{1 => 2}, :z, 9) end) == "key :z not found in: %{1 => 2}"
    end

    test "Map.replace!([a: 1],:z,9)" do
      assert message(BadMapError, fn -> Map.replace!([a: 1], :z, 9) end) == "expected a map, got: [a: 1]"
    end

    test "Map.replace!(nil,:z,9)" do
      assert message(BadMapError, fn -> Map.replace!(nil, :z, 9) end) == "expected a map, got: nil"
    end
  end

  describe "replace_lazy" do
    test "Map.replace_lazy(%{},:a,&{&1})" do
      assert Map.replace_lazy(%{}, :a, &{&1}) === %{}
    end

    test "Map.replace_lazy(%{a: 1},:a,&{&1})" do
      assert Map.replace_lazy(%{a: 1}, :a, &{&1}) === %{a: {1}}
    end

    test "Map.replace_lazy(%{a: 1, b: 2},:a,&{&1})" do
      assert Map.replace_lazy(%{a: 1, b: 2}, :a, &{&1}) === %{a: {1}, b: 2}
    end

    test "Map.replace_lazy(%{1=>2},:a,&{&1})" do
      assert Map.replace_lazy(%{1 => 2}, :a, &{&1}) === %{1 => 2}
    end
  end

  describe "split" do
    test "Map.split(%{},[:a])" do
      assert Map.split(%{}, [:a]) === {%{}, %{}}
    end

    test "Map.split(%{a: 1},[:a])" do
      assert Map.split(%{a: 1}, [:a]) === {%{a: 1}, %{}}
    end

    test "Map.split(%{a: 1, b: 2},[:a])" do
      assert Map.split(%{a: 1, b: 2}, [:a]) === {%{a: 1}, %{b: 2}}
    end

    test "Map.split(%{1=>2},[:a])" do
      assert Map.split(%{1 => 2}, [:a]) === {%{}, %{1 => 2}}
    end

    test "Map.split([a: 1],[:a])" do
      assert message(BadMapError, fn -> Map.split([a: 1], [:a]) end) == "expected a map, got: [a: 1]"
    end

    test "Map.split(nil,[:a])" do
      assert message(BadMapError, fn -> Map.split(nil, [:a]) end) == "expected a map, got: nil"
    end
  end

  describe "take" do
    test "Map.take(%{},[:a,:z])" do
      assert Map.take(%{}, [:a, :z]) === %{}
    end

    test "Map.take(%{a: 1},[:a,:z])" do
      assert Map.take(%{a: 1}, [:a, :z]) === %{a: 1}
    end

    test "Map.take(%{a: 1, b: 2},[:a,:z])" do
      assert Map.take(%{a: 1, b: 2}, [:a, :z]) === %{a: 1}
    end

    test "Map.take(%{1=>2},[:a,:z])" do
      assert Map.take(%{1 => 2}, [:a, :z]) === %{}
    end

    test "Map.take([a: 1],[:a,:z])" do
      assert message(BadMapError, fn -> Map.take([a: 1], [:a, :z]) end) == "expected a map, got: [a: 1]"
    end

    test "Map.take(nil,[:a,:z])" do
      assert message(BadMapError, fn -> Map.take(nil, [:a, :z]) end) == "expected a map, got: nil"
    end
  end

  describe "to_list" do
    test "Map.to_list(%{})" do
      assert Map.to_list(%{}) === []
    end

    test "Map.to_list(%{a: 1})" do
      assert Map.to_list(%{a: 1}) === [a: 1]
    end

    test "Map.to_list(%{a: 1, b: 2})" do
      assert Map.to_list(%{a: 1, b: 2}) === [a: 1, b: 2]
    end

    test "Map.to_list(%{1=>2})" do
      assert Map.to_list(%{1 => 2}) === [{1, 2}]
    end

    test "Map.to_list([a: 1])" do
      assert message(BadMapError, fn -> Map.to_list(a: 1) end) == "expected a map, got: [a: 1]"
    end

    test "Map.to_list(nil)" do
      assert message(BadMapError, fn -> Map.to_list(nil) end) == "expected a map, got: nil"
    end
  end

  describe "update" do
    test "Map.update(%{},:a,0,&{&1})" do
      assert Map.update(%{}, :a, 0, &{&1}) === %{a: 0}
    end

    test "Map.update(%{a: 1},:a,0,&{&1})" do
      assert Map.update(%{a: 1}, :a, 0, &{&1}) === %{a: {1}}
    end

    test "Map.update(%{a: 1, b: 2},:a,0,&{&1})" do
      assert Map.update(%{a: 1, b: 2}, :a, 0, &{&1}) === %{a: {1}, b: 2}
    end

    test "Map.update(%{1=>2},:a,0,&{&1})" do
      assert Map.update(%{1 => 2}, :a, 0, &{&1}) === %{1 => 2, :a => 0}
    end

    test "Map.update([a: 1],:a,0,&{&1})" do
      assert message(BadMapError, fn -> Map.update([a: 1], :a, 0, &{&1}) end) == "expected a map, got: [a: 1]"
    end

    test "Map.update(nil,:a,0,&{&1})" do
      assert message(BadMapError, fn -> Map.update(nil, :a, 0, &{&1}) end) == "expected a map, got: nil"
    end
  end

  describe "update!" do
    test "Map.update!(%{},:z,& &1)" do
      assert message(KeyError, fn -> Map.update!(%{}, :z, & &1) end) == "key :z not found in: %{}"
    end

    test "Map.update!(%{a: 1},:z,& &1)" do
      assert message(KeyError, fn -> Map.update!(%{a: 1}, :z, & &1) end) == "key :z not found in: %{a: 1}"
    end

    test "Map.update!(%{a: 1, b: 2},:z,& &1)" do
      assert message(KeyError, fn -> Map.update!(%{a: 1, b: 2}, :z, & &1) end) == "key :z not found in: %{a: 1, b: 2}"
    end

    test "Map.update!(%{1=>2},:z,& &1)" do
      assert message(KeyError, fn -> Map.update!(%{1 => 2}, :z, & &1) end) == "key :z not found in: %{1 => 2}"
    end

    test "Map.update!([a: 1],:z,& &1)" do
      assert message(BadMapError, fn -> Map.update!([a: 1], :z, & &1) end) == "expected a map, got: [a: 1]"
    end

    test "Map.update!(nil,:z,& &1)" do
      assert message(BadMapError, fn -> Map.update!(nil, :z, & &1) end) == "expected a map, got: nil"
    end
  end

  describe "values" do
    test "Map.values(%{})" do
      assert Map.values(%{}) === []
    end

    test "Map.values(%{a: 1})" do
      assert Map.values(%{a: 1}) === [1]
    end

    test "Map.values(%{a: 1, b: 2})" do
      assert Map.values(%{a: 1, b: 2}) === [1, 2]
    end

    test "Map.values(%{1=>2})" do
      assert Map.values(%{1 => 2}) === [2]
    end

    test "Map.values([a: 1])" do
      assert message(BadMapError, fn -> Map.values(a: 1) end) == "expected a map, got: [a: 1]"
    end

    test "Map.values(nil)" do
      assert message(BadMapError, fn -> Map.values(nil) end) == "expected a map, got: nil"
    end
  end

  describe "from_struct" do
    test "Map.from_struct(nil)" do
      assert message(UndefinedFunctionError, fn -> Map.from_struct(nil) end) == "function nil.__struct__/0 is undefined"
    end
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))
end
