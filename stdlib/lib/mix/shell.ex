defmodule Mix.Shell do
  @moduledoc """
  What a task says, asks and runs goes through a shell: a module with these callbacks.
  """

  @callback info(message :: IO.ANSI.ansidata()) :: :ok
  @callback error(message :: IO.ANSI.ansidata()) :: :ok
  @callback prompt(message :: binary) :: binary
  @callback yes?(message :: binary) :: boolean
  @callback yes?(message :: binary, options :: keyword) :: boolean
  @callback cmd(command :: binary) :: integer
  @callback cmd(command :: binary, options :: keyword) :: integer
  @callback print_app() :: :ok
  @optional_callbacks yes?: 2

  @doc "Returns the name of the application whose project is not the topmost one, once for each change; else `nil`."
  @spec printable_app_name() :: atom | nil
  def printable_app_name, do: Mix.Project.introduce()

  @doc """
  Runs a command of the operating system's shell; `callback` gets its output. Returns its exit status.

  ## Options

    * `:quiet` - drops the output
    * `:stderr_to_stdout` - takes errors for output, as is the default
    * `:env` - variables for the command
    * `:cd` - the directory to run in
    * `:print_app` - whether the shell says first whose output this is, as is the default

  """
  @spec cmd(String.t() | {String.t(), [String.t()]}, keyword, (binary -> term)) :: exit_status :: non_neg_integer
  def cmd(command, options \\ [], callback) when is_list(options) and is_function(callback, 1) do
    opts = Keyword.take(options, [:cd, :env]) ++ [stderr_to_stdout: Keyword.get(options, :stderr_to_stdout, true)]

    {output, status} =
      case command do
        {program, args} -> System.cmd(program, args, opts)
        text -> System.cmd("sh", ["-c", text], opts)
      end

    unless options[:quiet], do: callback.(output)
    status
  end
end

defmodule Mix.Shell.IO do
  @moduledoc "The shell that prints to standard output and asks on standard input."
  @behaviour Mix.Shell

  @doc "Prints the name of the application that is worked on, if it has changed."
  @impl true
  def print_app do
    if name = Mix.Shell.printable_app_name(), do: IO.puts("==> #{name}")
    :ok
  end

  @doc "Prints a message."
  @impl true
  def info(message) do
    print_app()
    IO.puts(IO.ANSI.format(message))
  end

  @doc "Prints a message to standard error, in red where colours are on."
  @impl true
  def error(message) do
    print_app()
    IO.puts(:stderr, IO.ANSI.format([:red, :bright, message]))
  end

  @doc "Prints a message and returns the line that is typed then."
  @impl true
  def prompt(message) do
    print_app()
    IO.gets(message <> " ") |> to_string()
  end

  @doc "Asks a question; an empty answer is the option `:default`, `:yes` unless given."
  @impl true
  def yes?(message, options \\ []) do
    default = Keyword.get(options, :default, :yes)
    unless default in [:yes, :no], do: raise(ArgumentError, "expected :default to be either :yes or :no, got: #{inspect(default)}")
    print_app()
    answer = IO.gets(message <> if(default == :yes, do: " [Yn] ", else: " [yN] "))
    answered?(answer, default)
  end

  defp answered?(answer, default) when is_binary(answer) do
    case answer |> String.trim() |> String.downcase() do
      "" -> default == :yes
      text -> text in ["y", "yes"]
    end
  end

  defp answered?(_eof, _default), do: false

  @doc "Runs a command and prints its output."
  @impl true
  def cmd(command, options \\ []) do
    if Keyword.get(options, :print_app, true), do: print_app()
    Mix.Shell.cmd(command, options, &IO.write/1)
  end
end

defmodule Mix.Shell.Quiet do
  @moduledoc "The shell that prints errors only."
  @behaviour Mix.Shell

  @impl true
  def print_app, do: :ok

  @impl true
  def info(_message), do: :ok

  @impl true
  defdelegate error(message), to: Mix.Shell.IO

  @impl true
  defdelegate prompt(message), to: Mix.Shell.IO

  @impl true
  def yes?(message, options \\ []), do: Mix.Shell.IO.yes?(message, options)

  @impl true
  def cmd(command, options \\ []), do: Mix.Shell.cmd(command, [quiet: true] ++ options, fn _ -> :ok end)
end

defmodule Mix.Shell.Process do
  @moduledoc """
  The shell that sends what is said to the process that runs the task, and takes answers from its mailbox.

  Messages are `{:mix_shell, :info | :error | :prompt | :yes? | :run, args}`; answers `{:mix_shell_input, :prompt | :yes?, value}`.
  """
  @behaviour Mix.Shell

  @doc "Drops, or hands to `callback`, all messages of the shell in the mailbox."
  @spec flush(((Mix.Shell.t() -> any)) | nil) :: :done
  def flush(callback \\ fn _ -> :ok end) do
    receive do
      {:mix_shell, _, _} = message ->
        callback.(message)
        flush(callback)
    after
      0 -> :done
    end
  end

  @impl true
  def print_app do
    if name = Mix.Shell.printable_app_name(), do: tell(:info, ["==> #{name}"])
    :ok
  end

  @impl true
  def info(message) do
    print_app()
    tell(:info, [format(message)])
  end

  @impl true
  def error(message) do
    print_app()
    tell(:error, [format(message)])
  end

  @impl true
  def prompt(message) do
    print_app()
    tell(:prompt, [format(message)])

    receive do
      {:mix_shell_input, :prompt, answer} -> answer
    after
      0 -> raise "no shell process input given for prompt/1"
    end
  end

  @impl true
  def yes?(message, _options \\ []) do
    print_app()
    tell(:yes?, [format(message)])

    receive do
      {:mix_shell_input, :yes?, answer} -> answer
    after
      0 -> raise "no shell process input given for yes?/1"
    end
  end

  @impl true
  def cmd(command, options \\ []) do
    if Keyword.get(options, :print_app, true), do: print_app()
    Mix.Shell.cmd(command, options, fn data -> tell(:run, [data]) end)
  end

  defp tell(kind, args) do
    send(self(), {:mix_shell, kind, args})
    :ok
  end

  defp format(message), do: message |> IO.ANSI.format() |> IO.iodata_to_binary()
end
