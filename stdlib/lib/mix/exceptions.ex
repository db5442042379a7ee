defmodule Mix.Error do
  @moduledoc "An error that a task reports to whoever called it, without a stack trace."
  defexception [:message, mix: 1]
end

defmodule Mix.NoTaskError do
  @moduledoc "There is no task of this name."
  defexception [:task, :message, mix: true]

  @impl true
  def exception(opts) do
    task = opts[:task]
    %__MODULE__{task: task, message: "The task #{inspect(task)} could not be found" <> (misnamed(task) || suggestion(task) <> without_project())}
  end

  # A module may have the name of the task but for the case of a letter.
  defp misnamed(task) do
    expected = Module.concat(Mix.Tasks, Mix.Utils.command_to_module_name(task))

    with module when module not in [nil, expected] <- Enum.find(Mix.Task.all_modules(), &(Mix.Task.task_name(&1) == task)) do
      " because the module is named #{inspect(module)} instead of #{inspect(expected)} as expected. Please rename it and try again"
    else
      _ -> nil
    end
  end

  defp suggestion(task) do
    scored = for known <- known(), score = String.jaro_distance(known, task), score > 0.8, do: {score, known}

    case Enum.max(scored, fn -> nil end) do
      nil -> ""
      {_, known} -> ". Did you mean #{inspect(known)}?"
    end
  end

  # Those of the project and of its dependencies need not be loaded yet.
  defp known, do: Enum.map(Mix.Task.load_all(), &Mix.Task.task_name/1)

  defp without_project(), do: if(Mix.Project.get(), do: "", else: "\nNote no mix.exs was found in the current directory")
end

defmodule Mix.InvalidTaskError do
  @moduledoc "A module has the name of a task, but no function `run/1`."
  defexception [:task, :message, mix: true]

  @impl true
  def exception(opts), do: %__MODULE__{task: opts[:task], message: "The task #{inspect(opts[:task])} does not export run/1"}
end

defmodule Mix.NoProjectError do
  @moduledoc "A task needs a project, and there is none in the current directory."
  defexception message: "Could not find a Mix.Project, please ensure you are running Mix in a directory with a mix.exs file",
               mix: true
end
