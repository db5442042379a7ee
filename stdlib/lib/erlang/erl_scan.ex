defmodule :erl_scan do
  @moduledoc """
  Erlang's `:erl_scan`: the tokens of Erlang source.

  A token is `{category, location, symbol}`, or `{symbol, location}` for reserved words, punctuation and operators. The location is a line, or
  a line and a column when the start is given as one.

  ## Examples

      iex> {:ok, tokens, 1} = :erl_scan.string('{a, 1}.')
      iex> tokens
      [{:"{", 1}, {:atom, 1, :a}, {:",", 1}, {:integer, 1, 1}, {:"}", 1}, {:dot, 1}]
  """

  @reserved ~w(after begin case try cond catch andalso orelse end fun if let of receive when bnot not div rem band and bor bxor bsl bsr or xor maybe else)a --
              [:maybe, :else]

  # The longest first.
  @punctuation ~w"=:= =/= ... -> <- <= << >> :: := => == /= =< >= ++ -- || .. ( ) { } [ ] ; # : ? ! = < > + - * / |" ++ [","]

  @doc "Gives the tokens of a text: `{:ok, tokens, end}` or `{:error, {location, :erl_scan, what}, end}`."
  def string(text), do: string(text, 1)

  @doc "As `string/1`, from a line or `{line, column}`."
  def string(text, start), do: string(text, start, [])

  @doc """
  As `string/2`. Options, alone or in a list:

    * `:text` - tokens carry the text that they were, see `text/1`
    * `:return_comments`, `:return_white_spaces`, or `:return` for both - comments and white space are tokens too

  Others are taken and change nothing.
  """
  def string(text, start, options) when is_list(text) and (is_integer(start) or is_tuple(start)) do
    {line, column} = with(line when is_integer(line) <- start, do: {line, :none})
    options = if is_list(options), do: options, else: [options]
    wanted = &(:lists.member(&1, options) or :lists.member(:return, options))
    keeps = %{text: :lists.member(:text, options), comments: wanted.(:return_comments), blanks: wanted.(:return_white_spaces)}

    if keeps.text or keeps.comments or keeps.blanks,
      do: one_by_one(text, {line, column}, keeps, []),
      else: scan(text, {line, column}, [])
  end

  # With all that lies between tokens, and their texts.
  defp one_by_one([], at, _keeps, done), do: {:ok, :lists.reverse(done), at(at)}

  defp one_by_one([?% | _] = text, at, keeps, done) do
    {comment, rest} = :lists.splitwith(&(&1 != ?\n), text)
    done = if keeps.comments, do: [{:comment, annotation(at, comment, keeps), comment} | done], else: done
    one_by_one(rest, move(at, length(comment)), keeps, done)
  end

  defp one_by_one([blank | _] = text, at, keeps, done) when blank in 0..?\s or blank in 0x80..0xA0 do
    {blanks, rest} = blanks(text)
    done = if keeps.blanks, do: [{:white_space, annotation(at, blanks, keeps), blanks} | done], else: done
    one_by_one(rest, over(blanks, at), keeps, done)
  end

  defp one_by_one(text, at, keeps, done) do
    case scan(text, at, :one) do
      {:one, token, rest, to} ->
        {rest, to} = if elem(token, 0) == :dot, do: after_dot(rest, to), else: {rest, to}
        written = :lists.sublist(text, length(text) - length(rest))
        one_by_one(rest, to, keeps, [:erlang.setelement(2, token, annotation(at, written, keeps)) | done])

      error ->
        error
    end
  end

  defp annotation(at, written, %{text: true}), do: [text: written, location: at(at)]
  defp annotation(at, _written, _keeps), do: at(at)

  # A line feed and what runs on from it, or a run of one kind of blank.
  defp blanks([?\n | rest]) do
    case rest do
      [blank | _] when blank in [?\s, ?\t] ->
        {run, rest} = :lists.splitwith(&(&1 == blank), rest)
        {[?\n | run], rest}

      _ ->
        {[?\n], rest}
    end
  end

  defp blanks([blank | _] = text) when blank in [?\s, ?\t], do: :lists.splitwith(&(&1 == blank), text)
  defp blanks([blank | rest]), do: {[blank], rest}

  defp over([?\n | rest], at), do: move(newline(at), length(rest))
  defp over(blanks, at), do: move(at, length(blanks))

  # A dot that ends a form takes one blank with it.
  defp after_dot([?\n | rest], at), do: {rest, newline(at)}
  defp after_dot([blank | rest], at) when blank in 0..?\s or blank in 0x80..0xA0, do: {rest, move(at, 1)}
  defp after_dot(rest, at), do: {rest, at}

  defp at({line, :none}), do: line
  defp at(location), do: location

  defp move({line, :none}, _count), do: {line, :none}
  defp move({line, column}, count), do: {line, column + count}

  defp newline({line, :none}), do: {line + 1, :none}
  defp newline({line, _column}), do: {line + 1, 1}

  defp scan(rest, at, [token | :one]), do: {:one, token, rest, at}
  defp scan([], at, done), do: {:ok, :lists.reverse(done), at(at)}
  defp scan([?\n | rest], at, done), do: scan(rest, newline(at), done)
  defp scan([blank | rest], at, done) when blank in 0..?\s or blank in 0x80..0xA0, do: scan(rest, move(at, 1), done)
  defp scan([?% | rest], at, done), do: scan(:lists.dropwhile(&(&1 != ?\n), rest), at, done)

  defp scan([?. | rest], at, done) when rest == [] or hd(rest) in [?\n, ?\s, ?\t, ?\r, ?%],
    do: scan(rest, move(at, 1), [{:dot, at(at)} | done])

  defp scan([digit | _] = text, at, done) when digit in ?0..?9, do: number(text, at, done)

  defp scan([lower | _] = text, at, done) when lower in ?a..?z or (lower in 0xDF..0xFF and lower != 0xF7) do
    {name, rest} = :lists.splitwith(&name?/1, text)
    atom = :erlang.list_to_atom(name)
    token = if :lists.member(atom, @reserved), do: {atom, at(at)}, else: {:atom, at(at), atom}
    scan(rest, move(at, length(name)), [token | done])
  end

  defp scan([upper | _] = text, at, done) when upper in ?A..?Z or upper == ?_ or (upper in 0xC0..0xDE and upper != 0xD7) do
    {name, rest} = :lists.splitwith(&name?/1, text)
    scan(rest, move(at, length(name)), [{:var, at(at), :erlang.list_to_atom(name)} | done])
  end

  defp scan([?$ | rest], at, done) do
    case character(rest, move(at, 1)) do
      {:ok, character, rest, to} -> scan(rest, to, [{:char, at(at), character} | done])
      :error -> {:error, {at(at), :erl_scan, :char}, at(at)}
    end
  end

  defp scan([?" | rest], at, done) do
    case quoted(rest, ?", move(at, 1), []) do
      {:ok, characters, rest, to} -> scan(rest, to, [{:string, at(at), characters} | done])
      {:error, so_far, to} -> {:error, {at(at), :erl_scan, {:string, ?", :lists.sublist(so_far, 16)}}, at(to)}
    end
  end

  defp scan([?' | rest], at, done) do
    case quoted(rest, ?', move(at, 1), []) do
      {:ok, characters, rest, to} -> scan(rest, to, [{:atom, at(at), :erlang.list_to_atom(characters)} | done])
      {:error, so_far, to} -> {:error, {at(at), :erl_scan, {:string, ?', :lists.sublist(so_far, 16)}}, at(to)}
    end
  end

  defp scan(text, at, done) do
    case :lists.dropwhile(fn {characters, _} -> not :lists.prefix(characters, text) end, punctuation()) do
      [{characters, symbol} | _] ->
        length = length(characters)
        scan(:lists.nthtail(length, text), move(at, length), [{symbol, at(at)} | done])

      [] when hd(text) == ?. ->
        scan(tl(text), move(at, 1), [{:., at(at)} | done])

      [] ->
        {:error, {at(at), :erl_scan, {:illegal, :character}}, at(move(at, 1))}
    end
  end

  defp punctuation(), do: unquote(for(text <- @punctuation, do: {String.to_charlist(text), String.to_atom(text)}))

  defp name?(character),
    do:
      character in ?a..?z or character in ?A..?Z or character in ?0..?9 or character in [?_, ?@] or
        (character in 0xC0..0xFF and character not in [0xD7, 0xF7])

  defp number(text, at, done) do
    {whole, rest} = digits(text)

    case rest do
      [?#, digit | _] when digit in ?0..?9 or digit in ?a..?z or digit in ?A..?Z -> based(:erlang.list_to_integer(whole), tl(rest), at, length(text), done)
      [?., digit | _] when digit in ?0..?9 -> fraction(whole, tl(rest), at, length(text), done)
      _other -> scan(rest, move(at, length(text) - length(rest)), [{:integer, at(at), :erlang.list_to_integer(whole)} | done])
    end
  end

  # Digits, with single underscores between them.
  defp digits(text), do: digits(text, [])

  defp digits([digit | rest], done) when digit in ?0..?9, do: digits(rest, [digit | done])
  defp digits([?_, digit | rest], [_ | _] = done) when digit in ?0..?9, do: digits(rest, [digit | done])
  defp digits(rest, done), do: {:lists.reverse(done), rest}

  defp based(base, text, at, length, done) when base in 2..36 do
    {digits, rest} =
      :lists.splitwith(
        fn character ->
          value = value(character)
          character == ?_ or (value != nil and value < base)
        end,
        text
      )

    number = :erlang.list_to_integer(:lists.filter(&(&1 != ?_), digits), base)
    scan(rest, move(at, length - length(rest)), [{:integer, at(at), number} | done])
  rescue
    ArgumentError -> {:error, {at(at), :erl_scan, {:illegal, :integer}}, at(at)}
  end

  defp based(base, _text, at, _length, _done), do: {:error, {at(at), :erl_scan, {:base, base}}, at(at)}

  defp value(digit) when digit in ?0..?9, do: digit - ?0
  defp value(digit) when digit in ?a..?z, do: digit - ?a + 10
  defp value(digit) when digit in ?A..?Z, do: digit - ?A + 10
  defp value(_other), do: nil

  defp fraction(whole, text, at, length, done) do
    {part, rest} = digits(text)

    {exponent, rest} =
      case rest do
        [e, sign, digit | _] when e in [?e, ?E] and sign in [?+, ?-] and digit in ?0..?9 ->
          {digits, after_it} = digits(tl(tl(rest)))
          {[?e, sign | digits], after_it}

        [e, digit | _] when e in [?e, ?E] and digit in ?0..?9 ->
          {digits, after_it} = digits(tl(rest))
          {[?e | digits], after_it}

        _other ->
          {[], rest}
      end

    float = :erlang.list_to_float(whole ++ [?. | part] ++ exponent)
    scan(rest, move(at, length - length(rest)), [{:float, at(at), float} | done])
  rescue
    ArgumentError -> {:error, {at(at), :erl_scan, {:illegal, :float}}, at(at)}
  end

  defp quoted([quote | rest], quote, at, done), do: {:ok, :lists.reverse(done), rest, move(at, 1)}
  defp quoted([?\n | rest], quote, at, done), do: quoted(rest, quote, newline(at), [?\n | done])

  defp quoted([_ | _] = text, quote, at, done) do
    case character(text, at) do
      {:ok, character, rest, to} -> quoted(rest, quote, to, [character | done])
      :error -> {:error, :lists.reverse(done), at}
    end
  end

  defp quoted([], _quote, at, done), do: {:error, :lists.reverse(done), at}

  @escapes %{?n => ?\n, ?r => ?\r, ?t => ?\t, ?v => ?\v, ?b => ?\b, ?f => ?\f, ?e => ?\e, ?s => ?\s, ?d => 0x7F}

  # One character, written as itself or with a backslash.
  defp character([?\\, ?x, ?{ | rest], at) do
    case :lists.splitwith(&(&1 != ?}), rest) do
      {digits, [?} | rest]} -> {:ok, :erlang.list_to_integer(digits, 16), rest, move(at, 4 + length(digits))}
      _open -> :error
    end
  rescue
    ArgumentError -> :error
  end

  defp character([?\\, ?x, high, low | rest], at) do
    {:ok, :erlang.list_to_integer([high, low], 16), rest, move(at, 4)}
  rescue
    ArgumentError -> :error
  end

  defp character([?\\, ?^, letter | rest], at) when letter in ?@..?_ or letter in ?a..?z, do: {:ok, rem(letter, 32), rest, move(at, 3)}

  defp character([?\\, digit | _] = text, at) when digit in ?0..?7 do
    digits = :lists.takewhile(&(&1 in ?0..?7), :lists.sublist(tl(text), 3))
    {:ok, :erlang.list_to_integer(digits, 8), :lists.nthtail(1 + length(digits), text), move(at, 1 + length(digits))}
  end

  defp character([?\\, ?\n | rest], at), do: {:ok, ?\n, rest, newline(at)}
  defp character([?\\, letter | rest], at), do: {:ok, Map.get(@escapes, letter, letter), rest, move(at, 2)}
  defp character([?\n | rest], at), do: {:ok, ?\n, rest, newline(at)}
  defp character([character | rest], at), do: {:ok, character, rest, move(at, 1)}
  defp character([], _at), do: :error

  @doc "Says what an error means."
  def format_error({:string, quote, head}), do: [~c"unterminated ", name(quote), ~c" starting with ", :io_lib.write_string(head, quote)]
  def format_error({:illegal, what}), do: [~c"illegal ", :erlang.atom_to_list(what)]
  def format_error({:base, base}), do: [~c"illegal base '", :erlang.integer_to_list(base), ~c"'"]
  def format_error(:char), do: ~c"unterminated character"
  def format_error(other), do: :io_lib.write(other)

  defp name(?"), do: ~c"string"
  defp name(?'), do: ~c"atom"

  @doc "Tells whether an atom is a reserved word."
  def reserved_word(atom), do: :lists.member(atom, @reserved)

  @doc "As `reserved_word/1`, for the preprocessor, which asks with the features of the language in mind."
  def f_reserved_word(atom), do: reserved_word(atom)

  @doc "Gives a token's category."
  def category(token), do: elem(token, 0)

  @doc "Gives a token's symbol."
  def symbol({category, _}), do: category
  def symbol({_, _, symbol}), do: symbol

  @doc "Gives a token's location."
  def location(token) do
    case elem(token, 1) do
      [_ | _] = annotation -> :proplists.get_value(:location, annotation)
      location -> location
    end
  end

  @doc "Gives the text that a token was, or `:undefined` where it was read without the option `:text`."
  def text(token) do
    case elem(token, 1) do
      [_ | _] = annotation -> :proplists.get_value(:text, annotation)
      _location -> :undefined
    end
  end

  @doc "Gives a token's line."
  def line(token), do: with({line, _} <- location(token), do: line)

  @doc "Gives a token's column, or `:undefined`."
  def column(token) do
    case location(token) do
      {_, column} -> column
      _line -> :undefined
    end
  end

  @doc "Takes text that comes in pieces, `:eof` last, up to a dot: `{:more, continuation}` or `{:done, result, rest}`."
  def tokens(continuation, chars, start), do: tokens(continuation, chars, start, [])

  @doc "As `tokens/3`, with options as `string/3` takes them."
  def tokens([], chars, start, options), do: form(chars, start, chars == :eof, options)
  def tokens({:erl_scan_tokens, before, start, options}, :eof, _start, _options), do: form(before, start, true, options)
  def tokens({:erl_scan_tokens, before, start, options}, chars, _start, _options), do: form(before ++ chars, start, false, options)

  defp form(:eof, start, true, _options), do: {:done, {:eof, start}, :eof}

  defp form(text, start, last, options) do
    case dot(text, [], last) do
      {text, rest} ->
        {:done, string(text, start, options), rest}

      :more when not last ->
        {:more, {:erl_scan_tokens, text, start, options}}

      :more ->
        case string(text, start, options) do
          {:ok, [], location} -> {:done, {:eof, location}, :eof}
          {:ok, tokens, location} -> {:done, {:ok, tokens, location}, :eof}
          error -> {:done, error, :eof}
        end
    end
  end

  # The text up to a dot that ends a form, and what follows it; a dot at the end of a piece may go on.
  defp dot([?., next | rest], before, _last) when next in [?\n, ?\s, ?\t, ?\r], do: {:lists.reverse(before, [?., next]), rest}
  defp dot([?., ?% | rest], before, _last), do: {:lists.reverse(before, [?.]), [?% | rest]}
  defp dot([?.], before, true), do: {:lists.reverse(before, [?.]), :eof}
  defp dot([?$, ?\\, char | rest], before, last), do: dot(rest, [char, ?\\, ?$ | before], last)
  defp dot([?$, char | rest], before, last), do: dot(rest, [char, ?$ | before], last)
  defp dot([quote | rest], before, last) when quote in [?", ?'], do: text(rest, quote, [quote | before], last)

  defp dot([?% | _] = text, before, last) do
    {comment, rest} = :lists.splitwith(&(&1 != ?\n), text)
    dot(rest, :lists.reverse(comment, before), last)
  end

  defp dot([char | rest], before, last), do: dot(rest, [char | before], last)
  defp dot([], _before, _last), do: :more

  defp text([?\\, char | rest], quote, before, last), do: text(rest, quote, [char, ?\\ | before], last)
  defp text([quote | rest], quote, before, last), do: dot(rest, [quote | before], last)
  defp text([char | rest], quote, before, last), do: text(rest, quote, [char | before], last)
  defp text([], _quote, _before, _last), do: :more
end
