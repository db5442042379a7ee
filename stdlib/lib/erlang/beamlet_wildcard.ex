defmodule :beamlet_wildcard do
  @moduledoc """
  Finds the files that match a pattern, for `Path.wildcard/2` and `:filelib.wildcard/1`.

  A pattern is read part by part between slashes. `**` as a whole part stands for any number of directories, and for all
  below when it is the last. Within a part, `*` stands for any letters, `?` for one, `[...]` for one of some and `{...}` for
  one of several patterns; a backslash takes the meaning of what follows away.
  """

  @doc """
  Lists what matches `pattern`, in order, each once. `visible?` tells which names of a directory are looked at.
  """
  @spec find(binary, binary, (binary -> boolean)) :: [binary]
  def find(pattern, directory, visible?) do
    {start, parts} =
      case :binary.split(pattern, "/", [:global]) do
        ["", next | parts] -> {"/", [next | parts]}
        parts -> {"", parts}
      end

    parts = for part <- parts, part != "", do: part(part)
    :lists.usort(walk(whole(parts), start, {directory, visible?}, []))
  end

  # `**` at the end means all that is below; several in a row mean no more than one. A hidden name is looked for below it
  # only when such names are visible. A dot on the way leads nowhere.
  defp whole([:deep]), do: [:deep, [:star]]
  defp whole([:deep, :deep | rest]), do: whole([:deep | rest])
  defp whole([:deep, {:name, "." <> _ = hidden} | rest]), do: [:deep, letters(hidden) | whole(rest)]
  defp whole([{:name, "."}, next | rest]), do: whole([next | rest])
  defp whole([part | rest]), do: [part | whole(rest)]
  defp whole([]), do: []

  ## Walking

  defp walk([], "", _where, found), do: found

  defp walk([], path, where, found) do
    case :beamlet_file.lstat(at(path, where)) do
      {:ok, _} -> [path | found]
      {:error, _} -> found
    end
  end

  defp walk([{:name, name} | rest], path, where, found), do: walk(rest, add(path, name), where, found)

  defp walk([:deep | rest] = parts, path, where, found) do
    found = walk(rest, path, where, found)

    :lists.foldl(
      fn name, found ->
        inner = add(path, name)
        if :beamlet_file.kind(at(inner, where)) == :directory, do: walk(parts, inner, where, found), else: found
      end,
      found,
      names(path, where)
    )
  end

  # What a directory lists is there.
  defp walk([pattern], path, where, found) do
    fitting = :lists.filter(&fits?(pattern, &1), names(path, where))
    :lists.foldl(fn name, found -> [add(path, name) | found] end, found, fitting)
  end

  defp walk([pattern | rest], path, where, found) do
    fitting = :lists.filter(&fits?(pattern, &1), names(path, where))
    :lists.foldl(fn name, found -> walk(rest, add(path, name), where, found) end, found, fitting)
  end

  defp add("", name), do: name
  defp add("/", name), do: "/" <> name
  defp add(path, name), do: path <> "/" <> name

  defp at("/" <> _ = path, _where), do: path
  defp at("", {"", _}), do: "."
  defp at(path, {directory, _}), do: add(directory, path)

  defp names(path, {_, visible?} = where) do
    case :beamlet_file.ls(at(path, where)) do
      {:ok, names} -> :lists.filter(visible?, names)
      {:error, _} -> []
    end
  end

  ## Patterns

  defp part("**"), do: :deep

  defp part(text) do
    {pattern, []} = tokens(letters(text), [], :part)
    if :lists.all(&is_integer/1, pattern), do: {:name, :unicode.characters_to_binary(pattern)}, else: pattern
  end

  defp letters(text) do
    case :unicode.characters_to_list(text) do
      letters when is_list(letters) -> letters
      _not_unicode -> :erlang.binary_to_list(text)
    end
  end

  # Reads up to the end of the part, or, inside braces, up to the comma or brace that ends an alternative.
  defp tokens([], read, :part), do: {:lists.reverse(read), []}
  defp tokens([], _read, :choice), do: :erlang.error({:badpattern, :missing_delimiter})
  defp tokens([last | _] = rest, read, :choice) when last in [?,, ?}], do: {:lists.reverse(read), rest}
  defp tokens([?*, ?* | rest], read, where), do: tokens([?* | rest], read, where)
  defp tokens([?* | rest], read, where), do: tokens(rest, [:star | read], where)
  defp tokens([?? | rest], read, where), do: tokens(rest, [:any | read], where)

  defp tokens([?[ | rest], read, where) do
    case set(rest, []) do
      {set, rest} -> tokens(rest, [{:set, set} | read], where)
      :open -> tokens(rest, [?[ | read], where)
    end
  end

  defp tokens([?{ | rest], read, where) do
    {choices, rest} = choices(rest, [])
    tokens(rest, [{:choice, choices} | read], where)
  end

  defp tokens([?\\, letter | rest], read, where), do: tokens(rest, [letter | read], where)
  defp tokens([letter | rest], read, where), do: tokens(rest, [letter | read], where)

  defp choices(letters, read) do
    case tokens(letters, [], :choice) do
      {choice, [?, | rest]} -> choices(rest, [choice | read])
      {choice, [?} | rest]} -> {:lists.reverse([choice | read]), rest}
    end
  end

  # A closing bracket that comes first is one of the letters, and so are the three of a range that runs backwards.
  defp set([?] | rest], []), do: set(rest, [{?], ?]}])
  defp set([?] | rest], read), do: {read, rest}
  defp set([first, ?-, last | rest], read) when last != ?] and first <= last, do: set(rest, [{first, last} | read])
  defp set([?\\, letter | rest], read), do: set(rest, [{letter, letter} | read])
  defp set([letter | rest], read), do: set(rest, [{letter, letter} | read])
  defp set([], _read), do: :open

  ## Matching

  defp fits?([:star], _name), do: true
  defp fits?(pattern, name), do: fit?(pattern, letters(name))

  defp fit?([:star], _letters), do: true
  defp fit?([:star | rest] = pattern, letters), do: fit?(rest, letters) or (letters != [] and fit?(pattern, tl(letters)))
  defp fit?([:any | rest], [_ | letters]), do: fit?(rest, letters)

  defp fit?([{:set, set} | rest], [letter | letters]),
    do: :lists.any(fn {first, last} -> first <= letter and letter <= last end, set) and fit?(rest, letters)

  defp fit?([{:choice, choices} | rest], letters), do: :lists.any(&fit?(&1 ++ rest, letters), choices)
  defp fit?([letter | rest], [letter | letters]), do: fit?(rest, letters)
  defp fit?([], []), do: true
  defp fit?(_pattern, _letters), do: false
end
