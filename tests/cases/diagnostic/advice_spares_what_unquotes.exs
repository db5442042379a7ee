# No advice is given about definitions that mention `unquote`, even where it belongs to a quote of their own: their clauses may
# stand apart, and nobody need call them. The others are told of.
Application.ensure_all_started(:ex_unit)

program = ~S"""
  defmodule Advised do
    def apart(1), do: quote(do: unquote(1))
    def between(v), do: v
    def apart(2), do: quote(do: unquote(2))

    def told(1), do: 1
    def between_again(v), do: v
    def told(2), do: 2

    defmacrop spared(v), do: quote(do: unquote(v))
    defp also_spared(v), do: quote(bind_quoted: [v: v], do: unquote(v))
    defp spliced(v), do: quote(do: [unquote_splicing(v)])
    defp unused(v), do: quote(bind_quoted: [v: v], do: v)
  end
"""

warnings = ExUnit.CaptureIO.capture_io(:stderr, fn -> Code.eval_string(program) end)
IO.puts(Regex.replace(~r/\e\[\d*m/, warnings, ""))
IO.inspect(apply(Advised, :apart, [2]))
