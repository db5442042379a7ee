defmodule :beamlet_packet do
  @moduledoc """
  Packets in a stream of bytes: what `:erlang.decode_packet/3` and sockets take apart.
  """

  @doc """
  Takes the first packet of a type: `{:ok, packet, rest}`, `{:more, length | :undefined}` or `{:error, reason}`.

  Options: `{:packet_size, n}` (no limit with 0), `{:line_length, n}` (longer lines are cut), `{:line_delimiter, byte}`.
  """
  def decode(type, bytes, options) when is_binary(bytes) and is_list(options) do
    limits =
      Enum.reduce(options, %{size: 0, line: 0, delimiter: ?\n}, fn
        {:packet_size, n}, acc when is_integer(n) and n >= 0 -> %{acc | size: n}
        {:line_length, n}, acc when is_integer(n) and n >= 0 -> %{acc | line: n}
        {:line_delimiter, byte}, acc when byte in 0..255 -> %{acc | delimiter: byte}
        _other, _acc -> :erlang.error(:badarg)
      end)

    packet(type, bytes, limits)
  end

  def decode(_type, _bytes, _options), do: :erlang.error(:badarg)

  defp packet(raw, bytes, _limits) when raw in [:raw, 0] do
    if bytes == "", do: {:more, :undefined}, else: {:ok, bytes, ""}
  end

  defp packet(n, bytes, limits) when n in [1, 2, 4], do: sized(bytes, n, 0, limits)

  defp packet(:line, bytes, limits) do
    case :binary.match(bytes, <<limits.delimiter>>) do
      {at, 1} when limits.size > 0 and at + 1 > limits.size -> {:error, :invalid}
      {at, 1} when limits.line == 0 or at + 1 <= limits.line -> split(bytes, at + 1)
      _ when limits.line > 0 and byte_size(bytes) >= limits.line -> split(bytes, limits.line)
      _ when limits.size > 0 and byte_size(bytes) > limits.size -> {:error, :invalid}
      _ -> {:more, :undefined}
    end
  end

  defp packet(:fcgi, bytes, limits) do
    case bytes do
      <<1, _, _::16, length::16, padding, _, _::binary>> -> whole(bytes, 8 + length + padding, limits)
      <<version, _::binary>> when version != 1 -> {:error, :invalid}
      _ -> {:more, :undefined}
    end
  end

  defp packet(:tpkt, bytes, limits) do
    case bytes do
      <<3, 0, length::16, _::binary>> when length >= 4 -> whole(bytes, length, limits)
      <<3, 0, _::16, _::binary>> -> {:error, :invalid}
      <<3, rest::binary>> when byte_size(rest) < 3 -> {:more, :undefined}
      "" -> {:more, :undefined}
      _ -> {:error, :invalid}
    end
  end

  defp packet(:sunrm, bytes, limits) do
    case bytes do
      <<_::1, length::31, _::binary>> -> whole(bytes, length + 4, limits)
      _ -> {:more, :undefined}
    end
  end

  defp packet(:cdr, bytes, limits) do
    case bytes do
      <<"GIOP", _, _, flags, _, length::binary-size(4), _::binary>> ->
        size = if :erlang.band(flags, 1) == 1, do: :binary.decode_unsigned(length, :little), else: :binary.decode_unsigned(length)
        whole(bytes, size + 12, limits)

      <<head::binary-size(4), _::binary>> when head != "GIOP" ->
        {:error, :invalid}

      _ ->
        {:more, :undefined}
    end
  end

  defp packet(:asn1, bytes, limits) do
    case tag(bytes) do
      {:ok, size, <<0::1, length::7, _::binary>>} -> whole(bytes, size + 1 + length, limits)
      {:ok, size, <<1::1, n::7, rest::binary>>} when n in 1..4 and byte_size(rest) >= n ->
        whole(bytes, size + 1 + n + :binary.decode_unsigned(:binary.part(rest, 0, n)), limits)

      {:ok, _size, <<1::1, n::7, _::binary>>} when n > 4 -> {:error, :invalid}
      _ -> {:more, :undefined}
    end
  end

  defp packet(type, bytes, limits) when type in [:http, :http_bin, :httph, :httph_bin] do
    case http_line(bytes, type) do
      {:line, line, size} ->
        if limits.size > 0 and size > limits.size do
          {:error, :invalid}
        else
          <<_::binary-size(size), rest::binary>> = bytes
          {:ok, http(type, line, :binary.part(bytes, 0, size)), rest}
        end

      :more when limits.size > 0 and byte_size(bytes) > limits.size ->
        {:error, :invalid}

      :more ->
        {:more, :undefined}
    end
  end

  defp packet(_type, _bytes, _limits), do: :erlang.error(:badarg)

  defp tag(<<_::3, 31::5, rest::binary>>), do: long_tag(rest, 1)
  defp tag(<<_, rest::binary>>), do: {:ok, 1, rest}
  defp tag(_), do: :more

  defp long_tag(<<1::1, _::7, rest::binary>>, size), do: long_tag(rest, size + 1)
  defp long_tag(<<_, rest::binary>>, size), do: {:ok, size + 1, rest}
  defp long_tag(_, _size), do: :more

  defp sized(bytes, n, extra, limits) do
    case bytes do
      <<length::size(n)-unit(8), _::binary>> when limits.size > 0 and length > limits.size ->
        {:error, :invalid}

      <<length::size(n)-unit(8), packet::binary-size(length), rest::binary>> ->
        {:ok, packet, rest}

      <<length::size(n)-unit(8), _::binary>> ->
        {:more, length + n + extra}

      _ ->
        {:more, :undefined}
    end
  end

  defp whole(bytes, size, limits) do
    cond do
      limits.size > 0 and size > limits.size -> {:error, :invalid}
      byte_size(bytes) >= size -> split(bytes, size)
      true -> {:more, size}
    end
  end

  defp split(bytes, size) do
    <<packet::binary-size(size), rest::binary>> = bytes
    {:ok, packet, rest}
  end

  ## HTTP

  # A line without its end, and its size with it. A header goes on while the next line begins with a blank, so what follows
  # must be there to be seen.
  defp http_line(bytes, type), do: http_line(bytes, type, 0)

  defp http_line(bytes, type, from) do
    case :binary.match(bytes, "\n", scope: {from, byte_size(bytes) - from}) do
      :nomatch ->
        :more

      {at, 1} ->
        size = at + 1
        line = without_end(:binary.part(bytes, 0, size))

        cond do
          type in [:http, :http_bin] or line == "" -> {:line, line, size}
          byte_size(bytes) == size -> :more
          :binary.at(bytes, size) in [?\s, ?\t] -> http_line(bytes, type, size)
          true -> {:line, line, size}
        end
    end
  end

  defp without_end(line) do
    size = byte_size(line)

    case line do
      <<text::binary-size(size - 2), "\r\n">> when size >= 2 -> text
      <<text::binary-size(size - 1), "\n">> -> text
    end
  end

  defp http(type, "", _raw) when type in [:httph, :httph_bin], do: :http_eoh

  defp http(type, line, raw) when type in [:httph, :httph_bin] do
    case :binary.split(line, ":") do
      [name, value] when name != "" ->
        if token?(name), do: header(name, trim_leading(value), type), else: {:http_error, text(raw, type)}

      _ ->
        {:http_error, text(raw, type)}
    end
  end

  defp http(type, line, raw) do
    case :binary.split(line, " ", [:global, :trim_all]) do
      [<<"HTTP/", version::binary>>, status | _] -> response(version, status, line, raw, type)
      [method, uri, <<"HTTP/", version::binary>>] -> request(method, uri, version(version), raw, type)
      [method, uri] -> request(method, uri, {0, 9}, raw, type)
      _ -> {:http_error, text(raw, type)}
    end
  end

  # Names and methods are made of characters that separate nothing.
  defp token?(<<c, rest::binary>>), do: c > 32 and c < 127 and c not in '()<>@,;:\\"/[]?={}' and token?(rest)
  defp token?(""), do: true

  defp response(version, status, line, raw, type) do
    with {_, _} = version <- version(version),
         {code, ""} <- Integer.parse(status) do
      [_, after_version] = :binary.split(line, " ")

      phrase =
        case :binary.split(trim_leading(after_version), " ") do
          [_, phrase] -> trim_leading(phrase)
          [_] -> ""
        end

      {:http_response, version, code, text(phrase, type)}
    else
      _ -> {:http_error, text(raw, type)}
    end
  end

  defp request(_method, _uri, :error, raw, type), do: {:http_error, text(raw, type)}

  defp request(method, uri, version, raw, type) do
    if token?(method), do: {:http_request, method(method, type), uri(uri, type), version}, else: {:http_error, text(raw, type)}
  end

  defp version(text) do
    with [major, minor] <- :binary.split(text, "."),
         {major, ""} <- Integer.parse(major),
         {minor, ""} <- Integer.parse(minor) do
      {major, minor}
    else
      _ -> :error
    end
  end

  @methods ~w(OPTIONS GET HEAD POST PUT DELETE TRACE)
  defp method(method, _type) when method in @methods, do: :erlang.binary_to_atom(method)
  defp method(method, type), do: text(method, type)

  defp uri("*", _type), do: :*
  defp uri("/" <> _ = path, type), do: {:abs_path, text(path, type)}

  defp uri(uri, type) do
    case :binary.split(uri, "://") do
      [scheme, rest] when scheme in ["http", "https", "HTTP", "HTTPS"] ->
        {authority, path} =
          case :binary.match(rest, "/") do
            {at, 1} -> :erlang.split_binary(rest, at)
            :nomatch -> {rest, "/"}
          end

        {host, port} =
          case :binary.split(authority, ":") do
            [host, port] ->
              case Integer.parse(port) do
                {number, ""} -> {host, number}
                _ -> {host, :undefined}
              end

            [host] ->
              {host, :undefined}
          end

        {:absoluteURI, :erlang.binary_to_atom(String.downcase(scheme)), text(host, type), port, text(path, type)}

      _ ->
        case :binary.split(uri, ":") do
          [scheme, rest] -> {:scheme, text(scheme, type), text(rest, type)}
          [_] -> text(uri, type)
        end
    end
  end

  # Names that are known by number, in the order of their numbers.
  @names ~w(Cache-Control Connection Date Pragma Transfer-Encoding Upgrade Via Accept Accept-Charset Accept-Encoding Accept-Language
            Authorization From Host If-Modified-Since If-Match If-None-Match If-Range If-Unmodified-Since Max-Forwards
            Proxy-Authorization Range Referer User-Agent Age Location Proxy-Authenticate Public Retry-After Server Vary Warning
            Www-Authenticate Allow Content-Base Content-Encoding Content-Language Content-Length Content-Location Content-Md5
            Content-Range Content-Type Etag Expires Last-Modified Accept-Ranges Set-Cookie Set-Cookie2 X-Forwarded-For Cookie
            Keep-Alive Proxy-Connection)
  @numbers @names |> Enum.with_index(1) |> Map.new()

  defp header(name, value, type) do
    written = name |> :binary.split("-", [:global]) |> Enum.map(&capitalize/1) |> Enum.join("-")

    case @numbers do
      %{^written => number} ->
        {:http_header, number, :erlang.binary_to_atom(written), text(name, type), text(value, type)}

      _ ->
        written = if byte_size(name) <= 20, do: written, else: name
        {:http_header, 0, text(written, type), text(name, type), text(value, type)}
    end
  end

  defp capitalize(<<first, rest::binary>>), do: <<upper(first), lower(rest)::binary>>
  defp capitalize(""), do: ""

  defp upper(c) when c in ?a..?z, do: c - 32
  defp upper(c), do: c
  defp lower(text), do: for(<<c <- text>>, into: "", do: <<if(c in ?A..?Z, do: c + 32, else: c)>>)

  defp text(text, type) when type in [:http_bin, :httph_bin], do: text
  defp text(text, _type), do: :erlang.binary_to_list(text)

  defp trim_leading(<<c, rest::binary>>) when c in [?\s, ?\t], do: trim_leading(rest)
  defp trim_leading(text), do: text

end
