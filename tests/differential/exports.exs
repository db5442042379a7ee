# With the file of module names: prints what each module exports, one `Module name arity` a line. With `missing` and such a list:
# prints those lines whose function is not there. Run by exports.sh on the real Elixir, then on Beamlet.
case System.argv() do
  ["missing", file] ->
    for line <- File.stream!(file), [module, name, arity] = String.split(line), module = String.to_atom(module) do
      Code.ensure_loaded(module)

      unless function_exported?(module, String.to_atom(name), String.to_integer(arity)),
        do: IO.puts("#{inspect(module)}.#{name}/#{arity}")
    end

  [file] ->
    for line <- File.stream!(file), module = String.to_atom(String.trim(line)), match?({:module, _}, Code.ensure_loaded(module)) do
      functions = for {name, arity} <- module.module_info(:exports), name not in [:module_info, :__info__, :behaviour_info], do: "#{name} #{arity}"
      Enum.each(Enum.sort(functions), &IO.puts("#{module} #{&1}"))
    end
end
