defmodule :beamlet_port do
  @moduledoc """
  Processes that hand their messages to the host.
  """

  @doc "Makes one of this name that writes to the host's channel of this number."
  @spec open(non_neg_integer, atom) :: pid
  def open(channel, name) do
    if :erlang.whereis(name) != :undefined, do: :erlang.error(:badarg, [channel, name])
    pid = :erlang.spawn(:beamlet_port, :forward, [channel])
    :erlang.register(name, pid)
    pid
  end

  @doc false
  def forward(channel) do
    receive do
      message -> deliver(channel, message)
    end

    forward(channel)
  end

  # A full channel is tried again soon; the messages behind this one wait in the mailbox meanwhile.
  defp deliver(channel, message) do
    case :beamlet_host.deliver(channel, message) do
      :ok ->
        :ok

      :full ->
        receive do
        after
          1 -> deliver(channel, message)
        end

      :closed ->
        :erlang.exit(:normal)

      :too_deep ->
        :erlang.exit(:system_limit)
    end
  end
end
