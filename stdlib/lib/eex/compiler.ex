defmodule EEx.Compiler do
  @moduledoc false
  # Hands the pieces of a template to an engine. Code around text (`if x do` … `end`) is put together with placeholders for the contents, parsed
  # as a whole, and then the placeholders are replaced by what the engine made of the contents.

  @placeholder :__EEX__

  @doc false
  def compile(source, opts) do
    case EEx.Tokenizer.tokenize(source, opts) do
      {:ok, tokens} ->
        context = %{
          engine: opts[:engine] || EEx.SmartEngine,
          file: opts[:file] || "nofile",
          line: opts[:line] || 1,
          parser_options: Keyword.get_lazy(opts, :parser_options, fn -> Map.get(Code.compiler_options(), :parser_options, []) end)
        }

        {state, [stop | _]} = contents(tokens, context.engine.init(opts), context, false)

        case stop do
          {:eof, _} -> context.engine.handle_body(state)
          {:middle_expr, marker, chars, meta} -> error!("unexpected middle of expression <%#{marker}#{chars}%>", meta, context)
          {:end_expr, marker, chars, meta} -> error!("unexpected end of expression <%#{marker}#{chars}%>", meta, context)
        end

      {:error, message, meta} ->
        error!(message, meta, %{file: opts[:file] || "nofile"})
    end
  end

  # Feeds the engine up to a token that ends a block or its part, or the template. Returns the tokens from there.
  defp contents([{:text, chars, meta} | rest], state, context, inside?) do
    place = [line: meta.line, column: meta.column]
    contents(rest, context.engine.handle_text(state, place, IO.chardata_to_string(chars)), context, inside?)
  end

  defp contents([{:comment, _chars, _meta} | rest], state, context, inside?), do: contents(rest, state, context, inside?)

  defp contents([{:expr, marker, chars, meta} | rest], state, context, inside?) do
    expr = parse(chars, marker, meta, context)
    contents(rest, context.engine.handle_expr(state, IO.chardata_to_string(marker), expr), context, inside?)
  end

  defp contents([{:start_expr, marker, chars, meta} | rest], state, context, inside?) do
    if marker == [] do
      IO.warn("the contents of this expression won't be output unless the EEx block starts with \"<%=\"", file: context.file, line: meta.line)
    end

    # Blanks between `case x do` and its first clause are no contents.
    {code, rest} =
      case Enum.drop_while(rest, &blank?/1) do
        [{:middle_expr, _, middle, middle_meta} | after_middle] -> {join(chars, meta.line, middle, middle_meta), after_middle}
        _ -> {chars, rest}
      end

    {code, quotes, rest} = block(rest, code, state, [], meta, context)
    expr = code |> parse(marker, meta, context) |> fill(Map.new(quotes))
    contents(rest, context.engine.handle_expr(state, IO.chardata_to_string(marker), expr), context, inside?)
  end

  defp contents([{kind, _, _, _} | _] = tokens, state, _context, _inside?) when kind in [:middle_expr, :end_expr], do: {state, tokens}
  defp contents([{:eof, meta} | _], _state, context, true), do: error!("unexpected end of string, expected a closing '<% end %>'", meta, context)
  defp contents([{:eof, _meta}] = tokens, state, _context, false), do: {state, tokens}

  # The parts of a block, one after the other, up to its end.
  defp block(tokens, code, outer, quotes, start, context) do
    {inner, [{kind, marker, chars, meta} | rest]} = contents(tokens, context.engine.handle_begin(outer), context, true)

    if marker != [] do
      IO.warn(
        "unexpected beginning of EEx tag \"<%#{marker}\" on \"<%#{marker}#{chars}%>\", " <>
          "please remove \"#{marker}\" accordingly",
        file: context.file,
        line: meta.line
      )
    end

    number = length(quotes) + 1
    code = code ++ ' #{@placeholder}(#{number});'
    quotes = [{number, context.engine.handle_end(inner)} | quotes]
    code = join(code, start.line, chars, meta)

    case kind do
      :middle_expr -> block(rest, code, inner, quotes, start, context)
      :end_expr -> {code, quotes, rest}
    end
  end

  # Line breaks keep what follows on its own line.
  defp join(code, start_line, chars, meta) do
    reached = start_line + Enum.count(code, &(&1 == ?\n))
    code ++ List.duplicate(?\n, max(meta.line - reached, 0)) ++ chars
  end

  defp blank?({:text, chars, _meta}), do: Enum.all?(chars, &(&1 in [?\s, ?\t, ?\r, ?\n]))
  defp blank?({:comment, _chars, _meta}), do: true
  defp blank?(_token), do: false

  defp parse(chars, marker, meta, context) do
    options = [file: context.file, line: meta.line, column: meta.column + 2 + length(marker)] ++ context.parser_options
    Code.string_to_quoted!(IO.chardata_to_string(chars), options)
  end

  defp fill({@placeholder, _, [number]}, quotes), do: Map.fetch!(quotes, number)
  defp fill({left, meta, right}, quotes), do: {fill(left, quotes), meta, fill(right, quotes)}
  defp fill({left, right}, quotes), do: {fill(left, quotes), fill(right, quotes)}
  defp fill(list, quotes) when is_list(list), do: Enum.map(list, &fill(&1, quotes))
  defp fill(other, _quotes), do: other

  defp error!(message, meta, context) do
    raise EEx.SyntaxError, message: message, file: context.file, line: meta.line, column: meta.column
  end
end
