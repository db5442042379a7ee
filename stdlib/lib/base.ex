defmodule Base do
  @moduledoc """
  Encodings of bytes as text in 16, 32 or 64 characters, after RFC 4648.
  """

  @type encode_case :: :upper | :lower
  @type decode_case :: :upper | :lower | :mixed

  @upper16 ~c"0123456789ABCDEF"
  @lower16 ~c"0123456789abcdef"
  @std64 ~c"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
  @url64 ~c"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
  @upper32 ~c"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
  @lower32 ~c"abcdefghijklmnopqrstuvwxyz234567"
  @upperhex32 ~c"0123456789ABCDEFGHIJKLMNOPQRSTUV"
  @lowerhex32 ~c"0123456789abcdefghijklmnopqrstuv"

  for {name, alphabet} <- [
        enc_upper16: @upper16,
        enc_lower16: @lower16,
        enc_std64: @std64,
        enc_url64: @url64,
        enc_upper32: @upper32,
        enc_lower32: @lower32,
        enc_upperhex32: @upperhex32,
        enc_lowerhex32: @lowerhex32
      ] do
    table = List.to_tuple(alphabet)
    defp unquote(name)(index), do: :erlang.element(index + 1, unquote(Macro.escape(table)))
  end

  defp value16(char) when char in ?0..?9, do: char - ?0
  defp value16(char) when char in ?A..?F, do: char - ?A + 10
  defp value16(char) when char in ?a..?f, do: char - ?a + 10
  defp value16(char), do: bad_digit(char)

  defp value64(char, _url) when char in ?A..?Z, do: char - ?A
  defp value64(char, _url) when char in ?a..?z, do: char - ?a + 26
  defp value64(char, _url) when char in ?0..?9, do: char - ?0 + 52
  defp value64(?+, false), do: 62
  defp value64(?/, false), do: 63
  defp value64(?-, true), do: 62
  defp value64(?_, true), do: 63
  defp value64(char, _url), do: bad_digit(char)

  defp value32(char, false) when char in ?A..?Z, do: char - ?A
  defp value32(char, false) when char in ?2..?7, do: char - ?2 + 26
  defp value32(char, true) when char in ?0..?9, do: char - ?0
  defp value32(char, true) when char in ?A..?V, do: char - ?A + 10
  defp value32(char, _hex), do: bad_digit(char)

  defp bad_digit(char), do: raise(ArgumentError, "non-alphabet character found: #{inspect(<<char>>, binaries: :as_strings)} (byte #{char})")

  defp safely(fun) do
    {:ok, fun.()}
  rescue
    ArgumentError -> :error
  end

  # Turns letters into the case that decoding expects; the other case is an error unless mixed.
  defp to_upper(char, :upper) when char in ?a..?z, do: bad_digit(char)
  defp to_upper(char, :lower) when char in ?A..?Z, do: bad_digit(char)
  defp to_upper(char, _case) when char in ?a..?z, do: char - 32
  defp to_upper(char, _case), do: char

  ## 16

  @doc """
  Encodes bytes in hexadecimal. Option `:case`: `:upper` or `:lower`.

  ## Examples

      iex> Base.encode16("foobar")
      "666F6F626172"

  """
  @spec encode16(binary, case: encode_case) :: binary
  def encode16(data, opts \\ []) when is_binary(data) do
    case Keyword.get(opts, :case, :upper) do
      :upper -> for <<nibble::4 <- data>>, into: "", do: <<enc_upper16(nibble)>>
      :lower -> for <<nibble::4 <- data>>, into: "", do: <<enc_lower16(nibble)>>
    end
  end

  @doc "Decodes hexadecimal: `{:ok, bytes}` or `:error`. Option `:case`: `:upper`, `:lower` or `:mixed`."
  @spec decode16(binary, case: decode_case) :: {:ok, binary} | :error
  def decode16(string, opts \\ []), do: safely(fn -> decode16!(string, opts) end)

  @doc "Decodes hexadecimal or raises `ArgumentError`."
  @spec decode16!(binary, case: decode_case) :: binary
  def decode16!(string, opts \\ [])

  def decode16!(string, opts) when is_binary(string) and rem(byte_size(string), 2) == 0 do
    mode = Keyword.get(opts, :case, :upper)
    for <<char <- string>>, into: "", do: <<value16(to_upper(char, mode))::4>>
  end

  def decode16!(string, _opts) when is_binary(string), do: raise(ArgumentError, "string given to decode has wrong length. An even number of bytes was expected, got: #{byte_size(string)}. Double check your string for unwanted characters or pad it accordingly")

  ## 64

  @doc """
  Encodes bytes in base 64. Option `:padding`, true by default.

  ## Examples

      iex> Base.encode64("foobar")
      "Zm9vYmFy"

  """
  @spec encode64(binary, padding: boolean) :: binary
  def encode64(data, opts \\ []) when is_binary(data), do: encode_sixes(data, Keyword.get(opts, :padding, true), &enc_std64/1)

  @doc "Encodes bytes in the base 64 that URLs and file names may hold."
  @spec url_encode64(binary, padding: boolean) :: binary
  def url_encode64(data, opts \\ []) when is_binary(data), do: encode_sixes(data, Keyword.get(opts, :padding, true), &enc_url64/1)

  defp encode_sixes(data, padding, enc) do
    whole = div(byte_size(data), 3) * 3
    <<main::binary-size(whole), rest::binary>> = data
    body = for <<six::6 <- main>>, into: "", do: <<enc.(six)>>

    case rest do
      <<a::6, b::2>> -> body <> <<enc.(a), enc.(b * 16)>> <> if(padding, do: "==", else: "")
      <<a::6, b::6, c::4>> -> body <> <<enc.(a), enc.(b), enc.(c * 4)>> <> if(padding, do: "=", else: "")
      <<>> -> body
    end
  end

  @doc "Decodes base 64: `{:ok, bytes}` or `:error`. Options `:ignore` (`:whitespace`) and `:padding`."
  @spec decode64(binary, ignore: :whitespace, padding: boolean) :: {:ok, binary} | :error
  def decode64(string, opts \\ []) when is_binary(string), do: safely(fn -> decode64!(string, opts) end)

  @doc "Decodes base 64 or raises `ArgumentError`."
  @spec decode64!(binary, ignore: :whitespace, padding: boolean) :: binary
  def decode64!(string, opts \\ []) when is_binary(string), do: decode_sixes(cleaned(string, opts), Keyword.get(opts, :padding, true), false)

  @doc "Decodes the base 64 of URLs: `{:ok, bytes}` or `:error`."
  @spec url_decode64(binary, ignore: :whitespace, padding: boolean) :: {:ok, binary} | :error
  def url_decode64(string, opts \\ []) when is_binary(string), do: safely(fn -> url_decode64!(string, opts) end)

  @doc "Decodes the base 64 of URLs or raises `ArgumentError`."
  @spec url_decode64!(binary, ignore: :whitespace, padding: boolean) :: binary
  def url_decode64!(string, opts \\ []) when is_binary(string), do: decode_sixes(cleaned(string, opts), Keyword.get(opts, :padding, true), true)

  defp cleaned(string, opts) do
    case Keyword.get(opts, :ignore) do
      :whitespace -> for <<char <- string>>, char not in ~c"\s\t\r\n", into: "", do: <<char>>
      nil -> string
    end
  end

  defp decode_sixes(string, padding, url) do
    if padding and rem(byte_size(string), 4) != 0, do: raise(ArgumentError, "incorrect padding")
    text = unpadded(string)
    bits = for <<char <- text>>, into: <<>>, do: <<value64(char, url)::6>>

    case rem(byte_size(text), 4) do
      1 -> raise ArgumentError, "incorrect padding"
      _ -> whole_bytes(bits)
    end
  end

  defp unpadded(string) do
    size = byte_size(string)

    cond do
      size >= 2 and binary_part(string, size - 2, 2) == "==" -> binary_part(string, 0, size - 2)
      size >= 1 and binary_part(string, size - 1, 1) == "=" -> binary_part(string, 0, size - 1)
      true -> string
    end
  end

  defp whole_bytes(bits) do
    size = div(bit_size(bits), 8)
    <<bytes::binary-size(size), _::bits>> = bits
    bytes
  end

  ## 32

  @doc "Encodes bytes in base 32. Options `:case` and `:padding`."
  @spec encode32(binary, case: encode_case, padding: boolean) :: binary
  def encode32(data, opts \\ []) when is_binary(data) do
    encode_fives(data, Keyword.get(opts, :padding, true), if(Keyword.get(opts, :case, :upper) == :lower, do: &enc_lower32/1, else: &enc_upper32/1))
  end

  @doc "Encodes bytes in the base 32 that keeps their order."
  @spec hex_encode32(binary, case: encode_case, padding: boolean) :: binary
  def hex_encode32(data, opts \\ []) when is_binary(data) do
    encode_fives(data, Keyword.get(opts, :padding, true), if(Keyword.get(opts, :case, :upper) == :lower, do: &enc_lowerhex32/1, else: &enc_upperhex32/1))
  end

  defp encode_fives(data, padding, enc) do
    missing = rem(5 - rem(bit_size(data), 5), 5)
    text = for <<five::5 <- <<data::bits, 0::size(missing)>> >>, into: "", do: <<enc.(five)>>
    if padding, do: text <> :binary.copy("=", rem(8 - rem(byte_size(text), 8), 8)), else: text
  end

  @doc "Decodes base 32: `{:ok, bytes}` or `:error`. Options `:case` and `:padding`."
  @spec decode32(binary, case: decode_case, padding: boolean) :: {:ok, binary} | :error
  def decode32(string, opts \\ []), do: safely(fn -> decode32!(string, opts) end)

  @doc "Decodes base 32 or raises `ArgumentError`."
  @spec decode32!(binary, case: decode_case, padding: boolean) :: binary
  def decode32!(string, opts \\ []) when is_binary(string), do: decode_fives(string, opts, false)

  @doc "Decodes the base 32 that keeps order: `{:ok, bytes}` or `:error`."
  @spec hex_decode32(binary, case: decode_case, padding: boolean) :: {:ok, binary} | :error
  def hex_decode32(string, opts \\ []), do: safely(fn -> hex_decode32!(string, opts) end)

  @doc "Decodes the base 32 that keeps order or raises `ArgumentError`."
  @spec hex_decode32!(binary, case: decode_case, padding: boolean) :: binary
  def hex_decode32!(string, opts \\ []) when is_binary(string), do: decode_fives(string, opts, true)

  defp decode_fives(string, opts, hex) do
    if Keyword.get(opts, :padding, true) and rem(byte_size(string), 8) != 0, do: raise(ArgumentError, "incorrect padding")
    mode = Keyword.get(opts, :case, :upper)
    text = String.trim_trailing(string, "=")
    if rem(byte_size(text), 8) in [1, 3, 6], do: raise(ArgumentError, "incorrect padding")
    whole_bytes(for <<char <- text>>, into: <<>>, do: <<value32(to_upper(char, mode), hex)::5>>)
  end
end
