defmodule MixRoofTest do
  use ExUnit.Case, async: false
  @compile {:no_warn_undefined, MixRoofTest.Size}
  import ExUnit.CaptureIO

  @core """
  defprotocol MixRoofTest.Size do
    def size(value)
  end

  defmodule MixRoofTest.Core do
    @deprecated "Use new/0"
    def old, do: 1
  end

  defimpl MixRoofTest.Size, for: Integer do
    def size(value), do: value
  end
  """

  @web """
  defimpl MixRoofTest.Size, for: Atom do
    def size(_), do: 0
  end

  defmodule MixRoofTest.Web do
    def old, do: MixRoofTest.Core.old()
  end
  """

  defp mix(app, deps) do
    """
    defmodule MixRoofTest.#{Macro.camelize(app)}.MixProject do
      use Mix.Project

      def project do
        [app: :#{app}, version: "0.1.0", build_path: "../../_build", config_path: "../../config/config.exs", lockfile: "../../mix.lock", deps: #{deps}]
      end
    end
    """
  end

  setup do
    Mix.start()
    {shell, env} = {Mix.shell(), Mix.env()}
    Mix.env(:dev)
    Mix.shell(Mix.Shell.Process)
    Mix.Task.clear()
    root = Path.join(System.tmp_dir!(), "roof_test_#{System.unique_integer([:positive])}")

    files = %{
      "mix.exs" => "defmodule MixRoofTest.MixProject do\n  use Mix.Project\n  def project, do: [apps_path: \"apps\"]\nend\n",
      "config/config.exs" => "import Config\nconfig :roof_core, read: :before_any_task\n",
      "apps/roof_core/mix.exs" => mix("roof_core", "[]"),
      "apps/roof_core/lib/core.ex" => @core,
      "apps/roof_web/mix.exs" => mix("roof_web", "[{:roof_core, in_umbrella: true}]"),
      "apps/roof_web/lib/web.ex" => @web
    }

    for {name, text} <- files do
      path = Path.join(root, name)
      File.mkdir_p!(Path.dirname(path))
      File.write!(path, text)
    end

    on_exit(fn ->
      Mix.shell(shell)
      Mix.env(env)
      File.rm_rf!(root)
    end)

    {:ok, root: root}
  end

  test "protocols are made known when all projects are compiled", %{root: root} do
    Mix.Project.in_project(:roof, root, fn _ ->
      said = capture_io(:stderr, fn -> Mix.Task.run("compile") end)
      refute said =~ "already been consolidated"
      assert said =~ ~r"MixRoofTest.Core.old/0 is deprecated. Use new/0\n  lib/web.ex:6: MixRoofTest.Web.old/0"
      assert File.regular?("_build/dev/consolidated/Elixir.MixRoofTest.Size.beam")

      :code.purge(MixRoofTest.Size)
      :code.delete(MixRoofTest.Size)
      assert Protocol.consolidated?(MixRoofTest.Size)
      assert {:consolidated, implementations} = MixRoofTest.Size.__protocol__(:impls)
      assert Enum.sort(implementations) == [Atom, Integer]

      # What is removed need not be compiled before.
      Mix.Task.clear()
      Mix.Task.run("clean")
      refute File.exists?("_build/dev/lib/roof_core")
    end)
  end
end
