defmodule :io_lib_fread do
  @moduledoc """
  Erlang's `:io_lib_fread`: values out of text, by a format.

  Blanks in a format stand for any number of blanks, other characters for themselves. Control sequences: `~d` an integer, `~u` one
  without a sign (`~16u` in base 16), `~-` a sign, `~#` an integer with its base before a `#`, `~f` a float, `~s` what is not blank,
  `~a` the same as an atom, `~c` a character, `~l` how many characters were read, `~~` a tilde. A number before the letter is the
  width, `*` takes no value.

  ## Examples

      iex> :io_lib.fread('~d,~s', '12, ab cd')
      {:ok, [12, 'ab'], ' cd'}
      iex> :io_lib.fread('~d', 'x')
      {:error, {:fread, :integer}}
  """

  @blank [?\s, ?\t, ?\n, ?\r, 0xA0]

  @doc "Reads a text: `{:ok, values, rest}`, `{:more, format, count, values}` or `{:error, reason}`."
  def fread(format, text), do: read(to_chars(format), to_chars(text), 0, [])

  defp to_chars(text) when is_list(text), do: text

  @doc "Reads a text that comes in pieces, `:eof` last: `{:more, continuation}` or `{:done, result, rest}`."
  def fread([], :eof, _format), do: {:done, :eof, :eof}
  def fread([], text, format), do: piece(format, text)
  def fread({:fread, format, before}, :eof, _format), do: last(format, before)
  def fread({:fread, format, before}, text, _format), do: piece(format, before ++ text)

  defp piece(format, text) do
    # A value at the very end may go on in the next piece; the end of a line ends it.
    case fread(format, text) do
      {:ok, values, rest} -> {:done, {:ok, values}, if(rest == [?\n], do: [], else: rest)}
      {:more, _, _, _} -> {:more, {:fread, format, text}}
      {:error, reason} -> if blank?(text), do: {:more, {:fread, format, text}}, else: {:done, {:error, reason}, []}
    end
  end

  defp last(format, text) do
    case fread(format, text) do
      {:ok, values, rest} -> {:done, {:ok, values}, rest}
      {:more, _, _, _} -> {:done, if(blank?(text), do: :eof, else: {:error, {:fread, :input}}), :eof}
      {:error, reason} -> {:done, {:error, reason}, :eof}
    end
  end

  defp blank?(text), do: :lists.all(&(&1 in @blank), text)

  defp read([?~ | format], text, count, values) do
    {spec, rest} = spec(format)
    control(spec, rest, [?~ | format], text, count, values)
  catch
    reason -> {:error, {:fread, reason}}
  end

  defp read([char | rest], text, count, values) when char in @blank do
    {text, count} = skip(text, count)
    read(rest, text, count, values)
  end

  defp read([char | rest], [char | text], count, values), do: read(rest, text, count + 1, values)
  defp read([_ | _] = format, [], count, values), do: {:more, format, count, values}
  defp read([_ | _], _text, _count, _values), do: {:error, {:fread, :input}}
  defp read([], text, _count, values), do: {:ok, :lists.reverse(values), text}

  defp skip([char | text], count) when char in @blank, do: skip(text, count + 1)
  defp skip(text, count), do: {text, count}

  defp spec(format) do
    {drop, format} =
      case format do
        [?* | rest] -> {true, rest}
        _ -> {false, format}
      end

    {width, format} = digits(format, :none)

    {unicode, format} =
      case format do
        [?t | rest] -> {true, rest}
        _ -> {false, format}
      end

    case format do
      [letter | rest] -> {%{drop: drop, width: width, unicode: unicode, letter: letter}, rest}
      [] -> throw(:format)
    end
  end

  defp digits([digit | rest], number) when digit in ?0..?9, do: digits(rest, if(number == :none, do: 0, else: number) * 10 + digit - ?0)
  defp digits(rest, number), do: {number, rest}

  defp control(%{letter: ?~}, rest, _format, [?~ | text], count, values), do: read(rest, text, count + 1, values)
  defp control(%{letter: ?~}, _rest, format, [], count, values), do: {:more, format, count, values}
  defp control(%{letter: ?~}, _rest, _format, _text, _count, _values), do: throw(:format)
  defp control(%{letter: ?l} = spec, rest, _format, text, count, values), do: read(rest, text, count, add(count, values, spec))

  defp control(%{letter: letter}, _rest, format, [], count, values) when letter in [?d, ?u, ?-, ?#, ?f, ?s, ?a, ?c],
    do: {:more, format, count, values}

  defp control(%{letter: ?c} = spec, rest, _format, text, count, values) do
    width = if spec.width == :none, do: 1, else: spec.width
    {chars, text} = take(text, width, :character)
    if not spec.unicode, do: latin1!(chars, :character)
    read(rest, text, count + width, add(chars, values, spec))
  end

  defp control(%{letter: ?-} = spec, rest, _format, text, count, values) do
    {text, count} = skip(text, count)

    {sign, text, count} =
      case text do
        [?- | text] -> {-1, text, count + 1}
        [?+ | text] -> {1, text, count + 1}
        _ -> {1, text, count}
      end

    read(rest, text, count, add(sign, values, spec))
  end

  defp control(%{letter: letter} = spec, rest, _format, text, count, values) when letter in [?d, ?u, ?#, ?f, ?s, ?a] do
    {text, count} = skip(text, count)
    {value, size, text} = value(letter, text, spec)
    read(rest, text, count + size, add(value, values, spec))
  end

  defp control(_spec, _rest, _format, _text, _count, _values), do: throw(:format)

  defp add(_value, values, %{drop: true}), do: values
  defp add(value, values, _spec), do: [value | values]

  defp value(?u, text, spec) do
    base = if spec.width == :none, do: 10, else: spec.width
    if base not in 1..36, do: throw(:format)
    {digits, rest} = :lists.splitwith(&digit?(&1, base), text)
    if digits == [], do: throw(:unsigned)
    {:erlang.list_to_integer(digits, base), length(digits), rest}
  end

  defp value(?d, text, %{width: :none}) do
    {sign, digits} = sign(text)
    {digits, rest} = :lists.splitwith(&(&1 in ?0..?9), digits)
    if digits == [], do: throw(:integer)
    {:erlang.list_to_integer(sign ++ digits), length(sign) + length(digits), rest}
  end

  defp value(?d, text, spec) do
    {chars, rest} = take(text, spec.width, :integer)
    {:erlang.list_to_integer(chars), spec.width, rest}
  rescue
    ArgumentError -> throw(:integer)
  end

  defp value(?#, text, _spec) do
    {base, rest} = :lists.splitwith(&(&1 in ?0..?9), text)

    with [_ | _] <- base,
         base when base in 2..36 <- :erlang.list_to_integer(base),
         [?# | rest] <- rest,
         {[_ | _] = digits, rest} <- :lists.splitwith(&digit?(&1, base), rest) do
      {:erlang.list_to_integer(digits, base), length(text) - length(rest), rest}
    else
      _ -> throw(:based)
    end
  end

  defp value(?f, text, spec) do
    {field, after_field} = if spec.width == :none, do: {text, []}, else: take(text, spec.width, :float)
    {sign, rest} = sign(field)

    with {[_ | _] = whole, [?. | rest]} <- :lists.splitwith(&(&1 in ?0..?9), rest),
         {[_ | _] = part, rest} <- :lists.splitwith(&(&1 in ?0..?9), rest) do
      {exponent, rest} = exponent(rest)
      if spec.width != :none and rest != [], do: throw(:float)
      size = length(field) - length(rest)
      {:erlang.list_to_float(sign ++ whole ++ [?. | part] ++ exponent), size, rest ++ after_field}
    else
      _ -> throw(:float)
    end
  end

  defp value(letter, text, spec) do
    {chars, rest} =
      if spec.width == :none, do: :lists.splitwith(&(&1 not in @blank), text), else: take(text, spec.width, :string)

    if letter == ?s and not spec.unicode, do: latin1!(chars, :string)
    {if(letter == ?a, do: :erlang.list_to_atom(chars), else: chars), length(chars), rest}
  end

  defp exponent([e | rest] = all) when e in [?e, ?E] do
    {sign, digits} = sign(rest)

    case :lists.splitwith(&(&1 in ?0..?9), digits) do
      {[], _} -> {[], all}
      {digits, rest} -> {[?e | sign] ++ digits, rest}
    end
  end

  defp exponent(rest), do: {[], rest}

  defp sign([sign | rest]) when sign in [?+, ?-], do: {[sign], rest}
  defp sign(text), do: {[], text}

  defp digit?(char, base) when char in ?0..?9, do: char - ?0 < base
  defp digit?(char, base) when char in ?a..?z, do: char - ?a + 10 < base
  defp digit?(char, base) when char in ?A..?Z, do: char - ?A + 10 < base
  defp digit?(_char, _base), do: false

  defp take(text, width, reason) do
    if length(text) < width, do: throw(reason)
    :lists.split(width, text)
  end

  defp latin1!(chars, reason), do: if(:lists.any(&(&1 > 255), chars), do: throw(reason))
end
