defmodule Mix.Tasks.Deps do
  @shortdoc "Lists dependencies and their status"
  @moduledoc """
  Lists dependencies in the order of their names: their versions, where they are, and which ones are not there.

  With `--all` those of all environments are listed.
  """
  use Mix.Task

  @impl true
  def run(args) do
    Mix.Project.get!()
    {opts, _, _} = OptionParser.parse(args, switches: [all: :boolean])
    wanted = if opts[:all], do: [], else: [env: Mix.env(), target: Mix.target()]
    shell = Mix.shell()

    for dep <- wanted |> Mix.Dep.load_on_environment() |> Enum.sort_by(& &1.app) do
      shell.info("* " <> Mix.Dep.format_dep(dep))
      if lock = dep.scm.format_lock(dep.opts), do: shell.info("  locked at #{lock}")
      shell.info("  " <> Mix.Dep.format_status(dep))
    end

    :ok
  end
end

defmodule Mix.Tasks.Deps.Get do
  @shortdoc "Gets all out of date dependencies"
  @moduledoc """
  Fetches the dependencies from repositories of Git that are not there, or not in the state that the lock file says, and writes the lock
  file.

  Dependencies with a `:path` need no fetching. Packages of a registry are not downloaded: the task fails if some are not in the
  project's directory `deps`, where `mix deps.get` of Elixir puts them.

  ## Command line options

    * `--only ENV` - fetches what this environment needs only
    * `--no-archives-check` - means nothing here

  """
  use Mix.Task

  @impl true
  def run(args) do
    Mix.Project.get!()
    {opts, _, _} = OptionParser.parse(args, switches: [only: :string, target: :string])
    fetched = Mix.Dep.Fetcher.fetch([], wanted(opts))
    refuse_missing()
    own = for dep <- Mix.Dep.load_on_environment(wanted(opts)), not dep.scm.fetchable?(), do: dep
    if fetched == [] and own == [], do: Mix.shell().info("All dependencies are up to date")
    :ok
  end

  @doc false
  def wanted(opts), do: for({key, to} <- [only: :env, target: :target], name = opts[key], do: {to, String.to_atom(name)})

  @doc false
  # The names as atoms, all of which are dependencies.
  def known!(names, wanted) do
    known = for dep <- Mix.Dep.load_on_environment(wanted), do: dep.app

    for name <- names, app = String.to_atom(name) do
      if app in known, do: app, else: Mix.raise("Unknown dependency #{name} for environment #{Mix.env()}")
    end
  end

  @doc false
  def refuse_missing do
    # What lies in a directory of its own is somebody else's business.
    case Enum.reject(Mix.Dependencies.missing(), &Enum.any?([:path, :in_umbrella, :git, :github], fn key -> &1.opts[key] end)) do
      [] ->
        :ok

      missing ->
        list = Enum.map_join(missing, "", fn dep -> "\n  * #{dep.app}#{Mix.Dependencies.origin(dep)}, wanted in #{Path.relative_to_cwd(dep.path)}" end)
        Mix.raise("Beamlet does not download packages. Put the source of these where it is wanted, or run `mix deps.get` of Elixir:" <> list)
    end
  end
end

defmodule Mix.Tasks.Deps.Update do
  @shortdoc "Updates the given dependencies"
  @moduledoc """
  Fetches the newest state that the options in `mix.exs` allow of the dependencies that are named, or of all with `--all`, as
  `mix deps.get` fetches; `--only ENV` takes those of one environment.
  """
  use Mix.Task

  @impl true
  def run(args) do
    Mix.Project.get!()
    {opts, names, _} = OptionParser.parse(args, switches: [all: :boolean, only: :string, target: :string])
    wanted = Mix.Tasks.Deps.Get.wanted(opts)

    cond do
      opts[:all] ->
        # What is not there yet may need more than is known now.
        Mix.Dep.Fetcher.fetch(for(dep <- Mix.Dep.load_on_environment(wanted), do: dep.app) ++ Map.keys(Mix.Dep.Lock.read()), wanted)

      names != [] ->
        Mix.Dep.Fetcher.fetch(Mix.Tasks.Deps.Get.known!(names, wanted), wanted)

      true ->
        Mix.raise("\"mix deps.update\" expects dependencies as arguments or the --all option to update all dependencies")
    end

    Mix.Tasks.Deps.Get.refuse_missing()
  end
end

