# Erlang's own source as tokens, terms and abstract code.
for source <- File.read!(__ENV__.file) |> String.split("\n# expressions\n") |> List.last() |> String.split("\n", trim: true) do
  expression = String.trim_leading(source, "# ")

  result =
    try do
      {value, _} = Code.eval_string(expression)
      inspect(value, limit: :infinity, printable_limit: :infinity, width: 200)
    rescue
      error -> "** " <> inspect(error.__struct__) <> " " <> (error |> Exception.message() |> String.split("\n") |> hd())
    end

  IO.puts(expression <> "\n  " <> result)
end

# expressions
# :erl_scan.string('{a, "b", 1.5, $c, \'X y\', Var, <<1:8>>, #\{k => v}, -3, 16#ff, 1.0e-3, end, a:b(), x =:= y, % c\n z}.')
# :erl_scan.string('a.\nb.', {1, 1})
# :erl_scan.string('"abc')
# :erl_scan.string('\'abc')
# :erl_scan.string('$\\n $\\x41 "\\x{41}\\102\\t"')
# :erl_scan.string('a.b')
# :erl_scan.string('1_000 2#101 37#1')
# :erl_scan.string('{ok, [1,2|X]} -> a ++ b -- c || <- := .')
# :erl_scan.string('')
# :erl_scan.string([])
# :erl_scan.string(' a ')
# elem(:erl_scan.string('{a, [1, "x" "y", $a, -1.5, +2, <<"ab">>, <<1, 2:16, 3/utf8>>, #\{a => #\{}}, [], {}, fun lists:map/2]}.'), 1) |> :erl_parse.parse_term
# elem(:erl_scan.string('foo(1).'), 1) |> :erl_parse.parse_term
# elem(:erl_scan.string('{a, }.'), 1) |> :erl_parse.parse_term
# elem(:erl_scan.string('{a'), 1) |> :erl_parse.parse_term
# elem(:erl_scan.string('X.'), 1) |> :erl_parse.parse_term
# elem(:erl_scan.string('a, b.'), 1) |> :erl_parse.parse_term
# elem(:erl_scan.string('a b.'), 1) |> :erl_parse.parse_term
# elem(:erl_scan.string('[1 2].'), 1) |> :erl_parse.parse_term
# elem(:erl_scan.string('{a, "s" .'), 1) |> :erl_parse.parse_term
# elem(:erl_scan.string('{a, [1, 2]}.'), 1) |> :erl_parse.parse_exprs
# elem(:erl_scan.string('a, {b, -1}, X.'), 1) |> :erl_parse.parse_exprs
# :erl_parse.abstract({:a, [1, 2], "bin", 'str', 1.5, %{a: 1}, [], "", <<1,2>>})
# :erl_parse.abstract([1, :a | :b], 5)
# :erl_parse.normalise({:cons, 1, {:atom, 1, :a}, {nil, 1}})
# :erl_parse.normalise({:var, 1, :X})
# :erl_parse.format_error(['syntax error before: ', 'x'])
# :erl_scan.format_error({:string, 34, 'abc'}) |> :lists.flatten
# :erl_scan.reserved_word(:case)
