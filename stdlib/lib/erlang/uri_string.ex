defmodule :uri_string do
  @moduledoc """
  Erlang's `:uri_string`: addresses of resources, taken apart and put together (RFC 3986). Parts are of the kind of text that
  they were taken from: binaries or lists.

  ## Examples

      iex> :uri_string.parse("http://example.org:8080/a?b=c#d")
      %{fragment: "d", host: "example.org", path: "/a", port: 8080, query: "b=c", scheme: "http"}
      iex> :uri_string.resolve("../x", "http://example.org/a/b/c")
      "http://example.org/a/x"
      iex> :uri_string.dissect_query("a=1&b")
      [{"a", "1"}, {"b", true}]
  """

  @unreserved Enum.concat([?a..?z, ?A..?Z, ?0..?9, '-._~'])
  @sub_delims '!$&\'()*+,;='
  @ports %{"http" => 80, "https" => 443, "ftp" => 21, "ssh" => 22, "sftp" => 22, "tftp" => 69}

  @doc "Takes an address apart: a map, or `{:error, :invalid_uri, what}`."
  def parse(uri) do
    binary = to_binary(uri)
    map = binary |> parts() |> :maps.from_list()
    if is_binary(uri), do: map, else: :maps.map(fn _key, value -> if(is_binary(value), do: to_list(value), else: value) end, map)
  catch
    {:uri, kind, what} -> {:error, kind, what}
  end

  defp parts(text) do
    {text, fragment} = cut(text, "#", :fragment)
    {text, query} = cut(text, "?", :query)
    valid!(fragment, @unreserved ++ @sub_delims ++ ':@/?', true)
    valid!(query, @unreserved ++ @sub_delims ++ ':@/?', true)

    {scheme, rest} =
      case :binary.split(text, ":") do
        [scheme, rest] -> if scheme?(scheme), do: {[scheme: scheme], rest}, else: no_scheme(scheme, text)
        [_] -> {[], text}
      end

    {authority, path} =
      case rest do
        "//" <> rest ->
          # What is wrong here is told by the colon before it.
          {authority, path} =
            case :binary.match(rest, "/") do
              {at, 1} -> :erlang.split_binary(rest, at)
              :nomatch -> {rest, ""}
            end

          {checked_authority(authority), path}

        path ->
          {[], path}
      end

    valid!([path: path], @unreserved ++ @sub_delims ++ ':@/', true)
    scheme ++ authority ++ [path: path] ++ query ++ fragment
  end

  # A colon in the first segment of a path without a scheme is not allowed.
  defp no_scheme(before, text) do
    if :binary.match(before, "/") == :nomatch, do: throw({:uri, :invalid_uri, ':'}), else: {[], text}
  end

  defp cut(text, mark, key) do
    case :binary.split(text, mark) do
      [text, rest] -> {text, [{key, rest}]}
      [text] -> {text, []}
    end
  end

  defp scheme?(<<first, rest::binary>>) when first in ?a..?z or first in ?A..?Z,
    do: for(<<c <- rest>>, c not in ?a..?z and c not in ?A..?Z and c not in ?0..?9 and c not in '+-.', do: c) == []

  defp scheme?(_other), do: false

  defp checked_authority(text) do
    authority(text)
  catch
    {:uri, :invalid_uri, _} -> throw({:uri, :invalid_uri, ':'})
  end

  defp authority(text) do
    {userinfo, text} =
      case :binary.split(text, "@") do
        [userinfo, text] -> {[userinfo: userinfo], text}
        [text] -> {[], text}
      end

    valid!(userinfo, @unreserved ++ @sub_delims ++ ':', true)

    {host, port} =
      case text do
        "[" <> rest ->
          case :binary.split(rest, "]") do
            [host, ""] -> {host, nil}
            [host, ":" <> port] -> {host, port}
            _ -> throw({:uri, :invalid_uri, '['})
          end

        text ->
          case :binary.split(text, ":") do
            [host, port] -> {host, port}
            [host] -> {host, nil}
          end
      end

    if not String.contains?(host, ":"), do: valid!([host: host], @unreserved ++ @sub_delims, true)
    userinfo ++ [host: host] ++ port(port)
  end

  defp port(nil), do: []
  defp port(""), do: [port: :undefined]

  defp port(text) do
    case Integer.parse(text) do
      {number, ""} when number >= 0 -> [port: number]
      _ -> throw({:uri, :invalid_uri, ':'})
    end
  end

  defp valid!(pairs, allowed, percent) do
    for {_key, text} <- pairs, is_binary(text), do: valid_text!(text, allowed, percent)
  end

  defp valid_text!(<<?%, a, b, rest::binary>>, allowed, true) do
    _ = {a, b}
    valid_text!(rest, allowed, true)
  end

  defp valid_text!(<<char::utf8, rest::binary>>, allowed, percent) do
    if char in allowed, do: valid_text!(rest, allowed, percent), else: throw({:uri, :invalid_uri, [char]})
  end

  defp valid_text!("", _allowed, _percent), do: :ok
  defp valid_text!(_other, _allowed, _percent), do: throw({:uri, :invalid_utf8, ''})

  defp hex?(c), do: c in ?0..?9 or c in ?a..?f or c in ?A..?F

  @doc "Puts an address together out of its parts."
  def recompose(%{path: path} = map) do
    as_list = is_list(path)
    map = :maps.map(fn _key, value -> if(is_integer(value) or is_atom(value), do: value, else: to_binary(value)) end, map)
    text = IO.iodata_to_binary(put_together(map))
    if as_list, do: to_list(text), else: text
  end

  def recompose(map) when is_map(map), do: {:error, :invalid_map, map}

  defp put_together(map) do
    [
      with(%{scheme: scheme} <- map, do: [escape(scheme, '+-.'), ?:], else: (_ -> [])),
      with(%{host: host} <- map, do: ["//", userinfo(map), host(host), port_text(map)], else: (_ -> [])),
      path(map),
      with(%{query: query} <- map, do: [??, escape(query, @sub_delims ++ ':@/?%')], else: (_ -> [])),
      with(%{fragment: fragment} <- map, do: [?#, escape(fragment, @sub_delims ++ ':@/?%')], else: (_ -> []))
    ]
  end

  defp path(%{path: path}), do: escape(path, @sub_delims ++ ':@/%')

  defp userinfo(%{userinfo: userinfo}), do: [escape(userinfo, @sub_delims ++ ':%'), ?@]
  defp userinfo(_map), do: []

  defp host(host), do: if(String.contains?(host, ":"), do: [?[, host, ?]], else: escape(host, @sub_delims ++ '%'))

  defp port_text(%{port: port}) when is_integer(port), do: [?:, :erlang.integer_to_binary(port)]
  defp port_text(%{port: :undefined}), do: ":"
  defp port_text(_map), do: []

  defp escape(text, more) do
    for <<byte <- text>>, into: "" do
      if byte in @unreserved or byte in more, do: <<byte>>, else: percent(byte)
    end
  end

  defp percent(byte), do: <<?%, digit(div(byte, 16)), digit(rem(byte, 16))>>
  defp digit(n) when n < 10, do: ?0 + n
  defp digit(n), do: ?A + n - 10

  @doc "Brings an address, or a map of its parts, into its normal form."
  def normalize(uri), do: normalize(uri, [])

  def normalize(uri, options) do
    case if(is_map(uri), do: uri, else: parse(uri)) do
      {:error, _, _} = error ->
        error

      map ->
        map = map |> Map.new(fn {key, value} -> {key, normal(key, value)} end) |> without_default_port() |> without_dots()
        if :return_map in options, do: map, else: recompose(map)
    end
  end

  defp normal(key, value) when key in [:scheme, :host], do: like(value, value |> to_binary() |> decode_unreserved() |> String.downcase())
  defp normal(key, value) when key in [:path, :query, :fragment, :userinfo], do: like(value, value |> to_binary() |> decode_unreserved())
  defp normal(_key, value), do: value

  defp like(model, binary), do: if(is_list(model), do: to_list(binary), else: binary)

  # What needs no escape is written without; digits of the others are upper case.
  defp decode_unreserved(<<?%, a, b, rest::binary>>) do
    if hex?(a) and hex?(b) do
      byte = :erlang.list_to_integer([a, b], 16)
      text = if byte in @unreserved, do: <<byte>>, else: percent(byte)
      text <> decode_unreserved(rest)
    else
      <<?%, a, b>> <> decode_unreserved(rest)
    end
  end

  defp decode_unreserved(<<byte, rest::binary>>), do: <<byte>> <> decode_unreserved(rest)
  defp decode_unreserved(""), do: ""

  defp without_default_port(%{scheme: scheme, port: port} = map) do
    if @ports[to_binary(scheme)] == port, do: Map.delete(map, :port), else: map
  end

  defp without_default_port(map), do: map

  defp without_dots(%{path: path} = map), do: %{map | path: like(path, path |> to_binary() |> dots())}

  defp dots(path), do: remove(path, "")

  # RFC 3986, 5.2.4.
  defp remove("", out), do: out
  defp remove("../" <> rest, out), do: remove(rest, out)
  defp remove("./" <> rest, out), do: remove(rest, out)
  defp remove("/./" <> rest, out), do: remove("/" <> rest, out)
  defp remove("/.", out), do: remove("/", out)
  defp remove("/../" <> rest, out), do: remove("/" <> rest, parent(out))
  defp remove("/..", out), do: remove("/", parent(out))
  defp remove(dots, out) when dots in [".", ".."], do: out

  defp remove(path, out) do
    from = if String.starts_with?(path, "/"), do: 1, else: 0

    case :binary.match(path, "/", scope: {from, byte_size(path) - from}) do
      {at, 1} ->
        {segment, rest} = :erlang.split_binary(path, at)
        remove(rest, out <> segment)

      :nomatch ->
        out <> path
    end
  end

  defp parent(out) do
    case :binary.matches(out, "/") do
      [] -> ""
      found -> :binary.part(out, 0, found |> :lists.last() |> elem(0))
    end
  end

  @doc "Gives the address that a reference means, seen from a base."
  def resolve(reference, base), do: resolve(reference, base, [])

  def resolve(reference, base, options) do
    with %{} = reference <- taken(reference), %{} = base <- taken(base) do
      if is_map_key(base, :scheme) do
        map = target(reference, base)
        if :return_map in options, do: map, else: recompose(map)
      else
        {:error, :invalid_scheme, ""}
      end
    end
  end

  defp taken(map) when is_map(map), do: map
  defp taken(uri), do: parse(uri)

  defp target(%{scheme: _} = reference, _base), do: without_dots(reference)
  defp target(%{host: _} = reference, base), do: reference |> Map.put(:scheme, base.scheme) |> without_dots()

  defp target(reference, base) do
    path = to_binary(reference.path)

    map =
      cond do
        path == "" ->
          query = Map.take(reference, [:query])
          base |> Map.take([:scheme, :userinfo, :host, :port, :path, :query]) |> Map.merge(query)

        String.starts_with?(path, "/") ->
          base |> Map.take([:scheme, :userinfo, :host, :port]) |> Map.merge(Map.take(reference, [:path, :query])) |> without_dots()

        true ->
          base |> Map.take([:scheme, :userinfo, :host, :port]) |> Map.merge(Map.take(reference, [:query])) |> Map.put(:path, like(reference.path, merged(base, path))) |> without_dots()
      end

    Map.merge(map, Map.take(reference, [:fragment]))
  end

  defp merged(base, path) do
    case to_binary(base.path) do
      "" when is_map_key(base, :host) -> "/" <> path
      text -> upto(text) <> path
    end
  end

  defp upto(text) do
    case :binary.matches(text, "/") do
      [] -> ""
      found -> :binary.part(text, 0, (found |> :lists.last() |> elem(0)) + 1)
    end
  end

  @doc "Writes pairs as the query of a form."
  def compose_query(pairs), do: compose_query(pairs, encoding: :utf8)
  def compose_query([], _options), do: []

  def compose_query(pairs, options) do
    _ = options
    parts = for {key, value} <- pairs, do: if(value == true, do: form(key), else: [form(key), ?=, form(value)])
    text = ?& |> :lists.join(parts) |> IO.iodata_to_binary()
    {key, value} = hd(pairs)
    if is_list(key) or is_list(value), do: to_list(text), else: text
  end

  defp form(text) do
    for <<byte <- to_binary(text)>>, into: "" do
      cond do
        byte == ?\s -> "+"
        byte in ?a..?z or byte in ?A..?Z or byte in ?0..?9 or byte in '*-._' -> <<byte>>
        true -> percent(byte)
      end
    end
  end

  @doc "Reads the query of a form: pairs, whose value is `true` where there is no `=`."
  def dissect_query(""), do: []
  def dissect_query([]), do: []

  def dissect_query(query) do
    for pair <- query |> to_binary() |> :binary.split(["&", ";"], [:global]) do
      case :binary.split(pair, "=") do
        [key, value] -> {like(query, unform(key)), like(query, unform(value))}
        [key] -> {like(query, unform(key)), true}
      end
    end
  catch
    {:percent, what} -> {:error, :invalid_percent_encoding, what}
  end

  defp unform(text), do: text |> :binary.replace("+", " ", [:global]) |> decoded()

  defp decoded(text) do
    case decode(text, "") do
      {:ok, text} -> if String.valid?(text), do: text, else: throw({:percent, text})
      :error -> throw({:percent, text})
    end
  end

  defp decode(<<?%, a, b, rest::binary>>, done) do
    if hex?(a) and hex?(b),
      do: decode(rest, <<done::binary, :erlang.list_to_integer([a, b], 16)>>),
      else: decode(<<a, b, rest::binary>>, <<done::binary, ?%>>)
  end

  defp decode(<<byte, rest::binary>>, done), do: decode(rest, <<done::binary, byte>>)
  defp decode("", done), do: {:ok, done}

  @doc "Decodes what is written with percent signs, in a text or in a map of parts."
  def percent_decode(map) when is_map(map) do
    :maps.map(fn key, value -> if(key == :port or is_atom(value), do: value, else: percent_decode(value)) end, map)
  end

  def percent_decode(text) do
    like(text, decoded(to_binary(text)))
  catch
    {:percent, _} -> {:error, :invalid_percent_encoding, text}
  end

  @doc "Writes all but unreserved characters with percent signs."
  def unquote(:quote)(text), do: quoted(text, [])
  def unquote(:quote)(text, safe), do: quoted(text, safe)

  defp quoted(text, safe), do: like(text, escape(to_binary(text), to_list_of(safe)))

  defp to_list_of(safe) when is_binary(safe), do: to_list(safe)
  defp to_list_of(safe), do: safe

  @doc "Reads what `quote/1` wrote."
  def unquote(:unquote)(text), do: percent_decode(text)

  @doc "Changes the encoding of what is escaped."
  def transcode(text, options) when is_list(options) do
    {from, to} = {:proplists.get_value(:in_encoding, options, :utf8), :proplists.get_value(:out_encoding, options, :utf8)}
    {:ok, bytes} = decode(:unicode.characters_to_binary(text, from, :utf8), "")
    converted = :unicode.characters_to_binary(bytes, from, to)
    escaped = escape(converted, @sub_delims ++ ':@/?#[]')
    like(text, escaped)
  end

  @doc "The characters that may stand in each part."
  def allowed_characters() do
    sorted = fn chars -> :lists.usort(chars) end
    alnum = Enum.concat([?a..?z, ?A..?Z, ?0..?9])

    [
      scheme: sorted.(alnum ++ '+-.'),
      userinfo: sorted.(@unreserved ++ @sub_delims ++ '%:'),
      host: sorted.(@unreserved ++ @sub_delims ++ ':'),
      ipv4: sorted.(Enum.concat(?0..?9, '.')),
      ipv6: sorted.(Enum.concat([?0..?9, ?a..?f, ?A..?F, ':.'])),
      regname: sorted.(@unreserved ++ @sub_delims ++ '%'),
      path: sorted.(@unreserved ++ @sub_delims ++ ':@/%'),
      query: sorted.(@unreserved ++ @sub_delims ++ ':@/?%'),
      fragment: sorted.(@unreserved ++ @sub_delims ++ ':@/?%'),
      reserved: sorted.(@sub_delims ++ ':/?#[]@'),
      unreserved: sorted.(@unreserved)
    ]
  end

  defp to_binary(text) when is_binary(text), do: text

  defp to_binary(text) do
    case :unicode.characters_to_binary(text) do
      binary when is_binary(binary) -> binary
      _ -> throw({:uri, :invalid_utf8, text})
    end
  end

  defp to_list(binary), do: :unicode.characters_to_list(binary)
end
