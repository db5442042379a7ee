defmodule IEx.Pry do
  @moduledoc """
  Stops programs and looks around where they stand.

  A process stops that evaluates an entry of the REPL: where the program says `IEx.pry()`, or at a breakpoint. Other processes are not
  stopped; they say where they would have been, and go on.

  A breakpoint needs no trace of the machine: the source of the module is compiled anew, with a question at the beginning of the function,
  and what comes of it replaces the module that is loaded until the breakpoint is removed. So modules have none whose source is not
  there, such as those that come along with Beamlet, and functions that macros make have none.
  """

  @doc """
  Returns the lines of a file around a line, at most `radius` on each side, as text in which that line stands out: `{:ok, text}`, or
  `:error` if there is no such file or line.
  """
  @spec whereami(String.t(), non_neg_integer, pos_integer) :: {:ok, IO.chardata()} | :error
  def whereami(file, line, radius) when is_binary(file) and is_integer(line) and is_integer(radius) and radius > 0 do
    with true <- File.regular?(file) || :error,
         first = max(line - radius, 1),
         lines = file |> File.stream!() |> Enum.slice(first - 1, line + radius - first + 1),
         true <- length(lines) > line - first || :error do
      {:ok, for({text, number} <- Enum.with_index(lines, first), do: shown(text, number, line))}
    end
  end

  defp shown(text, number, line) do
    row = [number |> Integer.to_string() |> String.pad_leading(5), ": ", text]
    if number == line, do: IO.ANSI.format_fragment([:bright, row, :normal], IO.ANSI.enabled?()), else: row
  end

  alias IEx.Pry.Instrument

  @typedoc "A breakpoint: its number, where it is, and how often it will stop yet."
  @type break :: {pos_integer, module, {atom, arity}, non_neg_integer}

  ## Stopping

  @doc """
  Stops here, with these variables and this environment, and takes entries until one of them is `continue`, `next` or `respawn`, or the
  input ends.

  Returns `{:ok, true}` after `next`, else `{:ok, false}`; `{:error, :no_iex}` in a process that evaluates no entry of the REPL, which says so.
  """
  @spec pry(keyword, Macro.Env.t()) :: {:ok, boolean} | {:error, :no_iex}
  def pry(binding, %Macro.Env{} = env) do
    if Process.get(:iex_state) do
      IO.puts(IEx.color(:eval_info, "Break reached: #{place(env)} (#{Path.relative_to_cwd(env.file)}:#{env.line})"))

      case whereami(env.file, env.line, 3) do
        {:ok, lines} -> IO.puts([?\n, lines])
        :error -> :ok
      end

      {:ok, IEx.Evaluator.pry(binding, env) == :next}
    else
      at = if env.module, do: " at " <> place(env), else: ""
      IO.puts("Cannot pry #{inspect(self())}#{at} (#{Path.relative_to_cwd(env.file)}:#{env.line}). Is an IEx shell running?")
      {:error, :no_iex}
    end
  end

  defp place(%{module: nil}), do: "iex"
  defp place(%{module: module, function: nil}), do: inspect(module)
  defp place(%{module: module, function: {name, arity}}), do: Exception.format_mfa(module, name, arity)

  ## Breakpoints
  #
  # Rows of a table: {number, module, {function, arity}, {patterns, guard}, stops}. No patterns mean any arguments.

  @no_condition {[], true}

  @doc """
  Sets a breakpoint that stops so many times, or changes the one that is there, and returns its number.

  What may speak against it: there is no code (`:no_beam_file`), or none of Elixir (`:non_elixir_module`), it has no such function
  (`:unknown_function_arity`), its source, or the function in it, is not there (`:no_source`).
  """
  @spec break(module, atom, arity, non_neg_integer) :: {:ok, pos_integer} | {:error, atom}
  def break(module, function, arity, stops \\ 1) when is_atom(module) and is_atom(function) and is_integer(arity) and is_integer(stops) and stops >= 0 do
    set(module, {function, arity}, @no_condition, stops)
  end

  @doc false
  def set(module, function, condition, stops) do
    locked(fn ->
      with {:ok, origin} <- origin(module),
           true <- defined?(module, function) || {:error, :unknown_function_arity},
           rows = :ets.tab2list(__MODULE__),
           id = Enum.find_value(rows, &(match?({_, ^module, ^function, _, _}, &1) && elem(&1, 0))) || next_id(rows),
           others = for({other, ^module, name, condition, _} <- rows, other != id, do: {other, name, condition}),
           :ok <- Instrument.load(module, origin, [{id, function, condition} | others]) do
        :persistent_term.put({__MODULE__, module}, origin)
        :ets.insert(__MODULE__, {id, module, function, condition, stops})
        {:ok, id}
      end
    end)
  end

  # Of a module that has breakpoints it is known where it came from before it had them.
  defp origin(module), do: if(Instrument.instrumented?(module), do: {:ok, :persistent_term.get({__MODULE__, module})}, else: Instrument.origin(module))

  defp defined?(module, {name, arity}) do
    function_exported?(module, name, arity) or macro_exported?(module, name, arity) or local?(module, {name, arity})
  end

  # What is private is among the definitions that a module keeps for debuggers.
  defp local?(module, function) do
    case :code.get_object_code(module) do
      {_, code, _} -> match?({:ok, {_, [locals: locals]}} when is_list(locals), :beam_lib.chunks(code, [:locals])) and function in locals(code)
      :error -> false
    end
  end

  defp locals(code) do
    {:ok, {_, [locals: locals]}} = :beam_lib.chunks(code, [:locals])
    locals
  end

  defp next_id(rows), do: (rows |> Enum.map(&elem(&1, 0)) |> Enum.max(fn -> 0 end)) + 1

  @doc "Lists breakpoints in the order of their numbers; those of modules that have been loaded again since are gone."
  @spec breaks() :: [break]
  def breaks do
    for {id, module, function, _, stops} <- rows(), Instrument.instrumented?(module), do: {id, module, function, max(stops, 0)}
  end

  @doc "Takes the stops that are left from a breakpoint."
  @spec reset_break(pos_integer) :: :ok | :not_found
  def reset_break(id) when is_integer(id), do: reset(&(elem(&1, 0) == id))

  @doc "Takes the stops that are left from the breakpoint of a function."
  @spec reset_break(module, atom, arity) :: :ok | :not_found
  def reset_break(module, function, arity) when is_atom(module) and is_atom(function) and is_integer(arity), do: reset(&match?({_, ^module, {^function, ^arity}, _}, &1))

  defp reset(wanted?) do
    case Enum.find(breaks(), wanted?) do
      nil ->
        :not_found

      {id, _, _, _} ->
        :ets.update_element(__MODULE__, id, {5, 0})
        :ok
    end
  end

  @doc "Removes all breakpoints, and loads the modules as they were."
  @spec remove_breaks() :: :ok
  def remove_breaks, do: remove(Enum.uniq(for {_, module, _, _, _} <- rows(), do: module))

  @doc "Removes the breakpoints of a module, and loads it as it was."
  @spec remove_breaks(module) :: :ok
  def remove_breaks(module) when is_atom(module), do: remove(for {_, ^module, _, _, _} <- rows(), uniq: true, do: module)

  defp remove([]), do: :ok

  defp remove(modules) do
    locked(fn ->
      for module <- modules do
        if Instrument.instrumented?(module), do: Instrument.restore(module, :persistent_term.get({__MODULE__, module}))
        :persistent_term.erase({__MODULE__, module})
        :ets.match_delete(__MODULE__, {:_, module, :_, :_, :_})
      end

      :ok
    end)
  end

  defp rows, do: if(:ets.whereis(__MODULE__) == :undefined, do: [], else: :ets.tab2list(__MODULE__))

  defp locked(fun), do: :global.trans({__MODULE__, self()}, fn -> table() && fun.() end, [node()])

  # The table outlives whoever sets the first breakpoint.
  defp table do
    if :ets.whereis(__MODULE__) == :undefined do
      caller = self()

      pid =
        spawn(fn ->
          :ets.new(__MODULE__, [:named_table, :public, :ordered_set])
          send(caller, {__MODULE__, self()})
          Process.sleep(:infinity)
        end)

      receive do
        {__MODULE__, ^pid} -> true
      end
    else
      true
    end
  end

  ## Called by instrumented code

  @doc false
  # The beginning of a function with a breakpoint whose condition holds. `next` makes the function stop at each of its statements.
  def __break__(id, binding, env, line) do
    left =
      try do
        :ets.update_counter(__MODULE__, id, {5, -1})
      rescue
        ArgumentError -> -1
      end

    left >= 0 and pry(binding, %{env | line: line}) == {:ok, true}
  end

  @doc false
  def __step__(next?, binding, env, line), do: next? == true and pry(binding, %{env | line: line}) == {:ok, true}
end
