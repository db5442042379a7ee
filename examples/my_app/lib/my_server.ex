defmodule MyServer do
  @moduledoc """
  Keeps one value, under the name of its module.

      iex> MyServer.set_state([:new])
      iex> MyServer.get_state()
      [:new]
  """
  use GenServer

  def start_link(state), do: GenServer.start_link(__MODULE__, state, name: __MODULE__)

  @doc "The value at present."
  def get_state, do: GenServer.call(__MODULE__, :get_state)

  @doc "Replaces the value."
  def set_state(state), do: GenServer.cast(__MODULE__, {:set_state, state})

  @impl true
  def init(state), do: {:ok, state}

  @impl true
  def handle_call(:get_state, _from, state), do: {:reply, state, state}

  @impl true
  def handle_cast({:set_state, state}, _state), do: {:noreply, state}
end
