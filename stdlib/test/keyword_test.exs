defmodule KeywordTest do
  use ExUnit.Case, async: true

  describe "keyword?" do
    test "Keyword.keyword?([])" do
      assert Keyword.keyword?([]) === true
    end

    test "Keyword.keyword?([1])" do
      assert Keyword.keyword?([1]) === false
    end
  end

  describe "new" do
    test "Keyword.new([])" do
      assert Keyword.new([]) === []
    end

    test "Keyword.new([a: 1, b: 2])" do
      assert Keyword.new(a: 1, b: 2) === [a: 1, b: 2]
    end

    test "Keyword.new([:a],&{&1,1})" do
      assert Keyword.new([:a], &{&1, 1}) === [a: 1]
    end

    test "Keyword.new(:a)" do
      assert message(Protocol.UndefinedError, fn -> Keyword.new(:a) end) == "protocol Enumerable not implemented for :a of type Atom"
    end
  end

  describe "get" do
    test "Keyword.get([],:a)" do
      assert Keyword.get([], :a) === nil
    end

    test "Keyword.get([a: 1, b: 2],:a)" do
      assert Keyword.get([a: 1, b: 2], :a) === 1
    end
  end

  describe "fetch" do
    test "Keyword.fetch([],:a)" do
      assert Keyword.fetch([], :a) === :error
    end

    test "Keyword.fetch([a: 1, b: 2],:a)" do
      assert Keyword.fetch([a: 1, b: 2], :a) === {:ok, 1}
    end
  end

  describe "fetch!" do
    test "Keyword.fetch!([],:z)" do
      assert message(KeyError, fn -> Keyword.fetch!([], :z) end) == "key :z not found in: []"
    end
  end

  describe "keys" do
    test "Keyword.keys([])" do
      assert Keyword.keys([]) === []
    end

    test "Keyword.keys([a: 1, b: 2])" do
      assert Keyword.keys(a: 1, b: 2) === [:a, :b]
    end

    test "Keyword.keys([1])" do
      assert message(ArgumentError, fn -> Keyword.keys([1]) end) ==
               "expected a keyword list, but an entry in the list is not a two-element tuple with an atom as its first element, got: 1"
    end
  end

  describe "values" do
    test "Keyword.values([])" do
      assert Keyword.values([]) === []
    end

    test "Keyword.values([a: 1, b: 2])" do
      assert Keyword.values(a: 1, b: 2) === [1, 2]
    end
  end

  describe "put" do
    test "Keyword.put([],:a,9)" do
      assert Keyword.put([], :a, 9) === [a: 9]
    end

    test "Keyword.put([1],:a,9)" do
      assert Keyword.put([1], :a, 9) === [{:a, 9}, 1]
    end

    test "Keyword.put([1,2,3],:a,9)" do
      assert Keyword.put([1, 2, 3], :a, 9) === [{:a, 9}, 1, 2, 3]
    end

    test "Keyword.put([1,[2,[3]]],:a,9)" do
      assert Keyword.put([1, [2, [3]]], :a, 9) === [{:a, 9}, 1, [2, [3]]]
    end

    test "Keyword.put([a: 1, b: 2],:a,9)" do
      assert Keyword.put([a: 1, b: 2], :a, 9) === [a: 9, b: 2]
    end
  end

  describe "put_new" do
    test "Keyword.put_new([],:z,9)" do
      assert Keyword.put_new([], :z, 9) === [z: 9]
    end

    test "Keyword.put_new([1],:z,9)" do
      assert Keyword.put_new([1], :z, 9) === [{:z, 9}, 1]
    end

    test "Keyword.put_new([1,2,3],:z,9)" do
      assert Keyword.put_new([1, 2, 3], :z, 9) === [{:z, 9}, 1, 2, 3]
    end

    test "Keyword.put_new([1,[2,[3]]],:z,9)" do
      assert Keyword.put_new([1, [2, [3]]], :z, 9) === [{:z, 9}, 1, [2, [3]]]
    end

    test "Keyword.put_new([a: 1, b: 2],:z,9)" do
      assert Keyword.put_new([a: 1, b: 2], :z, 9) === [z: 9, a: 1, b: 2]
    end
  end

  describe "delete" do
    test "Keyword.delete([],:a)" do
      assert Keyword.delete([], :a) === []
    end

    test "Keyword.delete([1],:a)" do
      assert Keyword.delete([1], :a) === [1]
    end

    test "Keyword.delete([1,2,3],:a)" do
      assert Keyword.delete([1, 2, 3], :a) === [1, 2, 3]
    end

    test "Keyword.delete([1,[2,[3]]],:a)" do
      assert Keyword.delete([1, [2, [3]]], :a) === [1, [2, [3]]]
    end

    test "Keyword.delete([a: 1, b: 2],:a)" do
      assert Keyword.delete([a: 1, b: 2], :a) === [b: 2]
    end
  end

  describe "merge" do
    test "Keyword.merge([],[a: 5])" do
      assert Keyword.merge([], a: 5) === [a: 5]
    end

    test "Keyword.merge([a: 1, b: 2],[a: 5])" do
      assert Keyword.merge([a: 1, b: 2], a: 5) === [b: 2, a: 5]
    end

    test "Keyword.merge([a: 5],[a: 1, b: 2])" do
      assert Keyword.merge([a: 5], a: 1, b: 2) === [a: 1, b: 2]
    end

    test "Keyword.merge([a: 1, b: 2],[a: 5],fn k,a,b->{k,a,b} end)" do
      assert Keyword.merge([a: 1, b: 2], [a: 5], fn k, a, b -> {k, a, b} end) === [b: 2, a: {:a, 1, 5}]
    end

    test "Keyword.merge([1],[a: 5])" do
      assert message(ArgumentError, fn -> Keyword.merge([1], a: 5) end) == "expected a keyword list as the first argument, got: [1]"
    end
  end

  describe "pop" do
    test "Keyword.pop([],:a)" do
      assert Keyword.pop([], :a) === {nil, []}
    end

    test "Keyword.pop([1],:a)" do
      assert Keyword.pop([1], :a) === {nil, [1]}
    end

    test "Keyword.pop([1,2,3],:a)" do
      assert Keyword.pop([1, 2, 3], :a) === {nil, [1, 2, 3]}
    end

    test "Keyword.pop([1,[2,[3]]],:a)" do
      assert Keyword.pop([1, [2, [3]]], :a) === {nil, [1, [2, [3]]]}
    end

    test "Keyword.pop([a: 1, b: 2],:a)" do
      assert Keyword.pop([a: 1, b: 2], :a) === {1, [b: 2]}
    end
  end

  describe "pop!" do
    test "Keyword.pop!([],:z)" do
      assert message(KeyError, fn -> Keyword.pop!([], :z) end) == "key :z not found in: []"
    end
  end

  describe "pop_first" do
    test "Keyword.pop_first([],:a)" do
      assert Keyword.pop_first([], :a) === {nil, []}
    end

    test "Keyword.pop_first([1],:a)" do
      assert Keyword.pop_first([1], :a) === {nil, [1]}
    end

    test "Keyword.pop_first([1,2,3],:a)" do
      assert Keyword.pop_first([1, 2, 3], :a) === {nil, [1, 2, 3]}
    end

    test "Keyword.pop_first([1,[2,[3]]],:a)" do
      assert Keyword.pop_first([1, [2, [3]]], :a) === {nil, [1, [2, [3]]]}
    end

    test "Keyword.pop_first([a: 1, b: 2],:a)" do
      assert Keyword.pop_first([a: 1, b: 2], :a) === {1, [b: 2]}
    end
  end

  describe "pop_values" do
    test "Keyword.pop_values([],:a)" do
      assert Keyword.pop_values([], :a) === {[], []}
    end

    test "Keyword.pop_values([a: 1, b: 2],:a)" do
      assert Keyword.pop_values([a: 1, b: 2], :a) === {[1], [b: 2]}
    end
  end

  describe "pop_lazy" do
    test "Keyword.pop_lazy([],:z,fn->1 end)" do
      assert Keyword.pop_lazy([], :z, fn -> 1 end) === {1, []}
    end

    test "Keyword.pop_lazy([1],:z,fn->1 end)" do
      assert Keyword.pop_lazy([1], :z, fn -> 1 end) === {1, [1]}
    end

    test "Keyword.pop_lazy([1,2,3],:z,fn->1 end)" do
      assert Keyword.pop_lazy([1, 2, 3], :z, fn -> 1 end) === {1, [1, 2, 3]}
    end

    test "Keyword.pop_lazy([1,[2,[3]]],:z,fn->1 end)" do
      assert Keyword.pop_lazy([1, [2, [3]]], :z, fn -> 1 end) === {1, [1, [2, [3]]]}
    end

    test "Keyword.pop_lazy([a: 1, b: 2],:z,fn->1 end)" do
      assert Keyword.pop_lazy([a: 1, b: 2], :z, fn -> 1 end) === {1, [a: 1, b: 2]}
    end
  end

  describe "take" do
    test "Keyword.take([],[:a])" do
      assert Keyword.take([], [:a]) === []
    end

    test "Keyword.take([a: 1, b: 2],[:a])" do
      assert Keyword.take([a: 1, b: 2], [:a]) === [a: 1]
    end
  end

  describe "drop" do
    test "Keyword.drop([],[:a])" do
      assert Keyword.drop([], [:a]) === []
    end

    test "Keyword.drop([a: 1, b: 2],[:a])" do
      assert Keyword.drop([a: 1, b: 2], [:a]) === [b: 2]
    end
  end

  describe "split" do
    test "Keyword.split([],[:a])" do
      assert Keyword.split([], [:a]) === {[], []}
    end

    test "Keyword.split([a: 1, b: 2],[:a])" do
      assert Keyword.split([a: 1, b: 2], [:a]) === {[a: 1], [b: 2]}
    end
  end

  describe "update" do
    test "Keyword.update([],:a,1,&{&1})" do
      assert Keyword.update([], :a, 1, &{&1}) === [a: 1]
    end

    test "Keyword.update([a: 1, b: 2],:a,1,&{&1})" do
      assert Keyword.update([a: 1, b: 2], :a, 1, &{&1}) === [a: {1}, b: 2]
    end

    test "Keyword.update([{:a,1},{1,2},:x],:a,1,&{&1})" do
      assert Keyword.update([{:a, 1}, {1, 2}, :x], :a, 1, &{&1}) === [{:a, {1}}, {1, 2}, :x]
    end
  end

  describe "update!" do
    test "Keyword.update!([],:z,& &1)" do
      assert message(KeyError, fn -> Keyword.update!([], :z, & &1) end) == "key :z not found in: []"
    end

    test "Keyword.update!([a: 1, b: 2],:z,& &1)" do
      assert message(KeyError, fn -> Keyword.update!([a: 1, b: 2], :z, & &1) end) == "key :z not found in: [a: 1, b: 2]"
    end
  end

  describe "replace" do
    test "Keyword.replace([],:a,2)" do
      assert Keyword.replace([], :a, 2) === []
    end

    test "Keyword.replace([a: 1, b: 2],:a,2)" do
      assert Keyword.replace([a: 1, b: 2], :a, 2) === [a: 2, b: 2]
    end

    test "Keyword.replace([{:a,1},{1,2},:x],:a,2)" do
      assert Keyword.replace([{:a, 1}, {1, 2}, :x], :a, 2) === [{:a, 2}, {1, 2}, :x]
    end
  end

  describe "replace!" do
    test "Keyword.replace!([],:z,2)" do
      assert message(KeyError, fn -> Keyword.replace!([], :z, 2) end) == "key :z not found in: []"
    end

    test "Keyword.replace!([a: 1, b: 2],:z,2)" do
      assert message(KeyError, fn -> Keyword.replace!([a: 1, b: 2], :z, 2) end) == "key :z not found in: [a: 1, b: 2]"
    end
  end

  describe "replace_lazy" do
    test "Keyword.replace_lazy([],:a,&{&1})" do
      assert Keyword.replace_lazy([], :a, &{&1}) === []
    end

    test "Keyword.replace_lazy([a: 1, b: 2],:a,&{&1})" do
      assert Keyword.replace_lazy([a: 1, b: 2], :a, &{&1}) === [a: {1}, b: 2]
    end

    test "Keyword.replace_lazy([{:a,1},{1,2},:x],:a,&{&1})" do
      assert Keyword.replace_lazy([{:a, 1}, {1, 2}, :x], :a, &{&1}) === [{:a, {1}}, {1, 2}, :x]
    end
  end

  describe "equal?" do
    test "Keyword.equal?([],[])" do
      assert Keyword.equal?([], []) === true
    end
  end

  describe "filter" do
    test "Keyword.filter([],fn {k,_}->k==:a end)" do
      assert Keyword.filter([], fn {k, _} -> k == :a end) === []
    end

    test "Keyword.filter([a: 1, b: 2],fn {k,_}->k==:a end)" do
      assert Keyword.filter([a: 1, b: 2], fn {k, _} -> k == :a end) === [a: 1]
    end
  end

  describe "reject" do
    test "Keyword.reject([],fn {k,_}->k==:a end)" do
      assert Keyword.reject([], fn {k, _} -> k == :a end) === []
    end

    test "Keyword.reject([a: 1, b: 2],fn {k,_}->k==:a end)" do
      assert Keyword.reject([a: 1, b: 2], fn {k, _} -> k == :a end) === [b: 2]
    end
  end

  describe "map" do
    test "Keyword.map([],fn {k,v}->{k,v} end)" do
      assert Keyword.map([], fn {k, v} -> {k, v} end) === []
    end

    test "Keyword.map([a: 1, b: 2],fn {k,v}->{k,v} end)" do
      assert Keyword.map([a: 1, b: 2], fn {k, v} -> {k, v} end) === [a: {:a, 1}, b: {:b, 2}]
    end
  end

  describe "from_keys" do
    test "Keyword.from_keys([],1)" do
      assert Keyword.from_keys([], 1) === []
    end

    test "Keyword.from_keys([:a],1)" do
      assert Keyword.from_keys([:a], 1) === [a: 1]
    end
  end

  describe "get_values" do
    test "Keyword.get_values([],:a)" do
      assert Keyword.get_values([], :a) === []
    end

    test "Keyword.get_values([a: 1, b: 2],:a)" do
      assert Keyword.get_values([a: 1, b: 2], :a) === [1]
    end
  end

  describe "get_and_update" do
    test "Keyword.get_and_update([],:a,&{&1,2})" do
      assert Keyword.get_and_update([], :a, &{&1, 2}) === {nil, [a: 2]}
    end

    test "Keyword.get_and_update([],:a,fn _->:pop end)" do
      assert Keyword.get_and_update([], :a, fn _ -> :pop end) === {nil, []}
    end

    test "Keyword.get_and_update([a: 1, b: 2],:a,&{&1,2})" do
      assert Keyword.get_and_update([a: 1, b: 2], :a, &{&1, 2}) === {1, [a: 2, b: 2]}
    end

    test "Keyword.get_and_update([a: 1, b: 2],:a,fn _->:pop end)" do
      assert Keyword.get_and_update([a: 1, b: 2], :a, fn _ -> :pop end) === {1, [b: 2]}
    end

    test "Keyword.get_and_update([{:a,1},{1,2},:x],:a,&{&1,2})" do
      assert Keyword.get_and_update([{:a, 1}, {1, 2}, :x], :a, &{&1, 2}) === {1, [{:a, 2}, {1, 2}, :x]}
    end

    test "Keyword.get_and_update([],:a,fn _->:bad end)" do
      assert message(RuntimeError, fn -> Keyword.get_and_update([], :a, fn _ -> :bad end) end) ==
               "the given function must return a two-element tuple or :pop, got: :bad"
    end
  end

  describe "get_and_update!" do
    test "Keyword.get_and_update!([],:z,&{&1,2})" do
      assert message(KeyError, fn -> Keyword.get_and_update!([], :z, &{&1, 2}) end) == "key :z not found in: []"
    end
  end

  describe "validate" do
    test "Keyword.validate([],[:a,c: 3])" do
      assert Keyword.validate([], [:a, c: 3]) === {:ok, [c: 3]}
    end

    test "Keyword.validate([a: 1, b: 2],[:a,c: 3])" do
      assert Keyword.validate([a: 1, b: 2], [:a, c: 3]) === {:error, [:b]}
    end

    test "Keyword.validate([1],[:a,c: 3])" do
      assert message(ArgumentError, fn -> Keyword.validate([1], [:a, c: 3]) end) ==
               "expected a keyword list as first argument, got invalid entry: 1"
    end
  end

  describe "validate!" do
    test "Keyword.validate!([],[:a])" do
      assert Keyword.validate!([], [:a]) === []
    end

    test "Keyword.validate!([1],[:a])" do
      assert message(ArgumentError, fn -> Keyword.validate!([1], [:a]) end) ==
               "expected a keyword list as first argument, got invalid entry: 1"
    end
  end

  describe "has_key?" do
    test "Keyword.has_key?([],:a)" do
      assert Keyword.has_key?([], :a) === false
    end

    test "Keyword.has_key?([a: 1, b: 2],:a)" do
      assert Keyword.has_key?([a: 1, b: 2], :a) === true
    end
  end

  describe "to_list" do
    test "Keyword.to_list([])" do
      assert Keyword.to_list([]) === []
    end

    test "Keyword.to_list([1])" do
      assert Keyword.to_list([1]) === [1]
    end

    test "Keyword.to_list([1,2,3])" do
      assert Keyword.to_list([1, 2, 3]) === [1, 2, 3]
    end

    test "Keyword.to_list([1,[2,[3]]])" do
      assert Keyword.to_list([1, [2, [3]]]) === [1, [2, [3]]]
    end

    test "Keyword.to_list([a: 1, b: 2])" do
      assert Keyword.to_list(a: 1, b: 2) === [a: 1, b: 2]
    end
  end

  describe "get_lazy" do
    test "Keyword.get_lazy([],:z,fn->1 end)" do
      assert Keyword.get_lazy([], :z, fn -> 1 end) === 1
    end
  end

  describe "put_new_lazy" do
    test "Keyword.put_new_lazy([],:z,fn->1 end)" do
      assert Keyword.put_new_lazy([], :z, fn -> 1 end) === [z: 1]
    end

    test "Keyword.put_new_lazy([1],:z,fn->1 end)" do
      assert Keyword.put_new_lazy([1], :z, fn -> 1 end) === [{:z, 1}, 1]
    end

    test "Keyword.put_new_lazy([1,2,3],:z,fn->1 end)" do
      assert Keyword.put_new_lazy([1, 2, 3], :z, fn -> 1 end) === [{:z, 1}, 1, 2, 3]
    end

    test "Keyword.put_new_lazy([1,[2,[3]]],:z,fn->1 end)" do
      assert Keyword.put_new_lazy([1, [2, [3]]], :z, fn -> 1 end) === [{:z, 1}, 1, [2, [3]]]
    end

    test "Keyword.put_new_lazy([a: 1, b: 2],:z,fn->1 end)" do
      assert Keyword.put_new_lazy([a: 1, b: 2], :z, fn -> 1 end) === [z: 1, a: 1, b: 2]
    end
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))
end
