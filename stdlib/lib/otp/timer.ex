defmodule :timer do
  @moduledoc """
  Doing things later, again and again, and measuring how long they take.

  Times are milliseconds, measurements microseconds. Sending a message once uses the process's own timers; everything
  else goes through the process `:timer_server`. An interval that sends to a process ends with that process.
  """

  @behaviour :gen_server

  @type tref :: term
  @type time :: non_neg_integer

  @doc "Starts the timer server, which otherwise starts on first use."
  def start do
    server()
    :ok
  end

  @doc "Suspends the calling process. Always `:ok`."
  @spec sleep(timeout) :: :ok
  def sleep(time) do
    receive do
    after
      time -> :ok
    end
  end

  @doc "Measures a call of `fun`: `{microseconds, result}`."
  @spec tc((() -> result)) :: {integer, result} when result: term
  def tc(fun), do: measure(fun, [])

  @doc "Measures a call of `fun` with arguments."
  @spec tc(fun, list) :: {integer, term}
  def tc(fun, args), do: measure(fun, args)

  @doc "Measures a call of a function of a module."
  @spec tc(module, atom, list) :: {integer, term}
  def tc(module, function, args) do
    start = :erlang.monotonic_time()
    result = apply(module, function, args)
    {elapsed(start), result}
  end

  defp measure(fun, args) do
    start = :erlang.monotonic_time()
    result = apply(fun, args)
    {elapsed(start), result}
  end

  defp elapsed(start), do: :erlang.convert_time_unit(:erlang.monotonic_time() - start, :native, :microsecond)

  @doc "Converts seconds to milliseconds."
  def seconds(seconds), do: 1000 * seconds

  @doc "Converts minutes to milliseconds."
  def minutes(minutes), do: 60_000 * minutes

  @doc "Converts hours to milliseconds."
  def hours(hours), do: 3_600_000 * hours

  @doc "Converts hours, minutes and seconds to milliseconds."
  def hms(hours, minutes, seconds), do: hours(hours) + minutes(minutes) + seconds(seconds)

  @doc "Returns the microseconds between two timestamps, the later one first."
  def now_diff({mega2, sec2, micro2}, {mega1, sec1, micro1}) do
    ((mega2 - mega1) * 1_000_000 + (sec2 - sec1)) * 1_000_000 + (micro2 - micro1)
  end

  @doc "Applies a function after a time."
  @spec apply_after(time, module, atom, list) :: {:ok, tref} | {:error, term}
  def apply_after(time, module, function, args) when is_integer(time) and time >= 0 and is_list(args) do
    request({:once, time, {module, function, args}})
  end

  def apply_after(_time, _module, _function, _args), do: {:error, :badarg}

  @doc "Applies a function again and again."
  @spec apply_interval(time, module, atom, list) :: {:ok, tref} | {:error, term}
  def apply_interval(time, module, function, args) when is_integer(time) and time >= 0 and is_list(args) do
    request({:interval, time, {module, function, args}, self()})
  end

  def apply_interval(_time, _module, _function, _args), do: {:error, :badarg}

  @doc "Sends a message to the calling process after a time."
  @spec send_after(time, term) :: {:ok, tref} | {:error, term}
  def send_after(time, message), do: send_after(time, self(), message)

  @doc "Sends a message to a process after a time."
  @spec send_after(time, pid | atom | {atom, node}, term) :: {:ok, tref} | {:error, term}
  def send_after(time, destination, message) when is_integer(time) and time >= 0 do
    {:ok, {:send_local, :erlang.send_after(time, local(destination), message)}}
  end

  def send_after(_time, _destination, _message), do: {:error, :badarg}

  defp local({name, node}) when node == node(), do: name
  defp local(destination), do: destination

  @doc "Sends a message to the calling process again and again."
  @spec send_interval(time, term) :: {:ok, tref} | {:error, term}
  def send_interval(time, message), do: send_interval(time, self(), message)

  @doc "Sends a message to a process again and again."
  @spec send_interval(time, pid | atom | {atom, node}, term) :: {:ok, tref} | {:error, term}
  def send_interval(time, destination, message) when is_integer(time) and time >= 0 do
    pid = if is_pid(destination), do: destination, else: :erlang.whereis(local(destination))

    if is_pid(pid) do
      request({:interval, time, {:erlang, :send, [pid, message]}, pid})
    else
      {:error, :badarg}
    end
  end

  def send_interval(_time, _destination, _message), do: {:error, :badarg}

  @doc "Sends an exit signal to the calling process after a time."
  def exit_after(time, reason), do: exit_after(time, self(), reason)

  @doc "Sends an exit signal to a process after a time."
  def exit_after(time, pid, reason), do: apply_after(time, :erlang, :exit, [pid, reason])

  @doc "Kills the calling process after a time."
  def kill_after(time), do: exit_after(time, self(), :kill)

  @doc "Kills a process after a time."
  def kill_after(time, pid), do: exit_after(time, pid, :kill)

  @doc "Cancels a timer."
  @spec cancel(tref) :: {:ok, :cancel} | {:error, term}
  def cancel({:send_local, ref}) when is_reference(ref) do
    :erlang.cancel_timer(ref)
    {:ok, :cancel}
  end

  def cancel({kind, ref}) when kind in [:once, :interval] and is_reference(ref), do: request({:cancel, ref})
  def cancel(_other), do: {:error, :badarg}

  ## The server

  defp request(request), do: :gen_server.call(server(), request, :infinity)

  defp server do
    case :erlang.whereis(:timer_server) do
      :undefined ->
        case :beamlet_boot.service(fn -> :gen_server.start({:local, :timer_server}, :timer, [], []) end) do
          {:ok, pid} -> pid
          {:error, {:already_started, pid}} -> pid
        end

      pid ->
        pid
    end
  end

  # The state maps a timer's reference to {current timer, what to do, interval or nil, monitor or nil, next time}.
  @doc false
  def init([]), do: {:ok, %{}}

  @doc false
  def handle_call({:once, time, mfa}, _from, timers) do
    ref = make_ref()
    timer = :erlang.start_timer(time, self(), ref)
    {:reply, {:ok, {:once, ref}}, Map.put(timers, ref, {timer, mfa, nil, nil, nil})}
  end

  def handle_call({:interval, time, mfa, pid}, _from, timers) do
    ref = make_ref()
    monitor = :erlang.monitor(:process, pid)
    next = :erlang.monotonic_time(:millisecond) + time
    timer = :erlang.start_timer(next, self(), ref, abs: true)
    {:reply, {:ok, {:interval, ref}}, Map.put(timers, ref, {timer, mfa, time, monitor, next})}
  end

  def handle_call({:cancel, ref}, _from, timers), do: {:reply, {:ok, :cancel}, drop(ref, timers)}

  @doc false
  def handle_cast(_message, timers), do: {:noreply, timers}

  @doc false
  def handle_info({:timeout, timer, ref}, timers) do
    case timers do
      %{^ref => {^timer, mfa, nil, nil, nil}} ->
        run(mfa)
        {:noreply, Map.delete(timers, ref)}

      %{^ref => {^timer, mfa, time, monitor, next}} ->
        run(mfa)
        # The next time counts from when this one was due, so that intervals do not drift.
        next = next + time
        timer = :erlang.start_timer(next, self(), ref, abs: true)
        {:noreply, Map.put(timers, ref, {timer, mfa, time, monitor, next})}

      _ ->
        {:noreply, timers}
    end
  end

  def handle_info({:DOWN, monitor, _, _, _}, timers) do
    case Enum.find(timers, fn {_, timer} -> elem(timer, 3) == monitor end) do
      {ref, _} -> {:noreply, drop(ref, timers)}
      nil -> {:noreply, timers}
    end
  end

  def handle_info(_message, timers), do: {:noreply, timers}

  defp drop(ref, timers) do
    case timers do
      %{^ref => {timer, _, _, monitor, _}} ->
        :erlang.cancel_timer(timer)
        monitor && :erlang.demonitor(monitor, [:flush])
        Map.delete(timers, ref)

      _ ->
        timers
    end
  end

  # Sends and exit signals cannot fail or take long; anything else runs in a process of its own.
  defp run({:erlang, :send, [pid, message]}), do: send(pid, message)
  defp run({:erlang, :exit, [pid, reason]}) when is_pid(pid), do: :erlang.exit(pid, reason)
  defp run({module, function, args}), do: :erlang.spawn(module, function, args)
end
