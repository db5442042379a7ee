defmodule :net_kernel do
  @moduledoc """
  Erlang's `:net_kernel`, as a node answers that is not distributed: there are no others.
  """

  def start(_options), do: {:error, :not_supported}
  def start(_name, _options), do: {:error, :not_supported}
  def stop(), do: {:error, :not_found}
  def connect_node(node) when is_atom(node), do: if(node == :erlang.node(), do: true, else: :ignored)
  def hidden_connect_node(node), do: connect_node(node)
  def disconnect(_node), do: :ignored
  def get_state(), do: %{started: :no}
  def longnames(), do: :ignored
  def nodename(), do: :erlang.node()
  def get_net_ticktime(), do: :ignored
  def set_net_ticktime(_time), do: :ignored
  def set_net_ticktime(_time, _period), do: :ignored
  def allow(_nodes), do: :ignored
  def allowed(), do: :ignored
  def monitor_nodes(flag) when is_boolean(flag), do: :ok
  def monitor_nodes(flag, options) when is_boolean(flag) and is_list(options), do: :ok
  def node_info(_node), do: {:error, :bad_node}
  def node_info(_node, _item), do: {:error, :bad_node}
  def nodes_info(), do: :ignored
  def setopts(_node, _options), do: :ignored
  def getopts(_node, _options), do: :ignored
  def verbose(_level), do: :ignored
end

defmodule :net_adm do
  @moduledoc """
  Erlang's `:net_adm`: names of hosts and nodes. No other node answers, and this one only when it is alive.
  """

  def localhost(), do: :beamlet_net.hostname()
  def ping(node) when is_atom(node), do: if(node == :erlang.node() and :erlang.is_alive(), do: :pong, else: :pang)
  def ping_list(_nodes), do: []
  def names(), do: {:error, :address}
  def names(_host), do: {:error, :address}
  def host_file(), do: {:error, :enoent}
  def world(), do: []
  def world(_verbosity), do: []
  def world_list(_hosts), do: []
  def world_list(_hosts, _verbosity), do: []

  def dns_hostname(host) do
    case :inet.gethostbyname(host) do
      {:ok, {:hostent, name, _, _, _, _}} -> {:ok, name}
      _ -> {:error, host}
    end
  end
end

defmodule :erts_debug do
  @moduledoc """
  Erlang's `:erts_debug`, as far as it is not native: functions for looking at the emulator.
  """

  @doc "Writes a term to standard error and gives its text."
  def display(term) do
    text = :io_lib.format(~c"~tp~n", [term])
    :beamlet_io.write(:stderr, :unicode.characters_to_binary(text))
    :lists.flatten(text)
  end

  def get_internal_state(item), do: :erlang.error({:not_supported, {:erts_debug, :get_internal_state, [item]}})
  def set_internal_state(item, value), do: :erlang.error({:not_supported, {:erts_debug, :set_internal_state, [item, value]}})
  def breakpoint(_mfa, _flag), do: 0
  def interpreter_size(), do: 0
end
