defmodule :beamlet_library do
  @moduledoc """
  Which application a module of the bundled library belongs to, as stack traces show it, and where files of other modules are.
  """

  @doc "Returns `{application, version}`, or `nil` for a module of the program itself."
  @spec application(module) :: {atom, String.t()} | nil
  def application(module) when is_atom(module) do
    case :beamlet_code.bundled(module) do
      nil -> nil
      :kernel -> {:kernel, "8.5.3"}
      :stdlib -> {:stdlib, "4.2"}
      application -> {application, System.version()}
    end
  end

  @doc """
  Returns `{module, bytes, path}` of a module's file: the one in the code path, or else the one that it was loaded from or written to.

  Gives `:error` for a module that is only in memory.
  """
  @spec object_code(module) :: {module, binary, charlist} | :error
  def object_code(module) when is_atom(module) do
    case :code.get_object_code(module) do
      :error -> here(module, :erlang.atom_to_list(module) ++ ~c".beam")
      found -> found
    end
  end

  # In Erlang the current directory is in the code path.
  defp here(module, file) do
    case :file.read_file(file) do
      {:ok, bytes} -> {module, bytes, :filename.absname(file)}
      {:error, _} -> written(module, :code.which(module))
    end
  end

  defp written(module, [_ | _] = path) do
    case :beamlet_code.object_code(module) do
      nil -> :error
      bytes -> {module, bytes, path}
    end
  end

  defp written(_module, _none), do: :error
end
