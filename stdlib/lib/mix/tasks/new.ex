defmodule Mix.Tasks.New do
  @shortdoc "Writes a new project"
  @moduledoc """
  Writes a new project into a directory.

      beamlet new PATH [--sup] [--app NAME] [--module NAME] [--umbrella]

  ## Command line options

    * `--sup` - with an application and a supervisor
    * `--app NAME` - the name of the application, if it is not that of the directory
    * `--module NAME` - the name of the main module, if it is not that of the application
    * `--umbrella` - a directory for several projects

  """
  use Mix.Task

  import Mix.Generator

  @impl true
  def run(args) do
    {opts, argv} = OptionParser.parse!(args, strict: [app: :string, force: :boolean, module: :string, sup: :boolean, umbrella: :boolean])

    case argv do
      [] ->
        Mix.raise("Expected PATH to be given, please use \"mix new PATH\"")

      [path | _] ->
        app = opts[:app] || Path.basename(Path.expand(path))
        check_app!(app, opts[:app])
        module = opts[:module] || Macro.camelize(app)
        check_module!(module)
        check_taken!(app)
        if path != ".", do: check_directory!(path, opts)
        File.mkdir_p!(path)
        File.cd!(path, fn -> if opts[:umbrella], do: umbrella(module, path), else: project(app, module, path, opts) end)
    end
  end

  defp check_app!(name, given) do
    unless name =~ ~r/^[a-z][a-z0-9_]*$/ do
      Mix.raise(
        "Application name must start with a lowercase ASCII letter, followed by lowercase ASCII letters, numbers, or underscores, got: " <>
          inspect(name) <> if(given, do: "", else: ". The application name is inferred from the path, if you'd like to explicitly name the application then use the \"--app APP\" option")
      )
    end
  end

  # Names that `erl` takes for options would not work either.
  @taken ~w(asn1 common_test compiler crypto debugger dialyzer diameter edoc eldap elixir erl_docgen erl_interface erts et eunit eex ex_unit
            ftp hd iex inets jinterface kernel logger megaco mix mnesia observer odbc os_mon pa parsetools pz public_key reltool
            runtime_tools sasl snmp ssh ssl stdlib syntax_tools tftp tools wx xmerl)

  defp check_taken!(name) do
    if name in @taken, do: Mix.raise("Cannot use application name #{inspect(name)} because it is already used by Erlang/OTP or Elixir")
  end

  defp check_module!(name) do
    unless name =~ ~r/^[A-Z]\w*(\.[A-Z]\w*)*$/ do
      Mix.raise("Module name must be a valid Elixir alias (for example: Foo.Bar), got: #{inspect(name)}")
    end

    if Code.ensure_loaded?(Module.concat([name])), do: Mix.raise("Module name #{inspect(Module.concat([name]))} is already taken, please choose another name")
  end

  defp check_directory!(path, opts) do
    if File.dir?(path) and not Keyword.get(opts, :force, false) do
      unless Mix.shell().yes?("The directory #{inspect(path)} already exists. Are you sure you want to continue?") do
        Mix.raise("Please select another directory for installation")
      end
    end
  end

  defp project(app, module, path, opts) do
    file = Macro.underscore(module)
    create_file("README.md", readme(module))
    create_file(".formatter.exs", formatter())
    create_file(".gitignore", gitignore())
    create_file("mix.exs", mixfile(app, module, opts))
    create_directory("lib")
    create_file("lib/#{file}.ex", library(module))
    if opts[:sup], do: create_file("lib/#{file}/application.ex", application(module))
    create_directory("test")
    create_file("test/test_helper.exs", "ExUnit.start()\n")
    create_file("test/#{file}_test.exs", test(module))

    Mix.shell().info("""

    Your Mix project was created successfully.
    You can use "mix" to compile it, test it, and more:

        #{if path == ".", do: "mix test", else: "cd #{path}\n    mix test"}

    Run "mix help" for more commands.\
    """)
  end

  defp umbrella(module, path) do
    create_file("README.md", "# #{module}\n\nSeveral projects under one roof: see `apps`.\n")
    create_file(".formatter.exs", ~s([\n  inputs: ["mix.exs", "config/*.exs"],\n  subdirectories: ["apps/*"]\n]\n))
    create_file(".gitignore", gitignore())

    create_file("mix.exs", """
    defmodule #{module}.MixProject do
      use Mix.Project

      def project do
        [
          apps_path: "apps",
          version: "0.1.0",
          start_permanent: Mix.env() == :prod,
          deps: []
        ]
      end
    end
    """)

    create_directory("apps")
    create_directory("config")
    create_file("config/config.exs", "import Config\n")

    Mix.shell().info("""

    Your umbrella project was created successfully.
    Inside your project, you will find an apps/ directory
    where you can create and host many apps:

        #{if path == ".", do: "cd apps", else: "cd #{path}\n    cd apps"}
        mix new my_app

    Commands like "mix compile" and "mix test" when executed
    in the umbrella project root will automatically run
    for each application in the apps/ directory.\
    """)
  end

  defp readme(module), do: "# #{module}\n\nSay here what it is for.\n\n    beamlet test\n"
  defp formatter, do: ~s([\n  inputs: ["{mix,.formatter}.exs", "{config,lib,test}/**/*.{ex,exs}"]\n]\n)
  defp gitignore, do: "/_build/\n/cover/\n/deps/\n/doc/\nerl_crash.dump\n*.ez\n"

  defp mixfile(app, module, opts) do
    """
    defmodule #{module}.MixProject do
      use Mix.Project

      def project do
        [
          app: :#{app},
          version: "0.1.0",#{if umbrella_above?(), do: umbrella_paths(), else: ""}
          elixir: "~> 1.14",
          start_permanent: Mix.env() == :prod,
          deps: deps()
        ]
      end

      def application do
        [
          extra_applications: [:logger]#{if opts[:sup], do: ",\n      mod: {#{module}.Application, []}", else: ""}
        ]
      end

      # Other projects that this one uses: {:name, path: "../name"}.
      defp deps do
        []
      end
    end
    """
  end

  # In the directory of the projects of an umbrella, all share what is built and configured.
  defp umbrella_above? do
    File.regular?("../../mix.exs") and File.read!("../../mix.exs") =~ "apps_path"
  end

  defp umbrella_paths do
    """

          build_path: "../../_build",
          config_path: "../../config/config.exs",
          deps_path: "../../deps",
          lockfile: "../../mix.lock",
    """
    |> String.trim_trailing()
  end

  defp library(module) do
    """
    defmodule #{module} do
      @moduledoc \"\"\"
      Says what `#{module}` is for.
      \"\"\"

      @doc \"\"\"
      Greets the world.

      ## Examples

          iex> #{module}.hello()
          :world

      \"\"\"
      def hello do
        :world
      end
    end
    """
  end

  defp application(module) do
    """
    defmodule #{module}.Application do
      @moduledoc false

      use Application

      @impl true
      def start(_type, _args) do
        children = [
          # {#{module}.Worker, arg}
        ]

        opts = [strategy: :one_for_one, name: #{module}.Supervisor]
        Supervisor.start_link(children, opts)
      end
    end
    """
  end

  defp test(module) do
    """
    defmodule #{module}Test do
      use ExUnit.Case
      doctest #{module}

      test "greets the world" do
        assert #{module}.hello() == :world
      end
    end
    """
  end
end
