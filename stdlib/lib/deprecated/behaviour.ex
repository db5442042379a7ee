defmodule Behaviour do
  @moduledoc """
  Names callbacks with macros. Deprecated; the attributes `@callback` and `@macrocallback` took their place.
  """

  @doc false
  defmacro __using__(_options) do
    IO.warn(
      "the Behaviour module is deprecated. Instead of using this module, use the @callback and @macrocallback module attributes. " <>
        "See the documentation for Module for more information on these attributes",
      Macro.Env.stacktrace(__CALLER__)
    )

    quote do
      import Behaviour
    end
  end

  @doc "Names a callback, with its types."
  @deprecated "Use the @callback module attribute instead"
  defmacro defcallback(spec), do: quote(do: @callback(unquote(spec)))

  @doc "Names a callback that is a macro, with its types."
  @deprecated "Use the @macrocallback module attribute instead"
  defmacro defmacrocallback(spec), do: quote(do: @macrocallback(unquote(spec)))
end

defmodule Kernel.ParallelRequire do
  @moduledoc """
  Requires files at once. Deprecated; `Kernel.ParallelCompiler.require/2` took its place.
  """

  @doc "Requires files; gives the modules that they define."
  @deprecated "Use Kernel.ParallelCompiler.require/2 instead"
  @spec files([Path.t()], keyword) :: [module]
  def files(files, callbacks \\ []) when is_list(files) do
    case Kernel.ParallelCompiler.require(files, callbacks) do
      {:ok, modules, _warnings} -> modules
      {:error, _errors, _warnings} -> exit({:shutdown, 1})
    end
  end
end
