defmodule :dets do
  @moduledoc """
  Erlang's `:dets`: tables like those of `:ets` that are kept in files.

  A table that is open lies in memory and is written to its file when it is closed or synchronised, and a moment after it
  changed. Its file has a form of its own, which OTP does not read, nor does this module read OTP's.

  A process that holds the tables notices when one of their users is gone.
  """

  @magic "beamlet dets 1\n"
  @registry :dets_registry
  # How long a change may wait until it is written, in milliseconds.
  @delay 3_000

  @types [:set, :bag, :duplicate_bag]
  @defaults %{
    access: :read_write,
    auto_save: 180_000,
    file: nil,
    keypos: 1,
    max_no_slots: :default,
    min_no_slots: :default,
    ram_file: false,
    repair: true,
    type: :set,
    estimated_no_objects: :default,
    version: :default,
    delayed_write: :default,
    cache_size: :default
  }

  ## Opening and closing

  @doc "Opens a table that exists, by the name of its file: `{:ok, reference}`."
  def open_file(file) when is_list(file) or is_atom(file) or is_binary(file) do
    case read(file) do
      {:ok, %{type: type, keypos: keypos}} -> call({:open, make_ref(), %{@defaults | file: file, type: type, keypos: keypos}, :same})
      {:error, _} = error -> error
    end
  end

  @doc "Opens a table under a name, or makes it. Options `:access`, `:file`, `:keypos`, `:type`, `:auto_save`, `:ram_file` and others."
  def open_file(name, options) when is_list(options) do
    given =
      Enum.reduce(options, @defaults, fn
        {key, value}, acc when is_map_key(acc, key) -> if(valid?(key, value), do: %{acc | key => value}, else: bad!([name, options]))
        _other, _acc -> bad!([name, options])
      end)

    given = if given.file == nil, do: %{given | file: if(is_atom(name), do: Atom.to_charlist(name), else: name)}, else: given
    call({:open, name, given, :checked})
  end

  def open_file(name, options), do: bad!([name, options])

  defp valid?(:access, value), do: value in [:read, :read_write]
  defp valid?(:auto_save, value), do: value == :infinity or (is_integer(value) and value >= 0)
  defp valid?(:file, value), do: is_list(value) or is_atom(value) or is_binary(value)
  defp valid?(:keypos, value), do: is_integer(value) and value > 0
  defp valid?(:type, value), do: value in @types
  defp valid?(:ram_file, value), do: is_boolean(value)
  defp valid?(:repair, value), do: value in [true, false, :force]
  defp valid?(_key, _value), do: true

  @doc "Closes a table for the process that opened it; the last one writes it to its file."
  def close(name), do: call({:close, name})

  @doc "Writes what has changed."
  def sync(name) do
    table(name, [name])
    call({:sync, name})
  end

  @doc "Lists the names of the open tables."
  def all() do
    case :ets.whereis(@registry) do
      :undefined -> []
      _ -> :ets.select(@registry, [{{:"$1", :_, :_}, [], [:"$1"]}])
    end
  end

  @doc "Tells whether a file holds a table."
  def is_dets_file(file) do
    case :file.read_file(file) do
      {:ok, <<@magic, _::binary>>} -> true
      {:ok, _} -> false
      {:error, reason} -> {:error, {:file_error, file, reason}}
    end
  end

  def start(), do: :ok
  def stop(), do: :stopped
  def pid2name(_pid), do: :undefined
  def is_compatible_bchunk_format(_name, _format), do: false

  ## Rows

  @doc "Puts a row, or several, into a table."
  def insert(name, rows) do
    writing(name, [name, rows], fn table ->
      checked!(name, rows, table)
      :ets.insert(table.ets, rows)
      :ok
    end)
  end

  @doc "Puts rows into a table when none of their keys is there."
  def insert_new(name, rows) do
    writing(name, [name, rows], fn table ->
      checked!(name, rows, table)
      :ets.insert_new(table.ets, rows)
    end)
  end

  defp checked!(name, rows, table) do
    good = fn row -> is_tuple(row) and tuple_size(row) >= table.keypos end
    unless Enum.all?(List.wrap(rows), good), do: bad!([name, rows])
  end

  def lookup(name, key), do: :ets.lookup(table(name, [name, key]).ets, key)
  def member(name, key), do: :ets.member(table(name, [name, key]).ets, key)
  def delete(name, key), do: writing(name, [name, key], &done(:ets.delete(&1.ets, key)))
  def delete_object(name, row), do: writing(name, [name, row], &done(:ets.delete_object(&1.ets, row)))
  def delete_all_objects(name), do: writing(name, [name], &done(:ets.delete_all_objects(&1.ets)))

  @doc "Adds to a number in a row of a set and gives the result."
  def update_counter(name, key, change) do
    writing(name, [name, key, change], fn table ->
      if table.type != :set or not :ets.member(table.ets, key), do: bad!([name, key, change])

      case change do
        {_place, _add} -> :ets.update_counter(table.ets, key, change)
        _ -> :ets.update_counter(table.ets, key, {table.keypos + 1, change})
      end
    end)
  end

  defp done(_true), do: :ok

  ## Going through

  def first(name), do: :ets.first(table(name, [name]).ets)

  def next(name, key) do
    table = table(name, [name, key])
    if :ets.member(table.ets, key), do: :ets.next(table.ets, key), else: bad!([name, key])
  end

  @doc "Gives the rows of one place, `:\"$end_of_table\"` behind the last one."
  def slot(name, place) when is_integer(place) and place >= 0 do
    case table(name, [name, place]) do
      %{ets: ets} when place == 0 -> :ets.tab2list(ets)
      _ -> :"$end_of_table"
    end
  end

  def safe_fixtable(name, fixed) when is_boolean(fixed) do
    :ets.safe_fixtable(table(name, [name, fixed]).ets, fixed)
    :ok
  end

  @doc "Calls a function with each row: it says `:continue`, `{:continue, value}` or `{:done, value}`; the values are listed."
  def traverse(name, fun) when is_function(fun, 1), do: traverse_rows(:ets.tab2list(table(name, [name, fun]).ets), fun, [])

  defp traverse_rows([], _fun, acc), do: acc

  defp traverse_rows([row | rows], fun, acc) do
    case fun.(row) do
      :continue -> traverse_rows(rows, fun, acc)
      {:continue, value} -> traverse_rows(rows, fun, [value | acc])
      {:done, value} -> [value | acc]
      other -> other
    end
  end

  def foldl(fun, acc, name) when is_function(fun, 2), do: :lists.foldl(fun, acc, :ets.tab2list(table(name, [fun, acc, name]).ets))
  def foldr(fun, acc, name), do: foldl(fun, acc, name)

  def match(name, pattern), do: :ets.match(table(name, [name, pattern]).ets, pattern)
  def match(name, pattern, limit), do: limited(table(name, [name, pattern, limit]), [{pattern, [], [:"$$"]}], limit)
  def match(continuation), do: go_on(continuation)
  def match_object(name, pattern), do: :ets.match_object(table(name, [name, pattern]).ets, pattern)
  def match_object(name, pattern, limit), do: limited(table(name, [name, pattern, limit]), [{pattern, [], [:"$_"]}], limit)
  def match_object(continuation), do: go_on(continuation)
  def select(name, spec), do: :ets.select(table(name, [name, spec]).ets, spec)
  def select(name, spec, limit), do: limited(table(name, [name, spec, limit]), spec, limit)
  def select(continuation), do: go_on(continuation)

  # What is asked for piece by piece is found at once; a continuation holds the rest.
  defp limited(table, spec, limit) do
    limit = if limit == :default, do: 100, else: limit
    go_on({:dets_continuation, :ets.select(table.ets, spec), limit})
  end

  defp go_on({:dets_continuation, [], _limit}), do: :"$end_of_table"

  defp go_on({:dets_continuation, found, limit}) do
    {now, later} = Enum.split(found, limit)
    {now, {:dets_continuation, later, limit}}
  end

  defp go_on(:"$end_of_table"), do: :"$end_of_table"
  defp go_on(other), do: bad!([other])

  def repair_continuation(continuation, _spec), do: continuation

  def match_delete(name, pattern), do: writing(name, [name, pattern], &done(:ets.match_delete(&1.ets, pattern)))
  def select_delete(name, spec), do: writing(name, [name, spec], &:ets.select_delete(&1.ets, spec))

  ## To and from tables in memory

  @doc "Copies all rows into a table of `:ets`."
  def to_ets(name, ets) do
    :ets.insert(ets, :ets.tab2list(table(name, [name, ets]).ets))
    ets
  end

  @doc "Puts the rows of a table of `:ets` in place of all that is there."
  def from_ets(name, ets), do: replace(name, [name, ets], fn -> :ets.tab2list(ets) end)

  @doc "Fills a table with what a function reads, in place of all that is there."
  def init_table(name, init), do: init_table(name, init, [])

  def init_table(name, init, options) when is_function(init, 1) do
    result = replace(name, [name, init, options], fn -> read_all(init, []) end)
    init.(:close)
    result
  end

  defp read_all(init, acc) do
    case init.(:read) do
      :end_of_input -> Enum.concat(:lists.reverse(acc))
      {rows, next} -> read_all(next, [rows | acc])
    end
  end

  defp replace(name, args, rows) do
    writing(name, args, fn table ->
      :ets.delete_all_objects(table.ets)
      :ets.insert(table.ets, rows.())
      :ok
    end)
  end

  ## What is known of a table

  @doc "Lists what is known of a table, or `:undefined`."
  def info(name) do
    with %{} = table <- known(name) do
      for item <- [:type, :keypos, :size, :file_size, :filename], do: {item, item(table, item)}
    end
  end

  def info(name, item) do
    with %{} = table <- known(name), do: item(table, item)
  end

  defp item(table, item) do
    case item do
      :access -> table.access
      :auto_save -> table.auto_save
      :bchunk_format -> :undefined
      :file_size -> :filelib.file_size(table.file)
      :filename -> table.file
      :hash -> :phash2
      :keypos -> table.keypos
      :memory -> :filelib.file_size(table.file)
      :no_keys -> table.ets |> :ets.tab2list() |> Enum.uniq_by(&elem(&1, table.keypos - 1)) |> length()
      :no_objects -> :ets.info(table.ets, :size)
      :no_slots -> {1, 1, 1}
      :owner -> :erlang.whereis(__MODULE__)
      :pid -> :erlang.whereis(__MODULE__)
      :ram_file -> table.ram_file
      :safe_fixed -> :ets.info(table.ets, :safe_fixed) || false
      :safe_fixed_monotonic_time -> :ets.info(table.ets, :safe_fixed_monotonic_time) || false
      :size -> :ets.info(table.ets, :size)
      :type -> table.type
      :users -> call({:users, table.ets})
      :version -> 9
      _ -> :undefined
    end
  end

  defp known(name) do
    case :ets.whereis(@registry) != :undefined and :ets.lookup(@registry, name) do
      [{_, table, _}] -> table
      _ -> :undefined
    end
  end

  defp table(name, args) do
    case known(name) do
      :undefined -> bad!(args)
      table -> table
    end
  end

  @spec bad!([term]) :: no_return
  defp bad!(args), do: :erlang.error(:badarg, args)

  defp writing(name, args, fun) do
    table = table(name, args)

    if table.access == :read do
      {:error, {:access_mode, table.file}}
    else
      result =
        try do
          fun.(table)
        rescue
          ArgumentError -> bad!(args)
        end

      # The first change since the last writing tells the process that writes.
      unless :ets.lookup_element(@registry, name, 3), do: send(__MODULE__, {:changed, name})
      result
    end
  end

  ## The process that holds the tables

  defp call(request) do
    server = server()
    ref = Process.monitor(server)
    send(server, {:dets, self(), ref, request})

    receive do
      {^ref, answer} ->
        Process.demonitor(ref, [:flush])
        answer

      {:DOWN, ^ref, _, _, reason} ->
        exit(reason)
    end
  end

  defp server() do
    case :erlang.whereis(__MODULE__) do
      :undefined ->
        parent = self()
        ref = make_ref()
        spawn(fn -> start(parent, ref) end)

        receive do
          {^ref, :started} -> server()
        end

      pid ->
        pid
    end
  end

  # Of two that start at once, one finds the name taken.
  defp start(parent, ref) do
    if :ets.whereis(@registry) == :undefined and registered?() do
      :ets.new(@registry, [:named_table, :public, read_concurrency: true])
      send(parent, {ref, :started})
      serve(%{})
    else
      send(parent, {ref, :started})
    end
  end

  defp registered?() do
    :erlang.register(__MODULE__, self())
  rescue
    ArgumentError -> false
  end

  # Per table the users, as often as they opened it.
  defp serve(users) do
    receive do
      {:dets, from, ref, request} ->
        {answer, users} = answer(request, from, users)
        send(from, {ref, answer})
        serve(users)

      {:changed, name} ->
        case known(name) do
          :undefined ->
            :ok

          table ->
            unless :ets.lookup_element(@registry, name, 3), do: Process.send_after(self(), {:write, name}, min(@delay, delay(table)))
            :ets.update_element(@registry, name, {3, true})
        end

        serve(users)

      {:write, name} ->
        write(known(name), name)
        serve(users)

      {:DOWN, _, :process, pid, _} ->
        gone = for {name, pids} <- users, pid in pids, do: name
        serve(Enum.reduce(gone, users, fn name, users -> left(name, Enum.reject(users[name], &(&1 == pid)), users) end))
    end
  end

  defp delay(%{auto_save: :infinity}), do: @delay
  defp delay(%{auto_save: time}), do: time

  defp answer({:open, name, given, checked}, from, users) do
    case {known(name), checked} do
      {:undefined, _} ->
        with {:ok, table} <- made(given) do
          :ets.insert(@registry, {name, table, false})
          unless :filelib.is_regular(table.file), do: write(table, name, true)
          {{:ok, name}, used(name, from, users)}
        else
          {:error, _} = error -> {error, users}
        end

      {table, _} ->
        if Map.take(table, [:access, :file, :keypos, :type, :ram_file]) == Map.take(given, [:access, :file, :keypos, :type, :ram_file]),
          do: {{:ok, name}, used(name, from, users)},
          else: {{:error, :incompatible_arguments}, users}
    end
  end

  defp answer({:close, name}, from, users) do
    case users do
      %{^name => pids} -> if(from in pids, do: {:ok, left(name, List.delete(pids, from), users)}, else: {{:error, :not_owner}, users})
      _ -> {{:error, :not_owner}, users}
    end
  end

  defp answer({:sync, name}, _from, users), do: {write(known(name), name), users}

  defp answer({:users, ets}, _from, users) do
    {Enum.flat_map(users, fn {name, pids} -> if(match?(%{ets: ^ets}, known(name)), do: pids, else: []) end), users}
  end

  defp used(name, from, users) do
    Process.monitor(from)
    Map.update(users, name, [from], &[from | &1])
  end

  defp left(name, [], users) do
    table = known(name)
    write(table, name)
    :ets.delete(@registry, name)
    :ets.delete(table.ets)
    Map.delete(users, name)
  end

  defp left(name, pids, users), do: %{users | name => pids}

  defp made(given) do
    case read(given.file) do
      {:ok, %{type: type}} when type != given.type ->
        {:error, {:type_mismatch, given.file}}

      {:ok, %{keypos: keypos}} when keypos != given.keypos ->
        {:error, {:keypos_mismatch, given.file}}

      {:ok, %{rows: rows}} ->
        {:ok, filled(given, rows)}

      {:error, {:file_error, file, :enoent}} ->
        cond do
          given.access == :read -> {:error, {:file_error, file, :enoent}}
          :filelib.is_dir(:filename.dirname(file)) -> {:ok, filled(given, [])}
          true -> {:error, {:file_error, file, :enoent}}
        end

      error ->
        error
    end
  end

  defp filled(given, rows) do
    ets = :ets.new(__MODULE__, [given.type, :public, keypos: given.keypos])
    :ets.insert(ets, rows)
    Map.put(given, :ets, ets)
  end

  defp read(file) do
    case :file.read_file(file) do
      {:ok, <<@magic, bytes::binary>>} ->
        try do
          {:ok, :erlang.binary_to_term(bytes)}
        rescue
          ArgumentError -> {:error, {:premature_eof, file}}
        end

      {:ok, _} ->
        {:error, {:not_a_dets_file, file}}

      {:error, reason} ->
        {:error, {:file_error, file, reason}}
    end
  end

  defp write(table, name, always \\ false)
  defp write(:undefined, _name, _always), do: :ok
  defp write(%{access: :read}, _name, _always), do: :ok

  defp write(table, name, always) do
    if always or :ets.lookup_element(@registry, name, 3) do
      :ets.update_element(@registry, name, {3, false})
      rows = :ets.tab2list(table.ets)
      bytes = @magic <> :erlang.term_to_binary(%{type: table.type, keypos: table.keypos, rows: rows})
      # The old file stands until the new one is whole.
      draft = :unicode.characters_to_list([to_string(table.file), ".new"])

      with :ok <- :file.write_file(draft, bytes), :ok <- :file.rename(draft, table.file) do
        :ok
      else
        {:error, reason} -> {:error, {:file_error, table.file, reason}}
      end
    else
      :ok
    end
  end
end
