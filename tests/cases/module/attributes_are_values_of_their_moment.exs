# An attribute read in a function is its value at that point of the module body.
defmodule Attr do
  @x 1
  def first, do: @x
  @x @x + 1
  def second, do: @x
  Module.register_attribute(__MODULE__, :many, accumulate: true)
  @many :a
  @many :b
  def many, do: @many
  @list [1, {:two, "three"}, %{four: 4.0}]
  def list, do: @list

  for {name, n} <- [one: 1, two: 2] do
    def unquote(name)(), do: unquote(n)
  end

  def unquote(:"odd name")(), do: __MODULE__
end

IO.inspect({Attr.first(), Attr.second(), Attr.many(), Attr.list(), Attr.one(), Attr.two()})
IO.inspect(apply(Attr, :"odd name", []))
IO.inspect(Attr.__info__(:functions))
