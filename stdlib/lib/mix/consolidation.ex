defmodule Mix.Consolidation do
  @moduledoc false
  # What is known of protocols when a project and all that it depends on have been compiled: who implements them.

  # What comes with the language, the deprecated included: messages list them.
  @bundled %{
    Collectable => [BitString, File.Stream, HashDict, HashSet, IO.Stream, List, Map, MapSet, Mix.Shell],
    Enumerable => [Date.Range, File.Stream, Function, GenEvent.Stream, HashDict, HashSet, IO.Stream, List, Map, MapSet, Range, Stream],
    IEx.Info => [Any, Atom, BitString, Date, Float, Function, Integer, List, Map, NaiveDateTime, PID, Port, Reference, Time, Tuple],
    Inspect => [
      Any, Atom, BitString, Date, Date.Range, DateTime, Float, Function, HashDict, HashSet, Inspect.Error, Integer, List, Macro.Env, Map,
      MapSet, NaiveDateTime, PID, Port, Range, Reference, Regex, Stream, Time, Tuple, URI, Version, Version.Requirement
    ],
    List.Chars => [Atom, BitString, Float, Integer, List],
    String.Chars => [Atom, BitString, Date, DateTime, Float, Integer, List, NaiveDateTime, Time, URI, Version, Version.Requirement]
  }

  # The protocols among freshly compiled modules, and what others of them implement: `{protocols, [{protocol, type}]}`.
  def collect(modules) do
    protocols = for module <- modules, function_exported?(module, :__protocol__, 1), do: module
    impls = for module <- modules, function_exported?(module, :__impl__, 1), do: {module.__impl__(:protocol), module.__impl__(:for)}
    {protocols, impls}
  end

  # Makes known what was collected of several applications. Returns the types by protocol.
  def run(collected) do
    {protocols, impls} = Enum.unzip(collected)
    known = for protocol <- List.flatten(protocols), into: @bundled, do: {protocol, []}

    impls
    |> List.flatten()
    |> Enum.reduce(known, fn {protocol, type}, known ->
      if Map.has_key?(known, protocol), do: Map.update!(known, protocol, &[type | &1]), else: known
    end)
    |> Map.new(fn {protocol, types} -> {protocol, types |> Enum.uniq() |> Enum.sort()} end)
    |> tap(&Protocol.__consolidate__/1)
  end

  @version 1

  # Writes modules of the protocols that say themselves who implements them, where a system without this knowledge finds them. Returns
  # `:ok` if there was one to write, otherwise `:noop`. Their files are looked for in the directories `ebins`.
  def write(directory, manifest, ebins, types_of_protocols) do
    before = read(manifest)
    files = for ebin <- ebins, {protocol, _} <- types_of_protocols, file = path(ebin, protocol), File.regular?(file), into: %{}, do: {protocol, file}
    now = Map.new(types_of_protocols, fn {protocol, types} -> {protocol, {types, files[protocol] && Mix.Build.Manifest.stamp(files[protocol])}} end)
    for {protocol, _} <- before, not is_map_key(now, protocol), do: File.rm(path(directory, protocol))
    changed = for {protocol, {types, _} = state} <- now, before[protocol] != state, {:ok, code} <- [consolidate(protocol, files[protocol], types)], do: {protocol, code}

    if changed != [] do
      File.mkdir_p!(directory)
      for {protocol, code} <- changed, do: File.write!(path(directory, protocol), code)
    end

    if before != now, do: File.write!(manifest, :erlang.term_to_binary({__MODULE__, @version, now}))
    if File.dir?(directory), do: Code.prepend_path(directory)
    if changed == [], do: :noop, else: :ok
  end

  defp path(directory, protocol), do: Path.join(directory, "#{protocol}.beam")

  defp consolidate(protocol, nil, types), do: Protocol.consolidate(protocol, types)
  defp consolidate(_protocol, file, types), do: Protocol.__consolidate__(String.to_charlist(file), types)

  defp read(manifest) do
    with {:ok, bytes} <- File.read(manifest), {__MODULE__, @version, known} <- :erlang.binary_to_term(bytes), do: known, else: (_ -> %{})
  rescue
    ArgumentError -> %{}
  end
end
