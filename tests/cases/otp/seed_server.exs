# The first program of the OTP guide: a server registered under the name of its module.
defmodule MyServer do
  use GenServer

  # Client API

  def start_link(initial_state) do
    GenServer.start_link(__MODULE__, initial_state, name: __MODULE__)
  end

  def get_state do
    GenServer.call(__MODULE__, :get_state)
  end

  def set_state(new_state) do
    GenServer.cast(__MODULE__, {:set_state, new_state})
  end

  # Server (callbacks)

  @impl true
  def init(initial_state) do
    {:ok, initial_state}
  end

  @impl true
  def handle_call(:get_state, _from, state) do
    {:reply, state, state}
  end

  @impl true
  def handle_cast({:set_state, new_state}, _state) do
    {:noreply, new_state}
  end
end

initial_state = %{count: 0}
{:ok, pid} = MyServer.start_link(initial_state)
IO.inspect(Process.whereis(MyServer) == pid)
IO.inspect(MyServer.get_state())
IO.inspect(MyServer.set_state([1, 2]))
IO.inspect(MyServer.get_state())
{:error, {:already_started, other}} = MyServer.start_link(:again)
IO.inspect(other == pid)
IO.inspect(MyServer.child_spec([1]))
IO.inspect(GenServer.stop(MyServer))
IO.inspect(Process.whereis(MyServer))

try do
  MyServer.get_state()
catch
  :exit, reason -> IO.inspect(reason)
end
