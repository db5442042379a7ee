defmodule IO.ANSI do
  @moduledoc """
  Escape sequences that color and move text on terminals.

  Each sequence has a function of its name; `format/2` puts sequences for names into chardata.
  """

  @type ansicode :: atom
  @type ansilist :: maybe_improper_list(char | ansicode | binary | ansilist, binary | ansicode | [])
  @type ansidata :: ansilist | ansicode | binary

  @sequences [
    reset: 0, bright: 1, faint: 2, italic: 3, underline: 4, blink_slow: 5, blink_rapid: 6, inverse: 7,
    reverse: 7, conceal: 8, crossed_out: 9, primary_font: 10, font_1: 11, font_2: 12, font_3: 13, font_4: 14,
    font_5: 15, font_6: 16, font_7: 17, font_8: 18, font_9: 19, normal: 22, not_italic: 23, no_underline: 24,
    blink_off: 25, inverse_off: 27, reverse_off: 27, default_color: 39, default_background: 49, framed: 51,
    encircled: 52, overlined: 53, not_framed_encircled: 54, not_overlined: 55, black: 30, black_background:
    40, light_black: 90, light_black_background: 100, red: 31, red_background: 41, light_red: 91,
    light_red_background: 101, green: 32, green_background: 42, light_green: 92, light_green_background: 102,
    yellow: 33, yellow_background: 43, light_yellow: 93, light_yellow_background: 103, blue: 34,
    blue_background: 44, light_blue: 94, light_blue_background: 104, magenta: 35, magenta_background: 45,
    light_magenta: 95, light_magenta_background: 105, cyan: 36, cyan_background: 46, light_cyan: 96,
    light_cyan_background: 106, white: 37, white_background: 47, light_white: 97, light_white_background: 107
  ]

  @doc "Tells whether sequences are wanted: the `:ansi_enabled` setting, else whether the output is a terminal."
  @spec enabled?() :: boolean
  def enabled?() do
    case :application.get_env(:elixir, :ansi_enabled) do
      {:ok, enabled} -> enabled
      :undefined -> :beamlet_io.is_terminal() and :os.getenv(~c"NO_COLOR") in [false, []]
    end
  end

  @doc false
  def syntax_colors() do
    [
      atom: :cyan,
      binary: :default_color,
      boolean: :magenta,
      charlist: :yellow,
      list: :default_color,
      map: :default_color,
      nil: :magenta,
      number: :yellow,
      string: :green,
      tuple: :default_color
    ]
  end

  for {name, code} <- @sequences do
    @doc "Returns the sequence `#{name}`."
    @spec unquote(name)() :: String.t()
    def unquote(name)(), do: unquote("\e[#{code}m")
  end

  @doc "Returns the sequence for one of 256 foreground colors."
  @spec color(0..255) :: String.t()
  def color(code) when code in 0..255, do: "\e[38;5;#{code}m"

  @doc "Returns the sequence for a foreground color of red, green and blue from 0 to 5."
  @spec color(0..5, 0..5, 0..5) :: String.t()
  def color(r, g, b) when r in 0..5 and g in 0..5 and b in 0..5, do: color(16 + 36 * r + 6 * g + b)

  @doc "Returns the sequence for one of 256 background colors."
  @spec color_background(0..255) :: String.t()
  def color_background(code) when code in 0..255, do: "\e[48;5;#{code}m"

  @doc "Returns the sequence for a background color of red, green and blue from 0 to 5."
  @spec color_background(0..5, 0..5, 0..5) :: String.t()
  def color_background(r, g, b) when r in 0..5 and g in 0..5 and b in 0..5, do: color_background(16 + 36 * r + 6 * g + b)

  @doc "Moves the cursor to the top left."
  @spec home() :: String.t()
  def home(), do: "\e[H"

  @doc "Clears the screen."
  @spec clear() :: String.t()
  def clear(), do: "\e[2J"

  @doc "Clears the line."
  @spec clear_line() :: String.t()
  def clear_line(), do: "\e[2K"

  @doc "Moves the cursor to a line and column."
  @spec cursor(non_neg_integer, non_neg_integer) :: String.t()
  def cursor(line, column) when is_integer(line) and line >= 0 and is_integer(column) and column >= 0, do: "\e[#{line};#{column}H"

  for {name, letter} <- [cursor_up: "A", cursor_down: "B", cursor_right: "C", cursor_left: "D"] do
    @doc "Moves the cursor, by one by default."
    @spec unquote(name)(pos_integer) :: String.t()
    def unquote(name)(count \\ 1) when is_integer(count) and count >= 1, do: "\e[#{count}" <> unquote(letter)
  end

  @doc "Puts sequences for the names in chardata, ending with a reset, if sequences are wanted."
  @spec format(ansidata, boolean) :: iodata
  def format(ansidata, emit? \\ enabled?()) when is_boolean(emit?), do: formatted(ansidata, [], [], emit?, :maybe)

  @doc "Puts sequences for the names in chardata, without a reset."
  @spec format_fragment(ansidata, boolean) :: iodata
  def format_fragment(ansidata, emit? \\ enabled?()) when is_boolean(emit?), do: formatted(ansidata, [], [], emit?, false)

  defp formatted([term | rest], rem, acc, emit?, append_reset), do: formatted(term, [rest | rem], acc, emit?, append_reset)

  defp formatted(term, rem, acc, true, append_reset) when is_atom(term) do
    formatted([], rem, [acc | sequence(term)], true, if(append_reset == :maybe, do: true, else: append_reset))
  end

  defp formatted(term, rem, acc, false, append_reset) when is_atom(term) do
    formatted([], rem, acc, false, append_reset)
  end

  defp formatted(term, rem, acc, emit?, append_reset) when not is_list(term), do: formatted([], rem, [acc | [term]], emit?, append_reset)
  defp formatted([], [next | rem], acc, emit?, append_reset), do: formatted(next, rem, acc, emit?, append_reset)
  defp formatted([], [], acc, true, true), do: [acc | reset()]
  defp formatted([], [], acc, _emit?, _append_reset), do: acc

  for {name, code} <- @sequences do
    defp sequence(unquote(name)), do: unquote("\e[#{code}m")
  end

  defp sequence(:home), do: home()
  defp sequence(:clear), do: clear()
  defp sequence(:clear_line), do: clear_line()
  defp sequence(other), do: raise(ArgumentError, "invalid ANSI sequence specification: #{inspect(other)}")
end
