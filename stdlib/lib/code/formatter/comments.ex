defmodule Code.Formatter.Comments do
  @moduledoc false
  # Comments are kept in the process dictionary, in the order of their lines, and taken from there by the sequences (blocks,
  # arguments, clauses) that they stand in.

  import Inspect.Algebra, except: [format: 2, surround: 3]
  import Code.Formatter.Shape
  import Code.Formatter.Layout

  @empty empty()
  @comments {__MODULE__, :comments}
  @last_line 9_999_999

  # What `fun` returns while these comments are there to be taken.
  def among(comments, fun) do
    before = Process.put(@comments, Enum.map(comments, &comment/1))

    try do
      fun.()
    after
      if before, do: Process.put(@comments, before), else: Process.delete(@comments)
    end
  end

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

  # Documents of elements with the comments between them: `{docs, comments?}`. `fun` gives `{doc, next_line, newlines}`.
  def sequence(elements, from, to, st, fun) do
    {entries, _} =
      Enum.flat_map_reduce(elements, from, fn element, _last ->
        {start, finish} = if match?({_, index} when is_integer(index), element), do: span(elem(element, 0)), else: span(element)
        # Code that was not parsed does not tell where it stands.
        before = if start == @last_line, do: [], else: take_comments(start + 1)
        {doc, next, newlines} = fun.(element, st)
        # Comments inside of what has just been laid out that found no place there stand before it.
        inside = take_comments(finish + 1)
        comments = above(before, start) ++ above(inside, start)
        # Arguments follow their comments at once.
        comments = if match?({_, index} when is_integer(index), element), do: followed_at_once(comments), else: comments
        {Enum.map(comments, &{:comment, &1}) ++ [{:doc, doc, next, newlines}], finish}
      end)

    rest = Enum.map(take_comments(to), &{:comment, &1})
    all = entries ++ rest
    {merge(all, @empty, &group/1), Enum.any?(all, &(elem(&1, 0) == :comment))}
  end

  # What stood behind the code goes right above it, whatever followed the line of both.
  defp above(comments, start) do
    Enum.map(comments, fn
      %{previous_eol_count: 0, line: line} = comment when line >= start -> %{comment | next_eol_count: 1}
      comment -> comment
    end)
  end

  defp followed_at_once([]), do: []
  defp followed_at_once([last]), do: [%{last | next_eol_count: 1}]
  defp followed_at_once([comment | rest]), do: [comment | followed_at_once(rest)]

  # What `fun` returns while no comment is seen by it.
  def without_comments(fun), do: holding(Process.get(@comments, []), fun)

  # What `fun` returns while these comments, the first that there are, are kept from it.
  def holding(held, fun) do
    Process.put(@comments, Enum.drop(Process.get(@comments, []), length(held)))
    result = fun.()
    Process.put(@comments, held ++ Process.get(@comments, []))
    result
  end

  def take_comments(line) do
    {taken, rest} = Enum.split_while(Process.get(@comments, []), &(&1.line < line))
    Process.put(@comments, rest)
    taken
  end

  def comments_above(line), do: Enum.take_while(Process.get(@comments, []), &(&1.line < line))

  def comments_before?(line), do: match?([%{line: first} | _] when first < line, Process.get(@comments, []))

  def comments_between?(from, to), do: Enum.any?(Process.get(@comments, []), &(&1.line > from and &1.line < to))

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
        [{:comment, %{previous_eol_count: count}} | _] when count > 0 -> if count >= 2, do: line(), else: next
        _ -> if newlines >= 2, do: line(), else: next
      end

    doc = if left != @empty, do: concat(left, doc), else: doc
    doc = if rest != [] and right != @empty, do: concat(doc, concat(collapse_lines(2), right)), else: doc
    after_this = if match?([{:doc, _, _, _} | _], rest) and right == next and next != @empty, do: break(""), else: @empty
    [wrap.(doc) | merge(rest, after_this, wrap)]
  end

  def lines([]), do: @empty
  def lines(docs), do: docs |> Enum.reduce(&line(&2, &1)) |> force_if(length(docs) > 1)

  # Like `sequence/5`, for clauses.
  def clause_sequence(clauses, _from, to, fun) do
    entries =
      Enum.flat_map(clauses, fn {{:->, meta, [args, _]}, _} = clause ->
        before = take_comments(head_end(args, meta))
        {doc, next, newlines} = fun.(clause)
        Enum.map(above(before, 0), &{:comment, &1}) ++ [{:doc, doc, next, newlines}]
      end)

    merge(entries ++ Enum.map(take_comments(to), &{:comment, &1}), @empty, & &1)
  end
end
