defmodule XmerlTest do
  use ExUnit.Case, async: true

  defp scan(text, options \\ []) do
    {document, []} = :xmerl_scan.string(String.to_charlist(text), options)
    document
  end

  # What is found, without the records' surroundings.
  defp found(path, document, options \\ []) do
    case :xmerl_xpath.string(String.to_charlist(path), document, options) do
      nodes when is_list(nodes) ->
        Enum.map(nodes, fn
          {:xmlText, _, _, _, text, _} -> List.to_string(text)
          {:xmlComment, _, _, _, text} -> {:comment, List.to_string(text)}
          attribute when elem(attribute, 0) == :xmlAttribute -> {elem(attribute, 1), List.to_string(elem(attribute, 8))}
          element when elem(element, 0) == :xmlElement -> {elem(element, 1), elem(element, 6)}
        end)

      {:xmlObj, _, value} ->
        value
    end
  end

  describe "xmerl_scan" do
    test "elements, attributes and text are records that know their places" do
      base = File.cwd!() |> String.to_charlist()
      namespace = {:xmlNamespace, [], []}

      assert scan("<r a='1'><b>x &amp; &lt;y&#65;</b><c k=\"2\"/> tail</r>") ==
               {:xmlElement, :r, :r, [], namespace, [], 1, [{:xmlAttribute, :a, [], [], [], [r: 1], 1, [], ~c"1", false}],
                [
                  {:xmlElement, :b, :b, [], namespace, [r: 1], 1, [], [{:xmlText, [b: 1, r: 1], 1, [], ~c"x & <yA", :text}], [], base, :undeclared},
                  {:xmlElement, :c, :c, [], namespace, [r: 1], 2, [{:xmlAttribute, :k, [], [], [], [c: 2, r: 1], 1, [], ~c"2", false}], [], [], base,
                   :undeclared},
                  {:xmlText, [r: 1], 3, [], ~c" tail", :text}
                ], [], base, :undeclared}
    end

    test "comments, instructions and sections" do
      content = fn text, options -> text |> scan(options) |> elem(8) end
      text = "<r><!--in--><?pi data?><![CDATA[raw <>]]></r>"
      assert content.(text, []) == [{:xmlComment, [r: 1], 1, [], ~c"in"}, {:xmlPI, :pi, [r: 1], 2, ~c"data"}, {:xmlText, [r: 1], 3, [], ~c"raw <>", :cdata}]
      assert content.(text, comments: false) == [{:xmlPI, :pi, [r: 1], 1, ~c"data"}, {:xmlText, [r: 1], 2, [], ~c"raw <>", :cdata}]
      assert [{:xmlText, _, 1, _, ~c" x y ", :text}] = content.("<r>  x \n y </r>", space: :normalize)
    end

    test "namespaces" do
      text = "<r xmlns='urn:d'><p:a xmlns:p='urn:p' p:k='1' j='2'/></r>"
      root = scan(text, namespace_conformant: true)
      assert elem(root, 2) == {:"urn:d", :r}
      [a] = elem(root, 8)
      assert elem(a, 2) == {:"urn:p", :a}
      assert elem(a, 3) == {~c"p", ~c"a"}
      assert elem(a, 4) == {:xmlNamespace, :"urn:d", [{~c"p", :"urn:p"}]}
      assert Enum.map(elem(a, 7), &elem(&1, 2)) == [{~c"xmlns", ~c"p"}, {:"urn:p", :k}, :j]
      assert elem(scan(text), 2) == :r
    end

    test "bytes are UTF-8 unless the document says otherwise" do
      text = fn bytes -> :xmerl_scan.string(:binary.bin_to_list(bytes)) |> elem(0) |> elem(8) |> hd() |> elem(4) end
      assert text.("<r>ü €</r>") == ~c"ü €"
      assert text.("<?xml version='1.0' encoding='UTF-8'?><r>ü</r>") == ~c"ü"
    end

    test "entities of the document, and what follows it" do
      assert {element, ~c"after"} = :xmerl_scan.string(~c"<!DOCTYPE r [<!ENTITY e \"ent\"><!ELEMENT r (#PCDATA)>]><r>&e;</r> after")
      assert [{:xmlText, _, 1, [], ~c"ent", :text}] = elem(element, 8)
    end

    test "functions of the program see what is read" do
      {count, []} = :xmerl_scan.string(~c"<r><a/>t<a/></r>", hook_fun: fn entity, state -> {elem(entity, 0), state} end)
      assert count == :xmlElement

      elements = fn entity, acc, state -> {if(elem(entity, 0) == :xmlElement, do: [entity | acc], else: acc), state} end
      {root, []} = :xmerl_scan.string(~c"<r><a/>t<b/></r>", acc_fun: elements)
      assert Enum.map(elem(root, 8), &elem(&1, 1)) == [:a, :b]

      counting = fn _event, state -> :xmerl_scan.user_state(:xmerl_scan.user_state(state) + 1, state) end
      hook = fn entity, state -> {{entity, :xmerl_scan.user_state(state)}, state} end
      assert {{_, count}, []} = :xmerl_scan.string(~c"<r/>", event_fun: counting, hook_fun: hook, user_state: 0)
      assert count > 0
    end

    test "errors are exits" do
      reason = fn text -> catch_exit(:xmerl_scan.string(String.to_charlist(text), quiet: true)) end
      assert {:fatal, {{:endtag_does_not_match, {:was, :a, :should_have_been, :b}}, {:file, :file_name_unknown}, {:line, 1}, {:col, 11}}} = reason.("<a><b></a>")
      assert {:fatal, {:unexpected_end, _, _, _}} = reason.("<a")
      assert {:fatal, {:expected_element_start_tag, _, _, _}} = reason.("hello")
      assert {:fatal, {:error_scanning_entity_ref, _, _, _}} = reason.("<a>&foo;</a>")
      assert {:fatal, {{:error, {:unique_att_spec_required, :a}}, _, _, _}} = reason.("<r a='1' a='2'/>")
      assert {:fatal, {{:invalid_name, ~c"1r/>"}, _, _, _}} = reason.("<1r/>")
      assert :xmerl_scan.file(~c"/no/such.xml") == {:error, :enoent}
    end
  end

  describe "xmerl_xpath" do
    setup do
      {:ok, doc: scan("<r n='0'><a id='1'>x<b>1</b></a><!--c--><a id='2'><b>2</b><c/></a><d>3</d></r>")}
    end

    test "paths", %{doc: doc} do
      assert found("/r/a", doc) == [a: 1, a: 3]
      assert found("//b", doc) == [b: 2, b: 1]
      assert found("//b/text()", doc) == ["1", "2"]
      assert found("/r/a/@id", doc) == [id: "1", id: "2"]
      assert found("a/b | d", doc) == [b: 2, b: 1, d: 4]
      assert found("//*", doc) == [r: 1, a: 1, a: 3, d: 4, b: 2, b: 1, c: 2]
      assert found("/r/comment()", doc) == [comment: "c"]
      assert found("./a[1]/following-sibling::*", doc) == [a: 3, d: 4]
      assert found("//c/ancestor::*", doc) == [r: 1, a: 3]
      assert found("descendant::b", doc) == [b: 2, b: 1]
      assert found("//a/..", doc) == [r: 1, r: 1]
      assert found("/x", doc) == []
      assert [xmlDocument: ^doc] = :xmerl_xpath.string(~c"/", doc)
    end

    test "predicates", %{doc: doc} do
      assert found("/r/a[1]", doc) == [a: 1]
      assert found("//a[last()]", doc) == [a: 3]
      assert found("/r/a[@id='2']", doc) == [a: 3]
      assert found("//a[b='2']/c", doc) == [c: 2]
      assert found("//a[contains(@id, '1')]", doc) == [a: 1]
      assert found("//a[not(c)]", doc) == [a: 1]
      assert found("//b[.='1']", doc) == [b: 2]
      assert found("(//a)[1]", doc) == [a: 1]
      assert found("/r/a[b and c]", doc) == [a: 3]
    end

    test "values", %{doc: doc} do
      assert :xmerl_xpath.string(~c"count(//a)", doc) == {:xmlObj, :number, 2}
      assert :xmerl_xpath.string(~c"string(/r/a[1])", doc) == {:xmlObj, :string, ~c"x"}
      assert :xmerl_xpath.string(~c"boolean(//none)", doc) == {:xmlObj, :boolean, false}
      assert found("name(/r/a)", doc) == ~c"a"
      assert found("concat('a', 'b')", doc) == ~c"ab"
      assert found("translate('bar', 'abc', 'AB')", doc) == ~c"BAr"
      assert found("floor(2.5)", doc) == 2
    end

    test "an element by itself is a document", %{doc: doc} do
      [a | _] = :xmerl_xpath.string(~c"/r/a", doc)
      assert found("./b", a) == [b: 2]
      assert found("//b", a) == [b: 2]
      assert found("/a", a) == [a: 1]
      assert found("/r", a) == []
    end

    test "prefixes of the asker" do
      doc = scan("<r xmlns='urn:d' xmlns:p='urn:p'><p:a p:k='1'>x</p:a><b/></r>", namespace_conformant: true)
      options = [namespace: [{~c"d", ~c"urn:d"}, {~c"q", ~c"urn:p"}]]
      assert found("/d:r/d:b", doc, options) == [b: 2]
      assert found("//q:a/@q:k", doc, options) == ["p:k": "1"]
      assert found("local-name(//q:a)", doc, options) == ~c"a"
    end
  end

  describe "xmerl" do
    test "writes records and plain tuples" do
      written = fn content -> content |> :xmerl.export_simple(:xmerl_xml) |> List.to_string() end
      assert written.([scan("<r a='1&amp;\"'>x &lt; <b/><!--gone--></r>")]) == ~s(<?xml version="1.0"?><r a="1&amp;&quot;">x &lt; <b/></r>)
      assert written.([{:r, [a: "1", b: 2, c: :d], [~c"x", {:b, [~c"y<"]}, :c, {:d, [], []}]}]) == ~s(<?xml version="1.0"?><r a="1" b="2" c="d">x<b>y&lt;</b><c/><d/></r>)
      assert [{:r, []}] |> :xmerl.export_simple(:xmerl_xml, prolog: [~c"<?p?>"]) |> List.to_string() == "<?p?><r/>"
      assert [{:b, [~c"y"]}] |> :xmerl.export_simple_content(:xmerl_xml) |> List.to_string() == "<b>y</b>"
    end

    test "turns records into plain tuples" do
      assert :xmerl_lib.simplify_element(scan("<r a='1'>x<b/><!--gone--></r>")) == {:r, [a: ~c"1"], [~c"x", {:b, [], []}]}
    end
  end
end
