defmodule Mix.Build do
  @moduledoc false
  # Compiles the current project into its build directory, unless nothing has changed since, and makes its application known.
  #
  # When any file has changed, all are compiled again: that takes less time than finding out which ones depend on it would save.

  @version 2

  # Options: `:force`, `:verbose`, `:compile`, `:return_errors`, and for a dependency `:dependency` (the name that others know it by)
  # and `:apps` (what it needs). Returns `{:ok | :noop | :error, diagnostics}`.
  def project(opts \\ []) do
    config = Mix.Project.config()
    app = config[:app] || opts[:dependency]

    if is_nil(app) do
      {:noop, []}
    else
      check_version(config, app)
      make_directories(config, File.cwd!())
      ebin = Mix.Project.compile_path(config)
      result = if opts[:compile] == false, do: {:noop, []}, else: compile(config, app, ebin, opts)
      Code.prepend_path(ebin)
      load_application(config, app, ebin)
      result
    end
  end

  defp check_version(config, app) do
    requirement = config[:elixir]

    if is_binary(requirement) and not Version.match?(System.version(), requirement) do
      IO.puts(:stderr, "warning: #{inspect(app)} asks for Elixir #{requirement}, and Beamlet is as #{System.version()}\n")
    end
  end

  # Links lead from where they are, so that the whole project can be moved.
  def make_directories(config, directory, opts \\ []) do
    target = Mix.Project.app_path(config)
    File.mkdir_p!(target)
    if opts[:symlink_ebin], do: link(directory, target, "ebin"), else: own_directory(Path.join(target, "ebin"))
    File.mkdir_p!(Path.join(target, ".mix"))
    for name <- ["priv", "include"], do: link(directory, target, name)
    :ok
  end

  defp own_directory(path) do
    if match?({:ok, _}, File.read_link(path)), do: File.rm!(path)
    File.mkdir_p!(path)
  end

  defp link(directory, target, name) do
    source = Path.join(directory, name)
    if File.dir?(source), do: Mix.Utils.symlink_or_copy(way(target, source), Path.join(target, name))
  end

  # The way from one directory to a path.
  defp way(from, to) do
    {from, to} = unlike(Path.split(Path.expand(from)), Path.split(Path.expand(to)))
    Path.join(Enum.map(from, fn _ -> ".." end) ++ to)
  end

  defp unlike([part | from], [part | to]), do: unlike(from, to)
  defp unlike(from, to), do: {from, to}

  ## Compiling

  def sources(config) do
    paths = config[:elixirc_paths]
    unless is_list(paths), do: Mix.raise(":elixirc_paths should be a list of paths, got: " <> inspect(paths))
    Mix.Utils.extract_files(paths, [:ex])
  end

  defp compile(config, app, ebin, opts) do
    sources = sources(config)
    unless opts[:dependency], do: refuse_erlang(config, app)
    manifest = Path.join(Mix.Project.manifest_path(config), "compile.elixir")
    before = read_manifest(manifest)
    stamp = stamp(config, sources, opts[:apps] || Mix.Project.deps_apps())

    if not Keyword.get(opts, :force, false) and before != nil and before.stamp == stamp and unchanged?(before.external) do
      {:noop, []}
    else
      File.rm(manifest)
      clear(ebin)
      if sources != [], do: announce(sources)
      Code.prepend_path(ebin)

      each_file = if opts[:verbose], do: &Mix.shell().info("Compiled #{Path.relative_to_cwd(&1)}"), else: fn _ -> :ok end

      compile = fn -> Kernel.ParallelCompiler.compile_to_path(sources, ebin, each_long_compilation: &long/1, each_file: each_file) end

      case logging_as(app, fn -> with_options(config, compile) end) do
        {:ok, modules, warnings} ->
          unless opts[:dependency], do: refuse_warnings(config, warnings)
          external = for module <- modules, path <- external_resources(module), into: %{}, do: {path, file_stamp(path)}
          write_app(config, app, ebin, modules)
          Mix.shell().info("Generated #{app} app")
          File.write!(manifest, :erlang.term_to_binary(%{version: @version, stamp: stamp, external: external, modules: modules, protocols: Mix.Consolidation.collect(modules)}))
          {:ok, diagnostics(warnings, :warning)}

        {:error, errors, warnings} ->
          hint()
          unless opts[:return_errors], do: exit({:shutdown, 1})
          {:error, diagnostics(warnings, :warning) ++ diagnostics(errors, :error)}
      end
    end
  end

  # What is logged by the code says which application it is of.
  defp logging_as(app, fun) do
    before = Application.get_env(:logger, :compile_time_application)
    Application.put_env(:logger, :compile_time_application, app)

    try do
      fun.()
    after
      Application.put_env(:logger, :compile_time_application, before)
    end
  end

  # The compiler has the project's options meanwhile; of what it keeps out of `xref` no warning is given either.
  defp with_options(config, fun) do
    excluded = List.wrap(config[:xref][:exclude])
    options = Keyword.take(config[:elixirc_options] || [], Code.available_compiler_options() -- [:tracers, :parser_options])
    options = if excluded == [], do: options, else: Keyword.update(options, :no_warn_undefined, excluded, &if(is_list(&1), do: excluded ++ &1, else: &1))
    before = for {name, _} <- options, do: {name, Code.get_compiler_option(name)}
    for {name, value} <- options, do: Code.put_compiler_option(name, value)

    try do
      fun.()
    after
      for {name, value} <- before, do: Code.put_compiler_option(name, value)
    end
  end

  defp diagnostics(found, severity) do
    for {file, position, message} <- found do
      %Mix.Task.Compiler.Diagnostic{
        file: Path.absname(file),
        severity: severity,
        message: to_string(message),
        position: position,
        compiler_name: "Elixir"
      }
    end
  end

  # The file that remembers what was compiled.
  def manifest(config \\ Mix.Project.config()), do: Path.join(Mix.Project.manifest_path(config), "compile.elixir")

  # Those of a dependency are not the project's business.
  defp refuse_warnings(config, warnings) do
    if warnings != [] and config[:elixirc_options][:warnings_as_errors] do
      IO.puts(:stderr, "Compilation failed due to warnings while using the --warnings-as-errors option")
      exit({:shutdown, 1})
    end
  end

  defp announce(sources) do
    count = length(sources)
    Mix.shell().info("Compiling #{count} file#{if count == 1, do: "", else: "s"} (.ex)")
  end

  defp long(file), do: IO.puts(:stderr, "Compiling #{Path.relative_to_cwd(file)} (it's taking a while)")

  # A module that could not be found may be one of a dependency that is not there.
  defp hint do
    case Mix.Dependencies.missing() do
      [] -> :ok
      missing -> IO.puts(:stderr, "\nThese dependencies are not there, and may be what is missed: " <> Enum.map_join(missing, ", ", &inspect(&1.app)))
    end
  end

  defp refuse_erlang(config, app) do
    case Mix.Utils.extract_files(config[:erlc_paths] || [], [:erl, :xrl, :yrl]) do
      [] -> :ok
      [file | _] -> Mix.raise("Cannot compile #{Path.relative_to_cwd(file)} of #{inspect(app)}: Beamlet compiles no Erlang source")
    end
  end

  defp read_manifest(file) do
    with {:ok, bytes} <- File.read(file),
         %{version: @version} = manifest <- :erlang.binary_to_term(bytes) do
      manifest
    else
      _ -> nil
    end
  rescue
    ArgumentError -> nil
  end

  # All that the code of a project depends on: its files, what it says about itself, what configures it, what it builds on,
  # and the compiler.
  defp stamp(config, sources, dependencies) do
    files = for path <- sources ++ Mix.Project.config_files() ++ manifests(dependencies) ++ ["/proc/self/exe"], do: {path, file_stamp(path)}
    said = Keyword.take(config, [:app, :version, :elixirc_options, :elixirc_paths, :description])
    :erlang.md5(:erlang.term_to_binary({files, said, Mix.env(), System.version()}))
  end

  # A value that changes when anything does that the compiled project depends on.
  def state do
    config = Mix.Project.config()
    external = config |> Mix.Project.manifest_path() |> Path.join("compile.elixir") |> read_manifest()
    stamps = for {path, _} <- (external || %{external: []}).external, do: {path, file_stamp(path)}
    {stamp(config, sources(config), Mix.Project.deps_apps()), stamps}
  end

  defp manifests(apps) do
    for app <- apps, do: Path.join([Mix.Project.build_path(), "lib", to_string(app), ".mix", "compile.elixir"])
  end

  # Makes known who implements what, in the project and the applications it builds on.
  def consolidate(config) do
    if config[:consolidate_protocols] do
      for(path <- manifests([config[:app] | Mix.Project.deps_apps()]), manifest = read_manifest(path), do: manifest.protocols)
      |> Mix.Consolidation.run()
    end

    :ok
  end

  def file_stamp(path) do
    case File.stat(path, time: :posix) do
      {:ok, %{mtime: mtime, size: size}} -> {mtime, size}
      {:error, reason} -> reason
    end
  end

  defp unchanged?(external), do: Enum.all?(external, fn {path, stamp} -> file_stamp(path) == stamp end)

  defp external_resources(module) do
    for {:external_resource, paths} <- module.__info__(:attributes), path <- paths, do: to_string(path)
  end

  defp clear(ebin) do
    for file <- Path.wildcard(Path.join(ebin, "*.{beam,app}")), do: File.rm!(file)
  end

  ## The application

  # The keys of the application's specification.
  def specification(config, app, modules) do
    said = said_of_application()
    version = config[:version] || Mix.raise("Please ensure your mix.exs file has a :version")
    defaults = [vsn: to_charlist(version), description: to_charlist(config[:description] || app), registered: [], modules: modules]
    said = Keyword.drop(said, [:extra_applications])

    said
    |> Keyword.put(:applications, applications(config))
    |> Keyword.merge(defaults, fn _key, own, _default -> own end)
  end

  defp said_of_application do
    module = Mix.Project.get()

    if module && function_exported?(module, :application, 0) do
      case module.application() do
        list when is_list(list) -> list
        other -> Mix.raise("Application configuration returned from application/0 should be a keyword list, got: " <> inspect(other))
      end
    else
      []
    end
  end

  defp applications(config) do
    said = said_of_application()
    included = said[:included_applications] || []

    own =
      case said[:applications] do
        nil -> runtime_dependencies(config)
        list -> list
      end

    extra = said[:extra_applications] || []
    Enum.uniq([:kernel, :stdlib, :elixir] ++ plain(extra ++ own)) -- included
  end

  # `{app, :required}` and `{app, :optional}`: the latter only when it is there.
  defp plain(applications) do
    Enum.flat_map(applications, fn
      {app, :optional} -> if :code.lib_dir(app) == {:error, :bad_name}, do: [], else: [app]
      {app, :required} -> [app]
      app when is_atom(app) -> [app]
    end)
  end

  defp runtime_dependencies(config) do
    present = Map.new(Mix.Dependencies.loaded(), &{&1.app, &1})

    for spec <- config[:deps] || [],
        app = elem(spec, 0),
        opts = if(is_list(elem(spec, tuple_size(spec) - 1)), do: elem(spec, tuple_size(spec) - 1), else: []),
        Map.has_key?(present, app),
        not Mix.Dependencies.absent?(app),
        opts[:runtime] != false,
        opts[:app] != false,
        do: app
  end

  defp write_app(config, app, ebin, modules) do
    terms = :io_lib.format(~c"~p.~n", [{:application, app, specification(config, app, modules)}])
    File.write!(Path.join(ebin, "#{app}.app"), IO.chardata_to_string(terms))
  end

  # From the project and not from the file, which is for others.
  defp load_application(config, app, ebin) do
    modules = for file <- Path.wildcard(Path.join(ebin, "*.beam")), do: file |> Path.basename(".beam") |> String.to_atom()

    case :application.load({:application, app, specification(config, app, modules)}) do
      :ok -> :ok
      {:error, {:already_loaded, _}} -> :ok
      {:error, reason} -> Mix.raise("Could not load application #{inspect(app)}: " <> Application.format_error(reason))
    end
  end
end
