defmodule DynamicSupervisor do
  @moduledoc """
  A supervisor that starts with no children and gets them one by one with `start_child/2`.

      {:ok, supervisor} = DynamicSupervisor.start_link(strategy: :one_for_one)
      {:ok, agent} = DynamicSupervisor.start_child(supervisor, {Agent, fn -> 0 end})

  Children have no ids and no order: they are found by pid, and on shutdown they end all at once. Adding and losing a
  child costs the same however many there are.
  """

  @behaviour GenServer

  @type option :: GenServer.option()
  @type init_option ::
          {:strategy, strategy}
          | {:max_restarts, non_neg_integer}
          | {:max_seconds, pos_integer}
          | {:max_children, non_neg_integer | :infinity}
          | {:extra_arguments, [term]}
  @type strategy :: :one_for_one
  @type sup_flags :: %{
          strategy: strategy,
          intensity: non_neg_integer,
          period: pos_integer,
          max_children: non_neg_integer | :infinity,
          extra_arguments: [term]
        }
  @type on_start_child ::
          {:ok, pid} | {:ok, pid, info :: term} | :ignore | {:error, {:already_started, pid} | :max_children | term}

  @callback init(init_arg :: term) :: {:ok, sup_flags} | :ignore

  defstruct [
    :args,
    :extra_arguments,
    :mod,
    :name,
    :strategy,
    :max_children,
    :max_restarts,
    :max_seconds,
    children: %{},
    restarts: {0, [], []}
  ]

  @doc false
  defmacro __using__(opts) do
    quote location: :keep, bind_quoted: [opts: opts] do
      @behaviour DynamicSupervisor

      unless Module.has_attribute?(__MODULE__, :doc) do
        @doc """
        Returns a specification to start this module under a supervisor.

        See `Supervisor`.
        """
      end

      def child_spec(arg) do
        default = %{
          id: __MODULE__,
          start: {__MODULE__, :start_link, [arg]},
          type: :supervisor
        }

        Supervisor.child_spec(default, unquote(Macro.escape(opts)))
      end

      defoverridable child_spec: 1
    end
  end

  @doc "Returns a specification to start a dynamic supervisor under a supervisor; its id is its name."
  @spec child_spec([option | init_option]) :: Supervisor.child_spec()
  def child_spec(options) when is_list(options) do
    id =
      case Keyword.get(options, :name, DynamicSupervisor) do
        name when is_atom(name) -> name
        {:global, name} -> name
        {:via, _module, name} -> name
      end

    %{id: id, start: {DynamicSupervisor, :start_link, [options]}, type: :supervisor}
  end

  @doc "Starts a dynamic supervisor, linked to the caller. Options are those of `init/1` and `:name`."
  @spec start_link([option | init_option]) :: Supervisor.on_start()
  def start_link(options) when is_list(options) do
    keys = [:extra_arguments, :max_children, :max_seconds, :max_restarts, :strategy]
    {sup_opts, start_opts} = Keyword.split(options, keys)
    start_link(Supervisor.Default, init(sup_opts), start_opts)
  end

  @doc "Starts a dynamic supervisor described by `mod.init(init_arg)`, linked to the caller."
  @spec start_link(module, term, [option]) :: Supervisor.on_start()
  def start_link(mod, init_arg, opts \\ []) do
    GenServer.start_link(__MODULE__, {mod, init_arg, opts[:name]}, opts)
  end

  @doc """
  Starts a child.

  The id of the specification plays no role. Returns `{:error, :max_children}` when the supervisor is full, and
  `:ignore`, with nothing kept, when the child's start function returns that.
  """
  @spec start_child(Supervisor.supervisor(), Supervisor.child_spec() | {module, term} | module | tuple) ::
          on_start_child
  def start_child(supervisor, {_, _, _, _, _, _} = child_spec) do
    validate_and_start_child(supervisor, child_spec)
  end

  def start_child(supervisor, child_spec) do
    validate_and_start_child(supervisor, Supervisor.child_spec(child_spec, []))
  end

  defp validate_and_start_child(supervisor, child_spec) do
    case validate_child(child_spec) do
      {:ok, child} -> call(supervisor, {:start_child, child})
      error -> {:error, error}
    end
  end

  defp validate_child(%{id: _, start: {mod, _, _} = start} = child) do
    type = Map.get(child, :type, :worker)

    validate_child(
      start,
      Map.get(child, :restart, :permanent),
      Map.get(child, :shutdown, if(type == :worker, do: 5_000, else: :infinity)),
      type,
      Map.get(child, :modules, [mod])
    )
  end

  defp validate_child({_, start, restart, shutdown, type, modules}) do
    validate_child(start, restart, shutdown, type, modules)
  end

  defp validate_child(other), do: {:invalid_child_spec, other}

  defp validate_child(start, restart, shutdown, type, modules) do
    cond do
      not match?({m, f, args} when is_atom(m) and is_atom(f) and is_list(args), start) -> {:invalid_mfa, start}
      type not in [:supervisor, :worker] -> {:invalid_child_type, type}
      restart not in [:permanent, :temporary, :transient] -> {:invalid_restart_type, restart}
      not valid_shutdown?(shutdown) -> {:invalid_shutdown, shutdown}
      not valid_modules?(modules) -> {:invalid_modules, modules}
      true -> {:ok, {start, restart, shutdown, type, modules}}
    end
  end

  defp valid_shutdown?(shutdown) do
    (is_integer(shutdown) and shutdown >= 0) or shutdown in [:infinity, :brutal_kill]
  end

  defp valid_modules?(:dynamic), do: true
  defp valid_modules?(modules), do: is_list(modules) and Enum.all?(modules, &is_atom/1)

  @doc "Ends the child with the given pid."
  @spec terminate_child(Supervisor.supervisor(), pid) :: :ok | {:error, :not_found}
  def terminate_child(supervisor, pid) when is_pid(pid), do: call(supervisor, {:terminate_child, pid})

  @doc "Lists the children: `{:undefined, pid | :restarting, type, modules}`, in no order."
  @spec which_children(Supervisor.supervisor()) ::
          [{:undefined, pid | :restarting, :worker | :supervisor, [module] | :dynamic}]
  def which_children(supervisor), do: call(supervisor, :which_children)

  @doc "Counts the children in a map with `:specs`, `:active`, `:supervisors` and `:workers`."
  @spec count_children(Supervisor.supervisor()) :: map
  def count_children(supervisor), do: call(supervisor, :count_children) |> :maps.from_list()

  @doc "Stops the supervisor and its children with `reason`; see `GenServer.stop/3`."
  @spec stop(Supervisor.supervisor(), reason :: term, timeout) :: :ok
  def stop(supervisor, reason \\ :normal, timeout \\ :infinity), do: GenServer.stop(supervisor, reason, timeout)

  @doc """
  Returns what `c:init/1` of a dynamic supervisor module has to return.

  ## Options

    * `:strategy` - only `:one_for_one`, which is the default
    * `:max_restarts` - the restarts allowed in `:max_seconds`, 3 by default
    * `:max_seconds` - 5 by default
    * `:max_children` - `:infinity` by default
    * `:extra_arguments` - put before the arguments of every child's start function
  """
  @spec init([init_option]) :: {:ok, sup_flags}
  def init(options) when is_list(options) do
    {:ok,
     %{
       strategy: Keyword.get(options, :strategy, :one_for_one),
       intensity: Keyword.get(options, :max_restarts, 3),
       period: Keyword.get(options, :max_seconds, 5),
       max_children: Keyword.get(options, :max_children, :infinity),
       extra_arguments: Keyword.get(options, :extra_arguments, [])
     }}
  end

  ## The server

  @impl true
  def init({mod, init_arg, name}) do
    unless is_atom(mod) do
      raise ArgumentError, "expected module to be given to DynamicSupervisor"
    end

    Process.put(:"$initial_call", {:supervisor, mod, 1})
    Process.flag(:trap_exit, true)

    case mod.init(init_arg) do
      {:ok, flags} when is_map(flags) ->
        name =
          cond do
            is_nil(name) -> {self(), mod}
            is_atom(name) -> {:local, name}
            is_tuple(name) -> name
          end

        case set_flags(%DynamicSupervisor{mod: mod, args: init_arg, name: name}, flags) do
          {:ok, state} -> {:ok, state}
          {:error, reason} -> {:stop, {:supervisor_data, reason}}
        end

      :ignore ->
        :ignore

      other ->
        {:stop, {:bad_return, {mod, :init, other}}}
    end
  end

  defp set_flags(state, flags) do
    strategy = Map.get(flags, :strategy, :one_for_one)
    intensity = Map.get(flags, :intensity, 1)
    period = Map.get(flags, :period, 5)
    max_children = Map.get(flags, :max_children, :infinity)
    extra_arguments = Map.get(flags, :extra_arguments, [])

    cond do
      strategy != :one_for_one ->
        {:error, {:invalid_strategy, strategy}}

      not (is_integer(intensity) and intensity >= 0) ->
        {:error, {:invalid_intensity, intensity}}

      not (is_integer(period) and period > 0) ->
        {:error, {:invalid_period, period}}

      not (max_children == :infinity or (is_integer(max_children) and max_children >= 0)) ->
        {:error, {:invalid_max_children, max_children}}

      not is_list(extra_arguments) ->
        {:error, {:invalid_extra_arguments, extra_arguments}}

      true ->
        {:ok,
         %{
           state
           | strategy: strategy,
             max_restarts: intensity,
             max_seconds: period,
             max_children: max_children,
             extra_arguments: extra_arguments
         }}
    end
  end

  @impl true
  def handle_call(:get_callback_module, _from, state), do: {:reply, state.mod, state}

  def handle_call(:which_children, _from, state) do
    reply =
      for {pid, child} <- state.children do
        case child do
          {:restarting, {_, _, _, type, modules}} -> {:undefined, :restarting, type, modules}
          {_, _, _, type, modules} -> {:undefined, pid, type, modules}
        end
      end

    {:reply, reply, state}
  end

  def handle_call(:count_children, _from, %{children: children} = state) do
    {active, supervisors} =
      Enum.reduce(children, {0, 0}, fn
        {_pid, {:restarting, {_, _, _, type, _}}}, {active, supervisors} ->
          {active, if(type == :supervisor, do: supervisors + 1, else: supervisors)}

        {pid, {_, _, _, type, _}}, {active, supervisors} ->
          active = if Process.alive?(pid), do: active + 1, else: active
          {active, if(type == :supervisor, do: supervisors + 1, else: supervisors)}
      end)

    specs = map_size(children)
    {:reply, [specs: specs, active: active, supervisors: supervisors, workers: specs - supervisors], state}
  end

  def handle_call({:terminate_child, pid}, _from, %{children: children} = state) do
    case children do
      %{^pid => info} ->
        :ok = terminate_children(%{pid => info}, state)
        {:reply, :ok, %{state | children: Map.delete(children, pid)}}

      %{} ->
        {:reply, {:error, :not_found}, state}
    end
  end

  def handle_call({:start_task, args, restart, shutdown}, from, state) do
    {init_restart, init_shutdown} = Process.get(Task.Supervisor, {:temporary, 5000})
    restart = restart || init_restart
    shutdown = shutdown || init_shutdown
    child = {{Task.Supervised, :start_link, args}, restart, shutdown, :worker, [Task.Supervised]}
    handle_call({:start_child, child}, from, state)
  end

  def handle_call({:start_child, child}, _from, state) do
    if is_integer(state.max_children) and map_size(state.children) >= state.max_children do
      {:reply, {:error, :max_children}, state}
    else
      {{module, function, args}, restart, shutdown, type, modules} = child
      reply = start_child(module, function, state.extra_arguments ++ args)

      case reply do
        {:ok, pid} -> {:reply, reply, save_child(pid, module, function, args, restart, shutdown, type, modules, state)}
        {:ok, pid, _} -> {:reply, reply, save_child(pid, module, function, args, restart, shutdown, type, modules, state)}
        _ -> {:reply, reply, state}
      end
    end
  end

  # The arguments of a temporary child are never needed again: not keeping them keeps large ones out of this heap.
  defp save_child(pid, module, function, args, restart, shutdown, type, modules, state) do
    args = if restart == :temporary, do: :undefined, else: args
    put_in(state.children[pid], {{module, function, args}, restart, shutdown, type, modules})
  end

  defp start_child(module, function, args) do
    try do
      apply(module, function, args)
    catch
      kind, reason -> {:error, exit_reason(kind, reason, __STACKTRACE__)}
    else
      {:ok, pid} when is_pid(pid) -> {:ok, pid}
      {:ok, pid, extra} when is_pid(pid) -> {:ok, pid, extra}
      :ignore -> :ignore
      {:error, error} -> {:error, error}
      other -> {:error, other}
    end
  end

  defp exit_reason(:exit, reason, _), do: reason
  defp exit_reason(:error, reason, stack), do: {reason, stack}
  defp exit_reason(:throw, value, stack), do: {{:nocatch, value}, stack}

  @impl true
  def handle_cast(_message, state), do: {:noreply, state}

  @impl true
  def handle_info({:EXIT, pid, reason}, %{children: children} = state) do
    case children do
      %{^pid => {_, restart, _, _, _} = child} -> child_ended(restart, reason, pid, child, state)
      %{} -> {:noreply, state}
    end
  end

  def handle_info({:"$gen_restart", pid}, %{children: children} = state) do
    case children do
      %{^pid => {:restarting, child}} -> restart_child(pid, child, state)
      %{} -> {:noreply, state}
    end
  end

  def handle_info(message, state) do
    :logger.log(
      :error,
      %{label: {DynamicSupervisor, :unexpected_msg}, report: %{msg: message}},
      %{
        domain: [:otp, :elixir],
        error_logger: %{tag: :error_msg},
        report_cb: &DynamicSupervisor.format_report/1
      }
    )

    {:noreply, state}
  end

  @impl true
  def code_change(_, %{mod: mod, args: init_arg} = state, _) do
    case mod.init(init_arg) do
      {:ok, flags} when is_map(flags) ->
        case set_flags(state, flags) do
          {:ok, state} -> {:ok, state}
          {:error, reason} -> {:error, {:supervisor_data, reason}}
        end

      :ignore ->
        {:ok, state}

      error ->
        error
    end
  end

  @impl true
  def terminate(_, %{children: children} = state), do: terminate_children(children, state)

  @impl true
  def format_status(:terminate, [_pdict, state]), do: state

  def format_status(_, [_pdict, %{mod: mod} = state]) do
    [data: [{'State', state}], supervisor: [{'Callback', mod}]]
  end

  @doc false
  def format_report(%{label: {DynamicSupervisor, :unexpected_msg}, report: %{msg: message}}) do
    {'DynamicSupervisor received unexpected message: ~p~n', [message]}
  end

  defp child_ended(:permanent, reason, pid, child, state) do
    report_error(:child_terminated, reason, pid, child, state)
    restart_child(pid, child, state)
  end

  defp child_ended(_, :normal, pid, _child, state), do: {:noreply, delete_child(pid, state)}
  defp child_ended(_, :shutdown, pid, _child, state), do: {:noreply, delete_child(pid, state)}
  defp child_ended(_, {:shutdown, _}, pid, _child, state), do: {:noreply, delete_child(pid, state)}

  defp child_ended(:transient, reason, pid, child, state) do
    report_error(:child_terminated, reason, pid, child, state)
    restart_child(pid, child, state)
  end

  defp child_ended(:temporary, reason, pid, child, state) do
    report_error(:child_terminated, reason, pid, child, state)
    {:noreply, delete_child(pid, state)}
  end

  defp delete_child(pid, %{children: children} = state), do: %{state | children: Map.delete(children, pid)}

  defp restart_child(pid, child, state) do
    case count_restart(state) do
      {:ok, state} ->
        case restart_one(pid, child, state) do
          {:ok, state} ->
            {:noreply, state}

          {:try_again, pid, state} ->
            # Through the mailbox, so that requests and exits get their turn between attempts.
            send(self(), {:"$gen_restart", pid})
            {:noreply, state}
        end

      {:shutdown, state} ->
        report_error(:shutdown, :reached_max_restart_intensity, pid, child, state)
        {:stop, :shutdown, delete_child(pid, state)}
    end
  end

  defp count_restart(%{max_restarts: max_restarts, max_seconds: max_seconds, restarts: {count, newest, oldest}} = state) do
    now = :erlang.monotonic_time(:second)
    {count, newest, oldest} = drop_older(count + 1, [now | newest], oldest, now - max_seconds)
    state = %{state | restarts: {count, newest, oldest}}
    if count <= max_restarts, do: {:ok, state}, else: {:shutdown, state}
  end

  defp drop_older(count, newest, [time | rest], limit) when time < limit, do: drop_older(count - 1, newest, rest, limit)
  defp drop_older(count, newest, [_ | _] = oldest, _limit), do: {count, newest, oldest}
  defp drop_older(count, newest, [], limit), do: drop_older(count, [], :lists.reverse(newest), limit)

  defp restart_one(pid, {{module, function, args}, restart, shutdown, type, modules} = child, state) do
    case start_child(module, function, state.extra_arguments ++ args) do
      {:ok, new} ->
        state = delete_child(pid, state)
        {:ok, save_child(new, module, function, args, restart, shutdown, type, modules, state)}

      {:ok, new, _} ->
        state = delete_child(pid, state)
        {:ok, save_child(new, module, function, args, restart, shutdown, type, modules, state)}

      :ignore ->
        {:ok, delete_child(pid, state)}

      {:error, reason} ->
        report_error(:start_error, reason, {:restarting, pid}, child, state)
        # It keeps its place, under the pid that it had, until an attempt succeeds.
        {:try_again, pid, put_in(state.children[pid], {:restarting, child})}
    end
  end

  # All children get their signal first; then each has its own shutdown time, measured from now.
  defp terminate_children(children, state) do
    now = :erlang.monotonic_time(:millisecond)

    waiting =
      for {pid, {_, _, shutdown, _, _} = child} <- children, is_pid(pid) do
        ref = Process.monitor(pid)
        Process.unlink(pid)
        Process.exit(pid, if(shutdown == :brutal_kill, do: :kill, else: :shutdown))
        deadline = if is_integer(shutdown), do: now + shutdown, else: :infinity
        {deadline, ref, pid, child}
      end

    for {deadline, ref, pid, {_, restart, shutdown, _, _} = child} <- Enum.sort(waiting) do
      case await_end(ref, pid, deadline) do
        :normal when restart != :permanent -> :ok
        :shutdown -> :ok
        {:shutdown, _} -> :ok
        :killed when shutdown == :brutal_kill -> :ok
        reason -> report_error(:shutdown_error, reason, pid, child, state)
      end
    end

    :ok
  end

  defp await_end(ref, pid, deadline) do
    timeout = if deadline == :infinity, do: deadline, else: max(deadline - :erlang.monotonic_time(:millisecond), 0)

    receive do
      {:DOWN, ^ref, :process, ^pid, reason} ->
        receive do
          {:EXIT, ^pid, true_reason} -> true_reason
        after
          0 -> reason
        end
    after
      timeout ->
        Process.exit(pid, :kill)
        await_end(ref, pid, :infinity)
    end
  end

  defp report_error(context, reason, pid, {{module, function, args}, restart, shutdown, type, _modules}, state) do
    if :logger.wants(:error, [:otp, :sasl], __MODULE__) do
      offender = [
        pid: pid,
        id: :undefined,
        mfargs: {module, function, if(is_list(args), do: state.extra_arguments ++ args, else: args)},
        restart_type: restart,
        shutdown: shutdown,
        child_type: type
      ]

      :logger.log(
        :error,
        %{
          label: {:supervisor, context},
          report: [supervisor: state.name, errorContext: context, reason: reason, offender: offender]
        },
        %{
          domain: [:otp, :sasl],
          report_cb: &:supervisor.format_log/2,
          logger_formatter: %{title: 'SUPERVISOR REPORT'},
          error_logger: %{tag: :error_report, type: :supervisor_report}
        }
      )
    end

    :ok
  end

  defp call(supervisor, request), do: GenServer.call(supervisor, request, :infinity)
end
