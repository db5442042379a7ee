defmodule :ssl do
  @moduledoc """
  Erlang's `:ssl`, which is not there: starting it does no harm, connecting is refused.
  """

  def start(), do: :ok
  def start(_type), do: :ok
  def stop(), do: :ok
  def connect(_socket, _options), do: refuse()
  def connect(_host, _port, _options), do: refuse()
  def connect(_host, _port, _options, _timeout), do: refuse()
  def listen(_port, _options), do: refuse()
  def handshake(_socket), do: refuse()
  def handshake(_socket, _options), do: refuse()
  def handshake(_socket, _options, _timeout), do: refuse()
  def cipher_suites(_kind, _version), do: []
  def versions(), do: [ssl_app: ~c"10.8.7", supported: [], supported_dtls: [], available: [], available_dtls: [], implemented: [], implemented_dtls: []]

  defp refuse(), do: {:error, {:not_supported, :ssl}}
end
