# Code of a compiled file is looked at when its clauses are blamed: attributes in bodies are no hindrance, nor are they where the
# file's debug information is read.
directory = Path.join(System.tmp_dir!(), "beamlet_blame_#{System.pid()}")
File.mkdir_p!(directory)
source = Path.join(directory, "kept.ex")

File.write!(source, """
defmodule Kept do
  @answer [1, 2]
  @most 3
  defstruct a: 1
  def body(1), do: @answer
  def guard(n) when n in @answer, do: n
  def guard(n) when n > @most, do: @most
end
""")

{:ok, [Kept], []} = Kernel.ParallelCompiler.compile_to_path([source], directory)
Code.prepend_path(directory)

try do
  apply(Kept, :body, [2])
rescue
  error -> Exception.blame(:error, error, __STACKTRACE__) |> elem(0) |> Exception.message() |> IO.puts()
end

for call <- [:guard, :body] do
  try do
    apply(Kept, call, [3])
  rescue
    error -> Exception.blame(:error, error, __STACKTRACE__) |> elem(0) |> Exception.message() |> String.split("\n") |> hd() |> IO.puts()
  end
end

{:ok, {_, [debug_info: {:debug_info_v1, backend, data}]}} = :beam_lib.chunks(:code.which(Kept), [:debug_info])
{:ok, %{definitions: definitions}} = backend.debug_info(:elixir_v1, Kept, data, [])
for {function, kind, _, clauses} <- Enum.sort(definitions), do: IO.inspect({function, kind, length(clauses)})
File.rm_rf!(directory)
