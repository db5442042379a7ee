defprotocol JSON.Encoder do
  @moduledoc """
  How terms are written as JSON by `JSON.encode!/2`.

  `@derive JSON.Encoder` writes all fields of a struct; the options `:only` and `:except` choose fields.
  """

  @moduledoc since: "1.18.0"

  @fallback_to_any true

  @doc "Writes a term; what is inside it is handed to the encoder."
  @spec encode(t, JSON.encoder()) :: iodata
  def encode(term, encoder)
end

defimpl JSON.Encoder, for: [Atom, BitString, Integer, Float, List] do
  def encode(value, encoder), do: JSON.protocol_encode(value, encoder)
end

defimpl JSON.Encoder, for: Map do
  def encode(value, encoder), do: JSON.encode_pairs(Map.to_list(value), encoder)
end

defimpl JSON.Encoder, for: [Date, Time, NaiveDateTime, DateTime] do
  def encode(value, _encoder), do: [?", @for.to_iso8601(value), ?"]
end

defimpl JSON.Encoder, for: Duration do
  def encode(value, _encoder), do: [?", Duration.to_iso8601(value), ?"]
end

defimpl JSON.Encoder, for: Any do
  defmacro __deriving__(module, struct, options) do
    fields = chosen(Map.keys(struct) -- [:__exception__, :__struct__], options, module)

    quote do
      defimpl JSON.Encoder, for: unquote(module) do
        def encode(struct, encoder) do
          unquote(fields) |> Enum.map(&{&1, Map.fetch!(struct, &1)}) |> JSON.encode_pairs(encoder)
        end
      end
    end
  end

  defp chosen(fields, options, module) do
    case Keyword.take(options, [:only, :except]) do
      [] ->
        fields

      [{kind, list}] ->
        case list -- fields do
          [] -> if kind == :only, do: list, else: fields -- list
          unknown -> raise ArgumentError, "#{inspect(kind)} specified keys (#{inspect(unknown)}) that are not defined in the struct #{inspect(module)}: #{inspect(fields)}"
        end

      _ ->
        raise ArgumentError, ":only and :except cannot be given together to JSON.Encoder"
    end
  end

  def encode(%_{} = struct, _encoder) do
    raise Protocol.UndefinedError,
      protocol: @protocol,
      value: struct,
      description: "structs are written only when their module says how: with @derive JSON.Encoder or @derive {JSON.Encoder, only: [...]} before " <>
        "defstruct, with Protocol.derive/3 from outside, or with defimpl"
  end

  def encode(value, _encoder) do
    raise Protocol.UndefinedError, protocol: @protocol, value: value, description: "JSON.Encoder protocol must always be explicitly implemented"
  end
end
