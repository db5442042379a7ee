defmodule :proplists do
  @moduledoc """
  Erlang's `:proplists`: lists of properties.

  A property is a tuple whose first element is its key, or an atom, which stands for `{atom, true}`. Of several with one key the first
  counts. Other terms in the list are passed over. Keys are compared with `=:=`.

  ## Examples

      iex> :proplists.get_value(:b, [:a, b: 1])
      1
      iex> :proplists.get_bool(:a, [:a, b: 1])
      true
  """

  @type property :: atom | tuple

  @doc "Writes a property in its short form."
  @spec property(property) :: property
  def property({key, true}) when is_atom(key), do: key
  def property(property), do: property

  @doc "Gives the property of a key and a value in its short form."
  @spec property(term, term) :: property
  def property(key, true) when is_atom(key), do: key
  def property(key, value), do: {key, value}

  @doc "Writes all atoms as pairs."
  @spec unfold([term]) :: [term]
  def unfold([property | rest]) when is_atom(property), do: [{property, true} | unfold(rest)]
  def unfold([property | rest]), do: [property | unfold(rest)]
  def unfold([]), do: []

  @doc "Writes all properties in their short form."
  @spec compact([term]) :: [term]
  def compact(list), do: for(property <- list, do: property(property))

  @doc "Gives the first property of a key as a tuple, or `:none`."
  @spec lookup(term, [term]) :: :none | tuple
  def lookup(key, [property | rest]) do
    cond do
      is_atom(property) and property === key -> {key, true}
      keyed?(property, key) -> property
      true -> lookup(key, rest)
    end
  end

  def lookup(_key, []), do: :none

  defp keyed?(property, key), do: is_tuple(property) and tuple_size(property) >= 1 and elem(property, 0) === key

  @doc "Gives all properties of a key as tuples."
  @spec lookup_all(term, [term]) :: [tuple]
  def lookup_all(key, [property | rest]) do
    cond do
      is_atom(property) and property === key -> [{key, true} | lookup_all(key, rest)]
      keyed?(property, key) -> [property | lookup_all(key, rest)]
      true -> lookup_all(key, rest)
    end
  end

  def lookup_all(_key, []), do: []

  @doc "Tells whether there is a property of the key."
  @spec is_defined(term, [term]) :: boolean
  def is_defined(key, list), do: lookup(key, list) != :none

  @doc "Gives the value of a key, `:undefined` when there is none."
  @spec get_value(term, [term]) :: term
  def get_value(key, list), do: get_value(key, list, :undefined)

  @doc "Gives the value of a key or a default, also where the first property of the key is no pair."
  @spec get_value(term, [term], term) :: term
  def get_value(key, [property | rest], default) do
    cond do
      is_atom(property) and property === key ->
        true

      keyed?(property, key) ->
        case property do
          {_, value} -> value
          _other -> default
        end

      true ->
        get_value(key, rest, default)
    end
  end

  def get_value(_key, [], default), do: default

  @doc "Gives the values of all pairs of a key."
  @spec get_all_values(term, [term]) :: [term]
  def get_all_values(key, list), do: for({_, value} <- lookup_all(key, list), do: value)

  @doc "Gives the values of all pairs of a key, those that are lists joined with the others."
  @spec append_values(term, [term]) :: [term]
  def append_values(key, list),
    do: :lists.append(for(value <- get_all_values(key, list), do: if(is_list(value), do: value, else: [value])))

  @doc "Tells whether the value of a key is `true`."
  @spec get_bool(term, [term]) :: boolean
  def get_bool(key, [property | rest]) do
    cond do
      is_atom(property) and property === key -> true
      keyed?(property, key) -> property == {key, true}
      true -> get_bool(key, rest)
    end
  end

  def get_bool(_key, []), do: false

  @doc "Lists the keys in ascending order, none twice."
  @spec get_keys([term]) :: [term]
  def get_keys(list), do: list |> keys() |> :sets.from_list() |> :sets.to_list()

  defp keys([property | rest]) when is_atom(property), do: [property | keys(rest)]
  defp keys([property | rest]) when is_tuple(property) and tuple_size(property) >= 1, do: [elem(property, 0) | keys(rest)]
  defp keys([_ | rest]), do: keys(rest)
  defp keys([]), do: []

  @doc "Removes all properties of a key."
  @spec delete(term, [term]) :: [term]
  def delete(key, [property | rest]) do
    if (is_atom(property) and property === key) or keyed?(property, key),
      do: delete(key, rest),
      else: [property | delete(key, rest)]
  end

  def delete(_key, []), do: []

  @doc "Renames keys, as pairs of old and new name tell."
  @spec substitute_aliases([{term, term}], [term]) :: [term]
  def substitute_aliases(aliases, list), do: for(property <- list, do: substitute_alias(aliases, property))

  defp substitute_alias([{key, new} | aliases], property) do
    cond do
      property === key -> property(new, true)
      keyed?(property, key) -> property(:erlang.setelement(1, property, new))
      true -> substitute_alias(aliases, property)
    end
  end

  defp substitute_alias([], property), do: property

  @doc "Replaces properties by the opposite of others, as pairs of names tell: `:no_x` by `{:x, false}`."
  @spec substitute_negations([{term, term}], [term]) :: [term]
  def substitute_negations(negations, list), do: for(property <- list, do: substitute_negation(negations, property))

  defp substitute_negation([{key, new} | negations], property) do
    cond do
      property === key -> {new, false}
      property == {key, true} -> {new, false}
      keyed?(property, key) -> property(new, true)
      true -> substitute_negation(negations, property)
    end
  end

  defp substitute_negation([], property), do: property

  @doc "Replaces the first occurrence of properties by lists, as pairs of property and list tell; later ones of the key go away."
  @spec expand([{property, [term]}], [term]) :: [term]
  def expand(expansions, list) do
    {list, _} = :lists.foldl(&expand_one/2, {list, []}, for({property, with} <- expansions, do: {property(property), with}))
    # Elements that are lists themselves, which are no properties, go up by a level as what is put in does.
    :lists.append(:lists.map(fn {:expanded, with} -> with; list when is_list(list) -> list; property -> [property] end, list))
  end

  defp expand_one({property, with}, {list, _}) do
    key = if is_atom(property), do: property, else: elem(property, 0)
    {replace(list, key, property, with), []}
  end

  defp replace([candidate | rest], key, property, with) do
    cond do
      property(candidate) === property ->
        [{:expanded, with} | remove(rest, key)]

      (is_atom(candidate) and candidate === key) or keyed?(candidate, key) ->
        # The first property of the key is another one, and counts.
        [candidate | rest]

      true ->
        [candidate | replace(rest, key, property, with)]
    end
  end

  defp replace([], _key, _property, _with), do: []

  defp remove(list, key), do: :lists.filter(fn property -> not (property === key or keyed?(property, key)) end, list)

  @doc "Applies the stages `{:aliases, pairs}`, `{:negations, pairs}` and `{:expand, pairs}` in order, and writes the result in short form."
  @spec normalize([term], [{atom, [term]}]) :: [term]
  def normalize(list, [{:aliases, aliases} | stages]), do: normalize(substitute_aliases(aliases, list), stages)
  def normalize(list, [{:expand, expansions} | stages]), do: normalize(expand(expansions, list), stages)
  def normalize(list, [{:negations, negations} | stages]), do: normalize(substitute_negations(negations, list), stages)
  def normalize(list, []), do: compact(list)

  @doc "Divides the properties by keys: a list for each, in the order of the keys, and the others."
  @spec split([term], [term]) :: {[[term]], [term]}
  def split(list, keys) do
    of = fn key -> :lists.filter(fn property -> property === key or keyed?(property, key) end, list) end
    mine = fn property -> :lists.any(fn key -> property === key or keyed?(property, key) end, keys) end
    {:lists.map(of, keys), :lists.filter(fn property -> not mine.(property) end, list)}
  end

  @doc "Makes a map of the first property of each key."
  @spec to_map([term]) :: map
  def to_map(list) do
    :lists.foldr(
      fn
        {key, value}, map -> :maps.put(key, value, map)
        key, map when is_atom(key) -> :maps.put(key, true, map)
        _other, map -> map
      end,
      %{},
      list
    )
  end

  @doc "Makes a map after `normalize/2`."
  @spec to_map([term], [{atom, [term]}]) :: map
  def to_map(list, stages), do: to_map(normalize(list, stages))

  @doc "Lists the pairs of a map."
  @spec from_map(map) :: [{term, term}]
  def from_map(map), do: :maps.to_list(map)
end
