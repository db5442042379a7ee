defmodule CoverTest do
  use ExUnit.Case

  @source """
  defmodule CoverTest.Sample do
    def literal do
      :lit
    end

    def several(x) do
      send(self(), x)
      :ok
    end

    def choose(x) do
      cond do
        x == 1 ->
          :one
        x == 2 -> several(x)
        true ->
          y = x
          {y, 2}
      end
    end

    def chain(x) do
      with {:ok, y} <- x,
           z = y + 1,
           {:ok, w} <- {:ok, z} do
        w
      else
        :a ->
          :b
        _ -> w = 1
             w
      end
    end

    def piped(x) do
      x
      |> Enum.map(fn i ->
        i + 1
      end)
      |> Enum.map(&(&1 * 2))
      |> Enum.sum()
    end

    def guarded(x) do
      try do
        String.to_integer(x)
      rescue
        e in ArgumentError ->
          e
      after
        send(self(), :after)
      end
    end

    def branch(x) do
      if x do
        several(x)
      else
        [1, x]
      end
    end

    def wait do
      receive do
        :never ->
          :y
      after
        0 ->
          several(1)
      end
    end

    def private(x), do: hidden(x)
    defp hidden(1), do: nil
    defp hidden(_), do: fn -> 3 end
  end
  """

  @tag :tmp_dir
  test "counts lines", %{tmp_dir: dir} do
    source = Path.join(dir, "sample.ex")
    File.write!(source, @source)
    Code.put_compiler_option(:ignore_module_conflict, true)
    {:ok, [module], _} = Kernel.ParallelCompiler.compile_to_path([source], dir)
    Code.put_compiler_option(:ignore_module_conflict, false)
    beam = String.to_charlist(Path.join(dir, "#{module}.beam"))
    {:ok, _} = :cover.start()

    try do
      assert {:ok, ^module} = :cover.compile_beam(beam)
      assert module in :cover.modules()
      assert {:file, _} = :cover.is_compiled(module)

      assert apply(module, :literal, []) == :lit
      assert apply(module, :choose, [2]) == :ok
      assert apply(module, :chain, [{:ok, 1}]) == 2
      assert apply(module, :piped, [[1, 2]]) == 10
      assert apply(module, :guarded, ["1"]) == 1
      assert apply(module, :branch, [nil]) == [1, nil]
      assert apply(module, :wait, []) == :ok
      assert apply(module, :private, [1]) == nil

      {:ok, lines} = :cover.analyse(module, :coverage, :line)
      hits = for {{_, line}, {hit, _}} <- lines, line > 0, do: {line, hit}
      assert for({line, 1} <- hits, do: line) == [2, 7, 12, 15, 23, 24, 25, 26, 38, 40, 41, 45, 46, 51, 56, 64, 69, 73, 74]
      assert for({line, 0} <- hits, do: line) == [13, 16, 17, 30, 31, 48, 49, 57, 65, 75]

      {:ok, calls} = :cover.analyse(module, :calls, :line)
      assert {{module, 38}, 2} in calls
      assert {{module, 7}, 2} in calls

      page = Path.join(dir, "page.html")
      assert {:ok, _} = :cover.analyse_to_file(module, String.to_charlist(page), [:html])
      assert File.read!(page) =~ "def private"
      assert :cover.export(String.to_charlist(Path.join(dir, "x.coverdata"))) == :ok
      assert File.regular?(Path.join(dir, "x.coverdata"))
      :cover.reset(module)
      {:ok, lines} = :cover.analyse(module, :coverage, :line)
      assert Enum.all?(lines, fn {_, {hit, _}} -> hit == 0 end)
    after
      :cover.stop()
    end

    assert :cover.modules() == [] or match?({:error, _}, :cover.modules())
  end

  test "private functions count when something calls them" do
    dir = Path.join(System.tmp_dir!(), "cover_unused_#{System.unique_integer([:positive])}")
    File.mkdir_p!(dir)
    path = Path.join(dir, "unused.ex")

    File.write!(path, """
    defmodule CoverTest.Unused do
      def called(x), do: used(x)
      defp used(x, y \\\\ 1), do: x + y
      defp unused, do: send(self(), :never)
      def idle, do: idler()
      defp idler, do: :idle
    end
    """)

    ExUnit.CaptureIO.capture_io(:stderr, fn -> {:ok, _, _} = Kernel.ParallelCompiler.compile_to_path([path], dir) end)
    Code.prepend_path(dir)

    try do
      :cover.start()
      assert {:ok, CoverTest.Unused} = :cover.compile_beam(String.to_charlist(Path.join(dir, "Elixir.CoverTest.Unused.beam")))
      assert apply(CoverTest.Unused, :called, [1]) == 2
      {:ok, lines} = :cover.analyse(CoverTest.Unused, :coverage, :line)
      assert [{2, {1, 0}}, {3, {1, 0}}, {5, {0, 1}}, {6, {0, 1}}] = for({{_, line}, hit} <- Enum.uniq(lines), line > 0, do: {line, hit})
    after
      :cover.stop()
      Code.delete_path(dir)
      File.rm_rf!(dir)
    end
  end
end
