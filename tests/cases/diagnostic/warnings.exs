# What a program is warned of.

programs = [
  ~S"""
  defmodule A3 do
    defp unused(x), do: x
    def a, do: 1
  end
  """,
  ~S"""
  defmodule A6 do
    import Enum
    def f, do: 1
  end
  """,
  ~S"""
  defmodule A7 do
    alias Foo.Bar
    def f, do: 1
  end
  """,
  ~S"""
  defmodule A8 do
    @foo 1
    def f, do: 1
  end
  """,
  ~S"""
  defmodule A9 do
    def f, do: @bar
  end
  """,
  ~S"""
  defmodule A13 do
    def f(1), do: 1
    def g, do: 1
    def f(2), do: 2
  end
  """,
  ~S"""
  defmodule A14 do
    def f(x), do: x
    def f(1), do: 2
  end
  """,
  ~S"""
  defmodule A15 do
    @doc "x"
    defp f, do: 1
    def g, do: f()
  end
  """,
  ~S"""
  defmodule A18 do
    @behaviour GenServer
    def f(x), do: x
  end
  """,
  ~S"""
  defmodule A19 do
    @impl true
    def f(x), do: x
  end
  """,
  ~S"""
  defmodule A20 do
    def f(x \\ 1)
    def f(x), do: x
    def g(x \\ 1, y), do: {x, y}
    def h(x \\ 1), do: x
    def h(y), do: y
  end
  """,
  ~S"""
  defmodule A23 do
    def f, do: Strin.upcase("a")
    def h, do: Enum.mpa([], & &1)
  end
  """,
  "%{a: 1, a: 2}",
  ~S"""
  defmodule A24 do
    def f(x) do
      x = 1
      :ok
    end
  end
  """,
  ~S"""
  defmodule A25 do
    def f(x) do
      case x do
        y -> 1
      end
    end
  end
  """,
  ~S"""
  defmodule A26 do
    def f(_x) do
      _x
    end
  end
  """,
  ~S|:"foo"|,
  ":::",
  "quote do: ....()",
  ":foo!= :foo!",
  "? ",
  "?	",
  ~S"""
  [5, 6, 7, 3]
  |> Enum.map_join "", &(Integer.to_string(&1))
  |> String.to_integer
  """,
  "1 < 3 < 5",
  ~S"""
  x = 5
  y = 7
  1 < x < y < 10
  """,
  "~w(foo, bar baz)a",
  "~w(+ , -)",
  "~W(foo, bar)",
  "&System.pid()/0",
  ~S"""
  defmodule Sample1 do
    def hello(__MODULE___), do: :ok
    def world(_R), do: :ok
  end
  """,
  ~S"""
  defmodule Sample2 do
    @foo 1
    @bar 1
    @foo

    def bar do
      @bar
      :ok
    end
  end
  """,
  ~S"""
  defmodule Sample3 do
    @compile {:parse_transform, :ms_transform}
  end
  """,
  ~S"""
  defmodule Sample4 do
    @typedoc opaque: false
    @type t :: binary

    @doc defaults: 3, since: "1.2.3"
    def foo(a), do: a
  end
  """,
  ~S"""
  defmodule Sample6 do
    @typedoc "Something"
    @typep priv :: any
    @spec foo() :: priv
    def foo(), do: nil
  end
  """,
  ~S"""
  defmodule Sample8 do
    @type my_type :: pid | ann_type :: atom
  end
  """,
  ~S"""
  x = 1
  x < ~D"2018-01-28"
  """,
  ~S"""
  x = 1
  %File.Stat{} >= x
  """,
  ~S"""
  defmodule Sample9 do
    def hello(arg), do: arg
    def hello(arg \\ 0), do: arg
  end
  """,
  ~S"""
  defmodule Sample10 do
    def hello(_arg)
    def hello(arg \\ 0), do: arg
  end
  """,
  ~S"""
  defmodule Sample11 do
    defmacro __using__(_) do
      quote do
        def hello, do: nil
        def hello, do: nil
      end
    end
  end
  defmodule UseSample11 do
    use Sample11
  end
  """,
  ~S"""
  defmodule Sample13 do
    def foo(x, 1), do: x + 1
    def foo(), do: nil
    def foo(x, 2), do: x * 2
  end
  """,
  ~S"""
  defmodule Sample15 do
    use GenServer
    def init(x), do: {:ok, x}
    def handle_call(a, b, c) do
      super(a, b, c)
    end
  end
  """,
  ~S"""
  defmodule Sample19 do
    @derive []
    defstruct [:a]
    @derive [Inspect]
  end
  """,
  ~S"""
  defmodule Sample20 do
    @derive [Inspect]
  end
  """,
  ~S"""
  defmodule Sample24 do
    def f(x) do
      x == 1
      1 + 2
      "a"
      [x]
      {x, 1}
      fn -> x end
      &f/1
      :ok
    end
  end
  """,
  ~S"""
  defmodule Sample27 do
    @foo 1
    @foo 2
    def f, do: @foo
    @unused 3
  end
  """,
  ~S"""
  defmodule Sample28 do
    defp a(x), do: b(x)
    defp b(x), do: a(x)
    defmacrop c(x), do: x
    defp d(x \\ 1, y \\ 2), do: {x, y}
    def e, do: d(5)
  end
  """,
  ~S"""
  defmodule Sample29 do
    @impl true
    def f, do: 1
    @behaviour Foo29
  end
  """,
  ~S"""
  defmodule Sample30 do
    @behaviour GenServer
    @impl true
    def init(x), do: {:ok, x}
    def handle_call(_, _, s), do: {:reply, 1, s}
    @impl GenServer
    def foo(), do: 1
  end
  """,
  ~S"""
  defmodule Sample33 do
    require Logger
    require Integer
    alias Foo.{Bar, Baz}
    import Enum, only: [map: 2]
    def f, do: Bar
  end
  """,
  ~S"""
  defmodule Sample34 do
    def f(a) do
      a = a
      b = a
      :ok
    end
  end
  """,
  ~S"""
  defmodule Sample35 do
    def unquote(:f)(x), do: 1
  end
  """,
  ~S"""
  defmodule Sample38 do
    @doc "a"
    @doc "b"
    def f, do: 1
    @doc "z"
  end
  """,
  ~S"""
  defmodule Sample40 do
    def foo do
      :bar
    else
      _o -> :ok
    end
  end
  """,
  "a = %{b: 1}; %{a | b: 2, b: 3}",
  ~S|%{"a" => 1, "a" => 2}|,
  ~S"""
  defmodule H2 do
    def f(a, a), do: a
    def f(_a, _a), do: 1
  end
  """,
  ~S"""
  defmodule H3 do
    def f(x) when x > 1 when x < 0, do: x
    def f(x) do x else _ -> 1 end
  end
  """,
  ~S"""
  defmodule H21 do
    def f, do: @x
    @x 1
  end
  """,
  ~S"""
  defmodule H30 do
    defstruct [:a]
    defimpl String.Chars do
      def to_string(x), do: "h30"
    end
  end
  "#{struct(H30)}"
  """
]

Application.ensure_all_started(:ex_unit)

for program <- programs do
  {:ok, device} = StringIO.open("")
  earlier = Process.whereis(:standard_error)
  Process.unregister(:standard_error)
  Process.register(device, :standard_error)

  try do
    Code.eval_string(program)
  after
    Process.unregister(:standard_error)
    Process.register(earlier, :standard_error)
  end

  IO.write(StringIO.contents(device) |> elem(1) |> String.replace(~r/\e\[\d*m/, ""))
end
