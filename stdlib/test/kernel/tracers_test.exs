defmodule Kernel.TracersTest.Tracer do
  def trace(event, env) do
    send(self(), {event, env.module, env.function})
    :ok
  end
end

defmodule Kernel.TracersTest do
  use ExUnit.Case

  setup do
    Code.put_compiler_option(:tracers, [Kernel.TracersTest.Tracer])
    Code.put_compiler_option(:parser_options, columns: true)

    on_exit(fn ->
      Code.put_compiler_option(:tracers, [])
      Code.put_compiler_option(:parser_options, [])
    end)
  end

  # What tracers were told while the text was compiled, without what is said of Kernel.
  defp told(text) do
    Code.compile_string(text)
    :lists.reverse(gather([]))
  end

  defp gather(seen) do
    receive do
      {{_, _, Kernel, _, _}, _, _} -> gather(seen)
      {event, _, _} -> gather([event | seen])
    after
      0 -> seen
    end
  end

  defp place(events, wanted) do
    Enum.find_value(events, fn event ->
      event = if is_tuple(event), do: Tuple.to_list(event), else: [event]

      case event do
        [name, meta | rest] when [name | rest] == wanted -> {meta[:line], meta[:column]}
        _ -> nil
      end
    end)
  end

  test "a file begins and ends" do
    events = told("1 + 1")
    assert hd(events) == :start
    assert List.last(events) == :stop
  end

  test "names of modules, aliases and what they stand for" do
    events = told("alias Over.There\nThere\nalias Foo, as: Bar, warn: false\n[Bar, :x]")
    assert place(events, [:alias, Over.There, There, []]) == {1, 1}
    assert place(events, [:alias_expansion, There, Over.There]) == {2, 1}
    assert place(events, [:alias_reference, Over.There]) == {2, 1}
    assert place(events, [:alias, Foo, Bar, [as: Bar, warn: false]]) == {3, 1}
    assert place(events, [:alias_expansion, Bar, Foo]) == {4, 2}
  end

  test "imports, requires, and calls by them" do
    events = told("import Integer, only: [is_odd: 1, digits: 1]\nrequire Logger\ntrue = is_odd(3)\n[1] = digits(1)\n&digits/1")
    assert place(events, [:import, Integer, [only: [is_odd: 1, digits: 1]]]) == {1, 1}
    assert place(events, [:require, Logger, []]) == {2, 1}
    assert place(events, [:imported_macro, Integer, :is_odd, 1]) == {3, 8}
    assert place(events, [:imported_function, Integer, :digits, 1]) == {4, 7}
  end

  test "remote calls and structs" do
    events = told("require Integer\nInteger.is_even(2)\nString.upcase(\"a\")\n&Integer.digits/1\n%URI{path: \"/\"}")
    assert place(events, [:remote_macro, Integer, :is_even, 1]) == {2, 9}
    assert place(events, [:remote_function, String, :upcase, 1]) == {3, 8}
    assert place(events, [:remote_function, Integer, :digits, 1]) == {4, 10}
    assert place(events, [:struct_expansion, URI, [:path]]) == {5, 1}
  end

  test "definitions of the module itself, and the module" do
    events = told("defmodule Kernel.TracersTest.Told do\n  defmacro m(x), do: x\n  def f(x), do: x\n  def g(x), do: m(x) + f(x)\nend")
    assert place(events, [:local_macro, :m, 1]) == {4, 17}
    assert place(events, [:local_function, :f, 1]) == {4, 24}
    assert Enum.any?(events, &match?({:on_module, <<_::binary>>, :none}, &1))
  end
end
