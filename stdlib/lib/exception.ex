defmodule Exception do
  @moduledoc """
  Functions that turn errors into exceptions and exceptions into text.

  Errors of the virtual machine are plain terms such as `:badarg`; `normalize/3` makes exceptions of them. What
  `format/3` and its relatives print is what a terminal shows when a program fails.
  """

  @type t :: %{required(:__struct__) => module, required(:__exception__) => true, optional(atom) => any}
  @type kind :: :error | non_error_kind
  @type non_error_kind :: :exit | :throw | {:EXIT, pid}
  @type stacktrace :: [stacktrace_entry]
  @type stacktrace_entry :: {module, atom, arity_or_args, location} | {(... -> any), arity_or_args, location}
  @type arity_or_args :: non_neg_integer | list
  @type location :: keyword

  @callback exception(term) :: t
  @callback message(t) :: String.t()
  @callback blame(t, stacktrace) :: {t, stacktrace}
  @optional_callbacks [blame: 2]

  @doc false
  def exception?(%{__struct__: module, __exception__: true}) when is_atom(module), do: true
  def exception?(_), do: false

  @doc "Returns the message of an exception."
  @spec message(t) :: String.t()
  def message(%module{__exception__: true} = exception) do
    try do
      module.message(exception)
    rescue
      caught ->
        "got #{inspect(caught.__struct__)} with message #{inspect(message(caught))} while retrieving Exception.message/1 for #{inspect(exception)}. Stacktrace:\n#{format_stacktrace(__STACKTRACE__)}"
    else
      result when is_binary(result) ->
        result

      result ->
        "got #{inspect(result)} while retrieving Exception.message/1 for #{inspect(exception)} (expected a string)"
    end
  end

  @doc "Makes an exception of an error; other kinds of failures and exceptions are returned as they are."
  @spec normalize(:error, any, stacktrace) :: t
  @spec normalize(non_error_kind, payload, stacktrace) :: payload when payload: var
  def normalize(kind, payload, stacktrace \\ [])
  def normalize(:error, %_{__exception__: true} = payload, _stacktrace), do: payload
  def normalize(:error, payload, stacktrace), do: ErlangError.normalize(payload, stacktrace)
  def normalize(_kind, payload, _stacktrace), do: payload

  @doc "Formats the first line of a failure: `** (Kind) message`."
  @spec format_banner(kind, any, stacktrace) :: String.t()
  def format_banner(kind, exception, stacktrace \\ [])

  def format_banner(:error, exception, stacktrace) do
    exception = normalize(:error, exception, stacktrace)
    "** (" <> inspect(exception.__struct__) <> ") " <> message(exception)
  end

  def format_banner(:throw, reason, _stacktrace), do: "** (throw) " <> inspect(reason)
  def format_banner(:exit, reason, _stacktrace), do: "** (exit) " <> format_exit(reason)
  def format_banner({:EXIT, pid}, reason, _stacktrace), do: "** (EXIT from #{inspect(pid)}) " <> format_exit(reason)

  @doc "Formats a failure with its stack trace."
  @spec format(kind, any, stacktrace) :: String.t()
  def format(kind, payload, stacktrace \\ [])
  def format({:EXIT, _} = kind, any, _), do: format_banner(kind, any)

  def format(kind, payload, stacktrace) do
    message = format_banner(kind, payload, stacktrace)

    case stacktrace do
      [] -> message
      _ -> message <> "\n" <> format_stacktrace(stacktrace)
    end
  end

  ## Blame

  @doc """
  Adds to an exception what can be found out about its cause: arguments, similar names, missing functions.
  """
  @spec blame(:error, any, stacktrace) :: {t, stacktrace}
  @spec blame(non_error_kind, payload, stacktrace) :: {payload, stacktrace} when payload: var
  def blame(kind, error, stacktrace)

  def blame(:error, error, stacktrace) do
    %module{} = struct = normalize(:error, error, stacktrace)

    if Code.ensure_loaded?(module) and function_exported?(module, :blame, 2) do
      module.blame(struct, stacktrace)
    else
      {struct, stacktrace}
    end
  end

  def blame(_kind, reason, stacktrace), do: {reason, stacktrace}

  @doc """
  Returns the definition kind and clauses of a function, with what matched, or `:error` when the source is not known.
  """
  @spec blame_mfa(module, atom, arity | list) :: {:ok, :def | :defp | :defmacro | :defmacrop, [{args :: [term], guards :: [term]}]} | :error
  def blame_mfa(module, function, args) when is_atom(module) and is_atom(function) and is_list(args), do: :beamlet_blame.mfa(module, function, args)

  ## Exits

  @doc "Formats the reason of an exit."
  @spec format_exit(any) :: String.t()
  def format_exit(reason), do: format_exit(reason, "\n")

  defp format_exit({%_{__exception__: true} = exception, maybe_stacktrace} = reason, joiner) do
    if trace?(maybe_stacktrace), do: raised(exception, maybe_stacktrace, joiner), else: format_reason(reason, joiner)
  end

  defp format_exit({{_, _} = inner, maybe_stacktrace} = reason, joiner) do
    cond do
      trace?(maybe_stacktrace) -> raised(inner, maybe_stacktrace, joiner)
      call?(maybe_stacktrace) -> exited(inner, maybe_stacktrace, joiner)
      true -> format_reason(reason, joiner)
    end
  end

  defp format_exit({inner, mfa_or_trace} = reason, joiner) do
    cond do
      mfa_or_trace != [] and trace?(mfa_or_trace) -> raised(inner, mfa_or_trace, joiner)
      call?(mfa_or_trace) and not match?(:bad_return, inner) -> exited(inner, mfa_or_trace, joiner)
      true -> format_reason(reason, joiner)
    end
  end

  defp format_exit(reason, joiner), do: format_reason(reason, joiner)

  defp exited(reason, {module, function, args}, joiner) do
    "exited in: " <> format_mfa(module, function, args) <> joiner <> "    ** (EXIT) " <> format_exit(reason, joiner <> "    ")
  end

  defp raised(error, stacktrace, joiner) do
    error = normalize(:error, error, stacktrace)
    text = format_banner(:error, error, stacktrace)
    indented = "    " <> text
    lines = for entry <- stacktrace, do: joiner <> "        " <> format_stacktrace_entry(entry)
    "an exception was raised:" <> joiner <> String.replace(indented, "\n", joiner <> "    ") <> IO.iodata_to_binary(lines)
  end

  defp trace?([]), do: false
  defp trace?(list) when is_list(list), do: Enum.all?(list, &entry?/1)
  defp trace?(_), do: false

  defp entry?({module, function, arity, location}) when is_atom(module) and is_atom(function) and (is_integer(arity) or is_list(arity)) and is_list(location), do: true
  defp entry?({fun, arity, location}) when is_function(fun) and (is_integer(arity) or is_list(arity)) and is_list(location), do: true
  defp entry?(_), do: false

  defp call?({module, function, args}) when is_atom(module) and is_atom(function) and is_list(args), do: true
  defp call?(_), do: false

  @no_process "no process: the process is not alive or there's no process currently associated with the given name, possibly because its application isn't started"

  defp format_reason(:calling_self, _), do: "process attempted to call itself"
  defp format_reason(:timeout, _), do: "time out"
  defp format_reason(:killed, _), do: "killed"
  defp format_reason(:noconnection, _), do: "no connection"
  defp format_reason(:noproc, _), do: @no_process
  defp format_reason(:normal, _), do: "normal"
  defp format_reason(:shutdown, _), do: "shutdown"
  defp format_reason({:nodedown, node}, _) when is_atom(node), do: "no connection to #{node}"

  defp format_reason({:shutdown, {:failed_to_start_child, child, {:EXIT, reason}}}, joiner), do: failed_child(child, reason, joiner)
  defp format_reason({:shutdown, {:failed_to_start_child, child, reason}}, joiner), do: failed_child(child, reason, joiner)
  defp format_reason({:shutdown, reason}, _), do: "shutdown: #{inspect(reason)}"
  defp format_reason({:already_started, pid}, _), do: "already started: " <> inspect(pid)
  defp format_reason({:bad_return_value, value}, _), do: "bad return value: " <> inspect(value)
  defp format_reason({:bad_call, call}, _), do: "bad call: " <> inspect(call)
  defp format_reason({:bad_cast, cast}, _), do: "bad cast: " <> inspect(cast)
  defp format_reason({:start_spec, spec}, _), do: "bad child specification, " <> child_reason(spec)
  defp format_reason({:bad_start_spec, spec}, _), do: "bad child specification, invalid children: " <> inspect(spec)
  defp format_reason({:supervisor_data, reason}, _), do: "bad supervisor configuration, " <> supervisor_reason(reason)
  defp format_reason({:bad_return, {module, :init, value}}, _), do: format_mfa(module, :init, 1) <> " returned a bad value: " <> inspect(value)
  defp format_reason({:bad_return, {module, function, args, value}}, _) when is_list(args), do: format_mfa(module, function, args) <> " returned a bad value: " <> inspect(value)

  defp format_reason({:bad_start, {{module, function, args}, reason}}, joiner) when is_list(args),
    do: "exited in: " <> format_mfa(module, function, args) <> joiner <> "    ** (EXIT) " <> format_exit(reason, joiner <> "    ")

  defp format_reason({fun, reason}, joiner) when is_function(fun), do: "exited in: " <> inspect(fun) <> joiner <> "    ** (EXIT) " <> format_exit(reason, joiner <> "    ")
  defp format_reason(reason, _), do: inspect(reason)

  defp failed_child(child, reason, joiner) do
    "shutdown: failed to start child: #{inspect(child)}" <> joiner <> "    ** (EXIT) " <> format_exit(reason, joiner <> "    ")
  end

  defp child_reason({:invalid_child_type, type}), do: "invalid child type: #{inspect(type)}. Must be :worker or :supervisor."
  defp child_reason({:invalid_mfa, mfa}), do: "invalid mfa: " <> inspect(mfa)
  defp child_reason({:invalid_restart_type, type}), do: "invalid restart type: #{inspect(type)}. Must be :permanent, :transient or :temporary."
  defp child_reason({:invalid_shutdown, value}), do: "invalid shutdown: #{inspect(value)}. Must be an integer >= 0, :infinity or :brutal_kill."
  defp child_reason({:invalid_module, module}), do: "invalid module: #{inspect(module)}. Must be an atom."
  defp child_reason({:invalid_modules, modules}), do: "invalid modules: #{inspect(modules)}. Must be a list of atoms or :dynamic."
  defp child_reason({:invalid_child_spec, spec}), do: "invalid child specification: " <> inspect(spec)

  defp child_reason({:duplicate_child_name, id}) do
    """
    more than one child specification has the id: #{inspect(id)}.
    If using maps as child specifications, make sure the :id keys are unique.
    If using a module or {module, arg} as child, use Supervisor.child_spec/2 to change the :id, for example:

        children = [
          Supervisor.child_spec({MyWorker, arg}, id: :my_worker_1),
          Supervisor.child_spec({MyWorker, arg}, id: :my_worker_2)
        ]
    """
  end

  defp child_reason(other), do: "got: " <> inspect(other)

  defp supervisor_reason({:invalid_type, type}), do: "invalid type: " <> inspect(type)
  defp supervisor_reason({:invalid_strategy, strategy}), do: "invalid strategy: " <> inspect(strategy)
  defp supervisor_reason({:invalid_intensity, intensity}), do: "invalid max_restarts (intensity): " <> inspect(intensity)
  defp supervisor_reason({:invalid_period, period}), do: "invalid max_seconds (period): " <> inspect(period)
  defp supervisor_reason({:invalid_max_children, max}), do: "invalid max_children: " <> inspect(max)
  defp supervisor_reason({:invalid_extra_arguments, extra}), do: "invalid extra_arguments: " <> inspect(extra)
  defp supervisor_reason(other), do: "got: " <> inspect(other)

  ## Stack traces

  @doc "Formats a stack trace, one entry a line; without an argument, the calling process's own."
  @spec format_stacktrace(stacktrace | nil) :: String.t()
  def format_stacktrace(trace \\ nil) do
    trace =
      case trace do
        nil ->
          case Process.info(self(), :current_stacktrace) do
            {:current_stacktrace, entries} -> Enum.drop(entries, 3)
          end

        trace ->
          trace
      end

    case trace do
      [] -> "\n"
      _ -> "    " <> Enum.map_join(trace, "\n    ", &format_stacktrace_entry/1) <> "\n"
    end
  end

  @doc """
  Says what an exception is in the form in which Erlang asks for it: `:general` what happened, `:reason` of which kind it is.
  """
  @spec format_error(t, stacktrace) :: map
  def format_error(%module{} = exception, _stacktrace), do: %{general: message(exception), reason: "#" <> Atom.to_string(module)}

  @doc "Formats one entry of a stack trace."
  @spec format_stacktrace_entry(stacktrace_entry) :: String.t()
  def format_stacktrace_entry(entry)
  def format_stacktrace_entry({:elixir_compiler_eval, :__MODULE__, _, location}), do: format_location(location) <> "(module)"
  def format_stacktrace_entry({module, :__MODULE__, 0, location}), do: format_location(location) <> inspect(module) <> " (module)"
  def format_stacktrace_entry({_module, :__MODULE__, 1, location}), do: format_location(location) <> "(module)"
  def format_stacktrace_entry({_module, :__FILE__, arity, location}) when arity in 0..1, do: format_location(location) <> "(file)"

  def format_stacktrace_entry({module, fun, arity, location}),
    do: format_application(module) <> format_location(location) <> format_mfa(module, fun, arity)

  def format_stacktrace_entry({fun, arity, location}), do: format_location(location) <> format_fa(fun, arity)

  defp format_application(module) do
    case :beamlet_library.application(module) || :application.owner(module) do
      nil -> ""
      {app, version} -> "(#{app} #{version}) "
    end
  end

  defp format_location(opts) when is_list(opts), do: format_file_line(Keyword.get(opts, :file), Keyword.get(opts, :line), " ")

  @doc "Formats a function value and its arguments or arity."
  @spec format_fa(fun, arity | list) :: String.t()
  def format_fa(fun, arity) when is_function(fun), do: inspect(fun) <> format_arity(arity)

  @doc "Formats a module, function and its arguments or arity."
  @spec format_mfa(module, atom, arity_or_args) :: String.t()
  def format_mfa(module, fun, arity) when is_atom(module) and is_atom(fun) do
    case Code.Identifier.extract_anonymous_fun_parent(fun) do
      {outer, outer_arity} ->
        "anonymous fn" <> format_arity(arity) <> " in " <> Macro.inspect_atom(:literal, module) <> "." <> Macro.inspect_atom(:remote_call, outer) <> "/" <> outer_arity

      :error ->
        Macro.inspect_atom(:literal, module) <> "." <> Macro.inspect_atom(:remote_call, fun) <> format_arity(arity)
    end
  end

  defp format_arity(arity) when is_list(arity), do: "(" <> Enum.map_join(arity, ", ", &inspect/1) <> ")"
  defp format_arity(arity) when is_integer(arity), do: "/" <> Integer.to_string(arity)

  @doc "Formats a file and a line: `file:line:` and a suffix."
  @spec format_file_line(String.t() | nil, non_neg_integer | nil, String.t()) :: String.t()
  def format_file_line(file, line, suffix \\ "") do
    cond do
      is_nil(file) -> ""
      is_nil(line) or line == 0 -> "#{file}:#{suffix}"
      true -> "#{file}:#{line}:#{suffix}"
    end
  end

  @doc "Formats a file, a line and a column."
  @spec format_file_line_column(String.t() | nil, non_neg_integer | nil, non_neg_integer | nil, String.t()) :: String.t()
  def format_file_line_column(file, line, column, suffix \\ "") do
    cond do
      is_nil(file) -> ""
      is_nil(column) or column == 0 or is_nil(line) or line == 0 -> format_file_line(file, line, suffix)
      true -> "#{file}:#{line}:#{column}:#{suffix}"
    end
  end

  @doc false
  def format_snippet(snippet, error_line) when is_map(snippet) do
    %{content: content, offset: offset} = snippet
    digits = Integer.to_string(error_line)
    number = String.pad_leading(digits, max(String.length(digits) + 1, 3))
    pad = String.duplicate(" ", String.length(number))
    "#{pad} |\n#{number} | #{content}\n#{pad} | #{String.duplicate(" ", max(offset, 0))}^"
  end
