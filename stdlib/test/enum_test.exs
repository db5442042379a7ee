defmodule EnumTest do
  use ExUnit.Case, async: true

  describe "all?" do
    test "Enum.all?([])" do
      assert Enum.all?([]) === true
    end

    test "Enum.all?([:b,:a,nil,false])" do
      assert Enum.all?([:b, :a, nil, false]) === false
    end

    test "Enum.all?(\"str\")" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.all?("str") end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "any?" do
    test "Enum.any?([])" do
      assert Enum.any?([]) === false
    end

    test "Enum.any?([1])" do
      assert Enum.any?([1]) === true
    end

    test "Enum.any?(\"str\")" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.any?("str") end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "at" do
    test "Enum.at([],0)" do
      assert Enum.at([], 0) === nil
    end

    test "Enum.at([],10,:d)" do
      assert Enum.at([], 10, :d) === :d
    end

    test "Enum.at([1],0)" do
      assert Enum.at([1], 0) === 1
    end

    test "Enum.at([3,1,2],0)" do
      assert Enum.at([3, 1, 2], 0) === 3
    end

    test "Enum.at([3,1,2],-1)" do
      assert Enum.at([3, 1, 2], -1) === 2
    end

    test "Enum.at(\"str\",0)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.at("str", 0) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "chunk_by" do
    test "Enum.chunk_by([],&is_integer/1)" do
      assert Enum.chunk_by([], &is_integer/1) === []
    end

    test "Enum.chunk_by([1],&is_integer/1)" do
      assert Enum.chunk_by([1], &is_integer/1) === [[1]]
    end

    test "Enum.chunk_by([3,1,2],&is_integer/1)" do
      assert Enum.chunk_by([3, 1, 2], &is_integer/1) === [[3, 1, 2]]
    end

    test "Enum.chunk_by([1,1,2,3,3],&is_integer/1)" do
      assert Enum.chunk_by([1, 1, 2, 3, 3], &is_integer/1) === [[1, 1, 2, 3, 3]]
    end

    test "Enum.chunk_by([:b,:a,nil,false],&is_integer/1)" do
      assert Enum.chunk_by([:b, :a, nil, false], &is_integer/1) === [[:b, :a, nil, false]]
    end

    test "Enum.chunk_by(\"str\",&is_integer/1)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.chunk_by("str", &is_integer/1) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "chunk_every" do
    test "Enum.chunk_every([],2)" do
      assert Enum.chunk_every([], 2) === []
    end

    test "Enum.chunk_every([1],2)" do
      assert Enum.chunk_every([1], 2) === [[1]]
    end

    test "Enum.chunk_every([1],3,2,[:x])" do
      assert Enum.chunk_every([1], 3, 2, [:x]) === [[1, :x]]
    end

    test "Enum.chunk_every([3,1,2],2)" do
      assert Enum.chunk_every([3, 1, 2], 2) === [[3, 1], [2]]
    end

    test "Enum.chunk_every([3,1,2],2,1)" do
      assert Enum.chunk_every([3, 1, 2], 2, 1) === [[3, 1], [1, 2], [2]]
    end

    test "Enum.chunk_every(\"str\",2)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.chunk_every("str", 2) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "concat" do
    test "Enum.concat([])" do
      assert Enum.concat([]) === []
    end

    test "Enum.concat([],[9])" do
      assert Enum.concat([], [9]) === '\t'
    end

    test "Enum.concat([0],[])" do
      assert Enum.concat([0], []) === [0]
    end

    test "Enum.concat([1],[9])" do
      assert Enum.concat([1], [9]) === [1, 9]
    end

    test "Enum.concat([0],[1])" do
      assert Enum.concat([0], [1]) === [0, 1]
    end

    test "Enum.concat([1])" do
      assert message(Protocol.UndefinedError, fn -> Enum.concat([1]) end) == "protocol Enumerable not implemented for 1 of type Integer"
    end
  end

  describe "count" do
    test "Enum.count([])" do
      assert Enum.count([]) === 0
    end

    test "Enum.count([1])" do
      assert Enum.count([1]) === 1
    end

    test "Enum.count([3,1,2])" do
      assert Enum.count([3, 1, 2]) === 3
    end

    test "Enum.count([1,1,2,3,3])" do
      assert Enum.count([1, 1, 2, 3, 3]) === 5
    end

    test "Enum.count([1,1,2,3,3],&(&1==1))" do
      assert Enum.count([1, 1, 2, 3, 3], &(&1 == 1)) === 2
    end

    test "Enum.count(\"str\")" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.count("str") end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "count_until" do
    test "Enum.count_until([],2)" do
      assert Enum.count_until([], 2) === 0
    end

    test "Enum.count_until([1],2)" do
      assert Enum.count_until([1], 2) === 1
    end

    test "Enum.count_until([3,1,2],2)" do
      assert Enum.count_until([3, 1, 2], 2) === 2
    end

    test "Enum.count_until(\"str\",2)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.count_until("str", 2) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "dedup" do
    test "Enum.dedup([])" do
      assert Enum.dedup([]) === []
    end

    test "Enum.dedup([1])" do
      assert Enum.dedup([1]) === [1]
    end

    test "Enum.dedup([3,1,2])" do
      assert Enum.dedup([3, 1, 2]) === [3, 1, 2]
    end

    test "Enum.dedup([1,1,2,3,3])" do
      assert Enum.dedup([1, 1, 2, 3, 3]) === [1, 2, 3]
    end

    test "Enum.dedup([:b,:a,nil,false])" do
      assert Enum.dedup([:b, :a, nil, false]) === [:b, :a, nil, false]
    end

    test "Enum.dedup(\"str\")" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.dedup("str") end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "dedup_by" do
    test "Enum.dedup_by([],&is_integer/1)" do
      assert Enum.dedup_by([], &is_integer/1) === []
    end

    test "Enum.dedup_by([1],&is_integer/1)" do
      assert Enum.dedup_by([1], &is_integer/1) === [1]
    end

    test "Enum.dedup_by([3,1,2],&is_integer/1)" do
      assert Enum.dedup_by([3, 1, 2], &is_integer/1) === [3]
    end

    test "Enum.dedup_by([:b,:a,nil,false],&is_integer/1)" do
      assert Enum.dedup_by([:b, :a, nil, false], &is_integer/1) === [:b]
    end

    test "Enum.dedup_by(5..1//-2,&is_integer/1)" do
      assert Enum.dedup_by(5..1//-2, &is_integer/1) === [5]
    end

    test "Enum.dedup_by(\"str\",&is_integer/1)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.dedup_by("str", &is_integer/1) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "drop" do
    test "Enum.drop([],1)" do
      assert Enum.drop([], 1) === []
    end

    test "Enum.drop([3,1,2],1)" do
      assert Enum.drop([3, 1, 2], 1) === [1, 2]
    end

    test "Enum.drop([3,1,2],-1)" do
      assert Enum.drop([3, 1, 2], -1) === [3, 1]
    end

    test "Enum.drop([1,1,2,3,3],1)" do
      assert Enum.drop([1, 1, 2, 3, 3], 1) === [1, 2, 3, 3]
    end

    test "Enum.drop([1,1,2,3,3],-1)" do
      assert Enum.drop([1, 1, 2, 3, 3], -1) === [1, 1, 2, 3]
    end

    test "Enum.drop(\"str\",1)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.drop("str", 1) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "drop_every" do
    test "Enum.drop_every([],2)" do
      assert Enum.drop_every([], 2) === []
    end

    test "Enum.drop_every([1],0)" do
      assert Enum.drop_every([1], 0) === [1]
    end

    test "Enum.drop_every([3,1,2],0)" do
      assert Enum.drop_every([3, 1, 2], 0) === [3, 1, 2]
    end

    test "Enum.drop_every([1,1,2,3,3],2)" do
      assert Enum.drop_every([1, 1, 2, 3, 3], 2) === [1, 3]
    end

    test "Enum.drop_every([1,1,2,3,3],0)" do
      assert Enum.drop_every([1, 1, 2, 3, 3], 0) === [1, 1, 2, 3, 3]
    end

    test "Enum.drop_every(\"str\",2)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.drop_every("str", 2) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "drop_while" do
    test "Enum.drop_while([],&(&1==1))" do
      assert Enum.drop_while([], &(&1 == 1)) === []
    end

    test "Enum.drop_while([3,1,2],&(&1==1))" do
      assert Enum.drop_while([3, 1, 2], &(&1 == 1)) === [3, 1, 2]
    end

    test "Enum.drop_while([1,1,2,3,3],&(&1==1))" do
      assert Enum.drop_while([1, 1, 2, 3, 3], &(&1 == 1)) === [2, 3, 3]
    end

    test "Enum.drop_while([:b,:a,nil,false],&(&1==1))" do
      assert Enum.drop_while([:b, :a, nil, false], &(&1 == 1)) === [:b, :a, nil, false]
    end

    test "Enum.drop_while(1..5,&(&1==1))" do
      assert Enum.drop_while(1..5, &(&1 == 1)) === [2, 3, 4, 5]
    end

    test "Enum.drop_while(\"str\",&(&1==1))" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.drop_while("str", &(&1 == 1)) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "each" do
    test "Enum.each([],&(&1))" do
      assert Enum.each([], & &1) === :ok
    end

    test "Enum.each(\"str\",&(&1))" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.each("str", & &1) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "empty?" do
    test "Enum.empty?([])" do
      assert Enum.empty?([]) === true
    end

    test "Enum.empty?([1])" do
      assert Enum.empty?([1]) === false
    end

    test "Enum.empty?(\"str\")" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.empty?("str") end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "fetch" do
    test "Enum.fetch([],0)" do
      assert Enum.fetch([], 0) === :error
    end

    test "Enum.fetch([1],0)" do
      assert Enum.fetch([1], 0) === {:ok, 1}
    end

    test "Enum.fetch([3,1,2],0)" do
      assert Enum.fetch([3, 1, 2], 0) === {:ok, 3}
    end

    test "Enum.fetch([3,1,2],-1)" do
      assert Enum.fetch([3, 1, 2], -1) === {:ok, 2}
    end

    test "Enum.fetch([:b,:a,nil,false],0)" do
      assert Enum.fetch([:b, :a, nil, false], 0) === {:ok, :b}
    end

    test "Enum.fetch(\"str\",0)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.fetch("str", 0) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "fetch!" do
    test "Enum.fetch!([1],0)" do
      assert Enum.fetch!([1], 0) === 1
    end

    test "Enum.fetch!([3,1,2],0)" do
      assert Enum.fetch!([3, 1, 2], 0) === 3
    end

    test "Enum.fetch!([:b,:a,nil,false],0)" do
      assert Enum.fetch!([:b, :a, nil, false], 0) === :b
    end

    test "Enum.fetch!(5..1//-2,0)" do
      assert Enum.fetch!(5..1//-2, 0) === 5
    end

    test "Enum.fetch!(%{a: 1, b: 2},0)" do
      assert Enum.fetch!(%{a: 1, b: 2}, 0) === {:a, 1}
    end

    test "Enum.fetch!([],0)" do
      assert message(Enum.OutOfBoundsError, fn -> Enum.fetch!([], 0) end) == "out of bounds error"
    end

    test "Enum.fetch!(\"str\",0)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.fetch!("str", 0) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "filter" do
    test "Enum.filter([],&(&1))" do
      assert Enum.filter([], & &1) === []
    end

    test "Enum.filter([1],&(&1))" do
      assert Enum.filter([1], & &1) === [1]
    end

    test "Enum.filter([3,1,2],&(&1))" do
      assert Enum.filter([3, 1, 2], & &1) === [3, 1, 2]
    end

    test "Enum.filter([1,1,2,3,3],&(&1))" do
      assert Enum.filter([1, 1, 2, 3, 3], & &1) === [1, 1, 2, 3, 3]
    end

    test "Enum.filter([:b,:a,nil,false],&(&1))" do
      assert Enum.filter([:b, :a, nil, false], & &1) === [:b, :a]
    end

    test "Enum.filter(\"str\",&(&1))" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.filter("str", & &1) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "find" do
    test "Enum.find([],&(&1==2))" do
      assert Enum.find([], &(&1 == 2)) === nil
    end

    test "Enum.find([],:d,&(&1==99))" do
      assert Enum.find([], :d, &(&1 == 99)) === :d
    end

    test "Enum.find([3,1,2],&(&1==2))" do
      assert Enum.find([3, 1, 2], &(&1 == 2)) === 2
    end

    test "Enum.find(\"str\",&(&1==2))" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.find("str", &(&1 == 2)) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "find_index" do
    test "Enum.find_index([],&(&1==2))" do
      assert Enum.find_index([], &(&1 == 2)) === nil
    end

    test "Enum.find_index([3,1,2],&(&1==2))" do
      assert Enum.find_index([3, 1, 2], &(&1 == 2)) === 2
    end

    test "Enum.find_index(1..5,&(&1==2))" do
      assert Enum.find_index(1..5, &(&1 == 2)) === 1
    end

    test "Enum.find_index(Stream.map([1,2,3],&(&1*2)),&(&1==2))" do
      assert Enum.find_index(Stream.map([1, 2, 3], &(&1 * 2)), &(&1 == 2)) === 0
    end

    test "Enum.find_index(\"str\",&(&1==2))" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.find_index("str", &(&1 == 2)) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "find_value" do
    test "Enum.find_value([],&(&1==2))" do
      assert Enum.find_value([], &(&1 == 2)) === nil
    end

    test "Enum.find_value([],:d,&(&1==99))" do
      assert Enum.find_value([], :d, &(&1 == 99)) === :d
    end

    test "Enum.find_value([3,1,2],&(&1==2))" do
      assert Enum.find_value([3, 1, 2], &(&1 == 2)) === true
    end

    test "Enum.find_value(\"str\",&(&1==2))" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.find_value("str", &(&1 == 2)) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "flat_map" do
    test "Enum.flat_map([],&[&1,&1])" do
      assert Enum.flat_map([], &[&1, &1]) === []
    end

    test "Enum.flat_map([1],&[&1,&1])" do
      assert Enum.flat_map([1], &[&1, &1]) === [1, 1]
    end

    test "Enum.flat_map([3,1,2],&[&1,&1])" do
      assert Enum.flat_map([3, 1, 2], &[&1, &1]) === [3, 3, 1, 1, 2, 2]
    end

    test "Enum.flat_map([1,1,2,3,3],&[&1,&1])" do
      assert Enum.flat_map([1, 1, 2, 3, 3], &[&1, &1]) === [1, 1, 1, 1, 2, 2, 3, 3, 3, 3]
    end

    test "Enum.flat_map([:b,:a,nil,false],&[&1,&1])" do
      assert Enum.flat_map([:b, :a, nil, false], &[&1, &1]) === [:b, :b, :a, :a, nil, nil, false, false]
    end

    test "Enum.flat_map([1],& &1)" do
      assert message(Protocol.UndefinedError, fn -> Enum.flat_map([1], & &1) end) ==
               "protocol Enumerable not implemented for 1 of type Integer"
    end
  end

  describe "flat_map_reduce" do
    test "Enum.flat_map_reduce([],0,fn x,a->{[x],a+1} end)" do
      assert Enum.flat_map_reduce([], 0, fn x, a -> {[x], a + 1} end) === {[], 0}
    end

    test "Enum.flat_map_reduce([1],0,fn x,a->{[x],a+1} end)" do
      assert Enum.flat_map_reduce([1], 0, fn x, a -> {[x], a + 1} end) === {[1], 1}
    end

    test "Enum.flat_map_reduce([3,1,2],0,fn x,a->{[x],a+1} end)" do
      assert Enum.flat_map_reduce([3, 1, 2], 0, fn x, a -> {[x], a + 1} end) === {[3, 1, 2], 3}
    end

    test "Enum.flat_map_reduce([3,1,2],0,fn x,a->if(a<2,do: {[x],a+1},else: {:halt,a}) end)" do
      assert Enum.flat_map_reduce([3, 1, 2], 0, fn x, a -> if(a < 2, do: {[x], a + 1}, else: {:halt, a}) end) === {[3, 1], 2}
    end

    test "Enum.flat_map_reduce([1,1,2,3,3],0,fn x,a->{[x],a+1} end)" do
      assert Enum.flat_map_reduce([1, 1, 2, 3, 3], 0, fn x, a -> {[x], a + 1} end) === {[1, 1, 2, 3, 3], 5}
    end

    test "Enum.flat_map_reduce(\"str\",0,fn x,a->{[x],a+1} end)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.flat_map_reduce("str", 0, fn x, a -> {[x], a + 1} end) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "frequencies" do
    test "Enum.frequencies([])" do
      assert Enum.frequencies([]) === %{}
    end

    test "Enum.frequencies([1])" do
      assert Enum.frequencies([1]) === %{1 => 1}
    end

    test "Enum.frequencies([3,1,2])" do
      assert Enum.frequencies([3, 1, 2]) === %{1 => 1, 2 => 1, 3 => 1}
    end

    test "Enum.frequencies([1,1,2,3,3])" do
      assert Enum.frequencies([1, 1, 2, 3, 3]) === %{1 => 2, 2 => 1, 3 => 2}
    end

    test "Enum.frequencies([:b,:a,nil,false])" do
      assert Enum.frequencies([:b, :a, nil, false]) === %{a: 1, b: 1, false: 1, nil: 1}
    end

    test "Enum.frequencies(\"str\")" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.frequencies("str") end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "frequencies_by" do
    test "Enum.frequencies_by([],&is_integer/1)" do
      assert Enum.frequencies_by([], &is_integer/1) === %{}
    end

    test "Enum.frequencies_by([1],&is_integer/1)" do
      assert Enum.frequencies_by([1], &is_integer/1) === %{true: 1}
    end

    test "Enum.frequencies_by([3,1,2],&is_integer/1)" do
      assert Enum.frequencies_by([3, 1, 2], &is_integer/1) === %{true: 3}
    end

    test "Enum.frequencies_by([1,1,2,3,3],&is_integer/1)" do
      assert Enum.frequencies_by([1, 1, 2, 3, 3], &is_integer/1) === %{true: 5}
    end

    test "Enum.frequencies_by([:b,:a,nil,false],&is_integer/1)" do
      assert Enum.frequencies_by([:b, :a, nil, false], &is_integer/1) === %{false: 4}
    end

    test "Enum.frequencies_by(\"str\",&is_integer/1)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.frequencies_by("str", &is_integer/1) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "group_by" do
    test "Enum.group_by([],&is_integer/1)" do
      assert Enum.group_by([], &is_integer/1) === %{}
    end

    test "Enum.group_by([1],&is_integer/1)" do
      assert Enum.group_by([1], &is_integer/1) === %{true: [1]}
    end

    test "Enum.group_by([1],&is_integer/1,&{&1})" do
      assert Enum.group_by([1], &is_integer/1, &{&1}) === %{true: [{1}]}
    end

    test "Enum.group_by([3,1,2],&is_integer/1)" do
      assert Enum.group_by([3, 1, 2], &is_integer/1) === %{true: [3, 1, 2]}
    end

    test "Enum.group_by([3,1,2],&is_integer/1,&{&1})" do
      assert Enum.group_by([3, 1, 2], &is_integer/1, &{&1}) === %{true: [{3}, {1}, {2}]}
    end

    test "Enum.group_by(\"str\",&is_integer/1)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.group_by("str", &is_integer/1) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "intersperse" do
    test "Enum.intersperse([],:s)" do
      assert Enum.intersperse([], :s) === []
    end

    test "Enum.intersperse([1],:s)" do
      assert Enum.intersperse([1], :s) === [1]
    end

    test "Enum.intersperse([3,1,2],:s)" do
      assert Enum.intersperse([3, 1, 2], :s) === [3, :s, 1, :s, 2]
    end

    test "Enum.intersperse([1,1,2,3,3],:s)" do
      assert Enum.intersperse([1, 1, 2, 3, 3], :s) === [1, :s, 1, :s, 2, :s, 3, :s, 3]
    end

    test "Enum.intersperse([:b,:a,nil,false],:s)" do
      assert Enum.intersperse([:b, :a, nil, false], :s) === [:b, :s, :a, :s, nil, :s, false]
    end

    test "Enum.intersperse(\"str\",:s)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.intersperse("str", :s) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "into" do
    test "Enum.into([],[])" do
      assert Enum.into([], []) === []
    end

    test "Enum.into([],%{})" do
      assert Enum.into([], %{}) === %{}
    end

    test "Enum.into([],[7])" do
      assert Enum.into([], [7]) === '\a'
    end

    test "Enum.into([],%{z: 1})" do
      assert Enum.into([], %{z: 1}) === %{z: 1}
    end

    test "Enum.into([],MapSet.new([9]))" do
      assert Enum.into([], MapSet.new([9])) === MapSet.new([9])
    end

    test "Enum.into([1],%{})" do
      assert message(ArgumentError, fn -> Enum.into([1], %{}) end) == "argument error"
    end

    test "Enum.into(\"str\",[])" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.into("str", []) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "join" do
    test "Enum.join([])" do
      assert Enum.join([]) === ""
    end

    test "Enum.join([1])" do
      assert Enum.join([1]) === "1"
    end

    test "Enum.join([3,1,2])" do
      assert Enum.join([3, 1, 2]) === "312"
    end

    test "Enum.join([3,1,2],\"-\")" do
      assert Enum.join([3, 1, 2], "-") === "3-1-2"
    end

    test "Enum.join([1,1,2,3,3])" do
      assert Enum.join([1, 1, 2, 3, 3]) === "11233"
    end

    test "Enum.join(%{a: 1, b: 2})" do
      assert message(Protocol.UndefinedError, fn -> Enum.join(%{a: 1, b: 2}) end) ==
               "protocol String.Chars not implemented for {:a, 1} of type Tuple"
    end
  end

  describe "map" do
    test "Enum.map([],&{&1})" do
      assert Enum.map([], &{&1}) === []
    end

    test "Enum.map([1],&{&1})" do
      assert Enum.map([1], &{&1}) === [{1}]
    end

    test "Enum.map([3,1,2],&{&1})" do
      assert Enum.map([3, 1, 2], &{&1}) === [{3}, {1}, {2}]
    end

    test "Enum.map([1,1,2,3,3],&{&1})" do
      assert Enum.map([1, 1, 2, 3, 3], &{&1}) === [{1}, {1}, {2}, {3}, {3}]
    end

    test "Enum.map([:b,:a,nil,false],&{&1})" do
      assert Enum.map([:b, :a, nil, false], &{&1}) === [{:b}, {:a}, {nil}, {false}]
    end

    test "Enum.map(\"str\",&{&1})" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.map("str", &{&1}) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "map_every" do
    test "Enum.map_every([],2,&{&1})" do
      assert Enum.map_every([], 2, &{&1}) === []
    end

    test "Enum.map_every([1],2,&{&1})" do
      assert Enum.map_every([1], 2, &{&1}) === [{1}]
    end

    test "Enum.map_every([1],0,&{&1})" do
      assert Enum.map_every([1], 0, &{&1}) === [1]
    end

    test "Enum.map_every([3,1,2],2,&{&1})" do
      assert Enum.map_every([3, 1, 2], 2, &{&1}) === [{3}, 1, {2}]
    end

    test "Enum.map_every([3,1,2],0,&{&1})" do
      assert Enum.map_every([3, 1, 2], 0, &{&1}) === [3, 1, 2]
    end

    test "Enum.map_every(\"str\",2,&{&1})" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.map_every("str", 2, &{&1}) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "map_intersperse" do
    test "Enum.map_intersperse([],:s,&{&1})" do
      assert Enum.map_intersperse([], :s, &{&1}) === []
    end

    test "Enum.map_intersperse([1],:s,&{&1})" do
      assert Enum.map_intersperse([1], :s, &{&1}) === [{1}]
    end

    test "Enum.map_intersperse([3,1,2],:s,&{&1})" do
      assert Enum.map_intersperse([3, 1, 2], :s, &{&1}) === [{3}, :s, {1}, :s, {2}]
    end

    test "Enum.map_intersperse([1,1,2,3,3],:s,&{&1})" do
      assert Enum.map_intersperse([1, 1, 2, 3, 3], :s, &{&1}) === [{1}, :s, {1}, :s, {2}, :s, {3}, :s, {3}]
    end

    test "Enum.map_intersperse([:b,:a,nil,false],:s,&{&1})" do
      assert Enum.map_intersperse([:b, :a, nil, false], :s, &{&1}) === [{:b}, :s, {:a}, :s, {nil}, :s, {false}]
    end

    test "Enum.map_intersperse(\"str\",:s,&{&1})" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.map_intersperse("str", :s, &{&1}) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "map_join" do
    test "Enum.map_join([],\",\",&inspect/1)" do
      assert Enum.map_join([], ",", &inspect/1) === ""
    end

    test "Enum.map_join([1],\",\",&inspect/1)" do
      assert Enum.map_join([1], ",", &inspect/1) === "1"
    end

    test "Enum.map_join([3,1,2],\",\",&inspect/1)" do
      assert Enum.map_join([3, 1, 2], ",", &inspect/1) === "3,1,2"
    end

    test "Enum.map_join([1,1,2,3,3],\",\",&inspect/1)" do
      assert Enum.map_join([1, 1, 2, 3, 3], ",", &inspect/1) === "1,1,2,3,3"
    end

    test "Enum.map_join([:b,:a,nil,false],\",\",&inspect/1)" do
      assert Enum.map_join([:b, :a, nil, false], ",", &inspect/1) === ":b,:a,nil,false"
    end

    test "Enum.map_join(\"str\",\",\",&inspect/1)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.map_join("str", ",", &inspect/1) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "map_reduce" do
    test "Enum.map_reduce([],0,&{&1,&2+1})" do
      assert Enum.map_reduce([], 0, &{&1, &2 + 1}) === {[], 0}
    end

    test "Enum.map_reduce([1],0,&{&1,&2+1})" do
      assert Enum.map_reduce([1], 0, &{&1, &2 + 1}) === {[1], 1}
    end

    test "Enum.map_reduce([3,1,2],0,&{&1,&2+1})" do
      assert Enum.map_reduce([3, 1, 2], 0, &{&1, &2 + 1}) === {[3, 1, 2], 3}
    end

    test "Enum.map_reduce([1,1,2,3,3],0,&{&1,&2+1})" do
      assert Enum.map_reduce([1, 1, 2, 3, 3], 0, &{&1, &2 + 1}) === {[1, 1, 2, 3, 3], 5}
    end

    test "Enum.map_reduce([:b,:a,nil,false],0,&{&1,&2+1})" do
      assert Enum.map_reduce([:b, :a, nil, false], 0, &{&1, &2 + 1}) === {[:b, :a, nil, false], 4}
    end

    test "Enum.map_reduce(\"str\",0,&{&1,&2+1})" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.map_reduce("str", 0, &{&1, &2 + 1}) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "max" do
    test "Enum.max([],fn->:e end)" do
      assert Enum.max([], fn -> :e end) === :e
    end

    test "Enum.max([1])" do
      assert Enum.max([1]) === 1
    end

    test "Enum.max([3,1,2])" do
      assert Enum.max([3, 1, 2]) === 3
    end

    test "Enum.max([:b,:a,nil,false])" do
      assert Enum.max([:b, :a, nil, false]) === nil
    end

    test "Enum.max([:b,:a,nil,false],&<=/2)" do
      assert Enum.max([:b, :a, nil, false], &<=/2) === :a
    end

    test "Enum.max([])" do
      assert message(Enum.EmptyError, fn -> Enum.max([]) end) == "empty error"
    end

    test "Enum.max(\"str\")" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.max("str") end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "max_by" do
    test "Enum.max_by([],&inspect/1,fn->:e end)" do
      assert Enum.max_by([], &inspect/1, fn -> :e end) === :e
    end

    test "Enum.max_by([1],&inspect/1)" do
      assert Enum.max_by([1], &inspect/1) === 1
    end

    test "Enum.max_by([3,1,2],&inspect/1)" do
      assert Enum.max_by([3, 1, 2], &inspect/1) === 3
    end

    test "Enum.max_by([:b,:a,nil,false],&inspect/1)" do
      assert Enum.max_by([:b, :a, nil, false], &inspect/1) === nil
    end

    test "Enum.max_by(1..5,&inspect/1)" do
      assert Enum.max_by(1..5, &inspect/1) === 5
    end

    test "Enum.max_by([],&inspect/1)" do
      assert message(Enum.EmptyError, fn -> Enum.max_by([], &inspect/1) end) == "empty error"
    end

    test "Enum.max_by(\"str\",&inspect/1)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.max_by("str", &inspect/1) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "min" do
    test "Enum.min([],fn->:e end)" do
      assert Enum.min([], fn -> :e end) === :e
    end

    test "Enum.min([1])" do
      assert Enum.min([1]) === 1
    end

    test "Enum.min([3,1,2],&>=/2)" do
      assert Enum.min([3, 1, 2], &>=/2) === 3
    end

    test "Enum.min([:b,:a,nil,false])" do
      assert Enum.min([:b, :a, nil, false]) === :a
    end

    test "Enum.min([:b,:a,nil,false],&>=/2)" do
      assert Enum.min([:b, :a, nil, false], &>=/2) === nil
    end

    test "Enum.min([])" do
      assert message(Enum.EmptyError, fn -> Enum.min([]) end) == "empty error"
    end

    test "Enum.min(\"str\")" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.min("str") end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "min_by" do
    test "Enum.min_by([1],&inspect/1)" do
      assert Enum.min_by([1], &inspect/1) === 1
    end

    test "Enum.min_by([:b,:a,nil,false],&inspect/1)" do
      assert Enum.min_by([:b, :a, nil, false], &inspect/1) === :a
    end

    test "Enum.min_by(%{a: 1, b: 2},&inspect/1)" do
      assert Enum.min_by(%{a: 1, b: 2}, &inspect/1) === {:a, 1}
    end

    test "Enum.min_by(Stream.map([1,2,3],&(&1*2)),&inspect/1)" do
      assert Enum.min_by(Stream.map([1, 2, 3], &(&1 * 2)), &inspect/1) === 2
    end

    test "Enum.min_by([],&inspect/1)" do
      assert message(Enum.EmptyError, fn -> Enum.min_by([], &inspect/1) end) == "empty error"
    end

    test "Enum.min_by(\"str\",&inspect/1)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.min_by("str", &inspect/1) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "min_max" do
    test "Enum.min_max([],fn->:e end)" do
      assert Enum.min_max([], fn -> :e end) === :e
    end

    test "Enum.min_max([1])" do
      assert Enum.min_max([1]) === {1, 1}
    end

    test "Enum.min_max([3,1,2])" do
      assert Enum.min_max([3, 1, 2]) === {1, 3}
    end

    test "Enum.min_max([:b,:a,nil,false])" do
      assert Enum.min_max([:b, :a, nil, false]) === {:a, nil}
    end

    test "Enum.min_max(1..5)" do
      assert Enum.min_max(1..5) === {1, 5}
    end

    test "Enum.min_max([])" do
      assert message(Enum.EmptyError, fn -> Enum.min_max([]) end) == "empty error"
    end

    test "Enum.min_max(\"str\")" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.min_max("str") end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "min_max_by" do
    test "Enum.min_max_by([1],&inspect/1)" do
      assert Enum.min_max_by([1], &inspect/1) === {1, 1}
    end

    test "Enum.min_max_by([3,1,2],&inspect/1)" do
      assert Enum.min_max_by([3, 1, 2], &inspect/1) === {1, 3}
    end

    test "Enum.min_max_by([3,1,2],&inspect/1,&>/2)" do
      assert Enum.min_max_by([3, 1, 2], &inspect/1, &>/2) === {3, 1}
    end

    test "Enum.min_max_by([:b,:a,nil,false],&inspect/1)" do
      assert Enum.min_max_by([:b, :a, nil, false], &inspect/1) === {:a, nil}
    end

    test "Enum.min_max_by([:b,:a,nil,false],&inspect/1,&>/2)" do
      assert Enum.min_max_by([:b, :a, nil, false], &inspect/1, &>/2) === {nil, :a}
    end

    test "Enum.min_max_by([],&inspect/1)" do
      assert message(Enum.EmptyError, fn -> Enum.min_max_by([], &inspect/1) end) == "empty error"
    end

    test "Enum.min_max_by(\"str\",&inspect/1)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.min_max_by("str", &inspect/1) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "member?" do
    test "Enum.member?([],1)" do
      assert Enum.member?([], 1) === false
    end

    test "Enum.member?([1],1)" do
      assert Enum.member?([1], 1) === true
    end

    test "Enum.member?(\"str\",1)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.member?("str", 1) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "product" do
    test "Enum.product([])" do
      assert Enum.product([]) === 1
    end

    test "Enum.product([3,1,2])" do
      assert Enum.product([3, 1, 2]) === 6
    end

    test "Enum.product([1,1,2,3,3])" do
      assert Enum.product([1, 1, 2, 3, 3]) === 18
    end

    test "Enum.product(1..5)" do
      assert Enum.product(1..5) === 120
    end

    test "Enum.product(5..1//-2)" do
      assert Enum.product(5..1//-2) === 15
    end

    test "Enum.product([:b,:a,nil,false])" do
      assert message(ArithmeticError, fn -> Enum.product([:b, :a, nil, false]) end) == "bad argument in arithmetic expression"
    end

    test "Enum.product(\"str\")" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.product("str") end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "reduce" do
    test "Enum.reduce([],0,fn a,b->{a,b} end)" do
      assert Enum.reduce([], 0, fn a, b -> {a, b} end) === 0
    end

    test "Enum.reduce([1],fn a,b->{a,b} end)" do
      assert Enum.reduce([1], fn a, b -> {a, b} end) === 1
    end

    test "Enum.reduce([1],0,fn a,b->{a,b} end)" do
      assert Enum.reduce([1], 0, fn a, b -> {a, b} end) === {1, 0}
    end

    test "Enum.reduce([3,1,2],fn a,b->{a,b} end)" do
      assert Enum.reduce([3, 1, 2], fn a, b -> {a, b} end) === {2, {1, 3}}
    end

    test "Enum.reduce([3,1,2],0,fn a,b->{a,b} end)" do
      assert Enum.reduce([3, 1, 2], 0, fn a, b -> {a, b} end) === {2, {1, {3, 0}}}
    end

    test "Enum.reduce([],fn a,b->{a,b} end)" do
      assert message(Enum.EmptyError, fn -> Enum.reduce([], fn a, b -> {a, b} end) end) == "empty error"
    end

    test "Enum.reduce(\"str\",fn a,b->{a,b} end)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.reduce("str", fn a, b -> {a, b} end) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "reduce_while" do
    test "Enum.reduce_while([],0,fn x,a->if(a==2,do: {:halt,a},else: {:cont,a+1}) end)" do
      assert Enum.reduce_while([], 0, fn x, a -> if(a == 2, do: {:halt, a}, else: {:cont, a + 1}) end) === 0
    end

    test "Enum.reduce_while([1],0,fn x,a->if(a==2,do: {:halt,a},else: {:cont,a+1}) end)" do
      assert Enum.reduce_while([1], 0, fn x, a -> if(a == 2, do: {:halt, a}, else: {:cont, a + 1}) end) === 1
    end

    test "Enum.reduce_while([3,1,2],0,fn x,a->if(a==2,do: {:halt,a},else: {:cont,a+1}) end)" do
      assert Enum.reduce_while([3, 1, 2], 0, fn x, a -> if(a == 2, do: {:halt, a}, else: {:cont, a + 1}) end) === 2
    end

    test "Enum.reduce_while(\"str\",0,fn x,a->if(a==2,do: {:halt,a},else: {:cont,a+1}) end)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn ->
                 Enum.reduce_while("str", 0, fn x, a -> if(a == 2, do: {:halt, a}, else: {:cont, a + 1}) end)
               end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "reject" do
    test "Enum.reject([],&(&1))" do
      assert Enum.reject([], & &1) === []
    end

    test "Enum.reject([:b,:a,nil,false],&(&1))" do
      assert Enum.reject([:b, :a, nil, false], & &1) === [nil, false]
    end

    test "Enum.reject(\"str\",&(&1))" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.reject("str", & &1) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "reverse" do
    test "Enum.reverse([])" do
      assert Enum.reverse([]) === []
    end

    test "Enum.reverse([],[:t])" do
      assert Enum.reverse([], [:t]) === [:t]
    end

    test "Enum.reverse([],1..2)" do
      assert Enum.reverse([], 1..2) === [1, 2]
    end

    test "Enum.reverse([1])" do
      assert Enum.reverse([1]) === [1]
    end

    test "Enum.reverse([1],[:t])" do
      assert Enum.reverse([1], [:t]) === [1, :t]
    end

    test "Enum.reverse(\"str\")" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.reverse("str") end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "reverse_slice" do
    test "Enum.reverse_slice([],1,2)" do
      assert Enum.reverse_slice([], 1, 2) === []
    end

    test "Enum.reverse_slice([1],1,2)" do
      assert Enum.reverse_slice([1], 1, 2) === [1]
    end

    test "Enum.reverse_slice([3,1,2],1,2)" do
      assert Enum.reverse_slice([3, 1, 2], 1, 2) === [3, 2, 1]
    end

    test "Enum.reverse_slice([3,1,2],0,10)" do
      assert Enum.reverse_slice([3, 1, 2], 0, 10) === [2, 1, 3]
    end

    test "Enum.reverse_slice([1,1,2,3,3],1,2)" do
      assert Enum.reverse_slice([1, 1, 2, 3, 3], 1, 2) === [1, 2, 1, 3, 3]
    end

    test "Enum.reverse_slice(\"str\",1,2)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.reverse_slice("str", 1, 2) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "scan" do
    test "Enum.scan([],&{&1,&2})" do
      assert Enum.scan([], &{&1, &2}) === []
    end

    test "Enum.scan([1],&{&1,&2})" do
      assert Enum.scan([1], &{&1, &2}) === [1]
    end

    test "Enum.scan([1],0,&{&1,&2})" do
      assert Enum.scan([1], 0, &{&1, &2}) === [{1, 0}]
    end

    test "Enum.scan([3,1,2],&{&1,&2})" do
      assert Enum.scan([3, 1, 2], &{&1, &2}) === [3, {1, 3}, {2, {1, 3}}]
    end

    test "Enum.scan([3,1,2],0,&{&1,&2})" do
      assert Enum.scan([3, 1, 2], 0, &{&1, &2}) === [{3, 0}, {1, {3, 0}}, {2, {1, {3, 0}}}]
    end

    test "Enum.scan(\"str\",&{&1,&2})" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.scan("str", &{&1, &2}) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "slice" do
    test "Enum.slice([],1..2)" do
      assert Enum.slice([], 1..2) === []
    end

    test "Enum.slice([1],-2..-1)" do
      assert Enum.slice([1], -2..-1) === [1]
    end

    test "Enum.slice([3,1,2],1..2)" do
      assert Enum.slice([3, 1, 2], 1..2) === [1, 2]
    end

    test "Enum.slice([3,1,2],0..-1//2)" do
      assert Enum.slice([3, 1, 2], 0..-1//2) === [3, 2]
    end

    test "Enum.slice([3,1,2],-10..1)" do
      assert Enum.slice([3, 1, 2], -10..1) === [3, 1]
    end

    test "Enum.slice(\"str\",1..2)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.slice("str", 1..2) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "slide" do
    test "Enum.slide([],0,1)" do
      assert Enum.slide([], 0, 1) === []
    end

    test "Enum.slide([1],0,1)" do
      assert Enum.slide([1], 0, 1) === [1]
    end

    test "Enum.slide([3,1,2],0,1)" do
      assert Enum.slide([3, 1, 2], 0, 1) === [1, 3, 2]
    end

    test "Enum.slide([3,1,2],0..1,2)" do
      assert Enum.slide([3, 1, 2], 0..1, 2) === [2, 3, 1]
    end

    test "Enum.slide([3,1,2],1,-2)" do
      assert Enum.slide([3, 1, 2], 1, -2) === [3, 1, 2]
    end

    test "Enum.slide([1],0..2,1)" do
      assert message(ArgumentError, fn -> Enum.slide([1], 0..2, 1) end) ==
               "insertion index for slide must be outside the range being moved (tried to insert 0..2 at 1)"
    end

    test "Enum.slide(\"str\",0,1)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.slide("str", 0, 1) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "sort" do
    test "Enum.sort([])" do
      assert Enum.sort([]) === []
    end

    test "Enum.sort([1])" do
      assert Enum.sort([1]) === [1]
    end

    test "Enum.sort([3,1,2])" do
      assert Enum.sort([3, 1, 2]) === [1, 2, 3]
    end

    test "Enum.sort([3,1,2],:desc)" do
      assert Enum.sort([3, 1, 2], :desc) === [3, 2, 1]
    end

    test "Enum.sort([1,1,2,3,3])" do
      assert Enum.sort([1, 1, 2, 3, 3]) === [1, 1, 2, 3, 3]
    end

    test "Enum.sort(\"str\")" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.sort("str") end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "sort_by" do
    test "Enum.sort_by([],&inspect/1)" do
      assert Enum.sort_by([], &inspect/1) === []
    end

    test "Enum.sort_by([1],&inspect/1)" do
      assert Enum.sort_by([1], &inspect/1) === [1]
    end

    test "Enum.sort_by([3,1,2],&inspect/1)" do
      assert Enum.sort_by([3, 1, 2], &inspect/1) === [1, 2, 3]
    end

    test "Enum.sort_by([3,1,2],&inspect/1,:desc)" do
      assert Enum.sort_by([3, 1, 2], &inspect/1, :desc) === [3, 2, 1]
    end

    test "Enum.sort_by([1,1,2,3,3],&inspect/1)" do
      assert Enum.sort_by([1, 1, 2, 3, 3], &inspect/1) === [1, 1, 2, 3, 3]
    end

    test "Enum.sort_by(\"str\",&inspect/1)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.sort_by("str", &inspect/1) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "split" do
    test "Enum.split([],1)" do
      assert Enum.split([], 1) === {[], []}
    end

    test "Enum.split([1],1)" do
      assert Enum.split([1], 1) === {[1], []}
    end

    test "Enum.split([1],-1)" do
      assert Enum.split([1], -1) === {[], [1]}
    end

    test "Enum.split([3,1,2],1)" do
      assert Enum.split([3, 1, 2], 1) === {[3], [1, 2]}
    end

    test "Enum.split([3,1,2],-1)" do
      assert Enum.split([3, 1, 2], -1) === {[3, 1], [2]}
    end

    test "Enum.split(\"str\",1)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.split("str", 1) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "split_while" do
    test "Enum.split_while([],&(&1==1))" do
      assert Enum.split_while([], &(&1 == 1)) === {[], []}
    end

    test "Enum.split_while([1],&(&1==1))" do
      assert Enum.split_while([1], &(&1 == 1)) === {[1], []}
    end

    test "Enum.split_while([3,1,2],&(&1==1))" do
      assert Enum.split_while([3, 1, 2], &(&1 == 1)) === {[], [3, 1, 2]}
    end

    test "Enum.split_while([1,1,2,3,3],&(&1==1))" do
      assert Enum.split_while([1, 1, 2, 3, 3], &(&1 == 1)) === {[1, 1], [2, 3, 3]}
    end

    test "Enum.split_while([:b,:a,nil,false],&(&1==1))" do
      assert Enum.split_while([:b, :a, nil, false], &(&1 == 1)) === {[], [:b, :a, nil, false]}
    end

    test "Enum.split_while(\"str\",&(&1==1))" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.split_while("str", &(&1 == 1)) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "split_with" do
    test "Enum.split_with([],&is_integer/1)" do
      assert Enum.split_with([], &is_integer/1) === {[], []}
    end

    test "Enum.split_with([1],&is_integer/1)" do
      assert Enum.split_with([1], &is_integer/1) === {[1], []}
    end

    test "Enum.split_with([3,1,2],&is_integer/1)" do
      assert Enum.split_with([3, 1, 2], &is_integer/1) === {[3, 1, 2], []}
    end

    test "Enum.split_with([1,1,2,3,3],&is_integer/1)" do
      assert Enum.split_with([1, 1, 2, 3, 3], &is_integer/1) === {[1, 1, 2, 3, 3], []}
    end

    test "Enum.split_with([:b,:a,nil,false],&is_integer/1)" do
      assert Enum.split_with([:b, :a, nil, false], &is_integer/1) === {[], [:b, :a, nil, false]}
    end

    test "Enum.split_with(\"str\",&is_integer/1)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.split_with("str", &is_integer/1) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "sum" do
    test "Enum.sum([])" do
      assert Enum.sum([]) === 0
    end

    test "Enum.sum([1])" do
      assert Enum.sum([1]) === 1
    end

    test "Enum.sum([3,1,2])" do
      assert Enum.sum([3, 1, 2]) === 6
    end

    test "Enum.sum([1,1,2,3,3])" do
      assert Enum.sum([1, 1, 2, 3, 3]) === 10
    end

    test "Enum.sum(1..5)" do
      assert Enum.sum(1..5) === 15
    end

    test "Enum.sum([:b,:a,nil,false])" do
      assert message(ArithmeticError, fn -> Enum.sum([:b, :a, nil, false]) end) == "bad argument in arithmetic expression"
    end

    test "Enum.sum(\"str\")" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.sum("str") end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "take" do
    test "Enum.take([],2)" do
      assert Enum.take([], 2) === []
    end

    test "Enum.take([1],2)" do
      assert Enum.take([1], 2) === [1]
    end

    test "Enum.take([3,1,2],2)" do
      assert Enum.take([3, 1, 2], 2) === [3, 1]
    end

    test "Enum.take([3,1,2],-2)" do
      assert Enum.take([3, 1, 2], -2) === [1, 2]
    end

    test "Enum.take([1,1,2,3,3],2)" do
      assert Enum.take([1, 1, 2, 3, 3], 2) === [1, 1]
    end

    test "Enum.take(\"str\",2)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.take("str", 2) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "take_every" do
    test "Enum.take_every([],2)" do
      assert Enum.take_every([], 2) === []
    end

    test "Enum.take_every([1],2)" do
      assert Enum.take_every([1], 2) === [1]
    end

    test "Enum.take_every([3,1,2],2)" do
      assert Enum.take_every([3, 1, 2], 2) === [3, 2]
    end

    test "Enum.take_every([1,1,2,3,3],2)" do
      assert Enum.take_every([1, 1, 2, 3, 3], 2) === [1, 2, 3]
    end

    test "Enum.take_every([:b,:a,nil,false],2)" do
      assert Enum.take_every([:b, :a, nil, false], 2) === [:b, nil]
    end

    test "Enum.take_every(\"str\",2)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.take_every("str", 2) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "take_while" do
    test "Enum.take_while([],&(&1!=2))" do
      assert Enum.take_while([], &(&1 != 2)) === []
    end

    test "Enum.take_while([1],&(&1!=2))" do
      assert Enum.take_while([1], &(&1 != 2)) === [1]
    end

    test "Enum.take_while([3,1,2],&(&1!=2))" do
      assert Enum.take_while([3, 1, 2], &(&1 != 2)) === [3, 1]
    end

    test "Enum.take_while([1,1,2,3,3],&(&1!=2))" do
      assert Enum.take_while([1, 1, 2, 3, 3], &(&1 != 2)) === [1, 1]
    end

    test "Enum.take_while([:b,:a,nil,false],&(&1!=2))" do
      assert Enum.take_while([:b, :a, nil, false], &(&1 != 2)) === [:b, :a, nil, false]
    end

    test "Enum.take_while(\"str\",&(&1!=2))" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.take_while("str", &(&1 != 2)) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "to_list" do
    test "Enum.to_list([])" do
      assert Enum.to_list([]) === []
    end

    test "Enum.to_list([1])" do
      assert Enum.to_list([1]) === [1]
    end

    test "Enum.to_list([3,1,2])" do
      assert Enum.to_list([3, 1, 2]) === [3, 1, 2]
    end

    test "Enum.to_list([1,1,2,3,3])" do
      assert Enum.to_list([1, 1, 2, 3, 3]) === [1, 1, 2, 3, 3]
    end

    test "Enum.to_list([:b,:a,nil,false])" do
      assert Enum.to_list([:b, :a, nil, false]) === [:b, :a, nil, false]
    end

    test "Enum.to_list(\"str\")" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.to_list("str") end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "uniq" do
    test "Enum.uniq([])" do
      assert Enum.uniq([]) === []
    end

    test "Enum.uniq([1])" do
      assert Enum.uniq([1]) === [1]
    end

    test "Enum.uniq([3,1,2])" do
      assert Enum.uniq([3, 1, 2]) === [3, 1, 2]
    end

    test "Enum.uniq([1,1,2,3,3])" do
      assert Enum.uniq([1, 1, 2, 3, 3]) === [1, 2, 3]
    end

    test "Enum.uniq([:b,:a,nil,false])" do
      assert Enum.uniq([:b, :a, nil, false]) === [:b, :a, nil, false]
    end

    test "Enum.uniq(\"str\")" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.uniq("str") end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "uniq_by" do
    test "Enum.uniq_by([],&is_integer/1)" do
      assert Enum.uniq_by([], &is_integer/1) === []
    end

    test "Enum.uniq_by([1],&is_integer/1)" do
      assert Enum.uniq_by([1], &is_integer/1) === [1]
    end

    test "Enum.uniq_by([3,1,2],&is_integer/1)" do
      assert Enum.uniq_by([3, 1, 2], &is_integer/1) === [3]
    end

    test "Enum.uniq_by([:b,:a,nil,false],&is_integer/1)" do
      assert Enum.uniq_by([:b, :a, nil, false], &is_integer/1) === [:b]
    end

    test "Enum.uniq_by(5..1//-2,&is_integer/1)" do
      assert Enum.uniq_by(5..1//-2, &is_integer/1) === [5]
    end

    test "Enum.uniq_by(\"str\",&is_integer/1)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.uniq_by("str", &is_integer/1) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "unzip" do
    test "Enum.unzip([])" do
      assert Enum.unzip([]) === {[], []}
    end

    test "Enum.unzip(%{a: 1, b: 2})" do
      assert Enum.unzip(%{a: 1, b: 2}) === {[:a, :b], [1, 2]}
    end

    test "Enum.unzip([a: 1, b: 2, a: 3])" do
      assert Enum.unzip(a: 1, b: 2, a: 3) === {[:a, :b, :a], [1, 2, 3]}
    end

    test "Enum.unzip(\"str\")" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.unzip("str") end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "with_index" do
    test "Enum.with_index([])" do
      assert Enum.with_index([]) === []
    end

    test "Enum.with_index([1])" do
      assert Enum.with_index([1]) === [{1, 0}]
    end

    test "Enum.with_index([1],3)" do
      assert Enum.with_index([1], 3) === [{1, 3}]
    end

    test "Enum.with_index([1],&{&2,&1})" do
      assert Enum.with_index([1], &{&2, &1}) === [{0, 1}]
    end

    test "Enum.with_index([3,1,2])" do
      assert Enum.with_index([3, 1, 2]) === [{3, 0}, {1, 1}, {2, 2}]
    end

    test "Enum.with_index(\"str\")" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.with_index("str") end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "zip" do
    test "Enum.zip([],[:a,:b])" do
      assert Enum.zip([], [:a, :b]) === []
    end

    test "Enum.zip([1],[:a,:b])" do
      assert Enum.zip([1], [:a, :b]) === [{1, :a}]
    end

    test "Enum.zip([:a,:b],[1])" do
      assert Enum.zip([:a, :b], [1]) === [a: 1]
    end

    test "Enum.zip([[1],[1]])" do
      assert Enum.zip([[1], [1]]) === [{1, 1}]
    end

    test "Enum.zip([3,1,2],[:a,:b])" do
      assert Enum.zip([3, 1, 2], [:a, :b]) === [{3, :a}, {1, :b}]
    end

    test "Enum.zip([1])" do
      assert message(Protocol.UndefinedError, fn -> Enum.zip([1]) end) == "protocol Enumerable not implemented for 1 of type Integer"
    end
  end

  describe "zip_with" do
    test "Enum.zip_with([],[:a,:b],&{&1,&2})" do
      assert Enum.zip_with([], [:a, :b], &{&1, &2}) === []
    end

    test "Enum.zip_with([1],[:a,:b],&{&1,&2})" do
      assert Enum.zip_with([1], [:a, :b], &{&1, &2}) === [{1, :a}]
    end

    test "Enum.zip_with([[1],[1,2]],& &1)" do
      assert Enum.zip_with([[1], [1, 2]], & &1) === [[1, 1]]
    end

    test "Enum.zip_with([3,1,2],[:a,:b],&{&1,&2})" do
      assert Enum.zip_with([3, 1, 2], [:a, :b], &{&1, &2}) === [{3, :a}, {1, :b}]
    end

    test "Enum.zip_with([[3,1,2],[1,2]],& &1)" do
      assert Enum.zip_with([[3, 1, 2], [1, 2]], & &1) === [[3, 1], [1, 2]]
    end

    test "Enum.zip_with(\"str\",[:a,:b],&{&1,&2})" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.zip_with("str", [:a, :b], &{&1, &2}) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "zip_reduce" do
    test "Enum.zip_reduce([],[1,2],0,fn a,b,c->{a,b,c} end)" do
      assert Enum.zip_reduce([], [1, 2], 0, fn a, b, c -> {a, b, c} end) === 0
    end

    test "Enum.zip_reduce([[],[1,2]],[],fn a,b->[a|b] end)" do
      assert Enum.zip_reduce([[], [1, 2]], [], fn a, b -> [a | b] end) === []
    end

    test "Enum.zip_reduce([1],[1,2],0,fn a,b,c->{a,b,c} end)" do
      assert Enum.zip_reduce([1], [1, 2], 0, fn a, b, c -> {a, b, c} end) === {1, 1, 0}
    end

    test "Enum.zip_reduce([[1],[1,2]],[],fn a,b->[a|b] end)" do
      assert Enum.zip_reduce([[1], [1, 2]], [], fn a, b -> [a | b] end) === [[1, 1]]
    end

    test "Enum.zip_reduce([3,1,2],[1,2],0,fn a,b,c->{a,b,c} end)" do
      assert Enum.zip_reduce([3, 1, 2], [1, 2], 0, fn a, b, c -> {a, b, c} end) === {1, 2, {3, 1, 0}}
    end

    test "Enum.zip_reduce(\"str\",[1,2],0,fn a,b,c->{a,b,c} end)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn -> Enum.zip_reduce("str", [1, 2], 0, fn a, b, c -> {a, b, c} end) end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  describe "chunk_while" do
    test "Enum.chunk_while([],[],fn x,a->{:cont,[x|a],a} end,fn a->{:cont,a} end)" do
      assert Enum.chunk_while([], [], fn x, a -> {:cont, [x | a], a} end, fn a -> {:cont, a} end) === []
    end

    test "Enum.chunk_while([],[],fn x,a->{:cont,[x|a]} end,fn a->{:cont,a,[]} end)" do
      assert Enum.chunk_while([], [], fn x, a -> {:cont, [x | a]} end, fn a -> {:cont, a, []} end) === [[]]
    end

    test "Enum.chunk_while([1],[],fn x,a->{:cont,[x|a],a} end,fn a->{:cont,a} end)" do
      assert Enum.chunk_while([1], [], fn x, a -> {:cont, [x | a], a} end, fn a -> {:cont, a} end) === [[1]]
    end

    test "Enum.chunk_while([3,1,2],[],fn x,a->{:cont,[x|a],a} end,fn a->{:cont,a} end)" do
      assert Enum.chunk_while([3, 1, 2], [], fn x, a -> {:cont, [x | a], a} end, fn a -> {:cont, a} end) === [[3], [1], [2]]
    end

    test "Enum.chunk_while([3,1,2],[],fn x,a->{:cont,[x|a]} end,fn a->{:cont,a,[]} end)" do
      assert Enum.chunk_while([3, 1, 2], [], fn x, a -> {:cont, [x | a]} end, fn a -> {:cont, a, []} end) === [[2, 1, 3]]
    end

    test "Enum.chunk_while(\"str\",[],fn x,a->{:cont,[x|a],a} end,fn a->{:cont,a} end)" do
      assert String.starts_with?(
               message(Protocol.UndefinedError, fn ->
                 Enum.chunk_while("str", [], fn x, a -> {:cont, [x | a], a} end, fn a -> {:cont, a} end)
               end),
               "protocol Enumerable not implemented for \"str\" of type BitString"
             )
    end
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))
end
