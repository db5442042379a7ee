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

  def format_error(reason) when is_atom(reason) do
    case :lists.keyfind(reason, 1, @texts) do
      {_, text} -> :erlang.binary_to_list(text)
      false -> ~c"unknown POSIX error"
    end
  end

  def format_error(_reason), do: ~c"unknown POSIX error"

  def read_file(path), do: :beamlet_file.read(name(path))
  def write_file(path, bytes), do: :beamlet_file.write(name(path), bytes)
  def write_file(path, bytes, modes), do: if(:lists.member(:append, modes), do: :beamlet_file.append(name(path), bytes), else: :beamlet_file.write(name(path), bytes))
  def delete(path), do: :beamlet_file.rm(name(path))
  def make_dir(path), do: :beamlet_file.mkdir(name(path))
  def del_dir(path), do: :beamlet_file.rmdir(name(path))
  def rename(from, to), do: :beamlet_file.rename(name(from), name(to))

  def make_symlink(existing, new), do: :beamlet_file.ln_s(name(existing), name(new))
  def make_link(existing, new), do: :beamlet_file.ln(name(existing), name(new))

  def read_link(path) do
    case :beamlet_file.read_link(name(path)) do
      {:ok, target} -> {:ok, :unicode.characters_to_list(target)}
      error -> error
    end
  end

  def copy(from, to), do: File.copy(from, to)
  def copy(from, to, count), do: File.copy(from, to, count)
  def read_file_info(path), do: info(File.stat(name(path), time: :local))
  def read_link_info(path), do: info(File.lstat(name(path), time: :local))

  defp info({:ok, stat}), do: {:ok, File.Stat.to_record(stat)}
  defp info(error), do: error

  def get_cwd() do
    case :beamlet_file.cwd() do
      {:ok, path} -> {:ok, :unicode.characters_to_list(path)}
      error -> error
    end
  end

  def set_cwd(path), do: :beamlet_file.cd(name(path))

  def list_dir(path) do
    case :beamlet_file.ls(name(path)) do
      {:ok, names} -> {:ok, :lists.map(&:unicode.characters_to_list/1, names)}
      error -> error
    end
  end

  @doc "Says in which encoding file names reach the operating system: always UTF-8."
  def native_name_encoding(), do: :utf8

  def open(path, modes), do: File.Device.open(name(path), modes)
  def close(device), do: File.Device.close(device)
  def position(device, location), do: File.Device.position(device, location)
  def truncate(device), do: File.Device.truncate(device)
  def sync(device), do: File.Device.sync(device)
  def datasync(device), do: File.Device.sync(device)

  def write(device, bytes) do
    case IO.binwrite(device, bytes) do
      :ok -> :ok
      error -> error
    end
  end

  def read(device, count), do: read_result(IO.binread(device, count))
  def read_line(device), do: read_result(IO.binread(device, :line))

  def pread(device, location, count) do
    with {:ok, _} <- position(device, location), do: read(device, count)
  end

  def pwrite(device, location, bytes) do
    with {:ok, _} <- position(device, location), do: write(device, bytes)
  end

  defp read_result(:eof), do: :eof
  defp read_result({:error, _} = error), do: error
  defp read_result(data), do: {:ok, data}

  defp name(path) when is_atom(path), do: :erlang.atom_to_binary(path)
  defp name(path), do: :unicode.characters_to_binary(path)
end
