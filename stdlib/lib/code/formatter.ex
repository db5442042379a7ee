defmodule Code.Formatter do
  @moduledoc false
  # Lays out quoted code as source text: the work behind `Code.format_string!/2`, `Code.quoted_to_algebra/2` and
  # `Macro.to_string/1`.
  #
  # The code is in the form in which the parser gives it with metadata of tokens and every literal wrapped in a block
  # (`Code.Normalizer` brings other code into this form). Every clause of `expr/3` turns one shape of code into a document of
  # `Inspect.Algebra`; how documents break is decided when they are printed. Comments are kept in the process dictionary, in
  # the order of their lines, and taken from there by the sequences (blocks, arguments, clauses) that they stand in.

  import Inspect.Algebra, except: [format: 2, surround: 3]
  import Code.Formatter.Text

  alias Code.Formatter.Operators

  @empty empty()
  @comments {__MODULE__, :comments}
  @first_line 0
  @last_line 9_999_999

  @locals_without_parens [
    # Special forms.
    alias: 1, alias: 2, case: 2, cond: 1, for: :*, import: 1, import: 2, quote: 1, quote: 2, receive: 1, require: 1, require: 2, try: 1, with: :*,
    # Kernel.
    def: 1, def: 2, defp: 1, defp: 2, defguard: 1, defguardp: 1, defmacro: 1, defmacro: 2, defmacrop: 1, defmacrop: 2, defmodule: 2,
    defdelegate: 2, defexception: 1, defoverridable: 1, defstruct: 1, destructure: 2, raise: 1, raise: 2, reraise: 2, reraise: 3,
    if: 2, unless: 2, use: 1, use: 2, defrecord: 2, defrecord: 3, defrecordp: 2, defrecordp: 3, dbg: 1, dbg: 2,
    # Tests.
    assert: 1, assert: 2, assert_in_delta: 3, assert_in_delta: 4, assert_raise: 2, assert_raise: 3, assert_receive: 1, assert_receive: 2,
    assert_receive: 3, assert_received: 1, assert_received: 2, doctest: 1, doctest: 2, refute: 1, refute: 2, refute_in_delta: 3,
    refute_in_delta: 4, refute_receive: 1, refute_receive: 2, refute_receive: 3, refute_received: 1, refute_received: 2, setup: 1, setup: 2,
    setup_all: 1, setup_all: 2, test: 1, test: 2,
    # Configuration.
    config: 2, config: 3, import_config: 1
  ]

  @do_keys [:do, :else, :rescue, :catch, :after]

  @doc """
  Returns the names that are called without parentheses by default.
  """
  def locals_without_parens, do: @locals_without_parens

  @doc """
  Returns the document of code, with comments put where they belong.

  Options: `:comments`, `:locals_without_parens`, `:force_do_end_blocks`, `:escape` (texts hold what they mean, not how it
  is written), `:sigils`, `:file`, `:syntax_colors`.
  """
  def to_algebra(quoted, opts \\ []) do
    st = %{
      locals: Keyword.get(opts, :locals_without_parens, []) ++ @locals_without_parens,
      escape: Keyword.get(opts, :escape, false),
      force_do_end: Keyword.get(opts, :force_do_end_blocks, false),
      bitstring_modifiers: Keyword.get(opts, :normalize_bitstring_modifiers, true),
      sigils: Map.new(Keyword.get(opts, :sigils, []), fn {name, fun} -> {Atom.to_charlist(name), fun} end),
      file: Keyword.get(opts, :file),
      skip_eol: false
    }

    before = Process.put(@comments, Enum.map(Keyword.get(opts, :comments, []), &comment/1))

    try do
      top(quoted, @first_line, @last_line, st)
    after
      if before, do: Process.put(@comments, before), else: Process.delete(@comments)
    end
  end

  defp top([{:->, _, _} | _] = clauses, _from, _to, st), do: paren_clauses(clauses, st)
  defp top(quoted, from, to, st), do: body(quoted, from, to, st)

  # The text of a comment has a space behind the number signs, and `!` marks lines for other programs.
  defp comment(%{text: "#" <> rest = text} = comment) do
    text = String.trim_trailing(text)

    case rest do
      "!" <> _ -> %{comment | text: text}
      _ -> %{comment | text: spaced(text, "#")}
    end
  end

  defp spaced("#" <> rest, "#"), do: spaced_rest(rest, "#")
  defp spaced_rest("#" <> rest, signs), do: spaced_rest(rest, signs <> "#")
  defp spaced_rest("", signs), do: signs
  defp spaced_rest(" " <> _ = rest, signs), do: signs <> rest
  defp spaced_rest("!" <> _ = rest, signs), do: signs <> rest
  defp spaced_rest(rest, signs), do: signs <> " " <> rest

  ## Sequences

  # The document of a body: nothing, one expression, several of them, or clauses.
  defp body([{:->, _, _} | _] = clauses, from, to, st), do: clauses(clauses, from, to, st)

  defp body({:__block__, meta, []}, from, to, st) do
    {docs, _} = sequence([], from, to, st, fn _, _ -> {@empty, @empty, 1} end)
    _ = meta
    lines(docs)
  end

  defp body({:__block__, _, [_, _ | _] = exprs}, from, to, st) do
    {docs, _} = sequence(exprs, from, to, st, &statement/2)
    lines(docs)
  end

  defp body(expr, from, to, st), do: one(expr, from, to, st)

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

  # Documents of elements with the comments between them: `{docs, comments?}`. `fun` gives `{doc, next_line, newlines}`.
  defp sequence(elements, from, to, st, fun) do
    {entries, _} =
      Enum.flat_map_reduce(elements, from, fn element, _last ->
        {start, finish} = if match?({_, index} when is_integer(index), element), do: span(elem(element, 0)), else: span(element)
        # Code that was not parsed does not tell where it stands.
        before = if start == @last_line, do: [], else: take_comments(start + 1)
        {doc, next, newlines} = fun.(element, st)
        # Comments inside of what has just been laid out that found no place there stand before it.
        inside = take_comments(finish + 1)
        comments = before ++ inside
        # Arguments follow their comments at once.
        comments = if match?({_, index} when is_integer(index), element), do: followed_at_once(comments), else: comments
        {Enum.map(comments, &{:comment, &1}) ++ [{:doc, doc, next, newlines}], finish}
      end)

    rest = Enum.map(take_comments(to), &{:comment, &1})
    all = entries ++ rest
    {merge(all, @empty, &group/1), Enum.any?(all, &(elem(&1, 0) == :comment))}
  end

  defp followed_at_once([]), do: []
  defp followed_at_once([last]), do: [%{last | next_eol_count: 1}]
  defp followed_at_once([comment | rest]), do: [comment | followed_at_once(rest)]

  # What `fun` returns while no comment is seen by it.
  defp without_comments(fun), do: holding(Process.get(@comments, []), fun)

  # What `fun` returns while these comments, the first that there are, are kept from it.
  defp holding(held, fun) do
    Process.put(@comments, Enum.drop(Process.get(@comments, []), length(held)))
    result = fun.()
    Process.put(@comments, held ++ Process.get(@comments, []))
    result
  end

  defp take_comments(line) do
    {taken, rest} = Enum.split_while(Process.get(@comments, []), &(&1.line < line))
    Process.put(@comments, rest)
    taken
  end

  defp comments_before?(line), do: match?([%{line: first} | _] when first < line, Process.get(@comments, []))

  defp comments_between?(from, to), do: Enum.any?(Process.get(@comments, []), &(&1.line > from and &1.line < to))

  defp merge([], _left, _wrap), do: []

  defp merge([{:comment, comment} | rest], left, wrap) do
    right = if comment.next_eol_count >= 2, do: line(), else: @empty
    doc = if left == @empty, do: comment.text, else: concat(left, comment.text)
    doc = if rest != [] and right != @empty, do: concat(doc, concat(collapse_lines(2), right)), else: doc
    [doc | merge(rest, @empty, wrap)]
  end

  defp merge([{:doc, doc, next, newlines} | rest], left, wrap) do
    right =
      case rest do
        [{:comment, %{previous_eol_count: count}} | _] -> if count >= 2, do: line(), else: next
        _ -> if newlines >= 2, do: line(), else: next
      end

    doc = if left != @empty, do: concat(left, doc), else: doc
    doc = if rest != [] and right != @empty, do: concat(doc, concat(collapse_lines(2), right)), else: doc
    after_this = if match?([{:doc, _, _, _} | _], rest) and right == next and next != @empty, do: break(""), else: @empty
    [wrap.(doc) | merge(rest, after_this, wrap)]
  end

  defp lines([]), do: @empty
  defp lines(docs), do: docs |> Enum.reduce(&line(&2, &1)) |> force_if(length(docs) > 1)

  defp force_if(doc, true), do: force_unfit(doc)
  defp force_if(doc, false), do: doc

  # First and last line that something begins on, as far as code tells. What stands behind the end of a block or a call is behind.
  defp span(quoted), do: {first_line(quoted, @last_line), last_line(quoted, @first_line)}

  defp first_line({:__block__, meta, [_] = args}, max), do: min(meta_line(meta, max), Enum.reduce(args, max, &first_line/2))
  defp first_line({form, meta, args}, max) do
    max = if op?(form) or form == :., do: max, else: min(meta_line(meta, max), max)
    max = if is_tuple(form), do: first_line(form, max), else: max
    max = if is_list(args), do: Enum.reduce(args, max, &first_line/2), else: max
    min(max, meta_line(meta, max))
  end

  defp first_line({left, right}, max), do: first_line(left, first_line(right, max))
  defp first_line(list, max) when is_list(list), do: Enum.reduce(list, max, &first_line/2)
  defp first_line(_, max), do: max

  defp meta_line(meta, default), do: if(is_list(meta), do: meta[:line] || default, else: default)

  defp last_line({form, meta, args}, min) do
    min = max(min, meta_line(meta, min))
    min = if is_tuple(form), do: last_line(form, min), else: min
    if is_list(args), do: Enum.reduce(args, min, &last_line/2), else: min
  end

  defp last_line({left, right}, min), do: last_line(right, last_line(left, min))
  defp last_line(list, min) when is_list(list), do: Enum.reduce(list, min, &last_line/2)
  defp last_line(_, min), do: min

  # The line that code begins on; none if it does not tell.
  defp beginning(quoted) do
    case first_line(quoted, @last_line) do
      @last_line -> @first_line
      line -> line
    end
  end

  defp op?(name), do: is_atom(name) and (Operators.binary(name) != nil or Operators.unary(name) != nil)

  ## Expressions

  # Texts with interpolation.
  defp expr({:<<>>, meta, parts} = quoted, context, st) do
    cond do
      Keyword.has_key?(meta, :delimiter) and interpolated?(parts) -> interpolation(parts, meta, st)
      true -> bitstring(quoted, context, st)
    end
  end

  defp expr({{:., _, [List, :to_charlist]}, meta, [parts]} = quoted, context, st) do
    if Keyword.has_key?(meta, :delimiter) and is_list(parts), do: charlist_interpolation(parts, meta, st), else: remote(quoted, context, st)
  end

  defp expr({{:., _, [:erlang, name]}, meta, [{:<<>>, _, parts}, :utf8]}, _context, st) when name in [:binary_to_atom, :binary_to_existing_atom] do
    concat(":", interpolation(parts, Keyword.put_new(Keyword.put(meta, :delimiter, "\""), :line, 0), st))
  end

  defp expr({{:., _, [Access, :get]}, meta, [target, key]} = quoted, context, st) do
    if Keyword.has_key?(meta, :closing) or not Keyword.has_key?(meta, :from_call) do
      access(target, key, meta, st)
    else
      remote(quoted, context, st)
    end
  end

  defp expr({:%, _, [name, {:%{}, meta, args}]}, _context, st), do: map(wrap_struct(name, st), meta, args, st)
  defp expr({:%{}, meta, args}, _context, st) when is_list(args), do: map("%", meta, args, st)
  defp expr({:{}, meta, args}, _context, st) when is_list(args), do: tuple(meta, args, st)
  defp expr({:__block__, meta, [{left, right}]}, _context, st), do: tuple(meta, [left, right], st)

  defp expr({:__block__, meta, [list]} = block, context, st) when is_list(list) do
    cond do
      match?([{:->, _, _} | _], list) -> paren_clauses(list, st)
      is_binary(meta[:delimiter]) and meta[:delimiter] in ["'", "'''"] -> charlist(list, meta, st)
      list != [] and not Keyword.has_key?(meta, :closing) and Enum.all?(list, &is_integer/1) -> charlist(list, Keyword.put(meta, :delimiter, "'"), st)
      true -> list(meta, list, block, context, st)
    end
  end

  defp expr({:__block__, _, [nil]}, _context, _st), do: "nil"
  defp expr({:__block__, meta, [text]}, _context, st) when is_binary(text), do: text(text, meta, st)
  defp expr({:__block__, meta, [number]}, _context, _st) when is_number(number), do: number(number, meta)
  defp expr({:__block__, meta, [atom]}, _context, st) when is_atom(atom), do: atom(atom, meta, st)
  defp expr({:__block__, _, [{:unquote_splicing, _, [_]} = splice]}, context, st), do: wrap_parens(expr(splice, context, st))
  defp expr({:__block__, _, [single]}, context, st) when is_tuple(single), do: expr(single, context, st)
  defp expr({:__block__, _, [other]}, _context, _st), do: inspect(other)
  defp expr({:__block__, _, []}, _context, _st), do: "nil"

  defp expr({:__block__, meta, exprs}, _context, st) do
    doc = body({:__block__, meta, exprs}, meta_line(meta, @first_line), meta[:closing][:line] || @last_line, st)
    force_unfit(surround("(", doc, ")"))
  end

  defp expr({:__aliases__, _, [first | rest]}, _context, st) do
    head = if is_atom(first), do: Atom.to_string(first), else: wrap_target(first, st)
    Enum.reduce(rest, head, &concat(&2, concat(".", Atom.to_string(&1))))
  end

  defp expr({:fn, meta, [_ | _] = clauses}, _context, st), do: anonymous(clauses, meta, st)
  defp expr({:&, _, [argument]}, context, st), do: capture(argument, context, st)
  defp expr({:@, meta, [argument]}, context, st), do: attribute(meta, argument, context, st)
  defp expr({:not, meta, [{:in, _, [left, right]}]}, context, st), do: binary_op(:"not in", meta, left, right, context, st)
  defp expr({:"not in", meta, [left, right]}, context, st), do: binary_op(:"not in", meta, left, right, context, st)

  defp expr({:..//, _, [first, last, step]}, context, st) do
    range = {:.., [], [first, last]}
    concat([expr(range, operand_context(context), st), "//", operand(step, :right, :"//", st)])
  end

  defp expr({:.., _, []}, _context, _st), do: ".."
  defp expr({:..., _, []}, _context, _st), do: "..."

  defp expr([{:->, _, _} | _] = clauses, _context, st), do: paren_clauses(clauses, st)

  defp expr([_ | _] = pairs, context, st) do
    if keyword?(pairs), do: keywords(pairs, context, st), else: expr({:__block__, [], [pairs]}, context, st)
  end

  defp expr({left, right}, _context, st), do: pair(left, right, st)

  defp expr({{:., _, [target, :{}]}, meta, args}, _context, st), do: concat(concat(target(target, st), "."), container("{", elems(args), "}", meta, [join: :break, last_fits: false], st))
  defp expr({{:., _, [_]}, _, args} = quoted, context, st) when is_list(args), do: anonymous_call(quoted, context, st)
  defp expr({{:., _, [_, _]}, _, args} = quoted, context, st) when is_list(args), do: remote(quoted, context, st)

  defp expr({form, meta, args}, context, st) when is_tuple(form) and is_list(args) do
    head = target(form, st)
    head = if args == [] and Keyword.has_key?(meta, :do) or match?([[{{:__block__, _, [:do]}, _} | _]], args), do: concat(head, "()"), else: head
    {call, _} = call_args(head, args, meta, context, :always, st)
    call
  end

  defp expr({name, _, context}, _context, _st) when is_atom(name) and is_atom(context), do: Atom.to_string(name)

  defp expr({name, meta, args} = quoted, context, st) when is_atom(name) and is_list(args) do
    cond do
      sigil = sigil_name(name, args, meta) -> sigil(sigil, meta, args, st)
      match?([_], args) and Operators.unary(name) != nil -> unary_op(name, meta, hd(args), context, st)
      match?([_, _], args) and Operators.binary(name) != nil -> binary_op(name, meta, hd(args), hd(tl(args)), context, st)
      true -> local(quoted, context, st)
    end
  end

  defp expr(atom, _context, st) when is_atom(atom), do: atom(atom, [], st)
  defp expr(number, _context, _st) when is_number(number), do: number(number, [])
  defp expr(binary, _context, st) when is_binary(binary), do: text(binary, [delimiter: "\""], st)
  defp expr([], _context, _st), do: "[]"
  defp expr(other, _context, _st), do: inspect(other)

  ## Literals

  defp atom(atom, _meta, _st) when atom in [nil, true, false], do: Atom.to_string(atom)

  defp atom(atom, meta, st) do
    text = Atom.to_string(atom)

    cond do
      st.escape -> Macro.inspect_atom(:literal, atom)
      atom in [:"::", :..//] -> ":\"" <> text <> "\""
      Macro.classify_atom(atom) in [:unquoted, :identifier] and not (Keyword.has_key?(meta, :delimiter) and atom == :\\) -> ":" <> text
      Keyword.has_key?(meta, :delimiter) -> ":\"" <> requote(text, "\"") <> "\""
      true -> Macro.inspect_atom(:literal, atom)
    end
  end

  defp text(text, meta, st) do
    case meta[:delimiter] do
      "\"\"\"" -> heredoc(text, "\"\"\"", st)
      _ -> concat(["\"", string_body(text, ?", st), "\""])
    end
  end

  defp string_body(text, delimiter, %{escape: true}), do: string(IO.iodata_to_binary(Inspect.Text.escape(text, delimiter)))
  # The parser keeps escapes as they are written, but for those of the delimiter.
  defp string_body(text, delimiter, _st), do: text |> requote(<<delimiter>>) |> multiline()

  defp multiline(text) do
    case String.split(text, "\n") do
      [one] -> string(one)
      many -> many |> Enum.map(&string/1) |> Enum.reduce(&concat(&2, concat(nest(line(), :reset), &1))) |> force_unfit()
    end
  end

  defp charlist(list, meta, st) do
    text = List.to_string(list)

    case meta[:delimiter] do
      "'''" -> heredoc(text, "'''", st)
      _ -> concat(["'", string_body(text, ?', st), "'"])
    end
  end

  defp heredoc(text, delimiter, st) do
    text = if st.escape, do: heredoc_escape(text, delimiter), else: String.replace(text, delimiter, "\\" <> delimiter)
    body = text |> String.split("\n") |> heredoc_lines()
    force_unfit(concat([delimiter, body, delimiter]))
  end

  defp heredoc_lines(lines) do
    {lines, [last]} = Enum.split(lines, -1)
    (Enum.map(lines, &heredoc_line/1) ++ [concat(line(), last)]) |> Enum.reduce(&concat(&2, &1))
  end

  # An empty line has no indentation.
  defp heredoc_line(""), do: nest(line(), :reset)
  defp heredoc_line(text), do: concat(line(), string(text))

  defp interpolation(parts, meta, st) do
    case meta[:delimiter] do
      "\"\"\"" -> heredoc_interpolation(parts, "\"\"\"", st)
      _ -> concat(["\"", interpolated(parts, ?", st), "\""])
    end
  end

  defp charlist_interpolation(parts, meta, st) do
    parts = Enum.map(parts, fn {{:., _, [Kernel, :to_string]}, _, _} = code -> {:"::", [], [code, {:binary, [], nil}]}; text -> text end)

    case meta[:delimiter] do
      "'''" -> heredoc_interpolation(parts, "'''", st)
      _ -> concat(["'", interpolated(parts, ?', st), "'"])
    end
  end

  defp interpolated(parts, delimiter, st) do
    parts
    |> Enum.map(fn
      text when is_binary(text) -> string_body(text, delimiter, st)
      code -> interpolated_code(code, st)
    end)
    |> Enum.reduce(&concat(&2, &1))
  end

  defp interpolated_code({:"::", _, [{{:., _, [Kernel, :to_string]}, meta, [code]}, _]}, st) do
    # Comments stand before the text.
    doc = without_comments(fn -> body(code, meta_line(meta, @first_line), meta[:closing][:line] || @last_line, %{st | skip_eol: true}) end)
    # Inside of a text code stays on its line, however long.
    no_limit(concat(["\#{", no_limit(group(doc)), "}"]))
  end

  defp heredoc_interpolation(parts, delimiter, st) do
    pieces =
      Enum.flat_map(parts, fn
        text when is_binary(text) ->
          text = if st.escape, do: heredoc_escape(text, delimiter), else: String.replace(text, delimiter, "\\" <> delimiter)
          text |> String.split("\n") |> Enum.map(&{:text, &1}) |> Enum.intersperse(:newline)

        code ->
          [{:code, interpolated_code(code, st)}]
      end)

    force_unfit(concat([delimiter, heredoc_pieces([:newline | pieces]), delimiter]))
  end

  defp heredoc_pieces([:newline, {:text, ""}, :newline | rest]), do: concat(nest(line(), :reset), heredoc_pieces([:newline | rest]))
  defp heredoc_pieces([:newline | rest]), do: concat(line(), heredoc_pieces(rest))
  defp heredoc_pieces([{:text, text} | rest]), do: concat(string(text), heredoc_pieces(rest))
  defp heredoc_pieces([{:code, doc} | rest]), do: concat(doc, heredoc_pieces(rest))
  defp heredoc_pieces([]), do: @empty

  defp interpolated?(parts) do
    Enum.all?(parts, fn
      {:"::", _, [{{:., _, [Kernel, :to_string]}, _, [_]}, {:binary, _, context}]} when is_atom(context) -> true
      text -> is_binary(text)
    end)
  end

  ## Sigils

  defp sigil_name(name, [{:<<>>, _, parts}, modifiers], meta) when is_list(parts) and is_list(modifiers) do
    case Atom.to_string(name) do
      "sigil_" <> name when name != "" -> if Keyword.has_key?(meta, :delimiter) and interpolated?(parts), do: name
      _ -> nil
    end
  end

  defp sigil_name(_, _, _), do: nil

  defp sigil(name, meta, [{:<<>>, inner, parts}, modifiers], st) do
    opening = meta[:delimiter]
    parts = call_sigil_plugin(parts, name, modifiers, meta, inner, st)
    st = %{st | escape: false}
    modifiers = List.to_string(modifiers)

    if opening in ["\"\"\"", "'''"] do
      doc = concat(["~", name, heredoc_interpolation(parts, opening, st)])
      if modifiers == "", do: doc, else: concat(doc, modifiers)
    else
      concat(["~", name, opening, sigil_parts(parts, closing(opening), st), closing(opening), modifiers])
    end
  end

  defp call_sigil_plugin([text] = parts, name, modifiers, meta, _inner, st) when is_binary(text) do
    case Map.fetch(st.sigils, String.to_charlist(name)) do
      {:ok, fun} ->
        info = [file: st.file, line: meta[:line], sigil: String.to_atom(name), modifiers: modifiers, opening_delimiter: meta[:delimiter]]
        [IO.iodata_to_binary(fun.(text, info))]

      :error ->
        parts
    end
  end

  defp call_sigil_plugin(parts, _, _, _, _, _), do: parts

  defp sigil_parts(parts, closing, st) do
    parts
    |> Enum.map(fn
      text when is_binary(text) -> text |> requote(closing) |> multiline()
      code -> interpolated_code(code, st)
    end)
    |> Enum.reduce(@empty, &concat(&2, &1))
  end

  ## Operators

  defp unary_op(op, _meta, argument, context, st) do
    doc = expr(argument, if(context == :no_parens_arg, do: :no_parens_arg, else: :operand), st)

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

  defp unwrap({:__block__, _, [{_, _, _} = inner]}), do: unwrap(inner)
  defp unwrap({:__block__, _, [number]}) when is_number(number), do: number
  defp unwrap(other), do: other

  defp placeholder?({:&, _, [{:__block__, _, [number]}]}) when is_integer(number), do: true
  defp placeholder?({:&, _, [number]}) when is_integer(number), do: true
  defp placeholder?(_), do: false

  defp binary?({:not, _, [{:in, _, [_, _]}]}), do: true
  defp binary?({:..//, _, [_, _, _]}), do: true
  defp binary?({op, _, [_, _]}) when is_atom(op), do: Operators.binary(op) != nil
  defp binary?(_), do: false

  defp unary?({:not, _, [{:in, _, [_, _]}]}), do: false
  defp unary?({op, _, [_]}) when is_atom(op), do: Operators.unary(op) != nil
  defp unary?(_), do: false

  defp binary_op(op, meta, left, right, context, st), do: binary_op(op, meta, left, right, context, st, nil)

  # `chain` is the indentation of the chain of the same operators that this one continues; `nil` at its start.
  defp binary_op(op, meta, left, right, context, st, chain) do
    inner = operand_context(context)
    nesting = if chain, do: chain, else: Map.get(st, :nesting, 2)
    left_doc = operand(left, :left, op, inner, nesting, st)
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
  defp operand_context(_), do: :operand

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
      true -> binary_op(inner, meta, left, right, if(context == :no_parens_arg, do: context, else: :operand), st)
    end
  end

  ## Attributes, captures

  # In types what stands behind the colons of a bitstring is no modifier.
  defp attribute(meta, {name, _, [_]} = quoted, context, %{bitstring_modifiers: true} = st)
       when name in [:type, :typep, :opaque, :spec, :callback, :macrocallback],
       do: attribute(meta, quoted, context, %{st | bitstring_modifiers: false})

  defp attribute(_meta, {name, meta, [argument]} = quoted, context, st) when is_atom(name) and name not in [:__block__, :@, :__aliases__] do
    cond do
      Keyword.has_key?(meta, :do) -> concat("@", local(quoted, context, st))
      context in [:parens_arg, :no_parens_arg] -> concat("@", parens_call(Atom.to_string(name), [argument], [closing: []], st))
      Operators.unary(name) -> concat("@", wrap_parens(expr({name, [], [argument]}, :operand, st)))
      name in [:when] or Operators.binary(name) -> concat("@", expr({name, [], [argument]}, :operand, st))
      true -> attribute_value(Atom.to_string(name), argument, st)
    end
  end

  defp attribute(_meta, {name, _, context}, _context, _st) when is_atom(name) and is_atom(context), do: "@" <> Atom.to_string(name)
  defp attribute(meta, argument, context, st), do: unary_op(:@, meta, argument, context, st)

  # What breaks inside of brackets is not moved to the column behind the name.
  defp attribute_value(name, argument, st) do
    {doc, fits?} = argument_doc(argument, :no_parens_one_arg, st)
    doc = if fits?, do: with_next_break_fits(true, doc, & &1), else: nest(doc, String.length(name) + 2)
    concat(["@", name, " ", doc])
  end

  defp capture({:__block__, _, [number]}, _context, _st) when is_integer(number), do: "&" <> Integer.to_string(number)
  defp capture(number, _context, _st) when is_integer(number), do: "&" <> Integer.to_string(number)

  defp capture({:/, _, [{{:., _, [target, name]}, _, []}, {:__block__, _, [arity]}]}, _context, st) when is_integer(arity) and is_atom(name) do
    concat(["&", target(target, st), ".", Macro.inspect_atom(:remote_call, name), "/", Integer.to_string(arity)])
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

  defp starts_with_capture?({:&, _, [{:__block__, _, [number]}]}) when is_integer(number), do: true
  defp starts_with_capture?({:&, _, [number]}) when is_integer(number), do: true
  defp starts_with_capture?({{:., _, [Access, :get]}, _, [target, _]}), do: starts_with_capture?(target)
  defp starts_with_capture?({{:., _, [target | _]}, _, _}), do: starts_with_capture?(target)
  defp starts_with_capture?(_), do: false

  ## Calls

  defp target({:__block__, _, [{_, _, _} = inner]}, st), do: target(inner, st)
  defp target({:fn, _, _} = quoted, st), do: wrap_parens(expr(quoted, :operand, st))
  defp target({:&, _, [argument]} = quoted, st), do: if(match?({:__block__, _, [n]} when is_integer(n), argument) or is_integer(argument), do: expr(quoted, :operand, st), else: wrap_parens(expr(quoted, :operand, st)))

  defp target({:@, _, [{:__aliases__, _, [_, _ | _]} = alias]}, st), do: wrap_parens(concat("@", wrap_parens(expr(alias, :operand, st))))
  defp target({:@, _, [{_, _, args}]} = quoted, st) when is_list(args), do: wrap_parens(expr(quoted, :operand, st))

  defp target({name, meta, args} = quoted, st) do
    doc = expr(quoted, :operand, st)

    cond do
      Keyword.has_key?(meta, :do) -> wrap_parens(doc)
      is_atom(name) and is_list(args) and name not in [:%{}, :{}, :%, :<<>>, :__aliases__, :@, :__block__] and (binary?(quoted) or unary?(quoted)) -> wrap_parens(doc)
      true -> doc
    end
  end

  defp target(quoted, st), do: expr(quoted, :operand, st)

  defp wrap_target(quoted, st), do: target(quoted, st)

  defp wrap_struct({:^, _, [_]} = pinned, st), do: concat("%", expr(pinned, :operand, st))
  defp wrap_struct(name, st), do: concat("%", target(name, st))

  defp access(target, key, meta, st) do
    target =
      case target do
        {:@, _, [{_, _, context}]} when is_atom(context) -> expr(target, :operand, st)
        {:@, _, _} -> wrap_parens(expr(target, :operand, st))
        _ -> target(target, st)
      end

    closing = meta[:closing][:line] || @first_line

    if comments_between?(meta_line(meta, @last_line), closing) do
      {keys, _} = trailing_keywords([key])
      concat(target, container("[", keys, "]", meta, [join: :break, last_fits: false], st))
    else
      access_plain(target, key, meta, st)
    end
  end

  defp access_plain(target, key, meta, st) do
    {key_doc, fits?} = argument_doc(key, :parens_arg, st)

    if eol?(meta, st) do
      force_unfit(concat([target, "[", nest(concat(line(), key_doc), 2), line(), "]"]))
    else
      concat(target, with_next_break_fits(fits?, key_doc, fn key -> surround("[", key, "]") end))
    end
  end

  defp anonymous_call({{:., _, [target]}, meta, args}, context, st) do
    {doc, _} = call_args(concat(target(target, st), "."), args, meta, context, :always, st)
    doc
  end

  defp remote({{:., _, [target, name]}, meta, args}, context, st) do
    head = concat(target(target, st), concat(".", remote_name(name, st)))

    cond do
      args == [] and Keyword.get(meta, :no_parens, false) and not alias?(target) -> head
      args == [] and not Keyword.has_key?(meta, :closing) and not Keyword.has_key?(meta, :do) and not alias?(target) and not st.escape -> head
      true ->
        parens = if without_parens_remote?(meta, args), do: :when_block, else: :always
        {doc, _} = call_args(head, args, meta, context, parens, st)
        doc
    end
  end

  defp without_parens_remote?(meta, args), do: Keyword.has_key?(meta, :do) and not Keyword.has_key?(meta, :closing) and match?([_, _ | _], args) or (Keyword.has_key?(meta, :do) and match?([_], args))

  defp remote_name({:unquote, _, [_]} = name, st), do: expr(name, :operand, st)
  defp remote_name(name, _st) when is_atom(name), do: Macro.inspect_atom(:remote_call, name)
  defp remote_name(name, st), do: expr(name, :operand, st)

  defp alias?({:__aliases__, _, _}), do: true
  defp alias?({:__MODULE__, _, context}) when is_atom(context), do: true
  defp alias?({:__block__, _, [atom]}) when is_atom(atom), do: true
  defp alias?(atom), do: is_atom(atom)

  defp local({name, meta, args}, context, st) do
    head = local_name(name)

    parens =
      cond do
        Keyword.has_key?(meta, :closing) -> :always
        without_parens?(name, length(args), st) -> :never
        Keyword.has_key?(meta, :do) -> :when_block
        true -> :always
      end

    {doc, _} = call_args(head, args, meta, context, parens, st)
    doc
  end

  defp local_name(name) do
    if Macro.classify_atom(name) in [:quoted, :alias] and Operators.binary(name) == nil, do: "unquote(" <> Macro.inspect_atom(:literal, name) <> ")", else: Atom.to_string(name)
  end

  defp without_parens?(name, arity, st) do
    Enum.any?(st.locals, fn {other, arities} -> other == name and (arities == :* or arities == arity) end)
  end

  # The call of `head` and whether its last break fits. `parens`: `:always`, `:never`, `:when_block` (none before a block).
  defp call_args(head, args, meta, context, parens, st) do
    {args, blocks} = split_blocks(args, meta, st)

    cond do
      blocks != [] and args == [] ->
        {blocks(concat(head, " do"), blocks, meta, st), false}

      blocks != [] ->
        call = if parens == :always, do: concat(parens_call(head, args, meta, st), " do"), else: bare_call(head, args, :no_parens_one_arg, st, " do")
        {blocks(call, blocks, meta, st), false}

      parens == :always or args == [] or (parens == :when_block and blocks == []) ->
        {parens_call(head, args, meta, st), false}

      context == :no_parens_arg and length(args) > 1 ->
        {parens_call(head, args, meta, st), false}

      true ->
        {bare_call(head, args, context, st), false}
    end
  end

  defp split_blocks(args, meta, st) do
    with true <- Keyword.has_key?(meta, :do) or st.force_do_end, [_ | _] <- args, {before, [last]} = Enum.split(args, -1), true <- blocks?(last, st) do
      {before, last}
    else
      _ -> {args, []}
    end
  end

  defp blocks?([{{:__block__, meta, [:do]}, _} | rest], st) do
    keys = for {{:__block__, _, [key]}, _} <- rest, do: key
    forced? = st.force_do_end and [:do | keys] == Enum.uniq([:do | keys])
    (forced? or meta[:format] != :keyword) and length(keys) == length(rest) and Enum.all?(keys, &(&1 in @do_keys))
  end

  defp blocks?(_, _), do: false

  defp blocks(call, blocks, meta, st) do
    finish = meta[:end][:line] || @last_line
    lines = Enum.map(blocks, fn {{:__block__, meta, [_]}, _} -> meta_line(meta, @first_line) end)
    nexts = tl(lines) ++ [finish]

    docs =
      Enum.zip_with([blocks, lines, nexts], fn [{{:__block__, _, [key]}, code}, from, to] ->
        doc = body(code, from, to, st)
        key = Atom.to_string(key)
        if doc == @empty, do: {key, @empty}, else: {key, nest(concat(line(), doc), 2)}
      end)

    [{"do", first} | rest] = docs
    doc = concat(group(call), first)
    doc = Enum.reduce(rest, doc, fn {key, body}, acc -> concat([acc, line(), key, body]) end)
    force_unfit(concat([doc, line(), "end"]))
  end

  defp parens_call(head, [], meta, _st) do
    closing = meta[:closing][:line]

    if closing && comments_between?(meta_line(meta, closing), closing) do
      comments = take_comments(closing) |> Enum.map(& &1.text)
      force_unfit(concat([head, "(", nest(concat(Enum.map(comments, &concat(line(), &1))), 2), line(), ")"]))
    else
      concat(head, "()")
    end
  end

  defp parens_call(head, written, meta, st) do
    {args, count} = trailing_keywords(written)
    {plain, keywords} = Enum.split(args, length(args) - count)
    {plain_apart?, keywords_apart?} = apart(head, plain, keywords, st)
    comments? = comments_between?(meta_line(meta, @last_line), meta[:closing][:line] || @first_line)

    if not plain_apart? and plain != [] and keywords != [] and not eol?(meta, st) and not comments? do
      keywords_below(head, args, keywords_apart?, st)
    else
      lines? = plain_apart? or (plain == [] and keywords_apart?) or (match?([_, _ | _], written) and (keywords_apart? or eol?(meta, st)))
      meta = if lines?, do: Keyword.put(meta, :newlines, 1), else: Keyword.delete(meta, :newlines)
      concat(head, container("(", args, ")", meta, [last_fits: true, join: :break, call: true], st))
    end
  end

  # Whether the arguments, and whether the keywords behind them, stay on lines of their own because each was written on one.
  defp apart(_head, _plain, _keywords, %{skip_eol: true}), do: {false, false}

  defp apart(head, plain, keywords, _st) when head in ["for", "with"] do
    apart? = apart?(plain ++ keywords)
    {apart?, apart?}
  end

  defp apart(_head, plain, keywords, _st), do: {apart?(plain), apart?(keywords) or (keywords != [] and apart?(plain ++ keywords))}

  defp apart?([_, _ | _] = args) do
    lines = Enum.map(args, &first_line(&1, @last_line))
    @last_line not in lines and lines == Enum.uniq(lines)
  end

  defp apart?(_), do: false

  # Keywords on lines of their own under a call whose other arguments stay on its line, as long as these fit there.
  defp keywords_below(head, args, apart?, st) do
    {plain, keywords} = Enum.split_while(args, &(not keyword_pair?(&1)))
    plain = Enum.map(plain, &group(behind(argument(&1, :parens_arg, st), ",")))
    {init, [last]} = keywords |> Enum.map(&group(argument(&1, :parens_arg, st))) |> Enum.split(-1)
    {glue, finish} = if apart?, do: {line(), line()}, else: {break(" "), break("")}
    below = concat(nest(concat(glue, rows(Enum.map(init, &behind(&1, ",")) ++ [last], apart?)), 2), finish)
    below = below |> force_if(apart?) |> group(:inherit) |> next_break_fits(:enabled)
    concat(head, next_break_fits(group(concat(["(", nest(concat(break(""), rows(plain, false)), 2, :break), below, ")"])), :disabled))
  end

  # Keywords that end the arguments stand without brackets.
  defp trailing_keywords(args) do
    case List.last(args) do
      {:__block__, _, [[_ | _] = pairs]} -> if keyword?(pairs), do: {Enum.drop(args, -1) ++ pairs_of(pairs), length(pairs)}, else: {args, 0}
      [_ | _] = pairs -> if keyword?(pairs), do: {Enum.drop(args, -1) ++ pairs_of(pairs), length(pairs)}, else: {args, 0}
      _ -> {args, 0}
    end
  end

  defp pairs_of(pairs), do: pairs

  # `behind` is what follows on the line of the call: the beginning of a block. There must be room for it behind a guard and
  # behind a last argument that cannot break on its own.
  defp bare_call(head, args, context, st, behind \\ "")

  defp bare_call(head, [argument], context, st, behind) do
    inner = if context == :no_parens_arg, do: :no_parens_arg, else: :no_parens_one_arg
    {args, count} = trailing_keywords([argument])

    cond do
      count > 0 and remarked_list?(argument) ->
        {:__block__, meta, [pairs]} = argument
        concat([head, " ", container("[", pairs, "]", meta, [join: :break, last_fits: false], st), behind])

      count > 0 ->
        bare_args(head, args, st, behind)

      true ->
        {doc, fits?} = argument_doc(argument, inner, st)
        doc = if match?({:when, _, _}, argument), do: behind(doc, behind), else: concat(doc, behind)
        doc = if fits?, do: with_next_break_fits(true, doc, & &1), else: nest(doc, :cursor)
        concat([head, " ", doc])
    end
  end

  defp bare_call(head, args, _context, st, behind) do
    {args, _count} = trailing_keywords(args)
    bare_args(head, args, st, behind)
  end

  # Whether a comment stands between the bracket of a list and its first element: then the brackets stay.
  defp remarked_list?({:__block__, meta, [pairs]}) when is_list(meta) do
    Keyword.has_key?(meta, :closing) and comments_between?(meta_line(meta, @last_line), first_line(pairs, @last_line))
  end

  defp remarked_list?(_), do: false

  defp bare_args(head, args, st, behind) do
    {plain, keywords} = Enum.split_while(args, &(not keyword_pair?(&1)))
    {plain_apart?, keywords_apart?} = apart(head, plain, keywords, st)
    fits? = keywords == [] and next_break_fits?(List.last(args))
    {plain_docs, plain_comments?} = bare_docs(plain, if(keywords == [], do: if(fits?, do: "", else: behind), else: ","), st)
    {keyword_docs, keyword_comments?} = bare_docs(keywords, "", st)
    behind = if keywords != [] or fits?, do: behind, else: @empty
    plain_apart? = plain_apart? or plain_comments?
    keywords_apart? = keywords_apart? or keyword_comments?

    concat(bare_rows(head, args, {plain, plain_docs, plain_apart?}, {keywords, keyword_docs, keywords_apart?}), behind)
  end

  defp bare_rows(head, args, {plain, plain_docs, plain_apart?}, {keywords, keyword_docs, keywords_apart?}) do
    cond do
      plain == [] ->
        concat([head, " ", nest(group(rows(keyword_docs, keywords_apart?)), :cursor)])

      keywords == [] ->
        {init, [last]} = Enum.split(plain_docs, -1)
        generators? = head in ["for", "with"]
        last = if next_break_fits?(List.last(args)) and not (generators? and plain_apart?), do: next_break_fits(group(last, :inherit)), else: last
        next_break_fits(concat([head, " ", group(nest(rows(init ++ [last], plain_apart?), :cursor, :break))]), :disabled)

      plain_apart? or (head in ["for", "with"] and match?([_, _ | _], plain)) ->
        concat([head, " ", nest(group(rows(plain_docs ++ keyword_docs, plain_apart?)), :cursor)])

      match?([_], plain) and not breaks?(hd(plain_docs)) ->
        below = [line_or_break(keywords_apart?), rows(keyword_docs, keywords_apart?)] |> concat() |> force_if(keywords_apart?) |> group()
        concat([head, " ", hd(plain_docs), nest(next_break_fits(below), 2)]) |> next_break_fits(:disabled)

      true ->
        # The keywords are indented by two, unless what is before them takes several lines.
        below = [line_or_break(keywords_apart?), rows(keyword_docs, keywords_apart?)] |> concat() |> force_if(keywords_apart?) |> group() |> next_break_fits()
        next_break_fits(concat([head, " ", group(nest(concat(rows(plain_docs, false), below), :cursor, :break)) |> nest(2)]), :disabled)
    end
  end

  # Documents of arguments with a comma behind each but the last, which `behind` follows, and whether there are comments.
  defp bare_docs(args, behind, st) do
    last = length(args) - 1

    args
    |> Enum.with_index()
    |> sequence(@first_line, @first_line, st, fn {argument, index}, st ->
      {behind(argument(argument, :no_parens_arg, st), if(index < last, do: ",", else: behind)), @empty, 1}
    end)
  end

  defp line_or_break(true), do: line()
  defp line_or_break(false), do: break(" ")

  defp rows([first | rest], apart?), do: rest |> Enum.reduce(first, &concat([&2, line_or_break(apart?), &1])) |> force_if(apart?)

  # Whether a document can take more than one line.
  defp breaks?({:doc_break, _, _}), do: true
  defp breaks?(:doc_line), do: true
  defp breaks?(doc) when is_tuple(doc), do: doc |> Tuple.to_list() |> Enum.any?(&breaks?/1)
  defp breaks?(_), do: false

  # Text behind a document counts for its last group, which breaks if there is no room for it.
  defp behind({:doc_cons, left, right}, text), do: {:doc_cons, left, behind(right, text)}
  defp behind({:doc_group, doc, mode}, text), do: {:doc_group, behind(doc, text), mode}
  defp behind(doc, ""), do: doc
  defp behind(doc, text), do: concat(doc, text)

  defp keyword_pair?({{:__block__, meta, [_]}, _}), do: meta[:format] == :keyword
  defp keyword_pair?({key, _}), do: keyword_key?(key)
  defp keyword_pair?(_), do: false

  ## Containers

  defp tuple(meta, args, st), do: container("{", elems(args), "}", meta, [join: :flex, last_fits: false], st)

  defp elems(args), do: elem(trailing_keywords_in(args), 0)

  # In containers only keywords without brackets of their own are spread.
  defp trailing_keywords_in(args) do
    case List.last(args) do
      [_ | _] = pairs -> if keyword?(pairs), do: {Enum.drop(args, -1) ++ pairs, true}, else: {args, false}
      _ -> {args, false}
    end
  end

  defp list(meta, list, _block, _context, st), do: container("[", list, "]", meta, [join: :break, last_fits: false], st)

  defp bitstring({:<<>>, meta, args}, _context, st) do
    last = length(args) - 1

    {docs, comments?} =
      args
      |> mark_first()
      |> Enum.with_index()
      |> sequence(meta_line(meta, @first_line), meta[:closing][:line] || @first_line, st, fn {segment, index}, st ->
        doc = wrap_bits(segment(segment, st), segment, index, last)
        {if(index < last, do: behind(doc, ","), else: doc), @empty, 1}
      end)

    if comments? do
      force_unfit(concat(["<<", nest(concat(line(), lines(docs)), 2), line(), ">>"]))
    else
      container_docs("<<", docs, ">>", meta, [join: :flex, last_fits: false], st)
    end
  end

  # `<<` and `>>` must not meet those of a segment.
  defp wrap_bits(doc, segment, index, last) do
    if (index == 0 and starts_with_bits?(segment)) or (index == last and ends_with_bits?(segment)), do: wrap_parens(doc), else: doc
  end

  defp starts_with_bits?({:<<>>, meta, _}), do: not Keyword.has_key?(meta, :delimiter)
  defp starts_with_bits?({:"~~~", _, [_]}), do: true
  defp starts_with_bits?({:"::", _, [_, _]}), do: false
  defp starts_with_bits?({op, _, [left, _]}) when is_atom(op), do: Operators.binary(op) != nil and starts_with_bits?(left)
  defp starts_with_bits?(_), do: false

  defp ends_with_bits?({:<<>>, meta, _}), do: not Keyword.has_key?(meta, :delimiter)
  defp ends_with_bits?({:"::", _, [_, _]}), do: false
  defp ends_with_bits?({op, _, [_, right]}) when is_atom(op), do: Operators.binary(op) != nil and ends_with_bits?(right)
  defp ends_with_bits?(_), do: false

  defp segment({:<-, meta, [left, right]}, st) do
    doc = concat([segment(left, st), " <- ", expr(right, :operand, st)])
    _ = meta
    doc
  end

  defp segment({:"::", _, [value, spec]}, st) do
    doc = expr(value, :parens_arg, st)
    doc = if match?({:"::", _, [_, _]}, value) or Keyword.get(elem_meta(value), :first_segment, false), do: wrap_parens(doc), else: doc
    concat([doc, "::", if(starts_with_bits?(spec), do: wrap_parens(bit_spec(spec, st)), else: bit_spec(spec, st))])
  end

  defp segment(other, st), do: expr(other, :parens_arg, st)

  defp elem_meta({_, meta, _}) when is_list(meta), do: meta
  defp elem_meta(_), do: []

  # The value of the first segment must not run into the opening `<<`.
  defp mark_first([{:"::", meta, [{name, value_meta, args} = value, spec]} | rest]) do
    sigil? = is_atom(name) and is_list(args) and sigil_name(name, args, value_meta) != nil
    if starts_with_bits?(value) or sigil?, do: [{:"::", meta, [{name, [first_segment: true] ++ value_meta, args}, spec]} | rest], else: [{:"::", meta, [value, spec]} | rest]
  end

  defp mark_first(segments), do: segments

  @modifiers [:integer, :float, :bits, :bitstring, :binary, :bytes, :utf8, :utf16, :utf32, :signed, :unsigned, :little, :big, :native]

  defp bit_spec({:*, _, [left, right]}, st), do: concat([bit_part(left, st), "*", bit_spec(right, st)])
  defp bit_spec({:-, _, [left, right]}, st), do: concat([bit_spec_left(left, st), "-", bit_part(right, st)])
  # A size that is negative is wrong, but can be written.
  defp bit_spec({:-, _, [_]} = spec, st), do: wrap_parens(bit_part(spec, st))
  defp bit_spec(spec, st), do: bit_part(spec, st)

  defp bit_spec_left({:-, _, [_, _]} = spec, st), do: bit_spec(spec, st)
  defp bit_spec_left({:*, _, [_, _]} = spec, st), do: bit_spec(spec, st)
  defp bit_spec_left(spec, st), do: bit_part(spec, st)

  defp bit_part({name, meta, []}, %{bitstring_modifiers: true} = st) when name in @modifiers, do: expr({name, meta, nil}, :operand, st)

  defp bit_part({name, meta, context}, %{bitstring_modifiers: true} = st) when is_atom(name) and is_atom(context) and name not in @modifiers and name != :_ do
    concat(expr({name, meta, nil}, :operand, st), "()")
  end

  defp bit_part(spec, st) do
    doc = expr(spec, :operand, st)
    if binary?(unwrap(spec)), do: wrap_parens(doc), else: doc
  end

  defp map(name, meta, [{:|, _, [left, right]}], st) do
    name_doc = concat(name, "{")
    left_doc = with_next_break_fits(next_break_fits?(left), expr(left, :operand, st), & &1)
    left_doc = if binary?(unwrap(left)), do: wrap_parens(left_doc), else: left_doc
    right = if is_list(right), do: right, else: [right]
    join = if eol?(meta, st), do: :line, else: :break
    last = length(right) - 1

    {docs, comments?} =
      sequence(Enum.with_index(right), @first_line, meta[:closing][:line] || @first_line, st, fn {element, index}, st ->
        doc = argument(element, :parens_arg, st)
        {if(index < last, do: behind(doc, ","), else: doc), @empty, 1}
      end)

    separator = if join == :line or comments?, do: line(), else: break(" ")
    joined = Enum.reduce(docs, &concat(&2, concat(separator, &1)))
    doc = concat([left_doc, separator, "| ", nest(joined, 2)])
    open = if join == :line or comments?, do: line(), else: break("")
    doc = group(concat([name_doc, nest(concat(open, doc), 2), open, "}"]))
    force_if(doc, join == :line or comments?)
  end

  defp map(name, meta, args, st), do: container(concat(name, "{"), elems(args), "}", meta, [join: :break, last_fits: false], st)

  defp container(open, [], close, meta, _opts, st) do
    closing = meta[:closing][:line]

    if closing != nil and comments_between?(meta_line(meta, closing) - 1, closing) and comments_before?(closing) do
      comments = closing |> take_comments() |> Enum.map(& &1.text)
      force_unfit(concat([open, nest(concat(Enum.map(comments, &concat(line(), &1))), 2), line(), close]))
    else
      _ = st
      concat(open, close)
    end
  end

  defp container(open, args, close, meta, opts, st) do
    from = meta_line(meta, @first_line)
    to = meta[:closing][:line] || @first_line
    last = length(args) - 1
    indexed = Enum.with_index(args)

    {docs, comments?} =
      sequence(indexed, from, to, st, fn {element, index}, st ->
        doc = argument(element, :parens_arg, st)
        # The comma stands behind the element, not behind the comments that follow.
        {if(index < last, do: behind(doc, ","), else: doc), @empty, 1}
      end)

    if comments? do
      force_unfit(concat([open, nest(concat(line(), lines(docs)), 2), line(), close]))
    else
      fits? = opts[:last_fits] && next_break_fits?(List.last(args))
      container_docs(open, docs, close, meta, Keyword.put(opts, :last_fits, fits?), st)
    end
  end

  defp container_docs(open, [], close, _meta, _opts, _st), do: concat(open, close)

  defp container_docs(open, docs, close, meta, opts, st) do
    eol? = eol?(meta, st)

    cond do
      eol? ->
        body = Enum.reduce(docs, &concat(&2, concat(line(), &1)))
        force_unfit(concat([open, nest(concat(line(), body), 2), line(), close]))

      opts[:join] == :flex ->
        body = Enum.reduce(docs, &concat(&2, concat(flex_break(" "), &1)))
        group(concat([open, nest(body, byte_size_of(open)), close]))

      opts[:call] && opts[:last_fits] ->
        {init, [last]} = Enum.split(docs, -1)
        call_with_last(open, init, last, close)

      true ->
        body = Enum.reduce(docs, &concat(&2, concat(break(" "), &1)))
        group(concat([open, nest(concat(break(""), body), 2), break(""), close]))
    end
  end

  defp byte_size_of(open) when is_binary(open), do: byte_size(open)
  defp byte_size_of(_), do: 1

  # The last argument may break inside of itself while those before it stay on the line.
  defp call_with_last(open, init, last, close) do
    before = Enum.map(init, &concat(&1, break(" ")))
    body = Enum.reduce(before ++ [next_break_fits(group(last, :inherit), :enabled)], &concat(&2, &1))
    body = if init == [], do: next_break_fits(group(last, :inherit), :enabled), else: body
    next_break_fits(group(concat([open, nest(concat(break(""), body), 2, :break), break(""), close])), :disabled)
  end

  defp argument(element, context, st), do: elem(argument_doc(element, context, st), 0)

  # The document of an argument, and whether its first break may be taken for that of what is around it.
  defp argument_doc({{:__block__, meta, [key]} = left, right}, _context, st) do
    if meta[:format] == :keyword, do: {keyword_pair(key, right, st), false}, else: {pair(left, right, st), false}
  end

  defp argument_doc({left, right}, _context, st) do
    if keyword_key?(left), do: {keyword_pair(left, right, st), false}, else: {pair(left, right, st), false}
  end

  defp argument_doc({name, meta, args} = quoted, context, st) when context in [:no_parens_arg, :no_parens_one_arg] and is_list(args) and (is_atom(name) or is_tuple(name)) do
    # A block would be taken for one of the call around it.
    wrap? = Keyword.has_key?(meta, :do) or (name in [:.., :...] and args == []) or attribute_block?(quoted)
    wrap? = wrap? or (context == :no_parens_arg and ends_with_keywords?(quoted))
    doc = expr(quoted, context, st)
    {if(wrap?, do: wrap_parens(doc), else: doc), next_break_fits?(quoted)}
  end

  defp argument_doc(quoted, context, st) do
    doc = expr(quoted, context, st)
    {if(context == :parens_arg and ends_with_keywords?(quoted), do: wrap_parens(doc), else: doc), next_break_fits?(quoted)}
  end

  # Keywords at the end of an operator would be taken for those of the call around it.
  defp ends_with_keywords?({op, _, [_, right]}) when is_atom(op),
    do: Operators.binary(op) != nil and (keyword?(right) or ends_with_keywords?(right))

  defp ends_with_keywords?(_), do: false

  defp attribute_block?({:@, _, [{_, meta, [_ | _]}]}) when is_list(meta), do: Keyword.has_key?(meta, :do)
  defp attribute_block?(_), do: false

  defp keyword_key?({{:., _, [:erlang, _]}, meta, [{:<<>>, _, _}, :utf8]}), do: meta[:format] == :keyword
  defp keyword_key?(_), do: false

  defp pair(left, right, st) do
    left_doc = expr(left, :parens_arg, st)
    left_doc = if match?({op, _, [_, _]} when op in [:<-, :\\, :when, :"::", :|], unwrap(left)), do: wrap_parens(left_doc), else: left_doc

    with_next_break_fits(next_break_fits?(right), expr(right, :parens_arg, st), fn right_doc ->
      fits? = next_break_fits?(right)
      concat([group(left_doc), " =>", group(nest(concat(break(" "), group(right_doc)), 2, if(fits?, do: :break, else: :always)))])
    end)
  end

  defp group_if(doc, true), do: group(doc)
  defp group_if(doc, false), do: doc

  defp keyword_pair(key, value, st) do
    key_doc =
      case key do
        key when is_atom(key) -> keyword_key(key, st)
        {{:., _, [:erlang, _]}, _, [{:<<>>, _, parts}, :utf8]} -> concat(interpolation(parts, [delimiter: "\""], st), ":")
      end

    fits? = next_break_fits?(value)

    value_doc = expr(value, :parens_arg, st)
    value_doc = if ends_with_keywords?(value), do: wrap_parens(value_doc), else: value_doc

    with_next_break_fits(fits?, value_doc, fn value ->
      group_if(concat(key_doc, nest(concat(break(" "), group(value)), 2, if(fits?, do: :break, else: :always))), fits?)
    end)
  end

  defp keyword_key(key, _st) when key in [:"::", :..//], do: "\"#{key}\":"
  defp keyword_key(key, %{escape: true}), do: Macro.inspect_atom(:key, key)

  defp keyword_key(key, _st) do
    text = Atom.to_string(key)
    if Macro.classify_atom(key) in [:unquoted, :identifier], do: text <> ":", else: if(Macro.classify_atom(key) == :alias, do: Macro.inspect_atom(:key, key), else: "\"" <> requote(text, "\"") <> "\":")
  end

  defp keywords(pairs, context, st) do
    {_, apart?} = apart(nil, [], pairs, st)
    {init, [last]} = pairs |> Enum.map(&group(argument(&1, context, st))) |> Enum.split(-1)
    group(rows(Enum.map(init, &behind(&1, ",")) ++ [last], apart?))
  end

  defp keyword?([_ | _] = pairs) do
    Enum.all?(pairs, fn
      {{:__block__, meta, [key]}, _} when is_atom(key) -> meta[:format] == :keyword
      {key, _} -> keyword_key?(key)
      _ -> false
    end)
  end

  defp keyword?(_), do: false

  ## Clauses

  defp anonymous([{:->, clause_meta, [[], body]}] = clauses, meta, st) do
    doc = body_behind(body, meta_line(clause_meta, @first_line), closing_line(meta), st)
    one_clause("fn ->", doc, meta, clauses, st)
  end

  defp anonymous([{:->, clause_meta, [args, body]}] = clauses, meta, st) do
    if eol?(meta, st) do
      many_clauses(clauses, meta, st)
    else
      head = clause_head(args, :fn, st)
      doc = body_behind(body, head_end(args, clause_meta), closing_line(meta), st)
      one_clause(group(concat(["fn ", nest(head, :cursor), " ->"])), doc, clause_meta, clauses, st)
    end
  end

  defp anonymous(clauses, meta, st), do: many_clauses(clauses, meta, st)

  defp many_clauses(clauses, meta, st) do
    doc = clauses(clauses, meta_line(meta, @first_line), closing_line(meta), st)
    force_unfit(concat(["fn", nest(concat(line(), doc), 2), line(), "end"]))
  end

  # The body of the only clause: comments before the arrow are left to what is around.
  defp body_behind(body, line, to, st) do
    held = Enum.take_while(Process.get(@comments, []), &(&1.line < line))
    holding(held, fn -> body(body, line, to, st) end)
  end

  defp closing_line(meta), do: meta[:closing][:line] || @last_line

  defp one_clause(head, doc, meta, clauses, st) do
    [{:->, clause_meta, _}] = clauses
    doc = if eol?(clause_meta, st) and not eol?(meta, st) or eol?(clause_meta, st), do: force_unfit(doc), else: doc
    # What needs several lines gets them even where lines are endless.
    separator = if match?({:doc_force, _}, doc), do: line(), else: break(" ")
    group(concat([head, nest(concat(separator, doc), 2), separator, "end"]))
  end

  defp paren_clauses([{:->, meta, [args, body]}], st) do
    head =
      case args do
        [] -> "() ->"
        args -> concat(group(clause_head(args, :paren, st)), " ->")
      end

    doc = body(body, meta_line(meta, @first_line), @first_line, st)
    separator = if args == [], do: " ", else: break(" ")
    group(concat(["(", nest(concat([head, nest(concat(separator, doc), 2)]), 1), ")"]))
  end

  defp paren_clauses(clauses, st) do
    doc = clauses(clauses, @first_line, @first_line, st)
    force_unfit(concat(["(", nest(concat(line(), doc), 2), line(), ")"]))
  end

  defp clause_head(args, kind, st) do
    guarded = st
    st = Map.put(st, :nesting, 4)

    case args do
      [{:when, _, many}] when kind == :fn or length(many) > 2 or kind == :paren ->
        {args, [guard]} = Enum.split(many, -1)
        heads = if args == [], do: "()", else: group(clause_args(args, st))
        guard = expr(guard, :operand, guarded)
        concat([heads, break(" "), "when ", nest(guard, 5)]) |> group()

      [] ->
        "()"

      args ->
        clause_args(args, st)
    end
  end

  defp clause_args(args, st) do
    {args, _} = trailing_keywords_in(args)

    args
    |> Enum.map(&argument(&1, :no_parens_arg, st))
    |> Enum.reduce(@empty, fn doc, acc -> if acc == @empty, do: doc, else: concat([acc, ",", break(" "), doc]) end)
  end

  defp clauses(clauses, from, to, st) do
    multiline? = Enum.any?(clauses, &multiline_clause?(&1, st))
    count = length(clauses)

    docs =
      clauses
      |> Enum.with_index(1)
      |> clause_sequence(from, to, fn {{:->, meta, [args, body]}, index} ->
        head =
          case args do
            [] -> "() ->"
            args -> args |> clause_head(:clause, st) |> group() |> behind(" ->")
          end

        # What follows the last line of a body belongs to it only in the last clause.
        finish = if index < count, do: last_line(body, @first_line) + 1, else: to
        doc = body(body, meta_line(meta, @first_line), finish, st)

        separator = if multiline? or eol?(meta, st), do: line(), else: break(" ")
        doc = if doc == @empty, do: head, else: concat(head, nest(concat(separator, doc), 2))
        {doc, nest(break(""), :reset), if(multiline?, do: 2, else: 1)}
      end)

    # One group: when a clause does not fit in its line, the bodies of all stand below their heads.
    docs |> Enum.reduce(&line(&2, &1)) |> force_if(multiline?) |> group()
  end

  # Comments before this line stand before a clause: up to the end of its arguments, or else the arrow.
  defp head_end([], meta), do: meta_line(meta, @first_line)
  defp head_end(args, _meta), do: last_line(args, @first_line) + 1

  # Like `sequence/5`, for clauses.
  defp clause_sequence(clauses, _from, to, fun) do
    entries =
      Enum.flat_map(clauses, fn {{:->, meta, [args, _]}, _} = clause ->
        before = take_comments(head_end(args, meta))
        {doc, next, newlines} = fun.(clause)
        Enum.map(before, &{:comment, &1}) ++ [{:doc, doc, next, newlines}]
      end)

    merge(entries ++ Enum.map(take_comments(to), &{:comment, &1}), @empty, & &1)
  end

  defp multiline_clause?({:->, meta, [_, body]}, st), do: eol?(meta, st) or match?({:__block__, _, [_, _ | _]}, body)

  ## Helpers

  defp surround(left, doc, right), do: group(concat([left, nest(concat(break(""), doc), 2), break(""), right]))

  defp wrap_parens(doc), do: concat(["(", nest(doc, :cursor), ")"])

  defp with_next_break_fits(true, doc, fun), do: doc |> group(:inherit) |> next_break_fits(:enabled) |> fun.() |> next_break_fits(:disabled)
  defp with_next_break_fits(_, doc, fun), do: fun.(doc)

  defp next_break_fits?({:{}, meta, _}), do: eol_meta?(meta)
  defp next_break_fits?({:__block__, meta, [{_, _}]}), do: eol_meta?(meta)
  defp next_break_fits?({:<<>>, meta, [_ | _]}), do: meta[:delimiter] == "\"\"\"" or (not Keyword.has_key?(meta, :delimiter) and eol_meta?(meta))
  defp next_break_fits?({{:., _, [List, :to_charlist]}, meta, [_]}), do: meta[:delimiter] == "'''"
  defp next_break_fits?({{:., _, [_, :{}]}, _, [_ | _]}), do: true
  defp next_break_fits?({:__block__, meta, [text]}) when is_binary(text), do: meta[:delimiter] == "\"\"\""

  defp next_break_fits?({:__block__, meta, [list]}) when is_list(list) do
    meta[:delimiter] != "'" and (meta[:delimiter] == "'''" or (list != [] and not match?([{:->, _, _} | _], list)))
  end

  defp next_break_fits?({form, _, [_ | _]}) when form in [:fn, :%{}, :%], do: true
  defp next_break_fits?({:fn, _, _}), do: true

  defp next_break_fits?({name, meta, args}) when is_atom(name) and is_list(args) do
    meta[:delimiter] in ["\"\"\"", "'''"]
  end

  defp next_break_fits?(_), do: false

  defp eol_meta?(meta), do: Keyword.get(meta, :newlines, 0) > 0

  defp eol?(_meta, %{skip_eol: true}), do: false
  defp eol?(meta, _st), do: Keyword.get(meta, :newlines, 0) > 0
end
