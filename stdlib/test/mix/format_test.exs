defmodule Mix.FormatOwnTest do
  use ExUnit.Case, async: false

  import ExUnit.CaptureIO

  setup do
    Mix.start()
    directory = Path.join(System.tmp_dir!(), "format-own-test-#{System.unique_integer([:positive])}-#{System.pid()}")
    for part <- ["lib", "apps/one/lib"], do: File.mkdir_p!(Path.join(directory, part))
    on_exit(fn -> File.rm_rf!(directory) end)
    %{directory: directory}
  end

  # Runs the task in a directory with these files; returns what files there are afterwards.
  defp format(directory, args, files) do
    File.cd!(directory, fn ->
      for {name, text} <- files, do: File.write!(name, text)
      Mix.Tasks.Format.run(args)
      for {name, _} <- files, do: File.read!(name)
    end)
  end

  test "files that are named, and those of the configuration", %{directory: directory} do
    assert format(directory, ["lib/*.ex"], [{"lib/a.ex", "a( 1 )"}, {"lib/b.exs", "a( 1 )"}]) == ["a(1)\n", "a( 1 )"]

    settings = {".formatter.exs", "[inputs: [\"lib/*.{ex,exs}\"], locals_without_parens: [a: 1]]\n"}
    assert [_, "a 1\n", "a 1\n"] = format(directory, [], [settings, {"lib/a.ex", "a 1"}, {"lib/b.exs", "a  1"}])
  end

  test "a file that is named has the options of the nearest directory", %{directory: directory} do
    files = [
      {".formatter.exs", "[subdirectories: [\"apps/*\"]]\n"},
      {"apps/one/.formatter.exs", "[inputs: [\"lib/*.ex\"], locals_without_parens: [a: 1]]\n"},
      {"apps/one/lib/a.ex", "a 1\n"},
      {"lib/a.ex", "a 1\n"}
    ]

    assert [_, _, "a 1\n", "a(1)\n"] = format(directory, ["apps/one/lib/a.ex", "lib/a.ex"], files)

    File.cd!(directory, fn ->
      {format, options} = Mix.Tasks.Format.formatter_for_file("apps/one/lib/a.ex")
      assert options[:locals_without_parens] == [a: 1]
      assert IO.iodata_to_binary(format.("a  1")) == "a 1\n"
      {format, _} = Mix.Tasks.Format.formatter_for_file("lib/b.ex")
      assert IO.iodata_to_binary(format.("a  1")) == "a(1)\n"
    end)
  end

  test "standard input", %{directory: directory} do
    File.cd!(directory, fn ->
      assert capture_io("a( 1 )", fn -> Mix.Tasks.Format.run(["-"]) end) == "a(1)\n"
      assert capture_io("a(1)\n", fn -> Mix.Tasks.Format.run(["--check-formatted", "-"]) end) == ""
      assert_raise Mix.Error, fn -> capture_io("a( 1 )", fn -> Mix.Tasks.Format.run(["--check-formatted", "-"]) end) end
    end)
  end

  test "directories with a configuration of their own", %{directory: directory} do
    files = [
      {".formatter.exs", "[subdirectories: [\"apps/*\"], inputs: [\"lib/*.ex\"]]\n"},
      {"apps/one/.formatter.exs", "[inputs: [\"lib/*.ex\"], line_length: 10]\n"},
      {"apps/one/lib/a.ex", "aaaa(bbbb, cccc)"},
      {"lib/a.ex", "aaaa(bbbb, cccc )"}
    ]

    assert [_, _, "aaaa(\n  bbbb,\n  cccc\n)\n", "aaaa(bbbb, cccc)\n"] = format(directory, [], files)
  end

  test "checks change nothing", %{directory: directory} do
    files = [{"lib/a.ex", "a(1)\n"}, {"lib/b.ex", "a( 1 )"}]
    assert format(directory, ["--dry-run", "lib/*.ex"], files) == ["a(1)\n", "a( 1 )"]

    error = assert_raise Mix.Error, fn -> format(directory, ["--check-formatted", "lib/*.ex"], files) end
    assert error.message =~ "not formatted:\n\n  * lib/b.ex\n"
    assert format(directory, ["--check-formatted", "lib/a.ex"], files) == ["a(1)\n", "a( 1 )"]
  end

  test "standard input, and what cannot be done", %{directory: directory} do
    assert capture_io("a( 1 )", fn -> format(directory, ["-"], []) end) == "a(1)\n"
    assert_raise Mix.Error, ~r/did not point to any existing file. Got: \["none.ex"\]/, fn -> format(directory, ["none.ex"], []) end
    assert_raise Mix.Error, ~r/Expected one or more files/, fn -> format(directory, [], []) end
  end
end
