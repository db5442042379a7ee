defmodule PortBehaviourTest do
  use ExUnit.Case, async: true

  defp next(port) do
    receive do
      {^port, message} -> message
      {:EXIT, ^port, reason} -> {:EXIT, reason}
      {:DOWN, _, :port, ^port, reason} -> {:DOWN, reason}
    after
      5000 -> :nothing
    end
  end

  test "a program gets what is sent and its owner what it writes" do
    port = Port.open({:spawn, "cat"}, [:binary])
    assert is_port(port) and not is_pid(port)
    assert inspect(port) =~ ~r/^#Port<0\.\d+>$/
    assert Port.command(port, ["he", ?l, "lo"])
    assert next(port) == {:data, "hello"}
    send(port, {self(), {:command, "again"}})
    assert next(port) == {:data, "again"}
    assert Port.info(port, :name) == {:name, 'cat'}
    assert Port.info(port, :connected) == {:connected, self()}
    assert Port.info(port, :input) == {:input, 10}
    assert Port.info(port, :output) == {:output, 10}
    assert {:os_pid, number} = Port.info(port, :os_pid)
    assert is_integer(number)
    assert port in Port.list()
    Port.monitor(port)
    assert Port.close(port)
    assert next(port) == {:DOWN, :normal}
    assert Port.info(port) == nil
    assert_raise ArgumentError, fn -> Port.close(port) end
    assert_raise ArgumentError, fn -> Port.command(port, "x") end
  end

  test "lines, and what is left when the program ends" do
    port = Port.open({:spawn, "printf 'a\\nbb\\nlonger line\\nrest'"}, [:binary, {:line, 6}, :exit_status])
    assert for(_ <- 1..6, do: next(port)) == [
             {:data, {:eol, "a"}},
             {:data, {:eol, "bb"}},
             {:data, {:noeol, "longer"}},
             {:data, {:eol, " line"}},
             {:exit_status, 0},
             {:data, {:noeol, "rest"}}
           ]
  end

  test "arguments, environment and directory" do
    port = Port.open({:spawn_executable, "/bin/echo"}, [:exit_status, args: ["x y", "z"]])
    assert next(port) == {:data, 'x y z\n'}
    assert next(port) == {:exit_status, 0}
    options = [:binary, args: ["-c", "echo $FOO `pwd`"], env: [{'FOO', 'bar'}], cd: "/tmp"]
    assert next(Port.open({:spawn_executable, "/bin/sh"}, options)) == {:data, "bar /tmp\n"}
    assert %ErlangError{original: :enoent} = catch_error(Port.open({:spawn_executable, "/nonexistent"}, [])) |> normal()
    assert_raise ArgumentError, ~r/1st argument: invalid port name/, fn -> Port.open({:spawn, 5}, []) end
    assert_raise ArgumentError, ~r/2nd argument: invalid option in list/, fn -> Port.open({:spawn, "cat"}, [:nope]) end
  end

  defp normal(%_{} = error), do: error
  defp normal(reason), do: ErlangError.normalize(reason, [])

  test "packets, closing and the signals of the end" do
    Process.flag(:trap_exit, true)
    port = Port.open({:spawn, "cat"}, [:binary, {:packet, 2}])
    Port.command(port, "framed")
    assert next(port) == {:data, "framed"}
    send(port, {self(), :close})
    assert next(port) == {:EXIT, :normal}
    assert next(port) == :closed
    port = Port.open({:spawn, "true"}, [:binary, :eof, :exit_status])
    assert next(port) == {:exit_status, 0}
    assert next(port) == :eof
    Port.close(port)
    assert next(port) == {:EXIT, :normal}
    port = Port.open({:spawn, "cat"}, [])
    Process.exit(port, :boom)
    assert next(port) == {:EXIT, :boom}
  end

  test "names and owners" do
    port = Port.open({:spawn, "cat"}, [:binary])
    Process.register(port, :named_cat)
    assert Process.whereis(:named_cat) == port
    assert Port.info(:named_cat, :registered_name) == {:registered_name, :named_cat}
    send(:named_cat, {self(), {:command, "named"}})
    assert next(port) == {:data, "named"}
    task = Task.async(fn -> next(port) end)
    assert Port.connect(port, task.pid)
    Port.command(port, "to the task")
    assert Task.await(task) == {:data, "to the task"}
    test = self()

    pid =
      spawn(fn ->
        send(test, {:port, Port.open({:spawn, "cat"}, [])})
        receive do: (:end -> :ok)
      end)

    assert_receive {:port, port}
    Port.monitor(port)
    send(pid, :end)
    assert next(port) == {:DOWN, :normal}
  end
end
