# With `u`, words are made of letters, numbers and `_`: neither marks nor other connecting punctuation.
text = Enum.map_join([?a, ?_, ?é, 0x301, 0x203F, ?1, 0x661, 0x2160, 0x200D, ?\s, ?-, 0x20AC, 0x3042, 0xFF3F, 0x93F], &<<&1::utf8>>)

for source <- [~S"\w", ~S"\W", ~S"[\w-]", ~S"[^\w\s-]", ~S"[\W]", ~S"\b", ~S"\B", ~S"\w+"] do
  found = ~r/#{source}/u |> Regex.scan(text, return: :index) |> List.flatten()
  IO.inspect({source, found}, limit: :infinity)
end

"Ça va? Très  bien!" |> String.normalize(:nfd) |> String.replace(~r/[^\w\s-]/u, "") |> IO.puts()
