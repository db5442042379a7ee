defmodule RandNormalTest do
  use ExUnit.Case, async: true

  # The same numbers as Erlang's, from the fast path, the edges of the layers and the tail.
  for {algorithm, digest} <- [exsss: "01290af75d7058b606ed3ff4b254fe56", exsp: "0f69b5b0c787a36c90d35cf7925fa60b", exrop: "bc3cc92c434dabdd6c5cf431d1b61b26", exs1024s: "1f18c2cfc9757d1641d2b9847f3ba69a"] do
    test "#{algorithm} draws for one seed what it draws everywhere" do
      state = :rand.seed_s(unquote(algorithm), {1, 2, 3})
      {numbers, _state} = Enum.map_reduce(1..5000, state, fn _, state -> :rand.normal_s(state) end)
      assert Base.encode16(:erlang.md5(:erlang.term_to_binary(numbers)), case: :lower) == unquote(digest)
      assert Enum.any?(numbers, &(abs(&1) > 3.4))
      assert abs(Enum.sum(numbers) / 5000) < 0.1
    end
  end

  test "mean and variance move and stretch" do
    state = :rand.seed_s(:exsss, 42)
    {number, _} = :rand.normal_s(state)
    assert {moved, _} = :rand.normal_s(10, 4, state)
    assert_in_delta moved, 10 + 2 * number, 1.0e-12
    :rand.seed(:exsss, 42)
    assert :rand.normal() == number
  end
end
