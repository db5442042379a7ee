defmodule :orddict do
  @moduledoc """
  Erlang's `:orddict`: a dictionary as a list of pairs in ascending order of keys.

  Keys are compared with `==`, so `1` and `1.0` are one key. Looking up, storing and erasing walk the list: O(n).

  ## Examples

      iex> :orddict.from_list(b: 2, a: 1)
      [a: 1, b: 2]
      iex> :orddict.fetch(:a, [a: 1, b: 2])
      1
  """

  @type orddict :: [{term, term}]

  @doc "Gives the empty dictionary."
  @spec new() :: orddict
  def new(), do: []

  @doc "Tells whether `key` is in the dictionary."
  @spec is_key(term, orddict) :: boolean
  def is_key(key, [{other, _} | _]) when key < other, do: false
  def is_key(key, [{other, _} | rest]) when key > other, do: is_key(key, rest)
  def is_key(_key, [{_, _} | _]), do: true
  def is_key(_key, []), do: false

  @doc "Gives the pairs, which are the dictionary."
  @spec to_list(orddict) :: [{term, term}]
  def to_list(dict), do: dict

  @doc "Makes a dictionary of pairs; of several with one key the last counts."
  @spec from_list([{term, term}]) :: orddict
  def from_list([]), do: []
  def from_list([{_, _}] = pairs), do: pairs
  def from_list(pairs), do: :lists.reverse(last_of_each(:lists.keysort(1, pairs), []))

  defp last_of_each([{key, _} | [{next, _} | _] = rest], kept) when key == next, do: last_of_each(rest, kept)
  defp last_of_each([{_, _} = pair | rest], kept), do: last_of_each(rest, [pair | kept])
  defp last_of_each([], kept), do: kept

  @doc "Counts the pairs."
  @spec size(orddict) :: non_neg_integer
  def size(dict), do: length(dict)

  @doc "Tells whether there are no pairs."
  @spec is_empty(orddict) :: boolean
  def is_empty([]), do: true
  def is_empty([_ | _]), do: false

  @doc "Gives the value of `key`, which must be there."
  @spec fetch(term, orddict) :: term
  def fetch(key, [{other, _} | rest]) when key > other, do: fetch(key, rest)
  def fetch(key, [{other, value} | _]) when key == other, do: value

  @doc "Gives `{:ok, value}`, or `:error` for a key that is not there."
  @spec find(term, orddict) :: {:ok, term} | :error
  def find(key, [{other, _} | _]) when key < other, do: :error
  def find(key, [{other, _} | rest]) when key > other, do: find(key, rest)
  def find(_key, [{_, value} | _]), do: {:ok, value}
  def find(_key, []), do: :error

  @doc "Lists the keys in ascending order."
  @spec fetch_keys(orddict) :: [term]
  def fetch_keys([{key, _} | rest]), do: [key | fetch_keys(rest)]
  def fetch_keys([]), do: []

  @doc "Removes `key` if it is there."
  @spec erase(term, orddict) :: orddict
  def erase(key, [{other, _} | _] = dict) when key < other, do: dict
  def erase(key, [{other, _} = pair | rest]) when key > other, do: [pair | erase(key, rest)]
  def erase(_key, [{_, _} | rest]), do: rest
  def erase(_key, []), do: []

  @doc "Gives `{value, dict}` without the key, or `:error`."
  @spec take(term, orddict) :: {term, orddict} | :error
  def take(key, dict), do: take_1(key, dict, [])

  defp take_1(key, [{other, _} | _], _before) when key < other, do: :error
  defp take_1(key, [{other, _} = pair | rest], before) when key > other, do: take_1(key, rest, [pair | before])
  defp take_1(_key, [{_, value} | rest], before), do: {value, :lists.reverse(before, rest)}
  defp take_1(_key, [], _before), do: :error

  @doc "Sets the value of `key`."
  @spec store(term, term, orddict) :: orddict
  def store(key, value, [{other, _} | _] = dict) when key < other, do: [{key, value} | dict]
  def store(key, value, [{other, _} = pair | rest]) when key > other, do: [pair | store(key, value, rest)]
  def store(key, value, [{_, _} | rest]), do: [{key, value} | rest]
  def store(key, value, []), do: [{key, value}]

  @doc "Adds `item` at the end of the list that is the value of `key`, `[]` when the key is new."
  @spec append(term, term, orddict) :: orddict
  def append(key, item, [{other, _} | _] = dict) when key < other, do: [{key, [item]} | dict]
  def append(key, item, [{other, _} = pair | rest]) when key > other, do: [pair | append(key, item, rest)]
  def append(key, item, [{_, items} | rest]), do: [{key, items ++ [item]} | rest]
  def append(key, item, []), do: [{key, [item]}]

  @doc "Adds all `items` at the end of the list that is the value of `key`."
  @spec append_list(term, [term], orddict) :: orddict
  def append_list(key, items, [{other, _} | _] = dict) when key < other, do: [{key, items} | dict]

  def append_list(key, items, [{other, _} = pair | rest]) when key > other,
    do: [pair | append_list(key, items, rest)]

  def append_list(key, items, [{_, old} | rest]), do: [{key, old ++ items} | rest]
  def append_list(key, items, []), do: [{key, items}]

  @doc "Sets the value of a key that must be there to what `fun` makes of it."
  @spec update(term, (term -> term), orddict) :: orddict
  def update(key, fun, [{other, _} = pair | rest]) when key > other, do: [pair | update(key, fun, rest)]
  def update(key, fun, [{other, value} | rest]) when key == other, do: [{key, fun.(value)} | rest]

  @doc "As `update/3`; a key that is not there gets `initial`."
  @spec update(term, (term -> term), term, orddict) :: orddict
  def update(key, _fun, initial, [{other, _} | _] = dict) when key < other, do: [{key, initial} | dict]

  def update(key, fun, initial, [{other, _} = pair | rest]) when key > other,
    do: [pair | update(key, fun, initial, rest)]

  def update(key, fun, _initial, [{_, value} | rest]), do: [{key, fun.(value)} | rest]
  def update(key, _fun, initial, []), do: [{key, initial}]

  @doc "Adds `increment` to the number at `key`, which is 0 when the key is new."
  @spec update_counter(term, number, orddict) :: orddict
  def update_counter(key, increment, [{other, _} | _] = dict) when key < other, do: [{key, increment} | dict]

  def update_counter(key, increment, [{other, _} = pair | rest]) when key > other,
    do: [pair | update_counter(key, increment, rest)]

  def update_counter(key, increment, [{_, value} | rest]), do: [{key, value + increment} | rest]
  def update_counter(key, increment, []), do: [{key, increment}]

  @doc "Folds `fun.(key, value, acc)` over the pairs, keys ascending."
  @spec fold((term, term, term -> term), term, orddict) :: term
  def fold(fun, acc, [{key, value} | rest]), do: fold(fun, fun.(key, value, acc), rest)
  def fold(fun, acc, []) when is_function(fun, 3), do: acc

  @doc "Maps the values with `fun.(key, value)`."
  @spec map((term, term -> term), orddict) :: orddict
  def map(fun, [{key, value} | rest]), do: [{key, fun.(key, value)} | map(fun, rest)]
  def map(fun, []) when is_function(fun, 2), do: []

  @doc "Keeps the pairs for which `fun.(key, value)` is true."
  @spec filter((term, term -> boolean), orddict) :: orddict
  def filter(fun, [{key, value} = pair | rest]) do
    case fun.(key, value) do
      true -> [pair | filter(fun, rest)]
      false -> filter(fun, rest)
    end
  end

  def filter(fun, []) when is_function(fun, 2), do: []

  @doc "Merges two dictionaries; a key in both gets `fun.(key, left, right)`."
  @spec merge((term, term, term -> term), orddict, orddict) :: orddict
  def merge(fun, [{left, _} = pair | lefts], [{right, _} | _] = rights) when left < right,
    do: [pair | merge(fun, lefts, rights)]

  def merge(fun, [{left, _} | _] = lefts, [{right, _} = pair | rights]) when left > right,
    do: [pair | merge(fun, lefts, rights)]

  def merge(fun, [{key, left} | lefts], [{_, right} | rights]), do: [{key, fun.(key, left, right)} | merge(fun, lefts, rights)]
  def merge(fun, [], rights) when is_function(fun, 3), do: rights
  def merge(fun, lefts, []) when is_function(fun, 3), do: lefts
end
