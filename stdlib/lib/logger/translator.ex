defmodule Logger.Translator do
  @moduledoc """
  Turns the reports of processes, as Erlang makes them, into text as Elixir writes it.

  `translate/4` is the translator that is there from the start; programs add their own with `Logger.add_translator/1`.
  """

  @doc """
  Translates a message.

  `kind` is `:format`, with `{format, args}`, or `:report`, with `{label, report}`. Returns `{:ok, chardata}`,
  `{:ok, chardata, metadata}`, `:skip` to drop the message, or `:none` to leave it to others.
  """
  @spec translate(atom, atom, :format | :report, term) ::
          {:ok, IO.chardata(), keyword} | {:ok, IO.chardata()} | :skip | :none
  def translate(min_level, level, kind, message)

  def translate(min_level, level, :format, {'Error in process ' ++ _ = format, [pid, _node, failure]}) do
    translate(min_level, level, :format, {format, [pid, failure]})
  end

  def translate(_min_level, :error, :format, {'Error in process ' ++ _, [pid, {reason, stack}]}) when is_list(stack) do
    crash = crash(reason, stack)

    text = [
      "Process ",
      inspect(pid),
      " raised an exception\n",
      banner(:error, reason, stack),
      stack_lines(stack)
    ]

    {:ok, text, crash_reason: crash}
  end

  def translate(_min_level, _level, :format, _message), do: :none

  def translate(min_level, :error, :report, {:logger, %{label: {:gen_server, :terminate}} = report}) do
    %{name: name, last_message: last, state: state, reason: reason} = report
    {banner, stack} = stop(reason)

    head = ["GenServer ", inspect(name), " terminating", banner, stack]
    text = shaped(min_level, head, [last_message(last, report[:client_info]), details(min_level, state, report[:client_info])])

    {:ok, text, [crash_reason: crash(reason)] ++ registered(name)}
  end

  def translate(min_level, :error, :report, {:logger, %{label: {:gen_event, :terminate}} = report}) do
    %{handler: handler, name: name, last_message: last, state: state, reason: reason} = report
    reason = with {:EXIT, why} <- reason, do: why
    {banner, stack} = stop(reason)

    head = [":gen_event handler ", inspect(handler), " installed in ", inspect(name), " terminating", banner, stack]
    text = shaped(min_level, head, [["\nLast message: ", show(last)], details(min_level, state, nil)])

    {:ok, text, [crash_reason: crash(reason)] ++ registered(name)}
  end

  def translate(min_level, :error, :report, {:logger, %{label: {:gen_statem, :terminate}} = report}) do
    %{name: name, reason: {class, reason, stack}, state: state} = report
    full = if class == :exit and stack == [], do: reason, else: {reason, stack}
    {banner, stack} = stop(full)

    queue =
      case report.queue do
        [{:internal, event} | _] -> ["\nLast message: ", show(event)]
        [{{:call, {pid, _}}, event} | _] -> ["\nLast message (from ", inspect(pid), "): ", show(event)]
        [{_type, event} | _] -> ["\nLast message: ", show(event)]
        [] -> []
      end

    head = [":gen_statem ", inspect(name), " terminating", banner, stack]
    text = shaped(min_level, head, [queue, details(min_level, state, report[:client_info])])

    {:ok, text, [crash_reason: crash(full)] ++ registered(name)}
  end

  def translate(_min_level, :error, :report, {:logger, %{label: {:supervisor, :unexpected_msg}, report: report}}) do
    {:ok, ["Supervisor received unexpected message: ", inspect(report[:msg])]}
  end

  def translate(_min_level, :error, :report, {{Task.Supervisor, :terminating}, report}) do
    %{name: name, starter: starter, function: function, args: args, reason: reason} = report
    {banner, stack} = stop(reason)

    text = [
      "Task ", inspect(name), " started from ", inspect(starter), " terminating", banner, stack,
      ["\nFunction: ", inspect(function), "\n    Args: ", show(args)]
    ]

    {:ok, text, [crash_reason: crash(reason)] ++ registered(name)}
  end

  def translate(min_level, :error, :report, {{:supervisor, context}, report}) when is_list(report) do
    supervisor_error(min_level, context, report)
  end

  def translate(min_level, :info, :report, {{:supervisor, :progress}, report}) when is_list(report) do
    started = report[:started]

    {:ok,
     [
       "Child ", inspect(started[:id]), " of Supervisor ", supervisor_name(report[:supervisor]), " started",
       pid(started[:pid]),
       child_info(min_level, started)
     ]}
  end

  def translate(_min_level, _level, :report, {:logger, %{label: {:application_controller, :progress}, report: report}}), do: application_start(report)
  def translate(_min_level, _level, :report, {{:application_controller, :progress}, report}), do: application_start(report)

  def translate(_min_level, _level, :report, {:logger, %{label: {:application_controller, :exit}} = report}) do
    application_exit(report[:report])
  end

  def translate(_min_level, _level, :report, {{:application_controller, :exit}, report}), do: application_exit(report)

  def translate(min_level, :error, :report, {{:proc_lib, :crash}, [own, linked]}) do
    {class, reason, stack} = own[:error_info]

    text = [
      "Process ", process_name(own[:registered_name], own[:pid]), " terminating\n", banner(class, reason, stack), stack_lines(stack),
      ["\nInitial Call: ", initial_call(own[:initial_call])],
      ["\nAncestors: ", inspect(own[:ancestors])],
      if(min_level == :debug, do: process_details(own), else: []),
      if(linked == [], do: [], else: ["\nNeighbours:" | Enum.map(linked, &neighbour(min_level, &1))])
    ]

    {:ok, text, [crash_reason: crash(class, reason, stack)] ++ call_metadata(own[:initial_call]) ++ relatives(own) ++ registered(own[:registered_name])}
  end

  def translate(_min_level, _level, _kind, _message), do: :none

  ## Parts

  # Backends find the head by itself when the details are wanted.
  defp shaped(:debug, head, details), do: [head | details]
  defp shaped(_min_level, head, details), do: head ++ details

  defp banner(class, reason, stack), do: Exception.format_banner(class, reason, stack)

  # How a process stopped: the banner and, on its own lines, the stack.
  defp stop({reason, [_ | _] = stack} = full) do
    formatted = stack_lines(stack)

    banner =
      case Exception.normalize(:error, reason, stack) do
        %ErlangError{} when not is_exception(reason) -> ["\n** (stop) ", Exception.format_exit(reason)]
        exception -> ["\n", Exception.format_banner(:error, exception, stack)]
      end

    {banner, formatted}
  rescue
    _ -> {["\n** (stop) ", Exception.format_exit(full)], []}
  end

  defp stop({reason, []}), do: stop_without_stack(reason)
  defp stop(reason), do: stop_without_stack(reason)

  defp stack_lines(stack), do: for(entry <- stack, do: ["\n    ", Exception.format_stacktrace_entry(entry)])

  defp stop_without_stack(reason), do: {["\n** (stop) ", Exception.format_exit(reason)], []}

  defp crash({reason, [_ | _] = stack}), do: crash(reason, stack)
  defp crash(reason), do: {reason, []}

  # An exit may carry the error that led to it.
  defp crash(:exit, {_, [_ | _]} = reason, _stack), do: crash(reason)
  defp crash(:exit, reason, stack), do: {reason, stack}
  defp crash(_class, reason, stack), do: crash(reason, stack)

  defp crash(reason, stack) do
    case Exception.normalize(:error, reason, stack) do
      %ErlangError{} -> {reason, stack}
      exception -> {exception, stack}
    end
  rescue
    _ -> {reason, []}
  end

  defp process_name(name, pid) when name in [nil, []], do: inspect(pid)
  defp process_name(name, pid), do: [inspect(name), " (", inspect(pid), ")"]

  # Where a process comes from, for those who group crashes.
  defp relatives(own) do
    callers = List.keyfind(own[:dictionary] || [], :"$callers", 0)
    for {key, [_ | _] = pids} <- [ancestors: own[:ancestors], callers: callers && elem(callers, 1)], do: {key, pids}
  end

  defp registered(name) when is_atom(name) and name not in [nil, []], do: [registered_name: name]
  defp registered(_name), do: []

  defp call_metadata({module, function, args}) when is_list(args), do: [initial_call: {module, function, length(args)}]
  defp call_metadata({module, function, arity}), do: [initial_call: {module, function, arity}]
  defp call_metadata(_none), do: []

  # What a program holds, at the length that it wishes to see.
  defp show(term), do: inspect(term, Application.get_env(:logger, :translator_inspect_opts, []))

  # A call says who waits for it, by name if the process has one.
  defp last_message(last, client) do
    {from, message} =
      case last do
        {:"$gen_call", {pid, _}, message} -> {pid, message}
        message -> {nil, message}
      end

    case client do
      {_pid, {name, _stack}} -> ["\nLast message (from ", inspect(name), "): ", show(message)]
      {pid, _} when is_pid(pid) -> ["\nLast message (from ", inspect(pid), "): ", show(message)]
      _ when is_pid(from) -> ["\nLast message (from ", inspect(from), "): ", show(message)]
      _ -> ["\nLast message: ", show(message)]
    end
  end

  # What the process held, and who waits for it, may be long: it is for those who look for errors.
  defp details(:debug, state, client), do: [["\nState: ", show(state)], client(client)]
  defp details(_min_level, _state, _client), do: []

  defp client({pid, :dead}), do: ["\nClient ", inspect(pid), " is dead"]
  defp client({pid, :remote}), do: ["\nClient ", inspect(pid), " is remote on node ", inspect(node(pid))]
  defp client({_pid, {name, stack}}), do: ["\nClient ", inspect(name), " is alive\n", stack_lines(stack)]
  defp client(_none), do: []

  defp supervisor_error(min_level, context, report) do
    offender = report[:offender]
    reason = report[:reason]

    verb =
      case context do
        :start_error -> " failed to start"
        :child_terminated -> " terminated"
        :shutdown -> " caused shutdown"
        :shutdown_error -> " shut down abnormally"
        other -> [" reported ", inspect(other)]
      end

    {:ok,
     [
       "Child ", child_name(offender), " of Supervisor ", supervisor_name(report[:supervisor]), verb,
       ["\n** (exit) ", Exception.format_exit(raised(context, reason))],
       pid(offender[:pid]),
       child_info(min_level, offender)
     ], crash_reason: crash(reason)}
  end

  # A start function that raises is said to have been ended by that.
  defp raised(:start_error, {:EXIT, reason}), do: reason
  defp raised(_context, reason), do: reason

  defp child_name(offender), do: inspect(offender[:id])

  defp supervisor_name({:local, name}), do: inspect(name)
  defp supervisor_name({:global, name}), do: inspect(name)
  defp supervisor_name({:via, _module, name}), do: inspect(name)
  defp supervisor_name({pid, module}), do: [inspect(pid), " (", inspect(module), ")"]

  defp pid(pid) when is_pid(pid), do: ["\nPid: ", inspect(pid)]
  defp pid(_none), do: []

  defp child_info(min_level, child) do
    [
      start_call(child[:mfargs]),
      if min_level == :debug do
        [
          "\nRestart: ",
          inspect(child[:restart_type]),
          "\nShutdown: ",
          inspect(child[:shutdown]),
          "\nType: ",
          inspect(child[:child_type])
        ]
      else
        []
      end
    ]
  end

  defp start_call({module, function, :undefined}), do: ["\nStart Call: ", module |> Exception.format_mfa(function, 0) |> String.replace_suffix("/0", "/?")]
  defp start_call({module, function, args}), do: ["\nStart Call: ", Exception.format_mfa(module, function, args)]
  defp start_call(_none), do: []

  defp initial_call({module, function, args}) when is_list(args) do
    Exception.format_mfa(module, function, length(args))
  end

  defp initial_call({module, function, arity}), do: Exception.format_mfa(module, function, arity)
  defp initial_call(other), do: inspect(other)

  defp neighbour(min_level, {:neighbour, items}) do
    lines = [
      ["Initial Call: ", initial_call(items[:initial_call])],
      ["Current Call: ", initial_call(items[:current_function])],
      ["Ancestors: ", inspect(items[:ancestors])]
    ]

    details = if min_level == :debug, do: process_details(items) ++ current_stack(items[:current_stacktrace]), else: []

    ["\n    ", process_name(items[:registered_name], items[:pid])] ++
      Enum.map(lines, &["\n        ", &1]) ++ Enum.map(details, fn ["\n" | line] -> ["\n        ", line] end)
  end

  defp current_stack([_ | _] = stack) do
    [["\n", "Current Stacktrace:"] | for(entry <- stack, do: ["\n", "    ", Exception.format_stacktrace_entry(entry)])]
  end

  defp current_stack(_none), do: []

  defp process_details(own) do
    for {key, title} <- [
          message_queue_len: "Message Queue Length",
          messages: "Messages",
          links: "Links",
          dictionary: "Dictionary",
          trap_exit: "Trapping Exits",
          status: "Status",
          heap_size: "Heap Size",
          stack_size: "Stack Size",
          reductions: "Reductions"
        ],
        Keyword.has_key?(own, key) do
      ["\n", title, ": ", inspect(own[key])]
    end
  end

  defp application_start(report), do: {:ok, ["Application ", Atom.to_string(report[:application]), " started at ", inspect(report[:started_at])]}

  defp application_exit(report) do
    {:ok,
     [
       "Application ",
       Atom.to_string(report[:application]),
       " exited: ",
       Application.format_error(report[:exited])
     ]}
  end
end
