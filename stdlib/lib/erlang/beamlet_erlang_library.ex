defmodule :beamlet_erlang_library do
  @moduledoc """
  Functions of `:erlang` that need no native. There are no other nodes: what is spawned on one ends at once with `:noconnection`.
  """

  def spawn(node, fun) when is_atom(node) and is_function(fun, 0), do: :erlang.spawn(here(node, fun))
  def spawn(_node, _fun), do: :erlang.error(:badarg)
  def spawn(node, module, function, args), do: spawn(node, call(module, function, args))

  def spawn_link(node, fun) when is_atom(node) and is_function(fun, 0), do: :erlang.spawn_link(here(node, fun))
  def spawn_link(_node, _fun), do: :erlang.error(:badarg)
  def spawn_link(node, module, function, args), do: spawn_link(node, call(module, function, args))

  def spawn_monitor(node, fun) when is_atom(node) and is_function(fun, 0), do: :erlang.spawn_monitor(here(node, fun))
  def spawn_monitor(_node, _fun), do: :erlang.error(:badarg)
  def spawn_monitor(node, module, function, args), do: spawn_monitor(node, call(module, function, args))

  def spawn_opt(node, fun, options) when is_atom(node) and is_function(fun, 0), do: :erlang.spawn_opt(here(node, fun), options)
  def spawn_opt(_node, _fun, _options), do: :erlang.error(:badarg)
  def spawn_opt(node, module, function, args, options), do: spawn_opt(node, call(module, function, args), options)

  defp here(node, fun) do
    if node == :erlang.node(), do: fun, else: fn -> exit(:noconnection) end
  end

  defp call(module, function, args) when is_atom(module) and is_atom(function) and is_list(args) do
    fn -> :erlang.apply(module, function, args) end
  end

  defp call(_module, _function, _args), do: :erlang.error(:badarg)

  def spawn_request(fun), do: spawn_request(:erlang.node(), fun, [])

  def spawn_request(fun, options) when is_function(fun, 0), do: spawn_request(:erlang.node(), fun, options)
  def spawn_request(node, fun), do: spawn_request(node, fun, [])

  def spawn_request(node, fun, options) when is_atom(node) and is_function(fun, 0) and is_list(options) do
    {tag, options} = option(:reply_tag, options, :spawn_reply)
    {when_to, options} = option(:reply, options, :yes)

    if node == :erlang.node() do
      {pid, ref} =
        case :erlang.spawn_opt(fun, options) do
          {_pid, _ref} = both -> both
          pid -> {pid, :erlang.make_ref()}
        end

      if when_to in [:yes, :success_only], do: send(self(), {tag, ref, :ok, pid})
      ref
    else
      ref = :erlang.make_ref()
      if when_to in [:yes, :error_only], do: send(self(), {tag, ref, :error, :noconnection})
      ref
    end
  end

  def spawn_request(module, function, args), do: spawn_request(:erlang.node(), module, function, args, [])

  def spawn_request(module, function, args, options) when is_list(args) and is_list(options),
    do: spawn_request(:erlang.node(), module, function, args, options)

  def spawn_request(node, module, function, args), do: spawn_request(node, module, function, args, [])

  def spawn_request(node, module, function, args, options), do: spawn_request(node, call(module, function, args), options)

  defp option(key, options, default) do
    case :lists.keytake(key, 1, options) do
      {:value, {_, value}, rest} -> {value, rest}
      false -> {default, options}
    end
  end

  def monitor_node(node, flag, _options), do: :erlang.monitor_node(node, flag)
  def dmonitor_node(node, flag, _options), do: :erlang.monitor_node(node, flag)
  def nodes(_kinds, _options), do: []
  def set_cookie(_node, cookie) when is_atom(cookie), do: true
  def set_cookie(_node, _cookie), do: :erlang.error(:badarg)
  def get_cookie(_node), do: :nocookie
  def setnode(_node, _creation), do: unsupported(:setnode, 2)
  def setnode(_node, _connection, _options), do: unsupported(:setnode, 3)

  def display_string(text) do
    :beamlet_io.write(:stderr, :unicode.characters_to_binary(text))
    true
  end

  def display_nl(), do: display_string(~c"\n")

  @doc "Writes what a process is doing."
  def process_display(pid, :backtrace) when is_pid(pid) do
    display_string([:io_lib.format(~c"~p", [:erlang.process_info(pid, :current_stacktrace)]), ?\n])
  end

  def process_display(_pid, _what), do: :erlang.error(:badarg)

  @doc "Gives the port that is written like this: an open one, or one that nobody has opened."
  def list_to_port([?#, ?P, ?o, ?r, ?t, ?< | numbers] = text) do
    with {0, [?. | rest]} <- number(numbers, nil), {number, ~c">"} when number < 0x10000000 <- number(rest, nil) do
      open = :lists.filter(fn port -> :erlang.port_to_list(port) == text end, :erlang.ports())
      if open == [], do: written_port(number), else: hd(open)
    else
      _ -> :erlang.error(:badarg)
    end
  end

  def list_to_port(_other), do: :erlang.error(:badarg)

  # A number, if there is one, and what follows it.
  defp number([digit | rest], value) when digit in ?0..?9, do: number(rest, (value || 0) * 10 + digit - ?0)
  defp number(rest, value), do: {value, rest}

  # A port in the external format: tag 89, the node's name, number and creation.
  defp written_port(number) do
    name = :erlang.atom_to_binary(:erlang.node())
    :erlang.binary_to_term(<<131, 89, 119, byte_size(name), name::binary, number::32, 0::32>>)
  end

  def load_nif(_path, _info), do: {:error, {:load_failed, ~c"native libraries cannot be loaded"}}

  def match_spec_test(subject, spec, :table) when is_tuple(subject) do
    case :ets.match_spec_run([subject], :ets.match_spec_compile(spec)) do
      [result] -> {:ok, result, [], []}
      [] -> {:ok, false, [], []}
    end
  rescue
    _ -> {:error, [{:error, ~c"not a match specification"}]}
  end

  def match_spec_test(_subject, _spec, _kind), do: unsupported(:match_spec_test, 3)

  def system_monitor(:undefined), do: :undefined
  def system_monitor({pid, options}), do: system_monitor(pid, options)
  def system_monitor(pid, options) when is_pid(pid) and is_list(options), do: :undefined
  def system_monitor(_pid, _options), do: :erlang.error(:badarg)

  def system_profile(_profiler, _options), do: unsupported(:system_profile, 2)
  def seq_trace(_kind, _value), do: unsupported(:seq_trace, 2)
  def trace(_what, false, flags) when is_list(flags), do: 0
  def trace(_what, _how, _flags), do: unsupported(:trace, 3)
  def trace_pattern(_mfa, false), do: 0
  def trace_pattern(_mfa, _spec), do: unsupported(:trace_pattern, 2)
  def trace_pattern(_mfa, false, _flags), do: 0
  def trace_pattern(_mfa, _spec, _flags), do: unsupported(:trace_pattern, 3)

  def trace_delivered(_process) do
    ref = make_ref()
    send(self(), {:trace_delivered, :all, ref})
    ref
  end

  def exit_signal(_to, _reason), do: unsupported(:exit_signal, 2)

  defp unsupported(function, arity), do: :erlang.error({:not_supported, {:erlang, function, arity}})
end
