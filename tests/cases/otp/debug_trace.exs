# Traces of servers and state machines are in Erlang's form.
defmodule Store do
  use GenServer
  def init(value), do: {:ok, value}
  def handle_call(:get, _from, value), do: {:reply, value, value}
  def handle_cast({:put, value}, _old), do: {:noreply, value}
  def handle_info(message, value), do: {:noreply, {message, value}}
end

defmodule Door do
  @behaviour :gen_statem
  def callback_mode, do: :handle_event_function
  def init(pushes), do: {:ok, :closed, pushes}
  def handle_event({:call, from}, :push, :closed, n), do: {:next_state, :open, n + 1, [{:reply, from, :ok}]}
  def handle_event({:call, from}, :push, :open, n), do: {:keep_state_and_data, [{:reply, from, {:open, n}}]}
  def handle_event(:cast, :later, :open, _n), do: {:keep_state_and_data, [:postpone]}
  def handle_event(:cast, :close, :open, n), do: {:next_state, :closed, n}
  def handle_event(:cast, :later, :closed, n), do: {:keep_state, n * 10}
end

{:ok, device} = StringIO.open("")
leader = Process.group_leader()
Process.group_leader(self(), device)

{:ok, _} = GenServer.start_link(Store, %{a: "x"}, debug: [:trace], name: :store)
GenServer.call(:store, :get)
GenServer.cast(:store, {:put, 'abc'})
send(:store, :hi)
GenServer.call(:store, :get)
:sys.trace(:store, false)

{:ok, _} = :gen_statem.start_link({:local, :door}, Door, 1, debug: [:trace])
:gen_statem.call(:door, :push)
:gen_statem.cast(:door, :later)
:gen_statem.cast(:door, :close)
:gen_statem.call(:door, :push)
:sys.trace(:door, false)

Process.group_leader(self(), leader)
{:ok, {"", traced}} = StringIO.close(device)
IO.puts(Regex.replace(~r/<0\.\d+\.0>/, traced, "PID"))
