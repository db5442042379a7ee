defmodule IEx.Session do
  @moduledoc false
  # The REPL on standard input and output of the process that calls it: a prompt, an entry, its value. This is what programs get that
  # start a REPL themselves; the command `beamlet repl` has a line editor and IEx.Server.

  # Options: `:prefix` of the prompt, `:env` that entries are evaluated in, `:dot_iex_path`.
  def run(opts) do
    _ = Application.load(:iex)
    opts |> begin() |> loop()
  end

  defp begin(opts) do
    IO.puts("Interactive Elixir (#{System.version()}) - press Ctrl+C to exit (type h() ENTER for help)")
    {_, _, env} = :beamlet_compiler.eval_string_with_env("import IEx.Helpers", [], environment(opts[:env]))
    state = %{counter: 1, binding: [], env: env, evaluator: nil, prefix: opts[:prefix] || "iex", buffer: "", matched: false, opts: opts}
    state |> start() |> dot_iex(opts[:dot_iex_path])
  end

  defp environment(nil), do: Code.env_for_eval(file: "iex", line: 1)
  defp environment(env), do: Code.env_for_eval(env)

  defp loop(state) do
    case IO.gets(:stdio, prompt(state)) do
      line when is_binary(line) -> state |> entry(line) |> loop()
      _eof -> stop(state)
    end
  end

  defp stop(%{evaluator: {pid, ref}}) do
    Process.demonitor(ref, [:flush])
    Process.exit(pid, :kill)
    :ok
  end

  defp prompt(%{buffer: ""} = state), do: prompt(:default_prompt, state.prefix, state)
  defp prompt(state), do: prompt(:continuation_prompt, "...", state)

  defp prompt(key, prefix, state) do
    Application.get_env(:iex, key, "%prefix(%counter)>")
    |> String.replace("%prefix", prefix)
    |> String.replace("%counter", to_string(state.counter))
    |> String.replace("%node", to_string(node()))
    |> Kernel.<>(" ")
  end

  ## Entries

  # On a line of its own this ends an entry that has no end.
  @break "#iex:break"

  defp entry(%{buffer: buffer} = state, line) do
    if buffer != "" and String.trim(line) == @break do
      error = %TokenMissingError{file: "iex", line: state.counter, description: "incomplete expression"}
      complain(:error, error, [])
      %{state | buffer: ""}
    else
      parsed(state, line)
    end
  end

  defp parsed(state, line) do
    if state.matched and state.buffer == "", do: refuse_after_match(line, "iex", state.counter)
    {module, function, args} = Application.get_env(:iex, :parser, {IEx.Evaluator, :parse, []})

    case apply(module, function, [line, [line: state.counter, file: "iex"], state.buffer | args]) do
      {:ok, forms, buffer} -> evaluate(%{state | buffer: buffer, matched: match_alone?(forms)}, forms)
      {:incomplete, buffer} -> %{state | buffer: buffer}
    end
  rescue
    error ->
      complain(:error, error, [])
      %{state | buffer: ""}
  end

  # An entry that begins with an operator goes on with the last value; not with one that may have a single operand, or with one that
  # belongs to something larger.
  @operators ~r/^\s*(\|>|\*(?!\*)|\/(?!\/)|<>|\+\+|--|===?|!==?|=~|<=|>=|<(?![-<])|>|&&|\|\||<<<|<<~|<~>?|~>>?|<\|>|(and|or|in|not\s+in)\b)/

  def after_last_value(text), do: if(text =~ @operators, do: "v() " <> text, else: text)

  # Whether an entry is a match: one could take what follows an operator for a part of it.
  def match_alone?({:=, _, [_, _]}), do: true
  def match_alone?(_), do: false

  # Raises if an entry would go on with the value of a match.
  def refuse_after_match(text, file, line) do
    with [_, operator | _] <- Regex.run(@operators, text) do
      raise SyntaxError,
        file: file,
        line: line,
        column: 1,
        snippet: %{content: text |> String.split("\n") |> hd(), offset: 0},
        description:
          "pipe shorthand is not allowed immediately after a match expression in IEx. To make it work, surround the whole pipeline with parentheses '#{operator}'"
    end
  end

  # Whether more text could complete an entry.
  def incomplete?(text), do: match?({:error, _, %TokenMissingError{}}, :beamlet_compiler.string_to_quoted(after_last_value(text), file: "iex"))

  def parse(line, opts, buffer) do
    text = buffer <> line
    text = if buffer == "", do: after_last_value(text), else: text

    # A line that ends with a backslash goes on.
    with false <- String.ends_with?(text, "\\\n"),
         {:error, _} <- Code.string_to_quoted(text, opts) do
      if incomplete?(text), do: {:incomplete, text}, else: Code.string_to_quoted!(text, opts)
    else
      true -> {:incomplete, text}
      {:ok, forms} -> {:ok, forms, ""}
    end
  end

  defp evaluate(%{evaluator: {pid, ref}} = state, forms) do
    send(pid, {:evaluate, {:quoted, forms}, state.counter})

    receive do
      {:evaluated, ^pid, binding, env, counted} ->
        %{state | binding: binding, env: env, counter: state.counter + counted}

      {:DOWN, ^ref, _, _, reason} ->
        # Nothing is left of what the process knew.
        text = Exception.format_banner({:EXIT, pid}, reason)
        IO.puts([IEx.color(:eval_error, String.replace(text, ")", ") shell process exited with reason:", global: false)), "\n"])
        begin(state.opts)
    end
  end

  # A program that starts it with an environment has a place to look at.
  defp start(%{binding: binding, env: env, opts: opts} = state) do
    session = self()

    evaluator =
      spawn_monitor(fn ->
        with %{file: file, line: line} <- opts[:env], do: Process.put(:iex_whereami, {file, line})
        IEx.Evaluator.init(session, binding, env, &complain/3)
      end)

    %{state | evaluator: evaluator}
  end

  defp complain(kind, reason, stack), do: IO.puts(IEx.Failure.format(kind, reason, stack))

  # The file that is named, or the first of the usual ones that is there; an empty name means none.
  defp dot_iex(state, ""), do: state

  defp dot_iex(%{evaluator: {pid, ref}} = state, path) do
    home = System.get_env("HOME")
    candidates = if path, do: [path], else: [System.get_env("IEX_DOT"), ".iex.exs", home && Path.join(home, ".iex.exs")]

    case Enum.find(candidates, &(is_binary(&1) and File.regular?(&1))) do
      nil ->
        state

      file ->
        send(pid, {:file, file})

        receive do
          {:evaluated, ^pid, binding, env, _} -> %{state | binding: binding, env: env}
          {:DOWN, ^ref, _, _, _reason} -> start(state)
        end
    end
  end
end
