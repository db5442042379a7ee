defmodule Mix.Dep.Fetcher do
  @moduledoc false
  # Brings what dependencies come from repositories into the directory of dependencies, in the state that the lock file says, and
  # writes the lock file anew.

  alias Mix.Dep.{Converger, Lock}

  # What is not there or not in that state, and what `renewed` names in any case, wherever its lock would hold it. `opts` are those of
  # `Mix.Dep.load_on_environment/1`. Returns the names of what has been fetched.
  def fetch(renewed, opts) do
    lock = Lock.read()
    {deps, fetched, new_lock} = Converger.converge([], Map.drop(lock, renewed), opts, &fetch_one(&1, &2, &3, renewed))
    clear()
    # What was not fetched after all keeps its lock.
    Lock.write(Map.merge(Map.take(lock, renewed), new_lock))
    note(deps, fetched)
    Mix.Dep.check_agreement("Dependencies have diverged:")
    fetched
  end

  defp fetch_one(%{app: app, scm: scm, opts: opts} = dep, fetched, lock, renewed) do
    what =
      cond do
        not scm.fetchable?() or scm == Mix.SCM.Package -> :nothing
        not present?(scm, opts) -> :checkout
        app in renewed or scm.lock_status(opts) in [:mismatch, :outdated] -> :update
        true -> :nothing
      end

    case what do
      :nothing ->
        {dep, fetched, lock}

      what ->
        Mix.shell().info("* #{if what == :checkout, do: "Getting", else: "Updating"} #{Mix.Dep.format_dep(%{dep | manager: nil})}")
        new = apply(scm, what, [opts])
        forget(opts[:dest])
        {%{dep | opts: Keyword.put(opts, :lock, new)}, [app | fetched], if(new, do: Map.put(lock, app, new), else: lock)}
    end
  end

  # A directory that is no repository is fetched anew.
  defp present?(Mix.SCM.Git, opts), do: Mix.SCM.Git.checked_out?(opts) and Mix.SCM.Git.repository?(opts)
  defp present?(scm, opts), do: scm.checked_out?(opts)

  # The project in it may be another one now.
  defp forget(path) do
    file = Path.join(path, "mix.exs")

    case Mix.State.get(:project_modules, %{}) do
      %{^file => module} = known ->
        Mix.State.put(:project_modules, Map.delete(known, file))
        :code.purge(module)
        :code.delete(module)

      _ ->
        :ok
    end
  end

  # A file says that what is there has been fetched since it was compiled, and so for all that need it.
  defp note(deps, fetched) do
    for dep <- deps, dep.app in with_parents(deps, fetched), path = dep.opts[:dest], File.dir?(path), do: File.touch!(Path.join(path, ".fetch"))
  end

  defp with_parents(deps, apps) do
    more = for dep <- deps, dep.app not in apps, Enum.any?(dep.deps, &(&1.app in apps)), dep.scm.fetchable?(), do: dep.app
    if more == [], do: apps, else: with_parents(deps, more ++ apps)
  end

  defp clear do
    Mix.Dep.clear_cached()
    Mix.State.put(:dependencies, nil)
  end
end
