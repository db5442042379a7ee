defmodule Code.Formatter.Containers do
  @moduledoc false
  # Lists, tuples, maps, bitstrings, and what stands between commas in them.

  import Inspect.Algebra, except: [format: 2, surround: 3]
  import Code.Formatter.Text
  import Code.Formatter.Shape
  import Code.Formatter.Layout
  import Code.Formatter.Comments

  alias Code.Formatter.{Expressions, Literals}

  @empty empty()
  @first_line 0

  def tuple(meta, args, st), do: container("{", elems(args), "}", meta, [join: :flex, last_fits: false], st)

  def list(meta, list, _block, _context, st), do: container("[", list, "]", meta, [join: :break, last_fits: false], st)

  def bitstring({:<<>>, meta, args}, _context, st) do
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

  defp segment({:<-, meta, [left, right]}, st) do
    doc = concat([segment(left, st), " <- ", Expressions.expr(right, :operand, st)])
    _ = meta
    doc
  end

  defp segment({:"::", _, [value, spec]}, st) do
    doc = Expressions.expr(value, :parens_arg, st)
    doc = if match?({:"::", _, [_, _]}, value) or Keyword.get(elem_meta(value), :first_segment, false), do: wrap_parens(doc), else: doc
    concat([doc, "::", if(starts_with_bits?(spec), do: wrap_parens(bit_spec(spec, st)), else: bit_spec(spec, st))])
  end

  defp segment(other, st), do: Expressions.expr(other, :parens_arg, st)

  # The value of the first segment must not run into the opening `<<`.
  defp mark_first([{:"::", meta, [{name, value_meta, args} = value, spec]} | rest]) do
    sigil? = is_atom(name) and is_list(args) and Literals.sigil_name(name, args, value_meta) != nil
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

  defp bit_part({name, meta, []}, %{bitstring_modifiers: true} = st) when name in @modifiers, do: Expressions.expr({name, meta, nil}, :operand, st)

  defp bit_part({name, meta, context}, %{bitstring_modifiers: true} = st) when is_atom(name) and is_atom(context) and name not in @modifiers and name != :_ do
    concat(Expressions.expr({name, meta, nil}, :operand, st), "()")
  end

  defp bit_part(spec, st) do
    doc = Expressions.expr(spec, :operand, st)
    if binary?(unwrap(spec)), do: wrap_parens(doc), else: doc
  end

  def map(name, meta, [{:|, _, [left, right]}], st) do
    name_doc = concat(name, "{")
    left_doc = with_next_break_fits(next_break_fits?(left), Expressions.expr(left, :operand, st), & &1)
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

  def map(name, meta, args, st), do: container(concat(name, "{"), elems(args), "}", meta, [join: :break, last_fits: false], st)

  # One empty line stays between comments.
  def comment_lines([]), do: @empty

  def comment_lines([first | rest]) do
    Enum.reduce(rest, concat(line(), first.text), fn comment, doc ->
      gap = if comment.previous_eol_count > 1, do: concat(collapse_lines(2), line()), else: @empty
      concat([doc, gap, line(), comment.text])
    end)
  end

  def container(open, [], close, meta, _opts, st) do
    closing = meta[:closing][:line]

    if closing != nil and comments_between?(meta_line(meta, closing) - 1, closing) and comments_before?(closing) do
      comments = take_comments(closing)
      force_unfit(concat([open, nest(comment_lines(comments), 2), line(), close]))
    else
      _ = st
      concat(open, close)
    end
  end

  def container(open, args, close, meta, opts, st) do
    from = meta_line(meta, @first_line)
    to = meta[:closing][:line] || @first_line
    last = length(args) - 1
    indexed = Enum.with_index(args)
    context = if opts[:call] && last == 0 && not keyword_pair?(hd(args)), do: :parens_one_arg, else: :parens_arg

    {docs, comments?} =
      sequence(indexed, from, to, st, fn {element, index}, st ->
        doc = argument(element, context, st)
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

  # The last argument may break inside of itself while those before it stay on the line.
  defp call_with_last(open, init, last, close) do
    before = Enum.map(init, &concat(&1, break(" ")))
    body = Enum.reduce(before ++ [next_break_fits(group(last, :inherit), :enabled)], &concat(&2, &1))
    body = if init == [], do: next_break_fits(group(last, :inherit), :enabled), else: body
    next_break_fits(group(concat([open, nest(concat(break(""), body), 2, :break), break(""), close])), :disabled)
  end

  def argument(element, context, st), do: elem(argument_doc(element, context, st), 0)

  # The document of an argument, and whether its first break may be taken for that of what is around it.
  def argument_doc({{:__block__, meta, [key]} = left, right}, context, st) do
    if meta[:format] == :keyword, do: {keyword_pair(key, right, context, st), false}, else: {pair(left, right, st), false}
  end

  def argument_doc({left, right}, context, st) do
    if keyword_key?(left), do: {keyword_pair(left, right, context, st), false}, else: {pair(left, right, st), false}
  end

  def argument_doc({name, _meta, args} = quoted, context, st) when context in [:no_parens_arg, :no_parens_one_arg] and is_list(args) and (is_atom(name) or is_tuple(name)) do
    # A block would be taken for one of the call around it.
    wrap? = block?(quoted) or (name in [:.., :...] and args == [])
    wrap? = wrap? or (context == :no_parens_arg and ends_with_keywords?(quoted))
    doc = Expressions.expr(quoted, context, st)
    {if(wrap?, do: wrap_parens(doc), else: doc), next_break_fits?(quoted)}
  end

  def argument_doc(quoted, context, st) do
    doc = Expressions.expr(quoted, context, st)
    {if(context in [:parens_arg, :parens_one_arg] and ends_with_keywords?(quoted), do: wrap_parens(doc), else: doc), next_break_fits?(quoted)}
  end

  def pair(left, right, st) do
    left_doc = Expressions.expr(left, :parens_arg, st)
    left_doc = if match?({op, _, [_, _]} when op in [:<-, :\\, :when, :"::", :|], unwrap(left)), do: wrap_parens(left_doc), else: left_doc

    with_next_break_fits(next_break_fits?(right), Expressions.expr(right, :parens_arg, st), fn right_doc ->
      fits? = next_break_fits?(right)
      concat([group(left_doc), " =>", group(nest(concat(break(" "), group(right_doc)), 2, if(fits?, do: :break, else: :always)))])
    end)
  end

  defp keyword_pair(key, value, context, st) do
    key_doc =
      case key do
        key when is_atom(key) -> keyword_key(key, st)
        {{:., _, [:erlang, _]}, _, [{:<<>>, _, parts}, :utf8]} -> concat(Literals.atom_interpolation(parts, st), ":")
      end

    fits? = next_break_fits?(value)

    value_doc = Expressions.expr(value, :parens_arg, st)
    wrap? = ends_with_keywords?(value) or (context in [:no_parens_arg, :no_parens_one_arg] and block?(value))
    value_doc = if wrap?, do: wrap_parens(value_doc), else: value_doc

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

  def keywords(pairs, context, st) do
    {_, apart?} = apart(nil, [], pairs, st)
    {init, [last]} = pairs |> Enum.map(&group(argument(&1, context, st))) |> Enum.split(-1)
    group(rows(Enum.map(init, &behind(&1, ",")) ++ [last], apart?))
  end
end
