defmodule :beamlet_library do
  @moduledoc """
  Which application a module of the bundled library belongs to, as stack traces show it.
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
end
