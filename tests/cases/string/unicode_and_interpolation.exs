# Strings are UTF-8; graphemes are what people count.
s = "héllo wörld 👨‍👩‍👧"
IO.inspect({String.length(s), byte_size(s)})
IO.puts(String.upcase(s))
IO.inspect(String.graphemes("nai\u0308ve"))
IO.inspect(String.codepoints("añ"))
IO.puts("#{1 + 1} #{:atom} #{[104, 105]} #{1.5} #{nil}|")
IO.inspect("tab\t quote\" \\ \e \0 é \u{1F600}")
IO.inspect(<<255, 0>>)
IO.inspect(String.split("a,b,,c", ","))
IO.inspect(String.split("  a  b "))
IO.inspect({String.trim("  x "), String.pad_leading("7", 3, "0"), String.reverse("añb")})
IO.inspect({String.slice("hello", 1..3), String.at("hello", -1), String.contains?("abc", ["x", "c"])})
IO.inspect(String.replace("a-b-c", "-", "+"))

IO.puts("""
heredoc
  indented #{:x}
""")

IO.inspect(~w(a b c)a)
IO.inspect(~s(say "hi"))
IO.inspect('charlist')
IO.inspect(~S(no #{interp}))
IO.inspect(String.capitalize("élan"))
