defmodule Node do
  @moduledoc """
  Functions about nodes, virtual machines that talk to each other.
  """

  @type t :: node

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

  @doc "Asks a node for an answer: `:pong`, or `:pang` when there is none."
  @spec ping(t) :: :pong | :pang
  def ping(node), do: if(node == :erlang.node(), do: :pong, else: :pang)

  @doc "Starts a process on a node."
  @spec spawn(t, (() -> any)) :: pid
  def spawn(node, fun) when node == :erlang.node(), do: :erlang.spawn(fun)

  @doc "Starts a process on a node that calls a function of a module."
  @spec spawn(t, module, atom, [any]) :: pid
  def spawn(node, module, fun, args) when node == :erlang.node(), do: :erlang.spawn(module, fun, args)
end
