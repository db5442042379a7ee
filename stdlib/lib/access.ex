defmodule Access do
  @moduledoc """
  Access to data by key: `data[key]`, and the steps that `get_in/2` and its relatives take.

  Maps and keyword lists are covered; a struct's module may define the callbacks below to take part.
  """

  @type container :: keyword | struct | map
  @type nil_container :: nil
  @type t :: container | nil_container | any
  @type key :: any
  @type value :: any
  @type get_fun(data) :: (:get, data, (term -> term) -> new_data :: container)
  @type get_and_update_fun(data, current_value) :: (:get_and_update, data, (term -> term) -> {current_value, new_data :: container} | :pop)
  @type access_fun(data, current_value) :: get_fun(data) | get_and_update_fun(data, current_value)

  @callback fetch(term :: t, key) :: {:ok, value} | :error
  @callback get_and_update(data, key, (value | nil -> {current_value, new_value :: value} | :pop)) :: {current_value, new_data :: data} when current_value: value, data: container
  @callback pop(data, key) :: {value, data} when data: container

  @doc "Returns `{:ok, value}` for the key, or `:error`; `nil` has no keys."
  @spec fetch(container, key) :: {:ok, term} | :error
  def fetch(container, key)

  def fetch(%module{} = container, key) do
    module.fetch(container, key)
  rescue
    exception in UndefinedFunctionError -> raise_undefined(exception, module, :fetch, 2, __STACKTRACE__)
  end

  def fetch(map, key) when is_map(map) do
    case map do
      %{^key => value} -> {:ok, value}
      _ -> :error
    end
  end

  def fetch(list, key) when is_list(list) and is_atom(key) do
    case :lists.keyfind(key, 1, list) do
      {_, value} -> {:ok, value}
      false -> :error
    end
  end

  def fetch(list, key) when is_list(list), do: raise_atom_key(key)
  def fetch(nil, _key), do: :error

  @doc "Returns the value of the key or raises `KeyError`."
  @spec fetch!(container, key) :: term
  def fetch!(container, key) do
    case fetch(container, key) do
      {:ok, value} -> value
      :error -> raise KeyError, key: key, term: container
    end
  end

  defp raise_atom_key(key) do
    raise ArgumentError, "the Access calls for keywords expect the key to be an atom, got: " <> inspect(key)
  end

  defp raise_undefined(exception, module, function, arity, stacktrace) do
    case exception do
      %{module: ^module, function: ^function, arity: ^arity} ->
        hint = "If you are using get_in/put_in/update_in, you can specify the field to be accessed using Access.key!/1"
        text = "#{inspect(module)} does not implement the Access behaviour. " <> hint
        :erlang.raise(:error, %{exception | reason: text}, stacktrace)

      _ ->
        :erlang.raise(:error, exception, stacktrace)
    end
  end

  @doc "Returns the value of the key, else the default."
  @spec get(container, key, term) :: term
  def get(container, key, default \\ nil)

  def get(%{__struct__: module} = container, key, default) when is_atom(module) do
    case fetch(container, key) do
      {:ok, value} -> value
      :error -> default
    end
  end

  def get(map, key, default) when is_map(map) do
    case map do
      %{^key => value} -> value
      _ -> default
    end
  end

  def get(list, key, default) when is_list(list) and is_atom(key) do
    case :lists.keyfind(key, 1, list) do
      {_, value} -> value
      false -> default
    end
  end

  def get(list, key, _default) when is_list(list), do: raise_atom_key(key)
  def get(nil, _key, default), do: default

  @doc "Gets and updates the value of a key."
  @spec get_and_update(data, key, (value | nil -> {current_value, new_value :: value} | :pop)) :: {current_value, new_data :: data} when current_value: var, data: container
  def get_and_update(container, key, fun)

  def get_and_update(%module{} = container, key, fun) do
    module.get_and_update(container, key, fun)
  rescue
    exception in UndefinedFunctionError -> raise_undefined(exception, module, :get_and_update, 3, __STACKTRACE__)
  end

  def get_and_update(map, key, fun) when is_map(map), do: Map.get_and_update(map, key, fun)
  def get_and_update(list, key, fun) when is_list(list), do: Keyword.get_and_update(list, key, fun)

  def get_and_update(nil, key, _fun) do
    raise ArgumentError, "could not put/update key #{inspect(key)} on a nil value"
  end

  @doc "Takes the value of a key out; returns it and the rest."
  @spec pop(data, key) :: {value, data} when data: container
  def pop(%module{} = container, key) do
    module.pop(container, key)
  rescue
    exception in UndefinedFunctionError -> raise_undefined(exception, module, :pop, 2, __STACKTRACE__)
  end

  def pop(map, key) when is_map(map), do: Map.pop(map, key)
  def pop(list, key) when is_list(list), do: Keyword.pop(list, key)
  def pop(nil, key), do: raise(ArgumentError, "could not pop key #{inspect(key)} on a nil value")

  ## Steps

  @doc "Returns a step into a map or struct by key, with a default; what is got from `nil` is the default, too."
  @spec key(key, term) :: access_fun(data :: struct | map, current_value :: term)
  def key(key, default \\ nil) do
    fn
      :get, data, next ->
        next.(Map.get(to_map(data), key, default))

      :get_and_update, data, next ->
        value = Map.get(data, key, default)

        case next.(value) do
          {get, update} -> {get, Map.put(data, key, update)}
          :pop -> {value, Map.delete(data, key)}
        end
    end
  end

  defp to_map(nil), do: %{}
  defp to_map(data), do: data

  @doc "Returns a step into a map or struct by key, which must be there."
  @spec key!(key) :: access_fun(data :: struct | map, current_value :: term)
  def key!(key) do
    fn
      :get, %{} = data, next ->
        next.(Map.fetch!(data, key))

      :get_and_update, %{} = data, next ->
        value = Map.fetch!(data, key)

        case next.(value) do
          {get, update} -> {get, Map.put(data, key, update)}
          :pop -> {value, Map.delete(data, key)}
        end

      _op, data, _next ->
        raise "Access.key!/1 expected a map/struct, got: #{inspect(data)}"
    end
  end

  @doc "Returns a step into a tuple by zero-based index."
  @spec elem(non_neg_integer) :: access_fun(data :: tuple, current_value :: term)
  def elem(index) when is_integer(index) and index >= 0 do
    fn
      :get, data, next when is_tuple(data) ->
        next.(:erlang.element(index + 1, data))

      :get_and_update, data, next when is_tuple(data) ->
        value = :erlang.element(index + 1, data)

        case next.(value) do
          {get, update} -> {get, :erlang.setelement(index + 1, data, update)}
          :pop -> raise "cannot pop data from a tuple"
        end

      _op, data, _next ->
        raise "Access.elem/1 expected a tuple, got: #{inspect(data)}"
    end
  end

  @doc "Returns a step into every element of a list."
  @spec all() :: access_fun(data :: list, current_value :: list)
  def all(), do: &all/3

  defp all(:get, data, next) when is_list(data), do: Enum.map(data, next)
  defp all(:get_and_update, data, next) when is_list(data), do: all_updated(data, next, [], [])
  defp all(_op, data, _next), do: raise("Access.all/0 expected a list, got: #{inspect(data)}")

  defp all_updated([head | rest], next, gets, updates) do
    case next.(head) do
      {get, update} -> all_updated(rest, next, [get | gets], [update | updates])
      :pop -> all_updated(rest, next, [head | gets], updates)
    end
  end

  defp all_updated([], _next, gets, updates), do: {:lists.reverse(gets), :lists.reverse(updates)}

  @doc "Returns a step into a list by index; a negative index counts from the end."
  @spec at(integer) :: access_fun(data :: list, current_value :: term)
  def at(index) when is_integer(index), do: fn op, data, next -> at(op, data, index, next, "at/1") end

  @doc "Returns a step into a list by index, which must be inside."
  @spec at!(integer) :: access_fun(data :: list, current_value :: term)
  def at!(index) when is_integer(index) do
    fn op, data, next ->
      if is_list(data) and (index >= length(data) or index < -length(data)), do: raise(Enum.OutOfBoundsError)
      at(op, data, index, next, "at!/1")
    end
  end

  defp at(:get, data, index, next, _name) when is_list(data), do: data |> Enum.at(index) |> next.()

  defp at(:get_and_update, data, index, next, _name) when is_list(data) do
    place = if index < 0, do: length(data) + index, else: index
    {before, rest} = if place < 0, do: {data, []}, else: Enum.split(data, place)

    case rest do
      [] ->
        {nil, data}

      [head | tail] ->
        case next.(head) do
          {get, update} -> {get, before ++ [update | tail]}
          :pop -> {head, before ++ tail}
        end
    end
  end

  defp at(_op, data, _index, _next, name), do: raise("Access.#{name} expected a list, got: #{inspect(data)}")

  @doc "Returns a step into the elements of a list for which the function is truthy."
  @spec filter((term -> boolean)) :: access_fun(data :: list, current_value :: list)
  def filter(func) when is_function(func) do
    fn
      :get, data, next when is_list(data) -> data |> Enum.filter(func) |> Enum.map(next)
      :get_and_update, data, next when is_list(data) -> filtered(data, func, next, [], [])
      _op, data, _next -> raise "Access.filter/1 expected a list, got: #{inspect(data)}"
    end
  end

  defp filtered([head | rest], func, next, gets, updates) do
    if func.(head) do
      case next.(head) do
        {get, update} -> filtered(rest, func, next, [get | gets], [update | updates])
        :pop -> filtered(rest, func, next, [head | gets], updates)
      end
    else
      filtered(rest, func, next, gets, [head | updates])
    end
  end

  defp filtered([], _func, _next, gets, updates), do: {:lists.reverse(gets), :lists.reverse(updates)}

  @doc "Returns a step into the elements of a list in a range of indexes."
  @spec slice(Range.t()) :: access_fun(data :: list, current_value :: list)
  def slice(%{__struct__: Range} = range) do
    if range.step < 1, do: raise(ArgumentError, "Access.slice/1 does not accept ranges with negative steps, got: #{inspect(range)}")

    fn
      :get, data, next when is_list(data) ->
        data |> Enum.slice(range) |> Enum.map(next)

      :get_and_update, data, next when is_list(data) ->
        size = length(data)
        first = if range.first < 0, do: range.first + size, else: range.first
        last = if range.last < 0, do: range.last + size, else: range.last
        indexes = first..last//range.step
        indexed = Enum.with_index(data)
        {gets, updates} = sliced(indexed, indexes, next, [], [])
        {gets, updates}

      _op, data, _next ->
        raise ArgumentError, "Access.slice/1 expected a list, got: #{inspect(data)}"
    end
  end

  defp sliced([{head, index} | rest], indexes, next, gets, updates) do
    if index in indexes do
      case next.(head) do
        {get, update} -> sliced(rest, indexes, next, [get | gets], [update | updates])
        :pop -> sliced(rest, indexes, next, [head | gets], updates)
      end
    else
      sliced(rest, indexes, next, gets, [head | updates])
    end
  end

  defp sliced([], _indexes, _next, gets, updates), do: {:lists.reverse(gets), :lists.reverse(updates)}

  @doc "Returns a step to the first element of a list for which the function is truthy, or to `nil`."
  @spec find((term -> as_boolean(term))) :: access_fun(data :: list, current_value :: term)
  def find(predicate) when is_function(predicate, 1) do
    fn
      :get, nil, next -> next.(nil)
      :get, data, next when is_list(data) -> next.(Enum.find(data, predicate))
      :get_and_update, data, next when is_list(data) -> found(Enum.split_while(data, &(!predicate.(&1))), data, next)
      _op, data, _next -> raise "Access.find/1 expected a list, got: #{inspect(data)}"
    end
  end

  defp found({_before, []}, data, _next), do: {nil, data}

  defp found({before, [element | rest]}, _data, next) do
    case next.(element) do
      {get, update} -> {get, before ++ [update | rest]}
      :pop -> {element, before ++ rest}
    end
  end

  @doc "Returns a step into all values of a map or a keyword list."
  @spec values :: access_fun(data :: map | keyword, current_value :: list)
  def values() do
    fn
      :get, data, next when is_map(data) or is_list(data) -> for {_key, value} <- data, do: next.(value)
      :get_and_update, data, next when is_map(data) -> data |> Map.to_list() |> each_value(next) |> then(fn {gets, pairs} -> {gets, Map.new(pairs)} end)
      :get_and_update, data, next when is_list(data) -> each_value(data, next)
      _op, data, _next -> raise "Access.values/0 expected a map or a keyword list, got: #{inspect(data)}"
    end
  end

  defp each_value(pairs, next) do
    {gets, pairs} =
      Enum.reduce(pairs, {[], []}, fn {key, value}, {gets, pairs} ->
        case next.(value) do
          {get, update} -> {[get | gets], [{key, update} | pairs]}
          :pop -> {[value | gets], pairs}
        end
      end)

    {:lists.reverse(gets), :lists.reverse(pairs)}
  end
end
