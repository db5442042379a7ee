defmodule :elixir_expand do
  @moduledoc false
  # Expansion of quoted code to quoted code, for programs that ask for it by this module's name.
  #
  # The compiler itself expands to another form. Here it first looks at the code for errors and warnings; what follows may
  # therefore take the code to be right, and only has to say what it becomes: macros, aliases and imports are gone, every
  # variable has a version, what is no variable is a call.
  #
  # A scope holds the variables in force (by name and context), the next version, and, in a pattern, those bound by it.

  alias :elixir_bitstring, as: Bits

  @directives [:alias, :require, :import]

  @spec expand(Macro.t(), map, Macro.Env.t()) :: {Macro.t(), map, Macro.Env.t()}
  def expand(code, scope, env) do
    :beamlet_compiler.expand(code, :elixir_env.to_caller({env.line, scope, env}))
    walk(code, scope, env)
  end

  # A clause of a definition, its code as it is written.
  @doc false
  def clause(meta, args, guards, body, env) do
    {args, s} = patterns(args, :elixir_env.env_to_ex(env), env)
    {body, _, _} = walk(body, s, env)
    {meta, args, Enum.map(guards, &guard(&1, s, env)), body}
  end

  ## Expressions

  @doc false
  def walk({:__block__, _, []}, s, env), do: {nil, s, env}
  def walk({:__block__, _, [only]}, s, env), do: walk(only, s, env)

  def walk({:__block__, meta, list}, s, env) when is_list(list) do
    {list, {s, env}} =
      Enum.map_reduce(list, {s, env}, fn code, {s, env} ->
        {code, s, env} = walk(code, s, env)
        {code, {s, env}}
      end)

    {{:__block__, meta, list}, s, env}
  end

  def walk({:=, meta, [left, right]}, s, %{context: :match} = env) do
    {[left, right], s, env} = each([left, right], s, env)
    {{:=, meta, [left, right]}, s, env}
  end

  def walk({:=, meta, [left, right]}, s, env) do
    {right, s, env} = walk(right, s, env)
    {[left], s} = patterns([left], s, env)
    {{:=, meta, [left, right]}, s, env}
  end

  def walk({name, meta, args}, s, env) when name in [:{}, :%{}] and is_list(args) do
    {args, s, env} = each(args, s, env)
    {{name, meta, args}, s, env}
  end

  def walk({:|, meta, [left, right]}, s, env) do
    {args, s, env} = each([left, right], s, env)
    {{:|, meta, args}, s, env}
  end

  def walk({:%, meta, [name, {:%{}, map_meta, fields}]}, s, env) do
    {name, s, env} = walk(name, s, env)
    {fields, s, env} = each(fields, s, env)
    {{:%, meta, [name, {:%{}, map_meta, with_defaults(name, fields, env)}]}, s, env}
  end

  def walk({:<<>>, meta, parts}, s, env) when is_list(parts) do
    {parts, s, env} = Bits.expand(parts, s, env)
    {{:<<>>, meta, parts}, s, env}
  end

  def walk({:__aliases__, _, _} = name, s, env) do
    case Macro.expand(name, caller(s, env)) do
      module when is_atom(module) ->
        {module, s, env}

      {:__aliases__, meta, [first | rest]} ->
        {first, s, env} = walk(first, s, env)
        {{:__aliases__, meta, [first | rest]}, s, env}
    end
  end

  def walk({directive, _, [target | _]} = code, s, env) when directive in @directives do
    after_it = :beamlet_compiler.expand(code, caller(s, env))
    {modules(target, s, env), s, %{after_it | versioned_vars: env.versioned_vars, line: env.line}}
  end

  def walk({:__MODULE__, _, context}, s, env) when is_atom(context), do: {env.module, s, env}
  def walk({:__DIR__, _, context}, s, env) when is_atom(context), do: {Path.dirname(env.file), s, env}
  def walk({name, _, context} = code, s, env) when name in [:__CALLER__, :__STACKTRACE__] and is_atom(context), do: {code, s, env}
  def walk({:__ENV__, meta, context}, s, env) when is_atom(context), do: {Macro.escape(env_at(meta, s, env)), s, env}

  def walk({{:., dot, [{:__ENV__, meta, context}, field]}, call, []}, s, env) when is_atom(context) and is_atom(field) do
    env_here = env_at(meta, s, env)

    case Map.fetch(env_here, field) do
      {:ok, value} -> {value, s, env}
      :error -> {{{:., dot, [Macro.escape(env_here), field]}, call, []}, s, env}
    end
  end

  def walk({:quote, _, args} = code, s, env) when is_list(args) do
    {quoted, _} = Code.eval_quoted(code, [], %{caller(%{s | vars: %{}}, env) | lexical_tracker: nil})
    {Macro.escape(quoted), s, env}
  end

  def walk({:&, meta, [arg]}, s, env), do: capture(meta, arg, s, env)

  def walk({:fn, meta, clauses}, s, env) when is_list(clauses) do
    {clauses, s} = clauses(clauses, s, env, &heads/3)
    {{:fn, meta, clauses}, s, env}
  end

  def walk({:cond, meta, [[do: clauses]]}, s, env) do
    {clauses, s} = clauses(clauses, s, env, &conditions/3)
    {{:cond, meta, [[do: clauses]]}, s, env}
  end

  def walk({:case, meta, [subject, [do: clauses]]}, s, env) do
    {subject, s, env} = walk(subject, s, env)
    {clauses, s} = clauses(clauses, s, env, &heads/3)
    {{:case, meta, [subject, [do: clauses]]}, s, env}
  end

  def walk({:receive, meta, [sections]}, s, env) do
    {sections, s} =
      Enum.map_reduce(sections, s, fn
        {:do, {:__block__, _, []} = empty}, s ->
          {{:do, empty}, s}

        {:do, clauses}, s ->
          {clauses, s} = clauses(clauses, s, env, &heads/3)
          {{:do, clauses}, s}

        {:after, clauses}, s ->
          {clauses, s} = clauses(clauses, s, env, &conditions/3)
          {{:after, clauses}, s}
      end)

    {{:receive, meta, [sections]}, s, env}
  end

  def walk({:try, meta, [sections]}, s, env) do
    {sections, s} =
      Enum.map_reduce(sections, s, fn
        {:rescue, clauses}, s ->
          {clauses, s} = clauses(clauses, s, env, &rescued/3)
          {{:rescue, clauses}, s}

        {:catch, clauses}, s ->
          {clauses, s} = clauses(clauses, s, env, &caught/3)
          {{:catch, clauses}, s}

        {:else, clauses}, s ->
          {clauses, s} = clauses(clauses, s, env, &heads/3)
          {{:else, clauses}, s}

        {key, code}, s ->
          {code, s} = alone(code, s, env)
          {{key, code}, s}
      end)

    {{:try, meta, [sections]}, s, env}
  end

  def walk({:with, meta, args}, s, env) when is_list(args) do
    {steps, [sections]} = Enum.split(args, -1)
    {steps, inner, inner_env} = steps(steps, s, env)
    {body, inner} = alone(Keyword.fetch!(sections, :do), inner, inner_env)
    s = %{s | next: inner.next}

    {others, s} =
      case Keyword.fetch(sections, :else) do
        {:ok, clauses} ->
          {clauses, s} = clauses(clauses, s, env, &heads/3)
          {[else: clauses], s}

        :error ->
          {[], s}
      end

    {{:with, meta, steps ++ [[{:do, body} | others]]}, s, env}
  end

  def walk({:for, meta, args}, s, env) when is_list(args) do
    {steps, [sections]} = Enum.split(args, -1)
    {body, options} = Keyword.pop!(sections, :do)

    {options, s} =
      Enum.map_reduce(options, s, fn {key, value}, s ->
        {value, s} = alone(value, s, env)
        {{key, value}, s}
      end)

    {steps, inner, inner_env} = steps(steps, s, env)

    {body, inner} =
      if Keyword.has_key?(options, :reduce),
        do: clauses(body, inner, inner_env, &heads/3),
        else: alone(body, inner, inner_env)

    {{:for, meta, steps ++ [[{:do, body} | options]]}, %{s | next: inner.next}, env}
  end

  def walk({:super, meta, args}, s, env) when is_list(args) do
    {args, s, env} = each(args, s, env)
    {{:super, meta, args}, s, env}
  end

  def walk({:^, meta, [pinned]}, s, %{context: :match} = env) do
    {pinned, _, _} = walk(pinned, %{s | pattern: nil}, %{env | context: nil})
    {{:^, meta, [pinned]}, s, env}
  end

  ## Variables and calls

  def walk({:_, _, context} = code, s, env) when is_atom(context), do: {code, s, env}

  def walk({name, meta, context}, s, env) when is_atom(name) and is_atom(context) do
    key = key(name, meta, context)

    case {env.context, s} do
      {:match, %{pattern: %{^key => version}}} -> {{name, [version: version] ++ meta, context}, s, env}
      {:match, _} -> bind(name, meta, context, key, s, env)
      {_, %{vars: %{^key => version}}} -> {{name, [version: version] ++ meta, context}, s, env}
      _ -> walk({name, Keyword.delete(meta, :if_undefined), []}, s, env)
    end
  end

  def walk({:@, _, [{name, _, context}]} = code, s, %{module: module} = env) when is_atom(name) and is_atom(context) and module != nil do
    # What an attribute was when its module was made is known no longer.
    if Module.open?(module), do: call(code, s, env), else: {code, s, env}
  end

  def walk({name, _, args} = code, s, env) when is_atom(name) and is_list(args), do: call(code, s, env)

  def walk({{:., dot, [fun]}, meta, args}, s, env) do
    {fun, s, env} = walk(fun, s, env)
    {args, s, env} = each(args, s, env)
    {{{:., dot, [fun]}, meta, args}, s, env}
  end

  def walk({{:., dot, [left, name]}, meta, args}, s, env) do
    {left, s, env} = walk(left, s, env)
    code = {{:., dot, [left, name]}, meta, args}

    case is_atom(left) and Macro.expand_once(code, caller(s, env)) do
      expanded when expanded in [false, code] -> remote(left, name, dot, meta, args, s, env)
      expanded -> walk(expanded, s, env)
    end
  end

  def walk({left, right}, s, env) do
    {[left, right], s, env} = each([left, right], s, env)
    {{left, right}, s, env}
  end

  def walk(list, s, env) when is_list(list), do: each(list, s, env)
  def walk(other, s, env), do: {other, s, env}

  defp call({name, meta, args} = code, s, env) do
    case Macro.expand_once(code, caller(s, env)) do
      ^code ->
        case imported(name, length(args), meta, env) do
          nil ->
            {args, s, env} = each(args, s, env)
            {{name, meta, args}, s, env}

          module ->
            remote(module, name, meta, meta, args, s, env)
        end

      expanded ->
        walk(expanded, s, env)
    end
  end

  # Expressions side by side see what was bound before all of them; what they bind is in force after the last.
  @doc false
  def each(list, s, %{context: :match} = env) do
    {list, s} =
      Enum.map_reduce(list, s, fn code, s ->
        {code, s, _} = walk(code, s, env)
        {code, s}
      end)

    {list, s, env}
  end

  def each(list, s, env) do
    {list, {bound, next, env}} =
      Enum.map_reduce(list, {s.vars, s.next, env}, fn code, {bound, next, env} ->
        {code, after_it, env} = walk(code, %{s | next: next}, env)
        new = for {key, version} <- after_it.vars, s.vars[key] != version, into: %{}, do: {key, version}
        {code, {Map.merge(bound, new), after_it.next, env}}
      end)

    {list, %{s | vars: bound, next: next}, env}
  end

  # An expression whose variables nobody sees afterwards.
  defp alone(code, s, env) do
    {code, after_it, _} = walk(code, s, env)
    {code, %{s | next: after_it.next}}
  end

  defp bind(name, meta, context, key, s, env) do
    s = %{s | pattern: Map.put(s.pattern || %{}, key, s.next), next: s.next + 1}
    {{name, [version: s.next - 1] ++ meta, context}, s, env}
  end

  @doc false
  def patterns(list, s, env) do
    {list, s, _} = each(list, %{s | pattern: %{}}, %{env | context: :match})
    {list, %{s | vars: Map.merge(s.vars, s.pattern), pattern: nil}}
  end

  @doc false
  def caller(s, env), do: %{env | versioned_vars: s.vars}

  defp env_at(meta, s, env), do: %{caller(s, env) | line: Keyword.get(meta, :line, env.line), versioned_vars: s.vars}

  defp key(name, meta, context), do: {name, Keyword.get(meta, :counter, context)}

  defp modules({{:., _, [base, :{}]}, _, parts}, s, env) do
    {base, _, _} = walk(base, s, env)
    for {:__aliases__, _, segments} <- parts, do: Module.concat([base | segments])
  end

  defp modules(target, s, env) do
    {module, _, _} = walk(target, s, env)
    module
  end

  defp with_defaults(name, fields, %{context: nil} = env) when is_atom(name) and is_list(fields) do
    case fields do
      [{:|, _, _}] ->
        fields

      _ ->
        defaults = :beamlet_compiler.struct_fields(name, env) |> Map.delete(:__struct__) |> Map.to_list()
        for({key, value} <- defaults, not List.keymember?(fields, key, 0), do: {key, Macro.escape(value)}) ++ fields
    end
  end

  defp with_defaults(_name, fields, _env), do: fields

  # The module that a name is imported from, as the environment or the quoted code itself says.
  defp imported(name, arity, meta, env) do
    case Macro.Env.lookup_import(env, {name, arity}) do
      [{_, module} | _] ->
        module

      [] ->
        with true <- Keyword.has_key?(meta, :context),
             {^arity, module} <- List.keyfind(Keyword.get(meta, :imports, []), arity, 0),
             true <- module != env.module do
          module
        else
          _ -> nil
        end
    end
  end

  defp remote(:erlang, op, _, _, [number], s, %{context: :match} = env) when op in [:-, :+] and is_number(number),
    do: {if(op == :-, do: -number, else: number), s, env}

  defp remote(Kernel, op, _, _, [number], s, %{context: :match} = env) when op in [:-, :+] and is_number(number),
    do: {if(op == :-, do: -number, else: number), s, env}

  defp remote(module, :++, _, meta, [left, right], s, %{context: :match} = env) when module in [Kernel, :erlang] do
    {left, s, env} = walk(left, s, env)
    {right, s, env} = walk(right, s, env)
    {joined(left, right, meta), s, env}
  end

  defp remote(left, name, dot, meta, args, s, env) do
    {args, s, env} = each(args, s, env)
    {module, name, args} = called(left, name, args)
    {{{:., dot, [module, name]}, meta, args}, s, env}
  end

  defp joined([], right, _meta), do: right
  defp joined([last], right, meta), do: [{:|, meta, [last, right]}]
  defp joined([first | rest], right, meta), do: [first | joined(rest, right, meta)]

  defp called(Process, :monitor, [process]), do: {:erlang, :monitor, [:process, process]}
  defp called(Port, :monitor, [port]), do: {:erlang, :monitor, [:port, port]}
  defp called(module, name, args), do: inlined(module, name, args)

  @doc false
  def inlined(Kernel, :elem, [tuple, index]), do: {:erlang, :element, [next(index), tuple]}
  def inlined(Kernel, :put_elem, [tuple, index, value]), do: {:erlang, :setelement, [next(index), tuple, value]}
  def inlined(Kernel, :is_map_key, [map, key]), do: {:erlang, :is_map_key, [key, map]}

  def inlined(module, name, args) when is_atom(module) do
    case :beamlet_compiler.inlined(module, name, length(args)) do
      {module, name} -> {module, name, args}
      nil -> {module, name, args}
    end
  end

  def inlined(module, name, args), do: {module, name, args}

  defp next(index) when is_integer(index), do: index + 1
  defp next(index), do: {{:., [], [:erlang, :+]}, [], [index, 1]}

  ## Clauses

  # Each clause has a scope of its own.
  defp clauses(clauses, s, env, head) do
    Enum.map_reduce(clauses, s, fn {:->, meta, [left, body]}, s ->
      {left, inner, inner_env} = head.(left, s, env)
      {body, inner} = alone(body, inner, inner_env)
      {{:->, meta, [left, body]}, %{s | next: inner.next}}
    end)
  end

  defp heads([{:when, meta, args}], s, env) do
    {args, [guard]} = Enum.split(args, -1)
    {args, s} = patterns(args, s, env)
    {[{:when, meta, args ++ [guard(guard, s, env)]}], s, env}
  end

  defp heads(args, s, env) do
    {args, s} = patterns(args, s, env)
    {args, s, env}
  end

  defp guard({:when, meta, [left, right]}, s, env), do: {:when, meta, [guard(left, s, env), guard(right, s, env)]}

  defp guard(guard, s, env) do
    {guard, _, _} = walk(guard, s, %{env | context: :guard})
    guard
  end

  defp conditions([condition], s, env) do
    {condition, s, env} = walk(condition, s, env)
    {[condition], s, env}
  end

  defp caught([{:when, meta, [arg, guard]}], s, env), do: heads([{:when, meta, [:throw, arg, guard]}], s, env)
  defp caught([arg], s, env), do: heads([:throw, arg], s, env)
  defp caught(args, s, env), do: heads(args, s, env)

  defp rescued([{name, _, context} = variable], s, env) when is_atom(name) and is_atom(context), do: heads([variable], s, env)

  defp rescued([{:in, meta, [variable, names]}], s, env) do
    names =
      for name <- List.wrap(names) do
        {name, _, _} = walk(name, s, env)
        name
      end

    {[variable], s} = patterns([variable], s, env)

    case names do
      [{:_, _, context}] when is_atom(context) -> {[variable], s, env}
      _ -> {[{:in, meta, [variable, names]}], s, env}
    end
  end

  defp rescued([names], s, env), do: rescued([{:in, [], [{:_, [], env.module}, names]}], s, env)

  # Steps of `for` and `with`: each sees what those before it have bound.
  defp steps(steps, s, env) do
    {steps, {s, env}} =
      Enum.map_reduce(steps, {s, env}, fn
        {:<-, meta, [left, right]}, {s, env} ->
          {right, s, env} = generated(right, s, env)
          {[left], s, _} = heads([left], s, env)
          {{:<-, meta, [left, right]}, {s, env}}

        {:<<>>, meta, parts} = code, {s, env} ->
          case List.last(parts) do
            {:<-, arrow, [last, right]} ->
              {right, s, env} = generated(right, s, env)
              {[left], s} = patterns([{:<<>>, meta, List.replace_at(parts, -1, last)}], s, env)
              {{:<<>>, meta, [{:<-, arrow, [left, right]}]}, {s, env}}

            _ ->
              {code, s, env} = walk(code, s, env)
              {code, {s, env}}
          end

        code, {s, env} ->
          {code, s, env} = walk(code, s, env)
          {code, {s, env}}
      end)

    {steps, s, env}
  end

  # What the right side of `<-` binds is its own.
  defp generated(code, s, env) do
    {code, s} = alone(code, s, env)
    {code, s, env}
  end

  ## Captures

  defp capture(meta, {:/, _, [{{:., _, [left, name]}, _, []}, arity]} = slash, s, env) when is_atom(name) and is_integer(arity) do
    {left, s, env} = walk(left, s, env)
    captured(meta, slash, left, name, arity, s, env)
  end

  defp capture(meta, {:/, slash_meta, [{name, name_meta, context}, arity]} = slash, s, env)
       when is_atom(name) and is_atom(context) and is_integer(arity) do
    case imported(name, arity, meta ++ name_meta, env) do
      nil -> {{:&, meta, [{:/, plain(slash_meta), [{name, plain(name_meta), nil}, arity]}]}, s, env}
      module -> captured(meta, slash, module, name, arity, s, env)
    end
  end

  defp capture(meta, {:__block__, _, [code]}, s, env), do: capture(meta, code, s, env)

  defp capture(meta, {name, call_meta, args} = code, s, env) when is_list(args) and args != [] do
    in_order = Enum.with_index(args, 1) |> Enum.all?(&match?({{:&, _, [n]}, n}, &1))

    case {in_order, name} do
      {true, name} when is_atom(name) ->
        if Macro.special_form?(name, length(args)) or Macro.expand_once(code, caller(s, env)) != code,
          do: function(meta, code, s, env),
          else: capture(meta, {:/, call_meta, [{name, call_meta, nil}, length(args)]}, s, env)

      {true, {:., _, [{:__aliases__, _, _}, _]}} ->
        capture(meta, {:/, call_meta, [{name, call_meta, []}, length(args)]}, s, env)

      {true, {:., _, [module, _]}} when is_atom(module) ->
        capture(meta, {:/, call_meta, [{name, call_meta, []}, length(args)]}, s, env)

      _ ->
        function(meta, code, s, env)
    end
  end

  defp capture(meta, code, s, env), do: function(meta, code, s, env)

  defp captured(meta, slash, module, name, arity, s, env) do
    places = for number <- Enum.take(1..255//1, arity), do: {:&, [], [number]}
    call = {{:., [], [module, name]}, [], places}

    if is_atom(module) and Macro.expand_once(call, caller(s, env)) != call do
      function(meta, call, s, env)
    else
      {module, name, _} = inlined(module, name, places)
      {_, slash_meta, [{_, name_meta, _}, _]} = slash
      target = {{:., plain(name_meta), [module, name]}, plain(name_meta), []}
      {{:&, plain(meta), [{:/, plain(slash_meta), [target, arity]}]}, s, env}
    end
  end

  defp plain(meta), do: Keyword.take(meta, [:line])

  # `&(… &1 …)` is a function whose parameters nobody else can name.
  defp function(meta, code, s, env) do
    counter = System.unique_integer([:positive])

    {code, arity} =
      Macro.prewalk(code, 0, fn
        {:&, place_meta, [number]}, highest when is_integer(number) ->
          {{:"&#{number}", [counter: counter] ++ place_meta, nil}, max(highest, number)}

        other, highest ->
          {other, highest}
      end)

    params = for number <- Enum.take(1..255//1, arity), do: {:"&#{number}", [counter: counter] ++ meta, nil}
    walk({:fn, meta, [{:->, meta, [params, code]}]}, s, env)
  end
end

defmodule :elixir_bitstring do
  @moduledoc false
  # Segments of bitstrings: what is not said of their type is written out, in one order.

  @types [:integer, :float, :bits, :bitstring, :binary, :bytes, :utf8, :utf16, :utf32]
  @signs [:signed, :unsigned]
  @orders [:big, :little, :native]

  @spec expand([Macro.t()], map, Macro.Env.t()) :: {[Macro.t()], map, Macro.Env.t()}
  def expand(parts, s, env) do
    {values, specs} =
      parts
      |> Enum.map(fn
        {:"::", meta, [value, spec]} -> {value, {meta, spec}}
        value -> {value, {[], nil}}
      end)
      |> Enum.unzip()

    expand(values, specs, [], s, env)
  end

  defp expand([], [], done, s, env), do: {done |> Enum.reverse() |> Enum.concat(), s, env}

  defp expand([value | values], [{meta, spec} | specs], done, s, env) do
    {value, s, env} = :elixir_expand.walk(value, s, env)
    spec = parse(spec, %{type: nil, size: nil, unit: nil, sign: nil, order: nil}, s, env)
    value = text(value, spec)

    parts =
      case {value, spec} do
        {{:<<>>, _, inner}, %{type: type, size: nil, unit: nil}} when type in [nil, :bitstring, :binary] -> inner
        _ -> [{:"::", meta, [value, build(%{spec | type: spec.type || natural(value)})]}]
      end

    expand(values, specs, [parts | done], s, env)
  end

  # What a text is interpolated as is the text.
  defp text({{:., _, [String.Chars, :to_string]}, _, [value]}, %{type: :binary}) when is_binary(value), do: value
  defp text(value, _spec), do: value

  defp natural(value) when is_binary(value), do: :binary
  defp natural(value) when is_float(value), do: :float
  defp natural({:<<>>, _, _}), do: :bitstring
  defp natural(_), do: :integer

  defp parse(nil, spec, _s, _env), do: spec

  defp parse({:-, _, [left, right]}, spec, s, env) do
    parse(right, parse(left, spec, s, env), s, env)
  end

  defp parse({:*, _, [size, unit]}, spec, s, env) do
    spec = %{spec | unit: number(unit, s, env)}
    if match?({:_, _, _}, size), do: spec, else: %{spec | size: number(size, s, env)}
  end

  defp parse({:size, _, [size]}, spec, s, env), do: %{spec | size: number(size, s, env)}
  defp parse({:unit, _, [unit]}, spec, s, env), do: %{spec | unit: number(unit, s, env)}
  defp parse(size, spec, _s, _env) when is_integer(size), do: %{spec | size: size}

  defp parse({name, _, args}, spec, _s, _env) when name in @types and (is_atom(args) or args == []) do
    type =
      case name do
        :bits -> :bitstring
        :bytes -> :binary
        other -> other
      end

    %{spec | type: type}
  end

  defp parse({name, _, args}, spec, _s, _env) when name in @signs and (is_atom(args) or args == []), do: %{spec | sign: name}
  defp parse({name, _, args}, spec, _s, _env) when name in @orders and (is_atom(args) or args == []), do: %{spec | order: name}

  defp parse({name, meta, context} = code, spec, s, env) when is_atom(name) and is_atom(context) do
    if is_map_key(s.vars, {name, Keyword.get(meta, :counter, context)}),
      do: %{spec | size: number(code, s, env)},
      else: parse({name, meta, []}, spec, s, env)
  end

  defp parse(code, spec, s, env) do
    case Macro.expand_once(code, :elixir_expand.caller(s, env)) do
      ^code -> %{spec | size: number(code, s, env)}
      expanded -> parse(expanded, spec, s, env)
    end
  end

  # Sizes see what is bound outside and by segments before.
  defp number(code, s, env) do
    inside = %{s | vars: Map.merge(s.vars, s.pattern || %{}), pattern: nil}
    context = if env.context == :match, do: :guard, else: env.context
    {code, _, _} = :elixir_expand.walk(code, inside, %{env | context: context})
    code
  end

  defp build(%{type: type, size: size, unit: unit, sign: sign, order: order}) do
    numeric = type in [:integer, :float]
    unit = if unit == default_unit(type), do: nil, else: unit

    rest =
      [
        order && order != :big && (numeric or type in [:utf16, :utf32]) && {order, [], []},
        sign && sign != :unsigned && numeric && {sign, [], []},
        unit && {:unit, [], [unit]},
        size && {:size, [], [size]}
      ]
      |> Enum.filter(& &1)

    Enum.reduce(rest, {type, [], []}, fn part, spec -> {:-, [], [spec, part]} end)
  end

  defp default_unit(type) when type in [:integer, :float, :bitstring], do: 1
  defp default_unit(:binary), do: 8
  defp default_unit(_), do: nil
end

defmodule :elixir_env do
  @moduledoc false
  # The scopes that go with `:elixir_expand`.

  @spec env_to_ex(Macro.Env.t()) :: map
  def env_to_ex(env) do
    next = env.versioned_vars |> Map.values() |> Enum.max(fn -> -1 end)
    %{vars: env.versioned_vars, next: next + 1, pattern: nil}
  end

  @spec reset_vars(Macro.Env.t()) :: Macro.Env.t()
  def reset_vars(env), do: %{env | versioned_vars: %{}}

  @spec to_caller({non_neg_integer, map, Macro.Env.t()}) :: Macro.Env.t()
  def to_caller({line, scope, env}), do: %{env | line: line, versioned_vars: scope.vars}
end

defmodule :elixir_module do
  @moduledoc false
  # What a `defmodule` inside a function comes to in a module file that Elixir has written.

  @doc "Defines a module; `values` are those of the variables of the environment, in their order."
  @spec compile(module, Macro.t(), [term], Macro.Env.t()) :: {:module, module, binary, term}
  def compile(name, code, values, env) do
    variables = env.versioned_vars |> Map.keys() |> Enum.zip(values)
    :beamlet_compiler.define_module(name, code, variables, env)
  end
end

defmodule :elixir_utils do
  @moduledoc false

  @spec noop() :: []
  def noop, do: []
end

defmodule :elixir_quote do
  @moduledoc false
  # Looks at options of `quote` whose values are known only at run time.

  @spec validate_runtime(atom, term) :: term
  def validate_runtime(:line, line) when is_integer(line), do: line
  def validate_runtime(:context, context) when is_atom(context) and context != nil, do: context

  def validate_runtime(key, value) do
    raise ArgumentError, "invalid runtime value for option :#{key} in quote, got: #{inspect(value)}"
  end
end
