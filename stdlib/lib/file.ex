defmodule File.Stat do
  @moduledoc """
  What the host knows about a file.
  """

  defstruct [:size, :type, :access, :atime, :mtime, :ctime, :mode, :links, :major_device, :minor_device, :inode, :uid, :gid]

  @type t :: %__MODULE__{
          size: non_neg_integer,
          type: :device | :directory | :regular | :other | :symlink,
          access: :read | :write | :read_write | :none,
          atime: :calendar.datetime() | integer,
          mtime: :calendar.datetime() | integer,
          ctime: :calendar.datetime() | integer,
          mode: non_neg_integer,
          links: non_neg_integer,
          major_device: non_neg_integer,
          minor_device: non_neg_integer,
          inode: non_neg_integer,
          uid: non_neg_integer,
          gid: non_neg_integer
        }

  @doc "Turns the struct into the record `:file_info` of Erlang's `:file`."
  @spec to_record(t) :: :file.file_info()
  def to_record(%File.Stat{} = stat) do
    {:file_info, stat.size, stat.type, stat.access, stat.atime, stat.mtime, stat.ctime, stat.mode, stat.links, stat.major_device, stat.minor_device, stat.inode, stat.uid, stat.gid}
  end

  @doc "Makes a struct of the record `:file_info` of Erlang's `:file`."
  @spec from_record(:file.file_info()) :: t
  def from_record(file_info)

  def from_record({:file_info, size, type, access, atime, mtime, ctime, mode, links, major_device, minor_device, inode, uid, gid}) do
    %File.Stat{
      size: size,
      type: type,
      access: access,
      atime: atime,
      mtime: mtime,
      ctime: ctime,
      mode: mode,
      links: links,
      major_device: major_device,
      minor_device: minor_device,
      inode: inode,
      uid: uid,
      gid: gid
    }
  end
end

