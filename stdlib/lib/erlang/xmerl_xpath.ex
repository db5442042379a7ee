defmodule :xmerl_xpath do
  @moduledoc """
  Erlang's `:xmerl_xpath`: XPath 1.0 on what `:xmerl_scan` reads.

  A path gives a list of nodes, found step by step for each node of the step before, in that order; what gives a number, a
  text or a truth gives `{:xmlObj, type, value}`.

  ## Examples

      iex> {document, _} = :xmerl_scan.string(~c"<a><b>1</b><b>2</b></a>")
      iex> :xmerl_xpath.string(~c"count(/a/b)", document)
      {:xmlObj, :number, 2}
      iex> for {:xmlText, _, _, _, text, _} <- :xmerl_xpath.string(~c"//b[2]/text()", document), do: text
      [~c"2"]
  """

  # A node is kept with those it lies in, the nearest first: `{record, parents}`. Above the outermost element stands `:document`.

  @doc "Evaluates an expression on a node."
  def string(expression, node), do: string(expression, node, [], node, [])

  def string(expression, node, options), do: string(expression, node, [], node, options)

  @doc "Evaluates an expression on a node of a document. Option `:namespace`: pairs of a prefix and its URI."
  def string(expression, node, _parents, document, options) do
    namespaces = for {prefix, uri} <- Keyword.get(options, :namespace, []), do: {text(prefix), uri |> text() |> String.to_atom()}
    root = {{:document, document}, []}
    context = %{node: {node, []}, position: 1, size: 1, root: root, namespaces: namespaces}

    case :beamlet_xpath.parse(text(expression)) do
      {:ok, tree} -> tree |> evaluate(context) |> shown()
      {:error, reason} -> :erlang.error({:badmatch, {:error, {1, :xmerl_xpath_parse, [~c"syntax error: ", :io_lib.format(~c"~p", [reason])]}}})
    end
  end

  defp text(chars) when is_binary(chars), do: chars
  defp text(chars) when is_atom(chars), do: Atom.to_string(chars)
  defp text(chars), do: :unicode.characters_to_binary(chars)

  defp shown(nodes) when is_list(nodes) do
    Enum.map(nodes, fn
      {{:document, element}, _} -> {:xmlDocument, element}
      {node, _} -> node
    end)
  end

  defp shown(value) when is_boolean(value), do: {:xmlObj, :boolean, value}
  defp shown(value) when is_binary(value), do: {:xmlObj, :string, :unicode.characters_to_list(value)}
  defp shown(value) when is_atom(value), do: {:xmlObj, :number, value}
  defp shown(value), do: {:xmlObj, :number, whole(value)}

  defp whole(number) when is_float(number) and trunc(number) == number, do: trunc(number)
  defp whole(number), do: number

  ## Expressions

  defp evaluate({:or, a, b}, cx), do: truth(evaluate(a, cx)) or truth(evaluate(b, cx))
  defp evaluate({:and, a, b}, cx), do: truth(evaluate(a, cx)) and truth(evaluate(b, cx))
  defp evaluate({:compare, op, a, b}, cx), do: compare(op, evaluate(a, cx), evaluate(b, cx))
  defp evaluate({:arithmetic, op, a, b}, cx), do: arithmetic(op, number(evaluate(a, cx)), number(evaluate(b, cx)))
  defp evaluate({:negative, a}, cx), do: arithmetic(:-, 0, number(evaluate(a, cx)))
  defp evaluate({:union, a, b}, cx), do: Enum.uniq(nodes(evaluate(a, cx)) ++ nodes(evaluate(b, cx)))
  defp evaluate({:literal, value}, _cx), do: value
  defp evaluate({:call, name, args}, cx), do: call(name, args, cx)
  defp evaluate({:filter, primary, predicates}, cx), do: Enum.reduce(predicates, nodes(evaluate(primary, cx)), &kept(&1, &2, cx))
  defp evaluate({:path, :absolute, steps}, cx), do: walk(steps, [cx.root], cx)
  defp evaluate({:path, :relative, steps}, cx), do: walk(steps, [cx.node], cx)
  defp evaluate({:path, primary, steps}, cx), do: walk(steps, nodes(evaluate(primary, cx)), cx)

  defp nodes(list) when is_list(list), do: list
  defp nodes(_value), do: exit({:xpath_type, :nodes_expected})

  defp walk([], nodes, _cx), do: nodes

  defp walk([{axis, test, predicates} | steps], nodes, cx) do
    found =
      Enum.flat_map(nodes, fn node ->
        candidates = for found <- axis(axis, node), tests?(test, axis, found, cx), do: found
        Enum.reduce(predicates, candidates, &kept(&1, &2, cx))
      end)

    walk(steps, found, cx)
  end

  # A number in a predicate asks for the place.
  defp kept(predicate, nodes, cx) do
    size = length(nodes)

    for {node, position} <- Enum.with_index(nodes, 1),
        value = evaluate(predicate, %{cx | node: node, position: position, size: size}),
        if(is_number(value), do: value == position, else: truth(value)),
        do: node
  end

  ## Axes

  defp axis(:child, node), do: children(node)
  defp axis(:self, node), do: [node]
  defp axis(:parent, {_, [parent | _]}), do: [parent]
  defp axis(:parent, _node), do: []
  defp axis(:attribute, {node, parents}) when elem(node, 0) == :xmlElement, do: for(attribute <- elem(node, 7), do: {attribute, [{node, parents} | parents]})
  defp axis(:attribute, _node), do: []
  defp axis(:descendant, node), do: descendants(node)
  defp axis(:"descendant-or-self", node), do: [node | descendants(node)]
  defp axis(:ancestor, {_, parents}), do: parents |> Enum.reject(&match?({{:document, _}, _}, &1)) |> :lists.reverse()
  defp axis(:"ancestor-or-self", node), do: axis(:ancestor, node) ++ [node]
  defp axis(:"following-sibling", node), do: node |> siblings() |> elem(1)
  defp axis(:"preceding-sibling", node), do: node |> siblings() |> elem(0)
  defp axis(:following, node), do: for(after_it <- beside(node, 1), found <- [after_it | descendants(after_it)], do: found)
  defp axis(:preceding, node), do: for(before <- beside(node, 0), found <- [before | descendants(before)], do: found)
  defp axis(:namespace, _node), do: []

  defp beside({_, parents} = node, side), do: Enum.flat_map([node | parents], &(&1 |> siblings() |> elem(side)))

  defp children({{:document, element}, _} = node), do: [{element, [node]}]
  defp children({element, parents}) when elem(element, 0) == :xmlElement, do: for(child <- elem(element, 8), do: {child, [{element, parents} | parents]})
  defp children(_node), do: []

  # In the order of the document.
  defp descendants(node), do: Enum.flat_map(children(node), &[&1 | descendants(&1)])

  defp siblings({node, [parent | _]}) when elem(node, 0) != :xmlAttribute do
    {before, [_ | behind]} = Enum.split_while(children(parent), fn {other, _} -> place(other) != place(node) end)
    {before, behind}
  end

  defp siblings(_node), do: {[], []}

  # Two nodes of one parent are told apart by their kind and their number in it.
  defp place({:document, _}), do: 0
  defp place(node) when elem(node, 0) == :xmlElement, do: elem(node, 6)
  defp place({:xmlText, _, pos, _, _, _}), do: pos
  defp place({:xmlComment, _, pos, _, _}), do: pos
  defp place({:xmlPI, _, _, pos, _}), do: pos

  ## Tests of nodes

  defp tests?({:type, :node}, _axis, _node, _cx), do: true
  defp tests?({:type, :text}, _axis, {node, _}, _cx), do: elem(node, 0) == :xmlText
  defp tests?({:type, :comment}, _axis, {node, _}, _cx), do: elem(node, 0) == :xmlComment
  defp tests?({:type, :"processing-instruction"}, _axis, {node, _}, _cx), do: elem(node, 0) == :xmlPI
  defp tests?({:instruction, target}, _axis, {node, _}, _cx), do: elem(node, 0) == :xmlPI and Atom.to_string(elem(node, 1)) == target
  defp tests?(:any, :attribute, {node, _}, _cx), do: elem(node, 0) == :xmlAttribute
  defp tests?(:any, _axis, {node, _}, _cx), do: elem(node, 0) == :xmlElement

  defp tests?({:name, name}, axis, {node, _}, cx) do
    kind = if axis == :attribute, do: :xmlAttribute, else: :xmlElement
    elem(node, 0) == kind and named?(name, node, cx)
  end

  defp named?({prefix, local}, node, cx) do
    case List.keyfind(cx.namespaces, prefix, 0) do
      {_, uri} ->
        case elem(node, 2) do
          {^uri, name} -> local == "*" or Atom.to_string(name) == local
          _ -> false
        end

      nil ->
        own = Atom.to_string(elem(node, 1))
        if local == "*", do: String.starts_with?(own, prefix <> ":"), else: own == prefix <> ":" <> local
    end
  end

  defp named?(name, node, _cx), do: Atom.to_string(elem(node, 1)) == name

  ## Values

  defp truth(value) when is_boolean(value), do: value
  defp truth([]), do: false
  defp truth([_ | _]), do: true
  defp truth(value) when is_binary(value), do: value != ""
  defp truth(:NaN), do: false
  defp truth(value), do: value != 0

  defp number(value) when is_number(value) or value == :NaN, do: value
  defp number(true), do: 1
  defp number(false), do: 0
  defp number(value) when is_list(value), do: number(words(value))

  defp number(value) when is_binary(value) do
    text = String.trim(value)

    case Float.parse(text) do
      {number, ""} -> whole(number)
      _ -> :NaN
    end
  end

  defp words(value) when is_binary(value), do: value
  defp words([]), do: ""
  defp words([node | _]), do: content(node)
  defp words(value) when is_boolean(value) or is_atom(value), do: Atom.to_string(value)
  defp words(value) when is_integer(value), do: Integer.to_string(value)
  defp words(value), do: value |> whole() |> to_string()

  # The text of a node. As in Erlang, that of an element is what stands in it itself, not in the elements inside.
  defp content({{:document, element}, _}), do: content({element, []})
  defp content({{:xmlText, _, _, _, value, _}, _}), do: text(value)
  defp content({{:xmlComment, _, _, _, value}, _}), do: text(value)
  defp content({{:xmlPI, _, _, _, value}, _}), do: text(value)
  defp content({attribute, _}) when elem(attribute, 0) == :xmlAttribute, do: attribute |> elem(8) |> text()

  defp content({element, _}) do
    for child <- elem(element, 8), elem(child, 0) == :xmlText, into: "", do: content({child, []})
  end

  # A list of nodes compares as one of its nodes does.
  defp compare(op, a, b) when is_boolean(a) and op in [:=, :!=], do: ordered(op, a, truth(b))
  defp compare(op, a, b) when is_boolean(b) and op in [:=, :!=], do: ordered(op, truth(a), b)
  defp compare(op, a, b) when is_list(a) and is_list(b), do: Enum.any?(a, fn a -> Enum.any?(b, &compare(op, content(a), content(&1))) end)
  defp compare(op, a, b) when is_list(a), do: Enum.any?(a, &compare(op, content(&1), b))
  defp compare(op, a, b) when is_list(b), do: Enum.any?(b, &compare(op, a, content(&1)))
  defp compare(op, a, b) when op in [:=, :!=] and is_binary(a) and is_binary(b), do: ordered(op, a, b)

  defp compare(op, a, b) do
    {a, b} = {number(a), number(b)}
    if a == :NaN or b == :NaN, do: op == :!=, else: ordered(op, a, b)
  end

  defp ordered(:=, a, b), do: a == b
  defp ordered(:!=, a, b), do: a != b
  defp ordered(:<, a, b), do: a < b
  defp ordered(:<=, a, b), do: a <= b
  defp ordered(:>, a, b), do: a > b
  defp ordered(:>=, a, b), do: a >= b

  defp arithmetic(_op, a, b) when a == :NaN or b == :NaN, do: :NaN
  defp arithmetic(:+, a, b), do: a + b
  defp arithmetic(:-, a, b), do: a - b
  defp arithmetic(:*, a, b), do: a * b
  defp arithmetic(_op, _a, b) when b == 0, do: :NaN
  defp arithmetic(:div, a, b), do: whole(a / b)
  defp arithmetic(:mod, a, b), do: whole(:math.fmod(a * 1.0, b * 1.0))

  ## Functions

  defp call("last", [], cx), do: cx.size
  defp call("position", [], cx), do: cx.position
  defp call("count", [nodes], cx), do: length(nodes(evaluate(nodes, cx)))
  defp call("id", [ids], cx), do: with_id(ids |> evaluate(cx) |> words() |> String.split(), cx)
  defp call("local-name", args, cx), do: cx |> first(args) |> local()
  defp call("name", args, cx), do: cx |> first(args) |> name()
  defp call("namespace-uri", args, cx), do: cx |> first(args) |> uri()
  defp call("string", [], cx), do: content(cx.node)
  defp call("string", [value], cx), do: words(evaluate(value, cx))
  defp call("concat", [_, _ | _] = args, cx), do: Enum.map_join(args, &words(evaluate(&1, cx)))
  defp call("starts-with", [a, b], cx), do: String.starts_with?(words(evaluate(a, cx)), words(evaluate(b, cx)))
  defp call("contains", [a, b], cx), do: String.contains?(words(evaluate(a, cx)), words(evaluate(b, cx)))
  defp call("substring-before", [a, b], cx), do: cut(a, b, cx, fn [before, _] -> before end)
  defp call("substring-after", [a, b], cx), do: cut(a, b, cx, fn [_, behind] -> behind end)
  defp call("substring", [text, from], cx), do: part(words(evaluate(text, cx)), number(evaluate(from, cx)), :infinity)
  defp call("substring", [text, from, size], cx), do: part(words(evaluate(text, cx)), number(evaluate(from, cx)), number(evaluate(size, cx)))
  defp call("string-length", args, cx), do: cx |> own_text(args) |> String.length()
  defp call("normalize-space", args, cx), do: cx |> own_text(args) |> String.split() |> Enum.join(" ")

  defp call("translate", [text, from, to], cx) do
    [text, from, to] = Enum.map([text, from, to], &(&1 |> evaluate(cx) |> words() |> String.to_charlist()))
    to = Enum.map(to, &{:to, &1})
    table = from |> Enum.with_index() |> Enum.reverse() |> Map.new(fn {char, at} -> {char, Enum.at(to, at, :gone)} end)

    for char <- text, kept = Map.get(table, char, {:to, char}), kept != :gone, into: "" do
      <<elem(kept, 1)::utf8>>
    end
  end

  defp call("boolean", [value], cx), do: truth(evaluate(value, cx))
  defp call("not", [value], cx), do: not truth(evaluate(value, cx))
  defp call("true", [], _cx), do: true
  defp call("false", [], _cx), do: false

  defp call("lang", [language], cx) do
    wanted = language |> evaluate(cx) |> words() |> String.downcase()
    {node, parents} = cx.node
    own = Enum.find_value([{node, parents} | parents], "", fn {node, _} -> elem(node, 0) == :xmlElement and elem(node, 9) != [] and text(elem(node, 9)) end)
    String.downcase(own) == wanted or String.starts_with?(String.downcase(own), wanted <> "-")
  end

  defp call("number", [], cx), do: number(content(cx.node))
  defp call("number", [value], cx), do: number(evaluate(value, cx))
  defp call("sum", [nodes], cx), do: nodes |> evaluate(cx) |> nodes() |> Enum.reduce(0, &arithmetic(:+, number(content(&1)), &2))
  defp call("floor", [value], cx), do: rounded(number(evaluate(value, cx)), &Float.floor/1)
  defp call("ceiling", [value], cx), do: rounded(number(evaluate(value, cx)), &Float.ceil/1)
  defp call("round", [value], cx), do: rounded(number(evaluate(value, cx)), &Float.floor(&1 + 0.5))
  defp call(name, _args, _cx), do: exit({:not_a_core_function, String.to_atom(name)})

  defp rounded(:NaN, _fun), do: :NaN
  defp rounded(number, _fun) when is_integer(number), do: number
  defp rounded(number, fun), do: trunc(fun.(number))

  defp own_text(cx, []), do: content(cx.node)
  defp own_text(cx, [value]), do: words(evaluate(value, cx))

  defp cut(a, b, cx, part) do
    case :binary.split(words(evaluate(a, cx)), words(evaluate(b, cx))) do
      [_, _] = parts -> part.(parts)
      _ -> ""
    end
  end

  # Places count from 1 and are rounded.
  defp part(_text, :NaN, _size), do: ""
  defp part(_text, _from, :NaN), do: ""

  defp part(text, from, size) do
    from = round(from)
    behind = if size == :infinity, do: :infinity, else: from + round(size)

    for {char, at} <- Enum.with_index(String.codepoints(text), 1), at >= from and at < behind, into: "", do: char
  end

  defp first(cx, []), do: cx.node

  defp first(cx, [nodes]) do
    case nodes(evaluate(nodes, cx)) do
      [node | _] -> node
      [] -> nil
    end
  end

  # A name in a namespace is shown with its URI.
  defp name({node, _}) when elem(node, 0) in [:xmlElement, :xmlAttribute] do
    case elem(node, 2) do
      {uri, local} when is_atom(uri) -> "{#{uri}}#{local}"
      _ -> Atom.to_string(elem(node, 1))
    end
  end

  defp name({node, _}) when elem(node, 0) == :xmlPI, do: Atom.to_string(elem(node, 1))
  defp name(_node), do: ""

  defp local({node, _}) when elem(node, 0) in [:xmlElement, :xmlAttribute],
    do: node |> elem(1) |> Atom.to_string() |> String.split(":", parts: 2) |> List.last()

  defp local(node), do: name(node)

  defp uri({node, _}) when elem(node, 0) in [:xmlElement, :xmlAttribute] do
    case {elem(node, 2), elem(node, 4)} do
      {{uri, _}, _} when is_atom(uri) -> Atom.to_string(uri)
      {_, {:xmlNamespace, default, _}} when is_atom(default) and elem(node, 0) == :xmlElement -> Atom.to_string(default)
      _ -> ""
    end
  end

  defp uri(_node), do: ""

  defp with_id(ids, cx) do
    for {node, _} = found <- descendants(cx.root), elem(node, 0) == :xmlElement, id?(elem(node, 7), ids), do: found
  end

  defp id?(attributes, ids), do: Enum.any?(attributes, &(elem(&1, 1) == :id and text(elem(&1, 8)) in ids))
end
