defmodule :erpc do
  @moduledoc """
  Erlang's `:erpc`: calls on nodes. There is only this one; calls to others fail with `{:erpc, :noconnection}`.

  ## Examples

      iex> :erpc.call(node(), :lists, :sum, [[1, 2]])
      3
  """

  def call(node, fun), do: call(node, fun, :infinity)
  def call(node, fun, timeout) when is_function(fun, 0), do: call(node, :erlang, :apply, [fun, []], timeout)
  def call(node, module, function, args), do: call(node, module, function, args, :infinity)

  def call(node, module, function, args, timeout) when is_atom(node) and is_atom(module) and is_atom(function) and is_list(args) do
    receive_response(send_request(node, module, function, args), timeout)
  end

  def call(_node, _module, _function, _args, _timeout), do: :erlang.error({:erpc, :badarg})

  def cast(node, fun) when is_function(fun, 0), do: cast(node, :erlang, :apply, [fun, []])

  def cast(node, module, function, args) when is_atom(node) and is_atom(module) and is_atom(function) and is_list(args) do
    if node == :erlang.node(), do: :erlang.spawn(module, function, args)
    :ok
  end

  def cast(_node, _module, _function, _args), do: :erlang.error({:erpc, :badarg})

  def multicall(nodes, fun), do: multicall(nodes, fun, :infinity)
  def multicall(nodes, fun, timeout) when is_function(fun, 0), do: multicall(nodes, :erlang, :apply, [fun, []], timeout)
  def multicall(nodes, module, function, args), do: multicall(nodes, module, function, args, :infinity)

  def multicall(nodes, module, function, args, timeout) when is_list(nodes) do
    requests = for node <- nodes, do: send_request(node, module, function, args)

    for request <- requests do
      try do
        {:ok, receive_response(request, timeout)}
      catch
        class, reason -> {class, reason}
      end
    end
  end

  def multicast(nodes, fun) when is_function(fun, 0), do: multicast(nodes, :erlang, :apply, [fun, []])

  def multicast(nodes, module, function, args) when is_list(nodes) do
    for node <- nodes, do: cast(node, module, function, args)
    :ok
  end

  def send_request(node, fun) when is_function(fun, 0), do: send_request(node, :erlang, :apply, [fun, []])

  def send_request(node, module, function, args) do
    if node == :erlang.node() do
      {_pid, ref} =
        :erlang.spawn_monitor(fn ->
          result =
            try do
              {:return, :erlang.apply(module, function, args)}
            catch
              :throw, reason -> {:throw, reason}
              :exit, reason -> {:exit, reason}
              :error, reason -> {:error, reason, __STACKTRACE__}
            end

          exit({:erpc_result, result})
        end)

      ref
    else
      {_pid, ref} = :erlang.spawn_monitor(fn -> exit(:noconnection) end)
      ref
    end
  end

  def receive_response(request), do: receive_response(request, :infinity)

  def receive_response(request, timeout) do
    receive do
      {:DOWN, ^request, :process, _, reason} -> result(reason)
    after
      timeout ->
        :erlang.demonitor(request, [:flush])
        :erlang.error({:erpc, :timeout})
    end
  end

  def wait_response(request), do: wait_response(request, 0)

  def wait_response(request, timeout) do
    receive do
      {:DOWN, ^request, :process, _, reason} -> {:response, result(reason)}
    after
      timeout -> :no_response
    end
  end

  def check_response({:DOWN, request, :process, _, reason}, request), do: {:response, result(reason)}
  def check_response(_message, _request), do: :no_response

  defp result({:erpc_result, {:return, value}}), do: value
  defp result({:erpc_result, {:throw, reason}}), do: throw(reason)
  defp result({:erpc_result, {:exit, reason}}), do: exit({:exception, reason})
  defp result({:erpc_result, {:error, reason, stack}}), do: :erlang.error({:exception, reason, stack})
  defp result(:noconnection), do: :erlang.error({:erpc, :noconnection})
  defp result(reason), do: exit({:signal, reason})
end
