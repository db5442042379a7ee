# The functions of a protocol may come out of macros, blocks and conditions.
defmodule Outline do
  defmacro where(name, do: body) do
    quote do
      defprotocol unquote(name) do
        @moduledoc "written by a macro"
        unquote(body)
      end
    end
  end

  defmacro keep(do: body), do: body
end

defmodule Main do
  import Outline

  where Sized do
    def size(data)
    def grow(data, by)
  end

  defprotocol Loud do
    @fallback_to_any true
    require Outline
    if true do
      @spec shout(t) :: String.t()
      def shout(data)
    end

    Outline.keep do
      def a(data)
      def b(data, more)
    end

    def last(data)
  end

  defimpl Sized, for: Map do
    def size(map), do: map_size(map)
    def grow(map, by), do: Map.put(map, map_size(map), by)
  end

  defimpl Loud, for: Any do
    def shout(data), do: inspect(data) <> "!"
    def a(_), do: :a
    def b(_, more), do: {:b, more}
    def last(data), do: data
  end

  def run() do
    IO.inspect({Sized.size(%{a: 1}), Sized.grow(%{}, 2)})
    IO.inspect({Loud.shout(1), Loud.a(1), Loud.b(1, 2), Loud.last(3)})
    IO.inspect(for protocol <- [Sized, Loud], do: {protocol.__protocol__(:functions), protocol.__info__(:functions)})
    IO.inspect(for protocol <- [Sized, Loud], do: Enum.sort(protocol.behaviour_info(:callbacks)))

    try do
      Sized.size(1)
    rescue
      error in Protocol.UndefinedError -> IO.inspect({error.protocol, error.value})
    end
  end
end

Main.run()

for body <- ["if true do\n    def f(x)\n  end\n  def g(x), do: x", "if true do\n  def f()\nend", "if true do\n  def f(x) when x\nend", "if true do\n  defp f(x), do: x\nend"] do
  try do
    Code.eval_string("defprotocol P do\n  #{body}\nend")
  rescue
    error -> IO.puts("#{inspect(error.__struct__)} #{Exception.message(error)}")
  end
end

Application.ensure_all_started(:ex_unit)
IO.puts(ExUnit.CaptureIO.capture_io(:stderr, fn -> Code.eval_string("defprotocol Empty do\n  if false, do: def f(x)\nend") end))
