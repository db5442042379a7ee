# gen_server, gen_statem, supervisor, proc_lib: OTP's own
loaded = fn modules -> Enum.all?(modules, &(is_list(:code.which(&1)) and to_string(:code.which(&1)) =~ ".beam")) end
IO.inspect(loaded.([:gen, :gen_server, :gen_statem, :supervisor, :proc_lib]))
Logger.configure(level: :none)

defmodule Stack do
  @behaviour :gen_server
  def start_link(initial), do: :gen_server.start_link({:local, __MODULE__}, __MODULE__, initial, [])
  def init(initial), do: {:ok, initial, {:continue, :ready}}
  def handle_continue(:ready, stack), do: {:noreply, [:ready | stack]}
  def handle_call(:pop, _, [head | rest]), do: {:reply, head, rest}
  def handle_call(:pop, from, []), do: {:noreply, {:waits, from}}
  def handle_call(:boom, _, _), do: raise("boom")
  def handle_call(:late, _, stack), do: {:noreply, stack}
  def handle_cast({:push, x}, {:waits, from}), do: {:gen_server.reply(from, x) && :noreply, []}
  def handle_cast({:push, x}, stack), do: {:noreply, [x | stack]}
  def handle_info({:give, pid}, stack), do: {:noreply, (send(pid, {:state, stack}) && stack), 10}
  def handle_info(:timeout, stack), do: {:noreply, [:idle | stack]}
  def terminate(reason, _), do: send(:tester, {:terminated, reason})
end

Process.register(self(), :tester)
Process.flag(:trap_exit, true)
{:ok, pid} = Stack.start_link([1, 2])
IO.inspect(for _ <- 1..3, do: :gen_server.call(Stack, :pop))
task = Task.async(fn -> :gen_server.call(Stack, :pop) end)
send(Stack, {:give, self()})
receive do: ({:state, _} -> :ok)
:gen_server.cast(Stack, {:push, :late_value})
IO.inspect(Task.await(task))
IO.inspect(try(do: :gen_server.call(Stack, :late, 20), catch: (:exit, {reason, {m, f, _}} -> {reason, m, f})))
IO.inspect(:sys.get_state(pid))
IO.inspect(:gen_server.start_link({:local, Stack}, Stack, [], []) == {:error, {:already_started, pid}})
IO.inspect(try(do: :gen_server.call(Stack, :boom), catch: (:exit, {{%RuntimeError{message: m}, _}, _} -> m)))
receive do: ({:EXIT, ^pid, {%RuntimeError{}, _}} -> IO.puts("linked"))
receive do: ({:terminated, {%RuntimeError{}, _}} -> IO.puts("terminated"))
IO.inspect(try(do: :gen_server.call(Stack, :pop), catch: (:exit, {:noproc, _} -> :noproc)))
{:ok, stopped} = Stack.start_link([])
IO.inspect({:gen_server.stop(stopped, :shutdown, 1000), Process.alive?(stopped)})

defmodule Door do
  @behaviour :gen_statem
  def callback_mode, do: [:state_functions, :state_enter]
  def init(code), do: {:ok, :locked, %{code: code, log: []}}
  def locked(:enter, old, data), do: {:keep_state, %{data | log: [{:locked_from, old} | data.log]}}
  def locked({:call, from}, {:enter_code, code}, %{code: code} = data), do: {:next_state, :open, data, [{:reply, from, :ok}]}
  def locked({:call, from}, {:enter_code, _}, _), do: {:keep_state_and_data, [{:reply, from, :wrong}]}
  def locked({:call, _}, :walk, _), do: {:keep_state_and_data, [:postpone]}
  def locked({:call, from}, :log, data), do: {:keep_state_and_data, [{:reply, from, Enum.reverse(data.log)}]}
  def open(:enter, _, data), do: {:keep_state, data, [{:state_timeout, 30, :close}]}
  def open({:call, from}, :walk, data), do: {:keep_state, %{data | log: [:walked | data.log]}, [{:reply, from, :through}]}
  def open(:state_timeout, :close, data), do: {:next_state, :locked, data}
end

{:ok, door} = :gen_statem.start_link(Door, 42, [])
walker = Task.async(fn -> :gen_statem.call(door, :walk) end)
IO.inspect(:gen_statem.call(door, {:enter_code, 1}))
IO.inspect(:gen_statem.call(door, {:enter_code, 42}))
IO.inspect(Task.await(walker))
wait = fn wait -> if match?({:locked, _}, :sys.get_state(door)), do: :ok, else: wait.(wait) end
wait.(wait)
IO.inspect(:gen_statem.call(door, :log))
IO.inspect(:gen_statem.stop(door))

defmodule Worker do
  def start_link(name), do: :proc_lib.start_link(__MODULE__, :init, [name])
  def init(name) do
    Process.register(self(), name)
    :proc_lib.init_ack({:ok, self()})
    loop(name)
  end
  defp loop(name) do
    receive do
      {:ping, from} -> send(from, {:pong, name}) && loop(name)
      :crash -> exit(:crashed)
    end
  end
end

defmodule Top do
  def init(children), do: {:ok, {%{strategy: :one_for_all, intensity: 3, period: 60}, children}}
end

children = for name <- [:w1, :w2], do: %{id: name, start: {Worker, :start_link, [name]}}
{:ok, top} = :supervisor.start_link(Top, children)
before = Process.whereis(:w2)
ref = Process.monitor(before)
send(:w1, :crash)
receive do: ({:DOWN, ^ref, _, _, reason} -> IO.inspect(reason))
again = fn again -> if Process.whereis(:w1) && Process.whereis(:w2), do: :ok, else: again.(again) end
again.(again)
send(:w2, {:ping, self()})
IO.inspect(receive(do: ({:pong, name} -> {name, Process.whereis(:w2) != before})))
IO.inspect(:supervisor.count_children(top) |> Enum.sort())
IO.inspect(:supervisor.terminate_child(top, :w1))
IO.inspect(:supervisor.restart_child(top, :w1) |> elem(0))
IO.inspect(:supervisor.which_children(top) |> Enum.map(&elem(&1, 0)))
IO.inspect(:supervisor.start_child(top, %{id: :bad, start: {Worker, :missing, []}}) |> elem(0))
renewed = fn renewed, name, old ->
  pid = Process.whereis(name)
  if pid && pid != old && Process.whereis(:w2), do: pid, else: renewed.(renewed, name, old)
end

first = Process.whereis(:w1)
Process.exit(first, :kill)
second = renewed.(renewed, :w1, first)
Process.exit(second, :kill)
third = renewed.(renewed, :w1, second)
Process.exit(third, :kill)
receive do: ({:EXIT, ^top, reason} -> IO.inspect(reason))
