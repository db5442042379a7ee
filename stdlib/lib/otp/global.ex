defmodule :global do
  @moduledoc """
  Names and locks for the whole system, which is one node.

  Names are any terms. Looking one up reads a table; registering goes through the process `:global_name_server`, which
  watches the processes it names.
  """

  @behaviour :gen_server
  @table :global_names

  @doc "Registers a process under a name: `:yes`, or `:no` when the name is taken."
  @spec register_name(term, pid) :: :yes | :no
  def register_name(name, pid), do: register_name(name, pid, &random_exit_name/3)

  @doc "Like `register_name/2`; the method for clashes between nodes is not needed on one node."
  @spec register_name(term, pid, fun) :: :yes | :no
  def register_name(name, pid, _resolve) when is_pid(pid), do: call({:register, name, pid})

  @doc "Gives a name to another process. Always `:yes`."
  @spec re_register_name(term, pid) :: :yes
  def re_register_name(name, pid), do: re_register_name(name, pid, &random_exit_name/3)

  @doc "Like `re_register_name/2`."
  @spec re_register_name(term, pid, fun) :: :yes
  def re_register_name(name, pid, _resolve) when is_pid(pid), do: call({:reregister, name, pid})

  @doc "Removes a name."
  @spec unregister_name(term) :: :ok
  def unregister_name(name) do
    call({:unregister, name})
    :ok
  end

  @doc "Returns the process with a name, or `:undefined`."
  @spec whereis_name(term) :: pid | :undefined
  def whereis_name(name) do
    case :ets.whereis(@table) != :undefined and :ets.lookup(@table, {:name, name}) do
      [{_, pid, _}] -> if :erlang.is_process_alive(pid), do: pid, else: :undefined
      _ -> :undefined
    end
  end

  @doc "Sends a message to the process with a name; exits with `:badarg` when there is none."
  @spec send(term, term) :: pid
  def send(name, message) do
    case whereis_name(name) do
      pid when is_pid(pid) ->
        :erlang.send(pid, message)
        pid

      :undefined ->
        exit({:badarg, {name, message}})
    end
  end

  @doc "Lists the registered names."
  @spec registered_names :: [term]
  def registered_names do
    if :ets.whereis(@table) == :undefined do
      []
    else
      for [name] <- :ets.match(@table, {{:name, :"$1"}, :_, :_}), do: name
    end
  end

  @doc "Chooses one of two processes that claim a name, and ends the other."
  def random_exit_name(name, first, second) do
    {keep, drop} = if first < second, do: {first, second}, else: {second, first}
    :erlang.exit(drop, {:global_name_conflict, name})
    keep
  end

  @doc "Chooses one of two processes that claim a name, and tells the other."
  def random_notify_name(name, first, second) do
    {keep, drop} = if first < second, do: {first, second}, else: {second, first}
    :erlang.send(drop, {:global_name_conflict, name})
    keep
  end

  @doc "Tells both of two processes that claim a name, and unregisters it."
  def notify_all_name(name, first, second) do
    :erlang.send(first, {:global_name_conflict, name, second})
    :erlang.send(second, {:global_name_conflict, name, first})
    :none
  end

  @doc "Waits until all nodes agree, which one does at once."
  def sync, do: :ok

  ## Locks

  @doc "Takes a lock `{resource, requester}`, waiting for it; true always. A requester may take its lock again."
  def set_lock(id), do: set_lock(id, [node()], :infinity)

  @doc "Like `set_lock/1`, on nodes."
  def set_lock(id, nodes), do: set_lock(id, nodes, :infinity)

  @doc "Like `set_lock/1`, giving up after a number of retries with `false`."
  @spec set_lock({term, term}, [node], non_neg_integer | :infinity) :: boolean
  def set_lock({_resource, _requester} = id, nodes, retries), do: try_lock(id, nodes, retries, 1)

  defp try_lock(id, nodes, retries, attempt) do
    cond do
      call({:lock, id, self()}) ->
        true

      retries == 0 ->
        false

      true ->
        receive do
        after
          min(attempt * 5, 200) -> :ok
        end

        try_lock(id, nodes, if(retries == :infinity, do: :infinity, else: retries - 1), attempt + 1)
    end
  end

  @doc "Gives a lock back."
  def del_lock(id), do: del_lock(id, [node()])

  @doc "Gives a lock back on nodes."
  @spec del_lock({term, term}, [node]) :: true
  def del_lock({_resource, _requester} = id, _nodes), do: call({:unlock, id, self()})

  @doc "Runs `fun` while holding a lock, and returns its result."
  def trans(id, fun), do: trans(id, fun, [node()], :infinity)

  @doc "Like `trans/2`, on nodes."
  def trans(id, fun, nodes), do: trans(id, fun, nodes, :infinity)

  @doc "Like `trans/2`; `:aborted` when the lock could not be had in that many retries."
  @spec trans({term, term}, (() -> result), [node], non_neg_integer | :infinity) :: result | :aborted when result: term
  def trans(id, fun, nodes, retries) do
    if set_lock(id, nodes, retries) do
      try do
        fun.()
      after
        del_lock(id, nodes)
      end
    else
      :aborted
    end
  end

  ## The server

  defp call(request) do
    server =
      case :erlang.whereis(:global_name_server) do
        :undefined ->
          case :beamlet_boot.service(fn -> :gen_server.start({:local, :global_name_server}, :global, [], []) end) do
            {:ok, pid} -> pid
            {:error, {:already_started, pid}} -> pid
          end

        pid ->
          pid
      end

    :gen_server.call(server, request, :infinity)
  end

  # The state maps {resource, requester} of a lock to {pid, monitor, count}.
  @doc false
  def init([]) do
    :ets.new(@table, [:named_table, :protected, :set, {:read_concurrency, true}])
    {:ok, %{}}
  end

  @doc false
  def handle_call({:register, name, pid}, _from, locks) do
    if whereis_name(name) == :undefined do
      drop(name)
      put(name, pid)
      {:reply, :yes, locks}
    else
      {:reply, :no, locks}
    end
  end

  def handle_call({:reregister, name, pid}, _from, locks) do
    drop(name)
    put(name, pid)
    {:reply, :yes, locks}
  end

  def handle_call({:unregister, name}, _from, locks) do
    drop(name)
    {:reply, :ok, locks}
  end

  def handle_call({:lock, {resource, requester}, pid}, _from, locks) do
    case locks do
      %{^resource => {^requester, holders}} ->
        holder = {pid, :erlang.monitor(:process, pid)}
        {:reply, true, Map.put(locks, resource, {requester, [holder | holders]})}

      %{^resource => _} ->
        {:reply, false, locks}

      _ ->
        holder = {pid, :erlang.monitor(:process, pid)}
        {:reply, true, Map.put(locks, resource, {requester, [holder]})}
    end
  end

  def handle_call({:unlock, {resource, requester}, pid}, _from, locks) do
    case locks do
      %{^resource => {^requester, holders}} -> {:reply, true, release(resource, requester, holders, pid, locks)}
      _ -> {:reply, true, locks}
    end
  end

  defp release(resource, requester, holders, pid, locks) do
    case :lists.keytake(pid, 1, holders) do
      {:value, {_, ref}, rest} ->
        :erlang.demonitor(ref, [:flush])
        if rest == [], do: Map.delete(locks, resource), else: Map.put(locks, resource, {requester, rest})

      false ->
        locks
    end
  end

  @doc false
  def handle_cast(_message, locks), do: {:noreply, locks}

  @doc false
  def handle_info({:DOWN, ref, :process, pid, _reason}, locks) do
    :ets.match_delete(@table, {{:name, :_}, pid, ref})

    locks =
      Enum.reduce(locks, locks, fn {resource, {requester, holders}}, acc ->
        if :lists.keymember(ref, 2, holders), do: release(resource, requester, holders, pid, acc), else: acc
      end)

    {:noreply, locks}
  end

  def handle_info(_message, locks), do: {:noreply, locks}

  defp put(name, pid), do: :ets.insert(@table, {{:name, name}, pid, :erlang.monitor(:process, pid)})

  defp drop(name) do
    case :ets.lookup(@table, {:name, name}) do
      [{_, _, ref}] ->
        :erlang.demonitor(ref, [:flush])
        :ets.delete(@table, {:name, name})

      [] ->
        true
    end
  end
end
