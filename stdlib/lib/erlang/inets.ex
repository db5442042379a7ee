defmodule :inets do
  @moduledoc """
  Erlang's `:inets`, of which there is the client of HTTP, `:httpc`; it needs no starting. Servers are refused.
  """

  def start(), do: :ok
  def start(type) when type in [:permanent, :transient, :temporary], do: :ok
  def start(:httpc, _options), do: {:ok, self()}
  def start(service, _options), do: {:error, {:not_supported, service}}
  def start(:httpc, _options, _how), do: {:ok, self()}
  def start(service, _options, _how), do: {:error, {:not_supported, service}}
  def stop(), do: :ok
  def stop(_service, _reference), do: :ok
  def services(), do: []
  def services_info(), do: []
  def service_names(), do: [:httpc]
end
