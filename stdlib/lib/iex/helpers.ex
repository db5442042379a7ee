defmodule IEx.Helpers do
  @moduledoc """
  What the REPL imports. Ctrl-D leaves; Ctrl-C ends what is being evaluated; Tab completes. An entry goes on over as many
  lines as it needs; the line `#iex:break` gives it up.

    * `b/1` - the callbacks of a behaviour
    * `c/1` - compiles files
    * `cd/1`, `ls/0`, `ls/1`, `pwd/0` - the current directory
    * `clear/0` - clears the screen
    * `exports/1` - functions and macros of a module
    * `flush/0` - prints and drops the messages of the REPL's process
    * `h/0`, `h/1` - this text, or the documentation of a module or function
    * `i/0`, `i/1` - what a value is
    * `import_file/1` - evaluates a file, keeping what it binds and imports
    * `l/1`, `r/1` - loads a module again, or compiles it from its source and loads it
    * `pid/1`, `pid/3`, `ref/1`, `ref/4` - a pid, a reference
    * `recompile/0` - compiles the project again
    * `respawn/0` - goes on in a new process
    * `runtime_info/0` - memory, processes, schedulers
    * `t/1` - the types of a module
    * `v/0`, `v/1` - the value of the latest entry, or of the one with a number

  """

  import IEx, only: [dont_display_result: 0]

  ## Values

  @doc "Returns the value of an entry: by its number, or counted back from the latest with a negative one."
  @spec v(integer) :: term
  def v(n \\ -1) when is_integer(n) do
    history = Process.get(:iex_history, [])
    found = if n < 0, do: Enum.at(history, -n - 1), else: List.keyfind(history, n, 0)

    case found do
      {_, value} -> value
      nil -> raise "v(#{n}) is out of bounds, the currently preserved history ranges from #{range(history)} (or use negative numbers to look from the end)"
    end
  end

  defp range([]), do: "nothing"
  defp range(history), do: "#{history |> List.last() |> elem(0)} to #{history |> hd() |> elem(0)}"

  @doc "Tells what a value is: its type, what is known of it, and the protocols it implements. Without a value, the latest."
  @spec i(term) :: :"do not show this result in output"
  def i(term \\ v(-1)) do
    info = ["Term": inspect(term)] ++ IEx.Info.info(term)
    protocols = for protocol <- [Collectable, Enumerable, IEx.Info, Inspect, List.Chars, String.Chars], protocol.impl_for(term), do: inspect(protocol)

    for {name, text} <- info do
      IO.puts([IEx.color(:doc_title, to_string(name)), "\n  ", String.replace(to_string(text), "\n", "\n  ")])
    end

    IO.puts([IEx.color(:doc_title, "Implemented protocols"), "\n  ", Enum.join(protocols, ", ")])
    dont_display_result()
  end

  @doc "Prints and drops the messages of the REPL's process."
  @spec flush() :: :ok
  def flush do
    receive do
      message ->
        IO.inspect(message, IEx.inspect_opts())
        flush()
    after
      0 -> :ok
    end
  end

  @doc "Returns the pid of this text, such as `\"0.21.32\"`."
  @spec pid(binary) :: pid
  def pid(string) when is_binary(string), do: :erlang.list_to_pid(~c"<#{string}>")
  def pid(name) when is_atom(name), do: Process.whereis(name)

  @doc "Returns the pid of these numbers."
  @spec pid(non_neg_integer, non_neg_integer, non_neg_integer) :: pid
  def pid(x, y, z), do: pid("#{x}.#{y}.#{z}")

  @doc "Returns the reference of this text, such as `\"0.21.32.43\"`."
  @spec ref(binary) :: reference
  def ref(string) when is_binary(string), do: :erlang.list_to_ref(~c"#Ref<#{string}>")

  @doc "Returns the reference of these numbers."
  @spec ref(non_neg_integer, non_neg_integer, non_neg_integer, non_neg_integer) :: reference
  def ref(w, x, y, z), do: ref("#{w}.#{x}.#{y}.#{z}")

  ## Documentation

  @doc "Prints what helpers there are."
  def h do
    IEx.Introspection.h(IEx.Helpers)
    dont_display_result()
  end

  @doc "Prints the documentation of a module, `Module.function` or `Module.function/arity`, or of something imported."
  defmacro h(term) do
    decomposed = IEx.Introspection.decompose(term, __CALLER__)

    quote do
      IEx.Introspection.h(unquote(decomposed))
      IEx.dont_display_result()
    end
  end

  @doc "Prints the callbacks of a behaviour, or of `Module.callback` or `Module.callback/arity`."
  defmacro b(term) do
    decomposed = IEx.Introspection.decompose(term, __CALLER__)

    quote do
      IEx.Introspection.b(unquote(decomposed))
      IEx.dont_display_result()
    end
  end

  @doc "Prints the types of a module, or of `Module.type` or `Module.type/arity`."
  defmacro t(term) do
    decomposed = IEx.Introspection.decompose(term, __CALLER__)

    quote do
      IEx.Introspection.t(unquote(decomposed))
      IEx.dont_display_result()
    end
  end

  @doc "Lists the functions and macros of a module, or of `Kernel`."
  @spec exports(module) :: :"do not show this result in output"
  def exports(module \\ Kernel) do
    module |> IEx.Introspection.exports() |> Enum.map(fn {name, arity} -> "#{name}/#{arity}" end) |> columns()
    dont_display_result()
  end

  ## Code

  @doc "Compiles files, or one file, and loads what they define; with a path, the code is written there."
  @spec c(binary | [binary], binary | :in_memory) :: [module]
  def c(files, path \\ :in_memory) do
    found = files |> List.wrap() |> Enum.flat_map(&Path.wildcard/1)
    missing = files |> List.wrap() |> Enum.filter(&(Path.wildcard(&1) == []))
    if missing != [], do: raise(ArgumentError, "could not find files #{Enum.join(missing, ", ")}")

    result =
      if path == :in_memory do
        Kernel.ParallelCompiler.compile(found)
      else
        Kernel.ParallelCompiler.compile_to_path(found, path)
      end

    case result do
      {:ok, modules, _} -> modules
      {:error, _, _} -> raise CompileError, description: "the files could not be compiled"
    end
  end

  @doc "Loads a module again from where its code is."
  @spec l(module) :: {:module, module} | {:error, term}
  def l(module) when is_atom(module) do
    :code.purge(module)
    :code.load_file(module)
  end

  @doc "Compiles modules again from their source files, and loads them."
  @spec r(module | [module]) :: {:reloaded, [module]}
  def r(modules) do
    files =
      for module <- List.wrap(modules) do
        source = Code.ensure_loaded?(module) && module.module_info(:compile)[:source]
        unless source && File.regular?(source), do: raise(ArgumentError, "could not find source for #{inspect(module)}")
        to_string(source)
      end

    previous = Code.get_compiler_option(:ignore_module_conflict)
    Code.put_compiler_option(:ignore_module_conflict, true)

    try do
      compiled = for file <- Enum.uniq(files), {module, _} <- Code.compile_file(file), do: module
      {:reloaded, compiled}
    after
      Code.put_compiler_option(:ignore_module_conflict, previous)
    end
  end

  @doc "Compiles the project again, if anything in it has changed."
  @spec recompile(keyword) :: :ok | :noop
  def recompile(options \\ []) do
    if Mix.Project.get() do
      Mix.Task.reenable("compile")
      {status, _} = Mix.Build.project(force: Keyword.get(options, :force, false))
      status
    else
      IO.puts(IEx.color(:eval_error, "There is no project here, so there is nothing to compile again"))
      :noop
    end
  end

  @doc "Evaluates a file; what it binds and imports is kept."
  @spec import_file(binary) :: term
  def import_file(path) when is_binary(path) do
    case Process.get(:iex_imported) || Process.get(:iex_state) do
      {binding, env} ->
        {value, binding, env} = IEx.Evaluator.eval_file(path, binding, env)
        Process.put(:iex_imported, {binding, env})
        value

      nil ->
        raise "import_file/1 is for the REPL"
    end
  end

  @doc "Evaluates a file as `import_file/1` does, if it is there."
  @spec import_file_if_available(binary) :: term
  def import_file_if_available(path) when is_binary(path), do: if(File.regular?(path), do: import_file(path))

  @doc "Imports a module if it is there."
  defmacro import_if_available(module, opts \\ []) do
    if Code.ensure_loaded?(Macro.expand(module, __CALLER__)), do: quote(do: import(unquote(module), unquote(opts)))
  end

  @doc "Uses a module if it is there."
  defmacro use_if_available(module, opts \\ []) do
    if Code.ensure_loaded?(Macro.expand(module, __CALLER__)), do: quote(do: use(unquote(module), unquote(opts)))
  end

  ## Breakpoints

  @doc "Would stop a function in the REPL when it is called; that is not supported, so this raises."
  defmacro break!(ast, stops \\ 1) do
    quote do
      _ = unquote(stops)
      IEx.Helpers.__no_breakpoints__(unquote(Macro.to_string(ast)))
    end
  end

  @doc "Would stop a function in the REPL when it is called; that is not supported, so this raises."
  @spec break!(module, atom, arity, non_neg_integer) :: no_return
  def break!(module, function, arity, stops \\ 1) when is_integer(stops), do: __no_breakpoints__(Exception.format_mfa(module, function, arity))

  @doc false
  def __no_breakpoints__(call), do: raise("cannot set a breakpoint at #{call}: Beamlet's REPL does not stop programs")

  @doc "Lists breakpoints, of which there are none."
  def breaks do
    IO.puts(IEx.color(:eval_info, "No breakpoints set"))
    dont_display_result()
  end

  @doc "Removes all breakpoints, of which there are none."
  @spec remove_breaks() :: :ok
  def remove_breaks, do: :ok

  ## The system

  @doc "Prints the current directory."
  def pwd do
    IO.puts(File.cwd!())
    dont_display_result()
  end

  @doc "Changes the current directory."
  @spec cd(binary) :: :"do not show this result in output"
  def cd(directory) when is_binary(directory) do
    case File.cd(Path.expand(directory)) do
      :ok -> pwd()
      {:error, reason} -> IO.puts(IEx.color(:eval_error, "#{directory}: #{:file.format_error(reason)}"))
    end

    dont_display_result()
  end

  @doc "Lists the files of a directory, the current one unless given."
  @spec ls(binary) :: :"do not show this result in output"
  def ls(path \\ ".") when is_binary(path) do
    expanded = Path.expand(path)

    case File.ls(expanded) do
      {:ok, names} -> names |> Enum.sort() |> Enum.map(&if(File.dir?(Path.join(expanded, &1)), do: &1 <> "/", else: &1)) |> columns()
      {:error, :enotdir} -> IO.puts(expanded)
      {:error, reason} -> IO.puts(IEx.color(:eval_error, "#{path}: #{:file.format_error(reason)}"))
    end

    dont_display_result()
  end

  @doc "Clears the screen."
  def clear do
    if IO.ANSI.enabled?(), do: IO.write([IO.ANSI.home(), IO.ANSI.clear()]), else: IO.puts("Cannot clear the screen because ANSI escape codes are not enabled on this shell")
    dont_display_result()
  end

  @doc "Goes on in a new process, with what has been bound."
  def respawn do
    Process.exit(self(), :normal)
    exit(:normal)
  end

  @doc "Prints memory, processes and schedulers."
  def runtime_info do
    memory = :erlang.memory()

    rows = [
      {"Elixir version", System.version()},
      {"Beamlet version", :beamlet_system.version()},
      {"Schedulers", :erlang.system_info(:schedulers_online)},
      {"Processes", :erlang.system_info(:process_count)},
      {"Memory of processes", "#{div(memory[:processes] || memory[:total], 1024)} kB"},
      {"Atoms", :erlang.system_info(:atom_count)}
    ]

    for {name, value} <- rows, do: IO.puts([String.pad_trailing(name, 22), to_string(value)])
    dont_display_result()
  end

  defp columns([]), do: :ok

  defp columns(texts) do
    width = (texts |> Enum.map(&String.length/1) |> Enum.max()) + 2
    count = max(div(IEx.width(), width), 1)

    texts
    |> Enum.chunk_every(count)
    |> Enum.each(fn row -> IO.puts(row |> Enum.map_join("", &String.pad_trailing(&1, width)) |> String.trim_trailing()) end)
  end
end
