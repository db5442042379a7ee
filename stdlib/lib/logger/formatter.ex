defmodule Logger.Formatter do
  @moduledoc """
  Turns a message into the text that a backend writes, following a pattern such as `"$time [$level] $message\\n"`.

  Placeholders: `$time`, `$date`, `$message`, `$level`, `$node`, `$metadata`, and `$levelpad`, a blank for short levels.
  """

  @type time :: {{1970..10000, 1..12, 1..31}, {0..23, 0..59, 0..59, 0..999}}
  @type pattern :: :date | :level | :levelpad | :message | :metadata | :node | :time
  @valid_patterns [:time, :date, :message, :level, :node, :metadata, :levelpad]
  @default_pattern "\n$time $metadata[$level] $message\n"

  @doc "Removes from chardata what is not valid Unicode."
  @spec prune(IO.chardata()) :: IO.chardata()
  def prune(binary) when is_binary(binary), do: prune_binary(binary, "")
  def prune([h | t]) when h in 0..1_114_111, do: [h | prune(t)]
  def prune([h | t]), do: [prune(h) | prune(t)]
  def prune([]), do: []
  def prune(_), do: "�"

  defp prune_binary(<<h::utf8, t::binary>>, acc), do: prune_binary(t, <<acc::binary, h::utf8>>)
  defp prune_binary(<<_, t::binary>>, acc), do: prune_binary(t, <<acc::binary, "�">>)
  defp prune_binary(<<>>, acc), do: acc

  @doc """
  Compiles a pattern into the list that `format/5` takes.

  `nil` stands for the default pattern; `{module, function}` names a function that does the formatting instead.

  ## Examples

      iex> Logger.Formatter.compile("$level: $message")
      [:level, ": ", :message]

  """
  @spec compile(binary | nil) :: [pattern | binary]
  @spec compile(pattern) :: pattern when pattern: {module, function :: atom}
  def compile(pattern)

  def compile(nil), do: compile(@default_pattern)
  def compile({mod, fun}) when is_atom(mod) and is_atom(fun), do: {mod, fun}
  def compile(pattern) when is_binary(pattern), do: parse(pattern, "")

  defp parse(<<?$, rest::binary>>, text) do
    case name(rest, "") do
      {"", rest} -> parse(rest, <<text::binary, ?$>>)
      {name, rest} -> text_part(text, [placeholder(name) | parse(rest, "")])
    end
  end

  defp parse(<<char, rest::binary>>, text), do: parse(rest, <<text::binary, char>>)
  defp parse(<<>>, text), do: text_part(text, [])

  defp text_part("", rest), do: rest
  defp text_part(text, rest), do: [text | rest]

  defp name(<<char, rest::binary>>, acc) when char in ?a..?z, do: name(rest, <<acc::binary, char>>)
  defp name(rest, acc), do: {acc, rest}

  defp placeholder(name) do
    case Enum.find(@valid_patterns, &(Atom.to_string(&1) == name)) do
      nil -> raise ArgumentError, "$#{name} is an invalid format pattern"
      pattern -> pattern
    end
  end

  @doc "Formats a message."
  @spec format({atom, atom} | [pattern | binary], Logger.level(), Logger.message(), time, keyword) :: IO.chardata()
  def format({mod, fun}, level, message, timestamp, metadata) do
    apply(mod, fun, [level, message, timestamp, metadata])
  end

  def format(config, level, message, timestamp, metadata) do
    for part <- config, do: output(part, level, message, timestamp, metadata)
  end

  defp output(:message, _, message, _, _), do: message
  defp output(:date, _, _, {date, _time}, _), do: format_date(date)
  defp output(:time, _, _, {_date, time}, _), do: format_time(time)
  defp output(:level, level, _, _, _), do: Atom.to_string(level)
  defp output(:node, _, _, _, _), do: Atom.to_string(node())
  defp output(:metadata, _, _, _, []), do: ""
  defp output(:metadata, _, _, _, metadata), do: metadata(metadata)
  defp output(:levelpad, level, _, _, _) when level in [:info, :warn], do: " "
  defp output(:levelpad, _, _, _, _), do: ""
  defp output(text, _, _, _, _), do: text

  @doc "Formats a time as chardata, `\"14:05:09.007\"`."
  @spec format_time({0..23, 0..59, 0..59, 0..999}) :: IO.chardata()
  def format_time({hh, mi, ss, ms}), do: [pad2(hh), ?:, pad2(mi), ?:, pad2(ss), ?., pad3(ms)]

  @doc "Formats a date as chardata, `\"2024-02-29\"`."
  @spec format_date({1970..10000, 1..12, 1..31}) :: IO.chardata()
  def format_date({yy, mm, dd}), do: [Integer.to_string(yy), ?-, pad2(mm), ?-, pad2(dd)]

  defp pad2(int) when int < 10, do: [?0, Integer.to_string(int)]
  defp pad2(int), do: Integer.to_string(int)

  defp pad3(int) when int < 10, do: [?0, ?0, Integer.to_string(int)]
  defp pad3(int) when int < 100, do: [?0, Integer.to_string(int)]
  defp pad3(int), do: Integer.to_string(int)

  defp metadata([{key, value} | rest]) do
    case value(key, value) do
      nil -> metadata(rest)
      text -> [Atom.to_string(key), ?=, text, ?\s | metadata(rest)]
    end
  end

  defp metadata([]), do: []

  defp value(:time, _), do: nil
  defp value(:gl, _), do: nil
  defp value(:report_cb, _), do: nil
  defp value(_, nil), do: nil
  defp value(_, string) when is_binary(string), do: string
  defp value(_, integer) when is_integer(integer), do: Integer.to_string(integer)
  defp value(_, float) when is_float(float), do: Float.to_string(float)
  defp value(_, pid) when is_pid(pid), do: :erlang.pid_to_list(pid)

  defp value(_, atom) when is_atom(atom) do
    case Atom.to_string(atom) do
      "Elixir." <> rest -> rest
      other -> other
    end
  end

  defp value(_, ref) when is_reference(ref) do
    '#Ref' ++ rest = :erlang.ref_to_list(ref)
    rest
  end

  defp value(:file, file) when is_list(file), do: file
  defp value(:domain, [head | tail]) when is_atom(head), do: Enum.map_intersperse([head | tail], ?., &Atom.to_string/1)

  defp value(:mfa, {mod, fun, arity}) when is_atom(mod) and is_atom(fun) and is_integer(arity) do
    Exception.format_mfa(mod, fun, arity)
  end

  defp value(:initial_call, {mod, fun, arity}) when is_atom(mod) and is_atom(fun) and is_integer(arity) do
    Exception.format_mfa(mod, fun, arity)
  end

  defp value(_, list) when is_list(list), do: nil

  defp value(_, other) do
    case String.Chars.impl_for(other) do
      nil -> nil
      impl -> impl.to_string(other)
    end
  end
end
