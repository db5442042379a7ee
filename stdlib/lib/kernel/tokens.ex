defmodule :elixir_tokenizer do
  @moduledoc false
  # Tokens for programs that read them by this module's name. The lexer is the compiler's own; here its tokens get the
  # rest of the shape in which such programs expect them.

  @type token :: tuple
  @type place :: {line :: pos_integer, column :: pos_integer}
  @type reason :: {line :: pos_integer, column :: pos_integer, message :: charlist | {charlist, charlist}, charlist}
  @type result ::
          {:ok, line :: pos_integer, column :: pos_integer, [{place, charlist}], [token]}
          | {:error, reason, rest :: charlist, [{place, charlist}], reversed :: [token]}

  @spec tokenize(charlist, pos_integer, keyword) :: result
  def tokenize(text, line, opts), do: tokenize(text, line, 1, opts)

  @spec tokenize(charlist, pos_integer, pos_integer, keyword) :: result
  def tokenize(text, line, column, opts) when is_list(text) and is_list(opts) do
    if opts[:cursor_completion], do: raise(ArgumentError, "tokens with :cursor_completion are not supported")

    kept = Keyword.take(opts, [:unescape, :existing_atoms_only, :static_atoms_encoder, :check_terminators])
    options = [line: line, column: column] ++ kept
    {result, tokens, warnings, comments, {last_line, last_column}} = :beamlet_compiler.tokens(text, options)
    warnings = if Keyword.get(opts, :warn_on_unnecessary_quotes, true), do: warnings, else: Enum.reject(warnings, &of_quotes?/1)
    warnings = :lists.reverse(warnings)
    start = {line, column}
    tell_comments(opts[:preserve_comments], comments, tokens, text, start)

    case {encode(tokens, opts[:static_atoms_encoder]), result} do
      {{:ok, tokens}, :ok} ->
        {:ok, last_line, last_column, warnings, tokens}

      {{:ok, tokens}, {line, column, _, _} = reason} ->
        {:error, reason, rest(text, start, {line, column}), warnings, :lists.reverse(tokens)}

      {{:error, {line, column, _, _} = reason, before}, _} ->
        {:error, reason, rest(text, start, {line, column}), warnings, before}
    end
  end

  defp of_quotes?({_place, message}), do: :lists.prefix(~c"found quoted ", message)

  # The text from a place on.
  defp rest(text, place, place), do: text
  defp rest([], _from, _place), do: []
  defp rest(text, {line, _}, {to, _}) when line > to, do: text
  defp rest([?\n | _] = text, {line, _}, {line, _}), do: text
  defp rest([?\n | text], {line, _}, place), do: rest(text, {line + 1, 1}, place)
  defp rest([_ | text], {line, column}, place), do: rest(text, {line, column + 1}, place)

  defp tell_comments(nil, _comments, _tokens, _text, _start), do: :ok

  defp tell_comments(fun, comments, tokens, text, start) do
    for {line, column, comment} <- comments do
      before = for token <- tokens, {at, from, _} = elem(token, 1), {at, from} < {line, column}, do: token
      after_it = :lists.nthtail(length(comment), rest(text, start, {line, column}))
      fun.(line, column, :lists.reverse(before), comment, after_it)
    end
  end

  # The lexer marks names where an encoder is given; here the encoder has its say, name by name.
  defp encode(tokens, nil), do: {:ok, tokens}
  defp encode(tokens, encoder), do: encode(tokens, encoder, [])

  defp encode([], _encoder, done), do: {:ok, :lists.reverse(done)}

  defp encode([{type, place, {:"$atom", meta, [name]}} | tokens], encoder, done) do
    case encoder.(name, meta) do
      {:ok, term} ->
        encode(tokens, encoder, [{type, place, term} | done])

      {:error, reason} ->
        {line, column, _} = place
        {:error, {line, column, String.to_charlist(reason) ++ ~c": ", String.to_charlist(name)}, done}
    end
  end

  defp encode([token | tokens], encoder, done) do
    case encode_parts(Tuple.to_list(token), encoder, []) do
      {:ok, elements} -> encode(tokens, encoder, [List.to_tuple(elements) | done])
      {:error, reason} -> {:error, reason, done}
    end
  end

  defp encode_parts([], _encoder, done), do: {:ok, :lists.reverse(done)}

  defp encode_parts([[_ | _] = parts | elements], encoder, done) do
    coded =
      Enum.reduce_while(parts, [], fn
        {from, to, tokens}, done ->
          case encode(tokens, encoder) do
            {:ok, tokens} -> {:cont, [{from, to, tokens} | done]}
            {:error, reason, _} -> {:halt, {:error, reason}}
          end

        part, done ->
          {:cont, [part | done]}
      end)

    case coded do
      {:error, reason} -> {:error, reason}
      parts -> encode_parts(elements, encoder, [:lists.reverse(parts) | done])
    end
  end

  defp encode_parts([element | elements], encoder, done), do: encode_parts(elements, encoder, [element | done])
end

defmodule :elixir do
  @moduledoc false
  # What programs ask of the compiler by this name.

  @spec string_to_tokens(charlist, pos_integer, pos_integer, binary, keyword) ::
          {:ok, [:elixir_tokenizer.token()]} | {:error, {keyword, binary | {binary, binary}, binary}}
  def string_to_tokens(text, line, column, file, opts) when is_integer(line) and line > 0 and is_binary(file) do
    case :elixir_tokenizer.tokenize(text, line, column, opts) do
      {:ok, _line, _column, [], tokens} ->
        {:ok, tokens}

      {:ok, _line, _column, warnings, tokens} ->
        for {{line, _}, message} <- :lists.reverse(warnings), opts[:warnings] != false do
          IO.warn(List.to_string(message), file: file, line: line)
        end

        {:ok, tokens}

      {:error, {line, column, message, token}, _rest, _warnings, _tokens} ->
        {:error, {[line: line, column: column], words(message), List.to_string(token)}}
    end
  end

  defp words({before, behind}), do: {List.to_string(before), List.to_string(behind)}
  defp words(message), do: List.to_string(message)

  @spec string_to_quoted!(charlist, pos_integer, pos_integer, binary, keyword) :: Macro.t()
  def string_to_quoted!(text, line, column, file, opts) do
    Code.string_to_quoted!(text, [line: line, column: column, file: file] ++ opts)
  end
end
