defmodule Task.Supervisor do
  @moduledoc """
  A supervisor for tasks, which start and end at run time.

      {:ok, supervisor} = Task.Supervisor.start_link()
      task = Task.Supervisor.async_nolink(supervisor, fn -> risky() end)
      Task.yield(task) || Task.shutdown(task)

  Tasks are temporary children by default: they are not restarted. It is a `DynamicSupervisor`.
  """

  @type option :: DynamicSupervisor.option() | DynamicSupervisor.init_option()
  @type async_stream_option :: Task.async_stream_option() | {:shutdown, Supervisor.shutdown()}

  @doc "Returns a specification to start a task supervisor under a supervisor."
  @spec child_spec([option]) :: Supervisor.child_spec()
  def child_spec(opts) when is_list(opts) do
    id =
      case Keyword.get(opts, :name, Task.Supervisor) do
        name when is_atom(name) -> name
        {:global, name} -> name
        {:via, _module, name} -> name
      end

    %{id: id, start: {Task.Supervisor, :start_link, [opts]}, type: :supervisor}
  end

  @doc """
  Starts a task supervisor linked to the caller.

  ## Options

  `:name`, `:max_restarts`, `:max_seconds` and `:max_children`, as for `DynamicSupervisor`.
  """
  @spec start_link([option]) :: Supervisor.on_start()
  def start_link(options \\ []) do
    {restart, options} = Keyword.pop(options, :restart)
    {shutdown, options} = Keyword.pop(options, :shutdown)

    keys = [:max_children, :max_seconds, :max_restarts]
    {sup_opts, start_opts} = Keyword.split(options, keys)
    DynamicSupervisor.start_link(Task.Supervisor, {restart, shutdown, sup_opts}, start_opts)
  end

  @doc false
  def init({restart, shutdown, options}) do
    if restart || shutdown do
      Process.put(Task.Supervisor, {restart || :temporary, shutdown || 5000})
    end

    DynamicSupervisor.init([strategy: :one_for_one] ++ options)
  end

  @doc "Starts a supervised task that is linked to the caller, who must await it."
  @spec async(Supervisor.supervisor(), (() -> any), keyword) :: Task.t()
  def async(supervisor, fun, options \\ []) do
    async(supervisor, :link, :erlang, :apply, [fun, []], options)
  end

  @doc "Like `async/3`, applying a function of a module."
  @spec async(Supervisor.supervisor(), module, atom, [term], keyword) :: Task.t()
  def async(supervisor, module, fun, args, options \\ []) do
    async(supervisor, :link, module, fun, args, options)
  end

  @doc "Starts a supervised task without a link: when it fails the caller gets `{:exit, reason}` from `Task.yield/2`."
  @spec async_nolink(Supervisor.supervisor(), (() -> any), keyword) :: Task.t()
  def async_nolink(supervisor, fun, options \\ []) do
    async(supervisor, :nolink, :erlang, :apply, [fun, []], options)
  end

  @doc "Like `async_nolink/3`, applying a function of a module."
  @spec async_nolink(Supervisor.supervisor(), module, atom, [term], keyword) :: Task.t()
  def async_nolink(supervisor, module, fun, args, options \\ []) do
    async(supervisor, :nolink, module, fun, args, options)
  end

  defp async(supervisor, link_type, module, fun, args, options) do
    owner = self()
    shutdown = options[:shutdown]

    case start_child_with_spec(supervisor, [get_owner(owner), :monitor], :temporary, shutdown) do
      {:ok, pid} ->
        if link_type == :link, do: Process.link(pid)
        alias_ref = :erlang.monitor(:process, pid, [{:alias, :demonitor}])
        send(pid, {owner, alias_ref, alias_ref, get_callers(owner), {module, fun, args}})
        %Task{pid: pid, ref: alias_ref, owner: owner, mfa: {module, fun, length(args)}}

      {:error, :max_children} ->
        raise """
        reached the maximum number of tasks for this task supervisor. The maximum number \
        of tasks that are allowed to run at the same time under this supervisor \
        can be configured with the :max_children option passed to Task.Supervisor.start_link/1\
        """
    end
  end

  @doc "Like `Task.async_stream/3`, with supervised tasks."
  @spec async_stream(Supervisor.supervisor(), Enumerable.t(), (term -> term), [async_stream_option]) :: Enumerable.t()
  def async_stream(supervisor, enumerable, fun, options \\ []) when is_function(fun, 1) do
    build_stream(supervisor, :link, enumerable, fun, options)
  end

  @doc "Like `Task.async_stream/5`, with supervised tasks."
  @spec async_stream(Supervisor.supervisor(), Enumerable.t(), module, atom, [term], [async_stream_option]) ::
          Enumerable.t()
  def async_stream(supervisor, enumerable, module, function, args, options \\ [])
      when is_atom(module) and is_atom(function) and is_list(args) do
    build_stream(supervisor, :link, enumerable, {module, function, args}, options)
  end

  @doc "Like `async_stream/4`, but tasks that fail become `{:exit, reason}` and do not touch the caller."
  @spec async_stream_nolink(Supervisor.supervisor(), Enumerable.t(), (term -> term), [async_stream_option]) ::
          Enumerable.t()
  def async_stream_nolink(supervisor, enumerable, fun, options \\ []) when is_function(fun, 1) do
    build_stream(supervisor, :nolink, enumerable, fun, options)
  end

  @doc "Like `async_stream/6`, but tasks that fail become `{:exit, reason}` and do not touch the caller."
  @spec async_stream_nolink(Supervisor.supervisor(), Enumerable.t(), module, atom, [term], [async_stream_option]) ::
          Enumerable.t()
  def async_stream_nolink(supervisor, enumerable, module, function, args, options \\ [])
      when is_atom(module) and is_atom(function) and is_list(args) do
    build_stream(supervisor, :nolink, enumerable, {module, function, args}, options)
  end

  defp build_stream(supervisor, link_type, enumerable, fun, options) do
    options = Task.Supervised.stream_options!(options)
    shutdown = options.shutdown

    fn acc, acc_fun ->
      owner = get_owner(self())

      Task.Supervised.stream(enumerable, acc, acc_fun, get_callers(self()), fun, options, fn ->
        # Run by the process that oversees the stream, which is what such a task has to watch until it has its work.
        {node, name_or_pid, _} = owner

        case start_child_with_spec(supervisor, [{node, name_or_pid, self()}, :monitor], :temporary, shutdown) do
          {:ok, pid} -> {:ok, link_type, pid}
          {:error, reason} -> {:error, reason}
        end
      end)
    end
  end

  @doc "Ends the task with the given pid."
  @spec terminate_child(Supervisor.supervisor(), pid) :: :ok | {:error, :not_found}
  def terminate_child(supervisor, pid) when is_pid(pid), do: DynamicSupervisor.terminate_child(supervisor, pid)

  @doc "Lists the pids of the tasks that run."
  @spec children(Supervisor.supervisor()) :: [pid]
  def children(supervisor) do
    for {_, pid, _, _} <- DynamicSupervisor.which_children(supervisor), is_pid(pid), do: pid
  end

  @doc """
  Starts a supervised task for its side effects.

  ## Options

    * `:restart` - `:temporary` by default
    * `:shutdown` - 5000 by default
  """
  @spec start_child(Supervisor.supervisor(), (() -> any), keyword) :: DynamicSupervisor.on_start_child()
  def start_child(supervisor, fun, options \\ []) do
    args = [get_owner(self()), get_callers(self()), {:erlang, :apply, [fun, []]}]
    start_child_with_spec(supervisor, args, options[:restart], options[:shutdown])
  end

  @doc "Like `start_child/3`, applying a function of a module."
  @spec start_child(Supervisor.supervisor(), module, atom, [term], keyword) :: DynamicSupervisor.on_start_child()
  def start_child(supervisor, module, fun, args, options \\ []) when is_atom(fun) and is_list(args) do
    args = [get_owner(self()), get_callers(self()), {module, fun, args}]
    start_child_with_spec(supervisor, args, options[:restart], options[:shutdown])
  end

  defp start_child_with_spec(supervisor, args, restart, shutdown) do
    GenServer.call(supervisor, {:start_task, args, restart, shutdown}, :infinity)
  end

  defp get_owner(pid) do
    self_or_name =
      case Process.info(pid, :registered_name) do
        {:registered_name, name} when is_atom(name) -> name
        _ -> pid
      end

    {node(), self_or_name, pid}
  end

  defp get_callers(owner) do
    case :erlang.get(:"$callers") do
      [_ | _] = list -> [owner | list]
      _ -> [owner]
    end
  end
end
