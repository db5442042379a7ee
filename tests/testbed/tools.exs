# Erlang's own compiler, parser generators, printers, XML scanner, test framework and database.
folder = Path.join(System.tmp_dir!(), "beamlet-testbed-tools-#{System.pid()}")
File.mkdir_p!(folder)
path = fn name -> folder |> Path.join(name) |> String.to_charlist() end

File.write!(path.("sums.xrl"), """
Definitions.
D = [0-9]
Rules.
{D}+ : {token, {int, TokenLine, list_to_integer(TokenChars)}}.
[+*()] : {token, {list_to_atom(TokenChars), TokenLine}}.
[\\s\\n]+ : skip_token.
Erlang code.
""")

File.write!(path.("sums_grammar.yrl"), """
Nonterminals sum product factor.
Terminals int '+' '*' '(' ')'.
Rootsymbol sum.
sum -> sum '+' product : '$1' + '$3'.
sum -> product : '$1'.
product -> product '*' factor : '$1' * '$3'.
product -> factor : '$1'.
factor -> int : element(3, '$1').
factor -> '(' sum ')' : '$2'.
""")

{:ok, _} = :leex.file(path.("sums.xrl"), scannerfile: path.("sums.erl"))
{:ok, _} = :yecc.file(path.("sums_grammar.yrl"), parserfile: path.("sums_grammar.erl"))

for module <- [:sums, :sums_grammar] do
  {:ok, forms} = :epp.parse_file(path.("#{module}.erl"), [], [])
  {:ok, ^module, binary} = :compile.forms(forms, [])
  IO.inspect(:code.load_binary(module, path.("#{module}.erl"), binary))
end

for text <- ['1 + 2 * (3 + 4)', '2*3\n*7', '1 +', '1 ? 2'] do
  case :sums.string(text) do
    {:ok, tokens, line} -> IO.inspect({tokens, line, :sums_grammar.parse(tokens)})
    error -> IO.inspect(error)
  end
end

File.rm_rf!(folder)

# From text to a module, and back to text.
source = """
-module(squares).
-export([square/1, adder/1, parse/1]).
-record(point, {x = 0, y = 0}).
square(List) when is_list(List) -> [X * X || X <- List, is_integer(X)];
square(#point{x = X, y = Y}) -> {X * X, Y * Y}.
adder(N) -> fun(X) -> X + N end.
parse(<<Size:8, Text:Size/binary, Rest/binary>>) -> try {Text, parse(Rest)} catch error:_ -> {Text, none} end.
"""

{:ok, tokens, _} = :erl_scan.string(String.to_charlist(source))

forms =
  tokens
  |> Enum.chunk_while([], &{if(elem(&1, 0) == :dot, do: :cont, else: :go), [&1 | &2]} |> then(fn
    {:cont, all} -> {:cont, Enum.reverse(all), []}
    {:go, all} -> {:cont, all}
  end), fn [] -> {:cont, []} end)
  |> Enum.map(fn tokens -> {:ok, form} = :erl_parse.parse_form(tokens); form end)

{:ok, :squares, binary} = :compile.forms(forms, [])
{:module, :squares} = :code.load_binary(:squares, 'squares.erl', binary)
IO.inspect({:squares.square([1, :a, 3]), :squares.square({:point, 2, 5}), :squares.adder(3).(4)})
IO.inspect(:squares.parse(<<2, "ab", 1, "c", 9>>))
IO.puts(:erl_prettypr.format(:erl_syntax.form_list(forms)))
{:error, errors, _} = :compile.forms([{:attribute, 1, :module, :bad}, {:attribute, 2, :export, [missing: 0]}], [:return])
IO.inspect(errors)

# XML.
{document, []} = :xmerl_scan.string('<list kind="short"><item n="1">one</item><item n="2">two &amp; more</item></list>')
IO.inspect(for text <- :xmerl_xpath.string('//item[@n=2]/text()', document), do: elem(text, 4))
IO.puts(:xmerl.export_simple([document], :xmerl_xml))

# Tests and tables.
IO.inspect(:eunit.test([fn -> :ok end, {'named', fn -> 1 = 1 end}], [:no_tty]))
IO.inspect(:mnesia.start())
IO.inspect(:mnesia.create_table(:person, attributes: [:id, :name], index: [:name]))

IO.inspect(
  :mnesia.transaction(fn ->
    for {id, name} <- [{1, "a"}, {2, "b"}, {3, "a"}], do: :mnesia.write({:person, id, name})
    {:mnesia.read(:person, 2), Enum.sort(:mnesia.index_read(:person, "a", :name))}
  end)
)

IO.inspect(:mnesia.transaction(fn -> :mnesia.delete({:person, 1}) && :mnesia.abort(:changed_my_mind) end))
IO.inspect(Enum.sort(:mnesia.dirty_all_keys(:person)))
