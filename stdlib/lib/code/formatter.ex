defmodule Code.Formatter do
  @moduledoc false
  # Lays out quoted code as source text: the work behind `Code.format_string!/2`, `Code.quoted_to_algebra/2` and
  # `Macro.to_string/1`.
  #
  # The code is in the form in which the parser gives it with metadata of tokens and every literal wrapped in a block
  # (`Code.Normalizer` brings other code into this form). Every clause of `Expressions.expr/3` turns one shape of code into a document of
  # `Inspect.Algebra`; how documents break is decided when they are printed. The rooms: `Comments` puts comments between what
  # is laid out in sequence; `Expressions` sends code to `Literals`, `Calls`, `Containers` and `Clauses`, which send parts of it
  # back; `Shape` answers questions about code, and `Layout` makes documents that are needed in many places.

  alias Code.Formatter.{Clauses, Comments, Expressions}

  @first_line 0
  @last_line 9_999_999

  @locals_without_parens [
    # Special forms.
    alias: 1, alias: 2, case: 2, cond: 1, for: :*, import: 1, import: 2, quote: 1, quote: 2, receive: 1, require: 1, require: 2, try: 1, with: :*,
    # Kernel.
    def: 1, def: 2, defp: 1, defp: 2, defguard: 1, defguardp: 1, defmacro: 1, defmacro: 2, defmacrop: 1, defmacrop: 2, defmodule: 2,
    defdelegate: 2, defexception: 1, defoverridable: 1, defstruct: 1, destructure: 2, raise: 1, raise: 2, reraise: 2, reraise: 3,
    if: 2, unless: 2, use: 1, use: 2, defrecord: 2, defrecord: 3, defrecordp: 2, defrecordp: 3, dbg: 1, dbg: 2,
    # Tests.
    assert: 1, assert: 2, assert_in_delta: 3, assert_in_delta: 4, assert_raise: 2, assert_raise: 3, assert_receive: 1, assert_receive: 2,
    assert_receive: 3, assert_received: 1, assert_received: 2, doctest: 1, doctest: 2, refute: 1, refute: 2, refute_in_delta: 3,
    refute_in_delta: 4, refute_receive: 1, refute_receive: 2, refute_receive: 3, refute_received: 1, refute_received: 2, setup: 1, setup: 2,
    setup_all: 1, setup_all: 2, test: 1, test: 2,
    # Configuration.
    config: 2, config: 3, import_config: 1
  ]

  @doc """
  Returns the names that are called without parentheses by default.
  """
  def locals_without_parens, do: @locals_without_parens

  @doc """
  Returns the document of code, with comments put where they belong.

  Options: `:comments`, `:locals_without_parens`, `:force_do_end_blocks`, `:escape` (texts hold what they mean, not how it
  is written), `:sigils`, `:file`, `:syntax_colors`.
  """
  def to_algebra(quoted, opts \\ []) do
    st = %{
      locals: Keyword.get(opts, :locals_without_parens, []) ++ @locals_without_parens,
      escape: Keyword.get(opts, :escape, false),
      force_do_end: Keyword.get(opts, :force_do_end_blocks, false),
      bitstring_modifiers: Keyword.get(opts, :normalize_bitstring_modifiers, true),
      sigils: Map.new(Keyword.get(opts, :sigils, []), fn {name, fun} -> {Atom.to_charlist(name), fun} end),
      file: Keyword.get(opts, :file),
      skip_eol: false
    }

    Comments.among(Keyword.get(opts, :comments, []), fn -> top(quoted, @first_line, @last_line, st) end)
  end

  defp top([{:->, _, _} | _] = clauses, _from, _to, st), do: Clauses.paren_clauses(clauses, st)
  defp top(quoted, from, to, st), do: Expressions.body(quoted, from, to, st)
end
