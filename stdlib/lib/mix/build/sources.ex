defmodule Mix.Build.Sources do
  @moduledoc false
  # Compiles those files of a project that have changed, and those that need them: when they are compiled themselves, or for what
  # they export if that has changed. A file that needs another one only when it runs is left alone.

  alias Mix.Build.{Graph, Manifest}

  # Options: `:force`, `:verbose`, `:all_warnings`, `:apps` (what the project builds on), and those of the compiler. Returns
  # `{:ok | :noop | :error, diagnostics}`.
  def compile(config, ebin, opts) do
    sources = list(config)
    path = Manifest.path(config)
    old = Manifest.read(path)
    apps = opts[:apps] || Mix.Dependencies.apps()
    around = around(config, opts, apps)

    build = %{
      config: config,
      opts: opts,
      ebin: ebin,
      path: path,
      paths: sources,
      old: old || %{sources: %{}, modules: %{}, deps: %{}, config: %{}, lock: %{}},
      modified: if(old, do: Mix.Utils.last_modified(path), else: 0),
      around: around
    }

    if opts[:force] || old == nil || old.key != around.key || of_app(old.config, config) != of_app(around.config, config) do
      for {module, _} <- build.old.modules, do: discard(build, module)
      clear(ebin)
      run(build, sources, %{})
    else
      incremental(build)
    end
  end

  def list(config) do
    paths = config[:elixirc_paths]
    unless is_list(paths), do: Mix.raise(":elixirc_paths should be a list of paths, got: " <> inspect(paths))
    Mix.Utils.extract_files(paths, [:ex])
  end

  defp of_app(digests, config), do: digests[config[:app]]

  defp clear(ebin) do
    for file <- Path.wildcard(Path.join(ebin, "*.beam")), do: File.rm!(file)
  end

  ## What the code depends on besides its files

  defp around(config, opts, apps) do
    options = Keyword.take(opts, [:docs, :debug_info, :optional_deps]) ++ (config[:elixirc_options] || [])

    %{
      key: :erlang.md5(:erlang.term_to_binary({options, config[:xref], config[:version] && config[:app], System.version(), Manifest.stamp("/proc/self/exe")})),
      config: for({app, values} <- Mix.Project.compile_config(), into: %{}, do: {app, :erlang.phash2(values, 4_294_967_296)}),
      lock: for({app, value} <- Mix.Dep.Lock.read(), into: %{}, do: {app, :erlang.phash2(value, 4_294_967_296)}),
      deps: for(app <- apps, into: %{}, do: {app, Manifest.mark(Manifest.path_of(app))})
    }
  end

  ## What is stale

  defp incremental(%{old: old, paths: paths} = build) do
    present = Map.new(paths, &{&1, true})
    removed = for {path, _} <- old.sources, not is_map_key(present, path), do: path
    {foreign, foreign_exports, graph} = changed_outside(build)
    touched = MapSet.union(changed_apps(build), project_modules(build))

    changed? = fn path ->
      case old.sources do
        %{^path => entry} -> changed?(build, path, entry, touched)
        _new -> true
      end
    end

    stale = paths |> Enum.filter(changed?) |> MapSet.new()
    stale = with_fellows(old, Enum.into(removed, stale))
    changed = MapSet.union(modules_of(old.sources, stale), foreign)
    exports = MapSet.union(modules_of(old.sources, removed), foreign_exports)
    stale = MapSet.difference(spread(old, graph, stale, changed, exports), MapSet.new(removed))

    if MapSet.size(stale) == 0 and removed == [] do
      nothing(build)
    else
      for path <- [removed | MapSet.to_list(stale)] |> List.flatten(), entry = old.sources[path], module <- entry.modules, do: discard(build, module)
      run(build, Enum.filter(paths, &MapSet.member?(stale, &1)), Map.drop(old.sources, removed))
    end
  end

  # A module that several files define is made of all of them.
  defp with_fellows(old, stale) do
    more = for path <- stale, entry = old.sources[path], module <- entry.modules, [_, _ | _] = fellows <- [old.modules[module].sources], fellow <- fellows, do: fellow
    Enum.into(more, stale)
  end

  defp modules_of(sources, paths), do: for(path <- paths, entry = sources[path], module <- entry.modules, into: MapSet.new(), do: module)

  # Adds the files that have to be compiled because modules have changed, and because exports have, until there are no more.
  defp spread(old, graph, stale, changed, exports) do
    tainted = Graph.tainted(graph, changed)
    left = Map.drop(old.sources, MapSet.to_list(stale))
    more = Graph.needing(left, :compile, tainted) ++ Graph.needing(left, :exports, exports)

    if more == [] do
      stale
    else
      stale = with_fellows(old, Enum.into(more, stale))
      spread(old, graph, stale, MapSet.union(changed, modules_of(old.sources, stale)), exports)
    end
  end

  defp changed?(build, path, entry, touched) do
    different?(build, path, entry) or
      Enum.any?(entry.modules, &(not File.exists?(beam(build, &1)))) or
      Enum.any?(entry.recompile, &recompile?(build, path, &1)) or
      Enum.any?(entry.external, fn {file, known} -> external_changed?(build, file, known) end) or
      Enum.any?(entry.compile_env, fn {app, keys, value} -> Application.__compile_value__(app, keys) != value end) or
      (MapSet.size(touched) > 0 and Enum.any?(entry.compile ++ entry.exports, &MapSet.member?(touched, &1)))
  end

  # A module may say itself that it is to be compiled again.
  defp recompile?(build, path, module) do
    Code.prepend_path(build.ebin)
    Code.ensure_loaded?(module) and function_exported?(module, :__mix_recompile__?, 0) and module.__mix_recompile__?()
  rescue
    error ->
      Mix.shell().error("Error while running #{inspect(module)}.__mix_recompile__?/0 of #{path}: #{Exception.message(error)}")
      true
  end

  # A file of the same size and time is the same, unless it may have been changed in the second in which it was compiled.
  defp different?(build, path, entry) do
    case File.stat(path, time: :posix) do
      {:ok, %{size: size}} when size != entry.size -> true
      {:ok, %{mtime: mtime}} when mtime == entry.mtime and mtime < build.modified -> false
      {:ok, %{mtime: mtime}} -> current(path, mtime) and Manifest.digest(path) != entry.digest
      {:error, _} -> true
    end
  end

  defp current(path, mtime) do
    if mtime > :erlang.system_time(:second) do
      Mix.shell().error("warning: mtime (modified time) for \"#{path}\" was set to the future, resetting to now")
      File.touch!(path)
    end

    true
  end

  defp external_changed?(build, file, {known, digest}) do
    case {Manifest.stamp(file), known} do
      {{_, size}, {_, size}} = {{mtime, _}, _} -> mtime > build.modified or (mtime == build.modified and Manifest.digest(file) != digest)
      {reason, reason} when is_atom(reason) -> false
      _ -> true
    end
  end

  # The modules of applications whose configuration or version in the lock file has changed.
  defp changed_apps(%{old: old, around: around}) do
    case Enum.uniq(differing(old.config, around.config) ++ differing(old.lock, around.lock)) do
      [] ->
        MapSet.new()

      apps ->
        needed = for {_, entry} <- old.sources, module <- entry.compile ++ entry.exports, into: MapSet.new(), do: module
        for app <- apps, module <- app_modules(app) ++ bundled_modules(app, needed), into: MapSet.new(), do: module
    end
  end

  # What comes with the language has no specification that lists its modules.
  @bundled %{logger: "Logger", ex_unit: "ExUnit", mix: "Mix", iex: "IEx", eex: "EEx"}

  defp bundled_modules(app, modules) do
    case @bundled do
      %{^app => name} -> for module <- modules, inspect(module) == name or String.starts_with?(inspect(module), name <> "."), do: module
      _ -> []
    end
  end

  defp differing(one, other), do: for(key <- Enum.uniq(Map.keys(one) ++ Map.keys(other)), one[key] != other[key], do: key)

  defp app_modules(app) do
    _ = :application.load(app)
    Application.spec(app, :modules) || []
  end

  # Files that ask for the project itself need it as it is now.
  defp project_modules(build) do
    if Mix.Project.config_mtime() > build.modified, do: MapSet.new([Mix.Project, Mix.Project.get()]), else: MapSet.new()
  end

  # What has changed in the applications that this one builds on: modules, modules whose exports have changed, and all sources in
  # which changes can spread.
  defp changed_outside(%{old: old, around: around, modified: modified}) do
    changed = for {app, stamp} <- around.deps, known = Map.get(old.deps, app), known == nil or elem(known, 0) != stamp, do: {app, known}
    gone = for {app, known} <- old.deps, not is_map_key(around.deps, app), do: {app, known}

    if changed == [] and gone == [] do
      {MapSet.new(), MapSet.new(), old.sources}
    else
      manifests = for {app, _} <- around.deps, manifest = Manifest.read(Manifest.path_of(app)), into: %{}, do: {app, manifest}

      {all, exports} =
        Enum.reduce(changed ++ gone, {[], []}, fn {app, known}, {all, exports} ->
          before = if known, do: :erlang.binary_to_term(elem(known, 1)), else: %{}
          now = if is_map_key(around.deps, app), do: table(app, manifests[app]), else: %{}
          touched = for {module, _} <- now, Mix.Utils.last_modified(foreign_beam(app, module)) > modified, do: module
          different = differing(before, now)
          {touched ++ different ++ all, for(module <- different, exports_of(before, module) != exports_of(now, module), do: module) ++ exports}
        end)

      graph = for {app, manifest} <- manifests, {path, entry} <- manifest.sources, into: old.sources, do: {{app, path}, entry}
      {MapSet.new(all), MapSet.new(exports), graph}
    end
  end

  defp exports_of(table, module), do: with({_, exports} <- table[module], do: exports)
  defp foreign_beam(app, module), do: Path.join([Mix.Project.build_path(), "lib", to_string(app), "ebin", "#{module}.beam"])

  # By module the digests of its code and of its exports.
  defp table(_app, %{modules: modules}), do: for({name, module} <- modules, into: %{}, do: {name, {module.digest, module.exports}})
  defp table(app, nil), do: for(module <- app_modules(app), into: %{}, do: {module, {:unknown, :unknown}})

  defp nothing(%{old: old, around: around, paths: paths} = build) do
    stamps = for {app, {stamp, _}} <- old.deps, into: %{}, do: {app, stamp}
    warnings = for {_, entry} <- Enum.sort(old.sources), warning <- entry.warnings, do: warning
    show_again(build, warnings)
    newest = paths |> Enum.map(&Mix.Utils.last_modified/1) |> Enum.max(fn -> 0 end)

    if {stamps, old.config, old.lock} == {around.deps, around.config, around.lock} and max(newest, Mix.Project.config_mtime()) <= build.modified do
      refuse_warnings(build, {:noop, diagnostics(warnings, :warning)})
    else
      # The next time nothing of this has to be looked at.
      write(build, old.sources, old.modules)
      refuse_warnings(build, {:ok, diagnostics(warnings, :warning)})
    end
  end

  defp show_again(%{opts: opts}, warnings) do
    if opts[:all_warnings], do: :beamlet_diagnostics.warn(for {file, position, message} <- warnings, do: {message, file, position, nil})
  end

  ## Compiling

  defp beam(build, module), do: Path.join(build.ebin, Atom.to_string(module) <> ".beam")

  # The old code of a module that is compiled again shall not be taken for it.
  defp discard(build, module) do
    File.rm(beam(build, module))
    forget(module)
  end

  defp forget(module) do
    :code.purge(module)
    :code.delete(module)
  end

  # Compiles files, and then those that the outcome makes stale; `kept` are the entries of all files that are still there.
  defp run(build, stale, kept) do
    Code.prepend_path(build.ebin)
    show_again(build, for({path, entry} <- Enum.sort(kept), path not in stale, warning <- entry.warnings, do: warning))

    with {:ok, sources, codes, warnings} <- waves(build, stale, kept, build.old.modules, %{}, []),
         {:ok, sources, codes, warnings} <- verify(build, sources, codes, warnings) do
      modules = Map.take(build.old.modules, Enum.flat_map(sources, fn {_, entry} -> entry.modules end))
      modules = Map.merge(modules, describe(codes, sources))
      for {module, {code, _}} <- codes do
        File.write!(beam(build, module), code)
        :beamlet_code.loaded_from(module, String.to_charlist(beam(build, module)))
      end

      write(build, sources, modules)
      refuse_warnings(build, {:ok, diagnostics(all_warnings(sources, warnings), :warning)})
    else
      {:error, errors, warnings} -> {:error, diagnostics(warnings, :warning) ++ diagnostics(errors, :error)}
    end
  end

  # Files that have not been compiled but call what has gone are compiled after all, for the sake of the warnings.
  defp verify(build, sources, codes, warnings) do
    before = build.old.modules
    changed = for {module, _} <- Map.merge(before, codes), is_map_key(codes, module) or not File.exists?(beam(build, module)), into: MapSet.new(), do: module
    compiled = for {path, entry} <- sources, Enum.any?(entry.modules, &is_map_key(codes, &1)), into: MapSet.new(), do: path

    broken =
      for {path, entry} <- sources,
          path not in compiled,
          Enum.any?(entry.exports ++ entry.runtime, &MapSet.member?(changed, &1)),
          Enum.any?(entry.modules, &calls_missing?(build, &1, changed)),
          do: path

    for path <- broken, module <- sources[path].modules, do: forget(module)

    case broken != [] && compile_files(%{build | opts: Keyword.delete(build.opts, :verbose)}, Enum.sort(broken)) do
      false -> {:ok, sources, codes, warnings}
      {:ok, entries, new_codes, more} -> {:ok, Map.merge(sources, entries), Map.merge(codes, new_codes), warnings ++ more}
      {:error, _, _} = failed -> failed
    end
  end

  defp calls_missing?(build, module, changed) do
    case :beam_lib.chunks(String.to_charlist(beam(build, module)), [:imports]) do
      {:ok, {_, [imports: imports]}} ->
        Enum.any?(imports, fn {other, name, arity} -> MapSet.member?(changed, other) and not (Code.ensure_loaded?(other) and function_exported?(other, name, arity)) end)

      _ ->
        false
    end
  end

  # Warnings that are only shown again count too.
  defp refuse_warnings(%{opts: opts, config: config}, {status, diagnostics}) do
    strict? = Keyword.get(opts, :warnings_as_errors, config[:elixirc_options][:warnings_as_errors])

    if opts[:all_warnings] && strict? && diagnostics != [] do
      IO.puts(:stderr, "Compilation failed due to warnings while using the --warnings-as-errors option")
      {:error, diagnostics}
    else
      {status, diagnostics}
    end
  end

  defp all_warnings(sources, warnings) do
    of_sources = for {_, entry} <- Enum.sort(sources), warning <- entry.warnings, do: warning
    of_sources ++ (warnings -- of_sources)
  end

  defp waves(_build, [], sources, _before, codes, warnings), do: {:ok, sources, codes, warnings}

  defp waves(build, stale, sources, before, codes, warnings) do
    Mix.Utils.compiling_n(length(stale), :ex)

    with {:ok, entries, new_codes, new_warnings} <- compile_files(build, stale) do
      # What a file no longer defines has changed as well.
      old_modules = MapSet.to_list(modules_of(sources, stale))
      sources = Map.merge(sources, entries)
      exports = for module <- Enum.uniq(old_modules ++ Map.keys(new_codes)), exported(before[module]) != code_exports(new_codes[module]), into: MapSet.new(), do: module
      after_it = %{sources: Map.drop(sources, stale), modules: build.old.modules}
      more = spread(after_it, after_it.sources, MapSet.new(), MapSet.new(), exports)
      for path <- more, module <- sources[path].modules, do: discard(build, module)
      before = for {module, {_, exports}} <- new_codes, into: before, do: {module, %{exports: exports}}
      waves(build, Enum.filter(build.paths, &MapSet.member?(more, &1)), sources, before, Map.merge(codes, new_codes), warnings ++ new_warnings)
    end
  end

  defp exported(nil), do: nil
  defp exported(module), do: module.exports
  defp code_exports(nil), do: nil
  defp code_exports({_code, exports}), do: exports

  # `{:ok, entries, %{module => {code, digest of its exports}}, warnings}` of files.
  defp compile_files(build, stale) do
    key = {__MODULE__, make_ref()}
    Process.put(key, %{codes: %{}, files: %{}})
    note = fn fun -> Process.put(key, fun.(Process.get(key))) end

    callbacks = [
      each_long_compilation: &IO.puts(:stderr, "Compiling #{Path.relative_to_cwd(&1)} (it's taking a while)"),
      each_file: fn file -> if build.opts[:verbose], do: Mix.shell().info("Compiled #{Path.relative_to_cwd(file)}") end,
      each_module: fn file, module, code -> note.(&add_module(&1, file, module, code)) end,
      each_references: fn file, references, compile_env -> note.(&put_in(&1.files[{:references, file}], {references, compile_env})) end
    ]

    callbacks = callbacks ++ Keyword.take(build.opts, [:long_compilation_threshold])
    outcome = with_options(build, fn -> Kernel.ParallelCompiler.compile(stale, callbacks) end)
    met = Process.delete(key)

    with {:ok, _modules, warnings} <- outcome do
      by_file = Enum.group_by(warnings, fn {file, _, _} -> file && Path.relative_to_cwd(file) end)
      entries = for path <- stale, into: %{}, do: {path, entry(path, met.files, Map.get(by_file, path, []))}
      {:ok, entries, met.codes, warnings}
    end
  end

  defp add_module(met, file, module, code) do
    files = Map.update(met.files, {:modules, file}, [module], &[module | &1])
    %{met | codes: Map.put(met.codes, module, {code, exports(module)}), files: files}
  end

  # What other modules can know of a module when they are compiled.
  defp exports(module) do
    struct = if function_exported?(module, :__struct__, 0), do: module.__struct__()
    required = if struct, do: module.__info__(:struct)
    protocol = if function_exported?(module, :__protocol__, 1), do: module.__protocol__(:functions)
    :erlang.md5(:erlang.term_to_binary({module.__info__(:functions), module.__info__(:macros), struct, required, protocol}, minor_version: 2))
  end

  defp entry(path, files, warnings) do
    modules = files |> Map.get({:modules, path}, []) |> Enum.uniq() |> Enum.sort()
    {{compile, exports, runtime}, compile_env} = Map.get(files, {:references, path}, {{[], [], []}, []})
    {mtime, size} = Mix.Utils.last_modified_and_size(path)

    %{
      size: size,
      mtime: mtime,
      digest: Manifest.digest(path),
      modules: modules,
      compile: compile -- modules,
      exports: (exports -- modules) -- compile,
      runtime: ((runtime -- modules) -- exports) -- compile,
      external: for(module <- modules, file <- external_resources(module), do: {file, {Manifest.stamp(file), Manifest.digest(file)}}) |> Enum.uniq(),
      compile_env: Enum.uniq(compile_env),
      recompile: Enum.filter(modules, &function_exported?(&1, :__mix_recompile__?, 0)),
      warnings: warnings
    }
  end

  defp external_resources(module) do
    for {:external_resource, paths} <- module.__info__(:attributes), path <- paths, do: to_string(path)
  end

  defp describe(codes, sources) do
    now = {:os.system_time(), :erlang.unique_integer()}

    for {module, {code, exports}} <- codes, into: %{} do
      {module, %{digest: :erlang.md5(code), exports: exports, compiled: now, sources: for({path, entry} <- sources, module in entry.modules, do: path)}}
    end
  end

  defp write(build, sources, modules) do
    deps = for {app, stamp} <- build.around.deps, into: %{}, do: {app, {stamp, remembered(build.old.deps[app], app, stamp)}}
    loaded = for {module, _} <- modules, do: module

    Manifest.write(build.path, %{
      key: build.around.key,
      config: build.around.config,
      lock: build.around.lock,
      deps: deps,
      sources: sources,
      modules: modules,
      protocols: Mix.Consolidation.collect(Enum.filter(loaded, &Code.ensure_loaded?/1))
    })
  end

  defp remembered({stamp, table}, _app, stamp), do: table
  defp remembered(_known, app, _stamp), do: app |> table(Manifest.read(Manifest.path_of(app))) |> :erlang.term_to_binary()

  # The compiler has the project's options meanwhile; of what it keeps out of `xref` no warning is given either.
  defp with_options(build, fun) do
    options = Keyword.merge(build.config[:elixirc_options] || [], build.opts)
    excluded = List.wrap(build.config[:xref][:exclude])
    tracers = for {:tracer, name} <- options, do: Module.concat([name])
    options = Keyword.take(options, Code.available_compiler_options() -- [:tracers, :parser_options])
    options = if excluded == [], do: options, else: Keyword.update(options, :no_warn_undefined, excluded, &if(is_list(&1), do: excluded ++ &1, else: &1))
    options = if tracers == [], do: options, else: [tracers: tracers ++ Code.get_compiler_option(:tracers)] ++ options
    before = for {name, _} <- options, do: {name, Code.get_compiler_option(name)}
    for {name, value} <- options, do: Code.put_compiler_option(name, value)
    :beamlet_compiler.put_option(:lexical_references, true)

    try do
      fun.()
    after
      :beamlet_compiler.put_option(:lexical_references, false)
      for {name, value} <- before, do: Code.put_compiler_option(name, value)
    end
  end

  defp diagnostics(found, severity) do
    for {file, position, message} <- found do
      %Mix.Task.Compiler.Diagnostic{
        file: file && Path.absname(file),
        severity: severity,
        message: to_string(message),
        position: position,
        compiler_name: "Elixir"
      }
    end
  end
end
