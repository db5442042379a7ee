defmodule Kernel.CLI do
  @moduledoc false
  # Runs what the command line names, reports what goes wrong and ends the VM with the right status.
  #
  # Every command runs in one process of its own, so that an exit signal that kills it is seen and reported from here.

  @doc """
  Starts `main/1` in a process of its own and returns.
  """
  @spec start([{:file | :eval | :stdin, binary}]) :: pid
  def start(commands), do: spawn(fn -> main(commands) end)

  @doc """
  Runs the commands in order and halts: `{:file, path}`, `{:eval, code}` or `{:stdin, code}`.

  The status is 0 unless a command fails (1) or exits with `{:shutdown, status}`; at-exit hooks run in any case and
  may change it.
  """
  @spec main([{:file | :eval | :stdin, binary}]) :: no_return
  def main(commands) do
    :beamlet_boot.start()
    status = isolated(fn -> Enum.each(commands, &run/1) end)
    status = run_hooks(at_exit_hooks(), status)
    :beamlet_boot.sync()
    System.halt(status)
  end

  defp run({:file, path}), do: Code.require_file(path)
  defp run({:eval, code}), do: Code.eval_string(code, [])
  defp run({:stdin, code}), do: Code.eval_string(code, [], file: "stdin")

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
        IO.puts(:stderr, Exception.format({:EXIT, pid}, reason, []))
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
        {blamed, stacktrace} = Exception.blame(kind, reason, stacktrace)
        IO.puts(:stderr, Exception.format(kind, blamed, Enum.reject(stacktrace, &own_frame?/1)))
    end
  end

  defp own_frame?({module, _, _, _}), do: module in [__MODULE__, :beamlet_compiler]
end
