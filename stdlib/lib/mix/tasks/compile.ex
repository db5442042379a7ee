defmodule Mix.Tasks.Compile do
  @shortdoc "Compiles the project"
  @moduledoc """
  Compiles the dependencies and the project, if anything has changed.

  ## Command line options

    * `--force` - compiles the project in any case
    * `--no-compile` - takes what has been compiled
    * `--no-protocol-consolidation` - does not write protocols that know who implements them
    * `--list` - lists compilers, and those that the project uses
    * `--verbose` - names each file that is compiled
    * `--return-errors` - returns what was found instead of ending the command

  """

  @recursive true
  use Mix.Task

  @impl true
  def run(args) do
    cond do
      "--list" in args -> list()
      Mix.Project.get!() && Mix.Project.umbrella?() -> prepared(args, fn -> umbrella(args) end)
      true -> prepared(args, fn -> project(args) end)
    end
  end

  defp prepared(args, fun) do
    Mix.Task.run("loadpaths", args)
    fun.()
  end

  defp list do
    compilers =
      for module <- Enum.uniq(Mix.Task.load_all()), name = Mix.Task.task_name(module), String.starts_with?(name, "compile."), text = Mix.Task.shortdoc(module) do
        {name, text}
      end

    width = compilers |> Enum.map(fn {name, _} -> String.length(name) end) |> Enum.max()
    for {name, text} <- Enum.sort(compilers), do: Mix.shell().info("mix #{String.pad_trailing(name, width)} # #{text}")
    config = Mix.Project.config()
    enabled = (config[:compilers] || Mix.compilers()) ++ if(config[:consolidate_protocols], do: [:protocols], else: [])
    Mix.shell().info("\nEnabled compilers: #{Enum.join(enabled, ", ")}")
    :ok
  end

  defp project(args) do
    {status, diagnostics} = Mix.Task.Compiler.normalize(Mix.Task.run("compile.all", args), :all)
    if status == :error and "--return-errors" not in args, do: exit({:shutdown, 1})
    {consolidated(status, args), diagnostics}
  end

  # What knows all of them is found before what does not.
  defp consolidated(status, args) do
    path = Mix.Project.consolidation_path()

    cond do
      "--no-protocol-consolidation" in args ->
        status

      # Another project under the roof may implement more.
      Mix.Task.recursing?() ->
        status

      "--no-compile" in args ->
        if File.dir?(path), do: Code.prepend_path(path)
        status

      true ->
        done = Mix.Task.run("compile.protocols", args)
        if done == :ok and status == :noop, do: :ok, else: status
    end
  end

  # Each project with its own dependencies, which are others under the roof, or built once for all.
  defp umbrella(args) do
    results = for result <- Mix.Task.recur(fn _ -> Mix.Task.run("compile", args) end), do: Mix.Task.Compiler.normalize(result, :all)
    {status, diagnostics} = Mix.Tasks.Compile.All.merge(results)
    {consolidated(status, args), diagnostics}
  end

  @doc "Lists the files in which the project's compilers remember what they did."
  @spec manifests() :: [Path.t()]
  def manifests do
    for name <- Mix.Project.config()[:compilers] || Mix.compilers(),
        module = Mix.Task.get("compile.#{name}"),
        function_exported?(module, :manifests, 0),
        path <- module.manifests(),
        do: path
  end
end

