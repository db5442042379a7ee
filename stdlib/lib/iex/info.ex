defprotocol IEx.Info do
  @moduledoc """
  What `IEx.Helpers.i/1` tells of a value: implement it for structs that have more to say.
  """
  @fallback_to_any true

  @doc "Returns `[{title, text}]`."
  @spec info(term) :: [{info_name :: String.Chars.t(), info :: String.Chars.t()}]
  def info(term)
end

defimpl IEx.Info, for: Atom do
  def info(atom) do
    spelt = inspect(atom)

    cond do
      atom == IEx.dont_display_result() ->
        text = "This atom is returned by IEx when a function that should not print its\nreturn value on screen is executed."
        [{"Data type", "Atom"}, {"Description", text}, {"Reference modules", "Atom"}]

      loadable?(atom, spelt) -> module(atom, spelt)
      String.starts_with?(Atom.to_string(atom), "Elixir.") -> alias_of_nothing(atom, spelt)
      true -> [{"Data type", "Atom"}, {"Reference modules", "Atom"}]
    end
  end

  # Looked up first under the name as it is spelt: file systems may take another case for it.
  defp loadable?(atom, spelt), do: spelt not in ["nil", "true", "false"] and match?({:module, _}, Code.ensure_loaded(atom))

  defp module(module, spelt) do
    [{"Data type", "Atom"}] ++
      path("Module bytecode", :code.which(module)) ++
      path("Source", module.module_info(:compile)[:source]) ++
      [{"Version", "[#{Enum.join(List.wrap(module.module_info(:attributes)[:vsn]), ", ")}]"}, {"Compile options", inspect(module.module_info(:compile)[:options] || [])}] ++
      [{"Description", description(module, spelt)}, {"Raw representation", raw(module)}, {"Reference modules", "Module, Atom"}] ++
      protocol(module)
  end

  defp path(title, [_ | _] = path), do: [{title, Path.relative_to_cwd(List.to_string(path))}]
  defp path(_title, _none), do: []

  defp description(module, spelt) do
    documented = if match?({:docs_v1, _, _, _, %{}, _, _}, IEx.Loaded.docs(module)), do: "Use h(#{spelt}) to access its documentation.\n", else: ""
    documented <> "Call #{spelt}.module_info() to access metadata."
  end

  defp protocol(module) do
    if function_exported?(module, :__protocol__, 1) do
      case implementations(module.__protocol__(:impls), module) do
        [] -> [{"Protocol", "This module is a protocol that has no implementations."}]
        impls -> [{"Protocol", "This module is a protocol. These data structures implement it:\n  " <> Enum.map_join(Enum.uniq(impls), ", ", &inspect/1)}]
      end
    else
      []
    end
  end

  defp implementations({:consolidated, types}, _protocol), do: types

  # Of structs, those that have been looked for.
  defp implementations(:not_consolidated, protocol) do
    types = [Atom, BitString, Float, Function, Integer, List, Map, PID, Port, Reference, Tuple]
    loaded = for {module, _} <- :code.all_loaded(), function_exported?(module, :__impl__, 1), module.__impl__(:protocol) == protocol, do: module.__impl__(:for)
    Enum.uniq(Enum.filter(types, &Code.ensure_loaded?(Module.concat(protocol, &1))) ++ Enum.sort(loaded))
  end

  defp alias_of_nothing(atom, _spelt), do: [{"Data type", "Atom"}, {"Raw representation", raw(atom)}, {"Reference modules", "Atom"}]

  defp raw(atom), do: ":" <> inspect(Atom.to_string(atom))
end

defimpl IEx.Info, for: BitString do
  def info(bits) when is_binary(bits) do
    [{"Data type", "BitString"}, {"Byte size", byte_size(bits)}, {"Description", description(bits)}, {"Raw representation", inspect(bits, binaries: :as_binaries)}, {"Reference modules", "String, :binary"}]
  end

  def info(bits), do: [{"Data type", "BitString"}, {"Bits size", bit_size(bits)}, {"Description", "This is a bitstring: a number of bits that are no whole bytes."}, {"Reference modules", "String, :binary"}]

  defp description(""), do: "This is a string without characters."

  defp description(bits) do
    cond do
      String.printable?(bits) -> "This is a string: a UTF-8 encoded binary. It's printed between double quotes because all its code points are printable."
      String.valid?(bits) -> "This is a string: a UTF-8 encoded binary. It's printed with the `<<>>` syntax (not between double quotes) because of the first non-printable code point being\n`#{inspect(unprintable(bits))}`."
      true -> "This is a binary: a collection of bytes. It's printed with the `<<>>` syntax (not between double quotes) because it is not valid UTF-8."
    end
  end

  defp unprintable(text), do: text |> String.codepoints() |> Enum.find(&(not String.printable?(&1))) |> then(&<<&1::binary>>)
