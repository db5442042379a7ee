defmodule StringTest do
  use ExUnit.Case, async: true

  describe "at" do
    test "String.at(\"\",0)" do
      assert String.at("", 0) === nil
    end

    test "String.at(\"a\",0)" do
      assert String.at("a", 0) === "a"
    end

    test "String.at(\"abc\",-1)" do
      assert String.at("abc", -1) === "c"
    end

    test "String.at(\"Hello World\",0)" do
      assert String.at("Hello World", 0) === "H"
    end

    test "String.at(\"Hello World\",-1)" do
      assert String.at("Hello World", -1) === "d"
    end
  end

  describe "capitalize" do
    test "String.capitalize(\"\")" do
      assert String.capitalize("") === ""
    end

    test "String.capitalize(\"a\")" do
      assert String.capitalize("a") === "A"
    end

    test "String.capitalize(\"abc\")" do
      assert String.capitalize("abc") === "Abc"
    end

    test "String.capitalize(\"Hello World\")" do
      assert String.capitalize("Hello World") === "Hello world"
    end

    test "String.capitalize(\"  a b  \")" do
      assert String.capitalize("  a b  ") === "  a b  "
    end
  end

  describe "codepoints" do
    test "String.codepoints(\"\")" do
      assert String.codepoints("") === []
    end

    test "String.codepoints(\"a\")" do
      assert String.codepoints("a") === ["a"]
    end

    test "String.codepoints(\"abc\")" do
      assert String.codepoints("abc") === ["a", "b", "c"]
    end

    test "String.codepoints(\"Hello World\")" do
      assert String.codepoints("Hello World") === ["H", "e", "l", "l", "o", " ", "W", "o", "r", "l", "d"]
    end

    test "String.codepoints(\"  a b  \")" do
      assert String.codepoints("  a b  ") === [" ", " ", "a", " ", "b", " ", " "]
    end
  end

  describe "contains?" do
    test "String.contains?(\"\",\"a\")" do
      assert String.contains?("", "a") === false
    end

    test "String.contains?(\"\",[\"z\",\"\"])" do
      assert String.contains?("", ["z", ""]) === true
    end
  end

  describe "downcase" do
    test "String.downcase(\"\")" do
      assert String.downcase("") === ""
    end

    test "String.downcase(\"a\")" do
      assert String.downcase("a") === "a"
    end

    test "String.downcase(\"abc\")" do
      assert String.downcase("abc") === "abc"
    end

    test "String.downcase(\"Hello World\")" do
      assert String.downcase("Hello World") === "hello world"
    end

    test "String.downcase(\"  a b  \")" do
      assert String.downcase("  a b  ") === "  a b  "
    end
  end

  describe "upcase" do
    test "String.upcase(\"\")" do
      assert String.upcase("") === ""
    end

    test "String.upcase(\"a\")" do
      assert String.upcase("a") === "A"
    end

    test "String.upcase(\"abc\")" do
      assert String.upcase("abc") === "ABC"
    end

    test "String.upcase(\"Hello World\")" do
      assert String.upcase("Hello World") === "HELLO WORLD"
    end

    test "String.upcase(\"  a b  \")" do
      assert String.upcase("  a b  ") === "  A B  "
    end
  end

  describe "duplicate" do
    test "String.duplicate(\"\",2)" do
      assert String.duplicate("", 2) === ""
    end

    test "String.duplicate(\"a\",2)" do
      assert String.duplicate("a", 2) === "aa"
    end

    test "String.duplicate(\"abc\",2)" do
      assert String.duplicate("abc", 2) === "abcabc"
    end

    test "String.duplicate(\"Hello World\",2)" do
      assert String.duplicate("Hello World", 2) === "Hello WorldHello World"
    end

    test "String.duplicate(\"  a b  \",2)" do
      assert String.duplicate("  a b  ", 2) === "  a b    a b  "
    end

    test "String.duplicate(\"\",-1)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> String.duplicate("", -1) end),
               "errors were found at the given arguments:\n\n  * 2nd argument: out of range"
             )
    end
  end

  describe "ends_with?" do
    test "String.ends_with?(\"\",\"c\")" do
      assert String.ends_with?("", "c") === false
    end

    test "String.ends_with?(\"\",\"\")" do
      assert String.ends_with?("", "") === true
    end
  end

  describe "starts_with?" do
    test "String.starts_with?(\"\",\"a\")" do
      assert String.starts_with?("", "a") === false
    end

    test "String.starts_with?(\"\",\"\")" do
      assert String.starts_with?("", "") === true
    end
  end

  describe "first" do
    test "String.first(\"\")" do
      assert String.first("") === nil
    end

    test "String.first(\"a\")" do
      assert String.first("a") === "a"
    end

    test "String.first(\"Hello World\")" do
      assert String.first("Hello World") === "H"
    end

    test "String.first(\"  a b  \")" do
      assert String.first("  a b  ") === " "
    end

    test "String.first(\"éà\")" do
      assert String.first("éà") === "é"
    end
  end

  describe "last" do
    test "String.last(\"\")" do
      assert String.last("") === nil
    end

    test "String.last(\"a\")" do
      assert String.last("a") === "a"
    end

    test "String.last(\"abc\")" do
      assert String.last("abc") === "c"
    end

    test "String.last(\"Hello World\")" do
      assert String.last("Hello World") === "d"
    end

    test "String.last(\"  a b  \")" do
      assert String.last("  a b  ") === " "
    end
  end

  describe "graphemes" do
    test "String.graphemes(\"\")" do
      assert String.graphemes("") === []
    end

    test "String.graphemes(\"a\")" do
      assert String.graphemes("a") === ["a"]
    end

    test "String.graphemes(\"abc\")" do
      assert String.graphemes("abc") === ["a", "b", "c"]
    end

    test "String.graphemes(\"Hello World\")" do
      assert String.graphemes("Hello World") === ["H", "e", "l", "l", "o", " ", "W", "o", "r", "l", "d"]
    end

    test "String.graphemes(\"  a b  \")" do
      assert String.graphemes("  a b  ") === [" ", " ", "a", " ", "b", " ", " "]
    end
  end

  describe "length" do
    test "String.length(\"\")" do
      assert String.length("") === 0
    end

    test "String.length(\"a\")" do
      assert String.length("a") === 1
    end

    test "String.length(\"abc\")" do
      assert String.length("abc") === 3
    end

    test "String.length(\"Hello World\")" do
      assert String.length("Hello World") === 11
    end

    test "String.length(\"  a b  \")" do
      assert String.length("  a b  ") === 7
    end
  end

  describe "next_codepoint" do
    test "String.next_codepoint(\"\")" do
      assert String.next_codepoint("") === nil
    end

    test "String.next_codepoint(\"a\")" do
      assert String.next_codepoint("a") === {"a", ""}
    end

    test "String.next_codepoint(\"abc\")" do
      assert String.next_codepoint("abc") === {"a", "bc"}
    end

    test "String.next_codepoint(\"Hello World\")" do
      assert String.next_codepoint("Hello World") === {"H", "ello World"}
    end

    test "String.next_codepoint(\"  a b  \")" do
      assert String.next_codepoint("  a b  ") === {" ", " a b  "}
    end
  end

  describe "next_grapheme" do
    test "String.next_grapheme(\"\")" do
      assert String.next_grapheme("") === nil
    end

    test "String.next_grapheme(\"a\")" do
      assert String.next_grapheme("a") === {"a", ""}
    end

    test "String.next_grapheme(\"abc\")" do
      assert String.next_grapheme("abc") === {"a", "bc"}
    end

    test "String.next_grapheme(\"Hello World\")" do
      assert String.next_grapheme("Hello World") === {"H", "ello World"}
    end

    test "String.next_grapheme(\"  a b  \")" do
      assert String.next_grapheme("  a b  ") === {" ", " a b  "}
    end
  end

  describe "normalize" do
    test "String.normalize(\"\",:nfd)" do
      assert String.normalize("", :nfd) === ""
    end

    test "String.normalize(\"a\",:nfd)" do
      assert String.normalize("a", :nfd) === "a"
    end

    test "String.normalize(\"abc\",:nfd)" do
      assert String.normalize("abc", :nfd) === "abc"
    end

    test "String.normalize(\"Hello World\",:nfd)" do
      assert String.normalize("Hello World", :nfd) === "Hello World"
    end

    test "String.normalize(\"  a b  \",:nfd)" do
      assert String.normalize("  a b  ", :nfd) === "  a b  "
    end
  end

  describe "pad_leading" do
    test "String.pad_leading(\"\",6)" do
      assert String.pad_leading("", 6) === "      "
    end

    test "String.pad_leading(\"\",6,\"0\")" do
      assert String.pad_leading("", 6, "0") === "000000"
    end

    test "String.pad_leading(\"\",6,[\"1\",\"2\"])" do
      assert String.pad_leading("", 6, ["1", "2"]) === "121212"
    end

    test "String.pad_leading(\"a\",6)" do
      assert String.pad_leading("a", 6) === "     a"
    end

    test "String.pad_leading(\"a\",6,\"0\")" do
      assert String.pad_leading("a", 6, "0") === "00000a"
    end
  end

  describe "pad_trailing" do
    test "String.pad_trailing(\"\",6,\"xy\")" do
      assert String.pad_trailing("", 6, "xy") === "xyxyxy"
    end

    test "String.pad_trailing(\"a\",6,\"xy\")" do
      assert String.pad_trailing("a", 6, "xy") === "axyxyx"
    end

    test "String.pad_trailing(\"abc\",6,\"xy\")" do
      assert String.pad_trailing("abc", 6, "xy") === "abcxyx"
    end

    test "String.pad_trailing(\"Hello World\",6,\"xy\")" do
      assert String.pad_trailing("Hello World", 6, "xy") === "Hello World"
    end

    test "String.pad_trailing(\"  a b  \",6,\"xy\")" do
      assert String.pad_trailing("  a b  ", 6, "xy") === "  a b  "
    end
  end

  describe "printable?" do
    test "String.printable?(\"\")" do
      assert String.printable?("") === true
    end

    test "String.printable?(<<255>>)" do
      assert String.printable?(<<255>>) === false
    end
  end

  describe "replace" do
    test "String.replace(\"\",\"a\",\"b\")" do
      assert String.replace("", "a", "b") === ""
    end

    test "String.replace(\"\",\"\",\"-\")" do
      assert String.replace("", "", "-") === "-"
    end

    test "String.replace(\"a\",\"a\",\"b\")" do
      assert String.replace("a", "a", "b") === "b"
    end

    test "String.replace(\"a\",\"\",\"-\")" do
      assert String.replace("a", "", "-") === "-a-"
    end

    test "String.replace(\"a\",[\"a\",\"b\"],&String.upcase/1)" do
      assert String.replace("a", ["a", "b"], &String.upcase/1) === "A"
    end
  end

  describe "replace_leading" do
    test "String.replace_leading(\"\",\"a\",\"b\")" do
      assert String.replace_leading("", "a", "b") === ""
    end

    test "String.replace_leading(\"a\",\"a\",\"b\")" do
      assert String.replace_leading("a", "a", "b") === "b"
    end

    test "String.replace_leading(\"abc\",\"a\",\"b\")" do
      assert String.replace_leading("abc", "a", "b") === "bbc"
    end

    test "String.replace_leading(\"Hello World\",\"a\",\"b\")" do
      assert String.replace_leading("Hello World", "a", "b") === "Hello World"
    end

    test "String.replace_leading(\"  a b  \",\"a\",\"b\")" do
      assert String.replace_leading("  a b  ", "a", "b") === "  a b  "
    end

    test "String.replace_leading(\"\",\"\",\"b\")" do
      assert message(ArgumentError, fn -> String.replace_leading("", "", "b") end) == "cannot use an empty string as the match to replace"
    end
  end

  describe "replace_trailing" do
    test "String.replace_trailing(\"\",\"c\",\"b\")" do
      assert String.replace_trailing("", "c", "b") === ""
    end

    test "String.replace_trailing(\"a\",\"c\",\"b\")" do
      assert String.replace_trailing("a", "c", "b") === "a"
    end

    test "String.replace_trailing(\"abc\",\"c\",\"b\")" do
      assert String.replace_trailing("abc", "c", "b") === "abb"
    end

    test "String.replace_trailing(\"Hello World\",\"c\",\"b\")" do
      assert String.replace_trailing("Hello World", "c", "b") === "Hello World"
    end

    test "String.replace_trailing(\"  a b  \",\"c\",\"b\")" do
      assert String.replace_trailing("  a b  ", "c", "b") === "  a b  "
    end

    test "String.replace_trailing(\"\",\"\",\"b\")" do
      assert message(ArgumentError, fn -> String.replace_trailing("", "", "b") end) == "cannot use an empty string as the match to replace"
    end
  end

  describe "replace_prefix" do
    test "String.replace_prefix(\"\",\"a\",\"b\")" do
      assert String.replace_prefix("", "a", "b") === ""
    end

    test "String.replace_prefix(\"\",\"\",\"b\")" do
      assert String.replace_prefix("", "", "b") === "b"
    end

    test "String.replace_prefix(\"a\",\"\",\"b\")" do
      assert String.replace_prefix("a", "", "b") === "ba"
    end

    test "String.replace_prefix(\"abc\",\"a\",\"b\")" do
      assert String.replace_prefix("abc", "a", "b") === "bbc"
    end

    test "String.replace_prefix(\"abc\",\"\",\"b\")" do
      assert String.replace_prefix("abc", "", "b") === "babc"
    end
  end

  describe "replace_suffix" do
    test "String.replace_suffix(\"\",\"c\",\"b\")" do
      assert String.replace_suffix("", "c", "b") === ""
    end

    test "String.replace_suffix(\"a\",\"c\",\"b\")" do
      assert String.replace_suffix("a", "c", "b") === "a"
    end

    test "String.replace_suffix(\"abc\",\"c\",\"b\")" do
      assert String.replace_suffix("abc", "c", "b") === "abb"
    end

    test "String.replace_suffix(\"Hello World\",\"c\",\"b\")" do
      assert String.replace_suffix("Hello World", "c", "b") === "Hello World"
    end

    test "String.replace_suffix(\"  a b  \",\"c\",\"b\")" do
      assert String.replace_suffix("  a b  ", "c", "b") === "  a b  "
    end
  end

  describe "reverse" do
    test "String.reverse(\"\")" do
      assert String.reverse("") === ""
    end

    test "String.reverse(\"a\")" do
      assert String.reverse("a") === "a"
    end

    test "String.reverse(\"abc\")" do
      assert String.reverse("abc") === "cba"
    end

    test "String.reverse(\"Hello World\")" do
      assert String.reverse("Hello World") === "dlroW olleH"
    end

    test "String.reverse(\"  a b  \")" do
      assert String.reverse("  a b  ") === "  b a  "
    end
  end

  describe "slice" do
    test "String.slice(\"\",0,2)" do
      assert String.slice("", 0, 2) === ""
    end

    test "String.slice(\"a\",0,2)" do
      assert String.slice("a", 0, 2) === "a"
    end

    test "String.slice(\"abc\",0,2)" do
      assert String.slice("abc", 0, 2) === "ab"
    end

    test "String.slice(\"abc\",-2,2)" do
      assert String.slice("abc", -2, 2) === "bc"
    end

    test "String.slice(\"abc\",0..-1//2)" do
      assert String.slice("abc", 0..-1//2) === "ac"
    end
  end

  describe "split" do
    test "String.split(\"\")" do
      assert String.split("") === []
    end

    test "String.split(\"\",\" \")" do
      assert String.split("", " ") === [""]
    end

    test "String.split(\"\",\"\")" do
      assert String.split("", "") === ["", ""]
    end

    test "String.split(\"a\")" do
      assert String.split("a") === ["a"]
    end

    test "String.split(\"a\",\"\")" do
      assert String.split("a", "") === ["", "a", ""]
    end
  end

  describe "split_at" do
    test "String.split_at(\"\",1)" do
      assert String.split_at("", 1) === {"", ""}
    end

    test "String.split_at(\"a\",1)" do
      assert String.split_at("a", 1) === {"a", ""}
    end

    test "String.split_at(\"a\",-1)" do
      assert String.split_at("a", -1) === {"", "a"}
    end

    test "String.split_at(\"abc\",1)" do
      assert String.split_at("abc", 1) === {"a", "bc"}
    end

    test "String.split_at(\"abc\",-1)" do
      assert String.split_at("abc", -1) === {"ab", "c"}
    end
  end

  describe "splitter" do
    test "String.splitter(\"\",\"X\")|>Enum.to_list" do
      assert String.splitter("", "X") |> Enum.to_list() === [""]
    end

    test "String.splitter(\"\",\"\")|>Enum.to_list" do
      assert String.splitter("", "") |> Enum.to_list() === ["", ""]
    end

    test "String.splitter(\"\",\"\",trim: true)|>Enum.to_list" do
      assert String.splitter("", "", trim: true) |> Enum.to_list() === []
    end

    test "String.splitter(\"a\",\"X\")|>Enum.to_list" do
      assert String.splitter("a", "X") |> Enum.to_list() === ["a"]
    end

    test "String.splitter(\"a\",\"\")|>Enum.to_list" do
      assert String.splitter("a", "") |> Enum.to_list() === ["", "a", ""]
    end
  end

  describe "to_charlist" do
    test "String.to_charlist(\"\")" do
      assert String.to_charlist("") === []
    end

    test "String.to_charlist(\"a\")" do
      assert String.to_charlist("a") === 'a'
    end

    test "String.to_charlist(\"abc\")" do
      assert String.to_charlist("abc") === 'abc'
    end

    test "String.to_charlist(\"Hello World\")" do
      assert String.to_charlist("Hello World") === 'Hello World'
    end

    test "String.to_charlist(\"  a b  \")" do
      assert String.to_charlist("  a b  ") === '  a b  '
    end

    test "String.to_charlist(<<255>>)" do
      assert message(UnicodeConversionError, fn -> String.to_charlist(<<255>>) end) == "invalid encoding starting at <<255>>"
    end
  end

  describe "to_atom" do
    test "String.to_atom(\"\")" do
      assert String.to_atom("") === :""
    end

    test "String.to_atom(\"a\")" do
      assert String.to_atom("a") === :a
    end

    test "String.to_atom(\"abc\")" do
      assert String.to_atom("abc") === :abc
    end

    test "String.to_atom(\"Hello World\")" do
      assert String.to_atom("Hello World") === :"Hello World"
    end

    test "String.to_atom(\"  a b  \")" do
      assert String.to_atom("  a b  ") === :"  a b  "
    end

    test "String.to_atom(<<255>>)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> String.to_atom(<<255>>) end),
               "errors were found at the given arguments:\n\n  * 1st argument: invalid UTF8 encoding"
             )
    end
  end

  describe "to_float" do
    test "String.to_float(\"1.5e3\")" do
      assert String.to_float("1.5e3") === 1500.0
    end

    test "String.to_float(\"1.5\")" do
      assert String.to_float("1.5") === 1.5
    end

    test "String.to_float(\"\")" do
      assert String.starts_with?(
               message(ArgumentError, fn -> String.to_float("") end),
               "errors were found at the given arguments:\n\n  * 1st argument: not a textual representation of a float"
             )
    end
  end

  describe "to_integer" do
    test "String.to_integer(\"a\",16)" do
      assert String.to_integer("a", 16) === 10
    end

    test "String.to_integer(\"abc\",16)" do
      assert String.to_integer("abc", 16) === 2748
    end

    test "String.to_integer(\"-12\")" do
      assert String.to_integer("-12") === -12
    end

    test "String.to_integer(\"-12\",16)" do
      assert String.to_integer("-12", 16) === -18
    end

    test "String.to_integer(\"12\")" do
      assert String.to_integer("12") === 12
    end

    test "String.to_integer(\"\")" do
      assert String.starts_with?(
               message(ArgumentError, fn -> String.to_integer("") end),
               "errors were found at the given arguments:\n\n  * 1st argument: not a textual representation of an integer"
             )
    end
  end

  describe "trim" do
    test "String.trim(\"\")" do
      assert String.trim("") === ""
    end

    test "String.trim(\"a\")" do
      assert String.trim("a") === "a"
    end

    test "String.trim(\"abc\")" do
      assert String.trim("abc") === "abc"
    end

    test "String.trim(\"abc\",\"a\")" do
      assert String.trim("abc", "a") === "bc"
    end

    test "String.trim(\"Hello World\")" do
      assert String.trim("Hello World") === "Hello World"
    end
  end

  describe "trim_leading" do
    test "String.trim_leading(\"\")" do
      assert String.trim_leading("") === ""
    end

    test "String.trim_leading(\"a\")" do
      assert String.trim_leading("a") === "a"
    end

    test "String.trim_leading(\"abc\")" do
      assert String.trim_leading("abc") === "abc"
    end

    test "String.trim_leading(\"Hello World\")" do
      assert String.trim_leading("Hello World") === "Hello World"
    end

    test "String.trim_leading(\"  a b  \")" do
      assert String.trim_leading("  a b  ") === "a b  "
    end
  end

  describe "trim_trailing" do
    test "String.trim_trailing(\"\")" do
      assert String.trim_trailing("") === ""
    end

    test "String.trim_trailing(\"a\")" do
      assert String.trim_trailing("a") === "a"
    end

    test "String.trim_trailing(\"abc\")" do
      assert String.trim_trailing("abc") === "abc"
    end

    test "String.trim_trailing(\"abc\",\"c\")" do
      assert String.trim_trailing("abc", "c") === "ab"
    end

    test "String.trim_trailing(\"Hello World\")" do
      assert String.trim_trailing("Hello World") === "Hello World"
    end
  end

  describe "valid?" do
    test "String.valid?(\"\")" do
      assert String.valid?("") === true
    end

    test "String.valid?(<<255>>)" do
      assert String.valid?(<<255>>) === false
    end
  end

  describe "bag_distance" do
    test "String.bag_distance(\"\",\"abd\")" do
      assert String.bag_distance("", "abd") === 0.0
    end

    test "String.bag_distance(\"a\",\"abd\")" do
      assert String.bag_distance("a", "abd") === 0.33333333333333337
    end

    test "String.bag_distance(\"abc\",\"abd\")" do
      assert String.bag_distance("abc", "abd") === 0.6666666666666667
    end

    test "String.bag_distance(\"Hello World\",\"abd\")" do
      assert String.bag_distance("Hello World", "abd") === 0.09090909090909094
    end

    test "String.bag_distance(\"  a b  \",\"abd\")" do
      assert String.bag_distance("  a b  ", "abd") === 0.2857142857142857
    end
  end

  describe "jaro_distance" do
    test "String.jaro_distance(\"\",\"abd\")" do
      assert String.jaro_distance("", "abd") === 0.0
    end

    test "String.jaro_distance(\"a\",\"abd\")" do
      assert String.jaro_distance("a", "abd") === 0.7777777777777777
    end

    test "String.jaro_distance(\"  a b  \",\"abd\")" do
      assert String.jaro_distance("  a b  ", "abd") === 0.4920634920634921
    end

    test "String.jaro_distance(\"aXbXc\",\"abd\")" do
      assert String.jaro_distance("aXbXc", "abd") === 0.6888888888888888
    end

    test "String.jaro_distance(\"a\\r\\nb\",\"abd\")" do
      assert String.jaro_distance("a\r\nb", "abd") === 0.5555555555555555
    end
  end

  describe "myers_difference" do
    test "String.myers_difference(\"\",\"abd\")" do
      assert String.myers_difference("", "abd") === [ins: "abd"]
    end

    test "String.myers_difference(\"a\",\"abd\")" do
      assert String.myers_difference("a", "abd") === [eq: "a", ins: "bd"]
    end

    test "String.myers_difference(\"abc\",\"abd\")" do
      assert String.myers_difference("abc", "abd") === [eq: "ab", del: "c", ins: "d"]
    end

    test "String.myers_difference(\"Hello World\",\"abd\")" do
      assert String.myers_difference("Hello World", "abd") === [del: "Hello Worl", ins: "ab", eq: "d"]
    end

    test "String.myers_difference(\"  a b  \",\"abd\")" do
      assert String.myers_difference("  a b  ", "abd") === [del: "  ", eq: "a", del: " ", eq: "b", del: "  ", ins: "d"]
    end
  end

  describe "equivalent?" do
    test "String.equivalent?(\"\",\"a\")" do
      assert String.equivalent?("", "a") === false
    end

    test "String.equivalent?(\"a\",\"a\")" do
      assert String.equivalent?("a", "a") === true
    end
  end

  describe "match?" do
    test "String.match?(\"\",~r/a/)" do
      assert String.match?("", ~r/a/) === false
    end

    test "String.match?(\"a\",~r/a/)" do
      assert String.match?("a", ~r/a/) === true
    end
  end

  describe "to_existing_atom" do
    test "String.to_existing_atom(\"\")" do
      assert String.to_existing_atom("") === :""
    end

    test "String.to_existing_atom(\"a\")" do
      assert String.to_existing_atom("a") === :a
    end

    test "String.to_existing_atom(\"abc\")" do
      assert String.to_existing_atom("abc") === :abc
    end

    test "String.to_existing_atom(\"Hello World\")" do
      assert String.to_existing_atom("Hello World") === :"Hello World"
    end

    test "String.to_existing_atom(\"  a b  \")" do
      assert String.to_existing_atom("  a b  ") === :"  a b  "
    end

    test "String.to_existing_atom(<<255>>)" do
      assert String.starts_with?(
               message(ArgumentError, fn -> String.to_existing_atom(<<255>>) end),
               "errors were found at the given arguments:\n\n  * 1st argument: invalid UTF8 encoding"
             )
    end
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))

  describe "titles" do
    test "only the first of the capitals of one letter stays large" do
      assert Enum.map(["ßa", "ﬃx", "ﬅ", "ŉx", "ᾀx", "ᾳx", "ᾲx", "ǆx", "აბ", "և", "iX"], &String.capitalize/1) ==
               ["Ssa", "Ffix", "St", "ʼNx", "ᾈx", "ᾼx", "Ὰ\u0345x", "ǅx", "აბ", "Եւ", "Ix"]

      assert String.capitalize("iX", :turkic) == "İx"
    end
  end
end
