defmodule IEx.Failure do
  @moduledoc false
  # What a REPL writes of an exception, an exit or a throw.

  @doc """
  Writes the banner with what a call did not match, and below it the frames of `stack` that `shown?` lets through.
  """
  @spec format(Exception.kind(), term, Exception.stacktrace(), (tuple -> boolean)) :: IO.chardata()
  def format(kind, reason, stack, shown? \\ fn _ -> true end) do
    {blamed, stack} = Exception.blame(kind, reason, stack)
    frames = stack |> Enum.take_while(shown?) |> Enum.map_join("\n", &("    " <> Exception.format_stacktrace_entry(&1)))
    [banner(kind, reason, blamed, stack), "\n", IEx.color(:stack_info, frames)]
  end

  defp banner(kind, reason, %FunctionClauseError{} = blamed, stack) do
    arguments = FunctionClauseError.blame(blamed, &inspect(&1, IEx.inspect_opts()), &part/1)
    [IEx.color(:eval_error, Exception.format_banner(kind, reason, stack)), "    ", String.replace(arguments, "\n", "\n    ")]
  end

  defp banner(kind, _reason, blamed, stack), do: IEx.color(:eval_error, Exception.format_banner(kind, blamed, stack))

  defp part(%{match?: true, node: node}), do: Macro.to_string(node)

  # What did not match is coloured, or marked where there are no colours.
  defp part(%{match?: false, node: node}) do
    code = Macro.to_string(node)

    case IEx.color(:blame_diff, code) do
      ^code -> "-" <> code <> "-"
      coloured -> coloured
    end
  end
end
