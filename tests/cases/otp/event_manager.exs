# Handlers are called in turn, latest first; one that fails goes alone; supervised ones end with their process.
defmodule H do
  @behaviour :gen_event

  @impl true
  def init({{owner, tag}, {:handed, n}}), do: {:ok, {owner, tag, n}}
  def init({owner, tag}), do: {:ok, {owner, tag, 0}}
  def init(other), do: {:error, other}

  @impl true
  def handle_event(:crash_b, {_, :b, _}), do: raise("b")
  def handle_event(:leave_b, {_, :b, _}), do: :remove_handler

  def handle_event(event, {owner, tag, n}) do
    send(owner, {tag, event})
    {:ok, {owner, tag, n + 1}}
  end

  @impl true
  def handle_call(:count, {_, _, n} = state), do: {:ok, n, state}
  def handle_call(:bye, _state), do: {:remove_handler, :gone}

  @impl true
  def handle_info(message, {owner, tag, _} = state) do
    send(owner, {tag, :info, message})
    {:ok, state}
  end

  @impl true
  def terminate(:hand_over, {_, _, n}), do: {:handed, n}

  def terminate(reason, {owner, tag, _}) do
    reason = with {:error, {:EXIT, {%RuntimeError{message: m}, _}}} <- reason, do: {:raised, m}
    send(owner, {tag, :terminate, reason})
    {:terminated, tag}
  end
end

Logger.configure(level: :none)

mailbox = fn mailbox ->
  receive do
    message -> [message | mailbox.(mailbox)]
  after
    0 -> []
  end
end

{:ok, m} = :gen_event.start_link()
IO.inspect(:gen_event.add_handler(m, {H, :a}, {self(), :a}))
IO.inspect(:gen_event.add_handler(m, {H, :b}, {self(), :b}))
IO.inspect(:gen_event.add_handler(m, {H, :c}, :nonsense))
IO.inspect(:gen_event.which_handlers(m))
:gen_event.sync_notify(m, :one)
IO.inspect(mailbox.(mailbox))
send(m, :hello)
:gen_event.sync_notify(m, :crash_b)
IO.inspect(mailbox.(mailbox))
IO.inspect(:gen_event.which_handlers(m))
IO.inspect(:gen_event.call(m, {H, :a}, :count))
IO.inspect(:gen_event.call(m, {H, :b}, :count))
IO.inspect(:gen_event.add_handler(m, {H, :b}, {self(), :b}))
:gen_event.sync_notify(m, :leave_b)
IO.inspect(mailbox.(mailbox))
IO.inspect(:gen_event.delete_handler(m, {H, :zz}, :why))
IO.inspect(:gen_event.swap_handler(m, {{H, :a}, :hand_over}, {{H, :d}, {self(), :d}}))
IO.inspect(:gen_event.call(m, {H, :d}, :count))
IO.inspect(:gen_event.delete_handler(m, {H, :d}, :why))
IO.inspect(mailbox.(mailbox))

# Supervised: the handler goes when the process that added it does.
me = self()

pid =
  spawn(fn ->
    :ok = :gen_event.add_sup_handler(m, {H, :s}, {me, :s})
    send(me, :added)

    receive do
      :stop -> exit(:over)
    end
  end)

receive do
  :added -> :ok
end

IO.inspect(:gen_event.which_handlers(m))
send(pid, :stop)

receive do
  message -> IO.inspect(message)
end

# ... and the process hears of the handler's end.
:ok = :gen_event.add_sup_handler(m, {H, :t}, {me, :t})
IO.inspect(:gen_event.call(m, {H, :t}, :bye))
IO.inspect(mailbox.(mailbox))
:ok = :gen_event.add_handler(m, {H, :last}, {me, :last})
IO.inspect(:gen_event.stop(m))
IO.inspect(mailbox.(mailbox))
