# One match context for all clauses; equal segments are read once.
defmodule Bits do
  def word(<<"true", rest::binary>>), do: {true, rest}
  def word(<<"false", rest::binary>>), do: {false, rest}
  def word(<<char, rest::binary>>), do: {char, rest}

  def build(size, text), do: <<size::16, text::binary, "end">>
  def append(text, byte), do: <<text::binary, byte>>
end