defmodule File do
  @moduledoc """
  Functions for files and directories.

  They return `:ok`, `{:ok, value}` or `{:error, reason}`, reasons being POSIX names such as `:enoent`; those ending in
  an exclamation mark raise instead.
  """

  @type posix :: :file.posix()
  @type io_device :: :file.io_device()
  @type posix_time :: integer
  @type erlang_time ::
          {{year :: non_neg_integer, month :: 1..12, day :: 1..31}, {hour :: 0..23, minute :: 0..59, second :: 0..59}}
  @type stat_options :: [time: :local | :universal | :posix]
  @typedoc "Decides whether a copy takes the place of what is there."
  @type on_conflict_callback :: (Path.t(), Path.t() -> boolean)
  @type encoding_mode ::
          :utf8
          | {:encoding, :latin1 | :unicode | :utf8 | :utf16 | :utf32 | {:utf16, :big | :little} | {:utf32, :big | :little}}
  @type stream_mode ::
          encoding_mode
          | :append
          | :compressed
          | :delayed_write
          | :trim_bom
          | {:read_ahead, pos_integer | false}
          | {:delayed_write, non_neg_integer, non_neg_integer}
  @type mode ::
          :append
          | :binary
          | :charlist
          | :compressed
          | :delayed_write
          | :exclusive
          | :raw
          | :read
          | :read_ahead
          | :sync
          | :write
          | {:read_ahead, pos_integer}
          | {:delayed_write, non_neg_integer, non_neg_integer}
          | encoding_mode

  defp text(path), do: IO.chardata_to_string(path)

  # No file has a name with a null byte in it.
  defp kind(path) do
    path = text(path)
    if :binary.match(path, <<0>>) == :nomatch, do: :beamlet_file.kind(path), else: nil
  end

  defp no_null!(function, path) do
    if :binary.match(path, <<0>>) != :nomatch, do: raise(ArgumentError, "cannot execute #{function} for path with null byte, got: #{inspect(path)}")
    path
  end

  ## Asking

  @doc "Tells whether the path is a regular file, following links."
  @spec regular?(Path.t(), keyword) :: boolean
  def regular?(path, _opts \\ []), do: kind(path) == :regular

  @doc "Tells whether the path is a directory, following links."
  @spec dir?(Path.t(), keyword) :: boolean
  def dir?(path, _opts \\ []), do: kind(path) == :directory

  @doc "Tells whether there is something at the path."
  @spec exists?(Path.t(), keyword) :: boolean
  def exists?(path, _opts \\ []), do: kind(path) != nil

  @doc "Returns what the host knows about a file. Option `:time`: `:universal`, `:local` or `:posix`."
  @spec stat(Path.t(), keyword) :: {:ok, File.Stat.t()} | {:error, posix}
  def stat(path, opts \\ []) do
    opts = Keyword.put_new(opts, :time, :universal)
    stat_of(:beamlet_file.stat(text(path)), opts)
  end

  @doc "Returns what the host knows about a file or raises."
  @spec stat!(Path.t(), keyword) :: File.Stat.t()
  def stat!(path, opts \\ []), do: value!(stat(path, opts), "read file stats", path)

  @doc "Returns what the host knows about a file; links are not followed."
  @spec lstat(Path.t(), keyword) :: {:ok, File.Stat.t()} | {:error, posix}
  def lstat(path, opts \\ []) do
    opts = Keyword.put_new(opts, :time, :universal)
    stat_of(:beamlet_file.lstat(text(path)), opts)
  end

  @doc "Returns what the host knows about a file, links not followed, or raises."
  @spec lstat!(Path.t(), keyword) :: File.Stat.t()
  def lstat!(path, opts \\ []), do: value!(lstat(path, opts), "read file stats", path)

  defp stat_of({:ok, map}, opts) do
    stat = struct(File.Stat, map)

    case Keyword.fetch!(opts, :time) do
      :posix -> {:ok, stat}
      kind -> {:ok, %{stat | atime: time(stat.atime, kind), mtime: time(stat.mtime, kind), ctime: time(stat.ctime, kind)}}
    end
  end

  defp stat_of(error, _opts), do: error

  defp time(seconds, :universal), do: :erlang.posixtime_to_universaltime(seconds)
  defp time(seconds, :local), do: :erlang.universaltime_to_localtime(:erlang.posixtime_to_universaltime(seconds))

  ## Whole files

  @doc "Reads a file."
  @spec read(Path.t()) :: {:ok, binary} | {:error, posix}
  def read(path), do: :beamlet_file.read(text(path))

  @doc "Reads a file or raises `File.Error`."
  @spec read!(Path.t()) :: binary
  def read!(path), do: value!(read(path), "read file", path)

  @doc "Writes a file, which is made or emptied first unless modes say otherwise."
  @spec write(Path.t(), iodata, [mode]) :: :ok | {:error, posix}
  def write(path, content, modes \\ []) do
    modes = normalize_modes(modes, false)
    path = text(path)

    with {:ok, bytes} <- bytes(content) do
      # A file with an encoding takes bytes for Latin-1 characters.
      bytes = if encoded?(modes), do: :unicode.characters_to_binary(bytes, :latin1, :unicode), else: bytes
      bytes = if :compressed in modes, do: :zlib.gzip(bytes), else: bytes

      cond do
        :append in modes -> :beamlet_file.append(path, bytes)
        :exclusive in modes -> if(exists?(path), do: {:error, :eexist}, else: :beamlet_file.write(path, bytes))
        true -> :beamlet_file.write(path, bytes)
      end
    end
  end

  defp bytes(content) do
    {:ok, :erlang.iolist_to_binary(content)}
  rescue
    ArgumentError -> {:error, :badarg}
  end

  defp encoded?(modes), do: Enum.any?(modes, &match?({:encoding, encoding} when encoding in [:utf8, :unicode], &1))

  @doc "Writes a file or raises `File.Error`."
  @spec write!(Path.t(), iodata, [mode]) :: :ok
  def write!(path, content, modes \\ []), do: ok!(write(path, content, modes), "write to file", path)

  @doc "Sets a file's times, making it if need be."
  @spec touch(Path.t(), :calendar.datetime() | integer) :: :ok | {:error, posix}
  def touch(path, time \\ :erlang.system_time(:second))
  def touch(path, time) when is_tuple(time), do: touch(path, :erlang.universaltime_to_posixtime(time))
  def touch(path, time) when is_integer(time), do: :beamlet_file.touch(text(path), time)

  @doc "Sets a file's times or raises."
  @spec touch!(Path.t(), :calendar.datetime() | integer) :: :ok
  def touch!(path, time \\ :erlang.system_time(:second)), do: ok!(touch(path, time), "touch", path)

  ## Names and links

  @doc "Makes a hard link."
  @spec ln(Path.t(), Path.t()) :: :ok | {:error, posix}
  def ln(existing, new), do: :beamlet_file.ln(text(existing), text(new))

  @doc "Makes a hard link or raises."
  @spec ln!(Path.t(), Path.t()) :: :ok
  def ln!(existing, new), do: link!(ln(existing, new), "create hard link", existing, new)

  @doc "Makes a symbolic link."
  @spec ln_s(Path.t(), Path.t()) :: :ok | {:error, posix}
  def ln_s(existing, new), do: :beamlet_file.ln_s(text(existing), text(new))

  @doc "Makes a symbolic link or raises."
  @spec ln_s!(Path.t(), Path.t()) :: :ok
  def ln_s!(existing, new), do: link!(ln_s(existing, new), "create symlink", existing, new)

  defp link!(:ok, _action, _existing, _new), do: :ok
  defp link!({:error, reason}, action, existing, new), do: raise(File.LinkError, reason: reason, action: action, existing: text(existing), new: text(new))

  @doc "Returns what a symbolic link points to."
  @spec read_link(Path.t()) :: {:ok, binary} | {:error, posix}
  def read_link(path), do: :beamlet_file.read_link(text(path))

  @doc "Returns what a symbolic link points to or raises."
  @spec read_link!(Path.t()) :: binary
  def read_link!(path), do: value!(read_link(path), "read link", path)

  @doc "Renames a file or directory."
  @spec rename(Path.t(), Path.t()) :: :ok | {:error, posix}
  def rename(source, destination), do: :beamlet_file.rename(text(source), text(destination))

  @doc "Renames a file or directory or raises."
  @spec rename!(Path.t(), Path.t()) :: :ok
  def rename!(source, destination) do
    case rename(source, destination) do
      :ok -> :ok
      {:error, reason} -> raise File.RenameError, reason: reason, action: "rename", source: text(source), destination: text(destination)
    end
  end

  @doc "Sets a file's mode."
  @spec chmod(Path.t(), non_neg_integer) :: :ok | {:error, posix}
  def chmod(path, mode), do: :file.change_mode(text(path), mode)

  @doc "Sets a file's mode or raises."
  @spec chmod!(Path.t(), non_neg_integer) :: :ok
  def chmod!(path, mode), do: ok!(chmod(path, mode), "change mode for", path)

  @doc "Sets a file's owner, by number."
  @spec chown(Path.t(), non_neg_integer) :: :ok | {:error, posix}
  def chown(path, uid), do: :file.change_owner(text(path), uid)

  @doc "Sets a file's owner or raises."
  @spec chown!(Path.t(), non_neg_integer) :: :ok
  def chown!(path, uid), do: ok!(chown(path, uid), "change owner for", path)

  @doc "Sets a file's group, by number."
  @spec chgrp(Path.t(), non_neg_integer) :: :ok | {:error, posix}
  def chgrp(path, gid), do: :file.change_group(text(path), gid)

  @doc "Sets a file's group or raises."
  @spec chgrp!(Path.t(), non_neg_integer) :: :ok
  def chgrp!(path, gid), do: ok!(chgrp(path, gid), "change group for", path)

  @doc "Sets a file's mode and times to those of a `File.Stat`."
  @spec write_stat(Path.t(), File.Stat.t(), keyword) :: :ok | {:error, posix}
  def write_stat(path, stat, opts \\ []) do
    _ = Keyword.put_new(opts, :time, :universal)
    path = text(path)
    _ = File.Stat.to_record(stat)

    cond do
      not is_integer(stat.mode) -> {:error, :badarg}
      stat.mtime -> with(:ok <- chmod(path, stat.mode), do: touch(path, stat.mtime))
      true -> chmod(path, stat.mode)
    end
  end

  @doc "Sets a file's mode and times to those of a `File.Stat` or raises."
  @spec write_stat!(Path.t(), File.Stat.t(), keyword) :: :ok
  def write_stat!(path, stat, opts \\ []), do: ok!(write_stat(path, stat, opts), "write file stats", path)

  ## Copying

  @doc "Copies what a file or an open device holds; returns the number of bytes."
  @spec copy(Path.t(), Path.t(), pos_integer | :infinity) :: {:ok, non_neg_integer} | {:error, posix}
  def copy(source, destination, bytes_count \\ :infinity) do
    source = normalize_path_or_io_device(source)
    destination = normalize_path_or_io_device(destination)

    with {:ok, content} <- contents(source, bytes_count),
         :ok <- put_contents(destination, content),
         do: {:ok, byte_size(content)}
  end

  defp normalize_path_or_io_device(path) when is_list(path), do: text(path)
  defp normalize_path_or_io_device(path) when is_binary(path), do: path
  defp normalize_path_or_io_device(io_device) when is_pid(io_device), do: io_device

  defp contents(device, :infinity) when is_pid(device) do
    case IO.binread(device, :eof) do
      :eof -> {:ok, ""}
      {:error, _} = error -> error
      data -> {:ok, data}
    end
  end

  defp contents(device, count) when is_pid(device) do
    case IO.binread(device, count) do
      :eof -> {:ok, ""}
      {:error, _} = error -> error
      data -> {:ok, data}
    end
  end

  defp contents(path, count) do
    with {:ok, content} <- read(path) do
      {:ok, if(count == :infinity, do: content, else: binary_part(content, 0, min(count, byte_size(content))))}
    end
  end

  defp put_contents(device, content) when is_pid(device), do: IO.binwrite(device, content)
  defp put_contents(path, content), do: write(path, content)

  @doc "Copies what a file holds or raises."
  @spec copy!(Path.t(), Path.t(), pos_integer | :infinity) :: non_neg_integer
  def copy!(source, destination, bytes_count \\ :infinity) do
    case copy(source, destination, bytes_count) do
      {:ok, count} -> count
      {:error, reason} -> raise File.CopyError, reason: reason, action: "copy", source: text(source), destination: text(destination)
    end
  end

  @doc "Copies a file with its mode. Option `:on_conflict`: a function of source and destination that says whether to overwrite."
  @spec cp(Path.t(), Path.t(), keyword | (Path.t(), Path.t() -> boolean)) :: :ok | {:error, posix}
  def cp(source_file, destination_file, options \\ [])
  def cp(source_file, destination_file, callback) when is_function(callback, 2), do: cp(source_file, destination_file, on_conflict: callback)

  def cp(source_file, destination_file, options) when is_list(options) do
    overwrite = on_conflict(options)

    same = text(source_file) == text(destination_file) and regular?(source_file)

    if same or (exists?(destination_file) and not overwrite.(text(source_file), text(destination_file))) do
      :ok
    else
      case :beamlet_file.copy(text(source_file), text(destination_file)) do
        {:ok, _} -> :ok
        other -> other
      end
    end
  end

  defp on_conflict(options), do: Keyword.get(options, :on_conflict, fn _, _ -> true end)

  @doc "Copies a file with its mode or raises."
  @spec cp!(Path.t(), Path.t(), keyword | (Path.t(), Path.t() -> boolean)) :: :ok
  def cp!(source_file, destination_file, options \\ []) do
    case cp(source_file, destination_file, options) do
      :ok -> :ok
      {:error, reason} -> raise File.CopyError, reason: reason, action: "copy", source: text(source_file), destination: text(destination_file)
    end
  end

  @doc "Copies a file or a directory with all that is in it; returns the copied paths."
  @spec cp_r(Path.t(), Path.t(), keyword | (Path.t(), Path.t() -> boolean)) :: {:ok, [binary]} | {:error, posix, binary}
  def cp_r(source, destination, options \\ [])
  def cp_r(source, destination, callback) when is_function(callback, 2), do: cp_r(source, destination, on_conflict: callback)

  def cp_r(source, destination, options) when is_list(options) do
    source = no_null!("File.cp_r/3", text(source))
    destination = no_null!("File.cp_r/3", text(destination))

    case copy_tree(source, destination, options, []) do
      {:error, _, _} = error -> error
      copied -> {:ok, copied}
    end
  end

  defp copy_tree(source, destination, options, copied) do
    case copied_kind(source, options) do
      :directory ->
        with :ok <- mkdir_p(destination), {:ok, names} <- ls(source) do
          Enum.reduce_while(names, [destination | copied], fn name, copied ->
            case copy_tree(Path.join(source, name), Path.join(destination, name), options, copied) do
              {:error, _, _} = error -> {:halt, error}
              copied -> {:cont, copied}
            end
          end)
        else
          {:error, :eexist} -> {:error, :enotdir, destination}
          {:error, reason} -> {:error, reason, source}
        end

      :symlink ->
        copied_or_error(copy_link(source, destination, options), source, destination, copied)

      nil ->
        {:error, :enoent, source}

      _ ->
        copied_or_error(cp(source, destination, options), source, destination, copied)
    end
  end

  defp copied_or_error(:ok, same, same, copied), do: copied
  defp copied_or_error(:ok, _source, destination, copied), do: [destination | copied]
  defp copied_or_error({:error, reason}, source, _destination, _copied), do: {:error, reason, source}

  # Links stay links unless they are to be followed.
  defp copied_kind(source, options) do
    follow = is_list(options) and Keyword.get(options, :dereference_symlinks, false)

    case :beamlet_file.lstat(source) do
      {:ok, %{type: :symlink}} when not follow -> :symlink
      _ -> :beamlet_file.kind(source)
    end
  end

  defp copy_link(source, destination, options) do
    with {:ok, target} <- read_link(source) do
      case ln_s(target, destination) do
        {:error, :eexist} ->
          if on_conflict(options).(source, destination) do
            with {:ok, _} <- rm_rf(destination), do: ln_s(target, destination)
          else
            :ok
          end

        other ->
          other
      end
    end
  end

  @doc "Copies a file or a directory with all that is in it or raises."
  @spec cp_r!(Path.t(), Path.t(), keyword | (Path.t(), Path.t() -> boolean)) :: [binary]
  def cp_r!(source, destination, options \\ []) do
    case cp_r(source, destination, options) do
      {:ok, files} ->
        files

      {:error, reason, file} ->
        raise File.CopyError, reason: reason, action: "copy recursively", on: file, source: text(source), destination: text(destination)
    end
  end

  ## Directories

  @doc "Makes a directory."
  @spec mkdir(Path.t()) :: :ok | {:error, posix}
  def mkdir(path), do: :beamlet_file.mkdir(text(path))

  @doc "Makes a directory or raises."
  @spec mkdir!(Path.t()) :: :ok
  def mkdir!(path), do: ok!(mkdir(path), "make directory", path)

  @doc "Makes a directory and those above it that are missing."
  @spec mkdir_p(Path.t()) :: :ok | {:error, posix}
  def mkdir_p(path), do: make_path(text(path))

  defp make_path(path) do
    case :beamlet_file.kind(path) do
      :directory ->
        :ok

      _ ->
        with :ok <- make_parent(path) do
          case mkdir(path) do
            {:error, :eexist} -> if(dir?(path), do: :ok, else: {:error, :eexist})
            other -> other
          end
        end
    end
  rescue
    ArgumentError -> {:error, :badarg}
  end

  defp make_parent(path) do
    case Path.dirname(path) do
      ^path -> :ok
      "." -> :ok
      parent -> with({:error, :eexist} <- make_path(parent), do: {:error, :enotdir})
    end
  end

  @doc "Makes a directory and those above it that are missing or raises."
  @spec mkdir_p!(Path.t()) :: :ok
  def mkdir_p!(path), do: ok!(mkdir_p(path), "make directory (with -p)", path)

  @doc "Lists the names in a directory."
  @spec ls(Path.t()) :: {:ok, [binary]} | {:error, posix}
  def ls(path \\ "."), do: :beamlet_file.ls(text(path))

  @doc "Lists the names in a directory or raises."
  @spec ls!(Path.t()) :: [binary]
  def ls!(path \\ "."), do: value!(ls(path), "list directory", path)

  @doc "Removes a file."
  @spec rm(Path.t()) :: :ok | {:error, posix}
  def rm(path), do: :beamlet_file.rm(text(path))

  @doc "Removes a file or raises."
  @spec rm!(Path.t()) :: :ok
  def rm!(path), do: ok!(rm(path), "remove file", path)

  @doc "Removes an empty directory."
  @spec rmdir(Path.t()) :: :ok | {:error, posix}
  def rmdir(path), do: :beamlet_file.rmdir(text(path))

  @doc "Removes an empty directory or raises."
  @spec rmdir!(Path.t()) :: :ok
  def rmdir!(path), do: ok!(rmdir(path), "remove directory", path)

  @doc "Removes a path with all that is in it; returns the removed paths. Links are removed, not followed."
  @spec rm_rf(Path.t()) :: {:ok, [binary]} | {:error, posix, binary}
  def rm_rf(path) do
    case remove_tree(no_null!("File.rm_rf/1", text(path)), []) do
      {:error, _, _} = error -> error
      removed -> {:ok, removed}
    end
  end

  # The empty name is not the current directory.
  defp remove_tree("", removed), do: removed

  defp remove_tree(path, removed) do
    case :beamlet_file.lstat(path) do
      {:ok, %{type: :directory}} ->
        with {:ok, names} <- ls(path),
             removed when is_list(removed) <- remove_all(names, path, removed),
             :ok <- rmdir(path) do
          [path | removed]
        else
          {:error, reason} -> {:error, reason, path}
          {:error, _, _} = error -> error
        end

      {:ok, _} ->
        case rm(path) do
          :ok -> [path | removed]
          {:error, reason} -> {:error, reason, path}
        end

      {:error, reason} when reason in [:enoent, :enotdir] ->
        removed

      {:error, reason} ->
        {:error, reason, path}
    end
  end

  defp remove_all(names, path, removed) do
    Enum.reduce_while(names, removed, fn name, removed ->
      case remove_tree(Path.join(path, name), removed) do
        {:error, _, _} = error -> {:halt, error}
        removed -> {:cont, removed}
      end
    end)
  end

  @doc "Removes a path with all that is in it or raises."
  @spec rm_rf!(Path.t()) :: [binary]
  def rm_rf!(path) do
    case rm_rf(path) do
      {:ok, files} -> files
      {:error, reason, _} -> raise File.Error, reason: reason, path: text(path), action: "remove files and directories recursively from"
    end
  end

  @doc "Returns the current directory."
  @spec cwd() :: {:ok, binary} | {:error, posix}
  def cwd(), do: :beamlet_file.cwd()

  @doc "Returns the current directory or raises."
  @spec cwd!() :: binary
  def cwd!(), do: value!(cwd(), "get current working directory", ".")

  @doc "Sets the current directory."
  @spec cd(Path.t()) :: :ok | {:error, posix}
  def cd(path), do: :beamlet_file.cd(text(path))

  @doc "Sets the current directory or raises."
  @spec cd!(Path.t()) :: :ok
  def cd!(path), do: ok!(cd(path), "set current working directory to", path)

  @doc "Calls a function with another current directory."
  @spec cd!(Path.t(), (() -> res)) :: res when res: var
  def cd!(path, function) do
    old = cwd!()
    cd!(path)

    try do
      function.()
    after
      cd!(old)
    end
  end

  ## Open files

  @doc "Opens a file: a process that speaks the IO protocol. With a function, closes it afterwards."
  @spec open(Path.t(), [mode | :ram] | (io_device -> res)) :: {:ok, io_device | res} | {:error, posix} when res: var
  def open(path, modes_or_function \\ [])
  def open(path, modes) when is_list(modes), do: File.Device.open(text(path), normalize_modes(modes, true))
  def open(path, function) when is_function(function, 1), do: open(path, [], function)

  @doc "Opens a file, calls a function with it and closes it."
  @spec open(Path.t(), [mode | :ram], (io_device -> res)) :: {:ok, res} | {:error, posix} when res: var
  def open(path, modes, function) when is_list(modes) and is_function(function, 1) do
    with {:ok, device} <- open(path, modes) do
      try do
        {:ok, function.(device)}
      after
        close(device)
      end
    end
  end

  @doc "Opens a file or raises."
  @spec open!(Path.t(), [mode | :ram] | (io_device -> res)) :: io_device | res when res: var
  def open!(path, modes_or_function \\ []), do: value!(open(path, modes_or_function), "open", path)

  @doc "Opens a file, calls a function with it and closes it, or raises."
  @spec open!(Path.t(), [mode | :ram], (io_device -> res)) :: res when res: var
  def open!(path, modes, function), do: value!(open(path, modes, function), "open", path)

  defp normalize_modes([:utf8 | rest], binary?), do: [{:encoding, :utf8} | normalize_modes(rest, binary?)]
  defp normalize_modes([:read_ahead | rest], binary?), do: [{:read_ahead, 65_536} | normalize_modes(rest, binary?)]
  defp normalize_modes([mode | rest], _binary?) when mode in [:charlist, :char_list], do: normalize_modes(rest, false)
  defp normalize_modes([mode | rest], binary?), do: [mode | normalize_modes(rest, binary?)]
  defp normalize_modes([], true), do: [:binary]
  defp normalize_modes([], false), do: []

  @doc "Closes an open file."
  @spec close(io_device) :: :ok | {:error, posix | :badarg | :terminated}
  def close(io_device), do: File.Device.close(io_device)

  @doc "Returns a stream of a file's lines or of chunks of bytes; it also collects into the file."
  @spec stream!(Path.t(), [mode | :trim_bom], :line | pos_integer) :: Enumerable.t()
  def stream!(path, modes \\ [], line_or_bytes \\ :line)

  def stream!(path, line_or_bytes, modes) when (line_or_bytes == :line or is_integer(line_or_bytes)) and is_list(modes),
    do: stream!(path, modes, line_or_bytes)

  def stream!(path, modes, line_or_bytes) do
    modes = normalize_modes(modes, true)
    File.Stream.__build__(text(path), modes, line_or_bytes)
  end

  defp ok!(:ok, _action, _path), do: :ok
  defp ok!({:error, reason}, action, path), do: raise(File.Error, reason: reason, action: action, path: text(path))

  defp value!({:ok, value}, _action, _path), do: value
  defp value!({:error, reason}, action, path), do: raise(File.Error, reason: reason, action: action, path: text(path))
