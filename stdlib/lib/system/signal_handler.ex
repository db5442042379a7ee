defmodule System.SignalHandler do
  @moduledoc false
  # One function for one signal: a handler of the event manager that the VM notifies.

  @behaviour :gen_event

  @impl true
  def init({signal, fun}), do: {:ok, {signal, fun}}

  @impl true
  def handle_event(signal, {signal, fun}) do
    :ok = fun.()
    {:ok, {signal, fun}}
  end

  def handle_event(_other, state), do: {:ok, state}

  @impl true
  def handle_call(_request, state), do: {:ok, :ok, state}

  @impl true
  def handle_info(_message, state), do: {:ok, state}
end