defmodule Mix.Tasks.Deps.Loadpaths do
  @shortdoc "Compiles dependencies and puts them into the code path"
  @moduledoc """
  Compiles dependencies that have changed and puts their modules into the code path.

  Fails when dependencies need different things of the same name, unless `--no-deps-check` is given.
  """
  use Mix.Task

  @impl true
  def run(args) do
    unless Mix.Project.get() == nil or "--no-deps-check" in args do
      Mix.Dep.check_agreement()
      Mix.Dep.check_locked()
    end

    Mix.Dependencies.load()
  end
end

defmodule Mix.Tasks.Deps.Precompile do
  @moduledoc false
  # A project may put an alias in its place, to do something before dependencies are compiled.
  use Mix.Task

  @impl true
  def run(_args), do: Mix.Tasks.Loadconfig.ensure()
end

defmodule Mix.Tasks.Deps.Compile do
  @shortdoc "Compiles dependencies"
  @moduledoc """
  Compiles dependencies: all, or those that are named.

  ## Command line options

    * `--force` - compiles those that have not changed too
    * `--include-children` - compiles what those that are named need too
    * `--skip-local-deps` - leaves out those with a path
    * `--skip-umbrella-children` - leaves out the projects under the roof

  """
  use Mix.Task

  @impl true
  def run(args) do
    Mix.Project.get!()
    Mix.Task.run("deps.precompile")
    {opts, names, _} = OptionParser.parse(Enum.map(args, &to_string/1), switches: [force: :boolean, include_children: :boolean, skip_local_deps: :boolean, skip_umbrella_children: :boolean])
    only = Mix.Tasks.Deps.Get.known!(names, env: Mix.env(), target: Mix.target())
    only = if opts[:include_children], do: Map.keys(Mix.Project.deps_paths(parents: only)), else: only

    for %{opts: [_ | _] = own} = dep <- Mix.Dependencies.missing(), path = own[:path] do
      Mix.raise("Cannot compile dependency #{inspect(dep.app)} because it isn't available, please ensure the dependency is at #{inspect(Path.relative_to_cwd(Path.expand(path, dep.base)))}")
    end

    Mix.Dependencies.load(force: opts[:force] || false, only: only, skip_local: opts[:skip_local_deps] || false, below: not Keyword.get(opts, :skip_umbrella_children, false))
  end
end

defmodule Mix.Tasks.Deps.Clean do
  @shortdoc "Deletes the given dependencies' files"
  @moduledoc """
  Deletes what was built of the dependencies that are named, and their sources in the directory of dependencies.

  ## Command line options

    * `--unused` - deletes those that no environment needs
    * `--all` - deletes all
    * `--build` - leaves the sources
    * `--only ENV` - deletes what was built for that environment only
    * `--unlock` - takes them out of the lock file

  """
  use Mix.Task

  @impl true
  def run(args) do
    Mix.Project.get!()
    {opts, names, _} = OptionParser.parse(args, strict: [unlock: :boolean, all: :boolean, only: :string, unused: :boolean, build: :boolean])
    build = Mix.Project.build_path() |> Path.dirname() |> Path.join("#{opts[:only] || "*"}/lib")
    deps = Mix.Project.deps_path()

    apps =
      cond do
        opts[:all] -> built(build, deps)
        opts[:unused] -> built(build, deps) -- Enum.map(Mix.Dependencies.described(), & &1.app)
        names != [] -> Enum.map(names, &String.to_atom/1)
        true -> Mix.raise("\"mix deps.clean\" expects dependencies as arguments or an option indicating which dependencies to clean. The --all option will clean all dependencies while the --unused option cleans unused dependencies")
      end

    # A dependency with a path is nobody's copy.
    own = for dep <- Mix.Dependencies.described(), dep.opts[:path] || dep.opts[:in_umbrella], do: dep.app
    for app <- apps, do: clean(app, build, deps, opts[:build] || app in own)
    if opts[:unlock], do: Mix.Task.run("deps.unlock", if(opts[:all], do: ["--all"], else: Enum.map(apps, &to_string/1)))
    :ok
  end

  defp built(build, deps) do
    for(path <- Path.wildcard(Path.join(build, "*")) ++ Path.wildcard(Path.join(deps, "*")), do: path |> Path.basename() |> String.to_atom())
    |> Enum.uniq()
    |> Enum.reject(&(&1 == Mix.Project.config()[:app]))
    |> Enum.sort()
  end

  defp clean(app, build, deps, keep_source?) do
    Mix.shell().info("* Cleaning #{app}")

    case Path.wildcard(Path.join(build, to_string(app))) do
      [] -> Mix.shell().error("warning: the dependency #{app} is not present in the build directory")
      paths -> Enum.each(paths, &File.rm_rf!/1)
    end

    unless keep_source?, do: File.rm_rf!(Path.join(deps, to_string(app)))
  end
