defmodule :application do
  @moduledoc """
  Applications: named parts of a system that are loaded, configured, started with what they depend on, and stopped.

  The configuration of all applications is one table that every process reads and writes directly. Starting and
  stopping go through the process `:application_controller`, one at a time. Each application with a callback module
  runs under a master, a process that has started its top supervisor and stops it again. Elixir programs use `Application`.
  """

  # The versions of OTP 25.
  @versions %{
    asn1: ~c"5.0.21", common_test: ~c"1.23.3", compiler: ~c"8.2.3", crypto: ~c"5.1.2", debugger: ~c"5.3", dialyzer:
    ~c"5.0.4", diameter: ~c"2.2.7", edoc: ~c"1.2", eldap: ~c"1.2.10", erl_docgen: ~c"1.4", erl_interface: ~c"5.3", et:
    ~c"1.6.5", eunit: ~c"2.8.1", ftp: ~c"1.1.3", inets: ~c"8.2.2", jinterface: ~c"1.13.1", kernel: ~c"8.5.3", megaco:
    ~c"4.4.2", mnesia: ~c"4.21.3", observer: ~c"2.14", odbc: ~c"2.14", os_mon: ~c"2.8", parsetools: ~c"2.4.1",
    public_key: ~c"1.13.2", reltool: ~c"0.9", runtime_tools: ~c"1.19", sasl: ~c"4.2", snmp: ~c"5.13.3", ssh: ~c"4.15.2",
    ssl: ~c"10.8.7", stdlib: ~c"4.2", syntax_tools: ~c"3.0", tftp: ~c"1.0.3", tools: ~c"3.5.3", wx: ~c"2.2.1", xmerl:
    ~c"1.3.30"
  }


  @type restart_type :: :permanent | :transient | :temporary
  @type start_type :: :normal | {:takeover, node} | {:failover, node}

  @callback start(start_type, args :: term) :: {:ok, pid} | {:ok, pid, state :: term} | {:error, reason :: term}
  @callback stop(state :: term) :: term
  @callback prep_stop(state :: term) :: term
  @callback config_change(changed :: list, new :: list, removed :: list) :: :ok
  @callback start_phase(phase :: atom, start_type, args :: term) :: :ok | {:error, term}
  @optional_callbacks prep_stop: 1, config_change: 3, start_phase: 3

  @table :ac_tab

  ## Configuration

  @doc "Returns `{:ok, value}` of a key of the calling process's application, or `:undefined`."
  def get_env(key) do
    case get_application() do
      {:ok, application} -> get_env(application, key)
      :undefined -> :undefined
    end
  end

  @doc "Returns `{:ok, value}` of a key of an application, or `:undefined`."
  @spec get_env(atom, atom) :: {:ok, term} | :undefined
  def get_env(application, key) do
    case :ets.whereis(@table) != :undefined and :ets.lookup(@table, {:env, application, key}) do
      [{_, value}] -> {:ok, value}
      _ -> :undefined
    end
  end

  @doc "Returns the value of a key of an application, or `default`."
  @spec get_env(atom, atom, term) :: term
  def get_env(application, key, default) do
    case get_env(application, key) do
      {:ok, value} -> value
      :undefined -> default
    end
  end

  @doc "Returns all keys and values of the calling process's application."
  def get_all_env do
    case get_application() do
      {:ok, application} -> get_all_env(application)
      :undefined -> []
    end
  end

  @doc "Returns all keys and values of an application."
  @spec get_all_env(atom) :: [{atom, term}]
  def get_all_env(application) do
    if :ets.whereis(@table) == :undefined do
      []
    else
      for [key, value] <- :lists.sort(:ets.match(@table, {{:env, application, :"$1"}, :"$2"})), do: {key, value}
    end
  end

  @doc "Sets keys of several applications: `[{application, [{key, value}]}]`."
  def set_env(config), do: set_env(config, [])

  def set_env(config, options) when is_list(config) and is_list(options) do
    for {application, pairs} <- config, {key, value} <- pairs, do: set_env(application, key, value, options)
    :ok
  end

  @doc "Sets a key of an application. With `persistent: true` loading the application keeps it."
  @spec set_env(atom, atom, term, keyword) :: :ok
  def set_env(application, key, value, options \\ []) when is_atom(application) do
    ensure_controller()
    :ets.insert(@table, {{:env, application, key}, value})
    if persistent?(options), do: :ets.insert(@table, {{:persistent, application, key}, true})
    :ok
  end

  @doc "Removes a key of an application."
  @spec unset_env(atom, atom, keyword) :: :ok
  def unset_env(application, key, options \\ []) do
    ensure_controller()
    :ets.delete(@table, {:env, application, key})
    if persistent?(options), do: :ets.delete(@table, {:persistent, application, key})
    :ok
  end

  defp persistent?(options), do: :lists.keyfind(:persistent, 1, options) == {:persistent, true}

  ## Specifications

  @doc "Returns `{:ok, value}` of a key of the calling process's application's specification, or `:undefined`."
  def get_key(key) do
    case get_application() do
      {:ok, application} -> get_key(application, key)
      :undefined -> :undefined
    end
  end

  @doc "Returns `{:ok, value}` of a key of an application's specification, or `:undefined`."
  @spec get_key(atom, atom) :: {:ok, term} | :undefined
  def get_key(application, key) do
    with {:ok, spec} <- get_all_key(application),
         {_, value} <- :lists.keyfind(key, 1, spec) do
      {:ok, value}
    else
      _ -> :undefined
    end
  end

  @doc "Returns the specification of the calling process's application."
  def get_all_key do
    case get_application() do
      {:ok, application} -> get_all_key(application)
      :undefined -> []
    end
  end

  @doc "Returns the specification of an application that is loaded, or `:undefined`."
  @spec get_all_key(atom) :: {:ok, keyword} | :undefined
  def get_all_key(application) do
    ensure_controller()

    case :ets.lookup(@table, {:loaded, application}) do
      [{_, spec}] -> {:ok, spec}
      [] -> :undefined
    end
  end

  @doc "Returns the application that the calling process belongs to."
  @spec get_application :: {:ok, atom} | :undefined
  def get_application, do: get_application(self())

  @doc "Returns the application that a process or a module belongs to."
  @spec get_application(pid | module) :: {:ok, atom} | :undefined
  def get_application(pid) when is_pid(pid) do
    dictionary =
      case :erlang.process_info(pid, :dictionary) do
        {:dictionary, dictionary} -> dictionary
        :undefined -> []
      end

    case :ets.whereis(@table) != :undefined and :lists.keyfind(:"$ancestors", 1, dictionary) do
      {_, ancestors} -> master_of([pid | ancestors])
      false -> :undefined
    end
  end

  def get_application(module) when is_atom(module) do
    ensure_controller()

    found =
      for [application, spec] <- :ets.match(@table, {{:loaded, :"$1"}, :"$2"}),
          {_, modules} <- [:lists.keyfind(:modules, 1, spec)],
          :lists.member(module, modules),
          do: application

    case found != [] or :beamlet_library.application(module) do
      true -> {:ok, hd(found)}
      {application, _version} -> {:ok, application}
      nil -> :undefined
    end
  end

  @doc false
  # `{application, version}` of a module of a loaded application, for stack traces: this starts nothing.
  def owner(module) do
    specs = if :ets.whereis(@table) == :undefined, do: [], else: :ets.match(@table, {{:loaded, :"$1"}, :"$2"})

    Enum.find_value(specs, fn [application, spec] ->
      with {_, modules} <- :lists.keyfind(:modules, 1, spec),
           true <- :lists.member(module, modules),
           {_, version} <- :lists.keyfind(:vsn, 1, spec) do
        {application, version}
      else
        _ -> nil
      end
    end)
  end

  # Processes that an application starts have its master among their ancestors.
  defp master_of([]), do: :undefined

  defp master_of([ancestor | rest]) do
    pid = if is_atom(ancestor), do: :erlang.whereis(ancestor), else: ancestor

    case :ets.lookup(@table, {:master, pid}) do
      [{_, application}] -> {:ok, application}
      [] -> master_of(rest)
    end
  end

  ## Loading, starting, stopping

  @doc "Loads an application, named, or given as `{:application, name, keys}`."
  @spec load(atom | tuple) :: :ok | {:error, term}
  def load(application), do: load(application, [])

  @doc false
  def load(application, _distribution) when is_atom(application) or is_tuple(application) do
    with {:ok, {:application, name, keys}} <- specification(application) do
      call({:load, name, keys})
    end
  end

  defp specification({:application, name, keys} = spec) when is_atom(name) and is_list(keys), do: {:ok, spec}
  defp specification(other) when not is_atom(other), do: {:error, {:bad_application, other}}

  defp specification(name) do
    ensure_controller()

    case :ets.lookup(@table, {:loaded, name}) do
      [_] -> {:error, {:already_loaded, name}}
      [] -> read_specification(name)
    end
  end

  defp read_specification(name) do
    file = :erlang.atom_to_list(name) ++ '.app'

    case :code.where_is_file(file) do
      path when is_list(path) ->
        case :file.consult(path) do
          {:ok, [{:application, ^name, keys} = spec]} when is_list(keys) -> {:ok, spec}
          {:ok, other} -> {:error, {:bad_application, other}}
          {:error, reason} -> {:error, {reason, file}}
        end

      _ ->
        case bundled(name) do
          nil -> {:error, {'no such file or directory', file}}
          keys -> {:ok, {:application, name, keys}}
        end
    end
  end

  # Applications that come with the system but run only when something starts them.
  defp bundled(:ex_unit) do
    [
      description: 'ex_unit',
      vsn: :erlang.binary_to_list(System.version()),
      registered: [ExUnit.Server, ExUnit.CaptureServer, ExUnit.OnExitHandler],
      applications: [:kernel, :stdlib, :elixir],
      mod: {ExUnit, []},
      env: [
        after_suite: [],
        assert_receive_timeout: 100,
        autorun: true,
        capture_log: false,
        colors: [],
        exclude: [],
        exit_status: 2,
        formatters: [ExUnit.CLIFormatter],
        include: [],
        max_failures: :infinity,
        refute_receive_timeout: 100,
        slowest: 0,
        stacktrace_depth: 20,
        timeout: 60_000,
        trace: false
      ]
    ]
  end

  # Applications without processes of their own.
  # The REPL's prompts and how it shows values.
  defp bundled(:iex) do
    env = [
      colors: [],
      inspect: [pretty: true],
      history_size: 20,
      default_prompt: "%prefix(%counter)>",
      alive_prompt: "%prefix(%node)%counter>"
    ]

    [{:env, env} | plain(:iex)]
  end

  defp bundled(name) when name in [:mix, :eex], do: plain(name)

  defp bundled(name) when is_map_key(@versions, name) do
    [description: :erlang.atom_to_list(name), vsn: :erlang.map_get(name, @versions), applications: [:kernel, :stdlib]]
  end

  defp bundled(_name), do: nil

  defp plain(name) do
    [description: :erlang.atom_to_list(name), vsn: :erlang.binary_to_list(System.version()), applications: [:kernel, :stdlib, :elixir]]
  end

  # Applications of OTP whose modules are not here: they can be depended on, and what calls into them finds no module.

  @doc "Forgets a loaded application that does not run."
  @spec unload(atom) :: :ok | {:error, term}
  def unload(application), do: call({:unload, application})

  @doc "Starts an application temporarily: when it ends, that is only reported."
  @spec start(atom) :: :ok | {:error, term}
  def start(application), do: start(application, :temporary)

  @doc """
  Starts an application, whose dependencies must run already.

  The end of a `:permanent` one, and the failure of a `:transient` one, ends the system.
  """
  @spec start(atom, restart_type) :: :ok | {:error, term}
  def start(application, type) when type in [:permanent, :transient, :temporary] do
    with :ok <- ensure_loaded(application), do: call({:start, application, type})
  end

  def start(_application, type), do: {:error, {:invalid_restart_type, type}}

  defp ensure_loaded(application) do
    case load(application) do
      {:error, {:already_loaded, _}} -> :ok
      result -> result
    end
  end

  @doc "Starts an application unless it runs."
  @spec ensure_started(atom, restart_type) :: :ok | {:error, term}
  def ensure_started(application, type \\ :temporary) do
    case start(application, type) do
      {:error, {:already_started, ^application}} -> :ok
      result -> result
    end
  end

  @doc "Starts applications with all that they depend on: `{:ok, started}` in order. On failure what it started is stopped."
  @spec ensure_all_started(atom | [atom], restart_type) :: {:ok, [atom]} | {:error, {atom, term}}
  def ensure_all_started(applications, type \\ :temporary)

  def ensure_all_started(application, type) when is_atom(application), do: ensure_all_started([application], type)

  def ensure_all_started(applications, type) when is_list(applications) do
    case start_each(applications, type, []) do
      {:ok, started} ->
        {:ok, :lists.reverse(started)}

      {:error, reason, started} ->
        for application <- started, do: stop(application)
        {:error, reason}
    end
  end

  defp start_each([], _type, started), do: {:ok, started}

  defp start_each([application | rest], type, started) do
    case start(application, type) do
      :ok ->
        start_each(rest, type, [application | started])

      {:error, {:already_started, ^application}} ->
        start_each(rest, type, started)

      {:error, {:not_started, dependency}} ->
        case start_each([dependency], type, started) do
          {:ok, started} -> start_each([application | rest], type, started)
          error -> error
        end

      {:error, reason} ->
        {:error, {application, reason}, started}
    end
  end

  @doc "Stops an application."
  @spec stop(atom) :: :ok | {:error, term}
  def stop(application), do: call({:stop, application})

  @doc "Lists the applications that run, latest first: `{name, description, version}`."
  @spec which_applications(timeout) :: [{atom, charlist, charlist}]
  def which_applications(_timeout \\ 5000), do: call(:which_applications)

  @doc "Lists the applications that are loaded: `{name, description, version}`."
  @spec loaded_applications :: [{atom, charlist, charlist}]
  def loaded_applications do
    ensure_controller()
    for [name, spec] <- :ets.match(@table, {{:loaded, :"$1"}, :"$2"}), do: described(name, spec)
  end

  @doc false
  def described(name, spec) do
    {_, description} = :lists.keyfind(:description, 1, spec)
    {_, version} = :lists.keyfind(:vsn, 1, spec)
    {name, description, version}
  end

  @doc "Returns what is loaded, running and starting."
  def info do
    [loaded: loaded_applications(), loading: [], started: for({name, _, _} <- which_applications(), do: {name, :temporary})]
  end

  @doc "Returns why the calling process's application was started, `:normal` always."
  def start_type, do: :normal

  defp call(request) do
    :gen_server.call(ensure_controller(), request, :infinity)
  end

  defp ensure_controller do
    case :erlang.whereis(:application_controller) do
      :undefined ->
        case :beamlet_boot.service(fn -> :application_controller.start() end) do
          {:ok, pid} -> pid
          {:error, {:already_started, pid}} -> pid
        end

      pid ->
        pid
    end
  end
