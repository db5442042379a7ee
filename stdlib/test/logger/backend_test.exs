defmodule LoggerBackendTest do
  use ExUnit.Case, async: false

  import ExUnit.CaptureIO
  require Logger

  defmodule Mailman do
    @behaviour :gen_event
    def init({__MODULE__, name}), do: {:ok, %{name: name, to: nil}}
    def handle_call({:configure, opts}, state), do: {:ok, :ok, %{state | to: opts[:to]}}
    def handle_call(:fail, _state), do: raise("lost")

    def handle_event({level, _leader, {Logger, message, _time, metadata}}, %{to: to} = state) do
      if to, do: send(to, {level, IO.chardata_to_string(message), metadata})
      {:ok, state}
    end

    def handle_event(_event, state), do: {:ok, state}
    def handle_info(_message, state), do: {:ok, state}
    def terminate(_reason, _state), do: :ok
  end

  @backend {Mailman, :post}

  # What the console shows of `fun`, with these options.
  defp console(options, fun) do
    Logger.configure_backend(:console, options)

    capture_io(:user, fn ->
      fun.()
      Logger.flush()
    end)
  after
    Logger.configure_backend(:console, format: nil, metadata: [], colors: [enabled: false, debug: :cyan])
  end

  test "a backend gets level, message and metadata" do
    assert {:ok, _} = Logger.add_backend(@backend)
    on_exit(fn -> Logger.remove_backend(@backend) end)
    assert Logger.add_backend(@backend) == {:error, :already_present}
    assert Logger.configure_backend(@backend, to: self()) == :ok

    console([], fn -> Logger.warning(["a ", ?b], key: 1) end)
    assert_receive {:warn, "a b", metadata}
    assert metadata[:key] == 1
    assert metadata[:erl_level] == :warning
    assert metadata[:module] == __MODULE__

    assert Logger.remove_backend(@backend) == :ok
    assert Logger.remove_backend(@backend) == {:error, :not_found}
  end

  test "a backend that fails is installed again" do
    {:ok, _} = Logger.add_backend(@backend)
    on_exit(fn -> Logger.remove_backend(@backend) end)

    output =
      console([], fn ->
        :gen_event.call(Logger, @backend, :fail)
        wait_until(fn -> @backend in :gen_event.which_handlers(Logger) end)
      end)

    assert output =~ ":gen_event handler {LoggerBackendTest.Mailman, :post} installed in Logger terminating\n** (RuntimeError) lost"
  end

  defp wait_until(fun) do
    unless fun.() do
      Process.sleep(5)
      wait_until(fun)
    end
  end

  test "a backend that does not exist" do
    assert {:error, {{:EXIT, {:undef, _}}, _}} = Logger.add_backend({NoSuchBackend, 1})
  end

  test "metadata given with the message wins over where it was logged" do
    assert console([format: "$metadata$message\n", metadata: [:module]], fn -> Logger.info("m", module: Else) end) == "module=Else m\n"
  end

  test "colours are added to those configured before, and may come with the message" do
    options = [format: "$message", colors: [enabled: true]]
    assert console(options, fn -> Logger.debug("x") end) == IO.ANSI.cyan() <> "x" <> IO.ANSI.reset()

    both = fn ->
      Logger.configure_backend(:console, colors: [debug: :magenta])
      Logger.debug("x")
    end

    assert console(options, both) == IO.ANSI.magenta() <> "x" <> IO.ANSI.reset()
    assert console(options, fn -> Logger.log(:error, "x", ansi_color: :yellow) end) == IO.ANSI.yellow() <> "x" <> IO.ANSI.reset()
  end

  test "bytes that are no text are replaced" do
    assert console([format: "$message"], fn -> Logger.info("he" <> <<185>> <> "lo") end) == "he�lo"
  end
end
