# A reference made here marks the mailbox; what must survive waiting is in the frame.
defmodule Processes do
  def call(pid, request) do
    ref = :erlang.monitor(:process, pid)
    :erlang.send(pid, {self(), ref, request})

    receive do
      {^ref, reply} -> {:ok, reply}
      {:DOWN, ^ref, _, _, reason} -> {:error, reason}
    after
      5000 -> :timeout
    end
  end

  def safe(fun) do
    try do
      fun.()
    catch
      :throw, value -> {:thrown, value}
    after
      :erlang.put(:done, true)
    end
  end
end
