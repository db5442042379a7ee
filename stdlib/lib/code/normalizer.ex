defmodule Code.Normalizer do
  @moduledoc false
  # Brings quoted code, however it was made, into the form that `Code.Formatter` lays out: every literal in a block with
  # metadata, blocks of `do` and keywords marked as such.

  @do_keys [:do, :else, :rescue, :catch, :after]

  @doc """
  Returns the code with wrapped literals. With `escape: false` texts are taken as they are written in source.
  """
  def normalize(quoted, opts \\ []) do
    node(quoted, %{line: opts[:line], escape: Keyword.get(opts, :escape, true), locals: Keyword.get(opts, :locals_without_parens, []) ++ Code.Formatter.locals_without_parens(), parens?: true})
  end

  # Blocks that hold a literal already.
  defp node({:__block__, meta, [literal]}, st) when not is_tuple(literal) or tuple_size(literal) == 2, do: literal(literal, meta, st, true)
  defp node({:__block__, _, [{:unquote_splicing, _, [_]} = single]}, st), do: {:__block__, [], [node(single, st)]}

  defp node({:__block__, meta, exprs}, st) when is_list(exprs), do: {:__block__, meta, Enum.map(exprs, &node(&1, st))}

  defp node({:fn, meta, clauses}, st) when is_list(clauses), do: {:fn, meta, Enum.map(clauses, &clause(&1, st))}

  defp node({:<<>>, meta, parts} = quoted, st) when is_list(parts) do
    cond do
      parts != [] and Enum.any?(parts, &is_binary/1) and Enum.all?(parts, &interpolated?/1) and not Keyword.has_key?(meta, :closing) ->
        {:<<>>, Keyword.put_new(meta, :delimiter, "\""), Enum.map(parts, &interpolation(&1, st))}

      match?([_ | _], parts) and Enum.all?(parts, &interpolated?/1) and Enum.any?(parts, &is_tuple/1) and not Keyword.has_key?(meta, :closing) ->
        {:<<>>, Keyword.put_new(meta, :delimiter, "\""), Enum.map(parts, &interpolation(&1, st))}

      true ->
        {:<<>>, meta, Enum.map(elem(quoted, 2), &segment(&1, st))}
    end
  end

  defp node({{:., dot_meta, [:erlang, name]}, meta, [{:<<>>, text_meta, parts}, :utf8]}, st) when name in [:binary_to_atom, :binary_to_existing_atom] and is_list(parts) do
    if Enum.all?(parts, &interpolated?/1) do
      {{:., dot_meta, [:erlang, name]}, Keyword.put_new(meta, :delimiter, "\""), [{:<<>>, text_meta, Enum.map(parts, &interpolation(&1, st))}, :utf8]}
    else
      {{:., dot_meta, [node(:erlang, st), name]}, call_meta(meta), [node({:<<>>, text_meta, parts}, st), node(:utf8, st)]}
    end
  end

  defp node({{:., dot_meta, [List, :to_charlist]}, meta, [parts]} = quoted, st) when is_list(parts) do
    charlist? = parts != [] and Enum.all?(parts, &(is_binary(&1) or match?({{:., _, [Kernel, :to_string]}, _, [_]}, &1))) and Enum.any?(parts, &is_tuple/1)

    if charlist? do
      parts = Enum.map(parts, fn {{:., _, _} = dot, meta, [code]} -> {dot, meta, [node(code, st)]}; text -> text end)
      {{:., dot_meta, [List, :to_charlist]}, Keyword.put_new(meta, :delimiter, "'"), [parts]}
    else
      remote(quoted, st)
    end
  end

  defp node({{:., dot_meta, [Access, :get]}, meta, [target, key]}, st) do
    {{:., dot_meta, [Access, :get]}, Keyword.put_new(meta, :closing, []), [node(target, st), node(key, st)]}
  end

  defp node({{:., _, [_, _]}, _, args} = quoted, st) when is_list(args), do: remote(quoted, st)
  defp node({{:., dot_meta, [target]}, meta, args}, st) when is_list(args), do: call({{:., dot_meta, [node(target, st)]}, Keyword.put_new(meta, :closing, []), args}, st)

  defp node({:__aliases__, meta, [first | rest]}, st), do: {:__aliases__, meta, [if(is_atom(first), do: first, else: node(first, st)) | rest]}

  defp node({:&, meta, [number]}, _st) when is_integer(number), do: {:&, meta, [{:__block__, [], [number]}]}
  defp node({:&, meta, [{:/, slash_meta, [{name, _, context} = fun, arity]}]}, _st) when is_atom(name) and is_atom(context) and is_integer(arity), do: {:&, meta, [{:/, slash_meta, [fun, {:__block__, [], [arity]}]}]}
  defp node({:&, meta, [{:/, slash_meta, [{{:., _, [_, _]}, _, []} = fun, arity]}]}, st) when is_integer(arity), do: {:&, meta, [{:/, slash_meta, [node(fun, st), {:__block__, [], [arity]}]}]}

  defp node({:%, meta, [name, {:%{}, map_meta, args}]}, st), do: {:%, meta, [node(name, st), node({:%{}, map_meta, args}, st)]}

  defp node({:%{}, meta, [{:|, pipe_meta, [left, right]}]}, st) when is_list(right) do
    {:%{}, meta, [{:|, pipe_meta, [node(left, st), pairs(right, st)]}]}
  end

  defp node({:%{}, meta, args}, st) when is_list(args) do
    if Enum.all?(args, &match?({_, _}, &1)), do: {:%{}, meta, map_args(args, st)}, else: {:%{}, meta, Enum.map(args, &node(&1, st))}
  end

  defp node({:{}, meta, args}, st) when is_list(args), do: {:{}, meta, last_keywords(args, st)}

  defp node({op, meta, args} = quoted, st) when is_atom(op) and is_list(args) do
    case {Atom.to_string(op), args} do
      {"sigil_" <> name, [{:<<>>, text_meta, parts}, modifiers]} when name != "" and is_list(parts) and is_list(modifiers) ->
        if Enum.all?(parts, &interpolated?/1) and Enum.all?(modifiers, &is_integer/1) do
          st = %{st | escape: false}
          {op, Keyword.put_new(meta, :delimiter, sigil_delimiter(parts)), [{:<<>>, text_meta, Enum.map(parts, &interpolation(&1, st))}, modifiers]}
        else
          call(quoted, st)
        end

      {_, [_, _]} ->
        if Code.Formatter.Operators.binary(op), do: {op, meta, operands(op, args, st)}, else: call(quoted, st)

      {_, [_]} ->
        if Code.Formatter.Operators.unary(op) && op != :@, do: {op, meta, Enum.map(args, &node(&1, st))}, else: call(quoted, st)

      {"..//", [_, _, _]} ->
        {op, meta, Enum.map(args, &node(&1, st))}

      {name, []} when name in ["..", "..."] ->
        quoted

      _ ->
        call(quoted, st)
    end
  end

  defp node({form, meta, args}, st) when is_tuple(form) and is_list(args), do: call({node(form, st), Keyword.put_new(meta, :closing, []), args}, st)
  defp node({form, meta, context}, _st) when is_atom(form) and is_atom(context), do: {form, meta, context}
  defp node([{:->, _, [_, _]} | _] = clauses, st), do: clauses(clauses, st)
  defp node(literal, st), do: literal(literal, [], st, false)

  defp sigil_delimiter(parts) do
    text = Enum.find(parts, "", &is_binary/1)
    if String.contains?(text, "\n") and String.ends_with?(text, "\n"), do: "\"\"\"", else: "\""
  end

  defp operands(op, [left, right], st) when op in [:"::", :when, :|, :<-, :"\\\\"] do
    right = if keyword?(right) and op == :when, do: pairs(right, st), else: node(right, st)
    [node(left, st), right]
  end

  defp operands(_op, args, st), do: Enum.map(args, &node(&1, st))

  ## Literals

  defp literal({left, right}, meta, st, _wrapped), do: {:__block__, meta, [List.to_tuple(last_keywords([left, right], st))]}
  defp literal([{:->, _, [_, _]} | _] = clauses, _meta, st, _wrapped), do: clauses(clauses, st)

  defp literal(list, meta, st, _wrapped) when is_list(list) do
    cond do
      is_binary(meta[:delimiter]) -> {:__block__, meta, [list]}
      list != [] and List.ascii_printable?(list) -> {:__block__, Keyword.put(meta, :delimiter, charlist_delimiter(list)), [list]}
      proper?(list) -> {:__block__, Keyword.put_new(meta, :closing, []), [list_elements(list, st)]}
      true -> {:__block__, meta, [list]}
    end
  end

  defp literal(text, meta, _st, _wrapped) when is_binary(text) do
    {:__block__, Keyword.put_new(meta, :delimiter, text_delimiter(text)), [text]}
  end

  defp literal(number, meta, _st, _wrapped) when is_number(number) do
    meta = if is_float(number), do: Keyword.put_new(meta, :token, inspect(number)), else: Keyword.put_new(meta, :token, Integer.to_string(number))

    if number < 0 do
      {:-, [], [{:__block__, [token: String.trim_leading(meta[:token], "-")], [abs(number)]}]}
    else
      {:__block__, meta, [number]}
    end
  end

  defp literal(atom, meta, st, _wrapped) when is_atom(atom), do: alias_or_atom(atom, meta, st)
  defp literal(other, meta, _st, _wrapped), do: {:__block__, meta, [other]}

  defp alias_or_atom(atom, meta, st) do
    case Macro.classify_atom(atom) do
      # Written with quotes, an alias is an atom like others.
      :alias when atom != Elixir ->
        if Keyword.has_key?(meta, :delimiter),
          do: {:__block__, meta, [atom]},
          else: {:__aliases__, meta, atom |> Module.split() |> Enum.map(&String.to_atom/1)}

      :quoted when not st.escape ->
        {:__block__, Keyword.put_new(meta, :delimiter, "\""), [atom]}

      _ ->
        {:__block__, meta, [atom]}
    end
  end

  defp text_delimiter(_text), do: "\""
  defp charlist_delimiter(_list), do: "'"

  defp proper?([_ | tail]), do: proper?(tail)
  defp proper?(tail), do: tail == []

  defp list_elements(list, st) do
    if keyword?(list), do: pairs(list, st), else: list |> split_keywords() |> mixed(st)
  end

  # Pairs at the end of a list are keywords.
  defp split_keywords(list) do
    {keywords, before} = list |> Enum.reverse() |> Enum.split_while(&keyword_pair?/1)
    {Enum.reverse(before), Enum.reverse(keywords)}
  end

  defp mixed({before, keywords}, st), do: Enum.map(before, &element(&1, st)) ++ pairs(keywords, st)

  # A pair among other elements is a tuple, however it was written.
  defp element({{:__block__, meta, [key]}, value}, st) when is_atom(key), do: node({{:__block__, Keyword.delete(meta, :format), [key]}, value}, st)
  defp element(other, st), do: node(other, st)

  defp keyword_pair?({{:__block__, meta, [key]}, _}) when is_atom(key), do: meta[:format] == :keyword
  defp keyword_pair?({key, _}) when is_atom(key), do: Macro.classify_atom(key) != :alias
  defp keyword_pair?({{{:., _, [:erlang, :binary_to_atom]}, meta, _}, _}), do: meta[:format] == :keyword
  defp keyword_pair?(_), do: false

  defp keyword?([_ | _] = list), do: Enum.all?(list, &keyword_pair?/1)
  defp keyword?(_), do: false

  defp pairs(list, st) do
    Enum.map(list, fn
      {{:__block__, meta, [key]}, value} when is_atom(key) -> {{:__block__, Keyword.put(meta, :format, :keyword), [key]}, node(value, st)}
      {key, value} when is_atom(key) -> {{:__block__, [format: :keyword], [key]}, node(value, st)}
      {key, value} -> {node(key, st), node(value, st)}
      other -> node(other, st)
    end)
  end

  defp map_args(args, st) do
    if keyword?(args), do: pairs(args, st), else: args |> split_keywords() |> map_mixed(st)
  end

  defp map_mixed({before, keywords}, st), do: Enum.map(before, &pair(&1, st)) ++ pairs(keywords, st)

  defp pair({key, value}, st), do: {node(key, st), node(value, st)}

  defp last_keywords(args, st) do
    case Enum.split(args, -1) do
      {[_ | _] = before, [last]} -> if keyword?(last), do: Enum.map(before, &node(&1, st)) ++ [pairs(last, st)], else: Enum.map(args, &node(&1, st))
      _ -> Enum.map(args, &node(&1, st))
    end
  end

  ## Texts

  defp interpolated?(text) when is_binary(text), do: String.valid?(text)
  defp interpolated?({:"::", _, [{{:., _, [Kernel, :to_string]}, _, [_]}, {:binary, _, context}]}) when is_atom(context), do: true
  defp interpolated?(_), do: false

  defp interpolation(text, _st) when is_binary(text), do: text
  defp interpolation({:"::", meta, [{dot, call_meta, [code]}, type]}, st), do: {:"::", meta, [{dot, call_meta, [node(code, st)]}, type]}

  defp segment({:"::", meta, [value, spec]}, st), do: {:"::", meta, [node(value, st), spec(spec, st)]}
  defp segment(other, st), do: node(other, st)

  defp spec({op, meta, [left, right]}, st) when op in [:-, :*], do: {op, meta, [spec(left, st), spec(right, st)]}
  defp spec(other, st), do: node(other, st)

  ## Calls

  defp remote({{:., dot_meta, [target, name]}, meta, args}, st) do
    target = node(target, st)
    name = if is_atom(name), do: name, else: node(name, st)
    meta = if args == [] and Keyword.get(meta, :no_parens, false), do: meta, else: call_meta(meta)
    call({{:., dot_meta, [target, name]}, meta, args}, st)
  end

  defp call_meta(meta), do: if(Keyword.has_key?(meta, :do), do: meta, else: Keyword.put_new(meta, :closing, []))

  # A last argument of `do` and its like is a block, unless the code stands in one line.
  defp call({form, meta, args}, st) do
    {init, last} =
      case Enum.split(args, -1) do
        {init, [last]} -> {init, last}
        {[], []} -> {[], nil}
      end

    cond do
      args == [] ->
        {form, if(is_atom(form), do: Keyword.put_new(meta, :closing, []), else: meta), []}

      blocks?(last) and (Keyword.has_key?(meta, :do) or not bare_only?(last)) ->
        meta = if Keyword.has_key?(meta, :do), do: meta, else: [do: [], end: []] ++ block_meta(form, length(args), meta, st)
        {form, meta, Enum.map(init, &node(&1, st)) ++ [blocks(last, st)]}

      true ->
        meta = if is_atom(form) and (without_parens?(form, length(args), st) or form == :@), do: meta, else: Keyword.put_new(meta, :closing, [])
        {form, meta, last_call_args(args, st)}
    end
  end

  # Keywords that were written as such stay so.
  defp bare_only?(pairs), do: Enum.all?(pairs, fn {key, _} -> match?({:__block__, meta, _} when is_list(meta), key) and elem(key, 1)[:format] == :keyword end)

  # Names that are usually called without parentheses have none before a block either.
  defp block_meta(form, arity, meta, st) when is_atom(form) do
    if without_parens?(form, arity, st) or arity == 1, do: Keyword.delete(meta, :closing), else: Keyword.put_new(meta, :closing, [])
  end

  defp block_meta(_form, _arity, meta, _st), do: meta

  defp without_parens?(name, arity, st), do: Enum.any?(st.locals, fn {other, arities} -> other == name and (arities == :* or arities == arity) end)

  defp last_call_args(args, st) do
    case Enum.split(args, -1) do
      {before, [last]} -> if keyword?(last), do: Enum.map(before, &node(&1, st)) ++ [pairs(last, st)], else: Enum.map(args, &node(&1, st))
      _ -> Enum.map(args, &node(&1, st))
    end
  end

  defp blocks?([{key, _} | rest]), do: block_key(key) == :do and Enum.all?(rest, fn {key, _} -> block_key(key) in @do_keys; _ -> false end)
  defp blocks?(_), do: false

  defp block_key({:__block__, _, [key]}), do: key
  defp block_key(key), do: key

  defp blocks(pairs, st) do
    Enum.map(pairs, fn {key, code} ->
      meta = if is_tuple(key), do: Keyword.delete(elem(key, 1), :format), else: []
      {{:__block__, meta, [block_key(key)]}, body(code, st)}
    end)
  end

  defp body({:__block__, _, _} = block, st), do: node(block, st)
  defp body([{:->, _, [_, _]} | _] = clauses, st), do: clauses(clauses, st)
  defp body(code, st), do: node(code, st)

  defp clauses(clauses, st), do: Enum.map(clauses, &clause(&1, st))

  defp clause({:->, meta, [args, code]}, st) do
    args =
      case args do
        [{:when, when_meta, parts}] -> [{:when, when_meta, Enum.map(parts, &node(&1, st))}]
        args -> last_call_args(args, st)
      end

    {:->, meta, [args, body(code, st)]}
  end

  defp clause(other, st), do: node(other, st)
end
