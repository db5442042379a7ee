defmodule :elixir_erl do
  @moduledoc false
  # Debug information as modules compiled from Elixir have it. A file holds definitions as they were written, each clause
  # with the number of its environment; what is given out is code without macros.

  @doc """
  Gives what debug information in the form `:elixir_v1` says of a module: `{:ok, map}`, or `{:error, :missing}`.
  """
  @spec debug_info(atom, module, term, keyword) :: {:ok, map | [tuple]} | {:error, :missing | :unknown_format}
  def debug_info(:elixir_v1, _module, {:elixir_v1, %{definitions: definitions, envs: envs} = map, _types}, _options) do
    definitions = for definition <- definitions, do: expanded(definition, envs)
    {:ok, %{Map.delete(map, :envs) | definitions: definitions}}
  end

  # Elixir's own files hold code without macros.
  def debug_info(:elixir_v1, _module, {:elixir_v1, %{definitions: _} = map, _types}, _options), do: {:ok, map}
  def debug_info(:elixir_v1, _module, _data, _options), do: {:error, :missing}
  def debug_info(_format, _module, _data, _options), do: {:error, :unknown_format}

  @doc """
  Gives the heads of one definition, `{{name, arity}, kind, meta, clauses}`, or `nil` where they are not known: there is none,
  or what decides between its clauses is an attribute of the module, which is gone.
  """
  @spec definition(term, {atom, arity}) :: tuple | nil
  def definition({:elixir_v1, %{definitions: definitions, envs: envs}, _types}, function) do
    with {_, kind, meta, clauses} <- List.keyfind(definitions, function, 0),
         false <- Enum.any?(clauses, fn {_, args, guards, _, _} -> attribute?([args, guards]) end) do
      expanded({function, kind, meta, for({meta, args, guards, _body, number} <- clauses, do: {meta, args, guards, nil, number})}, envs)
    else
      _ -> nil
    end
  end

  def definition({:elixir_v1, %{definitions: definitions}, _types}, function), do: List.keyfind(definitions, function, 0)
  def definition(_data, _function), do: nil

  # Where a macro wants the value of an attribute, which is gone, a clause stays as it was written.
  defp clause({meta, args, guards, body} = written, env) do
    :elixir_expand.clause(meta, args, guards, body, env)
  rescue
    error in ArgumentError -> if attribute?([args, guards, body]), do: written, else: reraise(error, __STACKTRACE__)
  end

  defp attribute?(code) do
    {_, found} = Macro.prewalk(code, false, fn node, found -> {node, found or match?({:@, _, [{_, _, context}]} when is_atom(context), node)} end)
    found
  end

  defp expanded({{name, arity}, kind, meta, clauses}, envs) do
    clauses =
      for {meta, args, guards, body, number} <- clauses do
        env = Enum.fetch!(envs, number)
        clause({meta, args, guards, body}, %{env | function: {name, arity}, line: Keyword.get(meta, :line, 0)})
      end

    {{name, arity}, kind, meta, clauses}
  end
end

