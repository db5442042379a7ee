defmodule Beamlet.DeprecatedTest do
  use ExUnit.Case, async: true

  # The functions are called by name: each of them would warn.
  defp call(module, function, args), do: apply(module, function, args)

  test "HashDict keeps its order and its keys" do
    keys = Enum.to_list(1..20) ++ [:a, "x"]
    dict = Enum.into(keys, call(HashDict, :new, []), &{&1, &1})
    assert call(HashDict, :keys, [dict]) == [20, 7, 16, 13, 17, 18, 2, 6, 3, 4, 15, 1, 5, 9, 11, 19, 10, 12, 14, :a, 8, "x"]
    assert Enum.sort(Enum.map(dict, &elem(&1, 0))) == Enum.sort(keys)

    without = Enum.reduce([3, 10, 20, 99], dict, &call(HashDict, :delete, [&2, &1]))
    assert call(HashDict, :size, [without]) == 19
    assert call(HashDict, :fetch, [without, 10]) == :error
    assert Enum.all?(keys -- [3, 10, 20], &(call(HashDict, :fetch, [without, &1]) == {:ok, &1}))
    assert inspect(Enum.into([a: 1], call(HashDict, :new, []))) == "#HashDict<[a: 1]>"
  end

  test "Dict asks what it is given" do
    hash = Enum.into([a: 1, b: 2], call(HashDict, :new, []))

    for dict <- [hash, %{a: 1, b: 2}, [a: 1, b: 2]] do
      assert call(Dict, :get, [dict, :a]) == 1
      assert call(Dict, :size, [dict]) == 2
      assert call(Dict, :fetch!, [call(Dict, :update!, [dict, :b, &(&1 * 5)]), :b]) == 10
      assert call(Dict, :pop, [dict, :z, 7]) == {7, dict}
      assert call(Dict, :equal?, [dict, hash])
    end

    assert call(Dict, :merge, [%{a: 1}, hash]) == %{a: 1, b: 2}
    assert_raise ArgumentError, "unsupported dict: 1", fn -> call(Dict, :get, [1, :a]) end
  end

  test "sets of two kinds" do
    set = Enum.into([1, 2, 3], call(HashSet, :new, []))
    other = MapSet.new([2, 3, 4])
    assert Enum.sort(call(Set, :union, [set, other])) == [1, 2, 3, 4]
    assert call(Set, :to_list, [call(Set, :difference, [set, other])]) == [1]
    assert call(Set, :subset?, [call(Set, :intersection, [set, other]), other])
    refute call(Set, :disjoint?, [set, other])
    assert 2 in set
  end

  @handler (quote do
              use GenEvent
              def handle_event(event, events), do: {:ok, [event | events]}
              def handle_call(:events, events), do: {:ok, Enum.reverse(events), events}
              def terminate(reason, events), do: {reason, events}
            end)

  test "GenEvent" do
    ExUnit.CaptureIO.capture_io(:stderr, fn -> Module.create(Beamlet.DeprecatedTest.Handler, @handler, __ENV__) end)
    handler = Beamlet.DeprecatedTest.Handler
    {:ok, manager} = call(GenEvent, :start_link, [])
    assert call(GenEvent, :add_handler, [manager, handler, []]) == :ok
    assert call(GenEvent, :add_handler, [manager, handler, []]) == {:error, :already_present}
    assert call(GenEvent, :add_handler, [manager, {handler, 2}, [:second]]) == :ok
    assert call(GenEvent, :notify, [manager, 1]) == :ok
    assert call(GenEvent, :sync_notify, [manager, 2]) == :ok
    assert call(GenEvent, :call, [manager, handler, :events]) == [1, 2]
    assert call(GenEvent, :call, [manager, {handler, 2}, :events]) == [:second, 1, 2]
    assert call(GenEvent, :call, [manager, :other, :events]) == {:error, :not_found}
    assert call(GenEvent, :remove_handler, [manager, handler, :why]) == {:why, [2, 1]}
    assert call(GenEvent, :which_handlers, [manager]) == [{handler, 2}]
    assert call(GenEvent, :stop, [manager]) == :ok
    assert {:noproc, {GenEvent, :call, [^manager, _, :events, 5000]}} = catch_exit(call(GenEvent, :call, [manager, handler, :events]))
  end
end
