# How a literal was written is told only to those who ask for metadata of tokens.
for metadata <- [true, false] do
  "[1, 2.0, ?a, :b, \"c\", 'd', nil, {1, 2}, 0x1F]"
  |> Code.string_to_quoted!(token_metadata: metadata, literal_encoder: fn literal, meta -> {:ok, {:literal, meta, literal}} end)
  |> IO.inspect()
end
