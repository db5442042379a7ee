defmodule Dict do
  @moduledoc """
  Functions for dictionaries of any kind: maps, keyword lists, and modules that `use Dict`. Deprecated; `Map` and `Keyword` took its place.

  A module that says `use Dict` has a struct, and defines `fetch/2`, `put/3`, `delete/2`, `reduce/3`, `size/1` and `new/0`; the other
  functions of this module come with `use`.

  ## Examples

      iex> apply(Dict, :get, [%{a: 1}, :a])
      1
      iex> apply(Dict, :keys, [[a: 1, b: 2]])
      [:a, :b]
  """

  @type key :: any
  @type value :: any
  @type t :: list | map

  @message "Use the Map module for working with maps or the Keyword module for working with keyword lists"

  defmacro __using__(_options) do
    quote do
      def to_list(dict), do: dict |> reduce({:cont, []}, &{:cont, [&1 | &2]}) |> elem(1) |> :lists.reverse()
      def keys(dict), do: for({key, _} <- to_list(dict), do: key)
      def values(dict), do: for({_, value} <- to_list(dict), do: value)
      def has_key?(dict, key), do: fetch(dict, key) != :error
      def equal?(left, right), do: size(left) == size(right) and Enum.all?(to_list(left), fn {key, value} -> fetch(right, key) == {:ok, value} end)

      def fetch!(dict, key) do
        case fetch(dict, key) do
          {:ok, value} -> value
          :error -> raise KeyError, key: key, term: dict
        end
      end

      def get(dict, key, default \\ nil), do: get_lazy(dict, key, fn -> default end)

      def get_lazy(dict, key, fun) when is_function(fun, 0) do
        case fetch(dict, key) do
          {:ok, value} -> value
          :error -> fun.()
        end
      end

      def get_and_update(dict, key, fun) do
        current = get(dict, key)

        case fun.(current) do
          {got, value} -> {got, put(dict, key, value)}
          :pop -> {current, delete(dict, key)}
          other -> raise "the given function must return a two-element tuple or :pop, got: #{inspect(other)}"
        end
      end

      def put_new(dict, key, value), do: put_new_lazy(dict, key, fn -> value end)
      def put_new_lazy(dict, key, fun) when is_function(fun, 0), do: if(has_key?(dict, key), do: dict, else: put(dict, key, fun.()))

      def pop(dict, key, default \\ nil), do: pop_lazy(dict, key, fn -> default end)

      def pop_lazy(dict, key, fun) when is_function(fun, 0) do
        case fetch(dict, key) do
          {:ok, value} -> {value, delete(dict, key)}
          :error -> {fun.(), dict}
        end
      end

      def update(dict, key, initial, fun) do
        case fetch(dict, key) do
          {:ok, value} -> put(dict, key, fun.(value))
          :error -> put(dict, key, initial)
        end
      end

      def update!(dict, key, fun), do: put(dict, key, fun.(fetch!(dict, key)))

      def merge(left, right, fun \\ fn _key, _left, right -> right end) do
        Enum.reduce(right, left, fn {key, value}, acc -> update(acc, key, value, &fun.(key, &1, value)) end)
      end

      def take(dict, keys), do: dict |> split(keys) |> elem(0)
      def drop(dict, keys), do: Enum.reduce(keys, dict, &delete(&2, &1))

      def split(dict, keys) do
        Enum.reduce(keys, {new(), dict}, fn key, {taken, rest} = acc ->
          case fetch(rest, key) do
            {:ok, value} -> {put(taken, key, value), delete(rest, key)}
            :error -> acc
          end
        end)
      end

      defoverridable to_list: 1,
                     keys: 1,
                     values: 1,
                     has_key?: 2,
                     equal?: 2,
                     fetch!: 2,
                     get: 2,
                     get: 3,
                     get_lazy: 3,
                     get_and_update: 3,
                     put_new: 3,
                     put_new_lazy: 3,
                     pop: 2,
                     pop: 3,
                     pop_lazy: 3,
                     update: 4,
                     update!: 3,
                     merge: 2,
                     merge: 3,
                     take: 2,
                     drop: 2,
                     split: 2
    end
  end

  # Each function asks the module that the dictionary belongs to.
  for {name, arguments} <- [
        delete: [:key],
        drop: [:keys],
        fetch: [:key],
        fetch!: [:key],
        get: [:key],
        get: [:key, :default],
        get_and_update: [:key, :fun],
        get_lazy: [:key, :fun],
        has_key?: [:key],
        keys: [],
        pop: [:key],
        pop: [:key, :default],
        pop_lazy: [:key, :fun],
        put: [:key, :value],
        put_new: [:key, :value],
        put_new_lazy: [:key, :fun],
        split: [:keys],
        take: [:keys],
        to_list: [],
        update: [:key, :initial, :fun],
        update!: [:key, :fun],
        values: []
      ] do
    arguments = for argument <- arguments, do: Macro.var(argument, __MODULE__)

    @deprecated @message
    @doc false
    def unquote(name)(dict, unquote_splicing(arguments)), do: module(dict).unquote(name)(dict, unquote_splicing(arguments))
  end

  @doc "Makes an empty dictionary of the same kind."
  @deprecated @message
  @spec empty(t) :: t
  def empty(dict) do
    case module(dict) do
      Keyword -> []
      module -> module.new()
    end
  end

  @doc "Counts the entries."
  @deprecated @message
  @spec size(t) :: non_neg_integer
  def size(dict) do
    case module(dict) do
      Keyword -> length(dict)
      Map -> map_size(dict)
      module -> module.size(dict)
    end
  end

  @doc "Tells whether two dictionaries, of one kind or of two, have the same entries."
  @deprecated @message
  @spec equal?(t, t) :: boolean
  def equal?(left, right) do
    case {module(left), module(right)} do
      {module, module} -> module.equal?(left, right)
      {one, other} -> Enum.sort(one.to_list(left)) === Enum.sort(other.to_list(right))
    end
  end

  @doc "Puts all entries of the second dictionary into the first."
  @deprecated @message
  @spec merge(t, t) :: t
  def merge(left, right), do: merged(left, right, fn _key, _left, right -> right end)

  @doc "Puts all entries of the second dictionary into the first; the function gets the key and both values where both have it."
  @deprecated @message
  @spec merge(t, t, (key, value, value -> value)) :: t
  def merge(left, right, fun), do: merged(left, right, fun)

  defp merged(left, right, fun) do
    case {module(left), module(right)} do
      {module, module} -> module.merge(left, right, fun)
      {one, _} -> Enum.reduce(right, left, fn {key, value}, acc -> one.update(acc, key, value, &fun.(key, &1, value)) end)
    end
  end

  defp module(%{__struct__: module}), do: module
  defp module(%{}), do: Map
  defp module(dict) when is_list(dict), do: Keyword
  defp module(dict), do: raise(ArgumentError, "unsupported dict: #{inspect(dict)}")
