defmodule Mix.Task.Compiler do
  @moduledoc """
  A compiler of its own for a project: a task `Mix.Tasks.Compile.NAME` that the project names under `:compilers`.

      defmodule Mix.Tasks.Compile.Tables do
        use Mix.Task.Compiler

        @impl true
        def run(_args) do
          :ok
        end
      end

  The task returns `:ok`, `:noop` or `:error`, alone or as `{status, diagnostics}`.
  """

  defmodule Diagnostic do
    @moduledoc """
    What a compiler has to say about a place in a file.
    """

    @type severity :: :error | :warning | :information | :hint
    @type position ::
            nil
            | pos_integer
            | {line :: non_neg_integer, column :: non_neg_integer}
            | {start_line :: non_neg_integer, start_col :: non_neg_integer, end_line :: non_neg_integer, end_col :: non_neg_integer}

    @type t :: %__MODULE__{
            file: Path.t(),
            severity: severity,
            message: IO.chardata(),
            position: position,
            compiler_name: String.t(),
            details: any
          }

    @enforce_keys [:file, :severity, :message, :position, :compiler_name]
    defstruct [:file, :severity, :message, :position, :compiler_name, details: nil]
  end

  @type status :: :ok | :noop | :error

  @doc "Compiles."
  @callback run([binary]) :: {status, [Diagnostic.t()]}

  @doc "Lists the files in which the compiler remembers what it did."
  @callback manifests() :: [Path.t()]

  @doc "Removes what the compiler made."
  @callback clean() :: any

  @optional_callbacks clean: 0, manifests: 0

  @doc false
  defmacro __using__(_opts) do
    quote do
      Enum.each([:shortdoc, :recursive, :requirements, :preferred_cli_env], &Module.register_attribute(__MODULE__, &1, persist: true))
      @behaviour Mix.Task.Compiler
    end
  end

  @doc """
  Has a function called after a compiler has run, with `{status, diagnostics}`; it returns what takes their place.
  """
  @spec after_compiler(atom, ({status, [Diagnostic.t()]} -> {status, [Diagnostic.t()]})) :: :ok
  def after_compiler(name, fun) when is_atom(name) and is_function(fun, 1) do
    Mix.State.update(:after_compiler, %{}, &Map.update(&1, name, [fun], fn funs -> [fun | funs] end))
  end

  @doc false
  def run_after(name, result) do
    funs = Mix.State.get(:after_compiler, %{})[name] || []
    Mix.State.update(:after_compiler, %{}, &Map.delete(&1, name))
    Enum.reduce(funs, result, & &1.(&2))
  end

  @doc false
  def normalize({status, diagnostics}, _name) when status in [:ok, :noop, :error] and is_list(diagnostics), do: {status, diagnostics}
  def normalize(status, _name) when status in [:ok, :noop, :error], do: {status, []}

  def normalize(other, name) do
    Mix.shell().error(
      "warning: Mix compiler #{inspect(name)} was supposed to return {:ok | :noop | :error, [diagnostic]} but it returned #{inspect(other)}"
    )

    {:noop, []}
  end
end
