defmodule ExUnit.RunnerStats do
  @moduledoc false
  # The handler of events that counts, for the run's result, and that keeps the manifest of failures.

  use GenServer

  alias ExUnit.{FailuresManifest, Test, TestModule}

  def stats(pid), do: GenServer.call(pid, :stats, :infinity)
  def increment_failure_counter(pid, count \\ 1), do: GenServer.call(pid, {:increment_failure_counter, count}, :infinity)
  def get_failure_counter(pid), do: GenServer.call(pid, :get_failure_counter, :infinity)

  @impl true
  def init(options) do
    manifest =
      case options[:failures_manifest_file] do
        nil -> nil
        file -> FailuresManifest.read(file)
      end

    {:ok,
     %{
       total: 0,
       failures: 0,
       skipped: 0,
       excluded: 0,
       manifest: manifest,
       file: options[:failures_manifest_file],
       failure_counter: 0
     }}
  end

  @impl true
  def handle_call(:stats, _from, state), do: {:reply, Map.take(state, [:total, :failures, :skipped, :excluded]), state}

  def handle_call({:increment_failure_counter, count}, _from, state) do
    {:reply, state.failure_counter, %{state | failure_counter: state.failure_counter + count}}
  end

  def handle_call(:get_failure_counter, _from, state), do: {:reply, state.failure_counter, state}

  @impl true
  def handle_cast({:test_finished, %Test{} = test}, state) do
    state = %{state | total: state.total + 1, manifest: state.manifest && FailuresManifest.put_test(state.manifest, test)}
    {:noreply, count(test.state, state)}
  end

  # A module that fails when all is done takes the tests that had passed with it.
  def handle_cast({:module_finished, %TestModule{state: {:failed, _}} = module}, state) do
    passed = Enum.count(module.tests, &is_nil(&1.state))
    {:noreply, %{state | failures: state.failures + passed}}
  end

  def handle_cast({:suite_finished, _times}, state) do
    if state.manifest, do: FailuresManifest.write!(state.manifest, state.file)
    {:noreply, state}
  end

  def handle_cast(_event, state), do: {:noreply, state}

  defp count({tag, _}, state) when tag in [:failed, :invalid], do: %{state | failures: state.failures + 1}
  defp count({:skipped, _}, state), do: %{state | skipped: state.skipped + 1}
  defp count({:excluded, _}, state), do: %{state | excluded: state.excluded + 1}
  defp count(nil, state), do: state
end
