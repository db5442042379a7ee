# What is bound may be made by a macro, as binding() is.
defmodule Defining do
  defmacro pairs, do: [kind: :def, name: :made]

  defmacro define(kind, name, value) do
    quote bind_quoted: binding() do
      case kind do
        :def -> def unquote(name)(), do: unquote(value)
        :defp -> defp unquote(name)(), do: unquote(value)
      end
    end
  end
end

defmodule Defined do
  require Defining
  Defining.define(:def, :answer, 6 * 7)
  Defining.define(:def, :name, "n")
end

IO.inspect({Defined.answer(), Defined.name()})
a = 1
b = [2]
IO.inspect(quote(bind_quoted: binding(), do: a + b) |> Macro.to_string())
