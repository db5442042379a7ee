defmodule Code.Formatter.Layout do
  @moduledoc false
  # Documents that are put together in the same way in many places.

  import Inspect.Algebra, except: [format: 2, surround: 3]

  def force_if(doc, true), do: force_unfit(doc)
  def force_if(doc, false), do: doc

  def line_or_break(true), do: line()
  def line_or_break(false), do: break(" ")

  def rows([first | rest], apart?), do: rest |> Enum.reduce(first, &concat([&2, line_or_break(apart?), &1])) |> force_if(apart?)

  # Whether a document can take more than one line.
  def breaks?({:doc_break, _, _}), do: true
  def breaks?(:doc_line), do: true
  def breaks?(doc) when is_tuple(doc), do: doc |> Tuple.to_list() |> Enum.any?(&breaks?/1)
  def breaks?(_), do: false

  # Text behind a document counts for its last group, which breaks if there is no room for it.
  def behind({:doc_cons, left, right}, text), do: {:doc_cons, left, behind(right, text)}
  def behind({:doc_group, doc, mode}, text), do: {:doc_group, behind(doc, text), mode}
  def behind(doc, ""), do: doc
  def behind(doc, text), do: concat(doc, text)

  def byte_size_of(open) when is_binary(open), do: byte_size(open)
  def byte_size_of(_), do: 1

  def group_if(doc, true), do: group(doc)
  def group_if(doc, false), do: doc

  def surround(left, doc, right), do: group(concat([left, nest(concat(break(""), doc), 2), break(""), right]))

  def wrap_parens(doc), do: concat(["(", nest(doc, :cursor), ")"])

  def with_next_break_fits(true, doc, fun), do: doc |> group(:inherit) |> next_break_fits(:enabled) |> fun.() |> next_break_fits(:disabled)
  def with_next_break_fits(_, doc, fun), do: fun.(doc)
end
