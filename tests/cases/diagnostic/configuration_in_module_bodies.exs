# Reading the configuration while a module is compiled is advised against, wherever it is written; behaviours are told of what
# does not fit them; functions that nobody calls are told of before names that mean nothing.
ExUnit.start(autorun: false)
import ExUnit.CaptureIO

show = fn code ->
  text =
    capture_io(:stderr, fn ->
      try do
        Code.eval_string(code, [], file: "sample.exs")
      rescue
        error in CompileError -> IO.puts(:stderr, Exception.message(error))
      end
    end)

  IO.puts(String.replace(text, "\e[33m", "") |> String.replace("\e[0m", ""))
end

show.("""
defmodule Asks do
  @x Application.get_env(:elixir, :foo)
  @y Application.get_env(:elixir, :foo, 3)
  Application.fetch_env(:elixir, :foo)
  def f, do: {@x, @y, Application.get_env(:a, :b)}
  if Application.get_env(:elixir, :zoo) do
    def g, do: 1
  end
  g = fn -> Application.get_env(:elixir, :b) end
  g.()
  h = &Application.get_env/2
  h.(:elixir, :b)
  Application.put_env(:elixir, :b, 1)
  def unquote(Application.get_env(:elixir, :name, :foo))(), do: 1
end
""")

show.("""
defmodule Asking do
  defmacro __using__(_) do
    quote do
      @q Application.get_env(:elixir, :foo)
      def q, do: @q
    end
  end
end
defmodule AskedFor do
  use Asking
  defmodule In do
    import Application
    @a get_env(:elixir, :foo)
    def a, do: @a
  end
end
Application.get_env(:elixir, :foo)
""")

show.("""
defmodule Wants do
  @callback zeta() :: 1
  @callback alpha(integer) :: 1
  @callback alpha() :: 1
  @macrocallback mu(integer) :: integer
end
defmodule Lacks do
  @behaviour Wants
end
defmodule Mixed do
  @behaviour Wants
  defmacro alpha, do: 1
  def alpha(_), do: 1
  def mu(x), do: x
  def zeta, do: 1
end
defmodule Marked do
  @behaviour Wants
  @impl true
  def zeta, do: 1
  defmacro alpha, do: 1
  def alpha(_), do: 1
  defmacro mu(x), do: x
end
defmodule Itself do
  @behaviour __MODULE__
  @callback f(integer) :: integer
  def f(x), do: x
  defmodule Inside do
    @behaviour Itself
  end
end
""")

show.("""
defmodule Unused do
  defp unused(x), do: x
  def f(y), do: undefd(y)
end
""")

show.("""
defmodule Aliases do
  alias Graph
  alias Foo.Bar
  def f, do: Graph
end
""")
