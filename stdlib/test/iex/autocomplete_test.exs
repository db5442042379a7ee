defmodule IExAutocompleteTest do
  use ExUnit.Case, async: true

  defp expand(text), do: IEx.Autocomplete.expand(text |> String.to_charlist() |> Enum.reverse())

  test "what several candidates share goes on at once; candidates are listed where there is nothing to share" do
    assert expand("Enumera") == {:yes, ~c"ble", []}
    assert expand("String.rep") == {:yes, ~c"lace", []}
    assert expand("1 + Str") == {:yes, ~c"", [~c"Stream", ~c"String", ~c"StringIO"]}
    assert expand("List.keyf") == {:yes, ~c"ind", []}
    assert expand(":gen_ser") == {:yes, ~c"ver", []}
    assert expand("Nothing.At.All") == {:no, ~c"", []}
    assert expand("Enumerable") == {:yes, ~c".", []}
  end

  test "functions are listed with their arities" do
    assert expand("String.printable?") == {:yes, ~c"", [~c"printable?/1", ~c"printable?/2"]}
    assert expand("Enum.count/") == {:yes, ~c"", [~c"count/1", ~c"count/2"]}
    assert {:yes, ~c"", [~c"graphemes(string)"]} = expand("String.graphemes(")
  end

  test "keys of structs and modifiers of bitstrings" do
    assert expand("%URI{path: \"foo\", que") == {:yes, ~c"ry: ", []}
    assert {:yes, ~c"", keys} = expand("%URI{path: \"foo\",")
    assert ~c"query:" in keys and ~c"path:" not in keys
    assert expand("<<x::int") == {:yes, ~c"eger", []}
    assert {:yes, ~c"", modifiers} = expand("<<x::integer-")
    assert ~c"size/1" in modifiers and ~c"integer" not in modifiers
  end

  test "types and callbacks where a helper takes them" do
    assert expand("t String.grap") == {:yes, ~c"heme", []}
    assert expand("b(GenServer.term") == {:yes, ~c"inate", []}
    assert expand("b Access.") == {:yes, ~c"", [~c"fetch/2", ~c"get_and_update/3", ~c"pop/2"]}
  end

  @tag :tmp_dir
  test "paths in strings", %{tmp_dir: directory} do
    File.write!(Path.join(directory, "single"), "")
    File.mkdir!(Path.join(directory, "deep"))
    assert expand(~s("#{directory}/si)) == {:yes, ~c"ngle", []}
    assert expand(~s("#{directory}/single)) == {:yes, ~c"\"", []}
    assert expand(~s("#{directory}/de)) == {:yes, ~c"ep/", []}
  end
end
