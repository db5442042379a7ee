defmodule :logger do
  @moduledoc """
  Log events: who is allowed to make them, and who gets them.

  An event is a map of a level, a message and metadata. It is made in the process that logs, passes the primary level
  and filters, and then each handler's level and filters; the handlers run in that same process. The configuration is
  one persistent term, so that a message nobody wants costs one look-up.

  One handler is there from the start: `Logger`, the console of Elixir's `Logger`.

  The process registered as `:logger` receives the reports of processes that crashed outside of any behaviour.
  """

  @type level :: :emergency | :alert | :critical | :error | :warning | :notice | :info | :debug
  @type report :: map | [{term, term}]
  @type metadata :: map
  @type log_event :: %{level: level, msg: {:string, term} | {:report, report} | {term, list}, meta: metadata}

  @levels [:emergency, :alert, :critical, :error, :warning, :notice, :info, :debug]

  ## Logging

  for level <- @levels do
    @doc "Logs a string or a report at level `#{inspect(level)}`."
    def unquote(level)(message), do: log(unquote(level), message)

    @doc "Logs at level `#{inspect(level)}`: a message with metadata, or a format with its arguments."
    def unquote(level)(message, args_or_metadata), do: log(unquote(level), message, args_or_metadata)

    @doc "Logs a format with its arguments and metadata at level `#{inspect(level)}`."
    def unquote(level)(format, args, metadata), do: log(unquote(level), format, args, metadata)
  end

  @doc "Logs a string or a report."
  @spec log(level, term) :: :ok
  def log(level, message), do: log(level, message, %{})

  @doc "Logs a message with metadata, or a format (or a function) with its arguments."
  @spec log(level, term, list | metadata) :: :ok
  def log(level, message, metadata) when is_map(metadata) do
    if allow(level, Map.get(metadata, :mfa)), do: do_log(level, message, metadata)
    :ok
  end

  def log(level, format, args), do: log(level, format, args, %{})

  @doc "Logs a format, or a function, with its arguments and metadata."
  @spec log(level, term, term, metadata) :: :ok
  def log(level, fun, args, metadata) when is_function(fun, 1) do
    if allow(level, Map.get(metadata, :mfa)) do
      case fun.(args) do
        :ignore -> :ok
        {format, args} when is_list(args) -> do_event(level, {format, args}, metadata)
        message -> do_log(level, message, metadata)
      end
    end

    :ok
  end

  def log(level, format, args, metadata) do
    if allow(level, Map.get(metadata, :mfa)), do: do_event(level, {format, args}, metadata)
    :ok
  end

  @doc false
  def macro_log(location, level, message), do: log(level, message, location)

  @doc false
  def macro_log(location, level, message, metadata) when is_map(metadata),
    do: log(level, message, Map.merge(location, metadata))

  def macro_log(location, level, format, args), do: log(level, format, args, location)

  @doc false
  def macro_log(location, level, format, args, metadata), do: log(level, format, args, Map.merge(location, metadata))

  defp do_log(level, {fun, args}, metadata) when is_function(fun, 1), do: log(level, fun, args, metadata)
  defp do_log(level, message, metadata), do: do_event(level, message_form(message), metadata)

  defp message_form(report) when is_map(report), do: {:report, report}

  defp message_form([item | _] = report) when is_tuple(item), do: {:report, report}
  defp message_form(string) when is_list(string) or is_binary(string), do: {:string, string}

  defp do_event(level, message, metadata) do
    config = config()
    metadata = Map.merge(own_metadata(), Map.merge(get_process_metadata_map(), metadata))
    metadata = Map.merge(config.primary.metadata, metadata)
    dispatch(%{level: level, msg: message, meta: metadata}, config)
  end

  defp own_metadata do
    %{pid: self(), gl: :erlang.group_leader(), time: :os.system_time(:microsecond)}
  end

  @doc false
  def internal_log(level, message) do
    dispatch(%{level: level, msg: message_form(message), meta: own_metadata()}, config())
  end

  # Runs an event that is complete through filters and handlers.
  defp dispatch(event, %{primary: primary, handlers: handlers}) do
    case filter(event, primary.filters, primary.filter_default) do
      :stop -> :ok
      event -> :lists.foreach(&handle(event, &1), handlers)
    end
  end

  defp handle(event, %{level: level, filters: filters, filter_default: default, module: module, id: id} = handler) do
    if reaches?(event.level, level) do
      case filter(event, filters, default) do
        :stop ->
          :ok

        event ->
          try do
            module.log(event, handler)
          catch
            class, reason ->
              # A handler that fails once would fail for every event: it goes, and says so.
              stack = __STACKTRACE__
              remove_handler(id)

              IO.write(:standard_error, [
                "logger handler ",
                inspect(id),
                " removed after failing:\n",
                Exception.format(class, reason, stack),
                ?\n
              ])
          end
      end
    end

    :ok
  end

  # Each filter lets the event pass, possibly changed, stops it, or has no opinion.
  defp filter(event, filters, default), do: filter(event, filters, default, :ignore)

  defp filter(event, [], _default, :passed), do: event
  defp filter(event, [], :log, :ignore), do: event
  defp filter(_event, [], :stop, :ignore), do: :stop

  defp filter(event, [{_id, {fun, extra}} | rest], default, seen) do
    case fun.(event, extra) do
      :stop -> :stop
      :ignore -> filter(event, rest, default, seen)
      %{level: _, msg: _, meta: _} = event -> filter(event, rest, default, :passed)
    end
  end

  ## Levels

  @doc "Says whether an event of this level is let through for a module (or a `{module, function, arity}`)."
  @spec allow(level, module | mfa | nil) :: boolean
  def allow(level, module) do
    %{primary: %{level: primary}, modules: modules} = config()

    if map_size(modules) == 0 do
      reaches?(level, primary)
    else
      reaches?(level, Map.get(modules, module_of(module), primary))
    end
  end

  defp module_of({module, _, _}), do: module
  defp module_of(module), do: module

  @doc """
  Says whether anybody would see an event of this level and domain.

  Reports that are costly to make ask this first: unlike `allow/2` it knows that the console leaves out the domain
  `:sasl` unless told otherwise.
  """
  @spec wants(level, [atom], module) :: boolean
  def wants(level, domain, module) do
    allow(level, module) and
      Enum.any?(config().handlers, fn handler ->
        reaches?(level, handler.level) and
          not (handler.module == Logger.Handler and :sasl in domain and handler.config[:sasl] == false)
      end)
  end

  @doc "Compares the severity of two levels: `:gt`, `:eq` or `:lt`."
  @spec compare_levels(level, level) :: :gt | :eq | :lt
  def compare_levels(level, level) when level in @levels, do: :eq

  def compare_levels(first, second) do
    if severity(first) < severity(second), do: :gt, else: :lt
  end

  defp reaches?(_level, :all), do: true
  defp reaches?(_level, :none), do: false
  defp reaches?(level, level), do: true
  defp reaches?(level, limit), do: severity(level) <= severity(limit)

  for {level, number} <- Enum.with_index(@levels) do
    defp severity(unquote(level)), do: unquote(number)
  end

  defp severity(:all), do: 10
  defp severity(:none), do: -1

  ## Metadata of the process

  @doc "Returns the metadata that events of this process carry, or `:undefined`."
  @spec get_process_metadata :: metadata | :undefined
  def get_process_metadata do
    :erlang.get(:"$logger_metadata$")
  end

  defp get_process_metadata_map do
    case :erlang.get(:"$logger_metadata$") do
      metadata when is_map(metadata) -> metadata
      _ -> %{}
    end
  end

  @doc "Sets the metadata that events of this process carry."
  @spec set_process_metadata(metadata) :: :ok
  def set_process_metadata(metadata) when is_map(metadata) do
    :erlang.put(:"$logger_metadata$", metadata)
    :ok
  end

  @doc "Adds to the metadata that events of this process carry."
  @spec update_process_metadata(metadata) :: :ok
  def update_process_metadata(metadata) when is_map(metadata) do
    set_process_metadata(Map.merge(get_process_metadata_map(), metadata))
  end

  @doc "Removes the metadata that events of this process carry."
  @spec unset_process_metadata :: :ok
  def unset_process_metadata do
    :erlang.erase(:"$logger_metadata$")
    :ok
  end

  @doc "Returns the time in the form that events carry it."
  @spec timestamp :: integer
  def timestamp, do: :os.system_time(:microsecond)

  ## Configuration

  @config {:logger, :config}

  defp config do
    case :persistent_term.get(@config, nil) do
      nil -> init_config()
      config -> config
    end
  end

  # Made on first use: a program that never logs does not pay for it.
  defp init_config do
    config = %{
      primary: %{level: :debug, filter_default: :log, filters: [], metadata: %{}},
      modules: %{},
      handlers: []
    }

    config = Logger.Handler.install(config)
    :persistent_term.put(@config, config)
    config
  end

  defp put_config(config) do
    :persistent_term.put(@config, config)
    :ok
  end

  @doc false
  def internal_init_logger, do: put_config(init_config())

  @doc false
  def reconfigure, do: put_config(init_config())

  @doc "Returns the whole configuration."
  @spec get_config :: map
  def get_config do
    %{primary: get_primary_config(), handlers: get_handler_config(), module_levels: get_module_level(), proxy: %{}}
  end

  @doc "Returns the primary configuration: level, filters and metadata."
  @spec get_primary_config :: map
  def get_primary_config, do: config().primary

  @doc "Replaces the primary configuration, with defaults for what is missing."
  @spec set_primary_config(map) :: :ok | {:error, term}
  def set_primary_config(primary) when is_map(primary) do
    defaults = %{level: :notice, filter_default: :log, filters: [], metadata: %{}}
    check_and_put_primary(Map.merge(defaults, primary))
  end

  @doc "Sets one item of the primary configuration."
  @spec set_primary_config(atom, term) :: :ok | {:error, term}
  def set_primary_config(key, value), do: update_primary_config(%{key => value})

  @doc "Sets some items of the primary configuration."
  @spec update_primary_config(map) :: :ok | {:error, term}
  def update_primary_config(changes) when is_map(changes) do
    check_and_put_primary(Map.merge(config().primary, changes))
  end

  defp check_and_put_primary(primary) do
    cond do
      not level?(primary.level) -> {:error, {:invalid_level, primary.level}}
      not is_map(primary.metadata) -> {:error, {:invalid_primary_metadata, primary.metadata}}
      primary.filter_default not in [:log, :stop] -> {:error, {:invalid_filter_default, primary.filter_default}}
      true -> put_config(%{config() | primary: primary})
    end
  end

  defp level?(level), do: level in [:all, :none | @levels]

  @doc "Adds a filter, `{fun, extra}`, that every event passes first."
  @spec add_primary_filter(atom, {(log_event, term -> log_event | :stop | :ignore), term}) :: :ok | {:error, term}
  def add_primary_filter(id, {fun, _} = filter) when is_atom(id) and is_function(fun, 2) do
    primary = config().primary

    if :lists.keymember(id, 1, primary.filters) do
      {:error, {:already_exist, id}}
    else
      check_and_put_primary(%{primary | filters: primary.filters ++ [{id, filter}]})
    end
  end

  def add_primary_filter(id, filter), do: {:error, {:invalid_filter, {id, filter}}}

  @doc "Removes a filter that `add_primary_filter/2` added."
  @spec remove_primary_filter(atom) :: :ok | {:error, {:not_found, atom}}
  def remove_primary_filter(id) do
    primary = config().primary

    if :lists.keymember(id, 1, primary.filters) do
      check_and_put_primary(%{primary | filters: :lists.keydelete(id, 1, primary.filters)})
    else
      {:error, {:not_found, id}}
    end
  end

  @doc "Adds a handler: a module whose `log/2` gets the events that pass."
  @spec add_handler(atom, module, map) :: :ok | {:error, term}
  def add_handler(id, module, handler_config) when is_atom(id) and is_atom(module) and is_map(handler_config) do
    config = config()

    cond do
      find_handler(config, id) ->
        {:error, {:already_exist, id}}

      not Code.ensure_loaded?(module) or not function_exported?(module, :log, 2) ->
        {:error, {:handler_not_added, {:undefined_function, module, :log, 2}}}

      true ->
        full =
          Map.merge(
            %{level: :all, filters: [], filter_default: :log, formatter: {:logger_formatter, %{}}, config: %{}},
            handler_config
          )
          |> Map.merge(%{id: id, module: module})

        case run_callback(module, :adding_handler, [full], {:ok, full}) do
          {:ok, full} -> put_config(%{config() | handlers: config().handlers ++ [full]})
          {:error, reason} -> {:error, {:handler_not_added, reason}}
        end
    end
  end

  @doc false
  def add_handlers(_app), do: :ok

  defp run_callback(module, function, args, default) do
    if function_exported?(module, function, length(args)), do: apply(module, function, args), else: default
  end

  defp find_handler(config, id), do: Enum.find(config.handlers, &(&1.id == id))

  @doc "Removes a handler."
  @spec remove_handler(atom) :: :ok | {:error, {:not_found, atom}}
  def remove_handler(id) do
    case find_handler(config(), id) do
      nil ->
        {:error, {:not_found, id}}

      handler ->
        put_config(%{config() | handlers: Enum.reject(config().handlers, &(&1.id == id))})
        run_callback(handler.module, :removing_handler, [handler], :ok)
        :ok
    end
  end

  @doc "Lists the ids of all handlers."
  @spec get_handler_ids :: [atom]
  def get_handler_ids, do: for(handler <- config().handlers, do: handler.id)

  @doc "Returns the configuration of all handlers."
  @spec get_handler_config :: [map]
  def get_handler_config, do: config().handlers

  @doc "Returns the configuration of one handler."
  @spec get_handler_config(atom) :: {:ok, map} | {:error, {:not_found, atom}}
  def get_handler_config(id) do
    case find_handler(config(), id) do
      nil -> {:error, {:not_found, id}}
      handler -> {:ok, handler}
    end
  end

  @doc "Replaces the configuration of a handler, with defaults for what is missing."
  @spec set_handler_config(atom, map) :: :ok | {:error, term}
  def set_handler_config(id, changes) do
    defaults = %{level: :all, filters: [], filter_default: :log, formatter: {:logger_formatter, %{}}, config: %{}}
    change_handler(id, :set, &Map.merge(Map.merge(defaults, changes), Map.take(&1, [:id, :module])))
  end

  @doc "Sets one item of the configuration of a handler."
  @spec set_handler_config(atom, atom, term) :: :ok | {:error, term}
  def set_handler_config(id, key, value), do: change_handler(id, :set, &Map.put(&1, key, value))

  @doc "Sets some items of the configuration of a handler."
  @spec update_handler_config(atom, map) :: :ok | {:error, term}
  def update_handler_config(id, changes) do
    change_handler(id, :update, &Map.merge(&1, Map.drop(changes, [:id, :module])))
  end

  @doc "Sets one item of the configuration of a handler, merging its `:config`."
  @spec update_handler_config(atom, atom, term) :: :ok | {:error, term}
  def update_handler_config(id, :config, value) when is_map(value) do
    change_handler(id, :update, &Map.update(&1, :config, value, fn old -> Map.merge(old, value) end))
  end

  def update_handler_config(id, key, value), do: change_handler(id, :update, &Map.put(&1, key, value))

  defp change_handler(id, how, fun) do
    case find_handler(config(), id) do
      nil ->
        {:error, {:not_found, id}}

      handler ->
        changed = fun.(handler)

        case run_callback(handler.module, :changing_config, [how, handler, changed], {:ok, changed}) do
          {:ok, changed} ->
            put_config(%{config() | handlers: for(h <- config().handlers, do: if(h.id == id, do: changed, else: h))})

          {:error, _} = error ->
            error
        end
    end
  end

  @doc "Sets some items of the configuration of a handler's formatter."
  @spec update_formatter_config(atom, map) :: :ok | {:error, term}
  def update_formatter_config(id, changes) do
    change_handler(id, :update, fn %{formatter: {module, config}} = handler ->
      %{handler | formatter: {module, Map.merge(config, changes)}}
    end)
  end

  @doc "Sets one item of the configuration of a handler's formatter."
  @spec update_formatter_config(atom, atom, term) :: :ok | {:error, term}
  def update_formatter_config(id, key, value), do: update_formatter_config(id, %{key => value})

  @doc "Adds a filter, `{fun, extra}`, for one handler."
  @spec add_handler_filter(atom, atom, {(log_event, term -> log_event | :stop | :ignore), term}) :: :ok | {:error, term}
  def add_handler_filter(id, filter_id, {fun, _} = filter) when is_atom(filter_id) and is_function(fun, 2) do
    case find_handler(config(), id) do
      nil ->
        {:error, {:not_found, id}}

      %{filters: filters} ->
        if :lists.keymember(filter_id, 1, filters) do
          {:error, {:already_exist, filter_id}}
        else
          change_handler(id, :update, &%{&1 | filters: filters ++ [{filter_id, filter}]})
        end
    end
  end

  @doc "Removes a filter of one handler."
  @spec remove_handler_filter(atom, atom) :: :ok | {:error, term}
  def remove_handler_filter(id, filter_id) do
    case find_handler(config(), id) do
      nil ->
        {:error, {:not_found, id}}

      %{filters: filters} ->
        if :lists.keymember(filter_id, 1, filters) do
          change_handler(id, :update, &%{&1 | filters: :lists.keydelete(filter_id, 1, filters)})
        else
          {:error, {:not_found, filter_id}}
        end
    end
  end

  @doc "Lets a module, or each of several, log down to its own level."
  @spec set_module_level(module | [module], level | :all | :none) :: :ok | {:error, term}
  def set_module_level(modules, level) do
    if level?(level) do
      config = config()
      modules = for module <- List.wrap(modules), into: config.modules, do: {module, level}
      put_config(%{config | modules: modules})
    else
      {:error, {:invalid_level, level}}
    end
  end

  @doc "Removes the own level of a module, or of each of several."
  @spec unset_module_level(module | [module]) :: :ok
  def unset_module_level(modules) do
    config = config()
    put_config(%{config | modules: Map.drop(config.modules, List.wrap(modules))})
  end

  @doc "Removes the own level of all modules."
  @spec unset_module_level :: :ok
  def unset_module_level, do: put_config(%{config() | modules: %{}})

  @doc "Lists the modules that have their own level."
  @spec get_module_level :: [{module, level}]
  def get_module_level, do: Map.to_list(config().modules)

  @doc "Lists which of some modules have their own level."
  @spec get_module_level(module | [module]) :: [{module, level}]
  def get_module_level(modules), do: Map.to_list(Map.take(config().modules, List.wrap(modules)))

  @doc "Gives all modules of an application their own level."
  @spec set_application_level(atom, level) :: :ok | {:error, {:not_loaded, atom}}
  def set_application_level(application, level) do
    case :application.get_key(application, :modules) do
      {:ok, modules} -> set_module_level(modules, level)
      :undefined -> {:error, {:not_loaded, application}}
    end
  end

  @doc "Removes the own level of all modules of an application."
  @spec unset_application_level(atom) :: :ok | {:error, {:not_loaded, atom}}
  def unset_application_level(application) do
    case :application.get_key(application, :modules) do
      {:ok, modules} -> unset_module_level(modules)
      :undefined -> {:error, {:not_loaded, application}}
    end
  end

  ## Formatting

  @doc "Turns a report into a format and its arguments."
  @spec format_report(report) :: {charlist, list}
  def format_report(%{label: {:error_logger, _}, format: format, args: args}), do: {format, args}
  def format_report(%{label: label, report: report}), do: format_report([{:label, label}, {:report, report}])
  def format_report(report) when is_map(report), do: format_report(Map.to_list(report))

  def format_report(report) when is_list(report) do
    lines = for {key, _} <- report, do: if(is_atom(key), do: '    ~tw: ~tp', else: '    ~tp: ~tp')
    {:lists.append(:lists.join('\n', lines)), :lists.append(for({key, value} <- report, do: [key, value]))}
  end

  @doc "Like `format_report/1`, for reports whose items stand under `:report`."
  @spec format_otp_report(report) :: {charlist, list}
  def format_otp_report(%{report: report}), do: format_report(report)
  def format_otp_report(report), do: format_report(report)

  ## The process that hears of crashes

  @doc false
  # Handles a message of the process `:logger`, and then all that follow.
  def serve({:beamlet_log, level, {:process_crash, pid, name, reason, stack}}) do
    crash(level, pid, name, reason, stack)
    serve()
  end

  def serve({:beamlet_sync, from, ref}) do
    send(from, {ref, :ok})
    serve()
  end

  def serve(_message), do: serve()

  defp serve do
    receive do
      message -> serve(message)
    end
  end

  defp crash(level, pid, _name, reason, stack) do
    event = %{
      level: level,
      msg: {'Error in process ~p with exit value:~n~p~n', [pid, {reason, stack}]},
      meta: %{
        pid: pid,
        gl: :erlang.group_leader(),
        time: :os.system_time(:microsecond),
        error_logger: %{emulator: true, tag: :error}
      }
    }

    if allow(level, nil), do: dispatch(event, config())
    :ok
  end
