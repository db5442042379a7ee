# Without `u`, an expression sees bytes, and its classes know the letters of Latin-1 among them.
classes =
  ~w(\\w \\W \\s \\d . [[:alpha:]] [[:upper:]] [[:lower:]] [[:punct:]] [[:alnum:]] [[:print:]] [[:graph:]] [[:cntrl:]]) ++
    ~w([^\\w] [\\W] [\\w-] [^[:alpha:]] [[:word:]x] \\p{Lu} \\h \\R)

for class <- classes do
  regex = Regex.compile!("^" <> class <> "$", "s")
  found = for byte <- 0..255, Regex.match?(regex, <<byte>>), do: byte
  {ascii, beyond} = Enum.split_with(found, &(&1 < 128))

  spans =
    Enum.chunk_while(
      beyond,
      nil,
      fn
        byte, nil -> {:cont, {byte, byte}}
        byte, {first, last} when byte == last + 1 -> {:cont, {first, byte}}
        byte, span -> {:cont, span, {byte, byte}}
      end,
      fn
        nil -> {:cont, nil}
        span -> {:cont, span, nil}
      end
    )

  IO.inspect({class, length(ascii), spans}, limit: :infinity, width: 120)
end

IO.inspect(Regex.scan(~r/\w+/, "héllo wörld naïve"))
IO.inspect(Regex.scan(~r/\w+/u, "héllo wörld naïve"))
IO.inspect(Regex.split(~r/\W+/, "héllo wörld"))
IO.inspect(Regex.split(~r/[^\w']+/, "olá, it's"))
IO.inspect(Regex.scan(~r/\b/, "é a", return: :index))
IO.inspect(Regex.scan(~r/\B./s, "é ab"))
IO.inspect(Regex.replace(~r/[[:alpha:]]/, "aé1", "x"))
IO.inspect({String.match?("é", ~r/\w/), String.match?("日", ~r/^\W+$/), "ß" =~ ~r/[[:upper:]]/})
IO.inspect(Regex.run(~r/(\w)\1 # \w again/x, "éé aa"))
IO.inspect(Regex.run(~r/\Q\w\E(\w)/, "é\\wb"))
