defmodule StringIO do
  @moduledoc """
  An IO device in memory: reads from a text and collects what is written.

  Each device is a process linked to the one that opened it. Text is kept as UTF-8, or with the option
  `encoding: :latin1` as bytes of one character each; reading bytes never looks at the encoding.

  ## Examples

      iex> {:ok, device} = StringIO.open("name\\n")
      iex> IO.gets(device, "who? ")
      "name\\n"
      iex> IO.write(device, "hello")
      iex> StringIO.contents(device)
      {"", "hello"}

  """

  use GenServer

  @doc """
  Starts a device that reads from the text: `{:ok, pid}`.

  With `capture_prompt: true` prompts are collected with what is written. `:encoding` is `:unicode` (the default) or
  `:latin1`. Given a function instead of options, calls it with the device, closes it and returns `{:ok, result}`.

  ## Examples

      iex> StringIO.open("foo", fn device -> IO.getn(device, "", 2) end)
      {:ok, "fo"}

  """
  @spec open(binary, keyword | (pid -> result)) :: {:ok, pid | result} when result: any
  def open(string, options_or_function \\ [])

  def open(string, options_or_function) when is_binary(string) and is_list(options_or_function),
    do: GenServer.start_link(__MODULE__, {string, options_or_function}, [])

  def open(string, options_or_function) when is_binary(string) and is_function(options_or_function, 1), do: open(string, [], options_or_function)

  @doc """
  Starts a device with options, calls the function with it and closes it: `{:ok, result}`.

  ## Examples

      iex> StringIO.open("a", [capture_prompt: true], fn device ->
      ...>   IO.gets(device, "> ")
      ...>   StringIO.contents(device)
      ...> end)
      {:ok, {"", "> "}}

  """
  @spec open(binary, keyword, (pid -> result)) :: {:ok, result} when result: any
  def open(string, options, function) when is_binary(string) and is_list(options) and is_function(function, 1) do
    {:ok, pid} = GenServer.start_link(__MODULE__, {string, options}, [])

    try do
      {:ok, function.(pid)}
    after
      {:ok, {_input, _output}} = close(pid)
    end
  end

  @doc "Returns what is left to read and what was written."
  @spec contents(pid) :: {binary, binary}
  def contents(pid) when is_pid(pid), do: GenServer.call(pid, :contents)

  @doc "Returns what was written and forgets it."
  @spec flush(pid) :: binary
  def flush(pid) when is_pid(pid), do: GenServer.call(pid, :flush)

  @doc "Stops the device: `{:ok, {left to read, written}}`."
  @spec close(pid) :: {:ok, {binary, binary}}
  def close(pid) when is_pid(pid), do: GenServer.call(pid, :close)

  ## The process

  @impl true
  def init({string, options}) do
    state = %{
      input: string,
      output: [],
      capture_prompt: Keyword.get(options, :capture_prompt) || false,
      encoding: Keyword.get(options, :encoding) || :unicode
    }

    {:ok, state}
  end

  @impl true
  def handle_call(:contents, _from, state), do: {:reply, {state.input, written(state)}, state}
  def handle_call(:flush, _from, state), do: {:reply, written(state), %{state | output: []}}
  def handle_call(:close, _from, state), do: {:stop, :normal, {:ok, {state.input, written(state)}}, state}

  @impl true
  def handle_info({:io_request, from, reply_as, request}, state) do
    {reply, state} = answer(request, state)
    send(from, {:io_reply, reply_as, reply})
    {:noreply, state}
  end

  def handle_info(_message, state), do: {:noreply, state}

  defp written(state), do: IO.iodata_to_binary(state.output)

  ## Writing

  defp answer({:put_chars, chars}, state), do: answer({:put_chars, :latin1, chars}, state)
  defp answer({:put_chars, module, function, args}, state), do: answer({:put_chars, :latin1, module, function, args}, state)

  defp answer({:put_chars, from, chars}, %{encoding: to} = state) do
    case :unicode.characters_to_binary(chars, from, to) do
      binary when is_binary(binary) -> {:ok, %{state | output: [state.output | binary]}}
      _ -> {{:error, {:no_translation, from, to}}, state}
    end
  rescue
    ArgumentError -> {{:error, {:put_chars, from, chars}}, state}
  end

  defp answer({:put_chars, encoding, module, function, args} = request, state) do
    try do
      apply(module, function, args)
    catch
      _, _ -> {{:error, request}, state}
    else
      chars -> answer({:put_chars, encoding, chars}, state)
    end
  end

  ## Reading

  defp answer({:get_chars, prompt, count}, state), do: answer({:get_chars, :latin1, prompt, count}, state)

  defp answer({:get_chars, encoding, prompt, count}, state) when is_integer(count) and count >= 0 do
    state = prompted(state, prompt)

    case take(state.input, count, encoding) do
      {:error, _} = error -> {error, state}
      {"", ""} -> {:eof, state}
      {data, rest} -> {data, %{state | input: rest}}
    end
  end

  defp answer({:get_line, prompt}, state), do: answer({:get_line, :latin1, prompt}, state)

  defp answer({:get_line, encoding, prompt}, state) do
    state = prompted(state, prompt)

    case line(state.input, encoding) do
      :error -> {{:error, :collect_line}, state}
      {"", ""} -> {:eof, state}
      {line, rest} -> {line_feed(line), %{state | input: rest}}
    end
  end

  defp answer({:get_until, prompt, module, function, args}, state), do: answer({:get_until, :latin1, prompt, module, function, args}, state)
  defp answer({:get_until, encoding, prompt, module, function, args}, state), do: until({module, function, args}, encoding, prompt, [], state)
  defp answer({:get_password, encoding}, state), do: answer({:get_line, encoding, ""}, state)

  ## Options

  defp answer({:setopts, [encoding: encoding]}, state) when encoding in [:latin1, :unicode], do: {:ok, %{state | encoding: encoding}}
  defp answer({:setopts, _options}, state), do: {{:error, :enotsup}, state}
  defp answer(:getopts, state), do: {[binary: true, encoding: state.encoding], state}
  defp answer({:get_geometry, _}, state), do: {{:error, :enotsup}, state}

  defp answer({:requests, requests}, state) do
    Enum.reduce_while(requests, {:ok, state}, fn request, {_, state} ->
      case answer(request, state) do
        {{:error, _}, _} = error -> {:halt, error}
        ok -> {:cont, ok}
      end
    end)
  end

  defp answer(_request, state), do: {{:error, :request}, state}

  defp prompted(%{capture_prompt: true} = state, prompt) do
    text =
      case prompt do
        {:format, format, args} -> :unicode.characters_to_binary(:io_lib.format(format, args))
        atom when is_atom(atom) -> :erlang.atom_to_binary(atom)
        chardata -> :unicode.characters_to_binary(chardata)
      end

    %{state | output: [state.output | text]}
  end

  defp prompted(state, _prompt), do: state

  defp take(input, count, :latin1), do: :erlang.split_binary(input, min(count, byte_size(input)))

  defp take(input, count, _unicode) do
    case characters(input, count, 0) do
      :error -> {:error, :invalid_unicode}
      size -> :erlang.split_binary(input, size)
    end
  end

  defp characters(_input, 0, size), do: size
  defp characters(<<char::utf8, rest::binary>>, count, size), do: characters(rest, count - 1, size + byte_size(<<char::utf8>>))
  defp characters("", _count, size), do: size
  defp characters(_invalid, _count, _size), do: :error

  # The first line with its end, and what follows it.
  defp line(input, encoding) do
    size =
      case :binary.match(input, "\n") do
        {position, 1} -> position + 1
        :nomatch -> byte_size(input)
      end

    {line, _rest} = parts = :erlang.split_binary(input, size)
    if encoding == :latin1 or String.valid?(line), do: parts, else: :error
  end

  defp line_feed(line) do
    size = byte_size(line) - 2

    case line do
      <<text::binary-size(size), "\r\n">> -> text <> "\n"
      _ -> line
    end
  end

  # Hands lines to a function until it has enough: the way of Erlang's scanners.
  defp until({module, function, args} = call, encoding, prompt, continuation, state) do
    state = prompted(state, prompt)

    case line(state.input, encoding) do
      :error ->
        {:error, state}

      {line, rest} ->
        chars = if line == "", do: :eof, else: :unicode.characters_to_list(line, encoding)

        try do
          apply(module, function, [continuation, chars | args])
        catch
          _, _ -> {{:error, {function, args}}, state}
        else
          {:done, result, :eof} -> {text(result, encoding), %{state | input: rest}}
          {:done, result, more} -> {text(result, encoding), %{state | input: to_bytes(more, encoding) <> rest}}
          {:more, continuation} -> until(call, encoding, prompt, continuation, %{state | input: rest})
          _ -> {{:error, {function, args}}, state}
        end
    end
  end

  defp text(result, encoding) when is_list(result) do
    case :io_lib.char_list(result) do
      true -> to_bytes(result, encoding)
      false -> result
    end
  end

  defp text(result, _encoding), do: result

  defp to_bytes(chars, encoding), do: :unicode.characters_to_binary(chars, encoding, encoding)
end
