defmodule IEx.Language do
  @moduledoc false
  # What `h` says of the macros of `Kernel` that the compiler knows before `Kernel` is compiled, and so without its documentation.

  # `{name, arity, signature, text}`.
  @macros [
    {:!, 1, "!value", "Gives `true` for `false` and `nil`, and `false` for everything else."},
    {:&&, 2, "left && right", "Gives the right side if the left is neither `false` nor `nil`, and the left otherwise. The right is evaluated only then."},
    {:||, 2, "left || right", "Gives the left side unless it is `false` or `nil`, and the right otherwise. The right is evaluated only then."},
    {:.., 2, "first..last", "Makes a range of integers; both ends belong to it.\n\n    Enum.to_list(1..3)"},
    {:"..//", 3, "first..last//step", "Makes a range of integers with a step.\n\n    Enum.to_list(1..10//3)"},
    {:<>, 2, "left <> right", "Joins two binaries. In a pattern the left one is known: `\"a\" <> rest`."},
    {:@, 1, "@name value", "Sets or reads an attribute of the module that is being defined.\n\n    @moduledoc \"About it.\"\n    @limit 10"},
    {:and, 2, "left and right", "Gives `false` if the left side is `false`, and the right otherwise. The left must be a boolean. Allowed in guards."},
    {:or, 2, "left or right", "Gives `true` if the left side is `true`, and the right otherwise. The left must be a boolean. Allowed in guards."},
    {:in, 2, "left in right", "Tells whether the value is an element of a list, range or other enumerable. In guards the right side is a list or range that is written out. `x not in list` is the opposite."},
    {:def, 2, "def(call, expr \\\\ nil)", "Defines a public function of a module. Clauses of one name and arity stand together and are tried in order; `\\\\` gives a parameter a default, `when` adds guards.\n\n    def area({:circle, r}), do: 3.14 * r * r\n    def area({:square, a}) when a > 0, do: a * a"},
    {:defp, 2, "defp(call, expr \\\\ nil)", "Defines a function as `def/2` does, for its own module only."},
    {:defmacro, 2, "defmacro(call, expr \\\\ nil)", "Defines a public macro: it takes code as data and gives code, which stands where the macro is used. Who uses it requires or imports the module first."},
    {:defmacrop, 2, "defmacrop(call, expr \\\\ nil)", "Defines a macro as `defmacro/2` does, for its own module only, where it stands before it is used."},
    {:defmodule, 2, "defmodule(alias, do: body)", "Defines a module. The value is `{:module, name, binary, result}`.\n\n    defmodule Greeter do\n      def hello(name), do: \"hello \" <> name\n    end"},
    {:if, 2, "if(condition, do: block, else: block)", "Takes the first block if the condition is neither `false` nor `nil`, and the one of `else` otherwise, `nil` without one.\n\n    if n > 0, do: :positive, else: :other"},
    {:unless, 2, "unless(condition, do: block, else: block)", "Takes the first block if the condition is `false` or `nil`, and the one of `else` otherwise."},
    {:match?, 2, "match?(pattern, expression)", "Tells whether a value fits a pattern, with guards if there are any.\n\n    match?({:ok, _}, File.read(path))"},
    {:to_string, 1, "to_string(value)", "Gives the text of a value, as `String.Chars` implements it for its type."},
    {:use, 2, "use(module, opts)", "Requires a module and lets it put code here: what its macro `__using__/1` gives for these options."},
    {:|>, 2, "left |> right", "Puts the value on the left into the call on the right, as its first argument.\n\n    \" a b \" |> String.trim() |> String.split()"}
  ]

  # What is known of a name of `Kernel`: `[{:macro, arity, signature, text}]`.
  def docs(Kernel, name, arity), do: for({^name, n, signature, text} <- @macros, arity in [nil, n], do: {:macro, n, signature, text})
  def docs(_module, _name, _arity), do: []

  # The words of the language, for completion.
  @forms ~w(alias case cond fn for import quote receive require super try unquote unquote_splicing with)

  def names, do: @forms ++ for({name, _, _, _} <- @macros, text = Atom.to_string(name), text =~ ~r/^[a-z]/, do: text)
end