end

defmodule RuntimeError do
  @moduledoc "Raised by `raise/1` with a text."
  defexception message: "runtime error"
end

defmodule ArgumentError do
  @moduledoc "Raised when an argument is not what a function needs."
  defexception message: "argument error"

  @impl true
  def blame(exception, [{:erlang, :apply, [module, function, args], _} | _] = stacktrace) do
    case applied(module, function, args) do
      nil -> {exception, stacktrace}
      text -> {%{exception | message: "you attempted to apply " <> text}, stacktrace}
    end
  end

  def blame(exception, stacktrace), do: {exception, stacktrace}

  defp applied(module, function, []) when not is_atom(module) and is_atom(function) do
    "a function named #{inspect(function)} on #{inspect(module)}. If you are using Kernel.apply/3, make sure the module is an atom. " <>
      "If you are using the dot syntax, such as module.function(), make sure the left-hand side of the dot is a module atom"
  end

  defp applied(module, _function, _args) when not is_atom(module),
    do: "a function on #{inspect(module)}. Modules (the first argument of apply) must always be an atom"

  defp applied(module, function, _args) when not is_atom(function) do
    "a function named #{inspect(function)} on module #{inspect(module)}. However #{inspect(function)} is not a valid function name. " <>
      "Function names (the second argument of apply) must always be an atom"
  end

  defp applied(module, function, args) do
    if not is_list(args) or List.improper?(args) do
      "a function named #{inspect(function)} on module #{inspect(module)} with arguments #{inspect(args)}. " <>
        "Arguments (the third argument of apply) must always be a proper list"
    end
  end
