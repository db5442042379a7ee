defmodule :gen_server do
  @moduledoc """
  The server of a client-server pair: a process that keeps a state, and a callback module that says what to do with it.

  The process runs one loop. Each turn takes a message, asks the callback module, and acts on the answer: reply, go on,
  go on with a time-out, hibernate, continue at once, or stop. Elixir programs use `GenServer`, which is built on this.
  """

  @type server_ref :: pid | atom | {atom, node} | {:global, term} | {:via, module, term}
  @type from :: {pid, term}

  @callback init(args :: term) ::
              {:ok, term}
              | {:ok, term, timeout | :hibernate | {:continue, term}}
              | {:stop, term}
              | :ignore
  @callback handle_call(request :: term, from, state :: term) :: term
  @callback handle_cast(request :: term, state :: term) :: term
  @callback handle_info(info :: term, state :: term) :: term
  @callback handle_continue(info :: term, state :: term) :: term
  @callback terminate(reason :: term, state :: term) :: term
  @callback code_change(old :: term, state :: term, extra :: term) :: {:ok, term} | {:error, term}
  @callback format_status(status :: map) :: map
  @callback format_status(option :: :normal | :terminate, status :: list) :: term

  @optional_callbacks handle_info: 2,
                      handle_continue: 2,
                      terminate: 2,
                      code_change: 3,
                      format_status: 1,
                      format_status: 2

  ## Starting and stopping

  @doc "Starts a server without a name or a link."
  def start(module, args, options), do: :gen.start(:gen_server, :nolink, module, args, options)

  @doc "Starts a server under `name`, without a link."
  def start(name, module, args, options), do: :gen.start(:gen_server, :nolink, name, module, args, options)

  @doc "Starts a server linked to the caller."
  def start_link(module, args, options), do: :gen.start(:gen_server, :link, module, args, options)

  @doc "Starts a server under `name`, linked to the caller."
  def start_link(name, module, args, options), do: :gen.start(:gen_server, :link, name, module, args, options)

  @doc "Starts a server that the caller monitors: `{:ok, {pid, monitor}}`."
  def start_monitor(module, args, options) do
    monitored(:gen.start(:gen_server, :monitor, module, args, options))
  end

  @doc "Starts a server under `name` that the caller monitors: `{:ok, {pid, monitor}}`."
  def start_monitor(name, module, args, options) do
    monitored(:gen.start(:gen_server, :monitor, name, module, args, options))
  end

  defp monitored({{:ok, pid}, ref}), do: {:ok, {pid, ref}}

  defp monitored({failure, ref}) do
    :erlang.demonitor(ref, [:flush])
    failure
  end

  @doc "Stops the server with reason `:normal`."
  @spec stop(server_ref) :: :ok
  def stop(server), do: :gen.stop(server)

  @doc "Stops the server with `reason`, and waits until it has ended."
  @spec stop(server_ref, term, timeout) :: :ok
  def stop(server, reason, timeout), do: :gen.stop(server, reason, timeout)

  ## Requests

  @doc "Makes a call and waits five seconds for the reply."
  @spec call(server_ref, term) :: term
  def call(server, request) do
    case :gen.call(server, :"$gen_call", request) do
      {:ok, reply} -> reply
    end
  catch
    :exit, reason -> :erlang.raise(:exit, {reason, {:gen_server, :call, [server, request]}}, __STACKTRACE__)
  end

  @doc "Makes a call and waits for the reply; exits when there is none within `timeout`."
  @spec call(server_ref, term, timeout) :: term
  def call(server, request, timeout) do
    case :gen.call(server, :"$gen_call", request, timeout) do
      {:ok, reply} -> reply
    end
  catch
    :exit, reason ->
      :erlang.raise(:exit, {reason, {:gen_server, :call, [server, request, timeout]}}, __STACKTRACE__)
  end

  @doc "Sends a request without waiting for anything. Always `:ok`, whether the server exists or not."
  @spec cast(server_ref, term) :: :ok
  def cast({:global, name}, request) do
    try_send(:global, name, {:"$gen_cast", request})
  end

  def cast({:via, module, name}, request) do
    try_send(module, name, {:"$gen_cast", request})
  end

  def cast(server, request) do
    :erlang.send(server, {:"$gen_cast", request}, [:noconnect])
    :ok
  catch
    :error, _ -> :ok
  end

  defp try_send(registry, name, message) do
    registry.send(name, message)
    :ok
  catch
    _, _ -> :ok
  end

  @doc "Replies to a call on behalf of the server."
  @spec reply(from, term) :: :ok
  def reply(from, reply), do: :gen.reply(from, reply)

  @doc "Casts to the server called `name` on this node and all connected ones."
  def abcast(name, request) when is_atom(name), do: abcast([node() | :erlang.nodes()], name, request)

  @doc "Casts to the server called `name` on every node of `nodes`. Always `:abcast`."
  def abcast(nodes, name, request) when is_list(nodes) and is_atom(name) do
    for node <- nodes, do: cast({name, node}, request)
    :abcast
  end

  @doc "Calls the server called `name` on this node and all connected ones."
  def multi_call(name, request) when is_atom(name), do: multi_call([node() | :erlang.nodes()], name, request)

  @doc "Calls the server called `name` on every node of `nodes`."
  def multi_call(nodes, name, request), do: multi_call(nodes, name, request, :infinity)

  @doc "Calls the server called `name` on every node: `{replies, bad_nodes}`, without those slower than `timeout`."
  @spec multi_call([node], atom, term, timeout) :: {[{node, term}], [node]}
  def multi_call(nodes, name, request, timeout) when is_list(nodes) and is_atom(name) do
    requests = for node <- nodes, do: {node, :gen.send_request({name, node}, :"$gen_call", request)}

    limit =
      if timeout == :infinity,
        do: :infinity,
        else: {:abs, :erlang.monotonic_time(:millisecond) + timeout}

    answers = for {node, id} <- requests, do: {node, :gen.receive_response(id, limit)}
    replies = for {node, {:reply, reply}} <- answers, do: {node, reply}
    bad = for {node, answer} <- answers, not match?({:reply, _}, answer), do: node
    {replies, bad}
  end

  @doc "Sends a call whose reply is collected with `receive_response/2`, `wait_response/2` or `check_response/2`."
  def send_request(server, request), do: :gen.send_request(server, :"$gen_call", request)

  @doc "Sends a call and adds it, under `label`, to a collection."
  def send_request(server, request, label, collection) do
    :gen.send_request(server, :"$gen_call", request, label, collection)
  end

  @doc "Waits for a reply; the request stays valid after a time-out."
  def wait_response(id, timeout), do: :gen.wait_response(id, timeout)

  @doc "Waits for any reply of a collection; the requests stay valid after a time-out."
  def wait_response(collection, timeout, delete?), do: :gen.wait_response(collection, timeout, delete?)

  @doc "Waits for a reply, abandoning the request after a time-out."
  def receive_response(id, timeout), do: :gen.receive_response(id, timeout)

  @doc "Waits for any reply of a collection, abandoning them after a time-out."
  def receive_response(collection, timeout, delete?), do: :gen.receive_response(collection, timeout, delete?)

  @doc "Says whether `message` answers the request."
  def check_response(message, id), do: :gen.check_response(message, id)

  @doc "Says which request of a collection `message` answers."
  def check_response(message, collection, delete?), do: :gen.check_response(message, collection, delete?)

  @doc "Returns an empty collection of requests."
  def reqids_new, do: :gen.reqids_new()

  @doc "Counts the requests of a collection."
  def reqids_size(collection), do: :gen.reqids_size(collection)

  @doc "Adds a request to a collection."
  def reqids_add(id, label, collection), do: :gen.reqids_add(id, label, collection)

  @doc "Lists the requests of a collection."
  def reqids_to_list(collection), do: :gen.reqids_to_list(collection)

  ## The server process

  @doc "Makes the calling process, started by `:proc_lib`, a server with the state `state`. Never returns."
  def enter_loop(module, options, state), do: enter_loop(module, options, state, self(), :infinity)

  @doc "Like `enter_loop/3`, with a server name, a time-out, or `{:continue, term}`."
  def enter_loop(module, options, state, {scope, _} = name) when scope == :local or scope == :global,
    do: enter_loop(module, options, state, name, :infinity)

  def enter_loop(module, options, state, {:via, _, _} = name),
    do: enter_loop(module, options, state, name, :infinity)

  def enter_loop(module, options, state, next), do: enter_loop(module, options, state, self(), next)

  @doc "Like `enter_loop/3`, with a server name and a time-out, `:hibernate`, or `{:continue, term}`."
  def enter_loop(module, options, state, name, next) do
    shown = :gen.get_proc_name(name)
    parent = :gen.get_parent()
    debug = :gen.debug_options(shown, options)
    start_loop(next, parent, shown, state, module, :gen.hibernate_after(options), debug)
  end

  @doc false
  def init_it(starter, :self, name, module, args, options) do
    init_it(starter, self(), name, module, args, options)
  end

  def init_it(starter, parent, name, module, args, options) do
    shown = :gen.name(name)
    debug = :gen.debug_options(shown, options)
    hibernate_after = :gen.hibernate_after(options)

    case run_init(module, args) do
      {:ok, {:ok, state}} ->
        :proc_lib.init_ack(starter, {:ok, self()})
        loop(parent, shown, state, module, :infinity, hibernate_after, debug)

      {:ok, {:ok, state, next}} when next == :infinity or next == :hibernate or is_integer(next) ->
        :proc_lib.init_ack(starter, {:ok, self()})
        loop(parent, shown, state, module, next, hibernate_after, debug)

      {:ok, {:ok, state, {:continue, _} = next}} ->
        :proc_lib.init_ack(starter, {:ok, self()})
        start_loop(next, parent, shown, state, module, hibernate_after, debug)

      {:ok, {:stop, reason}} ->
        fail_init(starter, name, {:error, reason}, :exit, reason, [])

      {:ok, :ignore} ->
        fail_init(starter, name, :ignore, :exit, :normal, [])

      {:ok, other} ->
        reason = {:bad_return_value, other}
        fail_init(starter, name, {:error, reason}, :exit, reason, [])

      {:EXIT, class, reason, stack} ->
        fail_init(starter, name, {:error, end_reason(class, reason, stack)}, class, reason, stack)
    end
  end

  defp run_init(module, args) do
    {:ok, module.init(args)}
  catch
    :throw, value -> {:ok, value}
    class, reason -> {:EXIT, class, reason, __STACKTRACE__}
  end

  # The name is given up before the starter hears of the failure: it may try again at once.
  defp fail_init(starter, name, ack, class, reason, stack) do
    :gen.unregister_name(name)
    :proc_lib.init_ack(starter, ack)
    raise_again(class, reason, stack)
  end

  defp raise_again(class, reason, []), do: apply(:erlang, class, [reason])
  defp raise_again(class, reason, stack), do: :erlang.raise(class, reason, stack)

  defp end_reason(:error, reason, stack), do: {reason, stack}
  defp end_reason(:exit, reason, _stack), do: reason

  defp start_loop({:continue, _} = continue, parent, name, state, module, hibernate_after, debug) do
    reply = try_dispatch(module, :handle_continue, elem(continue, 1), state)

    debug =
      case debug do
        [] -> []
        _ -> :sys.handle_debug(debug, &print_event/3, name, continue)
      end

    handle_common(reply, parent, name, :undefined, continue, module, hibernate_after, state, debug)
  end

  defp start_loop(next, parent, name, state, module, hibernate_after, debug) do
    loop(parent, name, state, module, next, hibernate_after, debug)
  end

  defp loop(parent, name, state, module, :infinity, :infinity, []) do
    receive do
      message -> decode(message, parent, name, state, module, :infinity, :infinity, [])
    end
  end

  defp loop(parent, name, state, module, :hibernate, hibernate_after, debug) do
    args = [parent, name, state, module, hibernate_after, debug]
    :proc_lib.hibernate(:gen_server, :wake_hib, args)
  end

  defp loop(parent, name, state, module, :infinity, hibernate_after, debug) do
    receive do
      message -> decode(message, parent, name, state, module, :infinity, hibernate_after, debug)
    after
      hibernate_after -> loop(parent, name, state, module, :hibernate, hibernate_after, debug)
    end
  end

  defp loop(parent, name, state, module, {:continue, _} = next, hibernate_after, debug) do
    start_loop(next, parent, name, state, module, hibernate_after, debug)
  end

  defp loop(parent, name, state, module, timeout, hibernate_after, debug) do
    message =
      receive do
        message -> message
      after
        timeout -> :timeout
      end

    decode(message, parent, name, state, module, timeout, hibernate_after, debug)
  end

  @doc false
  def wake_hib(parent, name, state, module, hibernate_after, debug) do
    message =
      receive do
        message -> message
      end

    decode(message, parent, name, state, module, :hibernate, hibernate_after, debug)
  end

  defp decode({:system, from, request}, parent, name, state, module, timeout, hibernate_after, debug) do
    misc = [name, state, module, timeout, hibernate_after]
    :sys.handle_system_msg(request, from, parent, :gen_server, debug, misc, timeout == :hibernate)
  end

  defp decode({:EXIT, parent, reason} = message, parent, name, state, module, _timeout, _after, debug) do
    terminate(:exit, reason, [], reason, name, :undefined, message, module, state, debug)
  end

  defp decode(message, parent, name, state, module, _timeout, hibernate_after, []) do
    handle_msg(message, parent, name, state, module, hibernate_after)
  end

  defp decode(message, parent, name, state, module, _timeout, hibernate_after, debug) do
    debug = :sys.handle_debug(debug, &print_event/3, name, {:in, message})
    handle_msg(message, parent, name, state, module, hibernate_after, debug)
  end

  defp handle_msg({:"$gen_call", from, request} = message, parent, name, state, module, hibernate_after) do
    case try_handle_call(module, request, from, state) do
      {:ok, {:reply, reply, state}} ->
        :gen.reply(from, reply)
        loop(parent, name, state, module, :infinity, hibernate_after, [])

      {:ok, {:noreply, state}} ->
        loop(parent, name, state, module, :infinity, hibernate_after, [])

      {:ok, {:reply, reply, state, next}} ->
        :gen.reply(from, reply)
        loop(parent, name, state, module, next, hibernate_after, [])

      {:ok, {:stop, reason, reply, state}} ->
        try do
          terminate(:exit, reason, [], reason, name, from, message, module, state, [])
        after
          :gen.reply(from, reply)
        end

      other ->
        handle_common(other, parent, name, from, message, module, hibernate_after, state, [])
    end
  end

  defp handle_msg(message, parent, name, state, module, hibernate_after) do
    case dispatch(message, module, state) do
      {:ok, {:noreply, state}} ->
        loop(parent, name, state, module, :infinity, hibernate_after, [])

      other ->
        handle_common(other, parent, name, :undefined, message, module, hibernate_after, state, [])
    end
  end

  defp handle_msg({:"$gen_call", from, request} = message, parent, name, state, module, hibernate_after, debug) do
    case try_handle_call(module, request, from, state) do
      {:ok, {:reply, reply, state}} ->
        debug = debug_reply(name, from, reply, state, debug)
        loop(parent, name, state, module, :infinity, hibernate_after, debug)

      {:ok, {:reply, reply, state, next}} ->
        debug = debug_reply(name, from, reply, state, debug)
        loop(parent, name, state, module, next, hibernate_after, debug)

      {:ok, {:stop, reason, reply, state}} ->
        try do
          terminate(:exit, reason, [], reason, name, from, message, module, state, debug)
        after
          debug_reply(name, from, reply, state, debug)
        end

      other ->
        handle_common(other, parent, name, from, message, module, hibernate_after, state, debug)
    end
  end

  defp handle_msg(message, parent, name, state, module, hibernate_after, debug) do
    reply = dispatch(message, module, state)
    handle_common(reply, parent, name, :undefined, message, module, hibernate_after, state, debug)
  end

  defp debug_reply(name, from, reply, state, debug) do
    :gen.reply(from, reply)
    :sys.handle_debug(debug, &print_event/3, name, {:out, reply, from, state})
  end

  # What every callback may answer, calls included.
  defp handle_common(reply, parent, name, from, message, module, hibernate_after, old_state, debug) do
    case reply do
      {:ok, {:noreply, state}} ->
        debug = debug_noreply(name, state, debug)
        loop(parent, name, state, module, :infinity, hibernate_after, debug)

      {:ok, {:noreply, state, next}} ->
        debug = debug_noreply(name, state, debug)
        loop(parent, name, state, module, next, hibernate_after, debug)

      {:ok, {:stop, reason, state}} ->
        terminate(:exit, reason, [], reason, name, from, message, module, state, debug)

      {:EXIT, class, reason, stack} ->
        terminate(class, reason, stack, {reason, stack}, name, from, message, module, old_state, debug)

      {:ok, other} ->
        bad = {:bad_return_value, other}
        terminate(:exit, bad, [], bad, name, from, message, module, old_state, debug)
    end
  end

  defp debug_noreply(_name, _state, []), do: []
  defp debug_noreply(name, state, debug), do: :sys.handle_debug(debug, &print_event/3, name, {:noreply, state})

  defp dispatch({:"$gen_cast", request}, module, state), do: try_dispatch(module, :handle_cast, request, state)
  defp dispatch(info, module, state), do: try_dispatch(module, :handle_info, info, state)

  defp try_dispatch(module, :handle_info, message, state) do
    {:ok, module.handle_info(message, state)}
  catch
    :throw, value ->
      {:ok, value}

    :error, :undef ->
      stack = __STACKTRACE__

      if :erlang.function_exported(module, :handle_info, 2) do
        {:EXIT, :error, :undef, stack}
      else
        :logger.log(
          :warning,
          %{label: {:gen_server, :no_handle_info}, module: module, message: message},
          %{domain: [:otp], report_cb: &:gen_server.format_log/1, error_logger: %{tag: :warning_msg}}
        )

        {:ok, {:noreply, state}}
      end

    class, reason ->
      {:EXIT, class, reason, __STACKTRACE__}
  end

  defp try_dispatch(module, :handle_cast, message, state) do
    {:ok, module.handle_cast(message, state)}
  catch
    :throw, value -> {:ok, value}
    class, reason -> {:EXIT, class, reason, __STACKTRACE__}
  end

  defp try_dispatch(module, function, message, state) do
    {:ok, apply(module, function, [message, state])}
  catch
    :throw, value -> {:ok, value}
    class, reason -> {:EXIT, class, reason, __STACKTRACE__}
  end

  defp try_handle_call(module, message, from, state) do
    {:ok, module.handle_call(message, from, state)}
  catch
    :throw, value -> {:ok, value}
    class, reason -> {:EXIT, class, reason, __STACKTRACE__}
  end

  ## Ending

  defp terminate(class, reason, stack, report_reason, name, from, message, module, state, debug) do
    case try_terminate(module, end_reason(class, reason, stack), state) do
      :ok ->
        unless quiet?(class, reason) do
          report(report_reason, name, from, message, module, state, debug)
        end

        raise_again(class, reason, stack)

      {:EXIT, class, reason, stack} ->
        report(end_reason(class, reason, stack), name, from, message, module, state, debug)
        raise_again(class, reason, stack)
    end
  end

  defp quiet?(:exit, :normal), do: true
  defp quiet?(:exit, :shutdown), do: true
  defp quiet?(:exit, {:shutdown, _}), do: true
  defp quiet?(_, _), do: false

  defp try_terminate(module, reason, state) do
    if :erlang.function_exported(module, :terminate, 2) do
      try do
        module.terminate(reason, state)
        :ok
      catch
        :throw, _ -> :ok
        class, reason -> {:EXIT, class, reason, __STACKTRACE__}
      end
    else
      :ok
    end
  end

  defp report(reason, name, from, message, module, state, debug) do
    if :logger.allow(:error, :gen_server) do
      status =
        :gen.format_status(
          module,
          :terminate,
          %{state: state, message: message, reason: reason, log: :sys.get_log(debug)},
          [:erlang.get(), state]
        )

      :logger.log(
        :error,
        %{
          label: {:gen_server, :terminate},
          name: name,
          last_message: status.message,
          state: status.state,
          log: status.log,
          reason: status.reason,
          client_info: client_info(from),
          process_label: :undefined
        },
        %{
          domain: [:otp],
          report_cb: &:gen_server.format_log/2,
          error_logger: %{tag: :error, report_cb: &:gen_server.format_log/1}
        }
      )
    end

    :ok
  end

  defp client_info(:undefined), do: :undefined
  defp client_info({pid, _tag}), do: client_info(pid)

  defp client_info(pid) when is_pid(pid) and node(pid) == node() do
    case :erlang.process_info(pid, [:current_stacktrace, :registered_name]) do
      :undefined -> {pid, :dead}
      [{:current_stacktrace, stack}, {:registered_name, []}] -> {pid, {pid, stack}}
      [{:current_stacktrace, stack}, {:registered_name, name}] -> {pid, {name, stack}}
    end
  end

  defp client_info(pid) when is_pid(pid), do: {pid, :remote}

  @doc false
  def format_log(report), do: to_charlist(report_text(report))

  @doc false
  def format_log(report, _config), do: format_log(report)

  defp report_text(%{label: {:gen_server, :terminate}} = report) do
    [
      "** Generic server #{inspect(report.name)} terminating\n",
      "** Last message in was #{inspect(report.last_message)}\n",
      "** When Server state == #{inspect(report.state)}\n",
      "** Reason for termination ==\n** #{inspect(report.reason)}\n"
    ]
  end

  defp report_text(%{label: {:gen_server, :no_handle_info}, module: module, message: message}) do
    ["** Undefined handle_info in #{inspect(module)}\n", "** Unhandled message: #{inspect(message)}\n"]
  end

  # As OTP prints what it traces: in Erlang's form.
  defp print_event(device, event, name) do
    {format, args} = event_text(event)
    :io.format(device, '*DBG* ~tp ' ++ format ++ '~n', [name | args])
  end

  defp event_text({:in, {:"$gen_call", {from, _}, request}}), do: {'got call ~tp from ~tw', [request, from]}
  defp event_text({:in, {:"$gen_cast", request}}), do: {'got cast ~tp', [request]}
  defp event_text({:in, message}), do: {'got ~tp', [message]}
  defp event_text({:out, reply, {to, _}, state}), do: {'sent ~tp to ~tw, new state ~tp', [reply, to, state]}
  defp event_text({:noreply, state}), do: {'new state ~tp', [state]}
  defp event_text(other), do: {'~tp', [other]}

  ## System messages

  @doc false
  def system_continue(parent, debug, [name, state, module, timeout, hibernate_after]) do
    loop(parent, name, state, module, timeout, hibernate_after, debug)
  end

  @doc false
  def system_terminate(reason, _parent, debug, [name, state, module, _timeout, _hibernate_after]) do
    terminate(:exit, reason, [], reason, name, :undefined, [], module, state, debug)
  end

  @doc false
  def system_code_change([name, state, module, timeout, hibernate_after], _module, old, extra) do
    case module.code_change(old, state, extra) do
      {:ok, state} -> {:ok, [name, state, module, timeout, hibernate_after]}
      other -> other
    end
  end

  @doc false
  def system_get_state([_name, state, _module, _timeout, _hibernate_after]), do: {:ok, state}

  @doc false
  def system_replace_state(fun, [name, state, module, timeout, hibernate_after]) do
    state = fun.(state)
    {:ok, state, [name, state, module, timeout, hibernate_after]}
  end

  @doc false
  def format_status(option, [dictionary, status, parent, debug, [name, state, module, _timeout, _after]]) do
    header = :gen.format_status_header("Status for generic server", name)
    log = :sys.get_log(debug)
    shown = :gen.format_status(module, option, %{state: state, log: log}, [dictionary, state])

    specific =
      case shown do
        %{"$status": list} when is_list(list) -> list
        %{"$status": other} -> [other]
        %{state: state} -> [data: [{'State', state}]]
      end

    [
      {:header, header},
      {:data, [{'Status', status}, {'Parent', parent}, {'Logged events', shown.log}]} | specific
    ]
  end
end
