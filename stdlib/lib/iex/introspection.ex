defmodule IEx.Introspection do
  @moduledoc false
  # What modules say about themselves: documentation, types, callbacks, exports.

  # Code as written after `h`: a module, `Module.name`, `Module.name/arity`, or a local `name` or `name/arity`.
  def decompose({:/, _, [call, arity]} = term, env) when is_integer(arity) do
    case name(call, env) do
      {module, name} -> {:{}, [], [module, name, arity]}
      nil -> term
    end
  end

  def decompose(call, env) do
    case name(call, env) do
      {module, name} -> {module, name}
      nil -> call
    end
  end

  defp name({{:., _, [module, name]}, _, []}, _env) when is_atom(name), do: {module, name}
  defp name({name, _, context}, env) when is_atom(name) and (is_atom(context) or context == []), do: {importer(name, env), name}
  # `h +`, and what else is written without arguments.
  defp name({:__aliases__, _, _}, _env), do: nil
  defp name(name, env) when is_atom(name) and name not in [nil, true, false], do: if(operator?(name), do: {importer(name, env), name})
  defp name(_, _), do: nil

  # Where a name without a module comes from.
  defp importer(name, env) do
    found = Enum.find(env.functions ++ env.macros, fn {_, list} -> Keyword.has_key?(list, name) end)

    case found do
      {module, _} -> module
      nil -> if special?(name), do: Kernel.SpecialForms, else: Kernel
    end
  end

  defp operator?(name), do: Macro.operator?(name, 2) or Macro.operator?(name, 1) or special?(name)

  defp special?(name), do: Enum.any?(0..4, &Macro.special_form?(name, &1))

  ## h

  def h(module) when is_atom(module) do
    case docs(module) do
      {:ok, moduledoc, _} -> print(inspect(module), moduledoc)
      {:error, text} -> complain(text)
    end
  end

  def h({module, name}), do: functions(module, name, nil)
  def h({module, name, arity}), do: functions(module, name, arity)
  def h(_), do: complain("h/1 takes a module, Module.function or Module.function/arity")

  defp functions(module, name, arity) do
    case IEx.Language.docs(module, name, arity) do
      [] -> documented(module, name, arity)
      found -> for {kind, _, signature, text} <- found, do: print_function(kind, [signature], [], %{"en" => text}, %{})
    end
  end

  defp documented(module, name, arity) do
    with {:ok, _, entries} <- docs(module) do
      found =
        for {{kind, ^name, n}, _, signature, doc, meta} <- entries, kind in [:function, :macro], arity == nil or n == arity or n - (meta[:defaults] || 0) <= arity and arity <= n do
          {kind, n, signature, doc, meta}
        end

      case found do
        [] ->
          undocumented(module, name, arity, entries)

        found ->
          for {kind, n, signature, doc, meta} <- Enum.sort_by(found, &elem(&1, 1)) do
            print_function(kind, signature, specs(module, kind, name, n), doc, meta)
          end
      end
    else
      {:error, text} -> complain(text)
    end
  end

  defp undocumented(module, name, arity, entries) do
    shown = "#{inspect(module)}.#{name}#{if arity, do: "/#{arity}"}"

    if Enum.any?(entries, &match?({{kind, ^name, n}, _, _, _, _} when kind in [:callback, :macrocallback] and (arity == nil or n == arity), &1)) do
      complain("No documentation for function #{shown} was found, but there is a callback with the same name.\nYou can view callback documentation with the b/1 helper.")
    else
      complain("No documentation for #{shown} was found")
    end
  end

  defp print_function(kind, signature, specs, doc, meta) do
    prefix = if kind == :macro, do: "defmacro ", else: "def "
    if text = meta[:deprecated], do: IO.puts(IEx.color(:eval_info, "deprecated: " <> text))
    print(prefix <> Enum.join(signature, " "), doc, specs)
  end

  # The specs of a function, as they are written.
  defp specs(module, kind, name, arity) do
    key = if kind == :macro, do: {:"MACRO-#{name}", arity + 1}, else: {name, arity}

    with {:ok, all} <- Code.Typespec.fetch_specs(module), {_, specs} <- List.keyfind(all, key, 0) do
      for spec <- specs, do: written("@spec", Code.Typespec.spec_to_quoted(name, without_caller(kind, spec)))
    else
      _ -> []
    end
  end

  # A macro's first parameter is the environment of its caller, which nobody writes.
  defp without_caller(:macro, {:type, line, :fun, [{:type, other, :product, [_caller | rest]}, result]}), do: {:type, line, :fun, [{:type, other, :product, rest}, result]}
  defp without_caller(_kind, spec), do: spec

  defp written(attribute, quoted) do
    text = attribute <> " " <> Macro.to_string(quoted)
    text |> Code.format_string!(line_length: IEx.width()) |> IO.iodata_to_binary()
  end

  defp print(title, doc, specs \\ []) do
    IO.puts(["\n", IEx.color(:doc_title, String.duplicate(" ", 2) <> title), "\n"])
    if specs != [], do: IO.puts([Enum.map(specs, &["  ", IEx.color(:doc_code, String.replace(&1, "\n", "\n  ")), "\n"])])

    case doc do
      %{"en" => text} -> IO.puts(paragraphs(text))
      :hidden -> IO.puts("It has no documentation on purpose\n")
      _ -> IO.puts("It has no documentation\n")
    end
  end

  # Markdown as it is, with headings and code in colour.
  defp paragraphs(text) do
    text
    |> String.split("\n")
    |> Enum.map_join("\n", fn line ->
      cond do
        String.starts_with?(line, "#") -> IEx.color(:doc_title, line)
        String.starts_with?(line, "    ") -> IEx.color(:doc_code, line)
        true -> line
      end
    end)
  end

  defp docs(module) do
    case Code.ensure_loaded(module) do
      {:error, _} ->
        {:error, "Could not load module #{inspect(module)}"}

      {:module, _} ->
        case Code.fetch_docs(module) do
          {:docs_v1, _, _, _, moduledoc, _, entries} -> {:ok, moduledoc, entries}
          {:error, _} -> {:error, "#{inspect(module)} was compiled without documentation"}
        end
    end
  end

  ## b and t

  def b(module) when is_atom(module), do: callbacks(module, nil, nil)
  def b({module, name}), do: callbacks(module, name, nil)
  def b({module, name, arity}), do: callbacks(module, name, arity)

  defp callbacks(module, name, arity) do
    specs = with true <- Code.ensure_loaded?(module), {:ok, specs} <- Code.Typespec.fetch_callbacks(module), do: specs, else: (_ -> [])

    if Code.ensure_loaded?(module) and function_exported?(module, :behaviour_info, 1) do
      wanted = for {n, a} <- module.behaviour_info(:callbacks), name in [nil, n], arity in [nil, a], do: {n, a}
      optional = module.behaviour_info(:optional_callbacks)
      for {n, a} <- Enum.sort(wanted), do: callback(module, n, a, {n, a} in optional, name != nil, specs)
      if wanted == [], do: complain("No callbacks of #{inspect(module)} were found")
    else
      complain("#{inspect(module)} is not a behaviour")
    end
  end

  defp callback(module, name, arity, optional, with_doc, specs) do
    {kind, shown, shown_arity} =
      case Atom.to_string(name) do
        "MACRO-" <> text -> {"@macrocallback", text, arity - 1}
        text -> {"@callback", text, arity}
      end

    remark = if optional, do: "  # optional", else: ""

    case List.keyfind(specs, {name, arity}, 0) do
      {_, [_ | _] = specs} ->
        written_kind = if kind == "@macrocallback", do: :macro, else: :function
        texts = for spec <- specs, do: written(kind, Code.Typespec.spec_to_quoted(String.to_atom(shown), without_caller(written_kind, spec)))
        IO.puts([Enum.intersperse(texts, "\n"), remark, "\n"])

      _ ->
        IO.puts([kind, " ", shown, "/", to_string(shown_arity), remark])
    end

    with true <- with_doc,
         {:ok, _, entries} <- docs(module),
         {_, _, _, %{"en" => text}, _} <- Enum.find(entries, fn {{kind, n, a}, _, _, _, _} -> kind in [:callback, :macrocallback] and n == name and a == arity end) do
      IO.puts(["\n", paragraphs(text)])
    end
  end

  def t(module) when is_atom(module), do: types(module, nil, nil)
  def t({module, name}), do: types(module, name, nil)
  def t({module, name, arity}), do: types(module, name, arity)

  defp types(module, name, arity) do
    with {:ok, _, entries} <- docs(module) do
      found = for {{:type, n, a}, _, _, doc, _} <- entries, name in [nil, n], arity in [nil, a], do: {n, a, doc}
      if found == [], do: complain("No type information for #{inspect(module)}#{if name, do: ".#{name}"} was found")
      known = case Code.Typespec.fetch_types(module) do
        {:ok, types} -> types
        :error -> []
      end

      for {n, a, doc} <- Enum.sort_by(found, fn {n, a, _} -> {n, a} end) do
        IO.puts([type_text(known, n, a), "\n"])
        with true <- name != nil, %{"en" => text} <- doc, do: IO.puts(["\n", paragraphs(text)])
      end
    else
      {:error, text} -> complain(text)
    end
  end

  defp type_text(known, name, arity) do
    case Enum.find(known, fn {_, {n, _, args}} -> n == name and length(args) == arity end) do
      {:opaque, type} ->
        {:"::", _, [head, _]} = Code.Typespec.type_to_quoted(type)
        written("@opaque", head)

      {kind, type} ->
        written("@#{kind}", Code.Typespec.type_to_quoted(type))

      nil ->
        "@type #{name}/#{arity}"
    end
  end

  ## Exports

  def exports(module) do
    listed = if function_exported?(module, :__info__, 1), do: module.__info__(:macros) ++ module.__info__(:functions), else: module.module_info(:exports)
    listed |> Enum.reject(fn {name, _} -> String.starts_with?(Atom.to_string(name), ["__", "MACRO-"]) or name == :module_info end) |> Enum.sort()
  end

  ## Opening sources

  def open({file, line}) when is_binary(file) and is_integer(line), do: edit(file, line)
  def open({module, name}), do: edit_function(module, name, nil)
  def open({module, name, arity}), do: edit_function(module, name, arity)
  def open(module) when is_atom(module), do: edit_function(module, nil, nil)
  def open(other), do: complain("Invalid arguments for open helper: #{inspect(other)}")

  defp edit_function(module, name, arity) do
    source = Code.ensure_loaded?(module) && module.module_info(:compile)[:source]

    if source && File.regular?(source),
      do: edit(to_string(source), line_of(module, name, arity)),
      else: complain("Could not open: #{inspect(module)}. Module is not available.")
  end

  defp line_of(module, name, arity) do
    with {:docs_v1, _, _, _, _, _, entries} <- Code.fetch_docs(module),
         {_, where, _, _, _} <- Enum.find(entries, fn {{_, n, a}, _, _, _, _} -> n == name and arity in [nil, a] end) do
      :erl_anno.line(where)
    else
      _ -> 1
    end
  end

  defp edit(file, line) do
    case System.get_env("ELIXIR_EDITOR") || System.get_env("EDITOR") do
      nil ->
        complain("Could not open: no editor is known. Please set the ELIXIR_EDITOR or EDITOR environment variables with the command line invocation of your favorite editor.")

      editor ->
        named = String.contains?(editor, "__FILE__")
        command = editor |> String.replace("__FILE__", quoted(file)) |> String.replace("__LINE__", to_string(line))
        {output, _} = System.shell(if(named, do: command, else: command <> " " <> quoted(file)), stderr_to_stdout: true)
        IO.write(output)
    end
  end

  # One word of a shell's command.
  defp quoted(text), do: "'" <> String.replace(text, "'", "'\\''") <> "'"

  defp complain(text), do: IO.puts(IEx.color(:eval_error, text))
end
