# Everything a callback of a server may answer.
Logger.configure(level: :none)

defmodule S do
  use GenServer

  @impl true
  def init({:continue, owner}), do: {:ok, [owner], {:continue, :first}}
  def init({:timeout, owner}), do: {:ok, [owner], 5}
  def init({:hibernate, owner}), do: {:ok, [owner], :hibernate}
  def init(:ignore), do: :ignore
  def init({:stop, reason}), do: {:stop, reason}
  def init(:raise), do: raise("in init")
  def init(:throw), do: throw({:ok, [self()]})
  def init(:odd), do: :odd

  @impl true
  def handle_continue(arg, [owner | _] = state) do
    send(owner, {:continued, arg})
    if arg == :first, do: {:noreply, state, {:continue, :second}}, else: {:noreply, state}
  end

  @impl true
  def handle_call(:reply, _from, state), do: {:reply, :replied, state}
  def handle_call(:reply_timeout, _from, state), do: {:reply, :replied, state, 1}
  def handle_call(:reply_continue, _from, state), do: {:reply, :replied, state, {:continue, :after_reply}}
  def handle_call(:reply_hibernate, _from, state), do: {:reply, :replied, state, :hibernate}

  def handle_call(:later, from, state) do
    send(self(), {:answer, from})
    {:noreply, state}
  end

  def handle_call(:stop_reply, _from, state), do: {:stop, :normal, :stopped, state}
  def handle_call(:stop, _from, state), do: {:stop, {:shutdown, :now}, state}
  def handle_call(:throw, _from, state), do: throw({:reply, :thrown, state})
  def handle_call(:bad, _from, _state), do: :bad
  def handle_call(:exit, _from, _state), do: exit(:out)

  @impl true
  def handle_info({:answer, from}, state) do
    GenServer.reply(from, :answered)
    {:noreply, state}
  end

  def handle_info(message, [owner | _] = state) do
    send(owner, {:info, message})
    {:noreply, state}
  end

  @impl true
  def handle_cast({:stop, reason}, state), do: {:stop, reason, state}
  def handle_cast(message, [owner | _] = state) do
    send(owner, {:cast, message})
    {:noreply, state}
  end

  @impl true
  def terminate(reason, [owner | _]), do: send(owner, {:terminate, reason})
end

next = fn ->
  receive do
    message -> message
  after
    500 -> :nothing
  end
end

{:ok, s} = GenServer.start(S, {:continue, self()})
IO.inspect({next.(), next.()})
IO.inspect(GenServer.call(s, :reply))
IO.inspect(GenServer.call(s, :reply_timeout))
IO.inspect(next.())
IO.inspect(GenServer.call(s, :reply_continue))
IO.inspect(next.())
IO.inspect(GenServer.call(s, :reply_hibernate))
IO.inspect(GenServer.call(s, :later))
IO.inspect(GenServer.call(s, :throw))
IO.inspect(GenServer.cast(s, :hello))
IO.inspect(next.())
send(s, :plain)
IO.inspect(next.())
IO.inspect(GenServer.call(s, :stop_reply))
IO.inspect(next.())

{:ok, s} = GenServer.start(S, {:timeout, self()})
IO.inspect(next.())
IO.inspect(try(do: GenServer.call(s, :stop), catch: (kind, {reason, {m, f, [_ | args]}} -> {kind, reason, m, f, args})))
IO.inspect(next.())

for request <- [:bad, :exit] do
  {:ok, s} = GenServer.start(S, {:hibernate, self()})
  IO.inspect(try(do: GenServer.call(s, request), catch: (:exit, {reason, _} -> reason)))
  IO.inspect(next.())
end

{:ok, s} = GenServer.start(S, {:hibernate, self()})
ref = Process.monitor(s)
GenServer.cast(s, {:stop, :because})
IO.inspect({next.(), elem(next.(), 4)})
Process.demonitor(ref, [:flush])

IO.inspect(GenServer.start(S, :ignore))
IO.inspect(GenServer.start(S, {:stop, :no}))
IO.inspect(GenServer.start(S, :odd))
{:error, {error, stack}} = GenServer.start(S, :raise)
IO.inspect({error, is_list(stack)})
{:ok, thrown} = GenServer.start(S, :throw)
IO.inspect(is_pid(thrown))

# Starting with a link and a failing init sends an exit signal too.
Process.flag(:trap_exit, true)
IO.inspect(GenServer.start_link(S, {:stop, :no}))

receive do
  {:EXIT, _, reason} -> IO.inspect({:exit_signal, reason})
end

# A name can be used again at once after a failure.
IO.inspect(GenServer.start_link(S, {:stop, :no}, name: :again))
{:ok, s} = GenServer.start_link(S, {:hibernate, self()}, name: :again)
IO.inspect(GenServer.stop(:again, :shutdown) == :ok and not Process.alive?(s))