end

defmodule ArithmeticError do
  @moduledoc "Raised for arithmetic on what is not a number, or a division by zero."
  defexception message: "bad argument in arithmetic expression"

  @unary [:+, :-, :bnot]
  @binary [:+, :-, :*, :/, :div, :rem, :band, :bor, :bxor, :bsl, :bsr]

  @impl true
  def blame(%{message: message} = exception, [{:erlang, fun, args, _} | _] = stacktrace) when is_list(args) do
    shown =
      case args do
        [a] when fun in @unary -> operation(fun, a)
        [a, b] when fun in @binary -> operation(fun, a, b)
        _ -> nil
      end

    case shown do
      nil -> {exception, stacktrace}
      text -> {%{exception | message: message <> ": " <> text}, stacktrace}
    end
  end

  def blame(exception, stacktrace), do: {exception, stacktrace}

  defp operation(:bnot, a), do: "Bitwise.bnot(#{inspect(a)})"
  defp operation(fun, a), do: "#{fun}(#{inspect(a)})"
  defp operation(fun, a, b) when fun in [:div, :rem], do: "#{fun}(#{inspect(a)}, #{inspect(b)})"
  defp operation(fun, a, b) when fun in [:band, :bor, :bxor, :bsl, :bsr], do: "Bitwise.#{fun}(#{inspect(a)}, #{inspect(b)})"
  defp operation(fun, a, b), do: "#{inspect(a)} #{fun} #{inspect(b)}"
