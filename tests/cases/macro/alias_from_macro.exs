# An alias that a macro sets holds for the code around the call too; the macro's own code sees it as well.
defmodule Made.By.Macro do
  defstruct x: 1
end

defmodule Aliasing do
  defmacro __using__(_) do
    quote do
      alias Made.By.Macro
      alias Made.By.Macro, as: Other
      def from_macro, do: Macro
    end
  end

  defmacro inner do
    quote do
      alias Some.Thing
      Thing
    end
  end

  defmacro forget do
    quote do
      alias Thing, as: Thing
      Thing
    end
  end
end

defmodule User do
  use Aliasing
  def own, do: {Macro, Other, %Macro{}, %Other{x: 2}}
end

defmodule Nested do
  require Aliasing
  alias Other.Thing

  def inside do
    before = Thing
    {before, Aliasing.inner(), Thing}
  end

  def forgotten, do: {Thing, Aliasing.forget(), Thing}
  def untouched, do: Thing
end

IO.inspect(User.from_macro())
IO.inspect(User.own())
IO.inspect(Nested.inside())
IO.inspect(Nested.forgotten())
IO.inspect(Nested.untouched())
