defmodule Kernel.ErrorHandler do
  @moduledoc false
  # The error handler of processes that compile one of several files at a time: what is missing may be about to be
  # defined in another file, so they wait for it. `Kernel.ParallelCompiler` is the process that knows.

  @typep kind :: :module | :struct
  @typep mode :: :soft | :hard | :raise

  @doc "Calls a function that was not there, once its module has been defined."
  def undefined_function(module, function, args) do
    _ = loaded?(module) or ensure_compiled(module, :module, :raise)

    cond do
      :erlang.function_exported(module, function, length(args)) ->
        apply(module, function, args)

      :erlang.function_exported(module, :"$handle_undefined_function", 2) ->
        module."$handle_undefined_function"(function, args)

      true ->
        undefined(module, function, args)
    end
  end

  defp loaded?(module), do: match?({:module, _}, :code.ensure_loaded(module))

  # The trace begins with the call that failed, and does not show this module.
  defp undefined(module, function, args) do
    try do
      :erlang.error(:undef)
    catch
      :error, :undef -> :erlang.raise(:error, :undef, [{module, function, args, []} | callers(__STACKTRACE__)])
    end
  end

  defp callers(trace), do: :lists.dropwhile(fn entry -> elem(entry, 0) == __MODULE__ end, trace)

  @doc """
  Waits until the module, or its struct, has been defined: `:found`, `:not_found` when no file defines it, and
  `:deadlock` when whoever defines it waits for this process.
  """
  @spec ensure_compiled(module, kind, mode) :: :found | :not_found | :deadlock
  def ensure_compiled(module, kind, mode) do
    {parent, _} = :erlang.get(:elixir_compiler_info)
    ref = make_ref()
    send(parent, {:waiting, self(), ref, kind, module, :beamlet_compiler.open_modules(), mode})

    receive do
      {^ref, answer} -> answer
    end
  end

  @doc "Tells those who wait for a module that it is there."
  @spec module_available(module) :: :ok
  def module_available(module), do: announce(:module, module)

  @doc "Tells those who wait for a struct that it is there."
  @spec struct_available(module) :: :ok
  def struct_available(module), do: announce(:struct, module)

  defp announce(kind, module) do
    case :erlang.get(:elixir_compiler_info) do
      {parent, _} ->
        send(parent, {:available, kind, module})
        :ok

      :undefined ->
        :ok
    end
  end
end
