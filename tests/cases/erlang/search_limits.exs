# Searches that would take too long end, and say so when asked to.
text = String.duplicate("a", 40) <> "b"
bad = "^(a+)+$"
IO.inspect(:re.run(text, bad))
IO.inspect(:re.run(text, bad, [:report_errors]))
IO.inspect(:re.run(text, bad, [:report_errors, match_limit: 1000]))
IO.inspect(:re.run(text, bad, [:report_errors, match_limit_recursion: 5]))
IO.inspect(:re.run("xaby", "a(b)", match_limit: 1000, match_limit_recursion: 1000))
IO.inspect(Regex.run(~r/^(a+)+$/, text))
IO.inspect(Regex.replace(~r/^(a+)+$/, text, "x"))
IO.inspect(String.split(text, ~r/^(a+)+$/))

# One that takes long and finds something, among others; what the arguments were is still known then.
slow = "^((a|b)+?)+?c$"
for subject <- [String.duplicate("ab", 9) <> "c", "abc", :binary.bin_to_list("abac")] do
  IO.inspect(:re.run(subject, slow, [{:capture, :all_but_first, :binary}]))
end

ends = String.duplicate("ab", 10) <> "!" <> String.duplicate("a", 5)
IO.inspect(:re.run(ends, "((a|b)+)+c|!(a+)$", [{:capture, [3], :list}]))
IO.inspect(:re.replace(ends, "((a|b)+)+c|!(a+)$", "<\\3>", return: :binary))
IO.inspect(:re.split(ends, "((a|b)+)+c|!", [:group, return: :binary]))
tasks = for n <- 1..4, do: Task.async(fn -> {n, Regex.match?(~r/^(a+)+$/, text)} end)
IO.inspect(Task.await_many(tasks, :infinity))