end

defmodule SystemLimitError do
  @moduledoc "Raised when a limit of the virtual machine is reached."
  defexception message: "a system limit has been reached"
end

defmodule SyntaxError do
  @moduledoc "Raised when source text cannot be parsed."
  defexception [:file, :line, :column, :snippet, description: "syntax error"]

  @impl true
  def message(%{file: file, line: line, column: column, description: description, snippet: snippet}) do
    Kernel.Utils.syntax_message(file, line, column, description, snippet)
  end
end

defmodule TokenMissingError do
  @moduledoc "Raised when source text ends too early."
  defexception [:file, :line, :snippet, :column, description: "expression is incomplete"]

  @impl true
  def message(%{file: file, line: line, column: column, description: description, snippet: snippet}) do
    Kernel.Utils.syntax_message(file, line, column, description, snippet)
  end
end

defmodule CompileError do
  @moduledoc "Raised when source code cannot be compiled."
  defexception [:file, :line, description: "compile error"]

  @impl true
  def message(%{file: file, line: line, description: description}) do
    # The space is there even without a place.
    Exception.format_file_line(file && Path.relative_to_cwd(file), line) <> " " <> description
  end
end

defmodule Kernel.TypespecError do
  @moduledoc "Raised when a type specification is wrong."
  defexception [:file, :line, :description]

  @impl true
  def message(%{file: file, line: line, description: description}), do: Exception.format_file_line(file, line, " ") <> description
end

defmodule BadFunctionError do
  @moduledoc "Raised when something that is no function is called."
  defexception [:term]

  @impl true
  def message(%{term: term}) when is_function(term),
    do: "function #{inspect(term)} is invalid, likely because it points to an old version of the code"

  def message(%{term: term}), do: "expected a function, got: #{inspect(term)}"
end

defmodule BadStructError do
  @moduledoc "Raised when a struct of another module is expected."
  defexception [:struct, :term]

  @impl true
  def message(%{struct: struct, term: term}), do: "expected a struct named #{inspect(struct)}, got: #{inspect(term)}"
end

defmodule BadMapError do
  @moduledoc "Raised when a map is expected."
  defexception [:term]

  @impl true
  def message(%{term: term}), do: "expected a map, got: #{inspect(term)}"
end

defmodule BadBooleanError do
  @moduledoc "Raised when `and`, `or` or `not` is given no boolean."
  defexception [:term, :operator]

  @impl true
  def message(%{operator: operator, term: term}), do: "expected a boolean on left-side of \"#{operator}\", got: #{inspect(term)}"
end

defmodule MatchError do
  @moduledoc "Raised when `=` does not match."
  defexception [:term]

  @impl true
  def message(%{term: term}), do: "no match of right hand side value: #{inspect(term)}"
end

