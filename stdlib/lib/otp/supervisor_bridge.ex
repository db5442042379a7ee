defmodule :supervisor_bridge do
  @moduledoc """
  Erlang's `:supervisor_bridge`: lets something that is no OTP process stand in a supervision tree.

  A callback module starts it in `init/1`, which gives `{:ok, pid, state}`, `:ignore` or `{:error, reason}`, and stops it in
  `terminate/2`. When the started process ends by itself, so does the bridge, and there is nothing left to stop.
  """

  @behaviour :gen_server

  @callback init(term) :: {:ok, pid, term} | :ignore | {:error, term}
  @callback terminate(term, term) :: term

  @doc "Starts a bridge and links it to the caller."
  def start_link(module, args), do: :gen_server.start_link(__MODULE__, {:self, module, args}, [])

  @doc "Starts a bridge under a name."
  def start_link(name, module, args), do: :gen_server.start_link(name, __MODULE__, {name, module, args}, [])

  @impl true
  def init({name, module, args}) do
    :erlang.process_flag(:trap_exit, true)

    case module.init(args) do
      {:ok, pid, state} ->
        :erlang.link(pid)
        {:ok, %{module: module, pid: pid, state: state, name: if(name == :self, do: {self(), module}, else: name)}}

      :ignore ->
        :ignore

      {:error, reason} ->
        {:stop, reason}
    end
  end

  @impl true
  def handle_call(_request, _from, state), do: {:reply, {:error, :badcall}, state}

  @impl true
  def handle_cast(_message, state), do: {:noreply, state}

  @impl true
  def handle_info({:EXIT, pid, reason}, %{pid: pid} = state), do: {:stop, reason, %{state | pid: nil}}
  def handle_info(_message, state), do: {:noreply, state}

  @impl true
  def terminate(reason, %{pid: nil} = state) do
    :error_logger.error_report(:supervisor_report, supervisor: state.name, errorContext: :child_terminated, reason: reason, offender: [mod: state.module])
    :ok
  end

  def terminate(reason, state), do: state.module.terminate(reason, state.state)

  @impl true
  def code_change(_old, state, _extra), do: {:ok, state}
end
