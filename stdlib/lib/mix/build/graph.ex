defmodule Mix.Build.Graph do
  @moduledoc false
  # Who needs whom among files: what has to be looked at again when some modules have changed. Files are entries of a manifest.

  # All modules that can behave differently because of the modules in a set: those of files that need one of them in any way, however
  # far away.
  def tainted(sources, changed) do
    users = users(sources)
    spread(MapSet.to_list(changed), changed, users, sources)
  end

  # By module, the files that need it.
  defp users(sources) do
    for {path, entry} <- sources, kind <- [:compile, :exports, :runtime], module <- entry[kind], reduce: %{} do
      users -> Map.update(users, module, [path], &[path | &1])
    end
  end

  defp spread([], tainted, _users, _sources), do: tainted

  defp spread([module | rest], tainted, users, sources) do
    new = for path <- Map.get(users, module, []), own <- sources[path].modules, not MapSet.member?(tainted, own), do: own
    spread(new ++ rest, Enum.into(new, tainted), users, sources)
  end

  # The files among `candidates` that need one of the modules in the way of `kind`.
  def needing(candidates, kind, modules) do
    for {path, entry} <- candidates, Enum.any?(entry[kind], &MapSet.member?(modules, &1)), do: path
  end
end
