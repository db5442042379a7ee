defmodule :beamlet_xpath do
  @moduledoc false
  # Expressions of XPath 1.0 as trees: `{:path, from, steps}` with steps `{axis, test, predicates}`, calls, literals and operators.

  @axes ~w(child self parent attribute descendant descendant-or-self ancestor ancestor-or-self following-sibling preceding-sibling following preceding namespace)
  @types ~w(node text comment processing-instruction)

  @doc false
  def parse(text) do
    case either(tokens(text, [])) do
      {tree, []} -> {:ok, tree}
      {_, [token | _]} -> {:error, {:unexpected, token}}
    end
  catch
    {:xpath, reason} -> {:error, reason}
  end

  ## Tokens

  defp tokens("", acc), do: :lists.reverse(acc)
  defp tokens(<<char, rest::binary>>, acc) when char in ~c" \t\r\n", do: tokens(rest, acc)

  defp tokens(<<quote, rest::binary>>, acc) when quote in ~c"\"'" do
    case :binary.split(rest, <<quote>>) do
      [text, rest] -> tokens(rest, [{:string, text} | acc])
      _ -> throw({:xpath, :unterminated_string})
    end
  end

  for mark <- ["//", "::", "..", "!=", "<=", ">="] do
    defp tokens(unquote(mark) <> rest, acc), do: tokens(rest, [{:mark, unquote(mark)} | acc])
  end

  defp tokens(<<char, _::binary>> = text, acc) when char in ?0..?9, do: numeral(text, acc)
  defp tokens(<<?., char, _::binary>> = text, acc) when char in ?0..?9, do: numeral("0" <> text, acc)

  # A star, and a name of an operator, mean the operator behind something that can be its left side.
  defp tokens("*" <> rest, acc), do: tokens(rest, [if(operand?(acc), do: {:operator, :*}, else: {:name, "*"}) | acc])
  defp tokens(<<char, rest::binary>>, acc) when char in ~c"()[]@,/.|+-=<>$", do: tokens(rest, [{:mark, <<char>>} | acc])

  defp tokens(text, acc) do
    case Regex.run(~r/\A[\p{L}_][\p{L}\p{N}\p{M}_.\-]*(:(\*|[\p{L}_][\p{L}\p{N}\p{M}_.\-]*))?/u, text) do
      [name | _] ->
        rest = binary_part(text, byte_size(name), byte_size(text) - byte_size(name))
        token = if name in ["and", "or", "div", "mod"] and operand?(acc), do: {:operator, String.to_atom(name)}, else: {:name, name}
        tokens(rest, [token | acc])

      nil ->
        throw({:xpath, {:illegal_character, String.first(text)}})
    end
  end

  defp numeral(text, acc) do
    [digits] = Regex.run(~r/\A\d+(\.\d*)?/, text, capture: :first)
    rest = binary_part(text, byte_size(digits), byte_size(text) - byte_size(digits))
    {number, _} = if String.contains?(digits, "."), do: Float.parse(digits <> "0"), else: Integer.parse(digits)
    tokens(rest, [{:number, number} | acc])
  end

  defp operand?([{:mark, mark} | _]), do: mark in [")", "]", "..", "."]
  defp operand?([{:operator, _} | _]), do: false
  defp operand?([_ | _]), do: true
  defp operand?([]), do: false

  ## Operators, the loosest first

  defp either(tokens), do: chain(tokens, &both/1, fn {:operator, :or} -> &{:or, &1, &2}; _ -> nil end)
  defp both(tokens), do: chain(tokens, &equality/1, fn {:operator, :and} -> &{:and, &1, &2}; _ -> nil end)
  defp equality(tokens), do: chain(tokens, &relation/1, &comparison(&1, ["=", "!="]))
  defp relation(tokens), do: chain(tokens, &sum/1, &comparison(&1, ["<", "<=", ">", ">="]))

  defp sum(tokens), do: chain(tokens, &product/1, fn {:mark, mark} when mark in ["+", "-"] -> &{:arithmetic, String.to_atom(mark), &1, &2}; _ -> nil end)
  defp product(tokens), do: chain(tokens, &unary/1, fn {:operator, op} when op in [:*, :div, :mod] -> &{:arithmetic, op, &1, &2}; _ -> nil end)

  defp comparison({:mark, mark}, marks), do: if(mark in marks, do: &{:compare, String.to_atom(mark), &1, &2})
  defp comparison(_token, _marks), do: nil

  defp unary([{:mark, "-"} | tokens]) do
    {tree, tokens} = unary(tokens)
    {{:negative, tree}, tokens}
  end

  defp unary(tokens), do: chain(tokens, &path/1, fn {:mark, "|"} -> &{:union, &1, &2}; _ -> nil end)

  defp chain(tokens, operand, operator) do
    {left, tokens} = operand.(tokens)
    chain(left, tokens, operand, operator)
  end

  defp chain(left, [token | rest] = tokens, operand, operator) do
    case operator.(token) do
      nil ->
        {left, tokens}

      make ->
        {right, tokens} = operand.(rest)
        chain(make.(left, right), tokens, operand, operator)
    end
  end

  defp chain(left, [], _operand, _operator), do: {left, []}

  ## Paths

  @below {:"descendant-or-self", {:type, :node}, []}

  defp path([{:mark, "//"} | tokens]) do
    {steps, tokens} = steps(tokens)
    {{:path, :absolute, [@below | steps]}, tokens}
  end

  defp path([{:mark, "/"} | tokens]) do
    if step?(tokens) do
      {steps, tokens} = steps(tokens)
      {{:path, :absolute, steps}, tokens}
    else
      {{:path, :absolute, []}, tokens}
    end
  end

  defp path([{:string, text} | tokens]), do: filtered({:literal, text}, tokens)
  defp path([{:number, number} | tokens]), do: filtered({:literal, number}, tokens)

  defp path([{:mark, "("} | tokens]) do
    {tree, tokens} = either(tokens)
    filtered(tree, expect(tokens, ")"))
  end

  defp path([{:name, name}, {:mark, "("} | tokens]) when name not in @types do
    {args, tokens} = arguments(tokens)
    filtered({:call, name, args}, tokens)
  end

  defp path(tokens) do
    {steps, tokens} = steps(tokens)
    {{:path, :relative, steps}, tokens}
  end

  # What stands in front of predicates or further steps.
  defp filtered(primary, tokens) do
    {predicates, tokens} = predicates(tokens, [])
    primary = if predicates == [], do: primary, else: {:filter, primary, predicates}

    case tokens do
      [{:mark, "//"} | tokens] ->
        {steps, tokens} = steps(tokens)
        {{:path, primary, [@below | steps]}, tokens}

      [{:mark, "/"} | tokens] ->
        {steps, tokens} = steps(tokens)
        {{:path, primary, steps}, tokens}

      _ ->
        {primary, tokens}
    end
  end

  defp arguments([{:mark, ")"} | tokens]), do: {[], tokens}

  defp arguments(tokens) do
    {arg, tokens} = either(tokens)

    case tokens do
      [{:mark, ","} | tokens] ->
        {args, tokens} = arguments(tokens)
        {[arg | args], tokens}

      _ ->
        {[arg], expect(tokens, ")")}
    end
  end

  defp step?([{:name, _} | _]), do: true
  defp step?([{:mark, mark} | _]), do: mark in ["@", ".", ".."]
  defp step?(_tokens), do: false

  defp steps(tokens) do
    {step, tokens} = step(tokens)

    case tokens do
      [{:mark, "//"} | tokens] ->
        {steps, tokens} = steps(tokens)
        {[step, @below | steps], tokens}

      [{:mark, "/"} | tokens] ->
        {steps, tokens} = steps(tokens)
        {[step | steps], tokens}

      _ ->
        {[step], tokens}
    end
  end

  defp step([{:mark, "."} | tokens]), do: {{:self, {:type, :node}, []}, tokens}
  defp step([{:mark, ".."} | tokens]), do: {{:parent, {:type, :node}, []}, tokens}
  defp step([{:mark, "@"} | tokens]), do: step(:attribute, tokens)
  defp step([{:name, axis}, {:mark, "::"} | tokens]) when axis in @axes, do: step(String.to_atom(axis), tokens)
  defp step(tokens), do: step(:child, tokens)

  defp step(axis, [{:name, "processing-instruction"}, {:mark, "("}, {:string, target}, {:mark, ")"} | tokens]),
    do: step(axis, {:instruction, target}, tokens)

  defp step(axis, [{:name, type}, {:mark, "("}, {:mark, ")"} | tokens]) when type in @types, do: step(axis, {:type, String.to_atom(type)}, tokens)
  defp step(axis, [{:name, "*"} | tokens]), do: step(axis, :any, tokens)

  defp step(axis, [{:name, name} | tokens]) do
    case :binary.split(name, ":") do
      [prefix, local] -> step(axis, {:name, {prefix, local}}, tokens)
      [name] -> step(axis, {:name, name}, tokens)
    end
  end

  defp step(_axis, [token | _]), do: throw({:xpath, {:unexpected, token}})
  defp step(_axis, []), do: throw({:xpath, :unexpected_end})

  defp step(axis, test, tokens) do
    {predicates, tokens} = predicates(tokens, [])
    {{axis, test, predicates}, tokens}
  end

  defp predicates([{:mark, "["} | tokens], acc) do
    {predicate, tokens} = either(tokens)
    predicates(expect(tokens, "]"), [predicate | acc])
  end

  defp predicates(tokens, acc), do: {:lists.reverse(acc), tokens}

  defp expect([{:mark, mark} | tokens], mark), do: tokens
  defp expect([token | _], _mark), do: throw({:xpath, {:unexpected, token}})
  defp expect([], _mark), do: throw({:xpath, :unexpected_end})
end
