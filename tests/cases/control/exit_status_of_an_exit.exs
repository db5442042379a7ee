# `exit({:shutdown, n})` gives n.
IO.puts("leaving")
exit({:shutdown, 7})