defmodule CaseClauseError do
  @moduledoc "Raised when no clause of `case` matches."
  defexception [:term]

  @impl true
  def message(%{term: term}), do: "no case clause matching: #{inspect(term)}"
end

defmodule WithClauseError do
  @moduledoc "Raised when no `else` clause of `with` matches."
  defexception [:term]

  @impl true
  def message(%{term: term}), do: "no with clause matching: #{inspect(term)}"
end

defmodule CondClauseError do
  @moduledoc "Raised when no condition of `cond` is truthy."
  defexception []

  @impl true
  def message(_), do: "no cond clause evaluated to a truthy value"
end

defmodule TryClauseError do
  @moduledoc "Raised when no `else` clause of `try` matches."
  defexception [:term]

  @impl true
  def message(%{term: term}), do: "no try clause matching: #{inspect(term)}"
end

defmodule BadArityError do
  @moduledoc "Raised when a function is called with the wrong number of arguments."
  defexception [:function, :args]

  @impl true
  def message(%{function: fun, args: args}) do
    {:arity, arity} = Function.info(fun, :arity)
    "#{inspect(fun)} with arity #{arity} called with #{count(length(args), args)}"
  end

  defp count(0, _args), do: "no arguments"
  defp count(1, args), do: "1 argument (#{list(args)})"
  defp count(count, args), do: "#{count} arguments (#{list(args)})"

  defp list(args), do: Enum.map_join(args, ", ", &inspect/1)
end

defmodule UndefinedFunctionError do
  @moduledoc "Raised when a function that does not exist is called."
  defexception [:module, :function, :arity, :reason, :message]

  @impl true
  def message(%{message: nil} = exception), do: elem(describe(exception), 0)
  def message(%{message: message}), do: message

  defp describe(%{reason: nil, module: module} = exception) do
    cond do
      is_nil(exception.function) -> {"undefined function", nil}
      is_nil(module) -> {"function #{mfa(exception)} is undefined", :nil_module}
      not Code.ensure_loaded?(module) and Module.open?(module) -> {"function #{mfa(exception)} is undefined (function not available)", nil}
      not Code.ensure_loaded?(module) -> {"function #{mfa(exception)} is undefined (module #{inspect(module)} is not available)", :no_module}
      true -> {"function #{mfa(exception)} is undefined or private", :no_function}
    end
  end

  defp describe(%{reason: :"module could not be loaded", module: module} = exception),
    do: {"function #{mfa(exception)} is undefined (module #{inspect(module)} is not available)", :no_module}

  defp describe(%{reason: :"function not exported"} = exception), do: {"function #{mfa(exception)} is undefined or private", :no_function}
  defp describe(%{reason: reason} = exception), do: {"function #{mfa(exception)} is undefined (#{reason})", nil}

  defp mfa(%{module: nil, function: function, arity: arity}) when function != nil, do: "nil." <> Macro.inspect_atom(:remote_call, function) <> "/#{arity}"
  defp mfa(%{module: module, function: function, arity: arity}), do: Exception.format_mfa(module, function, arity)

  @impl true
  def blame(exception, stacktrace) do
    {message, kind} = describe(exception)
    {%{exception | message: message <> hint(kind, exception)}, stacktrace}
  end

  defp hint(:nil_module, %{arity: arity}) when arity != 0, do: ""

  defp hint(:nil_module, _exception),
    do: ". If you are using the dot syntax, such as module.function(), make sure the left-hand side of the dot is a module atom"

  defp hint(:no_function, %{module: module, function: function, arity: arity}) do
    cond do
      # A module of natives alone has nothing to tell.
      not function_exported?(module, :module_info, 1) ->
        ""

      {function, arity} in macros(module) ->
        ". However there is a macro with the same name and arity. Be sure to require #{inspect(module)} if you intend to invoke this macro"

      true ->
        wanted_by(module, function, arity) || removed(module, function, arity) || did_you_mean(exports(module), deprecated(module), function, arity)
    end
  end

  defp hint(_kind, _exception), do: ""

  # What Erlang no longer has, with what it says to use.
  @removed %{
    {:crypto, :hmac, 3} => "use crypto:mac/4 instead",
    {:crypto, :hmac, 4} => "use crypto:macN/5 instead",
    {:crypto, :hmac_init, 2} => "use crypto:mac_init/3 instead",
    {:crypto, :hmac_update, 2} => "use crypto:mac_update/2 instead",
    {:crypto, :hmac_final, 1} => "use crypto:mac_final/1 instead",
    {:crypto, :cmac, 3} => "use crypto:mac/4 instead",
    {:crypto, :stream_encrypt, 2} => "use crypto:crypto_update/2 instead",
    {:crypto, :stream_decrypt, 2} => "use crypto:crypto_update/2 instead",
    {:erlang, :get_stacktrace, 0} => "use the new try/catch syntax for retrieving the stack backtrace",
    {:erlang, :hash, 2} => "use erlang:phash2/2 instead",
    {:ssl, :ssl_accept, 1} => "use ssl_handshake/1,2,3 instead",
    {:ssl, :ssl_accept, 2} => "use ssl_handshake/1,2,3 instead",
    {:ssl, :cipher_suites, 0} => "use cipher_suites/2,3 instead",
    {:filename, :safe_relative_path, 1} => "use filelib:safe_relative_path/2 instead"
  }

  defp removed(module, function, arity) do
    with {:ok, advice} <- Map.fetch(@removed, {module, function, arity}), do: ", " <> advice, else: (:error -> nil)
  end

  # A behaviour of the module that asks for the function.
  defp wanted_by(module, function, arity) do
    behaviours =
      for {:behaviour, behaviours} <- module.module_info(:attributes),
          behaviour <- behaviours,
          Code.ensure_loaded?(behaviour) and function_exported?(behaviour, :behaviour_info, 1),
          {function, arity} in behaviour.behaviour_info(:callbacks),
          {function, arity} not in behaviour.behaviour_info(:optional_callbacks),
          do: behaviour

    case behaviours do
      [] -> nil
      [behaviour | _] -> ", but the behaviour #{inspect(behaviour)} expects it to be present"
    end
  end

  # Nobody is sent to what is deprecated, unless it has the name that was asked for.
  defp did_you_mean(exports, deprecated, function, arity) do
    same = for {^function, other} <- exports, other != arity, do: {function, other}
    found = if same == [], do: similar(exports -- deprecated, Atom.to_string(function)), else: Enum.sort(same)

    case found do
      [] -> ""
      list -> ". Did you mean:\n\n" <> Enum.map_join(list, "", fn {name, arity} -> "      * " <> Macro.inspect_atom(:remote_call, name) <> "/#{arity}\n" end)
    end
  end

  defp exports(module) do
    if function_exported?(module, :__info__, 1),
      do: module.__info__(:functions) ++ macros(module),
      else: module.module_info(:exports)
  end

  defp deprecated(module) do
    if function_exported?(module, :__info__, 1), do: for({function, _reason} <- module.__info__(:deprecated), do: function), else: []
  end

  defp macros(module) do
    if function_exported?(module, :__info__, 1), do: module.__info__(:macros), else: []
  end

  defp similar(exports, name) do
    scored = for {export, arity} <- exports, distance = String.jaro_distance(name, Atom.to_string(export)), distance > 0.77, do: {distance, export, arity}

    scored
    |> Enum.sort(&(elem(&1, 0) >= elem(&2, 0)))
    |> Enum.take(5)
    |> Enum.map(fn {_, export, arity} -> {export, arity} end)
    |> Enum.sort()
  end
