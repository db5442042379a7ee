defmodule ExUnit.Runner do
  @moduledoc false
  # Runs modules of tests.
  #
  # Each module has a process, which runs setup_all, and each test one of its own, so that whatever a test does to its
  # process ends with it. The process that runs the suite waits for those and tells formatters (see ExUnit.EventManager).

  alias ExUnit.EventManager, as: EM
  alias ExUnit.{Filters, OnExitHandler, RunnerStats, Server}

  @random :exs1024

  # Under this key the process that runs a module keeps what it waits for.
  @current {__MODULE__, :current}

  # What a run was given that the next run is not to draw anew.
  def remember_defaults(options) do
    options = options |> Keyword.put_new_lazy(:seed, &new_seed/0) |> Keyword.put_new_lazy(:max_cases, &default_max_cases/0)
    ExUnit.configure(Keyword.take(options, [:seed, :max_cases]))
    options
  end

  defp default_max_cases, do: System.schedulers_online() * 2
  defp new_seed, do: System.system_time(:microsecond) |> rem(1_000_000)

  def run(options, load_us) do
    options = normalize(options)
    {:ok, manager} = EM.start_link()
    {:ok, stats} = EM.add_handler(manager, RunnerStats, options)
    # One that cannot start reports nothing; the tests run all the same.
    for formatter <- options[:formatters], do: EM.add_handler(manager, formatter, options)
    :erlang.system_flag(:backtrace_depth, max(options[:stacktrace_depth], 8))

    config = %{
      capture_log: options[:capture_log],
      exclude: options[:exclude],
      include: options[:include],
      manager: manager,
      max_cases: options[:max_cases],
      max_failures: options[:max_failures],
      only_test_ids: options[:only_test_ids],
      runner_pid: self(),
      seed: options[:seed],
      stats: stats,
      timeout: options[:timeout],
      trace: options[:trace]
    }

    EM.suite_started(manager, options)
    start = System.monotonic_time()
    run_async(config, %{})
    async_end = System.monotonic_time()
    for module <- Server.take_sync_modules(), do: run_alone(config, module)
    finish = System.monotonic_time()

    EM.suite_finished(manager, %{
      async: microseconds(async_end - start),
      load: load_us,
      run: microseconds(finish - start)
    })

    result = RunnerStats.stats(stats)
    EM.stop(manager)
    for callback <- Application.get_env(:ex_unit, :after_suite, []), do: callback.(result)
    result
  end

  defp microseconds(native), do: System.convert_time_unit(native, :native, :microsecond)

  defp normalize(options) do
    {include, exclude} = Filters.normalize(options[:include], options[:exclude])

    # The slowest tests are found by looking at each alone.
    options = if Keyword.get(options, :slowest, 0) > 0, do: Keyword.put(options, :trace, true), else: options
    options = if options[:trace], do: Keyword.merge(options, timeout: :infinity, max_cases: 1), else: options

    options
    |> Keyword.put(:exclude, exclude)
    |> Keyword.put(:include, include)
    |> Keyword.put_new_lazy(:max_cases, &default_max_cases/0)
    |> Keyword.put_new_lazy(:seed, &new_seed/0)
  end

  ## Modules

  # Modules that may run side by side: at most max_cases at once.
  defp run_async(config, running) do
    free = config.max_cases - map_size(running)

    case free > 0 && Server.take_async_modules(free) do
      false -> run_async(config, wait_for_one(config, running))
      nil -> wait_for_all(config, running)
      modules -> run_async(config, start_modules(config, modules, running))
    end
  end

  defp start_modules(config, modules, running) do
    Enum.reduce(modules, running, fn module, running ->
      {pid, ref} = spawn_monitor(fn -> run_module(config, module) end)
      Map.put(running, ref, pid)
    end)
  end

  defp run_alone(config, module) do
    {pid, ref} = spawn_monitor(fn -> run_module(config, module) end)
    wait_for_all(config, %{ref => pid})
  end

  defp wait_for_all(_config, running) when map_size(running) == 0, do: :ok
  defp wait_for_all(config, running), do: wait_for_all(config, wait_for_one(config, running))

  defp wait_for_one(config, running) do
    receive do
      {:DOWN, ref, :process, _pid, reason} when is_map_key(running, ref) ->
        unless reason == :normal, do: exit(reason)
        Map.delete(running, ref)

      {ref, from, :sigquit} ->
        abort(config, Map.values(running), ref, from)
    end
  end

  # Somebody wants to know, now, what keeps the suite, and that it ends.
  defp abort(config, modules, ref, from) do
    current =
      for pid <- modules,
          {:dictionary, dictionary} <- [Process.info(pid, :dictionary)],
          {_, current} <- [List.keyfind(dictionary, @current, 0)],
          do: current

    EM.sigquit(config.manager, current)
    EM.stop(config.manager)
    # What has not been run is forgotten: modules defined from here on belong to another run.
    _ = Server.take_sync_modules()
    send(from, ref)
    exit(:shutdown)
  end

  defp run_module(config, module) do
    unless failures_reached?(config), do: run_module_tests(config, module.__ex_unit__())
  end

  defp run_module_tests(config, test_module) do
    EM.module_started(config.manager, test_module)
    {to_run, ignored} = choose(config, test_module)

    for test <- ignored do
      EM.test_started(config.manager, test)
      EM.test_finished(config.manager, test)
    end

    {test_module, finished, last_straw?} = run_chosen(config, test_module, shuffle(config, to_run))

    # A module that is broken off is not said to be finished.
    unless failures_reached?(config) and not last_straw?, do: EM.module_finished(config.manager, %{test_module | tests: finished})
    # That the whole module failed is shown before what follows from it.
    if last_straw?, do: EM.max_failures_reached(config.manager)
  end

  # The tests that the filters leave, and the others with the reason as their state.
  defp choose(config, %{tests: tests, name: name}) do
    tests =
      case config.only_test_ids do
        nil -> tests
        ids -> Enum.filter(tests, &MapSet.member?(ids, {name, &1.name}))
      end

    tests
    |> Enum.map(fn test ->
      tags = Map.merge(test.tags, %{test: test.name, module: name})

      case Filters.eval(config.include, config.exclude, tags, tests) do
        :ok -> %{test | tags: tags}
        ignored -> %{test | state: ignored}
      end
    end)
    |> Enum.split_with(&(&1.state == nil))
  end

  defp shuffle(%{seed: 0}, list), do: list

  # The same seed gives the same order.
  defp shuffle(%{seed: seed}, list) do
    _ = :rand.seed(@random, {seed, seed, seed})
    list |> Enum.reverse() |> Enum.shuffle()
  end

  defp run_chosen(_config, test_module, []), do: {test_module, [], false}

  defp run_chosen(config, test_module, tests) do
    Process.put(@current, test_module)
    {module_pid, module_ref} = start_module_process(test_module)

    {test_module, finished, last_straw?} =
      receive do
        {^module_pid, :setup_all, :ok, context} ->
          {test_module, run_tests(config, tests, context, []), false}

        {^module_pid, :setup_all, {:failed, _} = failed} ->
          invalidate(config, %{test_module | state: failed}, tests)

        # Nothing is known of the tests of a module whose process was ended from outside: they are not told of.
        {:DOWN, ^module_ref, :process, ^module_pid, reason} ->
          {%{test_module | state: {:failed, [{{:EXIT, module_pid}, reason, []}]}}, [], false}
      end

    {end_module_process(config, module_pid, module_ref, test_module), finished, last_straw?}
  end

  # Lives until the tests are done: what setup_all started and linked lives as long.
  defp start_module_process(test_module) do
    runner = self()

    spawn_monitor(fn ->
      OnExitHandler.register(self())

      case setup_all(test_module) do
        {:ok, context} -> send(runner, {self(), :setup_all, :ok, context})
        failed -> send(runner, {self(), :setup_all, failed})
      end

      receive do
        {^runner, :tests_done} -> exit(:shutdown)
      end
    end)
  end

  defp setup_all(%{name: module}) do
    {:ok, module.__ex_unit__(:setup_all, %{module: module, case: module})}
  catch
    kind, error -> {:failed, failures(kind, error, prune_stacktrace(__STACKTRACE__))}
  end

  defp end_module_process(config, pid, ref, test_module) do
    Process.demonitor(ref, [:flush])
    send(pid, {self(), :tests_done})
    await_end(pid, Process.monitor(pid))

    case OnExitHandler.run(pid, config_timeout(config, %{})) do
      :ok -> test_module
      {kind, error, stack} -> %{test_module | state: test_module.state || {:failed, failures(kind, error, prune_stacktrace(stack))}}
    end
  end

  defp invalidate(config, test_module, tests) do
    before = RunnerStats.increment_failure_counter(config.stats, length(tests))
    told = if config.max_failures == :infinity, do: tests, else: Enum.take(tests, max(config.max_failures - before, 0))

    finished =
      for test <- told do
        test = %{test | state: {:invalid, test_module}}
        EM.test_started(config.manager, test)
        EM.test_finished(config.manager, test)
        test
      end

    {test_module, finished, told != [] and before + length(told) == config.max_failures}
  end

  ## Tests

  defp run_tests(_config, [], _context, finished), do: Enum.reverse(finished)

  defp run_tests(config, [test | rest], context, finished) do
    if failures_reached?(config) do
      Enum.reverse(finished)
    else
      EM.test_started(config.manager, test)
      test = run_test(config, test, context)
      report(config, test)
      run_tests(config, rest, context, [test | finished])
    end
  end

  # Of the tests that fail at the same time, no more than max_failures are told to anybody.
  defp report(config, %{state: {:failed, _}} = test) do
    before = RunnerStats.increment_failure_counter(config.stats)

    if before < config.max_failures, do: EM.test_finished(config.manager, test)
    if before + 1 == config.max_failures, do: EM.max_failures_reached(config.manager)
  end

  defp report(config, test), do: EM.test_finished(config.manager, test)

  defp failures_reached?(%{max_failures: :infinity}), do: false
  defp failures_reached?(config), do: RunnerStats.get_failure_counter(config.stats) >= config.max_failures

  defp run_test(config, test, context) do
    Process.put(@current, test)
    context = Map.merge(context, test.tags)
    logged(config, context, fn -> run_in_process(config, test, context) end)
  end

  defp run_in_process(config, test, context) do
    timeout = config_timeout(config, test.tags)
    {pid, ref} = start_test(config, test, context)
    {test, pid} = await_test(test, pid, ref, timeout)

    case OnExitHandler.run(pid, timeout) do
      :ok -> test
      {kind, error, stack} -> %{test | state: test.state || {:failed, failures(kind, error, prune_stacktrace(stack))}}
    end
  end

  defp config_timeout(%{trace: true}, _tags), do: :infinity
  defp config_timeout(config, tags), do: Map.get(tags, :timeout, config.timeout)

  defp start_test(config, test, context) do
    runner = self()

    spawn_monitor(fn ->
      OnExitHandler.register(self())
      seed_random(config, test)
      send(runner, {self(), :test_finished, timed(test, context)})
      exit(:shutdown)
    end)
  end

  defp seed_random(config, test) do
    :rand.seed(@random, {:erlang.phash2(test.module), :erlang.phash2(test.name), config.seed})
  end

  defp timed(test, context) do
    {time, test} = :timer.tc(fn -> exec_test(test, context) end)
    %{test | time: time}
  end

  defp exec_test(%{module: module, name: name} = test, context) do
    context = module.__ex_unit__(:setup, with_tmp_dir(context))
    # Formatters see what setup has added to the tags.
    run_body(%{test | tags: context}, module, name)
  catch
    kind, error -> failed(test, kind, error, __STACKTRACE__)
  end

  defp run_body(test, module, name) do
    apply(module, name, [test.tags])
    test
  catch
    kind, error -> failed(test, kind, error, __STACKTRACE__)
  end

  defp failed(test, kind, error, stack), do: %{test | state: {:failed, failures(kind, error, prune_stacktrace(stack))}}

  # A MultiError is several failures, each shown by itself.
  defp failures(:error, %ExUnit.MultiError{errors: errors}, _stack) do
    for {kind, reason, stack} <- errors, do: {kind, Exception.normalize(kind, reason, stack), prune_stacktrace(stack)}
  end

  defp failures(kind, reason, stack), do: [{kind, Exception.normalize(kind, reason, stack), stack}]

  # Captures what is logged until the last function of on_exit is done, also by a test that is ended from outside.
  defp logged(config, context, fun) do
    case Map.get(context, :capture_log, config.capture_log) do
      false ->
        fun.()

      options ->
        {test, logs} = ExUnit.CaptureLog.with_log(if(is_list(options), do: options, else: []), fun)
        %{test | logs: logs}
    end
  end

  defp await_test(test, pid, ref, timeout) do
    receive do
      {^pid, :test_finished, test} ->
        await_end(pid, ref)
        {test, pid}

      {:DOWN, ^ref, :process, ^pid, error} ->
        {%{test | state: {:failed, [{{:EXIT, pid}, error, []}]}}, pid}
    after
      timeout ->
        case Process.info(pid, :current_stacktrace) do
          {:current_stacktrace, stack} ->
            Process.exit(pid, :kill)
            await_end(pid, ref)
            exception = ExUnit.TimeoutError.exception(timeout: timeout, type: Atom.to_string(test.tags.test_type))
            {%{test | time: timeout * 1000, state: {:failed, [{:error, exception, stack}]}}, pid}

          # It ended this very moment, and its message is there.
          nil ->
            await_test(test, pid, ref, :infinity)
        end
    end
  end

  defp await_end(pid, ref) do
    receive do
      {:DOWN, ^ref, :process, ^pid, _reason} -> :ok
    end
  end

  ## Temporary directories

  defp with_tmp_dir(%{tmp_dir: false} = context), do: context

  defp with_tmp_dir(%{tmp_dir: asked, module: module, test: name} = context) do
    below =
      case asked do
        true ->
          ""

        path when is_binary(path) ->
          path

        other ->
          raise ArgumentError, "expected :tmp_dir to be a boolean or a string, got: #{inspect(other)}"
      end

    module = inspect(module)
    name = to_string(name)
    hash = "#{module}/#{name}" |> :erlang.md5() |> binary_part(0, 4) |> Base.encode16(case: :lower)
    path = ["tmp", safe(module), "#{safe(name)}-#{hash}", below] |> Path.join() |> Path.expand()
    File.rm_rf!(path)
    File.mkdir_p!(path)
    Map.put(context, :tmp_dir, path)
  end

  defp with_tmp_dir(context), do: context

  # A name may have characters that names of files must not have, and be longer than they may be.
  @unsafe ["\"", "#", "%", "&", "*", "+", "/", ":", "<", ">", "?", "[", "\\", "]", "{", "|", "}", "~", " ", "\0"]
  defp safe(name), do: name |> String.replace(@unsafe, "-") |> String.slice(0, 100)

  ## Stack traces

  # Leaves out how the test came to be called and the assertions' own functions.
  def prune_stacktrace([{ExUnit.Assertions, _, _, _} | rest]), do: prune_stacktrace(rest)
  def prune_stacktrace([{ExUnit.Runner, _, _, _} | _]), do: []
  def prune_stacktrace([entry | rest]), do: [entry | prune_stacktrace(rest)]
  def prune_stacktrace([]), do: []
end
