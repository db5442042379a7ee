defmodule :zlib do
  @moduledoc """
  Erlang's `:zlib`: compressing and expanding, at once or as a stream.

  A stream from `open/0` belongs to the process that opened it.

  ## Examples

      iex> :zlib.gunzip(:zlib.gzip("hello hello hello"))
      "hello hello hello"
      iex> :zlib.unzip(:zlib.zip("abc"))
      "abc"
  """

  @unbounded 0xFFFF_FFFF
  @buffer 4000

  @levels %{none: 0, best_speed: 1, best_compression: 9, default: -1}
  @flushes [:none, :sync, :full, :finish]

  ## At once

  @doc "Compresses with zlib's header and checksum."
  @spec compress(iodata) :: binary
  def compress(data), do: deflate_all(data, 15)

  @doc "Expands what `compress/1` made; raises `:data_error` for anything else."
  @spec uncompress(iodata) :: binary
  def uncompress(data), do: inflate_all(data, 15)

  @doc "Compresses without header and checksum."
  @spec zip(iodata) :: binary
  def zip(data), do: deflate_all(data, -15)

  @doc "Expands what `zip/1` made."
  @spec unzip(iodata) :: binary
  def unzip(data), do: inflate_all(data, -15)

  @doc "Compresses with gzip's header and checksum."
  @spec gzip(iodata) :: binary
  def gzip(data), do: deflate_all(data, 31)

  @doc "Expands what `gzip/1` made, several members one after the other included."
  @spec gunzip(iodata) :: binary
  def gunzip(data), do: inflate_all(data, 31)

  defp deflate_all(data, bits), do: :beamlet_zlib.deflate(:beamlet_zlib.deflate_init(-1, bits), flat(data, [data]), :finish)

  defp inflate_all(data, bits) do
    case :beamlet_zlib.inflate(:beamlet_zlib.inflate_init(bits), flat(data, [data]), @unbounded) do
      {:finished, bytes, rest} when rest == "" or bits != 31 -> bytes
      {:finished, bytes, <<31, 139, _::binary>> = rest} -> bytes <> inflate_all(rest, bits)
      {:finished, bytes, _rest} -> bytes
      _other -> :erlang.error(:data_error)
    end
  end

  defp flat(data, _args), do: :erlang.iolist_to_binary(data)

  ## Streams

  @doc "Opens a stream."
  @spec open() :: reference
  def open() do
    stream = :erlang.make_ref()
    :erlang.put({:zlib, stream}, :open)
    stream
  end

  @doc "Closes a stream."
  @spec close(reference) :: :ok
  def close(stream) do
    case :erlang.erase({:zlib, stream}) do
      :undefined -> :erlang.error(:not_initialized)
      _state -> :ok
    end
  end

  @doc "Lets only the calling process use a stream, which is so already."
  def set_controlling_process(stream, pid) when pid == self(), do: present(stream)
  def set_controlling_process(_stream, _pid), do: :erlang.error(:not_owner)

  defp present(stream) do
    state(stream)
    :ok
  end

  defp state(stream) when is_reference(stream) do
    case :erlang.get({:zlib, stream}) do
      :undefined -> :erlang.error(:not_initialized)
      state -> state
    end
  end

  defp state(stream), do: :erlang.error(:badarg, [stream])

  defp start(stream, state) do
    case state(stream) do
      :open -> :erlang.put({:zlib, stream}, state)
      _started -> :erlang.error(:already_initialized)
    end

    :ok
  end

  @doc "Begins compressing."
  def deflateInit(stream), do: deflateInit(stream, :default)

  @doc "Begins compressing with a level: 0 to 9, `:none`, `:default`, `:best_speed`, `:best_compression`."
  def deflateInit(stream, level), do: deflateInit(stream, level, :deflated, 15, 8, :default)

  @doc "Begins compressing; the window bits tell the format as in `inflateInit/2`."
  def deflateInit(stream, level, :deflated, bits, memory, strategy)
      when memory in 1..9 and strategy in [:default, :filtered, :huffman_only, :rle] do
    case :beamlet_zlib.deflate_init(level(level), bits) do
      :undefined -> :erlang.error(:badarg, [stream, level, :deflated, bits, memory, strategy])
      native -> start(stream, {:deflate, native, {level, bits}})
    end
  end

  def deflateInit(stream, level, method, bits, memory, strategy),
    do: :erlang.error(:badarg, [stream, level, method, bits, memory, strategy])

  defp level(level) when is_map_key(@levels, level), do: :maps.get(level, @levels)
  defp level(level) when level in 0..9, do: level
  defp level(_level), do: :erlang.error(:badarg)

  @doc "Takes in data; gives what is ready."
  def deflate(stream, data), do: deflate(stream, data, :none)

  @doc "Takes in data, and gives what is ready: all of it with `:sync` or `:full`, and with `:finish` the end."
  @spec deflate(reference, iodata, :none | :sync | :full | :finish) :: [binary]
  def deflate(stream, data, flush) when flush in @flushes do
    case state(stream) do
      {:deflate, native, _} -> parts(:beamlet_zlib.deflate(native, flat(data, [stream, data, flush]), flush))
      _other -> :erlang.error(:not_initialized)
    end
  end

  def deflate(stream, data, flush), do: :erlang.error(:badarg, [stream, data, flush])

  defp parts(""), do: []
  defp parts(bytes), do: [bytes]

  @doc "Begins again with the same options."
  def deflateReset(stream) do
    case state(stream) do
      {:deflate, _, {level, bits} = options} ->
        :erlang.put({:zlib, stream}, {:deflate, :beamlet_zlib.deflate_init(level(level), bits), options})
        :ok

      _other ->
        :erlang.error(:not_initialized)
    end
  end

  @doc "Sets a dictionary of what is likely to occur; gives its checksum."
  def deflateSetDictionary(stream, dictionary), do: dictionary(stream, dictionary, :deflate)

  defp dictionary(stream, dictionary, kind) do
    case state(stream) do
      {^kind, native, _} ->
        case :beamlet_zlib.set_dictionary(native, dictionary) do
          {:ok, sum} -> sum
          :error -> :erlang.error(:stream_error)
        end

      _other ->
        :erlang.error(:not_initialized)
    end
  end

  @doc "Ends compressing."
  def deflateEnd(stream), do: finish(stream, :deflate)

  defp finish(stream, kind) do
    case state(stream) do
      {^kind, _, _} -> :erlang.put({:zlib, stream}, :open)
      _other -> :erlang.error(:not_initialized)
    end

    :ok
  end

  @doc "Begins expanding what has zlib's header."
  def inflateInit(stream), do: inflateInit(stream, 15)

  @doc "Begins expanding: window bits of 9 to 15 for zlib's header, negative for none, 16 more for gzip's."
  def inflateInit(stream, bits), do: inflateInit(stream, bits, :cut)

  @doc "As `inflateInit/2`; what follows the end is cut off."
  def inflateInit(stream, bits, behaviour) when is_integer(bits) and behaviour in [:cut, :reset, :error] do
    case :beamlet_zlib.inflate_init(bits) do
      :undefined -> :erlang.error(:badarg, [stream, bits, behaviour])
      native -> start(stream, {:inflate, native, {bits, :more, ""}})
    end
  end

  def inflateInit(stream, bits, behaviour), do: :erlang.error(:badarg, [stream, bits, behaviour])

  @doc "Takes in data; gives what it expands to."
  @spec inflate(reference, iodata) :: [binary]
  def inflate(stream, data), do: inflate(stream, data, [])

  @doc "As `inflate/2`; `exception_on_need_dict: false` makes a missing dictionary a result."
  def inflate(stream, data, options) do
    case step(stream, flat(data, [stream, data]), @unbounded) do
      {{:need_dictionary, sum}, bytes} ->
        if :proplists.get_value(:exception_on_need_dict, options, true),
          do: :erlang.error({:need_dictionary, sum}),
          else: {:need_dictionary, sum, parts(bytes)}

      {_status, bytes} ->
        parts(bytes)
    end
  end

  # Gives the status and the bytes; keeps what was not looked at.
  defp step(stream, data, limit) do
    case state(stream) do
      {:inflate, native, {bits, _status, before}} ->
        case :beamlet_zlib.inflate(native, before <> data, limit) do
          {:data_error, _, _} ->
            :erlang.error(:data_error)

          {status, bytes, rest} ->
            rest = if status == :finished, do: "", else: rest
            :erlang.put({:zlib, stream}, {:inflate, native, {bits, status, rest}})
            {status, bytes}
        end

      _other ->
        :erlang.error(:not_initialized)
    end
  end

  @doc "As `inflate/2`, but gives no more than a part at a time: `{:continue, parts}`, to be called again with `[]`, or `{:finished, parts}`."
  def safeInflate(stream, data) do
    case step(stream, flat(data, [stream, data]), @buffer) do
      {:buf, bytes} -> {:continue, parts(bytes)}
      {{:need_dictionary, sum}, bytes} -> {:need_dictionary, sum, parts(bytes)}
      {_status, bytes} -> {:finished, parts(bytes)}
    end
  end

  @doc "Takes in data as `safeInflate/2`: `{:more, parts}` when there is more to come, otherwise the parts."
  def inflateChunk(stream, data) do
    case step(stream, flat(data, [stream, data]), @buffer) do
      {:buf, bytes} -> {:more, parts(bytes)}
      {_status, bytes} -> parts(bytes)
    end
  end

  @doc "Goes on with what was taken in."
  def inflateChunk(stream), do: inflateChunk(stream, "")

  @doc "Sets the dictionary that was asked for."
  def inflateSetDictionary(stream, dictionary) do
    dictionary(stream, dictionary, :inflate)
    :ok
  end

  @doc "Begins again with the same options."
  def inflateReset(stream) do
    case state(stream) do
      {:inflate, _, {bits, _, _}} ->
        :erlang.put({:zlib, stream}, {:inflate, :beamlet_zlib.inflate_init(bits), {bits, :more, ""}})
        :ok

      _other ->
        :erlang.error(:not_initialized)
    end
  end

  @doc "Ends expanding; raises `:data_error` when the end of the data was not seen."
  def inflateEnd(stream) do
    state = state(stream)
    finish(stream, :inflate)

    case state do
      {:inflate, _, {_, :finished, _}} -> :ok
      _other -> :erlang.error(:data_error)
    end
  end

  ## Checksums

  @doc "Gives a checksum of data."
  def crc32(stream, data), do: with(:ok <- present(stream), do: :erlang.crc32(data))

  @doc "Goes on with a checksum."
  def crc32(stream, before, data), do: with(:ok <- present(stream), do: :erlang.crc32(before, data))

  @doc "Gives a checksum of data."
  def adler32(stream, data), do: with(:ok <- present(stream), do: :erlang.adler32(data))

  @doc "Goes on with a checksum."
  def adler32(stream, before, data), do: with(:ok <- present(stream), do: :erlang.adler32(before, data))

  @doc "Gives the size of the parts that `safeInflate/2` makes."
  def getBufSize(stream), do: with(:ok <- present(stream), do: @buffer)

  @doc "Does nothing: parts have one size here."
  def setBufSize(stream, size) when is_integer(size), do: present(stream)
end