end

defmodule FunctionClauseError do
  @moduledoc "Raised when no clause of a function matches its arguments."
  defexception [:module, :function, :arity, :kind, :args, :clauses]

  @impl true
  def message(exception) do
    case exception do
      %{function: nil} ->
        "no function clause matches"

      %{module: module, function: function, arity: arity} ->
        formatted = Exception.format_mfa(module, function, arity)
        blamed = blame(exception, &inspect/1, &:beamlet_blame.part/1)
        "no function clause matching in #{formatted}" <> blamed
    end
  end

  @impl true
  def blame(%{module: module, function: function, arity: arity} = exception, stacktrace) do
    case stacktrace do
      [{^module, ^function, args, meta} | rest] when length(args) == arity ->
        exception =
          case Exception.blame_mfa(module, function, args) do
            {:ok, kind, clauses} -> %{exception | args: args, kind: kind, clauses: clauses}
            :error -> %{exception | args: args}
          end

        {exception, [{module, function, arity, meta} | rest]}

      _ ->
        {exception, stacktrace}
    end
  end

  @doc false
  def blame(%{args: nil}, _inspect_fun, _fun), do: ""

  def blame(%{module: module, function: function, arity: arity, args: args} = exception, inspect_fun, fun) do
    mfa = Exception.format_mfa(module, function, arity)

    shown =
      args
      |> Enum.with_index(1)
      |> Enum.map_join("", fn {arg, index} -> "\n    # #{index}\n    " <> String.replace(inspect_fun.(arg), "\n", "\n    ") <> "\n" end)

    "\n\nThe following arguments were given to #{mfa}:\n" <> shown <> attempted(exception, fun)
  end

  @shown_clauses 10

  defp attempted(%{clauses: clauses, kind: kind, function: function}, fun) when is_list(clauses) do
    count = length(clauses)
    shown = Enum.take(clauses, @shown_clauses)
    lines = for clause <- shown, do: ["    ", :beamlet_blame.clause(kind, function, clause, fun), "\n"]
    rest = if count > @shown_clauses, do: ["    ...\n    (#{count - @shown_clauses} clauses not shown)\n"], else: []
    IO.iodata_to_binary(["\nAttempted function clauses (showing #{length(shown)} out of #{count}):\n\n", lines, rest])
  end

  defp attempted(_exception, _fun), do: ""
end

defmodule KeyError do
  @moduledoc "Raised when a map, keyword list or struct lacks a key."
  defexception [:key, :term, :message]

  @impl true
  def message(%{message: nil} = exception), do: describe(exception.key, exception.term)
  def message(%{message: message}), do: message

  defp describe(key, nil), do: "key #{inspect(key)} not found"

  defp describe(key, term) do
    text = "key #{inspect(key)} not found in: #{inspect(term)}"

    if is_atom(term) do
      text <> ". If you are using the dot syntax, such as map.field, make sure the left-hand side of the dot is a map"
    else
      text
    end
  end

  @impl true
  def blame(%{message: nil, term: nil, key: key} = exception, stacktrace) do
    {%{exception | message: describe(key, nil)}, stacktrace}
  end

  def blame(%{message: nil, term: term, key: key} = exception, stacktrace) do
    {%{exception | message: describe(key, term) <> did_you_mean(key, keys(term))}, stacktrace}
  end

  def blame(exception, stacktrace), do: {exception, stacktrace}

  defp keys(term) when is_map(term), do: :maps.keys(term)
  defp keys(term) when is_list(term), do: if(Keyword.keyword?(term), do: Keyword.keys(term), else: [])
  defp keys(_term), do: []

  defp did_you_mean(key, keys) when is_atom(key) do
    name = Atom.to_string(key)
    scored = for candidate <- keys, is_atom(candidate), distance = String.jaro_distance(name, Atom.to_string(candidate)), distance > 0.77, do: {distance, candidate}

    case scored |> Enum.sort(&(elem(&1, 0) >= elem(&2, 0))) |> Enum.take(5) do
      [] -> ""
      list -> ". Did you mean:\n\n" <> Enum.map_join(list |> Enum.map(&elem(&1, 1)) |> Enum.sort(), "", &"      * #{inspect(&1)}\n")
    end
  end

  defp did_you_mean(_key, _keys), do: ""
