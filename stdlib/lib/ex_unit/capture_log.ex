defmodule ExUnit.CaptureLog do
  @moduledoc """
  Captures what is logged, to test it.

      defmodule JobTest do
        use ExUnit.Case
        import ExUnit.CaptureLog
        require Logger

        test "says that it begins" do
          assert capture_log(fn -> Logger.info("begin") end) =~ "begin"
        end
      end

  All that is logged while the function runs is captured, also by other processes, and by tests that run at the same
  time: ask whether the log contains something rather than what it is.

  Options: `:level`, below which messages are not captured, and those of the console: `:format`, `:metadata`, `:colors`
  (which are disabled).
  """

  @doc "Returns what is logged while the function runs."
  @spec capture_log(keyword, (() -> any)) :: String.t()
  def capture_log(options \\ [], fun) do
    {_result, log} = with_log(options, fun)
    log
  end

  @doc "Returns the function's result and what is logged while it runs."
  @spec with_log(keyword, (() -> any)) :: {any, String.t()}
  def with_log(options \\ [], fun) when is_list(options) and is_function(fun, 0) do
    {:ok, string_io} = StringIO.open("")
    sink = %{device: string_io, options: Logger.Handler.console_options(Keyword.put(options, :colors, enabled: false))}
    ref = ExUnit.CaptureServer.log_capture_on(sink)

    try do
      result = fun.()
      Logger.flush()
      {:ok, {_input, output}} = finish(ref, string_io)
      {result, output}
    catch
      kind, reason ->
        _ = finish(ref, string_io)
        :erlang.raise(kind, reason, __STACKTRACE__)
    end
  end

  defp finish(ref, string_io) do
    :ok = ExUnit.CaptureServer.log_capture_off(ref)
    StringIO.close(string_io)
  end

  ## The handler of `:logger` while something is captured

  @doc false
  def log(event, _config) do
    for %{device: device, options: options} <- ExUnit.CaptureServer.log_captures() do
      # A capture that ends this moment no longer takes anything.
      if Process.alive?(device), do: put(device, Logger.Handler.console_text(event, options))
    end

    :ok
  end

  defp put(_device, nil), do: :ok

  defp put(device, text) do
    IO.write(device, text)
  rescue
    ErlangError -> :ok
  end
end
