# What is wrong with a program, in the words of its exception.

programs = [
  ~S"""
  defmodule A1 do
    def f(x), do: y
  end
  """,
  ~S"""
  defmodule A2 do
    def f(x) do
      g(x)
    end
  end
  """,
  "foo(1)",
  "foo",
  ~S"""
  defmodule A4 do
    def f(x) when foo(x), do: 1
  end
  """,
  ~S"""
  defmodule A5 do
    import Enum, only: [foo: 1]
  end
  """,
  "%Foo{}",
  ~S"""
  defmodule A11 do
    @enforce_keys [:a]
    defstruct [:a, :b]
    def f, do: %A11{b: 1}
  end
  """,
  "if true do",
  "[1, 2",
  "{1, 2]",
  ~S|"abc|,
  ~S"""
  defmodule A12 do
    def f(
  end
  """,
  "1 +",
  "end",
  "fn x -> x",
  "with {:ok, a} <- {:error, 1} do a else {:foo, _} -> 1 end",
  "try do 1 else 2 -> 3 end",
  ~S"""
  defmodule A16 do
    @spec f(integer) :: foo
    def f(x), do: x
  end
  """,
  ~S"""
  defmodule A17 do
    @spec g(integer) :: integer
    def f(x), do: x
  end
  """,
  ~S"""
  defmodule A21 do
    def f(a, b \\ 2, c \\ 3), do: {a, b, c}
    def f(a), do: a
  end
  """,
  "quote do: unquote(1 + )",
  "&foo/1",
  "& &1 + &3",
  "&(1)",
  "fn 1 -> 2; 1, 2 -> 3 end",
  "a = 1; ^b = 2",
  ~S|<<x::size(y)>> = "a"|,
  ~S|<<x::foo>> = "a"|,
  ~S|<<x::integer-binary>> = "a"|,
  ~S|<<"a"::integer>>|,
  "<<1.5::integer>>",
  ~S|<<x::binary, y::binary>> = "ab"|,
  "for x <- [1], do: x, foo: 1",
  "for x in [1], do: x",
  ~S"""
  defmodule A27 do
    use Foo
  end
  """,
  "require Foo",
  "import Foo",
  "alias Foo, as: bar",
  "alias Foo, as: Bar.Baz",
  "unquote(1)",
  "super(1)",
  "__CALLER__",
  ~S"""
  defmodule A28 do
    def f, do: super()
  end
  """,
  ~S"""
  defmodule A30 do
    defmacro m(x) do
      quote do: unquote(x) + y
    end
  end
  defmodule A31 do
    import A30
    def f(y), do: m(y)
  end
  """,
  "def f, do: 1",
  "@foo 1",
  ~S"""
  defmodule "foo" do
  end
  """,
  ~S"""
  defmodule foo do
  end
  """,
  ~S"""
  defprotocol P3 do
    def f()
  end
  """,
  ~S"""
  defimpl Foo, for: Integer do
  end
  """,
  "raise ArgumentError",
  ~S|raise ArgumentError, "foo"|,
  "raise %{a: 1}",
  "a.b.c",
  "hd([])",
  "elem({}, 0)",
  "f = 1; f.(2)",
  ~S|String.to_integer("a")|,
  "1 |> 2",
  "1 |> foo",
  "1 |> (fn x -> x + 1 end)",
  "x when y",
  "not in",
  "a ; b",
  "?",
  "1_",
  "0x",
  "1.e",
  "@",
  "~s(foo",
  ~S|"#{1 + }"|,
  ~S|"#{foo"|,
  ~S|:"foo|,
  "'foo",
  "foo: 1",
  "[a: 1, 2]",
  "f(a: 1, 2)",
  "fn ",
  "->",
  "a -> b",
  "if true, do: 1, else",
  "do",
  ~S"""
  case do
  end
  """,
  "if true do 1 else 2 else 3 end",
  "a..b..c",
  "1 2",
  "foo bar baz",
  ~S|"a" "b"|,
  "Foo bar",
  ":foo bar",
  "x y: 1 z: 2",
  "%",
  "%Foo",
  "^x",
  "&",
  "!",
  "(1",
  "1)",
  "1]",
  "1}",
  "<<1",
  ">>",
  ~S/[5] |> Enum.map_join ""/,
  ~S"""
  defmodule Sample16 do
    @callback foo(integer)
  end
  """,
  ~S"""
  defmodule Sample21 do
    import String, only: [downcase: 1]
    def world, do: nope_missing([1])
  end
  """,
  ~S"""
  defmodule Sample26 do
    def f(x, x2 \\ 1)
    def f(x), do: x
  end
  """,
  ~S"""
  defmodule Sample32 do
    import Sample32Missing
  end
  """,
  ~S"""
  defmodule Sample37 do
    defstruct [:a]
    defstruct [:b]
  end
  """,
  ~S"""
  try do
    1
  else
    2 -> 3
  end
  """,
  ~S"""
  defmodule Sample41 do
    @spec foo(integer) :: Foo.t() | t2
    def foo(x), do: x
  end
  """,
  ~S"""
  defmodule Sample42 do
    @type t :: undefined_t
  end
  """,
  ~S"""
  defmodule Sample43 do
    @type t :: integer
    @type t :: atom
  end
  """,
  ~S"""
  defmodule Sample44 do
    @typep u :: integer
    @type v(x) :: integer
  end
  """,
  ~S"""
  defmodule Sample45 do
    @spec f(x) :: x when x: term
    def f(x), do: x
    @spec g(a) :: b when a: integer
    def g(x), do: x
  end
  """,
  ~S"""
  defmodule Sample46 do
    @opaque t :: integer
    @typedoc false
    @type p :: t
    @callback a :: b
  end
  """,
  ~S"""
  defmodule G1 do
    def f(x) when !x, do: 1
  end
  """,
  ~S"""
  defmodule G2 do
    def f(x) when x && true, do: 1
  end
  """,
  ~S"""
  defmodule G3 do
    def f(x) when x || true, do: 1
  end
  """,
  ~S"""
  defmodule G4 do
    def f(x) when if(x, do: true), do: 1
  end
  """,
  ~S"""
  defmodule G5 do
    def f(x) when (x = 1), do: 1
  end
  """,
  ~S"""
  defmodule G6 do
    def f(x) when is_nil(x) and x.y == 1 and x[:a], do: 1
  end
  """,
  ~S"""
  defmodule G7 do
    def f(x) when fn -> 1 end, do: 1
  end
  """,
  ~S"""
  defmodule G10 do
    def f(x) when x in %{}, do: 1
  end
  """,
  ~S"""
  defmodule G11 do
    def f(x) when to_string(x) == "a", do: 1
  end
  """,
  ~S"""
  defmodule G12 do
    def f(x) when "#{x}" == "a", do: 1
  end
  """,
  ~S|<<(<<"foo">>)::32>>|,
  ~S|<<"foo"::32>>|,
  "<<12.3::32*4>>",
  "<<12.3::256>>",
  "<<12.3::8>>",
  ~S|<<x::unit(8)>> = "a"|,
  ~S|<<bar = <<1>> >> = "a"|,
  "[1 | 2] ++ [3] = [1, 2, 3]",
  ~S|"a" ++ "b" = 1|,
  "x = 1; x.(false) = 1",
  "foo(1)(2)",
  "1.foo",
  ~S"""
  foo do
    _ -> :ok
  end
  """,
  ~S"""
  length do
    _ -> :ok
  end
  """,
  "case 1, do: (x -> x), do: (y -> y)",
  "cond do: (x -> x), do: (y -> y)",
  "cond(:foo)",
  ~S"""
  cond do
    _, _ -> 1
  end
  """,
  ~S"""
  cond do
    _ -> 1
  end
  """,
  ~S"""
  receive do
    x
  end
  """,
  ~S"""
  receive do
    x -> x
  after
    y -> y
  after
    z -> z
  end
  """,
  ~S"""
  receive do
    x -> x
  after
    1 -> 1
    2 -> 2
  end
  """,
  ~S"""
  try do
    x = 1
  end
  """,
  "try do: 1, do: 2",
  ~S"""
  try do
    1
  rescue
    x -> x
  rescue
    y -> y
  end
  """,
  ~S"""
  try do
    1
  rescue
    function(:call) -> 1
  end
  """,
  ~S"""
  try do
    1
  rescue
    _, _ -> 1
  end
  """,
  ~S"""
  try do
    1
  catch
    _, _, _ -> 1
  end
  """,
  ~S"""
  try do
    1
  rescue
    x
  end
  """,
  ~S"""
  try do
    1
  rescue
    []
  end
  """,
  "try do: 1, foo: 2",
  "with _ <- 1, foo: 1, do: 1",
  "with _ <- 1, do: 1, else: 2",
  "for do: 1",
  "for x <- [1]",
  "for x <- [1], reduce: 1, into: 2, do: (acc -> acc)",
  "for x <- [1], do: (acc -> acc)",
  "for x <- [1], reduce: 1, do: x",
  "for x <- [1], reduce: 1, do: (a, b -> 1)",
  "quote(bind_quoted: [{1, 2}], do: 1)",
  "quote(foo: 1, do: 1)",
  "quote(:foo, do: 1)",
  "quote(1 + 1)",
  "& &2",
  "&(&1; 2)",
  "&:foo",
  "&Mod.fun/256",
  "&foo()",
  "&(& &1)",
  "&1",
  "%{x => 1} = %{}",
  "%x{a: 1}",
  "%{%{a: 1} | a: 1} = 1",
  "%1{}",
  "^1 = 1",
  "{x, %{^x => 1}} = 1",
  "var!(zzz)",
  "var!(zzz, Unknown)",
  "_ + 1",
  "__CALLER__ = 1",
  "alias 1 + 2",
  "alias :lists",
  "alias Foo.{Bar, Baz}, as: X",
  "alias Foo, ops: 1",
  "import Kernel, only: [invalid: 1]",
  "import Kernel, only: [invalid: nil]",
  ~S|import Kernel, "invalid"|,
  "import Kernel, only: [], except: []",
  "import {:a, :tuple}",
  "require {:a, :tuple}",
  ~S"""
  foo = :foo
  foo.Foo
  """,
  "Hello.x() = 1",
  "make_ref() = 1",
  "foo(1) = 1",
  "fn arg when Hello.something(arg) -> arg end",
  "fn arg when make_ref() -> arg end",
  "fn x when x.() -> 1 end",
  "require Foo, ops: 1",
  ~S"""
  my_key = :a
  %File.Stat{^my_key => 1} = 1
  """,
  ~S|for <<x::binary <- "123">>, do: x|,
  ~S"""
  receive do
    x -> x
  after
    _, _ -> :ok
  end
  """,
  ~S|<<x::size(foo)>> = "a"|,
  "<<1::unit(:oops)>>",
  "<<1::size(-1)>>",
  "<<1::little-big>>",
  "<<1::signed-unsigned>>",
  "<<1::size(8)-size(9)>>",
  "<<1::unit(8)-unit(9)>>",
  "<<:foo>>",
  "<<[]>>",
  ~S|<<x::binary, rest::binary>> = "a"|,
  ~S|<<x::binary-size(3), rest::bits, y::8>> = "a"|,
  "a -1",
  "a [1]",
  ~S|alias :lists, as: :"Elixir.foobar"|,
  "alias :lists, as: :foobar",
  "<<1::foo()>>",
  "<<1::size()>>",
  ~S|n = 8; <<x::n>> = "a"; x|,
  ~S|<<x::size(n), n>> = "a"|,
  "import List; import Enum, only: [map: 2, map: 2]",
  "import :lists, only: :macros",
  "import List, only: :foo",
  "__STACKTRACE__",
  "for x <- [1], into: do: x",
  "%{a | b: 1}",
  ~S"""
  defmodule H1 do
    defstruct a: 1
    def f(x), do: %{x | __struct__: 1}
    def g(x), do: %H1{x | a: 2}
    def h(x), do: %__MODULE__{x | b: 2}
  end
  """,
  ~S"""
  defmodule H5 do
    def f(x)
  end
  """,
  ~S"""
  defmodule H6 do
    def f(x) when is_atom(x)
  end
  """,
  ~S"""
  defmodule H7 do
    def f({a, b})
  end
  """,
  ~S"""
  defmodule H8 do
    def 1, do: 1
  end
  """,
  ~S"""
  defmodule H9 do
    def Foo.bar(x), do: x
  end
  """,
  ~S"""
  defmodule H10 do
    def f(x, y \\ 1, z \\ 2), do: {x, y, z}
    def f(x, y), do: {x, y}
  end
  """,
  ~S"""
  defmodule H11 do
    def f(x), do: x
    defp f(x), do: x
  end
  """,
  ~S"""
  defmodule H12 do
    defmacro f(x), do: x
    def f(x), do: x
  end
  """,
  ~S"""
  defmodule H13 do
    defoverridable [f: 1]
  end
  """,
  ~S"""
  defmodule H14 do
    def f(x), do: x
    defoverridable f: 2
  end
  """,
  ~S"""
  defmodule H15 do
    @behaviour 1
  end
  """,
  ~S"""
  defmodule H16 do
    use 1
  end
  """,
  ~S"""
  defmodule H18 do
    import H18
  end
  """,
  ~S"""
  defmodule H20 do
    @x 1
    def f do
      @x 2
    end
  end
  """,
  "Module.put_attribute(Enum, :a, 1)",
  "Module.get_attribute(Enum, :a)",
  "Module.definitions_in(Enum)",
  ~S|Code.compile_string("1 +")|,
  ~S|Code.eval_string("a", [b: 1])|,
  ~S|Code.string_to_quoted!("a(")|,
  "Code.eval_quoted({:foo, 1, 2})",
  "Code.eval_quoted({1, 2, 3})",
  "if true",
  "if(true, [])",
  "if true, foo: 1",
  "unless true, do: 1, do: 2",
  ~S"""
  defmodule H31 do
    defmacro m do
      quote do
        unquote(self())
      end
    end
  end
  require H31
  H31.m() |> is_pid
  """,
  ~S"""
  defmodule H32 do
    defmacro m, do: fn -> 1 end
  end
  require H32
  H32.m()
  """,
  ~S"""
  defmodule H33 do
    defmacro m, do: {1, 2, 3}
  end
  require H33
  H33.m()
  """
]

for program <- programs do
  try do
    Code.eval_string(program)
    IO.puts("fine")
  rescue
    error -> IO.puts("#{inspect(error.__struct__)}: #{Exception.message(error)}")
  end
end
