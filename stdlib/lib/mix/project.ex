defmodule Mix.Project do
  @moduledoc """
  The project of a `mix.exs`: what it says about itself, and where its parts are.

      defmodule MyApp.MixProject do
        use Mix.Project

        def project do
          [app: :my_app, version: "0.1.0", deps: []]
        end
      end

  While a dependency is being worked on, its project is the current one; the stack of them is Mix's own.
  """

  alias Mix.State

  @doc false
  defmacro __using__(_opts) do
    quote do
      @after_compile Mix.Project
    end
  end

  @doc false
  def __after_compile__(env, _bytecode), do: push(env.module, env.file)

  @doc false
  def push(module, file \\ nil, app \\ nil) when is_atom(module) do
    refuse_other(module, file)
    config = Keyword.merge(config_of(module, app), State.get(:post_config, []))
    State.put(:post_config, [])
    # Who is speaking is said when it changes; the first project needs no introduction.
    State.update(:projects, [], &[%{name: module, config: config, file: file, introduced: &1 == []} | &1])
    :ok
  end

  # Two projects of one name would be one to all that goes by names.
  defp refuse_other(nil, _file), do: :ok

  defp refuse_other(module, file) do
    case Enum.find(State.get(:projects, []), &(&1.name == module)) do
      %{file: other} when other != file -> Mix.raise("Trying to load #{inspect(module)} from #{inspect(file)} but another project with the same name was already defined at #{inspect(other)}")
      _ -> :ok
    end
  end

  # The application to introduce before its output, or nil when the last output was its own.
  @doc false
  def introduce do
    case State.get(:projects, []) do
      [%{introduced: false} = top | rest] ->
        State.put(:projects, [%{top | introduced: true} | Enum.map(rest, &%{&1 | introduced: false})])
        top.config[:app]

      _ ->
        nil
    end
  end

  @doc false
  def pop do
    case State.get(:projects, []) do
      [top | rest] ->
        State.put(:projects, rest)
        top

      [] ->
        nil
    end
  end

  @doc false
  def current, do: List.first(State.get(:projects, []))

  defp config_of(nil, app), do: Keyword.put(defaults(), :app, app)

  defp config_of(module, app) do
    own = Keyword.merge(if(app, do: [app: app], else: []), module.project())
    Keyword.merge(defaults(), own)
  end

  defp defaults do
    [
      aliases: [],
      build_embedded: false,
      build_per_environment: true,
      build_scm: Mix.SCM.Path,
      config_path: "config/config.exs",
      consolidate_protocols: true,
      default_task: "run",
      deps: [],
      deps_path: System.get_env("MIX_DEPS_PATH") || "deps",
      elixirc_paths: ["lib"],
      erlc_paths: ["src"],
      erlc_include_path: "include",
      erlc_options: [:debug_info],
      lockfile: "mix.lock",
      start_permanent: false
    ]
  end

  @doc "Returns the module of the current project, or `nil`."
  @spec get() :: module | nil
  def get do
    case current() do
      %{name: name} -> name
      nil -> nil
    end
  end

  @doc "Returns the module of the current project, or raises `Mix.NoProjectError`."
  @spec get!() :: module
  def get!, do: get() || raise(Mix.NoProjectError)

  @doc """
  Returns the configuration of the current project with Mix's defaults, which is all there is without a project.
  """
  @spec config() :: keyword
  def config do
    case current() do
      %{config: config} -> config
      nil -> defaults()
    end
  end

  @doc "Returns the path of the current project's `mix.exs`, or `nil`."
  @spec project_file() :: binary | nil
  def project_file do
    case current() do
      %{file: file} -> file
      nil -> nil
    end
  end

  @doc "Returns the path of the topmost project's `mix.exs`, or `nil`."
  @spec parent_umbrella_project_file() :: binary | nil
  def parent_umbrella_project_file do
    case State.get(:projects, []) do
      [_ | above] -> Enum.find_value(above, &(&1.config[:apps_path] && &1.file))
      [] -> nil
    end
  end

  @doc "Lists the files that configure the project: when one changes, everything is compiled again."
  @spec config_files() :: [Path.t()]
  def config_files do
    config = config()[:config_path]
    more = if is_binary(config) and File.regular?(config), do: Path.wildcard(Path.join(Path.dirname(config), "*.exs")), else: []
    more = if loaded = current()[:config_file], do: [loaded | more], else: more
    Enum.uniq(Enum.filter([project_file() | more], &is_binary/1))
  end

  @doc "Returns when the configuration last changed, in seconds since 1970."
  @spec config_mtime() :: integer
  def config_mtime, do: config_files() |> Enum.map(&Mix.Utils.last_modified/1) |> Enum.max(fn -> 0 end)

  @doc "Tells whether the project is one of several under a common roof."
  @spec umbrella?(keyword) :: boolean
  def umbrella?(config \\ config()), do: config[:apps_path] != nil

  @doc "Returns the paths of the projects under the roof of this one, by application; `nil` if it is none."
  @spec apps_paths(keyword) :: %{optional(atom) => Path.t()} | nil
  def apps_paths(config \\ config()) do
    if apps_path = config[:apps_path] do
      key = {:apps_paths, Path.expand(apps_path), config[:apps]}
      State.read_cache(key) || State.write_cache(key, under(apps_path, config[:apps]))
    end
  end

  defp under(apps_path, named) do
    for path <- Path.wildcard(Path.join(apps_path, "*")), File.dir?(path), app = path |> Path.basename() |> String.to_atom(), named == nil or app in named, project?(path), into: %{} do
      {app, path}
    end
  end

  defp project?(path) do
    found = File.regular?(Path.join(path, "mix.exs"))
    unless found, do: Mix.shell().error("warning: path #{inspect(path)} is a directory but it has no mix.exs. Mix won't consider this directory as part of your umbrella application. Please add a \"mix.exs\" or set the \":apps\" key in your umbrella configuration with all relevant apps names as atoms")
    found
  end

  ## Paths

  @doc """
  Returns the directory of what is built in the current environment: `_build/ENV`, unless `MIX_BUILD_PATH`, `MIX_BUILD_ROOT` or the
  project's `:build_path` and `:build_per_environment` say otherwise.
  """
  @spec build_path(keyword) :: Path.t()
  def build_path(config \\ config()) do
    System.get_env("MIX_BUILD_PATH") || config[:env_path] || State.get(:build_path) || own_build_path(config)
  end

  defp own_build_path(config) do
    root = Path.expand(System.get_env("MIX_BUILD_ROOT") || config[:build_path] || "_build")
    target = if Mix.target() == :host, do: "", else: "#{Mix.target()}_"
    Path.join(root, target <> if(config[:build_per_environment], do: to_string(Mix.env()), else: "shared"))
  end

  @doc "Returns the directory of the current application's build."
  @spec app_path(keyword) :: Path.t()
  def app_path(config \\ config()) do
    config[:app_path] ||
      case config[:app] do
        nil -> Mix.raise("Cannot access build without an application name, please ensure you are in a directory with a mix.exs file and it defines an :app name under the project configuration")
        app -> Path.join([build_path(config), "lib", Atom.to_string(app)])
      end
  end

  @doc "Returns the directory of the current application's modules."
  @spec compile_path(keyword) :: Path.t()
  def compile_path(config \\ config()), do: Path.join(app_path(config), "ebin")

  @doc "Returns the directory of what Mix remembers of a build; without an application it is that of the whole build."
  @spec manifest_path(keyword) :: Path.t()
  def manifest_path(config \\ config()) do
    if config[:app_path] || config[:app], do: Path.join(app_path(config), ".mix"), else: Path.join(build_path(config), ".mix")
  end

  @doc "Returns the directory of consolidated protocols."
  @spec consolidation_path(keyword) :: Path.t()
  def consolidation_path(config \\ config()) do
    if umbrella?(config), do: Path.join(build_path(config), "consolidated"), else: Path.join(app_path(config), "consolidated")
  end

  @doc "Returns the directory of dependencies."
  @spec deps_path(keyword) :: Path.t()
  def deps_path(config \\ config()), do: Path.expand(config[:deps_path])

  @doc """
  Returns the directories of all dependencies, by application. With `:parents` only those of these applications and of what they need,
  with `:depth` only what is so near.
  """
  @spec deps_paths(keyword) :: %{optional(atom) => Path.t()}
  def deps_paths(opts \\ []), do: for(dep <- dependencies(opts), into: %{}, do: {dep.app, dep.opts[:dest]})

  defp dependencies(opts) do
    deps = Mix.Dep.cached()
    first = if parents = opts[:parents], do: parents, else: for(%{top_level: true, app: app} <- deps, do: app)
    near = near(first, Map.new(deps, &{&1.app, Enum.map(&1.deps, fn child -> child.app end)}), opts[:depth] || :infinity, [])
    if opts == [], do: deps, else: Enum.filter(deps, &(&1.app in near))
  end

  defp near(_apps, _needs, 0, found), do: found
  defp near([], _needs, _depth, found), do: found

  defp near(apps, needs, depth, found) do
    found = Enum.uniq(apps ++ found)
    next = for app <- apps, need <- Map.get(needs, app, []), need not in found, do: need
    near(Enum.uniq(next), needs, if(depth == :infinity, do: depth, else: depth - 1), found)
  end

  @doc "Lists the applications of all dependencies, those that others need first."
  @spec deps_apps() :: [atom]
  def deps_apps, do: for(dep <- Mix.Dep.cached(), do: dep.app)

  @doc "Returns what is known of where dependencies come from."
  @spec deps_scms(keyword) :: %{optional(atom) => module}
  def deps_scms(opts \\ []), do: for(dep <- dependencies(opts), into: %{}, do: {dep.app, dep.scm})

  @doc "Lists the directories of modules of the project."
  @spec load_paths(keyword) :: [Path.t()]
  def load_paths(config \\ config()), do: [compile_path(config)]

  @doc "Makes the directory of the build."
  @spec ensure_structure(keyword, keyword) :: :ok
  def ensure_structure(config \\ config(), opts \\ []), do: build_structure(config, opts)

  @doc "Compiles the project."
  @spec compile([term], keyword) :: term
  def compile(args, _config) when is_list(args), do: Mix.Task.run("compile", args)

  @doc false
  def compile(args) when is_list(args), do: Mix.Task.run("compile", args)

  @doc "Returns the part of the configuration that decides what the dependencies are."
  @spec deps_config(keyword) :: keyword
  def deps_config(config \\ config()), do: Keyword.take(config, [:build_path, :build_per_environment, :config_path, :deps_build_path, :deps_path, :lockfile])

  @doc "Makes the directory of the build, with a link to `priv`."
  @spec build_structure(keyword, keyword) :: :ok
  def build_structure(config \\ config(), opts \\ []), do: Mix.Build.make_directories(config, File.cwd!(), opts)

  @doc "Calls `fun` with the module of the project in `path`, which is the current one meanwhile."
  @spec in_project(atom, Path.t(), keyword, (module -> result)) :: result when result: term
  def in_project(app, path, post_config \\ [], fun) when is_atom(app) and is_function(fun, 1) do
    File.cd!(path, fn ->
      load(app, "mix.exs", post_config)

      try do
        fun.(get())
      after
        pop()
      end
    end)
  end

  # Pushes the project of a file; what was loaded once is not compiled again.
  @doc false
  def load(app, file, post_config \\ []) do
    path = Path.expand(file)
    known = State.get(:project_modules, %{})

    case known do
      # It may have been removed since.
      %{^path => module} when is_map_key(known, path) ->
        if Code.ensure_loaded?(module), do: push(module, path, app), else: State.put(:project_modules, Map.delete(known, path)) && load(app, file, post_config)

      _ ->
        before = length(State.get(:projects, []))

        if File.regular?(path) do
          compile_file(path, app)
          if length(State.get(:projects, [])) == before, do: Mix.raise("#{Path.relative_to_cwd(path)} defines no project: a module with `use Mix.Project` is wanted")
          State.put(:project_modules, Map.put(known, path, get()))
        else
          push(nil, path, app)
        end
    end

    if post_config != [] do
      State.update(:projects, [], fn [top | rest] -> [%{top | config: Keyword.merge(top.config, post_config)} | rest] end)
    end

    :ok
  end

  defp compile_file(path, app) do
    Code.compile_file(path)
  rescue
    error ->
      if app, do: Mix.shell().error("Error while loading project #{inspect(app)} at #{File.cwd!()}")
      reraise error, __STACKTRACE__
  end

  # The configuration that was read before the project, or the one that it is a dependency of, was compiled.
  @doc false
  def compile_config, do: Enum.find_value(State.get(:projects, []), [], & &1[:compile_config])

  # Whether that of the project itself was.
  @doc false
  def compile_config?, do: match?([%{compile_config: config} | _] when config != nil, State.get(:projects, []))

  @doc false
  def compile_config(config, file) do
    State.update(:projects, [], fn
      [top | rest] -> [Map.merge(top, %{compile_config: Keyword.merge(top[:compile_config] || [], config), config_file: file}) | rest]
      [] -> []
    end)
  end

  @doc false
  def clear_deps_cache do
    State.put(:dependencies, nil)
    Mix.Dep.clear_cached()
  end
end

defmodule Mix.ProjectStack do
  @moduledoc false
  # The stack of projects, for those who put it right themselves, such as tests of tasks.

  alias Mix.State

  def pop, do: Mix.Project.pop()
  def peek, do: Mix.Project.current()
  def clear_stack, do: State.put(:projects, [])

  # The project that is pushed next has this configuration besides its own.
  def post_config(config), do: State.update(:post_config, [], &Keyword.merge(&1, config))

  def merge_config(config) do
    State.update(:projects, [], fn
      [top | rest] -> [%{top | config: Keyword.merge(top.config, config)} | rest]
      [] -> []
    end)
  end
end
