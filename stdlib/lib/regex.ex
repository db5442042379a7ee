defmodule Regex.CompileError do
  @moduledoc "Raised when a regular expression cannot be compiled."
  defexception message: "regex could not be compiled"
end

defmodule Regex do
  @moduledoc """
  Regular expressions in Perl's syntax, over Erlang's `:re`.

  They are written `~r/foo/` with modifiers: `u` Unicode, `i` case-insensitive, `s` dot matches line feeds, `m` anchors
  match at lines, `x` white space is ignored, `f` the match starts in the first line, `U` ungreedy.
  """

  import Kernel, except: [match?: 2]

  defstruct re_pattern: nil, source: "", opts: "", re_version: ""

  @type t :: %__MODULE__{re_pattern: term, source: binary, opts: binary | [term]}
  @type capture_option :: :all | :first | :all_but_first | :none | :all_names | [binary | atom]

  @doc """
  Compiles a regular expression: `{:ok, regex}` or `{:error, {text, position}}`.

  ## Examples

      iex> Regex.compile("(", "i")
      {:error, {'missing )', 1}}
      iex> Regex.compile("*foo")
      {:error, {'nothing to repeat', 0}}

  """
  @spec compile(binary, binary | [term]) :: {:ok, t} | {:error, {charlist, non_neg_integer}}
  def compile(source, options \\ "") when is_binary(source), do: compile(source, options, version())

  defp compile(source, options, version) when is_binary(options) do
    case modifiers(options, options, []) do
      {:ok, re_options, kept} -> compile(source, re_options, kept, version)
      {:error, rest} -> {:error, {:invalid_option, rest}}
    end
  end

  defp compile(source, options, version) when is_list(options), do: compile(source, options, options, version)

  defp compile(source, re_options, kept, version) do
    case :re.compile(source, re_options) do
      {:ok, pattern} -> {:ok, %Regex{re_pattern: pattern, re_version: version, source: source, opts: kept}}
      error -> error
    end
  end

  @doc "Compiles a regular expression or raises `Regex.CompileError`."
  @spec compile!(binary, binary | [term]) :: t
  def compile!(source, options \\ "") when is_binary(source) do
    case compile(source, options) do
      {:ok, regex} -> regex
      {:error, {reason, at}} -> raise Regex.CompileError, "#{reason} at position #{at}"
    end
  end

  @doc """
  Compiles an expression again that another version of the engine has compiled.
  """
  @doc since: "1.4.0"
  @spec recompile(t) :: {:ok, t} | {:error, any}
  def recompile(%Regex{} = regex) do
    # The first structs had no version.
    if Map.get(regex, :re_version) == version(), do: {:ok, regex}, else: compile(regex.source, regex.opts)
  end

  @doc "Compiles an expression again that another version of the engine has compiled, or raises."
  @doc since: "1.4.0"
  @spec recompile!(t) :: t
  def recompile!(regex) do
    case recompile(regex) do
      {:ok, regex} -> regex
      {:error, {reason, at}} -> raise Regex.CompileError, "#{reason} at position #{at}"
    end
  end

  # What another engine has compiled, say in a module file made elsewhere, means nothing to this one, nor the other way round.
  @version {"8.44 2020-02-12 beamlet", :little}

  defp pattern!(%Regex{re_version: @version, re_pattern: pattern}), do: pattern
  defp pattern!(%Regex{} = regex), do: recompile!(regex).re_pattern

  @doc "Returns the version of the engine."
  @spec version() :: term
  def version(), do: @version

  defp modifiers(<<?u, rest::binary>>, all, acc), do: modifiers(rest, all, [:unicode, :ucp | acc])
  defp modifiers(<<?i, rest::binary>>, all, acc), do: modifiers(rest, all, [:caseless | acc])
  defp modifiers(<<?x, rest::binary>>, all, acc), do: modifiers(rest, all, [:extended | acc])
  defp modifiers(<<?f, rest::binary>>, all, acc), do: modifiers(rest, all, [:firstline | acc])
  defp modifiers(<<?U, rest::binary>>, all, acc), do: modifiers(rest, all, [:ungreedy | acc])
  defp modifiers(<<?s, rest::binary>>, all, acc), do: modifiers(rest, all, [:dotall, {:newline, :anycrlf} | acc])
  defp modifiers(<<?m, rest::binary>>, all, acc), do: modifiers(rest, all, [:multiline | acc])
  defp modifiers(<<?r, rest::binary>>, all, acc), do: modifiers(rest, all, [:ungreedy | acc])
  defp modifiers(<<>>, all, acc), do: {:ok, acc, all}
  defp modifiers(rest, _all, _acc), do: {:error, rest}

  @doc """
  Tells whether the text matches.

  ## Examples

      iex> Regex.match?(~r/foo/, "foo")
      true

  """
  @spec match?(t, String.t()) :: boolean
  def match?(%Regex{} = regex, string) when is_binary(string), do: :re.run(string, pattern!(regex), [{:capture, :none}]) == :match

  @doc false
  def regex?(%Regex{}), do: true
  def regex?(_), do: false

  @doc """
  Runs the expression until its first match: a list of captures, or `nil`. Options `:return`, `:capture`, `:offset`.

  ## Examples

      iex> Regex.run(~r/(?i)ABC/, "abc")
      ["abc"]
      iex> Regex.run(~r/(?=b)/, "abc", return: :index)
      [{1, 0}]

  """
  @spec run(t, binary, [term]) :: nil | [binary] | [{integer, integer}]
  def run(regex, string, options \\ [])

  def run(%Regex{} = regex, string, options) when is_binary(string) do
    offset = Keyword.get(options, :offset, 0)

    case :re.run(string, pattern!(regex), [{:capture, captures(options), return(options)}, {:offset, offset}]) do
      :nomatch -> nil
      :match -> []
      {:match, results} -> results
    end
  end

  defp captures(options) do
    case Keyword.get(options, :capture, :all) do
      captures when is_list(captures) or is_atom(captures) -> captures
    end
  end

  defp return(options) do
    case Keyword.get(options, :return, :binary) do
      return when return in [:binary, :index] -> return
      other -> raise ArgumentError, "the :return option must be :binary or :index, got: #{inspect(other)}"
    end
  end

  @doc """
  Returns the named captures of the first match as a map, or `nil`.

  ## Examples

      iex> Regex.named_captures(~r/a(?<foo>b)?/, "a")
      %{"foo" => ""}

  """
  @spec named_captures(t, String.t(), [term]) :: map | nil
  def named_captures(regex, string, options \\ []) when is_binary(string) do
    names = names(regex)
    options = Keyword.delete(options, :capture)

    case run(regex, string, [capture: names] ++ options) do
      nil -> nil
      results -> Enum.zip(names, results) |> Map.new()
    end
  end

  @doc """
  Lists the names of the captures.

  ## Examples

      iex> Regex.names(~r/(?<b>.)(?<a>.)/)
      ["a", "b"]

  """
  @spec names(t) :: [String.t()]
  def names(%Regex{} = regex) do
    {:namelist, names} = :re.inspect(pattern!(regex), :namelist)
    names
  end

  @doc "Returns the compiled expression for `:re`."
  @spec re_pattern(t) :: term
  def re_pattern(%Regex{re_pattern: compiled}), do: compiled

  @doc """
  Returns the expression's text.

  ## Examples

      iex> Regex.source(~r/a\\/b/)
      "a/b"

  """
  @spec source(t) :: String.t()
  def source(%Regex{source: source}), do: source

  @doc """
  Returns the expression's modifiers.

  ## Examples

      iex> Regex.opts(~r/a/imsxfU)
      "imsxfU"

  """
  @spec opts(t) :: String.t() | [term]
  def opts(%Regex{opts: opts}), do: opts

  @doc """
  Lists all matches, each a list of captures. Options as for `run/3`.

  ## Examples

      iex> Regex.scan(~r//, "abc")
      [[""], [""], [""], [""]]
      iex> Regex.scan(~r/./u, "é")
      [["é"]]

  """
  @spec scan(t, String.t(), [term]) :: [[String.t()]] | [[{integer, integer}]]
  def scan(regex, string, options \\ [])

  def scan(%Regex{} = regex, string, options) when is_binary(string) do
    offset = Keyword.get(options, :offset, 0)

    case :re.run(string, pattern!(regex), [{:capture, captures(options), return(options)}, :global, {:offset, offset}]) do
      :match -> []
      :nomatch -> []
      {:match, results} -> results
    end
  end

  @doc """
  Splits at the matches. Options `:parts`, `:trim`, `:include_captures`, and `:on`, the captures to split at.
  """
  @spec split(t, String.t(), [term]) :: [String.t()]
  def split(regex, string, options \\ [])

  def split(%Regex{}, "", opts), do: if(Keyword.get(opts, :trim, false), do: [], else: [""])

  def split(%Regex{} = regex, string, opts) when is_binary(string) and is_list(opts) do
    on = Keyword.get(opts, :on, :first)

    case :re.run(string, pattern!(regex), [:global, {:capture, on, :index}]) do
      {:match, matches} ->
        parts = Keyword.get(opts, :parts, :infinity)
        trim = Keyword.get(opts, :trim, false)
        include = Keyword.get(opts, :include_captures, false)
        cut(matches, string, 0, if(parts == 0, do: :infinity, else: parts), trim, include)

      :match ->
        [string]

      :nomatch ->
        [string]
    end
  end

  # Cuts what lies from `from` on.
  defp cut(_matches, string, from, 1, trim, _include) do
    rest = binary_part(string, from, byte_size(string) - from)
    if trim and rest == "", do: [], else: [rest]
  end

  defp cut([], string, from, _parts, trim, include), do: cut([], string, from, 1, trim, include)
  defp cut([[{-1, 0} | rest] | matches], string, from, parts, trim, include), do: cut([rest | matches], string, from, parts, trim, include)
  defp cut([[] | matches], string, from, parts, trim, include), do: cut(matches, string, from, parts, trim, include)

  defp cut([[{start, size} | rest] | matches], string, from, parts, trim, include) do
    cond do
      start < from -> cut([rest | matches], string, from, parts, trim, include)
      true ->
        head = binary_part(string, from, start - from)

        cond do
          trim and head == "" and not include ->
            cut([rest | matches], string, start + size, parts, trim, include)

          include ->
            captured = binary_part(string, start, size)
            kept = if trim and head == "", do: [captured], else: [head, captured]
            kept ++ cut([rest | matches], string, start + size, fewer(parts), trim, include)

          true ->
            [head | cut([rest | matches], string, start + size, fewer(parts), trim, include)]
        end
    end
  end

  defp fewer(:infinity), do: :infinity
  defp fewer(parts), do: parts - 1

  @doc """
  Replaces the matches by a text, in which `\\\\1` or `\\\\g{1}` mean captures, or by what a function makes of the captures.

  Option `:global`, true by default.
  """
  @spec replace(t, String.t(), String.t() | (... -> String.t()), [term]) :: String.t()
  def replace(regex, string, replacement, options \\ [])

  def replace(%Regex{} = regex, string, replacement, options) when is_binary(string) and is_binary(replacement) and is_list(options) do
    template = template(replacement)
    replaced(regex, string, options, fn captures -> fill(template, captures) end)
  end

  def replace(%Regex{} = regex, string, replacement, options) when is_binary(string) and is_function(replacement) and is_list(options) do
    {:arity, arity} = Function.info(replacement, :arity)

    replaced(regex, string, options, fn captures ->
      args = captures |> Enum.take(arity)
      apply(replacement, args ++ List.duplicate("", arity - length(args)))
    end)
  end

  defp replaced(%Regex{} = regex, string, options, fun) do
    opts = if Keyword.get(options, :global) != false, do: [:global], else: []

    case :re.run(string, pattern!(regex), [{:capture, :all, :index} | opts]) do
      :nomatch ->
        string

      {:match, [[_ | _] | _] = matches} ->
        IO.iodata_to_binary(rebuild(matches, string, 0, fun))

      {:match, match} ->
        IO.iodata_to_binary(rebuild([match], string, 0, fun))
    end
  end

  defp rebuild([[{start, size} | _] = match | matches], string, from, fun) do
    captures = for {at, length} <- match, do: if(at < 0, do: "", else: binary_part(string, at, length))
    [binary_part(string, from, start - from), fun.(captures) | rebuild(matches, string, start + size, fun)]
  end

  defp rebuild([], string, from, _fun), do: [binary_part(string, from, byte_size(string) - from)]

  # Texts and numbers of captures.
  defp template(text), do: template(text, "")

  defp template("\\g{" <> rest, acc) do
    case Integer.parse(rest) do
      {number, "}" <> rest} -> [acc, number | template(rest, "")]
      _ -> template(rest, acc <> "\\g{")
    end
  end

  defp template("\\\\" <> rest, acc), do: template(rest, acc <> "\\")
  defp template(<<?\\, digit, _::binary>> = text, acc) when digit in ?0..?9 do
    <<_, rest::binary>> = text
    {number, rest} = Integer.parse(rest)
    [acc, number | template(rest, "")]
  end

  defp template(<<char, rest::binary>>, acc), do: template(rest, <<acc::binary, char>>)
  defp template("", acc), do: [acc]

  defp fill([number | rest], captures) when is_integer(number), do: [Enum.at(captures, number, "") | fill(rest, captures)]
  defp fill([text | rest], captures), do: [text | fill(rest, captures)]
  defp fill([], _captures), do: []

  @doc "Escapes a text so that it matches itself."
  @spec escape(String.t()) :: String.t()
  def escape(string) when is_binary(string), do: IO.iodata_to_binary(for(<<char <- string>>, do: escaped(char)))

  defp escaped(char) when char in [?., ?^, ?$, ?*, ?+, ??, ?(, ?), ?[, ?], ?{, ?}, ?|, ?\\, ?-, ?#, ?&, ?~, ?\s, ?\t, ?\n, ?\v, ?\f, ?\r], do: [?\\, char]
  defp escaped(char), do: char

  @doc false
  def unescape_map(:newline), do: true
  def unescape_map(?f), do: ?\f
  def unescape_map(?n), do: ?\n
  def unescape_map(?r), do: ?\r
  def unescape_map(?t), do: ?\t
  def unescape_map(?v), do: ?\v
  def unescape_map(?a), do: ?\a
  def unescape_map(_), do: false

  defimpl Inspect do
    def inspect(%{source: source, opts: opts}, options) do
      if is_list(opts) and opts != [] do
        Inspect.Algebra.concat(["Regex.compile!(", Inspect.Algebra.to_doc(source, options), ", ", Inspect.Algebra.to_doc(opts, options), ")"])
      else
        Inspect.Algebra.color("~r/" <> slashes(source) <> "/" <> IO.chardata_to_string(opts), :regex, options)
      end
    end

    defp slashes(<<"\\\#{", rest::binary>>), do: "\\\\\#{" <> slashes(rest)
    defp slashes(<<"\#{", rest::binary>>), do: "\\\#{" <> slashes(rest)
    defp slashes(<<?\\, char, rest::binary>>) when char < 128, do: <<?\\, char>> <> slashes(rest)
    defp slashes(<<?\\, rest::binary>>), do: "\\" <> slashes(rest)
    defp slashes(<<?/, rest::binary>>), do: "\\/" <> slashes(rest)
    defp slashes(<<0, rest::binary>>), do: "\\0" <> slashes(rest)
    defp slashes(<<?\n, rest::binary>>), do: "\\n" <> slashes(rest)
    defp slashes(<<?\t, rest::binary>>), do: "\\t" <> slashes(rest)
    defp slashes(<<?\r, rest::binary>>), do: "\\r" <> slashes(rest)
    defp slashes(<<?\f, rest::binary>>), do: "\\f" <> slashes(rest)
    defp slashes(<<?\v, rest::binary>>), do: "\\v" <> slashes(rest)
    defp slashes(<<?\a, rest::binary>>), do: "\\a" <> slashes(rest)
    defp slashes(<<char, rest::binary>>) when char < 32 or char == 127, do: byte(char) <> slashes(rest)
    defp slashes(<<char, rest::binary>>) when char < 127, do: <<char>> <> slashes(rest)

    defp slashes(<<char::utf8, rest::binary>>) do
      text = if String.printable?(<<char::utf8>>), do: <<char::utf8>>, else: "\\x{" <> Integer.to_string(char, 16) <> "}"
      text <> slashes(rest)
    end

    defp slashes(<<byte, rest::binary>>), do: byte(byte) <> slashes(rest)
    defp slashes(<<>>), do: <<>>

    defp byte(byte), do: "\\x" <> String.pad_leading(Integer.to_string(byte, 16), 2, "0")
  end
end
