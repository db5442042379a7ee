defmodule Kernel.LexicalTracker do
  @moduledoc false
  # What the code of one file refers to, for those who ask for it by this module's name: which modules it needs when it is
  # compiled, when it is exported from, and when it runs, and which of its aliases and imports nobody has used.

  use GenServer

  @doc "Starts a tracker; one of the compiler's own knows what the compiler has met."
  def start_link(number \\ nil), do: GenServer.start_link(__MODULE__, number)

  @doc "Lists the modules needed to compile, those whose exports count, those needed to run, and the compiler's options asked for."
  def references(number) when is_integer(number), do: number |> :beamlet_compiler.lexical_references() |> Tuple.append([])
  def references(pid), do: GenServer.call(pid, :references, :infinity)

  def alias_dispatch(pid, module), do: GenServer.cast(pid, {:alias_dispatch, module})
  def remote_dispatch(pid, module, mode), do: GenServer.cast(pid, {:remote, module, mode})
  def import_dispatch(pid, module, function, mode), do: GenServer.cast(pid, {:import_dispatch, module, function, mode})
  def add_export(pid, module), do: GenServer.cast(pid, {:export, module})
  def add_import(pid, module, functions, line, warn), do: GenServer.cast(pid, {:import, module, functions, line, warn})
  def add_alias(pid, module, line, warn), do: GenServer.cast(pid, {:alias, module, line, warn})
  def add_compile_env(pid, app, path, value), do: GenServer.cast(pid, {:compile_env, app, path, value})

  @doc "Lists the modules imported from with what of them nobody used: themselves and the functions named, with their lines."
  def collect_unused_imports(pid), do: GenServer.call(pid, :unused_imports, :infinity)

  @doc "Lists the aliases that were to be warned of and that nobody used, with their lines."
  def collect_unused_aliases(pid), do: GenServer.call(pid, :unused_aliases, :infinity)

  @doc "Ends the tracker."
  def stop(pid), do: GenServer.call(pid, :stop)

  @impl true
  def init(number), do: {:ok, %{number: number, references: %{}, exports: MapSet.new(), env: MapSet.new(), imports: %{}, aliases: %{}}}

  @impl true
  def handle_call(:references, _from, state) do
    state = with_compiler(state)
    {compile, runtime} = Enum.split_with(state.references, fn {_, mode} -> mode == :compile end)
    modules = fn pairs -> Enum.map(pairs, &elem(&1, 0)) end
    {:reply, {modules.(compile), Enum.to_list(state.exports), modules.(runtime), Enum.to_list(state.env)}, state}
  end

  def handle_call(:unused_imports, _from, state), do: {:reply, Enum.sort(state.imports), state}
  def handle_call(:unused_aliases, _from, state), do: {:reply, for({module, {line, false}} <- state.aliases, do: {module, line}) |> Enum.sort(), state}
  def handle_call(:stop, _from, state), do: {:stop, :normal, :ok, state}

  @impl true
  def handle_cast({:remote, module, mode}, state), do: {:noreply, refer(state, module, mode)}
  def handle_cast({:export, module}, state), do: {:noreply, %{state | exports: MapSet.put(state.exports, module)}}
  def handle_cast({:compile_env, app, path, value}, state), do: {:noreply, %{state | env: MapSet.put(state.env, {app, path, value})}}

  def handle_cast({:alias_dispatch, module}, state) do
    {:noreply, %{state | aliases: Map.replace_lazy(state.aliases, module, fn {line, _} -> {line, true} end)}}
  end

  def handle_cast({:import_dispatch, module, function, mode}, state) do
    imports = Map.replace_lazy(state.imports, module, &Map.drop(&1, [module, function]))
    {:noreply, refer(%{state | imports: imports}, module, mode)}
  end

  def handle_cast({:alias, module, line, true}, state), do: {:noreply, put_in(state.aliases[module], {line, false})}
  def handle_cast({:alias, module, _line, false}, state), do: {:noreply, %{state | aliases: Map.delete(state.aliases, module)}}

  def handle_cast({:import, module, functions, line, true}, state) do
    # Names imported one after the other add up; a module imported as a whole takes the place of all.
    earlier = if functions == [], do: %{}, else: Map.get(state.imports, module, %{})
    {:noreply, put_in(state.imports[module], Enum.reduce([module | functions], earlier, &Map.put(&2, &1, line)))}
  end

  def handle_cast({:import, module, _functions, _line, false}, state), do: {:noreply, %{state | imports: Map.delete(state.imports, module)}}

  # What the compiler has met by now, if the tracker is one of its own.
  defp with_compiler(%{number: nil} = state), do: state

  defp with_compiler(state) do
    {compile, exports, runtime} = :beamlet_compiler.lexical_references(state.number)
    state = %{state | exports: MapSet.union(state.exports, MapSet.new(exports))}
    state = Enum.reduce(runtime, state, &refer(&2, &1, :runtime))
    Enum.reduce(compile, state, &refer(&2, &1, :compile))
  end

  # What is needed to compile is needed to run as well.
  defp refer(state, module, mode), do: %{state | references: Map.update(state.references, module, mode, &if(&1 == :compile, do: :compile, else: mode))}
end