defmodule Mix.Tasks.Compile.All do
  @moduledoc false
  # Runs the project's compilers one after the other, up to one that fails.
  use Mix.Task

  @recursive true

  # What Elixir's compilers of these names do is not done here: there is no compiler for Erlang.
  @foreign [:yecc, :leex, :erlang, :xref, :protocols]

  @impl true
  def run(args) do
    Mix.Project.get!()
    compilers = (Mix.Project.config()[:compilers] || Mix.compilers()) -- @foreign
    if "--no-compile" in args, do: {:noop, []}, else: compilers |> run_each(args, []) |> Enum.reverse() |> merge()
  end

  defp run_each([], _args, done), do: done

  defp run_each([name | rest], args, done) do
    result = Mix.Task.Compiler.normalize(Mix.Task.run("compile.#{name}", args), name)

    case Mix.Task.Compiler.run_after(name, result) do
      {:error, _} = failed -> [failed | done]
      result -> run_each(rest, args, [result | done])
    end
  end

  @doc false
  def merge(results) do
    statuses = Enum.map(results, &elem(&1, 0))
    {Enum.find([:error, :ok], :noop, &(&1 in statuses)), Enum.flat_map(results, &elem(&1, 1))}
  end
end

# Named as an atom: where an alias has such a last part, the compiler leaves it out.
defmodule :"Elixir.Mix.Tasks.Compile.Elixir" do
  @shortdoc "Compiles the Elixir sources"
  @moduledoc """
  Compiles the project's Elixir sources that have changed, and those that depend on them when they are compiled.

  ## Command line options

    * `--force` - compiles all
    * `--verbose` - names each file that has been compiled
    * `--all-warnings` - shows the warnings about files that have not changed too
    * `--warnings-as-errors` - fails when there are warnings
    * `--tracer MODULE` - tells a module of what the compiler meets
    * `--docs`, `--no-docs`, `--debug-info`, `--no-debug-info`, `--ignore-module-conflict`, `--long-compilation-threshold SECONDS` - as
      the options of the compiler

  """
  use Mix.Task.Compiler

  @recursive true

  @switches [
    force: :boolean, verbose: :boolean, all_warnings: :boolean, warnings_as_errors: :boolean, tracer: :keep, docs: :boolean, debug_info: :boolean,
    ignore_module_conflict: :boolean, long_compilation_threshold: :integer, optional_deps: :boolean
  ]

  @impl true
  def run(args) do
    {opts, _, _} = OptionParser.parse(args, switches: @switches)
    Mix.Project.get!()
    Mix.Build.sources(opts)
  end

  @impl true
  def manifests, do: [Mix.Build.Manifest.path()]

  @impl true
  def clean do
    ebin = Mix.Project.compile_path()
    if manifest = Mix.Build.Manifest.read(Mix.Build.Manifest.path()), do: for({module, _} <- manifest.modules, do: File.rm(Path.join(ebin, "#{module}.beam")))
    File.rm(Mix.Build.Manifest.path())
    :ok
  end
end

defmodule Mix.Tasks.Compile.App do
  @shortdoc "Writes the specification of the application"
  @moduledoc """
  Writes `APP.app`, which says what the application consists of and needs, from `application/0` and `project/0` of the project, if it
  would say something else than it does. `--force` writes it in any case.
  """
  use Mix.Task.Compiler

  @recursive true

  @impl true
  def run(args) do
    {opts, _, _} = OptionParser.parse(args, switches: [force: :boolean])
    if Mix.Project.config()[:app], do: Mix.Build.application(opts), else: {:noop, []}
  end
end

defmodule Mix.Tasks.Compile.Protocols do
  @shortdoc "Makes known who implements protocols"
  @moduledoc """
  Makes known to programs which modules implement a protocol, and writes the protocols so that they say it, into `consolidated` of the
  build. The option `--no-protocol-consolidation` of `mix compile`, and `consolidate_protocols: false` of the project, leave this out.
  """
  use Mix.Task

  @impl true
  def run(_args), do: Mix.Build.consolidate(Mix.Project.config())

  @doc "Tells whether protocols are consolidated."
  @spec consolidated?() :: boolean
  def consolidated?, do: Mix.Project.config()[:consolidate_protocols]
end

