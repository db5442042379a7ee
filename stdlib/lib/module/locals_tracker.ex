defmodule Module.LocalsTracker do
  @moduledoc false
  # Which definitions of a module call which others, for programs that ask by this module's name. The compiler keeps its own
  # account of it.
  #
  # A tracker is a pair of tables: the second, a bag, holds `{{:local, from}, to, meta, macro?}` for each call and
  # `{:import, function, module}` for each use of an import; of the first only definitions are read.

  @type tracker :: {:ets.table(), :ets.table()}
  @type function_name :: {atom, arity}

  @doc "Notes a call; `macro?` says that it was expanded as one."
  @spec add_local(tracker, function_name, function_name, keyword, boolean) :: true
  def add_local({_set, bag}, from, to, meta, macro?), do: :ets.insert(bag, {{:local, from}, to, meta, macro?})

  @doc "Notes the use of an imported function."
  @spec add_import(tracker, function_name | nil, module, function_name) :: true
  def add_import({_set, bag}, _from, module, function), do: :ets.insert(bag, {:import, function, module})

  @doc "Notes that the functions made by defaults call the one with all parameters."
  @spec add_defaults(tracker, atom, function_name, non_neg_integer, keyword) :: :ok
  def add_defaults({_set, bag}, _kind, {name, arity} = function, defaults, meta) do
    for given <- (arity - defaults)..(arity - 1)//1, do: :ets.insert(bag, {{:local, {name, given}}, function, meta, false})
    :ok
  end

  @doc "Takes away the calls that a function makes, for `reattach/6`."
  @spec yank(tracker, function_name) :: [tuple]
  def yank({_set, bag}, function), do: :ets.take(bag, {:local, function})

  @doc "Gives a function calls that were taken away."
  @spec reattach(tracker, function_name, atom, function_name, [tuple], keyword) :: :ok
  def reattach({_set, bag}, target, _kind, function, calls, meta) do
    :ets.insert(bag, for({_, to, call_meta, macro?} <- calls, do: {{:local, target}, to, call_meta, macro?}))
    if target != function, do: :ets.insert(bag, {{:local, function}, target, meta, false})
    :ok
  end

  @doc "Lists all that a function reaches, itself included."
  @spec reachable_from(tracker, function_name) :: [function_name]
  def reachable_from({_set, bag}, function), do: bag |> reach([function], %{}) |> Map.keys()

  defp reach(_bag, [], seen), do: seen
  defp reach(bag, [function | rest], seen) when is_map_key(seen, function), do: reach(bag, rest, seen)

  defp reach(bag, [function | rest], seen) do
    called = for {_, to, _, _} <- :ets.lookup(bag, {:local, function}), do: to
    reach(bag, called ++ rest, Map.put(seen, function, true))
  end

  @doc "Lists the private definitions that no public one reaches, and what there is to warn of."
  @spec collect_unused_locals(tracker, [tuple], [tuple]) :: {[function_name], [tuple]}
  def collect_unused_locals({_set, bag}, definitions, private) do
    public = for {function, kind, _, _} <- definitions, kind in [:def, :defmacro], do: function
    reached = reach(bag, public, %{})
    warnings = Enum.flat_map(private, &unused(&1, reached))
    {for({function, _, _, _} <- private, not is_map_key(reached, function), do: function), warnings}
  end

  # A definition is used if a call with or without its defaults is; a default is, if some call leaves it out.
  defp unused({{name, arity} = function, kind, meta, defaults}, reached) do
    least = arity - defaults

    case Enum.find(least..arity, &is_map_key(reached, {name, &1})) do
      _ when meta == false -> []
      nil -> [{meta, {:unused_def, function, kind}}]
      ^least -> []
      ^arity -> [{meta, {:unused_args, function}}]
      most -> [{meta, {:unused_args, function, most - least}}]
    end
  end

  @doc "Lists calls of what is not defined, and calls of macros as if they were functions."
  @spec collect_undefined_locals(tracker, [tuple]) :: [tuple]
  def collect_undefined_locals({set, bag}, definitions) do
    found =
      for {function, _, _, _} <- definitions,
          {_, to, meta, macro?} <- :ets.lookup(bag, {:local, function}),
          error = undefined(set, definitions, to, macro?),
          do: {meta, to, error}

    Enum.uniq(found)
  end

  defp undefined(set, definitions, function, macro?) do
    kind =
      case {List.keyfind(definitions, function, 0), :ets.lookup(set, {:def, function})} do
        {{_, kind, _, _}, _} -> kind
        {nil, [found]} -> elem(found, 1)
        {nil, []} -> nil
      end

    cond do
      kind == nil -> :undefined_function
      kind in [:defmacro, :defmacrop] and not macro? -> :incorrect_dispatch
      true -> nil
    end
  end

  @doc "Lists the definitions whose names were used as imports, with the modules imported from."
  @spec collect_imports_conflicts(tracker, [tuple]) :: [tuple]
  def collect_imports_conflicts({_set, bag}, definitions) do
    for {function, _kind, meta, _} <- definitions,
        {:import, ^function, module} <- Enum.uniq(:ets.match_object(bag, {:import, function, :_})),
        do: {meta, {module, function}}
  end
end
