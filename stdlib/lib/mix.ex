defmodule Mix do
  @moduledoc """
  Projects: a directory with a `mix.exs`, what is compiled from it, and the tasks that work on it.

  A project's `mix.exs` defines a module that says `use Mix.Project`; tasks are modules named `Mix.Tasks.NAME` with a
  function `run/1`. `beamlet run`, `beamlet test` and `beamlet new` are the tasks of these names; all others are called with
  `beamlet mix TASK`.
  """

  defmodule State do
    @moduledoc false
    # What all processes see of Mix: the environment, the stack of projects, the tasks that ran.

    def get(key, default \\ nil), do: :persistent_term.get({__MODULE__, key}, default)
    def put(key, value), do: :persistent_term.put({__MODULE__, key}, value)
    def update(key, default, fun), do: put(key, fun.(get(key, default)))
    def fetch(key), do: if((value = get(key, :"$none")) == :"$none", do: :error, else: {:ok, value})

    # What may be found out again.
    def read_cache(key), do: get(:cache, %{})[key]
    def write_cache(key, value), do: tap(value, fn _ -> update(:cache, %{}, &Map.put(&1, key, value)) end)
    def delete_cache(key), do: update(:cache, %{}, &Map.delete(&1, key))

    # Calls `fun` while nobody else has the lock of this name.
    def lock(key, fun), do: :global.trans({{__MODULE__, key}, self()}, fun)

    def clear_cache do
      put(:cache, %{})
      put(:dependencies, nil)
    end
  end

  @doc "Starts Mix, which tasks find running."
  @spec start() :: :ok
  def start do
    {:ok, _} = Application.ensure_all_started(:mix)
    :ok
  end

  @doc """
  Returns the environment: `:dev`, `:test`, `:prod` or a name of the project's own.

  It comes from the variable `MIX_ENV`; without it, tests run in `:test` and everything else in `:dev`.

  ## Examples

      iex> is_atom(Mix.env())
      true

  """
  @spec env() :: atom()
  def env, do: State.get(:env) || variable("MIX_ENV", :dev)

  @doc "Changes the environment. Does not load the project again."
  @spec env(atom()) :: :ok
  def env(env) when is_atom(env), do: State.put(:env, env)

  @doc "Returns the target, `:host` unless the variable `MIX_TARGET` says otherwise."
  @spec target() :: atom()
  def target, do: State.get(:target) || variable("MIX_TARGET", :host)

  @doc "Changes the target."
  @spec target(atom()) :: :ok
  def target(target) when is_atom(target), do: State.put(:target, target)

  defp variable(name, default) do
    case System.get_env(name) do
      value when value in [nil, ""] -> default
      value -> String.to_atom(value)
    end
  end

  @doc "Lists the compilers that projects use by default."
  @spec compilers() :: [atom()]
  def compilers, do: [:yecc, :leex, :erlang, :elixir, :app]

  @doc "Returns the shell that tasks talk to, a module such as `Mix.Shell.IO`."
  @spec shell() :: module
  def shell, do: State.get(:shell, Mix.Shell.IO)

  @doc "Changes the shell."
  @spec shell(module) :: :ok
  def shell(shell), do: State.put(:shell, shell)

  @doc "Tells whether tasks shall show what they do in detail."
  @spec debug?() :: boolean
  def debug?, do: State.get(:debug, false)

  @doc "Sets whether tasks shall show what they do in detail."
  @spec debug(boolean) :: :ok
  def debug(debug) when is_boolean(debug), do: State.put(:debug, debug)

  @doc "Returns a path of Mix itself: `:archives` or `:escripts`."
  @spec path_for(:archives | :escripts) :: String.t()
  def path_for(:archives), do: Path.join(home(), "archives")
  def path_for(:escripts), do: Path.join(home(), "escripts")

  defp home, do: System.get_env("MIX_HOME") || Path.expand("~/.mix")

  @doc """
  Raises `Mix.Error`, which ends a task with its message alone.

  ## Examples

      iex> Mix.raise("no such thing")
      ** (Mix.Error) no such thing

  """
  @spec raise(binary) :: no_return
  def raise(message), do: __MODULE__.raise(message, [])

  @doc "Raises `Mix.Error`; the option `:exit_status` is the status that the task then ends with (1)."
  @spec raise(binary, exit_status: non_neg_integer()) :: no_return
  def raise(message, opts) when is_binary(message) do
    status = Keyword.get(opts, :exit_status, 1)
    Kernel.raise(%Mix.Error{message: message, mix: status})
  end

  @doc """
  Would install dependencies from the package registry for a script; Beamlet downloads nothing, so this raises `Mix.Error`
  unless every dependency has a `:path`.
  """
  @spec install([atom | tuple], keyword) :: :ok
  def install(deps, opts \\ []) when is_list(deps) and is_list(opts) do
    remote = for dep <- deps, not is_binary(path_of(dep)), do: inspect(if(is_tuple(dep), do: elem(dep, 0), else: dep))

    if remote != [] do
      Mix.raise(
        "Mix.install/2 cannot install #{Enum.join(remote, ", ")}: Beamlet does not download packages. " <>
          "Put the source next to the script and give its :path"
      )
    end

    start()
    if config = opts[:config], do: Application.put_all_env(config, persistent: true)
    for {name, values} <- opts[:system_env] || [], do: System.put_env(to_string(name), values)
    Mix.Dependencies.install(deps)
    :ok
  end

  defp path_of({_, opts}) when is_list(opts), do: opts[:path]
  defp path_of({_, _, opts}) when is_list(opts), do: opts[:path]
  defp path_of(_), do: nil

  @doc "Tells whether `install/2` has been called."
  @spec installed?() :: boolean
  def installed?, do: State.get(:installed, false)
end
