defmodule Mix.Tasks.Escript.Build do
  @shortdoc "Builds an escript for the project"
  @moduledoc """
  Makes one executable file of the project: its modules, those of its dependencies, and a call of `main/1` of the module that the
  project's key `:escript` names.

  The file begins with a line that names this command, and is text: what it contains is a script that loads the modules.

  ## Options of the key `:escript`

    * `:main_module` - the module whose `main/1` gets the arguments; required
    * `:name` - the name of the file, that of the application unless given
    * `:path` - the file, in the project's directory unless given
    * `:app` - the application that is started before; `nil` for none
    * `:shebang` - the first line

  ## Command line options

    * `--force` - compiles the project in any case
    * `--no-compile` - takes what has been compiled

  """
  use Mix.Task

  @recursive true

  @impl true
  def run(args) do
    {opts, _} = OptionParser.parse!(args, strict: [force: :boolean, compile: :boolean, deps_check: :boolean, archives_check: :boolean, elixir_version_check: :boolean])
    Mix.Project.get!()
    if Keyword.get(opts, :compile, true), do: Mix.Task.run("compile", args), else: Mix.Task.run("loadpaths", args)

    config = Mix.Project.config()
    escript = config[:escript] || []
    main = main_module!(escript, config)
    name = to_string(escript[:name] || config[:app] || Mix.raise("Could not generate escript, please set :name in your project configuration (under :escript option) to a value"))
    file = escript[:path] || name

    text = text(escript, config, main)
    File.mkdir_p!(Path.dirname(file))
    File.write!(file, text)
    File.chmod!(file, 0o755)
    Mix.shell().info("Generated escript #{file} with MIX_ENV=#{Mix.env()}")
    :ok
  end

  defp main_module!(escript, config) do
    main = escript[:main_module] || Mix.raise("Could not generate escript, please set :main_module in your project configuration (under `:escript` option) to a module that implements main/1")
    beam = Path.join(Mix.Project.compile_path(config), "#{main}.beam")
    unless File.regular?(beam), do: Mix.raise("Could not generate escript, module #{main} defined as :main_module could not be loaded")
    main
  end

  defp text(escript, config, main) do
    apps = Enum.uniq(Mix.Project.deps_apps() ++ [config[:app]])

    modules =
      for app <- apps, path <- Path.wildcard(Path.join([Mix.Project.build_path(), "lib", to_string(app), "ebin", "*.beam"])) do
        {path |> Path.basename(".beam") |> String.to_atom(), File.read!(path)}
      end

    specifications =
      for app <- apps, path = Path.join([Mix.Project.build_path(), "lib", to_string(app), "ebin", "#{app}.app"]), File.regular?(path) do
        {:ok, [term]} = :file.consult(path)
        term
      end

    runtime = if is_binary(config[:config_path]), do: Path.join(Path.dirname(config[:config_path]), "runtime.exs")

    content = %{
      modules: modules,
      applications: specifications,
      config: read_config(config),
      runtime: if(runtime && File.regular?(runtime), do: File.read!(runtime)),
      env: Mix.env(),
      start: Keyword.get(escript, :app, config[:app]),
      main: main
    }

    packed = content |> :erlang.term_to_binary([:compressed]) |> Base.encode64()

    """
    #{String.trim(escript[:shebang] || shebang())}
    # A program as one file: its modules are in the text below.
    "#{packed}" |> Base.decode64!() |> :erlang.binary_to_term() |> Mix.Tasks.Escript.Build.start(System.argv())
    """
  end

  # `env` does not know where the command is that made the file.
  defp shebang do
    case File.read_link("/proc/self/exe") do
      {:ok, path} -> "#!" <> path
      {:error, _} -> "#!/usr/bin/env beamlet"
    end
  end

  defp read_config(config) do
    path = config[:config_path]
    if is_binary(path) and File.regular?(path), do: Config.Reader.read!(path, env: Mix.env(), target: Mix.target()), else: []
  end

  @doc false
  # Runs what `run/1` has packed.
  def start(content, argv) do
    for {module, code} <- content.modules, do: {:module, ^module} = :code.load_binary(module, ~c"#{module}.beam", code)
    for specification <- content.applications, do: :application.load(specification)
    Application.put_all_env(content.config, persistent: true)
    if content.runtime, do: Application.put_all_env(runtime(content), persistent: true)

    if app = content.start do
      case Application.ensure_all_started(app) do
        {:ok, _} -> :ok
        {:error, {name, reason}} -> abort("Could not start application #{name}: " <> Application.format_error(reason))
      end
    end

    content.main.main(argv)
  end

  defp abort(message) do
    IO.puts(:stderr, "** (exit) " <> message)
    System.halt(1)
  end

  defp runtime(content) do
    file = Path.join(System.tmp_dir!(), "runtime-#{System.pid()}.exs")
    File.write!(file, content.runtime)

    try do
      Config.Reader.read!(file, env: content.env, target: :host)
    after
      File.rm(file)
    end
  end
end
