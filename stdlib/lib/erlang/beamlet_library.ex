defmodule :beamlet_library do
  @moduledoc """
  Which application a module of the bundled library belongs to, as stack traces show it.
  """

  @applications [
    {"Elixir.Logger", :logger},
    {"Elixir.ExUnit", :ex_unit},
    {"Elixir.EEx", :eex},
    {"Elixir.Mix", :mix},
    {"Elixir.IEx", :iex}
  ]

  # Erlang's modules that are not of `stdlib`.
  @kernel [:application, :code, :error_logger, :file, :global, :inet, :logger, :os, :rpc]

  @doc "Returns `{application, version}`, or `nil` for a module of the program itself."
  @spec application(module) :: {atom, String.t()} | nil
  def application(module) when is_atom(module) do
    # A bundled module has no file, and the system's own natives no version.
    if :code.which(module) == [], do: name(module, :erlang.atom_to_binary(module))
  end

  # Code that is evaluated has no file either.
  defp name(_module, "elixir_compiler_" <> _), do: nil

  defp name(_module, "Elixir." <> _ = text) do
    found = :lists.search(fn {prefix, _} -> text == prefix or below?(text, prefix) end, @applications)

    case found do
      {:value, {_, application}} -> {application, System.version()}
      false -> {:elixir, System.version()}
    end
  end

  defp name(module, _text) do
    if :lists.member(module, @kernel), do: {:kernel, "8.5.3"}, else: {:stdlib, "4.2"}
  end

  defp below?(text, prefix) do
    size = byte_size(prefix)

    case text do
      <<^prefix::binary-size(size), ?., _::binary>> -> true
      _ -> false
    end
  end
end
