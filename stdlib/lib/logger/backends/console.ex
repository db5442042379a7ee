defmodule Logger.Backends.Console do
  @moduledoc """
  The backend that writes to the terminal, as an event handler for whoever installs it by hand.

  The backend `:console` of `Logger` takes the same options and needs no handler: what it writes, the process that logs
  writes itself.

  ## Options

    * `:level` - the least level that is written
    * `:format` - a pattern for `Logger.Formatter`, or `{module, function}`
    * `:metadata` - the keys that the pattern's `$metadata` shows, or `:all`
    * `:colors` - a keyword list of levels and their colours, and `:enabled`
    * `:device` - where to write, `:user` unless given

  """

  @behaviour :gen_event

  @impl true
  def init(:console), do: start(Application.get_env(:logger, :console, []))
  def init({__MODULE__, options}) when is_list(options), do: start(Keyword.merge(Application.get_env(:logger, :console, []), options))

  defp start(options) do
    console = Logger.Handler.console(options)
    if Process.whereis(console.device) || not is_atom(console.device), do: {:ok, console}, else: {:error, :ignore}
  end

  @impl true
  def handle_call({:configure, options}, console), do: {:ok, :ok, Logger.Handler.reconfigured(console, options)}

  @impl true
  def handle_event({_level, leader, _event}, console) when node(leader) != node(), do: {:ok, console}

  def handle_event({level, _leader, {Logger, chardata, timestamp, metadata}}, console) do
    Logger.Handler.write_event(Keyword.get(metadata, :erl_level, level), chardata, timestamp, metadata, console)
    {:ok, console}
  end

  def handle_event(_event, console), do: {:ok, console}

  @impl true
  def handle_info(_message, console), do: {:ok, console}
end
