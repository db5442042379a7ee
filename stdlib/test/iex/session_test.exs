defmodule SessionTest do
  use ExUnit.Case, async: false
  import ExUnit.CaptureIO

  setup_all do
    {:ok, _} = Application.ensure_all_started(:iex)
    IEx.configure(colors: [enabled: false])
    :ok
  end

  # What a REPL prints for some input, without its first line and the prompts.
  defp session(input, opts \\ []) do
    [input: input, capture_prompt: false]
    |> capture_io(fn -> IEx.Server.run(Keyword.put_new(opts, :dot_iex_path, "")) end)
    |> String.split("\n", parts: 2)
    |> Enum.at(1)
    |> String.trim()
  end

  test "says what it is and counts entries" do
    output = capture_io("1\n:two\n", fn -> IEx.Server.run(dot_iex_path: "") end)
    assert output =~ "Interactive Elixir (#{System.version()})"
    assert output =~ "iex(1)> 1\niex(2)> :two\niex(3)> "
  end

  test "does not count entries that fail" do
    assert capture_io("raise \"no\"\n1\n", fn -> IEx.Server.run(dot_iex_path: "") end) =~ "iex(1)> 1\niex(2)> "
    assert session("1\n2\nnowhere()\n") =~ "iex:3: undefined function nowhere/0"
    assert session("\n\n__ENV__.line\n") == "nil\nnil\n3"
  end

  test "takes names of imported functions without parentheses" do
    warnings = capture_io(:stderr, fn -> assert session("self == self()\nx = node\n[node]\n") == "true\n:nonode@nohost\n[:nonode@nohost]" end)
    assert warnings == ""
    assert capture_io(:stderr, fn -> session("nowhere\n") end) =~ "variable \"nowhere\" does not exist"
  end

  test "evaluates expressions of a line one by one" do
    assert capture_io(:stderr, fn -> assert session("1; import Bitwise; bor(1, 2)\n") == "3" end) == ""
    assert session("a = 1; raise \"no\"\na = 2\na\n") =~ ~r/2\n2$/
  end

  test "goes on with the last value after an operator" do
    assert session("\"a\"\n<> \"b\"\n") == "\"a\"\n\"ab\""
    assert session("3\n* 2\n- 1\n> 0\nand true\n|| 1\n") == "3\n6\n-1\nfalse\nfalse\n1"
    assert session("2\nin [1, 2]\nnot in [true]\n") == "2\ntrue\nfalse"
    assert session("[1]\n++ [2]\n  |> Enum.map(\n& &1)\n") == "[1]\n[1, 2]\n[1, 2]"
    assert session("1\n= 1\n") =~ "syntax error before"
  end

  test "keeps what entries bind and import" do
    assert session("x = 1\nx + 1\n") == "1\n2"
    assert session("import String, only: [upcase: 1]\nupcase(\"a\")\n") =~ ~s("A")
    assert session("v(1)\n\n3\nv(-1)\n") =~ "nil\n3\n3"
  end

  test "reads on while an entry is not complete" do
    assert session("[\n1,\n2\n]\n") == "[1, 2]"
    assert session("1 \\\n+ 2\n") == "3"
    assert session("fn ->\n#iex:break\n:next\n") == "** (TokenMissingError) iex:1: incomplete expression\n\n:next"
    assert session("[1, 2]\n|> Enum.sum()\n") == "[1, 2]\n3"
    assert session("(\n") == ""
  end

  test "imports a module right after it has been defined" do
    assert session("(\ndefmodule SessionSample do\ndef seven, do: 7\nend\nimport SessionSample\nseven()\n)\n") == "7"
  after
    :code.purge(SessionSample)
    :code.delete(SessionSample)
  end

  test "shows errors and goes on" do
    assert session("raise \"no\"\n:next\n") =~ ~r/^\*\* \(RuntimeError\) no\n.*:next$/s
    assert session("throw(:x)\n:next\n") =~ ~r/^\*\* \(throw\) :x\n.*:next$/s
    assert session("exit(:x)\n:next\n") =~ ~r/^\*\* \(exit\) :x\n.*:next$/s
    assert session("1 + )\n:next\n") =~ ~r/^\*\* \(SyntaxError\) iex:1:5: .*:next$/s
  end

  test "starts anew when its process ends" do
    assert session("5\nspawn_link(fn -> exit(:bye) end); Process.sleep(:infinity)\n6\n") =~
             ~r/^5\n\*\* \(EXIT from #PID<[0-9.]+>\) shell process exited with reason: :bye\n\nInteractive Elixir .*\n6$/s
  end

  test "reads a file first" do
    directory = Path.join(System.tmp_dir!(), "session-test-#{System.unique_integer([:positive])}-#{System.pid()}")
    File.mkdir_p!(directory)
    on_exit(fn -> File.rm_rf!(directory) end)
    inner = Path.join(directory, "inner.exs")
    outer = Path.join(directory, "outer.exs")
    File.write!(inner, "defmodule SessionDot do\n  def there, do: :there\nend\nimport SessionDot\ninner = 1\n")
    File.write!(outer, "import_file #{inspect(inner)}\nouter = 2\n")
    assert session("{inner, outer, there()}\n", dot_iex_path: outer) == "{1, 2, :there}"
  after
    :code.purge(SessionDot)
    :code.delete(SessionDot)
  end

  test "does not stop where there is no REPL" do
    require IEx
    assert capture_io(fn -> assert IEx.pry() == {:error, :no_iex} end) =~ ~r/^Cannot pry #PID<[0-9.]+> at SessionTest\..*session_test\.exs:\d+\)\. Is an IEx shell running\?\n$/
  end

  describe "a session with an environment" do
    @here __ENV__.line

    test "shows where it was started" do
      env = %{__ENV__ | line: @here}
      place = "#{Path.relative_to_cwd(__ENV__.file)}:#{@here}"
      assert session("whereami(1)\n", env: env) =~ ~r/^Location: .*session_test.exs:#{@here}\n\n +#{@here - 1}: .*\n +#{@here}:     @here __ENV__.line\n +#{@here + 1}:$/
      assert session("whereami\n", env: env) =~ "Location: " <> place
      assert session("__ENV__.file\n", env: env) == inspect(__ENV__.file)
      assert session("whereami()\n", env: %{env | line: 30_000}) == "Location: #{Path.relative_to_cwd(__ENV__.file)}:30000\nCould not extract source snippet. Location is not available."
    end

    test "without one there is no place" do
      assert session("whereami()\n") == "Pry session is not currently enabled"
      assert session("open()\n") == "Pry session is not currently enabled"
    end
  end

  describe "breakpoints" do
    test "what cannot have one" do
      import IEx.Helpers, only: [break!: 1, break!: 3]
      assert_raise RuntimeError, "could not set breakpoint, module :lists was not written in Elixir", fn -> break!(:lists, :map, 2) end
      assert_raise RuntimeError, "could not set breakpoint, unknown function/macro URI.unknown/2", fn -> break!(URI.unknown / 2) end
      assert_raise RuntimeError, "could not set breakpoint, could not find .beam file for No.Such", fn -> break!(No.Such, :f, 0) end
      assert IEx.Pry.breaks() == []
      assert IEx.Pry.reset_break(7) == :not_found
      assert IEx.Pry.whereami("no such file", 1, 1) == :error
    end
  end

  test "does not go on with the value of a match" do
    refused = "pipe shorthand is not allowed immediately after a match expression in IEx. To make it work, surround the whole pipeline with parentheses"
    assert session("x = 42\n|> IO.puts()\n") =~ "(SyntaxError) iex:2:1: #{refused} '|>'"
    assert session("x = [1]\n++ [2]\n") =~ "#{refused} '++'"
    assert session("y = 1; x = [1]\n++ [2]\n") == "[1]\n[1, 2]"
    assert session("x = 42\nx\n|> IO.puts()\n") == "42\n42\n42\n:ok"
  end
end
