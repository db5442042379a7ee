# Programs that check style read tokens: types, places, written texts, line breaks.
tokens = fn text, opts ->
  case :elixir_tokenizer.tokenize(String.to_charlist(text), 1, opts) do
    {:ok, line, column, _warnings, tokens} ->
      IO.inspect({line, column, tokens}, limit: :infinity, width: 120)

    {:error, {line, column, _message, _token}, _rest, _warnings, reversed} ->
      IO.inspect({:error, line, column, reversed}, limit: :infinity, width: 120)
  end
end

for text <- [
      "x = foo.bar(1, [a: 2, \"b c\": 3]) |> Foo.Bar.baz()",
      "if not a not in b do\n  :ok\nelse\n  not(c)\nend",
      "~s(a\#{b}c)abc\n~S[d]\n\"x\#{ 1 +\n2 }y\" 'z'",
      "\"\"\"\n  \#{a}\n  b\n  \"\"\"\n~s'''\n  c\n  '''",
      ":ok; :\"q a\"; :\"a\#{x}\"; :+; :{}; :é; [+: 1, é: 2, \"c\#{d}\": 3]",
      "?a; ?\\n; 1.0e3; 0x1F; 1_000; nil; true",
      "foo -1; foo - 1; foo[1]; foo.(1); foo.bar[2]; a.+(b); a.\"q r\"(1); Foo.{A}; ...",
      "fn a, b -> a end; %{a | b: 1}; %Foo{}; <<1::8>>; &1; &+/2; &and/2; @a; a..b//c",
      "a\n|> b\n\n  + c\n\n\n  and d # x\n # y\n\n c;\n# z\n\nd\n\n.g",
      "[\n  a,\n  not b,\n\n]\n(\n)",
      "a\r\nb\\\n c",
      ""
    ],
    do: tokens.(text, [])

IO.puts("-- with errors, as far as they go")
for text <- ["a )b c", "(a ]b", "f \"\#{ b ) }\"", "if x do 1", "a ; ; 1", "a b: :c d:e 1"], do: tokens.(text, [])

IO.puts("-- options")
tokens.("if a do [b) end", check_terminators: false)
tokens.("f \"a\\n\"", unescape: false)
tokens.("f no_such_atom_of_this_test", existing_atoms_only: true)
tokens.("a :b c: Foo \"d\": \"x\#{e}\"", static_atoms_encoder: fn name, meta -> {:ok, {name, meta}} end)
tokens.("a :b", static_atoms_encoder: fn _, _ -> {:error, "no"} end)

tokens.("a # one\n# two\nb",
  preserve_comments: fn line, column, tokens, comment, rest -> IO.inspect({line, column, tokens, comment, rest}) end
)

IO.inspect(:elixir_tokenizer.tokenize(~C"a b", 3, 5, []))
IO.inspect(:elixir.string_to_tokens(~C"a + 1", 3, 4, "f", []))
IO.inspect(:elixir.string_to_tokens(~C"a \"b", 3, 4, "f", []))
