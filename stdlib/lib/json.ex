defmodule JSON.DecodeError do
  @moduledoc "Raised by `JSON.decode!/1` for text that is no JSON: `:offset` is the byte at which it stops being so, `:data` the text."
  @moduledoc since: "1.18.0"
  defexception [:message, :offset, :data]

  @impl true
  def message(%{message: message}), do: message
end

defmodule JSON do
  @moduledoc """
  Writes and reads JSON, after RFC 8259.

  | Elixir | JSON |
  |---|---|
  | `nil`, `true`, `false` | `null`, `true`, `false` |
  | integers and floats | numbers |
  | other atoms, and binaries in UTF-8 | strings |
  | lists | arrays |
  | maps | objects; keys through `String.Chars` |

  Reading gives binaries for strings and for the keys of objects. Structs are written through the protocol `JSON.Encoder`, which can be derived;
  dates and times are strings.
  """

  @moduledoc since: "1.18.0"

  @type encoder :: (term, encoder -> iodata)
  @type decode_error_reason ::
          {:unexpected_end, non_neg_integer}
          | {:invalid_byte, non_neg_integer, byte}
          | {:unexpected_sequence, non_neg_integer, binary}

  ## Reading

  @doc ~S"""
  Reads JSON: `{:ok, term}`, or `{:error, reason}` where the reason tells what is wrong and at which byte.

      iex> JSON.decode("[null,123,\"string\",{\"key\":\"value\"}]")
      {:ok, [nil, 123, "string", %{"key" => "value"}]}
      iex> JSON.decode("[1,")
      {:error, {:unexpected_end, 3}}

  """
  @spec decode(binary) :: {:ok, term} | {:error, decode_error_reason}
  def decode(binary) when is_binary(binary) do
    case decode(binary, [], []) do
      {term, _acc, <<>>} -> {:ok, term}
      {_term, _acc, <<byte, _::binary>> = rest} -> {:error, {:invalid_byte, byte_size(binary) - byte_size(rest), byte}}
      {:error, reason} -> {:error, reason}
    end
  end

  @doc """
  Reads one JSON value with functions of your own for what is found; returns the value, the accumulator and what follows it.

  The functions, all optional: `:array_start`, `:array_push`, `:array_finish`, `:object_start`, `:object_push`, `:object_finish`, `:float`,
  `:integer`, `:string`, and a value for `:null`.
  """
  @spec decode(binary, term, keyword) :: {term, term, binary} | {:error, decode_error_reason}
  def decode(binary, acc, decoders) when is_binary(binary) and is_list(decoders), do: JSON.Decoder.decode(binary, acc, decoders)

  @doc """
  Reads JSON, or raises `JSON.DecodeError`.

      iex> JSON.decode!("[1, 2.5e3]")
      [1, 2500.0]

  """
  @spec decode!(binary) :: term
  def decode!(binary) when is_binary(binary) do
    case decode(binary) do
      {:ok, term} ->
        term

      {:error, reason} ->
        raise JSON.DecodeError, message: message(reason), offset: elem(reason, 1), data: binary
    end
  end

  defp message({:unexpected_end, offset}), do: "unexpected end of JSON binary at position (byte offset) #{offset}"
  defp message({:invalid_byte, offset, byte}), do: "invalid byte #{byte} at position (byte offset) #{offset}"

  defp message({:unexpected_sequence, offset, bytes}),
    do: "unexpected sequence #{inspect(bytes, base: :hex)} at position (byte offset) #{offset}"

  ## Writing

  @doc ~S"""
  Writes a term as JSON.

  The encoder is a function that gets a term and itself; it writes the term, or hands it to `protocol_encode/2`.

      iex> JSON.encode!([123, "string", %{key: "value"}, nil])
      "[123,\"string\",{\"key\":\"value\"},null]"

  """
  @spec encode!(term, encoder) :: binary
  def encode!(term, encoder \\ &protocol_encode/2), do: IO.iodata_to_binary(encoder.(term, encoder))

  @doc """
  Writes a term as JSON in iodata, which files and sockets take as it is.
  """
  @spec encode_to_iodata!(term, encoder) :: iodata
  def encode_to_iodata!(term, encoder \\ &protocol_encode/2), do: encoder.(term, encoder)

  @doc """
  Writes a term with what is built in, and structs through `JSON.Encoder`: the encoder that is used unless one is given.
  """
  @spec protocol_encode(term, encoder) :: iodata
  def protocol_encode(value, encoder) when is_atom(value) do
    case value do
      nil -> "null"
      true -> "true"
      false -> "false"
      _ -> encoder.(Atom.to_string(value), encoder)
    end
  end

  def protocol_encode(value, _encoder) when is_binary(value), do: encode_string(value)
  def protocol_encode(value, _encoder) when is_integer(value), do: Integer.to_string(value)
  def protocol_encode(value, _encoder) when is_float(value), do: Float.to_string(value)
  def protocol_encode(value, encoder) when is_list(value), do: encode_list(value, encoder)
  def protocol_encode(%{} = value, encoder) when not is_map_key(value, :__struct__), do: encode_pairs(Map.to_list(value), encoder)
  def protocol_encode(value, encoder), do: JSON.Encoder.encode(value, encoder)

  defp encode_list([], _encoder), do: "[]"
  defp encode_list([first | rest], encoder), do: [?[, encoder.(first, encoder) | encode_rest(rest, encoder)]

  defp encode_rest([], _encoder), do: ~c"]"
  defp encode_rest([item | rest], encoder), do: [?,, encoder.(item, encoder) | encode_rest(rest, encoder)]

  @doc false
  def encode_pairs([], _encoder), do: "{}"

  def encode_pairs(pairs, encoder) do
    entries = Enum.map(pairs, fn {key, value} -> [encode_key(key), ?:, encoder.(value, encoder)] end)
    [?{, Enum.intersperse(entries, ?,), ?}]
  end

  defp encode_key(key) when is_binary(key), do: encode_string(key)
  defp encode_key(key) when is_atom(key), do: encode_string(Atom.to_string(key))
  defp encode_key(key), do: key |> String.Chars.to_string() |> encode_string()

  # Runs of plain text are taken over as a whole.
  defp encode_string(text), do: [?", escape(text, text, 0, 0, []), ?"]

  defp escape(<<byte, rest::binary>>, all, start, size, acc) when byte in 32..126 and byte != ?" and byte != ?\\,
    do: escape(rest, all, start, size + 1, acc)

  defp escape(<<byte, rest::binary>>, all, start, size, acc) when byte < 32 or byte == ?" or byte == ?\\,
    do: escape(rest, all, start + size + 1, 0, [acc, binary_part(all, start, size), escaped(byte)])

  defp escape(<<char::utf8, rest::binary>>, all, start, size, acc), do: escape(rest, all, start, size + byte_size(<<char::utf8>>), acc)
  defp escape(<<>>, all, start, size, acc), do: [acc, binary_part(all, start, size)]

  defp escape(<<byte, _::binary>>, all, start, size, _acc),
    do: raise(ArgumentError, "invalid byte #{inspect(byte, base: :hex)} at position #{start + size} of #{inspect(all)}: only text in UTF-8 can be written as JSON")

  defp escaped(?"), do: "\\\""
  defp escaped(?\\), do: "\\\\"
  defp escaped(?\b), do: "\\b"
  defp escaped(?\f), do: "\\f"
  defp escaped(?\n), do: "\\n"
  defp escaped(?\r), do: "\\r"
  defp escaped(?\t), do: "\\t"
  defp escaped(byte), do: ["\\u", byte |> Integer.to_string(16) |> String.pad_leading(4, "0")]
end
