defmodule SupervisorBridgeTest do
  use ExUnit.Case, async: true
  import ExUnit.CaptureLog

  defmodule Bridge do
    @behaviour :supervisor_bridge
    @impl true
    def init({:start, owner}) do
      pid =
        spawn_link(fn ->
          receive do
            {:end, reason} -> exit(reason)
          end
        end)

      send(owner, {:started, pid})
      {:ok, pid, owner}
    end

    def init(other), do: other

    @impl true
    def terminate(reason, owner), do: send(owner, {:terminated, reason})
  end

  test "what is behind the bridge stands under a supervisor" do
    child = %{id: :bridge, start: {:supervisor_bridge, :start_link, [{:local, :bridge_of_test}, Bridge, {:start, self()}]}, restart: :temporary}
    {:ok, supervisor} = Supervisor.start_link([child], strategy: :one_for_one)
    assert_receive {:started, pid}
    assert Process.alive?(pid)
    assert is_pid(Process.whereis(:bridge_of_test))
    Supervisor.stop(supervisor)
    assert_receive {:terminated, :shutdown}
  end

  test "when it ends by itself, so does the bridge" do
    Process.flag(:trap_exit, true)

    capture_log(fn ->
      {:ok, bridge} = :supervisor_bridge.start_link(Bridge, {:start, self()})
      assert_receive {:started, pid}
      send(pid, {:end, :broken})
      assert_receive {:EXIT, ^bridge, :broken}, 2000
      refute_received {:terminated, _}
    end)
  end

  test "it may not start" do
    Process.flag(:trap_exit, true)
    assert :supervisor_bridge.start_link(Bridge, :ignore) == :ignore
    assert :supervisor_bridge.start_link(Bridge, {:error, :no}) == {:error, :no}
  end
end
