defmodule Mix.Tasks.Counted do
  use Mix.Task
  @shortdoc "Says what it was given"
  @moduledoc false
  def run(args), do: Mix.shell().info("counted " <> inspect(args))
end

defmodule Mix.Tasks.Everywhere do
  use Mix.Task
  @recursive true
  def run(args) do
    Mix.shell().info("everywhere #{inspect(Mix.Project.config()[:app])} #{inspect(args)}")
    {:done, Mix.Project.config()[:app]}
  end
end

defmodule MixTaskTest do
  use ExUnit.Case, async: false

  defmodule Aliased do
    def project do
      [
        app: :aliased,
        version: "0.1.0",
        aliases: [
          counted: ["counted first", &__MODULE__.last/1],
          both: ["counted x", &__MODULE__.last/1],
          wrong: :nonsense
        ]
      ]
    end

    def last(args), do: Mix.shell().info("last " <> inspect(args))
  end

  setup do
    Mix.start()
    shell = Mix.shell()
    Mix.shell(Mix.Shell.Process)
    Mix.Task.clear()

    on_exit(fn ->
      Mix.shell(shell)
      Mix.Task.clear()
      Mix.Project.pop()
    end)

    :ok
  end

  defp said do
    receive do
      {:mix_shell, _, [text]} -> [to_string(text) | said()]
    after
      0 -> []
    end
  end

  test "arguments go to the task that an alias overrides, or else to its last step" do
    Mix.Project.push(Aliased)
    Mix.Task.run("counted", ["a"])
    assert said() == [~s(counted ["first", "a"]), "last []"]
    assert Mix.Task.run("counted", ["a"]) == :noop
    Mix.Task.reenable("counted")
    Mix.Task.run("both", ["b"])
    assert said() == [~s(counted ["first", "x"]), "last []", ~s(last ["b"])]

    assert_raise Mix.Error, ~r/^Invalid Mix alias format, .*got: :nonsense$/, fn -> Mix.Task.run("wrong") end
  end

  test "a task that nobody knows, and one whose module is written otherwise" do
    assert_raise Mix.NoTaskError, ~r/^The task "countd" could not be found/, fn -> Mix.Task.get!("countd") end
    assert Mix.Task.get("counted") == Mix.Tasks.Counted
    assert Mix.Task.shortdoc(Mix.Tasks.Counted) == "Says what it was given"
    assert Mix.Task.moduledoc(Mix.Tasks.Counted) in [false, nil]
    refute Mix.Task.recursive(Mix.Tasks.Counted)
    assert Mix.Task.recursive(Mix.Tasks.Everywhere)
  end

  test "recursive tasks run in every project under a roof, those that others need first" do
    directory = Path.join(System.tmp_dir!(), "mix-roof-#{System.pid()}")
    on_exit(fn -> File.rm_rf!(directory) end)
    roof(directory)

    File.cd!(directory, fn ->
      Mix.Project.in_project(:roof, ".", fn _ ->
        assert Mix.Project.umbrella?()
        assert Mix.Project.apps_paths() == %{a_top: "apps/a_top", base: "apps/base"}
        assert Mix.Task.run("everywhere", ["x"]) == [{:done, :base}, {:done, :a_top}]
        assert Enum.filter(said(), &(&1 =~ "everywhere")) == [~s(everywhere :base ["x"]), ~s(everywhere :a_top ["x"])]
        assert Mix.Task.run("everywhere", []) == [:noop, :noop]
        assert Mix.Task.rerun("everywhere", []) == [{:done, :base}, {:done, :a_top}]
      end)
    end)
  end

  defp roof(directory) do
    write = fn path, text ->
      path = Path.join(directory, path)
      File.mkdir_p!(Path.dirname(path))
      File.write!(path, text)
    end

    write.("mix.exs", """
    defmodule MixTaskTest.Roof.MixProject do
      use Mix.Project
      def project, do: [apps_path: "apps", version: "0.1.0", deps: []]
    end
    """)

    for {app, deps} <- [a_top: "[{:base, in_umbrella: true}]", base: "[]"] do
      write.("apps/#{app}/mix.exs", """
      defmodule MixTaskTest.#{Macro.camelize(to_string(app))}.MixProject do
        use Mix.Project

        def project do
          [app: :#{app}, version: "0.1.0", build_path: "../../_build", config_path: "../../config/config.exs", deps_path: "../../deps", lockfile: "../../mix.lock", deps: #{deps}]
        end
      end
      """)
    end
  end

  test "trees show what is below a node once" do
    below = %{"top" => ["b", "c"], "b" => ["c", "d"], "c" => ["d"], "d" => []}

    callback = fn
      "c" -> {{"c", "(again)"}, below["c"]}
      name -> {{name, nil}, below[name]}
    end

    Mix.Utils.print_tree(["top"], callback)
    assert said() == ["top", "├── b", "│   ├── c (again)", "│   └── d", "└── c (again)", "    └── d"]
    Mix.Utils.print_tree(["b"], callback, format: "plain")
    assert said() == ["b", "|-- c (again)", "|   `-- d", "`-- d"]
  end

  describe "help" do
    @tag :tmp_dir
    test "lays documentation out, with or without colours", %{tmp_dir: dir} do
      docs = Code.get_compiler_option(:docs)
      Code.put_compiler_option(:docs, true)
      on_exit(fn -> Code.put_compiler_option(:docs, docs) end)

      [{module, beam}] =
        Code.compile_string(~S"""
        defmodule Mix.Tasks.Described do
          use Mix.Task
          @moduledoc "Describes *itself*.\n\n```bash\nmix described NAME\n```\n\n## Options\n\n  * `--all` - everything,\n    twice\n"
          def run(_args), do: :ok
        end
        """)

      File.write!(Path.join(dir, "#{module}.beam"), beam)
      :code.purge(module)
      :code.delete(module)
      Code.prepend_path(dir)
      on_exit(fn -> Code.delete_path(dir) end)

      shown = ExUnit.CaptureIO.capture_io(fn -> Mix.Tasks.Help.run(["described"]) end)
      assert shown =~ ~r/mix described *(\e\[0m)?\n/
      assert shown =~ "    mix described NAME"
      refute shown =~ "```"
      assert shown =~ "Options\n"
      assert shown =~ "everything, twice"
      assert shown =~ "\nLocation: "
    end
  end
end
