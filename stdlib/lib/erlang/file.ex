defmodule :file do
  @moduledoc """
  Erlang's `:file`, as far as Elixir code calls it: what errors mean, and whole-file operations.
  """

  @texts [
    enoent: "no such file or directory",
    eacces: "permission denied",
    eexist: "file already exists",
    eisdir: "illegal operation on a directory",
    enotdir: "not a directory",
    enospc: "no space left on device",
    enomem: "not enough memory",
    eperm: "not owner",
    einval: "invalid argument",
    ebadf: "bad file number",
    ebusy: "file busy",
    emfile: "too many open files",
    emlink: "too many links",
    eloop: "too many levels of symbolic links",
    enametoolong: "file name too long",
    enotempty: "directory not empty",
    epipe: "broken pipe",
    erofs: "read-only file system",
    exdev: "cross-domain link",
    efbig: "file too large",
    eagain: "resource temporarily unavailable",
    eio: "I/O error",
    enotsup: "operation not supported",
    esrch: "no such process",
    etxtbsy: "text file or pseudo-device busy",
    enodev: "no such device",
    espipe: "invalid seek"
  ]

  @doc "Says what an error means, as a charlist."
  def format_error(:badarg), do: ~c"bad argument"
  def format_error(:system_limit), do: ~c"a system limit was hit, probably not enough ports"
  def format_error(:terminated), do: ~c"the file server process is terminated"

  def format_error({_line, :file, :undefined_script}), do: ~c"no value returned from script"

  def format_error({line, module, reason}) when is_integer(line) and is_atom(module),
    do: :io_lib.format("~w: ~ts", [line, module.format_error(reason)])

  def format_error(reason) when is_atom(reason) do
    case :lists.keyfind(reason, 1, @texts) do
      {_, text} -> :erlang.binary_to_list(text)
      false -> ~c"unknown POSIX error"
    end
  end

  def format_error(_reason), do: ~c"unknown POSIX error"

  @doc "Reads a whole file."
  def read_file(path), do: with_name(path, &:beamlet_file.read/1)

  @doc "Writes a whole file."
  def write_file(path, bytes), do: write_file(path, bytes, [])

  @doc "Writes a whole file, with `:append` at its end, with `:exclusive` only if it is not there."
  def write_file(path, bytes, modes) do
    with_name(path, fn name ->
      bytes = :erlang.iolist_to_binary(bytes)

      cond do
        :lists.member(:append, modes) -> :beamlet_file.append(name, bytes)
        :lists.member(:exclusive, modes) and :beamlet_file.kind(name) != nil -> {:error, :eexist}
        true -> :beamlet_file.write(name, bytes)
      end
    end)
  rescue
    ArgumentError -> {:error, :badarg}
  end

  @doc "Deletes a file."
  def delete(path), do: with_name(path, &:beamlet_file.rm/1)

  @doc "As `delete/1`."
  def delete(path, _options), do: delete(path)

  @doc "Makes a directory."
  def make_dir(path), do: with_name(path, &:beamlet_file.mkdir/1)

  @doc "Deletes an empty directory."
  def del_dir(path) do
    case with_name(path, &:beamlet_file.rmdir/1) do
      {:error, :enotempty} -> {:error, :eexist}
      other -> other
    end
  end

  @doc "Deletes a file or a directory with all that is in it."
  def del_dir_r(path) do
    with_name(path, fn name ->
      case :beamlet_file.lstat(name) do
        {:ok, %{type: :directory}} ->
          {:ok, names} = :beamlet_file.ls(name)
          :lists.foreach(fn inner -> del_dir_r(:filename.join(name, inner)) end, names)
          del_dir(name)

        {:ok, _} ->
          :beamlet_file.rm(name)

        error ->
          error
      end
    end)
  end

  @doc "Renames a file."
  def rename(from, to), do: with_names(from, to, &:beamlet_file.rename/2)

  @doc "Makes another name of a file."
  def make_link(existing, new), do: with_names(existing, new, &:beamlet_file.ln/2)

  @doc "Makes a symbolic link."
  def make_symlink(existing, new), do: with_names(existing, new, &:beamlet_file.ln_s/2)

  @doc "Gives what a symbolic link points to."
  def read_link(path), do: as_given(with_name(path, &:beamlet_file.read_link/1), path)

  @doc "As `read_link/1`."
  def read_link_all(path), do: read_link(path)

  @doc "Sets the permissions of a file."
  def change_mode(path, mode) when is_integer(mode), do: with_name(path, &:beamlet_file.chmod(&1, mode))

  @doc "Sets the owner of a file, by number."
  def change_owner(path, uid) when is_integer(uid), do: with_name(path, &run_tool("chown", uid, &1))

  @doc "Sets the group of a file, by number."
  def change_group(path, gid) when is_integer(gid), do: with_name(path, &run_tool("chgrp", gid, &1))

  # The host's own tools do what no capability of the host does.
  defp run_tool(tool, id, path) do
    case File.exists?(path) and System.cmd(tool, ["-h", Integer.to_string(id), path], stderr_to_stdout: true) do
      false -> {:error, :enoent}
      {_, 0} -> :ok
      {_, _} -> {:error, :eperm}
    end
  end

  @doc "Sets the time at which a file was changed, as a local time."
  def change_time(path, {{_, _, _}, {_, _, _}} = time) do
    seconds = :erlang.universaltime_to_posixtime(:erlang.localtime_to_universaltime(time))
    with_name(path, &:beamlet_file.touch(&1, seconds))
  end

  @doc "As `change_time/2`; the time of access is not set."
  def change_time(path, _access, changed), do: change_time(path, changed)

  @doc "Gives the current directory."
  def get_cwd() do
    case :beamlet_file.cwd() do
      {:ok, path} -> {:ok, :unicode.characters_to_list(path)}
      error -> error
    end
  end

  @doc "Sets the current directory."
  def set_cwd(path), do: with_name(path, &:beamlet_file.cd/1)

  @doc "Lists the names in a directory."
  def list_dir(path) do
    case with_name(path, &:beamlet_file.ls/1) do
      {:ok, names} -> {:ok, :lists.map(&:unicode.characters_to_list/1, names)}
      error -> error
    end
  end

  @doc "As `list_dir/1`."
  def list_dir_all(path), do: list_dir(path)

  @doc "Tells what is known of a file: `{:ok, {:file_info, size, type, access, …}}`, times as local ones."
  def read_file_info(path), do: read_file_info(path, [])

  @doc "As `read_file_info/1`; `time: :local`, `:universal` or `:posix`."
  def read_file_info(path, options), do: info(with_name(path, &:beamlet_file.stat/1), options)

  @doc "As `read_file_info/1`, of a link itself."
  def read_link_info(path), do: read_link_info(path, [])

  @doc "As `read_file_info/2`, of a link itself."
  def read_link_info(path, options), do: info(with_name(path, &:beamlet_file.lstat/1), options)

  @info [:size, :type, :access, :atime, :mtime, :ctime, :mode, :links, :major_device, :minor_device, :inode, :uid, :gid]

  defp info({:ok, map}, options) do
    kind = :proplists.get_value(:time, options, :local)

    fields =
      for field <- @info do
        value = Map.get(map, field, :undefined)
        if field in [:atime, :mtime, :ctime] and is_integer(value), do: time(value, kind), else: value
      end

    {:ok, :erlang.list_to_tuple([:file_info | fields])}
  end

  defp info(error, _options), do: error

  defp time(seconds, :posix), do: seconds
  defp time(seconds, :universal), do: :erlang.posixtime_to_universaltime(seconds)
  defp time(seconds, _local), do: :erlang.universaltime_to_localtime(:erlang.posixtime_to_universaltime(seconds))

  ## Terms in files

  @doc "Reads the terms of a file, each ended by a dot."
  def consult(path) do
    with {:ok, bytes} <- read_file(path), do: terms(characters(bytes), 1, [])
  end

  @doc "As `consult/1`, in the first directory of a list in which the file is; gives its name too."
  def path_consult(directories, path) do
    case :lists.filter(&:filelib.is_regular(:filename.join(&1, path)), directories) do
      [directory | _] ->
        full = :filename.join(directory, path)
        with {:ok, terms} <- consult(full), do: {:ok, terms, full}

      [] ->
        {:error, :enoent}
    end
  end

  defp characters(bytes) do
    case :unicode.characters_to_list(bytes) do
      list when is_list(list) -> list
      _error -> :erlang.binary_to_list(bytes)
    end
  end

  defp terms(characters, line, done) do
    case :erl_scan.string(characters, line) do
      {:ok, tokens, _} -> parse(tokens, done)
      {:error, reason, _} -> {:error, reason}
    end
  end

  defp parse([], done), do: {:ok, :lists.reverse(done)}

  defp parse(tokens, done) do
    {first, rest} = :lists.splitwith(fn token -> :erlang.element(1, token) != :dot end, tokens)

    {first, rest} =
      case rest do
        [dot | rest] -> {first ++ [dot], rest}
        [] -> {first, []}
      end

    case :erl_parse.parse_term(first) do
      {:ok, term} -> parse(rest, [term | done])
      error -> error
    end
  end

  ## Open files

  @doc "Opens a file; gives a process that holds it."
  def open(path, modes) do
    with_name(path, fn name -> File.Device.open(name, modes) end)
  end

  @doc "Closes a file."
  def close(device), do: File.Device.close(device)

  @doc "Moves to a place: an offset, `:bof`, `:cur`, `:eof`, or `{:bof | :cur | :eof, offset}`."
  def position(device, place), do: File.Device.position(device, place(place))

  defp place(offset) when is_integer(offset), do: {:bof, offset}
  defp place(base) when base in [:bof, :cur, :eof], do: {base, 0}
  defp place(place), do: place

  @doc "Cuts a file off where it is."
  def truncate(device), do: File.Device.truncate(device)

  @doc "Waits until what was written is safe."
  def sync(device), do: File.Device.sync(device)

  @doc "As `sync/1`."
  def datasync(device), do: File.Device.sync(device)

  @doc "Reads so many bytes, or characters where the file has an encoding: `{:ok, data}`, `:eof` or an error."
  def read(device, count), do: answer(:io.request(device, {:get_chars, :latin1, ~c"", count}))

  @doc "Reads a line with its end."
  def read_line(device), do: answer(:io.request(device, {:get_line, :latin1, ~c""}))

  defp answer(data) when is_binary(data) or is_list(data), do: {:ok, data}
  defp answer(other), do: other

  @doc "Writes bytes."
  def write(device, bytes), do: :io.request(device, {:put_chars, :latin1, :erlang.iolist_to_binary(bytes)})

  @doc "Reads so many bytes from a place on."
  def pread(device, place, count) do
    case position(device, place) do
      {:ok, _} -> read(device, count)
      error -> error
    end
  end

  @doc "Reads at several places: pairs of a place and a count."
  def pread(device, places) do
    results = :lists.map(fn {place, count} -> pread(device, place, count) end, places)

    case :lists.filter(&match?({:error, _}, &1), results) do
      [error | _] -> error
      [] -> {:ok, :lists.map(fn :eof -> :eof; {:ok, data} -> data end, results)}
    end
  end

  @doc "Writes bytes at a place."
  def pwrite(device, place, bytes) do
    # Where the file is stays as it was.
    with {:ok, before} <- position(device, :cur), {:ok, _} <- position(device, place), :ok <- write(device, bytes) do
      {:ok, _} = position(device, before)
      :ok
    end
  end

  @doc "Writes at several places: pairs of a place and bytes."
  def pwrite(device, places) do
    :lists.foldl(fn {place, bytes}, :ok -> pwrite(device, place, bytes); _, error -> error end, :ok, places)
  end

  @doc "Copies a file; gives the bytes copied."
  def copy(source, destination), do: copy(source, destination, :infinity)

  @doc "Copies at most so many bytes."
  def copy(source, destination, count) do
    with {:ok, bytes} <- read_file(source) do
      bytes = if is_integer(count) and count < byte_size(bytes), do: :binary.part(bytes, 0, count), else: bytes
      with :ok <- write_file(destination, bytes), do: {:ok, byte_size(bytes)}
    end
  end

  @doc "Gives the encoding of names."
  def native_name_encoding(), do: :utf8

  ## Names

  defp with_name(path, fun) do
    case name(path) do
      name when is_binary(name) -> fun.(name)
      :error -> {:error, :badarg}
    end
  end

  defp with_names(from, to, fun), do: with_name(from, fn from -> with_name(to, fn to -> fun.(from, to) end) end)

  defp as_given({:ok, text}, _path), do: {:ok, :unicode.characters_to_list(text)}
  defp as_given(error, _path), do: error

  defp name(path) when is_binary(path), do: path

  defp name(path) when is_list(path) or is_atom(path) do
    case :unicode.characters_to_binary(:filename.flatten(path)) do
      name when is_binary(name) -> name
      _error -> :error
    end
  rescue
    _error in [ArgumentError, FunctionClauseError] -> :error
  end

  defp name(_other), do: :error
end
