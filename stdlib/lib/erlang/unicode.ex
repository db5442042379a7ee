defmodule :unicode do
  @moduledoc """
  Erlang's `:unicode`, as far as it is not native: normal forms.

  A function gives text, or `{:error, normalized, rest}` where the data is not text.

  ## Examples

      iex> :unicode.characters_to_nfc_binary("e\\u0301") == "é"
      true
      iex> :unicode.characters_to_nfd_list("é")
      [101, 769]
  """

  for form <- [:nfc, :nfd, :nfkc, :nfkd] do
    @doc "Gives text in the normal form #{form |> Atom.to_string() |> String.upcase()}, as a binary."
    def unquote(:"characters_to_#{form}_binary")(data), do: normal(data, &:beamlet_unicode.unquote(form)(&1))

    @doc "Gives text in the normal form #{form |> Atom.to_string() |> String.upcase()}, as a list."
    def unquote(:"characters_to_#{form}_list")(data) do
      case normal(data, &:beamlet_unicode.unquote(form)(&1)) do
        binary when is_binary(binary) -> :unicode.characters_to_list(binary)
        {:error, done, rest} -> {:error, :unicode.characters_to_list(done), rest}
      end
    end
  end

  defp normal(data, fun) do
    case :unicode.characters_to_binary(data) do
      binary when is_binary(binary) -> fun.(binary)
      {_kind, done, rest} -> {:error, fun.(done), rest}
    end
  end

  @doc "Tells whether all bytes of a binary are ASCII."
  def bin_is_7bit(binary) when is_binary(binary), do: for(<<byte <- binary>>, byte > 127, do: byte) == []
end
