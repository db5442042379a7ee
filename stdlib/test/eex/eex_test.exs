defmodule EExOwnTest.Functions do
  require EEx
  EEx.function_from_string(:def, :sum, "<%= a + b %>", [:a, :b])
  EEx.function_from_string(:def, :hidden_twice, "<%= twice(x) %>", [:x])
  EEx.function_from_string(:defp, :twice, "<%= x %><%= x %>", [:x])
end

defmodule EExOwnTest.Engine do
  # Keeps what it is told, in order.
  @behaviour EEx.Engine
  def init(_opts), do: []
  def handle_body(state), do: Enum.reverse(state)
  def handle_begin(_state), do: []
  def handle_end(state), do: Enum.reverse(state)
  def handle_text(state, meta, text), do: ["#{meta[:line]}:#{meta[:column]} #{text}" | state]
  def handle_expr(state, marker, expr), do: [marker <> Macro.to_string(expr) | state]
end

defmodule EExOwnTest do
  use ExUnit.Case, async: true
  doctest EEx.SmartEngine

  for {row, number} <- Enum.with_index([
      {"", [], ""},
      {"a <%= x %> b<% _ = x %>c", [x: 1], "a 1 bc"},
      {"<%% x %> <%%= y %>", [], "<% x %> <%= y %>"},
      {"a<%# x %>b<%!-- <%= 1 %> --%>c", [], "abc"},
      {"<%= if x do %>yes<% else %>no<% end %>", [x: nil], "no"},
      {"<%= for i <- x do %>[<%= i %>]<% end %>", [x: 1..3], "[1][2][3]"},
      {"<%= Enum.map(x, fn i -> %><%= i %>,<% end) %>", [x: [1, 2]], "1,2,"},
      {"<%= case x do %>\n <% 1 -> %>one\n <% _ -> %>other\n<% end %>", [x: 1], "one\n "},
      {"<%= cond do %><% x > 1 -> %>big<% true -> %>small<% end %>", [x: 2], "big"},
      {"<%= \"-> do end\" %>", [], "-> do end"},
      {"<% x = 2 %><%= if true do %><% x = 3 %><%= x %><% end %><%= x %>", [], "32"},
      {"<%= @a %>|<%= @b[:c] %>", [assigns: [a: 1, b: %{c: :d}]], "1|d"},
      {"é<%= nil %><%= 1.5 %>", [], "é1.5"}
      ], 1) do
    test "templates, case #{number}" do
      {template, bindings, result} = unquote(Macro.escape(row))
      assert EEx.eval_string(template, bindings) == result, template
    end
  end

  test "functions" do
    assert EExOwnTest.Functions.sum(1, 2) == "3"
    assert EExOwnTest.Functions.hidden_twice("a") == "aa"
    refute function_exported?(EExOwnTest.Functions, :twice, 1)
  end

  for {row, number} <- Enum.with_index([
      {"a\n  <%= 1 %>  \n\n  b", "a\n1\n  b"},
      {"\n<% _ = 1 %>\nc", "\nc"},
      {"<%= 1 %> <%= 2 %>\n", "1 2"},
      {" a <%= 1 %>  \n", " a 1"},
      {"<%= if true do %>\n x\n<% end %>\n", "\n x\n"}
      ], 1) do
    test "trimming, case #{number}" do
      {template, result} = unquote(Macro.escape(row))
      assert EEx.eval_string(template, [], trim: true) == result, inspect(template)
    end
  end

  test "an engine is told everything in order" do
    assert EEx.compile_string("a <%= 1 %>\n<%= if x do %>b<% else %><%/ y %><% end %>", engine: EExOwnTest.Engine, line: 5, indentation: 2) == [
             "5:3 a ",
             "=1",
             "5:13 \n",
             "=if x do\n  [\"6:17 b\"]\nelse\n  [\"/y\"]\nend"
           ]
  end

  test "tokens" do
    assert EEx.tokenize("<%= a fn -> %>x<% end, fn -> %><% end) %>") ==
             {:ok,
              [
                {:start_expr, '=', ' a fn -> ', %{column: 1, line: 1}},
                {:text, 'x', %{column: 15, line: 1}},
                {:middle_expr, [], ' end, fn -> ', %{column: 16, line: 1}},
                {:end_expr, [], ' end) ', %{column: 32, line: 1}},
                {:eof, %{column: 42, line: 1}}
              ]}
  end

  for {row, number} <- Enum.with_index([
      {"a <%= b", "foo.eex:3:8: missing token '%>'"},
      {"<%!-- a", "foo.eex:3:8: missing token '--%>'"},
      {"a\n<% end %>", "foo.eex:4:1: unexpected end of expression <% end %>"},
      {"<% else %>", "foo.eex:3:1: unexpected middle of expression <% else %>"},
      {"<%= if a do %>x", "foo.eex:3:16: unexpected end of string, expected a closing '<% end %>'"}
      ], 1) do
    test "what is not well formed, case #{number}" do
      {template, message} = unquote(Macro.escape(row))
      assert_raise EEx.SyntaxError, message, fn -> EEx.compile_string(template, file: "foo.eex", line: 3) end
    end
  end

  test "what is not well formed" do
    assert_raise EEx.SyntaxError, ~r"unsupported EEx syntax <%/ %>", fn -> EEx.compile_string("<%/ a %>") end
    assert_raise SyntaxError, ~r"^foo.eex:3:", fn -> EEx.compile_string("<%= 1 + ) %>", file: "foo.eex", line: 3) end
  end
end