defmodule Mix.Tasks.Loadconfig do
  @shortdoc "Reads the configuration"
  @moduledoc "Reads the project's configuration, `config/config.exs` unless it says otherwise or a path is given, into applications' environments."
  use Mix.Task

  @impl true
  def run(args) do
    Mix.Task.reenable("loadconfig")
    read(args)
  end

  @doc false
  # Reads the configuration unless it has been read for this project.
  def ensure do
    unless Mix.Project.compile_config?(), do: Mix.Task.run("loadconfig")
    :ok
  end

  defp read([]) do
    path = Mix.Project.config()[:config_path]
    # The usual file need not be there, one that is asked for has to.
    if is_binary(path) and (File.regular?(path) or path != "config/config.exs"), do: load_compile(path), else: none()
  end

  defp read([path]), do: load_compile(path)

  defp none do
    Mix.Project.compile_config([], nil)
    []
  end

  @doc false
  # What is compiled may depend on this configuration, so it is kept to be compared with.
  def load_compile(path) do
    config = Config.Reader.read!(path, env: Mix.env(), target: Mix.target())
    Application.put_all_env(config, persistent: true)
    Mix.Project.compile_config(config, path)
    Keyword.keys(config)
  end
end

defmodule Mix.Tasks.App.Config do
  @shortdoc "Compiles the project and reads its configuration for running"
  @moduledoc "Compiles the project and reads `config/runtime.exs`, if it is there, into applications' environments."
  use Mix.Task

  @impl true
  def run(args) do
    unless "--no-compile" in args, do: Mix.Task.run("compile", args)
    if "--no-compile" in args, do: Mix.Task.run("loadpaths", args)
    config = Mix.Project.config()[:config_path]
    runtime = if is_binary(config), do: Path.join(Path.dirname(config), "runtime.exs")
    if runtime && File.regular?(runtime), do: configure(runtime)
    check_configured()
    if "--preload-modules" in args, do: preload()
    :ok
  end

  @base [:kernel, :stdlib]

  defp configure(path) do
    config = Config.Reader.read!(path, env: Mix.env(), target: Mix.target())

    case for(app <- @base, Keyword.has_key?(config, app), do: app) do
      [] ->
        :ok

      base ->
        Mix.shell().error("Cannot configure base applications: #{inspect(base)}\n\nThese applications are already started by the time the configuration executes and these configurations have no effect.\n")
    end

    Application.put_all_env(config, persistent: true)
  end

  # What is configured and not there is most likely misspelled.
  defp check_configured do
    known = [Mix.Project.config()[:app] | Mix.Dependencies.apps()]

    for {app, _} <- Mix.Project.compile_config(), app not in known, app not in [:elixir, :mix, :logger, :ex_unit, :iex, :eex | @base], :application.load(app) |> unknown?() do
      Mix.shell().error("""
      You have configured application #{inspect(app)} in your configuration file,
      but the application is not available.

      This usually means one of:

        1. You have not added the application as a dependency in a mix.exs file.

        2. You are configuring an application that does not really exist.

      Please ensure #{inspect(app)} exists or remove the configuration.
      """)
    end
  end

  defp unknown?(:ok), do: false
  defp unknown?({:error, {:already_loaded, _}}), do: false
  defp unknown?({:error, _}), do: true

  defp preload do
    for module <- Application.spec(Mix.Project.config()[:app], :modules) || [], do: Code.ensure_loaded(module)
  end
end

defmodule Mix.Tasks.App.Start do
  @shortdoc "Starts the project's application"
  @moduledoc """
  Compiles the project and starts its application with all that it depends on.

  ## Command line options

    * `--no-start` - starts nothing
    * `--no-compile` - takes what has been compiled
    * `--permanent`, `--temporary`, `--transient` - what happens when an application ends

  """
  use Mix.Task

  @impl true
  def run(args) do
    Mix.Task.run("app.config", args)

    unless "--no-start" in args do
      {opts, _, _} = OptionParser.parse(args, switches: [permanent: :boolean, transient: :boolean, temporary: :boolean])
      start(applications(), type(Mix.Project.config(), opts))
    end

    :ok
  end

  @doc false
  def start(apps, type) when is_list(apps), do: Enum.each(apps, &start_one(&1, type))

  defp applications do
    case Mix.Project.apps_paths() do
      nil -> List.wrap(Mix.Project.config()[:app])
      paths -> paths |> Map.keys() |> Enum.sort()
    end
  end

  @doc false
  def type(config, opts) do
    cond do
      opts[:permanent] -> :permanent
      opts[:transient] -> :transient
      opts[:temporary] -> :temporary
      config[:start_permanent] -> :permanent
      true -> :temporary
    end
  end

  defp start_one(app, type) do
    case Application.ensure_all_started(app, type) do
      {:ok, _} -> :ok
      {:error, {^app, reason}} -> Mix.raise("Could not start application #{app}: " <> Application.format_error(reason))
      {:error, {other, reason}} -> Mix.raise("Could not start application #{other}: " <> Application.format_error(reason))
    end
  end
