defmodule :io_lib do
  @moduledoc """
  Erlang's `:io_lib`: text from formats and terms, in Erlang's notation.

  `format/2` knows the control sequences `~c ~s ~p ~P ~w ~W ~f ~e ~g ~b ~B ~x ~X ~+ ~# ~n ~i ~~`, with field width,
  precision, padding and the modifiers `t` and `l`.
  """

  @doc "Fills a format with arguments; a deep list of characters. Raises `badarg` when they do not fit."
  def format(format, args) when is_list(args), do: run(characters(format), args, [format, args], 0)
  def format(format, args), do: :erlang.error(:badarg, [format, args])

  @doc "As `format/2`; a limit of characters, `{:chars_limit, n}`, is taken and not applied."
  def format(format, args, options) when is_list(options), do: format(format, args)

  def fwrite(format, args), do: format(format, args)

  @doc "Says of a format and its arguments, with which `format/2` has failed, what is wrong with each: `:ok` or a message."
  def problems(_format, args) when not is_list(args), do: [:ok, "not a list"]

  def problems(format, args) do
    case kinds(characters(format), []) do
      {:error, message} ->
        ["format string invalid (" <> message <> ")"]

      kinds when length(kinds) != length(args) ->
        ["wrong number of arguments"]

      kinds ->
        wrong =
          for {{kind, arg}, place} <- :lists.zip(:lists.zip(kinds, args), :lists.seq(1, length(args))),
              not of_kind?(kind, arg),
              do: "element #{place} must be of type #{kind}"

        case wrong do
          [] -> ["failed to format string"]
          _ -> [:ok, :erlang.iolist_to_binary(:lists.join("\n", wrong))]
        end
    end
  rescue
    _ -> ["not a valid format string"]
  end

  # The kinds of arguments that a format takes, in order.
  defp kinds([?~ | rest], acc), do: width(rest, acc)
  defp kinds([_ | rest], acc), do: kinds(rest, acc)
  defp kinds([], acc), do: :lists.reverse(acc)

  defp width([?- | rest], acc), do: width(rest, acc)
  defp width(rest, acc), do: number(rest, acc, &precision/2)

  defp precision([?. | rest], acc), do: number(rest, acc, &padding/2)
  defp precision(rest, acc), do: modified(rest, acc)

  defp padding([?., ?* | rest], acc), do: modified(rest, [:integer | acc])
  defp padding([?., _ | rest], acc), do: modified(rest, acc)
  defp padding(rest, acc), do: modified(rest, acc)

  defp number([?* | rest], acc, next), do: next.(rest, [:integer | acc])
  defp number([digit | rest], acc, next) when digit in ?0..?9, do: number(rest, acc, next)
  defp number(rest, acc, next), do: next.(rest, acc)

  defp modified([mod | rest], acc) when mod in [?t, ?l], do: modified(rest, acc)
  defp modified([control | rest], acc) when control in [?~, ?n], do: kinds(rest, acc)
  defp modified([control | rest], acc) when control in [?w, ?p, ?i], do: kinds(rest, [:term | acc])
  defp modified([control | rest], acc) when control in [?W, ?P], do: kinds(rest, [:integer, :term | acc])
  defp modified([control | rest], acc) when control in [?b, ?B, ?c], do: kinds(rest, [:integer | acc])
  defp modified([control | rest], acc) when control in [?+, ?#], do: kinds(rest, [:term | acc])
  defp modified([control | rest], acc) when control in [?x, ?X], do: kinds(rest, [:string, :integer | acc])
  defp modified([control | rest], acc) when control in [?e, ?f, ?g], do: kinds(rest, [:float | acc])
  defp modified([?s | rest], acc), do: kinds(rest, [:string | acc])
  defp modified([control | _], _acc), do: {:error, <<"invalid control ~", control::utf8>>}
  defp modified([], _acc), do: {:error, "truncated"}

  defp of_kind?(:integer, arg), do: is_integer(arg)
  defp of_kind?(:float, arg), do: is_float(arg)
  defp of_kind?(:term, _arg), do: true
  defp of_kind?(:string, arg) when is_atom(arg) or is_binary(arg), do: true
  defp of_kind?(:string, arg) when is_list(arg), do: deep_char_list(arg)
  defp of_kind?(:string, _arg), do: false

  defp characters(format) when is_atom(format), do: :erlang.atom_to_list(format)

  defp characters(format) when is_binary(format) do
    case :unicode.characters_to_list(format) do
      list when is_list(list) -> list
      _ -> :erlang.error(:badarg, [format])
    end
  end

  defp characters(format) when is_list(format), do: format
  defp characters(format), do: :erlang.error(:badarg, [format])

  # The column is counted along, for terms that are broken into lines.
  defp run([?~ | rest], args, call, column) do
    {spec, rest} = spec(rest, args, call)
    {text, args} = control(Map.put(spec, :column, column), call)
    rest = run(rest, args, call, indentation(text, column))
    if flat?(spec), do: :lists.flatten(text) ++ rest, else: [text | rest]
  end

  defp run([?\n | rest], args, call, _column), do: [?\n | run(rest, args, call, 0)]
  defp run([char | rest], args, call, column), do: [char | run(rest, args, call, column + 1)]
  defp run([], [], _call, _column), do: []
  defp run([], _args, call, _column), do: :erlang.error(:badarg, call)

  # What is short stands among the characters of the format, terms and text are lists of their own.
  defp flat?(%{control: control}) when control in [?w, ?p, ?W, ?P], do: false
  defp flat?(%{control: ?s, args: [text | _]}), do: is_atom(text)
  defp flat?(_spec), do: true

  # `~F.P.PadModC`: width, precision, padding, modifiers, control character.
  defp spec(chars, args, call) do
    {width, chars, args} = field(chars, args, call)
    {left, width} = if is_integer(width) and width < 0, do: {true, -width}, else: {false, width}

    {precision, chars, args} =
      case chars do
        [?. | rest] -> field(rest, args, call)
        _ -> {:none, chars, args}
      end

    {pad, chars, args} =
      case {chars, args} do
        {[?., ?* | rest], [pad | args]} -> {pad, rest, args}
        {[?., pad | rest], _} -> {pad, rest, args}
        _ -> {?\s, chars, args}
      end

    {mods, chars} = modifiers(chars, [])

    case chars do
      [control | rest] -> {%{width: width, left: left, precision: precision, pad: pad, unicode: ?t in mods, lists: ?l in mods, control: control, args: args}, rest}
      [] -> :erlang.error(:badarg, call)
    end
  end

  defp field([?- | rest], args, call) do
    {width, rest, args} = field(rest, args, call)
    {if(is_integer(width), do: -width, else: width), rest, args}
  end

  defp field([?* | rest], [width | args], _call) when is_integer(width), do: {width, rest, args}
  defp field([digit | _] = chars, args, _call) when digit in ?0..?9, do: digits(chars, 0, args)
  defp field(chars, args, _call), do: {:none, chars, args}

  defp digits([digit | rest], number, args) when digit in ?0..?9, do: digits(rest, number * 10 + digit - ?0, args)
  defp digits(rest, number, args), do: {number, rest, args}

  defp modifiers([mod | rest], mods) when mod in [?t, ?l], do: modifiers(rest, [mod | mods])
  defp modifiers(rest, mods), do: {mods, rest}

  defp control(%{control: ?~} = spec, _call), do: {:lists.duplicate(if(spec.width == :none, do: 1, else: spec.width), ?~), spec.args}
  defp control(%{control: ?n} = spec, _call), do: {:lists.duplicate(if(spec.width == :none, do: 1, else: spec.width), ?\n), spec.args}
  defp control(%{control: _, args: []}, call), do: :erlang.error(:badarg, call)

  # Bases that there are not, and fewer digits than a number can be shown with.
  defp control(%{control: control, precision: base}, call)
       when control in [?b, ?B, ?x, ?X, ?+, ?#] and is_integer(base) and base not in 2..36,
       do: :erlang.error(:badarg, call)

  defp control(%{control: control, precision: digits}, call)
       when (control == ?f and digits === 0) or (control in [?e, ?g] and digits in [0, 1]),
       do: :erlang.error(:badarg, call)

  defp control(%{control: ?i, args: [_ | args]}, _call), do: {[], args}

  defp control(%{control: ?c, args: [char | args]} = spec, _call) when is_integer(char) do
    count = if spec.precision == :none, do: if(spec.width == :none, do: 1, else: spec.width), else: spec.precision
    char = if spec.unicode, do: char, else: rem(char, 256)
    {pad(:lists.duplicate(count, char), spec), args}
  end

  defp control(%{control: ?s, args: [text | args]} = spec, call), do: {text |> to_chars(spec, call) |> cut(spec) |> pad(spec), args}

  defp control(%{control: control, args: [term | args]} = spec, _call) when control in [?w, ?p], do: {shown(term, -1, spec), args}

  defp control(%{control: control, args: [term, depth | args]} = spec, _call) when control in [?W, ?P] and is_integer(depth),
    do: {shown(term, depth, spec), args}

  defp control(%{control: control, args: [integer | args]} = spec, _call) when control in [?b, ?B] and is_integer(integer),
    do: {based(integer, "", control == ?b, spec), args}

  defp control(%{control: control, args: [integer, prefix | args]} = spec, _call) when control in [?x, ?X] and is_integer(integer) and (is_atom(prefix) or is_list(prefix)) do
    prefix = if is_atom(prefix), do: :erlang.atom_to_binary(prefix), else: :unicode.characters_to_binary(prefix)
    {based(integer, prefix, control == ?x, spec), args}
  end

  defp control(%{control: control, args: [integer | args]} = spec, _call) when control in [?+, ?#] and is_integer(integer) do
    base = if spec.precision == :none, do: 10, else: spec.precision
    {based(integer, :erlang.integer_to_binary(base) <> "#", control == ?+, spec), args}
  end

  defp control(%{control: ?f, args: [number | args]} = spec, _call) when is_float(number) do
    decimals = if spec.precision == :none, do: 6, else: spec.precision
    {pad(fixed(number, decimals), spec), args}
  end

  defp control(%{control: ?e, args: [number | args]} = spec, _call) when is_float(number) do
    digits = if spec.precision == :none, do: 6, else: spec.precision
    {pad(exponential(number, digits), spec), args}
  end

  defp control(%{control: ?g, args: [number | args]} = spec, _call) when is_float(number) do
    float = number
    digits = if spec.precision == :none, do: 6, else: spec.precision
    size = abs(float)

    text =
      if size >= 0.1 and size < 10_000.0 do
        whole = cond do
          size < 1.0 -> 0
          size < 10.0 -> 1
          size < 100.0 -> 2
          size < 1000.0 -> 3
          true -> 4
        end

        if whole < digits, do: :erlang.float_to_list(float, decimals: digits - max(whole, 1) + if(whole == 0, do: 1, else: 0)), else: exponential(float, digits)
      else
        exponential(float, digits)
      end

    {pad(text, spec), args}
  end

  defp control(_spec, call), do: :erlang.error(:badarg, call)

  # One digit before the point, and an exponent with its sign but without leading zeros.

  # So many decimals, rounded half up from the float's first 21 digits.
  defp fixed(float, decimals) do
    {negative, <<first, ?., rest::binary-20, ?e, exponent::binary>>} =
      case :erlang.float_to_binary(float) do
        <<?-, text::binary>> -> {true, text}
        text -> {false, text}
      end

    digits = :erlang.binary_to_integer(<<first, rest::binary>>)
    kept = :erlang.binary_to_integer(exponent) + 1 + decimals

    scaled =
      cond do
        kept >= 21 -> digits * power(kept - 21)
        kept < 0 -> 0
        true -> half_up(digits, power(21 - kept))
      end

    unit = power(decimals)
    text = :erlang.integer_to_list(div(scaled, unit)) ++ point(rem(scaled, unit), decimals)
    if negative, do: [?- | text], else: text
  end

  defp point(_part, 0), do: []

  defp point(part, decimals) do
    text = :erlang.integer_to_list(part)
    [?. | :lists.duplicate(decimals - length(text), ?0) ++ text]
  end

  defp half_up(number, unit), do: div(2 * number + unit, 2 * unit)

  @powers 0..30 |> Enum.map(&Integer.pow(10, &1)) |> List.to_tuple()
  defp power(exponent) when exponent <= 30, do: elem(@powers, exponent)
  defp power(exponent), do: :erlang.list_to_integer([?1 | :lists.duplicate(exponent, ?0)])

  defp exponential(float, digits) do
    {mantissa, [?e, sign | exponent]} = :lists.splitwith(&(&1 != ?e), :erlang.float_to_list(float, scientific: max(digits - 1, 0)))
    mantissa ++ [?e, sign | :erlang.integer_to_list(:erlang.list_to_integer(exponent))]
  end

  defp to_chars(text, _spec, _call) when is_atom(text), do: :erlang.atom_to_list(text)

  defp to_chars(text, %{unicode: true}, call) do
    case :unicode.characters_to_list(text) do
      chars when is_list(chars) -> chars
      _ -> :erlang.error(:badarg, call)
    end
  end

  defp to_chars(text, _spec, call) do
    try do
      :erlang.binary_to_list(:erlang.iolist_to_binary(text))
    rescue
      ArgumentError -> :erlang.error(:badarg, call)
    end
  end

  defp cut(chars, %{precision: :none, width: width}) when is_integer(width), do: :lists.sublist(chars, width)
  defp cut(chars, %{precision: :none}), do: chars

  defp cut(chars, %{precision: precision, pad: pad}) do
    shown = :lists.sublist(chars, precision)
    shown ++ :lists.duplicate(precision - length(shown), pad)
  end

  defp shown(term, depth, %{control: control} = spec) when control in [?p, ?P] do
    length = if is_integer(spec.width), do: spec.width, else: 80
    column = if is_integer(spec.precision), do: spec.precision, else: spec.column + 1
    :io_lib_pretty.lines(term, column, length, depth, %{unicode: spec.unicode, text: not spec.lists})
  end

  defp shown(term, depth, spec) do
    chars = :lists.flatten(write(term, depth, spec.unicode))

    case spec do
      %{width: width, control: control} when is_integer(width) and control in [?w, ?W] -> fit(chars, spec)
      _ -> chars
    end
  end

  defp fit(chars, %{width: width} = spec), do: if(length(chars) > width, do: :lists.duplicate(width, ?*), else: pad(chars, spec))

  defp based(integer, prefix, lower, spec) do
    base = if spec.precision == :none, do: 10, else: spec.precision
    digits = :erlang.integer_to_list(abs(integer), base)
    digits = if lower, do: :lists.map(fn char -> if(char in ?A..?Z, do: char + 32, else: char) end, digits), else: digits
    sign = if integer < 0, do: [?-], else: []
    pad(sign ++ :erlang.binary_to_list(prefix) ++ digits, spec)
  end

  defp pad(chars, %{width: :none}), do: chars

  defp pad(chars, %{width: width} = spec) do
    case width - length(chars) do
      0 -> chars
      missing when missing < 0 -> if(spec.control in [?s, ?c], do: chars, else: :lists.duplicate(width, ?*))
      missing -> if(spec.left, do: chars ++ :lists.duplicate(missing, spec.pad), else: :lists.duplicate(missing, spec.pad) ++ chars)
    end
  end

  ## Terms

  @doc "Shows a term in Erlang's notation."
  def write(term), do: :lists.flatten(write(term, -1, false))
  def write(term, depth) when is_integer(depth), do: :lists.flatten(write(term, depth, false))
  def write(term, opts) when is_list(opts), do: :lists.flatten(write(term, :proplists.get_value(:depth, opts, -1), true))

  @doc "Shows a term in Erlang's notation, text as text."
  def print(term), do: :lists.flatten(print(term, -1, %{unicode: false, lists: false}))
  def print(term, column, width, depth), do: :io_lib_pretty.lines(term, column, width, depth, %{unicode: false, text: true})

  @doc false
  def __line__(term, depth, options), do: render(term, depth, options)

  defp print(term, depth, spec), do: render(term, depth, %{unicode: spec.unicode, text: not spec.lists})

  defp write(term, depth, unicode), do: render(term, depth, %{unicode: unicode, text: false})

  defp render(_term, 0, _o), do: ~c"..."
  defp render(term, _depth, _o) when is_integer(term), do: :erlang.integer_to_list(term)
  defp render(term, _depth, _o) when is_float(term), do: :erlang.float_to_list(term, [:short])
  defp render(term, _depth, o) when is_atom(term), do: write_atom(term, o)
  defp render([], _depth, _o), do: ~c"[]"

  defp render(list, depth, o) when is_list(list) do
    if o.text and printable_list(list) do
      write_string(list, ?")
    else
      [?[, elements(list, depth - 1, o), ?]]
    end
  end

  defp render(tuple, depth, o) when is_tuple(tuple) do
    [?{, separated(:erlang.tuple_to_list(tuple), depth - 1, o), ?}]
  end

  defp render(map, depth, o) when is_map(map) do
    pairs = :lists.map(fn {key, value} -> [render(key, depth - 1, o), ~c" => ", render(value, depth - 1, o)] end, :maps.to_list(map))
    [~c"\#{", :lists.join(?,, pairs), ?}]
  end

  defp render(binary, _depth, o) when is_binary(binary) do
    chars = :erlang.binary_to_list(binary)

    cond do
      chars == [] -> ~c"<<>>"
      o.text and o.unicode and :lists.any(&(&1 > 127), chars) and String.valid?(binary) and printable_list(String.to_charlist(binary)) -> [~c"<<", write_string(String.to_charlist(binary), ?"), ~c"/utf8>>"]
      o.text and printable_list(chars) -> [~c"<<", write_string(chars, ?"), ~c">>"]
      true -> [~c"<<", :lists.join(?,, :lists.map(&:erlang.integer_to_list/1, chars)), ~c">>"]
    end
  end

  defp render(bits, _depth, _o) when is_bitstring(bits) do
    rest = rem(bit_size(bits), 8)
    whole = bit_size(bits) - rest
    <<bytes::bits-size(whole), last::size(rest)>> = bits
    parts = :lists.map(&:erlang.integer_to_list/1, :erlang.binary_to_list(bytes)) ++ [[:erlang.integer_to_list(last), ?:, :erlang.integer_to_list(rest)]]
    [~c"<<", :lists.join(?,, parts), ~c">>"]
  end

  defp render(pid, _depth, _o) when is_pid(pid), do: :erlang.pid_to_list(pid)
  defp render(port, _depth, _o) when is_port(port), do: :erlang.port_to_list(port)
  defp render(ref, _depth, _o) when is_reference(ref), do: :erlang.ref_to_list(ref)
  defp render(fun, _depth, o) when is_function(fun) do
    case :erlang.fun_info(fun, :type) do
      {:type, :external} ->
        {{:module, module}, {:name, name}, {:arity, arity}} =
          {:erlang.fun_info(fun, :module), :erlang.fun_info(fun, :name), :erlang.fun_info(fun, :arity)}

        [~c"fun ", write_atom(module, o), ?:, write_atom(name, o), ?/, :erlang.integer_to_list(arity)]

      {:type, :local} ->
        :erlang.fun_to_list(fun)
    end
  end

  defp elements(_list, 0, _o), do: ~c"..."
  defp elements([last], depth, o), do: render(last, depth, o)
  defp elements([head | tail], depth, o) when is_list(tail), do: [render(head, depth, o), if(depth == 1, do: ?|, else: ?,) | elements(tail, depth - 1, o)]
  defp elements([head | tail], depth, o), do: [render(head, depth, o), ?|, render(tail, depth, o)]

  defp separated([], _depth, _o), do: []
  defp separated(_list, 0, _o), do: ~c"..."
  defp separated([last], depth, o), do: render(last, depth, o)
  defp separated([head | tail], depth, o), do: [render(head, depth, o), ?, | separated(tail, depth - 1, o)]

  @reserved [
    :after, :and, :andalso, :band, :begin, :bnot, :bor, :bsl, :bsr, :bxor, :case, :catch, :cond, :div, :end, :fun, :if, :let,
    :maybe, :not, :of, :or, :orelse, :receive, :rem, :try, :when, :xor
  ]

  @doc "Shows an atom, in quotes where it needs them."
  def write_atom(atom), do: :lists.flatten(write_atom(atom, %{unicode: true}))

  defp write_atom(atom, o) do
    # In Latin-1, characters beyond it are written by their numbers.
    case quoted_atom(atom) do
      chars when o.unicode -> chars
      chars -> :lists.map(&if(is_integer(&1) and &1 > 255, do: [?\\, ?x, ?{, :erlang.integer_to_list(&1, 16), ?}], else: &1), :lists.flatten(chars))
    end
  end

  defp quoted_atom(atom) do
    chars = :erlang.atom_to_list(atom)

    cond do
      :lists.member(atom, @reserved) -> write_string(chars, ?')
      plain_atom?(chars) -> chars
      true -> write_string(chars, ?')
    end
  end

  defp plain_atom?([first | rest]) when first in ?a..?z or (first in 0xDF..0xFF and first != 0xF7), do: :lists.all(&atom_char?/1, rest)
  defp plain_atom?(_), do: false

  defp atom_char?(char) when char in ?a..?z or char in ?A..?Z or char in ?0..?9 or char in [?_, ?@], do: true
  defp atom_char?(char) when char in 0xC0..0xFF and char not in [0xD7, 0xF7], do: true
  defp atom_char?(_), do: false

  @doc "Shows a list of characters in double quotes."
  def write_string(chars), do: :lists.flatten(write_string(chars, ?"))

  def write_string(chars, quote), do: [quote, :lists.map(&escape(&1, quote), chars), quote]

  defp escape(quote, quote), do: [?\\, quote]
  defp escape(?\\, _), do: ~c"\\\\"
  defp escape(?\n, _), do: ~c"\\n"
  defp escape(?\t, _), do: ~c"\\t"
  defp escape(?\r, _), do: ~c"\\r"
  defp escape(?\v, _), do: ~c"\\v"
  defp escape(?\b, _), do: ~c"\\b"
  defp escape(?\f, _), do: ~c"\\f"
  defp escape(?\e, _), do: ~c"\\e"
  defp escape(?\d, _), do: ~c"\\d"
  defp escape(char, _) when char < 32, do: [?\\, ?0 + div(char, 64), ?0 + rem(div(char, 8), 8), ?0 + rem(char, 8)]
  defp escape(char, _), do: char


  ## Asking

  @doc "Tells whether a term is a list of printable Latin-1 characters."
  def printable_list([char | rest]) when is_integer(char), do: (char in 32..126 or char in 160..255 or char in [?\n, ?\r, ?\t, ?\v, ?\b, ?\f, ?\e]) and printable_list(rest)
  def printable_list([]), do: true
  def printable_list(_), do: false

  def printable_latin1_list(term), do: printable_list(term)

  @doc "Tells whether a term is a list of printable Unicode characters."
  def printable_unicode_list([char | rest]) when is_integer(char) and char >= 0 and char <= 0x10FFFF do
    (char in 32..126 or char in [?\n, ?\r, ?\t, ?\v, ?\b, ?\f, ?\e] or (char >= 160 and char not in 0xD800..0xDFFF and char not in 0xFFFE..0xFFFF)) and printable_unicode_list(rest)
  end

  def printable_unicode_list([]), do: true
  def printable_unicode_list(_), do: false

  @doc "Tells whether a term is a flat list of bytes."
  def char_list([char | rest]) when is_integer(char) and char in 0..0xD7FF, do: char_list(rest)
  def char_list([char | rest]) when is_integer(char) and char in 0xE000..0x10FFFF, do: char_list(rest)
  def char_list([]), do: true
  def char_list(_), do: false

  def latin1_char_list([char | rest]) when is_integer(char) and char in 0..255, do: latin1_char_list(rest)
  def latin1_char_list([]), do: true
  def latin1_char_list(_), do: false

  def deep_char_list(term) when is_list(term), do: :lists.all(fn x -> (is_integer(x) and x >= 0) or deep_char_list(x) end, term)
  def deep_char_list(_), do: false

  def nl(), do: ~c"\n"
  def chars(char, count), do: :lists.duplicate(count, char)
  def indentation(text, start), do: :lists.foldl(fn c, n -> if(c == ?\n, do: 0, else: n + 1) end, start, :lists.flatten(text))

  @doc "Writes a character in Erlang's notation."
  def write_char(?\s), do: ~c"$\\s"
  def write_char(char) when is_integer(char), do: [?$ | :lists.flatten([escape(char, ?')])]

  @doc "As `write_char/1`."
  def write_unicode_char(char), do: write_char(char)

  @doc "As `write_char/1`, for characters of Latin-1."
  def write_latin1_char(char) when char in 0..255, do: write_char(char)

  @doc "As `write_char/1`, with characters beyond Latin-1 as numbers."
  def write_char_as_latin1(char) when char in 0..255, do: write_char(char)
  def write_char_as_latin1(char), do: [?$, ?\\, ?x, ?{] ++ :erlang.integer_to_list(char, 16) ++ [?}]

  @doc "Counts the characters of a deep list."
  def chars_length(chars), do: length(:unicode.characters_to_list(chars))

  @doc "Tells whether a term is a deep list of characters of Latin-1."
  def deep_latin1_char_list(term), do: deep?(term, 255)

  @doc "Tells whether a term is a deep list of characters."
  def deep_unicode_char_list(term), do: deep?(term, 0x10FFFF)

  defp deep?(term, limit) when is_list(term),
    do: :lists.all(fn char -> is_integer(char) and char >= 0 and char <= limit end, :lists.flatten(term))

  defp deep?(_term, _limit), do: false

  @doc "Reads values out of a text by a format: see `:io_lib_fread`."
  def fread(format, text), do: :io_lib_fread.fread(format, text)

  @doc "Reads values out of a text that comes in pieces."
  def fread(continuation, text, format), do: :io_lib_fread.fread(continuation, text, format)

  def fwrite(format, args, options), do: format(format, args, options)

  @doc "Writes text in double quotes, with characters beyond Latin-1 as numbers."
  def write_string_as_latin1(chars), do: write_string_as_latin1(chars, ?")
  def write_string_as_latin1(chars, quote), do: [quote, :lists.flatmap(&escape_as_latin1(&1, quote), chars), quote] |> :lists.flatten()

  defp escape_as_latin1(char, _quote) when char > 255, do: [?\\, ?x, ?{] ++ :erlang.integer_to_list(char, 16) ++ [?}]
  defp escape_as_latin1(char, quote), do: :lists.flatten([escape(char, quote)])

  @doc "Writes text of Latin-1 in double quotes."
  def write_latin1_string(chars), do: write_string(chars)
  def write_latin1_string(chars, quote), do: :lists.flatten(write_string(chars, quote))
  def write_unicode_string(chars), do: write_string(chars)

  @doc "Writes an atom, with characters beyond Latin-1 as numbers."
  def write_atom_as_latin1(atom) do
    chars = :erlang.atom_to_list(atom)
    if :lists.all(&(&1 < 256), chars), do: :lists.flatten(write_atom(atom)), else: write_string_as_latin1(chars, ?')
  end

  @doc "Tells whether an atom of these characters needs quotes."
  def quote_atom(atom, chars), do: :lists.member(atom, @reserved) or not plain_atom?(chars)

  @doc "Cuts a term down to what is shown of it to a depth."
  def limit_term(term, depth), do: limit(term, depth)

  defp limit(_term, 0), do: :...
  defp limit(term, -1), do: term
  defp limit([], _depth), do: []
  defp limit([_ | _], 1), do: [:...]
  defp limit([head | tail], depth), do: [limit(head, depth - 1) | limit_tail(tail, depth - 1)]
  defp limit({}, _depth), do: {}
  defp limit(tuple, 1) when is_tuple(tuple), do: {:...}
  defp limit(tuple, depth) when is_tuple(tuple), do: :erlang.list_to_tuple(limit_elements(:erlang.tuple_to_list(tuple), depth - 1))
  defp limit(map, depth) when is_map(map) and map_size(map) > 0, do: :maps.map(fn _key, value -> limit(value, depth - 1) end, map)
  defp limit(term, _depth), do: term

  defp limit_tail([], _depth), do: []
  defp limit_tail(_tail, 1), do: :...
  defp limit_tail([head | tail], depth), do: [limit(head, depth - 1) | limit_tail(tail, depth - 1)]
  defp limit_tail(tail, depth), do: limit(tail, depth - 1)

  defp limit_elements([], _depth), do: []
  defp limit_elements(_elements, 0), do: [:...]
  defp limit_elements([element | rest], depth), do: [limit(element, depth) | limit_elements(rest, depth - 1)]

  @doc "The text of a prompt, as devices show it."
  def format_prompt(prompt), do: format_prompt(prompt, :unicode)
  def format_prompt({:format, format, args}, _encoding), do: format(format, args)
  def format_prompt(prompt, _encoding) when is_list(prompt) or is_binary(prompt) or is_atom(prompt), do: format(~c"~ts", [prompt])
  def format_prompt(prompt, _encoding), do: format(~c"~tp", [prompt])

  @doc "Takes a format and its arguments apart into maps, as `build_text/1` takes them."
  def scan_format(format, args), do: :lists.reverse(scanned(characters(format), args, [format, args], []))

  defp scanned([?~ | rest], args, call, acc) do
    {spec, rest} = spec(rest, args, call)
    count = taken(spec.control)
    if length(spec.args) < count, do: :erlang.error(:badarg, call)
    {own, left} = :lists.split(count, spec.args)
    pad = fn :none -> :none; width -> width end

    entry = %{
      control_char: spec.control,
      args: own,
      width: pad.(spec.width),
      adjust: if(spec.left, do: :left, else: :right),
      precision: spec.precision,
      pad_char: spec.pad,
      encoding: if(spec.unicode, do: :unicode, else: :latin1),
      strings: not spec.lists
    }

    scanned(rest, left, call, [entry | acc])
  end

  defp scanned([char | rest], args, call, acc), do: scanned(rest, args, call, [char | acc])
  defp scanned([], [], _call, acc), do: acc
  defp scanned([], _args, call, _acc), do: :erlang.error(:badarg, call)

  defp taken(control) when control in [?~, ?n], do: 0
  defp taken(control) when control in [?W, ?P, ?x, ?X], do: 2
  defp taken(_control), do: 1

  @doc "Builds the text of a format that was taken apart."
  def build_text(parts), do: built(parts, 0)
  def build_text(parts, _options), do: build_text(parts)

  defp built([entry | rest], column) when is_map(entry) do
    spec = %{
      width: entry.width,
      left: entry.adjust == :left,
      precision: entry.precision,
      pad: entry.pad_char,
      unicode: entry.encoding == :unicode,
      lists: not entry.strings,
      control: entry.control_char,
      args: entry.args,
      column: column
    }

    {text, []} = control(spec, [entry])
    [text | built(rest, indentation(text, column))]
  end

  defp built([?\n | rest], _column), do: [?\n | built(rest, 0)]
  defp built([char | rest], column), do: [char | built(rest, column + 1)]
  defp built([], _column), do: []

  @doc "Puts a format and its arguments together again: `{format, args}`."
  def unscan_format(parts) do
    {format, args} =
      :lists.foldr(
        fn
          %{} = entry, {format, args} -> {unscanned(entry) ++ format, entry.args ++ args}
          char, {format, args} -> {[char | format], args}
        end,
        {[], []},
        parts
      )

    {format, args}
  end

  defp unscanned(entry) do
    width = if entry.width == :none, do: [], else: [if(entry.adjust == :left, do: [?-], else: []), :erlang.integer_to_list(entry.width)]
    precision = if entry.precision == :none, do: [], else: [?. | :erlang.integer_to_list(entry.precision)]

    pad =
      case entry.pad_char do
        ?\s -> []
        char when precision == [] -> [?., ?., char]
        char -> [?., char]
      end

    modifiers = if(entry.encoding == :unicode, do: [?t], else: []) ++ if(entry.strings, do: [], else: [?l])
    :lists.flatten([?~, width, precision, pad, modifiers, entry.control_char])
  end
end
