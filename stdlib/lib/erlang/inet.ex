defmodule :inet do
  @moduledoc """
  Erlang's `:inet`: addresses, and what the sockets of `:gen_tcp` and `:gen_udp` have in common.

  ## Examples

      iex> :inet.parse_address('10.0.0.1')
      {:ok, {10, 0, 0, 1}}
      iex> :inet.ntoa({0, 0, 0, 0, 0, 0, 0, 1})
      '::1'
  """

  defguardp is_byte(byte) when is_integer(byte) and byte in 0..255
  defguardp is_word(word) when is_integer(word) and word in 0..0xFFFF

  @doc "Tells whether a term is an IPv4 address."
  def is_ipv4_address({a, b, c, d}) when is_byte(a) and is_byte(b) and is_byte(c) and is_byte(d), do: true
  def is_ipv4_address(_other), do: false

  @doc "Tells whether a term is an IPv6 address."
  def is_ipv6_address({_, _, _, _, _, _, _, _} = address),
    do: :lists.all(fn word -> is_word(word) end, :erlang.tuple_to_list(address))

  def is_ipv6_address(_other), do: false

  @doc "Tells whether a term is an address."
  def is_ip_address(address), do: is_ipv4_address(address) or is_ipv6_address(address)

  @doc "Writes an address; `{:error, :einval}` for what is none."
  def ntoa(address) do
    cond do
      is_ipv4_address(address) -> dotted(:erlang.tuple_to_list(address))
      is_ipv6_address(address) -> colons(:erlang.tuple_to_list(address))
      true -> {:error, :einval}
    end
  end

  defp dotted(bytes), do: :lists.flatten(:lists.join(?., :lists.map(&:erlang.integer_to_list/1, bytes)))

  defp colons([0, 0, 0, 0, 0, 0, 0, 0]), do: ~c"::"
  defp colons([0, 0, 0, 0, 0, 0, 0, 1]), do: ~c"::1"
  defp colons([0, 0, 0, 0, 0, 0, a, b]), do: ~c"::" ++ dotted(bytes(a, b))
  defp colons([0, 0, 0, 0, 0, 0xFFFF, a, b]), do: ~c"::ffff:" ++ dotted(bytes(a, b))

  # The longest row of zeros, of those the first, is left out.
  defp colons(words) do
    case longest(words, 0, {0, 0}) do
      {_, length} when length < 2 ->
        hex(words)

      {at, length} ->
        {before, rest} = :lists.split(at, words)
        hex(before) ++ ~c"::" ++ hex(:lists.nthtail(length, rest))
    end
  end

  defp bytes(a, b), do: [div(a, 256), rem(a, 256), div(b, 256), rem(b, 256)]

  defp longest([], _at, best), do: best

  defp longest([0 | _] = words, at, {_, best_length} = best) do
    length = length(:lists.takewhile(&(&1 == 0), words))
    best = if length > best_length, do: {at, length}, else: best
    longest(:lists.nthtail(length, words), at + length, best)
  end

  defp longest([_ | words], at, best), do: longest(words, at + 1, best)

  defp hex(words) do
    :lists.flatten(:lists.join(?:, :lists.map(fn word -> :string.lowercase(:erlang.integer_to_list(word, 16)) end, words)))
  end

  @doc "Reads an address of either kind, also IPv4 addresses in short forms."
  def parse_address(text) do
    with {:error, _} <- parse_ipv4_address(text), do: parse_ipv6_address(text)
  end

  @doc "Reads an address of either kind in its full form."
  def parse_strict_address(text) do
    with {:error, _} <- parse_ipv4strict_address(text), do: parse_ipv6strict_address(text)
  end

  @doc "Reads an IPv4 address: one to four numbers, the last for all bytes that are left."
  def parse_ipv4_address(text), do: v4(text, 1..4)

  @doc "Reads an IPv4 address of four numbers."
  def parse_ipv4strict_address(text), do: v4(text, 4..4)

  defp v4(text, counts) when is_list(text) do
    numbers = :lists.map(&v4_number/1, :string.split(text, ~c".", :all))

    if length(numbers) in counts and :lists.all(&is_integer/1, numbers) do
      {bytes, [last]} = :lists.split(length(numbers) - 1, numbers)
      room = 4 - length(bytes)
      fits = :lists.all(&(&1 in 0..255), bytes) and last < :erlang.bsl(1, 8 * room)
      if fits, do: {:ok, :erlang.list_to_tuple(bytes ++ :erlang.binary_to_list(<<last::size(room)-unit(8)>>))}, else: {:error, :einval}
    else
      {:error, :einval}
    end
  end

  defp v4(_text, _counts), do: {:error, :einval}

  defp v4_number([?0, x | digits]) when x in [?x, ?X] and digits != [], do: number(digits, 16)
  defp v4_number([?0 | [_ | _] = digits]), do: number(digits, 8)
  defp v4_number(digits), do: number(digits, 10)

  defp number([sign | _], _base) when sign in [?+, ?-], do: :error

  defp number(digits, base) do
    :erlang.list_to_integer(digits, base)
  rescue
    ArgumentError -> :error
  end

  @doc "Reads an IPv6 address; an IPv4 address is taken as one mapped into IPv6."
  def parse_ipv6_address(text) do
    with {:error, _} <- parse_ipv6strict_address(text), {:ok, {a, b, c, d}} <- parse_ipv4_address(text) do
      {:ok, {0, 0, 0, 0, 0, 0xFFFF, a * 256 + b, c * 256 + d}}
    end
  end

  @doc "Reads an IPv6 address."
  def parse_ipv6strict_address(text) when is_list(text) do
    # The name of an interface behind a percent sign is taken and left out.
    text = :lists.takewhile(&(&1 != ?%), text)

    case :string.split(text, ~c"::", :all) do
      [whole] -> complete(words(whole), 8)
      [front, back] -> filled(words(front), words(back))
      _other -> {:error, :einval}
    end
  end

  def parse_ipv6strict_address(_text), do: {:error, :einval}

  defp complete(words, count) when is_list(words) and length(words) == count, do: {:ok, :erlang.list_to_tuple(words)}
  defp complete(_words, _count), do: {:error, :einval}

  defp filled(front, back) when is_list(front) and is_list(back) and length(front) + length(back) < 8,
    do: complete(front ++ :lists.duplicate(8 - length(front) - length(back), 0) ++ back, 8)

  defp filled(_front, _back), do: {:error, :einval}

  defp words([]), do: []

  defp words(text) do
    parts = :string.split(text, ~c":", :all)
    {front, [last]} = :lists.split(length(parts) - 1, parts)
    words = :lists.map(&word/1, front)

    tail =
      if :lists.member(?., last) do
        case parse_ipv4strict_address(last) do
          {:ok, {a, b, c, d}} -> [a * 256 + b, c * 256 + d]
          _error -> [:error]
        end
      else
        [word(last)]
      end

    if :lists.member(:error, words ++ tail), do: :error, else: words ++ tail
  end

  defp word(digits) when length(digits) in 1..4, do: number(digits, 16)
  defp word(_digits), do: :error

  @doc "Gives an IPv4 address as one mapped into IPv6, and back."
  def ipv4_mapped_ipv6_address({a, b, c, d}), do: {0, 0, 0, 0, 0, 0xFFFF, a * 256 + b, c * 256 + d}
  def ipv4_mapped_ipv6_address({_, _, _, _, _, _, c, d}), do: :erlang.list_to_tuple(bytes(c, d))

  @doc "Says what an error means."
  def format_error(:exbadport), do: ~c"invalid port state"
  def format_error(:exbadseq), do: ~c"bad command sequence"
  def format_error(reason), do: :file.format_error(reason)

  @doc "Tells a socket's own address and port."
  def sockname(socket) when is_port(socket), do: :beamlet_socket.call(socket, :sockname, {:error, :einval})

  @doc "Tells the address and port at the other end."
  def peername(socket) when is_port(socket), do: :beamlet_socket.call(socket, :peername, {:error, :einval})

  @doc "Tells a socket's own port."
  def port(socket) when is_port(socket), do: with({:ok, {_ip, port}} <- sockname(socket), do: {:ok, port})

  @doc "Sets options of a socket."
  def setopts(socket, options) when is_port(socket), do: :beamlet_socket.call(socket, {:setopts, options}, {:error, :einval})

  @doc "Tells options of a socket."
  def getopts(socket, names) when is_port(socket), do: :beamlet_socket.call(socket, {:getopts, names}, {:error, :einval})

  @doc "Tells what a socket has sent and received."
  def getstat(socket) when is_port(socket), do: :beamlet_socket.call(socket, :getstat, {:error, :einval})
  def getstat(socket, names), do: with({:ok, counts} <- getstat(socket), do: {:ok, :lists.map(&:lists.keyfind(&1, 1, counts), names)})

  @doc "Closes a socket."
  def close(socket) when is_port(socket), do: :gen_tcp.close(socket)

  @doc "Finds an address of a host: `{:ok, ip}`."
  def getaddr(host, family), do: with({:ok, [ip | _]} <- getaddrs(host, family), do: {:ok, ip})
  def getaddr(host, family, _timeout), do: getaddr(host, family)

  @doc "Finds the addresses of a host."
  def getaddrs(host, family, _timeout), do: getaddrs(host, family)

  def getaddrs(address, family) when is_tuple(address) do
    cond do
      family == :inet and is_ipv4_address(address) -> {:ok, [address]}
      family == :inet6 and is_ipv6_address(address) -> {:ok, [address]}
      family == :inet6 and is_ipv4_address(address) -> {:ok, [ipv4_mapped_ipv6_address(address)]}
      true -> {:error, :einval}
    end
  end

  def getaddrs(:any, :inet), do: {:ok, [{0, 0, 0, 0}]}
  def getaddrs(:any, :inet6), do: {:ok, [{0, 0, 0, 0, 0, 0, 0, 0}]}
  def getaddrs(:loopback, :inet), do: {:ok, [{127, 0, 0, 1}]}
  def getaddrs(:loopback, :inet6), do: {:ok, [{0, 0, 0, 0, 0, 0, 0, 1}]}
  def getaddrs(name, family) when is_atom(name), do: getaddrs(:erlang.atom_to_list(name), family)

  def getaddrs(name, family) when is_list(name) and family in [:inet, :inet6] do
    case parse_address(name) do
      {:ok, address} -> getaddrs(address, family)
      {:error, _} -> :beamlet_net.resolve(name, family)
    end
  end

  def getaddrs(_name, _family), do: {:error, :einval}

  @doc "Looks a host up: `{:ok, {:hostent, name, aliases, family, length, addresses}}`."
  def gethostbyname(name), do: gethostbyname(name, :inet)
  def gethostbyname(name, family, _timeout), do: gethostbyname(name, family)

  def gethostbyname(name, family) do
    with {:ok, addresses} <- getaddrs(name, family) do
      name = if is_atom(name), do: :erlang.atom_to_list(name), else: name
      {:ok, {:hostent, name, [], family, if(family == :inet, do: 4, else: 16), addresses}}
    end
  end

  @doc "Tells the name of this machine."
  def gethostname(), do: {:ok, :beamlet_net.hostname()}

  @doc "Tells what a socket's process says of itself."
  def info(socket) when is_port(socket), do: Map.new(:erlang.port_info(socket))
end
