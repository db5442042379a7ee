queues =
  Enum.map(0..6, &:queue.from_list(Enum.to_list(1..&1//1))) ++
    [Enum.reduce(1..4, :queue.new(), &:queue.in/2), Enum.reduce(1..4, :queue.new(), &:queue.in_r/2), {[3], [1, 2, 2]}]

try_ = fn fun ->
  try do
    fun.()
  catch
    :error, reason -> {:raised, reason}
  end
end

for queue <- queues do
  results = [
    queue: queue,
    out: :queue.out(queue),
    out_r: :queue.out_r(queue),
    drop: try_.(fn -> :queue.drop(queue) end),
    even: :queue.filter(&(rem(&1, 2) == 0), queue),
    twice: :queue.filter(&[&1, &1], queue),
    less: :queue.filtermap(&(&1 < 3 and {true, -&1}), queue),
    delete: :queue.delete(2, queue),
    delete_r: :queue.delete_r(2, queue),
    delete_with: :queue.delete_with(&(&1 > 1), queue),
    joined: :queue.join(queue, {[9], [8]}),
    behind: :queue.join({[], []}, queue),
    splits: Enum.map(0..:queue.len(queue), &:queue.split(&1, queue))
  ]

  IO.inspect(results, charlists: :as_lists, width: 120)
end
