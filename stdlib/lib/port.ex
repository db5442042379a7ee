defmodule Port do
  @moduledoc """
  Ports: programs beside the VM, and sockets, with which processes exchange messages.

  A port belongs to the process that opened it. Messages to it are `{owner, {:command, data}}`, `{owner, :close}` and
  `{owner, {:connect, new_owner}}`; those it sends are `{port, {:data, data}}`, `{port, :closed}`, `{port, :connected}`,
  `{port, {:exit_status, status}}` and `{port, :eof}`, the last two when asked for. When it ends, linked processes get
  `{:EXIT, port, reason}`.

  ## Examples

      iex> port = Port.open({:spawn, "cat"}, [:binary])
      iex> send(port, {self(), {:command, "hello"}})
      iex> receive do
      ...>   {^port, {:data, data}} -> data
      ...> end
      "hello"
      iex> Port.close(port)
      true

  """

  @type name ::
          {:spawn, charlist | binary}
          | {:spawn_driver, charlist | binary}
          | {:spawn_executable, :file.name_all()}
          | {:fd, non_neg_integer, non_neg_integer}

  @doc """
  Opens a port to a program: `{:spawn, command}` through the shell, `{:spawn_executable, path}` without it.

  Options: `:binary`, `:exit_status`, `:stderr_to_stdout`, `{:packet, 1 | 2 | 4}`, `{:line, length}`, `:stream`, `{:cd, dir}`,
  `{:env, pairs}`, `{:args, args}`, `{:arg0, name}`, `:eof`, `:in`, `:out`, `:use_stdio`, `:hide`.
  """
  @spec open(name, list) :: port
  def open(name, options), do: :erlang.open_port(name, options)

  @doc "Closes a port. Raises `ArgumentError` if it is closed already."
  @spec close(port) :: true
  def close(port), do: :erlang.port_close(port)

  @doc "Sends data to a port; any process may."
  @spec command(port, iodata, [:force | :nosuspend]) :: boolean
  def command(port, data, options \\ []), do: :erlang.port_command(port, data, options)

  @doc "Makes another process the owner of a port. The old one stays linked."
  @spec connect(port, pid) :: true
  def connect(port, pid), do: :erlang.port_connect(port, pid)

  @doc """
  Tells what is known of a port, as a keyword list; `nil` if it is closed.

  ## Examples

      iex> port = Port.open({:spawn, "cat"}, [])
      iex> Port.info(port)[:name]
      'cat'
      iex> Port.close(port)
      iex> Port.info(port)
      nil

  """
  @spec info(port | atom) :: keyword | nil
  def info(port), do: undefined_to_nil(:erlang.port_info(port))

  @doc "Tells one thing of a port, as a pair; `nil` if it is closed."
  @spec info(port, atom) :: {atom, term} | nil
  def info(port, item)

  def info(port, :registered_name) do
    case :erlang.port_info(port, :registered_name) do
      :undefined -> nil
      [] -> {:registered_name, []}
      pair -> pair
    end
  end

  def info(port, item), do: undefined_to_nil(:erlang.port_info(port, item))

  @doc "Has the caller told when a port ends: `{:DOWN, ref, :port, port, reason}`."
  @spec monitor(port | {name :: atom, node} | (name :: atom)) :: reference
  def monitor(port), do: :erlang.monitor(:port, port)

  @doc "Ends a monitor; with `:flush` takes its message out of the mailbox."
  @spec demonitor(reference, options :: [:flush | :info]) :: boolean
  defdelegate demonitor(monitor_ref, options \\ []), to: :erlang

  @doc "Lists the open ports."
  @spec list() :: [port]
  def list(), do: :erlang.ports()

  defp undefined_to_nil(:undefined), do: nil
  defp undefined_to_nil(value), do: value
end
