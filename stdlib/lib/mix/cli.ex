defmodule Mix.CLI do
  @moduledoc false
  # Runs a task as the command line names it: finds out the environment, loads the project, reports what Mix raises.

  alias Mix.State

  def main(args \\ System.argv())
  def main([]), do: main([""])

  def main([task | args]) do
    Mix.start()
    if System.get_env("MIX_DEBUG") in ["1", "true"], do: Mix.debug(true)
    if System.get_env("MIX_QUIET") in ["1", "true"], do: Mix.shell(Mix.Shell.Quiet)

    try do
      {task, args} = help(task, args)
      unless about_mix(task, args), do: load_project(task) && run(task, args)
    rescue
      exception -> failed(exception, __STACKTRACE__)
    end
  end

  defp about_mix(flag, []) when flag in ["--version", "-v"] do
    IO.puts([:erlang.system_info(:system_version), ?\n, "Mix #{System.version()} (compiled with Erlang/OTP #{System.otp_release()})"])
    true
  end

  defp about_mix(flag, []) when flag in ["--help", "-h"] do
    IO.puts("""
    Mix is a build tool for Elixir

    Usage: mix [task]

        mix             - Runs the project's default task, which is mix run unless the project says otherwise
        mix new PATH    - Makes a new project in that directory
        mix help        - Lists the tasks there are
        mix help TASK   - Shows the documentation of one of them

    Instead of a task, --version says which Mix this is.
    """)

    true
  end

  defp about_mix(_task, _args), do: false

  # No task means the project's default one.
  defp run("", []) do
    if Mix.Project.get(), do: run(Mix.Project.config()[:default_task] || "run", []), else: run("help", [])
  end

  # Whatever the task, it finds the applications' environments as they are configured.
  defp run(task, args) do
    if Mix.Project.get(), do: Mix.Tasks.Loadconfig.ensure()
    Mix.Task.run(task, args)
  end

  defp help(task, args) do
    if Enum.any?(args, &(&1 in ["-h", "--help"])) and task in ["run", "test", "new"], do: {"help", [task]}, else: {task, args}
  end

  # `new` makes a project; every other task looks for one here.
  defp load_project("new"), do: true

  defp load_project(task) do
    file = System.get_env("MIX_EXS") || "mix.exs"

    if File.regular?(file) do
      preset = System.get_env("MIX_ENV") not in [nil, ""]
      if not preset and task == "test", do: Mix.env(:test)
      Mix.Project.load(nil, file)
      wanted = (if preset, do: nil, else: preferred(task)) || Mix.env()
      target = (if System.get_env("MIX_TARGET") in [nil, ""], do: said(task, :preferred_targets, :preferred_cli_target)) || Mix.target()

      if {wanted, target} != {Mix.env(), Mix.target()} do
        Mix.Project.pop()
        Mix.env(wanted)
        Mix.target(target)
        State.put(:project_modules, %{})
        Code.put_compiler_option(:ignore_module_conflict, true)
        Mix.Project.load(nil, file)
        Code.put_compiler_option(:ignore_module_conflict, false)
      end
    end

    true
  end

  defp preferred(task), do: said(task, :preferred_envs, :preferred_cli_env) || Mix.Task.preferred_cli_env(task)

  # What the project wants for a task: a key of `cli/0`, or of its configuration.
  defp said(task, key, config_key) do
    module = Mix.Project.get()
    said = if module && function_exported?(module, :cli, 0), do: module.cli()[key] || [], else: []
    Enum.find_value(said ++ (Mix.Project.config()[config_key] || []), fn {name, value} -> if to_string(name) == task, do: value end)
  end

  # What Mix raises is for people; everything else is an error of a program, and shown as one.
  defp failed(%{mix: status} = exception, stacktrace) do
    if Mix.debug?() do
      reraise exception, stacktrace
    else
      Mix.shell().error("** (Mix) " <> Exception.message(exception))
      exit({:shutdown, if(is_integer(status), do: status, else: 1)})
    end
  end

  defp failed(exception, stacktrace), do: reraise(exception, stacktrace)
end
