defmodule CalendarFormatTest do
  use ExUnit.Case, async: true
  doctest Calendar

  @datetime ~U[2015-01-03 13:50:07.000100Z]

  for {row, number} <- Enum.with_index([
      a: "Sat", A: "Saturday", b: "Jan", B: "January", c: "2015-01-03 13:50:07", d: "03", f: "000100", H: "13", I: "01",
      j: "003", m: "01", M: "50", p: "PM", P: "pm", q: "1", S: "07", u: "6", x: "2015-01-03", X: "13:50:07", y: "15",
      Y: "2015", z: "+0000", Z: "UTC", %: "%"
      ], 1) do
    test "every directive, with its own padding, case #{number}" do
      {directive, text} = unquote(Macro.escape(row))
      assert Calendar.strftime(@datetime, "%#{directive}") == text
    end
  end

  for {row, number} <- Enum.with_index([
      {"%-d|%_d|%05d|%5d", "3| 3|00003|00003"},
      {"%5Z|%05Z|%-Z", "  UTC|00UTC|UTC"},
      {"%7z|%_7z|%-z", "+0000000|+      0|+0"},
      {"%6p|%06p", "    PM|0000PM"},
      {"%010f|%-f", "000100|000100"},
      {"%5%", "0000%"},
      # The width of a whole form counts its pieces.
      {"%6X|%_6X|%-10x", "013:50:07| 13:50:07|2015-01-03"}
      ], 1) do
    test "padding and width, case #{number}" do
      {pattern, text} = unquote(Macro.escape(row))
      assert Calendar.strftime(@datetime, pattern) == text, pattern
    end
  end

  test "padding and width" do
    assert Calendar.strftime(%{@datetime | utc_offset: -12_600}, "%z|%7z") == "-0330|-0000330"
    assert Calendar.strftime(~N[2015-01-03 00:50:07], "[%Z][%5z]%I%f") == "[][]120"
    assert Calendar.strftime(~D[-0001-01-02], "%Y") == "00-1"
  end

  test "names of another language" do
    months = {"Januar", "Februar", "März"}

    assert Calendar.strftime(~D[2015-03-03], "%d. %B %Y (%A)",
             month_names: &elem(months, &1 - 1),
             day_of_week_names: fn 2 -> "Dienstag" end
           ) == "03. März 2015 (Dienstag)"

    assert Calendar.strftime(@datetime, "%c", preferred_datetime: "%d.%m.%Y") == "03.01.2015"
  end

  for {row, number} <- Enum.with_index([
      {"%Q", [], "invalid strftime format: %Q"},
      {"%é", [], "invalid strftime format: %é"},
      {"%-", [], "invalid strftime format: %"},
      {"%x", [preferred_date: "%x"], "tried to format preferred_date within another preferred_date format"},
      {"%Y", [fo: 1], "unknown option :fo given to Calendar.strftime/3"}
      ], 1) do
    test "what goes wrong, case #{number}" do
      {pattern, options, message} = unquote(Macro.escape(row))
      assert_raise ArgumentError, message, fn -> Calendar.strftime(@datetime, pattern, options) end
    end
  end

  test "what goes wrong" do
    assert_raise KeyError, fn -> Calendar.strftime(~T[10:00:00], "%Y") end
  end
end