end

defmodule :error_logger do
  @moduledoc """
  The error logger of old: functions that make events for `:logger`. New code uses `Logger` or `:logger`.
  """

  @doc "Logs a format with its arguments as an error."
  def error_msg(format, args \\ []), do: log_format(:error, :error_msg, format, args)

  @doc "Logs a format with its arguments as an error."
  def format(format, args), do: error_msg(format, args)

  @doc "Logs a format with its arguments as a warning."
  def warning_msg(format, args \\ []), do: log_format(:warning, :warning_msg, format, args)

  @doc "Logs a format with its arguments as a notice."
  def info_msg(format, args \\ []), do: log_format(:notice, :info_msg, format, args)

  @doc "Logs a report as an error."
  def error_report(report), do: error_report(:std_error, report)

  @doc "Logs a report of a type as an error."
  def error_report(type, report), do: log_report(:error, :error_report, type, report)

  @doc "Logs a report as a warning."
  def warning_report(report), do: warning_report(:std_warning, report)

  @doc "Logs a report of a type as a warning."
  def warning_report(type, report), do: log_report(:warning, :warning_report, type, report)

  @doc "Logs a report as a notice."
  def info_report(report), do: info_report(:std_info, report)

  @doc "Logs a report of a type as a notice."
  def info_report(type, report), do: log_report(:notice, :info_report, type, report)

  defp log_format(level, tag, format, args) do
    :logger.log(level, %{label: {:error_logger, tag}, format: format, args: args}, %{
      error_logger: %{tag: tag},
      report_cb: &:logger.format_report/1
    })
  end

  defp log_report(level, tag, type, report) do
    :logger.log(level, %{label: {:error_logger, tag}, report: report}, %{
      error_logger: %{tag: tag, type: type},
      report_cb: &:error_logger.report_to_format/1
    })
  end

  @doc false
  def report_to_format(%{report: report}) when is_map(report), do: {'~tp\n', [report]}
  def report_to_format(%{report: [_ | _] = report}), do: if(text?(report), do: {'~ts', [report]}, else: items(report))
  def report_to_format(%{report: report}), do: {'~tp', [report]}

  # A line for each item of a report.
  defp items(report) do
    {lines, args} =
      report
      |> Enum.map(fn
        {key, value} -> if text?(value), do: {'    ~tp: ~ts', [key, value]}, else: {'    ~tp: ~tp', [key, value]}
        other -> {'    ~tp', [other]}
      end)
      |> Enum.unzip()

    {lines |> Enum.intersperse('\n') |> Enum.concat(), Enum.concat(args)}
  end

  defp text?([_ | _] = list), do: :io_lib.printable_unicode_list(list)
  defp text?(_other), do: false

  @doc "Says which level warnings are logged at."
  def warning_map, do: :warning

  @doc "Says how deep terms are written in reports."
  def get_format_depth, do: :unlimited

  @doc "Switches output to the terminal on or off; the console belongs to `Logger`, so this does nothing."
  def tty(_flag), do: :ok
end
