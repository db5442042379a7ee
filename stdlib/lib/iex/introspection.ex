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
  defp name(_, _), do: nil

  # Where a name without a module comes from.
  defp importer(name, env) do
    found = Enum.find(env.functions ++ env.macros, fn {_, list} -> Keyword.has_key?(list, name) end)

    case found do
      {module, _} -> module
      nil -> if Macro.special_form?(name, 0) or special?(name), do: Kernel.SpecialForms, else: Kernel
    end
  end

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
    with {:ok, _, entries} <- docs(module) do
      found =
        for {{kind, ^name, n}, _, signature, doc, meta} <- entries, kind in [:function, :macro], arity == nil or n == arity or n - (meta[:defaults] || 0) <= arity and arity <= n do
          {kind, n, signature, doc, meta}
        end

      case found do
        [] -> complain("No documentation for #{inspect(module)}.#{name}#{if arity, do: "/#{arity}"} was found")
        found -> for {kind, _, signature, doc, meta} <- Enum.sort_by(found, &elem(&1, 1)), do: print_function(kind, signature, doc, meta)
      end
    else
      {:error, text} -> complain(text)
    end
  end

  defp print_function(kind, signature, doc, meta) do
    prefix = if kind == :macro, do: "defmacro ", else: "def "
    if text = meta[:deprecated], do: IO.puts(IEx.color(:eval_info, "deprecated: " <> text))
    print(prefix <> Enum.join(signature, " "), doc)
  end

  defp print(title, doc) do
    IO.puts(["\n", IEx.color(:doc_title, String.duplicate(" ", 2) <> title), "\n"])

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
    if Code.ensure_loaded?(module) and function_exported?(module, :behaviour_info, 1) do
      wanted = for {n, a} <- module.behaviour_info(:callbacks), name in [nil, n], arity in [nil, a], do: {n, a}
      optional = module.behaviour_info(:optional_callbacks)
      for {n, a} <- Enum.sort(wanted), do: callback(module, n, a, {n, a} in optional, name != nil)
      if wanted == [], do: complain("No callbacks of #{inspect(module)} were found")
    else
      complain("#{inspect(module)} is not a behaviour")
    end
  end

  defp callback(module, name, arity, optional, with_doc) do
    {kind, shown, shown_arity} =
      case Atom.to_string(name) do
        "MACRO-" <> text -> {"@macrocallback", text, arity - 1}
        text -> {"@callback", text, arity}
      end

    IO.puts([kind, " ", shown, "/", to_string(shown_arity), if(optional, do: " (optional)", else: "")])

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

      for {n, a, doc} <- Enum.sort_by(found, fn {n, a, _} -> {n, a} end) do
        IO.puts("@type #{n}/#{a}")
        with true <- name != nil, %{"en" => text} <- doc, do: IO.puts(["\n", paragraphs(text)])
      end
    else
      {:error, text} -> complain(text)
    end
  end

  ## Exports

  def exports(module) do
    listed = if function_exported?(module, :__info__, 1), do: module.__info__(:macros) ++ module.__info__(:functions), else: module.module_info(:exports)
    listed |> Enum.reject(fn {name, _} -> String.starts_with?(Atom.to_string(name), ["__", "MACRO-"]) or name == :module_info end) |> Enum.sort()
  end

  defp complain(text), do: IO.puts(IEx.color(:eval_error, text))
end
