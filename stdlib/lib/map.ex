defmodule Map do
  @moduledoc """
  Functions for maps, the key-value store to reach for first.

  Keys may be any term and are compared with `===`. Small maps keep their keys in term order; larger ones promise no
  order. Look-up and update take logarithmic time.
  """

  @type key :: any
  @type value :: any

  @doc """
  Builds a map from keys that all get the same value.

  ## Examples

      iex> Map.from_keys([1, 2, 3], 0)
      %{1 => 0, 2 => 0, 3 => 0}
      iex> Map.from_keys([a: 1, b: 2], 0)
      %{{:a, 1} => 0, {:b, 2} => 0}

  """
  @spec from_keys([key], value) :: map
  def from_keys(keys, value), do: :maps.from_keys(keys, value)

  @doc """
  Lists the keys.

  ## Examples

      iex> Map.keys(%{a: 1, b: 2})
      [:a, :b]
      iex> Map.keys(%{a: 1})
      [:a]

  """
  @spec keys(map) :: [key]
  def keys(map), do: :maps.keys(map)

  @doc """
  Lists the values, in the order of `keys/1`.

  ## Examples

      iex> Map.values(%{a: 1, b: 2})
      [1, 2]
      iex> Map.values(%{a: 1})
      [1]

  """
  @spec values(map) :: [value]
  def values(map), do: :maps.values(map)

  @doc """
  Lists the pairs, in the order of `keys/1`.

  ## Examples

      iex> Map.to_list(%{a: 1, b: 2})
      [a: 1, b: 2]
      iex> Map.to_list(%{a: 1})
      [a: 1]

  """
  @spec to_list(map) :: [{key, value}]
  def to_list(map), do: :maps.to_list(map)

  @doc "Returns an empty map."
  @spec new() :: map
  def new(), do: %{}

  @doc """
  Builds a map from a collection of pairs; later pairs win.

  ## Examples

      iex> Map.new([{:b, 1}, {:a, 2}])
      %{a: 2, b: 1}

  """
  @spec new(Enumerable.t()) :: map
  def new(enumerable)
  def new(list) when is_list(list), do: :maps.from_list(list)
  def new(%{__struct__: _} = struct), do: :maps.from_list(Enum.to_list(struct))
  def new(%{} = map), do: map
  def new(enumerable), do: :maps.from_list(Enum.to_list(enumerable))

  @doc """
  Builds a map from what a function makes of each element: a pair.

  ## Examples

      iex> Map.new([1, 2, 3], &{&1, 1})
      %{1 => 1, 2 => 1, 3 => 1}
      iex> Map.new([a: 1, b: 2], &{&1, 1})
      %{{:a, 1} => 1, {:b, 2} => 1}

  """
  @spec new(Enumerable.t(), (term -> {key, value})) :: map
  def new(enumerable, transform), do: new_from_enum(enumerable, transform)

  defp new_from_enum(enumerable, transform) when is_function(transform, 1), do: :maps.from_list(Enum.map(enumerable, transform))

  @doc """
  Tells whether the map has the key. Allowed in guards as `is_map_key/2`.

  ## Examples

      iex> Map.has_key?(%{a: 1, b: 2}, :a)
      true
      iex> Map.has_key?(%{1 => 2}, :a)
      false

  """
  @spec has_key?(map, key) :: boolean
  def has_key?(map, key), do: :maps.is_key(key, map)

  @doc """
  Returns `{:ok, value}` for the key, or `:error`.

  ## Examples

      iex> Map.fetch(%{a: 1, b: 2}, :a)
      {:ok, 1}
      iex> Map.fetch(%{1 => 2}, :a)
      :error

  """
  @spec fetch(map, key) :: {:ok, value} | :error
  def fetch(map, key), do: :maps.find(key, map)

  @doc "Returns the value for the key or raises `KeyError`."
  @spec fetch!(map, key) :: value
  def fetch!(map, key), do: :maps.get(key, map)

  @doc """
  Returns the value for the key, else the default.

  ## Examples

      iex> Map.get(%{a: 1, b: 2}, :a)
      1
      iex> Map.get(%{a: 1, b: 2}, :z, :d)
      :d

  """
  @spec get(map, key, value) :: value
  def get(map, key, default \\ nil)

  def get(map, key, default) do
    case map do
      %{^key => value} -> value
      %{} -> default
      other -> :erlang.error({:badmap, other}, [map, key, default])
    end
  end

  @doc """
  Returns the value for the key, else what the function returns.

  ## Examples

      iex> Map.get_lazy(%{a: 1, b: 2}, :z, fn -> 1 end)
      1

  """
  @spec get_lazy(map, key, (() -> value)) :: value
  def get_lazy(map, key, fun) when is_function(fun, 0) do
    case map do
      %{^key => value} -> value
      %{} -> fun.()
      other -> :erlang.error({:badmap, other}, [map, key, fun])
    end
  end

  @doc """
  Puts a value under a key.

  ## Examples

      iex> Map.put(%{a: 1, b: 2}, :a, 9)
      %{a: 9, b: 2}
      iex> Map.put(%{a: 1}, :a, 9)
      %{a: 9}

  """
  @spec put(map, key, value) :: map
  def put(map, key, value), do: :maps.put(key, value, map)

  @doc """
  Puts a value under a key unless the key is there.

  ## Examples

      iex> Map.put_new(%{a: 1, b: 2}, :z, 9)
      %{a: 1, b: 2, z: 9}
      iex> Map.put_new(%{a: 1}, :z, 9)
      %{a: 1, z: 9}

  """
  @spec put_new(map, key, value) :: map
  def put_new(map, key, value) do
    case map do
      %{^key => _} -> map
      %{} -> :maps.put(key, value, map)
      other -> :erlang.error({:badmap, other})
    end
  end

  @doc """
  Puts what the function returns under a key unless the key is there.

  ## Examples

      iex> Map.put_new_lazy(%{a: 1, b: 2}, :z, fn -> 1 end)
      %{a: 1, b: 2, z: 1}
      iex> Map.put_new_lazy(%{a: 1}, :z, fn -> 1 end)
      %{a: 1, z: 1}

  """
  @spec put_new_lazy(map, key, (() -> value)) :: map
  def put_new_lazy(map, key, fun) when is_function(fun, 0) do
    case map do
      %{^key => _} -> map
      %{} -> :maps.put(key, fun.(), map)
      other -> :erlang.error({:badmap, other})
    end
  end

  @doc """
  Replaces the value of a key if the key is there.

  ## Examples

      iex> Map.replace(%{a: 1, b: 2}, :a, 9)
      %{a: 9, b: 2}
      iex> Map.replace(%{a: 1}, :a, 9)
      %{a: 9}

  """
  @spec replace(map, key, value) :: map
  def replace(map, key, value) do
    case map do
      %{^key => _} -> %{map | key => value}
      %{} -> map
      other -> :erlang.error({:badmap, other})
    end
  end

  @doc "Replaces the value of a key or raises `KeyError`."
  @spec replace!(map, key, value) :: map
  def replace!(map, key, value), do: :maps.update(key, value, map)

  @doc """
  Replaces the value of a key with what the function makes of it, if the key is there.

  ## Examples

      iex> Map.replace_lazy(%{a: 1, b: 2}, :a, &{&1})
      %{a: {1}, b: 2}
      iex> Map.replace_lazy(%{a: 1}, :a, &{&1})
      %{a: {1}}

  """
  @spec replace_lazy(map, key, (value -> value)) :: map
  def replace_lazy(map, key, fun) when is_map(map) and is_function(fun, 1) do
    case map do
      %{^key => value} -> %{map | key => fun.(value)}
      %{} -> map
    end
  end

  @doc """
  Updates the value of a key with a function, or puts the default.

  ## Examples

      iex> Map.update(%{a: 1}, :a, 13, fn value -> value * 2 end)
      %{a: 2}
      iex> Map.update(%{a: 1}, :b, 11, fn value -> value * 2 end)
      %{a: 1, b: 11}

  """
  @spec update(map, key, default :: value, (value -> value)) :: map
  def update(map, key, default, fun) when is_function(fun, 1) do
    case map do
      %{^key => value} -> %{map | key => fun.(value)}
      %{} -> :maps.put(key, default, map)
      other -> :erlang.error({:badmap, other}, [map, key, default, fun])
    end
  end

  @doc "Updates the value of a key with a function or raises `KeyError`."
  @spec update!(map, key, (value -> value)) :: map
  def update!(map, key, fun) when is_function(fun, 1) do
    %{map | key => fun.(:erlang.map_get(key, map))}
  end

  @doc """
  Returns the value of a key and updates it; the function returns `{got, new}` or `:pop`.

  ## Examples

      iex> Map.get_and_update(%{a: 1, b: 2}, :a, &{&1, 2})
      {1, %{a: 2, b: 2}}
      iex> Map.get_and_update(%{a: 1, b: 2}, :a, fn _ -> :pop end)
      {1, %{b: 2}}

  """
  @spec get_and_update(map, key, (value | nil -> {current, value} | :pop)) :: {current, map} when current: value
  def get_and_update(map, key, fun) when is_function(fun, 1) do
    current = get(map, key)

    case fun.(current) do
      {got, value} -> {got, put(map, key, value)}
      :pop -> {current, delete(map, key)}
      other -> raise "the given function must return a two-element tuple or :pop, got: #{inspect(other)}"
    end
  end

  @doc "Returns the value of a key, which must be there, and updates it."
  @spec get_and_update!(map, key, (value -> {current, value} | :pop)) :: {current, map} when current: value
  def get_and_update!(map, key, fun) when is_function(fun, 1) do
    value = fetch!(map, key)

    case fun.(value) do
      {got, new} -> {got, %{map | key => new}}
      :pop -> {value, delete(map, key)}
      other -> raise "the given function must return a two-element tuple or :pop, got: #{inspect(other)}"
    end
  end

  @doc """
  Removes a key.

  ## Examples

      iex> Map.delete(%{a: 1, b: 2}, :a)
      %{b: 2}
      iex> Map.delete(%{1 => 2}, :a)
      %{1 => 2}

  """
  @spec delete(map, key) :: map
  def delete(map, key), do: :maps.remove(key, map)

  @doc """
  Removes several keys.

  ## Examples

      iex> Map.drop(%{a: 1, b: 2}, [:a])
      %{b: 2}
      iex> Map.drop(%{1 => 2}, [:a])
      %{1 => 2}

  """
  @spec drop(map, [key]) :: map
  def drop(map, keys) when is_map(map) and is_list(keys), do: :maps.without(keys, map)
  def drop(map, keys) when is_map(map), do: :maps.without(Enum.to_list(keys), map)
  def drop(other, _keys), do: :erlang.error({:badmap, other})

  @doc """
  Keeps only the given keys.

  ## Examples

      iex> Map.take(%{a: 1, b: 2}, [:a, :z])
      %{a: 1}

  """
  @spec take(map, [key]) :: map
  def take(map, keys) when is_map(map) and is_list(keys), do: :maps.with(keys, map)
  def take(map, keys) when is_map(map), do: :maps.with(Enum.to_list(keys), map)
  def take(other, _keys), do: :erlang.error({:badmap, other})

  @doc """
  Returns the map of the given keys and the map of the others.

  ## Examples

      iex> Map.split(%{a: 1, b: 2}, [:a])
      {%{a: 1}, %{b: 2}}
      iex> Map.split(%{a: 1}, [:a])
      {%{a: 1}, %{}}

  """
  @spec split(map, [key]) :: {map, map}
  def split(map, keys) when is_map(map) do
    taken = take(map, keys)
    {taken, drop(map, keys)}
  end

  def split(other, _keys), do: :erlang.error({:badmap, other})

  @doc "Returns the pairs for which the function is truthy and the others, as maps."
  @spec split_with(map, ({key, value} -> as_boolean(term))) :: {map, map}
  def split_with(map, fun) when is_map(map) and is_function(fun, 1) do
    {yes, no} = Enum.split_with(:maps.to_list(map), fun)
    {:maps.from_list(yes), :maps.from_list(no)}
  end

  @doc """
  Returns the value of a key, else the default, and the map without the key.

  ## Examples

      iex> Map.pop(%{a: 1, b: 2}, :a)
      {1, %{b: 2}}
      iex> Map.pop(%{a: 1}, :a)
      {1, %{}}

  """
  @spec pop(map, key, default) :: {value | default, map} when default: value
  def pop(map, key, default \\ nil) do
    case :maps.take(key, map) do
      {_, _} = taken -> taken
      :error -> {default, map}
    end
  end

  @doc "Returns the value of a key and the map without the key, or raises `KeyError`."
  @spec pop!(map, key) :: {value, map}
  def pop!(map, key) do
    case :maps.take(key, map) do
      {_, _} = taken -> taken
      :error -> raise KeyError, key: key, term: map
    end
  end

  @doc """
  Returns the value of a key, else what the function returns, and the map without the key.

  ## Examples

      iex> Map.pop_lazy(%{a: 1, b: 2}, :z, fn -> 1 end)
      {1, %{a: 1, b: 2}}
      iex> Map.pop_lazy(%{a: 1}, :z, fn -> 1 end)
      {1, %{a: 1}}

  """
  @spec pop_lazy(map, key, (() -> value)) :: {value, map}
  def pop_lazy(map, key, fun) when is_function(fun, 0) do
    case :maps.take(key, map) do
      {_, _} = taken -> taken
      :error -> {fun.(), map}
    end
  end

  @doc """
  Merges two maps; the second one wins.

  ## Examples

      iex> Map.merge(%{a: 1, b: 2}, %{a: 5})
      %{a: 5, b: 2}
      iex> Map.merge(%{a: 1}, %{a: 5})
      %{a: 5}

  """
  @spec merge(map, map) :: map
  def merge(map1, map2), do: :maps.merge(map1, map2)

  @doc """
  Merges two maps; a function of key and both values settles conflicts.

  ## Examples

      iex> Map.merge(%{a: 1, b: 2}, %{a: 3, d: 4}, fn _key, left, right -> left + right end)
      %{a: 4, b: 2, d: 4}

  """
  @spec merge(map, map, (key, value, value -> value)) :: map
  def merge(map1, map2, fun) when is_function(fun, 3), do: :maps.merge_with(fun, map1, map2)

  @doc "Keeps the keys of both maps, with the values of the second."
  @spec intersect(map, map) :: map
  def intersect(map1, map2), do: :maps.intersect(map1, map2)

  @doc "Keeps the keys of both maps, with values made by a function of key and both values."
  @spec intersect(map, map, (key, value, value -> value)) :: map
  def intersect(map1, map2, fun) when is_function(fun, 3), do: :maps.intersect_with(fun, map1, map2)

  @doc """
  Tells whether two maps have the same pairs.

  ## Examples

      iex> Map.equal?(%{a: 1, b: 2}, %{a: 1})
      false
      iex> Map.equal?(%{a: 1}, %{a: 1})
      true

  """
  @spec equal?(map, map) :: boolean
  def equal?(map1, map2)
  def equal?(%{} = map1, %{} = map2), do: map1 === map2
  def equal?(%{}, map2), do: :erlang.error({:badmap, map2})
  def equal?(term, _other), do: :erlang.error({:badmap, term})

  @doc false
  @deprecated "Use Kernel.map_size/1 instead"
  def size(map), do: :erlang.map_size(map)

  @doc "Turns a struct, or the struct of a module, into a plain map."
  @spec from_struct(atom | struct) :: map
  def from_struct(struct) when is_atom(struct), do: delete(struct.__struct__(), :__struct__)
  def from_struct(%_{} = struct), do: delete(struct, :__struct__)

  @doc """
  Keeps the pairs for which the function is truthy.

  ## Examples

      iex> Map.filter(%{a: 1, b: 2}, fn {_, v} -> v == 1 end)
      %{a: 1}

  """
  @spec filter(map, ({key, value} -> as_boolean(term))) :: map
  def filter(map, fun) when is_map(map) and is_function(fun, 1), do: :maps.from_list(Enum.filter(:maps.to_list(map), fun))

  @doc """
  Drops the pairs for which the function is truthy.

  ## Examples

      iex> Map.reject(%{a: 1, b: 2}, fn {_, v} -> v == 1 end)
      %{b: 2}
      iex> Map.reject(%{1 => 2}, fn {_, v} -> v == 1 end)
      %{1 => 2}

  """
  @spec reject(map, ({key, value} -> as_boolean(term))) :: map
  def reject(map, fun) when is_map(map) and is_function(fun, 1), do: :maps.from_list(Enum.reject(:maps.to_list(map), fun))

  @doc false
  @deprecated "Use Map.new/2 instead (invoke Map.from_struct/1 before if you have a struct)"
  def map(map, fun) when is_map(map) do
    :maps.from_list(:lists.map(fn {key, _} = pair -> {key, fun.(pair)} end, :maps.to_list(map)))
  end
end
