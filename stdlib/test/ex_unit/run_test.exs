defmodule Beamlet.ExUnit.RunTest do
  use ExUnit.Case

  import ExUnit.CaptureIO

  # Runs the module that the body makes and returns the counts and what was shown.
  defp run(name, body, options \\ []) do
    old = ExUnit.configuration()
    ExUnit.configure(Keyword.merge([seed: 0, colors: [enabled: false], autorun: false], options))
    on_exit(fn -> ExUnit.configure(Keyword.put_new(old, :seed, 0)) end)

    capture_io(:stderr, fn ->
      Code.eval_string("defmodule Beamlet.ExUnit.Sample.#{name} do\nuse ExUnit.Case\n#{body}\nend", [], file: "sample.exs")
    end)

    with_io(fn -> ExUnit.run() end)
  end

  test "counts" do
    {counts, output} =
      run("Counts", """
      test "passes", do: assert true
      test "fails", do: assert 1 == 2
      @tag :skip
      test "skipped", do: :ok
      @tag :slow
      test "excluded", do: :ok
      test "to be written"
      """, exclude: [:slow])

    assert counts == %{total: 5, failures: 2, skipped: 1, excluded: 1}
    assert output =~ "Excluding tags: [:slow]\n"
    assert output =~ "\n5 tests, 2 failures, 1 excluded, 1 skipped\n\nRandomized with seed 0\n"
    assert output =~ "Not implemented"
  end

  test "a failure shows place, code and values" do
    {_, output} = run("Failure", ~s(test "fails", do: assert [1, 2] == [1, 3]))

    assert output =~ """
             1) test fails (Beamlet.ExUnit.Sample.Failure)
                sample.exs:3
                Assertion with == failed
                code:  assert [1, 2] == [1, 3]
                left:  [1, 2]
                right: [1, 3]
                stacktrace:
           """
  end

  test "values that are long are broken and aligned" do
    {_, output} = run("Long", ~s(test "fails", do: assert Enum.to_list(1..40\) == []))

    assert output =~ """
                left:  [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
                        20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33,
                        34, 35, 36, 37, 38, 39, 40]
                right: []
           """
  end

  test "errors, exits and throws are failures" do
    {counts, output} =
      run("Ends", """
      test "raises", do: raise "oops"
      test "exits", do: exit(:bye)
      test "throws", do: throw(:ball)
      test "is killed", do: Process.exit(self(), :kill)
      """)

    assert counts.failures == 4
    assert output =~ "** (RuntimeError) oops"
    assert output =~ "** (exit) :bye"
    assert output =~ "** (throw) :ball"
    assert output =~ ~r/\*\* \(EXIT from #PID<.*>\) killed/
  end

  test "setups that fail fail their tests" do
    {counts, output} = run("Setup", ~s(setup do raise "not ready" end\ntest "a", do: :ok\ntest "b", do: :ok))
    assert counts.failures == 2
    assert output =~ "** (RuntimeError) not ready"
  end

  test "a setup_all that fails invalidates all" do
    {counts, output} = run("SetupAll", ~s(setup_all do raise "not ready" end\ntest "a", do: :ok\ntest "b", do: :ok))
    assert counts == %{total: 2, failures: 2, skipped: 0, excluded: 0}
    assert output =~ "Sample.SetupAll: failure on setup_all callback, all tests have been invalidated"
    assert output =~ "2 tests, 0 failures, 2 invalid"
  end

  test "what on_exit does may fail a test" do
    {counts, output} = run("OnExit", ~s(test "a", do: on_exit(fn -> raise "late" end\)))
    assert counts.failures == 1
    assert output =~ "** (RuntimeError) late"
  end

  test "a test may take its time only" do
    {counts, output} = run("Timeout", ~s(@tag timeout: 10\ntest "a", do: Process.sleep(:infinity\)))
    assert counts.failures == 1
    assert output =~ "** (ExUnit.TimeoutError) test timed out after 10ms. You can change the timeout:"
  end

  test "a run ends with its last allowed failure" do
    {counts, output} =
      run("MaxFailures", ~s(test "a", do: flunk(\)\ntest "b", do: flunk(\)\ntest "c", do: flunk(\)), max_failures: 2)

    assert counts == %{total: 2, failures: 2, skipped: 0, excluded: 0}
    assert output =~ "--max-failures reached, aborting test suite"
  end

  test "only some tests run when asked" do
    body = ~s(@tag :a\ntest "a", do: :ok\ntest "b", do: flunk(\))
    {counts, _} = run("Only", body, exclude: [:test], include: [:a])
    assert counts == %{total: 2, failures: 0, skipped: 0, excluded: 1}
  end

  test "the log of a failure is shown" do
    {_, output} = run("Log", ~s(require Logger\n@tag :capture_log\ntest "a" do\nLogger.error("secret"\)\nflunk(\)\nend))
    assert output =~ "The following output was logged:"
    assert output =~ "[error] secret"
  end

  test "several errors in one are shown one by one" do
    body = """
    test "a" do
      raise ExUnit.MultiError, errors: [{:error, %RuntimeError{message: "x"}, []}, {:error, %ArgumentError{message: "y"}, []}]
    end
    """

    {counts, output} = run("Multi", body)
    assert counts.failures == 1
    assert output =~ "\n     Failure #1\n     ** (RuntimeError) x\n"
    assert output =~ "\n     Failure #2\n     ** (ArgumentError) y\n"
  end

  test "traced, each test has a line" do
    {_, output} = run("Trace", ~s(test "a", do: :ok\n@tag :skip\ntest "b", do: :ok), trace: true)
    ExUnit.configure(trace: false)
    assert output =~ "Beamlet.ExUnit.Sample.Trace [sample.exs]"
    assert output =~ ~r/  \* test a \[L#3\]\r  \* test a \(.*ms\) \[L#3\]\n/
    assert output =~ "\r  * test b (skipped) [L#5]\n"
  end

  defmodule Recorder do
    use GenServer

    def init(options), do: {:ok, options[:recorder]}

    def handle_cast(event, pid) do
      send(pid, {:event, event})
      {:noreply, pid}
    end
  end

  test "formatters are told what happens" do
    {_, ""} = run("Events", ~s(test "a", do: :ok), formatters: [Recorder], recorder: self())
    ExUnit.configure(formatters: [ExUnit.CLIFormatter])

    assert_received {:event, {:suite_started, options}}
    assert options[:seed] == 0
    assert_received {:event, {:module_started, %ExUnit.TestModule{name: module, file: "sample.exs", state: nil}}}
    assert_received {:event, {:test_started, %ExUnit.Test{name: :"test a", module: ^module, state: nil}}}
    assert_received {:event, {:test_finished, %ExUnit.Test{name: :"test a", time: time, logs: "", tags: %{line: 3}}}}
    assert is_integer(time)
    assert_received {:event, {:module_finished, %ExUnit.TestModule{tests: [%ExUnit.Test{name: :"test a"}]}}}
    assert_received {:event, {:suite_finished, %{run: _, async: _, load: nil}}}
  end

  test "functions are called after the suite" do
    pid = self()
    old = Application.get_env(:ex_unit, :after_suite)
    on_exit(fn -> ExUnit.configure(after_suite: old) end)
    ExUnit.after_suite(fn counts -> send(pid, {:after, counts}) end)
    run("After", ~s(test "a", do: :ok))
    assert_received {:after, %{total: 1, failures: 0}}
  end

  test "keys that differ are marked in keyword lists" do
    {_, output} = run("Keys", "test \"fails\", do: assert [a: 1, b: 2] == [a: 1, c: 2]", colors: [enabled: true])
    assert output =~ "[a: 1, \e[31mb:\e[0m 2]"
    assert output =~ "[a: 1, \e[32mc:\e[0m 2]"
  end

  test "what a pattern misses in a map comes last" do
    {_, output} = run("Missing", "test \"fails\", do: assert %{a: 1, b: 2, c: 3} = %{a: 1, c: 4}", colors: [enabled: true])
    assert output =~ "%{a: 1, c: \e[31m3\e[0m, \e[31mb: 2\e[0m}"
  end

  test "tests that setup_all takes along, and no more than max_failures" do
    body = """
    setup_all do
      raise "no"
    end

    test "a", do: :ok
    test "b", do: :ok
    """

    {counts, output} = run("Invalid", body)
    assert counts.failures == 2
    assert output =~ "failure on setup_all callback, all tests have been invalidated"
    assert output =~ "\n2 tests, 0 failures, 2 invalid\n"

    {_, output} = run("InvalidOnce", body, max_failures: 1)
    assert output =~ ~r/all tests have been invalidated.*--max-failures reached, aborting test suite\n/s
    assert output =~ "\n1 test, 0 failures, 1 invalid\n"
  end

  test "colours mark what differs between the sides of any operator" do
    {_, output} = run("Coloured", ~S|
      test "in", do: assert "abc" in ["abd"]
      test "less", do: assert 2 < 1
    |, colors: [enabled: true])

    assert output =~ "\e[36mleft:  \e[0m\e[31m\"abc\"\e[0m\n"
    assert output =~ "\e[36mright: \e[0m\e[32m[\"abd\"]\e[0m\n"
    assert output =~ "\e[36mleft:  \e[0m\e[31m2\e[0m\n"
  end
end
