defmodule Config do
  @moduledoc """
  The language of configuration files such as `config/config.exs`.

  A file begins with `import Config` and calls `config/2` and `config/3`; it is read by `Config.Reader`. Keyword lists are merged deeply, and what
  comes later wins.
  """

  @opts_key {__MODULE__, :opts}
  @config_key {__MODULE__, :config}
  @imports_key {__MODULE__, :imports}

  @doc """
  Configures an application: merges the pairs into its configuration.
  """
  @spec config(atom, keyword) :: :ok
  def config(root_key, opts)

  def config(root_key, opts) when is_atom(root_key) and is_list(opts) do
    if not Keyword.keyword?(opts) do
      raise ArgumentError, "config/2 expected a keyword list, got: #{inspect(opts)}"
    end

    merge([{root_key, opts}])
  end

  @doc """
  Configures a key of an application, which is a module or another atom.
  """
  @spec config(atom, atom, term) :: :ok
  def config(root_key, key, opts)
  def config(root_key, key, opts) when is_atom(root_key) and is_atom(key), do: merge([{root_key, [{key, opts}]}])

  defp merge(config) do
    Process.put(@config_key, Config.Reader.merge(get!(@config_key), config))
    :ok
  end

  @doc """
  Returns the environment that the file is read for, such as `:dev`, `:test` or `:prod`.
  """
  defmacro config_env() do
    quote do: Config.__env__!()
  end

  @doc """
  Returns the target that the file is read for: `:host` unless one is given.
  """
  defmacro config_target() do
    quote do: Config.__target__!()
  end

  @doc """
  Reads another configuration file, given relative to this one, at this place.
  """
  defmacro import_config(file) do
    quote do
      Config.__import__!(Path.expand(unquote(file), __DIR__))
      :ok
    end
  end

  @doc false
  def __env__!(), do: option!(:env, 0)

  @doc false
  def __target__!(), do: option!(:target, 1)

  defp option!(key, place) do
    case elem(get!(@opts_key), place) do
      value when value != nil -> value
      nil -> raise "no #{inspect(key)} key was given to this configuration file"
    end
  end

  @doc false
  def __import__!(file) do
    content = File.read!(file)

    case Process.get(@imports_key) do
      :disabled -> raise "import_config/1 is not enabled for this configuration file. Some configuration files do not allow importing other files as they are often copied to external systems"
      _ -> evaluate(file, content)
    end
  end

  # Files that are being read are kept, so that none imports itself.
  defp evaluate(file, content) do
    case Process.get(@imports_key) do
      imports when is_list(imports) ->
        if file in imports do
          raise ArgumentError, "attempting to load configuration #{Path.relative_to_cwd(file)} recursively"
        end

        Process.put(@imports_key, [file | imports])

      _ ->
        :ok
    end

    {result, _bindings} = Code.eval_string(content, [], file: file)
    result
  end

  defp get!(key) do
    Process.get(key) ||
      raise "could not set configuration via Config. This usually means you are trying to execute a configuration file directly, instead of reading it with Config.Reader"
  end

  @doc false
  # The configuration that a file makes, and the files that it read.
  def __eval__!(file, content, opts) do
    imports = Keyword.get(opts, :imports, [])
    previous = {Process.put(@opts_key, {opts[:env], opts[:target]}), Process.put(@config_key, []), Process.put(@imports_key, imports)}

    try do
      result = evaluate(file, content)
      config = if Keyword.keyword?(result) and result != [], do: Config.Reader.merge(Process.get(@config_key), checked(result, file)), else: Process.get(@config_key)
      {config, Process.get(@imports_key)}
    after
      {opts, config, imports} = previous
      restore(@opts_key, opts)
      restore(@config_key, config)
      restore(@imports_key, imports)
    end
  end

  defp restore(key, nil), do: Process.delete(key)
  defp restore(key, value), do: Process.put(key, value)

  # Files of old return their configuration instead of calling `config/2`.
  defp checked(config, file) do
    for {app, value} <- config, not Keyword.keyword?(value) do
      raise ArgumentError, "expected config for app #{inspect(app)} in #{Path.relative_to_cwd(file)} to return keyword list, got: #{inspect(value)}"
    end

    config
  end
end
