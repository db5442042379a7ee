defmodule :xmerl_scan do
  @moduledoc """
  Erlang's `:xmerl_scan`: XML into the records of xmerl.

  Entities that a document defines itself are put in place; definitions of elements and attributes are read over, and
  what stands in other files is not fetched. Errors are exits of the form
  `{:fatal, {reason, {:file, name}, {:line, line}, {:col, column}}}`.

  ## Examples

      iex> {element, rest} = :xmerl_scan.string(~c"<a>text</a>")
      iex> {elem(element, 1), rest}
      {:a, []}
  """

  @entities %{"lt" => "<", "gt" => ">", "amp" => "&", "apos" => "'", "quot" => "\""}

  @states [:user_state, :event_state, :hook_state, :rules_state, :fetch_state, :cont_state]

  ## Entry

  @doc "Reads a document from a charlist of its bytes: `{element, rest}`."
  def string(chars), do: string(chars, [])

  def string(chars, options) do
    base = with {:ok, directory} <- :file.get_cwd(), do: directory, else: (_ -> ~c".")
    document(text(chars), options, ~c"", base)
  end

  @doc "Reads a document from a file: `{element, rest}` or `{:error, reason}`."
  def file(name), do: file(name, [])

  def file(name, options) do
    case :file.read_file(name) do
      {:ok, bytes} -> document(text(:binary.bin_to_list(bytes)), options, name, :filename.dirname(name))
      {:error, reason} -> {:error, reason}
    end
  end

  for name <- @states do
    @doc "Gives what a function of the program keeps in the scanner's state."
    def unquote(name)(state), do: Map.get(state, unquote(name), [])

    @doc "Puts what a function of the program keeps into the scanner's state."
    def unquote(name)(value, state), do: Map.put(state, unquote(name), value)
  end

  # Bytes are UTF-8, unless the document says otherwise; what is no byte is a character already.
  defp text(chars) do
    chars = :lists.flatten(chars)

    if Enum.all?(chars, &(&1 < 256)) do
      bytes = :erlang.list_to_binary(chars)

      case Regex.run(~r/\A<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']/, bytes) do
        [_, name] -> decoded(bytes, String.downcase(name))
        nil -> decoded(bytes, "utf-8")
      end
    else
      :unicode.characters_to_binary(chars)
    end
  end

  defp decoded(<<0xFE, 0xFF, rest::binary>>, _name), do: :unicode.characters_to_binary(rest, {:utf16, :big})
  defp decoded(<<0xFF, 0xFE, rest::binary>>, _name), do: :unicode.characters_to_binary(rest, {:utf16, :little})
  defp decoded(<<0xEF, 0xBB, 0xBF, rest::binary>>, name), do: decoded(rest, name)
  defp decoded(bytes, "iso-8859-" <> _), do: :unicode.characters_to_binary(bytes, :latin1)
  defp decoded(bytes, "us-ascii"), do: bytes
  defp decoded(bytes, _name), do: bytes

  defp document(text, options, file, base) do
    state = %{
      text: text,
      file: if(file in [~c"", ""], do: :file_name_unknown, else: file),
      base: Keyword.get(options, :xmlbase, base),
      conformant: Keyword.get(options, :namespace_conformant, false),
      normalize: Keyword.get(options, :space, :preserve) == :normalize,
      comments: Keyword.get(options, :comments, true),
      quiet: Keyword.get(options, :quiet, false),
      entities: @entities,
      allowed: Keyword.get(options, :allow_entities, true),
      hook: called(options, :hook_fun, fn entity, state -> {entity, state} end),
      acc: called(options, :acc_fun, fn entity, acc, state -> {[entity | acc], state} end),
      event: called(options, :event_fun, fn _event, state -> state end)
    }

    state = for {key, value} <- options, key in @states, into: state, do: {key, value}

    unless String.valid?(text), do: fatal({:error, {:wfc_Legal_Character, {:error, :bad_character}}}, invalid(text), state)
    {rest, pos, before, state} = prolog(declaration(text), 1, [], state)

    case rest do
      "<" <> name when name != "" ->
        {element, rest, state} = element(name, [], pos, {[], []}, [], state)
        {misc, rest, _state} = epilog(rest, pos + 1, [], state)

        result =
          if Keyword.get(options, :document, false),
            do: {:xmlDocument, :lists.reverse(before, [element | :lists.reverse(misc)])},
            else: element

        {result, :unicode.characters_to_list(rest)}

      _ ->
        fatal(:expected_element_start_tag, rest, state)
    end
  end

  # A function may come with the state it begins with.
  defp called(options, key, default) do
    case Keyword.get(options, key, default) do
      fun when is_function(fun) -> fun
    end
  end

  defp invalid(text) do
    case :unicode.characters_to_binary(text) do
      {_, _, rest} -> rest
      _ -> ""
    end
  end

  defp declaration("<?xml" <> <<char, _::binary>> = text) when char in ~c" \t\r\n" do
    case :binary.split(text, "?>") do
      [_, rest] -> rest
      [_] -> ""
    end
  end

  defp declaration(text), do: text

  ## Around the element

  defp prolog(text, pos, acc, state) do
    case spaces(text) do
      "<!--" <> rest ->
        {comment, rest, state} = comment(rest, [], pos, state)
        if state.comments, do: prolog(rest, pos + 1, [comment | acc], state), else: prolog(rest, pos, acc, state)

      "<?" <> rest ->
        {pi, rest, state} = instruction(rest, [], pos, state)
        prolog(rest, pos + 1, [pi | acc], state)

      "<!DOCTYPE" <> rest ->
        {rest, state} = doctype(rest, state)
        prolog(rest, pos, acc, state)

      rest ->
        {rest, pos, acc, state}
    end
  end

  defp epilog(text, pos, acc, state) do
    case spaces(text) do
      "<!--" <> rest ->
        {comment, rest, state} = comment(rest, [], pos, state)
        epilog(rest, pos + 1, if(state.comments, do: [comment | acc], else: acc), state)

      "<?" <> rest ->
        {pi, rest, state} = instruction(rest, [], pos, state)
        epilog(rest, pos + 1, [pi | acc], state)

      rest ->
        {acc, rest, state}
    end
  end

  defp spaces(<<char, rest::binary>>) when char in ~c" \t\r\n", do: spaces(rest)
  defp spaces(rest), do: rest

  defp comment(text, parents, pos, state) do
    {chars, rest} = until(text, "-->", state)
    {entity, state} = state.hook.({:xmlComment, parents, pos, [], :unicode.characters_to_list(lines(chars))}, state)
    {entity, rest, state}
  end

  defp instruction(text, parents, pos, state) do
    {name, rest} = name(text, state)
    {chars, rest} = until(spaces(rest), "?>", state)
    {entity, state} = state.hook.({:xmlPI, String.to_atom(name), parents, pos, :unicode.characters_to_list(lines(chars))}, state)
    {entity, rest, state}
  end

  defp until(text, mark, state) do
    case :binary.split(text, mark) do
      [chars, rest] -> {chars, rest}
      [_] -> fatal(:unexpected_end, "", state)
    end
  end

  # Of a document's own definitions those of entities are kept.
  defp doctype(text, state) do
    case text do
      "[" <> rest ->
        subset(rest, state)

      ">" <> rest ->
        {rest, state}

      <<quote, rest::binary>> when quote in ~c"\"'" ->
        {_, rest} = until(rest, <<quote>>, state)
        doctype(rest, state)

      <<_, rest::binary>> ->
        doctype(rest, state)

      "" ->
        fatal(:unexpected_end, "", state)
    end
  end

  defp subset(text, state) do
    case spaces(text) do
      "]" <> rest ->
        case spaces(rest) do
          ">" <> rest -> {rest, state}
          rest -> fatal(:expected_doctype_end, rest, state)
        end

      "<!--" <> rest ->
        {_, rest} = until(rest, "-->", state)
        subset(rest, state)

      "<?" <> rest ->
        {_, rest} = until(rest, "?>", state)
        subset(rest, state)

      "<!ENTITY" <> rest ->
        entity(spaces(rest), state)

      "<!" <> rest ->
        subset(definition(rest, state), state)

      "%" <> rest ->
        {_, rest} = until(rest, ";", state)
        subset(rest, state)

      "" ->
        fatal(:unexpected_end, "", state)

      rest ->
        fatal(:expected_markup, rest, state)
    end
  end

  defp definition(<<quote, rest::binary>>, state) when quote in ~c"\"'" do
    {_, rest} = until(rest, <<quote>>, state)
    definition(rest, state)
  end

  defp definition(">" <> rest, _state), do: rest
  defp definition(<<_, rest::binary>>, state), do: definition(rest, state)
  defp definition("", state), do: fatal(:unexpected_end, "", state)

  defp entity("%" <> rest, state), do: subset(definition(rest, state), state)

  defp entity(text, state) do
    unless state.allowed, do: fatal(:entities_not_allowed, text, state)
    {name, rest} = name(text, state)

    case spaces(rest) do
      <<quote, rest::binary>> when quote in ~c"\"'" ->
        {value, rest} = until(rest, <<quote>>, state)
        # The first definition of a name is the one that counts.
        subset(definition(rest, state), %{state | entities: Map.put_new(state.entities, name, references(value, state))})

      rest ->
        subset(definition(rest, state), state)
    end
  end

  # References to characters in the text of an entity are put in place at once, other entities when it is used.
  defp references(value, state) do
    case :binary.split(value, "&#") do
      [value] ->
        value

      [before, rest] ->
        {char, rest} = number(rest, state)
        before <> <<char::utf8>> <> references(rest, state)
    end
  end

  ## An element

  defp element(text, parents, pos, namespaces, language, state) do
    {name, rest} = name(text, state)
    state = tell(:started, text, pos, parents, state)
    {raw, closed?, rest} = attributes(rest, [], state)
    atom = String.to_atom(name)
    inner = [{atom, pos} | parents]
    namespaces = Enum.reduce(raw, namespaces, &declared/2)
    {default, nodes} = namespaces
    namespace = {:xmlNamespace, default, nodes}

    attributes =
      raw
      |> Enum.with_index(1)
      |> Enum.map(fn {{name, value}, pos} -> attribute(name, value, inner, pos, namespace, state, rest) end)

    language = Enum.find_value(raw, language, fn {name, value} -> if(name == "xml:lang", do: :unicode.characters_to_list(value)) end)
    {content, rest, state} = if closed?, do: {[], rest, state}, else: content(rest, name, inner, 1, namespaces, language, [], "", state)

    record =
      {:xmlElement, atom, expanded(name, namespaces, state, rest), prefixed(name), namespace, parents, pos, attributes, content, language, state.base,
       :undeclared}

    state = tell(:ended, rest, pos, record, state)
    {entity, state} = state.hook.(record, state)
    {entity, rest, state}
  end

  defp tell(event, rest, pos, data, state) do
    {line, column} = place(rest, state)
    state.event.({:xmerl_event, event, line, column, pos, data}, state)
  end

  defp attribute(name, value, parents, pos, namespace, state, rest) do
    chars = :unicode.characters_to_list(value)

    if state.conformant do
      {:xmlNamespace, _default, nodes} = namespace
      expanded = if String.contains?(name, ":"), do: expanded(name, {[], nodes}, state, rest), else: String.to_atom(name)
      {:xmlAttribute, String.to_atom(name), expanded, prefixed(name), namespace, parents, pos, [], chars, false}
    else
      {:xmlAttribute, String.to_atom(name), [], prefixed(name), [], parents, pos, [], chars, false}
    end
  end

  defp declared({"xmlns", uri}, {_default, nodes}), do: {String.to_atom(uri), nodes}
  defp declared({"xmlns:" <> prefix, uri}, {default, nodes}), do: {default, [{String.to_charlist(prefix), String.to_atom(uri)} | nodes]}
  defp declared(_other, namespaces), do: namespaces

  defp prefixed(name) do
    case :binary.split(name, ":") do
      [prefix, local] when prefix != "" -> {String.to_charlist(prefix), String.to_charlist(local)}
      _ -> []
    end
  end

  defp expanded(name, _namespaces, %{conformant: false}, _rest), do: String.to_atom(name)

  defp expanded(name, {default, nodes}, state, rest) do
    case prefixed(name) do
      [] when default == [] -> String.to_atom(name)
      [] -> {default, String.to_atom(name)}
      {~c"xmlns", _} = pair -> pair
      {~c"xml", local} -> {:"http://www.w3.org/XML/1998/namespace", :erlang.list_to_atom(local)}
      {prefix, local} -> {uri(List.keyfind(nodes, prefix, 0), prefix, state, rest), :erlang.list_to_atom(local)}
    end
  end

  defp uri({_prefix, uri}, _given, _state, _rest), do: uri
  defp uri(nil, prefix, state, rest), do: fatal({:namespace_prefix_not_declared, prefix}, rest, state)

  defp attributes(text, acc, state) do
    case spaces(text) do
      "/>" <> rest ->
        {:lists.reverse(acc), true, rest}

      ">" <> rest ->
        {:lists.reverse(acc), false, rest}

      "" ->
        fatal(:unexpected_end, "", state)

      rest ->
        {name, rest} = name(rest, state)

        case spaces(rest) do
          "=" <> rest ->
            {value, rest} = value(spaces(rest), state)
            if List.keymember?(acc, name, 0), do: fatal({:error, {:unique_att_spec_required, String.to_atom(name)}}, rest, state)
            attributes(rest, [{name, value} | acc], state)

          rest ->
            fatal(:assignment_expected, rest, state)
        end
    end
  end

  defp value(<<quote, rest::binary>>, state) when quote in ~c"\"'", do: value(rest, quote, [], state)
  defp value(rest, state), do: fatal(:attribute_value_expected, rest, state)

  defp value(<<quote, rest::binary>>, quote, acc, _state), do: {:erlang.iolist_to_binary(:lists.reverse(acc)), rest}
  defp value("<" <> _ = rest, _quote, _acc, state), do: fatal(:unexpected_char, rest, state)
  defp value("", _quote, _acc, state), do: fatal(:unexpected_end, "", state)
  defp value("\r\n" <> rest, quote, acc, state), do: value(rest, quote, [?\s | acc], state)
  defp value(<<char, rest::binary>>, quote, acc, state) when char in ~c"\t\r\n", do: value(rest, quote, [?\s | acc], state)

  defp value("&" <> rest, quote, acc, state) do
    {kind, text, rest} = reference(rest, state)

    case kind do
      :char -> value(rest, quote, [text | acc], state)
      :text -> value(rest, quote, [expand(text, state, []) | acc], state)
    end
  end

  defp value(<<char, rest::binary>>, quote, acc, state), do: value(rest, quote, [char | acc], state)

  # The text of an entity in a value, with the entities in it; one that contains itself is refused.
  defp expand(text, state, inside) do
    case :binary.split(text, "&") do
      [text] ->
        text

      [before, rest] ->
        {name, _} = name(rest, state)
        if name in inside, do: fatal({:recursive_entity, String.to_atom(name)}, rest, state)
        {kind, value, rest} = reference(rest, state)
        value = if kind == :char, do: value, else: expand(value, state, [name | inside])
        before <> value <> expand(rest, state, inside)
    end
  end

  ## What is in an element

  # Text gathers until something else comes; entities that hold elements are read in place of their names.
  defp content("</" <> rest, name, parents, pos, _namespaces, language, acc, text, state) do
    {acc, _pos, state} = text(text, parents, pos, language, acc, state)
    {found, after_name} = name(rest, state)

    case spaces(after_name) do
      ">" <> rest when found == name ->
        {:lists.reverse(acc), rest, state}

      ">" <> _ ->
        fatal({:endtag_does_not_match, {:was, String.to_atom(found), :should_have_been, String.to_atom(name)}}, after_name, state)

      rest ->
        fatal(:unexpected_end, rest, state)
    end
  end

  defp content("<!--" <> rest, name, parents, pos, namespaces, language, acc, text, state) do
    {acc, pos, state} = text(text, parents, pos, language, acc, state)
    {comment, rest, state} = comment(rest, parents, pos, state)

    if state.comments do
      {acc, pos, state} = gather(comment, acc, pos, state)
      content(rest, name, parents, pos, namespaces, language, acc, "", state)
    else
      content(rest, name, parents, pos, namespaces, language, acc, "", state)
    end
  end

  defp content("<![CDATA[" <> rest, name, parents, pos, namespaces, language, acc, text, state) do
    {acc, pos, state} = text(text, parents, pos, language, acc, state)
    {chars, rest} = until(rest, "]]>", state)
    {entity, state} = state.hook.({:xmlText, parents, pos, [], :unicode.characters_to_list(lines(chars)), :cdata}, state)
    {acc, pos, state} = gather(entity, acc, pos, state)
    content(rest, name, parents, pos, namespaces, language, acc, "", state)
  end

  defp content("<?" <> rest, name, parents, pos, namespaces, language, acc, text, state) do
    {acc, pos, state} = text(text, parents, pos, language, acc, state)
    {pi, rest, state} = instruction(rest, parents, pos, state)
    {acc, pos, state} = gather(pi, acc, pos, state)
    content(rest, name, parents, pos, namespaces, language, acc, "", state)
  end

  defp content("<" <> rest, name, parents, pos, namespaces, language, acc, text, state) do
    {acc, pos, state} = text(text, parents, pos, language, acc, state)
    {element, rest, state} = element(rest, parents, pos, namespaces, language, state)
    {acc, pos, state} = gather(element, acc, pos, state)
    content(rest, name, parents, pos, namespaces, language, acc, "", state)
  end

  defp content("&" <> rest, name, parents, pos, namespaces, language, acc, text, state) do
    case reference(rest, state) do
      {:char, char, rest} ->
        content(rest, name, parents, pos, namespaces, language, acc, text <> char, state)

      {:text, value, rest} ->
        if String.contains?(value, "<"),
          do: content(expand(value, state, []) <> rest, name, parents, pos, namespaces, language, acc, text, state),
          else: content(rest, name, parents, pos, namespaces, language, acc, text <> expand(value, state, []), state)
    end
  end

  defp content("]]>" <> _ = rest, _name, _parents, _pos, _namespaces, _language, _acc, _text, state), do: fatal(:unexpected_cdata_end, rest, state)
  defp content("", _name, _parents, _pos, _namespaces, _language, _acc, _text, state), do: fatal(:unexpected_end, "", state)

  defp content(rest, name, parents, pos, namespaces, language, acc, text, state) do
    size =
      case :binary.match(rest, ["<", "&", "]]>"]) do
        {0, _} -> 1
        {at, _} -> at
        :nomatch -> byte_size(rest)
      end

    <<chars::binary-size(size), rest::binary>> = rest
    content(rest, name, parents, pos, namespaces, language, acc, text <> lines(chars), state)
  end

  defp lines(chars), do: if(:binary.match(chars, "\r") == :nomatch, do: chars, else: String.replace(chars, ["\r\n", "\r"], "\n"))

  defp text("", _parents, pos, _language, acc, state), do: {acc, pos, state}

  defp text(text, parents, pos, _language, acc, state) do
    text = if state.normalize, do: Regex.replace(~r/[ \t\r\n]+/, text, " "), else: text
    {entity, state} = state.hook.({:xmlText, parents, pos, [], :unicode.characters_to_list(text), :text}, state)
    gather(entity, acc, pos, state)
  end

  defp gather(entity, acc, pos, state) do
    case state.acc.(entity, acc, state) do
      {acc, state} -> {acc, pos + 1, state}
      {acc, pos, state} -> {acc, pos, state}
    end
  end

  ## Names and references

  defp name(text, state) do
    case Regex.run(~r/\A[\p{L}_:][\p{L}\p{N}\p{M}_:.\-\x{B7}]*/u, text) do
      [name] -> {name, binary_part(text, byte_size(name), byte_size(text) - byte_size(name))}
      nil when text == "" -> fatal(:unexpected_end, "", state)
      nil -> fatal({:invalid_name, text |> String.slice(0, 6) |> String.to_charlist()}, text, state)
    end
  end

  defp reference("#" <> rest, state) do
    {char, rest} = number(rest, state)
    {:char, <<char::utf8>>, rest}
  end

  defp reference(text, state) do
    with [name, rest] <- :binary.split(text, ";"), {:ok, value} <- Map.fetch(state.entities, name) do
      if is_map_key(@entities, name), do: {:char, value, rest}, else: {:text, value, rest}
    else
      _ -> fatal(:error_scanning_entity_ref, text, state)
    end
  end

  defp number(text, state) do
    {base, digits} = if match?("x" <> _, text), do: {16, binary_part(text, 1, byte_size(text) - 1)}, else: {10, text}

    case Integer.parse(digits, base) do
      {char, ";" <> rest} when char in 1..0xD7FF or char in 0xE000..0x10FFFF -> {char, rest}
      _ -> fatal(:error_scanning_char_ref, text, state)
    end
  end

  ## Errors

  @spec fatal(term, binary, map) :: no_return
  defp fatal(reason, rest, state) do
    unless state.quiet, do: :error_logger.error_msg(~c"~w- fatal: ~p~n", [0, reason])
    {line, column} = place(rest, state)
    # Erlang's scanner has taken the character that it stumbles over, unless it is one of a name or the end.
    column = if rest == "" or match?({:invalid_name, _}, reason), do: column, else: column + 1
    exit({:fatal, {reason, {:file, state.file}, {:line, line}, {:col, column}}})
  end

  # Where what is left begins.
  defp place(rest, state) do
    size = max(byte_size(state.text) - byte_size(rest), 0)
    before = :binary.split(binary_part(state.text, 0, size), "\n", [:global])
    {length(before), String.length(List.last(before)) + 1}
  end
end
