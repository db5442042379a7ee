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

  # Makes known what was collected of several applications.
  def run(collected) do
    {protocols, impls} = Enum.unzip(collected)
    known = for protocol <- List.flatten(protocols), into: @bundled, do: {protocol, []}

    impls
    |> List.flatten()
    |> Enum.reduce(known, fn {protocol, type}, known ->
      if Map.has_key?(known, protocol), do: Map.update!(known, protocol, &[type | &1]), else: known
    end)
    |> Map.new(fn {protocol, types} -> {protocol, types |> Enum.uniq() |> Enum.sort()} end)
    |> Protocol.__consolidate__()
  end
end
