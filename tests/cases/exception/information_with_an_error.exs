# `:erlang.error/3` with `error_info`: the first entry of the stack trace carries it, and the module it names explains.
defmodule Failing do
  def refuse(value), do: :erlang.error(:badarg, [value], error_info: %{module: __MODULE__, cause: :small})
  def plain(value), do: :erlang.error(:badarg, [value], [])
  def nothing(), do: :erlang.error(:badarg, :none, error_info: %{module: __MODULE__})

  def format_error(_reason, [{_module, function, _args, info} | _]) do
    cause = info[:error_info][:cause]
    %{1 => "refused by #{function} (#{inspect(cause)})"}
  end
end

for call <- [fn -> Failing.refuse(1) end, fn -> Failing.plain(2) end, fn -> Failing.nothing() end, fn -> :maps.map(1, %{}) end, fn -> :maps.with(1, %{}) end] do
  try do
    call.()
  rescue
    error ->
      {module, function, args, info} = hd(__STACKTRACE__)
      IO.inspect({module, function, args, Keyword.get(info, :error_info)})
      IO.puts(Exception.message(error))
  end
end
