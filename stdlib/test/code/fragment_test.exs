defmodule Code.FragmentOwnTest do
  use ExUnit.Case, async: true

  import Code.Fragment

  doctest Code.Fragment
  doctest Code.Identifier

  test "what a cursor stands behind" do
    for {text, context} <- [
          {"x = ", {:operator_call, ~c"="}},
          {"foo(", {:local_call, ~c"foo"}},
          {"foo(a, ", :expr},
          {"%{a: ", :expr},
          {"Foo.Ba", {:alias, ~c"Foo.Ba"}},
          {"Foo.bar/", {:dot_arity, {:alias, ~c"Foo"}, ~c"bar"}},
          {"@attr.Sub.fun(", {:dot_call, {:alias, {:module_attribute, ~c"attr"}, ~c"Sub"}, ~c"fun"}},
          {"%Point{} |> mo", {:local_or_var, ~c"mo"}},
          {"%Poi", {:struct, ~c"Poi"}},
          {"%__MODULE__.In", {:struct, {:alias, {:local_or_var, ~c"__MODULE__"}, ~c"In"}}},
          {":lists.ke", {:dot, {:unquoted_atom, ~c"lists"}, ~c"ke"}},
          {"~w", {:sigil, ~c"w"}},
          {"list\n|> Enum.map(&1)\n", :expr},
          {"list # of words\n.fie", {:dot, {:var, ~c"list"}, ~c"fie"}},
          {"not ", {:operator_call, ~c"not"}},
          {"1.5", :none},
          {"\"text\"", :none},
          {"a.b.C", :none}
        ],
        do: assert({text, cursor_context(text)} == {text, context})

    assert cursor_context(~c"Enum.") == {:dot, {:alias, ~c"Enum"}, []}
  end

  test "what is around a position" do
    line = "Enum.map(@list, &String.length/1)"
    found = for column <- 1..String.length(line), do: surround_context(line, {1, column})

    assert Enum.dedup(found) == [
             %{begin: {1, 1}, context: {:alias, ~c"Enum"}, end: {1, 5}},
             %{begin: {1, 1}, context: {:dot, {:alias, ~c"Enum"}, ~c"map"}, end: {1, 9}},
             :none,
             %{begin: {1, 10}, context: {:module_attribute, ~c"list"}, end: {1, 15}},
             :none,
             %{begin: {1, 17}, context: {:operator, ~c"&"}, end: {1, 18}},
             %{begin: {1, 18}, context: {:alias, ~c"String"}, end: {1, 24}},
             %{begin: {1, 18}, context: {:dot, {:alias, ~c"String"}, ~c"length"}, end: {1, 31}},
             :none
           ]

    assert surround_context("a\n  .b", {2, 4}).begin == {1, 1}
    assert surround_context("end", {1, 2}).context == {:keyword, ~c"end"}
  end

  test "the containers that a cursor is in" do
    for {text, code} <- [
          {"foo(a, b |> c", "foo(a, __cursor__())"},
          {"case x do\n  y ->", "case x do\n  __cursor__()\nend"},
          {"%{a: [1, {b, ", "%{a: [1, {b, __cursor__()}]}"},
          {"fn x -> foo(x", "fn x -> foo(__cursor__()) end"},
          {"fn x -> x", "__cursor__()"},
          {"if a, do: ", "if a do\n  __cursor__()\nend"},
          {"\"\#{a} \#{b(", "\"\#{a} \#{b(__cursor__())}\""},
          {"x(\"a(b\", [", "x(\"a(b\", [__cursor__()])"},
          {"call one, two ", "call(one, two(__cursor__()))"},
          {"x # (\ny(", "x\ny(__cursor__())"},
          {"foo(a: 1, ", "foo([{:a, 1}, __cursor__()])"}
        ] do
      assert {:ok, quoted} = container_cursor_to_quoted(text)
      assert {text, Macro.to_string(quoted)} == {text, code}
    end

    assert {:error, {_, _, _}} = container_cursor_to_quoted("a)")
  end
end
