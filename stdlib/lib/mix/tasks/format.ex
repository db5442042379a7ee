defmodule Mix.Tasks.Format do
  @shortdoc "Lays out the given files or patterns"
  @moduledoc """
  Lays out files in the usual style, as `Code.format_string!/2` does.

      beamlet mix format lib/greeting.ex "test/**/*_test.exs"

  Without files those of the key `:inputs` of `.formatter.exs` are taken; `-` stands for standard input, which is laid out on standard output.

  ## Options

    * `--check-formatted` - changes nothing, and fails if any file would change
    * `--dry-run` - changes nothing
    * `--dot-formatter FILE` - takes the options from another file than `.formatter.exs`
    * `--stdin-filename FILE` - says which file standard input is to be taken for

  ## The file `.formatter.exs`

  It evaluates to a keyword list: the options of `Code.format_string!/2`, and

    * `:inputs` - files and patterns, relative to the file
    * `:subdirectories` - directories and patterns of such, which have a `.formatter.exs` of their own
    * `:import_deps` - dependencies whose `:export` is added to `:locals_without_parens`
    * `:plugins` - modules that implement this behaviour
    * `:export` - `:locals_without_parens` for those who depend on this project
  """

  use Mix.Task

  @doc "Returns what the plugin lays out: `:sigils`, a list of names, and `:extensions`, a list of endings."
  @callback features(keyword) :: [sigils: [atom], extensions: [binary]]
  @doc "Lays out the text of a file or a sigil."
  @callback format(String.t(), keyword) :: String.t()

  @switches [check_equivalent: :boolean, check_formatted: :boolean, dot_formatter: :string, dry_run: :boolean, stdin_filename: :string]

  @impl true
  def run(args) do
    {opts, patterns} = OptionParser.parse!(args, strict: @switches)
    settings = settings(opts)

    files = if patterns == [], do: inputs(settings, dot_file(opts)), else: for(file <- expand!(patterns), do: {file, file == :stdin || settings_of(file, settings)})
    format_files(Enum.map(files, &stdin(&1, settings, opts)), opts)
  end

  # Standard input is a script unless it is said to be a file.
  defp stdin({:stdin, _}, settings, opts) do
    file = Path.expand(opts[:stdin_filename] || "stdin.exs")
    {{:stdin, file}, settings_of(file, settings)}
  end

  defp stdin(file, _settings, _opts), do: file

  @doc """
  Returns a function that lays out the text of a file, and the options that count for the file.
  """
  @spec formatter_for_file(Path.t(), keyword) :: {(String.t() -> String.t()), keyword}
  def formatter_for_file(file, opts \\ []) do
    options = formatter_opts_for_file(file, opts)
    {&layout(Path.expand(file), &1, options), options}
  end

  @doc """
  Returns the options that count for a file: those of the nearest directory that has some.
  """
  @spec formatter_opts_for_file(Path.t(), keyword) :: keyword
  def formatter_opts_for_file(file, opts \\ []), do: settings_of(Path.expand(file), settings(opts))

  ## Options of files
  #
  # `{file of options, options, [{directory, settings}]}`: what a file of options says, and what those of its subdirectories say. All
  # paths are absolute.

  defp dot_file(opts), do: opts[:dot_formatter] || ".formatter.exs"
  defp settings(opts), do: opts |> dot_file() |> Path.expand() |> read_settings(File.cwd!(), :top)

  defp read_settings(path, directory, place) do
    options = if File.regular?(path), do: path |> Code.eval_file() |> elem(0), else: []
    shown = Path.relative_to_cwd(path)
    unless Keyword.keyword?(options), do: Mix.raise("Expected #{inspect(shown)} to return a keyword list, got: #{inspect(options)}")

    if place == :below and options[:inputs] == nil and options[:subdirectories] == nil do
      Mix.raise("Expected :inputs or :subdirectories key in #{shown}")
    end

    locals = options |> listed!(:import_deps, "dependencies") |> Enum.flat_map(&exported/1)
    options = if locals == [], do: options, else: Keyword.update(options, :locals_without_parens, locals, &(&1 ++ locals))

    below =
      for pattern <- listed!(options, :subdirectories, "directories"),
          sub <- pattern |> Path.expand(directory) |> Path.wildcard(),
          file = Path.join(sub, ".formatter.exs"),
          File.regular?(file),
          do: {sub, read_settings(file, sub, :below)}

    {path, options, below}
  end

  defp listed!(options, key, what) do
    case Keyword.get(options, key, []) do
      list when is_list(list) -> list
      other -> Mix.raise("Expected #{inspect(key)} to return a list of #{what}, got: #{inspect(other)}")
    end
  end

  defp exported(dep) do
    listed? = Enum.any?(Mix.Project.config()[:deps] || [], &(elem(&1, 0) == dep))
    directory = Mix.Project.deps_paths()[dep] || Path.join(Mix.Project.deps_path(), to_string(dep))
    file = Path.join(directory, ".formatter.exs")

    cond do
      File.regular?(file) ->
        file |> Code.eval_file() |> elem(0) |> Keyword.get(:export, []) |> Keyword.get(:locals_without_parens, [])

      not listed? ->
        Mix.raise(
          "Unknown dependency #{inspect(dep)} given to :import_deps in the formatter configuration. " <>
            "The dependency is not listed in your mix.exs for environment #{inspect(Mix.env())}"
        )

      not File.dir?(directory) ->
        Mix.raise(
          "Unavailable dependency #{inspect(dep)} given to :import_deps in the formatter configuration. " <>
            "The dependency cannot be found in the file system, please run \"mix deps.get\" and try again"
        )

      true ->
        []
    end
  end

  # The options for a file are those of the nearest directory that has some.
  defp settings_of(file, {_, options, below}) do
    case Enum.find(below, fn {directory, _} -> String.starts_with?(file, directory <> "/") end) do
      {_, settings} -> settings_of(file, settings)
      nil -> options
    end
  end

  defp inputs({_, options, _} = settings, dot) do
    if options[:inputs] == nil and options[:subdirectories] == nil do
      Mix.raise(
        "Expected one or more files/patterns to be given to mix format or for a #{Path.basename(dot)} file to exist with an :inputs or :subdirectories key"
      )
    end

    File.cwd!()
    |> inputs_below(settings)
    |> Enum.reduce({%{}, []}, &one_of_each/2)
    |> then(fn {chosen, order} -> for file <- Enum.reverse(order), do: {file, elem(chosen[file], 1)} end)
  end

  # Of two files of options that name the same file the one counts that comes later.
  defp one_of_each({file, options, from}, {chosen, order}) do
    case chosen do
      %{^file => {other, _}} ->
        if other != from, do: Mix.shell().error(conflict(file, Path.relative_to_cwd(other), Path.relative_to_cwd(from)))
        {Map.put(chosen, file, {from, options}), order}

      %{} ->
        {Map.put(chosen, file, {from, options}), [file | order]}
    end
  end

  defp conflict(file, other, from) do
    file = Path.relative_to_cwd(file)

    "Both #{other} and #{from} specify the file #{file} in their :inputs option. To resolve the conflict, the configuration in " <>
      "#{other} will be ignored. Please change the list of :inputs in one of the formatter files so only one of them matches #{file}"
  end

  defp inputs_below(directory, {path, options, below}) do
    patterns = options |> Keyword.get(:inputs, []) |> List.wrap()
    own = for pattern <- patterns, file <- wildcard(Path.expand(pattern, directory)), do: {file, options, path}
    Enum.uniq(own) ++ Enum.flat_map(below, fn {sub, settings} -> inputs_below(sub, settings) end)
  end

  defp wildcard(pattern), do: pattern |> Path.wildcard(match_dot: true) |> Enum.filter(&File.regular?/1)

  defp expand!(patterns) do
    case Enum.flat_map(patterns, &if(&1 == "-", do: [:stdin], else: wildcard(Path.expand(&1)))) do
      [] ->
        Mix.raise("Could not find a file to format. The files/patterns given to command line did not point to any existing file. Got: #{inspect(patterns)}")

      files ->
        Enum.uniq(files)
    end
  end

  ## Formatting

  defp format_files(files, opts) do
    results = files |> Task.async_stream(fn {file, options} -> {file, formatted(file, options)} end, ordered: true, timeout: :infinity) |> Enum.map(&elem(&1, 1))
    failed = for {file, {:failed, kind, reason, stacktrace}} <- results, do: {file, kind, reason, stacktrace}
    changed = for {file, {:changed, text}} <- results, do: {file, text}

    case failed do
      [{file, kind, reason, stacktrace} | _] ->
        Mix.shell().error("mix format failed for #{name(file)}")
        :erlang.raise(kind, reason, stacktrace)

      [] ->
        :ok
    end

    cond do
      opts[:check_formatted] && changed != [] -> Mix.raise(unformatted(changed))
      opts[:check_formatted] || opts[:dry_run] -> :ok
      true -> Enum.each(results, &put/1)
    end
  end

  defp name({:stdin, _}), do: "stdin"
  defp name(file), do: "file: " <> Path.relative_to_cwd(file)

  # What came from standard input goes to standard output, changed or not.
  defp put({{:stdin, _}, {_, text}}), do: IO.write(text)
  defp put({file, {:changed, text}}), do: File.write!(file, text)
  defp put(_same), do: :ok

  defp formatted({:stdin, file}, options), do: formatted(file, IO.stream() |> Enum.join(), options)
  defp formatted(file, options), do: formatted(file, File.read!(file), options)

  defp formatted(file, text, options) do
    result = layout(file, text, options)
    {if(result == text, do: :same, else: :changed), result}
  rescue
    error -> {:failed, :error, error, __STACKTRACE__}
  end

  defp layout(file, text, options) do
    extension = Path.extname(file)

    case Enum.filter(plugins(options), fn plugin -> extension in Keyword.get(plugin.features(options), :extensions, []) end) do
      [] when extension in [".ex", ".exs"] ->
        case Code.format_string!(text, [file: file] ++ with_plugins(options)) do
          [] -> ""
          layout -> IO.iodata_to_binary([layout, "\n"])
        end

      plugins ->
        Enum.reduce(plugins, text, & &1.format(&2, [extension: extension, file: file] ++ with_plugins(options)))
    end
  end

  defp plugins(options), do: Keyword.get(options, :plugins, [])

  # The sigils of plugins are options of the formatter itself.
  defp with_plugins(options) do
    sigils =
      for plugin <- plugins(options), sigil <- Keyword.get(plugin.features(options), :sigils, []), reduce: [] do
        acc -> Keyword.update(acc, sigil, [plugin], &(&1 ++ [plugin]))
      end

    sigils =
      for {sigil, plugins} <- sigils do
        {sigil, fn text, info -> Enum.reduce(plugins, text, & &1.format(&2, info ++ options)) end}
      end

    [sigils: sigils] ++ options
  end

  defp unformatted(changed) do
    """
    mix format failed due to --check-formatted.
    The following files are not formatted:

    #{Enum.map_join(changed, "\n", fn {{:stdin, _}, _} -> "  * stdin"; {file, _} -> "  * " <> Path.relative_to_cwd(file) end)}
    """
  end
end
