defmodule ExUnit.EventManager do
  @moduledoc false
  # Tells formatters, each a GenServer of its own, what happens in a run.

  @timeout 30_000

  # A formatter that takes longer over an event is not waited for.
  @patience 200

  def start_link, do: DynamicSupervisor.start_link(strategy: :one_for_one, max_restarts: 0)

  # Each handler answers all events that it got before the run ends.
  def stop(manager) do
    for pid <- handlers(manager), do: GenServer.stop(pid, :normal, @timeout)
    DynamicSupervisor.stop(manager)
  end

  def add_handler(manager, handler, options) do
    DynamicSupervisor.start_child(manager, %{id: handler, start: {GenServer, :start_link, [handler, options]}, restart: :temporary})
  end

  def suite_started(manager, options), do: notify(manager, {:suite_started, options})
  def suite_finished(manager, times_us), do: notify(manager, {:suite_finished, times_us})

  def module_started(manager, module) do
    notify(manager, {:case_started, test_case(module)})
    notify(manager, {:module_started, module})
  end

  def module_finished(manager, module) do
    notify(manager, {:case_finished, test_case(module)})
    notify(manager, {:module_finished, module})
  end

  # What formatters print of the tests before, and of this one's start, comes before what the test prints by itself.
  def test_started(manager, test) do
    notify(manager, {:test_started, test})
    Enum.each(handlers(manager), &settle/1)
  end

  def test_finished(manager, test), do: notify(manager, {:test_finished, test})
  def max_failures_reached(manager), do: notify(manager, :max_failures_reached)
  def sigquit(manager, current), do: notify(manager, {:sigquit, current})

  defp test_case(module), do: %ExUnit.TestCase{name: module.name, state: module.state, tests: module.tests}

  defp notify(manager, message), do: Enum.each(handlers(manager), &GenServer.cast(&1, message))

  # Every server answers this, and nothing comes of it.
  defp settle(pid) do
    :sys.no_debug(pid, @patience)
  catch
    :exit, _ -> :ok
  end

  defp handlers(manager), do: for({_, pid, _, _} <- DynamicSupervisor.which_children(manager), is_pid(pid), do: pid)
end
