defmodule Beamlet.HeadsTest do
  use ExUnit.Case, async: true

  # Errors are asked of functions that are called by name, so that no compiler sees the arguments.
  defp told(module, function, args) do
    apply(module, function, args)
  rescue
    error -> error |> Exception.message() |> String.split("\n") |> hd()
  end

  defp whole(module, function, args) do
    apply(module, function, args)
  rescue
    error -> Exception.message(error)
  end

  defp clauses(module, function, args) do
    apply(module, function, args)
  rescue
    error ->
      {error, _} = Exception.blame(:error, error, __STACKTRACE__)
      {_, clauses} = {error.kind, error.clauses}
      for {args, guards} <- clauses, do: {Enum.map(args, &Macro.to_string(&1.node)), guard_texts(guards)}
  end

  defp guard_texts(guards), do: Enum.map(guards, fn guard -> guard |> plain() |> Macro.to_string() end)

  defp plain(guard), do: Macro.prewalk(guard, fn %{node: node} -> node; other -> other end)

  @refused [
    {Enum, :take, [[1], :a], "Enum.take/2"},
    {Enum, :drop, [[1], :a], "Enum.drop/2"},
    {Enum, :split, [[1], nil], "Enum.split/2"},
    {Enum, :slice, [[1], :a], "Enum.slice/2"},
    {Enum, :slice, [[1], 0, -1], "Enum.slice/3"},
    {Enum, :with_index, [[1], :a], "Enum.with_index/2"},
    {Enum, :join, [[1], 1], "Enum.join/2"},
    {Enum, :max, [[1], 1], "Enum.max_sort_fun/1"},
    {Enum, :min, [[1], "x"], "Enum.min_sort_fun/1"},
    {Enum, :max_by, [[1], :a], "Enum.max_by/4"},
    {Enum, :min_max_by, [[1], &Function.identity/1, 1], "Enum.min_max_by/4"},
    {Enum, :sort, [[1, 2], 1], "Enum.to_sort_fun/1"},
    {Enum, :sort_by, [[1], 1], "Enum.sort_by/3"},
    {Enum, :take_every, [[1], -1], "Enum.take_every/2"},
    {Enum, :zip_reduce, [[1], [2], 0, 1], "Enum.zip_reduce/4"},
    {Enum, :unzip, [[1]], "Enum.unzip/3"},
    {Stream, :take, [[1], :a], "Stream.take/2"},
    {Stream, :map_every, [[1], 2, :a], "Stream.map_every/3"},
    {Stream, :timer, [-1], "Stream.timer/1"},
    {Stream, :interval, [:a], "Stream.interval/1"},
    {String, :trim_leading, [nil], "String.Break.trim_leading/1"},
    {String, :trim_trailing, [nil], "String.Break.trim_trailing/1"},
    {String, :trim, [nil], "String.trim/1"},
    {String, :at, ["a", nil], "String.at/2"},
    {String, :upcase, ["a", :other], "String.upcase/2"},
    {String, :slice, ["a", :a, 1], "String.slice/3"},
    {String, :split_at, ["a", nil], "String.split_at/2"},
    {Map, :new, [[1], 1], "Map.new_from_enum/2"},
    {Keyword, :split, [[1], [:a]], "anonymous fn/2 in Keyword.split/2"},
    {Keyword, :get_and_update!, [[1], :a, &Function.identity/1], "Keyword.get_and_update!/4"},
    {Keyword, :pop_values, [[1], :a], "Keyword.pop_values/4"},
    {Keyword, :filter, [[1], &Function.identity/1], "Keyword.do_filter/2"},
    {List, :delete, [:a, 1], "List.delete/2"},
    {List, :zip, [[1]], "List.to_list/1"},
    {List, :keytake, [:a, 1, 0], ":lists.keytake/4"},
    {Regex, :compile, ["a", nil], "Regex.compile/3"},
    {Regex, :recompile!, [1], "Regex.recompile/1"},
    {URI, :to_string, [nil], "String.Chars.URI.to_string/1"},
    {Version, :compare, [nil, "1.0.0"], "Version.Parser.parse_version/2"},
    {Version, :match?, ["1.0.0", nil], "Version.Requirement.match?/2"},
    {Macro, :camelize, [:a], "Macro.camelize/1"},
    {Macro, :generate_arguments, [-1, nil], "Macro.generate_arguments/3"},
    {Kernel, :struct, [%{}, []], "Kernel.struct/3"},
    {Kernel, :struct!, [1, []], "Kernel.struct!/2"},
    {Kernel, :struct!, [%{}, []], "Kernel.struct/3"},
    {Task, :await, [1], "Task.await/2"},
    {Task, :yield_many, [[], :a], "Task.yield_many/2"},
    {IO, :puts, [1, "a"], "IO.puts/2"},
    {IO, :stream, [:stdio, 0], "IO.stream/2"},
    {Code, :string_to_quoted, ["1", 1], "Code.string_to_quoted/2"},
    {Code, :ensure_loaded?, ["a"], "Code.ensure_loaded?/1"},
    {Code, :load_file, [1], "Code.load_file/2"},
    {Application, :load, ["a"], "Application.load/1"},
    {Module, :safe_concat, [1, :a], "Module.safe_concat/2"},
    {File, :touch, ["a", :b], "File.touch/2"},
    {File, :cp, ["a", "b", 1], "File.cp/3"},
    {File, :stat, ["a", 1], "Keyword.put_new/3"},
    {File, :write, ["a", "b", 1], "File.normalize_modes/2"},
    {File, :stream!, ["a", 1], "File.normalize_modes/2"},
    {File, :copy, ["a", 1], "File.normalize_path_or_io_device/1"},
    {File, :chmod, ["a", :b], ":file.change_mode/2"},
    {File, :chown, ["a", :b], ":file.change_owner/2"}
  ]

  test "the function that refuses is named" do
    for {module, function, args, refusing} <- @refused do
      assert {module, function, told(module, function, args)} == {module, function, "no function clause matching in " <> refusing}
    end
  end

  test "other errors of wrong arguments" do
    assert told(IO, :write, [1, "a"]) == "no case clause matching: {1}"
    assert told(Version, :match?, ["1.0", "~> 1.0"]) == "invalid version: \"1.0\""
    assert told(String, :replace_leading, ["a", "", "b"]) == "cannot use an empty string as the match to replace"

    assert told(Registry, :meta, [:no_registry, :key]) ==
             "unknown registry: :no_registry. Either the registry name is invalid or the registry is not running, possibly because its application isn't started"
  end

  @clauses [
    {Enum, :split, [[1], nil], [{["enumerable", "count"], ["is_list(enumerable) and is_integer(count) and count >= 0"]}, {["enumerable", "count"], ["is_integer(count) and count >= 0"]}, {["enumerable", "count"], ["is_integer(count) and count < 0"]}]},
    {Enum, :take_every, [[1], -1], [{["_enumerable", "0"], []}, {["enumerable", "1"], []}, {["list", "nth"], ["is_list(list) and is_integer(nth) and nth > 1"]}, {["enumerable", "nth"], ["is_integer(nth) and nth > 1"]}]},
    {String, :next_codepoint, [1], [{["<<cp::utf8, rest::binary>>"], []}, {["<<byte, rest::binary>>"], []}, {["<<>>"], []}]},
    {String, :trim_leading, [1], [{["string"], ["is_binary(string)"]}]},
    {Stream, :interval, [:a], [{["n"], ["is_integer(n) and n >= 0", "n == :infinity"]}]},
    {List, :delete, [:a, 1], [{["[element | list]", "element"], []}, {["[other | list]", "element"], []}, {["[]", "_element"], []}]}
  ]

  test "the clauses that were tried are shown" do
    for {module, function, args, expected} <- @clauses do
      assert {function, clauses(module, function, args)} == {function, expected}
    end
  end

  test "what is wrong with the arguments of built-in functions" do
    problems = fn module, function, args -> whole(module, function, args) |> String.split("\n") |> Enum.filter(&String.starts_with?(&1, "  * ")) |> Enum.map(&String.trim_leading(&1, "  * ")) end
    improper = [1 | 2]

    assert problems.(:erlang, :element, [-1, :a]) == ["1st argument: out of range", "2nd argument: not a tuple"]
    assert problems.(:erlang, :element, [3, {1}]) == ["1st argument: out of range"]
    assert problems.(:erlang, :element, [:a, :b]) == ["1st argument: not an integer", "2nd argument: not a tuple"]
    assert problems.(:erlang, :binary_part, [:a, -1, :b]) == ["1st argument: not a binary", "2nd argument: out of range", "3rd argument: not an integer"]
    assert problems.(:erlang, :function_exported, [1, :a, -1]) == ["1st argument: not an atom", "3rd argument: out of range"]
    assert problems.(:lists, :member, [7, improper]) == ["2nd argument: not a proper list"]
    assert problems.(:lists, :member, [7, :a]) == ["2nd argument: not a list"]
    assert problems.(:lists, :reverse, [improper, []]) == ["1st argument: not a proper list"]
    assert problems.(:erlang, :list_to_atom, [improper]) == ["1st argument: not a proper list"]
    assert problems.(:erlang, :list_to_integer, [improper, 40]) == ["1st argument: not a proper list", "2nd argument: not an integer in the range 2 through 36"]
    assert problems.(:erlang, :apply, [String, :length, improper]) == ["3rd argument: not a proper list"]
    assert problems.(:erlang, :cancel_timer, [1, :a]) == ["1st argument: not a reference", "2nd argument: not a list"]
    assert problems.(:erlang, :send, [1, 1, :a]) == ["3rd argument: not a list"]
    assert problems.(:erlang, :monitor, [:process, self(), improper]) == ["3rd argument: not a proper list"]
    assert problems.(:erlang, :send_after, [10, self(), 1, :a]) == ["3rd argument: not a list"]
    assert problems.(:erlang, :unique_integer, [:a]) == ["1st argument: not a list"]
    assert problems.(:ets, :new, [:heads, improper]) == ["2nd argument: not a proper list"]
    assert problems.(:erlang, :bitstring_to_list, [1]) == ["1st argument: not a bitstring"]
  end
end