end

defmodule :application_controller do
  @moduledoc false

  @versions %{kernel: ~c"8.5.3", stdlib: ~c"4.2", compiler: ~c"8.2.3"}


  # The process that starts and stops applications, and owns the table of what is loaded and configured:
  #
  #     {{:env, application, key}, value}
  #     {{:persistent, application, key}, true}
  #     {{:loaded, application}, keys of the specification}
  #     {{:master, pid}, application}
  #
  # Its state is the list of running applications, latest first: {application, master or :undefined, type}.

  @behaviour :gen_server
  @table :ac_tab

  # What every system is made of runs from the start.
  @built_in [
    kernel: 'ERTS  CXC 138 10',
    stdlib: 'ERTS  CXC 138 10',
    compiler: 'ERTS  CXC 138 10',
    elixir: 'elixir',
    logger: 'logger'
  ]

  def start do
    :gen_server.start({:local, :application_controller}, :application_controller, [], [])
  end

  # Whether an application is loaded, with what is told of it.
  def get_loaded(application) do
    case :lists.keyfind(application, 1, :application.loaded_applications()) do
      false -> false
      described -> {true, described}
    end
  end

  @impl true
  def init([]) do
    :erlang.process_flag(:trap_exit, true)
    :ets.new(@table, [:named_table, :public, :set, {:read_concurrency, true}])

    running =
      for {name, description} <- @built_in do
        vsn = if name in [:elixir, :logger], do: :erlang.binary_to_list(System.version()), else: :erlang.map_get(name, @versions)
        dependencies = dependencies(name)
        keys = [description: description, vsn: vsn, applications: dependencies] ++ callback(name)
        :ets.insert(@table, {{:loaded, name}, complete(keys)})
        for {key, value} <- environment(name), do: :ets.insert_new(@table, {{:env, name, key}, value})
        {name, :undefined, :permanent}
      end

    {:ok, :lists.reverse(running)}
  end

  defp environment(:logger) do
    [
      backends: [:console],
      compile_time_application: nil,
      compile_time_purge_matching: [],
      console: [],
      discard_threshold: 500,
      discard_threshold_for_error_logger: 500,
      discard_threshold_periodic_check: 30_000,
      handle_otp_reports: true,
      handle_sasl_reports: false,
      start_options: [],
      sync_threshold: 20,
      translator_inspect_opts: [],
      translators: [{Logger.Translator, :translate}],
      truncate: 8096,
      utc_log: false
    ]
  end

  defp environment(_name), do: []

  # What starts an application that was stopped.
  defp callback(:logger), do: [mod: {Logger.App, []}]
  defp callback(_name), do: []

  defp dependencies(:kernel), do: []
  defp dependencies(:stdlib), do: [:kernel]
  defp dependencies(:compiler), do: [:kernel, :stdlib]
  defp dependencies(:elixir), do: [:kernel, :stdlib, :compiler]
  defp dependencies(:logger), do: [:kernel, :stdlib, :elixir]

  @fields [
    description: [],
    id: [],
    vsn: [],
    modules: [],
    maxP: :infinity,
    maxT: :infinity,
    registered: [],
    included_applications: [],
    optional_applications: [],
    applications: [],
    mod: [],
    start_phases: :undefined
  ]

  defp complete(keys) do
    for {key, default} <- @fields do
      case :lists.keyfind(key, 1, keys) do
        {_, value} -> {key, value}
        false -> {key, default}
      end
    end
  end

  @impl true
  def handle_call({:load, name, keys}, _from, running) do
    if :ets.member(@table, {:loaded, name}) do
      {:reply, {:error, {:already_loaded, name}}, running}
    else
      :ets.insert(@table, {{:loaded, name}, complete(keys)})

      with {:env, env} <- :lists.keyfind(:env, 1, keys) do
        for {key, value} <- env, not :ets.member(@table, {:persistent, name, key}) do
          :ets.insert(@table, {{:env, name, key}, value})
        end
      end

      {:reply, :ok, running}
    end
  end

  def handle_call({:unload, name}, _from, running) do
    cond do
      :lists.keymember(name, 1, running) ->
        {:reply, {:error, {:running, name}}, running}

      :ets.member(@table, {:loaded, name}) ->
        :ets.delete(@table, {:loaded, name})
        :ets.match_delete(@table, {{:env, name, :_}, :_})
        {:reply, :ok, running}

      true ->
        {:reply, {:error, {:not_loaded, name}}, running}
    end
  end

  # A start function may itself ask for applications: the master runs it, and the caller waits, not this process.
  def handle_call({:start, name, type}, from, running) do
    [{_, spec}] = :ets.lookup(@table, {:loaded, name})
    {_, dependencies} = :lists.keyfind(:applications, 1, spec)
    {_, optional} = :lists.keyfind(:optional_applications, 1, spec)
    missing = for app <- dependencies, not :lists.keymember(app, 1, running), not skip?(app, optional), do: app

    cond do
      :lists.keymember(name, 1, running) ->
        {:reply, {:error, {:already_started, name}}, running}

      missing != [] ->
        {:reply, {:error, {:not_started, hd(missing)}}, running}

      true ->
        case :lists.keyfind(:mod, 1, spec) do
          {:mod, {module, args}} ->
            master = start_master(name, module, args, spec)
            {:noreply, [{name, {:starting, master, from}, type} | running]}

          _ ->
            report_progress(name)
            {:reply, :ok, [{name, :undefined, type} | running]}
        end
    end
  end

  def handle_call({:stop, name}, from, running) do
    case :lists.keyfind(name, 1, running) do
      {_, :undefined, _} ->
        stop_bundled(callback(name))
        report_exit(name, :stopped, :temporary)
        {:reply, :ok, :lists.keydelete(name, 1, running)}

      {_, master, type} when is_pid(master) ->
        send(master, {:stop, self()})
        {:noreply, :lists.keyreplace(name, 1, running, {name, {:stopping, master, from}, type})}

      {_, _changing, _} ->
        {:reply, {:error, {:not_started, name}}, running}

      false ->
        {:reply, {:error, {:not_started, name}}, running}
    end
  end

  def handle_call(:which_applications, _from, running) do
    reply =
      for {name, state, _type} <- running, is_pid(state) or state == :undefined do
        [{_, spec}] = :ets.lookup(@table, {:loaded, name})
        :application.described(name, spec)
      end

    {:reply, reply, running}
  end

  # What has been running since the boot has no master, yet something to end.
  defp stop_bundled(mod: {module, _args}), do: guarded(module, :stop, [], :ok)
  defp stop_bundled([]), do: :ok

  defp skip?(application, optional) do
    :lists.member(application, optional) and :application.load(application) |> unknown?()
  end

  defp unknown?({:error, {'no such file or directory', _}}), do: true
  defp unknown?(_), do: false

  @impl true
  def handle_cast(_message, running), do: {:noreply, running}

  @impl true
  def handle_info({:started, master, result}, running) do
    case find(master, running) do
      {name, {:starting, ^master, from}, type} ->
        case result do
          :ok ->
            report_progress(name)
            :gen_server.reply(from, :ok)
            {:noreply, :lists.keyreplace(name, 1, running, {name, master, type})}

          {:error, reason} ->
            :gen_server.reply(from, {:error, reason})
            report_exit(name, reason, :temporary)
            {:noreply, :lists.keydelete(name, 1, running)}
        end

      nil ->
        {:noreply, running}
    end
  end

  def handle_info({:EXIT, master, reason}, running) do
    :ets.delete(@table, {:master, master})

    case find(master, running) do
      {name, {:starting, _, from}, _type} ->
        :gen_server.reply(from, {:error, reason})
        {:noreply, :lists.keydelete(name, 1, running)}

      {name, {:stopping, _, from}, _type} ->
        report_exit(name, :stopped, :temporary)
        :gen_server.reply(from, :ok)
        {:noreply, :lists.keydelete(name, 1, running)}

      {name, _master, type} ->
        report_exit(name, reason, type)
        running = :lists.keydelete(name, 1, running)
        if fatal?(type, reason), do: shut_down(name, reason)
        {:noreply, running}

      nil ->
        {:noreply, running}
    end
  end

  def handle_info(_message, running), do: {:noreply, running}

  defp find(master, running) do
    Enum.find(running, fn
      {_, {_, pid, _}, _} -> pid == master
      {_, pid, _} -> pid == master
    end)
  end

  defp fatal?(:permanent, _reason), do: true
  defp fatal?(:transient, reason), do: reason != :normal
  defp fatal?(:temporary, _reason), do: false

  defp shut_down(name, reason) do
    text = inspect({:application_terminated, name, reason})
    IO.puts(:standard_error, ["Kernel pid terminated (application_controller) (", text, ")"])
    :erlang.halt(1)
  end

  defp report_progress(name) do
    if :logger.wants(:info, [:otp, :sasl], :application_controller) do
      :logger.log(
        :info,
        %{label: {:application_controller, :progress}, report: [application: name, started_at: node()]},
        %{domain: [:otp, :sasl], report_cb: &:logger.format_otp_report/1, error_logger: %{tag: :info_report, type: :progress}}
      )
    end

    :ok
  end

  # An orderly stop is not worth more than a notice, whatever the reason.
  defp report_exit(name, reason, type) do
    if :logger.allow(:notice, :application_controller) do
      :logger.log(
        :notice,
        %{
          label: {:application_controller, :exit},
          report: [application: name, exited: reason, type: type]
        },
        %{domain: [:otp], report_cb: &:logger.format_otp_report/1, error_logger: %{tag: :info_report, type: :std_info}}
      )
    end

    :ok
  end

  ## Masters

  defp start_master(name, module, args, spec) do
    controller = self()
    :proc_lib.spawn_link(fn -> master(controller, name, module, args, spec) end)
  end

  defp master(controller, name, module, args, spec) do
    :erlang.process_flag(:trap_exit, true)
    :ets.insert(@table, {{:master, self()}, name})

    case run_start(module, args) do
      {:ok, top, state} ->
        case run_phases(name, spec) do
          :ok ->
            send(controller, {:started, self(), :ok})
            master_loop(controller, module, top, state)

          error ->
            stop_top(top)
            send(controller, {:started, self(), error})
        end

      error ->
        send(controller, {:started, self(), error})
    end
  end

  defp run_start(module, args) do
    try do
      module.start(:normal, args)
    catch
      :throw, value -> bad_return(module, args, value)
      :exit, reason -> bad_return(module, args, {:EXIT, reason})
      :error, reason -> bad_return(module, args, {:EXIT, {reason, __STACKTRACE__}})
    else
      {:ok, pid} when is_pid(pid) -> {:ok, pid, []}
      {:ok, pid, state} when is_pid(pid) -> {:ok, pid, state}
      {:error, reason} -> {:error, {reason, {module, :start, [:normal, args]}}}
      other -> bad_return(module, args, other)
    end
  end

  defp bad_return(module, args, value), do: {:error, {:bad_return, {{module, :start, [:normal, args]}, value}}}

  defp run_phases(name, spec) do
    with {_, phases} when is_list(phases) <- :lists.keyfind(:start_phases, 1, spec),
         {_, {module, _}} <- :lists.keyfind(:mod, 1, spec) do
      Enum.reduce_while(phases, :ok, fn {phase, args}, :ok ->
        case module.start_phase(phase, :normal, args) do
          :ok -> {:cont, :ok}
          {:error, reason} -> {:halt, {:error, {reason, {name, :start_phase, [phase, :normal, args]}}}}
        end
      end)
    else
      _ -> :ok
    end
  end

  defp master_loop(controller, module, top, state) do
    receive do
      {:stop, ^controller} ->
        state = if :erlang.function_exported(module, :prep_stop, 1), do: guarded(module, :prep_stop, state, state), else: state
        stop_top(top)
        guarded(module, :stop, state, :ok)
        exit(:normal)

      {:EXIT, ^top, reason} ->
        guarded(module, :stop, state, :ok)
        exit(reason)

      {:EXIT, ^controller, reason} ->
        stop_top(top)
        exit(reason)

      _ ->
        master_loop(controller, module, top, state)
    end
  end

  # What a callback does wrong on the way out must not keep the application from stopping.
  defp guarded(module, function, state, default) do
    apply(module, function, [state])
  catch
    _, _ -> default
  end

  defp stop_top(top) do
    ref = :erlang.monitor(:process, top)
    :erlang.unlink(top)
    :erlang.exit(top, :shutdown)

    receive do
      {:DOWN, ^ref, _, _, _} -> :ok
    end
  end
end
