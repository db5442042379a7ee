defmodule Code.Identifier do
  @moduledoc """
  Facts about names and operators, for tools that read or print code.
  """

  @doc """
  Returns the associativity and precedence of a unary operator, or `:error`.

  ## Examples

      iex> Code.Identifier.unary_op(:!)
      {:non_associative, 300}
      iex> Code.Identifier.unary_op(:hello)
      :error

  """
  @spec unary_op(atom) :: {:non_associative, pos_integer} | :error
  def unary_op(op) when is_atom(op) do
    case Code.Formatter.Operators.unary(op) do
      {_, precedence} -> {:non_associative, precedence}
      nil -> :error
    end
  end

  @doc """
  Returns the associativity and precedence of a binary operator, or `:error`.

  ## Examples

      iex> Code.Identifier.binary_op(:++)
      {:right, 200}
      iex> Code.Identifier.binary_op(:hello)
      :error

  """
  @spec binary_op(atom) :: {:left | :right, pos_integer} | :error
  def binary_op(:.), do: {:left, 310}
  # Only part of other constructs.
  def binary_op(op) when op in [:"=>", :"not in"], do: :error
  def binary_op(op) when is_atom(op), do: Code.Formatter.Operators.binary(op) || :error

  @doc """
  Returns the function and the arity in which a fun was written, from the name that the compiler gave it, or `:error`.

  ## Examples

      iex> Code.Identifier.extract_anonymous_fun_parent(:"-render/2-fun-0-")
      {:render, "2"}
      iex> Code.Identifier.extract_anonymous_fun_parent(:render)
      :error

  """
  @spec extract_anonymous_fun_parent(atom) :: {atom, String.t()} | :error
  def extract_anonymous_fun_parent(name) when is_atom(name) do
    with "-" <> rest <- Atom.to_string(name),
         [place | [_ | _] = function] <- rest |> String.split("/") |> Enum.reverse(),
         # Between arity and number stands what it is: `fun`, or `inlined` where Erlang's compiler has put it into its caller.
         [arity, _kind, _number, ""] <- String.split(place, "-") do
      {function |> Enum.reverse() |> Enum.join("/") |> String.to_atom(), arity}
    else
      _ -> :error
    end
  end

  @doc """
  Escapes text for display between two quotes, as iodata; with a limit, only that many characters, and the rest as it is.

  A function may give the escape of a character itself, or `false` to leave it to the usual one.

  ## Examples

      iex> {escaped, ""} = Code.Identifier.escape("a\\tb", ?")
      iex> IO.iodata_to_binary(escaped)
      "a\\\\tb"

  """
  @spec escape(binary, char | -1, :infinity | non_neg_integer, (char -> iolist | false)) :: {iodata, binary}
  def escape(text, quote, limit \\ :infinity, fun \\ fn _ -> false end) when is_binary(text), do: escape(text, quote, limit, fun, [])

  defp escape(rest, _quote, 0, _fun, acc), do: {acc, rest}
  defp escape("", _quote, _limit, _fun, acc), do: {acc, ""}

  defp escape(<<char::utf8, rest::binary>>, quote, limit, fun, acc) do
    piece =
      case fun.(char) do
        false when char == ?# -> escape_hash(rest)
        false -> Inspect.Text.escape(<<char::utf8>>, quote)
        given -> given
      end

    escape(rest, quote, less(limit), fun, [acc | piece])
  end

  defp escape(<<byte, rest::binary>>, quote, limit, fun, acc),
    do: escape(rest, quote, less(limit), fun, [acc | Inspect.Text.escape(<<byte>>, quote)])

  defp escape_hash("{" <> _), do: "\\#"
  defp escape_hash(_), do: "#"

  defp less(:infinity), do: :infinity
  defp less(limit), do: limit - 1
end
