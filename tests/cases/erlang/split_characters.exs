# Characters whose bytes lie in several binaries, and what is left where one does not go on.
data = [
  [<<195>>, <<169>>], [<<195>>, 169], [<<195>>, <<65>>], [<<195>>], <<195>>, [[<<0xE2>>], [<<0x82>>, <<0xAC>>], ?x], ["a", <<195>>, [], <<169>>, "b"],
  ["a", <<195>>, [<<200>>], <<169>>, "b"], [<<195>>, <<>>, <<169>>, 'x'], [<<195>> | <<169>>], [?a | <<195>>], [?a, <<195>>, 955],
  ["ab", [955, 'x'], "rest"], [[["é", <<255>>], "x"], 'yz'], [255, 256], "aλb", ["aλb", "c"], [:a], [0x110000], [0xD800, ?a],
  ["abc", 0x110000, ?d], [[?a, [0xD800]], ?d]
]

for data <- data do
  for {from, to} <- [{:unicode, :unicode}, {:unicode, :latin1}, {:latin1, :unicode}, {:latin1, :latin1}, {:unicode, :utf16}, {{:utf16, :big}, :unicode}] do
    result =
      try do
        :unicode.characters_to_binary(data, from, to)
      catch
        kind, reason -> {kind, reason}
      end

    IO.inspect({data, from, to, result}, binaries: :as_binaries, charlists: :as_lists)
  end

  for from <- [:unicode, :latin1, :utf16] do
    result =
      try do
        :unicode.characters_to_list(data, from)
      catch
        kind, reason -> {kind, reason}
      end

    IO.inspect({data, from, result}, binaries: :as_binaries, charlists: :as_lists)
  end
end
