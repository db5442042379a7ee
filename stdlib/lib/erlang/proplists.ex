defmodule :proplists do
  @moduledoc """
  Erlang's `:proplists`: lists of pairs in which a lone atom stands for `{atom, true}`.
  """

  def get_value(key, list), do: get_value(key, list, :undefined)

  def get_value(key, [{key, value} | _], _default), do: value
  def get_value(key, [key | _], _default) when is_atom(key), do: true
  def get_value(key, [_ | rest], default), do: get_value(key, rest, default)
  def get_value(_key, [], default), do: default

  def get_bool(key, list), do: get_value(key, list, false) === true

  def get_all_values(key, list), do: for({^key, value} <- expand(list), do: value)

  def lookup(key, list) do
    case Enum.find(list, &named?(&1, key)) do
      nil -> :none
      atom when is_atom(atom) -> {atom, true}
      tuple -> tuple
    end
  end

  def lookup_all(key, list), do: for(entry <- list, named?(entry, key), do: if(is_atom(entry), do: {entry, true}, else: entry))

  def is_defined(key, list), do: Enum.any?(list, &named?(&1, key))
  def delete(key, list), do: Enum.reject(list, &named?(&1, key))
  def get_keys(list), do: list |> Enum.flat_map(fn entry -> if(is_atom(entry), do: [entry], else: if(is_tuple(entry) and tuple_size(entry) > 0, do: [elem(entry, 0)], else: [])) end) |> :lists.usort()

  def unfold(list), do: expand(list)
  def compact(list), do: Enum.map(list, fn {key, true} when is_atom(key) -> key; entry -> entry end)
  def property(key, value), do: if(is_atom(key) and value == true, do: key, else: {key, value})
  def to_map(list), do: list |> expand() |> Enum.reverse() |> Map.new()

  defp expand(list), do: Enum.map(list, fn entry -> if(is_atom(entry), do: {entry, true}, else: entry) end)

  defp named?(entry, key) when is_atom(entry), do: entry == key
  defp named?(entry, key), do: is_tuple(entry) and tuple_size(entry) > 0 and elem(entry, 0) == key
end
