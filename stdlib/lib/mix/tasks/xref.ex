defmodule Mix.Tasks.Xref do
  @shortdoc "Prints cross reference information"
  @moduledoc """
  Shows which files of the project need which: what the compiler has met when it compiled them.

  A file needs another one to compile (`compile`), for what it exports (`export`: structs, imports, requires), or only when it
  runs (`runtime`). What is needed to compile is compiled again with all that it needs itself in turn; such dependencies are
  called `compile-connected` when there is more behind them.

  ## `mix xref callers MODULE`

  Lists the files that need a module, with the strongest reason. `--fail-above N` fails when there are more.

  ## `mix xref trace FILE`

  Compiles a file and lists where it needs modules of the project and why. `--label LABEL` shows one kind only.

  ## `mix xref graph`

  Draws all files and what they need.

    * `--format pretty|plain|dot|stats|cycles` - how; `dot` writes `xref_graph.dot`
    * `--label compile|export|runtime|compile-connected` - those for this reason only
    * `--only-direct` - follows only paths of that label
    * `--only-nodes` - files without what they need
    * `--source FILE`, `--sink FILE` - begins or ends with a file; may be repeated
    * `--exclude FILE` - leaves out a file; may be repeated
    * `--group FILE,FILE` - takes files for one
    * `--min-cycle-size N` - leaves out smaller cycles
    * `--fail-above N` - fails when there are more references or cycles
    * `--include-siblings` - takes in the other projects under the roof

  `--no-compile` compiles nothing before.
  """
  use Mix.Task

  alias Mix.Build.Manifest

  @recursive true

  @switches [
    archives_check: :boolean, compile: :boolean, deps_check: :boolean, elixir_version_check: :boolean, exclude: :keep, fail_above: :integer,
    format: :string, group: :keep, include_siblings: :boolean, label: :string, min_cycle_size: :integer, only_direct: :boolean, only_nodes: :boolean,
    sink: :keep, source: :keep, start: :boolean
  ]

  @impl true
  def run(args) do
    {opts, command} = OptionParser.parse!(args, strict: @switches)

    case command do
      ["callers", module] -> prepared(args, opts, fn -> callers(module, opts) end)
      ["trace", file] -> prepared(args, opts, fn -> trace(file, opts) end)
      ["graph"] -> prepared(args, opts, fn -> graph(opts) end)
      [name] when name in ["deprecated", "unreachable"] -> Mix.shell().error("The #{name} check has been moved to the compiler and has no effect now")
      _ -> Mix.raise("xref doesn't support this command. For more information run \"mix help xref\"")
    end

    :ok
  end

  defp prepared(args, opts, fun) do
    unless opts[:compile] == false, do: Mix.Task.run("compile", Enum.filter(args, &String.starts_with?(&1, "--no-")))
    fun.()
  end

  # The entries of the project's files, and of those of its siblings if they are wanted.
  defp sources(opts) do
    siblings = if opts[:include_siblings], do: for(dep <- Mix.Dependencies.loaded(), dep.opts[:in_umbrella] || dep.opts[:path], do: dep.app), else: []
    for app <- siblings ++ List.wrap(Mix.Project.config()[:app]), manifest = Manifest.read(Manifest.path_of(app)), {path, entry} <- manifest.sources, into: %{}, do: {path, entry}
  end

  ## Callers

  defp callers(text, opts) do
    module =
      case Mix.Utils.parse_mfa(text) do
        {:ok, [module]} -> module
        _ -> Mix.raise("xref callers MODULE expects a MODULE, got: " <> text)
      end

    found =
      for {path, entry} <- opts |> sources() |> Enum.sort(), {label, name} <- [compile: "compile", exports: "export", runtime: "runtime"], module in entry[label] do
        "#{path} (#{name})"
      end

    # What a file needs of its own modules is not kept.
    own = for {path, entry} <- sources(opts), module in entry.modules, calls_itself?(module), do: "#{path} (runtime)"
    lines = Enum.sort(found ++ own)
    Enum.each(lines, &Mix.shell().info/1)
    limit("references", length(lines), opts)
  end

  defp calls_itself?(module) do
    case :beam_lib.chunks(String.to_charlist(Path.join(Mix.Project.compile_path(), "#{module}.beam")), [:imports]) do
      {:ok, {_, [imports: imports]}} -> Enum.any?(imports, &(elem(&1, 0) == module))
      _ -> false
    end
  end

  defp limit(what, count, opts) do
    if opts[:fail_above] && count > opts[:fail_above], do: Mix.raise("Too many #{what} (found: #{count}, permitted: #{opts[:fail_above]})")
  end

  ## Traces

  defmodule Tracer do
    @moduledoc false
    # Notes what is met in one file, for the process that compiles it.

    def trace({:require, meta, module, _}, env), do: note(env, meta, :require, module, "export")
    def trace({:struct_expansion, meta, module, _}, env), do: note(env, meta, :struct, module, "export")
    def trace({:alias_reference, meta, module}, env), do: note(env, meta, :alias, module, label(env))
    def trace({:remote_function, meta, module, name, arity}, env), do: note(env, meta, :call, {module, name, arity}, label(env))
    def trace({:remote_macro, meta, module, name, arity}, env), do: note(env, meta, :call, {module, name, arity}, "compile")
    def trace({:imported_macro, meta, module, name, arity}, env), do: note(env, meta, :import, {module, name, arity}, "compile")

    # An import is called like any other function in the end.
    def trace({:imported_function, meta, module, name, arity}, env) do
      note(env, meta, :import, {module, name, arity}, label(env))
      note(env, meta, :call, {module, name, arity}, label(env))
    end

    def trace({:import, meta, module, _}, env), do: note(env, meta, :require, module, "export")
    def trace(_event, _env), do: :ok

    defp label(env), do: if(env.function, do: "runtime", else: "compile")

    defp note(env, meta, kind, what, label) do
      send(:persistent_term.get(__MODULE__), {__MODULE__, env.file, meta[:line] || env.line, kind, what, label})
      :ok
    end
  end

  @labels ["compile", "export", "runtime"]

  defp trace(file, opts) do
    if (label = opts[:label]) && label not in @labels, do: Mix.raise("Unknown --label #{label} in mix xref trace")
    sources = sources(opts)
    own = for {_, entry} <- sources, module <- entry.modules, into: MapSet.new(), do: module
    unless is_map_key(sources, file), do: Mix.raise("Could not find source file: #{file}")
    defined = sources[file].modules

    before = for option <- [:tracers, :ignore_module_conflict], do: {option, Code.get_compiler_option(option)}
    :persistent_term.put(Tracer, self())
    Code.put_compiler_option(:tracers, [Tracer])
    Code.put_compiler_option(:ignore_module_conflict, true)

    try do
      if match?({:error, _, _}, Kernel.ParallelCompiler.compile([file])), do: Mix.raise("Could not compile #{file}")
    after
      for {option, value} <- before, do: Code.put_compiler_option(option, value)
    end

    path = Path.absname(file)

    traces =
      for {where, line, kind, what, label} <- received([]),
          Path.absname(where) == path,
          module = module_of(what),
          MapSet.member?(own, module) and module not in defined,
          do: {line, kind, what, label}

    # The name of a module is of interest where nothing else is done with it.
    used = for {line, kind, what, _} <- traces, kind != :alias, into: MapSet.new(), do: {line, module_of(what)}
    traces = Enum.reject(traces, fn {line, kind, what, _} -> kind == :alias and MapSet.member?(used, {line, what}) end)

    lines =
      for {line, kind, what, label} <- traces |> Enum.uniq() |> Enum.sort(), opts[:label] in [nil, label] do
        "#{file}:#{line}: #{kind} #{show(what)} (#{label})"
      end

    Enum.each(lines, &Mix.shell().info/1)
    limit("traces", length(lines), opts)
  end

  defp received(found) do
    receive do
      {Tracer, file, line, kind, what, label} -> received([{file, line, kind, what, label} | found])
    after
      0 -> Enum.reverse(found)
    end
  end

  defp module_of({module, _, _}), do: module
  defp module_of(module), do: module

  defp show({module, name, arity}), do: Exception.format_mfa(module, name, arity)
  defp show(module), do: inspect(module)

  ## The graph

  defp graph(opts) do
    edges = opts |> sources() |> edges()
    edges = edges |> exclude(Keyword.get_values(opts, :exclude)) |> group(Keyword.get_values(opts, :group))
    label = label(opts[:label])
    sources = given(edges, opts, :source, "Sources")
    sinks = given(edges, opts, :sink, "Sinks")
    all = edges
    edges = if opts[:only_direct], do: filter(edges, all, label), else: edges
    edges = if sinks, do: towards(edges, sinks), else: edges
    edges = filter(edges, all, label)
    roots = roots(edges, label, sources, sinks)

    case opts[:format] || "pretty" do
      format when format in ["pretty", "plain"] ->
        draw(edges, roots, opts)
        limit("references", count(edges, sources, roots), opts)

      "dot" ->
        dot(edges, roots, opts)
        limit("references", count(edges, sources, roots), opts)

      "stats" ->
        stats(edges)

      "cycles" ->
        cycles(edges, opts)

      other ->
        Mix.raise("Unknown --format #{other} in mix xref graph")
    end
  end

  defp label(nil), do: nil
  defp label("compile"), do: :compile
  defp label("export"), do: :export
  defp label("runtime"), do: :runtime
  defp label("compile-connected"), do: :compile_connected
  defp label(other), do: Mix.raise("Unknown --label #{other} in mix xref graph")

  # By file, in order: the files that it needs, each with the strongest reason.
  defp edges(sources) do
    homes = for {path, entry} <- sources, module <- entry.modules, reduce: %{}, do: (homes -> Map.update(homes, module, [path], &[path | &1]))

    for {path, entry} <- sources, into: %{} do
      needed =
        for {kind, label} <- [runtime: :runtime, exports: :export, compile: :compile],
            module <- entry[kind],
            home <- Map.get(homes, module, []),
            home != path,
            into: %{},
            do: {home, label}

      {path, Enum.sort(needed)}
    end
  end

  defp exclude(edges, []), do: edges

  defp exclude(edges, files) do
    check_known(edges, files, "Excluded files")
    for {file, needed} <- edges, file not in files, into: %{}, do: {file, Enum.reject(needed, fn {other, _} -> other in files end)}
  end

  defp check_known(edges, files, what) do
    case Enum.reject(files, &is_map_key(edges, &1)) do
      [] -> :ok
      unknown -> Mix.raise("#{what} could not be found: #{Enum.join(unknown, ", ")}")
    end
  end

  # The files of a group are one, named after the first.
  defp group(edges, []), do: edges

  defp group(edges, groups) do
    names =
      for group <- groups, files = String.split(group, ","), file <- files, into: %{} do
        check_known(edges, files, "Group files")
        {file, hd(files) <> "+"}
      end

    name = &Map.get(names, &1, &1)

    edges
    |> Enum.group_by(fn {file, _} -> name.(file) end, fn {_, needed} -> needed end)
    |> Map.new(fn {file, lists} ->
      merged = for needed <- lists, {other, label} <- needed, name.(other) != file, reduce: %{}, do: (acc -> Map.update(acc, name.(other), label, &stronger(&1, label)))
      {file, Enum.sort(merged)}
    end)
  end

  defp stronger(one, other), do: Enum.find([:compile, :export, :runtime], &(&1 in [one, other]))

  defp given(edges, opts, key, what) do
    case Keyword.get_values(opts, key) do
      [] ->
        nil

      files ->
        # The name of a group stands for its files.
        groups = for group <- Keyword.get_values(opts, :group), files = String.split(group, ","), file <- files, into: %{}, do: {file, hd(files) <> "+"}
        files = Enum.map(files, &Map.get(groups, &1, &1))
        check_known(edges, files, what)
        files
    end
  end

  defp filter(edges, _all, nil), do: edges
  defp filter(edges, all, label), do: for({file, needed} <- edges, into: %{}, do: {file, Enum.filter(needed, &wanted?(&1, all, label))})

  defp wanted?({other, :compile}, all, :compile_connected), do: Map.get(all, other, []) != []
  defp wanted?({_, label}, _all, label), do: true
  defp wanted?(_edge, _all, _label), do: false

  # Only what leads to one of the files in the end.
  defp towards(edges, sinks) do
    users = for {file, needed} <- edges, {other, _} <- needed, reduce: %{}, do: (users -> Map.update(users, other, [file], &[file | &1]))
    leading = reach(sinks, MapSet.new(sinks), users)
    for {file, needed} <- edges, MapSet.member?(leading, file), into: %{}, do: {file, Enum.filter(needed, fn {other, _} -> MapSet.member?(leading, other) end)}
  end

  defp reach([], seen, _users), do: seen

  defp reach([file | rest], seen, users) do
    new = for user <- Map.get(users, file, []), not MapSet.member?(seen, user), do: user
    reach(new ++ rest, Enum.into(new, seen), users)
  end

  defp roots(_edges, _label, sources, _sinks) when sources != nil, do: sources

  defp roots(edges, label, nil, sinks) do
    for {file, needed} <- Enum.sort(edges), file not in (sinks || []), needed != [] or (label == nil and sinks == nil), do: file
  end

  # References of files that are shown.
  defp count(edges, nil, _roots), do: for({_, needed} <- edges, _ <- needed, reduce: 0, do: (count -> count + 1))

  defp count(edges, _sources, roots) do
    forward = Map.new(edges, fn {file, needed} -> {file, Enum.map(needed, &elem(&1, 0))} end)
    shown = reach(roots, MapSet.new(roots), forward)
    for {file, needed} <- edges, MapSet.member?(shown, file), _ <- needed, reduce: 0, do: (count -> count + 1)
  end

  defp callback(edges, opts) do
    fn {file, label} ->
      children = if opts[:only_nodes], do: [], else: Map.get(edges, file, [])
      {{file, if(label in [nil, :runtime], do: nil, else: "(#{label})")}, children}
    end
  end

  defp draw(edges, roots, opts), do: Mix.Utils.print_tree(Enum.map(roots, &{&1, nil}), callback(edges, opts), opts)

  defp dot(edges, roots, opts) do
    Mix.Utils.write_dot_graph!("xref_graph.dot", "xref graph", Enum.map(roots, &{&1, nil}), callback(edges, opts), opts)

    Mix.shell().info("""
    Generated "xref_graph.dot" in the current directory. To generate a PNG:

       dot -Tpng xref_graph.dot -o xref_graph.png

    For more options see http://www.graphviz.org/.\
    """)
  end

  defp stats(edges) do
    labels = for {_, needed} <- edges, {_, label} <- needed, do: label
    of = fn label -> Enum.count(labels, &(&1 == label)) end
    outgoing = for {file, needed} <- edges, do: {length(needed), file}
    users = for {_, needed} <- edges, {other, _} <- needed, do: other
    incoming = Enum.frequencies(users)
    incoming = for {file, _} <- edges, do: {Map.get(incoming, file, 0), file}

    Mix.shell().info("""
    Tracked files: #{map_size(edges)} (nodes)
    Compile dependencies: #{of.(:compile)} (edges)
    Exports dependencies: #{of.(:export)} (edges)
    Runtime dependencies: #{of.(:runtime)} (edges)
    Cycles: #{edges |> components() |> length()}
    """)

    most(outgoing, "outgoing")
    Mix.shell().info("")
    most(incoming, "incoming")
  end

  defp most(counts, direction) do
    shown = Enum.take(Enum.sort(counts, :desc), 10)
    Mix.shell().info("Top #{length(shown)} files with most #{direction} dependencies:")
    for {count, file} <- shown, do: Mix.shell().info("  * #{file} (#{count})")
  end

  # The shortest cycle through each group of files that all need each other, the longest in front.
  defp cycles(edges, opts) do
    least = opts[:min_cycle_size] || 0
    # A cycle ends with the file that it begins with, which counts only once here.
    found = for {size, cycle} <- edges |> components() |> Enum.sort(:desc), size > least, do: cycle

    case found do
      [] ->
        Mix.shell().info("No cycles found")

      cycles ->
        Mix.shell().info("#{length(cycles)} cycles found. Showing them in decreasing size:\n")

        for cycle <- cycles do
          Mix.shell().info("Cycle of length #{length(cycle)}:\n")
          for file <- cycle, do: Mix.shell().info("    " <> file)
          Mix.shell().info("")
        end
    end

    limit("cycles", length(found), opts)
  end

  defp components(edges) do
    graph = :digraph.new()

    try do
      for {file, _} <- edges, do: :digraph.add_vertex(graph, file)
      for {file, needed} <- edges, {other, _} <- needed, is_map_key(edges, other), do: :digraph.add_edge(graph, file, other)

      for component <- :digraph_utils.cyclic_strong_components(graph) do
        cycle = :digraph.get_short_cycle(graph, hd(component))
        {length(cycle), cycle}
      end
    after
      :digraph.delete(graph)
    end
  end
end
