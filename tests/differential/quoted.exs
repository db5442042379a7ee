# Prints the quoted form of source text as real Elixir parses it, one line per text: the counterpart of
# compiler/examples/quoted.rs, which takes the same arguments and prints the same form.

defmodule Show do
  def term(nil), do: "nil"
  def term(true), do: "true"
  def term(false), do: "false"
  def term({:literal, meta, [value]}), do: ["{#literal, ", term(meta), ", [", term(value), "]}"]

  def term(atom) when is_atom(atom) do
    text = Atom.to_string(atom)
    if text =~ ~r/\A[a-z_][A-Za-z0-9_]*\z/, do: [":", text], else: [":", bytes(text)]
  end

  def term(int) when is_integer(int), do: Integer.to_string(int)
  def term(float) when is_float(float), do: ["0f", Base.encode16(<<float::float>>)]
  def term(binary) when is_binary(binary), do: bytes(binary)
  def term(list) when is_list(list), do: ["[", Enum.map_intersperse(list, ", ", &term/1), "]"]
  def term(tuple) when is_tuple(tuple), do: ["{", Enum.map_intersperse(Tuple.to_list(tuple), ", ", &term/1), "}"]

  defp bytes(binary), do: [?", for(<<byte <- binary>>, do: byte(byte)), ?"]
  defp byte(byte) when byte in [?", ?\\, ?#], do: [?\\, byte]
  defp byte(?\n), do: "\\n"
  defp byte(byte) when byte in ?\s..?~, do: byte
  defp byte(byte), do: ["\\x", Base.encode16(<<byte>>)]
end

{flags, cases, files} =
  Enum.reduce(Stream.iterate(System.argv(), & &1) |> Enum.at(0), {[], [], []}, fn
    "--cases", {flags, cases, files} -> {flags, [:next | cases], files}
    "--" <> flag, {flags, cases, files} -> {[flag | flags], cases, files}
    path, {flags, [:next | cases], files} -> {flags, [path | cases], files}
    path, {flags, cases, files} -> {flags, cases, [path | files]}
  end)

options = [columns: true, token_metadata: "tokens" in flags]
literals = [literal_encoder: fn value, meta -> {:ok, {:literal, meta, [value]}} end]
options = if "literals" in flags, do: options ++ literals, else: options

texts =
  Enum.flat_map(Enum.reverse(cases), fn path ->
    path |> File.read!() |> String.trim_trailing("\n") |> String.split("\n%%\n")
  end) ++ Enum.map(Enum.reverse(files), &File.read!/1)

for text <- texts do
  result =
    try do
      Code.string_to_quoted(text, options)
    rescue
      error -> {:raised, Exception.message(error)}
    end

  line =
    case result do
      {:ok, quoted} ->
        ["ok ", Show.term(quoted)]

      {:error, {meta, message, token}} ->
        text =
          case message do
            {before, later} -> before <> token <> later
            message -> message <> token
          end

        ["error #{meta[:line]}:#{meta[:column]} ", inspect(text, printable_limit: :infinity, limit: :infinity)]

      {:raised, message} ->
        ["raised ", message]
    end

  IO.puts(line)
end
