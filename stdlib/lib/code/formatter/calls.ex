defmodule Code.Formatter.Calls do
  @moduledoc false
  # Calls: what they are on, their arguments with and without parentheses, and their blocks.

  import Inspect.Algebra, except: [format: 2, surround: 3]
  import Code.Formatter.Shape
  import Code.Formatter.Layout
  import Code.Formatter.Comments

  alias Code.Formatter.{Containers, Expressions}

  @empty empty()
  @first_line 0
  @last_line 9_999_999

  def target({:__block__, _, [{_, _, _} = inner]}, st), do: target(inner, st)
  def target({:fn, _, _} = quoted, st), do: wrap_parens(Expressions.expr(quoted, :operand, st))
  def target({:&, _, [argument]} = quoted, st), do: if(match?({:__block__, _, [n]} when is_integer(n), argument) or is_integer(argument), do: Expressions.expr(quoted, :operand, st), else: wrap_parens(Expressions.expr(quoted, :operand, st)))

  def target({:@, _, [{:__aliases__, _, [_, _ | _]} = alias]}, st), do: wrap_parens(concat("@", wrap_parens(Expressions.expr(alias, :operand, st))))
  def target({:@, _, [{_, _, args}]} = quoted, st) when is_list(args), do: wrap_parens(Expressions.expr(quoted, :operand, st))

  def target({name, meta, args} = quoted, st) do
    doc = Expressions.expr(quoted, :operand, st)

    cond do
      Keyword.has_key?(meta, :do) -> wrap_parens(doc)
      is_atom(name) and is_list(args) and name not in [:%{}, :{}, :%, :<<>>, :__aliases__, :@, :__block__] and (binary?(quoted) or unary?(quoted)) -> wrap_parens(doc)
      true -> doc
    end
  end

  def target(quoted, st), do: Expressions.expr(quoted, :operand, st)

  def wrap_target(quoted, st), do: target(quoted, st)

  def wrap_struct({:^, _, [_]} = pinned, st), do: concat("%", Expressions.expr(pinned, :operand, st))
  def wrap_struct(name, st), do: concat("%", target(name, st))

  def access(target, key, meta, st) do
    target =
      case target do
        {:@, _, [{_, _, context}]} when is_atom(context) -> Expressions.expr(target, :operand, st)
        {:@, _, _} -> wrap_parens(Expressions.expr(target, :operand, st))
        _ -> target(target, st)
      end

    closing = meta[:closing][:line] || @first_line

    if comments_between?(meta_line(meta, @last_line), closing) do
      {keys, _} = trailing_keywords([key])
      concat(target, Containers.container("[", keys, "]", meta, [join: :break, last_fits: false], st))
    else
      access_plain(target, key, meta, st)
    end
  end

  defp access_plain(target, key, meta, st) do
    {key_doc, fits?} = Containers.argument_doc(key, :parens_arg, st)

    if eol?(meta, st) do
      force_unfit(concat([target, "[", nest(concat(line(), key_doc), 2), line(), "]"]))
    else
      concat(target, with_next_break_fits(fits?, key_doc, fn key -> surround("[", key, "]") end))
    end
  end

  def anonymous_call({{:., _, [target]}, meta, args}, context, st) do
    {doc, _} = call_args(concat(target(target, st), "."), args, meta, context, :always, st)
    doc
  end

  def remote({{:., _, [target, name]}, meta, args}, context, st) do
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

  defp remote_name({:unquote, _, [_]} = name, st), do: Expressions.expr(name, :operand, st)
  defp remote_name(name, _st) when is_atom(name), do: Macro.inspect_atom(:remote_call, name)
  defp remote_name(name, st), do: Expressions.expr(name, :operand, st)

  def local({name, meta, args}, context, st) do
    head = Atom.to_string(name)

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

  defp without_parens?(name, arity, st) do
    Enum.any?(st.locals, fn {other, arities} -> other == name and (arities == :* or arities == arity) end)
  end

  # The call of `head` and whether its last break fits. `parens`: `:always`, `:never`, `:when_block` (none before a block).
  def call_args(head, args, meta, context, parens, st) do
    {args, blocks} = split_blocks(args, meta, st)

    cond do
      blocks != [] and args == [] ->
        {blocks(concat(head, " do"), blocks, meta, st), false}

      blocks != [] ->
        call = if parens == :always, do: concat(parens_call(head, args, meta, st), " do"), else: bare_call(head, args, :no_parens_one_arg, st, " do")
        {blocks(call, blocks, meta, st), false}

      parens == :always or args == [] or (parens == :when_block and blocks == []) ->
        {parens_call(head, args, meta, st), false}

      # Among other arguments or elements a bare call would be hard to tell from them.
      context in [:parens_arg, :no_parens_arg] ->
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

  defp blocks(call, blocks, meta, st) do
    finish = meta[:end][:line] || @last_line
    lines = Enum.map(blocks, fn {{:__block__, meta, [_]}, _} -> meta_line(meta, @first_line) end)
    nexts = tl(lines) ++ [finish]

    docs =
      Enum.zip_with([blocks, lines, nexts], fn [{{:__block__, _, [key]}, code}, from, to] ->
        doc = Expressions.body(code, from, to, st)
        key = Atom.to_string(key)
        if doc == @empty, do: {key, @empty}, else: {key, nest(concat(line(), doc), 2)}
      end)

    [{"do", first} | rest] = docs
    doc = concat(group(call), first)
    doc = Enum.reduce(rest, doc, fn {key, body}, acc -> concat([acc, line(), key, body]) end)
    force_unfit(concat([doc, line(), "end"]))
  end

  def parens_call(head, [], meta, _st) do
    closing = meta[:closing][:line]

    if closing && comments_between?(meta_line(meta, closing), closing) do
      force_unfit(concat([head, "(", nest(Containers.comment_lines(take_comments(closing)), 2), line(), ")"]))
    else
      concat(head, "()")
    end
  end

  def parens_call(head, written, meta, st) do
    {args, count} = trailing_keywords(written)
    {plain, keywords} = Enum.split(args, length(args) - count)
    {plain_apart?, keywords_apart?} = apart(head, plain, keywords, st)
    comments? = comments_between?(meta_line(meta, @last_line), meta[:closing][:line] || @first_line)

    if not plain_apart? and plain != [] and keywords != [] and not eol?(meta, st) and not comments? and not generators?(plain) do
      keywords_below(head, args, keywords_apart?, st)
    else
      lines? = plain_apart? or (plain == [] and keywords_apart?) or (match?([_, _ | _], written) and (keywords_apart? or eol?(meta, st)))
      meta = if lines?, do: Keyword.put(meta, :newlines, 1), else: Keyword.delete(meta, :newlines)
      concat(head, Containers.container("(", args, ")", meta, [last_fits: true, join: :break, call: true], st))
    end
  end

  # Keywords on lines of their own under a call whose other arguments stay on its line, as long as these fit there.
  defp keywords_below(head, args, apart?, st) do
    {plain, keywords} = Enum.split_while(args, &(not keyword_pair?(&1)))
    plain = Enum.map(plain, &group(behind(Containers.argument(&1, :parens_arg, st), ",")))
    {init, [last]} = keywords |> Enum.map(&group(Containers.argument(&1, :parens_arg, st))) |> Enum.split(-1)
    {glue, finish} = if apart?, do: {line(), line()}, else: {break(" "), break("")}
    below = concat(nest(concat(glue, rows(Enum.map(init, &behind(&1, ",")) ++ [last], apart?)), 2), finish)
    below = below |> force_if(apart?) |> group(:inherit) |> next_break_fits(:enabled)
    concat(head, next_break_fits(group(concat(["(", nest(concat(break(""), rows(plain, false)), 2, :break), below, ")"])), :disabled))
  end

  # `behind` is what follows on the line of the call: the beginning of a block. There must be room for it behind a guard and
  # behind a last argument that cannot break on its own.
  defp bare_call(head, args, context, st, behind \\ "")

  defp bare_call(head, [argument], context, st, behind) do
    inner = if context == :no_parens_arg, do: :no_parens_arg, else: :no_parens_one_arg
    {args, count} = trailing_keywords([argument])

    cond do
      count > 0 and remarked_list?(argument) ->
        {:__block__, meta, [pairs]} = argument
        concat([head, " ", Containers.container("[", pairs, "]", meta, [join: :break, last_fits: false], st), behind])

      count > 0 ->
        bare_args(head, args, st, behind)

      true ->
        {doc, fits?} = Containers.argument_doc(argument, inner, st)
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

  defp generators?(args), do: Enum.any?(args, &match?({:<-, _, [_, _]}, &1))

  defp bare_rows(head, args, {plain, plain_docs, plain_apart?}, {keywords, keyword_docs, keywords_apart?}) do
    cond do
      plain == [] ->
        concat([head, " ", nest(group(rows(keyword_docs, keywords_apart?)), :cursor)])

      keywords == [] ->
        {init, [last]} = Enum.split(plain_docs, -1)
        generators? = head in ["for", "with"]
        last = if next_break_fits?(List.last(args)) and not (generators? and plain_apart?), do: next_break_fits(group(last, :inherit)), else: last
        next_break_fits(concat([head, " ", group(nest(rows(init ++ [last], plain_apart?), :cursor, :break))]), :disabled)

      plain_apart? or generators?(plain) ->
        concat([head, " ", nest(group(rows(plain_docs ++ keyword_docs, plain_apart?)), :cursor)])

      match?([_], plain) and not breaks?(hd(plain_docs)) ->
        below = [line_or_break(keywords_apart?), rows(keyword_docs, keywords_apart?)] |> concat() |> force_if(keywords_apart?) |> group()
        concat([head, " ", hd(plain_docs), nest(next_break_fits(below), 2)]) |> next_break_fits(:disabled)

      true ->
        # The keywords are indented by two, unless what is before them takes several lines; then they stand below it.
        below = [line_or_break(keywords_apart?), rows(keyword_docs, keywords_apart?)] |> concat() |> force_if(keywords_apart?) |> group(:inherit) |> next_break_fits()
        next_break_fits(concat([head, " ", group(nest(concat(rows(plain_docs, false), below), :cursor, :break)) |> nest(2)]), :disabled)
    end
  end

  # Documents of arguments with a comma behind each but the last, which `behind` follows, and whether there are comments.
  defp bare_docs(args, behind, st) do
    last = length(args) - 1

    args
    |> Enum.with_index()
    |> sequence(@first_line, @first_line, st, fn {argument, index}, st ->
      {behind(Containers.argument(argument, :no_parens_arg, st), if(index < last, do: ",", else: behind)), @empty, 1}
    end)
  end
end
