# Natives against the answers of OTP 25 in natives_answer_as_erlang.txt: `=>` a value, `!` the reason of an error. Prints what differs.
parse = fn text ->
  with {:ok, tokens, _} <- :erl_scan.string(String.to_charlist(text <> ".")),
       {:ok, term} <- :erl_parse.parse_term(tokens),
       do: {:ok, term},
       else: (_ -> :error)
end

# The separator may occur inside of a map too.
split = fn line, separator, kind ->
  parts = String.split(line, separator)

  Enum.find_value(1..max(length(parts) - 1, 1), fn count ->
    {left, right} = Enum.split(parts, count)

    with true <- right != [],
         {:ok, {module, function, args}} <- parse.(Enum.join(left, separator)),
         {:ok, expected} <- parse.(Enum.join(right, separator)),
         do: {kind, module, function, args, expected},
         else: (_ -> nil)
  end)
end

results =
  for line <- File.stream!(Path.join(__DIR__, "natives_answer_as_erlang.txt")), not String.starts_with?(line, "%") do
    line = String.trim(line)
    {kind, module, function, args, expected} = split.(line, " => ", :value) || split.(line, " ! ", :error)

    got =
      try do
        {:value, apply(module, function, args)}
      catch
        :error, reason -> {:error, reason}
      end

    if got === {kind, expected}, do: :same, else: IO.puts("#{line}\n  but #{inspect(got)}")
  end

IO.inspect(Enum.frequencies(results))
