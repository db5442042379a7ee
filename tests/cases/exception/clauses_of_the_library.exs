# An uncaught exception shows which clauses were tried, the library's too.
IO.puts("before")
Keyword.get("name", "key")
