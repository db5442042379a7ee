# What stands in a pattern is expanded first: pins of macros, literals in texts.
defmodule Pins do
  defmacro hygienic(value), do: quote(do: (x = unquote(value); ^x = unquote(value); x))
  defmacro outer(value), do: quote(do: ^var!(found) = unquote(value))
  defmacro pinned, do: quote(do: var!(found))
end

defmodule Use do
  require Pins
  @prefix "key"
  @attr "b"
  def run(found) do
    {Pins.hygienic(1), Pins.outer(found), match?(^Pins.pinned(), found), match?([^var!(found) | _], [found])}
  end

  def text("a #{@attr} c"), do: :whole
  def text("#{@prefix}:" <> rest), do: {:rest, rest}
  def text("x#{"y"}z"), do: :literal
  def text(_), do: :other
end

IO.inspect(Use.run(5))
for t <- ["a b c", "key:1", "xyz", "k"], do: IO.inspect(Use.text(t))
