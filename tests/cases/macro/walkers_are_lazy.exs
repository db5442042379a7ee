# `prewalker` and `postwalker` give the nodes one by one, no further than they are asked.
for code <- [
      quote(do: foo(1, x: 2)),
      quote(do: Foo.bar(a, [b | c], %{x: 1}).z),
      quote(do: fn x, y -> x end),
      {1, 2, 3},
      {1, [2]},
      [],
      {{:a, [], nil}, [], nil}
    ] do
  IO.inspect(Enum.to_list(Macro.prewalker(code)))
  IO.inspect(Enum.to_list(Macro.postwalker(code)))
  IO.inspect(Enum.take(Macro.prewalker(code), 2))
  IO.inspect(Enum.zip(Macro.postwalker(code), 1..3))
end

IO.inspect(is_function(Macro.prewalker(:a), 2))

defmodule Odd do
  defstruct [:doc]

  defimpl Inspect do
    def inspect(%{doc: doc}, _opts), do: doc
  end
end

# Documents are checked where they are put together.
for doc <- [17, nil, ["a", "b"], {:doc_fill, 1}, "fine"], in_list <- [false, true] do
  try do
    odd = struct(Odd, doc: doc)
    IO.puts(inspect(if(in_list, do: [odd], else: odd)))
  rescue
    error -> IO.puts(Exception.format_banner(:error, error))
  end
end
