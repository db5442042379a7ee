defmodule Mix.Dependencies do
  @moduledoc false
  # What a project depends on: directories with a mix.exs. Nothing is downloaded; what a registry or a repository would
  # give is looked for where the real Mix puts it, in the project's directory `deps`.

  alias Mix.State

  # The dependencies that are there, those that others need first.
  def loaded do
    {present, _missing} = all()
    present
  end

  # Their names.
  def apps, do: for(dep <- loaded(), do: dep.app)

  # `{present, missing}` of the topmost project, looked up once.
  def all do
    case State.get(:dependencies) do
      nil ->
        dependencies = look_up(Mix.Project.config(), Mix.env())
        State.put(:dependencies, dependencies)
        dependencies

      dependencies ->
        dependencies
    end
  end

  defp look_up(config, env) do
    deps_path = Mix.Project.deps_path(config)
    top = for dep <- own_specs(config, env), do: Map.put(dep, :top, true)
    seen = visit(top, deps_path, %{})
    missing = for {_, %{present: false} = dep} <- seen, do: dep
    present = for {app, %{present: true, apps: apps}} <- seen, into: %{}, do: {app, apps}
    {for(app <- in_order(present), do: Map.fetch!(seen, app)), Enum.sort_by(missing, & &1.app)}
  end

  # What the project itself says wins over what its dependencies say about the same application.
  defp visit(deps, deps_path, seen) do
    located = for dep <- deps, not Map.has_key?(seen, dep.app), do: locate(dep, deps_path)
    seen = for dep <- located, into: seen, do: {dep.app, dep}

    Enum.reduce(located, seen, fn
      %{present: false}, seen ->
        seen

      dep, seen ->
        children = children(dep)
        # An optional one counts when somebody else wants it too.
        wanted = Enum.reject(children, &(&1.opts[:optional] && not Map.has_key?(seen, &1.app)))
        wanted |> visit(deps_path, seen) |> Map.put(dep.app, %{dep | apps: Enum.map(children, & &1.app)})
    end)
  end

  # All that is needed, those that others need first. Among those that do not depend on each other the order is the one
  # that a sorted graph has.
  defp in_order(needs) do
    graph = :digraph.new()

    try do
      for {app, _} <- Enum.sort(needs), do: :digraph.add_vertex(graph, app)
      for {app, others} <- Enum.sort(needs), other <- others, Map.has_key?(needs, other), do: :digraph.add_edge(graph, other, app)
      :digraph_utils.topsort(graph) || Mix.raise("Could not sort dependencies. There are cycles in the dependency graph")
    after
      :digraph.delete(graph)
    end
  end

  defp children(dep) do
    if File.regular?(Path.join(dep.path, "mix.exs")) do
      within(dep, fn -> own_specs(Mix.Project.config(), dep.env) |> Enum.map(&Map.put(&1, :base, dep.path)) end)
    else
      []
    end
  end

  # A roof needs what is under it.
  defp own_specs(config, env) do
    case Mix.Project.apps_paths(config) do
      nil -> specs(config, env)
      paths -> for {app, path} <- Enum.sort(paths), do: dependency(app, nil, path: path, env: env)
    end
  end

  # Runs `fun` in the directory of a dependency, whose project is the current one.
  def within(dep, fun) do
    env = Mix.env()
    places = places()
    Mix.env(dep.env)

    try do
      Mix.Project.in_project(dep.app, dep.path, places, fn _ -> fun.() end)
    after
      Mix.env(env)
    end
  end

  # Wherever a dependency or a project under the roof is, it is built and finds its own dependencies where those of the project are.
  def places do
    config = Mix.Project.config()
    [env_path: Mix.Project.build_path(config), deps_path: Mix.Project.deps_path(config), lockfile: Path.expand(config[:lockfile])]
  end

  ## What mix.exs says

  defp specs(config, env) do
    for spec <- config[:deps] || [], dep = normalize(spec), wanted?(dep.opts, env), do: dep
  end

  defp normalize({app, opts}) when is_atom(app) and is_list(opts), do: dependency(app, nil, opts)
  defp normalize({app, requirement}) when is_atom(app), do: dependency(app, requirement, [])
  defp normalize({app, requirement, opts}) when is_atom(app) and is_list(opts), do: dependency(app, requirement, opts)

  defp normalize(other) do
    Mix.raise("Dependency specified in the wrong format, expected {app, requirement}, {app, opts} or {app, requirement, opts}, got: " <> inspect(other))
  end

  defp dependency(app, requirement, opts) do
    %{app: app, requirement: requirement, opts: opts, base: File.cwd!(), env: opts[:env] || if(opts[:in_umbrella], do: Mix.env(), else: :prod), path: nil, present: false, apps: [], top: false}
  end

  # Whether a dependency counts in an environment.
  def wanted?(opts, env) do
    member?(opts[:only], env) and member?(opts[:targets], Mix.target())
  end

  defp member?(nil, _), do: true
  defp member?(list, value), do: value in List.wrap(list)

  defp locate(dep, deps_path) do
    path =
      cond do
        path = dep.opts[:path] -> Path.expand(path, dep.base)
        dep.opts[:in_umbrella] -> Path.expand("../#{dep.app}", dep.base)
        true -> Path.join([deps_path, to_string(dep.app), dep.opts[:sparse] || dep.opts[:subdir] || ""]) |> Path.expand()
      end

    %{dep | path: path, present: File.dir?(path)}
  end

  ## Compiling and loading

  # Compiles what has changed and puts everything into the code path.
  def load(opts \\ []) do
    {present, missing} = all()
    warn_of(missing)
    # What is under the roof is compiled when all have what they need.
    {own, opts} = Keyword.split(opts, [:only, :skip_local, :below])
    below = if own[:below], do: [], else: Map.keys(Mix.Project.apps_paths() || %{})
    only = own[:only] || []

    # What is not to be compiled may be needed all the same.
    for dep <- present, only != [], dep.app not in only, ebin = Path.join([Mix.Project.build_path(), "lib", to_string(dep.app), "ebin"]), File.dir?(ebin), do: Code.prepend_path(ebin)

    for dep <- present, dep.app not in below, only == [] or dep.app in only, own[:skip_local] != true or dep.opts[:path] == nil do
      # What only Elixir can compile stays.
      if opts[:force] && not erlang?(dep), do: File.rm_rf!(Path.join([Mix.Project.build_path(), "lib", to_string(dep.app)]))
      load_one(dep, opts)
    end

    :ok
  end

  defp load_one(dep, opts) do
    cond do
      dep.opts[:compile] == false and not File.regular?(Path.join(dep.path, "mix.exs")) -> :ok
      erlang?(dep) -> load_built(dep, opts)
      true -> build(dep, opts)
    end
  end

  defp build(dep, opts) do
    within(dep, fn -> Mix.Build.project(Keyword.merge(opts, dependency: dep.app, apps: dep.apps, compile: dep.opts[:compile] != false)) end)
  end

  # Erlang's own projects have no mix.exs, others have Erlang files among their sources.
  defp erlang?(dep) do
    not File.regular?(Path.join(dep.path, "mix.exs")) or
      within(dep, fn -> Mix.Utils.extract_files(Mix.Project.config()[:erlc_paths] || [], [:erl, :xrl, :yrl]) != [] end)
  end

  # What Elixir has compiled of it will do: its modules are like any others.
  defp load_built(dep, opts) do
    ebin = Path.join([Mix.Project.build_path(), "lib", to_string(dep.app), "ebin"])

    if Path.wildcard(Path.join(ebin, "*.beam")) != [] do
      Code.prepend_path(ebin)
      _ = :application.load(dep.app)
    else
      unless unbuilt?(dep.app) do
        State.put({:unbuilt, dep.app}, true)

        IO.puts(:stderr, [
          "warning: the dependency #{inspect(dep.app)} has Erlang sources, which Beamlet does not compile.\n",
          "What needs them will not work, unless Elixir compiles them first (mix deps.compile), into ",
          Path.relative_to_cwd(ebin),
          "\n"
        ])
      end

      if File.regular?(Path.join(dep.path, "mix.exs")), do: build(dep, opts), else: State.put({:absent, dep.app}, true)
    end

    :ok
  end

  defp unbuilt?(app), do: State.get({:unbuilt, app}, false)

  # Whether there is nothing at all of a dependency that can be started.
  def absent?(app), do: State.get({:absent, app}, false)

  defp warn_of([]), do: :ok

  defp warn_of(missing) do
    unless State.get(:warned_of_missing) do
      State.put(:warned_of_missing, true)
      lines = for dep <- missing, do: ["\n  * ", to_string(dep.app), origin(dep), " wanted in ", Path.relative_to_cwd(dep.path)]

      IO.puts(:stderr, [
        "warning: dependencies that are not there, and that Beamlet does not download:",
        lines,
        "\nWhat needs them will not compile or run. Put their source there, or fetch it with `mix deps.get` of Elixir.\n"
      ])
    end
  end

  def missing, do: elem(all(), 1)

  # Calls `fun` in every project under the roof of this one, those that others need first.
  def each_in_umbrella(fun) do
    map_umbrella(fun)
    :ok
  end

  # As above, with the results.
  def map_umbrella(fun) do
    places = places()

    results =
      for {app, path} <- under_roof(Mix.Project.apps_paths()) do
        Mix.Project.in_project(app, path, places, fn _ ->
          State.put(:dependencies, nil)
          fun.()
        end)
      end

    State.put(:dependencies, nil)
    results
  end

  defp under_roof(paths) do
    needs =
      for {app, path} <- paths, into: %{} do
        {app, Mix.Project.in_project(app, path, fn _ -> for %{opts: opts, app: app} <- specs(Mix.Project.config(), Mix.env()), opts[:in_umbrella], do: app end)}
      end

    wanted = State.get(:recur_apps)
    for app <- in_order(needs), wanted == nil or app in wanted, do: {app, Map.fetch!(paths, app)}
  end

  # All dependencies of an environment, of all of them unless one is given, by name: those under a roof with its projects.
  # Each knows its version.
  def described(env \\ nil) do
    top =
      case Mix.Project.apps_paths() do
        nil -> for spec <- Mix.Project.config()[:deps] || [], do: normalize(spec)
        paths -> for {app, path} <- paths, do: dependency(app, nil, path: path)
      end

    top = for dep <- top, env == nil or wanted?(dep.opts, env), do: Map.put(dep, :top, true)
    seen = visit(top, Mix.Project.deps_path(), %{})
    for {_, dep} <- Enum.sort(seen), do: Map.put(dep, :version, if(dep.present, do: version(dep)))
  end

  defp version(dep) do
    if File.regular?(Path.join(dep.path, "mix.exs")), do: within(dep, fn -> Mix.Project.config()[:version] end)
  end

  # Where it comes from, as its project says it.
  def place(%{opts: opts} = dep) do
    cond do
      path = opts[:path] -> path
      opts[:in_umbrella] -> "../#{dep.app}"
      opts[:git] || opts[:github] -> dep.opts |> Keyword.put(:dest, dep.path) |> then(&Mix.SCM.Git.accepts_options(dep.app, &1)) |> Mix.SCM.Git.format()
      true -> "Hex package"
    end
  end

  def origin(%{opts: opts} = dep) do
    cond do
      path = opts[:path] -> " (path #{path})"
      opts[:in_umbrella] -> " (of the umbrella)"
      url = opts[:git] || opts[:github] -> " (#{url})"
      is_binary(dep.requirement) -> " (#{opts[:hex] || dep.app} #{dep.requirement} of the package registry)"
      true -> " (of the package registry)"
    end
  end

  # The dependencies of a script.
  def install(deps) do
    directory = Path.join(System.tmp_dir!(), "beamlet-install-#{System.pid()}")
    State.put(:build_path, Path.join(directory, "_build"))
    State.put(:installed, true)
    config = [app: :mix_install, version: "0.1.0", deps: deps]
    {present, _} = dependencies = look_up(Keyword.merge(Mix.Project.config(), config), Mix.env())
    State.put(:dependencies, dependencies)
    for dep <- present, do: load_one(dep, [])
    for dep <- present, dep.opts[:runtime] != false, do: {:ok, _} = Application.ensure_all_started(dep.app)
    System.at_exit(fn _ -> File.rm_rf(directory) end)
    :ok
  end
end
