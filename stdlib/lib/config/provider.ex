defmodule Config.Provider do
  @moduledoc """
  Where a release takes configuration from when it starts.

  A provider is a module with two callbacks: `c:init/1` runs where the release is made, `c:load/2` where it starts.
  """

  @type config :: keyword
  @type state :: term
  @typedoc "An absolute path, or one below a variable of the environment."
  @type config_path :: {:system, binary, binary} | binary

  @doc "Prepares the provider: what it returns is given to `c:load/2`."
  @callback init(term) :: state
  @doc "Adds to the configuration."
  @callback load(config, state) :: config

  defstruct [:providers, :config_path, extra_config: [], prune_runtime_sys_config_after_boot: false, reboot_system_after_config: false, validate_compile_env: false]

  @doc """
  Raises `ArgumentError` unless the path is an absolute one or `{:system, variable, path}`.
  """
  @spec validate_config_path!(config_path) :: :ok
  def validate_config_path!({:system, name, path}) when is_binary(name) and is_binary(path), do: :ok

  def validate_config_path!(path) do
    if is_binary(path) and Path.type(path) != :relative do
      :ok
    else
      raise ArgumentError, """
      expected configuration path to be:

        * a binary representing an absolute path
        * a tuple {:system, system_var, path} where the config is the concatenation of the `system_var` with the given `path`

      Got: #{inspect(path)}
      """
    end
  end

  @doc """
  Makes the path of a file: `{:system, variable, path}` takes its beginning from the environment.

  ## Examples

      iex> Config.Provider.resolve_config_path!("/etc/app.exs")
      "/etc/app.exs"

  """
  @spec resolve_config_path!(config_path) :: binary
  def resolve_config_path!(path) when is_binary(path), do: path
  def resolve_config_path!({:system, name, path}), do: System.fetch_env!(name) <> path

  @doc false
  def init(providers, config_path, opts \\ []) when is_list(providers) and is_list(opts) do
    validate_config_path!(config_path)
    providers = for {provider, args} <- providers, do: {provider, provider.init(args)}
    [elixir: [config_provider_init: struct!(%Config.Provider{config_path: config_path, providers: providers}, opts)]]
  end

  @doc """
  Loads the configuration of a release as it starts.

  Before the providers have run, they are run over the file of the system's configuration: when the release restarts, what they
  give is written there and `restart` is called, else it takes effect at once. Afterwards what the release was compiled with is
  compared. Returns what `restart` returns, `:ok`, `:booted` when that happened before, or `:skip` when nothing was prepared.
  """
  @spec boot((() -> term)) :: term
  def boot(restart) when is_function(restart, 0) do
    case {Application.fetch_env(:elixir, :config_provider_booted), Application.fetch_env(:elixir, :config_provider_init)} do
      {{:ok, {:booted, path}}, init} ->
        path && File.rm(path)
        with {:ok, %Config.Provider{} = provider} <- init, do: validate_compile_env(provider.validate_compile_env)
        :booted

      {_, {:ok, %Config.Provider{} = provider}} ->
        path = resolve_config_path!(provider.config_path)
        original = consult!(path)
        config = original |> Config.Reader.merge(provider.extra_config) |> run(provider.providers)

        if provider.reboot_system_after_config do
          booted = {:booted, if(provider.prune_runtime_sys_config_after_boot, do: path)}
          write!(Config.Reader.merge(config, elixir: [config_provider_booted: booted]), path)
          restart.()
        else
          for app <- [:kernel, :stdlib], original[app] != config[app], do: abort(too_late(app, original[app], config[app]))
          Application.put_all_env(config, persistent: true)
          Application.put_env(:elixir, :config_provider_booted, {:booted, nil}, persistent: true)
          validate_compile_env(provider.validate_compile_env)
          :ok
        end

      _ ->
        :skip
    end
  end

  defp run(config, providers), do: Enum.reduce(providers, config, fn {provider, state}, acc -> provider.load(acc, state) end)

  defp consult!(path) do
    case :file.consult(path) do
      {:ok, [config]} -> config
      {:error, reason} -> abort("Could not read runtime configuration due to reason: #{inspect(reason)}")
    end
  end

  defp write!(config, path) do
    case File.write(path, IO.chardata_to_string(:io_lib.format("%% coding: utf-8~n~tw.~n", [config]))) do
      :ok -> :ok
      {:error, reason} -> abort("Could not write runtime configuration due to reason: #{inspect(reason)}")
    end
  end

  defp too_late(app, original, config) do
    """
    Cannot configure #{inspect(app)} because :reboot_system_after_config has been set \
    to false and #{inspect(app)} has already been loaded, meaning any further \
    configuration won't have an effect.

    The configuration for #{inspect(app)} before config providers was:

    #{inspect(original)}

    The configuration for #{inspect(app)} after config providers was:

    #{inspect(config)}
    """
  end

  @doc """
  Compares the values that applications were compiled with to those that they have now, and ends the start when one differs.

  An entry is `{application, path, {:ok, value} | :error}`; the first element of the path is the key. Applications are loaded for
  that, unless told otherwise; those that cannot be are passed over.
  """
  @spec validate_compile_env([{atom, [term, ...], {:ok, term} | :error}] | false, boolean) :: :ok
  def validate_compile_env(compile_env, ensure_loaded? \\ true)
  def validate_compile_env(false, _ensure_loaded?), do: :ok
  def validate_compile_env([], _ensure_loaded?), do: :ok

  def validate_compile_env([{app, [key | path], compiled} | rest], ensure_loaded?) do
    case not ensure_loaded? or Application.ensure_loaded(app) == :ok do
      true -> validate(app, key, path, compiled)
      false -> :ok
    end

    validate_compile_env(rest, ensure_loaded?)
  end

  defp validate(app, key, path, compiled) do
    case current(app, key, path) do
      ^compiled -> :ok
      {:failed, kind, reason, stacktrace} -> abort(unreadable(app, key, path, compiled, Exception.format(kind, reason, stacktrace)))
      now -> abort(different(app, key, path, compiled, now))
    end
  end

  defp current(app, key, path) do
    with {:ok, value} <- Application.fetch_env(app, key) do
      try do
        Enum.reduce_while(path, {:ok, value}, fn key, {:ok, value} ->
          case Access.fetch(value, key) do
            {:ok, _} = found -> {:cont, found}
            :error -> {:halt, :error}
          end
        end)
      catch
        kind, reason -> {:failed, kind, reason, __STACKTRACE__}
      end
    end
  end

  defp unreadable(app, key, path, compiled, failure) do
    """
    application #{inspect(app)} failed reading its compile environment for #{place(path, key)}:

    #{failure}

    Expected it to match the compile time value of #{told(compiled)}.

    #{advice(app)}
    """
  end

  defp different(app, key, path, compiled, now) do
    """
    the application #{inspect(app)} has a different value set for #{place(path, key)} during runtime compared to compile time. \
    Since this application environment entry was marked as compile time, this difference can lead to different behaviour than expected:

      * Compile time value #{told(compiled)}
      * Runtime value #{told(now)}

    #{advice(app)}
    """
  end

  defp place([], key), do: "key #{inspect(key)}"
  defp place(path, key), do: "path #{inspect(path)} inside key #{inspect(key)}"

  defp told({:ok, value}), do: "was set to: #{inspect(value)}"
  defp told(:error), do: "was not set"

  defp advice(app) do
    """
    To fix this error, you might:

      * Make the runtime value match the compile time one

      * Recompile your project. If the misconfigured application is a dependency, you may need to run "mix deps.compile #{app} --force"

      * Alternatively, you can disable this check. If you are using releases, you can set :validate_compile_env to false in your \
    release configuration. If you are using Mix to start your system, you can pass the --no-validate-compile-env flag
    """
  end

  @spec abort(String.t()) :: no_return
  defp abort(message) do
    IO.puts("ERROR! " <> message)
    :erlang.raise(:error, "aborting boot", [{Config.Provider, :boot, 2, []}])
  end
end
