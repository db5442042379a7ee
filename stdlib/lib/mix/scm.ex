defmodule Mix.SCM do
  @moduledoc """
  Where dependencies come from: a module for each kind of place, which the options of a dependency choose.

  Beamlet fetches nothing. What comes from a repository is used when it is in the directory of dependencies already.
  """

  @typedoc "The options of a dependency."
  @type opts :: keyword

  @doc "Tells whether what comes from here would have to be fetched."
  @callback fetchable?() :: boolean

  @doc "Returns how the dependency is shown to people."
  @callback format(opts) :: String.t()

  @doc "Returns how the state that the dependency is locked to is shown, or `nil`."
  @callback format_lock(opts) :: String.t() | nil

  @doc "Returns the options, completed, if they say that the dependency comes from here; otherwise `nil`."
  @callback accepts_options(app :: atom, opts) :: opts | nil

  @doc "Tells whether the dependency is there."
  @callback checked_out?(opts) :: boolean

  @doc "Fetches the dependency."
  @callback checkout(opts) :: any

  @doc "Fetches the dependency anew."
  @callback update(opts) :: any

  @doc "Compares what is there with the state that the dependency is locked to."
  @callback lock_status(opts) :: :mismatch | :outdated | :ok

  @doc "Tells whether two sets of options mean the same place."
  @callback equal?(opts1 :: opts, opts2 :: opts) :: boolean

  @doc "Lists the tools that build the dependency."
  @callback managers(opts) :: [atom]

  @doc "Lists the modules that know places, those that are asked first in front."
  @spec available() :: [module]
  def available, do: Mix.State.get(:scm, [Mix.SCM.Git, Mix.SCM.Path])

  @doc "Adds a module that is asked before all others."
  @spec prepend(module) :: :ok
  def prepend(module) when is_atom(module), do: Mix.State.put(:scm, [module | List.delete(available(), module)])

  @doc "Adds a module that is asked after all others."
  @spec append(module) :: :ok
  def append(module) when is_atom(module), do: Mix.State.put(:scm, List.delete(available(), module) ++ [module])
end

defmodule Mix.SCM.Path do
  @moduledoc false
  # Dependencies that lie in a directory of their own, or under the same roof.

  @behaviour Mix.SCM

  @impl true
  def fetchable?, do: false

  @impl true
  def format(opts), do: opts[:path]

  @impl true
  def format_lock(_opts), do: nil

  @impl true
  def accepts_options(app, opts) do
    raw = opts[:path]

    cond do
      raw -> opts |> Keyword.put(:dest, Path.expand(raw)) |> Keyword.put_new(:path, Path.relative_to_cwd(raw))
      opts[:in_umbrella] -> accepts_options(app, Keyword.put(opts, :path, "../#{app}"))
      true -> nil
    end
  end

  @impl true
  def checked_out?(opts), do: File.dir?(opts[:dest])

  @impl true
  def checkout(opts), do: Mix.raise("Cannot checkout path dependency, expected a dependency at #{inspect(Path.relative_to_cwd(opts[:dest]))}")

  @impl true
  def update(opts), do: opts[:lock]

  @impl true
  def lock_status(_opts), do: :ok

  @impl true
  def equal?(opts1, opts2), do: opts1[:dest] == opts2[:dest]

  @impl true
  def managers(_opts), do: []
end

