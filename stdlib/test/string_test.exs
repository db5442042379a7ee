defmodule StringTest do
  use ExUnit.Case, async: true

  test "at" do
    assert String.at("", 0) === nil
    assert String.at("a", 0) === "a"
    assert String.at("abc", -1) === "c"
    assert String.at("Hello World", 0) === "H"
    assert String.at("Hello World", -1) === "d"
    assert String.at("Hello World", 9) === "l"
    assert String.at("  a b  ", 0) === " "
    assert String.at("éà", 0) === "é"
    assert String.at("éà", -1) === "à"
    assert String.at("e\u0301x", 0) === "é"
    assert String.at("e\u0301x", -1) === "x"
    assert String.at("👨‍👩‍👧x", 0) === "👨‍👩‍👧"
  end

  test "capitalize" do
    assert String.capitalize("") === ""
    assert String.capitalize("a") === "A"
    assert String.capitalize("abc") === "Abc"
    assert String.capitalize("Hello World") === "Hello world"
    assert String.capitalize("  a b  ") === "  a b  "
    assert String.capitalize("aXbXc") === "Axbxc"
    assert String.capitalize("éà") === "Éà"
    assert String.capitalize("e\u0301x") === "Éx"
    assert String.capitalize("👨‍👩‍👧x") === "👨‍👩‍👧x"
    assert String.capitalize("ß ŉ ǆ") === "Ss ŉ ǆ"
    assert String.capitalize("İI ı") === "İi ı"
    assert String.capitalize("ΑΣ Σ") === "Ασ σ"
  end

  test "codepoints" do
    assert String.codepoints("") === []
    assert String.codepoints("a") === ["a"]
    assert String.codepoints("abc") === ["a", "b", "c"]
    assert String.codepoints("Hello World") === ["H", "e", "l", "l", "o", " ", "W", "o", "r", "l", "d"]
    assert String.codepoints("  a b  ") === [" ", " ", "a", " ", "b", " ", " "]
    assert String.codepoints("aXbXc") === ["a", "X", "b", "X", "c"]
    assert String.codepoints("éà") === ["é", "à"]
    assert String.codepoints("e\u0301x") === ["e", "́", "x"]
    assert String.codepoints("👨‍👩‍👧x") === ["👨", "‍", "👩", "‍", "👧", "x"]
    assert String.codepoints("ß ŉ ǆ") === ["ß", " ", "ŉ", " ", "ǆ"]
    assert String.codepoints("İI ı") === ["İ", "I", " ", "ı"]
    assert String.codepoints("ΑΣ Σ") === ["Α", "Σ", " ", "Σ"]
  end

  test "contains?" do
    assert String.contains?("", "a") === false
    assert String.contains?("", ["z", ""]) === true
  end

  test "downcase" do
    assert String.downcase("") === ""
    assert String.downcase("a") === "a"
    assert String.downcase("abc") === "abc"
    assert String.downcase("Hello World") === "hello world"
    assert String.downcase("  a b  ") === "  a b  "
    assert String.downcase("aXbXc") === "axbxc"
    assert String.downcase("éà") === "éà"
    assert String.downcase("e\u0301x") === "éx"
    assert String.downcase("👨‍👩‍👧x") === "👨‍👩‍👧x"
    assert String.downcase("ß ŉ ǆ") === "ß ŉ ǆ"
    assert String.downcase("İI ı") === "i̇i ı"
    assert String.downcase("İI ı", :ascii) === "İi ı"
  end

  test "upcase" do
    assert String.upcase("") === ""
    assert String.upcase("a") === "A"
    assert String.upcase("abc") === "ABC"
    assert String.upcase("Hello World") === "HELLO WORLD"
    assert String.upcase("  a b  ") === "  A B  "
    assert String.upcase("aXbXc") === "AXBXC"
    assert String.upcase("éà") === "ÉÀ"
    assert String.upcase("e\u0301x") === "ÉX"
    assert String.upcase("👨‍👩‍👧x") === "👨‍👩‍👧X"
    assert String.upcase("ß ŉ ǆ") === "SS ʼN Ǆ"
    assert String.upcase("İI ı") === "İI I"
    assert String.upcase("ΑΣ Σ") === "ΑΣ Σ"
  end

  test "duplicate" do
    assert String.duplicate("", 2) === ""
    assert String.duplicate("a", 2) === "aa"
    assert String.duplicate("abc", 2) === "abcabc"
    assert String.duplicate("Hello World", 2) === "Hello WorldHello World"
    assert String.duplicate("  a b  ", 2) === "  a b    a b  "
    assert String.duplicate("aXbXc", 2) === "aXbXcaXbXc"
    assert String.duplicate("éà", 2) === "éàéà"
    assert String.duplicate("e\u0301x", 2) === "éxéx"
    assert String.duplicate("👨‍👩‍👧x", 2) === "👨‍👩‍👧x👨‍👩‍👧x"
    assert String.duplicate("ß ŉ ǆ", 2) === "ß ŉ ǆß ŉ ǆ"
    assert String.duplicate("İI ı", 2) === "İI ıİI ı"
    assert String.duplicate("ΑΣ Σ", 2) === "ΑΣ ΣΑΣ Σ"

    assert String.starts_with?(
             message(ArgumentError, fn -> String.duplicate("", -1) end),
             "errors were found at the given arguments:\n\n  * 2nd argument: out of range"
           )
  end

  test "ends_with?" do
    assert String.ends_with?("", "c") === false
    assert String.ends_with?("", "") === true
  end

  test "starts_with?" do
    assert String.starts_with?("", "a") === false
    assert String.starts_with?("", "") === true
  end

  test "first" do
    assert String.first("") === nil
    assert String.first("a") === "a"
    assert String.first("Hello World") === "H"
    assert String.first("  a b  ") === " "
    assert String.first("éà") === "é"
    assert String.first("e\u0301x") === "é"
    assert String.first("👨‍👩‍👧x") === "👨‍👩‍👧"
    assert String.first("ß ŉ ǆ") === "ß"
    assert String.first("İI ı") === "İ"
    assert String.first("ΑΣ Σ") === "Α"
    assert String.first(<<255>>) === <<255>>
    assert String.first("日本語") === "日"
  end

  test "last" do
    assert String.last("") === nil
    assert String.last("a") === "a"
    assert String.last("abc") === "c"
    assert String.last("Hello World") === "d"
    assert String.last("  a b  ") === " "
    assert String.last("éà") === "à"
    assert String.last("e\u0301x") === "x"
    assert String.last("ß ŉ ǆ") === "ǆ"
    assert String.last("İI ı") === "ı"
    assert String.last("ΑΣ Σ") === "Σ"
    assert String.last("a\r\nb") === "b"
    assert String.last(<<255>>) === <<255>>
  end

  test "graphemes" do
    assert String.graphemes("") === []
    assert String.graphemes("a") === ["a"]
    assert String.graphemes("abc") === ["a", "b", "c"]
    assert String.graphemes("Hello World") === ["H", "e", "l", "l", "o", " ", "W", "o", "r", "l", "d"]
    assert String.graphemes("  a b  ") === [" ", " ", "a", " ", "b", " ", " "]
    assert String.graphemes("aXbXc") === ["a", "X", "b", "X", "c"]
    assert String.graphemes("éà") === ["é", "à"]
    assert String.graphemes("e\u0301x") === ["é", "x"]
    assert String.graphemes("👨‍👩‍👧x") === ["👨‍👩‍👧", "x"]
    assert String.graphemes("ß ŉ ǆ") === ["ß", " ", "ŉ", " ", "ǆ"]
    assert String.graphemes("İI ı") === ["İ", "I", " ", "ı"]
    assert String.graphemes("ΑΣ Σ") === ["Α", "Σ", " ", "Σ"]
  end

  test "length" do
    assert String.length("") === 0
    assert String.length("a") === 1
    assert String.length("abc") === 3
    assert String.length("Hello World") === 11
    assert String.length("  a b  ") === 7
    assert String.length("aXbXc") === 5
    assert String.length("éà") === 2
    assert String.length("İI ı") === 4
  end

  test "next_codepoint" do
    assert String.next_codepoint("") === nil
    assert String.next_codepoint("a") === {"a", ""}
    assert String.next_codepoint("abc") === {"a", "bc"}
    assert String.next_codepoint("Hello World") === {"H", "ello World"}
    assert String.next_codepoint("  a b  ") === {" ", " a b  "}
    assert String.next_codepoint("aXbXc") === {"a", "XbXc"}
    assert String.next_codepoint("éà") === {"é", "à"}
    assert String.next_codepoint("e\u0301x") === {"e", "́x"}
    assert String.next_codepoint("👨‍👩‍👧x") === {"👨", "‍👩‍👧x"}
    assert String.next_codepoint("ß ŉ ǆ") === {"ß", " ŉ ǆ"}
    assert String.next_codepoint("İI ı") === {"İ", "I ı"}
    assert String.next_codepoint("ΑΣ Σ") === {"Α", "Σ Σ"}
  end

  test "next_grapheme" do
    assert String.next_grapheme("") === nil
    assert String.next_grapheme("a") === {"a", ""}
    assert String.next_grapheme("abc") === {"a", "bc"}
    assert String.next_grapheme("Hello World") === {"H", "ello World"}
    assert String.next_grapheme("  a b  ") === {" ", " a b  "}
    assert String.next_grapheme("aXbXc") === {"a", "XbXc"}
    assert String.next_grapheme("éà") === {"é", "à"}
    assert String.next_grapheme("e\u0301x") === {"é", "x"}
    assert String.next_grapheme("👨‍👩‍👧x") === {"👨‍👩‍👧", "x"}
    assert String.next_grapheme("ß ŉ ǆ") === {"ß", " ŉ ǆ"}
    assert String.next_grapheme("İI ı") === {"İ", "I ı"}
    assert String.next_grapheme("ΑΣ Σ") === {"Α", "Σ Σ"}
  end

  test "normalize" do
    assert String.normalize("", :nfd) === ""
    assert String.normalize("a", :nfd) === "a"
    assert String.normalize("abc", :nfd) === "abc"
    assert String.normalize("Hello World", :nfd) === "Hello World"
    assert String.normalize("  a b  ", :nfd) === "  a b  "
    assert String.normalize("aXbXc", :nfd) === "aXbXc"
    assert String.normalize("éà", :nfd) === "éà"
    assert String.normalize("éà", :nfc) === "éà"
    assert String.normalize("e\u0301x", :nfd) === "éx"
    assert String.normalize("e\u0301x", :nfc) === "éx"
    assert String.normalize("👨‍👩‍👧x", :nfd) === "👨‍👩‍👧x"
    assert String.normalize("ß ŉ ǆ", :nfd) === "ß ŉ ǆ"
  end

  test "pad_leading" do
    assert String.pad_leading("", 6) === "      "
    assert String.pad_leading("", 6, "0") === "000000"
    assert String.pad_leading("", 6, ["1", "2"]) === "121212"
    assert String.pad_leading("a", 6) === "     a"
    assert String.pad_leading("a", 6, "0") === "00000a"
    assert String.pad_leading("a", 6, ["1", "2"]) === "12121a"
    assert String.pad_leading("abc", 6) === "   abc"
    assert String.pad_leading("abc", 6, "0") === "000abc"
    assert String.pad_leading("abc", 6, ["1", "2"]) === "121abc"
    assert String.pad_leading("Hello World", 6) === "Hello World"
    assert String.pad_leading("  a b  ", 6) === "  a b  "
    assert String.pad_leading("aXbXc", 6) === " aXbXc"
  end

  test "pad_trailing" do
    assert String.pad_trailing("", 6, "xy") === "xyxyxy"
    assert String.pad_trailing("a", 6, "xy") === "axyxyx"
    assert String.pad_trailing("abc", 6, "xy") === "abcxyx"
    assert String.pad_trailing("Hello World", 6, "xy") === "Hello World"
    assert String.pad_trailing("  a b  ", 6, "xy") === "  a b  "
    assert String.pad_trailing("aXbXc", 6, "xy") === "aXbXcx"
    assert String.pad_trailing("éà", 6, "xy") === "éàxyxy"
    assert String.pad_trailing("e\u0301x", 6, "xy") === "éxxyxy"
    assert String.pad_trailing("👨‍👩‍👧x", 6, "xy") === "👨‍👩‍👧xxyxy"
    assert String.pad_trailing("ß ŉ ǆ", 6, "xy") === "ß ŉ ǆx"
    assert String.pad_trailing("İI ı", 6, "xy") === "İI ıxy"
    assert String.pad_trailing("ΑΣ Σ", 6, "xy") === "ΑΣ Σxy"
  end

  test "printable?" do
    assert String.printable?("") === true
    assert String.printable?(<<255>>) === false
  end

  test "replace" do
    assert String.replace("", "a", "b") === ""
    assert String.replace("", "", "-") === "-"
    assert String.replace("a", "a", "b") === "b"
    assert String.replace("a", "", "-") === "-a-"
    assert String.replace("a", ["a", "b"], &String.upcase/1) === "A"
    assert String.replace("a", ~r/[a-z]/, "<\\0>") === "<a>"
    assert String.replace("a", "X", "-", global: false) === "a"
    assert String.replace("abc", "a", "b") === "bbc"
    assert String.replace("abc", "", "-") === "-a-b-c-"
    assert String.replace("abc", ["a", "b"], &String.upcase/1) === "ABc"
    assert String.replace("abc", ~r/[a-z]/, "<\\0>") === "<a><b><c>"
    assert String.replace("abc", "X", "-", global: false) === "abc"
  end

  test "replace_leading" do
    assert String.replace_leading("", "a", "b") === ""
    assert String.replace_leading("a", "a", "b") === "b"
    assert String.replace_leading("abc", "a", "b") === "bbc"
    assert String.replace_leading("Hello World", "a", "b") === "Hello World"
    assert String.replace_leading("  a b  ", "a", "b") === "  a b  "
    assert String.replace_leading("aXbXc", "a", "b") === "bXbXc"
    assert String.replace_leading("éà", "a", "b") === "éà"
    assert String.replace_leading("e\u0301x", "a", "b") === "éx"
    assert String.replace_leading("👨‍👩‍👧x", "a", "b") === "👨‍👩‍👧x"
    assert String.replace_leading("ß ŉ ǆ", "a", "b") === "ß ŉ ǆ"
    assert String.replace_leading("İI ı", "a", "b") === "İI ı"
    assert String.replace_leading("ΑΣ Σ", "a", "b") === "ΑΣ Σ"
    assert message(ArgumentError, fn -> String.replace_leading("", "", "b") end) == "cannot use an empty string as the match to replace"
  end

  test "replace_trailing" do
    assert String.replace_trailing("", "c", "b") === ""
    assert String.replace_trailing("a", "c", "b") === "a"
    assert String.replace_trailing("abc", "c", "b") === "abb"
    assert String.replace_trailing("Hello World", "c", "b") === "Hello World"
    assert String.replace_trailing("  a b  ", "c", "b") === "  a b  "
    assert String.replace_trailing("aXbXc", "c", "b") === "aXbXb"
    assert String.replace_trailing("éà", "c", "b") === "éà"
    assert String.replace_trailing("e\u0301x", "c", "b") === "éx"
    assert String.replace_trailing("👨‍👩‍👧x", "c", "b") === "👨‍👩‍👧x"
    assert String.replace_trailing("ß ŉ ǆ", "c", "b") === "ß ŉ ǆ"
    assert String.replace_trailing("İI ı", "c", "b") === "İI ı"
    assert String.replace_trailing("ΑΣ Σ", "c", "b") === "ΑΣ Σ"
    assert message(ArgumentError, fn -> String.replace_trailing("", "", "b") end) == "cannot use an empty string as the match to replace"
  end

  test "replace_prefix" do
    assert String.replace_prefix("", "a", "b") === ""
    assert String.replace_prefix("", "", "b") === "b"
    assert String.replace_prefix("a", "", "b") === "ba"
    assert String.replace_prefix("abc", "a", "b") === "bbc"
    assert String.replace_prefix("abc", "", "b") === "babc"
    assert String.replace_prefix("Hello World", "a", "b") === "Hello World"
    assert String.replace_prefix("Hello World", "", "b") === "bHello World"
    assert String.replace_prefix("  a b  ", "a", "b") === "  a b  "
    assert String.replace_prefix("  a b  ", "", "b") === "b  a b  "
    assert String.replace_prefix("aXbXc", "a", "b") === "bXbXc"
    assert String.replace_prefix("aXbXc", "", "b") === "baXbXc"
    assert String.replace_prefix("éà", "a", "b") === "éà"
  end

  test "replace_suffix" do
    assert String.replace_suffix("", "c", "b") === ""
    assert String.replace_suffix("a", "c", "b") === "a"
    assert String.replace_suffix("abc", "c", "b") === "abb"
    assert String.replace_suffix("Hello World", "c", "b") === "Hello World"
    assert String.replace_suffix("  a b  ", "c", "b") === "  a b  "
    assert String.replace_suffix("aXbXc", "c", "b") === "aXbXb"
    assert String.replace_suffix("éà", "c", "b") === "éà"
    assert String.replace_suffix("e\u0301x", "c", "b") === "éx"
    assert String.replace_suffix("👨‍👩‍👧x", "c", "b") === "👨‍👩‍👧x"
    assert String.replace_suffix("ß ŉ ǆ", "c", "b") === "ß ŉ ǆ"
    assert String.replace_suffix("İI ı", "c", "b") === "İI ı"
    assert String.replace_suffix("ΑΣ Σ", "c", "b") === "ΑΣ Σ"
  end

  test "reverse" do
    assert String.reverse("") === ""
    assert String.reverse("a") === "a"
    assert String.reverse("abc") === "cba"
    assert String.reverse("Hello World") === "dlroW olleH"
    assert String.reverse("  a b  ") === "  b a  "
    assert String.reverse("aXbXc") === "cXbXa"
    assert String.reverse("éà") === "àé"
    assert String.reverse("e\u0301x") === "xé"
    assert String.reverse("👨‍👩‍👧x") === "x👨‍👩‍👧"
    assert String.reverse("ß ŉ ǆ") === "ǆ ŉ ß"
    assert String.reverse("İI ı") === "ı Iİ"
    assert String.reverse("ΑΣ Σ") === "Σ ΣΑ"
  end

  test "slice" do
    assert String.slice("", 0, 2) === ""
    assert String.slice("a", 0, 2) === "a"
    assert String.slice("abc", 0, 2) === "ab"
    assert String.slice("abc", -2, 2) === "bc"
    assert String.slice("abc", 0..-1//2) === "ac"
    assert String.slice("Hello World", 0, 2) === "He"
    assert String.slice("Hello World", -2, 2) === "ld"
    assert String.slice("Hello World", 1..-1) === "ello World"
    assert String.slice("Hello World", -3..-2) === "rl"
    assert String.slice("Hello World", 5..9) === " Worl"
    assert String.slice("Hello World", 0..-1//2) === "HloWrd"
    assert String.slice("  a b  ", 0, 2) === "  "
  end

  test "split" do
    assert String.split("") === []
    assert String.split("", " ") === [""]
    assert String.split("", "") === ["", ""]
    assert String.split("a") === ["a"]
    assert String.split("a", "") === ["", "a", ""]
    assert String.split("abc") === ["abc"]
    assert String.split("abc", "") === ["", "a", "b", "c", ""]
    assert String.split("abc", "", trim: true) === ["a", "b", "c"]
    assert String.split("Hello World") === ["Hello", "World"]
    assert String.split("Hello World", "") === ["", "H", "e", "l", "l", "o", " ", "W", "o", "r", "l", "d", ""]
    assert String.split("Hello World", "", trim: true) === ["H", "e", "l", "l", "o", " ", "W", "o", "r", "l", "d"]
    assert String.split("Hello World", "X", parts: 2) === ["Hello World"]
  end

  test "split_at" do
    assert String.split_at("", 1) === {"", ""}
    assert String.split_at("a", 1) === {"a", ""}
    assert String.split_at("a", -1) === {"", "a"}
    assert String.split_at("abc", 1) === {"a", "bc"}
    assert String.split_at("abc", -1) === {"ab", "c"}
    assert String.split_at("abc", 99) === {"abc", ""}
    assert String.split_at("Hello World", 1) === {"H", "ello World"}
    assert String.split_at("Hello World", -1) === {"Hello Worl", "d"}
    assert String.split_at("Hello World", 99) === {"Hello World", ""}
    assert String.split_at("  a b  ", 1) === {" ", " a b  "}
    assert String.split_at("  a b  ", -1) === {"  a b ", " "}
    assert String.split_at("  a b  ", 99) === {"  a b  ", ""}
  end

  test "splitter" do
    assert String.splitter("", "X") |> Enum.to_list() === [""]
    assert String.splitter("", "") |> Enum.to_list() === ["", ""]
    assert String.splitter("", "", trim: true) |> Enum.to_list() === []
    assert String.splitter("a", "X") |> Enum.to_list() === ["a"]
    assert String.splitter("a", "") |> Enum.to_list() === ["", "a", ""]
    assert String.splitter("abc", "X") |> Enum.to_list() === ["abc"]
    assert String.splitter("abc", "") |> Enum.to_list() === ["", "a", "b", "c", ""]
    assert String.splitter("abc", "", trim: true) |> Enum.to_list() === ["a", "b", "c"]
    assert String.splitter("Hello World", "X") |> Enum.to_list() === ["Hello World"]
    assert String.splitter("Hello World", "") |> Enum.to_list() === ["", "H", "e", "l", "l", "o", " ", "W", "o", "r", "l", "d", ""]
    assert String.splitter("Hello World", "", trim: true) |> Enum.to_list() === ["H", "e", "l", "l", "o", " ", "W", "o", "r", "l", "d"]
    assert String.splitter("  a b  ", "X") |> Enum.to_list() === ["  a b  "]
  end

  test "to_charlist" do
    assert String.to_charlist("") === []
    assert String.to_charlist("a") === 'a'
    assert String.to_charlist("abc") === 'abc'
    assert String.to_charlist("Hello World") === 'Hello World'
    assert String.to_charlist("  a b  ") === '  a b  '
    assert String.to_charlist("aXbXc") === 'aXbXc'
    assert String.to_charlist("éà") === [233, 224]
    assert String.to_charlist("e\u0301x") === [101, 769, 120]
    assert String.to_charlist("👨‍👩‍👧x") === [128_104, 8205, 128_105, 8205, 128_103, 120]
    assert String.to_charlist("ß ŉ ǆ") === [223, 32, 329, 32, 454]
    assert String.to_charlist("İI ı") === [304, 73, 32, 305]
    assert String.to_charlist("ΑΣ Σ") === [913, 931, 32, 931]
    assert message(UnicodeConversionError, fn -> String.to_charlist(<<255>>) end) == "invalid encoding starting at <<255>>"
  end

  test "to_atom" do
    assert String.to_atom("") === :""
    assert String.to_atom("a") === :a
    assert String.to_atom("abc") === :abc
    assert String.to_atom("Hello World") === :"Hello World"
    assert String.to_atom("  a b  ") === :"  a b  "
    assert String.to_atom("aXbXc") === :aXbXc
    assert String.to_atom("éà") === :éà
    assert String.to_atom("👨‍👩‍👧x") === :"👨‍👩‍👧x"
    assert String.to_atom("ß ŉ ǆ") === :"ß ŉ ǆ"
    assert String.to_atom("İI ı") === :"İI ı"
    assert String.to_atom("ΑΣ Σ") === :"ΑΣ Σ"
    assert String.to_atom("a\r\nb") === :"a\r\nb"

    assert String.starts_with?(
             message(ArgumentError, fn -> String.to_atom(<<255>>) end),
             "errors were found at the given arguments:\n\n  * 1st argument: invalid UTF8 encoding"
           )
  end

  test "to_float" do
    assert String.to_float("1.5e3") === 1500.0
    assert String.to_float("1.5") === 1.5

    assert String.starts_with?(
             message(ArgumentError, fn -> String.to_float("") end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a textual representation of a float"
           )
  end

  test "to_integer" do
    assert String.to_integer("a", 16) === 10
    assert String.to_integer("abc", 16) === 2748
    assert String.to_integer("-12") === -12
    assert String.to_integer("-12", 16) === -18
    assert String.to_integer("12") === 12
    assert String.to_integer("12", 16) === 18
    assert String.to_integer("12", 36) === 38
    assert String.to_integer("12abc", 16) === 76476
    assert String.to_integer("12abc", 36) === 1_786_296
    assert String.to_integer("-5") === -5
    assert String.to_integer("+5") === 5
    assert String.to_integer("abc", 36) === 13368

    assert String.starts_with?(
             message(ArgumentError, fn -> String.to_integer("") end),
             "errors were found at the given arguments:\n\n  * 1st argument: not a textual representation of an integer"
           )
  end

  test "trim" do
    assert String.trim("") === ""
    assert String.trim("a") === "a"
    assert String.trim("abc") === "abc"
    assert String.trim("abc", "a") === "bc"
    assert String.trim("Hello World") === "Hello World"
    assert String.trim("  a b  ") === "a b"
    assert String.trim("  a b  ", "a") === "  a b  "
    assert String.trim("aXbXc") === "aXbXc"
    assert String.trim("aXbXc", "a") === "XbXc"
    assert String.trim("éà") === "éà"
    assert String.trim("e\u0301x") === "éx"
    assert String.trim("👨‍👩‍👧x") === "👨‍👩‍👧x"
  end

  test "trim_leading" do
    assert String.trim_leading("") === ""
    assert String.trim_leading("a") === "a"
    assert String.trim_leading("abc") === "abc"
    assert String.trim_leading("Hello World") === "Hello World"
    assert String.trim_leading("  a b  ") === "a b  "
    assert String.trim_leading("aXbXc") === "aXbXc"
    assert String.trim_leading("éà") === "éà"
    assert String.trim_leading("e\u0301x") === "éx"
    assert String.trim_leading("👨‍👩‍👧x") === "👨‍👩‍👧x"
    assert String.trim_leading("ß ŉ ǆ") === "ß ŉ ǆ"
    assert String.trim_leading("İI ı") === "İI ı"
    assert String.trim_leading("ΑΣ Σ") === "ΑΣ Σ"
  end

  test "trim_trailing" do
    assert String.trim_trailing("") === ""
    assert String.trim_trailing("a") === "a"
    assert String.trim_trailing("abc") === "abc"
    assert String.trim_trailing("abc", "c") === "ab"
    assert String.trim_trailing("Hello World") === "Hello World"
    assert String.trim_trailing("  a b  ") === "  a b"
    assert String.trim_trailing("  a b  ", "c") === "  a b  "
    assert String.trim_trailing("aXbXc") === "aXbXc"
    assert String.trim_trailing("aXbXc", "c") === "aXbX"
    assert String.trim_trailing("éà") === "éà"
    assert String.trim_trailing("e\u0301x") === "éx"
    assert String.trim_trailing("👨‍👩‍👧x") === "👨‍👩‍👧x"
  end

  test "valid?" do
    assert String.valid?("") === true
    assert String.valid?(<<255>>) === false
  end

  test "bag_distance" do
    assert String.bag_distance("", "abd") === 0.0
    assert String.bag_distance("a", "abd") === 0.33333333333333337
    assert String.bag_distance("abc", "abd") === 0.6666666666666667
    assert String.bag_distance("Hello World", "abd") === 0.09090909090909094
    assert String.bag_distance("  a b  ", "abd") === 0.2857142857142857
    assert String.bag_distance("aXbXc", "abd") === 0.4
  end

  test "jaro_distance" do
    assert String.jaro_distance("", "abd") === 0.0
    assert String.jaro_distance("a", "abd") === 0.7777777777777777
    assert String.jaro_distance("  a b  ", "abd") === 0.4920634920634921
    assert String.jaro_distance("aXbXc", "abd") === 0.6888888888888888
    assert String.jaro_distance("a\r\nb", "abd") === 0.5555555555555555
  end

  test "myers_difference" do
    assert String.myers_difference("", "abd") === [ins: "abd"]
    assert String.myers_difference("a", "abd") === [eq: "a", ins: "bd"]
    assert String.myers_difference("abc", "abd") === [eq: "ab", del: "c", ins: "d"]
    assert String.myers_difference("Hello World", "abd") === [del: "Hello Worl", ins: "ab", eq: "d"]
    assert String.myers_difference("  a b  ", "abd") === [del: "  ", eq: "a", del: " ", eq: "b", del: "  ", ins: "d"]
    assert String.myers_difference("aXbXc", "abd") === [eq: "a", del: "X", eq: "b", del: "Xc", ins: "d"]
    assert String.myers_difference("éà", "abd") === [del: "éà", ins: "abd"]
    assert String.myers_difference("e\u0301x", "abd") === [del: "éx", ins: "abd"]
    assert String.myers_difference("👨‍👩‍👧x", "abd") === [del: "👨‍👩‍👧x", ins: "abd"]
    assert String.myers_difference("ß ŉ ǆ", "abd") === [del: "ß ŉ ǆ", ins: "abd"]
    assert String.myers_difference("İI ı", "abd") === [del: "İI ı", ins: "abd"]
    assert String.myers_difference("ΑΣ Σ", "abd") === [del: "ΑΣ Σ", ins: "abd"]
  end

  test "equivalent?" do
    assert String.equivalent?("", "a") === false
    assert String.equivalent?("a", "a") === true
  end

  test "match?" do
    assert String.match?("", ~r/a/) === false
    assert String.match?("a", ~r/a/) === true
  end

  test "to_existing_atom" do
    assert String.to_existing_atom("") === :""
    assert String.to_existing_atom("a") === :a
    assert String.to_existing_atom("abc") === :abc
    assert String.to_existing_atom("Hello World") === :"Hello World"
    assert String.to_existing_atom("  a b  ") === :"  a b  "
    assert String.to_existing_atom("aXbXc") === :aXbXc
    assert String.to_existing_atom("éà") === :éà
    assert String.to_existing_atom("👨‍👩‍👧x") === :"👨‍👩‍👧x"
    assert String.to_existing_atom("ß ŉ ǆ") === :"ß ŉ ǆ"
    assert String.to_existing_atom("İI ı") === :"İI ı"
    assert String.to_existing_atom("ΑΣ Σ") === :"ΑΣ Σ"
    assert String.to_existing_atom("a\r\nb") === :"a\r\nb"

    assert String.starts_with?(
             message(ArgumentError, fn -> String.to_existing_atom(<<255>>) end),
             "errors were found at the given arguments:\n\n  * 1st argument: invalid UTF8 encoding"
           )
  end

  defp message(exception, fun), do: Exception.message(assert_raise(exception, fun))
end
