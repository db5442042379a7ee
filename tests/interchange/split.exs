# Makes a module of each script: `split.exs OUT FILE…` writes OUT/N.ex, where what the script does is `InterchangeMain.run/0`.
[out | files] = System.argv()

for {file, index} <- Enum.with_index(files) do
  forms =
    case Code.string_to_quoted!(File.read!(file)) do
      {:__block__, _, forms} -> forms
      form -> [form]
    end

  {modules, rest} = Enum.split_with(forms, &match?({kind, _, _} when kind in [:defmodule, :defprotocol, :defimpl], &1))
  # Warnings are about variables that were used for nothing in the script, too.
  main = quote do: (defmodule InterchangeMain, do: (def(run, do: (unquote_splicing(rest); :ok))))
  File.write!(Path.join(out, "#{index}.ex"), Enum.map_join(modules ++ [main], "\n\n", &Macro.to_string/1))
end
