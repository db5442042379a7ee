defmodule Registry do
  @moduledoc """
  Processes under names that are any terms, one process to a name (`:unique`) or many (`:duplicate`).

      {:ok, _} = Registry.start_link(keys: :unique, name: MyRegistry)
      name = {:via, Registry, {MyRegistry, "agent"}}
      {:ok, _} = Agent.start_link(fn -> 0 end, name: name)
      Agent.get(name, & &1)

  An entry belongs to the process that registered it and goes when that process ends. Looking up reads tables without
  asking a process. With several partitions, writes from many cores disturb each other less; a lookup by key of
  duplicate keys then has to visit all of them.
  """

  @keys [:unique, :duplicate]
  @all_info -1
  @key_info -2

  @type registry :: atom
  @type keys :: :unique | :duplicate
  @type key :: term
  @type value :: term
  @type match_pattern :: atom | term
  @type guard :: atom | tuple
  @type guards :: [guard]
  @type body :: [term]
  @type spec :: [{match_pattern, guards, body}]
  @type start_option ::
          {:keys, keys}
          | {:name, registry}
          | {:partitions, pos_integer}
          | {:listeners, [atom]}
          | {:meta, [{meta_key, meta_value}]}
  @type meta_key :: atom | tuple
  @type meta_value :: term

  # The registry's table, named like the registry, holds
  #
  #     {-1, {kind, partitions, key table or nil, {partition's pid, pid table} or nil, listeners}}, and its meta data
  #     {-2, {kind, partitions, key table or nil}}
  #     {partition, key table, {partition's pid, pid table}}
  #
  # A key table holds {key, {pid, value}}; a pid table {pid, key, key table}. With unique keys an entry is in the
  # partition of its key, with duplicate ones in that of its pid; the pid's partition watches the process.

  ## Names for GenServer and others

  @doc false
  def whereis_name({registry, key}), do: whereis_name(registry, key)
  def whereis_name({registry, key, _value}), do: whereis_name(registry, key)

  defp whereis_name(registry, key) do
    case key_info!(registry) do
      {:unique, partitions, key_ets} ->
        key_ets = key_ets || key_ets!(registry, key, partitions)

        case safe_lookup_second(key_ets, key) do
          {pid, _} -> if Process.alive?(pid), do: pid, else: :undefined
          _ -> :undefined
        end

      {kind, _, _} ->
        raise ArgumentError, ":via is not supported for #{kind} registries"
    end
  end

  @doc false
  def register_name({registry, key}, pid), do: register_name(registry, key, nil, pid)
  def register_name({registry, key, value}, pid), do: register_name(registry, key, value, pid)

  defp register_name(registry, key, value, pid) when pid == self() do
    case register(registry, key, value) do
      {:ok, _} -> :yes
      {:error, _} -> :no
    end
  end

  @doc false
  def send({registry, key}, msg), do: send_to(registry, key, msg)
  def send({registry, key, _value}, msg), do: send_to(registry, key, msg)

  defp send_to(registry, key, message) do
    case lookup(registry, key) do
      [{pid, _}] -> Kernel.send(pid, message)
      [] -> :erlang.error(:badarg, [{registry, key}, message])
    end
  end

  @doc false
  def unregister_name({registry, key}), do: unregister(registry, key)
  def unregister_name({registry, key, _value}), do: unregister(registry, key)

  ## Starting

  @doc """
  Starts a registry linked to the caller.

  ## Options

    * `:keys` - `:unique` or `:duplicate`, required
    * `:name` - an atom, required
    * `:partitions` - 1 by default
    * `:listeners` - names of processes that get `{:register, registry, key, pid, value}` and
      `{:unregister, registry, key, pid}`
    * `:meta` - a keyword list of meta data
  """
  @spec start_link([start_option]) :: {:ok, pid} | {:error, term}
  def start_link(options) do
    keys = Keyword.get(options, :keys)

    unless keys in @keys do
      raise ArgumentError, "expected :keys to be given and be one of :unique or :duplicate, got: #{inspect(keys)}"
    end

    name =
      case Keyword.fetch(options, :name) do
        {:ok, name} when is_atom(name) ->
          name

        {:ok, other} ->
          raise ArgumentError, "expected :name to be an atom, got: #{inspect(other)}"

        :error ->
          raise ArgumentError, "expected :name option to be present"
      end

    meta = Keyword.get(options, :meta, [])

    unless Keyword.keyword?(meta) do
      raise ArgumentError, "expected :meta to be a keyword list, got: #{inspect(meta)}"
    end

    partitions = Keyword.get(options, :partitions, 1)

    unless is_integer(partitions) and partitions >= 1 do
      raise ArgumentError, "expected :partitions to be a positive integer, got: #{inspect(partitions)}"
    end

    listeners = Keyword.get(options, :listeners, [])

    unless is_list(listeners) and Enum.all?(listeners, &is_atom/1) do
      raise ArgumentError, "expected :listeners to be a list of named processes, got: #{inspect(listeners)}"
    end

    compressed = Keyword.get(options, :compressed, false)

    unless is_boolean(compressed) do
      raise ArgumentError, "expected :compressed to be a boolean, got: #{inspect(compressed)}"
    end

    entries = [
      {@all_info, {keys, partitions, nil, nil, listeners}},
      {@key_info, {keys, partitions, nil}} | meta
    ]

    Registry.Supervisor.start_link(keys, name, partitions, listeners, entries, compressed)
  end

  @doc false
  @deprecated "Use Registry.start_link/1 instead"
  def start_link(keys, name), do: start_link(keys, name, [])

  @doc false
  @deprecated "Use Registry.start_link/1 instead"
  def start_link(keys, name, options) when keys in @keys and is_atom(name), do: start_link([keys: keys, name: name] ++ options)

  @doc "Returns a specification to start a registry under a supervisor; its id is its name."
  @spec child_spec([start_option]) :: Supervisor.child_spec()
  def child_spec(options) do
    %{
      id: Keyword.get(options, :name, Registry),
      start: {Registry, :start_link, [options]},
      type: :supervisor
    }
  end

  ## Entries

  @doc "Replaces the value of this process's entry under a unique key: `{new, old}`, or `:error`."
  @spec update_value(registry, key, (value -> value)) :: {new_value :: term, old_value :: term} | :error
  def update_value(registry, key, callback) when is_atom(registry) and is_function(callback, 1) do
    case key_info!(registry) do
      {:unique, partitions, key_ets} ->
        key_ets = key_ets || key_ets!(registry, key, partitions)

        case safe_lookup_second(key_ets, key) do
          {pid, old_value} when pid == self() ->
            new_value = callback.(old_value)
            :ets.insert(key_ets, {key, {pid, new_value}})
            {new_value, old_value}

          _ ->
            :error
        end

      {kind, _, _} ->
        raise ArgumentError, "Registry.update_value/3 is not supported for #{kind} registries"
    end
  end

  @doc """
  Calls `mfa_or_fun` with the entries under a key, `[{pid, value}]`, unless there are none; once per partition.

  With `parallel: true` partitions are handled in tasks of their own.
  """
  @spec dispatch(registry, key, (entries :: [{pid, value}] -> term) | {module, atom, [any]}, keyword) :: :ok
  def dispatch(registry, key, mfa_or_fun, opts \\ [])
      when is_atom(registry) and is_function(mfa_or_fun, 1)
      when is_atom(registry) and tuple_size(mfa_or_fun) == 3 do
    case key_info!(registry) do
      {:unique, partitions, key_ets} ->
        key_ets = key_ets || key_ets!(registry, key, partitions)
        apply_non_empty(safe_lookup_second(key_ets, key) |> List.wrap(), mfa_or_fun)

      {:duplicate, 1, key_ets} ->
        apply_non_empty(entries(key_ets, key), mfa_or_fun)

      {:duplicate, partitions, _} ->
        run = fn partition -> apply_non_empty(entries(key_ets!(registry, partition), key), mfa_or_fun) end

        if Keyword.get(opts, :parallel, false) do
          0..(partitions - 1)
          |> Enum.map(&Task.async(fn -> run.(&1) end))
          |> Enum.each(fn task ->
            Task.await(task, :infinity)
            forget_link(task.pid)
          end)
        else
          Enum.each(0..(partitions - 1), run)
        end
    end

    :ok
  end

  # Whoever traps exits is not to see that the helper has ended.
  defp forget_link(pid) do
    Process.unlink(pid)

    receive do
      {:EXIT, ^pid, _} -> :ok
    after
      0 -> :ok
    end
  end

  defp apply_non_empty([], _mfa_or_fun), do: :ok
  defp apply_non_empty(entries, {module, function, args}), do: apply(module, function, [entries | args])
  defp apply_non_empty(entries, fun), do: fun.(entries)

  defp entries(key_ets, key) do
    for {_, entry} <- :ets.lookup(key_ets, key), do: entry
  end

  @doc "Lists the entries under a key: `[{pid, value}]`."
  @spec lookup(registry, key) :: [{pid, value}]
  def lookup(registry, key) when is_atom(registry) do
    case key_info!(registry) do
      {:unique, partitions, key_ets} ->
        key_ets = key_ets || key_ets!(registry, key, partitions)

        case safe_lookup_second(key_ets, key) do
          {pid, _} = entry -> if Process.alive?(pid), do: [entry], else: []
          _ -> []
        end

      {:duplicate, 1, key_ets} ->
        entries(key_ets, key)

      {:duplicate, partitions, _} ->
        for partition <- 0..(partitions - 1), entry <- entries(key_ets!(registry, partition), key), do: entry
    end
  end

  @doc "Lists the entries under a key whose value matches a pattern, as in match specifications."
  @spec match(registry, key, match_pattern, guards) :: [{pid, term}]
  def match(registry, key, pattern, guards \\ []) when is_atom(registry) and is_list(guards) do
    guards = [{:"=:=", {:element, 1, :"$_"}, {:const, key}} | guards]
    spec = [{{:_, {:_, pattern}}, guards, [{:element, 2, :"$_"}]}]
    Enum.flat_map(tables(registry, key), &:ets.select(&1, spec))
  end

  @doc "Counts the entries under a key whose value matches a pattern."
  @spec count_match(registry, key, match_pattern, guards) :: non_neg_integer
  def count_match(registry, key, pattern, guards \\ []) when is_atom(registry) and is_list(guards) do
    guards = [{:"=:=", {:element, 1, :"$_"}, {:const, key}} | guards]
    spec = [{{:_, {:_, pattern}}, guards, [true]}]
    Enum.reduce(tables(registry, key), 0, &(:ets.select_count(&1, spec) + &2))
  end

  # The tables in which entries under a key may be.
  defp tables(registry, key) do
    case key_info!(registry) do
      {:unique, partitions, key_ets} -> [key_ets || key_ets!(registry, key, partitions)]
      {:duplicate, 1, key_ets} -> [key_ets]
      {:duplicate, partitions, _} -> for(partition <- 0..(partitions - 1), do: key_ets!(registry, partition))
    end
  end

  @doc "Lists the keys under which a process has entries, as often as it has them."
  @spec keys(registry, pid) :: [key]
  def keys(registry, pid) when is_atom(registry) and is_pid(pid) do
    {kind, partitions, _, _, _} = info!(registry)
    {_, pid_ets} = pid_ets!(registry, pid, partitions)

    keys =
      try do
        for {_, key, _} <- :ets.lookup(pid_ets, pid), do: key
      rescue
        ArgumentError -> []
      end

    # A process that died a moment ago may have entries that nobody can see any more.
    cond do
      keys == [] -> []
      kind == :unique -> Enum.uniq(keys)
      true -> keys
    end
  end

  @doc "Lists the values that a process has under a key."
  @spec values(registry, key, pid) :: [value]
  def values(registry, key, pid) when is_atom(registry) do
    case key_info!(registry) do
      {:unique, partitions, key_ets} ->
        key_ets = key_ets || key_ets!(registry, key, partitions)

        case safe_lookup_second(key_ets, key) do
          {^pid, value} -> [value]
          _ -> []
        end

      {:duplicate, partitions, key_ets} ->
        key_ets = key_ets || key_ets!(registry, pid, partitions)
        for {^pid, value} <- entries(key_ets, key), do: value
    end
  end

  @doc "Removes the entries of this process under a key. Always `:ok`."
  @spec unregister(registry, key) :: :ok
  def unregister(registry, key) when is_atom(registry) do
    self = self()
    {kind, partitions, _, _, listeners} = info!(registry)
    {key_partition, pid_partition} = partitions(kind, key, self, partitions)
    key_ets = key_ets!(registry, key_partition)
    {pid_server, pid_ets} = pid_ets!(registry, pid_partition)

    # The entry goes first: while it is in the pid table the partition would remove it, were this process to die.
    true = __unregister__(key_ets, {key, {self, :_}}, 1)
    true = __unregister__(pid_ets, {self, key, key_ets}, 2)

    unlink_if_unregistered(pid_server, pid_ets, self)

    for listener <- listeners, do: notify(listener, {:unregister, registry, key, self})
    :ok
  end

  @doc "Removes the entries of this process under a key whose value matches a pattern. Always `:ok`."
  @spec unregister_match(registry, key, match_pattern, guards) :: :ok
  def unregister_match(registry, key, pattern, guards \\ []) when is_list(guards) do
    self = self()
    {kind, partitions, _, _, listeners} = info!(registry)
    {key_partition, pid_partition} = partitions(kind, key, self, partitions)
    key_ets = key_ets!(registry, key_partition)
    {pid_server, pid_ets} = pid_ets!(registry, pid_partition)

    guards = [{:"=:=", {:element, 1, :"$_"}, {:const, key}} | guards]
    delete = [{{:_, {self, pattern}}, guards, [true]}]
    own = [{{:_, {self, :_}}, [{:"=:=", {:element, 1, :"$_"}, {:const, key}}], [true]}]

    case :ets.select_delete(key_ets, delete) do
      0 ->
        :ok

      deleted ->
        # The pid table has one entry for each in the key table: put back as many as are left.
        left = :ets.select_count(key_ets, own)
        true = __unregister__(pid_ets, {self, key, key_ets}, 2)
        for _ <- List.duplicate(:left, left), do: :ets.insert(pid_ets, {self, key, key_ets})
        unlink_if_unregistered(pid_server, pid_ets, self)

        for listener <- listeners, _ <- List.duplicate(:gone, deleted) do
          notify(listener, {:unregister, registry, key, self})
        end

        :ok
    end
  end

  @doc false
  def __unregister__(table, match, position) do
    key = :erlang.element(position, match)
    # A key can be a term that means something in a pattern, so it is compared, not matched.
    match = :erlang.setelement(position, match, :_)
    guard = {:"=:=", {:element, position, :"$_"}, {:const, key}}
    :ets.select_delete(table, [{match, [guard], [true]}]) >= 0
  end

  defp unlink_if_unregistered(pid_server, pid_ets, self) do
    unless :ets.member(pid_ets, self) do
      Process.unlink(pid_server)
    end
  end

  defp notify(listener, message) do
    Kernel.send(listener, message)
  rescue
    # A listener that is not there misses what happens.
    ArgumentError -> :ok
  end

  @doc """
  Registers this process under a key with a value.

  Returns `{:ok, owner}`, or, for unique keys, `{:error, {:already_registered, pid}}`. The owner is the process of the
  registry that watches this one, and to which it is linked.
  """
  @spec register(registry, key, value) :: {:ok, pid} | {:error, {:already_registered, pid}}
  def register(registry, key, value) when is_atom(registry) do
    self = self()
    {kind, partitions, _, _, listeners} = info!(registry)
    {key_partition, pid_partition} = partitions(kind, key, self, partitions)
    key_ets = key_ets!(registry, key_partition)
    {pid_server, pid_ets} = pid_ets!(registry, pid_partition)

    # What this process has already is not noted a second time.
    case kind == :unique and :ets.lookup(key_ets, key) do
      [{^key, {^self, _}}] -> {:error, {:already_registered, self}}
      _ -> register(registry, key, value, {kind, key_ets, pid_server, pid_ets, listeners})
    end
  end

  defp register(registry, key, value, {kind, key_ets, pid_server, pid_ets, listeners}) do
    self = self()

    # Linked and noted first: from here on the partition will clean up whatever happens to this process.
    Process.link(pid_server)
    true = :ets.insert(pid_ets, {self, key, key_ets})

    case register_key(kind, pid_server, key_ets, key, {key, {self, value}}) do
      {:ok, _} = ok ->
        for listener <- listeners, do: notify(listener, {:register, registry, key, self, value})
        ok

      {:error, _} = error ->
        true = __unregister__(pid_ets, {self, key, key_ets}, 2)
        unlink_if_unregistered(pid_server, pid_ets, self)
        error
    end
  end

  defp register_key(:duplicate, pid_server, key_ets, _key, entry) do
    true = :ets.insert(key_ets, entry)
    {:ok, pid_server}
  end

  defp register_key(:unique, pid_server, key_ets, key, entry) do
    if :ets.insert_new(key_ets, entry) do
      {:ok, pid_server}
    else
      # The process that has the key may be dead without its partition knowing yet.
      case :ets.lookup(key_ets, key) do
        [{^key, {pid, _}} = current] ->
          if Process.alive?(pid) do
            {:error, {:already_registered, pid}}
          else
            :ets.delete_object(key_ets, current)
            register_key(:unique, pid_server, key_ets, key, entry)
          end

        _ ->
          register_key(:unique, pid_server, key_ets, key, entry)
      end
    end
  end

  ## Meta data and counting

  @doc "Returns `{:ok, value}` of a key of the registry's meta data, or `:error`."
  @spec meta(registry, meta_key) :: {:ok, meta_value} | :error
  def meta(registry, key) when is_atom(registry) and (is_atom(key) or is_tuple(key)) do
    try do
      :ets.lookup(registry, key)
    catch
      :error, :badarg -> raise ArgumentError, "unknown registry: #{inspect(registry)}. Either the registry name is invalid or the registry is not running, possibly because its application isn't started"
    else
      [{^key, value}] -> {:ok, value}
      _ -> :error
    end
  end

  @doc "Sets a key of the registry's meta data."
  @spec put_meta(registry, meta_key, meta_value) :: :ok
  def put_meta(registry, key, value) when is_atom(registry) and (is_atom(key) or is_tuple(key)) do
    try do
      :ets.insert(registry, {key, value})
      :ok
    catch
      :error, :badarg -> raise ArgumentError, "unknown registry: #{inspect(registry)}"
    end
  end

  @doc "Removes a key of the registry's meta data."
  @spec delete_meta(registry, meta_key) :: :ok
  def delete_meta(registry, key) when is_atom(registry) and (is_atom(key) or is_tuple(key)) do
    try do
      :ets.delete(registry, key)
      :ok
    catch
      :error, :badarg -> raise ArgumentError, "unknown registry: #{inspect(registry)}"
    end
  end

  @doc """
  Calls the function while no other process is in a call of `lock/3` with the same registry and key, and returns its result.

  Processes wait in the order in which they came. A lock goes with its process; a process that holds one already waits for ever.

  ## Examples

      iex> {:ok, _} = Registry.start_link(keys: :unique, name: Registry.LockTest)
      iex> Registry.lock(Registry.LockTest, "key", fn -> :done end)
      :done

  """
  @doc since: "1.18.0"
  @spec lock(registry, term, (() -> result)) :: result when result: term
  def lock(registry, lock_key, fun) when is_atom(registry) and is_function(fun, 0) do
    {_kind, partitions, _, _, _} = info!(registry)
    {partition, _table} = pid_ets!(registry, lock_key, partitions)
    :ok = GenServer.call(partition, {:lock, lock_key}, :infinity)

    try do
      fun.()
    after
      GenServer.cast(partition, {:unlock, lock_key, self()})
    end
  end

  @doc "Counts all entries."
  @spec count(registry) :: non_neg_integer
  def count(registry) when is_atom(registry) do
    Enum.reduce(all_tables(registry), 0, &(:ets.info(&1, :size) + &2))
  end

  defp all_tables(registry) do
    case key_info!(registry) do
      {_kind, partitions, nil} -> for(partition <- 0..(partitions - 1), do: key_ets!(registry, partition))
      {_kind, 1, key_ets} -> [key_ets]
    end
  end

  @doc "Selects from all entries with match specifications over `{key, pid, value}`."
  @spec select(registry, spec) :: [term]
  def select(registry, spec) when is_atom(registry) and is_list(spec) do
    spec = group_match_spec(spec, :select)
    Enum.flat_map(all_tables(registry), &:ets.select(&1, spec))
  end

  @doc "Counts the entries that match specifications over `{key, pid, value}` find."
  @spec count_select(registry, spec) :: non_neg_integer
  def count_select(registry, spec) when is_atom(registry) and is_list(spec) do
    spec = group_match_spec(spec, :count_select)
    Enum.reduce(all_tables(registry), 0, &(:ets.select_count(&1, spec) + &2))
  end

  defp group_match_spec(spec, caller) do
    for part <- spec do
      case part do
        {{key, pid, value}, guards, select} ->
          {{key, {pid, value}}, guards, select}

        _ ->
          raise ArgumentError,
                "invalid match specification in Registry.#{caller}/2: #{inspect(spec)}"
      end
    end
  end

  ## Tables

  defp info!(registry), do: table_info!(registry, @all_info)
  defp key_info!(registry), do: table_info!(registry, @key_info)

  defp table_info!(registry, key) do
    :ets.lookup_element(registry, key, 2)
  catch
    :error, :badarg -> raise ArgumentError, "unknown registry: #{inspect(registry)}"
  end

  defp key_ets!(registry, key, partitions), do: key_ets!(registry, hash(key, partitions))
  defp key_ets!(registry, partition), do: :ets.lookup_element(registry, partition, 2)

  defp pid_ets!(registry, pid, partitions), do: pid_ets!(registry, hash(pid, partitions))
  defp pid_ets!(registry, partition), do: :ets.lookup_element(registry, partition, 3)

  defp safe_lookup_second(ets, key) do
    :ets.lookup_element(ets, key, 2)
  catch
    :error, :badarg -> []
  end

  defp partitions(:unique, key, pid, partitions), do: {hash(key, partitions), hash(pid, partitions)}

  defp partitions(:duplicate, _key, pid, partitions) do
    partition = hash(pid, partitions)
    {partition, partition}
  end

  defp hash(_term, 1), do: 0
  defp hash(term, limit), do: :erlang.phash2(term, limit)
