defmodule Beamlet.ExUnit.CaptureTest do
  use ExUnit.Case

  import ExUnit.CaptureIO
  import ExUnit.CaptureLog
  require Logger

  describe "output" do
    test "of the process and those that it starts" do
      assert capture_io(fn -> IO.write("a") end) == "a"

      assert capture_io(fn ->
               IO.puts("a")
               Task.await(Task.async(fn -> IO.puts("b") end))
               :io.format("~p~n", [:c])
             end) == "a\nb\n:c\n" |> String.replace(":c", "c")
    end

    test "nests" do
      assert capture_io(fn ->
               IO.write("out")
               assert capture_io(fn -> IO.write("in") end) == "in"
             end) == "out"
    end

    test "comes with the result" do
      assert with_io(fn -> IO.write("a") && 1 end) == {1, "a"}
      assert with_io("in\n", fn -> IO.gets("") end) == {"in\n", ""}
    end

    test "answers what is read" do
      assert capture_io("first\nsecond", fn ->
               IO.write(IO.gets("> "))
               IO.inspect(IO.read(:stdio, :line))
               IO.inspect(IO.read(:stdio, :line))
             end) == "> first\n\"second\"\n:eof\n"

      assert capture_io([input: "abc", capture_prompt: false], fn -> IO.write(IO.getn("> ", 2)) end) == "ab"
    end

    test "of other devices" do
      assert capture_io(:stderr, fn -> IO.puts(:stderr, "oh") end) == "oh\n"
      assert capture_io(:stderr, fn -> IO.warn("careful", []) end) =~ "careful"
      assert_raise RuntimeError, "could not find IO device registered at :no_such_device", fn -> capture_io(:no_such_device, fn -> :ok end) end
    end

    test "of a device is seen by each that captures it" do
      assert capture_io(:stderr, fn ->
               IO.write(:stderr, "a")
               assert capture_io(:stderr, fn -> IO.write(:stderr, "b") end) == "b"
             end) == "ab"
    end

    test "leaves things as they were" do
      leader = Process.group_leader()
      stderr = Process.whereis(:standard_error)
      assert catch_throw(capture_io(fn -> throw(:a) end)) == :a
      assert catch_exit(capture_io(:stderr, fn -> exit(:b) end)) == :b
      assert Process.group_leader() == leader
      assert Process.whereis(:standard_error) == stderr
    end
  end

  describe "the log" do
    test "is captured, of all processes" do
      log =
        capture_log(fn ->
          Logger.info("one")
          Task.await(Task.async(fn -> Logger.error("two") end))
        end)

      assert log =~ "[info] one"
      assert log =~ "[error] two"
    end

    test "by level, format and metadata" do
      log =
        capture_log([level: :warning], fn ->
          Logger.info("one")
          Logger.error("two")
        end)

      refute log =~ "one"
      assert log =~ "two"
      assert capture_log([format: "$level $metadata$message|", metadata: [:a]], fn -> Logger.error("x", a: 1) end) == "error a=1 x|"
    end

    test "comes with the result" do
      assert {3, log} = with_log(fn -> Logger.error("x") && 3 end)
      assert log =~ "x"
    end

    test "has the reports of crashes" do
      assert capture_log(fn ->
               {:ok, pid} = Task.start(fn -> raise "boom" end)
               ref = Process.monitor(pid)
               assert_receive {:DOWN, ^ref, _, _, _}
               Logger.flush()
             end) =~ "(RuntimeError) boom"
    end
  end

  @tag :capture_log
  test "a test that passes does not show its log" do
    Logger.error("not to be seen")
  end
end
