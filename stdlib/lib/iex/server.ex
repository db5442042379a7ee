defmodule IEx.Server do
  @moduledoc false
  # The process behind the REPL. It owns what entries have bound, imported and counted; a process of its own evaluates them, so
  # that a crash or an interrupt costs no more than the entry at hand.

  ## What the line editor and readers of plain lines call

  # The text before the next entry; values are shown in so many columns, if the terminal has them.
  def prompt(width), do: call({:prompt, width})

  # Evaluates an entry and prints its value; returns once that has been done.
  def evaluate(text), do: call({:evaluate, text})

  # Ends the evaluation that goes on.
  def interrupt do
    send(__MODULE__, :interrupt)
    :ok
  end

  # Ends the REPL.
  def finish, do: call(:finish)

  # The names that are bound, the value of one, and the environment of the latest entry.
  def binding, do: call(:binding)
  def env, do: call(:env)

  # Says that whoever evaluates wants to go on in a new process.
  def respawn, do: send(__MODULE__, :interrupt)

  defp call(request) do
    case Process.whereis(__MODULE__) do
      nil ->
        nil

      pid ->
        ref = Process.monitor(pid)
        send(pid, {:request, self(), ref, request})

        receive do
          {^ref, answer} ->
            Process.demonitor(ref, [:flush])
            answer

          {:DOWN, ^ref, _, _, _} ->
            nil
        end
    end
  end

  ## The process

  # A process that evaluates for the caller: `{:eval, caller, text, %IEx.State{}}` is answered with `{:evaled, pid, status, state}`.
  def start_evaluator(_opts) do
    server = self()
    env = Code.env_for_eval(file: "iex", line: 1)
    {_, _, env} = :beamlet_compiler.eval_string_with_env("import IEx.Helpers", [], env)

    pid =
      spawn(fn ->
        Process.put(:iex_state, {[], env})
        send(server, {:evaluator, self()})
        IEx.Evaluator.init(server, [], env)
      end)

    # From now on it knows what can be asked of it.
    receive do
      {:evaluator, ^pid} -> pid
    end
  end

  # A REPL on the caller's standard input and output; returns when the input ends.
  def run(opts), do: IEx.Session.run(opts)

  # Serves in the calling process, which is registered already, until the REPL is to end.
  def serve(opts \\ []) do
    state = %{counter: 1, binding: [], env: nil, evaluator: nil, busy: nil, killed: false}

    case :lists.keyfind(:banner, 1, opts) do
      {_, true} ->
        IO.puts("Beamlet " <> :beamlet_system.version() <> ", Elixir " <> System.version() <> ": h() for help, Ctrl-D to leave")
        if dot_iex(), do: state |> prepare() |> loop(), else: first_prompt(state)

      _ ->
        state |> prepare() |> loop()
    end
  end

  # Somebody at a terminal is shown the prompt first, and what entries need is made ready while they look at it.
  defp first_prompt(state) do
    receive do
      {:request, from, ref, {:prompt, width}} ->
        send(from, {ref, prompt_text(state)})
        state = prepare(state)
        columns(width)
        loop(state)
    end
  end

  defp prepare(state) do
    _ = Application.load(:iex)
    env = Code.env_for_eval(file: "iex", line: 1)
    {_, _, env} = :beamlet_compiler.eval_string_with_env("import IEx.Helpers", [], env)
    state = new_evaluator(%{state | env: env})
    path = dot_iex()
    if path, do: dot_iex(path, state), else: state
  end

  defp loop(state) do
    evaluator = state.evaluator

    receive do
      {:request, from, ref, :finish} ->
        send(from, {ref, :ok})
        :ok

      {:request, from, ref, {:evaluate, text}} ->
        send(elem(evaluator, 0), {:evaluate, text, state.counter})
        loop(%{state | busy: {from, ref}})

      {:request, from, ref, request} ->
        send(from, {ref, answer(request, state)})
        loop(state)

      {:evaluated, pid, binding, env, counted} when pid == elem(evaluator, 0) ->
        loop(done(%{state | binding: binding, env: env, counter: state.counter + counted}))

      :interrupt ->
        Process.exit(elem(evaluator, 0), :kill)
        loop(%{state | killed: true})

      {:DOWN, ref, _, pid, reason} when evaluator == {pid, ref} ->
        tell(pid, reason, state.killed)
        loop(done(new_evaluator(%{state | killed: false})))

      _ ->
        loop(state)
    end
  end

  defp answer({:prompt, width}, state) do
    columns(width)
    prompt_text(state)
  end

  defp answer(:binding, state), do: state.binding
  defp answer(:env, state), do: state.env

  defp columns(width) when is_integer(width) and width > 0, do: Application.put_env(:iex, :terminal_width, width)
  defp columns(_), do: :ok

  defp prompt_text(state) do
    counter = Integer.to_string(state.counter)

    case :application.get_env(:iex, :default_prompt) do
      {:ok, prompt} when prompt != "%prefix(%counter)>" ->
        parts = [{"%prefix", "iex"}, {"%counter", counter}, {"%node", "nonode@nohost"}]
        Enum.reduce(parts, prompt, fn {pattern, text}, prompt -> String.replace(prompt, pattern, text) end) <> " "

      _ ->
        "iex(" <> counter <> ")> "
    end
  end

  defp done(%{busy: nil} = state), do: state

  defp done(%{busy: {from, ref}} = state) do
    send(from, {ref, :ok})
    %{state | busy: nil}
  end

  defp tell(_pid, _reason, true), do: IO.puts(:stderr, IEx.color(:eval_interrupt, "** interrupted; bindings are those before the entry"))
  defp tell(_pid, :normal, _), do: :ok

  defp tell(pid, reason, _) do
    text = Exception.format_banner({:EXIT, pid}, reason)
    IO.puts(:stderr, IEx.color(:eval_error, String.replace(text, ")", ") shell process exited with reason:", global: false)))
  end

  defp new_evaluator(state) do
    server = self()
    {binding, env} = {state.binding, state.env}
    %{state | evaluator: spawn_monitor(fn -> IEx.Evaluator.init(server, binding, env) end)}
  end

  # The first of these that is there.
  defp dot_iex do
    home = System.get_env("HOME")
    candidates = [System.get_env("IEX_DOT"), ".iex.exs", home && home <> "/.iex.exs"]
    Enum.find(candidates, &(is_binary(&1) and regular?(&1)))
  end

  # As File.regular?/1, without what else that module brings along.
  defp regular?(path), do: match?({:ok, %{type: :regular}}, :beamlet_file.stat(path))

  defp dot_iex(path, state) do
    {pid, ref} = state.evaluator
    send(pid, {:file, path})

    receive do
      {:evaluated, ^pid, binding, env, _} -> %{state | binding: binding, env: env}
      {:DOWN, ^ref, _, _, reason} -> tell(pid, reason, false) && new_evaluator(state)
    end
  end
