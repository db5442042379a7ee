defmodule :erl_tar do
  @moduledoc """
  Erlang's `:erl_tar`: tape archives, on the disk or as bytes, compressed with gzip or not.

  Archives are written in the form of POSIX (`ustar`, with extended headers for names that do not fit); those of GNU tar
  with long names are read too. Names are charlists.
  """

  import Bitwise, only: [&&&: 2]

  @block 512

  ## Making

  @doc "Makes an archive of files, directories with all that is in them, and `{name_in_archive, bytes_or_path}`."
  def create(name, files), do: create(name, files, [])

  def create(name, files, options) do
    with {:ok, tar} <- open(name, [:write | options]) do
      case add_all(tar, files, options) do
        :ok ->
          close(tar)

        error ->
          close(tar)
          error
      end
    end
  end

  defp add_all(_tar, [], _options), do: :ok

  defp add_all(tar, [file | files], options) do
    added =
      case file do
        {name, source} when is_list(name) -> add(tar, source, name, options)
        name -> add(tar, name, options)
      end

    with :ok <- added, do: add_all(tar, files, options)
  end

  @doc "Opens an archive to add to it (`:write`) or to look into it (`:read`)."
  def open(name, modes) do
    modes = List.wrap(modes)

    cond do
      :write in modes ->
        compressed = if :compressed in modes, do: [:compressed], else: []

        case :file.open(name, [:write, :binary | compressed]) do
          {:ok, device} -> {:ok, {:tar, :write, {:device, device}}}
          {:error, reason} -> {:error, {name, reason}}
        end

      :read in modes ->
        with {:ok, bytes} <- bytes(name, modes), do: {:ok, {:tar, :read, bytes}}

      true ->
        {:error, {name, :einval}}
    end
  end

  @doc "Makes an archive that is written by a function: it is called as `fun.(:write, {data, bytes})` and `fun.(:close, data)`."
  def init(data, :write, fun) when is_function(fun, 2), do: {:ok, {:tar, :write, {:function, data, fun}}}

  @doc "Ends an archive."
  def close({:tar, :write, target}) do
    put(target, <<0::size(@block * 2)-unit(8)>>)
    done(target)
  end

  def close({:tar, :read, _bytes}), do: :ok
  def close(_other), do: {:error, :einval}

  defp put({:device, device}, bytes), do: :file.write(device, bytes)
  defp put({:function, data, fun}, bytes), do: fun.(:write, {data, bytes})
  defp done({:device, device}), do: :file.close(device)
  defp done({:function, data, fun}), do: fun.(:close, data)

  @doc "Adds a file by its name, with all that is in it when it is a directory."
  def add(tar, name, options), do: add(tar, name, name, options)

  @doc "Adds bytes, or the file with a charlist's name, under a name of its own. Options `:dereference`, `:verbose`, `:mtime`, `:uid`, `:gid`."
  def add({:tar, :write, target}, bytes, name, options) when is_binary(bytes) and is_list(name) do
    told(name, options)
    head = %{mode: 0o100644, uid: 0, gid: 0, mtime: :os.system_time(:second), type: ?0, link: ""}
    head = for {key, value} <- options, is_map_key(head, key) and key in [:mtime, :uid, :gid], into: head, do: {key, value}
    put_entry(target, name, head, bytes)
  end

  def add({:tar, :write, _} = tar, path, name, options) when is_list(path) and is_list(name) do
    told(name, options)
    look = if :dereference in options, do: &:file.read_file_info/2, else: &:file.read_link_info/2

    with {:ok, info} <- look.(path, [:raw, {:time, :posix}]) do
      head = %{mode: elem(info, 7), uid: elem(info, 12), gid: elem(info, 13), mtime: elem(info, 5), type: ?0, link: ""}
      add_as(elem(info, 2), tar, path, name, head, options)
    end
    |> with_name(path)
  end

  def add({:tar, :read, _}, _source, _name, _options), do: {:error, :eacces}

  defp add_as(:regular, {_, _, target}, path, name, head, _options),
    do: with({:ok, bytes} <- :file.read_file(path), do: put_entry(target, name, head, bytes))

  defp add_as(:symlink, {_, _, target}, path, name, head, _options) do
    with {:ok, link} <- :file.read_link(path),
         do: put_entry(target, name, %{head | type: ?2, link: :unicode.characters_to_binary(link)}, "")
  end

  # Of directories only what is in them is kept.
  defp add_as(:directory, tar, path, name, _head, options) do
    with {:ok, names} <- :file.list_dir(path) do
      Enum.reduce_while(names, :ok, fn entry, :ok ->
        case add(tar, :filename.join(path, entry), :filename.join(name, entry), options) do
          :ok -> {:cont, :ok}
          error -> {:halt, error}
        end
      end)
    end
  end

  defp add_as(_other, _tar, _path, _name, _head, _options), do: :ok

  defp with_name({:error, reason}, name) when is_atom(reason), do: {:error, {name, reason}}
  defp with_name(other, _name), do: other

  defp told(name, options), do: if(:verbose in options, do: :io.format(~c"a ~ts~n", [name]))

  defp put_entry(target, name, head, bytes) do
    text = :unicode.characters_to_binary(name)
    put(target, [heads(text, head, byte_size(bytes)), bytes, padding(byte_size(bytes))])
    :ok
  end

  defp padding(size), do: :binary.copy(<<0>>, rem(@block - rem(size, @block), @block))

  # A name stands in one field or is cut at a slash into two; what does not fit so goes into a header before.
  defp heads(name, head, size) do
    ascii? = byte_size(name) == length(:unicode.characters_to_list(name))

    case ascii? && divided(name) do
      {prefix, short} when byte_size(head.link) <= 100 ->
        header(prefix, short, head, size)

      _ ->
        records = record("path", name) <> if(byte_size(head.link) > 100, do: record("linkpath", head.link), else: "")
        extended = header("", cut("./PaxHeaders.0/" <> name, 99), %{head | type: ?x, mode: 0o100644, link: ""}, byte_size(records))
        [extended, records, padding(byte_size(records)), header("", cut(name), %{head | link: cut(head.link)}, size)]
    end
  end

  defp cut(text, size \\ 100), do: binary_part(text, 0, min(byte_size(text), size))

  defp divided(name) when byte_size(name) <= 100, do: {"", name}

  defp divided(name) do
    slashes = for {at, 1} <- :binary.matches(name, "/"), at <= 155, byte_size(name) - at - 1 in 1..100, do: at

    case slashes do
      [] -> nil
      _ -> {binary_part(name, 0, List.last(slashes)), binary_part(name, List.last(slashes) + 1, byte_size(name) - List.last(slashes) - 1)}
    end
  end

  # A record begins with its own length, the digits of which count.
  defp record(key, value) do
    rest = " #{key}=#{value}\n"
    Integer.to_string(record_size(byte_size(rest), byte_size(rest))) <> rest
  end

  defp record_size(rest, guess) do
    case rest + length(Integer.digits(guess)) do
      ^guess -> guess
      size -> record_size(rest, size)
    end
  end

  defp header(prefix, name, head, size) do
    first = [field(name, 100), octal(head.mode, 7), octal(head.uid, 7), octal(head.gid, 7), octal(size, 11), octal(max(head.mtime, 0), 11)]
    last = [head.type, field(head.link, 100), "ustar", 0, "00", field("", 64), octal(0, 7), octal(0, 7), field(prefix, 155), <<0::96>>]
    sum = sum(:erlang.iolist_to_binary([first, "        ", last]), 0)
    :erlang.iolist_to_binary([first, octal(sum, 7), last])
  end

  defp field(text, size), do: [text, :binary.copy(<<0>>, size - byte_size(text))]

  defp octal(number, digits), do: [String.pad_leading(Integer.to_string(number, 8), digits, "0"), 0]

  defp sum(<<byte, rest::binary>>, acc), do: sum(rest, acc + byte)
  defp sum(<<>>, acc), do: acc

  ## Taking apart

  @doc "Extracts all files. Options `:memory`, `:compressed`, `:cwd`, `:files`, `:keep_old_files`, `:verbose`."
  def extract(archive), do: extract(archive, [])

  def extract(archive, options) do
    with {:ok, bytes} <- bytes(archive, options), {:ok, entries} <- entries(bytes) do
      files = for {:files, names} <- options, name <- names, into: %{}, do: {:filename.join([name]), true}
      limited? = Enum.any?(options, &match?({:files, _}, &1))
      wanted = Enum.filter(entries, &(not limited? or is_map_key(files, &1.name)))

      if :memory in options do
        {:ok, for(%{type: :regular} = entry <- wanted, do: {entry.name, entry.bytes})}
      else
        Enum.reduce_while(wanted, :ok, fn entry, :ok ->
          case write(entry, options) do
            :ok -> {:cont, :ok}
            error -> {:halt, error}
          end
        end)
      end
    end
  end

  defp write(entry, options) do
    cwd = Keyword.get(Enum.filter(options, &is_tuple/1), :cwd, ~c"")
    path = if cwd in [~c"", ""], do: entry.name, else: :filename.join(cwd, entry.name)

    cond do
      not inside?(entry.name) or (entry.type == :symlink and not inside?(entry.link, :filename.dirname(entry.name))) ->
        {:error, {entry.name, :unsafe_path}}

      :keep_old_files in options and match?({:ok, _}, :file.read_file_info(path)) and entry.type == :regular ->
        if :verbose in options, do: :io.format(~c"x ~ts - exists, not created~n", [entry.name])
        :ok

      true ->
        if :verbose in options, do: :io.format(~c"x ~ts~n", [entry.name])
        put_file(entry, path) |> with_name(path)
    end
  end

  # A name that leads out of the directory it is extracted to is refused.
  defp inside?(name), do: inside?(name, ~c".")

  defp inside?(name, from) do
    :filename.pathtype(name) == :relative and deep?(:filename.split(:filename.join(from, name)), 0)
  end

  defp deep?([~c".." | _rest], 0), do: false
  defp deep?([~c".." | rest], depth), do: deep?(rest, depth - 1)
  defp deep?([~c"." | rest], depth), do: deep?(rest, depth)
  defp deep?([_name | rest], depth), do: deep?(rest, depth + 1)
  defp deep?([], _depth), do: true

  defp put_file(%{type: :directory}, path), do: :filelib.ensure_dir(:filename.join(path, ~c"x"))

  defp put_file(%{type: :symlink, link: link}, path) do
    :filelib.ensure_dir(path)
    with {:error, :eexist} <- :file.make_symlink(link, path), do: :ok
  end

  defp put_file(%{type: :regular} = entry, path) do
    :filelib.ensure_dir(path)

    with :ok <- :file.write_file(path, entry.bytes) do
      :file.change_mode(path, entry.mode &&& 0o7777)
      :file.change_time(path, :calendar.system_time_to_local_time(entry.mtime, :second))
      :ok
    end
  end

  defp put_file(_other, _path), do: :ok

  @doc "Lists the names in an archive; with `:verbose`, `{name, type, size, mtime, mode, uid, gid}`."
  def table(archive), do: table(archive, [])

  def table(archive, options) do
    with {:ok, bytes} <- bytes(archive, options), {:ok, entries} <- entries(bytes) do
      {:ok, Enum.map(entries, &if(:verbose in options, do: {&1.name, &1.type, &1.size, &1.mtime, &1.mode, &1.uid, &1.gid}, else: &1.name))}
    end
  end

  @doc "Prints the names in an archive."
  def t(archive) do
    with {:ok, names} <- table(archive), do: Enum.each(names, &:io.format(~c"~ts~n", [&1]))
  end

  @doc "Prints the names in an archive with modes, owners, sizes and times."
  def tt(archive) do
    with {:ok, rows} <- table(archive, [:verbose]) do
      Enum.each(rows, fn {name, type, size, mtime, mode, uid, gid} ->
        {{year, month, day}, {hour, minute, _}} = :calendar.system_time_to_local_time(mtime, :second)
        month = Enum.at(~w(Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec)c, month - 1)
        :io.format(~c"~s~s ~4w/~-4w ~7w ~s ~2w ~2..0w:~2..0w ~w ~ts~n", [letter(type), rights(mode), uid, gid, size, month, day, hour, minute, year, name])
      end)
    end
  end

  defp letter(:directory), do: ~c"d"
  defp letter(:symlink), do: ~c"l"
  defp letter(_type), do: ~c"-"

  defp rights(mode) do
    for {bit, letter} <- Enum.zip([0o400, 0o200, 0o100, 0o40, 0o20, 0o10, 4, 2, 1], ~c"rwxrwxrwx"), do: if((mode &&& bit) != 0, do: letter, else: ?-)
  end

  @doc "Says in words what went wrong."
  def format_error(:invalid_tar_checksum), do: ~c"Checksum failed"
  def format_error(:bad_header), do: ~c"Unrecognized tar header format"
  def format_error(:eof), do: ~c"Unexpected end of file"
  def format_error(:invalid_gnu_1_0_sparsemap), do: ~c"Invalid GNU sparse map (version 1.0)"
  def format_error({name, reason}), do: :lists.flatten(:io_lib.format(~c"~ts: ~ts", [to_charlist(name), format_error(reason)]))
  def format_error(reason), do: :file.format_error(reason)

  ## The entries of an archive

  defp bytes({:tar, :read, bytes}, _options), do: {:ok, bytes}
  defp bytes({:binary, bytes}, options), do: expanded(bytes, options)
  defp bytes({:file, device}, options), do: with({:ok, bytes} <- rest_of(device, []), do: expanded(bytes, options))

  defp bytes(name, options) do
    case :file.read_file(name) do
      {:ok, bytes} -> expanded(bytes, options)
      {:error, reason} -> {:error, {name, reason}}
    end
  end

  defp rest_of(device, acc) do
    case :file.read(device, 65_536) do
      {:ok, bytes} -> rest_of(device, [acc, bytes])
      :eof -> {:ok, :erlang.iolist_to_binary(acc)}
      error -> error
    end
  end

  defp expanded(<<0x1F, 0x8B, _::binary>> = bytes, options) do
    if :compressed in options, do: {:ok, :zlib.gunzip(bytes)}, else: {:ok, bytes}
  rescue
    ErlangError -> {:error, :eof}
  end

  defp expanded(bytes, _options), do: {:ok, bytes}

  defp entries(bytes), do: entries(bytes, %{}, [])

  defp entries(<<0::size(@block)-unit(8), _::binary>>, _extra, acc), do: {:ok, :lists.reverse(acc)}

  defp entries(<<head::binary-size(@block), rest::binary>>, extra, acc) do
    <<name::binary-size(100), mode::binary-size(8), uid::binary-size(8), gid::binary-size(8), size::binary-size(12), mtime::binary-size(12),
      sum::binary-size(8), type, link::binary-size(100), magic::binary-size(8), _::binary-size(80), prefix::binary-size(155), _::binary>> = head

    <<before::binary-size(148), _::64, behind::binary>> = head

    case number(sum) do
      nil ->
        {:error, :invalid_tar_checksum}

      sum ->
        if sum == sum(before, 0) + sum(behind, 0) + 8 * ?\s do
          entry = %{
            name: name(name, prefix, magic),
            type: type(type, text(name)),
            mode: number(mode) || 0,
            uid: number(uid) || 0,
            gid: number(gid) || 0,
            size: number(size) || 0,
            mtime: number(mtime) || 0,
            link: text(link)
          }

          entry(entry, rest, extra, acc)
        else
          {:error, :bad_header}
        end
    end
  end

  # An end without the blocks that should stand there is one all the same, after at least one entry.
  defp entries("", _extra, [_ | _] = acc), do: {:ok, :lists.reverse(acc)}
  defp entries(_bytes, _extra, _acc), do: {:error, :eof}

  defp entry(entry, rest, extra, acc) do
    entry = if extra[:size], do: %{entry | size: extra.size}, else: entry
    padded = div(entry.size + @block - 1, @block) * @block

    case rest do
      <<bytes::binary-size(entry.size), _::binary-size(padded - entry.size), rest::binary>> ->
        case entry.type do
          {:extended, ?x} -> entries(rest, records(bytes, extra), acc)
          {:extended, ?g} -> entries(rest, extra, acc)
          {:extended, ?L} -> entries(rest, Map.put(extra, :name, text(bytes)), acc)
          {:extended, ?K} -> entries(rest, Map.put(extra, :link, text(bytes)), acc)
          _ -> entries(rest, %{}, [named(Map.merge(entry, extra), bytes) | acc])
        end

      _ ->
        {:error, :eof}
    end
  end

  defp named(entry, bytes), do: Map.merge(entry, %{name: chars(entry.name), link: chars(entry.link), bytes: bytes})

  defp records("", extra), do: extra

  defp records(bytes, extra) do
    with {size, " " <> _} <- Integer.parse(bytes),
         <<record::binary-size(size), rest::binary>> <- bytes,
         [_size, record] <- :binary.split(record, " "),
         [key, value] <- :binary.split(record, "=") do
      records(rest, record(key, binary_part(value, 0, byte_size(value) - 1), extra))
    else
      _ -> extra
    end
  end

  defp record("path", value, extra), do: Map.put(extra, :name, value)
  defp record("linkpath", value, extra), do: Map.put(extra, :link, value)

  defp record(key, value, extra) when key in ["size", "uid", "gid", "mtime"] do
    case Integer.parse(value) do
      {number, _} -> Map.put(extra, String.to_atom(key), number)
      :error -> extra
    end
  end

  defp record(_key, _value, extra), do: extra

  defp type(?x, _name), do: {:extended, ?x}
  defp type(?g, _name), do: {:extended, ?g}
  defp type(?L, _name), do: {:extended, ?L}
  defp type(?K, _name), do: {:extended, ?K}
  defp type(?1, _name), do: :link
  defp type(?2, _name), do: :symlink
  defp type(?3, _name), do: :char
  defp type(?4, _name), do: :block
  defp type(?5, _name), do: :directory
  defp type(?6, _name), do: :fifo
  # Old archives tell directories by the slash at the end of their names.
  defp type(_other, name), do: if(String.ends_with?(name, "/"), do: :directory, else: :regular)

  defp name(name, prefix, "ustar" <> <<0, _::binary>>) do
    case text(prefix) do
      "" -> text(name)
      prefix -> prefix <> "/" <> text(name)
    end
  end

  defp name(name, _prefix, _magic), do: text(name)

  defp text(bytes), do: bytes |> :binary.split(<<0>>) |> hd()

  defp chars(bytes) do
    case :unicode.characters_to_list(bytes) do
      list when is_list(list) -> list
      _ -> :binary.bin_to_list(bytes)
    end
  end

  # Numbers are octal digits, or bytes where the first bit is set.
  defp number(<<1::1, bits::bits>>) do
    size = bit_size(bits)
    <<number::size(size)>> = bits
    number
  end

  defp number(bytes) do
    digits = bytes |> text() |> :string.trim(:both, ~c" ")
    if digits == "", do: nil, else: with({number, ""} <- Integer.parse(digits, 8), do: number, else: (_ -> nil))
  end
end
