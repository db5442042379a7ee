defmodule IEx.Pry do
  @moduledoc """
  Looks around where a program stands.

  Programs are not stopped here: breakpoints can be asked for, and what speaks against one is said, but none is set.
  """

  @doc """
  Returns the lines of a file around a line, at most `radius` on each side, as text in which that line stands out: `{:ok, text}`, or
  `:error` if there is no such file or line.
  """
  @spec whereami(String.t(), non_neg_integer, pos_integer) :: {:ok, IO.chardata()} | :error
  def whereami(file, line, radius) when is_binary(file) and is_integer(line) and is_integer(radius) and radius > 0 do
    with true <- File.regular?(file) || :error,
         first = max(line - radius, 1),
         lines = file |> File.stream!() |> Enum.slice(first - 1, line + radius - first + 1),
         true <- length(lines) > line - first || :error do
      {:ok, for({text, number} <- Enum.with_index(lines, first), do: shown(text, number, line))}
    end
  end

  defp shown(text, number, line) do
    row = [number |> Integer.to_string() |> String.pad_leading(5), ": ", text]
    if number == line, do: IO.ANSI.format_fragment([:bright, row, :normal], IO.ANSI.enabled?()), else: row
  end

  @doc """
  Says why a function cannot have a breakpoint.

  The reason is `:no_beam_file`, `:non_elixir_module` or `:unknown_function_arity`; of functions that could have one, `:unsupported`.
  """
  @spec break(module, atom, arity, non_neg_integer) :: {:error, :no_beam_file | :non_elixir_module | :unknown_function_arity | :unsupported}
  def break(module, function, arity, breaks \\ 1) when is_atom(module) and is_atom(function) and is_integer(arity) and is_integer(breaks) do
    cond do
      not elixir_name?(module) -> {:error, :non_elixir_module}
      not Code.ensure_loaded?(module) or :code.get_object_code(module) == :error -> {:error, :no_beam_file}
      in_memory?(module) -> {:error, :no_beam_file}
      not function_exported?(module, function, arity) and not macro_exported?(module, function, arity) -> {:error, :unknown_function_arity}
      true -> {:error, :unsupported}
    end
  end

  defp elixir_name?(module), do: String.starts_with?(Atom.to_string(module), "Elixir.")

  # What has been compiled in memory has the name of its source; what is bundled has none.
  defp in_memory?(module) do
    path = :code.which(module)
    is_list(path) and path != [] and :filename.extension(path) != ~c".beam"
  end

  @doc "Lists breakpoints: none."
  @spec breaks() :: []
  def breaks, do: []

  @doc "Takes stops from a breakpoint, which is never found."
  @spec reset_break(pos_integer) :: :not_found
  def reset_break(id) when is_integer(id), do: :not_found

  @doc "Takes stops from the breakpoint of a function, which is never found."
  @spec reset_break(module, atom, arity) :: :not_found
  def reset_break(module, function, arity) when is_atom(module) and is_atom(function) and is_integer(arity), do: :not_found

  @doc "Removes all breakpoints."
  @spec remove_breaks() :: :ok
  def remove_breaks, do: :ok

  @doc "Removes the breakpoints of a module."
  @spec remove_breaks(module) :: :ok
  def remove_breaks(module) when is_atom(module), do: :ok
end
