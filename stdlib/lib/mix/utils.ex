defmodule Mix.Utils do
  @moduledoc """
  What tasks share: names of commands, files and when they changed.
  """

  @doc "Lists the files with one of the extensions below paths; a path may be a file itself."
  @spec extract_files([Path.t()], [atom]) :: [Path.t()]
  def extract_files(paths, exts_or_pattern)

  def extract_files(paths, exts) when is_list(exts) do
    pattern = "**/*." <> if(match?([_], exts), do: "#{hd(exts)}", else: "{#{Enum.join(exts, ",")}}")
    extract_files(paths, pattern) |> Enum.filter(fn file -> Enum.any?(exts, &String.ends_with?(file, ".#{&1}")) end)
  end

  def extract_files(paths, pattern) when is_binary(pattern) do
    paths
    |> Enum.flat_map(fn path ->
      cond do
        File.dir?(path) -> Path.wildcard(Path.join(path, pattern))
        File.regular?(path) -> [path]
        true -> []
      end
    end)
    |> Enum.uniq()
  end

  @doc "Returns when a file last changed, in seconds since 1970; 0 if it is not there."
  @spec last_modified(Path.t() | integer | :calendar.datetime()) :: integer
  def last_modified(timestamp) when is_integer(timestamp), do: timestamp
  def last_modified({{_, _, _}, {_, _, _}} = datetime), do: :calendar.datetime_to_gregorian_seconds(datetime) - 62_167_219_200

  def last_modified(path) do
    case File.stat(path, time: :posix) do
      {:ok, %{mtime: mtime}} -> mtime
      {:error, _} -> 0
    end
  end

  @doc "Tells whether a source is younger than a target."
  @spec stale?([Path.t()], [Path.t()]) :: boolean
  def stale?(sources, targets), do: extract_stale(sources, targets) != []

  @doc "Lists the sources that are younger than the oldest target."
  @spec extract_stale([Path.t()], [Path.t()]) :: [Path.t()]
  def extract_stale(_sources, []), do: []

  def extract_stale(sources, targets) do
    oldest = targets |> Enum.map(&last_modified/1) |> Enum.min()
    Enum.filter(sources, &(last_modified(&1) > oldest))
  end

  @doc "Reads a file, or raises `Mix.Error`."
  @spec read_path(Path.t(), keyword) :: {:ok, binary} | {:local, String.t()}
  def read_path(path, _opts \\ []) do
    case File.read(path) do
      {:ok, contents} -> {:ok, contents}
      {:error, reason} -> {:local, to_string(:file.format_error(reason))}
    end
  end

  @doc """
  Returns the name of a command for a module, leaving out the first `nesting` parts.

  ## Examples

      iex> Mix.Utils.module_name_to_command(Mix.Tasks.Deps.Get, 2)
      "deps.get"

  """
  @spec module_name_to_command(module | String.t(), non_neg_integer) :: String.t()
  def module_name_to_command(module, nesting \\ 0)
  def module_name_to_command(module, nesting) when is_atom(module), do: module_name_to_command(inspect(module), nesting)

  def module_name_to_command(module, nesting) when is_binary(module) do
    module |> String.split(".") |> Enum.drop(nesting) |> Enum.map_join(".", &Macro.underscore/1)
  end

  @doc """
  Returns the last part of a module's name for a command.

  ## Examples

      iex> Mix.Utils.command_to_module_name("deps.get")
      "Deps.Get"

  """
  @spec command_to_module_name(String.t() | atom) :: String.t()
  def command_to_module_name(command), do: command |> to_string() |> String.split(".") |> Enum.map_join(".", &Macro.camelize/1)

  @doc "Finds the module of a command below another one: `{:module, module}` or `{:error, :nofile}`."
  @spec command_to_module(String.t(), module) :: {:module, module} | {:error, term}
  def command_to_module(command, at \\ Elixir) do
    module = Module.concat(at, command_to_module_name(command))
    Code.ensure_loaded(module)
  end

  @doc "Turns `snake_case` into `CamelCase`."
  @spec camelize(String.t()) :: String.t()
  def camelize(value), do: Macro.camelize(value)

  @doc "Turns `CamelCase` into `snake_case`."
  @spec underscore(String.t() | atom) :: String.t()
  def underscore(value), do: Macro.underscore(value)

  @doc "Links a directory, or copies it where links cannot be made."
  @spec symlink_or_copy(Path.t(), Path.t()) :: :ok | {:ok, [Path.t()]} | {:error, File.posix()}
  def symlink_or_copy(source, target) do
    case File.read_link(target) do
      {:ok, ^source} ->
        :ok

      {:ok, _} ->
        File.rm(target)
        link(source, target)

      {:error, _} ->
        link(source, target)
    end
  end

  defp link(source, target) do
    case File.ln_s(source, target) do
      :ok -> :ok
      {:error, _} -> File.cp_r(source, target)
    end
  end

  @doc "Runs `fun`, whose output is not shown, and returns its value."
  @spec silence((() -> result)) :: result when result: term
  def silence(fun) do
    shell = Mix.shell()
    Mix.shell(Mix.Shell.Quiet)

    try do
      fun.()
    after
      Mix.shell(shell)
    end
  end
end
