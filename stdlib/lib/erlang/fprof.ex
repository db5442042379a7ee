defmodule :fprof do
  @moduledoc """
  Profiles of programs: where their time goes, by function and by caller.

  Erlang's profiler traces each call. This one looks once in a millisecond where the processes are, so it hardly slows the program
  down, and its figures are of another kind: times are those that passed between looks, and `CNT` counts the looks at which a
  function was found on the stack, not its calls. What takes less than a millisecond may not be found at all. Everything else is
  Erlang's: `apply/2` runs the program and writes a file, `profile/0` reads it, `analyse/1` writes what came out of it.

  Times are of the clock on the wall; those that a process waits are given to the function `suspend`.
  """

  import Kernel, except: [apply: 2, apply: 3]

  @trace_file ~c"fprof.trace"
  @analysis_file ~c"fprof.analysis"

  ## The server

  @doc "Starts the server that keeps the trace and the profile; the other functions start it by themselves."
  @spec start() :: {:ok, pid} | {:error, {:already_started, pid}}
  def start() do
    parent = self()
    ref = make_ref()

    {server, monitor} =
      spawn_monitor(fn ->
        try do
          Process.register(self(), :fprof_server)
          send(parent, {ref, :ok})
          serve(%{sampler: nil, file: nil, profile: nil})
        rescue
          ArgumentError -> send(parent, {ref, {:error, {:already_started, Process.whereis(:fprof_server)}}})
        end
      end)

    result =
      receive do
        {^ref, :ok} -> {:ok, server}
        {^ref, error} -> error
      end

    :erlang.demonitor(monitor, [:flush])
    result
  end

  @doc "Stops the server, and what it traces."
  @spec stop() :: :ok
  def stop(), do: stop(:normal)

  @doc "Stops the server; the reason `:kill` does so at once."
  @spec stop(term) :: :ok
  def stop(reason) do
    case Process.whereis(:fprof_server) do
      nil ->
        :ok

      server ->
        ref = Process.monitor(server)
        if reason == :kill, do: Process.exit(server, :kill), else: send(server, {:stop, reason})

        receive do
          {:DOWN, ^ref, :process, _, _} -> :ok
        end
    end
  end

  defp call(request) do
    server =
      Process.whereis(:fprof_server) ||
        case start() do
          {:ok, server} -> server
          {:error, {:already_started, server}} -> server
        end

    ref = Process.monitor(server)
    send(server, {:request, self(), ref, request})

    receive do
      {^ref, answer} ->
        Process.demonitor(ref, [:flush])
        answer

      {:DOWN, ^ref, :process, _, reason} ->
        {:error, reason}
    end
  end

  defp serve(state) do
    receive do
      {:request, from, ref, request} ->
        {answer, state} = handle(request, state)
        send(from, {ref, answer})
        serve(state)

      {:stop, reason} ->
        if state.sampler, do: :beamlet_sampler.stop(state.sampler)
        exit(reason)
    end
  end

  defp handle({:start, _pids, _file}, %{sampler: sampler} = state) when sampler != nil, do: {{:error, :already_tracing}, state}
  defp handle({:start, pids, file}, state), do: {:ok, %{state | sampler: :beamlet_sampler.start(pids), file: file}}
  defp handle(:stop, %{sampler: nil} = state), do: {{:error, :not_tracing}, state}

  defp handle(:stop, state) do
    trace = :beamlet_sampler.stop(state.sampler)
    {:file.write_file(state.file, :erlang.term_to_binary({:fprof_trace, named(trace)})), %{state | sampler: nil}}
  end

  defp handle({:keep, profile}, state), do: {:ok, %{state | profile: profile}}
  defp handle(:profile, %{profile: nil} = state), do: {{:error, :no_profile}, state}
  defp handle(:profile, state), do: {{:ok, state.profile}, state}

  # Processes are known by their names in print from here on: a file may be read when they are long gone.
  defp named({samples, parents}) do
    {for({pid, stack, time} <- samples, do: {:erlang.pid_to_list(pid), stack, time}),
     for({pid, parent} <- parents, into: %{}, do: {:erlang.pid_to_list(pid), :erlang.pid_to_list(parent)})}
  end

  ## Tracing

  @doc "Calls the function, a fun or `{module, function}`, with the arguments while it is traced, and returns what it returns."
  @spec apply(fun | {module, atom}, [term]) :: term
  def apply(function, args), do: apply(function, args, [])

  @doc "As `apply/2` with options, or `apply(module, function, args)`. See `apply/4`."
  @spec apply(fun | {module, atom} | module, [term] | atom, [term]) :: term
  def apply({module, function}, args, options) when is_atom(module) and is_atom(function) and is_list(args) and is_list(options),
    do: apply_start_stop(module, function, args, options)

  def apply(module, function, args) when is_atom(module) and is_atom(function) and is_list(args),
    do: apply_start_stop(module, function, args, [])

  def apply(function, args, options) when is_function(function, length(args)) and is_list(options),
    do: apply_start_stop(function, nil, args, options)

  @doc """
  Calls a function of a module while it is traced.

  Options are `:start` (the default), `{:procs, processes}` to be traced too, `{:file, name}` for the trace, and `:continue`, with which
  the trace goes on when the function has returned.
  """
  @spec apply(module, atom, [term], [term]) :: term
  def apply(module, function, args, options) when is_atom(module) and is_atom(function) and is_list(args) and is_list(options),
    do: apply_start_stop(module, function, args, options)

  defp apply_start_stop(module, function, args, options) do
    {continue, options} = {:proplists.get_bool(:continue, options), Enum.reject(options, &(&1 in [:continue, {:continue, true}]))}
    {pids, file} = tracing([{:procs, [self() | List.wrap(option(options, :procs, []))]} | Enum.reject(options, &match?({:procs, _}, &1))])

    case call({:start, pids, file}) do
      :ok ->
        try do
          # Not a tail call: this function is the first of the profile.
          result = if function, do: :erlang.apply(module, function, args), else: :erlang.apply(module, args)
          result
        after
          unless continue, do: trace(:stop)
        end

      {:error, reason} ->
        exit({:error, reason, :fprof, [module, function, args]})
    end
  end

  @doc """
  Starts and stops to trace.

  `:start` and a list with it and `{:procs, processes}` and `{:file, name}` start, `:stop` stops and writes the trace to its file. Without
  `:procs` all processes there are are traced.
  """
  @spec trace(:start | :stop | {:file, term} | [term]) :: :ok | {:error, term}
  def trace(:start), do: trace([:start])
  def trace(:stop), do: call(:stop)
  def trace(:verbose), do: trace([:start])
  def trace({_, _} = option), do: trace([option])

  def trace(options) when is_list(options) do
    if :proplists.get_bool(:stop, options) do
      call(:stop)
    else
      {pids, file} = options |> Enum.reject(&(&1 in [:start, :verbose])) |> tracing()
      call({:start, pids, file})
    end
  end

  @doc "As `trace/1` with `:start` and the name of a file, `:verbose` and the name of a file, or an option and its value."
  @spec trace(atom, term) :: :ok | {:error, term}
  def trace(start, file) when start in [:start, :verbose], do: trace([:start, {:file, file}])
  def trace(option, value), do: trace([{option, value}])

  defp tracing(options) do
    Enum.each(options, fn
      {key, _} when key in [:procs, :file, :cpu_time] -> :ok
      key when key in [:start, :file] -> :ok
      _ -> :erlang.error(:badarg)
    end)

    pids =
      case option(options, :procs, nil) do
        nil -> Process.list() -- [self(), Process.whereis(:fprof_server)]
        process when not is_list(process) -> pids([process])
        processes -> pids(processes)
      end

    {pids, file(option(options, :file, []), @trace_file)}
  end

  defp pids(processes), do: processes |> Enum.map(&if(is_atom(&1), do: Process.whereis(&1), else: &1)) |> Enum.filter(&is_pid/1) |> Enum.uniq()

  defp option(options, key, default), do: :proplists.get_value(key, options, default)

  defp file([], default), do: default
  defp file(true, default), do: default
  defp file(name, _default), do: name

  ## Profiling

  @doc "Reads the trace in the file `fprof.trace`."
  @spec profile() :: :ok | {:error, term}
  def profile(), do: profile([])

  @doc "Reads the trace in a file, with `{:file, name}`. The other options of Erlang's raise `ArgumentError`."
  @spec profile({:file, term} | [term]) :: :ok | {:error, term}
  def profile({_, _} = option), do: profile([option])

  def profile(options) when is_list(options) do
    Enum.each(options, fn
      {:file, _} -> :ok
      :file -> :ok
      _ -> :erlang.error(:badarg)
    end)

    file = file(option(options, :file, []), @trace_file)

    with {:ok, bytes} <- :file.read_file(file) do
      IO.puts("Reading trace data...")

      case safe_term(bytes) do
        {:fprof_trace, {samples, parents}} ->
          call({:keep, {samples, parents}})
          IO.puts("\nEnd of trace!")

        _ ->
          {:error, :bad_trace}
      end
    else
      {:error, reason} -> {:error, {:client_cannot_open, {:error, reason}}}
    end
  end

  def profile(:start), do: :erlang.error(:badarg)
  def profile(:stop), do: :erlang.error(:badarg)

  @doc "As `profile/1` with one option and its value."
  @spec profile(atom, term) :: :ok | {:error, term}
  def profile(option, value), do: profile([{option, value}])

  defp safe_term(bytes) do
    :erlang.binary_to_term(bytes)
  rescue
    ArgumentError -> nil
  end

  ## Analysis

  @doc "Writes the analysis to the group leader."
  @spec analyse() :: :ok | {:error, term}
  def analyse(), do: analyse([])

  @doc """
  Writes the analysis of what `profile/1` has read.

  Options are `{:dest, destination}` (a process, a file's name or `[]` for `fprof.analysis`) and `:append`; `{:sort, :acc}` (the default, by time
  with all that is called) or `{:sort, :own}`; `{:totals, true}` for a part about all processes together; `{:details, false}` without
  the parts of the processes; `{:callers, false}` without callers and called; `{:cols, width}`.
  """
  @spec analyse(term) :: :ok | {:error, term}
  def analyse(option) when not is_list(option), do: analyse([option])

  def analyse(options) do
    settings = settings(options)

    with {:ok, {samples, parents}} <- call(:profile) do
      IO.puts("Processing data...")
      text = analysis(samples, parents, settings)
      IO.puts("Creating output...")

      with :ok <- write(settings, text) do
        if is_pid(settings.dest) or settings.dest == :group_leader, do: IO.puts("")
        IO.puts("Done!")
      end
    end
  end

  @doc "As `analyse/1` with one option and its value."
  @spec analyse(atom, term) :: :ok | {:error, term}
  def analyse(option, value), do: analyse([{option, value}])

  defp settings(options) do
    Enum.reduce(options, %{dest: :group_leader, append: false, cols: 80, callers: true, sort: :acc, totals: false, details: true}, fn
      :no_callers, settings -> %{settings | callers: false}
      :no_details, settings -> %{settings | details: false}
      :no_totals, settings -> %{settings | totals: false}
      flag, settings when flag in [:append, :callers, :totals, :details] -> Map.put(settings, flag, true)
      :dest, settings -> %{settings | dest: @analysis_file}
      {:dest, []}, settings -> %{settings | dest: @analysis_file}
      {:dest, dest}, settings -> %{settings | dest: dest}
      {:sort, sort}, settings when sort in [:acc, :own] -> %{settings | sort: sort}
      {:cols, cols}, settings when is_integer(cols) and cols > 0 -> %{settings | cols: cols}
      {flag, value}, settings when flag in [:append, :callers, :totals, :details] and is_boolean(value) -> Map.put(settings, flag, value)
      _, _ -> :erlang.error(:badarg, [options])
    end)
  end

  defp write(%{dest: :group_leader}, text), do: IO.write(text)
  defp write(%{dest: pid}, text) when is_pid(pid), do: IO.write(pid, text)
  defp write(%{dest: file, append: append}, text), do: :file.write_file(file, IO.chardata_to_string(text), if(append, do: [:append], else: []))

  defp analysis(samples, parents, settings) do
    stacks = for {pid, stack, time} <- samples, {__MODULE__, :call, 1} not in stack, do: {pid, below(stack), time}
    by_process = Enum.group_by(stacks, &elem(&1, 0))
    pids = stacks |> Enum.map(&elem(&1, 0)) |> Enum.uniq()
    total = stacks |> Enum.map(&elem(&1, 2)) |> Enum.sum()
    waited = for({_, [:suspend | _], time} <- stacks, do: time) |> Enum.sum()

    [
      "%% Analysis results:\n{  analysis_options,\n [{callers, #{settings.callers}},\n  {sort, #{settings.sort}},\n  ",
      "{totals, #{settings.totals}},\n  {details, #{settings.details}}]}.\n\n",
      head(settings),
      line("[{ totals,", length(stacks), total, total - waited, "}].", "%%%", settings),
      "\n",
      if(settings.totals, do: entries(stacks, settings), else: []),
      if(settings.details, do: for(pid <- pids, do: ["\n", head(settings), process(pid, by_process[pid], parents[pid], settings)]), else: [])
    ]
  end

  defp head(settings), do: ["%", String.pad_leading("CNT", settings.cols - 30), "       ACC       OWN        \n"]

  defp process(pid, stacks, parent, settings) do
    own = for({_, [top | _], time} when top != :suspend <- stacks, do: time) |> Enum.sum()
    {close, tail} = if parent, do: {"},", "%%"}, else: {"}].", "%%"}

    [
      line(~s([{ "#{pid}",), length(stacks), :undefined, own, close, tail, settings),
      if(parent, do: [~s( { spawned_by, "#{parent}"}].\n\n)], else: "\n"),
      entries(stacks, settings)
    ]
  end

  # What lies below the function that was profiled belongs to the program around it.
  defp below(stack) do
    own = Enum.take_while(stack, &(not match?({:fprof, :apply_start_stop, _}, &1)))
    if length(own) < length(stack), do: own ++ [{:fprof, :apply_start_stop, 4}, :undefined], else: own ++ [:undefined]
  end

  # For each function and each pair of a caller and what it calls: the looks, the time with and the time without what is called.
  defp entries(stacks, settings) do
    {functions, pairs} = Enum.reduce(stacks, {%{}, %{}}, &count/2)
    callers = Enum.group_by(pairs, fn {{_caller, called}, _} -> called end, fn {{caller, _}, figures} -> {caller, figures} end)
    called = Enum.group_by(pairs, fn {{caller, _}, _} -> caller end, fn {{_, called}, figures} -> {called, figures} end)

    for {function, figures} <- ordered(functions, settings) do
      if settings.callers do
        [
          listed("{[", Map.get(callers, function, []), "],", settings),
          entry(" { ", function, figures, "},", "%", settings),
          listed(" [", Map.get(called, function, []), "]}.", settings),
          "\n"
        ]
      else
        entry("{  ", function, figures, "}.", "", settings)
      end
    end
  end

  defp ordered(figures, %{sort: :acc}), do: Enum.sort_by(figures, fn {function, {_, acc, own}} -> {-acc, -own, function} end)
  defp ordered(figures, %{sort: :own}), do: Enum.sort_by(figures, fn {function, {_, acc, own}} -> {-own, -acc, function} end)

  defp listed(open, [], close, _settings), do: [open, " ", close, "\n"]

  defp listed(open, figures, close, settings) do
    figures = ordered(figures, settings)
    last = length(figures)

    for {{function, figures}, index} <- Enum.with_index(figures, 1) do
      entry(if(index == 1, do: open <> "{", else: "  {"), function, figures, if(index == last, do: "}" <> close, else: "},"), "", settings)
    end
  end

  defp count({_pid, [top | _] = stack, time}, {functions, pairs}) do
    functions = stack |> Enum.uniq() |> Enum.reduce(functions, &add(&2, &1, time, 0)) |> add_own(top, time)
    edges = stack |> tl() |> Enum.zip(stack)

    # The time with what is called belongs to the outermost call only, or it would count several times.
    {pairs, _outer} =
      edges
      |> Enum.reverse()
      |> Enum.reduce({pairs, %{}}, fn {_, called} = edge, {pairs, outer} ->
        cond do
          not is_map_key(outer, called) -> {add(pairs, edge, time, 0), outer |> Map.put(called, true) |> Map.put(edge, true)}
          not is_map_key(outer, edge) -> {add(pairs, edge, 0, 0), Map.put(outer, edge, true)}
          true -> {pairs, outer}
        end
      end)

    {functions, if(edges == [], do: pairs, else: add_own(pairs, hd(edges), time))}
  end

  defp add(figures, key, acc, own) do
    case figures do
      %{^key => {count, acc0, own0}} -> %{figures | key => {count + 1, acc0 + acc, own0 + own}}
      _ -> Map.put(figures, key, {1, acc, own})
    end
  end

  # Waiting is nobody's work.
  defp add_own(figures, :suspend, _time), do: figures
  defp add_own(figures, {_, :suspend}, _time), do: figures

  defp add_own(figures, key, time) do
    {count, acc, own} = Map.fetch!(figures, key)
    Map.put(figures, key, {count, acc, own + time})
  end

  defp entry(open, function, {count, acc, own}, close, tail, settings),
    do: line([open, :io_lib.format(~c"~0tp,", [function])], count, acc, own, close, tail, settings)

  defp line(name, count, acc, own, close, tail, %{cols: cols}) do
    name = name |> IO.chardata_to_string() |> String.pad_trailing(cols - 39)
    text = name <> String.pad_leading("#{count},", 11) <> time(acc, ",") <> time(own, close)
    [String.pad_trailing(text, cols - 1 - String.length(tail)), tail, "\n"]
  end

  defp time(:undefined, close), do: "undefined" <> close
  defp time(micros, close), do: String.pad_leading(:erlang.float_to_binary(micros / 1000, decimals: 3), 9) <> close
end
