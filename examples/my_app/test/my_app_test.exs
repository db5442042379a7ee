defmodule MyAppTest do
  use ExUnit.Case
  doctest MyServer

  setup do
    on_exit(fn -> MyServer.set_state([:initial]) end)
  end

  test "the application has started the tree" do
    assert [{MySupervisor, supervisor, :supervisor, [MySupervisor]}] =
             Supervisor.which_children(MyApp.Supervisor)

    assert [{MyServer, server, :worker, [MyServer]}] = Supervisor.which_children(supervisor)
    assert Process.whereis(MyServer) == server
    assert MyServer.get_state() == [:initial]
  end

  test "a value is kept" do
    MyServer.set_state([:changed])
    assert MyServer.get_state() == [:changed]
  end

  test "a server that was killed is there again, with its first value" do
    MyServer.set_state([:changed])
    killed = Process.whereis(MyServer)
    watched = Process.monitor(killed)
    Process.exit(killed, :kill)
    assert_receive {:DOWN, ^watched, :process, ^killed, :killed}
    assert is_pid(restarted(killed))
    assert MyServer.get_state() == [:initial]
  end

  # The supervisor may hear of the end later than this process does.
  defp restarted(killed) do
    case Process.whereis(MyServer) do
      pid when pid in [nil, killed] ->
        :erlang.yield()
        restarted(killed)

      pid ->
        pid
    end
  end
end
