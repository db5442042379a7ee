defmodule :string do
  @moduledoc """
  Erlang's `:string`: text as binaries, lists of characters, or nested lists of both.

  What is counted and compared are grapheme clusters. A function gives text in the form it was given: a binary for a binary, a
  flat list for a list. A grapheme by itself is a character, or a list of several. The functions of the last section are the old ones,
  on lists of characters only, counted from one.

  ## Examples

      iex> :string.split("a,b,c", ",", :all)
      ["a", "b", "c"]
      iex> :string.trim('  abc ') == 'abc'
      true
      iex> :string.find("hello", "ll")
      "llo"
  """

  import Kernel, except: [length: 1]

  ## Forms

  # The text as a binary.
  defp binary(text) when is_binary(text), do: valid(text, text)

  defp binary(text) when is_list(text) do
    case :unicode.characters_to_binary(text) do
      binary when is_binary(binary) -> binary
      _error -> :erlang.error({:badarg, text})
    end
  end

  defp binary(text), do: :erlang.error({:badarg, text})

  defp valid(binary, text) do
    case :unicode.characters_to_binary(binary) do
      ^binary -> binary
      _error -> :erlang.error({:badarg, text})
    end
  end

  # A binary in the form of the text that the caller gave.
  defp as(binary, text) when is_binary(text), do: binary
  defp as(binary, _text), do: :unicode.characters_to_list(binary)

  defp clusters(text), do: :beamlet_unicode.graphemes(binary(text))

  # A grapheme cluster as Erlang writes it.
  defp cluster(binary) do
    case :unicode.characters_to_list(binary) do
      [character] -> character
      characters -> characters
    end
  end

  # The clusters of a set of separators, as binaries.
  defp set(clusters) when is_list(clusters),
    do: :lists.map(fn cluster -> :unicode.characters_to_binary([cluster]) end, clusters)

  ## Looking

  @doc "Tells whether there is no character."
  @spec is_empty(:unicode.chardata()) :: boolean
  def is_empty([]), do: true
  def is_empty(""), do: true
  def is_empty([head | tail]), do: is_empty(head) and is_empty(tail)
  def is_empty(_text), do: false

  @doc "Counts the grapheme clusters."
  @spec length(:unicode.chardata()) :: non_neg_integer
  def length(text), do: :beamlet_unicode.length(binary(text))

  @doc "Lists the grapheme clusters."
  @spec to_graphemes(:unicode.chardata()) :: [char | [char]]
  def to_graphemes(text), do: :lists.map(&cluster/1, clusters(text))

  @doc "Gives `[character | rest]`, `[]` at the end, or `{:error, rest}` where the text is not valid."
  @spec next_codepoint(:unicode.chardata()) :: term
  def next_codepoint(<<character::utf8, rest::binary>>), do: [character | rest]
  def next_codepoint(""), do: []
  def next_codepoint(text) when is_binary(text), do: {:error, text}
  def next_codepoint([character | rest]) when is_integer(character), do: [character | rest]
  def next_codepoint([]), do: []

  def next_codepoint([head | rest]) do
    case next_codepoint(head) do
      [] -> next_codepoint(rest)
      [character | more] when more in [[], ""] -> [character | rest]
      [character | more] -> [character | [more | rest]]
      {:error, bad} -> {:error, [bad | rest]}
    end
  end

  @doc "Gives `[cluster | rest]`, `[]` at the end, or `{:error, rest}` where the text is not valid."
  @spec next_grapheme(:unicode.chardata()) :: term
  def next_grapheme(text) when is_binary(text) do
    case next_codepoint(text) do
      [_ | _] ->
        {first, rest} = :beamlet_unicode.next_grapheme(text)
        [cluster(first) | rest]

      other ->
        other
    end
  end

  def next_grapheme(text) when is_list(text) do
    case :unicode.characters_to_binary(text) do
      "" ->
        []

      binary when is_binary(binary) ->
        {first, rest} = :beamlet_unicode.next_grapheme(binary)
        [cluster(first) | :unicode.characters_to_list(rest)]

      _error ->
        next_codepoint(text)
    end
  end

  @doc "Tells whether two texts are the same characters."
  @spec equal(:unicode.chardata(), :unicode.chardata()) :: boolean
  def equal(left, right), do: binary(left) === binary(right)

  @doc "As `equal/2`; with `true`, whatever the case of letters."
  @spec equal(:unicode.chardata(), :unicode.chardata(), boolean) :: boolean
  def equal(left, right, false), do: equal(left, right)
  def equal(left, right, true), do: casefold(binary(left)) === casefold(binary(right))

  @doc "As `equal/3`, after bringing both to a normal form: `:none`, `:nfc`, `:nfd`, `:nfkc`, `:nfkd`."
  @spec equal(:unicode.chardata(), :unicode.chardata(), boolean, :none | :nfc | :nfd | :nfkc | :nfkd) :: boolean
  def equal(left, right, fold, :none), do: equal(left, right, fold)

  def equal(left, right, fold, form) when form in [:nfc, :nfd, :nfkc, :nfkd] and is_boolean(fold) do
    normal = fn text ->
      text = binary(text)
      text = if fold, do: casefold(text), else: text
      apply(:beamlet_unicode, form, [text])
    end

    normal.(left) === normal.(right)
  end

  ## Parts

  @doc "Gives the clusters in opposite order."
  @spec reverse(:unicode.chardata()) :: [char | [char]]
  def reverse(text), do: :lists.reverse(to_graphemes(text))

  @doc "Gives the text from a cluster on, counted from 0."
  @spec slice(:unicode.chardata(), non_neg_integer) :: :unicode.chardata()
  def slice(text, start) when is_integer(start) and start >= 0, do: slice(text, start, :infinity)

  @doc "Gives so many clusters from one on."
  @spec slice(:unicode.chardata(), non_neg_integer, non_neg_integer | :infinity) :: :unicode.chardata()
  def slice(text, start, length)
      when is_integer(start) and start >= 0 and (length === :infinity or (is_integer(length) and length >= 0)) do
    binary = binary(text)
    from = skip(binary, start)
    as(if(length == :infinity, do: from, else: prefix_of(from, skip(from, length))), text)
  end

  defp skip(binary, 0), do: binary

  defp skip(binary, count) do
    case :beamlet_unicode.next_grapheme(binary) do
      {_, rest} -> skip(rest, count - 1)
      nil -> ""
    end
  end

  # What precedes a rest.
  defp prefix_of(binary, rest), do: :binary.part(binary, 0, byte_size(binary) - byte_size(rest))

  @doc "Fills up at the end with blanks to so many clusters."
  @spec pad(:unicode.chardata(), integer) :: :unicode.charlist()
  def pad(text, length), do: pad(text, length, :trailing, ?\s)

  @doc "Fills up with blanks: `:leading`, `:trailing` or `:both`."
  @spec pad(:unicode.chardata(), integer, :leading | :trailing | :both) :: :unicode.charlist()
  def pad(text, length, direction), do: pad(text, length, direction, ?\s)

  @doc "Fills up with a grapheme cluster."
  @spec pad(:unicode.chardata(), integer, :leading | :trailing | :both, char | [char]) :: :unicode.charlist()
  def pad(text, length, :leading, filler) when is_integer(length),
    do: [fill(length - length(text), filler), text]

  def pad(text, length, :trailing, filler) when is_integer(length),
    do: [text | fill(length - length(text), filler)]

  def pad(text, length, :both, filler) when is_integer(length) do
    missing = max(length - length(text), 0)
    half = fill(div(missing, 2), filler)
    [half, text, half | fill(rem(missing, 2), filler)]
  end

  defp fill(count, filler), do: :lists.duplicate(max(count, 0), filler)

  # Unicode's pattern white space, and the line end of two characters.
  @white [[?\r, ?\n], ?\t, ?\n, ?\v, ?\f, ?\r, ?\s, 0x85, 0x200E, 0x200F, 0x2028, 0x2029]

  @doc "Removes white space at both ends."
  @spec trim(:unicode.chardata()) :: :unicode.chardata()
  def trim(text), do: trim(text, :both, @white)

  @doc "Removes white space: `:leading`, `:trailing` or `:both`."
  @spec trim(:unicode.chardata(), :leading | :trailing | :both) :: :unicode.chardata()
  def trim(text, direction), do: trim(text, direction, @white)

  @doc "Removes clusters of a set."
  @spec trim(:unicode.chardata(), :leading | :trailing | :both, [char | [char]]) :: :unicode.chardata()
  def trim(text, _direction, []), do: text

  def trim(text, direction, separators) when direction in [:leading, :trailing, :both] and is_list(separators) do
    set = set(separators)
    clusters = clusters(text)
    clusters = if direction == :trailing, do: clusters, else: drop(clusters, set)

    clusters =
      if direction == :leading,
        do: clusters,
        else: :lists.reverse(drop(:lists.reverse(clusters), set))

    as(:erlang.iolist_to_binary(clusters), text)
  end

  defp drop([cluster | rest] = clusters, set), do: if(:lists.member(cluster, set), do: drop(rest, set), else: clusters)
  defp drop([], _set), do: []

  @doc "Removes one line end at the end."
  @spec chomp(:unicode.chardata()) :: :unicode.chardata()
  def chomp(text), do: trim(text, :trailing, [[?\r, ?\n], ?\n])

  @doc "Splits off the clusters of a set at the front."
  @spec take(:unicode.chardata(), [char | [char]]) :: {:unicode.chardata(), :unicode.chardata()}
  def take(text, separators), do: take(text, separators, false, :leading)

  @doc "With `true`, splits off the clusters that are not in the set."
  @spec take(:unicode.chardata(), [char | [char]], boolean) :: {:unicode.chardata(), :unicode.chardata()}
  def take(text, separators, complement), do: take(text, separators, complement, :leading)

  @doc "Splits off at the front or, with `:trailing`, at the end."
  @spec take(:unicode.chardata(), [char | [char]], boolean, :leading | :trailing) ::
          {:unicode.chardata(), :unicode.chardata()}
  def take(text, separators, complement, direction) when is_boolean(complement) and direction in [:leading, :trailing] do
    set = set(separators)
    inside = fn cluster -> :lists.member(cluster, set) != complement end
    join = fn clusters -> as(:erlang.iolist_to_binary(clusters), text) end

    case direction do
      :leading ->
        {taken, rest} = :lists.splitwith(inside, clusters(text))
        {join.(taken), join.(rest)}

      :trailing ->
        {taken, rest} = :lists.splitwith(inside, :lists.reverse(clusters(text)))
        {join.(:lists.reverse(rest)), join.(:lists.reverse(taken))}
    end
  end

  ## Case

  @doc "Gives all letters in upper case."
  @spec uppercase(:unicode.chardata()) :: :unicode.chardata()
  def uppercase(text), do: as(:beamlet_unicode.upcase(binary(text), :default), text)

  @doc "Gives all letters in lower case."
  @spec lowercase(:unicode.chardata()) :: :unicode.chardata()
  def lowercase(text), do: as(for(<<character::utf8 <- binary(text)>>, into: "", do: lower(character)), text)

  # One character at a time: no letter looks at its neighbours.
  defp lower(character), do: :beamlet_unicode.downcase(<<character::utf8>>, :default)

  @doc "Gives the first character in title case."
  @spec titlecase(:unicode.chardata()) :: :unicode.chardata()
  def titlecase(text) do
    case binary(text) do
      <<character::utf8, rest::binary>> -> as(title(character) <> rest, text)
      "" -> text
    end
  end

  # The digraphs that have a form with only the first letter in upper case.
  defp title(character) when character in 0x1C4..0x1C6, do: <<0x1C5::utf8>>
  defp title(character) when character in 0x1C7..0x1C9, do: <<0x1C8::utf8>>
  defp title(character) when character in 0x1CA..0x1CC, do: <<0x1CB::utf8>>
  defp title(character) when character in 0x1F1..0x1F3, do: <<0x1F2::utf8>>

  defp title(character) do
    case :beamlet_unicode.upcase(<<character::utf8>>, :default) do
      <<first::utf8, rest::binary>> -> <<first::utf8>> <> lowercase(rest)
    end
  end

  @doc "Gives what texts that differ in case only have in common."
  @spec casefold(:unicode.chardata()) :: :unicode.chardata()
  def casefold(text), do: as(for(<<character::utf8 <- binary(text)>>, into: "", do: fold(character)), text)

  defp fold(0x131), do: <<0x131::utf8>>
  defp fold(0x1E9E), do: "ss"

  defp fold(character),
    do: for(<<upper::utf8 <- :beamlet_unicode.upcase(<<character::utf8>>, :default)>>, into: "", do: lower(upper))

  ## Searching

  @doc "Gives what follows a prefix, or `:nomatch`."
  @spec prefix(:unicode.chardata(), :unicode.chardata()) :: :nomatch | :unicode.chardata()
  def prefix(text, prefix) do
    {binary, prefix} = {binary(text), binary(prefix)}
    size = byte_size(prefix)

    case binary do
      <<^prefix::binary-size(size), rest::binary>> -> as(rest, text)
      _other -> :nomatch
    end
  end

  # The places of a pattern, each at the border of two clusters.
  defp places(_binary, ""), do: []
  defp places(binary, pattern), do: :lists.filter(&border?(binary, &1), :binary.matches(binary, pattern))

  # A match ends a cluster when nothing that follows belongs to it.
  defp border?(binary, {at, length}) do
    before = :binary.part(binary, 0, at)
    here = :binary.part(binary, at, length)
    rest = :binary.part(binary, at + length, byte_size(binary) - at - length)
    joins?(before, here) == false and joins?(here, rest) == false
  end

  defp joins?("", _after), do: false
  defp joins?(_before, ""), do: false

  defp joins?(before, next) do
    case {:binary.last(before), :binary.first(next)} do
      {?\r, ?\n} -> true
      {_, first} when first < 0x80 -> false
      _other -> mark?(next)
    end
  end

  # Whether a text begins with a character that continues a cluster.
  defp mark?(<<character::utf8, _::binary>>), do: :beamlet_unicode.length(<<?a, character::utf8>>) == 1
  defp mark?(_text), do: false

  @doc "Gives the text from the first place of a pattern on, or `:nomatch`."
  @spec find(:unicode.chardata(), :unicode.chardata()) :: :nomatch | :unicode.chardata()
  def find(text, pattern), do: find(text, pattern, :leading)

  @doc "Gives the text from the first (`:leading`) or last (`:trailing`) place of a pattern on, or `:nomatch`."
  @spec find(:unicode.chardata(), :unicode.chardata(), :leading | :trailing) :: :nomatch | :unicode.chardata()
  def find(text, pattern, _direction) when pattern in ["", []], do: text

  def find(text, pattern, direction) when direction in [:leading, :trailing] do
    binary = binary(text)

    case {places(binary, binary(pattern)), direction} do
      {[], _} -> :nomatch
      {[{at, _} | _], :leading} -> as(from(binary, at), text)
      {places, :trailing} -> as(from(binary, :erlang.element(1, :lists.last(places))), text)
    end
  end

  defp from(binary, at), do: :binary.part(binary, at, byte_size(binary) - at)

  @doc "Splits at the first place of a pattern."
  @spec split(:unicode.chardata(), :unicode.chardata()) :: [:unicode.chardata()]
  def split(text, pattern), do: split(text, pattern, :leading)

  @doc "Splits at the first (`:leading`), the last (`:trailing`) or all places of a pattern."
  @spec split(:unicode.chardata(), :unicode.chardata(), :leading | :trailing | :all) :: [:unicode.chardata()]
  def split(text, pattern, where) do
    case is_empty(pattern) do
      true ->
        [text]

      false ->
        binary = binary(text)
        places = chosen(places(binary, binary(pattern)), where)
        if places == [], do: [text], else: :lists.map(&as(&1, text), cut(binary, places, 0))
    end
  end

  defp chosen(places, where) do
    case where do
      :all -> places
      _one when places == [] -> []
      :leading -> [hd(places)]
      :trailing -> [:lists.last(places)]
    end
  end

  defp cut(binary, [{at, length} | places], from),
    do: [:binary.part(binary, from, at - from) | cut(binary, places, at + length)]

  defp cut(binary, [], from), do: [from(binary, from)]

  @doc "Replaces the first place of a pattern; gives a list of parts."
  @spec replace(:unicode.chardata(), :unicode.chardata(), :unicode.chardata()) :: [:unicode.chardata()]
  def replace(text, pattern, replacement), do: replace(text, pattern, replacement, :leading)

  @doc "Replaces the first (`:leading`), the last (`:trailing`) or all places of a pattern."
  @spec replace(:unicode.chardata(), :unicode.chardata(), :unicode.chardata(), :leading | :trailing | :all) ::
          [:unicode.chardata()]
  def replace(text, pattern, replacement, where), do: :lists.join(replacement, split(text, pattern, where))

  @doc "Gives the parts between separators, empty ones left out."
  @spec lexemes(:unicode.chardata(), [char | [char]]) :: [:unicode.chardata()]
  def lexemes([], []), do: []
  def lexemes(text, []), do: [text]
  def lexemes(text, separators), do: :lists.map(&as(&1, text), pieces(clusters(text), set(separators), [], []))

  defp pieces([cluster | rest], set, piece, done) do
    case :lists.member(cluster, set) do
      true -> pieces(rest, set, [], finish(piece, done))
      false -> pieces(rest, set, [cluster | piece], done)
    end
  end

  defp pieces([], _set, piece, done), do: :lists.reverse(finish(piece, done))

  defp finish([], done), do: done
  defp finish(piece, done), do: [:erlang.iolist_to_binary(:lists.reverse(piece)) | done]

  @doc "Gives the n-th lexeme, counted from 1; empty text when there are fewer."
  @spec nth_lexeme(:unicode.chardata(), pos_integer, [char | [char]]) :: :unicode.chardata()
  def nth_lexeme(text, 1, []), do: text

  def nth_lexeme(text, number, separators) when is_integer(number) and number > 0 do
    lexemes = lexemes(text, separators)
    if length_at_least(lexemes, number), do: :lists.nth(number, lexemes), else: as("", text)
  end

  defp length_at_least(list, number), do: :erlang.length(list) >= number

  ## Numbers

  @doc "Reads an integer at the front: `{integer, rest}` or `{:error, reason}`."
  @spec to_integer(:unicode.chardata()) :: {integer, :unicode.chardata()} | {:error, :no_integer | :badarg}
  def to_integer(text), do: number(text, "^[+-]?[0-9]+", :no_integer, &:erlang.binary_to_integer/1)

  @doc "Reads a float at the front: `{float, rest}` or `{:error, reason}`."
  @spec to_float(:unicode.chardata()) :: {float, :unicode.chardata()} | {:error, :no_float | :badarg}
  def to_float(text) do
    convert = fn digits -> :erlang.binary_to_float(:binary.replace(digits, ",", ".")) end
    number(text, "^[+-]?[0-9]+[.,][0-9]+([eE][+-]?[0-9]+)?", :no_float, convert)
  end

  defp number(text, pattern, reason, convert) when is_binary(text) or is_list(text) do
    case :unicode.characters_to_binary(text) do
      binary when is_binary(binary) ->
        case :re.run(binary, pattern, [{:capture, :first, :index}]) do
          {:match, [{0, length}]} -> {convert.(:binary.part(binary, 0, length)), as(from(binary, length), text)}
          :nomatch -> {:error, reason}
        end

      _error ->
        {:error, :badarg}
    end
  end

  defp number(_text, _pattern, _reason, _convert), do: {:error, :badarg}

  ## The old functions, on lists of characters

  @doc "Counts the characters."
  @spec len(charlist) :: non_neg_integer
  def len(list), do: :erlang.length(list)

  @doc "Joins two lists."
  @spec concat(charlist, charlist) :: charlist
  def concat(left, right), do: left ++ right

  @doc "Gives the first place of a character, 0 for none."
  @spec chr(charlist, char) :: non_neg_integer
  def chr(list, character) when is_integer(character), do: chr(list, character, 1)

  defp chr([character | _], character, at), do: at
  defp chr([_ | rest], character, at), do: chr(rest, character, at + 1)
  defp chr([], _character, _at), do: 0

  @doc "Gives the last place of a character, 0 for none."
  @spec rchr(charlist, char) :: non_neg_integer
  def rchr(list, character) when is_integer(character), do: rchr(list, character, 1, 0)

  defp rchr([character | rest], character, at, _last), do: rchr(rest, character, at + 1, at)
  defp rchr([_ | rest], character, at, last), do: rchr(rest, character, at + 1, last)
  defp rchr([], _character, _at, last), do: last

  @doc "Gives the first place of a list in another, 0 for none."
  @spec str(charlist, charlist) :: non_neg_integer
  def str(list, part) when is_list(part), do: str(list, part, 1)

  defp str(list, part, at) do
    case {:lists.prefix(part, list), list} do
      {true, [_ | _]} -> at
      {false, [_ | rest]} -> str(rest, part, at + 1)
      {_, []} -> 0
    end
  end

  @doc "Gives the last place of a list in another, 0 for none."
  @spec rstr(charlist, charlist) :: non_neg_integer
  def rstr(list, part) when is_list(part), do: rstr(list, part, 1, 0)

  defp rstr([_ | rest] = list, part, at, last),
    do: rstr(rest, part, at + 1, if(:lists.prefix(part, list), do: at, else: last))

  defp rstr([], _part, _at, last), do: last

  @doc "Counts the characters at the front that are in a set."
  @spec span(charlist, charlist) :: non_neg_integer
  def span(list, set), do: :erlang.length(:lists.takewhile(&:lists.member(&1, set), list))

  @doc "Counts the characters at the front that are not in a set."
  @spec cspan(charlist, charlist) :: non_neg_integer
  def cspan(list, set), do: :erlang.length(:lists.takewhile(&(not :lists.member(&1, set)), list))

  @doc "Gives the characters from a place on."
  @spec substr(charlist, pos_integer) :: charlist
  def substr(list, 1) when is_list(list), do: list
  def substr(list, start) when is_integer(start) and start > 1, do: :lists.nthtail(start - 1, list)

  @doc "Gives so many characters from a place on."
  @spec substr(charlist, pos_integer, non_neg_integer) :: charlist
  def substr(list, start, length) when is_integer(start) and start > 0 and is_integer(length) and length >= 0,
    do: :lists.sublist(:lists.nthtail(start - 1, list), length)

  @doc "Gives the parts between separators, empty ones left out."
  @spec tokens(charlist, charlist) :: [charlist]
  def tokens(list, separators), do: tokens(list, separators, [], [])

  defp tokens([character | rest], separators, token, done) do
    case separates?(separators, character) do
      false -> tokens(rest, separators, [character | token], done)
      true when token == [] -> tokens(rest, separators, [], done)
      true -> tokens(rest, separators, [], [:lists.reverse(token) | done])
    end
  end

  defp tokens([], _separators, [], done), do: :lists.reverse(done)
  defp tokens([], _separators, token, done), do: :lists.reverse([:lists.reverse(token) | done])

  # Separators are few: the commonest case, a single one, is not worth a call.
  defp separates?([separator], character), do: separator === character
  defp separates?(separators, character), do: :lists.member(character, separators)

  @doc "Joins lists with a separator between them."
  @spec join([charlist], charlist) :: charlist
  def join([], separator) when is_list(separator), do: []
  def join([first | rest], separator), do: first ++ :lists.append(for(list <- rest, do: separator ++ list))

  @doc "Repeats a character."
  @spec chars(char, non_neg_integer) :: charlist
  def chars(character, count), do: chars(character, count, [])

  @doc "Repeats a character in front of a list."
  @spec chars(char, non_neg_integer, charlist) :: charlist
  def chars(_character, 0, tail) when is_list(tail), do: tail
  def chars(character, count, tail) when count > 0, do: chars(character, count - 1, [character | tail])

  @doc "Repeats a list."
  @spec copies(charlist, non_neg_integer) :: charlist
  def copies(list, count) when is_list(list) and is_integer(count) and count >= 0,
    do: :lists.append(:lists.duplicate(count, list))

  @doc "Counts the words between blanks."
  @spec words(charlist) :: pos_integer
  def words(list), do: words(list, ?\s)

  @doc "Counts the words between characters of a kind; at least 1."
  @spec words(charlist, char) :: pos_integer
  def words(list, separator) when is_integer(separator),
    do: max(:erlang.length(tokens(list, [separator])), 1)

  @doc "Removes blanks at both ends."
  @spec strip(charlist) :: charlist
  def strip(list), do: strip(list, :both)

  @doc "Removes blanks: `:left`, `:right` or `:both`."
  @spec strip(charlist, :left | :right | :both) :: charlist
  def strip(list, side), do: strip(list, side, ?\s)

  @doc "Removes a character at an end or both."
  @spec strip(charlist, :left | :right | :both, char) :: charlist
  def strip(list, :left, character), do: :lists.dropwhile(&(&1 === character), list)
  def strip(list, :right, character), do: :lists.reverse(strip(:lists.reverse(list), :left, character))
  def strip(list, :both, character), do: strip(strip(list, :left, character), :right, character)

  @doc "Gives a word, counted from 1, of those between blanks."
  @spec sub_word(charlist, integer) :: charlist
  def sub_word(list, number), do: sub_word(list, number, ?\s)

  @doc "Gives a word, counted from 1, of those between characters of a kind."
  @spec sub_word(charlist, integer, char) :: charlist
  def sub_word(list, number, separator) when is_integer(number) and is_integer(separator) do
    words = tokens(list, [separator])
    if number >= 1 and length_at_least(words, number), do: :lists.nth(number, words), else: []
  end

  @doc "Gives the characters from a place on."
  @spec sub_string(charlist, pos_integer) :: charlist
  def sub_string(list, start), do: substr(list, start)

  @doc "Gives the characters from a place to another."
  @spec sub_string(charlist, pos_integer, pos_integer) :: charlist
  def sub_string(list, start, stop), do: substr(list, start, stop - start + 1)

  @doc "Brings to a length, keeping the left end."
  @spec left(charlist, non_neg_integer) :: charlist
  def left(list, length), do: left(list, length, ?\s)

  @doc "Brings to a length, keeping the left end, filling with a character."
  @spec left(charlist, non_neg_integer, char) :: charlist
  def left(list, length, character) when is_integer(character) do
    have = :erlang.length(list)
    if have >= length, do: :lists.sublist(list, length), else: list ++ chars(character, length - have)
  end

  @doc "Brings to a length, keeping the right end."
  @spec right(charlist, non_neg_integer) :: charlist
  def right(list, length), do: right(list, length, ?\s)

  @doc "Brings to a length, keeping the right end, filling with a character."
  @spec right(charlist, non_neg_integer, char) :: charlist
  def right(list, length, character) when is_integer(character) do
    have = :erlang.length(list)
    if have >= length, do: :lists.nthtail(have - length, list), else: chars(character, length - have, list)
  end

  @doc "Brings to a length, keeping the middle."
  @spec centre(charlist, non_neg_integer) :: charlist
  def centre(list, length), do: centre(list, length, ?\s)

  @doc "Brings to a length, keeping the middle, filling with a character."
  @spec centre(charlist, non_neg_integer, char) :: charlist
  def centre(_list, 0, character) when is_integer(character), do: []

  def centre(list, length, character) when is_integer(character) do
    have = :erlang.length(list)

    if have > length do
      substr(list, div(have - length, 2) + 1, length)
    else
      before = div(length - have, 2)
      chars(character, before, list ++ chars(character, length - have - before))
    end
  end

  @doc "Gives a list of Latin-1 characters, or one, in lower case."
  @spec to_lower(charlist | char) :: charlist | char
  def to_lower(list) when is_list(list), do: :lists.map(&to_lower/1, list)
  def to_lower(character) when character in ?A..?Z or character in 0xC0..0xD6 or character in 0xD8..0xDE, do: character + 32
  def to_lower(character) when is_integer(character), do: character

  @doc "Gives a list of Latin-1 characters, or one, in upper case."
  @spec to_upper(charlist | char) :: charlist | char
  def to_upper(list) when is_list(list), do: :lists.map(&to_upper/1, list)
  def to_upper(character) when character in ?a..?z or character in 0xE0..0xF6 or character in 0xF8..0xFE, do: character - 32
  def to_upper(character) when is_integer(character), do: character

  @doc "As `to_float/1`."
  @spec list_to_float(charlist) :: {float, charlist} | {:error, atom}
  def list_to_float(list), do: to_float(list)

  @doc "As `to_integer/1`."
  @spec list_to_integer(charlist) :: {integer, charlist} | {:error, atom}
  def list_to_integer(list), do: to_integer(list)
end
