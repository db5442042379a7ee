# An agent keeps a state and runs functions on it.
Logger.configure(level: :none)

defmodule Try do
  def it(fun) do
    fun.()
  catch
    :exit, {reason, {module, function, [_, _, timeout]}} -> {:exit, reason, module, function, timeout}
  end
end

{:ok, agent} = Agent.start_link(fn -> 1 end, name: Count)
IO.inspect(Agent.get(agent, & &1))
IO.inspect(Agent.update(Count, &(&1 + 1)))
IO.inspect(Agent.get_and_update(agent, fn n -> {n, n * 10} end))
IO.inspect(Agent.cast(agent, &(&1 + 1)))
IO.inspect(Agent.get(agent, & &1))
IO.inspect(Agent.get(agent, Kernel, :+, [100]))
IO.inspect(Agent.update(agent, Kernel, :-, [1]))
IO.inspect(Agent.cast(agent, Kernel, :*, [2]))
IO.inspect(:sys.get_state(agent))
IO.inspect(Agent.stop(agent))
IO.inspect(Try.it(fn -> Agent.get(Count, & &1) end))

{:ok, agent} = Agent.start(fn -> 1 end)
IO.inspect(Try.it(fn -> Agent.get_and_update(agent, fn _ -> :odd end) end))

{:ok, agent} = Agent.start(fn -> 1 end)

case Try.it(fn -> Agent.update(agent, fn _ -> raise "in the agent" end) end) do
  {:exit, {error, stack}, module, function, timeout} -> IO.inspect({error, is_list(stack), module, function, timeout})
end

{:ok, agent} = Agent.start(fn -> 1 end)
IO.inspect(Try.it(fn -> Agent.get(agent, fn _ -> Process.sleep(:infinity) end, 5) end))
Process.exit(agent, :kill)

{:error, {error, _}} = Agent.start(fn -> raise "at the start" end)
IO.inspect(error)
IO.inspect(Agent.start(fn -> exit(:no) end))

defmodule Bucket do
  use Agent, restart: :temporary, id: :bucket
  def start_link(items), do: Agent.start_link(fn -> items end)
end

IO.inspect(Bucket.child_spec([1]))
IO.inspect(elem(Agent.child_spec(:arg).start, 2))
{:ok, agent} = Bucket.start_link([1, 2])
IO.inspect(Agent.get(agent, &length/1))
