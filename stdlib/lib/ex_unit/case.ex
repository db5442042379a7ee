defmodule ExUnit.Case do
  @moduledoc """
  Makes a module a module of tests.

      defmodule StackTest do
        use ExUnit.Case, async: true

        setup do
          {:ok, stack: [1, 2]}
        end

        test "the top is the first", %{stack: stack} do
          assert hd(stack) == 1
        end

        describe "an empty stack" do
          @tag :edge
          test "has no top" do
            assert_raise ArgumentError, fn -> hd([]) end
          end
        end
      end

  With `async: true` the module may run at the same time as other such modules; its own tests still run one after the
  other. Each test runs in a process of its own.

  ## Tags

  `@tag` marks the next test, `@describetag` all tests of a `describe` block, `@moduletag` all tests of a module: with a
  name, which stands for `name: true`, or with a keyword list. The test finds its tags in its context, and
  `:include`, `:exclude` (see `ExUnit.configure/1`) choose tests by them. Some mean something:

    * `:capture_log` - keep the test's log, and show it only if the test fails
    * `:skip` - do not run the test; the value may say why
    * `:timeout` - milliseconds that the test may take (60 000), or `:infinity`
    * `:tmp_dir` - make an empty directory for the test, whose path is in the context under this name

  The context also holds `:module`, `:file`, `:line`, `:test` (the name), `:async`, `:test_type`, `:describe`,
  `:describe_line` and `:registered`. A test without a body is not implemented, and fails.
  """

  @type env :: module | Macro.Env.t()

  @reserved [:module, :case, :file, :line, :test, :async, :registered, :describe]

  @doc false
  defmacro __using__(options) do
    quote do
      unless Process.whereis(ExUnit.Server) do
        raise "cannot use ExUnit.Case without starting the ExUnit application, " <>
                "please call ExUnit.start() or explicitly start the :ex_unit app"
      end

      unquote(__MODULE__).__register__(__MODULE__, unquote(options))
      use ExUnit.Callbacks

      import ExUnit.Callbacks
      import ExUnit.Assertions
      import ExUnit.Case, only: [describe: 2, test: 1, test: 2, test: 3]
      import ExUnit.DocTest
    end
  end

  @doc false
  def __register__(_module, options) when not is_list(options) do
    raise ArgumentError, "the argument passed to \"use ExUnit.Case\" must be a list of options, got: #{inspect(options)}"
  end

  def __register__(module, options) do
    registered? = Module.has_attribute?(module, :ex_unit_tests)

    unless registered? do
      tag_before? = Enum.any?([:moduletag, :describetag, :tag], &Module.has_attribute?(module, &1))

      if tag_before? do
        raise "you must set @tag, @describetag, and @moduletag after the call to \"use ExUnit.Case\""
      end

      for name <- [:ex_unit_tests, :tag, :describetag, :moduletag], do: accumulate(module, name)
      Module.register_attribute(module, :ex_unit_async, persist: true)

      for name <- [:ex_unit_registered_test_attributes, :ex_unit_registered_describe_attributes, :ex_unit_registered_module_attributes] do
        accumulate(module, name)
      end

      Module.put_attribute(module, :before_compile, __MODULE__)
      Module.put_attribute(module, :after_compile, __MODULE__)
    end

    # Of several uses the last that says anything counts.
    case Keyword.fetch(options, :async) do
      {:ok, async?} -> Module.put_attribute(module, :ex_unit_async, async?)
      :error -> unless registered?, do: Module.put_attribute(module, :ex_unit_async, false)
    end

    registered?
  end

  @doc false
  def __close_describe__(module) do
    for name <- module |> Module.get_attribute(:ex_unit_registered_describe_attributes) |> List.wrap() do
      Module.delete_attribute(module, name)
    end
  end

  defp accumulate(module, name), do: Module.register_attribute(module, name, accumulate: true)

  @doc """
  Defines a test, with a pattern for its context.
  """
  defmacro test(message, context \\ quote(do: _), contents) do
    if is_list(context) do
      IO.warn(~s(test context is always a map. The pattern "#{Macro.to_string(context)}" will never match), Macro.Env.stacktrace(__CALLER__))
    end

    contents =
      case contents do
        [do: block] ->
          quote do
            unquote(block)
            :ok
          end

        _ ->
          quote do
            try(unquote(contents))
            :ok
          end
      end

    quote bind_quoted: [
            context: Macro.escape(context),
            contents: Macro.escape(contents, unquote: true),
            message: message,
            file: __CALLER__.file,
            line: __CALLER__.line
          ] do
      name = ExUnit.Case.register_test(__MODULE__, file, line, :test, message, [])
      def unquote(name)(unquote(context)), do: unquote(contents)
    end
  end

  @doc """
  Defines a test that is yet to be written: it fails.
  """
  defmacro test(message) do
    contents = quote(do: ExUnit.Assertions.flunk("Not implemented"))

    quote bind_quoted: [message: message, contents: Macro.escape(contents)] do
      name = ExUnit.Case.register_test(__MODULE__, __ENV__.file, __ENV__.line, :test, message, [:not_implemented])
      def unquote(name)(_), do: unquote(contents)
    end
  end

  @doc """
  Groups tests: their names begin with the message, and `setup` inside applies to them only.

  Groups do not nest.
  """
  defmacro describe(message, do: block) do
    define =
      quote unquote: false do
        fn name, context, body -> def unquote(name)(unquote(context)), do: unquote(body) end
      end

    quote do
      ExUnit.Callbacks.__describe__(__MODULE__, __ENV__.line, unquote(message))

      try do
        unquote(block)
        # Here, for named setups may be what the block imports.
        ExUnit.Callbacks.__define_describe__(__MODULE__, unquote(define))
      after
        ExUnit.Callbacks.__close_describe__(__MODULE__)
        ExUnit.Case.__close_describe__(__MODULE__)
      end
    end
  end

  @doc false
  defmacro __before_compile__(env) do
    tests =
      env.module
      |> Module.get_attribute(:ex_unit_tests)
      |> Enum.reverse()

    quote do
      def __ex_unit__ do
        %ExUnit.TestModule{
          file: unquote(env.file),
          name: __MODULE__,
          tests: unquote(Macro.escape(tests))
        }
      end
    end
  end

  @doc false
  def __after_compile__(%{module: module}, _binary) do
    case module.__info__(:attributes)[:ex_unit_async] do
      [true] -> ExUnit.Server.add_async_module(module)
      _ -> ExUnit.Server.add_sync_module(module)
    end
  end

  @doc false
  def register_test(%{module: module, file: file, line: line}, test_type, name, tags) do
    register_test(module, file, line, test_type, name, tags)
  end

  @doc """
  Registers a function of the module as a test, for libraries that define kinds of tests.

  Returns the function's name, made of the type, the describe block and the name; the function takes the context.
  """
  @spec register_test(module, String.t(), non_neg_integer, atom, String.t(), [atom | keyword]) :: atom
  def register_test(module, file, line, test_type, name, tags) do
    unless Module.has_attribute?(module, :ex_unit_tests) do
      raise "cannot define #{test_type}. Please make sure you have invoked \"use ExUnit.Case\" in the current module"
    end

    tag = Module.delete_attribute(module, :tag) |> List.wrap()
    async = Module.get_attribute(module, :ex_unit_async)
    describetag = Module.get_attribute(module, :describetag) |> List.wrap()
    # A tag of the module is one of the tests that follow it.
    moduletag = Module.get_attribute(module, :moduletag) |> List.wrap()

    {name, describe, describe_line} =
      case Module.get_attribute(module, :ex_unit_describe) do
        {line, describe, _index, _outer} -> {test_name(test_type, describe, name), describe, line}
        _ -> {test_name(test_type, nil, name), nil, nil}
      end

    if Module.defines?(module, {name, 1}) do
      raise ExUnit.DuplicateTestError, ~s("#{name}" is already defined in #{inspect(module)})
    end

    registered =
      %{}
      |> collect(module, :ex_unit_registered_test_attributes, &take_attribute/2)
      |> collect(module, :ex_unit_registered_describe_attributes, &Module.get_attribute/2)
      |> collect(module, :ex_unit_registered_module_attributes, &Module.get_attribute/2)

    given =
      (tags ++ tag ++ describetag ++ moduletag)
      |> normalize_tags()
      |> check_tags()

    tags =
      Map.merge(given, %{
        line: line,
        file: file,
        registered: registered,
        async: async,
        describe: describe,
        describe_line: describe_line,
        test_type: test_type
      })

    test = %ExUnit.Test{name: name, case: module, module: module, tags: tags}
    Module.put_attribute(module, :ex_unit_tests, test)
    name
  end

  defp collect(registered, module, attribute, fetch) do
    for name <- module |> Module.get_attribute(attribute) |> List.wrap(), into: registered do
      {name, fetch.(module, name)}
    end
  end

  # An attribute of one test is empty again for the next; one that accumulates becomes an empty list by itself.
  defp take_attribute(module, name) do
    value = Module.get_attribute(module, name)
    Module.delete_attribute(module, name)
    value
  end

  defp test_name(test_type, describe, name) do
    text = if describe, do: "#{test_type} #{describe} #{name}", else: "#{test_type} #{name}"

    if String.length(text) > 255 or byte_size(text) > 1020 do
      raise SystemLimitError, """
      the computed name of a test (which includes its type, the name of its parent describe \
      block if present, and the test name itself) must be shorter than 255 characters, \
      got: #{inspect(text)}
      """
    end

    String.to_atom(text)
  end

  defp normalize_tags(tags) do
    Enum.reduce(Enum.reverse(tags), %{}, fn
      tag, all when is_atom(tag) -> Map.put(all, tag, true)
      tag, all when is_list(tag) -> Enum.into(tag, all)
      {name, value}, all when is_atom(name) -> Map.put(all, name, value)
    end)
  end

  defp check_tags(tags) do
    for name <- @reserved, Map.has_key?(tags, name) do
      raise "cannot set tag #{inspect(name)} because it is reserved by ExUnit"
    end

    tags
  end

  ## Attributes

  @doc """
  Has the value that an attribute has when a test is defined put into the test's context, under `:registered`.

  The attribute is emptied for the next test. Options as for `Module.register_attribute/3`.
  """
  @spec register_attribute(env, atom, keyword) :: :ok
  def register_attribute(env, name, options \\ [])
  def register_attribute(%{module: module}, name, options), do: register(:ex_unit_registered_test_attributes, module, name, options)
  def register_attribute(module, name, options) when is_atom(module), do: register(:ex_unit_registered_test_attributes, module, name, options)

  @doc "Does as `register_attribute/3`, but the attribute lasts for a `describe` block."
  @spec register_describe_attribute(env, atom, keyword) :: :ok
  def register_describe_attribute(env, name, options \\ [])
  def register_describe_attribute(%{module: module}, name, options), do: register(:ex_unit_registered_describe_attributes, module, name, options)

  def register_describe_attribute(module, name, options) when is_atom(module),
    do: register(:ex_unit_registered_describe_attributes, module, name, options)

  @doc "Does as `register_attribute/3`, but the attribute lasts for the module."
  @spec register_module_attribute(env, atom, keyword) :: :ok
  def register_module_attribute(env, name, options \\ [])
  def register_module_attribute(%{module: module}, name, options), do: register(:ex_unit_registered_module_attributes, module, name, options)

  def register_module_attribute(module, name, options) when is_atom(module),
    do: register(:ex_unit_registered_module_attributes, module, name, options)

  @kinds [:ex_unit_registered_test_attributes, :ex_unit_registered_describe_attributes, :ex_unit_registered_module_attributes]

  defp register(kind, module, name, options) when is_atom(name) and is_list(options) do
    taken? = Enum.any?(@kinds, &(name in List.wrap(Module.get_attribute(module, &1))))
    if taken?, do: raise(ArgumentError, "cannot register attribute #{inspect(name)} multiple times")
    if Module.has_attribute?(module, name), do: raise("you must set @#{name} after it has been registered")

    Module.register_attribute(module, name, options)
    Module.put_attribute(module, kind, name)
  end
end
