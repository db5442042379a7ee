defmodule IEx.Loaded do
  @moduledoc false
  # What the REPL knows of modules. Those in memory only, such as one that an entry has just defined, keep their documentation and
  # types too, which `Code.fetch_docs/1` and `Code.Typespec` do not tell, as in Elixir.

  @doc "The documentation of a module, as `Code.fetch_docs/1` gives it."
  def docs(module) do
    with {:error, :module_not_found} <- Code.fetch_docs(module),
         bytes when is_binary(bytes) <- :beamlet_code.chunk(module, "Docs") do
      :erlang.binary_to_term(bytes)
    else
      nil -> {:error, :module_not_found}
      docs -> docs
    end
  end

  @doc "The types, the specs and the callbacks of a module, as `Code.Typespec` gives them."
  def types(module), do: fetch(module, &Code.Typespec.fetch_types/1)
  def specs(module), do: fetch(module, &Code.Typespec.fetch_specs/1)
  def callbacks(module), do: fetch(module, &Code.Typespec.fetch_callbacks/1)

  defp fetch(module, fetch) do
    with :error <- fetch.(module),
         bytes when is_binary(bytes) <- :beamlet_code.chunk(module, "Dbgi") do
      # A module file of this chunk alone.
      fetch.(<<"FOR1", byte_size(bytes) + 12::32, "BEAM", "Dbgi", byte_size(bytes)::32, bytes::binary>>)
    else
      nil -> :error
      found -> found
    end
  end
end
