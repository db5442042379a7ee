# Code that was evaluated goes when nothing needs it any more; until then its functions work wherever they are.
{add, _} = Code.eval_string("fn x -> x + 1 end")
{pair, _} = Code.eval_string("a = {:literal, [1, 2, 3], \"a binary that is long enough to lie outside of every heap, for it has more than sixty-four bytes\"}; fn b -> {a, b} end")

evaluate = fn range ->
  for n <- range, do: {^n, _} = Code.eval_string("#{n - 1} + 1")
  {:erlang.memory(:code), :erlang.system_info(:atom_count)}
end

evaluate.(1..600)
{code, atoms} = evaluate.(601..1200)
{later, later_atoms} = evaluate.(1201..2400)
IO.inspect({later - code < 1_000_000, later_atoms - atoms < 50})

IO.inspect({add.(1), pair.(2)})
:erlang.garbage_collect()
IO.inspect({Enum.map(1..3, add), pair.(:again)})

# In other processes, in tables, in messages, as bytes.
table = :ets.new(:functions, [:public])
:ets.insert(table, {:pair, pair})
parent = self()

spawn(fn ->
  [{:pair, f}] = :ets.lookup(table, :pair)
  send(parent, {:result, f.(:elsewhere), f})
end)

receive do
  {:result, result, f} -> IO.inspect({result, f.(:back), f == pair})
end

# A process that runs evaluated code, and nothing else holds it.
{pid, _} =
  Code.eval_string("""
  spawn(fn ->
    Process.put(:kept, {:some, [:literal, "text"], %{a: 1}})

    loop = fn loop, state ->
      receive do
        {:get, from} ->
          send(from, {:state, state, Process.get(:kept)})
          loop.(loop, state + 1)

        :stop ->
          :ok
      end
    end

    loop.(loop, 0)
  end)
  """)

evaluate.(3000..3200)

for _ <- 1..3 do
  send(pid, {:get, self()})
  IO.inspect(receive do: ({:state, n, kept} -> {n, kept}))
end

# One that evaluates much keeps what it still needs.
functions =
  for n <- 1..200 do
    {f, _} = Code.eval_string("value = {#{n}, [:of, #{n}]}; fn -> value end")
    Process.put({:literal, n}, elem(Code.eval_string("{:literal, #{n}, [#{n}.5, \"#{n}\"]}"), 0))
    f
  end

:erlang.garbage_collect()
IO.inspect(Enum.all?(Enum.with_index(functions, 1), fn {f, n} -> f.() == {n, [:of, n]} end))
IO.inspect(Enum.all?(1..200, fn n -> Process.get({:literal, n}) == {:literal, n, [n + 0.5, "#{n}"]} end))

# Deep within evaluated code, more is evaluated.
nested =
  Enum.reduce(1..40, fn -> 0 end, fn n, inner ->
    {f, _} = Code.eval_string("fn -> #{n} + inner.() end", inner: inner)
    f
  end)

IO.inspect(nested.())

# Errors within are told as ever.
IO.inspect(try(do: Code.eval_string("raise ArgumentError, \"inside\""), rescue: (e -> Exception.message(e))))
IO.inspect(catch_it = try(do: Code.eval_string("throw({:thrown, [1, 2]})"), catch: (value -> value)))
IO.inspect(catch_it == {:thrown, [1, 2]})
{f, _} = Code.eval_string("fn x when is_integer(x) -> {x, [:literal | [x]]} end")
IO.inspect(try(do: f.(:x), rescue: (e -> e.__struct__)))
IO.inspect(try(do: f.(1, 2), rescue: (e -> e.__struct__)))
IO.inspect({f.(1), Function.info(f, :arity), is_function(f, 1)})
IO.inspect(:erlang.binary_to_term(:erlang.term_to_binary(f)).(5))
