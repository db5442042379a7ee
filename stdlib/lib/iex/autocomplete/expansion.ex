defmodule IEx.Autocomplete.Expansion do
  @moduledoc false
  # Completion in the form in which Erlang's shells ask for it: `{:yes, rest, candidates}` or `{:no, [], []}`, all charlists. What is
  # before the cursor is read with `Code.Fragment`.

  # What can follow `text`, given the binding and the environment of an evaluator.
  def expand(text, binding, env) do
    state = %{binding: binding, env: env, text: text}

    case open_string(text) do
      {:path, path} -> paths(path)
      {:code, code} -> expand(code, binding, env)
      nil -> helper(text, state) || expression(text, state)
    end
  end

  ## Files

  # Inside a string that begins like a path, or in code that is interpolated in one.
  defp open_string(text) do
    parts = text |> String.replace(~r/\\.|\?"/u, "__") |> String.split("\"")
    inside = binary_part(text, byte_size(text) - byte_size(List.last(parts)), byte_size(List.last(parts)))

    cond do
      rem(length(parts), 2) == 1 -> nil
      match?([_, _ | _], String.split(inside, "\#{")) -> {:code, "{" <> (inside |> String.split("\#{") |> List.last())}
      String.starts_with?(inside, ["/", "./", "../", "~/"]) -> {:path, inside}
      true -> nil
    end
  end

  defp paths(path) do
    {directory, start} = if String.ends_with?(path, "/"), do: {path, ""}, else: {Path.dirname(path), Path.basename(path)}

    names =
      case File.ls(Path.expand(directory)) do
        {:ok, names} -> Enum.filter(names, &String.starts_with?(&1, start))
        {:error, _} -> []
      end

    case names do
      [^start] -> yes(if(File.dir?(Path.expand(path)), do: "/", else: "\""), [])
      [only] -> yes(rest(only, start) <> if(File.dir?(Path.expand(Path.join(directory, only))), do: "/", else: ""), [])
      [] -> no()
      names -> several(start, names, names)
    end
  end

  ## Helpers that take types and callbacks

  defp helper(text, state) do
    case Regex.run(~r/^\s*([tb])(?:\s+|\()([^\s()]*)$/, text) do
      [_, which, inner] -> of_helper(which, Code.Fragment.cursor_context(inner), state)
      nil -> nil
    end
  end

  defp of_helper(which, {:dot, place, start}, state) do
    with {:ok, module} <- module(place, state) do
      arities = if which == "t", do: types(module), else: callbacks(module)
      functions(arities, to_string(start))
    else
      _ -> no()
    end
  end

  defp of_helper(_which, {:alias, start}, state), do: aliases(to_string(start), state, :all)
  defp of_helper(_which, {:unquoted_atom, start}, _state), do: erlang(to_string(start))
  defp of_helper(_which, _context, _state), do: nil

  defp types(module) do
    case IEx.Loaded.types(module) do
      {:ok, types} -> for {kind, {name, _, args}} <- types, kind in [:type, :opaque], do: {Atom.to_string(name), length(args)}
      :error -> []
    end
  end

  defp callbacks(module) do
    case IEx.Loaded.callbacks(module) do
      {:ok, callbacks} ->
        for {{name, arity}, _} <- callbacks do
          case Atom.to_string(name) do
            "MACRO-" <> name -> {name, arity - 1}
            name -> {name, arity}
          end
        end

      :error ->
        []
    end
  end

  ## Expressions

  defp expression(text, state) do
    case Code.Fragment.cursor_context(text) do
      {:alias, start} when is_list(start) -> aliases(to_string(start), state, :all)
      {:unquoted_atom, start} -> erlang(to_string(start))
      {:dot, place, start} -> dot(place, to_string(start), state)
      {:dot_arity, place, name} -> dot_arity(place, to_string(name), state)
      {:dot_call, place, name} -> with({:ok, module} <- module(place, state), do: signatures([module], to_string(name)), else: (_ -> no()))
      :expr -> container(text, "", state) || locals("", state)
      {:local_or_var, start} -> container(text, to_string(start), state) || locals(to_string(start), state)
      {:local_arity, name} -> exactly(local_functions(state), to_string(name))
      {:local_call, name} -> state |> importing(to_string(name)) |> signatures(to_string(name))
      {:operator, ~c"-"} -> container(text, "", state) || functions(local_functions(state), "-")
      {:operator, start} -> container(text, "", state) || functions(local_functions(state), to_string(start))
      {:operator_arity, name} -> exactly(local_functions(state), to_string(name))
      {:operator_call, _} -> container(text, "", state) || locals("", state)
      {:sigil, []} -> sigils(state)
      {:sigil, [_]} -> yes("", ~w|" """ ' ''' ( / < [ { \||)
      {:struct, start} when is_list(start) -> aliases(to_string(start), state, :structs)
      _ -> no()
    end
  end

  # What is completed inside of a struct's braces, and behind the `::` of a bitstring's segment.
  defp container(text, start, state) do
    with {:ok, quoted} <- Code.Fragment.container_cursor_to_quoted(text),
         found when found != nil <- cursor_place(quoted) do
      case found do
        {:struct, name, given} -> struct_keys(name, given, start, state)
        {:modifiers, given} -> modifiers(given, start, text)
      end
    else
      _ -> nil
    end
  end

  defp cursor_place(quoted) do
    {_, found} =
      Macro.prewalk(quoted, nil, fn
        {:%, _, [name, {:%{}, _, pairs}]} = node, found -> {node, if(cursor_last?(pairs), do: {:struct, name, for({key, _} <- pairs, is_atom(key), do: key)}, else: found)}
        {:<<>>, _, segments} = node, found -> {node, segment(List.last(segments)) || found}
        node, found -> {node, found}
      end)

    found
  end

  defp cursor_last?(pairs), do: match?({:__cursor__, _, _}, List.last(pairs))
  defp segment({:"::", _, [_, type]}), do: if(cursor?(type), do: {:modifiers, type})
  defp segment(_), do: nil
  defp cursor?({:__cursor__, _, _}), do: true
  defp cursor?({:-, _, [_, right]}), do: cursor?(right)
  defp cursor?(_), do: false

  defp struct_keys(name, given, start, state) do
    module = Macro.expand(name, state.env)

    if is_atom(module) and Code.ensure_loaded?(module) and function_exported?(module, :__struct__, 0) do
      keys = module.__struct__() |> Map.keys() |> Kernel.--([:__struct__, :__exception__ | given])

      case for(key <- keys, text = Atom.to_string(key), String.starts_with?(text, start), do: text) do
        [] -> no()
        [only] when start != "" -> yes(rest(only, start) <> ": ", [])
        names -> several(start, names, Enum.map(names, &(&1 <> ":")))
      end
    else
      no()
    end
  end

  @modifiers ~w(big binary bitstring float integer little native signed unsigned utf16 utf32 utf8 bits bytes)
  defp modifiers(_type, start, text) do
    given = text |> String.split("::") |> List.last() |> String.split("-")
    names = for name <- @modifiers, name not in given, do: name
    choices = for name <- names ++ ["size", "unit"], String.starts_with?(name, start), do: if(name in ["size", "unit"], do: {name, name <> "/1"}, else: {name, name})

    case Enum.sort(choices) do
      [] -> no()
      choices -> several(start, Enum.map(choices, &elem(&1, 0)), Enum.map(choices, &elem(&1, 1)))
    end
  end

  ## Modules

  defp erlang(start) do
    names = for name <- known(), not String.starts_with?(name, ["Elixir.", "elixir_compiler_"]), name != "Elixir", String.starts_with?(name, start), do: name
    if names == [], do: no(), else: several(start, Enum.sort(names), Enum.sort(names))
  end

  defp known, do: for({name, _, _} <- :code.all_available(), do: List.to_string(name))

  # Aliases and modules that go on like this; only structs if they are wanted.
  defp aliases(start, state, which) do
    {path, word} = start |> String.split(".") |> Enum.split(-1)
    [word] = word
    own = if path == [], do: for({as, _} <- state.env.aliases, do: inspect(as)), else: []
    prefix = if path == [], do: "Elixir.", else: Atom.to_string(full(path, state)) <> "."
    depth = length(String.split(prefix, "."))
    root = if path == [], do: ["Elixir"], else: []

    parts =
      for name <- known(), String.starts_with?(name, prefix <> word) do
        name |> String.split(".") |> Enum.at(depth - 1)
      end

    parts = if prefix == "Elixir.Elixir.", do: for(name <- known(), String.starts_with?(name, "Elixir." <> word), do: name |> String.split(".") |> Enum.at(1)), else: parts
    names = for part <- Enum.uniq(own ++ root ++ parts), String.starts_with?(part, word), part =~ ~r/^[A-Z][A-Za-z0-9_]*$/, do: part
    if which == :structs, do: structs(path, word, state), else: module_names(Enum.sort(names), word)
  end

  defp full(["Elixir"], _state), do: Elixir
  defp full([first | rest], state), do: Macro.expand({:__aliases__, [], Enum.map([first | rest], &String.to_atom/1)}, state.env)

  defp module_names([], _word), do: no()
  # A whole name can go on with what is in it.
  defp module_names([word], word), do: yes(".", [])
  defp module_names(names, word), do: several(word, names, names)

  # Names of structs stand as they are written out.
  defp structs(path, word, state) do
    start = Enum.join(path ++ [word], ".")
    aliased = for {as, module} <- state.env.aliases, struct?(module), do: inspect(as)
    names = for name <- known(), "Elixir." <> shown <- [name], String.starts_with?(shown, start), struct?(String.to_atom(name)), do: shown

    case Enum.sort(Enum.uniq(for(name <- aliased ++ names, String.starts_with?(name, start), do: name))) do
      [] -> no()
      [only] -> yes(rest(only, start) <> "{", [])
      names -> several(start, names, names)
    end
  end

  defp struct?(module) do
    case Atom.to_string(module) do
      "Elixir.Mix" <> _ -> false
      _ -> Code.ensure_loaded?(module) and function_exported?(module, :__struct__, 0) and not exception?(module)
    end
  end

  defp exception?(module), do: function_exported?(module, :exception, 1)

  # The module before a dot, if it is one.
  defp module({:alias, name}, state), do: {:ok, full(String.split(to_string(name), "."), state)}
  defp module({:unquoted_atom, name}, _state), do: {:ok, List.to_atom(name)}

  defp module(place, state) do
    case value(place, state) do
      {:ok, module} when is_atom(module) -> {:ok, module}
      _ -> :error
    end
  end

  defp value({:var, name}, state) do
    name = List.to_atom(name)
    Enum.find_value(state.binding, :error, fn {key, value} -> if key == name, do: {:ok, value} end)
  end

  defp value({:dot, place, key}, state) do
    with {:ok, %{} = map} <- value(place, state), do: Enum.find_value(Map.to_list(map), :error, fn {name, value} -> if is_atom(name) and Atom.to_charlist(name) == key, do: {:ok, value} end)
  end

  defp value(_place, _state), do: :error

  defp dot({kind, _} = place, start, state) when kind in [:alias, :unquoted_atom], do: with({:ok, module} <- module(place, state), do: members(module, place, start, state))

  defp dot(place, start, state) do
    case value(place, state) do
      {:ok, module} when is_atom(module) -> functions(exports(module), start)
      {:ok, %{} = map} -> keys(map, start)
      _ -> no()
    end
  end

  defp members(module, {:alias, _name}, start, _state) do
    below =
      if start == "" do
        prefix = Atom.to_string(module) <> "."
        depth = length(String.split(prefix, "."))
        for(other <- known(), String.starts_with?(other, prefix), part = other |> String.split(".") |> Enum.at(depth - 1), part =~ ~r/^[A-Z]\w*$/, do: part) |> Enum.uniq() |> Enum.sort()
      else
        []
      end

    case {below, matching(exports(module), start)} do
      {[], found} -> listed(found, start)
      {[only], []} -> yes(only, [])
      {below, found} -> several(start, below ++ Enum.map(found, &elem(&1, 0)), below ++ Enum.map(found, &title/1))
    end
  end

  defp members(module, _place, start, _state), do: functions(exports(module), start)

  defp keys(map, start) do
    case for({key, value} <- map |> Map.to_list() |> Enum.sort(), is_atom(key), text = Atom.to_string(key), key != :__struct__, String.starts_with?(text, start), do: {text, value}) do
      [] -> no()
      [{^start, %{}}] -> yes(".", [])
      [{^start, module}] when is_atom(module) and module not in [nil, true, false] -> yes(".", [])
      [{^start, _}] -> no()
      found -> several(start, Enum.map(found, &elem(&1, 0)), Enum.map(found, &elem(&1, 0)))
    end
  end

  defp dot_arity(place, name, state) do
    case module(place, state) do
      {:ok, module} -> exactly(exports(module), name)
      :error -> no()
    end
  end

  ## Functions

  # Those of a module that are not hidden: by their documentation, or by a name that begins with an underscore and no documentation.
  defp exports(module) do
    if Code.ensure_loaded?(module) do
      listed =
        if function_exported?(module, :__info__, 1),
          do: module.__info__(:functions) ++ module.__info__(:macros),
          else: module.module_info(:exports) -- [module_info: 0, module_info: 1]

      {hidden, documented} = documented(module)

      for {name, arity} <- listed, text = Atom.to_string(name), {name, arity} not in hidden, not String.starts_with?(text, "_") or {name, arity} in documented, do: {text, arity}
    else
      []
    end
  end

  # With parameters that may be left out a function has several arities.
  defp documented(module) do
    case IEx.Loaded.docs(module) do
      {:docs_v1, _, _, _, _, _, entries} ->
        all = for {{kind, name, arity}, _, _, doc, meta} <- entries, kind in [:function, :macro], arity <- (arity - Map.get(meta, :defaults, 0))..arity, do: {{name, arity}, doc}
        {for({function, :hidden} <- all, do: function) -- for({function, doc} <- all, doc != :hidden, do: function), for({function, %{}} <- all, do: function)}

      _ ->
        {[], []}
    end
  end

  defp local_functions(state) do
    imported = for {_module, functions} <- state.env.functions ++ state.env.macros, {name, arity} <- functions, do: {Atom.to_string(name), arity}
    special = for {name, arity} <- Kernel.SpecialForms.__info__(:macros), do: {Atom.to_string(name), arity}
    for {name, arity} <- Enum.uniq(imported ++ special), not String.starts_with?(name, "_") or name =~ ~r/^__[A-Z]+__$/, do: {name, arity}
  end

  defp importing(state, name) do
    modules = for {module, functions} <- state.env.functions ++ state.env.macros, Enum.any?(functions, fn {other, _} -> Atom.to_string(other) == name end), do: module
    special = if Enum.any?(Kernel.SpecialForms.__info__(:macros), fn {other, _} -> Atom.to_string(other) == name end), do: [Kernel.SpecialForms], else: []
    modules ++ special
  end

  defp locals(start, state) do
    variables = for({name, _} <- state.binding, is_atom(name), text = Atom.to_string(name), String.starts_with?(text, start), do: text) |> Enum.sort()
    found = for {name, _} = function <- matching(local_functions(state), start), start != "" or name =~ ~r/^[a-z]/, do: function

    case {variables, found} do
      {[], found} -> listed(found, start)
      {[only], []} -> if(only == start, do: no_or_dot(only, state), else: yes(rest(only, start), []))
      {variables, found} -> several(start, variables ++ Enum.map(found, &elem(&1, 0)), variables ++ Enum.map(found, &title/1))
    end
  end

  defp no_or_dot(name, state) do
    case value({:var, String.to_charlist(name)}, state) do
      {:ok, %{}} -> yes(".", [])
      {:ok, module} when is_atom(module) and module not in [nil, true, false] -> yes(".", [])
      _ -> no()
    end
  end

  defp matching(functions, start), do: Enum.sort(for {name, _} = function <- functions, String.starts_with?(name, start), do: function)
  defp functions(functions, start), do: functions |> matching(start) |> listed(start)

  defp listed([], _start), do: no()
  defp listed(found, start), do: several(start, Enum.map(found, &elem(&1, 0)), Enum.map(found, &title/1))

  # The arities of one function.
  defp exactly(functions, name) do
    case Enum.sort(for {^name, _} = function <- functions, do: function) do
      [] -> no()
      found -> yes("", Enum.map(found, &title/1))
    end
  end

  defp title({name, arity}), do: "#{name}/#{arity}"

  defp sigils(state) do
    names = for {"sigil_" <> letter = name, 2} <- local_functions(state), do: "~#{letter} (#{name})"
    yes("", Enum.sort(names))
  end

  # How a function is called; those with more parameters are printed above.
  defp signatures(modules, name) do
    found = for module <- modules, signature <- signatures_of(module, name), do: signature

    case found do
      [] ->
        no()

      [first | more] ->
        for text <- more, do: IO.write("\n" <> text)
        yes("", [first])
    end
  end

  defp signatures_of(module, name) do
    case for({_, _, signature, _} <- IEx.Language.docs(module, String.to_atom(name), nil), do: signature) do
      [] -> documented_signatures(module, name)
      found -> found
    end
  end

  defp documented_signatures(module, name) do
    case IEx.Loaded.docs(module) do
      {:docs_v1, _, _, _, _, _, entries} ->
        for {{kind, function, arity}, _, [text | _], doc, _} <- entries, kind in [:function, :macro], Atom.to_string(function) == name, doc != :hidden do
          {arity, text}
        end
        |> Enum.sort()
        |> Enum.map(&elem(&1, 1))

      _ ->
        for {^name, arity} <- exports(module), do: "#{name}(#{Enum.map_join(Enum.take(1..255, arity), ", ", &"arg#{&1}")})"
    end
  end

  ## Answers

  defp no, do: {:no, [], []}
  defp yes(rest, candidates), do: {:yes, String.to_charlist(rest), Enum.map(candidates, &String.to_charlist/1)}

  # What all names share goes on at once; if that is nothing, they are listed.
  defp several(start, names, candidates) do
    case names |> Enum.uniq() |> common() |> rest(start) do
      "" -> yes("", candidates)
      rest -> yes(rest, [])
    end
  end

  defp common([first | names]) do
    length = Enum.reduce(names, byte_size(first), fn name, length -> min(length, :binary.longest_common_prefix([first, name])) end)
    binary_part(first, 0, length)
  end

  defp rest(name, start), do: binary_part(name, byte_size(start), byte_size(name) - byte_size(start))
end
