# `:io_lib.fread`: control sequences, widths, what is left, and what does not fit.
cases = [
  {'~d', '12x'}, {'~d', '-12 '}, {'~d', '+5'}, {'~d', ' '}, {'~d', ''}, {'~4d', '123456'}, {'~4d', '12 456'}, {'~u', '-3'}, {'~u', '3a'},
  {'~-', '-3'}, {'~-', '+3'}, {'~-', '3'}, {'~#', '16#ff z'}, {'~#', '10'}, {'~16u', 'ff'}, {'~f', '1'}, {'~f', '1.5e3x'}, {'~f', '1.x'},
  {'~f', '-2.5 '}, {'~4f', '1.25x'}, {'~s', '  ab cd'}, {'~3s', 'abcdef'}, {'~3s', 'a bcd'}, {'~s', '   '}, {'~a', 'foo bar'}, {'~3a', 'fooo'},
  {'~c', ' x'}, {'~3c', 'abcd'}, {'~3c', 'ab'}, {'~d~l', '12 '}, {'x ~d', 'x1'}, {'x~d', 'y1'}, {'a b', 'a   b'}, {'~*d ~d', '1 2'}, {'~~', '~'},
  {'~~', 'a'}, {'~q', 'a'}, {'', 'a'}, {'~d\n', '4\n'}, {'~ts', 'é b'}, {'~s', [955, ?a, 32]}, {'~tc', [955]}, {'abc', 'ab'}, {'~2d~2d', '1234'},
  {'~d ~f ~s', '12 3.5 abc def'}, {'~d,~d', '12,'}
]

for {format, text} <- cases, do: IO.inspect({format, text, :io_lib.fread(format, text)}, charlists: :as_lists)
{:done, result, rest} = :io_lib.fread([], '12 13 14\n', '~d ~d')
IO.inspect({result, rest})
{:more, continuation} = :io_lib.fread([], '12\n', '~d ~d')
IO.inspect(:io_lib.fread(continuation, '13\n', '~d ~d'))
IO.inspect(:io_lib.fread([], :eof, '~d'))

{:ok, device} = StringIO.open("12 0x1F\n{a, \"b\",\n 'C d'}. [1|x]. nonsense(.\n")
IO.inspect(:io.fread(device, '> ', '~d 0x~16u'))
IO.inspect(:io.read(device, ''))
IO.inspect(:io.read(device, ''))
IO.inspect(elem(:io.read(device, ''), 0))