end

defmodule Mix.Tasks.Loadpaths do
  @shortdoc "Compiles dependencies and puts them into the code path"
  @moduledoc "Compiles dependencies and puts their modules into the code path, after reading the configuration that they may be compiled with."
  use Mix.Task

  @impl true
  def run(args) do
    Mix.Tasks.Loadconfig.ensure()
    if Mix.Project.get(), do: check_version(Mix.Project.config(), args)
    Mix.Task.run("deps.loadpaths", args)
    if Mix.Project.config()[:app], do: Code.prepend_path(Mix.Project.compile_path())
    :ok
  end

  # A project that wants another version may work all the same.
  defp check_version(config, args) do
    requirement = config[:elixir]

    if is_binary(requirement) and "--no-elixir-version-check" not in args do
      case Version.parse_requirement(requirement) do
        {:ok, parsed} ->
          unless Version.match?(System.version(), parsed) do
            IO.puts(:stderr, "warning: #{inspect(config[:app])} asks for Elixir #{requirement}, and Beamlet is as #{System.version()}\n")
          end

        :error ->
          Mix.raise("Invalid Elixir version requirement #{requirement} in mix.exs file")
      end
    end
  end
end

defmodule Mix.Tasks.Clean do
  @shortdoc "Removes what was built"
  @moduledoc """
  Removes what was built of the project, in all environments; what other compilers have made elsewhere they remove themselves.

  ## Command line options

    * `--deps` - removes what was built of the dependencies too
    * `--only ENV` - removes what was built for one environment only

  """
  use Mix.Task

  @recursive true

  @impl true
  def run(args) do
    Mix.Project.get!()
    {opts, _, _} = OptionParser.parse(args, strict: [deps: :boolean, only: :string])
    for app <- Mix.Dependencies.apps(), do: Code.prepend_path(Path.join(Mix.Project.build_path(), "lib/#{app}/ebin"))

    # One of them may be among what is removed.
    compilers =
      for name <- Mix.Project.config()[:compilers] || Mix.compilers(),
          module = Mix.Task.get("compile.#{name}"),
          function_exported?(module, :clean, 0),
          do: module

    for module <- compilers, do: module.clean()

    root = Mix.Project.build_path() |> Path.dirname() |> Path.join(opts[:only] || "*")
    app = Mix.Project.config()[:app]

    cond do
      opts[:deps] -> for path <- Path.wildcard(root), do: File.rm_rf!(path)
      app -> for path <- Path.wildcard(Path.join(root, "lib/#{app}")), do: File.rm_rf!(path)
      true -> :ok
    end

    :ok
  end
end

defmodule Mix.Tasks.WillRecompile do
  @moduledoc false
  # Others say so when they have changed what compiled code may depend on.
  use Mix.Task

  @impl true
  def run(_args) do
    mark()
    if Mix.Project.umbrella?(), do: Mix.Task.recur(fn _ -> mark() end)
    :ok
  end

  defp mark do
    directory = Mix.Project.manifest_path()
    File.mkdir_p!(directory)
    File.touch!(Path.join(directory, "compile.lock"))
    Mix.State.clear_cache()
    :ok
  end
end
