defmodule :beamlet_ports_library do
  @moduledoc """
  What `:erlang`'s functions of ports do. A port is a process that is known by a port: `self()` is the port in it.

  Every port answers `{:beamlet_port_call, from, ref, request}` with `{ref, answer}`; those of sockets have more requests than
  those of programs.
  """

  @doc "Opens a port to a program."
  def open(name, settings) do
    case {program(name), options(settings)} do
      {:error, _} ->
        raise ArgumentError, "errors were found at the given arguments:\n\n  * 1st argument: invalid port name\n"

      {_, :error} ->
        raise ArgumentError, "errors were found at the given arguments:\n\n  * 2nd argument: invalid option in list\n"

      {{:error, reason}, _} ->
        :erlang.error(reason)

      {{:ok, label, program, first}, {:ok, options}} ->
        args = if options.args == nil, do: first, else: first ++ options.args
        start(label, program, args, options)
    end
  end

  defp program({:spawn, command}) do
    case text(command) do
      {:ok, ""} -> {:error, :einval}
      {:ok, line} -> {:ok, String.to_charlist(line), "/bin/sh", ["-c", "exec " <> line]}
      :error -> :error
    end
  end

  defp program({:spawn_executable, path}) do
    with {:ok, path} <- text(path) do
      case :beamlet_file.stat(path) do
        {:ok, stat} ->
          if runnable?(stat), do: {:ok, String.to_charlist(path), path, []}, else: {:error, :eacces}

        {:error, reason} ->
          {:error, reason}
      end
    end
  end

  defp program({:spawn_driver, _command}), do: {:error, :badarg}
  defp program({:fd, _input, _output}), do: {:error, :enotsup}
  defp program(_other), do: :error

  defp runnable?(stat) when is_tuple(stat), do: :lists.member(:regular, :erlang.tuple_to_list(stat))
  defp runnable?(stat) when is_map(stat), do: Map.get(stat, :type, :regular) == :regular
  defp runnable?(_stat), do: true

  defp text(text) when is_binary(text), do: {:ok, text}

  defp text(text) do
    case :unicode.characters_to_binary(text) do
      binary when is_binary(binary) -> {:ok, binary}
      _ -> :error
    end
  rescue
    ArgumentError -> :error
  end

  @defaults %{
    args: nil,
    run: %{},
    packet: 0,
    line: nil,
    binary: false,
    exit_status: false,
    eof: false,
    input: true,
    output: true
  }

  defp options(settings) when is_list(settings) do
    options =
      Enum.reduce(settings, @defaults, fn
        {:packet, n}, acc when n in [1, 2, 4] -> %{acc | packet: n}
        :stream, acc -> %{acc | packet: 0}
        {:line, n}, acc when is_integer(n) and n > 0 -> %{acc | line: n}
        {:cd, directory}, acc -> run(acc, :cd, text!(directory))
        {:env, pairs}, acc when is_list(pairs) -> run(acc, :env, Enum.map(pairs, &variable!/1))
        {:args, args}, acc when is_list(args) -> %{acc | args: Enum.map(args, &text!/1)}
        {:arg0, name}, acc -> run(acc, :arg0, text!(name))
        :exit_status, acc -> %{acc | exit_status: true}
        :stderr_to_stdout, acc -> run(acc, :stderr_to_stdout, true)
        :binary, acc -> %{acc | binary: true}
        :eof, acc -> %{acc | eof: true}
        :in, acc -> %{acc | output: false}
        :out, acc -> %{acc | input: false}
        {:parallelism, flag}, acc when is_boolean(flag) -> acc
        {:busy_limits_port, _}, acc -> acc
        {:busy_limits_msgq, _}, acc -> acc
        option, acc when option in [:use_stdio, :hide, :overlapped_io] -> acc
        _other, _acc -> throw(:badarg)
      end)

    both = :in in settings and :out in settings
    {:ok, if(both, do: %{options | input: true, output: true}, else: options)}
  catch
    :badarg -> :error
  end

  defp options(_other), do: :error

  defp run(options, key, value), do: %{options | run: Map.put(options.run, key, value)}

  defp text!(value) do
    case text(value) do
      {:ok, text} -> text
      :error -> throw(:badarg)
    end
  end

  defp variable!({name, false}), do: {text!(name), nil}
  defp variable!({name, value}), do: {text!(name), text!(value)}
  defp variable!(_other), do: throw(:badarg)

  defp start(label, program, args, options) do
    ref = make_ref()
    port = :beamlet_ports.spawn(:beamlet_ports_library, :run_program, [{self(), ref}, label, {program, args}, options])

    receive do
      {^ref, :ok} -> port
      {^ref, {:error, reason}} -> :erlang.error(reason)
    end
  end

  @doc false
  def run_program({owner, ref}, label, {program, args}, options) do
    Process.flag(:trap_exit, true)

    case :beamlet_program.start(program, args, options.run) do
      {:ok, handle, os_pid} ->
        unless options.output, do: :beamlet_program.close_input(handle)
        send(owner, {ref, :ok})

        loop(%{
          owner: owner,
          label: label,
          handle: handle,
          os_pid: os_pid,
          options: options,
          buffer: "",
          read: 0,
          written: 0,
          data: :undefined
        })

      {:error, reason} ->
        Process.unlink(owner)
        send(owner, {ref, {:error, reason}})
    end
  end

  defp loop(%{owner: owner} = state) do
    receive do
      {:beamlet_program, :data, bytes} -> loop(received(bytes, %{state | read: state.read + byte_size(bytes)}))
      {:beamlet_program, :exit, status} -> ended(status, state)
      {:beamlet_program, :broken, _} -> stop(state, :epipe)
      {^owner, {:command, data}} -> loop(write(data, state))
      {^owner, {:connect, pid}} when is_pid(pid) -> loop(hand_to(pid, state))
      {^owner, :close} -> closed(state)
      {:beamlet_port_call, from, ref, request} -> request(request, from, ref, state)
      {:EXIT, _from, reason} -> stop(state, reason)
      _other -> loop(state)
    end
  end

  defp stop(state, reason) do
    :beamlet_program.close(state.handle)
    exit(reason)
  end

  defp closed(state) do
    :beamlet_program.close(state.handle)
    # The exit signal comes first, for those who trap it.
    Process.exit(state.owner, :normal)
    Process.unlink(state.owner)
    send(state.owner, {self(), :closed})
    exit(:normal)
  end

  defp hand_to(pid, state) do
    Process.link(pid)
    send(state.owner, {self(), :connected})
    %{state | owner: pid}
  end

  defp write(data, state) do
    size = :erlang.iolist_size(data)

    framed =
      case state.options.packet do
        0 -> data
        n -> [<<size::size(n)-unit(8)>> | data]
      end

    if :beamlet_program.write(state.handle, framed), do: %{state | written: state.written + size}, else: stop(state, :epipe)
  rescue
    ArgumentError -> stop(state, :badsig)
  end

  defp received(_bytes, %{options: %{input: false}} = state), do: state

  defp received(bytes, %{options: %{line: limit}} = state) when limit != nil do
    lines(state.buffer <> bytes, limit, state)
  end

  defp received(bytes, %{options: %{packet: 0}} = state) do
    deliver(bytes, state)
    state
  end

  defp received(bytes, %{options: %{packet: n}} = state), do: packets(state.buffer <> bytes, n, state)

  defp packets(buffer, n, state) do
    case buffer do
      <<size::size(n)-unit(8), packet::binary-size(size), rest::binary>> ->
        deliver(packet, state)
        packets(rest, n, state)

      _ ->
        %{state | buffer: buffer}
    end
  end

  defp lines(buffer, limit, state) do
    case :binary.match(buffer, "\n") do
      {at, 1} when at <= limit ->
        <<line::binary-size(at), "\n", rest::binary>> = buffer
        line(:eol, line, state)
        lines(rest, limit, state)

      _ when byte_size(buffer) > limit ->
        <<part::binary-size(limit), rest::binary>> = buffer
        line(:noeol, part, state)
        lines(rest, limit, state)

      _ ->
        %{state | buffer: buffer}
    end
  end

  defp line(kind, line, state), do: send(state.owner, {self(), {:data, {kind, in_mode(line, state)}}})
  defp deliver(bytes, state), do: send(state.owner, {self(), {:data, in_mode(bytes, state)}})

  defp in_mode(bytes, %{options: %{binary: true}}), do: bytes
  defp in_mode(bytes, _state), do: :erlang.binary_to_list(bytes)

  defp ended(status, %{options: options} = state) do
    if options.exit_status, do: send(state.owner, {self(), {:exit_status, status}})
    if options.line != nil and state.buffer != "", do: line(:noeol, state.buffer, state)
    if options.eof, do: send(state.owner, {self(), :eof})
    if options.eof, do: loop(%{state | buffer: ""}), else: stop(state, :normal)
  end

  defp request({:command, data}, from, ref, state) do
    state = write(data, state)
    reply(from, ref, true)
    loop(state)
  end

  defp request({:connect, pid}, from, ref, state) do
    Process.link(pid)
    reply(from, ref, true)
    loop(%{state | owner: pid})
  end

  defp request(:close, from, ref, state) do
    :beamlet_program.close(state.handle)
    reply(from, ref, true)
    exit(:normal)
  end

  defp request(:info, from, ref, state) do
    reply(from, ref, common_info(state.label, state.owner, state.read, state.written) ++ [os_pid: state.os_pid])
    loop(state)
  end

  defp request(:os_pid, from, ref, state) do
    reply(from, ref, {:os_pid, state.os_pid})
    loop(state)
  end

  defp request({:set_data, data}, from, ref, state) do
    reply(from, ref, true)
    loop(%{state | data: data})
  end

  defp request(:get_data, from, ref, state) do
    reply(from, ref, state.data)
    loop(state)
  end

  # What only sockets understand.
  defp request(_other, from, ref, state) do
    reply(from, ref, {:error, :einval})
    loop(state)
  end

  @doc "Answers a request."
  def reply(from, ref, answer), do: send(from, {ref, answer})

  @doc "Gives what `:erlang.port_info/1` tells of every port."
  def common_info(label, owner, read, written) do
    {:links, links} = links()
    [name: label, links: links, id: number(), connected: owner, input: read, output: written]
  end

  # A port has no process information of its own; those that it is linked with are its owner's affair.
  defp links(), do: {:links, :beamlet_ports.links()}

  defp number() do
    [_, number] = :string.split(:erlang.port_to_list(self()), ".")
    :erlang.list_to_integer(:lists.droplast(number)) * 8
  end

  ## From outside

  @doc "Asks a port something: `{:ok, answer}`, or `:closed` if it is none any more."
  def call(port, request) do
    ref = :erlang.monitor(:port, port)
    send(port, {:beamlet_port_call, self(), ref, request})

    receive do
      {^ref, answer} ->
        :erlang.demonitor(ref, [:flush])
        {:ok, answer}

      {:DOWN, ^ref, _, _, _} ->
        :closed
    end
  end

  defp port(port) when is_port(port), do: port

  defp port(name) when is_atom(name) do
    case :erlang.whereis(name) do
      port when is_port(port) -> port
      _ -> nil
    end
  end

  defp port(_other), do: nil

  defp ask!(port, request) do
    with port when port != nil <- port(port), {:ok, answer} <- call(port, request) do
      answer
    else
      _ -> :erlang.error(:badarg)
    end
  end

  def command(port, data, _options), do: command(port, data)

  def command(port, data) when is_port(port) or is_atom(port) do
    data = :erlang.iolist_to_binary(data)
    ask!(port, {:command, data})
  end

  def close(port), do: ask!(port, :close)

  def connect(port, pid) when is_pid(pid), do: ask!(port, {:connect, pid})
  def connect(_port, _other), do: :erlang.error(:badarg)

  def set_data(port, data), do: ask!(port, {:set_data, data})
  def get_data(port), do: ask!(port, :get_data)

  def info(port) when is_port(port) or is_atom(port) do
    with port when port != nil <- port(port), {:ok, info} <- call(port, :info) do
      case :beamlet_ports.name(port) do
        [] -> info
        name -> [{:registered_name, name} | info]
      end
    else
      _ -> :undefined
    end
  end

  def info(_other), do: :erlang.error(:badarg)

  @items [:name, :links, :id, :connected, :input, :output, :os_pid]

  def info(port, item) when is_port(port) or is_atom(port) do
    case info(port) do
      :undefined when item in @items or item == :registered_name -> :undefined
      :undefined -> :erlang.error(:badarg)
      info -> item(item, info)
    end
  end

  def info(_other, _item), do: :erlang.error(:badarg)

  defp item(:registered_name, info) do
    case :lists.keyfind(:registered_name, 1, info) do
      false -> []
      pair -> pair
    end
  end

  defp item(item, info) do
    case :lists.keyfind(item, 1, info) do
      false when item == :os_pid -> {:os_pid, :undefined}
      false when item in [:monitors, :monitored_by] -> {item, []}
      false when item in [:memory, :queue_size] -> {item, 0}
      false when item == :locking -> {item, :port_level}
      false when item == :parallelism -> {item, false}
      false -> :erlang.error(:badarg)
      pair -> pair
    end
  end
end
