defmodule Kernel.ParallelCompilerTest do
  use ExUnit.Case, async: false

  import ExUnit.CaptureIO

  # Writes files named after their keys; returns their paths in order.
  defp files(contents) do
    directory = Path.join(System.tmp_dir!(), "parallel-#{System.unique_integer([:positive])}-#{System.pid()}")
    File.mkdir_p!(directory)
    on_exit(fn -> File.rm_rf!(directory) end)

    for {name, text} <- contents do
      path = Path.join(directory, "#{name}.ex")
      File.write!(path, text)
      path
    end
  end

  defp compile(contents, opts \\ []) do
    paths = files(contents)
    capture_io(:stderr, fn -> send(self(), {:result, Kernel.ParallelCompiler.compile(paths, opts)}) end)
    assert_received {:result, result}
    {result, paths}
  end

  test "no files" do
    assert Kernel.ParallelCompiler.compile([]) == {:ok, [], []}
    assert Kernel.ParallelCompiler.require([]) == {:ok, [], []}
  end

  test "a file waits for what another one defines" do
    {result, _} =
      compile(
        a: "defmodule PCT.A do\n  require PCT.B\n  def value, do: PCT.B.twice(PCT.B.base())\nend",
        b: "defmodule PCT.B do\n  @base PCT.C.base()\n  def base, do: @base\n  defmacro twice(x), do: quote(do: 2 * unquote(x))\nend",
        c: "defmodule PCT.C do\n  def base, do: 21\nend"
      )

    assert {:ok, modules, []} = result
    assert Enum.sort(modules) == [PCT.A, PCT.B, PCT.C]
    assert apply(PCT.A, :value, []) == 42
  end

  test "structs may need each other's fields" do
    {result, _} =
      compile(
        a: "defmodule PCT.S1 do\n  defstruct a: 1\n  def other(%PCT.S2{b: b}), do: b\nend",
        b: "defmodule PCT.S2 do\n  defstruct b: 2\n  def other(%PCT.S1{a: a}), do: a\nend"
      )

    assert {:ok, _, []} = result
    assert apply(PCT.S1, :other, [struct(PCT.S2)]) == 2
    assert apply(PCT.S2, :other, [struct(PCT.S1)]) == 1
  end

  test "imports, behaviours, protocols and use across files" do
    {result, _} =
      compile(
        impl: "defimpl PCT.Size, for: Integer do\n  def size(i), do: i\nend",
        user: "defmodule PCT.User do\n  use PCT.Using\n  import PCT.Helper, only: [help: 0]\n  @behaviour PCT.Behave\n  @impl true\n  def go, do: {help(), used(), PCT.Size.size(3)}\nend",
        using: "defmodule PCT.Using do\n  defmacro __using__(_), do: quote(do: def(used, do: :used))\nend",
        helper: "defmodule PCT.Helper do\n  def help, do: :help\nend",
        behave: "defmodule PCT.Behave do\n  @callback go() :: term\nend",
        protocol: "defprotocol PCT.Size do\n  def size(x)\nend"
      )

    assert {:ok, _, []} = result
    assert apply(PCT.User, :go, []) == {:help, :used, 3}
  end

  test "ensure_compiled waits for a module that comes, and not for one that does not" do
    {result, _} =
      compile(
        asks: "defmodule PCT.Asks do\n  @there Code.ensure_compiled(PCT.Comes)\n  @missing Code.ensure_compiled(PCT.Never)\n  @awaits Code.can_await_module_compilation?()\n  def answers, do: {@there, @missing, @awaits}\nend",
        comes: "defmodule PCT.Comes do\nend"
      )

    assert {:ok, _, []} = result
    assert apply(PCT.Asks, :answers, []) == {{:module, PCT.Comes}, {:error, :nofile}, true}
    refute Code.can_await_module_compilation?()
  end

  test "modules that need each other are a deadlock" do
    {result, paths} =
      compile(
        a: "defmodule PCT.D1 do\n  require PCT.D2\nend",
        b: "defmodule PCT.D2 do\n  require PCT.D1\nend"
      )

    assert {:error, errors, []} = result
    assert errors |> Enum.map(&elem(&1, 0)) |> Enum.sort() == paths

    assert errors |> Enum.map(&elem(&1, 2)) |> Enum.sort() ==
             ["deadlocked waiting on module PCT.D1", "deadlocked waiting on module PCT.D2"]

  end

  test "a module that is missing, and one that raises" do
    {result, [path]} = compile(a: "defmodule PCT.M1 do\n  require PCT.Missing\nend")
    assert {:error, [{^path, 2, _}], []} = result
    {result, [path]} = compile(a: "defmodule PCT.M2 do\n  PCT.Missing.call()\nend")
    assert {:error, [{^path, _, message}], []} = result
    assert message =~ "PCT.Missing.call/0 is undefined"
    {result, [path]} = compile(a: "raise \"no\"")
    assert {:error, [{^path, _, message}], []} = result
    assert message =~ "no"
    {result, [path]} = compile(a: "1 +")
    assert {:error, [{^path, {1, 3}, _}], []} = result
  end

  test "each_file and each_module are called where compile was" do
    test = self()

    {result, [path]} =
      compile([a: "defmodule PCT.Each do\n  defmodule In do\n  end\nend"],
        each_file: fn file -> send(test, {:file, file, self()}) end,
        each_module: fn file, module, code -> send(test, {:module, file, module, is_binary(code)}) end
      )

    assert {:ok, [PCT.Each, PCT.Each.In], []} = result
    assert_received {:file, ^path, ^test}
    assert_received {:module, ^path, PCT.Each, true}
    assert_received {:module, ^path, PCT.Each.In, true}
  end

  test "compile_to_path writes the code" do
    [path] = files(a: "defmodule PCT.Written do\n  def here, do: true\nend")
    directory = Path.dirname(path)
    assert {:ok, [PCT.Written], []} = Kernel.ParallelCompiler.compile_to_path([path], directory)
    assert "FOR1" <> _ = File.read!(Path.join(directory, "Elixir.PCT.Written.beam"))
  end

  test "require evaluates files once" do
    [path] = files(a: "send(:parallel_require, :evaluated)\ndefmodule PCT.Once do\nend")
    Process.register(self(), :parallel_require)
    assert {:ok, [PCT.Once], []} = Kernel.ParallelCompiler.require([path])
    assert_received :evaluated
    assert {:ok, [], []} = Kernel.ParallelCompiler.require([path])
    refute_received :evaluated
    assert path in Code.required_files()
  end
end
