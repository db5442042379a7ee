defmodule InspectTest do
  use ExUnit.Case, async: true

  test "inspect" do
    assert inspect(%{1 => 2, :a => 3}) === "%{1 => 2, :a => 3}"
    assert inspect(a: 1, b: [c: 2]) === "[a: 1, b: [c: 2]]"

    assert inspect([{:a, 1}, {:"b c", 2}, {:B, 1}, {:a@b, 1}, {:a?, 1}, {:"", 1}, {nil, 1}, {true, 1}]) ===
             "[a: 1, \"b c\": 2, B: 1, a@b: 1, a?: 1, \"\": 1, nil: 1, true: 1]"

    assert inspect('abc') === "'abc'"
    assert inspect([7, 8, 9, 10]) === "'\\a\\b\\t\\n'"
    assert inspect([1, 2, 3], charlists: :as_charlists) === "'\\x01\\x02\\x03'"
    assert inspect('abc', charlists: :as_lists) === "[97, 98, 99]"
    assert inspect([?a, 0]) === "[97, 0]"
    assert inspect([]) === "[]"
    assert inspect([1 | 2]) === "[1 | 2]"
    assert inspect([1, 2 | 3]) === "[1, 2 | 3]"
    assert inspect("a\nb\t\"c\\ #{1} \#{x}") === "\"a\\nb\\t\\\"c\\\\ 1 \\\#{x}\""
  end

  test "to" do
    assert to_string(1.0e20) === "1.0e20"
    assert to_string([1, 'a', "b"]) === <<1, 97, 98>>
    assert message(Protocol.UndefinedError, fn -> to_string({}) end) == "protocol String.Chars not implemented for {} of type Tuple"
    assert message(Protocol.UndefinedError, fn -> to_string(%{}) end) == "protocol String.Chars not implemented for %{} of type Map"
    assert to_string(nil) === ""
    assert to_string([]) === ""
    assert to_string([[?a], "é"]) === "aé"
    assert to_charlist("é") === [233]
    assert to_charlist(1.5) === '1.5'
    assert to_charlist(:a) === 'a'
    assert to_charlist(nil) === []
    assert Version.to_string(%Version{major: 1, minor: 2, patch: 3, pre: ["a", 1], build: "b"}) === "1.2.3-a.1+b"
  end

  test "misc" do
    assert "#{[1, 2]}" === <<1, 2>>
    assert "#{:a} #{1.5} #{nil} #{'x'}" === "a 1.5  x"
  end

  test "format" do
    assert Inspect.Algebra.format(Inspect.Algebra.group(Inspect.Algebra.glue("a", "b")), 1) |> IO.iodata_to_binary() === "a\nb"
    assert Inspect.Algebra.format(Inspect.Algebra.nest(Inspect.Algebra.glue("a", "b"), 3), 1) |> IO.iodata_to_binary() === "a b"
    assert IO.ANSI.format([:red, "a", [:bright, "b"]], true) |> IO.iodata_to_binary() === "\e[31ma\e[1mb\e[0m"
    assert message(ArgumentError, fn -> IO.ANSI.format(["a", :nope], true) end) == "invalid ANSI sequence specification: :nope"
  end

  test "fold" do
    assert Inspect.Algebra.fold_doc(["a", "b", "c"], fn d, acc -> Inspect.Algebra.concat([d, "!", acc]) end)
           |> Inspect.Algebra.format(80)
           |> IO.iodata_to_binary() === "a!b!c"
  end

  test "string" do
    assert Inspect.Algebra.string("é") === {:doc_string, "é", 1}
  end

  test "break" do
    assert Inspect.Algebra.break("x") === {:doc_break, "x", :strict}
  end

  test "empty" do
    assert Inspect.Algebra.empty() === :doc_nil
  end

  test "line" do
    assert Inspect.Algebra.line("a", "b") === {:doc_cons, "a", {:doc_cons, :doc_line, "b"}}
  end

  test "space" do
    assert Inspect.Algebra.space("a", "b") === {:doc_cons, "a", {:doc_cons, " ", "b"}}
  end

  test "color" do
    assert Inspect.Algebra.color("a", :atom, %Inspect.Opts{syntax_colors: [atom: :red]}) ===
             {:doc_cons, {:doc_color, "a", :red}, {:doc_color, :doc_nil, :reset}}

    assert IO.ANSI.color(1, 2, 3) === "\e[38;5;67m"
  end

  test "nest" do
    assert Inspect.Algebra.nest("a", :cursor) === {:doc_nest, "a", :cursor, :always}
    assert Inspect.Algebra.nest("a", 2, :break) === {:doc_nest, "a", 2, :break}
  end

  test "next" do
    assert Inspect.Algebra.next_break_fits("a") === {:doc_fits, "a", :enabled}
  end

  test "flex" do
    assert Inspect.Algebra.flex_break() === {:doc_break, " ", :flex}
    assert Inspect.Algebra.flex_glue("a", "b") === {:doc_cons, "a", {:doc_cons, {:doc_break, " ", :flex}, "b"}}
  end

  test "force" do
    assert Inspect.Algebra.force_unfit("a") === {:doc_force, "a"}
  end

  test "collapse" do
    assert Inspect.Algebra.collapse_lines(2) === {:doc_collapse, 2}
  end

  test "no" do
    assert Inspect.Algebra.no_limit("a") === {:doc_limit, "a", :infinity}
  end

  test "concat" do
    assert Inspect.Algebra.concat(["a", "b", "c"]) === {:doc_cons, "a", {:doc_cons, "b", "c"}}
  end

  test "group" do
    assert Inspect.Algebra.group("a", :inherit) === {:doc_group, "a", :inherit}
  end

  test "compare" do
    assert Version.compare("1.0.0", "1.0.0-rc1") === :gt
    assert String.starts_with?(message(Version.InvalidVersionError, fn -> Version.compare("1.2.3", "x") end), "invalid version: \"x\"")
  end

  test "match" do
    assert Version.match?("1.2.3", "~> 1.2") === true
    assert Version.match?("1.2.3-dev", "~> 1.2", allow_pre: false) === false
    assert Version.match?("2.0.0", ">= 1.0.0 and < 2.0.0 or == 2.0.0") === true
    assert Version.match?("1.2.3", "!= 1.2.3") === false
  end

  test "parse" do
    assert Version.parse("1.2") === :error
    assert String.starts_with?(message(Version.InvalidVersionError, fn -> Version.parse!("1.2") end), "invalid version: \"1.2\"")
    assert Version.parse_requirement("foo") === :error

    assert String.starts_with?(
             message(Version.InvalidRequirementError, fn -> Version.parse_requirement!("foo") end),
             "invalid requirement: \"foo\""
           )

    assert message(ArgumentError, fn -> Integer.parse("12", 1) end) == "invalid base 1"
  end

  test "cursor" do
    assert IO.ANSI.cursor_up(2) === "\e[2A"
  end

  test "info" do
    assert Function.info(&Enum.map/2) === [module: Enum, name: :map, arity: 2, env: [], type: :external]
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))
end