end

defimpl IEx.Info, for: Integer do
  def info(_), do: [{"Data type", "Integer"}, {"Reference modules", "Integer"}]
end

defimpl IEx.Info, for: Float do
  def info(_), do: [{"Data type", "Float"}, {"Reference modules", "Float"}]
end

defimpl IEx.Info, for: Function do
  def info(function) do
    details = Function.info(function)
    [{"Data type", "Function"}, {"Type", to_string(details[:type])}, {"Arity", details[:arity]}] ++ description(details[:type])
  end

  defp description(:external), do: []
  defp description(:local), do: [{"Description", "This is an anonymous function."}]
end

defimpl IEx.Info, for: List do
  def info(list) do
    {description, raw, reference} =
      cond do
        list == [] -> {"The empty list", [], "List"}
        List.ascii_printable?(list) -> {"This is a list of integers that is printed as a charlist, since all of them are printable ASCII characters.", [{"Raw representation", inspect(list, charlists: :as_lists)}], "List"}
        Keyword.keyword?(list) -> {"This is what is referred to as a \"keyword list\": a list of pairs whose first element is an atom.", [], "Keyword, List"}
        true -> {nil, [], "List"}
      end

    [{"Data type", "List"}] ++ if(description, do: [{"Description", description}], else: []) ++ raw ++ [{"Reference modules", reference}]
  end
end

defimpl IEx.Info, for: Map do
  def info(_map), do: [{"Data type", "Map"}, {"Reference modules", "Map"}]
end

defimpl IEx.Info, for: PID do
  def info(pid) do
    [{"Data type", "PID"}, {"Alive", node(pid) == node() and Process.alive?(pid)}] ++
      details(node(pid) == node() && Process.info(pid, [:registered_name, :links, :message_queue_len])) ++
      [{"Description", "Use Process.info/1 to get more info about this process"}, {"Reference modules", "Process, Node"}]
  end

  defp details(missing) when missing in [nil, false], do: []

  defp details(info) do
    name = if info[:registered_name] in [[], nil], do: "not registered", else: inspect(info[:registered_name])
    links = if info[:links] == [], do: "none", else: Enum.map_join(info[:links], ", ", &inspect/1)
    [{"Name", name}, {"Links", links}, {"Message queue length", info[:message_queue_len]}]
  end
end

defimpl IEx.Info, for: Port do
  def info(port), do: [{"Data type", "Port"}, {"Open", :erlang.port_info(port) != :undefined}, {"Reference modules", "Port"}]
end

defimpl IEx.Info, for: Reference do
  def info(_), do: [{"Data type", "Reference"}]
end

defimpl IEx.Info, for: Tuple do
  def info(_tuple), do: [{"Data type", "Tuple"}, {"Reference modules", "Tuple"}]
end

defimpl IEx.Info, for: [Date, Time, NaiveDateTime] do
  @sigils %{Date => {"D", "a date"}, Time => {"T", "a time"}, NaiveDateTime => {"N", "a \"naive\" datetime (that is, a datetime without a time zone)"}}

  def info(%{calendar: calendar} = value) do
    {sigil, what} = @sigils[@for]
    syntax = if calendar == Calendar.ISO, do: " It is currently represented using the `~#{sigil}` sigil syntax.", else: ""

    [
      {"Data type", inspect(@for)},
      {"Description", "This is a struct representing #{what}.#{syntax}"},
      {"Raw representation", spelt(value)},
      {"Reference modules", inspect(@for) <> ", Calendar, Map"}
    ]
  end

  # As a struct is written, with its fields in the order of their definition.
  defp spelt(value) do
    fields = for %{field: field} <- @for.__info__(:struct), do: "#{field}: #{inspect(Map.fetch!(value, field))}"
    "%#{inspect(@for)}{#{Enum.join(fields, ", ")}}"
  end
end

defimpl IEx.Info, for: Any do
  def info(%module{}) do
    [{"Data type", inspect(module)}, {"Description", "This is a struct. Structs are maps with a __struct__ key."}, {"Reference modules", inspect(module) <> ", Map"}]
  end
end
