defmodule :gen_tcp do
  @moduledoc """
  Erlang's `:gen_tcp`: connections over TCP.

  A socket is a port that belongs to a process. With the option `active: true` (the default), `:once` or a number, what arrives is
  sent to its owner as `{:tcp, socket, data}`, and `{:tcp_closed, socket}` at the end; with `active: false` it is asked for by `recv`.

  ## Examples

      iex> {:ok, listener} = :gen_tcp.listen(0, [:binary, active: false])
      iex> {:ok, port} = :inet.port(listener)
      iex> {:ok, client} = :gen_tcp.connect('localhost', port, [:binary, active: false])
      iex> {:ok, server} = :gen_tcp.accept(listener)
      iex> :gen_tcp.send(client, "ping")
      :ok
      iex> :gen_tcp.recv(server, 0)
      {:ok, "ping"}
      iex> :gen_tcp.close(client)
      :ok
      iex> :gen_tcp.recv(server, 0)
      {:error, :closed}

  """

  @doc "Listens on a port, or on a free one with 0: `{:ok, socket}` or `{:error, reason}`."
  def listen(port, options) when is_integer(port) and port in 0..65_535 do
    options = options!(options)
    :beamlet_socket.start(:listen, [if(port == 0, do: options.port, else: port), options])
  end

  def listen(_port, _options), do: exit(:badarg)

  @doc "Waits for a connection."
  def accept(socket), do: accept(socket, :infinity)

  @doc "Waits for a connection, so many milliseconds at most."
  def accept(socket, timeout) when is_port(socket) do
    case :beamlet_socket.call(socket, {:accept, timeout}, {:error, :closed}) do
      {:ok, connection, options} -> :beamlet_socket.start(:accepted, [connection, options])
      error -> error
    end
  end

  @doc "Connects to a host, by address or name."
  def connect(address, options) when is_map(address), do: connect(address, options, :infinity)
  def connect(address, port, options), do: connect(address, port, options, :infinity)

  def connect(address, port, options, timeout) when is_integer(port) and port in 0..65_535 do
    options = options!(options)

    case :inet.getaddrs(address, family(address, options)) do
      {:ok, addresses} -> try_connect(addresses, port, options, timeout, {:error, :einval})
      {:error, _} = error -> error
    end
  end

  def connect(_address, _port, _options, _timeout), do: exit(:badarg)

  defp family(address, _options) when tuple_size(address) == 8, do: :inet6
  defp family(_address, options), do: options.family

  defp try_connect([], _port, _options, _timeout, last), do: last

  defp try_connect([ip | rest], port, options, timeout, _last) do
    case :beamlet_socket.start(:connect, [ip, port, options, timeout]) do
      {:ok, socket} -> {:ok, socket}
      {:error, :einval} -> exit(:badarg)
      {:error, :timeout} = error -> error
      error -> try_connect(rest, port, options, timeout, error)
    end
  end

  defp options!(list) do
    case :beamlet_socket.options(list, :beamlet_socket.defaults()) do
      {:ok, options} -> options
      :error -> exit(:badarg)
    end
  end

  @doc "Sends data: `:ok` once the host has it or a little of it waits to be sent."
  def send(socket, data) when is_port(socket), do: :beamlet_socket.call(socket, {:send, data}, {:error, :closed})

  @doc "Receives so many bytes, or with 0 what there is (of a packet type, one packet)."
  def recv(socket, length), do: recv(socket, length, :infinity)

  @doc "Receives within so many milliseconds."
  def recv(socket, length, timeout) when is_port(socket) and is_integer(length) and length >= 0 do
    :beamlet_socket.call(socket, {:recv, length, timeout}, {:error, :closed})
  end

  @doc "Puts data back to be received again."
  def unrecv(socket, data) when is_port(socket), do: :beamlet_socket.call(socket, {:unrecv, data}, {:error, :closed})

  @doc "Ends one or both directions."
  def shutdown(socket, how) when is_port(socket) and how in [:read, :write, :read_write] do
    case :beamlet_socket.call(socket, {:shutdown, how}, {:error, :closed}) do
      {:error, :enotconn} -> {:error, :enotconn}
      answer -> answer
    end
  end

  @doc "Closes a socket, whatever its state."
  def close(socket) when is_port(socket) do
    Process.unlink(socket)
    :beamlet_socket.call(socket, :close, true)
    :ok
  end

  @doc "Gives a socket to another process, with what it has sent to its owner and that has not been received."
  def controlling_process(socket, pid) when is_port(socket) and is_pid(pid) do
    own = self()

    case :beamlet_socket.call(socket, :info, :closed) do
      :closed ->
        {:error, :closed}

      info ->
        case info[:connected] do
          ^own when pid == own -> :ok
          ^own -> hand_over(socket, pid)
          _other -> {:error, :not_owner}
        end
    end
  end

  defp hand_over(socket, pid) do
    case :inet.getopts(socket, [:active]) do
      {:ok, [active: active]} ->
        if active != false, do: :inet.setopts(socket, active: false)
        pass_on(socket, pid)

        case :beamlet_socket.call(socket, {:owner, self(), pid}, {:error, :closed}) do
          :ok ->
            pass_on(socket, pid)
            if active != false, do: :inet.setopts(socket, active: active)
            :ok

          error ->
            error
        end

      {:ok, []} ->
        :beamlet_socket.call(socket, {:owner, self(), pid}, {:error, :closed})

      error ->
        error
    end
  end

  defp pass_on(socket, pid) do
    receive do
      {kind, ^socket, _} = message when kind in [:tcp, :tcp_error, :http] ->
        Kernel.send(pid, message)
        pass_on(socket, pid)

      {:tcp_closed, ^socket} = message ->
        Kernel.send(pid, message)
        pass_on(socket, pid)
    after
      0 -> :ok
    end
  end
end
