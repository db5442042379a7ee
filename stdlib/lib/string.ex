defmodule String do
  @moduledoc """
  Functions for strings: binaries of UTF-8.

  Positions and lengths count graphemes, what a reader takes for one character; finding them walks the text, so that
  most functions take linear time. Functions of `:binary` and pattern matching work on bytes, in constant time.
  """

  import Kernel, except: [length: 1, match?: 2]

  @type t :: binary
  @type codepoint :: t
  @type grapheme :: t
  @type pattern :: t | [nonempty_binary :: <<_::8, _::_*8>>] | (compiled_search_pattern :: :binary.cp())

  ## Asking

  @doc """
  Tells whether all characters are printable; with a limit, only that many are looked at.

  ## Examples

      iex> String.printable?("abc")
      true

  """
  @spec printable?(t, 0) :: true
  @spec printable?(t, pos_integer | :infinity) :: boolean
  def printable?(string, character_limit \\ :infinity)
      when is_binary(string) and (character_limit == :infinity or (is_integer(character_limit) and character_limit >= 0)),
      do: all_printable?(string, character_limit)

  defp all_printable?(_string, 0), do: true
  defp all_printable?(<<char, rest::bits>>, limit) when char in 0x20..0x7E, do: all_printable?(rest, less(limit))
  defp all_printable?(<<char::utf8, rest::bits>>, limit), do: if(printable_char?(char), do: all_printable?(rest, less(limit)), else: false)
  defp all_printable?(<<>>, _limit), do: true
  defp all_printable?(_, _limit), do: false

  defp less(:infinity), do: :infinity
  defp less(limit), do: limit - 1

  defp printable_char?(char) when char in [?\n, ?\r, ?\t, ?\v, ?\b, ?\f, ?\e, ?\d, ?\a], do: true
  defp printable_char?(char), do: char in 0xA0..0xD7FF or char in 0xE000..0xFFFD or char in 0x10000..0x10FFFF

  @doc """
  Tells whether the text is valid UTF-8.

  ## Examples

      iex> String.valid?("abc")
      true
      iex> String.valid?(:atom)
      false

  """
  @spec valid?(t) :: boolean
  def valid?(string)
  def valid?(<<a, b, c, d, rest::bits>>) when a < 128 and b < 128 and c < 128 and d < 128, do: valid?(rest)
  def valid?(<<byte, rest::bits>>) when byte < 128, do: valid?(rest)
  def valid?(<<>>), do: true
  # Beyond ASCII the check that is made for conversions is the faster one.
  def valid?(string) when is_binary(string), do: is_binary(:unicode.characters_to_binary(string))
  def valid?(_other), do: false

  @doc false
  @deprecated "Use String.valid?/1 instead"
  def valid_character?(string), do: is_binary(string) and Kernel.length(codepoints(string)) == 1 and valid?(string)

  @doc """
  Tells whether the text starts with one of the prefixes.

  ## Examples

      iex> String.starts_with?("abc", "")
      true
      iex> String.starts_with?("Hello World", "a")
      false

  """
  @spec starts_with?(t, t | [t]) :: boolean
  def starts_with?(string, prefix) when is_binary(string) and is_binary(prefix), do: prefix?(string, prefix)
  def starts_with?(string, prefix) when is_binary(string) and is_list(prefix), do: any_prefix?(prefix, string)

  def starts_with?(string, prefix) when is_binary(string) do
    IO.warn("compiled patterns are deprecated in starts_with?")
    Kernel.match?({0, _}, :binary.match(string, prefix))
  end

  defp any_prefix?([prefix | prefixes], string), do: prefix?(string, prefix) or any_prefix?(prefixes, string)
  defp any_prefix?([], _string), do: false

  defp prefix?(string, prefix) when is_binary(prefix) do
    size = byte_size(prefix)
    size <= byte_size(string) and binary_part(string, 0, size) == prefix
  end

  @doc """
  Tells whether the text ends with one of the suffixes.

  ## Examples

      iex> String.ends_with?("abc", "")
      true
      iex> String.ends_with?("Hello World", "c")
      false

  """
  @spec ends_with?(t, t | [t]) :: boolean
  def ends_with?(string, suffix) when is_binary(string) and is_binary(suffix), do: suffix?(string, suffix)
  def ends_with?(string, suffix) when is_binary(string) and is_list(suffix), do: any_suffix?(suffix, string)

  defp any_suffix?([suffix | suffixes], string), do: suffix?(string, suffix) or any_suffix?(suffixes, string)
  defp any_suffix?([], _string), do: false

  defp suffix?(string, suffix) when is_binary(suffix) do
    skip = byte_size(string) - byte_size(suffix)
    skip >= 0 and binary_part(string, skip, byte_size(suffix)) == suffix
  end

  @doc """
  Tells whether the regular expression matches.

  ## Examples

      iex> String.match?("abc", ~r/a/)
      true
      iex> String.match?("Hello World", ~r/a/)
      false

  """
  @spec match?(t, Regex.t()) :: boolean
  def match?(string, regex) when is_binary(string), do: Regex.match?(regex, string)

  @doc """
  Tells whether the text contains one of the patterns.

  ## Examples

      iex> String.contains?("abc", "a")
      true
      iex> String.contains?("Hello World", "a")
      false

  """
  @spec contains?(t, [t] | pattern) :: boolean
  def contains?(string, contents) when is_binary(string) and is_list(contents) do
    contents != [] and ("" in contents or :binary.match(string, contents) != :nomatch)
  end

  def contains?(string, contents) when is_binary(string), do: contents == "" or :binary.match(string, contents) != :nomatch

  @doc """
  Tells whether two texts are the same after normalization.

  ## Examples

      iex> String.equivalent?("abc", "a")
      false
      iex> String.equivalent?("a", "a")
      true

  """
  @spec equivalent?(t, t) :: boolean
  def equivalent?(string1, string2) when is_binary(string1) and is_binary(string2), do: normalize(string1, :nfd) == normalize(string2, :nfd)

  ## Splitting

  @doc """
  Splits at white space, dropping empty parts.

  ## Examples

      iex> String.split("  foo   bar ")
      ["foo", "bar"]

  """
  @spec split(t) :: [t]
  def split(binary) when is_binary(binary), do: :beamlet_unicode.words(binary)
  def split(other), do: :binary.split(other, " ", [:global])

  @doc """
  Splits at a pattern: a text, a list of texts, a compiled pattern or a regular expression.

  Options: `:parts`, the most parts to make, and `:trim`, whether to drop empty ones.

  ## Examples

      iex> String.split("a,b,c", ",")
      ["a", "b", "c"]
      iex> String.split("a,b,c", ",", parts: 2)
      ["a", "b,c"]
      iex> String.split("abc", "")
      ["", "a", "b", "c", ""]

  """
  @spec split(t, pattern | Regex.t(), keyword) :: [t]
  def split(string, pattern, options \\ [])
  def split(string, %{__struct__: Regex} = pattern, options) when is_binary(string) and is_list(options), do: Regex.split(pattern, string, options)

  def split(string, "", options) when is_binary(string) and is_list(options) do
    parts = Keyword.get(options, :parts, :infinity)
    trim = Keyword.get(options, :trim, false)
    pieces = if trim and parts == :infinity, do: graphemes(string), else: letters(string, parts, trim)
    if trim, do: Enum.reject(pieces, &(&1 == "")), else: pieces
  end

  def split(string, [], options) when is_binary(string) and is_list(options) do
    if string == "" and Keyword.get(options, :trim, false), do: [], else: [string]
  end

  def split(string, pattern, []) when is_binary(string), do: :binary.split(string, pattern, [:global])

  def split(string, pattern, options) when is_binary(string) and is_list(options) do
    parts = Keyword.get(options, :parts, :infinity)
    trim = Keyword.get(options, :trim, false)

    case {parts, trim} do
      {:infinity, false} -> :binary.split(string, pattern, [:global])
      {:infinity, true} -> :binary.split(string, pattern, [:global, :trim_all])
      {2, false} -> :binary.split(string, pattern)
      _ -> parts(string, pattern, parts, trim)
    end
  end

  defp letters(string, 1, _trim), do: [string]
  defp letters(string, parts, true), do: letters_rest(string, parts, true)
  defp letters(string, parts, false), do: ["" | letters_rest(string, less(parts), false)]

  defp letters_rest(string, 1, _trim), do: [string]

  defp letters_rest(string, parts, trim) do
    case next_grapheme(string) do
      {grapheme, rest} -> [grapheme | letters_rest(rest, less(parts), trim)]
      nil -> [""]
    end
  end

  defp parts("", _pattern, _parts, true), do: []
  defp parts(string, _pattern, 1, _trim), do: [string]

  defp parts(string, pattern, parts, trim) do
    case :binary.split(string, pattern) do
      ["", rest] when trim -> parts(rest, pattern, parts, trim)
      [first, rest] -> [first | parts(rest, pattern, less(parts), trim)]
      [last] -> [last]
    end
  end

  @doc """
  Returns a lazy collection of the parts that `split/3` would make.

  ## Examples

      iex> String.splitter("abc", "X") |> Enum.to_list()
      ["abc"]
      iex> String.splitter("abc", "") |> Enum.to_list()
      ["", "a", "b", "c", ""]

  """
  @spec splitter(t, pattern, keyword) :: Enumerable.t()
  def splitter(string, pattern, options \\ [])

  # A pattern that cannot be matched fails here and not when the stream is used.
  def splitter(string, pattern, options) when is_binary(string) and is_list(options) do
    trim = Keyword.get(options, :trim, false)

    pattern =
      case pattern do
        _ when pattern in ["", []] -> pattern
        _ when is_tuple(pattern) -> pattern
        _ -> :binary.compile_pattern(pattern)
      end

    step =
      case pattern do
        "" -> &next_grapheme/1
        _ -> &next_part(&1, pattern)
      end

    start = if pattern == "", do: string, else: {:more, string}
    stream = Stream.unfold(start, step)
    stream = if pattern == "" and not trim, do: Stream.concat([[""], stream, [""]]), else: stream
    if trim, do: Stream.reject(stream, &(&1 == "")), else: stream
  end

  defp next_part(:done, _pattern), do: nil

  defp next_part({:more, string}, pattern) do
    case pattern != [] and :binary.split(string, pattern) do
      false -> {string, :done}
      [first, rest] -> {first, {:more, rest}}
      [last] -> {last, :done}
    end
  end

  @doc """
  Splits in two at a position; a negative position counts from the end.

  ## Examples

      iex> String.split_at("abc", 1)
      {"a", "bc"}
      iex> String.split_at("abc", 99)
      {"abc", ""}

  """
  @spec split_at(t, integer) :: {t, t}
  def split_at(string, position) when is_binary(string) and is_integer(position) and position >= 0 do
    :erlang.split_binary(string, byte_offset(string, position))
  end

  def split_at(string, position) when is_binary(string) and is_integer(position) and position < 0 do
    :erlang.split_binary(string, byte_offset(string, max(length(string) + position, 0)))
  end

  # The byte at which the grapheme of an index begins, or the size of the text.
  defp byte_offset(string, count), do: byte_offset(string, count, byte_size(string))

  defp byte_offset(rest, 0, size), do: size - byte_size(rest)

  # A plain character before another one stands alone; only the sub-binary moves on, nothing is copied.
  defp byte_offset(<<a, rest::bits>> = string, count, size) when a < 128 and a != ?\r do
    case rest do
      <<b, _::bits>> when b >= 128 -> wide_offset(string, count, size)
      _ -> byte_offset(rest, count - 1, size)
    end
  end

  defp byte_offset(string, count, size), do: wide_offset(string, count, size)

  defp wide_offset(string, count, size) do
    case :beamlet_unicode.next_grapheme(string) do
      {_, rest} -> byte_offset(rest, count - 1, size)
      nil -> size
    end
  end

  ## Case and normalization

  @doc """
  Turns all characters to upper case; modes are `:default`, `:ascii`, `:greek` and `:turkic`.

  ## Examples

      iex> String.upcase("abc")
      "ABC"
      iex> String.upcase("Hello World")
      "HELLO WORLD"

  """
  @spec upcase(t, :default | :ascii | :greek | :turkic) :: t
  def upcase(string, mode \\ :default)
  def upcase("", _mode), do: ""
  def upcase(string, :default) when is_binary(string), do: :beamlet_unicode.upcase(string, :default)
  def upcase(string, :ascii) when is_binary(string), do: for(<<char <- string>>, into: "", do: if(char in ?a..?z, do: <<char - 32>>, else: <<char>>))
  def upcase(string, mode) when is_binary(string) and mode in [:greek, :turkic], do: :beamlet_unicode.upcase(string, mode)

  @doc """
  Turns all characters to lower case; modes are `:default`, `:ascii`, `:greek` and `:turkic`.

  ## Examples

      iex> String.downcase("abc")
      "abc"
      iex> String.downcase("Hello World")
      "hello world"

  """
  @spec downcase(t, :default | :ascii | :greek | :turkic) :: t
  def downcase(string, mode \\ :default)
  def downcase("", _mode), do: ""
  def downcase(string, :default) when is_binary(string), do: :beamlet_unicode.downcase(string, :default)
  def downcase(string, :ascii) when is_binary(string), do: for(<<char <- string>>, into: "", do: if(char in ?A..?Z, do: <<char + 32>>, else: <<char>>))
  def downcase(string, mode) when is_binary(string) and mode in [:greek, :turkic], do: :beamlet_unicode.downcase(string, mode)

  @doc """
  Turns the first character to upper case and the others to lower case.

  ## Examples

      iex> String.capitalize("abc")
      "Abc"
      iex> String.capitalize("Hello World")
      "Hello world"

  """
  @spec capitalize(t, :default | :ascii | :greek | :turkic) :: t
  def capitalize(string, mode \\ :default)
  def capitalize(<<char, rest::binary>>, :ascii), do: upcase(<<char>>, :ascii) <> downcase(rest, :ascii)

  def capitalize(string, mode) when is_binary(string) do
    case next_codepoint(string) do
      {first, rest} -> title(first, mode) <> downcase(rest, mode)
      nil -> ""
    end
  end

  defp title("ŉ", _mode), do: "ʼN"
  defp title(first, _mode) when first in ["ǆ", "Ǆ", "ǅ"], do: "ǅ"
  defp title(first, _mode) when first in ["ǉ", "Ǉ", "ǈ"], do: "ǈ"
  defp title(first, _mode) when first in ["ǌ", "Ǌ", "ǋ"], do: "ǋ"
  defp title(first, _mode) when first in ["ǳ", "Ǳ", "ǲ"], do: "ǲ"
  # Greek vowels keep the iota below them, where capitals have it beside them.
  defp title(<<char::utf8>>, _mode) when char in 0x1F80..0x1FAF, do: <<:erlang.bor(char, 8)::utf8>>
  defp title(<<char::utf8>>, _mode) when char in [0x1FB3, 0x1FBC, 0x1FC3, 0x1FCC, 0x1FF3, 0x1FFC], do: <<:erlang.bor(div(char, 16) * 16, 12)::utf8>>
  defp title(<<_>> = first, mode), do: upcase(first, mode)

  # Georgian has no titles.
  defp title(<<char::utf8>> = first, _mode) when char in 0x10D0..0x10FF, do: first

  defp title(first, mode) do
    case next_codepoint(upcase(first, mode)) do
      {capital, ""} -> capital
      {capital, rest} -> capital <> small(first, rest)
    end
  end

  # Of what one letter becomes as capitals only the first one stays large; an iota goes back below the vowel.
  defp small(<<char::utf8>>, rest) when char in 0x1F80..0x1FFF, do: replace(rest, "Ι", "\u0345")
  defp small(_first, rest), do: downcase(rest)

  @doc """
  Normalizes to one of the Unicode forms `:nfd`, `:nfc`, `:nfkd` and `:nfkc`.

  ## Examples

      iex> String.normalize("abc", :nfd)
      "abc"
      iex> String.normalize("Hello World", :nfd)
      "Hello World"

  """
  @spec normalize(t, :nfd | :nfc | :nfkd | :nfkc) :: t
  def normalize(string, form)
  def normalize(string, :nfd) when is_binary(string), do: :beamlet_unicode.nfd(string)
  def normalize(string, :nfc) when is_binary(string), do: :beamlet_unicode.nfc(string)
  def normalize(string, :nfkd) when is_binary(string), do: :beamlet_unicode.nfkd(string)
  def normalize(string, :nfkc) when is_binary(string), do: :beamlet_unicode.nfkc(string)

  ## Trimming and padding

  @doc """
  Removes white space at both ends.

  ## Examples

      iex> String.trim("abc")
      "abc"
      iex> String.trim("Hello World")
      "Hello World"

  """
  @spec trim(t) :: t
  def trim(string) when is_binary(string), do: string |> String.Break.trim_leading() |> String.Break.trim_trailing()

  @doc """
  Removes a text at both ends, as often as it is there.

  ## Examples

      iex> String.trim("abc", "a")
      "bc"
      iex> String.trim("Hello World", "a")
      "Hello World"

  """
  @spec trim(t, t) :: t
  def trim(string, to_trim) when is_binary(string) and is_binary(to_trim), do: string |> trim_leading(to_trim) |> trim_trailing(to_trim)

  @doc """
  Removes white space at the start.

  ## Examples

      iex> String.trim_leading("abc")
      "abc"
      iex> String.trim_leading("Hello World")
      "Hello World"

  """
  @spec trim_leading(t) :: t
  defdelegate trim_leading(string), to: String.Break

  @doc """
  Removes a text at the start, as often as it is there.

  ## Examples

      iex> String.trim_leading("abc", " ")
      "abc"
      iex> String.trim_leading("Hello World", " ")
      "Hello World"

  """
  @spec trim_leading(t, t) :: t
  def trim_leading(string, to_trim) when is_binary(string) and is_binary(to_trim), do: replace_leading(string, to_trim, "")

  @doc """
  Removes white space at the end.

  ## Examples

      iex> String.trim_trailing("abc")
      "abc"
      iex> String.trim_trailing("Hello World")
      "Hello World"

  """
  @spec trim_trailing(t) :: t
  defdelegate trim_trailing(string), to: String.Break

  @doc """
  Removes a text at the end, as often as it is there.

  ## Examples

      iex> String.trim_trailing("abc", "c")
      "ab"
      iex> String.trim_trailing("Hello World", "c")
      "Hello World"

  """
  @spec trim_trailing(t, t) :: t
  def trim_trailing(string, to_trim) when is_binary(string) and is_binary(to_trim), do: replace_trailing(string, to_trim, "")

  @doc false
  @deprecated "Use String.trim/1 instead"
  def strip(string), do: trim(string)
  @doc false
  @deprecated "Use String.trim/2 with a binary second argument instead"
  def strip(string, char), do: trim(string, <<char::utf8>>)
  @doc false
  @deprecated "Use String.trim_leading/1 instead"
  def lstrip(string), do: trim_leading(string)
  @doc false
  @deprecated "Use String.trim_leading/2 with a binary as second argument instead"
  def lstrip(string, char) when is_integer(char), do: replace_leading(string, <<char::utf8>>, "")
  @doc false
  @deprecated "Use String.trim_trailing/1 instead"
  def rstrip(string), do: trim_trailing(string)
  @doc false
  @deprecated "Use String.trim_trailing/2 with a binary as second argument instead"
  def rstrip(string, char) when is_integer(char), do: replace_trailing(string, <<char::utf8>>, "")
  @doc false
  @deprecated "Use String.pad_trailing/2 instead"
  def ljust(subject, length, pad \\ ?\s) when is_integer(pad) and is_integer(length) and length >= 0, do: pad_trailing(subject, length, <<pad::utf8>>)
  @doc false
  @deprecated "Use String.pad_leading/2 instead"
  def rjust(subject, length, pad \\ ?\s) when is_integer(pad) and is_integer(length) and length >= 0, do: pad_leading(subject, length, <<pad::utf8>>)

  @doc """
  Fills a text up at the start to a number of characters, with spaces or the given padding.

  ## Examples

      iex> String.pad_leading("abc", 5)
      "  abc"

  """
  @spec pad_leading(t, non_neg_integer, t | [t]) :: t
  def pad_leading(string, count, padding \\ [" "])
  def pad_leading(string, count, padding) when is_binary(padding), do: pad_leading(string, count, graphemes(padding))
  def pad_leading(string, count, [_ | _] = padding) when is_binary(string) and is_integer(count) and count >= 0, do: padding(string, count, padding) <> string

  @doc """
  Fills a text up at the end to a number of characters, with spaces or the given padding.

  ## Examples

      iex> String.pad_trailing("abc", 6, "xy")
      "abcxyx"
      iex> String.pad_trailing("Hello World", 6, "xy")
      "Hello World"

  """
  @spec pad_trailing(t, non_neg_integer, t | [t]) :: t
  def pad_trailing(string, count, padding \\ [" "])
  def pad_trailing(string, count, padding) when is_binary(padding), do: pad_trailing(string, count, graphemes(padding))
  def pad_trailing(string, count, [_ | _] = padding) when is_binary(string) and is_integer(count) and count >= 0, do: string <> padding(string, count, padding)

  defp padding(string, count, padding) do
    case count - length(string) do
      missing when missing <= 0 -> ""
      missing -> fill(padding, missing)
    end
  end

  # All of the padding as often as it fits, then as much of it as is missing.
  defp fill([element], missing) when is_binary(element), do: :binary.copy(element, missing)

  defp fill(padding, missing) do
    size = Kernel.length(padding)
    part = :lists.sublist(padding, missing)
    check_padding(part)

    if missing < size,
      do: IO.iodata_to_binary(part),
      else: IO.iodata_to_binary([duplicate(IO.iodata_to_binary(padding), div(missing, size)) | :lists.sublist(padding, rem(missing, size))])
  end

  defp check_padding([element | rest]) when is_binary(element), do: check_padding(rest)
  defp check_padding([]), do: :ok
  defp check_padding([element | _]), do: raise(ArgumentError, "expected a string padding element, got: #{inspect(element)}")

  ## Replacing

  @doc """
  Replaces every piece that is no valid UTF-8 by another text, U+FFFD unless one is given.

  The first bytes of a character that is broken off are one piece, and so is each byte that can start none.
  """
  @spec replace_invalid(binary, t) :: t
  def replace_invalid(bytes, replacement \\ "\uFFFD") when is_binary(bytes) and is_binary(replacement) do
    if valid?(bytes), do: bytes, else: bytes |> valid_pieces(replacement, []) |> IO.iodata_to_binary()
  end

  defp valid_pieces("", _replacement, acc), do: :lists.reverse(acc)

  defp valid_pieces(bytes, replacement, acc) do
    case :unicode.characters_to_binary(bytes) do
      valid when is_binary(valid) -> :lists.reverse(acc, [valid])
      {_kind, valid, rest} -> rest |> skip_broken() |> valid_pieces(replacement, [replacement, valid | acc])
    end
  end

  # What may follow the first byte of a character of three or four bytes depends on that byte.
  defp skip_broken(<<lead, second, third, rest::binary>>)
       when lead in 0xF0..0xF4 and second in 0x80..0xBF and third in 0x80..0xBF and (lead != 0xF0 or second > 0x8F) and (lead != 0xF4 or second < 0x90),
       do: rest

  defp skip_broken(<<lead, second, rest::binary>>)
       when lead in 0xE0..0xF4 and second in 0x80..0xBF and (lead != 0xE0 or second > 0x9F) and (lead != 0xED or second < 0xA0) and
              (lead != 0xF0 or second > 0x8F) and (lead != 0xF4 or second < 0x90),
       do: rest

  defp skip_broken(<<_, rest::binary>>), do: rest

  @doc "Counts how often a pattern, a text, a list of texts or a regular expression, is found, one match after the other."
  @spec count(t, pattern | Regex.t()) :: non_neg_integer
  def count(string, pattern)
  def count(string, "") when is_binary(string), do: length(string) + 1
  def count(string, []) when is_binary(string), do: 0
  def count(string, %{__struct__: Regex} = regex) when is_binary(string), do: Kernel.length(Regex.scan(regex, string, return: :index))
  def count(string, pattern) when is_binary(string), do: Kernel.length(:binary.matches(string, pattern))

  @doc """
  Returns at most `size` bytes from an offset on, without what is left of characters that are cut in two at either end.

  A negative offset counts from the end.
  """
  @spec byte_slice(t, integer, non_neg_integer) :: t
  def byte_slice(string, start, size) when is_binary(string) and is_integer(start) and is_integer(size) and size >= 0 do
    string |> binary_slice(start, size) |> without_continuation() |> without_start()
  end

  defp without_continuation(<<byte, rest::binary>>) when byte in 0x80..0xBF, do: without_continuation(rest)
  defp without_continuation(bytes), do: bytes

  defp without_start(bytes) do
    case :unicode.characters_to_binary(bytes) do
      {:incomplete, valid, _} -> valid
      _ -> bytes
    end
  end

  @doc """
  Replaces a prefix as often as it is there.

  ## Examples

      iex> String.replace_leading("abc", "a", "b")
      "bbc"
      iex> String.replace_leading("Hello World", "a", "b")
      "Hello World"

  """
  @spec replace_leading(t, t, t) :: t
  def replace_leading(string, match, replacement) when is_binary(string) and is_binary(match) and is_binary(replacement) do
    if match == "", do: raise(ArgumentError, "cannot use an empty string as the match to replace")
    {count, rest} = leading(string, match, byte_size(match), 0)
    :binary.copy(replacement, count) <> rest
  end

  defp leading(string, match, size, count) do
    case string do
      <<^match::binary-size(size), rest::binary>> -> leading(rest, match, size, count + 1)
      _ -> {count, string}
    end
  end

  @doc """
  Replaces a suffix as often as it is there.

  ## Examples

      iex> String.replace_trailing("abc", "c", "b")
      "abb"
      iex> String.replace_trailing("Hello World", "c", "b")
      "Hello World"

  """
  @spec replace_trailing(t, t, t) :: t
  def replace_trailing(string, match, replacement) when is_binary(string) and is_binary(match) and is_binary(replacement) do
    if match == "", do: raise(ArgumentError, "cannot use an empty string as the match to replace")
    {count, kept} = trailing(string, match, byte_size(string), byte_size(match), 0)
    binary_part(string, 0, kept) <> :binary.copy(replacement, count)
  end

  defp trailing(string, match, kept, size, count) do
    if kept >= size and binary_part(string, kept - size, size) == match, do: trailing(string, match, kept - size, size, count + 1), else: {count, kept}
  end

  @doc """
  Replaces a prefix, once, if it is there.

  ## Examples

      iex> String.replace_prefix("abc", "", "b")
      "babc"
      iex> String.replace_prefix("abc", "a", "b")
      "bbc"

  """
  @spec replace_prefix(t, t, t) :: t
  def replace_prefix(string, match, replacement) when is_binary(string) and is_binary(match) and is_binary(replacement) do
    size = byte_size(match)

    case string do
      <<^match::binary-size(size), rest::binary>> -> replacement <> rest
      _ -> string
    end
  end

  @doc """
  Replaces a suffix, once, if it is there.

  ## Examples

      iex> String.replace_suffix("abc", "c", "b")
      "abb"
      iex> String.replace_suffix("Hello World", "c", "b")
      "Hello World"

  """
  @spec replace_suffix(t, t, t) :: t
  def replace_suffix(string, match, replacement) when is_binary(string) and is_binary(match) and is_binary(replacement) do
    if suffix?(string, match), do: binary_part(string, 0, byte_size(string) - byte_size(match)) <> replacement, else: string
  end

  @doc """
  Replaces what a pattern matches by a text, or by what a function makes of the match. `global: false` replaces once.

  ## Examples

      iex> String.replace("a,b,c", ",", "-")
      "a-b-c"
      iex> String.replace("a,b,c", ",", "-", global: false)
      "a-b,c"

  """
  @spec replace(t, pattern | Regex.t(), t | (t -> t | iodata), keyword) :: t
  def replace(subject, pattern, replacement, options \\ [])
      when is_binary(subject) and (is_binary(replacement) or is_function(replacement, 1)) and is_list(options) do
    global = Keyword.get(options, :global, true)
    replace_guarded(subject, pattern, replacement, global, options)
  end

  defp replace_guarded(subject, %{__struct__: Regex} = regex, replacement, _global, options), do: Regex.replace(regex, subject, replacement, options)

  defp replace_guarded(subject, "", replacement, global, _options) do
    if global do
      make = if is_function(replacement), do: replacement, else: fn _ -> replacement end
      [make.("") | for(grapheme <- graphemes(subject), do: [grapheme, make.("")])] |> IO.iodata_to_binary()
    else
      make = if is_function(replacement), do: replacement.(""), else: replacement
      IO.iodata_to_binary([make | subject])
    end
  end

  defp replace_guarded(subject, [], _replacement, _global, _options), do: subject

  defp replace_guarded(subject, pattern, replacement, true, _options) when is_binary(replacement) and is_binary(pattern) do
    case :binary.split(subject, pattern, [:global]) do
      [_] -> subject
      parts -> IO.iodata_to_binary(:lists.join(replacement, parts))
    end
  end

  defp replace_guarded(subject, pattern, replacement, global, _options) do
    matches = if global, do: :binary.matches(subject, pattern), else: once(:binary.match(subject, pattern))

    case matches do
      [] -> subject
      matches -> IO.iodata_to_binary(rebuild(matches, 0, subject, replacement))
    end
  end

  defp once(:nomatch), do: []
  defp once(match), do: [match]

  defp rebuild([{start, size} | rest], from, subject, replacement) do
    match = binary_part(subject, start, size)
    new = if is_function(replacement), do: replacement.(match), else: replacement
    [binary_part(subject, from, start - from), new | rebuild(rest, start + size, subject, replacement)]
  end

  defp rebuild([], from, subject, _replacement), do: [binary_part(subject, from, byte_size(subject) - from)]

  @doc """
  Reverses the graphemes.

  ## Examples

      iex> String.reverse("abc")
      "cba"
      iex> String.reverse("Hello World")
      "dlroW olleH"

  """
  @spec reverse(t) :: t
  def reverse(string) when is_binary(string) do
    if valid?(string), do: IO.iodata_to_binary(:lists.reverse(graphemes(string))), else: string |> turn_round([], []) |> IO.iodata_to_binary()
  end

  # A byte that belongs to no character stays where it is, and what is between two of them is turned round there.
  defp turn_round(string, acc, done) do
    case next_grapheme(string) do
      {<<_::utf8, _::binary>> = grapheme, rest} -> turn_round(rest, [grapheme | acc], done)
      {byte, rest} -> turn_round(rest, [], [byte, acc | done])
      nil -> :lists.reverse(done, acc)
    end
  end

  @doc """
  Repeats a text.

  ## Examples

      iex> String.duplicate("abc", 2)
      "abcabc"
      iex> String.duplicate("Hello World", 2)
      "Hello WorldHello World"

  """
  @spec duplicate(t, non_neg_integer) :: t
  def duplicate(subject, n), do: :binary.copy(subject, n)

  ## Pieces

  @doc """
  Lists the code points, each as a string; invalid bytes stand for themselves.

  ## Examples

      iex> String.codepoints("abc")
      ["a", "b", "c"]
      iex> String.codepoints("a")
      ["a"]

  """
  @spec codepoints(t) :: [codepoint]
  def codepoints(string) when is_binary(string), do: do_codepoints(string)

  defp do_codepoints(<<byte, rest::bits>>) when byte < 128, do: [<<byte>> | do_codepoints(rest)]
  defp do_codepoints(<<char::utf8, rest::bits>>), do: [<<char::utf8>> | do_codepoints(rest)]
  defp do_codepoints(<<byte, rest::bits>>), do: [<<byte>> | do_codepoints(rest)]
  defp do_codepoints(<<>>), do: []

  @doc """
  Returns the first code point and the rest, or `nil`.

  ## Examples

      iex> String.next_codepoint("abc")
      {"a", "bc"}
      iex> String.next_codepoint("Hello World")
      {"H", "ello World"}

  """
  @spec next_codepoint(t) :: {codepoint, t} | nil
  def next_codepoint(string)
  def next_codepoint(<<cp::utf8, rest::binary>>), do: {<<cp::utf8>>, rest}
  def next_codepoint(<<byte, rest::binary>>), do: {<<byte>>, rest}
  def next_codepoint(<<>>), do: nil

  @doc """
  Lists the graphemes.

  ## Examples

      iex> String.graphemes("abc")
      ["a", "b", "c"]
      iex> String.graphemes("a")
      ["a"]

  """
  @spec graphemes(t) :: [grapheme]
  def graphemes(string) when is_binary(string), do: :beamlet_unicode.graphemes(string)

  @doc """
  Returns the first grapheme and the rest, or `nil`.

  ## Examples

      iex> String.next_grapheme("abc")
      {"a", "bc"}
      iex> String.next_grapheme("Hello World")
      {"H", "ello World"}

  """
  @spec next_grapheme(t) :: {grapheme, t} | nil
  def next_grapheme(string) when is_binary(string), do: :beamlet_unicode.next_grapheme(string)

  @doc false
  @deprecated "Use String.next_grapheme/1 instead"
  def next_grapheme_size(string) when is_binary(string) do
    case next_grapheme(string) do
      {grapheme, rest} -> {byte_size(grapheme), rest}
      nil -> nil
    end
  end

  @doc """
  Returns the first grapheme, or `nil`.

  ## Examples

      iex> String.first("abc")
      "a"
      iex> String.first("Hello World")
      "H"

  """
  @spec first(t) :: grapheme | nil
  def first(string) when is_binary(string) do
    case next_grapheme(string) do
      {grapheme, _} -> grapheme
      nil -> nil
    end
  end

  @doc """
  Returns the last grapheme, or `nil`.

  ## Examples

      iex> String.last("abc")
      "c"
      iex> String.last("Hello World")
      "d"

  """
  @spec last(t) :: grapheme | nil
  def last(""), do: nil
  def last(string) when is_binary(string), do: string |> graphemes() |> List.last()

  @doc """
  Counts the graphemes.

  ## Examples

      iex> String.length("abc")
      3
      iex> String.length("Hello World")
      11

  """
  @spec length(t) :: non_neg_integer
  def length(string) when is_binary(string), do: :beamlet_unicode.length(string)

  @doc """
  Returns the grapheme at an index, or `nil`; a negative index counts from the end.

  ## Examples

      iex> String.at("abc", 0)
      "a"
      iex> String.at("abc", -1)
      "c"

  """
  @spec at(t, integer) :: grapheme | nil
  def at(string, position) when is_binary(string) and is_integer(position) and position >= 0 do
    offset = byte_offset(string, position)
    first(binary_part(string, offset, byte_size(string) - offset))
  end

  def at(string, position) when is_binary(string) and is_integer(position) and position < 0 do
    position = length(string) + position
    if position >= 0, do: at(string, position)
  end

  @doc """
  Returns at most `length` graphemes from an index on; a negative index counts from the end.

  ## Examples

      iex> String.slice("elixir", 1, 3)
      "lix"

  """
  @spec slice(t, integer, non_neg_integer) :: grapheme
  def slice(_, _, 0), do: ""

  def slice(string, start, length) when is_binary(string) and is_integer(start) and is_integer(length) and start >= 0 and length >= 0 do
    from = byte_offset(string, start)
    rest = binary_part(string, from, byte_size(string) - from)
    binary_part(rest, 0, byte_offset(rest, length))
  end

  def slice(string, start, length) when is_binary(string) and is_integer(start) and is_integer(length) and start < 0 and length >= 0,
    do: slice(string, max(length(string) + start, 0), length)

  @doc """
  Returns the graphemes whose indexes are in a range; negative bounds count from the end.

  ## Examples

      iex> String.slice("elixir", 1..3)
      "lix"
      iex> String.slice("elixir", -3..-1)
      "xir"

  """
  @spec slice(t, Range.t()) :: t
  def slice(string, %{__struct__: Range, first: first, last: last} = range) when is_binary(string) do
    # Code compiled before ranges had steps makes them without.
    step = Map.get(range, :step, if(first <= last, do: 1, else: -1))

    cond do
      step == 1 or (step == -1 and first > last) -> slice_range(string, first, last)
      step > 1 -> string |> slice_range(first, last) |> graphemes() |> Enum.take_every(step) |> IO.iodata_to_binary()
      true -> raise ArgumentError, "String.slice/2 does not accept ranges with negative steps, got: #{inspect(range)}"
    end
  end

  defp slice_range(string, first, last) when first >= 0 and last >= 0 do
    if last >= first, do: slice(string, first, last - first + 1), else: ""
  end

  defp slice_range(string, first, last) do
    size = length(string)
    first = if first < 0, do: max(first + size, 0), else: first
    last = if last < 0, do: last + size, else: last
    if last >= first, do: slice(string, first, last - first + 1), else: ""
  end

  @doc "Cuts into runs of characters that are all `:valid` or not, or all `:printable` or not."
  @spec chunk(t, :valid | :printable) :: [t]
  def chunk(string, trait)
  def chunk("", _), do: []

  def chunk(string, trait) when is_binary(string) and trait in [:valid, :printable] do
    test = if trait == :valid, do: &valid?/1, else: &printable?/1
    string |> codepoints() |> Enum.chunk_by(test) |> Enum.map(&IO.iodata_to_binary/1)
  end

  ## Conversions

  @doc """
  Lists the code points as integers. Raises for invalid UTF-8.

  ## Examples

      iex> String.to_charlist("abc")
      'abc'
      iex> String.to_charlist("Hello World")
      'Hello World'

  """
  @spec to_charlist(t) :: charlist
  def to_charlist(string) when is_binary(string) do
    case :unicode.characters_to_list(string) do
      result when is_list(result) -> result
      {:error, encoded, rest} -> raise UnicodeConversionError, encoded: encoded, rest: rest, kind: :invalid
      {:incomplete, encoded, rest} -> raise UnicodeConversionError, encoded: encoded, rest: rest, kind: :incomplete
    end
  end

  @doc false
  @deprecated "Use String.to_charlist/1 instead"
  def to_char_list(string), do: String.to_charlist(string)

  @doc """
  Turns a text into an atom. Atoms are never freed: not for text from outside.

  ## Examples

      iex> String.to_atom("abc")
      :abc
      iex> String.to_atom("Hello World")
      :"Hello World"

  """
  @spec to_atom(t) :: atom
  def to_atom(string) when is_binary(string), do: :erlang.binary_to_atom(string)

  @doc """
  Turns a text into an atom that exists already, or raises `ArgumentError`.

  ## Examples

      iex> String.to_existing_atom("abc")
      :abc
      iex> String.to_existing_atom("Hello World")
      :"Hello World"

  """
  @spec to_existing_atom(t) :: atom
  def to_existing_atom(string) when is_binary(string), do: :erlang.binary_to_existing_atom(string)

  @doc """
  Turns a text into an integer, all of it, or raises `ArgumentError`.

  ## Examples

      iex> String.to_integer("+5")
      5
      iex> String.to_integer("-0")
      0

  """
  @spec to_integer(t) :: integer
  def to_integer(string) when is_binary(string), do: :erlang.binary_to_integer(string)

  @doc """
  Turns a text into an integer of a base from 2 to 36.

  ## Examples

      iex> String.to_integer("abc", 16)
      2748
      iex> String.to_integer("abc", 36)
      13368

  """
  @spec to_integer(t, 2..36) :: integer
  def to_integer(string, base) when is_binary(string) and is_integer(base), do: :erlang.binary_to_integer(string, base)

  @doc """
  Turns a text into a float, which must have a point, or raises `ArgumentError`.

  ## Examples

      iex> String.to_float("1.5")
      1.5
      iex> String.to_float("1.5e3")
      1500.0

  """
  @spec to_float(t) :: float
  def to_float(string) when is_binary(string), do: :erlang.binary_to_float(string)

  ## Similarity

  @doc """
  Returns the edits that turn one text into another: a keyword list of `:eq`, `:ins` and `:del`.

  ## Examples

      iex> String.myers_difference("abc", "abd")
      [eq: "ab", del: "c", ins: "d"]
      iex> String.myers_difference("Hello World", "abd")
      [del: "Hello Worl", ins: "ab", eq: "d"]

  """
  @spec myers_difference(t, t) :: [{:eq | :ins | :del, t}]
  def myers_difference(string1, string2) when is_binary(string1) and is_binary(string2) do
    graphemes(string1)
    |> List.myers_difference(graphemes(string2))
    |> Enum.map(fn {kind, chars} -> {kind, IO.iodata_to_binary(chars)} end)
  end

  @doc """
  Returns how much of the shorter text's characters the longer one has, from 0.0 to 1.0.

  ## Examples

      iex> String.bag_distance("abc", "abd")
      0.6666666666666667
      iex> String.bag_distance("Hello World", "abd")
      0.09090909090909094

  """
  @spec bag_distance(t, t) :: float
  def bag_distance(_string, ""), do: 0.0
  def bag_distance("", _string), do: 0.0

  def bag_distance(string1, string2) when is_binary(string1) and is_binary(string2) do
    {bag1, length1} = bag(string1)
    {bag2, length2} = bag(string2)
    diff1 = bag_difference(bag1, bag2)
    diff2 = bag_difference(bag2, bag1)
    1 - max(diff1, diff2) / max(length1, length2)
  end

  defp bag(string) do
    list = graphemes(string)
    {Enum.frequencies(list), Kernel.length(list)}
  end

  defp bag_difference(bag1, bag2) do
    Enum.reduce(bag1, 0, fn {char, count}, sum -> sum + max(count - Map.get(bag2, char, 0), 0) end)
  end

  @doc """
  Returns the Jaro similarity of two texts, from 0.0 to 1.0.

  ## Examples

      iex> String.jaro_distance("Dwayne", "Duane")
      0.8222222222222223

  """
  @spec jaro_distance(t, t) :: float
  def jaro_distance(string, string), do: 1.0
  def jaro_distance(_string, ""), do: 0.0
  def jaro_distance("", _string), do: 0.0

  def jaro_distance(string1, string2) when is_binary(string1) and is_binary(string2) do
    # Matches are sought for the characters of the shorter string; equally long ones swap places.
    [chars2, chars1] =
      [string1, string2] |> Enum.map(&(&1 |> graphemes() |> List.to_tuple())) |> Enum.sort_by(&tuple_size/1, :desc)

    {len1, len2} = {tuple_size(chars1), tuple_size(chars2)}
    window = max(div(max(len1, len2), 2) - 1, 0)
    places = common_places(0, chars1, chars2, window, [], %{})

    case Kernel.length(places) do
      0 ->
        0.0

      common ->
        (common / len1 + common / len2 + (common - backsteps(places, 0)) / common) / 3
    end
  end

  # The places in the second string of the characters that match, in the order of the first; the last is first.
  defp common_places(index, chars1, _chars2, _window, places, _taken) when index == tuple_size(chars1), do: places

  defp common_places(index, chars1, chars2, window, places, taken) do
    last = min(index + window, tuple_size(chars2) - 1)

    case free_place(max(index - window, 0), last, elem(chars1, index), chars2, taken) do
      nil ->
        common_places(index + 1, chars1, chars2, window, places, taken)

      place ->
        common_places(index + 1, chars1, chars2, window, [place | places], Map.put(taken, place, true))
    end
  end

  defp free_place(place, last, _char, _chars2, _taken) when place > last, do: nil

  defp free_place(place, last, char, chars2, taken) do
    if elem(chars2, place) == char and not is_map_key(taken, place),
      do: place,
      else: free_place(place + 1, last, char, chars2, taken)
  end

  # How often a match lies before the match of the character before it.
  defp backsteps([place, previous | rest], count) when place < previous, do: backsteps([previous | rest], count + 1)
  defp backsteps([_place | rest], count), do: backsteps(rest, count)
  defp backsteps([], count), do: count
end
