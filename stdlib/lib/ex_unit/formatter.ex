defmodule ExUnit.Formatter do
  @moduledoc """
  Texts for formatters of test results.

  A formatter is a GenServer that is cast what happens:

    * `{:suite_started, options}`
    * `{:suite_finished, times_us}` - a map of the microseconds that the suite ran (`:run`), of these those with
      asynchronous modules (`:async`), and those of loading before (`:load`, may be `nil`)
    * `{:module_started, test_module}`, `{:module_finished, test_module}` - a `t:ExUnit.TestModule.t/0`
    * `{:test_started, test}`, `{:test_finished, test}` - a `t:ExUnit.Test.t/0`
    * `{:sigquit, current}` and `:max_failures_reached`

  Others may come and are to be ignored. It is started with the options of the run, and chosen with `:formatters`
  of `ExUnit.configure/1`. The functions here take another function that decorates parts of the text: called with what a
  part is and the part, or, for `:diff_enabled?`, with whether differences are to be shown.
  """

  import Exception, only: [format_stacktrace_entry: 1, format_file_line: 3]

  alias ExUnit.{AssertionError, Diff}
  alias Inspect.Algebra

  @type id :: term
  @type test :: ExUnit.Test.t()
  @type run_us :: pos_integer
  @type async_us :: pos_integer | nil
  @type load_us :: pos_integer | nil
  @type times_us :: %{run: run_us, async: async_us, load: load_us}

  @no_value AssertionError.no_value()
  @padding "     "

  ## Times and filters

  @doc """
  Returns the line that says how long a run took.

  ## Examples

      iex> ExUnit.Formatter.format_times(%{run: 10000, async: nil, load: nil})
      "Finished in 0.01 seconds (0.00s async, 0.01s sync)"

      iex> ExUnit.Formatter.format_times(%{run: 110_000, async: 50_000, load: 200_000})
      "Finished in 0.3 seconds (0.2s on load, 0.05s async, 0.06s sync)"

  """
  @spec format_times(times_us) :: String.t()
  def format_times(%{run: run, async: async, load: load}) do
    async = async || 0
    on_load = if load, do: seconds(load) <> "s on load, ", else: ""
    "Finished in #{seconds(run + (load || 0))} seconds (#{on_load}#{seconds(async)}s async, #{seconds(run - async)}s sync)"
  end

  @doc """
  Returns how long a run took.

  ## Examples

      iex> ExUnit.Formatter.format_time(10000, 20000)
      "Finished in 0.03 seconds (0.02s on load, 0.01s on tests)"

  """
  @spec format_time(run_us, load_us) :: String.t()
  def format_time(run, nil), do: "Finished in #{seconds(run)} seconds"

  def format_time(run, load) do
    "Finished in #{seconds(run + load)} seconds (#{seconds(load)}s on load, #{seconds(run)}s on tests)"
  end

  defp seconds(us) do
    hundredths = div(us, 10_000)

    if hundredths < 10 do
      "0.0#{hundredths}"
    else
      tenths = div(hundredths, 10)
      "#{div(tenths, 10)}.#{rem(tenths, 10)}"
    end
  end

  @doc """
  Returns the line that lists the filters.

  ## Examples

      iex> ExUnit.Formatter.format_filters([run: true, slow: false], :include)
      "Including tags: [run: true, slow: false]"

  """
  @spec format_filters(keyword, atom) :: String.t()
  def format_filters(filters, type) do
    case type do
      :exclude -> "Excluding tags: #{inspect(filters)}"
      :include -> "Including tags: #{inspect(filters)}"
    end
  end

  ## Failures

  @doc "Returns the text of a failed test."
  def format_test_failure(test, failures, counter, width, formatter) do
    %ExUnit.Test{name: name, module: module, tags: tags} = test

    info = numbered(counter) <> "#{name} (#{inspect(module)})"

    [
      formatter.(:test_info, info),
      "\n",
      location(tags, formatter),
      format_failures(failures, test, width, formatter)
    ]
    |> IO.iodata_to_binary()
  end

  @doc "Returns the text of a module whose `setup_all` failed."
  def format_test_all_failure(test_module, failures, counter, width, formatter) do
    name = test_module.name
    info = numbered(counter) <> "#{inspect(name)}: failure on setup_all callback, all tests have been invalidated"

    IO.iodata_to_binary([formatter.(:test_module_info, info), "\n", format_failures(failures, test_module, width, formatter)])
  end

  @doc false
  def format_test_case_failure(test_case, failures, counter, width, formatter) do
    format_test_all_failure(test_case, failures, counter, width, formatter)
  end

  defp numbered(counter) when counter < 10, do: "  #{counter}) "
  defp numbered(counter) when counter < 100, do: " #{counter}) "
  defp numbered(counter), do: "#{counter}) "

  defp location(tags, formatter) do
    text = tags.file |> relative() |> format_file_line(tags.line, "") |> String.trim_trailing(":")
    [@padding, formatter.(:location_info, text), "\n"]
  end

  defp relative(file) do
    base = Application.get_env(:ex_unit, :test_location_relative_path)
    path = Path.relative_to_cwd(file)
    if base, do: Path.join(base, path), else: path
  end

  defp format_failures([failure], test, width, formatter), do: format_failure(failure, test, width, formatter)

  defp format_failures(failures, test, width, formatter) do
    for {failure, number} <- Enum.with_index(failures, 1) do
      ["\n", @padding, formatter.(:error_info, "Failure ##{number}"), "\n", format_failure(failure, test, width, formatter)]
    end
  end

  # Errors that have a form of their own keep it when another process raised them.
  defp format_failure({{:EXIT, pid} = kind, {error, inner} = reason, stack}, test, width, formatter) when is_list(inner) do
    case raised_elsewhere(error, inner, test, width, formatter) do
      nil -> format_exit(kind, reason, stack, test, formatter)
      text -> [banner("** (EXIT from #{inspect(pid)}) an exception was raised:\n\n" <> text, formatter), format_stacktrace(stack, test, formatter)]
    end
  end

  defp format_failure({:exit, {{error, inner}, {module, function, args}} = reason, stack}, test, width, formatter)
       when is_list(inner) and is_atom(module) and is_atom(function) and is_list(args) do
    case raised_elsewhere(error, inner, test, width, formatter) do
      nil ->
        format_other(:exit, reason, stack, test, formatter)

      text ->
        text = "** (exit) exited in: #{Exception.format_mfa(module, function, args)}\n   ** (EXIT) an exception was raised:\n" <> text
        [banner(text, formatter), format_stacktrace(stack, test, formatter)]
    end
  end

  defp format_failure({{:EXIT, _} = kind, reason, stack}, test, _width, formatter), do: format_exit(kind, reason, stack, test, formatter)

  defp format_failure({:error, %AssertionError{} = error, stack}, test, width, formatter) do
    snippet = if error.expr == @no_value, do: snippet(stack, test), else: nil
    [assertion(error, snippet, width, formatter, @padding), format_stacktrace(stack, test, formatter)]
  end

  defp format_failure({kind, reason, stack}, test, _width, formatter), do: format_other(kind, reason, stack, test, formatter)

  defp format_exit(kind, reason, stack, test, formatter) do
    [banner(Exception.format_banner(kind, reason, stack), formatter), format_stacktrace(stack, test, formatter)]
  end

  defp format_other(kind, reason, stack, test, formatter) do
    {blamed, stack} = Exception.blame(kind, reason, stack)
    text = Exception.format_banner(kind, blamed, stack)

    [blame(kind, blamed, text, formatter), format_snippet(stack, test, formatter), format_stacktrace(stack, test, formatter)]
  end

  defp raised_elsewhere(error, stack, test, width, formatter) do
    if Enum.all?(stack, &(is_tuple(&1) and tuple_size(&1) in [3, 4])) do
      case Exception.normalize(:error, error, stack) do
        %name{} = error when name in [AssertionError, FunctionClauseError] and stack != [] ->
          IO.iodata_to_binary(format_failure({:error, error, stack}, test, width, formatter))

        _ ->
          nil
      end
    end
  end

  defp format_snippet(stack, test, formatter) do
    case snippet(stack, test) do
      nil -> []
      code -> [@padding, formatter.(:extra_info, "code: "), code, "\n"]
    end
  end

  # Arguments and clauses that blame found stand apart from the message.
  defp blame(:error, %FunctionClauseError{}, text, formatter) do
    case String.split(text, "\n\n", parts: 2) do
      [message] -> [banner(message, formatter), "\n", @padding, "\n"]
      [message, details] -> [banner(message, formatter), "\n", @padding, indent(details), "\n"]
    end
  end

  defp blame(_kind, _reason, text, formatter), do: banner(text, formatter)

  defp banner(text, formatter), do: [@padding, formatter.(:error_info, indent(text)), "\n"]

  defp indent(text), do: String.replace(text, "\n", "\n" <> @padding)

  ## Source

  # The line of the test that was being run, as it stands in its file.
  defp snippet(stack, %ExUnit.Test{name: name, module: module}) do
    with {_, _, _, location} <- Enum.find(stack, &match?({^module, ^name, _, _}, &1)),
         file when file != nil <- location[:file],
         line when is_integer(line) and line > 0 <- location[:line],
         {:ok, source} <- File.read(file),
         code when is_binary(code) <- source |> String.split(["\r\n", "\n"]) |> Enum.at(line - 1),
         code when code != "" <- String.trim(code) do
      code
    else
      _ -> nil
    end
  end

  defp snippet(_stack, _module), do: nil

  ## Stack traces

  defp format_stacktrace([], _test, _formatter), do: []

  defp format_stacktrace(stack, test, formatter) do
    lines = for entry <- stack, do: [@padding, "  ", formatter.(:stacktrace_info, format_entry(entry, test)), "\n"]
    [@padding, formatter.(:extra_info, "stacktrace:"), "\n", lines]
  end

  defp format_entry({module, name, arity, location}, %ExUnit.Test{module: module, name: name}) when arity == 1 or is_list(arity) do
    format_file_line(location[:file], location[:line], " ") <> "(test)"
  end

  defp format_entry(entry, _test), do: format_stacktrace_entry(entry)

  ## Assertions

  @doc """
  Returns the text of an assertion that failed: its message, code and values.
  """
  @spec format_assertion_error(AssertionError.t()) :: String.t()
  def format_assertion_error(%AssertionError{} = error) do
    formatter = fn
      :diff_enabled?, _ -> false
      _, text -> text
    end

    IO.iodata_to_binary(assertion(error, nil, :infinity, formatter, ""))
  end

  defp assertion(error, snippet, width, formatter, padding) do
    pairs = if error.left != @no_value and error.right != @no_value, do: 2, else: 1
    # What is aligned: the longest label is `right: ` when both sides are shown.
    label = if pairs == 2, do: 7, else: 6
    nest = String.length(padding) + label

    [
      message(error.message, padding, formatter),
      doctest(error.doctest, padding, formatter),
      code(error, snippet, label, nest, padding, formatter),
      arguments(error.args, width, padding, formatter),
      sides(error, label, nest, width, padding, formatter),
      mailbox(error, width, padding, formatter)
    ]
  end

  defp message(@no_value, _padding, _formatter), do: []
  defp message(text, padding, formatter), do: [padding, formatter.(:error_info, String.replace(text, "\n", "\n" <> @padding)), "\n"]

  defp doctest(@no_value, _padding, _formatter), do: []

  defp doctest(text, padding, formatter) do
    [padding, formatter.(:extra_info, "doctest:"), String.replace(text, "\n", "\n" <> @padding <> "  "), "\n"]
  end

  defp code(%{expr: @no_value}, nil, _label, _nest, _padding, _formatter), do: []
  defp code(%{expr: @no_value}, snippet, label, _nest, padding, formatter), do: [padding, labelled("code:", label, formatter), snippet, "\n"]

  defp code(%{expr: expr} = error, _snippet, label, nest, padding, formatter) do
    text = source_text(error, expr)
    [padding, labelled("code:", label, formatter), String.replace(text, "\n", "\n" <> String.duplicate(" ", nest)), "\n"]
  end

  # The assertion is shown as people write it, without parentheses.
  defp source_text(%{doctest: @no_value}, expr) when is_binary(expr), do: inspect(expr)
  defp source_text(_error, expr) when is_binary(expr), do: expr

  defp source_text(_error, {name, _, [arg]}) when name in [:assert, :refute, :assert_receive, :assert_received] do
    "#{name} #{Macro.to_string(arg)}"
  end

  defp source_text(_error, expr), do: Macro.to_string(expr)

  defp labelled(name, width, formatter), do: formatter.(:extra_info, String.pad_trailing(name, width))

  defp arguments(@no_value, _width, _padding, _formatter), do: []

  defp arguments(args, width, padding, formatter) do
    shown =
      for {arg, number} <- Enum.with_index(args, 1) do
        text = inspect(arg, pretty: true, width: shrink(width, 9))
        ["\n", @padding, "    # ", Integer.to_string(number), "\n", @padding, "    ", String.replace(text, "\n", "\n" <> @padding <> "    "), "\n"]
      end

    [padding, formatter.(:extra_info, "arguments:"), "\n", shown, "\n"]
  end

  defp shrink(:infinity, _by), do: :infinity
  defp shrink(width, by), do: max(width - by, 1)

  defp sides(%{left: @no_value, right: @no_value}, _label, _nest, _width, _padding, _formatter), do: []
  defp sides(%{context: {:mailbox, _, _}}, _label, _nest, _width, _padding, _formatter), do: []

  defp sides(error, label, nest, width, padding, formatter) do
    {left, right} = values(error, nest, width, formatter)

    for {name, text} <- [{"left:", left}, {"right:", right}, {"hint:", hint(error, formatter)}], text != nil do
      [padding, labelled(name, label, formatter), text, "\n"]
    end
  end

  # Texts whose difference cannot be seen need a word where differences are shown.
  defp hint(%{left: left, right: right}, formatter) when is_binary(left) and is_binary(right) and left != right do
    if formatter.(:diff_enabled?, false) and String.valid?(left) and String.valid?(right) and String.equivalent?(left, right) do
      "you are comparing strings that have the same visual representation but are made of different Unicode codepoints"
    end
  end

  defp hint(_error, _formatter), do: nil

  defp values(error, nest, width, formatter) do
    if formatter.(:diff_enabled?, false) and error.left != @no_value and error.right != @no_value do
      difference(error.left, error.right, error.context, nest, width, formatter)
    else
      left = if match?({:match, _}, error.context), do: pattern(error.left, nest), else: value(error.left, nest, width)
      {left, value(error.right, nest, width)}
    end
  end

  defp pattern(quoted, nest), do: quoted |> Macro.to_string() |> String.replace("\n", "\n" <> String.duplicate(" ", nest))

  defp value(@no_value, _nest, _width), do: nil

  defp value(term, nest, width) do
    term |> Algebra.to_doc(Inspect.Opts.new(width: width)) |> render(nest, width)
  end

  defp render(document, nest, width) do
    document |> Algebra.group() |> Algebra.nest(nest) |> Algebra.format(shrink(width, nest))
  end

  defp difference(left, right, context, nest, width, formatter) do
    case compute(left, right, context) do
      {:ok, diff} -> {diff_side(diff, :left, nest, width, formatter), diff_side(diff, :right, nest, width, formatter)}
      :error -> {pattern_or_value(left, context, nest, width), value(right, nest, width)}
    end
  end

  defp pattern_or_value(left, {:match, _}, nest, _width), do: pattern(left, nest)
  defp pattern_or_value(left, _context, nest, width), do: value(left, nest, width)

  # A difference of large values may take long, and an inspect implementation may fail: the values alone will do then.
  @diff_timeout 1500

  defp compute(left, right, context) do
    task =
      Task.async(fn ->
        try do
          {diff, _} = Diff.compute(left, right, context)
          {:ok, diff}
        catch
          _kind, _reason -> :error
        end
      end)

    case Task.yield(task, @diff_timeout) || Task.shutdown(task, :brutal_kill) do
      {:ok, result} -> result
      _ -> :error
    end
  end

  defp diff_side(diff, side, nest, width, formatter) do
    {document, insert, whitespace} =
      case side do
        :left -> {diff.left, :diff_delete, :diff_delete_whitespace}
        :right -> {diff.right, :diff_insert, :diff_insert_whitespace}
      end

    document
    |> Diff.to_algebra(&colour(&1, insert, whitespace, formatter))
    |> render(nest, width)
  end

  defp colour(document, kind, whitespace, formatter) do
    key = if is_binary(document) and String.trim(document) == "" and document != "", do: whitespace, else: kind
    formatter.(key, document)
  end

  defp mailbox(%{context: {:mailbox, _pins, []}}, _width, _padding, _formatter), do: []

  defp mailbox(%{context: {:mailbox, pins, messages}, left: pattern}, width, padding, formatter) do
    nest = String.length(@padding) + 11

    shown =
      for message <- messages do
        {left, right} =
          if formatter.(:diff_enabled?, false) do
            difference(pattern, message, {:match, pins}, nest, width, formatter)
          else
            {pattern(pattern, nest), value(message, nest, width)}
          end

        [
          @padding,
          "  ",
          formatter.(:extra_info, "pattern: "),
          left,
          "\n",
          @padding,
          "  ",
          formatter.(:extra_info, "value:   "),
          right,
          "\n"
        ]
      end

    [padding, formatter.(:extra_info, "mailbox:"), "\n", Enum.intersperse(shown, "\n")]
  end

  defp mailbox(_error, _width, _padding, _formatter), do: []
end
