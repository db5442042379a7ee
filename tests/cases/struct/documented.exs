# A struct's documentation is that of the function that makes it.
{:module, _, bin, _} = defmodule A do
  @moduledoc "x"
  @doc "the struct"
  defstruct [:a]
end
{:module, _, bin2, _} = defmodule B do
  @moduledoc "x"
  defstruct [:a]
  defmodule E, do: defexception([:message])
end
IO.inspect {struct(A), struct(B, a: 1), B.E.exception("x")}
for b <- [bin, bin2] do
{:ok, {_, [{_, c}]}} = :beam_lib.chunks(b, ['Docs'])
{:docs_v1, _, _, _, _, _, d} = :erlang.binary_to_term(c)
for {k, _, s, doc, m} <- d, do: IO.inspect({k, tl(s) ++ [length(s)], doc, m})
end
