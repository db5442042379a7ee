defmodule ExUnit do
  @moduledoc """
  Unit tests.

  A test file, or a script, starts ExUnit and defines modules that `use ExUnit.Case`:

      ExUnit.start()

      defmodule MathTest do
        use ExUnit.Case, async: true

        test "adds" do
          assert 1 + 1 == 2
        end
      end

  The tests run when the program ends. If one fails, the program's exit status is 2.

  See `ExUnit.Case` for tests and their tags, `ExUnit.Callbacks` for what runs around them, `ExUnit.Assertions` for
  what they may claim, `ExUnit.DocTest` for examples in documentation, `ExUnit.CaptureIO` and `ExUnit.CaptureLog` for output.
  """

  use Application

  @typedoc "How a test ended: `nil` while it is undecided, and when it passed."
  @type state :: nil | {:excluded, binary} | {:failed, failed} | {:invalid, module} | {:skipped, binary}

  @typedoc "What went wrong, in the order in which it did."
  @type failed :: [{Exception.kind(), reason :: term, Exception.stacktrace()}]

  @typedoc "The counts of a run."
  @type suite_result :: %{
          excluded: non_neg_integer,
          failures: non_neg_integer,
          skipped: non_neg_integer,
          total: non_neg_integer
        }

  defmodule Test do
    @moduledoc """
    A test, as formatters see it: its name, module, tags, how it ended, its time in microseconds and what it logged.
    """
    defstruct [:name, :case, :module, :state, time: 0, tags: %{}, logs: ""]

    @type t :: %__MODULE__{
            name: atom,
            module: module,
            state: ExUnit.state(),
            time: non_neg_integer,
            tags: map,
            logs: String.t()
          }
  end

  defmodule TestModule do
    @moduledoc """
    A module of tests, as formatters see it: its file, name, how its `setup_all` ended, and its tests.
    """
    defstruct [:file, :name, :state, tests: []]

    @type t :: %__MODULE__{file: binary | nil, name: module, state: ExUnit.state(), tests: [ExUnit.Test.t()]}
  end

  defmodule TestCase do
    @moduledoc false
    defstruct [:name, :state, tests: []]
    @type t :: %__MODULE__{name: module, state: ExUnit.state(), tests: [ExUnit.Test.t()]}
  end

  defmodule TimeoutError do
    @moduledoc "Raised in the report of what did not end in time."
    defexception [:timeout, :type]

    @impl true
    def message(%{timeout: timeout, type: type}) do
      """
      #{type} timed out after #{timeout}ms. You can change the timeout:

        1. per test by setting "@tag timeout: x" (accepts :infinity)
        2. per test module by setting "@moduletag timeout: x" (accepts :infinity)
        3. globally via "ExUnit.start(timeout: x)" configuration
        4. by running "mix test --timeout x" which sets timeout
        5. or by running "mix test --trace" which sets timeout to infinity
           (useful when using IEx.pry/0)

      where "x" is the timeout given as integer in milliseconds (defaults to 60_000).
      """
    end
  end

  defmodule MultiError do
    @moduledoc """
    Several failures in one: `:errors` is a list of `{kind, reason, stacktrace}`.
    """
    defexception errors: []

    @impl true
    def message(%{errors: errors}) do
      body = Enum.map_join(errors, "\n\n", fn {kind, reason, stack} -> Exception.format_banner(kind, reason, stack) end)
      "got the following errors:\n\n" <> body
    end
  end

  defmodule DuplicateTestError do
    @moduledoc "Raised when a module defines a test twice."
    defexception [:message]
  end

  defmodule DuplicateDescribeError do
    @moduledoc "Raised when a module has two `describe` blocks of the same name."
    defexception [:message]
  end

  @doc false
  @impl true
  def start(_type, []) do
    children = [ExUnit.Server, ExUnit.CaptureServer, ExUnit.OnExitHandler]
    # Tests look for the logger's event manager, which else starts with the first backend.
    _ = Logger.Handler.manager()
    Supervisor.start_link(children, strategy: :one_for_one, name: ExUnit.Supervisor)
  end

  @doc """
  Starts ExUnit and has the tests run when the program ends.

  Takes the options of `configure/1`. With `autorun: false` nothing runs by itself: call `run/0`.
  """
  @spec start(keyword) :: :ok
  def start(options \\ []) do
    {:ok, _} = Application.ensure_all_started(:ex_unit)
    configure(options)
    unless Application.get_env(:ex_unit, :max_cases), do: configure(max_cases: System.schedulers_online() * 2)

    if Application.fetch_env!(:ex_unit, :autorun) do
      configure(autorun: false)
      System.at_exit(&run_at_exit/1)
    end

    :ok
  end

  # A program that failed by itself keeps its own status, and its tests are not run.
  defp run_at_exit(0) do
    load_us = ExUnit.Server.modules_loaded()
    options = ExUnit.Runner.remember_defaults(configuration())
    %{failures: failures} = ExUnit.Runner.run(options, load_us)

    if failures > 0 do
      status = Keyword.fetch!(options, :exit_status)
      System.at_exit(fn _ -> exit({:shutdown, status}) end)
    end
  end

  defp run_at_exit(_status), do: :ok

  @doc """
  Sets options.

    * `:assert_receive_timeout` - milliseconds that `assert_receive` waits (100)
    * `:autorun` - whether the tests run when the program ends (`true`)
    * `:capture_log` - whether each test's log is kept and shown only if it fails (`false`)
    * `:colors` - a keyword list: `:enabled`, and the colours of `:success`, `:invalid`, `:skipped`, `:failure`, …
    * `:exclude`, `:include` - filters on tags, see `ExUnit.Case`
    * `:exit_status` - the program's status if a test fails (2)
    * `:failures_manifest_file` - a file that remembers which tests failed
    * `:formatters` - processes that are told what happens (`[ExUnit.CLIFormatter]`)
    * `:max_cases` - how many modules may run at once (twice the number of schedulers)
    * `:max_failures` - how many failures end the run (`:infinity`)
    * `:only_test_ids` - the only tests to run: a set of `{module, name}`
    * `:refute_receive_timeout` - milliseconds that `refute_receive` waits (100)
    * `:seed` - the seed of the order of tests; 0 keeps the order of definition
    * `:slowest` - how many of the slowest tests are listed (0)
    * `:stacktrace_depth` - how many entries stack traces have (20)
    * `:test_location_relative_path` - the directory that locations of tests are relative to
    * `:timeout` - milliseconds that a test may take (60 000), or `:infinity`
    * `:trace` - whether tests run one after the other and each is shown (`false`)

  """
  @spec configure(keyword) :: :ok
  def configure(options) when is_list(options) do
    Enum.each(options, fn {key, value} -> Application.put_env(:ex_unit, key, value) end)
    # The slowest tests are found by tracing, and what is traced runs one after the other.
    if Keyword.get(options, :slowest, 0) > 0, do: Application.put_env(:ex_unit, :trace, true)
    if Application.get_env(:ex_unit, :trace), do: Application.put_env(:ex_unit, :max_cases, 1)
    :ok
  end

  @doc "Returns all options that are set."
  @spec configuration() :: keyword
  def configuration, do: Application.get_all_env(:ex_unit)

  @doc "Returns the plural of a word: as set by `plural_rule/2`, or the word with an `s`."
  @spec plural_rule(binary) :: binary
  def plural_rule(word) when is_binary(word) do
    :ex_unit |> Application.get_env(:plural_rules, %{}) |> Map.get(word, word <> "s")
  end

  @doc "Sets the plural of a word for the report."
  @spec plural_rule(binary, binary) :: :ok
  def plural_rule(word, plural) when is_binary(word) and is_binary(plural) do
    rules = :ex_unit |> Application.get_env(:plural_rules, %{}) |> Map.put(word, plural)
    configure(plural_rules: rules)
  end

  @doc """
  Runs the tests of all modules defined so far, and of `additional_modules`, which may have run before.

  Returns their counts.
  """
  @spec run([module]) :: suite_result
  def run(additional_modules \\ []) do
    queue_again(additional_modules)
    _ = ExUnit.Server.modules_loaded()
    configuration() |> ExUnit.Runner.remember_defaults() |> ExUnit.Runner.run(nil)
  end

  defp queue_again(modules) do
    for module <- modules do
      case module.__info__(:attributes)[:ex_unit_async] do
        [true | _] -> ExUnit.Server.add_async_module(module)
        _ -> ExUnit.Server.add_sync_module(module)
      end
    end
  end

  @doc "Starts running the tests in a task; asynchronous modules may still be added. See `await_run/1`."
  @spec async_run() :: Task.t()
  def async_run do
    options = ExUnit.Runner.remember_defaults(configuration())
    Task.async(fn -> ExUnit.Runner.run(options, nil) end)
  end

  @doc """
  Waits for the task of `async_run/0` and returns the counts.

  All modules must be there: see `ExUnit.Server.modules_loaded/0`.
  """
  @spec await_run(Task.t()) :: suite_result
  def await_run(task) do
    Task.await(task, :infinity)
  end

  @doc """
  Has a function called after each run with the run's counts.

  Functions are called in the order opposite to that in which they were given.
  """
  @spec after_suite((suite_result -> any)) :: :ok
  def after_suite(function) when is_function(function, 1) do
    configure(after_suite: [function | Application.get_env(:ex_unit, :after_suite, [])])
  end

  @doc "Returns `{:ok, pid}` of the calling test's supervisor, or `:error` outside of a test."
  @spec fetch_test_supervisor() :: {:ok, pid} | :error
  def fetch_test_supervisor do
    case ExUnit.OnExitHandler.get_supervisor(self()) do
      {:ok, nil} -> {:ok, ExUnit.Callbacks.start_test_supervisor()}
      {:ok, sup} -> {:ok, sup}
      :error -> :error
    end
  end
end
