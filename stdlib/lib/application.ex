defmodule Application do
  @moduledoc """
  Applications: named parts of a system that are configured, started with what they depend on, and stopped.

      defmodule MyApp.Application do
        use Application

        @impl true
        def start(_type, _args) do
          Supervisor.start_link([MyApp.Worker], strategy: :one_for_one, name: MyApp.Supervisor)
        end
      end

  The configuration is a table that outlives processes; reading it copies the value.
  """

  @doc """
  Called when the application starts. Returns the pid of its top supervisor.
  """
  @callback start(start_type, start_args :: term) :: {:ok, pid} | {:ok, pid, state} | {:error, reason :: term}

  @doc "Called before the application stops; returns the state for `c:stop/1`."
  @callback prep_stop(state) :: state

  @doc "Called after the application has stopped."
  @callback stop(state) :: term

  @doc "Called for each of the start phases of the application."
  @callback start_phase(phase :: term, start_type, phase_args :: term) :: :ok | {:error, reason :: term}

  @doc "Called when the configuration changes in an upgrade."
  @callback config_change(changed, new, removed) :: :ok
            when changed: keyword, new: keyword, removed: [atom]

  @optional_callbacks start_phase: 3, prep_stop: 1, config_change: 3

  @type app :: atom
  @type key :: atom
  @type application_key ::
          :start_phases
          | :mod
          | :applications
          | :optional_applications
          | :included_applications
          | :registered
          | :maxT
          | :maxP
          | :modules
          | :vsn
          | :id
          | :description
  @type value :: term
  @type state :: term
  @type start_type :: :normal | {:takeover, node} | {:failover, node}
  @type restart_type :: :permanent | :transient | :temporary

  @application_keys [
    :description,
    :id,
    :vsn,
    :modules,
    :maxP,
    :maxT,
    :registered,
    :included_applications,
    :optional_applications,
    :applications,
    :mod,
    :start_phases
  ]

  @doc false
  defmacro __using__(_) do
    quote location: :keep do
      @behaviour Application

      @doc false
      def stop(_state) do
        :ok
      end

      defoverridable Application
    end
  end

  @doc "Returns the specification of an application, or `nil` when it is not loaded."
  @spec spec(app) :: [{application_key, value}] | nil
  def spec(app) when is_atom(app) do
    case :application.get_all_key(app) do
      {:ok, info} -> info
      :undefined -> nil
    end
  end

  @doc "Returns one value of the specification of an application, or `nil` when it is not loaded."
  @spec spec(app, application_key) :: value | nil
  def spec(app, key) when is_atom(app) and key in @application_keys do
    case :application.get_key(app, key) do
      {:ok, value} -> value
      :undefined -> nil
    end
  end

  @doc "Returns the application that a module belongs to, or `nil`."
  @spec get_application(atom) :: atom | nil
  def get_application(module) when is_atom(module) do
    case :application.get_application(module) do
      {:ok, app} -> app
      :undefined -> nil
    end
  end

  @doc "Returns all keys and values of an application's configuration."
  @spec get_all_env(app) :: [{key, value}]
  def get_all_env(app) when is_atom(app), do: :application.get_all_env(app)

  @doc """
  Reads the configuration at compile time: the value at compile time is what the module keeps.

  `key_or_path` is a key, or a list of keys into nested keyword lists.
  """
  defmacro compile_env(app, key_or_path, default \\ nil) when is_atom(app) do
    if __CALLER__.function, do: raise("Application.compile_env/3 cannot be called inside functions, only in the module body")
    key_or_path = expand_path(key_or_path, __CALLER__)

    quote do
      Application.compile_env(__ENV__, unquote(app), unquote(key_or_path), unquote(default))
    end
  end

  @doc "Like `compile_env/3`, for use in macros: takes the environment."
  @spec compile_env(Macro.Env.t(), app, key | list, value) :: value
  def compile_env(%Macro.Env{} = env, app, key_or_path, default) do
    case fetch_compile_env(app, key_or_path, env) do
      {:ok, value} -> value
      :error -> default
    end
  end

  @doc "Like `compile_env/3`, and raises when there is no value."
  defmacro compile_env!(app, key_or_path) when is_atom(app) do
    if __CALLER__.function, do: raise("Application.compile_env!/2 cannot be called inside functions, only in the module body")
    key_or_path = expand_path(key_or_path, __CALLER__)

    quote do
      Application.compile_env!(__ENV__, unquote(app), unquote(key_or_path))
    end
  end

  @doc "Like `compile_env!/2`, for use in macros: takes the environment."
  @spec compile_env!(Macro.Env.t(), app, key | list) :: value
  def compile_env!(%Macro.Env{} = env, app, key_or_path) do
    case fetch_compile_env(app, key_or_path, env) do
      {:ok, value} ->
        value

      :error ->
        raise ArgumentError,
              "could not fetch application environment #{inspect(key_or_path)} for application " <>
                "#{inspect(app)} #{fetch_env_failed_reason(app, key_or_path)}"
    end
  end

  defp expand_path(path, env) when is_list(path), do: Enum.map(path, &Macro.expand(&1, env))
  defp expand_path(key, env), do: Macro.expand(key, env)

  # Whoever compiles files learns what they looked at: when it changes, they are compiled again.
  defp fetch_compile_env(app, key_or_path, env) do
    path = List.wrap(key_or_path)
    result = __compile_value__(app, path)
    :beamlet_diagnostics.compile_env(app, path, result)
    for tracer <- Enum.uniq(Code.get_compiler_option(:tracers) ++ env.tracers), do: tracer.trace({:compile_env, app, path, result}, env)
    result
  end

  @doc false
  def __compile_value__(app, [key | path]) when is_atom(key) do
    with {:ok, value} <- :application.get_env(app, key) |> ok_or_error(), do: traverse(path, value)
  end

  defp ok_or_error({:ok, _} = ok), do: ok
  defp ok_or_error(:undefined), do: :error

  defp traverse([], value), do: {:ok, value}

  defp traverse([key | rest], value) do
    case Access.fetch(value, key) do
      {:ok, value} -> traverse(rest, value)
      :error -> :error
    end
  end

  @doc "Returns the value of a key of an application's configuration, or `default`."
  @spec get_env(app, key, value) :: value
  def get_env(app, key, default \\ nil)
  def get_env(app, key, default) when is_atom(app) and is_atom(key), do: :application.get_env(app, key, default)

  def get_env(app, key, default) when is_atom(app) do
    warn_key(key)
    :application.get_env(app, key, default)
  end

  defp warn_key(key) when is_atom(key), do: :ok
  defp warn_key(key), do: IO.warn("passing non-atom as application env key is deprecated, got: #{inspect(key)}")

  @doc "Returns `{:ok, value}` of a key of an application's configuration, or `:error`."
  @spec fetch_env(app, key) :: {:ok, value} | :error
  def fetch_env(app, key) when is_atom(app) do
    warn_key(key)

    case :application.get_env(app, key) do
      {:ok, value} -> {:ok, value}
      :undefined -> :error
    end
  end

  @doc "Returns the value of a key of an application's configuration, or raises `ArgumentError`."
  @spec fetch_env!(app, key) :: value
  def fetch_env!(app, key) when is_atom(app) do
    case fetch_env(app, key) do
      {:ok, value} ->
        value

      :error ->
        raise ArgumentError,
              "could not fetch application environment #{inspect(key)} for application " <>
                "#{inspect(app)} #{fetch_env_failed_reason(app, key)}"
    end
  end

  defp fetch_env_failed_reason(app, key) do
    if :lists.keymember(app, 1, loaded_applications()) do
      "because configuration at #{inspect(key)} was not set"
    else
      "because the application was not loaded nor configured"
    end
  end

  @doc "Sets a key of an application's configuration. With `persistent: true` loading the application keeps it."
  @spec put_env(app, key, value, timeout: timeout, persistent: boolean) :: :ok
  def put_env(app, key, value, opts \\ []) when is_atom(app) do
    warn_key(key)
    :application.set_env(app, key, value, opts)
  end

  @doc "Sets keys of several applications: `[app: [key: value]]`."
  @spec put_all_env([{app, [{key, value}]}], timeout: timeout, persistent: boolean) :: :ok
  def put_all_env(config, opts \\ []) when is_list(config) and is_list(opts), do: :application.set_env(config, opts)

  @doc "Removes a key of an application's configuration."
  @spec delete_env(app, key, timeout: timeout, persistent: boolean) :: :ok
  def delete_env(app, key, opts \\ []) when is_atom(app) do
    warn_key(key)
    :application.unset_env(app, key, opts)
  end

  @doc "Starts an application unless it runs. Its dependencies must run already."
  @spec ensure_started(app, restart_type) :: :ok | {:error, term}
  def ensure_started(app, type \\ :temporary) when is_atom(app), do: :application.ensure_started(app, type)

  @doc "Loads an application unless it is loaded."
  @spec ensure_loaded(app) :: :ok | {:error, term}
  def ensure_loaded(app) when is_atom(app) do
    case :application.load(app) do
      :ok -> :ok
      {:error, {:already_loaded, ^app}} -> :ok
      {:error, _} = error -> error
    end
  end

  @doc "Starts an application with all that it depends on: `{:ok, started}`, in the order they were started."
  @spec ensure_all_started(app, restart_type) :: {:ok, [app]} | {:error, {app, term}}
  def ensure_all_started(app, type \\ :temporary) when is_atom(app) or is_list(app) do
    :application.ensure_all_started(app, type)
  end

  @doc "Starts an application. Its dependencies must run already."
  @spec start(app, restart_type) :: :ok | {:error, term}
  def start(app, type \\ :temporary) when is_atom(app), do: :application.start(app, type)

  @doc "Stops an application. What it depends on keeps running."
  @spec stop(app) :: :ok | {:error, term}
  def stop(app) when is_atom(app), do: :application.stop(app)

  @doc "Loads an application."
  @spec load(app | tuple) :: :ok | {:error, term}
  def load(app) when is_atom(app), do: :application.load(app)

  @doc "Forgets a loaded application that does not run."
  @spec unload(app) :: :ok | {:error, term}
  def unload(app) when is_atom(app), do: :application.unload(app)

  @doc "Returns the directory of an application."
  @spec app_dir(app) :: String.t()
  def app_dir(app) when is_atom(app) do
    case :code.lib_dir(app) do
      lib when is_list(lib) -> IO.chardata_to_string(lib)
      {:error, :bad_name} -> raise ArgumentError, "unknown application: #{inspect(app)}"
    end
  end

  @doc "Returns a path inside the directory of an application."
  @spec app_dir(app, String.t() | [String.t()]) :: String.t()
  def app_dir(app, path)
  def app_dir(app, path) when is_atom(app) and is_binary(path), do: Path.join(app_dir(app), path)
  def app_dir(app, path) when is_atom(app) and is_list(path), do: Path.join([app_dir(app) | path])

  @doc "Lists the applications that run, latest first: `{app, description, vsn}`."
  @spec started_applications(timeout) :: [{app, description :: charlist, vsn :: charlist}]
  def started_applications(timeout \\ 5000), do: :application.which_applications(timeout)

  @doc "Lists the applications that are loaded: `{app, description, vsn}`."
  @spec loaded_applications :: [{app, description :: charlist, vsn :: charlist}]
  def loaded_applications, do: :application.loaded_applications()

  @doc """
  Formats the reason that starting, stopping or loading an application failed with.

  ## Examples

      iex> Application.format_error({:already_started, :my_app})
      "already started application my_app"

  """
  @spec format_error(any) :: String.t()
  def format_error(reason) do
    try do
      do_format_error(reason)
    catch
      # A reason that only looks like one of those known is shown as what it is.
      _, _ -> Exception.format_exit(reason)
    end
  end

  defp do_format_error({:bad_return, {{mod, :start, args}, {:EXIT, reason}}}) do
    Exception.format_exit({reason, {mod, :start, args}})
  end

  defp do_format_error({:bad_return, {{mod, :start, args}, return}}) do
    Exception.format_mfa(mod, :start, args) <> " returned a bad value: " <> inspect(return)
  end

  defp do_format_error({:already_loaded, app}) when is_atom(app), do: "already loaded application #{app}"
  defp do_format_error({:not_loaded, app}) when is_atom(app), do: "not loaded application #{app}"
  defp do_format_error({:already_started, app}) when is_atom(app), do: "already started application #{app}"
  defp do_format_error({:not_started, app}) when is_atom(app), do: "not started application #{app}"
  defp do_format_error({:bad_application, app}), do: "bad application: #{inspect(app)}"
  defp do_format_error({:invalid_restart_type, type}), do: "invalid application restart type: #{inspect(type)}"
  defp do_format_error({:invalid_name, name}), do: "invalid application name: #{inspect(name)}"
  defp do_format_error({:invalid_options, opts}), do: "invalid application options: #{inspect(opts)}"
  defp do_format_error({:badstartspec, spec}), do: "bad application start specs: #{inspect(spec)}"
  defp do_format_error({'no such file or directory', file}), do: "could not find application file: #{file}"

  defp do_format_error({reason, {mod, :start, args}}) do
    Exception.format_mfa(mod, :start, args) <> " returned an error: " <> Exception.format_exit(reason)
  end

  defp do_format_error(reason), do: Exception.format_exit(reason)
end
