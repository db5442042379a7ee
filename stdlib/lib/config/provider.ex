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
end
