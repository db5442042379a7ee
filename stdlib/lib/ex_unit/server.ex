defmodule ExUnit.Server do
  @moduledoc false
  # Keeps the modules of tests that wait to be run.
  #
  # Asynchronous modules may be taken while more are being loaded; a taker that finds none waits until there are, or until
  # loading has ended.

  use GenServer

  @timeout :infinity

  def start_link(_options), do: GenServer.start_link(__MODULE__, :ok, name: __MODULE__)

  def add_async_module(name), do: add(:async, name)
  def add_sync_module(name), do: add(:sync, name)

  defp add(kind, name) do
    case GenServer.call(__MODULE__, {:add, kind, name}, @timeout) do
      :ok ->
        :ok

      :already_running ->
        raise "cannot add module named #{inspect(name)} to the suite after the suite starts"
    end
  end

  # Says that all modules are there: the microseconds that it took, or nil if nobody was waiting for them.
  def modules_loaded, do: GenServer.call(__MODULE__, :modules_loaded, @timeout)

  # Up to `count` asynchronous modules, or nil once there are none and will be none.
  def take_async_modules(count), do: GenServer.call(__MODULE__, {:take_async, count}, @timeout)

  # All other modules; from here on modules belong to a new run.
  def take_sync_modules, do: GenServer.call(__MODULE__, :take_sync, @timeout)

  @impl true
  def init(:ok), do: {:ok, %{loaded: now(), waiting: nil, async: [], sync: []}}

  defp now, do: System.monotonic_time()

  @impl true
  def handle_call({:add, _kind, _name}, _from, %{loaded: loaded} = state) when is_integer(loaded) == false do
    {:reply, :already_running, state}
  end

  def handle_call({:add, kind, name}, _from, state) do
    {:reply, :ok, wake(Map.update!(state, kind, &[name | &1]))}
  end

  def handle_call(:modules_loaded, _from, %{loaded: start} = state) when is_integer(start) do
    duration = System.convert_time_unit(now() - start, :native, :microsecond)
    {:reply, duration, wake(%{state | loaded: :done})}
  end

  def handle_call(:modules_loaded, _from, state), do: {:reply, nil, state}

  def handle_call({:take_async, count}, from, state), do: {:noreply, wake(%{state | waiting: {from, count}})}

  def handle_call(:take_sync, _from, state) do
    {:reply, state.sync, %{state | sync: [], loaded: now()}}
  end

  defp wake(%{waiting: nil} = state), do: state

  defp wake(%{waiting: {from, _}, async: [], loaded: :done} = state) do
    GenServer.reply(from, nil)
    %{state | waiting: nil}
  end

  defp wake(%{async: []} = state), do: state

  defp wake(%{waiting: {from, count}, async: modules} = state) do
    {taken, left} = Enum.split(modules, count)
    GenServer.reply(from, taken)
    %{state | waiting: nil, async: left}
  end
end