end

defmodule Mix.Tasks.Deps.Unlock do
  @shortdoc "Unlocks the given dependencies"
  @moduledoc """
  Takes dependencies out of the project's lock file: those that are named, `--all`, or `--unused` ones.

  With `--check-unused` nothing is changed, and the task fails if there are unused ones; `--filter TEXT` takes those whose names contain a text.
  """
  use Mix.Task

  @impl true
  def run(args) do
    Mix.Project.get!()
    {opts, names, _} = OptionParser.parse(args, strict: [all: :boolean, unused: :boolean, filter: :string, check_unused: :boolean])
    lock = Mix.Dep.Lock.read()
    unused = Map.keys(lock) -- Enum.map(Mix.Dependencies.described(), & &1.app)

    cond do
      opts[:all] -> Mix.Dep.Lock.write(%{})
      opts[:check_unused] -> check(unused)
      opts[:unused] -> remove(lock, unused)
      text = opts[:filter] -> remove(lock, for(app <- Map.keys(lock), to_string(app) =~ text, do: app))
      names != [] -> remove_named(lock, names)
      true -> Mix.raise("\"mix deps.unlock\" expects dependencies as arguments or an option indicating which dependencies to unlock. The --all option will unlock all dependencies while the --unused option unlocks unused dependencies")
    end

    :ok
  end

  defp check([]), do: :ok

  defp check(unused) do
    Mix.raise("""
    Unused dependencies in mix.lock file:

    #{Enum.map_join(Enum.sort(unused), "\n", &"  * #{inspect(&1)}")}
    """)
  end

  defp remove(lock, apps) do
    Mix.Dep.Lock.write(Map.drop(lock, apps))
    tell(apps)
  end

  defp tell([]), do: :ok

  defp tell(apps) do
    Mix.shell().info("""
    Unlocked deps:
    #{Enum.map_join(Enum.sort(apps), "\n", &"* #{&1}")}
    """)
  end

  defp remove_named(lock, names) do
    for name <- names, app = String.to_atom(name), not Map.has_key?(lock, app), do: Mix.shell().error("warning: #{name} dependency is not locked")
    apps = for name <- names, app = String.to_atom(name), Map.has_key?(lock, app), do: app
    Mix.Dep.Lock.write(Map.drop(lock, apps))
    tell(apps)
  end
end

defmodule Mix.Dep.Lock do
  @moduledoc false
  # The file that says which versions of dependencies a project was last used with: a map.

  def read(file \\ lockfile()) do
    case File.read(file) do
      {:ok, text} ->
        if text =~ ~r/^<{7}/m, do: Mix.raise("Your #{file} contains merge conflicts. Please resolve the conflicts and run the command again")
        # The names of dependencies are quoted whether they need it or not.
        {lock, _} = text |> Code.string_to_quoted!(file: file, emit_warnings: false, warn_on_unnecessary_quotes: false) |> Code.eval_quoted([], file: file)
        if is_map(lock), do: lock, else: %{}

      {:error, _} ->
        %{}
    end
  end

  def write(map, opts \\ []) do
    file = Keyword.get(opts, :file, lockfile())

    unless map == read(file) do
      lines = for {app, value} <- Enum.sort(map), do: [~s(  "), Atom.to_string(app), ~s(": ), inspect(value, limit: :infinity, printable_limit: :infinity), ",\n"]
      File.write!(file, ["%{\n", lines, "}\n"])
      Mix.Dep.clear_cached()
      Mix.Task.run("will_recompile")
    end

    :ok
  end

  defp lockfile, do: Mix.Project.config()[:lockfile]
end

