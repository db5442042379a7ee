# Code that was replaced stays for the processes that are in it, until it is purged: then these are killed.
Code.compiler_options(ignore_module_conflict: true)

define = fn version ->
  Code.compile_string("""
  defmodule Replaced do
    def version, do: #{version}
    def literal, do: {#{version}, ["a list of version", #{version}], %{v: #{version}}}
    def fun, do: fn -> #{version} end
    def fun(x), do: fn y -> {x, y, #{version}} end

    def loop do
      receive do
        {:version, from} ->
          send(from, {self(), #{version}, literal()})
          loop()

        {:upgrade, from} ->
          send(from, {self(), :upgraded})
          Replaced.loop()

        :stop ->
          :ok
      end
    end
  end
  """)
end

ask = fn pid ->
  send(pid, {:version, self()})

  receive do
    {^pid, version, literal} -> {version, literal}
  after
    100 -> if Process.alive?(pid), do: :silent, else: :dead
  end
end

dead? = fn pid ->
  ref = Process.monitor(pid)

  receive do
    {:DOWN, ^ref, _, _, reason} -> reason
  after
    200 ->
      Process.demonitor(ref, [:flush])
      :alive
  end
end

define.(1)
IO.inspect({:erlang.check_old_code(Replaced), :code.purge(Replaced), :code.soft_purge(Replaced)})
first = spawn(Replaced, :loop, [])
second = spawn(Replaced, :loop, [])
fun = Replaced.fun()
other = Replaced.fun(:x)
literal = Replaced.literal()
IO.inspect({ask.(first), ask.(second), fun.(), other.(2)})

define.(2)
IO.inspect({:erlang.check_old_code(Replaced), Replaced.version(), ask.(first), fun.(), other.(2)})
IO.inspect(Enum.map([first, second, self()], &:erlang.check_process_code(&1, Replaced)))
IO.inspect(:code.soft_purge(Replaced))

# A process that calls its loop by the module's name goes on in the new version.
send(first, {:upgrade, self()})
IO.inspect(receive do: ({^first, what} -> what))
IO.inspect({ask.(first), ask.(second)})
IO.inspect(Enum.map([first, second], &:erlang.check_process_code(&1, Replaced)))

IO.inspect({:code.purge(Replaced), :erlang.check_old_code(Replaced), dead?.(second), dead?.(first)})
IO.inspect({literal, try(do: fun.(), catch: (kind, {reason, f} -> {kind, reason, f == fun}))})
IO.inspect(match?(%BadFunctionError{}, try(do: fun.(), rescue: (e -> e))))

# Asked for without waiting.
third = spawn(Replaced, :loop, [])
ask.(third)
define.(3)
IO.inspect(:erlang.check_process_code(third, Replaced, async: :asked))
IO.inspect(receive do: ({:check_process_code, :asked, result} -> result))
IO.inspect(:erlang.check_process_code(self(), Replaced, async: 7))
IO.inspect(receive do: ({:check_process_code, 7, result} -> result))

# Loading once more purges what is old.
define.(4)
IO.inspect({dead?.(third), dead?.(first), Replaced.version()})

# Deleting makes the current version old.
fourth = spawn(Replaced, :loop, [])
newest = Replaced.fun()
ask.(fourth)
IO.inspect(:code.purge(Replaced))
IO.inspect({:code.delete(Replaced), :code.is_loaded(Replaced), ask.(fourth), newest.()})
IO.inspect(try(do: Replaced.version(), rescue: (e in UndefinedFunctionError -> e.reason)))
IO.inspect({:code.soft_purge(Replaced), :code.purge(Replaced), dead?.(fourth)})
IO.inspect({:code.purge(Replaced), :code.soft_purge(Replaced), :code.delete(Replaced), :code.purge(NoSuchModule)})

for f <- [
      fn -> :erlang.purge_module(Replaced) end,
      fn -> :erlang.check_process_code(fourth, Replaced) end,
      fn -> :erlang.check_process_code(:x, Replaced) end,
      fn -> :erlang.check_process_code(self(), Replaced, [:wrong]) end,
      fn -> :erlang.check_old_code("x") end,
      fn -> :erlang.delete_module(Replaced) end,
      fn -> :erlang.delete_module(NoSuchModule) end
    ] do
  IO.inspect(try(do: f.(), rescue: (e -> e.__struct__)))
end

# Versions without end take no more memory than a few.
churn = fn range ->
  for version <- range do
    [{_, _}] = define.(version)
    {^version, _, _} = Replaced.literal()
  end

  {:erlang.memory(:code), :erlang.system_info(:atom_count)}
end

churn.(10..20)
{code, atoms} = churn.(21..40)
{later, later_atoms} = churn.(41..140)
IO.inspect({later - code < 100_000, later_atoms - atoms < 50})
