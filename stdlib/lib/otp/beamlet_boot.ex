defmodule :beamlet_boot do
  @moduledoc """
  The first processes, and the place where the others are started from.

  `start/0` makes four processes that cost next to nothing until somebody talks to them: `:init`, `:logger`, `:user` and
  `:standard_error`. Each waits in this small module; the code that serves a message is loaded with the first one.

  All other services (the application controller, global names, timers) start on first use through `service/1`: in the
  process `:init`, so that they belong to no program's process, and one at a time, so that each starts once.
  """

  @doc "Starts the first processes, and makes `:user` the group leader of the calling process and all that it starts."
  @spec start :: :ok
  def start do
    user = first(:user, :wait_io)
    :erlang.group_leader(user, user)
    :erlang.group_leader(user, self())

    for {name, function} <- [init: :serve, logger: :wait_log, standard_error: :wait_io] do
      pid = first(name, function)
      :erlang.group_leader(user, pid)
    end

    :ok
  end

  @doc "Waits until the crashes reported so far have been logged."
  @spec sync :: :ok
  def sync do
    pid = :erlang.whereis(:logger)
    ref = :erlang.monitor(:process, pid)
    send(pid, {:beamlet_sync, self(), ref})

    receive do
      {^ref, :ok} -> :erlang.demonitor(ref, [:flush])
      {:DOWN, ^ref, _, _, _} -> :ok
    end

    :ok
  end

  defp first(name, function) do
    case :erlang.whereis(name) do
      :undefined ->
        pid = :erlang.spawn(:beamlet_boot, function, args_for(name, function))
        :erlang.register(name, pid)
        :persistent_term.put({:beamlet_boot, name}, pid)
        pid

      pid ->
        pid
    end
  end

  defp args_for(name, :wait_io), do: [name]
  defp args_for(_name, _function), do: []

  @doc false
  def wait_io(name) do
    receive do
      message -> :user.serve(name, message)
    end
  end

  @doc false
  def wait_log do
    receive do
      {:beamlet_sync, from, ref} ->
        send(from, {ref, :ok})
        wait_log()

      message ->
        :logger.serve(message)
    end
  end

  @doc """
  Runs `fun` in the process `:init` and returns its result. Errors in `fun` come back as `{:error, reason}`.

  `fun` starts one process, without a link, and returns when it is ready.
  """
  @spec service((() -> result)) :: result | {:error, term} when result: term
  def service(fun) do
    case :erlang.whereis(:init) do
      pid when pid == self() ->
        fun.()

      pid ->
        ref = :erlang.monitor(:process, pid)
        send(pid, {:service, self(), ref, fun})

        receive do
          {^ref, result} ->
            :erlang.demonitor(ref, [:flush])
            result

          {:DOWN, ^ref, _, _, reason} ->
            {:error, reason}
        end
    end
  end

  @doc false
  def serve do
    receive do
      {:service, from, ref, fun} ->
        result =
          try do
            fun.()
          catch
            _, reason -> {:error, reason}
          end

        send(from, {ref, result})

      _ ->
        :ok
    end

    serve()
  end
end
