# The supervisor as the OTP guide prints it does not compile: `initial_state` is not defined.
defmodule MySupervisor do
  use Supervisor

  def start_link(_init_arg) do
    Supervisor.start_link(__MODULE__, :ok, name: __MODULE__)
  end

  @impl true
  def init(:ok) do
    children = [
      {MyServer, [initial_state]}
    ]

    Supervisor.init(children, strategy: :one_for_one)
  end
end
