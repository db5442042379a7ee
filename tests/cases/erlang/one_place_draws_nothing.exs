# A choice among one element draws no number, so what is drawn next is the same as on any seeded generator.
for elements <- [[:a], [:a, :b], 5..5, 5..9, 9..5, %{a: 1}, %{a: 1, b: 2}, MapSet.new([1]), Stream.map(1..1, & &1), Stream.map(1..4, & &1)] do
  :rand.seed(:exsss, {1, 2, 3})
  IO.inspect({Enum.random(elements), :rand.uniform(1_000_000)})

  for count <- 0..3 do
    :rand.seed(:exsss, {1, 2, 3})
    IO.inspect({count, Enum.take_random(elements, count), :rand.uniform(1_000_000)}, charlists: :as_lists)
  end

  :rand.seed(:exsss, {1, 2, 3})
  IO.inspect({Enum.shuffle(elements), :rand.uniform(1_000_000)}, charlists: :as_lists)
end
