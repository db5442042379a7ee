defmodule Tuple do
  @moduledoc """
  Functions for tuples, the fixed-size sequences.

  Reading an element takes constant time; every function that changes a tuple copies it.
  """

  @doc """
  Makes a tuple of `size` times the same data.

  ## Examples

      iex> Tuple.duplicate(:hello, 3)
      {:hello, :hello, :hello}

  """
  @spec duplicate(term, non_neg_integer) :: tuple
  def duplicate(data, size) when is_integer(size) and size >= 0, do: :erlang.make_tuple(size, data)

  @doc """
  Inserts an element before a zero-based index.

  ## Examples

      iex> Tuple.insert_at({:bar, :baz}, 0, :foo)
      {:foo, :bar, :baz}

  """
  @spec insert_at(tuple, non_neg_integer, term) :: tuple
  def insert_at(tuple, index, value) when is_integer(index) and index >= 0, do: :erlang.insert_element(index + 1, tuple, value)

  @doc """
  Adds an element at the end.

  ## Examples

      iex> Tuple.append({:foo}, :bar)
      {:foo, :bar}

  """
  @spec append(tuple, term) :: tuple
  def append(tuple, value), do: :erlang.append_element(tuple, value)

  @doc """
  Removes the element at a zero-based index.

  ## Examples

      iex> Tuple.delete_at({:foo, :bar, :baz}, 0)
      {:bar, :baz}

  """
  @spec delete_at(tuple, non_neg_integer) :: tuple
  def delete_at(tuple, index) when is_integer(index) and index >= 0, do: :erlang.delete_element(index + 1, tuple)

  @doc """
  Adds up the numbers of a tuple.

  ## Examples

      iex> Tuple.sum({1, 2, 3})
      6

  """
  @spec sum(tuple) :: number
  def sum(tuple), do: sum(tuple, 1, :erlang.tuple_size(tuple), 0)

  defp sum(_tuple, index, size, acc) when index > size, do: acc
  defp sum(tuple, index, size, acc), do: sum(tuple, index + 1, size, :erlang.element(index, tuple) + acc)

  @doc """
  Multiplies the numbers of a tuple.

  ## Examples

      iex> Tuple.product({2, 3, 4})
      24

  """
  @spec product(tuple) :: number
  def product(tuple), do: product(tuple, 1, :erlang.tuple_size(tuple), 1)

  defp product(_tuple, index, size, acc) when index > size, do: acc
  defp product(tuple, index, size, acc), do: product(tuple, index + 1, size, :erlang.element(index, tuple) * acc)

  @doc """
  Lists the elements.

  ## Examples

      iex> Tuple.to_list({:foo, 1})
      [:foo, 1]

  """
  @spec to_list(tuple) :: list
  def to_list(tuple), do: :erlang.tuple_to_list(tuple)
end
