defmodule ExUnit.CLIFormatter do
  @moduledoc false
  # Shows a run on the terminal: a sign per test, or a line per test when traced; failures in full; and the counts.

  use GenServer

  import ExUnit.Formatter, only: [format_times: 1, format_filters: 2, format_test_failure: 5, format_test_all_failure: 5]

  @default_colors [
    diff_delete: :red,
    diff_delete_whitespace: IO.ANSI.color_background(2, 0, 0),
    diff_insert: :green,
    diff_insert_whitespace: IO.ANSI.color_background(0, 2, 0),
    # Parts of the report, and how a test ended.
    error_info: :red,
    extra_info: :cyan,
    location_info: [:bright, :black],
    failure: :red,
    invalid: :yellow,
    skipped: :yellow,
    success: :green
  ]

  @impl true
  def init(options) do
    colors =
      @default_colors
      |> Keyword.merge(options[:colors])
      |> Keyword.put_new(:enabled, IO.ANSI.enabled?())

    {:ok,
     %{
       seed: options[:seed],
       trace: options[:trace],
       colors: colors,
       width: width(),
       slowest: options[:slowest],
       counts: %{},
       timings: [],
       failures: 0,
       skipped: 0,
       excluded: 0,
       invalid: 0
     }}
  end

  defp width do
    case :io.columns() do
      {:ok, columns} -> max(40, columns)
      _ -> 80
    end
  end

  @impl true
  def handle_cast({:suite_started, options}, state) do
    filters = for type <- [:exclude, :include], (filters = options[type]) not in [nil, []], do: format_filters(filters, type)
    if filters != [], do: IO.puts([Enum.intersperse(filters, "\n"), "\n"])
    {:noreply, state}
  end

  def handle_cast({:suite_finished, times_us}, state) do
    tests = state.counts |> Map.values() |> Enum.sum()
    if tests > 0 and tests == state.excluded, do: IO.puts(color("All tests have been excluded.", :invalid, state))

    IO.write("\n")
    IO.puts(format_times(times_us))
    if state.slowest > 0, do: IO.puts(["\n", slowest(state, times_us)])
    IO.puts(summary(state))
    IO.puts("\nRandomized with seed #{state.seed}")
    {:noreply, state}
  end

  def handle_cast({:test_started, test}, state) do
    if state.trace, do: IO.write(trace_started(test))
    {:noreply, state}
  end

  def handle_cast({:test_finished, %{state: nil} = test}, state) do
    if state.trace, do: trace_finished(test, :success, "(#{milliseconds(test.time)})", state), else: sign(".", :success, state)
    {:noreply, %{count(state, test) | timings: [test | state.timings]}}
  end

  def handle_cast({:test_finished, %{state: {:excluded, _}} = test}, state) do
    if state.trace, do: trace_finished(test, nil, "(excluded)", state)
    {:noreply, state |> count(test) |> Map.update!(:excluded, &(&1 + 1))}
  end

  def handle_cast({:test_finished, %{state: {:skipped, _}} = test}, state) do
    if state.trace, do: trace_finished(test, :skipped, "(skipped)", state), else: sign("*", :skipped, state)
    {:noreply, state |> count(test) |> Map.update!(:skipped, &(&1 + 1))}
  end

  def handle_cast({:test_finished, %{state: {:invalid, _}} = test}, state) do
    if state.trace, do: trace_finished(test, :invalid, "(#{milliseconds(test.time)})", state), else: sign("?", :invalid, state)
    {:noreply, state |> count(test) |> Map.update!(:invalid, &(&1 + 1))}
  end

  def handle_cast({:test_finished, %{state: {:failed, failures}} = test}, state) do
    if state.trace, do: trace_finished(test, :failure, "(#{milliseconds(test.time)})", state), else: IO.write("\n")
    IO.write("\n")
    number = state.failures + 1
    IO.puts(format_test_failure(test, failures, number, state.width, &decorate(&1, &2, state)))
    show_logs(test.logs)
    {:noreply, %{count(state, test) | failures: number, timings: [test | state.timings]}}
  end

  def handle_cast({:module_started, %{name: name, file: file}}, state) do
    if state.trace, do: IO.puts("\n#{inspect(name)} [#{Path.relative_to_cwd(file)}]")
    {:noreply, state}
  end

  def handle_cast({:module_finished, %{state: {:failed, failures}} = module}, state) do
    unless state.trace, do: IO.write("\n")
    IO.write("\n")
    IO.puts(format_test_all_failure(module, failures, state.failures, state.width, &decorate(&1, &2, state)))
    # Tests that failed are counted already.
    {:noreply, %{state | failures: state.failures + Enum.count(module.tests, &is_nil(&1.state))}}
  end

  def handle_cast(:max_failures_reached, state) do
    IO.write(color("--max-failures reached, aborting test suite", :failure, state))
    {:noreply, state}
  end

  def handle_cast({:sigquit, current}, state) do
    IO.puts("\nAborting test suite, the following have not completed:\n")
    Enum.each(current, &IO.puts(unfinished(&1)))
    IO.puts(color("\nShowing results so far...\n", :invalid, state))
    IO.puts([summary(state), "\n\nRandomized with seed #{state.seed}"])
    {:noreply, state}
  end

  def handle_cast(_event, state), do: {:noreply, state}

  defp count(state, test), do: %{state | counts: Map.update(state.counts, test.tags.test_type, 1, &(&1 + 1))}

  defp unfinished(%ExUnit.Test{name: name, tags: tags}), do: "  * #{name} [#{Path.relative_to_cwd(tags.file)}:#{tags.line}]"
  defp unfinished(%ExUnit.TestModule{name: name, file: file}), do: "  * #{inspect(name)} [#{Path.relative_to_cwd(file)}]"

  ## One test

  defp sign(text, kind, state), do: IO.write(color(text, kind, state))

  defp trace_started(test), do: "  * #{one_line(test)} [#{line(test)}]"

  # The line is written over when the test has ended, so it must be one.
  defp one_line(test), do: test.name |> Atom.to_string() |> String.replace("\n", " ") |> String.trim_trailing()

  defp trace_finished(test, kind, what, state) do
    text = "\r  * #{one_line(test)} #{what} [#{line(test)}]"
    IO.puts(if kind, do: color(text, kind, state), else: text)
  end

  defp line(test), do: "L##{test.tags.line}"

  defp milliseconds(us) do
    hundredths = div(us, 10)

    if hundredths < 10 do
      "0.0#{hundredths}ms"
    else
      tenths = div(hundredths, 10)
      "#{div(tenths, 10)}.#{rem(tenths, 10)}ms"
    end
  end

  defp show_logs(""), do: :ok

  defp show_logs(logs) do
    text = ["The following output was logged:\n", logs] |> IO.iodata_to_binary() |> String.replace("\n", "\n     ")
    IO.puts(["     ", text])
  end

  ## The end

  defp slowest(state, %{run: run}) do
    tests = state.timings |> Enum.sort_by(&(-&1.time)) |> Enum.take(state.slowest)
    total = tests |> Enum.map(& &1.time) |> Enum.sum()
    share = if run > 0, do: Float.round(total / run * 100, 1), else: 0.0
    hundredths = div(total, 10_000)
    seconds = if hundredths < 10, do: "0.0#{hundredths}", else: "#{div(hundredths, 100)}.#{hundredths |> div(10) |> rem(10)}"

    lines =
      for test <- tests do
        "  * #{test.name} (#{inspect(test.module)}) (#{milliseconds(test.time)}) [#{Path.relative_to_cwd(test.tags.file)}:#{test.tags.line}]\n"
      end

    ["Top #{state.slowest} slowest (#{seconds}s), #{share}% of total time:\n\n", lines]
  end

  defp summary(state) do
    kinds = for {type, count} <- Enum.sort(state.counts), do: "#{count} #{plural(count, type)}, "
    failures = "#{state.failures} #{plural(state.failures, :failure)}"
    text = IO.iodata_to_binary([kinds, failures])

    text = if state.excluded > 0, do: text <> ", #{state.excluded} excluded", else: text
    text = if state.invalid > 0, do: text <> ", #{state.invalid} invalid", else: text
    text = if state.skipped > 0, do: text <> ", " <> color("#{state.skipped} skipped", :skipped, state), else: text

    cond do
      state.failures > 0 -> color(text, :failure, state)
      state.invalid > 0 -> color(text, :invalid, state)
      true -> color(text, :success, state)
    end
  end

  defp plural(1, word), do: to_string(word)
  defp plural(_count, word), do: ExUnit.plural_rule(to_string(word))

  ## Colours

  defp decorate(:diff_enabled?, _, %{colors: colors}), do: colors[:enabled]
  defp decorate(key, text, %{colors: colors} = state) when is_binary(text), do: if(colors[key], do: color(text, key, state), else: text)

  defp decorate(key, document, %{colors: colors}) do
    if colors[:enabled] and colors[key] do
      Inspect.Algebra.color(document, key, %Inspect.Opts{syntax_colors: [{key, colors[key]}, {:reset, :reset}]})
    else
      document
    end
  end

  defp color(text, key, %{colors: colors}) do
    IO.iodata_to_binary(IO.ANSI.format([colors[key], text], colors[:enabled]))
  end
end
