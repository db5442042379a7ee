defmodule MySupervisor do
  @moduledoc "Starts `MyServer`, and starts it again with its first value when it has gone down."
  use Supervisor

  def start_link(_argument), do: Supervisor.start_link(__MODULE__, :ok, name: __MODULE__)

  @impl true
  def init(:ok) do
    Supervisor.init([{MyServer, [:initial]}], strategy: :one_for_one)
  end
end
