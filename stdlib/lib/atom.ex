defmodule Atom do
  @moduledoc """
  Functions for atoms, constants that are their own name.
  """

  @doc "Turns an atom into its name."
  @spec to_string(atom) :: String.t()
  def to_string(atom), do: :erlang.atom_to_binary(atom)

  @doc "Turns an atom into its name as a charlist."
  @spec to_charlist(atom) :: charlist
  def to_charlist(atom), do: :erlang.atom_to_list(atom)

  @doc false
  @deprecated "Use Atom.to_charlist/1 instead"
  def to_char_list(atom), do: :erlang.atom_to_list(atom)
end
