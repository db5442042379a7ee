defmodule Mix.Build.Manifest do
  @moduledoc false
  # What is remembered of a project's compilation, in the file `.mix/compile.elixir` of its build:
  #
  #   * `sources`: by path what a file was (`size`, `mtime`, `digest`), which `modules` it defines, which modules it needs to compile
  #     (`compile`), for what they export (`exports`) and to run (`runtime`), which other files it read (`external`), the configuration
  #     it looked at (`compile_env`), which of its modules say themselves when they are stale (`recompile`), and the `warnings` about it;
  #   * `modules`: for each its `sources`, digests of its code (`digest`) and of what others may know of it (`exports`), and a mark of the
  #     compilation that it comes from (`compiled`);
  #   * `key`, `config`, `lock`, `deps`: what else the code depends on, see `Mix.Build.Sources`.
  #
  # Mix of Elixir has a file of the same name. Neither can read the other's, so what the other has compiled is compiled anew.

  @version 6

  def path(config \\ Mix.Project.config()), do: Path.join(Mix.Project.manifest_path(config), "compile.elixir")

  # The path for an application built beside the current one.
  def path_of(app), do: Path.join([Mix.Project.build_path(), "lib", to_string(app), ".mix", "compile.elixir"])

  def read(path) do
    with {:ok, bytes} <- File.read(path),
         {{:beamlet, @version}, %{} = manifest} <- :erlang.binary_to_term(bytes) do
      manifest
    else
      _ -> nil
    end
  rescue
    ArgumentError -> nil
  end

  def write(path, manifest) do
    File.mkdir_p!(Path.dirname(path))
    File.write!(path, :erlang.term_to_binary({{:beamlet, @version}, manifest}))
    # Where Mix of Elixir finds another version than its own, it removes what has been built before it compiles.
    File.write!(Path.join(Path.dirname(path), "compile.elixir_scm"), :erlang.term_to_binary({1, {System.version(), "beamlet"}, Mix.SCM.Path}))
  end

  # When a file changed and how large it is, or why that cannot be found out.
  def stamp(path) do
    case File.stat(path, time: :posix) do
      {:ok, %{mtime: mtime, size: size}} -> {mtime, size}
      {:error, reason} -> reason
    end
  end

  # Two compilations in one second may leave files of one size.
  def mark(path), do: {stamp(path), digest(path)}

  def digest(path) do
    case File.read(path) do
      {:ok, bytes} -> :erlang.md5(bytes)
      {:error, reason} -> reason
    end
  end
end
