defmodule EnumTest do
  use ExUnit.Case, async: true

  test "all?" do
    assert Enum.all?([]) === true
    assert Enum.all?([:b, :a, nil, false]) === false

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.all?("str") end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "any?" do
    assert Enum.any?([]) === false
    assert Enum.any?([1]) === true

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.any?("str") end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "at" do
    assert Enum.at([], 0) === nil
    assert Enum.at([], 10, :d) === :d
    assert Enum.at([1], 0) === 1
    assert Enum.at([3, 1, 2], 0) === 3
    assert Enum.at([3, 1, 2], -1) === 2
    assert Enum.at([:b, :a, nil, false], 0) === :b
    assert Enum.at([:b, :a, nil, false], -1) === false
    assert Enum.at(1..5, -1) === 5
    assert Enum.at(%{a: 1, b: 2}, 0) === {:a, 1}
    assert Enum.at(%{a: 1, b: 2}, -1) === {:b, 2}
    assert Enum.at(Stream.map([1, 2, 3], &(&1 * 2)), -1) === 6
    assert Enum.at([a: 1, b: 2, a: 3], -1) === {:a, 3}

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.at("str", 0) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "chunk_by" do
    assert Enum.chunk_by([], &is_integer/1) === []
    assert Enum.chunk_by([1], &is_integer/1) === [[1]]
    assert Enum.chunk_by([3, 1, 2], &is_integer/1) === [[3, 1, 2]]
    assert Enum.chunk_by([1, 1, 2, 3, 3], &is_integer/1) === [[1, 1, 2, 3, 3]]
    assert Enum.chunk_by([:b, :a, nil, false], &is_integer/1) === [[:b, :a, nil, false]]
    assert Enum.chunk_by(1..5, &is_integer/1) === [[1, 2, 3, 4, 5]]
    assert Enum.chunk_by(5..1//-2, &is_integer/1) === [[5, 3, 1]]
    assert Enum.chunk_by(%{a: 1, b: 2}, &is_integer/1) === [[a: 1, b: 2]]
    assert Enum.chunk_by(MapSet.new([3, 1, 2]), &is_integer/1) === [[1, 2, 3]]
    assert Enum.chunk_by(Stream.map([1, 2, 3], &(&1 * 2)), &is_integer/1) === [[2, 4, 6]]
    assert Enum.chunk_by(Stream.take(Stream.cycle([1, 2]), 4), &is_integer/1) === [[1, 2, 1, 2]]
    assert Enum.chunk_by([a: 1, b: 2, a: 3], &is_integer/1) === [[a: 1, b: 2, a: 3]]

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.chunk_by("str", &is_integer/1) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "chunk_every" do
    assert Enum.chunk_every([], 2) === []
    assert Enum.chunk_every([1], 2) === [[1]]
    assert Enum.chunk_every([1], 3, 2, [:x]) === [[1, :x]]
    assert Enum.chunk_every([3, 1, 2], 2) === [[3, 1], [2]]
    assert Enum.chunk_every([3, 1, 2], 2, 1) === [[3, 1], [1, 2], [2]]
    assert Enum.chunk_every([3, 1, 2], 2, 3) === [[3, 1]]
    assert Enum.chunk_every([3, 1, 2], 3, 2, [:x]) === [[3, 1, 2], [2, :x]]
    assert Enum.chunk_every([3, 1, 2], 3, 1, :discard) === [[3, 1, 2]]
    assert Enum.chunk_every([1, 1, 2, 3, 3], 2) === [[1, 1], [2, 3], [3]]
    assert Enum.chunk_every([1, 1, 2, 3, 3], 2, 1) === [[1, 1], [1, 2], [2, 3], [3, 3], [3]]
    assert Enum.chunk_every([1, 1, 2, 3, 3], 2, 3) === [[1, 1], [3, 3]]
    assert Enum.chunk_every([1, 1, 2, 3, 3], 3, 2, [:x]) === [[1, 1, 2], [2, 3, 3], [3, :x]]

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.chunk_every("str", 2) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "concat" do
    assert Enum.concat([]) === []
    assert Enum.concat([], [9]) === '\t'
    assert Enum.concat([0], []) === [0]
    assert Enum.concat([1], [9]) === [1, 9]
    assert Enum.concat([0], [1]) === [0, 1]
    assert Enum.concat([3, 1, 2], [9]) === [3, 1, 2, 9]
    assert Enum.concat([0], [3, 1, 2]) === [0, 3, 1, 2]
    assert Enum.concat([1, 1, 2, 3, 3], [9]) === [1, 1, 2, 3, 3, 9]
    assert Enum.concat([0], [1, 1, 2, 3, 3]) === [0, 1, 1, 2, 3, 3]
    assert Enum.concat([:b, :a, nil, false], [9]) === [:b, :a, nil, false, 9]
    assert Enum.concat([0], [:b, :a, nil, false]) === [0, :b, :a, nil, false]
    assert Enum.concat(1..5, [9]) === [1, 2, 3, 4, 5, 9]
    assert message(Protocol.UndefinedError, fn -> Enum.concat([1]) end) == "protocol Enumerable not implemented for 1 of type Integer"
  end

  test "count" do
    assert Enum.count([]) === 0
    assert Enum.count([1]) === 1
    assert Enum.count([3, 1, 2]) === 3
    assert Enum.count([1, 1, 2, 3, 3]) === 5
    assert Enum.count([1, 1, 2, 3, 3], &(&1 == 1)) === 2
    assert Enum.count([:b, :a, nil, false]) === 4

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.count("str") end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "count_until" do
    assert Enum.count_until([], 2) === 0
    assert Enum.count_until([1], 2) === 1
    assert Enum.count_until([3, 1, 2], 2) === 2

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.count_until("str", 2) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "dedup" do
    assert Enum.dedup([]) === []
    assert Enum.dedup([1]) === [1]
    assert Enum.dedup([3, 1, 2]) === [3, 1, 2]
    assert Enum.dedup([1, 1, 2, 3, 3]) === [1, 2, 3]
    assert Enum.dedup([:b, :a, nil, false]) === [:b, :a, nil, false]
    assert Enum.dedup(1..5) === [1, 2, 3, 4, 5]
    assert Enum.dedup(5..1//-2) === [5, 3, 1]
    assert Enum.dedup(%{a: 1, b: 2}) === [a: 1, b: 2]
    assert Enum.dedup(Stream.map([1, 2, 3], &(&1 * 2))) === [2, 4, 6]
    assert Enum.dedup(Stream.take(Stream.cycle([1, 2]), 4)) === [1, 2, 1, 2]
    assert Enum.dedup(a: 1, b: 2, a: 3) === [a: 1, b: 2, a: 3]
    assert Enum.dedup([1.0, 1, 2]) === [1.0, 1, 2]

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.dedup("str") end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "dedup_by" do
    assert Enum.dedup_by([], &is_integer/1) === []
    assert Enum.dedup_by([1], &is_integer/1) === [1]
    assert Enum.dedup_by([3, 1, 2], &is_integer/1) === [3]
    assert Enum.dedup_by([:b, :a, nil, false], &is_integer/1) === [:b]
    assert Enum.dedup_by(5..1//-2, &is_integer/1) === [5]
    assert Enum.dedup_by(%{a: 1, b: 2}, &is_integer/1) === [a: 1]
    assert Enum.dedup_by(Stream.map([1, 2, 3], &(&1 * 2)), &is_integer/1) === [2]
    assert Enum.dedup_by([1.0, 1, 2], &is_integer/1) === [1.0, 1]

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.dedup_by("str", &is_integer/1) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "drop" do
    assert Enum.drop([], 1) === []
    assert Enum.drop([3, 1, 2], 1) === [1, 2]
    assert Enum.drop([3, 1, 2], -1) === [3, 1]
    assert Enum.drop([1, 1, 2, 3, 3], 1) === [1, 2, 3, 3]
    assert Enum.drop([1, 1, 2, 3, 3], -1) === [1, 1, 2, 3]
    assert Enum.drop([:b, :a, nil, false], 1) === [:a, nil, false]
    assert Enum.drop([:b, :a, nil, false], -1) === [:b, :a, nil]
    assert Enum.drop(1..5, 1) === [2, 3, 4, 5]
    assert Enum.drop(1..5, -1) === [1, 2, 3, 4]
    assert Enum.drop(5..1//-2, -1) === [5, 3]
    assert Enum.drop(%{a: 1, b: 2}, 1) === [b: 2]
    assert Enum.drop(%{a: 1, b: 2}, -1) === [a: 1]

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.drop("str", 1) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "drop_every" do
    assert Enum.drop_every([], 2) === []
    assert Enum.drop_every([1], 0) === [1]
    assert Enum.drop_every([3, 1, 2], 0) === [3, 1, 2]
    assert Enum.drop_every([1, 1, 2, 3, 3], 2) === [1, 3]
    assert Enum.drop_every([1, 1, 2, 3, 3], 0) === [1, 1, 2, 3, 3]
    assert Enum.drop_every([:b, :a, nil, false], 2) === [:a, false]
    assert Enum.drop_every([:b, :a, nil, false], 0) === [:b, :a, nil, false]
    assert Enum.drop_every(1..5, 2) === [2, 4]
    assert Enum.drop_every(1..5, 0) === [1, 2, 3, 4, 5]
    assert Enum.drop_every(5..1//-2, 2) === [3]
    assert Enum.drop_every(5..1//-2, 0) === [5, 3, 1]
    assert Enum.drop_every(%{a: 1, b: 2}, 2) === [b: 2]

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.drop_every("str", 2) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "drop_while" do
    assert Enum.drop_while([], &(&1 == 1)) === []
    assert Enum.drop_while([3, 1, 2], &(&1 == 1)) === [3, 1, 2]
    assert Enum.drop_while([1, 1, 2, 3, 3], &(&1 == 1)) === [2, 3, 3]
    assert Enum.drop_while([:b, :a, nil, false], &(&1 == 1)) === [:b, :a, nil, false]
    assert Enum.drop_while(1..5, &(&1 == 1)) === [2, 3, 4, 5]
    assert Enum.drop_while(5..1//-2, &(&1 == 1)) === [5, 3, 1]
    assert Enum.drop_while(%{a: 1, b: 2}, &(&1 == 1)) === [a: 1, b: 2]
    assert Enum.drop_while(MapSet.new([3, 1, 2]), &(&1 == 1)) === [2, 3]
    assert Enum.drop_while(Stream.map([1, 2, 3], &(&1 * 2)), &(&1 == 1)) === [2, 4, 6]
    assert Enum.drop_while(Stream.take(Stream.cycle([1, 2]), 4), &(&1 == 1)) === [2, 1, 2]
    assert Enum.drop_while([a: 1, b: 2, a: 3], &(&1 == 1)) === [a: 1, b: 2, a: 3]
    assert Enum.drop_while([1.0, 1, 2], &(&1 == 1)) === [2]

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.drop_while("str", &(&1 == 1)) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "each" do
    assert Enum.each([], & &1) === :ok

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.each("str", & &1) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "empty?" do
    assert Enum.empty?([]) === true
    assert Enum.empty?([1]) === false

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.empty?("str") end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "fetch" do
    assert Enum.fetch([], 0) === :error
    assert Enum.fetch([1], 0) === {:ok, 1}
    assert Enum.fetch([3, 1, 2], 0) === {:ok, 3}
    assert Enum.fetch([3, 1, 2], -1) === {:ok, 2}
    assert Enum.fetch([:b, :a, nil, false], 0) === {:ok, :b}
    assert Enum.fetch([:b, :a, nil, false], -1) === {:ok, false}
    assert Enum.fetch(1..5, -1) === {:ok, 5}
    assert Enum.fetch(%{a: 1, b: 2}, 0) === {:ok, {:a, 1}}
    assert Enum.fetch(%{a: 1, b: 2}, -1) === {:ok, {:b, 2}}
    assert Enum.fetch(Stream.map([1, 2, 3], &(&1 * 2)), -1) === {:ok, 6}
    assert Enum.fetch([a: 1, b: 2, a: 3], -1) === {:ok, {:a, 3}}
    assert Enum.fetch([1.0, 1, 2], 0) === {:ok, 1.0}

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.fetch("str", 0) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "fetch!" do
    assert Enum.fetch!([1], 0) === 1
    assert Enum.fetch!([3, 1, 2], 0) === 3
    assert Enum.fetch!([:b, :a, nil, false], 0) === :b
    assert Enum.fetch!(5..1//-2, 0) === 5
    assert Enum.fetch!(%{a: 1, b: 2}, 0) === {:a, 1}
    assert Enum.fetch!(Stream.map([1, 2, 3], &(&1 * 2)), 0) === 2
    assert Enum.fetch!([1.0, 1, 2], 0) === 1.0
    assert message(Enum.OutOfBoundsError, fn -> Enum.fetch!([], 0) end) == "out of bounds error"

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.fetch!("str", 0) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "filter" do
    assert Enum.filter([], & &1) === []
    assert Enum.filter([1], & &1) === [1]
    assert Enum.filter([3, 1, 2], & &1) === [3, 1, 2]
    assert Enum.filter([1, 1, 2, 3, 3], & &1) === [1, 1, 2, 3, 3]
    assert Enum.filter([:b, :a, nil, false], & &1) === [:b, :a]
    assert Enum.filter(1..5, & &1) === [1, 2, 3, 4, 5]
    assert Enum.filter(5..1//-2, & &1) === [5, 3, 1]
    assert Enum.filter(%{a: 1, b: 2}, & &1) === [a: 1, b: 2]
    assert Enum.filter(MapSet.new([3, 1, 2]), & &1) === [1, 2, 3]
    assert Enum.filter(Stream.map([1, 2, 3], &(&1 * 2)), & &1) === [2, 4, 6]
    assert Enum.filter(Stream.take(Stream.cycle([1, 2]), 4), & &1) === [1, 2, 1, 2]
    assert Enum.filter([a: 1, b: 2, a: 3], & &1) === [a: 1, b: 2, a: 3]

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.filter("str", & &1) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "find" do
    assert Enum.find([], &(&1 == 2)) === nil
    assert Enum.find([], :d, &(&1 == 99)) === :d
    assert Enum.find([3, 1, 2], &(&1 == 2)) === 2

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.find("str", &(&1 == 2)) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "find_index" do
    assert Enum.find_index([], &(&1 == 2)) === nil
    assert Enum.find_index([3, 1, 2], &(&1 == 2)) === 2
    assert Enum.find_index(1..5, &(&1 == 2)) === 1
    assert Enum.find_index(Stream.map([1, 2, 3], &(&1 * 2)), &(&1 == 2)) === 0

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.find_index("str", &(&1 == 2)) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "find_value" do
    assert Enum.find_value([], &(&1 == 2)) === nil
    assert Enum.find_value([], :d, &(&1 == 99)) === :d
    assert Enum.find_value([3, 1, 2], &(&1 == 2)) === true

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.find_value("str", &(&1 == 2)) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "flat_map" do
    assert Enum.flat_map([], &[&1, &1]) === []
    assert Enum.flat_map([1], &[&1, &1]) === [1, 1]
    assert Enum.flat_map([3, 1, 2], &[&1, &1]) === [3, 3, 1, 1, 2, 2]
    assert Enum.flat_map([1, 1, 2, 3, 3], &[&1, &1]) === [1, 1, 1, 1, 2, 2, 3, 3, 3, 3]
    assert Enum.flat_map([:b, :a, nil, false], &[&1, &1]) === [:b, :b, :a, :a, nil, nil, false, false]
    assert Enum.flat_map(1..5, &[&1, &1]) === [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert Enum.flat_map(5..1//-2, &[&1, &1]) === [5, 5, 3, 3, 1, 1]
    assert Enum.flat_map(%{a: 1, b: 2}, &[&1, &1]) === [a: 1, a: 1, b: 2, b: 2]
    assert Enum.flat_map(MapSet.new([3, 1, 2]), &[&1, &1]) === [1, 1, 2, 2, 3, 3]
    assert Enum.flat_map(Stream.map([1, 2, 3], &(&1 * 2)), &[&1, &1]) === [2, 2, 4, 4, 6, 6]
    assert Enum.flat_map(Stream.take(Stream.cycle([1, 2]), 4), &[&1, &1]) === [1, 1, 2, 2, 1, 1, 2, 2]
    assert Enum.flat_map([a: 1, b: 2, a: 3], &[&1, &1]) === [a: 1, a: 1, b: 2, b: 2, a: 3, a: 3]

    assert message(Protocol.UndefinedError, fn -> Enum.flat_map([1], & &1) end) ==
             "protocol Enumerable not implemented for 1 of type Integer"
  end

  test "flat_map_reduce" do
    assert Enum.flat_map_reduce([], 0, fn x, a -> {[x], a + 1} end) === {[], 0}
    assert Enum.flat_map_reduce([1], 0, fn x, a -> {[x], a + 1} end) === {[1], 1}
    assert Enum.flat_map_reduce([3, 1, 2], 0, fn x, a -> {[x], a + 1} end) === {[3, 1, 2], 3}
    assert Enum.flat_map_reduce([3, 1, 2], 0, fn x, a -> if(a < 2, do: {[x], a + 1}, else: {:halt, a}) end) === {[3, 1], 2}
    assert Enum.flat_map_reduce([1, 1, 2, 3, 3], 0, fn x, a -> {[x], a + 1} end) === {[1, 1, 2, 3, 3], 5}
    assert Enum.flat_map_reduce([1, 1, 2, 3, 3], 0, fn x, a -> if(a < 2, do: {[x], a + 1}, else: {:halt, a}) end) === {[1, 1], 2}
    assert Enum.flat_map_reduce([:b, :a, nil, false], 0, fn x, a -> {[x], a + 1} end) === {[:b, :a, nil, false], 4}
    assert Enum.flat_map_reduce([:b, :a, nil, false], 0, fn x, a -> if(a < 2, do: {[x], a + 1}, else: {:halt, a}) end) === {[:b, :a], 2}
    assert Enum.flat_map_reduce(1..5, 0, fn x, a -> {[x], a + 1} end) === {[1, 2, 3, 4, 5], 5}
    assert Enum.flat_map_reduce(1..5, 0, fn x, a -> if(a < 2, do: {[x], a + 1}, else: {:halt, a}) end) === {[1, 2], 2}
    assert Enum.flat_map_reduce(5..1//-2, 0, fn x, a -> {[x], a + 1} end) === {[5, 3, 1], 3}
    assert Enum.flat_map_reduce(5..1//-2, 0, fn x, a -> if(a < 2, do: {[x], a + 1}, else: {:halt, a}) end) === {[5, 3], 2}

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.flat_map_reduce("str", 0, fn x, a -> {[x], a + 1} end) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "frequencies" do
    assert Enum.frequencies([]) === %{}
    assert Enum.frequencies([1]) === %{1 => 1}
    assert Enum.frequencies([3, 1, 2]) === %{1 => 1, 2 => 1, 3 => 1}
    assert Enum.frequencies([1, 1, 2, 3, 3]) === %{1 => 2, 2 => 1, 3 => 2}
    assert Enum.frequencies([:b, :a, nil, false]) === %{a: 1, b: 1, false: 1, nil: 1}
    assert Enum.frequencies(1..5) === %{1 => 1, 2 => 1, 3 => 1, 4 => 1, 5 => 1}
    assert Enum.frequencies(5..1//-2) === %{1 => 1, 3 => 1, 5 => 1}
    assert Enum.frequencies(%{a: 1, b: 2}) === %{{:a, 1} => 1, {:b, 2} => 1}
    assert Enum.frequencies(Stream.map([1, 2, 3], &(&1 * 2))) === %{2 => 1, 4 => 1, 6 => 1}
    assert Enum.frequencies(Stream.take(Stream.cycle([1, 2]), 4)) === %{1 => 2, 2 => 2}
    assert Enum.frequencies(a: 1, b: 2, a: 3) === %{{:a, 1} => 1, {:a, 3} => 1, {:b, 2} => 1}
    assert Enum.frequencies([1.0, 1, 2]) === %{1 => 1, 2 => 1, 1.0 => 1}

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.frequencies("str") end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "frequencies_by" do
    assert Enum.frequencies_by([], &is_integer/1) === %{}
    assert Enum.frequencies_by([1], &is_integer/1) === %{true: 1}
    assert Enum.frequencies_by([3, 1, 2], &is_integer/1) === %{true: 3}
    assert Enum.frequencies_by([1, 1, 2, 3, 3], &is_integer/1) === %{true: 5}
    assert Enum.frequencies_by([:b, :a, nil, false], &is_integer/1) === %{false: 4}
    assert Enum.frequencies_by(%{a: 1, b: 2}, &is_integer/1) === %{false: 2}
    assert Enum.frequencies_by(Stream.take(Stream.cycle([1, 2]), 4), &is_integer/1) === %{true: 4}
    assert Enum.frequencies_by([a: 1, b: 2, a: 3], &is_integer/1) === %{false: 3}
    assert Enum.frequencies_by([1.0, 1, 2], &is_integer/1) === %{false: 1, true: 2}

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.frequencies_by("str", &is_integer/1) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "group_by" do
    assert Enum.group_by([], &is_integer/1) === %{}
    assert Enum.group_by([1], &is_integer/1) === %{true: [1]}
    assert Enum.group_by([1], &is_integer/1, &{&1}) === %{true: [{1}]}
    assert Enum.group_by([3, 1, 2], &is_integer/1) === %{true: [3, 1, 2]}
    assert Enum.group_by([3, 1, 2], &is_integer/1, &{&1}) === %{true: [{3}, {1}, {2}]}
    assert Enum.group_by([1, 1, 2, 3, 3], &is_integer/1) === %{true: [1, 1, 2, 3, 3]}
    assert Enum.group_by([1, 1, 2, 3, 3], &is_integer/1, &{&1}) === %{true: [{1}, {1}, {2}, {3}, {3}]}
    assert Enum.group_by([:b, :a, nil, false], &is_integer/1) === %{false: [:b, :a, nil, false]}
    assert Enum.group_by([:b, :a, nil, false], &is_integer/1, &{&1}) === %{false: [{:b}, {:a}, {nil}, {false}]}
    assert Enum.group_by(1..5, &is_integer/1) === %{true: [1, 2, 3, 4, 5]}
    assert Enum.group_by(1..5, &is_integer/1, &{&1}) === %{true: [{1}, {2}, {3}, {4}, {5}]}
    assert Enum.group_by(5..1//-2, &is_integer/1) === %{true: [5, 3, 1]}

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.group_by("str", &is_integer/1) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "intersperse" do
    assert Enum.intersperse([], :s) === []
    assert Enum.intersperse([1], :s) === [1]
    assert Enum.intersperse([3, 1, 2], :s) === [3, :s, 1, :s, 2]
    assert Enum.intersperse([1, 1, 2, 3, 3], :s) === [1, :s, 1, :s, 2, :s, 3, :s, 3]
    assert Enum.intersperse([:b, :a, nil, false], :s) === [:b, :s, :a, :s, nil, :s, false]
    assert Enum.intersperse(1..5, :s) === [1, :s, 2, :s, 3, :s, 4, :s, 5]
    assert Enum.intersperse(5..1//-2, :s) === [5, :s, 3, :s, 1]
    assert Enum.intersperse(%{a: 1, b: 2}, :s) === [{:a, 1}, :s, {:b, 2}]
    assert Enum.intersperse(MapSet.new([3, 1, 2]), :s) === [1, :s, 2, :s, 3]
    assert Enum.intersperse(Stream.map([1, 2, 3], &(&1 * 2)), :s) === [2, :s, 4, :s, 6]
    assert Enum.intersperse(Stream.take(Stream.cycle([1, 2]), 4), :s) === [1, :s, 2, :s, 1, :s, 2]
    assert Enum.intersperse([a: 1, b: 2, a: 3], :s) === [{:a, 1}, :s, {:b, 2}, :s, {:a, 3}]

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.intersperse("str", :s) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "into" do
    assert Enum.into([], []) === []
    assert Enum.into([], %{}) === %{}
    assert Enum.into([], [7]) === '\a'
    assert Enum.into([], %{z: 1}) === %{z: 1}
    assert Enum.into([], MapSet.new([9])) === MapSet.new([9])
    assert Enum.into([], "") === ""
    assert Enum.into([1], []) === [1]
    assert Enum.into([1], [7]) === [7, 1]
    assert Enum.into([1], MapSet.new([9])) === MapSet.new([1, 9])
    assert Enum.into([1], %{}, &{&1, 1}) === %{1 => 1}
    assert Enum.into([1], [], &{&1, 1}) === [{1, 1}]
    assert Enum.into([3, 1, 2], []) === [3, 1, 2]
    assert message(ArgumentError, fn -> Enum.into([1], %{}) end) == "argument error"

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.into("str", []) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "join" do
    assert Enum.join([]) === ""
    assert Enum.join([1]) === "1"
    assert Enum.join([3, 1, 2]) === "312"
    assert Enum.join([3, 1, 2], "-") === "3-1-2"
    assert Enum.join([1, 1, 2, 3, 3]) === "11233"
    assert Enum.join([1, 1, 2, 3, 3], "-") === "1-1-2-3-3"
    assert Enum.join([:b, :a, nil, false]) === "bafalse"
    assert Enum.join([:b, :a, nil, false], "-") === "b-a--false"
    assert Enum.join(1..5) === "12345"
    assert Enum.join(1..5, "-") === "1-2-3-4-5"
    assert Enum.join(5..1//-2) === "531"
    assert Enum.join(5..1//-2, "-") === "5-3-1"

    assert message(Protocol.UndefinedError, fn -> Enum.join(%{a: 1, b: 2}) end) ==
             "protocol String.Chars not implemented for {:a, 1} of type Tuple"
  end

  test "map" do
    assert Enum.map([], &{&1}) === []
    assert Enum.map([1], &{&1}) === [{1}]
    assert Enum.map([3, 1, 2], &{&1}) === [{3}, {1}, {2}]
    assert Enum.map([1, 1, 2, 3, 3], &{&1}) === [{1}, {1}, {2}, {3}, {3}]
    assert Enum.map([:b, :a, nil, false], &{&1}) === [{:b}, {:a}, {nil}, {false}]
    assert Enum.map(1..5, &{&1}) === [{1}, {2}, {3}, {4}, {5}]
    assert Enum.map(5..1//-2, &{&1}) === [{5}, {3}, {1}]
    assert Enum.map(%{a: 1, b: 2}, &{&1}) === [{{:a, 1}}, {{:b, 2}}]
    assert Enum.map(MapSet.new([3, 1, 2]), &{&1}) === [{1}, {2}, {3}]
    assert Enum.map(Stream.map([1, 2, 3], &(&1 * 2)), &{&1}) === [{2}, {4}, {6}]
    assert Enum.map(Stream.take(Stream.cycle([1, 2]), 4), &{&1}) === [{1}, {2}, {1}, {2}]
    assert Enum.map([a: 1, b: 2, a: 3], &{&1}) === [{{:a, 1}}, {{:b, 2}}, {{:a, 3}}]

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.map("str", &{&1}) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "map_every" do
    assert Enum.map_every([], 2, &{&1}) === []
    assert Enum.map_every([1], 2, &{&1}) === [{1}]
    assert Enum.map_every([1], 0, &{&1}) === [1]
    assert Enum.map_every([3, 1, 2], 2, &{&1}) === [{3}, 1, {2}]
    assert Enum.map_every([3, 1, 2], 0, &{&1}) === [3, 1, 2]
    assert Enum.map_every([1, 1, 2, 3, 3], 2, &{&1}) === [{1}, 1, {2}, 3, {3}]
    assert Enum.map_every([1, 1, 2, 3, 3], 0, &{&1}) === [1, 1, 2, 3, 3]
    assert Enum.map_every([:b, :a, nil, false], 2, &{&1}) === [{:b}, :a, {nil}, false]
    assert Enum.map_every([:b, :a, nil, false], 0, &{&1}) === [:b, :a, nil, false]
    assert Enum.map_every(1..5, 2, &{&1}) === [{1}, 2, {3}, 4, {5}]
    assert Enum.map_every(1..5, 0, &{&1}) === [1, 2, 3, 4, 5]
    assert Enum.map_every(5..1//-2, 2, &{&1}) === [{5}, 3, {1}]

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.map_every("str", 2, &{&1}) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "map_intersperse" do
    assert Enum.map_intersperse([], :s, &{&1}) === []
    assert Enum.map_intersperse([1], :s, &{&1}) === [{1}]
    assert Enum.map_intersperse([3, 1, 2], :s, &{&1}) === [{3}, :s, {1}, :s, {2}]
    assert Enum.map_intersperse([1, 1, 2, 3, 3], :s, &{&1}) === [{1}, :s, {1}, :s, {2}, :s, {3}, :s, {3}]
    assert Enum.map_intersperse([:b, :a, nil, false], :s, &{&1}) === [{:b}, :s, {:a}, :s, {nil}, :s, {false}]
    assert Enum.map_intersperse(1..5, :s, &{&1}) === [{1}, :s, {2}, :s, {3}, :s, {4}, :s, {5}]
    assert Enum.map_intersperse(5..1//-2, :s, &{&1}) === [{5}, :s, {3}, :s, {1}]
    assert Enum.map_intersperse(%{a: 1, b: 2}, :s, &{&1}) === [{{:a, 1}}, :s, {{:b, 2}}]
    assert Enum.map_intersperse(MapSet.new([3, 1, 2]), :s, &{&1}) === [{1}, :s, {2}, :s, {3}]
    assert Enum.map_intersperse(Stream.map([1, 2, 3], &(&1 * 2)), :s, &{&1}) === [{2}, :s, {4}, :s, {6}]
    assert Enum.map_intersperse(Stream.take(Stream.cycle([1, 2]), 4), :s, &{&1}) === [{1}, :s, {2}, :s, {1}, :s, {2}]
    assert Enum.map_intersperse([a: 1, b: 2, a: 3], :s, &{&1}) === [{{:a, 1}}, :s, {{:b, 2}}, :s, {{:a, 3}}]

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.map_intersperse("str", :s, &{&1}) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "map_join" do
    assert Enum.map_join([], ",", &inspect/1) === ""
    assert Enum.map_join([1], ",", &inspect/1) === "1"
    assert Enum.map_join([3, 1, 2], ",", &inspect/1) === "3,1,2"
    assert Enum.map_join([1, 1, 2, 3, 3], ",", &inspect/1) === "1,1,2,3,3"
    assert Enum.map_join([:b, :a, nil, false], ",", &inspect/1) === ":b,:a,nil,false"
    assert Enum.map_join(1..5, ",", &inspect/1) === "1,2,3,4,5"
    assert Enum.map_join(5..1//-2, ",", &inspect/1) === "5,3,1"
    assert Enum.map_join(%{a: 1, b: 2}, ",", &inspect/1) === "{:a, 1},{:b, 2}"
    assert Enum.map_join(MapSet.new([3, 1, 2]), ",", &inspect/1) === "1,2,3"
    assert Enum.map_join(Stream.map([1, 2, 3], &(&1 * 2)), ",", &inspect/1) === "2,4,6"
    assert Enum.map_join(Stream.take(Stream.cycle([1, 2]), 4), ",", &inspect/1) === "1,2,1,2"
    assert Enum.map_join([a: 1, b: 2, a: 3], ",", &inspect/1) === "{:a, 1},{:b, 2},{:a, 3}"

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.map_join("str", ",", &inspect/1) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "map_reduce" do
    assert Enum.map_reduce([], 0, &{&1, &2 + 1}) === {[], 0}
    assert Enum.map_reduce([1], 0, &{&1, &2 + 1}) === {[1], 1}
    assert Enum.map_reduce([3, 1, 2], 0, &{&1, &2 + 1}) === {[3, 1, 2], 3}
    assert Enum.map_reduce([1, 1, 2, 3, 3], 0, &{&1, &2 + 1}) === {[1, 1, 2, 3, 3], 5}
    assert Enum.map_reduce([:b, :a, nil, false], 0, &{&1, &2 + 1}) === {[:b, :a, nil, false], 4}
    assert Enum.map_reduce(1..5, 0, &{&1, &2 + 1}) === {[1, 2, 3, 4, 5], 5}
    assert Enum.map_reduce(5..1//-2, 0, &{&1, &2 + 1}) === {[5, 3, 1], 3}
    assert Enum.map_reduce(%{a: 1, b: 2}, 0, &{&1, &2 + 1}) === {[a: 1, b: 2], 2}
    assert Enum.map_reduce(MapSet.new([3, 1, 2]), 0, &{&1, &2 + 1}) === {[1, 2, 3], 3}
    assert Enum.map_reduce(Stream.map([1, 2, 3], &(&1 * 2)), 0, &{&1, &2 + 1}) === {[2, 4, 6], 3}
    assert Enum.map_reduce(Stream.take(Stream.cycle([1, 2]), 4), 0, &{&1, &2 + 1}) === {[1, 2, 1, 2], 4}
    assert Enum.map_reduce([a: 1, b: 2, a: 3], 0, &{&1, &2 + 1}) === {[a: 1, b: 2, a: 3], 3}

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.map_reduce("str", 0, &{&1, &2 + 1}) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "max" do
    assert Enum.max([], fn -> :e end) === :e
    assert Enum.max([1]) === 1
    assert Enum.max([3, 1, 2]) === 3
    assert Enum.max([:b, :a, nil, false]) === nil
    assert Enum.max([:b, :a, nil, false], &<=/2) === :a
    assert Enum.max(1..5) === 5
    assert Enum.max(%{a: 1, b: 2}) === {:b, 2}
    assert Enum.max(%{a: 1, b: 2}, &<=/2) === {:a, 1}
    assert Enum.max(Stream.map([1, 2, 3], &(&1 * 2))) === 6
    assert Enum.max(Stream.map([1, 2, 3], &(&1 * 2)), &<=/2) === 2
    assert Enum.max([1.0, 1, 2], &<=/2) === 1.0
    assert message(Enum.EmptyError, fn -> Enum.max([]) end) == "empty error"

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.max("str") end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "max_by" do
    assert Enum.max_by([], &inspect/1, fn -> :e end) === :e
    assert Enum.max_by([1], &inspect/1) === 1
    assert Enum.max_by([3, 1, 2], &inspect/1) === 3
    assert Enum.max_by([:b, :a, nil, false], &inspect/1) === nil
    assert Enum.max_by(1..5, &inspect/1) === 5
    assert Enum.max_by(%{a: 1, b: 2}, &inspect/1) === {:b, 2}
    assert Enum.max_by(Stream.map([1, 2, 3], &(&1 * 2)), &inspect/1) === 6
    assert Enum.max_by(Stream.take(Stream.cycle([1, 2]), 4), &inspect/1) === 2
    assert message(Enum.EmptyError, fn -> Enum.max_by([], &inspect/1) end) == "empty error"

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.max_by("str", &inspect/1) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "min" do
    assert Enum.min([], fn -> :e end) === :e
    assert Enum.min([1]) === 1
    assert Enum.min([3, 1, 2], &>=/2) === 3
    assert Enum.min([:b, :a, nil, false]) === :a
    assert Enum.min([:b, :a, nil, false], &>=/2) === nil
    assert Enum.min(1..5, &>=/2) === 5
    assert Enum.min(%{a: 1, b: 2}) === {:a, 1}
    assert Enum.min(%{a: 1, b: 2}, &>=/2) === {:b, 2}
    assert Enum.min(Stream.map([1, 2, 3], &(&1 * 2))) === 2
    assert Enum.min(Stream.map([1, 2, 3], &(&1 * 2)), &>=/2) === 6
    assert Enum.min([1.0, 1, 2]) === 1.0
    assert message(Enum.EmptyError, fn -> Enum.min([]) end) == "empty error"

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.min("str") end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "min_by" do
    assert Enum.min_by([1], &inspect/1) === 1
    assert Enum.min_by([:b, :a, nil, false], &inspect/1) === :a
    assert Enum.min_by(%{a: 1, b: 2}, &inspect/1) === {:a, 1}
    assert Enum.min_by(Stream.map([1, 2, 3], &(&1 * 2)), &inspect/1) === 2
    assert message(Enum.EmptyError, fn -> Enum.min_by([], &inspect/1) end) == "empty error"

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.min_by("str", &inspect/1) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "min_max" do
    assert Enum.min_max([], fn -> :e end) === :e
    assert Enum.min_max([1]) === {1, 1}
    assert Enum.min_max([3, 1, 2]) === {1, 3}
    assert Enum.min_max([:b, :a, nil, false]) === {:a, nil}
    assert Enum.min_max(1..5) === {1, 5}
    assert Enum.min_max(%{a: 1, b: 2}) === {{:a, 1}, {:b, 2}}
    assert Enum.min_max(Stream.map([1, 2, 3], &(&1 * 2))) === {2, 6}
    assert Enum.min_max(Stream.take(Stream.cycle([1, 2]), 4)) === {1, 2}
    assert Enum.min_max([1.0, 1, 2]) === {1.0, 2}
    assert message(Enum.EmptyError, fn -> Enum.min_max([]) end) == "empty error"

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.min_max("str") end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "min_max_by" do
    assert Enum.min_max_by([1], &inspect/1) === {1, 1}
    assert Enum.min_max_by([3, 1, 2], &inspect/1) === {1, 3}
    assert Enum.min_max_by([3, 1, 2], &inspect/1, &>/2) === {3, 1}
    assert Enum.min_max_by([:b, :a, nil, false], &inspect/1) === {:a, nil}
    assert Enum.min_max_by([:b, :a, nil, false], &inspect/1, &>/2) === {nil, :a}
    assert Enum.min_max_by(1..5, &inspect/1) === {1, 5}
    assert Enum.min_max_by(1..5, &inspect/1, &>/2) === {5, 1}
    assert Enum.min_max_by(%{a: 1, b: 2}, &inspect/1) === {{:a, 1}, {:b, 2}}
    assert Enum.min_max_by(%{a: 1, b: 2}, &inspect/1, &>/2) === {{:b, 2}, {:a, 1}}
    assert Enum.min_max_by(Stream.map([1, 2, 3], &(&1 * 2)), &inspect/1) === {2, 6}
    assert Enum.min_max_by(Stream.map([1, 2, 3], &(&1 * 2)), &inspect/1, &>/2) === {6, 2}
    assert Enum.min_max_by(Stream.take(Stream.cycle([1, 2]), 4), &inspect/1) === {1, 2}
    assert message(Enum.EmptyError, fn -> Enum.min_max_by([], &inspect/1) end) == "empty error"

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.min_max_by("str", &inspect/1) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "member?" do
    assert Enum.member?([], 1) === false
    assert Enum.member?([1], 1) === true

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.member?("str", 1) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "product" do
    assert Enum.product([]) === 1
    assert Enum.product([3, 1, 2]) === 6
    assert Enum.product([1, 1, 2, 3, 3]) === 18
    assert Enum.product(1..5) === 120
    assert Enum.product(5..1//-2) === 15
    assert Enum.product(Stream.map([1, 2, 3], &(&1 * 2))) === 48
    assert Enum.product(Stream.take(Stream.cycle([1, 2]), 4)) === 4
    assert Enum.product([1.0, 1, 2]) === 2.0
    assert message(ArithmeticError, fn -> Enum.product([:b, :a, nil, false]) end) == "bad argument in arithmetic expression"

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.product("str") end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "reduce" do
    assert Enum.reduce([], 0, fn a, b -> {a, b} end) === 0
    assert Enum.reduce([1], fn a, b -> {a, b} end) === 1
    assert Enum.reduce([1], 0, fn a, b -> {a, b} end) === {1, 0}
    assert Enum.reduce([3, 1, 2], fn a, b -> {a, b} end) === {2, {1, 3}}
    assert Enum.reduce([3, 1, 2], 0, fn a, b -> {a, b} end) === {2, {1, {3, 0}}}
    assert Enum.reduce([1, 1, 2, 3, 3], fn a, b -> {a, b} end) === {3, {3, {2, {1, 1}}}}
    assert Enum.reduce([1, 1, 2, 3, 3], 0, fn a, b -> {a, b} end) === {3, {3, {2, {1, {1, 0}}}}}
    assert Enum.reduce([:b, :a, nil, false], fn a, b -> {a, b} end) === {false, {nil, {:a, :b}}}
    assert Enum.reduce([:b, :a, nil, false], 0, fn a, b -> {a, b} end) === {false, {nil, {:a, {:b, 0}}}}
    assert Enum.reduce(1..5, fn a, b -> {a, b} end) === {5, {4, {3, {2, 1}}}}
    assert Enum.reduce(1..5, 0, fn a, b -> {a, b} end) === {5, {4, {3, {2, {1, 0}}}}}
    assert Enum.reduce(5..1//-2, fn a, b -> {a, b} end) === {1, {3, 5}}
    assert message(Enum.EmptyError, fn -> Enum.reduce([], fn a, b -> {a, b} end) end) == "empty error"

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.reduce("str", fn a, b -> {a, b} end) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "reduce_while" do
    assert Enum.reduce_while([], 0, fn x, a -> if(a == 2, do: {:halt, a}, else: {:cont, a + 1}) end) === 0
    assert Enum.reduce_while([1], 0, fn x, a -> if(a == 2, do: {:halt, a}, else: {:cont, a + 1}) end) === 1
    assert Enum.reduce_while([3, 1, 2], 0, fn x, a -> if(a == 2, do: {:halt, a}, else: {:cont, a + 1}) end) === 2

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn ->
               Enum.reduce_while("str", 0, fn x, a -> if(a == 2, do: {:halt, a}, else: {:cont, a + 1}) end)
             end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "reject" do
    assert Enum.reject([], & &1) === []
    assert Enum.reject([:b, :a, nil, false], & &1) === [nil, false]

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.reject("str", & &1) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "reverse" do
    assert Enum.reverse([]) === []
    assert Enum.reverse([], [:t]) === [:t]
    assert Enum.reverse([], 1..2) === [1, 2]
    assert Enum.reverse([1]) === [1]
    assert Enum.reverse([1], [:t]) === [1, :t]
    assert Enum.reverse([1], 1..2) === [1, 1, 2]
    assert Enum.reverse([3, 1, 2]) === [2, 1, 3]
    assert Enum.reverse([3, 1, 2], [:t]) === [2, 1, 3, :t]
    assert Enum.reverse([3, 1, 2], 1..2) === [2, 1, 3, 1, 2]
    assert Enum.reverse([1, 1, 2, 3, 3]) === [3, 3, 2, 1, 1]
    assert Enum.reverse([1, 1, 2, 3, 3], [:t]) === [3, 3, 2, 1, 1, :t]
    assert Enum.reverse([1, 1, 2, 3, 3], 1..2) === [3, 3, 2, 1, 1, 1, 2]

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.reverse("str") end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "reverse_slice" do
    assert Enum.reverse_slice([], 1, 2) === []
    assert Enum.reverse_slice([1], 1, 2) === [1]
    assert Enum.reverse_slice([3, 1, 2], 1, 2) === [3, 2, 1]
    assert Enum.reverse_slice([3, 1, 2], 0, 10) === [2, 1, 3]
    assert Enum.reverse_slice([1, 1, 2, 3, 3], 1, 2) === [1, 2, 1, 3, 3]
    assert Enum.reverse_slice([1, 1, 2, 3, 3], 0, 10) === [3, 3, 2, 1, 1]
    assert Enum.reverse_slice([:b, :a, nil, false], 1, 2) === [:b, nil, :a, false]
    assert Enum.reverse_slice([:b, :a, nil, false], 0, 10) === [false, nil, :a, :b]
    assert Enum.reverse_slice(1..5, 1, 2) === [1, 3, 2, 4, 5]
    assert Enum.reverse_slice(1..5, 0, 10) === [5, 4, 3, 2, 1]
    assert Enum.reverse_slice(5..1//-2, 1, 2) === [5, 1, 3]
    assert Enum.reverse_slice(5..1//-2, 0, 10) === [1, 3, 5]

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.reverse_slice("str", 1, 2) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "scan" do
    assert Enum.scan([], &{&1, &2}) === []
    assert Enum.scan([1], &{&1, &2}) === [1]
    assert Enum.scan([1], 0, &{&1, &2}) === [{1, 0}]
    assert Enum.scan([3, 1, 2], &{&1, &2}) === [3, {1, 3}, {2, {1, 3}}]
    assert Enum.scan([3, 1, 2], 0, &{&1, &2}) === [{3, 0}, {1, {3, 0}}, {2, {1, {3, 0}}}]
    assert Enum.scan([1, 1, 2, 3, 3], &{&1, &2}) === [1, {1, 1}, {2, {1, 1}}, {3, {2, {1, 1}}}, {3, {3, {2, {1, 1}}}}]

    assert Enum.scan([1, 1, 2, 3, 3], 0, &{&1, &2}) === [
             {1, 0},
             {1, {1, 0}},
             {2, {1, {1, 0}}},
             {3, {2, {1, {1, 0}}}},
             {3, {3, {2, {1, {1, 0}}}}}
           ]

    assert Enum.scan([:b, :a, nil, false], &{&1, &2}) === [:b, {:a, :b}, {nil, {:a, :b}}, {false, {nil, {:a, :b}}}]
    assert Enum.scan([:b, :a, nil, false], 0, &{&1, &2}) === [b: 0, a: {:b, 0}, nil: {:a, {:b, 0}}, false: {nil, {:a, {:b, 0}}}]
    assert Enum.scan(1..5, &{&1, &2}) === [1, {2, 1}, {3, {2, 1}}, {4, {3, {2, 1}}}, {5, {4, {3, {2, 1}}}}]
    assert Enum.scan(1..5, 0, &{&1, &2}) === [{1, 0}, {2, {1, 0}}, {3, {2, {1, 0}}}, {4, {3, {2, {1, 0}}}}, {5, {4, {3, {2, {1, 0}}}}}]
    assert Enum.scan(5..1//-2, &{&1, &2}) === [5, {3, 5}, {1, {3, 5}}]

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.scan("str", &{&1, &2}) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "slice" do
    assert Enum.slice([], 1..2) === []
    assert Enum.slice([1], -2..-1) === [1]
    assert Enum.slice([3, 1, 2], 1..2) === [1, 2]
    assert Enum.slice([3, 1, 2], 0..-1//2) === [3, 2]
    assert Enum.slice([3, 1, 2], -10..1) === [3, 1]
    assert Enum.slice([1, 1, 2, 3, 3], -2..-1) === [3, 3]
    assert Enum.slice([1, 1, 2, 3, 3], 0..-1//2) === [1, 2, 3]
    assert Enum.slice([1, 1, 2, 3, 3], -10..1) === [1, 1]
    assert Enum.slice([1, 1, 2, 3, 3], -2, 1) === [3]
    assert Enum.slice([:b, :a, nil, false], 1..2) === [:a, nil]
    assert Enum.slice([:b, :a, nil, false], -2..-1) === [nil, false]
    assert Enum.slice([:b, :a, nil, false], 0..-1//2) === [:b, nil]

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.slice("str", 1..2) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "slide" do
    assert Enum.slide([], 0, 1) === []
    assert Enum.slide([1], 0, 1) === [1]
    assert Enum.slide([3, 1, 2], 0, 1) === [1, 3, 2]
    assert Enum.slide([3, 1, 2], 0..1, 2) === [2, 3, 1]
    assert Enum.slide([3, 1, 2], 1, -2) === [3, 1, 2]
    assert Enum.slide([1, 1, 2, 3, 3], 0, 1) === [1, 1, 2, 3, 3]
    assert Enum.slide([1, 1, 2, 3, 3], 0..1, 2) === [2, 1, 1, 3, 3]
    assert Enum.slide([1, 1, 2, 3, 3], -1, 0) === [3, 1, 1, 2, 3]
    assert Enum.slide([1, 1, 2, 3, 3], 1, -2) === [1, 2, 3, 1, 3]
    assert Enum.slide([:b, :a, nil, false], 0, 1) === [:a, :b, nil, false]
    assert Enum.slide([:b, :a, nil, false], 0..1, 2) === [nil, :b, :a, false]
    assert Enum.slide([:b, :a, nil, false], -1, 0) === [false, :b, :a, nil]

    assert message(ArgumentError, fn -> Enum.slide([1], 0..2, 1) end) ==
             "insertion index for slide must be outside the range being moved (tried to insert 0..2 at 1)"

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.slide("str", 0, 1) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "sort" do
    assert Enum.sort([]) === []
    assert Enum.sort([1]) === [1]
    assert Enum.sort([3, 1, 2]) === [1, 2, 3]
    assert Enum.sort([3, 1, 2], :desc) === [3, 2, 1]
    assert Enum.sort([1, 1, 2, 3, 3]) === [1, 1, 2, 3, 3]
    assert Enum.sort([1, 1, 2, 3, 3], :desc) === [3, 3, 2, 1, 1]
    assert Enum.sort([:b, :a, nil, false]) === [:a, :b, false, nil]
    assert Enum.sort([:b, :a, nil, false], :desc) === [nil, false, :b, :a]
    assert Enum.sort(1..5) === [1, 2, 3, 4, 5]
    assert Enum.sort(1..5, :desc) === [5, 4, 3, 2, 1]
    assert Enum.sort(5..1//-2) === [1, 3, 5]
    assert Enum.sort(5..1//-2, :desc) === [5, 3, 1]

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.sort("str") end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "sort_by" do
    assert Enum.sort_by([], &inspect/1) === []
    assert Enum.sort_by([1], &inspect/1) === [1]
    assert Enum.sort_by([3, 1, 2], &inspect/1) === [1, 2, 3]
    assert Enum.sort_by([3, 1, 2], &inspect/1, :desc) === [3, 2, 1]
    assert Enum.sort_by([1, 1, 2, 3, 3], &inspect/1) === [1, 1, 2, 3, 3]
    assert Enum.sort_by([1, 1, 2, 3, 3], &inspect/1, :desc) === [3, 3, 2, 1, 1]
    assert Enum.sort_by([:b, :a, nil, false], &inspect/1) === [:a, :b, false, nil]
    assert Enum.sort_by([:b, :a, nil, false], &inspect/1, :desc) === [nil, false, :b, :a]
    assert Enum.sort_by(1..5, &inspect/1) === [1, 2, 3, 4, 5]
    assert Enum.sort_by(1..5, &inspect/1, :desc) === [5, 4, 3, 2, 1]
    assert Enum.sort_by(5..1//-2, &inspect/1) === [1, 3, 5]
    assert Enum.sort_by(5..1//-2, &inspect/1, :desc) === [5, 3, 1]

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.sort_by("str", &inspect/1) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "split" do
    assert Enum.split([], 1) === {[], []}
    assert Enum.split([1], 1) === {[1], []}
    assert Enum.split([1], -1) === {[], [1]}
    assert Enum.split([3, 1, 2], 1) === {[3], [1, 2]}
    assert Enum.split([3, 1, 2], -1) === {[3, 1], [2]}
    assert Enum.split([3, 1, 2], -9) === {[], [3, 1, 2]}
    assert Enum.split([1, 1, 2, 3, 3], 1) === {[1], [1, 2, 3, 3]}
    assert Enum.split([1, 1, 2, 3, 3], -1) === {[1, 1, 2, 3], [3]}
    assert Enum.split([1, 1, 2, 3, 3], -9) === {[], [1, 1, 2, 3, 3]}
    assert Enum.split([:b, :a, nil, false], 1) === {[:b], [:a, nil, false]}
    assert Enum.split([:b, :a, nil, false], -1) === {[:b, :a, nil], [false]}
    assert Enum.split([:b, :a, nil, false], -9) === {[], [:b, :a, nil, false]}

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.split("str", 1) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "split_while" do
    assert Enum.split_while([], &(&1 == 1)) === {[], []}
    assert Enum.split_while([1], &(&1 == 1)) === {[1], []}
    assert Enum.split_while([3, 1, 2], &(&1 == 1)) === {[], [3, 1, 2]}
    assert Enum.split_while([1, 1, 2, 3, 3], &(&1 == 1)) === {[1, 1], [2, 3, 3]}
    assert Enum.split_while([:b, :a, nil, false], &(&1 == 1)) === {[], [:b, :a, nil, false]}
    assert Enum.split_while(1..5, &(&1 == 1)) === {[1], [2, 3, 4, 5]}
    assert Enum.split_while(5..1//-2, &(&1 == 1)) === {[], [5, 3, 1]}
    assert Enum.split_while(%{a: 1, b: 2}, &(&1 == 1)) === {[], [a: 1, b: 2]}
    assert Enum.split_while(MapSet.new([3, 1, 2]), &(&1 == 1)) === {[1], [2, 3]}
    assert Enum.split_while(Stream.map([1, 2, 3], &(&1 * 2)), &(&1 == 1)) === {[], [2, 4, 6]}
    assert Enum.split_while(Stream.take(Stream.cycle([1, 2]), 4), &(&1 == 1)) === {[1], [2, 1, 2]}
    assert Enum.split_while([a: 1, b: 2, a: 3], &(&1 == 1)) === {[], [a: 1, b: 2, a: 3]}

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.split_while("str", &(&1 == 1)) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "split_with" do
    assert Enum.split_with([], &is_integer/1) === {[], []}
    assert Enum.split_with([1], &is_integer/1) === {[1], []}
    assert Enum.split_with([3, 1, 2], &is_integer/1) === {[3, 1, 2], []}
    assert Enum.split_with([1, 1, 2, 3, 3], &is_integer/1) === {[1, 1, 2, 3, 3], []}
    assert Enum.split_with([:b, :a, nil, false], &is_integer/1) === {[], [:b, :a, nil, false]}
    assert Enum.split_with(1..5, &is_integer/1) === {[1, 2, 3, 4, 5], []}
    assert Enum.split_with(5..1//-2, &is_integer/1) === {[5, 3, 1], []}
    assert Enum.split_with(%{a: 1, b: 2}, &is_integer/1) === {[], [a: 1, b: 2]}
    assert Enum.split_with(MapSet.new([3, 1, 2]), &is_integer/1) === {[1, 2, 3], []}
    assert Enum.split_with(Stream.map([1, 2, 3], &(&1 * 2)), &is_integer/1) === {[2, 4, 6], []}
    assert Enum.split_with(Stream.take(Stream.cycle([1, 2]), 4), &is_integer/1) === {[1, 2, 1, 2], []}
    assert Enum.split_with([a: 1, b: 2, a: 3], &is_integer/1) === {[], [a: 1, b: 2, a: 3]}

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.split_with("str", &is_integer/1) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "sum" do
    assert Enum.sum([]) === 0
    assert Enum.sum([1]) === 1
    assert Enum.sum([3, 1, 2]) === 6
    assert Enum.sum([1, 1, 2, 3, 3]) === 10
    assert Enum.sum(1..5) === 15
    assert Enum.sum(5..1//-2) === 9
    assert Enum.sum(Stream.map([1, 2, 3], &(&1 * 2))) === 12
    assert Enum.sum([1.0, 1, 2]) === 4.0
    assert Enum.sum(MapSet.new([1, 2])) === 3
    assert message(ArithmeticError, fn -> Enum.sum([:b, :a, nil, false]) end) == "bad argument in arithmetic expression"

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.sum("str") end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "take" do
    assert Enum.take([], 2) === []
    assert Enum.take([1], 2) === [1]
    assert Enum.take([3, 1, 2], 2) === [3, 1]
    assert Enum.take([3, 1, 2], -2) === [1, 2]
    assert Enum.take([1, 1, 2, 3, 3], 2) === [1, 1]
    assert Enum.take([1, 1, 2, 3, 3], -2) === [3, 3]
    assert Enum.take([:b, :a, nil, false], 2) === [:b, :a]
    assert Enum.take([:b, :a, nil, false], -2) === [nil, false]
    assert Enum.take(1..5, -2) === [4, 5]
    assert Enum.take(5..1//-2, 2) === [5, 3]
    assert Enum.take(%{a: 1, b: 2}, 2) === [a: 1, b: 2]
    assert Enum.take(MapSet.new([3, 1, 2]), -2) === [2, 3]

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.take("str", 2) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "take_every" do
    assert Enum.take_every([], 2) === []
    assert Enum.take_every([1], 2) === [1]
    assert Enum.take_every([3, 1, 2], 2) === [3, 2]
    assert Enum.take_every([1, 1, 2, 3, 3], 2) === [1, 2, 3]
    assert Enum.take_every([:b, :a, nil, false], 2) === [:b, nil]
    assert Enum.take_every(1..5, 2) === [1, 3, 5]
    assert Enum.take_every(5..1//-2, 2) === [5, 1]
    assert Enum.take_every(%{a: 1, b: 2}, 2) === [a: 1]
    assert Enum.take_every(MapSet.new([3, 1, 2]), 2) === [1, 3]
    assert Enum.take_every(Stream.map([1, 2, 3], &(&1 * 2)), 2) === [2, 6]
    assert Enum.take_every(Stream.take(Stream.cycle([1, 2]), 4), 2) === [1, 1]
    assert Enum.take_every([a: 1, b: 2, a: 3], 2) === [a: 1, a: 3]

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.take_every("str", 2) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "take_while" do
    assert Enum.take_while([], &(&1 != 2)) === []
    assert Enum.take_while([1], &(&1 != 2)) === [1]
    assert Enum.take_while([3, 1, 2], &(&1 != 2)) === [3, 1]
    assert Enum.take_while([1, 1, 2, 3, 3], &(&1 != 2)) === [1, 1]
    assert Enum.take_while([:b, :a, nil, false], &(&1 != 2)) === [:b, :a, nil, false]
    assert Enum.take_while(5..1//-2, &(&1 != 2)) === [5, 3, 1]
    assert Enum.take_while(%{a: 1, b: 2}, &(&1 != 2)) === [a: 1, b: 2]
    assert Enum.take_while([a: 1, b: 2, a: 3], &(&1 != 2)) === [a: 1, b: 2, a: 3]
    assert Enum.take_while([1.0, 1, 2], &(&1 != 2)) === [1.0, 1]

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.take_while("str", &(&1 != 2)) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "to_list" do
    assert Enum.to_list([]) === []
    assert Enum.to_list([1]) === [1]
    assert Enum.to_list([3, 1, 2]) === [3, 1, 2]
    assert Enum.to_list([1, 1, 2, 3, 3]) === [1, 1, 2, 3, 3]
    assert Enum.to_list([:b, :a, nil, false]) === [:b, :a, nil, false]
    assert Enum.to_list(1..5) === [1, 2, 3, 4, 5]
    assert Enum.to_list(5..1//-2) === [5, 3, 1]
    assert Enum.to_list(%{a: 1, b: 2}) === [a: 1, b: 2]
    assert Enum.to_list(MapSet.new([3, 1, 2])) === [1, 2, 3]
    assert Enum.to_list(Stream.map([1, 2, 3], &(&1 * 2))) === [2, 4, 6]
    assert Enum.to_list(Stream.take(Stream.cycle([1, 2]), 4)) === [1, 2, 1, 2]
    assert Enum.to_list(a: 1, b: 2, a: 3) === [a: 1, b: 2, a: 3]

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.to_list("str") end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "uniq" do
    assert Enum.uniq([]) === []
    assert Enum.uniq([1]) === [1]
    assert Enum.uniq([3, 1, 2]) === [3, 1, 2]
    assert Enum.uniq([1, 1, 2, 3, 3]) === [1, 2, 3]
    assert Enum.uniq([:b, :a, nil, false]) === [:b, :a, nil, false]
    assert Enum.uniq(1..5) === [1, 2, 3, 4, 5]
    assert Enum.uniq(5..1//-2) === [5, 3, 1]
    assert Enum.uniq(%{a: 1, b: 2}) === [a: 1, b: 2]
    assert Enum.uniq(Stream.map([1, 2, 3], &(&1 * 2))) === [2, 4, 6]
    assert Enum.uniq(Stream.take(Stream.cycle([1, 2]), 4)) === [1, 2]
    assert Enum.uniq(a: 1, b: 2, a: 3) === [a: 1, b: 2, a: 3]
    assert Enum.uniq([1.0, 1, 2]) === [1.0, 1, 2]

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.uniq("str") end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "uniq_by" do
    assert Enum.uniq_by([], &is_integer/1) === []
    assert Enum.uniq_by([1], &is_integer/1) === [1]
    assert Enum.uniq_by([3, 1, 2], &is_integer/1) === [3]
    assert Enum.uniq_by([:b, :a, nil, false], &is_integer/1) === [:b]
    assert Enum.uniq_by(5..1//-2, &is_integer/1) === [5]
    assert Enum.uniq_by(%{a: 1, b: 2}, &is_integer/1) === [a: 1]
    assert Enum.uniq_by(Stream.map([1, 2, 3], &(&1 * 2)), &is_integer/1) === [2]
    assert Enum.uniq_by([1.0, 1, 2], &is_integer/1) === [1.0, 1]

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.uniq_by("str", &is_integer/1) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "unzip" do
    assert Enum.unzip([]) === {[], []}
    assert Enum.unzip(1..0//1) === {[], []}
    assert Enum.unzip(%{}) === {[], []}
    assert Enum.unzip(%{a: 1, b: 2}) === {[:a, :b], [1, 2]}
    assert Enum.unzip(a: 1, b: 2, a: 3) === {[:a, :b, :a], [1, 2, 3]}

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.unzip("str") end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )

    assert message(Protocol.UndefinedError, fn -> Enum.unzip(:atom) end) == "protocol Enumerable not implemented for :atom of type Atom"
    assert message(Protocol.UndefinedError, fn -> Enum.unzip({1, 2}) end) == "protocol Enumerable not implemented for {1, 2} of type Tuple"
    assert message(Protocol.UndefinedError, fn -> Enum.unzip(nil) end) == "protocol Enumerable not implemented for nil of type Atom"
  end

  test "with_index" do
    assert Enum.with_index([]) === []
    assert Enum.with_index([1]) === [{1, 0}]
    assert Enum.with_index([1], 3) === [{1, 3}]
    assert Enum.with_index([1], &{&2, &1}) === [{0, 1}]
    assert Enum.with_index([3, 1, 2]) === [{3, 0}, {1, 1}, {2, 2}]
    assert Enum.with_index([3, 1, 2], 3) === [{3, 3}, {1, 4}, {2, 5}]
    assert Enum.with_index([3, 1, 2], &{&2, &1}) === [{0, 3}, {1, 1}, {2, 2}]
    assert Enum.with_index([1, 1, 2, 3, 3]) === [{1, 0}, {1, 1}, {2, 2}, {3, 3}, {3, 4}]
    assert Enum.with_index([1, 1, 2, 3, 3], 3) === [{1, 3}, {1, 4}, {2, 5}, {3, 6}, {3, 7}]
    assert Enum.with_index([1, 1, 2, 3, 3], &{&2, &1}) === [{0, 1}, {1, 1}, {2, 2}, {3, 3}, {4, 3}]
    assert Enum.with_index([:b, :a, nil, false]) === [b: 0, a: 1, nil: 2, false: 3]
    assert Enum.with_index([:b, :a, nil, false], 3) === [b: 3, a: 4, nil: 5, false: 6]

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.with_index("str") end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "zip" do
    assert Enum.zip([], [:a, :b]) === []
    assert Enum.zip([1], [:a, :b]) === [{1, :a}]
    assert Enum.zip([:a, :b], [1]) === [a: 1]
    assert Enum.zip([[1], [1]]) === [{1, 1}]
    assert Enum.zip([3, 1, 2], [:a, :b]) === [{3, :a}, {1, :b}]
    assert Enum.zip([:a, :b], [3, 1, 2]) === [a: 3, b: 1]
    assert Enum.zip([[3, 1, 2], [3, 1, 2]]) === [{3, 3}, {1, 1}, {2, 2}]
    assert Enum.zip([1, 1, 2, 3, 3], [:a, :b]) === [{1, :a}, {1, :b}]
    assert Enum.zip([:a, :b], [1, 1, 2, 3, 3]) === [a: 1, b: 1]
    assert Enum.zip([[1, 1, 2, 3, 3], [1, 1, 2, 3, 3]]) === [{1, 1}, {1, 1}, {2, 2}, {3, 3}, {3, 3}]
    assert Enum.zip([:b, :a, nil, false], [:a, :b]) === [b: :a, a: :b]
    assert Enum.zip([:a, :b], [:b, :a, nil, false]) === [a: :b, b: :a]
    assert message(Protocol.UndefinedError, fn -> Enum.zip([1]) end) == "protocol Enumerable not implemented for 1 of type Integer"
  end

  test "zip_with" do
    assert Enum.zip_with([], [:a, :b], &{&1, &2}) === []
    assert Enum.zip_with([1], [:a, :b], &{&1, &2}) === [{1, :a}]
    assert Enum.zip_with([[1], [1, 2]], & &1) === [[1, 1]]
    assert Enum.zip_with([3, 1, 2], [:a, :b], &{&1, &2}) === [{3, :a}, {1, :b}]
    assert Enum.zip_with([[3, 1, 2], [1, 2]], & &1) === [[3, 1], [1, 2]]
    assert Enum.zip_with([1, 1, 2, 3, 3], [:a, :b], &{&1, &2}) === [{1, :a}, {1, :b}]
    assert Enum.zip_with([[1, 1, 2, 3, 3], [1, 2]], & &1) === [[1, 1], [1, 2]]
    assert Enum.zip_with([:b, :a, nil, false], [:a, :b], &{&1, &2}) === [b: :a, a: :b]
    assert Enum.zip_with([[:b, :a, nil, false], [1, 2]], & &1) === [[:b, 1], [:a, 2]]
    assert Enum.zip_with(1..5, [:a, :b], &{&1, &2}) === [{1, :a}, {2, :b}]
    assert Enum.zip_with([1..5, [1, 2]], & &1) === [[1, 1], [2, 2]]
    assert Enum.zip_with(5..1//-2, [:a, :b], &{&1, &2}) === [{5, :a}, {3, :b}]

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.zip_with("str", [:a, :b], &{&1, &2}) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "zip_reduce" do
    assert Enum.zip_reduce([], [1, 2], 0, fn a, b, c -> {a, b, c} end) === 0
    assert Enum.zip_reduce([[], [1, 2]], [], fn a, b -> [a | b] end) === []
    assert Enum.zip_reduce([1], [1, 2], 0, fn a, b, c -> {a, b, c} end) === {1, 1, 0}
    assert Enum.zip_reduce([[1], [1, 2]], [], fn a, b -> [a | b] end) === [[1, 1]]
    assert Enum.zip_reduce([3, 1, 2], [1, 2], 0, fn a, b, c -> {a, b, c} end) === {1, 2, {3, 1, 0}}
    assert Enum.zip_reduce([[3, 1, 2], [1, 2]], [], fn a, b -> [a | b] end) === [[1, 2], [3, 1]]
    assert Enum.zip_reduce([1, 1, 2, 3, 3], [1, 2], 0, fn a, b, c -> {a, b, c} end) === {1, 2, {1, 1, 0}}
    assert Enum.zip_reduce([[1, 1, 2, 3, 3], [1, 2]], [], fn a, b -> [a | b] end) === [[1, 2], [1, 1]]
    assert Enum.zip_reduce([:b, :a, nil, false], [1, 2], 0, fn a, b, c -> {a, b, c} end) === {:a, 2, {:b, 1, 0}}
    assert Enum.zip_reduce([[:b, :a, nil, false], [1, 2]], [], fn a, b -> [a | b] end) === [[:a, 2], [:b, 1]]
    assert Enum.zip_reduce(1..5, [1, 2], 0, fn a, b, c -> {a, b, c} end) === {2, 2, {1, 1, 0}}
    assert Enum.zip_reduce([1..5, [1, 2]], [], fn a, b -> [a | b] end) === [[2, 2], [1, 1]]

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn -> Enum.zip_reduce("str", [1, 2], 0, fn a, b, c -> {a, b, c} end) end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  test "chunk_while" do
    assert Enum.chunk_while([], [], fn x, a -> {:cont, [x | a], a} end, fn a -> {:cont, a} end) === []
    assert Enum.chunk_while([], [], fn x, a -> {:cont, [x | a]} end, fn a -> {:cont, a, []} end) === [[]]
    assert Enum.chunk_while([1], [], fn x, a -> {:cont, [x | a], a} end, fn a -> {:cont, a} end) === [[1]]
    assert Enum.chunk_while([3, 1, 2], [], fn x, a -> {:cont, [x | a], a} end, fn a -> {:cont, a} end) === [[3], [1], [2]]
    assert Enum.chunk_while([3, 1, 2], [], fn x, a -> {:cont, [x | a]} end, fn a -> {:cont, a, []} end) === [[2, 1, 3]]
    assert Enum.chunk_while([3, 1, 2], [], fn x, a -> {:halt, [x | a]} end, fn a -> {:cont, a, []} end) === [[3]]
    assert Enum.chunk_while([1, 1, 2, 3, 3], [], fn x, a -> {:cont, [x | a], a} end, fn a -> {:cont, a} end) === [[1], [1], [2], [3], [3]]
    assert Enum.chunk_while([1, 1, 2, 3, 3], [], fn x, a -> {:cont, [x | a]} end, fn a -> {:cont, a, []} end) === [[3, 3, 2, 1, 1]]

    assert Enum.chunk_while([:b, :a, nil, false], [], fn x, a -> {:cont, [x | a], a} end, fn a -> {:cont, a} end) === [
             [:b],
             [:a],
             [nil],
             [false]
           ]

    assert Enum.chunk_while([:b, :a, nil, false], [], fn x, a -> {:cont, [x | a]} end, fn a -> {:cont, a, []} end) === [
             [false, nil, :a, :b]
           ]

    assert Enum.chunk_while([:b, :a, nil, false], [], fn x, a -> {:halt, [x | a]} end, fn a -> {:cont, a, []} end) === [[:b]]
    assert Enum.chunk_while(1..5, [], fn x, a -> {:cont, [x | a], a} end, fn a -> {:cont, a} end) === [[1], [2], [3], [4], [5]]

    assert String.starts_with?(
             message(Protocol.UndefinedError, fn ->
               Enum.chunk_while("str", [], fn x, a -> {:cont, [x | a], a} end, fn a -> {:cont, a} end)
             end),
             "protocol Enumerable not implemented for \"str\" of type BitString"
           )
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))
end
