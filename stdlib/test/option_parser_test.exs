defmodule OptionParserTest do
  use ExUnit.Case, async: true
  doctest OptionParser, except: [next: 2]

  @letters [strict: [a: :boolean, b: :integer, verbose: :count], aliases: [a: :a, b: :b, v: :verbose]]

  @strict [b: :boolean, c: :count, i: :integer, f: :float, s: :string, k: :keep, ik: [:integer, :keep]]

  for {row, number} <- Enum.with_index([
      {["--b", "--no-b"], {[b: false], [], []}},
      {["--b", "false"], {[b: true], ["false"], []}},
      {["--b=true", "--b=x"], {[b: true], [], [{"--b", "x"}]}},
      {["--no-b=true"], {[], [], [{"--no-b", "true"}]}},
      {["--c", "--c"], {[c: 2], [], []}},
      {["--c=3"], {[], [], [{"--c", "3"}]}},
      {["--i", "-5", "--f", "-5.5", "--f=3"], {[i: -5, f: 3.0], [], []}},
      {["--i", "5x"], {[], [], [{"--i", "5x"}]}},
      {["--i"], {[], [], [{"--i", nil}]}},
      {["--s", "--b"], {[b: true], [], [{"--s", nil}]}},
      {["--s", "-", "--s", "-5x"], {[s: "-5x"], [], []}},
      {["--s=a=b", "x"], {[s: "a=b"], ["x"], []}},
      {["--s="], {[s: ""], [], []}},
      {["--k", "1", "a", "--k", "2"], {[k: "1", k: "2"], ["a"], []}},
      {["--ik", "1", "--ik", "x", "--ik", "2"], {[ik: 1, ik: 2], [], [{"--ik", "x"}]}},
      {["--other", "-x", "-5", "-"], {[], ["-"], [{"--other", nil}, {"-x", nil}]}},
      {["a", "--", "--b"], {[], ["a", "--b"], []}}
      ], 1) do
    test "types convert values, or the switch is invalid, case #{number}" do
      {argv, result} = unquote(Macro.escape(row))
      assert OptionParser.parse(argv, strict: @strict) == result, inspect(argv)
    end
  end


  test "unknown switches are taken if their atom exists, and only when that is allowed" do
    assert OptionParser.parse(["--hello", "world", "--hello"], switches: []) == {[hello: true], [], []}
    assert OptionParser.parse(["--source_code", "x"], switches: [source_code: :string]) == {[], ["x"], []}
    assert OptionParser.parse(["--never-heard-of-1"], switches: []) == {[], [], []}

    assert {[{name, "v"}], [], []} = OptionParser.parse(["--never-heard-of-2", "v"], switches: [], allow_nonexistent_atoms: true)
    assert Atom.to_string(name) == "never_heard_of_2"
  end

  for {row, number} <- Enum.with_index([
      {["-ab", "5"], {[a: true, b: 5], [], []}},
      {["-ab5", "-b=6"], {[a: true, b: 6], [], []}},
      {["-vvv"], {[verbose: 3], [], []}},
      {["-ax"], {[a: true], [], [{"-x", nil}]}},
      {["-a-b"], {[], [], [{"-a-b", nil}]}}
      ], 1) do
    test "letters, case #{number}" do
      {argv, result} = unquote(Macro.escape(row))
      assert OptionParser.parse(argv, @letters) == result, inspect(argv)
    end
  end


  test "next, and the head only" do
    assert OptionParser.next(["--b=1", "x"], strict: [b: :integer]) == {:ok, :b, 1, ["x"]}
    assert OptionParser.next(["-x", "y"], strict: []) == {:undefined, "-x", "y", []}
    assert OptionParser.next(["--b", "z"], strict: [b: :integer]) == {:invalid, "--b", "z", []}
    assert OptionParser.next(["--", "z"], strict: []) == {:error, ["--", "z"]}
    assert OptionParser.parse_head(["--b", "1", "x", "--c"], strict: [b: :integer]) == {[b: 1], ["x", "--c"], []}
  end

  test "errors name every switch" do
    assert_raise OptionParser.ParseError,
                 "4 errors found!\n--count : Expected type integer, got \"x\"\n--verbos : Unknown option. Did you mean --verbose?\n" <>
                   "-z : Unknown option\n--name : Missing argument of type string",
                 fn ->
                   OptionParser.parse!(["--count", "x", "--verbos", "-z", "--name"],
                     strict: [count: :integer, verbose: :boolean, name: :string]
                   )
                 end

    assert_raise ArgumentError, ":switches and :strict cannot be given together", fn -> OptionParser.parse([], switches: [], strict: []) end
    assert_raise ArgumentError, "invalid switch types/modifiers: :foo", fn -> OptionParser.parse([], strict: [a: :foo]) end
  end

  for {row, number} <- Enum.with_index([
      {"  a   b ", ["a", "b"]},
      {~S(a 'b c' "d e" f'g'h), ["a", "b c", "d e", "fgh"]},
      {~S(a\ b \'c \d), ["a b", "'c", "\\d"]},
      {~S("a\"b" '' "it's"), ["a\"b", "", "it's"]}
      ], 1) do
    test "splitting and joining, case #{number}" do
      {line, argv} = unquote(Macro.escape(row))
      assert OptionParser.split(line) == argv
    end
  end

  test "splitting and joining" do
    assert_raise RuntimeError, "argv string did not terminate properly, a ' was opened but never closed", fn -> OptionParser.split("a 'b") end
    assert OptionParser.to_argv(foo_bar: true, baz: false, n: 1, none: nil) == ["--foo-bar", "--no-baz", "--n", "1"]
  end
end
