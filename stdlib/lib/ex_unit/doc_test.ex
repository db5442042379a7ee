defmodule ExUnit.DocTest do
  @moduledoc ~S"""
  Makes tests of the examples in documentation.

  An example starts with `iex>` and may go on with `...>`; what follows is its expected value, compared with `===`:

      iex> Enum.map([1, 2, 3], fn x ->
      ...>   x * 2
      ...> end)
      [2, 4, 6]

  Examples without a blank line between them are one test and share variables. A value that has no syntax is compared
  as `inspect/1` shows it, if that begins like `#Name<`. An exception is expected as

      iex> raise ArgumentError, "wrong"
      ** (ArgumentError) wrong

  with the whole message, up to the next blank line. An example without an expected value is just run. A line that starts with
  ```` ``` ```` ends an example.

      defmodule MyModuleTest do
        use ExUnit.Case, async: true
        doctest MyModule
      end
  """

  defmodule Error do
    @moduledoc "Raised when examples in documentation cannot be read."
    defexception [:message]
  end

  alias ExUnit.AssertionError

  ## Macros

  @doc """
  Makes tests of the examples in a module's documentation: its own, its functions', macros' and types'.

    * `:except` - leave out these functions: `[:moduledoc, name: arity]`
    * `:only` - only these
    * `:import` - whether the examples call the module's functions without its name (`false`)
    * `:tags` - tags of the tests

  """
  defmacro doctest(mod, opts \\ []) do
    required = if is_atom(Macro.expand(mod, __CALLER__)), do: [quote(do: require(unquote(mod)))], else: []

    tests =
      quote bind_quoted: [mod: mod, opts: opts] do
        env = __ENV__
        file = ExUnit.DocTest.__file__(mod)

        for {name, test, tags} <- ExUnit.DocTest.__doctests__(mod, opts) do
          @file file
          doc = ExUnit.Case.register_test(env, :doctest, name, tags)
          def unquote(doc)(_), do: unquote(test)
        end
      end

    {:__block__, [], required ++ [tests]}
  end

  @doc """
  Makes tests of the examples in a text file. Takes the option `:tags`.
  """
  defmacro doctest_file(file, opts \\ []) do
    quote bind_quoted: [file: file, opts: opts] do
      env = __ENV__
      path = Path.relative_to_cwd(file)
      @external_resource file

      for {name, test, tags} <- ExUnit.DocTest.__file_doctests__(file, opts) do
        @file "(for doctest at) " <> path
        doc = ExUnit.Case.register_test(env, :doctest, name, tags)
        def unquote(doc)(_), do: unquote(test)
      end
    end
  end

  @doc false
  def __file__(module), do: "(for doctest at) " <> source(module)

  defp source(module) do
    case module.module_info(:compile)[:source] do
      nil -> "nofile"
      source -> Path.relative_to_cwd(List.to_string(source))
    end
  end

  @doc false
  def __doctests__(module, opts) do
    opts = Keyword.validate!(opts, [:only, :except, :import, :tags])
    tags = List.wrap(opts[:tags])
    import = if opts[:import], do: [quote(do: import(unquote(module)))], else: []

    module
    |> documents()
    |> Enum.flat_map(fn {subject, line, doc} -> parse(doc, line, source(module), subject) end)
    |> filter(module, opts)
    |> Enum.with_index(1)
    |> Enum.map(fn {test, number} ->
      {name(module, test.subject) <> " (#{number})", code(test, module, import), tags}
    end)
  end

  @doc false
  def __file_doctests__(file, opts) do
    opts = Keyword.validate!(opts, [:tags])
    path = Path.relative_to_cwd(file)

    for {test, number} <- file |> File.read!() |> parse(1, path, path) |> Enum.with_index(1) do
      {"#{path} (#{number})", code(test, nil, []), List.wrap(opts[:tags])}
    end
  end

  defp name(module, :moduledoc), do: "module #{inspect(module)}"
  defp name(module, {name, arity}), do: "#{inspect(module)}.#{name}/#{arity}"

  ## Which examples

  defp filter(tests, module, opts) do
    for name <- [:except, :only], do: check_subjects(module, opts[name] || [])
    except = opts[:except] || []
    tests = Enum.reject(tests, &(&1.subject in except))

    case opts[:only] do
      nil -> tests
      only -> Enum.reduce(only, [], fn subject, chosen -> Enum.reverse(Enum.filter(tests, &(&1.subject == subject))) ++ chosen end)
    end
  end

  defp check_subjects(module, subjects) do
    missing = Enum.reject(subjects, &subject?(module, &1))

    if missing != [] do
      functions = if match?([_], missing), do: "function", else: "functions"
      list = Enum.map_join(missing, "\n", fn {name, arity} -> "    #{inspect(module)}.#{name}/#{arity}" end)
      raise Error, "#{source(module)}: undefined or private #{functions} given to doctest:\n\n#{list}\n\n"
    end
  end

  defp subject?(_module, :moduledoc), do: true

  defp subject?(module, {name, arity}) do
    function_exported?(module, name, arity) or macro_exported?(module, name, arity) or type?(module, name, arity)
  end

  defp type?(module, name, arity) do
    case Code.fetch_docs(module) do
      {:docs_v1, _, _, _, _, _, docs} -> Enum.any?(docs, &match?({{:type, ^name, ^arity}, _, _, _, _}, &1))
      _ -> false
    end
  end

  # What the module says of itself and of all that it defines: {subject, line of the first line, text}.
  defp documents(module) do
    case Code.fetch_docs(module) do
      {:docs_v1, annotation, _, _, moduledoc, _, docs} ->
        own(moduledoc, annotation) ++ Enum.flat_map(docs, &document/1)

      {:error, reason} ->
        raise Error, "#{source(module)}: could not retrieve the documentation for module #{inspect(module)}. " <> explain(reason)
    end
  end

  defp explain(:chunk_not_found), do: "The module was not compiled with documentation"
  defp explain(_), do: "The BEAM file of the module cannot be accessed"

  defp own(%{"en" => text}, annotation), do: [{:moduledoc, line(annotation) + 1, text}]
  defp own(_, _annotation), do: []

  defp document({{kind, name, arity}, annotation, _, %{"en" => text}, _}) when kind in [:function, :macro, :type, :opaque] do
    [{{name, arity}, line(annotation) + 1, text}]
  end

  defp document(_), do: []

  defp line(annotation) when is_integer(annotation), do: annotation
  defp line(annotation), do: :erl_anno.line(annotation)

  ## Reading examples
  #
  # A test is a run of examples without a blank line: %{subject, line, exprs: [example]}. An example has the lines of its
  # code and those of what is expected; examples before it that expect nothing belong to it.

  @fences ["```", "~~~"]
  @prompt ~r/^(iex|\.\.\.)(\(\d+\))?>( |$)?/

  defp parse(text, first_line, file, subject) do
    text
    |> String.split(["\r\n", "\n"])
    |> Enum.with_index(first_line)
    |> tests(%{file: file, indent: 0, fence: nil}, [])
    |> Enum.map(fn {line, examples} -> %{subject: subject, line: line, file: file, examples: examples} end)
  end

  # Between tests: everything but a prompt is prose.
  defp tests([], _place, found), do: Enum.reverse(found)

  defp tests([{text, line} | rest] = lines, place, found) do
    stripped = String.trim_leading(text)
    indent = byte_size(text) - byte_size(stripped)

    cond do
      String.starts_with?(stripped, ["iex>", "iex("]) ->
        {examples, rest} = examples(lines, %{place | indent: indent}, [])
        tests(rest, place, [{line, examples} | found])

      String.starts_with?(stripped, @fences) ->
        tests(rest, %{place | fence: indent}, found)

      true ->
        tests(rest, place, found)
    end
  end

  defp examples([{text, line} | rest] = lines, place, found) do
    if ends?(text, place) do
      {Enum.reverse(found), lines}
    else
      case prompt(unindented!(text, line, place), line, place.file) do
        {:first, code} ->
          {code, rest} = continued(rest, place, [code])
          {expected, rest} = expected(rest, place, [], true)
          examples(rest, place, [%{line: line, code: code, expected: expected} | found])

        _ ->
          {Enum.reverse(found), lines}
      end
    end
  end

  defp examples([], _place, found), do: {Enum.reverse(found), []}

  defp continued([{text, line} | rest] = lines, place, code) do
    with false <- ends?(text, place),
         {:more, more} <- prompt(unindented!(text, line, place), line, place.file) do
      continued(rest, place, [more | code])
    else
      _ -> {Enum.reverse(code), lines}
    end
  end

  defp continued([], _place, code), do: {Enum.reverse(code), []}

  defp expected([{text, line} | rest] = lines, place, found, first?) do
    cond do
      ends?(text, place) ->
        {Enum.reverse(found), lines}

      first? and prompt(unindented!(text, line, place), line, place.file) == nil ->
        expected(rest, place, [unindented!(text, line, place, true) | found], false)

      first? ->
        {[], lines}

      prompt?(text) ->
        _ = unindented!(text, line, place, true)
        {Enum.reverse(found), lines}

      # A line that is not as deep as the test ends it as an empty one does.
      String.trim(elem(split_indent(text, place.indent), 0)) != "" ->
        {Enum.reverse(found), [{"", line} | rest]}

      true ->
        expected(rest, place, [elem(split_indent(text, place.indent), 1) | found], false)
    end
  end

  defp expected([], _place, found, _first?), do: {Enum.reverse(found), []}

  # A fence ends a test when it stands where the test does, or where the fence before the test stood.
  defp ends?(text, %{indent: indent, fence: fence}) do
    stripped = String.trim_leading(text)
    at = byte_size(text) - byte_size(stripped)
    stripped == "" or (String.starts_with?(stripped, @fences) and (at == indent or (at == fence and at < indent)))
  end

  defp prompt?(text), do: text |> String.trim_leading() |> String.starts_with?(["iex>", "iex(", "...>", "...("])

  defp prompt(text, line, file) do
    case Regex.run(@prompt, text, return: :index) do
      [{0, size} | _] ->
        code = binary_part(text, size, byte_size(text) - size)
        if String.starts_with?(text, "iex"), do: {:first, code}, else: {:more, code}

      nil ->
        if String.starts_with?(text, "iex(") do
          raise Error, "#{file}:#{line}: unknown IEx prompt: #{inspect(text)}.\nAccepted formats are: iex>, iex(1)>, ...>, ...(1)>}"
        end
    end
  end

  # Lines of a test are indented as its first prompt is; what is expected may go on deeper. A fence that ends nothing is text.
  defp unindented!(text, line, %{indent: indent, file: file}, exact? \\ false) do
    {space, rest} = split_indent(text, indent)
    fence? = text |> String.trim_leading() |> String.starts_with?(@fences)

    if not fence? and (String.trim(space) != "" or byte_size(space) < indent or (exact? and String.starts_with?(rest, [" ", "\t"]))) do
      raise Error, """
      #{file}:#{line}: indentation level mismatch on doctest line: #{inspect(text)}

      If you are planning to assert on the result of an `iex>` expression, \
      make sure the result is indented at the beginning of `iex>`, which \
      in this case is exactly #{indent} #{if indent == 1, do: "space", else: "spaces"}.

      If instead you have an `iex>` expression that spans over multiple lines, \
      please make sure that each line after the first one begins with `...>`.
      """
    else
      rest
    end
  end

  defp split_indent(text, indent) do
    size = min(indent, byte_size(text))
    {binary_part(text, 0, size), binary_part(text, size, byte_size(text) - size)}
  end

  ## Code of a test

  defp code(test, module, import) do
    location = [file: String.to_charlist(test.file), line: test.line]
    stack = Macro.escape([{module || ExUnit.DocTest, :__MODULE__, 0, location}])

    if Enum.count(test.examples, &match?(["** (" <> _ | _], &1.expected)) > 1, do: several_exceptions!()

    # Lines are counted from the line of the test for all that leads to something expected.
    {examples, _rest} =
      Enum.map_reduce(test.examples, {[], nil}, fn example, {shown, first} ->
        shown = shown ++ show_code(example.code)
        first = first || example.line
        step = step(%{example | line: test.line + example.line - first}, shown, test.file, stack)

        case example.expected do
          [] -> {step, {shown, first}}
          _ -> {step, {[], nil}}
        end
      end)

    {:__block__, [], import ++ examples ++ [:ok]}
  end

  defp show_code([first | more]), do: ["iex> " <> first | Enum.map(more, &String.trim_trailing("...> " <> &1))]

  defp step(example, shown, file, stack) do
    text = Enum.map_join(example.code, "\n", &(" " <> &1))
    expression = parse_code!(text, file, example.line)
    check(expression, example, kind(example.expected), shown, file, stack)
  rescue
    error in Error ->
      reraise(error, __STACKTRACE__)

    error ->
      message = "Doctest did not compile, got: (#{inspect(error.__struct__)}) #{Exception.message(error)}" <> opaque_hint(example.expected)
      text = shown ++ example.expected
      if Enum.all?(text, &String.valid?/1), do: fail(message, text, stack), else: fail(message, stack)
  end

  defp opaque_hint(expected) do
    if Enum.any?(expected, &(&1 =~ ~r/#[A-Z][\w\.]*</)) do
      "\nIf you are planning to assert on the result of an iex> expression which contains a value inspected as #Name<...>, " <>
        "please make sure the inspected value is placed at the beginning of the expression; " <>
        "otherwise Elixir will treat it as a comment due to the leading sign #."
    else
      ""
    end
  end

  defp parse_code!(text, file, line), do: text |> String.to_charlist() |> Code.string_to_quoted!(file: file, line: line)

  defp kind([]), do: :nothing

  defp kind([first | more] = lines) do
    text = Enum.join(lines, "\n")

    with "** (" <> rest <- first,
         [name, message] <- String.split(rest, ")", parts: 2) do
      if Enum.any?(more, &String.starts_with?(&1, "** (")), do: several_exceptions!()

      message = [String.trim_leading(message) | more] |> Enum.join("\n")
      {:error, Module.concat([name]), message}
    else
      _ -> if text =~ ~r/^#[A-Z][\w\.]*</, do: {:inspect, text}, else: {:value, text}
    end
  end

  defp several_exceptions! do
    raise Error,
          "multiple exceptions in the same doctest example are not supported, please separate " <>
            "your iex> prompts by multiple newlines to start new examples"
  end

  defp check({:=, _, [_, _]} = expression, example, :nothing, _shown, _file, _stack) do
    quote(line: example.line, do: ExUnit.DocTest.__assert__(unquote(expression)))
  end

  defp check(expression, _example, :nothing, _shown, _file, _stack), do: expression

  defp check(expression, example, {:value, text}, shown, file, stack) do
    expected = parse_code!(text, file, example.line)
    compare(expression, expected, last(expression) <> " === " <> text, shown ++ example.expected, stack)
  end

  defp check(expression, _example, {:inspect, text}, shown, _file, stack) do
    code = "inspect(#{last(expression)}) === #{inspect(text)}"
    shown = show(shown ++ [inspect(text)])
    inspected = quote(do: ExUnit.DocTest.__inspected__(unquote(expression), unquote(code), unquote(shown), unquote(stack)))
    quote(do: ExUnit.DocTest.__compare__(unquote(inspected), unquote(text), unquote(code), unquote(shown), unquote(stack)))
  end

  defp check(expression, _example, {:error, exception, message}, shown, _file, stack) do
    text = show(shown ++ ["** (#{inspect(exception)}) #{inspect(message)}"])

    quote do
      try do
        unquote(expression)
      rescue
        error -> ExUnit.DocTest.__error__(error, unquote(exception), unquote(message), unquote(text), unquote(stack))
      else
        _ ->
          ExUnit.DocTest.__fail__(
            unquote("Doctest failed: expected exception #{inspect(exception)} but nothing was raised"),
            unquote(text),
            unquote(stack)
          )
      end
    end
  end

  # Of several expressions in a line it is the last that is compared.
  defp last({:__block__, _, [_ | _] = expressions}), do: expressions |> List.last() |> Macro.to_string()
  defp last(expression), do: Macro.to_string(expression)

  defp compare(expression, expected, code, shown, stack) do
    quote do
      ExUnit.DocTest.__compare__(unquote(expression), unquote(expected), unquote(code), unquote(show(shown)), unquote(stack))
    end
  end

  defp fail(message, shown, stack) do
    quote(do: ExUnit.DocTest.__fail__(unquote(message), unquote(show(shown)), unquote(stack)))
  end

  defp fail(message, stack) do
    quote(do: ExUnit.DocTest.__fail__(unquote(message), ExUnit.AssertionError.no_value(), unquote(stack)))
  end

  defp show(lines), do: "\n" <> Enum.join(lines, "\n")

  ## Called by the tests

  @doc false
  # An example that only matches fails as an assertion does.
  defmacro __assert__({:=, _, [_, _]} = expression) do
    ExUnit.Assertions.__match__(expression, Macro.escape(expression, prune_metadata: true), false, __CALLER__)
  end

  @doc false
  def __compare__(value, expected, _code, _text, _stack) when value === expected, do: :ok

  def __compare__(value, expected, code, text, stack) do
    reraise(
      AssertionError.exception(doctest: text, expr: code, left: value, right: expected, message: "Doctest failed"),
      stack
    )
  end

  @doc false
  def __inspected__(value, code, text, stack) do
    inspect(value, safe: false)
  rescue
    error in Inspect.Error ->
      own = Enum.take_while(__STACKTRACE__, &(elem(&1, 0) != ExUnit.DocTest))
      reraise(AssertionError.exception(doctest: text, expr: code, message: Exception.message(error)), own ++ stack)
  end

  @doc false
  def __error__(error, exception, message, text, stack) do
    actual = Exception.message(error)

    cond do
      error.__struct__ != exception ->
        __fail__(
          "Doctest failed: expected exception #{inspect(exception)} but got " <>
            "#{inspect(error.__struct__)} with message #{inspect(actual)}",
          text,
          stack
        )

      actual != message ->
        __fail__(
          "Doctest failed: wrong message for #{inspect(exception)}\nexpected:\n  #{inspect(message)}\nactual:\n  #{inspect(actual)}",
          text,
          stack
        )

      true ->
        :ok
    end
  end

  @doc false
  def __fail__(message, text, stack), do: reraise(AssertionError.exception(message: message, doctest: text), stack)
end