end

defmodule Set do
  @moduledoc """
  Functions for sets of any kind: modules like `MapSet` and `HashSet`. Deprecated; `MapSet` took its place.
  """

  @type t :: map

  @message "Use the MapSet module for working with sets"

  for {name, argument} <- [delete: :value, member?: :value, put: :value, size: nil, to_list: nil] do
    arguments = if argument, do: [Macro.var(argument, __MODULE__)], else: []

    @deprecated @message
    @doc false
    def unquote(name)(set, unquote_splicing(arguments)), do: module(set).unquote(name)(set, unquote_splicing(arguments))
  end

  @doc "Makes an empty set of the same kind."
  @deprecated @message
  @spec empty(t) :: t
  def empty(set), do: module(set).new()

  # Of two kinds, the elements of the second are looked at one by one.
  for name <- [:difference, :disjoint?, :equal?, :intersection, :subset?, :union] do
    @deprecated @message
    @doc false
    def unquote(name)(left, right) do
      case {module(left), module(right)} do
        {module, module} -> module.unquote(name)(left, right)
        {one, other} -> one.unquote(name)(left, Enum.into(other.to_list(right), one.new()))
      end
    end
  end

  defp module(%{__struct__: module}), do: module
  defp module(set), do: raise(ArgumentError, "unsupported set: #{inspect(set)}")
end
