defmodule :maps do
  @moduledoc """
  Erlang's `:maps`, as far as it is not native: functions that call a function for each pair.

  An iterator is `{key, value, iterator}` or `:none`; programs treat it as opaque. Functions that go over a map go in the order of its
  iterator, which for more than 32 keys is the opposite of that of `to_list/1`.
  """

  def new(), do: %{}
  def size(map), do: :erlang.map_size(map)

  def get(key, map, default) when is_map(map) do
    case map do
      %{^key => value} -> value
      %{} -> default
    end
  end

  def get(_key, map, _default), do: :erlang.error({:badmap, map})

  def fold(fun, acc, map) when is_function(fun, 3), do: do_fold(pairs(map), acc, fun)
  def fold(fun, acc, map), do: :erlang.error(:badarg, [fun, acc, map], error_info: %{module: :erl_stdlib_errors})

  defp do_fold([{key, value} | rest], acc, fun), do: do_fold(rest, fun.(key, value, acc), fun)
  defp do_fold([], acc, _fun), do: acc

  def foreach(fun, map) when is_function(fun, 2), do: do_foreach(pairs(map), fun)
  def foreach(fun, map), do: :erlang.error(:badarg, [fun, map], error_info: %{module: :erl_stdlib_errors})

  defp do_foreach([{key, value} | rest], fun) do
    fun.(key, value)
    do_foreach(rest, fun)
  end

  defp do_foreach([], _fun), do: :ok

  def map(fun, map) when is_function(fun, 2), do: :maps.from_list(do_map(pairs(map), fun))
  def map(fun, map), do: :erlang.error(:badarg, [fun, map], error_info: %{module: :erl_stdlib_errors})

  defp do_map([{key, value} | rest], fun), do: [{key, fun.(key, value)} | do_map(rest, fun)]
  defp do_map([], _fun), do: []

  def filter(fun, map) when is_function(fun, 2), do: :maps.from_list(do_filter(pairs(map), fun))
  def filter(fun, map), do: :erlang.error(:badarg, [fun, map], error_info: %{module: :erl_stdlib_errors})

  defp do_filter([{key, value} = pair | rest], fun) do
    case fun.(key, value) do
      true -> [pair | do_filter(rest, fun)]
      false -> do_filter(rest, fun)
    end
  end

  defp do_filter([], _fun), do: []

  def filtermap(fun, map) when is_function(fun, 2), do: :maps.from_list(do_filtermap(pairs(map), fun))
  def filtermap(fun, map), do: :erlang.error(:badarg, [fun, map], error_info: %{module: :erl_stdlib_errors})

  defp do_filtermap([{key, value} = pair | rest], fun) do
    case fun.(key, value) do
      true -> [pair | do_filtermap(rest, fun)]
      {true, new} -> [{key, new} | do_filtermap(rest, fun)]
      false -> do_filtermap(rest, fun)
    end
  end

  defp do_filtermap([], _fun), do: []

  defp pairs(map) when map_size(map) > 32, do: :lists.reverse(:maps.to_list(map))
  defp pairs(map) when is_map(map), do: :maps.to_list(map)
  defp pairs({key, value, rest}), do: [{key, value} | pairs(rest)]
  defp pairs(:none), do: []
  defp pairs(other), do: :erlang.error({:badmap, other})

  def update_with(key, fun, map) when is_function(fun, 1) and is_map(map) do
    case map do
      %{^key => value} -> %{map | key => fun.(value)}
      %{} -> :erlang.error({:badkey, key}, [key, fun, map])
    end
  end

  def update_with(key, fun, map) when is_map(map), do: :erlang.error(:badarg, [key, fun, map], error_info: %{module: :erl_stdlib_errors})
  def update_with(_key, _fun, map), do: :erlang.error({:badmap, map})

  def update_with(key, fun, initial, map) when is_function(fun, 1) and is_map(map) do
    case map do
      %{^key => value} -> %{map | key => fun.(value)}
      %{} -> :maps.put(key, initial, map)
    end
  end

  def update_with(key, fun, initial, map) when is_map(map), do: :erlang.error(:badarg, [key, fun, initial, map], error_info: %{module: :erl_stdlib_errors})
  def update_with(_key, _fun, _initial, map), do: :erlang.error({:badmap, map})

  def without(keys, map) when is_list(keys) and is_map(map), do: do_without(keys, map)
  def without(keys, map) when is_map(map), do: :erlang.error(:badarg, [keys, map], error_info: %{module: :erl_stdlib_errors})
  def without(_keys, map), do: :erlang.error({:badmap, map})

  defp do_without([key | rest], map), do: do_without(rest, :maps.remove(key, map))
  defp do_without([], map), do: map

  def with(keys, map) when is_list(keys) and is_map(map), do: :maps.from_list(with_1(keys, map))
  def with(keys, map) when is_map(map), do: :erlang.error(:badarg, [keys, map], error_info: %{module: :erl_stdlib_errors})
  def with(_keys, map), do: :erlang.error({:badmap, map})

  defp with_1([key | rest], map) do
    case map do
      %{^key => value} -> [{key, value} | with_1(rest, map)]
      %{} -> with_1(rest, map)
    end
  end

  defp with_1([], _map), do: []

  def from_keys(keys, value) when is_list(keys), do: :maps.from_list(:lists.map(fn key -> {key, value} end, keys))
  def from_keys(keys, value), do: :erlang.error(:badarg, [keys, value], error_info: %{module: :erl_stdlib_errors})

  def groups_from_list(fun, list) when is_function(fun, 1) and is_list(list), do: do_groups(:lists.reverse(list), fun, %{})
  def groups_from_list(fun, list), do: :erlang.error(:badarg, [fun, list], error_info: %{module: :erl_stdlib_errors})

  defp do_groups([head | tail], fun, groups) do
    key = fun.(head)

    case groups do
      %{^key => group} -> do_groups(tail, fun, %{groups | key => [head | group]})
      %{} -> do_groups(tail, fun, :maps.put(key, [head], groups))
    end
  end

  defp do_groups([], _fun, groups), do: groups

  def groups_from_list(fun, value_fun, list) when is_function(fun, 1) and is_function(value_fun, 1) and is_list(list) do
    do_groups(:lists.reverse(list), fun, value_fun, %{})
  end

  def groups_from_list(fun, value_fun, list), do: :erlang.error(:badarg, [fun, value_fun, list], error_info: %{module: :erl_stdlib_errors})

  defp do_groups([head | tail], fun, value_fun, groups) do
    key = fun.(head)
    value = value_fun.(head)

    case groups do
      %{^key => group} -> do_groups(tail, fun, value_fun, %{groups | key => [value | group]})
      %{} -> do_groups(tail, fun, value_fun, :maps.put(key, [value], groups))
    end
  end

  defp do_groups([], _fun, _value_fun, groups), do: groups

  def merge_with(fun, left, right) when is_function(fun, 3) and is_map(left) and is_map(right),
    do: do_merge_with(:maps.to_list(right), left, fun)

  def merge_with(fun, left, right) when is_function(fun, 3), do: not_both(left, right)
  def merge_with(fun, left, right), do: :erlang.error(:badarg, [fun, left, right], error_info: %{module: :erl_stdlib_errors})

  defp not_both(left, right), do: :erlang.error({:badmap, if(is_map(left), do: right, else: left)})

  defp do_merge_with([{key, value} | rest], map, fun) do
    case map do
      %{^key => old} -> do_merge_with(rest, %{map | key => fun.(key, old, value)}, fun)
      %{} -> do_merge_with(rest, :maps.put(key, value, map), fun)
    end
  end

  defp do_merge_with([], map, _fun), do: map

  def intersect(left, right), do: intersect_with(fn _key, _left, value -> value end, left, right)

  def intersect_with(fun, left, right) when is_function(fun, 3) and is_map(left) and is_map(right),
    do: :maps.from_list(do_intersect(:maps.to_list(left), right, fun))

  def intersect_with(fun, left, right) when is_function(fun, 3), do: not_both(left, right)
  def intersect_with(fun, left, right), do: :erlang.error(:badarg, [fun, left, right], error_info: %{module: :erl_stdlib_errors})

  defp do_intersect([{key, value} | rest], right, fun) do
    case right do
      %{^key => other} -> [{key, fun.(key, value, other)} | do_intersect(rest, right, fun)]
      %{} -> do_intersect(rest, right, fun)
    end
  end

  defp do_intersect([], _right, _fun), do: []
end
