defmodule Mix.Tasks.Deps do
  @shortdoc "Lists dependencies"
  @moduledoc "Lists dependencies: where they are, and which ones are not there."
  use Mix.Task

  @impl true
  def run(_args) do
    Mix.Project.get!()
    {present, missing} = Mix.Dependencies.all()
    for dep <- present, do: Mix.shell().info("* #{dep.app} (#{Path.relative_to_cwd(dep.path)})\n  ok")
    for dep <- missing, do: Mix.shell().info("* #{dep.app}#{Mix.Dependencies.origin(dep)}\n  not there: wanted in #{Path.relative_to_cwd(dep.path)}")
    :ok
  end
end

defmodule Mix.Tasks.Deps.Get do
  @shortdoc "Says which dependencies are not there"
  @moduledoc """
  Says which dependencies are not there, and fails if there are any: Beamlet downloads nothing.

  Dependencies with a `:path` need no fetching. The source of others belongs into the project's directory `deps`, where
  `mix deps.get` of Elixir puts it.
  """
  use Mix.Task

  @impl true
  def run(_args) do
    Mix.Project.get!()

    case Mix.Dependencies.missing() do
      [] ->
        Mix.shell().info("All dependencies are there")

      missing ->
        list = Enum.map_join(missing, "", fn dep -> "\n  * #{dep.app}#{Mix.Dependencies.origin(dep)}, wanted in #{Path.relative_to_cwd(dep.path)}" end)
        Mix.raise("Beamlet does not download packages. Put the source of these where it is wanted, or run `mix deps.get` of Elixir:" <> list)
    end
  end
end

defmodule Mix.Tasks.Deps.Loadpaths do
  @shortdoc "Compiles dependencies and puts them into the code path"
  @moduledoc "Compiles dependencies that have changed and puts their modules into the code path."
  use Mix.Task

  @impl true
  def run(_args), do: Mix.Dependencies.load()
end

defmodule Mix.Tasks.Deps.Compile do
  @shortdoc "Compiles dependencies"
  @moduledoc "Compiles dependencies; with `--force`, those that have not changed too."
  use Mix.Task

  @impl true
  def run(args) do
    Mix.Project.get!()
    Mix.Task.run("loadconfig")
    Mix.Dependencies.load(force: "--force" in args)
  end
end
