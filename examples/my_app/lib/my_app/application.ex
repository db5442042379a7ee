defmodule MyApp.Application do
  @moduledoc "The application: `MySupervisor` below `MyApp.Supervisor`."
  use Application

  @impl true
  def start(_type, _arguments) do
    Supervisor.start_link([MySupervisor], strategy: :one_for_one, name: MyApp.Supervisor)
  end
end
