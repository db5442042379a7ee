defmodule Mix.CLI do
  @moduledoc false
  # Runs a task as the command line names it: finds out the environment, loads the project, reports what Mix raises.

  alias Mix.State

  def main([task | args]) do
    Mix.start()
    if System.get_env("MIX_DEBUG") in ["1", "true"], do: Mix.debug(true)
    if System.get_env("MIX_QUIET") in ["1", "true"], do: Mix.shell(Mix.Shell.Quiet)

    try do
      {task, args} = help(task, args)
      load_project(task)
      run(task, args)
    rescue
      exception -> failed(exception, __STACKTRACE__)
    end
  end

  # No task means the project's default one.
  defp run("", []) do
    if Mix.Project.get() do
      Mix.Task.run(Mix.Project.config()[:default_task] || "run", [])
    else
      Mix.Task.run("help", [])
    end
  end

  defp run(task, []) when task in ["--version", "-v"] do
    IO.puts("Mix #{System.version()} (compiled with Erlang/OTP #{System.otp_release()})")
  end

  defp run(task, args) do
    Mix.Task.run(task, args)
  end

  defp help(task, []) when task in ["--help", "-h"], do: {"help", []}

  defp help(task, args) do
    if Enum.any?(args, &(&1 in ["-h", "--help"])) and task in ["run", "test", "new"], do: {"help", [task]}, else: {task, args}
  end

  # `new` makes a project; every other task looks for one here.
  defp load_project("new"), do: :ok

  defp load_project(task) do
    file = System.get_env("MIX_EXS") || "mix.exs"

    if File.regular?(file) do
      preset = System.get_env("MIX_ENV") not in [nil, ""]
      if not preset and task == "test", do: Mix.env(:test)
      Mix.Project.load(nil, file)
      wanted = if preset, do: nil, else: preferred(task)

      if wanted && wanted != Mix.env() do
        Mix.Project.pop()
        Mix.env(wanted)
        State.put(:project_modules, %{})
        Code.put_compiler_option(:ignore_module_conflict, true)
        Mix.Project.load(nil, file)
        Code.put_compiler_option(:ignore_module_conflict, false)
      end
    end
  end

  defp preferred(task) do
    module = Mix.Project.get()
    said = if module && function_exported?(module, :cli, 0), do: module.cli()[:preferred_envs] || [], else: []
    said = said ++ (Mix.Project.config()[:preferred_cli_env] || [])
    Enum.find_value(said, fn {name, env} -> if to_string(name) == task, do: env end) || Mix.Task.preferred_cli_env(task)
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
