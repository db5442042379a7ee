defmodule Mix.Build do
  @moduledoc false
  # Compiles the current project into its build directory and makes its application known.

  alias Mix.Build.{Manifest, Sources}

  # What is compiled in one go for a dependency: options are those of `sources/1`, and `:dependency` (the name that others know it
  # by), `:apps` (what it needs) and `:compile`. Returns `{:ok | :noop | :error, diagnostics}`.
  def project(opts \\ []) do
    config = Mix.Project.config()

    # What is under a roof is built project by project.
    if (config[:app] || opts[:dependency]) && not Mix.Project.umbrella?(config) do
      result = if opts[:compile] == false, do: {:noop, []}, else: sources(opts)
      if match?({:error, _}, result) and not Keyword.get(opts, :return_errors, false), do: exit({:shutdown, 1})
      if opts[:compile] != false and not match?({:error, _}, result), do: application(opts)
      result
    else
      {:noop, []}
    end
  end

  # Compiles the sources of the project. Options: those of `Mix.Build.Sources.compile/3`.
  def sources(opts) do
    config = Mix.Project.config()
    app = config[:app] || opts[:dependency]
    make_directories(config, File.cwd!())
    ebin = Mix.Project.compile_path(config)
    unless opts[:dependency], do: refuse_erlang(config, app)
    Code.prepend_path(ebin)
    result = logging_as(app, fn -> Sources.compile(config, ebin, opts) end)
    if match?({:error, _}, result), do: hint()
    result
  end

  # Writes the specification of the application, if it has changed, and loads it.
  def application(opts) do
    config = Mix.Project.config()
    app = config[:app] || opts[:dependency]
    Mix.Build.Application.write(config, app, opts)
  end

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
    if File.dir?(source), do: Mix.Utils.symlink_or_copy(source, Path.join(target, name))
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

  # Makes known who implements what, in the project and the applications it builds on. What is under a roof is written there for all.
  def consolidate(config) do
    if config[:consolidate_protocols] do
      apps = for app <- [config[:app] | Mix.Dependencies.apps()], app != nil, do: app
      known = for(app <- apps, manifest = Manifest.read(Manifest.path_of(app)), do: manifest.protocols) |> Mix.Consolidation.run()

      if Mix.Task.recursing?() do
        :noop
      else
        directory = Mix.Project.manifest_path(config)
        File.mkdir_p!(directory)
        ebins = for app <- apps, do: Path.join([Mix.Project.build_path(config), "lib", to_string(app), "ebin"])
        Mix.Consolidation.write(Mix.Project.consolidation_path(config), Path.join(directory, "compile.protocols"), ebins, known)
      end
    else
      :noop
    end
  end
end
