defmodule :gen_statem do
  @moduledoc """
  A state machine: a process whose reaction to an event depends on the state it is in.

  The callback module says with `callback_mode/0` whether each state is a function (`:state_functions`) or one function
  handles all (`:handle_event_function`), and whether entering a state is an event (`:state_enter`). A callback returns
  what the next state and data are, and actions: replies, events to come first, postponing the event until the state
  changes, and time-outs.

  Events wait in a queue of this process's own, before those in its mailbox: events that a callback inserts come first,
  then postponed ones after a change of state, then time-outs of zero.
  """

  @type server :: pid | atom | {atom, node} | {:global, term} | {:via, module, term}
  @type from :: {pid, term}
  @type event_type ::
          {:call, from}
          | :cast
          | :info
          | :timeout
          | :state_timeout
          | {:timeout, term}
          | :internal
          | :enter

  @callback init(args :: term) :: term
  @callback callback_mode :: atom | [atom]
  @callback handle_event(event_type, content :: term, state :: term, data :: term) :: term
  @callback terminate(reason :: term, state :: term, data :: term) :: term
  @callback code_change(old :: term, state :: term, data :: term, extra :: term) :: term
  @callback format_status(map) :: map
  @callback format_status(atom, list) :: term
  @optional_callbacks handle_event: 4, terminate: 3, code_change: 4, format_status: 1, format_status: 2

  ## Starting and stopping

  @doc "Starts a state machine without a name or a link."
  def start(module, args, options), do: :gen.start(:gen_statem, :nolink, module, args, options)

  @doc "Starts a state machine under a name."
  def start(name, module, args, options), do: :gen.start(:gen_statem, :nolink, name, module, args, options)

  @doc "Starts a state machine linked to the caller."
  def start_link(module, args, options), do: :gen.start(:gen_statem, :link, module, args, options)

  @doc "Starts a state machine under a name, linked to the caller."
  def start_link(name, module, args, options), do: :gen.start(:gen_statem, :link, name, module, args, options)

  @doc "Starts a state machine that the caller monitors: `{:ok, {pid, monitor}}`."
  def start_monitor(module, args, options) do
    monitored(:gen.start(:gen_statem, :monitor, module, args, options))
  end

  @doc "Starts a state machine under a name that the caller monitors."
  def start_monitor(name, module, args, options) do
    monitored(:gen.start(:gen_statem, :monitor, name, module, args, options))
  end

  defp monitored({{:ok, pid}, ref}), do: {:ok, {pid, ref}}

  defp monitored({failure, ref}) do
    :erlang.demonitor(ref, [:flush])
    failure
  end

  @doc "Stops the state machine with reason `:normal`."
  def stop(server), do: :gen.stop(server)

  @doc "Stops the state machine with `reason`."
  def stop(server, reason, timeout), do: :gen.stop(server, reason, timeout)

  ## Requests

  @doc "Makes a call and waits for the reply without limit."
  @spec call(server, term) :: term
  def call(server, request), do: call(server, request, :infinity)

  @doc "Makes a call and waits for the reply; exits when there is none within the time."
  @spec call(server, term, timeout | {:clean_timeout, timeout} | {:dirty_timeout, timeout}) :: term
  def call(server, request, timeout) do
    limit =
      case timeout do
        {kind, limit} when kind in [:clean_timeout, :dirty_timeout] -> limit
        limit -> limit
      end

    try do
      :gen.call(server, :"$gen_call", request, limit)
    catch
      :exit, reason -> exit({reason, {:gen_statem, :call, [server, request, timeout]}})
    else
      {:ok, reply} -> reply
    end
  end

  @doc "Sends an event without waiting. Always `:ok`."
  @spec cast(server, term) :: :ok
  def cast(server, message), do: :gen_server.cast(server, message)

  @doc "Replies to calls: one or a list of `{:reply, from, reply}`."
  def reply({:reply, from, reply}), do: reply(from, reply)
  def reply(replies) when is_list(replies), do: Enum.each(replies, &reply/1)

  @doc "Replies to a call."
  def reply(from, reply), do: :gen.reply(from, reply)

  @doc "Sends a call whose reply is collected later."
  def send_request(server, request), do: :gen.send_request(server, :"$gen_call", request)

  @doc "Sends a call and adds it to a collection."
  def send_request(server, request, label, collection) do
    :gen.send_request(server, :"$gen_call", request, label, collection)
  end

  @doc "Waits for a reply; the request stays valid after a time-out."
  def wait_response(id, timeout \\ :infinity), do: :gen.wait_response(id, timeout)

  @doc "Waits for any reply of a collection."
  def wait_response(collection, timeout, delete?), do: :gen.wait_response(collection, timeout, delete?)

  @doc "Waits for a reply, abandoning the request after a time-out."
  def receive_response(id, timeout \\ :infinity), do: :gen.receive_response(id, timeout)

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

  ## The process

  @doc "Makes the calling process, started by `:proc_lib`, a state machine. Never returns."
  def enter_loop(module, options, state, data), do: enter_loop(module, options, state, data, self(), [])

  @doc "Like `enter_loop/4`, with a name or actions."
  def enter_loop(module, options, state, data, actions) when is_list(actions) do
    enter_loop(module, options, state, data, self(), actions)
  end

  def enter_loop(module, options, state, data, name), do: enter_loop(module, options, state, data, name, [])

  @doc "Like `enter_loop/4`, with a name and actions."
  def enter_loop(module, options, state, data, name, actions) do
    machine = new(module, :gen.get_proc_name(name), :gen.get_parent(), options)
    begin(machine, state, data, actions)
  end

  @doc false
  def init_it(starter, :self, name, module, args, options) do
    init_it(starter, self(), name, module, args, options)
  end

  def init_it(starter, parent, name, module, args, options) do
    case run_init(module, args) do
      {:ok, {:ok, state, data}} ->
        start_machine(starter, parent, name, module, options, state, data, [])

      {:ok, {:ok, state, data, actions}} ->
        start_machine(starter, parent, name, module, options, state, data, actions)

      {:ok, {:stop, reason}} ->
        fail_init(starter, name, {:error, reason}, :exit, reason, [])

      {:ok, {:error, reason}} ->
        fail_init(starter, name, {:error, reason}, :exit, :normal, [])

      {:ok, :ignore} ->
        fail_init(starter, name, :ignore, :exit, :normal, [])

      {:ok, other} ->
        reason = {:bad_return_from_init, other}
        fail_init(starter, name, {:error, reason}, :error, reason, [])

      {:EXIT, class, reason, stack} ->
        shown = if class == :error, do: {reason, stack}, else: reason
        fail_init(starter, name, {:error, shown}, class, reason, stack)
    end
  end

  defp run_init(module, args) do
    {:ok, module.init(args)}
  catch
    :throw, value -> {:ok, value}
    class, reason -> {:EXIT, class, reason, __STACKTRACE__}
  end

  defp fail_init(starter, name, ack, class, reason, stack) do
    :gen.unregister_name(name)
    :proc_lib.init_ack(starter, ack)
    if stack == [], do: apply(:erlang, class, [reason]), else: :erlang.raise(class, reason, stack)
  end

  defp start_machine(starter, parent, name, module, options, state, data, actions) do
    machine = new(module, :gen.name(name), parent, options)
    :proc_lib.init_ack(starter, {:ok, self()})
    begin(machine, state, data, actions)
  end

  # The machine: what stays the same from event to event, and the events that wait.
  #
  # `timers` maps the kind of a time-out to {reference, content}; a time-out of zero has a reference but no timer. An
  # expiry counts only while its reference is the one in the map, so that cancelling needs no search of any queue.
  defp new(module, name, parent, options) do
    {mode, enter?} = callback_mode(module)

    %{
      module: module,
      modules: [],
      mode: mode,
      enter?: enter?,
      name: name,
      parent: parent,
      hibernate_after: :gen.hibernate_after(options),
      debug: :gen.debug_options(name, options),
      queue: [],
      postponed: [],
      timers: %{},
      hibernate?: false,
      event: nil
    }
  end

  defp callback_mode(module) do
    result =
      try do
        module.callback_mode()
      catch
        :throw, value -> value
      end

    modes = if is_list(result), do: result, else: [result]
    enter? = :state_enter in modes

    case modes -- [:state_enter] do
      [mode] when mode in [:state_functions, :handle_event_function] -> {mode, enter?}
      _ -> :erlang.error({:bad_return_from_callback_mode, result})
    end
  end

  defp begin(machine, state, data, actions) do
    actions = if is_list(actions), do: actions, else: [actions]
    machine = watch(machine, {:enter, machine.module, state})
    {machine, data} = enter(machine, state, state, data, true)
    {machine, inserted} = act(actions, machine, state, data, [])
    machine = watch(machine, {:consume, {:internal, :init_state}, state, state})
    next(%{machine | queue: inserted ++ machine.queue}, state, data)
  end

  # Takes the next event: from the queue, else from the mailbox.
  defp next(%{queue: [{:expired, kind, ref} | queue]} = machine, state, data) do
    expired(kind, ref, %{machine | queue: queue}, state, data)
  end

  defp next(%{queue: [{type, content} | queue]} = machine, state, data) do
    event(type, content, %{machine | queue: queue}, state, data)
  end

  defp next(%{hibernate?: true} = machine, state, data) do
    :proc_lib.hibernate(:gen_statem, :wakeup_from_hibernate, [%{machine | hibernate?: false}, state, data])
  end

  defp next(%{hibernate_after: hibernate_after} = machine, state, data) do
    receive do
      message -> decode(message, machine, state, data)
    after
      hibernate_after -> next(%{machine | hibernate?: true}, state, data)
    end
  end

  @doc false
  def wakeup_from_hibernate(machine, state, data) do
    receive do
      message -> decode(message, machine, state, data)
    end
  end

  defp decode({:system, from, request}, %{parent: parent, debug: debug} = machine, state, data) do
    :sys.handle_system_msg(request, from, parent, :gen_statem, debug, {machine, state, data}, false)
  end

  defp decode({:EXIT, parent, reason} = message, %{parent: parent} = machine, state, data) do
    terminate(:exit, reason, [], %{machine | event: {:info, message}}, state, data)
  end

  defp decode({:timeout, ref, {:gen_statem, kind}}, machine, state, data) do
    expired(kind, ref, machine, state, data)
  end

  defp decode({:"$gen_call", from, request}, machine, state, data) do
    received({:call, from}, request, machine, state, data)
  end

  defp decode({:"$gen_cast", message}, machine, state, data), do: received(:cast, message, machine, state, data)
  defp decode(message, machine, state, data), do: received(:info, message, machine, state, data)

  defp expired(kind, ref, machine, state, data) do
    case machine.timers do
      %{^kind => {^ref, content}} ->
        received(kind, content, %{machine | timers: Map.delete(machine.timers, kind)}, state, data)

      _ ->
        next(machine, state, data)
    end
  end

  # What was put off or inserted is not received again.
  defp received(type, content, machine, state, data) do
    event(type, content, watch(machine, {:in, {type, content}, state}), state, data)
  end

  defp event(type, content, machine, state, data) do
    machine = cancel(:timeout, %{machine | event: {type, content}, hibernate?: false})

    case callback(type, content, machine, state, data) do
      {:ok, result} -> result(result, machine, state, data)
      {:EXIT, class, reason, stack} -> terminate(class, reason, stack, machine, state, data)
    end
  end

  defp watch(%{debug: []} = machine, _event), do: machine
  defp watch(machine, event), do: %{machine | debug: :sys.handle_debug(machine.debug, &print_event/3, machine.name, event)}

  defp callback(type, content, %{mode: :state_functions, module: module}, state, data) do
    {:ok, apply(module, state, [type, content, data])}
  catch
    :throw, value -> {:ok, value}
    class, reason -> {:EXIT, class, reason, __STACKTRACE__}
  end

  defp callback(type, content, %{module: module}, state, data) do
    {:ok, module.handle_event(type, content, state, data)}
  catch
    :throw, value -> {:ok, value}
    class, reason -> {:EXIT, class, reason, __STACKTRACE__}
  end

  defp result(result, machine, state, data) do
    case result do
      {:next_state, next, data} -> transition(next, data, [], false, machine, state)
      {:next_state, next, data, actions} -> transition(next, data, actions, false, machine, state)
      {:keep_state, data} -> transition(state, data, [], false, machine, state)
      {:keep_state, data, actions} -> transition(state, data, actions, false, machine, state)
      :keep_state_and_data -> transition(state, data, [], false, machine, state)
      {:keep_state_and_data, actions} -> transition(state, data, actions, false, machine, state)
      {:repeat_state, data} -> transition(state, data, [], true, machine, state)
      {:repeat_state, data, actions} -> transition(state, data, actions, true, machine, state)
      :repeat_state_and_data -> transition(state, data, [], true, machine, state)
      {:repeat_state_and_data, actions} -> transition(state, data, actions, true, machine, state)
      other -> stop_or_bad(other, machine, state, data)
    end
  end

  defp stop_or_bad(result, machine, state, data) do
    case result do
      :stop -> terminate(:exit, :normal, [], machine, state, data)
      {:stop, reason} -> terminate(:exit, reason, [], machine, state, data)
      {:stop, reason, data} -> terminate(:exit, reason, [], machine, state, data)
      {:stop_and_reply, reason, replies} -> stop_and_reply(reason, replies, machine, state, data)
      {:stop_and_reply, reason, replies, data} -> stop_and_reply(reason, replies, machine, state, data)
      other -> bad({:bad_return_from_state_function, other}, machine, state, data)
    end
  end

  defp stop_and_reply(reason, replies, machine, state, data) do
    for {:reply, from, reply} <- if(is_list(replies), do: replies, else: [replies]), do: :gen.reply(from, reply)
    terminate(:exit, reason, [], machine, state, data)
  end

  defp bad(reason, machine, state, data) do
    {:current_stacktrace, stack} = :erlang.process_info(self(), :current_stacktrace)
    terminate(:error, reason, stack, machine, state, data)
  end

  defp transition(next, data, actions, repeat?, machine, state) do
    changed? = next !== state
    actions = if is_list(actions), do: actions, else: [actions]
    postpone? = postpone?(actions)
    machine = if postpone?, do: %{machine | postponed: [machine.event | machine.postponed]}, else: machine

    machine =
      if changed? do
        machine = cancel(:state_timeout, machine)
        %{machine | queue: :lists.reverse(machine.postponed, machine.queue), postponed: []}
      else
        machine
      end

    event = {if(postpone?, do: :postpone, else: :consume), machine.event, state, next}
    {machine, data} = enter(machine, state, next, data, changed? or repeat?)
    {machine, inserted} = act(actions, machine, next, data, [])
    machine = watch(machine, event)
    next(%{machine | queue: inserted ++ machine.queue}, next, data)
  end

  defp postpone?(actions) do
    :lists.foldl(
      fn
        :postpone, _ -> true
        {:postpone, flag}, _ -> flag
        _, flag -> flag
      end,
      false,
      actions
    )
  end

  # The call on entering a state may change the data and start time-outs, but not the state or the queue.
  defp enter(%{enter?: false} = machine, _old, _state, data, _entered?), do: {machine, data}
  defp enter(machine, _old, _state, data, false), do: {machine, data}

  defp enter(machine, old, state, data, true) do
    case callback(:enter, old, machine, state, data) do
      {:ok, {:keep_state, data}} -> {machine, data}
      {:ok, {:keep_state, data, actions}} -> enter_actions(actions, machine, state, data)
      {:ok, :keep_state_and_data} -> {machine, data}
      {:ok, {:keep_state_and_data, actions}} -> enter_actions(actions, machine, state, data)
      {:ok, {:next_state, ^state, data}} -> {machine, data}
      {:ok, {:next_state, ^state, data, actions}} -> enter_actions(actions, machine, state, data)
      {:ok, {:repeat_state, data}} -> enter(machine, state, state, data, true)
      {:ok, :repeat_state_and_data} -> enter(machine, state, state, data, true)
      {:ok, {:next_state, _, _} = other} -> bad({:bad_state_enter_return_from_state_function, other}, machine, state, data)
      {:ok, {:next_state, _, _, _} = other} -> bad({:bad_state_enter_return_from_state_function, other}, machine, state, data)
      {:ok, other} -> stop_or_bad(other, machine, state, data)
      {:EXIT, class, reason, stack} -> terminate(class, reason, stack, machine, state, data)
    end
  end

  defp enter_actions(actions, machine, state, data) do
    actions = if is_list(actions), do: actions, else: [actions]

    case Enum.find(actions, &(match?({:next_event, _, _}, &1) or &1 == :postpone or &1 == {:postpone, true})) do
      nil ->
        {machine, []} = act(actions, machine, state, data, [])
        {machine, data}

      action ->
        bad({:bad_state_enter_action_from_state_function, action}, machine, state, data)
    end
  end

  # Carries out actions in order; returns the machine and the events inserted, first one first.
  defp act([], machine, _state, _data, inserted), do: {machine, :lists.reverse(inserted)}

  defp act([action | rest], machine, state, data, inserted) do
    case action do
      {:reply, from, reply} ->
        :gen.reply(from, reply)
        act(rest, watch(machine, {:out, reply, from}), state, data, inserted)

      {:next_event, type, content} ->
        act(rest, machine, state, data, [{type, content} | inserted])

      :hibernate ->
        act(rest, %{machine | hibernate?: true}, state, data, inserted)

      {:hibernate, flag} when is_boolean(flag) ->
        act(rest, %{machine | hibernate?: flag}, state, data, inserted)

      :postpone ->
        act(rest, machine, state, data, inserted)

      {:postpone, flag} when is_boolean(flag) ->
        act(rest, machine, state, data, inserted)

      {:change_callback_module, module} ->
        act(rest, use_module(module, machine), state, data, inserted)

      {:push_callback_module, module} ->
        machine = use_module(module, %{machine | modules: [machine.module | machine.modules]})
        act(rest, machine, state, data, inserted)

      :pop_callback_module ->
        [module | modules] = machine.modules
        act(rest, use_module(module, %{machine | modules: modules}), state, data, inserted)

      timeout ->
        case timeout(timeout, machine) do
          {:ok, machine} -> act(rest, machine, state, data, inserted)
          :error -> bad({:bad_action_from_state_function, timeout}, machine, state, data)
        end
    end
  end

  defp use_module(module, machine) do
    {mode, enter?} = callback_mode(module)
    %{machine | module: module, mode: mode, enter?: enter?}
  end

  defp timeout(time, machine) when is_integer(time) or time == :infinity do
    timeout({:timeout, time, time}, machine)
  end

  defp timeout({kind, :cancel}, machine), do: if(kind?(kind), do: {:ok, cancel(kind, machine)}, else: :error)

  defp timeout({kind, :update, content}, machine) do
    case machine.timers do
      %{^kind => {ref, _old}} -> {:ok, %{machine | timers: Map.put(machine.timers, kind, {ref, content})}}
      _ -> if kind?(kind), do: {:ok, start_timer(kind, 0, content, [], machine)}, else: :error
    end
  end

  defp timeout({kind, time, content}, machine), do: timeout({kind, time, content, []}, machine)

  defp timeout({kind, time, content, options}, machine) do
    options = if is_list(options), do: options, else: [options]

    if kind?(kind) and (time == :infinity or is_integer(time)) do
      {:ok, start_timer(kind, time, content, options, machine)}
    else
      :error
    end
  end

  defp timeout(_other, _machine), do: :error

  defp kind?(:timeout), do: true
  defp kind?(:state_timeout), do: true
  defp kind?({:timeout, _name}), do: true
  defp kind?(_), do: false

  defp start_timer(kind, :infinity, _content, _options, machine), do: cancel(kind, machine)

  defp start_timer(kind, time, content, options, machine) do
    machine = cancel(kind, machine)
    absolute? = :lists.member({:abs, true}, options)

    if time == 0 and not absolute? do
      ref = :erlang.make_ref()
      %{machine | timers: Map.put(machine.timers, kind, {ref, content}), queue: machine.queue ++ [{:expired, kind, ref}]}
    else
      ref = :erlang.start_timer(time, self(), {:gen_statem, kind}, options)
      %{machine | timers: Map.put(machine.timers, kind, {ref, content})}
    end
  end

  defp cancel(kind, %{timers: timers} = machine) do
    case timers do
      %{^kind => {ref, _}} ->
        :erlang.cancel_timer(ref, async: true, info: false)
        %{machine | timers: Map.delete(timers, kind)}

      _ ->
        machine
    end
  end

  ## Ending

  defp terminate(class, reason, stack, machine, state, data) do
    shown = if class == :error, do: {reason, stack}, else: reason

    {class, reason, stack} =
      if :erlang.function_exported(machine.module, :terminate, 3) do
        try do
          machine.module.terminate(shown, state, data)
          {class, reason, stack}
        catch
          :throw, _ -> {class, reason, stack}
          class, reason -> {class, reason, __STACKTRACE__}
        end
      else
        {class, reason, stack}
      end

    unless class == :exit and quiet?(reason), do: report(class, reason, stack, machine, state, data)
    if stack == [], do: apply(:erlang, class, [reason]), else: :erlang.raise(class, reason, stack)
  end

  defp quiet?(:normal), do: true
  defp quiet?(:shutdown), do: true
  defp quiet?({:shutdown, _}), do: true
  defp quiet?(_), do: false

  defp report(class, reason, stack, machine, state, data) do
    queue = for {_, _} = event <- [machine.event | machine.queue], do: event

    status =
      :gen.format_status(
        machine.module,
        :terminate,
        %{state: state, data: data, reason: reason, queue: queue, postponed: machine.postponed, log: []},
        nil
      )

    shown =
      if :erlang.function_exported(machine.module, :format_status, 2) and
           not :erlang.function_exported(machine.module, :format_status, 1) do
        try do
          machine.module.format_status(:terminate, [:erlang.get(), state, data])
        catch
          _, _ -> {state, data}
        end
      else
        {status.state, status.data}
      end

    mode = if machine.enter?, do: [machine.mode, :state_enter], else: machine.mode

    :logger.log(
      :error,
      %{
        label: {:gen_statem, :terminate},
        name: machine.name,
        queue: status.queue,
        postponed: status.postponed,
        modules: [machine.module | machine.modules],
        callback_mode: mode,
        state_enter: machine.enter?,
        state: shown,
        timeouts: {map_size(machine.timers), Map.keys(machine.timers)},
        log: status.log,
        reason: {class, status.reason, stack},
        client_info: client_info(machine.event)
      },
      %{domain: [:otp], report_cb: &:gen_statem.format_log/2, error_logger: %{tag: :error}}
    )
  end

  defp client_info({{:call, {pid, _tag}}, _content}) when node(pid) == node() do
    case :erlang.process_info(pid, [:current_stacktrace, :registered_name]) do
      :undefined -> {pid, :dead}
      [{:current_stacktrace, stack}, {:registered_name, []}] -> {pid, {pid, stack}}
      [{:current_stacktrace, stack}, {:registered_name, name}] -> {pid, {name, stack}}
    end
  end

  defp client_info(_event), do: :undefined

  @doc false
  def format_log(report), do: format_log(report, %{})

  @doc false
  def format_log(report, _config) do
    {class, reason, stack} = report.reason

    to_charlist([
      "** State machine #{inspect(report.name)} terminating\n",
      "** Last event = #{inspect(List.first(report.queue))}\n",
      "** When server state  = #{inspect(report.state)}\n",
      "** Reason for termination = #{class}:#{inspect(reason)}\n",
      "** Stacktrace =\n**  #{inspect(stack)}\n"
    ])
  end

  # As OTP prints what it traces: in Erlang's form.
  defp print_event(device, event, name) do
    {format, args} = event_text(event)
    :io.format(device, '*DBG* ~tp ' ++ format ++ '~n', [name | args])
  end

  defp event_text({:in, event, state}), do: in_state('receive ', event, ' in state ~tp', [state])
  defp event_text({:out, reply, {to, _tag}}), do: {'send ~tp to ~tw', [reply, to]}
  defp event_text({:enter, module, state}), do: {'enter ~tp in state ~tp', [module, state]}

  defp event_text({taken, event, state, state}), do: in_state(:erlang.atom_to_list(taken) ++ ' ', event, ' in state ~tp', [state])

  defp event_text({taken, event, state, next}),
    do: in_state(:erlang.atom_to_list(taken) ++ ' ', event, ' in state ~tp => ~tp', [state, next])

  defp in_state(front, {{:call, {from, _tag}}, request}, back, states),
    do: {front ++ 'call ~tp from ~tw' ++ back, [request, from | states]}

  defp in_state(front, {type, content}, back, states), do: {front ++ '~tw ~tp' ++ back, [type, content | states]}

  ## System messages

  @doc false
  def system_continue(_parent, debug, {machine, state, data}), do: next(%{machine | debug: debug}, state, data)

  @doc false
  def system_terminate(reason, _parent, debug, {machine, state, data}) do
    terminate(:exit, reason, [], %{machine | debug: debug, event: nil}, state, data)
  end

  @doc false
  def system_code_change({machine, state, data}, _module, old, extra) do
    case machine.module.code_change(old, state, data, extra) do
      {:ok, state, data} -> {:ok, {use_module(machine.module, machine), state, data}}
      other -> other
    end
  end

  @doc false
  def system_get_state({_machine, state, data}), do: {:ok, {state, data}}

  @doc false
  def system_replace_state(fun, {machine, state, data}) do
    {state, data} = result = fun.({state, data})
    {:ok, result, {machine, state, data}}
  end

  @doc false
  def format_status(option, [dictionary, status, parent, _debug, {machine, state, data}]) do
    shown = :gen.format_status(machine.module, option, %{state: state, data: data, log: []}, [dictionary, state, data])

    specific =
      case shown do
        %{"$status": list} when is_list(list) -> list
        %{"$status": other} -> [other]
        %{state: state, data: data} -> [data: [{'State', {state, data}}]]
      end

    [
      {:header, :gen.format_status_header("Status for state machine", machine.name)},
      {:data,
       [
         {'Status', status},
         {'Parent', parent},
         {'Modules', [machine.module | machine.modules]},
         {'Time-outs', {map_size(machine.timers), Map.keys(machine.timers)}},
         {'Logged Events', []},
         {'Postponed', machine.postponed}
       ]}
      | specific
    ]
  end
end
