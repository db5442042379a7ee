defmodule ExUnit.AssertionError do
  @moduledoc """
  Raised by an assertion that fails, with what is known about it: `:message`, `:left`, `:right`, `:expr`, `:args`, `:doctest`.

  A field without a value holds `no_value/0`.
  """

  @no_value :ex_unit_no_meaningful_value

  defexception left: @no_value,
               right: @no_value,
               message: @no_value,
               expr: @no_value,
               args: @no_value,
               doctest: @no_value,
               context: :==

  @doc "Returns the value of fields that say nothing."
  @spec no_value :: atom
  def no_value, do: @no_value

  @impl true
  def message(exception), do: "\n\n" <> ExUnit.Formatter.format_assertion_error(exception)
end

defmodule ExUnit.Assertions do
  @moduledoc """
  What tests may claim. A claim that does not hold raises `ExUnit.AssertionError`, which shows the code and the values.

  `use ExUnit.Case` imports them.
  """

  @operators [:==, :<, :>, :<=, :>=, :===, :=~, :!==, :!=, :in]

  ## assert and refute

  @doc """
  Asserts that an expression is truthy, and returns its value.

  Comparisons show both sides when they fail. `assert pattern = expression` asserts that the value matches, is itself
  truthy, and binds the pattern's variables; `assert match?(pattern, expression)` binds nothing. The arguments of
  a call are shown.

  ## Examples

      iex> assert 1 + 1 == 2
      true
      iex> assert {:ok, value} = Map.fetch(%{a: 1}, :a)
      iex> value
      1

  """
  defmacro assert({:=, meta, [_, _]} = assertion) do
    __match__(assertion, escaped(:assert, meta, assertion), true, __CALLER__)
  end

  defmacro assert({:match?, meta, [left, right]} = assertion) do
    code = escaped(:assert, meta, assertion)
    pattern = __expand_pattern__(left, __CALLER__)
    pins = pattern_pins(__expanded__(pattern), __CALLER__)

    quote generated: true do
      right = unquote(right)

      unless match?(unquote(left), right) do
        raise ExUnit.AssertionError,
          left: unquote(Macro.escape(pattern)),
          right: right,
          expr: unquote(code),
          message: "match (match?) failed" <> ExUnit.Assertions.__pins__(unquote(pins)),
          context: {:match, unquote(pins)}
      end

      true
    end
  end

  defmacro assert({operator, meta, [_, _]} = assertion) when operator in @operators do
    if kernel?(operator, __CALLER__), do: compare(:assert, assertion, escaped(:assert, meta, assertion)), else: truthy(assertion, __CALLER__)
  end

  defmacro assert(assertion), do: truthy(assertion, __CALLER__)

  defp truthy(assertion, caller) do
    code = escaped(:assert, [], assertion)
    {args, value} = with_arguments(assertion, caller)

    quote generated: true do
      value = unquote(value)

      if value do
        value
      else
        raise ExUnit.AssertionError,
          args: unquote(args),
          expr: unquote(code),
          message: "Expected truthy, got #{inspect(value)}"
      end
    end
  end

  @doc """
  Asserts that an expression is falsy, and returns its value.

  ## Examples

      iex> refute 1 > 2
      false
      iex> refute match?({:ok, _}, :error)
      false

  """
  defmacro refute({:match?, meta, [left, right]} = assertion) do
    code = escaped(:refute, meta, assertion)
    pattern = __expand_pattern__(left, __CALLER__)
    pins = pattern_pins(__expanded__(pattern), __CALLER__)

    quote generated: true do
      right = unquote(right)

      if match?(unquote(left), right) do
        raise ExUnit.AssertionError,
          left: unquote(Macro.escape(pattern)),
          right: right,
          expr: unquote(code),
          message: "match (match?) succeeded, but should have failed" <> ExUnit.Assertions.__pins__(unquote(pins)),
          context: {:match, unquote(pins)}
      end

      false
    end
  end

  defmacro refute({operator, meta, [_, _]} = assertion) when operator in @operators do
    if kernel?(operator, __CALLER__), do: compare(:refute, assertion, escaped(:refute, meta, assertion)), else: falsy(assertion, __CALLER__)
  end

  defmacro refute(assertion), do: falsy(assertion, __CALLER__)

  defp falsy(assertion, caller) do
    code = escaped(:refute, [], assertion)
    {args, value} = with_arguments(assertion, caller)

    quote generated: true do
      value = unquote(value)

      if value do
        raise ExUnit.AssertionError,
          args: unquote(args),
          expr: unquote(code),
          message: "Expected false or nil, got #{inspect(value)}"
      else
        value
      end
    end
  end

  # An operator that is not Kernel's may be a macro, which wants to see its operands.
  defp kernel?(operator, caller) do
    imports = caller.functions ++ caller.macros
    own? = caller.module != nil and caller.function != nil and Module.open?(caller.module) and Module.defines?(caller.module, {operator, 2})
    not own? and Enum.any?(imports, fn {module, names} -> module == Kernel and {operator, 2} in names end)
  end

  # Two sides that are the same say it once, where it is their being the same that fails the assertion.
  defp compare(kind, {operator, meta, [left, right]}, code) do
    call = {operator, meta, [Macro.var(:left, __MODULE__), Macro.var(:right, __MODULE__)]}

    {call, same_fails?, title} =
      case kind do
        :assert -> {call, operator in [:<, :>, :!=, :!==], "Assertion"}
        :refute -> {{:not, [], [call]}, operator in [:<=, :>=, :==, :===, :=~], "Refute"}
      end

    message = "#{title} with #{operator} failed"
    result = kind == :assert
    # Sides that differ are compared as `==` does, unless it is their being the same that was asked for.
    context = if operator == :===, do: :===, else: :==

    same =
      quote generated: true do
        [left: left, message: unquote(message <> ", both sides are exactly equal"), expr: unquote(code)]
      end

    other = quote generated: true, do: [left: left, right: right, message: unquote(message), expr: unquote(code), context: unquote(context)]

    # An assertion that ends a helper is the helper's last call: the trace goes on with who called the helper.
    fail = fn options ->
      if kind == :assert,
        do: quote(generated: true, do: ExUnit.Assertions.assert(false, unquote(options))),
        else: quote(generated: true, do: raise(ExUnit.AssertionError, unquote(options)))
    end

    quote generated: true do
      left = unquote(left)
      right = unquote(right)

      if unquote(same_fails?) and ExUnit.Assertions.__equal__?(left, right) do
        unquote(fail.(same))
      else
        if unquote(call), do: unquote(result), else: unquote(fail.(other))
      end
    end
  end

  @doc false
  # Code that matches, binds the pattern's variables and returns the value, which is truthy if `truthy?` asks for it.
  def __match__({:=, _, [left, right]}, code, truthy?, caller) do
    shown = __expand_pattern__(left, caller)
    pattern = __expanded__(shown)
    vars = pattern_vars(pattern)
    pins = pattern_pins(pattern, caller)
    bound = {:{}, [], vars}

    check =
      if truthy? do
        quote generated: true do
          if right do
            unquote(bound)
          else
            raise ExUnit.AssertionError, expr: expr, message: "Expected truthy, got #{inspect(right)}"
          end
        end
      else
        bound
      end

    quote generated: true do
      right = unquote(right)
      expr = unquote(code)

      unquote(bound) =
        case right do
          unquote(generated(pattern)) ->
            unquote(check)

          _ ->
            raise ExUnit.AssertionError,
              left: unquote(Macro.escape(shown)),
              right: right,
              expr: expr,
              message: "match (=) failed" <> ExUnit.Assertions.__pins__(unquote(pins)),
              context: {:match, unquote(pins)}
        end

      right
    end
  end

  @doc false
  def __equal__?(left, right), do: left === right

  # The arguments of a plain call go to variables, so that they can be shown; macros and literals have none to show.
  defp with_arguments({root, meta, [_ | _] = args} = call, env) do
    reserved? = is_atom(root) and (Macro.special_form?(root, length(args)) or Macro.operator?(root, length(args)))

    if not reserved? and not Enum.all?(args, &Macro.quoted_literal?/1) and Macro.expand_once(call, env) == call do
      vars = for number <- 1..length(args), do: Macro.var(:"arg#{number}", __MODULE__)

      value =
        quote do
          {unquote_splicing(vars)} = {unquote_splicing(args)}
          unquote({root, meta, vars})
        end

      {vars, value}
    else
      {ExUnit.AssertionError.no_value(), call}
    end
  end

  defp with_arguments(other, _env), do: {ExUnit.AssertionError.no_value(), other}

  defp escaped(kind, meta, expression), do: Macro.escape({kind, meta, [expression]}, prune_metadata: true)

  @doc """
  Asserts that a value is truthy; fails with the message otherwise.

  ## Examples

      iex> assert 2 > 1, "two is more than one"
      true

  """
  @spec assert(term, String.t()) :: true
  def assert(value, message) when is_binary(message), do: assert(value, message: message)

  @doc false
  def assert(value, options) when is_list(options) do
    if value, do: true, else: raise(ExUnit.AssertionError, options)
  end

  @doc """
  Asserts that a value is falsy; fails with the message otherwise.

  ## Examples

      iex> refute false, "never"
      false

  """
  @spec refute(term, String.t()) :: false
  def refute(value, message) when is_binary(message), do: not assert(!value, message: message)

  ## Patterns

  @doc false
  # A pattern as it is written, but with aliases and attributes replaced; what is a macro call has under `:expanded` in its metadata
  # what it stands for, expanded likewise.
  def __expand_pattern__({:when, meta, [left, right]}, caller) do
    left = expand_pattern(left, Macro.Env.to_match(caller))
    right = expand_pattern(right, %{caller | context: :guard})
    {:when, meta, [left, right]}
  end

  def __expand_pattern__(expression, caller), do: expand_pattern(expression, Macro.Env.to_match(caller))

  defp expand_pattern({:quote, _, _} = expression, _caller), do: expression
  # A pinned variable is not part of the pattern, and the text of an interpolation no pattern; the compiler says so better.
  defp expand_pattern({:^, _, _} = expression, _caller), do: expression
  defp expand_pattern({:"::", _, [{{:., _, _}, _, _}, _]} = expression, _caller), do: expression
  defp expand_pattern({:"::", meta, [left, right]}, caller), do: {:"::", meta, [expand_pattern(left, caller), right]}
  defp expand_pattern({:__aliases__, _, _} = expression, caller), do: Macro.expand(expression, caller)
  defp expand_pattern({:@, _, [_]} = expression, caller), do: expression |> Macro.expand(caller) |> expand_pattern(caller)

  defp expand_pattern({left, meta, right} = expression, caller) do
    case Macro.expand_once(expression, caller) do
      ^expression -> {expand_pattern(left, caller), meta, expand_pattern(right, caller)}
      expanded -> {left, [expanded: expand_pattern(expanded, caller)] ++ meta, expand_pattern(right, caller)}
    end
  end

  defp expand_pattern({left, right}, caller), do: {expand_pattern(left, caller), expand_pattern(right, caller)}
  defp expand_pattern(list, caller) when is_list(list), do: Enum.map(list, &expand_pattern(&1, caller))
  defp expand_pattern(other, _caller), do: other

  @doc false
  # A pattern of `__expand_pattern__/2` with what its macro calls stand for.
  def __expanded__({left, meta, right}) do
    case List.keyfind(meta, :expanded, 0) do
      {_, expanded} -> __expanded__(expanded)
      nil -> {__expanded__(left), meta, __expanded__(right)}
    end
  end

  def __expanded__({left, right}), do: {__expanded__(left), __expanded__(right)}
  def __expanded__(list) when is_list(list), do: Enum.map(list, &__expanded__/1)
  def __expanded__(other), do: other

  # The variables that a pattern binds, as often as it names them: those that it names twice are used by it, and are not
  # warned of where the values of all are matched again. What a guard, a pin or a size names is bound elsewhere.
  defp pattern_vars({:when, _, [left, _]}), do: pattern_vars(left)

  defp pattern_vars(pattern) do
    pattern |> collect_vars([]) |> Enum.reverse()
  end

  defp collect_vars({:^, _, _}, vars), do: vars
  defp collect_vars({:"::", _, [left, _]}, vars), do: collect_vars(left, vars)
  defp collect_vars({skip, _, [_]}, vars) when skip in [:@, :quote], do: vars
  defp collect_vars({skip, _, [_, _]}, vars) when skip in [:quote], do: vars
  defp collect_vars({:_, _, context}, vars) when is_atom(context), do: vars
  defp collect_vars({name, _, context}, vars) when name in [:__MODULE__, :__ENV__, :__STACKTRACE__, :__DIR__] and is_atom(context), do: vars
  defp collect_vars({name, meta, context}, vars) when is_atom(name) and is_atom(context), do: [{name, meta, context} | vars]
  defp collect_vars({left, _, right}, vars), do: collect_vars(right, collect_vars(left, vars))
  defp collect_vars({left, right}, vars), do: collect_vars(right, collect_vars(left, vars))
  defp collect_vars(list, vars) when is_list(list), do: Enum.reduce(list, vars, &collect_vars/2)
  defp collect_vars(_other, vars), do: vars

  # Code of a list of what the pattern's pins name, in order: {{name, context}, value}.
  defp pattern_pins(pattern, caller) do
    known = Macro.Env.vars(caller)

    {_, pins} =
      Macro.prewalk(pattern, [], fn
        {:^, _, [{name, _, context} = var]}, pins when is_atom(name) and is_atom(context) ->
          key = {name, context}
          pins = if key in known or known == [], do: [{key, var} | pins], else: pins
          {:ok, pins}

        node, pins ->
          {node, pins}
      end)

    pins |> Enum.uniq_by(&elem(&1, 0)) |> Enum.sort_by(&elem(&1, 0))
  end

  @doc false
  def __pins__([]), do: ""

  def __pins__(pins) do
    lines = pins |> Enum.reverse() |> Enum.map_join("\n", fn {{name, _context}, value} -> "  #{name} = #{inspect(value)}" end)
    "\nThe following variables were pinned:\n" <> lines
  end

  ## Messages

  @doc """
  Asserts that a message which matches the pattern is in the mailbox, or arrives within `timeout` milliseconds.

  Binds the pattern's variables and returns the message. The timeout's default is `:assert_receive_timeout` of
  `ExUnit.configure/1`.
  """
  defmacro assert_receive(pattern, timeout \\ nil, failure_message \\ nil) do
    await(:assert_receive, pattern, timeout, failure_message, __CALLER__)
  end

  @doc """
  Asserts that a message which matches the pattern is in the mailbox. Binds the pattern's variables and returns the message.
  """
  defmacro assert_received(pattern, failure_message \\ nil) do
    await(:assert_received, pattern, 0, failure_message, __CALLER__)
  end

  defp await(name, pattern, timeout, failure_message, caller) do
    code = escaped(name, [], pattern)
    shown = __expand_pattern__(pattern, caller)
    expanded = __expanded__(shown)
    vars = pattern_vars(expanded)
    pins = pattern_pins(expanded, caller)
    bound = {:{}, [], vars}

    {clause, guarded} =
      case generated(expanded) do
        {:when, meta, [left, guard]} -> {{:when, meta, [quote(do: unquote(left) = received), guard]}, pattern_vars(guard)}
        left -> {quote(do: unquote(left) = received), []}
      end

    quote generated: true do
      timeout = ExUnit.Assertions.__timeout__(unquote(timeout), :assert_receive_timeout)

      {received, unquote(bound)} =
        receive do
          unquote(clause) -> {received, unquote(bound)}
        after
          timeout ->
            ExUnit.Assertions.__not_received__(
              %{
                timeout: timeout,
                pattern: unquote(Macro.escape(shown)),
                expr: unquote(code),
                pins: unquote(pins),
                message: unquote(failure_message)
              },
              &match?(unquote(generated(pattern)), &1)
            )
        end

      # What a guard looks at is used.
      _ = {unquote_splicing(guarded)}
      received
    end
  end

  # Variables of a pattern that also stand elsewhere are not used twice, and may have names that say they are not used.
  defp generated(pattern) do
    Macro.prewalk(pattern, fn
      {name, meta, context} when is_atom(name) and is_atom(context) -> {name, [generated: true] ++ meta, context}
      node -> node
    end)
  end

  @doc false
  def __timeout__(nil, key), do: Application.fetch_env!(:ex_unit, key)
  def __timeout__(timeout, _key) when is_integer(timeout) and timeout >= 0, do: timeout

  def __timeout__(timeout, _key) do
    raise ArgumentError, "timeout must be a non-negative integer, got: #{inspect(timeout)}"
  end

  @shown_messages 10

  @doc false
  @spec __not_received__(map, (term -> boolean)) :: no_return
  def __not_received__(%{message: message}, _matches?) when is_binary(message), do: flunk(message)

  def __not_received__(%{timeout: timeout} = claim, matches?) do
    {:messages, messages} = Process.info(self(), :messages)

    if Enum.any?(messages, matches?) do
      flunk("""
      Found message matching #{Macro.to_string(claim.pattern)} after #{timeout}ms.

      This means the message was delivered too close to the timeout value, you may want to either:

        1. Give an increased timeout to `assert_receive/2`
        2. Increase the default timeout to all `assert_receive` in your
           test_helper.exs by setting ExUnit.configure(assert_receive_timeout: ...)
      """)
    else
      shown = Enum.take(messages, -@shown_messages)

      raise ExUnit.AssertionError,
        left: claim.pattern,
        expr: claim.expr,
        message: "Assertion failed, no matching message after #{timeout}ms" <> __pins__(claim.pins) <> mailbox(length(messages), length(shown)),
        context: {:mailbox, claim.pins, shown}
    end
  end

  defp mailbox(0, 0), do: "\nThe process mailbox is empty."
  defp mailbox(count, shown), do: "\nShowing #{shown} of #{count} #{if count == 1, do: "message", else: "messages"} in the mailbox"

  @doc """
  Asserts that no message which matches the pattern is in the mailbox, and none arrives within `timeout` milliseconds.

  The timeout's default is `:refute_receive_timeout` of `ExUnit.configure/1`.
  """
  defmacro refute_receive(pattern, timeout \\ nil, failure_message \\ nil) do
    await_not(pattern, timeout, failure_message)
  end

  @doc "Asserts that no message which matches the pattern is in the mailbox."
  defmacro refute_received(pattern, failure_message \\ nil), do: await_not(pattern, 0, failure_message)

  defp await_not(pattern, timeout, failure_message) do
    text = Macro.to_string(pattern)

    # The pattern may have guards, and names variables that nobody reads.
    clause =
      case pattern do
        {:when, meta, [left, guard]} -> {:when, meta, [quote(do: unquote(left) = actual), guard]}
        left -> quote(do: unquote(left) = actual)
      end

    quote generated: true do
      timeout = ExUnit.Assertions.__timeout__(unquote(timeout), :refute_receive_timeout)

      receive do
        unquote(clause) ->
          flunk(unquote(failure_message) || "Unexpectedly received message #{inspect(actual)} (which matched #{unquote(text)})")
      after
        timeout -> false
      end
    end
  end

  ## Exceptions

  @doc """
  Asserts that the function raises the exception with the message: a text that it equals or a regular expression that it matches.

  Returns the exception.

  ## Examples

      iex> assert_raise(ArithmeticError, "bad argument in arithmetic expression", fn -> 1 + Process.get(:nothing) end).__struct__
      ArithmeticError

  """
  @spec assert_raise(module, Regex.t() | binary, (() -> term)) :: Exception.t()
  def assert_raise(exception, message, function) when is_function(function) do
    error = assert_raise(exception, function)
    actual = Exception.message(error)

    matches? =
      cond do
        is_binary(message) -> actual == message
        is_struct(message, Regex) -> Regex.match?(message, actual)
      end

    unless matches? do
      flunk("""
      Wrong message for #{inspect(exception)}
      expected:
        #{inspect(message)}
      actual:
        #{inspect(actual)}\
      """)
    end

    error
  end

  @doc """
  Asserts that the function raises the exception, and returns it.

  ## Examples

      iex> assert_raise(KeyError, fn -> Map.fetch!(%{}, :a) end).key
      :a

  """
  @spec assert_raise(module, (() -> term)) :: Exception.t()
  def assert_raise(exception, function) when is_function(function) do
    try do
      function.()
    rescue
      error -> raised(error, exception, __STACKTRACE__)
    else
      _ -> flunk("Expected exception #{inspect(exception)} but nothing was raised")
    end
  end

  defp raised(%name{} = error, name, stacktrace) do
    check_message(name, error, stacktrace)
    error
  end

  defp raised(%ExUnit.AssertionError{} = error, _exception, stacktrace), do: reraise(error, stacktrace)

  defp raised(%name{} = error, exception, stacktrace) do
    message = "Expected exception #{inspect(exception)} but got #{inspect(name)} (#{Exception.message(error)})"
    reraise(ExUnit.AssertionError, [message: message], stacktrace)
  end

  defp check_message(module, error, stacktrace) do
    module.message(error)
  catch
    kind, reason ->
      message =
        "Got exception #{inspect(module)} but it failed to produce a message with:\n\n" <>
          Exception.format(kind, reason, __STACKTRACE__)

      reraise(ExUnit.AssertionError, [message: message], stacktrace)
  end

  @doc """
  Asserts that an expression throws, and returns what it throws.

  ## Examples

      iex> catch_throw(throw(1))
      1

  """
  defmacro catch_throw(expression), do: caught(:throw, expression)

  @doc """
  Asserts that an expression exits, and returns the reason.

  ## Examples

      iex> catch_exit(exit(:bye))
      :bye

  """
  defmacro catch_exit(expression), do: caught(:exit, expression)

  @doc """
  Asserts that an expression raises an error, and returns the error.

  ## Examples

      iex> catch_error(:erlang.error(:wrong))
      :wrong

  """
  defmacro catch_error(expression), do: caught(:error, expression)

  defp caught(kind, expression) do
    quote do
      try do
        _ = unquote(expression)
        flunk("Expected to catch #{unquote(kind)}, got nothing")
      rescue
        error in [ExUnit.AssertionError] -> reraise(error, __STACKTRACE__)
      catch
        unquote(kind), caught -> caught
      end
    end
  end

  ## Numbers

  @doc """
  Asserts that two numbers differ by at most `delta`.

  ## Examples

      iex> assert_in_delta 1.1, 1.5, 0.5
      true

  """
  @spec assert_in_delta(number, number, number, String.t() | nil) :: true
  def assert_in_delta(left, right, delta, message \\ nil)
  def assert_in_delta(_left, _right, delta, _message) when delta < 0, do: bad_delta(delta)

  def assert_in_delta(left, right, delta, message) do
    difference = abs(left - right)

    message =
      message ||
        "Expected the difference between #{inspect(left)} and #{inspect(right)} " <>
          "(#{inspect(difference)}) to be less than or equal to #{inspect(delta)}"

    assert(difference <= delta, message)
  end

  @doc """
  Asserts that two numbers differ by `delta` or more.

  ## Examples

      iex> refute_in_delta 1.1, 1.5, 0.2
      false

  """
  @spec refute_in_delta(number, number, number, String.t() | nil) :: false
  def refute_in_delta(left, right, delta, message \\ nil)
  def refute_in_delta(_left, _right, delta, _message) when delta < 0, do: bad_delta(delta)

  def refute_in_delta(left, right, delta, message) do
    difference = abs(left - right)

    message =
      if message do
        "#{message} (difference between #{inspect(left)} and #{inspect(right)} is less than #{inspect(delta)})"
      else
        "Expected the difference between #{inspect(left)} and #{inspect(right)} " <>
          "(#{inspect(difference)}) to be more than #{inspect(delta)}"
      end

    refute(difference < delta, message)
  end

  defp bad_delta(delta), do: raise(ArgumentError, "delta must always be a positive number, got: #{inspect(delta)}")

  @doc "Fails, with the message."
  @spec flunk(String.t()) :: no_return
  def flunk(message \\ "Flunked!") when is_binary(message), do: assert(false, message: message)
end