end

defmodule UnicodeConversionError do
  @moduledoc "Raised when text is not valid Unicode."
  defexception [:encoded, :message]

  @impl true
  def exception(opts) do
    %UnicodeConversionError{
      encoded: Keyword.fetch!(opts, :encoded),
      message: "#{Keyword.fetch!(opts, :kind)} #{detail(Keyword.fetch!(opts, :rest))}"
    }
  end

  defp detail(rest) when is_binary(rest), do: "encoding starting at #{inspect(rest)}"
  defp detail([head | _]) when is_integer(head), do: "code point #{head}"
  defp detail([head | _]), do: detail(head)
end

defmodule Code.LoadError do
  @moduledoc "Raised when a file with code cannot be found."
  defexception [:file, :message, :reason]

  @impl true
  def exception(opts) do
    file = Keyword.fetch!(opts, :file)

    message =
      case Keyword.get(opts, :reason) do
        nil -> "could not load #{file}"
        reason -> "could not load #{file}. Reason: #{reason}"
      end

    %Code.LoadError{message: message, file: file, reason: opts[:reason]}
  end
end

defmodule IO.StreamError do
  @moduledoc "Raised when a stream of input or output fails."
  defexception [:reason, :message]

  @impl true
  def exception(opts) do
    reason = Keyword.fetch!(opts, :reason)
    %IO.StreamError{message: "error during streaming: #{:file.format_error(reason)}", reason: reason}
  end
end

defmodule System.EnvError do
  @moduledoc "Raised when an environment variable is missing."
  defexception [:env]

  @impl true
  def message(%{env: env}), do: "could not fetch environment variable #{inspect(env)} because it is not set"
end

defmodule File.Error do
  @moduledoc "Raised by the functions of `File` that end in an exclamation mark."
  defexception [:reason, :path, action: ""]

  @impl true
  def message(%{action: action, reason: reason, path: path}) do
    text =
      case {action, reason} do
        {"remove directory", :eexist} -> "directory is not empty"
        _ -> IO.iodata_to_binary(:file.format_error(reason))
      end

    "could not #{action} #{inspect(path)}: #{text}"
  end
end

defmodule File.CopyError do
  @moduledoc "Raised when copying fails."
  defexception [:reason, :source, :destination, on: "", action: ""]

  @impl true
  def message(exception) do
    text = IO.iodata_to_binary(:file.format_error(exception.reason))
    location = if exception.on == "", do: ":", else: ". #{exception.on}:"
    "could not #{exception.action} from #{inspect(exception.source)} to #{inspect(exception.destination)}#{location} #{text}"
  end
end

defmodule File.RenameError do
  @moduledoc "Raised when renaming fails."
  defexception [:reason, :source, :destination, on: "", action: ""]

  @impl true
  def message(exception) do
    text = IO.iodata_to_binary(:file.format_error(exception.reason))
    location = if exception.on == "", do: ":", else: ". #{exception.on}:"
    "could not #{exception.action} from #{inspect(exception.source)} to #{inspect(exception.destination)}#{location} #{text}"
  end
end

defmodule File.LinkError do
  @moduledoc "Raised when making a link fails."
  defexception [:reason, :existing, :new, action: ""]

  @impl true
  def message(exception) do
    text = IO.iodata_to_binary(:file.format_error(exception.reason))
    "could not #{exception.action} from #{inspect(exception.existing)} to #{inspect(exception.new)}: #{text}"
  end
end

