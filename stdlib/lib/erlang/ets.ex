defmodule :ets do
  @moduledoc """
  What Erlang's `:ets` has beside its natives: trying out match specifications, tables in files, tables filled by a function.

  ## Examples

      iex> :ets.test_ms({:a, 1}, [{{:"$1", :_}, [], [:"$1"]}])
      {:ok, :a}
      iex> :ets.test_ms({:a, 1}, [{{:"$1", 2}, [], [:"$1"]}])
      {:ok, false}
  """

  @typedoc "A table without a name."
  @opaque tid :: reference
  @typedoc "A table, by its name or not."
  @type tab :: atom | tid
  @type table :: tab

  # How a file of this library begins, whatever OTP's own look like.
  @mark "Beamlet table 1\n"

  @doc "Applies a match specification to one tuple: `{:ok, result}`, with `false` when nothing matches, or `{:error, reasons}`."
  @spec test_ms(tuple, [tuple]) :: {:ok, term} | {:error, [{:error, charlist}]}
  def test_ms(tuple, specification) when is_tuple(tuple) do
    case compile(specification) do
      {:ok, compiled} ->
        case :ets.match_spec_run([tuple], compiled) do
          [result] -> {:ok, result}
          [] -> {:ok, false}
        end

      :error ->
        {:error, [{:error, 'The match specification is not valid.'}]}
    end
  end

  def test_ms(_other, _specification), do: :erlang.error(:badarg)

  defp compile(specification) do
    {:ok, :ets.match_spec_compile(specification)}
  rescue
    ArgumentError -> :error
  end

  @doc "Exits: functions become match specifications only where a parse transform or a shell sees their code."
  @spec fun2ms((... -> term)) :: no_return
  def fun2ms(function) when is_function(function) do
    words = [:function, :called, :with, :real, :fun, :should, :be, :transformed, :with, :parse_transform, :or]
    exit({:badarg, {:ets, :fun2ms, words ++ [:called, :with, :a, :fun, :generated, :in, :the, :shell]}})
  end

  @doc """
  Replaces what a table holds by what a function reads: `function.(:read)` gives `:end_of_input`, or `{rows, function}` with the
  function for what comes after.
  """
  @spec init_table(tab, (:read | :close -> term)) :: true
  def init_table(table, function) when is_function(function, 1) do
    :ets.delete_all_objects(table)
    fill(table, function)
  end

  def init_table(_table, _function), do: :erlang.error(:badarg)

  defp fill(table, function) do
    case function.(:read) do
      :end_of_input ->
        true

      {rows, next} when is_list(rows) and is_function(next, 1) ->
        :ets.insert(table, rows)
        fill(table, next)

      _other ->
        function.(:close)
        :erlang.error(:badarg)
    end
  end

  ## Tables in files

  @doc "Writes a table to a file, which `file2tab/1` of this library reads."
  @spec tab2file(tab, :file.name()) :: :ok | {:error, term}
  def tab2file(table, name), do: tab2file(table, name, [])

  @doc "As `tab2file/2`; the options `:extended_info` and `:sync` change nothing: files are always checked as a whole."
  @spec tab2file(tab, :file.name(), [{:extended_info, [:md5sum | :object_count]} | {:sync, boolean}]) :: :ok | {:error, term}
  def tab2file(table, name, options) when is_list(options) do
    case :ets.info(table) do
      :undefined ->
        {:error, :badtab}

      info ->
        kept = for key <- [:name, :type, :protection, :named_table, :keypos, :size], do: {key, :proplists.get_value(key, info)}
        data = :erlang.term_to_binary({kept, :ets.tab2list(table)})

        case :file.write_file(name, [@mark, :erlang.md5(data), data]) do
          :ok -> :ok
          {:error, reason} -> {:error, {:file_error, name, reason}}
        end
    end
  end

  @doc "Makes a table of what `tab2file/2` has written: `{:ok, table}` or `{:error, reason}`."
  @spec file2tab(:file.name()) :: {:ok, tab} | {:error, term}
  def file2tab(name), do: file2tab(name, [])

  @doc "As `file2tab/1`; the option `:verify` changes nothing: files are always checked as a whole."
  @spec file2tab(:file.name(), [{:verify, boolean}]) :: {:ok, tab} | {:error, term}
  def file2tab(name, options) when is_list(options) do
    with {:ok, info, rows} <- read(name) do
      named = if info[:named_table], do: [:named_table], else: []

      try do
        table = :ets.new(info[:name], [info[:type], info[:protection], {:keypos, info[:keypos]} | named])
        :ets.insert(table, rows)
        {:ok, table}
      rescue
        ArgumentError -> {:error, :cannot_create_table}
      end
    end
  end

  @doc "Tells what table a file of `tab2file/2` holds."
  @spec tabfile_info(:file.name()) :: {:ok, keyword} | {:error, term}
  def tabfile_info(name) do
    with {:ok, info, _rows} <- read(name), do: {:ok, info ++ [extended_info: [:md5sum], version: {1, 0}]}
  end

  defp read(name) do
    case :file.read_file(name) do
      {:ok, <<@mark, sum::binary-size(16), data::binary>>} ->
        if :erlang.md5(data) == sum do
          {info, rows} = :erlang.binary_to_term(data)
          {:ok, info, rows}
        else
          {:error, :checksum_error}
        end

      {:ok, _other} ->
        {:error, :badfile}

      {:error, reason} ->
        {:error, {:read_error, {:file_error, name, reason}}}
    end
  end
end