end

defmodule File.Device do
  @moduledoc false
  # A process that owns an open file and answers the IO protocol. It ends with the process that opened the file.

  def open(path, modes) do
    encoding(modes) in [:unicode, :latin1, {:utf16, :big}, {:utf16, :little}, {:utf32, :big}, {:utf32, :little}] or throw(:badarg)
    wanted = Enum.filter(modes, &(&1 in [:read, :write, :append, :exclusive]))
    wanted = if wanted == [], do: [:read], else: wanted
    owner = self()
    ref = make_ref()

    {pid, monitor} =
      spawn_monitor(fn ->
        watch = Process.monitor(owner)

        case open_file(path, wanted, modes) do
          {:ok, file, after_close} ->
            send(owner, {ref, :ok})
            serve(%{file: file, watch: watch, encoding: encoding(modes), binary: :binary in modes, after_close: after_close})

          error ->
            send(owner, {ref, error})
        end
      end)

    receive do
      {^ref, :ok} ->
        Process.demonitor(monitor, [:flush])
        {:ok, pid}

      {^ref, error} ->
        Process.demonitor(monitor, [:flush])
        error

      {:DOWN, ^monitor, _, _, reason} ->
        {:error, reason}
    end
  catch
    :badarg -> {:error, :badarg}
  end

  # A file in memory, of the contents that stand in place of its name; a compressed one, which lies in memory until it is closed; or
  # one on the disk.
  defp open_file(path, wanted, modes) do
    cond do
      :ram in modes -> with {:ok, file} <- :beamlet_file.open_memory(path), do: {:ok, file, nil}
      :compressed in modes -> open_compressed(path, wanted)
      true -> with {:ok, file} <- :beamlet_file.open(path, wanted), do: {:ok, file, nil}
    end
  end

  @doc false
  def open_compressed(path, wanted) do
    case wanted do
      [:read] ->
        with {:ok, bytes} <- :beamlet_file.read(path),
             {:ok, file} <- :beamlet_file.open_memory(expanded(bytes)),
             do: {:ok, file, nil}

      _ ->
        if :read in wanted do
          {:error, :einval}
        else
          with {:ok, target} <- :beamlet_file.open(path, wanted),
               {:ok, file} <- :beamlet_file.open_memory(""),
               do: {:ok, file, target}
        end
    end
  end

  # What does not begin as compressed data does is taken as it is.
  defp expanded(<<0x1F, 0x8B, _::binary>> = bytes), do: :zlib.gunzip(bytes)
  defp expanded(bytes), do: bytes

  @doc false
  def finish(file, nil), do: :beamlet_file.close(file)

  def finish(file, target) do
    with {:ok, _} <- :beamlet_file.position(file, {:bof, 0}) do
      bytes = whole(file, [])
      :beamlet_file.close(file)
      :beamlet_file.write_bytes(target, :zlib.gzip(bytes))
      :beamlet_file.close(target)
    end
  end

  defp whole(file, acc) do
    case :beamlet_file.read_bytes(file, 65_536) do
      {:ok, bytes} -> whole(file, [acc | bytes])
      _ -> acc
    end
  end

  defp encoding(modes) do
    case :lists.keyfind(:encoding, 1, modes) do
      {:encoding, encoding} -> normal(encoding)
      false -> if(:utf8 in modes, do: :unicode, else: :latin1)
    end
  end

  defp normal(:utf8), do: :unicode
  defp normal(:utf16), do: {:utf16, :big}
  defp normal(:utf32), do: {:utf32, :big}
  defp normal(encoding), do: encoding

  def close(pid), do: call(pid, :close)
  def position(pid, location), do: call(pid, {:position, location})
  def truncate(pid), do: call(pid, :truncate)
  def sync(pid), do: call(pid, :sync)

  defp call(pid, request) when is_pid(pid) do
    ref = Process.monitor(pid)
    send(pid, {:file_device, self(), ref, request})

    receive do
      {^ref, answer} ->
        Process.demonitor(ref, [:flush])
        answer

      {:DOWN, ^ref, _, _, _} ->
        {:error, :terminated}
    end
  end

  defp call(_other, _request), do: {:error, :badarg}

  defp serve(%{file: file, watch: watch} = state) do
    receive do
      {:io_request, from, ref, request} ->
        case answer(request, state) do
          {:stop, reply} ->
            finish(file, state.after_close)
            send(from, {:io_reply, ref, reply})

          {:options, reply, state} ->
            send(from, {:io_reply, ref, reply})
            serve(state)

          reply ->
            send(from, {:io_reply, ref, reply})
            serve(state)
        end

      {:file_device, from, ref, :close} ->
        send(from, {ref, finish(file, state.after_close)})

      {:file_device, from, ref, request} ->
        send(from, {ref, apply_to_file(request, file)})
        serve(state)

      {:DOWN, ^watch, _, _, _} ->
        finish(file, state.after_close)

      _other ->
        serve(state)
    end
  end

  defp apply_to_file({:position, location}, file), do: :beamlet_file.position(file, location)
  defp apply_to_file(:truncate, file), do: :beamlet_file.truncate(file)
  defp apply_to_file(:sync, file), do: :beamlet_file.sync(file)

  ## Requests: a reply, or `{:stop, reply}` where Erlang's device too gives up.

  defp answer({:put_chars, chars}, state), do: answer({:put_chars, :latin1, chars}, state)

  defp answer({:put_chars, from, chars}, %{file: file, encoding: to}) do
    case :unicode.characters_to_binary(chars, from, to) do
      binary when is_binary(binary) -> :beamlet_file.write_bytes(file, binary)
      _ -> {:stop, {:error, {:no_translation, from, to}}}
    end
  rescue
    ArgumentError -> {:error, {:put_chars, from, chars}}
  end

  defp answer({:put_chars, encoding, m, f, a}, state), do: answer({:put_chars, encoding, apply(m, f, a)}, state)

  defp answer({:get_line, prompt}, state), do: answer({:get_line, :latin1, prompt}, state)
  defp answer({:get_line, encoding, _prompt}, state), do: give(line(state), encoding, state)

  defp answer({:get_chars, prompt, count}, state), do: answer({:get_chars, :latin1, prompt, count}, state)

  defp answer({:get_chars, encoding, _prompt, count}, %{file: file, encoding: :latin1} = state),
    do: give(:beamlet_file.read_bytes(file, count), encoding, state)

  defp answer({:get_chars, encoding, _prompt, count}, state), do: give(characters(state, count, []), encoding, state)

  defp answer({:get_until, encoding, _prompt, m, f, a}, state), do: until(encoding, {m, f, a}, [], state)

  defp answer({:requests, requests}, state) do
    Enum.reduce_while(requests, :ok, fn request, _ ->
      case answer(request, state) do
        {:error, _} = error -> {:halt, error}
        {:stop, _} = stop -> {:halt, stop}
        ok -> {:cont, ok}
      end
    end)
  end

  defp answer({:setopts, options}, state) do
    options = Enum.map(options, fn :binary -> {:binary, true}; :list -> {:binary, false}; option -> option end)
    encoding = Keyword.get(options, :encoding, state.encoding)
    encoding = if encoding == :utf8, do: :unicode, else: encoding
    {:options, :ok, %{state | encoding: encoding, binary: Keyword.get(options, :binary, state.binary)}}
  end

  defp answer(:getopts, %{binary: binary, encoding: encoding}), do: [binary: binary, encoding: encoding]
  defp answer(_request, _state), do: {:error, :request}

  # What was read, in the encoding that was asked for, as a binary or as a list of characters.
  defp give({:ok, data}, encoding, %{encoding: from, binary: binary}) do
    converted = if binary, do: :unicode.characters_to_binary(data, from, encoding), else: :unicode.characters_to_list(data, from)

    case converted do
      {_, _, _} when encoding == :latin1 -> {:stop, {:error, {:no_translation, from, encoding}}}
      {_, _, _} -> {:stop, {:error, :collect_line}}
      data -> data
    end
  end

  defp give({:error, :ebadf}, _encoding, _state), do: {:stop, {:error, :terminated}}
  defp give(other, _encoding, _state), do: other

  defp until(encoding, {m, f, a} = call, continuation, %{file: file, encoding: from} = state) do
    chars =
      case line(state) do
        {:ok, line} -> :unicode.characters_to_list(line, from)
        other -> other
      end

    case apply(m, f, [continuation, chars | a]) do
      {:done, result, rest} when is_list(rest) and rest != [] ->
        # What was not used is read again.
        :beamlet_file.position(file, {:cur, -byte_size(:unicode.characters_to_binary(rest, :unicode, from))})
        result

      {:done, result, _rest} ->
        result

      {:more, continuation} ->
        until(encoding, call, continuation, state)
    end
  end

  defp line(%{file: file, encoding: encoding}) when encoding in [:unicode, :latin1], do: :beamlet_file.read_line(file)
  defp line(state), do: wide_line(state, [])

  # Characters of two or four bytes, up to a line feed.
  defp wide_line(state, acc) do
    case characters(state, 1, []) do
      {:ok, char} ->
        if :unicode.characters_to_list(char, state.encoding) == [?\n],
          do: {:ok, [char | acc] |> :lists.reverse() |> IO.iodata_to_binary()},
          else: wide_line(state, [char | acc])

      :eof when acc != [] ->
        {:ok, acc |> :lists.reverse() |> IO.iodata_to_binary()}

      other ->
        other
    end
  end

  defp characters(_state, 0, acc), do: {:ok, acc |> :lists.reverse() |> IO.iodata_to_binary()}

  defp characters(%{file: file, encoding: {kind, order}} = state, count, acc) do
    case :beamlet_file.read_bytes(file, if(kind == :utf16, do: 2, else: 4)) do
      {:ok, unit} ->
        rest = if kind == :utf16 and surrogate?(unit, order), do: rest(:beamlet_file.read_bytes(file, 2)), else: ""
        characters(state, count - 1, [[unit, rest] | acc])

      :eof when acc == [] ->
        :eof

      :eof ->
        characters(state, 0, acc)

      error ->
        error
    end
  end

  defp characters(%{file: file}, count, acc), do: utf8(file, count, acc)

  defp surrogate?(<<high, _>>, :big), do: high in 0xD8..0xDB
  defp surrogate?(<<_, high>>, :little), do: high in 0xD8..0xDB
  defp surrogate?(_unit, _order), do: false

  defp utf8(_file, 0, acc), do: {:ok, acc |> :lists.reverse() |> IO.iodata_to_binary()}

  defp utf8(file, count, acc) do
    case :beamlet_file.read_bytes(file, 1) do
      {:ok, <<byte>> = first} ->
        more =
          cond do
            byte < 0xC0 -> 0
            byte < 0xE0 -> 1
            byte < 0xF0 -> 2
            true -> 3
          end

        rest = if more == 0, do: "", else: rest(:beamlet_file.read_bytes(file, more))
        utf8(file, count - 1, [[first, rest] | acc])

      :eof when acc == [] ->
        :eof

      :eof ->
        utf8(file, 0, acc)

      error ->
        error
    end
  end

  defp rest({:ok, data}), do: data
  defp rest(_), do: ""
