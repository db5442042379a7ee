defmodule Code.Typespec do
  @moduledoc false

  # Types, specs and callbacks of modules in Erlang's abstract form, and that form as quoted code.

  @doc "Turns a spec of a function into quoted code."
  @spec spec_to_quoted(atom, tuple) :: {atom, keyword, [Macro.t()]}
  def spec_to_quoted(name, spec)

  def spec_to_quoted(name, {:type, line, :bounded_fun, [fun, constraints]}) do
    meta = meta(line)
    {guards, bounded} = Enum.unzip(for {:type, _, :constraint, [_, [{:var, _, var}, type]]} <- constraints, do: {{var, quoted(type)}, var})
    free = for var <- variables(fun), var not in bounded, do: {var, {:var, meta, nil}}
    {:when, meta, [signature(name, fun), guards ++ free]}
  end

  def spec_to_quoted(name, {:type, line, :fun, _} = fun) do
    case variables(fun) do
      [] -> signature(name, fun)
      free -> {:when, meta(line), [signature(name, fun), for(var <- free, do: {var, {:var, meta(line), nil}})]}
    end
  end

  defp signature(name, {:type, line, :fun, [{:type, _, :product, args}, result]}) do
    meta = meta(line)
    {:"::", meta, [{name, meta, Enum.map(args, &quoted/1)}, quoted(result)]}
  end

  # Variables that stand for types, each once, in order; annotations are no such variables.
  defp variables({:ann_type, _, [_label, type]}), do: variables(type)
  defp variables({:var, _, name}) when name != :_, do: [name]
  defp variables({_, _, _, args}) when is_list(args), do: variables(args)
  defp variables({:remote_type, _, [_, _, args]}), do: variables(args)
  defp variables(list) when is_list(list), do: list |> Enum.flat_map(&variables/1) |> Enum.uniq()
  defp variables({_, _, args}) when is_list(args), do: variables(args)
  defp variables(_), do: []

  @doc "Turns the definition of a type into quoted code."
  @spec type_to_quoted(tuple) :: {:"::", keyword, [Macro.t()]}
  def type_to_quoted({name, type, args}) do
    args = for {:var, line, arg} <- args, do: {arg, meta(line), nil}
    {:"::", [], [{name, [], args}, quoted(type)]}
  end

  @doc "Fetches the types of a module, or of the bytes of one."
  @spec fetch_types(module | binary) :: {:ok, [{:type | :opaque | :typep, tuple}]} | :error
  def fetch_types(module) when is_atom(module) or is_binary(module) do
    with {:ok, forms} <- forms(module) do
      exported = for {:attribute, _, :export_type, types} <- forms, type <- types, do: type

      types =
        for {:attribute, _, kind, {name, _, args} = type} <- forms, kind in [:type, :opaque] do
          cond do
            kind == :opaque -> {:opaque, type}
            {name, length(args)} in exported -> {:type, type}
            true -> {:typep, type}
          end
        end

      {:ok, types}
    end
  end

  @doc "Fetches the specs of a module, or of the bytes of one."
  @spec fetch_specs(module | binary) :: {:ok, [{{atom, arity}, [tuple]}]} | :error
  def fetch_specs(module) when is_atom(module) or is_binary(module), do: attributes(module, :spec)

  @doc "Fetches the callbacks of a module, or of the bytes of one."
  @spec fetch_callbacks(module | binary) :: {:ok, [{{atom, arity}, [tuple]}]} | :error
  def fetch_callbacks(module) when is_atom(module) or is_binary(module), do: attributes(module, :callback)

  defp attributes(module, kind) do
    with {:ok, forms} <- forms(module), do: {:ok, for({:attribute, _, ^kind, value} <- forms, do: value)}
  end

  ## Reading

  defp forms(module) when is_atom(module) do
    # What is in memory only keeps no types.
    case :beamlet_code.bundled(module) || :beamlet_library.object_code(module) do
      :error -> :error
      {_, bytes, _path} -> forms(bytes)
      _application -> module |> :beamlet_code.chunk("Dbgi") |> bundled_forms()
    end
  end

  defp forms(<<"FOR1", _size::32, "BEAM", chunks::binary>>), do: find(chunks)
  defp forms(_), do: :error

  defp bundled_forms(bytes) when is_binary(bytes), do: forms_of(bytes)
  defp bundled_forms(_), do: {:ok, []}

  defp find(<<"Dbgi", size::32, bytes::binary-size(size), _::binary>>), do: forms_of(bytes)

  defp find(<<_name::binary-size(4), size::32, rest::binary>>) do
    # Chunks fill multiples of four bytes.
    padded = div(size + 3, 4) * 4

    case rest do
      <<_::binary-size(padded), next::binary>> -> find(next)
      _ -> {:ok, []}
    end
  end

  defp find(_), do: {:ok, []}

  defp forms_of(bytes) do
    case :erlang.binary_to_term(bytes) do
      {:debug_info_v1, :elixir_erl, {:elixir_v1, _, forms}} -> {:ok, forms}
      {:debug_info_v1, :erl_abstract_code, {forms, _}} when is_list(forms) -> {:ok, forms}
      _ -> :error
    end
  end

  ## Quoting

  defp meta(0), do: []
  defp meta(line) when is_integer(line), do: [line: line]
  defp meta({line, _column}), do: [line: line]
  defp meta(location) when is_list(location), do: Keyword.take(location, [:line])

  # Types of a known kind keep their line even where it is 0.
  defp line(line) when is_integer(line), do: [line: line]
  defp line(other), do: meta(other)

  defp quoted({:user_type, line, name, args}), do: {name, line(line), Enum.map(args, &quoted/1)}
  defp quoted({:paren_type, _, [type]}), do: quoted(type)
  defp quoted({:atom, _, atom}), do: atom
  defp quoted({:integer, _, integer}), do: integer
  defp quoted({:char, _, char}), do: char
  defp quoted({:var, line, name}), do: {name, meta(line), nil}
  defp quoted({:op, line, op, operand}), do: {op, meta(line), [quoted(operand)]}
  defp quoted({:op, line, op, left, right}), do: {op, meta(line), [quoted(left), quoted(right)]}
  defp quoted({:ann_type, line, [label, type]}), do: {:"::", meta(line), [quoted(label), quoted(type)]}

  defp quoted({:remote_type, line, [{:atom, _, :elixir}, {:atom, _, name}, args]}), do: {name, line(line), Enum.map(args, &quoted/1)}

  defp quoted({:remote_type, line, [module, name, args]}) do
    meta = meta(line)
    {{:., meta, [quoted(module), quoted(name)]}, meta, Enum.map(args, &quoted/1)}
  end

  defp quoted({:type, line, :tuple, :any}), do: {:tuple, line(line), []}

  defp quoted({:type, line, :tuple, args}), do: {:{}, meta(line), Enum.map(args, &quoted/1)}

  defp quoted({:type, _, :list, [{:type, _, :union, types} = union]}) do
    # A union of pairs with an atom first is a list of keywords.
    case Enum.all?(types, &match?({:type, _, :tuple, [{:atom, _, _}, _]}, &1)) do
      true -> for {:type, _, :tuple, [{:atom, _, key}, type]} <- types, do: {key, quoted(type)}
      false -> [quoted(union)]
    end
  end

  defp quoted({:type, line, :list, []}), do: {:list, line(line), []}
  defp quoted({:type, _, :list, [type]}), do: [quoted(type)]
  defp quoted({:type, line, :nonempty_list, []}), do: [{:..., meta(line), nil}]
  defp quoted({:type, line, :nonempty_list, [type]}), do: [quoted(type), {:..., meta(line), nil}]
  defp quoted({:type, _, nil, []}), do: []
  defp quoted({:type, line, :map, :any}), do: {:map, line(line), []}
  defp quoted({:type, line, :map, fields}), do: map(meta(line), fields)
  defp quoted({:type, line, :range, [first, last]}), do: {:.., meta(line), [quoted(first), quoted(last)]}

  defp quoted({:type, line, :union, types}) do
    meta = meta(line)
    [last | before] = types |> Enum.map(&quoted/1) |> Enum.reverse()
    Enum.reduce(before, last, fn type, union -> {:|, meta, [type, union]} end)
  end

  defp quoted({:type, line, :fun, []}), do: [{:->, meta(line), [[{:..., meta(line), nil}], {:any, meta(line), []}]}]
  defp quoted({:type, line, :fun, [{:type, _, :any}, result]}), do: [{:->, meta(line), [[{:..., meta(line), nil}], quoted(result)]}]
  defp quoted({:type, line, :fun, [{:type, _, :product, args}, result]}), do: [{:->, meta(line), [Enum.map(args, &quoted/1), quoted(result)]}]

  defp quoted({:type, line, :binary, [size, unit]}) do
    meta = meta(line)
    any = {:_, meta, nil}
    size_part = {:"::", meta, [any, quoted(size)]}
    unit_part = {:"::", meta, [any, {:*, meta, [any, quoted(unit)]}]}

    case {size, unit} do
      {_, {:integer, _, 0}} -> {:<<>>, meta, [size_part]}
      {{:integer, _, 0}, _} -> {:<<>>, meta, [unit_part]}
      _ -> {:<<>>, meta, [size_part, unit_part]}
    end
  end

  defp quoted({:type, line, name, args}) when is_list(args), do: {name, line(line), Enum.map(args, &quoted/1)}
  defp quoted({:type, line, name}), do: {name, meta(line), []}
  defp quoted(other), do: other

  defp map(meta, fields) do
    pairs = Enum.map(fields, &field/1)

    case pairs do
      [{{:required, _, [:__struct__]}, :any} | _] -> {:struct, meta, []}
      _ -> struct_or_map(meta, List.keytake(pairs, :__struct__, 0), pairs)
    end
  end

  defp struct_or_map(meta, {{:__struct__, module}, rest}, pairs) when is_atom(module) do
    case Enum.all?(rest, &match?({key, _} when is_atom(key), &1)) do
      true -> {:%, meta, [module, {:%{}, meta, rest}]}
      false -> {:%{}, meta, pairs}
    end
  end

  defp struct_or_map(meta, {{:__struct__, {:atom, _, []}}, [{{:optional, _, [{:atom, _, []}]}, {:any, _, []}}]}, _pairs), do: {:struct, meta, []}
  defp struct_or_map(meta, _no_struct, pairs), do: {:%{}, meta, pairs}

  defp field({:type, _, :map_field_exact, [{:atom, _, key}, type]}), do: {key, quoted(type)}
  defp field({:type, line, :map_field_exact, [key, type]}), do: {{:required, meta(line), [quoted(key)]}, quoted(type)}
  defp field({:type, line, :map_field_assoc, [key, type]}), do: {{:optional, meta(line), [quoted(key)]}, quoted(type)}
