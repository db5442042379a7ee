# Floats print with the fewest digits that read back the same.
for f <- [0.1, 1.0, 1.0e10, 1.0e16, 123456789012345680.0, 1.5e300, 1.0e-5, 0.0001, -0.0, 3.141592653589793, 1.0e22, 5.0e-324] do
  IO.puts(f)
end

IO.inspect({0.1 + 0.2, 1 / 3, 10 / 2, trunc(2.7), round(2.5), round(-2.5), ceil(2.1), floor(-2.1)})
IO.inspect({Float.round(3.14159, 2), Float.to_string(1.0), Float.parse("1.5e3x")})
