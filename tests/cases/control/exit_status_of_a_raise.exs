# An uncaught exception ends with status 1, its message on standard error; output before it is there.
IO.puts("before")
raise ArgumentError, "no good"