defmodule Mix.SCM.Git do
  @moduledoc false
  # Dependencies that come from a repository of Git. They are used where they are; nothing is fetched.

  @behaviour Mix.SCM

  @impl true
  def fetchable?, do: true

  @impl true
  def format(opts) do
    state = opts[:tag] || opts[:branch] || opts[:ref]
    if state, do: "#{opts[:git]} - #{state}", else: opts[:git]
  end

  @impl true
  def format_lock(opts) do
    case opts[:lock] do
      {:git, _url, revision, _opts} -> String.slice(revision, 0, 7) <> state(opts)
      _ -> nil
    end
  end

  defp state(opts), do: Enum.find_value([:branch, :tag, :ref], "", fn key -> if opts[key], do: " (#{key}: #{opts[key]})" end)

  @impl true
  def accepts_options(_app, opts) do
    opts = opts |> Keyword.put(:checkout, opts[:dest]) |> with_shorthand()

    cond do
      opts[:git] == nil ->
        nil

      length(Enum.filter([:branch, :ref, :tag], &opts[&1])) > 1 ->
        Mix.raise("You should specify only one of branch, ref or tag, and only once. Error on Git dependency: #{Keyword.fetch!(opts, :git)}")

      true ->
        opts
    end
  end

  defp with_shorthand(opts) do
    case Keyword.pop(opts, :github) do
      {nil, opts} -> opts
      {name, opts} -> Keyword.put(opts, :git, "https://github.com/#{name}.git")
    end
  end

  @impl true
  def checked_out?(opts), do: File.dir?(opts[:dest] || opts[:checkout] || "")

  @impl true
  def checkout(opts), do: refuse(opts)

  @impl true
  def update(opts), do: refuse(opts)

  defp refuse(opts), do: Mix.raise("Beamlet does not fetch #{opts[:git]}: put its source into #{inspect(opts[:dest])}")

  @impl true
  def lock_status(opts) do
    case opts[:lock] do
      {:git, url, revision, _} ->
        cond do
          url != opts[:git] -> :outdated
          # Without the repository there is nothing to compare with.
          not File.dir?(Path.join(opts[:checkout] || opts[:dest], ".git")) -> :ok
          head(opts[:checkout] || opts[:dest]) == revision -> :ok
          true -> :mismatch
        end

      nil ->
        :mismatch

      _ ->
        :outdated
    end
  end

  defp head(path) do
    case System.find_executable("git") && System.cmd("git", ["-C", path, "rev-parse", "HEAD"], stderr_to_stdout: true) do
      {revision, 0} -> String.trim(revision)
      _ -> nil
    end
  end

  @impl true
  def equal?(opts1, opts2), do: Keyword.take(opts1, [:git, :branch, :tag, :ref]) == Keyword.take(opts2, [:git, :branch, :tag, :ref])

  @impl true
  def managers(_opts), do: []

  # The version of the program `git`.
  def git_version do
    case System.find_executable("git") && System.cmd("git", ["--version"]) do
      {"git version " <> version, 0} ->
        version |> String.split(~r/[^0-9.]/, parts: 2) |> hd() |> String.split(".", trim: true) |> Enum.take(3) |> Enum.map(&String.to_integer/1) |> List.to_tuple()

      _ ->
        Mix.raise("Error fetching/updating Git repository: the \"git\" executable is not available in your PATH.")
    end
  end
end

defmodule Mix.SCM.Package do
  @moduledoc false
  # Dependencies of a registry of packages. They are used where they are; nothing is fetched.

  @behaviour Mix.SCM

  @impl true
  def fetchable?, do: true

  @impl true
  def format(_opts), do: "Hex package"

  @impl true
  def format_lock(opts) do
    with lock when is_tuple(lock) and elem(lock, 0) == :hex and tuple_size(lock) > 3 <- opts[:lock] do
      "#{elem(lock, 2)} (#{elem(lock, 1)})"
    else
      _ -> nil
    end
  end

  @impl true
  def accepts_options(_app, opts), do: opts

  @impl true
  def checked_out?(opts), do: File.dir?(opts[:dest])

  @impl true
  def checkout(opts), do: Mix.raise("Beamlet does not download packages: put the source into #{inspect(opts[:dest])}")

  @impl true
  def update(opts), do: checkout(opts)

  @impl true
  def lock_status(_opts), do: :ok

  @impl true
  def equal?(opts1, opts2), do: opts1[:dest] == opts2[:dest]

  @impl true
  def managers(_opts), do: []
end
