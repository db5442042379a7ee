defmodule Supervisor do
  @moduledoc """
  A process that starts other processes in order, restarts those that fail, and ends them in reverse order.

      children = [
        {Counter, 0},
        Supervisor.child_spec({Counter, 10}, id: :second)
      ]

      Supervisor.start_link(children, strategy: :one_for_one)

  A child is a module, `{module, arg}`, or a map with at least `:id` and `:start`. For the first two,
  `module.child_spec(arg)` gives the map, with `[]` as the argument of a module alone.

  ## Strategies

    * `:one_for_one` - only the child that ended is restarted
    * `:one_for_all` - all others are ended, and all are started again
    * `:rest_for_one` - those started after it are ended, and they and it are started again

  A supervisor that would restart more than `:max_restarts` times in `:max_seconds` ends all its children and itself.

  For children that come and go at run time see `DynamicSupervisor`.
  """

  @doc false
  defmacro __using__(opts) do
    quote location: :keep, bind_quoted: [opts: opts] do
      @behaviour Supervisor

      unless Module.has_attribute?(__MODULE__, :doc) do
        @doc """
        Returns a specification to start this module under a supervisor.

        See `Supervisor`.
        """
      end

      def child_spec(init_arg) do
        default = %{
          id: __MODULE__,
          start: {__MODULE__, :start_link, [init_arg]},
          type: :supervisor
        }

        Supervisor.child_spec(default, unquote(Macro.escape(opts)))
      end

      defoverridable child_spec: 1
    end
  end

  @callback init(init_arg :: term) ::
              {:ok, {:supervisor.sup_flags(), [:supervisor.child_spec()]}} | :ignore

  @type on_start :: {:ok, pid} | :ignore | {:error, {:already_started, pid} | {:shutdown, term} | term}
  @type on_start_child ::
          {:ok, child} | {:ok, child, info :: term} | {:error, {:already_started, child} | :already_present | term}
  @type child :: pid | :undefined
  @type name :: atom | {:global, term} | {:via, module, name :: term}
  @type supervisor :: pid | name | {atom, node}
  @type option :: {:name, name}
  @type init_option ::
          {:strategy, strategy}
          | {:max_restarts, non_neg_integer}
          | {:max_seconds, pos_integer}
          | {:auto_shutdown, auto_shutdown}
  @type strategy :: :one_for_one | :one_for_all | :rest_for_one
  @type auto_shutdown :: :never | :any_significant | :all_significant
  @type restart :: :permanent | :transient | :temporary
  @type shutdown :: timeout | :brutal_kill
  @type type :: :worker | :supervisor
  @type sup_flags :: %{
          strategy: strategy,
          intensity: non_neg_integer,
          period: pos_integer,
          auto_shutdown: auto_shutdown
        }
  @type child_spec :: %{
          required(:id) => atom | term,
          required(:start) => {module, function_name :: atom, args :: [term]},
          optional(:restart) => restart,
          optional(:shutdown) => shutdown,
          optional(:type) => type,
          optional(:modules) => [module] | :dynamic,
          optional(:significant) => boolean
        }
  @type module_spec :: {module, args :: term} | module

  @doc """
  Starts a supervisor with the given children, linked to the caller.

  `options` are those of `init/2`, of which `:strategy` is required, and `:name`.
  """
  @spec start_link([:supervisor.child_spec() | module_spec], [option | init_option]) :: on_start
  def start_link(children, options) when is_list(children) do
    {sup_opts, start_opts} =
      Keyword.split(options, [:strategy, :max_seconds, :max_restarts, :auto_shutdown])

    start_link(Supervisor.Default, init(children, sup_opts), start_opts)
  end

  def start_link(module, init_arg), do: start_link(module, init_arg, [])

  @doc """
  Starts a supervisor whose children `module.init(init_arg)` describes, linked to the caller.

  The only option is `:name`.
  """
  @spec start_link(module, init_arg :: term, [option]) :: on_start
  def start_link(module, init_arg, options) when is_list(options) do
    case Keyword.get(options, :name) do
      nil ->
        :supervisor.start_link(module, init_arg)

      atom when is_atom(atom) ->
        :supervisor.start_link({:local, atom}, module, init_arg)

      {:global, _term} = name ->
        :supervisor.start_link(name, module, init_arg)

      {:via, via_module, _term} = name when is_atom(via_module) ->
        :supervisor.start_link(name, module, init_arg)

      other ->
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
  Returns what `c:init/1` of a supervisor module has to return.

  ## Options

    * `:strategy` - required
    * `:max_restarts` - the restarts allowed in `:max_seconds`, 3 by default
    * `:max_seconds` - 5 by default
    * `:auto_shutdown` - `:never` by default
  """
  @spec init([:supervisor.child_spec() | module_spec], [init_option]) :: {:ok, tuple}
  def init(children, options) when is_list(children) and is_list(options) do
    strategy =
      case options[:strategy] do
        nil ->
          raise ArgumentError, "expected :strategy option to be given"

        :simple_one_for_one ->
          IO.warn(":simple_one_for_one strategy is deprecated, please use DynamicSupervisor instead")
          :simple_one_for_one

        other ->
          other
      end

    flags = %{
      strategy: strategy,
      intensity: Keyword.get(options, :max_restarts, 3),
      period: Keyword.get(options, :max_seconds, 5)
    }

    flags =
      case Keyword.fetch(options, :auto_shutdown) do
        {:ok, auto_shutdown} -> Map.put(flags, :auto_shutdown, auto_shutdown)
        :error -> flags
      end

    {:ok, {flags, Enum.map(children, &init_child/1)}}
  end

  defp init_child(module) when is_atom(module), do: init_child({module, []})

  defp init_child({module, arg}) when is_atom(module) do
    try do
      module.child_spec(arg)
    rescue
      e in UndefinedFunctionError ->
        case __STACKTRACE__ do
          [{^module, :child_spec, [^arg], _} | _] ->
            raise ArgumentError, child_spec_error(module)

          stack ->
            reraise e, stack
        end
    end
  end

  defp init_child(map) when is_map(map), do: map
  defp init_child({_, _, _, _, _, _} = tuple), do: tuple

  defp init_child(other) do
    raise ArgumentError, """
    supervisors expect each child to be one of the following:

      * a module
      * a {module, arg} tuple
      * a child specification as a map with at least the :id and :start fields
      * or a tuple with 6 elements generated by Supervisor.Spec (deprecated)

    Got: #{inspect(other)}
    """
  end

  defp child_spec_error(module) do
    if Code.ensure_loaded?(module) do
      """
      The module #{inspect(module)} was given as a child to a supervisor
      but it does not implement child_spec/1.

      If you own the given module, please define a child_spec/1 function
      that receives an argument and returns a child specification as a map.
      For example:

          def child_spec(opts) do
            %{
              id: __MODULE__,
              start: {__MODULE__, :start_link, [opts]},
              type: :worker,
              restart: :permanent,
              shutdown: 500
            }
          end

      Note that "use Agent", "use GenServer" and so on automatically define
      this function for you.

      However, if you don't own the given module and it doesn't implement
      child_spec/1, instead of passing the module name directly as a supervisor
      child, you will have to pass a child specification as a map:

          %{
            id: #{inspect(module)},
            start: {#{inspect(module)}, :start_link, [arg1, arg2]}
          }

      See the Supervisor documentation for more information.
      """
    else
      "The module #{inspect(module)} was given as a child to a supervisor but it does not exist."
    end
  end

  @doc """
  Returns a child specification with some of its fields overridden.

  ## Examples

      iex> Supervisor.child_spec(%{id: :a, start: {Agent, :start_link, []}}, id: :b, restart: :transient)
      %{id: :b, restart: :transient, start: {Agent, :start_link, []}}

  """
  @spec child_spec(child_spec | module_spec, keyword) :: child_spec
  def child_spec(module_or_map, overrides)

  def child_spec({_, _, _, _, _, _} = tuple, _overrides) do
    raise ArgumentError, "old tuple-based child specification #{inspect(tuple)} is not supported in Supervisor.child_spec/2"
  end

  def child_spec(module_or_map, overrides) do
    Enum.reduce(overrides, init_child(module_or_map), fn
      {key, value}, acc when key in [:id, :start, :restart, :shutdown, :type, :modules, :significant] ->
        Map.put(acc, key, value)

      {key, _value}, _acc ->
        raise ArgumentError, "unknown key #{inspect(key)} in child specification override"
    end)
  end

  @doc """
  Adds a child and starts it.

  Returns `{:ok, pid}`, `{:ok, pid, info}`, or `{:ok, :undefined}` when the child's start function returned `:ignore`.
  A specification whose id is known is refused: `{:error, {:already_started, pid}}` or `{:error, :already_present}`.
  When the child fails to start the specification is forgotten and the reason returned.
  """
  @spec start_child(supervisor, :supervisor.child_spec() | module_spec | [term]) :: on_start_child
  def start_child(supervisor, {_, _, _, _, _, _} = child_spec) do
    call(supervisor, {:start_child, child_spec})
  end

  def start_child(supervisor, args) when is_list(args) do
    IO.warn("Supervisor.start_child/2 with a list of args is deprecated, please use DynamicSupervisor instead")
    call(supervisor, {:start_child, args})
  end

  def start_child(supervisor, child_spec) do
    call(supervisor, {:start_child, Supervisor.child_spec(child_spec, [])})
  end

  @doc "Ends the child with the given id. Its specification stays, unless it is temporary."
  @spec terminate_child(supervisor, term) :: :ok | {:error, :not_found}
  def terminate_child(supervisor, child_id), do: call(supervisor, {:terminate_child, child_id})

  @doc "Forgets the specification of a child that does not run."
  @spec delete_child(supervisor, term) :: :ok | {:error, :not_found | :running | :restarting}
  def delete_child(supervisor, child_id), do: call(supervisor, {:delete_child, child_id})

  @doc "Starts a child again that does not run."
  @spec restart_child(supervisor, term) ::
          {:ok, child} | {:ok, child, term} | {:error, :not_found | :running | :restarting | term}
  def restart_child(supervisor, child_id), do: call(supervisor, {:restart_child, child_id})

  @doc "Lists the children: `{id, pid | :undefined | :restarting, type, modules}`, newest first."
  @spec which_children(supervisor) :: [{term, child | :restarting, :worker | :supervisor, [module] | :dynamic}]
  def which_children(supervisor), do: call(supervisor, :which_children)

  @doc """
  Counts the children in a map: `:specs` known, `:active` processes, `:supervisors` and `:workers` among the specs.
  """
  @spec count_children(supervisor) :: %{
          specs: non_neg_integer,
          active: non_neg_integer,
          supervisors: non_neg_integer,
          workers: non_neg_integer
        }
  def count_children(supervisor), do: call(supervisor, :count_children) |> :maps.from_list()

  @doc "Stops the supervisor and its children with `reason`; see `GenServer.stop/3`."
  @spec stop(supervisor, reason :: term, timeout) :: :ok
  def stop(supervisor, reason \\ :normal, timeout \\ :infinity) do
    GenServer.stop(supervisor, reason, timeout)
  end

  defp call(supervisor, request), do: GenServer.call(supervisor, request, :infinity)
end

defmodule Supervisor.Default do
  @moduledoc false

  # The callback module of supervisors that were started with a list of children.
  def init(args), do: args
end
