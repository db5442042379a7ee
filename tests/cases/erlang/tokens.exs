# Tokens of Erlang with what lies between them, and their texts.
for s <- ['a  \n\n  b', ' \n a', '\n\t\tb', 'a \t b', 'a\n\n\nb', '  \n  \n', '\r\n a', ' % c\n b', 'a.\n\nb. ', 'a.'] do
  IO.inspect {s, :erl_scan.string(s, {1,1}, [:return])}
end
IO.inspect :erl_scan.string('a %c\n b', 1, [:return_comments])
IO.inspect :erl_scan.string('a %c\n b', 1, [:return_white_spaces])
IO.inspect :erl_scan.text({:atom, 1, :a})
IO.inspect :erl_scan.tokens([], 'a. b', 1)
IO.inspect :erl_scan.tokens([], 'a.\nb', 1)
IO.inspect :erl_scan.tokens([], 'a.\n', 1, [:return])
IO.inspect :erl_scan.string('foo(X) -> \'$1\' + "s" . % c', 1, [:text])
IO.inspect :erl_scan.string('foo(X) -> \'$1\' + "s" . % c', {1,1}, [:text, :return])
{:ok, ts, _} = :erl_scan.string('foo(X) -> \'$1\' + "s" . % c', {1,1}, [:text])
IO.inspect Enum.map(ts, &:erl_scan.text/1)
IO.inspect Enum.map(ts, &{:erl_scan.line(&1), :erl_scan.column(&1), :erl_scan.location(&1), :erl_scan.symbol(&1), :erl_scan.category(&1)})
IO.inspect :erl_scan.tokens([], 'foo(X) -> \'$1\'. b', 1, [:text])
{:more, c} = :erl_scan.tokens([], 'foo(X) ->', 1, [:text])
IO.inspect :erl_scan.tokens(c, ' b.\n', 1, [:text])
