defmodule Mix.Dep do
  @moduledoc false
  # The dependencies of a project as they are described to people and to programs that ask: where each comes from, what state it is in,
  # and whether those who want it agree about it. What is compiled and loaded is the business of `Mix.Dependencies`.
  #
  #   * `scm` - the module that knows where it comes from
  #   * `app`, `requirement`, `opts` - what `mix.exs` says
  #   * `status` - see `format_status/1`
  #   * `deps` - what it needs itself
  #   * `top_level` - whether the project itself wants it
  #   * `manager` - the tool that builds it
  #   * `from` - the file that wants it

  alias Mix.State

  defstruct scm: nil, app: nil, requirement: nil, status: nil, opts: [], deps: [], top_level: false, extra: [], manager: nil, from: nil, system_env: []

  # The dependencies in the current environment, looked up once.
  def cached do
    key = {:cached_deps, Mix.Project.get()}
    place = {Mix.env(), Mix.target()}

    case State.read_cache(key) do
      {^place, deps} -> deps
      _ -> State.write_cache(key, {place, load_on_environment(env: Mix.env(), target: Mix.target())}) |> elem(1)
    end
  end

  def load_and_cache, do: cached()
  def clear_cached, do: State.delete_cache({:cached_deps, Mix.Project.get()})

  # All dependencies, or those of the environment and target given as `:env` and `:target`; those that others need first.
  def load_on_environment(opts) do
    {deps, _, _} = Mix.Dep.Converger.converge(nil, Mix.Dep.Lock.read(), opts, fn dep, acc, lock -> {dep, acc, lock} end)
    deps
  end

  # Fails when those who want a dependency do not agree about it: `title` is said first, if there is one.
  def check_agreement(title \\ nil), do: refuse(Enum.filter(cached(), &diverged?/1), title)

  # Fails when a repository is there and not in the state that the lock file says.
  def check_locked do
    stale = Enum.filter(cached(), &(&1.status == :lockoutdated or match?({:lockmismatch, _}, &1.status)))
    refuse(stale, "Unchecked dependencies for environment #{Mix.env()}:")
  end

  defp refuse([], _title), do: :ok

  defp refuse(deps, title) do
    if title, do: Mix.shell().error(title)

    for dep <- deps do
      Mix.shell().error("* " <> format_dep(%{dep | manager: nil}))
      Mix.shell().error("  " <> format_status(dep))
    end

    Mix.raise("Can't continue due to errors on dependencies")
  end

  ## What can be said of one

  def ok?(%{status: {:ok, _}}), do: true
  def ok?(_dep), do: false

  def available?(%{status: {:unavailable, _}}), do: false
  def available?(_dep), do: true

  def diverged?(%{status: {kind, _}}) when kind in [:overridden, :diverged, :divergedonly, :divergedtargets], do: true
  def diverged?(%{status: {:divergedreq, _, _}}), do: true
  def diverged?(_dep), do: false

  def mix?(%{manager: manager}), do: manager == :mix

  def load_paths(%{opts: opts}), do: [Path.join(opts[:build], "ebin")]

  # How a dependency is named: with its version, where it comes from, and who builds it.
  def format_dep(%{scm: scm, app: app, status: status, opts: opts, manager: manager}) do
    version = if match?({:ok, text} when is_binary(text), status), do: "#{elem(status, 1)} ", else: ""
    "#{app} #{version}(#{scm.format(opts)})#{if manager, do: " (#{manager})"}"
  end

  def format_status(%{status: status, app: app, requirement: requirement} = dep) do
    case status do
      {:ok, _} -> "ok"
      {:noappfile, {path, nil}} -> "could not find an app file at #{relative(path)}. This may happen if the dependency was not yet compiled or the dependency indeed has no app file (then you can pass app: false as option)"
      {:noappfile, {path, other}} -> "could not find an app file at #{relative(path)}. Another app file was found in the same directory #{relative(other)}, try changing the dependency name to :#{Path.basename(other, ".app")}"
      {:invalidapp, path} -> "the app file at #{relative(path)} is invalid"
      {:invalidvsn, vsn} -> "the app file contains an invalid version: #{inspect(vsn)}"
      {:nosemver, vsn} -> "the app file specified a non-Semantic Versioning format: #{inspect(vsn)}. Mix can only match the requirement #{inspect(requirement)} against semantic versions. Please fix the application version or use a regex as a requirement to match against any version"
      {:nomatchvsn, vsn} -> "the dependency does not match the requirement #{inspect(requirement)}, got #{inspect(vsn)}"
      {:unavailable, _} -> "the dependency is not available, run \"mix deps.get\""
      :nolock -> "the dependency is not locked. To generate the \"mix.lock\" file run \"mix deps.get\""
      :lockoutdated -> "lock outdated: the lock is outdated compared to the options in your mix.exs. To fetch locked version run \"mix deps.get\""
      {:lockmismatch, _} -> "lock mismatch: the dependency is out of date. To fetch locked version run \"mix deps.get\""
      {:divergedreq, vsn, other} -> "the dependency #{app} #{vsn}\n#{said(dep)}\n  does not match the requirement specified\n#{said(other)}\n  Ensure they match or specify one of the above in your deps and set \"override: true\""
      {:divergedonly, other} -> "the :only option for dependency #{app}\n#{said(dep)}\n  does not match the :only option calculated for\n#{said(other)}\n  #{advice(other, :only, "environments")}"
      {:divergedtargets, other} -> "the :targets option for dependency #{app}\n#{said(dep)}\n  does not match the :targets option calculated for\n#{said(other)}\n  #{advice(other, :targets, "targets")}"
      {:diverged, other} -> "different specs were given for the #{app} app:\n#{said(dep)}\n#{said(other)}\n  Ensure they match or specify one of the above in your deps and set \"override: true\""
      {:overridden, other} -> "the dependency #{app} in #{relative_file(dep.from)} is overriding a child dependency:\n#{said(dep)}\n#{said(other)}\n  Ensure they match or specify one of the above in your deps and set \"override: true\""
    end
  end

  defp advice(%{opts: opts}, key, what) do
    if opts[key], do: "Ensure you specify at least the same #{what} in :#{key} in your dep", else: "Remove the :#{key} restriction from your dep"
  end

  defp said(%{app: app, requirement: requirement, opts: opts, from: from}) do
    shown = opts |> Keyword.drop([:dest, :build, :lock, :manager, :checkout, :top_level])
    "\n  > In #{relative_file(from)}:\n    #{inspect({app, requirement, shown})}\n"
  end

  defp relative(path), do: path |> Path.relative_to_cwd() |> inspect()
  defp relative_file(nil), do: "mix.exs"
  defp relative_file(file), do: Path.relative_to_cwd(file)
end

defmodule Mix.Dep.Loader do
  @moduledoc false
  # Reads what `mix.exs` says of dependencies, and finds out what state one is in.

  # The dependencies of the current project.
  def children do
    config = Mix.Project.config()
    from = Mix.Project.project_file()

    case Mix.Project.apps_paths(config) do
      nil -> for spec <- config[:deps] || [], do: dep(spec, config, from)
      paths -> for {app, path} <- Enum.sort(paths), do: dep({app, path: path, from_umbrella: true, env: Mix.env()}, config, from)
    end
  end

  defp dep({app, opts}, config, from) when is_atom(app) and is_list(opts), do: dep(app, nil, opts, config, from)
  defp dep({app, requirement}, config, from) when is_atom(app) and not is_nil(requirement), do: dep(app, requirement, [], config, from)
  defp dep({app, requirement, opts}, config, from) when is_atom(app) and not is_nil(requirement) and is_list(opts), do: dep(app, requirement, opts, config, from)

  defp dep(other, _config, from) do
    Mix.raise("""
    Dependency specified in the wrong format:

        #{inspect(other)}

    In #{from && Path.relative_to_cwd(from)}. Expected:

        {app, opts} | {app, requirement} | {app, requirement, opts}

    Where:

        app :: atom
        requirement :: String.t | Regex.t
        opts :: keyword
    """)
  end

  defp dep(app, requirement, opts, config, from) do
    check_requirement(app, requirement)
    dest = Path.join(Mix.Project.deps_path(config), to_string(app))
    build = Path.join([Mix.Project.build_path(config), "lib", to_string(app)])
    system_env = opts[:system_env] || []
    opts = opts |> Keyword.put_new(:env, if(opts[:in_umbrella], do: Mix.env(), else: :prod)) |> Keyword.merge(dest: dest, build: build)
    {scm, opts} = Enum.find_value(Mix.SCM.available(), {Mix.SCM.Package, opts}, fn scm -> if found = scm.accepts_options(app, opts), do: {scm, found} end)

    %Mix.Dep{scm: scm, app: app, requirement: requirement, status: {:unavailable, opts[:dest]}, opts: opts, from: from, system_env: system_env}
  end

  defp check_requirement(app, requirement) when is_binary(requirement) do
    if Version.parse_requirement(requirement) == :error, do: Mix.raise("Invalid requirement #{requirement} for app #{app}")
  end

  defp check_requirement(_app, _requirement), do: :ok

  # The same dependency with its state, its tool and what it needs.
  def load(%{scm: scm, opts: opts} = dep, lock) do
    dep = %{dep | opts: Keyword.put(opts, :lock, lock[dep.app])}

    if scm.checked_out?(dep.opts) do
      dep = %{dep | manager: opts[:manager] || manager(opts[:dest])}
      dep |> of_mix() |> locked()
    else
      %{dep | manager: opts[:manager], status: {:unavailable, opts[:dest]}}
    end
  end

  defp manager(path) do
    Enum.find_value([{"mix.exs", :mix}, {"rebar.config", :rebar3}, {"Makefile", :make}], fn {file, tool} -> if File.regular?(Path.join(path, file)), do: tool end)
  end

  defp of_mix(%{manager: :mix, opts: opts} = dep) do
    within(dep, fn ->
      if opts[:from_umbrella], do: check_name(dep, Mix.Project.config()[:app])
      env = opts[:env]
      deps = for child <- children(), member?(child.opts[:only], env), do: %{child | opts: child.opts |> inherit(opts, :only) |> inherit(opts, :targets)}
      opts = if Mix.Project.umbrella?() and opts[:app] == nil, do: Keyword.put(opts, :app, false), else: opts
      %{dep | deps: deps, opts: opts, status: state(%{dep | opts: opts}, Mix.Project.config()[:version])}
    end)
  end

  defp of_mix(dep), do: %{dep | status: state(dep, nil)}

  defp check_name(%{app: app}, app), do: :ok

  defp check_name(%{app: directory}, app) do
    Mix.raise(
      "Umbrella app #{inspect(app)} is located at directory #{directory}. Mix requires the directory to match the application name for umbrella apps. " <>
        "Please rename the directory or change the application name in the mix.exs file."
    )
  end

  # Who is there only sometimes has his own dependencies only then.
  defp inherit(opts, parent, key) do
    case {opts[key], parent[key]} do
      {nil, nil} -> opts
      {nil, theirs} -> Keyword.put(opts, key, theirs)
      {_, nil} when key == :only -> Keyword.delete(opts, key)
      {_, nil} -> opts
      {mine, theirs} -> Keyword.put(opts, key, List.wrap(theirs) -- (List.wrap(theirs) -- List.wrap(mine)))
    end
  end

  def member?(nil, _value), do: true
  def member?(_list, nil), do: true
  def member?(list, value), do: value in List.wrap(list)

  defp within(%{opts: opts, app: app}, fun) do
    env = Mix.env()
    places = Mix.Dependencies.places()
    Mix.env(opts[:env])

    try do
      Mix.Project.in_project(app, opts[:dest], places, fn _ -> fun.() end)
    after
      Mix.env(env)
    end
  end

  # What the file of its application says.
  defp state(%{opts: opts} = dep, version) do
    case opts[:app] do
      false -> {:ok, version}
      path when is_binary(path) -> of_file(dep, Path.expand(path, opts[:dest]))
      _ -> of_file(dep, Path.join([opts[:build], "ebin", "#{dep.app}.app"]))
    end
  end

  defp of_file(%{app: app, requirement: requirement}, path) do
    case :file.consult(String.to_charlist(path)) do
      {:ok, [{:application, _name, keys}]} when is_list(keys) ->
        case List.keyfind(keys, :vsn, 0) do
          {:vsn, vsn} when is_list(vsn) -> matched(requirement, List.to_string(vsn), app)
          {:vsn, vsn} -> {:invalidvsn, vsn}
          nil -> {:invalidvsn, nil}
        end

      {:ok, _} ->
        {:invalidapp, path}

      {:error, :enoent} ->
        {:noappfile, {path, path |> Path.dirname() |> Path.join("*.app") |> Path.wildcard() |> List.first()}}

      {:error, _} ->
        {:invalidapp, path}
    end
  end

  defp matched(requirement, vsn, app) do
    case matches?(requirement, vsn, app) do
      true -> {:ok, vsn}
      false -> {:nomatchvsn, vsn}
      :nosemver -> {:nosemver, vsn}
    end
  end

  def matches?(nil, _vsn, _app), do: true
  def matches?(%Regex{} = requirement, vsn, _app), do: vsn =~ requirement

  def matches?(requirement, vsn, _app) when is_binary(requirement) do
    case Version.parse(vsn) do
      {:ok, version} -> Version.match?(version, requirement, allow_pre: true)
      :error -> :nosemver
    end
  end

  defp locked(%{scm: scm, status: {kind, _} = status, opts: opts} = dep) when kind in [:ok, :noappfile] do
    case scm.fetchable?() && scm.lock_status(opts) do
      :mismatch -> %{dep | status: if(opts[:lock], do: {:lockmismatch, opts[:lock]}, else: :nolock)}
      :outdated -> %{dep | status: :lockoutdated}
      _ -> %{dep | status: status}
    end
  end

  defp locked(dep), do: dep
end

defmodule Mix.Dep.Converger do
  @moduledoc false
  # Brings together what a project and its dependencies say of the same dependency: what is nearer to the project counts, and where
  # others do not agree the status tells.

  alias Mix.Dep.Loader

  # `{deps, acc, lock}`: the dependencies of `opts[:env]` and `opts[:target]`, or all. Before one is looked into, `callback` gets it with
  # the accumulator and the lock, and returns the three: it may fetch it.
  def converge(acc, lock, opts, callback) do
    {env, target} = {opts[:env], opts[:target]}
    {main, skipped} = Enum.split_with(Loader.children(), &(Loader.member?(&1.opts[:only], env) and Loader.member?(&1.opts[:targets], target)))
    main = for dep <- main, do: %{dep | top_level: true}
    skipped = Map.new(skipped, &{&1.app, %{&1 | top_level: true}})
    around = %{skipped: skipped, optional: %{}, acc: acc, lock: lock, target: target, callback: callback}
    {deps, around} = level(main, [], around, [])
    {topological_sort(deps), around.acc, around.lock}
  end

  # All dependencies of one distance from the project, and then what they need. `above` are the names of those nearer to it. What
  # the project wants only elsewhere is in `skipped`, what nobody needs in `optional`.
  defp level([], found, around, _above), do: {found, around}

  defp level(deps, found, around, above) do
    {found, around, new} = Enum.reduce(deps, {found, around, []}, &meet(&1, &2, above))
    below = for dep <- new, child <- dep.deps, Loader.member?(child.opts[:targets], around.target), do: child
    level(below, found, around, above ++ Enum.map(deps, & &1.app))
  end

  defp meet(dep, {found, around, new}, above) do
    other = Enum.find(found, &(&1.app == dep.app))
    optional? = dep.opts[:optional] && above != []

    cond do
      other ->
        {replace(found, agree(other, dep, other.app in above)), around, new}

      optional? ->
        # Nothing is fetched for those who can do without it.
        {found, put_in(around.optional[dep.app], dep), new}

      other = around.skipped[dep.app] ->
        kind = if other.opts[:only], do: :divergedonly, else: :divergedtargets
        {found ++ [%{other | status: {kind, dep}}], around, new}

      true ->
        {dep, acc, lock} = around.callback.(%{dep | opts: Keyword.put(dep.opts, :lock, around.lock[dep.app])}, around.acc, around.lock)
        around = %{around | acc: acc, lock: lock}
        dep = Loader.load(dep, lock)
        wished = around.optional[dep.app]
        dep = if wished && not same?(wished, dep), do: %{dep | status: {:diverged, wished}}, else: dep
        {found ++ [dep], around, new ++ [dep]}
    end
  end

  defp replace(found, dep), do: Enum.map(found, &if(&1.app == dep.app, do: dep, else: &1))

  defp agree(other, dep, above?) do
    cond do
      above? and other.opts[:override] -> other
      Mix.Dep.diverged?(other) -> other
      not same?(other, dep) -> %{other | status: {if(above?, do: :overridden, else: :diverged), dep}}
      dep.opts[:optional] -> required(other, dep)
      true -> other |> restricted(dep, :only, :divergedonly, above?) |> restricted(dep, :targets, :divergedtargets, above?) |> required(dep)
    end
  end

  defp same?(other, dep) do
    options = &Keyword.take(&1, [:app, :env, :compile])
    other.scm == dep.scm and other.scm.equal?(other.opts, dep.opts) and Enum.sort(options.(other.opts)) == Enum.sort(options.(dep.opts)) and other.system_env == dep.system_env
  end

  # What the project restricts has to be enough for all; what others restrict adds up.
  defp restricted(other, dep, key, kind, true) do
    case {other.opts[key], dep.opts[key]} do
      {nil, _} -> other
      {_, nil} -> %{other | status: {kind, dep}}
      {mine, theirs} -> if List.wrap(theirs) -- List.wrap(mine) == [], do: other, else: %{other | status: {kind, dep}}
    end
  end

  defp restricted(other, dep, key, _kind, false) do
    case {other.opts[key], dep.opts[key]} do
      {nil, _} -> other
      {_, nil} -> %{other | opts: Keyword.delete(other.opts, key)}
      {same, same} -> other
      {mine, theirs} -> %{other | opts: Keyword.put(other.opts, key, Enum.uniq(List.wrap(theirs) ++ List.wrap(mine)))}
    end
  end

  defp required(%{status: {:ok, vsn}} = other, dep) when is_binary(vsn) do
    if Loader.matches?(dep.requirement, vsn, dep.app) == true, do: other, else: %{other | status: {:divergedreq, vsn, dep}}
  end

  defp required(other, _dep), do: other

  # Those that others need first.
  def topological_sort(deps) do
    graph = :digraph.new()

    try do
      for dep <- deps, do: :digraph.add_vertex(graph, dep.app)
      for dep <- deps, child <- dep.deps, Enum.any?(deps, &(&1.app == child.app)), do: :digraph.add_edge(graph, child.app, dep.app)

      for dep <- deps, Enum.any?(dep.deps, &(&1.app == dep.app)), do: Mix.raise("App #{dep.app} lists itself as a dependency")

      case :digraph_utils.topsort(graph) do
        false -> refuse_cycle(graph)
        apps -> for app <- apps, do: Enum.find(deps, &(&1.app == app))
      end
    after
      :digraph.delete(graph)
    end
  end

  defp refuse_cycle(graph) do
    apps = graph |> :digraph_utils.cyclic_strong_components() |> hd() |> Enum.sort()
    Mix.raise("Could not sort dependencies. The following dependencies form a cycle: #{Enum.join(apps, ", ")}")
  end
end
