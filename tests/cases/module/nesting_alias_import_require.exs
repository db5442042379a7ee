# Nested modules alias themselves; imports can be narrowed.
defmodule Outer do
  defmodule Inner do
    def hi, do: "inner"
  end

  def hi, do: Inner.hi()
  alias Outer.Inner, as: I
  def again, do: I.hi()
  import List, only: [first: 1, last: 1]
  def ends(l), do: {first(l), last(l)}
  alias String.{Chars}
  def chars(x), do: Chars.to_string(x)
end

IO.inspect({Outer.hi(), Outer.again(), Outer.ends([1, 2, 3]), Outer.chars(:a)})
IO.inspect(Outer.Inner)
require Integer
IO.inspect(Integer.is_odd(3))
import Enum, except: [map: 2]
IO.inspect(sum([1, 2, 3]))
