# A signature calls parameters what most clauses call them, structs by their names, and operators stand among their operands.
source = """
defmodule Signatures do
  defstruct [:a]
  def named(%__MODULE__{a: _}), do: 1
  def clauses(%Signatures{a: 1} = x, %{} = _y, _), do: x
  def clauses(%Signatures{a: 2}, %{}, y), do: y
  def structs(%URI{}, %_{}, %x{}, %Date.Range{}), do: x
  def twice(%Signatures{}, %Signatures{}, [], [], 1, 1), do: 1
  def defaults(x \\\\ %Signatures{}, y \\\\ &Signatures.named/1, z \\\\ ~r/x/i, w \\\\ ~w[a b]a), do: {x, y, z, w}
  def patterns([a | _], {_, _}, 1, "x", :foo, 1.0, nil, <<_, _::binary>>, 'abc', true), do: a
  def whole(x = y, {_, _} = z, [_] = _w, %{} = _), do: {x, y, z}
  def unread(_x, _, __y), do: 1
  def unread_first(_x, 1), do: 1
  def unread_first(%{}, 2), do: 1
  def read_later(_x, 1), do: 1
  def read_later(y, 2), do: y
  def unlike(1, _), do: 1
  def unlike(:a, "b"), do: 1
  def x <~> y, do: {x, y}
  def +x, do: x
  def unquote(:..)(1, x), do: x
  def unquote(:"a b")(1, x \\\\ 3), do: x
  defmacro left ~> right do {left, right} end
  defmacro block(do: block), do: block
  defguard is_bar(a, b) when a == b
  defguardp is_baz(a) when is_bar(a, 1)
  def guarded(x) when is_baz(x), do: x
  defdelegate foo(a, b \\\\ []), to: Enum, as: :map
end
"""

[{_, code}] = Code.compile_string(source)
{:ok, {_, [{'Docs', docs}]}} = :beam_lib.chunks(code, ['Docs'])
{:docs_v1, _, :elixir, _, _, _, entries} = :erlang.binary_to_term(docs)
for {{kind, name, arity}, _, signature, _, metadata} <- Enum.sort(entries), do: IO.inspect({kind, name, arity, signature, metadata})
