defmodule InspectTest do
  use ExUnit.Case, async: true

  describe "inspect" do
    test "inspect(%{1 => 2, :a => 3})" do
      assert inspect(%{1 => 2, :a => 3}) === "%{1 => 2, :a => 3}"
    end

    test "inspect([a: 1, b: [c: 2]])" do
      assert inspect(a: 1, b: [c: 2]) === "[a: 1, b: [c: 2]]"
    end

    test "inspect([{:a, 1}, {:\"b c\", 2}, {:B, 1}, {:\"a@b\", 1}, {:a?, 1}, {:\"\", 1}, {nil, 1}, {true, 1}])" do
      assert inspect([{:a, 1}, {:"b c", 2}, {:B, 1}, {:a@b, 1}, {:a?, 1}, {:"", 1}, {nil, 1}, {true, 1}]) ===
               "[a: 1, \"b c\": 2, B: 1, a@b: 1, a?: 1, \"\": 1, nil: 1, true: 1]"
    end

    test "inspect('abc')" do
      assert inspect('abc') === "'abc'"
    end

    test "inspect([7, 8, 9, 10])" do
      assert inspect([7, 8, 9, 10]) === "'\\a\\b\\t\\n'"
    end
  end

  describe "to" do
    test "to_string(1.0e20)" do
      assert to_string(1.0e20) === "1.0e20"
    end

    test "to_string([1, 'a', \"b\"])" do
      assert to_string([1, 'a', "b"]) === <<1, 97, 98>>
    end

    test "to_string(nil)" do
      assert to_string(nil) === ""
    end

    test "to_string([[?a], \"é\"])" do
      assert to_string([[?a], "é"]) === "aé"
    end

    test "to_charlist(\"é\")" do
      assert to_charlist("é") === [233]
    end

    test "to_string({})" do
      assert message(Protocol.UndefinedError, fn -> to_string({}) end) == "protocol String.Chars not implemented for {} of type Tuple"
    end
  end

  describe "misc" do
    test "\"\#{[1, 2]}\"" do
      assert "#{[1, 2]}" === <<1, 2>>
    end

    test "\"\#{:a} \#{1.5} \#{nil} \#{'x'}\"" do
      assert "#{:a} #{1.5} #{nil} #{'x'}" === "a 1.5  x"
    end
  end

  describe "format" do
    test "Inspect.Algebra.format(Inspect.Algebra.group(Inspect.Algebra.glue(\"a\", \"b\")), 1) |> IO.iodata_to_binary" do
      assert Inspect.Algebra.format(Inspect.Algebra.group(Inspect.Algebra.glue("a", "b")), 1) |> IO.iodata_to_binary() === "a\nb"
    end

    test "Inspect.Algebra.format(Inspect.Algebra.nest(Inspect.Algebra.glue(\"a\", \"b\"), 3), 1) |> IO.iodata_to_binary" do
      assert Inspect.Algebra.format(Inspect.Algebra.nest(Inspect.Algebra.glue("a", "b"), 3), 1) |> IO.iodata_to_binary() === "a b"
    end

    test "IO.ANSI.format([:red, \"a\", [:bright, \"b\"]], true) |> IO.iodata_to_binary" do
      assert IO.ANSI.format([:red, "a", [:bright, "b"]], true) |> IO.iodata_to_binary() === "\e[31ma\e[1mb\e[0m"
    end

    test "IO.ANSI.format([\"a\", :nope], true)" do
      assert message(ArgumentError, fn -> IO.ANSI.format(["a", :nope], true) end) == "invalid ANSI sequence specification: :nope"
    end
  end

  describe "fold" do
  end

  describe "string" do
    test "Inspect.Algebra.string(\"é\")" do
      assert Inspect.Algebra.string("é") === {:doc_string, "é", 1}
    end
  end

  describe "break" do
    test "Inspect.Algebra.break(\"x\")" do
      assert Inspect.Algebra.break("x") === {:doc_break, "x", :strict}
    end
  end

  describe "empty" do
    test "Inspect.Algebra.empty()" do
      assert Inspect.Algebra.empty() === :doc_nil
    end
  end

  describe "line" do
    test "Inspect.Algebra.line(\"a\",\"b\")" do
      assert Inspect.Algebra.line("a", "b") === {:doc_cons, "a", {:doc_cons, :doc_line, "b"}}
    end
  end

  describe "space" do
    test "Inspect.Algebra.space(\"a\",\"b\")" do
      assert Inspect.Algebra.space("a", "b") === {:doc_cons, "a", {:doc_cons, " ", "b"}}
    end
  end

  describe "color" do
    test "Inspect.Algebra.color(\"a\", :atom, %Inspect.Opts{syntax_colors: [atom: :red]})" do
      assert Inspect.Algebra.color("a", :atom, %Inspect.Opts{syntax_colors: [atom: :red]}) ===
               {:doc_cons, {:doc_color, "a", :red}, {:doc_color, :doc_nil, :reset}}
    end

    test "IO.ANSI.color(1,2,3)" do
      assert IO.ANSI.color(1, 2, 3) === "\e[38;5;67m"
    end
  end

  describe "nest" do
    test "Inspect.Algebra.nest(\"a\", :cursor)" do
      assert Inspect.Algebra.nest("a", :cursor) === {:doc_nest, "a", :cursor, :always}
    end

    test "Inspect.Algebra.nest(\"a\", 2, :break)" do
      assert Inspect.Algebra.nest("a", 2, :break) === {:doc_nest, "a", 2, :break}
    end
  end

  describe "next" do
    test "Inspect.Algebra.next_break_fits(\"a\")" do
      assert Inspect.Algebra.next_break_fits("a") === {:doc_fits, "a", :enabled}
    end
  end

  describe "flex" do
    test "Inspect.Algebra.flex_break()" do
      assert Inspect.Algebra.flex_break() === {:doc_break, " ", :flex}
    end

    test "Inspect.Algebra.flex_glue(\"a\",\"b\")" do
      assert Inspect.Algebra.flex_glue("a", "b") === {:doc_cons, "a", {:doc_cons, {:doc_break, " ", :flex}, "b"}}
    end
  end

  describe "force" do
    test "Inspect.Algebra.force_unfit(\"a\")" do
      assert Inspect.Algebra.force_unfit("a") === {:doc_force, "a"}
    end
  end

  describe "collapse" do
    test "Inspect.Algebra.collapse_lines(2)" do
      assert Inspect.Algebra.collapse_lines(2) === {:doc_collapse, 2}
    end
  end

  describe "no" do
    test "Inspect.Algebra.no_limit(\"a\")" do
      assert Inspect.Algebra.no_limit("a") === {:doc_limit, "a", :infinity}
    end
  end

  describe "concat" do
    test "Inspect.Algebra.concat([\"a\",\"b\",\"c\"])" do
      assert Inspect.Algebra.concat(["a", "b", "c"]) === {:doc_cons, "a", {:doc_cons, "b", "c"}}
    end
  end

  describe "group" do
    test "Inspect.Algebra.group(\"a\", :inherit)" do
      assert Inspect.Algebra.group("a", :inherit) === {:doc_group, "a", :inherit}
    end
  end

  describe "compare" do
    test "Version.compare(\"1.0.0\", \"1.0.0-rc1\")" do
      assert Version.compare("1.0.0", "1.0.0-rc1") === :gt
    end

    test "Version.compare(\"1.2.3\", \"x\")" do
      assert String.starts_with?(message(Version.InvalidVersionError, fn -> Version.compare("1.2.3", "x") end), "invalid version: \"x\"")
    end
  end

  describe "match" do
    test "Version.match?(\"1.2.3\", \"~> 1.2\")" do
      assert Version.match?("1.2.3", "~> 1.2") === true
    end

    test "Version.match?(\"1.2.3-dev\", \"~> 1.2\", allow_pre: false)" do
      assert Version.match?("1.2.3-dev", "~> 1.2", allow_pre: false) === false
    end

    test "Version.match?(\"2.0.0\", \">= 1.0.0 and < 2.0.0 or == 2.0.0\")" do
      assert Version.match?("2.0.0", ">= 1.0.0 and < 2.0.0 or == 2.0.0") === true
    end

    test "Version.match?(\"1.2.3\", \"!= 1.2.3\")" do
      assert Version.match?("1.2.3", "!= 1.2.3") === false
    end
  end

  describe "parse" do
    test "Version.parse(\"1.2\")" do
      assert Version.parse("1.2") === :error
    end

    test "Version.parse!(\"1.2\")" do
      assert String.starts_with?(message(Version.InvalidVersionError, fn -> Version.parse!("1.2") end), "invalid version: \"1.2\"")
    end

    test "Version.parse_requirement(\"foo\")" do
      assert Version.parse_requirement("foo") === :error
    end

    test "Version.parse_requirement!(\"foo\")" do
      assert String.starts_with?(
               message(Version.InvalidRequirementError, fn -> Version.parse_requirement!("foo") end),
               "invalid requirement: \"foo\""
             )
    end

    test "Integer.parse(\"12\", 1)" do
      assert message(ArgumentError, fn -> Integer.parse("12", 1) end) == "invalid base 1"
    end
  end

  describe "functions of evaluated code" do
    test "are shown as Erlang's evaluator makes them" do
      {function, _} = Code.eval_string("fn a, b -> a + b end")
      assert inspect(function) =~ ~r/^#Function<41\.\d+\/2 in :erl_eval\.expr\/\d>$/
      assert Function.info(function, :arity) == {:arity, 2}
    end
  end

  describe "cursor" do
    test "IO.ANSI.cursor_up(2)" do
      assert IO.ANSI.cursor_up(2) === "\e[2A"
    end
  end

  describe "info" do
    test "Function.info(&Enum.map/2)" do
      assert Function.info(&Enum.map/2) === [module: Enum, name: :map, arity: 2, env: [], type: :external]
    end
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))
end
