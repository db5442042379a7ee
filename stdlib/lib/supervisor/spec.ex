defmodule Supervisor.Spec do
  @moduledoc """
  The old way of describing children: as tuples, made by these functions.

  New code writes maps, or `{Module, argument}`; see `Supervisor`.
  """
  @moduledoc deprecated: "Use the new child specifications outlined in the Supervisor module instead"

  @advice "Use the new child specifications outlined in the Supervisor module instead"
  @options [:id, :function, :modules, :restart, :shutdown]

  @type spec :: {child_id :: term, start_fun :: {module, atom, [term]}, restart, shutdown, worker, modules}
  @type restart :: :permanent | :transient | :temporary
  @type shutdown :: timeout | :brutal_kill
  @type worker :: :worker | :supervisor
  @type modules :: :dynamic | [module]

  @doc """
  Returns what a supervisor's `init/1` returns, for children made by `worker/3` and `supervisor/3`.

  Takes `:strategy`, which must be given, `:max_restarts` (3) and `:max_seconds` (5).
  """
  @deprecated @advice
  @spec supervise([spec], strategy: Supervisor.strategy(), max_restarts: non_neg_integer, max_seconds: pos_integer) ::
          {:ok, {{Supervisor.strategy(), non_neg_integer, pos_integer}, [spec]}}
  def supervise(children, options) do
    strategy = options[:strategy] || raise ArgumentError, "expected :strategy option to be given"
    _ = Enum.reduce(children, %{}, &unlike_others!(elem(&1, 0), &2))
    {:ok, {{strategy, Keyword.get(options, :max_restarts, 3), Keyword.get(options, :max_seconds, 5)}, children}}
  end

  defp unlike_others!(id, seen) when is_map_key(seen, id) do
    raise ArgumentError,
          "duplicated ID #{inspect(id)} found in the supervisor specification, please explicitly pass the :id option when " <>
            "defining this worker/supervisor"
  end

  defp unlike_others!(id, seen), do: Map.put(seen, id, true)

  @doc """
  Describes a worker, started by `module.start_link(...args)`.

  ## Options

    * `:id` - the child's name among its siblings, the module unless given
    * `:function` - what starts it (`:start_link`)
    * `:restart` - `:permanent`, `:transient` or `:temporary`
    * `:shutdown` - how long it may take to end (5000 milliseconds)
    * `:modules` - its modules, for upgrades

  """
  @deprecated @advice
  @spec worker(module, [term], keyword) :: spec
  def worker(module, args, options \\ []), do: child(:worker, module, args, options)

  @doc "Describes a supervisor, as `worker/3` does; it may take as long as it needs to end."
  @deprecated @advice
  @spec supervisor(module, [term], keyword) :: spec
  def supervisor(module, args, options \\ []), do: child(:supervisor, module, args, Keyword.put_new(options, :shutdown, :infinity))

  defp child(type, module, args, options) when is_list(args) do
    options = Keyword.take(options, @options)
    start = {module, Keyword.get(options, :function, :start_link), args}
    modules = Keyword.get(options, :modules, if(module == GenEvent, do: :dynamic, else: [module]))
    {Keyword.get(options, :id, module), start, Keyword.get(options, :restart, :permanent), Keyword.get(options, :shutdown, 5000), type, modules}
  end
end
