defmodule ExUnit.Diff.Pattern do
  @moduledoc false
  # How a term differs from a pattern, as two trees of nodes (see ExUnit.Diff): {matches?, left node, right node, state}.
  #
  # The pattern comes from `ExUnit.Assertions.__expand_pattern__/2`. It is walked with the values of its pins and the variables bound so far.

  alias ExUnit.{Assertions, Diff}

  def match({:when, _, [pattern, guard]}, right, state) do
    case match(pattern, right, state) do
      {true, left, right, state} ->
        {holds?, guard} = guard(guard, state)
        {holds?, {:infix, left, " when ", guard}, right, state}

      {false, left, right, state} ->
        {false, {:infix, left, " when ", {:code, guard}}, right, state}
    end
  end

  def match({:=, _, [one, other]}, right, state) do
    {matches?, left, _, state} = match(one, right, state)
    {matches_other?, other_left, right, state} = match(other, right, state)
    {matches? and matches_other?, {:infix, left, " = ", other_left}, right, state}
  end

  def match({:^, _, [{name, _, context}]} = pin, right, %{pins: pins} = state) when is_atom(name) and is_atom(context) do
    case pins do
      %{{^name, ^context} => value} -> against(pin, Diff.compare(value, right, :===), state)
      %{} -> unmatched(pin, right, state)
    end
  end

  def match({:_, _, context} = code, right, state) when is_atom(context), do: matched(code, right, state)

  def match({:<>, _, [_, _]} = concat, right, state) when is_binary(right) do
    case binary_parts(concat) do
      {[_ | _], _} = parts -> match_binary(parts, right, state)
      _ -> match_expanded(concat, right, state)
    end
  end

  def match({:-, _, [number]}, right, state) when is_number(number), do: literal(-number, right, state)
  def match({:+, _, [number]}, right, state) when is_number(number), do: literal(number, right, state)

  def match({form, meta, args} = code, right, state) when is_list(meta) do
    case List.keyfind(meta, :expanded, 0) do
      {_, _} -> match_expanded(code, right, state)
      nil -> match_plain({form, meta, args}, right, state)
    end
  end

  def match({_, _} = pair, right, state), do: match_plain(pair, right, state)

  def match([_ | _] = list, right, state) when is_list(right) do
    if plain?(list) and List.ascii_printable?(list), do: literal(list, right, state), else: match_list(list, right, state)
  end

  def match([], [], state), do: matched([], [], state)
  def match(list, right, state) when is_list(list), do: if(is_list(right), do: literal(list, right, state), else: unmatched(list, right, state))
  def match(term, right, state), do: literal(term, right, state)

  # A macro call either stands as it is written, or differs as a whole; the value shows where it does.
  defp match_expanded({_, meta, _} = code, right, state) do
    case List.keyfind(meta, :expanded, 0) do
      {_, expanded} ->
        {matches?, _, right, state} = match(expanded, right, state)
        {matches?, if(matches?, do: {:code, code}, else: {:diff, {:code, code}}), right, state}

      nil ->
        evaluated(code, right, state)
    end
  end

  defp match_plain({name, _, context} = var, right, %{vars: vars} = state) when is_atom(name) and is_atom(context) do
    case vars do
      %{{^name, ^context} => value} -> against(var, Diff.compare(value, right, :===), state)
      %{} -> matched(var, right, put_in(state.vars[{name, context}], right))
    end
  end

  defp match_plain({:{}, _, items}, right, state) when is_tuple(right), do: match_tuple(items, right, state)
  defp match_plain({one, two}, right, state) when is_tuple(right), do: match_tuple([one, two], right, state)
  defp match_plain({:%, _, [name, {:%{}, _, pairs}]}, %{} = right, state), do: match_struct(name, pairs, right, state)
  defp match_plain({:%{}, _, pairs}, %{} = right, state), do: match_map(pairs, right, state)
  defp match_plain({:++, _, [_, _]} = concat, right, state) when is_list(right), do: match_list(concat, right, state)
  defp match_plain({_, _} = pair, right, state), do: unmatched(pair, right, state)
  defp match_plain({form, _, _} = code, right, state) when form in [:{}, :%, :%{}, :++], do: unmatched(code, right, state)
  defp match_plain(code, right, state), do: evaluated(code, right, state)

  # What has no parts to look at is asked as a whole.
  defp evaluated(code, right, state) do
    question = {:match?, [context: __MODULE__, import: Kernel], [Assertions.__expanded__(code), Macro.escape(right)]}
    if evaluate(question, state) == {:ok, true}, do: matched(code, right, state), else: unmatched(code, right, state)
  end

  # A pattern without variables is the term itself.
  defp plain?(list) when is_list(list), do: Enum.all?(list, &plain?/1)
  defp plain?({left, right}), do: plain?(left) and plain?(right)
  defp plain?(term), do: is_atom(term) or is_number(term) or is_binary(term)

  defp literal(left, right, state) do
    {equal?, left, right} = Diff.compare(left, right, :===)
    {equal?, left, right, state}
  end

  defp against(code, {true, _, right}, state), do: {true, {:code, code}, right, state}
  defp against(code, {false, _, right}, state), do: {false, {:diff, {:code, code}}, right, state}

  defp matched(code, right, state), do: {true, {:code, code}, {:term, right}, state}
  defp unmatched(code, right, state), do: {false, {:diff, {:code, code}}, {:diff, {:term, right}}, state}

  ## Guards: {holds?, node}

  # Of a guard that does not hold those parts are marked that do not; one that cannot be evaluated is not said to be wrong.
  defp guard(code, state) do
    case evaluate(Assertions.__expanded__(code), state) do
      {:ok, true} -> {true, {:code, code}}
      {:ok, _} -> {false, failed_guard(code, state)}
      :error -> {false, {:code, code}}
    end
  end

  defp failed_guard({operator, _, [left, right]}, state) when operator in [:and, :or, :when] do
    {_, left_node} = guard(left, state)
    {_, right_node} = guard(right, state)
    {:infix, enclosed(left, left_node, operator), " #{operator} ", enclosed(right, right_node, operator)}
  end

  defp failed_guard(code, _state), do: {:diff, {:code, code}}

  # `or` binds less than `and`.
  defp enclosed({:or, _, [_, _]}, node, :and), do: {:infix, {:text, "("}, "", {:infix, node, "", {:text, ")"}}}
  defp enclosed(_code, node, _operator), do: node

  # `when` between guards means that one of them holds.
  defp evaluate({:when, meta, [left, right]}, state) do
    case {evaluate(left, state), evaluate(right, state)} do
      {{:ok, true}, _} -> {:ok, true}
      {_, {:ok, _} = result} -> result
      {result, :error} -> if meta == [], do: :error, else: result
    end
  end

  defp evaluate(code, %{vars: vars, pins: pins}) do
    binding = for {{name, context}, value} <- Map.merge(pins, vars), do: {if(context == nil, do: name, else: {name, context}), value}

    if known?(code, binding) do
      {result, _} = code |> Macro.prewalk(&generated/1) |> Code.eval_quoted(binding)
      {:ok, result}
    else
      :error
    end
  rescue
    _ -> :error
  end

  # The pattern of match? binds variables of its own.
  defp known?({:match?, _, _}, _binding), do: true

  defp known?(code, binding) do
    {_, known?} =
      Macro.prewalk(code, true, fn
        {name, _, context} = var, known? when is_atom(name) and is_atom(context) ->
          {var, known? and List.keymember?(binding, if(context == nil, do: name, else: {name, context}), 0)}

        node, known? ->
          {node, known?}
      end)

    known?
  end

  # Variables that such code binds need no use.
  defp generated({name, meta, context}) when is_atom(name) and is_atom(context), do: {name, [generated: true] ++ meta, context}
  defp generated(node), do: node

  ## Tuples

  defp match_tuple(items, right, state) do
    {matches?, left, right, state} = match_items(items, Tuple.to_list(right), state)
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

  ## Binaries

  # The literals that a concatenation begins with, and what comes after them (nil if nothing does).
  defp binary_parts({:<>, _, [part, rest]}) when is_binary(part) do
    case binary_parts(rest) do
      {parts, last} -> {[part | parts], last}
      :error -> :error
    end
  end

  defp binary_parts({:<>, _, _}), do: :error
  defp binary_parts(part) when is_binary(part), do: {[part], nil}
  defp binary_parts({name, _, context} = var) when is_atom(name) and is_atom(context), do: {[], var}
  defp binary_parts({:^, _, _} = pin), do: {[], pin}
  defp binary_parts(_code), do: :error

  defp match_binary({parts, nil}, right, state) do
    {same?, left, right} = compare_parts(parts, right)
    {same?, concat(left), right, state}
  end

  defp match_binary({parts, last}, right, state) do
    {prefix, rest} = String.split_at(right, parts |> Enum.join() |> String.length())
    {same?, left, prefix_node} = compare_parts(parts, prefix)
    {matches?, last_node, rest_node, state} = if same?, do: match(last, rest, state), else: unmatched_rest(last, rest, state)
    right_node = if same? and matches?, do: {:term, right}, else: joined(prefix_node, prefix, rest_node, rest)
    {same? and matches?, concat(left ++ [last_node]), right_node, state}
  end

  # A variable takes whatever there is; only a pin may differ.
  defp unmatched_rest(last, rest, state) do
    {_, left, _, state} = match(last, rest, state)
    {false, left, {:term, rest}, state}
  end

  defp concat([node]), do: node
  defp concat([node | nodes]), do: {:infix, node, " <> ", concat(nodes)}

  defp joined(prefix_node, prefix, rest_node, rest), do: {:parts, "\"", parts_of(prefix_node, prefix) ++ parts_of(rest_node, rest), "\""}

  defp parts_of({:parts, _, parts, _}, _text), do: parts
  defp parts_of({:diff, _}, text), do: [{:ins, Diff.escaped(text, ?")}]
  defp parts_of(_node, text), do: [{:eq, Diff.escaped(text, ?")}]

  # The texts are compared as one, and what differs is shown in the parts.
  defp compare_parts(parts, right) do
    left = Enum.join(parts)

    if left == right do
      {true, Enum.map(parts, &{:term, &1}), {:term, right}}
    else
      {left_script, right_script} = Diff.parts(left, right)
      {false, spread(parts, left_script), {:parts, "\"", Enum.map(right_script, &escaped_part/1), "\""}}
    end
  end

  defp escaped_part({kind, text}), do: {kind, Diff.escaped(text, ?")}

  defp spread([], _script), do: []

  defp spread([part | parts], script) do
    {own, script} = take_text(script, byte_size(part), [])
    [{:parts, "\"", Enum.map(own, &escaped_part/1), "\""} | spread(parts, script)]
  end

  defp take_text([{kind, text} | script], size, taken) when byte_size(text) <= size and size > 0 do
    take_text(script, size - byte_size(text), [{kind, text} | taken])
  end

  defp take_text([{kind, text} | script], size, taken) when size > 0 do
    <<own::binary-size(size), rest::binary>> = text
    {Enum.reverse([{kind, own} | taken]), [{kind, rest} | script]}
  end

  defp take_text(script, _size, taken), do: {Enum.reverse(taken), script}

  ## Lists

  # The items of all the lists that a pattern joins are compared with the value's as one list; each has one node, and the pattern's
  # lists are put together from them again.
  defp match_list(code, values, state) do
    {values, improper} = Diff.improper(values, [])
    {items, tail} = flatten(code, if(improper == [], do: nil, else: length(values)))
    match_list(code, items, tail, values, improper, state)
  end

  defp match_list(code, items, nil, values, improper, state) do
    {matches?, lefts, rights, state} = align(items, values, state)
    {left, []} = rebuild(code, lefts, {:none, length(rights) > length(lefts)})
    {matches? and improper == [], left, {:list, rights, marked_tail(improper)}, state}
  end

  defp match_list(code, items, {:tail, tail}, values, improper, state) do
    count = length(items)
    {heads, rest} = Enum.split(values, count)
    {matches?, lefts, rights, state} = align(items, heads, state)

    if length(heads) < count and improper == [] do
      {left, []} = rebuild(code, lefts, {:tail, tail, {:code, tail}})
      {false, left, {:list, rights, nil}, state}
    else
      {tail?, tail_node, rest_node, state} = match(tail, if(rest == [], do: improper, else: rest ++ improper), state)
      {left, []} = rebuild(code, lefts, {:tail, tail, tail_node})
      {matches? and tail?, left, join(rights, rest_node, rest, improper), state}
    end
  end

  defp marked_tail([]), do: nil
  defp marked_tail(improper), do: {:diff, {:term, improper}}

  # Items and {:tail, code} or nil. A list in which the value's improper tail would have to be is a tail as a whole.
  defp flatten(code, cut) do
    {items, tail} = flatten(code, cut, [])
    {Enum.reverse(items), tail}
  end

  defp flatten({:++, _, [left, right]}, cut, items) when is_list(left) or elem(left, 0) == :++ do
    case flatten(left, nil, items) do
      {items, nil} -> flatten(right, cut, items)
      other -> other
    end
  end

  defp flatten([{:|, _, [last, tail]}], cut, items) do
    items = [last | items]
    if cut == length(items), do: {items, {:tail, tail}}, else: flatten(tail, cut, items)
  end

  defp flatten([item | more], cut, items), do: flatten(more, cut, [item | items])
  defp flatten([], _cut, items), do: {items, nil}
  defp flatten(tail, _cut, items), do: {items, {:tail, tail}}

  defp rebuild({:++, _, [left, right]}, nodes, tail) when is_list(left) or elem(left, 0) == :++ do
    {left, nodes} = rebuild(left, nodes, {:none, false})
    {right, nodes} = if right == [], do: {{:term, []}, nodes}, else: rebuild_tail(right, nodes, tail)
    {{:infix, left, " ++ ", right}, nodes}
  end

  defp rebuild(list, nodes, tail) when is_list(list), do: rebuild_list(list, nodes, tail, [])

  defp rebuild_list([{:|, _, [_, rest]}], [node | nodes], tail, done) do
    {rest, nodes} = rebuild_tail(rest, nodes, tail)
    {{:list, Enum.reverse([node | done]), rest}, nodes}
  end

  defp rebuild_list([_ | more], [node | nodes], tail, done), do: rebuild_list(more, nodes, tail, [node | done])
  defp rebuild_list([], nodes, _tail, done), do: {{:list, Enum.reverse(done), nil}, nodes}

  defp rebuild_tail(code, nodes, {:tail, code, node}), do: {node, nodes}
  # Nothing is expected where something is.
  defp rebuild_tail([], nodes, {:none, true}), do: {{:diff, {:term, []}}, nodes}
  defp rebuild_tail(code, nodes, tail), do: rebuild(code, nodes, tail)

  # The rest of the value belongs to its list.
  defp join(rights, {:list, nodes, tail}, _rest, _improper), do: {:list, rights ++ nodes, tail}
  defp join(rights, {:term, _}, rest, improper), do: {:list, rights ++ Enum.map(rest, &Diff.element/1), if(improper != [], do: {:term, improper})}
  defp join(rights, {:diff, _}, rest, improper), do: {:list, rights ++ Diff.marked(rest), marked_tail(improper)}
  defp join(rights, node, [], _improper), do: {:list, rights, node}
  defp join(rights, node, _rest, _improper), do: {:list, rights, node}

  # Pairs up what matches, in order, and as much as possible; between these, one by one, what does not.
  defp align(items, values, state) do
    {lefts, rights, items, values, state} = common(items, values, state, [], [])

    if items == [] and values == [] do
      {true, Enum.reverse(lefts), Enum.reverse(rights), state}
    else
      {more_lefts, more_rights, state} = items |> script(values, state) |> follow(state)
      {false, Enum.reverse(lefts, more_lefts), Enum.reverse(rights, more_rights), state}
    end
  end

  defp common([item | items] = all, [value | values] = all_values, state, lefts, rights) do
    case match_item(item, value, state) do
      {true, left, right, state} -> common(items, values, state, [left | lefts], [right | rights])
      _ -> {lefts, rights, all, all_values, state}
    end
  end

  defp common(items, values, state, lefts, rights), do: {lefts, rights, items, values, state}

  # The longest common subsequence, as a list of {:eq, item, value}, {:del, item}, {:ins, value}.
  defp script(items, values, state) do
    values = List.to_tuple(values)
    count = tuple_size(values)
    none = Tuple.duplicate({0, :end}, count + 1)

    # rows, from the last item to the first: for each position of the value the best length from there on, and the first step.
    rows =
      items
      |> Enum.reverse()
      |> Enum.scan({nil, none}, fn item, {_, below} -> {item, row(item, values, below, count, state)} end)
      |> Enum.reverse()

    walk(rows, 0, values)
  end

  defp row(item, values, below, count, state) do
    last = {elem(elem(below, count), 0), :del}

    {_, cells} =
      Enum.reduce(Enum.reverse(0..(count - 1)//1), {last, [last]}, fn at, {{right, _}, cells} ->
        down = elem(elem(below, at), 0)
        {matches?, _, _, _} = match_item(item, elem(values, at), state)

        cell =
          cond do
            matches? -> {elem(elem(below, at + 1), 0) + 1, :eq}
            down >= right -> {down, :del}
            true -> {right, :ins}
          end

        {cell, [cell | cells]}
      end)

    List.to_tuple(cells)
  end

  defp walk([], at, values), do: for(index <- at..(tuple_size(values) - 1)//1, do: {:ins, elem(values, index)})

  defp walk([{item, cells} | more] = rows, at, values) do
    case elem(cells, at) do
      {_, :eq} -> [{:eq, item, elem(values, at)} | walk(more, at + 1, values)]
      {_, :del} -> [{:del, item} | walk(more, at, values)]
      {_, :ins} -> [{:ins, elem(values, at)} | walk(rows, at + 1, values)]
    end
  end

  defp follow([], state), do: {[], [], state}

  defp follow([{:eq, item, value} | steps], state) do
    {_, left, right, state} = match_item(item, value, state)
    {lefts, rights, state} = follow(steps, state)
    {[left | lefts], [right | rights], state}
  end

  defp follow(steps, state) do
    {changes, steps} = Enum.split_while(steps, &(elem(&1, 0) != :eq))
    items = for {:del, item} <- changes, do: item
    values = for {:ins, value} <- changes, do: value
    {lefts, rights, state} = pair_up(items, values, state)
    {more_lefts, more_rights, state} = follow(steps, state)
    {lefts ++ more_lefts, rights ++ more_rights, state}
  end

  defp pair_up([item | items], [value | values], state) do
    {_, left, right, state} = match_item(item, value, state)
    {lefts, rights, state} = pair_up(items, values, state)
    {[left | lefts], [right | rights], state}
  end

  defp pair_up(items, values, state), do: {Enum.map(items, &{:diff, code_element(&1)}), Diff.marked(values), state}

  defp code_element({key, pattern}) when is_atom(key), do: {:pair, {:atom, key}, {:code, pattern}}
  defp code_element(pattern), do: {:code, pattern}

  defp match_item({key, pattern}, {other, value}, state) when is_atom(key) and is_atom(other) do
    {matches?, left, right, state} = match(pattern, value, state)
    {left_key, right_key} = Diff.keys(key, other)
    {key == other and matches?, {:pair, left_key, left}, {:pair, right_key, right}, state}
  end

  defp match_item(item, value, state), do: match(item, value, state)

  ## Maps and structs

  defp match_struct({_, _, _} = code, pairs, right, state), do: match_map([{:__struct__, code} | pairs], right, state)

  defp match_struct(name, pairs, right, state) do
    case as_shown(name, pairs, right) do
      nil -> match_fields(name, pairs, right, state)
      {left, right} -> {false, left, right, state}
    end
  end

  # A map whose struct is given by name is that struct, if it can be.
  defp match_map([{_, _} | _] = pairs, right, state) do
    with true <- Keyword.keyword?(pairs),
         {name, fields} when is_atom(name) and name != nil <- Keyword.pop(pairs, :__struct__),
         true <- Code.ensure_loaded?(name) and function_exported?(name, :__struct__, 0),
         known = name.__struct__(),
         true <- Enum.all?(fields, fn {key, _} -> is_map_key(known, key) end) do
      match_struct(name, fields, right, state)
    else
      _ -> match_fields(nil, pairs, right, state)
    end
  end

  defp match_map(pairs, right, state), do: match_fields(nil, pairs, right, state)

  # Of structs that show themselves in their own way, where they show that they differ.
  defp as_shown(name, pairs, %name{} = right) do
    with true <- Diff.own_inspect?(name),
         {:ok, fields} <- constant(pairs),
         {left_text, right_text} when left_text != right_text <- Diff.own_text(struct(name, fields), right) do
      {left, right} = Diff.parts(left_text, right_text)
      {{:parts, "", left, ""}, {:parts, "", right, ""}}
    else
      _ -> nil
    end
  end

  defp as_shown(_name, _pairs, _right), do: nil

  defp constant(pairs) do
    expanded = Assertions.__expanded__(pairs)
    if Macro.quoted_literal?(expanded), do: {:ok, expanded |> Code.eval_quoted() |> elem(0)}, else: :error
  end

  # Pins come first, then the other keys in order; what is missing comes last. A key of the value is matched once.
  defp match_fields(name, pairs, right, state) do
    {right_name, fields} = Map.pop(right, :__struct__)

    {found, missing, left_over, state} =
      pairs
      |> Enum.sort_by(fn {key, _} -> if Macro.quoted_literal?(key), do: {1, key}, else: {0, nil} end)
      |> Enum.reduce({[], [], right, state}, fn {key, pattern}, {found, missing, values, state} ->
        with {:ok, key_value} <- key_value(key, state),
             {:ok, value} <- Map.fetch(values, key_value) do
          {matches?, left, right, state} = match(pattern, value, state)
          {[{matches?, key, left, key_value, right} | found], missing, Map.delete(values, key_value), state}
        else
          :error -> {found, [{:diff, {:pair, pattern_key(key), {:code, pattern}}} | missing], values, state}
        end
      end)

    found = Enum.reverse(found)
    name? = name == nil or name == right_name
    left_pairs = for({_, key, left, _, _} <- found, do: {:pair, pattern_key(key), left}) ++ Enum.reverse(missing)
    named = for {_, _, _, key, node} <- found, key != :__struct__, do: {:pair, Diff.key(key), node}
    others = for {key, value} <- Enum.sort(fields), is_map_key(left_over, key), do: {:pair, Diff.key(key), {:term, value}}

    left_name = if name, do: marked_name(name, name?)
    # The pattern may name the struct as it names a field.
    struct_matches? = Enum.all?(found, fn {matches?, _, _, key, _} -> key != :__struct__ or matches? end)
    right_name = if right_name, do: marked_name(right_name, name? and struct_matches?)

    matches? = name? and missing == [] and Enum.all?(found, &elem(&1, 0))
    {matches?, {:map, left_name, left_pairs}, {:map, right_name, named ++ others}, state}
  end

  defp marked_name(name, true), do: {:text, inspect(name)}
  defp marked_name(name, false), do: {:diff, {:text, inspect(name)}}

  defp key_value({:^, _, [{name, _, context}]}, %{pins: pins}), do: Map.fetch(pins, {name, context})
  defp key_value(key, _state), do: if(Macro.quoted_literal?(key), do: {:ok, elem(Code.eval_quoted(Assertions.__expanded__(key)), 0)}, else: expanded_key(key))

  defp expanded_key(key) do
    expanded = Assertions.__expanded__(key)
    if Macro.quoted_literal?(expanded), do: {:ok, elem(Code.eval_quoted(expanded), 0)}, else: :error
  end

  defp pattern_key(key) when is_atom(key), do: {:atom, key}
  defp pattern_key(key), do: {:code, key}
end
