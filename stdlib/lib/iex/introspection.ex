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
  # The name of a sigil stands for its macro.
  defp name({sigil, _, [{:<<>>, _, _}, modifiers]}, env) when is_atom(sigil) and is_list(modifiers), do: {importer(sigil, env), sigil}
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
    with {:ok, moduledoc, meta, _} <- docs(module) do
      case moduledoc do
        %{"en" => text} -> print(inspect(module), [], meta, text)
        _ -> complain("No documentation for #{inspect(module)} was found")
      end
    else
      {:error, :nodocs} -> complain("#{inspect(module)} was not compiled with docs")
      {:error, reason} -> not_loaded(module, reason)
    end
  end

  # What every module has is documented in one place.
  def h({module, :__info__}) when module != Kernel, do: not_found(Module, :__info__, nil, nil)
  def h({module, :__info__, 1}) when module != Kernel, do: not_found(Module, :__info__, nil, nil)
  def h({module, name}), do: functions(module, name, nil)
  def h({module, name, arity}), do: functions(module, name, arity)
  def h(_), do: complain("h/1 takes a module, Module.function or Module.function/arity")

  defp functions(module, name, arity) do
    case IEx.Language.docs(module, name, arity) do
      [] -> documented(module, name, arity)
      found -> for {kind, _, signature, text} <- found, do: print(prefix(kind) <> signature, [], %{}, text)
    end
  end

  defp documented(module, name, arity) do
    with {:ok, _, _, entries} <- docs(module) do
      found =
        for {{kind, ^name, n}, _, signature, doc, meta} <- entries,
            kind in [:function, :macro],
            arity == nil or n == arity or (n - (meta[:defaults] || 0) <= arity and arity <= n),
            shown?(name, doc),
            do: {kind, n, signature, doc, meta}

      case found do
        [] -> not_found(module, name, arity, entries)
        found -> for entry <- Enum.sort_by(found, &elem(&1, 1)), do: print_function(module, name, entry)
      end
    else
      {:error, :nodocs} -> without_docs(module, name, arity)
      {:error, reason} -> not_loaded(module, reason)
    end
  end

  # A name that begins with an underscore is nobody's business unless it is documented.
  defp shown?(_name, :hidden), do: false
  defp shown?(name, :none), do: not String.starts_with?(Atom.to_string(name), "_")
  defp shown?(_name, _doc), do: true

  defp not_found(module, name, arity, entries) do
    shown = "#{inspect(module)}.#{name}#{if arity, do: "/#{arity}"}"
    there? = fn kinds -> Enum.any?(entries || [], fn {{kind, n, a}, _, _, _, _} -> kind in kinds and n == name and arity in [nil, a] end) end

    cond do
      there?.([:callback, :macrocallback]) -> complain("No documentation for function #{shown} was found, but there is a callback with the same name.\nYou can view callback documentation with the b/1 helper.\n")
      there?.([:type]) -> complain("No documentation for function #{shown} was found, but there is a type with the same name.\nYou can view type documentation with the t/1 helper.\n")
      true -> complain("No documentation for #{shown} was found")
    end
  end

  defp without_docs(module, name, arity) do
    listed = if function_exported?(module, :__info__, 1), do: module.__info__(:functions), else: module.module_info(:exports)

    case Enum.sort(for {^name, n} <- listed, arity in [nil, n], do: n) do
      [] ->
        complain("No documentation for #{inspect(module)}.#{name}#{if arity, do: "/#{arity}"} was found")

      arities ->
        for n <- arities do
          print("#{inspect(module)}.#{name}/#{n}", specs(module, :function, name, n), %{}, "Module was compiled without docs. Showing only specs.")
        end
    end
  end

  defp print_function(module, name, {kind, arity, signature, doc, meta}) do
    title = prefix(kind) <> Enum.join(signature, " ")
    specs = specs(module, kind, name, arity)

    case {doc, doc == :none && implemented(module, name, arity)} do
      {%{"en" => text}, _} -> print(title, specs, meta, text)
      {_, {behaviour, written, text}} -> print(title, specs, meta, "#{inspect(module)}.#{name}/#{arity} has no docs but is a callback for behaviour #{inspect(behaviour)}. Showing\ncallback docs instead.\n\n#{written}\n\n#{text}")
      _ -> print(title, specs, meta, nil)
    end
  end

  defp prefix(:macro), do: "defmacro "
  defp prefix(_kind), do: "def "

  # The documentation of the callback that a function implements.
  defp implemented(module, name, arity) do
    behaviours = for {:behaviour, list} <- module.module_info(:attributes), behaviour <- list, do: behaviour

    Enum.find_value(behaviours, fn behaviour ->
      with {:ok, _, _, entries} <- docs(behaviour),
           {_, _, _, %{"en" => text}, _} <- Enum.find(entries, &match?({{:callback, ^name, ^arity}, _, _, _, _}, &1)),
           {:ok, specs} <- IEx.Loaded.callbacks(behaviour),
           {_, specs} <- List.keyfind(specs, {name, arity}, 0) do
        {behaviour, Enum.map_join(specs, "\n", &written("@callback", Code.Typespec.spec_to_quoted(name, &1))), text}
      else
        _ -> nil
      end
    end)
  end

  # The specs of a function, as they are written.
  defp specs(module, kind, name, arity) do
    key = if kind == :macro, do: {:"MACRO-#{name}", arity + 1}, else: {name, arity}

    with {:ok, all} <- IEx.Loaded.specs(module), {_, specs} <- List.keyfind(all, key, 0) do
      for spec <- specs, do: written("@spec", Code.Typespec.spec_to_quoted(name, without_caller(kind, spec)))
    else
      _ -> protocol_specs(module, name, arity)
    end
  end

  # A protocol's functions are its callbacks.
  defp protocol_specs(module, name, arity) do
    with true <- function_exported?(module, :__protocol__, 1),
         {:ok, all} <- IEx.Loaded.callbacks(module),
         {_, specs} <- List.keyfind(all, {name, arity}, 0) do
      for spec <- specs, do: written("@spec", Code.Typespec.spec_to_quoted(name, spec))
    else
      _ -> []
    end
  end

  # A macro's first parameter is the environment of its caller, which nobody writes.
  defp without_caller(:macro, {:type, line, :bounded_fun, [fun, constraints]}), do: {:type, line, :bounded_fun, [without_caller(:macro, fun), constraints]}
  defp without_caller(:macro, {:type, line, :fun, [{:type, other, :product, [_caller | rest]}, result]}), do: {:type, line, :fun, [{:type, other, :product, rest}, result]}
  defp without_caller(_kind, spec), do: spec

  defp written(attribute, quoted) do
    text = attribute <> " " <> Macro.to_string(quoted)
    text |> Code.format_string!(line_length: IEx.width()) |> IO.iodata_to_binary()
  end

  # A title in the middle of the line, specs, metadata, text.
  defp print(title, specs, meta, text) do
    margin = String.duplicate(" ", max(div(80 - String.length(title), 2), 0))
    IO.puts(["\n", IEx.color(:doc_title, margin <> title), "\n"])
    if specs != [], do: IO.puts(Enum.map(specs, &["  ", IEx.color(:doc_code, String.replace(&1, "\n", "\n  ")), "\n"]))
    metadata(meta)
    if text, do: IO.puts([text |> String.trim_trailing() |> paragraphs(), "\n"])
  end

  defp metadata(meta) do
    case for({key, value} <- Enum.sort(meta), text = about(key, value), do: [IEx.color(:doc_code, "#{key}:"), " ", text, "\n"]) do
      [] -> :ok
      lines -> IO.puts(lines)
    end
  end

  defp about(:delegate_to, {module, name, arity}), do: Exception.format_mfa(module, name, arity)
  defp about(:deprecated, text) when is_binary(text), do: text
  defp about(:since, text) when is_binary(text), do: text
  defp about(:guard, true), do: "true"
  defp about(_key, _value), do: nil

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

  # `{:ok, documentation of the module, its metadata, entries}`.
  defp docs(module) do
    case Code.ensure_loaded(module) do
      {:error, reason} ->
        {:error, reason}

      {:module, _} ->
        case IEx.Loaded.docs(module) do
          {:docs_v1, _, _, _, moduledoc, meta, entries} -> {:ok, moduledoc, meta, entries}
          {:error, _} -> {:error, :nodocs}
        end
    end
  end

  defp not_loaded(module, reason), do: complain("Could not load module #{inspect(module)}, got: #{reason}")

  ## b

  def b(module) when is_atom(module) do
    with {:module, _} <- Code.ensure_loaded(module) do
      case callbacks(module, nil, nil) do
        [] ->
          complain("No callbacks for #{inspect(module)} were found")

        found ->
          for {texts, _name, _doc, _meta} <- found, do: IO.puts([Enum.intersperse(texts, "\n"), "\n"])
          optional(module)
      end
    else
      {:error, reason} -> not_loaded(module, reason)
    end
  end

  def b({module, name}), do: callback(module, name, nil)
  def b({module, name, arity}), do: callback(module, name, arity)

  defp optional(module) do
    case function_exported?(module, :behaviour_info, 1) && module.behaviour_info(:optional_callbacks) do
      [_ | _] = optional ->
        shown = for {name, arity} <- optional, {_, name, arity} = as_written(name, arity), do: {name, arity}
        IO.puts([IEx.color(:doc_code, "@optional_callbacks "), Enum.map_join(Enum.sort(shown), ", ", fn {name, arity} -> "#{name}: #{arity}" end), "\n"])

      _ ->
        :ok
    end
  end

  defp callback(module, name, arity) do
    with {:module, _} <- Code.ensure_loaded(module) do
      case callbacks(module, name, arity) do
        [] ->
          complain("No documentation for #{inspect(module)}.#{name}#{if arity, do: "/#{arity}"} was found")

        found ->
          for {texts, _name, doc, meta} <- found do
            IO.puts([Enum.intersperse(texts, "\n"), "\n"])
            metadata(meta)
            with %{"en" => text} <- doc, do: IO.puts([text |> String.trim_trailing() |> paragraphs(), "\n"])
          end
      end
    else
      {:error, reason} -> not_loaded(module, reason)
    end
  end

  # `{specs, name, documentation, metadata}` of callbacks that are not hidden, in the order of their names.
  defp callbacks(module, wanted, wanted_arity) do
    specs = with {:ok, specs} <- IEx.Loaded.callbacks(module), do: specs, else: (_ -> [])
    entries = with {:ok, _, _, entries} <- docs(module), do: entries, else: (_ -> [])

    found =
      for {{raw, raw_arity}, clauses} <- specs,
          {kind, name, arity} = as_written(raw, raw_arity),
          wanted in [nil, name],
          wanted_arity in [nil, arity],
          {doc, meta} = documentation(entries, kind, name, arity),
          doc != :hidden do
        written_kind = if kind == :macrocallback, do: :macro, else: :function
        {for(clause <- clauses, do: written("@#{kind}", Code.Typespec.spec_to_quoted(name, without_caller(written_kind, clause)))), {name, arity}, doc, meta}
      end

    Enum.sort_by(found, &elem(&1, 1))
  end

  defp as_written(raw, arity) do
    case Atom.to_string(raw) do
      "MACRO-" <> name -> {:macrocallback, String.to_atom(name), arity - 1}
      _ -> {:callback, raw, arity}
    end
  end

  # The functions of a protocol are documented as such.
  defp documentation(entries, kind, name, arity) do
    found = for {{k, ^name, ^arity}, _, _, doc, meta} <- entries, k in [kind, :function], do: {k == kind, doc, meta}

    case Enum.sort_by(found, fn {own?, doc, _} -> {not is_map(doc), not own?} end) do
      [{_, doc, meta} | _] -> {doc, meta}
      [] -> {:none, %{}}
    end
  end

  ## t

  def t(module) when is_atom(module) do
    case types(module) do
      [] -> complain("No type information for #{inspect(module)} was found")
      types -> for {_name, _arity, type} <- types, do: IO.puts([type_text(type), "\n"])
    end
  end

  def t({module, name}), do: type(module, name, nil)
  def t({module, name, arity}), do: type(module, name, arity)

  defp type(module, name, arity) do
    case for({^name, n, {kind, _} = type} <- types(module), kind != :typep, arity in [nil, n], do: {n, type}) do
      [] ->
        complain("No type information for #{inspect(module)}.#{name} was found or #{inspect(module)}.#{name} is private")

      found ->
        entries = with {:ok, _, _, entries} <- docs(module), do: entries, else: (_ -> [])

        for {n, type} <- found do
          IO.puts([type_text(type), "\n"])

          with {_, _, _, doc, meta} <- Enum.find(entries, &match?({{:type, ^name, ^n}, _, _, _, _}, &1)) do
            metadata(meta)
            with %{"en" => text} <- doc, do: IO.puts([text |> String.trim_trailing() |> paragraphs(), "\n"])
          end
        end
    end
  end

  defp types(module) do
    with {:module, _} <- Code.ensure_loaded(module), {:ok, types} <- IEx.Loaded.types(module) do
      Enum.sort_by(for({_, {name, _, args}} = type <- types, do: {name, length(args), type}), fn {name, arity, _} -> {name, arity} end)
    else
      _ -> []
    end
  end

  defp type_text({:opaque, type}) do
    {:"::", _, [head, _]} = Code.Typespec.type_to_quoted(type)
    written("@opaque", head)
  end

  defp type_text({kind, {name, _, []} = type}) do
    # Any atom can name a type, but not every name can be written so.
    if Macro.classify_atom(name) == :identifier do
      written("@#{kind}", Code.Typespec.type_to_quoted(type))
    else
      {:"::", _, [_, definition]} = Code.Typespec.type_to_quoted(type)
      "@#{kind} #{name}() :: #{Macro.to_string(definition)}"
    end
  end

  defp type_text({kind, type}), do: written("@#{kind}", Code.Typespec.type_to_quoted(type))

  ## Exports

  def exports(module) do
    listed = if function_exported?(module, :__info__, 1), do: module.__info__(:macros) ++ module.__info__(:functions), else: module.module_info(:exports)
    listed |> Enum.reject(fn {name, _} -> String.starts_with?(Atom.to_string(name), ["__", "MACRO-"]) or name == :module_info end) |> Enum.sort()
  end

  ## Opening sources

  def open({file, line}) when is_binary(file) and is_integer(line) do
    if File.regular?(file), do: edit(file, line), else: complain("Could not open: #{inspect(file)}. File is not available.")
  end

  def open({module, name}) when is_atom(module), do: open_function(module, name, nil, "#{inspect(module)}.#{name}")
  def open({module, name, arity}) when is_atom(module), do: open_function(module, name, arity, "#{inspect(module)}.#{name}/#{arity}")

  def open(module) when is_atom(module) do
    case source(module) do
      {:ok, file} -> edit(file, line_of(module))
      :memory -> complain("Invalid arguments for open helper: #{inspect(module)}")
      :error -> complain("Could not open: #{inspect(module)}. Module is not available.")
    end
  end

  def open(other), do: complain("Invalid arguments for open helper: #{inspect(other)}")

  defp open_function(module, name, arity, shown) do
    case source(module) do
      {:ok, file} ->
        case line_of(module, name, arity) do
          nil -> complain("Could not open: #{shown}. Function/macro is not available.")
          line -> edit(file, line)
        end

      :memory ->
        complain("Invalid arguments for open helper: #{shown}")

      :error ->
        complain("Could not open: #{shown}. Module is not available.")
    end
  end

  # The file that a module was compiled from.
  defp source(module) do
    with {:module, _} <- Code.ensure_loaded(module), source when is_list(source) <- module.module_info(:compile)[:source] do
      file = source |> List.to_string() |> Path.expand()
      if File.regular?(file), do: {:ok, file}, else: :memory
    else
      _ -> :error
    end
  end

  defp line_of(module) do
    case IEx.Loaded.docs(module) do
      {:docs_v1, where, _, _, _, _, _} -> max(:erl_anno.line(where), 1)
      _ -> 1
    end
  end

  defp line_of(module, name, arity) do
    exported? = Enum.any?(exports(module), fn {n, a} -> n == name and arity in [nil, a] end)

    with true <- exported?,
         {:docs_v1, _, _, _, _, _, entries} <- IEx.Loaded.docs(module),
         {_, where, _, _, _} <- Enum.find(entries, fn {{_, n, a}, _, _, _, _} -> n == name and arity in [nil, a] end) do
      :erl_anno.line(where)
    else
      false -> nil
      _ -> 1
    end
  end

  defp edit(file, line) do
    case System.get_env("ELIXIR_EDITOR") || System.get_env("EDITOR") do
      nil ->
        complain("Could not open: no editor is known. Please set the ELIXIR_EDITOR or EDITOR environment variables with the command line invocation of your favorite editor.")

      editor ->
        named? = String.contains?(editor, ["__FILE__", "__LINE__"])
        command = editor |> String.replace("__FILE__", quoted(file)) |> String.replace("__LINE__", to_string(line))
        {output, _} = System.shell(if(named?, do: command, else: command <> " " <> quoted("#{file}:#{line}")), stderr_to_stdout: true)
        IO.write(output)
    end
  end

  # One word of a shell's command.
  defp quoted(text), do: "'" <> String.replace(text, "'", "'\\''") <> "'"

  defp complain(text), do: IO.puts(IEx.color(:eval_error, text))
end
