defmodule :beamlet_socket do
  @moduledoc """
  The processes behind sockets: listeners, connections and datagram sockets. Each is a port that waits for requests of
  `:gen_tcp`, `:gen_udp` and `:inet`, and for `:beamlet_socket_ready` when the network has something for it.

  Nothing is read before somebody wants it: a receive that waits, or the option `:active`.
  """

  @high_watermark 8192
  @chunk 65_536

  ## Options

  @defaults %{
    mode: :list,
    active: true,
    packet: 0,
    packet_size: 0,
    line_delimiter: ?\n,
    header: 0,
    exit_on_close: true,
    send_timeout: :infinity,
    send_timeout_close: false,
    buffer: 1460,
    nodelay: false,
    keepalive: false,
    reuseaddr: false,
    broadcast: false,
    recbuf: 131_072,
    sndbuf: 87_040,
    linger: {false, 0},
    delay_send: false,
    deliver: :term,
    show_econnreset: false,
    high_watermark: 8192,
    low_watermark: 4096,
    priority: 0,
    tos: 0,
    ttl: 64,
    read_packets: 5,
    dontroute: false,
    backlog: 5,
    ip: nil,
    port: 0,
    family: :inet
  }

  @kept Map.keys(@defaults) -- [:mode, :active, :packet, :ip, :port, :family]

  @doc "The options that are there before any is set."
  def defaults(), do: @defaults

  @doc "Reads options: `{:ok, options}` or `:error`."
  def options(list, options) when is_list(list) do
    {:ok, Enum.reduce(list, options, &option/2)}
  catch
    :badarg -> :error
  end

  def options(_other, _options), do: :error

  defp option(:binary, acc), do: %{acc | mode: :binary}
  defp option(:list, acc), do: %{acc | mode: :list}
  defp option(family, acc) when family in [:inet, :inet6], do: %{acc | family: family}
  defp option({:mode, mode}, acc) when mode in [:binary, :list], do: %{acc | mode: mode}
  defp option({:active, how}, acc) when how in [true, false, :once], do: %{acc | active: how}
  defp option({:active, n}, acc) when is_integer(n) and n in -32_768..32_767, do: %{acc | active: add(acc.active, n)}
  defp option({:packet, :raw}, acc), do: %{acc | packet: 0}

  defp option({:packet, packet}, acc)
       when packet in [0, 1, 2, 4, :line, :http, :http_bin, :httph, :httph_bin, :asn1, :sunrm, :cdr, :fcgi, :tpkt],
       do: %{acc | packet: packet}

  defp option({:ip, :any}, acc), do: acc
  defp option({:ip, :loopback}, acc), do: %{acc | ip: :loopback}
  defp option({key, ip}, acc) when key in [:ip, :ifaddr] and is_tuple(ip), do: %{acc | ip: ip}
  defp option({key, ip}, acc) when key in [:ip, :ifaddr], do: with({:ok, ip} <- :inet.parse_address(ip), do: %{acc | ip: ip}, else: (_ -> throw(:badarg)))
  defp option({:port, port}, acc) when port in 0..65_535, do: %{acc | port: port}
  defp option({key, _value}, acc) when key in [:ipv6_v6only, :reuseport, :inet_backend, :netns, :tclass, :multicast_if], do: acc
  defp option({:raw, _, _, _}, acc), do: acc
  defp option({key, value}, acc) when key in @kept, do: %{acc | key => value}
  defp option(_other, _acc), do: throw(:badarg)

  # The number of messages that may still come; what is there already counts.
  defp add(n, more) when is_integer(n), do: count(n + more)
  defp add(_flag, more), do: count(more)

  defp count(n) when n <= 0, do: false
  defp count(n), do: n

  @doc "Tells what options are set: `{:ok, pairs}`."
  def asked(names, options) do
    pairs =
      for name <- names, reduce: [] do
        acc ->
          case name do
            :active -> [{:active, options.active} | acc]
            :mode -> [{:mode, options.mode} | acc]
            :packet -> [{:packet, options.packet} | acc]
            name when name in @kept -> [{name, Map.fetch!(options, name)} | acc]
            _ -> acc
          end
      end

    {:ok, Enum.reverse(pairs)}
  end

  @doc "The address to bind to."
  def bound(%{ip: :loopback, family: :inet}), do: {127, 0, 0, 1}
  def bound(%{ip: :loopback}), do: {0, 0, 0, 0, 0, 0, 0, 1}
  def bound(%{ip: nil, family: :inet}), do: {0, 0, 0, 0}
  def bound(%{ip: nil}), do: {0, 0, 0, 0, 0, 0, 0, 0}
  def bound(%{ip: ip}), do: ip

  ## Starting

  @doc "Starts a process of this module for the caller: what it says first, `{:ok, port}` or `{:error, reason}`."
  def start(function, args) do
    ref = make_ref()
    port = :beamlet_ports.spawn(:beamlet_socket, function, [{self(), ref} | args])

    receive do
      {^ref, :ok} -> {:ok, port}
      {^ref, {:error, reason}} -> {:error, reason}
    end
  end

  # The end of one that never began.
  defp give_up({owner, ref}, reason) do
    Process.unlink(owner)
    send(owner, {ref, {:error, reason}})
  end

  @doc "Asks a socket's process: its answer, or `closed` if there is none any more."
  def call(port, request, closed) do
    case :beamlet_ports_library.call(port, request) do
      {:ok, answer} -> answer
      :closed -> closed
    end
  end

  defp reply({from, ref}, answer), do: send(from, {ref, answer})

  defp timer(:infinity), do: nil
  defp timer(time), do: :erlang.start_timer(time, self(), :waited)

  defp cancel(nil), do: :ok
  defp cancel(timer), do: :erlang.cancel_timer(timer)

  # What every socket answers in the same way; `:unknown` for the rest.
  defp common(:sockname, state), do: {:beamlet_net.local(state.socket), state}
  defp common(:peername, state), do: {:beamlet_net.peer(state.socket), state}
  defp common({:getopts, names}, state), do: {asked(names, state.options), state}
  defp common({:set_data, data}, state), do: {true, Map.put(state, :data, data)}
  defp common(:get_data, state), do: {Map.get(state, :data, :undefined), state}
  defp common(:options, state), do: {state.options, state}

  defp common(:getstat, state) do
    counts = [
      recv_oct: state.received,
      recv_cnt: state.packets_in,
      recv_max: 0,
      recv_avg: 0,
      recv_dvi: 0,
      send_oct: state.sent,
      send_cnt: state.packets_out,
      send_max: 0,
      send_avg: 0,
      send_pend: 0
    ]

    {{:ok, counts}, state}
  end

  defp common(:info, state) do
    label = if state.kind == :datagram, do: ~c"udp_inet", else: ~c"tcp_inet"
    {:beamlet_ports_library.common_info(label, state.owner, state.received, state.sent), state}
  end

  defp common({:owner, from, pid}, %{owner: from} = state) do
    Process.link(pid)
    Process.unlink(from)
    {:ok, %{state | owner: pid}}
  end

  defp common({:owner, _from, _pid}, state), do: {{:error, :not_owner}, state}

  defp common({:connect, pid}, state) do
    Process.link(pid)
    {true, %{state | owner: pid}}
  end

  defp common(_other, _state), do: :unknown

  defp new(kind, socket, owner, options) do
    %{
      kind: kind,
      socket: socket,
      owner: owner,
      options: options,
      received: 0,
      sent: 0,
      packets_in: 0,
      packets_out: 0,
      label: nil,
      # Receives or accepts that wait: {{from, ref}, what, timer}.
      waiting: [],
      buffer: "",
      headers: false,
      # What is to be written, and who is to be told when it has been.
      out: [],
      tell: [],
      # Whether the other end has closed; then what has been told of it to whom received and whom sent.
      ended: false,
      closed: false,
      told_receiver: false,
      told_sender: false
    }
  end

  defp apply_options(socket, options) do
    if options.nodelay, do: :beamlet_net.set(socket, :nodelay, true)
    if options.broadcast, do: :beamlet_net.set(socket, :broadcast, true)
    if options.ttl != 64, do: :beamlet_net.set(socket, :ttl, options.ttl)
    :ok
  end

  defp close(state) do
    :beamlet_net.close(state.socket)
    for {to, _, _} <- state.waiting, do: reply(to, {:error, :closed})
    for {to, _} <- state.tell, do: reply(to, {:error, :closed})
    state
  end

  defp finish(state, reason) do
    close(state)
    exit(reason)
  end

  ## Listeners

  @doc false
  def listen({owner, ref} = starter, port, options) do
    Process.flag(:trap_exit, true)

    case :beamlet_net.listen(bound(options), port) do
      {:ok, socket} ->
        send(owner, {ref, :ok})
        listener(new(:listener, socket, owner, options))

      {:error, reason} ->
        give_up(starter, reason)
    end
  end

  defp listener(%{waiting: [{to, _, timer} | rest]} = state) do
    case :beamlet_net.accept(state.socket) do
      {:ok, socket} ->
        cancel(timer)
        reply(to, {:ok, socket, state.options})
        listener(%{state | waiting: rest})

      :wait ->
        :beamlet_net.watch(state.socket, true, false)
        listen_on(state)

      {:error, reason} ->
        cancel(timer)
        reply(to, {:error, reason})
        listener(%{state | waiting: rest})
    end
  end

  defp listener(state), do: listen_on(state)

  defp listen_on(state) do
    receive do
      :beamlet_socket_ready ->
        listener(state)

      {:beamlet_port_call, from, ref, {:accept, timeout}} ->
        listener(%{state | waiting: state.waiting ++ [{{from, ref}, :accept, timer(timeout)}]})

      {:timeout, timer, :waited} ->
        listener(timed_out(timer, state))

      {:beamlet_port_call, from, ref, :close} ->
        reply({from, ref}, true)
        finish(state, :normal)

      {:beamlet_port_call, from, ref, {:setopts, list}} ->
        case options(list, state.options) do
          {:ok, options} ->
            reply({from, ref}, :ok)
            listen_on(%{state | options: options})

          :error ->
            reply({from, ref}, {:error, :einval})
            listen_on(state)
        end

      {:beamlet_port_call, from, ref, request} ->
        listen_on(answer(request, {from, ref}, state))

      {:EXIT, _from, reason} ->
        finish(state, reason)

      _other ->
        listen_on(state)
    end
  end

  defp answer(request, to, state) do
    case common(request, state) do
      :unknown ->
        reply(to, {:error, :einval})
        state

      {answer, state} ->
        reply(to, answer)
        state
    end
  end

  defp timed_out(timer, state) do
    case :lists.keytake(timer, 3, state.waiting) do
      {:value, {to, _, _}, rest} ->
        reply(to, {:error, :timeout})
        %{state | waiting: rest}

      false ->
        state
    end
  end

  ## Connections

  @doc false
  def accepted({owner, ref}, socket, options) do
    Process.flag(:trap_exit, true)
    apply_options(socket, options)
    send(owner, {ref, :ok})
    connection(new(:stream, socket, owner, options))
  end

  @doc false
  def connect({owner, ref} = starter, ip, port, options, timeout) do
    Process.flag(:trap_exit, true)

    with {:ok, socket} <- :beamlet_net.connect(ip, port),
         :ok <- connected(socket, timer(timeout)) do
      apply_options(socket, options)
      send(owner, {ref, :ok})
      connection(new(:stream, socket, owner, options))
    else
      {:error, reason} -> give_up(starter, reason)
    end
  end

  defp connected(socket, timer) do
    case :beamlet_net.connected(socket) do
      :ok ->
        cancel(timer)
        :ok

      {:error, reason} ->
        {:error, reason}

      :wait ->
        :beamlet_net.watch(socket, false, true)

        receive do
          :beamlet_socket_ready ->
            connected(socket, timer)

          {:timeout, ^timer, :waited} ->
            :beamlet_net.close(socket)
            {:error, :timeout}

          {:EXIT, _from, reason} ->
            exit(reason)
        end
    end
  end

  # Delivers what is there, then waits for what is wanted.
  defp connection(state) do
    state = deliver(state)
    read = wants?(state) and not state.ended
    write = state.out != []
    if read or write, do: :beamlet_net.watch(state.socket, read, write)
    connection_on(state)
  end

  defp wants?(%{options: %{active: false}, waiting: []}), do: false
  defp wants?(_state), do: true

  defp connection_on(state) do
    receive do
      :beamlet_socket_ready -> state |> flush() |> fill() |> connection()
      {:beamlet_port_call, from, ref, request} -> connection(stream(request, {from, ref}, state))
      {:timeout, timer, :waited} -> connection(write_timed_out(timer, timed_out(timer, state)))
      {:EXIT, _from, reason} -> finish(state, reason)
      {owner, {:command, data}} when owner == state.owner -> connection(stream({:send, data}, {self(), make_ref()}, state))
      {owner, :close} when owner == state.owner -> port_closed(state)
      _other -> connection_on(state)
    end
  end

  defp port_closed(state) do
    close(state)
    Process.exit(state.owner, :normal)
    Process.unlink(state.owner)
    send(state.owner, {self(), :closed})
    exit(:normal)
  end

  defp stream({:recv, _length, _timeout}, to, %{options: %{active: active}} = state) when active != false do
    reply(to, {:error, :einval})
    state
  end

  defp stream({:recv, length, timeout}, to, state) do
    fill_once(%{state | waiting: state.waiting ++ [{to, length, timer(timeout)}]})
  end

  defp stream({:unrecv, data}, to, state) do
    reply(to, :ok)
    %{state | buffer: IO.iodata_to_binary(data) <> state.buffer}
  end

  defp stream({:send, _data}, to, %{closed: true} = state) do
    reply(to, {:error, if(state.told_sender, do: :enotconn, else: :closed)})
    %{state | told_sender: true}
  end

  defp stream({:send, data}, to, state) do
    case frame(data, state.options.packet) do
      {:ok, bytes} ->
        state = %{state | out: state.out ++ [bytes], packets_out: state.packets_out + 1}
        flush(%{state | tell: state.tell ++ [{to, timer(state.options.send_timeout)}]})

      :error ->
        reply(to, {:error, :einval})
        state
    end
  end

  defp stream({:setopts, list}, to, state) do
    case options(list, state.options) do
      {:ok, options} ->
        apply_options(state.socket, options)
        reply(to, :ok)
        state = %{state | options: options}

        # A number of messages that has come down to none says so.
        case list[:active] do
          n when is_integer(n) and options.active == false -> send(state.owner, {:tcp_passive, self()})
          _ -> :ok
        end

        if options.active != false and state.ended and state.buffer == "", do: gone(state), else: state

      :error ->
        reply(to, {:error, :einval})
        state
    end
  end

  defp stream({:shutdown, how}, to, state) do
    state = if how in [:write, :read_write], do: flush(state), else: state
    reply(to, :beamlet_net.shutdown(state.socket, how))
    state
  end

  defp stream(:close, to, state) do
    state = if state.closed, do: state, else: drain(state)
    reply(to, true)
    finish(state, :normal)
  end

  defp stream(request, to, state), do: answer(request, to, state)

  # What has been sent before a close is written, unless the other end does not take it.
  defp drain(%{out: []} = state), do: state

  defp drain(state) do
    timer = timer(5000)
    drain(state, timer)
  end

  defp drain(%{out: []} = state, timer) do
    cancel(timer)
    state
  end

  defp drain(state, timer) do
    :beamlet_net.watch(state.socket, false, true)

    receive do
      :beamlet_socket_ready -> drain(flush(state), timer)
      {:timeout, ^timer, :waited} -> state
    end
  end

  defp frame(data, packet) do
    bytes = IO.iodata_to_binary(data)

    case packet do
      n when n in [1, 2, 4] ->
        size = byte_size(bytes)
        if size < Bitwise.bsl(1, n * 8), do: {:ok, <<size::size(n)-unit(8), bytes::binary>>}, else: :error

      _ ->
        {:ok, bytes}
    end
  rescue
    ArgumentError -> :error
  end

  ## Writing

  defp flush(%{out: []} = state), do: told(state)

  defp flush(%{out: [bytes | rest]} = state) do
    case bytes do
      "" ->
        flush(%{state | out: rest})

      _ ->
        case :beamlet_net.write(state.socket, bytes) do
          {:ok, count} when count == byte_size(bytes) ->
            flush(%{state | out: rest, sent: state.sent + count})

          {:ok, count} ->
            <<_::binary-size(count), left::binary>> = bytes
            flush(%{state | out: [left | rest], sent: state.sent + count})

          :wait ->
            if pending(state.out) <= @high_watermark, do: told(state), else: state

          {:error, reason} ->
            reason = if reason in [:epipe, :econnreset, :enotconn, :econnaborted], do: :closed, else: reason

            for {to, timer} <- state.tell do
              cancel(timer)
              reply(to, {:error, reason})
            end

            %{state | out: [], tell: []}
        end
    end
  end

  defp pending(out), do: Enum.reduce(out, 0, &(byte_size(&1) + &2))

  defp told(state) do
    for {to, timer} <- state.tell do
      cancel(timer)
      reply(to, :ok)
    end

    %{state | tell: []}
  end

  defp write_timed_out(timer, state) do
    case :lists.keytake(timer, 2, state.tell) do
      {:value, {to, _}, rest} ->
        reply(to, {:error, :timeout})
        %{state | tell: rest}

      false ->
        state
    end
  end

  ## Reading

  defp fill(state), do: if(wants?(state), do: read(state), else: state)

  # A receive is often satisfied by what has come already.
  defp fill_once(state) do
    state = deliver(state)
    if state.waiting == [] or state.ended, do: state, else: read(state)
  end

  defp read(%{ended: true} = state), do: state

  defp read(state) do
    case :beamlet_net.read(state.socket, @chunk) do
      {:ok, ""} -> ended(state)
      {:ok, bytes} -> %{state | buffer: joined(state.buffer, bytes), received: state.received + byte_size(bytes)}
      :wait -> state
      {:error, :econnreset} when state.options.show_econnreset -> failed(:econnreset, state)
      {:error, _reason} -> ended(state)
    end
  end

  defp joined("", bytes), do: bytes
  defp joined(buffer, bytes), do: buffer <> bytes

  defp failed(reason, %{options: %{active: active}} = state) when active != false do
    send(state.owner, {:tcp_error, self(), reason})
    gone(state)
  end

  defp failed(reason, state) do
    for {to, _, timer} <- state.waiting do
      cancel(timer)
      reply(to, {:error, reason})
    end

    %{state | waiting: [], ended: true}
  end

  defp ended(%{options: %{exit_on_close: false}} = state), do: %{state | ended: true}

  # With the default of `exit_on_close`, the end of what the other sends ends the connection.
  defp ended(state) do
    :beamlet_net.close(state.socket)
    %{state | ended: true, closed: true, out: []}
  end

  # The end of an active connection: its owner is told, and it closes.
  defp gone(state) do
    send(state.owner, {:tcp_closed, self()})
    finish(state, :normal)
  end

  # Hands out packets for as long as there are some and somebody wants them.
  defp deliver(%{options: %{active: false}, waiting: []} = state), do: state

  defp deliver(%{buffer: "", ended: false} = state), do: state

  defp deliver(%{options: %{active: active}} = state) when active != false do
    case next(0, state) do
      {:ok, packet, state} ->
        send(state.owner, message(packet, state))
        deliver(delivered(state))

      :more when state.ended ->
        gone(state)

      :more ->
        state

      {:error, reason} ->
        send(state.owner, {:tcp_error, self(), reason})
        gone(state)
    end
  end

  defp deliver(%{waiting: [{to, length, timer} | rest]} = state) do
    case next(length, state) do
      {:ok, packet, state} ->
        cancel(timer)
        reply(to, {:ok, value(packet, state)})
        deliver(%{state | waiting: rest})

      :more when state.ended ->
        cancel(timer)
        reply(to, {:error, if(state.told_receiver, do: :enotconn, else: :closed)})
        deliver(%{state | waiting: rest, told_receiver: state.closed})

      :more ->
        state

      {:error, reason} ->
        cancel(timer)
        reply(to, {:error, reason})
        deliver(%{state | waiting: rest, ended: true, buffer: ""})
    end
  end

  defp next(length, %{options: %{packet: 0}} = state) do
    case state.buffer do
      "" -> :more
      bytes when length == 0 -> {:ok, bytes, taken("", state)}
      <<bytes::binary-size(length), rest::binary>> -> {:ok, bytes, taken(rest, state)}
      _ -> :more
    end
  end

  defp next(_length, %{buffer: ""}), do: :more

  defp next(_length, %{options: options} = state) do
    limits = [packet_size: options.packet_size] ++ if(options.packet == :line, do: [line_delimiter: options.line_delimiter], else: [])

    case :beamlet_packet.decode(type(options.packet, state.headers), state.buffer, limits) do
      {:ok, packet, rest} -> {:ok, packet, %{taken(rest, state) | headers: headers(packet, state)}}
      {:more, _} -> :more
      {:error, _} -> {:error, :emsgsize}
    end
  end

  defp taken(rest, state), do: %{state | buffer: rest, packets_in: state.packets_in + 1}

  # After a request or response line come headers.
  defp type(:http, true), do: :httph
  defp type(:http_bin, true), do: :httph_bin
  defp type(packet, _headers), do: packet

  defp headers(:http_eoh, _state), do: false
  defp headers(packet, state) when is_tuple(packet), do: state.headers or elem(packet, 0) in [:http_request, :http_response]
  defp headers(_packet, state), do: state.headers

  defp message(packet, _state) when is_tuple(packet) or is_atom(packet), do: {:http, self(), packet}
  defp message(packet, state), do: {:tcp, self(), value(packet, state)}

  defp value(packet, _state) when is_tuple(packet) or is_atom(packet), do: packet
  defp value(bytes, %{options: options}), do: in_mode(bytes, options)

  defp in_mode(bytes, %{mode: :binary, header: 0}), do: bytes

  defp in_mode(bytes, %{mode: :binary, header: n}) do
    n = min(n, byte_size(bytes))
    <<head::binary-size(n), rest::binary>> = bytes
    :erlang.binary_to_list(head) ++ rest
  end

  defp in_mode(bytes, _options), do: :erlang.binary_to_list(bytes)

  defp delivered(%{options: options} = state) do
    case options.active do
      true ->
        state

      :once ->
        %{state | options: %{options | active: false}}

      1 ->
        send(state.owner, {passive(state.kind), self()})
        %{state | options: %{options | active: false}}

      n ->
        %{state | options: %{options | active: n - 1}}
    end
  end

  defp passive(:datagram), do: :udp_passive
  defp passive(_stream), do: :tcp_passive

  ## Datagrams

  @doc false
  def datagram({owner, ref} = starter, port, options) do
    Process.flag(:trap_exit, true)

    case :beamlet_net.datagram(bound(options), port) do
      {:ok, socket} ->
        apply_options(socket, options)
        send(owner, {ref, :ok})
        datagrams(new(:datagram, socket, owner, options))

      {:error, reason} ->
        give_up(starter, reason)
    end
  end

  defp datagrams(state) do
    if wants?(state) do
      case :beamlet_net.receive_from(state.socket, @chunk) do
        {:ok, {{ip, port}, bytes}} ->
          state = %{state | received: state.received + byte_size(bytes), packets_in: state.packets_in + 1}
          datagrams(hand_out(ip, port, in_mode(bytes, state.options), state))

        :wait ->
          :beamlet_net.watch(state.socket, true, false)
          datagrams_on(state)

        {:error, reason} ->
          datagrams(refused(reason, state))
      end
    else
      datagrams_on(state)
    end
  end

  defp hand_out(ip, port, data, %{options: %{active: false}, waiting: [{to, _, timer} | rest]} = state) do
    cancel(timer)
    reply(to, {:ok, {ip, port, data}})
    %{state | waiting: rest}
  end

  defp hand_out(ip, port, data, state) do
    send(state.owner, {:udp, self(), ip, port, data})
    delivered(state)
  end

  defp refused(reason, %{waiting: [{to, _, timer} | rest]} = state) do
    cancel(timer)
    reply(to, {:error, reason})
    %{state | waiting: rest}
  end

  defp refused(reason, state) do
    send(state.owner, {:udp_error, self(), reason})
    delivered(state)
  end

  defp datagrams_on(state) do
    receive do
      :beamlet_socket_ready -> datagrams(state)
      {:beamlet_port_call, from, ref, request} -> datagrams(packet(request, {from, ref}, state))
      {:timeout, timer, :waited} -> datagrams(timed_out(timer, state))
      {:EXIT, _from, reason} -> finish(state, reason)
      {owner, :close} when owner == state.owner -> port_closed(state)
      _other -> datagrams_on(state)
    end
  end

  defp packet({:recv, _length, _timeout}, to, %{options: %{active: active}} = state) when active != false do
    reply(to, {:error, :einval})
    state
  end

  defp packet({:recv, length, timeout}, to, state) do
    %{state | waiting: state.waiting ++ [{to, length, timer(timeout)}]}
  end

  defp packet({:send_to, ip, port, data}, to, state) do
    case :beamlet_net.send_to(state.socket, ip, port, data) do
      :ok ->
        reply(to, :ok)
        %{state | sent: state.sent + :erlang.iolist_size(data), packets_out: state.packets_out + 1}

      :wait ->
        # A full buffer loses what does not fit, as the network may.
        reply(to, :ok)
        state

      error ->
        reply(to, error)
        state
    end
  rescue
    ArgumentError ->
      reply(to, {:error, :einval})
      state
  end

  defp packet({:connect_to, ip, port}, to, state) do
    reply(to, :beamlet_net.connect_datagram(state.socket, ip, port))
    state
  end

  defp packet({:setopts, list}, to, state) do
    case options(list, state.options) do
      {:ok, options} ->
        apply_options(state.socket, options)
        reply(to, :ok)
        %{state | options: options}

      :error ->
        reply(to, {:error, :einval})
        state
    end
  end

  defp packet(:close, to, state) do
    reply(to, true)
    finish(state, :normal)
  end

  defp packet(request, to, state), do: answer(request, to, state)
end
