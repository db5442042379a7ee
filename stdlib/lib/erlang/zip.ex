defmodule :zip do
  @moduledoc """
  Erlang's `:zip`: archives of files, on the disk or in memory.

  Names are charlists, as in Erlang. Files are stored or deflated; archives of more than 4 GiB, encrypted ones and
  other compressions are refused.

  ## Examples

      iex> {:ok, {_name, archive}} = :zip.create(~c"x.zip", [{~c"a.txt", "hello"}], [:memory])
      iex> :zip.extract(archive, [:memory])
      {:ok, [{~c"a.txt", "hello"}]}
  """

  import Bitwise, only: [<<<: 2, >>>: 2, &&&: 2]

  @local 0x04034B50
  @entry 0x02014B50
  @ending 0x06054B50
  # Files with these endings are compressed already.
  @packed [~c".Z", ~c".zip", ~c".zoo", ~c".arc", ~c".lzh", ~c".arj"]
  @largest 0xFFFF_FFFF

  ## Making

  @doc "Makes an archive of files, directories with all that is in them, and `{name, bytes}` or `{name, bytes, file_info}`."
  def create(archive, files), do: create(archive, files, [])

  def create(archive, files, options) do
    safely(fn ->
      options = options(options, %{memory: false, verbose: false, comment: [], cwd: [], compress: :all, uncompress: @packed}, &making/2)
      entries = Enum.map(Enum.flat_map(files, &expand(&1, options)), &pack(&1, options))
      bytes = :erlang.iolist_to_binary(archive_of(entries, :unicode.characters_to_binary(options.comment)))

      if options.memory do
        {:ok, {archive, bytes}}
      else
        ok!(:file.write_file(archive, bytes))
        {:ok, archive}
      end
    end)
  end

  def zip(archive, files), do: create(archive, files, [])
  def zip(archive, files, options), do: create(archive, files, options)

  defp making(:memory, options), do: %{options | memory: true}
  defp making(:verbose, options), do: %{options | verbose: true}
  defp making(:cooked, options), do: options
  defp making({:comment, comment}, options), do: %{options | comment: comment}
  defp making({:cwd, cwd}, options), do: %{options | cwd: cwd}
  defp making({:compress, what}, options), do: %{options | compress: endings(what, options.compress)}
  defp making({:uncompress, what}, options), do: %{options | uncompress: endings(what, options.uncompress)}
  defp making(other, _options), do: throw({:zip, {:bad_option, other}})

  defp endings({:add, _more}, :all), do: :all
  defp endings({:add, more}, list), do: Enum.uniq(list ++ more)
  defp endings({:del, less}, list) when is_list(list), do: list -- less
  defp endings(what, _before), do: what

  # What is given by name is read; a directory stands before what is in it.
  defp expand({name, bytes}, _options), do: [{charlist!(name), :erlang.iolist_to_binary(bytes), :regular, :erlang.localtime()}]

  defp expand({name, bytes, info}, _options) do
    bytes = :erlang.iolist_to_binary(bytes)
    [{charlist!(name), binary_part(bytes, 0, min(byte_size(bytes), elem(info, 1))), elem(info, 2), elem(info, 5)}]
  end

  defp expand(name, options) do
    path = under(options.cwd, charlist!(name))
    info = ok!(:file.read_file_info(path))

    case elem(info, 2) do
      :directory ->
        inside = Enum.flat_map(:lists.reverse(ok!(:file.list_dir(path))), &expand(:filename.join(name, &1), options))
        [{name ++ ~c"/", "", :directory, elem(info, 5)} | inside]

      type ->
        [{name, ok!(:file.read_file(path)), type, elem(info, 5)}]
    end
  end

  defp charlist!(name) when is_list(name), do: name
  defp charlist!(_name), do: throw({:zip, :einval})

  defp pack({name, bytes, type, time}, options) do
    if options.verbose, do: :io.format(~c"adding: ~tp~n", [name])
    if byte_size(bytes) > @largest, do: throw({:zip, :efbig})
    deflated? = type != :directory and byte_size(bytes) >= 10 and compressed?(:filename.extension(name), options)
    data = if deflated?, do: :zlib.zip(bytes), else: bytes
    mode = if type == :directory, do: 0o744, else: 0o644

    %{
      name: :unicode.characters_to_binary(name),
      method: if(deflated?, do: 8, else: 0),
      stamp: stamp(time),
      crc: :erlang.crc32(bytes),
      size: byte_size(bytes),
      data: data,
      mode: mode
    }
  end

  defp compressed?(ending, %{compress: compress, uncompress: uncompress}),
    do: (compress == :all or ending in compress) and ending not in uncompress

  defp archive_of(entries, comment) do
    {bodies, {directory, size}} =
      Enum.map_reduce(entries, {[], 0}, fn entry, {directory, offset} ->
        common = <<entry.stamp::binary, entry.crc::32-little, byte_size(entry.data)::32-little, entry.size::32-little, byte_size(entry.name)::16-little, 0::16>>
        flags = if String.length(entry.name) == byte_size(entry.name), do: 0, else: 0x800
        head = <<@local::32-little, 20::16-little, flags::16-little, entry.method::16-little, common::binary, entry.name::binary>>

        # The mode stands in the upper half of what Unix keeps there.
        row =
          <<@entry::32-little, 20, 3, 20::16-little, flags::16-little, entry.method::16-little, common::binary, 0::16, 0::16, 0::16, entry.mode <<< 16::32-little,
            offset::32-little, entry.name::binary>>

        {[head, entry.data], {[directory, row], offset + byte_size(head) + byte_size(entry.data)}}
      end)

    directory = :erlang.iolist_to_binary(directory)
    count = length(entries)

    [
      bodies,
      directory,
      <<@ending::32-little, 0::16, 0::16, count::16-little, count::16-little, byte_size(directory)::32-little, size::32-little, byte_size(comment)::16-little>>,
      comment
    ]
  end

  # Dates begin with 1980. The five bits for seconds hold, as Erlang writes and reads them, the lower bits of their number.
  defp stamp({{year, month, day}, {hour, minute, second}}) do
    date = (max(year - 1980, 0) <<< 9) + (month <<< 5) + day
    time = (hour <<< 11) + (minute <<< 5) + (second &&& 31)
    <<time::16-little, date::16-little>>
  end

  defp moment(time, date) do
    {{(date >>> 9) + 1980, date >>> 5 &&& 15, date &&& 31}, {time >>> 11, time >>> 5 &&& 63, time &&& 31}}
  end

  ## Taking apart

  @doc "Writes what is in an archive (a name or its bytes) to the disk, or gives it with the option `:memory`."
  def extract(archive), do: extract(archive, [])

  def extract(archive, options) do
    safely(fn ->
      options = options(options, %{memory: false, verbose: false, keep: false, list: :all, filter: fn _ -> true end, cwd: []}, &taking/2)
      bytes = bytes(archive)
      {entries, _comment} = directory(bytes)
      wanted = Enum.filter(entries, fn entry -> (options.list == :all or elem(entry, 1) in options.list) and options.filter.(elem(entry, 0)) end)
      {:ok, Enum.flat_map(wanted, &take(&1, bytes, options))}
    end)
  end

  def unzip(archive), do: extract(archive, [])
  def unzip(archive, options), do: extract(archive, options)

  defp taking(:memory, options), do: %{options | memory: true}
  defp taking(:verbose, options), do: %{options | verbose: true}
  defp taking(:cooked, options), do: options
  defp taking(:keep_old_files, options), do: %{options | keep: true}
  defp taking({:file_list, list}, options), do: %{options | list: list}
  defp taking({:file_filter, filter}, options), do: %{options | filter: filter}
  defp taking({:cwd, cwd}, options), do: %{options | cwd: cwd}
  defp taking(other, _options), do: throw({:zip, {:bad_option, other}})

  defp take({_file, name, raw}, archive, options) do
    directory? = List.last(name) == ?/

    cond do
      directory? and options.memory ->
        []

      directory? ->
        ok!(:filelib.ensure_dir(:filename.join(target(name, options), ~c"x")))
        []

      options.memory ->
        if options.verbose, do: :io.format(~c"extracting: ~tp~n", [name])
        [{name, content(raw, archive)}]

      true ->
        path = target(name, options)

        # As in Erlang, old files are sought in the current directory, wherever `:cwd` points.
        if options.keep and :filelib.is_regular(name) do
          []
        else
          if options.verbose, do: :io.format(~c"extracting: ~tp~n", [name])
          ok!(:filelib.ensure_dir(path))
          ok!(:file.write_file(path, content(raw, archive)))
          [path]
        end
    end
  end

  # An archive may not write outside of the directory it is extracted to.
  defp target(name, options) do
    inside? = :filename.pathtype(name) == :relative and ~c".." not in :filename.split(name)
    under(options.cwd, if(inside?, do: name, else: :filename.basename(name)))
  end

  defp content(raw, archive) do
    <<_::binary-size(raw.offset), head::binary-size(30), _::binary>> = archive
    <<@local::32-little, _::binary-size(22), names::16-little, extra::16-little>> = head
    from = raw.offset + 30 + names + extra
    data = binary_part(archive, from, raw.packed)

    bytes =
      case raw.method do
        0 -> data
        8 -> :zlib.unzip(data)
        method -> throw({:zip, {:bad_file_header, {:unsupported_compression, method}}})
      end

    if :erlang.crc32(bytes) != raw.crc, do: throw({:zip, {:bad_crc, raw.name}})
    bytes
  rescue
    error in [MatchError, ErlangError, ArgumentError] -> throw({:zip, {:bad_file_header, error}})
  end

  @doc "Lists an archive: a `:zip_comment`, then a `:zip_file` for each file."
  def table(archive), do: list_dir(archive, [])
  def table(archive, options), do: list_dir(archive, options)

  def list_dir(archive), do: list_dir(archive, [])

  def list_dir(archive, options) do
    safely(fn ->
      Enum.each(options, &(&1 == :cooked or throw({:zip, {:bad_option, &1}})))
      {:ok, listing(bytes(archive))}
    end)
  end

  defp listing(bytes) do
    {entries, comment} = directory(bytes)
    [{:zip_comment, comment} | Enum.map(entries, &elem(&1, 0))]
  end

  @doc "Prints the names in an archive."
  def t(archive), do: each_file(archive, fn name, _file -> :io.format(~c"~ts~n", [name]) end)

  @doc "Prints the names in an archive with sizes and times."
  def tt(archive) do
    each_file(archive, fn name, {:zip_file, _, info, comment, _offset, packed} ->
      {{year, month, day}, {hour, minute, _}} = elem(info, 5)
      size = elem(info, 1)
      percent = if size == 0, do: 100, else: round(packed * 100 / size)
      month = Enum.at(~w(Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec)c, month - 1)
      :io.format(~c"~8w ~s ~2w ~2..0w:~2..0w ~w ~8w ~2w% ~ts ~ts~n", [packed, month, day, hour, minute, year, size, percent, name, comment])
    end)
  end

  defp each_file(archive, fun) do
    safely(fn ->
      [_comment | files] = if is_pid(archive), do: ask!(archive, :list), else: listing(bytes(archive))
      Enum.each(files, &fun.(elem(&1, 1), &1))
    end)
  end

  @doc "Folds the files of an archive: the function gets a name, functions for its information and its bytes, and the accumulator."
  def foldl(fun, acc, {_name, bytes}) when is_binary(bytes), do: foldl(fun, acc, bytes)

  def foldl(fun, acc, archive) when is_function(fun, 4) do
    safely(fn ->
      bytes = bytes(archive)
      {entries, _comment} = directory(bytes)

      {:ok,
       Enum.reduce(entries, acc, fn {file, name, raw}, acc ->
         fun.(name, fn -> elem(file, 2) end, fn -> content(raw, bytes) end, acc)
       end)}
    end)
  end

  def foldl(_fun, _acc, _archive), do: {:error, :einval}

  ## A process that holds an archive

  @doc "Opens an archive for many questions: `{:ok, handle}`."
  def zip_open(archive), do: zip_open(archive, [])

  def zip_open(archive, options) do
    safely(fn ->
      bytes = bytes(archive)
      directory(bytes)
      {:ok, spawn_link(fn -> serve(bytes, options) end)}
    end)
  end

  @doc "Ends what `zip_open/2` began."
  def zip_close(handle), do: ask(handle, :close)

  @doc "Takes all files out of an open archive."
  def zip_get(handle), do: ask(handle, {:get, :all})

  @doc "Takes one file out of an open archive."
  def zip_get(name, handle) do
    case ask(handle, {:get, [name]}) do
      {:ok, [file]} -> {:ok, file}
      {:ok, []} -> {:error, :file_not_found}
      error -> error
    end
  end

  @doc "Lists an open archive."
  def zip_list_dir(handle), do: with(list when is_list(list) <- ask(handle, :list), do: {:ok, list})

  def zip_t(handle), do: t(handle)
  def zip_tt(handle), do: tt(handle)

  defp serve(bytes, options) do
    receive do
      {__MODULE__, from, ref, :close} ->
        send(from, {ref, :ok})

      {__MODULE__, from, ref, :list} ->
        send(from, {ref, listing(bytes)})
        serve(bytes, options)

      {__MODULE__, from, ref, {:get, :all}} ->
        send(from, {ref, extract(bytes, options)})
        serve(bytes, options)

      {__MODULE__, from, ref, {:get, names}} ->
        send(from, {ref, extract(bytes, [{:file_list, names} | options])})
        serve(bytes, options)
    end
  end

  defp ask(handle, question) when is_pid(handle) do
    ref = Process.monitor(handle)
    send(handle, {__MODULE__, self(), ref, question})

    receive do
      {^ref, answer} ->
        Process.demonitor(ref, [:flush])
        answer

      {:DOWN, ^ref, _, _, _} ->
        {:error, :einval}
    end
  end

  defp ask(_handle, _question), do: {:error, :einval}

  defp ask!(handle, question), do: with({:error, reason} <- ask(handle, question), do: throw({:zip, reason}))

  ## The directory at the end

  defp bytes(archive) when is_binary(archive), do: archive
  defp bytes(archive), do: ok!(:file.read_file(archive))

  defp directory(bytes) do
    {count, offset, comment} = ending(bytes, byte_size(bytes) - 22)
    if offset > byte_size(bytes), do: throw({:zip, :bad_central_directory})
    {entries(binary_part(bytes, offset, byte_size(bytes) - offset), count, []), :unicode.characters_to_list(comment)}
  end

  # The end carries a comment of up to 64 KiB, so it is sought from behind.
  defp ending(bytes, at) do
    if at < 0 or byte_size(bytes) - at - 22 > 0xFFFF, do: throw({:zip, :bad_eocd})

    case bytes do
      <<_::binary-size(at), @ending::32-little, _::32, _::16, count::16-little, _size::32, offset::32-little, length::16-little, comment::binary>>
      when byte_size(comment) == length ->
        {count, offset, comment}

      _ ->
        ending(bytes, at - 1)
    end
  end

  defp entries(_bytes, 0, acc), do: :lists.reverse(acc)

  defp entries(
         <<@entry::32-little, _made::16, _needs::16, _flags::16, method::16-little, time::16-little, date::16-little, crc::32-little, packed::32-little,
           size::32-little, names::16-little, extra::16-little, comments::16-little, _disk::16, _::48, offset::32-little, rest::binary>>,
         count,
         acc
       ) do
    case rest do
      <<name::binary-size(names), _::binary-size(extra), comment::binary-size(comments), rest::binary>> ->
        name = text(name)
        type = if List.last(name) == ?/, do: :directory, else: :regular
        moment = moment(time, date)
        info = {:file_info, size, type, :read_write, moment, moment, moment, 54, 1, 0, 0, 0, 0, 0}
        file = {:zip_file, name, info, text(comment), offset, packed}
        raw = %{name: name, method: method, crc: crc, packed: packed, offset: offset}
        entries(rest, count - 1, [{file, name, raw} | acc])

      _ ->
        throw({:zip, :bad_central_directory})
    end
  end

  defp entries(_bytes, _count, _acc), do: throw({:zip, :bad_central_directory})

  # Names are UTF-8, or bytes where they are not.
  defp text(bytes) do
    case :unicode.characters_to_list(bytes) do
      list when is_list(list) -> list
      _ -> :binary.bin_to_list(bytes)
    end
  end

  ## Help

  defp options(given, defaults, take) when is_list(given), do: Enum.reduce(given, defaults, take)
  defp options(given, _defaults, _take), do: throw({:zip, {:bad_option, given}})

  defp under([], name), do: name
  defp under("", name), do: name
  defp under(cwd, name), do: :filename.join(cwd, name)

  defp ok!(:ok), do: :ok
  defp ok!({:ok, value}), do: value
  defp ok!({:error, reason}), do: throw({:zip, reason})

  defp safely(fun) do
    fun.()
  catch
    {:zip, reason} -> {:error, reason}
  end
end
