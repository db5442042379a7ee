defmodule StringIO do
  @moduledoc """
  An IO device in memory: reads from a text and collects what is written.
  """

  @doc "Starts a device that reads from the text: `{:ok, pid}`. Options `:capture_prompt` and `:encoding`."
  @spec open(binary, keyword | (pid -> result)) :: {:ok, pid | result} when result: any
  def open(string, options_or_function \\ [])
  def open(string, options) when is_binary(string) and is_list(options), do: {:ok, start(string, options)}
  def open(string, function) when is_binary(string) and is_function(function, 1), do: open(string, [], function)

  @doc "Starts a device, calls the function with it and closes it: `{:ok, result}`."
  @spec open(binary, keyword, (pid -> result)) :: {:ok, result} when result: any
  def open(string, options, function) when is_binary(string) and is_list(options) and is_function(function, 1) do
    pid = start(string, options)

    try do
      {:ok, function.(pid)}
    after
      close(pid)
    end
  end

  @doc "Returns what is left to read and what was written."
  @spec contents(pid) :: {binary, binary}
  def contents(pid) when is_pid(pid), do: call(pid, :contents)

  @doc "Returns what was written and forgets it."
  @spec flush(pid) :: binary
  def flush(pid) when is_pid(pid), do: call(pid, :flush)

  @doc "Stops the device: `{:ok, {left to read, written}}`."
  @spec close(pid) :: {:ok, {binary, binary}}
  def close(pid) when is_pid(pid), do: {:ok, call(pid, :close)}

  defp start(string, options) do
    state = %{input: string, output: [], capture_prompt: Keyword.get(options, :capture_prompt, false), encoding: Keyword.get(options, :encoding, :unicode)}
    spawn_link(fn -> serve(state) end)
  end

  defp call(pid, request) do
    ref = Process.monitor(pid)
    send(pid, {:string_io, self(), ref, request})

    receive do
      {^ref, answer} ->
        Process.demonitor(ref, [:flush])
        answer

      {:DOWN, ^ref, _, _, reason} ->
        exit({reason, {StringIO, request, [pid]}})
    end
  end

  defp serve(state) do
    receive do
      {:io_request, from, ref, request} ->
        {reply, state} = answer(request, state)
        send(from, {:io_reply, ref, reply})
        serve(state)

      {:string_io, from, ref, :contents} ->
        send(from, {ref, {state.input, written(state)}})
        serve(state)

      {:string_io, from, ref, :flush} ->
        send(from, {ref, written(state)})
        serve(%{state | output: []})

      {:string_io, from, ref, :close} ->
        send(from, {ref, {state.input, written(state)}})

      _ ->
        serve(state)
    end
  end

  defp written(state), do: IO.iodata_to_binary(state.output)

  defp answer({:put_chars, encoding, chars}, state) do
    case :unicode.characters_to_binary(chars, encoding, state.encoding) do
      binary when is_binary(binary) -> {:ok, %{state | output: [state.output | binary]}}
      _ -> {{:error, {:no_translation, encoding, state.encoding}}, state}
    end
  end

  defp answer({:put_chars, encoding, module, function, args}, state), do: answer({:put_chars, encoding, apply(module, function, args)}, state)

  defp answer({:get_chars, encoding, prompt, count}, state) do
    state = prompted(state, prompt)
    read(state, take(state.input, count, encoding))
  end

  defp answer({:get_line, _encoding, prompt}, state) do
    state = prompted(state, prompt)

    case :binary.split(state.input, "\n") do
      [""] -> {:eof, state}
      [line, rest] -> {line <> "\n", %{state | input: rest}}
      [line] -> {line, %{state | input: ""}}
    end
  end

  defp answer({:get_until, _encoding, prompt, module, function, args}, state) do
    state = prompted(state, prompt)
    until({module, function, args}, [], state)
  end

  defp answer({:requests, requests}, state) do
    Enum.reduce_while(requests, {:ok, state}, fn request, {_, state} ->
      case answer(request, state) do
        {{:error, _}, _} = error -> {:halt, error}
        ok -> {:cont, ok}
      end
    end)
  end

  defp answer({:setopts, options}, state), do: {:ok, %{state | encoding: Keyword.get(options, :encoding, state.encoding)}}
  defp answer(:getopts, state), do: {[binary: true, encoding: state.encoding], state}
  defp answer({:get_geometry, _}, state), do: {{:error, :enotsup}, state}
  defp answer(_request, state), do: {{:error, :request}, state}

  defp prompted(%{capture_prompt: true} = state, prompt), do: %{state | output: [state.output | IO.chardata_to_string(prompt)]}
  defp prompted(state, _prompt), do: state

  defp read(state, {"", ""}), do: {:eof, state}
  defp read(state, {data, rest}), do: {data, %{state | input: rest}}

  defp take("", _count, _encoding), do: {"", ""}
  defp take(input, count, :latin1), do: :erlang.split_binary(input, min(count, byte_size(input)))

  defp take(input, count, _unicode) do
    size = characters(input, count, 0)
    :erlang.split_binary(input, size)
  end

  defp characters(_input, 0, size), do: size
  defp characters(<<char::utf8, rest::binary>>, count, size), do: characters(rest, count - 1, size + byte_size(<<char::utf8>>))
  defp characters(_input, _count, size), do: size

  defp until({module, function, args} = call, continuation, state) do
    chars = if state.input == "", do: :eof, else: String.to_charlist(state.input)

    case apply(module, function, [continuation, chars | args]) do
      {:done, result, rest} -> {result, %{state | input: if(rest == :eof, do: "", else: List.to_string(rest))}}
      {:more, continuation} -> until(call, continuation, %{state | input: ""})
    end
  end
end
