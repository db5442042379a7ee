defmodule :httpc do
  @moduledoc """
  Erlang's `:httpc`: requests over HTTP/1.1, without TLS. Each uses a connection of its own.

  An answer is `{:ok, {{version, status, phrase}, headers, body}}`; with `full_result: false`, `{:ok, {status, body}}`. What fails
  is `{:error, reason}`.
  """

  @redirects [301, 302, 303, 307, 308]

  @doc "Gets an address."
  def request(url), do: request(:get, {url, []}, [], [])
  def request(url, profile) when is_atom(profile) or is_pid(profile), do: request(url)

  @doc """
  Makes a request: `{url, headers}` without a body, `{url, headers, content_type, body}` with one.

  Options of HTTP: `:timeout`, `:connect_timeout`, `:autoredirect`, `:version`, `:relaxed`. Options: `:sync`, `:body_format`, `:full_result`,
  `:headers_as_is`, `:receiver`, `:stream` to a file.
  """
  def request(method, request, http_options, options), do: request(method, request, http_options, options, :default)

  def request(method, request, http_options, options, _profile) when is_atom(method) and is_list(http_options) and is_list(options) do
    if :proplists.get_value(:sync, options, true) do
      perform(method, request, http_options, options)
    else
      ref = make_ref()
      receiver = :proplists.get_value(:receiver, options, self())

      spawn(fn ->
        result =
          case perform(method, request, http_options, [{:body_format, :binary} | options]) do
            {:ok, result} -> result
            error -> error
          end

        deliver(receiver, {ref, result})
      end)

      {:ok, ref}
    end
  end

  defp deliver(fun, result) when is_function(fun, 1), do: fun.(result)
  defp deliver({module, function, args}, result), do: apply(module, function, [result | args])
  defp deliver(pid, result), do: send(pid, {:http, result})

  @doc "Requests under way cannot be taken back."
  def cancel_request(_ref), do: :ok
  def cancel_request(_ref, _profile), do: :ok

  @doc "Options of a profile are taken and have no effect."
  def set_options(_options), do: :ok
  def set_options(_options, _profile), do: :ok
  def get_options(_names), do: {:ok, []}
  def get_options(_names, _profile), do: {:ok, []}
  def info(), do: []
  def info(_profile), do: []
  def which_cookies(), do: []
  def which_cookies(_profile), do: []
  def reset_cookies(), do: :ok
  def reset_cookies(_profile), do: :ok

  defp perform(method, request, http_options, options) do
    {url, headers, type, body} = taken(request)

    case :uri_string.parse(url) do
      %{scheme: scheme, host: host} = uri when host != "" ->
        case String.downcase(scheme) do
          "http" -> exchange(method, uri, headers, type, body, http_options, options, 10)
          "https" -> {:error, {:failed_connect, [{:to_address, {to_list(host), Map.get(uri, :port, 443)}}, {:inet, [:inet], {:not_supported, :ssl}}]}}
          other -> {:error, {:bad_scheme, to_list(other)}}
        end

      %{} ->
        {:error, :no_scheme}

      error ->
        {:error, error}
    end
  end

  defp taken({url, headers}), do: {text(url), headers, nil, nil}
  defp taken({url, headers, type, body}), do: {text(url), headers, text(type), whole(body)}

  defp whole({fun, acc}) when is_function(fun, 1), do: IO.iodata_to_binary(pieces(fun, acc))
  defp whole({:chunkify, fun, acc}), do: whole({fun, acc})
  defp whole(body), do: :erlang.iolist_to_binary(body)

  defp pieces(fun, acc) do
    case fun.(acc) do
      :eof -> []
      {:ok, data, acc} -> [data | pieces(fun, acc)]
    end
  end

  defp exchange(method, uri, headers, type, body, http_options, options, redirects) do
    timeout = :proplists.get_value(:timeout, http_options, :infinity)
    connect_timeout = :proplists.get_value(:connect_timeout, http_options, timeout)
    port = with(port when not is_integer(port) <- Map.get(uri, :port), do: 80)
    host = to_list(uri.host)

    case :gen_tcp.connect(host, port, [:binary, active: false, packet: :http_bin], connect_timeout) do
      {:ok, socket} ->
        try do
          :ok = :gen_tcp.send(socket, message(method, uri, port, headers, type, body))
          answer = answer(socket, method, timeout)
          after_answer(answer, method, uri, headers, type, body, http_options, options, redirects)
        catch
          {:failed, reason} -> {:error, reason}
        after
          :gen_tcp.close(socket)
        end

      {:error, reason} ->
        {:error, {:failed_connect, [{:to_address, {host, port}}, {:inet, [:inet], reason}]}}
    end
  end

  defp message(method, uri, port, headers, type, body) do
    path = if uri.path == "", do: "/", else: uri.path
    target = if Map.has_key?(uri, :query), do: [path, ??, uri.query], else: path
    given = for {name, value} <- headers, do: {String.downcase(text(name)), text(value)}

    defaults =
      [{"host", if(port == 80, do: uri.host, else: "#{uri.host}:#{port}")}, {"te", ""}, {"connection", "close"}] ++
        if(body == nil, do: [{"content-length", "0"}], else: [{"content-type", type}, {"content-length", Integer.to_string(byte_size(body))}])

    all = given ++ for({name, _} = header <- defaults, not List.keymember?(given, name, 0), do: header)
    method = method |> Atom.to_string() |> String.upcase()
    [method, " ", target, " HTTP/1.1\r\n", for({name, value} <- all, do: [name, ": ", value, "\r\n"]), "\r\n", body || ""]
  end

  defp answer(socket, method, timeout) do
    case receive!(socket, timeout) do
      {:http_response, {major, minor}, status, phrase} ->
        headers = headers(socket, timeout)

        if status in 100..199 do
          answer(socket, method, timeout)
        else
          :inet.setopts(socket, packet: :raw)
          body = if method == :head or status in [204, 304], do: "", else: body(socket, headers, timeout)
          headers = in_order(headers, body)
          {{'HTTP/' ++ Integer.to_charlist(major) ++ '.' ++ Integer.to_charlist(minor), status, to_list(phrase)}, headers, body}
        end

      {:http_error, line} ->
        throw({:failed, {:could_not_parse_as_http, line}})
    end
  end

  # Known headers come first, in this order.
  @known ~w(cache-control connection date pragma trailer transfer-encoding upgrade via warning accept-ranges age etag location
            proxy-authenticate retry-after server vary www-authenticate allow content-encoding content-language content-length
            content-location content-md5 content-range content-type expires last-modified)c

  defp in_order(headers, body) do
    headers =
      case :lists.keytake('transfer-encoding', 1, headers) do
        {:value, {_, 'chunked'}, rest} -> [{'content-length', Integer.to_charlist(byte_size(body))} | rest]
        _ -> headers
      end

    known = for name <- @known, {^name, _} = header <- headers, do: header
    known ++ for {name, _} = header <- headers, name not in @known, do: header
  end

  defp receive!(socket, timeout) do
    case :gen_tcp.recv(socket, 0, timeout) do
      {:ok, packet} -> packet
      {:error, :closed} -> throw({:failed, :socket_closed_remotely})
      {:error, reason} -> throw({:failed, reason})
    end
  end

  defp headers(socket, timeout) do
    case receive!(socket, timeout) do
      :http_eoh -> []
      {:http_header, _, name, _, value} -> [{name |> to_string() |> String.downcase() |> to_list(), to_list(value)} | headers(socket, timeout)]
      {:http_error, line} -> throw({:failed, {:could_not_parse_as_http, line}})
    end
  end

  defp body(socket, headers, timeout) do
    encoding = header('transfer-encoding', headers)

    cond do
      encoding != nil and String.downcase(to_string(encoding)) =~ "chunked" -> chunks(socket, timeout, "")
      length = header('content-length', headers) -> exactly(socket, length |> to_string() |> String.trim() |> String.to_integer(), timeout)
      true -> rest(socket, timeout, [])
    end
  end

  defp header(name, headers) do
    case :lists.keyfind(name, 1, headers) do
      {_, value} -> value
      false -> nil
    end
  end

  defp exactly(_socket, 0, _timeout), do: ""

  defp exactly(socket, length, timeout) do
    case :gen_tcp.recv(socket, length, timeout) do
      {:ok, body} -> body
      {:error, :closed} -> throw({:failed, :socket_closed_remotely})
      {:error, reason} -> throw({:failed, reason})
    end
  end

  defp rest(socket, timeout, acc) do
    case :gen_tcp.recv(socket, 0, timeout) do
      {:ok, data} -> rest(socket, timeout, [acc | data])
      {:error, :closed} -> IO.iodata_to_binary(acc)
      {:error, reason} -> throw({:failed, reason})
    end
  end

  defp chunks(socket, timeout, acc) do
    :inet.setopts(socket, packet: :line)
    line = receive!(socket, timeout)
    [size | _] = :binary.split(line, ["\r", "\n", ";"])
    size = size |> String.trim() |> String.to_integer(16)

    if size == 0 do
      trailers(socket, timeout)
      acc
    else
      :inet.setopts(socket, packet: :raw)
      data = exactly(socket, size + 2, timeout)
      chunks(socket, timeout, acc <> :binary.part(data, 0, size))
    end
  end

  defp trailers(socket, timeout) do
    case receive!(socket, timeout) do
      line when line in ["\r\n", "\n"] -> :ok
      _ -> trailers(socket, timeout)
    end
  end

  defp after_answer({{_, status, _}, headers, _} = answer, method, uri, sent, type, body, http_options, options, redirects) do
    location = header('location', headers)
    follow = status in @redirects and location != nil and :proplists.get_value(:autoredirect, http_options, true)

    cond do
      follow and redirects > 0 and (method in [:get, :head] or status == 303) ->
        method = if method == :head, do: :head, else: :get
        target = :uri_string.resolve(to_string(location), :uri_string.recompose(uri))

        case :uri_string.parse(target) do
          %{scheme: "http"} = uri -> exchange(method, uri, sent, type, if(method == :get, do: nil, else: body), http_options, options, redirects - 1)
          _ -> result(answer, options)
        end

      true ->
        result(answer, options)
    end
  end

  defp result({{_, status, _} = line, headers, body}, options) do
    body = if :proplists.get_value(:body_format, options, :string) == :binary, do: body, else: :erlang.binary_to_list(body)

    case :proplists.get_value(:stream, options, :none) do
      :none ->
        if :proplists.get_value(:full_result, options, true), do: {:ok, {line, headers, body}}, else: {:ok, {status, body}}

      file ->
        :ok = :file.write_file(file, body)
        {:ok, :saved_to_file}
    end
  end

  defp text(text) when is_binary(text), do: text
  defp text(text) when is_atom(text), do: Atom.to_string(text)
  defp text(text), do: :unicode.characters_to_binary(text)
  defp to_list(text) when is_binary(text), do: :unicode.characters_to_list(text)
  defp to_list(text), do: text
end
