defmodule :erl_parse do
  @moduledoc """
  Erlang's `:erl_parse`, as far as terms go: tokens of `:erl_scan` to terms, and terms to abstract code and back.

  Expressions and forms other than terms are refused by name: there is no compiler for Erlang's own syntax here.

  ## Examples

      iex> {:ok, tokens, _} = :erl_scan.string('{a, [1, 2 | x]}.')
      iex> :erl_parse.parse_term(tokens)
      {:ok, {:a, [1, 2 | :x]}}
  """

  @doc "Gives the term that tokens are, up to a dot: `{:ok, term}` or `{:error, {location, :erl_parse, what}}`."
  def parse_term(tokens) do
    case parse_exprs(tokens) do
      {:ok, [expression]} ->
        try do
          {:ok, normalise(expression)}
        catch
          :error, _ -> {:error, {location(expression), :erl_parse, ~c"bad term"}}
        end

      {:ok, [_, expression | _]} ->
        {:error, {location(expression), :erl_parse, ~c"bad term"}}

      error ->
        error
    end
  end

  defp location(expression), do: elem(expression, 1)

  @doc "Gives the abstract code of expressions that are terms, variables among them."
  def parse_exprs(tokens) do
    {expressions, rest} = many(tokens, [])

    case rest do
      [{:dot, _}] -> {:ok, expressions}
      [{:dot, _}, next | _] -> syntax([next])
      _other -> syntax(rest)
    end
  catch
    {:syntax, rest} -> failed(rest, tokens)
  else
    {:bad, rest} -> failed(rest, tokens)
    result -> result
  end

  defp syntax(rest), do: {:bad, rest}

  defp failed([token | _], _tokens), do: {:error, {elem(token, 1), :erl_parse, [~c"syntax error before: ", text(token)]}}

  defp failed([], tokens) do
    last = if tokens == [], do: 999_999, else: elem(:lists.last(tokens), 1)
    {:error, {last, :erl_parse, [~c"syntax error before: ", []]}}
  end

  defp text({:dot, _}), do: ~c"'.'"
  defp text({:var, _, name}), do: :erlang.atom_to_list(name)
  defp text({:string, _, characters}), do: :io_lib.write_string(characters)
  defp text({_category, _, value}), do: :lists.flatten(:io_lib.format("~tw", [value]))
  defp text({symbol, _}), do: :lists.flatten(:io_lib.format("~tw", [symbol]))

  defp stop(rest), do: throw({:syntax, rest})

  defp many(tokens, done) do
    {expression, rest} = binary(tokens)

    case rest do
      [{:",", _} | rest] -> many(rest, [expression | done])
      _end -> {:lists.reverse([expression | done]), rest}
    end
  end

  # Names of functions, `f/1` after `fun`, are the only use of an operator between operands, but for numbers.
  defp binary(tokens) do
    {left, rest} = unary(tokens)
    operators(left, rest)
  end

  defp operators(left, [{operator, at} | rest]) when operator in [:+, :-, :*, :/, :bor, :band, :bxor, :bsl, :bsr, :div, :rem, :++] do
    {right, rest} = unary(rest)
    operators({:op, at, operator, left, right}, rest)
  end

  defp operators(left, rest), do: {left, rest}

  defp unary([{operator, at} | rest]) when operator in [:+, :-, :bnot, :not] do
    {operand, rest} = unary(rest)
    {{:op, at, operator, operand}, rest}
  end

  defp unary(tokens), do: primary(tokens)

  defp primary([{:string, at, characters} | rest]), do: strings(rest, at, characters)

  defp primary([{category, _, _} = literal | rest]) when category in [:atom, :integer, :float, :char, :var],
    do: after_primary(literal, rest)

  defp primary([{:"[", at}, {:"]", _} | rest]), do: {{nil, at}, rest}

  defp primary([{:"[", at} | rest]) do
    {items, rest} = many(rest, [])

    case rest do
      [{:"]", _} | rest] ->
        {list(items, {nil, at}, at), rest}

      [{:|, _} | rest] ->
        {tail, rest} = binary(rest)
        {list(items, tail, at), expect(:"]", rest)}

      _other ->
        stop(rest)
    end
  end

  defp primary([{:"{", at}, {:"}", _} | rest]), do: {{:tuple, at, []}, rest}

  defp primary([{:"{", at} | rest]) do
    {items, rest} = many(rest, [])
    {{:tuple, at, items}, expect(:"}", rest)}
  end

  defp primary([{:"#", at}, {:"{", _}, {:"}", _} | rest]), do: {{:map, at, []}, rest}

  defp primary([{:"#", at}, {:"{", _} | rest]) do
    {pairs, rest} = pairs(rest, [])
    {{:map, at, pairs}, expect(:"}", rest)}
  end

  defp primary([{:"<<", at}, {:">>", _} | rest]), do: {{:bin, at, []}, rest}

  defp primary([{:"<<", at} | rest]) do
    {segments, rest} = segments(rest, [])
    {{:bin, at, segments}, expect(:">>", rest)}
  end

  defp primary([{:"(", _} | rest]) do
    {expression, rest} = binary(rest)
    {expression, expect(:")", rest)}
  end

  defp primary([{:fun, at}, {:atom, _, module}, {:":", _}, {:atom, _, name}, {:/, _}, {:integer, _, arity} | rest]),
    do: {{:fun, at, {:function, {:atom, at, module}, {:atom, at, name}, {:integer, at, arity}}}, rest}

  defp primary(tokens), do: stop(tokens)

  # A name followed by arguments is a call, which is kept so that it is refused as a term and not as a mistake in writing.
  defp after_primary({:atom, at, _} = name, [{:"(", _}, {:")", _} | rest]), do: {{:call, at, name, []}, rest}

  defp after_primary({:atom, at, _} = name, [{:"(", _} | rest]) do
    {args, rest} = many(rest, [])
    {{:call, at, name, args}, expect(:")", rest)}
  end

  defp after_primary(literal, rest), do: {literal, rest}

  defp strings([{:string, _, more} | rest], at, characters), do: strings(rest, at, characters ++ more)
  defp strings(rest, at, characters), do: {{:string, at, characters}, rest}

  defp list([item | items], tail, at), do: {:cons, at, item, list(items, tail, at)}
  defp list([], tail, _at), do: tail

  defp pairs(tokens, done) do
    {key, rest} = binary(tokens)

    case rest do
      [{:"=>", at} | rest] ->
        {value, rest} = binary(rest)
        done = [{:map_field_assoc, at, key, value} | done]

        case rest do
          [{:",", _} | rest] -> pairs(rest, done)
          _end -> {:lists.reverse(done), rest}
        end

      _other ->
        stop(rest)
    end
  end

  defp segments(tokens, done) do
    {value, rest} = unary(tokens)

    {size, rest} =
      case rest do
        [{:":", _} | rest] -> primary(rest)
        _other -> {:default, rest}
      end

    {types, rest} =
      case rest do
        [{:/, _}, {:atom, _, type} | rest] -> types(rest, [type])
        _other -> {:default, rest}
      end

    done = [{:bin_element, elem(value, 1), value, size, types} | done]

    case rest do
      [{:",", _} | rest] -> segments(rest, done)
      _end -> {:lists.reverse(done), rest}
    end
  end

  defp types([{:-, _}, {:atom, _, type} | rest], done), do: types(rest, [type | done])
  defp types(rest, done), do: {:lists.reverse(done), rest}

  defp expect(symbol, [{symbol, _} | rest]), do: rest
  defp expect(_symbol, rest), do: stop(rest)

  @doc "Refuses forms of Erlang's syntax: there is no compiler for it here."
  def parse_form(_tokens), do: :erlang.error({:unsupported, :erl_parse, :parse_form})

  @doc "Gives the term that abstract code is; raises for code that is none."
  def normalise({kind, _, value}) when kind in [:atom, :integer, :float, :char, :string], do: value
  def normalise({nil, _}), do: []
  def normalise({:cons, _, head, tail}), do: [normalise(head) | normalise(tail)]
  def normalise({:tuple, _, items}), do: :erlang.list_to_tuple(:lists.map(&normalise/1, items))

  def normalise({:map, _, pairs}),
    do: :maps.from_list(for({:map_field_assoc, _, key, value} <- pairs, do: {normalise(key), normalise(value)}))

  def normalise({:bin, _, segments}), do: :erlang.list_to_bitstring(:lists.map(&segment/1, segments))
  def normalise({:op, _, :+, {kind, _, number}}) when kind in [:integer, :float, :char], do: number
  def normalise({:op, _, :-, {kind, _, number}}) when kind in [:integer, :float, :char], do: -number

  def normalise({:fun, _, {:function, {:atom, _, module}, {:atom, _, name}, {:integer, _, arity}}}),
    do: :erlang.make_fun(module, name, arity)

  def normalise(code), do: :erlang.error({:badarg, code})

  defp segment({:bin_element, _, {:string, _, characters}, :default, :default}), do: :erlang.list_to_binary(characters)

  defp segment({:bin_element, _, {:string, _, characters}, :default, types}),
    do: :lists.map(fn character -> number(character, 8, types) end, characters)

  defp segment({:bin_element, _, value, size, types}) do
    size = if size == :default, do: :default, else: normalise(size)

    case normalise(value) do
      float when is_float(float) -> <<float::float>>
      number when is_integer(number) -> number(number, size, types)
      bits when is_bitstring(bits) -> bits
    end
  end

  defp number(number, size, types) do
    types = if types == :default, do: [], else: types

    cond do
      :lists.member(:utf8, types) ->
        <<number::utf8>>

      :lists.member(:float, types) ->
        <<number::float>>

      :lists.member(:little, types) ->
        size = if size == :default, do: 8, else: size
        <<number::little-size(size)>>

      true ->
        size = if size == :default, do: 8, else: size
        <<number::size(size)>>
    end
  end

  @doc "Gives the abstract code of a term."
  def abstract(term), do: abstract(term, 0)

  @doc "As `abstract/1`, with a location, or options of which `:location` counts."
  def abstract(term, options) when is_list(options), do: abstract_1(term, :proplists.get_value(:location, options, 0))
  def abstract(term, location), do: abstract_1(term, location)

  defp abstract_1(term, at) when is_integer(term), do: {:integer, at, term}
  defp abstract_1(term, at) when is_float(term), do: {:float, at, term}
  defp abstract_1(term, at) when is_atom(term), do: {:atom, at, term}
  defp abstract_1([], at), do: {nil, at}

  defp abstract_1([head | tail] = list, at) do
    if :io_lib.latin1_char_list(list),
      do: {:string, at, list},
      else: {:cons, at, abstract_1(head, at), abstract_1(tail, at)}
  end

  defp abstract_1(term, at) when is_tuple(term), do: {:tuple, at, for(item <- :erlang.tuple_to_list(term), do: abstract_1(item, at))}

  defp abstract_1(term, at) when is_map(term) do
    {:map, at, for({key, value} <- :maps.to_list(term), do: {:map_field_assoc, at, abstract_1(key, at), abstract_1(value, at)})}
  end

  defp abstract_1(term, at) when is_binary(term),
    do: {:bin, at, for(byte <- :erlang.binary_to_list(term), do: {:bin_element, at, {:integer, at, byte}, :default, :default})}

  defp abstract_1(term, at) when is_function(term) do
    case :erlang.fun_info(term, :type) do
      {:type, :external} ->
        {:module, module} = :erlang.fun_info(term, :module)
        {:name, name} = :erlang.fun_info(term, :name)
        {:arity, arity} = :erlang.fun_info(term, :arity)
        {:fun, at, {:function, {:atom, at, module}, {:atom, at, name}, {:integer, at, arity}}}

      {:type, :local} ->
        :erlang.error(:function_clause)
    end
  end

  @doc "Says what an error means."
  def format_error(message) do
    case :io_lib.deep_char_list(message) do
      true -> message
      _other -> :io_lib.write(message)
    end
  end
end
