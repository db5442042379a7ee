defmodule Kernel.LexicalTracker do
  @moduledoc false
  # What the code of one file refers to, for those who ask for it by this module's name: which modules it needs when it is
  # compiled, when it is exported from, and when it runs, and which of its aliases and imports nobody has used.

  use GenServer

  @unused {%{}, %{}}

  @doc "Starts a tracker."
  def start_link(), do: GenServer.start_link(__MODULE__, :ok)

  @doc "Lists the modules needed to compile, those whose exports count, those needed to run, and the compiler's options asked for."
  def references(pid), do: GenServer.call(pid, :references, :infinity)

  def alias_dispatch(pid, module), do: GenServer.cast(pid, {:alias_dispatch, module})
  def remote_dispatch(pid, module, mode), do: GenServer.cast(pid, {:remote, module, mode})
  def import_dispatch(pid, module, function, mode), do: GenServer.cast(pid, {:import_dispatch, module, function, mode})
  def add_export(pid, module), do: GenServer.cast(pid, {:export, module})
  def add_import(pid, module, functions, line, warn), do: GenServer.cast(pid, {:import, module, functions, line, warn})
  def add_alias(pid, module, line, warn), do: GenServer.cast(pid, {:alias, module, line, warn})
  def add_compile_env(pid, app, path, value), do: GenServer.cast(pid, {:compile_env, app, path, value})

  @doc "Lists the imports that were to be warned of and that nobody used, with their lines."
  def collect_unused_imports(pid), do: GenServer.call(pid, :unused_imports, :infinity)

  @doc "Lists the aliases that were to be warned of and that nobody used, with their lines."
  def collect_unused_aliases(pid), do: GenServer.call(pid, :unused_aliases, :infinity)

  @doc "Ends the tracker."
  def stop(pid), do: GenServer.call(pid, :stop)

  @impl true
  def init(:ok) do
    {imports, aliases} = @unused
    {:ok, %{references: %{}, exports: MapSet.new(), env: MapSet.new(), imports: imports, aliases: aliases}}
  end

  @impl true
  def handle_call(:references, _from, state) do
    {compile, runtime} = Enum.split_with(state.references, fn {_, mode} -> mode == :compile end)
    modules = fn pairs -> Enum.map(pairs, &elem(&1, 0)) end
    {:reply, {modules.(compile), Enum.to_list(state.exports), modules.(runtime), Enum.to_list(state.env)}, state}
  end

  def handle_call(:unused_imports, _from, state), do: {:reply, for({what, {line, false}} <- state.imports, do: {what, line}) |> Enum.sort(), state}
  def handle_call(:unused_aliases, _from, state), do: {:reply, for({module, {line, false}} <- state.aliases, do: {module, line}) |> Enum.sort(), state}
  def handle_call(:stop, _from, state), do: {:stop, :normal, :ok, state}

  @impl true
  def handle_cast({:remote, module, mode}, state), do: {:noreply, refer(state, module, mode)}
  def handle_cast({:export, module}, state), do: {:noreply, %{state | exports: MapSet.put(state.exports, module)}}
  def handle_cast({:alias_dispatch, module}, state), do: {:noreply, %{state | aliases: use_up(state.aliases, module)}}
  def handle_cast({:compile_env, app, path, value}, state), do: {:noreply, %{state | env: MapSet.put(state.env, {app, path, value})}}

  def handle_cast({:import_dispatch, module, function, mode}, state) do
    imports = state.imports |> use_up(module) |> use_up({module, function})
    {:noreply, refer(%{state | imports: imports}, module, mode)}
  end

  def handle_cast({:alias, module, line, warn}, state), do: {:noreply, %{state | aliases: note(state.aliases, module, line, warn)}}

  def handle_cast({:import, module, functions, line, warn}, state) do
    earlier = Map.reject(state.imports, fn {what, _} -> what == module or match?({^module, _}, what) end)
    imports = Enum.reduce(functions, note(earlier, module, line, warn), &note(&2, {module, &1}, line, warn))
    {:noreply, %{state | imports: imports}}
  end

  # What is needed to compile is needed to run as well.
  defp refer(state, module, mode), do: %{state | references: Map.update(state.references, module, mode, &if(&1 == :compile, do: :compile, else: mode))}

  defp note(known, what, line, true), do: Map.put(known, what, {line, false})
  defp note(known, what, _line, false), do: Map.delete(known, what)

  defp use_up(known, what), do: Map.replace_lazy(known, what, fn {line, _} -> {line, true} end)
end
