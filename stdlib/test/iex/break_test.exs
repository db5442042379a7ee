defmodule BreakTest do
  use ExUnit.Case, async: false
  import ExUnit.CaptureIO

  @compile {:no_warn_undefined, BreakTest.Sample}

  @source """
  defmodule BreakTest.Sample do
    require IEx

    def add(a, b \\\\ 1) do
      sum = a + b
      twice = sum * 2
      more(twice)
    end

    def kind(:x), do: 1
    def kind({key, value} = pair) when is_integer(value), do: {key, value, pair}

    def stop(x) do
      y = x + 1
      answer = IEx.pry()
      {y, answer}
    end

    defp more(number), do: number + 1
  end
  """

  setup_all do
    {:ok, _} = Application.ensure_all_started(:iex)
    IEx.configure(colors: [enabled: false])
    directory = Path.join(System.tmp_dir!(), "break_test_#{System.unique_integer([:positive])}")
    File.mkdir_p!(directory)
    source = Path.join(directory, "sample.ex")
    File.write!(source, @source)
    {:ok, [BreakTest.Sample], []} = Kernel.ParallelCompiler.compile_to_path([source], directory)
    Code.prepend_path(directory)
    :code.purge(BreakTest.Sample)
    {:module, _} = :code.load_file(BreakTest.Sample)

    on_exit(fn ->
      Code.delete_path(directory)
      File.rm_rf!(directory)
    end)

    {:ok, directory: directory}
  end

  setup do
    on_exit(fn -> IEx.Pry.remove_breaks() end)
  end

  defp session(input), do: capture_io([input: input, capture_prompt: false], fn -> IEx.Server.run(dot_iex_path: "") end)

  test "an entry stops where the program says so, and goes on" do
    output = session("BreakTest.Sample.stop(1)\ny * 100\nx = 5\ncontinue\n")
    assert output =~ ~r"Break reached: BreakTest.Sample.stop/1 \(.*sample.ex:15\)\n\n"
    assert output =~ "   12:   \n" or output =~ "   12: \n"
    assert output =~ "   15:     answer = IEx.pry()\n"
    assert output =~ "\n200\n5\n{2, {:ok, false}}\n"
    # The end of the input lets it go on too.
    assert session("BreakTest.Sample.stop(1)\n") =~ "Break reached"
    assert session("BreakTest.Sample.stop(1)\nrespawn\n") =~ "{2, {:ok, false}}"
    assert session("BreakTest.Sample.stop(1)\nbinding()\nraise \"no\"\n[\n1,\n2]\nwhereami 1\n") =~ ~r"\[x: 1, y: 2\]\n\*\* \(RuntimeError\) no\n(.*\n)*\[1, 2\]\nLocation: .*sample.ex:15\n\n   14: "
  end

  test "a breakpoint stops as often as it says" do
    output = session("break! BreakTest.Sample.add/2\nBreakTest.Sample.add(1)\n{a, b}\ncontinue\nBreakTest.Sample.add(2)\nbreaks\n")
    assert output =~ ~r"^Interactive.*\n1\nBreak reached: BreakTest.Sample.add/2 \(.*sample.ex:5\)\n"
    assert output =~ "\n{1, 1}\n5\n"
    assert output =~ "\n7\n"
    assert output =~ "\n 1    BreakTest.Sample.add/2   0\n"
    assert session("remove_breaks\nbreak! BreakTest.Sample, :add, 2, 2\nBreakTest.Sample.add(1)\ncontinue\nBreakTest.Sample.add(2)\ncontinue\nBreakTest.Sample.add(3)\n") =~ ~r/Break(.*\n)+5\n(.*\n)*Break(.*\n)+7\n(.*\n)*9\n/
  end

  test "next stops at the following lines" do
    output = session("break! BreakTest.Sample.add/2\nBreakTest.Sample.add(5, 6)\nnext\nsum\nn\n{sum, twice}\nnext\n")
    assert [5, 6, 7] == for([_, line] <- Regex.scan(~r"add/2 \(.*sample.ex:(\d+)\)", output), do: String.to_integer(line))
    assert output =~ "\n11\n"
    assert output =~ "\n{11, 22}\n23\n"
  end

  test "patterns and guards say which calls stop" do
    stops = fn condition, call -> session("break! BreakTest.Sample.#{condition}\nBreakTest.Sample.kind(#{call})\n") =~ "Break reached" end
    assert stops.("kind({:a, _})", "{:a, 1}")
    IEx.Pry.remove_breaks()
    refute stops.("kind({:a, _})", "{:b, 1}")
    IEx.Pry.remove_breaks()
    assert stops.("kind(key) when is_tuple(key)", "{:b, 1}")
    IEx.Pry.remove_breaks()
    refute stops.("kind(key) when is_tuple(key)", ":x")
  end

  test "breakpoints are set, listed and removed", %{directory: directory} do
    import IEx.Helpers
    alias BreakTest.Sample

    assert IEx.Pry.breaks() == []
    assert capture_io(fn -> breaks() end) == "No breakpoints set\n"
    assert break!(Sample.add() / 2) == 1
    assert IEx.Pry.break(Sample, :kind, 1, 3) == {:ok, 2}
    assert IEx.Pry.break(Sample, :add, 2, 5) == {:ok, 1}
    assert IEx.Pry.break(Sample, :more, 1) == {:ok, 3}
    assert IEx.Pry.breaks() == [{1, Sample, {:add, 2}, 5}, {2, Sample, {:kind, 1}, 3}, {3, Sample, {:more, 1}, 1}]
    assert Sample.module_info(:attributes)[:iex_pry] == [true]
    assert :code.which(Sample) == String.to_charlist(Path.join(directory, "Elixir.BreakTest.Sample.beam"))

    assert reset_break(2) == :ok
    assert reset_break(Sample, :add, 2) == :ok
    assert reset_break(9) == :not_found
    assert reset_break(Sample, :nope, 2) == :not_found
    assert [{1, _, _, 0}, {2, _, _, 0}, {3, _, _, 1}] = IEx.Pry.breaks()

    assert capture_io(fn -> breaks() end) == """

            ID   Module.function/arity     Pending stops
           ---- ------------------------- ---------------
            1    BreakTest.Sample.add/2    0
            2    BreakTest.Sample.kind/1   0
            3    BreakTest.Sample.more/1   1

           """

    assert remove_breaks(Sample) == :ok
    assert remove_breaks(Enum) == :ok
    assert IEx.Pry.breaks() == []
    assert Sample.module_info(:attributes)[:iex_pry] == nil
    assert Sample.add(1) == 5
  end

  test "a process without a REPL says where it is and goes on" do
    assert IEx.Pry.break(BreakTest.Sample, :add, 2) == {:ok, 1}
    said = capture_io(fn -> assert BreakTest.Sample.add(1) == 5 end)
    assert said =~ ~r"^Cannot pry #PID<.*> at BreakTest.Sample.add/2 \(.*sample.ex:5\). Is an IEx shell running\?\n$"
    assert capture_io(fn -> assert BreakTest.Sample.add(1) == 5 end) == ""
    assert capture_io(fn -> assert {2, {:error, :no_iex}} = BreakTest.Sample.stop(1) end) =~ "Cannot pry"
  end

  test "what speaks against a breakpoint" do
    assert IEx.Pry.break(BreakTest.Sample, :nope, 1) == {:error, :unknown_function_arity}
    assert IEx.Pry.break(:lists, :reverse, 1) == {:error, :non_elixir_module}
    assert IEx.Pry.break(__MODULE__, :session, 1) == {:error, :no_beam_file}
    assert_raise RuntimeError, "could not set breakpoint, unknown function/macro BreakTest.Sample.nope/1", fn -> IEx.Helpers.break!(BreakTest.Sample, :nope, 1) end
  end
end
