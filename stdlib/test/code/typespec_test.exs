defmodule CodeTypespecTest do
  use ExUnit.Case, async: true

  defmodule Shape do
    defstruct [:name, sides: 0]
  end

  defp compile(body) do
    name = Module.concat(CodeTypespecTest, "M#{System.unique_integer([:positive])}")
    {:module, _, bytes, _} = Module.create(name, Code.string_to_quoted!(body), __ENV__)
    :code.purge(name)
    :code.delete(name)
    bytes
  end

  defp types(body) do
    {:ok, types} = Code.Typespec.fetch_types(compile(body))
    types |> Enum.map(fn {kind, type} -> {kind, type |> Code.Typespec.type_to_quoted() |> Macro.to_string()} end) |> Enum.sort()
  end

  defp specs(body) do
    {:ok, specs} = Code.Typespec.fetch_specs(compile(body))

    for {{name, _}, specs} <- Enum.sort(specs), name != :__info__, spec <- specs do
      Macro.to_string(Code.Typespec.spec_to_quoted(name, spec))
    end
  end

  test "types come back as they were written" do
    written =
      String.split(
        """
        a() :: atom(); b() :: [integer()]; c() :: {}; d() :: {:a, 1}; e() :: %{}; f() :: %{key: 1}; g() :: %{optional(atom()) => 1}
        h() :: (... -> any()); i() :: (integer(), atom() -> :ok); j() :: 1..3; k() :: -1..1; l() :: String.t(); m() :: Keyword.t(:a)
        n() :: <<_::8>>; o() :: <<_::_*8>>; p() :: <<_::3, _::_*8>>; q() :: [...]; r() :: [1, ...]; s() :: []; t(x) :: {x, x}
        u() :: keyword(); v() :: as_boolean(:x); w() :: charlist(); y() :: a() | b() | c(); z() :: tuple(); aa() :: map(); bb() :: list()
        cc() :: label :: integer(); dd() :: nil; ee() :: struct(); ff() :: (() -> :ok); gg() :: {:a}; hh() :: -5; ii() :: no_return()
        """,
        ["; ", "\n"],
        trim: true
      )

    body = Enum.map_join(written, "\n", &("@type " <> &1))
    expected = Enum.sort(for text <- written, do: {:type, Macro.to_string(Code.string_to_quoted!(text))})
    assert types(body) == expected
  end

  test "structs have all their fields, records their names" do
    assert types("@type t :: %CodeTypespecTest.Shape{name: binary}") ==
             [type: "t() :: %CodeTypespecTest.Shape{name: binary(), sides: term()}"]

    assert types("defstruct [:b, :a]\n@type t :: %__MODULE__{a: integer}") |> hd() |> elem(1) =~ "{a: integer(), b: term()}"

    assert types("require Record\nRecord.defrecord :point, :pt, x: 0, y: 1\n@type t :: record(:point, y: integer)") ==
             [type: "t() :: {:pt, x :: term(), y :: integer()}"]
  end

  test "kinds, keywords, unions and aliases" do
    assert types("""
           alias String, as: S
           @typep private :: S.t()
           @opaque closed(a) :: [a]
           @type open :: private() | closed(1) | [a: 1, b: 2] | [only: private]
           @type many :: [{:key, 1}]
           """) == [
             opaque: "closed(a) :: [a]",
             type: "many() :: [{:key, 1}]",
             type: "open() :: private() | closed(1) | [a: 1, b: 2] | [{:only, private()}]",
             typep: "private() :: String.t()"
           ]
  end

  test "specs and callbacks" do
    assert specs("""
           @spec f(integer) :: atom
           def f(_), do: :a
           @spec g(x, y) :: {x, y} when x: integer, y: var
           def g(x, y), do: {x, y}
           @spec h :: (-> :ok)
           def h, do: fn -> :ok end
           @spec i(name :: binary, [option]) :: no_return when option: {:a, 1} | {:b, 2}
           def i(_, _), do: raise("no")
           @spec j(1) :: 2
           @spec j(3) :: 4
           def j(x), do: x + 1
           """) == [
             "f(integer()) :: atom()",
             "g(x, y) :: {x, y} when x: integer(), y: var",
             "h() :: (() -> :ok)",
             "i(name :: binary(), [option]) :: no_return() when option: {:a, 1} | {:b, 2}",
             "j(1) :: 2",
             "j(3) :: 4"
           ]

    {:ok, callbacks} = Code.Typespec.fetch_callbacks(compile("@callback c(integer) :: :ok\n@macrocallback m(1) :: Macro.t()"))
    assert Enum.sort(for {key, _} <- callbacks, do: key) == ["MACRO-m": 2, c: 1]
  end

  test "modules without types, and what is no module" do
    assert Code.Typespec.fetch_types(compile("def f, do: 1")) == {:ok, []}
    assert Code.Typespec.fetch_types(CodeTypespecTest.None) == :error
    assert Code.Typespec.fetch_specs(CodeTypespecTest.None) == :error
  end
end
