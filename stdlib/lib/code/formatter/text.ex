defmodule Code.Formatter.Operators do
  @moduledoc false
  # What the formatter knows of operators: precedence, where lines break, which operands take parentheses.

  @binary %{
    :<- => {:left, 40}, :\\ => {:left, 40}, :when => {:right, 50}, :"::" => {:right, 60}, :| => {:right, 70}, :"=>" => {:right, 80},
    := => {:right, 100}, :|| => {:left, 120}, :||| => {:left, 120}, :or => {:left, 120}, :&& => {:left, 130}, :&&& => {:left, 130},
    :and => {:left, 130}, :== => {:left, 140}, :!= => {:left, 140}, :=~ => {:left, 140}, :=== => {:left, 140}, :!== => {:left, 140},
    :< => {:left, 150}, :<= => {:left, 150}, :>= => {:left, 150}, :> => {:left, 150}, :|> => {:left, 160}, :<<< => {:left, 160},
    :>>> => {:left, 160}, :<<~ => {:left, 160}, :~>> => {:left, 160}, :<~ => {:left, 160}, :~> => {:left, 160}, :<~> => {:left, 160},
    :"<|>" => {:left, 160}, :in => {:left, 170}, :"not in" => {:left, 170}, :"^^^" => {:left, 180}, :"//" => {:right, 190},
    :++ => {:right, 200}, :-- => {:right, 200}, :+++ => {:right, 200}, :--- => {:right, 200}, :.. => {:right, 200}, :<> => {:right, 200},
    :+ => {:left, 210}, :- => {:left, 210}, :* => {:left, 220}, :/ => {:left, 220}, :** => {:left, 230}
  }

  @unary %{
    :& => {:right, 90}, :! => {:right, 300}, :^ => {:right, 300}, :not => {:right, 300}, :+ => {:right, 300}, :- => {:right, 300},
    :"~~~" => {:right, 300}, :@ => {:right, 320}
  }

  @pipeline [:|>, :~>>, :<<~, :~>, :<~, :<~>, :"<|>"]
  @tight [:.., :"//"]
  @unbroken [:\\, :in, :"not in"]
  @leading @pipeline ++ [:|, :when]
  @logical [:||, :|||, :or, :&&, :&&&, :and]
  @strict [:|>, :<<<, :>>>, :<~, :~>, :<<~, :~>>, :<~>, :"<|>", :"^^^", :+++, :---, :in, :"not in", :++, :--, :.., :<>]

  def binary(op), do: Map.get(@binary, op)
  def unary(op), do: Map.get(@unary, op)
  def pipeline, do: @pipeline

  @doc "Whether the operator stands without spaces."
  def tight?(op), do: op in @tight

  @doc "Whether a line never breaks at the operator."
  def unbroken?(op), do: op in @unbroken

  @doc "Whether the operator begins the new line when it breaks."
  def leading?(op), do: op in @leading

  @doc "Whether the operator takes what follows before what precedes it."
  def right?(op), do: match?({:right, _}, binary(op))

  @doc "How far the right side is indented on a line of its own."
  def nesting(_op, _context), do: 2

  @doc "Whether `inner` on that side of `outer` continues a chain, which breaks as one."
  def chain?(outer, inner, side) do
    case {binary(outer), binary(inner)} do
      {{:right, precedence}, {:right, precedence}} when side == :right -> outer == inner
      {{:left, precedence}, {:left, precedence}} when side == :left -> outer == inner or not (outer in @logical and inner in @logical)
      _ -> false
    end
  end

  @doc "Whether `inner` on that side of `outer` takes parentheses."
  def parens?(outer, inner, side) do
    {association, outer_precedence} = binary(outer)
    {_, inner_precedence} = binary(inner)

    cond do
      inner == :.. and outer_precedence < inner_precedence -> false
      outer in @strict -> true
      outer in @logical and inner in @logical -> true
      outer_precedence > inner_precedence -> true
      outer_precedence == inner_precedence -> association != side or outer != inner
      true -> false
    end
  end
end

defmodule Code.Formatter.Text do
  @moduledoc false
  # Numbers, escapes and delimiters as the formatter writes them.

  @doc "The text of a number: as it was written, with underscores between groups of digits when it has many."
  def number(number, meta) do
    case meta[:token] do
      nil -> if is_integer(number), do: grouped(Integer.to_string(number)), else: float(Float.to_string(number))
      "?" <> _ = char -> char
      "0x" <> digits -> "0x" <> String.upcase(digits)
      "0" <> <<kind, _::binary>> = text when kind in [?b, ?o] -> text
      text when is_integer(number) -> grouped(text)
      text -> float(text)
    end
  end

  defp float(text) do
    [whole, rest] = String.split(text, ".", parts: 2)
    grouped(whole) <> "." <> String.downcase(rest)
  end

  defp grouped("-" <> digits), do: "-" <> grouped(digits)

  defp grouped(digits) do
    if byte_size(digits) >= 6 and not String.contains?(digits, "_") do
      digits |> String.reverse() |> groups() |> String.reverse()
    else
      digits
    end
  end

  defp groups(<<group::binary-size(3), rest::binary>>) when rest != "", do: group <> "_" <> groups(rest)
  defp groups(rest), do: rest

  @doc "Escapes the delimiter inside of a text that has all other escapes already."
  def requote(text, delimiter), do: requote(text, delimiter, "")

  defp requote("", _delimiter, acc), do: acc
  defp requote(<<?\\, char::utf8, rest::binary>>, delimiter, acc), do: requote(rest, delimiter, <<acc::binary, ?\\, char::utf8>>)

  defp requote(text, delimiter, acc) do
    size = byte_size(delimiter)

    case text do
      <<^delimiter::binary-size(size), rest::binary>> -> requote(rest, delimiter, <<acc::binary, ?\\, delimiter::binary>>)
      <<char, rest::binary>> -> requote(rest, delimiter, <<acc::binary, char>>)
    end
  end

  @doc "Escapes a text for a heredoc."
  def heredoc_escape(text, delimiter) do
    text
    |> String.split("\n")
    |> Enum.map_join("\n", fn line -> line |> Inspect.Text.escape(:none) |> IO.iodata_to_binary() end)
    |> String.replace(delimiter, "\\" <> delimiter)
  end

  @doc "The closing delimiter for an opening one."
  def closing("("), do: ")"
  def closing("["), do: "]"
  def closing("{"), do: "}"
  def closing("<"), do: ">"
  def closing(same), do: same
end
