defmodule :io_lib_pretty do
  @moduledoc """
  Erlang's `:io_lib_pretty`: terms in Erlang's notation, broken into lines where one is too short.

  A term that does not fit is put with its elements one below the other, several simple ones on one line; the elements of a
  tuple that begins with an atom stand after the atom where there is room.

  ## Examples

      iex> :lists.flatten(:io_lib_pretty.print([:aaaa, :bbbb, :cccc], 1, 12, -1))
      '[aaaa,bbbb,\\n cccc]'
  """

  @doc "As `print/4` from the first column of 80."
  @spec print(term) :: charlist
  def print(term), do: print(term, 1, 80, -1)

  @doc "As `print/4`; options are `:column`, `:line_length`, `:depth` and `:encoding`."
  @spec print(term, list) :: charlist
  def print(term, options) when is_list(options) do
    get = fn key, default -> :proplists.get_value(key, options, default) end
    unicode = get.(:encoding, :unicode) != :latin1
    lines(term, get.(:column, 1), get.(:line_length, 80), get.(:depth, -1), %{unicode: unicode, text: get.(:strings, true)})
  end

  @doc "Shows a term from a column on, in lines of a length; a depth of -1 is unlimited."
  @spec print(term, integer, integer, integer) :: charlist
  def print(term, column, length, depth), do: lines(term, column, length, depth, %{unicode: false, text: true})

  @doc "Shows a term on one line."
  @spec write(term) :: charlist
  def write(term), do: :lists.flatten(:io_lib.__line__(term, -1, %{unicode: true, text: false}))

  @doc false
  def lines(term, column, length, depth, options) do
    # What is cut off at a depth is short, and stays on one line.
    line = :lists.flatten(:io_lib.__line__(term, depth, options))

    if depth >= 0 or length <= 0 or length(line) < length - column do
      line
    else
      node = node(term, options)
      first_that_fits([-1, 4, 1], fn indent -> :lists.flatten(show(node, column, length, indent, column - 1, 0)) end)
    end
  end

  # Elements of tagged tuples stand after the tag; four columns in, where some would begin beyond the middle; otherwise one.
  defp first_that_fits([last], show), do: show.(last)

  defp first_that_fits([indent | indents], show) do
    show.(indent)
  catch
    :no_room -> first_that_fits(indents, show)
  end

  ## Nodes: what a term is made of, with the length of its line. `{:text, line, length}` is not taken apart, nor `{:bytes, …}`, which ends
  # its line.

  defp node(term, options) do
    cond do
      is_list(term) and term != [] and not text?(term, options) -> list(term, options)
      is_tuple(term) and term != {} -> tuple(term, options)
      is_map(term) and map_size(term) > 0 -> map(term, options)
      true -> simple(term, options)
    end
  end

  defp simple(term, _options) when is_integer(term) do
    line = :erlang.integer_to_list(term)
    {:text, line, length(line)}
  end

  defp simple(term, options) do
    line = :lists.flatten(:io_lib.__line__(term, -1, options))
    {if(is_bitstring(term) and bytes?(line), do: :bytes, else: :text), line, length(line)}
  end

  # Whether a binary is written as numbers.
  defp bytes?([?<, ?<, digit | _]), do: digit in ?0..?9
  defp bytes?(_line), do: false

  defp text?(term, options) do
    options.text and :io_lib.printable_list(term)
  end

  defp list(term, options) do
    {items, tail} = items(term, options)
    tail_length = if tail == nil, do: 0, else: 1 + size(tail)
    {:list, items, tail, total(items) + 1 + tail_length}
  end

  defp items([head | tail], options) when is_list(tail) do
    {items, last} = if tail == [], do: {[], nil}, else: items(tail, options)
    {[node(head, options) | items], last}
  end

  defp items([head | tail], options), do: {[node(head, options)], node(tail, options)}

  defp tuple(term, options) do
    items = for item <- :erlang.tuple_to_list(term), do: node(item, options)
    {:tuple, is_atom(:erlang.element(1, term)), items, total(items) + 1}
  end

  defp map(term, options) do
    pairs =
      :maps.fold(
        fn key, value, pairs ->
          {key, value} = {node(key, options), node(value, options)}
          [{:pair, key, value, size(key) + 4 + size(value)} | pairs]
        end,
        [],
        term
      )

    pairs = :lists.reverse(pairs)
    {:map, pairs, total(pairs) + 2}
  end

  # The lengths with a comma or a bracket after each.
  defp total(nodes), do: :lists.foldl(fn node, sum -> sum + size(node) + 1 end, 0, nodes)

  defp size(node), do: :erlang.element(:erlang.tuple_size(node), node)

  defp line({kind, line, _}) when kind in [:text, :bytes], do: line
  defp line({:list, items, nil, _}), do: [?[, commas(items), ?]]
  defp line({:list, items, tail, _}), do: [?[, commas(items), ?|, line(tail), ?]]
  defp line({:tuple, _, items, _}), do: [?{, commas(items), ?}]
  defp line({:map, pairs, _}), do: [?#, ?{, commas(pairs), ?}]
  defp line({:pair, key, value, _}), do: [line(key), ~c" => ", line(value)]

  defp commas(nodes), do: :lists.join(?,, :lists.map(&line/1, nodes))

  ## Layout: from a column, indented by so many columns after a line break, with so many brackets to close behind.

  defp show(node, column, length, tag_indent, indent, closing) do
    if size(node) < length - column - closing do
      line(node)
    else
      case node do
        {:bytes, line, _} -> line
        {:text, line, _} -> if tag_indent == 1, do: line, else: throw(:no_room)
        {:list, items, tail, _} -> [?[, all(items, tail, column + 1, length, tag_indent, indent + 1, closing), ?]]
        {:tuple, true, [tag | items], _} when items != [] -> [?{, tagged(tag, items, column + 1, length, tag_indent, indent + 1, closing), ?}]
        {:tuple, _, items, _} -> [?{, all(items, nil, column + 1, length, tag_indent, indent + 1, closing), ?}]
        {:map, pairs, _} -> [?#, ?{, all(pairs, nil, column + 2, length, tag_indent, indent + 2, closing), ?}]
        {:pair, key, value, _} -> pair(key, value, column, length, tag_indent, indent, closing)
      end
    end
  end

  defp pair(key, value, column, length, tag_indent, indent, closing) do
    key = show(key, column, length, tag_indent, indent, closing)
    in_value = if tag_indent < 0, do: 4, else: tag_indent
    [key, ~c" =>\n", blanks(indent + in_value), show(value, column + in_value, length, tag_indent, indent + in_value, closing)]
  end

  defp tagged(tag, items, column, length, tag_indent, indent, closing) do
    behind = size(tag) + 1

    from = if tag_indent > 0 and behind + 1 > tag_indent, do: column + tag_indent - 2, else: column + behind - 1
    if tag_indent != 1 and from >= div(length, 2) + if(tag_indent > 0 and behind + 1 > tag_indent, do: 1, else: 0), do: throw(:no_room)

    if tag_indent > 0 and behind + 1 > tag_indent do
      [line(tag) | rest(items, nil, column + tag_indent - 1, column + size(tag), length, tag_indent, indent + tag_indent - 1, closing)]
    else
      [line(tag), ?, | all(items, nil, column + behind, length, tag_indent, indent + behind, closing)]
    end
  end

  defp all([first | items], tail, column, length, tag_indent, indent, closing) do
    behind = if items == [] and tail == nil, do: closing + 1, else: 0
    {text, next} = element(first, column, length, tag_indent, indent, behind)
    [text | rest(items, tail, column, next, length, tag_indent, indent, closing)]
  end

  # An element's text, and the column behind it: the end of the line when the element took several.
  defp element(node, column, length, tag_indent, indent, closing) do
    if simple?(node) and size(node) < length - column - closing,
      do: {line(node), column + size(node)},
      else: {show(node, column, length, tag_indent, indent, closing), length}
  end

  defp simple?({:text, _, _}), do: true
  defp simple?({:pair, {:text, _, _}, {:text, _, _}, _}), do: true
  defp simple?(_node), do: false

  # Further elements: on the same line while simple ones fit, otherwise on the next.
  defp rest([node | items], tail, column, at, length, tag_indent, indent, closing) do
    behind = if items == [] and tail == nil, do: closing + 1, else: 0
    size = size(node) + 1
    fits = if behind == 0, do: size + 1 < length - at, else: size < length - at - behind

    if fits and simple?(node) do
      [?,, line(node) | rest(items, tail, column, at + size, length, tag_indent, indent, closing)]
    else
      {text, next} = element(node, column, length, tag_indent, indent, behind)
      [?,, ?\n, blanks(indent), text | rest(items, tail, column, next, length, tag_indent, indent, closing)]
    end
  end

  defp rest([], nil, _column, _at, _length, _tag_indent, _indent, _closing), do: []

  defp rest([], tail, column, at, length, tag_indent, indent, closing) do
    case tail do
      {:text, line, size} when size + 1 < length - at - closing - 1 -> [?|, line]
      _other -> [?|, ?\n, blanks(indent), show(tail, column, length, tag_indent, indent, closing + 1)]
    end
  end

  defp blanks(count), do: :lists.duplicate(count, ?\s)
end
