defmodule Mix.Tasks.Run do
  @shortdoc "Starts the project"
  @moduledoc """
  Compiles the project, starts its application, and runs a file or expressions.

      beamlet run [OPTIONS] [FILE [ARGS]]

  The command ends when the file has, or, without one, when the application has started; with `--no-halt` it goes on, and the
  application runs.

  ## Command line options

    * `--eval CODE`, `-e` - evaluates code; may be repeated
    * `--require FILE`, `-r` - requires the files of a pattern before; may be repeated
    * `--no-halt` - goes on when everything has come to its end
    * `--no-start` - does not start the application
    * `--no-compile` - takes what has been compiled

  """
  use Mix.Task

  @impl true
  def run(args) do
    {opts, rest} = OptionParser.parse_head!(args, aliases: [r: :require, e: :eval, p: :parallel], strict: switches())
    starting = Enum.filter(args, &(&1 in ["--no-start", "--no-compile", "--permanent", "--temporary", "--transient"]))

    if Mix.Project.get() do
      Mix.Task.run("app.start", starting)
    else
      if opts == [] and rest == [], do: Mix.Project.get!()
    end

    # With code on the command line there is no file: what follows are arguments.
    file? = not (Keyword.has_key?(opts, :eval) or Keyword.has_key?(opts, :require))
    System.argv(if file?, do: Enum.drop(rest, 1), else: rest)

    for {:require, pattern} <- opts, do: require_files(pattern)
    for {:eval, code} <- opts, do: Code.eval_string(code, [], file: "nofile")

    case rest do
      [file | _] when file? ->
        unless File.regular?(file), do: Mix.raise("No such file: #{file}")
        Code.require_file(file)

      _ ->
        :ok
    end

    if Keyword.get(opts, :halt, true) == false, do: System.no_halt(true)
    :ok
  end

  defp switches do
    [
      require: :keep, eval: :keep, parallel: :boolean, halt: :boolean, compile: :boolean, start: :boolean, permanent: :boolean,
      temporary: :boolean, transient: :boolean, deps_check: :boolean, archives_check: :boolean, elixir_version_check: :boolean,
      mix_exs: :boolean, preload_modules: :boolean
    ]
  end

  defp require_files(pattern) do
    case Enum.filter(Path.wildcard(pattern), &File.regular?/1) do
      [] -> Mix.raise("No files matched pattern #{inspect(pattern)} given to --require")
      files -> if match?({:error, _, _}, Kernel.ParallelCompiler.require(files)), do: exit({:shutdown, 1})
    end
  end
end

defmodule Mix.Tasks.Eval do
  @shortdoc "Evaluates code in the project"
  @moduledoc """
  Compiles the project, reads its configuration, and evaluates code without starting the application.

  `--no-compile` takes what has been compiled, `--no-mix-exs` does without a project.
  """
  use Mix.Task

  @impl true
  def run(args) do
    {opts, rest} = OptionParser.parse_head!(args, strict: [archives_check: :boolean, compile: :boolean, deps_check: :boolean, elixir_version_check: :boolean, mix_exs: :boolean, preload_modules: :boolean])

    case rest do
      [code | argv] ->
        cond do
          Mix.Project.get() -> Mix.Task.run("app.config", for({key, false} <- opts, do: "--no-" <> String.replace(to_string(key), "_", "-")))
          opts[:mix_exs] == false -> :ok
          true -> Mix.raise("Cannot execute \"mix eval\" without a Mix.Project, please ensure you are running Mix in a directory with a mix.exs file or pass the --no-mix-exs option")
        end

        System.argv(argv)
        Code.eval_string(code)

      [] ->
        Mix.raise("\"mix eval\" expects a single string to evaluate as argument")
    end
  end
end

defmodule Mix.Tasks.Do do
  @shortdoc "Runs several tasks"
  @moduledoc "Runs the tasks that are given one after the other, separated by `+` or commas."
  use Mix.Task

  @impl true
  def run(args) do
    {apps, args} = of_apps(args, [])

    for [task | args] <- gather_commands(args) do
      if apps == [], do: Mix.Task.run(task, args), else: Mix.Task.run_in_apps(task, apps, args)
    end

    :ok
  end

  # `--app NAME` in front names projects under the roof in which the tasks are to run.
  defp of_apps(["--app", app | args], apps), do: of_apps(args, [String.to_atom(app) | apps])
  defp of_apps(args, apps), do: {Enum.reverse(apps), args}

  @doc false
  def gather_commands(args) do
    args
    |> Enum.flat_map(fn arg -> if String.ends_with?(arg, ",") and arg != ",", do: [String.trim_trailing(arg, ","), "+"], else: [arg] end)
    |> Enum.chunk_by(&(&1 in ["+", ","]))
    |> Enum.reject(&(hd(&1) in ["+", ","]))
  end
end

defmodule Mix.Tasks.Cmd do
  @shortdoc "Executes the given command"
  @moduledoc """
  Runs a command of the operating system in the project's directory; its status is the task's. Under a common roof it runs in
  every project, or in those that `--app NAME` in front names. `--cd DIR` chooses the directory.
  """
  use Mix.Task

  @recursive true

  @impl true
  def run(args) do
    {opts, command} = OptionParser.parse_head!(args, strict: [app: :keep, cd: :string])
    if command == [], do: Mix.raise("Expected at least one argument in mix cmd")
    apps = for {:app, name} <- opts, do: String.to_atom(name)

    # The same command may run again with other arguments.
    Mix.Task.reenable("cmd")

    if apps == [] or Mix.Project.config()[:app] in apps do
      case Mix.shell().cmd(Enum.join(command, " "), Keyword.take(opts, [:cd])) do
        0 -> :ok
        status -> exit(status)
      end
    end
  end
end
