defmodule URI.Error do
  @moduledoc "Raised by `URI.new!/1` for a text that is no URI: `:part` is where it stops being one."
  defexception [:action, :reason, :part]

  @impl true
  def message(%{action: action, reason: reason, part: part}), do: "cannot #{action} due to reason #{reason}: #{inspect(part)}"
end

defmodule URI do
  @moduledoc """
  Uniform resource identifiers after RFC 3986: taking them apart, putting them together, resolving references, escaping.

  `new/1` takes only what the RFC allows, `parse/1` whatever comes. Nothing is unescaped on the way: see `decode/1`, `decode_query/3`.
  """

  @derive {Inspect, optional: [:authority]}
  defstruct [:scheme, :authority, :userinfo, :host, :port, :path, :query, :fragment]

  @type t :: %__MODULE__{
          scheme: nil | binary,
          authority: authority,
          userinfo: nil | binary,
          host: nil | binary,
          port: nil | :inet.port_number(),
          path: nil | binary,
          query: nil | binary,
          fragment: nil | binary
        }
  @typedoc "Kept for old programs: the host with what belongs to it."
  @opaque authority :: nil | binary

  defguardp is_alpha(char) when char in ?a..?z or char in ?A..?Z
  defguardp is_digit(char) when char in ?0..?9
  defguardp is_unreserved(char) when is_alpha(char) or is_digit(char) or char in ~c"~_-."
  defguardp is_sub_delim(char) when char in ~c"!$&'()*+,;="

  ## Ports

  @ports %{"ftp" => 21, "http" => 80, "https" => 443, "ldap" => 389, "sftp" => 22, "tftp" => 69, "ws" => 80, "wss" => 443}

  @doc """
  Returns the port that a scheme has by default, or `nil`.

  ## Examples

      iex> URI.default_port("https")
      443
      iex> URI.default_port("ponzi")
      nil

  """
  @spec default_port(binary) :: nil | non_neg_integer
  def default_port(scheme) when is_binary(scheme), do: :persistent_term.get({URI, scheme}, nil) || Map.get(@ports, scheme)

  @doc """
  Sets the default port of a scheme for the whole program.
  """
  @spec default_port(binary, non_neg_integer) :: :ok
  def default_port(scheme, port) when is_binary(scheme) and is_integer(port) and port >= 0, do: :persistent_term.put({URI, scheme}, port)

  ## Queries

  @doc """
  Writes pairs as a query. Keys and values go through `to_string/1`; lists raise `ArgumentError`.

  The encoding is `:www_form`, where a space is `+`, or `:rfc3986`, where it is `%20`.

  ## Examples

      iex> URI.encode_query([{"foo", 1}, {"b r", "a&b"}])
      "foo=1&b+r=a%26b"
      iex> URI.encode_query([{"b r", 2}], :rfc3986)
      "b%20r=2"

  """
  @spec encode_query(Enumerable.t(), :www_form | :rfc3986) :: binary
  def encode_query(enumerable, encoding \\ :www_form), do: Enum.map_join(enumerable, "&", &encode_kv_pair(&1, encoding))

  defp encode_kv_pair({key, _}, _encoding) when is_list(key),
    do: raise(ArgumentError, "encode_query/2 keys cannot be lists, got: #{inspect(key)}")

  defp encode_kv_pair({_, value}, _encoding) when is_list(value),
    do: raise(ArgumentError, "encode_query/2 values cannot be lists, got: #{inspect(value)}")

  defp encode_kv_pair({key, value}, :www_form), do: encode_www_form(Kernel.to_string(key)) <> "=" <> encode_www_form(Kernel.to_string(value))

  defp encode_kv_pair({key, value}, :rfc3986),
    do: encode(Kernel.to_string(key), &char_unreserved?/1) <> "=" <> encode(Kernel.to_string(value), &char_unreserved?/1)

  @doc """
  Reads a query into a map; of a key that comes again the last value counts.

  ## Examples

      iex> URI.decode_query("foo=1&bar=a+b")
      %{"bar" => "a b", "foo" => "1"}
      iex> URI.decode_query("percent=oh+yes%21", %{"starting" => "map"})
      %{"percent" => "oh yes!", "starting" => "map"}

  """
  @spec decode_query(binary, map, :rfc3986 | :www_form) :: map
  def decode_query(query, map \\ %{}, encoding \\ :www_form)

  def decode_query(query, map, encoding) when is_binary(query) and is_map(map), do: collect(query, map, encoding, &Map.put/3)

  def decode_query(query, dict, encoding) when is_binary(query) do
    IO.warn("URI.decode_query/3 expects the second argument to be a map, other usage is deprecated")
    raise_unless_dict(dict)
    collect(query, dict, encoding, &Keyword.put/3)
  end

  defp raise_unless_dict(dict) when is_list(dict), do: :ok
  defp raise_unless_dict(dict), do: raise(ArgumentError, "unsupported dict: #{inspect(dict)}")

  defp collect(query, acc, encoding, put) do
    case next_pair(query, encoding) do
      nil -> acc
      {{key, value}, rest} -> collect(rest, put.(acc, key, value), encoding, put)
    end
  end

  @doc """
  Makes a stream of the pairs of a query.

  ## Examples

      iex> Enum.to_list(URI.query_decoder("foo=1&bar=2&foo=3"))
      [{"foo", "1"}, {"bar", "2"}, {"foo", "3"}]

  """
  @spec query_decoder(binary, :rfc3986 | :www_form) :: Enumerable.t()
  def query_decoder(query, encoding \\ :www_form) when is_binary(query), do: Stream.unfold(query, &next_pair(&1, encoding))

  defp next_pair("", _encoding), do: nil

  defp next_pair(query, encoding) do
    {pair, rest} =
      case :binary.split(query, "&") do
        [pair, rest] -> {pair, rest}
        [pair] -> {pair, ""}
      end

    {key, value} =
      case :binary.split(pair, "=") do
        [key, value] -> {key, value}
        [key] -> {key, ""}
      end

    {{decode_with_encoding(key, encoding), decode_with_encoding(value, encoding)}, rest}
  end

  defp decode_with_encoding(text, :www_form), do: decode_www_form(text)
  defp decode_with_encoding(text, :rfc3986), do: decode(text)

  ## Escaping

  @doc """
  Tells whether a character is reserved: one that may separate parts.

  ## Examples

      iex> URI.char_reserved?(?+)
      true

  """
  @spec char_reserved?(byte) :: boolean
  def char_reserved?(character), do: character in ~c":/?#[]@!$&'()*+,;="

  @doc """
  Tells whether a character is unreserved: one that never needs escaping.

  ## Examples

      iex> URI.char_unreserved?(?_)
      true

  """
  @spec char_unreserved?(byte) :: boolean
  def char_unreserved?(character), do: is_unreserved(character)

  @doc """
  Tells whether a character stands unescaped in a URI: reserved or unreserved.

  ## Examples

      iex> URI.char_unescaped?(?{)
      false

  """
  @spec char_unescaped?(byte) :: boolean
  def char_unescaped?(character), do: char_reserved?(character) or is_unreserved(character)

  @doc """
  Escapes the bytes of a text for which the predicate is false: by default what may not stand in a URI.

  ## Examples

      iex> URI.encode("ftp://s-ite.tld/?value=put it+й")
      "ftp://s-ite.tld/?value=put%20it+%D0%B9"
      iex> URI.encode("a string", &(&1 != ?i))
      "a str%69ng"

  """
  @spec encode(binary, (byte -> as_boolean(term))) :: binary
  def encode(string, predicate \\ &char_unescaped?/1) when is_binary(string) and is_function(predicate, 1),
    do: for(<<byte <- string>>, into: "", do: if(predicate.(byte), do: <<byte>>, else: percent(byte)))

  @doc """
  Escapes a text as forms do: `+` for a space, everything that is not unreserved as `%XX`.

  ## Examples

      iex> URI.encode_www_form("put: it+й")
      "put%3A+it%2B%D0%B9"

  """
  @spec encode_www_form(binary) :: binary
  def encode_www_form(string) when is_binary(string), do: for(<<byte <- string>>, into: "", do: form_byte(byte))

  defp form_byte(?\s), do: "+"
  defp form_byte(byte) when is_unreserved(byte), do: <<byte>>
  defp form_byte(byte), do: percent(byte)

  defp percent(byte), do: <<?%, hex(div(byte, 16)), hex(rem(byte, 16))>>

  defp hex(digit) when digit < 10, do: ?0 + digit
  defp hex(digit), do: ?A + digit - 10

  @doc """
  Replaces `%XX` by the byte; what is no such escape stays.

  ## Examples

      iex> URI.decode("https%3A%2F%2Felixir-lang.org")
      "https://elixir-lang.org"

  """
  @spec decode(binary) :: binary
  def decode(uri), do: unpercent(uri, "", false)

  @doc """
  Replaces `%XX` by the byte and `+` by a space.

  ## Examples

      iex> URI.decode_www_form("%3Call+in%2F")
      "<all in/"

  """
  @spec decode_www_form(binary) :: binary
  def decode_www_form(string) when is_binary(string), do: unpercent(string, "", true)

  defp unpercent(<<?+, rest::binary>>, acc, true), do: unpercent(rest, <<acc::binary, ?\s>>, true)

  defp unpercent(<<?%, high, low, rest::binary>>, acc, spaces?) do
    case {digit(high), digit(low)} do
      {high_value, low_value} when is_integer(high_value) and is_integer(low_value) ->
        unpercent(rest, <<acc::binary, high_value * 16 + low_value>>, spaces?)

      _ ->
        unpercent(<<high, low, rest::binary>>, <<acc::binary, ?%>>, spaces?)
    end
  end

  defp unpercent(<<byte, rest::binary>>, acc, spaces?), do: unpercent(rest, <<acc::binary, byte>>, spaces?)
  defp unpercent(<<>>, acc, _spaces?), do: acc

  defp digit(char) when is_digit(char), do: char - ?0
  defp digit(char) when char in ?a..?f, do: char - ?a + 10
  defp digit(char) when char in ?A..?F, do: char - ?A + 10
  defp digit(_char), do: nil

  ## Taking apart

  @doc """
  Takes a URI apart, if it is one after RFC 3986; a struct stays as it is. The scheme is made small, and its default port filled in.

  ## Examples

      iex> {:ok, uri} = URI.new("https://elixir-lang.org/docs?x=1")
      iex> {uri.host, uri.port, uri.path, uri.query}
      {"elixir-lang.org", 443, "/docs", "x=1"}
      iex> URI.new("/invalid_greater_than_in_path/>")
      {:error, ">"}

  """
  @spec new(t | String.t()) :: {:ok, t} | {:error, String.t()}
  def new(%URI{} = uri), do: {:ok, uri}

  def new(binary) when is_binary(binary) do
    uri = split(binary)

    case check(uri) do
      :ok -> {:ok, %{uri | authority: nil} |> with_default_port()}
      {:error, part} -> {:error, if(uri.scheme, do: ":", else: part)}
    end
  end

  @doc """
  Takes a URI apart, or raises `URI.Error`.

  ## Examples

      iex> URI.new!("https://elixir-lang.org/").host
      "elixir-lang.org"

  """
  @spec new!(t | String.t()) :: t
  def new!(%URI{} = uri), do: uri

  def new!(binary) when is_binary(binary) do
    case new(binary) do
      {:ok, uri} -> uri
      {:error, part} -> raise URI.Error, action: :parse, reason: :invalid_uri, part: part
    end
  end

  @doc """
  Takes a text apart as if it were a URI, without checking what is in the parts.

  ## Examples

      iex> URI.parse("//user@elixir-lang.org:80/a b#c").path
      "/a b"

  """
  @spec parse(t | binary) :: t
  def parse(%URI{} = uri), do: uri

  def parse(string) when is_binary(string) do
    uri = split(string)
    {userinfo, host, port} = loose_authority(uri.authority)
    with_default_port(%{uri | userinfo: userinfo, host: host, port: port})
  end

  defp with_default_port(%{scheme: scheme, port: nil} = uri) when scheme != nil, do: %{uri | port: default_port(scheme)}
  defp with_default_port(uri), do: uri

  # Cuts at the first of the separators, from the outside in.
  defp split(string) do
    {string, fragment} = cut(string, "#")
    {string, query} = cut(string, "?")
    {scheme, string} = scheme(string)

    {authority, path} =
      case string do
        "//" <> rest ->
          case :binary.match(rest, "/") do
            {start, _} -> {binary_part(rest, 0, start), binary_part(rest, start, byte_size(rest) - start)}
            :nomatch -> {rest, ""}
          end

        path ->
          {nil, path}
      end

    # The strict reading of the authority, which `parse/1` replaces.
    {userinfo, host, port} = strict_authority(authority)

    %URI{
      scheme: scheme,
      authority: authority,
      userinfo: userinfo,
      host: host,
      port: port,
      path: if(path == "", do: nil, else: path),
      query: query,
      fragment: fragment
    }
  end

  defp cut(string, separator) do
    case :binary.split(string, separator) do
      [front, back] -> {front, back}
      [front] -> {front, nil}
    end
  end

  defp scheme(<<char, _::binary>> = string) when is_alpha(char) do
    size = scheme_size(string, 0)

    case string do
      <<scheme::binary-size(size), ?:, rest::binary>> -> {String.downcase(scheme, :ascii), rest}
      _ -> {nil, string}
    end
  end

  defp scheme(string), do: {nil, string}

  defp scheme_size(<<char, rest::binary>>, size) when is_alpha(char) or is_digit(char) or char in ~c"+-.", do: scheme_size(rest, size + 1)
  defp scheme_size(_rest, size), do: size

  defp loose_authority(nil), do: {nil, nil, nil}
  defp loose_authority(""), do: {nil, "", nil}

  defp loose_authority(authority) do
    {userinfo, rest} =
      case :binary.matches(authority, "@") do
        [] -> {nil, authority}
        matches -> matches |> List.last() |> elem(0) |> around(authority)
      end

    {host, rest} = loose_host(rest)
    {userinfo, host, loose_port(rest)}
  end

  defp around(start, text), do: {binary_part(text, 0, start), binary_part(text, start + 1, byte_size(text) - start - 1)}

  # An address in brackets keeps its colons; anything else ends at the first.
  defp loose_host("[" <> rest = text) do
    case :binary.split(rest, "]") do
      [address, after_address] ->
        if for(<<char <- address>>, not (is_alpha(char) or is_digit(char) or char in ~c":."), do: char) == [],
          do: {address, after_address},
          else: colon_host(text)

      _ ->
        colon_host(text)
    end
  end

  defp loose_host(text), do: colon_host(text)

  defp colon_host(text) do
    case :binary.match(text, ":") do
      {start, _} -> {host_or_nil(binary_part(text, 0, start)), binary_part(text, start, byte_size(text) - start)}
      :nomatch -> {host_or_nil(text), ""}
    end
  end

  defp host_or_nil(""), do: nil
  # A bracket that is not closed hides the host.
  defp host_or_nil("[" <> rest), do: rest
  defp host_or_nil(host), do: host

  defp loose_port(":" <> digits) do
    case Integer.parse(digits) do
      {port, _} when port >= 0 and binary_part(digits, 0, 1) not in ["+", "-"] -> port
      _ -> nil
    end
  end

  defp loose_port(_rest), do: nil

  ## Checking

  defp strict_authority(nil), do: {nil, nil, nil}

  defp strict_authority(authority) do
    {userinfo, rest} =
      case :binary.split(authority, "@") do
        [userinfo, rest] -> {userinfo, rest}
        [rest] -> {nil, rest}
      end

    {host, port} =
      case rest do
        "[" <> inside ->
          case :binary.split(inside, "]") do
            [address, ":" <> port] -> {{:address, address}, port}
            [address, ""] -> {{:address, address}, nil}
            _ -> {rest, nil}
          end

        _ ->
          cut(rest, ":")
      end

    {userinfo, host, port}
    |> case do
      {userinfo, {:address, address}, port} -> {userinfo, address, strict_port(port)}
      {userinfo, host, port} -> {userinfo, host, strict_port(port)}
    end
  end

  defp strict_port(nil), do: nil
  defp strict_port(""), do: nil

  defp strict_port(text) do
    case Integer.parse(text) do
      {port, ""} when binary_part(text, 0, 1) not in ["+", "-"] -> port
      _ -> nil
    end
  end

  # The first character that may not stand where it stands.
  defp check(%URI{scheme: scheme, authority: authority, path: path, query: query, fragment: fragment}) do
    with :ok <- check_authority(authority),
         :ok <- check_path(path || "", scheme == nil and authority == nil),
         :ok <- check_all(query || "", &(pchar?(&1) or &1 in ~c"/?")) do
      check_all(fragment || "", &(pchar?(&1) or &1 in ~c"/?"))
    end
  end

  # A colon in the first part of a path would make it a scheme.
  defp check_path(path, true) do
    [first | _] = :binary.split(path, "/")

    with :ok <- check_all(first, &(pchar?(&1) and &1 != ?:)), do: check_path(path, false)
  end

  defp check_path(path, false), do: check_all(path, &(pchar?(&1) or &1 == ?/))

  defp check_authority(nil), do: :ok

  defp check_authority(authority) do
    {userinfo, rest} =
      case :binary.split(authority, "@") do
        [userinfo, rest] -> {userinfo, rest}
        [rest] -> {"", rest}
      end

    with :ok <- check_all(userinfo, &(is_unreserved(&1) or is_sub_delim(&1) or &1 in ~c"%:")), do: check_host(rest)
  end

  defp check_host("[" <> rest) do
    case :binary.split(rest, "]") do
      [address, port] ->
        with :ok <- check_all(address, &(is_digit(&1) or &1 in ?a..?f or &1 in ?A..?F or &1 in ~c":.")) do
          case {ipv6?(address), port} do
            {true, ""} -> :ok
            {true, ":" <> port} -> check_all(port, &is_digit(&1))
            {true, <<char::utf8, _::binary>>} -> {:error, <<char::utf8>>}
            {false, _} -> {:error, binary_part(address <> "]", 0, 1)}
          end
        end

      [_] ->
        {:error, "["}
    end
  end

  defp check_host(host) do
    {name, port} = cut(host, ":")

    with :ok <- check_all(name, &(is_unreserved(&1) or is_sub_delim(&1) or &1 == ?%)), do: check_all(port || "", &is_digit(&1))
  end

  # Eight groups of hexadecimal digits; `::` stands for one or more that are zero, an IPv4 address for the last two.
  defp ipv6?(address) do
    case :binary.split(address, "::") do
      [front, back] -> groups(front, false) + groups(back, true) <= 7
      [all] -> groups(all, true) == 8
    end
  end

  # More than eight when one of them is no group.
  defp groups("", _last?), do: 0

  defp groups(text, last?) do
    parts = :binary.split(text, ":", [:global])
    {last, front} = List.pop_at(parts, -1)

    cond do
      not Enum.all?(front, &group?/1) -> 9
      group?(last) -> length(parts)
      last? and ipv4?(last) -> length(parts) + 1
      true -> 9
    end
  end

  defp group?(text), do: byte_size(text) in 1..4 and not String.contains?(text, ".")

  defp ipv4?(text) do
    parts = :binary.split(text, ".", [:global])
    length(parts) == 4 and Enum.all?(parts, &match?({byte, ""} when byte in 0..255, Integer.parse(&1)))
  end

  defp pchar?(char), do: is_unreserved(char) or is_sub_delim(char) or char in ~c":@%"

  defp check_all(<<char::utf8, rest::binary>>, allowed?), do: if(allowed?.(char), do: check_all(rest, allowed?), else: {:error, <<char::utf8>>})
  defp check_all(<<>>, _allowed?), do: :ok
  defp check_all(<<byte, _::binary>>, _allowed?), do: {:error, <<byte>>}

  ## Putting together

  @doc """
  Writes a URI. The port is left out if it is the scheme's own.

  ## Examples

      iex> URI.to_string(%URI{scheme: "https", host: "elixir-lang.org", port: 443, path: "/a", query: "b=c"})
      "https://elixir-lang.org/a?b=c"

  """
  @spec to_string(t) :: binary
  defdelegate to_string(uri), to: String.Chars.URI

  @doc """
  Resolves a reference against an absolute URI, after RFC 3986.

  ## Examples

      iex> URI.to_string(URI.merge("http://example.com/a/b?c", "../d"))
      "http://example.com/d"

  """
  @spec merge(t | binary, t | binary) :: t
  def merge(uri, rel)

  def merge(%URI{host: nil}, _rel), do: raise(ArgumentError, "you must merge onto an absolute URI")

  # Kept as it is: a reference with a scheme is absolute already.
  def merge(_base, %URI{scheme: scheme} = rel) when scheme != nil, do: %{rel | path: without_dots(rel.path)}
  def merge(base, %URI{host: host} = rel) when host != nil, do: %{rel | scheme: base.scheme, path: without_dots(rel.path)}

  def merge(%URI{} = base, %URI{path: nil} = rel), do: %{base | query: rel.query || base.query, fragment: rel.fragment}

  def merge(%URI{} = base, %URI{} = rel), do: %{base | path: join(base.path, rel.path), query: rel.query, fragment: rel.fragment}

  def merge(base, rel), do: merge(parse(base), parse(rel))

  defp join(_base, "/" <> _ = path), do: without_dots(path)
  defp join(nil, path), do: join("/", path)

  defp join(base, path) do
    directory = base |> String.split("/") |> Enum.drop(-1) |> Enum.join("/")
    without_dots(directory <> "/" <> path)
  end

  # Removes `.` and `..` with what they cancel; `..` never climbs over the root.
  defp without_dots(nil), do: nil

  defp without_dots(path) do
    path |> String.split("/") |> Enum.reduce([], &dot/2) |> Enum.reverse() |> Enum.join("/") |> rooted(path)
  end

  defp dot(".", kept), do: kept
  defp dot("..", [""]), do: [""]
  defp dot("..", []), do: []
  defp dot("..", [_ | kept]), do: kept
  defp dot(segment, kept), do: [segment | kept]

  defp rooted("/" <> _ = path, _original), do: path
  defp rooted(path, "/" <> _) when path != "", do: "/" <> path
  defp rooted(path, _original), do: path

  @doc """
  Appends a query to that of the URI.

  ## Examples

      iex> URI.append_query(URI.parse("http://example.com/?x=1"), "y=2") |> URI.to_string()
      "http://example.com/?x=1&y=2"

  """
  @spec append_query(t, binary) :: t
  def append_query(%URI{} = uri, query) when is_binary(query) and uri.query in [nil, ""], do: %{uri | query: query}

  def append_query(%URI{} = uri, query) when is_binary(query) do
    separator = if String.ends_with?(uri.query, "&"), do: "", else: "&"
    %{uri | query: uri.query <> separator <> query}
  end

  @doc """
  Appends a path, which begins with a slash, to that of the URI. Slashes do not double where the two meet.
  """
  @spec append_path(t, String.t()) :: t
  def append_path(%URI{}, "//" <> _ = path), do: raise(ArgumentError, ~s|path cannot start with "//", got: #{inspect(path)}|)
  def append_path(%URI{path: path} = uri, "/" <> rest = all), do: %{uri | path: if(path == nil, do: all, else: slashed(path) <> rest)}
  def append_path(%URI{}, path), do: raise(ArgumentError, ~s|path must start with "/", got: #{inspect(path)}|)

  defp slashed(path), do: if(String.ends_with?(path, "/"), do: path, else: path <> "/")
end

defimpl String.Chars, for: URI do
  def to_string(%{host: host, path: path} = uri)
      when host != nil and is_binary(path) and path != "" and binary_part(path, 0, 1) != "/" do
    raise ArgumentError, ":path in URI must be empty or an absolute path if URL has a :host, got: #{inspect(uri)}"
  end

  def to_string(%{scheme: scheme, port: port, path: path, query: query, fragment: fragment} = uri) do
    # The scheme's own port goes without saying.
    uri = if scheme != nil and port == URI.default_port(scheme), do: %{uri | port: nil}, else: uri

    IO.iodata_to_binary([
      if(scheme, do: [scheme, ":"], else: []),
      authority(uri),
      path || "",
      if(query, do: ["?", query], else: []),
      if(fragment, do: ["#", fragment], else: [])
    ])
  end

  defp authority(%{host: nil, authority: nil}), do: []
  defp authority(%{host: nil, authority: authority}), do: ["//", authority]

  defp authority(%{host: host, userinfo: userinfo, port: port}) do
    [
      "//",
      if(userinfo, do: [userinfo, "@"], else: []),
      if(String.contains?(host, ":"), do: ["[", host, "]"], else: host),
      if(port, do: [":", Integer.to_string(port)], else: [])
    ]
  end
end
