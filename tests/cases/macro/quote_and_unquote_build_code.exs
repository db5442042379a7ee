# Macros get and give quoted code; their variables do not clash with the caller's.
defmodule M do
  defmacro twice(expr) do
    quote do
      x = unquote(expr)
      x + x
    end
  end

  defmacro unless2(condition, do: body) do
    quote do
      if(!unquote(condition), do: unquote(body))
    end
  end

  defmacro defgetter(name, value) do
    quote do
      def unquote(name)(), do: unquote(value)
    end
  end

  defmacro show(expr) do
    text = Macro.to_string(expr)
    quote do: {unquote(text), unquote(expr)}
  end

  defmacro __using__(opts) do
    quote do
      import unquote(__MODULE__)
      @opts unquote(opts)
      def opts, do: @opts
    end
  end
end

defmodule User do
  use M, level: 3
  defgetter(:answer, 42)
  def run(x), do: twice(x * 10)
end

defmodule Run do
  require M

  def run do
    x = 7
    IO.inspect(M.twice(x + 1))
    IO.inspect(x)
    IO.inspect(M.unless2(false, do: :ran))
    IO.inspect({User.answer(), User.run(2), User.opts()})
    IO.inspect(M.show(1 + 2 * 3))
    IO.inspect(quote do: a + unquote(1 + 1))
    IO.inspect(quote(do: foo(unquote_splicing([1, 2]), 3)))
  end
end

Run.run()
