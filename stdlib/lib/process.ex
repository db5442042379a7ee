defmodule Process do
  @moduledoc """
  Functions for processes: their dictionary, links, monitors, timers, names and flags.

  Most code is better served by `Task`, `Agent` and `GenServer`, which build on these.
  """

  @type dest :: pid | port | (registered_name :: atom) | {registered_name :: atom, node}
  @type spawn_opt :: :link | :monitor | {:priority, :low | :normal | :high} | {:fullsweep_after, non_neg_integer} | {:min_heap_size, non_neg_integer}
  @type spawn_opts :: [spawn_opt]

  @doc "Tells whether the process is alive; it must belong to this node."
  @spec alive?(pid) :: boolean
  def alive?(pid), do: :erlang.is_process_alive(pid)

  @doc "Lists the pairs of the process dictionary."
  @spec get() :: [{term, term}]
  def get(), do: :erlang.get()

  @doc "Returns a value of the process dictionary, else the default."
  @spec get(term, default :: term) :: term
  def get(key, default \\ nil) do
    case :erlang.get(key) do
      :undefined -> default
      value -> value
    end
  end

  @doc "Lists the keys of the process dictionary."
  @spec get_keys() :: [term]
  def get_keys(), do: :erlang.get_keys()

  @doc "Lists the keys of the process dictionary that have the value."
  @spec get_keys(term) :: [term]
  def get_keys(value), do: :erlang.get_keys(value)

  @doc "Puts a value into the process dictionary and returns the one from before, or `nil`."
  @spec put(term, term) :: term | nil
  def put(key, value), do: nilify(:erlang.put(key, value))

  @doc "Removes a key of the process dictionary and returns its value, or `nil`."
  @spec delete(term) :: term | nil
  def delete(key), do: nilify(:erlang.erase(key))

  @doc "Sends an exit signal to a process."
  @spec exit(pid, term) :: true
  def exit(pid, reason), do: :erlang.exit(pid, reason)

  @doc "Waits for some milliseconds, or forever with `:infinity`."
  @spec sleep(timeout) :: :ok
  def sleep(timeout) when is_integer(timeout) and timeout >= 0 when timeout == :infinity do
    receive do
    after
      timeout -> :ok
    end
  end

  @doc "Sends a message with options `:noconnect` and `:nosuspend`."
  @spec send(dest, msg, [option]) :: :ok | :noconnect | :nosuspend when dest: dest, msg: any, option: :noconnect | :nosuspend
  def send(dest, msg, options), do: :erlang.send(dest, msg, options)

  @doc "Sends a message after some milliseconds; returns the timer's reference. With `abs: true`, at a monotonic time."
  @spec send_after(pid | atom, term, non_neg_integer, [option]) :: reference when option: {:abs, boolean}
  def send_after(dest, msg, time, opts \\ []), do: :erlang.send_after(time, dest, msg, opts)

  @doc "Cancels a timer; returns the milliseconds left, or `false`."
  @spec cancel_timer(reference, options) :: non_neg_integer | false | :ok when options: [async: boolean, info: boolean]
  def cancel_timer(timer_ref, options \\ []), do: :erlang.cancel_timer(timer_ref, options)

  @doc "Returns the milliseconds left of a timer, or `false`."
  @spec read_timer(reference) :: non_neg_integer | false
  def read_timer(timer_ref), do: :erlang.read_timer(timer_ref)

  @doc "Starts a process with options."
  @spec spawn((() -> any), spawn_opts) :: pid | {pid, reference}
  def spawn(fun, opts), do: :erlang.spawn_opt(fun, opts)

  @doc "Starts a process with options that calls a function of a module."
  @spec spawn(module, atom, list, spawn_opts) :: pid | {pid, reference}
  def spawn(mod, fun, args, opts), do: :erlang.spawn_opt(mod, fun, args, opts)

  @doc "Monitors a process or name: a `:DOWN` message will tell of its end."
  @spec monitor(pid | {name, node} | name) :: reference when name: atom
  def monitor(item), do: :erlang.monitor(:process, item)

  @doc "Monitors with options `:alias` and `:tag`."
  @spec monitor(pid | {name, node} | name, keyword) :: reference when name: atom
  def monitor(item, options), do: :erlang.monitor(:process, item, options)

  @doc "Ends a monitor; options `:flush` and `:info`."
  @spec demonitor(reference, [:flush | :info]) :: boolean
  def demonitor(monitor_ref, options \\ []), do: :erlang.demonitor(monitor_ref, options)

  @doc "Lists the processes of this node."
  @spec list() :: [pid]
  def list(), do: :erlang.processes()

  @doc "Links the calling process to another one."
  @spec link(pid | port) :: true
  def link(pid_or_port), do: :erlang.link(pid_or_port)

  @doc "Removes the link between the calling process and another one."
  @spec unlink(pid | port) :: true
  def unlink(pid_or_port), do: :erlang.unlink(pid_or_port)

  @doc "Registers a process under a name."
  @spec register(pid | port, atom) :: true
  def register(pid_or_port, name) when is_atom(name) and name not in [nil, false, true, :undefined] do
    :erlang.register(name, pid_or_port)
  catch
    :error, :badarg when node(pid_or_port) != node() ->
      raise ArgumentError, "could not register #{inspect(pid_or_port)} because it belongs to another node"

    :error, :badarg ->
      raise ArgumentError,
            "could not register #{inspect(pid_or_port)} with name #{inspect(name)} because it is not alive, the name is already taken, or it has already been given another name"
  end

  @doc "Removes a registered name."
  @spec unregister(atom) :: true
  def unregister(name), do: :erlang.unregister(name)

  @doc "Returns the process registered under a name, or `nil`."
  @spec whereis(atom) :: pid | port | nil
  def whereis(name), do: nilify(:erlang.whereis(name))

  @doc "Returns the group leader of the calling process, which handles its input and output."
  @spec group_leader() :: pid
  def group_leader(), do: :erlang.group_leader()

  @doc "Sets the group leader of a process."
  @spec group_leader(pid, pid) :: true
  def group_leader(pid, leader), do: :erlang.group_leader(leader, pid)

  @doc "Lists the registered names."
  @spec registered() :: [atom]
  def registered(), do: :erlang.registered()

  @doc "Sets a flag of the calling process and returns the value from before."
  @spec flag(atom, term) :: term
  def flag(flag, value), do: :erlang.process_flag(flag, value)

  @doc "Sets a flag of a process."
  @spec flag(pid, :save_calls, 0..10000) :: 0..10000
  def flag(pid, flag, value), do: :erlang.process_flag(pid, flag, value)

  @doc "Lists what is known about a process, or `nil` when it is not alive."
  @spec info(pid) :: keyword | nil
  def info(pid), do: nilify(:erlang.process_info(pid))

  @doc "Returns one item or several of what is known about a process, or `nil` when it is not alive."
  @spec info(pid, atom | [atom]) :: {atom, term} | [{atom, term}] | nil
  def info(pid, spec)

  def info(pid, :registered_name) do
    case :erlang.process_info(pid, :registered_name) do
      :undefined -> nil
      [] -> {:registered_name, []}
      other -> other
    end
  end

  def info(pid, spec) when is_atom(spec) or is_tuple(spec) or is_list(spec), do: nilify(:erlang.process_info(pid, spec))

  @doc "Puts the calling process to sleep with the least memory; a message wakes it in the given function."
  @spec hibernate(module, atom, list) :: no_return
  def hibernate(mod, fun_name, args), do: :erlang.hibernate(mod, fun_name, args)

  defp nilify(:undefined), do: nil
  defp nilify(other), do: other

  @doc "Makes an alias of the calling process: a reference to which messages can be sent."
  @spec alias :: reference
  def alias(), do: :erlang.alias()

  @doc "Makes an alias with options: `:explicit_unalias`, until `unalias/1`, or `:reply`, until one message has come."
  @spec alias([:explicit_unalias | :reply]) :: reference
  def alias(options), do: :erlang.alias(options)

  @doc "Gives an alias up; tells whether it was one."
  @spec unalias(reference) :: boolean
  def unalias(reference), do: :erlang.unalias(reference)

  @doc "Gives the calling process a label, any term, for whoever looks at it."
  @spec set_label(term) :: :ok
  def set_label(label) do
    Process.put(:"$process_label", label)
    :ok
  end
end
