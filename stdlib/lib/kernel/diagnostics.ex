defmodule :beamlet_diagnostics do
  @moduledoc false
  # Tells the user of the compiler's warnings: on standard error, as text, and to the process that compiles files in
  # parallel, if there is one, as data.

  @doc """
  Tells of warnings, each a tuple of message, file, line (or line and column) and what it is in (`nil` where there is
  nothing to tell).
  """
  @spec warn([{binary, binary, non_neg_integer | {pos_integer, pos_integer} | nil, binary | nil}]) :: :ok
  def warn(warnings) do
    # Who compiles again what has been told of already says so.
    warnings = if :erlang.get(:beamlet_quiet_compiler) == true, do: [], else: warnings

    Enum.each(warnings, fn
      {message, file, {line, column}, frame} -> tell(message, file, line, [place(file, "#{line}:#{column}", frame)])
      {message, file, line, frame} -> tell(message, file, line, [place(file, line, frame)])
    end)
  end

  @doc """
  Tells of calls that will fail, or that call what is deprecated.

  Each is a tuple of module, name, arity, reason and places. The reason is `:module` (there is no such module),
  `:function` (the module has no such function), `:require` (it is a macro), `:open` (the module is still being defined) or
  `{:deprecated, advice}`.
  """
  @spec calls([{module, atom, arity, :module | :function | :require | :open | {:deprecated, binary}, [{binary, non_neg_integer, binary}]}]) :: :ok
  def calls(calls) do
    case :erlang.get(:beamlet_quiet_compiler) == true or :erlang.get(:elixir_compiler_info) do
      true -> :ok
      # What a file calls may be defined by another one that is not compiled yet.
      {pid, _} when is_pid(pid) -> send(pid, {:calls, calls})
      # A module that is still being defined may come to have anything.
      _ -> Enum.each(calls, fn {_, _, _, reason, _} = call -> if reason != :open, do: call(call) end)
    end

    :ok
  end

  @doc """
  Tells which modules a file needs to compile, for what they export, and to run.
  """
  @spec references(binary, [module], [module], [module]) :: :ok
  def references(_file, compile, exports, runtime) do
    case :erlang.get(:elixir_compiler_info) do
      {pid, own} when is_pid(pid) -> send(pid, {:references, own, {compile, exports, runtime}})
      _ -> :ok
    end

    :ok
  end

  @doc """
  Tells that the configuration of an application has been looked at while a file was compiled: `{:ok, value}` or `:error`.
  """
  @spec compile_env(atom, [term], {:ok, term} | :error) :: :ok
  def compile_env(app, path, result) do
    case :erlang.get(:elixir_compiler_info) do
      {pid, own} when is_pid(pid) -> send(pid, {:compile_env, own, {app, path, result}})
      _ -> :ok
    end

    :ok
  end

  @doc """
  Tells of those calls, noted while files were compiled together, that still have nothing to call when all have been.

  Returns what was told of, as tuples of file, line and message.
  """
  @spec late_calls([{module, atom, arity, term, [{binary, non_neg_integer, binary}]}]) :: [{binary, non_neg_integer, binary}]
  def late_calls(calls) do
    for {module, name, arity, reason, places} <- calls, reason = still(reason, module, name, arity) do
      [{file, line, _} | _] = places
      {file, line, call({module, name, arity, reason, places})}
    end
  end

  defp still({:deprecated, _} = reason, _module, _name, _arity), do: reason

  defp still(_reason, module, name, arity) do
    cond do
      not Code.ensure_loaded?(module) -> :module
      function_exported?(module, name, arity) -> deprecated(module, {name, arity})
      macro_exported?(module, name, arity) -> :require
      true -> :function
    end
  end

  # Of a module that was not there when its caller was compiled nothing was known then.
  defp deprecated(module, function) do
    with true <- function_exported?(module, :__info__, 1),
         {_, advice} <- List.keyfind(module.__info__(:deprecated), function, 0) do
      {:deprecated, advice}
    else
      _ -> nil
    end
  end

  # Returns the message.
  defp call({module, name, arity, reason, places}) do
    [{file, line, _} | _] = places = Enum.sort(places)
    message = reason(reason, module, name, arity)
    tell(message, file, line, Enum.map(places, fn {file, line, frame} -> place(file, line, frame) end))
    message
  end

  defp reason(:module, module, name, arity), do: "#{mfa(module, name, arity)} is undefined (module #{inspect(module)} is not available or is yet to be defined)"
  defp reason(:require, module, name, arity), do: "you must require #{inspect(module)} before invoking the macro #{mfa(module, name, arity)}"
  defp reason({:deprecated, advice}, module, name, arity), do: "#{mfa(module, name, arity)} is deprecated. #{advice}"

  defp reason(:function, module, name, arity) do
    IO.iodata_to_binary([mfa(module, name, arity), " is undefined or private" | similar(module, name, arity)])
  end

  # The functions of the module that the missing one was perhaps meant to be, as the exception for the call names them.
  defp similar(module, name, arity) do
    error = UndefinedFunctionError.exception(module: module, function: name, arity: arity)
    {%{message: message}, _} = UndefinedFunctionError.blame(error, [])

    case String.split(message, "or private", parts: 2) do
      [_, hint] -> hint
      _ -> []
    end
  end

  defp mfa(module, name, arity), do: Exception.format_mfa(module, name, arity)

  defp place(file, line, frame) do
    file = Path.relative_to_cwd(file)

    case {line, frame} do
      {nil, nil} -> file
      {nil, frame} -> "#{file}: #{frame}"
      {line, nil} -> "#{file}:#{line}"
      {line, frame} -> "#{file}:#{line}: #{frame}"
    end
  end

  defp tell(message, file, line, places) do
    case :erlang.get(:elixir_compiler_info) do
      {pid, _} when is_pid(pid) -> send(pid, {:warning, file, line, message})
      _ -> :ok
    end

    where =
      case places do
        [place] -> ["\n  ", place]
        many -> ["\nInvalid call found at ", Integer.to_string(length(many)), " locations:" | Enum.map(many, &["\n  ", &1])]
      end

    prefix = if IO.ANSI.enabled?(), do: "\e[33mwarning: \e[0m", else: "warning: "
    IO.write(:stderr, [prefix, message, where, "\n\n"])
  end
end
