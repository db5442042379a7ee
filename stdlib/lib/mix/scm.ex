defmodule Mix.SCM do
  @moduledoc """
  Where dependencies come from: a module for each kind of place, which the options of a dependency choose.

  `Mix.SCM.Path` and `Mix.SCM.Git` come with Mix. Packages of a registry are used when they are in the directory of dependencies already;
  Beamlet does not fetch them.
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
