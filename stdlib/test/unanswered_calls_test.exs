ExUnit.start()

defmodule UnansweredCallsTest do
  use ExUnit.Case, async: true

  defmodule Echo do
    use GenServer
    def init(state), do: {:ok, state}
    def handle_call(:from, from, state), do: {:reply, from, state}
  end

  test "a call that waits for ever has no alias in its tag" do
    {:ok, pid} = GenServer.start_link(Echo, nil)
    assert {_, ref} = GenServer.call(pid, :from, :infinity)
    assert is_reference(ref)
    assert {_, [:alias | ref]} = GenServer.call(pid, :from)
    assert is_reference(ref)
  end

  test "a bare reference is a request too" do
    ref = make_ref()
    send(self(), {ref, :no_reply_of_a_request})
    assert :gen_server.wait_response(ref, 0) == :timeout
    assert :gen_server.receive_response(ref, 0) == :timeout
    assert :gen_server.check_response({ref, 1}, ref) == :no_reply
    assert :gen_server.check_response({:DOWN, ref, :process, self(), :why}, ref) == {:error, {:why, self()}}
  end

  test "a full supervisor of tasks says so" do
    {:ok, pid} = Task.Supervisor.start_link(max_children: 0)
    error = assert_raise RuntimeError, fn -> Task.Supervisor.async(pid, fn -> 1 end) end
    assert String.ends_with?(error.message, "option passed to Task.Supervisor.start_link/1")
    error = assert_raise RuntimeError, fn -> pid |> Task.Supervisor.async_stream([1], & &1) |> Enum.to_list() end
    assert String.ends_with?(error.message, "under the same task supervisor.")
  end
end
