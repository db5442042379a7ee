defmodule Node do
  @moduledoc """
  Functions about nodes, virtual machines that talk to each other.
  """

  @type t :: node
  @typedoc "Which nodes are asked for."
  @type state :: :visible | :hidden | :connected | :this | :known

  @doc "Tells whether this node can talk to others."
  @spec alive?() :: boolean
  def alive?(), do: :erlang.is_alive()

  @doc "Returns the name of this node."
  @spec self() :: t
  def self(), do: :erlang.node()

  @doc "Lists the connected nodes."
  @spec list() :: [t]
  def list(), do: :erlang.nodes()

  @doc "Lists nodes of a kind."
  @spec list(atom | [atom]) :: [t]
  def list(args), do: :erlang.nodes(args)

  @doc "Monitors a node."
  @spec monitor(t, boolean) :: true
  def monitor(node, flag), do: :erlang.monitor_node(node, flag)

  @doc "Disconnects from a node."
  @spec disconnect(t) :: boolean | :ignored
  def disconnect(node), do: :erlang.disconnect_node(node)

  @doc "Returns the secret that connecting nodes share."
  @spec get_cookie() :: atom
  def get_cookie(), do: :erlang.get_cookie()

  @doc "Sets the cookie of a node, of this one by default."
  @spec set_cookie(t, atom) :: true
  def set_cookie(node \\ Node.self(), cookie) when is_atom(cookie), do: :erlang.set_cookie(node, cookie)

  @doc "Asks a node for an answer: `:pong`, or `:pang` when there is none."
  @spec ping(t) :: :pong | :pang
  def ping(node), do: :net_adm.ping(node)

  @doc "Connects to a node. Without distribution there is none to connect to: `:ignored`."
  @spec connect(t) :: boolean | :ignored
  def connect(node) when is_atom(node), do: if(node == :erlang.node(), do: true, else: :ignored)

  @doc "Monitors a node, with options: `:allow_passive_connect`."
  @spec monitor(t, boolean, [:allow_passive_connect]) :: true
  def monitor(node, flag, _options), do: monitor(node, flag)

  @doc "Makes this node one that others can reach. There is no distribution here: `{:error, :not_supported}`."
  @spec start(node, :longnames | :shortnames, non_neg_integer) :: {:ok, pid} | {:error, term}
  def start(name, type \\ :longnames, tick_time \\ 15000)
      when is_atom(name) and type in [:longnames, :shortnames] and is_integer(tick_time),
      do: {:error, :not_supported}

  @doc "Makes this node unreachable again: `{:error, :not_found}` if it was never reachable."
  @spec stop :: :ok | {:error, :not_allowed | :not_found}
  def stop, do: {:error, :not_found}

  ## Processes on nodes. The only node is this one.

  @doc "Starts a process on a node."
  @spec spawn(t, (() -> any)) :: pid
  def spawn(node, fun), do: local!(node, fn -> :erlang.spawn(fun) end)

  @doc "Starts a process on a node, with options; see `:erlang.spawn_opt/2`."
  @spec spawn(t, (() -> any), Process.spawn_opts()) :: pid | {pid, reference}
  def spawn(node, fun, options), do: local!(node, fn -> :erlang.spawn_opt(fun, options) end)

  @doc "Starts a process on a node that calls a function of a module."
  @spec spawn(t, module, atom, [any]) :: pid
  def spawn(node, module, fun, args), do: local!(node, fn -> :erlang.spawn(module, fun, args) end)

  @doc "Starts a process on a node that calls a function of a module, with options."
  @spec spawn(t, module, atom, [any], Process.spawn_opts()) :: pid | {pid, reference}
  def spawn(node, module, fun, args, options), do: local!(node, fn -> :erlang.spawn_opt(module, fun, args, options) end)

  @doc "Starts a process on a node, linked to the caller."
  @spec spawn_link(t, (() -> any)) :: pid
  def spawn_link(node, fun), do: local!(node, fn -> :erlang.spawn_link(fun) end)

  @doc "Starts a process on a node that calls a function of a module, linked to the caller."
  @spec spawn_link(t, module, atom, [any]) :: pid
  def spawn_link(node, module, fun, args), do: local!(node, fn -> :erlang.spawn_link(module, fun, args) end)

  @doc "Starts a process on a node and monitors it."
  @spec spawn_monitor(t, (() -> any)) :: {pid, reference}
  def spawn_monitor(node, fun), do: local!(node, fn -> :erlang.spawn_monitor(fun) end)

  @doc "Starts a process on a node that calls a function of a module, and monitors it."
  @spec spawn_monitor(t, module, atom, [any]) :: {pid, reference}
  def spawn_monitor(node, module, fun, args), do: local!(node, fn -> :erlang.spawn_monitor(module, fun, args) end)

  defp local!(node, start) when node == :erlang.node(), do: start.()

  defp local!(node, _start) when is_atom(node) do
    raise ArgumentError, "cannot start a process on #{inspect(node)}: this system talks to no other nodes"
  end
end
