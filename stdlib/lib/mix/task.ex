defmodule Mix.Task do
  @moduledoc """
  A task: a module `Mix.Tasks.NAME` with a function `run/1` that takes the arguments of the command line.

      defmodule Mix.Tasks.Greet do
        @shortdoc "Greets whoever is named"
        use Mix.Task

        @impl true
        def run(names), do: Enum.each(names, &Mix.shell().info("Hello, " <> &1))
      end

  The name on the command line is in lower case with underscores, and its parts are separated by dots:
  `Mix.Tasks.Deps.Get` is `deps.get`.
  """

  alias Mix.State

  @type task_name :: String.t() | atom

  @doc "Runs the task."
  @callback run(command_line_args :: [binary]) :: any

  @doc false
  defmacro __using__(_opts) do
    quote do
      Enum.each([:shortdoc, :recursive, :requirements, :preferred_cli_env], &Module.register_attribute(__MODULE__, &1, persist: true))
      @behaviour Mix.Task
    end
  end

  # The tasks that come along.
  @bundled [
    Mix.Tasks.App.Config, Mix.Tasks.App.Start, Mix.Tasks.Archive, Mix.Tasks.Clean, Mix.Tasks.Cmd, Mix.Tasks.Compile, Mix.Tasks.Compile.App, :"Elixir.Mix.Tasks.Compile.Elixir", Mix.Tasks.Compile.Protocols, Mix.Tasks.App.Tree, Mix.Tasks.Deps,
    Mix.Tasks.Deps.Clean, Mix.Tasks.Deps.Compile, Mix.Tasks.Deps.Get, Mix.Tasks.Deps.Loadpaths, Mix.Tasks.Deps.Precompile, Mix.Tasks.Deps.Tree, Mix.Tasks.Deps.Unlock, Mix.Tasks.Deps.Update, Mix.Tasks.Escript, Mix.Tasks.Escript.Build, Mix.Tasks.Format, Mix.Tasks.Do, Mix.Tasks.Eval, Mix.Tasks.Help, Mix.Tasks.Loadconfig,
    Mix.Tasks.Loadpaths, Mix.Tasks.Local.Hex, Mix.Tasks.Local.Rebar, Mix.Tasks.New, Mix.Tasks.Release, Mix.Tasks.Run, Mix.Tasks.Test, Mix.Tasks.WillRecompile, Mix.Tasks.Xref
  ]

  @doc "Loads all tasks that can be found and lists their modules."
  @spec load_all() :: [module]
  def load_all, do: load_tasks(:code.get_path())

  @doc "Loads the tasks found in directories of modules, with those that come along."
  @spec load_tasks([List.Chars.t()]) :: [module]
  def load_tasks(dirs) do
    found =
      for dir <- dirs, file <- Path.wildcard(Path.join(to_string(dir), "Elixir.Mix.Tasks.*.beam")) do
        file |> Path.basename(".beam") |> String.to_atom()
      end

    Enum.filter(Enum.uniq(@bundled ++ found), &task?/1)
  end

  @doc "Lists the modules of all tasks that are loaded or come along."
  @spec all_modules() :: [module]
  def all_modules do
    loaded = for {module, _} <- :code.all_loaded(), String.starts_with?(Atom.to_string(module), "Elixir.Mix.Tasks."), do: module
    Enum.filter(Enum.uniq(@bundled ++ loaded), &task?/1)
  end

  @doc false
  def names, do: Enum.map(all_modules(), &task_name/1)

  @doc "Returns the task's name on the command line."
  @spec task_name(module) :: String.t()
  def task_name(module) when is_atom(module), do: Mix.Utils.module_name_to_command(module, 2)

  @doc "Returns the task's documentation, or `nil`."
  @spec moduledoc(module) :: String.t() | nil | false
  def moduledoc(module) when is_atom(module) do
    case Code.fetch_docs(module) do
      {:docs_v1, _, _, _, %{"en" => text}, _, _} -> text
      {:docs_v1, _, _, _, :hidden, _, _} -> false
      _ -> nil
    end
  end

  @doc "Returns the one line of `@shortdoc`, or `nil`."
  @spec shortdoc(module) :: String.t() | nil
  def shortdoc(module) when is_atom(module), do: attribute(module, :shortdoc)

  @doc "Tells whether the task runs in every project under a common roof."
  @spec recursive(module) :: boolean
  def recursive(module) when is_atom(module), do: attribute(module, :recursive) || false

  @doc "Lists the tasks that must run before."
  @spec requirements(module) :: [binary]
  def requirements(module) when is_atom(module), do: List.flatten(module.__info__(:attributes)[:requirements] || [])

  @doc false
  def supported_attributes, do: [:shortdoc, :recursive, :preferred_cli_env, :requirements]

  @doc "Tells whether a task runs in one of several projects under a common roof, called from above."
  @spec recursing?() :: boolean
  def recursing?, do: State.get(:recursing) != nil

  @doc "Returns the environment that the task wants to run in, or `nil`."
  @spec preferred_cli_env(task_name) :: atom | nil
  def preferred_cli_env(task) do
    case get(task) do
      nil -> nil
      module -> attribute(module, :preferred_cli_env)
    end
  end

  defp attribute(module, name) do
    case module.__info__(:attributes)[name] do
      [value | _] -> value
      _ -> nil
    end
  end

  @doc "Returns the module of a task, or `nil`."
  @spec get(task_name) :: module | nil
  def get(task) do
    case module_of(task) do
      {:ok, module} -> module
      _ -> nil
    end
  end

  @doc "Returns the module of a task, or raises `Mix.NoTaskError` or `Mix.InvalidTaskError`."
  @spec get!(task_name) :: module
  def get!(task) do
    case module_of(task) do
      {:ok, module} -> module
      {:error, :invalid} -> raise Mix.InvalidTaskError, task: to_string(task)
      {:error, :not_found} -> raise Mix.NoTaskError, task: to_string(task)
    end
  end

  defp module_of(task) do
    case Mix.Utils.command_to_module(to_string(task), Mix.Tasks) do
      {:module, module} -> if task?(module), do: {:ok, module}, else: {:error, :invalid}
      {:error, _} -> {:error, :not_found}
    end
  end

  @doc "Tells whether a module is a task."
  @spec task?(module) :: boolean
  def task?(module) when is_atom(module) do
    String.starts_with?(Atom.to_string(module), "Elixir.Mix.Tasks.") and Code.ensure_loaded?(module) and
      function_exported?(module, :run, 1)
  end

  @doc "Returns what the project's alias of this name stands for, or `nil`."
  @spec alias?(task_name) :: boolean
  def alias?(task), do: alias_of(task) != nil

  @doc false
  def alias_of(task) do
    name = to_string(task)
    Enum.find_value(Mix.Project.config()[:aliases] || [], fn {key, value} -> if to_string(key) == name, do: value end)
  end

  @doc """
  Runs a task unless it has run, in which case the result is `:noop`. A project's alias of the name goes first.
  """
  @spec run(task_name, [any]) :: any
  def run(task, args \\ []) do
    task = to_string(task)

    alias = alias_of(task)

    if alias && not already?({:alias, task}) do
      result = run_alias(List.wrap(alias), task, args)
      note({:task, task})
      result
    else
      run_task(task, args)
    end
  end

  defp already?(key), do: Map.has_key?(State.get(:ran, %{}), {key, project_key()})
  defp note(key), do: State.update(:ran, %{}, &Map.put(&1, {key, project_key()}, true))
  defp project_key, do: Mix.Project.get()

  defp run_task(task, args) do
    module = get(task)

    cond do
      module && roof?(module) -> in_each(module, task, args)
      already?({:task, task}) -> :noop
      true -> run_task(module || compile_and_get!(task), task, args)
    end
  end

  defp run_task(module, task, args) do
    cond do
      roof?(module) -> in_each(module, task, args)
      below_roof?(module) -> on_roof(fn -> run(task, args) end)
      true -> run_here(module, task, args)
    end
  end

  defp run_here(module, task, args) do
    note({:task, task})
    for needed <- requirements(module), do: apply(__MODULE__, :run, command(needed))
    invoke(module, task, args)
  end

  # Tasks that see to the projects under a roof themselves.
  @own_way [Mix.Tasks.Compile, Mix.Tasks.Test]

  defp roof?(module) do
    module not in @own_way and recursive(module) and Mix.Project.umbrella?() and State.get(:recursing) == nil
  end

  defp in_each(module, task, args) do
    for needed <- requirements(module), do: apply(__MODULE__, :run, command(needed))
    recur(fn _ -> run(task, args) end)
  end

  @doc false
  # The results of `fun` in every project under the roof, those that others need first; without a roof, of the project itself.
  def recur(fun) do
    if Mix.Project.umbrella?() and State.get(:recursing) == nil do
      State.put(:recursing, %{stack: State.get(:projects), directory: File.cwd!()})

      try do
        Mix.Dependencies.map_umbrella(fn -> fun.(Mix.Project.get()) end)
      after
        State.put(:recursing, nil)
      end
    else
      [fun.(Mix.Project.get())]
    end
  end

  # A task that does not care for single projects runs once for all of them, even if one of them asks for it.
  defp below_roof?(module) do
    State.get(:recursing) != nil and not recursive(module) and (module in [Mix.Tasks.Run, Mix.Tasks.Eval] or module not in @bundled)
  end

  defp on_roof(fun) do
    %{stack: stack, directory: directory} = recursing = State.get(:recursing)
    below = State.get(:projects)
    State.put(:recursing, nil)
    State.put(:projects, stack)
    State.put(:dependencies, nil)

    try do
      File.cd!(directory, fun)
    after
      State.put(:projects, below)
      State.put(:recursing, recursing)
      State.put(:dependencies, nil)
    end
  end

  # Options that a task does not know are the user's mistake, not the program's.
  defp invoke(module, task, args) do
    if Mix.debug?() do
      inside = if project = Mix.Project.get(), do: " (inside #{inspect(project)})", else: ""
      Mix.shell().info("-> Running mix #{Enum.join([task | args], " ")}#{inside}")
      {time, result} = :timer.tc(module, :run, [args])
      Mix.shell().info("<- Ran mix #{task} in #{div(time, 1000)}ms")
      result
    else
      module.run(args)
    end
  rescue
    error in OptionParser.ParseError -> Mix.raise("Could not invoke task #{inspect(task)}: " <> Exception.message(error))
  end

  # A task may be defined by a dependency or by the project itself, which need not be compiled for the former.
  defp compile_and_get!(task) do
    if Mix.Project.get() && task not in ["deps.loadpaths", "compile", "loadconfig"] do
      run("deps.loadpaths", [])
      get(task) || (run("compile", []) && get!(task))
    else
      get!(task)
    end
  end

  defp command(text) do
    [task | args] = OptionParser.split(text)
    [task, args]
  end

  # A step of the alias's own name is the task itself, and the arguments are for it; without one they go to the last step.
  defp run_alias(steps, name, args) do
    note({:alias, name})
    own = Enum.find_index(steps, &(is_binary(&1) and match?([^name | _], OptionParser.split(&1))))
    taker = own || length(steps) - 1

    steps
    |> Enum.with_index()
    |> Enum.map(fn {step, index} ->
      more = if index == taker, do: args, else: []

      case step do
        fun when is_function(fun, 1) -> fun.(more)
        text when is_binary(text) -> run_step(command(text), name, more)
        other -> Mix.raise("Invalid Mix alias format, aliases can be either a string (representing a Mix task with arguments) or a function that takes one argument (a list of alias arguments), got: " <> inspect(other))
      end
    end)
    |> List.last()
  end

  defp run_step([name, given], name, more), do: run_task(name, given ++ more)
  defp run_step([task, given], _name, more), do: run(task, given ++ more)

  @doc "Runs a task even if it has run."
  @spec rerun(task_name, [any]) :: any
  def rerun(task, args \\ []) do
    reenable(task)
    run(task, args)
  end

  @doc "Lets a task run again that has run."
  @spec reenable(task_name) :: :ok
  def reenable(task) do
    task = to_string(task)
    key = project_key()
    # Above all others, it is for all of them.
    mine? = if Mix.Project.umbrella?(), do: fn _ -> true end, else: &(&1 == key)
    State.update(:ran, %{}, &Map.reject(&1, fn {{{_, name}, project}, _} -> name == task and mine?.(project) end))
    :ok
  end

  @doc "Lets all tasks run again."
  @spec clear() :: :ok
  def clear, do: State.put(:ran, %{})

  @doc "Runs a task in a project under the roof of this one."
  @spec run_in_apps(task_name, [atom], [any]) :: any
  def run_in_apps(task, apps, args \\ []) do
    paths = Mix.Project.apps_paths() || Mix.raise("Could not run #{inspect(to_string(task))} with the --app option because this is not an umbrella project")
    for app <- apps, paths[app] == nil, do: Mix.raise("could not find application #{inspect(app)} given as --app in umbrella project")
    State.put(:recur_apps, apps)

    try do
      rerun(task, args)
    after
      State.put(:recur_apps, nil)
    end
  end
end

defmodule Mix.TasksServer do
  @moduledoc false
  # Which tasks have run, for those who ask: `{:task, name, project}` and `{:alias, name, project}`.

  alias Mix.State

  # Notes that a task runs; false if it has run already.
  def run({kind, name, project}) do
    key = {{kind, name}, project}
    ran = State.get(:ran, %{})
    State.put(:ran, Map.put(ran, key, true))
    not Map.has_key?(ran, key)
  end

  def delete_many(tuples) do
    State.update(:ran, %{}, &Map.drop(&1, for({kind, name, project} <- tuples, do: {{kind, name}, project})))
  end

  def clear, do: State.put(:ran, %{})
end
