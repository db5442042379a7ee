defmodule ExUnit.Diff do
  @moduledoc false
  # What differs between two terms, or between a pattern and a term.
  #
  # Each side is a tree that mirrors the term, in which `{:diff, node}` marks what has no counterpart:
  #
  #     {:term, term}                  a term, shown by inspect
  #     {:code, quoted}                part of a pattern
  #     {:text, text}                  text as it is
  #     {:parts, open, parts, close}   text of several parts, of which some are marked
  #     {:list, nodes, tail | nil}     {:tuple, nodes}     {:map, name | nil, pairs}
  #     {:pair, key, node}             of a map or keyword list; the key is `{:atom, atom}` or a node
  #     {:infix, left, operator, right}
  #
  # Patterns are the matter of ExUnit.Diff.Pattern.

  alias Inspect.Algebra

  defstruct equivalent?: true, left: nil, right: nil

  # Texts that share less than this are different as a whole.
  @similar 0.4

  @doc false
  # {diff, %{hints: hints}} for the context :==, :===, or {:match, pins}.
  def compute(left, right, context)

  def compute(pattern, right, {:match, pins}) do
    state = %{pins: Map.new(pins), vars: %{}}
    {equal?, left, right, state} = ExUnit.Diff.Pattern.match(pattern, right, state)
    {%__MODULE__{equivalent?: equal?, left: left, right: right}, %{context: :match, pins: state.pins, current_vars: state.vars, hints: []}}
  end

  def compute(left, right, operator) when operator in [:==, :===] do
    {equal?, left_node, right_node} = compare(left, right, operator)
    hints = if equal?, do: [], else: hints(left, right)
    {%__MODULE__{equivalent?: equal?, left: left_node, right: right_node}, %{context: operator, pins: %{}, current_vars: %{}, hints: hints}}
  end

  defp hints(left, right) when is_binary(left) and is_binary(right) do
    if String.valid?(left) and String.valid?(right) and String.equivalent?(left, right), do: [:equivalent_but_different_strings], else: []
  end

  defp hints(_left, _right), do: []

  ## Terms: {equal?, left node, right node}

  def compare(left, right, operator) do
    if same?(left, right, operator), do: {true, {:term, left}, {:term, right}}, else: differ(left, right, operator)
  end

  defp same?(left, right, :===), do: left === right
  defp same?(left, right, :==), do: left == right

  defp differ(left, right, operator) when is_tuple(left) and is_tuple(right) do
    {left, right} = pair_up(Tuple.to_list(left), Tuple.to_list(right), operator)
    {false, {:tuple, left}, {:tuple, right}}
  end

  defp differ(%name{} = left, %name{} = right, operator) do
    case own_text(left, right) do
      {left_text, right_text} when left_text != right_text ->
        {left, right} = parts(left_text, right_text)
        {false, {:parts, "", left, ""}, {:parts, "", right, ""}}

      _ ->
        structs(left, right, operator)
    end
  end

  defp differ(%name{} = left, right, operator) when is_map(right) do
    if own_inspect?(name), do: whole(left, right), else: structs(left, right, operator)
  end

  defp differ(left, right, operator) when is_map(left) and is_map(right), do: structs(left, right, operator)

  defp differ(left, right, operator) when is_list(left) and is_list(right) do
    if charlists?(left, right) do
      text(List.to_string(left), List.to_string(right), ?')
    else
      lists(left, right, operator)
    end
  end

  defp differ(left, right, _operator) when is_binary(left) and is_binary(right), do: text(left, right, ?")

  defp differ(left, right, _operator) when (is_integer(left) and is_integer(right)) or (is_float(left) and is_float(right)) do
    {left, right} = parts(inspect(left), inspect(right))
    {false, {:parts, "", left, ""}, {:parts, "", right, ""}}
  end

  defp differ(left, right, _operator), do: whole(left, right)

  defp whole(left, right), do: {false, {:diff, {:term, left}}, {:diff, {:term, right}}}

  # An empty list is a text where the other is one.
  defp charlists?([], []), do: false
  defp charlists?(left, right), do: List.ascii_printable?(left) and List.ascii_printable?(right)

  # Structs that show themselves in their own way are compared as they show themselves.
  def own_inspect?(name), do: Inspect.impl_for(struct_of(name)) not in [Inspect.Any, Inspect.Map]
  defp struct_of(name), do: %{__struct__: name}

  def own_text(%name{} = left, right) do
    if own_inspect?(name), do: {inspect(left, safe: false), inspect(right, safe: false)}
  rescue
    _ -> nil
  end

  defp structs(left, right, operator) do
    {left_name, left_fields} = Map.pop(left, :__struct__)
    {right_name, right_fields} = Map.pop(right, :__struct__)
    {left_pairs, right_pairs} = maps(left_fields, right_fields, operator)
    {left_name, right_name} = names(left_name, right_name)
    {false, {:map, left_name, left_pairs}, {:map, right_name, right_pairs}}
  end

  defp names(nil, nil), do: {nil, nil}
  defp names(name, name), do: {{:text, inspect(name)}, {:text, inspect(name)}}
  defp names(left, right), do: {left && {:diff, {:text, inspect(left)}}, right && {:diff, {:text, inspect(right)}}}

  # What both have comes first.
  defp maps(left, right, operator) do
    {left_pairs, right_pairs} =
      for {key, a} <- Enum.sort(left), is_map_key(right, key) do
        {_, a, b} = compare(a, Map.fetch!(right, key), operator)
        {{:pair, key(key), a}, {:pair, key(key), b}}
      end
      |> Enum.unzip()

    {left_pairs ++ only(left, right), right_pairs ++ only(right, left)}
  end

  defp only(map, other) do
    for {key, value} <- Enum.sort(map), not is_map_key(other, key), do: {:diff, {:pair, key(key), {:term, value}}}
  end

  def keys(key, key), do: {{:atom, key}, {:atom, key}}
  def keys(left, right), do: {{:diff, {:atom, left}}, {:diff, {:atom, right}}}

  def key(key) when is_atom(key), do: {:atom, key}
  def key(key), do: {:term, key}

  defp pair_up([left | lefts], [right | rights], operator) do
    {_, left, right} = compare(left, right, operator)
    {more_left, more_right} = pair_up(lefts, rights, operator)
    {[left | more_left], [right | more_right]}
  end

  defp pair_up(lefts, rights, _operator), do: {marked(lefts), marked(rights)}

  def marked(terms), do: Enum.map(terms, &{:diff, element(&1)})

  # A pair is shown as one, as long as all its list is.
  def element({key, value}) when is_atom(key), do: {:pair, {:atom, key}, {:term, value}}
  def element(term), do: {:term, term}

  defp lists(left, right, operator) do
    {left_items, left_tail} = improper(left, [])
    {right_items, right_tail} = improper(right, [])
    script = List.myers_difference(left_items, right_items)
    {left_nodes, right_nodes} = items(script, operator)

    {left_tail, right_tail} =
      cond do
        left_tail == right_tail -> {tail(left_tail), tail(right_tail)}
        left_tail == [] or right_tail == [] -> {tail_diff(left_tail), tail_diff(right_tail)}
        true -> compare(left_tail, right_tail, operator) |> then(fn {_, left, right} -> {left, right} end)
      end

    {false, {:list, left_nodes, left_tail}, {:list, right_nodes, right_tail}}
  end

  def improper([head | tail], items), do: improper(tail, [head | items])
  def improper(tail, items), do: {Enum.reverse(items), tail}

  defp tail([]), do: nil
  defp tail(term), do: {:term, term}
  defp tail_diff([]), do: nil
  defp tail_diff(term), do: {:diff, {:term, term}}

  # As many removed as added in the same place are taken to have changed, one by one.
  defp items([{one, a}, {other, b} | rest], operator) when one != :eq and other != :eq do
    {deleted, inserted} = if one == :del, do: {a, b}, else: {b, a}
    {more_left, more_right} = items(rest, operator)

    {left, right} = if length(deleted) == length(inserted), do: pair_elements(deleted, inserted, operator), else: {marked(deleted), marked(inserted)}
    {left ++ more_left, right ++ more_right}
  end

  defp items([{:eq, items} | rest], operator) do
    nodes = Enum.map(items, &element/1)
    {left, right} = items(rest, operator)
    {nodes ++ left, nodes ++ right}
  end

  defp items([{:del, items} | rest], operator) do
    {left, right} = items(rest, operator)
    {marked(items) ++ left, right}
  end

  defp items([{:ins, items} | rest], operator) do
    {left, right} = items(rest, operator)
    {left, marked(items) ++ right}
  end

  defp items([], _operator), do: {[], []}

  defp pair_elements(lefts, rights, operator) do
    Enum.zip(lefts, rights)
    |> Enum.map(fn
      {{left_key, left}, {right_key, right}} when is_atom(left_key) and is_atom(right_key) ->
        {_, left, right} = compare(left, right, operator)
        {left_key, right_key} = keys(left_key, right_key)
        {{:pair, left_key, left}, {:pair, right_key, right}}

      {left, right} ->
        {_, left, right} = compare(left, right, operator)
        {left, right}
    end)
    |> Enum.unzip()
  end

  ## Text

  defp text(left, right, quote) do
    {left, right} = parts(escaped(left, quote), escaped(right, quote))
    quote = <<quote>>
    {false, {:parts, quote, left, quote}, {:parts, quote, right, quote}}
  end

  def escaped(text, ?"), do: text |> inspect(binaries: :as_strings, printable_limit: :infinity) |> String.slice(1..-2//1)
  def escaped(text, ?'), do: text |> String.to_charlist() |> inspect(charlists: :as_charlists, limit: :infinity) |> String.slice(1..-2//1)

  def parts(left, right) do
    if String.bag_distance(left, right) > @similar do
      script = String.myers_difference(left, right)
      {for({kind, part} <- script, kind != :ins, do: {kind, part}), for({kind, part} <- script, kind != :del, do: {kind, part})}
    else
      {[{:del, left}], [{:ins, right}]}
    end
  end

  ## Algebra

  @doc false
  # The document of a side; `wrap` decorates what is marked.
  def to_algebra({:diff, node}, wrap), do: wrap.(to_algebra(node, & &1))
  def to_algebra({:term, term}, _wrap), do: Algebra.to_doc(term, Inspect.Opts.new([]))
  def to_algebra({:code, code}, _wrap), do: Macro.to_string(code)
  def to_algebra({:text, text}, _wrap), do: text
  def to_algebra({:infix, left, operator, right}, wrap), do: Algebra.concat([to_algebra(left, wrap), operator, to_algebra(right, wrap)])

  def to_algebra({:parts, open, parts, close}, wrap) do
    parts = for {kind, part} <- parts, do: if(kind == :eq, do: part, else: wrap.(part))
    Algebra.concat([open] ++ parts ++ [close])
  end

  def to_algebra({:tuple, nodes}, wrap), do: container("{", Enum.map(nodes, &to_algebra(&1, wrap)), "}", :flex)

  def to_algebra({:list, nodes, tail}, wrap) do
    keyword? = tail == nil and nodes != [] and Enum.all?(nodes, &keyword_pair?/1)
    docs = Enum.map(nodes, &if(keyword?, do: pair(&1, true, wrap), else: item(&1, wrap)))
    docs = if tail, do: List.update_at(docs, -1, &Algebra.concat([&1, " | ", to_algebra(tail, wrap)])), else: docs
    container("[", docs, "]", :maybe)
  end

  def to_algebra({:map, name, pairs}, wrap) do
    keyword? = Enum.all?(pairs, fn pair -> match?({:pair, {:atom, _}, _}, pair) or match?({:diff, {:pair, {:atom, _}, _}}, pair) end)
    open = if name, do: Algebra.concat(["%", to_algebra(name, wrap), "{"]), else: "%{"
    container(open, Enum.map(pairs, &pair(&1, keyword?, wrap)), "}", :strict)
  end

  def to_algebra({:pair, _, _} = pair, wrap), do: item(pair, wrap)

  # A pair that stands in a list as a tuple.
  defp item({:diff, {:pair, _, _} = pair}, wrap), do: wrap.(item(pair, & &1))
  defp item({:pair, {:diff, {:atom, key}}, node}, wrap), do: container("{", [wrap.(inspect(key)), to_algebra(node, wrap)], "}", :flex)
  defp item({:pair, {:atom, key}, node}, wrap), do: container("{", [inspect(key), to_algebra(node, wrap)], "}", :flex)
  defp item({:pair, key, node}, wrap), do: container("{", [to_algebra(key, wrap), to_algebra(node, wrap)], "}", :flex)
  defp item(node, wrap), do: to_algebra(node, wrap)

  defp keyword_pair?({:diff, pair}), do: keyword_pair?(pair)
  defp keyword_pair?({:pair, {:diff, key}, node}), do: keyword_pair?({:pair, key, node})
  defp keyword_pair?(node), do: match?({:pair, {:atom, _}, _}, node)

  defp pair({:diff, pair}, keyword?, wrap), do: wrap.(pair(pair, keyword?, & &1))
  defp pair({:pair, {:diff, {:atom, key}}, node}, true, wrap), do: Algebra.concat([wrap.(Macro.inspect_atom(:key, key)), " ", to_algebra(node, wrap)])
  defp pair({:pair, {:atom, key}, node}, true, wrap), do: Algebra.concat([Macro.inspect_atom(:key, key), " ", to_algebra(node, wrap)])
  defp pair({:pair, {:atom, key}, node}, false, wrap), do: Algebra.concat([inspect(key), " => ", to_algebra(node, wrap)])
  defp pair({:pair, key, node}, _keyword?, wrap), do: Algebra.concat([to_algebra(key, wrap), " => ", to_algebra(node, wrap)])

  defp container(open, docs, close, break) do
    Algebra.container_doc(open, docs, close, %Inspect.Opts{limit: :infinity}, fn doc, _ -> doc end, break: break)
  end
end
