defmodule Mix.Tasks.Help do
  @shortdoc "Prints help information for tasks"
  @moduledoc """
  Lists all tasks with a line about each, or prints the documentation of the one that is named.

      mix help                  # lists tasks and aliases
      mix help TASK             # explains a task or an alias
      mix help --names          # lists names only
      mix help --search PATTERN # lists those whose names contain a pattern

  """
  use Mix.Task

  @impl true
  def run(["--names"]) do
    load_project()
    for name <- listed() |> Enum.map(&elem(&1, 0)) |> Enum.sort(), do: Mix.shell().info(name)
    :ok
  end

  def run(["--search", pattern]) do
    load_project()
    lines = for {name, _, _} = line <- listed(), String.contains?(name, pattern), do: line
    show(lines, width(lines))
  end

  def run(["--search"]), do: Mix.raise("Unexpected arguments, expected \"mix help --search PATTERN\"")

  def run([]) do
    load_project()
    lines = for {name, kind, text} <- listed(), text != nil, do: {name, kind, text}
    width = width(lines)
    default = Mix.Project.config()[:default_task] || "run"
    Mix.shell().info(line("mix", "Runs the default task (current: \"mix #{default}\")", width))
    show(lines, width)
    Mix.shell().info(line("iex -S mix", "Starts IEx and runs the default task", width))
  end

  def run([task]) do
    load_project()
    steps = Mix.Task.alias_of(task)
    module = Mix.Task.get(task)

    cond do
      steps && module ->
        heading(task)
        print("Alias for " <> inspect(steps) <> "\n")
        location("mix.exs")
        IO.puts("\nThere is also a task named \"#{task}\". The documentation is shown next.\n")
        document(task, module)

      steps ->
        heading(task)
        print("Alias for " <> inspect(steps) <> "\n")
        location("mix.exs")

      true ->
        module = Mix.Task.get!(task)
        heading(task)
        document(task, module)
    end

    :ok
  end

  def run(_), do: Mix.raise("Unexpected arguments, expected \"mix help\" or \"mix help TASK\"")

  # The tasks of the project and of its dependencies are those that are compiled.
  defp load_project do
    if Mix.Project.get() do
      Mix.Task.run("loadpaths", ["--no-elixir-version-check", "--no-deps-check", "--no-archives-check"])
    end
  end

  defp listed do
    tasks = for module <- Mix.Task.load_all(), Mix.Task.moduledoc(module) != false, do: {Mix.Task.task_name(module), :task, Mix.Task.shortdoc(module)}
    aliases = for {name, _steps} <- Mix.Project.config()[:aliases] || [], do: {to_string(name), :alias, "Alias defined in mix.exs"}
    tasks |> Enum.reject(fn {name, _, _} -> List.keymember?(aliases, name, 0) end) |> Kernel.++(aliases) |> Enum.sort()
  end

  defp width(lines), do: lines |> Enum.map(fn {name, _, _} -> String.length("mix " <> name) end) |> Enum.max(fn -> 0 end)
  defp show(lines, width), do: for({name, _, text} <- lines, do: Mix.shell().info(line("mix " <> name, text || "", width)))
  defp line(name, text, width), do: String.pad_trailing(name, width) <> " # " <> text

  defp document(_task, module) do
    case Mix.Task.moduledoc(module) do
      text when is_binary(text) -> print(text)
      _ -> print("There is no documentation for this task\n")
    end

    location(where(module))
  end

  defp where(module) do
    case :code.which(module) do
      path when is_list(path) and path != [] -> path |> Path.expand() |> Path.dirname() |> Path.relative_to_cwd()
      _ -> "not available"
    end
  end

  defp location(path), do: IO.puts("Location: " <> path)

  defp heading(task), do: IO.ANSI.Docs.print_headings(["mix " <> task], options())
  defp print(text), do: IO.ANSI.Docs.print(text, "text/markdown", options())
  defp options, do: [width: 80, enabled: IO.ANSI.enabled?()]
end
