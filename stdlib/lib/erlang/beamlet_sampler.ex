defmodule :beamlet_sampler do
  @moduledoc false
  # What `:fprof` and `:eprof` know of a program: a process looks once in a millisecond where the processes to be profiled are,
  # and gives the time that has passed since its last look to what it finds.

  # One look: the process, the functions on its stack with the running one first, and the microseconds.
  @type sample :: {pid, [mfa | :suspend], non_neg_integer}

  @depth 1000

  @doc "Starts to look at the processes and at all that they spawn from now on. The answer is what `stop/1` takes."
  @spec start([pid]) :: pid
  def start(pids) do
    owner = self()
    ref = make_ref()

    sampler =
      spawn(fn ->
        depth = :erlang.system_flag(:backtrace_depth, @depth)
        watched = :erlang.monitor(:process, owner)
        send(owner, {ref, :ready})
        known = MapSet.new(Process.list())
        loop(%{pids: pids, known: known, depth: depth, watched: watched, last: now(), parents: %{}, samples: []})
      end)

    receive do
      {^ref, :ready} -> sampler
    end
  end

  @doc "Ends the looking, and returns the looks from first to last and who spawned whom."
  @spec stop(pid) :: {[sample], %{pid => pid}}
  def stop(sampler) do
    ref = :erlang.monitor(:process, sampler)
    send(sampler, {:stop, self(), ref})

    receive do
      {^ref, samples, parents} ->
        :erlang.demonitor(ref, [:flush])
        {samples, parents}

      {:DOWN, ^ref, :process, _, _} ->
        {[], %{}}
    end
  end

  defp loop(state) do
    receive do
      {:stop, from, ref} ->
        state = look(state)
        :erlang.system_flag(:backtrace_depth, state.depth)
        send(from, {ref, :lists.reverse(state.samples), state.parents})

      {:DOWN, watched, :process, _, _} when watched == :erlang.map_get(:watched, state) ->
        :erlang.system_flag(:backtrace_depth, state.depth)
    after
      1 -> state |> look() |> loop()
    end
  end

  defp look(state) do
    state = adopt(state)
    {time, last} = {now(), state.last}

    samples =
      Enum.reduce(state.pids, state.samples, fn pid, samples ->
        case :erlang.process_info(pid, [:current_stacktrace, :status]) do
          [current_stacktrace: stack, status: status] -> [{pid, functions(stack, status), time - last} | samples]
          :undefined -> samples
        end
      end)

    %{state | last: time, samples: samples}
  end

  # Processes that were not there at the last look, and whose parents are looked at.
  defp adopt(state) do
    new = for pid <- Process.list(), not MapSet.member?(state.known, pid), do: pid

    Enum.reduce(new, %{state | known: Enum.into(new, state.known)}, fn pid, state ->
      with {:parent, parent} <- :erlang.process_info(pid, :parent), true <- parent in state.pids do
        %{state | pids: state.pids ++ [pid], parents: Map.put(state.parents, pid, parent)}
      else
        _ -> state
      end
    end)
  end

  defp functions(stack, status) do
    functions = for {module, function, arity, _place} <- stack, do: {module, function, if(is_list(arity), do: length(arity), else: arity)}
    if status == :waiting, do: [:suspend | functions], else: functions
  end

  defp now(), do: :erlang.monotonic_time(:microsecond)
end
