defmodule Logger.App do
  @moduledoc false
  # The application `:logger`. Its handler is there from the start without it; it matters when a program stops the
  # application and starts it again, with another configuration.

  use Application

  @impl true
  def start(_type, _args) do
    env = Application.get_all_env(:logger)
    %{primary: %{level: level}, handlers: [handler]} = Logger.Handler.install(%{primary: :logger.get_primary_config(), handlers: []})
    :ok = :logger.set_primary_config(:level, level)
    :ok = :logger.add_handler(Logger, Logger.Handler, Map.drop(handler, [:id, :module]))
    for backend <- Keyword.get(env, :backends, [:console]), backend != :console, do: {:ok, _} = Logger.add_backend(backend)
    Supervisor.start_link([], strategy: :one_for_one, name: Logger.Supervisor)
  end

  @impl true
  def stop(_state), do: uninstall()

  def stop do
    result = Application.stop(:logger)
    uninstall()
    result
  end

  # The application that runs from the boot on has no process of its own to end.
  defp uninstall do
    _ = :logger.remove_handler(Logger)
    if pid = Process.whereis(Logger), do: :gen_event.stop(pid)
    :ok
  end
end
