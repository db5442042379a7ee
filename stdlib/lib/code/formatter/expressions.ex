defmodule Code.Formatter.Expressions do
  @moduledoc false
  # Bodies, and the dispatch on the shape of code; operators, attributes and captures.

  import Inspect.Algebra, except: [format: 2, surround: 3]
  import Code.Formatter.Text
  import Code.Formatter.Shape
  import Code.Formatter.Layout
  import Code.Formatter.Comments

  alias Code.Formatter.{Calls, Clauses, Containers, Literals, Operators}

  @empty empty()
  @first_line 0
  @last_line 9_999_999

  # The document of a body: nothing, one expression, several of them, or clauses.
  def body([{:->, _, _} | _] = clauses, from, to, st), do: Clauses.clauses(clauses, from, to, st)

  def body({:__block__, meta, []}, from, to, st) do
    {docs, _} = sequence([], from, to, st, fn _, _ -> {@empty, @empty, 1} end)
    _ = meta
    lines(docs)
  end

  def body({:__block__, _, [_, _ | _] = exprs}, from, to, st) do
    {docs, _} = sequence(exprs, from, to, st, &statement/2)
    lines(docs)
  end

  def body(expr, from, to, st), do: one(expr, from, to, st)

  defp one(expr, from, to, st) do
    {docs, _} = sequence([expr], from, to, st, &statement/2)
    lines(docs)
  end

  defp statement(expr, st) do
    doc = expr(expr, :block, st)
    {doc, next_line(expr), newlines_after(expr)}
  end

  # Statements that do not fit into a line are set apart by empty lines, but for attributes.
  defp next_line({:@, _, [_]}), do: @empty
  defp next_line(_), do: nest(break(""), :reset)

  defp newlines_after({_, meta, _} = _expr) when is_list(meta) do
    case meta[:end_of_expression] do
      nil -> 1
      place -> place[:newlines] || 1
    end
  end

  defp newlines_after(_), do: 1

  # Texts with interpolation.
  def expr({:<<>>, meta, parts} = quoted, context, st) do
    cond do
      Keyword.has_key?(meta, :delimiter) and interpolated?(parts) -> Literals.interpolation(parts, meta, st)
      true -> Containers.bitstring(quoted, context, st)
    end
  end

  def expr({{:., _, [List, :to_charlist]}, meta, [parts]} = quoted, context, st) do
    if Keyword.has_key?(meta, :delimiter) and is_list(parts), do: Literals.charlist_interpolation(parts, meta, st), else: Calls.remote(quoted, context, st)
  end

  def expr({{:., _, [:erlang, name]}, _meta, [{:<<>>, _, parts}, :utf8]}, _context, st) when name in [:binary_to_atom, :binary_to_existing_atom] do
    concat(":", Literals.atom_interpolation(parts, st))
  end

  def expr({{:., _, [Access, :get]}, meta, [target, key]} = quoted, context, st) do
    if Keyword.has_key?(meta, :closing) or not Keyword.has_key?(meta, :from_call) do
      Calls.access(target, key, meta, st)
    else
      Calls.remote(quoted, context, st)
    end
  end

  def expr({:%, _, [name, {:%{}, meta, args}]}, _context, st), do: Containers.map(Calls.wrap_struct(name, st), meta, args, st)
  def expr({:%{}, meta, args}, _context, st) when is_list(args), do: Containers.map("%", meta, args, st)
  def expr({:{}, meta, args}, _context, st) when is_list(args), do: Containers.tuple(meta, args, st)
  def expr({:__block__, meta, [{left, right}]}, _context, st), do: Containers.tuple(meta, [left, right], st)

  def expr({:__block__, meta, [list]} = block, context, st) when is_list(list) do
    cond do
      match?([{:->, _, _} | _], list) -> Clauses.paren_clauses(list, st)
      is_binary(meta[:delimiter]) and meta[:delimiter] in ["'", "'''"] -> Literals.charlist(list, meta, st)
      list != [] and not Keyword.has_key?(meta, :closing) and Enum.all?(list, &is_integer/1) -> Literals.charlist(list, Keyword.put(meta, :delimiter, "'"), st)
      true -> Containers.list(meta, list, block, context, st)
    end
  end

  def expr({:__block__, _, [nil]}, _context, _st), do: "nil"
  def expr({:__block__, meta, [text]}, _context, st) when is_binary(text), do: Literals.text(text, meta, st)
  def expr({:__block__, meta, [number]}, _context, _st) when is_number(number), do: number(number, meta)
  def expr({:__block__, meta, [atom]}, _context, st) when is_atom(atom), do: Literals.atom(atom, meta, st)
  def expr({:__block__, _, [{:unquote_splicing, _, [_]} = splice]}, context, st), do: wrap_parens(expr(splice, context, st))
  def expr({:__block__, _, [single]}, context, st) when is_tuple(single), do: expr(single, context, st)
  def expr({:__block__, _, [other]}, _context, _st), do: inspect(other)
  def expr({:__block__, _, []}, _context, _st), do: "nil"

  def expr({:__block__, meta, exprs}, _context, st) do
    doc = body({:__block__, meta, exprs}, meta_line(meta, @first_line), meta[:closing][:line] || @last_line, st)
    force_unfit(surround("(", doc, ")"))
  end

  def expr({:__aliases__, _, [first | rest]}, _context, st) do
    head = if is_atom(first), do: Atom.to_string(first), else: Calls.wrap_target(first, st)
    Enum.reduce(rest, head, &concat(&2, concat(".", Atom.to_string(&1))))
  end

  def expr({:fn, meta, [_ | _] = clauses}, _context, st), do: Clauses.anonymous(clauses, meta, st)
  def expr({:&, _, [argument]}, context, st), do: capture(argument, context, st)
  def expr({:@, meta, [argument]}, context, st), do: attribute(meta, argument, context, st)
  def expr({:not, meta, [{:in, _, [left, right]}]}, context, st), do: binary_op(:"not in", meta, left, right, context, st)
  def expr({:"not in", meta, [left, right]}, context, st), do: binary_op(:"not in", meta, left, right, context, st)

  def expr({:..//, _, [first, last, step]}, context, st) do
    range = {:.., [], [first, last]}
    concat([expr(range, operand_context(context), st), "//", operand(step, :right, :"//", st)])
  end

  def expr({:.., _, []}, _context, _st), do: ".."
  def expr({:..., _, []}, _context, _st), do: "..."

  def expr([{:->, _, _} | _] = clauses, _context, st), do: Clauses.paren_clauses(clauses, st)

  def expr([_ | _] = pairs, context, st) do
    if keyword?(pairs), do: Containers.keywords(pairs, context, st), else: expr({:__block__, [], [pairs]}, context, st)
  end

  def expr({left, right}, _context, st), do: Containers.pair(left, right, st)

  def expr({{:., _, [target, :{}]}, meta, args}, _context, st), do: concat(concat(Calls.target(target, st), "."), Containers.container("{", elems(args), "}", meta, [join: :break, last_fits: false], st))
  def expr({{:., _, [_]}, _, args} = quoted, context, st) when is_list(args), do: Calls.anonymous_call(quoted, context, st)
  def expr({{:., _, [_, _]}, _, args} = quoted, context, st) when is_list(args), do: Calls.remote(quoted, context, st)

  def expr({form, meta, args}, context, st) when is_tuple(form) and is_list(args) do
    head = Calls.target(form, st)
    head = if args == [] and Keyword.has_key?(meta, :do) or match?([[{{:__block__, _, [:do]}, _} | _]], args), do: concat(head, "()"), else: head
    {call, _} = Calls.call_args(head, args, meta, context, :always, st)
    call
  end

  def expr({name, _, context}, _context, _st) when is_atom(name) and is_atom(context), do: Atom.to_string(name)

  def expr({name, meta, args} = quoted, context, st) when is_atom(name) and is_list(args) do
    cond do
      sigil = Literals.sigil_name(name, args, meta) -> Literals.sigil(sigil, meta, args, st)
      match?([_], args) and Operators.unary(name) != nil -> unary_op(name, meta, hd(args), context, st)
      match?([_, _], args) and Operators.binary(name) != nil -> binary_op(name, meta, hd(args), hd(tl(args)), context, st)
      true -> Calls.local(quoted, context, st)
    end
  end

  def expr(atom, _context, st) when is_atom(atom), do: Literals.atom(atom, [], st)
  def expr(number, _context, _st) when is_number(number), do: number(number, [])
  def expr(binary, _context, st) when is_binary(binary), do: Literals.text(binary, [delimiter: "\""], st)
  def expr([], _context, _st), do: "[]"
  def expr(other, _context, _st), do: inspect(other)

  defp unary_op(op, _meta, argument, context, st) do
    doc = expr(argument, if(context in [:no_parens_arg, :parens_arg], do: context, else: :operand), st)

    case unwrap(argument) do
      number when is_number(number) and number < 0 ->
        concat(op_text(op), wrap_parens(doc))

      {inner, _, [_]} = code when is_atom(inner) and op == :@ and inner != :@ ->
        concat("@", if(unary?(code), do: wrap_parens(doc), else: doc))

      {inner, _, [_]} = code when is_atom(inner) ->
        wrap? = unary?(code) and not placeholder?(code) and inner not in [:@, :^] and not (inner == op and op in [:!, :not])
        wrap? = wrap? or binary?(code) or match?({:@, _, [{operator, _, [_, _]}]} when is_atom(operator), code) and binary?(hd(elem(code, 2)))
        concat(op_text(op), if(wrap?, do: wrap_parens(doc), else: doc))

      code ->
        concat(op_text(op), if(binary?(code), do: wrap_parens(doc), else: doc))
    end
  end

  defp op_text(:not), do: "not "
  defp op_text(op), do: Atom.to_string(op)

  defp binary_op(op, meta, left, right, context, st), do: binary_op(op, meta, left, right, context, st, nil)

  # `chain` is the indentation of the chain of the same operators that this one continues; `nil` at its start.
  defp binary_op(op, meta, left, right, context, st, chain) do
    inner = operand_context(context)
    nesting = if chain, do: chain, else: Map.get(st, :nesting, 2)
    left_doc = operand(left, :left, op, left_context(context), nesting, st)
    op_string = Atom.to_string(op)
    # In a chain to the right the left side stands behind the operator before it.
    left_doc = if chain && Operators.leading?(op) && Operators.right?(op), do: nest(left_doc, byte_size(op_string) + 1), else: left_doc

    doc =
      cond do
        Operators.tight?(op) ->
          concat([group(left_doc), op_string, group(operand(right, :right, op, inner, nesting, st))])

        Operators.unbroken?(op) ->
          with_next_break_fits(next_break_fits?(right), operand(right, :right, op, inner, nesting, st), fn right_doc ->
            concat([group(left_doc), " ", op_string, " ", group(right_doc)])
          end)

        Operators.leading?(op) ->
          op_string = op_string <> " "
          comments = if st.skip_eol, do: [], else: take_comments(beginning(right) + 1)
          # Alternatives and guards are laid out behind their operator, whatever breaks in them.
          {nesting, st} = if op == :when, do: {2, Map.delete(st, :nesting)}, else: {nesting, st}
          right_doc = operand(right, :right, op, inner, nesting, st)
          right_doc = if same_chain?(right, :right, op) or op in Operators.pipeline(), do: right_doc, else: nest(right_doc, byte_size(op_string))
          remarks = Enum.map(comments, &concat(line(), &1.text))
          doc = concat([left_doc, concat(remarks), break(" "), op_string, right_doc])
          if comments != [] or (chain == nil and eol?(meta, st)), do: force_unfit(doc), else: doc

        true ->
          right_doc = operand(right, :right, op, inner, nesting, st)
          # In a chain to the right all but the first are indented already.
          nesting = if chain && Operators.right?(op), do: 0, else: nesting

          cond do
            eol?(meta, st) and op != := ->
              force_unfit(concat([group(left_doc), " ", op_string, nest(concat(line(), group(right_doc)), nesting)]))

            next_break_fits?(right) ->
              with_next_break_fits(true, right_doc, fn right_doc ->
                concat([group(left_doc), " ", op_string, group(nest(concat(break(" "), group(right_doc)), nesting, :break))])
              end)

            same_chain?(right, :right, op) ->
              concat([group(left_doc), " ", op_string, group(nest(concat(break(" "), right_doc), nesting))])

            true ->
              concat([group(left_doc), " ", op_string, group(nest(concat(break(" "), group(right_doc)), nesting))])
          end
      end

    if chain, do: doc, else: group(doc)
  end

  defp same_chain?(operand, side, op) do
    case operand do
      {inner, _, [_, _]} when is_atom(inner) -> Operators.chain?(op, inner, side)
      _ -> false
    end
  end

  defp operand_context(:no_parens_arg), do: :no_parens_arg
  defp operand_context(:no_parens_one_arg), do: :no_parens_arg
  defp operand_context(context) when context in [:parens_arg, :parens_one_arg], do: :parens_arg
  defp operand_context(_), do: :operand

  # A bare call on the left would take what follows for its own.
  defp left_context(context) when context in [:no_parens_arg, :no_parens_one_arg], do: :no_parens_arg
  defp left_context(_), do: :parens_arg

  defp operand(quoted, side, op, st), do: operand(quoted, side, op, :operand, 2, st)

  defp operand(quoted, side, op, context, nesting, st) do
    case quoted do
      {name, [_ | _] = meta, args} when is_list(args) and context == :no_parens_arg and (is_atom(name) or is_tuple(name)) ->
        if Keyword.has_key?(meta, :do), do: wrap_parens(expr(quoted, :operand, st)), else: plain_operand(quoted, side, op, context, nesting, st)

      _ ->
        plain_operand(quoted, side, op, context, nesting, st)
    end
  end

  defp plain_operand(quoted, side, op, context, nesting, st) do
    case quoted do
      {:not, meta, [{:in, _, [left, right]}]} -> binary_operand(:"not in", meta, left, right, side, op, context, nesting, st)
      {inner, meta, [left, right]} when is_atom(inner) ->
        if Operators.binary(inner), do: binary_operand(inner, meta, left, right, side, op, context, nesting, st), else: expr(quoted, context, st)

      {:.., _, []} when context == :no_parens_arg ->
        "(..)"

      {:..//, _, [_, _, _]} ->
        {_, precedence} = Operators.binary(op)
        if precedence < 200, do: expr(quoted, context, st), else: wrap_parens(expr(quoted, context, st))

      {:&, _, [captured]} ->
        _ = captured
        if placeholder?(quoted) or (side == :right and not (match?({:left, precedence} when precedence > 90, Operators.binary(op)))), do: expr(quoted, context, st), else: wrap_parens(expr(quoted, context, st))

      {negation, _, [_]} when negation in [:not, :!] and side == :left and op in [:in, :"not in"] -> wrap_parens(expr(quoted, context, st))

      {:__block__, _, [{inner, _, _} = code]} when is_atom(inner) -> operand(code, side, op, context, nesting, st)
      [{:->, _, _} | _] -> expr(quoted, context, st)
      [_ | _] when side == :left -> if keyword?(quoted), do: expr({:__block__, [closing: []], [quoted]}, context, st), else: expr(quoted, context, st)
      _ -> expr(quoted, context, st)
    end
  end

  defp binary_operand(inner, meta, left, right, side, op, context, nesting, st) do
    cond do
      Operators.chain?(op, inner, side) -> binary_op(inner, meta, left, right, context, st, nesting)
      Operators.parens?(op, inner, side) -> wrap_parens(binary_op(inner, meta, left, right, :operand, st))
      true -> binary_op(inner, meta, left, right, if(context in [:no_parens_arg, :parens_arg], do: context, else: :operand), st)
    end
  end

  # In types what stands behind the colons of a bitstring is no modifier.
  defp attribute(meta, {name, _, [_]} = quoted, context, %{bitstring_modifiers: true} = st)
       when name in [:type, :typep, :opaque, :spec, :callback, :macrocallback],
       do: attribute(meta, quoted, context, %{st | bitstring_modifiers: false})

  defp attribute(_meta, {name, meta, [argument]} = quoted, context, st) when is_atom(name) and name not in [:__block__, :@, :__aliases__] do
    cond do
      Keyword.has_key?(meta, :do) -> concat("@", Calls.local(quoted, context, st))
      context in [:parens_arg, :no_parens_arg] -> concat("@", Calls.parens_call(Atom.to_string(name), [argument], [closing: []], st))
      Operators.unary(name) -> concat("@", wrap_parens(expr({name, [], [argument]}, :operand, st)))
      name in [:when] or Operators.binary(name) -> concat("@", expr({name, [], [argument]}, :operand, st))
      true -> attribute_value(Atom.to_string(name), argument, st)
    end
  end

  defp attribute(_meta, {name, _, context}, _context, _st) when is_atom(name) and is_atom(context), do: "@" <> Atom.to_string(name)
  defp attribute(meta, argument, context, st), do: unary_op(:@, meta, argument, context, st)

  # What breaks inside of brackets is not moved to the column behind the name.
  defp attribute_value(name, argument, st) do
    {doc, fits?} = Containers.argument_doc(argument, :no_parens_one_arg, st)
    doc = if fits?, do: with_next_break_fits(true, doc, & &1), else: nest(doc, String.length(name) + 2)
    concat(["@", name, " ", doc])
  end

  defp capture({:__block__, _, [number]}, _context, _st) when is_integer(number), do: "&" <> Integer.to_string(number)
  defp capture(number, _context, _st) when is_integer(number), do: "&" <> Integer.to_string(number)

  defp capture({:/, _, [{{:., _, [target, name]}, _, []}, {:__block__, _, [arity]}]}, _context, st) when is_integer(arity) and is_atom(name) do
    concat(["&", Calls.target(target, st), ".", Macro.inspect_atom(:remote_call, name), "/", Integer.to_string(arity)])
  end

  defp capture({:/, _, [{name, _, context}, {:__block__, _, [arity]}]}, _context, _st) when is_atom(name) and is_atom(context) and is_integer(arity) do
    concat(["&", capture_name(name), "/", Integer.to_string(arity)])
  end

  defp capture(argument, _context, st) do
    doc = expr(argument, :operand, st)

    cond do
      starts_with_capture?(argument) -> concat("& ", doc)
      binary?(unwrap(argument)) or unary?(unwrap(argument)) -> concat(["&(", nest(doc, :cursor), ")"])
      true -> concat("&", doc)
    end
  end

  defp capture_name(name) do
    text = Atom.to_string(name)
    text = if Macro.classify_atom(name) == :quoted and Operators.binary(name) == nil and Operators.unary(name) == nil, do: Macro.inspect_atom(:remote_call, name), else: text
    if String.starts_with?(text, "&"), do: " " <> text, else: text
  end
end
