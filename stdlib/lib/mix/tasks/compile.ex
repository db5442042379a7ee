defmodule Mix.Tasks.Compile do
  @shortdoc "Compiles the project"
  @moduledoc """
  Compiles the dependencies and the project, if anything has changed.

  ## Command line options

    * `--force` - compiles the project in any case
    * `--list` - lists compilers, and those that the project uses
    * `--verbose` - names each file that is compiled
    * `--return-errors` - returns what was found instead of ending the command

  """

  @recursive true
  use Mix.Task

  @impl true
  def run(args) do
    {opts, _, _} = OptionParser.parse(args, switches: [force: :boolean, list: :boolean, verbose: :boolean, return_errors: :boolean])
    Mix.Project.get!()

    cond do
      opts[:list] -> list()
      Mix.Project.umbrella?() -> prepared(args, fn -> umbrella(args) end)
      true -> prepared(args, fn -> project(opts) end)
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

  # Compilers that a project names beside the usual ones are tasks.
  defp project(opts) do
    usual = [:yecc, :leex, :erlang, :elixir, :app, :xref, :protocols]
    named = Mix.Project.config()[:compilers] || []
    {before, rest} = Enum.split_while(named, &(&1 not in [:elixir, :app]))
    done = for compiler <- before -- usual, do: run_compiler(compiler)
    result = Mix.Build.project(opts)
    {status, diagnostics} = Enum.reduce([:elixir, :app], result, &Mix.Task.Compiler.run_after/2)
    done = done ++ [{status, diagnostics}] ++ for(compiler <- rest -- usual, do: run_compiler(compiler))
    Mix.Build.consolidate(Mix.Project.config())

    statuses = Enum.map(done, &elem(&1, 0))

    cond do
      :error in statuses and not opts[:return_errors] -> exit({:shutdown, 1})
      :error in statuses -> answer(:error, done)
      :ok in statuses -> answer(:ok, done)
      true -> answer(:noop, done)
    end
  end

  defp run_compiler(name) do
    result = Mix.Task.Compiler.normalize(Mix.Task.run("compile.#{name}", []), name)
    Mix.Task.Compiler.run_after(name, result)
  end

  defp answer(status, done), do: {status, Enum.flat_map(done, &elem(&1, 1))}

  # Each project with its own dependencies, which are others under the roof, or built once for all.
  defp umbrella(args) do
    results = for result <- Mix.Task.recur(fn _ -> Mix.Task.run("compile", args) end), do: Mix.Task.Compiler.normalize(result, :all)
    statuses = Enum.map(results, &elem(&1, 0))
    answer(Enum.find([:error, :ok], :noop, &(&1 in statuses)), results)
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
  use Mix.Task

  @impl true
  def run(args), do: Mix.Task.run("compile", args)
end

# Named as an atom: where an alias has such a last part, the compiler leaves it out.
defmodule :"Elixir.Mix.Tasks.Compile.Elixir" do
  @shortdoc "Compiles the Elixir sources"
  @moduledoc "Compiles the project's Elixir sources and writes the specification of its application, if anything has changed. Takes `--force`."
  use Mix.Task

  @impl true
  def run(args) do
    {opts, _, _} = OptionParser.parse(args, switches: [force: :boolean, verbose: :boolean])
    Mix.Build.project(opts)
  end

  @doc false
  def manifests, do: [Mix.Build.manifest()]
end

defmodule Mix.Tasks.Compile.App do
  @shortdoc "Writes the specification of the application"
  @moduledoc "Writes the specification of the project's application, which goes with its modules: see `mix help compile.elixir`."
  use Mix.Task

  @impl true
  def run(args), do: Mix.Task.run("compile.elixir", args)
end

defmodule Mix.Tasks.Compile.Protocols do
  @shortdoc "Makes known who implements protocols"
  @moduledoc "Makes known to programs which modules implement a protocol."
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
  def run([]) do
    path = Mix.Project.config()[:config_path]
    if is_binary(path) and File.regular?(path), do: load(path), else: []
  end

  def run([path]), do: load(path)

  defp load(path) do
    config = Config.Reader.read!(path, env: Mix.env(), target: Mix.target())
    Application.put_all_env(config, persistent: true)
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

    if runtime && File.regular?(runtime) do
      Application.put_all_env(Config.Reader.read!(runtime, env: Mix.env(), target: Mix.target()), persistent: true)
    end

    :ok
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
  def run(_args) do
    Mix.Task.run("loadconfig")
    Mix.Task.run("deps.loadpaths")
    if Mix.Project.config()[:app], do: Code.prepend_path(Mix.Project.compile_path())
    :ok
  end
end

defmodule Mix.Tasks.Clean do
  @shortdoc "Removes what was built"
  @moduledoc "Removes what was built of the project; with `--deps`, what was built of its dependencies too."
  use Mix.Task

  @recursive true

  @impl true
  def run(args) do
    Mix.Project.get!()
    path = if "--deps" in args, do: Mix.Project.build_path(), else: Mix.Project.app_path()
    File.rm_rf!(path)
    :ok
  end
end
