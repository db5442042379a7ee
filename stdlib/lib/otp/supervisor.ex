defmodule :supervisor do
  @moduledoc """
  A process that starts other processes in order, restarts those that fail, and ends them in reverse order.

  The callback module's `init/1` returns `{:ok, {flags, child_specs}}`. Elixir programs use `Supervisor`.

  The children are kept in three forms: a map of children by id, a map of ids by pid, so that an exit finds its child
  at once however many there are, and the list of ids, newest first. Under `:simple_one_for_one` all children share
  one specification, and there is only a map of arguments by pid.
  """

  @behaviour :gen_server

  @type sup_ref :: pid | atom | {atom, node} | {:global, term} | {:via, module, term}
  @type child_id :: term
  @type child_spec :: %{
          required(:id) => child_id,
          required(:start) => {module, atom, list},
          optional(:restart) => :permanent | :transient | :temporary,
          optional(:significant) => boolean,
          optional(:shutdown) => :brutal_kill | timeout,
          optional(:type) => :worker | :supervisor,
          optional(:modules) => [module] | :dynamic
        }
  @type sup_flags :: %{
          optional(:strategy) => :one_for_all | :one_for_one | :rest_for_one | :simple_one_for_one,
          optional(:intensity) => non_neg_integer,
          optional(:period) => pos_integer,
          optional(:auto_shutdown) => :never | :any_significant | :all_significant
        }

  @callback init(args :: term) :: {:ok, {sup_flags | tuple, [child_spec | tuple]}} | :ignore

  ## Interface

  @doc "Starts a supervisor linked to the caller, whose children `module.init(args)` describes."
  @spec start_link(module, term) :: {:ok, pid} | :ignore | {:error, term}
  def start_link(module, args) do
    :gen_server.start_link(:supervisor, {:self, module, args}, [])
  end

  @doc "Like `start_link/2`, registered under `name`."
  @spec start_link(:gen.name(), module, term) :: {:ok, pid} | :ignore | {:error, term}
  def start_link(name, module, args) do
    :gen_server.start_link(name, :supervisor, {name, module, args}, [])
  end

  @doc "Adds a child by its specification, or by further arguments under `:simple_one_for_one`, and starts it."
  @spec start_child(sup_ref, child_spec | [term]) :: {:ok, pid | :undefined} | {:ok, pid, term} | {:error, term}
  def start_child(supervisor, spec_or_args), do: call(supervisor, {:start_child, spec_or_args})

  @doc "Starts a child again that was terminated with `terminate_child/2`."
  @spec restart_child(sup_ref, child_id) :: {:ok, pid | :undefined} | {:ok, pid, term} | {:error, term}
  def restart_child(supervisor, id), do: call(supervisor, {:restart_child, id})

  @doc "Forgets the specification of a child that does not run."
  @spec delete_child(sup_ref, child_id) :: :ok | {:error, term}
  def delete_child(supervisor, id), do: call(supervisor, {:delete_child, id})

  @doc "Ends a child, named by its id, or by its pid under `:simple_one_for_one`."
  @spec terminate_child(sup_ref, child_id | pid) :: :ok | {:error, term}
  def terminate_child(supervisor, id), do: call(supervisor, {:terminate_child, id})

  @doc "Returns the specification of a child with every field filled in."
  @spec get_childspec(sup_ref, child_id | pid) :: {:ok, child_spec} | {:error, :not_found}
  def get_childspec(supervisor, id), do: call(supervisor, {:get_childspec, id})

  @doc "Lists the children: `{id, pid | :undefined | :restarting, type, modules}`, newest first."
  @spec which_children(sup_ref) :: [tuple]
  def which_children(supervisor), do: call(supervisor, :which_children)

  @doc "Counts specifications, living children, supervisors and workers."
  @spec count_children(sup_ref) :: keyword
  def count_children(supervisor), do: call(supervisor, :count_children)

  @doc "Returns the callback module of a supervisor."
  @spec get_callback_module(sup_ref) :: module
  def get_callback_module(supervisor), do: call(supervisor, :get_callback_module)

  defp call(supervisor, request), do: :gen_server.call(supervisor, request, :infinity)

  @doc "Checks a list of child specifications."
  @spec check_childspecs([child_spec | tuple]) :: :ok | {:error, term}
  def check_childspecs(specs), do: check_childspecs(specs, :undefined)

  @doc "Checks a list of child specifications for a supervisor with the given `auto_shutdown`."
  @spec check_childspecs([child_spec | tuple], atom) :: :ok | {:error, term}
  def check_childspecs(specs, auto_shutdown) when is_list(specs) do
    case parse_specs(specs, auto_shutdown, [], %{}) do
      {:ok, _, _} -> :ok
      error -> {:error, error}
    end
  end

  def check_childspecs(specs, _auto_shutdown), do: {:error, {:badarg, specs}}

  ## Initialisation

  @doc false
  def init({name, module, args}) do
    :erlang.process_flag(:trap_exit, true)

    case module.init(args) do
      {:ok, {flags, specs}} ->
        case check_flags(flags) do
          {:ok, flags} -> init_children(new(name, module, args, flags), specs)
          error -> {:stop, {:supervisor_data, error}}
        end

      :ignore ->
        :ignore

      other ->
        {:stop, {:bad_return, {module, :init, other}}}
    end
  end

  defp new(name, module, args, {strategy, intensity, period, auto_shutdown}) do
    %{
      name: if(name == :self, do: {self(), module}, else: name),
      module: module,
      args: args,
      strategy: strategy,
      intensity: intensity,
      period: period,
      auto_shutdown: auto_shutdown,
      restarts: {0, [], []},
      children: %{},
      order: [],
      pids: %{},
      template: nil
    }
  end

  defp init_children(%{strategy: :simple_one_for_one} = state, [spec]) do
    case parse_specs([spec], state.auto_shutdown, [], %{}) do
      {:ok, [id], children} -> {:ok, %{state | template: Map.fetch!(children, id)}}
      error -> {:stop, {:start_spec, error}}
    end
  end

  defp init_children(%{strategy: :simple_one_for_one}, specs), do: {:stop, {:bad_start_spec, specs}}

  defp init_children(state, specs) do
    case is_list(specs) and parse_specs(specs, state.auto_shutdown, [], %{}) do
      {:ok, order, children} ->
        state = %{state | order: order, children: children}

        case start_all(:lists.reverse(order), state) do
          {:ok, state} ->
            {:ok, state}

          {:error, id, reason, state} ->
            terminate_all(state)
            {:stop, {:shutdown, {:failed_to_start_child, id, reason}}}
        end

      false ->
        {:stop, {:bad_start_spec, specs}}

      error ->
        {:stop, {:start_spec, error}}
    end
  end

  # Starts the children in the order given; stops at the first that fails.
  defp start_all([], state), do: {:ok, state}

  defp start_all([id | ids], state) do
    child = Map.fetch!(state.children, id)

    case do_start(child, state.name) do
      {:ok, :undefined} when child.restart == :temporary -> start_all(ids, forget(child, state))
      {:ok, pid} -> start_all(ids, running(child, pid, state))
      {:ok, pid, _extra} -> start_all(ids, running(child, pid, state))
      {:error, reason} -> failed_start(child, reason, state)
    end
  end

  defp failed_start(child, reason, state) do
    report(:start_error, reason, child, state.name)
    {:error, child.id, reason, state}
  end

  defp do_start(%{start: {module, function, args}} = child, name), do: do_start(child, module, function, args, name)

  defp do_start(child, module, function, args, name) do
    try do
      apply(module, function, args)
    catch
      :error, reason -> {:error, {:EXIT, {reason, __STACKTRACE__}}}
      :exit, reason -> {:error, {:EXIT, reason}}
      :throw, value -> {:error, value}
    else
      {:ok, pid} = started when is_pid(pid) ->
        report_progress(child, pid, name)
        started

      {:ok, pid, _extra} = started when is_pid(pid) ->
        report_progress(child, pid, name)
        started

      :ignore ->
        {:ok, :undefined}

      {:error, _} = error ->
        error

      other ->
        {:error, other}
    end
  end

  defp running(child, pid, state) do
    pids = if is_pid(pid), do: Map.put(state.pids, pid, child.id), else: state.pids
    %{state | children: Map.put(state.children, child.id, %{child | pid: pid}), pids: pids}
  end

  defp forget(child, state) do
    %{
      state
      | children: Map.delete(state.children, child.id),
        order: :lists.delete(child.id, state.order),
        pids: Map.delete(state.pids, child.pid)
    }
  end

  # What stays of a child that has ended: nothing of a temporary one, the specification of any other.
  defp ended(%{restart: :temporary} = child, state), do: forget(child, state)

  defp ended(child, state) do
    pids = Map.delete(state.pids, child.pid)
    %{state | children: Map.put(state.children, child.id, %{child | pid: :undefined}), pids: pids}
  end

  ## Requests

  @doc false
  def handle_call({:start_child, args}, _from, %{strategy: :simple_one_for_one} = state) do
    child = state.template
    {module, function, first} = child.start
    args = first ++ args

    case do_start(child, module, function, args, state.name) do
      {:ok, :undefined} ->
        {:reply, {:ok, :undefined}, state}

      {:ok, pid} = reply ->
        {:reply, reply, %{state | pids: Map.put(state.pids, pid, args)}}

      {:ok, pid, _extra} = reply ->
        {:reply, reply, %{state | pids: Map.put(state.pids, pid, args)}}

      {:error, _} = error ->
        {:reply, error, state}
    end
  end

  def handle_call({:start_child, spec}, _from, state) do
    case parse_spec(spec, state.auto_shutdown) do
      {:ok, child} -> handle_start_child(child, state)
      error -> {:reply, {:error, error}, state}
    end
  end

  def handle_call({:terminate_child, pid}, _from, %{strategy: :simple_one_for_one} = state) do
    case is_pid(pid) and state.pids do
      %{^pid => _} ->
        :ok = shut_down(%{state.template | pid: pid}, state.name)
        {:reply, :ok, %{state | pids: Map.delete(state.pids, pid)}}

      false ->
        {:reply, {:error, :simple_one_for_one}, state}

      _ ->
        {:reply, {:error, :not_found}, state}
    end
  end

  def handle_call({:terminate_child, id}, _from, state) do
    case state.children do
      %{^id => child} ->
        stop_child(child, state.name)
        {:reply, :ok, ended(child, state)}

      _ ->
        {:reply, {:error, :not_found}, state}
    end
  end

  def handle_call({request, _id}, _from, %{strategy: :simple_one_for_one} = state)
      when request == :restart_child or request == :delete_child do
    {:reply, {:error, :simple_one_for_one}, state}
  end

  def handle_call({:restart_child, id}, _from, state) do
    case state.children do
      %{^id => %{pid: :undefined} = child} ->
        case do_start(child, state.name) do
          {:ok, pid} = reply -> {:reply, reply, running(child, pid, state)}
          {:ok, pid, _extra} = reply -> {:reply, reply, running(child, pid, state)}
          {:error, _} = error -> {:reply, error, state}
        end

      %{^id => %{pid: {:restarting, _}}} ->
        {:reply, {:error, :restarting}, state}

      %{^id => _} ->
        {:reply, {:error, :running}, state}

      _ ->
        {:reply, {:error, :not_found}, state}
    end
  end

  def handle_call({:delete_child, id}, _from, state) do
    case state.children do
      %{^id => %{pid: :undefined} = child} -> {:reply, :ok, forget(child, state)}
      %{^id => %{pid: {:restarting, _}}} -> {:reply, {:error, :restarting}, state}
      %{^id => _} -> {:reply, {:error, :running}, state}
      _ -> {:reply, {:error, :not_found}, state}
    end
  end

  def handle_call({:get_childspec, id}, _from, state) do
    found =
      cond do
        state.strategy == :simple_one_for_one -> state.pids[id] && state.template
        is_map_key(state.children, id) -> Map.fetch!(state.children, id)
        true -> state.children[state.pids[id]]
      end

    reply =
      if found do
        keys = [:id, :start, :restart, :significant, :shutdown, :type, :modules]
        {:ok, Map.take(found, keys)}
      else
        {:error, :not_found}
      end

    {:reply, reply, state}
  end

  def handle_call(:which_children, _from, %{strategy: :simple_one_for_one} = state) do
    %{type: type, modules: modules} = state.template

    reply =
      for {pid, _args} <- state.pids do
        case pid do
          {:restarting, _} -> {:undefined, :restarting, type, modules}
          pid -> {:undefined, pid, type, modules}
        end
      end

    {:reply, reply, state}
  end

  def handle_call(:which_children, _from, state) do
    reply =
      for id <- state.order do
        child = Map.fetch!(state.children, id)
        pid = if is_tuple(child.pid), do: :restarting, else: child.pid
        {id, pid, child.type, child.modules}
      end

    {:reply, reply, state}
  end

  def handle_call(:count_children, _from, %{strategy: :simple_one_for_one} = state) do
    count = map_size(state.pids)
    active = :lists.foldl(fn pid, n -> if alive?(pid), do: n + 1, else: n end, 0, Map.keys(state.pids))

    {supervisors, workers} = if state.template.type == :supervisor, do: {count, 0}, else: {0, count}
    {:reply, [specs: 1, active: active, supervisors: supervisors, workers: workers], state}
  end

  def handle_call(:count_children, _from, state) do
    {active, supervisors} =
      :maps.fold(
        fn _id, child, {active, supervisors} ->
          active = if alive?(child.pid), do: active + 1, else: active
          {active, if(child.type == :supervisor, do: supervisors + 1, else: supervisors)}
        end,
        {0, 0},
        state.children
      )

    specs = map_size(state.children)
    {:reply, [specs: specs, active: active, supervisors: supervisors, workers: specs - supervisors], state}
  end

  def handle_call(:get_callback_module, _from, state), do: {:reply, state.module, state}

  defp alive?(pid), do: is_pid(pid) and :erlang.is_process_alive(pid)

  defp handle_start_child(%{id: id} = child, state) do
    case state.children do
      %{^id => %{pid: :undefined}} ->
        {:reply, {:error, :already_present}, state}

      %{^id => %{pid: pid}} when is_pid(pid) ->
        {:reply, {:error, {:already_started, pid}}, state}

      %{^id => _restarting} ->
        {:reply, {:error, {:already_started, :restarting}}, state}

      _ ->
        case do_start(child, state.name) do
          {:ok, :undefined} when child.restart == :temporary -> {:reply, {:ok, :undefined}, state}
          {:ok, pid} = reply -> {:reply, reply, add(child, pid, state)}
          {:ok, pid, _extra} = reply -> {:reply, reply, add(child, pid, state)}
          {:error, reason} -> {:reply, {:error, {reason, as_tuple(child)}}, state}
        end
    end
  end

  defp add(child, pid, state), do: running(child, pid, %{state | order: [child.id | state.order]})

  # The shape in which a failed start_child/2 shows the child to the caller.
  defp as_tuple(child) do
    {:child, child.pid, child.id, child.start, child.restart, child.significant, child.shutdown, child.type,
     child.modules}
  end

  @doc false
  def handle_cast({:try_again_restart, {:restarting, _} = key}, %{strategy: :simple_one_for_one} = state) do
    case state.pids do
      %{^key => args} -> restart_reply(restart_dynamic(key, args, state))
      _ -> {:noreply, state}
    end
  end

  def handle_cast({:try_again_restart, id}, state) do
    case state.children do
      %{^id => %{pid: {:restarting, _}} = child} -> restart_reply(restart(child, state))
      _ -> {:noreply, state}
    end
  end

  @doc false
  def handle_info({:EXIT, pid, reason}, %{strategy: :simple_one_for_one} = state) do
    case state.pids do
      %{^pid => args} -> dynamic_ended(reason, pid, args, state)
      _ -> {:noreply, state}
    end
  end

  def handle_info({:EXIT, pid, reason}, state) do
    case state.pids do
      %{^pid => id} -> child_ended(reason, Map.fetch!(state.children, id), state)
      _ -> {:noreply, state}
    end
  end

  def handle_info(message, state) do
    :logger.log(
      :error,
      'Supervisor received unexpected message: ~tp~n',
      [message],
      %{domain: [:otp], error_logger: %{tag: :error}}
    )

    {:noreply, state}
  end

  @doc false
  def terminate(_reason, state), do: terminate_all(state)

  @doc false
  def code_change(_old, %{module: module, args: args} = state, _extra) do
    case module.init(args) do
      {:ok, {flags, specs}} ->
        with {:ok, {strategy, intensity, period, auto_shutdown}} <- check_flags(flags),
             {:ok, order, parsed} <- parse_specs(specs, auto_shutdown, [], %{}) do
          {:ok,
           new_specs(
             %{state | strategy: strategy, intensity: intensity, period: period, auto_shutdown: auto_shutdown},
             order,
             parsed
           )}
        else
          error -> {:error, error}
        end

      :ignore ->
        {:ok, state}

      error ->
        error
    end
  end

  defp new_specs(%{strategy: :simple_one_for_one} = state, [id], parsed) do
    %{state | template: Map.fetch!(parsed, id)}
  end

  # Children that run keep running under their new specification; those no longer mentioned stay as they are.
  defp new_specs(state, order, parsed) do
    kept = for id <- state.order, not is_map_key(parsed, id), do: id

    merged =
      :maps.map(
        fn id, child ->
          case state.children do
            %{^id => %{pid: pid}} -> %{child | pid: pid}
            _ -> child
          end
        end,
        parsed
      )

    %{state | order: kept ++ order, children: Map.merge(state.children, merged)}
  end

  @doc false
  def format_status(:terminate, [_dictionary, state]), do: state

  def format_status(_option, [_dictionary, state]) do
    [data: [{'State', state}], supervisor: [{'Callback', state.module}]]
  end

  ## Restarting

  defp child_ended(reason, child, state) do
    cond do
      child.restart == :permanent ->
        report(:child_terminated, reason, child, state.name)
        restart_reply(restart(child, state))

      normal?(reason) ->
        auto_shutdown(child, ended(child, state))

      child.restart == :transient ->
        report(:child_terminated, reason, child, state.name)
        restart_reply(restart(child, state))

      true ->
        report(:child_terminated, reason, child, state.name)
        auto_shutdown(child, ended(child, state))
    end
  end

  defp normal?(:normal), do: true
  defp normal?(:shutdown), do: true
  defp normal?({:shutdown, _}), do: true
  defp normal?(_), do: false

  defp restart_reply({:ok, state}), do: {:noreply, state}
  defp restart_reply({:shutdown, state}), do: {:stop, :shutdown, state}

  defp auto_shutdown(%{significant: true}, %{auto_shutdown: :any_significant} = state), do: {:stop, :shutdown, state}

  defp auto_shutdown(%{significant: true}, %{auto_shutdown: :all_significant} = state) do
    left? = Enum.any?(state.children, fn {_, child} -> child.significant and is_pid(child.pid) end)
    if left?, do: {:noreply, state}, else: {:stop, :shutdown, state}
  end

  defp auto_shutdown(_child, state), do: {:noreply, state}

  defp restart(child, state) do
    case count_restart(state) do
      {:ok, state} ->
        case restart_by(state.strategy, child, state) do
          {:ok, state} ->
            {:ok, state}

          {:try_again, id, state} ->
            # Through the mailbox, so that requests and exits get their turn between attempts.
            :gen_server.cast(self(), {:try_again_restart, id})
            {:ok, state}
        end

      {:exceeded, state} ->
        # The process is gone.
        report(:shutdown, :reached_max_restart_intensity, %{child | pid: :undefined}, state.name)
        {:shutdown, ended(child, state)}
    end
  end

  defp restart_by(:one_for_one, child, state) do
    case do_start(child, state.name) do
      {:ok, pid} -> {:ok, restarted(child, pid, state)}
      {:ok, pid, _extra} -> {:ok, restarted(child, pid, state)}
      {:error, reason} -> {:try_again, child.id, restart_failed(child, reason, state)}
    end
  end

  defp restart_by(:rest_for_one, child, state) do
    # The list of ids is newest first: those that started later are the ones before this one.
    {later, _} = :lists.splitwith(&(&1 != child.id), state.order)
    restart_group(child, later, state)
  end

  defp restart_by(:one_for_all, child, state) do
    restart_group(child, :lists.delete(child.id, state.order), state, state.order)
  end

  defp restart_group(child, ids, state), do: restart_group(child, ids, state, ids ++ [child.id])

  # Ends the children `ids`, newest first, and starts them and the failed one again in order of age.
  defp restart_group(child, ids, state, group) do
    state = ended(child, state)
    state = :lists.foldl(&end_for_restart/2, state, ids)
    to_start = for id <- :lists.reverse(group), is_map_key(state.children, id), do: id

    case start_all(to_start, state) do
      {:ok, state} ->
        {:ok, state}

      {:error, id, _reason, state} ->
        failed = Map.fetch!(state.children, id)
        mark = {:restarting, failed.pid}
        {:try_again, id, %{state | children: Map.put(state.children, id, %{failed | pid: mark})}}
    end
  end

  defp end_for_restart(id, state) do
    child = Map.fetch!(state.children, id)
    stop_child(child, state.name)
    ended(child, state)
  end

  defp restarted(child, pid, state) do
    running(child, pid, %{state | pids: Map.delete(state.pids, child.pid)})
  end

  defp restart_failed(child, reason, state) do
    report(:start_error, reason, child, state.name)
    old = if is_tuple(child.pid), do: child.pid, else: {:restarting, child.pid}
    pids = Map.delete(state.pids, child.pid)
    %{state | children: Map.put(state.children, child.id, %{child | pid: old}), pids: pids}
  end

  defp dynamic_ended(reason, pid, args, %{template: template} = state) do
    cond do
      template.restart == :permanent or (template.restart == :transient and not normal?(reason)) ->
        report(:child_terminated, reason, %{template | pid: pid}, state.name)
        restart_reply(restart_dynamic(pid, args, state))

      normal?(reason) ->
        {:noreply, %{state | pids: Map.delete(state.pids, pid)}}

      true ->
        report(:child_terminated, reason, %{template | pid: pid}, state.name)
        {:noreply, %{state | pids: Map.delete(state.pids, pid)}}
    end
  end

  defp restart_dynamic(key, args, %{template: template} = state) do
    case count_restart(state) do
      {:ok, state} ->
        {module, function, _} = template.start
        pids = Map.delete(state.pids, key)

        case do_start(template, module, function, args, state.name) do
          {:ok, :undefined} ->
            {:ok, %{state | pids: pids}}

          {:ok, pid} ->
            {:ok, %{state | pids: Map.put(pids, pid, args)}}

          {:ok, pid, _extra} ->
            {:ok, %{state | pids: Map.put(pids, pid, args)}}

          {:error, reason} ->
            report(:start_error, reason, template, state.name)
            key = if is_tuple(key), do: key, else: {:restarting, key}
            :gen_server.cast(self(), {:try_again_restart, key})
            {:ok, %{state | pids: Map.put(pids, key, args)}}
        end

      {:exceeded, state} ->
        report(:shutdown, :reached_max_restart_intensity, template, state.name)
        {:shutdown, %{state | pids: Map.delete(state.pids, key)}}
    end
  end

  # The restarts within the period are a queue, newest in the first list and oldest at the head of the second:
  # each is put in once and taken out once, however large the allowed intensity.
  defp count_restart(%{intensity: intensity, period: period, restarts: {count, newest, oldest}} = state) do
    now = :erlang.monotonic_time(:second)
    {count, newest, oldest} = drop_older(count + 1, [now | newest], oldest, now - period)
    state = %{state | restarts: {count, newest, oldest}}
    if count <= intensity, do: {:ok, state}, else: {:exceeded, state}
  end

  defp drop_older(count, newest, [time | rest], limit) when time < limit, do: drop_older(count - 1, newest, rest, limit)
  defp drop_older(count, newest, [_ | _] = oldest, _limit), do: {count, newest, oldest}
  defp drop_older(count, newest, [], limit), do: drop_older(count, [], :lists.reverse(newest), limit)

  ## Ending children

  defp terminate_all(%{strategy: :simple_one_for_one} = state), do: stop_dynamic(state)

  defp terminate_all(state) do
    for id <- state.order, do: stop_child(Map.fetch!(state.children, id), state.name)
    :ok
  end

  defp stop_child(%{pid: pid} = child, name) when is_pid(pid), do: shut_down(child, name)
  defp stop_child(_child, _name), do: :ok

  defp shut_down(%{pid: pid, shutdown: shutdown} = child, name) do
    case shut_down(pid, shutdown, child.restart) do
      :ok -> :ok
      {:error, reason} -> report(:shutdown_error, reason, child, name)
    end

    :ok
  end

  defp shut_down(pid, :brutal_kill, _restart) do
    ref = watch(pid)
    :erlang.exit(pid, :kill)

    case await_down(ref, pid, :infinity) do
      :killed -> :ok
      reason -> {:error, reason}
    end
  end

  defp shut_down(pid, timeout, restart) do
    ref = watch(pid)
    :erlang.exit(pid, :shutdown)

    case await_down(ref, pid, timeout) do
      :timeout ->
        :erlang.exit(pid, :kill)
        {:error, await_down(ref, pid, :infinity)}

      reason ->
        clean_end(reason, restart)
    end
  end

  defp clean_end(:shutdown, _restart), do: :ok
  defp clean_end({:shutdown, _}, _restart), do: :ok
  defp clean_end(:normal, restart) when restart != :permanent, do: :ok
  defp clean_end(reason, _restart), do: {:error, reason}

  # From here on the monitor speaks for the child. A child that had unlinked itself would otherwise never be noticed,
  # and one that died before has left the true reason in the mailbox.
  defp watch(pid) do
    ref = :erlang.monitor(:process, pid)
    :erlang.unlink(pid)
    ref
  end

  defp await_down(ref, pid, timeout) do
    receive do
      {:DOWN, ^ref, :process, ^pid, reason} ->
        receive do
          {:EXIT, ^pid, true_reason} -> true_reason
        after
          0 -> reason
        end
    after
      timeout -> :timeout
    end
  end

  # All dynamic children end at the same time, within one shutdown time for all of them.
  defp stop_dynamic(%{template: template} = state) do
    refs = for {pid, _} <- state.pids, is_pid(pid), into: %{}, do: {watch(pid), pid}

    case template.shutdown do
      :brutal_kill ->
        for {_, pid} <- refs, do: :erlang.exit(pid, :kill)
        await_all(refs, :infinity, nil, template, state.name)

      timeout ->
        for {_, pid} <- refs, do: :erlang.exit(pid, :shutdown)
        timer = if is_integer(timeout), do: :erlang.start_timer(timeout, self(), :kill)
        await_all(refs, timeout, timer, template, state.name)
    end
  end

  defp await_all(refs, _timeout, timer, _template, _name) when map_size(refs) == 0 do
    if timer do
      :erlang.cancel_timer(timer)

      receive do
        {:timeout, ^timer, :kill} -> :ok
      after
        0 -> :ok
      end
    end

    :ok
  end

  defp await_all(refs, timeout, timer, template, name) do
    receive do
      {:DOWN, ref, :process, pid, reason} when is_map_key(refs, ref) ->
        expected = if template.shutdown == :brutal_kill and reason == :killed, do: :shutdown, else: reason

        case clean_end(expected, template.restart) do
          :ok -> :ok
          {:error, reason} -> report(:shutdown_error, reason, %{template | pid: pid}, name)
        end

        await_all(Map.delete(refs, ref), timeout, timer, template, name)

      {:timeout, ^timer, :kill} ->
        for {_, pid} <- refs, do: :erlang.exit(pid, :kill)
        await_all(refs, timeout, nil, template, name)
    end
  end

  ## Checking what the callback module says

  defp check_flags({strategy, intensity, period}) do
    check_flags(%{strategy: strategy, intensity: intensity, period: period})
  end

  defp check_flags(flags) when is_map(flags) do
    strategy = Map.get(flags, :strategy, :one_for_one)
    intensity = Map.get(flags, :intensity, 1)
    period = Map.get(flags, :period, 5)
    auto_shutdown = Map.get(flags, :auto_shutdown, :never)

    cond do
      strategy not in [:simple_one_for_one, :one_for_one, :one_for_all, :rest_for_one] ->
        {:invalid_strategy, strategy}

      not (is_integer(intensity) and intensity >= 0) ->
        {:invalid_intensity, intensity}

      not (is_integer(period) and period > 0) ->
        {:invalid_period, period}

      auto_shutdown not in [:never, :any_significant, :all_significant] ->
        {:invalid_auto_shutdown, auto_shutdown}

      strategy == :simple_one_for_one and auto_shutdown != :never ->
        {:bad_combination, [auto_shutdown: auto_shutdown, strategy: strategy]}

      true ->
        {:ok, {strategy, intensity, period, auto_shutdown}}
    end
  end

  defp check_flags(flags), do: {:invalid_type, flags}

  defp parse_specs([], _auto_shutdown, order, children), do: {:ok, order, children}

  defp parse_specs([spec | specs], auto_shutdown, order, children) do
    case parse_spec(spec, auto_shutdown) do
      {:ok, %{id: id}} when is_map_key(children, id) -> {:duplicate_child_name, id}
      {:ok, child} -> parse_specs(specs, auto_shutdown, [child.id | order], Map.put(children, child.id, child))
      error -> error
    end
  end

  defp parse_spec({id, start, restart, shutdown, type, modules}, auto_shutdown) do
    parse_spec(
      %{id: id, start: start, restart: restart, significant: false, shutdown: shutdown, type: type, modules: modules},
      auto_shutdown
    )
  end

  defp parse_spec(spec, auto_shutdown) when is_map(spec) do
    with {:ok, id} <- required(spec, :id, :missing_id),
         {:ok, start} <- required(spec, :start, :missing_start),
         :ok <- check_start(start),
         type = Map.get(spec, :type, :worker),
         :ok <- check(type in [:worker, :supervisor], {:invalid_child_type, type}),
         restart = Map.get(spec, :restart, :permanent),
         :ok <- check(restart in [:permanent, :transient, :temporary], {:invalid_restart_type, restart}),
         significant = Map.get(spec, :significant, false),
         :ok <- check_significant(significant, restart, auto_shutdown),
         shutdown = Map.get(spec, :shutdown, if(type == :worker, do: 5000, else: :infinity)),
         :ok <- check_shutdown(shutdown),
         modules = Map.get(spec, :modules, [elem(start, 0)]),
         :ok <- check_modules(modules) do
      {:ok,
       %{
         pid: :undefined,
         id: id,
         start: start,
         restart: restart,
         significant: significant,
         shutdown: shutdown,
         type: type,
         modules: modules
       }}
    end
  end

  defp parse_spec(spec, _auto_shutdown), do: {:invalid_child_spec, spec}

  defp required(spec, key, error) do
    case spec do
      %{^key => value} -> {:ok, value}
      _ -> error
    end
  end

  defp check(true, _error), do: :ok
  defp check(false, error), do: error

  defp check_start({module, function, args}) when is_atom(module) and is_atom(function) and is_list(args), do: :ok
  defp check_start(start), do: {:invalid_mfa, start}

  defp check_significant(false, _restart, _auto_shutdown), do: :ok

  defp check_significant(true, _restart, :never) do
    {:bad_combination, [auto_shutdown: :never, significant: true]}
  end

  defp check_significant(true, :permanent, _auto_shutdown) do
    {:bad_combination, [restart: :permanent, significant: true]}
  end

  defp check_significant(true, _restart, _auto_shutdown), do: :ok
  defp check_significant(other, _restart, _auto_shutdown), do: {:invalid_significant, other}

  defp check_shutdown(shutdown) when is_integer(shutdown) and shutdown >= 0, do: :ok
  defp check_shutdown(shutdown) when shutdown == :infinity or shutdown == :brutal_kill, do: :ok
  defp check_shutdown(shutdown), do: {:invalid_shutdown, shutdown}

  defp check_modules(:dynamic), do: :ok

  defp check_modules(modules) when is_list(modules) do
    case :lists.dropwhile(&is_atom/1, modules) do
      [] -> :ok
      [module | _] -> {:invalid_module, module}
    end
  end

  defp check_modules(modules), do: {:invalid_modules, modules}

  ## Reports

  defp report(context, reason, child, name) do
    if :logger.wants(:error, [:otp, :sasl], :supervisor) do
      :logger.log(
        :error,
        %{
          label: {:supervisor, context},
          report: [supervisor: name, errorContext: context, reason: reason, offender: offender(child)]
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

  defp report_progress(child, pid, name) do
    if :logger.wants(:info, [:otp, :sasl], :supervisor) do
      :logger.log(
        :info,
        %{label: {:supervisor, :progress}, report: [supervisor: name, started: offender(%{child | pid: pid})]},
        %{
          domain: [:otp, :sasl],
          report_cb: &:supervisor.format_log/2,
          logger_formatter: %{title: 'PROGRESS REPORT'},
          error_logger: %{tag: :info_report, type: :progress}
        }
      )
    end

    :ok
  end

  defp offender(child) do
    [
      pid: child.pid,
      id: child.id,
      mfargs: child.start,
      restart_type: child.restart,
      significant: child.significant,
      shutdown: child.shutdown,
      child_type: child.type
    ]
  end

  @doc false
  def format_log(report), do: format_log(report, %{})

  @doc false
  def format_log(%{label: {:supervisor, _}, report: items}, _config) do
    to_charlist(for {key, value} <- items, do: "    #{key}: #{inspect(value)}\n")
  end
end
