# A chat room made of plain processes: the room keeps its members by their monitors, so that it notices who leaves,
# on purpose or not, without anybody having to say so.

defmodule Room do
  # Starts a room. Whoever speaks in it is heard by all the others; who joins late is told the last few lines.
  def open(name, history \\ 3) do
    spawn_link(fn -> loop(%{name: name, members: %{}, lines: [], keep: history}) end)
  end

  def join(room, nick), do: ask(room, {:join, nick})
  def members(room), do: ask(room, :members)
  def say(room, text), do: send(room, {:say, self(), text})

  # Returns when the room has noticed that somebody is gone: it hears of it in its own time.
  def await_absence(room, nick), do: if(nick in members(room), do: await_absence(room, nick), else: :ok)

  # A call by hand: a monitor's reference tags the answer, and says when there will be none.
  defp ask(room, question) do
    ref = Process.monitor(room)
    send(room, {:ask, self(), ref, question})
    await(ref, question)
  end

  defp await(ref, question) do
    receive do
      {^ref, answer} ->
        Process.demonitor(ref, [:flush])
        answer

      {:DOWN, ^ref, :process, _room, reason} ->
        exit({reason, {__MODULE__, :ask, [question]}})
    end
  end

  defp loop(room) do
    receive do
      {:ask, from, ref, question} ->
        {answer, room} = answer(question, from, room)
        send(from, {ref, answer})
        loop(room)

      {:say, from, text} ->
        case room.members do
          %{^from => {nick, _}} -> room |> tell("#{nick}: #{text}", from) |> loop()
          %{} -> loop(room)
        end

      {:DOWN, ref, :process, pid, reason} ->
        {{nick, ^ref}, members} = Map.pop!(room.members, pid)
        tell(%{room | members: members}, "* #{nick} #{farewell(reason)}") |> loop()
    end
  end

  defp answer(:members, _from, room) do
    {room.members |> Map.values() |> Enum.map(&elem(&1, 0)) |> Enum.sort(), room}
  end

  defp answer({:join, nick}, from, room) do
    if Enum.any?(room.members, fn {_, {taken, _}} -> taken == nick end) do
      {{:error, :nick_taken}, room}
    else
      before = Enum.reverse(room.lines)
      room = tell(room, "* #{nick} has joined")
      {{:ok, before}, put_in(room.members[from], {nick, Process.monitor(from)})}
    end
  end

  defp tell(room, line, except \\ nil) do
    for {pid, _} <- room.members, pid != except, do: send(pid, {:chat, room.name, line})
    %{room | lines: Enum.take([line | room.lines], room.keep)}
  end

  defp farewell(:normal), do: "has left"
  defp farewell(:killed), do: "was thrown out"
  defp farewell({%{__exception__: true} = error, _stacktrace}), do: "has crashed: #{Exception.message(error)}"
  defp farewell(reason), do: "is gone: #{inspect(reason)}"
end

defmodule Person do
  # A person hears until told otherwise, and shows what was heard when asked.
  def enter(room, nick) do
    parent = self()

    pid =
      spawn(fn ->
        case Room.join(room, nick) do
          {:ok, lines} ->
            send(parent, {self(), :joined, lines})
            live(room, [])

          error ->
            send(parent, {self(), :refused, error})
        end
      end)

    receive do
      {^pid, :joined, lines} -> {:ok, pid, lines}
      {^pid, :refused, error} -> error
    end
  end

  def says(person, text), do: command(person, {:say, text})
  def heard(person), do: command(person, :heard)
  def leave(person), do: ended(person, &send(&1, {self(), :leave}))
  def crash(person), do: ended(person, &send(&1, {self(), :crash}))
  def throw_out(person), do: ended(person, &Process.exit(&1, :kill))

  defp command(person, command) do
    send(person, {self(), command})

    receive do
      {^person, reply} -> reply
    end
  end

  # Does what ends a person, and waits until it has: the reason.
  defp ended(person, fun) do
    ref = Process.monitor(person)
    fun.(person)

    receive do
      {:DOWN, ^ref, :process, _, reason} -> reason
    end
  end

  defp live(room, heard) do
    receive do
      {:chat, _room, line} ->
        live(room, [line | heard])

      {from, {:say, text}} ->
        Room.say(room, text)
        # The room has taken the line when it answers a later question.
        Room.members(room)
        send(from, {self(), :ok})
        live(room, heard)

      {from, :heard} ->
        Room.members(room)
        heard = drain(heard)
        send(from, {self(), Enum.reverse(heard)})
        live(room, heard)

      {_from, :leave} ->
        :ok

      {_from, :crash} ->
        exit({%RuntimeError{message: "out of coffee"}, []})
    end
  end

  defp drain(lines) do
    receive do
      {:chat, _room, line} -> drain([line | lines])
    after
      0 -> lines
    end
  end
end

room = Room.open("lounge")

{:ok, ann, []} = Person.enter(room, "ann")
Person.says(ann, "anybody here?")
{:ok, bob, before} = Person.enter(room, "bob")
IO.inspect(before, label: "bob reads what was said")

Person.says(bob, "yes, me")
{:ok, cid, _} = Person.enter(room, "cid")
IO.inspect(Person.enter(room, "bob"), label: "another bob")

Person.says(cid, "hello both")
Person.says(ann, "hello cid")
IO.inspect(Room.members(room), label: "members")

Person.crash(bob)
Room.await_absence(room, "bob")
IO.inspect(Room.members(room), label: "after the crash")
Person.leave(cid)
Room.await_absence(room, "cid")
Person.says(ann, "alone again")

{:ok, dan, lines} = Person.enter(room, "dan")
IO.inspect(lines, label: "dan reads")

IO.inspect(Person.throw_out(dan), label: "dan")
Room.await_absence(room, "dan")

IO.puts("ann has heard:")
Enum.each(Person.heard(ann), &IO.puts("  " <> &1))

# When the room itself ends, questions fail instead of waiting for ever.
Process.unlink(room)
Process.exit(room, :kill)

try do
  Room.members(room)
catch
  :exit, {reason, _} -> IO.puts("the room is closed (#{inspect(reason)})")
end
