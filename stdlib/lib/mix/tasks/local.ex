defmodule Mix.Tasks.Local.Hex do
  @shortdoc "Says that no package manager is needed"
  @moduledoc "Does nothing but say so: Beamlet downloads no packages, so there is nothing that Hex would be needed for."
  use Mix.Task

  @impl true
  def run(_args), do: Mix.shell().info("Hex is not needed: Beamlet downloads no packages")
end

defmodule Mix.Tasks.Local.Rebar do
  @shortdoc "Says that no rebar is needed"
  @moduledoc "Does nothing but say so: Beamlet compiles no Erlang source, so there is nothing that rebar would be needed for."
  use Mix.Task

  @impl true
  def run(_args), do: Mix.shell().info("rebar is not needed: Beamlet compiles no Erlang source")
end

defmodule Mix.Tasks.Archive do
  @shortdoc "Lists installed archives"
  @moduledoc "Lists installed archives, of which there are none: Beamlet installs no archives."
  use Mix.Task

  @impl true
  def run(_args), do: Mix.shell().info("No archives currently installed.")
end

defmodule Mix.Tasks.Escript do
  @shortdoc "Lists installed escripts"
  @moduledoc "Lists installed escripts, of which there are none: `mix escript.build` makes them where the project is, and nothing installs them elsewhere."
  use Mix.Task

  @impl true
  def run(_args), do: Mix.shell().info("No escripts currently installed.")
end

defmodule Mix.Tasks.Release do
  @shortdoc "Says that there are no releases"
  @moduledoc "Fails: Beamlet does not assemble releases. `mix escript.build` makes one file of a program, `mix run` runs the project."
  use Mix.Task

  @impl true
  def run(_args) do
    Mix.Project.get!()
    Mix.raise("Beamlet does not assemble releases: run the project with `mix run --no-halt`, or make one file of it with `mix escript.build`")
  end
end
