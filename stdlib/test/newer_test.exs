defmodule Beamlet.NewerTest do
  # Functions that came to the language after 1.14: where they are not there, there is nothing to test.
  use ExUnit.Case, async: true
  @moduletag skip: not function_exported?(Enum, :sum_by, 2)

  defp call(module, function, args), do: apply(module, function, args)

  test "collections" do
    assert call(Enum, :sum_by, [[1, 2], &(&1 * 2)]) == 6
    assert call(Enum, :product_by, [1..4, & &1]) == 24
    assert call(List, :ends_with?, [[1, 2, 3], [2, 3]])
    refute call(List, :ends_with?, [[], [1]])
    assert Enum.take(call(Stream, :from_index, [3]), 2) == [3, 4]
    assert Enum.take(call(Stream, :from_index, [&(&1 * 2)]), 3) == [0, 2, 4]

    assert Enum.map([2, 0, -1, 9, -9], &call(Range, :split, [1..5, &1])) ==
             [{1..2, 3..5}, {1..0//1, 1..5}, {1..4, 5..5}, {1..5, 6..5//1}, {1..0//1, 1..5}]
  end

  test "text" do
    assert call(String, :replace_invalid, [<<"a", 0xE2, 0x82, "b", 0xF0, 0x9F, 0x98, "c", 0xED, 0xA0, 0x80>>, "?"]) == "a?b?c???"
    assert call(String, :replace_invalid, [<<"asd", 0xFF>>]) == "asd\uFFFD"
    assert Enum.map(["l", "", ~r/l+/, ["h", "o"]], &call(String, :count, ["hello", &1])) == [2, 6, 1, 2]
    assert Enum.map([{0, 3}, {0, 4}, {-2, 9}, {3, 2}], fn {start, size} -> call(String, :byte_slice, ["olá", start, size]) end) == ["ol", "olá", "á", ""]
    assert call(Base, :valid64?, ["Zm9v"])
    refute call(Base, :valid16?, ["zz"])
  end

  test "access" do
    two = call(Access, :find, [&(&1.a == 2)])
    assert get_in([%{a: 1}, %{a: 2}], [two, :a]) == 2
    assert pop_in([%{a: 1}, %{a: 2}], [two]) == {%{a: 2}, [%{a: 1}]}
    assert update_in([%{a: 2}, %{a: 2}], [two, :a], &(&1 + 1)) == [%{a: 3}, %{a: 2}]
    assert update_in(%{a: 1, b: 2}, [call(Access, :values, [])], &(&1 + 1)) == %{a: 2, b: 3}
    assert get_in([a: 1, b: 2], [call(Access, :values, [])]) == [1, 2]
  end

  test "aliases of processes" do
    reference = call(Process, :alias, [])
    send(reference, :hello)
    assert_receive :hello
    assert call(Process, :unalias, [reference])
    send(reference, :lost)
    refute_receive :lost, 20
  end
end
