defmodule :base64 do
  @moduledoc """
  Erlang's `:base64`: bytes as text of 64 characters.

  Decoding passes over white space; `mime_decode/1` over everything that is none of the characters.

  ## Examples

      iex> :base64.encode("hello")
      "aGVsbG8="
      iex> :base64.decode("aGVs bG8=")
      "hello"
  """

  @doc "Encodes bytes."
  @spec encode(binary | [byte]) :: binary
  def encode(data) when is_list(data), do: encode(:erlang.list_to_binary(data))
  def encode(data) when is_binary(data), do: Base.encode64(data)

  @doc "Encodes bytes, as a list of characters."
  @spec encode_to_string(binary | [byte]) :: charlist
  def encode_to_string(data), do: :erlang.binary_to_list(encode(data))

  @doc "Decodes; raises for other characters than white space and for text that is cut off."
  @spec decode(binary | charlist) :: binary
  def decode(text) when is_list(text), do: decode(:erlang.list_to_binary(text))
  def decode(text) when is_binary(text), do: decode_binary(text, 0, 0, "")

  @doc "Decodes to a list of bytes."
  @spec decode_to_string(binary | charlist) :: [byte]
  def decode_to_string(text), do: :erlang.binary_to_list(decode(text))

  @doc "Decodes, passing over what is no character of the encoding."
  @spec mime_decode(binary | charlist) :: binary
  def mime_decode(text) when is_list(text), do: mime_decode(:erlang.list_to_binary(text))

  def mime_decode(text) when is_binary(text),
    do: decode_binary(for(<<byte <- text>>, value(byte) != :bad, into: "", do: <<byte>>), 0, 0, "")

  @doc "Decodes to a list of bytes, passing over what is no character of the encoding."
  @spec mime_decode_to_string(binary | charlist) :: [byte]
  def mime_decode_to_string(text), do: :erlang.binary_to_list(mime_decode(text))

  # `held` are the bits of `count` characters that make no three bytes yet.
  defp decode_binary(<<byte, rest::binary>>, count, held, done) do
    case value(byte) do
      :space ->
        decode_binary(rest, count, held, done)

      :pad ->
        padding(rest, count, held, done)

      value when is_integer(value) and count == 3 ->
        decode_binary(rest, 0, 0, <<done::binary, held * 64 + value::24>>)

      value when is_integer(value) ->
        decode_binary(rest, count + 1, held * 64 + value, done)

      :bad ->
        :erlang.error(:badarg)
    end
  end

  defp decode_binary("", 0, 0, done), do: done

  defp padding(rest, 2, held, done), do: with("=" <> rest <- skip(rest), do: ending(rest, <<done::binary, :erlang.bsr(held, 4)>>), else: (_ -> :erlang.error(:badarg)))
  defp padding(rest, 3, held, done), do: ending(rest, <<done::binary, :erlang.bsr(held, 2)::16>>)
  defp padding(_rest, _count, _held, _done), do: :erlang.error(:badarg)

  defp ending(rest, done) do
    case skip(rest) do
      "" -> done
      _more -> :erlang.error(:badarg)
    end
  end

  defp skip(<<byte, rest::binary>>) when byte in [?\s, ?\t, ?\n, ?\r], do: skip(rest)
  defp skip(rest), do: rest

  defp value(byte) when byte in ?A..?Z, do: byte - ?A
  defp value(byte) when byte in ?a..?z, do: byte - ?a + 26
  defp value(byte) when byte in ?0..?9, do: byte - ?0 + 52
  defp value(?+), do: 62
  defp value(?/), do: 63
  defp value(?=), do: :pad
  defp value(byte) when byte in [?\s, ?\t, ?\n, ?\r], do: :space
  defp value(_byte), do: :bad
end
