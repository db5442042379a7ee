defmodule Task do
  @moduledoc """
  Processes that do one thing and end, usually with a result that somebody waits for.

      task = Task.async(fn -> slow() end)
      other()
      Task.await(task)

  A task started with `async/1` is linked to its caller: if either fails, so does the other. The caller must await the
  result, or use `yield/2` and `shutdown/2`. For tasks whose failure must not touch the caller see
  `Task.Supervisor.async_nolink/3`. For many inputs see `async_stream/3`.
  """

  @typedoc "A task: what it runs, who waits for it, its process, and the reference that its reply carries."
  @type t :: %__MODULE__{mfa: mfa(), owner: pid, pid: pid | nil, ref: reference}

  @enforce_keys [:mfa, :owner, :pid, :ref]
  defstruct @enforce_keys

  @type async_stream_option ::
          {:max_concurrency, pos_integer}
          | {:ordered, boolean}
          | {:timeout, timeout}
          | {:on_timeout, :exit | :kill_task}
          | {:zip_input_on_exit, boolean}

  @doc false
  defmacro __using__(opts) do
    quote location: :keep, bind_quoted: [opts: opts] do
      unless Module.has_attribute?(__MODULE__, :doc) do
        @doc """
        Returns a specification to start this module under a supervisor.

        `arg` is passed as the argument to `Task.start_link/1` in the `:start` field
        of the spec. For more information, see `Supervisor`.
        """
      end

      def child_spec(arg) do
        default = %{
          id: __MODULE__,
          start: {__MODULE__, :start_link, [arg]},
          restart: :temporary
        }

        Supervisor.child_spec(default, unquote(Macro.escape(opts)))
      end

      defoverridable child_spec: 1
    end
  end

  @doc "Returns a specification to start a task with `start_link/1` under a supervisor."
  @spec child_spec(term) :: Supervisor.child_spec()
  def child_spec(arg) do
    %{id: Task, start: {Task, :start_link, [arg]}, restart: :temporary}
  end

  @doc "Starts a linked process that runs `fun`, for its side effects. Nobody can await it."
  @spec start_link((() -> any)) :: {:ok, pid}
  def start_link(fun) when is_function(fun, 0), do: start_link(:erlang, :apply, [fun, []])

  @doc "Like `start_link/1`, applying a function of a module."
  @spec start_link(module, atom, [term]) :: {:ok, pid}
  def start_link(module, function, args) when is_atom(module) and is_atom(function) and is_list(args) do
    Task.Supervised.start_link(get_owner(self()), get_callers(self()), {module, function, args})
  end

  @doc "Starts a process without a link that runs `fun`, for its side effects."
  @spec start((() -> any)) :: {:ok, pid}
  def start(fun) when is_function(fun, 0), do: start(:erlang, :apply, [fun, []])

  @doc "Like `start/1`, applying a function of a module."
  @spec start(module, atom, [term]) :: {:ok, pid}
  def start(module, function_name, args) when is_atom(module) and is_atom(function_name) and is_list(args) do
    Task.Supervised.start(get_owner(self()), get_callers(self()), {module, function_name, args})
  end

  @doc "Starts a task that must be awaited by the caller, to which it is linked."
  @spec async((() -> any)) :: t
  def async(fun) when is_function(fun, 0), do: async(:erlang, :apply, [fun, []])

  @doc "Like `async/1`, applying a function of a module."
  @spec async(module, atom, [term]) :: t
  def async(module, function_name, args)
      when is_atom(module) and is_atom(function_name) and is_list(args) do
    mfargs = {module, function_name, args}
    owner = self()
    {:ok, pid} = Task.Supervised.start_link(get_owner(owner), :nomonitor)
    alias_ref = :erlang.monitor(:process, pid, [{:alias, :demonitor}])
    send(pid, {owner, alias_ref, alias_ref, get_callers(owner), mfargs})
    %Task{pid: pid, ref: alias_ref, owner: owner, mfa: {module, function_name, length(args)}}
  end

  @doc """
  Returns a stream of the results of applying `fun` to every element, each in its own task.

  Elements of the stream are `{:ok, result}`, and `{:exit, reason}` for tasks that failed while the caller traps
  exits or that were killed for being too slow. The tasks are linked to the caller.

  ## Options

    * `:max_concurrency` - how many tasks run at the same time, `System.schedulers_online/0` by default
    * `:ordered` - whether results come in the order of the input, `true` by default
    * `:timeout` - the milliseconds that each task may take, 5000 by default
    * `:on_timeout` - `:exit` (default), or `:kill_task`, which emits `{:exit, :timeout}`
    * `:zip_input_on_exit` - `true` to emit `{:exit, {element, reason}}` for what failed
  """
  @spec async_stream(Enumerable.t(), (term -> term), [async_stream_option]) :: Enumerable.t()
  def async_stream(enumerable, fun, options \\ []) when is_function(fun, 1) and is_list(options) do
    build_stream(enumerable, fun, options)
  end

  @doc "Like `async_stream/3`, applying `function_name` of `module` to each element followed by `args`."
  @spec async_stream(Enumerable.t(), module, atom, [term], [async_stream_option]) :: Enumerable.t()
  def async_stream(enumerable, module, function_name, args, options \\ [])
      when is_atom(module) and is_atom(function_name) and is_list(args) do
    build_stream(enumerable, {module, function_name, args}, options)
  end

  defp build_stream(enumerable, fun, options) do
    options = Task.Supervised.stream_options!(options)

    fn acc, acc_fun ->
      owner = get_owner(self())

      Task.Supervised.stream(enumerable, acc, acc_fun, get_callers(self()), fun, options, fn ->
        {:ok, pid} = Task.Supervised.start_link(owner, :nomonitor)
        {:ok, :link, pid}
      end)
    end
  end

  @doc """
  Returns a task that has already ended with `result`.

  Awaiting it never blocks. Useful where a function must return a task but has the answer at hand.
  """
  @spec completed(any) :: t
  def completed(result) do
    ref = make_ref()
    owner = self()
    send(owner, {ref, result})
    %Task{pid: nil, ref: ref, owner: owner, mfa: {Task, :completed, 1}}
  end

  @doc """
  Waits for the result of a task, at most `timeout` milliseconds.

  Exits with `{reason, {Task, :await, [task, timeout]}}` when the task fails or is too slow. A task can be awaited once.
  """
  @spec await(t, timeout) :: term
  def await(%Task{ref: ref, owner: owner} = task, timeout \\ 5000) when timeout == :infinity or (is_integer(timeout) and timeout >= 0) do
    if owner != self(), do: raise(ArgumentError, invalid_owner_error(task))

    receive do
      {^ref, reply} ->
        demonitor(ref)
        reply

      {:DOWN, ^ref, _, proc, reason} ->
        exit({reason(reason, proc), {__MODULE__, :await, [task, timeout]}})
    after
      timeout ->
        demonitor(ref)
        exit({:timeout, {__MODULE__, :await, [task, timeout]}})
    end
  end

  @doc """
  Forgets a task: its result and its end no longer reach the caller. The link stays.

  Returns `{:ok, result}` or `{:exit, reason}` when it had already ended, else `nil`.
  """
  @spec ignore(t) :: {:ok, term} | {:exit, term} | nil
  def ignore(%Task{ref: ref, pid: pid, owner: owner} = task) do
    unless owner == self() do
      raise ArgumentError, invalid_owner_error(task)
    end

    receive do
      {^ref, reply} ->
        pid && Process.unlink(pid)
        demonitor(ref)
        {:ok, reply}

      {:DOWN, ^ref, _, proc, :noconnection} ->
        exit({reason(:noconnection, proc), {__MODULE__, :ignore, [task]}})

      {:DOWN, ^ref, _, _, reason} ->
        {:exit, reason}
    after
      0 ->
        pid && Process.unlink(pid)
        demonitor(ref)
        nil
    end
  end

  @doc """
  Waits for the results of several tasks, in their order, at most `timeout` milliseconds in all.

  Exits as `await/2` does as soon as one task fails.
  """
  @spec await_many([t], timeout) :: [term]
  def await_many(tasks, timeout \\ 5000)

  def await_many(tasks, timeout) when timeout == :infinity or (is_integer(timeout) and timeout >= 0) do
    awaiting =
      Map.new(tasks, fn
        %Task{ref: ref, owner: owner} = task ->
          if owner != self(), do: raise(ArgumentError, invalid_owner_error(task))
          {ref, true}
      end)

    timeout_ref = make_ref()
    timer = if timeout != :infinity, do: Process.send_after(self(), timeout_ref, timeout)

    try do
      await_many(tasks, timeout, awaiting, %{}, timeout_ref)
    after
      timer && Process.cancel_timer(timer)

      receive do
        ^timeout_ref -> :ok
      after
        0 -> :ok
      end
    end
  end

  defp await_many(tasks, _timeout, awaiting, replies, _timeout_ref) when map_size(awaiting) == 0 do
    for %{ref: ref} <- tasks, do: Map.fetch!(replies, ref)
  end

  defp await_many(tasks, timeout, awaiting, replies, timeout_ref) do
    receive do
      ^timeout_ref ->
        demonitor_pending_tasks(awaiting)
        exit({:timeout, {__MODULE__, :await_many, [tasks, timeout]}})

      {:DOWN, ref, _, proc, reason} when is_map_key(awaiting, ref) ->
        demonitor_pending_tasks(awaiting)
        exit({reason(reason, proc), {__MODULE__, :await_many, [tasks, timeout]}})

      {ref, reply} when is_map_key(awaiting, ref) ->
        demonitor(ref)
        await_many(tasks, timeout, Map.delete(awaiting, ref), Map.put(replies, ref, reply), timeout_ref)
    end
  end

  defp demonitor_pending_tasks(awaiting) do
    Enum.each(awaiting, fn {ref, _} -> demonitor(ref) end)
  end

  @doc false
  @deprecated "Pattern match directly on the message instead"
  def find(tasks, {ref, reply}) when is_reference(ref) do
    Enum.find_value(tasks, fn
      %Task{ref: ^ref} = task ->
        demonitor(ref)
        {reply, task}

      %Task{} ->
        nil
    end)
  end

  def find(tasks, {:DOWN, ref, _, proc, reason}) when is_reference(ref) do
    Enum.find_value(tasks, fn
      %Task{ref: ^ref} = task -> exit({reason(reason, proc), {__MODULE__, :find, [[task], reason]}})
      %Task{} -> nil
    end)
  end

  def find(_tasks, _msg), do: nil

  @doc """
  Waits at most `timeout` milliseconds for a task: `{:ok, result}`, `{:exit, reason}`, or `nil` if it still runs.

  Can be called again as long as it returns `nil`.
  """
  @spec yield(t, timeout) :: {:ok, term} | {:exit, term} | nil
  def yield(%Task{ref: ref, owner: owner} = task, timeout \\ 5000) when timeout == :infinity or (is_integer(timeout) and timeout >= 0) do
    if owner != self(), do: raise(ArgumentError, invalid_owner_error(task))

    receive do
      {^ref, reply} ->
        demonitor(ref)
        {:ok, reply}

      {:DOWN, ^ref, _, proc, :noconnection} ->
        exit({reason(:noconnection, proc), {__MODULE__, :yield, [task, timeout]}})

      {:DOWN, ^ref, _, _, reason} ->
        {:exit, reason}
    after
      timeout -> nil
    end
  end

  @doc """
  Waits for several tasks, at most `timeout` milliseconds in all: pairs of a task and what `yield/2` would return.
  """
  @spec yield_many([t], timeout) :: [{t, {:ok, term} | {:exit, term} | nil}]
  def yield_many(tasks, timeout \\ 5000) when timeout == :infinity or (is_integer(timeout) and timeout >= 0) do
    timeout_ref = make_ref()
    timer_ref = if timeout != :infinity, do: Process.send_after(self(), timeout_ref, timeout)

    try do
      yield_many(tasks, timeout_ref, :infinity)
    after
      timer_ref && Process.cancel_timer(timer_ref)

      receive do
        ^timeout_ref -> :ok
      after
        0 -> :ok
      end
    end
  end

  # When the time is over, what has arrived still counts: the remaining tasks are asked without waiting.
  defp yield_many([%Task{ref: ref, owner: owner} = task | rest], timeout_ref, timeout) do
    if owner != self(), do: raise(ArgumentError, invalid_owner_error(task))

    receive do
      {^ref, reply} ->
        demonitor(ref)
        [{task, {:ok, reply}} | yield_many(rest, timeout_ref, timeout)]

      {:DOWN, ^ref, _, proc, :noconnection} ->
        exit({reason(:noconnection, proc), {__MODULE__, :yield_many, [[task | rest], timeout]}})

      {:DOWN, ^ref, _, _, reason} ->
        [{task, {:exit, reason}} | yield_many(rest, timeout_ref, timeout)]

      ^timeout_ref ->
        [{task, nil} | yield_many(rest, timeout_ref, 0)]
    after
      timeout -> [{task, nil} | yield_many(rest, timeout_ref, 0)]
    end
  end

  defp yield_many([], _timeout_ref, _timeout), do: []

  @doc """
  Unlinks a task and ends it, returning its result if it came before.

  `shutdown` is the milliseconds to wait before killing it, or `:brutal_kill`. Returns `{:ok, result}`, or
  `{:exit, reason}` when it ended for a reason of its own, or `nil`.
  """
  @spec shutdown(t, timeout | :brutal_kill) :: {:ok, term} | {:exit, term} | nil
  def shutdown(task, shutdown \\ 5000)

  def shutdown(%Task{pid: nil} = task, _) do
    raise ArgumentError, "task #{inspect(task)} does not have an associated task process"
  end

  def shutdown(%Task{owner: owner} = task, _) when owner != self() do
    raise ArgumentError, invalid_owner_error(task)
  end

  def shutdown(%Task{pid: pid} = task, :brutal_kill) when is_pid(pid), do: shutdown(task, :kill, :infinity, :brutal_kill)

  def shutdown(%Task{pid: pid} = task, timeout) when is_pid(pid) and (timeout == :infinity or (is_integer(timeout) and timeout >= 0)),
    do: shutdown(task, :shutdown, timeout, timeout)

  # The task is unlinked first, lest ending it ends the caller, and watched by a monitor of its own: the one that came
  # with the task is gone when an earlier wait for it ran out of time.
  defp shutdown(%Task{pid: pid} = task, signal, timeout, shutdown) do
    Process.unlink(pid)
    monitor = Process.monitor(pid)
    Process.exit(pid, signal)

    {expected, down} =
      receive do
        {:DOWN, ^monitor, _, proc, reason} -> {[expected_reason(signal)], {proc, reason}}
      after
        timeout ->
          Process.exit(pid, :kill)

          receive do
            {:DOWN, ^monitor, _, proc, reason} -> {[:shutdown], {proc, reason}}
          end
      end

    result = ended(task, expected, down, shutdown)
    demonitor(task.ref)
    result
  end

  defp expected_reason(:kill), do: :killed
  defp expected_reason(:shutdown), do: :shutdown

  # A result sent before the end wins. A task that had ended before has left its reason with the first monitor.
  defp ended(%Task{ref: ref} = task, expected, {proc, reason}, shutdown) do
    receive do
      {^ref, reply} -> {:ok, reply}
    after
      0 ->
        reason =
          if reason == :noproc do
            receive do
              {:DOWN, ^ref, _, _, reason} -> reason
            after
              0 -> :noproc
            end
          else
            reason
          end

        cond do
          reason in expected -> nil
          reason == :noconnection -> exit({reason(reason, proc), {__MODULE__, :shutdown, [task, shutdown]}})
          true -> {:exit, reason}
        end
    end
  end

  ## Helpers

  defp reason(:noconnection, proc), do: {:nodedown, monitor_node(proc)}
  defp reason(reason, _), do: reason

  defp monitor_node(pid) when is_pid(pid), do: node(pid)
  defp monitor_node({_, node}), do: node

  defp demonitor(ref) when is_reference(ref) do
    Process.demonitor(ref, [:flush])
    :ok
  end

  defp invalid_owner_error(task) do
    "task #{inspect(task)} must be queried from the owner but was queried from #{inspect(self())}"
  end

  # The owner as reports show it: by name if it has one.
  defp get_owner(pid) do
    self_or_name =
      case Process.info(pid, :registered_name) do
        {:registered_name, name} when is_atom(name) -> name
        _ -> pid
      end

    {node(), self_or_name, pid}
  end

  # The processes on whose behalf a task runs: the owner, then those for which the owner runs.
  defp get_callers(owner) do
    case :erlang.get(:"$callers") do
      [_ | _] = list -> [owner | list]
      _ -> [owner]
    end
  end
end