end

defmodule Kernel.Typespec do
  @moduledoc false

  @doc "Tells whether a module being defined has a type of the name and arity so far."
  @spec defines_type?(module, {atom, arity}) :: boolean
  def defines_type?(module, {name, arity}) when is_atom(module) and is_atom(name) and is_integer(arity) do
    Enum.any?(:beamlet_compiler.typespecs(module), fn
      {kind, {:"::", _, [head, _]}, _line} when kind in [:type, :typep, :opaque] -> head?(head, name, arity)
      _ -> false
    end)
  end

  @doc "Makes a callback of a spec of a module being defined; tells whether there is one."
  @spec spec_to_callback(module, {atom, arity}) :: boolean
  def spec_to_callback(module, {name, arity}) when is_atom(module) and is_atom(name) and is_integer(arity) do
    specs =
      for {:spec, code, line} <- :beamlet_compiler.typespecs(module), head?(signature(code), name, arity) do
        :beamlet_compiler.put_typespec(module, :callback, code, line)
      end

    specs != []
  end

  defp signature({:when, _, [signature, _]}), do: signature(signature)
  defp signature({:"::", _, [head, _]}), do: head
  defp signature(other), do: other

  defp head?({name, _, args}, name, arity), do: if(is_list(args), do: length(args) == arity, else: arity == 0)
  defp head?(_, _, _), do: false
end
