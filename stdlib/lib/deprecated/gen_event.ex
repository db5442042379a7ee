defmodule GenEvent.Stream do
  @moduledoc """
  A stream of the events of a `GenEvent` manager. Deprecated with it.
  """

  @behaviour :gen_event
  defstruct manager: nil, timeout: :infinity

  @doc false
  def init({pid, ref}), do: {:ok, {pid, ref}}

  @doc false
  def handle_event(event, {pid, ref} = state) do
    send(pid, {ref, event})
    {:ok, state}
  end

  @doc false
  def handle_call(_request, state), do: {:ok, {:error, :bad_call}, state}

  @doc false
  def handle_info(_message, state), do: {:ok, state}

  @doc false
  def terminate(_reason, _state), do: :ok
end

defmodule GenEvent do
  @moduledoc """
  Managers of events, to which modules are added that handle them. Deprecated: `Registry` gives events to many processes, `GenStage`
  and `:gen_event` are for what needs handlers.

  A handler is a module, or `{module, id}` when one module is added more than once. `use GenEvent` gives it the callbacks that it does
  not define itself. The managers are those of Erlang's `:gen_event`.
  """

  @message "Use one of the alternatives described in the documentation for the GenEvent module"

  @type handler :: atom | {atom, term}
  @type manager :: pid | GenServer.name() | {atom, node}
  @type state :: term

  @callback init(args :: term) :: {:ok, state} | {:ok, state, :hibernate} | {:error, reason :: any}
  @callback handle_event(event :: term, state) :: {:ok, state} | {:ok, state, :hibernate} | {:swap_handler, term, state, handler, term} | :remove_handler
  @callback handle_call(request :: term, state) ::
              {:ok, term, state} | {:ok, term, state, :hibernate} | {:swap_handler, term, term, state, handler, term} | {:remove_handler, term}
  @callback handle_info(message :: term, state) :: {:ok, state} | {:ok, state, :hibernate} | {:swap_handler, term, state, handler, term} | :remove_handler
  @callback terminate(reason :: term, state) :: term
  @callback code_change(old :: term, state, extra :: term) :: {:ok, state}

  @doc false
  @deprecated @message
  defmacro __using__(_options) do
    quote location: :keep do
      @behaviour :gen_event

      @doc false
      def init(args), do: {:ok, args}

      @doc false
      def handle_event(_event, state), do: {:ok, state}

      @doc false
      def handle_call(message, _state),
        do: raise("attempted to call GenEvent #{inspect(__MODULE__)} but no handle_call/2 clause was provided for #{inspect(message)}")

      @doc false
      def handle_info(_message, state), do: {:ok, state}

      @doc false
      def terminate(_reason, _state), do: :ok

      @doc false
      def code_change(_old, state, _extra), do: {:ok, state}

      defoverridable init: 1, handle_event: 2, handle_call: 2, handle_info: 2, terminate: 2, code_change: 3
    end
  end

  @doc "Starts a manager that is linked to the caller. Option `:name`."
  @deprecated @message
  @spec start_link(keyword) :: {:ok, pid} | {:error, term}
  def start_link(options \\ []), do: start(:start_link, options)

  @doc "Starts a manager. Option `:name`."
  @deprecated @message
  @spec start(keyword) :: {:ok, pid} | {:error, term}
  def start(options \\ []), do: start(:start, options)

  defp start(how, options) do
    case Keyword.pop(options, :name) do
      {nil, options} -> apply(:gen_event, how, [options])
      {name, options} when is_atom(name) -> apply(:gen_event, how, [{:local, name}, options])
      {{kind, _} = name, options} when kind == :global -> apply(:gen_event, how, [name, options])
      {{:via, _, _} = name, options} -> apply(:gen_event, how, [name, options])
      {name, _} -> raise ArgumentError, "expected :name option to be one of: nil, atom, {:global, term}, or {:via, module, term}, got: #{inspect(name)}"
    end
  end

  @doc "Adds a handler, with what its `init/1` gets."
  @deprecated @message
  @spec add_handler(manager, handler, term) :: :ok | {:error, term}
  def add_handler(manager, handler, args), do: add(:add_handler, manager, handler, args)

  @doc "Adds a handler that goes with the caller; the caller gets `{:gen_event_EXIT, handler, reason}` when it goes before."
  @deprecated @message
  @spec add_mon_handler(manager, handler, term) :: :ok | {:error, term}
  def add_mon_handler(manager, handler, args), do: add(:add_sup_handler, manager, handler, args)

  defp add(how, manager, handler, args) do
    if handler in handlers(manager), do: {:error, :already_present}, else: apply(:gen_event, how, [manager, handler, args])
  end

  @doc "Gives an event to all handlers; waits for nothing."
  @deprecated @message
  @spec notify(manager, term) :: :ok | {:error, :badarg}
  def notify(manager, event) do
    if is_atom(manager) and Process.whereis(manager) == nil, do: {:error, :badarg}, else: :gen_event.notify(manager, event)
  end

  @doc "Gives an event to all handlers and waits until they have seen it."
  @deprecated @message
  @spec sync_notify(manager, term) :: :ok
  def sync_notify(manager, event), do: :gen_event.sync_notify(manager, event)

  @doc "Gives an event to all handlers and waits until the manager has it."
  @deprecated @message
  @spec ack_notify(manager, term) :: :ok
  def ack_notify(manager, event), do: :gen_event.sync_notify(manager, event)

  @doc "Calls one handler and waits for its answer: `{:error, :not_found}` if it is not there."
  @deprecated @message
  @spec call(manager, handler, term, timeout) :: term
  def call(manager, handler, request, timeout \\ 5000) do
    case :gen_event.call(manager, handler, request, timeout) do
      {:error, :bad_module} -> {:error, :not_found}
      reply -> reply
    end
  catch
    :exit, {reason, {:gen_event, _, _}} -> exit({reason, {__MODULE__, :call, [manager, handler, request, timeout]}})
    :exit, reason -> exit({reason, {__MODULE__, :call, [manager, handler, request, timeout]}})
  end

  @doc "Takes a handler out; gives what its `terminate/2` gives."
  @deprecated @message
  @spec remove_handler(manager, handler, term) :: term | {:error, term}
  def remove_handler(manager, handler, args), do: found(:gen_event.delete_handler(manager, handler, args))

  @doc "Replaces a handler by another one, which gets what the first one's `terminate/2` gives."
  @deprecated @message
  @spec swap_handler(manager, handler, term, handler, term) :: :ok | {:error, term}
  def swap_handler(manager, handler1, args1, handler2, args2), do: found(:gen_event.swap_handler(manager, {handler1, args1}, {handler2, args2}))

  @doc "Replaces a handler like `swap_handler/5` by one that goes with the caller."
  @deprecated @message
  @spec swap_mon_handler(manager, handler, term, handler, term) :: :ok | {:error, term}
  def swap_mon_handler(manager, handler1, args1, handler2, args2),
    do: found(:gen_event.swap_sup_handler(manager, {handler1, args1}, {handler2, args2}))

  defp found({:error, :module_not_found}), do: {:error, :not_found}
  defp found(result), do: result

  @doc "Lists the handlers."
  @deprecated @message
  @spec which_handlers(manager) :: [handler]
  def which_handlers(manager), do: handlers(manager)

  defp handlers(manager), do: :gen_event.which_handlers(manager)

  @doc "Stops the manager and its handlers."
  @deprecated @message
  @spec stop(manager, term, timeout) :: :ok
  def stop(manager, reason \\ :normal, timeout \\ :infinity), do: :gen_event.stop(manager, reason, timeout)

  @doc "Makes a stream of the events. Option `:timeout`, the longest time to wait for one."
  @deprecated @message
  @spec stream(manager, keyword) :: Enumerable.t()
  def stream(manager, options \\ []), do: %GenEvent.Stream{manager: manager, timeout: Keyword.get(options, :timeout, :infinity)}
