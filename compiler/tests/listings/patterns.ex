# Each test is made once; tuples with an atom in front are one test.
defmodule Patterns do
  def reply({:ok, value}), do: value
  def reply({:error, reason}), do: reason
  def reply(:ignore), do: nil

  def day(:mon), do: 1
  def day(:tue), do: 2
  def day(:wed), do: 3

  def pick(%{kind: :a, value: value}), do: value
  def pick(%{kind: :b}), do: :b

  def pair(a, b) do
    case {a, b} do
      {1, _} -> :one
      {_, 2} -> :two
      _ -> :none
    end
  end

  def range(n) when is_integer(n) and n > 0 and n < 10, do: :small
  def range(_), do: :other
end
