# string, unicode_util, io_lib with its formatters
loaded = fn modules -> Enum.all?(modules, &(is_list(:code.which(&1)) and to_string(:code.which(&1)) =~ ".beam")) end
IO.inspect(loaded.([:string, :unicode_util, :io_lib, :io_lib_format, :io_lib_pretty, :io_lib_fread]))

IO.inspect(:string.uppercase("straße ǆ"))
IO.inspect(:string.titlecase("ǆ sharp"))
IO.inspect(:string.casefold("ÄÖÜ ß"))
IO.inspect(:string.split("a,b,,c", ",", :all))
IO.inspect(:string.split("a,b,,c", ",", :trailing))
IO.inspect(:string.lexemes("  one two--three ", ' -'))
IO.inspect(:string.length("e\u0301a👨‍👩‍👧"))
IO.inspect(:string.reverse("e\u0301a"))
IO.inspect(:string.pad("ab", 5, :both, ?*) |> :unicode.characters_to_binary())
IO.inspect(:string.trim("\t x y \n"))
IO.inspect(:string.find("hello world", "o", :trailing))
IO.inspect(:string.prefix("prefixed", "pre"))
IO.inspect(:string.replace("aXbX", "X", "-", :all) |> IO.iodata_to_binary())
IO.inspect(:string.slice("naïve", 2, 2))
IO.inspect(:string.equal("e\u0301", "é", false, :nfc))
IO.inspect(:string.to_integer("12abc"))
IO.inspect(:string.to_float("1.5e3x"))
IO.inspect(:string.to_graphemes("ab\r\nc"))
IO.inspect(:string.take("abc123", Enum.to_list(?a..?z)))
IO.inspect(:string.next_grapheme('e\u0301x'))
IO.inspect(:string.tokens('a b  c', ' '))
IO.inspect(:string.centre('ab', 6, ?.))
IO.inspect(:string.chr('hello', ?l))

formats = [
  {'~p ~w ~s~n', [{:a, "b", 'c', 1.5}, [1, {2}], "text"]},
  {'~10.3f|~-8w|~8w|', [3.14159, :ab, :cd]},
  {'~.16B ~.2b ~8.16.0b ~c~c', [255, 5, 48879, ?x, ?y]},
  {'~ts ~tp', ["häh", "häh"]},
  {'~e ~g ~.4g', [12345.678, 0.0001, 1.0e20]},
  {'~20p', [Enum.to_list(1..30)]},
  {'~P', [Enum.to_list(1..30), 8]},
  {'~i~w ~~ ~n', [:ignored, :seen]},
  {'~*c|~5s|~-5s|~.2s', [3, ?=, "ab", "cd", "efgh"]},
  {'~p', [%{a: %{b: [1, 2, {:deep, "binary", <<1, 2>>}]}, list: 'chars'}]},
  {'~60p', [for(x <- 1..12, do: {:key, x, %{value: x * 1.5}})]}
]

for {format, args} <- formats, do: IO.puts(:io_lib.format(format, args))
IO.inspect(try(do: :io_lib.format('~d', [1]), rescue: (e -> e.__struct__)))
IO.inspect(:io_lib.fread('~d ~f ~s', '12 1.5 word rest'))
IO.inspect(:io_lib.write_string('a"b\n'))
IO.inspect(:io_lib.print({:a, [1, 2, 3], "bin"}, 1, 80, -1) |> IO.chardata_to_string())
IO.inspect({:io_lib.printable_list('abc'), :io_lib.deep_char_list(['a', [?b]]), :io_lib.char_list([-1])})
IO.inspect(:io_lib.write(%{a: 1}, 5) |> IO.chardata_to_string())
