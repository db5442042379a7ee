defmodule :rpc do
  @moduledoc """
  Erlang's `:rpc`: calls of functions on a node. There is only this node; any other is down.

  ## Examples

      iex> :rpc.call(node(), :lists, :sum, [[1, 2, 3]])
      6
      iex> :rpc.call(:"other@host", :lists, :sum, [[1]])
      {:badrpc, :nodedown}
  """

  @doc "Calls a function, and gives its value or `{:badrpc, reason}`."
  @spec call(node, module, atom, list) :: term
  def call(node, module, function, args), do: call(node, module, function, args, :infinity)

  @doc "As `call/4`, waiting so many milliseconds at most."
  @spec call(node, module, atom, list, timeout) :: term
  def call(node, module, function, args, timeout) when is_atom(node) and is_list(args) do
    if node == :erlang.node() do
      {pid, monitor} = :erlang.spawn_monitor(fn -> :erlang.exit({:rpc_value, value(module, function, args)}) end)

      receive do
        {:DOWN, ^monitor, :process, ^pid, {:rpc_value, value}} -> value
        {:DOWN, ^monitor, :process, ^pid, reason} -> {:badrpc, {:EXIT, reason}}
      after
        timeout ->
          :erlang.demonitor(monitor, [:flush])
          :erlang.exit(pid, :kill)
          {:badrpc, :timeout}
      end
    else
      {:badrpc, :nodedown}
    end
  end

  # What is thrown is the value, as it always was here.
  defp value(module, function, args) do
    :erlang.apply(module, function, args)
  catch
    :throw, value -> value
    :exit, reason -> {:badrpc, {:EXIT, reason}}
    :error, reason -> {:badrpc, {:EXIT, {reason, __STACKTRACE__}}}
  end

  @doc "As `call/4`."
  def block_call(node, module, function, args), do: call(node, module, function, args)

  @doc "As `call/5`."
  def block_call(node, module, function, args, timeout), do: call(node, module, function, args, timeout)

  @doc "Calls a function without waiting."
  @spec cast(node, module, atom, list) :: true
  def cast(node, module, function, args) do
    if node == :erlang.node(), do: :erlang.spawn(module, function, args)
    true
  end

  @doc "Starts a call whose value `yield/1` gives later."
  @spec async_call(node, module, atom, list) :: pid
  def async_call(node, module, function, args) do
    caller = self()

    :erlang.spawn(fn ->
      value = call(node, module, function, args)
      :erlang.send(caller, {self(), {:promise_reply, value}})
    end)
  end

  @doc "Waits for the value of an asynchronous call."
  @spec yield(pid) :: term
  def yield(key) do
    {:value, value} = nb_yield(key, :infinity)
    value
  end

  @doc "Gives `{:value, value}` of an asynchronous call if it is there, otherwise `:timeout`."
  def nb_yield(key), do: nb_yield(key, 0)

  @doc "As `nb_yield/1`, waiting so many milliseconds at most."
  def nb_yield(key, timeout) do
    receive do
      {^key, {:promise_reply, value}} -> {:value, value}
    after
      timeout -> :timeout
    end
  end

  @doc "Calls a function on nodes: the values, and the nodes that are down."
  def multicall(nodes, module, function, args) when is_list(nodes), do: multicall(nodes, module, function, args, :infinity)
  def multicall(module, function, args, timeout), do: multicall([:erlang.node()], module, function, args, timeout)

  @doc "Calls a function on this node."
  def multicall(module, function, args), do: multicall([:erlang.node()], module, function, args, :infinity)

  @doc "As `multicall/4`, waiting so many milliseconds at most."
  def multicall(nodes, module, function, args, timeout) do
    {up, down} = :lists.partition(&(&1 == :erlang.node()), nodes)
    {:lists.map(&call(&1, module, function, args, timeout), up), down}
  end

  @doc "Sends a message to the processes of a name on all nodes, without waiting."
  @spec abcast(atom, term) :: :abcast
  def abcast(name, message), do: abcast([:erlang.node()], name, message)

  @doc "As `abcast/2`, on these nodes. Those that are down are passed over."
  @spec abcast([node], atom, term) :: :abcast
  def abcast(nodes, name, message) do
    :lists.foreach(fn node -> :erlang.send({name, node}, message) end, nodes)
    :abcast
  end

  @doc "As `abcast/3`: the nodes where there was a process of this name, and those where there was none."
  @spec sbcast([node], atom, term) :: {[node], [node]}
  def sbcast(nodes, name, message) do
    there = &(&1 == :erlang.node() and :erlang.whereis(name) != :undefined)
    {there, missing} = :lists.partition(there, nodes)
    abcast(there, name, message)
    {there, missing}
  end

  @doc "Maps a list with `module.function(element, …)`, each in a process of its own."
  @spec pmap({module, atom}, list, list) :: list
  def pmap({module, function}, extra, list) do
    keys = :lists.map(fn element -> async_call(:erlang.node(), module, function, [element | extra]) end, list)
    :lists.map(fn key -> checked(yield(key)) end, keys)
  end

  @doc "Evaluates calls, each in a process of its own: triples of module, function and arguments."
  @spec parallel_eval([{module, atom, list}]) :: list
  def parallel_eval(calls) do
    keys = :lists.map(fn {module, function, args} -> async_call(:erlang.node(), module, function, args) end, calls)
    :lists.map(&yield/1, keys)
  end

  defp checked({:badrpc, _} = reason), do: :erlang.exit({:badrpc, reason})
  defp checked(value), do: value
end
