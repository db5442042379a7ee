defmodule :gen_event do
  @moduledoc """
  An event manager: a process to which event handlers are added, each a module with a state of its own.

  An event goes to every handler in turn. A handler that fails is removed and reported; the manager and the other
  handlers go on. A supervised handler is removed when the process that added it ends, which in turn hears of its end
  by the message `{:gen_event_EXIT, handler, reason}`.
  """

  @type handler :: atom | {atom, term}
  @type manager :: pid | atom | {atom, node} | {:global, term} | {:via, module, term}

  @callback init(args :: term) :: {:ok, state :: term} | {:ok, state :: term, :hibernate} | {:error, term}
  @callback handle_event(event :: term, state :: term) :: term
  @callback handle_call(request :: term, state :: term) :: term
  @callback handle_info(info :: term, state :: term) :: term
  @callback terminate(reason :: term, state :: term) :: term
  @callback code_change(old :: term, state :: term, extra :: term) :: {:ok, term}
  @callback format_status(status :: map) :: map
  @callback format_status(option :: :normal | :terminate, list) :: term
  @optional_callbacks handle_info: 2, terminate: 2, code_change: 3, format_status: 1, format_status: 2

  ## Starting and stopping

  @doc "Starts a manager without a name or a link."
  def start, do: start([])

  @doc "Starts a manager under a name, or with options."
  def start(options) when is_list(options), do: :gen.start(:gen_event, :nolink, :no_callback, [], options)
  def start(name), do: start(name, [])

  @doc "Starts a manager under a name, with options."
  def start(name, options), do: :gen.start(:gen_event, :nolink, name, :no_callback, [], options)

  @doc "Starts a manager linked to the caller."
  def start_link, do: start_link([])

  @doc "Starts a manager linked to the caller, under a name, or with options."
  def start_link(options) when is_list(options), do: :gen.start(:gen_event, :link, :no_callback, [], options)
  def start_link(name), do: start_link(name, [])

  @doc "Starts a manager linked to the caller, under a name, with options."
  def start_link(name, options), do: :gen.start(:gen_event, :link, name, :no_callback, [], options)

  @doc "Stops the manager with reason `:normal`; every handler is terminated with `:stop`."
  def stop(manager), do: :gen.stop(manager)

  @doc "Stops the manager with `reason`."
  def stop(manager, reason, timeout), do: :gen.stop(manager, reason, timeout)

  ## Requests

  @doc "Adds a handler: `:ok`, or what its `init/1` returned or failed with."
  @spec add_handler(manager, handler, term) :: term
  def add_handler(manager, handler, args), do: rpc(manager, {:add_handler, handler, args})

  @doc "Adds a handler that lives as long as the calling process."
  @spec add_sup_handler(manager, handler, term) :: term
  def add_sup_handler(manager, handler, args), do: rpc(manager, {:add_sup_handler, handler, args, self()})

  @doc "Removes a handler, and returns what its `terminate/2` did."
  @spec delete_handler(manager, handler, term) :: term
  def delete_handler(manager, handler, args), do: rpc(manager, {:delete_handler, handler, args})

  @doc "Replaces a handler by another one, which gets `{args, what the first one's terminate/2 returned}`."
  def swap_handler(manager, {first, first_args}, {second, second_args}) do
    rpc(manager, {:swap_handler, first, first_args, second, second_args})
  end

  @doc "Like `swap_handler/3`; the new handler lives as long as the calling process."
  def swap_sup_handler(manager, {first, first_args}, {second, second_args}) do
    rpc(manager, {:swap_sup_handler, first, first_args, second, second_args, self()})
  end

  @doc "Lists the handlers."
  @spec which_handlers(manager) :: [handler]
  def which_handlers(manager), do: rpc(manager, :which_handlers)

  @doc "Sends an event without waiting. Always `:ok`."
  @spec notify(manager, term) :: :ok
  def notify(manager, event), do: send_to(manager, {:notify, event})

  @doc "Sends an event and waits until every handler has handled it."
  @spec sync_notify(manager, term) :: :ok
  def sync_notify(manager, event), do: rpc(manager, {:sync_notify, event})

  @doc "Makes a call to one handler, waiting five seconds."
  @spec call(manager, handler, term) :: term
  def call(manager, handler, request) do
    case :gen.call(manager, self(), {:call, handler, request}, 5000) do
      {:ok, reply} -> reply
    end
  catch
    :exit, reason -> exit({reason, {:gen_event, :call, [manager, handler, request]}})
  end

  @doc "Makes a call to one handler."
  @spec call(manager, handler, term, timeout) :: term
  def call(manager, handler, request, timeout) do
    case :gen.call(manager, self(), {:call, handler, request}, timeout) do
      {:ok, reply} -> reply
    end
  catch
    :exit, reason -> exit({reason, {:gen_event, :call, [manager, handler, request, timeout]}})
  end

  defp rpc(manager, request) do
    {:ok, reply} = :gen.call(manager, self(), request, :infinity)
    reply
  end

  defp send_to({:global, name}, message) do
    :global.send(name, message)
    :ok
  catch
    _, _ -> :ok
  end

  defp send_to({:via, module, name}, message) do
    module.send(name, message)
    :ok
  catch
    _, _ -> :ok
  end

  defp send_to(manager, message) do
    send(manager, message)
    :ok
  catch
    _, _ -> :ok
  end

  ## The manager
  #
  # A handler is {module, id or false, state, supervising pid or false}.

  @doc false
  def init_it(starter, :self, name, module, args, options) do
    init_it(starter, self(), name, module, args, options)
  end

  def init_it(starter, parent, name, _module, _args, options) do
    :erlang.process_flag(:trap_exit, true)
    name = :gen.name(name)
    debug = :gen.debug_options(name, options)
    :proc_lib.init_ack(starter, {:ok, self()})
    loop(parent, name, [], :gen.hibernate_after(options), debug, false)
  end

  defp loop(parent, name, handlers, hibernate_after, debug, true) do
    :proc_lib.hibernate(:gen_event, :wake_hib, [parent, name, handlers, hibernate_after, debug])
  end

  defp loop(parent, name, handlers, hibernate_after, debug, false) do
    receive do
      message -> decode(message, parent, name, handlers, hibernate_after, debug, false)
    after
      hibernate_after -> loop(parent, name, handlers, hibernate_after, debug, true)
    end
  end

  @doc false
  def wake_hib(parent, name, handlers, hibernate_after, debug) do
    receive do
      message -> decode(message, parent, name, handlers, hibernate_after, debug, true)
    end
  end

  defp decode(message, parent, name, handlers, hibernate_after, debug, hibernating?) do
    case message do
      {:system, from, request} ->
        misc = [name, handlers, hibernate_after, hibernating?]
        :sys.handle_system_msg(request, from, parent, :gen_event, debug, misc, hibernating?)

      {:EXIT, ^parent, reason} ->
        stop_all(reason, name, handlers)

      message ->
        debug = if debug == [], do: [], else: :sys.handle_debug(debug, &print_event/3, name, {:in, message})
        {handlers, hibernate?} = handle(message, name, handlers)
        loop(parent, name, handlers, hibernate_after, debug, hibernate?)
    end
  end

  defp handle({:notify, event}, name, handlers), do: each(:handle_event, event, name, handlers)

  defp handle({_from, from, {:sync_notify, event}}, name, handlers) do
    result = each(:handle_event, event, name, handlers)
    :gen.reply(from, :ok)
    result
  end

  defp handle({:EXIT, pid, reason}, name, handlers) do
    {gone, handlers} = :lists.partition(fn {_, _, _, supervisor} -> supervisor == pid end, handlers)

    if gone == [] do
      each(:handle_info, {:EXIT, pid, reason}, name, handlers)
    else
      for handler <- gone, do: do_terminate(handler, {:stop, reason}, name, {:stop, reason}, :shutdown)
      {handlers, false}
    end
  end

  defp handle({_from, from, {:call, id, request}}, name, handlers) do
    case find(id, handlers) do
      nil ->
        :gen.reply(from, {:error, :bad_module})
        {handlers, false}

      handler ->
        {reply, handlers, hibernate?} = call_handler(handler, request, name, handlers)
        :gen.reply(from, reply)
        {handlers, hibernate?}
    end
  end

  defp handle({_from, from, request}, name, handlers) when is_tuple(from) do
    case manage(request, name, handlers) do
      {:unknown, _} ->
        each(:handle_info, {from, request}, name, handlers)

      {reply, handlers} ->
        :gen.reply(from, reply)
        {handlers, false}

      {reply, handlers, hibernate?} ->
        :gen.reply(from, reply)
        {handlers, hibernate?}
    end
  end

  defp handle(message, name, handlers), do: each(:handle_info, message, name, handlers)

  defp manage({:add_handler, id, args}, _name, handlers), do: add(id, args, false, handlers)

  defp manage({:add_sup_handler, id, args, pid}, _name, handlers) do
    :erlang.link(pid)
    add(id, args, pid, handlers)
  end

  defp manage({:delete_handler, id, args}, name, handlers) do
    case find(id, handlers) do
      nil -> {{:error, :module_not_found}, handlers}
      handler -> {do_terminate(handler, args, name, :delete, :normal), :lists.delete(handler, handlers)}
    end
  end

  defp manage({:swap_handler, first, args, second, more}, name, handlers) do
    swap(first, args, second, more, false, name, handlers)
  end

  defp manage({:swap_sup_handler, first, args, second, more, pid}, name, handlers) do
    :erlang.link(pid)
    swap(first, args, second, more, pid, name, handlers)
  end

  defp manage(:which_handlers, _name, handlers), do: {for(handler <- handlers, do: id(handler)), handlers}
  defp manage(other, _name, handlers), do: {:unknown, {other, handlers}}

  defp add(id, args, supervisor, handlers) do
    {module, key} = split_id(id)

    try do
      module.init(args)
    catch
      :throw, value -> {value, handlers}
      :error, reason -> {{:EXIT, {reason, __STACKTRACE__}}, handlers}
      :exit, reason -> {{:EXIT, reason}, handlers}
    else
      {:ok, state} -> {:ok, [{module, key, state, supervisor} | handlers]}
      {:ok, state, :hibernate} -> {:ok, [{module, key, state, supervisor} | handlers], true}
      other -> {other, handlers}
    end
  end

  defp swap(first, args, second, more, supervisor, name, handlers) do
    case find(first, handlers) do
      nil ->
        add(second, {more, :error}, supervisor, handlers)

      handler ->
        result = do_terminate(handler, args, name, {:swapped, second, supervisor}, {:swapped, second, supervisor})
        add(second, {more, result}, supervisor, :lists.delete(handler, handlers))
    end
  end

  defp split_id({module, key}), do: {module, {:id, key}}
  defp split_id(module) when is_atom(module), do: {module, false}

  defp id({module, {:id, key}, _, _}), do: {module, key}
  defp id({module, false, _, _}), do: module

  defp find(id, handlers) do
    {module, key} = split_id(id)
    Enum.find(handlers, fn {m, k, _, _} -> m == module and k == key end)
  end

  # Passes a message to every handler, and drops those that are done or fail.
  defp each(callback, message, name, handlers) do
    each(handlers, callback, message, name, [], false)
  end

  defp each([], _callback, _message, _name, kept, hibernate?), do: {:lists.reverse(kept), hibernate?}

  defp each([handler | rest], callback, message, name, kept, hibernate?) do
    case one(callback, message, name, handler) do
      {:keep, handler, again?} -> each(rest, callback, message, name, [handler | kept], hibernate? or again?)
      :drop -> each(rest, callback, message, name, kept, hibernate?)
      {:add, handlers} -> each(rest, callback, message, name, handlers ++ kept, hibernate?)
    end
  end

  defp one(callback, message, name, {module, key, state, supervisor} = handler) do
    if callback == :handle_info and not :erlang.function_exported(module, :handle_info, 2) do
      {:keep, handler, false}
    else
      try do
        apply(module, callback, [message, state])
      catch
        :throw, value -> {:ok, value} |> kept_or_failed(callback, message, name, handler)
        :error, reason -> fail(handler, {:EXIT, {reason, __STACKTRACE__}}, message, name)
        :exit, reason -> fail(handler, {:EXIT, reason}, message, name)
      else
        {:ok, state} ->
          {:keep, {module, key, state, supervisor}, false}

        {:ok, state, :hibernate} ->
          {:keep, {module, key, state, supervisor}, true}

        :remove_handler ->
          do_terminate(handler, :remove_handler, name, :remove, :normal)
          :drop

        {:swap_handler, args, state, second, more} ->
          handler = {module, key, state, supervisor}
          result = do_terminate(handler, args, name, {:swapped, second, supervisor}, {:swapped, second, supervisor})

          case add(second, {more, result}, supervisor, []) do
            {:ok, added} -> {:add, added}
            {:ok, added, _hibernate} -> {:add, added}
            _ -> :drop
          end

        other ->
          fail(handler, other, message, name)
      end
    end
  end

  defp kept_or_failed({:ok, {:ok, state}}, _callback, _message, _name, {module, key, _, supervisor}) do
    {:keep, {module, key, state, supervisor}, false}
  end

  defp kept_or_failed({:ok, other}, _callback, message, name, handler), do: fail(handler, other, message, name)

  defp fail(handler, reason, message, name) do
    do_terminate(handler, {:error, reason}, name, message, reason)
    :drop
  end

  defp call_handler({module, key, state, supervisor} = handler, request, name, handlers) do
    replace = &:lists.map(fn h -> if h == handler, do: {module, key, &1, supervisor}, else: h end, handlers)
    drop = fn -> :lists.delete(handler, handlers) end

    try do
      module.handle_call(request, state)
    catch
      :throw, value -> call_failed(handler, value, request, name, drop)
      :error, reason -> call_failed(handler, {:EXIT, {reason, __STACKTRACE__}}, request, name, drop)
      :exit, reason -> call_failed(handler, {:EXIT, reason}, request, name, drop)
    else
      {:ok, reply, state} ->
        {reply, replace.(state), false}

      {:ok, reply, state, :hibernate} ->
        {reply, replace.(state), true}

      {:remove_handler, reply} ->
        do_terminate(handler, :remove_handler, name, :remove, :normal)
        {reply, drop.(), false}

      {:swap_handler, reply, args, state, second, more} ->
        handler = {module, key, state, supervisor}
        result = do_terminate(handler, args, name, {:swapped, second, supervisor}, {:swapped, second, supervisor})

        case add(second, {more, result}, supervisor, drop.()) do
          {:ok, handlers} -> {reply, handlers, false}
          {:ok, handlers, hibernate?} -> {reply, handlers, hibernate?}
          {_, handlers} -> {reply, handlers, false}
        end

      other ->
        call_failed(handler, other, request, name, drop)
    end
  end

  defp call_failed(handler, reason, request, name, drop) do
    do_terminate(handler, {:error, reason}, name, request, reason)
    {{:error, reason}, drop.(), false}
  end

  # Runs a handler's terminate/2, tells its supervisor, and reports an end that is nobody's wish.
  defp do_terminate({module, _key, state, supervisor} = handler, args, name, last, reason) do
    result =
      if :erlang.function_exported(module, :terminate, 2) do
        try do
          module.terminate(args, state)
        catch
          :throw, value -> value
          :error, why -> {:EXIT, {why, __STACKTRACE__}}
          :exit, why -> {:EXIT, why}
        end
      else
        :ok
      end

    if supervisor != false and args != {:stop, reason} do
      send(supervisor, {:gen_event_EXIT, id(handler), exit_reason(reason)})
      unless match?({:swapped, _, _}, reason), do: :erlang.unlink(supervisor)
    end

    unless wanted?(reason), do: report(handler, reason, last, name)
    result
  end

  defp exit_reason({:EXIT, reason}), do: reason
  defp exit_reason(reason), do: reason

  defp wanted?(:normal), do: true
  defp wanted?(:shutdown), do: true
  defp wanted?({:shutdown, _}), do: true
  defp wanted?({:swapped, _, _}), do: true
  defp wanted?({:EXIT, reason}), do: reason in [:normal, :shutdown]
  defp wanted?(_), do: false

  defp report({module, _, state, _} = handler, reason, last, name) do
    status =
      :gen.format_status(module, :terminate, %{state: state, message: last, reason: reason, log: []}, [
        :erlang.get(),
        state
      ])

    :logger.log(
      :error,
      %{
        label: {:gen_event, :terminate},
        handler: id(handler),
        name: name,
        last_message: status.message,
        state: status.state,
        log: status.log,
        reason: status.reason
      },
      %{domain: [:otp], report_cb: &:gen_event.format_log/2, error_logger: %{tag: :error}}
    )
  end

  @doc false
  def format_log(report), do: format_log(report, %{})

  @doc false
  def format_log(report, _config) do
    to_charlist([
      "** gen_event handler #{inspect(report.handler)} crashed.\n",
      "** Was installed in #{inspect(report.name)}\n",
      "** Last event was: #{inspect(report.last_message)}\n",
      "** When handler state == #{inspect(report.state)}\n",
      "** Reason == #{inspect(report.reason)}\n"
    ])
  end

  defp print_event(device, event, name), do: :io.format(device, '*DBG* ~tp ~tp~n', [name, event])

  defp stop_all(reason, name, handlers) do
    for handler <- handlers, do: do_terminate(handler, :stop, name, :stop, :shutdown)
    exit(reason)
  end

  ## System messages

  @doc false
  def system_continue(parent, debug, [name, handlers, hibernate_after, hibernate?]) do
    loop(parent, name, handlers, hibernate_after, debug, hibernate?)
  end

  @doc false
  def system_terminate(reason, _parent, _debug, [name, handlers | _]), do: stop_all(reason, name, handlers)

  @doc false
  def system_code_change([name, handlers | rest], module, old, extra) do
    handlers =
      for {m, key, state, supervisor} <- handlers do
        if m == module do
          {:ok, state} = module.code_change(old, state, extra)
          {m, key, state, supervisor}
        else
          {m, key, state, supervisor}
        end
      end

    {:ok, [name, handlers | rest]}
  end

  @doc false
  def system_get_state([_name, handlers | _]) do
    {:ok, for({module, key, state, _} = handler <- handlers, do: {module, key != false && elem(id(handler), 1), state})}
  end

  @doc false
  def system_replace_state(fun, [name, handlers | rest]) do
    {states, handlers} =
      :lists.unzip(
        for {module, key, state, supervisor} = handler <- handlers do
          shown = key != false && elem(id(handler), 1)

          try do
            {^module, ^shown, state} = fun.({module, shown, state})
            {{module, shown, state}, {module, key, state, supervisor}}
          catch
            _, _ -> {{module, shown, state}, {module, key, state, supervisor}}
          end
        end
      )

    {:ok, states, [name, handlers | rest]}
  end
end
