defmodule IEx.Language do
  @moduledoc false
  # What `h` says of the language itself: special forms, and the macros of `Kernel` that the compiler knows before `Kernel` is compiled.

  # `{name, arity, signature, text}`.
  @forms [
    {:%, 2, "%struct{fields}", "Makes a struct, or matches one. `%URI{host: h}` takes the fields that are not named from the struct's defaults; in a pattern `%name{}` matches any struct and gives its module.\n\n    %URI{path: \"/a\"}\n    %{uri | path: \"/b\"}"},
    {:%{}, 1, "%{pairs}", "Makes a map, or matches one that has at least these keys.\n\n    %{:a => 1, \"b\" => 2}\n    %{a: 1}\n    %{map | a: 2}\n\nThe last form changes keys that are there and raises `KeyError` for others."},
    {:&, 1, "&expression", "Captures a function, or makes one whose parameters are `&1`, `&2` and so on.\n\n    Enum.map(list, &String.upcase/1)\n    Enum.map(list, &(&1 * 2))"},
    {:., 2, "left . right", "Calls a function of a module, or takes a field of a map by an atom.\n\n    Enum.sum([1, 2])\n    %{a: 1}.a\n\n`fun.(args)` calls a function that a variable holds."},
    {:"::", 2, "left :: right", "In a bitstring, gives a segment its type, size and unit. In a typespec, gives a type.\n\n    <<length::16, text::binary-size(length)>>"},
    {:<<>>, 1, "<<segments>>", "Makes a bitstring of segments, or matches one. A segment is an integer of 8 bits unless `::` says otherwise.\n\nTypes: `integer`, `float`, `binary` (`bytes`), `bitstring` (`bits`), `utf8`, `utf16`, `utf32`. Options: `size(n)`, `unit(n)`, `signed`, `unsigned`, `little`, `big`, `native`.\n\n    <<version::4, _::4, rest::binary>> = packet"},
    {:=, 2, "left = right", "Matches the pattern on the left with the value on the right, and binds the pattern's variables. Raises `MatchError` when they do not fit."},
    {:^, 1, "^variable", "In a pattern, stands for the value that the variable has already, instead of binding it again.\n\n    x = 1\n    ^x = 1"},
    {:__CALLER__, 0, "__CALLER__", "In a macro, the environment of the place where it is used."},
    {:__DIR__, 0, "__DIR__", "The directory of the file that is being compiled."},
    {:__ENV__, 0, "__ENV__", "The environment at this place, a `Macro.Env`."},
    {:__MODULE__, 0, "__MODULE__", "The module that is being defined, or `nil` outside of one."},
    {:__STACKTRACE__, 0, "__STACKTRACE__", "In `rescue` and `catch`, where what was caught was raised."},
    {:__aliases__, 1, "__aliases__(parts)", "How an alias such as `Foo.Bar` stands in quoted code: `{:__aliases__, [], [:Foo, :Bar]}`."},
    {:__block__, 1, "__block__(expressions)", "How expressions side by side stand in quoted code. The value is that of the last one."},
    {:alias, 2, "alias(module, opts)", "Lets a module be called by a shorter name for the rest of the scope: the last part of its name, or what `:as` says.\n\n    alias Phone.Book\n    alias Phone.Book, as: B\n    alias Phone.{Book, Number}"},
    {:case, 2, "case(value, do: clauses)", "Takes the first clause whose pattern and guards fit the value. Raises `CaseClauseError` when none does.\n\n    case File.read(path) do\n      {:ok, text} -> text\n      {:error, :enoent} -> \"\"\n      {:error, reason} when is_atom(reason) -> exit(reason)\n    end"},
    {:cond, 1, "cond(do: clauses)", "Takes the first clause whose condition is neither `false` nor `nil`. Raises `CondClauseError` when there is none; a last clause `true ->` takes the rest.\n\n    cond do\n      n < 0 -> :negative\n      n == 0 -> :zero\n      true -> :positive\n    end"},
    {:fn, 1, "fn parameters -> body end", "Makes a function without a name; it may have several clauses, and guards.\n\n    add = fn a, b -> a + b end\n    add.(1, 2)"},
    {:for, 1, "for(generators, filters, opts, do: body)", "Builds a list of what the body gives for each combination of what the generators give.\n\n    for x <- 1..3, y <- 1..3, x < y, do: {x, y}\n    for <<byte <- \"abc\">>, do: byte\n\nValues that do not fit a generator's pattern are left out. `:into` collects into something else, `:uniq` drops doubles, `:reduce` passes an accumulator on:\n\n    for x <- list, reduce: 0 do\n      sum -> sum + x\n    end"},
    {:import, 2, "import(module, opts)", "Lets functions and macros of a module be called without its name, for the rest of the scope. `:only` and `:except` take a list such as `[map: 2]`, `:only` also `:functions`, `:macros` or `:sigils`."},
    {:quote, 2, "quote(opts, do: block)", "Gives the code of the block as data. `unquote/1` and `unquote_splicing/1` put values into it. Options: `:bind_quoted`, `:unquote`, `:location`, `:line`, `:context`, `:generated`."},
    {:receive, 1, "receive(do: clauses, after: clause)", "Takes the first message in the mailbox that fits a clause, and waits until there is one.\n\n    receive do\n      {:answer, text} -> text\n    after\n      1_000 -> :nobody\n    end\n\n`after 0` does not wait."},
    {:require, 2, "require(module, opts)", "Makes the macros of a module available, and has it compiled before."},
    {:super, 1, "super(args)", "In a function that overrides one marked by `defoverridable/1`, calls that one."},
    {:try, 1, "try(do: block, rescue: …, catch: …, else: …, after: …)", "Runs the block, and takes care of what goes wrong in it.\n\n    try do\n      String.to_integer(text)\n    rescue\n      ArgumentError -> :none\n      error in [KeyError] -> error.key\n    catch\n      :throw, value -> value\n      :exit, reason -> {:exit, reason}\n    else\n      0 -> :zero\n      n -> n\n    after\n      IO.puts(\"done\")\n    end\n\nThe clauses of `else` take the block's value; `after` runs in any case."},
    {:unquote, 1, "unquote(value)", "In a `quote/2`, puts a value into the code."},
    {:unquote_splicing, 1, "unquote_splicing(list)", "In a `quote/2`, puts the elements of a list among arguments or elements."},
    {:with, 1, "with(clauses, do: block, else: clauses)", "Matches one after the other, and runs the block when all have fitted. Otherwise the value that did not fit is given, or what the clauses of `else` make of it.\n\n    with {:ok, text} <- File.read(path),\n         {number, _} <- Integer.parse(text) do\n      number\n    else\n      {:error, _} -> 0\n      :error -> 0\n    end"},
    {:{}, 1, "{elements}", "Makes a tuple, or matches one of that size."}
  ]

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
    {:def, 2, "def(call, do: body)", "Defines a public function of a module. Clauses of one name and arity stand together and are tried in order; `\\\\` gives a parameter a default, `when` adds guards.\n\n    def area({:circle, r}), do: 3.14 * r * r\n    def area({:square, a}) when a > 0, do: a * a"},
    {:defp, 2, "defp(call, do: body)", "Defines a function as `def/2` does, for its own module only."},
    {:defmacro, 2, "defmacro(call, do: body)", "Defines a public macro: it takes code as data and gives code, which stands where the macro is used. Who uses it requires or imports the module first."},
    {:defmacrop, 2, "defmacrop(call, do: body)", "Defines a macro as `defmacro/2` does, for its own module only, where it stands before it is used."},
    {:defmodule, 2, "defmodule(alias, do: body)", "Defines a module. The value is `{:module, name, binary, result}`.\n\n    defmodule Greeter do\n      def hello(name), do: \"hello \" <> name\n    end"},
    {:if, 2, "if(condition, do: block, else: block)", "Takes the first block if the condition is neither `false` nor `nil`, and the one of `else` otherwise, `nil` without one.\n\n    if n > 0, do: :positive, else: :other"},
    {:unless, 2, "unless(condition, do: block, else: block)", "Takes the first block if the condition is `false` or `nil`, and the one of `else` otherwise."},
    {:match?, 2, "match?(pattern, expression)", "Tells whether a value fits a pattern, with guards if there are any.\n\n    match?({:ok, _}, File.read(path))"},
    {:to_string, 1, "to_string(value)", "Gives the text of a value, as `String.Chars` implements it for its type."},
    {:use, 2, "use(module, opts)", "Requires a module and lets it put code here: what its macro `__using__/1` gives for these options."},
    {:|>, 2, "left |> right", "Puts the value on the left into the call on the right, as its first argument.\n\n    \" a b \" |> String.trim() |> String.split()"}
  ]

  # What is known of a name that no documentation chunk tells of: `[{:macro, arity, signature, text}]`.
  def docs(module, name, arity) do
    for {^name, n, signature, text} <- list(module), arity in [nil, n], do: {:macro, n, signature, text}
  end

  def special?(name), do: List.keymember?(@forms, name, 0)

  defp list(Kernel.SpecialForms), do: @forms
  defp list(Kernel), do: @macros
  defp list(_), do: []

  # All names of the language, for completion.
  def names, do: for({name, _, _, _} <- @forms ++ @macros, text = Atom.to_string(name), text =~ ~r/^[a-z]/, do: text)
end
