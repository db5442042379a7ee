defmodule EEx.Engine do
  @moduledoc """
  What makes code of the pieces of a template, one after the other.

  The state is whatever `c:init/1` returns. `use EEx.Engine` takes this module's own implementation, each function of which can be overridden: it
  collects everything into one binary.
  """

  @type state :: term

  @doc "Makes the state a template begins with."
  @callback init(opts :: keyword) :: state
  @doc "Makes the code of the whole template."
  @callback handle_body(state) :: Macro.t()
  @doc "Makes the state that the contents of a block begin with."
  @callback handle_begin(state) :: state
  @doc "Makes the code of the contents of a block."
  @callback handle_end(state) :: Macro.t()
  @doc "Takes text."
  @callback handle_text(state, [line: pos_integer, column: pos_integer], text :: String.t()) :: state
  @doc ~S(Takes an expression with its marker: `"="`, `""`, or one that only some engines know, `"/"` or `"|"`.)
  @callback handle_expr(state, marker :: String.t(), expr :: Macro.t()) :: state

  @doc false
  defmacro __using__(_) do
    quote do
      @behaviour EEx.Engine

      def init(opts), do: EEx.Engine.init(opts)
      def handle_body(state), do: EEx.Engine.handle_body(state)
      def handle_begin(state), do: EEx.Engine.handle_begin(state)
      def handle_end(state), do: EEx.Engine.handle_end(state)
      def handle_text(state, meta, text), do: EEx.Engine.handle_text(state, meta, text)
      def handle_expr(state, marker, expr), do: EEx.Engine.handle_expr(state, marker, expr)

      defoverridable EEx.Engine
    end
  end

  @doc """
  Turns `@name` into the fetching of an assign, and leaves other code alone: to be used with `Macro.prewalk/2`.
  """
  @spec handle_assign(Macro.t()) :: Macro.t()
  def handle_assign({:@, meta, [{name, _, atom}]}) when is_atom(name) and is_atom(atom) do
    line = meta[:line] || 0
    quote line: line, do: EEx.Engine.fetch_assign!(var!(assigns), unquote(name))
  end

  def handle_assign(expr), do: expr

  @doc false
  def fetch_assign!(assigns, key) do
    case Access.fetch(assigns, key) do
      {:ok, value} ->
        value

      :error ->
        keys = Enum.map(assigns, &elem(&1, 0))

        IO.warn(
          "assign @#{key} not available in EEx template. Please ensure all assigns are given as options. " <>
            "Available assigns: #{inspect(keys)}"
        )

        nil
    end
  end

  @doc false
  def init(_opts), do: %{binary: [], dynamic: [], vars_count: 0}

  @doc false
  def handle_begin(state), do: %{state | binary: [], dynamic: []}

  @doc false
  def handle_end(state), do: handle_body(state)

  @doc false
  def handle_body(%{binary: binary, dynamic: dynamic}) do
    {:__block__, [], :lists.reverse(dynamic, [{:<<>>, [], :lists.reverse(binary)}])}
  end

  @doc false
  def handle_text(state, _meta, text), do: %{state | binary: [text | state.binary]}

  @doc false
  def handle_expr(%{binary: binary, dynamic: dynamic, vars_count: count} = state, "=", ast) do
    # A variable of its own, so that expressions run in order and before the binary is built.
    var = Macro.var(:"arg#{count}", __MODULE__)
    assignment = quote do: unquote(var) = String.Chars.to_string(unquote(ast))
    segment = quote do: unquote(var) :: binary
    %{state | dynamic: [assignment | dynamic], binary: [segment | binary], vars_count: count + 1}
  end

  def handle_expr(state, "", ast), do: %{state | dynamic: [ast | state.dynamic]}

  def handle_expr(_state, marker, _ast) when marker in ["/", "|"] do
    raise EEx.SyntaxError, "unsupported EEx syntax <%#{marker} %> (the syntax is valid but not supported by the current EEx engine)"
  end
end

defmodule EEx.SmartEngine do
  @moduledoc """
  The engine that is used by default: `EEx.Engine`, with `@name` for values of `assigns`.

  ## Examples

      iex> EEx.eval_string("<%= @foo %>", assigns: [foo: 1])
      "1"

  """

  @behaviour EEx.Engine

  @impl true
  defdelegate init(opts), to: EEx.Engine

  @impl true
  defdelegate handle_body(state), to: EEx.Engine

  @impl true
  defdelegate handle_begin(state), to: EEx.Engine

  @impl true
  defdelegate handle_end(state), to: EEx.Engine

  @impl true
  defdelegate handle_text(state, meta, text), to: EEx.Engine

  @impl true
  def handle_expr(state, marker, expr), do: EEx.Engine.handle_expr(state, marker, Macro.prewalk(expr, &EEx.Engine.handle_assign/1))
end