end

defmodule File.Stream do
  @moduledoc """
  The struct that `File.stream!/3` returns: enumerable and collectable.

  A stream without an encoding is raw: it reads and writes bytes without a process in between.
  """

  defstruct path: nil, modes: [], line_or_bytes: :line, raw: true

  @type t :: %File.Stream{}

  @doc false
  def __build__(path, modes, line_or_bytes) do
    raw = :lists.keyfind(:encoding, 1, modes) == false

    modes =
      case raw do
        true ->
          case :lists.keyfind(:read_ahead, 1, modes) do
            {:read_ahead, false} -> [:raw | :lists.keydelete(:read_ahead, 1, modes)]
            {:read_ahead, _} -> [:raw | modes]
            false -> [:raw, :read_ahead | modes]
          end

        false ->
          modes
      end

    %File.Stream{path: path, modes: modes, line_or_bytes: line_or_bytes, raw: raw}
  end

  @doc false
  def open!(path, modes, raw) do
    opened =
      case raw do
        true -> raw(path, for(mode <- modes, mode in [:read, :write, :append, :exclusive], do: mode), :compressed in modes)
        false -> File.Device.open(path, modes)
      end

    case opened do
      {:ok, file} -> file
      {:error, reason} -> raise File.Error, reason: reason, action: "stream", path: path
    end
  end

  defp raw(path, wanted, false), do: :beamlet_file.open(path, wanted)

  defp raw(path, wanted, true) do
    case File.Device.open_compressed(path, if(wanted == [], do: [:read], else: wanted)) do
      {:ok, file, nil} -> {:ok, file}
      {:ok, file, target} -> {:ok, {file, target}}
      error -> error
    end
  end

  @doc false
  def close({file, target}, true), do: File.Device.finish(file, target)
  def close(file, true), do: :beamlet_file.close(file)
  def close(file, false), do: File.Device.close(file)

  defimpl Collectable do
    def into(%{path: path, modes: modes, raw: raw} = stream) do
      modes = for mode <- modes, mode not in [:read], do: mode
      file = File.Stream.open!(path, [:write | modes], raw)

      collector = fn
        :ok, {:cont, data} ->
          put(file, data, raw, path)

        :ok, :done ->
          File.Stream.close(file, raw)
          stream

        :ok, :halt ->
          File.Stream.close(file, raw)
      end

      {:ok, collector}
    end

    defp put(file, data, false, _path), do: IO.write(file, data)

    defp put({file, _target}, data, true, path), do: put(file, data, true, path)

    defp put(file, data, true, path) when is_binary(data) or is_list(data) do
      case :beamlet_file.write_bytes(file, data) do
        :ok -> :ok
        {:error, reason} -> raise File.Error, reason: reason, action: "stream", path: path
      end
    end

    defp put(file, data, true, _path), do: IO.binwrite(file, data)
  end

  defimpl Enumerable do
    # What is read at once where nobody can tell: of regular files, and behind the stream's own handle.
    @chunk 65_536

    # Lines are counted as Elixir does it: by their ends, so that a last line without one is not among them.
    def count(%{path: path, modes: modes, line_or_bytes: :line, raw: raw}) do
      file = File.Stream.open!(path, reading(modes), raw)

      try do
        {:ok, count_ends(file, raw, 0)}
      after
        File.Stream.close(file, raw)
      end
    end

    def count(_stream), do: {:error, __MODULE__}
    def member?(_stream, _term), do: {:error, __MODULE__}
    def slice(_stream), do: {:error, __MODULE__}

    def reduce(%{path: path, modes: modes, line_or_bytes: line_or_bytes, raw: raw}, acc, fun) do
      start = fn ->
        file = File.Stream.open!(path, reading(modes), raw)
        if :trim_bom in modes, do: trim_bom(file, raw)
        if raw and line_or_bytes == :line and ahead?(path, modes), do: {file, []}, else: file
      end

      next = fn
        {file, kept} ->
          lines(file, kept)

        file ->
          case read(file, line_or_bytes, raw) do
            {:ok, data} -> {[data], file}
            :eof -> {:halt, file}
            {:error, reason} -> raise IO.StreamError, reason: reason
            data -> {[data], file}
          end
      end

      finish = fn
        {file, _kept} -> File.Stream.close(file, raw)
        file -> File.Stream.close(file, raw)
      end

      Stream.resource(start, next, finish).(acc, fun)
    end

    defp reading(modes), do: for(mode <- modes, mode not in [:write, :append, :exclusive, :trim_bom], do: mode)

    # Whoever reads from a pipe or a terminal wants each line when it is there.
    defp ahead?(path, modes) do
      :read_ahead in modes and match?({:ok, %{type: :regular}}, :beamlet_file.stat(path)) and :compressed not in modes
    end

    # The whole lines of what comes next; behind the last end is the beginning of a line, kept in pieces until it has its end.
    defp lines(file, kept) do
      case :beamlet_file.read_bytes(file, @chunk) do
        {:ok, bytes} ->
          case :binary.matches(bytes, "\n") do
            [] -> lines(file, [kept | bytes])
            ends -> split(file, kept, bytes, ends)
          end

        :eof ->
          case :erlang.iolist_to_binary(kept) do
            "" -> {:halt, {file, []}}
            line -> {[line], {file, []}}
          end

        {:error, reason} ->
          raise IO.StreamError, reason: reason
      end
    end

    defp split(file, kept, bytes, ends) do
      text = if kept == [] or kept == "", do: bytes, else: :erlang.iolist_to_binary([kept | bytes])

      case :binary.match(text, "\r\n") do
        :nomatch when kept == [] or kept == "" -> cut(file, text, ends, 0, [])
        :nomatch -> cut(file, text, :binary.matches(text, "\n"), 0, [])

        _ ->
          text = :binary.replace(text, "\r\n", "\n", [:global])
          cut(file, text, :binary.matches(text, "\n"), 0, [])
      end
    end

    defp cut(file, text, [{at, 1} | ends], from, lines),
      do: cut(file, text, ends, at + 1, [:erlang.binary_part(text, from, at + 1 - from) | lines])

    defp cut(file, text, [], from, lines),
      do: {:lists.reverse(lines), {file, :erlang.binary_part(text, from, byte_size(text) - from)}}

    defp count_ends(file, raw, count) do
      case read(file, @chunk, raw) do
        {:ok, bytes} -> count_ends(file, raw, count + length(:binary.matches(bytes, "\n")))
        :eof -> count
        {:error, reason} -> raise IO.StreamError, reason: reason
        text when is_binary(text) -> count_ends(file, raw, count + length(:binary.matches(text, "\n")))
      end
    end

    defp read(file, :line, true), do: :beamlet_file.read_line(file)
    defp read(file, count, true), do: :beamlet_file.read_bytes(file, count)
    defp read(device, line_or_count, false), do: IO.read(device, line_or_count)

    defp trim_bom(file, true) do
      case :beamlet_file.read_bytes(file, 3) do
        {:ok, <<0xEF, 0xBB, 0xBF>>} -> :ok
        _ -> :beamlet_file.position(file, 0)
      end
    end

    defp trim_bom(device, false) do
      case IO.read(device, 1) do
        "\uFEFF" -> :ok
        _ -> File.Device.position(device, 0)
      end
    end
  end
end
