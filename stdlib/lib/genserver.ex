defmodule GenServer do
  @moduledoc """
  The server of a client-server pair: a process with a state that answers calls, takes casts, and handles messages.

  `use GenServer` defines `child_spec/1` and default callbacks; the module then implements `c:init/1` and whichever of
  `c:handle_call/3`, `c:handle_cast/2`, `c:handle_info/2`, `c:handle_continue/2` and `c:terminate/2` it needs.

      defmodule Counter do
        use GenServer

        def start_link(first), do: GenServer.start_link(__MODULE__, first)
        def next(counter), do: GenServer.call(counter, :next)

        @impl true
        def init(first), do: {:ok, first}

        @impl true
        def handle_call(:next, _from, n), do: {:reply, n, n + 1}
      end

  Callbacks run one at a time in the server's process: a slow one makes every client wait. Code that needs no state
  between requests and no serialisation is better off as plain functions.

  ## Options of `use`

  `:id`, `:restart`, `:shutdown` and `:significant` go into the child specification.
  """

  @type on_start :: {:ok, pid} | :ignore | {:error, {:already_started, pid} | term}
  @type name :: atom | {:global, term} | {:via, module, term}
  @type options :: [option]
  @type option ::
          {:debug, debug}
          | {:name, name}
          | {:timeout, timeout}
          | {:spawn_opt, [Process.spawn_opt()]}
          | {:hibernate_after, timeout}
  @type debug :: [:trace | :log | :statistics | {:log_to_file, Path.t()}]
  @type server :: pid | name | {atom, node}
  @type from :: {pid, tag :: term}

  @callback init(init_arg :: term) ::
              {:ok, state}
              | {:ok, state, timeout | :hibernate | {:continue, continue_arg :: term}}
              | :ignore
              | {:stop, reason :: any}
            when state: any

  @callback handle_call(request :: term, from, state :: term) ::
              {:reply, reply, new_state}
              | {:reply, reply, new_state, timeout | :hibernate | {:continue, continue_arg :: term}}
              | {:noreply, new_state}
              | {:noreply, new_state, timeout | :hibernate | {:continue, continue_arg :: term}}
              | {:stop, reason, reply, new_state}
              | {:stop, reason, new_state}
            when reply: term, new_state: term, reason: term

  @callback handle_cast(request :: term, state :: term) ::
              {:noreply, new_state}
              | {:noreply, new_state, timeout | :hibernate | {:continue, continue_arg :: term}}
              | {:stop, reason :: term, new_state}
            when new_state: term

  @callback handle_info(msg :: :timeout | term, state :: term) ::
              {:noreply, new_state}
              | {:noreply, new_state, timeout | :hibernate | {:continue, continue_arg :: term}}
              | {:stop, reason :: term, new_state}
            when new_state: term

  @callback handle_continue(continue_arg, state :: term) ::
              {:noreply, new_state}
              | {:noreply, new_state, timeout | :hibernate | {:continue, continue_arg}}
              | {:stop, reason :: term, new_state}
            when new_state: term, continue_arg: term

  @callback terminate(reason, state :: term) :: term
            when reason: :normal | :shutdown | {:shutdown, term} | term

  @callback code_change(old_vsn, state :: term, extra :: term) ::
              {:ok, new_state :: term} | {:error, reason :: term}
            when old_vsn: term | {:down, term}

  @callback format_status(reason, pdict_and_state :: list) :: term
            when reason: :normal | :terminate

  @optional_callbacks code_change: 3,
                      terminate: 2,
                      handle_info: 2,
                      handle_cast: 2,
                      handle_call: 3,
                      format_status: 2,
                      handle_continue: 2

  @doc false
  defmacro __using__(opts) do
    quote location: :keep, bind_quoted: [opts: opts] do
      @behaviour GenServer

      unless Module.has_attribute?(__MODULE__, :doc) do
        @doc """
        Returns a specification to start this module under a supervisor.

        See `Supervisor`.
        """
      end

      def child_spec(init_arg) do
        default = %{
          id: __MODULE__,
          start: {__MODULE__, :start_link, [init_arg]}
        }

        Supervisor.child_spec(default, unquote(Macro.escape(opts)))
      end

      defoverridable child_spec: 1

      @before_compile GenServer

      @doc false
      def handle_call(_msg, _from, _state) do
        raise GenServer.__unhandled__(:call, :handle_call, 3)
      end

      @doc false
      def handle_info(msg, state) do
        GenServer.__no_handle_info__(__MODULE__, msg)
        {:noreply, state}
      end

      @doc false
      def handle_cast(_msg, _state) do
        raise GenServer.__unhandled__(:cast, :handle_cast, 2)
      end

      @doc false
      def terminate(_reason, _state) do
        :ok
      end

      @doc false
      def code_change(_old, state, _extra) do
        {:ok, state}
      end

      defoverridable code_change: 3, terminate: 2, handle_info: 2, handle_cast: 2, handle_call: 3
    end
  end

  @doc false
  defmacro __before_compile__(env) do
    unless Module.defines?(env.module, {:init, 1}) do
      message = """
      function init/1 required by behaviour GenServer is not implemented \
      (in module #{inspect(env.module)}).

      We will inject a default implementation for now:

          def init(init_arg) do
            {:ok, init_arg}
          end

      You can copy the implementation above or define your own that converts \
      the arguments given to GenServer.start_link/3 to the server state.
      """

      IO.warn(message, Macro.Env.stacktrace(env))

      quote do
        @doc false
        def init(init_arg) do
          {:ok, init_arg}
        end

        defoverridable init: 1
      end
    end
  end

  # The defaults for requests that nobody handles live here, so that each server carries only a call to them.
  @doc false
  def __unhandled__(verb, callback, arity) do
    RuntimeError.exception(
      "attempted to #{verb} GenServer #{inspect(own_name())} but no #{callback}/#{arity} clause was provided"
    )
  end

  @doc false
  def __no_handle_info__(module, message) do
    :logger.log(
      :error,
      %{
        label: {GenServer, :no_handle_info},
        report: %{module: module, message: message, name: own_name()}
      },
      %{
        domain: [:otp, :elixir],
        error_logger: %{tag: :error_msg},
        report_cb: &GenServer.format_report/1
      }
    )
  end

  defp own_name do
    case Process.info(self(), :registered_name) do
      {_, []} -> self()
      {_, name} -> name
    end
  end

  @doc false
  def format_report(%{
        label: {GenServer, :no_handle_info},
        report: %{module: module, message: message, name: name}
      }) do
    {'~p ~p received unexpected message in handle_info/2: ~p~n', [module, name, message]}
  end

  @doc """
  Starts a server linked to the caller, and waits until its `c:init/1` has returned.

  ## Options

    * `:name` - an atom, `{:global, term}` or `{:via, module, term}` to register the server under
    * `:timeout` - the milliseconds that initialisation may take, after which the server is killed and the result is
      `{:error, :timeout}`
    * `:debug`, `:spawn_opt`, `:hibernate_after` - as for `:gen_server`

  Returns `{:ok, pid}`; `{:error, {:already_started, pid}}` when the name is taken; `{:error, reason}` and an exit
  signal when `c:init/1` fails or returns `{:stop, reason}`; `:ignore` when it returns that.
  """
  @spec start_link(module, any, options) :: on_start
  def start_link(module, init_arg, options \\ []) when is_atom(module) and is_list(options) do
    do_start(:link, module, init_arg, options)
  end

  @doc "Starts a server without a link; see `start_link/3`."
  @spec start(module, any, options) :: on_start
  def start(module, init_arg, options \\ []) when is_atom(module) and is_list(options) do
    do_start(:nolink, module, init_arg, options)
  end

  defp do_start(link, module, init_arg, options) do
    case Keyword.pop(options, :name) do
      {nil, options} ->
        :gen.start(:gen_server, link, module, init_arg, options)

      {atom, options} when is_atom(atom) ->
        :gen.start(:gen_server, link, {:local, atom}, module, init_arg, options)

      {{:global, _term} = name, options} ->
        :gen.start(:gen_server, link, name, module, init_arg, options)

      {{:via, via_module, _term} = name, options} when is_atom(via_module) ->
        :gen.start(:gen_server, link, name, module, init_arg, options)

      {other, _} ->
        raise ArgumentError, """
        expected :name option to be one of the following:

          * nil
          * atom
          * {:global, term}
          * {:via, module, term}

        Got: #{inspect(other)}
        """
    end
  end

  @doc """
  Stops the server with `reason`, and waits until it has ended.

  `c:terminate/2` runs first. Exits when there is no such server, when it takes longer than `timeout`, or when it ends
  with another reason.
  """
  @spec stop(server, reason :: term, timeout) :: :ok
  def stop(server, reason \\ :normal, timeout \\ :infinity) do
    case whereis(server) do
      nil ->
        exit({:noproc, {__MODULE__, :stop, [server, reason, timeout]}})

      pid when pid == self() ->
        exit({:calling_self, {__MODULE__, :stop, [server, reason, timeout]}})

      pid ->
        try do
          :proc_lib.stop(pid, reason, timeout)
        catch
          :exit, error -> exit({error, {__MODULE__, :stop, [server, reason, timeout]}})
        end
    end
  end

  @doc """
  Makes a call and returns the reply, waiting at most `timeout` milliseconds.

  Exits with `{reason, {GenServer, :call, [server, request, timeout]}}` when the server ends before it replies,
  does not exist (`:noproc`), is the caller itself (`:calling_self`), or is too slow (`:timeout`). After a time-out a
  late reply is dropped.
  """
  @spec call(server, term, timeout) :: term
  def call(server, request, timeout \\ 5000)
      when (is_integer(timeout) and timeout >= 0) or timeout == :infinity do
    case whereis(server) do
      nil ->
        exit({:noproc, {__MODULE__, :call, [server, request, timeout]}})

      pid when pid == self() ->
        exit({:calling_self, {__MODULE__, :call, [server, request, timeout]}})

      pid ->
        try do
          :gen.call(pid, :"$gen_call", request, timeout)
        catch
          :exit, reason -> exit({reason, {__MODULE__, :call, [server, request, timeout]}})
        else
          {:ok, reply} -> reply
        end
    end
  end

  @doc """
  Sends a request that is not answered.

  Returns `:ok` at once, whether the server exists or not.
  """
  @spec cast(server, term) :: :ok
  def cast(server, request)

  def cast({:global, name}, request) do
    try do
      :global.send(name, {:"$gen_cast", request})
      :ok
    catch
      _, _ -> :ok
    end
  end

  def cast({:via, module, name}, request) do
    try do
      module.send(name, {:"$gen_cast", request})
      :ok
    catch
      _, _ -> :ok
    end
  end

  def cast({name, node}, request) when is_atom(name) and is_atom(node) do
    do_send({name, node}, {:"$gen_cast", request})
  end

  def cast(dest, request) when is_atom(dest) or is_pid(dest) do
    do_send(dest, {:"$gen_cast", request})
  end

  @doc "Casts to the servers called `name` on all `nodes`."
  @spec abcast([node], name :: atom, term) :: :abcast
  def abcast(nodes \\ [node() | Node.list()], name, request)
      when is_list(nodes) and is_atom(name) do
    message = {:"$gen_cast", request}
    for node <- nodes, do: do_send({name, node}, message)
    :abcast
  end

  defp do_send(dest, message) do
    try do
      send(dest, message)
      :ok
    catch
      _, _ -> :ok
    end
  end

  @doc """
  Calls the servers called `name` on all `nodes`.

  Returns `{replies, bad_nodes}`: the replies by node, and the nodes that did not reply within `timeout`.
  """
  @spec multi_call([node], name :: atom, term, timeout) :: {replies :: [{node, term}], bad_nodes :: [node]}
  def multi_call(nodes \\ [node() | Node.list()], name, request, timeout \\ :infinity) do
    :gen_server.multi_call(nodes, name, request, timeout)
  end

  @doc """
  Replies to a call from outside `c:handle_call/3`, or before it returns.

  `client` is the `from` that the callback got. Always `:ok`.
  """
  @spec reply(from, term) :: :ok
  def reply(client, reply), do: :gen.reply(client, reply)

  @doc """
  Returns the pid of a server, a `{name, node}` on another node, or `nil` when there is none.
  """
  @spec whereis(server) :: pid | {atom, node} | nil
  def whereis(server)

  def whereis(pid) when is_pid(pid), do: pid

  def whereis(name) when is_atom(name) do
    case :erlang.whereis(name) do
      :undefined -> nil
      pid -> pid
    end
  end

  def whereis({:global, name}) do
    case :global.whereis_name(name) do
      pid when is_pid(pid) -> pid
      :undefined -> nil
    end
  end

  def whereis({:via, mod, name}) do
    case apply(mod, :whereis_name, [name]) do
      pid when is_pid(pid) -> pid
      :undefined -> nil
    end
  end

  def whereis({name, local}) when is_atom(name) and local == node() do
    case :erlang.whereis(name) do
      :undefined -> nil
      pid -> pid
    end
  end

  def whereis({name, node} = server) when is_atom(name) and is_atom(node), do: server
end
