defmodule Macro.Printer do
  @moduledoc false
  # The plain printer behind `Macro.to_string/2`: everything in parentheses that may be, blocks on lines of their own, and a
  # function that sees each node with its text and may change that.

  @type fun_of_text :: (Macro.t(), String.t() -> String.t())

  @spec print(Macro.t(), fun_of_text) :: String.t()
  def print({var, _, context} = ast, fun) when is_atom(var) and is_atom(context), do: fun.(ast, Atom.to_string(var))

  def print({:__aliases__, _, refs} = ast, fun), do: fun.(ast, Enum.map_join(refs, ".", &segment(&1, fun)))

  def print({:__block__, _, [expr]} = ast, fun) when not is_tuple(expr) or tuple_size(expr) != 3, do: fun.(ast, print(expr, fun))

  def print({:__block__, _, _} = ast, fun), do: fun.(ast, "(\n  " <> indented(ast, fun) <> "\n)")

  def print({:<<>>, _, parts} = ast, fun) do
    if interpolated?(ast) do
      fun.(ast, interpolate(parts, "\"", "\"", :text, fun))
    else
      shown =
        Enum.map_join(parts, ", ", fn part ->
          text = bitpart(part, fun)
          if String.starts_with?(text, "<") or String.ends_with?(text, ">"), do: "(" <> text <> ")", else: text
        end)

      fun.(ast, "<<" <> shown <> ">>")
    end
  end

  def print({:{}, _, args} = ast, fun), do: fun.(ast, "{" <> Enum.map_join(args, ", ", &print(&1, fun)) <> "}")

  def print({:%{}, _, args} = ast, fun), do: fun.(ast, "%{" <> map_contents(args, fun) <> "}")

  def print({:%, _, [name, {:%{}, _, args} = map]} = ast, fun) do
    fun.(ast, "%" <> print(name, fun) <> fun.(map, "{" <> map_contents(args, fun) <> "}"))
  end

  def print({:fn, _, [{:->, _, [_, body]}] = clauses} = ast, fun) when not is_tuple(body) or elem(body, 0) != :__block__ do
    fun.(ast, "fn " <> clauses(clauses, fun, :inline) <> " end")
  end

  def print({:fn, _, [{:->, _, _}] = clauses} = ast, fun), do: fun.(ast, "fn " <> clauses(clauses, fun, :block) <> "\nend")
  def print({:fn, _, clauses} = ast, fun), do: fun.(ast, "fn\n  " <> indent(clauses(clauses, fun, :block)) <> "\nend")

  def print([{:->, _, [[], body]}] = ast, fun), do: fun.(ast, "(() -> " <> print(body, fun) <> ")")
  def print([{:->, _, _} | _] = ast, fun), do: fun.(ast, "(" <> clauses(ast, fun, :inline) <> ")")

  def print({:when, _, args} = ast, fun) when length(args) > 2 do
    {left, [guard]} = Enum.split(args, -1)
    fun.(ast, "(" <> Enum.map_join(left, ", ", &print(&1, fun)) <> ") when " <> print(guard, fun))
  end

  def print({:"not in", _, [left, right]} = ast, fun), do: fun.(ast, print(left, fun) <> " not in " <> print(right, fun))
  def print({:not, _, [{:in, _, [left, right]}]} = ast, fun), do: fun.(ast, print(left, fun) <> " not in " <> print(right, fun))

  def print({:.., _, []} = ast, fun), do: fun.(ast, "..")

  def print({:..//, _, [first, last, step]} = ast, fun) do
    fun.(ast, operand(first, :.., :left, fun) <> ".." <> operand(last, :.., :right, fun) <> "//" <> operand(step, :.., :right, fun))
  end

  def print({:&, _, [number]} = ast, fun) when is_integer(number), do: fun.(ast, "&" <> Integer.to_string(number))

  def print({:&, _, [{:/, _, [{name, _, context}, arity]}]} = ast, fun) when is_atom(name) and is_atom(context) and is_integer(arity) do
    fun.(ast, "&#{name}/#{arity}")
  end

  def print({:&, _, [{:/, _, [{{:., _, [_, name]} = target, _, []}, arity]}]} = ast, fun) when is_atom(name) and is_integer(arity) do
    fun.(ast, "&" <> target(target, fun) <> "/#{arity}")
  end

  def print({:&, _, [arg]} = ast, fun) when not is_integer(arg), do: fun.(ast, "&(" <> print(arg, fun) <> ")")

  def print({:not, _, [arg]} = ast, fun), do: fun.(ast, "not(" <> print(arg, fun) <> ")")

  def print({{:., _, [Access, :get]}, _, [{op, _, _} = left, right]} = ast, fun) when op in [:<<>>, :{}, :%{}, :%, :fn] do
    fun.(ast, "(" <> print(left, fun) <> ")[" <> print(right, fun) <> "]")
  end

  def print({{:., _, [Access, :get]}, _, [left, right]} = ast, fun) do
    left_text = if operator?(left), do: "(" <> print(left, fun) <> ")", else: print(left, fun)
    fun.(ast, left_text <> "[" <> print(right, fun) <> "]")
  end

  def print({{:., _, [_, :{}]} = target, _, args} = ast, fun), do: fun.(ast, base(target, fun) <> ".{" <> arguments(args, fun) <> "}")

  def print({{:., _, [left, name]} = target, meta, []} = ast, fun) when is_atom(name) and not is_atom(left) do
    if meta[:no_parens] || (is_tuple(left) and elem(left, 0) != :__aliases__),
      do: fun.(ast, target(target, fun) <> if(meta[:no_parens], do: "", else: "()")),
      else: fun.(ast, target(target, fun) <> "()")
  end

  def print({name, _, [left, right]} = ast, fun) when is_atom(name) do
    cond do
      sigil = sigil(ast, fun) -> fun.(ast, sigil)
      Macro.operator?(name, 2) and name != :. -> fun.(ast, operand(left, name, :left, fun) <> infix(name) <> operand(right, name, :right, fun))
      true -> call(ast, fun)
    end
  end

  def print({name, _, [arg]} = ast, fun) when is_atom(name) do
    cond do
      Macro.operator?(name, 1) and name != :. -> fun.(ast, Atom.to_string(name) <> unary_operand(name, arg, fun))
      true -> call(ast, fun)
    end
  end

  def print({_, _, args} = ast, fun) when is_list(args), do: call(ast, fun)

  def print({left, right}, fun) do
    print({:{}, [], [left, right]}, fn
      {:{}, _, [_, _]}, text -> fun.({left, right}, text)
      ast, text -> fun.(ast, text)
    end)
  end

  def print(list, fun) when is_list(list) do
    text =
      cond do
        list == [] -> "[]"
        List.ascii_printable?(list) -> inspect(list, charlists: :as_charlists)
        keywords?(list) -> "[" <> keywords(list, fun) <> "]"
        true -> "[" <> elements(list, fun) <> "]"
      end

    fun.(list, text)
  end

  def print(other, fun), do: fun.(other, inspect(other, []))

  ## Calls

  defp call({target, _, args} = ast, fun) do
    case List.last(args) do
      [{:do, _} | _] = sections ->
        if sections?(sections) do
          {args, _} = Enum.split(args, -1)
          head = if args == [], do: target(target, fun), else: target(target, fun) <> "(" <> arguments(args, fun) <> ")"
          fun.(ast, head <> blocks(sections, fun))
        else
          fun.(ast, target(target, fun) <> "(" <> arguments(args, fun) <> ")")
        end

      _ ->
        fun.(ast, target(target, fun) <> "(" <> arguments(args, fun) <> ")")
    end
  end

  defp sections?(sections), do: keywords?(sections) and Enum.all?(sections, fn {key, _} -> key in [:do, :else, :rescue, :catch, :after] end)

  defp target({:., _, [fun_name]}, fun), do: parenthesised(fun_name, fun) <> "."
  defp target({:., _, [_, name]} = dot, fun), do: base(dot, fun) <> "." <> Macro.inspect_atom(:remote_call, name)
  defp target(name, _fun) when is_atom(name), do: Atom.to_string(name)
  defp target(other, fun), do: parenthesised(other, fun)

  defp base({:., _, [left, _]}, fun) when is_atom(left), do: inspect(left) |> then(&fun.(left, &1))
  defp base({:., _, [left, _]}, fun), do: parenthesised(left, fun)

  defp parenthesised({_, _, _} = code, fun) do
    if operator?(code) or block_call?(code) or match?({:fn, _, _}, code), do: "(" <> print(code, fun) <> ")", else: print(code, fun)
  end

  defp parenthesised(code, fun), do: print(code, fun)

  defp block_call?({_, _, [_ | _] = args}), do: match?([{:do, _} | _], List.last(args))
  defp block_call?(_), do: false

  defp operator?({name, _, [_, _]}) when is_atom(name), do: name != :. and Macro.operator?(name, 2)
  defp operator?({:&, _, [number]}) when is_integer(number), do: false
  defp operator?({name, _, [_]}) when is_atom(name), do: name != :. and Macro.operator?(name, 1)
  defp operator?(_), do: false

  defp arguments(args, fun) do
    case Enum.split(args, -1) do
      {init, [[{_, _} | _] = last]} ->
        if keywords?(last),
          do: Enum.join(Enum.map(init, &print(&1, fun)) ++ [keywords(last, fun)], ", "),
          else: Enum.map_join(args, ", ", &print(&1, fun))

      _ ->
        Enum.map_join(args, ", ", &print(&1, fun))
    end
  end

  defp blocks(sections, fun) do
    ordered = for key <- [:do, :rescue, :catch, :else, :after], {^key, code} <- sections, do: {key, code}
    Enum.map_join(ordered, "\n", fn {key, code} -> if(key == :do, do: " do", else: "#{key}") <> "\n  " <> section(code, fun) end) <> "\nend"
  end

  defp section([{:->, _, _} | _] = clauses, fun), do: indent(clauses(clauses, fun, :block))
  defp section(code, fun), do: indented(code, fun)

  defp indented({:__block__, _, list} = ast, fun) when is_list(list), do: fun.(ast, list |> Enum.map_join("\n", &print(&1, fun)) |> indent())
  defp indented(code, fun), do: indent(print(code, fun))

  defp indent(text), do: String.replace(text, "\n", "\n  ")

  ## Clauses

  defp clauses(clauses, fun, :inline), do: Enum.map_join(clauses, "; ", &clause(&1, fun))
  defp clauses([{:->, _, [[], _]}] = clauses, fun, :block), do: Enum.map_join(clauses, "\n", &block_clause(&1, fun))
  defp clauses(clauses, fun, :block), do: Enum.map_join(clauses, "\n", &block_clause(&1, fun))

  defp clause({:->, _, [left, right]}, fun), do: head(left, fun) <> "-> " <> print(right, fun)
  defp block_clause({:->, _, [left, right]}, fun), do: head(left, fun) <> "->\n  " <> indented(right, fun)

  defp head([], _fun), do: ""

  defp head([{:when, _, args}] = _left, fun) do
    {args, [guard]} = Enum.split(args, -1)
    shown = arguments(args, fun)
    shown = if length(args) == 1, do: shown, else: "(" <> shown <> ")"
    shown <> " when " <> print(guard, fun) <> " "
  end

  defp head(left, fun), do: arguments(left, fun) <> " "

  ## Operators

  defp infix(:..), do: ".."
  defp infix(:|), do: " | "
  defp infix(name), do: " #{name} "

  defp operand({name, _, [_, _]} = code, parent, side, fun) when is_atom(name) do
    if Macro.operator?(name, 2) and name != :. do
      {parent_assoc, parent_level} = precedence(parent)
      {_, level} = precedence(name)

      cond do
        parent_level < level -> print(code, fun)
        parent_level > level -> "(" <> print(code, fun) <> ")"
        parent_assoc == side -> print(code, fun)
        true -> "(" <> print(code, fun) <> ")"
      end
    else
      print(code, fun)
    end
  end

  defp operand([{:->, _, _} | _] = code, _parent, _side, fun), do: print(code, fun)
  defp operand(code, _parent, _side, fun), do: print(code, fun)

  defp unary_operand(name, {inner, _, [_]} = arg, fun) when is_atom(inner) and name != :@ do
    if Macro.operator?(inner, 1), do: "(" <> print(arg, fun) <> ")", else: print(arg, fun)
  end

  defp unary_operand(:@, {name, _, [_ | _] = args}, fun) when is_atom(name), do: "#{name}(" <> arguments(args, fun) <> ")"

  defp unary_operand(_, {name, _, [_, _]} = arg, fun) when is_atom(name) do
    if Macro.operator?(name, 2), do: "(" <> print(arg, fun) <> ")", else: print(arg, fun)
  end

  defp unary_operand(_, arg, fun), do: print(arg, fun)

  defp precedence(operator) do
    cond do
      operator in [:<-, :\\] -> {:left, 40}
      operator == :when -> {:right, 50}
      operator == :"::" -> {:right, 60}
      operator == :| -> {:right, 70}
      operator == :"=>" -> {:right, 80}
      operator == := -> {:right, 100}
      operator in [:||, :|||, :or] -> {:left, 120}
      operator in [:&&, :&&&, :and] -> {:left, 130}
      operator in [:==, :!=, :=~, :===, :!==] -> {:left, 140}
      operator in [:<, :>, :<=, :>=] -> {:left, 150}
      operator in [:|>, :<<<, :>>>, :<<~, :~>>, :<~, :~>, :<~>, :"<|>"] -> {:left, 160}
      operator in [:in, :"not in"] -> {:left, 170}
      operator == :"^^^" -> {:left, 180}
      operator in [:++, :--, :.., :<>, :+++, :---] -> {:right, 200}
      operator in [:+, :-] -> {:left, 210}
      operator in [:*, :/] -> {:left, 220}
      operator == :** -> {:left, 230}
      true -> {:left, 310}
    end
  end

  ## Containers

  defp map_contents([{:|, _, [map, pairs]}], fun), do: print(map, fun) <> " | " <> map_contents(pairs, fun)

  defp map_contents(pairs, fun) do
    if keywords?(pairs),
      do: keywords(pairs, fun),
      else: Enum.map_join(pairs, ", ", fn
        {key, value} -> print(key, fun) <> " => " <> print(value, fun)
        other -> print(other, fun)
      end)
  end

  defp keywords(pairs, fun), do: Enum.map_join(pairs, ", ", fn {key, value} -> Macro.inspect_atom(:key, key) <> " " <> print(value, fun) end)

  # Modules as keys look better as pairs.
  defp keywords?(list), do: Keyword.keyword?(list) and Enum.all?(list, fn {key, _} -> not String.starts_with?(Atom.to_string(key), "Elixir.") end)

  defp elements(list, fun), do: Enum.map_join(list, ", ", &print(&1, fun))

  defp segment(atom, _fun) when is_atom(atom), do: atom |> Atom.to_string() |> String.replace_prefix("Elixir.", "")
  defp segment(code, fun), do: parenthesised(code, fun)

  ## Bitstrings and sigils

  defp bitpart({:"::", meta, [left, right]} = ast, fun), do: fun.(ast, operand(left, :"::", :left, fun) <> "::" <> bitmods(right, meta, fun))
  defp bitpart(part, fun), do: print(part, fun)

  defp bitmods({op, _, [left, right]}, meta, fun) when op in [:*, :-], do: bitmods(left, meta, fun) <> Atom.to_string(op) <> bitmods(right, meta, fun)
  defp bitmods(other, _meta, fun), do: print(other, fun)

  defp interpolated?({:<<>>, _, [_ | _] = parts}) do
    Enum.any?(parts, &match?({:"::", _, [{{:., _, [Kernel, :to_string]}, _, [_]}, {:binary, _, _}]}, &1)) and
      Enum.all?(parts, fn
        {:"::", _, [{{:., _, [Kernel, :to_string]}, _, [_]}, {:binary, _, _}]} -> true
        part -> is_binary(part)
      end)
  end

  defp interpolated?(_), do: false

  defp interpolate(parts, open, close, escape, fun) do
    inner =
      Enum.map_join(parts, fn
        {:"::", _, [{{:., _, [Kernel, :to_string]}, _, [code]}, {:binary, _, _}]} -> "\#{" <> print(code, fun) <> "}"
        text when escape == :text -> text |> inspect([]) |> String.slice(1..-2//1)
        # In a sigil only its own end would be taken for something else.
        text when escape == :sigil -> String.replace(text, close, "\\" <> close)
        text -> text
      end)

    open <> inner <> close
  end

  defp sigil({name, meta, [{:<<>>, _, parts}, modifiers]}, fun) when is_list(modifiers) do
    case {Atom.to_string(name), meta[:delimiter]} do
      {"sigil_" <> <<letter>>, delimiter} when is_binary(delimiter) ->
        "~" <> <<letter>> <> sigil_text(letter, parts, delimiter, fun) <> List.to_string(modifiers)

      _ ->
        nil
    end
  end

  defp sigil(_, _), do: nil

  defp sigil_text(_letter, parts, <<_, _, _>> = delimiter, fun), do: interpolate(parts, delimiter <> "\n", delimiter, :raw, fun)
  defp sigil_text(letter, parts, delimiter, fun) when letter in ?A..?Z, do: interpolate(parts, delimiter, closing(delimiter), :raw, fun)
  defp sigil_text(_letter, parts, delimiter, fun), do: interpolate(parts, delimiter, closing(delimiter), :sigil, fun)

  defp closing("("), do: ")"
  defp closing("["), do: "]"
  defp closing("{"), do: "}"
  defp closing("<"), do: ">"
  defp closing(same), do: same
end
