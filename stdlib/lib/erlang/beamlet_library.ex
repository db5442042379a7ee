defmodule :beamlet_library do
  @moduledoc """
  Which application a module belongs to, as stack traces show it.
  """

  @doc "Returns `{application, version}`, or `nil` for a module of the program itself."
  def application(module) when is_atom(module) do
    case :erlang.function_exported(module, :module_info, 1) && library_source(module) do
      nil -> nil
      false -> nil
      app -> {app, "1.14.0"}
    end
  end

  defp library_source(module) do
    attributes = module.module_info(:attributes)

    case :lists.keyfind(:beamlet_application, 1, attributes) do
      {_, [app]} -> app
      false -> nil
    end
  end
end
