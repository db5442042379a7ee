# Modules of Erlang's library that programs call although they are another module's inner part.
for float <- [0.0, -1.5, 0.1, 1.0e22, 123_456_789.125, 5.0e-324], do: IO.puts(:io_lib_format.fwrite_g(float))

guards = for {name, arity} <- [is_list: 1, self: 0, put: 2, map_get: 2, is_record: 3, spawn: 1, binary_part: 4], :erl_internal.guard_bif(name, arity), do: name
IO.inspect(guards)

for {name, arity} <- [put: 2, length: 1, foo: 1, apply: 3], do: IO.inspect({name, :erl_internal.bif(name, arity), :erl_internal.bif(:erlang, name, arity), :erl_internal.bif(:lists, name, arity)})
for {name, arity} <- [+: 1, *: 2, not: 1, "=<": 2, --: 2, !: 2], do: IO.inspect(:erl_internal.op_type(name, arity))
IO.inspect({:erl_internal.comp_op(:==, 2), :erl_internal.arith_op(:==, 2), :erl_internal.type_test(:integer, 1), :erl_internal.new_type_test(:integer, 1)})
IO.inspect(try do: :erl_internal.op_type(:foo, 2), rescue: (e in FunctionClauseError -> {e.function, e.arity}))

IO.inspect([:unicode_util.gc("ab"), :unicode_util.gc("\r\nx"), :unicode_util.gc('e' ++ [0x301, ?x]), :unicode_util.gc(""), :unicode_util.cp('e' ++ [0x301])])
IO.inspect({:unicode_util.is_whitespace(?\t), :unicode_util.is_whitespace([?\r, ?\n]), :unicode_util.is_whitespace(0x2003)})
