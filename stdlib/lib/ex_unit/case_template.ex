defmodule ExUnit.CaseTemplate do
  @moduledoc """
  Setups, imports and aliases that several modules of tests share.

      defmodule DataCase do
        use ExUnit.CaseTemplate

        using do
          quote do
            import MyApp.Factory
          end
        end

        setup tags do
          {:ok, started_at: tags.line}
        end
      end

      defmodule AccountTest do
        use DataCase, async: true
      end

  The template's `setup` and `setup_all` run before the module's own.
  """

  @doc false
  defmacro __using__(_options) do
    quote do
      use ExUnit.Callbacks
      import ExUnit.Assertions
      import unquote(__MODULE__), only: [using: 1, using: 2]
      import ExUnit.Case, only: [describe: 2]

      @doc false
      defmacro __using__(options) do
        unquote(__MODULE__).__proxy__(__MODULE__, options)
      end

      defoverridable __using__: 1
    end
  end

  @doc false
  def __proxy__(module, options) do
    quote do
      use ExUnit.Case, unquote(options)

      setup_all(context) do
        unquote(module).__ex_unit__(:setup_all, context)
      end

      setup(context) do
        unquote(module).__ex_unit__(:setup, context)
      end
    end
  end

  @doc """
  Defines what a module that uses the template contains: the body returns quoted code.

  The options given to `use` are bound to the variable or pattern given.
  """
  defmacro using(options \\ quote(do: _), do: block) do
    quote do
      defmacro __using__(unquote(options) = options) do
        parent = unquote(__MODULE__).__proxy__(__MODULE__, options)
        result = unquote(block)
        {:__block__, [], [parent, result]}
      end
    end
  end
end
