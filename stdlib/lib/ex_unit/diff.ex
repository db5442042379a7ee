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
  # A pattern is walked with the values of its pins and the variables that it has bound so far.

  alias Inspect.Algebra

  defstruct equivalent?: true, left: nil, right: nil

  # Texts that share less than this are different as a whole.
  @similar 0.4

  @doc false
  # {diff, %{hints: hints}} for the context :==, :===, or {:match, pins}.
  def compute(left, right, context)

  def compute(pattern, right, {:match, pins}) do
    state = %{pins: Map.new(pins), vars: %{}}
    {equal?, left, right, state} = match(pattern, right, state)
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

  defp compare(left, right, operator) do
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
    if charlist?(left) and charlist?(right) do
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

  defp charlist?([]), do: false
  defp charlist?(list), do: List.ascii_printable?(list)

  # Structs that show themselves in their own way are compared as they show themselves.
  defp own_inspect?(name), do: Inspect.impl_for(struct_of(name)) not in [Inspect.Any, Inspect.Map]
  defp struct_of(name), do: %{__struct__: name}

  defp own_text(%name{} = left, right) do
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

  defp keys(key, key), do: {{:atom, key}, {:atom, key}}
  defp keys(left, right), do: {{:diff, {:atom, left}}, {:diff, {:atom, right}}}

  defp key(key) when is_atom(key), do: {:atom, key}
  defp key(key), do: {:term, key}

  defp pair_up([left | lefts], [right | rights], operator) do
    {_, left, right} = compare(left, right, operator)
    {more_left, more_right} = pair_up(lefts, rights, operator)
    {[left | more_left], [right | more_right]}
  end

  defp pair_up(lefts, rights, _operator), do: {marked(lefts), marked(rights)}

  defp marked(terms), do: Enum.map(terms, &{:diff, element(&1)})

  # A pair is shown as one, as long as all its list is.
  defp element({key, value}) when is_atom(key), do: {:pair, {:atom, key}, {:term, value}}
  defp element(term), do: {:term, term}

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

  defp improper([head | tail], items), do: improper(tail, [head | items])
  defp improper(tail, items), do: {Enum.reverse(items), tail}

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

  defp escaped(text, ?"), do: text |> inspect(binaries: :as_strings, printable_limit: :infinity) |> String.slice(1..-2//1)
  defp escaped(text, ?'), do: text |> String.to_charlist() |> inspect(charlists: :as_charlists, limit: :infinity) |> String.slice(1..-2//1)

  defp parts(left, right) do
    if String.bag_distance(left, right) > @similar do
      script = String.myers_difference(left, right)
      {for({kind, part} <- script, kind != :ins, do: {kind, part}), for({kind, part} <- script, kind != :del, do: {kind, part})}
    else
      {[{:del, left}], [{:ins, right}]}
    end
  end

  ## Patterns: {matches?, left node, right node, state}

  defp match({:when, _, [pattern, guard]}, right, state) do
    {matches?, left, right, state} = match(pattern, right, state)
    holds? = not matches? or holds?(guard, state)
    guard = if holds?, do: {:code, guard}, else: {:diff, {:code, guard}}
    {matches? and holds?, {:infix, left, " when ", guard}, right, state}
  end

  defp match({:=, _, [one, other]}, right, state) do
    {matches?, left, _, state} = match(one, right, state)
    {matches_other?, other_left, right, state} = match(other, right, state)
    {matches? and matches_other?, {:infix, left, " = ", other_left}, right, state}
  end

  defp match({:^, _, [{name, _, context}]} = pin, right, %{pins: pins} = state) when is_atom(name) and is_atom(context) do
    case pins do
      %{{^name, ^context} => ^right} -> matched(pin, right, state)
      %{} -> unmatched(pin, right, state)
    end
  end

  defp match({:_, _, context} = code, right, state) when is_atom(context), do: matched(code, right, state)

  defp match({name, _, context} = var, right, %{vars: vars} = state) when is_atom(name) and is_atom(context) do
    case vars do
      %{{^name, ^context} => ^right} -> matched(var, right, state)
      %{{^name, ^context} => _} -> unmatched(var, right, state)
      %{} -> matched(var, right, put_in(state.vars[{name, context}], right))
    end
  end

  defp match({:{}, _, items}, right, state) when is_tuple(right), do: match_tuple(items, Tuple.to_list(right), state)
  defp match({one, two}, right, state) when is_tuple(right), do: match_tuple([one, two], Tuple.to_list(right), state)

  defp match({:%, _, [name, {:%{}, _, pairs}]}, right, state) when is_map(right), do: match_struct(name, pairs, right, state)
  defp match({:%{}, _, pairs}, right, state) when is_map(right), do: match_map(nil, pairs, right, state)

  defp match({:<>, _, [literal, rest]}, right, state) when is_binary(literal) and is_binary(right) do
    size = byte_size(literal)

    case right do
      <<^literal::binary-size(size), more::binary>> ->
        {matches?, rest, _, state} = match(rest, more, state)
        node = if matches?, do: {:term, right}, else: {:diff, {:term, right}}
        {matches?, {:infix, {:term, literal}, " <> ", rest}, node, state}

      _ ->
        length = String.length(literal)
        {left, right_parts} = parts(escaped(literal, ?"), escaped(String.slice(right, 0, length), ?"))
        more = {:eq, escaped(String.slice(right, length..-1//1), ?")}
        {false, {:infix, {:parts, "\"", left, "\""}, " <> ", {:code, rest}}, {:parts, "\"", right_parts ++ [more], "\""}, state}
    end
  end

  defp match({:++, _, [items, rest]}, right, state) when is_list(items) and is_list(right) do
    {proper, improper} = improper(right, [])
    {heads, more} = Enum.split(proper, length(items))
    {matches?, left, right, state} = match_elements(items, heads, state)
    {rest?, rest, more, state} = match(rest, if(improper == [], do: more, else: more ++ improper), state)
    {matches? and rest?, {:infix, {:list, left, nil}, " ++ ", rest}, join(right, more), state}
  end

  defp match({:-, _, [number]}, right, state) when is_number(number), do: literal(-number, right, state)
  defp match({:+, _, [number]}, right, state) when is_number(number), do: literal(number, right, state)
  defp match({:__aliases__, _, parts} = code, right, state), do: if(Module.concat(parts) == right, do: matched(code, right, state), else: unmatched(code, right, state))

  defp match(pattern, right, state) when is_list(pattern) and is_list(right) do
    if plain?(pattern), do: literal(pattern, right, state), else: match_list(pattern, right, state)
  end

  defp match({_, _, _} = code, right, state) do
    if holds?({:match?, [context: __MODULE__, import: Kernel], [code, Macro.escape(right)]}, state), do: matched(code, right, state), else: unmatched(code, right, state)
  end

  defp match({_, _} = pair, right, state), do: unmatched(pair, right, state)
  defp match(list, right, state) when is_list(list), do: unmatched(list, right, state)
  defp match(term, right, state), do: literal(term, right, state)

  # A pattern without variables is the term itself.
  defp plain?(list) when is_list(list), do: List.improper?(list) == false and Enum.all?(list, &plain?/1)
  defp plain?({left, right}), do: plain?(left) and plain?(right)
  defp plain?(term), do: is_atom(term) or is_number(term) or is_binary(term)

  defp literal(left, right, state) do
    {equal?, left, right} = compare(left, right, :===)
    {equal?, left, right, state}
  end

  defp matched(code, right, state), do: {true, {:code, code}, {:term, right}, state}
  defp unmatched(code, right, state), do: {false, {:diff, {:code, code}}, {:diff, {:term, right}}, state}

  # Code with the variables known so far; what cannot be evaluated does not hold.
  defp holds?(code, %{vars: vars, pins: pins}) do
    binding = for {{name, context}, value} <- Map.merge(pins, vars), do: {if(context == nil, do: name, else: {name, context}), value}
    {result, _} = code |> Macro.prewalk(&generated/1) |> Code.eval_quoted(binding)
    result == true
  rescue
    _ -> false
  end

  # Variables that such code binds need no use.
  defp generated({name, meta, context}) when is_atom(name) and is_atom(context), do: {name, [generated: true] ++ meta, context}
  defp generated(node), do: node

  defp match_tuple(items, values, state) do
    {matches?, left, right, state} = match_items(items, values, state)
    {matches?, {:tuple, left}, {:tuple, right}, state}
  end

  defp match_items([item | items], [value | values], state) do
    {matches?, left, right, state} = match(item, value, state)
    {more?, lefts, rights, state} = match_items(items, values, state)
    {matches? and more?, [left | lefts], [right | rights], state}
  end

  defp match_items(items, values, state) do
    {items == [] and values == [], Enum.map(items, &{:diff, {:code, &1}}), Enum.map(values, &{:diff, {:term, &1}}), state}
  end

  defp match_list(pattern, values, state) do
    {items, tail} = pattern_tail(pattern)
    {proper, improper} = improper(values, [])

    cond do
      tail == nil and improper == [] ->
        {matches?, left, right, state} = match_elements(items, proper, state)
        {matches?, {:list, left, nil}, {:list, right, nil}, state}

      tail != nil and length(items) <= length(proper) ->
        {heads, rest} = Enum.split(proper, length(items))
        {matches?, left, right, state} = match_elements(items, heads, state)
        {tail?, tail, rest, state} = match(tail, rest ++ improper, state)
        {matches? and tail?, {:list, left, tail}, join(right, rest), state}

      true ->
        {_, left, right, state} = match_elements(items, proper, state)
        right_tail = if tail, do: tail(improper), else: tail_diff(improper)
        {false, {:list, left, tail && {:code, tail}}, {:list, right, right_tail}, state}
    end
  end

  # The tail of the value belongs to its list.
  defp join(right, {:list, nodes, tail}), do: {:list, right ++ nodes, tail}
  defp join(right, {:term, list}) when is_list(list), do: list |> improper([]) |> then(fn {items, tail} -> {:list, right ++ Enum.map(items, &element/1), tail(tail)} end)
  defp join(right, {:diff, {:term, list}}) when is_list(list), do: {:list, right ++ marked(list), nil}
  defp join(right, node), do: {:list, right, node}

  defp pattern_tail(pattern) do
    case List.last(pattern) do
      {:|, _, [last, tail]} -> {List.replace_at(pattern, -1, last), tail}
      _ -> {pattern, nil}
    end
  end

  defp match_elements([item | items], [value | values], state) do
    {matches?, left, right, state} =
      case {item, value} do
        {{key, pattern}, {key, value}} when is_atom(key) ->
          {matches?, left, right, state} = match(pattern, value, state)
          {matches?, {:pair, {:atom, key}, left}, {:pair, {:atom, key}, right}, state}

        _ ->
          match(item, value, state)
      end

    {more?, lefts, rights, state} = match_elements(items, values, state)
    {matches? and more?, [left | lefts], [right | rights], state}
  end

  defp match_elements(items, values, state), do: match_items(items, values, state)

  defp match_struct({name, _, context} = var, pairs, right, state) when is_atom(name) and is_atom(context) do
    match_map(nil, [{:__struct__, var} | pairs], right, state)
  end

  defp match_struct(name, pairs, right, state) do
    name = if is_atom(name), do: name, else: Macro.expand(name, __ENV__)
    match_map(name, pairs, right, state)
  end

  defp match_map(name, pairs, right, state) do
    {right_name, fields} = Map.pop(right, :__struct__)
    asks_struct? = Keyword.keyword?(pairs) and Keyword.has_key?(pairs, :__struct__)

    {results, state} =
      pairs
      |> Enum.sort_by(fn {key, _} -> if Macro.quoted_literal?(key), do: {0, key}, else: {1, nil} end)
      |> Enum.map_reduce(state, fn {key, pattern}, state ->
        with {:ok, key_value} <- key_value(key, state),
             {:ok, value} <- Map.fetch(right, key_value) do
          {matches?, left, right, state} = match(pattern, value, state)
          {{matches?, {:pair, pattern_key(key), left}, {key_value, right}}, state}
        else
          :error -> {{false, {:diff, {:pair, pattern_key(key), {:code, pattern}}}, nil}, state}
        end
      end)

    name? = name == nil or name == right_name
    matches? = name? and Enum.all?(results, &elem(&1, 0))
    # What is missing comes last.
    {found, missing} = results |> Enum.map(&elem(&1, 1)) |> Enum.split_with(&match?({:pair, _, _}, &1))
    left_pairs = found ++ missing
    matched = for {_, _, {key, node}} <- results, into: %{}, do: {key, node}
    # What the pattern names comes first, in its order.
    named = for {_, _, {key, node}} <- results, key != :__struct__, do: {:pair, key(key), node}
    right_pairs = named ++ for {key, value} <- Enum.sort(fields), not is_map_key(matched, key), do: {:pair, key(key), {:term, value}}

    left_name = name && if(name?, do: {:text, inspect(name)}, else: {:diff, {:text, inspect(name)}})

    right_name =
      cond do
        right_name == nil -> nil
        name? or asks_struct? -> {:text, inspect(right_name)}
        true -> {:diff, {:text, inspect(right_name)}}
      end

    {matches?, {:map, left_name, left_pairs}, {:map, right_name, right_pairs}, state}
  end

  defp key_value({:^, _, [{name, _, context}]}, %{pins: pins}), do: Map.fetch(pins, {name, context})
  defp key_value({_, _, _}, _state), do: :error
  defp key_value(literal, _state), do: {:ok, literal}

  defp pattern_key(key) when is_atom(key), do: {:atom, key}
  defp pattern_key(key), do: {:code, key}

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
