defmodule ExUnit.FailuresManifest do
  @moduledoc false
  # Which tests failed when they last ran: a map of {module, name} to the test's file.

  alias ExUnit.Test

  @version 1

  def new, do: %{}

  def files_with_failures(manifest), do: MapSet.new(Map.values(manifest))

  def failed_test_ids(manifest), do: MapSet.new(Map.keys(manifest))

  # A test that was skipped or excluded keeps what is known of it.
  def put_test(manifest, %Test{state: {ignored, _}}) when ignored in [:skipped, :excluded], do: manifest
  def put_test(manifest, %Test{state: nil} = test), do: Map.delete(manifest, {test.module, test.name})

  def put_test(manifest, %Test{state: {failed, _}} = test) when failed in [:failed, :invalid] do
    Map.put(manifest, {test.module, test.name}, test.tags.file)
  end

  # A test whose file or definition is gone would fail for ever.
  def write!(manifest, file) when is_binary(file) do
    kept = Map.filter(manifest, fn {{module, name}, path} -> File.regular?(path) and (not Code.ensure_loaded?(module) or function_exported?(module, name, 1)) end)
    File.mkdir_p!(Path.dirname(file))
    File.write!(file, :erlang.term_to_binary({@version, kept}))
  end

  def read(file) when is_binary(file) do
    with {:ok, bytes} <- File.read(file),
         {:ok, {@version, manifest}} when is_map(manifest) <- decode(bytes) do
      manifest
    else
      _ -> new()
    end
  end

  # Any file may stand there: what is no manifest counts as none.
  defp decode(bytes) do
    {:ok, :erlang.binary_to_term(bytes)}
  rescue
    ArgumentError -> :error
  end
end
