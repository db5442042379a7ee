defmodule :cover do
  @moduledoc """
  Which lines of modules have run, and how often.

  Modules are compiled anew from their source, with counters, and replace those that are loaded; what is on disk stays. Results are those
  that Erlang's `cover` gives for the code as it was written: lines of code that macros make are not counted.
  """

  @state {__MODULE__, :state}

  @typedoc "What is counted together."
  @type level :: :line | :function | :clause | :module

  ## The life of it

  @doc "Makes ready for modules. There is no process behind it: what is returned as its pid is the one of the caller."
  @spec start() :: {:ok, pid} | {:error, {:already_started, pid}}
  def start do
    if state(), do: {:error, {:already_started, self()}}, else: {put(%{modules: %{}, imported: %{}, files: []}), self()}
  end

  @doc "Forgets all modules; those that are loaded are loaded as they are on disk when they are next called."
  @spec stop() :: :ok
  def stop do
    with %{modules: modules} <- state() do
      for {module, _} <- modules, do: :code.purge(module) && :code.delete(module)
    end

    put(nil)
    :ok
  end

  defp state, do: :persistent_term.get(@state, nil)
  defp put(state), do: :persistent_term.put(@state, state)

  defp update(fun), do: :global.trans({@state, self()}, fn -> put(fun.(state() || %{modules: %{}, imported: %{}, files: []})) end)

  ## What instrumented code calls

  @doc false
  def count(key, index), do: :counters.add(:persistent_term.get({__MODULE__, key}), index, 1)

  @doc false
  def note(module, key, kind, name, arity, lines) do
    entries = for {line, index} <- lines, do: %{name: name, arity: arity + if(kind in [:defmacro, :defmacrop], do: 1, else: 0), kind: kind, line: line, at: {key, index}}
    update(&put_in(&1.modules[module], Map.get(&1.modules, module, []) ++ entries))
  end

  @doc false
  def note_protocol(module, line, signatures) do
    entries = for {name, arity, at} <- [{nil, nil, line} | signatures], do: %{name: name, arity: arity, kind: :protocol, line: at, at: nil}
    update(&put_in(&1.modules[module], Map.get(&1.modules, module, []) ++ entries))
  end

  ## Compiling

  @doc "Compiles a module, or the one of a module file, with counters."
  @spec compile_beam(module | charlist) :: {:ok, module} | {:error, term}
  def compile_beam(module_or_file) do
    case compile_beams([module_or_file]) do
      [result] -> result
    end
  end

  @doc "Compiles the modules of the files in a directory with counters."
  @spec compile_beam_directory(charlist) :: [{:ok, module} | {:error, term}] | {:error, term}
  def compile_beam_directory(directory \\ ~c".") do
    case :file.list_dir(directory) do
      {:ok, files} -> compile_beams(for(file <- Enum.sort(files), :filename.extension(file) == ~c".beam", do: :filename.join(directory, file)))
      error -> error
    end
  end

  @doc "Compiles several modules, or the modules of files, with counters: each source once."
  @spec compile_beams([module | charlist]) :: [{:ok, module} | {:error, term}]
  def compile_beams(modules_or_files) do
    start()
    found = for given <- modules_or_files, do: {given, source(given)}
    for source <- found |> Enum.map(&elem(&1, 1)) |> Enum.uniq(), is_binary(source), do: compile_source(source)
    update(fn state -> %{state | files: Enum.uniq(state.files ++ Enum.map(found, &elem(&1, 1)))} end)

    for {given, source} <- found do
      module = module_of(given)

      cond do
        is_atom(source) -> {:error, {source, given}}
        Code.ensure_loaded?(module) -> {:ok, module} |> tap(fn _ -> update(&%{&1 | modules: Map.put_new(&1.modules, module, [])}) end)
        true -> {:error, module}
      end
    end
  end

  defp module_of(module) when is_atom(module), do: module
  defp module_of(file), do: file |> :filename.basename(~c".beam") |> List.to_atom()

  defp source(given) do
    module = module_of(given)

    with true <- Code.ensure_loaded?(module) || :non_existing,
         source when is_list(source) <- module.module_info(:compile)[:source] || :no_source_code_found,
         path = List.to_string(source),
         true <- File.regular?(path) || :no_source_code_found do
      path
    end
  end

  # What its modules have known so far is of the code before.
  defp compile_source(path) do
    quoted = path |> File.read!() |> Code.string_to_quoted!(file: path)
    key = :erlang.unique_integer([:positive])
    {quoted, count} = :beamlet_cover.instrument(quoted, key)
    :persistent_term.put({__MODULE__, key}, :counters.new(max(count, 1), [:write_concurrency]))
    options = [:ignore_module_conflict, :ignore_already_consolidated]
    before = for option <- options, do: {option, Code.get_compiler_option(option)}
    for option <- options, do: Code.put_compiler_option(option, true)
    Process.put(:beamlet_quiet_compiler, true)

    try do
      Enum.each(Code.compile_quoted(quoted, path), &leave_out_unused/1)
    after
      Process.delete(:beamlet_quiet_compiler)
      for {option, value} <- before, do: Code.put_compiler_option(option, value)
    end
  end

  # Private functions that nothing calls are no part of the code.
  defp leave_out_unused({module, code}) do
    with {:ok, {_, [locals: locals]}} <- :beam_lib.chunks(code, [:locals]) do
      update(fn state ->
        case state.modules do
          %{^module => entries} -> put_in(state.modules[module], Enum.filter(entries, &(&1.kind != :defp or {&1.name, &1.arity} in locals)))
          _ -> state
        end
      end)
    end
  end

  @doc "Lists the modules that have counters."
  @spec modules() :: [module]
  def modules, do: if(state(), do: state().modules |> Map.keys() |> Enum.sort(), else: [])

  @doc "Tells whether a module has counters: `{:file, source}` or `false`."
  @spec is_compiled(module) :: {:file, charlist} | false
  def is_compiled(module) do
    if module in modules(), do: {:file, module.module_info(:compile)[:source]}, else: false
  end

  @doc "Sets all counters, or those of a module, to nothing."
  @spec reset() :: :ok
  def reset, do: Enum.each(modules(), &reset/1)

  @doc "Sets the counters of a module to nothing."
  @spec reset(module) :: :ok
  def reset(module) do
    for %{at: {key, index}} <- entries(module), do: :counters.put(:persistent_term.get({__MODULE__, key}), index, 0)
    update(&%{&1 | imported: Map.delete(&1.imported, module)})
    :ok
  end

  ## Results

  defp entries(module), do: if(state(), do: Map.get(state().modules, module, []), else: [])

  # `[{name, arity, line, hits}]` of a module: what has been counted here and what has been imported.
  defp hits(module) do
    own = for entry <- entries(module), do: {entry.name, entry.arity, entry.line, hits(module, entry)}
    imported = if state(), do: Map.get(state().imported, module, []), else: []

    (own ++ imported)
    |> Enum.group_by(fn {name, arity, line, _} -> {name, arity, line} end, &elem(&1, 3))
    |> Enum.map(fn {{name, arity, line}, counts} -> {name, arity, line, Enum.sum(counts)} end)
    |> Enum.sort_by(fn {_, _, line, _} -> line end)
  end

  # A protocol has run when an implementation has.
  defp hits(module, %{kind: :protocol, name: name, arity: arity}) do
    for impl <- modules(), function_exported?(impl, :__impl__, 1), impl.__impl__(:protocol) == module, reduce: 0 do
      sum -> Enum.reduce(entries(impl), sum, fn entry, sum -> if name == nil or {entry.name, entry.arity} == {name, arity}, do: sum + read(entry), else: sum end)
    end
  end

  # What has no body of its own counts as run when anything else of the module has.
  defp hits(module, %{kind: :delegate}), do: if(Enum.any?(entries(module), &(read(&1) > 0)), do: 1, else: 0)
  defp hits(_module, entry), do: read(entry)

  defp read(%{at: {key, index}}), do: :counters.get(:persistent_term.get({__MODULE__, key}), index)
  defp read(_), do: 0

  @doc "Like `analyse/3` for all modules: `{:result, ok, failed}`."
  @spec analyse(:coverage | :calls, level) :: {:result, list, list}
  def analyse(what \\ :coverage, level \\ :line) when what in [:coverage, :calls] do
    {:result, for(module <- all(), {:ok, result} <- [analyse(module, what, level)], item <- List.wrap(result), do: item), []}
  end

  defp all, do: if(state(), do: Enum.uniq(modules() ++ Map.keys(state().imported)) |> Enum.sort(), else: [])

  @doc """
  Returns what has run of a module: for each line, function or clause, or for the module, `{covered, not_covered}` with `:coverage` and how
  often it ran with `:calls`.
  """
  @spec analyse(module, :coverage | :calls, level) :: {:ok, term} | {:error, {:not_cover_compiled, module}}
  def analyse(module, what, level) do
    cond do
      module not in all() -> {:error, {:not_cover_compiled, module}}
      level == :module -> {:ok, {module, result(hits(module), what)}}
      true -> {:ok, for({item, lines} <- grouped(hits(module), module, level), do: {item, result(lines, what)})}
    end
  end

  defp grouped(hits, module, level) do
    hits
    |> Enum.group_by(fn {name, arity, line, _} -> if level == :line, do: {module, line}, else: item(module, name, arity, level) end)
    |> Enum.sort()
  end

  defp item(module, name, arity, :function), do: {module, name, arity}
  defp item(module, name, arity, :clause), do: {module, name, arity, 1}

  defp result(lines, :calls), do: lines |> Enum.map(&elem(&1, 3)) |> Enum.max(fn -> 0 end)

  defp result(lines, :coverage) do
    by_line = Enum.group_by(lines, &elem(&1, 2), &elem(&1, 3))
    covered = Enum.count(by_line, fn {_, counts} -> Enum.any?(counts, &(&1 > 0)) end)
    {covered, map_size(by_line) - covered}
  end

  @doc "Writes the source of a module with how often each line ran into a file; `[:html]` makes it a page."
  @spec analyse_to_file(module, charlist | String.t(), [atom]) :: {:ok, charlist | String.t()} | {:error, term}
  def analyse_to_file(module, file, options \\ []) do
    with {:ok, lines} <- analyse(module, :calls, :line),
         source when is_list(source) <- module.module_info(:compile)[:source],
         {:ok, text} <- File.read(source) do
      hits = for {{_, line}, count} <- lines, into: %{}, do: {line, count}
      rows = text |> String.split("\n") |> Enum.with_index(1)
      File.write!(file, if(:html in options, do: page(module, source, rows, hits), else: for({row, number} <- rows, do: [hits[number] |> shown() |> String.pad_leading(8), "|  ", row, ?\n])))
      {:ok, file}
    else
      {:error, _} = error -> error
      _ -> {:error, {:no_source_code_found, module}}
    end
  end

  defp shown(nil), do: ""
  defp shown(count), do: Integer.to_string(count)

  defp page(module, source, rows, hits) do
    body =
      for {row, number} <- rows do
        class = if count = hits[number], do: if(count > 0, do: " class=\"hit\"", else: " class=\"miss\""), else: ""
        ["<tr", class, "><td>", Integer.to_string(number), "</td><td>", shown(hits[number]), "</td><td><code>", escaped(row), "</code></td></tr>\n"]
      end

    [
      "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>", inspect(module), "</title>\n<style>td { padding: 0 0.5em; } ",
      "td:nth-child(-n+2) { text-align: right; } code { white-space: pre; } .hit { background: #e0f5e0; } .miss { background: #fadcdc; }</style></head>\n",
      "<body><h1>", inspect(module), "</h1>\n<p>", escaped(List.to_string(source)), "</p>\n<table><tr><th>Line</th><th>Hits</th><th>Source</th></tr>\n", body, "</table></body></html>\n"
    ]
  end

  defp escaped(text), do: text |> String.replace("&", "&amp;") |> String.replace("<", "&lt;") |> String.replace(">", "&gt;")

  @doc "Writes the counters of all modules into a file, for `import/1`."
  @spec export(charlist | String.t()) :: :ok | {:error, term}
  def export(file) do
    File.write(file, :erlang.term_to_binary({__MODULE__, 1, for(module <- all(), do: {module, hits(module)})}))
  end

  @doc "Adds the counters of a file that `export/1` has written to those that are known."
  @spec import(charlist | String.t()) :: :ok | {:error, term}
  def import(file) do
    with {:ok, bytes} <- File.read(file), {__MODULE__, 1, modules} <- :erlang.binary_to_term(bytes) do
      update(fn state -> %{state | imported: Enum.reduce(modules, state.imported, fn {module, hits}, imported -> Map.update(imported, module, hits, &(hits ++ &1)) end)} end)
      :ok
    else
      {:error, reason} -> {:error, {:cant_open_file, file, reason}}
      _ -> {:error, {:not_cover_data, file}}
    end
  end
end
