defmodule :sys do
  @moduledoc """
  Looking into, suspending and stopping processes that understand system messages.

  A system message is `{:system, from, request}`. A behaviour passes it to `handle_system_msg/6`, which answers it and
  comes back through the callbacks `system_continue/3`, `system_terminate/4`, `system_code_change/4`,
  `system_get_state/1` and `system_replace_state/2` of the module that passed it on.

  Suspending, `get_state/1` and the tracing functions are for debugging: they wait at most five seconds by default.
  """

  @type name :: pid | atom | {atom, node} | {:global, term} | {:via, module, term}

  ## Requests

  @doc "Suspends the process: until `resume/1` it answers system messages only."
  @spec suspend(name, timeout) :: :ok
  def suspend(name, timeout \\ 5000), do: request(name, :suspend, timeout, :suspend)

  @doc "Resumes a suspended process."
  @spec resume(name, timeout) :: :ok
  def resume(name, timeout \\ 5000), do: request(name, :resume, timeout, :resume)

  @doc "Returns the state of the process. For debugging only."
  @spec get_state(name, timeout) :: term
  def get_state(name, timeout \\ 5000) do
    case request(name, :get_state, timeout, :get_state) do
      {:ok, state} -> state
      {:error, reason} -> :erlang.error(reason)
    end
  end

  @doc "Replaces the state of the process by `fun` of it, and returns the new one. For debugging only."
  @spec replace_state(name, (term -> term), timeout) :: term
  def replace_state(name, fun, timeout \\ 5000) do
    case request(name, {:replace_state, fun}, timeout, :replace_state) do
      {:ok, state} -> state
      {:error, reason} -> :erlang.error(reason)
    end
  end

  @doc "Returns what the process tells about itself: `{:status, pid, {:module, module}, items}`."
  @spec get_status(name, timeout) :: tuple
  def get_status(name, timeout \\ 5000), do: request(name, :get_status, timeout, :get_status)

  @doc "Orders the process to end with `reason`."
  @spec terminate(name, term, timeout) :: :ok
  def terminate(name, reason, timeout \\ 5000), do: request(name, {:terminate, reason}, timeout, :terminate)

  @doc "Lets a suspended process change its state for a new version of its code."
  @spec change_code(name, module, term, term, timeout) :: :ok | {:error, term}
  def change_code(name, module, old_version, extra, timeout \\ 5000) do
    request(name, {:change_code, module, old_version, extra}, timeout, :change_code)
  end

  @doc "Prints the events of the process as they happen, or stops doing so."
  @spec trace(name, boolean, timeout) :: :ok
  def trace(name, flag, timeout \\ 5000), do: request(name, {:debug, {:trace, flag}}, timeout, :debug)

  @doc "Keeps the last events of the process; `flag` is `true`, `{true, n}`, `false`, `:get` or `:print`."
  @spec log(name, term, timeout) :: :ok | {:ok, list}
  def log(name, flag, timeout \\ 5000), do: request(name, {:debug, {:log, flag}}, timeout, :debug)

  @doc "Writes the events of the process to a file, or stops doing so when given `false`."
  @spec log_to_file(name, charlist | false, timeout) :: :ok | {:error, :open_file}
  def log_to_file(name, file, timeout \\ 5000), do: request(name, {:debug, {:log_to_file, file}}, timeout, :debug)

  @doc "Counts messages of the process; `flag` is `true`, `false` or `:get`."
  @spec statistics(name, boolean | :get, timeout) :: :ok | {:ok, keyword | :no_statistics}
  def statistics(name, flag, timeout \\ 5000), do: request(name, {:debug, {:statistics, flag}}, timeout, :debug)

  @doc "Stops all tracing of the process."
  @spec no_debug(name, timeout) :: :ok
  def no_debug(name, timeout \\ 5000), do: request(name, {:debug, :no_debug}, timeout, :debug)

  @doc "Installs a function that sees every event of the process; `spec` is `{fun, state}` or `{id, fun, state}`."
  @spec install(name, tuple, timeout) :: :ok
  def install(name, spec, timeout \\ 5000), do: request(name, {:debug, {:install, spec}}, timeout, :debug)

  @doc "Removes a function that `install/2` installed, named by itself or its id."
  @spec remove(name, term, timeout) :: :ok
  def remove(name, fun_or_id, timeout \\ 5000), do: request(name, {:debug, {:remove, fun_or_id}}, timeout, :debug)

  defp request(name, request, timeout, function) do
    case :gen.call(name, :system, request, timeout) do
      {:ok, reply} -> reply
    end
  catch
    :exit, reason -> exit({reason, failed_call(function, name, request, timeout)})
  end

  # The function and arguments that an exit shows.
  defp failed_call(:debug, name, {:debug, {function, arg}}, timeout) do
    {:sys, function, if(timeout == 5000, do: [name, arg], else: [name, arg, timeout])}
  end

  defp failed_call(:debug, name, {:debug, function}, timeout) do
    {:sys, function, if(timeout == 5000, do: [name], else: [name, timeout])}
  end

  defp failed_call(function, name, request, timeout) do
    {:sys, function, call_arguments(name, request, timeout)}
  end

  defp call_arguments(name, {:terminate, reason}, timeout), do: [name, reason, timeout]
  defp call_arguments(name, {:replace_state, fun}, timeout), do: [name, fun, timeout]

  defp call_arguments(name, {:change_code, module, version, extra}, timeout),
    do: [name, module, version, extra, timeout]

  defp call_arguments(name, _request, 5000), do: [name]
  defp call_arguments(name, _request, timeout), do: [name, timeout]

  ## Answering, in the process itself

  @doc "Handles a system message in the process that received it. Never returns: continues through `module`."
  def handle_system_msg(request, from, parent, module, debug, misc) do
    handle_system_msg(:running, request, from, parent, module, debug, misc, false)
  end

  @doc "Like `handle_system_msg/6`; `hibernate?` says to hibernate again afterwards."
  def handle_system_msg(request, from, parent, module, debug, misc, hibernate?) do
    handle_system_msg(:running, request, from, parent, module, debug, misc, hibernate?)
  end

  defp handle_system_msg(status, request, from, parent, module, debug, misc, hibernate?) do
    case do_command(status, request, parent, module, debug, misc) do
      {:suspended, reply, debug, misc} ->
        :gen.reply(from, reply)
        suspend_loop(parent, module, debug, misc, hibernate?)

      {:running, reply, debug, misc} ->
        :gen.reply(from, reply)
        module.system_continue(parent, debug, misc)

      {{:terminating, reason}, reply, debug, misc} ->
        :gen.reply(from, reply)
        module.system_terminate(reason, parent, debug, misc)
    end
  end

  defp suspend_loop(parent, module, debug, misc, true) do
    :proc_lib.hibernate(:sys, :suspend_loop_hib, [:suspended, parent, module, debug, misc, true])
  end

  defp suspend_loop(parent, module, debug, misc, hibernate?) do
    suspend_loop_hib(:suspended, parent, module, debug, misc, hibernate?)
  end

  @doc false
  def suspend_loop_hib(status, parent, module, debug, misc, hibernate?) do
    receive do
      {:system, from, request} ->
        handle_system_msg(status, request, from, parent, module, debug, misc, hibernate?)

      {:EXIT, ^parent, reason} ->
        module.system_terminate(reason, parent, debug, misc)
    end
  end

  defp do_command(_status, :suspend, _parent, _module, debug, misc), do: {:suspended, :ok, debug, misc}
  defp do_command(_status, :resume, _parent, _module, debug, misc), do: {:running, :ok, debug, misc}

  defp do_command(status, :get_state, _parent, module, debug, misc) do
    {status, current_state(module, misc), debug, misc}
  end

  defp do_command(status, {:replace_state, fun}, _parent, module, debug, misc) do
    case replaced_state(module, misc, fun) do
      {:ok, state, misc} -> {status, {:ok, state}, debug, misc}
      {:error, _} = error -> {status, error, debug, misc}
    end
  end

  defp do_command(status, :get_status, parent, module, debug, misc) do
    shown =
      if :erlang.function_exported(module, :format_status, 2) do
        module.format_status(:normal, [:erlang.get(), status, parent, debug, misc])
      else
        misc
      end

    reply = {:status, self(), {:module, module}, [:erlang.get(), status, parent, debug, shown]}
    {status, reply, debug, misc}
  end

  defp do_command(_status, {:terminate, reason}, _parent, _module, debug, misc) do
    {{:terminating, reason}, :ok, debug, misc}
  end

  defp do_command(:suspended, {:change_code, changed, version, extra}, _parent, module, debug, misc) do
    try do
      case module.system_code_change(misc, changed, version, extra) do
        {:ok, misc} -> {:suspended, :ok, debug, misc}
        other -> {:suspended, {:error, other}, debug, misc}
      end
    catch
      :error, reason -> {:suspended, {:error, {:EXIT, {reason, __STACKTRACE__}}}, debug, misc}
      :exit, reason -> {:suspended, {:error, {:EXIT, reason}}, debug, misc}
      :throw, value -> {:suspended, {:error, value}, debug, misc}
    end
  end

  defp do_command(status, {:debug, command}, _parent, _module, debug, misc) do
    {reply, debug} = debug_command(command, debug)
    {status, reply, debug, misc}
  end

  defp do_command(status, other, _parent, _module, debug, misc) do
    {status, {:error, {:unknown_system_msg, other}}, debug, misc}
  end

  defp current_state(module, misc) do
    if :erlang.function_exported(module, :system_get_state, 1) do
      {:ok, state} = module.system_get_state(misc)
      {:ok, state}
    else
      {:ok, misc}
    end
  catch
    class, reason -> {:error, {:callback_failed, {module, :system_get_state}, {class, reason}}}
  end

  defp replaced_state(module, misc, fun) do
    if :erlang.function_exported(module, :system_replace_state, 2) do
      {:ok, state, misc} = module.system_replace_state(fun, misc)
      {:ok, state, misc}
    else
      state = fun.(misc)
      {:ok, state, state}
    end
  catch
    class, reason -> {:error, {:callback_failed, {module, :system_replace_state}, {class, reason}}}
  end

  ## Debugging
  #
  # The debug state is a list of {:trace, true}, {:log, {size, events newest first}}, {:statistics, {start, in, out}},
  # {:log_to_file, device} and {id, {fun, state}}: empty, and so free to carry, unless somebody is watching.

  @doc "Turns a list of options into a debug state."
  def debug_options(options) do
    :lists.foldl(
      fn
        :trace, debug -> put(debug, :trace, true)
        :log, debug -> put(debug, :log, {10, []})
        {:log, size}, debug when is_integer(size) and size > 0 -> put(debug, :log, {size, []})
        :statistics, debug -> put(debug, :statistics, new_statistics())
        {:log_to_file, file}, debug -> elem(debug_command({:log_to_file, file}, debug), 1)
        {:install, spec}, debug -> elem(debug_command({:install, spec}, debug), 1)
        _, debug -> debug
      end,
      [],
      options
    )
  end

  @doc "Passes one event of the process to whatever watches it, and returns the new debug state."
  def handle_debug([], _formatter, _name, _event), do: []

  def handle_debug(debug, formatter, name, event) do
    :lists.foldr(
      fn item, rest ->
        case watch(item, formatter, name, event) do
          :done -> rest
          item -> [item | rest]
        end
      end,
      [],
      debug
    )
  end

  defp watch({:trace, true} = item, formatter, name, event) do
    formatter.(:erlang.group_leader(), event, name)
    item
  end

  defp watch({:log, {size, events}}, formatter, name, event) do
    {:log, {size, Enum.take([{event, name, formatter} | events], size)}}
  end

  defp watch({:statistics, {start, received, sent}}, _formatter, _name, event) do
    case event do
      {:in, _} -> {:statistics, {start, received + 1, sent}}
      {:in, _, _} -> {:statistics, {start, received + 1, sent}}
      {:out, _, _} -> {:statistics, {start, received, sent + 1}}
      {:out, _, _, _} -> {:statistics, {start, received, sent + 1}}
      _ -> {:statistics, {start, received, sent}}
    end
  end

  defp watch({:log_to_file, device} = item, formatter, name, event) do
    formatter.(device, event, name)
    item
  end

  defp watch({id, {fun, state}}, _formatter, name, event) do
    try do
      fun.(state, event, name)
    else
      :done -> :done
      state -> {id, {fun, state}}
    catch
      _, _ -> :done
    end
  end

  defp debug_command({:trace, true}, debug), do: {:ok, put(debug, :trace, true)}
  defp debug_command({:trace, false}, debug), do: {:ok, drop(debug, :trace)}
  defp debug_command({:log, true}, debug), do: debug_command({:log, {true, 10}}, debug)

  defp debug_command({:log, {true, size}}, debug) when is_integer(size) and size > 0 do
    {:ok, put(debug, :log, {size, Enum.take(logged(debug), size)})}
  end

  defp debug_command({:log, false}, debug), do: {:ok, drop(debug, :log)}

  defp debug_command({:log, :get}, debug) do
    {{:ok, for({event, _, _} <- :lists.reverse(logged(debug)), do: event)}, debug}
  end

  defp debug_command({:log, :print}, debug) do
    print_log(debug)
    {:ok, debug}
  end

  defp debug_command({:statistics, true}, debug), do: {:ok, put(debug, :statistics, new_statistics())}
  defp debug_command({:statistics, false}, debug), do: {:ok, drop(debug, :statistics)}

  defp debug_command({:statistics, :get}, debug) do
    case :lists.keyfind(:statistics, 1, debug) do
      {_, {{start, reductions}, received, sent}} ->
        items = [
          start_time: start,
          current_time: :erlang.localtime(),
          reductions: current_reductions() - reductions,
          messages_in: received,
          messages_out: sent
        ]

        {{:ok, items}, debug}

      false ->
        {{:ok, :no_statistics}, debug}
    end
  end

  defp debug_command({:log_to_file, false}, debug) do
    case :lists.keyfind(:log_to_file, 1, debug) do
      {_, device} -> :file.close(device)
      false -> :ok
    end

    {:ok, drop(debug, :log_to_file)}
  end

  defp debug_command({:log_to_file, file}, debug) do
    {:ok, debug} = debug_command({:log_to_file, false}, debug)

    case :file.open(file, [:write, {:encoding, :utf8}]) do
      {:ok, device} -> {:ok, put(debug, :log_to_file, device)}
      _ -> {{:error, :open_file}, debug}
    end
  end

  defp debug_command({:install, {fun, state}}, debug), do: {:ok, put(debug, fun, {fun, state})}
  defp debug_command({:install, {id, fun, state}}, debug), do: {:ok, put(debug, id, {fun, state})}
  defp debug_command({:remove, fun_or_id}, debug), do: {:ok, drop(debug, fun_or_id)}

  defp debug_command(:no_debug, debug) do
    {:ok, _} = debug_command({:log_to_file, false}, debug)
    {:ok, []}
  end

  defp debug_command(other, debug), do: {{:error, {:unknown_debug_command, other}}, debug}

  defp put(debug, key, value), do: :lists.keystore(key, 1, debug, {key, value})
  defp drop(debug, key), do: :lists.keydelete(key, 1, debug)

  defp logged(debug) do
    case :lists.keyfind(:log, 1, debug) do
      {_, {_, events}} -> events
      false -> []
    end
  end

  defp new_statistics, do: {{:erlang.localtime(), current_reductions()}, 0, 0}

  defp current_reductions do
    {:reductions, reductions} = :erlang.process_info(self(), :reductions)
    reductions
  end

  @doc "Returns the events that a debug state has logged, oldest first."
  def get_log(debug), do: for({event, _, _} <- :lists.reverse(logged(debug)), do: event)

  @doc "Prints the events that a debug state has logged."
  def print_log(debug) do
    for {event, name, formatter} <- :lists.reverse(logged(debug)) do
      formatter.(:erlang.group_leader(), event, name)
    end

    :ok
  end

  @doc "Returns the part of a debug state kept under `item`, or `default`."
  def get_debug(item, debug, default) do
    case :lists.keyfind(item, 1, debug) do
      {_, value} -> value
      false -> default
    end
  end
end
