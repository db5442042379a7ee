# Protocols dispatch on the type of the first argument, structs before maps, Any last.
defprotocol Size do
  @fallback_to_any true
  def size(x)
end

defimpl Size, for: BitString do
  def size(s), do: byte_size(s)
end

defimpl Size, for: [List, Tuple] do
  def size(l) when is_list(l), do: length(l)
  def size(t), do: tuple_size(t)
end

defmodule Box do
  defstruct [:v]

  defimpl Size do
    def size(b), do: {:box, b.v}
  end

  defimpl String.Chars do
    def to_string(b), do: "Box(#{b.v})"
  end

  defimpl Inspect do
    def inspect(b, _), do: "#Box<#{b.v}>"
  end
end

defimpl Size, for: Any do
  def size(_), do: :any
end

defprotocol Strict do
  def go(x)
end

defmodule Run do
  def run do
    IO.inspect(Enum.map(["abc", [1], {1, 2}, %Box{v: 7}, %{}, 1.5, nil], &Size.size/1))
    IO.puts("#{%Box{v: 1}}")
    IO.inspect([%Box{v: 2}])

    try do
      Strict.go(1)
    rescue
      e in Protocol.UndefinedError -> IO.puts(Exception.message(e))
    end
  end
end

Run.run()
