defmodule FileStreamTest do
  use ExUnit.Case, async: true

  setup do
    path = Path.join(System.tmp_dir!(), "file_stream_test_#{System.unique_integer([:positive])}_#{System.pid()}")
    on_exit(fn -> File.rm(path) end)
    {:ok, path: path}
  end

  defp written(path, text) do
    File.write!(path, text)
    path
  end

  test "lines come one by one, whatever their ends and the ways to read", %{path: path} do
    for {text, lines} <- [
          {"", []},
          {"a", ["a"]},
          {"a\n", ["a\n"]},
          {"a\nb", ["a\n", "b"]},
          {"\n\n", ["\n", "\n"]},
          {"a\r\nb\r\n", ["a\n", "b\n"]},
          {"a\rb\r", ["a\rb\r"]}
        ],
        modes <- [[], [:trim_bom], [encoding: :utf8], [read_ahead: false], [:compressed]] do
      stream = written(path, text) |> File.stream!(modes)
      assert Enum.to_list(stream) == lines
      assert Enum.take(stream, 1) == Enum.take(lines, 1)
    end
  end

  test "lines that are longer than what is read at once, and ends that fall between two reads", %{path: path} do
    lines = for size <- [65_534, 65_535, 65_536, 65_537, 1, 200_000, 3], do: String.duplicate("x", size)
    assert written(path, Enum.join(lines, "\n")) |> File.stream!() |> Enum.map(&String.trim_trailing(&1, "\n")) == lines
    assert written(path, Enum.join(lines, "\r\n")) |> File.stream!() |> Enum.map(&String.trim_trailing(&1, "\n")) == lines
  end

  test "counting counts ends of lines", %{path: path} do
    assert written(path, "a\nb\n") |> File.stream!() |> Enum.count() == 2
    assert written(path, "") |> File.stream!() |> Enum.count() == 0
    assert written(path, String.duplicate("line\n", 30_000)) |> File.stream!() |> Enum.count() == 30_000
    assert written(path, "abcde") |> File.stream!([], 2) |> Enum.count() == 3
  end

  test "a mark at the beginning is taken off when asked for", %{path: path} do
    assert written(path, "\uFEFFa\nb") |> File.stream!([:trim_bom]) |> Enum.to_list() == ["a\n", "b"]
    assert written(path, "\uFEFFa") |> File.stream!() |> Enum.to_list() == ["\uFEFFa"]
  end

  test "what cannot be read raises" do
    assert_raise File.Error, fn -> File.stream!("/no/such/file") |> Enum.to_list() end
    assert_raise File.Error, fn -> File.stream!("/no/such/file") |> Enum.count() end
  end
end
