defmodule Build do
  def byte(x), do: <<x::8>>
  def float(x), do: <<1, x::float>>
  def utf(x), do: {<<x::utf8>>, <<x::utf16>>}
  def joined(x), do: "abc" <> x
  def sized(x, size), do: <<0, x::binary-size(size)>>
  def size(x), do: <<1::size(x)>>
  def unit(x), do: <<x::binary-unit(16)>>
  def later(x, y), do: <<x::4, y::binary>>
end

why = fn name, args ->
  try do
    IO.inspect({name, args, apply(Build, name, args)})
  rescue
    error in ArgumentError -> IO.puts("#{name}: #{Exception.message(error)}")
  end
end

for value <- [:a, 1.5, "text", <<1::3>>, -1, %{a: 1}, 0x110000] do
  for name <- [:byte, :float, :utf, :joined, :size, :unit], do: why.(name, [value])
end

why.(:sized, ["abc", 4])
why.(:sized, ["abc", :a])
why.(:sized, ["abc", -1])
why.(:later, [:a, :b])
why.(:later, [:a, ""])

try do
  Build.byte(:a)
rescue
  _ -> IO.inspect(__STACKTRACE__ |> hd() |> elem(3) |> Keyword.fetch!(:error_info))
end

try do
  send(:nobody_has_this_name, 1)
rescue
  error -> IO.puts(Exception.message(error))
end

try do
  String.to_atom(String.duplicate("a", 300))
rescue
  error -> IO.inspect(error)
end
