defmodule :user do
  @moduledoc """
  The terminal as an IO device: the processes `:user` and `:standard_error`, which speak the IO protocol.

  A request is `{:io_request, from, reply_as, request}` and is answered with `{:io_reply, reply_as, reply}`. Input that a
  request has read and not used waits for whoever reads next.
  """

  @doc false
  # Serves a device, beginning with a message that has already been taken out of the mailbox.
  def serve(name, message) do
    loop(message, %{
      device: device(name),
      encoding: :unicode,
      binary: true,
      echo: true,
      buffer: [],
      eof: false,
      alone: false
    })
  end

  defp device(:standard_error), do: :stderr
  defp device(_user), do: :stdout

  defp loop({:io_request, from, reply_as, request}, state) do
    {reply, state} = request(request, state)
    state = give_back(state)
    send(from, {:io_reply, reply_as, reply})
    next(state)
  end

  defp loop(_message, state), do: next(state)

  defp next(state) do
    receive do
      message -> loop(message, state)
    end
  end

  # What was read and not used is read next by whoever reads, past this process too.
  defp give_back(%{buffer: []} = state), do: state

  defp give_back(state) do
    case :unicode.characters_to_binary(state.buffer, :unicode, state.encoding) do
      bytes when is_binary(bytes) -> :beamlet_io.unread(bytes)
      _ -> :beamlet_io.unread(:erlang.list_to_binary(for char <- state.buffer, do: <<char>>))
    end

    %{state | buffer: []}
  end

  ## Output

  defp request({:put_chars, encoding, chars}, state), do: {put_chars(encoding, chars, state), state}

  defp request({:put_chars, encoding, module, function, args}, state) do
    reply =
      try do
        put_chars(encoding, apply(module, function, args), state)
      catch
        _, _ -> {:error, {function, args}}
      end

    {reply, state}
  end

  defp request({:put_chars, chars}, state), do: request({:put_chars, :latin1, chars}, state)

  defp request({:put_chars, module, function, args}, state) do
    request({:put_chars, :latin1, module, function, args}, state)
  end

  ## Input

  defp request({:get_line, encoding, prompt}, state), do: prompted(prompt, state, &get_line(encoding, &1))
  defp request({:get_line, prompt}, state), do: request({:get_line, :latin1, prompt}, state)

  defp request({:get_chars, encoding, prompt, count}, state) when is_integer(count) and count >= 0 do
    prompted(prompt, state, &get_chars(encoding, count, &1))
  end

  defp request({:get_chars, prompt, count}, state), do: request({:get_chars, :latin1, prompt, count}, state)

  defp request({:get_until, encoding, prompt, module, function, args}, state) do
    prompted(prompt, state, &get_until(encoding, module, function, args, [], &1))
  end

  defp request({:get_until, prompt, module, function, args}, state) do
    request({:get_until, :latin1, prompt, module, function, args}, state)
  end

  defp request({:get_password, _encoding} = request, state), do: {{:error, {:request, request}}, state}

  ## Options

  defp request({:setopts, options}, state) when is_list(options), do: set_options(options, state, alone(state))

  defp request(:getopts, state), do: {[binary: state.binary, encoding: state.encoding], state}

  defp request({:get_geometry, what}, state) when what in [:columns, :rows] do
    case if(what == :columns, do: :beamlet_io.columns(), else: :beamlet_io.rows()) do
      {:ok, size} -> {size, state}
      _ -> {{:error, :enotsup}, state}
    end
  end

  defp request({:requests, requests}, state) when is_list(requests), do: requests(requests, :ok, state)

  defp request(_unknown, state), do: {{:error, :request}, state}

  defp requests([], reply, state), do: {reply, state}

  defp requests([request | rest], _reply, state) do
    case request(request, state) do
      {{:error, _}, _} = stop -> stop
      {reply, state} -> requests(rest, reply, state)
    end
  end

  defp set_options([], _old, state), do: {:ok, state}
  defp set_options([:binary | rest], old, state), do: set_options(rest, old, %{state | binary: true})
  defp set_options([:list | rest], old, state), do: set_options(rest, old, %{state | binary: false})

  defp set_options([{:binary, flag} | rest], old, state) when is_boolean(flag),
    do: set_options(rest, old, %{state | binary: flag})

  defp set_options([{:echo, flag} | rest], old, state) when is_boolean(flag),
    do: set_options(rest, old, %{state | echo: flag})

  defp set_options([{:encoding, encoding} | rest], old, state) when encoding in [:unicode, :utf8, :latin1] do
    set_options(rest, old, %{state | encoding: if(encoding == :utf8, do: :unicode, else: encoding)})
  end

  defp set_options([{:expand_fun, _} | rest], old, state), do: set_options(rest, old, state)
  defp set_options(_unknown, old, _state), do: {{:error, :enotsup}, old}

  ## Writing

  defp put_chars(encoding, chars, state) do
    case :unicode.characters_to_binary(chars, encoding, state.encoding) do
      binary when is_binary(binary) ->
        write(state.device, binary)

      _ when encoding == :latin1 ->
        {:error, {:put_chars, chars}}

      _ ->
        # What the terminal's encoding lacks is written as escapes.
        case :unicode.characters_to_list(chars, encoding) do
          list when is_list(list) -> write(state.device, for(char <- list, do: escape(char)))
          _ -> {:error, {:put_chars, chars}}
        end
    end
  catch
    :error, :badarg -> {:error, {:put_chars, chars}}
  end

  defp escape(char) when char < 256, do: <<char>>
  defp escape(char), do: ["\\x{", :erlang.integer_to_binary(char, 16), "}"]

  defp write(device, data) do
    case :beamlet_io.write(device, data) do
      :ok -> :ok
      {:error, _} = error -> error
    end
  end

  ## Reading

  defp prompted(prompt, state, read) do
    if state.device == :stderr do
      {{:error, :enotsup}, state}
    else
      case prompt_text(prompt) do
        "" -> :ok
        text -> write(state.device, text)
      end

      read.(alone(state))
    end
  end

  # Lines are read without asking this process, until it has read something itself or been given options.
  defp alone(%{device: :stdout, alone: false} = state) do
    :persistent_term.put({:user, :reads_alone}, true)
    %{state | alone: true}
  end

  defp alone(state), do: state

  defp prompt_text(prompt) when is_binary(prompt), do: prompt
  defp prompt_text(prompt) when is_atom(prompt), do: if(prompt == :"", do: "", else: :erlang.atom_to_binary(prompt))
  defp prompt_text({:format, format, args}), do: :unicode.characters_to_binary(:io_lib.format(format, args))

  defp prompt_text(prompt) do
    case :unicode.characters_to_binary(prompt) do
      text when is_binary(text) -> text
      _ -> ""
    end
  end

  # The buffer is a list of characters that have been read and not used.
  defp fill(%{eof: true} = state), do: {:eof, state}

  defp fill(state) do
    case :beamlet_io.read_line() do
      line when is_binary(line) -> {:ok, %{state | buffer: state.buffer ++ decode(line, state.encoding)}}
      :eof -> {:eof, %{state | eof: true}}
      {:error, _} = error -> {error, state}
    end
  end

  defp decode(line, encoding) do
    case :unicode.characters_to_list(line, encoding) do
      list when is_list(list) -> list
      _ -> :erlang.binary_to_list(line)
    end
  end

  defp get_line(encoding, state) do
    case split_line(state.buffer, []) do
      {line, rest} ->
        {answer(line, encoding, state), %{state | buffer: rest}}

      :more ->
        case fill(state) do
          {:ok, state} -> get_line(encoding, state)
          {:eof, %{buffer: []} = state} -> {:eof, %{state | eof: false}}
          {:eof, state} -> {answer(state.buffer, encoding, state), %{state | buffer: [], eof: false}}
          {{:error, _} = error, state} -> {error, state}
        end
    end
  end

  defp split_line([?\n | rest], acc), do: {:lists.reverse([?\n | acc]), rest}
  defp split_line([char | rest], acc), do: split_line(rest, [char | acc])
  defp split_line([], _acc), do: :more

  defp get_chars(encoding, count, state) do
    if length(state.buffer) >= count do
      {chars, rest} = :lists.split(count, state.buffer)
      {answer(chars, encoding, state), %{state | buffer: rest}}
    else
      case fill(state) do
        {:ok, state} -> get_chars(encoding, count, state)
        {:eof, %{buffer: []} = state} -> {:eof, %{state | eof: false}}
        {:eof, state} -> {answer(state.buffer, encoding, state), %{state | buffer: [], eof: false}}
        {{:error, _} = error, state} -> {error, state}
      end
    end
  end

  defp get_until(encoding, module, function, args, continuation, state) do
    {data, state} =
      case state.buffer do
        [] ->
          case fill(state) do
            {:ok, state} -> {state.buffer, %{state | buffer: []}}
            {:eof, state} -> {:eof, %{state | eof: false}}
            {{:error, _} = error, state} -> {error, state}
          end

        buffer ->
          {buffer, %{state | buffer: []}}
      end

    case data do
      {:error, _} = error ->
        {error, state}

      _ ->
        try do
          apply(module, function, [continuation, data | args])
        catch
          _, _ -> {{:error, {function, args}}, state}
        else
          {:done, result, rest} ->
            rest = if is_list(rest), do: rest, else: []
            {convert(result, encoding, state), %{state | buffer: rest ++ state.buffer}}

          {:more, continuation} ->
            get_until(encoding, module, function, args, continuation, state)

          _ ->
            {{:error, {function, args}}, state}
        end
    end
  end

  defp convert(result, encoding, %{binary: true} = state) when is_list(result) do
    if :io_lib.char_list(result), do: answer(result, encoding, state), else: result
  end

  defp convert(result, _encoding, _state), do: result

  defp answer(chars, encoding, %{binary: true}) do
    case :unicode.characters_to_binary(chars, :unicode, encoding) do
      binary when is_binary(binary) -> binary
      _ -> {:error, {:no_translation, :unicode, encoding}}
    end
  end

  defp answer(chars, _encoding, _state), do: chars
end
