defmodule Matching do
  def count(list), do: count(list, 0)
  defp count([_ | rest], n), do: count(rest, n + 1)
  defp count(_, n), do: n

  def sum(list) when is_list(list), do: Enum.reduce(list, 0, fn x, acc -> if is_number(x), do: x + acc, else: acc end)
  def sum(other), do: {:no_list, other}

  def classify(x) do
    case x do
      0 -> :zero
      n when is_integer(n) and n > 100 -> :large
      n when is_integer(n) -> {:small, n * 3 - 1, div(n, 2), rem(n, 5)}
      f when is_float(f) -> f * 1.5 - f / 2.0 + 0.25
      :ok -> [:ok | :tail]
      {a, b} -> {b, a}
      {a, _, c} -> {c, a, {a, c}}
      "text" <> rest -> rest
      <<a, b::binary-size(2), _::bits>> -> {a, b}
      %{} = map -> map_size(map)
      [] -> nil
      [h | _] -> h
      other -> other
    end
  end
end

defmodule Bits do
  def bits(<<a::4, b::4, rest::binary>>), do: [a, b | bits(rest)]
  def bits(<<>>), do: []
  def bits(<<n::16-little-signed, f::float, _::binary>>), do: {n, f}
  def bits(other), do: [other]

  def build(x, y) when is_binary(x), do: <<x::binary, y_bits(y)::12, "tail"::utf8, 0x20AC::utf8, 1.5::float-32, 3::4>>
  def build(x, y), do: <<byte_size(inspect_short(x)), y_bits(y)::size(20)-little>>

  defp y_bits(y) when is_integer(y), do: y
  defp y_bits(_), do: 7
  defp inspect_short(x), do: if(is_atom(x), do: Atom.to_string(x), else: "?")

  def chars(text) when is_binary(text), do: for(<<c::utf8 <- text>>, c > ?a, into: "", do: <<c::utf8, ?.>>)
  def chars(other), do: for(x <- List.wrap(other), y <- [1, 2], is_integer(x), do: {x, y})
end

defmodule Maps do
  def maps(k, v) do
    m = %{:a => 1, k => v}
    m = %{m | a: v}
    n = Map.put(m, :list, [k, v])

    case n do
      %{a: a, list: [x | _]} when a == v -> {x, Map.delete(n, :a)}
      %{^k => value} -> value
    end
  end
end

defmodule Trying do
  def trying(x) do
    try do
      y = risky(x)

      try do
        risky(y)
      catch
        :throw, t -> {:inner, t}
      else
        {:fine, z} -> z
        z -> [z]
      after
        send(self(), {:after, x})
      end
    rescue
      e in [ArithmeticError, ArgumentError] -> {e.__struct__, __STACKTRACE__ |> length()}
      e in FunctionClauseError -> e.arity
    catch
      :exit, reason -> {:exit, reason}
      kind, value -> {kind, value}
    end
  end

  defp risky(0), do: throw(:zero)
  defp risky(3), do: exit(:three)
  defp risky(x) when is_integer(x), do: 10 / (x + 1)
  defp risky(x) when is_list(x), do: hd(x)
  defp risky(x) when is_atom(x), do: raise(ArgumentError, "no")
  defp risky(x) when is_binary(x), do: :erlang.binary_to_integer(x)
  defp risky(x) when is_tuple(x), do: {:fine, :erlang.setelement(1, x, :changed)}

  def old_catch(x) do
    catch_value = :erlang.apply(__MODULE__, :trying, [x])
    {catch_value, x}
  end
end

defmodule Processes do
  def funs(x, y) do
    add = fn a -> {a, x, y} end
    twice = fn f, a -> f.(f.(a)) end
    [twice.(add, 1), Enum.map([x, y], add), (&{&1, &2}).(y, x), apply(&wait/1, [x])]
  end

  def talk(x) do
    me = self()
    ref = make_ref()
    pid = spawn(fn -> send(me, {ref, x}) end)

    receive do
      {^ref, value} -> {value, is_pid(pid)}
      :other -> :other
    after
      5 -> :late
    end
  end

  def wait(x) do
    send(self(), x)

    receive do
      {:never, _} -> :never
      y when y == x -> {:got, y}
    end
  end
end

defmodule Numbers do
  def guards(a, b) when tuple_size(a) == 2 and elem(a, 0) == b, do: :tuple
  def guards(a, b) when is_map_key(a, b) or :erlang.map_get(b, a) == 1, do: :map
  def guards(a, b) when length(a) > b and a != b, do: :list
  def guards(a, b) when byte_size(a) >= b and binary_part(a, 0, 1) == "t", do: :binary
  def guards(a, b) when abs(a) + b > 2 or trunc(a) === b, do: :number
  def guards(a, b) when is_function(a, 1) and a <= b, do: :function
  def guards(a, b), do: {a, b}

  def numbers(a, b) when is_number(a) and is_number(b) do
    big = 0x1_0000_0000_0000_0000 * (trunc(a) + 1)
    f = a * 2.0 + b
    g = f * f - a / 4.0
    {big, Bitwise.bsl(trunc(b), 70), Bitwise.band(big, 255), f, g, -f, round(g), big - trunc(g)}
  end

  def numbers(a, b), do: {a, b}

  def deep(0), do: []
  def deep(n) when is_integer(n) and n > 0, do: [n | deep(n - 1)]
  def deep(other), do: [other, deep(200)]

  def records(t) when is_tuple(t) do
    t = put_elem(t, 0, :new)
    t = :erlang.append_element(t, t)
    {a, b} = {elem(t, 0), tuple_size(t)}
    [a, b, t]
  end

  def records(other), do: records({other, 1, other})
end
