# JSON both ways. The decoder walks the binary once and cuts strings out of it without copying; the encoder is a
# protocol, so that a program's own structs say how they are written.

defmodule Json do
  defmodule Error do
    defexception [:reason, :at]

    @impl true
    def message(%{reason: reason, at: at}), do: "#{reason} at byte #{at}"
  end

  defprotocol Encoder do
    @fallback_to_any true
    @doc "The JSON of a value, as iodata."
    def encode(value)
  end

  @doc "Reads JSON: `{:ok, value}` or `{:error, exception}`. With `keys: :atoms` names become atoms that exist."
  def decode(text, options \\ []) when is_binary(text) do
    key = if options[:keys] == :atoms, do: &String.to_existing_atom/1, else: & &1

    try do
      {value, rest} = value(blank(text), text, key)

      case blank(rest) do
        "" -> {:ok, value}
        rest -> fail("something follows the value", rest, text)
      end
    catch
      {__MODULE__, error} -> {:error, error}
    end
  end

  def decode!(text, options \\ []) do
    case decode(text, options) do
      {:ok, value} -> value
      {:error, error} -> raise error
    end
  end

  @doc "Writes a value as JSON; with `pretty: true` on several lines."
  def encode!(value, options \\ []) do
    text = value |> Encoder.encode() |> IO.iodata_to_binary()
    if options[:pretty], do: text |> pretty(0, []) |> IO.iodata_to_binary(), else: text
  end

  ## Reading

  defp blank(<<char, rest::binary>>) when char in ' \t\r\n', do: blank(rest)
  defp blank(rest), do: rest

  for {text, value} <- [{"null", nil}, {"true", true}, {"false", false}] do
    defp value(unquote(text) <> rest, _text, _key), do: {unquote(value), rest}
  end

  defp value(<<?", rest::binary>>, text, _key), do: string(rest, text)
  defp value(<<?[, rest::binary>>, text, key), do: array(blank(rest), text, key)
  defp value(<<?{, rest::binary>>, text, key), do: object(blank(rest), text, key)
  defp value(<<char, _::binary>> = rest, text, _key) when char in '-0123456789', do: number(rest, text)
  defp value(rest, text, _key), do: fail("a value is missing", rest, text)

  defp array("]" <> rest, _text, _key), do: {[], rest}
  defp array(rest, text, key), do: elements(rest, text, key, [])

  defp elements(rest, text, key, found) do
    {value, rest} = value(rest, text, key)

    case blank(rest) do
      "," <> rest -> elements(blank(rest), text, key, [value | found])
      "]" <> rest -> {Enum.reverse([value | found]), rest}
      rest -> fail("a comma or ] is missing", rest, text)
    end
  end

  defp object("}" <> rest, _text, _key), do: {%{}, rest}
  defp object(rest, text, key), do: members(rest, text, key, [])

  defp members(<<?", rest::binary>>, text, key, found) do
    {name, rest} = string(rest, text)

    with ":" <> rest <- blank(rest),
         {value, rest} = value(blank(rest), text, key),
         found = [{key.(name), value} | found] do
      case blank(rest) do
        "," <> rest -> members(blank(rest), text, key, found)
        # Of a name that occurs twice the last value counts.
        "}" <> rest -> {found |> Enum.reverse() |> Map.new(), rest}
        rest -> fail("a comma or } is missing", rest, text)
      end
    else
      rest -> fail("a colon is missing", rest, text)
    end
  end

  defp members(rest, text, _key, _found), do: fail("a name is missing", rest, text)

  defp number(rest, text) do
    case Regex.run(~r/^-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/, rest) do
      [integer] -> {String.to_integer(integer), after_(rest, integer)}
      [whole, ""  | _] -> {whole |> String.replace(~r/e/i, ".0e") |> String.to_float(), after_(rest, whole)}
      [whole | _] -> {String.to_float(whole), after_(rest, whole)}
      nil -> fail("a number has no digits", rest, text)
    end
  end

  defp after_(text, start), do: binary_part(text, byte_size(start), byte_size(text) - byte_size(start))

  # The plain part of a string is one piece of the text; only escapes make it a list of pieces.
  defp string(rest, text), do: string(rest, 0, rest, text, [])

  defp string(start, length, rest, text, pieces) do
    case rest do
      <<?", rest::binary>> ->
        {IO.iodata_to_binary(Enum.reverse([binary_part(start, 0, length) | pieces])), rest}

      <<?\\, escape::binary>> ->
        {piece, rest} = escaped(escape, text)
        string(rest, 0, rest, text, [piece, binary_part(start, 0, length) | pieces])

      <<char::utf8, rest::binary>> when char >= 0x20 ->
        string(start, length + byte_size(<<char::utf8>>), rest, text, pieces)

      "" ->
        fail("a string has no end", rest, text)

      _ ->
        fail("a character that may not stand in a string", rest, text)
    end
  end

  for {letter, char} <- [{?", ?"}, {?\\, ?\\}, {?/, ?/}, {?b, ?\b}, {?f, ?\f}, {?n, ?\n}, {?r, ?\r}, {?t, ?\t}] do
    defp escaped(<<unquote(letter), rest::binary>>, _text), do: {unquote(char), rest}
  end

  defp escaped(<<?u, digits::binary-size(4), rest::binary>> = all, text) do
    case {Integer.parse(digits, 16), rest} do
      {{high, ""}, <<"\\u", digits::binary-size(4), rest::binary>>} when high in 0xD800..0xDBFF ->
        case Integer.parse(digits, 16) do
          {low, ""} when low in 0xDC00..0xDFFF ->
            {<<0x10000 + (high - 0xD800) * 0x400 + (low - 0xDC00)::utf8>>, rest}

          _ ->
            fail("half a character", all, text)
        end

      {{char, ""}, rest} when char not in 0xD800..0xDFFF ->
        {<<char::utf8>>, rest}

      _ ->
        fail("an escape that names no character", all, text)
    end
  end

  defp escaped(rest, text), do: fail("an unknown escape", rest, text)

  defp fail(reason, rest, text), do: throw({__MODULE__, %Error{reason: reason, at: byte_size(text) - byte_size(rest)}})

  ## Writing on several lines

  defp pretty("", _depth, out), do: Enum.reverse(out)

  defp pretty(<<?", rest::binary>>, depth, out) do
    size = quoted(rest, 0)
    <<string::binary-size(size), rest::binary>> = rest
    pretty(rest, depth, [[?", string] | out])
  end

  defp pretty("[]" <> rest, depth, out), do: pretty(rest, depth, ["[]" | out])
  defp pretty("{}" <> rest, depth, out), do: pretty(rest, depth, ["{}" | out])
  defp pretty(<<c, rest::binary>>, depth, out) when c in '[{', do: pretty(rest, depth + 1, [[c, line(depth + 1)] | out])
  defp pretty(<<c, rest::binary>>, depth, out) when c in ']}', do: pretty(rest, depth - 1, [[line(depth - 1), c] | out])
  defp pretty("," <> rest, depth, out), do: pretty(rest, depth, [[?,, line(depth)] | out])
  defp pretty(":" <> rest, depth, out), do: pretty(rest, depth, [": " | out])
  defp pretty(<<c, rest::binary>>, depth, out), do: pretty(rest, depth, [c | out])

  defp line(depth), do: [?\n | List.duplicate("  ", depth)]

  # How many bytes there are to the end of a string, its quotation mark included.
  defp quoted(<<?\\, _, rest::binary>>, size), do: quoted(rest, size + 2)
  defp quoted(<<?", _::binary>>, size), do: size + 1
  defp quoted(<<_, rest::binary>>, size), do: quoted(rest, size + 1)
end

defimpl Json.Encoder, for: Atom do
  def encode(nil), do: "null"
  def encode(value) when is_boolean(value), do: Atom.to_string(value)
  def encode(value), do: Json.Encoder.encode(Atom.to_string(value))
end

defimpl Json.Encoder, for: [Integer, Float] do
  def encode(value), do: @for.to_string(value)
end

defimpl Json.Encoder, for: BitString do
  def encode(text), do: [?", for(<<char::utf8 <- text>>, do: char(char)), ?"]

  defp char(?"), do: "\\\""
  defp char(?\\), do: "\\\\"
  defp char(?\n), do: "\\n"
  defp char(?\t), do: "\\t"
  defp char(char) when char < 0x20, do: ["\\u", char |> Integer.to_string(16) |> String.pad_leading(4, "0")]
  defp char(char), do: <<char::utf8>>
end

defimpl Json.Encoder, for: List do
  def encode(list), do: [?[, list |> Enum.map(&@protocol.encode/1) |> Enum.intersperse(?,), ?]]
end

defimpl Json.Encoder, for: Map do
  def encode(map) do
    members =
      for {key, value} <- Enum.sort_by(map, fn {key, _} -> to_string(key) end) do
        [@protocol.encode(to_string(key)), ?:, @protocol.encode(value)]
      end

    [?{, Enum.intersperse(members, ?,), ?}]
  end
end

defimpl Json.Encoder, for: [Date, Time, NaiveDateTime, DateTime] do
  def encode(value), do: [?", @for.to_iso8601(value), ?"]
end

defimpl Json.Encoder, for: Any do
  # `@derive {Json.Encoder, only: […]}` writes a struct as an object of some of its fields.
  defmacro __deriving__(module, struct, options) do
    fields = Keyword.get(options, :only, Map.keys(struct) -- [:__struct__])

    quote do
      defimpl Json.Encoder, for: unquote(module) do
        def encode(struct), do: struct |> Map.take(unquote(fields)) |> Json.Encoder.Map.encode()
      end
    end
  end

  def encode(%module{}), do: raise(ArgumentError, "#{inspect(module)} does not say how it is written as JSON")
  def encode(value), do: raise(ArgumentError, "#{inspect(value)} cannot be written as JSON")
end

defmodule Account do
  @derive {Json.Encoder, only: [:name, :since, :tags]}
  defstruct [:name, :password, :since, tags: []]
end

defmodule Point do
  defstruct x: 0, y: 0

  defimpl Json.Encoder do
    def encode(%{x: x, y: y}), do: Json.Encoder.encode([x, y])
  end
end

defmodule Secret do
  defstruct [:key]
end

defmodule Show do
  def run do
    text = ~S"""
    {"name": "Grüße \"quoted\" \u00e9\ud83d\ude00\n", "numbers": [0, -1, 2.5, 1e3, 1.5E-7, 123456789012345678901234567890],
     "nested": {"empty": [{}, []], "flags": [true, false, null]}, "twice": 1, "twice": 2}
    """

    value = Json.decode!(text)
    IO.inspect(value, width: 110)
    IO.puts(Json.encode!(value))
    IO.puts(Json.encode!(value, pretty: true))
    IO.inspect(Json.decode!(Json.encode!(value)) == value, label: "there and back")
    IO.inspect(Json.decode!(~s({"name": 1}), keys: :atoms))

    account = %Account{name: "ann", password: "hidden", since: ~D[2020-02-29], tags: [:admin, "x"]}
    IO.puts(Json.encode!(%{account: account, at: %Point{x: 1, y: -2.5}, time: ~U[2021-01-02 03:04:05Z]}))

    for wrong <- [%Secret{key: 1}, {1, 2}, %{list: [1, {2}]}] do
      try do
        Json.encode!(wrong)
      rescue
        error in ArgumentError -> IO.puts(Exception.message(error))
      end
    end

    for text <- ["", "[1, 2", "{\"a\" 1}", "{a: 1}", "[1 2]", "\"no end", "\"\\x\"", "\"\\ud800\"", "-", "tru", "1 2", "\"\t\""] do
      {:error, error} = Json.decode(text)
      IO.puts(String.pad_trailing(inspect(text), 14) <> Exception.message(error))
    end

    many = for n <- 1..5_000, do: %{"id" => n, "name" => "item #{n}", "price" => n / 4, "tags" => ["a", "b"]}
    IO.inspect(many |> Json.encode!() |> Json.decode!() == many, label: "5000 objects")
  end
end

Show.run()
