defmodule Keyword do
  @moduledoc """
  Functions for keyword lists: lists of pairs whose first elements are atoms.

  Keys may repeat and order is kept. Everything takes linear time: they are for options, not for data.
  """

  @type key :: atom
  @type value :: any
  @type t :: [{key, value}]
  @type t(value) :: [{key, value}]
  @type default :: any

  @doc """
  Tells whether the term is a keyword list.

  ## Examples

      iex> Keyword.keyword?([1, 2, 3])
      false
      iex> Keyword.keyword?(a: 1, b: 2)
      true

  """
  @spec keyword?(term) :: boolean
  def keyword?(term)
  def keyword?([{key, _value} | rest]) when is_atom(key), do: keyword?(rest)
  def keyword?([]), do: true
  def keyword?(_other), do: false

  @doc "Returns an empty keyword list."
  @spec new() :: []
  def new(), do: []

  @doc """
  Builds a keyword list of pairs; of pairs with the same key the last one stays.

  ## Examples

      iex> Keyword.new(a: 1, b: 2)
      [a: 1, b: 2]

  """
  @spec new(Enumerable.t()) :: t
  def new(pairs), do: new(pairs, fn pair -> pair end)

  @doc """
  Builds a keyword list of what a function makes of each element.

  ## Examples

      iex> Keyword.new([:a], &{&1, 1})
      [a: 1]

  """
  @spec new(Enumerable.t(), (term -> {key, value})) :: t
  def new(pairs, transform) when is_function(transform, 1) do
    fun = fn element, acc ->
      {key, value} = transform.(element)
      put_new(acc, key, value)
    end

    :lists.foldl(fun, [], Enum.reverse(pairs))
  end

  @doc """
  Builds a keyword list from keys that all get the same value.

  ## Examples

      iex> Keyword.from_keys([:a], 1)
      [a: 1]

  """
  @spec from_keys([key], value) :: t(value)
  def from_keys(keys, value) when is_list(keys), do: :lists.map(&{&1, value}, keys)

  @doc """
  Checks options against allowed keys, some with defaults; returns `{:ok, options}` or `{:error, unknown keys}`.

  ## Examples

      iex> Keyword.validate([a: 1, b: 2], [:a, c: 3])
      {:error, [:b]}

  """
  @spec validate(t, [key | {key, value}]) :: {:ok, t} | {:error, [key]}
  def validate(keyword, values) when is_list(keyword) and is_list(values), do: validate(keyword, values, [], [], [])

  # What is passed over in the search for a key goes to the other list, where the next search looks if the key is not found before the end.
  # The order of the defaults in the result comes from there.
  defp validate([{key, _} = pair | keyword], values1, values2, acc, bad) when is_atom(key) do
    case find_key!(values1, key, values2) do
      {values1, values2} ->
        validate(keyword, values1, values2, [pair | acc], bad)

      :error ->
        case find_key!(values2, key, values1) do
          {values2, values1} -> validate(keyword, values2, values1, [pair | acc], bad)
          :error -> validate(keyword, values1, values2, acc, [key | bad])
        end
    end
  end

  defp validate([], values1, values2, acc, []), do: {:ok, defaults(values1, defaults(values2, acc))}
  defp validate([], _values1, _values2, _acc, bad), do: {:error, bad}
  defp validate([other | _], _values1, _values2, _acc, _bad), do: raise(ArgumentError, "expected a keyword list as first argument, got invalid entry: #{inspect(other)}")

  defp find_key!([key | rest], key, seen), do: {rest, seen}
  defp find_key!([{key, _} | rest], key, seen), do: {rest, seen}
  defp find_key!([other | rest], key, seen), do: find_key!(rest, key, [other | seen])
  defp find_key!([], _key, _seen), do: :error

  defp defaults([{key, value} | rest], acc) when is_atom(key), do: defaults(rest, [{key, value} | acc])
  defp defaults([key | rest], acc) when is_atom(key), do: defaults(rest, acc)
  defp defaults([], acc), do: acc
  defp defaults([other | _], _acc), do: raise(ArgumentError, "expected the second argument to be a list of atoms or tuples, got: #{inspect(other)}")

  @doc "Checks options like `validate/2`, but raises `ArgumentError` for unknown keys."
  @spec validate!(t, [key | {key, value}]) :: t
  def validate!(keyword, values) do
    case validate(keyword, values) do
      {:ok, keyword} ->
        keyword

      {:error, invalid} ->
        allowed = for value <- values, do: if(is_tuple(value), do: elem(value, 0), else: value)

        case Enum.reject(invalid, &(&1 in allowed)) do
          [] -> raise ArgumentError, "duplicate keys #{inspect(invalid)} in #{inspect(keyword)}"
          unknown -> raise ArgumentError, "unknown keys #{inspect(unknown)} in #{inspect(keyword)}, the allowed keys are: #{inspect(allowed)}"
        end
    end
  end

  @doc """
  Returns the first value of a key, else the default.

  ## Examples

      iex> Keyword.get([a: 1, b: 2], :a)
      1
      iex> Keyword.get([1, 2, 3], :a)
      nil

  """
  @spec get(t, key, default) :: value | default
  def get(keywords, key, default \\ nil) when is_list(keywords) and is_atom(key) do
    case :lists.keyfind(key, 1, keywords) do
      {^key, value} -> value
      false -> default
    end
  end

  @doc """
  Returns the first value of a key, else what the function returns.

  ## Examples

      iex> Keyword.get_lazy([1, 2, 3], :z, fn -> 1 end)
      1

  """
  @spec get_lazy(t, key, (() -> value)) :: value
  def get_lazy(keywords, key, fun) when is_list(keywords) and is_atom(key) and is_function(fun, 0) do
    case :lists.keyfind(key, 1, keywords) do
      {^key, value} -> value
      false -> fun.()
    end
  end

  @doc """
  Returns the value of a key and updates it; the function returns `{got, new}` or `:pop`.

  ## Examples

      iex> Keyword.get_and_update([a: 1, b: 2], :a, &{&1, 2})
      {1, [a: 2, b: 2]}
      iex> Keyword.get_and_update([a: 1, b: 2], :a, fn _ -> :pop end)
      {1, [b: 2]}

  """
  @spec get_and_update(t, key, (value | nil -> {current, value} | :pop)) :: {current, t} when current: value
  def get_and_update(keywords, key, fun) when is_list(keywords) and is_atom(key), do: get_and_update(keywords, [], key, fun)

  defp get_and_update([{key, current} | rest], acc, key, fun) do
    case fun.(current) do
      {got, value} -> {got, :lists.reverse(acc, [{key, value} | rest])}
      :pop -> {current, :lists.reverse(acc, rest)}
      other -> raise "the given function must return a two-element tuple or :pop, got: #{inspect(other)}"
    end
  end

  defp get_and_update([{_, _} = pair | rest], acc, key, fun), do: get_and_update(rest, [pair | acc], key, fun)

  defp get_and_update([], acc, key, fun) do
    case fun.(nil) do
      {got, value} -> {got, [{key, value} | :lists.reverse(acc)]}
      :pop -> {nil, :lists.reverse(acc)}
      other -> raise "the given function must return a two-element tuple or :pop, got: #{inspect(other)}"
    end
  end

  @doc "Returns the value of a key, which must be there, and updates it."
  @spec get_and_update!(t, key, (value -> {current, value} | :pop)) :: {current, t} when current: value
  def get_and_update!(keywords, key, fun), do: get_and_update!(keywords, key, fun, [])

  defp get_and_update!([{key, value} | keywords], key, fun, acc) do
    case fun.(value) do
      {result, value} -> {result, :lists.reverse(acc, [{key, value} | delete(keywords, key)])}
      :pop -> {value, :lists.reverse(acc, keywords)}
      other -> raise "the given function must return a two-element tuple or :pop, got: #{inspect(other)}"
    end
  end

  defp get_and_update!([{_, _} = e | keywords], key, fun, acc), do: get_and_update!(keywords, key, fun, [e | acc])
  defp get_and_update!([], key, _fun, acc) when is_atom(key), do: raise(KeyError, key: key, term: acc)

  @doc """
  Returns `{:ok, value}` for the key, or `:error`.

  ## Examples

      iex> Keyword.fetch([a: 1, b: 2], :a)
      {:ok, 1}
      iex> Keyword.fetch([1, 2, 3], :a)
      :error

  """
  @spec fetch(t, key) :: {:ok, value} | :error
  def fetch(keywords, key) when is_list(keywords) and is_atom(key) do
    case :lists.keyfind(key, 1, keywords) do
      {^key, value} -> {:ok, value}
      false -> :error
    end
  end

  @doc "Returns the value of the key or raises `KeyError`."
  @spec fetch!(t, key) :: value
  def fetch!(keywords, key) when is_list(keywords) and is_atom(key) do
    case :lists.keyfind(key, 1, keywords) do
      {^key, value} -> value
      false -> raise KeyError, key: key, term: keywords
    end
  end

  @doc """
  Lists all values of a key.

  ## Examples

      iex> Keyword.get_values([a: 1, b: 2], :a)
      [1]

  """
  @spec get_values(t, key) :: [value]
  def get_values(keywords, key) when is_list(keywords) and is_atom(key), do: for({^key, value} <- keywords, do: value)

  @doc """
  Lists the keys, repeated ones included.

  ## Examples

      iex> Keyword.keys(a: 1, b: 2)
      [:a, :b]

  """
  @spec keys(t) :: [key]
  def keys(keywords) when is_list(keywords) do
    :lists.map(
      fn
        {key, _} when is_atom(key) -> key
        other -> raise ArgumentError, "expected a keyword list, but an entry in the list is not a two-element tuple with an atom as its first element, got: #{inspect(other)}"
      end,
      keywords
    )
  end

  @doc """
  Lists the values.

  ## Examples

      iex> Keyword.values(a: 1, b: 2)
      [1, 2]

  """
  @spec values(t) :: [value]
  def values(keywords) when is_list(keywords), do: :lists.map(fn {_key, value} -> value end, keywords)

  @doc """
  Removes all entries of a key.

  ## Examples

      iex> Keyword.delete([1, 2, 3], :a)
      [1, 2, 3]
      iex> Keyword.delete([a: 1, b: 2], :a)
      [b: 2]

  """
  @spec delete(t, key) :: t
  def delete(keywords, key) when is_list(keywords) and is_atom(key) do
    if :lists.keymember(key, 1, keywords), do: delete_key(keywords, key), else: keywords
  end

  @doc false
  @deprecated "Use Keyword.fetch/2 + Keyword.delete/2 instead"
  def delete(keywords, key, value) when is_list(keywords) and is_atom(key), do: :lists.filter(fn pair -> pair !== {key, value} end, keywords)

  defp delete_key([{key, _} | tail], key), do: delete_key(tail, key)
  defp delete_key([{_, _} = pair | tail], key), do: [pair | delete_key(tail, key)]
  defp delete_key([], _key), do: []

  @doc "Removes the first entry of a key."
  @spec delete_first(t, key) :: t
  def delete_first(keywords, key) when is_list(keywords) and is_atom(key), do: :lists.keydelete(key, 1, keywords)

  @doc """
  Puts a value under a key in front, removing all other entries of the key.

  ## Examples

      iex> Keyword.put([1, 2, 3], :a, 9)
      [{:a, 9}, 1, 2, 3]
      iex> Keyword.put([a: 1, b: 2], :a, 9)
      [a: 9, b: 2]

  """
  @spec put(t, key, value) :: t
  def put(keywords, key, value) when is_list(keywords) and is_atom(key), do: [{key, value} | delete(keywords, key)]

  @doc """
  Puts a value under a key unless the key is there.

  ## Examples

      iex> Keyword.put_new([1, 2, 3], :z, 9)
      [{:z, 9}, 1, 2, 3]
      iex> Keyword.put_new([a: 1, b: 2], :z, 9)
      [z: 9, a: 1, b: 2]

  """
  @spec put_new(t, key, value) :: t
  def put_new(keywords, key, value) when is_list(keywords) and is_atom(key) do
    if :lists.keymember(key, 1, keywords), do: keywords, else: [{key, value} | keywords]
  end

  @doc """
  Puts what the function returns under a key unless the key is there.

  ## Examples

      iex> Keyword.put_new_lazy([1, 2, 3], :z, fn -> 1 end)
      [{:z, 1}, 1, 2, 3]
      iex> Keyword.put_new_lazy([a: 1, b: 2], :z, fn -> 1 end)
      [z: 1, a: 1, b: 2]

  """
  @spec put_new_lazy(t, key, (() -> value)) :: t
  def put_new_lazy(keywords, key, fun) when is_list(keywords) and is_atom(key) and is_function(fun, 0) do
    if :lists.keymember(key, 1, keywords), do: keywords, else: [{key, fun.()} | keywords]
  end

  @doc """
  Replaces the value of a key, in place, if the key is there.

  ## Examples

      iex> Keyword.replace([a: 1, b: 2], :a, 2)
      [a: 2, b: 2]

  """
  @spec replace(t, key, value) :: t
  def replace(keywords, key, value) when is_list(keywords) and is_atom(key), do: do_replace(keywords, key, value)

  defp do_replace([{key, _} | rest], key, value), do: [{key, value} | delete(rest, key)]
  defp do_replace([{_, _} = pair | rest], key, value), do: [pair | do_replace(rest, key, value)]
  defp do_replace([], _key, _value), do: []

  @doc "Replaces the value of a key or raises `KeyError`."
  @spec replace!(t, key, value) :: t
  def replace!(keywords, key, value) when is_list(keywords) and is_atom(key) do
    if :lists.keymember(key, 1, keywords), do: do_replace(keywords, key, value), else: raise(KeyError, key: key, term: keywords)
  end

  @doc """
  Replaces the value of a key with what the function makes of it, if the key is there.

  ## Examples

      iex> Keyword.replace_lazy([a: 1, b: 2], :a, &{&1})
      [a: {1}, b: 2]

  """
  @spec replace_lazy(t, key, (value -> value)) :: t
  def replace_lazy(keywords, key, fun) when is_list(keywords) and is_atom(key) and is_function(fun, 1) do
    case :lists.keyfind(key, 1, keywords) do
      {_, value} -> do_replace(keywords, key, fun.(value))
      false -> keywords
    end
  end

  @doc """
  Tells whether two keyword lists hold the same entries, in any order of keys.

  ## Examples

      iex> Keyword.equal?([1, 2, 3], [1, 2, 3])
      true

  """
  @spec equal?(t, t) :: boolean
  def equal?(left, right) when is_list(left) and is_list(right), do: :lists.sort(left) === :lists.sort(right)

  @doc """
  Merges two keyword lists; entries of the second replace those of the first.

  ## Examples

      iex> Keyword.merge([a: 5], a: 1, b: 2)
      [a: 1, b: 2]
      iex> Keyword.merge([a: 1, b: 2], a: 5)
      [b: 2, a: 5]

  """
  @spec merge(t, t) :: t
  def merge(keywords1, keywords2)
  def merge(keywords1, []) when is_list(keywords1), do: keywords1
  def merge([], keywords2) when is_list(keywords2), do: keywords2

  def merge(keywords1, keywords2) when is_list(keywords1) and is_list(keywords2) do
    unless keyword?(keywords2) do
      raise ArgumentError, "expected a keyword list as the second argument, got: #{inspect(keywords2)}"
    end

    kept =
      :lists.filter(
        fn
          {key, _} when is_atom(key) -> not :lists.keymember(key, 1, keywords2)
          _ -> raise ArgumentError, "expected a keyword list as the first argument, got: #{inspect(keywords1)}"
        end,
        keywords1
      )

    kept ++ keywords2
  end

  @doc """
  Merges two keyword lists; a function of key and both values settles conflicts.

  ## Examples

      iex> Keyword.merge([a: 1, b: 2], [a: 5], fn k, a, b -> {k, a, b} end)
      [b: 2, a: {:a, 1, 5}]

  """
  @spec merge(t, t, (key, value, value -> value)) :: t
  def merge(keywords1, keywords2, fun) when is_list(keywords1) and is_list(keywords2) and is_function(fun, 3) do
    unless keyword?(keywords1), do: raise(ArgumentError, "expected a keyword list as the first argument, got: #{inspect(keywords1)}")
    unless keyword?(keywords2), do: raise(ArgumentError, "expected a keyword list as the second argument, got: #{inspect(keywords2)}")
    merge_by(keywords2, [], keywords1, keywords1, fun)
  end

  defp merge_by([{key, value2} | rest], acc, kept, originals, fun) do
    case :lists.keyfind(key, 1, originals) do
      {^key, value1} -> merge_by(rest, [{key, fun.(key, value1, value2)} | acc], delete(kept, key), :lists.keydelete(key, 1, originals), fun)
      false -> merge_by(rest, [{key, value2} | acc], kept, originals, fun)
    end
  end

  defp merge_by([], acc, kept, _originals, _fun), do: kept ++ :lists.reverse(acc)

  @doc """
  Tells whether the key is there.

  ## Examples

      iex> Keyword.has_key?([1, 2, 3], :a)
      false
      iex> Keyword.has_key?([a: 1, b: 2], :a)
      true

  """
  @spec has_key?(t, key) :: boolean
  def has_key?(keywords, key) when is_list(keywords) and is_atom(key), do: :lists.keymember(key, 1, keywords)

  @doc "Updates the first value of a key with a function, dropping its other entries, or raises `KeyError`."
  @spec update!(t, key, (value -> value)) :: t
  def update!(keywords, key, fun) when is_list(keywords) and is_atom(key) and is_function(fun, 1) do
    if :lists.keymember(key, 1, keywords), do: update_in_place(keywords, key, fun), else: raise(KeyError, key: key, term: keywords)
  end

  defp update_in_place([{key, value} | rest], key, fun), do: [{key, fun.(value)} | delete(rest, key)]
  defp update_in_place([{_, _} = pair | rest], key, fun), do: [pair | update_in_place(rest, key, fun)]
  defp update_in_place([], _key, _fun), do: []

  @doc """
  Updates the first value of a key with a function, dropping its other entries, or appends the default.

  ## Examples

      iex> Keyword.update([a: 1, b: 2], :a, 1, &{&1})
      [a: {1}, b: 2]

  """
  @spec update(t, key, default :: value, (value -> value)) :: t
  def update(keywords, key, default, fun) when is_list(keywords) and is_atom(key) and is_function(fun, 1) do
    if :lists.keymember(key, 1, keywords), do: update_in_place(keywords, key, fun), else: keywords ++ [{key, default}]
  end

  @doc """
  Returns the entries of the second list whose keys are in the first one too.

  ## Examples

      iex> Keyword.take([a: 1, b: 2], [:b])
      [b: 2]

  """
  @spec intersect(t, t) :: t
  def intersect(keywords1, keywords2), do: intersect(keywords1, keywords2, fn _key, _left, right -> right end)

  @doc "Returns an entry for each key that is in both lists, with what the function makes of key and both values."
  @spec intersect(t, t, (key, value, value -> value)) :: t
  def intersect(keywords1, keywords2, fun) when is_list(keywords1) and is_list(keywords2) and is_function(fun, 3) do
    for {key, left} <- keywords1, {:ok, right} <- [fetch(keywords2, key)], do: {key, fun.(key, left, right)}
  end

  @doc """
  Returns the entries of the given keys and the others.

  ## Examples

      iex> Keyword.split([a: 1, b: 2], [:a])
      {[a: 1], [b: 2]}
      iex> Keyword.split([], [:a])
      {[], []}

  """
  @spec split(t, [key]) :: {t, t}
  def split(keywords, keys) when is_list(keywords) and is_list(keys) do
    {taken, dropped} =
      :lists.foldl(
        fn {key, _} = pair, {taken, dropped} ->
          if :lists.member(key, keys), do: {[pair | taken], dropped}, else: {taken, [pair | dropped]}
        end,
        {[], []},
        keywords
      )

    {:lists.reverse(taken), :lists.reverse(dropped)}
  end

  @doc "Returns the entries for which the function is truthy and the others."
  @spec split_with(t, ({key, value} -> as_boolean(term))) :: {t, t}
  def split_with(keywords, fun) when is_list(keywords) and is_function(fun, 1), do: Enum.split_with(keywords, fun)

  @doc """
  Keeps only the entries of the given keys.

  ## Examples

      iex> Keyword.take([a: 1, b: 2], [:a])
      [a: 1]

  """
  @spec take(t, [key]) :: t
  def take(keywords, keys) when is_list(keywords) and is_list(keys), do: :lists.filter(fn {key, _} -> :lists.member(key, keys) end, keywords)

  @doc """
  Removes the entries of the given keys.

  ## Examples

      iex> Keyword.drop([a: 1, b: 2], [:a])
      [b: 2]

  """
  @spec drop(t, [key]) :: t
  def drop(keywords, keys) when is_list(keywords) and is_list(keys), do: :lists.filter(fn {key, _} -> not :lists.member(key, keys) end, keywords)

  @doc """
  Returns the first value of a key, else the default, and the list without the key.

  ## Examples

      iex> Keyword.pop([1, 2, 3], :a)
      {nil, [1, 2, 3]}
      iex> Keyword.pop([a: 1, b: 2], :a)
      {1, [b: 2]}

  """
  @spec pop(t, key, default) :: {value | default, t}
  def pop(keywords, key, default \\ nil) when is_list(keywords) and is_atom(key) do
    case fetch(keywords, key) do
      {:ok, value} -> {value, delete(keywords, key)}
      :error -> {default, keywords}
    end
  end

  @doc "Returns the first value of a key and the list without the key, or raises `KeyError`."
  @spec pop!(t, key) :: {value, t}
  def pop!(keywords, key) when is_list(keywords) and is_atom(key) do
    case fetch(keywords, key) do
      {:ok, value} -> {value, delete(keywords, key)}
      :error -> raise KeyError, key: key, term: keywords
    end
  end

  @doc """
  Returns all values of a key and the list without the key.

  ## Examples

      iex> Keyword.pop_values([a: 1, b: 2], :a)
      {[1], [b: 2]}

  """
  @spec pop_values(t, key) :: {[value], t}
  def pop_values(keywords, key) when is_list(keywords) and is_atom(key), do: pop_values(keywords, key, [], [])

  defp pop_values([{key, value} | tail], key, values, acc), do: pop_values(tail, key, [value | values], acc)
  defp pop_values([{_, _} = pair | tail], key, values, acc), do: pop_values(tail, key, values, [pair | acc])
  defp pop_values([], _key, values, acc), do: {:lists.reverse(values), :lists.reverse(acc)}

  @doc """
  Returns the first value of a key, else what the function returns, and the list without the key.

  ## Examples

      iex> Keyword.pop_lazy([1, 2, 3], :z, fn -> 1 end)
      {1, [1, 2, 3]}
      iex> Keyword.pop_lazy([a: 1, b: 2], :z, fn -> 1 end)
      {1, [a: 1, b: 2]}

  """
  @spec pop_lazy(t, key, (() -> value)) :: {value, t}
  def pop_lazy(keywords, key, fun) when is_list(keywords) and is_atom(key) and is_function(fun, 0) do
    case fetch(keywords, key) do
      {:ok, value} -> {value, delete(keywords, key)}
      :error -> {fun.(), keywords}
    end
  end

  @doc """
  Returns the first value of a key, else the default, and the list without that entry.

  ## Examples

      iex> Keyword.pop_first([1, 2, 3], :a)
      {nil, [1, 2, 3]}
      iex> Keyword.pop_first([a: 1, b: 2], :a)
      {1, [b: 2]}

  """
  @spec pop_first(t, key, default) :: {value | default, t}
  def pop_first(keywords, key, default \\ nil) when is_list(keywords) and is_atom(key) do
    case :lists.keytake(key, 1, keywords) do
      {:value, {^key, value}, rest} -> {value, rest}
      false -> {default, keywords}
    end
  end

  @doc """
  Returns the keyword list itself.

  ## Examples

      iex> Keyword.to_list([1, 2, 3])
      [1, 2, 3]
      iex> Keyword.to_list(a: 1, b: 2)
      [a: 1, b: 2]

  """
  @spec to_list(t) :: t
  def to_list(keywords) when is_list(keywords), do: keywords

  @doc false
  @deprecated "Use Kernel.length/1 instead"
  def size(keywords), do: length(keywords)

  @doc """
  Keeps the entries for which the function is truthy.

  ## Examples

      iex> Keyword.filter([a: 1, b: 2], fn {k, _} -> k == :a end)
      [a: 1]

  """
  @spec filter(t, ({key, value} -> as_boolean(term))) :: t
  def filter(keywords, fun) when is_list(keywords) and is_function(fun, 1), do: do_filter(keywords, fun)

  @doc """
  Drops the entries for which the function is truthy.

  ## Examples

      iex> Keyword.reject([a: 1, b: 2], fn {k, _} -> k == :a end)
      [b: 2]

  """
  @spec reject(t, ({key, value} -> as_boolean(term))) :: t
  def reject(keywords, fun) when is_list(keywords) and is_function(fun, 1), do: do_reject(keywords, fun)

  defp do_filter([{_, _} = pair | rest], fun), do: if(fun.(pair), do: [pair | do_filter(rest, fun)], else: do_filter(rest, fun))
  defp do_filter([], _fun), do: []

  defp do_reject([{_, _} = pair | rest], fun) do
    if fun.(pair), do: do_reject(rest, fun), else: [pair | do_reject(rest, fun)]
  end

  defp do_reject([], _fun), do: []

  @doc false
  @deprecated "Use Keyword.new/2 instead"
  def map(keywords, fun) when is_list(keywords), do: :lists.map(fn {key, _} = pair -> {key, fun.(pair)} end, keywords)
end
