defmodule :beamlet_cover do
  @moduledoc false
  # Puts counters into the code of a file: one before each expression of a body, as `:cover` of Erlang does with compiled code. Lines that
  # have no place of their own (literals in a clause) count as the line of their clause; what macros make is left alone.

  # Returns the code and how many counters it has. `key` is where `counting/1` finds them when the code runs.
  def instrument(quoted, key) do
    Process.put(__MODULE__, %{key: key, next: 1, found: []})
    quoted = top(quoted)
    %{next: next} = Process.delete(__MODULE__)
    {quoted, next - 1}
  end

  ## What is not in a function

  # Definitions are looked for everywhere but in code that is only written down.
  defp top({:quote, _, _} = quoted), do: quoted
  defp top({:@, _, _} = attribute), do: attribute

  defp top({:defprotocol, meta, [_, [do: body]]} = protocol) do
    signatures = for {:def, meta, [call]} <- expressions(body), {name, args} when is_list(args) <- [Macro.decompose_call(call)], do: {name, length(args), meta[:line]}
    put_into(protocol, quote(do: :cover.note_protocol(__MODULE__, unquote(meta[:line]), unquote(Macro.escape(signatures)))))
  end

  defp top({kind, meta, [call, [{:do, _} | _] = blocks]}) when kind in [:def, :defp, :defmacro, :defmacrop] do
    line = meta[:line]
    begin()
    definition = {kind, meta, [call, definition_blocks(blocks, line)]}
    noted(definition, call, kind)
  end

  defp top({:defdelegate, meta, [call | _]} = delegate) do
    begin()
    counter(meta[:line])
    noted(delegate, call, :delegate)
  end

  # A head with defaults stands for functions that call the one below.
  defp top({kind, meta, [call]} = head) when kind in [:def, :defp] do
    begin()
    if has_default?(call), do: counter(meta[:line])
    noted(head, call, :delegate)
  end

  defp top({:defstruct, meta, [_ | _]} = struct) do
    begin()
    counter(meta[:line])
    noted(struct, {:__struct__, meta, []}, :struct)
  end

  defp top({name, meta, args}) when is_list(args), do: {top(name), meta, Enum.map(args, &top/1)}
  defp top({left, right}), do: {top(left), top(right)}
  defp top(list) when is_list(list), do: Enum.map(list, &top/1)
  defp top(other), do: other

  defp put_into({kind, meta, [name, [do: body]]}, expression), do: {kind, meta, [name, [do: {:__block__, [], [expression | expressions(body)]}]]}

  defp expressions({:__block__, _, expressions}), do: expressions
  defp expressions(expression), do: [expression]

  defp begin, do: update(&%{&1 | found: []})
  defp update(fun), do: Process.put(__MODULE__, fun.(Process.get(__MODULE__)))

  # Says to which module the counters of a definition belong; its value stays that of the definition.
  defp noted(definition, call, kind) do
    %{key: key, found: found} = Process.get(__MODULE__)

    if found == [] do
      definition
    else
      {name, arity} = name_and_arity(call)
      {:__block__, [], [quote(do: :cover.note(__MODULE__, unquote(key), unquote(kind), unquote(name), unquote(arity), unquote(Macro.escape(Enum.reverse(found))))), definition]}
    end
  end

  defp has_default?({:when, _, [call | _]}), do: has_default?(call)
  defp has_default?({_, _, args}) when is_list(args), do: Enum.any?(args, &match?({:\\, _, _}, &1))
  defp has_default?(_), do: false

  defp name_and_arity({:when, _, [call | _]}), do: name_and_arity(call)
  defp name_and_arity({name, _, args}) when is_atom(name), do: {name, if(is_list(args), do: length(args), else: 0)}
  # The name is only known when the definition is made.
  defp name_and_arity(_), do: {nil, 0}

  # A definition with `rescue` and the like is a `try`.
  defp definition_blocks([do: body], line), do: [do: body(body, line)]

  defp definition_blocks(blocks, line) do
    [{:do, first} | rest] = try_blocks(blocks, line)
    [{:do, prepend(counter(line), first)} | rest]
  end

  ## Bodies

  defp counter(line) when is_integer(line) and line > 0 do
    %{key: key, next: index} = Process.get(__MODULE__)
    update(&%{&1 | next: index + 1, found: [{line, index} | &1.found]})
    {{:., [], [:cover, :count]}, [generated: true], [key, index]}
  end

  defp counter(_), do: nil

  # Each expression of a body is counted; a literal has the line of its clause, or none among others.
  defp body({:__block__, meta, [_, _ | _] = expressions}, _clause), do: {:__block__, meta, Enum.flat_map(expressions, &counted(&1, nil))}
  defp body({:__block__, meta, [single]}, clause), do: {:__block__, meta, counted(single, clause)}
  defp body({:__block__, _, []} = empty, _clause), do: empty

  defp body(expression, clause) do
    case counted(expression, clause) do
      [expression] -> expression
      expressions -> {:__block__, [], expressions}
    end
  end

  # Code that is only written down has no place at all.
  defp counted({:quote, _, _} = quoted, _clause), do: [quoted]

  defp counted(expression, clause) do
    case counter(if(plain?(expression), do: clause, else: line(expression))) do
      nil -> [inner(expression)]
      counter -> [counter, inner(expression)]
    end
  end

  defp prepend(nil, expression), do: expression
  defp prepend(counter, expression), do: {:__block__, [], [counter | expressions(expression)]}

  # What the compiler keeps no place for.
  defp plain?({:__block__, _, [single]}), do: plain?(single)
  defp plain?({:@, _, _}), do: true
  defp plain?({sigil, _, [{:<<>>, _, [text]}, modifiers]}) when is_atom(sigil) and is_binary(text) and is_list(modifiers), do: String.starts_with?(Atom.to_string(sigil), "sigil_")
  defp plain?({name, _, _}) when name in [:__MODULE__, :__aliases__], do: true
  defp plain?({_, _, _}), do: false
  defp plain?(_), do: true

  defp line({_, meta, _}), do: meta[:line]
  defp line(_), do: nil

  ## Within expressions

  defp inner({:quote, _, _} = quoted), do: quoted
  defp inner({:@, _, _} = attribute), do: attribute
  defp inner({:<<>>, _, _} = binary), do: binary
  defp inner({:"::", _, _} = specified), do: specified
  defp inner({:^, _, _} = pin), do: pin
  defp inner({:&, meta, [arg]}), do: {:&, meta, [captured(arg)]}
  defp inner({:=, meta, [pattern, value]}), do: {:=, meta, [pattern, inner(value)]}
  defp inner({:<-, meta, [pattern, value]}), do: {:<-, meta, [pattern, inner(value)]}
  defp inner({:fn, meta, clauses}), do: {:fn, meta, Enum.map(clauses, &clause(&1, meta[:line]))}
  defp inner({:__block__, meta, [_, _ | _]} = block), do: put_meta(body(block, nil), meta)

  defp inner({name, meta, [subject, [{:do, _} | _] = blocks]}) when name in [:if, :unless], do: {name, meta, [inner(subject), branches(blocks)]}
  defp inner({:case, meta, [subject, [do: clauses]]}), do: {:case, meta, [inner(subject), [do: clauses(clauses)]]}
  defp inner({:cond, meta, [[do: clauses]]}), do: {:cond, meta, [[do: conditions(clauses)]]}
  defp inner({:receive, meta, [blocks]}), do: {:receive, meta, [for({name, clauses} <- blocks, do: {name, clauses(clauses)})]}
  defp inner({:try, meta, [blocks]}), do: {:try, meta, [try_blocks(blocks, meta[:line])]}
  defp inner({:with, meta, [first | rest]}), do: {:with, meta, steps([first], &with_blocks/1) ++ (rest |> Enum.map(&later_step/1) |> steps(&with_blocks/1))}
  defp inner({:for, meta, args}), do: {:for, meta, steps(args, &for_blocks/1)}

  defp inner({{:., dot, [left, name]}, meta, args}), do: {{:., dot, [inner(left), name]}, meta, Enum.map(args, &inner/1)}
  # Blocks of other macros may be anything.
  defp inner({name, meta, args}) when is_list(args), do: {name, meta, Enum.map(args, &if(match?([{:do, _} | _], &1), do: &1, else: inner(&1)))}
  defp inner({left, right}), do: {inner(left), inner(right)}
  defp inner(list) when is_list(list), do: Enum.map(list, &inner/1)
  defp inner(other), do: other

  # The body of a capture is one expression, which is counted on the way to its value.
  defp captured({:/, _, [{_, _, context}, arity]} = name) when (is_atom(context) or context == []) and is_integer(arity), do: name

  defp captured({_, meta, _} = expression) do
    case counter(meta[:line]) do
      nil -> expression
      counter -> {{:., [], [:erlang, :element]}, [generated: true], [2, {counter, expression}]}
    end
  end

  defp captured(other), do: other

  defp put_meta({:__block__, _, expressions}, meta), do: {:__block__, meta, expressions}

  defp branches(blocks), do: for({name, block} <- blocks, do: {name, body(block, nil)})

  defp clauses(clauses) when is_list(clauses), do: Enum.map(clauses, &clause/1)
  defp clauses(other), do: other

  defp clause(clause, line \\ nil)
  defp clause({:->, meta, [args, body]}, line), do: {:->, meta, [args, body(body, line || meta[:line])]}
  defp clause(other, _line), do: other

  # After the first, a condition is looked at in the branch that the one before it leaves.
  defp conditions([{:->, _, _} | _] = clauses) do
    for {{:->, meta, [[condition], body]}, index} <- Enum.with_index(clauses) do
      asked = if index == 0, do: nil, else: counter(meta[:line])
      {:->, meta, [[prepend(asked, inner(condition))], body(body, if(index == 0, do: meta[:line]))]}
    end
  end

  defp conditions(other), do: other

  defp try_blocks(blocks, line) do
    for {name, block} <- blocks do
      case name do
        :do -> {name, body(block, line)}
        :after -> {name, body(block, nil)}
        :rescue -> {name, rescued(block)}
        _ -> {name, clauses(block)}
      end
    end
  end

  # The exception is made in the clause.
  defp rescued(clauses) when is_list(clauses) do
    for {:->, meta, [args, body]} <- clauses, do: {:->, meta, [args, prepend(counter(meta[:line]), body(body, nil))]}
  end

  defp rescued(other), do: other

  defp steps(args, blocks) do
    Enum.map(args, fn
      [{key, _} | _] = options when is_atom(key) -> if Keyword.keyword?(options), do: step_options(options, blocks), else: inner(options)
      step -> inner(step)
    end)
  end

  defp step_options(options, blocks) do
    {own, others} = Keyword.split(options, [:do, :else])
    for({name, value} <- others, do: {name, inner(value)}) ++ blocks.(own)
  end

  defp with_blocks(blocks) do
    for {name, block} <- blocks do
      case {name, block} do
        {:else, [{:->, _, _} | _]} -> {:else, for({:->, meta, [args, body]} <- block, do: {:->, meta, [args, body(body, nil)]})}
        _ -> {name, body(block, nil)}
      end
    end
  end

  # Steps after the first are looked at when the one before has matched.
  defp later_step({kind, meta, [pattern, value]}) when kind in [:<-, :=], do: {kind, meta, [pattern, prepend(counter(meta[:line]), value)]}
  defp later_step(other), do: other

  # What a comprehension gathers has no line of its own, unless there are several expressions.
  defp for_blocks(blocks) do
    for {name, block} <- blocks do
      case block do
        [{:->, _, _} | _] -> {name, clauses(block)}
        {:__block__, _, [_, _ | _]} -> {name, body(block, nil)}
        _ -> {name, inner(block)}
      end
    end
  end
end
