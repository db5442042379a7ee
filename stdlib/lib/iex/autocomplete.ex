defmodule IEx.Autocomplete do
  @moduledoc false
  # What an entry could go on with: modules, functions, variables, keys of maps and structs, files. `library` lists modules that come along,
  # loaded or not.

  # `{bytes, [{completed, line about it or nil}]}`, in order: what is completed replaces so many bytes at the end of the text.
  def complete(text, library) do
    {word, found} = text |> place() |> found(library)
    {byte_size(word), found |> Enum.uniq_by(&elem(&1, 0)) |> Enum.sort() |> Enum.take(400)}
  end

  # The same in the form of Erlang's shells, for the reversed characters before the cursor. `shell` is the process that knows which one
  # evaluates, or nobody in particular.
  def expand(reversed, shell \\ nil) do
    {binding, env} = of_shell(shell)
    reversed |> Enum.reverse() |> List.to_string() |> IEx.Autocomplete.Expansion.expand(binding, env)
  end

  defp of_shell(shell) do
    with true <- is_pid(shell),
         {:dictionary, known} <- Process.info(shell, :dictionary),
         evaluator when is_pid(evaluator) <- known[:evaluator],
         {:dictionary, known} <- Process.info(evaluator, :dictionary),
         {_, _} = found <- known[:iex_state] do
      found
    else
      _ -> {IEx.Server.binding() || [], IEx.Server.env() || Code.env_for_eval(file: "iex", line: 1)}
    end
  end

  # Where in an entry its end is.
  defp place(text) do
    cond do
      path = open_string(text) -> {:path, path}
      match = Regex.run(~r/%([\p{Lu}][\w.]*)\{([^{}]*?)([\p{L}_]\w*|)$/u, text) -> {:struct, Enum.drop(match, 1)}
      match = Regex.run(~r/%\{\s*([\p{Ll}_][\w.]*)\s*\|([^{}]*?)([\p{L}_]\w*|)$/u, text) -> {:update, Enum.drop(match, 1)}
      true -> {:word, hd(Regex.run(~r/[%:]?(?:[\p{L}_][\p{L}\p{N}_.?!@]*)?$/u, text))}
    end
  end

  # What follows the quote of a string that is still open.
  defp open_string(text) do
    parts = text |> String.replace(~r/\\.|\?"/u, "__") |> String.split("\"")
    path = List.last(parts)
    if rem(length(parts), 2) == 0 and not String.contains?(path, ["\n", "\#{"]), do: binary_part(text, byte_size(text) - byte_size(path), byte_size(path))
  end

  defp found({:path, path}, _library), do: {path, files(path)}
  defp found({:word, word}, library), do: {word, candidates(word, library)}

  defp found({:struct, [name, before, word]}, library) do
    module = expand_name(name)

    if key_place?(before) and Code.ensure_loaded?(module) and function_exported?(module, :__struct__, 0),
      do: {word, new_keys(Map.keys(module.__struct__()), before, word)},
      else: {word, candidates(word, library)}
  end

  defp found({:update, [variable, before, word]}, library) do
    case key_place?(before) && value(variable) do
      %{} = map -> {word, new_keys(Map.keys(map), before, word)}
      _ -> {word, candidates(word, library)}
    end
  end

  # Whether a key, not a value, comes next.
  defp key_place?(before), do: before =~ ~r/(^|,)\s*$/

  defp new_keys(keys, before, word) do
    for key <- keys, is_atom(key), text = Atom.to_string(key), String.starts_with?(text, word), not String.starts_with?(text, "__"), not (before =~ ~r/\b#{Regex.escape(text)}:/) do
      {text <> ": ", "key"}
    end
  end

  defp files(path) do
    {directory, start} = if String.ends_with?(path, "/") or path == "", do: {path, ""}, else: {Path.dirname(path), Path.basename(path)}
    shown = if String.contains?(path, "/"), do: String.slice(path, 0, String.length(path) - String.length(start)), else: ""

    case File.ls(if(directory == "", do: ".", else: Path.expand(directory))) do
      {:ok, names} ->
        for name <- names, String.starts_with?(name, start), start != "" or not String.starts_with?(name, ".") do
          if File.dir?(Path.join(Path.expand(if(directory == "", do: ".", else: directory)), name)), do: {shown <> name <> "/", "directory"}, else: {shown <> name, nil}
        end

      {:error, _} ->
        []
    end
  end

  # What a variable holds, or a key of the map that it holds.
  defp value(path) do
    [first | rest] = String.split(path, ".")
    bound = for {name, value} <- IEx.Server.binding() || [], is_atom(name), Atom.to_string(name) == first, do: value

    case bound do
      [value | _] -> Enum.reduce(rest, value, &inner/2)
      [] -> nil
    end
  end

  defp candidates("%" <> word, library), do: for({name, about} <- candidates(word, library), struct?(name), do: {"%" <> name, about})
  defp candidates(":" <> word = all, library), do: erlang(word, all, library)

  defp candidates(word, library) do
    case split(word) do
      {nil, _} -> if module_name?(word), do: modules("", word, library), else: names(word)
      {left, right} -> members(left, right, library)
    end
  end

  # What precedes the last dot, and what follows it.
  defp split(word) do
    case String.split(word, ".") do
      [only] -> {nil, only}
      parts -> {parts |> Enum.drop(-1) |> Enum.join("."), List.last(parts)}
    end
  end

  defp module_name?(word), do: String.match?(word, ~r/^\p{Lu}/u)

  defp members(left, right, library) do
    cond do
      module_name?(left) ->
        module = expand_name(left)
        functions(module, left, right) ++ if(right == "" or module_name?(right), do: modules(left <> ".", right, library), else: [])

      true ->
        keys(left, right)
    end
  end

  defp expand_name(name) do
    env = IEx.Server.env()
    [first | rest] = String.split(name, ".")
    aliases = if env, do: env.aliases, else: []

    case List.keyfind(aliases, Module.concat([first]), 0) do
      {_, module} -> Module.concat([module | rest])
      nil -> Module.concat([name])
    end
  end

  defp functions(module, left, right) do
    docs = first_lines(module)

    for {name, arities} <- exports(module), String.starts_with?(name, right) do
      {"#{left}.#{name}", describe(name, arities, docs)}
    end
  end

  defp describe(name, arities, docs) do
    about = Enum.find_value(arities, &docs[{name, &1}])
    Enum.map_join(arities, ", ", &"/#{&1}") <> if(about, do: "  " <> about, else: "")
  end

  # The first line of the documentation of each function and macro.
  defp first_lines(module) do
    case IEx.Loaded.docs(module) do
      {:docs_v1, _, _, _, _, _, entries} ->
        for {{kind, name, arity}, _, _, %{"en" => text}, _} <- entries, kind in [:function, :macro], into: %{} do
          {{Atom.to_string(name), arity}, first_line(text)}
        end

      _ ->
        %{}
    end
  end

  defp first_line(text) do
    line = text |> String.trim() |> String.split("\n", parts: 2) |> hd()
    if String.length(line) > 60, do: String.slice(line, 0, 57) <> "...", else: line
  end

  defp exports(module) do
    with {:module, _} <- Code.ensure_loaded(module) do
      listed =
        if function_exported?(module, :__info__, 1) do
          module.__info__(:macros) ++ module.__info__(:functions)
        else
          module.module_info(:exports) -- [module_info: 0, module_info: 1]
        end

      listed
      |> Enum.reject(fn {name, _} -> String.starts_with?(Atom.to_string(name), "_") end)
      |> Enum.group_by(fn {name, _} -> Atom.to_string(name) end, fn {_, arity} -> arity end)
      |> Enum.map(fn {name, arities} -> {name, Enum.sort(arities)} end)
    else
      _ -> []
    end
  end

  # The next part of module names that begin so.
  defp modules(prefix, word, library) do
    start = "Elixir." <> full_prefix(prefix) <> word
    depth = length(String.split(start, "."))

    for name <- known(library), String.starts_with?(name, start) do
      part = name |> String.split(".") |> Enum.at(depth - 1)
      {prefix <> part, nil}
    end
  end

  defp full_prefix(""), do: ""
  defp full_prefix(prefix), do: (prefix |> String.trim_trailing(".") |> expand_name() |> inspect()) <> "."

  defp known(library), do: for({module, _} <- :code.all_loaded(), do: Atom.to_string(module)) ++ library

  defp erlang(word, all, library) do
    case split(word) do
      {nil, _} ->
        for name <- known(library), not String.starts_with?(name, ["Elixir.", "elixir_compiler_"]), String.starts_with?(name, word), do: {":" <> name, nil}

      {left, right} ->
        left_text = all |> String.split(".") |> Enum.drop(-1) |> Enum.join(".")
        functions(String.to_atom(left), left_text, right)
    end
  end

  defp names(word) do
    variables = for {name, _} <- IEx.Server.binding() || [], is_atom(name), text = Atom.to_string(name), String.starts_with?(text, word), do: {text, "variable"}
    env = IEx.Server.env()
    imported = if env, do: env.functions ++ env.macros, else: []

    functions =
      for {module, list} <- imported,
          docs = first_lines(module),
          {name, arities} <- Enum.group_by(list, &elem(&1, 0), &elem(&1, 1)),
          text = Atom.to_string(name),
          String.starts_with?(text, word),
          text =~ ~r/^[a-z]/,
          do: {text, "#{inspect(module)} #{describe(text, Enum.sort(arities), docs)}"}

    language = for name <- IEx.Language.names(), String.starts_with?(name, word), do: {name, nil}
    variables ++ Enum.sort_by(functions, &(elem(&1, 1) == nil)) ++ language
  end

  # Keys of a map that a variable holds, through as many maps as there are dots.
  defp keys(left, right) do
    with %{} = map <- value(left) do
      for {key, _} <- Map.to_list(map), is_atom(key), text = Atom.to_string(key), String.starts_with?(text, right), not String.starts_with?(text, "__") do
        {"#{left}.#{text}", "key"}
      end
    else
      module when is_atom(module) and module not in [nil, true, false] -> functions(module, left, right)
      _ -> []
    end
  end

  defp inner(name, %{} = map), do: Enum.find_value(map, fn {key, value} -> if is_atom(key) and Atom.to_string(key) == name, do: value end)
  defp inner(_name, _other), do: nil

  defp struct?(name) do
    module = expand_name(name)
    not String.contains?(name, ["/", "("]) and module_name?(name) and (not Code.ensure_loaded?(module) or function_exported?(module, :__struct__, 0))
  end
end
