# A module defined inside another has its name under it, in functions as well.
defmodule Outer do
  defmodule Inner do
    def where, do: __MODULE__
  end

  def define(n) do
    defmodule Dynamic do
      @n n
      def n, do: @n
      def where, do: __MODULE__
    end

    Dynamic.where()
  end

  def deep do
    defmodule A.B do
      def where, do: {__MODULE__, A.B}
    end

    {A.B.where(), A}
  end

  def absolute do
    defmodule Elixir.Free do
      def where, do: __MODULE__
    end

    Free.where()
  end

  def quoted do
    Code.eval_quoted(
      quote do
        defmodule Quoted do
          def where, do: __MODULE__
        end

        Quoted.where()
      end
    )
    |> elem(0)
  end

  def inner, do: Inner.where()
end

IO.inspect(Outer.define(1))
IO.inspect(Outer.Dynamic.n())
IO.inspect(Outer.deep())
IO.inspect(Outer.absolute())
IO.inspect(Outer.quoted())
IO.inspect(Outer.inner())

defmodule Maker do
  defmacro make(name) do
    quote do
      defmodule unquote(name) do
        def where, do: __MODULE__
      end

      defmodule Helper do
        def where, do: __MODULE__
      end
    end
  end
end

defmodule User do
  require Maker
  Maker.make(Made)
  def run, do: {Made.where(), User.Helper.where()}
end

IO.inspect(User.run())

for n <- 1..2 do
  defmodule Module.concat(Loop, "M#{n}") do
    @n n
    def n, do: @n
  end
end

IO.inspect({Loop.M1.n(), Loop.M2.n()})

# An alias that a macro makes holds for the code that follows its call, too.
defmodule Aliasing do
  defmacro __using__(_) do
    quote do
      alias Enum, as: Shared
      alias List, as: unquote({:__aliases__, [], [:Given]})
    end
  end

  defmacro new do
    quote do
      alias Map, as: M
      M.new()
    end
  end

  defmacro zero, do: 0
end

defmodule Aliased do
  use Aliasing
  require Aliasing
  def f, do: {Shared.sum([1, 2]), Given.first([1])}

  def g do
    alias Keyword, as: M
    before = M.new()
    x = Aliasing.new()
    {before, x, M.new()}
  end
end

IO.inspect({Aliased.f(), Aliased.g()})
