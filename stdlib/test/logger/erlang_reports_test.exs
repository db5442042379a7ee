ExUnit.start()

defmodule Logger.ErlangReportsTest do
  use ExUnit.Case
  import ExUnit.CaptureLog
  require Logger

  defp log(fun), do: capture_log([format: "$message\n", colors: [enabled: false]], fun)

  test "a report of :error_logger is shown item by item" do
    assert log(fn -> :error_logger.error_report([{:a, 1}, :b, {1, 2, 3}, {"s", 'text'}]) end) ==
             "    :a: 1\n    :b\n    {1, 2, 3}\n    \"s\": text\n"

    assert log(fn -> :error_logger.warning_report('text') end) == "text\n"
    assert log(fn -> :error_logger.info_report(:mine, %{a: 1}) end) == "%{a: 1}\n\n"
    assert log(fn -> :error_logger.info_report([]) end) == "[]\n"
    assert log(fn -> :error_logger.info_report({:a, 1}) end) == "{:a, 1}\n"
  end

  test "a list is a report if its first item is a tuple, and text otherwise" do
    assert log(fn -> :logger.error(a: 1) end) == "[a: 1]\n"
    assert log(fn -> :logger.error([{1, 2, 3}]) end) == "[{1, 2, 3}]\n"
    assert log(fn -> :logger.error(["s", ?t]) end) == "st\n"
    assert_raise FunctionClauseError, fn -> :logger.error(:atom) end
  end

  test "terms of formats are laid out in lines of the width of their field" do
    list = Enum.to_list(1..30)

    assert log(fn -> :logger.error("~p", [list]) end) ==
             "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,\n 23, 24, 25, 26, 27, 28, 29, 30]\n"

    assert log(fn -> :logger.error("~20p", [Enum.take(list, 9)]) end) == "[1, 2, 3, 4, 5, 6,\n 7, 8, 9]\n"
    assert log(fn -> :logger.error("~w", [list]) end) == inspect(list, width: :infinity) <> "\n"
    assert log(fn -> :logger.error("~P ~W", [list, 2, list, 1]) end) == "[1, 2, ...] [1, ...]\n"
  end

  test "what is no text does not stop the logger" do
    prefix = "cannot truncate chardata because it contains something that is not valid chardata: "
    assert log(fn -> Logger.error(["a", :x]) end) == prefix <> ":x\n"
    assert log(fn -> Logger.error(["a" | 1.5]) end) == prefix <> "1.5\n"
    assert log(fn -> Logger.error([["a"], ["b" | "c"]]) end) == "abc\n"
  end

  test "messages are cut at a character" do
    truncate = Application.get_env(:logger, :truncate)
    Logger.configure(truncate: 5)

    try do
      assert log(fn -> Logger.error("ééé") end) == "éé (truncated)\n"
      assert log(fn -> Logger.error(["abc", ?d, [?e, "f"], :not_looked_at]) end) == "abcde (truncated)\n"
      # A character that begins within the limit is not cut.
      assert log(fn -> Logger.error(~c"ééé") end) == "ééé (truncated)\n"
      assert log(fn -> Logger.error("abcde") end) == "abcde\n"
    after
      Logger.configure(truncate: truncate || 8096)
    end
  end
end
