defmodule PartitionSupervisor do
  @moduledoc """
  Several instances of one child, among which callers are spread by a key.

      children = [{PartitionSupervisor, child_spec: DynamicSupervisor, name: MyApp.Supervisors}]

      name = {:via, PartitionSupervisor, {MyApp.Supervisors, self()}}
      DynamicSupervisor.start_child(name, {Agent, fn -> 0 end})

  A key that is an integer goes to the partition of its remainder, any other to that of its hash.
  """

  use Supervisor

  @type name :: atom | {:global, term} | {:via, module, term}
  @type option ::
          {:name, name}
          | {:child_spec, Supervisor.child_spec() | {module, term} | module}
          | {:partitions, pos_integer}
          | {:strategy, Supervisor.strategy()}
          | {:max_restarts, non_neg_integer}
          | {:max_seconds, non_neg_integer}
          | {:with_arguments, (args :: [term], partition :: non_neg_integer -> [term])}

  @registry PartitionSupervisor.Registry

  @doc "Returns a specification to start a partition supervisor under a supervisor."
  def child_spec(opts)

  def child_spec(opts) when is_list(opts) do
    id =
      case Keyword.get(opts, :name, PartitionSupervisor) do
        name when is_atom(name) -> name
        {:global, name} -> name
        {:via, _module, name} -> name
      end

    %{id: id, start: {PartitionSupervisor, :start_link, [opts]}, type: :supervisor}
  end

  @doc """
  Starts a partition supervisor linked to the caller.

  ## Options

    * `:child_spec` - what each partition starts, required
    * `:name` - required
    * `:partitions` - `System.schedulers_online/0` by default
    * `:with_arguments` - a function that gets the child's arguments and the partition's number
    * `:strategy`, `:max_restarts`, `:max_seconds` - as for `Supervisor`, `:one_for_one` by default
  """
  @spec start_link([option]) :: Supervisor.on_start()
  def start_link(opts) when is_list(opts) do
    name = opts[:name]

    unless name do
      raise ArgumentError, "the :name option must be given to PartitionSupervisor"
    end

    {child_spec, opts} = Keyword.pop(opts, :child_spec)

    unless child_spec do
      raise ArgumentError, "the :child_spec option must be given to PartitionSupervisor"
    end

    {partitions, opts} = Keyword.pop(opts, :partitions, System.schedulers_online())

    unless is_integer(partitions) and partitions >= 1 do
      raise ArgumentError, "the :partitions option must be a positive integer, got: #{inspect(partitions)}"
    end

    {with_arguments, opts} = Keyword.pop(opts, :with_arguments, fn args, _partition -> args end)

    unless is_function(with_arguments, 2) do
      raise ArgumentError,
            "the :with_arguments option must be a function that receives two arguments, " <>
              "the current call arguments and the partition, got: #{inspect(with_arguments)}"
    end

    %{start: {mod, fun, args}} = map = Supervisor.child_spec(child_spec, [])
    modules = map[:modules] || [mod]

    children =
      for partition <- 0..(partitions - 1) do
        args = with_arguments.(args, partition)

        unless is_list(args) do
          raise "the call to the function in :with_arguments must return a list, got: #{inspect(args)}"
        end

        start = {__MODULE__, :start_child, [mod, fun, args, name, partition]}
        Map.merge(map, %{id: partition, start: start, modules: modules})
      end

    {init_opts, start_opts} = Keyword.split(opts, [:strategy, :max_seconds, :max_restarts])
    Supervisor.start_link(__MODULE__, {name, partitions, children, init_opts}, start_opts)
  end

  @doc false
  def start_child(mod, fun, args, name, partition) do
    case apply(mod, fun, args) do
      {:ok, pid} ->
        register_child(name, partition, pid)
        {:ok, pid}

      {:ok, pid, info} ->
        register_child(name, partition, pid)
        {:ok, pid, info}

      other ->
        other
    end
  end

  # Names that are atoms have a table of their own; all others are found through the supervisor.
  defp register_child(name, partition, pid) when is_atom(name), do: :ets.insert(name, {partition, pid})

  defp register_child(_name, partition, pid) do
    :ets.insert(Process.get(@registry), {partition, pid})
  end

  @impl true
  def init({name, partitions, children, init_opts}) do
    table = init_table(name)
    :ets.insert(table, {:partitions, partitions})
    Process.put(@registry, table)
    Supervisor.init(children, Keyword.put_new(init_opts, :strategy, :one_for_one))
  end

  defp init_table(name) when is_atom(name), do: :ets.new(name, [:set, :named_table, :protected, read_concurrency: true])

  defp init_table(_name) do
    table = :ets.new(@registry, [:set, :protected, read_concurrency: true])
    :persistent_term.put({@registry, self()}, table)
    table
  end

  defp table(name) when is_atom(name), do: name

  defp table(name) do
    case GenServer.whereis(name) do
      pid when is_pid(pid) -> :persistent_term.get({@registry, pid})
      nil -> exit({:noproc, {__MODULE__, :partitions, [name]}})
    end
  end

  @doc "Counts the partitions."
  @spec partitions(name) :: pos_integer
  def partitions(name) do
    :ets.lookup_element(table(name), :partitions, 2)
  rescue
    ArgumentError -> exit({:noproc, {__MODULE__, :partitions, [name]}})
  end

  @doc "Lists the partitions: `{number, pid | :restarting, type, modules}`."
  @spec which_children(name) :: [{integer, pid | :restarting, :worker | :supervisor, [module] | :dynamic}]
  def which_children(name), do: Supervisor.which_children(name)

  @doc "Counts the partitions as `Supervisor.count_children/1` does."
  @spec count_children(name) :: map
  def count_children(supervisor), do: Supervisor.count_children(supervisor)

  @doc "Stops the supervisor and its partitions with `reason`."
  @spec stop(name, reason :: term, timeout) :: :ok
  def stop(supervisor, reason \\ :normal, timeout \\ :infinity), do: Supervisor.stop(supervisor, reason, timeout)

  ## Names for GenServer and others

  @doc false
  def whereis_name({name, key}), do: whereis_name(name, key)

  defp whereis_name(name, key) do
    table = table(name)
    partitions = :ets.lookup_element(table, :partitions, 2)
    partition = if is_integer(key), do: rem(abs(key), partitions), else: :erlang.phash2(key, partitions)
    :ets.lookup_element(table, partition, 2)
  rescue
    ArgumentError -> exit({:noproc, {__MODULE__, :partitions, [name]}})
  end

  @doc false
  def send({name, key}, msg), do: Kernel.send(whereis_name(name, key), msg)

  @doc false
  def register_name(_, _), do: raise("{:via, PartitionSupervisor, _} cannot be given on registration")

  @doc false
  def unregister_name(_, _), do: raise("{:via, PartitionSupervisor, _} cannot be given on unregistration")
end
