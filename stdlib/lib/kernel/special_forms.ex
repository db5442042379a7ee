defmodule Kernel.SpecialForms do
  @moduledoc """
  The forms of which all other code is made.

  The compiler itself gives them their meaning, so they cannot be imported, redefined or captured: the macros here stand for
  their documentation, and for programs that list them.
  """

  @doc """
  Makes a tuple.

  Two elements between braces are code as they stand; of any other number the code is a node of this name.

  ## Examples

      iex> {1, 2, 3}
      {1, 2, 3}

      iex> quote do: {1, 2, 3}
      {:{}, [], [1, 2, 3]}

  """
  defmacro unquote(:{})(args), do: refuse([args])

  @doc """
  Makes a map, or with `|` a map with other values for keys that it has.

  ## Examples

      iex> %{"one" => 1, :two => 2}
      %{"one" => 1, :two => 2}

      iex> map = %{one: 1, two: 2}
      iex> %{map | two: 3}
      %{one: 1, two: 3}

      iex> %{a: a} = %{a: 1, b: 2}
      iex> a
      1

  """
  defmacro unquote(:%{})(args), do: refuse([args])

  @doc """
  Makes or matches a struct: a map with the fields that its module says, and no others.

  ## Examples

      iex> %Range{first: 1, last: 2, step: 1}
      1..2

      iex> %name{} = 1..2
      iex> name
      Range

  """
  defmacro unquote(:%)(struct, map), do: refuse([struct, map])

  @doc """
  Makes or matches a bitstring. Behind `::` each segment says its type, size, unit, sign and order of bytes.

  The types are `integer` (where nothing is said), `float`, `bits` or `bitstring`, `binary` or `bytes`, `utf8`, `utf16` and
  `utf32`.

  ## Examples

      iex> <<1, 2, 3>>
      <<1, 2, 3>>

      iex> <<length::8, text::binary-size(length), rest::binary>> = <<3, "abcd">>
      iex> {text, rest}
      {"abc", "d"}

      iex> <<1::16-little, 2::4, 3::4>>
      <<1, 0, 35>>

  """
  defmacro unquote(:<<>>)(args), do: refuse([args])

  @doc """
  Calls a function of a module, reads the field of a map, or joins names of modules.

  ## Examples

      iex> String.upcase("a")
      "A"

      iex> map = %{field: 1}
      iex> map.field
      1

  """
  defmacro unquote(:.)(left, right), do: refuse([left, right])

  @doc """
  Sets another name for a module, its last part unless `:as` says one, until the end of the block.

  With `warn: false` nothing is said if nobody uses it.
  """
  defmacro alias(module, opts), do: refuse([module, opts])

  @doc """
  Makes the macros of a module available. With `:as` it also sets an alias.
  """
  defmacro require(module, opts), do: refuse([module, opts])

  @doc """
  Makes functions and macros of a module callable by their names alone.

  `:only` and `:except` choose some by name and arity; `only: :functions`, `only: :macros` and `only: :sigils` by their kind.
  """
  defmacro import(module, opts), do: refuse([module, opts])

  @doc """
  Gives the environment of the code as a `Macro.Env`.
  """
  defmacro __ENV__, do: refuse([])

  @doc """
  Gives the name of the module being defined, `nil` outside of modules.
  """
  defmacro __MODULE__, do: refuse([])

  @doc """
  Gives the directory of the file being compiled, `nil` where there is no file.
  """
  defmacro __DIR__, do: refuse([])

  @doc """
  Gives the environment of who calls a macro; for macros only.
  """
  defmacro __CALLER__, do: refuse([])

  @doc """
  Gives the stack trace of the exception at hand; for `rescue` and `catch` only.
  """
  defmacro __STACKTRACE__, do: refuse([])

  @doc """
  Stands in a pattern for the value that a variable has already.

  ## Examples

      iex> x = 1
      iex> match?(^x, 2)
      false

  """
  defmacro ^var, do: refuse([var])

  @doc """
  Matches the value at the right against the pattern at the left, and binds its variables.

  ## Examples

      iex> {a, [b | _]} = {1, [2, 3]}
      iex> {a, b}
      {1, 2}

  """
  defmacro left = right, do: refuse([left, right])

  @doc """
  Says a type: of a segment of a bitstring, or in a typespec.
  """
  defmacro left :: right, do: refuse([left, right])

  @doc """
  Gives code as data. `:bind_quoted` gives values to its variables and leaves `unquote` for later; `:unquote`, `:line`,
  `:file`, `:location`, `:context` and `:generated` say more of it.

  ## Examples

      iex> quote do: sum(1, 2)
      {:sum, [], [1, 2]}

  """
  defmacro quote(opts, block), do: refuse([opts, block])

  @doc """
  Puts code that is data into quoted code.

  ## Examples

      iex> value = 2
      iex> quote do: sum(1, unquote(value))
      {:sum, [], [1, 2]}

  """
  defmacro unquote(:unquote)(expr), do: refuse([expr])

  @doc """
  Puts the elements of a list into quoted code, between those around it.

  ## Examples

      iex> values = [2, 3]
      iex> quote do: sum(1, unquote_splicing(values), 4)
      {:sum, [], [1, 2, 3, 4]}

  """
  defmacro unquote(:unquote_splicing)(expr), do: refuse([expr])

  @doc """
  Goes through lists and bitstrings, and gives what its body makes of them.

  Options: `:into`, what to put the values into; `:uniq`, each value once; `:reduce`, what to begin with, the body's clauses
  then take what has been made so far.

  ## Examples

      iex> for n <- 1..3, m <- [10, 20], rem(n, 2) == 1, do: n * m
      [10, 20, 30, 60]

      iex> for <<c <- "abc">>, into: "", do: <<c + 1>>
      "bcd"

      iex> for n <- [1, 2, 3], reduce: 0 do
      ...>   sum -> sum + n
      ...> end
      6

  """
  defmacro for(args), do: refuse([args])

  @doc """
  Goes on from match to match, and gives the first value that does not match, or what the clauses of `else` make of it.

  ## Examples

      iex> map = %{a: 1}
      iex> with {:ok, a} <- Map.fetch(map, :a), {:ok, b} <- Map.fetch(map, :b), do: a + b
      :error

      iex> with {:ok, a} <- Map.fetch(%{a: 1}, :a), b = a + 1, do: a + b
      3

  """
  defmacro with(args), do: refuse([args])

  @doc """
  Makes a function of several clauses.

  ## Examples

      iex> add = fn a, b -> a + b end
      iex> add.(1, 2)
      3

  """
  defmacro unquote(:fn)(clauses), do: refuse([clauses])

  @doc """
  Evaluates expressions one after the other; what parentheses and `do` blocks of several expressions are.

  ## Examples

      iex> quote do
      ...>   1
      ...>   2
      ...> end
      {:__block__, [], [1, 2]}

  """
  defmacro unquote(:__block__)(args), do: refuse([args])

  @doc """
  Names a module by the parts of an alias, as code has them before aliases are looked up.

  ## Examples

      iex> quote do: Foo.Bar
      {:__aliases__, [alias: false], [:Foo, :Bar]}

  """
  defmacro unquote(:__aliases__)(args), do: refuse([args])

  @doc """
  Makes a function of a name and arity, or of an expression in which `&1`, `&2` and so on are its parameters.

  ## Examples

      iex> fun = &Kernel.is_atom/1
      iex> fun.(:atom)
      true

      iex> Enum.map([1, 2], &(&1 * 2))
      [2, 4]

  """
  defmacro &expr, do: refuse([expr])

  @doc """
  Calls the definition that the present one overrides; see `Kernel.defoverridable/1`.
  """
  defmacro super(args), do: refuse([args])

  @doc """
  Evaluates the first clause whose pattern and guards the value fits; raises `CaseClauseError` when none does.

  ## Examples

      iex> case {1, 2} do
      ...>   {a, b} when a > b -> :greater
      ...>   {_, _} -> :other
      ...> end
      :other

  """
  defmacro case(condition, clauses), do: refuse([condition, clauses])

  @doc """
  Evaluates the first clause whose condition holds; raises `CondClauseError` when none does.

  ## Examples

      iex> cond do
      ...>   1 + 1 == 1 -> :one
      ...>   true -> :otherwise
      ...> end
      :otherwise

  """
  defmacro cond(clauses), do: refuse([clauses])

  @doc """
  Evaluates code, and what to do if it raises (`rescue`), throws or exits (`catch`), comes to its end (`else`), or in any case
  (`after`).

  ## Examples

      iex> try do
      ...>   throw(:ball)
      ...> catch
      ...>   thrown -> {:caught, thrown}
      ...> end
      {:caught, :ball}

  """
  defmacro try(args), do: refuse([args])

  @doc """
  Waits for a message that fits one of the clauses, no longer than `after` says.

  ## Examples

      iex> send(self(), {:hello, 1})
      iex> receive do
      ...>   {:hello, n} -> n
      ...> after
      ...>   0 -> :none
      ...> end
      1

  """
  defmacro receive(args), do: refuse([args])

  defp refuse(args) do
    _ = args
    raise "Elixir's special forms are expanded by the compiler and must not be invoked directly"
  end
end
