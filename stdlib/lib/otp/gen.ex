defmodule :gen do
  @moduledoc """
  What the behaviours share: starting under a name, calling, replying, and collecting replies later.

  A call monitors the server with an alias. The alias ends with the reply, the death of the server, or the time-out,
  so that a late reply never reaches the mailbox of a caller that has given up.
  """

  @type server_ref :: pid | atom | {atom, node} | {:global, term} | {:via, module, term}
  @type name :: {:local, atom} | {:global, term} | {:via, module, term}

  ## Starting

  @doc "Starts a process of the behaviour `gen` under `name`, waiting for its initialisation."
  def start(gen, link, name, module, args, options) do
    case where(name) do
      :undefined -> do_spawn(gen, link, name, module, args, options)
      pid when link == :monitor -> {{:error, {:already_started, pid}}, :erlang.monitor(:process, pid)}
      pid -> {:error, {:already_started, pid}}
    end
  end

  @doc "Starts a process of the behaviour `gen` without a name, waiting for its initialisation."
  def start(gen, link, module, args, options) do
    init = [gen, self(), parent_of(link), module, args, options]
    spawn_and_wait(link, init, options)
  end

  defp do_spawn(gen, link, name, module, args, options) do
    init = [gen, self(), parent_of(link), name, module, args, options]
    spawn_and_wait(link, init, options)
  end

  defp spawn_and_wait(link, init, options) do
    timeout = option(:timeout, options, :infinity)
    spawn_options = option(:spawn_opt, options, [])

    case link do
      :link -> :proc_lib.start_link(:gen, :init_it, init, timeout, spawn_options)
      :nolink -> :proc_lib.start(:gen, :init_it, init, timeout, spawn_options)
      :monitor -> :proc_lib.start_monitor(:gen, :init_it, init, timeout, spawn_options)
    end
  end

  defp parent_of(:link), do: self()
  defp parent_of(_), do: :self

  @doc false
  def init_it(gen, starter, parent, module, args, options) do
    gen.init_it(starter, parent, self(), module, args, options)
  end

  @doc false
  def init_it(gen, starter, parent, name, module, args, options) do
    case register_name(name) do
      true -> gen.init_it(starter, parent, name, module, args, options)
      {false, pid} -> :proc_lib.init_ack(starter, {:error, {:already_started, pid}})
    end
  end

  defp option(key, options, default) do
    case :lists.keyfind(key, 1, options) do
      {_, value} -> value
      false -> default
    end
  end

  ## Calling

  @doc """
  Sends `{label, from, request}` to the process and waits for the reply: `{:ok, reply}`.

  Exits with the reason that the server ended with, `:noproc` when it does not exist, `:timeout` when no reply came in time.
  """
  def call(process, label, request), do: call(process, label, request, 5000)

  def call(process, label, request, timeout)
      when is_pid(process) and (timeout == :infinity or (is_integer(timeout) and timeout >= 0)) do
    do_call(process, label, request, timeout)
  end

  def call(process, label, request, timeout)
      when timeout == :infinity or (is_integer(timeout) and timeout >= 0) do
    case process do
      name when is_atom(name) -> call_named({:local, name}, label, request, timeout)
      {:global, _} -> call_named(process, label, request, timeout)
      {:via, _, _} -> call_named(process, label, request, timeout)
      {name, node} when node == node() -> call_named({:local, name}, label, request, timeout)
      {name, node} when is_atom(name) and is_atom(node) -> call_remote(process, node, label, request, timeout)
    end
  end

  # A node that is not part of a distribution can reach no other.
  defp call_remote(process, node, label, request, timeout) do
    if :erlang.is_alive(), do: do_call(process, label, request, timeout), else: exit({:nodedown, node})
  end

  defp call_named(name, label, request, timeout) do
    case where(name) do
      pid when is_pid(pid) -> do_call(pid, label, request, timeout)
      :undefined -> exit(:noproc)
    end
  end

  defp do_call(process, _label, _request, _timeout) when process == self(), do: exit(:calling_self)

  # Nobody gives up this call, so no late reply has to be kept away: a monitor without an alias does.
  defp do_call(process, label, request, :infinity) when is_pid(process) do
    ref = :erlang.monitor(:process, process)
    send(process, {label, {self(), ref}, request})

    receive do
      {^ref, reply} ->
        :erlang.demonitor(ref, [:flush])
        {:ok, reply}

      {:DOWN, ^ref, _, _, reason} ->
        exit(reason)
    end
  end

  defp do_call(process, label, request, timeout) do
    ref = :erlang.monitor(:process, process, [{:alias, :demonitor}])
    :erlang.send(process, {label, {self(), [:alias | ref]}, request}, [:noconnect])

    receive do
      {[:alias | ^ref], reply} ->
        :erlang.demonitor(ref, [:flush])
        {:ok, reply}

      {:DOWN, ^ref, _, _, :noconnection} ->
        exit({:nodedown, node_of(process)})

      {:DOWN, ^ref, _, _, reason} ->
        exit(reason)
    after
      timeout ->
        :erlang.demonitor(ref, [:flush])

        # The reply may have come between the time-out and the end of the alias.
        receive do
          {[:alias | ^ref], reply} -> {:ok, reply}
        after
          0 -> exit(:timeout)
        end
    end
  end

  defp node_of({_name, node}), do: node
  defp node_of(pid) when is_pid(pid), do: node(pid)

  @doc "Sends a reply to the caller described by `from`."
  def reply({_to, [:alias | ref] = tag}, reply) when is_reference(ref) do
    send(ref, {tag, reply})
    :ok
  end

  def reply({_to, [[:alias | ref] | _] = tag}, reply) when is_reference(ref) do
    send(ref, {tag, reply})
    :ok
  end

  def reply({to, tag}, reply) do
    try do
      send(to, {tag, reply})
      :ok
    catch
      _, _ -> :ok
    end
  end

  ## Requests whose replies are collected later

  @doc "Sends a request and returns an identifier to wait for its reply with."
  def send_request(process, label, request) do
    ref = monitor_server(process)
    send_to(process, ref, {label, {self(), [:alias | ref]}, request})
    [ref | process]
  end

  @doc "Sends a request and adds it, under `request_label`, to a collection of requests."
  def send_request(process, label, request, request_label, collection) when is_map(collection) do
    ref = monitor_server(process)
    send_to(process, ref, {label, {self(), [[:alias | ref]]}, request})
    Map.put(collection, ref, [request_label | process])
  end

  defp monitor_server(process) do
    case destination(process) do
      :undefined ->
        # Nobody is there: a monitor of a dead process says so through the ordinary channel.
        ref = make_ref()
        send(self(), {:DOWN, ref, :process, process, :noproc})
        ref

      target ->
        :erlang.monitor(:process, target, [{:alias, :demonitor}])
    end
  end

  defp send_to(process, _ref, message) do
    case destination(process) do
      :undefined -> :ok
      target -> :erlang.send(target, message, [:noconnect])
    end
  catch
    :error, _ -> :ok
  end

  defp destination(pid) when is_pid(pid), do: pid
  defp destination(name) when is_atom(name), do: name
  defp destination({name, node}) when is_atom(name) and is_atom(node) and name != :global, do: {name, node}
  defp destination({:global, _} = name), do: where(name)
  defp destination({:via, _, _} = name), do: where(name)

  @doc "Waits for the reply to one request, keeping the request alive when the time is over."
  def wait_response([ref | process], timeout) when is_reference(ref), do: receive_reply(ref, process, timeout, :keep)
  def wait_response(ref, timeout) when is_reference(ref), do: receive_reply(ref, :undefined, timeout, :keep)

  @doc "Waits for the reply to any request of a collection; `:timeout` keeps them alive."
  def wait_response(collection, timeout, delete?) when is_map(collection) do
    collect(collection, timeout, delete?, :keep)
  end

  @doc "Waits for the reply to one request, abandoning it when the time is over."
  def receive_response([ref | process], timeout) when is_reference(ref), do: receive_reply(ref, process, timeout, :abandon)
  def receive_response(ref, timeout) when is_reference(ref), do: receive_reply(ref, :undefined, timeout, :abandon)

  @doc "Waits for the reply to any request of a collection, abandoning all when the time is over."
  def receive_response(collection, timeout, delete?) when is_map(collection) do
    collect(collection, timeout, delete?, :abandon)
  end

  defp receive_reply(ref, process, timeout, late) do
    receive do
      {[:alias | ^ref], reply} ->
        :erlang.demonitor(ref, [:flush])
        {:reply, reply}

      {:DOWN, ^ref, _, _, reason} ->
        {:error, {reason, process}}
    after
      milliseconds_left(timeout) ->
        if late == :abandon, do: abandon(ref)
        :timeout
    end
  end

  defp abandon(ref) do
    :erlang.demonitor(ref, [:flush])

    receive do
      {[:alias | ^ref], _} -> :ok
      {[[:alias | ^ref] | _], _} -> :ok
    after
      0 -> :ok
    end
  end

  defp milliseconds_left({:abs, time}), do: max(time - :erlang.monotonic_time(:millisecond), 0)
  defp milliseconds_left(timeout), do: timeout

  defp collect(collection, _timeout, _delete?, _late) when map_size(collection) == 0, do: :no_request

  defp collect(collection, timeout, delete?, late) do
    receive do
      {[[:alias | ref]], reply} when is_map_key(collection, ref) ->
        :erlang.demonitor(ref, [:flush])
        [label | _] = Map.fetch!(collection, ref)
        {{:reply, reply}, label, forget(collection, ref, delete?)}

      {:DOWN, ref, _, _, reason} when is_map_key(collection, ref) ->
        [label | process] = Map.fetch!(collection, ref)
        {{:error, {reason, process}}, label, forget(collection, ref, delete?)}
    after
      milliseconds_left(timeout) ->
        if late == :abandon, do: for({ref, _} <- collection, do: abandon(ref))
        :timeout
    end
  end

  defp forget(collection, ref, true), do: Map.delete(collection, ref)
  defp forget(collection, _ref, false), do: collection

  @doc "Says whether `message` answers the request: `{:reply, reply}`, `{:error, _}` or `:no_reply`."
  def check_response({[:alias | ref], reply}, [ref | _process]) do
    :erlang.demonitor(ref, [:flush])
    {:reply, reply}
  end

  def check_response({:DOWN, ref, _, _, reason}, [ref | process]), do: {:error, {reason, process}}
  def check_response(_message, [_ref | _process]), do: :no_reply

  def check_response({:DOWN, ref, _, process, reason}, ref) when is_reference(ref), do: {:error, {reason, process}}
  def check_response(message, ref) when is_reference(ref), do: check_response(message, [ref | :undefined])

  @doc "Says which request of a collection `message` answers, if any."
  def check_response(_message, collection, _delete?) when map_size(collection) == 0, do: :no_request

  def check_response({[[:alias | ref]], reply}, collection, delete?) when is_map_key(collection, ref) do
    :erlang.demonitor(ref, [:flush])
    [label | _] = Map.fetch!(collection, ref)
    {{:reply, reply}, label, forget(collection, ref, delete?)}
  end

  def check_response({:DOWN, ref, _, _, reason}, collection, delete?) when is_map_key(collection, ref) do
    [label | process] = Map.fetch!(collection, ref)
    {{:error, {reason, process}}, label, forget(collection, ref, delete?)}
  end

  def check_response(_message, _collection, _delete?), do: :no_reply

  @doc "Returns an empty collection of requests."
  def reqids_new, do: %{}

  @doc "Counts the requests of a collection."
  def reqids_size(collection), do: map_size(collection)

  @doc "Adds a request to a collection under `label`."
  def reqids_add([ref | process], label, collection) when not is_map_key(collection, ref) do
    Map.put(collection, ref, [label | process])
  end

  @doc "Lists the requests of a collection with their labels."
  def reqids_to_list(collection) do
    for {ref, [label | process]} <- collection, do: {[ref | process], label}
  end

  ## Stopping

  @doc "Stops a process of a behaviour with reason `:normal`."
  def stop(process), do: stop(process, :normal, :infinity)

  @doc "Stops a process of a behaviour with `reason`, waiting until it has ended."
  def stop(process, reason, timeout) do
    case process do
      {kind, _} when kind == :global -> stop_named(process, reason, timeout)
      {:via, _, _} -> stop_named(process, reason, timeout)
      _ -> :proc_lib.stop(process, reason, timeout)
    end
  end

  defp stop_named(name, reason, timeout) do
    case where(name) do
      pid when is_pid(pid) -> :proc_lib.stop(pid, reason, timeout)
      :undefined -> exit(:noproc)
    end
  end

  ## Names

  defp where({:local, name}), do: :erlang.whereis(name)
  defp where({:global, name}), do: :global.whereis_name(name)
  defp where({:via, module, name}), do: module.whereis_name(name)

  defp register_name({:local, name} = full) do
    try do
      :erlang.register(name, self())
      true
    catch
      :error, _ -> {false, where(full)}
    end
  end

  defp register_name({:global, name} = full) do
    case :global.register_name(name, self()) do
      :yes -> true
      :no -> {false, where(full)}
    end
  end

  defp register_name({:via, module, name} = full) do
    case module.register_name(name, self()) do
      :yes -> true
      :no -> {false, where(full)}
    end
  end

  @doc "Returns the name by which reports call a process that was started as `name`."
  def name({:local, name}), do: name
  def name({:global, name}), do: name
  def name({:via, _module, name}), do: name
  def name(pid) when is_pid(pid), do: pid

  @doc "Gives up the name of a process that fails to start."
  def unregister_name({:local, name}) do
    :erlang.unregister(name)
  catch
    _, _ -> :ok
  end

  def unregister_name({:global, name}), do: :global.unregister_name(name)
  def unregister_name({:via, module, name}), do: module.unregister_name(name)
  def unregister_name(pid) when is_pid(pid), do: pid

  @doc "Checks that this process is registered as it says, and returns the name for reports."
  def get_proc_name(pid) when is_pid(pid), do: pid

  def get_proc_name({:local, name}) do
    case :erlang.process_info(self(), :registered_name) do
      {:registered_name, ^name} -> name
      {:registered_name, _} -> exit(:process_not_registered)
      [] -> exit(:process_not_registered)
    end
  end

  def get_proc_name({:global, name}) do
    case :global.whereis_name(name) do
      pid when pid == self() -> name
      _ -> exit(:process_not_registered_globally)
    end
  end

  def get_proc_name({:via, module, name}) do
    case module.whereis_name(name) do
      pid when pid == self() -> name
      _ -> exit({:process_not_registered_via, module})
    end
  end

  @doc "Returns the pid of the process that started this one through `:proc_lib`."
  def get_parent do
    case :erlang.get(:"$ancestors") do
      [parent | _] when is_pid(parent) -> parent
      [parent | _] when is_atom(parent) -> named_parent(parent)
      _ -> exit(:process_was_not_started_by_proc_lib)
    end
  end

  defp named_parent(name) do
    with :undefined <- :erlang.whereis(name),
         :undefined <- :global.whereis_name(name) do
      exit(:could_not_find_registered_name)
    end
  end

  @doc "Reads the option `:hibernate_after`, `:infinity` when absent."
  def hibernate_after(options), do: option(:hibernate_after, options, :infinity)

  @doc "Turns the option `:debug` into the debug state that the behaviours carry."
  def debug_options(_name, options) do
    case option(:debug, options, []) do
      [] -> []
      debug -> :sys.debug_options(debug)
    end
  end

  ## Status

  @doc "Returns the heading of a status report."
  def format_status_header(text, pid) when is_pid(pid), do: "#{text} #{inspect(pid)}" |> to_charlist()
  def format_status_header(text, name) when is_atom(name), do: to_charlist("#{text} #{name}")
  def format_status_header(text, name), do: {text, name}

  @doc """
  Lets the callback module shape the status shown in reports and by `:sys.get_status/1`.

  `status` is a map; `args` is what the older two-argument callback gets. Errors of the callback keep what was there,
  marked as such.
  """
  def format_status(module, option, status, args) do
    cond do
      :erlang.function_exported(module, :format_status, 1) ->
        try do
          case module.format_status(status) do
            changed when is_map(changed) -> Map.merge(status, Map.take(changed, Map.keys(status)))
            _ -> Map.put(status, :EXIT, to_charlist("#{inspect(module)}:format_status/1 returned a bad value"))
          end
        catch
          _, _ -> Map.put(status, :EXIT, to_charlist("#{inspect(module)}:format_status/1 crashed"))
        end

      :erlang.function_exported(module, :format_status, 2) and args != nil ->
        try do
          case {option, module.format_status(option, args)} do
            {:normal, shown} -> Map.put(status, :"$status", shown)
            {:terminate, shown} -> Map.put(status, :state, shown)
          end
        catch
          _, _ -> status
        end

      true ->
        status
    end
  end
end