end

defimpl Enumerable, for: GenEvent.Stream do
  def reduce(%{manager: manager, timeout: timeout}, acc, fun) do
    Stream.resource(fn -> start(manager) end, &next(&1, timeout), &stop/1).(acc, fun)
  end

  def count(_stream), do: {:error, __MODULE__}
  def member?(_stream, _event), do: {:error, __MODULE__}
  def slice(_stream), do: {:error, __MODULE__}

  defp start(manager) do
    ref = Process.monitor(manager)
    :ok = :gen_event.add_sup_handler(manager, {GenEvent.Stream, ref}, {self(), ref})
    {manager, ref}
  end

  defp next({manager, ref} = state, timeout) do
    receive do
      {^ref, event} -> {[event], state}
      {:gen_event_EXIT, {GenEvent.Stream, ^ref}, _reason} -> {:halt, state}
      {:DOWN, ^ref, _, _, :normal} -> {:halt, state}
      {:DOWN, ^ref, _, _, reason} -> exit({reason, {__MODULE__, :next, [manager, timeout]}})
    after
      timeout -> exit({:timeout, {__MODULE__, :next, [manager, timeout]}})
    end
  end

  defp stop({manager, ref}) do
    Process.demonitor(ref, [:flush])

    try do
      :gen_event.delete_handler(manager, {GenEvent.Stream, ref}, :remove_handler)
    catch
      :exit, _ -> :ok
    end

    drain(ref)
  end

  defp drain(ref) do
    receive do
      {^ref, _event} -> drain(ref)
      {:gen_event_EXIT, {GenEvent.Stream, ^ref}, _reason} -> drain(ref)
    after
      0 -> :ok
    end
  end
end
