# Numbers of :rand.uniform_real have as many digits when they are small, and are OTP's for one seed.
for generator <- [:exsss, :exsp, :exrop, :exs1024s] do
  :rand.seed(generator, {1, 2, 3})
  drawn = for _ <- 1..2000, do: :rand.uniform_real()
  IO.inspect({generator, Enum.take(drawn, 3), Enum.min(drawn), Enum.max(drawn), Enum.sum(drawn)})
end

IO.inspect(Node.ping(node()))
IO.inspect(:calendar.valid_date(2023, 2, 29))
