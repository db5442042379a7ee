defmodule Mix.Tasks.Test do
  @shortdoc "Runs the project's tests"
  @moduledoc """
  Compiles the project, starts its application, and runs the tests in `test`.

      beamlet test [FILES] [OPTIONS]

  FILES are files, directories, or `FILE:LINE` for the test at a line; without them, all files that match `*_test.exs` below the
  project's `:test_paths` are taken. `test/test_helper.exs` runs before. The status is 2 when a test fails.

  ## Command line options

    * `--cover` - counts which lines tests reach; see `mix help test.coverage`
    * `--export-coverage NAME` - with `--cover`, leaves the counts for `mix test.coverage` instead of reporting them
    * `--color`, `--no-color` - whether the report has colours
    * `--exclude TAG`, `--include TAG`, `--only TAG` - which tests to run; `TAG:VALUE` where the value matters
    * `--exit-status N` - the status when a test fails
    * `--failed` - runs what failed the last time
    * `--formatter MODULE` - who reports; may be repeated
    * `--force` - compiles the project in any case
    * `--max-cases N` - how many modules run at once
    * `--max-failures N` - ends after so many failures
    * `--no-start`, `--no-compile` - leaves out these steps
    * `--partitions N` - runs the part of the files that the variable `MIX_TEST_PARTITION` numbers
    * `--raise` - fails as an error of Mix when a test fails
    * `--seed N` - the order of tests; 0 keeps them as they are written
    * `--slowest N` - lists the slowest tests
    * `--stale` - runs the files of tests that have changed since they last passed, or that need a module that has
    * `--timeout MILLISECONDS` - how long a test may take
    * `--trace` - shows each test, one after the other
    * `--warnings-as-errors` - fails after the tests have passed when there were warnings about them or the project

  """
  use Mix.Task

  @preferred_cli_env :test

  @switches [
    all_warnings: :boolean, archives_check: :boolean, color: :boolean, compile: :boolean, cover: :boolean, deps_check: :boolean,
    elixir_version_check: :boolean, exclude: :keep, exit_status: :integer, export_coverage: :string, failed: :boolean, force: :boolean,
    formatter: :keep, include: :keep, listen_on_stdin: :boolean, max_cases: :integer, max_failures: :integer, only: :keep,
    partitions: :integer, preload_modules: :boolean, profile_require: :string, raise: :boolean, seed: :integer, slowest: :integer,
    stale: :boolean, start: :boolean, timeout: :integer, trace: :boolean, warnings_as_errors: :boolean
  ]

  @impl true
  def run(args) do
    {opts, files} = OptionParser.parse!(args, strict: @switches)
    # Helpers may put another one in its place for their tests; what the task says is for whoever started it.
    Process.put({__MODULE__, :shell}, Mix.shell())
    refuse(opts)
    Mix.Project.get!()
    check_environment()
    if opts[:listen_on_stdin], do: again_and_again(), else: test(opts, files)
  end

  defp test(opts, files) do
    if Mix.Project.umbrella?(), do: in_apps(opts, files), else: in_project(opts, files)
  end

  # Each run is a command of its own, this one without the option, and a line of input is the sign for the next.
  defp again_and_again do
    {executable, args} = own_command()
    {_, _status} = System.cmd(executable, args -- ["--listen-on-stdin"], into: IO.stream())

    case IO.read(:line) do
      line when is_binary(line) ->
        IO.puts("Restarting...")
        again_and_again()

      _ ->
        :ok
    end
  end

  defp own_command do
    with {:ok, path} <- File.read_link("/proc/self/exe"), {:ok, words} <- File.read("/proc/self/cmdline") do
      [_name | args] = String.split(words, <<0>>, trim: true)
      {path, args}
    else
      _ -> Mix.raise("--listen-on-stdin needs to know its own command, which this operating system does not tell (/proc/self/cmdline)")
    end
  end

  # Code compiled for another environment would be tested.
  defp check_environment do
    unless System.get_env("MIX_ENV") || Mix.env() == :test do
      Mix.raise("""
      "mix test" is running in the \"#{Mix.env()}\" environment. If you are running tests from within another command, you can either:

        1. set MIX_ENV explicitly:

            MIX_ENV=test mix test.another

        2. set the :preferred_cli_env for a command inside "def project" in your mix.exs:

            preferred_cli_env: ["test.another": :test]
      """)
    end
  end

  defp refuse(opts) do
    if opts[:failed] && opts[:stale], do: Mix.raise("Combining --failed and --stale is not supported.")
  end

  # The projects under a common roof, each with its own tests. All are compiled before any is tested.
  defp in_apps(opts, files) do
    Mix.Task.run("compile", if(opts[:force], do: ["--force"], else: []))
    apps_path = Mix.Project.config()[:apps_path]
    Process.put({__MODULE__, :roof}, Mix.Project.apps_paths())

    Mix.Dependencies.each_in_umbrella(fn ->
      own_path = "#{apps_path}/#{Mix.Project.config()[:app]}"
      own = files_of(files, apps_path <> "/", own_path <> "/")
      if files == [] or own != [], do: in_project([roof: own_path] ++ opts, own)
    end)
  end

  # Paths below the directory of another project are not for this one.
  defp files_of(files, apps_path, own_path) do
    others = for {_, path} <- Process.get({__MODULE__, :roof}), path <> "/" != own_path, do: path <> "/"

    for file <- files, file = String.replace_prefix(file, "./", ""), not String.starts_with?(file, others) do
      if String.starts_with?(file, apps_path), do: String.replace_prefix(file, own_path, ""), else: file
    end
  end

  defp in_project(opts, files) do
    Mix.shell().print_app()
    flags = for {key, false} <- opts, key in [:start, :compile], do: "--no-#{key}"
    flags = if opts[:force], do: ["--force" | flags], else: flags
    # Those of the project's own code fail only once the tests have run.
    Mix.Task.Compiler.after_compiler(:elixir, fn {status, diagnostics} -> noted(if(status == :ok, do: diagnostics, else: []), {status, diagnostics}) end)
    # What the application does when it starts is counted too.
    if opts[:cover], do: Mix.Task.run("compile", flags)
    cover = cover(opts)
    Mix.Task.run("app.start", flags)

    # Nothing shall run by itself when the helper starts ExUnit.
    {:ok, _} = Application.ensure_all_started(:ex_unit)
    location = if roof = opts[:roof], do: [test_location_relative_path: roof], else: []
    ExUnit.configure([autorun: false] ++ location ++ configuration(opts))

    config = Mix.Project.config()
    {files, filters} = files_and_filters(files)
    if filters != [], do: ExUnit.configure(filters)
    paths = config[:test_paths] || default_paths()
    for path <- paths, do: require_helper(path)
    chosen = merged(filters, opts) ++ configuration(opts)
    ExUnit.configure(if filters == [], do: with_excluded(chosen), else: chosen)

    pattern = config[:test_pattern] || "*_test.exs"
    tests = if files == [], do: paths, else: files
    all = find(tests, pattern)
    found = all |> failed(opts) |> stale(paths, opts) |> partition(opts)
    warn_of_misnamed(paths, pattern, config[:warn_test_pattern], files)

    cond do
      found != [] ->
        left_out = noting(opts, fn -> require_tests(found) end)
        result = ExUnit.run()
        if cover, do: cover.()
        if opts[:stale] && left_out == [] && result.failures == 0, do: Mix.Build.Stale.remember(paths, found)
        report(result, opts, left_out)

      all != [] and opts[:stale] ->
        shell().info("No stale tests")

      files == [] ->
        # What is to be done after a suite is done after an empty one too.
        for fun <- Application.get_env(:ex_unit, :after_suite, []), do: fun.(%{excluded: 0, failures: 0, skipped: 0, total: 0})
        shell().info("There are no tests to run")

      true ->
        nothing(opts, "Paths given to \"mix test\" did not match any directory/file: " <> Enum.join(files, ", "))
    end
  end

  # A part of the tests reaches a part of the lines.
  defp cover(opts) do
    if opts[:cover] do
      part = if opts[:partitions] not in [nil, 1], do: System.get_env("MIX_TEST_PARTITION")
      config = Keyword.put_new(Mix.Project.config()[:test_coverage] || [], :output, "cover")
      config = if name = opts[:export_coverage] || part, do: Keyword.put(config, :export, name), else: config
      tool = config[:tool] || Mix.Tasks.Test.Coverage
      tool.start(Mix.Project.compile_path(), config)
    end
  end

  # Under a roof, what one project lacks another may have.
  defp nothing(opts, message) do
    cond do
      opts[:roof] -> shell().info(message)
      opts[:raise] -> refuse_with(message)
      true -> fail_at_exit(message, 1)
    end
  end

  defp shell, do: Process.get({__MODULE__, :shell}) || Mix.shell()

  defp refuse_with(message) do
    Mix.shell(shell())
    Mix.raise(message)
  end

  defp fail_at_exit(message, status) do
    if message, do: shell().error(message)
    System.at_exit(fn _ -> exit({:shutdown, status}) end)
    :ok
  end

  defp stale(files, paths, opts), do: if(opts[:stale], do: Mix.Build.Stale.of(paths, files), else: files)
  defp noting(opts, fun), do: if(opts[:stale], do: Mix.Build.Stale.noting(fun), else: fun.())

  defp default_paths, do: if(File.dir?("test"), do: ["test"], else: [])

  defp require_helper(path) do
    helper = Path.join(path, "test_helper.exs")

    if File.exists?(helper) do
      Code.require_file(helper)
    else
      Mix.raise("Cannot run tests because test helper file #{inspect(helper)} does not exist")
    end
  end

  # Returns the files that were left out.
  defp require_tests(files) do
    if Mix.Dependencies.missing() == [] do
      case Kernel.ParallelCompiler.require(files, each_references: &Mix.Build.Stale.note/3) do
        {:ok, _, warnings} -> noted(warnings, [])
        {:error, _, _} -> exit({:shutdown, 1})
      end
    else
      require_possible(files)
    end
  end

  # Where dependencies are not there, tests that need none of them can be run all the same: each file by itself, and those that lack
  # a module are left out.
  defp require_possible(files) do
    left_out = for file <- files, not required?(file), do: file
    if left_out == files, do: exit({:shutdown, 1})
    left_out
  end

  defp required?(file) do
    case Kernel.ParallelCompiler.require([file], each_references: &Mix.Build.Stale.note/3) do
      {:ok, _, warnings} -> noted(warnings, true)
      {:error, errors, _} -> if Enum.any?(errors, &lacks_module?/1), do: false, else: exit({:shutdown, 1})
    end
  end

  # Whether there were warnings matters with `--warnings-as-errors`.
  defp noted([], result), do: result

  defp noted(_warnings, result) do
    Process.put({__MODULE__, :warned}, true)
    result
  end

  @lacking ["could not be found", "is not available", "is undefined, cannot expand struct"]
  defp lacks_module?({_file, _line, message}), do: String.contains?(IO.chardata_to_string(message), @lacking)

  ## Options

  defp configuration(opts) do
    taken = Keyword.take(opts, [:trace, :max_cases, :max_failures, :seed, :slowest, :timeout, :exit_status])

    taken
    |> trace()
    |> filters(opts)
    |> formatters(opts)
    |> colors(opts)
    |> manifest(opts)
  end

  @doc false
  # What ExUnit is configured with for options of the command line, and the files that may have tests to run, if not all have.
  def process_ex_unit_opts(opts) do
    config = configuration(opts)
    files = if opts[:failed], do: failures_file() |> ExUnit.Filters.failure_info() |> elem(0)
    {[autorun: false, exit_status: 2] |> Keyword.merge(config), files}
  end

  defp trace(config), do: if(config[:trace], do: Keyword.put(config, :max_cases, 1), else: config)

  # What is taken in stands in the order of the command line.
  defp filters(config, opts) do
    include = ExUnit.Filters.parse(for {key, text} <- opts, key in [:include, :only], do: text)
    exclude = opts |> Keyword.get_values(:exclude) |> ExUnit.Filters.parse()
    exclude = if Keyword.has_key?(opts, :only), do: [:test | exclude], else: exclude
    if include == [] and exclude == [], do: config, else: keep(config, include: include, exclude: exclude)
  end

  # Empty lists leave what the helper says.
  defp keep(config, lists), do: Enum.reject(lists, fn {_, list} -> list == [] end) ++ config

  defp formatters(config, opts) do
    case Keyword.get_values(opts, :formatter) do
      [] -> config
      names -> Keyword.put(config, :formatters, Enum.map(names, &Module.concat([&1])))
    end
  end

  defp colors(config, opts) do
    case Keyword.fetch(opts, :color) do
      {:ok, enabled} -> Keyword.put(config, :colors, enabled: enabled)
      :error -> config
    end
  end

  defp manifest(config, opts) do
    file = failures_file()
    config = Keyword.put(config, :failures_manifest_file, file)

    if opts[:failed] do
      {_files, ids} = ExUnit.Filters.failure_info(file)
      Keyword.put(config, :only_test_ids, ids)
    else
      config
    end
  end

  ## Files

  # `FILE:LINE` names the tests around lines; all others are left out then.
  defp files_and_filters(args) do
    {files, filters} = args |> Enum.map(&ExUnit.Filters.parse_path/1) |> Enum.unzip()
    locations = for filter <- filters, location <- filter[:include] || [], do: location

    cond do
      locations == [] -> {files, []}
      length(files) > 1 -> Mix.raise("Line numbers can only be used when running a single test file")
      true -> {files, exclude: [:test], include: locations}
    end
  end

  defp merged([], _opts), do: []

  defp merged(filters, opts) do
    given = filters([], opts)
    [exclude: Enum.uniq(filters[:exclude] ++ (given[:exclude] || [])), include: filters[:include] ++ (given[:include] || [])]
  end

  # What the helper excludes stays excluded.
  defp with_excluded(config) do
    said = List.wrap(Application.get_env(:ex_unit, :exclude, []))
    Keyword.update(config, :exclude, said, &Enum.uniq(&1 ++ said))
  end

  defp find(paths, pattern) do
    paths
    |> Enum.flat_map(fn path ->
      cond do
        File.dir?(path) -> Path.wildcard(Path.join([path, "**", pattern]))
        File.regular?(path) -> [path]
        true -> Path.wildcard(path)
      end
    end)
    |> Enum.uniq()
    |> Enum.sort()
  end

  # Files named like tests that the pattern leaves out are most likely forgotten.
  defp warn_of_misnamed(_paths, _pattern, false, _files), do: :ok

  defp warn_of_misnamed(paths, pattern, own, []) do
    misnamed = find(paths, own || "*_test.ex") -- find(paths, pattern)
    for file <- misnamed, do: Mix.shell().info("warning: #{file} does not match #{inspect(pattern)} and won't be loaded")
    :ok
  end

  defp warn_of_misnamed(_paths, _pattern, _own, _files), do: :ok

  # With `--failed`, files without a failure are not even loaded.
  defp failed(files, opts) do
    if opts[:failed] do
      {failed, _ids} = ExUnit.Filters.failure_info(failures_file())
      Enum.filter(files, &(Path.expand(&1) in failed))
    else
      files
    end
  end

  defp failures_file, do: Path.join(Mix.Project.manifest_path(), ".mix_test_failures")

  defp partition(files, opts) do
    case opts[:partitions] do
      count when count in [nil, 1] ->
        files

      count when count > 1 ->
        case Integer.parse(System.get_env("MIX_TEST_PARTITION") || "") do
          {number, ""} when number in 1..count ->
            for {file, index} <- Enum.with_index(files), rem(index, count) == number - 1, do: file

          _ ->
            refuse_with("The MIX_TEST_PARTITION environment variable must be set to an integer between 1..#{count} when the --partitions option is set, got: " <> inspect(System.get_env("MIX_TEST_PARTITION")))
        end

      count ->
        refuse_with("--partitions : expected to be positive integer, got #{count}")
    end
  end

  defp report(result, opts, []), do: report(result, opts)

  defp report(result, opts, left_out) do
    missing = Enum.map_join(Mix.Dependencies.missing(), ", ", &inspect(&1.app))

    message =
      "These tests did not compile and were left out, most likely for want of a dependency that is not there (#{missing}):" <>
        Enum.map_join(left_out, &("\n  * " <> &1))

    Mix.shell().error(message)
    if result.failures > 0, do: report(result, opts), else: fail_at_exit(nil, 1)
  end

  defp report(%{failures: failures}, opts) when failures > 0 do
    if opts[:raise], do: Mix.raise("\"mix test\" failed")
    fail_at_exit(nil, ExUnit.configuration()[:exit_status] || 2)
  end

  defp report(%{total: total, excluded: total}, opts) do
    if opts[:only], do: nothing(opts, "The --only option was given to \"mix test\" but no test was executed"), else: :ok
  end

  defp report(_result, opts) do
    if opts[:warnings_as_errors] && Process.get({__MODULE__, :warned}) do
      fail_at_exit("\nERROR! Test suite aborted after successful execution due to warnings while using the --warnings-as-errors option", 1)
    else
      :ok
    end
  end
end
