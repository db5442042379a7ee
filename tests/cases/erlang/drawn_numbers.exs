# Numbers drawn from a seed are those of OTP, of every generator.
for generator <- [:exs64, :exsplus, :exsp, :exs1024, :exs1024s, :exrop, :exsss], seed <- [{1, 2, 3}, 42, {11_111_111_111, 2, -3}, -7] do
  :rand.seed(generator, seed)
  small = for _ <- 1..20, do: :rand.uniform(10)
  large = [:rand.uniform(1_000_000_000_000_000_000_000), :rand.uniform(Bitwise.bsl(1, 58)), :rand.uniform(Bitwise.bsl(1, 64))]
  IO.inspect({generator, seed, small, :rand.uniform(), large}, width: 200, charlists: :as_lists)
  bytes = for count <- [0, 1, 5, 7, 8, 20, 33], do: elem(:rand.bytes_s(count, :rand.seed_s(generator, 5)), 0)
  IO.inspect({:rand.export_seed(), bytes}, limit: :infinity, width: 200)
end

:rand.seed(:exsss, {1, 2, 3})
IO.inspect({Enum.shuffle(1..10), Enum.random(1..1000), Enum.take_random(1..100, 5), Enum.random([:a, :b, :c])}, charlists: :as_lists)
:random.seed(1, 2, 3)
IO.inspect({:random.uniform(), :random.uniform(100), :random.uniform_s(10, {1, 2, 3}), :random.seed0()})
