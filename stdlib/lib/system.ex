defmodule System do
  @moduledoc """
  The system a program runs on: environment, arguments, time, other programs, and how to stop.
  """

  @type time_unit :: :second | :millisecond | :microsecond | :nanosecond | pos_integer
  @type signal :: :sigabrt | :sigalrm | :sigchld | :sighup | :sigquit | :sigstop | :sigterm | :sigtstp | :sigusr1 | :sigusr2

  ## Environment

  @doc "Returns all environment variables."
  @spec get_env() :: %{optional(String.t()) => String.t()}
  def get_env(), do: for({name, value} <- :os.env(), into: %{}, do: {to_text(name), to_text(value)})

  @doc "Returns an environment variable, else the default."
  @spec get_env(String.t(), default) :: String.t() | default when default: String.t() | nil
  def get_env(varname, default \\ nil) when is_binary(varname) and (is_binary(default) or is_nil(default)) do
    case :os.getenv(String.to_charlist(varname)) do
      false -> default
      other -> to_text(other)
    end
  end

  defp to_text(text) when is_binary(text), do: text
  defp to_text(text), do: List.to_string(text)

  @doc "Returns `{:ok, value}` of an environment variable, or `:error`."
  @spec fetch_env(String.t()) :: {:ok, String.t()} | :error
  def fetch_env(varname) when is_binary(varname) do
    case get_env(varname) do
      nil -> :error
      value -> {:ok, value}
    end
  end

  @doc "Returns an environment variable or raises `System.EnvError`."
  @spec fetch_env!(String.t()) :: String.t()
  def fetch_env!(varname) when is_binary(varname), do: get_env(varname) || raise(System.EnvError, env: varname)

  @doc """
  Sets an environment variable; `nil` removes it.

  ## Examples

      iex> System.put_env("BEAMLET_EXAMPLE", "on")
      :ok
      iex> System.get_env("BEAMLET_EXAMPLE")
      "on"

  """
  @spec put_env(binary, binary | nil) :: :ok
  def put_env(varname, nil) when is_binary(varname), do: delete_env(varname)

  def put_env(varname, value) when is_binary(varname) and is_binary(value) do
    if String.contains?(varname, "="), do: raise(ArgumentError, "cannot execute System.put_env/2 for key with \"=\", got: #{inspect(varname)}")
    check_env(varname, "1st")
    check_env(value, "2nd")
    :os.putenv(String.to_charlist(varname), String.to_charlist(value))
    :ok
  end

  defp check_env(text, place) do
    if String.contains?(text, "\0") do
      raise ArgumentError, "errors were found at the given arguments:\n\n  * #{place} argument: \"\\0\" characters is not allowed in environment variable names or values\n"
    end
  end

  @doc "Sets several environment variables."
  @spec put_env(Enumerable.t()) :: :ok
  def put_env(enum), do: Enum.each(enum, fn {key, value} -> put_env(env_text(key), if(is_nil(value), do: nil, else: env_text(value))) end)

  defp env_text(text) when is_binary(text), do: text
  defp env_text(other), do: String.Chars.to_string(other)

  @doc "Removes an environment variable."
  @spec delete_env(String.t()) :: :ok
  def delete_env(varname) do
    :os.unsetenv(String.to_charlist(varname))
    :ok
  end

  @doc "Lists the program's arguments."
  @spec argv() :: [String.t()]
  def argv(), do: :beamlet_system.argv()

  @doc "Sets the program's arguments."
  @spec argv([String.t()]) :: :ok
  def argv(args) when is_list(args) do
    :beamlet_system.set_argv(args)
    :ok
  end

  ## Versions

  @doc "Returns the version of the language."
  @spec version() :: String.t()
  def version(), do: "1.14.0"

  @doc "Returns facts about this build."
  @spec build_info() :: map
  def build_info(), do: %{build: "1.14.0 (compiled with Erlang/OTP 25)", date: "", otp_release: otp_release(), revision: "", version: version()}

  @doc "Returns the release of OTP whose behaviour this system shows."
  @spec otp_release() :: String.t()
  def otp_release(), do: to_text(:erlang.system_info(:otp_release))

  @doc "Counts the schedulers."
  @spec schedulers() :: pos_integer
  def schedulers(), do: :erlang.system_info(:schedulers)

  @doc "Counts the schedulers that run."
  @spec schedulers_online() :: pos_integer
  def schedulers_online(), do: :erlang.system_info(:schedulers_online)

  @doc "Returns `:little` or `:big`."
  @spec endianness() :: :little | :big
  def endianness(), do: if(match?(<<1, 0>>, <<1::native-16>>), do: :little, else: :big)

  @doc "Returns the byte order for which this was compiled."
  @spec compiled_endianness() :: :little | :big
  def compiled_endianness(), do: endianness()

  @doc "Returns the number of the host's process."
  @spec pid() :: String.t()
  def pid(), do: to_text(:os.getpid())

  @doc false
  @deprecated "Use System.pid/0 instead"
  def get_pid(), do: pid()

  ## Directories

  @doc "Returns the current directory, or `nil`."
  @spec cwd() :: String.t() | nil
  @deprecated "Use File.cwd/0 instead"
  def cwd() do
    case :beamlet_file.cwd() do
      {:ok, dir} -> to_text(dir)
      _ -> nil
    end
  end

  @doc "Returns the current directory or raises."
  @spec cwd!() :: String.t()
  @deprecated "Use File.cwd!/0 instead"
  def cwd!(), do: cwd() || raise(RuntimeError, "could not get a current working directory, the current location is not accessible")

  @doc "Returns the user's home directory, or `nil`."
  @spec user_home() :: String.t() | nil
  def user_home(), do: get_env("HOME")

  @doc "Returns the user's home directory or raises."
  @spec user_home!() :: String.t()
  def user_home!(), do: user_home() || raise("could not find the user home, please set the HOME environment variable")

  @doc "Returns a directory for temporary files, or `nil`."
  @spec tmp_dir() :: String.t() | nil
  def tmp_dir(), do: Enum.find([get_env("TMPDIR"), get_env("TEMP"), get_env("TMP"), "/tmp", cwd()], &(is_binary(&1) and File.dir?(&1)))

  @doc "Returns a directory for temporary files or raises."
  @spec tmp_dir!() :: String.t()
  def tmp_dir!(), do: tmp_dir() || raise("could not get a writable temporary directory, please set the TMPDIR environment variable")

  ## Programs

  @doc "Returns the path of a program, or `nil`."
  @spec find_executable(binary) :: binary | nil
  def find_executable(program) when is_binary(program) do
    no_null!("System.find_executable/1", "program", program)

    case :os.find_executable(String.to_charlist(program)) do
      false -> nil
      path -> to_text(path)
    end
  end

  @doc """
  Runs a program with arguments; returns its output and exit status.

  Options: `:into` (a collectable for the output), `:cd`, `:env` (pairs; `nil` removes a variable), `:stderr_to_stdout`
  and `:parallelism`. Raises `ErlangError` with `:enoent` when there is no such program.

  ## Examples

      iex> System.cmd("echo", ["hello"])
      {"hello\\n", 0}
      iex> System.cmd("echo", ["hello"], into: [])
      {["hello\\n"], 0}

  """
  @spec cmd(binary, [binary], keyword) :: {Collectable.t(), exit_status :: non_neg_integer}
  def cmd(command, args, opts \\ []) when is_binary(command) and is_list(args) do
    no_null!("System.cmd/3", "program", command)
    unless Enum.all?(args, &is_binary/1), do: raise(ArgumentError, "all arguments for System.cmd/3 must be binaries")
    path = if Path.type(command) == :absolute, do: command, else: find_executable(command) || :erlang.error(:enoent, [command, args, opts])
    run(path, args, opts)
  end

  @doc """
  Runs a command of the shell; returns its output and exit status. Options are those of `cmd/3`.

  ## Examples

      iex> System.shell("echo $WHO", env: [{"WHO", "me"}])
      {"me\\n", 0}

  """
  @spec shell(binary, keyword) :: {Collectable.t(), exit_status :: non_neg_integer}
  def shell(command, opts \\ []) when is_binary(command) do
    no_null!("System.shell/2", "program", command)
    {_, opts} = Keyword.pop(opts, :close_stdin)

    case String.trim(command) do
      "" -> {"", 0}
      _ -> run("/bin/sh", ["-c", command], opts)
    end
  end

  defp no_null!(function, what, text) do
    if String.contains?(text, "\0"), do: raise(ArgumentError, "cannot execute #{function} for #{what} with null byte, got: #{inspect(text)}")
  end

  defp run(path, args, opts) do
    {into, opts} = Keyword.pop(opts, :into, "")
    options = Enum.reduce(opts, %{}, &run_option/2)
    {initial, fun} = Collectable.into(into)

    case :beamlet_system.cmd(path, args, options) do
      {:ok, "", status} ->
        {fun.(initial, :done), status}

      {:ok, output, status} ->
        {fun.(fun.(initial, {:cont, output}), :done), status}

      {:error, reason} ->
        fun.(initial, :halt)
        :erlang.error(reason)
    end
  end

  defp run_option({:cd, directory}, acc) when is_binary(directory), do: Map.put(acc, :cd, directory)
  defp run_option({:stderr_to_stdout, true}, acc), do: Map.put(acc, :stderr_to_stdout, true)
  defp run_option({:stderr_to_stdout, false}, acc), do: acc
  defp run_option({:parallelism, flag}, acc) when is_boolean(flag), do: acc

  defp run_option({:env, pairs}, acc) do
    pairs =
      Enum.map(pairs, fn
        {name, nil} -> {env_text(name), nil}
        {name, value} -> {env_text(name), env_text(value)}
        other -> raise ArgumentError, "invalid environment variable #{inspect(other)}"
      end)

    Map.put(acc, :env, pairs)
  end

  defp run_option({:arg0, name}, acc) when is_binary(name), do: Map.put(acc, :arg0, name)
  defp run_option({key, value}, _acc), do: raise(ArgumentError, "invalid option #{inspect(key)} with value #{inspect(value)}")

  @doc false
  @deprecated "Use __STACKTRACE__ instead"
  def stacktrace(), do: []

  ## Stopping

  @doc "Stops at once, with a status or a text to print."
  @spec halt(non_neg_integer | binary | :abort) :: no_return
  def halt(status \\ 0)
  def halt(status) when is_integer(status) or status == :abort, do: :erlang.halt(status)
  def halt(status) when is_binary(status), do: :erlang.halt(String.to_charlist(status))

  @doc "Stops in order: applications are stopped first."
  @spec stop(non_neg_integer | binary) :: :ok
  def stop(status \\ 0)
  def stop(status) when is_integer(status), do: :init.stop(status)
  def stop(status) when is_binary(status), do: :init.stop(String.to_charlist(status))

  @signals [:sigabrt, :sigalrm, :sigchld, :sighup, :sigquit, :sigstop, :sigterm, :sigtstp, :sigusr1, :sigusr2]

  @doc """
  Has a function called whenever the operating system sends a signal: `{:ok, id}`.

  The function must return `:ok`. The signal then no longer does what it does by itself. An id that is in use for the signal
  gives `{:error, :already_registered}`.
  """
  @spec trap_signal(atom, (() -> :ok)) :: {:ok, reference} | {:error, :already_registered} | {:error, :not_sup}
  @spec trap_signal(atom, id, (() -> :ok)) :: {:ok, id} | {:error, :already_registered} | {:error, :not_sup} when id: term
  def trap_signal(signal, id \\ make_ref(), fun) when signal in @signals and is_function(fun, 0) do
    handler = {System.SignalHandler, {signal, id}}

    if handler in :gen_event.which_handlers(signal_server()) do
      {:error, :already_registered}
    else
      try do
        :os.set_signal(signal, :handle)
        :ok = :gen_event.add_handler(:erl_signal_server, handler, {signal, fun})
        {:ok, id}
      rescue
        ArgumentError -> {:error, :not_sup}
      end
    end
  end

  @doc "Ends what `trap_signal/3` began. Without any handler left, the signal does again what it does by itself."
  @spec untrap_signal(atom, id) :: :ok | {:error, :not_found} when id: term
  def untrap_signal(signal, id) when signal in @signals do
    server = signal_server()

    case :gen_event.delete_handler(server, {System.SignalHandler, {signal, id}}, :delete) do
      {:error, _} ->
        {:error, :not_found}

      _ ->
        others = for {System.SignalHandler, {^signal, _}} <- :gen_event.which_handlers(server), do: :ok
        if others == [], do: :os.set_signal(signal, :default)
        :ok
    end
  end

  defp signal_server() do
    if :erlang.whereis(:erl_signal_server) == :undefined, do: :gen_event.start({:local, :erl_signal_server})
    :erl_signal_server
  end

  @doc "Has a function called with the status when the program ends."
  @spec at_exit((non_neg_integer -> any)) :: :ok
  def at_exit(fun) when is_function(fun, 1), do: :persistent_term.put({System, :at_exit}, [fun | :persistent_term.get({System, :at_exit}, [])])

  @doc "Sets whether the system goes on when the script ends."
  @spec no_halt(boolean) :: :ok
  def no_halt(boolean) when is_boolean(boolean), do: :persistent_term.put({System, :no_halt}, boolean)

  @doc "Tells whether the system goes on when the script ends."
  @spec no_halt() :: boolean
  def no_halt(), do: :persistent_term.get({System, :no_halt}, false)

  ## Time

  @doc "Returns the monotonic time, in native units by default."
  @spec monotonic_time() :: integer
  def monotonic_time(), do: :erlang.monotonic_time()

  @doc "Returns the monotonic time in a unit."
  @spec monotonic_time(time_unit | :native) :: integer
  def monotonic_time(unit), do: :erlang.monotonic_time(normalize(unit))

  @doc "Returns the system time in native units."
  @spec system_time() :: integer
  def system_time(), do: :erlang.system_time()

  @doc "Returns the system time in a unit."
  @spec system_time(time_unit | :native) :: integer
  def system_time(unit), do: :erlang.system_time(normalize(unit))

  @doc "Converts between units of time, rounding down."
  @spec convert_time_unit(integer, time_unit | :native, time_unit | :native) :: integer
  def convert_time_unit(time, from_unit, to_unit), do: :erlang.convert_time_unit(time, normalize(from_unit), normalize(to_unit))

  @doc "Returns what is to be added to the monotonic time for the system time, in native units."
  @spec time_offset() :: integer
  def time_offset(), do: :erlang.time_offset()

  @doc "Returns what is to be added to the monotonic time for the system time, in a unit."
  @spec time_offset(time_unit | :native) :: integer
  def time_offset(unit), do: :erlang.time_offset(normalize(unit))

  @doc "Returns the host's time, in native units."
  @spec os_time() :: integer
  def os_time(), do: :os.system_time()

  @doc "Returns the host's time in a unit."
  @spec os_time(time_unit | :native) :: integer
  def os_time(unit), do: :os.system_time(normalize(unit))

  @doc "Returns an integer that no other call gives; modifiers `:positive` and `:monotonic`."
  @spec unique_integer([:positive | :monotonic]) :: integer
  def unique_integer(modifiers \\ []) when is_list(modifiers), do: :erlang.unique_integer(modifiers)

  defp normalize(:seconds), do: :second
  defp normalize(:milliseconds), do: :millisecond
  defp normalize(:microseconds), do: :microsecond
  defp normalize(:nanoseconds), do: :nanosecond

  defp normalize(unit) when unit in [:native, :second, :millisecond, :microsecond, :nanosecond], do: unit
  defp normalize(unit) when is_integer(unit) and unit > 0, do: unit

  defp normalize(other) do
    raise ArgumentError, "unsupported time unit. Expected :second, :millisecond, :microsecond, :nanosecond, or a positive integer, got #{inspect(other)}"
  end
end
