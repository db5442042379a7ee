defmodule Bitwise do
  @moduledoc """
  Arithmetic on the bits of integers, as functions and operators. All are allowed in guards.
  """

  @doc false
  @deprecated "import Bitwise instead"
  defmacro __using__(options) do
    except =
      cond do
        Keyword.get(options, :only_operators) -> [bnot: 1, band: 2, bor: 2, bxor: 2, bsl: 2, bsr: 2]
        Keyword.get(options, :skip_operators) -> [~~~: 1, &&&: 2, |||: 2, ^^^: 2, <<<: 2, >>>: 2]
        true -> []
      end

    quote do
      import Bitwise, except: unquote(except)
    end
  end

  @doc "Inverts every bit."
  @spec bnot(integer) :: integer
  def bnot(expr), do: :erlang.bnot(expr)

  @doc "Inverts every bit."
  @spec ~~~integer :: integer
  def ~~~expr, do: :erlang.bnot(expr)

  @doc "Keeps the bits set in both."
  @spec band(integer, integer) :: integer
  def band(left, right), do: :erlang.band(left, right)

  @doc "Keeps the bits set in both."
  @spec integer &&& integer :: integer
  def left &&& right, do: :erlang.band(left, right)

  @doc "Keeps the bits set in either."
  @spec bor(integer, integer) :: integer
  def bor(left, right), do: :erlang.bor(left, right)

  @doc "Keeps the bits set in either."
  @spec integer ||| integer :: integer
  def left ||| right, do: :erlang.bor(left, right)

  @doc "Keeps the bits set in exactly one."
  @spec bxor(integer, integer) :: integer
  def bxor(left, right), do: :erlang.bxor(left, right)

  @doc false
  def unquote(:^^^)(left, right), do: :erlang.bxor(left, right)

  @doc "Shifts to the left."
  @spec bsl(integer, integer) :: integer
  def bsl(left, right), do: :erlang.bsl(left, right)

  @doc "Shifts to the left."
  @spec integer <<< integer :: integer
  def left <<< right, do: :erlang.bsl(left, right)

  @doc "Shifts to the right, keeping the sign."
  @spec bsr(integer, integer) :: integer
  def bsr(left, right), do: :erlang.bsr(left, right)

  @doc "Shifts to the right, keeping the sign."
  @spec integer >>> integer :: integer
  def left >>> right, do: :erlang.bsr(left, right)
end
