defmodule IExAnswersTest do
  use ExUnit.Case, async: true

  import ExUnit.CaptureIO
  import IEx.Helpers

  test "h says what there is no documentation of" do
    assert capture_io(fn -> h(NoSuchModuleAnywhere) end) == "Could not load module NoSuchModuleAnywhere, got: nofile\n"
    assert capture_io(fn -> h(Enum.nothing_of_the_kind()) end) == "No documentation for Enum.nothing_of_the_kind was found\n"
    assert capture_io(fn -> h(Enum.count() / 7) end) == "No documentation for Enum.count/7 was found\n"

    assert capture_io(fn -> h(GenServer.handle_call() / 3) end) =~
             "No documentation for function GenServer.handle_call/3 was found, but there is a callback with the same name.\n"

    assert capture_io(fn -> h(String.codepoint()) end) =~
             "No documentation for function String.codepoint was found, but there is a type with the same name.\n"
  end

  test "titles stand in the middle, with specs below" do
    assert capture_io(fn -> h(String.length() / 1) end) =~
             "\n                               def length(string)\n\n  @spec length(t()) :: non_neg_integer()\n\n"
  end

  test "b lists callbacks in order, the optional ones at the end" do
    assert capture_io(fn -> b(NoSuchModuleAnywhere) end) == "Could not load module NoSuchModuleAnywhere, got: nofile\n"
    assert capture_io(fn -> b(List) end) == "No callbacks for List were found\n"
    assert capture_io(fn -> b(GenServer.nothing()) end) == "No documentation for GenServer.nothing was found\n"
    access = capture_io(fn -> b(Access) end)
    assert access =~ ~r/@callback fetch.*@callback get_and_update.*@callback pop/s
    assert capture_io(fn -> b(Supervisor) end) =~ "@callback init("
  end

  test "t lists types in order" do
    assert capture_io(fn -> t(IEx) end) == "No type information for IEx was found\n"

    assert capture_io(fn -> t(Enum.nothing()) end) ==
             "No type information for Enum.nothing was found or Enum.nothing is private\n"

    assert "@type t() ::" <> _ = capture_io(fn -> t(Range.t()) end)
  end

  test "open says what it cannot open" do
    assert capture_io(fn -> open(:no_such_module_anywhere) end) == "Could not open: :no_such_module_anywhere. Module is not available.\n"
    assert capture_io(fn -> open({"no/such/file", 3}) end) == "Could not open: \"no/such/file\". File is not available.\n"
    assert capture_io(fn -> open() end) == "Pry session is not currently enabled\n"
  end

  test "exports stand in columns" do
    assert capture_io(fn -> exports(Calendar.UTCOnlyTimeZoneDatabase) end) ==
             "time_zone_period_from_utc_iso_days/2 time_zone_periods_from_wall_datetime/2 \n"
  end

  test "numbers of pids and references are not negative" do
    assert_raise FunctionClauseError, fn -> pid(0, 6, -6) end
    assert_raise FunctionClauseError, fn -> ref(0, 6, 6, -6) end
    assert_raise ArgumentError, "could not load nor find module: :no_such_module_anywhere", fn -> r(:no_such_module_anywhere) end
  end
end
