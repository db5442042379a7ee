# Sigils print with the delimiters that they were written with, which stay escaped inside.
f = fn _, s -> s end
for q <- [quote(do: ~r"12\"3"), quote(do: ~s(a\)b)), quote(do: ~S(a\)b)), quote(do: ~s"a#{x}\"b"), quote(do: ~w[a\] b]), quote(do: ~s|a\|b|), quote(do: ~r/a\/b/), quote(do: ~s'''
 a
'''), quote(do: ~S"""
 a"b
""")], do: IO.puts(Macro.to_string(q, f))
