# Without the option `u`, expressions see bytes as characters of Latin-1: their letters are word characters.
show = &IO.inspect(&1, binaries: :as_binaries, charlists: :as_lists, limit: :infinity)
show.(Regex.run(~r/\w+/, "été"))
show.(Regex.scan(~r/\w+/, "l'été à Ürün日本 plain"))
show.(Regex.scan(~r/\W+/, "é ü, z"))
show.(Regex.scan(~r/[\W\d]+/, "é ü, z9"))
show.(Regex.scan(~r/\b/, "é ab", return: :index))
show.(Regex.scan(~r/\B/, "é ab", return: :index))
show.(Regex.scan(~r/[^\w]/, "aé"))
show.(Regex.split(~r/\W+/, "naïve café"))
show.(Regex.replace(~r/\b(\w)/, "über uns", "<\\1>"))
show.(for byte <- 128..255, Regex.match?(~r/\w/, <<byte>>), do: byte)
show.(for byte <- 0..255, Regex.match?(~r/\s/, <<byte>>), do: byte)

for class <- ~w(alpha lower upper alnum punct space graph print cntrl blank xdigit word digit) do
  regex = Regex.compile!("[[:#{class}:]]")
  show.({class, for(byte <- 128..255, Regex.match?(regex, <<byte>>), do: byte)})
end

show.(Regex.scan(~r/\w+/u, "l'été à Ürün日本"))
show.(Regex.run(~r/a{,3}/, "a{,3}"))
show.(:re.split("ab", "b", [:trim, {:parts, 3}]))
show.(:re.split("ab", "b", [{:parts, 3}, :trim]))

for text <- ["a**", "(?z)", "(?", "(?i", "(?<=a*)b", "[[:foo:]]", "(?P<a>x)(?P<a>y)", "\\p{Foo}", "\\L", "(?C256)", "\\g{5}"],
    do: show.({text, elem(:re.compile(text), 1)})
