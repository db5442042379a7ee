defmodule EprofTest do
  use ExUnit.Case
  import ExUnit.CaptureIO

  # Nearly all of the time is spent here, so that one who looks now and then meets it.
  def work(0), do: :worked
  def work(n), do: work(n - 1)

  def busy(until), do: if(work(20_000) == :worked and System.monotonic_time(:millisecond) < until, do: busy(until), else: :done)
  def program(), do: busy(System.monotonic_time(:millisecond) + 150)

  # The server prints where the output of who starts it goes.
  defp analysed(fun, args) do
    capture_io(fn ->
      {:ok, server} = :eprof.start()
      ref = Process.monitor(server)
      fun.()
      assert apply(:eprof, :analyze, args) == :ok
      assert :eprof.stop() == :stopped
      assert_receive {:DOWN, ^ref, :process, _, _}, 1000
    end)
  end

  test "profiles a function in a process of its own" do
    profile = fn -> assert :eprof.profile(&__MODULE__.program/0) == {:ok, :done} end
    output = analysed(profile, [])
    assert output =~ ~r/^\*{6} Process <\d+\.\d+\.\d+>    -- +\d+\.\d\d % of profiled time \*\*\* $/m
    assert output =~ ~r/^FUNCTION +CALLS +%  +TIME  \[uS \/ CALLS\]$/m
    assert output =~ ~r/^'Elixir\.EprofTest':work\/1 +\d+ +\d+\.\d\d +\d+  \[ *\d+\.\d\d\]$/m
    assert output =~ ~r/^Total: +\d+  100\.00% +\d+  \[ *\d+\.\d\d\]$/m
    refute analysed(profile, [:total]) =~ "Process"
    refute analysed(profile, [:total, [filter: [time: 1_000_000_000]]]) =~ "EprofTest"
  end

  test "keeps to a pattern" do
    profile = fn -> assert :eprof.profile([], __MODULE__, :program, [], {__MODULE__, :_, :_}) == {:ok, :done} end
    refute analysed(profile, [:procs, [sort: :mfa]]) =~ "System"
  end

  test "tells how the function failed" do
    assert {:error, _} = capture_error(fn -> :eprof.profile(fn -> exit(:oops) end) end)
    assert :eprof.stop() == :stopped
  end

  test "profiles between two calls" do
    profile = fn ->
      assert :eprof.start_profiling([self()]) == :profiling
      program()
      assert :eprof.stop_profiling() == :profiling_stopped
      assert :eprof.stop_profiling() == :profiling_already_stopped
    end

    assert analysed(profile, [[sort: :calls]]) =~ ~r/'Elixir\.EprofTest':work/
  end

  defp capture_error(fun) do
    ref = make_ref()
    ExUnit.CaptureLog.capture_log(fn -> send(self(), {ref, fun.()}) end)
    receive do: ({^ref, result} -> result)
  end
end
