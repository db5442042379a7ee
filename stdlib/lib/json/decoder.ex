defmodule JSON.Decoder do
  @moduledoc false
  # Reads JSON in one pass. What is open (arrays, objects) is on a stack of frames, so depth costs memory only:
  # `{:array, acc, outer}` and `{:object, key, acc, outer}`. `at` is the offset of the rest of the text.

  @spaces [?\s, ?\t, ?\r, ?\n]

  def decode(binary, acc, decoders) do
    decoders = Map.merge(defaults(), Map.new(decoders))
    {term, acc, rest, _at} = value(binary, 0, acc, [], decoders)
    {term, acc, rest}
  catch
    {:json, reason} -> {:error, reason}
  end

  defp defaults() do
    %{
      array_start: fn _ -> [] end,
      array_push: &[&1 | &2],
      array_finish: fn acc, old -> {:lists.reverse(acc), old} end,
      object_start: fn _ -> [] end,
      object_push: fn key, value, acc -> [{key, value} | acc] end,
      object_finish: fn acc, old -> {:maps.from_list(:lists.reverse(acc)), old} end,
      float: &String.to_float/1,
      integer: &String.to_integer/1,
      string: & &1,
      null: nil
    }
  end

  defp value(<<space, rest::binary>>, at, acc, stack, d) when space in @spaces, do: value(rest, at + 1, acc, stack, d)
  defp value("true" <> rest, at, acc, stack, d), do: found(true, rest, at + 4, acc, stack, d)
  defp value("false" <> rest, at, acc, stack, d), do: found(false, rest, at + 5, acc, stack, d)
  defp value("null" <> rest, at, acc, stack, d), do: found(d.null, rest, at + 4, acc, stack, d)

  defp value(<<?", rest::binary>>, at, acc, stack, d) do
    {text, rest, at} = string(rest, at + 1, rest, 0, [])
    found(d.string.(text), rest, at, acc, stack, d)
  end

  defp value(<<?[, rest::binary>>, at, acc, stack, d) do
    case spaces(rest, at + 1) do
      {<<?], rest::binary>>, at} -> finish(:array, d.array_start.(acc), acc, rest, at + 1, stack, d)
      {rest, at} -> value(rest, at, d.array_start.(acc), [{:array, acc} | stack], d)
    end
  end

  defp value(<<?{, rest::binary>>, at, acc, stack, d) do
    case spaces(rest, at + 1) do
      {<<?}, rest::binary>>, at} -> finish(:object, d.object_start.(acc), acc, rest, at + 1, stack, d)
      {rest, at} -> key(rest, at, d.object_start.(acc), acc, stack, d)
    end
  end

  defp value(<<byte, _::binary>> = text, at, acc, stack, d) when byte in ?0..?9 or byte == ?- do
    {kind, size} = number(text, at)
    <<digits::binary-size(size), rest::binary>> = text

    number =
      case kind do
        :integer -> d.integer.(digits)
        :float -> d.float.(digits)
        # Erlang's floats have a point.
        :exponent -> d.float.(with_point(digits))
      end

    found(number, rest, at + size, acc, stack, d)
  end

  # A literal that is cut off ends too soon; one that is wrong is wrong at its first wrong byte.
  defp value(<<byte, _::binary>> = text, at, _acc, _stack, _d) when byte in [?t, ?f, ?n] do
    literal = %{?t => "true", ?f => "false", ?n => "null"}[byte]
    same = :binary.longest_common_prefix([literal, text])
    invalid(binary_part(text, same, byte_size(text) - same), at + same)
  end

  defp value(rest, at, _acc, _stack, _d), do: invalid(rest, at)

  defp key(rest, at, acc, outer, stack, d) do
    case spaces(rest, at) do
      {<<?", rest::binary>>, at} ->
        {key, rest, at} = string(rest, at + 1, rest, 0, [])

        case spaces(rest, at) do
          {<<?:, rest::binary>>, at} -> value(rest, at + 1, acc, [{:object, d.string.(key), outer} | stack], d)
          {rest, at} -> invalid(rest, at)
        end

      {rest, at} ->
        invalid(rest, at)
    end
  end

  defp found(value, rest, at, acc, [], _d), do: finished(value, acc, rest, at)

  defp found(value, rest, at, acc, [{:array, outer} | stack], d) do
    acc = d.array_push.(value, acc)

    case spaces(rest, at) do
      {<<?,, rest::binary>>, at} -> value(rest, at + 1, acc, [{:array, outer} | stack], d)
      {<<?], rest::binary>>, at} -> finish(:array, acc, outer, rest, at + 1, stack, d)
      {rest, at} -> invalid(rest, at)
    end
  end

  defp found(value, rest, at, acc, [{:object, key, outer} | stack], d) do
    acc = d.object_push.(key, value, acc)

    case spaces(rest, at) do
      {<<?,, rest::binary>>, at} -> key(rest, at + 1, acc, outer, stack, d)
      {<<?}, rest::binary>>, at} -> finish(:object, acc, outer, rest, at + 1, stack, d)
      {rest, at} -> invalid(rest, at)
    end
  end

  defp finish(:array, acc, outer, rest, at, stack, d) do
    {value, outer} = d.array_finish.(acc, outer)
    found(value, rest, at, outer, stack, d)
  end

  defp finish(:object, acc, outer, rest, at, stack, d) do
    {value, outer} = d.object_finish.(acc, outer)
    found(value, rest, at, outer, stack, d)
  end

  defp finished(value, acc, rest, at) do
    {rest, at} = spaces(rest, at)
    {value, acc, rest, at}
  end

  defp spaces(<<space, rest::binary>>, at) when space in @spaces, do: spaces(rest, at + 1)
  defp spaces(rest, at), do: {rest, at}

  ## Strings: runs of plain bytes are taken over as a whole

  defp string(<<?", rest::binary>>, at, all, size, acc), do: {joined(acc, all, size), rest, at + 1}
  defp string(<<?\\, rest::binary>>, at, all, size, acc), do: escape(rest, at + 1, [acc, binary_part(all, 0, size)])
  defp string(<<byte, rest::binary>>, at, all, size, acc) when byte in 32..127, do: string(rest, at + 1, all, size + 1, acc)
  defp string(<<byte, _::binary>> = rest, at, _all, _size, _acc) when byte < 32, do: invalid(rest, at)

  defp string(<<char::utf8, rest::binary>>, at, all, size, acc) do
    width = byte_size(<<char::utf8>>)
    string(rest, at + width, all, size + width, acc)
  end

  defp string(rest, at, _all, _size, _acc), do: invalid(rest, at)

  defp joined([], all, size), do: :binary.copy(binary_part(all, 0, size))
  defp joined(acc, all, size), do: IO.iodata_to_binary([acc, binary_part(all, 0, size)])

  for {letter, char} <- [{?", "\""}, {?\\, "\\"}, {?/, "/"}, {?b, "\b"}, {?f, "\f"}, {?n, "\n"}, {?r, "\r"}, {?t, "\t"}] do
    defp escape(<<unquote(letter), rest::binary>>, at, acc), do: string(rest, at + 1, rest, 0, [acc, unquote(char)])
  end

  defp escape(<<?u, rest::binary>>, at, acc) do
    {unit, rest, next} = unit(rest, at + 1)

    cond do
      unit in 0xD800..0xDBFF -> surrogate(rest, next, unit, at - 1, acc)
      unit in 0xDC00..0xDFFF -> sequence(unit, at - 1)
      true -> string(rest, next, rest, 0, [acc, <<unit::utf8>>])
    end
  end

  defp escape(rest, at, _acc), do: invalid(rest, at)

  # The second half of a character outside the basic plane must follow the first.
  defp surrogate(<<?\\, ?u, rest::binary>>, at, high, start, acc) do
    case unit(rest, at + 2) do
      {low, rest, next} when low in 0xDC00..0xDFFF ->
        char = 0x10000 + (high - 0xD800) * 0x400 + low - 0xDC00
        string(rest, next, rest, 0, [acc, <<char::utf8>>])

      {low, _rest, _next} ->
        throw({:json, {:unexpected_sequence, start, "\\u#{hex(high)}\\u#{hex(low)}"}})
    end
  end

  defp surrogate(<<>>, at, _high, _start, _acc), do: invalid(<<>>, at)
  defp surrogate(_rest, _at, high, start, _acc), do: sequence(high, start)

  defp sequence(unit, start), do: throw({:json, {:unexpected_sequence, start, "\\u#{hex(unit)}"}})

  defp hex(unit), do: unit |> Integer.to_string(16) |> String.pad_leading(4, "0")

  defp unit(rest, at), do: unit(rest, at, 4, 0)
  defp unit(rest, at, 0, value), do: {value, rest, at}
  defp unit(<<digit, rest::binary>>, at, left, value) when digit in ?0..?9, do: unit(rest, at + 1, left - 1, value * 16 + digit - ?0)
  defp unit(<<digit, rest::binary>>, at, left, value) when digit in ?a..?f, do: unit(rest, at + 1, left - 1, value * 16 + digit - ?a + 10)
  defp unit(<<digit, rest::binary>>, at, left, value) when digit in ?A..?F, do: unit(rest, at + 1, left - 1, value * 16 + digit - ?A + 10)
  defp unit(rest, at, _left, _value), do: invalid(rest, at)

  ## Numbers: their kind and how many bytes they have

  defp number(text, at) do
    {rest, size} = sign(text)
    {rest, size} = whole(rest, at, size)
    fraction(rest, at, size)
  end

  defp sign(<<?-, rest::binary>>), do: {rest, 1}
  defp sign(rest), do: {rest, 0}

  defp whole(<<?0, rest::binary>>, _at, size), do: {rest, size + 1}
  defp whole(rest, at, size), do: digits(rest, at, size)

  defp fraction(<<?., rest::binary>>, at, size) do
    {rest, size} = digits(rest, at, size + 1)
    exponent(rest, at, size, :float)
  end

  defp fraction(rest, at, size), do: exponent(rest, at, size, :integer)

  defp exponent(<<e, sign, rest::binary>>, at, size, kind) when e in [?e, ?E] and sign in [?+, ?-] do
    {_rest, size} = digits(rest, at, size + 2)
    {if(kind == :integer, do: :exponent, else: :float), size}
  end

  defp exponent(<<e, rest::binary>>, at, size, kind) when e in [?e, ?E] do
    {_rest, size} = digits(rest, at, size + 1)
    {if(kind == :integer, do: :exponent, else: :float), size}
  end

  defp exponent(_rest, _at, size, kind), do: {kind, size}

  # One digit at least.
  defp digits(<<digit, rest::binary>>, _at, size) when digit in ?0..?9, do: more_digits(rest, size + 1)
  defp digits(rest, at, size), do: invalid(rest, at + size)

  defp more_digits(<<digit, rest::binary>>, size) when digit in ?0..?9, do: more_digits(rest, size + 1)
  defp more_digits(rest, size), do: {rest, size}

  defp with_point(digits) do
    [whole, exponent] = :binary.split(digits, ["e", "E"])
    whole <> ".0e" <> exponent
  end

  @spec invalid(binary, non_neg_integer) :: no_return
  defp invalid(<<>>, at), do: throw({:json, {:unexpected_end, at}})
  defp invalid(<<byte, _::binary>>, at), do: throw({:json, {:invalid_byte, at, byte}})
end
