defmodule :proc_lib do
  @moduledoc """
  Processes that know where they came from and say why they died.

  A process started here carries two entries in its dictionary: `:"$ancestors"`, the chain of names or pids that led
  to it, and `:"$initial_call"`, the function it was started for. When it ends in an error it logs a crash report.
  The `start` functions wait until the new process says that it is ready with `init_ack/1`.

  Every behaviour of this library starts its processes through this module.
  """

  @type spawn_option ::
          :link
          | :monitor
          | {:priority, atom}
          | {:fullsweep_after, non_neg_integer}
          | {:min_heap_size, non_neg_integer}
          | {:min_bin_vheap_size, non_neg_integer}
          | {:max_heap_size, term}
          | {:message_queue_data, atom}

  @doc "Spawns a process that runs `fun`."
  @spec spawn((() -> term)) :: pid
  def spawn(fun) when is_function(fun, 0) do
    :erlang.spawn(:proc_lib, :init_p, [name_or_pid(), ancestors(), fun])
  end

  @doc "Spawns a process that runs `fun` on `node`."
  @spec spawn(node, (() -> term)) :: pid
  def spawn(node, fun) when is_function(fun, 0) do
    :erlang.spawn(node, :proc_lib, :init_p, [name_or_pid(), ancestors(), fun])
  end

  @doc "Spawns a process that applies `function` of `module` to `args`."
  @spec spawn(module, atom, list) :: pid
  def spawn(module, function, args) when is_atom(module) and is_atom(function) and is_list(args) do
    :erlang.spawn(:proc_lib, :init_p, [name_or_pid(), ancestors(), module, function, args])
  end

  @doc "Spawns a process that applies `function` of `module` to `args` on `node`."
  @spec spawn(node, module, atom, list) :: pid
  def spawn(node, module, function, args) do
    :erlang.spawn(node, :proc_lib, :init_p, [name_or_pid(), ancestors(), module, function, args])
  end

  @doc "Like `spawn/1`, linked to the caller."
  @spec spawn_link((() -> term)) :: pid
  def spawn_link(fun) when is_function(fun, 0) do
    :erlang.spawn_link(:proc_lib, :init_p, [name_or_pid(), ancestors(), fun])
  end

  @doc "Like `spawn/2`, linked to the caller."
  @spec spawn_link(node, (() -> term)) :: pid
  def spawn_link(node, fun) when is_function(fun, 0) do
    :erlang.spawn_link(node, :proc_lib, :init_p, [name_or_pid(), ancestors(), fun])
  end

  @doc "Like `spawn/3`, linked to the caller."
  @spec spawn_link(module, atom, list) :: pid
  def spawn_link(module, function, args)
      when is_atom(module) and is_atom(function) and is_list(args) do
    :erlang.spawn_link(:proc_lib, :init_p, [name_or_pid(), ancestors(), module, function, args])
  end

  @doc "Like `spawn/4`, linked to the caller."
  @spec spawn_link(node, module, atom, list) :: pid
  def spawn_link(node, module, function, args) do
    :erlang.spawn_link(node, :proc_lib, :init_p, [
      name_or_pid(),
      ancestors(),
      module,
      function,
      args
    ])
  end

  @doc "Like `spawn/1`, with the options of `:erlang.spawn_opt/2`."
  @spec spawn_opt((() -> term), [spawn_option]) :: pid | {pid, reference}
  def spawn_opt(fun, options) when is_function(fun, 0) do
    :erlang.spawn_opt(:proc_lib, :init_p, [name_or_pid(), ancestors(), fun], options)
  end

  @doc "Like `spawn/2`, with the options of `:erlang.spawn_opt/3`."
  @spec spawn_opt(node, (() -> term), [spawn_option]) :: pid | {pid, reference}
  def spawn_opt(node, fun, options) when is_function(fun, 0) do
    :erlang.spawn_opt(node, :proc_lib, :init_p, [name_or_pid(), ancestors(), fun], options)
  end

  @doc "Like `spawn/3`, with the options of `:erlang.spawn_opt/4`."
  @spec spawn_opt(module, atom, list, [spawn_option]) :: pid | {pid, reference}
  def spawn_opt(module, function, args, options) do
    init = [name_or_pid(), ancestors(), module, function, args]
    :erlang.spawn_opt(:proc_lib, :init_p, init, options)
  end

  @doc "Like `spawn/4`, with the options of `:erlang.spawn_opt/5`."
  @spec spawn_opt(node, module, atom, list, [spawn_option]) :: pid | {pid, reference}
  def spawn_opt(node, module, function, args, options) do
    init = [name_or_pid(), ancestors(), module, function, args]
    :erlang.spawn_opt(node, :proc_lib, :init_p, init, options)
  end

  @doc """
  Starts a process and waits until it calls `init_ack/1`.

  Returns what the process acknowledged with, `{:error, reason}` when it ended before that, and
  `{:error, :timeout}`, after killing it, when it took longer than `timeout`.
  """
  @spec start(module, atom, list, timeout, [spawn_option]) :: term
  def start(module, function, args, timeout \\ :infinity, options \\ []) do
    {pid, ref} = spawn_opt(module, function, args, [:monitor | options])

    receive do
      {:ack, ^pid, value} ->
        :erlang.demonitor(ref, [:flush])
        value

      {:DOWN, ^ref, :process, ^pid, reason} ->
        {:error, reason}
    after
      timeout ->
        :erlang.exit(pid, :kill)

        receive do
          {:DOWN, ^ref, :process, ^pid, _} -> {:error, :timeout}
        end
    end
  end

  @doc """
  Like `start/5`, linked to the caller.

  A caller that does not trap exits dies with a process that fails before it acknowledges.
  """
  @spec start_link(module, atom, list, timeout, [spawn_option]) :: term
  def start_link(module, function, args, timeout \\ :infinity, options \\ []) do
    pid = spawn_opt(module, function, args, [:link | options])

    receive do
      {:ack, ^pid, value} -> value
      {:EXIT, ^pid, reason} -> {:error, reason}
    after
      timeout ->
        :erlang.unlink(pid)
        :erlang.exit(pid, :kill)

        receive do
          {:EXIT, ^pid, _} -> :ok
        after
          0 -> :ok
        end

        {:error, :timeout}
    end
  end

  @doc """
  Like `start/5`, and returns the acknowledgement together with the reference of a monitor on the new process.

  When starting fails, the message of the monitor is already in the mailbox or on its way.
  """
  @spec start_monitor(module, atom, list, timeout, [spawn_option]) :: {term, reference}
  def start_monitor(module, function, args, timeout \\ :infinity, options \\ []) do
    {pid, ref} = spawn_opt(module, function, args, [:monitor | options])

    receive do
      {:ack, ^pid, value} ->
        {value, ref}

      {:DOWN, ^ref, :process, ^pid, reason} = down ->
        send(self(), down)
        {{:error, reason}, ref}
    after
      timeout ->
        :erlang.exit(pid, :kill)
        {{:error, :timeout}, ref}
    end
  end

  @doc "Tells the process that started this one that it is ready; `value` is what `start` returns there."
  @spec init_ack(pid, term) :: :ok
  def init_ack(parent, value) do
    send(parent, {:ack, self(), value})
    :ok
  end

  @doc "Like `init_ack/2`, for the process that started this one."
  @spec init_ack(term) :: :ok
  def init_ack(value) do
    [parent | _] = :erlang.get(:"$ancestors")
    init_ack(to_pid(parent), value)
  end

  defp to_pid(pid) when is_pid(pid), do: pid
  defp to_pid(name) when is_atom(name), do: :erlang.whereis(name)

  @doc "Hibernates until a message comes, then applies the function, keeping crash reports."
  @spec hibernate(module, atom, list) :: no_return
  def hibernate(module, function, args) do
    :erlang.hibernate(:proc_lib, :wake_up, [module, function, args])
  end

  @doc false
  def wake_up(module, function, args) do
    apply(module, function, args)
  catch
    class, reason -> exit_p(class, reason, __STACKTRACE__)
  end

  @doc false
  def init_p(parent, ancestors, fun) do
    :erlang.put(:"$ancestors", [parent | ancestors])
    {:module, module} = :erlang.fun_info(fun, :module)
    {:name, name} = :erlang.fun_info(fun, :name)
    {:arity, arity} = :erlang.fun_info(fun, :arity)
    :erlang.put(:"$initial_call", {module, name, arity})

    try do
      fun.()
    catch
      class, reason -> exit_p(class, reason, __STACKTRACE__)
    end
  end

  @doc false
  def init_p(parent, ancestors, module, function, args) do
    :erlang.put(:"$ancestors", [parent | ancestors])
    :erlang.put(:"$initial_call", initial_call_of(module, function, args))
    init_p_do_apply(module, function, args)
  end

  defp init_p_do_apply(module, function, args) do
    apply(module, function, args)
  catch
    class, reason -> exit_p(class, reason, __STACKTRACE__)
  end

  # The link and the monitors see what they would see without the catch: the reason, with the stack for errors.
  defp exit_p(class, reason, stack) do
    report_crash(class, reason, stack)
    :erlang.raise(:exit, exit_reason(class, reason, stack), stack)
  end

  defp exit_reason(:error, reason, stack), do: {reason, stack}
  defp exit_reason(:exit, reason, _stack), do: reason
  defp exit_reason(:throw, value, stack), do: {{:nocatch, value}, stack}

  # A behaviour's process runs the callback module's init; that is the call worth naming in a report.
  # A supervisor shows the module that describes it.
  defp initial_call_of(:gen, :init_it, [:gen_server, _, _, :supervisor, {_, module, _}, _]), do: {:supervisor, module, 1}
  defp initial_call_of(:gen, :init_it, [:gen_server, _, _, _, :supervisor, {_, module, _}, _]), do: {:supervisor, module, 1}

  defp initial_call_of(:gen, :init_it, [gen, _, _, module, _, _])
       when gen in [:gen_server, :gen_statem],
       do: {module, :init, 1}

  defp initial_call_of(:gen, :init_it, [gen, _, _, _, module, _, _])
       when gen in [:gen_server, :gen_statem],
       do: {module, :init, 1}

  defp initial_call_of(:gen, :init_it, [:gen_event | _]), do: {:gen_event, :init_it, 6}
  defp initial_call_of(module, function, args), do: {module, function, length(args)}

  @doc "Returns `{module, function, args}` that the process, or its `Process.info/1`, was started with."
  @spec initial_call(pid | keyword) :: {module, atom, [atom]} | false
  def initial_call(process) do
    case stored_initial_call(process) do
      {module, function, arity} when is_integer(arity) ->
        {module, function, argument_names(arity)}

      _ ->
        false
    end
  end

  @doc "Returns `{module, function, arity}` that the process, or its `Process.info/1`, was started with."
  @spec translate_initial_call(pid | keyword) :: {module, atom, arity}
  def translate_initial_call(process) do
    case stored_initial_call(process) do
      {module, _, _} = mfa when is_atom(module) -> mfa
      _ -> {:proc_lib, :init_p, 5}
    end
  end

  defp argument_names(0), do: []
  defp argument_names(arity), do: for(n <- 1..arity, do: :"Argument__#{n}")

  defp stored_initial_call(pid) when pid == self(), do: :erlang.get(:"$initial_call")

  defp stored_initial_call(pid) when is_pid(pid) do
    case :erlang.process_info(pid, :dictionary) do
      {:dictionary, _} = item -> stored_initial_call([item])
      :undefined -> false
    end
  end

  defp stored_initial_call(info) when is_list(info) do
    with {_, dictionary} <- :lists.keyfind(:dictionary, 1, info),
         {_, mfa} <- :lists.keyfind(:"$initial_call", 1, dictionary) do
      mfa
    end
  end

  defp name_or_pid do
    case :erlang.process_info(self(), :registered_name) do
      {:registered_name, name} -> name
      _ -> self()
    end
  end

  defp ancestors do
    case :erlang.get(:"$ancestors") do
      list when is_list(list) -> list
      _ -> []
    end
  end

  @doc "Stops a process that understands system messages with reason `:normal`; see `stop/3`."
  @spec stop(pid | atom | {atom, node}) :: :ok
  def stop(process), do: stop(process, :normal, :infinity)

  @doc """
  Orders a process that understands system messages to end with `reason`, and waits until it has.

  Exits with `:noproc` when there is no such process, with `:timeout` when it takes longer than `timeout`, and
  with its exit reason when that is not `reason`.
  """
  @spec stop(pid | atom | {atom, node}, term, timeout) :: :ok
  def stop(process, reason, timeout) do
    {pid, ref} = :erlang.spawn_monitor(fn -> order_stop(process, reason) end)

    receive do
      {:DOWN, ^ref, _, _, ^reason} ->
        :ok

      {:DOWN, ^ref, _, _, {:noproc, {:sys, :terminate, _}}} ->
        exit(:noproc)

      {:DOWN, ^ref, _, _, other} ->
        exit(other)
    after
      timeout ->
        :erlang.exit(pid, :kill)

        receive do
          {:DOWN, ^ref, _, _, _} -> exit(:timeout)
        end
    end
  end

  defp order_stop(process, reason) do
    ref = :erlang.monitor(:process, process)
    :ok = :sys.terminate(process, reason, :infinity)

    receive do
      {:DOWN, ^ref, _, _, actual} -> exit(actual)
    end
  end

  ## Crash reports

  defp report_crash(:exit, :normal, _), do: :ok
  defp report_crash(:exit, :shutdown, _), do: :ok
  defp report_crash(:exit, {:shutdown, _}, _), do: :ok

  # Collecting what a report holds asks every neighbour for its state, so it waits until somebody wants to read it.
  defp report_crash(class, reason, stack) do
    if :logger.wants(:error, [:otp, :sasl], :proc_lib) do
      report = %{
        label: {:proc_lib, :crash},
        report: [crash_info(class, reason, stack), neighbours()]
      }

      :logger.log(:error, report, %{
        domain: [:otp, :sasl],
        report_cb: &:proc_lib.report_cb/2,
        logger_formatter: %{title: 'CRASH REPORT'},
        error_logger: %{tag: :error_report, type: :crash_report}
      })
    end

    :ok
  end

  @info_keys [
    :links,
    :message_queue_len,
    :messages,
    :trap_exit,
    :status,
    :heap_size,
    :stack_size,
    :reductions
  ]

  defp crash_info(class, reason, stack) do
    dictionary = :erlang.get()
    info = for key <- @info_keys, {_, value} <- [:erlang.process_info(self(), key)], do: {key, value}

    [
      initial_call: initial_call(self()) || {:erlang, :apply, 2},
      pid: self(),
      registered_name: registered_name(self()),
      error_info: {class, reason, stack},
      ancestors: ancestors(),
      dictionary: for({key, _} = item <- dictionary, key not in [:"$ancestors", :"$initial_call"], do: item)
    ] ++ info
  end

  defp registered_name(pid) do
    case :erlang.process_info(pid, :registered_name) do
      {:registered_name, name} -> name
      _ -> []
    end
  end

  # Linked processes that do not trap exits will die of this crash, and so belong in its report.
  defp neighbours do
    {:links, links} = :erlang.process_info(self(), :links)

    for pid <- links,
        is_pid(pid),
        node(pid) == node(),
        :erlang.process_info(pid, :trap_exit) == {:trap_exit, false},
        info = neighbour_info(pid),
        info != :undefined do
      {dictionary, info} = Keyword.pop(info, :dictionary)
      {function, info} = Keyword.pop(info, :current_function)
      ancestors = List.keyfind(dictionary, :"$ancestors", 0, {nil, []})

      head = [
        pid: pid,
        registered_name: registered_name(pid),
        initial_call: initial_call(dictionary: dictionary) || {:erlang, :apply, 2},
        current_function: function,
        ancestors: elem(ancestors, 1)
      ]

      {:neighbour, head ++ info}
    end
  end

  @neighbour_keys [
    :dictionary,
    :current_function,
    :message_queue_len,
    :links,
    :trap_exit,
    :status,
    :heap_size,
    :stack_size,
    :reductions,
    :current_stacktrace
  ]

  # Each item is asked for by itself: the process may end in between.
  defp neighbour_info(pid) do
    Enum.reduce_while(Enum.reverse(@neighbour_keys), [], fn key, info ->
      case :erlang.process_info(pid, key) do
        :undefined -> {:halt, :undefined}
        item -> {:cont, [item | info]}
      end
    end)
  end

  @doc false
  def report_cb(%{label: {:proc_lib, :crash}, report: report}, _config) do
    :erlang.binary_to_list(:erlang.iolist_to_binary(format_report(report)))
  end

  @doc "Formats a crash report as text."
  @spec format(list) :: charlist
  def format(report), do: :erlang.binary_to_list(:erlang.iolist_to_binary(format_report(report)))

  @doc "Formats a crash report; the encoding is accepted for compatibility and does not change the text."
  @spec format(list, atom) :: charlist
  def format(report, _encoding), do: format(report)

  @doc "Formats a crash report; the depth is accepted for compatibility and does not change the text."
  @spec format(list, atom, term) :: charlist
  def format(report, _encoding, _depth), do: format(report)

  defp format_report([own, neighbours]) do
    [
      "  crasher:\n",
      Enum.map(own, &format_item/1),
      "  neighbours:\n",
      Enum.map(neighbours, fn {:neighbour, items} -> ["    neighbour:\n", Enum.map(items, &["  ", format_item(&1)])] end)
    ]
  end

  defp format_item({:error_info, {class, reason, stack}}) do
    ["    exception ", to_string(class), ": ", inspect(reason), "\n", Exception.format_stacktrace(stack)]
  end

  defp format_item({key, value}), do: ["    ", to_string(key), ": ", inspect(value), "\n"]
end
