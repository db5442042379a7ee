defmodule Code.Formatter.Literals do
  @moduledoc false
  # Atoms, texts, heredocs and sigils.

  import Inspect.Algebra, except: [format: 2, surround: 3]
  import Code.Formatter.Text
  import Code.Formatter.Shape
  import Code.Formatter.Comments

  alias Code.Formatter.Expressions

  @empty empty()
  @first_line 0
  @last_line 9_999_999

  def atom(atom, _meta, _st) when atom in [nil, true, false], do: Atom.to_string(atom)

  def atom(atom, meta, st) do
    text = Atom.to_string(atom)

    cond do
      st.escape -> Macro.inspect_atom(:literal, atom)
      atom in [:"::", :..//] -> ":\"" <> text <> "\""
      Macro.classify_atom(atom) in [:unquoted, :identifier] and not (Keyword.has_key?(meta, :delimiter) and atom == :\\) -> ":" <> text
      Keyword.has_key?(meta, :delimiter) -> ":\"" <> requote(text, "\"") <> "\""
      true -> Macro.inspect_atom(:literal, atom)
    end
  end

  def text(text, meta, st) do
    case meta[:delimiter] do
      "\"\"\"" -> heredoc(text, "\"\"\"", st)
      _ -> concat(["\"", string_body(text, ?", st), "\""])
    end
  end

  defp string_body(text, delimiter, %{escape: true}), do: string(IO.iodata_to_binary(Inspect.Text.escape(text, delimiter)))
  defp string_body(text, delimiter, %{escape: :delimiter}), do: text |> requote(<<delimiter>>) |> string()
  # The parser keeps escapes as they are written, but for those of the delimiter.
  defp string_body(text, delimiter, _st), do: text |> requote(<<delimiter>>) |> multiline()

  defp multiline(text) do
    case String.split(text, "\n") do
      [one] -> string(one)
      many -> many |> Enum.map(&string/1) |> Enum.reduce(&concat(&2, concat(nest(line(), :reset), &1))) |> force_unfit()
    end
  end

  def charlist(list, meta, st) do
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

  # The text between interpolations stands as it is, also where other texts are escaped: so it does in Elixir.
  def interpolation(parts, meta, st) do
    case meta[:delimiter] do
      "\"\"\"" -> heredoc_interpolation(parts, "\"\"\"", st, false)
      _ -> concat(["\"", interpolated(parts, ?", st, if(st.escape, do: :delimiter, else: false)), "\""])
    end
  end

  def atom_interpolation(parts, st), do: concat(["\"", interpolated(parts, ?", st, st.escape), "\""])

  def charlist_interpolation(parts, meta, st) do
    parts = Enum.map(parts, fn {{:., _, [Kernel, :to_string]}, _, _} = code -> {:"::", [], [code, {:binary, [], nil}]}; text -> text end)

    case meta[:delimiter] do
      "'''" -> heredoc_interpolation(parts, "'''", st, st.escape)
      _ -> concat(["'", interpolated(parts, ?', st, st.escape), "'"])
    end
  end

  defp interpolated(parts, delimiter, st, escape?) do
    parts
    |> Enum.map(fn
      text when is_binary(text) -> string_body(text, delimiter, %{escape: escape?})
      code -> interpolated_code(code, st)
    end)
    |> Enum.reduce(&concat(&2, &1))
  end

  defp interpolated_code({:"::", _, [{{:., _, [Kernel, :to_string]}, meta, [code]}, _]}, st) do
    # Comments stand before the text.
    doc = without_comments(fn -> Expressions.body(code, meta_line(meta, @first_line), meta[:closing][:line] || @last_line, %{st | skip_eol: true}) end)
    # Inside of a text code stays on its line, however long.
    no_limit(concat(["\#{", no_limit(group(doc)), "}"]))
  end

  defp heredoc_interpolation(parts, delimiter, st, escape?) do
    pieces =
      Enum.flat_map(parts, fn
        text when is_binary(text) ->
          text = if escape?, do: heredoc_escape(text, delimiter), else: String.replace(text, delimiter, "\\" <> delimiter)
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

  def sigil_name(name, [{:<<>>, _, parts}, modifiers], meta) when is_list(parts) and is_list(modifiers) do
    case Atom.to_string(name) do
      "sigil_" <> name when name != "" -> if Keyword.has_key?(meta, :delimiter) and interpolated?(parts), do: name
      _ -> nil
    end
  end

  def sigil_name(_, _, _), do: nil

  def sigil(name, meta, [{:<<>>, inner, parts}, modifiers], st) do
    opening = meta[:delimiter]
    parts = call_sigil_plugin(parts, name, modifiers, meta, inner, st)
    st = %{st | escape: false}
    modifiers = List.to_string(modifiers)

    if opening in ["\"\"\"", "'''"] do
      doc = concat(["~", name, heredoc_interpolation(parts, opening, st, false)])
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
end
