# Messages that do not match stay as they were, whatever was looked at in them, and however often.

defmodule Pick do
  def numbered(0, acc), do: acc

  def numbered(n, acc) do
    receive do
      {:item, ^n, <<first, rest::binary>>, %{key: [head | _]} = map} when first > 0 and map_size(map) == 2 ->
        numbered(n - 1, [{n, first, byte_size(rest), head, map.other} | acc])
    end
  end

  def floats(acc) do
    receive do
      {:item, _, _, _} when acc < 0.0 -> :never
      {:number, x} when x / 2 + 0.5 > 1.0e3 -> {:large, x, acc}
      {:number, x} when is_float(x) and x * 2.0 < 10 -> floats(acc + x)
    after
      0 -> {:none, acc}
    end
  end

  def kept(count, acc) do
    receive do
      {:keep, ^count, deep} ->
        acc = [deep | acc]
        _garbage = Enum.map(1..200, &{&1, Integer.to_string(&1)})
        kept(count + 1, acc)
    after
      0 -> Enum.reverse(acc)
    end
  end

  def size_of_rest(size) do
    receive do
      {:bits, <<_::size(size), tag::4, rest::bitstring>>} when tag == 9 -> bit_size(rest)
      {:bits, <<_::size(size), tag::4, _::bitstring>>} -> {:tag, tag}
    end
  end

  def drain(acc) do
    receive do
      message -> drain([message | acc])
    after
      0 -> Enum.reverse(acc)
    end
  end
end

me = self()
long = String.duplicate("x", 300)

for i <- Enum.shuffle(1..300), do: send(me, {:item, i, <<i, long::binary>>, %{key: [i, [i]], other: long}})
picked = Pick.numbered(150, []) |> Enum.reject(&(elem(&1, 1) == 0))
IO.inspect(length(picked))
IO.inspect(Enum.map(Enum.take(picked, 2), fn {n, first, size, head, other} -> {n, first, size, head, byte_size(other)} end))

for x <- [1.5, 2.25, 4, 3.0e3], do: send(me, {:number, x})
IO.inspect(Pick.floats(0.25))
IO.inspect(Pick.floats(0.25))

for i <- Enum.reverse(0..40), do: send(me, {:keep, i, {i, [long, {i}], %{i => long}}})
kept = Pick.kept(0, [])
:erlang.garbage_collect()
IO.inspect(Enum.all?(Enum.with_index(kept), fn {{i, [^long, {i}], map}, at} -> i == at and map == %{i => long} end))

send(me, {:bits, <<1, 2, 0x5F, 7>>})
send(me, {:bits, <<1, 2, 0x9F, 7>>})
IO.inspect(Pick.size_of_rest(24))
IO.inspect(Pick.size_of_rest(16))

# A monitor's message is flushed while another receive has looked past it.
{pid, ref} = spawn_monitor(fn -> exit({:done, long}) end)
send(me, {:late, pid})

receive do
  {:late, ^pid} -> :ok
end

Process.sleep(20)
IO.inspect(Process.demonitor(ref, [:flush]))
rest = Pick.drain([])
IO.inspect({length(rest), Enum.count(rest, &match?({:item, _, _, _}, &1)), Enum.count(rest, &match?({:number, _}, &1))})
ids = for {:item, i, <<byte, same::binary>>, %{key: [i, [i]], other: same}} <- rest, do: {i, byte}
IO.inspect(Enum.all?(ids, fn {i, byte} -> rem(i, 256) == byte end))
IO.inspect(Enum.sort(Enum.map(ids, &elem(&1, 0))) == Enum.to_list(151..300))
