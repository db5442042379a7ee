defmodule Macro do
  @moduledoc """
  Functions for quoted code: building, walking, taking apart, expanding and showing it.
  """

  import Kernel, except: [to_string: 1]

  @type t :: input
  @type input :: input_expr | {input, input} | [input] | atom | number | binary | pid | fun
  @type output :: t
  @typep input_expr :: {input_expr | atom, metadata, atom | [input]}
  @type metadata :: keyword
  @type captured_remote_function :: fun

  @unary [:!, :@, :^, :not, :+, :-, :~~~, :&]
  @binary [
    :<-, :\\, :when, :"::", :|, :=, :||, :|||, :or, :&&, :&&&, :and, :==, :!=, :=~, :===, :!==, :<, :<=, :>=, :>, :|>,
    :<<<, :>>>, :<<~, :~>>, :<~, :~>, :<~>, :"<|>", :in, :^^^, :"//", :++, :--, :.., :<>, :+++, :---, :+, :-, :*, :/, :**, :., :"not in"
  ]

  @special_forms [
    %: 2, %{}: :any, &: 1, .: 2, "::": 2, <<>>: :any, =: 2, ^: 1, __CALLER__: 0, __DIR__: 0, __ENV__: 0, __MODULE__: 0,
    __STACKTRACE__: 0, __aliases__: :any, __block__: :any, alias: 1, alias: 2, case: 2, cond: 1, fn: :any, for: :any,
    import: 1, import: 2, quote: 1, quote: 2, receive: 1, require: 1, require: 2, super: :any, try: 1, unquote: 1,
    unquote_splicing: 1, with: :any, {}: :any
  ]

  ## Building

  @doc "Makes the quoted form of a variable of a context."
  @spec var(var, context) :: {var, [], context} when var: atom, context: atom
  def var(var, context) when is_atom(var) and is_atom(context), do: {var, [], context}

  @doc "Makes a variable that no other code can mean."
  @spec unique_var(var, context) :: {var, [counter: integer], context} when var: atom, context: atom
  def unique_var(var, context) when is_atom(var) and is_atom(context), do: {var, [counter: :erlang.unique_integer([:positive])], context}

  @doc "Makes variables for the arguments of a function: `arg1`, `arg2` and so on."
  @spec generate_arguments(0, context :: atom) :: []
  @spec generate_arguments(pos_integer, context) :: [{atom, [], context}, ...] when context: atom
  def generate_arguments(amount, context), do: generate_arguments(amount, context, &var/2)

  @doc "Makes variables for the arguments of a function that no other code can mean."
  @spec generate_unique_arguments(non_neg_integer, context) :: [{atom, [counter: integer], context}] when context: atom
  def generate_unique_arguments(amount, context), do: generate_arguments(amount, context, &unique_var/2)

  defp generate_arguments(0, context, _fun) when is_atom(context), do: []
  defp generate_arguments(amount, context, fun) when is_integer(amount) and amount > 0 and is_atom(context), do: arguments(1, amount, &fun.(&1, context))

  defp arguments(index, amount, _fun) when index > amount, do: []
  defp arguments(index, amount, fun), do: [fun.(:erlang.binary_to_atom("arg" <> :erlang.integer_to_binary(index))) | arguments(index + 1, amount, fun)]

  @doc "Checks that a struct of quoted code's environment exists and returns its default."
  @spec struct!(module, Macro.Env.t()) :: %{required(:__struct__) => module, optional(atom) => any}
  def struct!(module, env) when is_atom(module), do: :beamlet_compiler.struct_fields(module, env)

  @doc "Puts an expression into a call as argument at a position, as `|>` does at position 0."
  @spec pipe(t, t, integer) :: t
  def pipe(expr, call_args, position)

  def pipe(expr, {form, _, _} = call_args, _integer) when form in [:&, :{}, :%{}, :<<>>, :__aliases__], do: bad_pipe(expr, call_args)

  def pipe(expr, {form, _, args}, _integer) when form in [:unquote, :unquote_splicing] and (is_list(args) or is_atom(args)) do
    raise ArgumentError, "cannot pipe #{to_string(expr)} into the special form #{form}/1 since #{form}/1 is used to build the Elixir AST itself"
  end

  def pipe(expr, {:fn, _, _}, _integer) do
    raise ArgumentError, "cannot pipe #{to_string(expr)} into an anonymous function without calling the function; use Kernel.then/2 instead or define the anonymous function as a regular private function"
  end

  def pipe(expr, {:|>, _, [_, _]} = call_args, _integer) do
    raise ArgumentError, "cannot pipe #{to_string(expr)} into #{to_string(call_args)}, the :|> operator can only take two arguments"
  end

  def pipe(_expr, {sign, _, [operand]}, _integer) when sign in [:+, :-] do
    operand = to_string(operand)

    raise ArgumentError, "piping into a unary operator is not supported, please use the qualified name: Kernel.#{sign}(#{operand}), instead of #{sign}#{operand}"
  end

  def pipe(expr, {name, _, [_]} = call_args, _integer) when name in [:not, :!, :^, :~~~, :@], do: pipe_into_operator(expr, call_args, name)

  def pipe(expr, {name, _, [_, _]} = call_args, integer) when is_atom(name) and name not in [:., :when, :"not in"] do
    case operator?(name, 2) do
      true -> pipe_into_operator(expr, call_args, name)
      false -> put_elem(call_args, 2, List.insert_at(elem(call_args, 2), integer, expr))
    end
  end

  def pipe(expr, {call, meta, atom}, integer) when is_atom(atom), do: {call, meta, List.insert_at([], integer, expr)}
  def pipe(expr, {call, meta, args}, integer) when is_list(args), do: {call, meta, List.insert_at(args, integer, expr)}
  def pipe(expr, other, _integer), do: bad_pipe(expr, other)

  defp pipe_into_operator(expr, call_args, name) do
    raise ArgumentError, "cannot pipe #{to_string(expr)} into #{to_string(call_args)}, the #{inspect(name)} operator can only take one argument"
  end

  defp bad_pipe(expr, other) do
    raise ArgumentError, "cannot pipe #{to_string(expr)} into #{to_string(other)}, can only pipe into local calls foo(), remote calls Foo.bar() or anonymous function calls foo.()"
  end

  @doc "Takes a pipeline apart: a list of expressions and the positions of their arguments."
  @spec unpipe(t) :: [t]
  def unpipe(expr), do: :lists.reverse(unpipe(expr, []))

  defp unpipe({:|>, _, [left, right]}, acc), do: unpipe(right, unpipe(left, acc))
  defp unpipe(other, acc), do: [{other, 0} | acc]

  @doc "Applies a function to the metadata of a node; other code is returned as it is."
  @spec update_meta(t, (keyword -> keyword)) :: t
  def update_meta(quoted, fun)
  def update_meta({left, meta, right}, fun) when is_list(meta), do: {left, fun.(meta), right}
  def update_meta(other, _fun), do: other

  ## Escaping

  @doc """
  Makes quoted code that evaluates to a term.

  With `unquote: true`, `unquote` inside the term is left for the surrounding `quote`.
  """
  @spec escape(term, keyword) :: t
  def escape(expr, opts \\ []) do
    unquote = Keyword.get(opts, :unquote, false)
    do_escape(expr, unquote, Keyword.get(opts, :prune_metadata, false))
  end

  defp do_escape({:unquote, _, [expr]}, true, _prune), do: expr

  # What is quoted inside is unquoted there, not here.
  defp do_escape({:quote, meta, args}, true, prune) when is_list(meta) and is_list(args) and args != [] do
    {:{}, [], [:quote, do_escape(meta, false, prune), escape_list(args, false, prune)]}
  end

  # Calls whose name is unquoted: the name may turn out to be an atom or code.
  defp do_escape({{{:., meta, [left, :unquote]}, _, [name]}, _, args}, true, prune) when is_list(args) do
    quoted_call(meta, [do_escape(left, true, prune)], name, escape_list(args, true, prune), true, prune)
  end

  defp do_escape({{:., meta, [left, :unquote]}, _, [name]}, true, prune) do
    quoted_call(meta, [do_escape(left, true, prune)], name, [], false, prune)
  end

  defp do_escape({left, meta, right}, true, prune) when is_list(meta) and is_list(right) do
    {:{}, [], [do_escape(left, true, prune), do_escape(meta, true, prune), escape_list(right, true, prune)]}
  end

  defp do_escape({left, right}, unquote, prune), do: {do_escape(left, unquote, prune), do_escape(right, unquote, prune)}

  defp do_escape({left, meta, right}, unquote, true) when is_list(meta) do
    {:{}, [], [do_escape(left, unquote, true), do_escape(Keyword.take(meta, [:no_parens, :line]), unquote, true), do_escape(right, unquote, true)]}
  end

  defp do_escape(tuple, unquote, prune) when is_tuple(tuple) do
    {:{}, [], :lists.map(&do_escape(&1, unquote, prune), :erlang.tuple_to_list(tuple))}
  end

  defp do_escape(map, unquote, prune) when is_map(map) do
    {:%{}, [], :lists.map(fn {key, value} -> {do_escape(key, unquote, prune), do_escape(value, unquote, prune)} end, :lists.sort(:maps.to_list(map)))}
  end

  defp do_escape([], _unquote, _prune), do: []
  defp do_escape(list, unquote, prune) when is_list(list), do: escape_list(list, unquote, prune)
  defp do_escape(simple, _unquote, _prune) when is_atom(simple) or is_number(simple) or is_binary(simple), do: simple

  defp do_escape(bits, _unquote, _prune) when is_bitstring(bits) do
    # What does not fill a byte comes first, then whole bytes.
    size = rem(bit_size(bits), 8)
    <<value::size(size), rest::binary>> = bits
    {:<<>>, [], [{:"::", [], [value, {:size, [], [size]}]}, {:"::", [], [rest, {:binary, [], []}]}]}
  end

  defp do_escape(fun, _unquote, _prune) when is_function(fun) do
    if :erlang.fun_info(fun, :type) == {:type, :external} do
      {:module, module} = :erlang.fun_info(fun, :module)
      {:name, name} = :erlang.fun_info(fun, :name)
      {:arity, arity} = :erlang.fun_info(fun, :arity)
      {:&, [], [{:/, [], [{{:., [], [module, name]}, [no_parens: true], []}, arity]}]}
    else
      bad_escape(fun)
    end
  end

  defp do_escape(pid, _unquote, _prune) when is_pid(pid), do: pid
  defp do_escape(other, _unquote, _prune), do: bad_escape(other)

  defp quoted_call(meta, receiver, name, args, parentheses, prune) do
    {{:., [], [:beamlet_compiler, :quote_call]}, [], [do_escape(meta, false, prune), receiver, name, args, parentheses]}
  end

  defp bad_escape(term) do
    raise ArgumentError,
          "cannot escape #{inspect(term)}. The supported values are: lists, tuples, maps, atoms, numbers, bitstrings, PIDs and remote functions in the format &Mod.fun/arity"
  end

  # `[unquote_splicing(a) | b]` joins lists; an improper tail needs an explicit `|`.
  defp escape_list([{:unquote_splicing, _, [expr]}], true, _prune), do: expr

  defp escape_list([{:|, _, [{:unquote_splicing, _, [expr]}, rest]}], true, prune), do: tail_call(expr, do_escape(rest, true, prune))

  defp escape_list([{:unquote_splicing, _, [expr]} | rest], true, prune),
    do: {{:., [], [:erlang, :++]}, [], [expr, escape_list(rest, true, prune)]}

  defp escape_list([head | []], unquote, prune), do: [do_escape(head, unquote, prune)]

  defp escape_list([head | tail], unquote, prune) when is_list(tail) do
    head = do_escape(head, unquote, prune)

    case escape_list(tail, unquote, prune) do
      list when is_list(list) -> [head | list]
      code -> [{:|, [], [head, code]}]
    end
  end

  defp escape_list([head | tail], unquote, prune), do: [{:|, [], [do_escape(head, unquote, prune), do_escape(tail, unquote, prune)]}]
  defp escape_list([], _unquote, _prune), do: []

  # `[unquote_splicing(many) | rest]`.
  defp tail_call(many, rest), do: {{:., [], [:beamlet_compiler, :tail_list]}, [], [many, rest]}

  ## Walking

  @doc "Walks quoted code, calling one function before and one after each node's children, with an accumulator."
  @spec traverse(t, any, (t, any -> {t, any}), (t, any -> {t, any})) :: {t, any}
  def traverse(ast, acc, pre, post) when is_function(pre, 2) and is_function(post, 2) do
    {ast, acc} = pre.(ast, acc)
    do_traverse(ast, acc, pre, post)
  end

  defp do_traverse({form, meta, args}, acc, pre, post) when is_atom(form) do
    {args, acc} = traverse_args(args, acc, pre, post)
    post.({form, meta, args}, acc)
  end

  defp do_traverse({form, meta, args}, acc, pre, post) do
    {form, acc} = pre.(form, acc)
    {form, acc} = do_traverse(form, acc, pre, post)
    {args, acc} = traverse_args(args, acc, pre, post)
    post.({form, meta, args}, acc)
  end

  defp do_traverse({left, right}, acc, pre, post) do
    {left, acc} = pre.(left, acc)
    {left, acc} = do_traverse(left, acc, pre, post)
    {right, acc} = pre.(right, acc)
    {right, acc} = do_traverse(right, acc, pre, post)
    post.({left, right}, acc)
  end

  defp do_traverse(list, acc, pre, post) when is_list(list) do
    {list, acc} = traverse_args(list, acc, pre, post)
    post.(list, acc)
  end

  defp do_traverse(other, acc, _pre, post), do: post.(other, acc)

  defp traverse_args(args, acc, _pre, _post) when is_atom(args), do: {args, acc}

  defp traverse_args(args, acc, pre, post) when is_list(args) do
    :lists.mapfoldl(
      fn arg, acc ->
        {arg, acc} = pre.(arg, acc)
        do_traverse(arg, acc, pre, post)
      end,
      acc,
      args
    )
  end

  @doc "Walks quoted code, calling the function before each node's children."
  @spec prewalk(t, (t -> t)) :: t
  def prewalk(ast, fun) when is_function(fun, 1), do: elem(prewalk(ast, nil, fn node, nil -> {fun.(node), nil} end), 0)

  @doc "Walks quoted code like `prewalk/2`, with an accumulator."
  @spec prewalk(t, any, (t, any -> {t, any})) :: {t, any}
  def prewalk(ast, acc, fun) when is_function(fun, 2), do: traverse(ast, acc, fun, fn node, acc -> {node, acc} end)

  @doc "Walks quoted code, calling the function after each node's children."
  @spec postwalk(t, (t -> t)) :: t
  def postwalk(ast, fun) when is_function(fun, 1), do: elem(postwalk(ast, nil, fn node, nil -> {fun.(node), nil} end), 0)

  @doc "Walks quoted code like `postwalk/2`, with an accumulator."
  @spec postwalk(t, any, (t, any -> {t, any})) :: {t, any}
  def postwalk(ast, acc, fun) when is_function(fun, 2), do: traverse(ast, acc, fn node, acc -> {node, acc} end, fun)

  @doc "Enumerates the nodes of quoted code in the order of `prewalk/2`, no further than it is asked."
  @spec prewalker(t) :: Enumerable.t()
  def prewalker(ast), do: &prewalker([ast], &1, &2)

  defp prewalker(nodes, {:suspend, acc}, fun), do: {:suspended, acc, &prewalker(nodes, &1, fun)}
  defp prewalker(_nodes, {:halt, acc}, _fun), do: {:halted, acc}
  defp prewalker([node | nodes], {:cont, acc}, fun), do: prewalker(children(node) ++ nodes, fun.(node, acc), fun)
  defp prewalker([], {:cont, acc}, _fun), do: {:done, acc}

  @doc "Enumerates the nodes of quoted code in the order of `postwalk/2`, no further than it is asked."
  @spec postwalker(t) :: Enumerable.t()
  def postwalker(ast), do: &postwalker([{:walk, ast}], &1, &2)

  defp postwalker(nodes, {:suspend, acc}, fun), do: {:suspended, acc, &postwalker(nodes, &1, fun)}
  defp postwalker(_nodes, {:halt, acc}, _fun), do: {:halted, acc}
  defp postwalker([{:give, node} | nodes], {:cont, acc}, fun), do: postwalker(nodes, fun.(node, acc), fun)

  defp postwalker([{:walk, node} | nodes], {:cont, acc}, fun) do
    walks = for child <- children(node), do: {:walk, child}
    postwalker(walks ++ [{:give, node} | nodes], {:cont, acc}, fun)
  end

  defp postwalker([], {:cont, acc}, _fun), do: {:done, acc}

  @doc "Returns the nodes from the first one for which the function is truthy up to the root, or `nil`."
  @spec path(t, (t -> as_boolean(term))) :: [t] | nil
  def path(ast, fun) when is_function(fun, 1), do: find_path(ast, [], fun)

  defp find_path(ast, above, fun) do
    if fun.(ast) do
      [ast | above]
    else
      Enum.find_value(children(ast), &find_path(&1, [ast | above], fun))
    end
  end

  defp children({form, _, args}) when is_atom(form) and is_list(args), do: args
  defp children({form, _, args}) when is_list(args), do: [form | args]
  defp children({form, _, _}) when is_tuple(form), do: [form]
  defp children({left, right}), do: [left, right]
  defp children(list) when is_list(list), do: list
  defp children(_), do: []

  ## Asking

  @doc "Takes a call apart: `{name, args}`, `{receiver, name, args}` or `:error`."
  @spec decompose_call(t) :: {atom, [t]} | {t, atom, [t]} | :error
  def decompose_call(ast)
  def decompose_call({:{}, _, args}) when is_list(args), do: :error
  def decompose_call({{:., _, [remote, function]}, _, args}) when is_tuple(remote) or is_atom(remote), do: {remote, function, args}
  def decompose_call({name, _, args}) when is_atom(name) and is_atom(args), do: {name, []}
  def decompose_call({name, _, args}) when is_atom(name) and is_list(args), do: {name, args}
  def decompose_call(_), do: :error

  @doc "Tells whether a name is an operator of the arity."
  @spec operator?(name :: atom, arity) :: boolean
  def operator?(name, arity)
  def operator?(:..//, 3), do: true
  def operator?(name, 2) when is_atom(name), do: name in @binary
  def operator?(name, 1) when is_atom(name), do: name in @unary
  def operator?(:.., 0), do: true
  def operator?(name, arity) when is_atom(name) and is_integer(arity), do: false

  @doc "Tells whether a name is a special form of the arity."
  @spec special_form?(name :: atom, arity) :: boolean
  def special_form?(name, arity) when is_atom(name) and is_integer(arity) do
    :lists.member({name, :any}, @special_forms) or :lists.member({name, arity}, @special_forms)
  end

  @doc "Tells whether quoted code is a literal: its own value."
  @spec quoted_literal?(t) :: boolean
  def quoted_literal?(term)
  def quoted_literal?({:__aliases__, _, args}), do: Enum.all?(args, &is_atom/1)
  def quoted_literal?({:%, _, [left, right]}), do: quoted_literal?(left) and quoted_literal?(right)
  def quoted_literal?({:%{}, _, args}) when is_list(args), do: quoted_literal?(args)
  def quoted_literal?({:{}, _, args}) when is_list(args), do: quoted_literal?(args)
  def quoted_literal?({:+, _, [arg]}), do: is_number(arg)
  def quoted_literal?({:-, _, [arg]}), do: is_number(arg)
  def quoted_literal?({left, right}), do: quoted_literal?(left) and quoted_literal?(right)
  def quoted_literal?(list) when is_list(list), do: Enum.all?(list, &quoted_literal?/1)
  def quoted_literal?(term), do: is_atom(term) or is_number(term) or is_binary(term)

  @doc "Checks that a term is quoted code: `:ok` or `{:error, offending term}`."
  @spec validate(term) :: :ok | {:error, term}
  def validate(expr), do: find_invalid(expr) || :ok

  defp find_invalid({left, right}), do: find_invalid(left) || find_invalid(right)
  defp find_invalid({left, meta, right}) when is_list(meta) and (is_atom(right) or is_list(right)), do: find_invalid(left) || find_invalid(right)
  defp find_invalid(list) when is_list(list), do: Enum.find_value(list, &find_invalid/1)
  defp find_invalid(pid) when is_pid(pid), do: nil
  defp find_invalid(atom) when is_atom(atom), do: nil
  defp find_invalid(num) when is_number(num), do: nil
  defp find_invalid(bin) when is_binary(bin), do: nil
  defp find_invalid(fun) when is_function(fun), do: if(:erlang.fun_info(fun, :type) == {:type, :external}, do: nil, else: {:error, fun})
  defp find_invalid(other), do: {:error, other}

  ## Expanding

  @doc "Expands the node's macros until it is none, in an environment."
  @spec expand(input, Macro.Env.t()) :: output
  def expand(ast, env), do: expand_until(ast, env)

  defp expand_until({name, _, _} = ast, env) when name in [:__ENV__], do: expand_once(ast, env)

  defp expand_until({{:., _, [{:__ENV__, _, _}, _]}, _, []} = ast, env) do
    case expand_once(ast, env) do
      ^ast -> ast
      expanded -> expand_until(expanded, env)
    end
  end

  defp expand_until(ast, env) do
    case :beamlet_compiler.expand_once(ast, env) do
      {expanded, true} -> expand_until(expanded, env)
      {ast, false} -> ast
    end
  end

  @doc "Expands the node once, in an environment."
  @spec expand_once(input, Macro.Env.t()) :: output
  def expand_once(ast, env)
  def expand_once({:__ENV__, _, context}, env) when is_atom(context), do: {:%{}, [], :maps.to_list(env)}

  def expand_once({{:., _, [{:__ENV__, _, context}, field]}, _, []} = ast, env) when is_atom(context) and is_atom(field) do
    case :maps.is_key(field, env) do
      true -> :maps.get(field, env)
      false -> ast
    end
  end

  def expand_once(ast, env), do: elem(:beamlet_compiler.expand_once(ast, env), 0)

  @doc "Expands literals: aliases, `__MODULE__` and what is nested in them."
  @spec expand_literals(input, Macro.Env.t()) :: output
  def expand_literals(ast, env), do: elem(expand_literals(ast, :ok, fn node, :ok -> {expand(node, env), :ok} end), 0)

  @doc "Expands literals with a function and an accumulator."
  @spec expand_literals(t, acc, (t, acc -> {t, acc})) :: {t, acc} when acc: term
  def expand_literals(ast, acc, fun)
  def expand_literals({:__aliases__, meta, args}, acc, fun), do: fun.({:__aliases__, meta, args}, acc)
  def expand_literals({:__MODULE__, _, ctx} = node, acc, fun) when is_atom(ctx), do: fun.(node, acc)

  def expand_literals({node, meta, args}, acc, fun) when node in [:%, :%{}, :{}] and is_list(args) do
    {args, acc} = expand_literals(args, acc, fun)
    {{node, meta, args}, acc}
  end

  def expand_literals({left, right}, acc, fun) do
    {left, acc} = expand_literals(left, acc, fun)
    {right, acc} = expand_literals(right, acc, fun)
    {{left, right}, acc}
  end

  def expand_literals(list, acc, fun) when is_list(list), do: :lists.mapfoldl(&expand_literals(&1, &2, fun), acc, list)
  def expand_literals(other, acc, _fun), do: {other, acc}

  @doc false
  def expand_literal(ast, env), do: expand_literals(ast, env)

  ## Showing

  @doc "Turns quoted code into text."
  @spec to_string(t) :: String.t()
  def to_string(tree) do
    tree |> Code.quoted_to_algebra() |> Inspect.Algebra.format(98) |> IO.iodata_to_binary()
  end

  @doc false
  @deprecated "Use Macro.to_string/1 instead"
  def to_string(tree, fun), do: Macro.Printer.print(tree, fun)

  @doc "Shows the code given to `dbg/2` and its value. The expansion of `Kernel.dbg/2`."
  @spec dbg(t, t, Macro.Env.t()) :: t
  def dbg(code, options, %{__struct__: Macro.Env} = env) do
    case code do
      {:|>, _, [_, _]} ->
        [{first, _} | rest] = unpipe(code)
        start = quote(do: value = unquote(first))
        shown = quote(do: Macro.__dbg_step__(unquote(to_string(first)), value, unquote(options)))

        steps =
          for {step, _} <- rest do
            quote do
              value = unquote(pipe(quote(do: value), step, 0))
              Macro.__dbg_step__(unquote("|> " <> to_string(step)), value, unquote(options))
            end
          end

        quote do
          Macro.__dbg_header__(unquote(env.file), unquote(env.line), unquote(Kernel.inspect(env.module)), unquote(dbg_function(env)), unquote(options))
          unquote(start)
          unquote(shown)
          unquote_splicing(steps)
          IO.write("\n")
          value
        end

      _ ->
        quote do
          Macro.__dbg_header__(unquote(env.file), unquote(env.line), unquote(Kernel.inspect(env.module)), unquote(dbg_function(env)), unquote(options))
          value = unquote(code)
          Macro.__dbg_step__(unquote(to_string(code)), value, unquote(options))
          IO.write("\n")
          value
        end
    end
  end

  defp dbg_function(%{function: nil}), do: nil
  defp dbg_function(%{function: {name, arity}}), do: Atom.to_string(name) <> "/" <> Integer.to_string(arity)

  @doc false
  def __dbg_header__(file, line, module, function, options) do
    if Keyword.get(options, :print_location, true) do
      place = if function, do: ": #{module}.#{function}", else: ": (file)"
      IO.write("[#{Path.relative_to_cwd(file)}:#{line}#{place}]\n")
    end
  end

  @doc false
  def __dbg_step__(code, value, options) do
    IO.write([code, " #=> ", Kernel.inspect(value, [pretty: true] ++ Keyword.delete(options, :print_location)), "\n"])
  end

  ## Names

  @doc """
  Turns a name with underscores into one in camel case; slashes become dots.

  ## Examples

      iex> Macro.camelize("foo_bar")
      "FooBar"
      iex> Macro.camelize("foo/bar")
      "Foo.Bar"

  """
  @spec camelize(String.t()) :: String.t()
  def camelize(string)
  def camelize(""), do: ""
  def camelize(<<?_, t::binary>>), do: camelize(t)
  def camelize(<<h, t::binary>>), do: camel_first(<<h, t::binary>>, "")

  # What the first characters of a part become; behind it in `acc`.
  defp camel_first(<<?_, rest::binary>>, acc), do: camel_first(rest, acc)
  defp camel_first(<<first, rest::binary>>, acc) when first in ?a..?z, do: camel(rest, <<acc::binary, first - 32>>)
  defp camel_first(<<first, rest::binary>>, acc), do: camel(rest, <<acc::binary, first>>)
  defp camel_first(<<>>, acc), do: acc

  defp camel(<<?_, ?_, rest::binary>>, acc), do: camel(<<?_, rest::binary>>, acc)
  defp camel(<<?_, char, rest::binary>>, acc) when char in ?a..?z, do: camel(rest, <<acc::binary, char - 32>>)
  defp camel(<<?_, char, rest::binary>>, acc) when char in ?0..?9, do: camel(rest, <<acc::binary, char>>)
  defp camel(<<?_>>, acc), do: acc
  defp camel(<<?/, rest::binary>>, acc), do: camel_first(rest, <<acc::binary, ?.>>)
  defp camel(<<char, rest::binary>>, acc), do: camel(rest, <<acc::binary, char>>)
  defp camel(<<>>, acc), do: acc

  @doc """
  Turns a name in camel case into one with underscores; dots become slashes.

  ## Examples

      iex> Macro.underscore("FooBar")
      "foo_bar"
      iex> Macro.underscore("Foo.Bar")
      "foo/bar"

  """
  @spec underscore(module | String.t()) :: String.t()
  def underscore(atom) when is_atom(atom) do
    "Elixir." <> rest = Atom.to_string(atom)
    underscore(rest)
  end

  def underscore(string) when is_binary(string), do: under_first(string, "")

  defp under_first(<<first, rest::binary>>, acc) when first in ?A..?Z, do: under(rest, first, <<acc::binary, first + 32>>)
  defp under_first(<<first, rest::binary>>, acc), do: under(rest, first, <<acc::binary, first>>)
  defp under_first(<<>>, acc), do: acc

  # A capital begins a word where a lower-case letter follows it or anything but a capital precedes it.
  defp under(<<first, second, rest::binary>>, _, acc)
       when first in ?A..?Z and second not in ?A..?Z and second not in ?0..?9 and second not in [?., ?_],
       do: under(rest, second, <<acc::binary, ?_, first + 32, second>>)

  defp under(<<char, rest::binary>>, previous, acc) when char in ?A..?Z and previous not in ?A..?Z and previous != ?_,
    do: under(rest, char, <<acc::binary, ?_, char + 32>>)

  defp under(<<?., rest::binary>>, _, acc), do: under_first(rest, <<acc::binary, ?/>>)
  defp under(<<char, rest::binary>>, _, acc) when char in ?A..?Z, do: under(rest, char, <<acc::binary, char + 32>>)
  defp under(<<char, rest::binary>>, _, acc), do: under(rest, char, <<acc::binary, char>>)
  defp under(<<>>, _, acc), do: acc

  @doc "Says how an atom may be written: as `:alias`, `:identifier`, `:unquoted` or `:quoted`."
  @spec classify_atom(atom) :: :alias | :identifier | :quoted | :unquoted
  def classify_atom(atom) do
    case inner_classify(atom) do
      :alias -> :alias
      :identifier -> :identifier
      type when type in [:unquoted_operator, :not_callable] -> :unquoted
      _ -> :quoted
    end
  end

  @doc "Shows an atom as a `:literal`, as a keyword `:key`, or as the name of a `:remote_call`."
  @spec inspect_atom(:literal | :key | :remote_call, atom) :: binary
  def inspect_atom(:literal, atom) when is_nil(atom) or is_boolean(atom), do: Atom.to_string(atom)

  def inspect_atom(:literal, atom) when is_atom(atom) do
    binary = Atom.to_string(atom)

    case classify_literal(atom, binary) do
      :alias ->
        case binary do
          "Elixir.Elixir" <> _ -> binary
          "Elixir." <> rest -> rest
          "Elixir" -> "Elixir"
        end

      :quoted ->
        ":" <> quoted(binary)

      _ ->
        ":" <> binary
    end
  end

  def inspect_atom(:key, atom) when is_atom(atom) do
    binary = Atom.to_string(atom)

    case classify_key(atom, binary) do
      :quoted -> quoted(binary) <> ":"
      _ -> binary <> ":"
    end
  end

  def inspect_atom(:remote_call, atom) when is_atom(atom) do
    binary = Atom.to_string(atom)

    case inner_classify(atom) do
      type when type in [:identifier, :unquoted_operator, :quoted_operator] -> binary
      _ -> quoted(binary)
    end
  end

  defp quoted(binary), do: IO.iodata_to_binary([?", Inspect.Text.escape(binary, ?"), ?"])

  defp classify_literal(atom, binary) do
    case inner_classify(atom) do
      :alias -> :alias
      type when type in [:quoted, :quoted_operator] -> :quoted
      :not_atomable -> :quoted
      _ -> if(binary == "", do: :quoted, else: :plain)
    end
  end

  defp classify_key(atom, _binary) do
    case inner_classify(atom) do
      type when type in [:alias, :quoted, :quoted_operator, :not_atomable] -> :quoted
      _ -> :plain
    end
  end

  # `:alias`, `:identifier`, `:unquoted_operator` (callable), `:quoted_operator` (callable, but quoted as an atom), `:not_callable` (an atom without quotes, but no call),
  # `:not_atomable`, or `:quoted`.
  defp inner_classify(atom) when is_atom(atom) do
    cond do
      atom in [:%, :%{}, :{}, :<<>>, :..., :.., :..//, :., :->] -> :not_callable
      atom in [:"not in", :"//"] -> :quoted
      atom in [:"::", :"^^^", :"~~~", :"<|>"] -> :quoted_operator
      atom in @unary or atom in @binary -> :unquoted_operator
      true -> classify_composed(Atom.to_string(atom))
    end
  end

  # A name is an identifier only with its letters and marks composed.
  defp classify_composed(name) do
    type = classify_name(name)
    if type != :quoted and :beamlet_unicode.nfc(name) != name, do: :quoted, else: type
  end

  defp classify_name("Elixir"), do: :alias
  defp classify_name("Elixir." <> rest), do: if(alias_parts?(rest), do: :alias, else: :quoted)
  defp classify_name(<<char, rest::binary>>) when char in ?a..?z or char == ?_, do: classify_rest(rest, :identifier)
  defp classify_name(<<char, rest::binary>>) when char in ?A..?Z, do: classify_rest(rest, :not_callable)
  defp classify_name(<<char::utf8, rest::binary>>) when char > 127, do: if(letter?(char), do: classify_rest(rest, if(upper?(char), do: :not_callable, else: :identifier)), else: :quoted)
  defp classify_name(_), do: :quoted

  defp classify_rest(<<>>, type), do: type
  defp classify_rest(<<char>>, type) when char in [??, ?!], do: type
  defp classify_rest(<<?@, rest::binary>>, _type), do: classify_rest(rest, :not_callable)
  defp classify_rest(<<char, rest::binary>>, type) when char in ?a..?z or char in ?A..?Z or char in ?0..?9 or char == ?_, do: classify_rest(rest, type)
  defp classify_rest(<<char::utf8, rest::binary>>, type) when char > 127, do: if(letter?(char), do: classify_rest(rest, type), else: :quoted)
  defp classify_rest(_, _type), do: :quoted

  defp alias_parts?(text), do: Enum.all?(:binary.split(text, ".", [:global]), &alias_part?/1)

  defp alias_part?(<<char, rest::binary>>) when char in ?A..?Z, do: alias_rest?(rest)
  defp alias_part?(_), do: false

  defp alias_rest?(<<char, rest::binary>>) when char in ?a..?z or char in ?A..?Z or char in ?0..?9 or char == ?_, do: alias_rest?(rest)
  defp alias_rest?(<<>>), do: true
  defp alias_rest?(_), do: false

  # Letters and marks of the scripts that names are written in; punctuation, symbols and emoji are none.
  defp letter?(char) when char in [0xAA, 0xB5, 0xBA], do: true
  defp letter?(char) when char in [0xD7, 0xF7], do: false
  defp letter?(char) when char in 0xC0..0x1FFF, do: true
  defp letter?(char) when char in 0x2C00..0x2DFF, do: true
  defp letter?(char) when char in 0x3041..0xD7FF, do: true
  defp letter?(char) when char in 0xF900..0xFDFF, do: true
  defp letter?(char) when char in 0xFE70..0xFEFC, do: true
  defp letter?(char) when char in 0xFF21..0xFF3A or char in 0xFF41..0xFF5A or char in 0xFF66..0xFFDC, do: true
  defp letter?(char) when char in 0x10000..0x1EFFF, do: true
  defp letter?(char), do: char >= 0x20000

  defp upper?(char) do
    text = <<char::utf8>>
    String.downcase(text) != text
  end

  ## Escapes

  @doc """
  Replaces the escapes of a text, as they stand in source code.

  ## Examples

      iex> Macro.unescape_string("a\\\\nb")
      "a\\nb"

  """
  @spec unescape_string(String.t()) :: String.t()
  def unescape_string(string), do: unescape_string(string, &unescape_map/1)

  @doc "Replaces the escapes that a function knows: it is given the escaped character, or `:unicode`, `:hex` or `:newline`."
  @spec unescape_string(String.t(), (non_neg_integer | atom -> non_neg_integer | false | boolean)) :: String.t()
  def unescape_string(string, map) when is_binary(string) and is_function(map, 1) do
    case :binary.match(string, "\\") do
      :nomatch -> string
      _ -> IO.iodata_to_binary(unescape(string, map))
    end
  end

  defp unescape_map(:newline), do: true
  defp unescape_map(:unicode), do: true
  defp unescape_map(:hex), do: true
  defp unescape_map(?0), do: 0
  defp unescape_map(?a), do: ?\a
  defp unescape_map(?b), do: ?\b
  defp unescape_map(?d), do: ?\d
  defp unescape_map(?e), do: ?\e
  defp unescape_map(?f), do: ?\f
  defp unescape_map(?n), do: ?\n
  defp unescape_map(?r), do: ?\r
  defp unescape_map(?s), do: ?\s
  defp unescape_map(?t), do: ?\t
  defp unescape_map(?v), do: ?\v
  defp unescape_map(char), do: char

  defp unescape(string, map) do
    case :binary.split(string, "\\") do
      [plain] -> [plain]
      [plain, ""] -> [plain, "\\"]
      [plain, escaped] -> [plain | unescape_one(escaped, map)]
    end
  end

  defp unescape_one(<<?x, rest::binary>> = all, map) do
    if map.(:hex) == true, do: unescape_hex(rest, map), else: unescape_char(all, map)
  end

  defp unescape_one(<<?u, rest::binary>> = all, map) do
    if map.(:unicode) == true, do: unescape_unicode(rest, map), else: unescape_char(all, map)
  end

  defp unescape_one(<<?\n, rest::binary>>, map) do
    if map.(:newline) == true, do: unescape(rest, map), else: ["\\\n" | unescape(rest, map)]
  end

  defp unescape_one(<<?\r, ?\n, rest::binary>>, map) do
    if map.(:newline) == true, do: unescape(rest, map), else: ["\\\r\n" | unescape(rest, map)]
  end

  defp unescape_one(all, map), do: unescape_char(all, map)

  defp unescape_char(<<char::utf8, rest::binary>>, map) do
    case map.(char) do
      false -> [?\\, <<char::utf8>> | unescape(rest, map)]
      replaced -> [<<replaced::utf8>> | unescape(rest, map)]
    end
  end

  defp unescape_hex(<<?{, rest::binary>>, map), do: unescape_braced(rest, map)

  defp unescape_hex(<<a, b, rest::binary>>, map) do
    case {hex(a), hex(b)} do
      {a, b} when is_integer(a) and is_integer(b) -> [a * 16 + b | unescape(rest, map)]
      {a, _} when is_integer(a) -> [a | unescape(<<b, rest::binary>>, map)]
      _ -> bad_hex()
    end
  end

  defp unescape_hex(<<a>>, _map) do
    if is_integer(hex(a)), do: [hex(a)], else: bad_hex()
  end

  defp unescape_hex(_, _map), do: bad_hex()

  defp bad_hex(), do: raise(ArgumentError, "invalid hex escape character, expected \\xHH where H is a hexadecimal digit")

  defp unescape_unicode(<<?{, rest::binary>>, map), do: unescape_braced(rest, map)

  defp unescape_unicode(<<digits::binary-size(4), rest::binary>>, map) do
    case Integer.parse(digits, 16) do
      {code, ""} -> [code_point(code) | unescape(rest, map)]
      _ -> bad_unicode()
    end
  end

  defp unescape_unicode(_, _map), do: bad_unicode()

  defp bad_unicode(), do: raise(ArgumentError, "invalid Unicode escape character, expected \\uHHHH or \\u{H*} where H is a hexadecimal digit")

  defp unescape_braced(text, map) do
    with [digits, rest] <- :binary.split(text, "}"),
         true <- byte_size(digits) in 1..6,
         {code, ""} <- Integer.parse(digits, 16) do
      [code_point(code) | unescape(rest, map)]
    else
      _ -> bad_unicode()
    end
  end

  defp code_point(code) when code in 0..0xD7FF or code in 0xE000..0x10FFFF, do: <<code::utf8>>
  defp code_point(code), do: raise(ArgumentError, "invalid or reserved Unicode code point \\u{#{Integer.to_string(code, 16)}}")

  defp hex(char) when char in ?0..?9, do: char - ?0
  defp hex(char) when char in ?a..?f, do: char - ?a + 10
  defp hex(char) when char in ?A..?F, do: char - ?A + 10
  defp hex(_), do: nil
end
