defmodule IEx.Pry.Instrument do
  @moduledoc false
  # Makes modules with questions at the beginning of functions that have breakpoints: their source is compiled anew, and they replace the
  # modules that are loaded until these are loaded again.

  @persistent :iex_pry
  @kinds [:def, :defp, :defmacro, :defmacrop]

  @doc "Whether the module that is loaded has questions in it."
  def instrumented?(module), do: Code.ensure_loaded?(module) and module.module_info(:attributes)[@persistent] == [true]

  @doc "Where a module comes from: `{:ok, {source, path, code}}` or `{:error, reason}`."
  def origin(module) do
    with true <- elixir?(module) || {:error, :non_elixir_module},
         true <- Code.ensure_loaded?(module) || {:error, :no_beam_file},
         {^module, code, path} <- object(module) do
      {:ok, {to_string(module.module_info(:compile)[:source]), path, code}}
    else
      {:error, reason} -> {:error, reason}
      :error -> {:error, :no_beam_file}
    end
  end

  defp elixir?(module), do: module |> Atom.to_string() |> String.starts_with?("Elixir.")

  # What was compiled in memory has the name of its source for a path, and there is no code to go back to.
  defp object(module) do
    path = :code.which(module)
    if is_list(path) and path != [] and :filename.extension(path) != ~c".beam", do: :error, else: :code.get_object_code(module)
  end

  @doc """
  Compiles and loads the module with these breakpoints, `{id, {name, arity}, {patterns, guard}}`: `:ok`, or `{:error, :no_source}` if its source,
  or one of the functions in it, is not there.
  """
  def load(module, {source, path, _code}, breaks) do
    with {:ok, text} <- File.read(source),
         {:ok, quoted} <- Code.string_to_quoted(text, file: source),
         {quoted, found} <- file(quoted, module, breaks),
         true <- Enum.all?(breaks, fn {_, function, _} -> function in found end),
         compiled = quietly(fn -> Code.compile_quoted(quoted, source) end),
         {^module, binary} <- List.keyfind(compiled, module, 0) do
      # Where the code comes from stays what it was.
      restore(module, {source, path, binary})
    else
      _ -> {:error, :no_source}
    end
  end

  @doc "Loads the module as it was."
  def restore(module, {_source, path, code}) do
    :code.purge(module)
    {:module, ^module} = :code.load_binary(module, path, code)
    :ok
  end

  # Of what is the same code as before nobody has to be told anything.
  defp quietly(fun) do
    options = for option <- [:ignore_module_conflict, :ignore_already_consolidated], do: {option, Code.get_compiler_option(option)}
    for {option, _} <- options, do: Code.put_compiler_option(option, true)
    Process.put(:beamlet_quiet_compiler, true)

    try do
      fun.()
    after
      Process.delete(:beamlet_quiet_compiler)
      for {option, value} <- options, do: Code.put_compiler_option(option, value)
    end
  end

  ## The source
  #
  # `place` is the module that code stands in, `found` are the functions with questions.

  defp file(quoted, module, breaks), do: code(quoted, %{module: module, breaks: breaks}, nil, [])

  defp code({:__block__, meta, forms}, wanted, place, found) do
    {forms, found} = Enum.map_reduce(forms, found, &code(&1, wanted, place, &2))
    {{:__block__, meta, forms}, found}
  end

  defp code({:defmodule, meta, [name, [{:do, body} | rest]]}, wanted, place, found) do
    inner = named(name, place)
    {body, found} = code(body, wanted, inner, found)
    body = if inner == wanted.module, do: marked(body), else: body
    {{:defmodule, meta, [name, [{:do, body} | rest]]}, found}
  end

  defp code({kind, meta, [head, [{:do, body} | rest]]} = definition, %{module: module} = wanted, module, found) when kind in @kinds do
    with {name, args, set_args} <- head(head),
         {_, function, _} = break <- Enum.find(wanted.breaks, fn {_, function, _} -> function == {name, length(args)} end) do
      values = for number <- 1..length(args)//1, do: Macro.var(:"argument#{number}", __MODULE__)
      args = Enum.zip_with(args, values, &valued/2)
      {{kind, meta, [set_args.(args), [{:do, body(body, break, values, meta[:line] || 0)} | rest]]}, [function | found]}
    else
      _ -> {definition, found}
    end
  end

  defp code(other, _wanted, _place, found), do: {other, found}

  defp named(name, place) when is_atom(name), do: if(place && elixir?(name), do: Module.concat(place, name), else: name)
  defp named({:__aliases__, _, [{:__MODULE__, _, _} | rest]}, place), do: Module.concat([place | rest])
  defp named({:__aliases__, _, [:"Elixir" | rest]}, _place), do: Module.concat(rest)
  defp named({:__aliases__, _, parts}, place), do: Module.concat(List.wrap(place) ++ parts)
  defp named(_computed, _place), do: nil

  # The name and arguments of a definition, and how to give it others.
  defp head({:when, meta, [call, guard]}) do
    with {name, args, set_args} <- head(call), do: {name, args, &{:when, meta, [set_args.(&1), guard]}}
  end

  defp head({name, meta, args}) when is_atom(name) and (is_list(args) or is_atom(args)) do
    {name, if(is_list(args), do: args, else: []), &{name, meta, &1}}
  end

  defp head(_computed), do: nil

  defp valued({:\\, meta, [pattern, default]}, value), do: {:\\, meta, [{:=, [], [pattern, value]}, default]}
  defp valued(pattern, value), do: {:=, [], [pattern, value]}

  defp marked(body) do
    quote do
      Module.register_attribute(__MODULE__, unquote(@persistent), persist: true)
      Module.put_attribute(__MODULE__, unquote(@persistent), true)
      unquote(body)
    end
  end

  ## Bodies

  # The question at the beginning, and one before each further statement: whether the one before was answered with `next`.
  defp body(body, break, values, line) do
    [first | others] = statements(body)
    next? = Macro.var(:next?, __MODULE__)

    steps =
      Enum.flat_map(others, fn statement ->
        [quote(do: unquote(next?) = IEx.Pry.__step__(unquote(next?), binding(), __ENV__, unquote(line(statement, line)))), statement]
      end)

    {:__block__, [], [quote(do: unquote(next?) = unquote(question(break, values, line(first, line)))), first | steps]}
  end

  defp question({id, _, {[], true}}, _values, line), do: quote(do: IEx.Pry.__break__(unquote(id), binding(), __ENV__, unquote(line)))

  defp question({id, function, {patterns, guard}}, values, line) do
    # What the condition binds is not bound in the function.
    quote do
      if match?({unquote_splicing(patterns)} when unquote(guard), {unquote_splicing(values)}) do
        unquote(question({id, function, {[], true}}, values, line))
      end
    end
  end

  defp statements({:__block__, _, [_ | _] = statements}), do: statements
  defp statements(body), do: [body]

  defp line({_, meta, _}, default) when is_list(meta), do: meta[:line] || default
  defp line(_, default), do: default
end
