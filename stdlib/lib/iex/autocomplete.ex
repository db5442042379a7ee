defmodule IEx.Autocomplete do
  @moduledoc false
  # What a word could become: modules, functions, variables, keys of maps. `library` lists modules that come along, loaded or not.

  # `[{completed, line about it or nil}]`, in order.
  def complete(word, library) do
    word
    |> candidates(library)
    |> Enum.uniq_by(&elem(&1, 0))
    |> Enum.sort()
    |> Enum.take(400)
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
        module = expand(left)
        functions(module, left, right) ++ if(right == "" or module_name?(right), do: modules(left <> ".", right, library), else: [])

      true ->
        keys(left, right)
    end
  end

  defp expand(name) do
    env = IEx.Server.env()
    [first | rest] = String.split(name, ".")
    aliases = if env, do: env.aliases, else: []

    case List.keyfind(aliases, Module.concat([first]), 0) do
      {_, module} -> Module.concat([module | rest])
      nil -> Module.concat([name])
    end
  end

  defp functions(module, left, right) do
    for {name, arities} <- exports(module), String.starts_with?(name, right) do
      {"#{left}.#{name}", describe(arities)}
    end
  end

  defp describe(arities), do: Enum.map_join(arities, ", ", &"/#{&1}")

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
  defp full_prefix(prefix), do: (prefix |> String.trim_trailing(".") |> expand() |> inspect()) <> "."

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
          {name, arities} <- Enum.group_by(list, &elem(&1, 0), &elem(&1, 1)),
          text = Atom.to_string(name),
          String.starts_with?(text, word),
          text =~ ~r/^[a-z]/,
          do: {text, "#{inspect(module)} #{describe(Enum.sort(arities))}"}

    variables ++ functions
  end

  # Keys of a map that a variable holds, through as many maps as there are dots.
  defp keys(left, right) do
    [first | rest] = String.split(left, ".")
    bound = for {name, value} <- IEx.Server.binding() || [], is_atom(name), Atom.to_string(name) == first, do: value

    with [value | _] <- bound,
         %{} = map <- Enum.reduce(rest, value, &inner/2) do
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
    module = expand(name)
    not String.contains?(name, ["/", "("]) and module_name?(name) and (not Code.ensure_loaded?(module) or function_exported?(module, :__struct__, 0))
  end
end
