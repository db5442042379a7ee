# What the logger prints, with the time left out of the format.
require Logger
Logger.configure_backend(:console, format: "[$level] $message\n")

defmodule S do
  use GenServer
  @impl true
  def init(state), do: {:ok, state}
  @impl true
  def handle_cast(:stop, state), do: {:stop, :because, state}
  def handle_cast(:bad, _state), do: :bad
end

# Waits for the end of a process, and for what has been logged about it.
defmodule Down do
  def await(pid, fun) do
    ref = Process.monitor(pid)
    fun.()

    receive do
      {:DOWN, ^ref, _, _, _} -> Logger.flush()
    end
  end
end

Logger.debug("debug")
Logger.info("info")
Logger.notice("notice")
Logger.warning("warning")
Logger.error("error")
Logger.critical("critical")
Logger.alert(["io", ?d, "ata"])
Logger.emergency(fn -> "lazy" end)
Logger.info(%{report: [1, 2]})
Logger.info(key: "value", other: :x)
:logger.error("format ~p ~s", [{:a, "b"}, "text"])
Logger.configure(level: :warning)
Logger.info("below the level")
Logger.log(:warning, "at the level")
Logger.configure(level: :debug)
Logger.flush()

Logger.configure_backend(:console, metadata: [:request])
Logger.configure_backend(:console, format: "$metadata[$level] $message\n")
Logger.metadata(request: 7)
Logger.info("with metadata")
Logger.info("with more", request: 8, other: 9)
Logger.reset_metadata()
Logger.info("without")
Logger.flush()

{:ok, pid} = GenServer.start(S, %{a: 1}, name: S)
Down.await(pid, fn -> GenServer.cast(S, :stop) end)
{:ok, pid} = GenServer.start(S, [1], name: S)
Down.await(pid, fn -> GenServer.cast(S, :bad) end)

IO.inspect({Logger.level(), Logger.compare_levels(:error, :info)})
Logger.metadata(request: 7)
IO.inspect(Logger.metadata())
