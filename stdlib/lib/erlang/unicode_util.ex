defmodule :unicode_util do
  @moduledoc """
  Erlang's `:unicode_util`, as far as programs call it: characters one at a time from text in any form.
  """

  @doc """
  Takes the first grapheme off: `[grapheme | rest]`, `[]` at the end, `{:error, rest}` where the text is none.

  A grapheme of one code point is that number, one of several a list of them.

  ## Examples

      iex> :unicode_util.gc('ab')
      [?a | 'b']
      iex> :unicode_util.gc("")
      []
  """
  @spec gc(:unicode.chardata()) :: maybe_improper_list | {:error, :unicode.chardata()}
  def gc(text), do: :string.next_grapheme(text)

  @doc """
  Takes the first code point off, in the same form.

  ## Examples

      iex> :unicode_util.cp(["é", ?x])
      [?é | 'x']
  """
  @spec cp(:unicode.chardata()) :: maybe_improper_list | {:error, :unicode.chardata()}
  def cp(text), do: :string.next_codepoint(text)

  @doc "Tells whether a grapheme is white space in the sense of Unicode's pattern syntax."
  @spec is_whitespace(char | [char]) :: boolean
  def is_whitespace(grapheme), do: :lists.member(grapheme, whitespace())

  @doc "Lists the graphemes that are white space."
  @spec whitespace() :: [char | [char]]
  def whitespace(), do: [[?\r, ?\n], ?\t, ?\n, 11, 12, ?\r, ?\s, 0x85, 0x200E, 0x200F, 0x2028, 0x2029]
end
