defmodule :beamlet_buckets do
  @moduledoc """
  Growing hash tables out of tuples: what `:dict` and the first form of `:sets` are made of.

  A table is `{tag, size, n, max, offset, expand_at, contract_at, empty, segments}`: `n` buckets in use of `max`, in segments of
  sixteen. It grows by one bucket at a time (linear hashing, after Larson): the new bucket `n + 1` takes its share of bucket
  `n + 1 - offset`. When all `max` are in use, the segments double.
  """

  @segment 16
  @expand_load 5
  @contract_load 3

  @doc "Gives an empty table."
  def new(tag) do
    empty = :erlang.make_tuple(@segment, [])
    {tag, 0, @segment, @segment, div(@segment, 2), @segment * @expand_load, @segment * @contract_load, empty, {empty}}
  end

  @doc "Gives the number of the bucket for a key."
  def slot({_, _, n, max, offset, _, _, _, _}, key) do
    case :erlang.phash(key, max) do
      hash when hash > n -> hash - offset
      hash -> hash
    end
  end

  @doc "Gives a bucket."
  def bucket({_, _, _, _, _, _, _, _, segments}, slot), do: get(segments, slot)

  defp get(segments, slot) do
    :erlang.element(rem(slot - 1, @segment) + 1, :erlang.element(div(slot - 1, @segment) + 1, segments))
  end

  @doc "Replaces a bucket."
  def put(table, slot, bucket), do: :erlang.setelement(9, table, put_in_segments(:erlang.element(9, table), slot, bucket))

  defp put_in_segments(segments, slot, bucket) do
    number = div(slot - 1, @segment) + 1
    segment = :erlang.setelement(rem(slot - 1, @segment) + 1, :erlang.element(number, segments), bucket)
    :erlang.setelement(number, segments, segment)
  end

  @doc "Counts `added` more entries, and grows by a bucket when the load asks for it. `key_of` gives the key of an entry."
  def grow(table, added, key_of)

  def grow({tag, size, n, max, offset, expand_at, contract_at, empty, segments}, added, key_of)
      when size + added > expand_at do
    {max, offset, segments} =
      if n == max, do: {max * 2, offset * 2, double(segments, empty)}, else: {max, offset, segments}

    _ = contract_at
    n = n + 1
    from = n - offset
    {stay, move} = :lists.partition(fn entry -> :erlang.phash(key_of.(entry), max) == from end, get(segments, from))
    segments = put_in_segments(put_in_segments(segments, from, stay), n, move)
    {tag, size + added, n, max, offset, n * @expand_load, n * @contract_load, empty, segments}
  end

  def grow(table, 0, _key_of), do: table
  def grow(table, added, _key_of), do: :erlang.setelement(2, table, :erlang.element(2, table) + added)

  defp double(segments, empty) do
    more = :lists.duplicate(:erlang.tuple_size(segments), empty)
    :erlang.list_to_tuple(:erlang.tuple_to_list(segments) ++ more)
  end

  @doc "Counts `removed` fewer entries, and gives up a bucket when the load allows it."
  def shrink(table, removed)

  def shrink({tag, size, n, max, offset, _expand_at, contract_at, empty, segments}, removed)
      when size - removed < contract_at and n > @segment do
    to = n - offset
    segments = put_in_segments(segments, to, get(segments, to) ++ get(segments, n))
    segments = put_in_segments(segments, n, [])
    n = n - 1

    {max, offset, segments} =
      if n == div(max, 2), do: {div(max, 2), div(offset, 2), halve(segments)}, else: {max, offset, segments}

    {tag, size - removed, n, max, offset, n * @expand_load, n * @contract_load, empty, segments}
  end

  def shrink(table, 0), do: table
  def shrink(table, removed), do: :erlang.setelement(2, table, :erlang.element(2, table) - removed)

  defp halve(segments) do
    {kept, _} = :lists.split(div(:erlang.tuple_size(segments), 2), :erlang.tuple_to_list(segments))
    :erlang.list_to_tuple(kept)
  end

  @doc "Folds over the entries, from the last bucket to the first."
  def fold(fun, acc, table) do
    buckets = for segment <- :erlang.tuple_to_list(:erlang.element(9, table)), bucket <- :erlang.tuple_to_list(segment), do: bucket
    :lists.foldl(fn bucket, acc -> :lists.foldl(fun, acc, bucket) end, acc, :lists.reverse(buckets))
  end

  @doc "Maps each bucket; the number of entries may change, the shape stays. Gives the table and the change of its size."
  def map_buckets(fun, table) do
    {segments, change} =
      :lists.mapfoldl(
        fn segment, change ->
          {buckets, change} =
            :lists.mapfoldl(
              fn bucket, change ->
                new = fun.(bucket)
                {new, change + length(new) - length(bucket)}
              end,
              change,
              :erlang.tuple_to_list(segment)
            )

          {:erlang.list_to_tuple(buckets), change}
        end,
        0,
        :erlang.tuple_to_list(:erlang.element(9, table))
      )

    {:erlang.setelement(9, table, :erlang.list_to_tuple(segments)), change}
  end
end
