defmodule Mix.Config do
  @moduledoc """
  The older way to write configuration files; `Config` is the same with other words.
  """

  @doc false
  defmacro __using__(_opts) do
    IO.warn("use Mix.Config is deprecated. Use the Config module instead", file: __CALLER__.file, line: __CALLER__.line)

    quote do
      import Config, except: [import_config: 1]
      import Mix.Config, only: [import_config: 1]
    end
  end

  @doc "Configures an application, as `Config.config/2`."
  @spec config(atom, keyword) :: term
  defdelegate config(app, values), to: Config

  @doc "Configures a key of an application, as `Config.config/3`."
  @spec config(atom, atom, term) :: term
  defdelegate config(app, key, value), to: Config

  @doc "Reads other configuration files, given relative to this one; stars and braces stand for names."
  defmacro import_config(path_or_wildcard) do
    quote do
      Mix.Config.__import__!(unquote(path_or_wildcard), __DIR__)
      :ok
    end
  end

  @doc false
  def __import__!(pattern, directory) do
    path = Path.expand(pattern, directory)

    case Path.wildcard(path) do
      [] -> if String.contains?(pattern, ["*", "?", "{", "["]), do: :ok, else: Config.__import__!(path)
      files -> Enum.each(files, &Config.__import__!/1)
    end
  end

  @doc "Reads a configuration file: `[{application, values}]`."
  @spec read!(Path.t(), [Path.t()]) :: keyword
  def read!(file, imported \\ []), do: Config.Reader.read!(file, imports: imported, env: Mix.env(), target: Mix.target())

  @doc "Reads a configuration file; returns also the files that it imported."
  @spec eval!(Path.t(), [Path.t()]) :: {keyword, [Path.t()]}
  def eval!(file, imported \\ []), do: Config.Reader.read_imports!(file, imports: imported, env: Mix.env(), target: Mix.target())

  @doc "Puts configuration into the environment of applications."
  @spec persist(keyword) :: [atom]
  def persist(config) do
    Application.put_all_env(config, persistent: true)
    Keyword.keys(config)
  end

  @doc "Merges two configurations, the second one over the first."
  @spec merge(keyword, keyword) :: keyword
  def merge(config1, config2), do: Config.Reader.merge(config1, config2)
end