defmodule Mix.Tasks.Deps.Tree do
  @shortdoc "Prints the dependency tree"
  @moduledoc """
  Prints what the project depends on as a tree, or what the dependency that is named depends on.

  ## Command line options

    * `--exclude APP` - leaves out a dependency; may be repeated
    * `--only ENV` - those of that environment only
    * `--format pretty|plain|dot` - how it is drawn; `dot` writes the file `deps_tree.dot`

  """
  use Mix.Task

  @recursive true

  @impl true
  def run(args) do
    Mix.Project.get!()
    {opts, rest, _} = OptionParser.parse(args, switches: [only: :string, target: :string, exclude: :keep, format: :string])
    deps = Mix.Dependencies.described(opts[:only] && String.to_atom(opts[:only]))
    known = Map.new(deps, &{&1.app, &1})
    excluded = for {:exclude, app} <- opts, do: String.to_atom(app)
    top = for %{top: true} = dep <- deps, do: dep

    {root, starts} =
      case rest do
        [] ->
          {to_string(Mix.Project.config()[:app] || Path.basename(File.cwd!())), Enum.map(top, & &1.app)}

        [name] ->
          dep = known[String.to_atom(name)] || Mix.raise("could not find dependency #{name}")
          {label(dep), dep.apps}
      end

    callback = fn
      {:root, text} -> {{text, nil}, starts |> nodes(known, excluded)}
      app -> {{to_string(app), described(known[app], opts[:format])}, nodes(known[app].apps, known, excluded)}
    end

    if opts[:format] == "dot" do
      Mix.Utils.write_dot_graph!("deps_tree.dot", "dependency tree", [{:root, root}], callback, opts)

      Mix.shell().info("""
      Generated "deps_tree.dot" in the current directory. To generate a PNG:

          dot -Tpng deps_tree.dot -o deps_tree.png

      For more options see http://www.graphviz.org/.
      """)
    else
      Mix.Utils.print_tree([{:root, root}], callback, opts)
    end

    :ok
  end

  defp nodes(apps, known, excluded), do: for(app <- Enum.sort(apps), Map.has_key?(known, app), app not in excluded, do: app)
  defp label(dep), do: "#{dep.app} #{described(dep, nil)}"

  defp described(dep, "dot"), do: requirement(dep)

  defp described(dep, _format) do
    requirement = if text = requirement(dep), do: text <> " ", else: ""
    override = if dep.opts[:override], do: " *override*", else: ""
    "#{requirement}(#{Mix.Dependencies.place(dep)})#{override}"
  end

  defp requirement(%{requirement: nil}), do: nil
  defp requirement(%{requirement: text}) when is_binary(text), do: text
  defp requirement(%{requirement: regex}), do: inspect(regex)
end

defmodule Mix.Tasks.App.Tree do
  @shortdoc "Prints the application tree"
  @moduledoc """
  Prints which applications the project's one starts, and which ones these start, as a tree.

  Takes the name of another application, `--exclude APP` and `--format pretty|plain|dot`, as `mix deps.tree` does. `kernel`, `stdlib`
  and `compiler` are never shown.
  """
  use Mix.Task

  @recursive true

  @always_left_out [:kernel, :stdlib, :compiler]

  @impl true
  def run(args) do
    Mix.Task.run("compile")
    {opts, rest, _} = OptionParser.parse(args, strict: [exclude: :keep, format: :string])

    app =
      case rest do
        [] -> Mix.Project.config()[:app] || Mix.raise("no application given and none found in mix.exs file")
        [name] -> String.to_atom(name)
      end

    excluded = for({:exclude, name} <- opts, do: String.to_atom(name)) ++ @always_left_out
    callback = fn {type, name} -> {{to_string(name), kind(type)}, children(name, excluded)} end

    if opts[:format] == "dot" do
      Mix.Utils.write_dot_graph!("app_tree.dot", "application tree", [{:normal, app}], callback, opts)

      Mix.shell().info("""
      Generated "app_tree.dot" in the current directory. To generate a PNG:

          dot -Tpng app_tree.dot -o app_tree.png

      For more options see http://www.graphviz.org/.
      """)
    else
      Mix.Utils.print_tree([{:normal, app}], callback, opts)
    end

    :ok
  end

  defp kind(:normal), do: nil
  defp kind(:included), do: "(included)"
  defp kind(:optional), do: "(optional)"

  defp children(app, excluded) do
    case :application.load(app) do
      result when result == :ok or elem(elem(result, 1), 0) == :already_loaded ->
        optional = :application.get_key(app, :optional_applications) |> listed()
        started = for name <- :application.get_key(app, :applications) |> listed(), do: {if(name in optional, do: :optional, else: :normal), name}
        included = for name <- :application.get_key(app, :included_applications) |> listed(), do: {:included, name}
        Enum.reject(Enum.sort_by(started ++ included, &elem(&1, 1)), fn {_, name} -> name in excluded end)

      {:error, _} ->
        Mix.raise("could not find application #{app}")
    end
  end

  defp listed({:ok, list}), do: list
  defp listed(:undefined), do: []
end
