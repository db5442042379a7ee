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

  @switches [check_equivalent: :boolean, check_formatted: :boolean, dot_formatter: :string, dry_run: :boolean]

  @impl true
  def run(args) do
    {opts, patterns} = OptionParser.parse!(args, strict: @switches)
    dot = opts[:dot_formatter] || ".formatter.exs"
    settings = settings(dot, ".")

    case patterns do
      ["-"] -> format_input(settings)
      [] -> format_files(inputs(settings, dot), opts)
      patterns -> format_files(for(file <- expand!(patterns), do: {file, settings_of(file, settings)}), opts)
    end
  end

  @doc """
  Returns a function that lays out the text of a file, and the options that count for the file.
  """
  @spec formatter_for_file(Path.t(), keyword) :: {(String.t() -> String.t()), keyword}
  def formatter_for_file(file, opts \\ []) do
    options = formatter_opts_for_file(file, opts)
    {&layout(file, &1, options), options}
  end

  @doc """
  Returns the options that count for a file: those of the nearest directory that has some.
  """
  @spec formatter_opts_for_file(Path.t(), keyword) :: keyword
  def formatter_opts_for_file(file, opts \\ []) do
    settings_of(Path.relative_to_cwd(file), settings(opts[:dot_formatter] || ".formatter.exs", "."))
  end

  ## Options of files

  # What a file of options says, and what those of its subdirectories say: `{options, [{directory, settings}]}`.
  defp settings(path, directory) do
    options = if File.regular?(path), do: path |> Code.eval_file() |> elem(0), else: []
    unless Keyword.keyword?(options), do: Mix.raise("Expected #{inspect(path)} to return a keyword list, got: #{inspect(options)}")

    locals = Enum.flat_map(Keyword.get(options, :import_deps, []), &exported/1)
    options = if locals == [], do: options, else: Keyword.update(options, :locals_without_parens, locals, &(&1 ++ locals))

    below =
      for pattern <- Keyword.get(options, :subdirectories, []),
          sub <- directory |> Path.join(pattern) |> Path.wildcard(),
          file = Path.join(sub, ".formatter.exs"),
          File.regular?(file),
          do: {sub, settings(file, sub)}

    {options, below}
  end

  defp exported(dep) do
    file = Path.join([Mix.Project.deps_paths()[dep] || Path.join("deps", to_string(dep)), ".formatter.exs"])

    unless File.regular?(file) do
      Mix.raise(
        "Unknown dependency #{inspect(dep)} given to :import_deps in the formatter configuration. " <>
          "Make sure the dependency is listed in your mix.exs for environment :dev and you have run \"mix deps.get\""
      )
    end

    file |> Code.eval_file() |> elem(0) |> Keyword.get(:export, []) |> Keyword.get(:locals_without_parens, [])
  end

  # The options for a file are those of the nearest directory that has some.
  defp settings_of(file, {options, below}) do
    case Enum.find(below, fn {directory, _} -> String.starts_with?(file, directory <> "/") end) do
      {_, settings} -> settings_of(file, settings)
      nil -> options
    end
  end

  defp inputs({options, _} = settings, dot) do
    if options[:inputs] == nil and options[:subdirectories] == nil do
      Mix.raise(
        "Expected one or more files/patterns to be given to mix format or for a #{Path.basename(dot)} file to exist with an :inputs or :subdirectories key"
      )
    end

    "" |> inputs_below(settings) |> Enum.uniq_by(&elem(&1, 0))
  end

  defp inputs_below(directory, {options, below}) do
    patterns = options |> Keyword.get(:inputs, []) |> List.wrap()
    own = for pattern <- patterns, file <- wildcard(Path.join(directory, pattern)), do: {file, options}
    own ++ Enum.flat_map(below, fn {sub, settings} -> inputs_below(sub, settings) end)
  end

  defp wildcard(pattern), do: pattern |> Path.wildcard(match_dot: true) |> Enum.filter(&File.regular?/1)

  defp expand!(patterns) do
    case Enum.flat_map(patterns, &wildcard/1) do
      [] ->
        Mix.raise("Could not find a file to format. The files/patterns given to command line did not point to any existing file. Got: #{inspect(patterns)}")

      files ->
        Enum.uniq(files)
    end
  end

  ## Formatting

  defp format_input({options, _}) do
    text = IO.read(:stdio, :eof)
    text = if is_binary(text), do: text, else: ""
    IO.write([Code.format_string!(text, [file: "stdin"] ++ with_plugins(options)), "\n"])
  end

  defp format_files(files, opts) do
    results = files |> Task.async_stream(fn {file, options} -> {file, formatted(file, options)} end, ordered: true, timeout: :infinity) |> Enum.map(&elem(&1, 1))
    failed = for {file, {:failed, kind, reason, stacktrace}} <- results, do: {file, kind, reason, stacktrace}
    changed = for {file, {:changed, text}} <- results, do: {file, text}

    case failed do
      [{file, kind, reason, stacktrace} | _] ->
        Mix.shell().error("mix format failed for file: #{Path.relative_to_cwd(file)}")
        :erlang.raise(kind, reason, stacktrace)

      [] ->
        :ok
    end

    cond do
      opts[:check_formatted] && changed != [] -> Mix.raise(unformatted(changed))
      opts[:check_formatted] || opts[:dry_run] -> :ok
      true -> Enum.each(changed, fn {file, text} -> File.write!(file, text) end)
    end
  end

  defp formatted(file, options) do
    text = File.read!(file)
    result = layout(file, text, options)
    if result == text, do: :same, else: {:changed, result}
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
        Enum.reduce(plugins, text, & &1.format(&2, [extension: extension, file: file] ++ options))
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

    #{Enum.map_join(changed, "\n", fn {file, _} -> "  * " <> Path.relative_to_cwd(file) end)}
    """
  end
end
