defmodule :xmerl do
  @moduledoc """
  Erlang's `:xmerl`: writes documents, in the records of `:xmerl_scan` or as plain tuples, with the help of a module.

  The module has a function for each kind of element, or `:"#element#"/5` for all, and `:"#text#"/1` and `:"#root#"/4`;
  `:"#xml-inheritance#"/0` names modules that know the rest. `:xmerl_xml` writes XML.

  ## Examples

      iex> [{:a, [k: 1], [~c"x < y", {:b, []}]}] |> :xmerl.export_simple(:xmerl_xml) |> IO.iodata_to_binary()
      "<?xml version=\\"1.0\\"?><a k=\\"1\\">x &lt; y<b/></a>"
  """

  def export(content, module), do: export(content, module, [])

  def export(content, module, attributes) do
    modules = modules(module)
    data = written(content, modules)
    call_root(modules, data, Enum.map(attributes, &:xmerl_lib.attribute/1))
  end

  def export_content(content, module), do: written(content, modules(module))
  def export_element(element, module), do: written([element], modules(module))
  def export_simple(content, module), do: export_simple(content, module, [])
  def export_simple(content, module, attributes), do: export(:xmerl_lib.expand_content(content), module, attributes)
  def export_simple_content(content, module), do: export_content(:xmerl_lib.expand_content(content), module)
  def export_simple_element(element, module), do: export_element(:xmerl_lib.expand_element(element), module)

  # A module, and those that it inherits from, in the order in which they are asked.
  defp modules(modules) when is_list(modules), do: modules

  defp modules(module) do
    Code.ensure_loaded(module)
    inherited = if function_exported?(module, :"#xml-inheritance#", 0), do: Kernel.apply(module, :"#xml-inheritance#", []), else: []
    [module | Enum.flat_map(inherited, &modules/1)]
  end

  defp written(content, modules), do: Enum.map(content, &node(&1, modules))

  defp node({:xmlText, _, _, _, text, _}, modules), do: Kernel.apply(knowing!(modules, :"#text#", 1), :"#text#", [text])

  defp node(element, modules) when elem(element, 0) == :xmlElement do
    {name, parents, attributes} = {elem(element, 1), elem(element, 5), elem(element, 7)}
    data = written(elem(element, 8), modules)

    case Enum.find(modules, &knows?(&1, name, 4)) do
      nil -> Kernel.apply(knowing!(modules, :"#element#", 5), :"#element#", [name, data, attributes, parents, element])
      module -> Kernel.apply(module, name, [data, attributes, parents, element])
    end
  end

  defp node({:xmlDocument, content}, modules), do: written(content, modules)
  defp node(list, modules) when is_list(list), do: written(list, modules)
  defp node(_comment_or_instruction, _modules), do: []

  defp call_root(modules, data, attributes), do: Kernel.apply(knowing!(modules, :"#root#", 4), :"#root#", [data, attributes, [], nil])

  defp knows?(module, name, arity), do: Code.ensure_loaded?(module) and function_exported?(module, name, arity)

  defp knowing!(modules, name, arity), do: Enum.find(modules, hd(modules), &knows?(&1, name, arity))
end

defmodule :xmerl_xml do
  @moduledoc "Erlang's `:xmerl_xml`: what `:xmerl` needs to write XML."

  def unquote(:"#xml-inheritance#")(), do: []

  def unquote(:"#text#")(text), do: :xmerl_lib.export_text(text)

  def unquote(:"#root#")(data, [attribute | rest], [], element) do
    case attribute do
      {:xmlAttribute, :prolog, _, _, _, _, _, _, prolog, _} -> [prolog, data]
      _ -> unquote(:"#root#")(data, rest, [], element)
    end
  end

  def unquote(:"#root#")(data, [], [], _element), do: [~c"<?xml version=\"1.0\"?>", data]

  def unquote(:"#element#")(name, [], attributes, _parents, _element), do: [start(name, attributes), ~c"/>"]
  def unquote(:"#element#")(name, data, attributes, _parents, _element), do: [start(name, attributes), ~c">", data, ~c"</", Atom.to_charlist(name), ~c">"]

  defp start(name, attributes) do
    [~c"<", Atom.to_charlist(name) | for(a <- attributes, do: [~c" ", Atom.to_charlist(elem(a, 1)), ~c"=\"", :xmerl_lib.export_attribute(elem(a, 8)), ~c"\""])]
  end
