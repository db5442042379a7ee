defmodule Code.Formatter.Clauses do
  @moduledoc false
  # Anonymous functions and clauses with arrows.

  import Inspect.Algebra, except: [format: 2, surround: 3]
  import Code.Formatter.Shape
  import Code.Formatter.Layout
  import Code.Formatter.Comments

  alias Code.Formatter.{Containers, Expressions}

  @empty empty()
  @first_line 0

  def anonymous([{:->, clause_meta, [[], body]}] = clauses, meta, st) do
    doc = body_behind(body, meta_line(clause_meta, @first_line), closing_line(meta), st)
    one_clause("fn ->", doc, meta, clauses, st)
  end

  def anonymous([{:->, clause_meta, [args, body]}] = clauses, meta, st) do
    if eol?(meta, st) do
      many_clauses(clauses, meta, st)
    else
      head = clause_head(args, :fn, st)
      doc = body_behind(body, head_end(args, clause_meta), closing_line(meta), st)
      one_clause(group(concat(["fn ", nest(head, :cursor), " ->"])), doc, clause_meta, clauses, st)
    end
  end

  def anonymous(clauses, meta, st), do: many_clauses(clauses, meta, st)

  defp many_clauses(clauses, meta, st) do
    doc = clauses(clauses, meta_line(meta, @first_line), closing_line(meta), st)
    force_unfit(concat(["fn", nest(concat(line(), doc), 2), line(), "end"]))
  end

  # The body of the only clause: comments before the arrow are left to what is around.
  defp body_behind(body, line, to, st) do
    holding(comments_above(line), fn -> Expressions.body(body, line, to, st) end)
  end

  defp one_clause(head, doc, meta, clauses, st) do
    [{:->, clause_meta, _}] = clauses
    doc = if eol?(clause_meta, st) and not eol?(meta, st) or eol?(clause_meta, st), do: force_unfit(doc), else: doc
    # What needs several lines gets them even where lines are endless.
    separator = if match?({:doc_force, _}, doc), do: line(), else: break(" ")
    group(concat([head, nest(concat(separator, doc), 2), separator, "end"]))
  end

  def paren_clauses([{:->, meta, [args, body]}], st) do
    head =
      case args do
        [] -> "() ->"
        args -> concat(group(clause_head(args, :paren, st)), " ->")
      end

    doc = Expressions.body(body, meta_line(meta, @first_line), @first_line, st)
    separator = if args == [], do: " ", else: break(" ")
    group(concat(["(", nest(concat([head, nest(concat(separator, doc), 2)]), 1), ")"]))
  end

  def paren_clauses(clauses, st) do
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
        guard = Expressions.expr(guard, :operand, guarded)
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
    |> Enum.map(&Containers.argument(&1, :no_parens_arg, st))
    |> Enum.reduce(@empty, fn doc, acc -> if acc == @empty, do: doc, else: concat([acc, ",", break(" "), doc]) end)
  end

  def clauses(clauses, from, to, st) do
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
        doc = Expressions.body(body, meta_line(meta, @first_line), finish, st)

        separator = if multiline? or eol?(meta, st), do: line(), else: break(" ")
        doc = if doc == @empty, do: head, else: concat(head, nest(concat(separator, doc), 2))
        {doc, nest(break(""), :reset), if(multiline?, do: 2, else: 1)}
      end)

    # One group: when a clause does not fit in its line, the bodies of all stand below their heads.
    docs |> Enum.reduce(&line(&2, &1)) |> force_if(multiline?) |> group()
  end
end
