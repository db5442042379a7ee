# `^x` compares with the value x has; a plain name binds anew.
x = 1

case 2 do
  ^x -> IO.puts("equal")
  x -> IO.puts("bound #{x}")
end

IO.puts(x)
%{^x => found} = %{1 => :one, 2 => :two}
IO.inspect(found)
[^x, y | _] = [1, 2, 3]
IO.inspect(y)
