defmodule :gen_udp do
  @moduledoc """
  Erlang's `:gen_udp`: datagrams. A socket belongs to a process, which is sent `{:udp, socket, ip, port, data}` while it is active.

  ## Examples

      iex> {:ok, one} = :gen_udp.open(0, [:binary, active: false])
      iex> {:ok, other} = :gen_udp.open(0, [:binary, active: false])
      iex> {:ok, port} = :inet.port(other)
      iex> :gen_udp.send(one, {127, 0, 0, 1}, port, "hi")
      :ok
      iex> {:ok, {{127, 0, 0, 1}, _, data}} = :gen_udp.recv(other, 0)
      iex> data
      "hi"

  """

  @doc "Opens a socket on a port, or on a free one with 0."
  def open(port), do: open(port, [])

  def open(port, options) when is_integer(port) and port in 0..65_535 do
    case :beamlet_socket.options(options, :beamlet_socket.defaults()) do
      {:ok, options} -> :beamlet_socket.start(:datagram, [port, options])
      :error -> exit(:badarg)
    end
  end

  def open(_port, _options), do: exit(:badarg)

  @doc "Sends to where the socket is connected."
  def send(socket, data) when is_port(socket), do: :beamlet_socket.call(socket, {:send_to, :connected, 0, data}, {:error, :closed})

  @doc "Sends to an address and port, given as a pair."
  def send(socket, {address, port}, data), do: send(socket, address, port, data)
  def send(socket, {address, port}, _ancillary, data) when is_tuple(address), do: send(socket, address, port, data)

  def send(socket, address, port, data) when is_port(socket) do
    case :inet.getaddr(address, :inet) do
      {:ok, ip} -> :beamlet_socket.call(socket, {:send_to, ip, port, data}, {:error, :closed})
      error -> error
    end
  end

  def send(socket, address, port, _ancillary, data), do: send(socket, address, port, data)

  @doc "Receives a datagram: `{:ok, {ip, port, data}}`."
  def recv(socket, length), do: recv(socket, length, :infinity)

  def recv(socket, length, timeout) when is_port(socket) and is_integer(length) do
    :beamlet_socket.call(socket, {:recv, length, timeout}, {:error, :closed})
  end

  @doc "Fixes with whom a socket speaks."
  def connect(socket, {address, port}), do: connect(socket, address, port)

  def connect(socket, address, port) when is_port(socket) do
    case :inet.getaddr(address, :inet) do
      {:ok, ip} -> :beamlet_socket.call(socket, {:connect_to, ip, port}, {:error, :closed})
      error -> error
    end
  end

  @doc "Closes a socket."
  def close(socket) when is_port(socket) do
    Process.unlink(socket)
    :beamlet_socket.call(socket, :close, true)
    :ok
  end

  @doc "Gives a socket to another process."
  def controlling_process(socket, pid) when is_port(socket) and is_pid(pid) do
    :beamlet_socket.call(socket, {:owner, self(), pid}, {:error, :closed})
  end
end