defmodule ErlangError do
  @moduledoc "Stands for an error of Erlang that has no exception of its own."
  defexception [:original, :reason]

  @impl true
  def message(%{original: original, reason: nil}), do: "Erlang error: #{inspect(original)}"
  def message(%{original: original, reason: reason}), do: "Erlang error: #{inspect(original)}#{reason}"

  @doc false
  def normalize(:badarg, stacktrace) do
    case details(:badarg, stacktrace) do
      nil -> %ArgumentError{}
      {what, text} -> %ArgumentError{message: (what || "errors were found at the given arguments") <> text}
    end
  end

  def normalize(:badarith, _stacktrace), do: %ArithmeticError{}

  def normalize(:system_limit, stacktrace) do
    case details(:system_limit, stacktrace) do
      nil -> %SystemLimitError{}
      {what, text} -> %SystemLimitError{message: (what || "a system limit has been reached due to errors at the given arguments") <> text}
    end
  end

  def normalize(:cond_clause, _stacktrace), do: %CondClauseError{}
  def normalize({:badarity, {fun, args}}, _stacktrace), do: %BadArityError{function: fun, args: args}
  def normalize({:badfun, term}, _stacktrace), do: %BadFunctionError{term: term}
  def normalize({:badstruct, struct, term}, _stacktrace), do: %BadStructError{struct: struct, term: term}
  def normalize({:badmatch, term}, _stacktrace), do: %MatchError{term: term}
  def normalize({:badmap, term}, _stacktrace), do: %BadMapError{term: term}
  def normalize({:badbool, op, term}, _stacktrace), do: %BadBooleanError{operator: op, term: term}
  def normalize({:badkey, key}, stacktrace), do: %KeyError{key: key, term: missing_in(stacktrace)}
  def normalize({:badkey, key, map}, _stacktrace) when is_map(map), do: %KeyError{key: key, term: map}

  def normalize({:badkey, key, term}, _stacktrace) do
    message =
      "key #{inspect(key)} not found in: #{inspect(term)}. " <>
        "If you are using the dot syntax, such as map.field, make sure the left-hand side of the dot is a map"

    %KeyError{key: key, term: term, message: message}
  end
  def normalize({:case_clause, term}, _stacktrace), do: %CaseClauseError{term: term}
  def normalize({:with_clause, term}, _stacktrace), do: %WithClauseError{term: term}
  def normalize({:try_clause, term}, _stacktrace), do: %TryClauseError{term: term}
  def normalize({:unbound_variable, name}, _stacktrace), do: %RuntimeError{message: "variable #{name} is unbound"}

  def normalize(:undef, stacktrace) do
    {module, function, arity} = called(stacktrace)
    %UndefinedFunctionError{module: module, function: function, arity: arity}
  end

  def normalize(:function_clause, stacktrace) do
    {module, function, arity} = called(stacktrace)
    %FunctionClauseError{module: module, function: function, arity: arity}
  end

  def normalize({:badarg, payload}, _stacktrace), do: %ArgumentError{message: "argument error: #{inspect(payload)}"}

  def normalize(other, stacktrace) do
    case details(other, stacktrace) do
      nil -> %ErlangError{original: other}
      {_what, text} -> %ErlangError{original: other, reason: text}
    end
  end

  defp called([{module, function, args, _} | _]) when is_list(args), do: {module, function, length(args)}
  defp called([{module, function, arity, _} | _]), do: {module, function, arity}
  defp called(_), do: {nil, nil, nil}

  # Elixir knows where the maps stand in the arguments of some functions only.
  defp missing_in([{:maps, :update_with, _, _} | _]), do: nil

  defp missing_in([{_, _, args, _} | _]) when is_list(args) do
    case args do
      [map] when is_map(map) -> map
      [_, map] when is_map(map) -> map
      [_, _, map] when is_map(map) -> map
      [map | _] when is_map(map) -> map
      _ -> nil
    end
  end

  defp missing_in(_), do: nil

  # What the module named in the first entry knows about the failed call: `{what happened or nil, text about the arguments}`.
  defp details(reason, [{module, function, args_or_arity, meta} | rest]) when is_list(meta) do
    case :lists.keyfind(:error_info, 1, meta) do
      {:error_info, info} ->
        info = Map.put_new(info, :pretty_printer, &inspect/1)
        formatter = Map.get(info, :module, module)
        meta = :lists.keyreplace(:error_info, 1, meta, {:error_info, info})
        arity = if is_list(args_or_arity), do: length(args_or_arity), else: args_or_arity

        try do
          :erlang.apply(formatter, Map.get(info, :function, :format_error), [reason, [{module, function, args_or_arity, meta} | rest]])
        rescue
          _ -> nil
        else
          %{} = map -> explain(map, arity)
          _ -> nil
        end

      _ when reason == :badarg and module == :erlang and is_list(args_or_arity) ->
        :badarg |> :erl_erts_errors.format_error([{module, function, args_or_arity, meta}]) |> explain(length(args_or_arity))

      _ ->
        nil
    end
  end

  defp details(_reason, _stacktrace), do: nil

  defp explain(map, arity) do
    what = with text when text != nil <- Map.get(map, :reason), do: IO.chardata_to_string(text)

    case for(index <- 1..arity//1, text = Map.get(map, index), do: "  * #{ordinal(index)} argument: #{text}\n") do
      [] -> with general when general != nil <- Map.get(map, :general), do: {what, ": " <> IO.chardata_to_string(general)}
      lines -> {what, ":\n\n" <> IO.iodata_to_binary(lines)}
    end
  end

  defp ordinal(1), do: "1st"
  defp ordinal(2), do: "2nd"
  defp ordinal(3), do: "3rd"
  defp ordinal(n), do: "#{n}th"
end

defmodule Protocol.UndefinedError do
  @moduledoc "Raised when a protocol has no implementation for a value's type."

  defexception [:protocol, :value, description: ""]

  @impl true
  def message(%{protocol: protocol, value: value, description: description}) do
    "protocol #{inspect(protocol)} not implemented for #{inspect(value)} of type " <> type_of(value) <> description_of(description) <> implemented(protocol)
  end

  # Who implements a protocol is known when it has been consolidated.
  defp implemented(protocol) do
    case function_exported?(protocol, :__protocol__, 1) and protocol.__protocol__(:impls) do
      {:consolidated, []} -> ". There are no implementations for this protocol."
      {:consolidated, types} -> ". This protocol is implemented for the following type(s): " <> Enum.map_join(types, ", ", &inspect/1)
      _ -> ""
    end
  end

  defp type_of(%{__struct__: struct}) when is_atom(struct), do: "#{inspect(struct)} (a struct)"
  defp type_of(value) when is_tuple(value), do: "Tuple"
  defp type_of(value) when is_atom(value), do: "Atom"
  defp type_of(value) when is_list(value), do: "List"
  defp type_of(value) when is_map(value), do: "Map"
  defp type_of(value) when is_bitstring(value), do: "BitString"
  defp type_of(value) when is_integer(value), do: "Integer"
  defp type_of(value) when is_float(value), do: "Float"
  defp type_of(value) when is_function(value), do: "Function"
  defp type_of(value) when is_pid(value), do: "PID"
  defp type_of(value) when is_port(value), do: "Port"
  defp type_of(value) when is_reference(value), do: "Reference"

  defp description_of(""), do: ""
  defp description_of(text), do: ", " <> text
end
