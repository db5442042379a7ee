defmodule EEx.Tokenizer do
  @moduledoc false
  # Cuts a template at its tags. A place is a line and a column; `indentation` is added to every column.

  @blanks [?\s, ?\t]
  @spaces [?\s, ?\t, ?\r, ?\n]

  @doc false
  def tokenize(contents, opts) do
    chars = contents |> IO.chardata_to_string() |> String.to_charlist()
    line = opts[:line] || 1
    indentation = opts[:indentation] || 0
    place = {line, (opts[:column] || 1) + indentation}

    with {:ok, pieces} <- pieces(chars, place, indentation, [], place, []) do
      pieces = if opts[:trim], do: trim(pieces, true, indentation), else: pieces
      {:ok, Enum.flat_map(pieces, &token/1)}
    end
  end

  # Pieces are text, comments and tags, in order, each with the place at which it begins. Text is collected in reverse.
  defp pieces([?<, ?%, ?% | rest], {line, column}, indentation, text, start, acc),
    do: pieces(rest, {line, column + 3}, indentation, [?%, ?< | text], start, acc)

  defp pieces([?<, ?%, ?!, ?-, ?- | rest], {line, column} = place, indentation, text, start, acc) do
    with {:ok, comment, rest, after_comment} <- upto(rest, '--%>', {line, column + 5}, indentation, []),
         do: pieces(rest, after_comment, indentation, [], after_comment, [{:comment, comment, place} | add(text, start, acc)])
  end

  defp pieces([?<, ?%, ?# | rest], {line, column} = place, indentation, text, start, acc) do
    with {:ok, _comment, rest, after_comment} <- upto(rest, '%>', {line, column + 3}, indentation, []),
         do: pieces(rest, after_comment, indentation, [], after_comment, [{:silence, [], place} | add(text, start, acc)])
  end

  defp pieces([?<, ?% | rest], {line, column} = place, indentation, text, start, acc) do
    {marker, rest} =
      case rest do
        [char | rest] when char in [?=, ?/, ?|] -> {[char], rest}
        rest -> {[], rest}
      end

    with {:ok, expr, rest, after_expr} <- upto(rest, '%>', {line, column + 2 + length(marker)}, indentation, []),
         do: pieces(rest, after_expr, indentation, [], after_expr, [{:tag, marker, expr, place} | add(text, start, acc)])
  end

  defp pieces([char | rest], place, indentation, text, start, acc),
    do: pieces(rest, step(char, place, indentation), indentation, [char | text], start, acc)

  defp pieces([], place, _indentation, text, start, acc), do: {:ok, :lists.reverse([{:eof, place} | add(text, start, acc)])}

  defp add([], _start, acc), do: acc
  defp add(text, start, acc), do: [{:text, :lists.reverse(text), start} | acc]

  defp upto([], closing, {line, column}, _indentation, _acc),
    do: {:error, "missing token '#{closing}'", %{line: line, column: column}}

  defp upto([char | rest] = chars, closing, {line, column} = place, indentation, acc) do
    if List.starts_with?(chars, closing) do
      size = length(closing)
      {:ok, :lists.reverse(acc), Enum.drop(chars, size), {line, column + size}}
    else
      upto(rest, closing, step(char, place, indentation), indentation, [char | acc])
    end
  end

  defp step(?\n, {line, _column}, indentation), do: {line + 1, 1 + indentation}
  defp step(_char, {line, column}, _indentation), do: {line, column + 1}

  ## Trimming: what surrounds tags does not leave empty lines

  # `first?` is true until something has been kept or cut at the beginning of the template.
  defp trim([{:text, text, place} | rest], first?, indentation) do
    {text, place} = if first?, do: {text, place}, else: trim_front(text, place, hd(rest), indentation)
    text = if elem(hd(rest), 0) == :eof, do: text, else: trim_back(text, first?)

    case text do
      [] -> trim(rest, false, indentation)
      text -> [{:text, text, place} | trim(rest, false, indentation)]
    end
  end

  defp trim([piece | rest], _first?, indentation), do: [piece | trim(rest, false, indentation)]
  defp trim([], _first?, _indentation), do: []

  # Behind a tag: the empty lines go, but for the last line break. Nothing but blanks at the end goes altogether.
  defp trim_front(text, place, next, indentation) do
    {spaces, rest} = Enum.split_while(text, &(&1 in @spaces))

    cond do
      rest == [] and elem(next, 0) == :eof ->
        {[], place}

      ?\n in spaces ->
        indent = spaces |> :lists.reverse() |> Enum.take_while(&(&1 != ?\n)) |> :lists.reverse()
        before = Enum.take(spaces, length(spaces) - length(indent) - 1)
        {[?\n | indent] ++ rest, Enum.reduce(before, place, &step(&1, &2, indentation))}

      true ->
        {text, place}
    end
  end

  # Before a tag: its indentation goes, and empty lines above it.
  defp trim_back(text, first?) do
    {spaces, kept} = text |> :lists.reverse() |> Enum.split_while(&(&1 in @spaces))

    cond do
      kept == [] and first? -> []
      ?\n in spaces -> :lists.reverse(kept, spaces |> :lists.reverse() |> Enum.take_while(&(&1 in @blanks)) |> Kernel.++([?\n]))
      true -> text
    end
  end

  ## Tokens

  defp token({:silence, _, _}), do: []
  defp token({:eof, place}), do: [{:eof, meta(place)}]
  defp token({:tag, marker, chars, place}), do: [{kind(chars), marker, chars, meta(place)}]
  defp token({kind, chars, place}), do: [{kind, chars, meta(place)}]

  defp meta({line, column}), do: %{line: line, column: column}

  # Code that ends by opening a block begins something, code that begins with `end` ends it.
  defp kind(chars) do
    words = words(chars, [])
    ended? = match?([:end | _], :lists.reverse(words))

    case words do
      [:do | _] -> if ended?, do: :middle_expr, else: :start_expr
      [:-> | before] -> if not ended? and opens_fn?(before), do: :start_expr, else: :middle_expr
      [:middle] -> :middle_expr
      _ when ended? -> :end_expr
      _ -> :expr
    end
  end

  # Looking back from an arrow, whether a `fn` is still open.
  defp opens_fn?(words) do
    fun = Enum.find_index(words, &(&1 == :fn))
    closed = Enum.find_index(words, &(&1 == :end))
    fun != nil and (closed == nil or fun < closed)
  end

  # The words and signs of code that matter here, the last first. What is in strings does not count.
  defp words([], acc), do: acc
  defp words([?-, ?> | rest], acc), do: words(rest, [:-> | acc])
  defp words([?#, _ | _] = comment, acc), do: words(Enum.drop_while(comment, &(&1 != ?\n)), acc)
  defp words([??, ?\\, _ | rest], acc), do: words(rest, [:other | acc])
  defp words([??, char | rest], acc) when char not in @spaces, do: words(rest, [:other | acc])
  defp words([quote | rest], acc) when quote in [?", ?'], do: words(skip_string(rest, quote), [:other | acc])
  defp words([char | rest], acc) when char in @blanks or char in [?\n, ?\r], do: words(rest, acc)

  defp words([char | _] = chars, acc) when char in ?a..?z or char in ?A..?Z or char == ?_ or char > 127 do
    {word, rest} = Enum.split_while(chars, &(&1 in ?a..?z or &1 in ?A..?Z or &1 in ?0..?9 or &1 == ?_ or &1 > 127))

    case rest do
      [mark | rest] when mark in [??, ?!] -> words(rest, [:other | acc])
      [?:, next | _] when next != ?: -> words(tl(rest), [:other | acc])
      [?:] -> words([], [:other | acc])
      rest -> words(rest, [word(word, acc) | acc])
    end
  end

  defp words([char | rest], acc) when char in [?:, ?., ?@, ?&], do: words(rest, [:prefix | acc])
  defp words([_sign | rest], acc), do: words(rest, [:other | acc])

  # `:do`, `x.end` and `@fn` are no keywords.
  defp word(_word, [:prefix | _]), do: :other
  defp word('do', _acc), do: :do
  defp word('end', _acc), do: :end
  defp word('fn', _acc), do: :fn
  defp word(word, _acc) when word in ['else', 'after', 'catch', 'rescue'], do: :middle
  defp word(_word, _acc), do: :other

  defp skip_string([?\\, _ | rest], quote), do: skip_string(rest, quote)
  defp skip_string([quote | rest], quote), do: rest
  defp skip_string([_ | rest], quote), do: skip_string(rest, quote)
  defp skip_string([], _quote), do: []
end
