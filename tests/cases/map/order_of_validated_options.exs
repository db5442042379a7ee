# Where defaults stand among validated options, and what is told of options that are not there.
perms = fn p, l -> if l == [], do: [[]], else: for(x <- l, r <- p.(p, l -- [x]), do: [x | r]) end
vals = [:a, b: 1, c: 2, d: 3, e: 4]
for n <- 0..3, ks <- perms.(perms, [:a, :b, :c, :d, :e]) |> Enum.map(&Enum.take(&1, n)) |> Enum.uniq() do
  IO.inspect {ks, Keyword.validate(Enum.map(ks, &{&1, 9}), vals), Keyword.validate(Enum.map(ks, &{&1, 9}) ++ [x: 1], vals)}, width: 200
end
IO.inspect Keyword.validate([b: 1, b: 2, z: 1, y: 2], vals)
IO.inspect Keyword.validate([b: 1, b: 2], vals)

try do
  Keyword.get_and_update!([a: 1, b: 2], :c, &{&1, &1})
rescue
  error -> IO.puts(Exception.message(error))
end
