# One function handles all states: event, state and named time-outs, cancelling, zero, and replacing the content.
defmodule Clock do
  @behaviour :gen_statem

  @impl true
  def callback_mode, do: :handle_event_function

  @impl true
  def init(owner), do: {:ok, {:state, 0}, owner}

  @impl true
  def handle_event({:call, from}, {:do, actions}, _state, _owner) do
    {:keep_state_and_data, [{:reply, from, :ok} | actions]}
  end

  def handle_event({:call, from}, {:go, state, actions}, _old, owner) do
    {:next_state, state, owner, [{:reply, from, :ok} | actions]}
  end

  def handle_event(type, content, state, owner) do
    send(owner, {type, content, state})
    :keep_state_and_data
  end
end

next = fn ->
  receive do
    message -> message
  after
    60 -> :nothing
  end
end

{:ok, clock} = :gen_statem.start_link(Clock, self(), [])
run = fn actions -> :gen_statem.call(clock, {:do, actions}) end

# An event time-out ends with any event.
run.([{:timeout, 10, :event}])
IO.inspect(next.())
run.([{:timeout, 30, :event}])
run.([])
IO.inspect(next.())

# A plain number is an event time-out whose content is the number.
run.([10])
IO.inspect(next.())

# Named time-outs live side by side and through changes of state; state time-outs do not.
run.([{{:timeout, :a}, 10, 1}, {{:timeout, :b}, 20, 2}, {:state_timeout, 15, :gone}])
:gen_statem.call(clock, {:go, {:state, 1}, []})
IO.inspect(next.())
IO.inspect(next.())
IO.inspect(next.())

# Cancelled, replaced and updated ones.
run.([{{:timeout, :a}, 10, 1}, {{:timeout, :a}, :cancel}, {{:timeout, :b}, 10, :old}, {{:timeout, :b}, :update, :new}])
IO.inspect(next.())
IO.inspect(next.())

# Zero comes after what was inserted.
run.([{:state_timeout, 0, :zero}, {:next_event, :internal, :first}])
IO.inspect(next.())
IO.inspect(next.())

# Bad returns end the machine.
Logger.configure(level: :none)

defmodule Bad do
  def callback_mode, do: :handle_event_function
  def init(_), do: {:ok, :s, :d}
  def handle_event(:cast, :bad, _, _), do: :what
  def handle_event({:call, _}, :raise, _, _), do: raise("no")
end

defmodule Watch do
  def bad_return do
    {:ok, bad} = :gen_statem.start(Bad, [], [])
    ref = Process.monitor(bad)
    :gen_statem.cast(bad, :bad)
    down(ref)
  end

  def raise_in_call do
    {:ok, bad} = :gen_statem.start(Bad, [], [])
    ref = Process.monitor(bad)

    try do
      :gen_statem.call(bad, :raise)
    catch
      :exit, {{error, _stack}, {module, function, [_ | args]}} -> IO.inspect({error, module, function, args})
    end

    down(ref)
  end

  defp down(ref) do
    receive do
      {:DOWN, ^ref, _, _, {reason, _stack}} -> reason
    end
  end
end

IO.inspect(Watch.bad_return())
IO.inspect(Watch.raise_in_call())
