defmodule FprofTest do
  use ExUnit.Case
  import ExUnit.CaptureIO

  @moduletag :tmp_dir

  def work(0), do: 0
  def work(n), do: 1 + work(n - 1)

  # Long enough to be met by one who looks once in a millisecond.
  def busy(until), do: if(System.monotonic_time(:millisecond) < until, do: work(2) && busy(until), else: :done)

  def program(), do: busy(System.monotonic_time(:millisecond) + 120)

  defp in_dir(%{tmp_dir: dir}, fun), do: File.cd!(dir, fun)

  defp quietly(fun) do
    ref = make_ref()
    output = capture_io(fn -> send(self(), {ref, fun.()}) end)
    assert_received {^ref, result}
    {result, output}
  end

  test "runs, reads and analyses a program", context do
    in_dir(context, fn ->
      assert :fprof.apply(&__MODULE__.program/0, []) == :done
      assert File.regular?("fprof.trace")
      assert {:ok, "Reading trace data...\n" <> rest} = quietly(fn -> :fprof.profile() end)
      assert String.ends_with?(rest, "End of trace!\n")

      {result, output} = quietly(fn -> :fprof.analyse(sort: :own) end)
      assert result == :ok
      assert output =~ "Processing data...\nCreating output...\n%% Analysis results:\n{  analysis_options,\n [{callers, true},\n  {sort, own},\n"
      assert output =~ ~r/^\[\{ totals, +\d+, +\d+\.\d{3}, +\d+\.\d{3}\}\]\.  +%%%$/m
      assert output =~ ~r/^ \{ \{'Elixir.FprofTest',busy,1\}, +\d+, +\d+\.\d{3}, +\d+\.\d{3}\}, +%$/m
      assert String.ends_with?(output, "\nDone!\n")
    end)

    assert :fprof.stop() == :ok
  end

  test "returns and raises what the program does", context do
    in_dir(context, fn ->
      assert :fprof.apply(Enum, :sum, [[1, 2]]) == 3
      assert_raise KeyError, fn -> :fprof.apply(Map, :fetch!, [%{}, :a]) end
      assert :fprof.apply(&(&1 + &2), [1, 2], file: ~c"other.trace") == 3
      assert File.regular?("other.trace")
    end)

    :fprof.stop()
  end

  test "writes the analysis to a file, without callers", context do
    in_dir(context, fn ->
      :fprof.apply(&__MODULE__.program/0, [])
      quietly(fn -> :fprof.profile() end)

      assert {:ok, "Processing data...\nCreating output...\nDone!\n"} =
               quietly(fn -> :fprof.analyse(dest: ~c"out", callers: false, totals: true) end)

      assert File.read!("out") =~ ~r/^\{  \{'Elixir.FprofTest',busy,1\}, +\d+, +\d+\.\d{3}, +\d+\.\d{3}\}\. *$/m
    end)

    :fprof.stop()
  end

  test "says what is wrong", context do
    in_dir(context, fn ->
      assert :fprof.profile(file: ~c"nonesuch") == {:error, {:client_cannot_open, {:error, :enoent}}}
      assert_raise ArgumentError, fn -> :fprof.analyse(bogus: 1) end
    end)

    :fprof.stop()
  end
end
