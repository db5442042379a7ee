defmodule IEx.Helpers do
  @moduledoc """
  Welcome to Interactive Elixir, as Beamlet has it. These are the functions that it imports. Ctrl-D leaves; Ctrl-C ends what is being evaluated; Tab completes. An entry goes on over as many
  lines as it needs; the line `#iex:break` gives it up.

    * `b/1` - the callbacks of a behaviour
    * `break!/1`, `break!/2`, `break!/4`, `breaks/0`, `remove_breaks/0`, `remove_breaks/1`, `reset_break/1`, `reset_break/3` - breakpoints
    * `c/1` - compiles files
    * `cd/1`, `ls/0`, `ls/1`, `pwd/0` - the current directory
    * `clear/0` - clears the screen
    * `continue/0`, `next/0` - go on where a program has stopped
    * `exports/1` - functions and macros of a module
    * `flush/0` - prints and drops the messages of the REPL's process
    * `h/0`, `h/1` - this text, or the documentation of a module or function
    * `i/0`, `i/1` - what a value is
    * `import_file/1` - evaluates a file, keeping what it binds and imports
    * `l/1`, `r/1` - loads a module again, or compiles it from its source and loads it
    * `open/1` - opens the source of a module or function in an editor
    * `pid/1`, `pid/3`, `port/1`, `port/2`, `ref/1`, `ref/4` - a pid, a port, a reference
    * `recompile/0` - compiles the project again
    * `respawn/0` - goes on in a new process
    * `runtime_info/0`, `runtime_info/1` - memory, processes, schedulers, applications
    * `t/1` - the types of a module
    * `v/0`, `v/1` - the value of the latest entry, or of the one with a number
    * `whereami/0`, `whereami/1` - where the program has stopped

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
  def pid(name) when is_atom(name) do
    Process.whereis(name) || raise(ArgumentError, "could not find registered process with name: #{inspect(name)}")
  end

  @doc "Returns the pid of these numbers."
  @spec pid(non_neg_integer, non_neg_integer, non_neg_integer) :: pid
  def pid(x, y, z) when is_integer(x) and x >= 0 and is_integer(y) and y >= 0 and is_integer(z) and z >= 0, do: pid("#{x}.#{y}.#{z}")

  @doc "Returns the port of this text, such as `\"0.4\"`."
  @spec port(binary) :: port
  def port(string) when is_binary(string), do: :erlang.list_to_port(~c"#Port<#{string}>")

  @doc "Returns the port of these numbers."
  @spec port(non_neg_integer, non_neg_integer) :: port
  def port(major, minor) when is_integer(major) and major >= 0 and is_integer(minor) and minor >= 0, do: port("#{major}.#{minor}")

  @doc "Returns the reference of this text, such as `\"0.21.32.43\"`."
  @spec ref(binary) :: reference
  def ref(string) when is_binary(string), do: :erlang.list_to_ref(~c"#Ref<#{string}>")

  @doc "Returns the reference of these numbers."
  @spec ref(non_neg_integer, non_neg_integer, non_neg_integer, non_neg_integer) :: reference
  def ref(w, x, y, z) when is_integer(w) and w >= 0 and is_integer(x) and x >= 0 and is_integer(y) and y >= 0 and is_integer(z) and z >= 0, do: ref("#{w}.#{x}.#{y}.#{z}")

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

    if file = Enum.find(found, &(Path.extname(&1) == ".erl")), do: raise(ArgumentError, "could not compile #{file}: Beamlet compiles no Erlang source")

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
        unless Code.ensure_loaded?(module), do: raise(ArgumentError, "could not load nor find module: #{inspect(module)}")
        source = module.module_info(:compile)[:source]
        unless source && File.regular?(source), do: raise(ArgumentError, "could not find source for module: #{inspect(module)}")
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
    importing = Process.get(:iex_importing, [])

    case Process.get(:iex_imported) || Process.get(:iex_state) do
      {binding, env} ->
        if Path.expand(path) in importing do
          IO.warn("#{path} was already imported, skipping circular file imports", [])
        else
          Process.put(:iex_importing, [Path.expand(path) | importing])

          try do
            {value, binding, env} = IEx.Evaluator.eval_file(path, binding, env)
            Process.put(:iex_imported, {binding, env})
            value
          after
            Process.put(:iex_importing, importing)
          end
        end

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

  @doc "Opens the place where the REPL was started by a program in an editor."
  def open do
    case Process.get(:iex_whereami) do
      {file, line} -> IEx.Introspection.open({file, line})
      nil -> IO.puts(IEx.color(:eval_error, "Pry session is not currently enabled"))
    end

    dont_display_result()
  end

  @doc """
  Opens the source of a module, `Module.function` or `Module.function/arity`, or of `{file, line}`, in the editor that the variable
  `ELIXIR_EDITOR` or `EDITOR` names. `__FILE__` and `__LINE__` in the variable are filled in.
  """
  defmacro open(term) do
    decomposed = IEx.Introspection.decompose(term, __CALLER__)

    quote do
      IEx.Introspection.open(unquote(decomposed))
      IEx.dont_display_result()
    end
  end

  @doc "Loads the code of modules on other nodes. There are none, so this tells whether the modules could be."
  @spec nl([node], module) :: {:ok, list} | {:error, :nofile}
  def nl(nodes \\ Node.list(), module) when is_list(nodes) and is_atom(module) do
    case :code.get_object_code(module) do
      {^module, _binary, _path} -> {:ok, Enum.map(nodes, &{&1, :badrpc, :nodedown})}
      :error -> {:error, :nofile}
    end
  end

  ## Breakpoints

  @doc """
  Sets a breakpoint: `Module.function/arity`, or a call with patterns for the arguments and perhaps a guard, at which an entry of the REPL is to
  stop so many times. Returns its number.

  The entry stops when it calls the function, and others are taken in the middle of it: `whereami/1` shows where, `binding()` what is
  bound; `continue/0` goes on, `next/0` as far as the next line. Other processes than the REPL's do not stop.
  """
  defmacro break!(ast, stops \\ 1) do
    case function_of(ast, __CALLER__) do
      {module, function, arity} ->
        condition = condition(ast, __CALLER__)

        quote do
          IEx.Helpers.__pattern__(unquote(Macro.escape(condition)), __ENV__)
          IEx.Helpers.__break__(unquote(module), unquote({function, arity}), unquote(Macro.escape(condition)), unquote(stops))
        end

      nil ->
        raise(ArgumentError, "expected a call such as Module.function/arity or Module.function(pattern), got: " <> Macro.to_string(ast))
    end
  end

  # Patterns and guard of the call; no patterns for all calls.
  defp condition({:/, _, [_call, arity]}, _env) when is_integer(arity), do: {[], true}
  defp condition({:when, _, [call, guard]}, env), do: {patterns(call, env), guard |> expanded(env)}
  defp condition(call, env), do: {patterns(call, env), true}

  defp patterns(call, env) do
    decomposed = Macro.decompose_call(call)
    for pattern <- elem(decomposed, tuple_size(decomposed) - 1), do: expanded(pattern, env)
  end

  # Short names of modules mean what they mean where the breakpoint is set.
  defp expanded(code, env) do
    Macro.prewalk(code, fn
      {:__aliases__, _, _} = name -> Macro.expand(name, env)
      other -> other
    end)
  end

  @doc false
  # Raises if patterns and guard are none.
  def __pattern__({[], true}, _env), do: :ok
  def __pattern__({patterns, guard}, env), do: Code.eval_quoted({:fn, [], [{:->, [], [[{:when, [], patterns ++ [guard]}], nil]}]}, [], env)

  defp function_of({:/, _, [call, arity]}, env) when is_integer(arity), do: with({module, function, _} <- function_of(call, env), do: {module, function, arity})

  defp function_of({:when, _, [call, _guard]}, env), do: function_of(call, env)

  defp function_of(call, env) do
    case Macro.decompose_call(call) do
      {module, function, args} -> {Macro.expand(module, env), function, length(args)}
      {function, args} -> {env.module, function, length(args)}
      :error -> nil
    end
  end

  @doc "Sets a breakpoint in a function for so many stops, and returns its number."
  @spec break!(module, atom, arity, non_neg_integer) :: pos_integer
  def break!(module, function, arity, stops \\ 1) when is_atom(module) and is_atom(function) and is_integer(arity) and is_integer(stops) do
    __break__(module, {function, arity}, {[], true}, stops)
  end

  @doc false
  def __break__(module, {name, arity} = function, condition, stops) do
    case IEx.Pry.set(module, function, condition, stops) do
      {:ok, id} ->
        id

      {:error, reason} ->
        message =
          case reason do
            :no_beam_file -> "could not find .beam file for #{inspect(module)}"
            :non_elixir_module -> "module #{inspect(module)} was not written in Elixir"
            :unknown_function_arity -> "unknown function/macro #{Exception.format_mfa(module, name, arity)}"
            :no_source -> "the source of #{Exception.format_mfa(module, name, arity)} is not there"
          end

        raise("could not set breakpoint, " <> message)
    end
  end

  @doc "Lists breakpoints: their numbers, functions, and how often they will stop yet."
  def breaks do
    case IEx.Pry.breaks() do
      [] -> IO.puts(IEx.color(:eval_info, "No breakpoints set"))
      breaks -> breaks |> Enum.map(fn {id, module, {name, arity}, stops} -> [to_string(id), Exception.format_mfa(module, name, arity), to_string(stops)] end) |> table()
    end

    dont_display_result()
  end

  defp table(rows) do
    rows = [["ID", "Module.function/arity", "Pending stops"] | rows]
    widths = for cells <- Enum.zip_with(rows, & &1), do: cells |> Enum.map(&String.length/1) |> Enum.max()
    line = fn cells -> cells |> Enum.zip_with(widths, &(" " <> String.pad_trailing(&1, &2))) |> Enum.join("  ") |> String.trim_trailing() end
    [titles | rows] = Enum.map(rows, line)
    rule = Enum.map_join(widths, " ", &String.duplicate("-", &1 + 2))
    IO.puts(["\n", Enum.intersperse([titles, rule | rows], "\n"), "\n"])
  end

  @doc "Removes all breakpoints."
  @spec remove_breaks() :: :ok
  defdelegate remove_breaks(), to: IEx.Pry

  @doc "Removes the breakpoints of a module."
  @spec remove_breaks(module) :: :ok
  defdelegate remove_breaks(module), to: IEx.Pry

  @doc "Takes the stops that are left from the breakpoint with a number."
  @spec reset_break(pos_integer) :: :ok | :not_found
  defdelegate reset_break(id), to: IEx.Pry

  @doc "Takes the stops that are left from the breakpoint of a function."
  @spec reset_break(module, atom, arity) :: :ok | :not_found
  defdelegate reset_break(module, function, arity), to: IEx.Pry

  @doc "Shows where the REPL was started by a program, with `radius` lines of the source on each side."
  def whereami(radius \\ 2) when is_integer(radius) and radius > 0 do
    case Process.get(:iex_whereami) do
      {file, line} ->
        IO.puts(IEx.color(:eval_info, "Location: #{Path.relative_to_cwd(file)}:#{line}"))

        case IEx.Pry.whereami(file, line, radius) do
          {:ok, lines} -> IO.puts([?\n, lines])
          :error -> IO.puts(IEx.color(:eval_error, "Could not extract source snippet. Location is not available."))
        end

      nil ->
        IO.puts(IEx.color(:eval_error, "Pry session is not currently enabled"))
    end

    dont_display_result()
  end

  @doc "Lets an entry go on that has stopped in a program."
  def continue do
    IEx.Evaluator.leave(:continue)
    dont_display_result()
  end

  @doc "Lets an entry that has stopped at a breakpoint go on to the next line of the function."
  def next do
    IEx.Evaluator.leave(:next)
    dont_display_result()
  end

  @doc "Does what `next/0` does."
  def n, do: next()

  ## The system

  @doc "Prints the current working directory."
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

  @doc "Goes on in a new process, with what has been bound; where an entry has stopped in a program, does what `continue/0` does."
  def respawn do
    unless IEx.Evaluator.leave(:continue) do
      Process.exit(self(), :normal)
      exit(:normal)
    end

    dont_display_result()
  end

  @topics [:system, :memory, :limits, :applications]

  @doc "Prints versions, memory, and what is in use of what there may be. Topics: `:system`, `:memory`, `:limits`, `:applications`."
  @spec runtime_info(atom | [atom]) :: :"do not show this result in output"
  def runtime_info(topics \\ [:system, :memory, :limits]) do
    topics = List.wrap(topics)
    for topic <- topics, do: topic(topic)
    IO.puts([?\n, row("Showing topics", inspect(topics))])
    IO.puts([row("Additional topics", inspect(@topics -- topics)), "\n\nTo view a specific topic call runtime_info(topic)\n"])
    dont_display_result()
  end

  defp topic(:system) do
    rows("System and architecture",
      "Elixir version": System.version(),
      "Beamlet version": :beamlet_system.version(),
      "Erlang/OTP version": :erlang.system_info(:otp_release),
      "Compiled for": :erlang.system_info(:system_architecture),
      Schedulers: :erlang.system_info(:schedulers),
      "Schedulers online": :erlang.system_info(:schedulers_online)
    )
  end

  defp topic(:memory) do
    memory = :erlang.memory()
    names = [Total: :total, Atoms: :atom, Binaries: :binary, Code: :code, ETS: :ets, Processes: :processes]
    rows("Memory", for({name, key} <- names, is_integer(memory[key]), do: {name, bytes(memory[key])}))
  end

  defp topic(:limits) do
    {milliseconds, _} = :erlang.statistics(:wall_clock)

    rows("Statistics / limits",
      Uptime: "#{div(milliseconds, 3_600_000)} hours, #{rem(div(milliseconds, 60_000), 60)} minutes and #{rem(div(milliseconds, 1000), 60)} seconds",
      Atoms: used(:erlang.system_info(:atom_count), :erlang.system_info(:atom_limit)),
      ETS: to_string(length(:ets.all())),
      Processes: used(:erlang.system_info(:process_count), :erlang.system_info(:process_limit))
    )
  end

  defp topic(:applications) do
    rows("Loaded OTP Applications", for({name, _, version} <- Enum.sort(Application.loaded_applications()), do: {name, version}))
  end

  defp topic(other), do: IO.puts(IEx.color(:eval_error, "The topic #{inspect(other)} is not known"))

  defp rows(title, rows) do
    IO.puts(["\n", IEx.color(:doc_title, "## " <> title), "\n"])
    for {name, value} <- rows, do: IO.puts(row(to_string(name), value))
  end

  defp row(name, value), do: [String.pad_trailing(name <> ":", 20), to_string(value)]

  defp used(count, limit), do: "#{count} / #{limit} (#{div(count * 100, limit)}% used)"

  defp bytes(count) when count < 1024 * 1024, do: "#{div(count, 1024)} KB"
  defp bytes(count), do: "#{div(count, 1024 * 1024)} MB"

  # As many to a line as fit, all beginning at the same distances; what is too long moves the rest of its line.
  defp columns(texts) do
    step = min(texts |> Enum.map(&String.length/1) |> Enum.max(fn -> 0 end), 30) + 5

    Enum.reduce(texts, 0, fn text, at ->
      at = if at >= IEx.width(), do: IO.puts("") && 0, else: at
      IO.write(if String.length(text) < step, do: String.pad_trailing(text, step), else: text <> " ")
      at + step
    end)

    IO.puts("")
  end
end
