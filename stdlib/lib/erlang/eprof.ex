defmodule :eprof do
  @moduledoc """
  Profiles of programs: how much of their time each function takes by itself.

  Erlang's profiler traces each call. This one looks once in a millisecond which function runs in the processes, as `:fprof` does:
  `CALLS` counts the looks at which a function was met running, not its calls, and `TIME` is the time that passed between looks.
  Time that a process waits does not count.
  """

  @type rootset :: [pid | atom]

  ## Starting and stopping

  @doc "Starts the server; the functions that profile start it by themselves."
  @spec start() :: {:ok, pid} | {:error, term}
  def start(), do: :gen_server.start({:local, :eprof}, __MODULE__, [], [])

  @doc "Stops the server."
  @spec stop() :: :stopped
  def stop(), do: :gen_server.call(:eprof, :stop, :infinity)

  ## Profiling

  @doc "Calls the function in a process that is profiled, with all that it spawns, and returns `{:ok, result}`."
  @spec profile((() -> term)) :: {:ok, term} | {:error, term}
  def profile(fun) when is_function(fun, 0), do: profile([], fun)

  @doc "Profiles other processes too, or profiles a function with options, which have no effect."
  @spec profile(rootset | (() -> term), (() -> term) | list) :: {:ok, term} | {:error, term}
  def profile(fun, options) when is_function(fun, 0) and is_list(options), do: profile([], fun)
  def profile(rootset, fun) when is_list(rootset) and is_function(fun, 0), do: profile(rootset, fun, {:_, :_, :_})

  @doc "Profiles functions that match a pattern of module, function and arity, in which `:_` stands for any."
  @spec profile(rootset, (() -> term), {module, atom, arity | :_}) :: {:ok, term} | {:error, term}
  def profile(rootset, fun, pattern), do: profile(rootset, fun, pattern, [])

  @doc "Profiles `apply(module, function, args)`, or a function with a pattern and options, which have no effect."
  @spec profile(rootset, module | (() -> term), atom | tuple, list) :: {:ok, term} | {:error, term}
  def profile(rootset, fun, {_, _, _} = pattern, options) when is_list(rootset) and is_function(fun, 0) and is_list(options) do
    start()
    :gen_server.call(:eprof, {:profile, rootset, fun, pattern}, :infinity)
  end

  def profile(rootset, module, function, args), do: profile(rootset, module, function, args, {:_, :_, :_})

  @doc "Profiles `apply(module, function, args)`, as far as it matches a pattern."
  @spec profile(rootset, module, atom, [term], tuple) :: {:ok, term} | {:error, term}
  def profile(rootset, module, function, args, pattern) when is_atom(module) and is_atom(function) and is_list(args),
    do: profile(rootset, fn -> apply(module, function, args) end, pattern, [])

  @doc "Begins to profile the processes, and all that they spawn from now on."
  @spec start_profiling(rootset) :: :profiling | {:error, term}
  def start_profiling(rootset), do: start_profiling(rootset, {:_, :_, :_})

  @doc "Begins to profile functions that match a pattern."
  @spec start_profiling(rootset, tuple) :: :profiling | {:error, term}
  def start_profiling(rootset, {_, _, _} = pattern) when is_list(rootset) do
    start()
    :gen_server.call(:eprof, {:start_profiling, rootset, pattern}, :infinity)
  end

  @doc "Ends what `start_profiling/1` began."
  @spec stop_profiling() :: :profiling_stopped | :profiling_already_stopped
  def stop_profiling(), do: :gen_server.call(:eprof, :stop_profiling, :infinity)

  @doc "Writes what is printed from now on to a file too."
  @spec log(:file.name()) :: :ok
  def log(file), do: :gen_server.call(:eprof, {:log, file}, :infinity)

  ## Analysis

  @doc "Prints a table for each process."
  @spec analyze() :: :ok | :nothing_to_analyze
  def analyze(), do: analyze(:procs, [])

  @doc "Prints a table for each process (`:procs`) or one for all (`:total`), or the former with options."
  @spec analyze(:procs | :total | list) :: :ok | :nothing_to_analyze
  def analyze(type) when type in [:procs, :total], do: analyze(type, [])
  def analyze(options) when is_list(options), do: analyze(:procs, options)

  @doc """
  Prints tables. Options are `{:sort, :time}` (the default), `{:sort, :calls}` or `{:sort, :mfa}`, and `{:filter, filters}` with the least
  figures that are shown: `{:calls, n}` and `{:time, microseconds}`.
  """
  @spec analyze(:procs | :total, list) :: :ok | :nothing_to_analyze
  def analyze(type, options) when type in [:procs, :total] and is_list(options),
    do: :gen_server.call(:eprof, {:analyze, type, options}, :infinity)

  ## The server, with the callbacks of `:gen_server`

  @doc false
  def init([]), do: {:ok, %{sampler: nil, samples: nil, pattern: {:_, :_, :_}, log: nil, waiting: nil}}

  @doc false
  def handle_call({kind, _, _, _}, _from, %{sampler: sampler} = state) when kind == :profile and sampler != nil,
    do: {:reply, {:error, :already_profiling}, state}

  def handle_call({:profile, rootset, fun, pattern}, from, state) do
    server = self()

    # It begins when its process is looked at.
    {pid, ref} =
      spawn_monitor(fn ->
        receive do
          :go -> send(server, {:result, self(), fun.()})
        end
      end)

    sampler = :beamlet_sampler.start([pid | pids(rootset)])
    send(pid, :go)
    {:noreply, %{state | sampler: sampler, pattern: pattern, waiting: {from, pid, ref}}}
  end

  def handle_call({:start_profiling, _, _}, _from, %{sampler: sampler} = state) when sampler != nil,
    do: {:reply, {:error, :already_profiling}, state}

  def handle_call({:start_profiling, rootset, pattern}, _from, state),
    do: {:reply, :profiling, %{state | sampler: :beamlet_sampler.start(pids(rootset)), pattern: pattern}}

  def handle_call(:stop_profiling, _from, %{sampler: nil} = state), do: {:reply, :profiling_already_stopped, state}
  def handle_call(:stop_profiling, _from, state), do: {:reply, :profiling_stopped, ended(state)}
  def handle_call({:log, file}, _from, state), do: {:reply, :ok, %{state | log: file}}
  def handle_call({:analyze, _, _}, _from, %{samples: nil} = state), do: {:reply, :nothing_to_analyze, state}

  # What is printed goes to where the output of who started the server goes.
  def handle_call({:analyze, type, options}, _from, state) do
    text = tables(type, running(state.samples, state.pattern), options)
    IO.write(text)
    if state.log, do: :file.write_file(state.log, IO.chardata_to_string(text), [:append])
    {:reply, :ok, state}
  end

  def handle_call(:stop, _from, state) do
    if state.sampler, do: :beamlet_sampler.stop(state.sampler)
    {:stop, :normal, :stopped, %{state | sampler: nil}}
  end

  @doc false
  def handle_cast(_message, state), do: {:noreply, state}

  @doc false
  def handle_info({:result, pid, result}, %{waiting: {from, pid, ref}} = state) do
    Process.demonitor(ref, [:flush])
    :gen_server.reply(from, {:ok, result})
    {:noreply, ended(%{state | waiting: nil})}
  end

  def handle_info({:DOWN, ref, :process, pid, reason}, %{waiting: {from, pid, ref}} = state) do
    :gen_server.reply(from, {:error, reason})
    {:noreply, ended(%{state | waiting: nil})}
  end

  def handle_info(_message, state), do: {:noreply, state}

  defp ended(state) do
    {samples, _parents} = :beamlet_sampler.stop(state.sampler)
    %{state | sampler: nil, samples: samples}
  end

  defp pids(rootset), do: rootset |> Enum.map(&if(is_atom(&1), do: Process.whereis(&1), else: &1)) |> Enum.filter(&is_pid/1)

  ## Tables

  defp running(samples, {module, function, arity}) do
    for {pid, [{m, f, a} | _], time} <- samples,
        module in [:_, m] and function in [:_, f] and arity in [:_, a],
        do: {pid, {m, f, a}, time}
  end

  defp tables(:total, samples, options), do: table(samples, options)

  defp tables(:procs, samples, options) do
    whole = total(samples)

    for {pid, own} <- samples |> Enum.group_by(&elem(&1, 0)) |> Enum.sort_by(fn {_, own} -> -total(own) end) do
      [:io_lib.format("~n****** Process ~w    -- ~s % of profiled time *** ~n", [pid, percent(total(own), whole)]), table(own, options)]
    end
  end

  defp total(samples), do: samples |> Enum.map(&elem(&1, 2)) |> Enum.sum()

  defp table(samples, options) do
    whole = total(samples)
    filters = :proplists.get_value(:filter, options, [])
    {least_calls, least_time} = {:proplists.get_value(:calls, filters, 0), :proplists.get_value(:time, filters, 0)}

    figures =
      samples
      |> Enum.group_by(&elem(&1, 1), &elem(&1, 2))
      |> Enum.map(fn {mfa, times} -> {mfa, length(times), Enum.sum(times)} end)

    rows =
      for {{m, f, a}, calls, time} <- sorted(figures, :proplists.get_value(:sort, options, :time)), calls >= least_calls, time >= least_time do
        [IO.chardata_to_string(:io_lib.format("~w:~tw/~w", [m, f, a])), "#{calls}", percent(time, whole), "#{time}", each(time, calls)]
      end

    calls = figures |> Enum.map(&elem(&1, 1)) |> Enum.sum()
    last = ["Total:", "#{calls}", "100.00%", "#{whole}", each(whole, max(calls, 1))]
    head = ["FUNCTION", "CALLS", "%", "TIME", "uS / CALLS"]
    widths = [last, head | rows] |> Enum.zip_with(fn column -> column |> Enum.map(&String.length/1) |> Enum.max() end)
    line = Enum.map(Enum.zip(widths, head), fn {width, title} -> String.duplicate("-", if(title == "FUNCTION", do: width, else: String.length(title))) end)
    line = List.replace_at(line, 2, "-------")

    Enum.map([head, line] ++ rows ++ [line, last], &row(&1, widths))
  end

  defp sorted(figures, :calls), do: Enum.sort_by(figures, fn {mfa, calls, _} -> {calls, mfa} end)
  defp sorted(figures, :mfa), do: Enum.sort_by(figures, fn {mfa, _, _} -> mfa end)
  defp sorted(figures, :time), do: Enum.sort_by(figures, fn {mfa, _, time} -> {time, mfa} end)

  defp row([function, calls, percent, time, each], [w1, w2, _w3, w4, _w5]) do
    [
      String.pad_trailing(function, w1),
      "  ",
      String.pad_leading(calls, w2),
      "  ",
      String.pad_leading(percent, 7),
      "  ",
      String.pad_leading(time, w4),
      "  [",
      String.pad_leading(each, 10),
      "]\n"
    ]
  end

  defp percent(_part, 0), do: "0.00"
  defp percent(part, whole), do: :erlang.float_to_binary(100 * part / whole, decimals: 2)
  defp each(time, calls), do: :erlang.float_to_binary(time / calls, decimals: 2)
end
