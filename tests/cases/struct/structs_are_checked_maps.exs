# Structs: defaults, enforced keys, update, matching.
defmodule Point do
  @enforce_keys [:x]
  defstruct [:x, y: 0]
  def norm1(%Point{x: x, y: y}), do: abs(x) + abs(y)
end

defmodule Run do
  def run do
    p = %Point{x: 3}
    IO.inspect(p)
    IO.inspect(%{p | y: -4} |> Point.norm1())
    %Point{x: x} = p
    IO.inspect(x)
    IO.inspect(p.__struct__)
    IO.inspect(is_struct(p, Point))
    IO.inspect(Map.from_struct(p))
    IO.inspect(match?(%_{}, p))
    %name{} = p
    IO.inspect(name)
    IO.inspect(struct(Point, x: 9, z: 1))

    try do
      struct!(Point, y: 1)
    rescue
      e -> IO.puts(Exception.message(e))
    end

    try do
      %{p | nope: 1}
    rescue
      e -> IO.puts(Exception.message(e))
    end
  end
end

Run.run()
