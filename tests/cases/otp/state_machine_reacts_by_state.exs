# A state machine with state functions: postponed events wait for the next state, inserted events come first, a state
# time-out ends with its state, and entering a state is an event.
defmodule Door do
  @behaviour :gen_statem

  def start_link(code), do: :gen_statem.start_link(__MODULE__, {code, self()}, [])

  @impl true
  def callback_mode, do: [:state_functions, :state_enter]

  @impl true
  def init({code, owner}), do: {:ok, :locked, %{code: code, typed: [], owner: owner}}

  def locked(:enter, from, data) do
    send(data.owner, {:entered, :locked, from})
    {:keep_state, %{data | typed: []}}
  end

  def locked({:call, from}, {:button, digit}, data) do
    typed = data.typed ++ [digit]

    if typed == data.code do
      {:next_state, :open, data, [{:reply, from, :opened}]}
    else
      {:keep_state, %{data | typed: typed}, [{:reply, from, {:typed, length(typed)}}]}
    end
  end

  def locked({:call, _from}, :walk_through, _data), do: {:keep_state_and_data, :postpone}

  def locked({:call, from}, :shout, data) do
    {:keep_state, data, [{:next_event, :internal, {:heard, 1}}, {:next_event, :internal, {:heard, 2}}, {:reply, from, :ok}]}
  end

  def locked(:internal, {:heard, n}, data) do
    send(data.owner, {:heard, n})
    :keep_state_and_data
  end

  def locked(:cast, :stop, _data), do: {:stop, :normal}

  def open(:enter, from, data) do
    send(data.owner, {:entered, :open, from})
    {:keep_state_and_data, [{:state_timeout, 20, :close}]}
  end

  def open(:state_timeout, :close, data), do: {:next_state, :locked, data}
  def open({:call, from}, :walk_through, data), do: {:next_state, :locked, data, {:reply, from, :inside}}
  def open({:call, from}, {:button, _}, _data), do: {:keep_state_and_data, {:reply, from, :already_open}}

  @impl true
  def terminate(reason, state, data) do
    send(data.owner, {:terminated, reason, state})
  end
end

next = fn ->
  receive do
    message -> message
  after
    1000 -> :nothing
  end
end

{:ok, door} = Door.start_link([1, 2])
IO.inspect(next.())
IO.inspect(:gen_statem.call(door, :shout))
IO.inspect({next.(), next.()})
IO.inspect(:gen_statem.call(door, {:button, 1}))

visitor = Task.async(fn -> :gen_statem.call(door, :walk_through) end)
# The visitor waits: the call is postponed until the door opens.
IO.inspect(Task.yield(visitor, 20))
IO.inspect(:gen_statem.call(door, {:button, 2}))
IO.inspect(Task.await(visitor))
IO.inspect({next.(), next.()})

# Open it again and let the state time-out close it.
IO.inspect(:gen_statem.call(door, {:button, 1}))
IO.inspect(:gen_statem.call(door, {:button, 2}))
IO.inspect(:gen_statem.call(door, {:button, 9}))
IO.inspect({next.(), next.()})
IO.inspect(elem(:sys.get_state(door), 0))

:gen_statem.cast(door, :stop)
IO.inspect(next.())
