# A match specification without clauses matches no row; compiled it cannot be.
table = :ets.new(:table, [:ordered_set])
:ets.insert(table, [{1, 2}, {2, 3}])

IO.inspect(:ets.select(table, []))
IO.inspect(:ets.select(table, [], 2))
IO.inspect(:ets.select_reverse(table, []))
IO.inspect(:ets.select_count(table, []))
IO.inspect(:ets.select_delete(table, []))
IO.inspect(:ets.select_replace(table, []))
IO.inspect(:ets.info(table, :size))

try do
  :ets.match_spec_compile([])
rescue
  error in ArgumentError -> IO.inspect(error.__struct__)
end
