defmodule Task.Supervised do
  @moduledoc false

  # The processes behind `Task`. An owner is `{node, name_or_pid, pid}`; callers are the processes that a task works for.

  @ref_timeout 5000

  def start(owner, callers, fun) do
    {:ok, :proc_lib.spawn(__MODULE__, :noreply, [owner, callers, fun])}
  end

  def start_link(owner, callers, fun) do
    {:ok, :proc_lib.spawn_link(__MODULE__, :noreply, [owner, callers, fun])}
  end

  def start_link(owner, monitor) do
    {:ok, :proc_lib.spawn_link(__MODULE__, :reply, [owner, monitor])}
  end

  # The work comes in a message rather than as an argument, so that the caller knows the monitor that the reply carries.
  def reply({_, _, owner_pid} = owner, monitor) do
    case monitor do
      :monitor ->
        mref = Process.monitor(owner_pid)
        reply(owner, owner_pid, mref, @ref_timeout)

      :nomonitor ->
        reply(owner, owner_pid, nil, :infinity)
    end
  end

  defp reply(owner, owner_pid, mref, timeout) do
    receive do
      {from, ref, reply_to, callers, mfa} when is_pid(from) ->
        _ = is_reference(mref) && Process.demonitor(mref, [:flush])
        put_callers(callers)
        put_initial_call(mfa)
        send(reply_to, {ref, invoke_mfa(owner, mfa)})

      {:DOWN, ^mref, _, _, reason} when is_reference(mref) ->
        exit({:shutdown, reason})
    after
      timeout ->
        # The owner died before it could say what to do.
        _ = owner_pid
        exit(:timeout)
    end
  end

  def noreply(owner, callers, mfa) do
    put_initial_call(mfa)
    put_callers(callers)
    invoke_mfa(owner, mfa)
  end

  defp put_initial_call({:erlang, :apply, [fun, []]}) when is_function(fun, 0) do
    {:module, module} = :erlang.fun_info(fun, :module)
    {:name, name} = :erlang.fun_info(fun, :name)
    Process.put(:"$initial_call", {module, name, 0})
  end

  defp put_initial_call({module, fun, args}), do: Process.put(:"$initial_call", {module, fun, length(args)})

  defp put_callers(callers), do: Process.put(:"$callers", callers)

  defp invoke_mfa(owner, {module, fun, args} = mfa) do
    try do
      apply(module, fun, args)
    catch
      :exit, value when value == :normal or value == :shutdown or (is_tuple(value) and elem(value, 0) == :shutdown) ->
        :erlang.raise(:exit, value, __STACKTRACE__)

      kind, value ->
        {fun, args} = function_and_args(mfa)

        :logger.log(
          :error,
          %{
            label: {Task.Supervisor, :terminating},
            report: %{
              name: self(),
              starter: starter(owner),
              function: fun,
              args: args,
              reason: {log_value(kind, value), __STACKTRACE__}
            }
          },
          %{
            domain: [:otp, :elixir],
            error_logger: %{tag: :error_msg},
            report_cb: &__MODULE__.format_report/1,
            callers: Process.get(:"$callers")
          }
        )

        :erlang.raise(:exit, exit_reason(kind, value, __STACKTRACE__), __STACKTRACE__)
    end
  end

  defp exit_reason(:error, reason, stacktrace), do: {reason, stacktrace}
  defp exit_reason(:exit, reason, _stacktrace), do: reason
  defp exit_reason(:throw, value, stacktrace), do: {{:nocatch, value}, stacktrace}

  defp log_value(:throw, value), do: {:nocatch, value}
  defp log_value(_, value), do: value

  def format_report(%{
        label: {Task.Supervisor, :terminating},
        report: %{name: name, starter: starter, function: fun, args: args, reason: reason}
      }) do
    {'** Task ~p terminating~n' ++
       '** Started from ~p~n' ++
       '** When function  == ~p~n' ++
       '**      arguments == ~p~n' ++ '** Reason for termination == ~n' ++ '** ~p~n', [name, starter, fun, args, reason]}
  end

  defp starter({node, name_or_pid, _pid}) when node == node(), do: name_or_pid
  defp starter({node, name, _pid}) when is_atom(name), do: {node, name}
  defp starter({_node, _name_or_pid, pid}), do: pid

  defp function_and_args({:erlang, :apply, [fun, []]}) when is_function(fun, 0), do: {fun, []}
  defp function_and_args({module, fun, args}), do: {Function.capture(module, fun, length(args)), args}

  ## Streams
  #
  # Between the caller and the tasks stands one process, the steward, which is linked to the caller and traps exits. It
  # starts the tasks when told, times them, and tells the caller of those that end without a reply. Tasks reply to
  # the caller directly. However the stream ends, the caller dismisses the steward, which ends every task first; when the
  # caller dies the link tells the steward the same.
  #
  #     caller → steward   {:start, stream, position, callers, work}
  #     caller → steward   {:dismiss, stream}
  #     task → caller      {{stream, position}, result}
  #     steward → caller   {:ended, {stream, position}, reason} | {:late, {stream, position}} | {:refused, stream, error}

  def stream_options!(options) do
    max_concurrency = Keyword.get_lazy(options, :max_concurrency, &System.schedulers_online/0)

    unless is_integer(max_concurrency) and max_concurrency > 0 do
      raise ArgumentError, ":max_concurrency must be an integer greater than zero"
    end

    %{
      max_concurrency: max_concurrency,
      on_timeout: Keyword.get(options, :on_timeout, :exit),
      timeout: Keyword.get(options, :timeout, 5000),
      ordered?: Keyword.get(options, :ordered, true),
      zip_input?: Keyword.get(options, :zip_input_on_exit, false),
      shutdown: Keyword.get(options, :shutdown, 5000)
    }
  end

  def stream(enumerable, acc, reducer, callers, work, options, start) when is_map(options) do
    next = &Enumerable.reduce(enumerable, &1, fn element, _ -> {:suspend, {:some, element}} end)
    parent = self()
    stream = make_ref()

    {steward, monitor} =
      Process.spawn(fn -> steward(parent, stream, options, start) end, [:link, :monitor])

    state = %{
      stream: stream,
      steward: steward,
      monitor: monitor,
      callers: callers,
      work: work,
      options: options,
      reducer: reducer,
      started: 0,
      delivered: 0,
      running: 0,
      slots: %{}
    }

    drive(acc, next, state)
  end

  def stream(enumerable, acc, reducer, callers, work, options, start) do
    stream(enumerable, acc, reducer, callers, work, stream_options!(options), start)
  end

  defp drive({:suspend, acc}, next, state) do
    {:suspended, acc, &drive(&1, next, state)}
  end

  defp drive({:halt, acc}, next, state) do
    close_input(next)
    dismiss(state)
    {:halted, acc}
  end

  # Takes input while there is room, then delivers what is ready, and only then waits.
  defp drive({:cont, acc}, next, state) do
    cond do
      next != :done and state.running < state.options.max_concurrency and room?(state) ->
        case take(next, state) do
          {:ok, element, next} -> drive({:cont, acc}, next, start_work(element, state))
          {:last, element} -> drive({:cont, acc}, :done, start_work(element, state))
          :done -> drive({:cont, acc}, :done, state)
        end

      true ->
        case ready(state) do
          {:ok, result, state} -> drive(emit(result, acc, next, state), next, state)
          :none when next == :done and map_size(state.slots) == 0 -> finish(acc, state)
          :none -> drive({:cont, acc}, next, wait(next, state))
        end
    end
  end

  # In an ordered stream, results that wait for an earlier one count as well: a slow first task must not pile them up.
  defp room?(%{options: %{ordered?: true}} = state), do: map_size(state.slots) < state.options.max_concurrency
  defp room?(_state), do: true

  defp finish(acc, state) do
    dismiss(state)
    {:done, acc}
  end

  defp emit(result, acc, next, state) do
    state.reducer.(result, acc)
  catch
    kind, reason -> abandon(kind, reason, __STACKTRACE__, next, state)
  end

  defp take(next, state) do
    try do
      next.({:cont, :none})
    catch
      kind, reason -> abandon(kind, reason, __STACKTRACE__, :done, state)
    else
      {:suspended, {:some, element}, next} -> {:ok, element, next}
      # An input that ends by itself may do so with an element in hand.
      {_done_or_halted, {:some, element}} -> {:last, element}
      {_done_or_halted, :none} -> :done
    end
  end

  defp abandon(kind, reason, stacktrace, next, state) do
    close_input(next)
    dismiss(state)
    :erlang.raise(kind, reason, stacktrace)
  end

  defp close_input(:done), do: :ok
  defp close_input(next), do: next.({:halt, []})

  defp start_work(element, %{started: position} = state) do
    send(state.steward, {:start, state.stream, position, state.callers, work(state.work, element)})
    slots = Map.put(state.slots, position, {:running, element})
    %{state | started: position + 1, running: state.running + 1, slots: slots}
  end

  defp work({module, fun, args}, element), do: {module, fun, [element | args]}
  defp work(fun, element) when is_function(fun, 1), do: {:erlang, :apply, [fun, [element]]}

  defp ready(%{options: %{ordered?: true}, delivered: position} = state) do
    case state.slots do
      %{^position => {:ended, result}} ->
        {:ok, result, %{state | delivered: position + 1, slots: Map.delete(state.slots, position)}}

      _ ->
        :none
    end
  end

  defp ready(%{slots: slots} = state) do
    case slots do
      %{ready: [result]} -> {:ok, result, %{state | slots: Map.delete(slots, :ready)}}
      %{ready: [result | rest]} -> {:ok, result, %{state | slots: Map.put(slots, :ready, rest)}}
      _ -> :none
    end
  end

  defp wait(next, %{stream: stream, steward: steward, monitor: monitor} = state) do
    receive do
      {{^stream, position}, value} ->
        settle(position, {:ok, value}, state)

      {:ended, {^stream, position}, link, reason} ->
        # The steward passes the failure of a linked task on as an exit signal: who does not trap exits dies here.
        if link == :link and reason != :normal do
          receive do
            {:EXIT, ^steward, _} -> :ok
          end
        end

        settle(position, {:exit, zip(position, reason, state)}, state)

      {:late, {^stream, position}} ->
        if state.options.on_timeout == :kill_task do
          settle(position, {:exit, zip(position, :timeout, state)}, state)
        else
          close_input(next)
          dismiss(state)
          exit({:timeout, {__MODULE__, :stream, [state.options.timeout]}})
        end

      {:refused, ^stream, error} ->
        close_input(next)
        dismiss(state)
        if is_exception(error), do: raise(error), else: exit(error)

      {:DOWN, ^monitor, _, _, reason} ->
        close_input(next)
        exit({reason, {__MODULE__, :stream, [state.options.timeout]}})
    end
  end

  defp zip(position, reason, %{options: %{zip_input?: true}} = state) do
    case state.slots do
      %{^position => {:running, element}} -> {element, reason}
      _ -> reason
    end
  end

  defp zip(_position, reason, _state), do: reason

  # A task may have replied and then ended badly: the first word counts.
  defp settle(position, result, %{slots: slots} = state) do
    case slots do
      %{^position => {:running, _}} ->
        slots =
          if state.options.ordered?,
            do: Map.put(slots, position, {:ended, result}),
            else: slots |> Map.delete(position) |> Map.update(:ready, [result], &(&1 ++ [result]))

        %{state | running: state.running - 1, slots: slots}

      _ ->
        state
    end
  end

  defp dismiss(%{stream: stream, steward: steward, monitor: monitor}) do
    Process.unlink(steward)
    send(steward, {:dismiss, stream})

    receive do
      {:DOWN, ^monitor, _, _, _} -> :ok
    end

    receive do
      {:EXIT, ^steward, _} -> :ok
    after
      0 -> :ok
    end

    flush(stream)
  end

  defp flush(stream) do
    receive do
      {{^stream, _}, _} -> flush(stream)
      {:ended, {^stream, _}, _, _} -> flush(stream)
      {:late, {^stream, _}} -> flush(stream)
      {:refused, ^stream, _} -> flush(stream)
    after
      0 -> :ok
    end
  end

  defp steward(parent, stream, options, start) do
    Process.flag(:trap_exit, true)
    parent_ref = Process.monitor(parent)
    steward_loop(%{parent: parent, parent_ref: parent_ref, stream: stream, options: options, start: start, tasks: %{}})
  end

  # `tasks` maps the monitor of a task to {position, pid, link, timer}.
  defp steward_loop(%{parent: parent, stream: stream, parent_ref: parent_ref, tasks: tasks} = state) do
    receive do
      {:start, ^stream, position, callers, mfa} ->
        steward_loop(start_task(position, callers, mfa, state))

      {:DOWN, ref, _, _, reason} when is_map_key(tasks, ref) ->
        {{position, _pid, link, timer}, tasks} = Map.pop!(tasks, ref)
        timer && :erlang.cancel_timer(timer)

        if reason != :normal or link != :link do
          tell_end(parent, {stream, position}, link, reason)
        else
          # Normal, and so usually after a reply, which the caller has had first.
          send(parent, {:ended, {stream, position}, link, :normal})
        end

        steward_loop(%{state | tasks: tasks})

      {:timeout, _timer, {:late, ref}} when is_map_key(tasks, ref) ->
        {{position, pid, _link, _timer}, tasks} = Map.pop!(tasks, ref)
        kill(ref, pid)
        send(parent, {:late, {stream, position}})
        steward_loop(%{state | tasks: tasks})

      {:DOWN, ^parent_ref, _, _, reason} ->
        end_tasks(tasks)
        exit(if reason in [:normal, :noproc], do: :normal, else: {:shutdown, reason})

      {:dismiss, ^stream} ->
        end_tasks(tasks)
        exit(:normal)

      _exit_or_late_timer ->
        steward_loop(state)
    end
  end

  defp tell_end(parent, key, :link, reason) do
    send(parent, {:ended, key, :link, reason})
    Process.exit(parent, if(reason == :kill, do: :killed, else: reason))
  end

  defp tell_end(parent, key, link, reason), do: send(parent, {:ended, key, link, reason})

  defp start_task(position, callers, mfa, %{stream: stream, parent: parent} = state) do
    case state.start.() do
      {:ok, link, pid} ->
        ref = Process.monitor(pid)
        send(pid, {self(), {stream, position}, parent, callers, mfa})
        timer = if is_integer(state.options.timeout), do: :erlang.start_timer(state.options.timeout, self(), {:late, ref})
        %{state | tasks: Map.put(state.tasks, ref, {position, pid, link, timer})}

      {:error, :max_children} ->
        message = "reached the maximum number of tasks for this task supervisor. The maximum number " <>
          "of tasks that are allowed to run at the same time under this supervisor " <>
          "can be configured with the :max_children option passed to Task.Supervisor.start_link/1. When " <>
          "using async_stream or async_stream_nolink, make sure to configure :max_concurrency to be lower " <>
          "or equal to :max_children and pay attention to whether other tasks are also spawned under the same " <>
          "task supervisor."
        send(parent, {:refused, stream, %RuntimeError{message: message}})
        state

      {:error, reason} ->
        send(parent, {:refused, stream, reason})
        state
    end
  end

  defp kill(ref, pid) do
    Process.unlink(pid)
    Process.exit(pid, :kill)

    receive do
      {:DOWN, ^ref, _, _, _} -> :ok
    end
  end

  defp end_tasks(tasks) do
    for {_, {_, pid, _, _}} <- tasks do
      Process.unlink(pid)
      Process.exit(pid, :kill)
    end

    for {ref, _} <- tasks do
      receive do
        {:DOWN, ^ref, _, _, _} -> :ok
      end
    end
  end
end