end

defmodule IEx.Evaluator do
  @moduledoc false
  # The process in which entries are evaluated: `self()` of what is typed. What it has bound is told to the server after each entry.

  # `complain` shows what went wrong, with class, reason and stack; without it errors about the entry show the entry.
  def init(server, binding, env, complain \\ nil) do
    Process.put(:iex_history, [])
    if complain, do: Process.put(:iex_complain, complain)
    Process.put(:iex_server, server)
    for fun <- IEx.after_spawn(), do: fun.()
    loop(server, binding, env)
  end

  defp loop(server, binding, env) do
    Process.put(:iex_state, {binding, env})

    receive do
      {:evaluate, text, counter} ->
        {counted, binding, env} = evaluate(text, counter, binding, env)
        send(server, {:evaluated, self(), binding, env, counted})
        loop(server, binding, env)

      {:eval, from, text, %IEx.State{} = state} ->
        {counted, binding, env} = evaluate(text, state.counter, binding, env)
        send(from, {:evaled, self(), if(counted == 1, do: :ok, else: :error), %{state | counter: state.counter + counted}})
        loop(server, binding, env)

      {:file, path} ->
        {binding, env} = file(path, binding, env)
        send(server, {:evaluated, self(), binding, env, 0})
        loop(server, binding, env)
    end
  end

  ## Stops

  # Takes entries in the middle of one that is being evaluated, with the variables and the environment of the place where it has
  # stopped. Returns what the last of them said: `:continue` or `:next`.
  def pry(binding, env) do
    kept = for key <- [:iex_state, :iex_history, :iex_whereami, :iex_stopped], do: {key, Process.get(key)}
    Process.put(:iex_history, [])
    Process.put(:iex_whereami, {env.file, env.line})
    Process.put(:iex_stopped, true)
    {_, _, inner} = :beamlet_compiler.eval_string_with_env("import IEx.Helpers", [], Code.env_for_eval(env))

    try do
      stopped("", 1, binding, inner)
    after
      for {key, value} <- kept, do: if(value == nil, do: Process.delete(key), else: Process.put(key, value))
    end
  end

  @doc false
  # Ends the stop that the process is in; whether it is in one.
  def leave(how) when how in [:continue, :next] do
    if Process.get(:iex_stopped), do: Process.put(:iex_stopped, how)
    Process.get(:iex_stopped) != nil
  end

  defp stopped(buffer, counter, binding, env) do
    case IO.gets(:stdio, if(buffer == "", do: "pry(#{counter})> ", else: "...(#{counter})> ")) do
      line when is_binary(line) ->
        case parsed(line, buffer, %{env | line: counter}) do
          {:ok, forms, buffer} ->
            {counted, binding, env} = evaluate({:quoted, forms}, counter, binding, env)
            how = Process.get(:iex_stopped)
            if how == true, do: stopped(buffer, counter + counted, binding, env), else: how

          {:incomplete, buffer} ->
            stopped(buffer, counter, binding, env)

          :error ->
            stopped("", counter, binding, env)
        end

      _eof ->
        :continue
    end
  end

  defp parsed(line, buffer, env) do
    if buffer != "" and String.trim(line) == "#iex:break", do: :error, else: parse(line, [line: env.line, file: env.file], buffer)
  rescue
    error ->
      report(:error, error, [])
      :error
  end

  defp evaluate(text, counter, binding, env) do
    try do
      Process.put(:iex_state, {binding, env})
      file = with {place, _} <- Process.get(:iex_whereami), do: place, else: (_ -> "iex")
      {value, binding, env} = eval(text, binding, %{env | file: file, line: counter})
      {value, binding, env} = imported(value, binding, env)
      remember(counter, value)
      unless value == IEx.dont_display_result(), do: IO.puts(inspect(value, IEx.inspect_opts()))
      {1, binding, env}
    catch
      kind, reason ->
        report(kind, reason, __STACKTRACE__)
        {0, binding, env}
    end
  end

  defp eval({:quoted, forms}, binding, env), do: one_by_one(forms, binding, env, "")

  defp eval(text, binding, env) do
    if Process.get(:iex_matched), do: IEx.Session.refuse_after_match(text, env.file, env.line)
    text = IEx.Session.after_last_value(text)

    case Code.string_to_quoted(text, file: env.file, line: env.line, columns: true) do
      {:ok, forms} ->
        Process.put(:iex_matched, IEx.Session.match_alone?(forms))
        one_by_one(forms, binding, env, text)

      # This raises, with all that there is to say about the text.
      {:error, _} -> :beamlet_compiler.eval_string_with_env(text, binding, env)
    end
  end

  # What stands side by side is evaluated one by one: a module can be imported right after it has been defined. `text` is what errors show.
  defp one_by_one(forms, binding, env, text) do
    line = env.line

    forms
    |> side_by_side()
    |> Enum.reduce({nil, binding, env}, fn form, {_, binding, env} ->
      # A helper that evaluates a file goes on from here, and what it leaves counts from the next form on.
      Process.put(:iex_state, {binding, env})
      {value, binding, env} = :beamlet_compiler.eval_quoted_with_env(without_parentheses(form, env), binding, env, {text, line})
      {value, binding, env} = imported(value, binding, env)
      {value, binding, %{env | line: line}}
    end)
  end

  defp side_by_side({:__block__, _, [_ | _] = forms}), do: forms
  defp side_by_side(form), do: [form]

  # The name of an imported function without parameters, such as `pwd`, may be typed without parentheses.
  defp without_parentheses(form, env) do
    Macro.prewalk(form, fn
      {name, meta, context} = written when is_atom(name) and is_atom(context) ->
        if Macro.Env.lookup_import(env, {name, 0}) == [], do: written, else: {name, Keyword.put_new(meta, :if_undefined, :apply), context}

      other ->
        other
    end)
  end

  # Evaluates a file, what it binds and imports included.
  def eval_file(path, binding, env) do
    {outer, file} = {env.file, Path.expand(path)}
    forms = path |> File.read!() |> Code.string_to_quoted!(file: file)
    {value, binding, env} = eval({:quoted, forms}, binding, %{env | file: file, line: 1})
    {value, binding, %{env | file: outer}}
  end

  # How the REPL reads entries, unless it is told otherwise.
  def parse(input, opts, buffer), do: IEx.Session.parse(input, opts, buffer)

  # A helper that evaluates a file leaves here what the file has bound and imported.
  defp imported(value, binding, env) do
    case Process.delete(:iex_imported) do
      nil -> {value, binding, env}
      {more, other} -> {value, more ++ Enum.reject(binding, fn {name, _} -> List.keymember?(more, name, 0) end), %{other | file: env.file}}
    end
  end

  defp file(path, binding, env) do
    try do
      Process.put(:iex_state, {binding, env})
      {value, binding, env} = eval_file(path, binding, env)
      {_, binding, env} = imported(value, binding, env)
      {binding, env}
    catch
      kind, reason ->
        report(kind, reason, __STACKTRACE__)
        {binding, env}
    end
  end

  defp remember(counter, value) do
    history = [{counter, value} | Process.get(:iex_history, [])]
    size = Application.get_env(:iex, :history_size, 20)
    Process.put(:iex_history, if(size < 0, do: history, else: Enum.take(history, size)))
  end

  # Errors about the entry show it; everything else shows where it happened.
  defp report(kind, reason, stacktrace) do
    case Process.get(:iex_complain) do
      nil -> show(kind, reason, stacktrace)
      complain -> complain.(kind, reason, Enum.take_while(stacktrace, &not own_frame?(&1)))
    end
  end

  defp show(kind, reason, stacktrace) do
    case kind == :error and :beamlet_compiler.render(reason) do
      text when is_binary(text) ->
        IO.write(:stderr, text)

      _ ->
        IO.puts(:stderr, IEx.Failure.format(kind, reason, stacktrace, &not own_frame?(&1)))
    end
  end

  defp own_frame?({module, _, _, _}) do
    module in [__MODULE__, IEx.Session, :beamlet_compiler, Code] or String.starts_with?(Atom.to_string(module), "elixir_compiler_")
  end
end

defmodule IEx.CLI do
  @moduledoc false
  # The REPL on input that is no terminal: entries are read line by line, and nothing is shown but what they print and give.

  def main, do: read("")

  defp read(before) do
    case IO.gets(:stdio, "") do
      line when is_binary(line) ->
        text = before <> line

        cond do
          not String.valid?(line) -> complain("the input is not valid UTF-8") && read("")
          String.trim(text) == "" -> read("")
          before != "" and String.trim(line) == "#iex:break" -> complain("the entry was given up (#iex:break)") && read("")
          IEx.Session.incomplete?(text) -> read(text)
          true -> IEx.Server.evaluate(text) && read("")
        end

      {:error, reason} ->
        complain("the input cannot be read: #{inspect(reason)}")

      _eof ->
        if String.trim(before) != "", do: IEx.Server.evaluate(before)
        :ok
    end
  end

  defp complain(text), do: IO.puts(:stderr, IEx.color(:eval_error, "** (IEx) " <> text))
end
