defmodule ExUnit.CaptureIO do
  @moduledoc ~S"""
  Captures what is written, to test it.

      defmodule GreetingTest do
        use ExUnit.Case
        import ExUnit.CaptureIO

        test "greets" do
          assert capture_io(fn -> IO.puts("hello") end) == "hello\n"
        end

        test "asks" do
          assert capture_io("Jane\n", fn -> IO.write("Hi " <> IO.gets("name? ")) end) == "name? Hi Jane\n"
        end
      end

  Standard output is captured through the group leader: what the calling process and those that it starts write. Any other
  device is captured by its registered name, for all processes; `:stderr` stands for `:standard_error`.

  Options: `:input`, the text that is there to be read, `:capture_prompt` (`true`), whether prompts are captured too, and
  `:encoding` (`:unicode`, or `:latin1`). A text in place of the options is the input.
  """

  @doc ~S"""
  Returns what the function writes to standard output.

  ## Examples

      iex> capture_io(fn -> IO.write("one\ntwo") end)
      "one\ntwo"

  """
  @spec capture_io((() -> any)) :: String.t()
  def capture_io(fun), do: capture_io(:stdio, "", fun)

  @doc ~S"""
  Returns what the function writes to a device, or, with input or options, to standard output.

  ## Examples

      iex> capture_io("1 + 1", fn -> IO.write(IO.gets("> ")) end)
      "> 1 + 1"
      iex> capture_io([input: "1 + 1", capture_prompt: false], fn -> IO.write(IO.gets("> ")) end)
      "1 + 1"
      iex> capture_io(:stderr, fn -> IO.write(:stderr, "oh") end)
      "oh"

  """
  @spec capture_io(atom | String.t() | keyword, (() -> any)) :: String.t()
  def capture_io(device_input_or_options, fun)

  def capture_io(device, fun) when is_atom(device), do: capture_io(device, "", fun)
  def capture_io(input, fun) when is_binary(input), do: capture_io(:stdio, [input: input], fun)
  def capture_io(options, fun) when is_list(options), do: capture_io(:stdio, options, fun)

  @doc "Returns what the function writes to a device, with input or options."
  @spec capture_io(atom, String.t() | keyword, (() -> any)) :: String.t()
  def capture_io(device, input_or_options, fun)

  def capture_io(device, input, fun) when is_atom(device) and is_binary(input), do: capture_io(device, [input: input], fun)

  def capture_io(device, options, fun) when is_atom(device) and is_list(options) and is_function(fun, 0) do
    {_result, output} = capture(map_dev(device), options, fun)
    output
  end

  @doc """
  Returns the function's result and what it writes to standard output.

  ## Examples

      iex> with_io(fn -> IO.write("a") end)
      {:ok, "a"}

  """
  @spec with_io((() -> any)) :: {any, String.t()}
  def with_io(fun), do: with_io(:stdio, "", fun)

  @doc "Does as `capture_io/2`, and returns the function's result too, in front."
  @spec with_io(atom | String.t() | keyword, (() -> any)) :: {any, String.t()}
  def with_io(device_input_or_options, fun)

  def with_io(device, fun) when is_atom(device), do: with_io(device, "", fun)
  def with_io(input, fun) when is_binary(input), do: with_io(:stdio, [input: input], fun)
  def with_io(options, fun) when is_list(options), do: with_io(:stdio, options, fun)

  @doc "Does as `capture_io/3`, and returns the function's result too, in front."
  @spec with_io(atom, String.t() | keyword, (() -> any)) :: {any, String.t()}
  def with_io(device, input_or_options, fun)

  def with_io(device, input, fun) when is_atom(device) and is_binary(input), do: with_io(device, [input: input], fun)

  def with_io(device, options, fun) when is_atom(device) and is_list(options) and is_function(fun, 0) do
    capture(map_dev(device), options, fun)
  end

  defp map_dev(:stdio), do: :standard_io
  defp map_dev(:stderr), do: :standard_error
  defp map_dev(other), do: other

  defp capture(:standard_io, options, fun) do
    prompt? = Keyword.get(options, :capture_prompt, true)
    encoding = Keyword.get(options, :encoding, :unicode)
    input = Keyword.get(options, :input, "")

    leader = Process.group_leader()
    {:ok, device} = StringIO.open(input, capture_prompt: prompt?, encoding: encoding)

    try do
      Process.group_leader(self(), device)

      try do
        result = fun.()
        {:ok, {_input, output}} = StringIO.close(device)
        {result, output}
      catch
        kind, reason ->
          _ = StringIO.close(device)
          :erlang.raise(kind, reason, __STACKTRACE__)
      end
    after
      Process.group_leader(self(), leader)
    end
  end

  defp capture(device, options, fun) do
    input = Keyword.get(options, :input, "")
    encoding = Keyword.get(options, :encoding, :unicode)

    case ExUnit.CaptureServer.device_capture_on(device, encoding, input) do
      {:ok, ref} ->
        try do
          result = fun.()
          {result, ExUnit.CaptureServer.device_output(device, ref)}
        after
          ExUnit.CaptureServer.device_capture_off(ref)
        end

      {:error, :no_device} ->
        raise "could not find IO device registered at #{inspect(device)}"

      {:error, {:changed_encoding, current}} ->
        raise ArgumentError, """
        attempted to change the encoding for a currently captured device #{inspect(device)}.

        Currently set as: #{inspect(current)}
        Given: #{inspect(encoding)}

        If you need to use multiple encodings on a captured device, you cannot \
        run your test asynchronously
        """

      {:error, :input_on_already_captured_device} ->
        raise ArgumentError,
              "attempted multiple captures on device #{inspect(device)} with input. " <>
                "If you need to give an input to a captured device, you cannot run your test asynchronously"
    end
  end
end
