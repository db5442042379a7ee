defmodule Beamlet.BadArgumentsTest do
  use ExUnit.Case, async: true

  defp class(fun) do
    fun.()
    :none
  rescue
    error -> error.__struct__
  end

  # What the compiler need not know.
  defp any(term), do: Process.get(:none, term)

  test "what is no function of the right arity fails when it is called" do
    fun = any(:fun)
    two = any(fn a, b -> {a, b} end)

    for call <- [
          &Enum.map([1], &1),
          &Enum.each([1], &1),
          &Enum.reduce([1], 0, &1),
          &Enum.map_reduce([1], 0, &1),
          &Enum.uniq_by([1], &1),
          &Enum.filter([1], &1),
          &Enum.into([1], %{}, &1),
          &Keyword.map([a: 1], &1),
          &Map.map(%{a: 1}, &1)
        ] do
      assert class(fn -> call.(fun) end) == BadFunctionError
    end

    assert class(fn -> Enum.map([1], two) end) == BadArityError
    assert class(fn -> List.foldl([1], 0, any(fn x -> x end)) end) == BadArityError
    assert Enum.uniq_by(any([]), fun) == []
  end

  test "clauses that are not there" do
    list = any(:list)

    for call <- [
          fn -> apply(Tuple, :insert_at, [{}, list, 1]) end,
          fn -> apply(Tuple, :delete_at, [{1}, list]) end,
          fn -> apply(Tuple, :duplicate, [1, list]) end,
          fn -> List.delete(list, 1) end,
          fn -> Enum.map(any([]), list) end,
          fn -> Enum.max_by([1], list) end,
          fn -> Enum.min([1], any("x")) end,
          fn -> Map.filter(list, fn _ -> true end) end,
          fn -> Keyword.filter(any([1]), fn _ -> true end) end,
          fn -> Float.to_string(1.0, any(1)) end,
          fn -> String.trim(any(nil)) end
        ] do
      assert class(call) == FunctionClauseError
    end

    assert class(fn -> String.split(any(nil)) end) == ArgumentError
    assert class(fn -> String.splitter("a", any(:x)) end) == ArgumentError
  end

  test "messages" do
    assert_raise ArgumentError, "precision x is out of valid range of 0..15", fn -> Float.round(1.5, any(:x)) end
    assert_raise ArgumentError, ~r/2nd argument: out of range\n  \* 3rd argument: not a list/, fn -> List.keyfind(any(:x), 1, -3) end
    assert_raise ArgumentError, ~r/3rd argument: not a proper list/, fn -> List.keyfind(any([1 | 2]), 1, 0) end

    assert_raise OptionParser.ParseError, "1 error found!\n--foo : Missing argument of type keep", fn ->
      OptionParser.parse!(["--foo"], strict: [foo: :keep])
    end
  end

  test "values" do
    assert List.zip([{1, 2}, [:a, :b, :c]]) == [{1, :a}, {2, :b}]
    assert Tuple.sum({0.1, 0.2, 0.3, 1.0e16, -1.0e16}) == 0.0
    assert Tuple.product({0.1, 3, 0.7}) == 0.7 * (3 * 0.1)
    assert String.reverse(<<"ab", 255, "cd">>) == <<"ba", 255, "dc">>
    assert String.pad_leading("a", 6, ["x", "yz"]) == "xyzxyzxa"
    assert String.pad_trailing("a", 2, "xyz") == "ax"
    assert Float.to_string(0.5, decimals: 3, compact: true) == "0.5"
  end
end
