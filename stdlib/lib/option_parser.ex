defmodule OptionParser do
  @moduledoc """
  Reads the arguments of a command line: switches (`--name value`, `--name=value`, `--no-name`, `-n value`, `-abc`) and what is between them.

  The option `:strict` names the switches and their types, and everything else is invalid; `:switches` names types too but takes unknown
  switches, if an atom of their name exists already. Types are `:boolean`, `:count`, `:integer`, `:float`, `:string`; the modifier `:keep`, alone
  or in a list with a type, keeps every occurrence of a switch instead of the last. `:aliases` maps single letters to switches.

  Underscores of names are written as dashes. `--` ends the switches.
  """

  @type argv :: [String.t()]
  @type parsed :: keyword
  @type errors :: [{String.t(), String.t() | nil}]
  @type options :: [
          switches: keyword,
          strict: keyword,
          aliases: keyword,
          allow_nonexistent_atoms: boolean,
          return_separator: boolean
        ]

  defmodule ParseError do
    @moduledoc "Raised by `OptionParser.parse!/2` and `OptionParser.parse_head!/2` for invalid switches."
    defexception [:message]
  end

  @types [:boolean, :count, :integer, :float, :string, :keep]
  # Names this close to an unknown one are suggested.
  @closeness 0.8

  @doc """
  Reads all switches; returns them, the other arguments, and what is invalid: unknown switches (when strict) and values of the wrong type.

  ## Examples

      iex> OptionParser.parse(["--debug", "a", "-n", "3"], strict: [debug: :boolean, number: :integer], aliases: [n: :number])
      {[debug: true, number: 3], ["a"], []}
      iex> OptionParser.parse(["--number", "lib", "--other"], strict: [number: :integer])
      {[], [], [{"--number", "lib"}, {"--other", nil}]}
      iex> OptionParser.parse(["-v", "-v", "--", "-v"], strict: [verbose: :count], aliases: [v: :verbose])
      {[verbose: 2], ["-v"], []}

  """
  @spec parse(argv, options) :: {parsed, argv, errors}
  def parse(argv, opts \\ []) when is_list(argv) and is_list(opts), do: parse_all(argv, config(opts), [], [], [], true)

  @doc """
  Reads all switches, or raises `OptionParser.ParseError`.

  ## Examples

      iex> OptionParser.parse!(["--limit", "3", "lib"], strict: [limit: :integer])
      {[limit: 3], ["lib"]}

  """
  @spec parse!(argv, options) :: {parsed, argv}
  def parse!(argv, opts \\ []) when is_list(argv) and is_list(opts), do: only!(parse(argv, opts), opts)

  @doc """
  Reads switches up to the first argument that is none.

  ## Examples

      iex> OptionParser.parse_head(["--source", "lib", "test", "--verbose"], switches: [source: :string, verbose: :boolean])
      {[source: "lib"], ["test", "--verbose"], []}

  """
  @spec parse_head(argv, options) :: {parsed, argv, errors}
  def parse_head(argv, opts \\ []) when is_list(argv) and is_list(opts), do: parse_all(argv, config(opts), [], [], [], false)

  @doc """
  Reads switches up to the first argument that is none, or raises `OptionParser.ParseError`.
  """
  @spec parse_head!(argv, options) :: {parsed, argv}
  def parse_head!(argv, opts \\ []) when is_list(argv) and is_list(opts), do: only!(parse_head(argv, opts), opts)

  defp only!({parsed, args, []}, _opts), do: {parsed, args}
  defp only!({_parsed, _args, errors}, opts), do: raise(ParseError, errors_message(errors, opts))

  defp parse_all(argv, config, parsed, args, invalid, all?) do
    case next_switch(argv, config) do
      {:ok, option, value, rest} ->
        parse_all(rest, config, store(parsed, option, value, types(config, option)), args, invalid, all?)

      {:invalid, option, value, rest} ->
        parse_all(rest, config, parsed, args, [{option, value} | invalid], all?)

      {:undefined, option, _value, rest} ->
        invalid = if config.strict?, do: [{option, nil} | invalid], else: invalid
        parse_all(rest, config, parsed, args, invalid, all?)

      {:error, ["--" | rest]} ->
        rest = if config.return_separator?, do: ["--" | rest], else: rest
        {:lists.reverse(parsed), :lists.reverse(args, rest), :lists.reverse(invalid)}

      {:error, [arg | rest]} when all? ->
        parse_all(rest, config, parsed, [arg | args], invalid, all?)

      {:error, rest} ->
        {:lists.reverse(parsed), :lists.reverse(args, rest), :lists.reverse(invalid)}
    end
  end

  defp store(parsed, option, value, types) do
    cond do
      :count in types -> Keyword.update(parsed, option, value, &(&1 + 1))
      :keep in types -> [{option, value} | parsed]
      true -> [{option, value} | Keyword.delete(parsed, option)]
    end
  end

  @doc """
  Reads one switch: `{:ok, name, value, rest}`, `{:invalid, switch, value, rest}` for a value of the wrong type, `{:undefined, switch, value, rest}`
  for one that is not known, and `{:error, argv}` if the first argument is no switch.

  ## Examples

      iex> OptionParser.next(["--n", "5", "a"], strict: [n: :integer])
      {:ok, :n, 5, ["a"]}
      iex> OptionParser.next(["a", "--n"], strict: [n: :integer])
      {:error, ["a", "--n"]}

  """
  @spec next(argv, options) ::
          {:ok, key :: atom, value :: term, argv}
          | {:invalid, String.t(), String.t() | nil, argv}
          | {:undefined, String.t(), String.t() | nil, argv}
          | {:error, argv}
  def next(argv, opts \\ []) when is_list(argv) and is_list(opts), do: next_switch(argv, config(opts))

  defp next_switch([], _config), do: {:error, []}
  defp next_switch(["--" | _] = argv, _config), do: {:error, argv}
  defp next_switch(["-" | _] = argv, _config), do: {:error, argv}
  defp next_switch([<<?-, digit, _::binary>> | _] = argv, _config) when digit in ?0..?9, do: {:error, argv}

  defp next_switch(["-" <> switch | rest], config) do
    {name, value} =
      case :binary.split(switch, "=") do
        [name, value] -> {name, value}
        [name] -> {name, nil}
      end

    original = "-" <> name

    case identify(name, config) do
      {:known, option} -> typed(option, types(config, option), value, original, rest, config)
      {:negated, option} when value == nil -> {:ok, option, false, rest}
      {:negated, _option} -> {:invalid, original, value, rest}
      :malformed -> {:undefined, original, value, rest}
      :unknown -> {value, rest} |> optional_value() |> then(fn {value, rest} -> {:undefined, original, value, rest} end)
      {:letters, letters} -> next_switch(expand(letters, value) ++ rest, config)
    end
  end

  defp next_switch(argv, _config), do: {:error, argv}

  # A switch that may have a type: without one it is an error when strict, and takes what follows otherwise.
  defp typed(_option, [], value, original, rest, %{strict?: true}), do: {:undefined, original, value, rest}

  defp typed(option, [], value, _original, rest, _config) do
    {value, rest} = optional_value({value, rest})
    {:ok, option, value, rest}
  end

  defp typed(option, types, value, original, rest, _config) do
    {value, rest} = if value == nil and not flag?(types), do: required_value(rest), else: {value, rest}

    case convert(types, value) do
      {:ok, value} -> {:ok, option, value, rest}
      :error -> {:invalid, original, value, rest}
    end
  end

  defp flag?(types), do: :boolean in types or :count in types

  defp optional_value({nil, [next | rest] = argv}), do: if(switch?(next), do: {true, argv}, else: {next, rest})
  defp optional_value({nil, []}), do: {true, []}
  defp optional_value(given), do: given

  defp required_value([next | rest] = argv), do: if(switch?(next), do: {nil, argv}, else: {next, rest})
  defp required_value([]), do: {nil, []}

  # Negative numbers and a lone dash are values.
  defp switch?("-"), do: false
  defp switch?(<<?-, digit, _::binary>>) when digit in ?0..?9, do: false
  defp switch?("-" <> _), do: true
  defp switch?(_arg), do: false

  defp convert(types, value) do
    cond do
      :boolean in types and value in [nil, "true"] -> {:ok, true}
      :boolean in types and value == "false" -> {:ok, false}
      :boolean in types -> :error
      :count in types -> if(value == nil, do: {:ok, 1}, else: :error)
      value == nil -> :error
      :integer in types -> whole(Integer.parse(value))
      :float in types -> whole(Float.parse(value))
      true -> {:ok, value}
    end
  end

  defp whole({number, ""}), do: {:ok, number}
  defp whole(_other), do: :error

  # What the name behind the first dash stands for.
  defp identify("-" <> name, config), do: identify_long(name, config)

  defp identify(name, config) do
    case to_known_atom(name) do
      {:ok, letters} when is_map_key(config.aliases, letters) ->
        if String.length(name) > 1, do: IO.warn("multi-letter aliases are deprecated, got: " <> inspect(letters))
        {:known, Map.fetch!(config.aliases, letters)}

      _ ->
        cond do
          String.contains?(name, "-") -> :malformed
          String.length(name) > 1 -> {:letters, name}
          true -> :unknown
        end
    end
  end

  defp identify_long(name, config) do
    if String.contains?(name, "_") do
      :malformed
    else
      case {name, to_option(name, config)} do
        {"no-" <> positive, option} ->
          case to_option(positive, config) do
            {:ok, negated} -> if :boolean in types(config, negated), do: {:negated, negated}, else: known(option)
            :error -> known(option)
          end

        {_name, option} ->
          known(option)
      end
    end
  end

  defp known({:ok, option}), do: {:known, option}
  defp known(:error), do: :unknown

  defp to_option(name, config) do
    name = String.replace(name, "-", "_")
    if config.allow_nonexistent_atoms?, do: {:ok, String.to_atom(name)}, else: to_known_atom(name)
  end

  defp to_known_atom(name) do
    {:ok, String.to_existing_atom(name)}
  rescue
    ArgumentError -> :error
  end

  # `-abc` is `-a -b -c`; digits are the value of the letter before them, and a value after `=` belongs to the last letter.
  defp expand(letters, value) do
    case String.next_grapheme(letters) do
      nil ->
        []

      {letter, ""} ->
        [with_value("-" <> letter, value)]

      {letter, <<digit, _::binary>> = digits} when digit in ?0..?9 ->
        [with_value("-" <> letter <> "=" <> digits, value)]

      {letter, more} ->
        ["-" <> letter | expand(more, value)]
    end
  end

  defp with_value(switch, nil), do: switch
  defp with_value(switch, value), do: switch <> "=" <> value

  defp types(config, option), do: Map.get(config.types, option, [])

  defp config(opts) do
    {types, strict?} =
      case {opts[:switches], opts[:strict]} do
        {nil, nil} ->
          IO.warn("not passing the :switches or :strict option to OptionParser is deprecated")
          {[], false}

        {switches, nil} ->
          {switches, false}

        {nil, strict} ->
          {strict, true}

        {_, _} ->
          raise ArgumentError, ":switches and :strict cannot be given together"
      end

    %{
      types: Map.new(types, fn {name, types} -> {name, check_types!(List.wrap(types))} end),
      strict?: strict?,
      aliases: Map.new(Keyword.get(opts, :aliases, [])),
      allow_nonexistent_atoms?: Keyword.get(opts, :allow_nonexistent_atoms, false),
      return_separator?: Keyword.get(opts, :return_separator, false)
    }
  end

  defp check_types!(types) do
    case Enum.reject(types, &(&1 in @types)) do
      [] -> types
      invalid -> raise ArgumentError, "invalid switch types/modifiers: " <> Enum.map_join(invalid, ", ", &inspect/1)
    end
  end

  ## Errors

  defp errors_message(errors, opts) do
    types = opts[:switches] || opts[:strict] || []
    count = length(errors)
    lines = Enum.map_join(errors, "\n", &error_line(&1, opts, types))
    "#{count} error#{if count == 1, do: "", else: "s"} found!\n#{lines}"
  end

  defp error_line({switch, nil}, opts, types) do
    case type_name(switch, opts, types) do
      nil -> "#{switch} : Unknown option" <> suggestion(switch, types)
      type -> "#{switch} : Missing argument of type #{type}"
    end
  end

  defp error_line({switch, value}, opts, types),
    do: "#{switch} : Expected type #{type_name(switch, opts, types)}, got #{inspect(value)}"

  defp type_name(switch, opts, types) do
    name = switch |> String.trim_leading("-") |> String.replace("-", "_")

    with {:ok, option} <- to_known_atom(name) do
      option = Keyword.get(Keyword.get(opts, :aliases, []), option, option)

      case List.wrap(types[option]) do
        [] -> nil
        types -> Enum.find(types, hd(types), &(&1 != :keep))
      end
    else
      :error -> nil
    end
  end

  defp suggestion(switch, types) do
    name = switch |> String.trim_leading("-") |> String.replace("-", "_")

    {closeness, option} =
      Enum.reduce(types, {0, nil}, fn {option, _type}, best ->
        max(best, {String.jaro_distance(name, Atom.to_string(option)), option})
      end)

    if closeness > @closeness, do: ". Did you mean #{to_switch(option)}?", else: ""
  end

  defp to_switch(option) when is_atom(option), do: "--" <> (option |> Atom.to_string() |> String.replace("_", "-"))

  ## Writing and splitting

  @doc """
  Turns switches into arguments: the reverse of `parse/2`. `nil` is left out; `:count` switches, if `:switches` tells so, are repeated.

  ## Examples

      iex> OptionParser.to_argv(foo_bar: "baz", debug: true, color: false, none: nil)
      ["--foo-bar", "baz", "--debug", "--no-color"]
      iex> OptionParser.to_argv([verbose: 2], switches: [verbose: :count])
      ["--verbose", "--verbose"]

  """
  @spec to_argv(Enumerable.t(), options) :: argv
  def to_argv(enumerable, options \\ []) do
    types = Keyword.get(options, :switches, [])

    Enum.flat_map(enumerable, fn
      {_key, nil} -> []
      {key, true} -> [to_switch(key)]
      {key, false} -> ["--no-" <> binary_part(to_switch(key), 2, byte_size(to_switch(key)) - 2)]
      {key, value} -> if types[key] == :count, do: :lists.duplicate(value, to_switch(key)), else: [to_switch(key), to_string(value)]
    end)
  end

  @doc """
  Splits a line into arguments at spaces, as a shell does: quotes keep spaces together, a backslash takes a quote or space as it is.

  ## Examples

      iex> OptionParser.split("foo  bar")
      ["foo", "bar"]
      iex> OptionParser.split(~s(foo "bar baz" it\\\\'s))
      ["foo", "bar baz", "it's"]

  """
  @spec split(String.t()) :: argv
  def split(string) when is_binary(string), do: split(string, nil, nil, [])

  # `word` is nil between words, so that an empty pair of quotes makes an empty word; `quote` is the one that is open.
  defp split("", word, nil, words), do: :lists.reverse(add(word, words))
  defp split("", _word, quote, _words), do: raise("argv string did not terminate properly, a #{<<quote>>} was opened but never closed")

  defp split(<<?\\, quote, rest::binary>>, word, quote, words) when quote != nil, do: split(rest, append(word, <<quote>>), quote, words)
  defp split(<<?\\, char, rest::binary>>, word, nil, words) when char in [?", ?', ?\s], do: split(rest, append(word, <<char>>), nil, words)
  defp split(<<quote, rest::binary>>, word, nil, words) when quote in [?", ?'], do: split(rest, append(word, ""), quote, words)
  defp split(<<quote, rest::binary>>, word, quote, words), do: split(rest, word, nil, words)
  defp split(<<?\s, rest::binary>>, word, nil, words), do: split(rest, nil, nil, add(word, words))
  defp split(<<byte, rest::binary>>, word, quote, words), do: split(rest, append(word, <<byte>>), quote, words)

  defp append(nil, text), do: text
  defp append(word, text), do: word <> text

  defp add(nil, words), do: words
  defp add(word, words), do: [word | words]
end
