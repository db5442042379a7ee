defmodule URITest do
  use ExUnit.Case, async: true
  doctest URI, except: [default_port: 1]

  defp parts(uri), do: {uri.scheme, uri.userinfo, uri.host, uri.port, uri.path, uri.query, uri.fragment}

  for {row, number} <- Enum.with_index([
      {"", {nil, nil, nil, nil, nil, nil, nil}},
      {"HTTP://Foo.COM:80/Path?q=1#frag", {"http", nil, "Foo.COM", 80, "/Path", "q=1", "frag"}},
      {"http://user:pass@foo.com:8080/a/b", {"http", "user:pass", "foo.com", 8080, "/a/b", nil, nil}},
      {"http://a@b@c/", {"http", "a@b", "c", 80, "/", nil, nil}},
      {"file:///etc/passwd", {"file", nil, "", nil, "/etc/passwd", nil, nil}},
      {"mailto:a@b.c", {"mailto", nil, nil, nil, "a@b.c", nil, nil}},
      {"//foo/bar", {nil, nil, "foo", nil, "/bar", nil, nil}},
      {"http://[::1]:8080/x", {"http", nil, "::1", 8080, "/x", nil, nil}},
      {"http://foo:abc", {"http", nil, "foo", 80, nil, nil, nil}},
      {"a?b#c?d#e", {nil, nil, nil, nil, "a", "b", "c?d#e"}},
      {"http://foo.com/a b|c", {"http", nil, "foo.com", 80, "/a b|c", nil, nil}},
      {"1http://foo", {nil, nil, nil, nil, "1http://foo", nil, nil}},
      {"http://x/?", {"http", nil, "x", 80, "/", "", nil}},
      {"a+b.c-d:e", {"a+b.c-d", nil, nil, nil, "e", nil, nil}}
      ], 1) do
    test "parse takes anything apart, case #{number}" do
      {text, parts} = unquote(Macro.escape(row))
      assert parts(URI.parse(text)) == parts, text
    end
  end

  for {row, number} <- Enum.with_index([
      {"a b", " "},
      {"foo^", "^"},
      {"/[", "["},
      {"a?é", "é"},
      {"/a#b#c", "#"},
      {"//a:1b", "b"},
      {"//a@b@c", "@"},
      {"//[z]", "z"},
      {":foo", ":"},
      {"1:2", ":"},
      {"http://foo bar.com", ":"},
      {"http://[1::2::3]", ":"},
      {"http://x:-1", ":"}
      ], 1) do
    test "new finds the first character that may not be there, case #{number}" do
      {text, part} = unquote(Macro.escape(row))
      assert URI.new(text) == {:error, part}, text
      assert_raise URI.Error, "cannot parse due to reason invalid_uri: #{inspect(part)}", fn -> URI.new!(text) end
    end
  end

  test "new finds the first character that may not be there" do
    assert {:ok, %URI{host: "::ffff:1.2.3.4", authority: nil, port: 443}} = URI.new("HTTPS://[::ffff:1.2.3.4]")
    assert {:ok, %URI{path: "/%zz"}} = URI.new("http://foo.com/%zz")
  end

  test "writing is the reverse of parsing, but for the default port" do
    for text <- ["", "/", "//a:5/b?c#d", "urn:isbn:123", "http://u:p@[::1]:81/x?y#z", "?", "#", "////a", "data:text/plain;base64,SGk="] do
      assert text |> URI.parse() |> URI.to_string() == text
    end

    assert to_string(URI.parse("http://x:80/")) == "http://x/"
    assert to_string(%URI{host: "x", port: 443}) == "//x:443"
    assert to_string(%URI{authority: "x:y", path: "/a"}) == "//x:y/a"

    assert_raise ArgumentError, ~r"^:path in URI must be empty or an absolute path if URL has a :host, got: %URI{", fn ->
      to_string(%URI{scheme: "http", host: "a", path: "b"})
    end
  end

  for {row, number} <- Enum.with_index([
      {"g:h", "g:h"}, {"g", "http://a/b/c/g"}, {"./g", "http://a/b/c/g"}, {"g/", "http://a/b/c/g/"}, {"/g", "http://a/g"},
      {"//g", "http://g"}, {"?y", "http://a/b/c/d;p?y"}, {"g?y", "http://a/b/c/g?y"}, {"#s", "http://a/b/c/d;p?q#s"},
      {";x", "http://a/b/c/;x"}, {"", "http://a/b/c/d;p?q"}, {"./", "http://a/b/c/"}, {"../", "http://a/b/"},
      {"../g", "http://a/b/g"}, {"../../g", "http://a/g"}, {"../../../g", "http://a/g"}, {"/./g", "http://a/g"}, {"/../g", "http://a/g"},
      {"g.", "http://a/b/c/g."}, {"..g", "http://a/b/c/..g"}, {"g/./h", "http://a/b/c/g/h"}, {"g/../h", "http://a/b/c/h"}
      ], 1) do
    test "references resolve as the RFC's examples, case #{number}" do
      {reference, result} = unquote(Macro.escape(row))
      assert "http://a/b/c/d;p?q" |> URI.merge(reference) |> to_string() == result, reference
    end
  end

  test "references resolve as the RFC's examples" do
    assert to_string(URI.merge("http://a?x", "b")) == "http://a/b"
    assert_raise ArgumentError, "you must merge onto an absolute URI", fn -> URI.merge("/a", "b") end
  end

  test "queries" do
    assert URI.encode_query([{:a, 1}, {"b c", "d e&="}, {:c, nil}]) == "a=1&b+c=d+e%26%3D&c="
    assert URI.encode_query([b: "x y~*-._!"], :rfc3986) == "b=x%20y~%2A-._%21"
    assert URI.decode_query("a=1&b=2&a=3&c&d=&=e&&f=g=h") == %{"" => "", "a" => "3", "b" => "2", "c" => "", "d" => "", "f" => "g=h"}
    assert URI.decode_query("a=+%20b+", %{}, :rfc3986) == %{"a" => "+ b+"}
    assert Enum.to_list(URI.query_decoder("%&a=1")) == [{"%", ""}, {"a", "1"}]
    assert to_string(URI.append_query(URI.parse("http://a/?y=2&"), "x=1")) == "http://a/?y=2&x=1"
    assert_raise ArgumentError, "encode_query/2 values cannot be lists, got: [1]", fn -> URI.encode_query(a: [1]) end
    assert_raise ArgumentError, "encode_query/2 keys cannot be lists, got: 'a'", fn -> URI.encode_query([{'a', 1}]) end
  end

  test "escaping" do
    assert URI.encode("a b/ü?x=[1]#%&+~^|\"") == "a%20b/%C3%BC?x=[1]#%25&+~%5E%7C%22"
    assert URI.encode("a/b", &URI.char_unreserved?/1) == "a%2Fb"
    assert URI.encode_www_form("a b/ü~*-._") == "a+b%2F%C3%BC~%2A-._"
    assert URI.decode("%41%e2%82%ac+%zz%4") == "A€+%zz%4"
    assert URI.decode_www_form("%41+b") == "A b"
    assert for(char <- 0..255, URI.char_reserved?(char), into: "", do: <<char>>) == "!#$&'()*+,/:;=?@[]"
  end
end
