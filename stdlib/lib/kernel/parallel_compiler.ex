defmodule Kernel.ParallelCompiler do
  @moduledoc """
  Compiles several files together, each in a process of its own.

  The order of the files does not matter: a file that needs a module, a macro or a struct that is not there yet waits
  until another file has defined it. When all files wait, those that wait for what nobody defines are told so; files that
  wait for each other are reported as a deadlock.
  """

  @typedoc "The line of a file, the position in it, or 0."
  @type line() :: non_neg_integer()
  @type location() :: line() | {pos_integer(), column :: non_neg_integer}
  @type warning() :: {file :: Path.t(), location(), message :: String.t()}
  @type error() :: {file :: Path.t(), location() | nil, message :: String.t()}

  @doc """
  Starts a task that may wait for modules like the process that compiles, from which it must be called.

  ## Examples

      Kernel.ParallelCompiler.async(fn -> Code.ensure_compiled(Other) end) |> Task.await()

  """
  @spec async((() -> term)) :: Task.t()
  def async(fun) when is_function(fun, 0) do
    case :erlang.get(:elixir_compiler_info) do
      {_, _} = info ->
        Task.async(fn ->
          :erlang.put(:elixir_compiler_info, info)
          :erlang.process_flag(:error_handler, Kernel.ErrorHandler)
          send(elem(info, 0), {:helper, self(), elem(info, 1)})
          fun.()
        end)

      :undefined ->
        raise ArgumentError, "cannot spawn parallel compiler task because the current file is not being compiled/required"
    end
  end

  @doc """
  Compiles files: `{:ok, modules, warnings}` or `{:error, errors, warnings}`.

  The modules are loaded as well. With errors, they have been printed, and what had not been compiled by then is left.
  Warnings are printed; they are not in the result.

  ## Options

    * `:each_file` - called with the path of every file that has been compiled
    * `:each_long_compilation` - called with the path of a file that takes longer than `:long_compilation_threshold` seconds (10)
    * `:each_module` - called with the file, the module and its code

  With the compiler's own option `lexical_references`, `:each_references` is called with every file that has been compiled, the modules
  that it needs as `{compile, exports, runtime}`, and the configuration that it looked at.

  """
  @spec compile([Path.t()], keyword()) :: {:ok, [atom], [warning]} | {:error, [error], [warning]}
  def compile(files, options \\ []) when is_list(options), do: start(files, :compile, options)

  @doc "Compiles files as `compile/2` does, and writes the code of each module to `path`, which must exist."
  @spec compile_to_path([Path.t()], Path.t(), keyword()) :: {:ok, [atom], [warning]} | {:error, [error], [warning]}
  def compile_to_path(files, path, options \\ []) when is_binary(path) and is_list(options) do
    start(files, {:compile, path}, options)
  end

  @doc """
  Requires files: evaluates those that were not required before, loading the modules that they define.

  Takes the options of `compile/2`, and gives the same.
  """
  @spec require([Path.t()], keyword()) :: {:ok, [atom], [warning]} | {:error, [error], [warning]}
  def require(files, options \\ []) when is_list(options), do: start(files, :require, options)

  ## The process that coordinates

  defp start([], _output, _options), do: {:ok, [], []}

  defp start(files, output, options) do
    state = %{
      parent: self(),
      output: output,
      options: options,
      queue: files,
      limit: max(:erlang.system_info(:schedulers_online), 2),
      running: %{},
      helpers: %{},
      waiting: [],
      references: %{},
      available: %{},
      modules: [],
      written: [],
      calls: [],
      warnings: []
    }

    keep(output, options[:dest])

    # A process of its own, so that messages and monitors of the caller stay out of it.
    leader = :erlang.group_leader()
    callbacks = self()

    {pid, ref} =
      spawn_monitor(fn ->
        :erlang.group_leader(leader, self())
        exit({__MODULE__, next(%{state | parent: callbacks})})
      end)

    serve_callbacks(pid, ref)
  after
    keep(:require, nil)
  end

  # Modules that are compiled to be kept have their definitions in their debug information: nobody could read those of others.
  # They are known by the files that they are about to be written to.
  defp keep(output, dest) do
    :beamlet_compiler.put_option(:definitions, output != :require)

    destination =
      case output do
        {:compile, path} -> path
        _ -> dest
      end

    :beamlet_compiler.put_option(:destination, destination && Path.expand(destination))
  end

  # The callbacks run in the process of the caller, where it expects them.
  defp serve_callbacks(pid, ref) do
    receive do
      {:callback, ^pid, answer, fun, args} ->
        apply(fun, args)
        send(pid, answer)
        serve_callbacks(pid, ref)

      {:DOWN, ^ref, :process, ^pid, {__MODULE__, result}} ->
        result

      {:DOWN, ^ref, :process, ^pid, reason} ->
        exit(reason)
    end
  end

  defp callback(state, name, args) do
    with fun when is_function(fun) <- state.options[name] do
      answer = {:called, make_ref()}
      send(state.parent, {:callback, self(), answer, fun, args})

      receive do
        ^answer -> :ok
      end
    end

    :ok
  end

  defp next(%{queue: [file | queue]} = state) when map_size(state.running) - length(state.waiting) < state.limit do
    next(spawn_file(file, %{state | queue: queue}))
  end

  defp next(%{queue: [], running: running} = state) when map_size(running) == 0 do
    case warnings(state) do
      [_ | _] = warnings ->
        if Code.get_compiler_option(:warnings_as_errors), do: refused(warnings), else: complete(state, warnings)

      [] ->
        complete(state, [])
    end
  end

  defp next(state) do
    if state.queue == [] and Enum.all?(state.running, fn {pid, _} -> blocked?(state, pid) end) do
      release(state)
    else
      state |> handle_message() |> continue()
    end
  end

  defp refused(warnings) do
    IO.puts(:stderr, "Compilation failed due to warnings while using the --warnings-as-errors option")
    {:error, warnings, []}
  end

  # Nothing is written of what does not compile as a whole.
  defp complete(state, warnings) do
    with {:compile, path} <- state.output, do: Enum.each(state.written, fn {module, code} -> write!(path, module, code) end)
    {:ok, :lists.usort(state.modules), warnings}
  end

  defp continue({:error, _, _} = failed), do: failed
  defp continue(state), do: next(state)

  # A file is blocked when its process waits, and all that help it do.
  defp blocked?(state, pid) do
    helpers = for {helper, ^pid} <- state.helpers, do: helper
    waiting = fn pid -> Enum.any?(state.waiting, &(&1.pid == pid)) end
    waiting.(pid) and Enum.all?(helpers, waiting)
  end

  defp spawn_file(file, state) do
    coordinator = self()
    output = state.output

    {pid, ref} =
      spawn_monitor(fn ->
        :erlang.put(:elixir_compiler_info, {coordinator, self()})
        :erlang.process_flag(:error_handler, Kernel.ErrorHandler)

        result =
          try do
            {:compiled, run(output, file)}
          catch
            kind, reason -> {:failed, kind, reason, __STACKTRACE__}
          end

        exit({:shutdown, result})
      end)

    timer =
      if state.options[:each_long_compilation] do
        seconds = state.options[:long_compilation_threshold] || 10
        :erlang.send_after(seconds * 1000, self(), {:long, file})
      end

    %{state | running: Map.put(state.running, pid, %{file: file, ref: ref, timer: timer})}
  end

  defp run(:require, file), do: Code.require_file(file) || []
  defp run(_compile, file), do: Code.compile_file(file)

  defp handle_message(state) do
    receive do
      {:available, kind, module} ->
        available(state, kind, module)

      {:waiting, pid, ref, kind, module, defining, mode} ->
        # A module that is there brings its struct along.
        if Map.has_key?(state.available, {kind, module}) or Map.has_key?(state.available, {:module, module}) do
          send(pid, {ref, :found})
          state
        else
          waiting = %{pid: pid, ref: ref, kind: kind, on: module, defining: defining, mode: mode}
          %{state | waiting: state.waiting ++ [waiting]}
        end

      {:warning, file, line, message} ->
        %{state | warnings: [{file && Path.absname(file), line || 0, message} | state.warnings]}

      {:calls, calls} ->
        noted(calls, state)

      {:references, pid, references} ->
        {_, compile_env} = Map.get(state.references, pid, {nil, []})
        %{state | references: Map.put(state.references, pid, {references, compile_env})}

      {:compile_env, pid, met} ->
        {references, compile_env} = Map.get(state.references, pid, {nil, []})
        %{state | references: Map.put(state.references, pid, {references, [met | compile_env]})}

      {:helper, pid, file} ->
        Process.monitor(pid)
        %{state | helpers: Map.put(state.helpers, pid, file)}

      {:long, file} ->
        callback(state, :each_long_compilation, [file])
        state

      {:DOWN, ref, :process, pid, reason} ->
        case state.running do
          %{^pid => %{ref: ^ref} = child} -> finished(state, pid, child, reason)
          _ -> %{state | helpers: Map.delete(state.helpers, pid)}
        end
    end
  end

  defp available(state, kind, module) do
    {found, waiting} =
      Enum.split_with(state.waiting, fn one -> one.on == module and (kind == :module or one.kind == :struct) end)

    answer(found, :found)
    %{state | waiting: waiting, available: Map.put(state.available, {kind, module}, true)}
  end

  defp answer(waiting, answer), do: Enum.each(waiting, fn one -> send(one.pid, {one.ref, answer}) end)

  defp finished(state, pid, child, {:shutdown, {:compiled, modules}}) do
    if child.timer, do: :erlang.cancel_timer(child.timer)

    for {module, code} <- modules, do: callback(state, :each_module, [child.file, module, code])

    callback(state, :each_file, [child.file])
    {references, state} = pop_in(state.references[pid])

    with {{_, _, _} = references, compile_env} <- references do
      callback(state, :each_references, [child.file, references, :lists.reverse(compile_env)])
    end

    names = for {module, _} <- modules, do: module
    state = %{state | running: Map.delete(state.running, pid), modules: :lists.reverse(names, state.modules), written: :lists.reverse(modules, state.written)}
    # Some modules come without an announcement of their own, made by macros that load code themselves.
    Enum.reduce(names, state, &available(&2, :module, &1))
  end

  defp finished(state, pid, child, reason) do
    stop(Map.delete(state.running, pid))

    {kind, reason, trace} =
      case reason do
        {:shutdown, {:failed, kind, reason, trace}} -> {kind, reason, trace}
        reason -> {{:EXIT, pid}, reason, []}
      end

    report(child.file, kind, reason, trace)
    {:error, [error(child.file, kind, reason, trace)], warnings(incomplete(state))}
  end

  # What is missing then says nothing.
  defp incomplete(state), do: %{state | calls: :none}

  # Those that are on their way still were sent before the process that sent them ended.
  defp warnings(state) do
    receive do
      {:warning, file, line, message} -> warnings(%{state | warnings: [{file && Path.absname(file), line || 0, message} | state.warnings]})
      {:calls, calls} -> warnings(noted(calls, state))
    after
      0 -> :lists.reverse(state.warnings) ++ late(state)
    end
  end

  defp noted(_calls, %{calls: :none} = state), do: state
  defp noted(calls, state), do: %{state | calls: :lists.reverse(calls, state.calls)}

  # Calls are looked at again when everything has been compiled.
  defp late(%{calls: :none}), do: []

  defp late(state) do
    for {file, line, message} <- :beamlet_diagnostics.late_calls(:lists.reverse(state.calls)), do: {Path.absname(file), line, message}
  end

  defp write!(path, module, code) do
    file = Path.join(path, Atom.to_string(module) <> ".beam")
    File.write!(file, code)
    :beamlet_code.loaded_from(module, String.to_charlist(file))
  end

  defp stop(running) do
    for {pid, child} <- running do
      Process.demonitor(child.ref, [:flush])
      Process.exit(pid, :kill)
    end

    :ok
  end

  ## When all wait

  # Who waits for what nobody defines learns that it does not exist, the ones that can do without it first: what they
  # then define may be what others wait for. Only then is there a deadlock, which those that can do without survive.
  defp release(state) do
    defining = for one <- state.waiting, module <- one.defining, into: %{}, do: {module, true}
    {circular, missing} = Enum.split_with(state.waiting, &Map.has_key?(defining, &1.on))
    soft? = &(&1.mode == :soft)

    case {Enum.filter(missing, soft?), missing, Enum.filter(circular, soft?)} do
      {[_ | _] = soft, _, _} -> next(answered(state, soft, :not_found))
      {[], [_ | _] = hard, _} -> next(answered(state, hard, :not_found))
      {[], [], [_ | _] = soft} -> next(answered(state, soft, :deadlock))
      {[], [], []} -> deadlock(state, circular)
    end
  end

  defp answered(state, waiting, answer) do
    answer(waiting, answer)
    %{state | waiting: state.waiting -- waiting}
  end

  defp deadlock(state, circular) do
    traces = for one <- circular, into: %{}, do: {one.pid, stacktrace(one.pid)}
    stop(state.running)

    errors =
      for one <- circular, child = state.running[one.pid] do
        message = "deadlocked waiting on #{one.kind} #{inspect(one.on)}"
        exception = %CompileError{description: message}
        report(child.file, :error, exception, traces[one.pid])
        {Path.absname(child.file), nil, message}
      end
      |> Enum.reverse()

    width = for(one <- circular, child = state.running[one.pid], do: String.length(relative(child.file))) |> Enum.max(fn -> 0 end)

    dependencies =
      for one <- circular, child = state.running[one.pid] do
        ["  ", String.pad_leading(relative(child.file), width), " => ", inspect(one.on), ?\n]
      end

    IO.puts([
      "\nCompilation failed because of a deadlock between files.\n",
      "The following files depended on the following modules:\n\n",
      dependencies,
      "\nEnsure there are no compile-time dependencies between those files ",
      "and that the modules they reference exist and are correctly named\n"
    ])

    {:error, errors, warnings(incomplete(state))}
  end

  defp stacktrace(pid) do
    case Process.info(pid, :current_stacktrace) do
      {:current_stacktrace, trace} -> Enum.reject(trace, fn entry -> elem(entry, 0) in [Kernel.ErrorHandler, __MODULE__] end)
      nil -> []
    end
  end

  ## Errors

  defp relative(file), do: Path.relative_to_cwd(file)

  defp report(file, kind, reason, trace) do
    IO.puts(["\n== Compilation error in file ", relative(file), " ==\n", String.trim_trailing(told(kind, reason, trace), "\n")])
  end

  defp told(kind, reason, trace) do
    case kind == :error and :beamlet_compiler.render(reason) do
      text when is_binary(text) ->
        text

      _ ->
        {reason, trace} = if is_atom(kind), do: Exception.blame(kind, reason, trace), else: {reason, trace}
        Exception.format(kind, reason, Enum.reject(trace, &own_frame?/1))
    end
  end

  defp own_frame?({module, _, _, _}), do: module in [__MODULE__, Kernel.ErrorHandler, :beamlet_compiler]
  defp own_frame?(_entry), do: false

  defp error(file, kind, reason, trace) do
    reason = if kind == :error, do: Exception.normalize(:error, reason, trace), else: reason
    line = if is_map(reason), do: location(reason), else: nil
    {Path.absname(file), line || line_in(trace, file), message(kind, reason, trace)}
  end

  # Errors in source say where they are; other exceptions need the trace for that.
  defp message(kind, %module{} = reason, trace) when module in [CompileError, SyntaxError, TokenMissingError], do: Exception.format_banner(kind, reason, trace)
  defp message(kind, reason, trace) when is_atom(kind), do: told(kind, reason, trace)
  defp message(kind, reason, trace), do: Exception.format_banner(kind, reason, trace)

  defp location(%{line: line, column: column}) when is_integer(line) and is_integer(column), do: {line, column}
  defp location(exception), do: Map.get(exception, :line)

  # The line where it happened, if that was in the file. A function that does not exist is
  # nowhere, but called from somewhere; so are expansions.
  defp line_in(trace, file) do
    path = Path.absname(file)
    places = for entry <- trace, not own_frame?(entry), location = elem(entry, tuple_size(entry) - 1), is_list(location), do: location

    case Enum.drop_while(places, &(&1[:file] in [nil, ~c"expanding macro", ~c"expanding struct"])) do
      [[_ | _] = place | _] -> if Path.absname(List.to_string(place[:file])) == path, do: place[:line] || 0, else: 0
      _ -> 0
    end
  end

  @doc false
  @deprecated "Use Kernel.ParallelCompiler.compile/2 instead"
  def files(files, callbacks \\ []) when is_list(callbacks), do: compiled(compile(files, callbacks))

  @doc false
  @deprecated "Use Kernel.ParallelCompiler.compile_to_path/2 instead"
  def files_to_path(files, path, callbacks \\ []) when is_binary(path) and is_list(callbacks), do: compiled(compile_to_path(files, path, callbacks))

  defp compiled({:ok, modules, _warnings}), do: modules
  defp compiled({:error, _errors, _warnings}), do: exit({:shutdown, 1})
end