defmodule :beamlet_blame do
  @moduledoc false
  # Tells which parts of a function's clauses did not match the arguments of a call. What the clauses were is read from
  # the debug information of the module's file or of the library; other modules without a file have none.

  @typep part :: %{match?: boolean, node: Macro.t()}

  @doc """
  Gives the kind of a function and its clauses, their parameters and the operands of their guards each with whether they
  match; `:error` where they are not known.
  """
  @spec mfa(module, atom, [term]) :: {:ok, atom, [{[part], [term]}]} | :error
  def mfa(module, function, args) do
    with {:ok, data} <- data(module),
         {_, kind, _, clauses} <- :elixir_erl.definition(data, {function, length(args)}) do
      {:ok, kind, for({_, parameters, guards, _} <- clauses, do: annotate(parameters, guards, args))}
    else
      _ -> :error
    end
  end

  defp data(module) do
    case :beamlet_code.bundled(module) do
      nil -> written(:beamlet_library.object_code(module))
      application when application in [:kernel, :stdlib] -> :error
      _application -> bundled(:beamlet_code.chunk(module, "Dbgi"))
    end
  end

  # A module that is only in memory has none.
  defp written(code) do
    with {_, bytes, _path} <- code,
         {:ok, {_, [debug_info: {:debug_info_v1, :elixir_erl, data}]}} <- :beam_lib.chunks(bytes, [:debug_info]) do
      {:ok, data}
    else
      _ -> :error
    end
  end

  defp bundled(bytes) do
    with true <- is_binary(bytes),
         {:debug_info_v1, :elixir_erl, data} <- :erlang.binary_to_term(bytes) do
      {:ok, data}
    else
      _ -> :error
    end
  end

  @doc """
  Writes a clause that was annotated; `fun` writes its parts.
  """
  @spec clause(atom, atom, {[part], [term]}, (part -> binary)) :: iodata
  def clause(kind, function, {parameters, guards}, fun) do
    guards = for guard <- guards, do: [" when ", guard(guard, fun)]
    [Atom.to_string(kind), " ", Atom.to_string(function), "(", parameters |> Enum.map(fun) |> Enum.intersperse(", "), ")", guards]
  end

  @doc """
  Writes a part, between dashes when it does not match.
  """
  @spec part(part) :: binary
  def part(%{match?: true, node: node}), do: Macro.to_string(node)
  def part(%{match?: false, node: node}), do: "-" <> Macro.to_string(node) <> "-"

  defp guard({operator, _, [left, right]}, fun), do: [guard(left, fun), " ", Atom.to_string(operator), " ", guard(right, fun)]
  defp guard(part, fun), do: fun.(part)

  ## Annotations

  defp annotate(parameters, guards, args) do
    {parameters, binding} =
      [parameters, args]
      |> Enum.zip()
      |> Enum.map_reduce([], fn {parameter, arg}, binding ->
        case match(parameter, arg, binding) do
          {:ok, binding} -> {%{match?: true, node: readable(parameter)}, binding}
          :error -> {%{match?: false, node: readable(parameter)}, binding}
        end
      end)

    {parameters, Enum.map(guards, &operands(&1, binding))}
  end

  # The argument goes into the evaluation as a variable that no program can name.
  @argument {:argument, [], __MODULE__}

  defp match(parameter, arg, binding) do
    {_, bound} = Code.eval_quoted({:=, [], [pinned(parameter, binding), @argument]}, [{{:argument, __MODULE__}, arg} | binding])
    {:ok, List.keydelete(bound, {:argument, __MODULE__}, 0)}
  rescue
    _ -> :error
  end

  # A variable bound by an earlier parameter has to be the same here.
  defp pinned(parameter, binding) do
    Macro.postwalk(parameter, fn
      {name, meta, context} = variable when is_atom(name) and is_atom(context) and name != :_ ->
        if List.keymember?(binding, key(name, meta, context), 0), do: {:^, [], [plain(variable)]}, else: plain(variable)

      other ->
        other
    end)
  end

  defp key(name, meta, context) do
    case {Keyword.get(meta, :counter), context} do
      {nil, nil} -> name
      {nil, context} -> {name, context}
      {counter, _} -> {name, counter}
    end
  end

  defp plain({name, meta, context}), do: {name, Keyword.take(meta, [:counter]), context}

  defp operands(guard, binding) do
    case readable_struct(guard) do
      {:ok, node} -> %{match?: holds?(guard, binding), node: node}
      :error -> inside(guard, binding)
    end
  end

  defp inside({{:., _, [:erlang, :andalso]}, meta, [left, right]}, binding), do: {:and, meta, [operands(left, binding), operands(right, binding)]}
  defp inside({{:., _, [:erlang, :orelse]}, meta, [left, right]}, binding), do: {:or, meta, [operands(left, binding), operands(right, binding)]}
  defp inside(guard, binding), do: %{match?: holds?(guard, binding), node: readable(guard)}

  # Guards fail where the same code elsewhere would raise, and where a parameter that did not match leaves a variable unbound.
  defp holds?(guard, binding) do
    {guard, bound?} =
      Macro.postwalk(guard, true, fn
        {name, meta, context} = variable, bound? when is_atom(name) and is_atom(context) ->
          {plain(variable), bound? and List.keymember?(binding, key(name, meta, context), 0)}

        other, bound? ->
          {other, bound?}
      end)

    bound? and match?({true, _}, Code.eval_quoted(guard, binding))
  rescue
    _ -> false
  end

  ## Code as people write it

  @operators %{:"=:=" => :===, :"=/=" => :!==, :"/=" => :!=, :"=<" => :<=, :andalso => :and, :orelse => :or}
  @bitwise [band: 2, bor: 2, bxor: 2, bsl: 2, bsr: 2, bnot: 1]

  defp readable(code) do
    Macro.prewalk(code, fn
      {{:., _, [:erlang, name]}, meta, args} = call when is_atom(name) and is_list(args) ->
        case readable_struct(call) do
          {:ok, node} -> node
          :error -> readable(name, meta, args, call)
        end

      # The type that a segment has anyway is not written.
      {:"::", _, [text, {:binary, _, _}]} when is_binary(text) ->
        text

      {:"::", _, [segment, {:integer, _, _}]} ->
        segment

      other ->
        other
    end)
  end

  defp readable(:element, meta, [place, tuple], _call) when is_integer(place), do: {:elem, meta, [tuple, place - 1]}
  defp readable(:element, meta, [{{:., _, [:erlang, :+]}, _, [place, 1]}, tuple], _call), do: {:elem, meta, [tuple, place]}
  defp readable(:is_map_key, meta, [key, map], _call), do: {:is_map_key, meta, [map, key]}

  defp readable(name, meta, args, call) do
    function = {name, length(args)}

    cond do
      is_map_key(@operators, name) -> {Map.fetch!(@operators, name), meta, args}
      function in @bitwise -> {{:., meta, [{:__aliases__, [alias: false], [:Bitwise]}, name]}, meta, args}
      function in Kernel.__info__(:functions) or function in [and: 2, or: 2] -> {name, meta, args}
      true -> call
    end
  end

  # What the guards `is_struct/1` and `is_struct/2` become.
  defp readable_struct({{:., _, [:erlang, :andalso]}, meta, [first, last]}) do
    with {:ok, code, name} <- struct_of(operands_of(first), last), do: {:ok, {:is_struct, meta, [code | name]}}
  end

  defp readable_struct(_), do: :error

  defp struct_of([{:is_map, code}, {:is_map_key, key, same}], {{:., _, [:erlang, :is_atom]}, _, [name]}) do
    if key == :__struct__ and same?(code, same) and name_of?(name, code), do: {:ok, code, []}, else: :error
  end

  defp struct_of([{:is_map, code}, :is_name, {:is_map_key, key, same}], {{:., _, [:erlang, :"=:="]}, _, [found, name]}) do
    if key == :__struct__ and same?(code, same) and name_of?(found, code), do: {:ok, code, [name]}, else: :error
  end

  defp struct_of(_operands, _last), do: :error

  defp operands_of({{:., _, [:erlang, :andalso]}, _, [left, right]}), do: operands_of(left) ++ operands_of(right)
  defp operands_of({{:., _, [:erlang, :is_map]}, _, [code]}), do: [{:is_map, code}]
  defp operands_of({{:., _, [:erlang, :is_map_key]}, _, [key, code]}), do: [{:is_map_key, key, code}]
  defp operands_of({{:., _, [:erlang, :orelse]}, _, [_is_atom, :fail]}), do: [:is_name]
  defp operands_of(other), do: [other]

  defp name_of?({{:., _, [:erlang, :map_get]}, _, [:__struct__, same]}, code), do: same?(code, same)
  defp name_of?(_, _), do: false

  defp same?(left, right), do: Macro.to_string(left) == Macro.to_string(right)
end
