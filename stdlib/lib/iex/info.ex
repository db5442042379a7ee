defprotocol IEx.Info do
  @moduledoc """
  What `IEx.Helpers.i/1` tells of a value: implement it for structs that have more to say.
  """
  @fallback_to_any true

  @doc "Returns `[{title, text}]`."
  @spec info(term) :: [{atom | String.t(), String.t()}]
  def info(term)
end

defimpl IEx.Info, for: Atom do
  def info(atom) do
    case Code.ensure_loaded(atom) do
      {:module, _} when atom not in [nil, true, false] -> module(atom)
      _ -> ["Data type": "Atom", "Reference modules": "Atom"]
    end
  end

  defp module(module) do
    path =
      case :code.which(module) do
        path when is_list(path) and path != [] -> to_string(path)
        _ -> "in memory"
      end

    ["Data type": "Atom", "Module bytecode": path, Source: to_string(module.module_info(:compile)[:source] || "unknown"), "Reference modules": "Module, Atom"]
  end
end

defimpl IEx.Info, for: BitString do
  def info(bits) when is_binary(bits) do
    about =
      cond do
        bits == "" -> "An empty string"
        String.printable?(bits) -> "This is a string: a UTF-8 encoded binary, printed surrounded by double quotes"
        String.valid?(bits) -> "This is a string, but it holds characters that are not printable"
        true -> "This is a binary: a sequence of bytes, not valid as UTF-8"
      end

    ["Data type": "BitString", "Byte size": to_string(byte_size(bits)), Description: about, "Raw representation": raw(bits), "Reference modules": "String, :binary"]
  end

  def info(bits), do: ["Data type": "BitString", "Bits size": to_string(bit_size(bits)), Description: "This is a bitstring: its size is not a number of whole bytes", "Reference modules": ":binary"]

  defp raw(bits), do: inspect(bits, binaries: :as_binaries)
end

defimpl IEx.Info, for: Integer do
  def info(_), do: ["Data type": "Integer", "Reference modules": "Integer"]
end

defimpl IEx.Info, for: Float do
  def info(_), do: ["Data type": "Float", "Reference modules": "Float"]
end

defimpl IEx.Info, for: Function do
  def info(function) do
    details = Function.info(function)
    ["Data type": "Function", Type: to_string(details[:type]), Arity: to_string(details[:arity]), "Reference modules": "Function"]
  end
end

defimpl IEx.Info, for: List do
  def info(list) do
    about =
      cond do
        list == [] -> "The empty list"
        List.ascii_printable?(list) -> "This is a list of integers that are printed as characters: a charlist"
        Keyword.keyword?(list) -> "This is a keyword list: pairs whose first element is an atom"
        true -> "This is a list"
      end

    ["Data type": "List", Description: about, "Raw representation": inspect(list, charlists: :as_lists), "Reference modules": if(Keyword.keyword?(list) and list != [], do: "Keyword, List", else: "List")]
  end
end

defimpl IEx.Info, for: Map do
  def info(map), do: ["Data type": "Map", Size: to_string(map_size(map)), "Reference modules": "Map"]
end

defimpl IEx.Info, for: PID do
  def info(pid) do
    state = if Process.alive?(pid), do: alive(Process.info(pid, [:registered_name, :links, :message_queue_len])), else: ["Alive": "false"]
    ["Data type": "PID"] ++ state ++ ["Reference modules": "Process"]
  end

  defp alive(nil), do: [Alive: "false"]

  defp alive(info) do
    name = if info[:registered_name] in [[], nil], do: "none", else: inspect(info[:registered_name])
    [Alive: "true", Name: name, Links: Enum.map_join(info[:links], ", ", &inspect/1), "Message queue length": to_string(info[:message_queue_len])]
  end
end

defimpl IEx.Info, for: Port do
  def info(_), do: ["Data type": "Port", "Reference modules": "Port"]
end

defimpl IEx.Info, for: Reference do
  def info(_), do: ["Data type": "Reference"]
end

defimpl IEx.Info, for: Tuple do
  def info(tuple), do: ["Data type": "Tuple", Size: to_string(tuple_size(tuple)), "Reference modules": "Tuple"]
end

defimpl IEx.Info, for: Any do
  def info(%module{}), do: ["Data type": inspect(module), Description: "This is a struct: a map with a __struct__ key", "Reference modules": inspect(module) <> ", Map"]
end
