defmodule RecordExtractTest do
  use ExUnit.Case, async: true

  @header ~S"""
  -define(SIZE, 4).
  -define(BOTH, [?SIZE, more]).
  -include("other.hrl").
  -record(a, {x = 1, y :: #{atom() => {a, b}}}).
  -record(b, {y = #a{x = 3}, z = [#a{}, 2], big = 16#ffff * ?SIZE + 1 bsl 3, s = "a" "b", l = [1, 2 | 3], both = ?BOTH}).
  -ifdef(DEBUG).
  -record(c, {mode = debug}).
  -else.
  -record(c, {mode = release}).
  -endif.
  -record(d, {w = g()}).
  -record(e, {bits = <<1:4, 2:4, "xy", 300:16/little>>, bool = not (true andalso false), neg = -(3 - 5) rem 2, q = 'A B' :: atom() | {a, b}}).
  -record(f, {l = [X || X <- [1]]}).
  """

  setup do
    dir = Path.join(System.tmp_dir!(), "records-#{System.pid()}-#{System.unique_integer([:positive])}")
    File.mkdir_p!(dir)
    on_exit(fn -> File.rm_rf!(dir) end)
    File.write!(Path.join(dir, "records.hrl"), @header)
    File.write!(Path.join(dir, "other.hrl"), "-record(included, {n = lists:seq(1, 3)}).\n")
    {:ok, header: Path.join(dir, "records.hrl")}
  end

  test "fields come with their defaults", %{header: file} do
    assert Record.extract(:a, from: file) == [x: 1, y: :undefined]

    assert Record.extract(:b, from: file) ==
             [y: {:a, 3, :undefined}, z: [{:a, 1, :undefined}, 2], big: 2_097_128, s: 'ab', l: [1, 2 | 3], both: [4, :more]]

    assert Record.extract(:e, from: file) == [bits: <<1::4, 2::4, "xy", 300::16-little>>, bool: true, neg: 0, q: :"A B"]
    assert Record.extract(:included, from: file) == [n: [1, 2, 3]]
  end

  test "the preprocessor is obeyed", %{header: file} do
    assert Record.extract(:c, from: file) == [mode: :release]
    assert Record.extract(:c, from: file, macros: [DEBUG: true]) == [mode: :debug]
    assert Record.extract(:b, from: file, macros: [SIZE: 7])[:both] == [7, :more]
  end

  test "what is not there is named", %{header: file} do
    assert_raise ArgumentError, ~r/no record none found at/, fn -> Record.extract(:none, from: file) end
    assert_raise RuntimeError, ~r/error parsing file .*missing.hrl, got: {:error, :enoent}/, fn -> Record.extract(:a, from: Path.dirname(file) <> "/missing.hrl") end
    assert_raise ArgumentError, "lib file nowhere/include/x.hrl could not be found", fn -> Record.extract(:a, from_lib: "nowhere/include/x.hrl") end
    assert_raise ArgumentError, "expected :from or :from_lib to be given as option", fn -> Record.extract(:a, []) end
    assert_raise UndefinedFunctionError, fn -> Record.extract(:d, from: file) end
  end

  test "headers of Erlang's own applications are there" do
    assert Record.extract(:file_info, from_lib: "kernel/include/file.hrl") |> Keyword.keys() |> Enum.take(3) == [:size, :type, :access]
    assert [hostent: [{:h_name, :undefined} | _]] = Record.extract_all(from_lib: "kernel/include/inet.hrl")
  end
end
