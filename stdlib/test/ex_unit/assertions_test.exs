defmodule Beamlet.ExUnit.AssertionsTest do
  use ExUnit.Case, async: true

  @shown %{key: :value}

  defp failed(fun) do
    fun.()
    :nothing
  rescue
    error in [ExUnit.AssertionError] -> error
  end

  defp id(value), do: value

  def ends_with_equal(value), do: assert(value == 2)
  def ends_with_in(value), do: assert(value in [2])
  def ends_with_refute(value), do: refute(value == 1)

  def goes_on(value) do
    assert value == 2
    :ok
  end

  defmacrop one, do: quote(do: {:one, _})

  @none ExUnit.AssertionError.no_value()

  describe "assert and refute" do
    test "return the value, which must be truthy" do
      assert (assert id(1)) == 1
      assert refute(id(nil)) == nil
      assert refute(id(false)) == false
      assert failed(fn -> assert id(nil) end).message == "Expected truthy, got nil"
      assert failed(fn -> refute id(:a) end).message == "Expected false or nil, got :a"
    end

    test "with a message say only that" do
      assert failed(fn -> assert id(false), "no luck" end).message == "no luck"
      assert failed(fn -> refute id(1), "no luck" end).message == "no luck"
      assert assert(true, "fine") == true
    end

    test "that end a helper are its last call" do
      frames = fn fun ->
        try do
          fun.()
        rescue
          ExUnit.AssertionError ->
            for {__MODULE__, name, 1, _} <- __STACKTRACE__, name in [:ends_with_equal, :ends_with_in, :ends_with_refute, :goes_on], do: name
        end
      end

      assert frames.(fn -> {ends_with_equal(1)} end) == []
      assert frames.(fn -> {ends_with_in(1)} end) == []
      assert frames.(fn -> {goes_on(1)} end) == [:goes_on]
      assert frames.(fn -> {ends_with_refute(1)} end) == [:ends_with_refute]
    end

    test "show both sides of a comparison" do
      for {fun, operator} <- [
            {fn -> assert id(1) == id(2) end, "=="},
            {fn -> assert id(1) === id(1.0) end, "==="},
            {fn -> assert id(1) > id(2) end, ">"},
            {fn -> assert id(3) < id(2) end, "<"},
            {fn -> assert id(1) >= id(2) end, ">="},
            {fn -> assert id(3) <= id(2) end, "<="},
            {fn -> assert id("a") =~ id("b") end, "=~"},
            {fn -> assert id(1) in id([2]) end, "in"}
          ] do
        error = failed(fun)
        assert error.message == "Assertion with #{operator} failed"
        refute error.left == @none
        refute error.right == @none
      end
    end

    test "show sides that are the same once" do
      error = failed(fn -> assert id(1) != id(1) end)
      assert error.message == "Assertion with != failed, both sides are exactly equal"
      assert error.left == 1
      assert error.right == @none

      error = failed(fn -> refute id(:a) == id(:a) end)
      assert error.message == "Refute with == failed, both sides are exactly equal"

      # Equal, but not the same.
      error = failed(fn -> refute id(1) == id(1.0) end)
      assert error.message == "Refute with == failed"
      assert error.right == 1.0
    end

    test "evaluate each side once" do
      {:ok, agent} = Agent.start_link(fn -> 0 end)
      count = fn -> Agent.get_and_update(agent, &{&1, &1 + 1}) end
      failed(fn -> assert count.() == :never end)
      assert Agent.get(agent, & &1) == 1
    end

    test "show the arguments of a call unless all are literals" do
      list = [1, 2]
      assert failed(fn -> assert Enum.member?(list, 3) end).args == [[1, 2], 3]
      assert failed(fn -> assert Enum.member?([], 3) end).args == @none
      assert failed(fn -> refute is_list(list) end).args == [[1, 2]]
    end

    test "keep the code" do
      assert Macro.to_string(failed(fn -> assert id(1) == 2 end).expr) =~ "id(1) == 2"
    end
  end

  describe "patterns" do
    test "bind variables and return the value" do
      assert {:ok, value} = id({:ok, 5})
      assert value == 5
      assert (assert [_ | rest] = [1, 2, 3]) == [1, 2, 3]
      assert rest == [2, 3]
      assert "ab" <> tail = id("abc")
      assert tail == "c"
      assert <<first, _::binary>> = "x"
      assert first == ?x
      assert one() = id({:one, 2})
    end

    test "say what was pinned" do
      x = 1
      error = failed(fn -> assert {:ok, ^x} = id({:ok, 2}) end)
      assert error.message == "match (=) failed\nThe following variables were pinned:\n  x = 1"
      assert error.right == {:ok, 2}
      assert error.context == {:match, [{{:x, nil}, 1}]}
    end

    test "must not match something falsy" do
      assert failed(fn -> assert _ = id(nil) end).message == "Expected truthy, got nil"
    end

    test "with match? bind nothing and may have guards" do
      assert match?({:ok, x} when x > 1, id({:ok, 2}))
      refute match?({:ok, x} when x > 1, id({:ok, 1}))
      assert failed(fn -> assert match?(:a, id(:b)) end).message == "match (match?) failed"
      assert failed(fn -> refute match?(_, id(:b)) end).message == "match (match?) succeeded, but should have failed"
    end
  end

  describe "messages" do
    test "are received with their variables bound" do
      send(self(), {:hello, 1})
      assert (assert_receive {:hello, x}) == {:hello, 1}
      assert x == 1
      send(self(), {:hello, 2})
      assert_received {:hello, y} when y > 1
      assert y == 2
    end

    test "that do not come are told with what did" do
      assert failed(fn -> assert_receive :a, 0 end).message == "Assertion failed, no matching message after 0ms\nThe process mailbox is empty."
      send(self(), :b)
      x = :c
      error = failed(fn -> assert_received ^x end)

      assert error.message ==
               "Assertion failed, no matching message after 0ms\n" <>
                 "The following variables were pinned:\n  x = :c\nShowing 1 of 1 message in the mailbox"

      assert {:mailbox, [{{:x, nil}, :c}], [:b]} = error.context
    end

    test "are shown up to ten" do
      for number <- 1..12, do: send(self(), number)
      error = failed(fn -> assert_received :a end)
      assert error.message =~ "Showing 10 of 12 messages in the mailbox"
      assert {:mailbox, [], [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]} = error.context
    end

    test "can be refused" do
      assert refute_receive(:a, 0) == false
      send(self(), {:b, 1})
      assert failed(fn -> refute_received {:b, _} end).message == "Unexpectedly received message {:b, 1} (which matched {:b, _})"
      send(self(), :c)
      assert failed(fn -> refute_received :c, "oh" end).message == "oh"
    end

    test "need a time" do
      assert_raise ArgumentError, "timeout must be a non-negative integer, got: -1", fn -> assert_receive :a, id(-1) end
    end
  end

  describe "exceptions" do
    test "are returned" do
      assert %ArgumentError{message: "x"} = assert_raise(ArgumentError, fn -> raise ArgumentError, "x" end)
      assert assert_raise(RuntimeError, "a b", fn -> raise "a b" end).message == "a b"
      assert assert_raise(RuntimeError, ~r/b$/, fn -> raise "a b" end).message == "a b"
      assert assert_raise(ArithmeticError, fn -> 1 / id(0) end)
    end

    test "must be raised, of the kind, with the message" do
      assert failed(fn -> assert_raise(ArgumentError, fn -> :ok end) end).message == "Expected exception ArgumentError but nothing was raised"
      assert failed(fn -> assert_raise(ArgumentError, fn -> raise "a" end) end).message == "Expected exception ArgumentError but got RuntimeError (a)"

      assert failed(fn -> assert_raise(RuntimeError, "b", fn -> raise "a" end) end).message ==
               "Wrong message for RuntimeError\nexpected:\n  \"b\"\nactual:\n  \"a\""

      assert failed(fn -> assert_raise(RuntimeError, ~r/b/, fn -> raise "a" end) end).message ==
               "Wrong message for RuntimeError\nexpected:\n  ~r/b/\nactual:\n  \"a\""
    end

    test "let a failed assertion through" do
      assert failed(fn -> assert_raise(ArgumentError, fn -> flunk("inner") end) end).message == "inner"
    end
  end

  test "what is thrown, exited with and raised is caught" do
    assert catch_throw(throw(:a)) == :a
    assert catch_exit(exit(:b)) == :b
    assert catch_error(:erlang.error(:c)) == :c
    assert failed(fn -> catch_throw(id(1)) end).message == "Expected to catch throw, got nothing"
    assert failed(fn -> catch_exit(id(1)) end).message == "Expected to catch exit, got nothing"
    assert failed(fn -> catch_error(id(1)) end).message == "Expected to catch error, got nothing"
  end

  test "numbers may differ by a delta" do
    assert assert_in_delta(1.0, 1.5, 0.5)
    assert refute_in_delta(1, 3, 1) == false

    assert failed(fn -> assert_in_delta(1, 2, 0.5) end).message ==
             "Expected the difference between 1 and 2 (1) to be less than or equal to 0.5"

    assert refute_in_delta(1, 2, 1) == false
    assert failed(fn -> refute_in_delta(1, 2, 3) end).message == "Expected the difference between 1 and 2 (1) to be more than 3"
    assert failed(fn -> refute_in_delta(1, 2, 3, "near") end).message == "near (difference between 1 and 2 is less than 3)"
    assert failed(fn -> assert_in_delta(1, 2, 0.5, "far") end).message == "far"
    assert_raise ArgumentError, "delta must always be a positive number, got: -1", fn -> assert_in_delta(1, 1, -1) end
  end

  test "flunk fails" do
    assert failed(fn -> flunk() end).message == "Flunked!"
    assert failed(fn -> flunk("so") end).message == "so"
  end

  test "a pattern is shown with whole names of modules and the values of attributes" do
    alias ExUnit.AssertionError, as: Failed
    shown = fn fun -> fun |> failed() |> Map.fetch!(:left) |> Macro.to_string() end

    assert shown.(fn -> assert {Failed, %Failed{left: 1}} = id({1, 2}) end) == "{ExUnit.AssertionError, %ExUnit.AssertionError{left: 1}}"
    assert shown.(fn -> assert match?({@shown, ~w(a b), _x}, id(1)) end) == "{%{key: :value}, ~w(a b), _x}"
    assert shown.(fn -> refute match?({@shown, _}, id({%{key: :value}, 1})) end) == "{%{key: :value}, _}"
  end

  test "the message of the error shows code and sides" do
    error = %ExUnit.AssertionError{message: "Assertion with == failed", left: 1, right: [2], expr: quote(do: a == b)}
    assert Exception.message(error) == "\n\nAssertion with == failed\ncode:  a == b\nleft:  1\nright: [2]\n"
    assert Exception.message(%ExUnit.AssertionError{message: "a\nb", left: 1}) == "\n\na\n     b\nleft: 1\n"
  end

  test "sides of operators are compared as those of equality, and equal ones without the operator" do
    context = fn fun -> fun |> failed() |> Map.take([:context, :left, :right]) end

    assert context.(fn -> assert id(1) in [2] end) == %{context: :==, left: 1, right: [2]}
    assert context.(fn -> refute id(1) in [1] end) == %{context: :==, left: 1, right: [1]}
    assert context.(fn -> assert id(1) < 0 end) == %{context: :==, left: 1, right: 0}
    assert context.(fn -> assert id("a") =~ "b" end) == %{context: :==, left: "a", right: "b"}
    assert context.(fn -> assert id(1) === 1.0 end) == %{context: :===, left: 1, right: 1.0}
    assert %{context: :==, left: 1} = context.(fn -> refute id(1) === 1 end)
    assert failed(fn -> assert id(1) !== 1 end).message == "Assertion with !== failed, both sides are exactly equal"
    # What is no text matches nothing, and is not asked when both sides are the same.
    assert failed(fn -> refute id(:a) =~ :a end).message == "Refute with =~ failed, both sides are exactly equal"
    assert_raise FunctionClauseError, fn -> assert id(:a) =~ :a end
  end
end
