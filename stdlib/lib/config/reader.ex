defmodule Config.Reader do
  @moduledoc """
  Reads and merges configuration files. It is a `Config.Provider` too: `{Config.Reader, path}`.

  Options: `:env` and `:target`, the answers of `Config.config_env/0` and `Config.config_target/0`; `:imports`, `:disabled` to forbid
  `Config.import_config/1`.
  """

  @behaviour Config.Provider

  @impl true
  def init(opts) when is_list(opts) do
    {path, opts} = Keyword.pop!(opts, :path)
    Config.Provider.validate_config_path!(path)
    {path, opts}
  end

  def init(path) do
    Config.Provider.validate_config_path!(path)
    {path, []}
  end

  @impl true
  def load(config, {path, opts}) do
    merge(config, path |> Config.Provider.resolve_config_path!() |> read!(opts))
  end

  @doc """
  Evaluates the contents of a configuration file.

  ## Examples

      iex> Config.Reader.eval!("config.exs", "import Config; config :a, b: config_env()", env: :test)
      [a: [b: :test]]

  """
  @spec eval!(Path.t(), binary, keyword) :: keyword
  def eval!(file, contents, opts \\ []) when is_binary(file) and is_binary(contents) and is_list(opts) do
    {config, _files} = Config.__eval__!(Path.expand(file), contents, opts)
    config
  end

  @doc """
  Reads a configuration file.
  """
  @spec read!(Path.t(), keyword) :: keyword
  def read!(file, opts \\ []) when is_binary(file) and is_list(opts) do
    file = Path.expand(file)
    {config, _files} = Config.__eval__!(file, File.read!(file), opts)
    config
  end

  @doc """
  Reads a configuration file, and returns with it all files that it read.
  """
  @spec read_imports!(Path.t(), keyword) :: {keyword, [Path.t()]}
  def read_imports!(file, opts \\ []) when is_binary(file) and is_list(opts) do
    if opts[:imports] == :disabled, do: raise(ArgumentError, ":imports must be a list of paths")
    file = Path.expand(file)
    Config.__eval__!(file, File.read!(file), opts)
  end

  @doc """
  Merges two configurations: of keyword lists in both, every key, as deep as they go; of anything else the second stays.

  ## Examples

      iex> Config.Reader.merge([app: [k: [a: 1]]], [app: [k: [b: 2]]])
      [app: [k: [a: 1, b: 2]]]
      iex> Config.Reader.merge([app: [k: :v1]], [app: [k: :v2]])
      [app: [k: :v2]]

  """
  @spec merge(keyword, keyword) :: keyword
  def merge(config1, config2) when is_list(config1) and is_list(config2) do
    Keyword.merge(config1, config2, fn _app, app1, app2 -> Keyword.merge(app1, app2, &deep/3) end)
  end

  defp deep(_key, value1, value2) do
    if Keyword.keyword?(value1) and Keyword.keyword?(value2), do: Keyword.merge(value1, value2, &deep/3), else: value2
  end
end
