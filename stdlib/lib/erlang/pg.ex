defmodule :pg do
  @moduledoc """
  Erlang's `:pg`: groups of processes. A process may join a group several times; one that ends leaves all groups.

  A scope is a process with a table of its own; the default one is `:pg`.

  ## Examples

      iex> {:ok, _} = :pg.start_link(:pg_example)
      iex> :pg.join(:pg_example, :workers, self())
      :ok
      iex> :pg.get_members(:pg_example, :workers) == [self()]
      true
      iex> :pg.leave(:pg_example, :workers, self())
      :ok
      iex> :pg.which_groups(:pg_example)
      []
  """

  use GenServer

  @scope :pg

  def start_link(), do: start_link(@scope)
  def start_link(scope) when is_atom(scope), do: GenServer.start_link(__MODULE__, scope, name: scope)
  def start(scope) when is_atom(scope), do: GenServer.start(__MODULE__, scope, name: scope)

  def join(group, pids), do: join(@scope, group, pids)
  def join(scope, group, pids), do: call(scope, {:join, group, local!(pids)})

  def leave(group, pids), do: leave(@scope, group, pids)
  def leave(scope, group, pids), do: call(scope, {:leave, group, local!(pids)})

  def monitor(group), do: monitor(@scope, group)
  def monitor(scope, group), do: call(scope, {:monitor, group, self()})
  def monitor_scope(), do: monitor_scope(@scope)
  def monitor_scope(scope), do: call(scope, {:monitor_scope, self()})
  def demonitor(ref), do: demonitor(@scope, ref)

  def demonitor(scope, ref) do
    result = call(scope, {:demonitor, ref})
    flush(ref)
    result
  end

  defp flush(ref) do
    receive do
      {^ref, kind, _group, _pids} when kind in [:join, :leave] -> flush(ref)
    after
      0 -> :ok
    end
  end

  def get_members(group), do: get_members(@scope, group)

  def get_members(scope, group) do
    case :ets.lookup(scope, group) do
      [{_, pids}] -> pids
      [] -> []
    end
  end

  def get_local_members(group), do: get_members(@scope, group)
  def get_local_members(scope, group), do: get_members(scope, group)
  def which_groups(), do: which_groups(@scope)
  def which_groups(scope) when is_atom(scope), do: :ets.select(scope, [{{:"$1", :_}, [], [:"$1"]}])
  def which_local_groups(), do: which_groups(@scope)
  def which_local_groups(scope), do: which_groups(scope)

  defp call(scope, request), do: GenServer.call(scope, request, :infinity)

  defp local!(pid) when is_pid(pid), do: pid

  defp local!(pids) when is_list(pids) do
    if :lists.all(&is_pid/1, pids), do: pids, else: :erlang.error(:badarg)
  end

  ## The process: `watched` has for each process its monitor and the groups it is in, as often as it is.

  @impl true
  def init(scope) do
    table = :ets.new(scope, [:set, :protected, :named_table, read_concurrency: true])
    {:ok, %{table: table, watched: %{}, monitors: %{}}}
  end

  @impl true
  def handle_call({:join, group, pids}, _from, state) do
    state = Enum.reduce(pids |> List.wrap() |> Enum.reverse(), state, &joined(&1, group, &2))
    tell(:join, group, List.wrap(pids), state)
    {:reply, :ok, state}
  end

  def handle_call({:leave, group, pids}, _from, state) do
    {left, state} =
      Enum.flat_map_reduce(List.wrap(pids), state, fn pid, state ->
        case state.watched do
          %{^pid => {ref, groups}} ->
            if group in groups, do: {[pid], left(pid, ref, groups, group, state)}, else: {[], state}

          _ ->
            {[], state}
        end
      end)

    if left != [], do: tell(:leave, group, left, state)
    {:reply, if(left == [], do: :not_joined, else: :ok), state}
  end

  def handle_call({:monitor, group, pid}, _from, state) do
    ref = Process.monitor(pid)
    {:reply, {ref, get_members(state.table, group)}, put_in(state.monitors[ref], {pid, {:group, group}})}
  end

  def handle_call({:monitor_scope, pid}, _from, state) do
    ref = Process.monitor(pid)
    {:reply, {ref, Map.new(:ets.tab2list(state.table))}, put_in(state.monitors[ref], {pid, :scope})}
  end

  def handle_call({:demonitor, ref}, _from, state) do
    Process.demonitor(ref, [:flush])
    {_, monitors} = Map.pop(state.monitors, ref)
    {:reply, if(is_map_key(state.monitors, ref), do: :ok, else: false), %{state | monitors: monitors}}
  end

  @impl true
  def handle_info({:DOWN, ref, :process, pid, _reason}, state) do
    case state.watched do
      %{^pid => {^ref, groups}} ->
        for group <- Enum.uniq(groups) do
          remove(state.table, group, fn members -> Enum.reject(members, &(&1 == pid)) end)
          tell(:leave, group, [pid], state)
        end

        {:noreply, %{state | watched: Map.delete(state.watched, pid)}}

      _ ->
        {:noreply, %{state | monitors: Map.delete(state.monitors, ref)}}
    end
  end

  def handle_info(_message, state), do: {:noreply, state}

  defp joined(pid, group, state) do
    :ets.insert(state.table, {group, [pid | get_members(state.table, group)]})

    entry =
      case state.watched do
        %{^pid => {ref, groups}} -> {ref, [group | groups]}
        _ -> {Process.monitor(pid), [group]}
      end

    put_in(state.watched[pid], entry)
  end

  defp left(pid, ref, groups, group, state) do
    remove(state.table, group, &List.delete(&1, pid))

    case List.delete(groups, group) do
      [] ->
        Process.demonitor(ref, [:flush])
        %{state | watched: Map.delete(state.watched, pid)}

      groups ->
        put_in(state.watched[pid], {ref, groups})
    end
  end

  defp remove(table, group, change) do
    case change.(get_members(table, group)) do
      [] -> :ets.delete(table, group)
      members -> :ets.insert(table, {group, members})
    end
  end

  defp tell(kind, group, pids, state) do
    for {ref, {pid, what}} <- state.monitors, what in [:scope, {:group, group}], do: send(pid, {ref, kind, group, pids})
  end
end
