defmodule IEx do
  @moduledoc """
  The REPL: reads an entry, evaluates it, prints its value, and keeps what it has bound, imported and defined.

  `beamlet` without anything to run starts it on a terminal, and `beamlet repl` in any case; in a directory with a `mix.exs`,
  `beamlet repl` starts the project first. The functions of `IEx.Helpers` are imported: type `h()` for a list.
  `.iex.exs` in the current directory, or in the home directory, is evaluated before the first entry.
  """

  @doc """
  Sets options of the REPL.

    * `:inspect` - options for `Kernel.inspect/2`, merged over those for a terminal
    * `:width` - columns that values may take (80, or what the terminal has)
    * `:history_size` - how many values `IEx.Helpers.v/1` remembers (20; negative for all)
    * `:default_prompt`, `:alive_prompt` - text before an entry; `%prefix` and `%counter` are filled in
    * `:colors` - a keyword list; `:enabled` says whether there are any
    * `:auto_reload`, `:parser`, `:dot_iex_path` - accepted, without effect

  """
  @spec configure(keyword()) :: :ok
  def configure(options) when is_list(options) do
    for {key, value} <- options do
      value =
        case key do
          key when key in [:inspect, :colors] -> Keyword.merge(get(key, []), value)
          _ -> value
        end

      Application.put_env(:iex, key, value)
    end

    :ok
  end

  @doc "Returns all options that are set."
  @spec configuration() :: keyword()
  def configuration, do: Keyword.delete(Application.get_all_env(:iex), :terminal_width)

  defp get(key, default), do: Application.get_env(:iex, key, default)

  @doc "Returns how many columns the REPL writes: what the option says, or what the terminal has, at most 80."
  @spec width() :: pos_integer
  def width do
    case get(:width, nil) do
      width when is_integer(width) ->
        width

      _ ->
        case {get(:terminal_width, nil), :io.columns()} do
          {columns, _} when is_integer(columns) -> min(columns, 80)
          {_, {:ok, columns}} -> min(columns, 80)
          _ -> 80
        end
    end
  end

  @doc "Returns the options that values are shown with."
  @spec inspect_opts() :: keyword()
  def inspect_opts do
    colors = if colors?(), do: [syntax_colors: IO.ANSI.syntax_colors()], else: []
    [width: width()] |> Keyword.merge(colors) |> Keyword.merge(get(:inspect, []))
  end

  defp colors?, do: Keyword.get(get(:colors, []), :enabled, IO.ANSI.enabled?())

  @doc "Puts text into the colour of a purpose such as `:eval_error` or `:eval_info`, if there are colours."
  @spec color(atom, String.t()) :: String.t()
  def color(purpose, text) do
    defaults = [eval_error: [:red], eval_info: [:yellow], eval_interrupt: [:yellow], stack_info: [:red], blame_diff: [:red], doc_title: [:bright], doc_code: [:cyan]]
    color = Keyword.get(get(:colors, []), purpose, Keyword.get(defaults, purpose))
    if colors?() and color, do: IO.iodata_to_binary(IO.ANSI.format_fragment([color, text, :reset], true)), else: text
  end

  @doc "Tells whether the REPL runs."
  @spec started?() :: boolean()
  def started?, do: Process.whereis(IEx.Server) != nil

  @doc "Returns a value that the REPL does not show."
  @spec dont_display_result() :: :"do not show this result in output"
  def dont_display_result, do: :"do not show this result in output"

  @doc "Registers a function that every evaluating process calls when it starts."
  @spec after_spawn(fun) :: :ok
  def after_spawn(fun) when is_function(fun), do: Application.put_env(:iex, :after_spawn, [fun | get(:after_spawn, [])])

  @doc false
  def after_spawn, do: Enum.reverse(get(:after_spawn, []))

  @doc """
  Stops here, if an entry of the REPL has led here, and lets its user look around: see `IEx.Pry.pry/2`.

  Entries see the variables that are bound here; `continue` lets the program go on. A program without a REPL, and a process that evaluates
  no entry, says where it stands and goes on with `{:error, :no_iex}`.
  """
  defmacro pry do
    quote do
      IEx.Pry.pry(binding(), __ENV__)
    end
  end
end

defmodule IEx.State do
  @moduledoc false
  # What a REPL knows between two entries, for those who evaluate entries themselves: what has been read of the next one, and its number.

  @type t :: %__MODULE__{buffer: String.t(), counter: pos_integer, prefix: String.t(), on_eof: :stop_evaluator | :halt}
  defstruct buffer: "", counter: 1, prefix: "iex", on_eof: :stop_evaluator, evaluator_options: [], previous_state: nil
end
