defmodule Base do
  @moduledoc """
  Encodings of bytes as text in 16, 32 or 64 characters, after RFC 4648.
  """

  import Bitwise

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

  # Digits by their value, and values by the digit: 255 stands for what is no digit.
  for {name, alphabet} <- [
        enc_std64: @std64,
        enc_url64: @url64,
        enc_upper32: @upper32,
        enc_lower32: @lower32,
        enc_upperhex32: @upperhex32,
        enc_lowerhex32: @lowerhex32
      ] do
    defp unquote(name)(), do: unquote(Macro.escape(List.to_tuple(alphabet)))
  end

  # Two digits at once.
  for {name, alphabet} <- [
        pairs_std64: @std64,
        pairs_url64: @url64,
        pairs_upper32: @upper32,
        pairs_lower32: @lower32,
        pairs_upperhex32: @upperhex32,
        pairs_lowerhex32: @lowerhex32
      ] do
    pairs = for high <- alphabet, low <- alphabet, do: high * 256 + low
    defp unquote(name)(), do: unquote(Macro.escape(List.to_tuple(pairs)))
  end

  for {name, alphabets} <- [
        dec_upper16: [@upper16],
        dec_lower16: [@lower16],
        dec_mixed16: [@upper16, @lower16],
        dec_std64: [@std64],
        dec_url64: [@url64],
        dec_upper32: [@upper32],
        dec_lower32: [@lower32],
        dec_mixed32: [@upper32, @lower32],
        dec_upperhex32: [@upperhex32],
        dec_lowerhex32: [@lowerhex32],
        dec_mixedhex32: [@upperhex32, @lowerhex32]
      ] do
    values = for alphabet <- alphabets, {char, value} <- Enum.with_index(alphabet), into: %{}, do: {char, value}
    table = 0..255 |> Enum.map(&Map.get(values, &1, 255)) |> List.to_tuple()
    defp unquote(name)(), do: unquote(Macro.escape(table))
  end

  # Whole groups of bytes are taken at once, as numbers; what is left over goes digit by digit.

  defp encode_fives(<<n::40, rest::binary>>, pairs, t, acc) do
    encode_fives(
      rest,
      pairs,
      t,
      <<acc::binary, elem(pairs, n >>> 30)::16, elem(pairs, n >>> 20 &&& 1023)::16, elem(pairs, n >>> 10 &&& 1023)::16, elem(pairs, n &&& 1023)::16>>
    )
  end

  defp encode_fives(rest, _pairs, t, acc), do: encode_rest(rest, 5, t, acc)

  defp encode_sixes(<<n::48, rest::binary>>, pairs, acc) do
    encode_sixes(
      rest,
      pairs,
      <<acc::binary, elem(pairs, n >>> 36)::16, elem(pairs, n >>> 24 &&& 4095)::16, elem(pairs, n >>> 12 &&& 4095)::16, elem(pairs, n &&& 4095)::16>>
    )
  end

  defp encode_sixes(<<a::12, b::12>>, pairs, acc), do: <<acc::binary, elem(pairs, a)::16, elem(pairs, b)::16>>
  defp encode_sixes(<<>>, _pairs, acc), do: acc

  defp encode_rest(<<>>, _size, _t, acc), do: acc

  defp encode_rest(bits, size, t, acc) do
    <<a::size(size), rest::bits>> = bits
    encode_rest(rest, size, t, <<acc::binary, elem(t, a)>>)
  end

  # Digits of the other case show when the bytes are written again.
  defp decode_hex(text, digits, t) do
    bytes =
      try do
        :binary.decode_hex(text)
      rescue
        ArgumentError -> bad_digit(text, t)
      end

    if digits != :mixed and :binary.encode_hex(bytes, digits) != text, do: bad_digit(text, t)
    bytes
  end

  defp decode_fives(<<a, b, c, d, e, f, g, h, rest::binary>> = text, t, acc) do
    {a, b, c, d, e, f, g, h} = {elem(t, a), elem(t, b), elem(t, c), elem(t, d), elem(t, e), elem(t, f), elem(t, g), elem(t, h)}
    if (a ||| b ||| c ||| d ||| e ||| f ||| g ||| h) > 31, do: bad_digit(text, t)

    n = (a <<< 35) + (b <<< 30) + (c <<< 25) + (d <<< 20) + (e <<< 15) + (f <<< 10) + (g <<< 5) + h
    decode_fives(rest, t, <<acc::binary, n::40>>)
  end

  defp decode_fives(rest, t, acc), do: decode_rest(rest, 5, t, acc)

  defp decode_sixes(<<a, b, c, d, e, f, g, h, rest::binary>> = text, t, acc) do
    {a, b, c, d, e, f, g, h} = {elem(t, a), elem(t, b), elem(t, c), elem(t, d), elem(t, e), elem(t, f), elem(t, g), elem(t, h)}
    if (a ||| b ||| c ||| d ||| e ||| f ||| g ||| h) > 63, do: bad_digit(text, t)

    n = (a <<< 42) + (b <<< 36) + (c <<< 30) + (d <<< 24) + (e <<< 18) + (f <<< 12) + (g <<< 6) + h
    decode_sixes(rest, t, <<acc::binary, n::48>>)
  end

  defp decode_sixes(<<a, b, c, d, rest::binary>> = text, t, acc) do
    {a, b, c, d} = {elem(t, a), elem(t, b), elem(t, c), elem(t, d)}
    if (a ||| b ||| c ||| d) > 63, do: bad_digit(text, t)
    decode_sixes(rest, t, <<acc::binary, (a <<< 18) + (b <<< 12) + (c <<< 6) + d::24>>)
  end

  defp decode_sixes(rest, t, acc), do: decode_rest(rest, 6, t, acc)

  defp decode_rest(<<a, rest::binary>> = text, size, t, acc) do
    value = elem(t, a)
    if value == 255, do: bad_digit(text, t)
    decode_rest(rest, size, t, <<acc::bits, value::size(size)>>)
  end

  defp decode_rest(<<>>, _size, _t, acc), do: acc

  defp bad_digit(<<char, rest::binary>>, t), do: if(elem(t, char) == 255, do: bad_digit(char), else: bad_digit(rest, t))

  defp bad_digit(char), do: raise(ArgumentError, "non-alphabet character found: #{inspect(<<char>>, binaries: :as_strings)} (byte #{char})")

  defp safely(fun) do
    {:ok, fun.()}
  rescue
    ArgumentError -> :error
  end

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
      :upper -> :binary.encode_hex(data, :uppercase)
      :lower -> :binary.encode_hex(data, :lowercase)
    end
  end

  @doc """
  Decodes hexadecimal: `{:ok, bytes}` or `:error`. Option `:case`: `:upper`, `:lower` or `:mixed`.

  ## Examples

      iex> Base.decode16("")
      {:ok, ""}
      iex> Base.decode16("12")
      {:ok, <<18>>}

  """
  @spec decode16(binary, case: decode_case) :: {:ok, binary} | :error
  def decode16(string, opts \\ []), do: safely(fn -> decode16!(string, opts) end)

  @doc """
  Decodes hexadecimal or raises `ArgumentError`.

  ## Examples

      iex> Base.decode16!("12", case: :mixed)
      <<18>>
      iex> Base.decode16!("ff", case: :mixed)
      <<255>>

  """
  @spec decode16!(binary, case: decode_case) :: binary
  def decode16!(string, opts \\ [])

  def decode16!(string, opts) when is_binary(string) and rem(byte_size(string), 2) == 0 do
    case Keyword.get(opts, :case, :upper) do
      :upper -> decode_hex(string, :uppercase, dec_upper16())
      :lower -> decode_hex(string, :lowercase, dec_lower16())
      :mixed -> decode_hex(string, :mixed, dec_mixed16())
    end
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
  def encode64(data, opts \\ []) when is_binary(data), do: encode64_with(data, Keyword.get(opts, :padding, true), pairs_std64(), enc_std64())

  @doc """
  Encodes bytes in the base 64 that URLs and file names may hold.

  ## Examples

      iex> Base.url_encode64("abc", padding: false)
      "YWJj"

  """
  @spec url_encode64(binary, padding: boolean) :: binary
  def url_encode64(data, opts \\ []) when is_binary(data), do: encode64_with(data, Keyword.get(opts, :padding, true), pairs_url64(), enc_url64())

  defp encode64_with(data, padding, pairs, t) do
    whole = div(byte_size(data), 3) * 3
    <<main::binary-size(whole), rest::binary>> = data
    body = encode_sixes(main, pairs, "")

    case rest do
      <<a::6, b::2>> -> body <> <<elem(t, a), elem(t, b * 16)>> <> if(padding, do: "==", else: "")
      <<a::6, b::6, c::4>> -> body <> <<elem(t, a), elem(t, b), elem(t, c * 4)>> <> if(padding, do: "=", else: "")
      <<>> -> body
    end
  end

  @doc """
  Decodes base 64: `{:ok, bytes}` or `:error`. Options `:ignore` (`:whitespace`) and `:padding`.

  ## Examples

      iex> Base.decode64("")
      {:ok, ""}
      iex> Base.decode64("abc")
      :error

  """
  @spec decode64(binary, ignore: :whitespace, padding: boolean) :: {:ok, binary} | :error
  def decode64(string, opts \\ []) when is_binary(string), do: safely(fn -> decode64!(string, opts) end)

  @doc """
  Decodes base 64 or raises `ArgumentError`.

  ## Examples

      iex> Base.decode64!("0x1F")
      <<211, 29, 69>>
      iex> Base.decode64!("")
      ""

  """
  @spec decode64!(binary, ignore: :whitespace, padding: boolean) :: binary
  def decode64!(string, opts \\ []) when is_binary(string), do: decode64_with(cleaned(string, opts), Keyword.get(opts, :padding, true), dec_std64())

  @doc "Decodes the base 64 of URLs: `{:ok, bytes}` or `:error`."
  @spec url_decode64(binary, ignore: :whitespace, padding: boolean) :: {:ok, binary} | :error
  def url_decode64(string, opts \\ []) when is_binary(string), do: safely(fn -> url_decode64!(string, opts) end)

  @doc """
  Decodes the base 64 of URLs or raises `ArgumentError`.

  ## Examples

      iex> Base.url_decode64!("0x1F")
      <<211, 29, 69>>
      iex> Base.url_decode64!("")
      ""

  """
  @spec url_decode64!(binary, ignore: :whitespace, padding: boolean) :: binary
  def url_decode64!(string, opts \\ []) when is_binary(string), do: decode64_with(cleaned(string, opts), Keyword.get(opts, :padding, true), dec_url64())

  defp cleaned(string, opts) do
    case Keyword.get(opts, :ignore) do
      :whitespace -> for <<char <- string>>, char not in ~c"\s\t\r\n", into: "", do: <<char>>
      nil -> string
    end
  end

  defp decode64_with(string, padding, table), do: decode_groups(string, &digits64(&1, padding), &decode_sixes(&1, table, ""))

  # The last group of up to eight characters says how many of them are digits; those before it are looked at first.
  defp decode_groups(string, digits, decode) do
    before = max(div(byte_size(string) - 1, 8), 0) * 8
    last = binary_part(string, before, byte_size(string) - before)

    case digits.(last) do
      :error ->
        decode.(binary_part(string, 0, before))
        raise ArgumentError, "incorrect padding"

      count ->
        whole_bytes(decode.(binary_part(string, 0, before + count)))
    end
  end

  defp digits64(last, padding) do
    case byte_size(last) do
      size when size in [4, 8] -> size - min(signs(last), 2)
      0 -> 0
      size when not padding and size in [2, 3, 6, 7] -> size
      _ -> :error
    end
  end

  defp digits32(last, padding) do
    case byte_size(last) do
      8 -> 8 - Enum.find([6, 4, 3, 1, 0], &(&1 <= signs(last)))
      0 -> 0
      size when not padding and size in [2, 4, 5, 7] -> size
      _ -> :error
    end
  end

  # How many equals signs a text ends with.
  defp signs(text), do: byte_size(text) - byte_size(String.trim_trailing(text, "="))

  defp whole_bytes(bits) do
    size = div(bit_size(bits), 8)
    <<bytes::binary-size(size), _::bits>> = bits
    bytes
  end

  ## 32

  @doc """
  Encodes bytes in base 32. Options `:case` and `:padding`.

  ## Examples

      iex> Base.encode32("abc")
      "MFRGG==="
      iex> Base.encode32("-0")
      "FUYA===="

  """
  @spec encode32(binary, case: encode_case, padding: boolean) :: binary
  def encode32(data, opts \\ []) when is_binary(data) do
    case Keyword.get(opts, :case, :upper) do
      :upper -> encode32_with(data, Keyword.get(opts, :padding, true), pairs_upper32(), enc_upper32())
      :lower -> encode32_with(data, Keyword.get(opts, :padding, true), pairs_lower32(), enc_lower32())
    end
  end

  @doc """
  Encodes bytes in the base 32 that keeps their order.

  ## Examples

      iex> Base.hex_encode32("abc")
      "C5H66==="
      iex> Base.hex_encode32("ff")
      "CPJ0===="

  """
  @spec hex_encode32(binary, case: encode_case, padding: boolean) :: binary
  def hex_encode32(data, opts \\ []) when is_binary(data) do
    case Keyword.get(opts, :case, :upper) do
      :upper -> encode32_with(data, Keyword.get(opts, :padding, true), pairs_upperhex32(), enc_upperhex32())
      :lower -> encode32_with(data, Keyword.get(opts, :padding, true), pairs_lowerhex32(), enc_lowerhex32())
    end
  end

  defp encode32_with(data, padding, pairs, table) do
    missing = rem(5 - rem(bit_size(data), 5), 5)
    text = encode_fives(<<data::bits, 0::size(missing)>>, pairs, table, "")
    if padding, do: text <> :binary.copy("=", rem(8 - rem(byte_size(text), 8), 8)), else: text
  end

  @doc """
  Decodes base 32: `{:ok, bytes}` or `:error`. Options `:case` and `:padding`.

  ## Examples

      iex> Base.decode32("")
      {:ok, ""}
      iex> Base.decode32("abc")
      :error

  """
  @spec decode32(binary, case: decode_case, padding: boolean) :: {:ok, binary} | :error
  def decode32(string, opts \\ []), do: safely(fn -> decode32!(string, opts) end)

  @doc """
  Decodes base 32 or raises `ArgumentError`.

  ## Examples

      iex> Base.decode32!("")
      ""

  """
  @spec decode32!(binary, case: decode_case, padding: boolean) :: binary
  def decode32!(string, opts \\ []) when is_binary(string), do: decode32_with(string, opts, false)

  @doc "Decodes the base 32 that keeps order: `{:ok, bytes}` or `:error`."
  @spec hex_decode32(binary, case: decode_case, padding: boolean) :: {:ok, binary} | :error
  def hex_decode32(string, opts \\ []), do: safely(fn -> hex_decode32!(string, opts) end)

  @doc """
  Decodes the base 32 that keeps order or raises `ArgumentError`.

  ## Examples

      iex> Base.hex_decode32!("")
      ""

  """
  @spec hex_decode32!(binary, case: decode_case, padding: boolean) :: binary
  def hex_decode32!(string, opts \\ []) when is_binary(string), do: decode32_with(string, opts, true)

  defp decode32_with(string, opts, hex) do
    table =
      case {Keyword.get(opts, :case, :upper), hex} do
        {:upper, false} -> dec_upper32()
        {:lower, false} -> dec_lower32()
        {:mixed, false} -> dec_mixed32()
        {:upper, true} -> dec_upperhex32()
        {:lower, true} -> dec_lowerhex32()
        {:mixed, true} -> dec_mixedhex32()
      end

    padding = Keyword.get(opts, :padding, true)
    decode_groups(string, &digits32(&1, padding), &decode_fives(&1, table, ""))
  end

  @doc "Tells whether a text is base 16, with the options of `decode16/2`."
  @spec valid16?(binary, keyword) :: boolean
  def valid16?(string, opts \\ []) when is_binary(string), do: decode16(string, opts) != :error

  @doc "Tells whether a text is base 32, with the options of `decode32/2`."
  @spec valid32?(binary, keyword) :: boolean
  def valid32?(string, opts \\ []) when is_binary(string), do: decode32(string, opts) != :error

  @doc "Tells whether a text is base 32 with the extended hexadecimal alphabet, with the options of `hex_decode32/2`."
  @spec hex_valid32?(binary, keyword) :: boolean
  def hex_valid32?(string, opts \\ []) when is_binary(string), do: hex_decode32(string, opts) != :error

  @doc "Tells whether a text is base 64, with the options of `decode64/2`."
  @spec valid64?(binary, keyword) :: boolean
  def valid64?(string, opts \\ []) when is_binary(string), do: decode64(string, opts) != :error

  @doc "Tells whether a text is the base 64 of URLs, with the options of `url_decode64/2`."
  @spec url_valid64?(binary, keyword) :: boolean
  def url_valid64?(string, opts \\ []) when is_binary(string), do: url_decode64(string, opts) != :error
end
