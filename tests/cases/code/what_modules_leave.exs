# The bytes that a module's definition gives hold what it was made of; the module in memory has no file to be asked.
told = fn bytes ->
  {:ok, {name, [debug_info: {:debug_info_v1, backend, data}]}} = :beam_lib.chunks(bytes, [:debug_info])

  case backend.debug_info(:elixir_v1, name, data, []) do
    {:ok, map} ->
      {map.module, for({{function, arity}, kind, _, clauses} <- map.definitions, do: {kind, function, arity, length(clauses)})}

    error ->
      {name, error}
  end
end

value =
  defmodule Kept do
    @moduledoc "Some text."
    @type t :: integer
    @doc "More text."
    @spec f(t) :: t
    def f(0), do: 0
    def f(x) when x > 0, do: h(x)
    defp h(x), do: x
    defmacro m(x), do: x
  end

{:module, Kept, bytes, {:m, 1}} = value
IO.inspect(told.(bytes))
{:ok, {Kept, [{'Docs', docs}]}} = :beam_lib.chunks(bytes, ['Docs'])
IO.inspect(:erlang.binary_to_term(docs) |> elem(4))
{:ok, types} = Code.Typespec.fetch_types(bytes)
IO.inspect(for {kind, {name, _, _}} <- types, do: {kind, name})

# What is only in memory.
IO.inspect({:code.which(Kept), :code.is_loaded(Kept), :code.get_object_code(Kept)})
IO.inspect({Code.fetch_docs(Kept), Code.Typespec.fetch_types(Kept), Code.Typespec.fetch_specs(Kept)})
IO.inspect(Exception.blame_mfa(Kept, :f, [-1]))

# Other ways to come by them.
{:module, Made, bytes, _} = Module.create(Made, quote(do: def(g, do: 1)), __ENV__)
IO.inspect(told.(bytes))
for {_, bytes} <- Code.compile_string("defmodule Texts do\n defmodule Inner do\n def i, do: 1\n end\n def t, do: 2\nend"), do: IO.inspect(told.(bytes))
{{:module, _, bytes, _}, _} = Code.eval_string("defmodule Evaluated do\n def e, do: 1\nend")
IO.inspect(told.(bytes))

inside = fn ->
  if System.get_env("NO_SUCH_VARIABLE") do
    nil
  else
    defmodule Branch do
      def b, do: 1
    end
  end
end

inside.() |> elem(2) |> told.() |> IO.inspect()

defmodule Looks do
  def __after_compile__(env, bytes) do
    {:ok, {_, [debug_info: {_, backend, data}]}} = :beam_lib.chunks(bytes, [:debug_info])
    {:ok, map} = backend.debug_info(:elixir_v1, env.module, data, [])
    IO.inspect({env.module, length(map.definitions)})
  end
end

defmodule Looked do
  @after_compile Looks
  def a, do: 1
  def b, do: 2
end

# What says that it wants neither.
{:module, Hidden, bytes, _} =
  defmodule Hidden do
    @compile {:debug_info, false}
    def f, do: 1
  end

IO.inspect(told.(bytes))

defmodule Absent do
  @compile {:autoload, false}
  def f, do: 1
end

IO.inspect(:code.is_loaded(Absent))

# What is written to a file is known by it, and blamed with it.
path = Path.join(System.tmp_dir!(), "what_modules_leave_#{System.unique_integer([:positive])}")
File.mkdir_p!(path)
file = Path.join(path, "written.ex")
File.write!(file, "[_ | _] = :code.where_is_file('lists.beam')\ndefmodule Written do\n  @moduledoc \"W\"\n  def f(x) when is_atom(x), do: x\nend\nIO.inspect(:code.which(Written) |> Path.basename())\n")
{:ok, [Written], []} = Kernel.ParallelCompiler.compile_to_path([file], path)
Code.prepend_path(path)
IO.inspect(:code.which(Written) == String.to_charlist(Path.join(path, "Elixir.Written.beam")))
{:docs_v1, _, :elixir, _, text, _, _} = Code.fetch_docs(Written)
IO.inspect(text)
{:ok, :def, [{[part], [guard]}]} = Exception.blame_mfa(Written, :f, [1])
IO.inspect({part.match?, guard.match?})
File.rm_rf!(path)
