defmodule Kernel.CLI do
  @moduledoc false
  # The shell may be left out of a build.
  @compile {:no_warn_undefined, IEx.CLI}
  # Runs what the command line names, reports what goes wrong and ends the VM with the right status.
  #
  # Every command runs in one process of its own, so that an exit signal that kills it is seen and reported from here.

  @typep command ::
           {:file | :require | :eval | :stdin, binary} | {:task, name :: binary, args :: [binary]} | {:repl}

  @doc """
  Starts `main/2` in a process of its own and returns.
  """
  @spec start([command], keyword) :: pid
  def start(commands, options) do
    pid = spawn(fn -> main(commands, options) end)
    # The line editor's first question waits in the mailbox until the commands before it have run.
    if options[:line_editor], do: Process.register(pid, IEx.Server)
    pid
  end

  @doc """
  Runs the commands in order and halts, unless the program or the option `:no_halt` asks to go on.

  The status is 0 unless a command fails (1) or exits with `{:shutdown, status}`; at-exit hooks run in any case and
  may change it.
  """
  @spec main([command], keyword) :: no_return
  def main(commands, options) do
    :beamlet_boot.start()
    if options[:no_halt], do: System.no_halt(true)
    {commands, repl} = Enum.split_while(commands, &(&1 != {:repl}))
    status = isolated(fn -> run_all(commands) end)
    if status == 0 and repl != [], do: repl(options[:line_editor])
    if status == 0 and System.no_halt(), do: Process.sleep(:infinity)
    status = run_hooks(at_exit_hooks(), status)
    :beamlet_boot.sync()
    System.halt(status)
  catch
    # Not even telling of what went wrong has gone well.
    kind, reason ->
      :erlang.display({kind, reason})
      :erlang.halt(1)
  end

  defp run_all([command | rest]) do
    run(command)
    run_all(rest)
  end

  defp run_all([]), do: :ok

  defp run({:file, path}) do
    case readable(path) do
      :ok ->
        Code.require_file(path)

      {:error, reason} ->
        IO.puts(:stderr, "No file named #{path} (#{:file.format_error(reason)})")
        exit({:shutdown, 1})
    end
  end

  defp run({:eval, code}), do: Code.eval_string(code, [])
  defp run({:stdin, code}), do: Code.eval_string(code, [], file: "stdin")
  defp run({:task, name, args}), do: Mix.CLI.main([name | args])

  defp run({:require, pattern}) do
    case Enum.filter(Path.wildcard(pattern), &File.regular?/1) do
      [] ->
        IO.puts(:stderr, "-r : No files matched pattern " <> pattern)
        exit({:shutdown, 1})

      files ->
        case Kernel.ParallelCompiler.require(files) do
          {:ok, _, _} -> :ok
          {:error, _, _} -> exit({:shutdown, 1})
        end
    end
  end

  # What a pipe holds can be read once only: it is not opened to see whether it can be.
  defp readable(path) do
    case :beamlet_file.stat(path) do
      {:ok, %{type: type}} when type not in [:regular, :directory] -> :ok
      _ -> with {:ok, file} <- File.open(path), do: File.close(file)
    end
  end

  # With a line editor, this process answers it. Otherwise another one reads lines.
  defp repl(true) do
    isolated(&start_project/0)
    IEx.Server.serve(banner: true)
  end

  defp repl(_) do
    Process.register(self(), IEx.Server)
    isolated(&start_project/0)

    spawn(fn ->
      isolated(&IEx.CLI.main/0)
      IEx.Server.finish()
    end)

    IEx.Server.serve()
  end

  defp start_project do
    case :beamlet_file.stat("mix.exs") do
      {:ok, %{type: :regular}} -> Mix.CLI.main(["app.start"])
      _ -> :ok
    end
  end

  # The hooks, latest first. A hook may register more; they run after those already there.
  defp at_exit_hooks, do: :persistent_term.get({System, :at_exit}, [])

  defp run_hooks([], status), do: status

  defp run_hooks(hooks, status) do
    :persistent_term.put({System, :at_exit}, [])

    status =
      Enum.reduce(hooks, status, fn hook, status ->
        case isolated(fn -> hook.(status) end) do
          0 -> status
          other -> other
        end
      end)

    run_hooks(at_exit_hooks(), status)
  end

  defp isolated(fun) do
    {pid, ref} = spawn_monitor(fn -> exit({:shutdown, {__MODULE__, guarded(fun)}}) end)

    receive do
      {:DOWN, ^ref, :process, ^pid, {:shutdown, {__MODULE__, status}}} ->
        status

      {:DOWN, ^ref, :process, ^pid, reason} ->
        IO.puts(:stderr, [Exception.format({:EXIT, pid}, reason, []), ?\n])
        1
    end
  end

  defp guarded(fun) do
    fun.()
    0
  catch
    :exit, reason when reason in [:normal, :shutdown] ->
      0

    :exit, {:shutdown, status} when is_integer(status) ->
      status

    :exit, {:shutdown, _} ->
      0

    kind, reason ->
      report(kind, reason, __STACKTRACE__)
      1
  end

  # Errors about the source of a program show the source; everything else shows where it happened.
  defp report(kind, reason, stacktrace) do
    case kind == :error and :beamlet_compiler.render(reason) do
      text when is_binary(text) ->
        IO.write(:stderr, text)

      _ ->
        {blamed, stacktrace} = Exception.blame(kind, reason, Enum.reject(stacktrace, &own_frame?/1))
        IO.write(:stderr, [banner(kind, reason, blamed, stacktrace), ?\n, Exception.format_stacktrace(stacktrace)])
    end
  end

  # The arguments that no clause took stand below the message, indented like the stack trace.
  defp banner(kind, reason, %FunctionClauseError{} = blamed, stacktrace) do
    arguments = FunctionClauseError.blame(blamed, &inspect/1, &part/1)
    [Exception.format_banner(kind, reason, stacktrace), "    ", String.replace(arguments, "\n", "\n    ")]
  end

  defp banner(kind, _reason, blamed, stacktrace), do: Exception.format_banner(kind, blamed, stacktrace)

  # What did not match is red, or marked where there are no colours.
  defp part(%{match?: match?, node: node}) do
    {colour, mark} = if match?, do: {:normal, "+"}, else: {:red, "-"}
    code = Macro.to_string(node)
    if IO.ANSI.enabled?(), do: IO.ANSI.format([colour, code], true), else: [mark, code, mark]
  end

  defp own_frame?({module, _, _, _}), do: module in [__MODULE__, :beamlet_compiler]
end
