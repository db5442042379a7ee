# What was compiled to a directory is known by the file there at once, and its chunks can be read from it.
directory = Path.join(System.tmp_dir!(), "beamlet_written_#{System.pid()}")
File.mkdir_p!(directory)
source = Path.join(directory, "written.ex")

File.write!(source, """
defmodule Written do
  @doc "Adds."
  @doc deprecated: "only the documentation says so"
  def add(a, b), do: a + b

  @deprecated "Use add/2"
  def plus(a, b), do: a + b

  @typedoc since: "1.0.0"
  @opaque sum :: integer
end
""")

{:ok, [Written], []} = Kernel.ParallelCompiler.compile_to_path([source], directory)
beam = :code.which(Written)
IO.inspect(Path.relative_to(to_string(beam), directory))
IO.inspect(:code.is_loaded(Written) == {:file, beam})
{:ok, {Written, [exports: exports]}} = :beam_lib.chunks(beam, [:exports])
IO.inspect(exports[:add])

IO.inspect(Written.__info__(:deprecated))
{:docs_v1, _, :elixir, _, _, _, docs} = Code.fetch_docs(to_string(beam))
for {key, _, _, _, metadata} <- Enum.sort(docs), do: IO.inspect({key, metadata})
File.rm_rf!(directory)
