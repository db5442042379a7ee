defmodule SocketTest do
  use ExUnit.Case, async: true

  defp pair(listen_options, options) do
    {:ok, listener} = :gen_tcp.listen(0, listen_options)
    {:ok, port} = :inet.port(listener)
    {:ok, client} = :gen_tcp.connect('localhost', port, options)
    {:ok, server} = :gen_tcp.accept(listener, 5000)
    {client, server, listener}
  end

  test "what one end sends the other receives" do
    {client, server, listener} = pair([:binary, active: false], [:binary, active: false])
    assert is_port(client)
    assert {:ok, {{127, 0, 0, 1}, port}} = :inet.peername(client)
    assert {:ok, ^port} = :inet.port(listener)
    assert :gen_tcp.send(client, ["hello ", 'world']) == :ok
    assert :gen_tcp.recv(server, 5) == {:ok, "hello"}
    assert :gen_tcp.recv(server, 0) == {:ok, " world"}
    assert :gen_tcp.recv(server, 0, 20) == {:error, :timeout}
    assert :gen_tcp.recv(server, 10, 20) == {:error, :timeout}
    assert :inet.getopts(server, [:active, :packet, :mode]) == {:ok, [active: false, packet: 0, mode: :binary]}
    assert :gen_tcp.accept(listener, 20) == {:error, :timeout}
    :gen_tcp.send(client, "last")
    assert :gen_tcp.close(client) == :ok
    assert :gen_tcp.recv(server, 0) == {:ok, "last"}
    assert :gen_tcp.recv(server, 0) == {:error, :closed}
    assert :gen_tcp.recv(server, 0) == {:error, :enotconn}
    assert :gen_tcp.send(server, "x") == {:error, :closed}
    assert :gen_tcp.close(listener) == :ok
    assert :gen_tcp.accept(listener) == {:error, :closed}
    assert :inet.port(listener) == {:error, :einval}
  end

  test "active sockets send messages" do
    {client, server, _} = pair([:binary, active: true], [:binary, active: false])
    :gen_tcp.send(client, "one")
    assert_receive {:tcp, ^server, "one"}
    :inet.setopts(server, active: :once)
    :gen_tcp.send(client, "two")
    assert_receive {:tcp, ^server, "two"}
    assert :inet.getopts(server, [:active]) == {:ok, [active: false]}
    :gen_tcp.send(client, "three")
    refute_receive {:tcp, ^server, _}, 30
    assert :gen_tcp.recv(server, 0) == {:ok, "three"}
    :inet.setopts(server, active: 1)
    :gen_tcp.send(client, "four")
    assert_receive {:tcp, ^server, "four"}
    assert_receive {:tcp_passive, ^server}
    :inet.setopts(server, active: true)
    assert :gen_tcp.recv(server, 0, 10) == {:error, :einval}
    :gen_tcp.close(client)
    assert_receive {:tcp_closed, ^server}
    assert :gen_tcp.send(server, "x") == {:error, :closed}
    assert :gen_tcp.close(server) == :ok
  end

  test "packets of lines, of sizes, and of HTTP" do
    {client, server, _} = pair([:list, active: false, packet: :line], [:binary, active: false])
    :gen_tcp.send(client, "a\nb\nc")
    assert :gen_tcp.recv(server, 0) == {:ok, 'a\n'}
    assert :gen_tcp.recv(server, 0) == {:ok, 'b\n'}
    assert :gen_tcp.recv(server, 0, 20) == {:error, :timeout}
    :gen_tcp.send(client, "d\n")
    assert :gen_tcp.recv(server, 0) == {:ok, 'cd\n'}
    :inet.setopts(server, [:binary, packet: 4])
    :inet.setopts(client, packet: 4)
    :gen_tcp.send(client, "framed")
    :gen_tcp.send(client, "")
    assert :gen_tcp.recv(server, 0) == {:ok, "framed"}
    assert :gen_tcp.recv(server, 0) == {:ok, ""}
    :inet.setopts(server, packet: :http_bin)
    :inet.setopts(client, packet: 0)
    :gen_tcp.send(client, "GET /p?q=1 HTTP/1.1\r\nhost: h:80\r\nX-Custom-Thing: v\r\n\r\nbody")
    assert :gen_tcp.recv(server, 0) == {:ok, {:http_request, :GET, {:abs_path, "/p?q=1"}, {1, 1}}}
    assert :gen_tcp.recv(server, 0) == {:ok, {:http_header, 14, :Host, "host", "h:80"}}
    assert :gen_tcp.recv(server, 0) == {:ok, {:http_header, 0, "X-Custom-Thing", "X-Custom-Thing", "v"}}
    assert :gen_tcp.recv(server, 0) == {:ok, :http_eoh}
    :inet.setopts(server, packet: :raw)
    assert :gen_tcp.recv(server, 0) == {:ok, "body"}
  end

  test "much data, and a socket that changes hands with its messages" do
    {client, server, _} = pair([:binary, active: true], [:binary, active: false])
    :gen_tcp.send(client, "early")
    test = self()

    task =
      Task.async(fn ->
        receive do: (:go -> :ok)
        assert_receive {:tcp, ^server, "early"}
        :inet.setopts(server, active: false)
        send(test, :ready)
        gather(server, 0)
      end)

    Process.sleep(50)
    assert :gen_tcp.controlling_process(server, task.pid) == :ok
    assert :gen_tcp.controlling_process(server, self()) == {:error, :not_owner}
    send(task.pid, :go)
    assert_receive :ready
    assert :gen_tcp.send(client, :binary.copy("0123456789", 300_000)) == :ok
    :gen_tcp.close(client)
    assert Task.await(task) == {3_000_000, :closed}
  end

  defp gather(socket, size) do
    case :gen_tcp.recv(socket, 0) do
      {:ok, data} -> gather(socket, size + byte_size(data))
      {:error, reason} -> {size, reason}
    end
  end

  test "what cannot be connected to" do
    assert :gen_tcp.connect('localhost', 1, []) == {:error, :econnrefused}
    assert :gen_tcp.connect('no.such.host.invalid', 80, []) == {:error, :nxdomain}
    assert catch_exit(:gen_tcp.listen(0, [:nope])) == :badarg
    {:ok, listener} = :gen_tcp.listen(0, [])
    {:ok, port} = :inet.port(listener)
    assert :gen_tcp.listen(port, []) == {:error, :eaddrinuse}
  end

  test "datagrams" do
    {:ok, one} = :gen_udp.open(0, [:binary, active: true])
    {:ok, other} = :gen_udp.open(0, active: false)
    {:ok, one_port} = :inet.port(one)
    {:ok, other_port} = :inet.port(other)
    assert :gen_udp.send(one, {127, 0, 0, 1}, other_port, "there") == :ok
    assert :gen_udp.recv(other, 0, 1000) == {:ok, {{127, 0, 0, 1}, one_port, 'there'}}
    assert :gen_udp.send(other, 'localhost', one_port, 'back') == :ok
    assert_receive {:udp, ^one, {127, 0, 0, 1}, ^other_port, "back"}
    assert :gen_udp.recv(other, 0, 20) == {:error, :timeout}
    assert :gen_udp.close(one) == :ok
    assert :gen_udp.send(one, {127, 0, 0, 1}, other_port, "x") == {:error, :closed}
  end

  test "packets out of bytes" do
    assert :erlang.decode_packet(:line, "a\nb", []) == {:ok, "a\n", "b"}
    assert :erlang.decode_packet(:line, "abc", line_length: 2) == {:ok, "ab", "c"}
    assert :erlang.decode_packet(2, <<0, 3, "abcd">>, []) == {:ok, "abc", "d"}
    assert :erlang.decode_packet(4, <<0, 0, 0, 9, 1>>, []) == {:more, 13}
    assert :erlang.decode_packet(1, "", []) == {:more, :undefined}
    assert :erlang.decode_packet(2, <<1, 0>>, packet_size: 10) == {:error, :invalid}
    assert :erlang.decode_packet(:http, "HTTP/1.0 404 Not Found\r\n", []) == {:ok, {:http_response, {1, 0}, 404, 'Not Found'}, ""}
    assert :erlang.decode_packet(:http_bin, "nonsense\r\n", []) == {:ok, {:http_error, "nonsense\r\n"}, ""}
    assert :erlang.decode_packet(:httph_bin, "Content-Length: 5\r\n\r\n", []) == {:ok, {:http_header, 38, :"Content-Length", "Content-Length", "5"}, "\r\n"}
    assert_raise ArgumentError, fn -> :erlang.decode_packet(:nope, "", []) end
  end
end
