defmodule StreamTest do
  use ExUnit.Case, async: true

  describe "zip" do
    test "Stream.zip(Stream.intersperse([1,2,3],:x), [:a,:b,:c,:d,:e]) |> Enum.to_list" do
      assert Stream.zip(Stream.intersperse([1, 2, 3], :x), [:a, :b, :c, :d, :e]) |> Enum.to_list() === [
               {1, :a},
               {:x, :b},
               {2, :c},
               {:x, :d},
               {3, :e}
             ]
    end

    test "Stream.zip([[1,2],[3,4],[5,6]]) |> Enum.to_list" do
      assert Stream.zip([[1, 2], [3, 4], [5, 6]]) |> Enum.to_list() === [{1, 3, 5}, {2, 4, 6}]
    end
  end

  describe "intersperse" do
    test "Stream.intersperse([1,2,3],:x) |> Stream.transform(0, fn x, a -> {[{x,a}], a+1} end) |> Enum.to_list" do
      assert Stream.intersperse([1, 2, 3], :x) |> Stream.transform(0, fn x, a -> {[{x, a}], a + 1} end) |> Enum.to_list() === [
               {1, 0},
               {:x, 1},
               {2, 2},
               {:x, 3},
               {3, 4}
             ]
    end

    test "Stream.intersperse([1,2,3],:x) |> Stream.cycle |> Enum.take(10)" do
      assert Stream.intersperse([1, 2, 3], :x) |> Stream.cycle() |> Enum.take(10) === [1, :x, 2, :x, 3, 1, :x, 2, :x, 3]
    end

    test "Stream.intersperse([1,2,3],:x) |> Stream.flat_map(&[&1]) |> Enum.to_list" do
      assert Stream.intersperse([1, 2, 3], :x) |> Stream.flat_map(&[&1]) |> Enum.to_list() === [1, :x, 2, :x, 3]
    end

    test "[1,2,3] |> Stream.intersperse(:x) |> Stream.take(2) |> Stream.zip([:a,:b,:c,:d,:e]) |> Enum.to_list" do
      assert [1, 2, 3] |> Stream.intersperse(:x) |> Stream.take(2) |> Stream.zip([:a, :b, :c, :d, :e]) |> Enum.to_list() === [
               {1, :a},
               {:x, :b}
             ]
    end

    test "[1,2,3] |> Stream.intersperse(:x) |> Stream.map(& &1) |> Stream.take(4) |> Stream.zip([:a,:b,:c,:d,:e]) |> Enum.to_list" do
      assert [1, 2, 3] |> Stream.intersperse(:x) |> Stream.map(& &1) |> Stream.take(4) |> Stream.zip([:a, :b, :c, :d, :e]) |> Enum.to_list() ===
               [{1, :a}, {:x, :b}, {2, :c}, {:x, :d}]
    end
  end

  describe "flat_map" do
    test "[[1,2],[3]] |> Stream.flat_map(&Stream.intersperse(&1,:x)) |> Stream.zip([1,2,3,4,5]) |> Enum.to_list" do
      assert [[1, 2], [3]] |> Stream.flat_map(&Stream.intersperse(&1, :x)) |> Stream.zip([1, 2, 3, 4, 5]) |> Enum.to_list() === [
               {1, 1},
               {:x, 2},
               {2, 3},
               {3, 4}
             ]
    end
  end

  describe "chunk_every" do
    test "Stream.chunk_every([1,2,3,4,5], 2) |> Stream.zip(1..10) |> Enum.to_list" do
      assert Stream.chunk_every([1, 2, 3, 4, 5], 2) |> Stream.zip(1..10) |> Enum.to_list() === [{[1, 2], 1}, {[3, 4], 2}, {[5], 3}]
    end

    test "Stream.chunk_every([1,2,3,4], 2) |> Stream.zip(1..10) |> Enum.to_list" do
      assert Stream.chunk_every([1, 2, 3, 4], 2) |> Stream.zip(1..10) |> Enum.to_list() === [{[1, 2], 1}, {[3, 4], 2}]
    end
  end

  describe "cycle" do
    test "Stream.cycle([])" do
      assert message(ArgumentError, fn -> Stream.cycle([]) end) == "cannot cycle over an empty enumerable"
    end

    test "Stream.cycle([]) |> Enum.take(1)" do
      assert message(ArgumentError, fn -> Stream.cycle([]) |> Enum.take(1) end) == "cannot cycle over an empty enumerable"
    end

    test "Stream.cycle(Stream.map([],& &1)) |> Enum.take(1)" do
      assert message(ArgumentError, fn -> Stream.cycle(Stream.map([], & &1)) |> Enum.take(1) end) == "cannot cycle over an empty enumerable"
    end
  end

  describe "take" do
    test "Stream.take(1..3, -2) |> Enum.to_list" do
      assert Stream.take(1..3, -2) |> Enum.to_list() === [2, 3]
    end
  end

  describe "drop_every" do
    test "Stream.drop_every([1,2,3],0) |> Enum.to_list" do
      assert Stream.drop_every([1, 2, 3], 0) |> Enum.to_list() === [1, 2, 3]
    end
  end

  describe "iterate" do
    test "Stream.iterate(1,&(&1*2)) |> Enum.take(5)" do
      assert Stream.iterate(1, &(&1 * 2)) |> Enum.take(5) === [1, 2, 4, 8, 16]
    end
  end

  describe "repeatedly" do
    test "Stream.repeatedly(fn -> 1 end) |> Enum.take(2)" do
      assert Stream.repeatedly(fn -> 1 end) |> Enum.take(2) === [1, 1]
    end
  end

  describe "transform" do
    test "Stream.transform(1..10, 0, fn x,a -> {x,a} end) |> Enum.to_list" do
      assert message(Protocol.UndefinedError, fn -> Stream.transform(1..10, 0, fn x, a -> {x, a} end) |> Enum.to_list() end) ==
               "protocol Enumerable not implemented for 1 of type Integer"
    end
  end

  describe "with_index" do
    test "Stream.with_index([:a,:b],1) |> Enum.to_list" do
      assert Stream.with_index([:a, :b], 1) |> Enum.to_list() === [a: 1, b: 2]
    end
  end

  describe "uniq_by" do
    test "Stream.uniq_by([1,2,3,4],&rem(&1,2)) |> Enum.to_list" do
      assert Stream.uniq_by([1, 2, 3, 4], &rem(&1, 2)) |> Enum.to_list() === [1, 2]
    end
  end

  describe "dedup" do
    test "Stream.dedup([1,1,2,2,1]) |> Enum.to_list" do
      assert Stream.dedup([1, 1, 2, 2, 1]) |> Enum.to_list() === [1, 2, 1]
    end
  end

  describe "scan" do
    test "Stream.scan(1..5,&(&1+&2)) |> Enum.to_list" do
      assert Stream.scan(1..5, &(&1 + &2)) |> Enum.to_list() === [1, 3, 6, 10, 15]
    end

    test "Stream.scan(1..5,10,&(&1+&2)) |> Enum.to_list" do
      assert Stream.scan(1..5, 10, &(&1 + &2)) |> Enum.to_list() === [11, 13, 16, 20, 25]
    end
  end

  describe "into" do
    test "Stream.into([1,2],[]) |> Stream.run" do
      assert Stream.into([1, 2], []) |> Stream.run() === :ok
    end
  end

  describe "interval" do
    test "Stream.interval(1) |> Enum.take(3)" do
      assert Stream.interval(1) |> Enum.take(3) === [0, 1, 2]
    end
  end

  describe "timer" do
    test "Stream.timer(1) |> Enum.to_list" do
      assert Stream.timer(1) |> Enum.to_list() === [0]
    end
  end

  describe "duplicate" do
    test "Stream.duplicate(:a, 3) |> Enum.to_list" do
      assert Stream.duplicate(:a, 3) |> Enum.to_list() === [:a, :a, :a]
    end
  end

  describe "chunk_by" do
    test "Stream.chunk_by([1,1,2,3,3],& &1) |> Enum.to_list" do
      assert Stream.chunk_by([1, 1, 2, 3, 3], & &1) |> Enum.to_list() === [[1, 1], [2], [3, 3]]
    end
  end

  describe "take_every" do
    test "Stream.take_every(1..10,3) |> Enum.to_list" do
      assert Stream.take_every(1..10, 3) |> Enum.to_list() === [1, 4, 7, 10]
    end

    test "Stream.take_every(1..10,0) |> Enum.to_list" do
      assert Stream.take_every(1..10, 0) |> Enum.to_list() === []
    end
  end

  describe "map_every" do
    test "Stream.map_every(1..10,3,&-/1) |> Enum.to_list" do
      assert Stream.map_every(1..10, 3, &-/1) |> Enum.to_list() === [-1, 2, 3, -4, 5, 6, -7, 8, 9, -10]
    end
  end

  describe "drop" do
    test "Stream.drop(1..10,-3) |> Enum.to_list" do
      assert Stream.drop(1..10, -3) |> Enum.to_list() === [1, 2, 3, 4, 5, 6, 7]
    end
  end

  describe "drop_while" do
    test "Stream.drop_while(1..5,&(&1<3)) |> Enum.to_list" do
      assert Stream.drop_while(1..5, &(&1 < 3)) |> Enum.to_list() === [3, 4, 5]
    end
  end

  describe "take_while" do
    test "Stream.take_while(1..5,&(&1<3)) |> Enum.to_list" do
      assert Stream.take_while(1..5, &(&1 < 3)) |> Enum.to_list() === [1, 2]
    end
  end

  describe "reject" do
    test "Stream.reject(1..5,&(&1<3)) |> Enum.to_list" do
      assert Stream.reject(1..5, &(&1 < 3)) |> Enum.to_list() === [3, 4, 5]
    end
  end

  describe "filter" do
    test "Stream.filter(1..5,&(&1<3)) |> Enum.to_list" do
      assert Stream.filter(1..5, &(&1 < 3)) |> Enum.to_list() === [1, 2]
    end
  end

  describe "concat" do
    test "Stream.concat([1..2,[3]]) |> Enum.to_list" do
      assert Stream.concat([1..2, [3]]) |> Enum.to_list() === [1, 2, 3]
    end

    test "Stream.concat(1..2,[3]) |> Enum.to_list" do
      assert Stream.concat(1..2, [3]) |> Enum.to_list() === [1, 2, 3]
    end
  end

  describe "zip_with" do
    test "Stream.zip_with([1,2],[3,4],&+/2) |> Enum.to_list" do
      assert Stream.zip_with([1, 2], [3, 4], &+/2) |> Enum.to_list() === [4, 6]
    end

    test "Stream.zip_with([[1,2],[3,4]],&Enum.sum/1) |> Enum.to_list" do
      assert Stream.zip_with([[1, 2], [3, 4]], &Enum.sum/1) |> Enum.to_list() === [4, 6]
    end
  end

  describe "map" do
    test "Stream.map(:a,& &1) |> Enum.to_list" do
      assert message(Protocol.UndefinedError, fn -> Stream.map(:a, & &1) |> Enum.to_list() end) ==
               "protocol Enumerable not implemented for :a of type Atom"
    end

    test "inspect(Stream.map([1],& &1)) =~ \"#Stream<[enum: [1], funs: [#Function<\"" do
      assert inspect(Stream.map([1], & &1)) =~ "#Stream<[enum: [1], funs: [#Function<" === true
    end

    test "Enumerable.count(Stream.map([1],& &1))" do
      assert Enumerable.count(Stream.map([1], & &1)) === {:error, Enumerable.Stream}
    end

    test "Enumerable.slice(Stream.map([1],& &1))" do
      assert Enumerable.slice(Stream.map([1], & &1)) === {:error, Enumerable.Stream}
    end

    test "Enumerable.reduce(Stream.map([1,2,3],& &1), {:suspend, 0}, fn x,a -> {:cont, x+a} end) |> elem(0)" do
      assert Enumerable.reduce(Stream.map([1, 2, 3], & &1), {:suspend, 0}, fn x, a -> {:cont, x + a} end) |> elem(0) === :suspended
    end

    test "Enum.zip(Stream.map([1,2],& &1), Stream.cycle([3]))" do
      assert Enum.zip(Stream.map([1, 2], & &1), Stream.cycle([3])) === [{1, 3}, {2, 3}]
    end
  end

  describe "each" do
    test "Stream.each([1],& &1) |> Stream.run" do
      assert Stream.each([1], & &1) |> Stream.run() === :ok
    end
  end

  describe "x" do
    test "Enum.zip(%{a: 1}, MapSet.new([1,2]))" do
      assert Enum.zip(%{a: 1}, MapSet.new([1, 2])) === [{{:a, 1}, 1}]
    end

    test "Enum.zip([[1,2],3..4,%{a: 1}])" do
      assert Enum.zip([[1, 2], 3..4, %{a: 1}]) === [{1, 3, {:a, 1}}]
    end

    test "Enum.zip_with([[1], fn _, _ -> {:cont, [1,2]} end], & &1)" do
      assert Enum.zip_with([[1], fn _, _ -> {:cont, [1, 2]} end], & &1) === [[1, 1]]
    end
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))
end