end

defmodule :xmerl_lib do
  @moduledoc "Erlang's `:xmerl_lib`: between the records of xmerl and plain tuples, and text that may stand in XML."

  @doc "Turns an element of the form `{name, attributes, content}`, `{name, content}` or `name` into a record, with all that is in it."
  def expand_element(element), do: expand(element, 1, [])
  def normalize_element(element), do: expand(element, 1, [])

  @doc "Turns content into records."
  def expand_content(content), do: content(content, 1, [])
  def normalize_content(content), do: content(content, 1, [])

  defp content(content, pos, parents) do
    {nodes, _pos} =
      Enum.flat_map_reduce(content, pos, fn
        item, pos when is_tuple(item) and elem(item, 0) == :xmlText ->
          {[item |> put_elem(1, parents) |> put_elem(2, pos)], pos + 1}

        item, pos when is_binary(item) ->
          {[text(:unicode.characters_to_list(item), pos, parents)], pos + 1}

        [head | _] = item, pos when is_integer(head) or is_list(head) ->
          {[text(:lists.flatten(item), pos, parents)], pos + 1}

        [], pos ->
          {[], pos}

        item, pos ->
          {[expand(item, pos, parents)], pos + 1}
      end)

    nodes
  end

  defp text(chars, pos, parents), do: {:xmlText, parents, pos, [], chars, :text}

  defp expand(element, pos, parents) when is_tuple(element) and elem(element, 0) == :xmlElement do
    inner = [{elem(element, 1), pos} | parents]
    element |> put_elem(5, parents) |> put_elem(6, pos) |> put_elem(8, content(elem(element, 8), 1, inner))
  end

  defp expand({name, attributes, content}, pos, parents) when is_atom(name) do
    inner = [{name, pos} | parents]
    attributes = for {attribute, at} <- Enum.with_index(attributes, 1), do: attribute |> attribute() |> put_elem(5, inner) |> put_elem(6, at)
    {:xmlElement, name, [], [], {:xmlNamespace, [], []}, parents, pos, attributes, content(content, 1, inner), [], [], :undeclared}
  end

  defp expand({name, content}, pos, parents) when is_atom(name), do: expand({name, [], content}, pos, parents)
  defp expand(name, pos, parents) when is_atom(name), do: expand({name, [], []}, pos, parents)
  defp expand(node, _pos, _parents) when is_tuple(node), do: node

  @doc false
  def attribute({name, value}), do: {:xmlAttribute, name, [], [], [], [], 1, [], value(value), :undefined}
  def attribute(record), do: record

  defp value(value) when is_atom(value), do: Atom.to_charlist(value)
  defp value(value) when is_integer(value), do: Integer.to_charlist(value)
  defp value(value) when is_binary(value), do: :unicode.characters_to_list(value)
  defp value(value), do: :lists.flatten(value)

  @doc "Turns records into `{name, attributes, content}`; comments and instructions are left out."
  def simplify_element(element) do
    attributes = for attribute <- elem(element, 7), do: {elem(attribute, 1), elem(attribute, 8)}
    {elem(element, 1), attributes, simplify_content(elem(element, 8))}
  end

  def simplify_content(content) do
    Enum.flat_map(content, fn
      {:xmlText, _, _, _, text, _} -> [text]
      element when elem(element, 0) == :xmlElement -> [simplify_element(element)]
      _ -> []
    end)
  end

  @doc "Writes text with references in place of what is markup."
  def export_text(text), do: escape(:lists.flatten([characters(text)]), ~c"<>&")

  @doc "Writes the value of an attribute."
  def export_attribute(value), do: escape(:lists.flatten([characters(value(value))]), ~c"<&\"")

  defp characters(text) when is_binary(text), do: :unicode.characters_to_list(text)
  defp characters(text), do: text

  defp escape(chars, marks), do: Enum.flat_map(chars, &if(&1 in marks, do: reference(&1), else: [&1]))

  defp reference(?<), do: ~c"&lt;"
  defp reference(?>), do: ~c"&gt;"
  defp reference(?&), do: ~c"&amp;"
  defp reference(?"), do: ~c"&quot;"
end
