# The forms of types have the lines of the code they were made of; literals, lists, pairs and types of Elixir itself have none.
# How a spec is laid out when it is shown depends on them.
[{module, code}] =
  Code.compile_string("""
  defmodule Lined do
    @type thing ::
            {:ok, integer}
            | {1, 2, 3}
            | [atom]
            | keyword(integer)
            | struct
            | %{a: -1}

    @type mapping ::
            (integer, 1..2 -> String.t())
            | (... -> <<_::8>>)
            | %URI{port: 80}

    @callback run(argument :: thing, keyword) :: {:ok, thing} | no_return when thing: var
    @spec add(a, b) :: float when a: float, b: float
    def add(a, b), do: a + b
  end
  """)

{:ok, types} = Code.Typespec.fetch_types(code)

for {:type, type} <- Enum.sort(types) do
  IO.inspect(type, limit: :infinity, width: 120)
  IO.puts(Macro.to_string(Code.Typespec.type_to_quoted(type)))
end

{:ok, callbacks} = Code.Typespec.fetch_callbacks(code)
{:ok, specs} = Code.Typespec.fetch_specs(code)

for {{name, _}, forms} <- callbacks ++ specs, form <- forms do
  IO.inspect(form)
  IO.puts(Macro.to_string(Code.Typespec.spec_to_quoted(name, form)))
end

IO.inspect(module)
