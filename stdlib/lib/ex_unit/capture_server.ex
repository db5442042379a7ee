defmodule ExUnit.CaptureServer do
  @moduledoc false
  # Keeps what several tests may capture at the same time: named devices, and the log.
  #
  # A named device is captured by giving its name to a StringIO while somebody captures it. Each capture sees what was
  # written since it began. What a process captures ends with the process.

  use GenServer

  @timeout :infinity

  def start_link(_options), do: GenServer.start_link(__MODULE__, :ok, name: __MODULE__)

  # {:ok, ref} or {:error, :no_device | {:changed_encoding, current} | :input_on_already_captured_device}.
  def device_capture_on(name, encoding, input) do
    GenServer.call(__MODULE__, {:device_on, name, encoding, input, self()}, @timeout)
  end

  def device_output(name, ref), do: GenServer.call(__MODULE__, {:device_output, name, ref}, @timeout)
  def device_capture_off(ref), do: GenServer.call(__MODULE__, {:device_off, ref}, @timeout)

  # The device gets the text of every message logged from here on.
  def log_capture_on(string_io), do: GenServer.call(__MODULE__, {:log_on, string_io, self()}, @timeout)
  def log_capture_off(ref), do: GenServer.call(__MODULE__, {:log_off, ref}, @timeout)

  # Whether anything is captured, and by which devices: read by the process that logs.
  def log_captures, do: :persistent_term.get({__MODULE__, :log}, [])

  @impl true
  def init(:ok) do
    # devices: name => %{original, string_io, encoding, refs: %{ref => offset}}
    {:ok, %{devices: %{}, log: %{}, console?: false}}
  end

  @impl true
  def handle_call({:device_on, name, encoding, input, caller}, _from, state) do
    case capture(name, encoding, input, state) do
      {:ok, device} ->
        ref = Process.monitor(caller)
        {_, output} = StringIO.contents(device.string_io)
        device = put_in(device.refs[ref], byte_size(output))
        {:reply, {:ok, ref}, put_in(state.devices[name], device)}

      {:error, _} = error ->
        {:reply, error, state}
    end
  end

  def handle_call({:device_output, name, ref}, _from, state) do
    %{string_io: string_io, refs: %{^ref => offset}} = Map.fetch!(state.devices, name)
    {_, output} = StringIO.contents(string_io)
    {:reply, binary_part(output, offset, byte_size(output) - offset), state}
  end

  def handle_call({:device_off, ref}, _from, state) do
    Process.demonitor(ref, [:flush])
    {:reply, :ok, release(ref, state)}
  end

  def handle_call({:log_on, string_io, caller}, _from, state) do
    ref = Process.monitor(caller)
    state = if state.log == %{}, do: %{state | console?: silence_console()}, else: state
    {:reply, ref, publish(put_in(state.log[ref], string_io))}
  end

  def handle_call({:log_off, ref}, _from, state) do
    Process.demonitor(ref, [:flush])
    {:reply, :ok, release(ref, state)}
  end

  @impl true
  def handle_info({:DOWN, ref, _, _, _}, state) do
    with %{^ref => %{device: device}} <- state.log, do: StringIO.close(device)
    {:noreply, release(ref, state)}
  end

  def handle_info(_message, state), do: {:noreply, state}

  ## Devices

  defp capture(name, encoding, input, state) do
    case state.devices do
      %{^name => %{encoding: current}} when current != encoding -> {:error, {:changed_encoding, current}}
      %{^name => %{input?: input?}} when input? or input != "" -> {:error, :input_on_already_captured_device}
      %{^name => device} -> {:ok, device}
      %{} -> replace(name, encoding, input)
    end
  end

  defp replace(name, encoding, input) do
    case Process.whereis(name) do
      nil ->
        {:error, :no_device}

      original ->
        {:ok, string_io} = StringIO.open(input, encoding: encoding)
        Process.unregister(name)
        Process.register(string_io, name)
        {:ok, %{original: original, string_io: string_io, encoding: encoding, input?: input != "", refs: %{}}}
    end
  end

  defp release(ref, state) do
    case Map.pop(state.log, ref) do
      {nil, _log} -> %{state | devices: state.devices |> Enum.flat_map(&release_device(&1, ref)) |> Map.new()}
      {_string_io, log} -> publish(%{state | log: log}) |> restore_console()
    end
  end

  defp release_device({name, device}, ref) do
    refs = Map.delete(device.refs, ref)

    if refs == %{} do
      # Somebody may have taken the name meanwhile: then it is theirs.
      if Process.whereis(name) == device.string_io do
        Process.unregister(name)
        if Process.alive?(device.original), do: Process.register(device.original, name)
      end

      StringIO.close(device.string_io)
      []
    else
      [{name, %{device | refs: refs}}]
    end
  end

  ## The log

  # What is captured does not go to the console.
  defp silence_console, do: Logger.remove_backend(:console) == :ok

  defp restore_console(%{log: log, console?: true} = state) when log == %{} do
    Logger.add_backend(:console)
    %{state | console?: false}
  end

  defp restore_console(state), do: state

  # The handler of `:logger` is there only while somebody captures.
  defp publish(%{log: log} = state) do
    devices = Map.values(log)
    :persistent_term.put({__MODULE__, :log}, devices)
    id = ExUnit.CaptureLog

    case {devices, :logger.get_handler_config(id)} do
      {[], {:ok, _}} -> :logger.remove_handler(id)
      {[_ | _], {:error, _}} -> :logger.add_handler(id, ExUnit.CaptureLog, %{})
      _ -> :ok
    end

    state
  end
end