end

defmodule Registry.Supervisor do
  @moduledoc false
  use Supervisor

  def start_link(kind, registry, partitions, listeners, entries, compressed) do
    arg = {kind, registry, partitions, listeners, entries, compressed}
    Supervisor.start_link(__MODULE__, arg, name: registry)
  end

  # The registry's table belongs to this process, so that it outlives partitions that fail.
  @impl true
  def init({kind, registry, partitions, listeners, entries, compressed}) do
    ^registry = :ets.new(registry, [:set, :public, :named_table, read_concurrency: true])
    true = :ets.insert(registry, entries)

    children =
      for i <- 0..(partitions - 1) do
        key_partition = Registry.Partition.key_name(registry, i)
        pid_partition = Registry.Partition.pid_name(registry, i)
        arg = {kind, registry, i, partitions, key_partition, pid_partition, listeners, compressed}

        %{
          id: pid_partition,
          start: {Registry.Partition, :start_link, [pid_partition, arg]}
        }
      end

    Supervisor.init(children, strategy: strategy_for_kind(kind))
  end

  # Unique entries are spread over two partitions, so one cannot be emptied without the others.
  defp strategy_for_kind(:unique), do: :one_for_all
  defp strategy_for_kind(:duplicate), do: :one_for_one
end

defmodule Registry.Partition do
  @moduledoc false
  use GenServer

  def key_name(registry, partition), do: Module.concat(registry, "KeyPartition" <> Integer.to_string(partition))
  def pid_name(registry, partition), do: Module.concat(registry, "PIDPartition" <> Integer.to_string(partition))

  def start_link(name, arg), do: GenServer.start_link(__MODULE__, arg, name: name)

  @impl true
  def init({kind, registry, i, partitions, key_partition, pid_partition, listeners, compressed}) do
    Process.flag(:trap_exit, true)
    key_ets = new_table(kind, key_partition, compressed)
    pid_ets = new_table(:duplicate, pid_partition, compressed)
    true = :ets.insert(registry, {i, key_ets, {self(), pid_ets}})

    # With a single partition the table of keys stands where a lookup reads first.
    if partitions == 1 do
      true = :ets.insert(registry, {-2, {kind, partitions, key_ets}})
      true = :ets.insert(registry, {-1, {kind, partitions, key_ets, {self(), pid_ets}, listeners}})
    end

    {:ok, {registry, pid_ets, listeners, %{}}}
  end

  defp new_table(kind, name, compressed) do
    type = if kind == :unique, do: :set, else: :duplicate_bag
    options = [type, :public, read_concurrency: true, write_concurrency: true]
    :ets.new(name, if(compressed, do: [:compressed | options], else: options))
  end

  # Returns when everything before the call has been handled.
  @impl true
  def handle_call(:sync, _from, state), do: {:reply, :ok, state}

  # The holder of a lock and those that wait for it stand in a queue, each with the monitor that tells of its end.
  def handle_call({:lock, key}, {pid, _} = from, {registry, pid_ets, listeners, locks}) do
    waiter = {pid, Process.monitor(pid, tag: {:DOWN, key}), from}

    case locks do
      %{^key => queue} ->
        {:noreply, {registry, pid_ets, listeners, %{locks | key => :queue.in(waiter, queue)}}}

      _ ->
        {:reply, :ok, {registry, pid_ets, listeners, Map.put(locks, key, :queue.from_list([waiter]))}}
    end
  end

  @impl true
  def handle_cast({:unlock, key, pid}, state), do: {:noreply, leave(state, key, pid)}

  defp leave({registry, pid_ets, listeners, locks} = state, key, pid) do
    case locks do
      %{^key => queue} ->
        {{:value, {holder, ref, _}}, rest} = :queue.out(queue)

        if holder == pid do
          Process.demonitor(ref, [:flush])
          {registry, pid_ets, listeners, next(locks, key, rest)}
        else
          {registry, pid_ets, listeners, %{locks | key => :queue.filter(&(elem(&1, 0) != pid), queue)}}
        end

      _ ->
        state
    end
  end

  defp next(locks, key, queue) do
    case :queue.peek(queue) do
      {:value, {_pid, _ref, from}} ->
        GenServer.reply(from, :ok)
        %{locks | key => queue}

      :empty ->
        Map.delete(locks, key)
    end
  end

  @impl true
  def handle_info({{:DOWN, key}, _ref, :process, pid, _reason}, state), do: {:noreply, leave(state, key, pid)}

  def handle_info({:EXIT, pid, _reason}, {_registry, pid_ets, _listeners, _locks} = state) do
    for {_, key, key_ets} <- :ets.take(pid_ets, pid) do
      # The table of keys is another partition's, which may have failed meanwhile.
      try do
        Registry.__unregister__(key_ets, {key, {pid, :_}}, 1)
      catch
        :error, :badarg -> :badarg
      end
    end

    {:noreply, state}
  end

  def handle_info(_message, state), do: {:noreply, state}
end
