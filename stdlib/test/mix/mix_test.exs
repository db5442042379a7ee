defmodule MixTest do
  use ExUnit.Case, async: false

  setup_all do
    Mix.start()
    :ok
  end

  test "environment and target" do
    env = Mix.env()
    Mix.env(:staging)
    assert Mix.env() == :staging
    Mix.env(env)
    assert Mix.target() == :host
  end

  test "raise" do
    assert_raise Mix.Error, "no", fn -> Mix.raise("no") end
    error = assert_raise Mix.Error, fn -> Mix.raise("no", exit_status: 3) end
    assert error.mix == 3
  end

  describe "Mix.Utils" do
    test "names of commands" do
      assert Mix.Utils.module_name_to_command(Mix.Tasks.Deps.Get, 2) == "deps.get"
      assert Mix.Utils.module_name_to_command("Mix.Tasks.FooBar", 2) == "foo_bar"
      assert Mix.Utils.command_to_module_name("deps.get") == "Deps.Get"
      assert Mix.Utils.command_to_module_name("foo_bar") == "FooBar"
      assert Mix.Utils.command_to_module("compile", Mix.Tasks) == {:module, Mix.Tasks.Compile}
      assert {:error, _} = Mix.Utils.command_to_module("no.such", Mix.Tasks)
    end

    test "files below paths" do
      directory = Path.join(System.tmp_dir!(), "mix-utils-#{System.pid()}")
      on_exit(fn -> File.rm_rf!(directory) end)
      File.mkdir_p!(Path.join(directory, "a/b"))
      for name <- ["x.ex", "a/y.ex", "a/b/z.exs", "a/n.txt"], do: File.write!(Path.join(directory, name), "")
      found = fn exts -> [directory] |> Mix.Utils.extract_files(exts) |> Enum.map(&Path.relative_to(&1, directory)) |> Enum.sort() end
      assert found.([:ex]) == ["a/y.ex", "x.ex"]
      assert found.([:ex, :exs]) == ["a/b/z.exs", "a/y.ex", "x.ex"]
      assert Mix.Utils.last_modified(Path.join(directory, "none")) == 0
      assert Mix.Utils.last_modified(Path.join(directory, "x.ex")) > 0
      refute Mix.Utils.stale?([Path.join(directory, "x.ex")], [Path.join(directory, "a/y.ex")])
    end
  end

  describe "Mix.Shell" do
    test "says and asks through the mailbox" do
      Mix.shell(Mix.Shell.Process)
      Mix.shell().info("hi")
      Mix.shell().error([:red, "no"])
      assert_received {:mix_shell, :info, ["hi"]}
      assert_received {:mix_shell, :error, [_]}
      send(self(), {:mix_shell_input, :yes?, true})
      assert Mix.shell().yes?("sure?")
      assert_received {:mix_shell, :yes?, ["sure?"]}
      send(self(), {:mix_shell_input, :prompt, "joe"})
      assert Mix.shell().prompt("name?") == "joe"
      Mix.shell().info("left")
      assert Mix.Shell.Process.flush() == :done
      refute_received _
    after
      Mix.shell(Mix.Shell.IO)
    end

    test "asks on standard input" do
      import ExUnit.CaptureIO
      answer = fn input, opts -> capture_io(input, fn -> send(self(), Mix.Shell.IO.yes?("ok?", opts)) end) end
      assert answer.("\n", []) == "ok? [Yn] "
      assert_received true
      assert answer.("\n", default: :no) == "ok? [yN] "
      assert_received false
      answer.("Yes\n", default: :no)
      assert_received true
      answer.("n\n", [])
      assert_received false
    end
  end


  describe "Mix.Task" do
    test "runs once unless enabled again" do
      defmodule Elixir.Mix.Tasks.CountOfRuns do
        use Mix.Task
        @shortdoc "counts"
        def run(args), do: send(self(), {:ran, args}) && :value
      end

      assert Mix.Task.run("count_of_runs", ["a"]) == :value
      assert_received {:ran, ["a"]}
      assert Mix.Task.run("count_of_runs", ["b"]) == :noop
      refute_received {:ran, _}
      assert Mix.Task.rerun("count_of_runs", ["c"]) == :value
      assert_received {:ran, ["c"]}
      assert Mix.Task.get("count_of_runs") == Mix.Tasks.CountOfRuns
      assert Mix.Task.get("no.such") == nil
      assert Mix.Task.task_name(Mix.Tasks.CountOfRuns) == "count_of_runs"
      assert Mix.Task.shortdoc(Mix.Tasks.CountOfRuns) == "counts"
      assert Mix.Task.task?(Mix.Tasks.CountOfRuns)
      refute Mix.Task.task?(String)
      assert_raise Mix.NoTaskError, fn -> Mix.Task.get!("no.such") end
    end
  end

  test "without a project" do
    if Mix.Project.get() == nil do
      assert Mix.Project.config()[:elixirc_paths] == ["lib"]
      assert_raise Mix.NoProjectError, fn -> Mix.Project.get!() end
    end
  end
end
