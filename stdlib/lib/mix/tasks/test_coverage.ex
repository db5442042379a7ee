defmodule Mix.Tasks.Test.Coverage do
  @shortdoc "Build report from exported test coverage"
  @moduledoc """
  Reports which lines tests have reached, from what several runs of `mix test --cover --export-coverage NAME` have left in the directories
  `cover`, under a roof those of all its projects.

  The project's option `:test_coverage` says what is reported:

    * `:output` - the directory (`"cover"`)
    * `:summary` - `false` for none, or `[threshold: PERCENT]`; less is a failure with the status 3 (90)
    * `:ignore_modules` - modules, and regular expressions for names of modules, that are left out
    * `:export` - a name as `--export-coverage` takes it
    * `:tool` - a module whose `start/2` is called instead, with the directory of modules and these options; what it returns is called after
      the tests

  """
  use Mix.Task

  @preferred_cli_env :test

  @threshold 90

  @impl true
  def run(_args) do
    Mix.Task.run("compile")
    config = Mix.Project.config()
    opts = Keyword.put_new(config[:test_coverage] || [], :output, "cover")

    {paths, ebins} =
      case Mix.Project.apps_paths(config) do
        nil -> {[opts[:output]], [Mix.Project.compile_path(config)]}
        apps -> {for({_, path} <- Enum.sort(apps), do: Path.join(path, opts[:output])), for({app, _} <- apps, do: Path.join([Mix.Project.build_path(config), "lib", to_string(app), "ebin"]))}
      end

    case for(path <- paths, file <- Path.wildcard(Path.join(path, "*.coverdata")), do: file) do
      [] ->
        Mix.shell().error("Could not find .coverdata file in any of the paths: #{Enum.join(paths, ", ")}")

      files ->
        :cover.stop()
        :cover.start()
        for ebin <- ebins, do: Code.prepend_path(ebin)
        for ebin <- ebins, do: :cover.compile_beam_directory(String.to_charlist(ebin))

        for file <- files do
          Mix.shell().info("Importing cover results: #{file}")
          :ok = :cover.import(String.to_charlist(file))
        end

        # Nothing ran here, so what modules know of themselves is what has been imported.
        Mix.shell().info("")
        show(opts)
    end
  end

  @doc false
  # Makes the modules of a directory count. Returns what is to be called after the tests.
  def start(compile_path, opts) do
    Mix.shell().info("Cover compiling modules ...")
    :cover.stop()
    :cover.start()

    case :cover.compile_beam_directory(String.to_charlist(compile_path)) do
      results when is_list(results) -> :ok
      {:error, reason} -> Mix.raise("Failed to cover compile directory #{inspect(Path.relative_to_cwd(compile_path))} with reason: #{inspect(reason)}")
    end

    if name = opts[:export], do: fn -> export(name, opts) end, else: fn -> report(opts) end
  end

  defp export(name, opts) do
    Mix.shell().info("\nExporting cover results ...\n")
    File.mkdir_p!(opts[:output])
    :ok = :cover.export(Path.join(opts[:output], "#{name}.coverdata"))
    Mix.shell().info("Run \"mix test.coverage\" once all exports complete")
  end

  defp report(opts) do
    Mix.shell().info("\nGenerating cover results ...\n")
    show(opts)
  end

  defp show(opts) do
    {:result, lines, []} = :cover.analyse(:coverage, :line)
    ignored = opts[:ignore_modules] || []
    modules = for module <- :cover.modules(), not ignored?(module, ignored), do: module
    covered = for {{module, line}, {hit, _}} <- lines, module in modules, line != 0, reduce: %{}, do: (covered -> Map.update(covered, {module, line}, hit > 0, &(&1 or hit > 0)))
    summary = Keyword.get(opts, :summary, true)
    below = if summary, do: summary(modules, covered, summary)
    pages(modules, opts[:output])

    # The tests count first.
    if below, do: System.at_exit(fn status -> if status == 0, do: exit({:shutdown, 3}) end)
    :ok
  end

  defp ignored?(module, ignored) do
    Enum.any?(ignored, fn
      %Regex{} = regex -> Regex.match?(regex, inspect(module))
      other -> other == module
    end)
  end

  # Whether it is less than it should be.
  defp summary(modules, covered, opts) do
    threshold = if is_list(opts), do: Keyword.get(opts, :threshold, @threshold), else: @threshold
    rows = for module <- modules, do: {percentage(for({{^module, _}, hit} <- covered, do: hit)), inspect(module)}
    total = percentage(Map.values(covered))
    rule = "-----------|--------------------------"
    Mix.shell().info("Percentage | Module\n" <> rule)
    for {percent, name} <- Enum.sort(rows), do: row(percent, name, threshold)
    Mix.shell().info(rule)
    row(total, "Total", threshold)
    Mix.shell().info("")

    if total < threshold do
      Mix.shell().info("Coverage test failed, threshold not met:\n")
      Mix.shell().info("    Coverage:  #{number(total, 6)}%")
      Mix.shell().info("    Threshold: #{number(threshold, 6)}%")
      Mix.shell().info("")
      true
    end
  end

  defp percentage([]), do: 100.0
  defp percentage(hits), do: Enum.count(hits, & &1) / length(hits) * 100

  defp row(percent, name, threshold), do: Mix.shell().info([if(percent < threshold, do: :red, else: :green), number(percent, 9), "%", :reset, " | ", name])
  defp number(number, width), do: :io_lib.format("~#{width}.2f", [number * 1.0])

  defp pages(modules, output) do
    File.mkdir_p!(output)
    for module <- modules, do: :cover.analyse_to_file(module, Path.join(output, "#{module}.html"), [:html])
    Mix.shell().info("Generated HTML coverage results in #{inspect(output)} directory")
  end
end
