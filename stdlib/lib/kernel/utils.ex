defmodule Kernel.Utils do
  @moduledoc false
  # The functions behind the macros of Kernel: what they compute at compile time and what their expansions call.
  # Only natives, Kernel and `:lists` exist when this module compiles, so errors are raised with `:erlang.error`.

  import Kernel, except: [inspect: 2, pop_in: 2]

  ## Guards and matches

  def no_match!(name), do: :erlang.error(ArgumentError.exception("invalid expression in match, #{name} is not allowed in patterns such as function clauses, case clauses or on the left side of the = operator"))

  def catch_all?({name, _, context}) when is_atom(name) and is_atom(context) and name not in [:__MODULE__, :__DIR__, :__ENV__, :__CALLER__, :__STACKTRACE__], do: true
  def catch_all?(_), do: false

  def define_guard(kind, guard, env) do
    case guard do
      {:when, _, [call, {:when, _, _}]} -> invalid_guard(call, ", only a single when clause is allowed")
      {:when, _, [call, body]} -> define_guard(kind, call, body, env)
      # Without an expression there is a head that nothing implements.
      {name, _, args} = call when is_atom(name) and (is_list(args) or is_atom(args)) -> {kind, [], [call]}
      call -> invalid_guard(call, "")
    end
  end

  defp invalid_guard(call, why),
    do: :erlang.error(ArgumentError.exception("invalid syntax in defguard #{Macro.to_string(call)}#{why}"))

  defp define_guard(kind, {name, _, args} = call, body, env) when is_atom(name) do
    args = if is_list(args), do: :lists.map(&without_default/1, args), else: []

    case :lists.all(&guard_parameter?/1, args) do
      true -> :ok
      false -> invalid_guard(call, "")
    end

    :beamlet_compiler.check_guard(name, args, body, env, env.line)
    vars = for {name, _, context} <- args, do: {name, context}
    body = body |> Macro.prewalk(&Macro.expand(&1, %{env | context: :guard})) |> Macro.postwalk(&inlined(&1, env))
    quoted = unquote_vars(body, vars)
    used = for {name, _, context} = var <- args, mentions?(body, name, context), do: var

    in_body =
      {:quote, [], [[do: {:__block__, [], bind_vars(used) ++ [with_arguments(body, used)]}]]}

    documentation = if kind == :defmacro, do: quote(do: @doc(guard: true))

    {kind, meta, parts} =
      quote do
        unquote(kind)(unquote(call)) do
          case Macro.Env.in_guard?(__CALLER__) do
            true -> unquote({:quote, [], [[do: quoted]]})
            false -> unquote(in_body)
          end
        end
      end

    # That nobody calls it is told of, though it mentions `unquote`.
    quote do
      unquote(documentation)
      unquote({kind, [{:guard, true} | meta], parts})
    end
  end

  defp define_guard(_kind, call, _body, _env), do: invalid_guard(call, "")

  # Calls of what Kernel has of Erlang are written as calls of Erlang's, as far as their arguments are the same.
  defp inlined({name, meta, args} = call, env) when is_atom(name) and is_list(args) and name not in [:elem, :is_map_key] do
    with {Kernel, names} <- :lists.keyfind(Kernel, 1, env.functions),
         true <- :lists.member({name, length(args)}, names),
         {module, function} <- :beamlet_compiler.inlined(Kernel, name, length(args)) do
      {{:., meta, [module, function]}, meta, args}
    else
      _ -> call
    end
  end

  defp inlined(other, _env), do: other

  defp guard_parameter?({name, _, context}), do: is_atom(name) and is_atom(context)
  defp guard_parameter?(_), do: false

  defp mentions?(body, name, context) do
    {_, found} =
      Macro.prewalk(body, false, fn
        {^name, _, ^context} = var, _found -> {var, true}
        other, found -> {other, found}
      end)

    found
  end

  defp without_default({:\\, _, [arg, _default]}), do: arg
  defp without_default(arg), do: arg

  defp unquote_vars({name, _, context} = var, vars) when is_atom(name) and is_atom(context) do
    case :lists.member({name, context}, vars) do
      true -> {:unquote, [], [var]}
      false -> var
    end
  end

  defp unquote_vars({left, meta, right}, vars), do: {unquote_vars(left, vars), meta, unquote_vars(right, vars)}
  defp unquote_vars({left, right}, vars), do: {unquote_vars(left, vars), unquote_vars(right, vars)}
  defp unquote_vars([head | tail], vars), do: [unquote_vars(head, vars) | unquote_vars(tail, vars)]
  defp unquote_vars(other, _vars), do: other

  defp bind_vars([]), do: []

  defp bind_vars(vars) do
    arguments = Macro.generate_arguments(length(vars), __MODULE__)
    [{:=, [], [{:{}, [], arguments}, {:{}, [], :lists.map(fn var -> {:unquote, [], [var]} end, vars)}]}]
  end

  # The code with the names that `bind_vars/1` gives its variables.
  defp with_arguments(body, vars) do
    names = for {{name, _, context}, argument} <- :lists.zip(vars, Macro.generate_arguments(length(vars), __MODULE__)), do: {{name, context}, argument}

    Macro.prewalk(body, fn
      {name, _, context} = code when is_atom(name) and is_atom(context) ->
        case :lists.keyfind({name, context}, 1, names) do
          {_, argument} -> argument
          false -> code
        end

      code ->
        code
    end)
  end

  ## Raising

  def raise_kind(message, _env) when is_binary(message), do: :message
  def raise_kind({:<<>>, _, _}, _env), do: :message
  def raise_kind({:__aliases__, _, _} = alias, _env), do: {:module, alias}
  def raise_kind({:__MODULE__, _, context} = alias, _env) when is_atom(context), do: {:module, alias}
  def raise_kind(atom, _env) when is_atom(atom) and atom != nil, do: {:module, atom}
  def raise_kind(_other, _env), do: :other

  def raise(message) when is_binary(message), do: RuntimeError.exception(message)
  def raise(module) when is_atom(module), do: module.exception([])
  def raise(%{__struct__: module, __exception__: true} = exception) when is_atom(module), do: exception

  def raise(other) do
    ArgumentError.exception("raise/1 and reraise/2 expect a module name, string or exception as the first argument, got: #{inspect(other, [])}")
  end

  ## Text

  def inspect(term, opts) do
    opts = Inspect.Opts.from_keyword(opts)

    limit =
      case opts.pretty do
        true -> opts.width
        false -> :infinity
      end

    term |> Inspect.Algebra.to_doc(opts) |> Inspect.Algebra.group() |> Inspect.Algebra.format(limit) |> :erlang.iolist_to_binary()
  end

  # The first byte and each that is a multiple of `step` away from it.
  def every_byte(binary, step) do
    skip = step - 1
    for <<byte, _::binary-size(skip) <- <<binary::binary, 0::size(skip)-unit(8)>> >>, into: "", do: <<byte>>
  end

  def slice_between(binary, first, last) do
    total = byte_size(binary)
    first = if first < 0, do: max(first + total, 0), else: first
    last = if last < 0, do: last + total, else: last

    case first < total and last >= first do
      true -> binary_part(binary, first, min(last - first + 1, total - first))
      false -> ""
    end
  end

  def unescape_pieces(pieces) do
    for piece <- pieces do
      case is_binary(piece) do
        true -> Macro.unescape_string(piece)
        false -> piece
      end
    end
  end

  def unescape_regex_pieces(pieces) do
    for piece <- pieces do
      case is_binary(piece) do
        true -> Macro.unescape_string(piece, &Regex.unescape_map/1)
        false -> piece
      end
    end
  end

  def split_words(string, [], caller), do: split_words(string, [?s], caller)

  def split_words(string, [modifier], caller) when modifier in [?s, ?a, ?c] do
    case is_binary(string) do
      true ->
        parts = String.split(string)

        case :lists.any(&(&1 != "," and String.ends_with?(&1, ",")), parts) do
          true ->
            message = "the sigils ~w/~W do not allow trailing commas at the end of each word. If the comma is necessary, define a regular list with [...], otherwise remove the comma."
            IO.warn(message, Macro.Env.stacktrace(caller))

          false ->
            :ok
        end

        case modifier do
          ?s -> parts
          ?a -> :lists.map(&String.to_atom/1, parts)
          ?c -> :lists.map(&String.to_charlist/1, parts)
        end

      false ->
        parts = quote(do: String.split(unquote(string)))

        case modifier do
          ?s -> parts
          ?a -> quote(do: :lists.map(&String.to_atom/1, unquote(parts)))
          ?c -> quote(do: :lists.map(&String.to_charlist/1, unquote(parts)))
        end
    end
  end

  def split_words(_string, _modifiers, _caller),
    do: :erlang.error(ArgumentError.exception("modifier must be one of: s, a, c"))

  def compile_regex(string, modifiers) when is_binary(string), do: Macro.escape(Regex.compile!(string, :binary.list_to_bin(modifiers)))

  def compile_regex(quoted, modifiers) do
    quote do: Regex.compile!(unquote(quoted), unquote(:binary.list_to_bin(modifiers)))
  end

  def date_sigil(module, string) do
    {text, calendar} = calendar_of(string)

    case parse_date_sigil(module, calendar, text) do
      {:ok, fields} ->
        Macro.escape(module.__struct__([{:calendar, calendar} | fields]))

      {:error, reason} ->
        # The calendar is shown with the text only when the offset is what is wrong.
        text = if reason == :non_utc_offset, do: string, else: text
        name = if module == DateTime, do: "UTC DateTime", else: inspect(module, [])

        :erlang.error(
          ArgumentError.exception("cannot parse #{inspect(text, [])} as #{name} for #{inspect(calendar, [])}, reason: #{inspect(reason, [])}")
        )
    end
  end

  # A word in the end that begins with a capital names the calendar.
  defp calendar_of(string) do
    case :lists.reverse(:binary.split(string, " ", [:global])) do
      [<<first, _::binary>> = last, word | words] when first in ?A..?Z ->
        text = :lists.join(" ", :lists.reverse([word | words])) |> :erlang.iolist_to_binary()
        {text, :erlang.binary_to_atom("Elixir." <> last, :utf8)}

      _ ->
        {string, Calendar.ISO}
    end
  end

  defp parse_date_sigil(Date, calendar, text) do
    with {:ok, {year, month, day}} <- calendar.parse_date(text), do: {:ok, [year: year, month: month, day: day]}
  end

  defp parse_date_sigil(Time, calendar, text) do
    with {:ok, {hour, minute, second, microsecond}} <- calendar.parse_time(text),
         do: {:ok, [hour: hour, minute: minute, second: second, microsecond: microsecond]}
  end

  defp parse_date_sigil(NaiveDateTime, calendar, text) do
    with {:ok, fields} <- calendar.parse_naive_datetime(text), do: {:ok, datetime_fields(fields)}
  end

  defp parse_date_sigil(DateTime, calendar, text) do
    case calendar.parse_utc_datetime(text) do
      {:ok, fields, 0} -> {:ok, [time_zone: "Etc/UTC", zone_abbr: "UTC", utc_offset: 0, std_offset: 0] ++ datetime_fields(fields)}
      {:ok, _fields, _offset} -> {:error, :non_utc_offset}
      error -> error
    end
  end

  defp datetime_fields({year, month, day, hour, minute, second, microsecond}),
    do: [year: year, month: month, day: day, hour: hour, minute: minute, second: second, microsecond: microsecond]

  ## Structs

  # What `struct/2` and `struct!/2` begin with.
  def defaults(module), do: checked(module.__struct__(), module, 0)
  def made(module, fields), do: checked(module.__struct__(fields), module, 1)

  defp checked(%{__struct__: module} = struct, module, _arity), do: struct

  defp checked(%{__struct__: other}, module, arity) when is_atom(other) do
    message = "expected struct name returned by #{inspect(module, [])}.__struct__/#{arity} to be #{inspect(module, [])}, got: #{inspect(other, [])}"
    :erlang.error(ArgumentError.exception(message))
  end

  defp checked(other, module, arity) do
    :erlang.error(
      ArgumentError.exception(
        "expected #{inspect(module, [])}.__struct__/#{arity} to return a map with a :__struct__ key that holds the name of the struct (atom), " <>
          "got: #{inspect(other, [])}"
      )
    )
  end

  def defstruct(module, fields) do
    case fields do
      list when is_list(list) -> :ok
      other -> :erlang.error(ArgumentError.exception("struct fields definition must be list, got: #{inspect(other, [])}"))
    end

    case Module.get_attribute(module, :__struct__) do
      nil ->
        :ok

      _ ->
        message = "defstruct has already been called for #{inspect(module, [])}, defstruct can only be called once per module"
        :erlang.error(ArgumentError.exception(message))
    end

    pairs = :lists.map(&field/1, fields)
    keys = :lists.map(fn {key, _} -> key end, pairs)
    warn_duplicates(keys, [])
    Module.put_attribute(module, :__struct_order__, keys)

    enforced = wrap(Module.get_attribute(module, :enforce_keys) || [])

    :lists.foreach(
      fn key ->
        case is_atom(key) do
          true -> :ok
          false -> :erlang.error(ArgumentError.exception("keys given to @enforce_keys must be atoms, got: #{inspect(key, [])}"))
        end

      end,
      enforced
    )

    case :lists.filter(fn key -> not :lists.member(key, keys) end, enforced) do
      [] ->
        :ok

      unknown ->
        message = "@enforce_keys required keys (#{inspect(unknown, [])}) that are not defined in defstruct: #{inspect(pairs, [])}"
        :erlang.error(ArgumentError.exception(message))
    end

    derive = Module.get_attribute(module, :derive) || []
    Module.put_attribute(module, :__derived__, derive)
    {:maps.put(:__struct__, module, :maps.from_list(pairs)), derives(derive), enforced}
  end

  defp derives(list) when is_list(list), do: :lists.flatmap(fn item -> if derive_pair?(item), do: [item], else: derives(item) end, list)
  defp derives(item), do: [item]

  defp derive_pair?({_, _}), do: true
  defp derive_pair?(item), do: not is_list(item)

  defp field({key, value}) when is_atom(key) and (is_atom(value) or is_number(value) or is_binary(value) or value in [[], %{}, {}]), do: {key, value}

  defp field({key, value}) when is_atom(key) do
    # A default goes into code, so it must be expressible there.
    _ = Macro.escape(value)
    {key, value}
  rescue
    e in ArgumentError -> :erlang.error(ArgumentError.exception("invalid value for struct field #{key}, " <> Exception.message(e)))
  end

  defp field(key) when is_atom(key), do: {key, nil}
  defp field(other), do: :erlang.error(ArgumentError.exception("struct field names must be atoms, got: #{inspect(field_name(other), [])}"))

  defp field_name({name, _}), do: name
  defp field_name(name), do: name

  defp warn_duplicates([key | rest], seen) do
    case :lists.member(key, seen) do
      true -> IO.warn("duplicate key #{inspect(key, [])} found in struct")
      false -> :ok
    end

    warn_duplicates(rest, [key | seen])
  end

  defp warn_duplicates([], _seen), do: :ok

  def announce_struct(module), do: Kernel.ErrorHandler.struct_available(module)

  def derive(_module, [], _struct, _env), do: :ok
  def derive(module, derives, struct, env), do: Protocol.__derive__(derives, module, struct, env)

  def build_struct(struct, [], pairs), do: fill(pairs, struct)

  def build_struct(struct, enforced, pairs) do
    given = if is_list(pairs), do: pairs, else: Enum.to_list(pairs)

    case :lists.filter(fn key -> not :lists.keymember(key, 1, given) end, enforced) do
      [] ->
        fill(given, struct)

      missing ->
        module = :maps.get(:__struct__, struct)
        :erlang.error(ArgumentError.exception("the following keys must also be given when building struct #{inspect(module, [])}: #{inspect(missing, [])}"))
    end
  end

  defp fill([{key, value} | rest], struct), do: fill(rest, %{struct | key => value})
  defp fill([], struct), do: struct
  defp fill(pairs, struct), do: Enum.reduce(pairs, struct, fn {key, value}, acc -> %{acc | key => value} end)

  ## Exceptions

  def exception_fields(fields) when is_list(fields), do: [{:__exception__, true} | fields]

  def message_field?(fields) do
    :lists.any(
      fn
        {:message, _} -> true
        other -> other == :message
      end,
      fields
    )
  end

  def make_exception(struct, arguments) do
    {known, unknown} = :lists.partition(fn {key, _} -> :erlang.is_map_key(key, struct) end, arguments)

    case unknown do
      [] ->
        :ok

      _ ->
        IO.warn("the following fields are unknown when raising #{inspect(struct.__struct__, [])}: #{inspect(unknown, [])}. Please make sure to only give known fields when raising or redefine #{inspect(struct.__struct__, [])}.exception/1 to discard unknown fields. Future Elixir versions will raise on unknown fields given to raise/2")
    end

    struct!(struct, known)
  end

  def syntax_message(file, line, column, description, snippet) do
    where = Exception.format_file_line_column(file && Path.relative_to_cwd(file), line, column, " ")

    case snippet do
      nil -> where <> description
      "" -> where <> description
      snippet when is_binary(snippet) -> where <> description <> "\n" <> snippet
      snippet -> where <> description <> "\n" <> Exception.format_snippet(snippet, line)
    end
  end

  ## Delegation

  def delegate_target(opts, module) do
    case :lists.keyfind(:to, 1, opts) do
      {:to, ^module} ->
        case :lists.keymember(:as, 1, opts) do
          true -> module
          false -> :erlang.error(ArgumentError.exception("defdelegate function is calling itself, which will lead to an infinite loop. You should either change the value of the :to option or specify the :as option"))
        end

      {:to, target} ->
        target

      false ->
        :erlang.error(ArgumentError.exception("expected to: to be given as argument"))
    end
  end

  def wrap(nil), do: []
  def wrap(list) when is_list(list), do: list
  def wrap(other), do: [other]

  def delegate(fun, opts) do
    {name, args} =
      case fun do
        {:when, _, [_, guard]} -> :erlang.error(ArgumentError.exception("guards are not allowed in defdelegate/2, got: when " <> Macro.to_string(guard)))
        {name, _, args} when is_atom(name) and is_list(args) -> {name, args}
        {name, _, context} when is_atom(name) and is_atom(context) -> {name, []}
        other -> :erlang.error(ArgumentError.exception("invalid syntax in defdelegate #{Macro.to_string(other)}"))
      end

    as_args =
      :lists.map(
        fn
          {:\\, _, [{name, _, context} = arg, _default]} when is_atom(name) and is_atom(context) -> arg
          {name, _, context} = arg when is_atom(name) and is_atom(context) -> arg
          {:\\, _, [other, _default]} -> :erlang.error(ArgumentError.exception("defdelegate/2 only accepts function parameters, got: #{Macro.to_string(other)}"))
          other -> :erlang.error(ArgumentError.exception("defdelegate/2 only accepts function parameters, got: #{Macro.to_string(other)}"))
        end,
        args
      )

    as =
      case :lists.keyfind(:as, 1, opts) do
        {:as, as} -> as
        false -> name
      end

    {name, args, as, as_args}
  end

  ## Lists

  def destructure(list, count) when is_list(list), do: destructure_list(list, count)
  def destructure(nil, count), do: destructure_list([], count)

  defp destructure_list(_, 0), do: []
  defp destructure_list([], count), do: [nil | destructure_list([], count - 1)]
  defp destructure_list([head | tail], count), do: [head | destructure_list(tail, count - 1)]

  ## Nested data

  def pop_in(nil, [key | _]), do: :erlang.error(ArgumentError.exception("could not pop key #{inspect(key, [])} on a nil value"))
  def pop_in(data, [head]) when is_function(head, 3), do: head.(:get_and_update, data, fn _ -> :pop end)

  def pop_in(data, [head | tail]) when is_function(head, 3),
    do: head.(:get_and_update, data, fn next -> pop_in_next(next, tail) end)

  def pop_in(data, [head]), do: Access.pop(data, head)
  def pop_in(data, [head | tail]), do: Access.get_and_update(data, head, fn next -> pop_in_next(next, tail) end)

  defp pop_in_next(nil, _keys), do: :pop
  defp pop_in_next(data, keys), do: pop_in(data, keys)

  def path(ast, kind), do: path(ast, [], kind)

  defp path({{:., _, [Access, :get]}, _, [inner, key]}, steps, kind), do: path(inner, [{:access, key} | steps], kind)

  defp path({{:., _, [inner, field]}, _, []}, steps, kind)
       when is_tuple(inner) and is_atom(field) and :erlang.element(1, inner) not in [:__aliases__, :__MODULE__],
       do: path(inner, [{:field, field} | steps], kind)

  defp path(other, [], kind) do
    :erlang.error(ArgumentError.exception("expected expression given to #{kind} to access at least one element, got: #{Macro.to_string(other)}"))
  end

  defp path({name, _, _} = root, steps, _kind) when is_atom(name), do: {root, steps}
  defp path({{:., _, [module, _]}, _, _} = root, steps, _kind) when is_atom(module), do: {root, steps}
  defp path({{:., _, [{name, _, _}, _]}, _, _} = root, steps, _kind) when name in [:__aliases__, :__MODULE__], do: {root, steps}

  defp path(other, _steps, kind) when is_tuple(other) do
    :erlang.error(
      ArgumentError.exception(
        "expression given to #{kind} must start with a variable, local or remote call and be followed by an element access, got: #{Macro.to_string(other)}"
      )
    )
  end

  defp path(root, steps, _kind), do: {root, steps}

  def path_put([{:field, key}], data, value), do: quote(do: Map.replace!(unquote(data), unquote(key), unquote(value)))

  def path_put(steps, data, value), do: path_update(steps, data, {:fn, [], [{:->, [], [[{:_, [], nil}], value]}]})

  def path_update([{:field, key}], data, fun), do: quote(do: Map.update!(unquote(data), unquote(key), unquote(fun)))

  def path_update([{:access, key}], data, fun) do
    quote do
      :erlang.element(2, Access.get_and_update(unquote(data), unquote(key), fn value -> {nil, unquote(fun).(value)} end))
    end
  end

  def path_update([{:field, key} | rest], data, fun) do
    inner = inner_var()
    quote(do: Map.update!(unquote(data), unquote(key), fn unquote(inner) -> unquote(path_update(rest, inner, fun)) end))
  end

  def path_update([{:access, key} | rest], data, fun) do
    inner = inner_var()

    quote do
      :erlang.element(
        2,
        Access.get_and_update(unquote(data), unquote(key), fn unquote(inner) -> {nil, unquote(path_update(rest, inner, fun))} end)
      )
    end
  end

  defp inner_var(), do: {:inner, [counter: :erlang.unique_integer([:positive])], __MODULE__}

  def path_get_and_update([{:field, key}], data, fun),
    do: quote(do: Map.get_and_update!(unquote(data), unquote(key), unquote(fun)))

  def path_get_and_update([{:access, key}], data, fun),
    do: quote(do: Access.get_and_update(unquote(data), unquote(key), unquote(fun)))

  def path_get_and_update([{:field, key} | rest], data, fun) do
    inner = inner_var()

    quote do
      Map.get_and_update!(unquote(data), unquote(key), fn unquote(inner) -> unquote(path_get_and_update(rest, inner, fun)) end)
    end
  end

  def path_get_and_update([{:access, key} | rest], data, fun) do
    inner = inner_var()

    quote do
      Access.get_and_update(unquote(data), unquote(key), fn unquote(inner) -> unquote(path_get_and_update(rest, inner, fun)) end)
    end
  end

  def path_pop(steps, root, ast) do
    case :lists.last(steps) do
      {:access, _} ->
        pop_steps(steps, root)

      {:field, _} ->
        :erlang.error(ArgumentError.exception("cannot use pop_in when the last segment is a field in #{Macro.to_string(ast)}"))
    end
  end

  defp pop_steps([{:access, key}], data) do
    quote do
      case unquote(data) do
        nil -> {nil, nil}
        data -> Access.pop(data, unquote(key))
      end
    end
  end

  defp pop_steps([{:field, key} | rest], data) do
    inner = inner_var()
    quote(do: Map.get_and_update!(unquote(data), unquote(key), fn unquote(inner) -> unquote(pop_steps(rest, inner)) end))
  end

  defp pop_steps([{:access, key} | rest], data) do
    inner = inner_var()

    quote do
      Access.get_and_update(unquote(data), unquote(key), fn
        nil -> :pop
        unquote(inner) -> unquote(pop_steps(rest, inner))
      end)
    end
  end
end
