defmodule Code.Fragment do
  @moduledoc """
  Functions that make sense of code that is not finished: what editors and shells ask for completion.
  """

  alias Code.Fragment.{Container, Lines, Scan}

  @type position :: {line :: pos_integer, column :: pos_integer}

  @keywords ~w(do end after catch else rescue fn true false nil)c
  @textual ~w(and or in not when)c

  @doc """
  Tells what stands before a cursor at the end of the text.

  The answer names a kind of context with the characters that belong to it, `:expr` where any expression may begin, or `:none`.

  ## Examples

      iex> Code.Fragment.cursor_context("")
      :expr
      iex> Code.Fragment.cursor_context("hello_wor")
      {:local_or_var, ~c"hello_wor"}
      iex> Code.Fragment.cursor_context("Hello.World.ab")
      {:dot, {:alias, ~c"Hello.World"}, ~c"ab"}

  """
  @spec cursor_context(List.Chars.t(), keyword) :: :expr | :none | tuple
  def cursor_context(fragment, opts \\ [])

  def cursor_context(fragment, opts) when (is_binary(fragment) or is_list(fragment)) and is_list(opts) do
    lines = Lines.split(fragment)
    {context, _count} = lines |> Lines.before(length(lines)) |> Enum.map(&elem(&1, 0)) |> Scan.context()
    context
  end

  def cursor_context(other, opts), do: cursor_context(to_charlist(other), opts)

  @doc """
  Tells what stands around a position of the text, and from where to where, or `:none`.

  ## Examples

      iex> Code.Fragment.surround_context("foo", {1, 1})
      %{begin: {1, 1}, context: {:local_or_var, ~c"foo"}, end: {1, 4}}
      iex> Code.Fragment.surround_context("1 + 2", {1, 2})
      :none

  """
  @spec surround_context(List.Chars.t(), position, keyword) :: :none | %{begin: position, end: position, context: tuple}
  def surround_context(fragment, position, options \\ [])

  def surround_context(fragment, {line, column}, options) when (is_binary(fragment) or is_list(fragment)) and is_list(options) do
    lines = Lines.split(fragment)

    with true <- line in 1..length(lines)//1,
         {before, [_ | _] = rest} <- Lines.around(lines, line, column) do
      surround(before, rest)
    else
      _ -> :none
    end
  end

  def surround_context(other, {_, _} = position, options) when not is_binary(other) and not is_list(other),
    do: surround_context(to_charlist(other), position, options)

  # `before` holds what precedes the position, backwards; `rest` what begins there. Both are characters with their places.
  defp surround(before, rest) do
    size = rest |> Enum.map(&elem(&1, 0)) |> Scan.reach(Enum.map(before, &elem(&1, 0)))
    {taken, behind} = Enum.split(rest, size)
    all = :lists.reverse(taken, before)

    with true <- size > 0,
         {context, count} when count > size <- reaching(Scan.context(Enum.map(all, &elem(&1, 0))), size),
         context when context != :none <- surrounding(context, Enum.map(behind, &elem(&1, 0))) do
      {_, {line, column}} = Enum.at(all, count - 2)
      {_, {last_line, last_column}} = hd(all)
      %{context: context, begin: {line, column}, end: {last_line, last_column + 1}}
    else
      _ -> :none
    end
  end

  # The context must begin at the position or before it. One is added, so that zero stands for what has no characters.
  defp reaching({context, count}, size) when count >= size, do: {context, max(count, size) + 1}
  defp reaching(_, _), do: :none

  defp surrounding({:local_or_var, name}, _behind) when name in @keywords, do: {:keyword, name}
  defp surrounding({:local_or_var, name}, _behind) when name in @textual, do: {:operator, name}

  defp surrounding({:local_or_var, name}, behind) do
    case Enum.drop_while(behind, &(&1 in ~c"\s\t")) do
      [?( | _] -> {:local_call, name}
      [?/ | _] -> {:local_arity, name}
      _ -> {:local_or_var, name}
    end
  end

  defp surrounding({:module_attribute, []}, _behind), do: {:operator, ~c"@"}
  defp surrounding({kind, []}, _behind) when kind in [:struct, :unquoted_atom, :sigil], do: :none
  defp surrounding({:struct, {:dot, _, []}}, _behind), do: :none
  defp surrounding({:dot, _, []}, _behind), do: :none

  defp surrounding(context, _behind) when elem(context, 0) in [:alias, :dot, :struct, :module_attribute, :unquoted_atom, :sigil, :operator],
    do: context

  defp surrounding(_context, _behind), do: :none

  @doc """
  Parses the text up to a cursor at its end, keeping the containers that are open there, with `__cursor__()` in its place.

  Returns what `Code.string_to_quoted/2` returns. The expression that the cursor is in is left out.

  ## Examples

      iex> Code.Fragment.container_cursor_to_quoted("foo(bar, b")
      {:ok, {:foo, [line: 1], [{:bar, [line: 1], nil}, {:__cursor__, [line: 1], []}]}}

  """
  @spec container_cursor_to_quoted(List.Chars.t(), keyword) :: {:ok, Macro.t()} | {:error, {keyword, String.t(), String.t()}}
  def container_cursor_to_quoted(fragment, opts \\ []) do
    text = if is_binary(fragment), do: fragment, else: fragment |> to_charlist() |> List.to_string()
    Container.quoted(text, opts)
  end
end

defmodule Code.Fragment.Lines do
  @moduledoc false
  # Lines that belong to one expression, because a dot ends one of them or begins the next, are read as one. Every character
  # keeps its place; comments of all lines but that of the cursor are left out.

  def split(text) when is_list(text), do: text |> List.to_string() |> split()
  def split(text), do: text |> String.split(["\r\n", "\n"]) |> Enum.map(&String.to_charlist/1)

  @doc "What precedes the end of a line, backwards."
  def before(lines, number) do
    {above, [line | _]} = Enum.split(lines, number - 1)
    join_above(Enum.reverse(above), number - 1, line |> placed(number) |> Enum.reverse())
  end

  @doc "What precedes a place of a line, backwards, and what begins there."
  def around(lines, number, column) do
    {above, [line | below]} = Enum.split(lines, number - 1)
    {front, back} = Enum.split(placed(line, number), column - 1)
    below = below |> Enum.with_index(number + 1) |> Enum.map(fn {line, number} -> line |> without_comment([]) |> placed(number) end)
    {join_above(Enum.reverse(above), number - 1, Enum.reverse(front), line), if(back == [], do: [], else: join_below(back, below))}
  end

  defp placed(line, number), do: Enum.with_index(line, fn char, index -> {char, {number, index + 1}} end)

  defp join_above(above, number, acc, line \\ nil) do
    text = line || acc |> Enum.reverse() |> Enum.map(&elem(&1, 0))
    {blank, above} = Enum.split_while(above, &(blank?(without_comment(&1, []))))
    previous = List.first(above)
    number = number - length(blank)

    if previous && joined?(without_comment(previous, []), text) do
      joined = previous |> without_comment([]) |> placed(number) |> Enum.reverse()
      join_above(tl(above), number - 1, acc ++ [{?\s, {number, length(previous) + 1}} | joined])
    else
      acc
    end
  end

  defp join_below(line, below) do
    case Enum.drop_while(below, fn line -> blank?(Enum.map(line, &elem(&1, 0))) end) do
      [next | rest] ->
        code = Enum.take_while(line, fn {char, _} -> char != ?# end)

        if code != [] and joined?(Enum.map(code, &elem(&1, 0)), Enum.map(next, &elem(&1, 0))),
          do: code ++ [{?\s, place_behind(code)} | join_below(next, rest)],
          else: line

      [] ->
        line
    end
  end

  defp place_behind(line) do
    {_, {number, column}} = List.last(line)
    {number, column + 1}
  end

  # Whether a line continues the one above it; an open call is continued by what is blank.
  defp joined?(above, line) do
    case Enum.drop_while(Enum.reverse(above), &space?/1) do
      [?., ?. | _] -> starts_with_dot?(line)
      [?. | _] -> true
      [?( | _] -> blank?(line) or starts_with_dot?(line)
      _ -> starts_with_dot?(line)
    end
  end

  defp starts_with_dot?(line) do
    case Enum.drop_while(line, &space?/1) do
      [?., ?. | _] -> false
      [?. | _] -> true
      _ -> false
    end
  end

  defp blank?(line), do: Enum.all?(line, &space?/1)
  defp space?(char), do: char in ~c"\s\t"

  defp without_comment([?# | _], acc), do: Enum.reverse(acc)
  defp without_comment([char | rest], acc), do: without_comment(rest, [char | acc])
  defp without_comment([], acc), do: Enum.reverse(acc)
end

defmodule Code.Fragment.Scan do
  @moduledoc false
  # Reads text backwards from the cursor. Everything that is found comes with the number of characters that it takes.

  @textual ~w(and or in not when)c
  @operator_chars ~c"!^&*+-=<>|~\\/"
  @operators ~w(! ^ & * + - = < > | / ~~~ ** ++ -- +++ --- .. <> ^^^ |> <<< >>> <<~ ~>> <~ ~> <~> <|> <= >= == != =~ === !== && &&& || ||| <- \\\\ :: //)c
  @letter_case [?a..?z, ?A..?Z]

  @doc "The context at the end of the text, which is given backwards."
  def context(text) do
    {rest, spaces} = strip(text)

    case {rest, spaces} do
      {[], _} -> {:expr, 0}
      {[?:, ?: | _], _} -> named(rest, spaces, kind(spaces))
      {[?: | _], 0} -> {{:unquoted_atom, []}, 1}
      {[?:, _ | _], _} -> {:expr, 0}
      {[?@ | before], 0} -> if(before != [] and word?(hd(before)), do: named(rest, 0, :word), else: {{:module_attribute, []}, 1})
      {[?., ?: | before], 0} when before == [] or hd(before) != ?: -> {{:unquoted_atom, ~c"."}, 2}
      {[?., ?., ?. | _], _} -> named(rest, spaces, kind(spaces))
      {[?., ?. | _], _} -> named(rest, spaces, kind(spaces))
      {[?. | before], _} -> dot(before, [], spaces + 1, :word)
      {[?( | before], _} -> call(before, spaces + 1)
      {[?/ | before], _} -> arity(before, spaces + 1)
      {[?% | before], _} -> if(spaces == 0 and match?([?: | _], before) and not match?([?:, ?: | _], before), do: {{:unquoted_atom, ~c"%"}, 2}, else: {{:struct, []}, spaces + 1})
      {[char | _], _} when char in ~c",;[{" -> {:expr, 0}
      _ -> named(rest, spaces, kind(spaces))
    end
  end

  defp kind(0), do: :word
  defp kind(_), do: :call

  defp call(before, count) do
    case strip(before) do
      {[], _} -> {:expr, 0}
      {rest, spaces} -> with({:none, _} <- named(rest, spaces + count, :call), do: open(rest))
    end
  end

  # A parenthesis that calls nothing opens an expression.
  defp open([char | _]) when char in ~c"([{,;", do: {:expr, 0}
  defp open(_), do: {:none, 0}

  defp arity(before, count) do
    {rest, spaces} = strip(before)
    named(rest, spaces + count, :arity)
  end

  # What a name or an operator at the end stands for, as a word, or with a call or an arity behind it.
  defp named(text, count, kind) do
    case token(text) do
      {:operator, name, size, left} when name in [~c"->", ~c"=>", ~c"<<"] -> if(kind == :word or kind == :call, do: expr_or_atom(left, name, count + size, kind), else: {:none, 0})
      {:operator, name, size, left} -> operator(name, left, count + size, kind)
      {:identifier, name, size, left} -> identifier(name, left, count + size, kind)
      {:attribute, name, size, left} -> attribute(name, left, count + size, kind)
      {:alias, name, size, left} when kind == :word -> aliased(name, left, count + size)
      {:atom, name, size, _} when kind == :word -> {{:unquoted_atom, name}, count + size}
      {:sigil, name, size, _} when kind == :word -> {{:sigil, name}, count + size}
      _ -> {:none, 0}
    end
  end

  defp expr_or_atom([?: | before], name, count, :word) when before == [] or hd(before) != ?:, do: {{:unquoted_atom, name}, count + 1}
  defp expr_or_atom(_left, _name, _count, _kind), do: {:expr, 0}

  defp operator(name, left, count, kind) do
    {before, spaces} = strip(left)

    cond do
      match?([?: | _], left) and not match?([?:, ?: | _], left) -> if(kind == :word, do: {{:unquoted_atom, name}, count + 1}, else: {:none, 0})
      name not in @operators -> {:none, 0}
      sigil?(left) -> {:none, 0}
      match?([?. | _], before) and not match?([?., ?. | _], before) -> dot(tl(before), name, count + spaces + 1, kind)
      kind == :word -> {{:operator, name}, count}
      kind == :call -> {{:operator_call, name}, count}
      kind == :arity -> {{:operator_arity, name}, count}
    end
  end

  # The beginning of a sigil, whose text an operator would be part of.
  defp sigil?([letter, ?~ | before]), do: letter?(letter) and not match?([?~ | _], before)
  defp sigil?(_), do: false

  defp identifier(name, left, count, kind) do
    # Dots behind an ellipsis are no calls.
    {before, spaces} = if name == ~c"...", do: {[], 0}, else: strip(left)

    cond do
      name in @textual and kind == :call -> {{:operator_call, name}, count}
      name in @textual and kind == :arity -> {{:operator_arity, name}, count}
      match?([?. | _], before) and not match?([?., ?. | _], before) -> dot(tl(before), name, count + spaces + 1, kind)
      match?([?% | _], before) and kind != :word -> {:none, 0}
      match?([?% | _], before) -> {{:struct, {:local_or_var, name}}, count + spaces + 1}
      kind == :word -> {{:local_or_var, name}, count}
      kind == :call -> {{:local_call, name}, count}
      kind == :arity -> {{:local_arity, name}, count}
    end
  end

  defp attribute(_name, _left, _count, kind) when kind != :word, do: {:none, 0}

  defp attribute(name, left, count, :word) do
    case strip(left) do
      {[?% | _], spaces} -> {{:struct, {:module_attribute, name}}, count + spaces + 1}
      _ -> {{:module_attribute, name}, count}
    end
  end

  defp aliased(name, left, count) do
    case nested(name, left, count) do
      {:none, _, _} -> {:none, 0}
      {found, count, left} -> in_struct(found, left, count)
    end
  end

  # A struct's name is what a percent sign stands before; alone it needs no tag.
  defp in_struct(found, left, count) do
    case {strip(left), found} do
      {{[?% | before], spaces}, {:alias, name}} when before == [] or hd(before) != ?: or tl(before) != [] -> {{:struct, name}, count + spaces + 1}
      {{[?% | _], spaces}, found} -> {{:struct, found}, count + spaces + 1}
      {_, found} -> {found, count}
    end
  end

  # An alias with all that stands before it: `{context, characters, what is left}`.
  defp nested(name, left, count) do
    case strip(left) do
      {[?., ?. | _], _} ->
        {{:alias, name}, count, left}

      {[?. | before], spaces} ->
        {before, more} = strip(before)
        count = count + spaces + 1 + more

        case token(before) do
          {:alias, outer, size, left} -> nested(outer ++ ~c"." ++ name, left, count + size)
          {:identifier, outer, size, left} -> if(dotted?(left) or outer in @textual, do: {:none, 0, []}, else: {{:alias, {:local_or_var, outer}, name}, count + size, left})
          {:attribute, outer, size, left} -> {{:alias, {:module_attribute, outer}, name}, count + size, left}
          _ -> {:none, 0, []}
        end

      _ ->
        {{:alias, name}, count, left}
    end
  end

  defp dotted?(left) do
    case strip(left) do
      {[?., ?. | _], _} -> false
      {[?. | _], _} -> true
      _ -> false
    end
  end

  # A name behind a dot; `text` is what the dot stands behind.
  defp dot(text, name, count, kind) do
    case receiver(text) do
      {:none, _, _} ->
        {:none, 0}

      {found, size, left} ->
        case {strip(left), kind} do
          {{[?% | _], spaces}, :word} when elem(found, 0) != :unquoted_atom -> {{:struct, {:dot, plain(found), name}}, count + size + spaces + 1}
          {{[?% | _], _}, _} when elem(found, 0) != :unquoted_atom -> {:none, 0}
          {_, :word} -> {{:dot, found, name}, count + size}
          {_, :call} -> {{:dot_call, found, name}, count + size}
          {_, :arity} -> {{:dot_arity, found, name}, count + size}
        end
    end
  end

  # In structs a name before the dot is no variable yet.
  defp plain({:var, name}), do: {:local_or_var, name}
  defp plain({:dot, found, name}), do: {:dot, plain(found), name}
  defp plain(found), do: found

  defp receiver(text) do
    {rest, spaces} = strip(text)

    case token(rest) do
      {:alias, name, size, left} -> nested(name, left, spaces + size)
      {:atom, name, size, left} -> {{:unquoted_atom, name}, spaces + size, left}
      {:attribute, name, size, left} -> {{:module_attribute, name}, spaces + size, left}
      {:identifier, name, size, left} -> receiver(name, left, spaces + size)
      {:operator, name, size, [?: | left]} when left == [] or hd(left) != ?: -> {{:unquoted_atom, name}, spaces + size + 1, left}
      :none when rest != [] and hd(rest) == ?@ -> {{:module_attribute, []}, spaces + 1, tl(rest)}
      _ -> {:none, 0, []}
    end
  end

  defp receiver(name, _left, _count) when name in @textual, do: {:none, 0, []}

  defp receiver(name, left, count) do
    case strip(left) do
      {[?., ?. | _], _} ->
        {{:var, name}, count, left}

      {[?. | before], spaces} ->
        case receiver(before) do
          {:none, _, _} -> {:none, 0, []}
          {found, size, left} -> {{:dot, found, name}, count + spaces + 1 + size, left}
        end

      _ ->
        {{:var, name}, count, left}
    end
  end

  ## Tokens

  # The token that ends the text: `{kind, characters, size, what is left}`, or `:none`.
  defp token([?., ?., ?. | left]), do: {:identifier, ~c"...", 3, left}
  defp token([?., ?. | left]), do: {:operator, ~c"..", 2, left}
  defp token([?:, ?: | left]), do: {:operator, ~c"::", 2, left}

  defp token(text) do
    {suffix, rest} =
      case text do
        [mark, char | _] when mark in ~c"?!" -> if(word?(char), do: {[mark], tl(text)}, else: {[], text})
        _ -> {[], text}
      end

    case Enum.split_while(rest, &word?/1) do
      {[], _} -> symbol(text)
      {word, left} -> word(Enum.reverse(word, suffix), left)
    end
  end

  defp symbol([char | _] = text) when char in @operator_chars do
    {run, left} = Enum.split_while(text, &(&1 in @operator_chars))
    name = Enum.reverse(run)

    cond do
      name == ~c"~" -> if(match?([?. | _], left), do: :none, else: {:sigil, [], 1, left})
      name in [~c"->", ~c"=>", ~c"<<"] or name in @operators -> {:operator, name, length(name), left}
      true -> :none
    end
  end

  defp symbol(_), do: :none

  defp word([first | rest] = word, left) do
    size = length(word)

    cond do
      match?([?: | _], left) and not match?([?:, ?: | _], left) and first != ?@ ->
        if(starts?(first) or upper?(first), do: {:atom, word, size + 1, tl(left)}, else: :none)

      first == ?@ ->
        if(rest != [] and identifier?(rest), do: {:attribute, rest, size, left}, else: :none)

      match?([?? | _], left) ->
        :none

      match?([?~ | _], left) and not match?([?~, ?~ | _], left) and rest == [] and letter?(first) ->
        {:sigil, word, size + 1, tl(left)}

      identifier?(word) ->
        {:identifier, word, size, left}

      first in ?A..?Z and Enum.all?(word, &(&1 < 128 and &1 != ?@)) ->
        {:alias, word, size, left}

      true ->
        :none
    end
  end

  defp identifier?([first | rest]), do: starts?(first) and ?@ not in rest

  defp starts?(char), do: char in ?a..?z or char == ?_ or (char > 127 and not upper?(char))
  defp upper?(char), do: char in ?A..?Z or (char > 127 and String.downcase(<<char::utf8>>) != <<char::utf8>>)
  defp letter?(char), do: Enum.any?(@letter_case, &(char in &1))

  defp word?(char), do: char in ?a..?z or char in ?A..?Z or char in ?0..?9 or char in ~c"_@" or (char > 127 and wide_letter?(char))

  # Letters and marks make names; white space and punctuation beyond ASCII do not.
  defp wide_letter?(char), do: Macro.classify_atom(:"a#{<<char::utf8>>}") in [:identifier, :unquoted]

  defp strip(text) do
    {spaces, rest} = Enum.split_while(text, &(&1 in ~c"\s\t"))
    {rest, length(spaces)}
  end

  ## Forwards

  @doc "How far what stands at the beginning of the text reaches, given backwards what precedes it."
  def reach([char | _] = text, before) do
    cond do
      char in ~c"\s\t." -> gap(text, before)
      char == ?% -> with_spaces(text, &reach(&1, [?% | before]))
      char == ?: and match?([_, ?:, ?% | _], text) -> 0
      char == ?: and match?([_, ?: | _], text) -> 2
      char == ?: and match?([?: | _], before) -> if(match?([_, ?% | _], text), do: 0, else: 1)
      char == ?: or char == ?@ -> 1 + word_size(tl(text))
      char == ?~ and match?([_, letter | _] when letter in ?a..?z or letter in ?A..?Z, text) -> 2
      word?(char) or char in ~c"?!" and word_before?(before) -> word_reach(text, before)
      char in @operator_chars -> length(Enum.take_while(text, &(&1 in @operator_chars)))
      true -> 0
    end
  end

  def reach([], _before), do: 0

  defp word_before?([char | _]), do: word?(char)
  defp word_before?([]), do: false

  # Between the parts of a dotted name only spaces and one dot may stand.
  defp gap(text, before) do
    {spaces, rest} = Enum.split_while(text, &(&1 in ~c"\s\t"))

    case rest do
      [?., ?. | _] when spaces == [] -> 2
      [?. | _] when spaces == [] and before != [] and hd(before) == ?. -> 1
      [?. | rest] when rest != [] -> with_dot(rest, length(spaces) + 1, before)
      [char | _] when spaces != [] ->
        cond do
          word?(char) -> length(spaces) + word_reach(rest, spaces ++ before)
          match?({[?. | _], _}, strip(before)) -> length(spaces) + length(Enum.take_while(rest, &(&1 in @operator_chars or &1 == ?:)))
          true -> 0
        end

      _ -> 0
    end
  end

  defp with_dot(rest, count, before) do
    {spaces, rest} = Enum.split_while(rest, &(&1 in ~c"\s\t"))

    case rest do
      [char | _] ->
        cond do
          word?(char) -> count + length(spaces) + word_reach(rest, [?. | before])
          char in @operator_chars or match?([?:, ?: | _], rest) -> count + length(spaces) + length(Enum.take_while(rest, &(&1 in @operator_chars or &1 == ?:)))
          true -> 0
        end

      [] ->
        0
    end
  end

  defp with_spaces([_ | rest], fun) do
    {spaces, rest} = Enum.split_while(rest, &(&1 in ~c"\s\t"))

    case fun.(rest) do
      0 -> 1
      size -> 1 + length(spaces) + size
    end
  end

  # A word, and when it is an alias all aliases that follow it.
  defp word_reach(text, before) do
    size = word_size(text)
    start = before |> Enum.take_while(&word?/1) |> List.last()
    first = start || hd(text)

    if first in ?A..?Z do
      size + aliases(Enum.drop(text, size))
    else
      size
    end
  end

  defp aliases(text) do
    {rest, spaces} = strip(text)

    with [?. | rest] <- rest,
         {[first | _] = rest, more} when first in ?A..?Z <- strip(rest) do
      size = word_size(rest)
      spaces + 1 + more + size + aliases(Enum.drop(rest, size))
    else
      _ -> 0
    end
  end

  defp word_size(text) do
    {word, rest} = Enum.split_while(text, &word?/1)

    case rest do
      [mark, ?= | _] when mark in ~c"?!" and word != [] -> length(word)
      [mark | _] when mark in ~c"?!" -> length(word) + 1
      _ -> length(word)
    end
  end
end

defmodule Code.Fragment.Container do
  @moduledoc false
  # Cuts text back to where the expression at its end begins, closes what is open there, and parses that. What is open is kept
  # as a stack, innermost first, of `{kind, closing text, cut}`: the cut is how much of the text is kept when the cursor is in
  # there, or `nil` where nothing can be kept, as in anonymous functions and captures, which then go as a whole.

  @closers %{?( => ?), ?[ => ?], ?{ => ?}, ?< => ?>}

  def quoted(text, opts) do
    case read(text, 0, [{:top, "", 0}], nil) do
      :unmatched -> Code.string_to_quoted(text, opts)
      # The text ends in a name and a space: the cursor is the first argument.
      {stack, {:call, at}} when at < byte_size(text) -> complete(text <> "  ", byte_size(text) + 2, stack, opts)
      {stack, _last} -> stack |> innermost() |> then(fn {cut, stack} -> complete(text, cut, stack, opts) end)
    end
  end

  defp complete(text, cut, stack, opts) do
    closing = stack |> Enum.map_join("", &elem(&1, 1)) |> String.replace("endend", "end end") |> String.replace("endend", "end end")
    <<kept::binary-size(cut), dropped::binary>> = text
    # The cursor stays where it is: what goes leaves its place blank.
    blank = for <<char::utf8 <- dropped>>, into: "", do: if(char == ?\n, do: "\n", else: " ")
    blank = if blank == "", do: apart(kept), else: blank
    Code.string_to_quoted(kept <> blank <> "__cursor__()" <> closing, [emit_warnings: false] ++ opts)
  end

  defp innermost([{_, _, nil} | outer]), do: innermost(outer)
  defp innermost([{_, _, cut} | _] = stack), do: {cut, stack}

  # A word must not run into the cursor.
  defp apart(kept) do
    case kept != "" and not String.ends_with?(kept, "::") and :binary.last(kept) do
      char when char in ?a..?z or char in ?A..?Z or char in ?0..?9 or char in [?_, ?:, ??, ?!] -> " "
      _ -> ""
    end
  end

  defp cut([{kind, close, _} | outer], at), do: [{kind, close, at} | outer]

  # Only keywords keep what is in an anonymous function.
  defp cut_unless_dropped([{_, _, nil} | _] = stack, _at), do: stack
  defp cut_unless_dropped(stack, at), do: cut(stack, at)

  # Reads code from `at` on; `last` is what the token before was, where that matters.
  defp read(text, at, [{{:text, _, _}, _, _} | _] = stack, _last), do: read_text(text, at, stack)

  defp read(text, at, stack, last) do
    case binary_part(text, at, byte_size(text) - at) do
      "" -> {stack, last}
      <<char, _::binary>> when char in ~c" \t" -> read(text, at + 1, stack, last)
      <<char, _::binary>> when char in ~c"\r\n" -> read(text, at + 1, stack, nil)
      "#" <> rest -> read(text, at + 1 + line_size(rest), stack, last)
      "?\\" <> _ = rest when byte_size(rest) > 2 -> read(text, at + 3, stack, :value)
      <<??, char::utf8, _::binary>> -> read(text, at + 1 + byte_size(<<char::utf8>>), stack, :value)
      "\"\"\"" <> _ -> read_text(text, at + 3, [heredoc("\"\"\"", true) | stack])
      "'''" <> _ -> read_text(text, at + 3, [heredoc("'''", true) | stack])
      <<quote, _::binary>> when quote in [?", ?'] -> read_text(text, at + 1, [text(<<quote>>, true) | stack])
      <<?:, quote, _::binary>> when quote in [?", ?'] -> read_text(text, at + 2, [text(<<quote>>, true) | stack])
      "::" <> _ -> read(text, at + 2, typed(stack, at + 2), :operator)
      <<?:, rest::binary>> -> read(text, at + 1 + atom_size(rest), stack, :value)
      <<?~, letter, rest::binary>> when letter in ?a..?z or letter in ?A..?Z -> read_sigil(text, at + 2, letter, rest, stack)
      <<char, _::binary>> when char in ?0..?9 -> read(text, at + word_size(text, at), stack, :value)
      "<<<" <> _ -> read(text, at + 3, stack, :operator)
      ">>>" <> _ -> read(text, at + 3, stack, :operator)
      "<<~" <> _ -> read(text, at + 3, stack, :operator)
      "<<" <> _ -> read(text, at + 2, [{:bits, ">>", at + 2} | stack], nil)
      ">>" <> _ -> closed(text, at + 2, close(stack, :bits))
      "(" <> _ -> read(text, at + 1, [{:paren, ")", if(last != :capture, do: at + 1)} | stack], nil)
      "[" <> _ -> read(text, at + 1, [{:square, "]", at + 1} | stack], nil)
      "{" <> _ -> read(text, at + 1, [{:curly, "}", at + 1} | stack], nil)
      ")" <> _ -> closed(text, at + 1, close(stack, :paren))
      "]" <> _ -> closed(text, at + 1, close(stack, :square))
      "}" <> _ -> closed(text, at + 1, close(stack, :curly))
      "," <> _ -> read(text, at + 1, cut_unless_dropped(stack, at + 1), nil)
      "&" <> rest when rest == "" or binary_part(rest, 0, 1) != "&" -> read(text, at + 1, stack, if(last == :ampersand, do: :operator, else: :capture))
      "&" <> _ -> read(text, at + 1, stack, :ampersand)
      <<char::utf8, _::binary>> -> other(text, at, char, stack)
      _ -> read(text, at + 1, stack, :operator)
    end
  end

  defp other(text, at, char, stack) do
    case char == ?_ or (char > 127 and String.match?(<<char::utf8>>, ~r/^\p{L}$/u)) or char in ?a..?z or char in ?A..?Z do
      true -> read_word(text, at, stack)
      false -> read(text, at + byte_size(<<char::utf8>>), stack, :operator)
    end
  end

  defp read_word(text, at, stack) do
    size = word_size(text, at)
    behind = at + size

    case {binary_part(text, at, size), binary_part(text, behind, byte_size(text) - behind)} do
      {_, <<?:, space, _::binary>>} when space in ~c" \t\r\n" -> read(text, behind + 1, cut(stack, behind + 1), nil)
      {"fn", _} -> read(text, behind, [{:fn, "end", nil} | stack], nil)
      {"do", _} -> read(text, behind, [{:do, "end", behind} | stack], nil)
      {"end", _} -> closed(text, behind, close_block(stack))
      {word, _} when word in ["else", "rescue", "catch", "after"] -> read(text, behind, block(stack, behind), nil)
      {word, _} when word in ["and", "or", "not", "in", "when", "true", "false", "nil"] -> read(text, behind, stack, :operator)
      {<<first, _::binary>>, _} when first in ?A..?Z -> read(text, behind, stack, :value)
      _ -> read(text, behind, stack, {:call, behind})
    end
  end

  defp block([{:do, close, _} | outer], at), do: [{:do, close, at} | outer]
  defp block(stack, _at), do: stack

  defp typed([{:bits, close, _} | outer], at), do: [{:bits, close, at} | outer]
  defp typed(stack, _at), do: stack

  # What closes nothing is for the parser to complain of.
  defp closed(_text, _at, :unmatched), do: :unmatched
  defp closed(text, at, stack), do: read(text, at, stack, :value)

  defp close([{kind, _, _} | outer], kind), do: outer
  defp close([{:code, _, _} | outer], :curly), do: outer
  defp close(_stack, _kind), do: :unmatched

  defp close_block([{kind, _, _} | outer]) when kind in [:do, :fn], do: outer
  defp close_block(_stack), do: :unmatched

  ## Texts

  defp text(close, interpolates?), do: {{:text, close, interpolates?}, close, nil}
  defp heredoc(close, interpolates?), do: {{:text, close, interpolates?}, "\n" <> close, nil}

  defp read_text(text, at, [{{:text, close, interpolates?}, _, _} | outer] = stack) do
    rest = binary_part(text, at, byte_size(text) - at)

    cond do
      rest == "" -> {stack, nil}
      String.starts_with?(rest, close) -> behind_text(text, at + byte_size(close), outer)
      match?(<<?\\, _, _::binary>>, rest) -> read_text(text, at + 2, stack)
      interpolates? and String.starts_with?(rest, "\#{") -> read(text, at + 2, [{:code, "}", at + 2} | stack], nil)
      true -> read_text(text, at + 1, stack)
    end
  end

  # A text may be a keyword.
  defp behind_text(text, at, stack) do
    case binary_part(text, at, byte_size(text) - at) do
      <<?:, space, _::binary>> when space in ~c" \t\r\n" -> read(text, at + 1, cut(stack, at + 1), nil)
      _ -> read(text, at, stack, :value)
    end
  end

  defp read_sigil(text, at, letter, rest, stack) do
    interpolates? = letter in ?a..?z

    case rest do
      "\"\"\"" <> _ -> read_text(text, at + 3, [heredoc("\"\"\"", interpolates?) | stack])
      "'''" <> _ -> read_text(text, at + 3, [heredoc("'''", interpolates?) | stack])
      <<open, _::binary>> when open in ~c"([{<" -> read_text(text, at + 1, [text(<<Map.fetch!(@closers, open)>>, interpolates?) | stack])
      <<open, _::binary>> when open in ~c"/|\"'" -> read_text(text, at + 1, [text(<<open>>, interpolates?) | stack])
      _ -> read(text, at, stack, :value)
    end
  end

  ## Sizes

  defp line_size(rest) do
    case :binary.match(rest, "\n") do
      {at, _} -> at
      :nomatch -> byte_size(rest)
    end
  end

  defp word_size(text, at) do
    [word] = Regex.run(~r/^[\p{L}\p{M}\p{N}_@]+[?!]?/u, binary_part(text, at, byte_size(text) - at), capture: :first)
    byte_size(word)
  end

  defp atom_size(rest) do
    case Regex.run(~r/^(?:[\p{L}_][\p{L}\p{M}\p{N}_@]*[?!]?|<<>>|%\{\}|\{\}|\[\]|[-!%^&*+=<>|~\\.\/@]+)/u, rest, capture: :first) do
      [name] -> byte_size(name)
      nil -> 0
    end
  end
end
