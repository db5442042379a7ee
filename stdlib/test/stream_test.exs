defmodule StreamTest do
  use ExUnit.Case, async: true

  test "zip" do
    assert Stream.zip(Stream.intersperse([1, 2, 3], :x), [:a, :b, :c, :d, :e]) |> Enum.to_list() === [
             {1, :a},
             {:x, :b},
             {2, :c},
             {:x, :d},
             {3, :e}
           ]

    assert Stream.zip([[1, 2], [3, 4], [5, 6]]) |> Enum.to_list() === [{1, 3, 5}, {2, 4, 6}]
  end

  test "intersperse" do
    assert Stream.intersperse([1, 2, 3], :x) |> Stream.transform(0, fn x, a -> {[{x, a}], a + 1} end) |> Enum.to_list() === [
             {1, 0},
             {:x, 1},
             {2, 2},
             {:x, 3},
             {3, 4}
           ]

    assert Stream.intersperse([1, 2, 3], :x) |> Stream.cycle() |> Enum.take(10) === [1, :x, 2, :x, 3, 1, :x, 2, :x, 3]
    assert Stream.intersperse([1, 2, 3], :x) |> Stream.flat_map(&[&1]) |> Enum.to_list() === [1, :x, 2, :x, 3]

    assert [1, 2, 3] |> Stream.intersperse(:x) |> Stream.take(2) |> Stream.zip([:a, :b, :c, :d, :e]) |> Enum.to_list() === [
             {1, :a},
             {:x, :b}
           ]

    assert [1, 2, 3] |> Stream.intersperse(:x) |> Stream.map(& &1) |> Stream.take(4) |> Stream.zip([:a, :b, :c, :d, :e]) |> Enum.to_list() ===
             [{1, :a}, {:x, :b}, {2, :c}, {:x, :d}]
  end

  test "flat_map" do
    assert [[1, 2], [3]] |> Stream.flat_map(&Stream.intersperse(&1, :x)) |> Stream.zip([1, 2, 3, 4, 5]) |> Enum.to_list() === [
             {1, 1},
             {:x, 2},
             {2, 3},
             {3, 4}
           ]
  end

  test "chunk_every" do
    assert Stream.chunk_every([1, 2, 3, 4, 5], 2) |> Stream.zip(1..10) |> Enum.to_list() === [{[1, 2], 1}, {[3, 4], 2}, {[5], 3}]
    assert Stream.chunk_every([1, 2, 3, 4], 2) |> Stream.zip(1..10) |> Enum.to_list() === [{[1, 2], 1}, {[3, 4], 2}]
  end

  test "cycle" do
    assert message(ArgumentError, fn -> Stream.cycle([]) end) == "cannot cycle over an empty enumerable"
    assert message(ArgumentError, fn -> Stream.cycle([]) |> Enum.take(1) end) == "cannot cycle over an empty enumerable"
    assert message(ArgumentError, fn -> Stream.cycle(Stream.map([], & &1)) |> Enum.take(1) end) == "cannot cycle over an empty enumerable"
  end

  test "take" do
    assert Stream.take(1..3, -2) |> Enum.to_list() === [2, 3]
  end

  test "drop_every" do
    assert Stream.drop_every([1, 2, 3], 0) |> Enum.to_list() === [1, 2, 3]
  end

  test "iterate" do
    assert Stream.iterate(1, &(&1 * 2)) |> Enum.take(5) === [1, 2, 4, 8, 16]
  end

  test "repeatedly" do
    assert Stream.repeatedly(fn -> 1 end) |> Enum.take(2) === [1, 1]
  end

  test "transform" do
    assert message(Protocol.UndefinedError, fn -> Stream.transform(1..10, 0, fn x, a -> {x, a} end) |> Enum.to_list() end) ==
             "protocol Enumerable not implemented for 1 of type Integer"
  end

  test "with_index" do
    assert Stream.with_index([:a, :b], 1) |> Enum.to_list() === [a: 1, b: 2]
  end

  test "uniq_by" do
    assert Stream.uniq_by([1, 2, 3, 4], &rem(&1, 2)) |> Enum.to_list() === [1, 2]
  end

  test "dedup" do
    assert Stream.dedup([1, 1, 2, 2, 1]) |> Enum.to_list() === [1, 2, 1]
  end

  test "scan" do
    assert Stream.scan(1..5, &(&1 + &2)) |> Enum.to_list() === [1, 3, 6, 10, 15]
    assert Stream.scan(1..5, 10, &(&1 + &2)) |> Enum.to_list() === [11, 13, 16, 20, 25]
  end

  test "into" do
    assert Stream.into([1, 2], []) |> Stream.run() === :ok
  end

  test "interval" do
    assert Stream.interval(1) |> Enum.take(3) === [0, 1, 2]
  end

  test "timer" do
    assert Stream.timer(1) |> Enum.to_list() === [0]
  end

  test "duplicate" do
    assert Stream.duplicate(:a, 3) |> Enum.to_list() === [:a, :a, :a]
  end

  test "chunk_by" do
    assert Stream.chunk_by([1, 1, 2, 3, 3], & &1) |> Enum.to_list() === [[1, 1], [2], [3, 3]]
  end

  test "take_every" do
    assert Stream.take_every(1..10, 3) |> Enum.to_list() === [1, 4, 7, 10]
    assert Stream.take_every(1..10, 0) |> Enum.to_list() === []
  end

  test "map_every" do
    assert Stream.map_every(1..10, 3, &-/1) |> Enum.to_list() === [-1, 2, 3, -4, 5, 6, -7, 8, 9, -10]
  end

  test "drop" do
    assert Stream.drop(1..10, -3) |> Enum.to_list() === [1, 2, 3, 4, 5, 6, 7]
  end

  test "drop_while" do
    assert Stream.drop_while(1..5, &(&1 < 3)) |> Enum.to_list() === [3, 4, 5]
  end

  test "take_while" do
    assert Stream.take_while(1..5, &(&1 < 3)) |> Enum.to_list() === [1, 2]
  end

  test "reject" do
    assert Stream.reject(1..5, &(&1 < 3)) |> Enum.to_list() === [3, 4, 5]
  end

  test "filter" do
    assert Stream.filter(1..5, &(&1 < 3)) |> Enum.to_list() === [1, 2]
  end

  test "concat" do
    assert Stream.concat([1..2, [3]]) |> Enum.to_list() === [1, 2, 3]
    assert Stream.concat(1..2, [3]) |> Enum.to_list() === [1, 2, 3]
  end

  test "zip_with" do
    assert Stream.zip_with([1, 2], [3, 4], &+/2) |> Enum.to_list() === [4, 6]
    assert Stream.zip_with([[1, 2], [3, 4]], &Enum.sum/1) |> Enum.to_list() === [4, 6]
  end

  test "map" do
    assert message(Protocol.UndefinedError, fn -> Stream.map(:a, & &1) |> Enum.to_list() end) ==
             "protocol Enumerable not implemented for :a of type Atom"

    assert inspect(Stream.map([1], & &1)) =~ "#Stream<[enum: [1], funs: [#Function<" === true
    assert Enumerable.count(Stream.map([1], & &1)) === {:error, Enumerable.Stream}
    assert Enumerable.slice(Stream.map([1], & &1)) === {:error, Enumerable.Stream}
    assert Enumerable.reduce(Stream.map([1, 2, 3], & &1), {:suspend, 0}, fn x, a -> {:cont, x + a} end) |> elem(0) === :suspended
    assert Enum.zip(Stream.map([1, 2], & &1), Stream.cycle([3])) === [{1, 3}, {2, 3}]
  end

  test "each" do
    assert Stream.each([1], & &1) |> Stream.run() === :ok
  end

  test "x" do
    assert Enum.zip(%{a: 1}, MapSet.new([1, 2])) === [{{:a, 1}, 1}]
    assert Enum.zip([[1, 2], 3..4, %{a: 1}]) === [{1, 3, {:a, 1}}]
    assert Enum.zip_with([[1], fn _, _ -> {:cont, [1, 2]} end], & &1) === [[1, 1]]
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))
end
