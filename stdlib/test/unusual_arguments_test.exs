defmodule Beamlet.UnusualArgumentsTest do
  use ExUnit.Case, async: true

  test "indices of slide count from the end, again and again for a single one" do
    list = [1, 2, 3, 4, 5]
    assert Enum.slide([], -2, -3) == []
    assert Enum.slide(list, -2, -3) == [1, 2, 4, 3, 5]
    assert Enum.slide(list, -10, 1) == [2, 1, 3, 4, 5]
    assert Enum.slide(list, 1, -10) == [2, 1, 3, 4, 5]
    assert Enum.slide(list, -9..9, 0) == list
    assert_raise ArgumentError, fn -> Enum.slide(list, -10..-2, 1) end
  end

  test "reduce asks of its function what it calls it with" do
    assert_raise BadArityError, fn -> Enum.reduce([1], 0, fn x -> x end) end
    assert_raise BadFunctionError, fn -> Enum.reduce([1], 0, :x) end
    assert_raise BadFunctionError, fn -> Enum.reduce(%{a: 1}, 0, :x) end
    assert_raise FunctionClauseError, fn -> Enum.reduce([], 0, :x) end
  end

  test "a keyword that is updated stands once" do
    assert Keyword.get_and_update!([a: 1, b: 2, a: 3], :a, &{&1, &1 * 10}) == {1, [a: 10, b: 2]}
    assert Keyword.get_and_update!([b: 2, a: 1, a: 3], :a, fn _ -> :pop end) == {1, [b: 2, a: 3]}
    assert_raise KeyError, fn -> Keyword.get_and_update!([a: 1], :b, &{&1, &1}) end
  end

  test "expressions without options are shown as sigils" do
    assert inspect(Regex.compile!("b", [])) == "~r/b/"
    assert inspect(Regex.compile!("a\0/b\e")) == "~r/a\\0\\/b\\x1B/"
    assert inspect(Regex.compile!("x", [:caseless])) == ~S|Regex.compile!("x", [:caseless])|
    assert inspect([~r/a/, Regex.compile!("x", [:caseless])], pretty: true, width: 10) =~ "[\n  ~r/a/,\n"
  end

  test "commas between bytes have no color" do
    assert inspect(<<1, 255>>, syntax_colors: [number: :red, binary: :green]) ==
             "\e[32m<<\e[0m\e[31m1\e[0m, \e[31m255\e[0m\e[32m>>\e[0m"
  end

  test "nil is taken for a module by mistake only where it is called without arguments" do
    for {args, hint} <- [{[], true}, {[1], false}] do
      error = assert_raise UndefinedFunctionError, fn -> apply(nil, :foo, args) end
      {blamed, _} = Exception.blame(:error, error, [])
      assert Exception.message(blamed) =~ "dot syntax" == hint
    end
  end
end
