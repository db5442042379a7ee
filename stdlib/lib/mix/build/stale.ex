defmodule Mix.Build.Stale do
  @moduledoc false
  # Which files of tests have to run again: those that have changed since they last passed with `--stale`, and those that need a
  # module, however far away, that has been compiled since. When other files below the directories of tests change, all have to.

  alias Mix.Build.{Graph, Manifest}

  @option :lexical_references

  # The stale ones among files.
  def of(paths, files) do
    before = read()
    {modules, sources} = code()
    changed = for name <- Enum.uniq(Map.keys(before.modules) ++ Map.keys(modules)), before.modules[name] != modules[name], into: MapSet.new(), do: name
    tainted = Graph.tainted(sources, changed)
    all? = changed_around?(before.around, around(paths))

    Enum.filter(files, fn file ->
      known = before.files[file]
      all? or known == nil or changed?(known.mark, Manifest.mark(file)) or Enum.any?(known.needs, &MapSet.member?(tainted, &1))
    end)
  end

  # A file that only seems to be older is the same.
  defp changed?({{before, size}, digest}, {{now, size}, digest}), do: now > before
  defp changed?(before, now), do: before != now

  defp changed_around?(before, now) when is_list(before) and length(before) == length(now) do
    Enum.any?(Enum.zip(before, now), fn {{file, mark}, {other, new}} -> file != other or changed?(mark, new) end)
  end

  defp changed_around?(_before, _now), do: true

  # Notes meanwhile what the files need that are required.
  def noting(fun) do
    Process.put(__MODULE__, %{})
    :beamlet_compiler.put_option(@option, true)

    try do
      fun.()
    after
      :beamlet_compiler.put_option(@option, false)
    end
  end

  def note(file, {compile, exports, runtime}, _compile_env), do: Process.put(__MODULE__, Map.put(Process.get(__MODULE__), file, compile ++ exports ++ runtime))

  # Remembers that files have passed.
  def remember(paths, files) do
    before = read()
    {modules, _} = code()
    needs = Process.get(__MODULE__)
    passed = for file <- files, into: %{}, do: {file, %{mark: Manifest.mark(file), needs: Map.get(needs, file, [])}}
    kept = if changed_around?(before.around, around(paths)), do: %{}, else: before.files
    File.write!(path(), :erlang.term_to_binary({__MODULE__, %{modules: modules, around: around(paths), files: Map.merge(kept, passed)}}))
  end

  # When all modules of the project and of what it builds on were compiled, and what their sources need.
  defp code do
    manifests = for app <- [Mix.Project.config()[:app] | Mix.Dependencies.apps()], manifest = Manifest.read(Manifest.path_of(app)), do: {app, manifest}
    modules = for {_, manifest} <- manifests, {name, module} <- manifest.modules, into: %{}, do: {name, module.compiled}
    {modules, for({app, manifest} <- manifests, {path, entry} <- manifest.sources, into: %{}, do: {{app, path}, entry})}
  end

  # Files below the directories of tests that are none themselves.
  defp around(paths) do
    tests = Mix.Utils.extract_files(paths, Mix.Project.config()[:test_pattern] || "*_test.exs")
    for file <- Mix.Utils.extract_files(paths, [:ex, :exs]) -- tests, do: {file, Manifest.mark(file)}
  end

  defp path, do: Path.join(Mix.Project.manifest_path(), "compile.test_stale")

  defp read do
    with {:ok, bytes} <- File.read(path()), {__MODULE__, %{} = known} <- :erlang.binary_to_term(bytes) do
      known
    else
      _ -> %{modules: %{}, around: nil, files: %{}}
    end
  rescue
    ArgumentError -> %{modules: %{}, around: nil, files: %{}}
  end
end
