defmodule IO do
  @moduledoc """
  Functions for input and output.

  A device is a process that speaks Erlang's IO protocol, or one of the names `:stdio`, the calling process's group
  leader, and `:stderr`. Where the device is the host's own terminal, text goes to it without a message.
  """

  @type device :: atom | pid
  @type nodata :: {:error, term} | :eof
  @type chardata :: String.t() | maybe_improper_list(char | chardata, String.t() | [])

  defguardp is_iodata(data) when is_list(data) or is_binary(data)

  ## Writing

  @doc "Writes chardata, or what `to_string/1` makes of a term."
  @spec write(device, chardata | String.Chars.t()) :: :ok
  def write(device \\ :stdio, chardata), do: put(device, to_chardata(chardata))

  @doc "Writes chardata, or what `to_string/1` makes of a term, and a new line."
  @spec puts(device, chardata | String.Chars.t()) :: :ok
  def puts(device \\ :stdio, item) when is_atom(device) or is_pid(device), do: put(device, [to_chardata(item), ?\n])

  @doc """
  Writes bytes as they are. A device that cannot take them answers `{:error, reason}`.

  ## Examples

      iex> StringIO.open("", fn device -> IO.binwrite(device, ["ab", ?c]) && StringIO.flush(device) end)
      {:ok, "abc"}

  """
  @spec binwrite(device, iodata) :: :ok | {:error, term}
  def binwrite(device \\ :stdio, iodata) when is_list(iodata) or is_binary(iodata) do
    case terminal(device) do
      nil -> request(device, {:put_chars, :latin1, :erlang.iolist_to_binary(iodata)})
      stream -> written(:beamlet_io.write(stream, :erlang.iolist_to_binary(iodata)))
    end
  catch
    :error, :badarg -> {:error, :badarg}
  end

  @doc """
  Writes what `inspect/2` makes of a term and returns the term.

  Options are those of `inspect/2`, and `:label`, a text to put in front.
  """
  @spec inspect(item, keyword) :: item when item: var
  def inspect(item, opts \\ []), do: inspect(:stdio, item, opts)

  @doc "Writes what `inspect/2` makes of a term to a device and returns the term."
  @spec inspect(device, item, keyword) :: item when item: var
  def inspect(device, item, opts) when (is_atom(device) or is_pid(device)) and is_list(opts) do
    {label, opts} = Keyword.pop(opts, :label)
    label = if label, do: [to_chardata(label), ": "], else: []
    opts = Inspect.Opts.from_keyword(Keyword.put_new(opts, :pretty, true))
    width = if opts.pretty, do: opts.width, else: :infinity
    doc = Inspect.Algebra.group(Inspect.Algebra.to_doc(item, opts))
    put(device, [label, Inspect.Algebra.format(doc, width), ?\n])
    item
  end

  @doc "Writes a warning to the standard error device, with a stack trace, an environment or a location."
  @spec warn(chardata | String.Chars.t(), Exception.stacktrace() | keyword | Macro.Env.t()) :: :ok
  def warn(message, stacktrace_info)
  def warn(message, []), do: told(warning(message, ""), message, nil)

  def warn(message, %{__struct__: Macro.Env} = env), do: warn(message, Macro.Env.stacktrace(env))

  def warn(message, [{key, _} | _] = keyword) when is_atom(key) do
    if file = keyword[:file] do
      place = Keyword.take(keyword, [:line]) ++ [file: Path.relative_to_cwd(file)]

      entry =
        case {keyword[:module], keyword[:function]} do
          {nil, _} -> {:elixir_compiler, :__FILE__, 1, place}
          {module, nil} -> {module, :__MODULE__, 0, place}
          {module, {name, arity}} -> {module, name, arity, place}
        end

      warn(message, [entry])
    else
      warning(message, "")
    end
  end

  def warn(message, [{_, _, _, _} | _] = stacktrace) do
    trace = Enum.map_join(stacktrace, "\n  ", &Exception.format_stacktrace_entry/1)
    told(:ok, message, elem(hd(stacktrace), 3))
    warning(message, ["\n  ", trace])
  end

  # Who compiles files together learns of the warnings that they give.
  defp told(result, message, location) do
    with {pid, _} when is_pid(pid) <- :erlang.get(:elixir_compiler_info) do
      file = location && location[:file]
      send(pid, {:warning, file && List.to_string(to_charlist(file)), location && location[:line], message |> to_chardata() |> IO.chardata_to_string()})
    end

    result
  end

  @doc "Writes a warning to the standard error device, with the calling process's stack trace."
  @spec warn(chardata | String.Chars.t()) :: :ok
  def warn(message) do
    {:current_stacktrace, stacktrace} = Process.info(self(), :current_stacktrace)
    warn(message, Enum.drop(stacktrace, 2))
  end

  @doc false
  def warn_once(_key, message, _drop), do: warn(message, [])

  defp warning(message, trace) do
    prefix = IO.ANSI.format([:yellow, "warning: "])
    put(:stderr, [prefix, to_chardata(message), trace, "\n\n"])
  end

  ## Reading

  @doc """
  Reads a line (`:line`), a number of characters, or everything (`:eof`).

  Returns `:eof` at the end, and `{:error, reason}` when the device fails. `:all` reads like `:eof`, but gives `""` at the end.

  ## Examples

      iex> StringIO.open("one\\ntwo", fn device -> {IO.read(device, 2), IO.read(device, :line), IO.read(device, :eof)} end)
      {:ok, {"on", "e\\n", "two"}}

  """
  @spec read(device, :all | :eof | :line | non_neg_integer) :: chardata | nodata
  def read(device \\ :stdio, line_or_chars)
  def read(device, :all), do: with(:eof <- read(device, :eof), do: nothing(device))
  def read(device, :eof), do: getn(device, "", :eof)
  def read(device, :line), do: request(device, {:get_line, :unicode, ""})
  def read(device, count) when is_integer(count) and count >= 0, do: request(device, {:get_chars, :unicode, "", count})

  # What a device of charlists gives for nothing is an empty list.
  defp nothing(device) do
    case request(device, :getopts) do
      options when is_list(options) -> if Keyword.get(options, :binary, true), do: "", else: []
      _ -> ""
    end
  end

  @doc """
  Reads like `read/2`, as bytes.

  ## Examples

      iex> StringIO.open("λ", fn device -> IO.binread(device, 1) end)
      {:ok, <<206>>}

  """
  @spec binread(device, :all | :eof | :line | non_neg_integer) :: iodata | nodata
  def binread(device \\ :stdio, line_or_chars)
  def binread(device, :all), do: with(:eof <- binread(device, :eof), do: "")
  def binread(device, :eof), do: read_bytes(device, [])
  def binread(device, :line), do: request(device, {:get_line, :latin1, ""})
  def binread(device, count) when is_integer(count) and count >= 0, do: request(device, {:get_chars, :latin1, "", count})

  defp read_bytes(device, acc) do
    case request(device, {:get_chars, :latin1, "", 65_536}) do
      :eof when acc == [] -> :eof
      :eof -> acc |> :lists.reverse() |> IO.iodata_to_binary()
      {:error, _} = error -> error
      data -> read_bytes(device, [data | acc])
    end
  end

  @doc "Writes a prompt and reads a line."
  @spec gets(device, chardata | String.Chars.t()) :: chardata | nodata
  def gets(device \\ :stdio, prompt), do: request(device, {:get_line, :unicode, to_chardata(prompt)})

  @doc "Writes a prompt and reads a number of characters, one by default."
  @spec getn(device | chardata | String.Chars.t(), chardata | String.Chars.t() | pos_integer | :eof) :: chardata | nodata
  def getn(prompt, count \\ 1)
  def getn(prompt, count) when is_integer(count) and count > 0, do: getn(:stdio, prompt, count)
  def getn(prompt, :eof), do: getn(:stdio, prompt, :eof)
  def getn(device, prompt) when not is_integer(prompt), do: getn(device, prompt, 1)

  @doc "Writes a prompt to a device and reads a number of characters, or with `:eof` everything."
  @spec getn(device, chardata | String.Chars.t(), pos_integer | :eof) :: chardata | nodata
  def getn(device, prompt, count) when is_integer(count) and count > 0, do: request(device, {:get_chars, :unicode, to_chardata(prompt), count})
  def getn(device, prompt, :eof), do: read_lines(device, to_chardata(prompt), [])

  defp read_lines(device, prompt, acc) do
    case request(device, {:get_line, :unicode, prompt}) do
      :eof when acc == [] -> :eof
      :eof when is_list(hd(acc)) -> acc |> :lists.reverse() |> :lists.append()
      :eof -> acc |> :lists.reverse() |> IO.iodata_to_binary()
      {:error, _} = error -> error
      data -> read_lines(device, "", [data | acc])
    end
  end

  @doc "Returns a stream of a device's lines or characters; it also collects what is put into it."
  @spec stream(device, :line | pos_integer) :: Enumerable.t()
  def stream(device \\ :stdio, line_or_codepoints)

  def stream(device, line_or_codepoints)
      when line_or_codepoints == :line
      when is_integer(line_or_codepoints) and line_or_codepoints > 0,
      do: IO.Stream.__build__(map_dev(device), false, line_or_codepoints)

  @doc "Returns a stream of the standard input's lines."
  @spec stream() :: Enumerable.t()
  def stream(), do: stream(:stdio, :line)

  @doc "Returns a stream like `stream/2`, of bytes."
  @spec binstream(device, :line | pos_integer) :: Enumerable.t()
  def binstream(device \\ :stdio, line_or_bytes)

  def binstream(device, line_or_bytes)
      when line_or_bytes == :line
      when is_integer(line_or_bytes) and line_or_bytes > 0,
      do: IO.Stream.__build__(map_dev(device), true, line_or_bytes)

  @doc "Returns a stream of the standard input's lines, as bytes."
  @spec binstream() :: Enumerable.t()
  def binstream(), do: binstream(:stdio, :line)

  ## Data

  @doc "Turns chardata into a string. Raises `UnicodeConversionError` for invalid text."
  @spec chardata_to_string(chardata) :: String.t()
  def chardata_to_string(chardata)
  def chardata_to_string(string) when is_binary(string), do: string
  def chardata_to_string(list) when is_list(list), do: List.to_string(list)

  @doc "Puts iodata together to one binary."
  @spec iodata_to_binary(iodata) :: binary
  def iodata_to_binary(iodata), do: :erlang.iolist_to_binary(iodata)

  @doc "Counts the bytes of iodata."
  @spec iodata_length(iodata) :: non_neg_integer
  def iodata_length(iodata), do: :erlang.iolist_size(iodata)

  @doc false
  def each_stream(device, line_or_codepoints) do
    case read(device, line_or_codepoints) do
      :eof -> {:halt, device}
      {:error, reason} -> raise IO.StreamError, reason: reason
      data -> {[data], device}
    end
  end

  @doc false
  def each_binstream(device, line_or_chars) do
    case binread(device, line_or_chars) do
      :eof -> {:halt, device}
      {:error, reason} -> raise IO.StreamError, reason: reason
      data -> {[data], device}
    end
  end

  ## The protocol

  defp to_chardata(data) when is_iodata(data), do: data
  defp to_chardata(other), do: String.Chars.to_string(other)

  defp map_dev(:stdio), do: :standard_io
  defp map_dev(:stderr), do: :standard_error
  defp map_dev(other), do: other

  # The host's stream behind a device, or nil when the device is a process to be asked: a name may have been given to
  # another process meanwhile, to capture what is written.
  defp terminal(device) when device in [:stdio, :standard_io] do
    leader = :erlang.group_leader()
    if leader == self() or leader == own(:user), do: :stdio, else: nil
  end

  defp terminal(device) when device in [:stderr, :standard_error], do: if(own?(:standard_error), do: :stderr)
  defp terminal(:user), do: if(own?(:user), do: :stdio)
  defp terminal(_device), do: nil

  # The process that a name had from the start. A program may give the name to a device of its own.
  defp own(name), do: :persistent_term.get({:beamlet_boot, name}, :undefined)
  defp own?(name), do: :erlang.whereis(name) == own(name)

  defp put(device, chardata) do
    case terminal(device) do
      nil -> request(device, {:put_chars, :unicode, chardata})
      stream -> written(:beamlet_io.write(stream, to_utf8(stream, chardata)))
    end
  end

  defp written(:ok), do: :ok
  defp written({:error, reason}), do: :erlang.error(reason)

  # As in Elixir, a binary goes out as it is on standard output only; all else has to be text.
  defp to_utf8(:stdio, binary) when is_binary(binary), do: binary

  defp to_utf8(_stream, chardata) do
    case :unicode.characters_to_binary(chardata) do
      binary when is_binary(binary) -> binary
      _ -> not_text()
    end
  rescue
    ArgumentError -> not_text()
  end

  @spec not_text() :: no_return
  defp not_text, do: raise(ArgumentError, "errors were found at the given arguments:\n\n  * 2nd argument: not valid character data (an iodata term)\n")

  @doc false
  def request(device, request) do
    case {terminal(device), request} do
      {:stdio, {:get_line, _, prompt}} -> read_line(prompt, request)
      {:stdio, _} -> ask(:erlang.whereis(:user), request)
      _ -> ask(process(device), request)
    end
  end

  # What `:user` has read beyond what was asked for waits there.
  defp read_line(prompt, request) do
    case :persistent_term.get({:user, :reads_alone}, false) do
      true -> ask(:erlang.whereis(:user), request)
      false -> :beamlet_io.read_line(to_utf8(:stdio, prompt))
    end
  end

  defp process(:stdio), do: :erlang.group_leader()
  defp process(:standard_io), do: :erlang.group_leader()
  defp process(:stderr), do: :erlang.whereis(:standard_error)
  defp process(:standard_error), do: :erlang.whereis(:standard_error)
  defp process(pid) when is_pid(pid), do: pid
  defp process(name) when is_atom(name), do: :erlang.whereis(name)
  # As the one who looks for a process by what is no name says.
  defp process(other), do: :erlang.error({:case_clause, {other}})

  defp ask(pid, request) when is_pid(pid) do
    ref = :erlang.monitor(:process, pid)
    :erlang.send(pid, {:io_request, self(), ref, request})

    receive do
      {:io_reply, ^ref, reply} ->
        :erlang.demonitor(ref, [:flush])
        answer(request, reply)

      {:DOWN, ^ref, _, _, reason} ->
        failed(request, if(reason == :noproc, do: :terminated, else: reason))
    end
  end

  defp ask(_undefined, request), do: failed(request, :arguments)

  defp answer(request, {:error, reason}), do: failed(request, reason)
  defp answer(_request, reply), do: reply

  # Writing text to a device that fails raises; all else answers.
  defp failed({:put_chars, :unicode, _}, :arguments), do: raise(ArgumentError, "errors were found at the given arguments:\n\n  * 1st argument: the device does not exist\n")

  defp failed({:put_chars, :unicode, _}, :terminated),
    do: :erlang.error(:terminated)

  defp failed({:put_chars, :unicode, _}, {:no_translation, from, to}) do
    raise ErlangError, original: :no_translation, reason: ":\n\n  * 1st argument: device failed to transcode string from #{from} to #{to}\n"
  end

  defp failed({:put_chars, :unicode, chars}, reason) do
    cond do
      reason == :ebadf -> raise ArgumentError, "errors were found at the given arguments:\n\n  * 1st argument: bad file number (ebadf)\n"
      not chardata?(chars) -> not_text()
      true -> :erlang.error(reason)
    end
  end

  defp failed(_request, reason), do: {:error, reason}

  defp chardata?(chars) do
    _ = :unicode.characters_to_binary(chars)
    true
  rescue
    ArgumentError -> false
  end
end

defmodule IO.Stream do
  @moduledoc """
  The struct that `IO.stream/2` returns: enumerable and collectable.
  """

  defstruct device: nil, raw: true, line_or_bytes: :line

  @type t :: %IO.Stream{}

  @doc false
  def __build__(device, raw, line_or_bytes), do: %IO.Stream{device: device, raw: raw, line_or_bytes: line_or_bytes}

  defimpl Collectable do
    def into(%{device: device, raw: raw} = stream) do
      collector = fn
        :ok, {:cont, item} -> if(raw, do: IO.binwrite(device, item), else: IO.write(device, item))
        :ok, _ -> stream
      end

      {:ok, collector}
    end
  end

  defimpl Enumerable do
    def reduce(%{device: device, raw: raw, line_or_bytes: line_or_bytes}, acc, fun) do
      next =
        if raw do
          &IO.each_binstream(&1, line_or_bytes)
        else
          &IO.each_stream(&1, line_or_bytes)
        end

      Stream.resource(fn -> device end, next, & &1).(acc, fun)
    end

    def count(_stream), do: {:error, __MODULE__}
    def member?(_stream, _term), do: {:error, __MODULE__}
    def slice(_stream), do: {:error, __MODULE__}
  end
end
