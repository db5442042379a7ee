defmodule Logger do
  @moduledoc """
  Logging for applications.

      require Logger
      Logger.info("started", port: 4000)

  A message is text, a report (a map or keyword list), or a function without arguments that makes one of these, called
  only when somebody wants it. Levels, from the most severe: `:emergency`, `:alert`, `:critical`, `:error`, `:warning`,
  `:notice`, `:info`, `:debug`.

  Messages go through `:logger` to its handlers. The handler that is there from the start writes to the console, in the
  process that logs, in the form `"\\n$time $metadata[$level] $message\\n"`. Crash reports of processes arrive there too.

  ## Configuration

  With `configure/1`, or under the application `:logger`: `:level`, `:truncate`, `:utc_log`, `:handle_otp_reports`,
  `:handle_sasl_reports`, `:translator_inspect_opts`, `:compile_time_purge_matching`; under `:console`, or with
  `configure_backend/2`: `:format`, `:metadata`, `:level`, `:colors`, `:device`.
  """

  @type level :: :emergency | :alert | :critical | :error | :warning | :warn | :notice | :info | :debug
  @type backend :: :gen_event.handler()
  @type report :: map | keyword
  @type message :: :unicode.chardata() | String.Chars.t() | report
  @type metadata :: keyword

  @levels [:emergency, :alert, :critical, :error, :warning, :notice, :info, :debug]

  ## Logging

  for level <- @levels do
    @doc """
    Logs a message at level `#{inspect(level)}`. Returns `:ok`.
    """
    defmacro unquote(level)(message_or_fun, metadata \\ []) do
      maybe_log(unquote(level), message_or_fun, metadata, __CALLER__)
    end
  end

  @doc "Logs a message at level `:warning`. Use `warning/2`."
  defmacro warn(message_or_fun, metadata \\ []) do
    maybe_log(:warning, message_or_fun, metadata, __CALLER__)
  end

  @doc "Logs a message at a level that may be known only at run time. Returns `:ok`."
  defmacro log(level, message_or_fun, metadata \\ []) do
    maybe_log(level, message_or_fun, metadata, __CALLER__)
  end

  defp maybe_log(level, data, metadata, caller) do
    location =
      case caller do
        %{function: {function, arity}, module: module, file: file, line: line} ->
          [mfa: {module, function, arity}, file: to_charlist(file), line: line]

        %{module: module} ->
          if module, do: [module: module], else: []
      end

    location =
      case Application.get_env(:logger, :compile_time_application) do
        nil -> location
        application -> [application: application] ++ location
      end

    {given, metadata} = if Keyword.keyword?(metadata), do: {metadata, metadata}, else: {[], metadata}

    if purge?(level, Keyword.merge(location, Enum.filter(given, fn {_, value} -> not is_tuple(value) end))) do
      quote do
        _ = fn -> {unquote(data), unquote(metadata)} end
        :ok
      end
    else
      location = Macro.escape(Map.new(Keyword.delete(location, :module)))

      quote do
        case Logger.__should_log__(unquote(level), __MODULE__) do
          nil -> :ok
          level -> Logger.__do_log__(level, unquote(data), unquote(location), unquote(metadata))
        end
      end
    end
  end

  # Messages that match one of the configured sets are not even compiled.
  defp purge?(level, metadata) do
    matching = Application.get_env(:logger, :compile_time_purge_matching, [])

    Enum.any?(matching, fn filter ->
      Enum.all?(filter, fn
        {:level_lower_than, min} -> is_atom(level) and compare_levels(level, min) == :lt
        {:module, module} -> match?({^module, _, _}, metadata[:mfa])
        {:function, name} -> function_name(metadata[:mfa]) == name
        {key, value} -> Keyword.fetch(metadata, key) == {:ok, value}
      end)
    end)
  end

  defp function_name({_, function, arity}), do: "#{function}/#{arity}"
  defp function_name(nil), do: nil

  @doc false
  def __should_log__(level, module) do
    level = elixir_level(level)
    if allowed_here?(level) and :logger.allow(level, module), do: level
  end

  defp allowed_here?(level) do
    case :erlang.get({Logger, :level}) do
      :undefined -> true
      :none -> false
      :all -> true
      limit -> :logger.compare_levels(level, limit) != :lt
    end
  end

  @doc false
  def __do_log__(level, fun, location, metadata) when is_function(fun, 0) do
    case fun.() do
      {message, more} -> __do_log__(level, message, location, Map.merge(Map.new(metadata), Map.new(more)))
      :skip -> :ok
      message -> __do_log__(level, message, location, metadata)
    end
  end

  def __do_log__(level, message, location, metadata) do
    metadata = Enum.into(metadata, location)
    metadata = Map.put_new(metadata, :domain, [:elixir])
    domain = metadata.domain
    metadata = if match?([:elixir | _], domain), do: metadata, else: %{metadata | domain: [:elixir | domain]}
    :logger.log(level, form(message), metadata)
  end

  # A string is wrapped, for `:logger` itself would take a list of pairs apart differently.
  defp form(message) when is_binary(message), do: message
  defp form(message) when is_map(message) and not is_struct(message), do: message

  defp form([{key, _} | _] = message) when is_atom(key), do: message
  defp form(message) when is_list(message), do: message
  defp form(message) when is_struct(message), do: if(String.Chars.impl_for(message), do: to_string(message), else: message)

  defp form(message) do
    IO.warn(
      "passing #{inspect(message)} to Logger is deprecated, expected a map, a keyword list, a string, " <>
        "a list of strings, or a zero-arity anonymous function"
    )

    to_string(message)
  end

  @doc "Logs a message as a function: without a location, and with the message made by the caller."
  @spec bare_log(level, message | (() -> message), keyword) :: :ok
  def bare_log(level, message_or_fun, metadata \\ []) do
    case __should_log__(level, nil) do
      nil -> :ok
      level -> __do_log__(level, message_or_fun, %{}, metadata)
    end
  end

  defp elixir_level(:warn), do: :warning
  defp elixir_level(level), do: level

  ## Metadata

  @doc """
  Adds to the metadata of this process. A key with the value `nil` is removed. Returns `:ok`.
  """
  @spec metadata(metadata) :: :ok
  def metadata(keyword) when is_list(keyword) do
    changed =
      Enum.reduce(keyword, own_metadata(), fn
        {key, nil}, acc -> Map.delete(acc, key)
        {key, value}, acc -> Map.put(acc, key, value)
      end)

    :logger.set_process_metadata(changed)
  end

  @doc "Returns the metadata of this process."
  @spec metadata :: metadata
  def metadata, do: Map.to_list(own_metadata())

  @doc "Replaces the metadata of this process."
  @spec reset_metadata(metadata) :: :ok
  def reset_metadata(keyword \\ []) do
    :logger.set_process_metadata(%{})
    metadata(keyword)
  end

  defp own_metadata do
    case :logger.get_process_metadata() do
      :undefined -> %{}
      map -> map
    end
  end

  ## Levels

  @doc "Returns the level below which messages are dropped."
  @spec level :: level | :all | :none
  def level, do: :logger.get_primary_config().level

  @doc "Compares the severity of two levels: `:gt`, `:eq` or `:lt`."
  @spec compare_levels(level, level) :: :lt | :eq | :gt
  def compare_levels(left, right), do: :logger.compare_levels(elixir_level(left), elixir_level(right))

  @doc "Lets one module, or each of several, log down to its own level."
  @spec put_module_level(module | [module], level | :all | :none) :: :ok | {:error, term}
  def put_module_level(mod, level) when is_atom(mod) or is_list(mod) do
    :logger.set_module_level(mod, elixir_level(level))
  end

  @doc "Removes the own level of a module, or of each of several."
  @spec delete_module_level(module | [module]) :: :ok
  def delete_module_level(module), do: :logger.unset_module_level(module)

  @doc "Removes the own level of all modules."
  @spec delete_all_module_levels :: :ok
  def delete_all_module_levels, do: :logger.unset_module_level()

  @doc "Lists which of some modules have their own level."
  @spec get_module_level(module | [module]) :: [{module, level | :all | :none}]
  def get_module_level(mod), do: :logger.get_module_level(mod)

  @doc "Gives all modules of an application their own level."
  @spec put_application_level(atom, level | :all | :none) :: :ok | {:error, :not_loaded}
  def put_application_level(appname, level) do
    case Application.spec(appname, :modules) do
      modules when is_list(modules) -> put_module_level(modules, level)
      nil -> {:error, :not_loaded}
    end
  end

  @doc "Removes the own level of all modules of an application."
  @spec delete_application_level(atom) :: :ok | {:error, :not_loaded}
  def delete_application_level(appname) do
    case Application.spec(appname, :modules) do
      modules when is_list(modules) -> delete_module_level(modules)
      nil -> {:error, :not_loaded}
    end
  end

  @doc "Gives this process its own level, on top of all others."
  @spec put_process_level(pid, level | :all | :none) :: :ok
  def put_process_level(pid, level) when pid == self() do
    Process.put({Logger, :level}, elixir_level(level))
    :ok
  end

  @doc "Returns the own level of this process, or `nil`."
  @spec get_process_level(pid) :: level | :all | :none | nil
  def get_process_level(pid) when pid == self(), do: Process.get({Logger, :level})

  @doc "Removes the own level of this process."
  @spec delete_process_level(pid) :: :ok
  def delete_process_level(pid) when pid == self() do
    Process.delete({Logger, :level})
    :ok
  end

  @doc "Lets this process log again."
  @spec enable(pid) :: :ok
  def enable(pid) when pid == self(), do: delete_process_level(pid)

  @doc "Stops this process from logging."
  @spec disable(pid) :: :ok
  def disable(pid) when pid == self(), do: put_process_level(pid, :none)

  @doc "Says whether this process logs."
  @spec enabled?(pid) :: boolean
  def enabled?(pid) when pid == self(), do: get_process_level(pid) != :none

  ## Configuration

  @doc "Changes the configuration at run time; see the module documentation."
  @spec configure(keyword) :: :ok
  def configure(options) do
    Enum.each(options, fn {key, value} -> configure(key, value) end)
  end

  defp configure(:level, level) do
    Application.put_env(:logger, :level, level)

    case :logger.set_primary_config(:level, elixir_level(level)) do
      :ok -> :ok
      {:error, _} -> raise ArgumentError, "unknown level: #{inspect(level)}"
    end
  end

  defp configure(:handle_sasl_reports, flag), do: update_handler(:handle_sasl_reports, :sasl, flag)
  defp configure(:handle_otp_reports, flag), do: update_handler(:handle_otp_reports, :otp, flag)

  defp configure(key, value) when key in [:truncate, :utc_log, :translators, :translator_inspect_opts] do
    update_handler(key, key, value)
  end

  defp configure(key, value), do: Application.put_env(:logger, key, value)

  defp update_handler(env, key, value) do
    Application.put_env(:logger, env, value)
    :logger.update_handler_config(Logger, :config, %{key => value})
  end

  @doc """
  Waits until every message logged so far has been written. Returns `:ok`.
  """
  @spec flush :: :ok
  def flush do
    case Process.whereis(Logger) do
      nil ->
        :ok

      pid ->
        :gen_event.sync_notify(pid, :flush)
        :ok
    end
  end

  @doc "Adds a backend: `:console`, or an event handler module, or `{module, id}`."
  @spec add_backend(backend, keyword) :: {:ok, pid} | {:error, term}
  def add_backend(backend, _opts \\ [])

  def add_backend(:console, _opts) do
    if :console in Logger.Handler.backends() do
      {:error, :already_present}
    else
      Logger.Handler.put_backends([:console | Logger.Handler.backends()])
      {:ok, self()}
    end
  end

  def add_backend(backend, _opts) do
    manager = Logger.Handler.manager()
    id = backend_id(backend)

    case id not in :gen_event.which_handlers(manager) && Logger.Watcher.start(manager, id, backend) do
      false ->
        {:error, :already_present}

      {:ok, pid} ->
        Logger.Handler.put_backends(Logger.Handler.backends() ++ [backend])
        {:ok, pid}

      {:error, reason} ->
        {:error, {reason, {:child, :undefined, id, {Logger.Watcher, :start, [manager, id, backend]}, :transient, false, 5000, :worker, [Logger.Watcher]}}}
    end
  end

  defp backend_id(module) when is_atom(module), do: module
  defp backend_id({module, id}), do: {module, id}

  @doc "Removes a backend."
  @spec remove_backend(backend, keyword) :: :ok | {:error, term}
  def remove_backend(backend, opts \\ []) do
    if backend in Logger.Handler.backends() do
      if opts[:flush], do: flush()
      Logger.Handler.put_backends(List.delete(Logger.Handler.backends(), backend))

      if backend != :console do
        :gen_event.delete_handler(Logger.Handler.manager(), backend_id(backend), :ok)
      end

      :ok
    else
      {:error, :not_found}
    end
  end

  @doc "Changes the options of a backend."
  @spec configure_backend(backend, keyword) :: term
  def configure_backend(:console, options) when is_list(options) do
    env = Application.get_env(:logger, :console, [])
    Application.put_env(:logger, :console, Keyword.merge(env, options))
    Logger.Handler.configure_console(options)
  end

  def configure_backend(backend, options) when is_list(options) do
    :gen_event.call(Logger.Handler.manager(), backend_id(backend), {:configure, options})
  end

  @doc "Adds a translator, `{module, function}`, of Erlang's reports, asked before those that are there."
  @spec add_translator({module, atom}) :: :ok
  def add_translator({mod, fun} = translator) when is_atom(mod) and is_atom(fun) do
    configure(:translators, [translator | Logger.Handler.translators()])
  end

  @doc "Removes a translator."
  @spec remove_translator({module, atom}) :: :ok
  def remove_translator({mod, fun} = translator) when is_atom(mod) and is_atom(fun) do
    configure(:translators, List.delete(Logger.Handler.translators(), translator))
  end
end
