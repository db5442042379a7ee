defmodule IO.ANSI.Docs do
  @moduledoc false
  # Prints documentation in Markdown, or in the HTML terms of Erlang, on a terminal. Text is wrapped to the width; with sequences
  # enabled, what Markdown marks is styled instead, and every block ends by resetting them.

  @bullets [?*, ?-, ?+]

  @doc """
  Returns the options that hold unless others are given: `:enabled`, `:width`, and a style for each kind of text.
  """
  def default_options() do
    [
      enabled: true,
      doc_bold: [:bright],
      doc_code: [:cyan],
      doc_headings: [:yellow],
      doc_metadata: [:yellow],
      doc_quote: [:light_black],
      doc_inline_code: [:cyan],
      doc_table_heading: [:reverse],
      doc_title: [:reverse, :yellow],
      doc_underline: [:underline],
      width: 80
    ]
  end

  @doc """
  Prints titles, each centered on a line of its own.
  """
  def print_headings(headings, options \\ []) do
    options = Keyword.merge(default_options(), options)
    IO.puts(IO.ANSI.reset() |> only_if(options))

    Enum.each(headings, fn heading ->
      width = options[:width]
      left = div(width + String.length(heading), 2)
      line = String.pad_leading(heading, left)
      line = if options[:enabled], do: String.pad_trailing(line, width), else: line
      IO.puts(style(:doc_title, line, options))
    end)

    end_block(options)
  end

  defp only_if(text, options), do: if(options[:enabled], do: text, else: "")

  @doc """
  Prints what is known of metadata, one entry per line.
  """
  def print_metadata(metadata, options \\ []) when is_map(metadata) do
    options = Keyword.merge(default_options(), options)

    lines =
      for {key, value} <- Enum.sort(metadata), text = metadata_text(key, value) do
        IO.puts([style(:doc_metadata, "#{key}:", options), ?\s, text])
      end

    if lines != [], do: IO.write("\n")
    :ok
  end

  defp metadata_text(:delegate_to, {module, function, arity}), do: "#{inspect(module)}.#{function}/#{arity}"
  defp metadata_text(key, value) when key in [:deprecated, :since] and is_binary(value), do: value
  defp metadata_text(key, true) when key in [:guard, :macro, :opaque, :optional, :behaviour], do: "true"
  defp metadata_text(:defaults, count) when is_integer(count) and count > 0, do: Integer.to_string(count)
  defp metadata_text(_key, _value), do: nil

  @doc """
  Prints documentation in one of the formats `"text/markdown"` and `"application/erlang+html"`.
  """
  def print(doc, format, options \\ [])
  def print(doc, "text/markdown", options) when is_binary(doc) and is_list(options), do: print_markdown(doc, options)
  def print(doc, "application/erlang+html", options) when is_list(options), do: print_erlang_html(doc, options)
  def print(_doc, format, options) when is_binary(format) and is_list(options), do: IO.puts("\nUnknown documentation format #{inspect(format)}\n")

  ## Markdown

  @doc """
  Prints Markdown.
  """
  def print_markdown(doc, options) when is_binary(doc) and is_list(options) do
    options = Keyword.merge(default_options(), options)
    doc |> String.split(["\r\n", "\n"]) |> Enum.map(&String.trim_trailing/1) |> blocks("", options)
    :ok
  end

  defp blocks([], _indent, _options), do: :ok
  defp blocks(["" | rest], indent, options), do: blocks(rest, indent, options)

  defp blocks([line | rest] = lines, indent, options) do
    text = String.trim_leading(line)

    cond do
      heading?(line) ->
        IO.puts([indent, style(:doc_headings, line, options)])
        end_block(options)
        blocks(rest, indent, options)

      fence = fence(text) ->
        {code, rest} = Enum.split_while(rest, &(not String.starts_with?(String.trim_leading(&1), fence)))
        print_code(code, indent, options)
        blocks(Enum.drop(rest, 1), indent, options)

      String.starts_with?(line, "    ") ->
        {code, rest} = indented(lines, [])
        print_code(code, indent, options)
        blocks(rest, indent, options)

      match?(">" <> _, line) ->
        {quoted, rest} = Enum.split_while(lines, &match?(">" <> _, &1))
        print_quote(quoted, indent, options)
        blocks(rest, indent, options)

      reference?(line) ->
        IO.puts([indent, line])
        blocks(rest, indent, options)

      bullet(line) != nil ->
        list(lines, indent, options)

      table?(lines) ->
        {rows, rest} = Enum.split_while(lines, &table_row?/1)
        print_table(rows, indent, options)
        blocks(rest, indent, options)

      true ->
        {paragraph, rest} = paragraph(lines, [])
        print_paragraph(paragraph, indent, indent, options)
        end_block(options)
        blocks(rest, indent, options)
    end
  end

  defp heading?(line), do: line =~ ~r/^\#{1,6} /
  defp reference?(line), do: line =~ ~r/^ {0,3}\[[^\]]*\]: /

  defp fence("```" <> _), do: "```"
  defp fence("~~~" <> _), do: "~~~"
  defp fence(_text), do: nil

  defp indented(["    " <> code | rest], acc), do: indented(rest, [code | acc])

  # Empty lines belong to the code if more of it follows.
  defp indented(["" | rest] = lines, acc) do
    case Enum.drop_while(rest, &(&1 == "")) do
      ["    " <> _ | _] -> indented(rest, ["" | acc])
      _ -> {Enum.reverse(acc), lines}
    end
  end

  defp indented(lines, acc), do: {Enum.reverse(acc), lines}

  defp paragraph([], acc), do: {acc |> Enum.reverse() |> Enum.join(" "), []}
  defp paragraph(["" | rest], acc), do: {acc |> Enum.reverse() |> Enum.join(" "), rest}

  defp paragraph([line | rest] = lines, acc) do
    if acc != [] and (heading?(line) or bullet(line) != nil or fence(String.trim_leading(line)) != nil or match?(">" <> _, line)),
      do: {acc |> Enum.reverse() |> Enum.join(" "), lines},
      else: paragraph(rest, [String.trim(line) | acc])
  end

  # The indentation of a list item, its mark, and its text.
  defp bullet(line) do
    text = String.trim_leading(line, " ")
    depth = byte_size(line) - byte_size(text)

    case text do
      <<char, ?\s, rest::binary>> when char in @bullets ->
        {depth, "*", rest}

      _ ->
        case Integer.parse(text) do
          {number, ". " <> rest} when number >= 0 -> {depth, "#{number}.", rest}
          _ -> nil
        end
    end
  end

  defp list([line | rest], indent, options) do
    {depth, mark, text} = bullet(line)
    width = depth + String.length(mark) + 1
    {content, rest} = item(rest, depth, width, [])
    sign = if mark == "*" and options[:enabled], do: "•", else: mark
    inner = indent <> String.duplicate(" ", 2 + String.length(mark) + 1)

    # What is indented further is code, even right below the text.
    {lines, code} = Enum.split_while(content, &(not match?("    " <> _, &1)))
    {first, more} = paragraph([text | lines], [])
    more = more ++ code
    print_paragraph(first, indent <> "  " <> sign <> " ", inner, options, nil, String.length(sign) + 1)

    nested? = Enum.any?(more, &(&1 != ""))
    if nested?, do: nested(more, indent, inner, options)

    case Enum.drop_while(rest, &(&1 == "")) do
      [next | _] = following ->
        if bullet(next) != nil and not match?("    " <> _, next) do
          list(following, indent, options)
        else
          end_block(options)
          blocks(rest, indent, options)
        end

      [] ->
        end_block(options)
        :ok
    end
  end

  # Lists inside a list begin two columns further on, whatever the mark.
  defp nested(lines, indent, inner, options) do
    lines = Enum.drop_while(lines, &(&1 == ""))

    case bullet(hd(lines)) do
      nil -> blocks(lines, inner, options)
      _ -> blocks(lines, indent <> "  ", options)
    end
  end

  # The lines that belong to an item: indented ones, and those that go on with its paragraph.
  defp item([], _depth, _width, acc), do: {Enum.reverse(acc), []}

  defp item(["" | rest] = lines, depth, width, acc) do
    case Enum.drop_while(rest, &(&1 == "")) do
      [next | _] ->
        if leading(next) > depth + 1, do: item(rest, depth, width, ["" | acc]), else: {Enum.reverse(acc), lines}

      [] ->
        {Enum.reverse(acc), []}
    end
  end

  defp item([line | rest] = lines, depth, width, acc) do
    cond do
      leading(line) > depth + 1 -> item(rest, depth, width, [dedent(line, width) | acc])
      bullet(line) != nil or heading?(line) -> {Enum.reverse(acc), lines}
      List.first(acc) == "" -> {Enum.reverse(acc), lines}
      true -> item(rest, depth, width, [line | acc])
    end
  end

  defp leading(line), do: byte_size(line) - byte_size(String.trim_leading(line, " "))

  defp dedent(line, width) do
    count = min(leading(line), width)
    binary_part(line, count, byte_size(line) - count)
  end

  defp print_code(code, indent, options) do
    text = Enum.map_join(code, "\n", &[indent, "    ", &1])
    IO.puts(style(:doc_code, text, options))
    end_block(options)
  end

  defp print_quote(lines, indent, options) do
    mark = indent <> style(:doc_quote, "> ", options)
    paragraphs = lines |> Enum.map(&(&1 |> String.trim_leading(">") |> String.trim())) |> Enum.chunk_by(&(&1 == ""))

    Enum.each(paragraphs, fn
      ["" | _] = empty -> Enum.each(empty, fn _ -> IO.puts(mark) end)
      lines -> print_paragraph(Enum.join(lines, " "), mark, mark, options, 2)
    end)

    end_block(options)
  end

  defp end_block(options), do: IO.puts(only_if(IO.ANSI.reset(), options))

  ## Paragraphs

  # `taken` is what of the first line counts as used up.
  defp print_paragraph(text, first, others, options, width \\ nil, taken \\ 0) do
    available = options[:width] - (width || String.length(others))

    lines =
      text
      |> links()
      |> inline(options)
      |> words()
      |> wrap(available, taken)

    lines = if lines == [], do: [""], else: lines
    lines |> Enum.zip(Stream.concat([first], Stream.cycle([others]))) |> Enum.each(fn {line, prefix} -> IO.puts([prefix, line]) end)
  end

  defp words(text), do: String.split(text, [" ", "\n"], trim: true)

  defp wrap([], _width, _taken), do: []
  defp wrap([word | words], width, taken), do: wrap(words, width, word, visible(word) + taken)

  defp wrap([], _width, line, _length), do: [line]

  defp wrap([word | words], width, line, length) do
    size = visible(word)

    if length + 1 + size >= width,
      do: [line | wrap(words, width, word, size)],
      else: wrap(words, width, line <> " " <> word, length + 1 + size)
  end

  # Sequences take no room.
  defp visible(word), do: word |> String.replace(~r/\e\[[0-9;]*m/, "") |> String.length()

  defp links(text), do: Regex.replace(~r/\[([^\]]*?)\]\(([^)\s]*?)\)/, text, "\\1 (\\2)")

  # Marks count where a word begins, and their match where one ends.
  defp inline(text, options), do: inline(text, " ", [], options)

  defp inline("", _previous, acc, _options), do: IO.iodata_to_binary(acc)

  defp inline(<<?\\, char, rest::binary>>, _previous, acc, options) when char in [?*, ?_, ?`, ?\\],
    do: inline(rest, <<char>>, [acc, char], options)

  defp inline("`" <> rest, _previous, acc, options) do
    case :binary.split(rest, "`") do
      [code, rest] -> inline(rest, "`", [acc, mark(:doc_inline_code, "`", code, options)], options)
      [_] -> inline(rest, "`", [acc, "`"], options)
    end
  end

  defp inline(<<char, char, rest::binary>> = text, previous, acc, options) when char in [?*, ?_],
    do: marked(text, <<char, char>>, rest, :doc_bold, previous, acc, options)

  defp inline(<<char, rest::binary>> = text, previous, acc, options) when char in [?*, ?_],
    do: marked(text, <<char>>, rest, :doc_underline, previous, acc, options)

  defp inline(<<char::utf8, rest::binary>>, _previous, acc, options), do: inline(rest, <<char::utf8>>, [acc, <<char::utf8>>], options)

  defp marked(text, mark, rest, kind, previous, acc, options) do
    with false <- previous =~ ~r/^[\p{L}\p{N}_*]/u,
         {content, rest} <- closing(rest, mark, "") do
      inline(rest, mark, [acc, mark(kind, mark, content, options)], options)
    else
      _ ->
        <<char::utf8, rest::binary>> = text
        inline(rest, <<char::utf8>>, [acc, <<char::utf8>>], options)
    end
  end

  defp closing("", _mark, _acc), do: nil

  defp closing(text, mark, acc) do
    size = byte_size(mark)

    case text do
      <<^mark::binary-size(size), rest::binary>> when acc != "" ->
        if ends_word?(rest), do: {acc, rest}, else: closing(rest, mark, acc <> mark)

      <<?\\, char::utf8, rest::binary>> ->
        closing(rest, mark, acc <> <<?\\, char::utf8>>)

      <<char::utf8, rest::binary>> ->
        closing(rest, mark, acc <> <<char::utf8>>)
    end
  end

  defp ends_word?(rest), do: not (rest =~ ~r/^[\p{L}\p{N}_*]/u)

  defp mark(kind, mark, content, options), do: if(options[:enabled], do: style(kind, content, options), else: mark <> content <> mark)

  defp style(kind, text, options) do
    if options[:enabled], do: IO.iodata_to_binary([IO.ANSI.format_fragment(options[kind], true), text, IO.ANSI.reset()]), else: text
  end

  ## Tables

  defp table?([first, second | _]), do: table_row?(first) and table_row?(second)
  defp table?(_lines), do: false

  defp table_row?(line), do: String.contains?(line, " | ") or line =~ ~r/^\|?[\s:|-]*-[\s:|-]*\|[\s:|-]*$/

  defp print_table(rows, indent, options) do
    cells = Enum.map(rows, fn row -> row |> String.trim() |> String.trim("|") |> String.split(~r/(?<!\\)\|/) |> Enum.map(&(&1 |> String.trim() |> String.replace("\\|", "|"))) end)

    {heading, alignments, body} =
      case cells do
        [heading, rule | body] -> if rule?(rule), do: {heading, Enum.map(rule, &alignment/1), body}, else: {nil, [], cells}
        _ -> {nil, [], cells}
      end

    body = Enum.map(body, fn row -> Enum.map(row, &(&1 |> links() |> inline(options))) end)
    all = if heading, do: [heading | body], else: body

    widths =
      all |> Enum.map(fn row -> Enum.map(row, &visible/1) end) |> Enum.reduce([], fn row, widths -> longest(row, widths) end)

    # A centered heading has the same room on both sides.
    widths =
      for {width, index} <- Enum.with_index(widths) do
        off? = heading != nil and Enum.at(alignments, index) == :center and rem(width - visible(Enum.at(heading, index, "")), 2) == 1
        if off?, do: width + 1, else: width
      end

    if heading, do: IO.puts([indent, style(:doc_table_heading, table_line(heading, widths, alignments), options)])
    Enum.each(body, &IO.puts([indent, table_line(&1, widths, alignments)]))
    end_block(options)
  end

  defp longest([a | rest], [b | others]), do: [max(a, b) | longest(rest, others)]
  defp longest(rest, []), do: rest
  defp longest([], others), do: others

  defp rule?(cells), do: Enum.all?(cells, &(&1 =~ ~r/^:?-+:?$/))

  defp alignment(cell) do
    case {String.starts_with?(cell, ":"), String.ends_with?(cell, ":")} do
      {true, true} -> :center
      {false, true} -> :right
      _ -> :left
    end
  end

  defp table_line(cells, widths, alignments) do
    widths
    |> Enum.with_index()
    |> Enum.map_join(" | ", fn {width, index} ->
      cell = Enum.at(cells, index, "")
      align(cell, width - visible(cell), Enum.at(alignments, index, :left))
    end)
  end

  defp align(cell, missing, :left), do: cell <> String.duplicate(" ", missing)
  defp align(cell, missing, :right), do: String.duplicate(" ", missing) <> cell
  defp align(cell, missing, :center), do: String.duplicate(" ", div(missing, 2)) <> cell <> String.duplicate(" ", missing - div(missing, 2))

  ## Erlang's HTML

  @doc """
  Prints the HTML terms in which Erlang keeps documentation.
  """
  def print_erlang_html(doc, options) when is_list(options) do
    options = Keyword.merge(default_options(), options)
    IO.write(html(doc, "", options))
  end

  defp html(text, indent, _options) when is_binary(text), do: String.replace(text, "\n", "\n" <> indent)
  defp html(list, indent, options) when is_list(list), do: Enum.map_join(list, &html(&1, indent, options))

  defp html({tag, _, content}, indent, options) when tag in [:em, :i], do: html_mark(:doc_underline, if(tag == :em, do: "*", else: "_"), content, indent, options)
  defp html({tag, _, content}, indent, options) when tag in [:strong, :b], do: html_mark(:doc_bold, "**", content, indent, options)
  defp html({:code, _, content}, indent, options), do: html_mark(:doc_inline_code, "`", content, indent, options)
  defp html({:br, _, _}, _indent, _options), do: ""
  defp html({:p, _, [content]}, indent, options) when is_list(content), do: html(content, indent, options)
  defp html({:p, _, content}, indent, options), do: html(content, indent, options) <> "\n\n" <> indent

  defp html({:a, attributes, content}, indent, options) do
    text = html(content, indent, options)
    if href = attributes[:href], do: "#{text} (#{href})", else: text
  end

  defp html({:pre, _, [{:code, _, content}]}, indent, options), do: html({:pre, [], content}, indent, options)

  defp html({:pre, _, content}, indent, options) do
    lines = content |> html("", options) |> String.split("\n")
    Enum.map_join(lines, "\n" <> indent, &("    " <> &1)) <> "\n\n" <> indent
  end

  for level <- 1..6 do
    defp html({unquote(:"h#{level}"), _, content}, indent, options),
      do: style(:doc_headings, unquote(String.duplicate("#", level) <> " ") <> html(content, indent, options), options) <> "\n\n" <> indent
  end

  defp html({:ul, [class: "types"], items}, indent, options) do
    case for {:li, _, content} <- items, content != [], do: "    " <> Enum.map_join(content, "\n" <> indent <> "    ", &html(&1, indent <> "    ", options)) do
      [] -> ""
      types -> Enum.join(["Typespecs:", "" | types], "\n" <> indent) <> "\n\n" <> indent
    end
  end

  defp html({:ul, _, items}, indent, options), do: html_list(items, fn _ -> bullet_sign(options) end, indent, options)
  defp html({:ol, _, items}, indent, options), do: html_list(items, fn number -> "#{number}. " end, indent, options)
  defp html({:dl, _, items}, indent, options), do: Enum.map_join(items, &html(&1, indent, options))
  defp html({:dt, _, content}, indent, options), do: "  " <> bullet_sign(options) <> html(content, indent <> "    ", options) <> "\n\n" <> indent
  defp html({:dd, _, content}, indent, options), do: "    " <> block(content, indent <> "    ", options) <> "\n\n" <> indent

  defp html({:div, [class: class], content}, indent, options) when class in ["warning", "note", "do", "dont", "quote"] do
    lines = [String.upcase(to_string(class)), "" | content |> block("", options) |> String.split("\n")]
    Enum.map_join(lines, "\n" <> indent, &(style(:doc_quote, "> ", options) <> &1)) <> "\n\n" <> indent
  end

  # Other tags are shown; blocks in them are indented.
  defp html({tag, _, content}, indent, options) do
    inner = if Enum.any?(List.wrap(content), &match?({tag, _, _} when tag in [:p, :ul, :ol, :dl, :pre, :div], &1)), do: indent <> "    ", else: indent
    "<#{tag}>\n#{inner}#{block(content, inner, options)}\n#{indent}</#{tag}>\n\n#{indent}"
  end

  defp html_list(items, sign, indent, options) do
    items
    |> Enum.with_index(1)
    |> Enum.map_join(fn {{:li, _, content}, number} ->
      sign = sign.(number)
      inner = indent <> String.duplicate(" ", 2 + String.length(sign))
      "  " <> sign <> block(content, inner, options) <> "\n\n" <> indent
    end)
  end

  defp block(content, indent, options), do: content |> html(indent, options) |> String.trim_trailing()

  defp bullet_sign(options), do: if(options[:enabled], do: "• ", else: "* ")

  defp html_mark(kind, mark, content, indent, options), do: mark(kind, mark, html(content, indent, options), options)
end
